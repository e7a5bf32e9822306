"""The contract of every frame that crosses a stage: column, dtype, allowed values. Checked at the door, once.

events    one row per report: what one source notified, dated by an interval, with the number it states as [low, high]
answers   one row per survey unit and question: the coded answer
coverage  one row per source and month (and environment, where a source was asked for some only)
rejects   one row per cell or row that was left out, with the reason; never the value of a free-text cell
counts    one row per period and key: how many, as an interval, and whether it is known at all
export    one row per figure that an edition hands over; in a region's frame after the district's name
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from vbe_analysis.errors import VbeError

Interval = tuple[int, int]
"""A count: at least and at most so many, both included."""


@dataclass(frozen=True)
class FrameColumn:
    """A column's dtype ("str", "date", "count", "flag"), the values it may hold (None: any), and what it means."""

    dtype: str
    values: frozenset[str] | None = None
    nullable: bool = False
    meaning: str = ""


DELIVERED, NOTHING, NOT_DELIVERED, NOT_ASKED = "delivered", "delivered_nothing", "not_delivered", "not_asked"
OBSERVED, PARTIAL = "observed", "partial"
FLAGS = frozenset({"suppressed", "pairs_unknown", "hidden_row", "corrected", "coded_by_rule"})
NOT_COUNTED = frozenset({"", "straddles_boundary", "outside_period"})
ALL_ENVIRONMENTS = ""

_PLACE = {
    "file": FrameColumn("str", meaning="the office's file"),
    "sheet": FrameColumn("str", meaning='"" in a file without sheets'),
    "row": FrameColumn("count", meaning="as the office's program shows it"),
}

EVENTS: Mapping[str, FrameColumn] = {
    "report_id": FrameColumn("str", meaning="hash of cycle + source + file name + sheet + row + ordinal"),
    "cycle": FrameColumn("str"),
    "source": FrameColumn("str"),
    "date_from": FrameColumn("date", meaning="the first day that the report can speak of"),
    "date_to": FrameColumn("date", meaning="the last day"),
    "environment": FrameColumn("str", meaning='"ej_vbe": the reference series'),
    "event_type": FrameColumn("str"),
    "area": FrameColumn("str", meaning='"" where the source states none'),
    "low": FrameColumn("count", meaning="the least number reported, 1 or more"),
    "high": FrameColumn("count", meaning="the greatest number reported"),
    "flags": FrameColumn(
        "str", meaning=f'none or several of {", ".join(sorted(FLAGS))}, a blank between; `frame["flags"]`'
    ),
    "not_counted": FrameColumn("str", NOT_COUNTED, meaning='"" counts in its cycle'),
    **_PLACE,
}
ANSWERS: Mapping[str, FrameColumn] = {
    "cycle": FrameColumn("str"),
    "source": FrameColumn("str"),
    "unit": FrameColumn("str", meaning="hash of cycle + file + row, or of the kept code (then equal between years)"),
    "unit_kind": FrameColumn("str", meaning='the kind of unit in the office\'s words; "" where not asked'),
    "unit_kept": FrameColumn("flag", meaning="whether `unit` stems from a kept unit code"),
    "question": FrameColumn("str", meaning='"noted": whether it noted anything; others as the profile names them'),
    "version": FrameColumn("str", meaning='of the question; "" where it has none'),
    "answer": FrameColumn("str", meaning='the profile\'s code, as "ja", "nej", "vet_inte"; "" unanswered'),
    **_PLACE,
}
COVERAGE: Mapping[str, FrameColumn] = {
    "cycle": FrameColumn("str"),
    "source": FrameColumn("str"),
    "month": FrameColumn("str", meaning='as "2021-03"'),
    "environment": FrameColumn("str", meaning='"" all of them'),
    "status": FrameColumn("str", frozenset({DELIVERED, NOTHING, NOT_DELIVERED, NOT_ASKED})),
    "straddled": FrameColumn(
        "flag", meaning="delivered only inside a count that passes the period's boundary: not countable"
    ),
    "version": FrameColumn("str", meaning='of the question or the way of counting; "" where it has none'),
    "break_before": FrameColumn("str", meaning='why it cannot be compared with an earlier month; "" comparable'),
    "asked": FrameColumn("count", nullable=True, meaning="units asked, the same on every month of a delivery"),
    "answered": FrameColumn("count", nullable=True, meaning="of them, those that answered; likewise"),
}
REJECTS: Mapping[str, FrameColumn] = {
    "cycle": FrameColumn("str"),
    "source": FrameColumn("str"),
    **_PLACE,
    "column": FrameColumn("str"),
    "reason": FrameColumn("str"),
    "advice": FrameColumn("str"),
}
COUNTS: Mapping[str, FrameColumn] = {
    "period": FrameColumn("str"),
    "low": FrameColumn("count", nullable=True, meaning="the fewest distinct events; missing, never 0, if nobody told"),
    "high": FrameColumn("count", nullable=True, meaning="the most distinct events"),
    "reports": FrameColumn("count", nullable=True, meaning="rows of events behind them"),
    "status": FrameColumn(
        "str",
        frozenset({OBSERVED, PARTIAL, NOT_DELIVERED, NOT_ASKED}),
        meaning="observed: every source that was asked told of every month; partial: of some",
    ),
    "months_covered": FrameColumn("count", meaning="source-months told of: 7 sources in 12 months are 84"),
}

