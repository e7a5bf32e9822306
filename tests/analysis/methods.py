"""Methods that the product does not use, kept for the reference cases that try the ones it does."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, chi2, hypergeom, norm

from vbe_analysis.analysis.distinct import Pair, _bounds
from vbe_analysis.analysis.poisson import Floats, Limits
from vbe_analysis.frames import Interval
from vbe_analysis.vocabulary import UNKNOWN


def poisson_ci(x: npt.ArrayLike, exposure: npt.ArrayLike = 1.0, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact interval of a rate from one count (Garwood 1936, Biometrika 28:437); arrays of counts give arrays."""
    count, tail = np.asarray(x, dtype=float), (1 - level) / 2
    # Half a degree stands in for none at zero, where the lower limit is 0 by definition.
    lower = np.where(count == 0, 0.0, chi2.ppf(tail, np.maximum(2 * count, 0.5)) / 2)
    return lower / np.asarray(exposure), chi2.isf(tail, 2 * count + 2) / 2 / np.asarray(exposure)


def rate_difference_ci(x1: int, x2: int, e1: float = 1.0, e2: float = 1.0, level: float = 0.95) -> Limits:
    """Interval of the rate difference, for description only.

    Method of variance estimates recovery (Zou & Donner 2008, Stat Med 27:1693; for rates Li, Tang & Wong 2014,
    Comput Stat 29:869) on Poisson score limits (Rao): no coverage down to 71 % as Wald's has at small counts.
    """
    z = float(norm.isf((1 - level) / 2))
    (low1, high1), (low2, high2) = _score_limits(x1, e1, z), _score_limits(x2, e2, z)
    rate1, rate2 = x1 / e1, x2 / e2
    return (
        rate1 - rate2 - math.hypot(rate1 - low1, high2 - rate2),
        rate1 - rate2 + math.hypot(high1 - rate1, rate2 - low2),
    )


def _score_limits(x: int, exposure: float, z: float) -> Limits:
    middle, half = x + z * z / 2, z * math.sqrt(x + z * z / 4)
    return max(0.0, middle - half) / exposure, (middle + half) / exposure


def clopper_pearson(x: int, n: int, level: float = 0.95) -> Limits:
    """Exact interval of a share (Clopper & Pearson 1934, Biometrika 26:404); 0 of 0 gives [0, 1]."""
    tail = (1 - level) / 2
    low = 0.0 if x == 0 else float(beta.ppf(tail, x, n - x + 1))
    return low, 1.0 if x == n else float(beta.isf(tail, x + 1, n - x))


def hypergeometric(x: int, n: int, population: int, level: float = 0.95) -> tuple[int, int]:
    """How many in a finite population say yes, when x of n who answered did and answering is by chance alone.

    The totals whose two hypergeometric tails both exceed (1 - level) / 2 (Buonaccorsi 1987, Am Stat 41:215).
    """
    tail = (1 - level) / 2
    totals = np.arange(x, population - (n - x) + 1)
    upper = hypergeom.sf(x - 1, population, totals, n)  # x or more
    lower = hypergeom.cdf(x, population, totals, n)
    kept = totals[(upper > tail) & (lower > tail)]
    return int(kept[0]), int(kept[-1])


def distinct_in_graph(sources: Sequence[str], edges: Iterable[Pair], same: Iterable[Pair] = ()) -> Interval:
    """The fewest and the most events of any graph of possible duplicates; an edge within one source is void.

    >>> distinct_in_graph(["polis", "sisab", "polis"], [(0, 1), (1, 2)])
    (2, 3)
    """
    between = [(a, b) for a, b in edges if sources[a] != sources[b]]
    return _bounds(list(sources), [UNKNOWN] * len(sources), between, same, None)
