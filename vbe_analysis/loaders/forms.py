"""Forms: a label and a value to each field, one form or several in a sheet. Read as a table with a row a form."""

from dataclasses import dataclass, replace

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import label_of, normalise
from vbe_analysis.loaders.gate import kinds_in
from vbe_analysis.loaders.headings import Located, locate
from vbe_analysis.loaders.profiles import Table
from vbe_analysis.loaders.raw import Cell, RawColumn, RawSheet, column_index
from vbe_analysis.loaders.rows import Account
from vbe_analysis.loaders.tables import Part

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
    at = column_index(table.label_column)
    for position, number in enumerate(sheet.row_numbers):
        cells = sheet.row(position)
        if at >= len(cells) or cells[at] is None:
            continue
        label = label_of(cells[at]).rstrip(": ")
        if not values or normalise(label) == next(iter(spelled)):
            values.append({})
            rows.append({})
        name = spelled.setdefault(normalise(label), label)
        values[-1].setdefault(name, _value(cells, at, table))
        rows[-1].setdefault(name, int(number))
    types = {normalise(h) for column in table.columns if column.as_ == "event_type" for h in column.headings}
    own = [next((row for name, row in of.items() if normalise(name) in types), min(of.values())) for of in rows]
    flat = replace(table, shape="reports", header_rows=1, header_at=0, start=(), end=(), footnotes=False)
    located = locate(_as_table(sheet, list(spelled.values()), values, own), flat, file)
    return Forms(sheet, located, tuple(rows))


def _value(cells: list[Cell], at: int, table: Table) -> Cell:
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
