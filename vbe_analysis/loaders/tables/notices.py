"""What of a sheet a person should hear of though nothing stops: what the eye sees beside the text, what is not read."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from hashlib import sha256
from typing import Any

import numpy as np

from vbe_analysis.config import message
from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell, RawSheet, column_index, column_letter
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.privacy.gate import dropped_cells_at_fault, dropped_notices
from vbe_analysis.loaders.profiles.profile import Column
from vbe_analysis.loaders.profiles.unknown import guess, is_short
from vbe_analysis.loaders.tables.columns import IGNORE, Context
from vbe_analysis.loaders.tables.conservation import (
    SECOND_COLUMN,
    UNREAD_CELLS,
    UNREAD_COLUMN,
    second_columns,
    unread_cells,
)
from vbe_analysis.loaders.tables.locate import SheetColumn, SheetTable
from vbe_analysis.loaders.tables.survey import question_of
from vbe_analysis.loaders.values.appearance import STRUCK
from vbe_analysis.loaders.values.cells import is_heading, label_of, normalise

MANY = 8  # places that a notice names


def marked_cells(sheet: RawSheet, file: str) -> Iterator[Fault]:
    """A notice for each kind of thing that the eye sees and the text does not say, with its cells."""
    marks, columns_of_row = dict(sheet.marks), dict[int, set[int]]()
    for row, column in marks.pop(STRUCK, ()):
        columns_of_row.setdefault(row, set()).add(column)
    filled = {row: {i for i, c in enumerate(sheet.row(sheet.position(row))) if c is not None} for row in columns_of_row}
    whole = sorted(row for row, columns in columns_of_row.items() if filled[row] <= columns)
    if whole:
        yield Fault("struck_rows", file, sheet.name, values={"rows": few(map(str, whole))})
    parts = ((row, c) for row, columns in columns_of_row.items() if row not in whole for c in columns & filled[row])
    marks["struck_cells"] = frozenset(parts)
    for kind, places in marks.items():
        if places:
            cells = few(f"{column_letter(column)}{row}" for row, column in sorted(places))
            yield Fault(kind, file, sheet.name, values={"cells": cells})


def few(places: Iterable[str]) -> str:
    """The first places of many."""
    listed = list(places)
    return ", ".join(listed[:MANY]) + (" …" if len(listed) > MANY else "")


def column_notices(table: SheetTable, context: Context) -> Iterator[Fault]:
    """Personal data in columns that are dropped; columns that no line of the profile names, those that look like
    counts, dates or choices by their headings; what a form holds beside its fields; and questions that the chapter has
    no name for.
    """
    sheet, file = table.sheet.name, context.file
    personal = dropped_cells_at_fault(table)
    yield from dropped_notices(table, personal, file)
    read = {column.index for column in table.columns if column.spec.as_ not in ("text", "drop")}
    read = {field.value[1] for form in table.fields for field in form.values()} or read | {
        c.index for c in table.groups
    }
    if hidden := sorted(read & table.sheet.hidden_columns):
        yield Fault("hidden_columns", file, sheet, values={"letters": ", ".join(map(column_letter, hidden))})
    for column in second_columns(table):
        first = table.with_role(column.spec.as_)[0]
        values = {"other": first.heading or first.letter, "cells": int(column.raw.filled().sum())}
        yield Fault(SECOND_COLUMN, file, sheet, None, column.heading, column.letter, values)
    if beside := [] if table.source.prose else unread_cells(table):
        places = few(f"{column_letter(index)}{row}" for row, index in beside)
        yield Fault(UNREAD_CELLS, file, sheet, values={"cells": places})
    rest = [c.index for c in table.with_role("drop") if not is_heading(_without_stars(c.spec.heading), c.heading)]
    dropped, turned = () if table.fields else table.dropped, table.table.transposed
    kinds = {
        index: _looks_like(table, index, personal[index].keys())
        for index in (*dropped, *(i for i in rest if table.headings[i]))
    }
    if telling := [_unread(table, index, kind) for index, kind in kinds.items() if kind]:
        yield Fault(UNREAD_COLUMN, file, sheet, values={"columns": ", ".join(telling)})
    if new := [column_letter(index) for index in dropped if not kinds[index]]:
        letters = [str(table.source.row_numbers[column_index(letter)]) for letter in new] if turned else new
        yield Fault("new_rows" if turned else "new_columns", file, sheet, values={"letters": ", ".join(letters)})
    columns: list[tuple[SheetColumn[Any], str]] = [(c, c.spec.question) for c in table.with_role("question")]
    columns += [(group, question_of(group)) for group in table.groups if group.spec.question]
    unnamed = [f"'{c.heading}' ({question})" for c, question in columns if question not in context.questions]
    if unnamed and context.questions:
        yield Fault("unnamed_questions", file, sheet, values={"questions": ", ".join(unnamed)})


def _unread(table: SheetTable, index: int, kind: str) -> str:
    """A column that is not read, by its heading: what its cells look like, and how many."""
    heading, letter = table.headings[index], column_letter(index)
    name = f"'{heading}'" if heading and not kinds_in(heading) else message("place.letter", letter=letter)
    cells = int(table.body_of(table.sheet.columns[index]).filled().sum())
    return message("unread.column", name=name, what=message(f"unread.{kind}"), cells=cells)


def _without_stars(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(pattern for pattern in patterns if pattern.strip() != "*")


def _looks_like(table: SheetTable, index: int, personal: Set[Cell]) -> str:
    """ "counts", "dates" or "choices", where the column's cells look so; else ""."""
    raw = table.body_of(table.sheet.columns[index])
    looks = guess(table.headings[index], raw, personal)
    if looks.personal or not raw.filled().any():
        return ""
    if looks.role in ("count", "drop"):
        return "counts"
    several = np.count_nonzero(raw.filled()) > 1 and bool(looks.labels)
    dates, choices = ("date", "year", "month", "week", "day"), ("noted", "filter", "environment", "event_type", "area")
    return "dates" if looks.role in dates else "choices" if looks.role in choices and several else ""


