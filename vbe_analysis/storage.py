"""A workspace's files on disk: the names of our own, what the offices sent, hashes, and writing that replaces whole."""

import hashlib
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

SETTINGS = "vbe.toml"
DELIVERIES, CORRECTIONS, DUPLICATES = OWN_FILES = ("leveranser.xlsx", "rattelser.xlsx", "dubbletter.xlsx")
OWN_TEXTS = "texter"  # the folder of the analyst's own texts, beside OWN_FILES
RAW, PROCESSED, PROFILES, REPORTS, NOTEBOOKS = FOLDERS = (
    "data/raw",
    "data/processed",
    "data/profiles",
    "reports",
    "notebooks",
)
RECORD = "korning.json"  # of reading a cycle in; an edition's is korning-<edition>.json
UNFINISHED = ".ny"  # how the name of a file or folder ends that is being written
CHAPTER_NOTEBOOK, SLIDES_NOTEBOOK = "3_lagesbild.ipynb", "4_trender.ipynb"
CHAPTER = "lagesbild"  # the chapter's files, whatever their format


def visible_files(folder: Path) -> list[Path]:
    """The files in a folder and its subfolders, in order: nothing hidden and no lock file of an open document."""
    paths = sorted(folder.rglob("*")) if folder.is_dir() else []
    return [p for p in paths if p.is_file() and not any(x.startswith((".", "~$")) for x in p.relative_to(folder).parts)]


def office_files(folder: Path) -> list[Path]:
    """The offices' files in a cycle's raw folder: not our own workbooks and texts."""
    own = (path for path in visible_files(folder) if path.name not in OWN_FILES)
    return [path for path in own if OWN_TEXTS not in path.relative_to(folder).parts]


def replace_whole(path: Path, content: bytes) -> None:
    """Write a file under another name and put it in place whole; the old one stands until then."""
    new = path.with_name(f".{path.name}{UNFINISHED}")
    try:
        new.write_bytes(content)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def replace_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Have `fill` write a folder beside, and put it in place by renaming, unless its content is the same.

    An interrupted run leaves the last good state: `recover` finishes or undoes a renaming that was cut off.
    """
    recover(folder)
    new, old = folder.with_name(f".{folder.name}{UNFINISHED}"), _old(folder)
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    try:
        fill(new)
        if same_content(new, folder):
            return
        if folder.exists():
            folder.replace(old)
        new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> Path:
    """The folder, after what a cut-off run left is finished: the last good state is put back, or cleared away."""
    old = _old(folder)
    if old.exists() and not folder.exists():
        old.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
    return folder


def same_content(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    names = {path.name for path in one.iterdir()}
    same_names = other.is_dir() and names == {path.name for path in other.iterdir()}
    return same_names and all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.gammal")


def sha256(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def leave_no_traces() -> None:
    """Of what is read: a crash leaves no image of it on disk, and no library's warning tells of it."""
    warnings.simplefilter("ignore")
    try:
        import resource
    except ImportError:  # Windows writes none unless told to
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
