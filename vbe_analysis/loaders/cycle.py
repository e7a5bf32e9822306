"""A cycle's raw folder -> events, answers, coverage, rejects and the run record; or every fault at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vbe_analysis import frames
from vbe_analysis.config import message
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.frames import DELIVERED, NOT_ASKED
from vbe_analysis.loaders.deliveries.corrections import SHEET as CORRECTIONS_SHEET
from vbe_analysis.loaders.deliveries.corrections import Decision, apply, read_corrections, settled
from vbe_analysis.loaders.deliveries.deliveries import Deliveries, Delivery, base_coverage, read_deliveries
from vbe_analysis.loaders.deliveries.folder import contents, delivered_files, private_name, undelivered
from vbe_analysis.loaders.files.raw import RawFile
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import kinds_in, safe_name
from vbe_analysis.loaders.privacy.gate import names_at_fault
from vbe_analysis.loaders.profiles.read import Profile
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.file import Loaded, read_delivered
from vbe_analysis.loaders.tables.rows import Account, whole_sheet
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.periods import Period, months_between
from vbe_analysis.settings import Settings
from vbe_analysis.storage import CORRECTIONS


def finished_coverage(
    base: pd.DataFrame, answers: pd.DataFrame, loaded: Sequence[tuple[Delivery, Loaded]],
    profiles: Mapping[str, Profile], period: Period,
) -> pd.DataFrame:  # fmt: skip
    """Coverage by frames.COVERAGE (without cycle), one row per source, month and, where asked apart, environment."""
    coverage = base.copy()
    units = answers.groupby("source")["unit"].nunique() if len(answers) else pd.Series(dtype="int64")
    delivered = coverage["status"] == DELIVERED
    coverage["answered"] = coverage["source"].map(units).where(delivered)
    versions = _versions(answers, loaded, profiles)
    blank = coverage["version"] == ""
    coverage.loc[blank, "version"] = [versions.get(source, "") for source in coverage.loc[blank, "source"]]
    coverage["straddled"] = False
    for delivery, found in loaded:
        if found.spans:
            mine = (coverage["source"] == delivery.source) & delivered
            coverage.loc[mine, "straddled"] |= coverage.loc[mine, "month"].isin(_straddled(found, period))
    rows = [row for delivery, found in loaded for row in _unasked(coverage, delivery, found)]
    return pd.concat([coverage, pd.DataFrame(rows)], ignore_index=True) if rows else coverage


def _versions(
    answers: pd.DataFrame, loaded: Sequence[tuple[Delivery, Loaded]], profiles: Mapping[str, Profile]
) -> dict[str, str]:
    """source -> the version of the question that is counted: its wording's, else the profile's."""
    found = {d.source: profiles[d.profile].version for d, _ in loaded if d.profile in profiles}
    if len(answers):
        noted = answers[answers["question"] == "noted"].drop_duplicates("source")
        found |= {s: v for s, v in zip(noted["source"], noted["version"], strict=True) if v}
    return found


def _straddled(found: Loaded, period: Period) -> set[str]:
    """Months that the source's counts reach only by a span that passes the period's boundary."""
    inside: set[str] = set()
    passing: set[str] = set()
    for first, last in found.spans:
        months = set(months_between(first, last))
        (inside if period.holds(first, last) else passing).update(months & set(period.months))
    return passing - inside


def _days(first: np.datetime64, last: np.datetime64) -> tuple[date, date]:
    return pd.Timestamp(first).date(), pd.Timestamp(last).date()


def _unasked(coverage: pd.DataFrame, delivery: Delivery, found: Loaded) -> list[dict[str, object]]:
    """A row per month and environment for which the source says it has no figure."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    mine = coverage[coverage["source"] == delivery.source].set_index("month")
    for environment, first, last in found.unasked:
        if not environment or np.isnat(first):
            continue
        for month in months_between(*_days(first, last)):
            if month in mine.index:
                row: dict[str, object] = {str(k): v for k, v in mine.loc[month].items()}
                row |= {"month": month, "environment": environment, "status": NOT_ASKED}
                rows[environment, month] = row
    return list(rows.values())


PRIVATE_NAME = "personal_data_name"
DUPLICATE, SET_ASIDE = "duplicate_file", "not_delivered_file"


