"""Tables that hold events: a row a report, or counts (long: a count column; wide: a count in each of many columns)."""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell
from vbe_analysis.loaders.profiles.profile import FIELDS, Group
from vbe_analysis.loaders.tables.columns import (
    DATES,
    IGNORE,
    ColumnValues,
    Context,
    Defaults,
    constant,
    fault_of,
    level_value,
    read_column,
    read_defaults,
    read_group,
    read_labels,
    read_numbers,
    set_fields,
)
from vbe_analysis.loaders.tables.intervals import Intervals, heading_date, read_intervals
from vbe_analysis.loaders.tables.locate import SheetColumn, SheetTable
from vbe_analysis.loaders.tables.rows import LOADED, is_one_of, row_total_faults, total_faults
from vbe_analysis.loaders.values.cells import Missing, Number, Unreadable, label_of, normalise
from vbe_analysis.vocabulary import OTHER_TYPE

CHOICES = ("environment", "event_type")
LABELS = (*FIELDS, "label", "place")
NO_FIGURES = "no_figures"
Choices = dict[str, list[list[str]]]  # of CHOICES -> for each body row, the codes of what was chosen


@dataclass(frozen=True, eq=False)
class TableResult:
    """What one table gave.

    reports: one row per report: position, ordinal, FIELDS, first, last, low, high, suppressed, unsure (objects and
    datetime64[D]). outcomes: per body row. faults: (position, fault) of single rows; refusals: faults of the whole
    table, which no one may leave out. gaps: (environment, first, last) for which the source says it has no figure.
    spans: in a table of counts, the (first, last) days that its counts speak of, zeros included. coded: body rows
    where a coding rule set a field. answers: of a survey. ignored: rule -> checksums of the labels that it left out.
    """

    table: SheetTable
    reports: pd.DataFrame
    outcomes: np.ndarray
    faults: tuple[tuple[int, Fault], ...]
    refusals: tuple[Fault, ...]
    intervals: Intervals
    coded: np.ndarray
    rules_used: Mapping[str, int]
    gaps: tuple[tuple[str, np.datetime64, np.datetime64], ...] = ()
    spans: frozenset[tuple[date, date]] = frozenset()
    answers: pd.DataFrame | None = None
    notices: tuple[Fault, ...] = ()
    ignored: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """One report of a row that may make several. unsure: its type is one of several that the row names."""

    environment: str | None
    event_type: str | None
    number: Number
    unsure: bool = False


@dataclass(frozen=True, eq=False)
class _Counts:
    """One report a body row: from the table itself, its count column, or one column of a group.

    low and high are 0 where a row has no number. stated: rows (bool) with a number; silent: rows for which the source
    says that it has no figure.
    """

    values: ColumnValues | None
    fields: dict[str, np.ndarray]
    intervals: Intervals
    low: np.ndarray
    high: np.ndarray
    suppressed: np.ndarray
    stated: np.ndarray
    silent: np.ndarray
    refusals: tuple[Fault, ...] = ()

    def frame(self, ordinal: int) -> pd.DataFrame:
        size = len(self.low)
        place = {"position": np.arange(size), "ordinal": np.full(size, ordinal)}
        days = {"first": self.intervals.first, "last": self.intervals.last}
        numbers = {"low": self.low, "high": self.high, "suppressed": self.suppressed}
        return pd.DataFrame({**place, **self.fields, **days, **numbers, "unsure": np.zeros(size, dtype=bool)})


