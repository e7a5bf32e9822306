"""Tables that hold events: a row a report, or counts (long: a count column; wide: a count in each of many columns)."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.profiles.schema import FIELDS, Column, Group
from vbe_analysis.loaders.tables.columns import (
    IGNORE,
    Context,
    Converted,
    code_texts,
    filled_down,
    group_cells,
    labels,
    many_labels,
    numbers_of,
    set_fields,
)
from vbe_analysis.loaders.tables.context import (
    DATES,
    Dated,
    Surroundings,
    constant,
    dated,
    heading_date,
    level_value,
    surroundings,
)
from vbe_analysis.loaders.tables.locate import Bound, Located
from vbe_analysis.loaders.tables.rows import LOADED, check_totals, first_fates, row_total_faults
from vbe_analysis.loaders.values.cells import Missing, Number, Unreadable, label_of, normalise
from vbe_analysis.vocabulary import OTHER_TYPE

CHOICES = ("environment", "event_type")


@dataclass(frozen=True)
class Report:
    """One report of a row that may make several. unsure: its type is one of several that were told."""

    environment: str | None
    event_type: str | None
    number: Number
    unsure: bool = False


def reports_of(environments: Sequence[str | None], types: Sequence[str | None], number: Number) -> list[Report]:
    """One environment and several types, a report a type; the other way round, a report an environment; several of
    both, a report an environment with type `ovrigt` and a number from 1 to the types told.

    >>> [(r.event_type, r.number.high) for r in reports_of(["autonom"], ["klotter", "symbol"], Number(3, 3))]
    [('klotter', 2), ('symbol', 2)]
    """
    environments, types = list(dict.fromkeys(environments)), list(dict.fromkeys(types))
    if len(environments) > 1 and len(types) > 1:
        return [Report(e, OTHER_TYPE, Number(1, len(types)), True) for e in environments]
    share = _shared(number, len(environments) * len(types))
    return [Report(e, t, share) for e in environments for t in types]


def _shared(number: Number, pairs: int) -> Number:
    """One number stated for several pairs: at least one in each, and at most what the others leave."""
    if pairs == 1 or number.high <= 1:
        return number
    return Number(1, max(1, number.high - pairs + 1), number.suppressed)


def codes_of(converted: Converted, size: int) -> list[dict[str, list[str]]]:
    """Per row what the choices of a `many` column set: field -> codes."""
    found: list[dict[str, list[str]]] = [{} for _ in range(size)]
    for position, items in enumerate(converted.take(list, [])):
        for item in items:
            for name, code in item.items():
                found[position].setdefault(name, []).append(code)
    return found


def spread(reports: pd.DataFrame, chosen: Mapping[str, list[list[str]]]) -> pd.DataFrame:
    """The reports with each row of several choices as the reports it makes; `ordinal` counts within a body row."""
    rows = [row for report in reports.to_dict("records") for row in _of_row(report, chosen)]
    result = pd.DataFrame(rows, columns=reports.columns).astype(reports.dtypes.to_dict())
    return result.assign(ordinal=result.groupby("position").cumcount())


def _of_row(report: dict[Hashable, Any], chosen: Mapping[str, list[list[str]]]) -> Iterator[dict[Hashable, Any]]:
    told = {name: chosen[name][report["position"]] or [report[name]] for name in CHOICES}
    number = Number(report["low"], report["high"], report["suppressed"])
    if number.high == 0:
        yield report
        return
    for made in reports_of(told["environment"], told["event_type"], number):
        yield {**report, "environment": made.environment, "event_type": made.event_type, "low": made.number.low,
               "high": made.number.high, "suppressed": made.number.suppressed, "unsure": made.unsure}  # fmt: skip


def no_choices(size: int) -> dict[str, list[list[str]]]:
    """Per field and row, no choice yet."""
    return {name: [[] for _ in range(size)] for name in CHOICES}


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


LABELS = (*FIELDS, "label", "place")
NO_FIGURES = "no_figures"


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
    around = surroundings(located, context)
    read, chosen = read_labels(located, around, fates, context)
    duplicates, twice = repeated(located, fates, context)
    fates[duplicates == "duplicate_row"] = "duplicate_row"
    fates[duplicates == "copy_of_row"] = "copy_of_row"
    days = dated(located, around.dates, context)
    coded, used = code_texts(located, around.fields, fates == LOADED)
    cut = list(slots(located, around, days, context))
    wanted = fates == LOADED
    faults = [*twice, *(f for c in read for f in c.faults(located.numbers(), wanted, context))]
    if not located.groups or any(slot.days is days for slot in cut):
        faults += list(days.faults(located.numbers(), wanted, context))
    faults += [f for slot in cut for f in slot.faults(located, wanted, context)]
    reports = pd.concat([slot.frame(number) for number, slot in enumerate(cut)], ignore_index=True)
    if chosen:
        reports = spread(reports, chosen)
    refused = np.zeros(len(fates), dtype=bool)
    refused[[position for position, _ in faults]] = True
    if located.groups or any(b.column.as_ == "count" for b in located.columns):
        _name_the_empty(located, fates, reports, cut, wanted & ~refused)
    stops += [*around.stops, *(fault for slot in cut for fault in slot.stops(located, context))]
    stops += row_total_faults(located, reports, fates, np.any([slot.silent() for slot in cut], axis=0), context)
    position = reports["position"].to_numpy()
    keep = ((fates == LOADED) & ~refused)[position] & (reports["high"].to_numpy() > 0)
    usable = usable_rows(fates, (located.table.zero_rows, NO_FIGURES))
    counted = located.table.shape == "counts"
    return Part(
        located, reports[keep], fates, tuple(faults), tuple(stops), days=days, coded=coded, rules_used=used,
        unasked=tuple(item for slot in cut for item in slot.unasked(usable)),
        spans=frozenset(span for slot in cut for span in slot.spans(usable)) if counted else frozenset(),
    )  # fmt: skip


def with_fill_down(located: Located) -> Located:
    """The table with each `fill_down` column's blanks filled from above."""
    columns = tuple(
        replace(b, raw=filled_down(b.raw)) if isinstance(b.spec, Column) and b.spec.fill_down else b
        for b in located.columns
    )
    return replace(located, columns=columns)


