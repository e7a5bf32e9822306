"""Counting: how many, by which keys, in which periods, and whether it is known at all.

The counting step is written once against Narwhals (reference ingest.md 7), so that the same lines count a pandas frame,
and a DuckDB relation over the Parquet files where one machine's memory ends. All after it works on small frames.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product
from types import MappingProxyType
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from vbe_analysis.analysis.ground import Status, cell_status, sources_of
from vbe_analysis.analysis.overlaps import OBJECTS, OCCASION, OCCASIONS, Overlaps, distinct_shift
from vbe_analysis.errors import fault
from vbe_analysis.frames import COUNTS, NOT_ASKED, NOT_DELIVERED, PARTIAL, conform
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY, PERSONAL, TRACES, Vocabulary, default_vocabulary

REPORTS = "reports"
UNITS = (OCCASIONS, OBJECTS, REPORTS)
KEYS = ("environment", "event_type", "group", "source", "area")
DISTRICT = "district"  # a key of many workspaces alone
NUMBERS = ["low", "high", "reports"]
Sums = dict[tuple[str, ...], tuple[int, int, int]]
"""Period and keys -> low, high and reports, where there is any report."""
_COVERED_BY = ("source", "environment", "group")  # the keys that coverage tells apart


def count_events(
    events: IntoFrame,
    coverage: pd.DataFrame,
    by: str | Sequence[str] = ("environment",),
    periods: Sequence[Period] = (),
    unit: str = OCCASIONS,
    overlaps: Overlaps | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    environments: Collection[str] | None = None,
    sources: Collection[str] | None = None,
    areas: Sequence[str] = (),
) -> pd.DataFrame:
    """Count events by `by` in each period, as frames.COUNTS after the keys.

    Of a workspace's own frames give `overlaps=ws.overlaps()` and `vocabulary=ws.vocabulary` too, as `ws.counts` does:
    without them possible duplicates count as several events, and the district's own codes are unknown.
    by: "environment", "event_type", "group", "source" or "area", several of them in a list, or [] for the total.
    periods: one or more, each with a label of its own; give months or tertials (`ws.periods`) to count by them.
    events: frames.EVENTS in any frame Narwhals knows, or the `tally` of such a frame. A report counts in a period that
    holds its whole interval, if it counts at all.
    unit: "occasions" (reports of one source, day, area, type and environment are one occasion whatever their number;
    reports dated to an interval, their number), "objects" (the numbers reported) or "reports" (rows).
    overlaps: possible duplicates, of these events or of more; they turn a count of occasions or objects into [fewest,
    most] distinct events. Reports of one source are never duplicates, so counts by source do not change.
    environments: which to count; by default all of the vocabulary, the reference series only as a key of its own and
    never in a total. sources: by default all but earlier chapters' figures.
    areas: those that have a cell each also where nothing was reported; others appear as they are reported.

    The rows are the full cross product of keys and periods. A number stands only where coverage, or a report, says that
    there is something to know; a zero only where it was delivered. Raises InputError for an unknown key, unit,
    environment or source, or periods without a label each.

    >>> ws = vbe.Workspace(".")
    >>> autumn = vbe.Period(date(2020, 7, 1), date(2020, 12, 31), "hösten 2020")
    >>> counts = vbe.count_events(ws.events("2021"), ws.coverage("2021"), [], [autumn])
    >>> counts[["period", "low", "high", "status"]].values.tolist()
    [['hösten 2020', 7, 10, 'observed']]

    A part of the events is counted by itself, here those of Tuesdays:

    >>> dated = ws.events("2021").query("date_from == date_to")
    >>> tuesdays = dated[dated["date_from"].dt.day_of_week == 1]
    >>> counts = vbe.count_events(tuesdays, ws.coverage("2021"), [], [ws.period("2021")], overlaps=ws.overlaps())
    >>> counts[["low", "high"]].values.tolist()
    [[8, 10]]
    """
    words = vocabulary or default_vocabulary()
    by = [by] if isinstance(by, str) else by
    _refuse(by, periods, unit)
    wanted = _environments(by, environments, words)
    refuse_codes(sources, words.sources)
    possible = overlaps.within(events) if overlaps is not None and needs_overlaps(by, unit) else None
    sums = _sums(events, by, periods, unit, wanted, sources)
    return _counted(sums, coverage, by, periods, unit, possible, wanted, sources, areas, words)


def count_districts(
    events: IntoFrame,
    coverage: Mapping[str, pd.DataFrame],
    by: str | Sequence[str],
    periods: Sequence[Period],
    unit: str = OCCASIONS,
    overlaps: Mapping[str, Overlaps] = MappingProxyType({}),
    *,
    vocabulary: Vocabulary,
    environments: Collection[str] | None = None,
    sources: Collection[str] | None = None,
) -> pd.DataFrame:
    """Count the events of several districts in one pass: what `count_events` gives of each, after a column `district`.

    events: frames.EVENTS with the column `district`, where they are of more than one. coverage: district -> its frame;
    these districts get rows. overlaps: district -> the possible duplicates of its events. Raises as `count_events`.
    """
    by = [by] if isinstance(by, str) else by
    _refuse(by, periods, unit)
    wanted = _environments(by, environments, vocabulary)
    refuse_codes(sources, vocabulary.sources)
    several = DISTRICT in nw.from_native(events).lazy().collect_schema().names()
    sums = _sums(events, [*([DISTRICT] if several else []), *by], periods, unit, wanted, sources)
    frames = []
    for district, own in coverage.items():
        rows = sums[sums[DISTRICT] == district] if several else sums
        counts = _counted(
            rows, own, by, periods, unit, overlaps.get(district), wanted, sources, areas=(), words=vocabulary
        )
        counts.insert(0, DISTRICT, district)
        frames.append(counts)
    return pd.concat(frames, ignore_index=True)


def needs_overlaps(by: str | Sequence[str], unit: str) -> bool:
    """Whether possible duplicates can move such counts: reports of one source never are any, and rows stay rows."""
    return unit != REPORTS and "source" not in ([by] if isinstance(by, str) else by)


def _environments(by: Sequence[str], asked: Collection[str] | None, words: Vocabulary) -> list[str]:
    """The environments to count: those asked for, else all; the reference series only as a key of its own."""
    refuse_codes(asked, words.all_environments)
    return list(asked or (words.all_environments if "environment" in by else words.environments))


def _counted(
    rows: pd.DataFrame,
    coverage: pd.DataFrame,
    by: Sequence[str],
    periods: Sequence[Period],
    unit: str,
    overlaps: Overlaps | None,
    environments: list[str],
    sources: Collection[str] | None,
    areas: Sequence[str],
    words: Vocabulary,
) -> pd.DataFrame:
    """The counts of these sums, where coverage says that there is something to know."""
    asked = coverage[coverage["source"].isin(list(sources)) if sources is not None else coverage["source"] != HISTORY]
    sums = _by_period(rows, by, periods, words)
    if overlaps is not None:
        sums = _without_duplicates(sums, overlaps, by, periods, unit, environments, sources, words)
    values = _values(by, periods, asked, sums, environments, words, areas)
    status = cell_status(asked, periods, [key for key in by if key in _COVERED_BY], environments, words)
    return _known(values, periods, sums, status)


def tally(events: IntoFrame) -> pd.DataFrame:
    """The events (frames.EVENTS in any frame Narwhals knows) with reports that count alike as one row.

    Gives the columns of OCCASION, `date_to`, `not_counted`, `low` and `high` (sums of the numbers reported) and
    `reports` (how many). Counting the tally gives what counting the events gives: it is for those who count often.
    """
    keys = [*OCCASION, "date_to", "not_counted"]
    frame = _with_reports(nw.from_native(events).lazy())
    rows = frame.group_by(*keys).agg(*(nw.col(name).sum() for name in NUMBERS)).sort(*keys)
    dtypes = {name: "datetime64[us]" if name.startswith("date") else "str" for name in keys}
    return _collected(rows, {**dtypes, **dict.fromkeys(NUMBERS, "int64")})


def _collected(frame: nw.LazyFrame[Any], dtypes: Mapping[str, str]) -> pd.DataFrame:
    collected: pd.DataFrame = frame.collect().to_pandas()
    return collected.astype(dict(dtypes)).reset_index(drop=True)


def _with_reports(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Events with `reports`: 1 on each row; a tally has it already."""
    return frame if _tallied(frame) else frame.with_columns(reports=nw.lit(1))


