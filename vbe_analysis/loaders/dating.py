"""When each row's report happened: from a date column, a first and a last day, or year, month and day apart."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import Unreadable, label_of
from vbe_analysis.loaders.dates import date_interval, period_interval
from vbe_analysis.loaders.fields import Context, Converted, convert
from vbe_analysis.loaders.headings import Bound, Located
from vbe_analysis.loaders.raw import Cell, RawColumn

PARTS = ("year", "month", "day")
NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, eq=False)
class Dated:
    """First and last day per row (datetime64[D]), NaT where the source is silent; the cells they came from."""

    first: np.ndarray
    last: np.ndarray
    converted: tuple[Converted, ...]

    def faults(self, numbers: np.ndarray, wanted: np.ndarray, context: Context) -> Iterator[tuple[int, Fault]]:
        """(position, fault) of every unreadable date in the wanted rows."""
        for column in self.converted:
            yield from column.faults(numbers, wanted, context)


def dated(located: Located, context: Context) -> Dated:
    """The interval of each body row; in a table of counts a date may be any period ("maj–okt 2020")."""
    read = period_interval if located.table.shape == "counts" else date_interval
    size = located.end - located.body
    by_role = {bound.column.as_: bound for bound in located.columns if bound.column.as_.startswith("date")}
    if any(bound.column.as_ in PARTS for bound in located.columns):
        by_role["date"] = _joined(located)
    found = {role: convert(bound, _reader(read, context)) for role, bound in by_role.items()}
    first, last = np.full(size, NO_DAY), np.full(size, NO_DAY)
    if "date" in found:
        first, last = _days(found["date"], 0), _days(found["date"], 1)
    if "date_from" in found:
        first = last = _days(found["date_from"], 0)
    if "date_to" in found:
        until = _days(found["date_to"], 1)
        last = np.where(np.isnat(until), last, until)
        first = np.where(np.isnat(first), last, first)
    return Dated(first, np.maximum(first, last), tuple(found.values()))


def heading_interval(text: str, context: Context) -> Any:
    """(first, last) day of a heading such as "2025 / Jan" or "Andra halvåret 2016", or Unreadable."""
    plain = " ".join(part for part in text.replace("/", " ").split())
    found = period_interval(plain, context.profile.dates)
    if isinstance(found, Unreadable) and len(plain.split()) == 2:
        turned = period_interval(" ".join(reversed(plain.split())), context.profile.dates)
        found = found if isinstance(turned, Unreadable) else turned
    return found


def _reader(read: Callable[..., Any], context: Context) -> Callable[[Cell], Any]:
    forms = context.profile.dates
    return lambda cell: None if cell is None else read(cell, forms)


def _days(converted: Converted, end: int) -> np.ndarray:
    known = [
        NO_DAY if r is None or isinstance(r, Unreadable) else np.datetime64(r[end], "D") for r in converted.results
    ]
    days: np.ndarray = np.array(known, dtype="datetime64[D]")[converted.codes]
    return days


def _joined(located: Located) -> Bound:
    """One column of dates made of the year, month and day columns; a blank day means the month."""
    parts = [next((b for b in located.columns if b.column.as_ == role), None) for role in PARTS]
    present = [bound for bound in parts if bound is not None]
    stacked = np.stack([bound.raw.codes for bound in present])
    combinations, codes = np.unique(stacked, axis=1, return_inverse=True)
    cells = []
    for combination in combinations.T:
        known = iter(zip(present, combination, strict=True))
        texts = {bound.column.as_: label_of(bound.raw.cells[int(code)]) for bound, code in known}
        cells.append(_written(texts.get("year", ""), texts.get("month", ""), texts.get("day", "")))
    first = present[0]
    return Bound(first.spec, first.index, first.heading, RawColumn(codes.reshape(-1).astype(np.int32), cells))


def _written(year: str, month: str, day: str) -> str | None:
    if month.isdigit():
        return "-".join(part.zfill(2) for part in (year, month, day) if part)
    return " ".join(part for part in (day, month, year) if part) or None
