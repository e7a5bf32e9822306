"""What the commands do that make, publish, check and review editions: chapter, publish, followup, trends,
verify and review."""

import argparse
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from vbe_analysis.chapter.own_texts.review import DECK_SUFFIX, check_plan, report_lines
from vbe_analysis.cli import progress, say
from vbe_analysis.config import message
from vbe_analysis.disclosure.facts import facts_in, no_facts
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions.build import (
    BuiltEdition,
    board_slides,
    build_editions,
    build_slides,
    contents,
    executed_chapter,
    to_do,
)
from vbe_analysis.editions.plan import write_followup, write_plan_file
from vbe_analysis.editions.publish import publish_edition, register_sent
from vbe_analysis.editions.record import (
    changes,
    edition_files,
    edition_record,
    read_record,
    record_path,
    write_record,
)
from vbe_analysis.editions.verify import EDITIONS, verify_cycle
from vbe_analysis.errors import fault
from vbe_analysis.loaders.deliveries.workbook_rows import day_of
from vbe_analysis.storage import ACTIVITIES, NOTEBOOKS, SLIDES_NOTEBOOK
from vbe_analysis.workspace.frozen import PUBLISHED, freeze
from vbe_analysis.workspace.revision.year import remember
from vbe_analysis.workspace.workspace import Workspace


