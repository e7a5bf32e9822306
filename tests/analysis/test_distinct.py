"""Against every way to part up to eight reports into events, and the district's truth."""

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.methods import distinct_in_graph
from vbe_analysis.analysis.distinct import Occasion, candidates, contradictions, distinct_events
from vbe_analysis.errors import InputError

TRUTH = Path(__file__).parents[2] / ".." / "shared" / "district" / "truth.json"
DAY = date(2021, 3, 4)


def report(source, environment="vit_makt", day=DAY, area="Ekåsen", event_type="klotter", low=1, high=1):
    return Occasion(source, day, area, event_type, environment, low, high)


def test_candidates_agree_on_all_but_the_source():
    first = report("polis")
    others = [
        report("sisab"),  # may be the same
        report("polis"),  # same source
        report("sisab", day=DAY + timedelta(1)),
        report("sisab", area="Lindviken"),
        report("sisab", event_type="symbol"),
        report("sisab", "autonom"),
        report("sisab", "oklar"),  # may be the same
        report("sisab", "ej_vbe"),
        report("sisab", day=None),
        report("sisab", area=""),
    ]
    assert [second for other, second in candidates([first, *others]) if other == 0] == [1, 7]
    assert candidates([report("polis", area=""), report("sisab", area="")]) == []
    assert candidates([report("polis", "ej_vbe"), report("sisab", "oklar")]) == []
    assert candidates([report("polis", "ej_vbe"), report("sisab", "ej_vbe")]) == [(0, 1)]


def test_a_tolerance_of_days():
    reports = [report("polis"), report("sisab", day=DAY + timedelta(2)), report("ia", day=DAY + timedelta(3))]
    assert candidates(reports) == []
    assert candidates(reports, tolerance=1) == [(1, 2)]
    assert candidates(reports, tolerance=2) == [(0, 1), (1, 2)]
    assert distinct_events(reports, tolerance=2) == (2, 3)  # a path of three days is never one event


def test_oklar_joins_one_named_environment_and_never_glues_two():
    reports = [report("polis"), report("sisab", "oklar"), report("ia", "autonom")]
    assert distinct_events(reports) == (2, 3)
    assert distinct_events(reports, environment="vit_makt") == (1, 1)
    assert distinct_events(reports, environment="oklar") == (0, 1)
    # Confirmed with the police's, it counts as vit_makt and can no longer be the incident system's.
    assert distinct_events(reports, same=[(1, 0)]) == (2, 2)
    assert distinct_events(reports, same=[(1, 0)], environment="oklar") == (0, 0)
    assert distinct_events(reports, different=[(0, 1), (1, 2)]) == (3, 3)


def test_a_path_of_two_sources_is_two_events():
    assert distinct_in_graph(["polis", "sisab", "polis"], [(0, 1), (1, 2)]) == (2, 3)
    assert distinct_in_graph(["polis", "polis"], [(0, 1)]) == (2, 2)  # one source does not report an event twice
    assert distinct_in_graph([], []) == (0, 0)


def test_a_confirmed_duplicate_lowers_the_most_and_can_raise_the_fewest():
    # polis 0 - sisab 1 - polis 2 - sisab 3: two pairs at best, but with the middle confirmed the ends stand alone.
    sources, path = ["polis", "sisab", "polis", "sisab"], [(0, 1), (1, 2), (2, 3)]
    assert distinct_in_graph(sources, path) == (2, 4)
    assert distinct_in_graph(sources, path, same=[(1, 2)]) == (3, 3)


def test_contradicting_decisions_are_told():
    reports = [report("polis"), report("sisab"), report("polis")]
    assert contradictions(reports, [(0, 1)], []) == []
    assert contradictions(reports, [(0, 1), (1, 2)], []) == [(0, 2)]
    assert contradictions(reports, [(0, 1)], [(1, 0)]) == [(0, 1)]
    message = (
        "Besluten om möjliga dubbletter motsäger varandra: rapporter som satts till samma händelse kan inte "
        "alla vara det. Gå igenom besluten i dubbletter.xlsx: två rapporter från samma källa, från två namngivna "
        "miljöer eller med beslutet olika är alltid olika händelser."
    )
    with pytest.raises(InputError) as caught:
        distinct_events(reports, same=[(0, 1), (1, 2)])
    assert str(caught.value) == message


def test_a_decision_on_what_is_no_candidate_is_void():
    reports = [report("polis"), report("sisab", area="Lindviken")]
    assert distinct_events(reports, same=[(0, 1)]) == (2, 2)


def test_ranges_widen_both_ends():
    assert distinct_events([report("polis", day=None, low=1, high=4)]) == (1, 4)
    # Dated to the day: one of the one to three may be the school company's.
    reports = [report("enkat", low=1, high=3), report("sisab")]
    assert distinct_events(reports) == (1, 4)
    assert distinct_events(reports, same=[(0, 1)]) == (1, 3)
    # Three named occasions could each take in one that the other source could not name.
    unnamed = [report("enkat", low=1, high=3), report("sisab", "oklar"), report("sisab", "oklar")]
    assert distinct_events(unnamed, environment="oklar") == (0, 2)


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 3))
def test_a_number_on_a_day_is_as_many_reports_of_its_source(ours, theirs):
    numbers = [report("polis", low=ours, high=ours), report("sisab", low=theirs, high=theirs)]
    assert distinct_events(numbers) == distinct_events([report("polis")] * ours + [report("sisab")] * theirs)
    assert distinct_events(numbers) == (max(ours, theirs), ours + theirs)


