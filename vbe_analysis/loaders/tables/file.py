"""One delivered file through its profile: sheets -> tables -> the gate -> reports, answers and row outcomes."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from traceback import extract_tb
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray
from pyarrow import compute as pc

from vbe_analysis.config import message
from vbe_analysis.errors import Fault, InputError, VbeError
from vbe_analysis.loaders.deliveries.corrections import Decision, approved, corrected_rows, omitted
from vbe_analysis.loaders.files.raw import RawFile, RawSheet
from vbe_analysis.loaders.privacy.detect import PRIVATE_CELL
from vbe_analysis.loaders.privacy.gate import cells_at_fault, headings_at_fault
from vbe_analysis.loaders.profiles.profile import YES, Table, used_codes
from vbe_analysis.loaders.tables.columns import IGNORE, Context
from vbe_analysis.loaders.tables.conservation import RowOutcomes, sheet_outcomes, whole_sheet
from vbe_analysis.loaders.tables.locate import SheetColumn, SheetTable, locate
from vbe_analysis.loaders.tables.notices import (
    checksum,
    column_notices,
    ignored_labels,
    marked_cells,
    newly_ignored,
    rows_outside,
)
from vbe_analysis.loaders.tables.reports import TableResult, read_table, stacked
from vbe_analysis.loaders.tables.rows import LOADED, first_outcomes, ragged_rows, turned_dates
from vbe_analysis.loaders.tables.survey import question_of, read_survey
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY, OTHER_TYPE, UNKNOWN

OMITTED = "omitted"
PACKAGE = "vbe_analysis"
FAR = np.timedelta64(2 * 366, "D")
# Faults of single cells, which hold also where a heading of the file is missing.
OF_CELLS = (
    *("ambiguous_date", "unreadable_date", "unreadable_number", "ambiguous_number", "error_cell"),
    *("uncomputed_formula", "unknown_label", "free_text_choice", "ragged_row", "large_number", "far_date"),
    *("contradictory_answer", "conflicting_key"),
)
# Refusals that hold there too.
OF_COLUMNS = (PRIVATE_CELL, "dates_turned", "sheet_name_unmatched", "file_name_unmatched")
# Rules of rows that hold no data; rows that any other rule ignores do.
WITHOUT_DATA = {"header_row", "title_row", "blank_row", "footnote", "ignored_sheet", "hidden_sheet"}


@dataclass(frozen=True, eq=False)
class FileResult:
    """What one file gave. faults: of single rows, which may be left out; refusals: of the file, which may not.

    events and answers: by frames.EVENTS and frames.ANSWERS; outcomes: a sheet each; gaps and spans as in TableResult;
    ignored: (rule, checksum of a label that it left out).
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
    ignored: tuple[tuple[str, str], ...] = ()


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
    refusals += [fault for table in tables for fault in (*table.faults, *_questions_without_yes(table, context))]
    notices += [table.place(notice) for table in tables for notice in column_notices(table, context)]
    readable = [table for table in tables if not refusals or _is_tied(table)]
    results = [_read(table, context, tuple(decisions)) for table in readable]
    result = _fold(raw, context, period, tuple(decisions), results, notices)
    if not refusals:
        return result
    more = [fault for fault in result.refusals if fault.code in OF_COLUMNS]
    own = [fault for fault in result.faults if fault.code in OF_CELLS]
    return replace(without_rows([*refusals, *more], result.notices), faults=tuple(own))


def _is_tied(table: SheetTable) -> bool:
    """Whether the table's cells can be looked at though a heading is missing: what names its rows must be there."""
    own = table.table
    conditions = [part.where for parts in (own.ignore, own.totals, own.sections) for part in parts]
    return table.wanted > 0 and all(table.named(test.column) for where in conditions for test in where)


def _questions_without_yes(table: SheetTable, context: Context) -> Iterator[Fault]:
    """A fault for each question that the chapter speaks of and that has no answer coded as yes."""
    columns: list[tuple[SheetColumn[Any], str]] = [
        (c, c.spec.question) for c in table.with_role("question") if not c.spec.many
    ]
    columns += [(group, question_of(group)) for group in table.groups if group.spec.holds == "answer"]
    for column, question in columns:
        codes = {*column.spec.values.values(), column.spec.default}
        if question in context.questions and YES not in codes:
            labels = ", ".join(f"'{label}'" for label in list(column.spec.values)[:8]) or "–"
            values = {"question": question, "profile": context.profile.name, "labels": labels}
            yield Fault("yes_missing", context.file, table.sheet.name, None, column.heading, column.letter, values)