def _tallied(frame: nw.LazyFrame[Any]) -> bool:
    return "reports" in frame.collect_schema().names()


def _refuse(by: Sequence[str], periods: Sequence[Period], unit: str) -> None:
    unknown = [key for key in by if key not in KEYS]
    if unknown:
        raise fault("unknown_count_key", keys=", ".join(unknown), known=", ".join(KEYS))
    if unit not in UNITS:
        raise fault("unknown_unit", unit=unit, known=", ".join(UNITS))
    labels = {period.label for period in periods}
    if not periods or "" in labels or len(labels) < len(periods):
        raise fault("period_labels")


def refuse_codes(codes: Collection[str] | None, known: Collection[str]) -> None:
    """A code that the vocabulary lacks would be counted as none at all: a false zero."""
    unknown = sorted(set(codes or ()) - set(known))
    if unknown:
        raise fault("unknown_count_code", codes=", ".join(unknown), known=", ".join(known))


def _sums(
    events: IntoFrame,
    by: Sequence[str],
    periods: Sequence[Period],
    unit: str,
    environments: Collection[str],
    sources: Collection[str] | None,
) -> pd.DataFrame:
    """Low, high and reports by key, first and last span: the one pass over the events, whatever engine holds them.

    The spans are what the ends of all periods divide time into (`_cuts`), numbered in order; a period is a run of them.
    """
    keys = dict.fromkeys(name for key in by for name in (("event_type", "source") if key == "group" else (key,)))
    if isinstance(events, pd.DataFrame) and "reports" in events:
        return _sums_of_tally(events, list(keys), _cuts(periods), unit, environments, sources)
    frame = nw.from_native(events).lazy()
    first, last = (nw.col(name).cast(nw.Datetime("us")) for name in ("date_from", "date_to"))
    cuts = _cuts(periods)
    needed = dict.fromkeys([*keys, *OCCASION, "date_to", "not_counted", *NUMBERS])
    rows = (
        _with_reports(frame)
        .select(*needed)
        .filter(
            nw.col("not_counted") == "",
            first >= cuts[0],
            last < cuts[-1],
            nw.col("environment").cast(nw.String).is_in(list(environments)),
            nw.col("source").cast(nw.String).is_in(list(sources))
            if sources is not None
            else nw.col("source") != HISTORY,
        )
    )
    if unit == OCCASIONS:
        if not _tallied(frame):
            rows = rows.group_by(*dict.fromkeys((*keys, *OCCASION, "date_to"))).agg(
                *(nw.col(name).sum() for name in NUMBERS)
            )
        ends = [nw.when(first == last).then(nw.lit(1)).otherwise(nw.col(end)).alias(end) for end in ("low", "high")]
        rows = rows.with_columns(*ends)
    elif unit == REPORTS:
        rows = rows.with_columns(low=nw.col("reports"), high=nw.col("reports"))
    spans = {"first": _span(first, cuts), "last": _span(last, cuts)}
    sums = rows.with_columns(**spans).group_by(*keys, "first", "last").agg(*(nw.col(name).sum() for name in NUMBERS))
    numbers = dict.fromkeys(("first", "last", *NUMBERS), "int64")
    return _collected(sums, {**dict.fromkeys(keys, "str"), **numbers})


