"""A cycle's raw folder -> events, answers, coverage, rejects and the run record; or every fault at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vbe_analysis import frames
from vbe_analysis.config import message
from vbe_analysis.errors import Fault, InputError, VbeError
from vbe_analysis.frames import DELIVERED, NOT_ASKED
from vbe_analysis.loaders.deliveries.corrections import SHEET as CORRECTIONS_SHEET
from vbe_analysis.loaders.deliveries.corrections import Decision, apply, decisions_on, read_corrections
from vbe_analysis.loaders.deliveries.deliveries import Deliveries, Delivery, base_coverage, read_deliveries
from vbe_analysis.loaders.deliveries.folder import contents, delivered_files, private_name, undelivered
from vbe_analysis.loaders.files.raw import RawFile
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import kinds_in, safe_name
from vbe_analysis.loaders.privacy.gate import sheet_names_at_fault
from vbe_analysis.loaders.profiles.profile import Draft, Profile
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.conservation import RowOutcomes, whole_sheet
from vbe_analysis.loaders.tables.file import OMITTED, FileResult, read_delivered, unknown_error, without_rows
from vbe_analysis.loaders.tables.notices import few
from vbe_analysis.loaders.values.cells import TextForm, normalise
from vbe_analysis.periods import Period, months_between
from vbe_analysis.settings import Settings
from vbe_analysis.storage import CORRECTIONS

PRIVATE_NAME = "personal_data_name"
DUPLICATE, SET_ASIDE = "duplicate_file", "not_delivered_file"
Reading = tuple[Delivery, RawFile, FileResult]  # one file that was read


@dataclass(frozen=True, eq=False)
class Ingested:
    """A cycle, loaded. Frames by the contracts in frames.py; record: what the run record keeps, JSON-able.

    rejected: why each row was left out, with the label, date or number that could not be read; kept nowhere.
    """

    cycle: str
    events: pd.DataFrame
    answers: pd.DataFrame
    coverage: pd.DataFrame
    rejects: pd.DataFrame
    outcomes: tuple[tuple[Delivery, RowOutcomes], ...]
    notices: tuple[Fault, ...]
    rejected: tuple[Fault, ...]
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """What one ingest run is about. earlier: the last run record of the cycle ({} for none)."""

    settings: Settings
    folder: Path
    period: Period
    profiles: Mapping[str, Profile]
    earlier: Mapping[str, Any]
    accept_rejects: bool = False
    on_file: Callable[[str], None] = lambda name: None  # called with each file's name before the file is read
    previous: Mapping[str, Any] = field(default_factory=dict)  # the run record of the cycle before
    reader: FileReader | None = None  # one that several cycles share; else one of its own


def ingest(task: Task) -> Ingested:
    """Read every delivery of the cycle. Raises InputError with all faults of all files; nothing is written."""
    with nullcontext(task.reader) if task.reader else FileReader() as reader:
        own_faults: list[Fault] = []  # of the coordinator's workbooks
        deliveries = read_deliveries(task.folder, task.period, task.settings.vocabulary.sources, reader, own_faults)
        named = not own_faults  # whether every row of leveranser.xlsx could be read
        decisions = read_corrections(task.folder, reader, own_faults)
        files, refusals = delivered_files(task.folder, deliveries.rows, task.profiles)
        refusals = [*own_faults, *_open_guesses(task, deliveries), *refusals]
        cycles = task.settings.cycles.items()
        old_files = contents({c: task.folder.parent / c for c, span in cycles if span.start < task.period.start})
        unnamed, notices = undelivered(task.folder, {path for _, path in files}, old_files) if named else ([], [])
        refusals += unnamed
        first_of: dict[str, tuple[Path, Delivery]] = {}  # sha256 -> the first file with these bytes
        readings: list[Reading] = []
        for ordinal, (delivery, path) in enumerate(files, 1):
            kinds = kinds_in(path.name)
            name = message("place.delivery", number=ordinal) if kinds else path.name
            task.on_file(name)
            try:
                if kinds:
                    raise InputError([private_name(name, kinds)])
                profile = task.profiles.get(delivery.profile)
                raw = reader.read(path, profile.file if profile else TextForm())
                if private := sheet_names_at_fault(raw):
                    raise InputError(private)
                first = first_of.setdefault(raw.sha256, (path, delivery)) if delivery.status == DELIVERED else None
                result = _read_file(task, delivery, path, raw, decisions, first, old_files)
            except InputError as error:
                if delivery.status == DELIVERED or any(fault.code == PRIVATE_NAME for fault in error.faults):
                    refusals += error.faults
                else:
                    notices.append(Fault(SET_ASIDE, path.name))
                continue
            except Exception as error:  # its own words may hold a cell
                if isinstance(error, VbeError):
                    raise
                refusals.append(unknown_error(error, name))
                continue
            readings.append((delivery, raw, result))
            refusals += result.refusals
            notices += result.notices
    names = {normalise(path.name) for _, path in files}
    refusals += _without_place(d for d in decisions if normalise(d.file) not in names)
    faults = [fault for _, _, result in readings for fault in _by_row(result.faults)]
    if refusals or (faults and not task.accept_rejects):
        raise InputError(refusals if task.accept_rejects else [*refusals, *faults])
    return _ingested(task, deliveries, decisions, readings, faults, notices)


def _open_guesses(task: Task, deliveries: Deliveries) -> Iterable[Fault]:
    """A fault for each profile in use with guesses that no one has looked at: what they drop would be lost."""
    for name in dict.fromkeys(delivery.profile for delivery in deliveries.rows if delivery.status == DELIVERED):
        profile = task.profiles.get(name)
        if isinstance(profile, Draft):
            values = {"count": len(profile.guesses), "lines": few(profile.guesses)}
            first = profile.guesses[0]
            row = int(first) if first.isdigit() else None
            yield Fault("open_guesses", profile.written_in, row=row, values=values)


def _read_file(
    task: Task,
    delivery: Delivery,
    path: Path,
    raw: RawFile,
    decisions: tuple[Decision, ...],
    first: tuple[Path, Delivery] | None,
    old_files: Mapping[str, tuple[str, str]],
) -> FileResult:
    """One file: set aside, a duplicate, another cycle's, or read through its profile."""
    own = decisions_on(raw, decisions)
    if first is None:
        return _left_out(raw, SET_ASIDE, own, "")
    first_path, its = first
    if first_path != path and (its.source, its.months) == (delivery.source, delivery.months):
        return _left_out(raw, DUPLICATE, own, first_path.name)
    if first_path != path:  # to leave it out would leave its source or months covered by nothing
        values = {"other": first_path.name, "row": its.row}
        raise InputError([Fault("same_file_elsewhere", raw.name, values=values)])
    if raw.sha256 in old_files:
        cycle, name = old_files[raw.sha256]
        raise InputError([Fault("other_cycles_file", raw.name, values={"cycle": cycle, "other": name})])
    misses: list[Fault] = []
    corrected = apply(raw, own, task.earlier.get("corrections", {}), misses)
    profile = task.profiles[delivery.profile]
    context = replace(
        context_of(task.settings, profile, task.period.label, raw.name, delivery.span),
        ignored_before=task.previous.get("ignored_labels", {}).get(delivery.profile, {}),
    )
    result = read_delivered(corrected, context, task.period, own)
    return replace(result, refusals=(*misses, *result.refusals))


