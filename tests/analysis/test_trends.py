"""Years on common ground: zeros, gaps, divisions and the earlier chapters' own series."""

from collections import Counter
from datetime import date
from functools import cache
from itertools import combinations_with_replacement
from math import factorial, prod

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from tests.analysis.truth_frames import (
    CYCLES,
    coverage_of,
    covered,
    events_of,
    needs_truth,
    period,
    report,
    truth,
    truth_coverage,
    truth_events,
)
from vbe_analysis.analysis.overlaps import find_overlaps
from vbe_analysis.analysis.poisson import prediction_interval, rate_ratio_test, with_dispersion
from vbe_analysis.analysis.trend_tests import exact_trend, trend
from vbe_analysis.analysis.trends import newest_against_earlier, yearly_trends
from vbe_analysis.periods import Period

pytestmark = pytest.mark.slow


def years(first, last):
    return [Period(date(year, 1, 1), date(year, 12, 31), str(year)) for year in range(first, last + 1)]


def reports(numbers, source="polis", environment="vit_makt"):
    """So many reports, each of its own day, in each year."""
    return [
        report(source, f"{year}-{1 + n % 12:02d}-{1 + n // 12:02d}", environment)
        for year, number in numbers.items()
        for n in range(number)
    ]


@cache
def district():
    events = truth_events()
    return yearly_trends(events, truth_coverage(), [period(cycle) for cycle in CYCLES], overlaps=find_overlaps(events))


def column(table, name, environment="total"):
    values = table.loc[table["environment"] == environment, name]
    return [None if pd.isna(value) else value for value in values]


def test_zero_years_are_zeros_and_undelivered_years_are_gaps():
    coverage = coverage_of(
        covered("polis", "2017-01", "2018-12"),
        covered("polis", "2019-01", "2019-12", "not_delivered"),
        covered("polis", "2020-01", "2021-12"),
    )
    found = yearly_trends(events_of(*reports({2017: 3, 2020: 4, 2021: 9})), coverage, years(2017, 2021))
    assert column(found.table, "low") == [3, 0, None, 4, 9]
    assert column(found.table, "status") == ["observed", "observed", "not_delivered", "observed", "observed"]
    assert column(found.table, "segment") == [1, 1, None, 1, 1]
    total = found.series["total"]
    assert (total.years, total.counts) == (("2017", "2018", "2020", "2021"), ((3, 3), (0, 0), (4, 4), (9, 9)))
    assert total.expected == prediction_interval(7, 3, phi=1.25) == (0, 7)
    assert (total.within, total.lead) == (False, "")  # three years do not judge
    assert found.series["autonom"].counts == ((0, 0),) * 4


def test_the_gap_keeps_its_place_in_time():
    coverage = coverage_of(covered("polis", "2017-01", "2018-12"), covered("polis", "2020-01", "2021-12"))
    found = yearly_trends(events_of(*reports({2017: 1, 2018: 2, 2020: 4, 2021: 9})), coverage, years(2017, 2021))
    assert found.series["total"].trend.p == (exact_trend([1, 2, 4, 9], times=[0, 1, 3, 4]),) * 2


def test_a_break_divides_the_series_where_too_little_is_left_across_it():
    rows = covered("polis", "2015-01", "2021-12")
    for row in rows:
        row["break_before"] = "Ny registrering." if row["month"].startswith("2018") else ""
    found = yearly_trends(events_of(*reports({2016: 20, 2019: 2, 2021: 3})), coverage_of(rows), years(2015, 2021))
    assert column(found.table, "segment") == [1, 1, 1, 2, 2, 2, 2]
    assert found.series["total"].counts == ((0, 0), (2, 2), (0, 0), (3, 3))
    assert {number: [p.label for p in ground.periods] for number, ground in found.grounds.items()} == {
        1: ["2015", "2016", "2017"],
        2: ["2018", "2019", "2020", "2021"],
    }

    # One source of three breaks: it is left out of the ground, the years stay together.
    others = [row for source in ("sisab", "ia") for row in covered(source, "2015-01", "2021-12")]
    found = yearly_trends(events_of(*reports({2016: 2, 2021: 3}, "ia")), coverage_of(rows, others), years(2015, 2021))
    assert column(found.table, "segment") == [1] * 7
    assert {outside.reason for outside in found.grounds[1].outside} == {"break"}


