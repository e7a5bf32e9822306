"""The reference series: ordinary graffiti, which tells a change in reporting from one in extremism."""

from dataclasses import dataclass

import pandas as pd

from vbe_analysis.analysis.counts import count_events
from vbe_analysis.analysis.poisson import Limits, rate_ratio_ci, rate_ratio_test
from vbe_analysis.analysis.shares import newcombe
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import Vocabulary


@dataclass(frozen=True)
class ReferenceSeries:
    """The reference series beside what the same sources coded to an environment, in the same event types and months.

    ordinary, coded: (previous, current). p, ratio: of the ordinary ones' two-period test; share_difference: interval of
    how much larger the coded share of all is now. They describe; no word of direction rests on them (statistics.md 4).
    """

    sources: tuple[str, ...]
    ordinary: tuple[int, int]
    coded: tuple[int, int]
    p: float
    ratio: Limits
    share_difference: Limits


def reference_series(
    events: pd.DataFrame, coverage: pd.DataFrame, current: Period, previous: Period, unit: str, words: Vocabulary
) -> ReferenceSeries | None:
    """The reference series in two periods, from the events on their comparable ground; None where there is none.

    unit: as in `count_events`; the least of an open number is taken.
    """
    ordinary = events[events["environment"].isin(list(words.reference)) & (events["not_counted"] == "")]
    if ordinary.empty:
        return None
    sources = sorted(ordinary["source"].unique())
    alike = events[events["event_type"].isin(ordinary["event_type"].unique())]
    counts = count_events(
        alike, coverage, ["environment"], [previous, current], unit, vocabulary=words, sources=sources
    )
    named = counts["environment"].isin(list(words.reference))
    (x2, c2), (x1, c1) = (
        [int(counts.loc[kind & (counts["period"] == period.label), "low"].sum()) for kind in (named, ~named)]
        for period in (previous, current)
    )
    return ReferenceSeries(
        tuple(sources), (x2, x1), (c2, c1), float(rate_ratio_test(x1, x2)), rate_ratio_ci(x1, x2),
        newcombe(c1, c1 + x1, c2, c2 + x2),
    )  # fmt: skip
