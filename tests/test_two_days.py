"""The same files at another time and in another place give the same bytes: the whole command, by a faked clock."""

import shutil
from pathlib import Path

import pytest

from tests.chapter.situations import situation
from tests.checkers import need
from tests.shared import copy
from tests.workspaces import vbe_apart

pytestmark = pytest.mark.chapter


def made(folder: Path, *clock: str) -> dict[str, bytes]:
    """Every file that the command writes, from raw files on, by the clock given."""
    root = copy(situation("langa_namn").root, folder / "mapp", "reports", "processed")
    ran = vbe_apart(root, "chapter", "2021", "--quiet", clock=clock)
    assert ran.returncode == 0, ran.stderr
    files = [*(root / "data" / "processed").rglob("*"), *(root / "reports").rglob("*")]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files if path.is_file()}


def test_two_folders_and_two_days_give_the_same_bytes(tmp_path: Path) -> None:
    need(shutil.which("faketime"), "faketime")
    today = made(tmp_path / "här")
    later = made(tmp_path / "en annan mapp" / "längre ned", "faketime", "2031-12-24 23:58:00")
    assert len(today) > 50 and set(today) == set(later)
    assert [name for name in today if today[name] != later[name]] == []
