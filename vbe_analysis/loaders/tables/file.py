"""One delivered file through its profile: sheets -> tables -> the gate -> reports, answers and row outcomes."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.deliveries.corrections import Decision, approved, corrected_rows, omitted
from vbe_analysis.loaders.files.raw import RawFile, RawSheet, column_letter
from vbe_analysis.loaders.privacy.gate import cells_at_fault, dropped_notices, headings_at_fault
from vbe_analysis.loaders.profiles.profile import Table, used_codes
from vbe_analysis.loaders.tables.columns import IGNORE, Context
from vbe_analysis.loaders.tables.locate import SheetTable, locate
from vbe_analysis.loaders.tables.reports import TableResult, read_table
from vbe_analysis.loaders.tables.rows import RowOutcomes, first_outcomes, ragged_rows, sheet_outcomes, whole_sheet
from vbe_analysis.loaders.tables.survey import read_survey
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY, OTHER_TYPE, UNKNOWN

OMITTED = "omitted"
# Rules of rows that hold no data; rows that any other rule ignores do.
WITHOUT_DATA = {"header_row", "title_row", "blank_row", "footnote", "ignored_sheet", "hidden_sheet"}


@dataclass(frozen=True, eq=False)
class FileResult:
    """What one file gave. faults: of single rows, which may be left out; refusals: of the file, which may not.

    events and answers: by frames.EVENTS and frames.ANSWERS; outcomes: a sheet each; gaps and spans as in TableResult.
    """

    events: pd.DataFrame
    answers: pd.DataFrame
    outcomes: tuple[RowOutcomes, ...] = ()
    faults: tuple[Fault, ...] = ()
    refusals: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()
    gaps: tuple[tuple[str, np.datetime64, np.datetime64], ...] = ()
    spans: frozenset[tuple[date, date]] = frozenset()
    rules_used: Mapping[str, int] | None = None


def without_rows(refusals: Iterable[Fault] = (), notices: Iterable[Fault] = ()) -> FileResult:
    """The result of a file that nothing was read from."""
    return FileResult(pd.DataFrame(), pd.DataFrame(), refusals=tuple(refusals), notices=tuple(notices))


def read_delivered(raw: RawFile, context: Context, period: Period, decisions: Iterable[Decision] = ()) -> FileResult:
    """The file's reports, answers and row outcomes, and everything that is wrong with it at once.

    The names of the file and its sheets have passed the gate. decisions: those on this file; their new cells are in
    `raw` already.
    """
    pairs, refusals, notices = _sheets_to_read(raw, context)
    refusals += unknown_codes(context)
    tables = [locate(sheet, table, raw.name) for sheet, table in pairs]
    if private := [fault for table in tables for fault in headings_at_fault(table, raw.name)]:
        return without_rows(private)
    refusals += [fault for table in tables for fault in table.faults]
    if refusals:
        return without_rows(refusals, notices)
    notices += [notice for table in tables for notice in _column_notices(table, raw.name)]
    return _fold(raw, context, period, tuple(decisions), [_read(table, context) for table in tables], notices)


def _sheets_to_read(raw: RawFile, context: Context) -> tuple[list[tuple[RawSheet, Table]], list[Fault], list[Fault]]:
    """The (sheet, table) pairs to read (forms last), what refuses the file, and notices of hidden parts."""
    pairs: list[tuple[RawSheet, Table]] = []
    refusals: list[Fault] = []
    notices: list[Fault] = list(raw.notices)
    profile = context.profile
    for sheet in raw.sheets:
        if sheet.hidden:
            notices.append(Fault("hidden_sheet", raw.name, sheet.name))
            continue
        tables = [t for t in profile.tables if _named(sheet, t.sheets) and (not sheet.prose or t.sheets != ("*",))]
        pairs += [(sheet, table) for table in tables]
        filled = any(cell is not None for column in sheet.columns for cell in column.cells)
        if not tables and filled and not sheet.prose and not _named(sheet, profile.ignore_sheets):
            refusals.append(Fault("unknown_sheet", raw.name, sheet.name, values={"profile": profile.name}))
        if sheet.hidden_rows and tables:
            notices.append(Fault("hidden_rows", raw.name, sheet.name, values={"rows": len(sheet.hidden_rows)}))
        if sheet.hidden_columns and tables:
            letters = ", ".join(column_letter(i) for i in sorted(sheet.hidden_columns))
            notices.append(Fault("hidden_columns", raw.name, sheet.name, values={"letters": letters}))
    for table in profile.tables:
        if not table.optional and not any(t is table for _, t in pairs):
            known = ", ".join(sheet.name for sheet in raw.sheets if not sheet.prose) or "–"
            values = {"sheets": ", ".join(table.sheets), "profile": profile.name, "found": known}
            refusals.append(Fault("missing_sheet", raw.name, values=values))
    return sorted(pairs, key=lambda pair: pair[1].shape == "form"), refusals, notices


def _named(sheet: RawSheet, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(normalise(sheet.name), normalise(pattern)) for pattern in patterns)


def unknown_codes(context: Context) -> list[Fault]:
    """A fault for each code of environment, event type or area that the workspace does not have, told once."""
    faults = []
    for field, code in dict.fromkeys(pair for pair in used_codes(context.profile) if pair[0] != IGNORE):
        if code and code not in context.codes(field):
            values = {"code": code, "field": field, "profile": context.profile.name}
            values["known"] = ", ".join(sorted(context.codes(field)))
            faults.append(Fault("profile_code", context.file, values=values))
    return faults


def _column_notices(table: SheetTable, file: str) -> Iterator[Fault]:
    """Personal data in columns that are dropped, and columns that the profile does not know."""
    yield from dropped_notices(table, file)
    if table.dropped:
        letters = ", ".join(column_letter(index) for index in table.dropped)
        yield Fault("new_columns", file, table.sheet.name, values={"letters": letters})


def _read(table: SheetTable, context: Context) -> TableResult:
    """The table's result, past the gate. A ragged row, or one with personal data, has that fault and no other."""
    outcomes = first_outcomes(table)
    private = cells_at_fault(table, outcomes, context.file)
    ragged = ragged_rows(table, outcomes, context.file)
    read: Callable[[SheetTable, np.ndarray, Context], TableResult]
    read = read_survey if table.table.shape == "survey" else read_table
    result = read(table, outcomes, context)
    unread = {position for position, _ in ragged}
    known = unread | {position for position, _ in private}
    faults = [*ragged, *((position, fault) for position, fault in result.faults if position not in known)]
    refusals = [*result.refusals, *(fault for _, fault in private)]
    return replace(
        result,
        faults=tuple((position, table.place(fault)) for position, fault in faults),
        refusals=tuple(map(table.place, refusals)),
        reports=_without(result.reports, unread),
        answers=None if result.answers is None else _without(result.answers, unread),
    )


