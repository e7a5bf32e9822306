"""The document as one self-contained HTML page: no script, nothing fetched, readable by ear and on a narrow screen."""

from collections import Counter

from vbe_analysis.document.templates import render
from vbe_analysis.document.tree import Document, Heading


def write_html(document: Document, *, title_block: bool = True, level: int = 1) -> bytes:
    """The page, in UTF-8. Equal documents give equal bytes.

    title_block: the title as h1, the facts and, after the first part, the list of contents; level: of the highest
    headings, one lower on the page where the title stands over them.
    """
    mentions: Counter[int] = Counter()

    def mention(note: int) -> int:
        mentions[note] += 1
        return mentions[note]

    cover = document.cover
    page = render(
        "page.html.j2",
        document=document,
        cover=cover,
        labels=document.labels,
        outline=_outline(document.headings),
        running=f"{cover.mark} · {cover.organisation}",
        mention=mention,
        mentions=mentions,
        title_block=title_block,
        level=level,
    )
    return page.encode("utf-8")


def _outline(headings: tuple[Heading, ...]) -> list[tuple[Heading, list[Heading]]]:
    """The headings of the first level, each with those of the second under it."""
    outline: list[tuple[Heading, list[Heading]]] = []
    for heading in headings:
        if heading.level == 1:
            outline.append((heading, []))
        elif heading.level == 2:
            outline[-1][1].append(heading)
    return outline
