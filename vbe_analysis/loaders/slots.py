"""One report per body row: of a table's count column (or none: one each), or of one column of a group."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import Missing, Number, Unreadable
from vbe_analysis.loaders.dating import Dated, dated, heading_date
from vbe_analysis.loaders.fields import Context, Converted, group_cells, numbers_of
from vbe_analysis.loaders.headings import Bound, Located
from vbe_analysis.loaders.layout import FIELDS, Group
from vbe_analysis.loaders.rows import LOADED
from vbe_analysis.loaders.surroundings import DATES, Surroundings, constant, level_value


@dataclass(frozen=True, eq=False)
class Slot:
    """fields, days and counts: per body row. heading_faults: what the column's heading says and no one knows."""

    bound: Bound | None
    fields: dict[str, np.ndarray]
    days: Dated
    counts: Converted | None
    blank: int | None  # what a blank cell counts as; None: the source has no figure
    heading_faults: tuple[Unreadable, ...] = ()

    def frame(self, ordinal: int) -> pd.DataFrame:
        """The reports, by tables.Part; a row without a number has low = high = 0."""
        size = len(self.days.first)
        low = high = np.ones(size, dtype=np.int64)
        hidden = np.zeros(size, dtype=bool)
        if self.counts is not None:
            blank = Number(self.blank or 0, self.blank or 0)
            known = [r if isinstance(r, Number) else blank if r is None else Number(0, 0) for r in self.counts.results]
            low = np.array([r.low for r in known], dtype=np.int64)[self.counts.codes]
            high = np.array([r.high for r in known], dtype=np.int64)[self.counts.codes]
            hidden = np.array([r.suppressed for r in known], dtype=bool)[self.counts.codes]
        columns = {"position": np.arange(size), "ordinal": np.full(size, ordinal), **self.fields,
                   "first": self.days.first, "last": self.days.last,
                   "low": low, "high": high, "suppressed": hidden, "unsure": np.zeros(size, dtype=bool)}  # fmt: skip
        return pd.DataFrame(columns)

    def faults(self, located: Located, wanted: np.ndarray, context: Context) -> Iterator[tuple[int, Fault]]:
        """(position, fault) of every unreadable number."""
        if self.counts is not None:
            yield from self.counts.faults(located.numbers(), wanted, context)

    def stops(self, located: Located, context: Context) -> Iterator[Fault]:
        """A fault for each part of the heading that cannot be read, told once."""
        row = int(located.sheet.row_numbers[max(located.body - 1, 0)])
        for unreadable in self.heading_faults if self.bound else ():
            yield Converted(self.bound, (), np.zeros(0, dtype=np.int32)).fault(unreadable, row, context)  # type: ignore[arg-type]

    def silent(self) -> np.ndarray:
        """The body rows for which the source says that it has no figure."""
        if self.counts is None:
            return np.zeros(len(self.days.first), dtype=bool)
        results = self.counts.results
        missing = [isinstance(r, Missing) or (r is None and self.blank is None) for r in results]
        rows: np.ndarray = np.array(missing, dtype=bool)[self.counts.codes]
        return rows

    def unasked(self, usable: np.ndarray) -> Iterator[tuple[str, np.datetime64, np.datetime64]]:
        """(environment, first, last) of the silent rows among the usable."""
        for position in np.flatnonzero(self.silent() & usable):
            environment = self.fields["environment"][position] or ""
            yield environment, self.days.first[position], self.days.last[position]

    def spans(self, usable: np.ndarray) -> Iterator[tuple[date, date]]:
        """The (first, last) days that the usable rows' numbers speak of."""
        stated = usable & ~np.isnat(self.days.first)
        if self.counts is not None:
            stated &= np.array([isinstance(r, Number) for r in self.counts.results], dtype=bool)[self.counts.codes]
        yield from set(zip(self.days.first[stated].tolist(), self.days.last[stated].tolist(), strict=True))


def slots(located: Located, around: Surroundings, days: Dated, context: Context) -> Iterator[Slot]:
    """A slot a group's column, or one for the whole table."""
    if located.groups:
        yield from (_group_slot(bound, located, around, days, context) for bound in located.groups)
        return
    counts = next((b for b in located.columns if b.column.as_ == "count"), None)
    blank = None if located.table.shape == "counts" else 1
    yield Slot(counts, around.fields, days, None if counts is None else numbers_of(counts, context), blank)


def _group_slot(bound: Bound, located: Located, around: Surroundings, days: Dated, context: Context) -> Slot:
    group = bound.spec
    if not isinstance(group, Group):
        raise TypeError("a single column is not a group")
    mine = {name: values.copy() for name, values in around.fields.items()}
    said, bad = {}, []
    for level, capture in zip(group.levels, bound.captures, strict=True):
        value = level_value(level, capture.strip(), context)
        if isinstance(value, Unreadable):
            bad.append(value)
        elif level.as_ in DATES:
            text = heading_date(capture, context) if level.as_ == "date" else capture.strip()
            said[level.as_] = constant(level.as_, text, len(days.first), bound.heading, bound.index)
        else:
            for name in FIELDS:
                if name in value:
                    mine[name][:] = value[name]
    if said:
        days = dated(located, {**around.dates, **said}, context)
        unread = (r for c in days.converted if c.bound.index == bound.index for r in c.results)
        bad += list(dict.fromkeys(r for r in unread if isinstance(r, Unreadable)))
        days = Dated(days.first, days.last, ())
    return Slot(bound, mine, days, group_cells(bound, group, context), 0, tuple(bad))


def usable_rows(fates: np.ndarray, rules: tuple[str, ...]) -> np.ndarray:
    """The rows that speak of the source's counts: loaded, zero or without a figure."""
    found: np.ndarray = np.isin(fates.astype(str), [LOADED, *rules])
    return found
