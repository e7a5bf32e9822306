"""Forms: a label and a value to each field, one form or several in a sheet. Read as a table with a row a form."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell, RawColumn, RawSheet, column_index, column_letter, factorise
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.schema import Table
from vbe_analysis.loaders.tables.locate import Located, locate
from vbe_analysis.loaders.tables.reports import Part
from vbe_analysis.loaders.tables.rows import Account, account
from vbe_analysis.loaders.values.cells import label_of, normalise
from vbe_analysis.loaders.values.labels import is_heading

FIELD_ROW = "form_field"


@dataclass(frozen=True, eq=False)
class Forms:
    """A sheet of forms as a table. rows: for each form, the sheet's row on which each label stands."""

    sheet: RawSheet
    located: Located
    rows: tuple[dict[str, int], ...]

    def labels_at_fault(self, file: str) -> list[Fault]:
        """Personal data in a label, told by its row."""
        found = {row: kinds_in(label) for rows in self.rows for label, row in rows.items()}
        return [
            Fault("personal_data_heading", file, self.sheet.name, row, values={"kinds": kinds})
            for row, kinds in found.items() if kinds
        ]  # fmt: skip

    def placed(self, part: Part) -> Part:
        """The part with each fault on the row of the field at fault."""
        own = [int(n) for n in self.located.numbers()]
        faults = tuple((p, self._placed(fault, self.rows[p])) for p, fault in part.faults)
        stops = tuple(self._placed(f, self.rows[own.index(f.row)]) if f.row in own else f for f in part.stops)
        return replace(part, faults=faults, stops=stops)

    def account(self, part: Part, file: str) -> Account:
        """A form is one record, known by its own row; its other rows are its fields."""
        own = [int(n) for n in self.located.numbers()]
        fates = {int(n): FIELD_ROW for n in self.sheet.row_numbers}
        fates.update(zip(own, part.fates, strict=True))
        return Account(file, self.sheet.name, fates, frozenset(own[position] for position, _ in part.faults))

    def _placed(self, fault: Fault, rows: dict[str, int]) -> Fault:
        return replace(fault, row=rows.get(fault.column, fault.row), letter="")


def collect(sheet: RawSheet, table: Table, file: str) -> Forms:
    """The forms of a sheet. One begins where the first label comes again; its own row is its event type's."""
    values: list[dict[str, Cell]] = []
    rows: list[dict[str, int]] = []
    spelled: dict[str, str] = {}  # normal form -> the label as it first stood
    for label, value, number in _fields(sheet, table):
        if not values or normalise(label) == next(iter(spelled)):
            values.append({})
            rows.append({})
        name = spelled.setdefault(normalise(label), label)
        values[-1].setdefault(name, value)
        rows[-1].setdefault(name, number)
    types = {normalise(h) for column in table.columns if column.as_ == "event_type" for h in column.headings}
    own = [next((row for name, row in of.items() if normalise(name) in types), min(of.values())) for of in rows]
    flat = replace(table, shape="reports", header_rows=1, header_at=0, start=(), end=(), footnotes=False)
    located = locate(_as_table(sheet, list(spelled.values()), values, own), flat, file)
    return Forms(sheet, located, tuple(rows))


def _fields(sheet: RawSheet, table: Table) -> Iterator[tuple[str, Cell, int]]:
    """Label, value and row number of every field, row by row."""
    anywhere = table.label_column == "*"
    known = tuple(heading for column in table.columns for heading in column.headings)
    for position, number in enumerate(sheet.row_numbers):
        cells = sheet.row(position)
        places = range(len(cells)) if anywhere else [column_index(table.label_column)]
        for at in (at for at in places if at < len(cells) and cells[at] is not None):
            label, inside = _parted(cells[at], known)
            if anywhere and not is_heading(known, label):
                continue
            value = _value(sheet, cells, position, at, table) if inside is None else inside
            yield label, None if anywhere and is_heading(known, label_of(value).rstrip(": ")) else value, int(number)


def _parted(cell: Cell, known: tuple[str, ...]) -> tuple[str, str | None]:
    """The label, and the value where it stands after a colon in the same cell ("Datum: 2021-03-05")."""
    text = label_of(cell)
    label, _, value = text.partition(":")
    if value.strip() and not is_heading(known, text) and is_heading(known, label.strip()):
        return label.strip(), value.strip()
    return text.rstrip(": "), None


def _value(sheet: RawSheet, cells: list[Cell], position: int, at: int, table: Table) -> Cell:
    if table.value_column == "below":
        below = sheet.row(position + 1) if position + 1 < len(sheet.row_numbers) else []
        return below[at] if at < len(below) else None
    if table.value_column:
        index = column_index(table.value_column)
        return cells[index] if index < len(cells) else None
    return next((cell for cell in cells[at + 1 :] if cell is not None), None)


def _as_table(sheet: RawSheet, labels: list[str], values: list[dict[str, Cell]], own: list[int]) -> RawSheet:
    columns = []
    for label in labels:
        cells: list[Cell] = [label, *(of.get(label) for of in values)]
        columns.append(RawColumn(np.arange(len(cells), dtype=np.int32), cells))
    return replace(sheet, row_numbers=[0, *own], columns=tuple(columns), merged=(), ragged=frozenset())


@dataclass(frozen=True, eq=False)
class Turned:
    """sheet: with a row for each column of the `original` (row 3 is column C). A record's `row` is that number."""

    original: RawSheet
    sheet: RawSheet

    def placed(self, fault: Fault) -> Fault:
        """The fault where the office sees it."""
        row = fault.row
        place = next((i for i in range(len(self.sheet.columns)) if column_letter(i) == fault.letter), None)
        number = None if place is None else int(self.original.row_numbers[place])
        return replace(fault, row=number, letter=column_letter(row - 1) if row else "", column="")

    def part(self, part: Part) -> Part:
        """The part with every fault placed."""
        faults = tuple((position, self.placed(fault)) for position, fault in part.faults)
        return replace(part, faults=faults, stops=tuple(map(self.placed, part.stops)))

    def located(self, located: Located) -> Located:
        """The table with its heading faults placed."""
        return replace(located, faults=tuple(map(self.placed, located.faults)))

    def account(self, part: Part, file: str) -> Account:
        """Of the columns: each is a record, a heading, or left out by a rule."""
        refused = {position for position, _ in part.faults}
        return account(self.sheet, file, [(part.located, part.fates, refused)])


def turned(sheet: RawSheet) -> Turned:
    """The sheet with its columns as rows."""
    rows = [[column.cells[int(code)] for code in column.codes] for column in sheet.columns]
    columns = tuple(factorise(cells) for cells in zip(*rows, strict=True))
    on_side = RawSheet(
        sheet.name, range(1, len(rows) + 1), columns, sheet.hidden,
        hidden_rows=frozenset(index + 1 for index in sheet.hidden_columns),
        merged=tuple((left + 1, sheet.position(top), right + 1, sheet.position(low))
                     for top, left, low, right in sheet.merged if {top, low} <= set(sheet.row_numbers)),
    )  # fmt: skip
    return Turned(sheet, on_side)
