"""One delivered file through its profile: raw table -> gate -> tables -> reports, answers, an account of its rows."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import normalise
from vbe_analysis.loaders.corrections import Decision, approved, corrected_rows, omitted
from vbe_analysis.loaders.fields import Context
from vbe_analysis.loaders.forms import collect
from vbe_analysis.loaders.gate import cells_at_fault, dropped_notices, headings_at_fault, names_at_fault
from vbe_analysis.loaders.headings import Located, locate
from vbe_analysis.loaders.profiles import Table
from vbe_analysis.loaders.raw import RawFile, RawSheet, column_letter
from vbe_analysis.loaders.rows import Account, account, first_fates, whole_sheet
from vbe_analysis.loaders.survey import read_survey
from vbe_analysis.loaders.tables import Part, read_table
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY, OTHER_TYPE, UNKNOWN

OMITTED = "omitted"
HIDDEN_SHEET = "hidden_sheet"


@dataclass(frozen=True, eq=False)
class Loaded:
    """What one file gave. faults: of single rows, which may be left out; stops: of the file, which may not.

    events and answers: frames.EVENTS and frames.ANSWERS; unasked and spans as in tables.Part; dated: whether the
    file's own dates lie in the period (None: it states none).
    """

    events: pd.DataFrame
    answers: pd.DataFrame
    accounts: tuple[Account, ...]
    faults: tuple[Fault, ...] = ()
    stops: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()
    unasked: tuple[tuple[str, np.datetime64, np.datetime64], ...] = ()
    spans: frozenset[tuple[date, date]] = frozenset()
    rules_used: Mapping[str, int] | None = None


def read_delivered(
    raw: RawFile, context: Context, period: Period, decisions: Iterable[Decision] = (), ordinal: int = 1
) -> Loaded:
    """The file's reports, answers and accounts, and everything that is wrong with it at once."""
    decisions = tuple(decisions)
    nothing = Loaded(pd.DataFrame(), pd.DataFrame(), ())
    stops = names_at_fault(raw, ordinal)
    if stops:
        return replace(nothing, stops=tuple(stops))
    chosen, stops, notices = _tables(raw, context)
    located = [(sheet, table, locate(sheet, table, raw.name)) for sheet, table in chosen if table.shape != "form"]
    forms = [(sheet, collect(sheet, table, raw.name)) for sheet, table in chosen if table.shape == "form"]
    private = [fault for _, _, place in located for fault in headings_at_fault(place, raw.name)]
    private += [fault for _, form in forms for fault in form.labels_at_fault(raw.name)]
    if private:
        return replace(nothing, stops=tuple(private))
    stops += [
        fault for place in (*(p for _, _, p in located), *(f.located for _, f in forms)) for fault in place.faults
    ]
    if stops:
        return replace(nothing, stops=tuple(stops), notices=tuple(notices))
    notices += [n for _, _, place in located for n in _dropped(place, raw.name)]
    parts: list[tuple[RawSheet, Part, Account | None]] = []
    for sheet, _, place in located:
        parts.append((sheet, _read(place, context), None))
    for sheet, form in forms:
        notices += _dropped(form.located, raw.name)
        part = form.placed(_read(form.located, context))
        parts.append((sheet, part, form.account(part, raw.name)))
    return _together(raw, context, period, decisions, parts, replace(nothing, notices=tuple(notices)))


def _read(located: Located, context: Context) -> Part:
    """The table's part; a row with personal data in a kept cell is stopped for that alone."""
    private = cells_at_fault(located, first_fates(located), context.file)
    part = read_survey(located, context) if located.table.shape == "survey" else read_table(located, context)
    hit = {position for position, _ in private}
    faults = tuple((position, fault) for position, fault in part.faults if position not in hit)
    return replace(part, faults=faults, stops=(*part.stops, *(fault for _, fault in private)))


