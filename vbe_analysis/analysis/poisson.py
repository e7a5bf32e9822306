"""Two periods and one count: tests and intervals for numbers too small for anything but exact distributions.

Everywhere 1 is the current period and 2 the one before; a ratio is (x1 / e1) / (x2 / e2), a difference
x1 / e1 - x2 / e2. Zeros are defined in all of them: 0 against 0 has p = 1 and a ratio anywhere from 0 to infinity.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import bdtr, bdtrc, chdtrc, gammaln, ndtr, ndtri, xlog1py, xlogy

from vbe_analysis.frames import Interval

Floats = npt.NDArray[np.float64]
Limits = tuple[float, float]
SHRUNK_TO = 1.25  # statistics.md 7


def rate_ratio_test(
    x1: npt.ArrayLike,
    x2: npt.ArrayLike,
    e1: npt.ArrayLike = 1.0,
    e2: npt.ArrayLike = 1.0,
    ratio: float = 1.0,
    midp: bool = True,
) -> Floats:
    """Two-sided central p-value that two Poisson rates have the given ratio; arrays of counts give arrays.

    Conditional binomial test (Przyborowski & Wilenski 1940, Biometrika 31:313), p = twice the smaller tail, at most 1;
    mid-p as Lancaster 1961 (JASA 56:223) and Fay 2010 (R Journal 2(1):53), exact with midp=False.

    >>> round(float(rate_ratio_test(0, 5)), 5)
    0.03125
    """
    lower, upper = rate_ratio_tails(x1, x2, e1, e2, ratio, midp)
    return np.minimum(1.0, 2.0 * np.minimum(lower, upper))


def rate_ratio_tails(
    x1: npt.ArrayLike,
    x2: npt.ArrayLike,
    e1: npt.ArrayLike = 1.0,
    e2: npt.ArrayLike = 1.0,
    ratio: float = 1.0,
    midp: bool = True,
) -> tuple[Floats, Floats]:
    """The one-sided p-values (lower: a true ratio below `ratio`; upper: above it) of `rate_ratio_test`."""
    own, base = np.asarray(e1, dtype=float) * ratio, np.asarray(e2, dtype=float)
    x, total, share = np.asarray(x1), np.add(x1, x2), own / (own + base)
    at = binomial_pmf(x, total, share) * (0.5 if midp else 1.0)
    return np.asarray(binomial_cdf(x - 1, total, share) + at), np.asarray(binomial_sf(x, total, share) + at)


def rate_ratio_ci(x1: int, x2: int, e1: float = 1.0, e2: float = 1.0, level: float = 0.95, midp: bool = True) -> Limits:
    """Interval of the rate ratio: the ratios that `rate_ratio_test` does not reject, so the two never contradict.

    Inverted conditional test, each tail at (1 - level) / 2: Clopper & Pearson 1934 (Biometrika 26:404) with
    midp=False, its mid-p form (Berry & Armitage 1995, The Statistician 44:417) otherwise.

    >>> [round(limit, 2) for limit in rate_ratio_ci(22, 10)]
    [1.05, 4.85]
    """
    total, tail, weight = x1 + x2, (1 - level) / 2, 0.5 if midp else 1.0

    def above(share: float) -> float:  # the upper tail grows with the share, the lower falls
        return float(binomial_sf(x1, total, share) + weight * binomial_pmf(x1, total, share)) - tail

    def below(share: float) -> float:
        return float(binomial_cdf(x1 - 1, total, share) + weight * binomial_pmf(x1, total, share)) - tail

    low = 0.0 if x1 == 0 else float(brentq(above, 0.0, 1.0, xtol=1e-15))
    high = 1.0 if x2 == 0 else float(brentq(below, 0.0, 1.0, xtol=1e-15))
    return low / (1 - low) * e2 / e1, high / (1 - high) * e2 / e1 if high < 1 else math.inf


def prediction_interval(
    past_total: int,
    past_exposure: float,
    new_exposure: float = 1.0,
    level: float = 0.95,
    midp: bool = True,
    phi: float = 1.0,
) -> tuple[int, int]:
    """The fewest and most events of a new period that the rate of the pooled earlier ones lets expect.

    The counts that the two-period test (mid-p as everywhere, exact with midp=False) against the pooled earlier
    periods does not reject (Nelson 1982, Applied Life Data Analysis, ch. 6); by bisection, since p falls to both sides.
    phi: as of `with_dispersion`.

    >>> prediction_interval(15, 3)
    (1, 11)
    """

    def expected(count: int) -> bool:
        p = rate_ratio_test(count, past_total, new_exposure, past_exposure, midp=midp)
        return bool(with_dispersion(p, phi) > 1 - level)

    middle = int(past_total * new_exposure / past_exposure)
    reach = middle + 8
    while expected(reach):
        reach *= 2
    low = bisect_left(range(middle), True, key=expected)
    return low, bisect_left(range(reach + 1), True, lo=middle, key=lambda count: not expected(count)) - 1


def with_dispersion(p: npt.ArrayLike, phi: float) -> Floats:
    """Two-sided p-values of Poisson counts as they are where the variance is `phi` times the mean.

    Normal scores divided by the root of phi (quasi-likelihood: Wedderburn 1974, Biometrika 61:439).

    >>> round(float(with_dispersion(0.02, 2.0)), 3)
    0.1
    """
    values = np.asarray(p, dtype=float)
    return values if phi == 1 else np.asarray(2 * ndtr(ndtri(values / 2) / math.sqrt(phi)))


def before_dispersion(p: float, phi: float) -> float:
    """The p-value of Poisson counts that `with_dispersion` makes p."""
    return p if phi == 1 else float(2 * ndtr(ndtri(p / 2) * math.sqrt(phi)))


def holm(p: npt.ArrayLike) -> Floats:
    """Adjusted p-values along the last axis, at most 1, in the order given (Holm 1979, Scand J Stat 6:65)."""
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, axis=-1, kind="stable")
    steps = np.arange(values.shape[-1], 0, -1) * np.take_along_axis(values, order, axis=-1)
    adjusted = np.empty_like(values)
    np.put_along_axis(adjusted, order, np.minimum(1.0, np.maximum.accumulate(steps, axis=-1)), axis=-1)
    return adjusted


def dispersion(counts: Sequence[int], exposure: Sequence[float] | None = None) -> tuple[float, float, int, float]:
    """Index (variance / mean), chi-square, its degrees of freedom and p: do the counts vary more than Poisson?

    Fisher's dispersion test (Fisher 1950, Biometrics 6:17), expected counts in proportion to `exposure`. Without an
    event, or with fewer than two counts, nothing varies: index 0 and p = 1.
    """
    observed = np.asarray(counts, dtype=float)
    weight = np.ones_like(observed) if exposure is None else np.asarray(exposure, dtype=float)
    degrees = max(0, len(observed) - 1)
    if degrees == 0 or observed.sum() == 0:
        return 0.0, 0.0, degrees, 1.0
    expected = observed.sum() * weight / weight.sum()
    statistic = float(((observed - expected) ** 2 / expected).sum())
    return statistic / degrees, statistic, degrees, float(chdtrc(degrees, statistic))


def shrunk_dispersion(counts: Sequence[Interval], exposure: Sequence[float] | None = None) -> float:
    """How many times more than Poisson counts those of earlier years vary, drawn towards 1.25; never under 1.

    phi = max(1, (index + 1.25) / 2), with the greatest index over the corners of the intervals (it is convex, so no
    point between has a greater). A few years' own index is too uncertain to be used as it is.

    >>> round(shrunk_dispersion([(4, 4), (12, 12), (7, 7), (9, 9), (3, 3)]), 3)
    1.589
    """
    return max(1.0, (dispersion_span(counts, exposure)[1] + SHRUNK_TO) / 2)


def dispersion_span(counts: Sequence[Interval], exposure: Sequence[float] | None = None) -> Limits:
    """Least and greatest index (variance / mean) over the corners of the intervals."""
    corners = product(*(sorted({low, high}) for low, high in counts))
    indexes = [dispersion(corner, exposure)[0] for corner in corners]
    return min(indexes), max(indexes)


# By scipy.special: scipy.stats takes as long to import as pandas.
def binomial_pmf(x: npt.ArrayLike, n: npt.ArrayLike, p: npt.ArrayLike) -> Floats:
    """The probability of x in n.

    >>> round(float(binomial_pmf(2, 4, 0.5)), 4)
    0.375
    """
    hits, total, share = (np.asarray(values, dtype=float) for values in (x, n, p))
    ways = gammaln(total + 1) - gammaln(hits + 1) - gammaln(total - hits + 1)
    return np.asarray(np.exp(ways + xlogy(hits, share) + xlog1py(total - hits, -share)))


def binomial_cdf(x: npt.ArrayLike, n: npt.ArrayLike, p: npt.ArrayLike) -> Floats:
    """The probability of at most x in n; 0 under 0."""
    hits, total, share = np.asarray(x, dtype=float), np.asarray(n, dtype=np.int64), np.asarray(p, dtype=float)
    return np.where(hits < 0, 0.0, bdtr(np.maximum(hits, 0), total, share))


def binomial_sf(x: npt.ArrayLike, n: npt.ArrayLike, p: npt.ArrayLike) -> Floats:
    """The probability of more than x in n."""
    hits, total, share = np.asarray(x, dtype=float), np.asarray(n, dtype=np.int64), np.asarray(p, dtype=float)
    return np.asarray(bdtrc(hits, total, share), dtype=float)
