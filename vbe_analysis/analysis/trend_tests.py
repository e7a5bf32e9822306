"""Three to ten years: an exact trend test, a Poisson trend line, and the rule for which of them is to be believed.

Counts come in the order of `times` (the years, where some are missing; otherwise 0, 1, 2, ...), each with its
`exposure` (comparable months). A year that was not delivered is left out, with its time; a year without events is 0.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.optimize import brentq
from scipy.special import chdtrc, stdtr

from vbe_analysis.analysis.poisson import Floats, dispersion

YEARS_FOR_DISPERSION = 5
CLUMPED = 1.5  # variance / mean above which the Poisson tests say too much (statistics.md 7)
NO_RESIDUAL = 1e-12  # what rounding leaves of a line that fits exactly


@dataclass(frozen=True)
class TrendLine:
    """log(rate) = a + slope * time: `slope` is infinite where all events fall in the first or the last year.

    deviance: of the fit; p_lr: likelihood ratio test against no trend; dispersion: Pearson chi-square by degree of
    freedom; p_quasi: Student's t with the standard error widened by it.
    """

    slope: float
    se: float
    deviance: float
    p_lr: float
    dispersion: float
    p_quasi: float


@dataclass(frozen=True)
class Trend:
    """What 3 to 10 years say: the least and greatest p over the corners of the counts, and the clumping.

    p: the exact test's, or the quasi-Poisson one's in corners where `dispersion` calls for it.
    dispersion: least and greatest variance / mean, None where the years are too few to tell.
    quasi: whether the quasi-Poisson test decided in any corner.
    """

    p: tuple[float, float]
    dispersion: tuple[float, float] | None
    quasi: bool


def trend(
    counts: Sequence[tuple[int, int]], exposure: Sequence[float] | None = None, times: Sequence[int] | None = None
) -> Trend:
    """The trend of up to ten yearly counts, each an interval, evaluated in all corners of the intervals.

    The exact conditional test decides; from five years, in a corner where variance / mean exceeds 1.5, the
    quasi-Poisson t-test does. counts: (low, high) of each year. exposure: the comparable months of each, where they
    differ. times: the years, where some are missing.

    >>> vbe.trends([(12, 13), (14, 16), (14, 15), (12, 14), (10, 11)]).p  # least and greatest
    (0.381..., 0.862...)
    """
    values, indexes, clumped = [], [], False
    # Corners of one total share the distribution of the exact test.
    for corner in sorted(product(*(sorted({low, high}) for low, high in counts)), key=sum):
        index = dispersion(corner, exposure)[0]
        quasi = len(counts) >= YEARS_FOR_DISPERSION and index > CLUMPED
        values.append(poisson_trend(corner, exposure, times).p_quasi if quasi else exact_trend(corner, exposure, times))
        indexes.append(index)
        clumped = clumped or quasi
    known = len(counts) >= YEARS_FOR_DISPERSION
    return Trend((min(values), max(values)), (min(indexes), max(indexes)) if known else None, clumped)


def exact_trend(
    counts: Sequence[int],
    exposure: Sequence[float] | None = None,
    times: Sequence[int] | None = None,
    midp: bool = True,
) -> float:
    """Two-sided central p of no trend: is the sum of time x count too small or too large, given the total?

    Given their total the counts are multinomial with shares as the exposure, so the sum is that of as many independent
    draws of a time: exact conditional test of a Poisson regression coefficient (Cox & Lewis 1966, The Statistical
    Analysis of Series of Events, ch. 3; Cox & Snell 1989), by convolution. No event gives 1.

    >>> round(exact_trend([3, 4, 2, 8, 9]), 4)
    0.0261
    """
    weight, time = _weights_and_times(counts, exposure, times)
    steps = time - time.min()
    single = np.zeros(int(steps.max()) + 1)
    single[steps] = weight / weight.sum()
    sums = _convolution_power(tuple(single), int(sum(counts)))
    observed = int(np.dot(steps, counts))
    own = sums[observed] * (0.5 if midp else 1.0)
    return float(min(1.0, 2 * min(sums[:observed].sum(), sums[observed + 1 :].sum()) + 2 * own))


def poisson_trend(
    counts: Sequence[int], exposure: Sequence[float] | None = None, times: Sequence[int] | None = None
) -> TrendLine:
    """Poisson regression of the counts on time, with the quasi-Poisson t-test.

    Maximum likelihood (McCullagh & Nelder 1989, Generalized Linear Models, ch. 6; quasi-likelihood Wedderburn 1974,
    Biometrika 61:439). Given the total only the slope is free, and its score equation has one root: where the mean
    time of the events lies strictly inside the span. No event: slope 0 and p = 1. Under three
    years, or an infinite slope: p_quasi = 1.
    """
    weight, time = _weights_and_times(counts, exposure, times)
    observed = np.asarray(counts, dtype=float)
    total, degrees = observed.sum(), len(observed) - 2
    if total == 0:
        return TrendLine(0.0, math.inf, 0.0, 1.0, 0.0, 1.0)
    null = _deviance(observed, total * weight / weight.sum())
    mean_time = float(np.dot(observed, time) / total)
    if mean_time in (time.min(), time.max()):
        slope = 0.0 if time.min() == time.max() else math.inf if mean_time == time.max() else -math.inf
        return TrendLine(slope, math.inf, 0.0, float(chdtrc(1, null)), 0.0, 1.0)

    slope = _root_of_score(weight, time, mean_time)
    shares = _shares(slope, weight, time)
    fitted = total * shares
    se = 1 / math.sqrt(total * float(np.dot(shares, (time - mean_time) ** 2)))
    deviance = _deviance(observed, fitted)
    p_lr = float(chdtrc(1, max(0.0, null - deviance)))
    if degrees < 1:
        return TrendLine(slope, se, deviance, p_lr, 0.0, 1.0)
    index = float(((observed - fitted) ** 2 / fitted).sum()) / degrees
    if index < NO_RESIDUAL:
        return TrendLine(slope, se, deviance, p_lr, 0.0, float(abs(slope) < NO_RESIDUAL))
    p_quasi = float(2 * stdtr(degrees, -abs(slope) / (se * math.sqrt(index))))
    return TrendLine(slope, se, deviance, p_lr, index, p_quasi)


def _weights_and_times(
    counts: Sequence[int], exposure: Sequence[float] | None, times: Sequence[int] | None
) -> tuple[Floats, np.typing.NDArray[np.int64]]:
    weight = np.ones(len(counts)) if exposure is None else np.asarray(exposure, dtype=float)
    return weight, np.asarray(range(len(counts)) if times is None else times, dtype=np.int64)


@lru_cache(maxsize=1)
def _convolution_power(single: tuple[float, ...], power: int) -> Floats:
    """The distribution of a sum of so many independent draws, by the power of its Fourier transform."""
    size = (len(single) - 1) * power + 1
    fast = next_fast_len(size, real=True)
    return np.asarray(np.clip(irfft(rfft(single, fast) ** power, fast)[:size], 0.0, None))


def _shares(slope: float, weight: Floats, time: np.typing.NDArray[np.int64]) -> Floats:
    exponent = slope * time + np.log(weight)
    raised = np.exp(exponent - exponent.max())
    return np.asarray(raised / raised.sum())


def _root_of_score(weight: Floats, time: np.typing.NDArray[np.int64], mean_time: float) -> float:
    def score(slope: float) -> float:
        return float(np.dot(_shares(slope, weight, time), time)) - mean_time

    reach = 1.0
    while score(-reach) > 0 or score(reach) < 0:
        reach *= 2
    return float(brentq(score, -reach, reach, xtol=1e-14))


def _deviance(observed: Floats, fitted: Floats) -> float:
    ratio = np.divide(observed, fitted, out=np.ones_like(fitted), where=observed > 0)
    return max(0.0, float(2 * (observed * np.log(ratio) - (observed - fitted)).sum()))
