"""The shared district from its offices' files to counts and verdicts, against truth.json: nothing is built by hand."""

from itertools import combinations

import pandas as pd
import pytest

from tests.district import workspace as district
from vbe_analysis.analysis.comparison import compare_periods
from vbe_analysis.analysis.overlaps import find_overlaps
from vbe_analysis.analysis.verdict import INCREASE
from vbe_analysis.workspace.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not district.SHARED.is_dir(), reason="../shared/district is not beside the project"),
    pytest.mark.usefixtures("loaded"),
]
PAIRS = list(zip(district.CYCLES, district.CYCLES[1:], strict=False))
UNITS = {"reports": "reports", "objects": "distinct_count", "occasions": "distinct_occasions"}


@pytest.mark.parametrize("cycle", district.CYCLES)
@pytest.mark.parametrize("unit", UNITS)
def test_counts_by_environment(cycle: str, unit: str, workspace: Workspace, truth: dict) -> None:
    counts = workspace.counts(["environment"], cycle, unit=unit).set_index("environment")
    expected = truth["cycles"][cycle]["counts"]
    found = {e: [int(counts.loc[e, "low"]), int(counts.loc[e, "high"])] for e in workspace.vocabulary.environments}
    wanted = {e: expected[e][UNITS[unit]] for e in found}
    assert found == {e: [n, n] if isinstance(n, int) else n for e, n in wanted.items()}
    total = workspace.counts([], cycle, unit=unit).iloc[0]
    wanted_total = expected["total_vbe"][UNITS[unit]]
    assert [total["low"], total["high"]] == (wanted_total if unit != "reports" else [wanted_total] * 2)


@pytest.mark.parametrize("cycle", district.CYCLES)
def test_reports_by_source(cycle: str, workspace: Workspace, truth: dict) -> None:
    counts = workspace.counts(["environment", "source"], cycle, unit="reports")
    known = counts[(counts["reports"] > 0).fillna(False)]
    found = {(row.environment, row.source): int(row.reports) for row in known.itertuples()}
    expected = truth["cycles"][cycle]["counts"]
    environments = (*workspace.vocabulary.environments, "ej_vbe")
    assert found == {(e, s): n for e in environments for s, n in expected[e]["reports_by_source"].items()}


@pytest.mark.parametrize("cycle", district.CYCLES)
def test_possible_duplicates(cycle: str, workspace: Workspace, truth: dict) -> None:
    reports = workspace.overlaps(cycle).reports
    found = {frozenset(zip(g["file"], g["row"], strict=True)) for _, g in reports.groupby("candidate")}
    expected = truth["cycles"][cycle]["possible_duplicates"]
    assert found == {frozenset((m["file"].split("/")[1], m["row"]) for m in group["members"]) for group in expected}


@pytest.mark.parametrize(("previous", "current"), PAIRS)
def test_verdicts(previous: str, current: str, workspace: Workspace, truth: dict) -> None:
    [expected] = [v for v in truth["verdicts"] if (v["previous_cycle"], v["cycle"]) == (previous, current)]
    found = compare(workspace, previous, current)
    lines = {**found.lines, "total": found.total}
    assert {name: (list(line.previous), list(line.current), line.kind) for name, line in lines.items()} == {
        name: (line["previous"], line["current"], line.get("class_screened", line["class"]))
        for name, line in expected["occasions"].items()
    }
    assert found.ground.months(found.current) == expected["comparable_months"]


def test_the_app_lifts_ordinary_graffiti_and_no_environment(workspace: Workspace) -> None:
    found = compare(workspace, "2018", "2019")
    before, now = found.reference.ordinary
    assert now[0] > 1.2 * before[1]
    assert all(line.kind != INCREASE for line in (*found.lines.values(), found.total))


@pytest.mark.parametrize(("decision", "distinct"), [("samma", 1), ("olika", 3)])
def test_a_decision_settles_the_count(decision: str, distinct: int, workspace: Workspace, loaded: dict) -> None:
    before = workspace.counts([], "2021").iloc[0]
    reports = workspace.overlaps("2021").reports
    assert reports["candidate"].nunique() == 1 and len(reports) == 3
    name = reports["candidate"].iloc[0]
    rows = [(name, one, other, decision) for one, other in combinations(reports["report_id"], 2)]
    decisions = pd.DataFrame(rows, columns=["candidate", "report_id", "other_id", "decision"])
    after = workspace.counts([], "2021", overlaps=find_overlaps(loaded["2021"].events, decisions)).iloc[0]
    # Open, the three reports are 1-3 events; decided, the interval that is left comes from other reports.
    assert after["high"] == before["high"] - (3 - distinct)
    assert after["low"] == before["low"] + (distinct - 1)


def compare(workspace: Workspace, previous: str, current: str):
    cycles = (previous, current)
    return compare_periods(
        workspace.events(*cycles),
        workspace.coverage(*cycles),
        workspace.period(current),
        workspace.period(previous),
        overlaps=workspace.overlaps(*cycles),
        vocabulary=workspace.vocabulary,
    )