def _tables(raw: RawFile, context: Context) -> tuple[list[tuple[RawSheet, Table]], list[Fault], list[Fault]]:
    """The (sheet, table) pairs to read, what stops, and notices of hidden parts."""
    chosen: list[tuple[RawSheet, Table]] = []
    stops: list[Fault] = []
    notices: list[Fault] = list(raw.notices)
    for sheet in raw.sheets:
        if sheet.hidden:
            notices.append(Fault("hidden_sheet", raw.name, sheet.name))
            continue
        mine = [
            t for t in context.profile.tables if _named(sheet, t.sheets) and (not sheet.prose or t.sheets != ("*",))
        ]
        chosen += [(sheet, table) for table in mine]
        filled = any(cell is not None for column in sheet.columns for cell in column.cells)
        if not mine and filled and not sheet.prose and not _named(sheet, context.profile.ignore_sheets):
            stops.append(Fault("unknown_sheet", raw.name, sheet.name, values={"profile": context.profile.name}))
        if sheet.hidden_rows and mine:
            notices.append(Fault("hidden_rows", raw.name, sheet.name, values={"rows": len(sheet.hidden_rows)}))
        if sheet.hidden_columns and mine:
            letters = ", ".join(column_letter(i) for i in sorted(sheet.hidden_columns))
            notices.append(Fault("hidden_columns", raw.name, sheet.name, values={"letters": letters}))
    for table in context.profile.tables:
        if not table.optional and not any(t is table for _, t in chosen):
            values = {"sheets": ", ".join(table.sheets), "profile": context.profile.name}
            stops.append(Fault("missing_sheet", raw.name, values=values))
    return chosen, stops, notices


def _named(sheet: RawSheet, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(normalise(sheet.name), normalise(pattern)) for pattern in patterns)


def _dropped(located: Located, file: str) -> list[Fault]:
    unknown = [column_letter(i) for i in located.dropped]
    found = list(dropped_notices(located, file))
    if unknown:
        values = {"letters": ", ".join(unknown)}
        found.append(Fault("new_columns", file, located.sheet.name, values=values))
    return found


def _together(
    raw: RawFile, context: Context, period: Period, decisions: tuple[Decision, ...],
    parts: list[tuple[RawSheet, Part, Account | None]], start: Loaded,
) -> Loaded:  # fmt: skip
    events, answers, faults, stops = [], [], [], []
    accounts: list[Account] = []
    for sheet in raw.sheets:
        mine = [(part, own) for where, part, own in parts if where is sheet]
        faults += [replace(fault, sheet=sheet.name) for part, _ in mine for _, fault in part.faults]
        stops += [fault for part, _ in mine for fault in part.stops if not approved(decisions, fault)]
        corrected = corrected_rows(decisions, sheet.name)
        events += [_events(part, context, period, sheet, corrected) for part, _ in mine]
        answers += [_answers(part, context, sheet) for part, _ in mine if part.answers is not None]
        if sheet.hidden:
            accounts.append(whole_sheet(sheet, raw.name, HIDDEN_SHEET))
        elif mine:
            own = next((own for _, own in mine if own is not None), None)
            refused = [(p.located, p.fates, {position for position, _ in p.faults}) for p, _ in mine]
            accounts.append(_leave_out(own or account(sheet, raw.name, refused), omitted(decisions, sheet.name)))
        elif not sheet.prose:
            accounts.append(whole_sheet(sheet, raw.name, "ignored_sheet"))
    rules = {rule: n for _, part, _ in parts for rule, n in part.rules_used.items()}
    if context.profile.source != HISTORY and not _any_day_inside([part for _, part, _ in parts], period):
        stops.append(Fault("no_dates_in_period", raw.name, values={"period": str(period)}))
    return replace(
        start,
        events=pd.concat(events, ignore_index=True),
        answers=pd.concat(answers, ignore_index=True) if answers else pd.DataFrame(),
        accounts=tuple(accounts), faults=tuple(faults), stops=tuple(stops),
        unasked=tuple(item for _, part, _ in parts for item in part.unasked),
        spans=frozenset(span for _, part, _ in parts for span in part.spans), rules_used=rules,
    )  # fmt: skip


