"""What a file says its rows sum to: total rows and total columns, checked and never added."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from vbe_analysis.config import message
from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import Missing, Number, amount, count_number, is_blank
from vbe_analysis.loaders.fields import Context
from vbe_analysis.loaders.headings import Bound, Located
from vbe_analysis.loaders.layout import Total
from vbe_analysis.loaders.raw import Cell, Special
from vbe_analysis.loaders.rows import LOADED

TOLERANCE = 0.005  # of a sum of amounts with two decimals
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
