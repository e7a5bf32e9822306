"""One lock a workspace: a command that writes is alone in it, and says who it is.

The system's own lock on the file is what counts: it ends with the process that has it, whatever ends that, on Linux,
macOS and Windows and on the network drives that carry locks. What the file says is for the one who waits.
"""

import getpass
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from vbe_analysis.config import message
from vbe_analysis.errors import fault
from vbe_analysis.storage import clear_unfinished

LOCK = ".vbe-las"
SECONDS = 10.0  # that a command waits for another
PAUSE = 0.1
FAR = 1 << 30  # Windows shuts out readers of the bytes that are locked: lock one that is not there
_held = dict[Path, int]()  # the locks that this process has -> their handles


@contextmanager
def locked(root: Path, command: str, must: bool = True, seconds: float = SECONDS) -> Iterator[None]:
    """Be alone in the workspace; what an earlier command left half-written is cleared away first.

    command: what the others are shown. must: False for a command that only reads: where the folder cannot be written
    to, it goes on. Raises InputError where another command is still at work after so many seconds.
    """
    path = root.resolve() / LOCK
    if path in _held or not (must or os.access(root, os.W_OK)):
        yield
        return
    handle = _wait_for(path, seconds)
    try:
        _held[path] = handle
        _write(handle, command)
        clear_unfinished(root)
        yield
    finally:
        with uninterrupted():
            _held.pop(path, None)
            give_back(path, handle)


def holder(root: Path) -> str:
    """Who is at work in the workspace, in Swedish; "" for nobody, or for this process."""
    path = root.resolve() / LOCK
    if path in _held or not path.is_file():
        return ""
    with suppress(OSError):
        handle = os.open(path, os.O_RDWR)
        try:
            if not _lock(handle):
                return message("lock.holder", **_read(path))
        finally:
            os.close(handle)
    return ""


def take(path: Path) -> int | None:
    """Make the file and lock it; returns its handle, None where another process has it. Raises OSError."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _lock(handle):
            os.close(handle)
            return None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        os.close(handle)  # the one who had it has taken the file away: this is no longer the file that others see


def give_back(path: Path, handle: int) -> None:
    """Take the file away and let go of it."""
    if sys.platform != "win32":
        path.unlink(missing_ok=True)
    os.close(handle)
    if sys.platform == "win32":  # an open file cannot be taken away; another process may have it open by now
        with suppress(OSError):
            path.unlink()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait: what is being put in order is put in order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _wait_for(path: Path, seconds: float) -> int:
    end = time.monotonic() + seconds
    while (handle := take(path)) is None:
        if time.monotonic() > end:
            raise fault("workspace_locked", **_read(path))
        time.sleep(PAUSE)
    return handle


def _lock(handle: int) -> bool:
    """Whether the handle's file is this process's own now; so it is on a drive that knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def _write(handle: int, command: str) -> None:
    """Say who has the lock; on a full disk the lock holds without a word."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    since = datetime.now().strftime("%Y-%m-%d %H:%M")
    known = {"command": command, "user": user, "computer": socket.gethostname(), "since": since}
    with suppress(OSError):
        os.truncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, json.dumps(known, ensure_ascii=False).encode(errors="replace"))


def _read(path: Path) -> Mapping[str, str]:
    """What the lock's file says; dashes where it says nothing (yet)."""
    known = dict.fromkeys(("command", "user", "computer", "since"), "–")
    with suppress(OSError, ValueError):
        content = json.loads(path.read_bytes())
        known |= {key: str(value) for key, value in content.items() if key in known and value}
    return known