def _any_day_inside(parts: list[Part], period: Period) -> bool:
    """Whether some date of the file touches the period, or it states no date at all; rows out of scope count too."""
    days = [part.days for part in parts if part.days is not None]
    first = np.concatenate([d.first for d in days]) if days else np.zeros(0, "datetime64[D]")
    last = np.concatenate([d.last for d in days]) if days else first
    first = np.append(first, np.array([span[0] for part in parts for span in part.spans], "datetime64[D]"))
    last = np.append(last, np.array([span[1] for part in parts for span in part.spans], "datetime64[D]"))
    known = ~np.isnat(first)
    inside = (last >= np.datetime64(period.start)) & (first <= np.datetime64(period.end))
    return not known.any() or bool(inside[known].any())


def _leave_out(of_sheet: Account, rows: frozenset[int]) -> Account:
    """The account with the rows that a correction leaves out as rejected."""
    fates = {row: OMITTED if row in rows else fate for row, fate in of_sheet.fates.items()}
    return replace(of_sheet, fates=fates, rejected=of_sheet.rejected | rows)


def _events(part: Part, context: Context, period: Period, sheet: RawSheet, corrected: frozenset[int]) -> pd.DataFrame:
    """The part's reports as frames.EVENTS: blank dates are the source's whole period, blank codes oklar and ovrigt."""
    reports = part.reports
    position = reports["position"].to_numpy(dtype=np.int64)
    rows = part.located.numbers()[position]
    first, last = reports["first"].to_numpy("datetime64[D]"), reports["last"].to_numpy("datetime64[D]")
    blank = np.isnat(first)
    first = np.where(blank, np.datetime64(context.span[0], "D"), first)
    last = np.where(blank, np.datetime64(context.span[1], "D"), last)
    inside = (first >= np.datetime64(period.start)) & (last <= np.datetime64(period.end))
    apart = (last < np.datetime64(period.start)) | (first > np.datetime64(period.end))
    key = f"{context.cycle}|{context.profile.source}|{context.file}|{sheet.name}".encode()
    prefix = hashlib.sha256(key).hexdigest()[:16]
    ids = [f"{prefix}-{row}-{n}" for row, n in zip(rows.tolist(), reports["ordinal"].tolist(), strict=True)]
    frame = {
        "report_id": ids, "cycle": context.cycle, "source": context.profile.source,
        "date_from": first, "date_to": last,
        "environment": reports["environment"].fillna(UNKNOWN), "event_type": reports["event_type"].fillna(OTHER_TYPE),
        "area": reports["area"].fillna(""), "low": reports["low"], "high": reports["high"],
        "flags": _flags(part, position, rows, sheet, corrected),
        "not_counted": np.where(inside, "", np.where(apart, "outside_period", "straddles_boundary")),
        "file": context.file, "sheet": sheet.name, "row": rows,
    }  # fmt: skip
    columns = {name: values if isinstance(values, str) else np.asarray(values) for name, values in frame.items()}
    return pd.DataFrame(columns, index=range(len(ids)))


def _flags(
    part: Part, position: np.ndarray, rows: np.ndarray, sheet: RawSheet, corrected: frozenset[int]
) -> np.ndarray:
    flags = {
        "coded_by_rule": part.coded[position] if part.coded is not None else np.zeros(len(rows), dtype=bool),
        "corrected": np.isin(rows, list(corrected)),
        "hidden_row": np.isin(rows, list(sheet.hidden_rows)),
        "pairs_unknown": part.reports["unsure"].to_numpy(dtype=bool),
        "suppressed": part.reports["suppressed"].to_numpy(dtype=bool),
    }
    words = np.full(len(rows), "", dtype=object)
    for name, hit in flags.items():
        words[hit] = [f"{word} {name}".strip() for word in words[hit]]
    return words


def _answers(part: Part, context: Context, sheet: RawSheet) -> pd.DataFrame:
    answers = part.answers if part.answers is not None else pd.DataFrame()
    rows = part.located.numbers()[answers["position"].to_numpy(dtype=np.int64)]
    place = {"cycle": context.cycle, "source": context.profile.source, "file": context.file, "sheet": sheet.name}
    return answers.drop(columns="position").assign(row=rows, **place)