def _sheets_to_read(raw: RawFile, context: Context) -> tuple[list[tuple[RawSheet, Table]], list[Fault], list[Fault]]:
    """The (sheet, table) pairs to read (forms last), what refuses the file, and notices of hidden parts."""
    pairs: list[tuple[RawSheet, Table]] = []
    refusals: list[Fault] = []
    profile = context.profile
    notices = [n for n in raw.notices if n.code != "sheet_unread" or not _named(n.sheet, profile.ignore_sheets)]
    for sheet in raw.sheets:
        if sheet.hidden:
            if not _named(sheet.name, profile.ignore_sheets):
                notices.append(Fault("hidden_sheet", raw.name, sheet.name))
            continue
        tables = [t for t in profile.tables if _named(sheet.name, t.sheets) and (not sheet.prose or t.sheets != ("*",))]
        pairs += [(sheet, table) for table in tables]
        filled = any(column.filled().any() for column in sheet.columns)
        if not tables and filled and not sheet.prose and not _named(sheet.name, profile.ignore_sheets):
            refusals.append(Fault("unknown_sheet", raw.name, sheet.name, values={"profile": profile.name}))
        if sheet.hidden_rows and tables:
            notices.append(Fault("hidden_rows", raw.name, sheet.name, values={"rows": len(sheet.hidden_rows)}))
        if tables:
            notices += marked_cells(sheet, raw.name)
    for table in profile.tables:
        if not table.optional and not any(t is table for _, t in pairs):
            known = ", ".join(sheet.name for sheet in raw.sheets if not sheet.prose) or "–"
            values = {"sheets": ", ".join(table.sheets), "profile": profile.name, "found": known}
            refusals.append(Fault("missing_sheet", raw.name, values=values))
    return sorted(pairs, key=lambda pair: pair[1].shape == "form"), refusals, notices


def _named(sheet: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(normalise(sheet), normalise(pattern)) for pattern in patterns)


def unknown_codes(context: Context) -> list[Fault]:
    """A fault for each code of environment, event type or area that the workspace does not have, told once."""
    faults = []
    for field, code in dict.fromkeys(pair for pair in used_codes(context.profile) if pair[0] != IGNORE):
        if code and code not in context.codes(field):
            values = {"code": code, "field": field, "profile": context.profile.name}
            values["known"] = ", ".join(sorted(context.codes(field)))
            faults.append(Fault("profile_code", context.file, values=values))
    return faults


def _read(table: SheetTable, context: Context, decisions: tuple[Decision, ...]) -> TableResult:
    """The table's result, past the gate. A ragged row, or one with personal data, has that fault and no other.

    Raises InputError naming file and sheet where something goes wrong that no rule foresees.
    """
    try:
        return _gated(table, context, decisions)
    except VbeError:
        raise
    except Exception as error:  # its own words may hold a cell
        raise InputError([unknown_error(error, context.file, table.source.name)]) from error


def unknown_error(error: Exception, file: str, sheet: str = "") -> Fault:
    """What to say of an error that no rule foresees: its kind and our own last line, with file and sheet."""
    own = [frame for frame in extract_tb(error.__traceback__) if PACKAGE in Path(frame.filename).parts]
    place = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "–"
    values = {"what": message(f"unread.{'sheet' if sheet else 'file'}"), "error": type(error).__name__, "place": place}
    return Fault("unknown_error", file, sheet, values=values)


def _gated(table: SheetTable, context: Context, decisions: tuple[Decision, ...]) -> TableResult:
    outcomes = first_outcomes(table)
    private = cells_at_fault(table, outcomes, context.file)
    ragged = ragged_rows(table, outcomes, context.file)
    turned = list(turned_dates(table, outcomes, context))
    read: Callable[[SheetTable, np.ndarray, Context], TableResult]
    read = read_survey if table.table.shape == "survey" else read_table
    result = read(table, outcomes, context)
    unread = {position for position, _ in ragged}
    known = unread | {position for position, _ in private}
    faults = [*ragged, *((position, fault) for position, fault in result.faults if position not in known)]
    known |= {position for position, _ in faults}
    far = [
        (p, f) for p, f in _far_dates(result, corrected_rows(decisions, table.source.name), context) if p not in known
    ]
    faults += far
    refusals = [*result.refusals, *turned, *(fault for _, fault in private)]
    labels = ignored_labels(table, result.outcomes)
    notices = (*result.notices, *newly_ignored(table, labels, context.ignored_before, context.file))
    return replace(
        result,
        faults=tuple((position, table.place(fault)) for position, fault in faults),
        refusals=tuple(map(table.place, refusals)),
        reports=_without(result.reports, unread | {position for position, _ in far}),
        notices=notices,
        ignored={rule: frozenset(map(checksum, own)) for rule, own in labels.items()},
        answers=None if result.answers is None else _without(result.answers, unread),
    )


