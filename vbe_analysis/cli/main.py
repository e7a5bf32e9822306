"""`vbe ...` from its first moment to its last: nothing of ours is imported before Ctrl-C is looked after."""

import gc
import os
import signal
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it succeeded, 1 for a fault to act on, 2 for a refused file or an unusable command."""
    if arguments is None:
        gc.set_threshold(100_000)  # objects; Python's own 700 cost a tenth of a chapter's time
    os.umask(0o077)  # what we write is for the one who runs the command
    if arguments is None and sys.getfilesystemencoding() != "utf-8":  # else the offices' files have other names
        line = [sys.executable, "-X", "utf8", "-m", "vbe_analysis", *sys.argv[1:]]
        os.execve(sys.executable, line, {**os.environ, "PYTHONUTF8": "1"})
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        from vbe_analysis.cli.command import run_command

        return run_command(arguments)
    except KeyboardInterrupt:
        return _interrupted()
    finally:
        if arguments is None:  # there is nothing left to stop
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interrupted() -> int:
    """Say so; pressing Ctrl-C again changes nothing meanwhile."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        from vbe_analysis.cli import say
        from vbe_analysis.config import message

        say([message("cli.interrupted")], to_error=True)
    finally:
        signal.signal(signal.SIGINT, before)
    return 1
