"""Tables that hold events: a row a report, or counts (long: a count column; wide: a count in each of many columns)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import Missing, Number, Unreadable, label_of, normalise
from vbe_analysis.loaders.coding import code_texts
from vbe_analysis.loaders.dating import Dated, dated, heading_interval
from vbe_analysis.loaders.fields import (
    IGNORE,
    Context,
    Converted,
    filled_down,
    group_cells,
    label,
    labels,
    numbers_of,
    set_fields,
    start_fields,
)
from vbe_analysis.loaders.headings import Bound, Located
from vbe_analysis.loaders.profiles import FIELDS, Column, Group, Level
from vbe_analysis.loaders.rows import LOADED, check_totals, first_fates, holds, row_total_faults

LABELS = (*FIELDS, "label", "place")


@dataclass(frozen=True, eq=False)
class Part:
    """What one table gave.

    reports: one row per report: position, ordinal, FIELDS, first, last, low, high, suppressed, unsure (objects and
    datetime64[D]). fates: per body row. faults: (position, fault); stops: faults that no one may wave through.
    unasked: (environment, first, last) for which the source says it has no figure. spans: in a table of counts, the
    (first, last) days that its counts speak of, zeros included. coded: body rows where a coding rule set a field.
    """

    located: Located
    reports: pd.DataFrame
    fates: np.ndarray
    faults: tuple[tuple[int, Fault], ...]
    stops: tuple[Fault, ...] = ()
    unasked: tuple[tuple[str, np.datetime64, np.datetime64], ...] = ()
    spans: frozenset[tuple[date, date]] = frozenset()
    days: Dated | None = None
    coded: np.ndarray | None = None
    rules_used: Mapping[str, int] = field(default_factory=dict)
    answers: pd.DataFrame | None = None


def read_table(located: Located, context: Context) -> Part:
    """The reports of a table whose shape is "reports" or "counts"."""
    located = with_fill_down(located)
    fates = first_fates(located)
    stops = [fault for _, fault, _ in check_totals(located, fates, context)]
    fields = start_fields(len(fates), located.table.constants)
    read = section_fields(located, fields, fates, context)
    for bound in located.columns:
        if bound.column.as_ in LABELS:
            converted = labels(bound, bound.column, context)
            read.append(converted)
            set_fields(fields, converted)
            leave_out(fates, converted)
    duplicates, twice = repeated(located, fates, context)
    fates[duplicates == "duplicate_row"] = "duplicate_row"
    fates[duplicates == "copy_of_row"] = "copy_of_row"
    days = dated(located, context)
    coded, used = code_texts(located, fields, fates == LOADED)
    slots = list(_slots(located, fields, days, context))
    wanted = fates == LOADED
    faults = [*twice, *(f for c in read for f in c.faults(located.numbers(), wanted, context))]
    faults += list(days.faults(located.numbers(), wanted, context))
    faults += [f for slot in slots for f in slot.faults(located, wanted, context)]
    reports = pd.concat([slot.frame(number) for number, slot in enumerate(slots)], ignore_index=True)
    if located.groups or any(b.column.as_ == "count" for b in located.columns):
        zero = reports.groupby("position")["high"].max().reindex(range(len(fates)), fill_value=0).to_numpy() == 0
        known = ~np.isin(np.arange(len(fates)), [position for position, _ in faults])
        fates[wanted & zero & known] = located.table.zero_rows
    stops += _row_totals(located, reports, fates, context)
    refused = {position for position, _ in faults}
    keep = reports["position"].map(lambda p: fates[p] == LOADED and p not in refused) & (reports["high"] > 0)
    unasked = tuple(item for slot in slots for item in slot.unasked(fates))
    spans = (
        frozenset(span for slot in slots for span in slot.spans(fates))
        if located.table.shape == "counts"
        else frozenset()
    )
    return Part(located, reports[keep.to_numpy(dtype=bool)], fates, tuple(faults), tuple(stops), unasked,
                spans, days, coded, used)  # fmt: skip


def with_fill_down(located: Located) -> Located:
    """The table with each `fill_down` column's blanks filled from above."""
    columns = tuple(
        replace(b, raw=filled_down(b.raw)) if isinstance(b.spec, Column) and b.spec.fill_down else b
        for b in located.columns
    )
    return replace(located, columns=columns)


