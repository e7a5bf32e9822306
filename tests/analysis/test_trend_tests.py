"""Against full enumeration and statsmodels' GLM; intervals against all their corners."""

from itertools import product
from math import comb, inf, prod

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, t

from vbe_analysis.analysis.trend_tests import Trend, exact_trend, poisson_trend, trend

EXPOSURES = st.sampled_from([None, [1, 1, 2, 1], [12, 8, 12, 10]])


def enumerated_trend(counts, exposure, times, midp):
    """The p of the exact trend test by walking through every way the total can fall on the years."""
    total, weight = sum(counts), np.asarray(exposure or [1] * len(counts), dtype=float)
    observed = int(np.dot(times, counts))
    below = at = above = 0.0
    for split in product(range(total + 1), repeat=len(counts)):
        if sum(split) == total:
            left = np.concatenate([[total], total - np.cumsum(split)[:-1]])
            ways = prod(comb(int(n), k) for n, k in zip(left, split, strict=True))
            chance = ways * prod((weight / weight.sum()) ** np.asarray(split))
            score = int(np.dot(times, split))
            below, at, above = (
                below + chance * (score < observed),
                at + chance * (score == observed),
                above + chance * (score > observed),
            )
    return min(1, 2 * (min(below, above) + at * (0.5 if midp else 1)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=4, max_size=4), EXPOSURES, st.booleans())
@pytest.mark.parametrize("times", [[0, 1, 2, 3], [2015, 2016, 2019, 2020]])  # the second: two years not delivered
def test_the_exact_test_equals_full_enumeration(times, counts, exposure, midp):
    expected = enumerated_trend(counts, exposure, times, midp)
    assert exact_trend(counts, exposure, times, midp) == pytest.approx(expected)


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4), EXPOSURES)
def test_the_trend_line_equals_a_glm(counts, exposure):
    line = poisson_trend(counts, exposure)
    # The GLM's iterations fail on slopes without end and on perfect fits; the tests below have these.
    assume(sum(count > 0 for count in counts) > 1 and len(set(counts)) > 1 and line.deviance > 1e-6)
    design = sm.add_constant(np.arange(4.0))
    model = sm.GLM(counts, design, sm.families.Poisson(), exposure=np.asarray(exposure or [1] * 4))
    fit, null = model.fit(tol=1e-12), chi2.sf(model.fit().null_deviance - model.fit().deviance, 1)
    assert (line.slope, line.se) == pytest.approx((fit.params[1], fit.bse[1]), rel=1e-5, abs=1e-8)
    assert (line.deviance, line.p_lr) == pytest.approx((fit.deviance, null), abs=1e-6)
    scaled = model.fit(scale="X2", use_t=True, tol=1e-12)
    assert line.dispersion == pytest.approx(scaled.scale, abs=1e-6)
    assert line.p_quasi == pytest.approx(2 * t.sf(abs(scaled.params[1] / scaled.bse[1]), 2), abs=1e-6)


def test_zeros_and_slopes_without_end_are_defined():
    assert exact_trend([0, 0, 0]) == 1.0
    assert poisson_trend([0, 0, 0]).p_lr == poisson_trend([0, 0, 0]).p_quasi == 1.0
    rising, falling = poisson_trend([0, 0, 5]), poisson_trend([5, 0, 0])
    assert (rising.slope, falling.slope) == (inf, -inf)
    # All five in the last of three years: the likelihood ratio is 3 to the power of 5.
    assert rising.p_lr == pytest.approx(chi2.sf(2 * 5 * np.log(3), 1))
    assert rising.p_quasi == 1.0
    assert poisson_trend([4, 4, 4]).p_quasi == 1.0
    assert poisson_trend([1, 2, 4]).p_quasi == pytest.approx(0)  # no residual at all
    assert poisson_trend([3, 4]).p_quasi == 1.0  # two years leave nothing to measure the clumping by


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=6))
def test_turning_time_round_turns_the_slope_only(counts):
    forward, backward = poisson_trend(counts), poisson_trend(counts[::-1])
    assert exact_trend(counts) == pytest.approx(exact_trend(counts[::-1]))
    assert forward.slope == pytest.approx(-backward.slope, abs=1e-9)


def test_the_rule_takes_the_exact_test_until_the_counts_clump():
    steady, clumped = [3, 4, 2, 8, 9], [0, 20, 1, 0, 19]
    assert trend([(y, y) for y in steady[:4]]) == Trend((exact_trend(steady[:4]),) * 2, None, quasi=False)
    calm = [5, 6, 4, 7, 6]
    assert trend([(y, y) for y in calm]).quasi is False
    found = trend([(y, y) for y in clumped])
    assert found.quasi and found.p == (poisson_trend(clumped).p_quasi,) * 2
    assert found.p[0] > 10 * exact_trend(clumped) or found.p[0] > 0.05


def test_intervals_give_the_least_and_greatest_p_of_all_corners():
    ranges = [(1, 4), (2, 2), (1, 4), (5, 9)]
    corners = [exact_trend(corner) for corner in product(*ranges)]
    assert trend(ranges).p == (min(corners), max(corners))
