"""What becomes of each row of a sheet: loaded, ignored by a named rule, or rejected with a reason. Exactly one.

Fates are an object array over the body's rows: "" while undecided (and in the end: loaded), else the rule or reason.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vbe_analysis.config import message
from vbe_analysis.errors import Fault, VbeError
from vbe_analysis.loaders.files.raw import Cell, RawSheet, Special
from vbe_analysis.loaders.profiles.schema import Condition, Total
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.locate import Bound, Located
from vbe_analysis.loaders.values.cells import Missing, Number, amount, count_number, is_blank, label_of, normalise

LOADED = ""
TOLERANCE = 0.005  # of a sum of amounts with two decimals


@dataclass(frozen=True, eq=False)
class Account:
    """The rows of one sheet: row number -> fate, and which of the fates are rejections."""

    file: str
    sheet: str
    fates: dict[int, str]
    rejected: frozenset[int]

    @property
    def loaded(self) -> list[int]:
        """The rows that became reports or answers with reports."""
        return [row for row, fate in self.fates.items() if fate == LOADED and row not in self.rejected]

    def ignored(self) -> dict[str, list[int]]:
        """Rule -> its rows."""
        found: dict[str, list[int]] = {}
        for row, fate in self.fates.items():
            if fate != LOADED and row not in self.rejected:
                found.setdefault(fate, []).append(row)
        return found


def whole_sheet(sheet: RawSheet, file: str, rule: str) -> Account:
    """A sheet that is left out by one rule."""
    return Account(file, sheet.name, dict.fromkeys((int(n) for n in sheet.row_numbers), rule), frozenset())


def account(sheet: RawSheet, file: str, parts: Sequence[tuple[Located, np.ndarray, set[int]]]) -> Account:
    """The account of a sheet from its tables' fates (with the positions rejected in each).

    Raises VbeError where a row belongs to two tables: then rows would be counted twice.
    """
    fates = {int(n): "" for n in sheet.row_numbers}
    seen: set[int] = set()
    rejected: set[int] = set()
    for located, body, refused in parts:
        rows = [int(n) for n in located.numbers()]
        if seen & set(rows):
            raise VbeError(str(Fault("overlapping_tables", file, sheet.name)))
        seen |= set(rows)
        fates.update(zip(rows, body, strict=True))
        rejected |= {rows[position] for position in refused}
        headings = [int(n) for n in sheet.row_numbers[located.header : located.body]]
        fates.update(dict.fromkeys(headings, "header_row"))
        seen |= set(headings)
    for position, number in enumerate(sheet.row_numbers):
        if int(number) not in seen:
            blank = all(cell is None for cell in sheet.row(position))
            fates[int(number)] = "blank_row" if blank else "title_row"
    return Account(file, sheet.name, fates, frozenset(rejected))


def first_fates(located: Located) -> np.ndarray:
    """The body's fates after its blank rows, notes, named rules, sections and totals."""
    size = located.end - located.body
    filled = np.zeros(size, dtype=np.int64)
    leftmost = np.zeros(size, dtype=bool)  # whether the first column in use is filled
    for raw in located.sheet.columns:
        known = np.array([cell is not None for cell in raw.cells], dtype=np.int64)
        cells = known[raw.codes[located.body : located.end]]
        leftmost = leftmost if filled.any() else cells > 0
        filled += cells
    fates = np.full(size, LOADED, dtype=object)
    fates[filled == 0] = "blank_row"
    wide = np.flatnonzero(filled > 1)
    ragged = np.isin(located.numbers(), list(located.sheet.ragged))
    if located.table.footnotes and len(located.sheet.columns) > 1:
        after = np.arange(size) > (wide[-1] if len(wide) else -1)
        fates[after & (filled == 1) & leftmost & ~ragged] = "footnote"
    fates[_headings_again(located) & (fates == LOADED)] = "header_row"
    named = [("section_row", section.where) for section in located.table.sections]
    named += [(total.rule, total.where) for total in located.table.totals]
    named += [(ignore.rule, ignore.where) for ignore in located.table.ignore]
    for rule, where in named:
        fates[holds(located, where) & (fates == LOADED) & ~ragged] = rule
    return fates


def ragged_rows(located: Located, fates: np.ndarray, file: str) -> list[tuple[int, Fault]]:
    """(position, fault) of every row whose fields do not line up with the columns: never read, never shifted."""
    numbers = located.numbers()
    askew = np.isin(numbers, list(located.sheet.ragged)) & (fates == LOADED)
    return [(int(p), Fault("ragged_row", file, located.sheet.name, int(numbers[p]))) for p in np.flatnonzero(askew)]


def _headings_again(located: Located) -> np.ndarray:
    """The body rows that repeat the lowest heading row: printed pages and joined files."""
    again = np.zeros(located.end - located.body, dtype=bool)
    bounds = [b for b in (*located.columns, *located.groups) if located.header < located.body]
    codes = [located.sheet.columns[b.index].codes for b in bounds]
    if len(codes) > 1:
        same = [column[located.body : located.end] == column[located.body - 1] for column in codes]
        again = np.all(same, axis=0)
    return again