def _without(frame: pd.DataFrame, positions: set[int]) -> pd.DataFrame:
    return frame[~frame["position"].isin(positions)]


def _fold(
    raw: RawFile,
    context: Context,
    period: Period,
    decisions: tuple[Decision, ...],
    results: list[TableResult],
    notices: list[Fault],
) -> FileResult:
    """The tables' results as the file's, sheet by sheet."""
    events, answers, faults = list[pd.DataFrame](), list[pd.DataFrame](), list[Fault]()
    refusals, outcomes = list[Fault](), list[RowOutcomes]()
    for sheet in raw.sheets:
        own = [result for result in results if result.table.source is sheet]
        faults += [fault for result in own for _, fault in result.faults]
        refusals += [fault for result in own for fault in result.refusals if not approved(decisions, fault)]
        events += [events_of(result, context, period, corrected_rows(decisions, sheet.name)) for result in own]
        answers += [answers_of(result.answers, result.table, context) for result in own if result.answers is not None]
        if own:
            notices += _rows_outside(sheet, [result.table for result in own], raw.name)
            tables = [(result.table, result.outcomes, {position for position, _ in result.faults}) for result in own]
            rows = omitted(decisions, sheet.name)
            of_sheet = sheet_outcomes(sheet, raw.name, tables)
            by_row = {row: OMITTED if row in rows else outcome for row, outcome in of_sheet.by_row.items()}
            outcomes.append(replace(of_sheet, by_row=by_row, rejected=of_sheet.rejected | rows))
        elif sheet.hidden or not sheet.prose:
            outcomes.append(whole_sheet(sheet, raw.name, "hidden_sheet" if sheet.hidden else "ignored_sheet"))
    if results and not any(o.loaded or o.rejected or set(o.ignored()) - WITHOUT_DATA for o in outcomes):
        refusals.append(Fault("no_rows", raw.name))
    if context.profile.source != HISTORY and not _any_day_inside(results, period):
        refusals.append(Fault("no_dates_in_period", raw.name, values={"period": str(period)}))
    return FileResult(
        events=pd.concat(events, ignore_index=True) if events else pd.DataFrame(),
        answers=pd.concat(answers, ignore_index=True) if answers else pd.DataFrame(),
        outcomes=tuple(outcomes),
        faults=tuple(faults),
        refusals=tuple(refusals),
        notices=tuple(notices),
        gaps=tuple(gap for result in results for gap in result.gaps),
        spans=frozenset(span for result in results for span in result.spans),
        rules_used={rule: rows for result in results for rule, rows in result.rules_used.items()},
    )


