"""The word rule: what may be said about a change between two periods, whatever the truth inside the intervals.

Rules: reference statistics.md 1, 4, 5. A point is one pair of true counts; a class is given only if it holds in all
corners of the ranges. Corners are enough, for a class that holds in them holds everywhere between: a count further from
the other never makes a direction weaker, and a smaller sum never makes a comparison able to say more.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

from vbe_analysis.analysis.poisson import (
    before_dispersion,
    holm,
    rate_ratio_ci,
    rate_ratio_tails,
    rate_ratio_test,
    with_dispersion,
)
from vbe_analysis.errors import fault
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
    the 95 percent intervals of all corners together. phi: how many times more than Poisson counts those of the earlier
    years vary; p, ratio and limits are as wide as that. level: what a single test must reach.
    """

    kind: str
    previous: Interval
    current: Interval
    p: tuple[float, float]
    exposure_ratio: float = 1.0
    level: float = ALPHA
    phi: float = 1.0

    @property
    def exact(self) -> bool:
        """Whether both counts are known to the number."""
        return self.previous[0] == self.previous[1] and self.current[0] == self.current[1]

    @property
    def meets(self) -> bool:
        """Whether the two counts may be the same number: then there is no "such difference" to speak of."""
        return self.previous[0] <= self.current[1] and self.current[0] <= self.previous[1]

    @property
    def ratio(self) -> tuple[float, float]:
        """`ratio_interval` of the two counts."""
        return ratio_interval(self.previous, self.current, self.exposure_ratio, self.phi)

    @property
    def limits(self) -> tuple[int | None, int]:
        """`limits` of the previous count: what would be a decrease (None: nothing would), and an increase."""
        return limits(self.previous, self.exposure_ratio, self.level, self.phi)


def change_class(
    previous: Interval, current: Interval, exposure_ratio: float = 1.0, alpha: float = ALPHA, phi: float = 1.0
) -> Verdict:
    """The verdict of one unadjusted comparison (the headline).

    exposure_ratio: current period's comparable months to the previous one's. phi: variance / mean of the series' own
    earlier years. Raises InputError for an interval that is no range of counts, or an exposure ratio not over 0.

    >>> change_class((9, 9), (7, 7)).kind
    'ingen_saker_forandring'
    """
    _refuse(exposure_ratio)
    corners = _corners(previous, current)
    p = with_dispersion(rate_ratio_test(*corners[::-1], exposure_ratio), phi)
    kinds = kinds_at(*corners, p, exposure_ratio, alpha, alpha)
    return _verdict(set(kinds), previous, current, (float(p.min()), float(p.max())), exposure_ratio, alpha, phi)


