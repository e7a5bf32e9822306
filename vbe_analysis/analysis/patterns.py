"""What holds in every year whatever the intervals hide: which environment has the most, and how often each occurs.

Rules: reference statistics.md 7 (stable pattern, presence). Functions of intervals alone, so that bands give them too.
"""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from vbe_analysis.analysis.ground import months_of, source_months
from vbe_analysis.frames import Interval
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY, UNKNOWN

LEAST_PERIODS = 3  # statistics.md 7


def most_in_every_period(counts: Mapping[str, Sequence[Interval]]) -> dict[str, bool]:
    """The environments that have the most in every period, or as many as any other, in all that the intervals allow.

    counts: environment -> its intervals, one a period, all of the same periods. True: more than every other one each
    time (there can be one such), False: at least as many. Events of an unknown environment stop another from having
    the most, and never have it. Empty under three periods.

    >>> most_in_every_period({"a": [(6, 9), (5, 5), (8, 8)], "b": [(2, 5), (4, 4), (0, 0)]})
    {'a': True}
    """
    found = {}
    for name, own in counts.items():
        others = [intervals for other, intervals in counts.items() if other != name]
        margins = [low - max((each[at][1] for each in others), default=-1) for at, (low, _) in enumerate(own)]
        if name != UNKNOWN and len(margins) >= LEAST_PERIODS and min(margins) >= 0:
            found[name] = min(margins) > 0
    return found


def presence(counts: Sequence[Interval]) -> Interval:
    """In how many periods there was any event, least and most.

    >>> presence([(1, 4), (0, 0), (0, 2)])
    (1, 2)
    """
    return sum(low > 0 for low, _ in counts), sum(high > 0 for _, high in counts)


def asks_of_all(coverage: pd.DataFrame, period: Period, environments: Collection[str]) -> bool:
    """Whether environments can be held against each other in a period.

    Every source that tells of one of the `environments` in a month must tell of them all: where one was not asked
    about, its number is less than it would have been. coverage: frames.COVERAGE.
    """
    months = set(months_of(period))
    known = source_months(coverage[coverage["source"] != HISTORY], environments)
    covered = {(source, month, name) for (source, name, month), cell in known.items() if cell.covered}
    delivered = {(source, month) for source, month, _ in covered if month in months}
    return all((*place, name) in covered for place in delivered for name in environments)
