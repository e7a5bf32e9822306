"""What becomes of each row of a sheet, and of each filled cell of a table. Exactly one thing.

A row is loaded, ignored by a named rule, or rejected with a reason; a cell is read, dropped by a named column or rule,
or told. A difference stops the load.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.raw import Position, RawSheet
from vbe_analysis.loaders.profiles.profile import PARTS, Column
from vbe_analysis.loaders.tables.locate import SheetColumn, SheetTable
from vbe_analysis.loaders.tables.reports import NO_FIGURES
from vbe_analysis.loaders.tables.rows import LOADED, is_one_of
from vbe_analysis.loaders.tables.survey import NO_EVENT

FORM_FIELD, HEADER_ROW, REJECTED, NO_TABLE = "form_field", "header_row", "rejected", "no_table"
SECOND_COLUMN, UNREAD_COLUMN, UNREAD_CELLS = "second_column", "unread_column", "unread_cells"
# What only one column of a table can say: the first of them is read.
ONE_COLUMN = ("count", "noted", "unit", "unit_kind", "date", "date_from", "date_to", *PARTS)
DROPPED, TOLD = "dropped", "told"
Fate = tuple[str, str]  # DROPPED, TOLD or ""; and the role, the rule or the fault
READ: Fate = ("", "")


@dataclass(frozen=True)
class CellCount:
    """The filled cells of one table: filled = read + the cells of `dropped` (by rule) and of `notices` (by fault).

    A row that a decision leaves out is blank already.
    """

    filled: int
    read: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    notices: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class RowOutcomes:
    """The rows of one sheet: row number -> LOADED or the rule that ignores it, and which rows are rejected instead.

    cells: of each of its tables; of a sheet that is left out, of the whole sheet.
    """

    file: str
    sheet: str
    by_row: dict[int, str]
    rejected: frozenset[int]
    cells: tuple[CellCount, ...] = ()

    @cached_property
    def loaded(self) -> list[int]:
        """The rows that became reports or answers with reports."""
        return [row for row, outcome in self.by_row.items() if outcome == LOADED and row not in self.rejected]

    def ignored(self) -> dict[str, list[int]]:
        rules: dict[str, list[int]] = {}
        for row, outcome in self.by_row.items():
            if outcome != LOADED and row not in self.rejected:
                rules.setdefault(outcome, []).append(row)
        return rules


def whole_sheet(sheet: RawSheet, file: str, rule: str) -> RowOutcomes:
    """A sheet that is left out by one rule."""
    filled = sum(int(column.filled().sum()) for column in sheet.columns)
    cells = CellCount(filled, dropped={rule: filled})
    return RowOutcomes(file, sheet.name, dict.fromkeys(map(int, sheet.row_numbers), rule), frozenset(), (cells,))


def sheet_outcomes(
    sheet: RawSheet, file: str, tables: Sequence[tuple[SheetTable, np.ndarray, set[int]]]
) -> RowOutcomes:
    """The outcomes of a sheet from its tables: their body's outcomes, and the positions rejected in each.

    A form is one record, known by its own row; its other rows are its fields. A transposed table has a record a
    column. Raises InputError where a row belongs to two tables (rows would be counted twice), or a cell to none.
    """
    own = [of_table for of_table in tables if of_table[0].source is not of_table[0].sheet]
    tables = own[:1] or tables
    sheet = tables[0][0].sheet if tables[0][0].table.transposed else sheet
    by_row = dict.fromkeys(np.asarray(sheet.row_numbers).tolist(), NO_TABLE)
    rejected: set[int] = set()
    for table, outcomes, positions in tables:
        rows = table.numbers().tolist()
        headings = [int(number) for number in table.sheet.row_numbers[table.header : table.body] if not table.fields]
        if len(tables) > 1 and any(by_row[row] != NO_TABLE for row in rows):
            raise InputError([Fault("overlapping_tables", file, sheet.name)])
        by_row.update(zip(rows, outcomes.tolist(), strict=True))
        by_row.update(dict.fromkeys(headings, HEADER_ROW))
        rejected |= {rows[position] for position in positions}
    outside = [(at, number) for at, (number, outcome) in enumerate(by_row.items()) if outcome == NO_TABLE]
    for position, number in outside:
        if own and not own[0][0].table.transposed:
            by_row[number] = FORM_FIELD
        else:
            by_row[number] = "blank_row" if all(cell is None for cell in sheet.row(position)) else "title_row"
    cells = tuple(count_cells(*of_table, file) for of_table in tables)
    return RowOutcomes(file, sheet.name, by_row, frozenset(rejected), cells)


def second_columns(table: SheetTable) -> list[SheetColumn[Column]]:
    """The columns that say what a column before them says already, where only one of them can be read."""
    return [column for role in ONE_COLUMN for column in table.with_role(role)[1:]]


def unread_cells(table: SheetTable) -> list[Position]:
    """The filled cells of a sheet of forms that hold neither a label nor the value of one that the profile names."""
    return sorted(_filled(table.source) - table.labels - _values(table)) if table.fields else []


def count_cells(table: SheetTable, outcomes: np.ndarray, rejected: set[int], file: str) -> CellCount:
    """The table's filled cells by what becomes of them. Raises InputError where they do not add up."""
    read = is_one_of(outcomes, LOADED, NO_EVENT, NO_FIGURES, table.table.zero_rows)  # though no report comes of some
    of_row, names = pd.factorize(np.where(read, LOADED, outcomes))
    of_row[list(rejected)] = len(names)
    fates, filled = Counter[Fate](), 0
    of_column = _fates(table)
    for index, column in enumerate(table.sheet.columns):
        cells = column.filled()[table.header : table.end]
        filled += int(cells.sum())
        numbers = np.bincount(of_row[cells[table.body - table.header :]], minlength=len(names) + 1).tolist()
        for fate in of_column.get(index, ()):
            fates[DROPPED, HEADER_ROW] += int(cells[: table.body - table.header].sum())
            fates[TOLD, REJECTED] += numbers[-1]
            for rule, number in zip(names.tolist(), numbers[:-1], strict=True):
                fates[(DROPPED, rule) if rule else fate] += number
    if table.fields:
        filled, unread = len(_filled(table.source)), len(unread_cells(table))
        fates[DROPPED, HEADER_ROW] = len(table.labels - _values(table))
        fates[(DROPPED, FORM_FIELD) if table.source.prose else (TOLD, UNREAD_CELLS)] = unread
    if fates.total() != filled:
        values = {"filled": filled, "known": fates.total()}
        raise InputError([Fault("cells_lost", file, table.source.name, values=values)])
    known = sorted((kind, name, cells) for (kind, name), cells in fates.items() if cells)
    rules, faults = ({name: cells for of, name, cells in known if of == kind} for kind in (DROPPED, TOLD))
    return CellCount(filled, fates[READ], rules, faults)


