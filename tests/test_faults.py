"""Faults from outside: the last good state stands or the next run mends it, and what is half-made is never read.

The same at many more moments, and through the chapter: `python -m benchmarks faults`.
"""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import fault_workspace as faults
from tests.fault_workspace import INGEST, at_operation, copy_of, leftovers, made, make_workspace, more_rows
from tests.workspaces import HEADINGS, NAME, ROWS, deliver, told, vbe, xlsx
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.raw import RawFile
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.storage import DELIVERIES, DUPLICATES, sha256
from vbe_analysis.workspace import frozen as freezing
from vbe_analysis.workspace import lock
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

forks = pytest.mark.skipif(not faults.FORKS, reason="systemet delar inte processer så")
process = pytest.mark.process
DAMAGED = "saknas, är skadad eller hör till en annan körning"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both cycles read in; then the file of 2021 got one row more."""
    root = make_workspace(tmp_path_factory.mktemp("fel"))
    assert vbe(root, "ingest", "--quiet") == 0
    more_rows(root)
    return root


@pytest.fixture(scope="module")
def after(before: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files that reading in leaves when nothing happens to it."""
    root = copy_of(before, tmp_path_factory.mktemp("efter") / "mapp")
    assert vbe(root, *INGEST) == 0
    return made(root)


@pytest.fixture
def root(before: Path, tmp_path: Path) -> Path:
    return copy_of(before, tmp_path / "mapp")


@forks
@process
@pytest.mark.slow
@pytest.mark.parametrize("action", ["SIGKILL", "ENOSPC", "EROFS", "SIGINT"])
def test_reading_in_that_stops_at_any_operation(
    action: str, before: Path, after: dict[str, str], tmp_path: Path
) -> None:
    faults.preload()
    old = made(before)
    at, code = 0, 1
    while code:
        at += 3 if action == "SIGKILL" else 6
        root = copy_of(before, tmp_path / "mapp")
        ended, mark = at_operation(root, at, action, *INGEST)
        assert not ended.crashed, ended.text
        assert faults.alive(mark) == []
        assert faults.halves(made(root), old, after) == []
        assert action in ("SIGKILL", "EROFS") or leftovers(root) == []
        assert len(Workspace(root).events("2021")) in (3, 4)
        assert vbe(root, *INGEST) == 0
        assert made(root) == after
        assert leftovers(root) == []
        code = ended.code or 0
    assert at > 8


def test_who_is_at_work_is_said(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lock, "_held", {})
    handle = lock.take(root / lock.LOCK)
    assert handle is not None
    text = {"command": "vbe chapter 2021", "user": "anna", "computer": "EKÅSEN-7", "since": "2026-11-28 10:15"}
    os.write(handle, json.dumps(text).encode())
    with pytest.raises(InputError) as error, lock.locked(root, "vbe ingest", seconds=0.2):
        pass
    assert str(error.value) == (
        "Ett annat kommando arbetar i arbetsmappen: vbe chapter 2021, startat 2026-11-28 10:15 av anna på datorn "
        "EKÅSEN-7. Vänta tills det är klart och försök sedan igen."
    )
    assert vbe(root, "status") == 0
    assert "Just nu arbetar anna i arbetsmappen: vbe chapter 2021" in told(capsys)
    lock.give_back(root / lock.LOCK, handle)
    assert vbe(root, *INGEST) == 0
    assert leftovers(root) == []


HOLDER = """
import sys, time
from pathlib import Path
from vbe_analysis.workspace.lock import locked
with locked(Path(sys.argv[1]), "vbe chapter 2021"):
    print("har", flush=True)
    time.sleep(60)
"""


@process
def test_the_lock_of_a_dead_process_is_taken_over(root: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(root)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"har"
        with pytest.raises(InputError, match="vbe chapter 2021"), lock.locked(root, "vbe ingest", seconds=0.2):
            pass
        process.kill()
    assert vbe(root, *INGEST) == 0
    assert leftovers(root) == []


@pytest.mark.parametrize("name", ["events.parquet", "answers.parquet", "coverage.parquet", "korning.json"])
@pytest.mark.parametrize("how", ["missing", "cut", "exchanged"])
def test_a_stored_file_that_is_not_the_one_of_the_record(
    how: str, name: str, root: Path, after: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / "data/processed/2021" / name
    if how == "exchanged":
        shutil.copyfile(root / "data/processed/2020" / name, path)
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:-40])
    else:
        path.unlink()
    frame = path.stem if path.suffix == ".parquet" else "events"
    same = how == "exchanged" and name == "answers.parquet"  # neither cycle has any
    if not same:
        with pytest.raises(InputError, match=DAMAGED):
            Workspace(root)._frame(frame, ["2021"])
    assert not Workspace(root).is_current("2021")
    assert vbe(root, "verify", "2021") == 1
    assert vbe(root, "status") == 0
    assert "ändrad sedan den lästes in" in told(capsys)
    assert vbe(root, *INGEST) == 0
    assert made(root) == after


