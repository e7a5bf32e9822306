"""OpenDocument tables (ods) -> raw tables, read straight from content.xml.

A spreadsheet reader loses tabs, line breaks and CDATA inside a cell here. Source: OpenDocument 1.2, part 1, sections
6.1.2 (white space), 9.1 and 19.385 (values), 16.27.10, 20.363 and 20.384 (dates, lines through and positions in
styles).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zipfile import ZipFile

from vbe_analysis.loaders.files.preflight import Limits, elements, inspect_parts, let_go, refusal
from vbe_analysis.loaders.files.raw import Cell, RawSheet, Special, column_letter
from vbe_analysis.loaders.files.sheets import COLUMNS, ROWS, SheetTraits, check_box, raw_sheet
from vbe_analysis.loaders.values.appearance import LOWERED, RAISED, Look, shown_cell, without_raised

SPACE = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}".format
TABLE, OFFICE, TEXT, STYLE = map(SPACE, ("table", "office", "text", "style"))
EXTENSION = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
VALUE_TYPE, FORMULA = OFFICE + "value-type", TABLE + "formula"
CELLS = (TABLE + "table-cell", TABLE + "covered-table-cell")
STYLES = [STYLE + "style", STYLE + "default-style", SPACE("datastyle") + "date-style"]
PARTS = [TABLE + name for name in ("table", "table-column", "table-row")]
HIDDEN = ("collapse", "filter")
WHITE = re.compile(r"[ \t\r\n]+")
SOFT = "\x01"  # white space of the file, which counts as one blank at most; \x01 cannot stand in XML
DURATION = re.compile(r"-?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
DAYS = frozenset(("day", "week-of-year", "quarter", "day-of-week"))
UNSEEN = frozenset(("annotation", "note", "ruby-text", "tracked-changes", "shapes", "frame"))


class _Piece(NamedTuple):
    """A piece of a paragraph, its raised parts marked, and whether it is struck through."""

    text: str
    struck: bool = False


@dataclass
class _Styles:
    """What the named styles do to the look of a cell or a piece of text."""

    struck: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)  # of tables
    formats: dict[str, str] = field(default_factory=dict)  # style -> format of dates
    parts: dict[str, set[str]] = field(default_factory=dict)  # format of dates -> the parts that it shows

    def add(self, element: Any) -> None:
        """Add a style, or a format of dates, as it comes: after those that it is based on."""
        name, parent = element.get(STYLE + "name", ""), element.get(STYLE + "parent-style-name", "")
        if _local(element) == "date-style":
            self.parts[name] = {_local(part) for part in element}
            return
        self.formats[name] = element.get(STYLE + "data-style-name") or self.formats.get(parent, "")
        for styles in (self.struck, self.raised):
            (styles.add if parent and parent in styles else styles.discard)(name)
        for properties in element.iterchildren():
            if _local(properties) == "table-properties" and properties.get(TABLE + "display") == "false":
                self.hidden.add(name)
            elif _local(properties) == "text-properties":
                kind = properties.get(STYLE + "text-line-through-type", "none")
                line = properties.get(STYLE + "text-line-through-style", kind)
                (self.struck.discard if line == "none" else self.struck.add)(name)
                if properties.get(STYLE + "text-position", "").startswith("super"):
                    self.raised.add(name)

    def look(self, style: str) -> Look | None:
        """What the style of a cell shows of its value."""
        parts = self.parts.get(self.formats.get(style, ""), set())
        if not parts & {"year", "month"} or parts & DAYS:
            return None
        return Look.MONTH if "month" in parts else Look.YEAR


def read_ods(archive: ZipFile, limits: Limits) -> list[RawSheet]:
    """The document's tables; raises InputError for one that must not be opened, or that contradicts itself."""
    inspect_parts(archive, limits)
    styles, sheets = _Styles(), list[_Sheet]()
    if "styles.xml" in archive.namelist():  # those that the document has names for; a cell's own stand in content.xml
        for _, element in elements(archive, "styles.xml", STYLES):
            styles.add(element)
    table = row = None
    for event, element in elements(archive, "content.xml", [*STYLES, *PARTS, *CELLS], ("start", "end")):
        if element.tag in STYLES:
            if event == "end":
                styles.add(element)
        elif element.tag == TABLE + "table":
            if event == "end" and element is table:
                table = None
            elif event == "start" and not _is_unseen(element):
                name = element.get(TABLE + "name", "")
                if table is not None or any(sheet.name == name for sheet in sheets):
                    raise refusal("file_corrupt", sheet=name)
                table = element
                sheets.append(_Sheet(name, element.get(TABLE + "style-name", "") in styles.hidden, styles))
        elif event == "start" and element.tag not in CELLS and _is_in(element, table):
            if element.tag == TABLE + "table-row":
                row = element
                sheets[-1].begin_row(element)
            else:
                sheets[-1].add_columns(element)
        elif event == "end" and element is row:
            let_go(element)
        elif event == "end" and element.tag in CELLS and (element.getparent() is row or _is_in(element, None)):
            sheets[-1].add_cell(element)
    return [sheet.finished(limits) for sheet in sheets]


