"""The word rule: what may be said about a change between two periods, whatever the truth inside the intervals.

Rules: reference statistics.md 1, 4, 5. A point is one pair of true counts; a class is given only if it holds in all
corners of the ranges. Corners are enough, for a class that holds in them holds everywhere between: a count further from
the other never makes a direction weaker, and a smaller sum never makes a comparison able to say more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from vbe_analysis.analysis.poisson import holm, rate_ratio_ci, rate_ratio_tails, rate_ratio_test
from vbe_analysis.frames import Interval

NO_EVENTS = "inga_handelser"
TOO_FEW = "for_fa"
NO_CERTAIN_CHANGE = "ingen_saker_forandring"
INCREASE = "okning"
DECREASE = "minskning"
NO_CHANGE_ESTABLISHED = "ingen_forandring_kan_faststallas"
UNDECIDABLE = "kan_inte_avgoras"
NO_COMPARISON = "ingen_jamforelse"
DIRECTIONS = frozenset({INCREASE, DECREASE})

ALPHA = 0.05
LEAST_SUM = 5


@dataclass(frozen=True)
class Verdict:
    """What the word rule gives for one pair of counts.

    kind: the class; p: least and greatest over the corners, adjusted in a family; ratio: current to previous rate,
    the 95 percent intervals of all corners together (None without a direction); limits: the highest current
    count that would be a decrease (None: none would) and the lowest that would be an increase.
    """

    kind: str
    previous: Interval
    current: Interval
    p: tuple[float, float]
    ratio: tuple[float, float] | None
    limits: tuple[int | None, int]


def change_class(previous: Interval, current: Interval, exposure_ratio: float = 1.0, alpha: float = ALPHA) -> Verdict:
    """The verdict of one unadjusted comparison (the headline).

    exposure_ratio: current period's comparable months to the previous one's. Raises ValueError for an interval that is
    no range of counts.

    >>> change_class((9, 9), (7, 7)).kind
    'ingen_saker_forandring'
    """
    corners = _corners(previous, current)
    p = rate_ratio_test(*corners[::-1], exposure_ratio)
    kinds = kinds_at(*corners, p, exposure_ratio, alpha, alpha)
    return _verdict(set(kinds), previous, current, (float(p.min()), float(p.max())), exposure_ratio, alpha)


def change_classes(
    pairs: Mapping[str, tuple[Interval, Interval]], exposure_ratio: float = 1.0, alpha: float = ALPHA
) -> dict[str, Verdict]:
    """The verdicts of a family (environment -> previous, current), Holm-adjusted over its members.

    The class must hold in every corner of every member's ranges together. That needs no enumeration: an adjusted
    p is max over subsets S of |S| x min p in S (Holm is the closure of Bonferroni: Marcus, Peritz & Gabriel 1976,
    Biometrika 63:655), so it grows with every member's p, and it suffices to set all others at their least and at their
    greatest. The greatest is taken over the whole range, not its corners: where the range holds "no change" it is 1, or
    else widening a neighbour's interval could settle what was open.
    """
    if not pairs:
        return {}
    level = alpha / len(pairs)
    corners = {name: _corners(*pair) for name, pair in pairs.items()}
    own = {name: rate_ratio_test(*at[::-1], exposure_ratio) for name, at in corners.items()}
    least = {name: float(p.min()) for name, p in own.items()}
    greatest = {name: _greatest_p(*pair, exposure_ratio) for name, pair in pairs.items()}

    verdicts = {}
    for name, pair in pairs.items():
        others = [other for other in pairs if other != name]
        families = [[[p, *(ends[other] for other in others)] for p in own[name]] for ends in (least, greatest)]
        adjusted = holm(families)[..., 0]
        kinds = kinds_at(*corners[name], adjusted, exposure_ratio, alpha, level)
        span = float(adjusted.min()), float(adjusted.max())
        verdicts[name] = _verdict(set(kinds.flat), *pair, span, exposure_ratio, level)
    return verdicts


def limits(previous: Interval, exposure_ratio: float = 1.0, level: float = ALPHA) -> tuple[int | None, int]:
    """The highest current count that would be a decrease (None: none) and the lowest that would be an increase.

    Whatever the previous count inside its range; at `level`, for a family its first step, alpha / members.

    >>> limits((10, 10)), limits((3, 3))
    ((2, 22), (None, 11))
    """
    return _limits(previous[0], exposure_ratio, level)[0], _limits(previous[1], exposure_ratio, level)[1]


def kinds_at(
    previous: npt.ArrayLike,
    current: npt.ArrayLike,
    p: npt.ArrayLike,
    exposure_ratio: float,
    alpha: float,
    level: float,
) -> npt.NDArray[np.str_]:
    """The class at each point (arrays), from its p-value as adjusted; `level`: what a single test must reach."""
    previous, current, p = np.asarray(previous), np.asarray(current), np.asarray(p)
    total = np.asarray(previous + current, dtype=float)
    share = exposure_ratio / (1 + exposure_ratio)
    # The most extreme split, all events in the period with less exposure, has its share to the power total as mid-p.
    powerless = (total < LEAST_SUM) | (min(share, 1 - share) ** total > level)
    lower, upper = rate_ratio_tails(current, previous, exposure_ratio)
    return np.select(
        [total == 0, powerless, p > alpha, upper < lower],
        [NO_EVENTS, TOO_FEW, NO_CERTAIN_CHANGE, INCREASE],
        DECREASE,
    )


def _verdict(
    kinds: set[str],
    previous: Interval,
    current: Interval,
    p: tuple[float, float],
    exposure_ratio: float,
    level: float,
) -> Verdict:
    kind = kinds.pop() if len(kinds) == 1 else UNDECIDABLE if kinds & DIRECTIONS else NO_CHANGE_ESTABLISHED
    ratio = None
    if kind in DIRECTIONS:  # the interval moves with the ratio itself, so two corners hold the ends
        low = rate_ratio_ci(current[0], previous[1], exposure_ratio)[0]
        ratio = low, rate_ratio_ci(current[1], previous[0], exposure_ratio)[1]
    return Verdict(str(kind), previous, current, p, ratio, limits(previous, exposure_ratio, level))


def _corners(previous: Interval, current: Interval) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    for low, high in (previous, current):
        if not 0 <= low <= high:
            raise ValueError(f"[{low}, {high}] is no range of counts")
    return np.array(previous)[[0, 0, 1, 1]], np.array(current)[[0, 1, 0, 1]]


def _greatest_p(previous: Interval, current: Interval, exposure_ratio: float) -> float:
    ends = np.array([previous[1], previous[0]]), np.array([current[0], current[1]])
    lower, upper = rate_ratio_tails(ends[1], ends[0], exposure_ratio)
    leans_both_ways = bool(lower[0] <= upper[0] and upper[1] <= lower[1])
    return 1.0 if leans_both_ways else float(rate_ratio_test(*ends[::-1], exposure_ratio).max())


@cache
def _limits(previous: int, exposure_ratio: float, level: float) -> tuple[int | None, int]:
    size = 16
    while True:
        current = np.arange(size)
        kinds = kinds_at(
            previous, current, rate_ratio_test(current, previous, exposure_ratio), exposure_ratio, level, level
        )
        increases, decreases = np.flatnonzero(kinds == INCREASE), np.flatnonzero(kinds == DECREASE)
        if increases.size:
            return int(decreases[-1]) if decreases.size else None, int(increases[0])
        size *= 2
