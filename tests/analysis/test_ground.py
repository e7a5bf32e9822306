"""What two or more periods have in common, and the name of everything that they have not."""

from datetime import date

import pytest

from tests.analysis.truth_frames import (
    CYCLES,
    coverage_of,
    covered,
    events_of,
    needs_truth,
    period,
    report,
    truth_coverage,
    truth_events,
)
from vbe_analysis.analysis.counts import tally
from vbe_analysis.analysis.ground import Outside, comparable_ground, on_ground
from vbe_analysis.periods import Period, month_span

BEFORE, NOW = (Period(date(year, 1, 1), date(year, 4, 30), f"T1 {year}") for year in (2020, 2021))
JANUARY_TO_APRIL = tuple(f"2021-{number:02d}" for number in range(1, 5))


def ground(*parts, events=(), periods=(BEFORE, NOW), **more):
    return comparable_ground(events_of(*events), coverage_of(*parts), periods, ["vit_makt", "oklar"], **more)


def both(source, **more):
    return covered(source, "2020-01", "2020-04", **more) + covered(source, "2021-01", "2021-04", **more)


POLICE = both("polis")


@pytest.mark.parametrize(
    ("parts", "expected", "months"),
    [
        ([covered("ia", "2021-01", "2021-04")], ("ia", "new_source", "T1 2020", 4), 0),
        (
            [covered("ia", "2020-01", "2020-04", "not_asked"), covered("ia", "2021-01", "2021-04")],
            ("ia", "new_source", "T1 2020", 4),
            0,
        ),
        ([covered("ia", "2020-01", "2020-04")], ("ia", "stopped_source", "T1 2021", 4), 0),
        # Asked and silent is no new source: its months are missing.
        (
            [covered("ia", "2020-01", "2020-04", "not_delivered"), covered("ia", "2021-01", "2021-04")],
            ("ia", "missing_months", "T1 2020", 4),
            0,
        ),
        (
            [
                covered("ia", "2020-01", "2020-04"),
                covered("ia", "2021-01", "2021-03"),
                covered("ia", "2021-04", "2021-04", "not_delivered"),
            ],
            ("ia", "missing_months", "T1 2021", 1),
            3,
        ),
        (
            [
                covered("ia", "2020-01", "2020-04"),
                covered("ia", "2021-01", "2021-03"),
                covered("ia", "2021-04", "2021-04", straddled=True),
            ],
            ("ia", "missing_months", "T1 2021", 1),
            3,
        ),
        (
            [
                covered("ia", "2020-01", "2020-04"),
                covered("ia", "2021-01", "2021-03"),
                covered("ia", "2021-04", "2021-04", "not_asked"),
            ],
            ("ia", "not_asked", "T1 2021", 1),
            3,
        ),
        (
            [covered("ia", "2020-01", "2020-04", version="v1"), covered("ia", "2021-01", "2021-04", version="v2")],
            ("ia", "new_version", "T1 2021", 4),
            0,
        ),
    ],
)
def test_what_falls_outside_is_named(parts, expected, months):
    found = ground(POLICE, *parts)
    assert [(o.source, o.reason, o.period, len(o.months)) for o in found.outside] == [expected]
    assert found.months(NOW) == {"polis": 4} | ({"ia": months} if months else {})
    assert found.months(NOW) == found.months(BEFORE)


def test_a_source_that_was_asked_in_neither_period_is_not_spoken_of():
    assert ground(POLICE, both("ia", status="not_asked")).outside == ()


@pytest.mark.parametrize(
    ("first", "last", "compared"),
    [
        ("2021-03", "2021-04", 2),  # a break in March: January and February can still be compared
        ("2020-08", "2020-12", 0),  # between the periods, in a cycle of its own
        ("2020-02", "2020-12", 1),  # inside the first: January is before it, the rest after; see below
        ("2019-11", "2021-04", 4),  # before both of them
    ],
)
def test_a_break_parts_what_comes_before_from_what_comes_after(first, last, compared):
    # Every month of the cycle from the break on carries its sentence; the next cycle's months need not.
    between = covered("ia", "2019-11", "2019-12") + covered("ia", "2020-05", "2020-12")
    rows = [
        {**row, "break_before": "Nytt system." if first <= row["month"] <= last else ""} for row in both("ia") + between
    ]
    found = ground(POLICE, rows)
    expected = {"2020-02": 3}.get(first, compared)  # only January 2020 lies before that break
    assert found.months(NOW).get("ia", 0) == expected
    if expected < 4:
        [outside] = found.outside
        assert (outside.reason, outside.detail, len(outside.months)) == ("break", "Nytt system.", 4 - expected)


