"""A small workspace that every command runs on in seconds, and what is held against it after a fault.

The state "before": cycle 2021 read in, with its chapter made, and then one row more in its file. What a command makes
of it without a fault is the reference; a fault may leave the old state or the new one, and nothing between.
"""

import atexit
import errno
import importlib
import json
import multiprocessing.util
import os
import pkgutil
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import vbe_analysis
from tests.workspaces import HEADINGS, NAME, ROWS, TOML, deliver, make, state, xlsx

CODE = Path(__file__).parent.parent
CHAPTER, PUBLISH = ("chapter", "2021", "--quiet"), ("publish", "2021", "--dnr", "A 1", "--quiet")
INGEST = ("ingest", "2021", "--quiet")
MARK = "VBE_FAULT_TRIAL"  # an environment variable by which a trial's processes are known
OURS = (".ny", ".gammal", ".gallras", ".klar")  # how our unfinished names end
TEMPORARY, LOCK = ".tillfalligt-", ".vbe-las"
FORKS = hasattr(os, "fork")
MADE = ("data/processed", "reports")
CELLS = [
    ("code", 'cycle = ""\nedition = "intern"', ["parameters"]),
    ("code", "import vbe_analysis as vbe", []),
    ("code", "ch = vbe.chapter(cycle, edition)\nch.cover", []),
    ("markdown", "# Lokal lägesbild\n\nText.", []),
    ("code", 'ch.table("tackning")', []),
    ("code", 'ch.table("handelser")', []),
]


@dataclass(frozen=True)
class Ended:
    """How a command ended. code: as subprocess gives it, None where it did not end in time."""

    code: int | None
    text: str
    seconds: float

    @property
    def crashed(self) -> bool:
        """Whether the user saw Python, or our own word for an error that we do not know."""
        return "Traceback (most recent" in self.text or "som det inte känner till" in self.text


