"""One delivered file through its profile: raw table -> gate -> tables -> reports, answers, an account of its rows."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.deliveries.corrections import Decision, approved, corrected_rows, omitted
from vbe_analysis.loaders.files.raw import RawFile, RawSheet, column_letter
from vbe_analysis.loaders.privacy.detect import PRIVATE_CELL
from vbe_analysis.loaders.privacy.gate import cells_at_fault, dropped_notices, headings_at_fault, names_at_fault
from vbe_analysis.loaders.profiles.schema import Table
from vbe_analysis.loaders.tables.columns import Context, unknown_codes
from vbe_analysis.loaders.tables.locate import Located, locate
from vbe_analysis.loaders.tables.reports import Part, read_table
from vbe_analysis.loaders.tables.reshape import Turned, collect, turned
from vbe_analysis.loaders.tables.rows import Account, account, first_fates, ragged_rows, whole_sheet
from vbe_analysis.loaders.tables.survey import read_survey
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY, OTHER_TYPE, UNKNOWN


def events_of(part: Part, context: Context, period: Period, sheet: RawSheet, corrected: frozenset[int]) -> pd.DataFrame:
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


def answers_of(part: Part, context: Context, sheet: RawSheet) -> pd.DataFrame:
    """The part's answers as frames.ANSWERS, one row per respondent and question."""
    answers = part.answers if part.answers is not None else pd.DataFrame()
    rows = part.located.numbers()[answers["position"].to_numpy(dtype=np.int64)]
    place = {"cycle": context.cycle, "source": context.profile.source, "file": context.file, "sheet": sheet.name}
    return answers.drop(columns="position").assign(row=rows, **place)


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
    stops += unknown_codes(context)
    aside = {id(sheet): turned(sheet) for sheet, table in chosen if table.transposed}
    located = [(sheet, _located(sheet, table, aside, raw.name)) for sheet, table in chosen if table.shape != "form"]
    forms = [(sheet, collect(sheet, table, raw.name)) for sheet, table in chosen if table.shape == "form"]
    private = [fault for _, place in located for fault in headings_at_fault(place, raw.name)]
    private += [fault for _, form in forms for fault in form.labels_at_fault(raw.name)]
    if private:
        return replace(nothing, stops=tuple(private))
    stops += [fault for place in (*(p for _, p in located), *(f.located for _, f in forms)) for fault in place.faults]
    if stops:
        return replace(nothing, stops=tuple(stops), notices=tuple(notices))
    notices += [n for _, place in located for n in _dropped(place, raw.name)]
    parts: list[tuple[RawSheet, Part, Account | None]] = []
    for sheet, place in located:
        part, on_side = _read(place, context), aside.get(id(sheet))
        own = on_side.account(part, raw.name) if on_side else None
        parts.append((sheet, on_side.part(part) if on_side else part, own))
    for sheet, form in forms:
        notices += _dropped(form.located, raw.name)
        part = form.placed(_read(form.located, context))
        parts.append((sheet, part, form.account(part, raw.name)))
    return _together(raw, context, period, decisions, parts, replace(nothing, notices=tuple(notices)))


def _located(sheet: RawSheet, table: Table, aside: Mapping[int, Turned], file: str) -> Located:
    if not table.transposed:
        return locate(sheet, table, file)
    on_side = aside[id(sheet)]
    return on_side.located(locate(on_side.sheet, table, file))