def context_of(settings: Settings, profile: Profile, cycle: str, file: str, span: tuple[date, date]) -> Context:
    """What reading a file through a profile needs of the workspace. span: the days that its source was asked for."""
    return Context(
        profile=profile,
        vocabulary=settings.vocabulary,
        cycle=cycle,
        file=file,
        span=span,
        areas={normalise(label): code for code, label in settings.areas.items()},
        outside=frozenset(normalise(label) for label in settings.areas_outside),
        places={normalise(place): code for place, code in settings.places.items()},
        questions=frozenset(settings.question_labels),
    )


def _left_out(raw: RawFile, rule: str, decisions: tuple[Decision, ...], other: str) -> FileResult:
    """A whole file that a named rule leaves out; a correction of it has no place."""
    outcomes = tuple(whole_sheet(sheet, raw.name, rule) for sheet in raw.sheets if not sheet.prose)
    notice = Fault(rule, raw.name, values={"other": other})
    return replace(without_rows(_without_place(decisions), [notice]), outcomes=outcomes)


def _without_place(decisions: Iterable[Decision]) -> list[Fault]:
    """A fault for each correction of a file that is not read."""
    place = "correction_misses", CORRECTIONS, CORRECTIONS_SHEET
    return [Fault(*place, decision.number, values={"file": safe_name(decision.file)}) for decision in decisions]


