"""How the commands speak: lines on stdout, progress and faults on stderr."""

import argparse
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from vbe_analysis.config import message


def progress(text: str) -> None:
    """Tell how far the work has come."""
    print(text, file=sys.stderr, flush=True)


def nothing(_: str) -> None:
    """Say nothing."""


def say(lines: Iterable[str], to_error: bool = False) -> None:
    """Print the lines, to stderr where something went wrong."""
    for line in lines:
        print(line, file=sys.stderr if to_error else sys.stdout)


MISUNDERSTOOD = 2


class Parser(argparse.ArgumentParser):
    """Argparse with Swedish headings and one Swedish sentence for a command that cannot be understood."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(add_help=False, **settings)
        self._positionals.title, self._optionals.title = message("cli.arguments"), message("cli.options")
        self.add_argument("-h", "--help", action="help", help=message("cli.help"))

    def error(self, _: str) -> NoReturn:
        print(self.format_usage().strip(), message("cli.misunderstood"), sep="\n", file=sys.stderr)
        raise SystemExit(MISUNDERSTOOD)

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", message("cli.usage"), 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", message("cli.usage"), 1)
