"""Which rows of a table hold data: notes, repeated headings, named rules; and totals held against the rows above.

While a table is read, the outcomes are an object array over its body rows: LOADED, or the rule that ignores the row.
"""

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from vbe_analysis.config import message
from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell, RawColumn, Special
from vbe_analysis.loaders.profiles.profile import Total
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.locate import SheetColumn, SheetTable, rows_where
from vbe_analysis.loaders.values.cells import DateForms, Missing, Number, Unreadable, amount, count_number, is_blank
from vbe_analysis.loaders.values.dates import date_interval

LOADED = ""
TOLERANCE = 0.005  # of a sum of amounts with two decimals
TURNED_DAY, TURNED_CELLS, MANY_ROWS = 12, 4, 1 << 40
TURNED = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})\2(?:19|20)?\d\d(?:[ T].*)?")
LARGE = 1_000_000  # no such sum: such a number may be of a person, and is not repeated


def first_outcomes(table: SheetTable) -> np.ndarray:
    """The body's outcomes after its blank rows, notes, named rules, sections and totals."""
    number = np.zeros(table.size, dtype=np.int64)
    leftmost = np.zeros(table.size, dtype=bool)  # whether the first column in use is filled
    first: RawColumn | None = None
    for column in table.sheet.columns:
        cells = column.filled()[table.body : table.end].astype(np.int64)
        if not number.any() and cells.any():
            leftmost, first = cells > 0, table.body_of(column)
        number += cells
    outcomes = np.full(table.size, LOADED, dtype=object)
    outcomes[number == 0] = "blank_row"
    ragged = np.isin(table.numbers(), list(table.sheet.ragged))
    if table.table.footnotes and len(table.sheet.columns) > 1:
        wide = np.flatnonzero(number > 1)
        after = np.arange(table.size) > (wide[-1] if len(wide) else -1)
        notes = np.flatnonzero(after & (number == 1) & leftmost & ~ragged)  # a first cell that is a day begins no note
        outcomes[[at for at in notes.tolist() if first is None or not _is_day(first.at(at))]] = "footnote"
    outcomes[_headings_again(table) & (outcomes == LOADED)] = "header_row"
    named = [("section_row", section.where) for section in table.table.sections]
    named += [(total.rule, total.where) for total in table.table.totals]
    named += [(ignore.rule, ignore.where) for ignore in table.table.ignore]
    for rule, where in named:
        outcomes[rows_where(table, where) & (outcomes == LOADED) & ~ragged] = rule
    return outcomes


def is_one_of(outcomes: np.ndarray, *names: str) -> np.ndarray:
    """The rows (bool) whose outcome is one of these."""
    known: np.ndarray = np.any([outcomes == name for name in names], axis=0)
    return known


def _is_day(cell: Cell) -> bool:
    """Whether the cell states a date, in whatever order its day and month stand, or is one with a fault of its own."""
    if isinstance(cell, Special) or cell is None:
        return False
    days = [date_interval(cell, DateForms(order=order)) for order in ("", "dmy", "mdy")]
    unknown = message("date_reasons.form")
    return any(not isinstance(day, Unreadable) or day.values.get("reason", unknown) != unknown for day in days)


def ragged_rows(table: SheetTable, outcomes: np.ndarray, file: str) -> list[tuple[int, Fault]]:
    """(position, fault) of every row whose fields do not line up with the columns: never read, never shifted."""
    numbers = table.numbers()
    ragged = np.isin(numbers, list(table.sheet.ragged | table.sheet.short)) & (outcomes == LOADED)
    return [(int(p), Fault("ragged_row", file, table.sheet.name, int(numbers[p]))) for p in np.flatnonzero(ragged)]


def turned_dates(table: SheetTable, outcomes: np.ndarray, context: Context) -> Iterator[Fault]:
    """A fault for each column of dates that a program set to another country's order has turned in part.

    Such a program takes 04/03/2021 for a day of its own (the third of April) and leaves 13/04/2021 a text. So all true
    dates stand on day 1-12, and all texts on a later one.
    """
    for column in table.with_role("date", "date_from", "date_to"):
        if not any(issubclass(kind, date) for kind in column.raw.kinds()):
            continue
        codes, counts = np.unique(column.raw.codes[outcomes == ""], return_counts=True)
        dates = texts = 0
        for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
            cell = column.raw.cells[code]
            match = TURNED.fullmatch(cell) if type(cell) is str else None
            if isinstance(cell, date):
                dates, texts = (dates + count, texts) if cell.day <= TURNED_DAY else (-MANY_ROWS, texts)
            elif match:
                later = max(int(match[1]), int(match[3])) > TURNED_DAY
                dates, texts = (dates, texts + count) if later else (-MANY_ROWS, texts)
        if dates > 0 and texts > 0 and dates + texts >= TURNED_CELLS:
            values = {"dates": dates, "texts": texts}
            place = (context.file, table.sheet.name, None, column.heading, column.letter)
            yield Fault("dates_turned", *place, values)