def make_workspace(root: Path, rows: Sequence[Sequence[object]] = ROWS) -> Path:
    """Two cycles with a file each, a third without, a short notebook, and the text that publishing asks for."""
    make(root, rows)
    (root / "vbe.toml").write_text(f"{TOML}2022 = {{ start = 2021-07-01, end = 2022-06-30 }}\n", encoding="utf-8")
    row = (date(2019, 9, 1), "Ekåsen", "Klotter", "Höger", 2)
    xlsx(root / "data/raw/2020/IA 2020.xlsx", [HEADINGS, row])
    files = [("ia", "fil", "IA 2020.xlsx", "ia"), ("sisab", "inget att rapportera")]
    deliver(root, files, cycle="2020")
    for cycle in ("2020", "2021"):
        text = root / "data/raw" / cycle / "texter" / "betydelse_for_handlingsplanen.md"
        text.parent.mkdir()
        text.write_text("Aktiviteterna står kvar.", encoding="utf-8")
    (root / "notebooks").mkdir(exist_ok=True)
    (root / "notebooks/3_lagesbild.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
    return root


def notebook() -> dict[str, object]:
    """A chapter of a cover, a heading and one table."""
    cells = []
    for number, (kind, source, tags) in enumerate(CELLS):
        cell = {"cell_type": kind, "id": f"c{number}", "metadata": {"tags": tags} if tags else {}, "source": source}
        cells.append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def more_rows(root: Path) -> None:
    """The cycle's file with one row more."""
    xlsx(root / "data/raw/2021" / NAME, [HEADINGS, *ROWS, ROWS[0]])


def command(root: Path, *arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "vbe_analysis", "--workspace", str(root), *arguments]


def environment(mark: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a trial: the code under test, and the mark."""
    known = {key: value for key, value in os.environ.items() if key not in ("PYTHONUTF8", "PYTHONIOENCODING")}
    return {**known, "PYTHONPATH": str(CODE), MARK: mark, **(given or {})}


def preload() -> None:
    """Import what the commands need, so that `fork` costs little."""
    for module in pkgutil.walk_packages(vbe_analysis.__path__, "vbe_analysis."):
        importlib.import_module(module.name)


def fork(
    root: Path,
    *arguments: str,
    after: float | None = None,
    sign: int = signal.SIGKILL,
    group: bool = False,
    within: Callable[[], None] = lambda: None,
) -> tuple[Ended, str]:
    """Run a command in a fork of this process, which has imported everything already; else as `run_signalled`.

    within: called in the fork before the command.
    """
    start, mark = time.perf_counter(), uuid.uuid4().hex
    handle, log = tempfile.mkstemp(prefix="vbe-utskrift-")
    pid = os.fork()
    if not pid:
        _command_in_fork(root, arguments, mark, handle, within)
    sent, code = after is None, None
    while code is None and time.perf_counter() - start < 240:
        ended, status = os.waitpid(pid, os.WNOHANG)
        code = os.waitstatus_to_exitcode(status) if ended else None
        if code is None and not sent and time.perf_counter() - start > (after or 0):
            sent = True
            with suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(pid, sign)
        time.sleep(0.005)
    if code is None:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    os.close(handle)
    text = Path(log).read_text(encoding="utf-8", errors="replace")
    Path(log).unlink()
    return Ended(code, text, time.perf_counter() - start), mark


def at_operation(root: Path, at: int, action: str, *arguments: str) -> tuple[Ended, str]:
    """Run a command in which the file operation number `at` meets a signal, or all from there on an error.

    The last line of what it says is the number of operations.
    """
    inside, seen = os.path.realpath(root), [0]
    events = ("os.rename", "os.mkdir") if action == "ENOSPC" else ("os.rename", "os.mkdir", "os.remove", "os.rmdir")

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            if isinstance(given[0], int) or not (given[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
        elif event not in events:
            return
        if not os.path.realpath(os.fsdecode(given[0])).startswith(inside):
            return
        seen[0] += 1
        if action.startswith("E") and at and seen[0] >= at:
            number = getattr(errno, action)
            raise OSError(number, os.strerror(number))
        if seen[0] == at:
            os.kill(os.getpid(), getattr(signal, action))

    def within() -> None:
        sys.addaudithook(hook)
        atexit.register(lambda: print("operations:", seen[0]))

    return fork(root, *arguments, within=within)


def _command_in_fork(root: Path, arguments: Sequence[str], mark: str, out: int, within: Callable[[], None]) -> NoReturn:
    """The fork's whole life: it looks to its own children as `python -m vbe_analysis` does, and never returns."""
    code = 70
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        os.environ[MARK], os.environ["PYTHONPATH"] = mark, str(CODE)
        import vbe_analysis.__main__ as entry
        from vbe_analysis.cli.main import main

        sys.modules["__main__"].__spec__ = entry.__spec__  # what a process started by this one imports
        atexit._clear()  # what this process does at its end is not the fork's to do
        within()
        try:
            code = main(["--workspace", str(root), *arguments])
            atexit._run_exitfuncs()
            multiprocessing.util._exit_function()  # type: ignore[attr-defined]
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def run(
    root: Path,
    *arguments: str,
    given: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
    seconds: float = 240,
) -> Ended:
    """Run a command to its end: in a fork, or in a process of its own where its environment must be another."""
    if FORKS and given is None and not prefix:
        return fork(root, *arguments)[0]
    start, mark = time.perf_counter(), uuid.uuid4().hex
    line = [*prefix, *command(root, *arguments)]
    try:
        done = subprocess.run(line, capture_output=True, env=environment(mark, given), timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return Ended(None, "", time.perf_counter() - start)
    return Ended(done.returncode, (done.stdout + done.stderr).decode(errors="replace"), time.perf_counter() - start)


def run_signalled(root: Path, *arguments: str, after: float, sign: int, group: bool = False) -> tuple[Ended, str]:
    """Start a command and send it a signal after so many seconds; group: to its children too, as a terminal does.

    Returns how it ended and the mark of its processes.
    """
    start, mark = time.perf_counter(), uuid.uuid4().hex
    process = subprocess.Popen(
        command(root, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(mark),
        start_new_session=True,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        (os.killpg if group else os.kill)(process.pid, sign)
    try:
        out, _ = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return Ended(None, "", time.perf_counter() - start), mark
    return Ended(process.returncode, out.decode(errors="replace"), time.perf_counter() - start), mark


def alive(mark: str, seconds: float = 5) -> list[int]:
    """The trial's processes that still live after so many seconds; Linux only, else none are seen."""
    wanted = f"{MARK}={mark}".encode()
    end = time.monotonic() + seconds
    while True:
        found = [pid for pid in _pids() if wanted in _bytes(Path(f"/proc/{pid}/environ")).split(b"\0")]
        found = [pid for pid in found if b"Z (zombie)" not in _bytes(Path(f"/proc/{pid}/status"))]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def leftovers(root: Path) -> list[str]:
    """Our unfinished and temporary files and folders, and a lock that nobody holds."""
    names = (path.relative_to(root).as_posix() for path in root.rglob("*") if _is_left(path))
    return sorted(name for name in names if not name.startswith(f"{TEMPORARY}") or name.count("/") == 0)


def made(root: Path) -> dict[str, str]:
    """Every file that commands make -> its hash; unfinished ones are no files yet."""
    return {
        f"{folder}/{name}": content
        for folder in MADE
        for name, (content, _) in state(root / folder).items()
        if not any(part.startswith(".") for part in name.split("/"))
    }


def halves(now: Mapping[str, str], old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The files that are neither the old one nor the new one."""
    return [name for name, content in now.items() if content not in (old.get(name), new.get(name))]


def copy_of(template: Path, target: Path) -> Path:
    """A workspace of the trial's own."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(template, target))


def _is_left(path: Path) -> bool:
    name = path.name
    return name.startswith(TEMPORARY) or name == LOCK or (name.startswith(".") and name.endswith(OURS))


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")] if Path("/proc/self").exists() else []


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
