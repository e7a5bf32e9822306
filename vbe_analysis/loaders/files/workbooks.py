"""What an xlsx workbook's XML says of its sheets and the spreadsheet reader keeps to itself.

Hidden rows and columns, merged ranges, error cells and formulas without a stored value (both read as blank), rows that
occur twice (the reader keeps the last), and how large a box of cells the reader would have to build.
"""

import re
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.parsers import expat
from zipfile import ZipFile

from vbe_analysis.loaders.files.preflight import Elements, Limits, inspect_parts, read_part, refusal
from vbe_analysis.loaders.files.raw import Position, column_index

ROWS, COLUMNS = 1_048_576, 16_384  # the format's own bounds
OUTSIDE, IN_CELL, IN_FORMULA, IN_VALUE = range(4)
TRUE = frozenset(("1", "true"))
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]+)")


@dataclass
class SheetTraits:
    """What the preflight saw of one sheet; rows count from 1, columns from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    error_cells: set[Position] = field(default_factory=set)
    uncomputed: set[Position] = field(default_factory=set)
    doubled: set[int] = field(default_factory=set)  # rows that occur twice, or hold a cell twice
    filled: set[int] = field(default_factory=set)  # rows with a value
    first_row: int = ROWS
    last_row: int = 0
    columns: int = 0


def preflight_xlsx(archive: ZipFile, limits: Limits) -> dict[str, SheetTraits]:
    """Sheet name -> what the preflight saw of it; raises InputError for a workbook that must not be opened."""
    parts = _sheet_parts(archive, limits)
    traits = {name: SheetTraits() for name in parts.values()}
    watches = {part: _SheetWatch(name, traits[name]).start for part, name in parts.items()}
    inspect_parts(archive, limits, watches, parts)
    for name, sheet in traits.items():
        check_box(name, sheet, limits)
    return traits


def check_box(name: str, sheet: SheetTraits, limits: Limits) -> None:
    """Refuse a sheet whose values lie so far apart that the box around them would fill the memory."""
    rows = sheet.last_row - sheet.first_row + 1
    box = rows * sheet.columns
    if box > limits.box_cells and box > limits.box_per_row * len(sheet.filled):
        raise refusal("box_size", sheet=name, rows=rows, columns=sheet.columns, limit=limits.box_cells)
    if sheet.columns > limits.columns:
        raise refusal("column_count", sheet=name, columns=sheet.columns, limit=limits.columns)
    area = sum((last - first + 1) * (right - left + 1) for first, left, last, right in sheet.merged)
    if area > limits.merged_cells:
        raise refusal("merged_size", sheet=name, limit=limits.merged_cells)


def _sheet_parts(archive: ZipFile, limits: Limits) -> dict[str, str]:
    """Part -> sheet name, as the workbook and its relations say."""
    relation_of: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(attributes: dict[str, str]) -> None:
        identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        relation_of[attributes.get("name", "")] = identity

    def relation(attributes: dict[str, str]) -> None:
        targets[attributes.get("Id", "")] = attributes.get("Target", "")

    read_part(archive, "xl/workbook.xml", limits, Elements({"sheet": sheet}).watch)
    read_part(archive, "xl/_rels/workbook.xml.rels", limits, Elements({"Relationship": relation}).watch)
    stored = {name.casefold(): name for name in archive.namelist()}
    parts = {}
    for name, identity in relation_of.items():
        target = normpath(join("/xl", targets.get(identity, ""))).lstrip("/").casefold()
        if target in stored:
            parts[stored[target]] = name
    return parts


class _SheetWatch:
    """Follows expat through one sheet; speed matters in what runs once per cell (_cell, _value, _place)."""

    def __init__(self, sheet: str, traits: SheetTraits) -> None:
        self.sheet, self.traits = sheet, traits
        self.row, self.row_text, self.column = 0, "", -1
        self.reference: str | None = None
        self.kind: str | None = None  # the cell's t attribute
        self.state = OUTSIDE
        self.position: Position = (0, 0)
        self.letters: dict[str, int] = {}
        self.rows_seen: set[int] = set()
        self.columns_seen: set[int] = set()  # of this row

    def start(self, parser: expat.XMLParserType) -> None:
        """Set the handlers."""
        self.parser = parser
        handlers = {"c": self._cell, "v": self._value, "is": self._value, "f": self._formula}
        handlers |= {"row": self._row, "col": self._col, "mergeCell": self._merge}
        Elements(handlers, self._leave).watch(parser)

    def _row(self, attributes: dict[str, str]) -> None:
        self.row_text = attributes.get("r", "")
        self.row = _number(self.sheet, self.row_text, ROWS) if self.row_text else self.row + 1
        self.column, self.state = -1, OUTSIDE
        self.columns_seen.clear()
        if self.row in self.rows_seen:
            self.traits.doubled.add(self.row)
        self.rows_seen.add(self.row)
        if attributes.get("hidden") in TRUE or attributes.get("ht") == "0":
            self.traits.hidden_rows.add(self.row)

    def _cell(self, attributes: dict[str, str]) -> None:
        self.reference, self.kind = attributes.get("r"), attributes.get("t")
        self.state = IN_CELL
        if self.reference is None:
            self.column += 1

    def _formula(self, _: dict[str, str]) -> None:
        if self.state == IN_CELL:
            self._place()
            self.state = IN_FORMULA
            self.traits.uncomputed.add(self.position)
            self.parser.CharacterDataHandler = self._text

    def _value(self, _: dict[str, str]) -> None:
        if self.state == IN_CELL:
            self._place()
            self.state = OUTSIDE
        elif self.state == IN_FORMULA:
            self.state = IN_VALUE
            if self.kind in ("str", "e"):  # a formula may well give an empty text
                self.traits.uncomputed.discard(self.position)
        if self.kind == "e":
            self.traits.error_cells.add(self.position)

    def _text(self, characters: str) -> None:
        if self.state == IN_VALUE and characters.strip():
            self.traits.uncomputed.discard(self.position)
            self.parser.CharacterDataHandler = None

    def _leave(self, _: dict[str, str]) -> None:
        self.state, self.kind = OUTSIDE, None  # extensions after the cells have formulas of their own

    def _col(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in TRUE or attributes.get("width") == "0":
            first, last = (_number(self.sheet, attributes.get(key, ""), COLUMNS) for key in ("min", "max"))
            self.traits.hidden_columns.update(range(first - 1, last))

    def _merge(self, attributes: dict[str, str]) -> None:
        corners = [_position(self.sheet, corner) for corner in attributes.get("ref", "").split(":")[:2]]
        (first_row, last_row), (first, last) = (sorted((corners[0][axis], corners[-1][axis])) for axis in (0, 1))
        self.traits.merged.append((first_row, first, last_row, last))

    def _place(self) -> None:
        """Work out where the cell stands and count it into the sheet's box."""
        row, column, reference, traits = self.row, self.column, self.reference, self.traits
        if reference is not None:
            head = reference[: -len(self.row_text)] if self.row_text and reference.endswith(self.row_text) else ""
            if (column := self.letters.get(head, -1)) < 0:
                row, column = _position(self.sheet, reference)
                if row != self.row:
                    traits.doubled |= {row, self.row}
                elif head:
                    self.letters[head] = column
            self.column = column
        self.position = row, column
        if column in self.columns_seen:
            traits.doubled.add(row)
        if not self.columns_seen or row != self.row:
            traits.filled.add(row)
            traits.first_row, traits.last_row = min(traits.first_row, row), max(traits.last_row, row)
        self.columns_seen.add(column)
        if column >= traits.columns:
            traits.columns = column + 1


