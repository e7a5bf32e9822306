"""A workspace in Python, as a notebook uses it."""

import os
import shutil
from pathlib import Path

import pytest

from tests.workspaces import NAME, correct, make, vbe
from vbe_analysis.errors import InputError
from vbe_analysis.workspace.workspace import Workspace


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("inläst"))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    return root


def test_it_is_found_from_a_folder_inside(ingested: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ingested / "data" / "raw" / "2021")
    assert Workspace().root == ingested.resolve()
    assert Workspace(ingested / "reports").root == ingested.resolve()


def test_cycles_stand_by_their_periods(ingested: Path) -> None:
    workspace = Workspace(ingested)
    assert workspace.cycles == ("2020", "2021")
    assert (workspace.previous("2021"), workspace.previous("2020")) == ("2020", None)


def test_frames_and_counts_are_at_hand(ingested: Path) -> None:
    workspace = Workspace(ingested)
    assert workspace.events()["low"].tolist() == [2, 1, 4]
    assert len(workspace.coverage("2021")) == 24
    assert workspace.answers("2021").empty
    counts = workspace.counts(["environment"], "2021").set_index("environment")
    assert counts.loc[["vit_makt", "autonom", "islamistisk"], "low"].tolist() == [1, 1, 0]


def test_a_cycle_without_a_folder_cannot_be_read_in(ingested: Path) -> None:
    with pytest.raises(InputError) as stopped:
        Workspace(ingested).read_in("2020")
    assert str(stopped.value) == "Omgången 2020 saknar leveranser. Kör vbe new 2020 och fyll i leveranser.xlsx."


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        (f"data/raw/2021/{NAME}", True),
        ("data/raw/2021/leveranser.xlsx", True),
        ("data/profiles/ia.toml", True),
        ("vbe.toml", True),
        ("data/raw/2021/under/ny.csv", True),
        ("data/raw/2021/rattelser.xlsx", True),
        ("data/raw/2021/texter/bakgrund.md", False),
        ("data/raw/2021/dubbletter.xlsx", False),
        ("data/raw/2021/.DS_Store", False),
        ("data/raw/2021/~$IA 2021.xlsx", False),
        ("data/raw/2020/a.csv", False),
    ],
)
def test_what_makes_the_frames_outdated(file: str, matters: bool, ingested: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(ingested, tmp_path / "arbetsmapp"))
    assert Workspace(root).is_current("2021")
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as stream:
        stream.write(b"\n")
    assert Workspace(root).is_current("2021") is not matters


def test_a_workspaces_own_profile_wins_and_its_change_is_seen(ingested: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(ingested, tmp_path / "arbetsmapp"))
    assert Workspace(root).profiles()["ia"].source == "ia"
    one, other = (root / "data/raw/2021" / name / "a.csv" for name in ("vår", "höst"))
    for path in (one, other):  # files of one name in two folders are two files
        path.parent.mkdir()
        path.write_text("a;b\n1;2\n", encoding="utf-8")
    workspace = Workspace(root)
    workspace.write(workspace.read_in("2021"))
    assert workspace.is_current("2021")
    one.write_text("a;b\n3;4\n", encoding="utf-8")
    assert not workspace.is_current("2021")


@pytest.mark.skipif(os.name == "nt", reason="Windows har andra rättigheter")
def test_frames_written_from_a_notebook_are_for_the_writer_alone(tmp_path: Path) -> None:
    workspace = Workspace(make(tmp_path))
    workspace.write(workspace.read_in("2021"))
    assert (tmp_path / "data/processed/2021").stat().st_mode & 0o777 == 0o700


def test_the_record_of_a_cycle_tells_its_corrections(tmp_path: Path) -> None:
    root = make(tmp_path)
    correct(root, (NAME, "Händelser", 2, "E", 3))
    workspace = Workspace(root)
    workspace.write(workspace.read_in("2021"))
    assert workspace.record("2021")["corrections_by_reason"] == {"felskrivet": 1}
    assert [*workspace.record("2021")["corrections"].values()] == [workspace.record("2021")["inputs"][0]["sha256"]]
    assert workspace.record("2020") == {}
