"""OpenDocument tables (ods) -> raw tables, read straight from content.xml.

A spreadsheet reader loses tabs, line breaks and CDATA inside a cell here, so the cells are read by the same parser that
looks for harm. Source: OpenDocument 1.2, part 1, sections 6.1.2 (white space), 9.1 and
19.385 (values), 16.27.10, 20.363 and 20.384 (dates, lines through and positions in styles).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.parsers import expat
from zipfile import ZipFile

from vbe_analysis.loaders.files.preflight import Elements, Limits, inspect_parts, read_part, refusal
from vbe_analysis.loaders.files.raw import Cell, Position, RawSheet, Special, column_letter, columns_of, with_durations
from vbe_analysis.loaders.files.workbooks import COLUMNS, ROWS, SheetTraits, check_box
from vbe_analysis.loaders.values.appearance import (
    LOWERED,
    RAISED,
    RAISED_SIGN,
    STRUCK,
    Look,
    frozen,
    shown_cell,
    without_raised,
)

HIDDEN = ("collapse", "filter")
STYLES = "styles.xml"  # those that the document has names for; a cell's own styles stand in content.xml
WHITE = re.compile(r"[ \t\r\n]+")
SOFT = "\x01"  # white space of the file, which counts as one blank at most; \x01 cannot stand in XML
DURATION = re.compile(r"-?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
DATE_PARTS = ("day", "month", "year", "week-of-year", "quarter", "day-of-week")
UNSEEN = frozenset(("annotation", "note", "ruby-text", "tracked-changes", "shapes", "frame"))


@dataclass
class _Sheet:
    """A table that is being read; rows count from 1, columns from 0."""

    name: str
    hidden: bool = False
    traits: SheetTraits = field(default_factory=SheetTraits)
    cells: list[tuple[range, range, Cell | timedelta]] = field(default_factory=list)
    marks: dict[str, set[Position]] = field(default_factory=dict)


def read_ods(archive: ZipFile, limits: Limits) -> list[RawSheet]:
    """The document's tables; raises InputError for one that must not be opened, or that contradicts itself."""
    content = _Content()
    if STYLES in archive.namelist():
        read_part(archive, STYLES, limits, Elements(content.styles.starts).watch)
    inspect_parts(archive, limits, {"content.xml": content.watch}, {})
    return [_raw_sheet(sheet, limits) for sheet in content.sheets]


def _raw_sheet(sheet: _Sheet, limits: Limits) -> RawSheet:
    traits = sheet.traits
    check_box(sheet.name, traits, limits)
    first = min((traits.first_row, *(row for row, _ in traits.uncomputed)))
    last = max((traits.last_row, *(row for row, _ in traits.uncomputed)))
    width = max((traits.columns, *(column + 1 for _, column in traits.uncomputed)))
    grid: list[list[Cell | timedelta]] = [[None] * width for _ in range(first, last + 1)]
    for rows, columns, cell in sheet.cells:
        for row in rows:
            grid[row - first][columns.start : columns.stop] = [cell] * len(columns)
    numbers = range(first, last + 1)
    return RawSheet(
        name=sheet.name,
        row_numbers=numbers,
        columns=with_durations(columns_of(grid, width)),
        hidden=sheet.hidden,
        hidden_rows=frozenset(traits.hidden_rows.intersection(numbers)),
        hidden_columns=frozenset(traits.hidden_columns.intersection(range(width))),
        merged=tuple(sorted(traits.merged)),
        error_cells=frozenset(traits.error_cells),
        uncomputed=frozenset(traits.uncomputed),
        marks=frozen(sheet.marks),
    )


class _Styles:
    """Reads the styles as they come, before the tables that use them."""

    def __init__(self) -> None:
        self.struck: set[str] = set()
        self.raised: set[str] = set()
        self._style = self._format = ""
        self._parts_of: dict[str, set[str]] = {}  # format of dates -> the parts that it shows
        self._format_of: dict[str, str] = {}
        self.starts: Mapping[str, Callable[[dict[str, str]], None]] = {
            "style": self._begin_style,
            "default-style": self._begin_style,
            "date-style": self._begin_format,
            "text-properties": self._text_properties,
            **{part: self._date_part(part) for part in DATE_PARTS},
        }

    def look(self, style: str) -> Look | None:
        """What the style of a cell shows of its value."""
        parts = self._parts_of.get(self._format_of.get(style, ""), set())
        if not parts or parts & {"day", "week-of-year", "day-of-week", "quarter"}:
            return None
        return Look.MONTH if "month" in parts else Look.YEAR

    def _begin_style(self, attributes: dict[str, str]) -> None:
        self._style = attributes.get("style:name", "")
        parent = attributes.get("style:parent-style-name", "")
        self._format_of[self._style] = attributes.get("style:data-style-name") or self._format_of.get(parent, "")
        for styles in (self.struck, self.raised):
            (styles.add if parent and parent in styles else styles.discard)(self._style)

    def _begin_format(self, attributes: dict[str, str]) -> None:
        self._format = attributes.get("style:name", "")
        self._parts_of[self._format] = set()

    def _date_part(self, part: str) -> Callable[[dict[str, str]], None]:
        return lambda _: self._parts_of.setdefault(self._format, set()).add(part)

    def _text_properties(self, attributes: dict[str, str]) -> None:
        line = attributes.get("style:text-line-through-style", attributes.get("style:text-line-through-type", "none"))
        (self.struck.discard if line == "none" else self.struck.add)(self._style)
        if attributes.get("style:text-position", "").startswith("super"):
            self.raised.add(self._style)