def test_beyond_twelve_reports_the_fewest_is_a_bound_or_a_formula():
    # One key, all alike: the largest source's number, however many.
    assert distinct_events([report("polis")] * 14 + [report("sisab")] * 3 + [report("ia")] * 2) == (14, 19)
    # Two sources, a path of 15: seven pairs and one alone, by matching.
    path = [(i, i + 1) for i in range(14)]
    assert distinct_in_graph([("a", "b")[i % 2] for i in range(15)], path) == (8, 15)
    # Three sources: truly 8, bounded from below by 15 / 3.
    assert distinct_in_graph([("a", "b", "c")[i % 3] for i in range(15)], path) == (5, 15)
    # Fourteen unnamed of one source, two named elsewhere that can take in one each.
    crowd = [report("sisab", "oklar")] * 14 + [report("polis"), report("ia")]
    assert distinct_events(crowd, environment="oklar") == (12, 14)


reports_of_a_day = st.lists(
    st.builds(
        report,
        st.sampled_from(["polis", "sisab", "ia", "enkat"]),
        st.sampled_from(["vit_makt", "autonom", "oklar", "oklar", "ej_vbe"]),
        st.sampled_from([DAY, DAY + timedelta(1)]),
        st.sampled_from(["Ekåsen", ""]),
    ),
    max_size=8,
)


def partings(items):
    """Every way to part a list into groups."""
    if not items:
        yield []
        return
    first, *rest = items
    for groups in partings(rest):
        yield [[first], *groups]
        for index in range(len(groups)):
            yield [*groups[:index], [first, *groups[index]], *groups[index + 1 :]]


def all_pairs(group):
    return {(min(a, b), max(a, b)) for a in group for b in group if a != b}


def possible_truths(reports, edges, same, different):
    for groups in partings(list(range(len(reports)))):
        together = set().union(*map(all_pairs, groups))
        if together <= edges - different and same <= together:
            yield groups


def environment_of(group, reports):
    return next((reports[i].environment for i in group if reports[i].environment != "oklar"), "oklar")


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(reports_of_a_day, st.integers(0, 1), st.randoms(use_true_random=False))
def test_the_bounds_are_the_extremes_of_every_possible_truth(reports, tolerance, random):
    edges = set(candidates(reports, tolerance))
    # One possible truth, of which the coordinator knows some pairs.
    truth = random.choice(list(possible_truths(reports, edges, set(), set())))
    together = set().union(*map(all_pairs, truth))
    same = {pair for pair in together if random.random() < 0.3}
    different = {pair for pair in edges - together if random.random() < 0.3}

    truths = list(possible_truths(reports, edges, same, different))
    for environment in (None, "vit_makt", "autonom", "oklar", "ej_vbe"):
        numbers = [sum(environment in (None, environment_of(group, reports)) for group in groups) for groups in truths]
        assert distinct_events(reports, same, different, environment, tolerance) == (min(numbers), max(numbers))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=8), st.randoms(use_true_random=False))
def test_any_graph_of_up_to_eight_reports(sources, random):
    between = {(a, b) for a, b in all_pairs(range(len(sources))) if sources[a] != sources[b]}
    edges = {pair for pair in between if random.random() < 0.6}
    numbers = [len(groups) for groups in possible_truths(sources, edges, set(), set())]
    assert distinct_in_graph(sources, edges) == (min(numbers), max(numbers))


@settings(deadline=None)
@given(reports_of_a_day, st.randoms(use_true_random=False))
def test_the_order_of_reports_changes_nothing(reports, random):
    shuffled = random.sample(reports, len(reports))
    for environment in (None, "vit_makt", "oklar"):
        assert distinct_events(shuffled, environment=environment) == distinct_events(reports, environment=environment)


def district():
    return json.loads(TRUTH.read_text(encoding="utf-8"))["cycles"] if TRUTH.exists() else {}


def loaded(rows, occasions):
    """The truth's reports of one cycle as ours, as occasions or with their numbers; and each one's place in a file."""
    found, places, seen = [], [], {}
    for row in rows:
        day = date.fromisoformat(row["date_from"]) if row["date_from"] == row["date_to"] else None
        low, high = row.get("count_range", [row["count"]] * 2)
        key = (row["source"], day, row["area"], row["event_type"], row["environment"])
        if occasions and day and key in seen:
            places[seen[key]].append((row["file"], row["row"]))
            continue
        seen[key] = len(found)
        if occasions and day:
            low = high = 1
        found.append(Occasion(row["source"], day, row["area"] or "", row["event_type"], row["environment"], low, high))
        places.append([(row["file"], row["row"])])
    return found, places


@pytest.mark.skipif(not TRUTH.exists(), reason="the district's truth.json is not here")
@pytest.mark.parametrize("cycle", district())
def test_the_counts_and_candidates_of_the_district(cycle):
    truth = district()[cycle]
    rows = [row for row in truth["reports"] if row["counted"] and row["environment"] != "ej_vbe"]
    for basis in ("occasions", "count"):
        reports, _ = loaded(rows, basis == "occasions")
        for environment in ("autonom", "vit_makt", "islamistisk", "oklar"):
            expected = tuple(truth["counts"][environment][f"distinct_{basis}"])
            assert distinct_events(reports, environment=environment) == expected, (basis, environment)
        assert distinct_events(reports) == tuple(truth["counts"]["total_vbe"][f"distinct_{basis}"])

    reports, places = loaded(rows, occasions=True)
    linked = Counter(place for pair in candidates(reports) for i in pair for place in places[i])
    groups = truth["possible_duplicates"]
    assert set(linked) == {(member["file"], member["row"]) for group in groups for member in group["members"]}
    for group in groups:
        members = [
            report(member["source"], member["environment"], date.fromisoformat(group["date"]))
            for member in group["members"]
        ]
        assert distinct_events(members) == tuple(group["distinct"])
