"""`vbe purge`: what is due for deletion in a closed cycle, and its deletion under a decision. Never by itself.

Goes: data/raw/<cycle>/, reports/<cycle>/intern/, an internal export, what cut-off runs left, the notebooks'
checkpoints, the survey answers and the list of rejects. The events are coarsened, since the years chart counts them.
Stays: the published edition with its facts files, the run records, the coverage, the plan's activities, the log of
internal exports. The protocol tells what kind, how many, when and by which decision.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from vbe_analysis.analysis.overlaps import coarsen_events
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import INTERNAL, disclosure
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.frames import empty
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.periods import month_span
from vbe_analysis.region.district import internal_files
from vbe_analysis.storage import RECORD, replace_whole, sha256
from vbe_analysis.swedish import swedish_date
from vbe_analysis.workspace import parquet
from vbe_analysis.workspace.frozen import frozen
from vbe_analysis.workspace.workspace import Workspace

PROTOCOL = "gallring.json"
CHECKPOINTS = ".ipynb_checkpoints"
# Kinds of files, as the protocol and messages [purge.kinds] name them, and of rows.
RAW, INTERN, LEFT, SAVED = "underlag", "intern_utgava", "tillfalliga_filer", "anteckningsbokens_kopior"
EVENTS, ANSWERS, REJECTS = "handelser_forgrovade", "enkatsvar", "bortfallslista"


@dataclass(frozen=True)
class Due:
    """What may be deleted of a cycle. since: the day its time was up; counts: kind -> files or rows."""

    cycle: str
    since: date
    counts: Mapping[str, int]
    published: bool
    current: bool  # whether the frames stand on the raw files as they are now

    def lines(self) -> Iterator[str]:
        yield message("purge.due", cycle=self.cycle, since=swedish_date(self.since))
        yield from (message(f"purge.kinds.{kind}", count=count) for kind, count in self.counts.items() if count)
        if not self.published:
            yield message("purge.unpublished")
        if not self.current:
            yield message("purge.outdated", cycle=self.cycle)


def due_cycles(workspace: Workspace, today: date) -> tuple[Due, ...]:
    """The cycles whose time is up (retention_months in disclosure.toml) and of which something is left to delete."""
    cycles = (_due(workspace, cycle) for cycle in workspace.cycles)
    return tuple(due for due in cycles if due.since <= today and any(due.counts.values()))


def purge_cycle(workspace: Workspace, cycle: str, decision: str, today: date) -> Due:
    """Delete what is due of the cycle, coarsen its events, and write the protocol; returns what it deleted.

    decision: the reference (diarienummer) of the decision. Run again after an interruption, it finishes the rest under
    the same protocol. Raises InputError where nothing is due, or the reference is missing or not a mere reference.
    """
    workspace.period(cycle)
    reference = " ".join(decision.split())
    if not reference or len(reference) > 100 or kinds_in(reference):
        raise fault("purge_decision")
    due = next((due for due in due_cycles(workspace, today) if due.cycle == cycle), None)
    if due is None:
        raise fault("purge_not_due", cycle=cycle, since=swedish_date(_due(workspace, cycle).since))
    entries = _entries(workspace, cycle)
    if not entries or entries[-1]["slutförd"]:
        entries.append({"omgång": cycle, "beslut": reference, "datum": today.isoformat(), "gallrat": dict(due.counts)})
    entry = entries[-1]
    _note(workspace, cycle, [*entries[:-1], {**entry, "slutförd": False}])
    _coarsen(workspace, cycle)
    for folder in (workspace.raw(cycle), workspace.reports(cycle, INTERNAL)):
        _remove(folder)
    for path in (*_left(workspace, cycle), *internal_files(workspace, cycle), *workspace.root.rglob(CHECKPOINTS)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    files = {p.relative_to(workspace.root).as_posix(): sha256(p) for p in _files(workspace.processed(cycle))}
    _note(workspace, cycle, [*entries[:-1], {**entry, "slutförd": True, "filer": files}])
    return due


def protocol(workspace: Workspace, cycle: str) -> dict[str, Any]:
    """The last entry of the cycle's protocol: omgång, beslut, datum, gallrat, slutförd, filer; {} for none."""
    entries = _entries(workspace, cycle)
    return entries[-1] if entries else {}


def _due(workspace: Workspace, cycle: str) -> Due:
    frames = workspace.processed(cycle)
    events = parquet.read_frame(frames, "events")
    counts = {
        RAW: len(_files(workspace.raw(cycle))),
        INTERN: len(_files(workspace.reports(cycle, INTERNAL))) + len(internal_files(workspace, cycle)),
        LEFT: len(_left(workspace, cycle)),
        EVENTS: int((events["file"] != "").sum()),  # a coarsened event points at no file
        ANSWERS: len(parquet.read_frame(frames, "answers")),
        REJECTS: len(parquet.read_frame(frames, "rejects")),
    }
    if any(counts.values()):  # they belong to no cycle, and go with the first
        counts[SAVED] = sum(len(_files(path)) for path in workspace.root.rglob(CHECKPOINTS))
    published = any(edition.cycle == cycle for edition in frozen(workspace))
    current = not workspace.raw(cycle).is_dir() or workspace.is_current(cycle)
    return Due(cycle, _day(workspace, workspace.period(cycle).end), counts, published, current)


def _day(workspace: Workspace, end: date) -> date:
    """The day on which a period that ended on `end` has been kept for the months of retention."""
    months = end.year * 12 + end.month - 1 + disclosure(workspace.root).retention_months
    last = month_span(f"{months // 12}-{months % 12 + 1:02d}")[1]
    return last if last.day < end.day else last.replace(day=end.day)


def _coarsen(workspace: Workspace, cycle: str) -> None:
    folder = workspace.processed(cycle)
    if not (folder / RECORD).is_file():
        return
    frames = {name: parquet.read_frame(folder, name) for name in parquet.CONTRACTS}
    frames["events"] = coarsen_events(frames["events"], workspace.overlaps(cycle), workspace.period(cycle))
    frames |= {name: empty(parquet.CONTRACTS[name]) for name in ("answers", "rejects")}
    parquet.write_frames(folder, frames, workspace.record(cycle), {"area": [""]})


def _remove(folder: Path) -> None:
    """Delete a folder: out of the way first, so that one half deleted is never read as whole."""
    doomed = folder.with_name(f".{folder.name}.gallras")
    if doomed.is_dir():
        shutil.rmtree(doomed)
    if folder.is_dir():
        folder.replace(doomed)
        shutil.rmtree(doomed)


def _left(workspace: Workspace, cycle: str) -> list[Path]:
    """What runs that were cut off left beside the cycle's folders."""
    reports, raw, frames = workspace.reports(cycle).parent, workspace.raw(cycle), workspace.processed(cycle)
    patterns = (
        (reports, ".*.ny"),
        (reports, ".*.gallras"),
        (raw.parent, f".{cycle}.*"),
        (frames.parent, f".{cycle}.*"),
    )
    return [path for folder, pattern in patterns if folder.is_dir() for path in sorted(folder.glob(pattern))]


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder.is_dir() else []


def _entries(workspace: Workspace, cycle: str) -> list[dict[str, Any]]:
    path = workspace.reports(cycle).parent / PROTOCOL
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []
    except ValueError:
        raise InputError([Fault("purge_protocol", PROTOCOL, values={"cycle": cycle})]) from None


def _note(workspace: Workspace, cycle: str, entries: list[dict[str, Any]]) -> None:
    path = workspace.reports(cycle).parent / PROTOCOL
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_whole(path, f"{json.dumps(entries, ensure_ascii=False, indent=1)}\n".encode())
