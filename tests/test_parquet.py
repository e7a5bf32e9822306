"""data/processed: whole or not at all, wherever a run is cut off, and readable again."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from pyarrow.parquet import read_schema

from tests.workspaces import HEADINGS, NAME, RECORDED, ROWS, make, state, vbe, xlsx
from vbe_analysis import frames
from vbe_analysis.errors import VbeError
from vbe_analysis.workspace import parquet
from vbe_analysis.workspace.workspace import Workspace

OLD, NEW = ".2021.gammal", ".2021.ny"


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("inläst"))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    return root


@pytest.fixture
def root(ingested: Path, tmp_path: Path) -> Path:
    """A workspace of our own that has been read in; its file has one row more than what was read."""
    root = Path(shutil.copytree(ingested, tmp_path / "arbetsmapp"))
    xlsx(root / "data/raw/2021" / NAME, [HEADINGS, *ROWS, ROWS[0]])
    return root


def test_frames_come_back_as_their_contracts_say(ingested: Path) -> None:
    folder = ingested / "data/processed/2021"
    assert sorted(path.name for path in folder.iterdir()) == [
        "answers.parquet",
        "coverage.parquet",
        "events.parquet",
        "korning.json",
        "rejects.parquet",
    ]
    for name, contract in parquet.CONTRACTS.items():
        frame = parquet.read_frame(folder, name)
        assert dict(frame.dtypes.astype(str)) == {n: frames.dtype_of(column) for n, column in contract.items()}
        assert read_schema(folder / f"{name}.parquet").metadata is None  # nothing that names the writer
    assert parquet.read_frame(folder.parent / "1999", "events").empty
    assert Workspace(ingested).record("2020") == {}


def test_what_a_reader_does_with_a_frame_is_its_own(ingested: Path) -> None:
    folder = ingested / "data/processed/2021"
    first = parquet.read_frame(folder, "events")
    first.loc[0, "low"], first["own"] = 99, 1
    again = parquet.read_frame(folder, "events")
    assert again["low"].max() < 99 and "own" not in again


def test_a_run_cut_off_before_anything_was_put_in_place(root: Path) -> None:
    folder = root / "data/processed"
    before = state(folder)
    (folder / NEW).mkdir()
    (folder / NEW / "events.parquet").write_bytes(b"half")
    assert len(Workspace(root).events("2021")) == 3
    assert {name: value for name, value in state(folder).items() if NEW not in name} == before
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert len(Workspace(root).events("2021")) == 4
    assert [path.name for path in folder.iterdir()] == ["2021"]


def test_a_run_cut_off_between_the_renamings(root: Path) -> None:
    folder = root / "data/processed"
    (folder / "2021").rename(folder / OLD)
    shutil.copytree(folder / OLD, folder / NEW)
    assert len(Workspace(root).events("2021")) == 3  # the last good state is back
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert len(Workspace(root).events("2021")) == 4
    assert [path.name for path in folder.iterdir()] == ["2021"]


def test_a_run_cut_off_after_the_renamings(root: Path) -> None:
    folder = root / "data/processed"
    shutil.copytree(folder / "2021", folder / OLD)
    (folder / OLD / "korning.json").write_text('{"cycle": "older"}', encoding="utf-8")
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert len(Workspace(root).events("2021")) == 4
    assert [path.name for path in folder.iterdir()] == ["2021"]


KILLED = """
import os, signal, sys
from pathlib import Path
rename, left = Path.replace, [int(sys.argv[2])]
def replace(self, target):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
Path.replace = replace
from vbe_analysis.cli.main import main
main(["--workspace", sys.argv[1], "ingest", "2021", "--quiet"])
"""


@pytest.mark.process
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="systemet kan inte avbryta en process så")
@pytest.mark.parametrize("renaming", [1, 2])
def test_a_killed_run_leaves_the_last_good_state(renaming: int, root: Path) -> None:
    before = Workspace(root).events("2021")
    command = [sys.executable, "-c", KILLED, str(root), str(renaming)]
    killed = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert killed.returncode == -signal.SIGKILL
    pd.testing.assert_frame_equal(Workspace(root).events("2021"), before)
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert len(Workspace(root).events("2021")) == 4
    assert [path.name for path in (root / "data/processed").iterdir()] == ["2021"]


def test_what_breaks_a_contract_is_not_written(root: Path) -> None:
    folder = root / "data/processed/2021"
    before = state(folder)
    found = {name: parquet.read_frame(folder, name) for name in parquet.CONTRACTS}
    found["events"]["environment"] = "annan"
    with pytest.raises(VbeError, match="contract: value outside the closed list in environment"):
        parquet.write_frames(folder, found, {}, {"environment": ["oklar"]})
    assert state(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["2021"]


def test_the_record_holds_no_path_and_no_cell(ingested: Path) -> None:
    text = (ingested / "data/processed/2021/korning.json").read_text(encoding="utf-8")
    assert str(ingested) not in text
    assert not {"Ekåsen", "Lindviken", "Klotter", "Höger"} & set(text.split('"'))
    assert json.loads(text)["inputs"][0]["sheets"] == RECORDED
