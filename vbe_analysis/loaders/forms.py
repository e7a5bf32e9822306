"""Forms: a label and a value to each field, one form or several in a sheet. Turned into a table with a row a form."""

from dataclasses import dataclass, replace

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import label_of, normalise
from vbe_analysis.loaders.fields import Context
from vbe_analysis.loaders.raw import Cell, RawColumn, RawSheet, column_letter
from vbe_analysis.loaders.headings import locate
from vbe_analysis.loaders.profiles import Table
from vbe_analysis.loaders.rows import Account
from vbe_analysis.loaders.tables import Part, read_table

FIELD_ROW = "form_field"


@dataclass(frozen=True, eq=False)
class _Forms:
    """The sheet as a table: labels in order, and for each form its values and the row each stands on."""

    labels: list[str]
    values: list[dict[str, Cell]]
    rows: list[dict[str, int]]


def read_forms(sheet: RawSheet, table: Table, context: Context) -> tuple[Part, Account]:
    """The reports of a sheet of forms. A form's row is that of its event type, or of the field at fault."""
    forms = _collect(sheet, table)
    own = _own_rows(forms, table)
    flat = replace(table, shape="reports", header_rows=1, header_at=0, start=(), end=(), footnotes=False)
    located = locate(_as_table(sheet, forms, own), flat, context.file)
    part = read_table(located, context)
    faults = tuple((position, _placed(fault, forms, position)) for position, fault in part.faults)
    refused = {position for position, _ in faults}
    fates = {int(n): FIELD_ROW for n in sheet.row_numbers}
    for position, number in enumerate(own):
        fates[number] = part.fates[position]
    account = Account(context.file, sheet.name, fates, frozenset(own[p] for p in refused))
    return replace(part, faults=faults), account


def _collect(sheet: RawSheet, table: Table) -> _Forms:
    forms = _Forms([], [], [])
    seen: set[str] = set()
    first = None
    labels = next(i for i in range(len(sheet.columns) + 1) if column_letter(i) == table.label_column)
    for position, number in enumerate(sheet.row_numbers):
        cells = sheet.row(position)
        if labels >= len(cells) or cells[labels] is None:
            continue
        label = label_of(cells[labels]).rstrip(": ")
        if normalise(label) == first or not forms.values:
            forms.values.append({})
            forms.rows.append({})
        first = first or normalise(label)
        if normalise(label) not in seen:
            seen.add(normalise(label))
            forms.labels.append(label)
        name = next(known for known in forms.labels if normalise(known) == normalise(label))
        forms.values[-1].setdefault(name, _value(cells, labels, table))
        forms.rows[-1].setdefault(name, int(number))
    return forms


def _value(cells: list[Cell], labels: int, table: Table) -> Cell:
    if table.value_column:
        index = next(i for i in range(len(cells) + 1) if column_letter(i) == table.value_column)
        return cells[index] if index < len(cells) else None
    return next((cell for cell in cells[labels + 1 :] if cell is not None), None)


def _own_rows(forms: _Forms, table: Table) -> list[int]:
    """The row by which each form is known: its event type's, else its first."""
    wanted = [h for c in table.columns if c.as_ == "event_type" for h in c.headings]
    names = {normalise(h) for h in wanted}
    return [
        next((row for name, row in rows.items() if normalise(name) in names), min(rows.values())) for rows in forms.rows
    ]


def _as_table(sheet: RawSheet, forms: _Forms, own: list[int]) -> RawSheet:
    columns = []
    for label in forms.labels:
        cells: list[Cell] = [label, *(values.get(label) for values in forms.values)]
        columns.append(RawColumn(np.arange(len(cells), dtype=np.int32), cells))
    return replace(sheet, row_numbers=[0, *own], columns=tuple(columns), merged=(), ragged=frozenset())


def _placed(fault: Fault, forms: _Forms, position: int) -> Fault:
    rows = forms.rows[position]
    return replace(fault, row=rows.get(fault.column, fault.row), letter="")
