"""What a notebook cell can show in the chapter: Table, Figure, Prose and, once, the Cover.

Each travels through the notebook in a MIME type of its own, beside HTML or Markdown for JupyterLab.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from vbe_analysis.config import message
from vbe_analysis.document.templates import render
from vbe_analysis.errors import fault
from vbe_analysis.periods import Period

TABLE_MIME = "application/vnd.vbe.table+json"
FIGURE_MIME = "application/vnd.vbe.figure+json"
PROSE_MIME = "application/vnd.vbe.prose+json"
COVER_MIME = "application/vnd.vbe.cover+json"
DRAFT = "utkast"  # the public edition until it is published
EDITIONS = ("intern", "publik", DRAFT)
LETTER = "begaran"  # in the place of an edition: a letter, which has a mark of its own

_MANY_COLUMNS = 8  # a table with more is set in smaller type


@dataclass(frozen=True)
class Numbers:
    """What a cell says that is more than one number: an interval's ends, or x of n and the ends of its share (0-1).

    high: None without an upper end; protected: the interval hides a known number, to protect people.
    """

    low: int | float | None = None
    high: int | float | None = None
    x: int | None = None
    n: int | None = None
    protected: bool = False


Value = int | float | str | Numbers | None

_ID = re.compile(r"[a-z][a-z0-9_-]*")
_REFERENCE = re.compile(r"\{(tabell|figur|Tabell|Figur):([^{}\s]*)\}")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # XML, so Word and Excel, cannot hold them
LONG_WORD = re.compile(r"\S{1001}")  # no page has room for it, and the typesetter ends the process over a longer one
_NUMBER = re.compile(r"[−+]?\d[\d\u00a0,]*(([–/]| av |\u00a0av\u00a0)\d[\d\u00a0,]*)?([\u00a0 ]?%)?")


class _Captioned:
    """What a table and a figure have in common for every writer."""

    id: str
    source: str
    scope: str
    notes: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The name that links within the document use."""
        return f"del-{self.id}"

    @property
    def unit_text(self) -> str:
        """The line on the unit; empty where there is none."""
        return ""

    @property
    def caption_scope(self) -> str:
        """The caption's second line: scope and unit."""
        return ". ".join(text.rstrip(".") for text in (self.scope, self.unit_text) if text)

    @property
    def lines_below(self) -> tuple[str, ...]:
        """What stands under it: the notes, then the source."""
        return (*self.notes, message("document.source", source=self.source))


