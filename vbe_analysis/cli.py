"""`vbe ...`: the commands. Names are English, everything they say is Swedish (config/messages.sv.toml)."""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from traceback import extract_tb
from typing import Any

from vbe_analysis import starting, status
from vbe_analysis.arguments import Parser
from vbe_analysis.config import message
from vbe_analysis.errors import InputError, VbeError, fault
from vbe_analysis.loaders.folder import shown
from vbe_analysis.loaders.gate import kinds_in
from vbe_analysis.loaders.ingest import Ingested
from vbe_analysis.loaders.inspection import inspect_file
from vbe_analysis.loaders.raw import RawFile
from vbe_analysis.loaders.reader import FileReader
from vbe_analysis.loaders.summary import summarised
from vbe_analysis.overlap_book import write_book
from vbe_analysis.workspace import Workspace

REFUSED = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it succeeded, 1 for a fault to act on, 2 for a refused file or an unusable command."""
    os.umask(0o077)  # what we write is for the one who runs the command
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except VbeError as error:
        _say(str(error).splitlines(), to_error=True)
    except KeyboardInterrupt:
        _say([message("cli.interrupted")], to_error=True)
    except BrokenPipeError:  # the reader of our lines has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _say([message("cli.disk", error=error.strerror or type(error).__name__)], to_error=True)
    except Exception as error:  # its own words may hold a cell: only its kind and our line are told
        _say([message("cli.broke", error=type(error).__name__, place=_place_of(error))], to_error=True)
    return 1


def state(chosen: argparse.Namespace) -> int:
    """`vbe`, `vbe status [CYCLE]`: how far the work has come, and the next step."""
    workspace = Workspace(chosen.workspace)
    cycle = getattr(chosen, "cycle", None)
    _say(status.of_cycle(workspace, cycle) if cycle else status.overview(workspace))
    return 0


def init(chosen: argparse.Namespace) -> int:
    """`vbe init DIR`: a new workspace."""
    folder = starting.new_workspace(Path(chosen.folder))
    _say([message("init.done", folder=folder.resolve().name)])
    return 0


def new(chosen: argparse.Namespace) -> int:
    """`vbe new CYCLE`: leveranser.xlsx to fill in."""
    starting.new_cycle(Workspace(chosen.workspace), chosen.cycle)
    _say([message("new.done", cycle=chosen.cycle)])
    return 0


def inspect(chosen: argparse.Namespace) -> int:
    """`vbe inspect FILE`: what a file is, without any of its cells."""
    found = inspect_file(_read(Path(chosen.file)), sheet_name=_shown_name)
    found["file"] = shown(found["file"])
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    elif found["refused"]:
        _say([found["refused"]["message"]], to_error=True)
    else:
        _say(_inspected(found))
    return REFUSED if found["refused"] else 0


def profile(chosen: argparse.Namespace) -> int:
    """`vbe profile FILE`: the draft of a source profile, every guess marked."""
    from vbe_analysis.loaders.drafting import draft_profile

    with FileReader() as reader:
        print(draft_profile(reader.read(Path(chosen.file)), Workspace(chosen.workspace).vocabulary))
    return 0


def check(chosen: argparse.Namespace) -> int:
    """`vbe check [CYCLE]`: everything that ingest does, but write."""
    return _ingest(chosen, write=False)


def ingest(chosen: argparse.Namespace) -> int:
    """`vbe ingest [CYCLE]`: raw files to data/processed."""
    return _ingest(chosen, write=True)


def overlaps(chosen: argparse.Namespace) -> int:
    """`vbe overlaps CYCLE`: dubbletter.xlsx, where a person decides which reports are one event."""
    workspace = Workspace(chosen.workspace)
    workspace.period(chosen.cycle)
    if not workspace.record(chosen.cycle):
        raise fault("not_read_in", cycle=chosen.cycle)
    found = write_book(workspace.raw(chosen.cycle), workspace.overlaps(chosen.cycle), workspace.settings)
    candidates, undecided, stale = found
    _say([message("cli.overlaps", cycle=chosen.cycle, candidates=candidates, open=undecided, stale=stale)])
    return 0


def chapter(chosen: argparse.Namespace) -> int:
    """`vbe chapter CYCLE`: the chapter in all its formats."""
    from vbe_analysis.chapter.build import build_chapter  # matplotlib and the kernel are slow to import

    workspace = Workspace(chosen.workspace)
    quiet = chosen.quiet or chosen.json
    made = build_chapter(workspace, chosen.cycle, chosen.edition, _nothing if quiet else _progress)
    if chosen.json:
        print(json.dumps(made.as_json(), ensure_ascii=False, indent=1))
    else:
        _say(made.lines())
    return 0


def _ingest(chosen: argparse.Namespace, write: bool) -> int:
    from vbe_analysis.chapter.quality import write_quality  # the writers are slow to import

    workspace = Workspace(chosen.workspace)
    cycles = [chosen.cycle] if chosen.cycle else [c for c in workspace.cycles if workspace.raw(c).is_dir()]
    failed: list[str] = []
    if not cycles:
        _say([message("cli.no_cycles")], to_error=True)
        return 1
    for cycle in cycles:
        workspace.period(cycle)
        said = _nothing if chosen.quiet else lambda name: _progress(message("cli.reading", file=name))
        try:
            found = workspace.read_in(cycle, accept_rejects=chosen.accept_rejects, said=said)
        except InputError as error:
            failed.append(cycle)
            _say([message("cli.stopped", cycle=cycle, count=len(error.faults))], to_error=True)
            _say(map(str, summarised(error.faults)), to_error=True)
            if workspace.raw(cycle).is_dir():
                _say([_quality(workspace, write_quality(workspace, cycle, error)), ""], to_error=True)
            continue
        if write:
            workspace.write(found)
        _say([*_summary(found, workspace, write), _quality(workspace, write_quality(workspace, cycle, found))])
    return 1 if failed else 0


def _summary(found: Ingested, workspace: Workspace, written: bool) -> Iterable[str]:
    vbe = found.events["environment"].isin(list(workspace.vocabulary.environments))
    counted = vbe & (found.events["not_counted"] == "")
    numbers = {"files": len(found.record["inputs"]), "reports": len(found.events)}
    numbers |= {"vbe": int(vbe.sum()), "counted": int(counted.sum())}
    yield message("cli.cycle", cycle=found.cycle, **numbers)
    rows = sum(len(account.fates) for _, account in found.accounts)
    loaded = sum(len(account.loaded) for _, account in found.accounts)
    rejected = sum(len(account.rejected) for _, account in found.accounts)
    yield message("cli.rows", rows=rows, loaded=loaded, ignored=rows - loaded - rejected, rejected=rejected)
    private = [notice for notice in found.notices if notice.code == "personal_data_dropped"]
    yield from (f"  • {notice}" for notice in found.notices if notice not in private)
    if private:
        yield message("cli.private", count=len(private))
    yield message("cli.written" if written else "cli.checked")


def _quality(workspace: Workspace, written: Iterable[Path]) -> str:
    paths = (path.relative_to(workspace.root).as_posix() for path in written)
    return message("cli.quality", files=", ".join(paths))


def _read(path: Path) -> RawFile | InputError:
    try:
        with FileReader() as reader:
            return reader.read(path)
    except InputError as error:
        return InputError(replace(told, file=shown(told.file)) for told in error.faults)


def _place_of(error: Exception) -> str:
    """The last line of our own code that the error passed: "loaders/tables.py:48"."""
    package = Path(__file__).parent
    frames = [frame for frame in extract_tb(error.__traceback__) if package in Path(frame.filename).parents]
    return f"{Path(frames[-1].filename).relative_to(package).as_posix()}:{frames[-1].lineno}" if frames else "–"


def _shown_name(number: int, name: str) -> str:
    return message("place.sheet_number", number=number) if kinds_in(name) else name


def _inspected(found: dict[str, Any]) -> Iterable[str]:
    yield message("inspect.file", **{key: value or "–" for key, value in found.items()})
    for sheet in found["sheets"]:
        hidden = message("inspect.hidden") if sheet["hidden"] else ""
        name = sheet["name"] or message("inspect.no_name")
        yield message(
            "inspect.sheet", **{**sheet, "name": name, "header_row": sheet["header_row"] or "–", "hidden": hidden}
        )
        for key in ("hidden_rows", "hidden_columns", "merged", "error_cells", "uncomputed"):
            if sheet[key]:
                yield message(f"inspect.{key}", places=", ".join(map(str, sheet[key])))


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _nothing(_: str) -> None: ...


def _say(lines: Iterable[str], to_error: bool = False) -> None:
    for line in lines:
        print(line, file=sys.stderr if to_error else sys.stdout)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="vbe", description=message("cli.description"))
    parser.add_argument("--workspace", default=".", metavar=message("cli.folder"), help=message("cli.workspace"))
    parser.set_defaults(run=state)
    commands = parser.add_subparsers(title=message("cli.commands"), metavar="", parser_class=Parser)
    cycle, folder, file = message("cli.cycle_name"), message("cli.folder"), message("cli.file_name")
    shapes = (
        (init, "folder", folder, None), (new, "cycle", cycle, None), (state, "cycle", cycle, "?"),
        (inspect, "file", file, None), (profile, "file", file, None), (check, "cycle", cycle, "?"),
        (ingest, "cycle", cycle, "?"), (overlaps, "cycle", cycle, None), (chapter, "cycle", cycle, None),
    )  # fmt: skip
    for run, name, metavar, number in shapes:
        command = "status" if run is state else run.__name__
        about = message(f"cli.about_{command}")
        sub = commands.add_parser(command, help=about, description=about)
        sub.add_argument(name, metavar=metavar, nargs=number)
        sub.set_defaults(run=run)
        if run in (inspect, chapter):
            sub.add_argument("--json", action="store_true", help=message("cli.json"))
        if run in (check, ingest):
            sub.add_argument("--accept-rejects", action="store_true", help=message("cli.accept_rejects"))
        if run in (check, ingest, chapter):
            sub.add_argument("--quiet", action="store_true", help=message("cli.quiet"))
        if run is chapter:
            sub.add_argument("--edition", default="intern", choices=("intern", "publik"), help=message("cli.edition"))
    return parser
