"""A section whose words, and the choice between them, stand in one template: templates/text/<name>.md.j2."""

import re
from itertools import pairwise

from vbe_analysis.chapter.text.sentences import capital, events, span, word
from vbe_analysis.document.templates import render
from vbe_analysis.swedish import listed, number

_HELPERS = {"capital": capital, "events": events, "listed": listed, "number": number, "span": span, "word": word}


def section(name: str, /, **values: object) -> str:
    """The section's Markdown: the template filled with `values`. Its lines are joined to paragraphs and list items.

    An empty line ends a paragraph, and a line with "- " begins an item. The template may call capital, events, listed,
    number, span and word. Raises jinja2.UndefinedError for a name that has no value.
    """
    text = render(f"text/{name}.md.j2", **_HELPERS, **values)
    blocks = (re.sub(r"[ \t\n]+", " ", block).strip() for block in re.split(r"\n[ \t]*\n|\n[ \t]*(?=- )", text))
    written = [block for block in blocks if block]
    breaks = ["\n" if {before[:2], after[:2]} == {"- "} else "\n\n" for before, after in pairwise(written)]
    return "".join(block + end for block, end in zip(written, [*breaks, ""], strict=False))