def read_table(table: SheetTable, outcomes: np.ndarray, context: Context) -> TableResult:
    """The reports of a table of reports or counts. `outcomes` (see rows.first_outcomes) are completed in place."""
    refusals = list(total_faults(table, outcomes, context))
    defaults = read_defaults(table, context)
    several = any(column.spec.many for column in table.columns)
    choices: Choices = {name: [[] for _ in outcomes] for name in CHOICES if several}
    labels = [*defaults.labels]
    for column in table.with_role(*LABELS):
        labels.append(lay_labels(column, table, defaults, choices if column.spec.many else {}, outcomes, context))
    faults = _find_repeats(table, outcomes, context)
    intervals = read_intervals(table, defaults.dates, context)
    coded, rules_used = code_texts(table, defaults.fields, outcomes == LOADED)
    counts = _counts(table, defaults, intervals, context)
    wanted = outcomes == LOADED
    shared = not table.groups or any(count.intervals is intervals for count in counts)
    columns = [*labels, *(intervals.columns if shared else ()), *(c.values for c in counts if c.values)]
    faults += [fault for column in columns for fault in column.faults(table, wanted, context)]
    of_headings = (column for count in counts if count.intervals is not intervals for column in count.intervals.columns)
    dates = (fault for column in of_headings for fault in column.faults(table, wanted, context))
    faults += {position: (position, fault) for position, fault in dates}.values()  # one a row, whatever the columns
    reports = stacked([count.frame(number) for number, count in enumerate(counts)])
    if several:
        reports = split_choices(reports, choices)
    refused = np.zeros(len(outcomes), dtype=bool)
    refused[[position for position, _ in faults]] = True
    silent = np.array([count.silent for count in counts], dtype=bool)
    if table.groups or table.with_role("count"):
        _name_the_empty(outcomes, reports, wanted & ~refused, np.all(silent, axis=0), table.table.zero_rows)
    refusals += [*defaults.faults, *(fault for count in counts for fault in count.refusals)]
    refusals += row_total_faults(table, reports, outcomes, np.any(silent, axis=0), context)
    position = reports["position"].to_numpy()
    keep = ((outcomes == LOADED) & ~refused)[position] & (reports["high"].to_numpy() > 0)
    usable = is_one_of(outcomes, LOADED, table.table.zero_rows, NO_FIGURES)
    return TableResult(
        table=table,
        reports=reports[keep],
        outcomes=outcomes,
        faults=tuple(faults),
        refusals=tuple(refusals),
        intervals=intervals,
        coded=coded,
        rules_used=rules_used,
        gaps=tuple(gap for count in counts for gap in _gaps(count, usable)),
        spans=frozenset(span for count in counts if table.table.shape == "counts" for span in _spans(count, usable)),
    )


def stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0] if parts else pd.DataFrame()


def lay_labels(
    column: SheetColumn[Any],
    table: SheetTable,
    defaults: Defaults,
    choices: Choices,
    outcomes: np.ndarray,
    context: Context,
    separator: str | None = None,
    answers: bool = False,
) -> ColumnValues:
    """Read a label column. With `choices`, its codes are added to them, row by row; else they are laid over
    `defaults.fields`, and a row whose label names a rule (another district's area) gets that rule as its outcome.
    """
    if choices:
        separator = table.table.separator if separator is None else separator
        labels = read_labels(column, context, separator, answers=answers)
        for position, sets in enumerate(labels.by_row(list, [])):
            for codes in sets:
                for name in codes.keys() & choices:
                    choices[name][position].append(codes[name])
        return labels
    labels = read_labels(column, context)
    set_fields(defaults.fields, labels)
    if any(isinstance(sets, tuple) and IGNORE in sets[0] for sets in labels.values):
        rules = labels.by_row(lambda sets: sets[0].get(IGNORE))
        hit = np.array([rule is not None for rule in rules], dtype=bool) & (outcomes == LOADED)
        outcomes[hit] = rules[hit]
    return labels


def reports_of(environments: Sequence[str | None], types: Sequence[str | None], number: Number) -> list[Report]:
    """One environment and several types, a report a type; the other way round, a report an environment; several of
    both, a report an environment with type `ovrigt` and a number from 1 to the number of types.

    >>> [(r.event_type, r.number.high) for r in reports_of(["autonom"], ["klotter", "symbol"], Number(3, 3))]
    [('klotter', 2), ('symbol', 2)]
    """
    environments, types = list(dict.fromkeys(environments)), list(dict.fromkeys(types))
    if len(environments) > 1 and len(types) > 1:
        return [Report(e, OTHER_TYPE, Number(1, len(types)), True) for e in environments]
    pairs = len(environments) * len(types)
    if pairs > 1 and number.high > 1:  # at least one in each, and at most what the others leave
        number = Number(1, max(1, number.high - pairs + 1), number.suppressed)
    return [Report(e, t, number) for e in environments for t in types]