@dataclass(frozen=True, eq=False)
class Ingested:
    """A cycle, loaded. Frames by the contracts in frames.py; record: what the run record keeps, JSON-able."""

    cycle: str
    events: pd.DataFrame
    answers: pd.DataFrame
    coverage: pd.DataFrame
    rejects: pd.DataFrame
    accounts: tuple[tuple[Delivery, Account], ...]
    notices: tuple[Fault, ...]
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
    said: Callable[[str], None] = lambda name: None  # told each file's name as it is begun
    reader: FileReader | None = None  # one that several cycles share; else one of its own


def ingest(task: Task) -> Ingested:
    """Read every delivery of the cycle. Raises InputError with all faults of all files; nothing is written."""
    deliveries = read_deliveries(task.folder, task.period, task.settings.vocabulary.sources)
    decisions = read_corrections(task.folder)
    files, stops = delivered_files(task.folder, deliveries.rows, task.profiles)
    others, seen = _earlier(task), dict[str, tuple[Path, Delivery]]()
    more, notices = undelivered(task.folder, {path for _, path in files}, others)
    stops += more
    loaded: list[tuple[Delivery, RawFile, Loaded]] = []
    with nullcontext(task.reader) if task.reader else FileReader() as reader:
        for ordinal, (delivery, path) in enumerate(files, 1):
            private = kinds_in(path.name)
            alias = message("place.delivery", number=ordinal) if private else path.name
            task.said(alias)
            try:
                if private:
                    raise InputError([private_name(alias, private)])
                raw = reader.read(path)
                found = _one(task, delivery, path, raw, decisions, seen, others, ordinal)
            except InputError as error:
                if delivery.status == frames.DELIVERED or any(f.code == PRIVATE_NAME for f in error.faults):
                    stops += error.faults
                else:
                    notices.append(Fault(SET_ASIDE, path.name))
                continue
            loaded.append((delivery, raw, found))
            stops += found.stops
            notices += found.notices
    stops += list(_unused(decisions, files))
    faults = [fault for _, _, found in loaded for fault in _by_row(found.faults)]
    waved = [] if task.accept_rejects else faults
    if stops or waved:
        raise InputError([*stops, *waved])
    return _result(task, deliveries, decisions, loaded, faults, notices)


def _by_row(faults: tuple[Fault, ...]) -> list[Fault]:
    """A file's faults sheet by sheet, as someone who goes through it meets them."""
    sheets = list(dict.fromkeys(fault.sheet for fault in faults))
    return sorted(
        faults, key=lambda fault: (sheets.index(fault.sheet), fault.row or 0, len(fault.letter), fault.letter)
    )


def _one(
    task: Task, delivery: Delivery, path: Path, raw: RawFile, decisions: tuple[Decision, ...],
    seen: dict[str, tuple[Path, Delivery]], others: Mapping[str, tuple[str, str]], ordinal: int,
) -> Loaded:  # fmt: skip
    """One file: set aside, a duplicate, another cycle's, or read through its profile."""
    private = names_at_fault(raw, ordinal)
    if private:
        raise InputError(private)
    mine = settled(raw, decisions)
    if delivery.status != frames.DELIVERED:
        return _left_out(raw, SET_ASIDE, mine, "")
    first, its = seen.setdefault(raw.sha256, (path, delivery))
    if first != path and (its.source, its.months) == (delivery.source, delivery.months):
        return _left_out(raw, DUPLICATE, mine, first.name)
    if first != path:  # to leave it out would leave its source or months covered by nothing
        raise InputError([Fault("same_file_elsewhere", raw.name, values={"other": first.name, "row": its.row})])
    if raw.sha256 in others:
        cycle, name = others[raw.sha256]
        raise InputError([Fault("other_cycles_file", raw.name, values={"cycle": cycle, "other": name})])
    corrected = apply(raw, mine, task.earlier.get("corrections", {}))
    return read_delivered(corrected, _context(task, delivery, raw), task.period, mine, ordinal)


def _left_out(raw: RawFile, rule: str, decisions: tuple[Decision, ...], other: str) -> Loaded:
    """A whole file that a named rule leaves out; a correction of it misses."""
    accounts = tuple(whole_sheet(sheet, raw.name, rule) for sheet in raw.sheets if not sheet.prose)
    notice = Fault(rule, raw.name, values={"other": other})
    return Loaded(pd.DataFrame(), pd.DataFrame(), accounts, stops=_missed(decisions), notices=(notice,))


