"""What becomes of each row of a sheet: loaded, ignored by a named rule, or rejected with a reason. Exactly one.

Fates are an object array over the body's rows: "" while undecided (and in the end: loaded), else the rule or reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vbe_analysis.errors import Fault, VbeError
from vbe_analysis.loaders.cells import Missing, Number, amount, count_number, label_of, normalise
from vbe_analysis.loaders.fields import Context
from vbe_analysis.loaders.headings import Bound, Located
from vbe_analysis.loaders.profiles import Condition, Total
from vbe_analysis.loaders.raw import Cell, RawSheet, Special

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
    for raw in located.sheet.columns:
        known = np.array([cell is not None for cell in raw.cells], dtype=np.int64)
        filled += known[raw.codes[located.body : located.end]]
    fates = np.full(size, LOADED, dtype=object)
    fates[filled == 0] = "blank_row"
    wide = np.flatnonzero(filled > 1)
    if located.table.footnotes and len(located.sheet.columns) > 1:
        after = np.arange(size) > (wide[-1] if len(wide) else -1)
        fates[after & (filled == 1)] = "footnote"
    numbers = located.numbers()
    ragged = np.isin(numbers, list(located.sheet.ragged))
    named = [(ignore.rule, ignore.where) for ignore in located.table.ignore]
    named += [(total.rule, total.where) for total in located.table.totals]
    named += [("section_row", section.where) for section in located.table.sections]
    for rule, where in named:
        fates[holds(located, where) & (fates == LOADED) & ~ragged] = rule
    return fates


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
            above = marks[marks < position]
            start = int(above[-1]) + 1 if total.of == "since" and len(above) else 0
            covered = np.arange(start, position)[data[start:position]]
            for name in total.sums:
                yield from _compare(located, total, name, int(position), covered, context)


def _compare(located: Located, total: Total, name: str, position: int, covered: np.ndarray,
             context: Context) -> Iterator[tuple[int, Fault, str]]:  # fmt: skip
    bounds = [located.named(name)] if name != "cells" else list(located.groups)
    for bound in (b for b in bounds if b is not None):
        raw = located.sheet.columns[bound.index]
        cells = [raw.cells[int(code)] for code in raw.codes[located.body : located.end]]
        stated = amount(cells[position], context.profile.numbers)
        if not isinstance(stated, float):
            continue
        span = _sum([cells[i] for i in covered], context)
        if span and not span[0] - TOLERANCE <= stated <= span[1] + TOLERANCE:
            values = {"stated": f"{stated:g}", "sum": f"{span[1]:g}"}
            number = int(located.numbers()[position])
            fault = Fault(
                "total_differs", context.file, located.sheet.name, number, bound.heading, bound.letter, values
            )
            yield position, fault, bound.letter


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
        elif not isinstance(number, Missing):
            value = amount(cell, context.profile.numbers)
            if not isinstance(value, float):
                return None
            low, high = low + value, high + value
    return low, high


def row_total_faults(
    located: Located, bound: Bound, low: np.ndarray, high: np.ndarray, fates: np.ndarray, context: Context
) -> Iterator[tuple[int, Fault, str]]:
    """As `check_totals` for a column that sums each row's counts (`low` leaves hidden small counts out)."""
    for position in np.flatnonzero(fates == LOADED):
        stated = amount(bound.raw.cells[int(bound.raw.codes[position])], context.profile.numbers)
        if isinstance(stated, float) and not low[position] <= stated <= high[position]:
            values = {"stated": f"{stated:g}", "sum": f"{high[position]}"}
            number = int(located.numbers()[position])
            fault = Fault(
                "total_differs", context.file, located.sheet.name, number, bound.heading, bound.letter, values
            )
            yield int(position), fault, bound.letter
