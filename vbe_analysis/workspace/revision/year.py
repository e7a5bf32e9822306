"""Where in the year of the plan's revision one is: the stages, what is done, what is late and what comes next.

`vbe` shows it at once: what leveranser.xlsx and revidering.xlsx say is kept in data/processed/revidering.json, written
when something was read in, planned or ordered, and anew where one of them has changed since.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from vbe_analysis.config import message
from vbe_analysis.errors import InputError
from vbe_analysis.storage import DELIVERIES as DELIVERIES_FILE
from vbe_analysis.storage import PROCESSED, SETTINGS, replace_whole, sha256
from vbe_analysis.swedish import listed, swedish_date
from vbe_analysis.vocabulary import HISTORY
from vbe_analysis.workspace.frozen import first_published
from vbe_analysis.workspace.revision.log import BOARD, CITY, CONSULTATION, PUBLICATION, log_path
from vbe_analysis.workspace.workspace import Workspace

ORDER, DELIVERIES = "order", "deliveries"
STAGES = (ORDER, DELIVERIES, CONSULTATION, PUBLICATION, BOARD, CITY)
SUMMARY = "revidering.json"


@dataclass(frozen=True)
class Summary:
    """What a cycle's two workbooks say of its year; days as "2021-09-01".

    stands_on: name of a file -> its sha256; asked: the last day on which a source was asked, "" for none; unasked,
    awaited: sources that were not asked, and that have given no answer; gaps: those that left months out of theirs;
    happened: kind of an event -> its last day; faults: of the log, in words.
    """

    cycle: str
    stands_on: Mapping[str, str]
    asked: str = ""
    unasked: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    happened: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One stage of the year. due: the day that vbe.toml gives it; done: what is told of it, None while it waits."""

    name: str
    due: date | None
    done: str | None


def has_year(workspace: Workspace, cycle: str) -> bool:
    """Whether the cycle's revision is followed: it has a log, or days in vbe.toml."""
    return cycle in workspace.settings.revision or log_path(workspace, cycle).is_file()


def remember(workspace: Workspace) -> None:
    """Keep what the newest cycle's workbooks say of its year, where one is followed."""
    if has_year(workspace, workspace.cycles[-1]):
        _summary(workspace, workspace.cycles[-1])


def year_lines(workspace: Workspace, today: date) -> Iterator[str]:
    """What of the newest cycle's year is done, what is late and what comes next; nothing where no year is followed."""
    cycle = workspace.cycles[-1]
    if not has_year(workspace, cycle):
        return
    summary = _summary(workspace, cycle)
    yield from summary.faults
    known = _stages(workspace, cycle, summary)
    done, left = [stage for stage in known if stage.done is not None], [stage for stage in known if stage.done is None]
    if done:
        yield message("revision.done", cycle=cycle, stages=listed([f"{_name(s)}{s.done}" for s in done]))
    if late := [stage for stage in left if stage.due and stage.due < today]:
        yield message("revision.late", stages=listed([_name(stage) + _by(stage) for stage in late]))
    if left:
        labels = [workspace.vocabulary.sources[source].label for source in summary.awaited]
        place = log_path(workspace, cycle).relative_to(workspace.root).as_posix()
        how = message(f"revision.how.{left[0].name}", cycle=cycle, place=place, sources=listed(labels))
        by = "" if left[0] in late else _by(left[0])  # told already
        yield message("revision.next", stage=_name(left[0]) + by, how=how)
    else:
        yield message("revision.all_done", cycle=cycle)


def _summary(workspace: Workspace, cycle: str) -> Summary:
    """What is kept of the cycle, if its workbooks are as they were then; else they are read, and that is kept."""
    path = workspace.root / PROCESSED / SUMMARY
    with suppress(OSError, ValueError, TypeError):
        kept = Summary(**json.loads(path.read_bytes()))
        if kept.cycle == cycle and kept.stands_on == _stands_on(workspace, cycle):
            return kept
    summary = _read(workspace, cycle)
    with suppress(OSError):  # a folder that cannot be written to is read each time
        replace_whole(path, f"{json.dumps(asdict(summary), ensure_ascii=False, indent=1)}\n".encode())
    return summary


def _stands_on(workspace: Workspace, cycle: str) -> dict[str, str]:
    paths = (workspace.root / SETTINGS, workspace.raw(cycle) / DELIVERIES_FILE, log_path(workspace, cycle))
    return {path.name: sha256(path) for path in paths if path.is_file()}


def _read(workspace: Workspace, cycle: str) -> Summary:
    from vbe_analysis.workspace.revision.workbook import read_log  # slow to import

    stands_on, faults = _stands_on(workspace, cycle), list[str]()
    happened: dict[str, str] = {}
    try:
        happened = {entry.kind: entry.day.isoformat() for entry in read_log(workspace, cycle).entries}
    except InputError as error:
        faults += [str(fault) for fault in error.faults]
    return Summary(cycle, stands_on, **_answers(workspace, cycle), happened=happened, faults=tuple(faults))


def _answers(workspace: Workspace, cycle: str) -> dict[str, Any]:
    """What leveranser.xlsx says: asked, unasked, awaited and gaps of a Summary. Its faults are told by `vbe check`."""
    settings, period, folder = workspace.settings, workspace.period(cycle), workspace.raw(cycle)
    covered, requested = dict[str, set[str]](), dict[str, date]()
    if (folder / DELIVERIES_FILE).is_file():
        from vbe_analysis.frames import NOT_DELIVERED
        from vbe_analysis.loaders.deliveries.deliveries import read_deliveries

        with suppress(InputError):
            deliveries = read_deliveries(folder, period, settings.vocabulary.sources, None, [])
            requested.update(deliveries.requested)
            for row in deliveries.rows:
                covered.setdefault(row.source, set()).update(row.months if row.status != NOT_DELIVERED else ())
    expected = [source for source in settings.sources_expected or covered if source != HISTORY]
    return {
        "asked": max(requested.values()).isoformat() if requested else "",
        "unasked": tuple(source for source in expected if source not in requested and source not in covered),
        "awaited": tuple(source for source in expected if source not in covered),
        "gaps": tuple(source for source in expected if source in covered and {*period.months} - covered[source]),
    }


def _stages(workspace: Workspace, cycle: str, summary: Summary) -> tuple[Stage, ...]:
    """The stages of the year, in order."""
    settings, happened = workspace.settings, dict(summary.happened)
    if PUBLICATION not in happened and (day := first_published(workspace, cycle)):
        happened[PUBLICATION] = day
    sources = workspace.vocabulary.sources
    details: dict[str, str] = {kind: _on(day) for kind, day in happened.items()}
    gone_out = PUBLICATION in happened or BOARD in happened  # what has not come by then is no longer waited for
    if gone_out or not summary.unasked:
        details[ORDER] = _on(summary.asked) if summary.asked else ""
    if gone_out or not summary.awaited:
        lacking = listed([sources[source].label for source in (*summary.awaited, *summary.gaps)])
        details[DELIVERIES] = message("revision.gaps", sources=lacking) if lacking else ""
    days = settings.revision.get(cycle)
    due = {name: getattr(days, name, None) for name in STAGES} | {DELIVERIES: settings.cycles[cycle].deadline}
    return tuple(Stage(name, due[name], details.get(name)) for name in STAGES)


def _name(stage: Stage) -> str:
    return message(f"revision.stage.{stage.name}")


def _on(day: str) -> str:
    return message("revision.on", day=swedish_date(date.fromisoformat(day)))


def _by(stage: Stage) -> str:
    return message("revision.by", day=swedish_date(stage.due)) if stage.due else ""
