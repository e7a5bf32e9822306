"""Forms laid out as an ordinary table: a label, and its value beside or below it -> a row a form, a column a label."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from vbe_analysis.loaders.files.raw import Cell, Position, RawColumn, RawSheet, column_index
from vbe_analysis.loaders.profiles.profile import Table
from vbe_analysis.loaders.values.cells import is_heading, label_of, normalise


class Field(NamedTuple):
    """Where the office's program shows a label, and its value; filled: whether one stands there."""

    label: Position
    value: Position
    filled: bool


class Forms(NamedTuple):
    """The forms of a sheet. records: a heading row of labels, then a row a form; fields: of each form, by label.

    labels: every cell that holds a label, those that come twice in a form too.
    """

    records: RawSheet
    fields: tuple[dict[str, Field], ...]
    labels: frozenset[Position]


def lay_out_forms(sheet: RawSheet, table: Table) -> Forms:
    """A form begins where the first label comes again. Its own row is that of its event type."""
    values: list[dict[str, Cell]] = []
    fields: list[dict[str, Field]] = []
    labels: set[Position] = set()
    spelled: dict[str, str] = {}  # normal form -> the label as it first stood
    for label, value, field in _fields(sheet, table):
        labels.add(field.label)
        if not values or normalise(label) == next(iter(spelled)):
            values.append({})
            fields.append({})
        name = spelled.setdefault(normalise(label), label)
        if name not in fields[-1]:
            values[-1][name], fields[-1][name] = value, field
    types = {normalise(h) for column in table.columns if column.as_ == "event_type" for h in column.headings}
    own = [_row_of(of_form, types) for of_form in fields]
    codes = np.arange(len(values) + 1, dtype=np.int32)  # no two forms are one because they say the same
    columns = tuple(RawColumn(codes, [label, *(of.get(label) for of in values)]) for label in spelled.values())
    records = replace(sheet, row_numbers=[0, *own], columns=columns, merged=(), ragged=frozenset(), short=frozenset())
    return Forms(records, tuple(fields), frozenset(labels))


def _row_of(form: dict[str, Field], types: set[str]) -> int:
    rows = {name: field.label[0] for name, field in form.items()}
    return next((row for name, row in rows.items() if normalise(name) in types), min(rows.values()))


def _fields(sheet: RawSheet, table: Table) -> Iterator[tuple[str, Cell, Field]]:
    """Label, value and place of every field of the forms, row by row."""
    anywhere = table.label_column == "*"
    known = tuple(heading for column in table.columns for heading in column.headings)
    for position, number in enumerate(map(int, sheet.row_numbers)):
        cells = sheet.row(position)
        places = range(len(cells)) if anywhere else [column_index(table.label_column)]
        for at in (at for at in places if at < len(cells) and cells[at] is not None):
            label, inside = _parted(cells[at], known)
            if anywhere and not is_heading(known, label):
                continue
            value, place = _value(sheet, cells, position, at, table) if inside is None else (inside, (number, at))
            if anywhere and inside is None and is_heading(known, label_of(value).rstrip(": ")):
                value, place = None, (number, at + 1)  # the next field's label: this one is blank
            yield label, value, Field((number, at), place, value is not None)


def _parted(cell: Cell, known: tuple[str, ...]) -> tuple[str, str | None]:
    """The label, and the value where it stands after a colon in the same cell ("Datum: 2021-03-05")."""
    text = label_of(cell)
    label, _, value = text.partition(":")
    if value.strip() and not is_heading(known, text) and is_heading(known, label.strip()):
        return label.strip(), value.strip()
    return text.rstrip(": "), None


def _value(sheet: RawSheet, cells: list[Cell], position: int, at: int, table: Table) -> tuple[Cell, Position]:
    """The value that belongs to the label at `at`, and its place: below, in the value column, or next to the right."""
    number = int(sheet.row_numbers[position])
    if table.value_column == "below":
        last = position + 1 == len(sheet.row_numbers)
        cells, number = ([], number + 1) if last else (sheet.row(position + 1), int(sheet.row_numbers[position + 1]))
        index = at
    elif table.value_column:
        index = column_index(table.value_column)
    else:
        index = next((i for i in range(at + 1, len(cells)) if cells[i] is not None), at + 1)
    return cells[index] if index < len(cells) else None, (number, index)