class _Content:
    """Follows expat through content.xml."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.depth = self.unseen = 0
        self.tables = 0  # how many tables are open
        self.next_column = self.next_row = self.column = 0
        self.rows = range(0)  # the rows that the open row element stands for
        self.cell: dict[str, str] | None = None
        self.columns = range(0)
        self.paragraphs: list[str] | None = None
        self.text: list[str] | None = None
        self.cell_depth = 0
        self.styles = _Styles()
        self.column_styles: list[tuple[range, str]] = []
        self.row_style = ""
        self.pieces: list[tuple[int, str]] = []  # depth and style of the open pieces of text
        self.struck = False  # whether some text in the open cell is struck through
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            **self.styles.starts,
            "style": self._style,
            "table-properties": self._table_properties,
            "table": self._table,
            "table-column": self._columns,
            "table-row": self._row,
            "table-cell": self._cell,
            "covered-table-cell": self._cell,
        }

    def watch(self, parser: expat.XMLParserType) -> None:
        """Set the handlers."""
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        local = name.rpartition(":")[2]
        if self.unseen or local in UNSEEN:
            self.unseen += 1
        elif self.text is not None:
            if local == "s":
                self.text.append(" " * self._count(attributes, "text:c"))
            elif local in ("tab", "line-break"):
                self.text.append("\t" if local == "tab" else "\n")
            elif local == "span":
                self.pieces.append((self.depth, attributes.get("text:style-name", "")))
        elif local == "p" and self.cell is not None and self.depth == self.cell_depth + 1:
            self.text = []
        elif handler := self.starts.get(local):
            handler(attributes)

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if self.unseen:
            self.unseen -= 1
        elif local == "p" and self.text is not None and self.depth == self.cell_depth + 1:
            if self.paragraphs is not None:
                self.paragraphs.append(_collapsed("".join(self.text)))
            self.text = None
        elif self.pieces and self.pieces[-1][0] == self.depth:
            self.pieces.pop()
        elif self.cell is not None and self.depth == self.cell_depth:
            self._close_cell()
        elif local == "table":
            self.tables -= 1
        self.depth -= 1

    def _characters(self, characters: str) -> None:
        if self.text is not None and not self.unseen:
            styles = {style for _, style in self.pieces}
            self.struck |= bool(styles & self.styles.struck) and not characters.isspace()
            text = WHITE.sub(SOFT, characters)
            self.text.append(f"{RAISED}{text}{LOWERED}" if styles & self.styles.raised else text)

    def _style(self, attributes: dict[str, str]) -> None:
        self.style = attributes.get("style:name", "")
        self.styles.starts["style"](attributes)

    def _table_properties(self, attributes: dict[str, str]) -> None:
        if attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)

    def _table(self, attributes: dict[str, str]) -> None:
        self.tables += 1
        name = attributes.get("table:name", "")
        if self.tables > 1 or any(sheet.name == name for sheet in self.sheets):
            raise refusal("file_corrupt", sheet=name)
        self.sheets.append(_Sheet(name, attributes.get("table:style-name", "") in self.hidden_styles))
        self.next_row = self.next_column = 0
        self.column_styles = []

    def _columns(self, attributes: dict[str, str]) -> None:
        first, count = self.next_column, self._count(attributes, "table:number-columns-repeated")
        self.next_column += count
        self.column_styles.append((range(first, first + count), attributes.get("table:default-cell-style-name", "")))
        if attributes.get("table:visibility") in HIDDEN and self.sheets:
            self.sheets[-1].traits.hidden_columns.update(range(first, min(self.next_column, COLUMNS)))

    def _row(self, attributes: dict[str, str]) -> None:
        first, count = self.next_row + 1, self._count(attributes, "table:number-rows-repeated")
        self.rows = range(first, first + count)
        self.next_row, self.column = self.next_row + count, 0
        self.row_style = attributes.get("table:default-cell-style-name", "")
        if attributes.get("table:visibility") in HIDDEN and self.next_row <= ROWS and self.sheets:
            self.sheets[-1].traits.hidden_rows.update(self.rows)

    def _cell(self, attributes: dict[str, str]) -> None:
        if not self.tables:
            raise refusal("file_corrupt")
        count = self._count(attributes, "table:number-columns-repeated")
        self.columns = range(self.column, self.column + count)
        self.column += count
        self.cell, self.cell_depth, self.paragraphs = attributes, self.depth, []
        self.struck = False

    def _close_cell(self) -> None:
        attributes, sheet, rows, columns = self.cell or {}, self.sheets[-1], self.rows, self.columns
        traits, inside = sheet.traits, rows.stop <= ROWS + 1 and columns.stop <= COLUMNS
        style = attributes.get("table:style-name") or self.row_style or self._column_style(columns.start)
        cell, raised = self._value(attributes), False
        look = Look.PERCENT if attributes.get("office:value-type") == "percentage" else self.styles.look(style)
        if isinstance(cell, str):
            cell, raised = without_raised(cell)
        elif look and not isinstance(cell, timedelta):
            cell = shown_cell(cell, look)
        self.cell = self.paragraphs = None
        if "office:value-type" not in attributes and "table:formula" in attributes and inside:
            place = (rows.start, columns.start)
            traits.uncomputed.add(place)
            sheet.cells.append((rows[:1], columns[:1], Special.UNCOMPUTED))
            return
        spans = [self._count(attributes, f"table:number-{name}-spanned") for name in ("rows", "columns")]
        if cell is None and spans == [1, 1]:
            return
        if not inside:
            raise refusal("cell_outside", sheet=sheet.name)
        if spans != [1, 1]:
            top, left = rows.start, columns.start
            traits.merged.append((top, left, top + spans[0] - 1, left + spans[1] - 1))
        if cell is None:
            return
        traits.filled.update(rows)
        traits.first_row = min(traits.first_row, rows.start)
        traits.last_row = max(traits.last_row, rows.stop - 1)
        traits.columns = max(traits.columns, columns.stop)
        if cell is Special.ERROR and len(rows) * len(columns) < ROWS:
            traits.error_cells |= {(row, column) for row in rows for column in columns}
        struck = self.struck or style in self.styles.struck
        for kind in (RAISED_SIGN,) * raised + (STRUCK,) * struck if len(rows) * len(columns) < ROWS else ():
            sheet.marks.setdefault(kind, set()).update((row, column) for row in rows for column in columns)
        sheet.cells.append((rows, columns, cell))

    def _column_style(self, column: int) -> str:
        return next((style for columns, style in self.column_styles if column in columns), "")

    def _value(self, attributes: dict[str, str]) -> Cell | timedelta:
        """The open cell's value; raises InputError where its attributes are no such value."""
        kind = attributes.get("office:value-type", "")
        text = "\n".join(self.paragraphs or ())
        place: Position = (self.rows.start, self.columns.start)
        if attributes.get("calcext:value-type") == "error":
            return Special.ERROR
        try:
            if kind in ("float", "percentage", "currency"):
                return float(attributes["office:value"])
            if kind == "date":
                return datetime.fromisoformat(attributes["office:date-value"])
            if kind == "time":
                return _duration(attributes["office:time-value"])
            if kind == "boolean":
                return {"true": True, "false": False}[attributes["office:boolean-value"]]
        except (KeyError, ValueError, OverflowError):
            raise self._contradiction(place) from None
        written = attributes.get("office:string-value", text)
        plain = text.replace(RAISED, "").replace(LOWERED, "")
        if text and "".join(written.replace(RAISED, "").replace(LOWERED, "").split()) != "".join(plain.split()):
            raise self._contradiction(place)
        return (text or written) if (text or written).strip() else None

    def _contradiction(self, place: Position) -> Exception:
        row, column = place
        return refusal("cells_differ", sheet=self.sheets[-1].name, row=row, letter=column_letter(column))

    def _count(self, attributes: dict[str, str], name: str) -> int:
        digits = attributes.get(name, "1")
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and int(digits)):
            raise refusal("file_corrupt", sheet=self.sheets[-1].name if self.sheets else "")
        return int(digits)


def _collapsed(text: str) -> str:
    """A paragraph's text: white space in the file is one blank between words; blanks and tabs of its own stay."""
    return re.sub(f"{SOFT}+", SOFT, text).strip(SOFT).replace(SOFT, " ")


def _duration(text: str) -> timedelta:
    match = DURATION.fullmatch(text)
    if match is None:
        raise ValueError
    days, hours, minutes, seconds = ((part or "0").replace(",", ".") for part in match.groups())
    span = timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    return -span if text.startswith("-") else span
