"""Counting: how many, by which keys, in which periods, and whether it is known at all.

The counting step is written once against Narwhals (reference ingest.md 7), so that the same lines count a pandas frame,
and a DuckDB relation over the Parquet files where one machine's memory ends. All after it works on small frames.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from vbe_analysis.analysis.coverage import cell_status, sources_of
from vbe_analysis.analysis.overlaps import OBJECTS, OCCASIONS, PERSONAL, TRACES, Overlaps, distinct_shift
from vbe_analysis.errors import fault
from vbe_analysis.frames import COUNTS, NOT_ASKED, NOT_DELIVERED, PARTIAL, conform
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY, Vocabulary, default_vocabulary

KEPT = 64
MOST_ROWS = 100_000  # a larger frame is counted anew: it would be held in memory for nothing

_found: OrderedDict[tuple[object, ...], tuple[Any, pd.DataFrame]] = OrderedDict()


def remembered(function: Callable[..., pd.DataFrame], frame: Any, *arguments: Any) -> pd.DataFrame:
    """function(*arguments), from memory where it was asked before of this very `frame` with equal arguments.

    frame: what the answer hangs on, by identity; it may be among the arguments, and no other frame may.
    """
    if not isinstance(frame, pd.DataFrame) or len(frame) > MOST_ROWS:
        return function(*arguments)
    key = (function.__name__, id(frame), *(repr(one) for one in arguments if not isinstance(one, pd.DataFrame)))
    held, answer = _found.get(key, (None, None))
    if held is not frame or answer is None:
        answer = function(*arguments)
        _found[key] = frame, answer
        if len(_found) > KEPT:
            _found.popitem(last=False)
    return answer


REPORTS = "reports"
UNITS = (OCCASIONS, OBJECTS, REPORTS)
KEYS = ("environment", "event_type", "group", "source", "area")
OCCASION = ("source", "date_from", "area", "event_type", "environment")


def count_events(
    events: IntoFrame,
    coverage: pd.DataFrame,
    by: Sequence[str] = ("environment",),
    periods: Sequence[Period] = (),
    unit: str = OCCASIONS,
    overlaps: Overlaps | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    environments: Collection[str] | None = None,
    sources: Collection[str] | None = None,
    areas: Sequence[str] = (),
) -> pd.DataFrame:
    """Count events by `by` (any of KEYS, or none for the total) in each period, as frames.COUNTS after the keys.

    events: frames.EVENTS in any frame Narwhals knows. A report counts in a period that holds its whole interval, if
    it counts at all. Give months or tertials as periods to count by them.
    unit: "occasions" (reports of one source, day, area, type and environment are one occasion whatever their number;
    reports dated to an interval, their number), "objects" (the numbers reported) or "reports" (rows).
    overlaps: possible duplicates; they turn a count of occasions or objects into [fewest, most] distinct events.
    Reports of one source are never duplicates, so counts by source do not change.
    environments: which to count; by default all of the vocabulary, the reference series only as a key of its own and
    never in a total. sources: by default all but earlier chapters' figures.
    areas: those that have a cell each also where nothing was reported; others appear as they are reported.

    The rows are the full cross product of keys and periods. A number stands only where coverage, or a report, says that
    there is something to know; a zero only where it was delivered. Raises InputError for an unknown key or unit, or
    periods without a label each.
    """
    words = vocabulary or default_vocabulary()
    _refuse(by, periods, unit)
    wanted = list(environments or (words.all_environments if "environment" in by else words.environments))
    chosen = _of(coverage, sources)

    counted = _tally(events, periods, by, unit, wanted, sources, words)
    if overlaps is not None and unit != REPORTS and "source" not in by:
        counted = _shifted(counted, overlaps, by, periods, unit, wanted, words)
    grid = _grid(by, periods, _values(by, periods, chosen, counted, wanted, words, areas))
    keys = [key for key in by if key in ("source", "environment")]
    status = remembered(_status, coverage, coverage, sources, periods, keys, wanted)
    return _known(grid, counted, status, by)


def _of(coverage: pd.DataFrame, sources: Collection[str] | None) -> pd.DataFrame:
    """The coverage of the sources that are counted."""
    return coverage[coverage["source"].isin(list(sources)) if sources is not None else coverage["source"] != HISTORY]


def _status(
    coverage: pd.DataFrame, sources: Collection[str] | None, periods: Sequence[Period], keys: Sequence[str],
    environments: Collection[str],
) -> pd.DataFrame:  # fmt: skip
    return cell_status(_of(coverage, sources), periods, keys, environments)


def _refuse(by: Sequence[str], periods: Sequence[Period], unit: str) -> None:
    unknown = [key for key in by if key not in KEYS]
    if unknown:
        raise fault("unknown_count_key", keys=", ".join(unknown), known=", ".join(KEYS))
    if unit not in UNITS:
        raise fault("unknown_unit", unit=unit, known=", ".join(UNITS))
    labels = {period.label for period in periods}
    if not periods or "" in labels or len(labels) < len(periods):
        raise fault("period_labels")


def _tally(
    events: IntoFrame, periods: Sequence[Period], by: Sequence[str], unit: str,
    environments: Collection[str], sources: Collection[str] | None, words: Vocabulary,
) -> pd.DataFrame:  # fmt: skip
    """low, high and reports by period and key, where there is any report.

    An occasion has one value of every key, so what was counted by all keys can be added up by any of them.
    """
    finest = remembered(_finest, events, events, periods, unit, environments, sources, words)
    tally = finest.groupby(["period", *by], observed=True, as_index=False)[["low", "high", "reports"]].sum()
    return tally.astype(dict.fromkeys(("period", *by), "str"))


def _finest(
    events: IntoFrame, periods: Sequence[Period], unit: str, environments: Collection[str],
    sources: Collection[str] | None, words: Vocabulary,
) -> pd.DataFrame:  # fmt: skip
    """The tally by every key at once: the one pass over the events, whatever engine holds them."""
    first, last = (nw.col(name).cast(nw.Datetime("us")) for name in ("date_from", "date_to"))
    counted = nw.from_native(events).lazy().filter(
        nw.col("not_counted") == "",
        nw.col("environment").cast(nw.String).is_in(list(environments)),
        nw.col("source").cast(nw.String).is_in(list(sources)) if sources is not None else nw.col("source") != HISTORY,
    )  # fmt: skip
    inside = nw.concat(
        [
            counted.filter(first >= _midnight(p.start), last <= _midnight(p.end)).with_columns(period=nw.lit(p.label))
            for p in periods
        ]
    )
    ends = [nw.col("low").sum(), nw.col("high").sum()]
    if unit == OCCASIONS:
        once = [nw.when(nw.col("on_day")).then(nw.lit(1)).otherwise(nw.col(end)).alias(end) for end in ("low", "high")]
        occasions = inside.with_columns(on_day=first == last).group_by("period", *OCCASION, "on_day")
        inside = occasions.agg(*ends, reports=nw.len()).with_columns(*once)
    else:
        inside = inside.with_columns(reports=nw.lit(1))
        ends = [nw.col("reports").sum().alias(end) for end in ("low", "high")] if unit == REPORTS else ends
    trace = nw.col("event_type").cast(nw.String).is_in(list(words.traces))
    keyed = inside.with_columns(group=nw.when(trace).then(nw.lit(TRACES)).otherwise(nw.lit(PERSONAL)))
    tally = keyed.group_by("period", *KEYS).agg(*ends, reports=nw.col("reports").sum()).collect().to_pandas()
    return tally.astype(
        {**dict.fromkeys(("period", *KEYS), "str"), **dict.fromkeys(("low", "high", "reports"), "int64")}
    )


def _midnight(day: date) -> datetime:
    """Dates are compared as datetimes, which is what every engine understands alike."""
    return datetime.combine(day, time.min)


def _shifted(
    counted: pd.DataFrame, overlaps: Overlaps, by: Sequence[str], periods: Sequence[Period], unit: str,
    environments: Collection[str], words: Vocabulary,
) -> pd.DataFrame:  # fmt: skip
    """The tally with each cell's ends moved to the fewest and most distinct events."""
    parts = [distinct_shift(overlaps, period, by, unit, environments, words.traces) for period in periods]
    moved = counted.merge(pd.concat(parts), how="left", on=["period", *by], validate="one_to_one")
    for end in ("low", "high"):
        moved[end] += moved.pop(f"{end}_shift").fillna(0).astype("int64")
    return moved


