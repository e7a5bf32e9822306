"""Against statsmodels, enumeration and the ends of the scale."""

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tests.analysis.methods import clopper_pearson, hypergeometric
from vbe_analysis.analysis.answers import mcnemar, newcombe, nonresponse_bounds, wilson

shares = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None)
@given(shares)
def test_intervals_equal_those_of_statsmodels(share):
    assert wilson(*share) == pytest.approx(proportion_confint(*share, method="wilson"), abs=1e-12)
    assert clopper_pearson(*share) == pytest.approx(proportion_confint(*share, method="beta"), abs=1e-9)


def test_nobody_answered():
    assert wilson(0, 0) == clopper_pearson(0, 0) == nonresponse_bounds(0, 0, 0) == (0.0, 1.0)
    assert newcombe(0, 0, 3, 5) == (-1.0, 1.0)
    assert mcnemar(0, 0) == mcnemar(0, 0, midp=False) == 1.0
    assert hypergeometric(0, 0, 7) == (0, 7)


@settings(deadline=None)
@given(shares)
def test_none_and_all_end_at_the_ends_of_the_scale(share):
    n = share[1]
    assert wilson(0, n)[0] == clopper_pearson(0, n)[0] == 0.0
    assert wilson(n, n)[1] == clopper_pearson(n, n)[1] == 1.0


@settings(deadline=None)
@given(shares, shares)
def test_newcombe_equals_statsmodels_and_turns_with_the_groups(one, other):
    low, high = newcombe(*one, *other)
    expected = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    assert (low, high) == pytest.approx(expected, abs=1e-9)
    assert newcombe(*other, *one) == pytest.approx((-high, -low))


@settings(deadline=None)
@given(shares, st.integers(0, 20))
def test_hypergeometric_keeps_the_totals_whose_tails_are_not_small(share, silent):
    (x, n), population = share, share[1] + silent

    def tails(total):
        chance = [comb(total, k) * comb(population - total, n - k) / comb(population, n) for k in range(n + 1)]
        return sum(chance[: x + 1]), sum(chance[x:])

    kept = [total for total in range(population + 1) if min(tails(total)) > 0.025]
    assert hypergeometric(x, n, population) == (kept[0], kept[-1])
    low, high = nonresponse_bounds(x, n, population)
    assert round(low * population) <= kept[0] <= kept[-1] <= round(high * population)


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemar_takes_half_the_chance_of_what_was_seen_off_the_exact_test(b, c):
    exact = statsmodels_mcnemar([[0, b], [c, 0]], exact=True).pvalue
    seen = comb(b + c, b) / 2 ** (b + c)
    assert mcnemar(b, c, midp=False) == pytest.approx(min(1, exact))
    doubled = 2 * sum(comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
    assert mcnemar(b, c) == pytest.approx(min(1, doubled - seen))