def _by_row(faults: tuple[Fault, ...]) -> list[Fault]:
    """A file's faults sheet by sheet, as someone who goes through it meets them."""
    sheets = list(dict.fromkeys(fault.sheet for fault in faults))
    return sorted(faults, key=lambda f: (sheets.index(f.sheet), f.row or 0, len(f.letter), f.letter))


def _ingested(
    task: Task,
    deliveries: Deliveries,
    decisions: tuple[Decision, ...],
    readings: list[Reading],
    faults: list[Fault],
    notices: list[Fault],
) -> Ingested:
    """The readings as the frames of a cycle, each conformed to its contract: the door of design.md 5."""
    cycle, sources = task.period.label, {"source": task.settings.vocabulary.sources}
    allowed = {
        **sources,
        "environment": task.settings.vocabulary.all_environments,
        "event_type": task.settings.vocabulary.event_types,
        "area": ["", *task.settings.areas],
    }
    events = _stacked([result.events for _, _, result in readings], frames.EVENTS)
    answers = _stacked([result.answers for _, _, result in readings], frames.ANSWERS)
    base = base_coverage(deliveries, task.period, task.settings.sources_expected)
    coverage = _finished_coverage(base, answers, readings, task).assign(cycle=cycle)
    source_of = {raw.name: delivery.source for delivery, raw, _ in readings}
    rows: list[tuple[object, ...]] = [
        (cycle, source_of.get(f.file, ""), f.file, f.sheet, f.row or 0, f.letter or f.column, f.code, f.remedy)
        for f in faults
    ]
    left_out: list[Fault] = []  # by a decision
    outcomes = tuple((delivery, o) for delivery, _, result in readings for o in result.outcomes)
    for delivery, of_sheet in outcomes:
        omitted = [row for row, outcome in of_sheet.by_row.items() if outcome == OMITTED]
        rows += [(cycle, delivery.source, of_sheet.file, of_sheet.sheet, row, "", OMITTED, "") for row in omitted]
        left_out += [Fault(OMITTED, of_sheet.file, of_sheet.sheet, row) for row in omitted]
    return Ingested(
        cycle=cycle,
        events=frames.conform(events, frames.EVENTS, allowed=allowed),
        answers=frames.conform(answers, frames.ANSWERS, allowed=sources),
        coverage=frames.conform(coverage, frames.COVERAGE, allowed=sources),
        rejects=frames.conform(pd.DataFrame(rows, columns=list(frames.REJECTS)), frames.REJECTS),
        outcomes=outcomes,
        notices=tuple(notices),
        rejected=(*faults, *left_out),
        record=_record(task, deliveries, decisions, readings),
    )


