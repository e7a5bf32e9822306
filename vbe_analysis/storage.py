"""A workspace's files on disk: the names of our own, what the offices sent, hashes, and writing that replaces whole."""

import hashlib
import os
import secrets
import shutil
import warnings
from collections.abc import Callable, Iterator
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
PLAN, ACTIVITIES, LOG = "data/plan", "aktiviteter.xlsx", "revidering.xlsx"  # of the plan's revision, a folder a cycle
ORDERS = "begaran"  # the letters to the offices, a folder a cycle and in it one a source
RECORD = "korning.json"  # of reading a cycle in; an edition's is korning-<edition>.json
UNFINISHED, REPLACED = ".ny", ".gammal"  # how the name of a file or folder ends that is being written, or replaced
START_NOTEBOOK, CHAPTER_NOTEBOOK, SLIDES_NOTEBOOK = "0_start.ipynb", "3_lagesbild.ipynb", "4_trender.ipynb"
CHAPTER = "lagesbild"  # the chapter's files, whatever their format
PASTED = "kapitel.docx"  # the public edition's main part, to paste into the plan


def visible_files(folder: Path) -> list[Path]:
    """The files in a folder and its subfolders, in order: nothing hidden and no lock file of an open document."""
    paths = sorted(folder.rglob("*")) if folder.is_dir() else []
    return [p for p in paths if p.is_file() and not any(x.startswith((".", "~$")) for x in p.relative_to(folder).parts)]


def office_files(folder: Path) -> list[Path]:
    """The offices' files in a cycle's raw folder: not our own workbooks and texts."""
    own = (path for path in visible_files(folder) if path.name not in OWN_FILES)
    return [path for path in own if OWN_TEXTS not in path.relative_to(folder).parts]


def profile_files(folder: Path) -> list[Path]:
    """The source profiles in a folder, as TOML or as workbooks; not what Excel leaves there while one is open."""
    paths = (path for ending in ("*.toml", "*.xlsx") for path in folder.glob(ending))
    return sorted(path for path in paths if not path.name.startswith("~$"))


def replace_whole(path: Path, content: bytes) -> None:
    """Write a file under another name and put it in place whole; the old one stands until then."""
    new = unfinished(path)
    try:
        new.write_bytes(content)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def unfinished(path: Path) -> Path:
    """A name of its own for what is to be put in place at `path`."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")


def replace_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Have `fill` write a folder beside, and put it in place by renaming, unless its content is the same.

    An interrupted run leaves the last good state, which `standing` finds; the next `replace_folder` or
    `clear_unfinished` puts it back, or clears it away where a newer one is in place.
    """
    _recover(folder)
    new, old = unfinished(folder), _old(folder)
    try:
        new.mkdir(parents=True, mode=0o700)
        fill(new)
        if same_content(new, folder):
            return
        if folder.exists():
            folder.replace(old)
        new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        _recover(folder)


def standing(folder: Path) -> Path:
    """Where the folder's last good state lies: the folder, or what a run that was cut off moved out of its way."""
    return folder if folder.exists() or not _old(folder).exists() else _old(folder)


def clear_unfinished(root: Path) -> None:
    """Undo what runs that were cut off left half-written in a workspace; nobody else may be writing there."""
    for folder in (root / RAW, root / PROCESSED, root / PLAN, root / REPORTS):
        for path in _unfinished_in(folder):
            if path.name.endswith(REPLACED):
                _recover(path.with_name(path.name[1 : -len(REPLACED)]))
            elif path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _unfinished_in(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            if name.startswith(".") and name.endswith((UNFINISHED, REPLACED)):
                yield Path(place, name)
        folders[:] = [name for name in folders if not name.startswith(".")]


def _recover(folder: Path) -> None:
    old = _old(folder)
    if old.exists() and not folder.exists():
        old.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def same_content(folder: Path, other: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    names = {path.name for path in folder.iterdir()}
    same_names = other.is_dir() and names == {path.name for path in other.iterdir()}
    return same_names and all((folder / name).read_bytes() == (other / name).read_bytes() for name in names)


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}{REPLACED}")


def sha256(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of(content: bytes) -> str:
    """The sha256 of bytes that have been read already."""
    return hashlib.sha256(content).hexdigest()


def leave_no_traces() -> None:
    """Of what is read: a crash leaves no image of it on disk, and no library's warning tells of it."""
    warnings.simplefilter("ignore")
    try:
        import resource
    except ImportError:  # Windows writes none unless told to
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
