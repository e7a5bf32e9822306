"""The chapter's words: templates/text/, where each section has its template, with the choice between its sentences.

Text in a template is free to break its lines: what stands together becomes one paragraph, an empty line ends it, and a
line with "- " begins an item. {{ ... }} writes a value without the spaces around it; an empty one ends no paragraph.
What {% filter listing %} holds becomes "a, b och c" of its items. Pieces that several share are the macros of
satser.j2, charts' titles those of titlar.j2.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from vbe_analysis.chapter.text.sentences import decimal, period_span, span
from vbe_analysis.disclosure.bands import phrase
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import capital, listed, number, word

if TYPE_CHECKING:  # slow to import, and much is done without a word of the chapter
    from jinja2 import Environment

FOLDER = files("vbe_analysis") / "templates" / "text"
_BREAK = re.compile(r"\n[ \t]*\n|\n[ \t]*(?=- )")
_SPACE = re.compile(r"[ \t\n]+")
_NOTHING = "\0"  # what an empty value leaves, so that its line is no empty line of the template


def section(name: str, /, **values: object) -> str:
    """The section's Markdown: its template filled with `values`.

    Raises jinja2.UndefinedError for a name that has no value.
    """
    return _paragraphs(environment().get_template(f"{name}.md.j2").render(values))


def sentence(name: str, /, *values: object, **named: object) -> str:
    """What the macro of satser.j2 says, for those that have no template of their own.

    >>> sentence("events", (10, 12))
    '10–12 händelser'
    """
    return _macro("satser.j2", name)(*values, **named)


def title(name: str, /, *values: object, **named: object) -> str:
    """What the macro of titlar.j2 says: a chart's title."""
    return _macro("titlar.j2", name)(*values, **named)


@cache
def environment() -> "Environment":
    """The templates' own: what they may call, and how they write a value."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    own = Environment(
        loader=FileSystemLoader(str(FOLDER)),
        undefined=StrictUndefined,
        auto_reload=False,
        optimized=False,  # a template is filled once or twice in a process
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: _paragraphs(str(value)) or _NOTHING,
    )
    own.globals |= {
        "capital": lambda text: capital(_paragraphs(text)),
        "decimal": decimal,
        "fitting": _fitting,
        "infinity": float("inf"),
        "items": _items,
        "listed": listed,
        "number": number,
        "period_span": period_span,
        "phrase": phrase,
        "span": span,
        "text": _paragraphs,
        "word": word,
    }
    own.filters |= {"listing": lambda text: listed(_items(text)), "months": swedish_months}
    return own


def _macro(file: str, name: str) -> Callable[..., str]:
    return lambda *values, **named: _paragraphs(
        getattr(environment().get_template(file).module, name)(*values, **named)
    )


def _paragraphs(text: str) -> str:
    """The lines joined to paragraphs, with an empty line between, and items."""
    blocks = (block.replace(_NOTHING, "") for block in _BREAK.split(text))
    written = [block for block in (_SPACE.sub(" ", block).strip(" ") for block in blocks) if block]
    breaks = ["\n" if {before[:2], after[:2]} == {"- "} else "\n\n" for before, after in pairwise(written)]
    return "".join(block + end for block, end in zip(written, [*breaks, ""], strict=False))


def _items(text: str) -> list[str]:
    """Those that the text's lines with "- " begin."""
    return [item.removeprefix("- ") for item in _paragraphs(text).split("\n") if item]


def _fitting(body: Callable[[Sequence[str]], str], optional: Sequence[str], words: int) -> str:
    """The macro's text with all of `optional`, or without as many of its first as it takes to have so many `words`.

    Of those that went, each that still has room comes back, the last of them first.
    """

    def written(kept: Sequence[str]) -> str:
        return _paragraphs(body(kept))

    kept, left_out = list(optional), list[str]()
    text = written(kept)
    while kept and len(text.split()) > words:
        left_out.append(kept.pop(0))
        text = written(kept)
    for name in reversed(left_out[:-1]):
        longer = written([name, *kept])
        if len(longer.split()) <= words:
            kept, text = [name, *kept], longer
    return text
