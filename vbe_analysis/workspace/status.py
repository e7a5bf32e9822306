"""The state of a workspace in words: how far each cycle has come, what is missing, and the next step."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vbe_analysis.config import message
from vbe_analysis.errors import Fault, InputError, summarised
from vbe_analysis.loaders.privacy.detect import safe_name
from vbe_analysis.periods import swedish_months
from vbe_analysis.storage import (
    ACTIVITIES,
    CHAPTER,
    DELIVERIES,
    DUPLICATES,
    PLAN,
    RAW,
    RECORD,
    office_files,
    sha256,
)
from vbe_analysis.workspace import frozen as freezing
from vbe_analysis.workspace.revision.year import year_lines
from vbe_analysis.workspace.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

NOT_READ = ("no_folder", "no_deliveries", "unread")
State = Literal["no_folder", "no_deliveries", "unread", "changed", "read", "written", "published"]
# What takes a cycle further without a decision of a person, in the order of the sentence that names the next step.
COMMANDS: Mapping[State, tuple[str, ...]] = {
    "no_folder": ("order", "new"),
    "no_deliveries": ("new",),
    "unread": ("check", "ingest"),
    "changed": ("ingest",),
    "read": ("chapter",),
}

DRAFTS = ("profile", "new")  # before the workspace has a profile of its own


@dataclass(frozen=True)
class NextStep:
    """What is to be done next: for which cycle, in Swedish, and the commands of it that anybody may press."""

    cycle: str
    words: str
    commands: tuple[str, ...]


def state_of(workspace: Workspace, cycle: str) -> State:
    """How far the cycle has come."""
    if not workspace.raw(cycle).is_dir():
        return "no_folder"
    if not (workspace.raw(cycle) / DELIVERIES).is_file():
        return "no_deliveries"
    try:
        if not workspace.record(cycle):
            return "unread"
    except InputError:  # a damaged record is made anew, as a changed one
        return "changed"
    if not workspace.is_current(cycle):
        return "changed"
    if any(edition.cycle == cycle and edition.kind == freezing.PUBLISHED for edition in freezing.frozen(workspace)):
        return "published"
    return "written" if _is_written(workspace, cycle) else "read"


def _is_written(workspace: Workspace, cycle: str) -> bool:
    """Whether there is a chapter that stands on the frames, decisions and plan as they are, whatever the clock says."""
    chapter, marks = workspace.reports(cycle) / f"{CHAPTER}.html", workspace.raw(cycle) / DUPLICATES
    plan = workspace.root / PLAN / cycle / ACTIVITIES
    stands_on = [path for path in (workspace.processed(cycle) / RECORD, marks, plan) if path.is_file()]
    try:
        record = json.loads((chapter.parent.parent / f"korning-{chapter.parent.name}.json").read_bytes())
        then = {path: record["inputs"].get(path.relative_to(workspace.root).as_posix()) for path in stands_on}
        return chapter.is_file() and all(sha256(path) == content for path, content in then.items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):  # no record of it: its time must do
        return chapter.is_file() and all(path.stat().st_mtime <= chapter.stat().st_mtime for path in stands_on)


def overview(workspace: Workspace, today: date) -> Iterator[str]:
    """A line a cycle, where in the year of its revision the newest one is, and the next step."""
    yield message("status.workspace", district=workspace.settings.district)
    states = states_of(workspace)
    for cycle, state in states.items():
        yield message("status.line", cycle=cycle, period=workspace.period(cycle), state=message(f"status.{state}"))
    yield from unknown_cycles(workspace)
    yield from year_lines(workspace, today)
    yield ""
    yield message("status.next", step=next_step(workspace, states).words)


def states_of(workspace: Workspace) -> dict[str, State]:
    """How far each cycle has come."""
    return {cycle: state_of(workspace, cycle) for cycle in workspace.cycles}


def unknown_cycles(workspace: Workspace) -> Iterator[str]:
    """A line for each folder with files that vbe.toml does not know."""
    raw = workspace.root / RAW
    for folder in sorted(raw.iterdir()) if raw.is_dir() else ():
        if folder.name not in workspace.cycles and office_files(folder):
            yield message("status.unknown_cycle", cycle=safe_name(folder.name))


def next_step(workspace: Workspace, states: Mapping[str, State]) -> NextStep:
    """What takes the work further, by the states of all cycles."""
    cycle = _cycle_to_do(workspace, states)
    drafts = states[cycle] in ("no_deliveries", "unread") and _wants_drafts(workspace, cycle)
    step = message(f"status.step_{'drafts' if drafts else states[cycle]}", cycle=cycle)
    begun = any(state not in NOT_READ for state in states.values())
    several = [name for name, state in states.items() if state in NOT_READ] not in ([], [cycle])
    words = message("status.begin", cycle=cycle, step=step) if several and not begun else step
    return NextStep(cycle, words, DRAFTS if drafts else COMMANDS.get(states[cycle], ()))


def _wants_drafts(workspace: Workspace, cycle: str) -> bool:
    from vbe_analysis.workspace.drafts import wants_drafts

    try:
        return wants_drafts(workspace, cycle)
    except InputError:  # told by the step itself
        return False


def _cycle_to_do(workspace: Workspace, states: Mapping[str, State]) -> str:
    """The newest cycle; the oldest one with files where the newest has not been read in: years lean on those before."""
    newest = workspace.cycles[-1]
    waiting = [name for name in states if states[name] in NOT_READ and office_files(workspace.raw(name))]
    return waiting[0] if waiting and states[newest] in NOT_READ else newest


def of_cycle(workspace: Workspace, cycle: str) -> Iterator[str]:
    """What the cycle's deliveries cover, and everything that is missing, late or suspicious."""
    from vbe_analysis.workspace.orders.asked import awaited_lines

    yield message("status.cycle", cycle=cycle, period=workspace.period(cycle))
    try:
        content = workspace.read_in(cycle)
    except InputError as error:
        yield from _before_reading(workspace, cycle)
        with suppress(InputError):  # these faults too
            yield from awaited_lines(workspace, cycle, date.today())
        yield from _list("status.stops", summarised(error.faults))
        return
    yield from coverage_lines(content.coverage, workspace)
    yield from awaited_lines(workspace, cycle, date.today())
    yield from _list("status.notices", content.notices)
    yield message("status.clean")


