"""Whether others can reach the workspace: rights on its folders, folders copied to the cloud, temporary files."""

import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vbe_analysis.config import message
from vbe_analysis.settings import FILE
from vbe_analysis.workspace.lock import give_back, take, uninterrupted
from vbe_analysis.workspace.workspace import workspace_root

TEMPORARY, IN_USE, DAY = ".tillfalligt-", ".las", 86_400
KEPT = ("data", "reports")
# How the services name their folders: the beginning of a path's part, in small letters without blanks and hyphens.
SERVICES = {
    "OneDrive": ("onedrive",),
    "Dropbox": ("dropbox",),
    "iCloud": ("iclouddrive", "mobiledocuments", "com~apple~clouddocs"),
    "Google Drive": ("googledrive", "mydrive", "minenhet"),
    "Box": ("boxsync",),
    "Nextcloud": ("nextcloud",),
    "ownCloud": ("owncloud",),
}
# What the services put in a folder that they keep in step.
MARKS = {
    "Dropbox": (".dropbox", ".dropbox.cache"),
    "OneDrive": (".849C9593-D756-4E56-8D6E-42412F2A707B",),
    "Google Drive": (".tmp.driveupload", ".tmp.drivedownload"),
    "ownCloud": (".owncloudsync.log",),
    "Syncthing": (".stfolder",),
}


@contextmanager
def temporary_files(start: Path) -> Iterator[None]:
    """Keep every temporary file, a library's too, in a folder of the workspace that is removed in the end.

    Outside a workspace, or in one that cannot be written to, the system's own folder serves; so it does where the path
    has a percent sign: libxml2, which openpyxl writes its sheets with, takes a file's name for an address.
    """
    root = workspace_root(start)
    if not (root / FILE).is_file() or not os.access(root, os.W_OK) or "%" in str(root):
        yield
        return
    before, where = tempfile.tempdir, os.environ.get("TMPDIR")
    folder = root / f"{TEMPORARY}{secrets.token_hex(6)}"
    lock = folder.with_suffix(IN_USE)
    try:
        with uninterrupted():
            _clear(root)
            handle = take(lock)
            folder.mkdir(mode=0o700)
    except OSError:  # a full disk, say; the command itself tells of it, if it is to write
        lock.unlink(missing_ok=True)
        yield
        return
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)  # the second is for the processes that we start
    try:
        yield
    finally:
        with uninterrupted():
            tempfile.tempdir = before
            os.environ.pop("TMPDIR")
            if where is not None:
                os.environ["TMPDIR"] = where
            shutil.rmtree(folder, ignore_errors=True)
            if handle is not None:
                give_back(lock, handle)


def _clear(root: Path) -> None:
    """Take away what a run that was cut off left: nobody has its lock, or it is more than a day old and has none."""
    for lock in root.glob(f"{TEMPORARY}*{IN_USE}"):
        if (handle := take(lock)) is not None:
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            give_back(lock, handle)
    for folder in root.glob(f"{TEMPORARY}*"):
        with suppress(OSError):
            if not folder.with_suffix(IN_USE).exists() and time.time() - folder.stat().st_mtime > DAY:
                shutil.rmtree(folder, ignore_errors=True)


def warnings(root: Path, system: str = os.name) -> list[str]:
    """What the user of the workspace should know of who else can reach it, in Swedish; nothing where all is well."""
    sentences = [message("safekeeping.windows")] if system == "nt" else list(_wide(root))
    service = _service(root.resolve())
    return sentences + ([message("safekeeping.synced", service=service)] if service else [])


def _wide(root: Path) -> Iterator[str]:
    """The folders that others than their owner can read: a folder for its owner alone shuts in all that it holds."""
    for name in KEPT:
        folder = root / name
        if folder.is_dir() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            yield message("safekeeping.wide", folder=name)


def _service(root: Path) -> str:
    """The service that keeps the folder in step with the cloud, "" where none does."""
    for part in root.parts:
        plain = part.lower().replace(" ", "").replace("-", "")
        if plain == "box":  # too short a word to be a beginning
            return "Box"
        for service, beginnings in SERVICES.items():
            if plain.startswith(beginnings):
                return service
    for folder in (root, *root.parents):
        for service, marks in MARKS.items():
            if any((folder / mark).exists() for mark in marks):
                return service
    return ""