def _sums_of_tally(
    events: pd.DataFrame,
    keys: Sequence[str],
    cuts: Sequence[datetime],
    unit: str,
    environments: Collection[str],
    sources: Collection[str] | None,
) -> pd.DataFrame:
    """The same of our own `tally`, which is small: its rows as they are, not yet added up."""
    asked = events["source"].isin(list(sources)) if sources is not None else events["source"] != HISTORY
    kept = asked & (events["not_counted"] == "") & events["environment"].isin(list(environments))
    days = {name: events[name].to_numpy(dtype="datetime64[us]") for name in ("date_from", "date_to")}
    ends = np.array([cuts[0], cuts[-1]], dtype="datetime64[us]")
    inside = kept.to_numpy() & (days["date_from"] >= ends[0]) & (days["date_to"] < ends[1])
    first, last = (own[inside] for own in days.values())
    rows = {name: events[name].to_numpy()[inside] for name in dict.fromkeys((*keys, *NUMBERS))}
    if unit == OCCASIONS:
        rows |= {end: np.where(first == last, 1, rows[end]) for end in ("low", "high")}
    elif unit == REPORTS:
        rows |= dict.fromkeys(("low", "high"), rows["reports"])
    between = np.array(cuts[1:-1], dtype="datetime64[us]")
    spans = {name: between.searchsorted(day, "right") for name, day in (("first", first), ("last", last))}
    return pd.DataFrame({**rows, **spans})


