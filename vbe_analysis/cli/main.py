"""`vbe ...`: the names of the commands and their options, in English; everything they say is Swedish."""

import argparse
import os
import re
import sys
from pathlib import Path
from traceback import format_exception

from vbe_analysis.cli import commands, reading
from vbe_analysis.cli.output import Parser, say
from vbe_analysis.config import message
from vbe_analysis.errors import VbeError
from vbe_analysis.loaders.files.reader import leave_no_traces
from vbe_analysis.workspace.privacy import temporary_files


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it succeeded, 1 for a fault to act on, 2 for a refused file or an unusable command."""
    os.umask(0o077)  # what we write is for the one who runs the command
    leave_no_traces()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    chosen = _parser().parse_args(arguments)
    try:
        with temporary_files(Path(chosen.workspace)):
            return int(chosen.run(chosen))
    except VbeError as error:
        say(str(error).splitlines(), to_error=True)
    except KeyboardInterrupt:
        say([message("cli.interrupted")], to_error=True)
    except BrokenPipeError:  # the reader of our lines has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        say([message("cli.disk", error=error.strerror or type(error).__name__)], to_error=True)
    except Exception as error:  # its own words may hold a cell: only its kind and our line are told
        say([message("cli.broke", error=type(error).__name__, place=_place_of(error))], to_error=True)
    return 1


def _place_of(error: Exception) -> str:
    """The last line of our own code that the error passed: "loaders/tables.py:48"."""
    package = re.escape(f"{Path(__file__).parent.parent}{os.sep}")
    told = ["".join(format_exception(one)) for one in (error.__cause__, error) if one]  # another process's is the cause
    frames = next(filter(None, (re.findall(rf'File "{package}(.+)", line (\d+)', text) for text in told)), [])
    return f"{Path(frames[-1][0]).as_posix()}:{frames[-1][1]}" if frames else "–"


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="vbe", description=message("cli.description"))
    parser.add_argument("--workspace", default=".", metavar=message("cli.folder"), help=message("cli.workspace"))
    parser.set_defaults(run=commands.state)
    listed = parser.add_subparsers(title=message("cli.commands"), metavar="", parser_class=Parser)
    cycle, folder, file = message("cli.cycle_name"), message("cli.folder"), message("cli.file_name")
    shapes = (
        (commands.init, "folder", folder, None),
        (commands.new, "cycle", cycle, None),
        (commands.state, "cycle", cycle, "?"),
        (reading.inspect, "file", file, None),
        (reading.profile, "file", file, None),
        (reading.check, "cycle", cycle, "?"),
        (reading.ingest, "cycle", cycle, "?"),
        (commands.overlaps, "cycle", cycle, None),
        (commands.chapter, "cycle", cycle, None),
        (commands.publish, "cycle", cycle, None),
        (commands.review, "file", file, None),
        (commands.trends, "cycle", cycle, None),
        (commands.verify, "cycle", cycle, None),
        (commands.purge, "cycle", cycle, "?"),
    )
    for run, name, metavar, number in shapes:
        command = "status" if run is commands.state else run.__name__
        about = message(f"cli.about_{command}")
        sub = listed.add_parser(command, help=about, description=about)
        sub.add_argument(name, metavar=metavar, nargs=number)
        sub.set_defaults(run=run)
        if run in (reading.inspect, commands.chapter):
            sub.add_argument("--json", action="store_true", help=message("cli.json"))
        if run in (reading.check, reading.ingest):
            sub.add_argument("--accept-rejects", action="store_true", help=message("cli.accept_rejects"))
        if run in (reading.check, reading.ingest, commands.chapter, commands.publish, commands.trends):
            sub.add_argument("--quiet", action="store_true", help=message("cli.quiet"))
        if run is commands.purge:
            sub.add_argument(
                "--beslut", dest="decision", metavar=message("cli.decision"), help=message("cli.purge_decision")
            )
        if run is commands.review:
            sub.add_argument("--cycle", default="", metavar=cycle, help=message("cli.review_cycle"))
            sub.add_argument("--edition", default="publik", choices=("intern", "publik"), help=message("cli.edition"))
        if run in (commands.chapter, commands.trends):
            sub.add_argument("--edition", choices=("intern", "publik"), help=message("cli.edition"))
        if run is commands.publish:
            decision = message("cli.decision")
            sub.add_argument(
                "--dnr", dest="decision", default="", metavar=decision, help=message("cli.publish_decision")
            )
            sub.add_argument("--sent", action="store_true", help=message("cli.publish_sent"))
    return parser
