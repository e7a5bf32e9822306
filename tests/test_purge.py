"""`vbe purge`: only what is due, only under a decision, safe when interrupted; later years count as before."""

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.workspaces import HEADINGS, deliver, make, state, vbe, xlsx
from vbe_analysis.analysis.trends import yearly_trends
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions import purge, verify
from vbe_analysis.editions import record as run_record
from vbe_analysis.errors import InputError
from vbe_analysis.workspace import frozen as freezing
from vbe_analysis.workspace.duplicates import write_book
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

DUE = date(2022, 6, 30)  # two years after the period of 2020
DECISION = "EK 2022/0191"
CELLS = ((date(2019, 9, 1), "Ekåsen", "Klotter", "Höger", 2), (date(2020, 5, 5), "Lindviken", "Affisch", "Oklart", 1))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cycles read in, of which 2020 has a possible duplicate, both editions and everything that runs leave."""
    root = make(tmp_path_factory.mktemp("gallras"))
    for source, name in (("ia", "IA 2020.xlsx"), ("trafikkontoret", "Klotter 2020.xlsx")):
        rows = CELLS if source == "ia" else [*CELLS[:1], (date(2020, 2, 2), "Ekåsen", "Klotter", "Vänster", 1)]
        xlsx(root / "data/raw/2020" / name, [HEADINGS, *rows])
    files = [("ia", "fil", "IA 2020.xlsx", "ia"), ("trafikkontoret", "fil", "Klotter 2020.xlsx", "trafikkontoret")]
    deliver(root, [*files, ("sisab", "inget att rapportera")], cycle="2020")
    assert vbe(root, "ingest", "--quiet") == 0
    workspace = Workspace(root)
    write_book(workspace.raw("2020"), workspace.overlaps("2020"), workspace.settings)
    for edition in (INTERNAL, PUBLIC):
        folder = workspace.reports("2020", edition)
        folder.mkdir(exist_ok=True)
        (folder / "lagesbild.html").write_text("<p>1</p>", encoding="utf-8")
        if edition == PUBLIC:
            (folder / "facts-2020.json").write_text("{}", encoding="utf-8")
        files_there = run_record.edition_files(workspace, "2020", edition)
        run_record.write_record(workspace, run_record.edition_record(workspace, "2020", edition, files_there))
        if edition == PUBLIC:
            freezing.freeze(workspace, "2020", files_there, freezing.PUBLISHED, "A 1", "2021-01-01")
    for left in (
        ".ipynb_checkpoints/a.ipynb",
        "notebooks/.ipynb_checkpoints/b.ipynb",
        "data/processed/.2020.ny/c",
        "reports/2020/.korning-intern.json.ny",
    ):
        (root / left).parent.mkdir(parents=True, exist_ok=True)
        (root / left).write_text("kvar", encoding="utf-8")
    return root


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    return Workspace(shutil.copytree(made, tmp_path / "arbetsmapp"))


def years(workspace: Workspace) -> pd.DataFrame:
    periods = [workspace.period(cycle) for cycle in workspace.cycles]
    words = workspace.vocabulary
    found = yearly_trends(
        workspace.events(), workspace.coverage(), periods, overlaps=workspace.overlaps(), vocabulary=words
    )
    return found.table


def test_nothing_is_due_before_its_time(workspace: Workspace) -> None:
    assert purge.due_cycles(workspace, date(2022, 6, 29)) == ()
    assert [one.cycle for one in purge.due_cycles(workspace, DUE)] == ["2020"]
    assert [one.cycle for one in purge.due_cycles(workspace, date(2023, 6, 30))] == ["2020", "2021"]


def test_what_is_due_is_listed_and_nothing_touched(workspace: Workspace) -> None:
    before = state(workspace.root)
    [one] = purge.due_cycles(workspace, DUE)
    assert list(one.lines()) == [
        "Omgång 2020 kan gallras sedan 30 juni 2022:",
        "  Filer i data/raw: 4",
        "  Filer i den interna utgåvan: 3",
        "  Tillfälliga filer: 2",
        "  Rapporter som förgrovas till månad utan område, fil och rad: 4",
        "  Kopior av anteckningsböcker (.ipynb_checkpoints), alla omgångar: 2",
    ]
    assert state(workspace.root) == before


@pytest.mark.parametrize("decision", ["", "  ", "beslut av Anna Andersson", "811218-9876", "x" * 101])
def test_a_decision_is_a_reference(decision: str, workspace: Workspace) -> None:
    before = state(workspace.root)
    with pytest.raises(InputError, match="Gallring kräver en hänvisning till ett beslut"):
        purge.purge_cycle(workspace, "2020", decision, DUE)
    assert state(workspace.root) == before


def test_a_cycle_that_is_not_due_is_refused(workspace: Workspace) -> None:
    before = state(workspace.root)
    with pytest.raises(InputError) as stopped:
        purge.purge_cycle(workspace, "2021", DECISION, DUE)
    assert str(stopped.value).startswith("Omgång 2021 har inget att gallra, eller kan inte gallras före 30 juni 2023.")
    assert state(workspace.root) == before


def test_what_goes_and_what_stays(workspace: Workspace) -> None:
    before, table = state(workspace.root), years(workspace)
    assert table.loc[table["environment"] == "vit_makt", ["low", "high"]].values.tolist()[0] == [1, 2]
    purge.purge_cycle(workspace, "2020", DECISION, DUE)
    after = state(workspace.root)
    gone = {name for name in before if name not in after}
    assert gone == {
        name
        for name in before
        if name.startswith(("data/raw/2020/", "reports/2020/intern/")) or "checkpoints" in name or name.endswith(".ny")
    } | {"data/processed/.2020.ny/c"}
    changed = {name for name in before if name in after and before[name][0] != after[name][0]}
    frames = "data/processed/2020"  # it had neither answers nor rejects; the record holds the frames' hashes
    assert changed == {f"{frames}/events.parquet", f"{frames}/korning.json"}
    assert {name for name in after if name not in before} == {"reports/2020/gallring.json"}
    pd.testing.assert_frame_equal(years(workspace), table)
    assert purge.due_cycles(workspace, DUE) == ()


def test_coarsened_events_point_at_nobody(workspace: Workspace) -> None:
    old = workspace.events("2020")
    purge.purge_cycle(workspace, "2020", DECISION, DUE)
    events = workspace.events("2020")
    assert len(events) == 4
    assert {tuple(row) for row in events[["area", "file", "sheet", "row", "flags"]].values} == {("", "", "", 0, "")}
    assert set(events["date_from"].dt.day) == {1}
    assert not set(old["report_id"]) & set(events["report_id"])
    assert workspace.answers("2020").empty and workspace.rejects("2020").empty


def test_the_protocol_tells_no_content(workspace: Workspace) -> None:
    purge.purge_cycle(workspace, "2020", f"  {DECISION} ", DUE)
    path = workspace.root / "reports/2020/gallring.json"
    [entry] = json.loads(path.read_text(encoding="utf-8"))
    files = entry.pop("filer")
    assert entry == {
        "omgång": "2020",
        "beslut": DECISION,
        "datum": "2022-06-30",
        "slutförd": True,
        "gallrat": {
            "underlag": 4,
            "intern_utgava": 3,
            "tillfalliga_filer": 2,
            "handelser_forgrovade": 4,
            "enkatsvar": 0,
            "bortfallslista": 0,
            "anteckningsbokens_kopior": 2,
        },
    }
    assert list(files) == [
        f"data/processed/2020/{name}"
        for name in ("answers.parquet", "coverage.parquet", "events.parquet", "korning.json", "rejects.parquet")
    ]
    assert "IA 2020" not in path.read_text(encoding="utf-8")


def test_verify_knows_what_was_purged_and_still_guards_the_rest(workspace: Workspace) -> None:
    purge.purge_cycle(workspace, "2020", DECISION, DUE)
    found = verify.verify_cycle(workspace, "2020")
    assert found.differences == ()
    told = f"Underlaget för omgång 2020 är gallrat enligt beslut {DECISION}. Det kan inte läsas in igen."
    assert found.notices[-1] == told
    for name in ("reports/2020/publik/lagesbild.html", "data/processed/2020/events.parquet"):
        with (workspace.root / name).open("ab") as file:
            file.write(b" ")
    assert verify.verify_cycle(workspace, "2020").differences == (
        "Underlag är ändrat: data/processed/2020/events.parquet",
        "Utgåvans fil är ändrad: reports/2020/publik/lagesbild.html",
    )


@pytest.mark.slow
@pytest.mark.parametrize("stop", [1, 2, 3, 5, 7, 9])
def test_a_purge_cut_off_anywhere_is_finished_by_the_next(
    stop: int, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step of that number fails, as a crash or a locked file would make it; then the command is given again."""
    table, left = years(workspace), [stop]

    def failing(step):  # type: ignore[no-untyped-def]
        def run(*arguments, **options):  # type: ignore[no-untyped-def]
            left[0] -= 1
            if left[0] == 0:
                raise OSError("avbruten")
            return step(*arguments, **options)

        return run

    with monkeypatch.context() as patched:
        patched.setattr(purge.parquet, "write_frames", failing(purge.parquet.write_frames))
        patched.setattr(purge.shutil, "rmtree", failing(shutil.rmtree))
        patched.setattr(Path, "replace", failing(Path.replace))
        patched.setattr(Path, "unlink", failing(Path.unlink))
        try:
            purge.purge_cycle(workspace, "2020", DECISION, DUE)
            finished = True
        except OSError:
            finished = False
    assert finished == (left[0] > 0)
    pd.testing.assert_frame_equal(years(workspace), table)  # whatever was reached, later years count the same
    if not finished and purge.due_cycles(workspace, DUE):
        purge.purge_cycle(workspace, "2020", "EK 2022/0192", date(2022, 7, 1))
    entry = purge.protocol(workspace, "2020")
    if not finished:
        assert purge.due_cycles(workspace, DUE) == ()
    assert entry["beslut"] in (DECISION, "EK 2022/0192")
    pd.testing.assert_frame_equal(years(workspace), table)
    assert not (workspace.root / "data/raw/2020").exists()
    assert not [path for path in (workspace.root / "data").rglob(".*") if path.name.startswith(".2020")]