def _before_reading(workspace: Workspace, cycle: str) -> Iterator[str]:
    """What leveranser.xlsx and the files' names and bytes tell, where the files cannot be read in yet."""
    from vbe_analysis.loaders.deliveries.deliveries import base_coverage, read_deliveries
    from vbe_analysis.loaders.deliveries.folder import contents, delivered_files, undelivered

    settings, period, raw = workspace.settings, workspace.period(cycle), workspace.raw(cycle)
    named: set[Path] = set()
    with suppress(InputError):  # these faults are among those that stop
        deliveries = read_deliveries(raw, period, settings.vocabulary.sources)
        yield from coverage_lines(base_coverage(deliveries, period, settings.sources_expected), workspace)
        named = {path for _, path in delivered_files(raw, deliveries.rows, workspace.profiles())[0]}
    earlier = workspace.cycles[: workspace.cycles.index(cycle)]
    _, notices = undelivered(raw, named, contents({name: workspace.raw(name) for name in earlier}))
    yield from _list("status.notices", [notice for notice in notices if named or notice.code != "file_not_named"])


def _list(heading: str, faults: Sequence[Fault]) -> Iterator[str]:
    if faults:
        yield message(heading, count=len(faults))
        yield from (f"  • {fault}" for fault in faults)


def coverage_lines(coverage: "pd.DataFrame", workspace: Workspace) -> Iterator[str]:
    """A line a source: which months it delivered, how many answered a survey; then who has delivered nothing."""
    from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING

    sources = workspace.vocabulary.sources
    absent = []
    for source, rows in coverage[coverage["environment"] == ""].groupby("source", sort=False):
        parts = []
        for status in (DELIVERED, NOTHING, NOT_DELIVERED, NOT_ASKED):
            months = tuple(rows.loc[rows["status"] == status, "month"])
            if months:
                parts.append(message(f"status.{status}", months=swedish_months(months)))
        surveyed = rows.reindex(columns=["asked", "answered"]).dropna()
        if len(surveyed):
            asked, answered = (int(number) for number in surveyed.iloc[0])
            parts.append(message("status.answered", answered=answered, asked=asked))
        if set(rows["status"]) == {NOT_DELIVERED}:
            absent.append(sources[str(source)].label)
        yield f"  {sources[str(source)].label}: {'; '.join(parts)}"
    if absent:
        yield message("status.missing", sources=", ".join(absent))