def test_a_low_response_excludes_only_below_a_limit_that_is_set():
    survey = covered("enkat", "2020-01", "2020-04", asked=100, answered=80) + covered(
        "enkat", "2021-01", "2021-04", asked=100, answered=39
    )
    assert ground(POLICE, survey).outside == ()
    assert ground(POLICE, survey, response_limit=0.39).outside == ()
    assert ground(POLICE, survey, response_limit=0.4).outside == (
        Outside("enkat", "low_response", "T1 2021", JANUARY_TO_APRIL),
    )


def test_an_environment_that_was_not_asked_for_is_outside_by_itself():
    unasked = covered("polis", "2021-01", "2021-04", "not_asked", environment="oklar")
    found = ground(POLICE, both("ia"), unasked)
    assert found.outside == (Outside("polis", "stopped_source", "T1 2021", JANUARY_TO_APRIL, "oklar"),)
    assert (found.refused("vit_makt"), found.refused("oklar")) == ("", "")
    assert ground(POLICE, unasked).refused("oklar") == "no_common_months"
    reports = events_of(report(day="2021-02-02"), report(day="2021-02-02", environment="oklar"))
    assert on_ground(reports, found)["environment"].tolist() == ["vit_makt"]


def test_a_report_lies_on_the_ground_with_all_its_months_or_not_at_all():
    found = ground(POLICE, covered("ia", "2020-01", "2020-04"), covered("ia", "2021-01", "2021-03"))
    events = events_of(
        report("ia", "2021-03-31"),
        report("ia", "2021-04-01"),
        report("ia", "2021-01-01", to="2021-03-31"),
        report("ia", "2021-03-01", to="2021-04-30"),
        report("polis", "2021-03-01", to="2021-04-30"),
        report("sisab", "2021-02-01"),
    )
    assert on_ground(events, found).index.tolist() == [0, 2, 4]


def test_under_half_of_the_months_or_of_the_occasions_is_no_ground():
    assert ground(POLICE, covered("ia", "2021-01", "2021-04")).refused() == ""  # 4 of 8 is half
    assert ground(POLICE, covered("ia", "2021-01", "2021-04"), covered("sisab", "2021-01", "2021-01")).refused() == (
        "half_source_months"
    )
    reports = [report(day="2021-02-01"), report("ia", "2021-02-01")]
    found = ground(POLICE, covered("ia", "2021-01", "2021-04"), events=reports)
    assert (found.refused(), found.occasions) == ("", {"T1 2020": (0, 0), "T1 2021": (1, 2)})
    found = ground(POLICE, covered("ia", "2021-01", "2021-04"), events=[*reports, report("ia", "2021-03-01")])
    assert (found.refused(), found.occasions["T1 2021"]) == ("half_occasions", (1, 3))
    assert ground(covered("polis", "2021-01", "2021-04")).refused() == "no_common_months"


def test_only_the_same_calendar_months_are_compared():
    autumn = Period(date(2020, 9, 1), date(2020, 12, 31), "T3 2020")
    assert ground(covered("polis", "2020-09", "2021-04"), periods=(autumn, NOW)).refused() == "no_common_months"
    # Two years each: the second January is compared with the second January.
    pair = [Period(date(year, 1, 1), date(year + 1, 12, 31), str(year)) for year in (2018, 2020)]
    months = {month for month in (*pair[0].months, *pair[1].months) if month != "2019-01"}
    rows = [row for month in sorted(months) for row in covered("polis", month, month)]
    assert ground(rows, periods=pair).months(pair[1]) == {"polis": 23}
    assert "2021-01" not in {month for _, _, month in ground(rows, periods=pair).comparable}