def test_what_comes_after_a_purge_is_listed_again(workspace: Workspace) -> None:
    purge.purge_cycle(workspace, "2020", DECISION, DUE)
    workspace.reports("2020").mkdir()
    (workspace.reports("2020") / "underlag.html").write_text("sen", encoding="utf-8")
    [one] = purge.due_cycles(workspace, DUE)
    assert {kind: count for kind, count in one.counts.items() if count} == {"intern_utgava": 1}
    purge.purge_cycle(workspace, "2020", "EK 2022/0200", DUE)
    entries = json.loads((workspace.root / "reports/2020/gallring.json").read_text(encoding="utf-8"))
    assert [entry["beslut"] for entry in entries] == [DECISION, "EK 2022/0200"]


def test_unpublished_and_changed_cycles_are_told(workspace: Workspace) -> None:
    (workspace.root / "reports/2020/publicerat-1.json").unlink()
    shutil.rmtree(workspace.root / "reports/2020/publicerat-1")
    (workspace.raw("2020") / "sen.csv").write_text("a;b\n", encoding="utf-8")
    [one] = purge.due_cycles(workspace, DUE)
    assert list(one.lines())[-2:] == [
        "  OBS: ingen publik utgåva är fastställd. Efter gallringen kan ingen göras.",
        "  OBS: underlaget har ändrats sedan det lästes in. Kör vbe ingest 2020 först, "
        "annars räknas senare år på det gamla.",
    ]


def test_a_damaged_protocol_is_told(workspace: Workspace) -> None:
    (workspace.root / "reports/2020/gallring.json").write_text("[", encoding="utf-8")
    with pytest.raises(InputError, match="Gallringsprotokollet för omgång 2020 går inte att läsa"):
        purge.purge_cycle(workspace, "2020", DECISION, DUE)
