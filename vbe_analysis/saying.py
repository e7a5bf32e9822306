"""How the commands speak: lines on stdout, progress and faults on stderr."""

import sys
from collections.abc import Iterable


def progress(text: str) -> None:
    """Tell how far the work has come."""
    print(text, file=sys.stderr, flush=True)


def nothing(_: str) -> None:
    """Say nothing."""


def say(lines: Iterable[str], to_error: bool = False) -> None:
    """Print the lines, to stderr where something went wrong."""
    for line in lines:
        print(line, file=sys.stderr if to_error else sys.stdout)