def _context(task: Task, delivery: Delivery, raw: RawFile) -> Context:
    settings = task.settings
    areas = {normalise(label): code for code, label in settings.areas.items()}
    return Context(
        profile=task.profiles[delivery.profile], vocabulary=settings.vocabulary, cycle=task.period.label, file=raw.name,
        span=delivery.span, areas=areas, outside=frozenset(normalise(label) for label in settings.areas_outside),
        places={normalise(place): code for place, code in settings.places.items()},
    )  # fmt: skip


def _earlier(task: Task) -> dict[str, tuple[str, str]]:
    """The contents of the earlier cycles' folders."""
    cycles = task.settings.cycles.items()
    return contents({c: task.folder.parent / c for c, span in cycles if span.start < task.period.start})


def _unused(decisions: tuple[Decision, ...], files: list[tuple[Delivery, Path]]) -> Iterator[Fault]:
    """A fault for each correction of a file that no delivery brought."""
    names = {normalise(path.name) for _, path in files}
    yield from _missed(d for d in decisions if normalise(d.file) not in names)


def _missed(decisions: Iterable[Decision]) -> tuple[Fault, ...]:
    return tuple(
        Fault("correction_misses", CORRECTIONS, CORRECTIONS_SHEET, d.number, values={"file": safe_name(d.file)})
        for d in decisions
    )


def _result(
    task: Task, deliveries: Deliveries, decisions: tuple[Decision, ...],
    loaded: list[tuple[Delivery, RawFile, Loaded]], faults: list[Fault], notices: list[Fault],
) -> Ingested:  # fmt: skip
    cycle, vocabulary = task.period.label, task.settings.vocabulary
    allowed = {"environment": vocabulary.all_environments, "event_type": vocabulary.event_types,
               "source": vocabulary.sources, "area": ["", *task.settings.areas]}  # fmt: skip
    events = _stacked([found.events for _, _, found in loaded], frames.EVENTS)
    answers = _stacked([found.answers for _, _, found in loaded], frames.ANSWERS)
    coverage = base_coverage(deliveries, task.period, task.settings.sources_expected)
    coverage = finished_coverage(coverage, answers, [(d, f) for d, _, f in loaded], task.profiles, task.period)
    sources = {raw.name: delivery.source for delivery, raw, _ in loaded}
    rows = [(cycle, sources.get(f.file, ""), f.file, f.sheet, f.row or 0, f.letter or f.column, f.code, f.remedy)
            for f in faults]  # fmt: skip
    for delivery, raw, found in loaded:
        for account in found.accounts:
            rows += [(cycle, delivery.source, raw.name, account.sheet, row, "", "omitted", "")
                     for row, fate in account.fates.items() if fate == "omitted"]  # fmt: skip
    rejects = frames.conform(pd.DataFrame(rows, columns=list(frames.REJECTS)), frames.REJECTS)
    return Ingested(
        cycle=cycle, events=frames.conform(events, frames.EVENTS, allowed=allowed),
        answers=frames.conform(answers, frames.ANSWERS, allowed={"source": vocabulary.sources}),
        coverage=frames.conform(coverage.assign(cycle=cycle), frames.COVERAGE, allowed={"source": vocabulary.sources}),
        rejects=rejects, accounts=tuple((d, a) for d, _, found in loaded for a in found.accounts),
        notices=tuple(notices), record=_record(task, deliveries, decisions, loaded),
    )  # fmt: skip


def _stacked(parts: list[pd.DataFrame], contract: Mapping[str, frames.FrameColumn]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else frames.empty(contract)


def _record(
    task: Task, deliveries: Deliveries, decisions: tuple[Decision, ...], loaded: list[tuple[Delivery, RawFile, Loaded]]
) -> dict[str, Any]:
    """What the run record keeps: hashes, rows by reason, corrections; no path, no user, no cell."""
    inputs, hashes, rules = list[dict[str, Any]](), dict[str, str](), Counter[str]()
    for delivery, raw, found in loaded:
        hashes[normalise(raw.name)] = raw.sha256
        rules.update(found.rules_used or {})
        sheets = [
            {"sheet": a.sheet, "rows": len(a.fates), "loaded": len(a.loaded),
             "ignored": {rule: len(rows) for rule, rows in sorted(a.ignored().items())}, "rejected": len(a.rejected)}
            for a in found.accounts
        ]  # fmt: skip
        inputs.append({"file": raw.name, "source": delivery.source, "profile": delivery.profile, "sha256": raw.sha256,
                       "format": raw.format, "reports": len(found.events), "sheets": sheets})  # fmt: skip
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
        "rules_used": dict(sorted(rules.items())),
        "accept_rejects": task.accept_rejects,
    }