def chapter(arguments: argparse.Namespace) -> int:
    """`vbe chapter CYCLE`: both editions of the chapter in all their formats, the public one as a draft."""
    workspace, cycle = Workspace(arguments.workspace), arguments.cycle
    editions = [arguments.edition] if arguments.edition else EDITIONS
    built, changed = list[BuiltEdition](), list[str]()
    with progress(arguments.quiet or arguments.json) as show:
        for edition in build_editions(workspace, cycle, editions, show):
            built.append(edition)
            differences = list(_record(workspace, edition))
            changed = changed or differences
    if arguments.json:
        content = {**built[0].as_json(), "editions": [edition.as_json() for edition in built]}
        print(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        say(line for edition in built for line in edition.lines())
        say(changed)
        say(to_do(workspace, cycle))
    return 0


def publish(arguments: argparse.Namespace) -> int:
    """`vbe publish CYCLE --dnr ...`: the public edition for good; --sent: a draft that has left the authority."""
    workspace, cycle, decision, today = (
        Workspace(arguments.workspace),
        arguments.cycle,
        arguments.decision,
        date.today(),
    )
    workspace.period(cycle)
    if not decision and not arguments.sent:
        raise fault("publish_how")
    if arguments.sent:
        path = record_path(workspace, cycle, PUBLIC)
        record = read_record(path) if path.is_file() else None
        frozen = register_sent(workspace, cycle, record, decision, today)
    else:
        with progress(arguments.quiet) as show:
            edition = publish_edition(workspace, cycle, decision, show, arguments.police)
        _record(workspace, edition, decision)
        files = [workspace.root / name for name in edition.files]
        frozen = freeze(workspace, cycle, files, PUBLISHED, decision, today.isoformat())
    place = frozen.folder.relative_to(workspace.root).as_posix()
    say([message("publish.sent" if arguments.sent else "publish.done", cycle=cycle, place=place)])
    return 0


def followup(arguments: argparse.Namespace) -> int:
    """`vbe followup CYCLE`: the follow-up of the plan's activities, and the note to the tertial report."""
    workspace, cycle = Workspace(arguments.workspace), arguments.cycle
    day = day_of(arguments.day) if arguments.day else workspace.period(cycle).end
    if day is None:
        raise fault("followup_day")
    with progress(arguments.quiet) as show:
        files = write_followup(workspace, cycle, day, show)
    say([message("followup.done"), *(f"  {file.relative_to(workspace.root).as_posix()}" for file in files)])
    return 0


def plan(arguments: argparse.Namespace) -> int:
    """`vbe plan new [CYCLE]`: the plan's workbooks to fill in; `vbe plan write [CYCLE]`: the plan in Word."""
    from vbe_analysis.plan.activities import earlier_plan
    from vbe_analysis.plan.workbook import new_plan

    workspace = Workspace(arguments.workspace)
    cycle = arguments.cycle or workspace.cycles[-1]
    if arguments.action == "write":
        return _write_plan(workspace, cycle, arguments)
    books, count = new_plan(workspace, cycle)
    remember(workspace)
    for book in books:
        done = "done" if book.name == ACTIVITIES else "done_log"
        say([message(f"plan.{done}", place=book.relative_to(workspace.root).as_posix(), cycle=cycle)])
    earlier = earlier_plan(workspace, cycle) if books[0].name == ACTIVITIES else None
    say([message("plan.carried", earlier=earlier, count=count)] if earlier else [])
    return 0


def _write_plan(workspace: Workspace, cycle: str, arguments: argparse.Namespace) -> int:
    earlier = Path(arguments.earlier) if arguments.earlier else None
    with progress(arguments.quiet) as show:
        path, written = write_plan_file(workspace, cycle, earlier, arguments.police, show)
    place = path.relative_to(workspace.root).as_posix()
    say([message("plan.document.done", place=place)])
    for name, lines in (("changed", written.changed), ("left", written.left)):
        say([message(f"plan.document.{name}"), *(f"  • {line}" for line in lines)] if lines else [])
    say([message("plan.document.then", place=place)])
    return 0


def trends(arguments: argparse.Namespace) -> int:
    """`vbe trends CYCLE`: the board's charts alone, with trender.pdf and trender.pptx."""
    workspace, cycle = Workspace(arguments.workspace), arguments.cycle
    for edition in [arguments.edition] if arguments.edition else EDITIONS:
        with progress(arguments.quiet) as show:
            files = build_slides(workspace, cycle, edition, show)
        place = workspace.reports(cycle, edition).relative_to(workspace.root).as_posix()
        say([message("build.made_charts", place=f"{place}/diagram", count=len(files))])
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """`vbe verify CYCLE`: whether inputs, rules and outputs are as when the chapter was made."""

    def remake(workspace: Workspace, cycle: str, edition: str) -> Mapping[str, bytes]:
        slides = board_slides(workspace, cycle, edition)
        return contents(executed_chapter(workspace, cycle, edition), workspace, slides)

    verified = verify_cycle(Workspace(arguments.workspace), arguments.cycle, remake)
    say(verified.lines())
    return 1 if verified.differences else 0


def review(arguments: argparse.Namespace) -> int:
    """`vbe review PLAN.docx`, or a .pptx: each number and claim that the chapter does not support."""
    workspace = Workspace(arguments.workspace)
    cycle = arguments.cycle or next(reversed(workspace.read_cycles), "")
    if not cycle:
        raise fault("not_read_in", cycle=workspace.cycles[-1])
    document = executed_chapter(workspace, cycle, arguments.edition)
    facts = facts_in(document.facts, f"facts-{cycle}.json") if document.facts else no_facts()
    places = workspace.settings.places if arguments.edition == PUBLIC else None
    file = Path(arguments.file)
    has_slides = file.suffix.lower() == DECK_SUFFIX and (workspace.root / NOTEBOOKS / SLIDES_NOTEBOOK).is_file()
    slides = executed_chapter(workspace, cycle, arguments.edition, SLIDES_NOTEBOOK) if has_slides else None
    claims = check_plan(file, document, facts, workspace.vocabulary, places, slides)
    say(report_lines(claims))
    return 1 if claims else 0


def _record(workspace: Workspace, edition: BuiltEdition, decision: str = "") -> Iterator[str]:
    """Write the run record of an edition that was just made; what differs from the record before, in words."""
    path = record_path(workspace, edition.cycle, edition.edition)
    before = read_record(path) if path.is_file() else None
    outputs = [workspace.root / name for name in edition.files]
    if edition.edition == INTERNAL:
        outputs = edition_files(workspace, edition.cycle, edition.edition)
    record = edition_record(workspace, edition.cycle, edition.edition, outputs, edition.audit, decision)
    write_record(workspace, record)
    return changes(before, record)
