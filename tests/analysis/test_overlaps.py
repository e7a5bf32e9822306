"""Candidates of the district, what a decision does, and decisions that no longer hold."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.truth_frames import (
    CYCLES,
    ENVIRONMENTS,
    events_of,
    needs_truth,
    period,
    report,
    truth,
    truth_events,
)
from vbe_analysis.analysis.distinct import Occasion, distinct_events
from vbe_analysis.analysis.overlaps import CANDIDATES, DECISIONS, distinct_shift, find_overlaps
from vbe_analysis.errors import InputError
from vbe_analysis.vocabulary import default_vocabulary

YEAR = period("2021")


def decided(*rows):
    return pd.DataFrame(rows, columns=list(DECISIONS))


def shift(overlaps, unit="occasions", by=()):
    """{environment or (): (low, high)} of what the duplicates move a count by."""
    found = distinct_shift(overlaps, [YEAR], list(by), unit, ["vit_makt", "autonom", "oklar"], default_vocabulary())
    return {key[1:]: ends for key, ends in found.items()}


@needs_truth
@pytest.mark.parametrize("cycle", CYCLES)
def test_the_candidates_of_the_district(cycle):
    events = truth_events()
    events = events[events["cycle"] == cycle]
    overlaps = find_overlaps(events)
    wanted = {
        frozenset((member["file"], member["row"]) for member in group["members"]): tuple(group["distinct"])
        for group in truth()["cycles"][cycle]["possible_duplicates"]
    }
    found = {
        frozenset(zip(group["file"], group["row"], strict=True)): group
        for _, group in overlaps.reports.groupby("candidate")
    }
    assert set(found) == set(wanted)
    for places, (low, high) in wanted.items():
        alone = find_overlaps(events[events["report_id"].isin(found[places]["report_id"])])
        shifts = distinct_shift(alone, [period(cycle)], [], "occasions", ENVIRONMENTS, default_vocabulary())
        [(fewer, more)] = shifts.values()
        number = found[places]["occasion"].nunique()
        assert (number + fewer, number + more) == (low, high)


def test_reports_of_one_source_and_day_are_one_occasion_before_they_are_candidates():
    overlaps = find_overlaps(events_of(report("sisab", low=2), report("sisab", low=3), report("polis", low=9)))
    assert overlaps.reports.columns.tolist() == list(CANDIDATES)
    assert overlaps.reports.groupby("source")["occasion"].nunique().to_dict() == {"polis": 1, "sisab": 1}
    assert shift(overlaps) == {(): (-1, 0)}
    assert shift(overlaps, "objects") == {(): (-5, 0)}  # five of the police's nine may be the school company's


def test_who_is_no_candidate():
    events = events_of(
        report("polis"),
        report("polis", area="b"),
        report("sisab", area="b", event_type="symbol"),
        report("sisab", environment="ej_vbe"),
        report("trafikkontoret", environment="ej_vbe"),  # ordinary graffiti is never merged
        report("ia", to="2021-03-31"),
        report("ia", not_counted="outside_period"),
        report("ia", area=""),
        report("enkat", area=""),
    )
    assert find_overlaps(events).reports.empty
    assert shift(find_overlaps(events)) == {}


def test_a_candidate_keeps_its_name_as_long_as_its_reports_are_the_same():
    first, second, third = report("polis"), report("sisab"), report("ia")
    [name] = find_overlaps(events_of(first, second)).reports["candidate"].unique()
    assert find_overlaps(events_of(second, first, report(area="z"))).reports["candidate"].unique() == [name]
    assert find_overlaps(events_of(first, second, third)).reports["candidate"].unique() != [name]


def test_a_decision_moves_one_end():
    events = events_of(report("polis"), report("sisab"), report("ia", environment="oklar"))
    [name] = find_overlaps(events).reports["candidate"].unique()
    police, school, incident = events["report_id"]

    def after(*rows):
        overlaps = find_overlaps(events, decided(*rows))
        assert overlaps.stale.empty
        return shift(overlaps)[()]

    assert after() == (-2, 0)
    assert after((name, "", "", "samma")) == (-2, -2)
    assert after((name, "", "", "olika")) == (0, 0)
    assert after((name, "", "", "vet ej")) == (-2, 0)
    assert after((name, "", "", "")) == (-2, 0)
    assert after((name, school, police, "samma")) == (-2, -1)
    assert after((name, police, school, "olika")) == (-1, 0)
    # What is said of a pair goes before what is said of them all, in whatever order they stand.
    assert after((name, police, school, "vet ej"), (name, "", "", "olika")) == (-1, 0)
    assert after((name, "", "", "olika"), (name, police, incident, "samma")) == (-1, -1)


def test_a_decision_on_a_report_holds_for_its_occasion():
    events = events_of(report("sisab"), report("sisab"), report("polis"))
    first, _, police = events["report_id"]
    assert shift(find_overlaps(events, decided(("", first, police, "olika")))) == {(): (0, 0)}


def test_decisions_on_what_is_no_candidate_any_more_are_stale():
    events = events_of(report("polis"), report("sisab"))
    police, school = events["report_id"]
    rows = [
        ("D-00000000", "", "", "samma"),  # its reports have changed
        ("D-00000000", police, "gone", "samma"),  # a corrected report has another id
        ("D-00000000", police, school, "samma"),  # the pair is still there, whatever its candidate is called
        ("D-00000000", "", "", ""),  # nothing was decided
    ]
    overlaps = find_overlaps(events, decided(*rows))
    assert overlaps.stale.values.tolist() == [list(row) for row in rows[:2]]
    assert shift(overlaps) == {(): (-1, -1)}


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 1, "samma"), (1, 2, "samma")],  # by a chain, two reports of the police
        [(0, 1, "samma"), (1, 0, "olika")],
    ],
)
def test_contradicting_decisions_name_the_candidate(rows):
    # Two police reports of the same day, in two named environments: the nameless one between is at most one of them.
    events = events_of(report("polis"), report("sisab", environment="oklar"), report("polis", environment="autonom"))
    [name] = find_overlaps(events).reports["candidate"].unique()
    ids = events["report_id"].tolist()
    with pytest.raises(InputError) as caught:
        find_overlaps(events, decided(*((name, ids[a], ids[b], said) for a, b, said in rows)))
    assert str(caught.value) == (
        f"Besluten om möjliga dubbletter motsäger varandra för {name}. Gå igenom besluten i dubbletter.xlsx: två "
        "rapporter från samma källa, från två namngivna miljöer eller med beslutet olika är alltid olika händelser."
    )


def test_only_the_events_asked_for():
    events = events_of(report("polis"), report("sisab"), report("ia"))
    assert shift(find_overlaps(events).within(events[:2])) == {(): (-1, 0)}
    assert shift(find_overlaps(events).within(events[:1])) == {(): (0, 0)}


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(
            report,
            st.sampled_from(["polis", "sisab", "ia"]),
            st.sampled_from(["2021-03-04", "2021-03-05", "2021-03-06"]),
            st.sampled_from(["vit_makt", "autonom", "oklar"]),
        ),
        max_size=8,
        unique_by=lambda r: (r["source"], r["date_from"], r["environment"]),
    ),
    st.integers(0, 1),
)
def test_the_shift_is_that_of_counting_all_reports_together(reports, tolerance):
    overlaps = find_overlaps(events_of(*reports), tolerance=tolerance)
    nodes = [
        Occasion(r["source"], pd.Timestamp(r["date_from"]).date(), r["area"], r["event_type"], r["environment"])
        for r in reports
    ]
    moved = shift(overlaps, by=["environment"])
    for environment in ("vit_makt", "autonom", "oklar"):
        plain = sum(node.environment == environment for node in nodes)
        low, high = moved.get((environment,), (0, 0))
        assert (plain + low, plain + high) == distinct_events(nodes, environment=environment, tolerance=tolerance)
    low, high = shift(overlaps).get((), (0, 0))
    assert (len(nodes) + low, len(nodes) + high) == distinct_events(nodes, tolerance=tolerance)
