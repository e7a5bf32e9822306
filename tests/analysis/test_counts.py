"""Counts of the district, small frames with a telling row each, four engines, and the identities of counting."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.truth_frames import (
    CYCLES,
    ENVIRONMENTS,
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
from vbe_analysis.analysis.counts import count_events, tally
from vbe_analysis.analysis.overlaps import find_overlaps
from vbe_analysis.errors import InputError
from vbe_analysis.periods import Period, month_span

pytestmark = pytest.mark.slow

YEAR = Period(date(2021, 1, 1), date(2021, 12, 31), "2021")
ALL_YEAR = coverage_of(*(covered(source, "2021-01", "2021-12") for source in ("polis", "sisab", "ia")))


def cells(counts, *keys):
    """{key values and period: (low, high, reports)}, None where not known."""
    numbers = counts[["low", "high", "reports"]].astype(object)
    numbers = numbers.where(numbers.notna(), None).itertuples(index=False, name=None)
    return dict(zip(counts[[*keys]].itertuples(index=False, name=None), numbers, strict=True))


@needs_truth
@pytest.mark.parametrize("cycle", CYCLES)
def test_the_district(cycle):
    events, coverage = truth_events(), truth_coverage()
    overlaps = find_overlaps(events)
    expected = truth()["cycles"][cycle]["counts"]
    for unit, name in (("occasions", "distinct_occasions"), ("objects", "distinct_count")):
        found = cells(count_events(events, coverage, ["environment"], [period(cycle)], unit, overlaps), "environment")
        for environment in ENVIRONMENTS:
            wanted = (*expected[environment][name], expected[environment]["reports"])
            assert found[environment,] == wanted, (unit, environment)
        total = count_events(events, coverage, [], [period(cycle)], unit, overlaps)
        assert cells(total, "period")[cycle,] == (*expected["total_vbe"][name], expected["total_vbe"]["reports"])
    assert found["ej_vbe",] == (expected["ej_vbe"]["count"],) * 2 + (expected["ej_vbe"]["reports"],)

    by_source = count_events(events, coverage, ["environment", "source"], [period(cycle)], "reports")
    for (environment, source), (low, high, reports) in cells(by_source, "environment", "source").items():
        assert low == high == reports  # "reports" counts rows
        assert (reports or 0) == expected[environment]["reports_by_source"].get(source, 0)


@needs_truth
def test_the_district_counts_a_month_reached_only_by_a_straddling_half_year_as_not_delivered():
    # truth.json has the police's 2017-01..04 as delivered; their only count for them is January to June, not counted.
    rows = count_events(truth_events(), truth_coverage(), ["source"], [period("2017")])
    police = rows[rows["source"] == "polis"].iloc[0]
    assert (police["status"], police["months_covered"]) == ("partial", 6)


def test_the_units():
    events = events_of(
        report("sisab", low=3),
        report("sisab", low=4),  # the same occasion: source, day, area, type and environment
        report("sisab", area="b"),
        report("sisab", day="2021-03-05"),
        report("polis", "2021-01-01", to="2021-06-30", low=1, high=4),  # dated to an interval: its number
    )
    found = {
        unit: cells(count_events(events, ALL_YEAR, [], [YEAR], unit), "period")["2021",]
        for unit in ("occasions", "objects", "reports")
    }
    assert found == {"occasions": (4, 7, 5), "objects": (10, 13, 5), "reports": (5, 5, 5)}


def test_what_is_counted_in_a_period():
    events = events_of(
        report(day="2021-04-30"),
        report(day="2021-05-01"),
        report(day="2021-04-30", to="2021-05-01"),  # lies in the year, in neither tertial
        report(day="2020-12-31", not_counted="outside_period"),
        report(day="2021-02-01", not_counted="straddles_boundary"),
        report(environment="ej_vbe"),
        report("historik", "2021-01-01", to="2021-12-31", low=9),
    )
    periods = [*YEAR.tertials()[:2], YEAR]
    total = count_events(events, ALL_YEAR, [], periods, "reports")
    assert cells(total, "period") == {("T1 2021",): (1, 1, 1), ("T2 2021",): (1, 1, 1), ("2021",): (3, 3, 3)}
    by_environment = count_events(events, ALL_YEAR, ["environment"], [YEAR], "reports")
    assert cells(by_environment, "environment")["ej_vbe",] == (1, 1, 1)


def test_the_grid_is_whole_and_missing_is_never_zero():
    coverage = coverage_of(
        covered("polis", "2021-01", "2021-12"),
        covered("ia", "2021-01", "2021-12", "not_delivered"),
        covered("enkat_utb", "2021-01", "2021-12", "not_asked"),
        covered("historik", "2021-01", "2021-12"),  # earlier chapters: a series of its own, not a source of this count
    )
    counts = count_events(events_of(report()), coverage, ["source", "group"], [YEAR])
    assert counts.astype(object).where(counts.notna(), None).values.tolist() == [
        ["enkat_utb", "spår", "2021", None, None, None, "not_asked", 0],
        ["enkat_utb", "personknuten", "2021", None, None, None, "not_asked", 0],
        ["ia", "spår", "2021", None, None, None, "not_delivered", 0],
        ["ia", "personknuten", "2021", None, None, None, "not_delivered", 0],
        ["polis", "spår", "2021", 1, 1, 1, "observed", 12],
        ["polis", "personknuten", "2021", 0, 0, 0, "observed", 12],
    ]
    assert count_events(events_of(), coverage, ["area"], [YEAR]).empty
    by_area = count_events(events_of(report(area="c")), coverage, ["area"], [YEAR], areas=["b", "a"])
    assert cells(by_area, "area") == {("b",): (0, 0, 0), ("a",): (0, 0, 0), ("c",): (1, 1, 1)}


def test_a_report_from_months_that_no_delivery_spoke_of_is_not_lost():
    coverage = coverage_of(covered("polis", "2021-01", "2021-12", "not_delivered"))
    [row] = count_events(events_of(report()), coverage, [], [YEAR]).itertuples(index=False)
    assert (row.low, row.status, row.months_covered) == (1, "partial", 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"by": ["miljö"]},
            "Det går inte att räkna efter miljö. Välj bland environment, event_type, group, source, "
            "area. Månader och tertial anges som perioder.",
        ),
        ({"unit": "antal"}, "'antal' är ingen enhet att räkna i. Välj bland occasions, objects, reports."),
        (
            {"environments": ["vit makt"]},
            "Koden finns inte: vit makt. Kända koder: autonom, vit_makt, islamistisk, "
            "oklar, ej_vbe. Välj bland de kända koderna.",
        ),
        (
            {"sources": ["IA"]},
            "Koden finns inte: IA. Kända koder: enkat, enkat_utb, blankett, sisab, trafikkontoret, "
            "ia, polis, historik. Välj bland de kända koderna.",
        ),
        (
            {"periods": [YEAR, YEAR]},
            "Perioderna att räkna i saknas, saknar namn eller har samma namn. "
            "Ange minst en period, och ge varje period ett eget namn.",
        ),
    ],
)
def test_what_cannot_be_counted_is_told(arguments, message):
    with pytest.raises(InputError) as caught:
        count_events(events_of(), ALL_YEAR, **{"periods": [YEAR], **arguments})
    assert str(caught.value) == message


def test_possible_duplicates_widen_a_count_but_not_by_source():
    events = events_of(
        report("polis", low=2),
        report("sisab"),
        report("ia", environment="oklar"),
        report("ia", area="b", event_type="symbol"),
    )
    overlaps = find_overlaps(events)

    def counted(*by, unit="occasions"):
        counts = count_events(events, ALL_YEAR, by, [YEAR], unit, overlaps)
        return {key: cell[:2] for key, cell in cells(counts, *by, "period").items() if cell[2]}

    assert counted() == {("2021",): (2, 4)}
    assert counted("environment") == {("vit_makt", "2021"): (2, 3), ("oklar", "2021"): (0, 1)}
    assert counted("area") == {("a", "2021"): (1, 3), ("b", "2021"): (1, 1)}
    assert counted("group") == {("spår", "2021"): (1, 3), ("personknuten", "2021"): (1, 1)}
    assert counted("source") == {("polis", "2021"): (1, 1), ("sisab", "2021"): (1, 1), ("ia", "2021"): (2, 2)}
    assert counted(unit="objects") == {("2021",): (3, 5)}
    assert counted(unit="reports") == {("2021",): (4, 4)}


@needs_truth
@pytest.mark.parametrize("engine", ["pandas with categories", "pyarrow", "duckdb", "polars"])
def test_any_engine_counts_alike(engine):
    events = truth_events()
    if engine == "pandas with categories":
        other = events.astype({"source": "category", "environment": "category", "event_type": "category"})
    elif engine == "pyarrow":
        other = pytest.importorskip("pyarrow").Table.from_pandas(events)
    elif engine == "duckdb":
        other = pytest.importorskip("duckdb").from_df(events)
    else:
        other = pytest.importorskip("polars").from_pandas(events).lazy()
    arguments = (truth_coverage(), ["environment", "source", "group"], [period(cycle) for cycle in CYCLES])
    for unit in ("occasions", "objects", "reports"):
        pd.testing.assert_frame_equal(
            count_events(other, *arguments, unit=unit), count_events(events, *arguments, unit=unit)
        )
    bounded = [
        count_events(rows, arguments[0], ["environment"], arguments[2], overlaps=find_overlaps(events))
        for rows in (other, events)
    ]
    pd.testing.assert_frame_equal(*bounded)
    assert (bounded[0]["low"] < bounded[0]["high"]).any()


@needs_truth
def test_the_tally_counts_as_the_events_do():
    events, periods = truth_events(), [period(cycle) for cycle in CYCLES]
    together = tally(events)
    assert together["reports"].sum() == len(events) > len(together)
    pd.testing.assert_frame_equal(tally(together), together)
    for unit in ("occasions", "objects", "reports"):
        for by in (["environment", "group"], ["source", "area"]):
            counts = [
                count_events(rows, truth_coverage(), by, periods, unit, find_overlaps(events))
                for rows in (together, events)
            ]
            pd.testing.assert_frame_equal(*counts)


def test_periods_that_overlap_are_counted_each_by_itself():
    events = events_of(report(day="2021-02-03"), report(day="2021-02-03", to="2021-03-01"), report(day="2021-05-01"))
    months = [Period(*month_span(month), month) for month in YEAR.months[:3]]
    counts = cells(count_events(events, ALL_YEAR, [], [YEAR, *YEAR.tertials(), *months], "reports"), "period")
    assert [counts[label,][2] for label in ("2021", "T1 2021", "T2 2021", "2021-02", "2021-03")] == [3, 2, 1, 1, 0]


days = st.dates(date(2021, 1, 1), date(2021, 12, 31)).map(str)
some_reports = st.lists(
    st.builds(
        report,
        st.sampled_from(["polis", "sisab", "ia"]),
        st.one_of(st.sampled_from(["2021-03-04", "2021-03-05"]), days),
        st.sampled_from(["vit_makt", "autonom", "oklar", "ej_vbe"]),
        st.sampled_from(["klotter", "symbol"]),
        st.sampled_from(["a", "b", ""]),
        st.integers(1, 3),
    ),
    max_size=12,
)
keys = st.lists(st.sampled_from(["environment", "event_type", "group", "source", "area"]), unique=True, max_size=3)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(some_reports, keys, st.data())
def test_regrouping_equals_counting_afresh(reports, by, data):
    events, fewer = events_of(*reports), data.draw(st.lists(st.sampled_from(by), unique=True) if by else st.just([]))
    only = ["vit_makt", "autonom", "oklar"]  # a total leaves the reference series out
    for unit in ("occasions", "objects"):
        fine = count_events(events, ALL_YEAR, by, [YEAR], unit, environments=only)
        coarse = count_events(events, ALL_YEAR, fewer, [YEAR], unit, environments=only)
        numbers = ["low", "high", "reports"]
        regrouped = fine.groupby(["period", *fewer], as_index=False)[numbers].sum()
        merged = coarse.merge(regrouped, how="left", on=["period", *fewer], suffixes=("", "_again"))
        for number in numbers:
            assert (merged[number] == merged[f"{number}_again"].fillna(0)).all()


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(some_reports)
def test_months_regroup_to_the_year_for_reports_dated_to_a_day(reports):
    events = events_of(*reports)
    months = [Period(*month_span(month), month) for month in YEAR.months]
    for unit in ("occasions", "objects"):
        by_month = count_events(events, ALL_YEAR, ["environment"], months, unit)
        year = count_events(events, ALL_YEAR, ["environment"], [YEAR], unit).set_index("environment")
        sums = by_month.groupby("environment")[["low", "high"]].sum()
        pd.testing.assert_frame_equal(sums, year[["low", "high"]].sort_index())


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(some_reports, keys, st.randoms(use_true_random=False))
def test_the_order_of_files_and_rows_changes_nothing(reports, by, random):
    counted = []
    for rows in (reports, random.sample(reports, len(reports))):
        events = events_of(*rows)
        coverage = ALL_YEAR.sample(frac=1, random_state=random.randint(0, 99))
        counted.append(count_events(events, coverage, by, [YEAR], overlaps=find_overlaps(events)))
    pd.testing.assert_frame_equal(*counted)


def test_a_part_of_the_events_loses_nothing_to_the_duplicates_of_the_rest():
    events = events_of(report("polis"), report("sisab"), report("ia", day="2021-03-05"))
    overlaps = find_overlaps(events)

    def counted(rows, **options):
        return cells(count_events(rows, ALL_YEAR, [], [YEAR], overlaps=overlaps, **options), "period")[YEAR.label,]

    assert counted(events) == (2, 3, 3)
    assert counted(events[events["date_from"] == "2021-03-05"]) == (1, 1, 1)
    assert counted(events, sources=["polis"]) == (1, 1, 1)
    assert counted(events, sources=["polis", "sisab"]) == (1, 2, 2)


@settings(max_examples=8, deadline=None)
@given(some_reports, keys, st.sets(st.sampled_from(["polis", "sisab", "ia"]), min_size=1))
def test_counting_some_sources_equals_counting_their_events_alone(reports, by, sources):
    events = events_of(*reports)
    part = events[events["source"].isin(list(sources))]
    alone = count_events(part, ALL_YEAR, by, [YEAR], overlaps=find_overlaps(part), sources=sources)
    for rows in (events, part):
        counts = count_events(rows, ALL_YEAR, by, [YEAR], overlaps=find_overlaps(events), sources=sources)
        pd.testing.assert_frame_equal(counts, alone)


@settings(max_examples=8, deadline=None)
@given(some_reports, keys)
def test_possible_duplicates_only_widen_downwards(reports, by):
    events = events_of(*reports)
    plain = count_events(events, ALL_YEAR, by, [YEAR])
    bounded = count_events(events, ALL_YEAR, by, [YEAR], overlaps=find_overlaps(events))
    assert (bounded["low"] <= plain["low"]).all() and (bounded["high"] == plain["high"]).all()
    assert (bounded["low"] <= bounded["high"]).all() and (bounded["low"] >= 0).all()
