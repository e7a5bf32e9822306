"""The survey: who answered, x of n with the interval that fits, and two years of one question."""

import pandas as pd
import pytest

from tests.analysis.truth_frames import coverage_of, covered, needs_truth, truth, truth_coverage
from vbe_analysis.analysis.answers import knowledge, knowledge_change, mcnemar, newcombe, response, wilson
from vbe_analysis.frames import ANSWERS, conform


def answers(*rows):
    """(cycle, unit, answer) and what else differs."""
    plain = {
        "source": "enkat",
        "unit_kind": "",
        "unit_kept": False,
        "question": "plan",
        "version": "v1",
        "file": "f",
        "sheet": "",
        "row": 1,
    }
    frame = [{**plain, "cycle": c, "unit": u, "answer": a, **(more[0] if more else {})} for c, u, a, *more in rows]
    return conform(pd.DataFrame(frame, columns=list(ANSWERS)), ANSWERS)


def coverage(**asked):
    return coverage_of(
        *(
            covered("enkat", f"{year[1:]}-01", f"{year[1:]}-12", cycle=year[1:], asked=n, answered=m)
            for year, (n, m) in asked.items()
        )
    )


def test_the_response_by_unit_kind_and_cycle():
    said = answers(
        ("2021", "a", "ja", {"unit_kind": "skola"}),
        ("2021", "a", "nej", {"unit_kind": "skola", "question": "rutin"}),  # the same unit
        ("2021", "b", "ja", {"unit_kind": "skola"}),
        ("2021", "c", "ja", {"unit_kind": "fritid"}),
        ("2021", "d", "ja"),
    )
    found = response(said, coverage(y2020=(None, 3), y2021=(8, 4)))
    assert found.astype(object).where(found.notna(), None).values.tolist() == [
        ["2020", "enkat", "", None, 3, None],
        ["2021", "enkat", "", 8, 4, 0.5],
        ["2021", "enkat", "fritid", None, 1, None],  # how many schools were asked nobody stated
        ["2021", "enkat", "skola", None, 2, None],
    ]


def test_what_is_known_is_x_of_those_who_answered():
    said = answers(("2021", "a", "ja"), ("2021", "b", "nej"), ("2021", "c", ""), ("2021", "d", "vet_ej"))
    [row] = knowledge(said, coverage(y2021=(10, 4)), "plan").itertuples()
    assert (row.x, row.n, row.asked, row.population) == (1, 3, 10, False)
    assert (row.low, row.high) == wilson(1, 3)
    # Ten units are all there are: seven said nothing of it, so one to eight of them know.
    [row] = knowledge(said, coverage(y2021=(10, 4)), "plan", population=True).itertuples()
    assert (row.low, row.high, row.population) == (0.1, 0.8, True)
    # Nobody stated how many were asked: the sample's interval after all.
    [row] = knowledge(said, coverage(y2021=(None, 4)), "plan", population=True).itertuples()
    assert ((row.low, row.high), row.population) == (wilson(1, 3), False)
    assert knowledge(said, coverage(y2021=(10, 4)), "rutin").empty


def test_two_years_on_all_and_on_the_units_that_answered_both():
    kept = {"unit_kept": True}
    said = answers(
        ("2020", "z", "nej", kept),
        ("2021", "z", "nej", kept),
        ("2021", "z", "ja", kept),  # two voices of one unit
        ("2020", "a", "nej", kept),
        ("2020", "b", "nej", kept),
        ("2020", "c", "ja", kept),
        ("2020", "x", "ja", kept),
        ("2021", "a", "ja", kept),
        ("2021", "b", "ja", kept),
        ("2021", "c", "ja", kept),
        ("2021", "y", "nej"),
    )
    found = knowledge_change(said, "plan", "enkat", "2021", "2020")
    assert (found.previous, found.current, found.difference) == ((2, 5), (4, 6), newcombe(4, 6, 2, 5))
    assert (found.pairs, found.to_yes, found.from_yes, found.p) == (3, 2, 0, mcnemar(2, 0))
    assert knowledge_change(said, "plan", "enkat", "2021", "2019") is None


def test_without_a_kept_code_no_units_are_paired():
    said = answers(("2020", "a", "nej"), ("2021", "a", "ja"))  # the hashes would have to be equal by chance
    found = knowledge_change(said, "plan", "enkat", "2021", "2020")
    assert (found.pairs, found.p, found.comparable) == (0, None, True)


def test_never_across_versions_of_a_question():
    said = answers(("2020", "a", "ja", {"unit_kept": True}), ("2021", "a", "ja", {"unit_kept": True, "version": "v2"}))
    found = knowledge_change(said, "plan", "enkat", "2021", "2020")
    assert (found.comparable, found.difference, found.pairs, found.p) == (False, None, 0, None)
    assert (found.previous, found.current) == ((1, 1), (1, 1))
    assert knowledge(said, coverage(y2020=(2, 1), y2021=(2, 1)), "plan")["version"].tolist() == ["v1", "v2"]


@needs_truth
@pytest.mark.parametrize("question", ["plan", "rutin", "blankett", "utb"])
def test_the_district(question):
    rows = [
        (
            cycle,
            f"{cycle}-{label}-{n}",
            label.lower().replace(" ", "_"),
            {"question": question, "version": said["instrument"]["enkat"]["questions"][question]},
        )
        for cycle, said in truth()["cycles"].items()
        for label, number in said["answers"]["enkat"].get(question, {}).items()
        if label != "(blank)"
        for n in range(number)
    ]
    found = knowledge(answers(*rows), truth_coverage(), question, population=True)
    for row in found.itertuples():
        tally = truth()["cycles"][row.cycle]["answers"]["enkat"][question]
        asked = truth()["cycles"][row.cycle]["response"]["enkat"]["asked"]
        assert row.x == tally["Ja"] and row.n == tally["Ja"] + tally["Nej"]
        assert (row.low, row.high) == (row.x / asked, (row.x + asked - row.n) / asked)
    change = knowledge_change(answers(*rows), question, "enkat", "2019", "2018")
    assert change.comparable == (question != "rutin")  # re-worded in 2019
    rates = response(answers(), truth_coverage()).set_index(["cycle", "source"])["rate"]
    assert round(rates["2021", "enkat"], 3) == 0.4