def _far_dates(result: TableResult, corrected: frozenset[int], context: Context) -> Iterator[tuple[int, Fault]]:
    """(position, fault) of each loaded row whose own date lies more than two years from the delivery's months.

    A source of earlier years states such days; so does a row that a person has looked at.
    """
    start, end = context.span
    first, last, numbers = result.intervals.first, result.intervals.last, result.table.numbers()
    far = (last < np.datetime64(start, "D") - FAR) | (first > np.datetime64(end, "D") + FAR)
    far &= (result.outcomes == LOADED) & ~np.isin(numbers, list(corrected))
    if context.profile.source == HISTORY or result.table.table.shape == "counts":
        return
    own = [read.column for read in result.intervals.columns if read.column.index >= 0]
    place = (own[0].heading, own[0].letter) if own else ("", "")
    span = f"{start.isoformat()}–{end.isoformat()}"
    for position in np.flatnonzero(far).tolist():
        values = {"value": str(first[position]), "span": span}
        fault = Fault("far_date", context.file, result.table.sheet.name, int(numbers[position]), *place, values)
        yield position, fault


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
        notices += [notice for result in own for notice in result.notices]
        events += [events_of(result, context, period, corrected_rows(decisions, sheet.name)) for result in own]
        answers += [answers_of(result.answers, result.table, context) for result in own if result.answers is not None]
        if own:
            notices += rows_outside(sheet, [result.table for result in own], raw.name)
            tables = [(result.table, result.outcomes, {position for position, _ in result.faults}) for result in own]
            rows = omitted(decisions, sheet.name)
            try:
                of_sheet = sheet_outcomes(sheet, raw.name, tables)
            except InputError as error:
                refusals += error.faults
                continue
            by_row = of_sheet.by_row | dict.fromkeys(of_sheet.by_row.keys() & rows, OMITTED)
            outcomes.append(replace(of_sheet, by_row=by_row, rejected=of_sheet.rejected | rows))
        elif sheet.hidden or not sheet.prose:
            outcomes.append(whole_sheet(sheet, raw.name, "hidden_sheet" if sheet.hidden else "ignored_sheet"))
    if results and outcomes and not any(o.loaded or o.rejected or set(o.ignored()) - WITHOUT_DATA for o in outcomes):
        refusals.append(Fault("no_rows", raw.name))
    if context.profile.source != HISTORY and not _any_day_inside(results, period):
        refusals.append(Fault("no_dates_in_period", raw.name, values={"period": str(period)}))
    return FileResult(
        events=stacked(events),
        answers=stacked(answers),
        outcomes=tuple(outcomes),
        faults=tuple(faults),
        refusals=tuple(refusals),
        notices=tuple(notices),
        gaps=tuple(gap for result in results for gap in result.gaps),
        spans=frozenset(span for result in results for span in result.spans),
        ignored=tuple((rule, label) for r in results for rule, own in r.ignored.items() for label in sorted(own)),
        rules_used={rule: rows for result in results for rule, rows in result.rules_used.items()},
    )


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
    bits, codes = np.unique(sum(hit * 2**place for place, hit in enumerate(flags.values())), return_inverse=True)
    words = [" ".join(flag for place, flag in enumerate(flags) if bit >> place & 1) for bit in bits.tolist()]
    numbers = (pa.array(values).cast(pa.string()) for values in (rows, reports["ordinal"]))
    columns = {
        "report_id": pc.binary_join_element_wise(prefix, *numbers, "-").to_pandas(),
        "date_from": first,
        "date_to": last,
        "environment": reports["environment"].fillna(UNKNOWN).array,
        "event_type": reports["event_type"].fillna(OTHER_TYPE).array,
        "area": reports["area"].fillna("").array,
        "low": reports["low"].to_numpy(),
        "high": reports["high"].to_numpy(),
        "flags": _texts(words, codes),
        "not_counted": _texts(["", "outside_period", "straddles_boundary"], np.where(inside, 0, np.where(apart, 1, 2))),
        "row": rows,
    }
    return _with_place(pd.DataFrame(columns), sheet, context)


def answers_of(answers: pd.DataFrame, table: SheetTable, context: Context) -> pd.DataFrame:
    """A survey's answers as frames.ANSWERS, one row per respondent and question."""
    rows = table.numbers()[answers["position"].to_numpy(dtype=np.int64)]
    return _with_place(answers.drop(columns="position").assign(row=rows), table.source, context)


def _with_place(frame: pd.DataFrame, sheet: RawSheet, context: Context) -> pd.DataFrame:
    place = {"cycle": context.cycle, "source": context.profile.source, "file": context.file, "sheet": sheet.name}
    same = np.zeros(len(frame), dtype=np.int64)
    return frame.assign(**{name: _texts([text], same) for name, text in place.items()})


def _texts(texts: list[str], codes: np.ndarray) -> ExtensionArray:
    return pd.array(texts, dtype="str").take(codes)