def holds(located: Located, where: tuple[Condition, ...]) -> np.ndarray:
    """The body rows for which every condition holds."""
    result = np.ones(located.end - located.body, dtype=bool)
    for condition in where:
        bound = located.named(condition.column)
        if bound is None:
            return np.zeros(len(result), dtype=bool)
        raw = located.sheet.columns[bound.index]
        met = np.array([_meets(normalise(_text(cell)), condition) for cell in raw.cells], dtype=bool)
        result &= met[raw.codes[located.body : located.end]]
    return result


def _text(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Special) else label_of(cell)


def _meets(text: str, condition: Condition) -> bool:
    tests = []
    if condition.equals:
        tests.append(text in {normalise(t) for t in condition.equals})
    if condition.not_equals:
        tests.append(text not in {normalise(t) for t in condition.not_equals})
    if condition.starts:
        tests.append(text.startswith(tuple(normalise(t) for t in condition.starts)))
    if condition.contains:
        tests.append(any(normalise(t) in text for t in condition.contains))
    if condition.blank is not None:
        tests.append((text == "") == condition.blank)
    return all(tests)


LARGE = 1_000_000  # no such sum: such a number may be of a person, and is not repeated


def check_totals(located: Located, fates: np.ndarray, context: Context) -> Iterator[tuple[int, Fault, str]]:
    """(position, fault, letter) of every total row whose sum is not that of the rows it covers.

    The rows above count whatever became of them (another district's, rejected): the office summed them too.
    """
    rules = {total.rule for total in located.table.totals}
    data = ~np.isin(fates.astype(str), [*rules, "blank_row", "footnote", "section_row", "header_row"])
    earlier: list[np.ndarray] = []
    for total in located.table.totals:
        mine = np.flatnonzero(fates == total.rule)
        earlier.append(mine)
        marks = np.sort(np.concatenate(earlier))
        for position in mine:
            covered = _covered(total, int(position), marks, data, fates)
            for name in total.sums:
                yield from _compare(located, name, int(position), covered, context)


def _covered(total: Total, position: int, marks: np.ndarray, data: np.ndarray, fates: np.ndarray) -> np.ndarray:
    """The positions of the rows that a total sums. One of "all" that stands first sums the rows below it."""
    rows = np.flatnonzero(data)
    above = marks[marks < position]
    if total.of == "since":
        return rows[(rows < position) & (rows > (above[-1] if len(above) else -1))]
    if total.of == "below":
        stops = np.concatenate([marks[marks > position], np.flatnonzero(fates == "blank_row")])
        end = min(stops[stops > position], default=len(fates))
        return rows[(rows > position) & (rows < end)]
    return rows[rows < position] if (rows < position).any() else rows


def _compare(located: Located, name: str, position: int, covered: np.ndarray,
             context: Context) -> Iterator[tuple[int, Fault, str]]:  # fmt: skip
    named = located.named(name)
    bounds = list(located.groups) if named is None and name in ("count", "cells") else [named]
    for bound in (b for b in bounds if b is not None):
        raw = located.sheet.columns[bound.index]
        codes = raw.codes[located.body : located.end]
        stated = amount(raw.cells[int(codes[position])], context.profile.numbers)
        span = _sum([raw.cells[int(codes[i])] for i in covered], context) if isinstance(stated, float) else None
        if span and isinstance(stated, float) and not span[0] - TOLERANCE <= stated <= span[1] + TOLERANCE:
            yield position, _differs(located, bound, position, stated, span[1], context), bound.letter


def _differs(located: Located, bound: Bound, position: int, stated: float, total: float, context: Context) -> Fault:
    place = (int(located.numbers()[position]), bound.heading, bound.letter)
    values = {"stated": f"{stated:g}" if abs(stated) < LARGE else message("totals.large"), "sum": f"{total:g}"}
    return Fault("total_differs", context.file, located.sheet.name, *place, values)


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
    located: Located, reports: pd.DataFrame, fates: np.ndarray, silent: np.ndarray, context: Context
) -> Iterator[Fault]:
    """A fault for each loaded row whose counts do not sum to its total column, as `check_totals`.

    silent: rows where some count is not stated; their total may be greater.
    """
    totals = [b for b in located.columns if b.column.as_ == "row_total"]
    if not totals:
        return
    least = reports["low"].where(~reports["suppressed"], 0)
    low = least.groupby(reports["position"]).sum().reindex(range(len(fates)), fill_value=0).to_numpy()
    high = reports.groupby("position")["high"].sum().reindex(range(len(fates)), fill_value=0).to_numpy()
    for bound in totals:
        for position in np.flatnonzero(fates == LOADED):
            stated = amount(bound.raw.cells[int(bound.raw.codes[position])], context.profile.numbers)
            most = math.inf if silent[position] else high[position]
            if isinstance(stated, float) and not low[position] <= stated <= most:
                yield _differs(located, bound, int(position), stated, float(high[position]), context)
