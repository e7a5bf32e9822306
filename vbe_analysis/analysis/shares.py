"""Shares of those who answered: x of n, a difference between two years, and pairs that answered both."""

import math

import numpy as np
from scipy.stats import beta, binom, hypergeom, norm

from vbe_analysis.analysis.poisson import Limits


def wilson(x: int, n: int, level: float = 0.95) -> Limits:
    """Score interval of a share (Wilson 1927, JASA 22:209); 0 of 0 may be anything, [0, 1].

    >>> [round(limit, 3) for limit in wilson(5, 5)]
    [0.566, 1.0]
    """
    if n == 0:
        return 0.0, 1.0
    z = float(norm.isf((1 - level) / 2))
    centre = (x + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(x * (n - x) / n + z * z / 4)
    # At the ends the limit is the end itself; rounding must not leave it a hair outside the scale.
    return 0.0 if x == 0 else centre - half, 1.0 if x == n else centre + half


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


def nonresponse_bounds(x: int, answered: int, asked: int) -> Limits:
    """The share among all asked, if none or all of those who did not answer would have said yes.

    Worst-case bounds (Manski 1989, J Hum Resour 24:343): they assume nothing about who stays silent. Nobody asked
    gives [0, 1].
    """
    return (x / asked, (x + asked - answered) / asked) if asked else (0.0, 1.0)


def newcombe(x1: int, n1: int, x2: int, n2: int, level: float = 0.95) -> Limits:
    """Interval of the difference x1/n1 - x2/n2 between two independent shares.

    Hybrid score interval (Newcombe 1998, Stat Med 17:873, method 10). Nobody in one of the groups gives [-1, 1].
    """
    if n1 == 0 or n2 == 0:
        return -1.0, 1.0
    share1, share2 = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = wilson(x1, n1, level), wilson(x2, n2, level)
    return (
        share1 - share2 - math.hypot(share1 - low1, high2 - share2),
        share1 - share2 + math.hypot(high1 - share1, share2 - low2),
    )


def mcnemar(b: int, c: int, midp: bool = True) -> float:
    """Two-sided p that answers of the same units changed as often one way (b) as the other (c).

    Exact conditional test (McNemar 1947, Psychometrika 12:153), mid-p as Fagerland, Lydersen & Laake 2013 (BMC Med
    Res Methodol 13:91) recommend. No unit that changed gives 1.
    """
    tail = float(binom.cdf(min(b, c), b + c, 0.5)) - (0.5 * float(binom.pmf(b, b + c, 0.5)) if midp else 0.0)
    return min(1.0, 2 * tail)