def split_choices(reports: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    """The reports with each row of several choices as the reports it makes; `ordinal` counts within a body row."""
    rows = [row for report in reports.to_dict("records") for row in _split(report, choices)]
    result = pd.DataFrame(rows, columns=reports.columns).astype(reports.dtypes.to_dict())
    return result.assign(ordinal=result.groupby("position").cumcount())


def _split(row: dict[Hashable, Any], choices: Choices) -> Iterator[dict[Hashable, Any]]:
    environments, types = (choices[name][row["position"]] or [row[name]] for name in CHOICES)
    number = Number(row["low"], row["high"], row["suppressed"])
    for report in reports_of(environments, types, number) if number.high else ():
        codes: dict[Hashable, Any] = {
            "environment": report.environment,
            "event_type": report.event_type,
            "unsure": report.unsure,
        }
        split = report.number
        yield {**row, **codes, "low": split.low, "high": split.high, "suppressed": split.suppressed}
    if not number.high:
        yield row


def _counts(table: SheetTable, defaults: Defaults, intervals: Intervals, context: Context) -> list[_Counts]:
    """Of each column of a group; in a table without groups, of its count column or of the rows themselves."""
    if table.groups:
        return [_group_counts(column, defaults, intervals, table, context) for column in table.groups]
    column = next(iter(table.with_role("count")), None)
    values = None if column is None else read_numbers(column, context)
    return [_counted(values, defaults.fields, intervals, None if table.table.shape == "counts" else 1)]


def _counted(
    values: ColumnValues | None,
    fields: dict[str, np.ndarray],
    intervals: Intervals,
    blank: int | None,
    refusals: Sequence[Fault] = (),
) -> _Counts:
    """blank: what a blank cell counts as; None where it means that the source has no figure."""
    size = len(intervals.first)
    if values is None:
        one, no = np.ones(size, dtype=np.int64), np.zeros(size, dtype=bool)
        return _Counts(None, fields, intervals, one, one, no, ~no, no)
    of_blank = Number(blank or 0, blank or 0)
    numbers = [v if isinstance(v, Number) else of_blank if v is None else Number(0, 0) for v in values.values]
    return _Counts(
        values,
        fields,
        intervals,
        low=np.array([number.low for number in numbers], dtype=np.int64)[values.codes],
        high=np.array([number.high for number in numbers], dtype=np.int64)[values.codes],
        suppressed=np.array([number.suppressed for number in numbers], dtype=bool)[values.codes],
        stated=np.array([isinstance(v, Number) for v in values.values], dtype=bool)[values.codes],
        silent=np.array([isinstance(v, Missing) or (v is None and blank is None) for v in values.values], dtype=bool)[
            values.codes
        ],
        refusals=tuple(refusals),
    )


def _group_counts(
    column: SheetColumn[Group], defaults: Defaults, intervals: Intervals, table: SheetTable, context: Context
) -> _Counts:
    """The counts of one column of a group, with the fields and days that its heading says."""
    fields = {name: values.copy() for name, values in defaults.fields.items()}
    dates: dict[str, SheetColumn[Any]] = {}
    unreadable: list[Unreadable] = []
    for level, capture in zip(column.spec.levels, column.captures, strict=True):
        codes = level_value(level, capture.strip(), context)
        if isinstance(codes, Unreadable):
            unreadable.append(codes)
        elif level.as_ in DATES:
            text = heading_date(capture, context) if level.as_ == "date" else capture.strip()
            dates[level.as_] = constant(level.as_, text, table.size, column.heading, column.index)
        else:
            for name in codes.keys() & FIELDS:
                fields[name][:] = codes[name]
    if dates:
        intervals = read_intervals(table, {**defaults.dates, **dates}, context)
        fixed = [read for read in intervals.columns if len(read.values) == 1]  # by the heading, a name or a constant
        unreadable += [value for read in fixed for value in read.values if isinstance(value, Unreadable)]
        by_row = tuple(read for read in intervals.columns if len(read.values) > 1)
        intervals = Intervals(intervals.first, intervals.last, by_row)
    row = int(table.sheet.row_numbers[max(table.body - 1, 0)])
    refusals = [fault_of(value, column, context, table.sheet.name, row) for value in unreadable]
    return _counted(read_group(column, context), fields, intervals, 0, refusals)


def _gaps(counts: _Counts, usable: np.ndarray) -> Iterator[tuple[str, np.datetime64, np.datetime64]]:
    """(environment, first, last) of the usable rows for which the source has no figure."""
    for position in np.flatnonzero(counts.silent & usable):
        environment = counts.fields["environment"][position] or ""
        yield environment, counts.intervals.first[position], counts.intervals.last[position]


def _spans(counts: _Counts, usable: np.ndarray) -> Iterator[tuple[date, date]]:
    """The (first, last) days that the usable rows' numbers speak of."""
    first, last = counts.intervals.first, counts.intervals.last
    stated = usable & ~np.isnat(first) & counts.stated
    yield from set(zip(first[stated].tolist(), last[stated].tolist(), strict=True))


def _name_the_empty(
    outcomes: np.ndarray, reports: pd.DataFrame, known: np.ndarray, silent: np.ndarray, zero_rows: str
) -> None:
    """Rows whose numbers are all zero, and rows for which the source has no figure at all: never the same."""
    most = reports.groupby("position")["high"].max().reindex(range(len(outcomes)), fill_value=0).to_numpy()
    outcomes[known & (most == 0)] = zero_rows
    outcomes[known & (most == 0) & silent] = NO_FIGURES


def _find_repeats(table: SheetTable, outcomes: np.ndarray, context: Context) -> list[tuple[int, Fault]]:
    """Mark the rows that repeat an earlier key word for word, and those the source calls a copy of a row.

    Returns a fault for each row that uses the key of an earlier row for something else.
    """
    faults: list[tuple[int, Fault]] = []
    keys = table.with_role("key")
    rows = np.flatnonzero(outcomes == LOADED)
    if not keys or not len(rows):
        return faults
    content = np.stack([column.raw.codes for column in table.columns if column.spec.as_ not in ("text", "drop")])
    codes = pd.DataFrame({number: column.raw.codes[rows] for number, column in enumerate(keys)})
    first: dict[object, int] = {}
    for position in rows[codes.duplicated(keep=False).to_numpy()].tolist():
        key = tuple(column.raw.at(position) for column in keys)
        earlier = first.setdefault(key, position)
        if earlier == position or all(part is None for part in key):
            continue
        if (content[:, earlier] == content[:, position]).all():
            outcomes[position] = "duplicate_row"
        else:
            row, other = (int(table.numbers()[at]) for at in (position, earlier))
            place = (table.sheet.name, row, keys[0].heading, keys[0].letter)
            faults.append((position, Fault("conflicting_key", context.file, *place, {"earlier": other})))
    for column in table.with_role("copy_of"):
        used = np.unique(keys[0].raw.codes[rows]).tolist()
        known = {normalise(label_of(keys[0].raw.cells[code])) for code in used} - {""}
        copies = [p for p in rows.tolist() if normalise(label_of(column.raw.at(p))) in known]
        outcomes[copies] = "copy_of_row"
    return faults


def code_texts(table: SheetTable, fields: dict[str, np.ndarray], wanted: np.ndarray) -> tuple[np.ndarray, Counter[str]]:
    """Fill fields that no label has set from the table's text columns, in rows where `wanted` is true.

    Returns the rows (bool) that a rule coded, and how many rows each rule id coded: what the run record lists.
    """
    coded = np.zeros(len(wanted), dtype=bool)
    used: Counter[str] = Counter()
    for column in table.columns:
        for rule in column.spec.rules:
            words = read_column(column, partial(_holds, _words(rule.words)))
            hit = words.by_row(bool, False).astype(bool) & wanted
            new = np.zeros(len(wanted), dtype=bool)
            for name, code in rule.sets.items():
                free = hit & np.array([value is None for value in fields[name]], dtype=bool)
                fields[name][free] = code
                new |= free
            coded |= new
            if new.any():
                used[rule.id] += int(new.sum())
    return coded, used


def _holds(words: re.Pattern[str], cell: Cell) -> bool:
    return cell is not None and bool(words.search(normalise(label_of(cell))))


@cache
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words; a trailing `*` takes any ending ("hakkors*")."""
    parts = (re.escape(normalise(word).rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")
