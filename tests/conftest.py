"""What a test may start: markers for the slow kinds, `--fast` for the rest, and a guard that keeps the markers true.

browser   opens a page in Chromium, or runs the Nu checker
office    lets LibreOffice read a file
process   starts a child process other than the loaders' own reader of files
chapter   runs a notebook or writes whole editions
slow      takes seconds for a reason of its own

`--fast` leaves all of them out. The guard stands in both modes: a test that starts what its markers do not name fails.
"""

import gc
import multiprocessing.process
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from tests.shared import PLACE
from vbe_analysis.loaders.files.reader import START

MARKERS = ("browser", "office", "process", "chapter", "slow")
PROGRAMS = {  # program -> the marker that it asks for; any other program asks for `process`
    "chromium": "browser",
    "chromium-browser": "browser",
    "node": "browser",
    "java": "browser",
    "soffice": "office",
}
allowed: frozenset[str] | None = None  # the markers of the test that runs; None: no test runs
refused: list[str] = []  # what it was not allowed: the program may have caught the error


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help=f"leave out what is marked {', '.join(MARKERS)}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the process that starts the workers, or the only one
        os.environ[PLACE] = mkdtemp(prefix="vbe-tests-")
    gc.set_threshold(100_000)  # as in the command; Python's own 700 cost the tests a fifth of their time
    sys.addaudithook(_guard)
    start = multiprocessing.process.BaseProcess.start

    def guarded(process: multiprocessing.process.BaseProcess) -> None:  # is no event of its own
        _ask("process", "multiprocessing")
        start(process)

    multiprocessing.process.BaseProcess.start = guarded  # type: ignore[method-assign]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(PLACE), ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long ones first: no worker waits for one that another began at the end."""
    items.sort(key=lambda item: not _markers(item))
    if not config.getoption("--fast"):
        return
    marked = [item for item in items if _markers(item)]
    items[:] = [item for item in items if not _markers(item)]
    config.hook.pytest_deselected(items=marked)


def pytest_collection_finish() -> None:
    gc.freeze()  # the libraries and the tests themselves are here to stay


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Around setup, call and teardown, so that fixtures are held to the same."""
    global allowed
    allowed = _markers(item)
    refused.clear()
    try:
        return (yield)
    finally:
        allowed = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    yield
    if refused:
        pytest.fail(refused[0])


def _markers(item: pytest.Item) -> frozenset[str]:
    return frozenset(mark.name for mark in item.iter_markers() if mark.name in MARKERS)


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what the test that runs is not marked for."""
    if allowed is None:
        return
    if event in {"subprocess.Popen", "os.posix_spawn"}:  # from Python 3.13 the first is followed by the second
        program, command = arguments[0], list(arguments[1])
        if START not in command:
            name = Path(str(program or command[0])).name
            _ask(PROGRAMS.get(name, "process"), name)
    elif event in {"os.fork", "os.forkpty", "os.spawn", "os.system", "os.exec"}:
        _ask("process", event)
    elif event == "exec" and arguments[0].co_filename.startswith("<ipython-input"):
        _ask("chapter", "a notebook's cell")


def _ask(marker: str, what: str) -> None:
    """Raise unless the test has the marker; `process` is implied by every marker that cannot do without a child."""
    if allowed is None or marker in allowed or (marker == "process" and allowed & {"browser", "office", "chapter"}):
        return
    refused.append(f"The test starts {what} and is not marked {marker} (tests/conftest.py)")
    raise RuntimeError(refused[-1])