def _read(located: Located, context: Context) -> Part:
    """The table's part; a ragged row is rejected whole, and one with personal data stopped, for that alone."""
    fates = first_fates(located)
    private = cells_at_fault(located, fates, context.file)
    ragged = ragged_rows(located, fates, context.file)
    part = read_survey(located, context) if located.table.shape == "survey" else read_table(located, context)
    askew = {position for position, _ in ragged}
    told = askew | {position for position, _ in private}
    found = [(position, fault) for position, fault in part.faults if position not in told]
    private += [(at, replace(fault, sheet=located.sheet.name)) for at, fault in found if fault.code == PRIVATE_CELL]
    faults = (*ragged, *(one for one in found if one[1].code != PRIVATE_CELL))
    answers = part.answers if part.answers is None else part.answers[~part.answers["position"].isin(askew)]
    return replace(
        part, faults=faults, stops=(*part.stops, *(fault for _, fault in private)),
        reports=part.reports[~part.reports["position"].isin(askew)], answers=answers,
    )  # fmt: skip


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
            known = ", ".join(sheet.name for sheet in raw.sheets if not sheet.prose) or "–"
            values = {"sheets": ", ".join(table.sheets), "profile": context.profile.name, "found": known}
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
    notices = list(start.notices)
    for sheet in raw.sheets:
        mine = [(part, own) for where, part, own in parts if where is sheet]
        faults += [replace(fault, sheet=sheet.name) for part, _ in mine for _, fault in part.faults]
        stops += [fault for part, _ in mine for fault in part.stops if not approved(decisions, fault)]
        corrected = corrected_rows(decisions, sheet.name)
        events += [events_of(part, context, period, sheet, corrected) for part, _ in mine]
        answers += [answers_of(part, context, sheet) for part, _ in mine if part.answers is not None]
        if sheet.hidden:
            accounts.append(whole_sheet(sheet, raw.name, HIDDEN_SHEET))
        elif mine:
            notices += _outside(sheet, [part.located for part, own in mine if own is None], raw.name)
            own = next((own for _, own in mine if own is not None), None)
            refused = [(p.located, p.fates, {position for position, _ in p.faults}) for p, _ in mine]
            accounts.append(_leave_out(own or account(sheet, raw.name, refused), omitted(decisions, sheet.name)))
        elif not sheet.prose:
            accounts.append(whole_sheet(sheet, raw.name, "ignored_sheet"))
    if parts and not any(of_sheet.loaded or of_sheet.rejected or _spoken_of(of_sheet) for of_sheet in accounts):
        stops.append(Fault("no_rows", raw.name))
    rules = {rule: n for _, part, _ in parts for rule, n in part.rules_used.items()}
    if context.profile.source != HISTORY and not _any_day_inside([part for _, part, _ in parts], period):
        stops.append(Fault("no_dates_in_period", raw.name, values={"period": str(period)}))
    return replace(
        start,
        notices=tuple(notices),
        events=pd.concat(events, ignore_index=True),
        answers=pd.concat(answers, ignore_index=True) if answers else pd.DataFrame(),
        accounts=tuple(accounts), faults=tuple(faults), stops=tuple(stops),
        unasked=tuple(item for _, part, _ in parts for item in part.unasked),
        spans=frozenset(span for _, part, _ in parts for span in part.spans), rules_used=rules,
    )  # fmt: skip


def _outside(sheet: RawSheet, tables: list[Located], file: str) -> Iterator[Fault]:
    """A notice of the rows with several cells below the first table and in none: a table that nobody expects."""
    left = np.zeros(len(sheet.row_numbers), dtype=bool)
    left[min((table.header for table in tables), default=len(left)) :] = True
    for table in tables:
        left[table.header : table.end] = False
    rows = [p for p in np.flatnonzero(left).tolist() if sum(cell is not None for cell in sheet.row(p)) > 1]
    if rows:
        values = {"rows": ", ".join(str(sheet.row_numbers[p]) for p in rows[:8]) + (" …" if len(rows) > 8 else "")}
        yield Fault("rows_outside", file, sheet.name, values=values)


def _spoken_of(of_sheet: Account) -> bool:
    """Whether some row holds data, if only such as a rule leaves out."""
    return bool(
        set(of_sheet.ignored()) - {"header_row", "title_row", "blank_row", "footnote", "ignored_sheet", HIDDEN_SHEET}
    )


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