def _fates(table: SheetTable) -> dict[int, list[Fate]]:
    """What becomes of the cells of each column in the rows that are read: one thing."""
    second = {column.index for column in second_columns(table)}
    fates: list[tuple[int, Fate]] = [(column.index, READ) for column in table.groups]
    for column in table.columns:
        unread = column.spec.as_ == "drop" or (column.spec.as_ == "text" and not column.spec.rules)
        kept = (TOLD, SECOND_COLUMN) if column.index in second else READ
        fates.append((column.index, (DROPPED, column.spec.as_) if unread else kept))
    fates += [(index, (TOLD, UNREAD_COLUMN)) for index in table.dropped if not table.fields]
    by_column: dict[int, list[Fate]] = {}
    for index, fate in fates:
        by_column.setdefault(index, []).append(fate)
    return by_column


def _filled(sheet: RawSheet) -> set[Position]:
    positions = ((i, at) for i, column in enumerate(sheet.columns) for at in np.flatnonzero(column.filled()).tolist())
    return {(int(sheet.row_numbers[at]), index) for index, at in positions}


def _values(table: SheetTable) -> set[Position]:
    """The cells of the forms' fields that the profile names."""
    unnamed = {table.headings[index] for index in table.dropped}
    fields = (field for form in table.fields for label, field in form.items() if label not in unnamed)
    return {field.value for field in fields if field.filled}