def _headings_again(table: SheetTable) -> np.ndarray:
    """The body rows that repeat the lowest heading row: printed pages and joined files."""
    columns: list[SheetColumn[Any]] = [*table.columns, *table.groups] if table.header < table.body else []
    if len(columns) < 2:
        return np.zeros(table.size, dtype=bool)
    cells = (table.sheet.columns[column.index] for column in columns)
    again: np.ndarray = np.all([raw.same_as(table.body - 1)[table.body : table.end] for raw in cells], axis=0)
    return again


def total_faults(table: SheetTable, outcomes: np.ndarray, context: Context) -> Iterator[Fault]:
    """A fault for every total row whose sum is not that of the rows it covers.

    The rows above count whatever became of them (another district's, rejected): the office summed them too.
    """
    rules = {total.rule for total in table.table.totals}
    data = ~is_one_of(outcomes, *rules, "blank_row", "footnote", "section_row", "header_row")
    marks = np.zeros(0, dtype=np.int64)
    for total in table.table.totals:
        positions = np.flatnonzero(outcomes == total.rule)
        marks = np.sort(np.concatenate([marks, positions]))
        for position in positions.tolist():
            covered = _covered(total, position, marks, data, outcomes)
            for name in total.sums:
                yield from _compare(table, name, position, covered, context)


def _covered(total: Total, position: int, marks: np.ndarray, data: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """The positions of the rows that a total sums. One of "all" that stands first sums the rows below it."""
    rows = np.flatnonzero(data)
    if total.of == "since":
        return rows[(rows < position) & (rows > max(marks[marks < position], default=-1))]
    if total.of == "below":
        ends = np.concatenate([marks, np.flatnonzero(outcomes == "blank_row")])
        return rows[(rows > position) & (rows < min(ends[ends > position], default=len(outcomes)))]
    return rows[rows < position] if (rows < position).any() else rows


def _compare(table: SheetTable, name: str, position: int, covered: np.ndarray, context: Context) -> Iterator[Fault]:
    named = table.named(name)
    columns: list[SheetColumn[Any]] = [named] if named else list(table.groups) if name in ("count", "cells") else []
    for column in columns:
        raw = table.body_of(table.sheet.columns[column.index])
        stated = amount(raw.at(position), context.profile.numbers)
        if isinstance(stated, float):
            span = _sum([raw.at(row) for row in covered], context)
            if span and not span[0] - TOLERANCE <= stated <= span[1] + TOLERANCE:
                yield _differs(table, column, position, stated, span[1], context)


def _differs(
    table: SheetTable, column: SheetColumn[Any], position: int, stated: float, total: float, context: Context
) -> Fault:
    place = (int(table.numbers()[position]), column.heading, column.letter)
    values = {"stated": f"{stated:g}" if abs(stated) < LARGE else message("totals.large"), "sum": f"{total:g}"}
    return Fault("total_differs", context.file, table.sheet.name, *place, values)


def _sum(cells: Sequence[Cell], context: Context) -> tuple[float, float] | None:
    """The least and the most the cells can sum to (an office may leave its own hidden small counts out), or None
    where a cell cannot be read: that cell is told by itself.
    """
    low = high = 0.0
    for cell in cells:
        if isinstance(cell, Special):
            return None
        number = count_number(cell, context.profile.numbers)
        if isinstance(number, Number):
            low += 0 if number.suppressed else number.low
            high += number.high
        elif isinstance(number, Missing):
            high = high if is_blank(cell) else math.inf  # the office knew more than it wrote
        else:
            value = amount(cell, context.profile.numbers)
            if not isinstance(value, float):
                return None
            low, high = low + value, high + value
    return low, high


def row_total_faults(
    table: SheetTable, reports: pd.DataFrame, outcomes: np.ndarray, silent: np.ndarray, context: Context
) -> Iterator[Fault]:
    """A fault for each loaded row whose counts do not sum to its total column, as `total_faults`.

    silent: rows where some count is not stated; their total may be greater.
    """
    for column in table.with_role("row_total"):
        least = reports["low"].where(~reports["suppressed"], 0)
        ends = least.groupby(reports["position"]).sum(), reports.groupby("position")["high"].sum()
        low, high = (end.reindex(range(table.size), fill_value=0).to_numpy() for end in ends)
        for position in np.flatnonzero(outcomes == LOADED).tolist():
            stated = amount(column.raw.at(position), context.profile.numbers)
            most = math.inf if silent[position] else high[position]
            if isinstance(stated, float) and not low[position] <= stated <= most:
                yield _differs(table, column, position, stated, float(high[position]), context)
