"""Coverage: an environment's own row, a month reached only by a straddling count, and when a count is known."""

from datetime import date

import pytest

from tests.analysis.truth_frames import coverage_of, covered, events_of
from vbe_analysis.analysis.counts import count_events
from vbe_analysis.analysis.ground import cell_status, source_months
from vbe_analysis.periods import Period

SPRING = Period(date(2021, 1, 1), date(2021, 3, 31), "våren")
ENVIRONMENTS = ("autonom", "oklar")


def status(*parts, keys=(), period=SPRING):
    cells = cell_status(coverage_of(*parts), [period], keys, ENVIRONMENTS)
    return [(*key[1:], *known) for key, known in cells.items()]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([covered("polis", "2021-01", "2021-03")], ("observed", 3)),
        ([covered("polis", "2021-01", "2021-03", "delivered_nothing")], ("observed", 3)),
        ([covered("polis", "2021-01", "2021-02")], ("partial", 2)),  # nobody spoke of March
        ([covered("polis", "2021-01", "2021-03", "not_delivered")], ("not_delivered", 0)),
        ([covered("polis", "2021-01", "2021-03", "not_asked")], ("not_asked", 0)),
        ([covered("polis", "2021-01", "2021-03", straddled=True)], ("not_delivered", 0)),
        # One source delivers all, the other was not asked: no gap. Not delivered is one.
        ([covered("polis", "2021-01", "2021-03"), covered("ia", "2021-01", "2021-03", "not_asked")], ("observed", 3)),
        (
            [covered("polis", "2021-01", "2021-03"), covered("ia", "2021-01", "2021-03", "not_delivered")],
            ("partial", 3),
        ),
        # Asked for some of the months only.
        ([covered("polis", "2021-01", "2021-02"), covered("polis", "2021-03", "2021-03", "not_asked")], ("partial", 2)),
    ],
)
def test_a_total_is_observed_only_where_every_asked_month_was_delivered(parts, expected):
    assert status(*parts) == [expected]


def test_an_environments_own_row_goes_before_the_row_for_all():
    parts = (
        covered("polis", "2021-01", "2021-03"),
        covered("polis", "2021-02", "2021-02", "not_asked", environment="oklar"),
    )
    assert status(*parts, keys=["environment"]) == [("autonom", "observed", 3), ("oklar", "partial", 2)]
    assert status(*parts) == [("partial", 3)]
    only = covered("ia", "2021-01", "2021-03", environment="oklar")
    assert status(only, keys=["source", "environment"]) == [("ia", "oklar", "observed", 3)]


def test_a_source_that_cannot_tell_of_a_group_is_no_gap_in_it():
    # The street office's graffiti of March is missing; of threats it never tells anything.
    parts = covered("polis", "2021-01", "2021-03"), covered("trafikkontoret", "2021-01", "2021-02")
    assert status(*parts, keys=["group"]) == [("spår", "partial", 5), ("personknuten", "observed", 3)]
    assert status(*parts) == [("partial", 5)]
    only = status(covered("sisab", "2021-01", "2021-03"), keys=["group"])
    assert only == [("spår", "observed", 3)]  # of the other group nobody was asked
    counts = count_events(events_of(), coverage_of(covered("sisab", "2021-01", "2021-03")), ["group"], [SPRING])
    assert counts[["group", "status"]].values.tolist() == [["spår", "observed"], ["personknuten", "not_asked"]]
    assert counts["low"].isna().tolist() == [False, True]


def test_of_two_deliveries_of_a_month_the_one_that_covers_it_holds():
    twice = covered("polis", "2021-01", "2021-01"), covered("polis", "2021-01", "2021-01", "not_delivered")
    for parts in (twice, twice[::-1]):
        assert source_months(coverage_of(*parts), ["oklar"])["polis", "oklar", "2021-01"].covered


def test_a_period_shorter_than_a_month_is_judged_by_the_month_it_lies_in():
    week = Period(date(2021, 2, 8), date(2021, 2, 14), "vecka 6")
    assert status(covered("polis", "2021-02", "2021-02"), period=week) == [("observed", 1)]
