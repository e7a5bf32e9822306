"""`vbe ...`: the names of the commands and their options, in English; everything they say is Swedish."""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from traceback import format_exception
from typing import Any, NoReturn

import vbe_analysis
from vbe_analysis.cli import say
from vbe_analysis.config import message
from vbe_analysis.errors import VbeError
from vbe_analysis.storage import SETTINGS, leave_no_traces
from vbe_analysis.workspace.lock import holder, locked
from vbe_analysis.workspace.privacy import temporary_files
from vbe_analysis.workspace.workspace import workspace_root


def run_command(arguments: list[str] | None) -> int:
    """Run one command to its end, as `main` does, Ctrl-C apart."""
    leave_no_traces()
    command = command_parser().parse_args(arguments)
    if command.version:
        say([f"vbe_analysis {vbe_analysis.__version__}"])
        return 0
    try:
        with temporary_files(Path(command.workspace)), _alone(command):
            module, _, function = command.run.partition(":")
            run = getattr(import_module(f"vbe_analysis.cli.{module}"), function)
            return int(run(command))
    except VbeError as error:
        say(str(error).splitlines(), to_error=True)
    except BrokenPipeError:  # the reader of our lines has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        say([message("cli.disk", error=error.strerror or type(error).__name__)], to_error=True)
    except Exception as error:  # its own words may hold a cell: only its kind and our line are told
        say([message("cli.broke", error=type(error).__name__, place=place_of(error))], to_error=True)
    return 1


@contextmanager
def _alone(arguments: argparse.Namespace) -> Iterator[None]:
    """Keep other commands out of the workspace while this one works; a reader is told who is at work in it."""
    root, name = workspace_root(Path(arguments.workspace)), arguments.run.partition(":")[2]
    if not (root / SETTINGS).is_file() or name in READERS:
        if name == "status" and (at_work := holder(root)):
            say([at_work], to_error=True)
        yield
        return
    command = " ".join(filter(None, ("vbe", name, getattr(arguments, "cycle", None))))
    with locked(root, command, must=name not in LOOKERS):
        yield


def place_of(error: Exception) -> str:
    """The last line of our own code that the error passed: "loaders/tables.py:48"."""
    package = re.escape(f"{Path(__file__).parent.parent}{os.sep}")
    texts = [
        "".join(format_exception(fault)) for fault in (error.__cause__, error) if fault
    ]  # a cause: another process
    frames = next(filter(None, (re.findall(rf'File "{package}(.+)", line (\d+)', text) for text in texts)), [])
    return f"{Path(frames[-1][0]).as_posix()}:{frames[-1][1]}" if frames else "–"


READERS = ("status", "inspect", "profile", "init", "lab")  # the commands that do not wait for another one
LOOKERS = ("check", "review", "verify")  # those that wait, and manage in a folder that cannot be written to
MISUNDERSTOOD = 2
# Command -> module and function, what it is about (the option's name, "" for nothing), and how many of that.
COMMANDS = {
    "init": ("folder:init", "folder", "?"),
    "lab": ("folder:lab", "", None),
    "order": ("folder:order", "cycle", None),
    "new": ("folder:new", "cycle", "?"),
    "status": ("folder:status", "cycle", "?"),
    "inspect": ("reading:inspect", "file", None),
    "profile": ("reading:profile", "file", "?"),
    "check": ("reading:check", "cycle", "?"),
    "ingest": ("reading:ingest", "cycle", "?"),
    "overlaps": ("folder:overlaps", "cycle", None),
    "chapter": ("editions:chapter", "cycle", None),
    "publish": ("editions:publish", "cycle", None),
    "export": ("region:export", "cycle", None),
    "region": ("region:region", "action", None),
    "plan": ("editions:plan", "action", None),
    "followup": ("editions:followup", "cycle", None),
    "review": ("editions:review", "file", None),
    "trends": ("editions:trends", "cycle", None),
    "verify": ("editions:verify", "cycle", None),
    "purge": ("folder:purge", "cycle", "?"),
    "upgrade": ("folder:upgrade", "", None),
}

ACTIONS = {
    "plan": ("new", "write"),
    "region": ("init", "order", "split", "check", "chapter", "ingest"),
}  # command -> what it is told to do


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