def change_classes(
    pairs: Mapping[str, tuple[Interval, Interval]],
    exposure_ratio: float = 1.0,
    alpha: float = ALPHA,
    phi: Mapping[str, float] | None = None,
) -> dict[str, Verdict]:
    """The verdicts of a family (environment -> previous, current): screened, and Holm-adjusted over those tested.

    The screen (`screened`) looks at sums alone, which the test conditions on, and so costs nothing. An environment that
    it leaves out has too few events.

    The class must hold in every corner of every tested member's ranges together. That needs no enumeration: an adjusted
    p is max over subsets S of |S| x min p in S (Holm is the closure of Bonferroni: Marcus, Peritz & Gabriel 1976,
    Biometrika 63:655), so it grows with every member's p, and it suffices to set all others at their least and at their
    greatest. The greatest is taken over the whole range, not its corners: where the range holds "no change" it is 1, or
    else widening a neighbour's interval could settle what was open. For the same reason a direction must hold in every
    family that the screen may leave for sums inside the ranges: where sums are greater, fewer may be tested.

    phi: by member, as of `change_class`; 1 where it has none.
    """
    _refuse(exposure_ratio)
    if not pairs:
        return {}
    each = {name: (phi or {}).get(name, 1.0) for name in pairs}
    corners = {name: _corners(*pair) for name, pair in pairs.items()}
    own, least, greatest = {}, {}, {}
    for name, pair in pairs.items():
        own[name] = with_dispersion(rate_ratio_test(*corners[name][::-1], exposure_ratio), each[name])
        least[name] = own[name].min()
        greatest[name] = with_dispersion(_greatest_p(*pair, exposure_ratio), each[name])

    def judged(name: str, family: frozenset[str]) -> tuple[set[str], npt.NDArray[np.float64], float]:
        """The classes and adjusted p in all corners where this family is tested, and the level of its first step."""
        level = alpha / len({*family, name})  # an environment that had enough events would be one more
        if name not in family:
            kinds = np.where(sum(corners[name]) == 0, NO_EVENTS, TOO_FEW)
            return set(kinds.flat), np.ones(len(kinds)), level
        others = [other for other in family if other != name]
        families = [[[p, *(ends[other] for other in others)] for p in own[name]] for ends in (least, greatest)]
        adjusted = holm(families)[..., 0]
        return set(kinds_at(*corners[name], adjusted, exposure_ratio, alpha, level).flat), adjusted, level

    family, *others = _screenings(pairs, exposure_ratio, alpha)
    verdicts = {}
    for name, pair in pairs.items():
        kinds, adjusted, level = judged(name, family)
        if kinds & DIRECTIONS:
            kinds = kinds.union(*(judged(name, other)[0] for other in others))
        span = float(adjusted.min()), float(adjusted.max())
        verdicts[name] = _verdict(kinds, *pair, span, exposure_ratio, level, each[name])
    return verdicts


def screened(
    pairs: Mapping[str, tuple[Interval, Interval]], exposure_ratio: float = 1.0, alpha: float = ALPHA
) -> frozenset[str]:
    """The members of a family whose sum, at its greatest, can reach significance at all when shared (Tarone's screen).

    alpha is shared by m, the least number for which at most m members can reach alpha / m (Tarone 1990, Biometrics
    46:515).

    >>> sorted(screened({"a": ((10, 10), (12, 12)), "b": ((1, 1), (2, 2)), "c": ((0, 0), (1, 1))}))
    ['a']
    """
    return _screenings(pairs, exposure_ratio, alpha)[0]


def _screenings(
    pairs: Mapping[str, tuple[Interval, Interval]], exposure_ratio: float, alpha: float
) -> list[frozenset[str]]:
    """What the screen leaves: first for the greatest sums, then for any other sums inside the ranges."""
    levels = [alpha / m for m in range(1, len(pairs) + 1)]

    def most(total: int) -> int:
        """How many members can share alpha for the sum to reach its part."""
        return sum(not _powerless(total, exposure_ratio, level) for level in levels)

    def tested(shared: Sequence[int]) -> frozenset[str]:
        able = ({name for name, most in zip(pairs, shared, strict=True) if most >= m} for m in range(1, len(pairs) + 1))
        return next((frozenset(names) for m, names in enumerate(able, 1) if len(names) <= m), frozenset())

    lowest, highest = [[most(previous[end] + current[end]) for previous, current in pairs.values()] for end in (0, 1)]
    families = [tested(highest)]
    # Which members reach m is all that decides: the others are set as high as they can be and still not reach it.
    for m in range(1, len(pairs) + 1):
        either = product(*({low >= m, high >= m} for low, high in zip(lowest, highest, strict=True)))
        for reaching in either:
            shared = [high if reaches else min(high, m - 1) for high, reaches in zip(highest, reaching, strict=True)]
            families.append(tested(shared))
    return list(dict.fromkeys(families))


def _powerless(total: npt.ArrayLike, exposure_ratio: float, level: float) -> npt.NDArray[np.bool_]:
    """Whether no split of a sum of events can reach the level, or the sum is too small for any word.

    The most extreme split, all events in the period with less exposure, has its share to the power total as mid-p.
    """
    sums, share = np.asarray(total, dtype=float), exposure_ratio / (1 + exposure_ratio)
    return np.asarray((sums < LEAST_SUM) | (min(share, 1 - share) ** sums > level))