@dataclass(frozen=True)
class Table(_Captioned):
    """A table whose first column heads its rows.

    id: what the text calls it, as in "{tabell:id}"; header: a heading a column; cells: what a reader sees, row by row;
    values: the same shape, the number or Numbers that the workbook holds, or None where the cell's text stands alone;
    scope: place and period; unit: what the numbers count; annex: shown in the workbook only; facts: ids of the facts
    that the cells show, None where nothing is known of them (an analyst's own; the public edition refuses it).
    Raises InputError for an empty title or source, a bad id, or rows that do not fit the header.
    """

    id: str
    title: str
    source: str
    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    values: tuple[tuple[Value, ...], ...] = ()
    scope: str = ""
    unit: str = ""
    notes: tuple[str, ...] = ()
    annex: bool = False
    facts: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _check_texts(self.id, title=self.title, source=self.source)
        _check_characters(self.id, self.scope, self.unit, *self.notes, *self.header, *sum(self.cells, ()))
        width, height = len(self.header), len(self.cells)
        if (
            not height
            or len(self.values) not in (0, height)
            or {len(row) for row in self.cells + self.values} != {width}
        ):
            raise fault("table_shape", id=self.id)
        if not all(heading.strip() for heading in (*self.header, *(row[0] for row in self.cells))):
            raise fault("empty_heading", id=self.id)

    @property
    def unit_text(self) -> str:
        """The line on the unit; empty where there is none."""
        return message("document.unit", unit=self.unit) if self.unit else ""

    @property
    def wide(self) -> bool:
        """Whether it has so many columns that its type is smaller."""
        return len(self.header) > _MANY_COLUMNS

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Whether each column is set as numbers, to the right; the row headers never are."""
        columns = list(zip(*self.cells, strict=True))[1:]
        missing = (message("charts.status.not_delivered"), message("charts.status.not_asked"))
        return (False, *(any(_NUMBER.fullmatch(cell) or cell in missing for cell in column) for column in columns))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return _bundle(self) | _notebook_views(self)


@dataclass(frozen=True)
class OnSlide:
    """A slide's drawing alone, a part of its <svg>: its title and foot are text of the slide.

    top, left, width, height: where the drawing stands on the slide, in inches.
    """

    foot: str
    top: float
    left: float
    width: float
    height: float


@dataclass(frozen=True)
class Figure(_Captioned):
    """A chart with its text alternative and the table that it was drawn from.

    alt: what the chart shows, its numbers and what is missing, in words; svg: the drawing, an <svg> element;
    facts: as for Table; slide: where the drawing alone stands, of a chart that is a slide; narrow: the <svg> of a
    narrow screen.
    Raises InputError for an empty title, source or alt text, or a bad id.
    """

    id: str
    title: str
    source: str
    alt: str
    data: Table
    svg: str = field(repr=False)
    scope: str = ""
    notes: tuple[str, ...] = ()
    facts: tuple[str, ...] | None = None
    slide: OnSlide | None = None
    narrow: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        _check_texts(self.id, title=self.title, source=self.source, alt=self.alt)
        _check_characters(self.id, self.scope, *self.notes)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return _bundle(self) | _notebook_views(self)


@dataclass(frozen=True)
class Prose:
    """Markdown that code has put together; a computed sentence comes into the chapter this way. facts: as for Table."""

    markdown: str
    facts: tuple[str, ...] | None = None

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        read = _REFERENCE.sub(r"\1 *\2*", self.markdown)  # their numbers are the chapter's
        return _bundle(self) | {"text/markdown": read, "text/plain": read}


@dataclass(frozen=True)
class Cover:
    """What stands on the first page, in the running head and in the file's properties.

    edition: one of EDITIONS, or LETTER; published: the facts file's text with all that the edition may show ("" where
    nothing is known of that); repairs: what its audit made coarser, in Swedish.
    Raises InputError for an empty title or organisation, or another edition.
    """

    title: str
    edition: str
    period: Period
    organisation: str
    board: str = ""
    diarienummer: str = ""
    subtitle: str = ""
    language: str = "sv"
    published: str = field(default="", repr=False)
    repairs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_texts("cover", title=self.title, organisation=self.organisation)
        _check_characters("cover", self.subtitle, self.board, self.diarienummer)
        if self.edition not in (*EDITIONS, LETTER):
            raise fault("bad_edition", edition=self.edition, editions=", ".join(EDITIONS))

    @property
    def mark(self) -> str:
        """The edition's mark, on every page ("Internt underlag")."""
        return message(f"document.{self.edition}.mark")

    @property
    def caption_mark(self) -> str:
        """The edition's mark in captions; empty where the edition may be spread."""
        return message(f"document.{self.edition}.caption")

    @property
    def reservation(self) -> str:
        """What is said once about the edition ("Kan vara allmän handling. ..."); may be empty."""
        return message(f"document.{self.edition}.reservation")

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The lines under the title: (Swedish name, value), empty ones left out."""
        values = {"period": str(self.period), "organisation": self.organisation, "board": self.board}
        values |= {"diarienummer": self.diarienummer}
        return tuple((message(f"document.{name}"), value) for name, value in values.items() if value)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return _bundle(self) | {"text/plain": f"{self.title}. {self.mark}. {self.period}"}


Part = Table | Figure | Prose | Cover
_KINDS: dict[str, type[Part]] = {COVER_MIME: Cover, PROSE_MIME: Prose, TABLE_MIME: Table, FIGURE_MIME: Figure}
MIMES = tuple(_KINDS)


def part_of(mime: str, content: object) -> Part:
    """A notebook output in one of MIMES, read back; equal to what the cell showed.

    Raises msgspec.ValidationError for content that is no such part, and InputError as the part does.
    """
    return msgspec.convert(content, _KINDS[mime])


def _bundle(part: Part) -> dict[str, Any]:
    mime = next(mime for mime, kind in _KINDS.items() if isinstance(part, kind))
    return {mime: msgspec.to_builtins(part)}


def _notebook_views(part: Table | Figure) -> dict[str, Any]:
    """The part as JupyterLab shows it under its cell: as in the chapter, without number."""
    return {"text/html": render("notebook.html.j2", part=part), "text/plain": part.title}


def _check_texts(name: str, **texts: str) -> None:
    if not _ID.fullmatch(name):
        raise fault("bad_id", id=name)
    for field_name, text in texts.items():
        if not text.strip():
            raise fault("empty_text", id=name, field=message(f"document.field.{field_name}"))
    _check_characters(name, *texts.values())


def _check_characters(name: str, *texts: str) -> None:
    if any(_CONTROL.search(text) for text in texts):
        raise fault("control_character", id=name)
    if any(LONG_WORD.search(text) for text in texts):
        raise fault("long_word", id=name)