def leave_out(fates: np.ndarray, converted: Converted) -> None:
    """Give rows whose label names a rule (another district's area) that rule's fate."""
    if any(isinstance(r, dict) and IGNORE in r for r in converted.results):
        rules = converted.take(lambda sets: sets.get(IGNORE))
        hit = np.array([rule is not None for rule in rules], dtype=bool) & (fates == LOADED)
        fates[hit] = rules[hit]


def section_fields(
    located: Located, fields: dict[str, np.ndarray], fates: np.ndarray, context: Context
) -> list[Converted]:
    """Lay what the section rows say over the rows below them."""
    read = []
    for section in located.table.sections:
        bound = located.named(section.column)
        if bound is None:
            continue
        raw = (
            bound.raw
            if len(bound.raw.codes) == len(fates)
            else replace(bound.raw, codes=bound.raw.codes[located.body : located.end])
        )
        marks = holds(located, section.where)
        last = np.maximum.accumulate(np.where(marks, np.arange(len(fates)), -1))
        below = replace(bound, raw=replace(raw, codes=raw.codes[np.maximum(last, 0)]))
        converted = labels(below, section, context)
        set_fields(fields, converted, rows=last >= 0)
        read.append(converted)
    return read


def repeated(located: Located, fates: np.ndarray, context: Context) -> tuple[np.ndarray, list[tuple[int, Fault]]]:
    """Rows that repeat an earlier key word for word, rows the source calls a copy, and keys used for two things."""
    found = np.full(len(fates), "", dtype=object)
    faults: list[tuple[int, Fault]] = []
    keys = [b for b in located.columns if b.column.as_ == "key"]
    rows = np.flatnonzero(fates == LOADED)
    if not keys or not len(rows):
        return found, faults
    content = np.stack([b.raw.codes for b in located.columns if b.column.as_ not in ("text", "drop")])
    identity = [tuple(b.raw.cells[int(b.raw.codes[i])] for b in keys) for i in rows]
    first: dict[object, int] = {}
    for position, key in zip(rows, identity, strict=True):
        if all(part is None for part in key):
            continue
        earlier = first.setdefault(key, int(position))
        if earlier == position:
            continue
        if (content[:, earlier] == content[:, position]).all():
            found[position] = "duplicate_row"
        else:
            number = int(located.numbers()[position])
            values = {"earlier": int(located.numbers()[earlier])}
            place = (number, keys[0].heading, keys[0].letter)
            faults.append((int(position), Fault("conflicting_key", context.file, located.sheet.name, *place, values)))
    for bound in (b for b in located.columns if b.column.as_ == "copy_of"):
        known = {normalise(label_of(key[0])) for key in first if key[0] is not None}  # type: ignore[index]
        for position in rows:
            cell = bound.raw.cells[int(bound.raw.codes[position])]
            if cell is not None and normalise(label_of(cell)) in known:
                found[position] = "copy_of_row"
    return found, faults