def ignored_labels(table: SheetTable, outcomes: np.ndarray) -> dict[str, dict[str, int]]:
    """Rule -> label -> its rows, of the rules that leave out whatever they do not name: a condition that begins with
    not, and `"*" = { ignore = ... }`.
    """
    of_rule: dict[str, dict[str, int]] = {}
    for rule, column in _catch_alls(table):
        raw = table.body_of(table.sheet.columns[column.index])
        codes, rows = np.unique(raw.codes[outcomes == rule], return_counts=True)
        labels = Counter[str]()
        for code, number in zip(codes.tolist(), rows.tolist(), strict=True):
            labels[label_of(raw.cells[code])] += number
        of_rule.setdefault(rule, {}).update(labels)
    return of_rule


def newly_ignored(
    table: SheetTable, labels: Mapping[str, Mapping[str, int]], before: Mapping[str, Collection[str]], file: str
) -> Iterator[Fault]:
    """A notice of the labels that a catch-all left out now and not in the cycle before. before: rule -> checksums."""
    for rule, column in _catch_alls(table):
        if rule not in before:
            continue
        new = {text: rows for text, rows in labels[rule].items() if text and checksum(text) not in before[rule]}
        if new:
            texts = (f"'{text}' ({n})" if is_short(text) else f"… ({n})" for text, n in new.items())
            values = {"rule": rule, "labels": few(texts)}
            yield Fault("newly_ignored", file, table.sheet.name, None, column.heading, column.letter, values)


def checksum(label: str) -> str:
    """What the run record keeps of a label."""
    return sha256(normalise(label).encode()).hexdigest()[:16]


def _catch_alls(table: SheetTable) -> Iterator[tuple[str, SheetColumn[Column]]]:
    """(rule, column) of what leaves out rows by what they do not say."""
    for ignore in table.table.ignore:
        for test in ignore.where:
            column = table.named(test.column) if test.not_equals or test.not_starts else None
            if column:
                yield ignore.rule, column
    for column in table.columns:
        code = column.spec.values.get("*") if isinstance(column.spec.values, Mapping) else None
        if isinstance(code, Mapping) and IGNORE in code:
            yield code[IGNORE], column


def rows_outside(sheet: RawSheet, tables: list[SheetTable], file: str) -> Iterator[Fault]:
    """A notice of the rows with several cells below the first table and in none: a table that nobody expects."""
    plain = [table for table in tables if table.sheet is sheet]
    outside = np.zeros(len(sheet.row_numbers), dtype=bool)
    outside[min((table.header for table in plain), default=len(outside)) :] = True
    for table in plain:
        outside[table.header : table.end] = False
    rows = [p for p in np.flatnonzero(outside).tolist() if sum(cell is not None for cell in sheet.row(p)) > 1]
    if rows:
        yield Fault("rows_outside", file, sheet.name, values={"rows": few(str(sheet.row_numbers[p]) for p in rows)})
