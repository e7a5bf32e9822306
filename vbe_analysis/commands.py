"""What the commands do: each takes the parsed command line and returns its exit code. cli.py names them."""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from vbe_analysis import purge as purging
from vbe_analysis import run_record, safekeeping, starting, status, trust
from vbe_analysis.config import message
from vbe_analysis.disclosure.facts import no_facts
from vbe_analysis.errors import InputError, fault
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


def state(chosen: argparse.Namespace) -> int:
    """`vbe`, `vbe status [CYCLE]`: how far the work has come, and the next step."""
    workspace = Workspace(chosen.workspace)
    cycle = getattr(chosen, "cycle", None)
    say(status.of_cycle(workspace, cycle) if cycle else status.overview(workspace))
    if not cycle:
        say((f"• {warning}" for warning in safekeeping.warnings(workspace.root)), to_error=True)
    return 0


def init(chosen: argparse.Namespace) -> int:
    """`vbe init DIR`: a new workspace."""
    folder = starting.new_workspace(Path(chosen.folder))
    say([message("init.done", folder=folder.resolve().name)])
    return 0


def new(chosen: argparse.Namespace) -> int:
    """`vbe new CYCLE`: leveranser.xlsx to fill in."""
    starting.new_cycle(Workspace(chosen.workspace), chosen.cycle)
    say([message("new.done", cycle=chosen.cycle)])
    return 0


def inspect(chosen: argparse.Namespace) -> int:
    """`vbe inspect FILE`: what a file is, without any of its cells."""
    found = inspect_file(_read(Path(chosen.file)), sheet_name=_shown_name)
    found["file"] = shown(found["file"])
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    elif found["refused"]:
        say([found["refused"]["message"]], to_error=True)
    else:
        say(_inspected(found))
    return REFUSED if found["refused"] else 0


def profile(chosen: argparse.Namespace) -> int:
    """`vbe profile FILE`: the draft of a source profile, every guess marked."""
    from vbe_analysis.loaders.drafting import draft_profile

    raw = _read(Path(chosen.file))
    if isinstance(raw, InputError):
        raise raw
    print(draft_profile(raw, Workspace(chosen.workspace).vocabulary))
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
    say([message("cli.overlaps", cycle=chosen.cycle, candidates=candidates, open=undecided, stale=stale)])
    return 0


def chapter(chosen: argparse.Namespace) -> int:
    """`vbe chapter CYCLE`: the chapter in all its formats."""
    from vbe_analysis.chapter.build import build_chapter  # matplotlib and the kernel are slow to import

    workspace = Workspace(chosen.workspace)
    quiet = chosen.quiet or chosen.json
    made = build_chapter(workspace, chosen.cycle, chosen.edition, _nothing if quiet else _progress)
    outputs = run_record.edition_files(workspace, chosen.cycle, chosen.edition)
    run_record.write_record(workspace, run_record.edition_record(workspace, chosen.cycle, chosen.edition, outputs))
    if chosen.json:
        print(json.dumps(made.as_json(), ensure_ascii=False, indent=1))
    else:
        say(made.lines())
    return 0


def verify(chosen: argparse.Namespace) -> int:
    """`vbe verify CYCLE`: whether inputs, rules and outputs are as when the chapter was made."""
    verified = trust.verify(Workspace(chosen.workspace), chosen.cycle)
    say(verified.lines())
    return 1 if verified.differences else 0


def purge(chosen: argparse.Namespace) -> int:
    """`vbe purge [CYCLE]`: what is due for deletion; deleted only with a decision."""
    workspace, today = Workspace(chosen.workspace), date.today()
    if chosen.decision:
        purging.purge(workspace, chosen.cycle or "", chosen.decision, today)
        say([message("purge.done", cycle=chosen.cycle)])
        return 0
    found = [one for one in purging.due(workspace, today) if chosen.cycle in (None, one.cycle)]
    say([message("purge.none")] if not found else [line for one in found for line in one.lines()])
    say([message("purge.how")] if found else [])
    return 0


def review(chosen: argparse.Namespace) -> int:
    """`vbe review PLAN.docx`: each number and claim of a finished plan that the chapter does not support."""
    from vbe_analysis.chapter.build import executed_chapter  # as for chapter
    from vbe_analysis.chapter.review import lines
    from vbe_analysis.chapter.review import review as reviewed

    workspace = Workspace(chosen.workspace)
    cycle = chosen.cycle or next((name for name in reversed(workspace.cycles) if workspace.record(name)), "")
    if not cycle:
        raise fault("not_read_in", cycle=workspace.cycles[-1])
    remarks = reviewed(Path(chosen.file), executed_chapter(workspace, cycle), no_facts(), workspace.vocabulary)
    say(lines(remarks))
    return 1 if remarks else 0


def _ingest(chosen: argparse.Namespace, write: bool) -> int:
    from vbe_analysis.chapter.quality import write_quality  # the writers are slow to import

    workspace = Workspace(chosen.workspace)
    cycles = [chosen.cycle] if chosen.cycle else [c for c in workspace.cycles if workspace.raw(c).is_dir()]
    failed: list[str] = []
    if not cycles:
        say([message("cli.no_cycles")], to_error=True)
        return 1
    for cycle in cycles:
        workspace.period(cycle)
        said = _nothing if chosen.quiet else lambda name: _progress(message("cli.reading", file=name))
        try:
            found = workspace.read_in(cycle, accept_rejects=chosen.accept_rejects, said=said)
        except InputError as error:
            failed.append(cycle)
            say([message("cli.stopped", cycle=cycle, count=len(error.faults))], to_error=True)
            say(map(str, summarised(error.faults)), to_error=True)
            if workspace.raw(cycle).is_dir():
                say([_quality(workspace, write_quality(workspace, cycle, error)), ""], to_error=True)
            continue
        if write:
            workspace.write(found)
        say([*_summary(found, workspace, write), _quality(workspace, write_quality(workspace, cycle, found))])
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


def say(lines: Iterable[str], to_error: bool = False) -> None:
    """Print the lines, to stderr where something went wrong."""
    for line in lines:
        print(line, file=sys.stderr if to_error else sys.stdout)