def _is_in(element: Any, table: Any) -> bool:
    """Whether the element stands in the open table; raises InputError where it stands in none that is seen."""
    if table is not None and next(element.iterancestors(TABLE + "table"), None) is table:
        return True
    if not _is_unseen(element):
        raise refusal("file_corrupt")
    return False


def _is_unseen(element: Any) -> bool:
    return any(_local(ancestor) in UNSEEN for ancestor in element.iterancestors())


class _Sheet:
    """A table that is being read; rows count from 1, columns from 0."""

    def __init__(self, name: str, hidden: bool, styles: _Styles) -> None:
        self.name, self.hidden, self.styles = name, hidden, styles
        self.traits = SheetTraits()
        self.cells: list[tuple[range, range, Cell]] = []
        self.column_styles: list[tuple[range, str]] = []
        self.row_style = ""
        self.rows, self.columns = range(1, 1), range(0)  # those that the open row, the last cell stand for

    def finished(self, limits: Limits) -> RawSheet:
        check_box(self.name, self.traits, limits)
        rows: dict[int, dict[int, Cell]] = {}
        for numbers, places, cell in self.cells:
            for number in numbers:
                rows.setdefault(number, {}).update(dict.fromkeys(places, cell))
        return raw_sheet(self.name, rows, self.traits, self.hidden)

    def add_columns(self, element: Any) -> None:
        """Note the columns that the element stands for."""
        first = self.column_styles[-1][0].stop if self.column_styles else 0
        columns = range(first, first + self._count(element, "number-columns-repeated"))
        self.column_styles.append((columns, element.get(TABLE + "default-cell-style-name", "")))
        if element.get(TABLE + "visibility") in HIDDEN:
            self.traits.hidden_columns.update(columns[:COLUMNS])

    def begin_row(self, element: Any) -> None:
        """Go on to the rows that the element stands for."""
        self.rows = range(self.rows.stop, self.rows.stop + self._count(element, "number-rows-repeated"))
        self.columns, self.row_style = range(0), element.get(TABLE + "default-cell-style-name", "")
        if element.get(TABLE + "visibility") in HIDDEN and self.rows.stop <= ROWS + 1:
            self.traits.hidden_rows.update(self.rows)

    def add_cell(self, element: Any) -> None:
        """Add a cell of the open row, as often as it is repeated."""
        first, rows, traits = self.columns.stop, self.rows, self.traits
        self.columns = columns = range(first, first + self._count(element, "number-columns-repeated"))
        inside = rows.stop <= ROWS + 1 and columns.stop <= COLUMNS
        style = element.get(TABLE + "style-name") or self.row_style or self._column_style(first)
        pieces = [list(self._pieces(part)) for part in element.iterchildren(TEXT + "p")]
        cell, raised = self._value(element, "\n".join(map(_collapsed, pieces))), False
        look = Look.PERCENT if element.get(VALUE_TYPE) == "percentage" else self.styles.look(style)
        if isinstance(cell, str):
            cell, raised = without_raised(cell)
        elif look:
            cell = shown_cell(cell, look)
        if VALUE_TYPE not in element.attrib and FORMULA in element.attrib and inside:
            traits.uncomputed.add((rows.start, first))
            self._lay(rows[:1], columns[:1], Special.UNCOMPUTED)
            return
        spans = [self._count(element, f"number-{name}-spanned") for name in ("rows", "columns")]
        if cell is None and spans == [1, 1]:
            return
        if not inside:
            raise refusal("cell_outside", sheet=self.name)
        if spans != [1, 1]:
            traits.merged.append((rows.start, first, rows.start + spans[0] - 1, first + spans[1] - 1))
        if cell is None:
            return
        self._lay(rows, columns, cell)
        struck = style in self.styles.struck or any(piece.struck for part in pieces for piece in part)
        if len(rows) * len(columns) < ROWS:
            marked = ((traits.error_cells, cell is Special.ERROR), (traits.raised, raised), (traits.struck, struck))
            for places in (places for places, holds in marked if holds):
                places.update((row, column) for row in rows for column in columns)

    def _lay(self, rows: range, columns: range, cell: Cell) -> None:
        self.cells.append((rows, columns, cell))
        self.traits.filled.update(rows)
        for row in (rows.start, rows.stop - 1):
            self.traits.count(row, columns.stop - 1)

    def _column_style(self, column: int) -> str:
        return next((style for columns, style in self.column_styles if column in columns), "")

    def _pieces(self, element: Any, styles: frozenset[str] = frozenset()) -> Iterator[_Piece]:
        """The text of a paragraph, or of a part of one that has these styles."""
        struck, raised = bool(styles & self.styles.struck), bool(styles & self.styles.raised)

        def piece(text: str) -> _Piece:
            plain = WHITE.sub(SOFT, text)
            return _Piece(f"{RAISED}{plain}{LOWERED}" if raised else plain, struck and not text.isspace())

        if element.text:
            yield piece(element.text)
        for child in element:
            kind = _local(child)
            if kind == "s":
                yield _Piece(" " * self._count(child, "c", TEXT))
            elif kind in ("tab", "line-break"):
                yield _Piece("\t" if kind == "tab" else "\n")
            elif kind not in UNSEEN:
                yield from self._pieces(
                    child, styles | {child.get(TEXT + "style-name", "")} if kind == "span" else styles
                )
            if child.tail:
                yield piece(child.tail)

    def _value(self, element: Any, text: str) -> Cell:
        """The cell's value; raises InputError where its attributes are no such value."""
        kind, place = element.get(VALUE_TYPE, ""), (self.rows.start, self.columns.start)
        if element.get(EXTENSION) == "error":
            return Special.ERROR
        written = element.get(OFFICE + "string-value", text)
        try:
            if kind in ("float", "percentage", "currency"):
                return float(element.attrib[OFFICE + "value"])
            if kind == "date":
                return datetime.fromisoformat(element.attrib[OFFICE + "date-value"])
            if kind == "time":
                return _duration(element.attrib[OFFICE + "time-value"])
            if kind == "boolean":
                return {"true": True, "false": False}[element.attrib[OFFICE + "boolean-value"]]
            if text and _letters(written) != _letters(text):
                raise ValueError
        except (KeyError, ValueError, OverflowError):
            raise refusal("cells_differ", sheet=self.name, row=place[0], letter=column_letter(place[1])) from None
        return (text or written) if (text or written).strip() else None

    def _count(self, element: Any, name: str, space: str = TABLE) -> int:
        digits = element.get(space + name, "1")
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and int(digits)):
            raise refusal("file_corrupt", sheet=self.name)
        return int(digits)


def _local(element: Any) -> str:
    return str(element.tag.rpartition("}")[2])


def _collapsed(pieces: list[_Piece]) -> str:
    """A paragraph's text: white space in the file is one blank between words; blanks and tabs of its own stay."""
    return re.sub(f"{SOFT}+", SOFT, "".join(piece.text for piece in pieces)).strip(SOFT).replace(SOFT, " ")


def _letters(text: str) -> str:
    return "".join(text.replace(RAISED, "").replace(LOWERED, "").split())


def _duration(text: str) -> str:
    match = DURATION.fullmatch(text)
    if match is None:
        raise ValueError
    days, hours, minutes, seconds = ((part or "0").replace(",", ".") for part in match.groups())
    span = timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    return str(-span if text.startswith("-") else span)
