"""The command line, `vbe ...`. Here is how the commands speak: lines on stdout, progress and faults on stderr."""

import sys
from collections.abc import Callable, Iterable


def say(lines: Iterable[str], to_error: bool = False) -> None:
    """Print the lines, to stderr where something went wrong."""
    for line in lines:
        print(line, file=sys.stderr if to_error else sys.stdout)


def progress(quiet: bool) -> Callable[[str], None]:
    """What tells on stderr how far the work has come; where it is to be quiet, what tells nothing."""
    return (lambda _: None) if quiet else (lambda text: print(text, file=sys.stderr, flush=True))
