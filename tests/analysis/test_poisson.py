"""Against exact fractions, statsmodels and the identities that bind test and interval."""

from fractions import Fraction
from itertools import combinations
from math import comb, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, poisson
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from tests.analysis.methods import poisson_ci, rate_difference_ci
from vbe_analysis.analysis.poisson import (
    dispersion,
    holm,
    prediction_interval,
    rate_ratio_ci,
    rate_ratio_tails,
    rate_ratio_test,
)

counts = st.integers(0, 40)
ratios = st.sampled_from([0.25, 2 / 3, 1.0, 1.5, 4.0])


def enumerated_midp(x1, x2, share=Fraction(1, 2)):
    """The p of rule 1 by adding up the binomial distribution in fractions."""
    total = x1 + x2
    chance = [comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(total + 1)]
    own = chance[x1] / 2
    return min(1, 2 * min(sum(chance[:x1]) + own, sum(chance[x1 + 1 :]) + own))


@settings(deadline=None)
@given(counts, counts, st.sampled_from([(1, 1), (1, 3), (2, 3), (12, 8)]))
def test_midp_equals_enumeration_in_fractions(x1, x2, exposure):
    e1, e2 = exposure
    expected = enumerated_midp(x1, x2, Fraction(e1, e1 + e2))
    assert float(rate_ratio_test(x1, x2, e1, e2)) == pytest.approx(float(expected), rel=1e-9)


@settings(deadline=None)
@given(counts, counts, ratios)
def test_swapping_the_periods_swaps_the_tails(x1, x2, ratio):
    lower, upper = rate_ratio_tails(x1, x2, ratio, 1)
    assert rate_ratio_tails(x2, x1, 1, ratio) == pytest.approx((float(upper), float(lower)), rel=1e-9)


@settings(deadline=None)
@given(counts, counts, ratios, st.booleans())
def test_the_interval_leaves_out_1_exactly_when_the_test_rejects(x1, x2, ratio, midp):
    low, high = rate_ratio_ci(x1, x2, ratio, 1, midp=midp)
    assert (low <= 1 <= high) == (rate_ratio_test(x1, x2, ratio, 1, midp=midp) > 0.05)


def test_zeros_are_defined_everywhere():
    assert rate_ratio_test([0, 0, 5], [0, 5, 0]).tolist() == pytest.approx([1.0, 0.03125, 0.03125])
    assert rate_ratio_ci(0, 0) == (0.0, inf)
    assert rate_ratio_ci(0, 0, midp=False) == (0.0, inf)
    low, high = poisson_ci([0, 1])
    assert low.tolist() == pytest.approx([0.0, 0.0253178], abs=1e-7)
    assert high.tolist() == pytest.approx([3.688879, 5.571643], abs=1e-6)
    assert rate_difference_ci(0, 0) == pytest.approx((-(norm.isf(0.025) ** 2), norm.isf(0.025) ** 2))
    assert prediction_interval(0, 1) == (0, 4)
    assert dispersion([0, 0, 0]) == (0.0, 0.0, 2, 1.0)
    assert dispersion([7]) == (0.0, 0.0, 0, 1.0)


def test_arrays_give_what_the_single_counts_give():
    x1, x2 = np.arange(12), np.arange(12)[::-1]
    assert rate_ratio_test(x1, x2).tolist() == [float(rate_ratio_test(a, b)) for a, b in zip(x1, x2, strict=True)]


@settings(deadline=None)
@given(st.integers(0, 60))
def test_garwood_cuts_the_poisson_tails_at_two_and_a_half_percent(x):
    low, high = (float(limit) for limit in poisson_ci(x))
    assert poisson.cdf(x, high) == pytest.approx(0.025)
    assert low == 0 if x == 0 else poisson.sf(x - 1, low) == pytest.approx(0.025)


@settings(deadline=None)
@given(counts, counts)
def test_the_exact_ratio_interval_is_that_of_the_conditional_share(x1, x2):
    if x1 + x2:
        share = proportion_confint(x1, x1 + x2, method="beta")
        expected = [value / (1 - value) if value < 1 else inf for value in share]
        assert rate_ratio_ci(x1, x2, midp=False) == pytest.approx(expected, rel=1e-7)


@settings(deadline=None)
@given(counts, counts, ratios)
def test_the_difference_interval_holds_the_difference_and_turns_with_the_periods(x1, x2, ratio):
    low, high = rate_difference_ci(x1, x2, ratio, 1)
    assert low <= x1 / ratio - x2 <= high
    assert rate_difference_ci(x2, x1, 1, ratio) == pytest.approx((-high, -low))


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(1, 9), st.booleans())
def test_the_expected_band_holds_what_the_test_does_not_reject(past, periods, midp):
    low, high = prediction_interval(past, periods, midp=midp)
    p = rate_ratio_test(np.arange(high + 2), past, 1, periods, midp=midp)
    assert [value > 0.05 for value in p] == [low <= x <= high for x in range(high + 2)]


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closure_of_bonferroni(p):
    members = range(len(p))
    closed = [
        max(
            min(1, size * min(p[j] for j in subset))
            for size in range(1, len(p) + 1)
            for subset in combinations(members, size)
            if i in subset
        )
        for i in members
    ]
    assert holm(p).tolist() == pytest.approx(closed)


@pytest.mark.parametrize("p", [[0.03, 0.01, 0.01, 1.0], [0.2], [0.05, 0.0, 0.04]])
def test_holm_agrees_with_statsmodels(p):
    assert holm(p).tolist() == pytest.approx(multipletests(p, method="holm")[1].tolist())
    assert holm([p, p]).tolist() == [holm(p).tolist()] * 2


def test_dispersion_looks_past_a_difference_that_exposure_explains():
    assert dispersion([6, 3, 6], [12, 6, 12])[0] == 0
    assert dispersion([6, 3, 6])[0] == pytest.approx(np.var([6, 3, 6], ddof=1) / 5)