def _number(sheet: str, digits: str, bound: int) -> int:
    """A row or column number inside the format's bounds."""
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 8 and 1 <= int(digits) <= bound):
        raise refusal("cell_outside", sheet=sheet)
    return int(digits)


def _position(sheet: str, reference: str) -> Position:
    """Row number and column index of "AB12"."""
    match = REFERENCE.fullmatch(reference)
    if match is None or column_index(match[1]) >= COLUMNS:
        raise refusal("cell_outside", sheet=sheet)
    return _number(sheet, match[2], ROWS), column_index(match[1])


HIDDEN = ("collapse", "filter")


def preflight_ods(archive: ZipFile, limits: Limits) -> dict[str, SheetTraits]:
    """Sheet name -> what the preflight saw of it; raises InputError for a workbook that must not be opened."""
    watch = _ContentWatch()
    inspect_parts(archive, limits, {"content.xml": watch.start}, {})
    for name, sheet in watch.sheets.items():
        check_box(name, sheet, limits)
    return watch.sheets


class _ContentWatch:
    """Follows expat through content.xml; rows and columns count from 0 here."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetTraits] = {}
        self.traits = SheetTraits()
        self.name = ""
        self.next_row = self.column = self.next_declared = 0
        self.rows = range(0)  # the rows that the open row element stands for

    def start(self, parser: expat.XMLParserType) -> None:
        """Set the handlers."""
        handlers = {"table": self._table, "table-column": self._columns, "table-row": self._row}
        Elements({**handlers, "table-cell": self._cell, "covered-table-cell": self._cell}).watch(parser)

    def _table(self, attributes: dict[str, str]) -> None:
        self.name = attributes.get("table:name", "")
        self.traits = self.sheets[self.name] = SheetTraits()
        self.next_row = self.next_declared = 0

    def _columns(self, attributes: dict[str, str]) -> None:
        first, self.next_declared = self.next_declared, self.next_declared + self._count(attributes, "columns-repeated")
        if attributes.get("table:visibility") in HIDDEN:
            self.traits.hidden_columns.update(range(first, min(self.next_declared, COLUMNS)))

    def _row(self, attributes: dict[str, str]) -> None:
        self.rows = range(self.next_row, self.next_row + self._count(attributes, "rows-repeated"))
        self.next_row, self.column = self.rows.stop, 0
        if attributes.get("table:visibility") in HIDDEN and self.rows.stop <= ROWS:
            self.traits.hidden_rows.update(row + 1 for row in self.rows)

    def _cell(self, attributes: dict[str, str]) -> None:
        columns = range(self.column, self.column + self._count(attributes, "columns-repeated"))
        self.column = columns.stop
        if "office:value-type" not in attributes:
            if "table:formula" in attributes and self._inside(columns):
                self.traits.uncomputed |= {(row + 1, column) for row in self.rows[:1] for column in columns[:1]}
            return
        if not self._inside(columns):
            raise refusal("cell_outside", sheet=self.name)
        traits = self.traits
        traits.filled.update(row + 1 for row in self.rows)
        traits.first_row = min(traits.first_row, self.rows.start + 1)
        traits.last_row = max(traits.last_row, self.rows.stop)
        traits.columns = max(traits.columns, columns.stop)
        if attributes.get("calcext:value-type") == "error" and len(self.rows) * len(columns) < ROWS:
            traits.error_cells |= {(row + 1, column) for row in self.rows for column in columns}
        spans = [self._count(attributes, name) for name in ("rows-spanned", "columns-spanned")]
        if spans != [1, 1]:
            top, left = self.rows.start, columns.start
            traits.merged.append((top + 1, left, top + spans[0], left + spans[1] - 1))

    def _inside(self, columns: range) -> bool:
        return self.rows.stop <= ROWS and columns.stop <= COLUMNS

    def _count(self, attributes: dict[str, str], name: str) -> int:
        digits = attributes.get(f"table:number-{name}", "1")
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and int(digits)):
            raise refusal("file_corrupt", sheet=self.name)
        return int(digits)