def limits(
    previous: Interval, exposure_ratio: float = 1.0, level: float = ALPHA, phi: float = 1.0
) -> tuple[int | None, int]:
    """The highest current count that would be a decrease (None: none) and the lowest that would be an increase.

    Whatever the previous count inside its range; at `level`, for a family its first step, alpha / members tested.

    >>> limits((10, 10)), limits((3, 3))
    ((2, 22), (None, 11))
    """
    return _limits(previous[0], exposure_ratio, level, phi)[0], _limits(previous[1], exposure_ratio, level, phi)[1]


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
    powerless = _powerless(total, exposure_ratio, level)
    lower, upper = rate_ratio_tails(current, previous, exposure_ratio)
    return np.select(
        [total == 0, powerless, p > alpha, upper < lower],
        [NO_EVENTS, TOO_FEW, NO_CERTAIN_CHANGE, INCREASE],
        DECREASE,
    )


def ratio_interval(
    previous: Interval, current: Interval, exposure_ratio: float = 1.0, phi: float = 1.0
) -> tuple[float, float]:
    """Current to previous rate: the 95 percent intervals of all corners together, as wide as the counts vary.

    The interval moves with the ratio itself, so two corners hold the ends.
    """
    level = 1 - before_dispersion(ALPHA, phi)
    low = rate_ratio_ci(current[0], previous[1], exposure_ratio, level=level)[0]
    return low, rate_ratio_ci(current[1], previous[0], exposure_ratio, level=level)[1]


def _verdict(
    kinds: set[str],
    previous: Interval,
    current: Interval,
    p: tuple[float, float],
    exposure_ratio: float,
    level: float,
    phi: float,
) -> Verdict:
    kind = kinds.pop() if len(kinds) == 1 else UNDECIDABLE if kinds & DIRECTIONS else NO_CHANGE_ESTABLISHED
    return Verdict(str(kind), previous, current, p, exposure_ratio, level, phi)


def _refuse(exposure_ratio: float) -> None:
    if not 0 < exposure_ratio < math.inf:
        raise fault("exposure_ratio", ratio=exposure_ratio)


def _corners(previous: Interval, current: Interval) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    for low, high in (previous, current):
        if not 0 <= low <= high:
            raise fault("no_range", low=low, high=high)
    return np.array(previous)[[0, 0, 1, 1]], np.array(current)[[0, 1, 0, 1]]


def _greatest_p(previous: Interval, current: Interval, exposure_ratio: float) -> float:
    ends = np.array([previous[1], previous[0]]), np.array([current[0], current[1]])
    lower, upper = rate_ratio_tails(ends[1], ends[0], exposure_ratio)
    leans_both_ways = bool(lower[0] <= upper[0] and upper[1] <= lower[1])
    return 1.0 if leans_both_ways else float(rate_ratio_test(*ends[::-1], exposure_ratio).max())


@cache
def _limits(previous: int, exposure_ratio: float, level: float, phi: float) -> tuple[int | None, int]:
    """By bisection: the further a count lies from what the previous one lets expect, the smaller its p."""

    def kind(current: int) -> str:
        p = with_dispersion(rate_ratio_test(current, previous, exposure_ratio), phi)
        return str(kinds_at(previous, current, p, exposure_ratio, level, level))

    middle = math.ceil(previous * exposure_ratio)
    reach = middle + LEAST_SUM
    while kind(reach) != INCREASE:
        reach *= 2
    increase = bisect_left(range(reach + 1), True, lo=middle, key=lambda current: kind(current) == INCREASE)
    # A sum that is too small for a word lies below every count that is a decrease, or there is none.
    least = bisect_left(range(middle + 1), True, key=lambda current: kind(current) != TOO_FEW)
    above = bisect_left(range(middle + 1), True, lo=least, key=lambda current: kind(current) != DECREASE)
    return above - 1 if above > least else None, increase