def command_parser() -> Parser:
    """The parser of `vbe`; a parsed command line names its function in `run`, as "module:function" of this room."""
    parser = Parser(prog="vbe", description=message("cli.description"))
    parser.add_argument("--workspace", default=".", metavar=message("cli.folder"), help=message("cli.workspace"))
    parser.add_argument("--version", action="store_true", help=message("cli.version"))
    parser.set_defaults(run="folder:status", cycle=None, to_corrections=False)
    commands = parser.add_subparsers(title=message("cli.commands"), metavar="", parser_class=Parser)
    names = {"folder": "cli.folder", "cycle": "cli.cycle_name", "file": "cli.file_name"}
    for command, (run, name, number) in COMMANDS.items():
        about = message(f"cli.about_{command}")
        sub = commands.add_parser(command, help=about, description=about)
        if name:
            metavar = "|".join(ACTIONS[command]) if command in ACTIONS else message(names[name])
            sub.add_argument(name, metavar=metavar, nargs=number, choices=ACTIONS.get(command))
        sub.set_defaults(run=run)
        _add_options(sub, command)
    return parser


def _add_options(sub: argparse.ArgumentParser, command: str) -> None:
    decision, cycle = message("cli.decision"), message("cli.cycle_name")
    edition: dict[str, Any] = {"choices": ("intern", "publik"), "help": message("cli.edition")}
    if command == "init":
        sub.add_argument("--like", metavar=message("cli.folder"), help=message("cli.init_like"))
        sub.add_argument("--example", action="store_true", help=message("cli.init_example"))
    if command == "upgrade":
        sub.add_argument("--like", metavar=message("cli.folder"), help=message("cli.upgrade_like"))
    if command in ("inspect", "chapter"):
        sub.add_argument("--json", action="store_true", help=message("cli.json"))
    if command == "profile":
        sub.add_argument("--excel", action="store_true", help=message("cli.profile_excel"))
        sub.add_argument("--all", nargs="?", const="", metavar=cycle, help=message("cli.profile_all"))
    if command in ("check", "ingest"):
        sub.add_argument("--accept-rejects", action="store_true", help=message("cli.accept_rejects"))
    if command == "check":
        sub.add_argument("--to-corrections", action="store_true", help=message("cli.check_to_corrections"))
    if command in ("check", "ingest", "chapter", "publish", "trends", "followup", "export", "upgrade"):
        sub.add_argument("--quiet", action="store_true", help=message("cli.quiet"))
    if command == "plan":
        sub.add_argument("cycle", metavar=cycle, nargs="?")
        sub.add_argument("--from", dest="earlier", metavar=message("cli.file_name"), help=message("cli.plan_from"))
        sub.add_argument("--quiet", action="store_true", help=message("cli.quiet"))
    if command == "followup":
        sub.add_argument("--day", metavar=message("cli.publish_police_day"), help=message("cli.followup_day"))
    if command == "purge":
        sub.add_argument("--beslut", dest="decision", metavar=decision, help=message("cli.purge_decision"))
    if command == "review":
        sub.add_argument("--cycle", default="", metavar=cycle, help=message("cli.review_cycle"))
        sub.add_argument("--edition", default="publik", **edition)
    if command in ("chapter", "trends"):
        sub.add_argument("--edition", **edition)
    if command == "export":
        sub.add_argument("--edition", default="publik", choices=edition["choices"], help=message("cli.export_edition"))
        sub.add_argument("--dnr", dest="decision", default="", metavar=decision, help=message("cli.export_decision"))
        receiver = message("cli.publish_police_role")
        sub.add_argument("--to", dest="receiver", default="", metavar=receiver, help=message("cli.export_to"))
    if command == "region":
        sub.add_argument("about", metavar=message("cli.region_about"), nargs="?", default="")
        heading = message("cli.region_heading")
        sub.add_argument("--column", default="", metavar=heading, help=message("cli.region_column"))
        sub.add_argument("--quiet", action="store_true", help=message("cli.quiet"))
    if command in ("publish", "plan"):
        asked = message("cli.publish_police_role"), message("cli.publish_police_day")
        sub.add_argument("--police", nargs=2, metavar=asked, help=message("cli.publish_police"))
    if command == "publish":
        sub.add_argument("--dnr", dest="decision", default="", metavar=decision, help=message("cli.publish_decision"))
        sub.add_argument("--sent", action="store_true", help=message("cli.publish_sent"))
