"""The command line, `vbe ...`. Here is how the commands speak: lines on stdout, progress and faults on stderr."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size

BAR = 20  # signs


def say(lines: Iterable[str], to_error: bool = False) -> None:
    """Print the lines, to stderr where something went wrong."""
    for line in lines:
        print(line, file=sys.stderr if to_error else sys.stdout)


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """What tells on stderr what is being done, and the share of the work that lies behind (0-1).

    In a terminal a bar on one line, gone in the end; else a line each time. Where it is to be quiet, nothing.
    """
    bar = not quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    width = get_terminal_size().columns - 1

    def show(text: str, share: float) -> None:
        if bar:
            filled = round(share * BAR)
            line = f"{'█' * filled}{'░' * (BAR - filled)} {share:4.0%} {text}"
            print(f"\r{line[:width]:{width}}", end="", file=sys.stderr, flush=True)
        elif not quiet:
            print(text, file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if bar:
            print(f"\r{'':{width}}\r", end="", file=sys.stderr, flush=True)