def test_halves_are_counted_in_occasions_and_never_in_rows():
    list_of_nine = [report("ia", "2021-02-01", low=2) for _ in range(9)]
    stated = report("ia", "2021-03-01", to="2021-03-31", low=1, high=6)
    found = ground(
        POLICE, covered("ia", "2021-01", "2021-04"), events=[report(), report(day="2021-02-02"), *list_of_nine, stated]
    )
    assert (found.refused(), found.occasions["T1 2021"]) == ("", (2, 4))
    events = events_of(*list_of_nine, stated)
    counts = tally(events)
    assert [comparable_ground(rows, coverage_of(POLICE), [NOW]).occasions for rows in (events, counts)] == [
        {"T1 2021": (0, 2)}
    ] * 2


def months_joined(*reports, missing="2021-04", **more):
    whole = {f"2021-{number:02d}" for number in range(1, 5)} - {missing}
    parts = [row for month in sorted(whole) for row in covered("ia", month, month)]
    found = ground(POLICE, covered("ia", "2020-01", "2020-04"), parts, events=reports, **more)
    return found, sorted({month for source, _, month in found.comparable if source == "ia"})


def test_months_that_a_report_spans_go_out_together_in_both_periods():
    # April 2021 is missing. A year told in half-years falls out where it lies, and so must the other year's days.
    found, months = months_joined(report("ia", "2020-03-01", to="2020-04-30"))
    assert months == ["2020-01", "2020-02", "2021-01", "2021-02"]
    assert [(o.source, o.reason, o.period, o.months) for o in found.outside] == [
        ("ia", "joined_months", "T1 2021", ("2021-03",)),
        ("ia", "missing_months", "T1 2021", ("2021-04",)),
    ]
    # In turn: February to March joins February to what goes out with April; another environment's report as well.
    _, months = months_joined(
        report("ia", "2020-03-01", to="2020-04-30"), report("ia", "2021-02-10", to="2021-03-10", environment="oklar")
    )
    assert months == ["2020-01", "2021-01"]
    _, months = months_joined(report("ia", "2021-01-01", to="2021-03-31"), report("ia", "2020-01-01", to="2020-04-30"))
    assert months == []  # nothing is left: the source is not compared


@pytest.mark.parametrize(
    "rows",
    [
        [report("ia", "2020-01-01", to="2020-02-28")],  # joins months that are all there
        [report("ia", "2020-04-01", to="2020-04-30")],  # one month
        [report("polis", "2020-01-01", to="2020-04-30")],  # another source
        [report("ia", "2020-03-01", to="2020-05-31", not_counted="straddles_boundary")],
        [report("ia", "2020-01-01", to="2020-04-30", environment="ej_vbe")],  # the reference series is by itself
    ],
)
def test_what_joins_no_missing_month_changes_nothing(rows):
    (found, months), (plain, plain_months) = months_joined(*rows), months_joined()
    assert (months, found.outside) == (plain_months, plain.outside)


def test_the_reference_series_is_joined_by_its_own_reports():
    events = events_of(report("ia", "2020-01-01", to="2020-04-30", environment="ej_vbe"))
    coverage = coverage_of(both("polis"), covered("ia", "2020-01", "2020-04"), covered("ia", "2021-01", "2021-03"))
    found = comparable_ground(events, coverage, [BEFORE, NOW], ["vit_makt", "ej_vbe"])
    assert {month for source, name, month in found.comparable if (source, name) == ("ia", "ej_vbe")} == set()
    assert found.months(NOW) == {"ia": 3, "polis": 4}
    assert {outside.reason for outside in found.outside} == {"missing_months"}


def test_years_have_in_common_the_months_covered_in_all():
    years = [Period(date(year, 1, 1), date(year, 4, 30), str(year)) for year in (2019, 2020, 2021)]
    parts = [covered("polis", f"{year}-01", f"{year}-04") for year in (2019, 2020, 2021)]
    found = ground(
        *parts,
        covered("ia", "2019-01", "2019-04"),
        covered("ia", "2020-01", "2020-04", "not_asked"),
        covered("ia", "2021-02", "2021-04"),
        periods=years,
    )
    assert [found.months(year) for year in years] == [{"polis": 4}] * 3
    assert [(o.reason, o.period, len(o.months)) for o in found.outside] == [
        ("missing_months", "2021", 1),  # nobody spoke of January
        ("not_asked", "2020", 4),
    ]


@needs_truth
def test_a_single_year_is_its_own_ground():
    year = period(CYCLES[0])
    found = comparable_ground(truth_events(), truth_coverage(), [year])
    assert found.source_months(year) == (66, 66)
    assert month_span(min(month for _, _, month in found.comparable))[0] == year.start
