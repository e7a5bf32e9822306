"""What is made once in a test run, by the worker that asks first: workspaces that are read in, chapters, files.

`once("namn", make)` gives a folder that `make(folder)` has filled. Nobody may change what lies in it: copy it (`copy`).
The folder is the run's own, and gone when the run ends (tests/conftest.py).
"""

import os
import pickle
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

PLACE = "VBE_TEST_SHARED"  # the run's folder, told by the process that starts the workers
PATIENCE = 600  # seconds
T = TypeVar("T")


def once(name: str, make: Callable[[Path], object]) -> Path:
    """The folder of that name. Where `make` fails in one worker, the next that asks tries again."""
    place = Path(os.environ[PLACE])
    folder, done, lock = place / name, place / f"{name}.klar", place / f"{name}.pågår"
    until = time.monotonic() + PATIENCE
    while not done.exists():
        try:
            lock.mkdir()
        except FileExistsError:  # another worker is at it
            if time.monotonic() > until:
                raise TimeoutError(f"{name} was never made") from None
            time.sleep(0.05)
            continue
        try:
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                done.touch()
        finally:
            lock.rmdir()
    return folder


def value_once(name: str, make: Callable[[], T]) -> T:
    """The value, pickled for the other workers."""

    def write(folder: Path) -> None:
        (folder / "value.pickle").write_bytes(pickle.dumps(make()))

    value: T = pickle.loads((once(name, write) / "value.pickle").read_bytes())
    return value


def copy(folder: Path, to: Path, *without: str) -> Path:
    """A copy to change as the test likes, without the files and folders of those names."""
    return Path(shutil.copytree(folder, to, ignore=shutil.ignore_patterns(*without), dirs_exist_ok=True))