EXPORT: Mapping[str, FrameColumn] = {
    "figure": FrameColumn("str", meaning="the kind of row, and so what the rest means: `region.export_file.FIGURES`"),
    "group": FrameColumn("str", meaning='"spar", "personknuten", "oppen"; "" all events together'),
    "environment": FrameColumn("str", meaning='"" all of them but the reference series'),
    "event_type": FrameColumn("str", meaning='"" all of them'),
    "source": FrameColumn("str", meaning='"" all of them: distinct events'),
    "period": FrameColumn("str", meaning='the cycle; "" where a tertial may lie in two'),
    "part": FrameColumn("str", meaning='a tertial ("T1 2021") or month ("2021-03") of it; "" the whole'),
    "low": FrameColumn("count", nullable=True, meaning="the fewest; missing where the row is no count"),
    "high": FrameColumn("count", nullable=True, meaning="the most; missing beside `low`: no upper end"),
    "status": FrameColumn("str", meaning='of a month, as in coverage; of a comparison, the word rule\'s class; ""'),
    "asked": FrameColumn("count", nullable=True, meaning="of a survey: units"),
    "answered": FrameColumn("count", nullable=True, meaning="of them, those that answered"),
}

_DTYPES = {"str": "str", "date": "datetime64[us]", "count": "int64", "flag": "bool"}


def conform(
    frame: pd.DataFrame,
    contract: Mapping[str, FrameColumn],
    keys: Collection[str] = (),
    allowed: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """The frame with the contract's columns (after `keys`, all text) in its order and dtypes.

    allowed: closed values of columns whose codes a workspace decides (environment, event_type, source, area).
    Raises VbeError for a missing or unknown column, a missing value, a value that is not of its column's kind (a date
    with a time of day or a zone, a count with decimals), one outside the closed list, an interval that ends before it
    begins, or a report of less than one event. No value is quoted.
    """
    columns = {**{key: FrameColumn("str") for key in keys}, **contract}
    if set(frame.columns) != set(columns):
        raise VbeError(f"contract: columns differ: {sorted(set(frame.columns) ^ set(columns))}")
    result = pd.DataFrame({name: _converted(frame[name], column) for name, column in columns.items()})
    for name, column in columns.items():
        if not column.nullable and result[name].isna().any():
            raise VbeError(f"contract: missing value in {name}")
        closed = column.values if column.values is not None else (allowed or {}).get(name)
        if closed is not None and not result[name].isin(list(closed)).all():
            raise VbeError(f"contract: value outside the closed list in {name}")
    for first, last in (("date_from", "date_to"), ("low", "high")):
        if {first, last} <= columns.keys() and (result[last] < result[first]).any():
            raise VbeError(f"contract: {last} before {first}")
    # A closed cycle's report may add nothing to its month; it has lost the file that it came from.
    if contract is EVENTS and ((result["low"] < 1) & (result["file"] != "")).any():
        raise VbeError("contract: low under 1")
    return result.reset_index(drop=True)


def _converted(values: pd.Series, column: FrameColumn) -> pd.Series:
    """The column in its dtype; pandas alone would drop zones and decimals in silence, and quote what it cannot read."""
    unfit = VbeError(f"contract: {values.name} holds what is no {column.dtype}")
    try:
        if column.dtype == "date":
            days = pd.to_datetime(values)
            if isinstance(days.dtype, pd.DatetimeTZDtype) or (days.dropna().dt.normalize() != days.dropna()).any():
                raise unfit
            return days.astype("datetime64[us]")
        if column.dtype == "count" and not column.nullable and values.isna().any():
            raise VbeError(f"contract: missing value in {values.name}")
        converted = pd.Series(values, dtype=dtype_of(column))
        if column.dtype == "count" and (pd.to_numeric(values.dropna()) != converted.dropna()).any():
            raise unfit
    except (TypeError, ValueError, AttributeError):
        raise unfit from None
    return converted


def empty(contract: Mapping[str, FrameColumn], keys: Collection[str] = ()) -> pd.DataFrame:
    """A frame of the contract without rows."""
    columns = {**{key: FrameColumn("str") for key in keys}, **contract}
    return pd.DataFrame({name: pd.Series(dtype=dtype_of(column)) for name, column in columns.items()})


def dtype_of(column: FrameColumn) -> str:
    """The pandas dtype of a column; a nullable count is Int64."""
    return "Int64" if column.nullable and column.dtype == "count" else _DTYPES[column.dtype]