def _cuts(periods: Sequence[Period]) -> list[datetime]:
    """Where a period begins or has ended, in order. Every engine understands midnights alike, and not all days."""
    days: set[date] = {day for period in periods for day in (period.start, period.end + timedelta(days=1))}
    return [datetime.combine(day, time.min) for day in sorted(days)]


def _span(day: nw.Expr, cuts: Sequence[datetime]) -> nw.Expr:
    """The number of the span that a day lies in: 0 from the first cut on."""
    number = nw.lit(0)
    for cut in cuts[1:-1]:
        number = number + (day >= cut).cast(nw.Int64)
    return number


def _by_period(sums: pd.DataFrame, by: Sequence[str], periods: Sequence[Period], words: Vocabulary) -> Sums:
    """The sums of the spans that each period consists of, where there is any report."""
    columns = {name: sums[name].tolist() for name in sums}
    if "group" in by:
        columns["group"] = [words.group(*pair) for pair in zip(columns["event_type"], columns["source"], strict=True)]
    place = {cut.date(): number for number, cut in enumerate(_cuts(periods))}
    spans = {period.label: (place[period.start], place[period.end + timedelta(days=1)]) for period in periods}
    inside: dict[tuple[int, int], list[str]] = {}
    totals: Sums = {}
    for first, last, low, high, reports, *key in zip(
        *(columns[name] for name in ("first", "last", *NUMBERS, *by)), strict=True
    ):
        if (first, last) not in inside:
            inside[first, last] = [label for label, (start, end) in spans.items() if start <= first and last < end]
        for label in inside[first, last]:
            before = totals.get((label, *key), (0, 0, 0))
            totals[label, *key] = before[0] + low, before[1] + high, before[2] + reports
    return totals


def _without_duplicates(
    sums: Sums,
    overlaps: Overlaps,
    by: Sequence[str],
    periods: Sequence[Period],
    unit: str,
    environments: Collection[str],
    sources: Collection[str] | None,
    words: Vocabulary,
) -> Sums:
    """The sums with each cell's ends moved to the fewest and most distinct events."""
    if sources is not None:
        overlaps = replace(overlaps, reports=overlaps.reports[overlaps.reports["source"].isin(list(sources))])
    shift = distinct_shift(overlaps, periods, by, unit, environments, words)
    unmoved = (0, 0)
    return {
        key: (low + shift.get(key, unmoved)[0], high + shift.get(key, unmoved)[1], reports)
        for key, (low, high, reports) in sums.items()
    }


def _values(
    by: Sequence[str],
    periods: Sequence[Period],
    coverage: pd.DataFrame,
    sums: Sums,
    environments: list[str],
    words: Vocabulary,
    areas: Sequence[str],
) -> Mapping[str, list[str]]:
    """The values each key can take: codelists in their order, sources as they were to deliver, and what else occurs."""
    asked = sources_of(coverage, periods) if "source" in by else ()
    known = {
        "environment": environments,
        "event_type": list(words.event_types),
        "group": [TRACES, PERSONAL],
        "source": [source for source in words.sources if source in asked],
        "area": list(areas),
    }
    occurring = {key: {cell[place] for cell in sums} for place, key in enumerate(by, start=1)}
    return {key: known[key] + sorted(occurring[key].difference(known[key])) for key in by}


def _known(
    values: Mapping[str, list[str]], periods: Sequence[Period], sums: Sums, status: Mapping[tuple[str, ...], Status]
) -> pd.DataFrame:
    """Every cell of the keys' values and the periods, with its number, where that is known, and its status."""
    shared = [place for place, key in enumerate(values) if key in _COVERED_BY]
    rows: list[tuple[object, ...]] = []
    for *key, label in product(*values.values(), [period.label for period in periods]):
        state, months = status.get((label, *(key[place] for place in shared)), (NOT_ASKED, 0))
        number = sums.get((label, *key))
        unknown = state in (NOT_DELIVERED, NOT_ASKED)
        if unknown and number:  # a report is knowledge, also from months that the delivery did not speak of
            state = PARTIAL
        rows.append((*key, label, *(number or ((None,) * 3 if unknown else (0,) * 3)), state, months))
    return conform(pd.DataFrame(rows, columns=[*values, *COUNTS]), COUNTS, keys=values)
