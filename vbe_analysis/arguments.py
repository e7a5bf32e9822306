"""The command line in Swedish: argparse with our headings, and one sentence for what cannot be understood."""

import argparse
import sys
from typing import Any, NoReturn

from vbe_analysis.config import message

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