@dataclass(frozen=True, eq=False)
class _Slot:
    """One report per body row: the count column (or 1), or one column of a group."""

    bound: Bound | None
    fields: dict[str, np.ndarray]
    days: Dated
    counts: Converted | None
    heading_faults: tuple[Unreadable, ...] = ()

    def frame(self, ordinal: int) -> pd.DataFrame:
        size = len(self.days.first)
        ones = np.ones(size, dtype=np.int64)
        low, high, hidden = ones, ones, np.zeros(size, dtype=bool)
        if self.counts is not None:
            blank = 0 if self.bound is not None and isinstance(self.bound.spec, Group) else 1
            known = [r if isinstance(r, Number) else None for r in self.counts.results]
            low = np.array([r.low if r else blank for r in known], dtype=np.int64)[self.counts.codes]
            high = np.array([r.high if r else blank for r in known], dtype=np.int64)[self.counts.codes]
            hidden = np.array([bool(r and r.suppressed) for r in known], dtype=bool)[self.counts.codes]
        columns = {"position": np.arange(size), "ordinal": np.full(size, ordinal), **self.fields,
                   "first": self.days.first, "last": self.days.last,
                   "low": low, "high": high, "suppressed": hidden, "unsure": np.zeros(size, dtype=bool)}  # fmt: skip
        return pd.DataFrame(columns)

    def faults(self, located: Located, wanted: np.ndarray, context: Context) -> Iterator[tuple[int, Fault]]:
        if self.counts is not None:
            yield from self.counts.faults(located.numbers(), wanted, context)
        if self.bound is not None and self.heading_faults:
            row = int(located.sheet.row_numbers[max(located.body - 1, 0)])
            converted = Converted(self.bound, (), np.zeros(0, dtype=np.int32))
            for unreadable in self.heading_faults:
                for position in np.flatnonzero(wanted):
                    yield int(position), converted.fault(unreadable, row, context)

    def unasked(self, fates: np.ndarray) -> Iterator[tuple[str, np.datetime64, np.datetime64]]:
        if self.counts is None:
            return
        silent = np.array([isinstance(r, Missing) for r in self.counts.results], dtype=bool)[self.counts.codes]
        usable = np.array([fate in (LOADED, "zero_counts") for fate in fates], dtype=bool)
        for position in np.flatnonzero(silent & usable):
            environment = self.fields["environment"][position] or ""
            yield environment, self.days.first[position], self.days.last[position]

    def spans(self, fates: np.ndarray) -> Iterator[tuple[date, date]]:
        usable = np.isin(fates.astype(str), [LOADED, "zero_counts"]) & ~np.isnat(self.days.first)
        if self.counts is not None:
            usable &= np.array([isinstance(r, Number) for r in self.counts.results], dtype=bool)[self.counts.codes]
        yield from zip(self.days.first[usable].tolist(), self.days.last[usable].tolist(), strict=True)


def _slots(located: Located, fields: dict[str, np.ndarray], days: Dated, context: Context) -> Iterator[_Slot]:
    if not located.groups:
        counts = next((b for b in located.columns if b.column.as_ == "count"), None)
        yield _Slot(counts, fields, days, None if counts is None else numbers_of(counts, context))
        return
    for bound in located.groups:
        yield _group_slot(bound, fields, days, context)


def _group_slot(bound: Bound, fields: dict[str, np.ndarray], days: Dated, context: Context) -> _Slot:
    group = bound.spec
    if not isinstance(group, Group):
        raise TypeError("a single column is not a group")
    mine = {name: values.copy() for name, values in fields.items()}
    first, last, bad = days.first, days.last, []
    for level, capture in zip(group.levels, bound.captures, strict=True):
        said = level_value(level, capture, context)
        if isinstance(said, Unreadable):
            bad.append(said)
        elif isinstance(said, tuple):
            first = np.full(len(first), np.datetime64(said[0], "D"))
            last = np.full(len(last), np.datetime64(said[1], "D"))
        else:
            for name, code in said.items():
                mine[name][:] = code
    return _Slot(bound, mine, replace(days, first=first, last=last), group_cells(bound, group, context), tuple(bad))


def level_value(level: Level, capture: str, context: Context) -> Any:
    """What one part of a heading says: {field: code}, a (first, last) day, {} where it is to be left out."""
    if level.as_ == "ignore":
        return {}
    if level.as_ == "date":
        return heading_interval(capture, context)
    return label(capture, Column(level.as_, values=level.values, default=level.default), context)


def _row_totals(located: Located, reports: pd.DataFrame, fates: np.ndarray, context: Context) -> list[Fault]:
    totals = [b for b in located.columns if b.column.as_ == "row_total"]
    if not totals:
        return []
    least = reports["low"].where(~reports["suppressed"], 0)
    low = least.groupby(reports["position"]).sum().reindex(range(len(fates)), fill_value=0).to_numpy()
    high = reports.groupby("position")["high"].sum().reindex(range(len(fates)), fill_value=0).to_numpy()
    return [f for bound in totals for _, f, _ in row_total_faults(located, bound, low, high, fates, context)]