def _rows_outside(sheet: RawSheet, tables: list[SheetTable], file: str) -> Iterator[Fault]:
    """A notice of the rows with several cells below the first table and in none: a table that nobody expects."""
    plain = [table for table in tables if table.sheet is sheet]
    outside = np.zeros(len(sheet.row_numbers), dtype=bool)
    outside[min((table.header for table in plain), default=len(outside)) :] = True
    for table in plain:
        outside[table.header : table.end] = False
    rows = [p for p in np.flatnonzero(outside).tolist() if sum(cell is not None for cell in sheet.row(p)) > 1]
    if rows:
        values = {"rows": ", ".join(str(sheet.row_numbers[p]) for p in rows[:8]) + (" …" if len(rows) > 8 else "")}
        yield Fault("rows_outside", file, sheet.name, values=values)


def _any_day_inside(results: list[TableResult], period: Period) -> bool:
    """Whether some date of the file touches the period, or it states no date at all; rows out of scope count too."""
    spans = np.array([span for result in results for span in result.spans], "datetime64[D]").reshape(-1, 2)
    first = np.concatenate([spans[:, 0], *(result.intervals.first for result in results)])
    last = np.concatenate([spans[:, 1], *(result.intervals.last for result in results)])
    known = ~np.isnat(first)
    inside = (last >= np.datetime64(period.start)) & (first <= np.datetime64(period.end))
    return not known.any() or bool(inside[known].any())


def events_of(result: TableResult, context: Context, period: Period, corrected: frozenset[int]) -> pd.DataFrame:
    """The reports as frames.EVENTS: a blank date is the source's whole period, blank codes are oklar and ovrigt.

    corrected: the rows of the sheet in which a decision gave a cell a new value.
    """
    reports, sheet = result.reports, result.table.source
    position = reports["position"].to_numpy(dtype=np.int64)
    rows = result.table.numbers()[position]
    first, last = reports["first"].to_numpy("datetime64[D]"), reports["last"].to_numpy("datetime64[D]")
    blank = np.isnat(first)
    first = np.where(blank, np.datetime64(context.span[0], "D"), first)
    last = np.where(blank, np.datetime64(context.span[1], "D"), last)
    inside = (first >= np.datetime64(period.start)) & (last <= np.datetime64(period.end))
    apart = (last < np.datetime64(period.start)) | (first > np.datetime64(period.end))
    key = f"{context.cycle}|{context.profile.source}|{context.file}|{sheet.name}".encode()
    prefix = hashlib.sha256(key).hexdigest()[:16]
    flags = {
        "coded_by_rule": result.coded[position],
        "corrected": np.isin(rows, list(corrected)),
        "hidden_row": np.isin(rows, list(sheet.hidden_rows)),
        "pairs_unknown": reports["unsure"].to_numpy(dtype=bool),
        "suppressed": reports["suppressed"].to_numpy(dtype=bool),
    }
    words = np.full(len(rows), "", dtype=object)
    for name, hit in flags.items():
        words[hit] = [f"{word} {name}".strip() for word in words[hit]]
    ids = [f"{prefix}-{row}-{ordinal}" for row, ordinal in zip(rows.tolist(), reports["ordinal"].tolist(), strict=True)]
    columns = {
        "report_id": ids,
        "date_from": first,
        "date_to": last,
        "environment": reports["environment"].fillna(UNKNOWN).to_numpy(),
        "event_type": reports["event_type"].fillna(OTHER_TYPE).to_numpy(),
        "area": reports["area"].fillna("").to_numpy(),
        "low": reports["low"].to_numpy(),
        "high": reports["high"].to_numpy(),
        "flags": words,
        "not_counted": np.where(inside, "", np.where(apart, "outside_period", "straddles_boundary")),
        "row": rows,
    }
    return _with_place(pd.DataFrame(columns), sheet, context)


def answers_of(answers: pd.DataFrame, table: SheetTable, context: Context) -> pd.DataFrame:
    """A survey's answers as frames.ANSWERS, one row per respondent and question."""
    rows = table.numbers()[answers["position"].to_numpy(dtype=np.int64)]
    return _with_place(answers.drop(columns="position").assign(row=rows), table.source, context)


def _with_place(frame: pd.DataFrame, sheet: RawSheet, context: Context) -> pd.DataFrame:
    place = {"cycle": context.cycle, "source": context.profile.source, "file": context.file, "sheet": sheet.name}
    return frame.assign(**place)
