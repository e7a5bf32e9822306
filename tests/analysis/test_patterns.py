"""What holds in every year: against every count that the intervals allow, on small grids."""

from datetime import date
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.truth_frames import coverage_of, covered
from vbe_analysis.analysis.patterns import asks_of_all, most_in_every_period, presence
from vbe_analysis.periods import Period

YEAR = Period(date(2021, 1, 1), date(2021, 12, 31), "2021")
NAMES = ("autonom", "vit_makt", "oklar")
GRID = list(combinations_with_replacement(range(3), 2))  # every interval within 0-2


def allowed(intervals):
    return product(*(range(low, high + 1) for low, high in intervals))


def holds_everywhere(name, year, alone):
    """By every count of the year that the intervals allow."""
    for counts in allowed(year.values()):
        at = dict(zip(year, counts, strict=True))
        most = max(n for other, n in at.items() if other != name)
        if at[name] < most or (alone and at[name] == most):
            return False
    return True


def test_the_most_of_one_year_is_so_in_all_that_the_intervals_allow():
    """All 216 years of three environments on the grid; the year three times over, since a pattern needs three."""
    for intervals in product(GRID, repeat=3):
        year = dict(zip(NAMES, intervals, strict=True))
        found = most_in_every_period({name: [interval] * 3 for name, interval in year.items()})
        named = [name for name in NAMES if name != "oklar"]
        assert found == {
            name: holds_everywhere(name, year, True) for name in named if holds_everywhere(name, year, False)
        }


@given(st.lists(st.tuples(*[st.sampled_from(GRID)] * 3), min_size=0, max_size=5))
def test_a_pattern_holds_in_every_one_of_its_years(years):
    counts = {name: [year[at] for year in years] for at, name in enumerate(NAMES)}
    found = most_in_every_period(counts)
    each = [dict(zip(NAMES, year, strict=True)) for year in years]
    for name in ("autonom", "vit_makt"):
        as_many = len(years) >= 3 and all(holds_everywhere(name, year, False) for year in each)
        assert (name in found) == as_many
        assert found.get(name, False) == (as_many and all(holds_everywhere(name, year, True) for year in each))
    assert "oklar" not in found


@given(st.lists(st.sampled_from(GRID), max_size=6))
def test_presence_is_the_least_and_the_most_that_the_intervals_allow(intervals):
    numbers = [sum(count > 0 for count in counts) for counts in allowed(intervals)]
    assert presence(intervals) == (min(numbers), max(numbers))


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({"a": [(5, 5)] * 3, "oklar": [(2, 4)] * 3}, {"a": True}),
        ({"a": [(5, 5)] * 3, "oklar": [(2, 5)] * 3}, {"a": False}),
        ({"a": [(5, 5)] * 3, "oklar": [(2, 5), (2, 6), (2, 5)]}, {}),  # events of no known environment may be b's
        ({"a": [(5, 5)] * 2, "b": [(0, 0)] * 2}, {}),  # two periods are no pattern
        ({"a": [(0, 0)] * 3, "b": [(0, 0)] * 3}, {"a": False, "b": False}),
        ({"a": [(9, 9), (9, 9), (1, 4)], "b": [(0, 0), (0, 0), (1, 4)]}, {}),
    ],
)
def test_the_most_in_every_period(counts, found):
    assert most_in_every_period(counts) == found


def test_a_source_that_was_not_asked_about_an_environment_makes_the_year_no_match():
    whole, part = covered("polis", "2021-01", "2021-12"), covered("sisab", "2021-01", "2021-12")
    silent = covered("sisab", "2021-05", "2021-05", "not_asked", environment="oklar")
    late = covered("ia", "2021-01", "2021-12", "not_delivered", environment="autonom")
    assert asks_of_all(coverage_of(whole, part), YEAR, NAMES)
    assert not asks_of_all(coverage_of(whole, part, silent), YEAR, NAMES)
    assert asks_of_all(coverage_of(whole, part, silent), YEAR, NAMES[:2])
    assert asks_of_all(coverage_of(whole, late), YEAR, NAMES)  # it is not counted at all
    earlier = Period(date(2020, 1, 1), date(2020, 12, 31), "2020")
    assert asks_of_all(coverage_of(whole, part, silent), earlier, NAMES)
