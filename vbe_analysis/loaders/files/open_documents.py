"""OpenDocument tables (ods) -> raw tables, read straight from content.xml.

A spreadsheet reader loses tabs, line breaks and CDATA inside a cell here, so the cells are read by the same parser that
looks for harm. Source: OpenDocument 1.2, part 1, sections 6.1.2 (white space), 9.1 and 19.385 (values).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.parsers import expat
from zipfile import ZipFile

from vbe_analysis.loaders.files.preflight import Limits, inspect_parts, refusal
from vbe_analysis.loaders.files.raw import Cell, Position, RawSheet, Special, column_letter, columns_of, with_durations
from vbe_analysis.loaders.files.workbooks import COLUMNS, ROWS, SheetTraits, check_box

HIDDEN = ("collapse", "filter")
WHITE = re.compile(r"[ \t\r\n]+")
SOFT = "\x01"  # white space of the file, which counts as one blank at most; \x01 cannot stand in XML
DURATION = re.compile(r"-?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
UNSEEN = frozenset(("annotation", "note", "ruby-text", "tracked-changes", "shapes", "frame"))


@dataclass
class _Sheet:
    """A table that is being read; rows count from 1, columns from 0."""

    name: str
    hidden: bool = False
    traits: SheetTraits = field(default_factory=SheetTraits)
    cells: list[tuple[range, range, Cell | timedelta]] = field(default_factory=list)


def read_ods(archive: ZipFile, limits: Limits) -> list[RawSheet]:
    """The document's tables; raises InputError for one that must not be opened, or that contradicts itself."""
    content = _Content()
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
    )


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
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
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
        elif self.cell is not None and self.depth == self.cell_depth:
            self._close_cell()
        elif local == "table":
            self.tables -= 1
        self.depth -= 1

    def _characters(self, characters: str) -> None:
        if self.text is not None and not self.unseen:
            self.text.append(WHITE.sub(SOFT, characters))

    def _style(self, attributes: dict[str, str]) -> None:
        self.style = attributes.get("style:name", "")

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

    def _columns(self, attributes: dict[str, str]) -> None:
        first, count = self.next_column, self._count(attributes, "table:number-columns-repeated")
        self.next_column += count
        if attributes.get("table:visibility") in HIDDEN and self.sheets:
            self.sheets[-1].traits.hidden_columns.update(range(first, min(self.next_column, COLUMNS)))

    def _row(self, attributes: dict[str, str]) -> None:
        first, count = self.next_row + 1, self._count(attributes, "table:number-rows-repeated")
        self.rows = range(first, first + count)
        self.next_row, self.column = self.next_row + count, 0
        if attributes.get("table:visibility") in HIDDEN and self.next_row <= ROWS and self.sheets:
            self.sheets[-1].traits.hidden_rows.update(self.rows)

    def _cell(self, attributes: dict[str, str]) -> None:
        if not self.tables:
            raise refusal("file_corrupt")
        count = self._count(attributes, "table:number-columns-repeated")
        self.columns = range(self.column, self.column + count)
        self.column += count
        self.cell, self.cell_depth, self.paragraphs = attributes, self.depth, []

    def _close_cell(self) -> None:
        attributes, sheet, rows, columns = self.cell or {}, self.sheets[-1], self.rows, self.columns
        traits, inside = sheet.traits, rows.stop <= ROWS + 1 and columns.stop <= COLUMNS
        cell = self._value(attributes)
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
        sheet.cells.append((rows, columns, cell))

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
        if text and "".join(written.split()) != "".join(text.split()):
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