def read_labels(
    located: Located, around: Surroundings, fates: np.ndarray, context: Context
) -> tuple[list[Converted], dict[str, list[list[str]]]]:
    """Lay what the label columns say over `around.fields`. Returns what was read, and per row what `many` columns chose
    (nothing at all in a table without them).
    """
    read = list(around.read)
    several = any(bound.column.many for bound in located.columns)
    chosen: dict[str, list[list[str]]] = {name: [[] for _ in fates] for name in CHOICES} if several else {}
    for bound in located.columns:
        spec = bound.column
        if spec.as_ not in LABELS:
            continue
        if spec.many:
            converted = many_labels(bound, spec, located.table.separator, context)
            for position, told in enumerate(codes_of(converted, len(fates))):
                for name in CHOICES:
                    chosen[name][position] += told.get(name, [])
        else:
            converted = labels(bound, spec, context)
            set_fields(around.fields, converted)
            leave_out(fates, converted)
        read.append(converted)
    return read, chosen


def leave_out(fates: np.ndarray, converted: Converted) -> None:
    """Give rows whose label names a rule (another district's area) that rule's fate."""
    if any(isinstance(r, dict) and IGNORE in r for r in converted.results):
        rules = converted.take(lambda sets: sets.get(IGNORE))
        hit = np.array([rule is not None for rule in rules], dtype=bool) & (fates == LOADED)
        fates[hit] = rules[hit]


def _name_the_empty(
    located: Located, fates: np.ndarray, reports: pd.DataFrame, cut: list[Slot], known: np.ndarray
) -> None:
    """Rows whose numbers are all zero, and rows for which the source has no figure at all: never the same."""
    most = reports.groupby("position")["high"].max().reindex(range(len(fates)), fill_value=0).to_numpy()
    silent = np.all([slot.silent() for slot in cut], axis=0)
    fates[known & (most == 0)] = located.table.zero_rows
    fates[known & (most == 0) & silent] = NO_FIGURES


def repeated(located: Located, fates: np.ndarray, context: Context) -> tuple[np.ndarray, list[tuple[int, Fault]]]:
    """Rows that repeat an earlier key word for word, rows the source calls a copy, and keys used for two things."""
    found = np.full(len(fates), "", dtype=object)
    faults: list[tuple[int, Fault]] = []
    keys = [b for b in located.columns if b.column.as_ == "key"]
    rows = np.flatnonzero(fates == LOADED)
    if not keys or not len(rows):
        return found, faults
    content = np.stack([b.raw.codes for b in located.columns if b.column.as_ not in ("text", "drop")])
    codes = pd.DataFrame({n: b.raw.codes[rows] for n, b in enumerate(keys)})
    first: dict[object, int] = {}
    for position in rows[codes.duplicated(keep=False).to_numpy()]:
        key = tuple(b.raw.cells[int(b.raw.codes[position])] for b in keys)
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
        own = keys[0].raw
        known = {normalise(label_of(own.cells[int(code)])) for code in np.unique(own.codes[rows])} - {""}
        for position in rows:
            cell = bound.raw.cells[int(bound.raw.codes[position])]
            if cell is not None and normalise(label_of(cell)) in known:
                found[position] = "copy_of_row"
    return found, faults