def test_a_new_source_lifts_the_count_but_not_the_comparable_one():
    coverage = coverage_of(covered("polis", "2019-01", "2021-12"), covered("ia", "2021-01", "2021-12"))
    events = events_of(*reports({2019: 4, 2020: 5, 2021: 5}), *reports({2021: 4}, "ia", "oklar"))
    found = yearly_trends(events, coverage, years(2019, 2021))
    assert column(found.table, "low") == [4, 5, 9]
    assert column(found.table, "comparable_low") == [4, 5, 5]
    assert found.series["total"].counts == ((4, 4), (5, 5), (5, 5))


def test_an_open_number_can_leave_the_newest_year_undecided():
    coverage = coverage_of(covered("polis", "2018-01", "2021-12"))
    events = events_of(*reports({2018: 5, 2019: 5, 2020: 5}), report(day="2021-01-01", to="2021-12-31", low=1, high=40))
    series = yearly_trends(events, coverage, years(2018, 2021)).series["total"]
    assert (series.counts[-1], series.within) == ((1, 40), None)
    assert series.trend.p == trend([(5, 5), (5, 5), (5, 5), (1, 40)]).p


def test_fewer_than_three_years_have_no_trend_and_fewer_than_four_no_expectation():
    coverage = coverage_of(covered("polis", "2020-01", "2021-12"))
    two, one = (yearly_trends(events_of(), coverage, years(first, 2021)).series["total"] for first in (2020, 2021))
    assert (two.trend, two.expected, two.within) == (None, None, None)
    assert (one.trend, one.expected, one.within) == (None, None, None)
    assert yearly_trends(events_of(), coverage, years(2010, 2011)).series == {}  # nothing delivered at all


intervals = st.tuples(st.integers(0, 30), st.integers(0, 3)).map(lambda pair: (pair[0], sum(pair)))


@settings(max_examples=80, deadline=None)
@given(st.lists(intervals, min_size=4, max_size=8), st.lists(st.tuples(*[st.integers(0, 6)] * 2), min_size=8))
def test_the_verdict_on_the_newest_year_never_contradicts_its_band_and_widening_never_decides(counts, by):
    names = tuple(map(str, range(len(counts))))
    series = newest_against_earlier(names, counts)
    low, high = series.expected
    newest = series.counts[-1]
    assert bool(series.lead) == (len(counts) > 5)
    if series.lead == "within":
        assert low <= newest[0] and newest[1] <= high
    if series.lead in ("higher", "lower"):
        assert newest[0] > high if series.lead == "higher" else newest[1] < low
    # By each corner alone: phi is the greatest of all corners, and the same test is asked of every one.
    past = [sum(count[end] for count in series.earlier) for end in (0, 1)]
    ps = [float(with_dispersion(rate_ratio_test(x, y, 1, len(counts) - 1), series.phi)) for x in newest for y in past]
    assert (series.within is True) == (min(ps) > 0.05)
    wider = [(max(0, least - by[at][0]), most + by[at][1]) for at, (least, most) in enumerate(counts)]
    newest_wide = newest_against_earlier(names, [*counts[:-1], wider[-1]])
    assert newest_wide.lead in (series.lead, "undecided") and newest_wide.within in (series.within, None)
    # Earlier years that may vary more have a greater phi: the band is wider and no direction comes of it.
    every_wide = newest_against_earlier(names, wider)
    assert every_wide.lead not in ("higher", "lower") or every_wide.lead == series.lead
    assert every_wide.within is not False or series.within is False


@pytest.mark.parametrize(
    ("earlier", "newest", "phi", "lead"),
    [
        ([9, 11, 8, 12, 10], 19, 1.0, "higher"),
        ([9, 11, 8, 12, 10], 17, 1.0, "within"),
        ([9, 11, 8, 12, 10], 2, 1.0, "lower"),
        ([4, 16, 3, 18, 9], 19, 2.95, "within"),  # they clump: the index is 4.65
        ([0, 0, 0, 0, 0], 1, 1.0, "within"),
        ([0, 0, 0, 0, 0], 2, 1.0, "higher"),
    ],
)
def test_five_earlier_years_judge_the_newest_by_how_much_they_vary(earlier, newest, phi, lead):
    series = newest_against_earlier(tuple("abcdef"), [(n, n) for n in (*earlier, newest)])
    assert (round(series.phi, 2), series.lead) == (phi, lead)


