"""The shared district, loaded through profiles alone, against its truth: file, sheet, row, dates, codes, numbers."""

from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd
import pytest

from tests.district import workspace as district
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.cycle import DUPLICATE, SET_ASIDE, Ingested
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.skipif(not district.SHARED.is_dir(), reason="../shared/district is not beside the project")

# truth.json's reason words -> ours
REASONS = {"pii_in_kept_column": "omitted"}


def same(found: Counter, wanted: Counter) -> None:
    """Fail with the difference in both directions."""
    missing, extra = wanted - found, found - wanted
    assert not missing and not extra, f"missing: {sorted(missing, key=str)}\nextra: {sorted(extra, key=str)}"


@pytest.mark.parametrize("cycle", district.CYCLES)
def test_reports_equal_the_truth(cycle: str, loaded: dict[str, Ingested], truth: dict) -> None:
    events = loaded[cycle].events
    found = Counter(
        (
            e.file,
            e.sheet,
            e.row,
            e.source,
            str(e.date_from.date()),
            str(e.date_to.date()),
            e.environment,
            e.event_type,
            e.area,
            e.low,
            e.high,
            e.not_counted,
            e.flags,
        )
        for e in events.itertuples()
    )
    reports = truth["cycles"][cycle]["reports"] + (truth["historik"]["reports"] if cycle == "2017" else [])
    wanted: Counter = Counter()
    for r in reports:
        low, high = r.get("count_range", [r["count"], r["count"]])
        flags = [f for f in ("hidden_row", "pairs_unknown", "suppressed") if r.get(f)]
        area = district.code_of(r["area"]) if r["area"] else ""
        place = (r["file"].split("/")[1], r["sheet"] or "", r["row"], r["source"], r["date_from"], r["date_to"])
        codes = (r["environment"], r["event_type"], area, low, high, r.get("why_not", ""), " ".join(flags))
        wanted[*place, *codes] += 1
    same(found, wanted)


@pytest.mark.parametrize("cycle", district.CYCLES)
def test_rejects_equal_the_truth(cycle: str, loaded: dict[str, Ingested], truth: dict) -> None:
    found = Counter((r.file, r.sheet, r.row, r.column, r.reason) for r in loaded[cycle].rejects.itertuples())
    wanted = Counter(
        (
            r["file"].split("/")[1],
            r["sheet"] or "",
            r["row"],
            "" if r["reason"] in REASONS else r["column"],
            REASONS.get(r["reason"], r["reason"]),
        )
        for r in truth["cycles"][cycle]["rejected"]
    )
    same(found, wanted)


@pytest.mark.parametrize("cycle", district.CYCLES)
def test_ignored_rows_equal_the_truth_and_every_row_has_one_fate(
    cycle: str, loaded: dict[str, Ingested], truth: dict
) -> None:
    found: Counter = Counter()
    sizes = {}
    for _, outcomes in loaded[cycle].outcomes:
        rules = outcomes.ignored()
        if {DUPLICATE, SET_ASIDE} & set(rules):
            continue
        sizes[outcomes.file, outcomes.sheet] = (len(outcomes.by_row), len(outcomes.loaded), len(outcomes.rejected))
        found.update((outcomes.file, outcomes.sheet, row, rule) for rule, rows in rules.items() for row in rows)
    wanted: Counter = Counter()
    for entry in truth["cycles"][cycle]["ignored"]:
        for row in rows_of(entry["rows"]):
            wanted[(entry["file"].split("/")[1], entry["sheet"] or "", row, entry["reason"])] += 1
    same(found, wanted)
    for file in truth["cycles"][cycle]["files"]:
        for sheet in file["sheets"] if file["status"] == "ok" else []:
            size = sizes[file["file"].split("/")[1], sheet["sheet"] or ""]
            assert size == (sheet["rows"], sheet["loaded"], sheet["rejected"]), (file["file"], sheet, size)