def _stacked(parts: list[pd.DataFrame], contract: Mapping[str, frames.FrameColumn]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else frames.empty(contract)


def _finished_coverage(
    base: pd.DataFrame, answers: pd.DataFrame, readings: Sequence[Reading], task: Task
) -> pd.DataFrame:
    """Coverage by frames.COVERAGE (without cycle), one row per source, month and, where asked apart, environment."""
    coverage = base.copy()
    units = answers.groupby("source")["unit"].nunique() if len(answers) else pd.Series(dtype="int64")
    delivered = coverage["status"] == DELIVERED
    coverage["answered"] = coverage["source"].map(units).where(delivered)
    versions = {d.source: task.profiles[d.profile].version for d, _, _ in readings if d.profile in task.profiles}
    if len(answers):  # the version of the question that is counted goes before the profile's
        noted = answers[answers["question"] == "noted"].drop_duplicates("source")
        versions |= {s: v for s, v in zip(noted["source"], noted["version"], strict=True) if v}
    blank = coverage["version"] == ""
    coverage.loc[blank, "version"] = [versions.get(source, "") for source in coverage.loc[blank, "source"]]
    coverage["straddled"] = False
    for delivery, _, result in readings:
        straddled = coverage["month"].isin(_straddled(result, task.period))
        coverage.loc[(coverage["source"] == delivery.source) & delivered & straddled, "straddled"] = True
    rows = [row for delivery, _, result in readings for row in _not_asked(coverage, delivery, result)]
    return pd.concat([coverage, pd.DataFrame(rows)], ignore_index=True) if rows else coverage


def _straddled(result: FileResult, period: Period) -> set[str]:
    """Months that the source's counts reach only by a span that passes the period's boundary."""
    inside: set[str] = set()
    passing: set[str] = set()
    for first, last in result.spans:
        months = set(months_between(first, last))
        (inside if period.holds(first, last) else passing).update(months & set(period.months))
    return passing - inside


def _not_asked(coverage: pd.DataFrame, delivery: Delivery, result: FileResult) -> list[dict[str, object]]:
    """A row per month and environment for which the source says it has no figure."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    months = coverage[coverage["source"] == delivery.source].set_index("month")
    for environment, first, last in result.gaps:
        days = [] if not environment or np.isnat(first) else [_day(first), _day(last)]
        for month in months_between(*days) if days else ():
            if month in months.index:
                row: dict[str, object] = {str(column): value for column, value in months.loc[month].items()}
                rows[environment, month] = row | {"month": month, "environment": environment, "status": NOT_ASKED}
    return list(rows.values())


def _day(day: np.datetime64) -> date:
    return pd.Timestamp(day).date()


def _record(
    task: Task, deliveries: Deliveries, decisions: tuple[Decision, ...], readings: list[Reading]
) -> dict[str, Any]:
    """What the run record keeps: hashes, rows by reason, corrections; no path, no user, no cell."""
    inputs, hashes, rules = list[dict[str, Any]](), dict[str, str](), Counter[str]()
    ignored: dict[str, dict[str, list[str]]] = {}  # profile -> rule -> checksums of labels
    for delivery, raw, result in readings:
        for rule, label in result.ignored:
            ignored.setdefault(delivery.profile, {}).setdefault(rule, []).append(label)
        hashes[normalise(raw.name)] = raw.sha256
        rules.update(result.rules_used or {})
        sheets = [
            {
                "sheet": of_sheet.sheet,
                "rows": len(of_sheet.by_row),
                "loaded": len(of_sheet.loaded),
                "ignored": {rule: len(rows) for rule, rows in sorted(of_sheet.ignored().items())},
                "rejected": len(of_sheet.rejected),
                "cells": [asdict(of_table) for of_table in of_sheet.cells],
            }
            for of_sheet in result.outcomes
        ]
        place = {"file": raw.name, "source": delivery.source, "profile": delivery.profile, "sha256": raw.sha256}
        inputs.append({**place, "format": raw.format, "reports": len(result.events), "sheets": sheets})
    return {
        "cycle": task.period.label,
        "period": [task.period.start.isoformat(), task.period.end.isoformat()],
        "inputs": inputs,
        "corrections": {d.identity: hashes[normalise(d.file)] for d in decisions},
        "corrections_by_reason": dict(sorted(Counter(d.reason for d in decisions).items())),
        "breaks": [
            {"source": b.source, "date": b.day.isoformat(), "text": b.text, "comparable": b.comparable}
            for b in deliveries.breaks
        ],
        "ignored_labels": ignored,
        "rules_used": dict(sorted(rules.items())),
        "accept_rejects": task.accept_rejects,
    }
