"""What the commands do: each takes the parsed command line and returns its exit code. cli.py names them."""

import argparse
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from vbe_analysis.cli.output import nothing, progress, say
from vbe_analysis.config import message
from vbe_analysis.disclosure.facts import facts_in, no_facts
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions import purge as purging
from vbe_analysis.editions import record as run_record
from vbe_analysis.editions import verify as trust
from vbe_analysis.errors import fault
from vbe_analysis.workspace import create as starting
from vbe_analysis.workspace import frozen as freezing
from vbe_analysis.workspace import privacy as safekeeping
from vbe_analysis.workspace import status
from vbe_analysis.workspace.duplicates import write_book
from vbe_analysis.workspace.workspace import Workspace

if TYPE_CHECKING:
    from vbe_analysis.editions.build import Made


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
    """`vbe chapter CYCLE`: both editions of the chapter in all their formats, the public one as a draft."""
    from vbe_analysis.editions.build import build_editions  # matplotlib and the kernel are slow to import
    from vbe_analysis.editions.todo import to_do

    workspace = Workspace(chosen.workspace)
    quiet = chosen.quiet or chosen.json
    editions = [chosen.edition] if chosen.edition else list(trust.EDITIONS)
    made, changed = [], list[str]()
    for edition in build_editions(workspace, chosen.cycle, editions, nothing if quiet else progress):
        made.append(edition)
        differing = list(_recorded(workspace, edition))
        changed = changed or differing
    if chosen.json:
        told = {**made[0].as_json(), "editions": [one.as_json() for one in made]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        say(line for one in made for line in one.lines())
        say(changed)
        say(to_do(workspace, chosen.cycle))
    return 0


def publish(chosen: argparse.Namespace) -> int:
    """`vbe publish CYCLE --dnr ...`: the public edition for good; --sent: a draft that has left the authority."""
    from vbe_analysis.editions import publish as publishing  # as for chapter

    workspace, today = Workspace(chosen.workspace), date.today()
    workspace.period(chosen.cycle)
    if not chosen.decision and not chosen.sent:
        raise fault("publish_how")
    if chosen.sent:
        path = run_record.record_path(workspace, chosen.cycle, PUBLIC)
        record = (run_record.read_record(path) if path.is_file() else None) or {"outputs": {}}
        frozen = publishing.register_sent(workspace, chosen.cycle, record["outputs"], chosen.decision, today)
    else:
        made = publishing.publish(workspace, chosen.cycle, chosen.decision, nothing if chosen.quiet else progress)
        _recorded(workspace, made, chosen.decision)
        files = [workspace.root / name for name in made.files]
        frozen = freezing.freeze(workspace, chosen.cycle, files, freezing.PUBLISHED, chosen.decision, today.isoformat())
    place = frozen.folder.relative_to(workspace.root).as_posix()
    say([message("publish.sent" if chosen.sent else "publish.done", cycle=chosen.cycle, place=place)])
    return 0


def trends(chosen: argparse.Namespace) -> int:
    """`vbe trends CYCLE`: the board's charts alone, and trender.pdf."""
    from vbe_analysis.editions.build import build_slides  # as for chapter

    workspace = Workspace(chosen.workspace)
    for edition in [chosen.edition] if chosen.edition else trust.EDITIONS:
        files = build_slides(workspace, chosen.cycle, edition, nothing if chosen.quiet else progress)
        place = workspace.reports(chosen.cycle, edition).relative_to(workspace.root).as_posix()
        say([message("build.made_charts", place=f"{place}/diagram", count=len(files))])
    return 0


def verify(chosen: argparse.Namespace) -> int:
    """`vbe verify CYCLE`: whether inputs, rules and outputs are as when the chapter was made."""
    from vbe_analysis.editions.build import board_files, contents, executed_chapter  # as for chapter

    def remake(workspace: Workspace, cycle: str, edition: str) -> Mapping[str, bytes]:
        charts = board_files(workspace, cycle, edition)
        return contents(executed_chapter(workspace, cycle, edition), workspace) | charts

    verified = trust.verify(Workspace(chosen.workspace), chosen.cycle, remake)
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
    from vbe_analysis.chapter.own_texts.review import check_plan, report_lines
    from vbe_analysis.editions.build import executed_chapter  # as for chapter

    workspace = Workspace(chosen.workspace)
    cycle = chosen.cycle or next((name for name in reversed(workspace.cycles) if workspace.record(name)), "")
    if not cycle:
        raise fault("not_read_in", cycle=workspace.cycles[-1])
    document = executed_chapter(workspace, cycle, chosen.edition)
    facts = facts_in(document.facts, f"facts-{cycle}.json") if document.facts else no_facts()
    claims = check_plan(Path(chosen.file), document, facts, workspace.vocabulary)
    say(report_lines(claims))
    return 1 if claims else 0


def _recorded(workspace: Workspace, made: "Made", decision: str = "") -> Iterator[str]:
    """Write the run record of an edition that was just made; what differs from the record before, in words."""
    from vbe_analysis.editions.todo import changes  # as for chapter

    path = run_record.record_path(workspace, made.cycle, made.edition)
    before = run_record.read_record(path) if path.is_file() else None
    outputs = [workspace.root / name for name in made.files]
    if made.edition == INTERNAL:
        outputs = run_record.edition_files(workspace, made.cycle, made.edition)
    record = run_record.edition_record(workspace, made.cycle, made.edition, outputs, made.audit, decision)
    run_record.write_record(workspace, record)
    return changes(before, record)
