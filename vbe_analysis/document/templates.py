"""The files in vbe_analysis/templates/ that a designer may change: read, and filled in where they are Jinja templates.

A template whose name holds ".html" escapes every value that it writes.
"""

import re
from base64 import b64encode
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from vbe_analysis.config import message

if TYPE_CHECKING:  # slow to import, and a part is often made where no page is written
    from jinja2 import Environment

_FOLDER = files("vbe_analysis") / "templates"
_RANGE = re.compile(r"\(?\d[\d\u00a0]*–\d[\d\u00a0]*(?:\u00a0%)?\)?")


def render(name: str, **values: object) -> str:
    """The template filled with `values`. Raises jinja2.UndefinedError for a name that has no value."""
    text = _environment().get_template(name).render(values)
    return text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")  # quotes as Python's html.escape writes them


def source(name: str) -> bytes:
    """A file as it stands: Typst fills its own in."""
    return (_FOLDER / name).read_bytes()


def place_of(name: str) -> Path:
    """Where a file or folder lies, for a program that reads it itself."""
    return Path(str(_FOLDER / name))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from vbe_analysis.document.widths import scrolls

    environment = Environment(
        loader=FileSystemLoader(str(_FOLDER)),
        autoescape=lambda name: ".html" in (name or ""),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"message": message, "word": _word}
    environment.filters |= {
        "base64": lambda text: b64encode(text.encode("utf-8")).decode("ascii"),
        "css_string": lambda text: text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c "),
        "has_letters": lambda text: any(map(str.isalpha, text)),
        "kind": lambda block: type(block).__name__,
        "scrolls": scrolls,
        "plain": lambda text: Markup(escape(text, quote=False)),
        # Words may break, an interval may not.
        "ranges": lambda text: Markup(_RANGE.sub(r'<span class="range">\g<0></span>', escape(text))),
    }
    return environment


def _word(name: str, /, **values: object) -> str:
    return message(f"document.html.{name}", **values)