def _values(
    by: Sequence[str], periods: Sequence[Period], coverage: pd.DataFrame, counted: pd.DataFrame,
    environments: list[str], words: Vocabulary, areas: Sequence[str],
) -> Mapping[str, list[str]]:  # fmt: skip
    """The values each key can take: codelists in their order, sources as they were to deliver, and what else occurs."""
    found = {key: set(counted[key]) for key in by}
    spoken_of = sources_of(coverage, periods)
    known = {
        "environment": environments,
        "event_type": list(words.event_types),
        "group": [TRACES, PERSONAL],
        "source": [source for source in words.sources if source in spoken_of],
        "area": list(areas),
    }
    return {key: known[key] + sorted(found[key] - set(known[key])) for key in by}


def _grid(by: Sequence[str], periods: Sequence[Period], values: Mapping[str, list[str]]) -> pd.DataFrame:
    grid = pd.DataFrame({"period": [period.label for period in periods]}, dtype="str")
    for key in reversed(by):
        grid = pd.DataFrame({key: values[key]}, dtype="str").merge(grid, how="cross")
    return grid


def _known(grid: pd.DataFrame, counted: pd.DataFrame, status: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    shared = [name for name in status.columns if name in ("period", *by)]
    cells = grid.merge(counted, how="left", on=["period", *by], validate="one_to_one")
    cells = cells.merge(status, how="left", on=shared, validate="many_to_one")
    cells["status"] = cells["status"].fillna(NOT_ASKED)
    cells["months_covered"] = cells["months_covered"].fillna(0)
    # A report is knowledge, also from months that the delivery did not speak of.
    unknown = cells["status"].isin([NOT_DELIVERED, NOT_ASKED])
    cells.loc[unknown & cells["reports"].notna(), "status"] = PARTIAL
    numbers = ["low", "high", "reports"]
    cells[numbers] = cells[numbers].astype("Int64").fillna(0)
    cells.loc[cells["status"].isin([NOT_DELIVERED, NOT_ASKED]), numbers] = pd.NA
    return conform(cells, COUNTS, keys=by)