@process
def test_a_purged_cycle_cannot_be_read_anew(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vbe(root, "purge", "2020", "--beslut", "B 1") == 0
    for name in ("events.parquet", "korning.json"):  # the second when the whole folder is gone
        (root / "data/processed/2020" / name).unlink()
        capsys.readouterr()
        assert vbe(root, "chapter", "2021", "--quiet") == 1
        assert f"2020/{name}: Filen i data/processed {DAMAGED}. Kör vbe ingest 2020" in told(capsys)
        for path in (root / "data/processed/2020").iterdir():
            if name == "events.parquet" and path.name != "korning.json":
                path.unlink()


@pytest.mark.parametrize("rows", [ROWS, (*ROWS, ROWS[0], ROWS[1])])
def test_a_file_replaced_while_it_is_read(
    rows: tuple[tuple[object, ...], ...], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = root / "data/raw/2021" / NAME, FileReader.read
    known = sha256(path)

    def replaced(reader: FileReader, of: Path | str, *how: object) -> RawFile:
        raw = read(reader, of, *how)
        if Path(of).name == NAME:
            xlsx(path, [HEADINGS, *rows])
        return raw

    monkeypatch.setattr(FileReader, "read", replaced)
    assert vbe(root, *INGEST) == 0
    monkeypatch.undo()
    workspace = Workspace(root)
    record = workspace.record("2021")
    assert len(workspace.events("2021")) == 4
    assert (record["inputs"][0]["sha256"], record["stands_on"][f"raw/{NAME}"]) == (known, known)
    assert not workspace.is_current("2021")


def draft(root: Path) -> list[Path]:
    """A public edition of two files."""
    folder = root / "reports/2021/publik"
    (folder / "diagram").mkdir(parents=True, exist_ok=True)
    for name in ("facts-2021.json", "lagesbild.html", "diagram/a.png"):
        (folder / name).write_text(name, encoding="utf-8")
    return [path for path in folder.rglob("*") if path.is_file()]


@forks
@process
def test_publishing_that_is_killed_at_any_operation(root: Path, tmp_path: Path) -> None:
    files = draft(root)
    template = root.rename(tmp_path / "mall")
    at, ended = 0, -signal.SIGKILL
    while ended == -signal.SIGKILL:
        at += 1
        root = copy_of(template, tmp_path / "mapp")
        again = [root / path.relative_to(tmp_path / "mapp") for path in files]
        pid = os.fork()
        if not pid:
            left = [at]

            def hook(event: str, given: tuple[object, ...], left: list[int] = left) -> None:
                if event in ("os.rename", "os.mkdir", "os.remove") or (
                    event == "open" and given[1] in ("w", "wb", "xb")
                ):
                    left[0] -= 1
                    if not left[0]:
                        os.kill(os.getpid(), signal.SIGKILL)

            try:
                sys.addaudithook(hook)
                freezing.freeze(Workspace(root), "2021", again, freezing.PUBLISHED, "A 1", "2021-09-01")
            finally:
                os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        seen = freezing.frozen(Workspace(root))  # never half of one
        assert len(seen) <= 1
        one = freezing.freeze(Workspace(root), "2021", again, freezing.PUBLISHED, "A 1", "2021-09-01")
        assert (one.order, one.folder.name, len(one.hashes)) == (1, "publicerat-1", 3)
        assert freezing.frozen(Workspace(root)) == [one]
        assert leftovers(root) == []
    assert at > 8


def test_registers_and_folders_give_the_number_together(root: Path) -> None:
    files, workspace = draft(root), Workspace(root)
    for number, decision in enumerate(("A 1", "A 2"), 1):
        one = freezing.freeze(workspace, "2021", files, freezing.PUBLISHED, decision, "2021-09-01")
        assert (one.order, one.folder.name) == (number, f"publicerat-{number}")
    register = root / "reports/2021/publicerat-1.json"
    text = register.read_text(encoding="utf-8")
    register.write_text(text.replace("A 1", "A 9"), encoding="utf-8")
    with pytest.raises(InputError, match=r"2021/publicerat-1.json går inte att läsa"):
        freezing.frozen(workspace)
    register.unlink()
    with pytest.raises(InputError, match="Mappen reports/2021/publicerat-1 finns, men registret"):
        freezing.freeze(workspace, "2021", files, freezing.PUBLISHED, "A 3", "2021-09-01")
    register.write_text(text, encoding="utf-8")
    assert len(freezing.frozen(workspace)) == 2
    (root / "reports/2021/publicerat-2/facts-2021.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"publicerat-2/facts-2021.json har ändrats eller saknas"):
        freezing.frozen(workspace)


BESIDE = """
import os, time
from vbe_analysis.editions.beside import beside
if __name__ == "__main__":
    with beside(os.getpid) as ask:
        print(ask()(), flush=True)
        time.sleep(60)
"""


@process
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processerna syns inte här")
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_second_process_ends_with_the_first(sign: int, tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(BESIDE, encoding="utf-8")
    given = {**os.environ, "PYTHONPATH": str(faults.CODE)}
    line = [sys.executable, str(script)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=given) as process:
        assert process.stdout is not None
        other = Path("/proc", process.stdout.readline().decode().strip())
        assert other.exists()
        process.send_signal(sign)
    end = time.monotonic() + 5
    while other.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not other.exists()


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 200_000_000)
    return stream.getvalue()


@pytest.mark.parametrize("name", [DELIVERIES, DUPLICATES, "rattelser.xlsx"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04halv", b"a;b\n1;2\n", bomb()])
def test_the_coordinators_workbooks_come_by_the_same_door(
    content: bytes, name: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "data/raw/2021" / name).write_bytes(content)
    assert vbe(root, "overlaps" if name == DUPLICATES else "check", "2021") == 1
    assert f"{name}: Arbetsboken kan inte öppnas." in told(capsys)


@pytest.mark.parametrize("content", ["", '{"cells": [', "[]", "{}"])
def test_a_notebook_that_is_not_whole(content: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "notebooks/3_lagesbild.ipynb").write_text(content, encoding="utf-8")
    assert vbe(root, "chapter", "2021", "--edition", "intern", "--quiet") == 1
    assert "3_lagesbild.ipynb: Anteckningsboken är skadad eller inte hel." in told(capsys)


@pytest.fixture
def awkward(before: Path, tmp_path: Path) -> Iterator[Path]:
    """A workspace whose path is over 260 characters, with å, quotes and a line break."""
    folder = tmp_path / 'Åsa\'s "mapp"' / "rad\nbrott 100% klart" / "/".join(["en mycket lång mapp"] * 12)
    folder.mkdir(parents=True)
    yield copy_of(before, folder / "mapp")


def test_paths_that_are_long_and_awkward(awkward: Path, after: dict[str, str]) -> None:
    assert vbe(awkward, *INGEST) == 0
    assert made(awkward) == after


@process
@pytest.mark.skipif(os.name == "nt", reason="Windows filnamn är alltid Unicode")
def test_a_locale_that_is_not_utf8(root: Path) -> None:
    (root / "data/raw/2021" / NAME).rename(root / "data/raw/2021/Åverkan 2021.xlsx")
    deliver(root, [("ia", "fil", "Åverkan 2021.xlsx", "ia"), ("sisab", "inget att rapportera")])
    given = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ended = faults.run(root, *INGEST, given=given)
    assert (ended.code, "Rapporter: 4" in ended.text) == (0, True)


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="filnamn är alltid Unicode här")
def test_a_file_name_that_is_not_utf8(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsencode(root / "data/raw/2021") + b"/\xc5verkan.csv"
    Path(os.fsdecode(name)).write_bytes(b"a;b")
    assert vbe(root, *INGEST) == 1
    assert "?verkan.csv: Filens namn har tecken som inte går att läsa." in told(capsys)


def test_no_temporary_folder(root: Path, after: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "TMP", "TEMP"):
        monkeypatch.setenv(name, "/finns/inte")
    monkeypatch.setattr("tempfile.tempdir", None)
    assert vbe(root, *INGEST) == 0
    assert made(root) == after
    assert leftovers(root) == []


def test_temporary_files_of_a_run_that_was_cut_off(root: Path) -> None:
    (root / ".tillfalligt-abc").mkdir()
    (root / ".tillfalligt-abc.las").touch()
    (root / ".tillfalligt-ny").mkdir()  # another process has it, and no lock on it yet
    (root / "data/raw/2021/.dubbletter.xlsx.0a1b.ny").touch()
    (root / "reports/2021/intern/.lagesbild.html.0a1b.ny").touch()
    assert vbe(root, *INGEST) == 0
    assert leftovers(root) == [".tillfalligt-ny"]
    (root / ".tillfalligt-ny").rmdir()
    before = made(root)
    assert vbe(root, *INGEST) == 0
    assert made(root) == before


def test_what_the_first_release_stored_is_read(root: Path) -> None:
    """Its records and registers have no hashes of frames and no seal; what is missing is an error all the same."""
    folder = root / "data/processed/2021"
    record = json.loads((folder / "korning.json").read_text(encoding="utf-8"))
    del record["frames"]
    (folder / "korning.json").write_text(json.dumps(record), encoding="utf-8")
    assert len(Workspace(root).events("2021"))
    (folder / "events.parquet").unlink()
    with pytest.raises(InputError, match=DAMAGED):
        Workspace(root).events("2021")
    freezing.freeze(Workspace(root), "2021", draft(root), freezing.PUBLISHED, "A 1", "2021-09-01")
    register = root / "reports/2021/publicerat-1.json"
    entry = json.loads(register.read_text(encoding="utf-8"))
    del entry["seal"]
    register.write_text(json.dumps(entry), encoding="utf-8")
    assert [one.decision for one in freezing.frozen(Workspace(root))] == ["A 1"]