@pytest.mark.parametrize("cycle", district.CYCLES)
def test_coverage_response_and_answers_equal_the_truth(cycle: str, loaded: dict[str, Ingested], truth: dict) -> None:
    expected = truth["cycles"][cycle]
    coverage = loaded[cycle].coverage
    whole = coverage[(coverage["environment"] == "") & (coverage["source"] != "historik")]
    found: dict = defaultdict(dict)
    for row in whole.itertuples():
        found[row.source][row.month] = row.status
    assert dict(found) == expected["coverage"]
    for source, response in expected["response"].items():
        mine = whole[whole["source"] == source].iloc[0]
        assert (mine["asked"], mine["answered"]) == (response["asked"], response["answered"]), source
    answers = loaded[cycle].answers
    for source, tallies in expected["answers"].items():
        for question, tally in tallies.items():
            mine = answers[(answers["source"] == source) & (answers["question"] == question)]
            assert mine["answer"].replace("", "(blank)").value_counts().to_dict() == {
                label.lower().replace(" ", "_"): n for label, n in tally.items()
            }, (source, question)
    versions = expected["instrument"].get("enkat", {}).get("questions", {})
    for question, version in versions.items():
        mine = answers[(answers["source"] == "enkat") & (answers["question"] == question)]
        assert set(mine["version"]) <= {version, "" if version == "v1" else version}, question


def test_history_says_which_environments_were_not_asked(loaded: dict[str, Ingested]) -> None:
    coverage = loaded["2017"].coverage
    silent = coverage[(coverage["source"] == "historik") & (coverage["status"] == "not_asked")]
    assert set(silent["environment"]) == {"oklar"}
    assert (silent["month"].min(), silent["month"].max(), len(silent)) == ("2011-05", "2013-04", 24)


def rows_of(text: str) -> list[int]:
    spans = (part.split("-") for part in text.split(","))
    return [row for span in spans for row in range(int(span[0]), int(span[-1]) + 1)]


STOPS = {
    "2018": {"contradictory_answer", "ambiguous_date", "unknown_label"},
    "2019": {"unknown_label", "ambiguous_date", "unreadable_number"},
    "2020": {"unreadable_date", "unknown_label"},
}


@pytest.mark.parametrize("cycle", STOPS)
def test_unreadable_cells_stop_the_load_until_someone_decides(cycle: str, workspace: Workspace) -> None:
    with pytest.raises(InputError) as caught:
        workspace.read_in(cycle)
    assert {fault.code for fault in caught.value.faults} == STOPS[cycle]


@pytest.mark.parametrize(
    ("cycle", "code", "place"),
    [
        ("2019", "total_differs", ("SISAB klotterstatistik 2018-19.xlsx", "Grundskolor", 49)),
        ("2020", "personal_data_heading", ("IA_händelser_2020.xlsx", "Händelser", 1)),
        ("2021", "personal_data_cell", ("Register blanketter aidentifierad info.xlsx", "Blanketter", 5)),
    ],
)
def test_what_must_stop_stops_also_when_rejects_are_accepted(
    cycle: str, code: str, place: tuple, workspace: Workspace, tmp_path: Path
) -> None:
    decisions = workspace.raw(cycle) / "rattelser.xlsx"
    aside = tmp_path / "rattelser.xlsx"
    decisions.rename(aside)
    try:
        with pytest.raises(InputError) as caught:
            workspace.read_in(cycle, accept_rejects=True)
    finally:
        aside.rename(decisions)
    stops = [f for f in caught.value.faults if f.code == code]
    assert [(f.file, f.sheet, f.row) for f in stops] == [place]


def test_last_years_file_stops_until_it_is_set_aside(truth: dict, tmp_path: Path) -> None:
    root = district.make(tmp_path / "arbetsmapp", truth)
    rows = [district.padded(r) for r in district.DELIVERIES["2019"] if r[0] != "ia"]
    rows.append(district.padded(("ia", "fil", "IA_händelser_2019.xlsx")))
    book = district.deliveries_book(rows, (), district.SOURCES, ())
    (root / "data" / "raw" / "2019" / "leveranser.xlsx").write_bytes(book)
    with pytest.raises(InputError) as caught:
        Workspace(root).read_in("2019", accept_rejects=True)
    assert [f.code for f in caught.value.faults] == ["other_cycles_file"]
    assert "IA_händelser_2018.xlsx" in str(caught.value)


def test_order_of_deliveries_changes_nothing(
    workspace: Workspace, loaded: dict[str, Ingested], truth: dict, tmp_path: Path
) -> None:
    root = district.make(tmp_path / "arbetsmapp", truth)
    rows = [district.padded(row) for row in reversed(district.DELIVERIES["2018"])]
    (root / "data" / "raw" / "2018" / "leveranser.xlsx").write_bytes(
        district.deliveries_book(rows, (), district.SOURCES, ())
    )
    again = Workspace(root).read_in("2018", accept_rejects=True).events.sort_values("report_id", ignore_index=True)
    pd.testing.assert_frame_equal(again, loaded["2018"].events.sort_values("report_id", ignore_index=True))