@pytest.mark.parametrize(("mean", "share"), [(0.2, 0.7), (0.5, 1.4), (1, 1.7), (2, 1.9)])
def test_two_events_after_five_years_without_are_higher_and_few_events_are_seldom_so_by_chance(mean, share):
    """1/36 of the splits of two events fall so or further: the mid-p is .028. No word is held back for few events, as
    it is between two periods, since nothing is said falsely more often: the exact percentages, of all that can fall.
    """
    assert newest_against_earlier(tuple("abcdef"), [(0, 0)] * 5 + [(2, 2)]).expected == (0, 1)
    chance = poisson.pmf(range(9), mean)
    false = 0.0
    for earlier in combinations_with_replacement(range(9), 5):
        ways = factorial(5) / prod(factorial(number) for number in Counter(earlier).values())
        low, high = expected_after(earlier)
        false += ways * prod(chance[n] for n in earlier) * (poisson.cdf(low - 1, mean) + poisson.sf(high, mean))
    assert 100 * false == pytest.approx(share, abs=0.1)


@cache
def expected_after(earlier):
    return newest_against_earlier(tuple("abcdef"), [*((n, n) for n in earlier), (0, 0)]).expected


def test_more_than_ten_years_are_described_by_the_newest_ten():
    found = yearly_trends(events_of(), coverage_of(covered("polis", "2009-01", "2021-12")), years(2009, 2021))
    assert found.series["total"].years == tuple(str(year) for year in range(2012, 2022))


@needs_truth
def test_the_earlier_chapters_stand_as_their_own_series():
    found = district()
    history = found.table[found.table["basis"] == "historik"]
    assert history["segment"].isna().all() and history["comparable_low"].isna().all()
    cells = history[history["environment"] != "total"]
    assert {
        year: {
            row.environment: {
                "status": row.status,
                "low": None if pd.isna(row.low) else row.low,
                "high": None if pd.isna(row.high) else row.high,
            }
            for row in cells[cells["period"] == year].itertuples()
        }
        for year in cells["period"].unique()
    } == truth()["historik"]["series"]
    # A total over environments of which one was not asked for is only part of it.
    totals = history[history["environment"] == "total"].set_index("period")["status"]
    assert totals.tolist() == ["partial", "partial", "observed", "observed", "observed"]


@needs_truth
def test_the_districts_counted_years_are_those_of_their_chapters():
    found = district()
    counted = found.table[found.table["basis"] == "counted"].set_index(["environment", "period"])
    for cycle in CYCLES:
        expected = truth()["cycles"][cycle]["counts"]
        for name, key in (("vit_makt", "vit_makt"), ("oklar", "oklar"), ("total", "total_vbe")):
            assert counted.loc[(name, cycle), ["low", "high"]].tolist() == expected[key]["distinct_occasions"]
    assert found.series["total"].years == CYCLES


def answering(units, asked=120):
    """A survey's coverage, so many units answering each year from 2016."""
    return [
        {**row, "asked": asked, "answered": number}
        for year, number in enumerate(units, 2016)
        for row in covered("enkat", f"{year}-01", f"{year}-12")
    ]


@pytest.mark.parametrize(
    ("units", "polis", "lead", "reason"),
    [
        ([60] * 5 + [90], 10, "undecided", "survey_answers"),  # half as many again answered, and that may be all
        ([80] * 5 + [90], 10, "higher", ""),
        ([60] * 5 + [90], 30, "higher", ""),  # also with the survey left out
        ([90] * 5 + [60], 10, "undecided", "survey_answers"),
    ],
)
def test_the_newest_year_is_no_higher_where_that_may_be_of_answers_alone(units, polis, lead, reason):
    coverage = coverage_of(covered("polis", "2016-01", "2021-12"), answering(units))
    steady = dict.fromkeys(range(2016, 2021), 10)
    events = events_of(
        *reports({**steady, 2021: polis}), *reports({**dict.fromkeys(range(2016, 2021), 5), 2021: 30}, "enkat")
    )
    total = yearly_trends(events, coverage, years(2016, 2021)).series["total"]
    assert (total.lead, total.reason) == (lead, reason)
    assert total.within == (None if reason else False)
