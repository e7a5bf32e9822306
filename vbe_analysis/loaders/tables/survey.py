"""A survey: a row a respondent. Its answers, and the events it reports."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell
from vbe_analysis.loaders.profiles.profile import FIELDS, Column, Group, Table
from vbe_analysis.loaders.tables.columns import (
    Codes,
    ColumnValues,
    Context,
    Defaults,
    OwnWords,
    fault_of,
    level_value,
    read_column,
    read_defaults,
    read_group,
    read_labels,
    read_numbers,
    unknown_label,
)
from vbe_analysis.loaders.tables.intervals import Intervals, read_intervals
from vbe_analysis.loaders.tables.locate import SheetColumn, SheetTable
from vbe_analysis.loaders.tables.reports import (
    CHOICES,
    LABELS,
    Choices,
    Report,
    TableResult,
    code_texts,
    lay_labels,
    reports_of,
)
from vbe_analysis.loaders.tables.rows import LOADED
from vbe_analysis.loaders.values.cells import Missing, Number, Unreadable, code_of, label_of, normalise
from vbe_analysis.vocabulary import OTHER_TYPE, UNKNOWN

YES, NO = "ja", "nej"
NO_EVENT = "no_event_answer"
TELLING = ("noted", *CHOICES, "count")  # columns of which a survey that tells of events has at least one
MOST_KINDS, LONGEST_KIND = 40, 60  # distinct labels, letters: more is no choice but free text
ANSWER_COLUMNS = ["position", "unit", "unit_kind", "unit_kept", "question", "version", "answer"]
REPORT_COLUMNS = ["position", "ordinal", *FIELDS, "first", "last", "low", "high", "suppressed", "unsure"]


@dataclass(frozen=True, eq=False)
class _Respondents:
    """What the columns say, per body row. pairs: of a matrix, the cells' environment, type and number."""

    choices: Choices
    pairs: list[list[Report]]
    numbers: list[Number | None]
    defaults: Defaults
    intervals: Intervals
    columns: list[ColumnValues]


def read_survey(table: SheetTable, outcomes: np.ndarray, context: Context) -> TableResult:
    """The reports and answers of a survey; every respondent's answers count, also where the report is rejected.

    `outcomes` (see rows.first_outcomes) are completed in place.
    """
    asked = outcomes == LOADED
    respondents = _read_respondents(table, outcomes, context)
    reporting, faults = _who_reports(table, respondents, outcomes, context)
    answers, answer_faults = _read_answers(table, asked, context)
    faults += answer_faults
    notices = list(_own_words(respondents.columns, reporting, table, context))
    reporting &= outcomes == LOADED
    coded, rules_used = code_texts(table, respondents.defaults.fields, reporting)
    for column in (*respondents.columns, *respondents.intervals.columns):
        faults += column.faults(table, reporting, context)
    refused = np.zeros(len(outcomes), dtype=bool)
    refused[[position for position, _ in faults]] = True
    if table.with_role(*TELLING) or any(not column.spec.question for column in table.groups):
        outcomes[(outcomes == LOADED) & ~reporting & ~refused] = NO_EVENT
    positions = np.flatnonzero(reporting & ~refused & (outcomes == LOADED)).tolist()
    rows = [row for position in positions for row in _reports(position, respondents)]
    return TableResult(
        table=table,
        reports=pd.DataFrame(rows, columns=REPORT_COLUMNS),
        outcomes=outcomes,
        faults=tuple(faults),
        refusals=tuple(respondents.defaults.faults),
        intervals=respondents.intervals,
        coded=coded,
        rules_used=rules_used,
        answers=answers,
        notices=tuple(notices),
    )


def _own_words(
    columns: list[ColumnValues], reporting: np.ndarray, table: SheetTable, context: Context
) -> Iterator[Fault]:
    """A notice for each column where a respondent's own words were counted as the choice "annat"."""
    for column in columns:
        own = [
            i
            for i, sets in enumerate(column.values)
            if isinstance(sets, tuple) and any(isinstance(s, OwnWords) for s in sets)
        ]
        if cells := int((np.isin(column.codes, own) & reporting).sum()) if own else 0:
            place = None, column.column.heading, column.column.letter
            yield Fault("free_text_counted", context.file, table.sheet.name, *place, {"cells": cells})


def _read_respondents(table: SheetTable, outcomes: np.ndarray, context: Context) -> _Respondents:
    choices: Choices = {name: [[] for _ in outcomes] for name in CHOICES}
    pairs: list[list[Report]] = [[] for _ in outcomes]
    numbers: list[Number | None] = [None] * len(outcomes)
    defaults = read_defaults(table, context)
    columns: list[ColumnValues] = [*defaults.labels]
    for column in table.with_role(*LABELS):
        own = choices if column.spec.as_ in CHOICES else {}
        separator = table.table.separator if column.spec.many else "\0"
        columns.append(lay_labels(column, table, defaults, own, outcomes, context, separator, answers=True))
    for column in table.with_role("count")[:1]:
        columns.append(read_numbers(column, context))
        numbers = [n if isinstance(n, Number) else None for n in columns[-1].by_row(lambda number: number)]
    columns += [_add_ticks(c, choices, pairs, context) for c in table.groups if not c.spec.question]
    return _Respondents(choices, pairs, numbers, defaults, read_intervals(table, defaults.dates, context), columns)


def _add_ticks(
    column: SheetColumn[Group], choices: Choices, pairs: list[list[Report]], context: Context
) -> ColumnValues:
    """Add one tick column's choices (one thing said by its heading) or matrix cells (several)."""
    codes: dict[str, str] = {}
    for level, capture in zip(column.spec.levels, column.captures, strict=True):
        value = level_value(level, capture.strip(), context)
        if isinstance(value, Unreadable):
            return read_column(column, partial(_unless_blank, value))
        codes.update(value)
    values = read_group(column, context)
    for position, number in enumerate(values.by_row(lambda n: n if isinstance(n, Number) and n.high else None)):
        if number is not None and len(codes) == 1 and column.spec.holds == "tick":
            for name, code in codes.items():
                choices[name][position].append(code)
        elif number is not None:
            pairs[position].append(Report(codes.get("environment"), codes.get("event_type"), number))
    return values


def _unless_blank(value: Unreadable, cell: Cell) -> Unreadable | None:
    return None if cell is None else value


def _who_reports(
    table: SheetTable, respondents: _Respondents, outcomes: np.ndarray, context: Context
) -> tuple[np.ndarray, list[tuple[int, Fault]]]:
    """The rows (bool) that report something, by their answer to `noted`; contradictions and unknown answers, faults."""
    lists: tuple[list[list[Any]], ...] = (respondents.pairs, *(respondents.choices[name] for name in CHOICES))
    filled = [bool(number or any(cells)) for number, *cells in zip(respondents.numbers, *lists, strict=True)]
    column = next(iter(table.with_role("noted")), None)
    if column is None:
        return np.array(filled, dtype=bool), []
    yes, no = ({normalise(text) for text in texts} for texts in (table.table.yes, table.table.no))
    reporting, faults = np.zeros(len(outcomes), dtype=bool), []
    texts = read_column(column, lambda cell: "" if cell is None else label_of(cell)).by_row(str, "")
    for position, text in enumerate(texts):
        answer = normalise(text)
        unreadable: list[Unreadable] = []
        contradicts = answer in no and filled[position]
        if answer not in yes | no:
            unreadable.append(unknown_label(text, column.spec, context))
        if contradicts and table.table.contradiction == "reject":
            unreadable.append(Unreadable("contradictory_answer", {}))
        row = int(table.numbers()[position])
        for value in unreadable if outcomes[position] == LOADED else ():
            faults.append((position, fault_of(value, column, context, table.sheet.name, row)))
        reporting[position] = answer in yes or (contradicts and table.table.contradiction == "report")
    return reporting, faults


def _reports(position: int, respondents: _Respondents) -> Iterator[tuple[object, ...]]:
    fields = {name: values[position] for name, values in respondents.defaults.fields.items()}
    environments, types = (respondents.choices[name][position] or [fields[name]] for name in CHOICES)
    reports = respondents.pairs[position] or reports_of(
        environments, types, respondents.numbers[position] or Number(1, 1)
    )
    days = respondents.intervals.first[position], respondents.intervals.last[position]
    for ordinal, report in enumerate(reports):
        codes = report.environment or UNKNOWN, report.event_type or OTHER_TYPE, fields["area"]
        number = report.number
        yield position, ordinal, *codes, *days, number.low, number.high, number.suppressed, report.unsure


def _read_answers(
    table: SheetTable, asked: np.ndarray, context: Context
) -> tuple[pd.DataFrame, list[tuple[int, Fault]]]:
    """ANSWER_COLUMNS, for the body rows where `asked` is true; and (position, fault) of the labels no one knows."""
    unit, kept, kind, faults = _units(table, asked, context)
    frames: list[pd.DataFrame] = []
    groups: dict[str, list[np.ndarray]] = {}
    respondent = {"position": np.arange(len(asked)), "unit": unit, "unit_kind": kind, "unit_kept": kept}
    questions: list[tuple[str, str, np.ndarray]] = []
    for column in table.with_role("question", "noted"):
        values = _answer_values(column, table.table, context)
        faults += values.faults(table, asked, context)
        questions += _questions(column.spec, values)
    for group in (column for column in table.groups if column.spec.question):
        values = read_group(group, context)
        faults += values.faults(table, asked, context)
        answers = values.by_row(_of_cell, "")
        questions.append((question_of(group), "", answers))
        groups.setdefault(group.spec.question, []).append(answers)
    for choices in groups.values():  # a blank beside a ticked choice is a no: tools leave what is not ticked blank
        answered = np.any([answers == YES for answers in choices], axis=0)
        for answers in choices:
            answers[answered & (answers == "")] = NO
    for question, version, answers in questions:
        answer = {**respondent, "question": question, "version": version, "answer": answers}
        frames.append(pd.DataFrame(answer)[asked])
    return (pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=ANSWER_COLUMNS)), faults


def _answer_values(column: SheetColumn[Column], table: Table, context: Context) -> ColumnValues:
    """A question's labels; of `noted` the answer in normal form, "" for one that the table does not list.

    Such a row is rejected, and its words are never kept.
    """
    if column.spec.as_ == "question":
        return read_labels(column, context, table.separator if column.spec.many else None, answers=True)
    known = {normalise(text) for text in (*table.yes, *table.no)}

    def noted(cell: Cell) -> str:
        text = normalise(label_of(cell))
        return column.spec.blank or "" if cell is None else text.replace(" ", "_") if text in known else ""

    return read_column(column, noted)


def _questions(spec: Column, values: ColumnValues) -> Iterator[tuple[str, str, np.ndarray]]:
    """The questions that a column answers, itself or each of its choices: id, version, an answer per body row."""
    version = next(iter(spec.versions), "")
    if spec.as_ == "noted":
        yield "noted", version, values.by_row(str, "")
    elif not spec.many:
        yield spec.name, version, values.by_row(_answer, "")
    elif not isinstance(spec.values, str | tuple):
        codes = dict.fromkeys(map(str, spec.values.values()))
        silent = spec.blank if spec.blank not in (*codes, NO, spec.default) else None
        for code in codes:
            yield f"{spec.name}_{_id(code)}", version, values.by_row(partial(_ticked, code, silent), "")


def _answer(sets: tuple[Codes, ...]) -> str:
    return sets[0].get("question", "")


def _ticked(code: str, silent: str | None, sets: tuple[Codes, ...]) -> str:
    """silent: the code of a blank cell where it is none of the choices, nor a no: nothing was answered."""
    if silent is not None and all(choice.get("question") == silent for choice in sets):
        return ""
    return YES if any(choice.get("question") == code for choice in sets) else NO


def _of_cell(value: object) -> str:
    if isinstance(value, Number):
        return YES if value.high else NO
    return "" if isinstance(value, Missing) else str(value)


def question_of(column: SheetColumn[Group]) -> str:
    """The id of the question that a group's column answers: the group's own, and what the heading's pattern says."""
    items = [column.spec.question]
    for level, capture in zip(column.spec.levels, column.captures, strict=True):
        if level.as_ == "item":
            code = code_of(normalise(capture.strip()), level.values)
            items.append(_id(code if isinstance(code, str) else capture))
    return "_".join(items)


def _id(text: str) -> str:
    """A text as part of a question's id.

    >>> _id("Åk 4\u20136, särskola")
    'åk_4_6_särskola'
    """
    return "_".join("".join(letter if letter.isalnum() else " " for letter in normalise(text)).split())


def _units(
    table: SheetTable, asked: np.ndarray, context: Context
) -> tuple[np.ndarray, bool, np.ndarray, list[tuple[int, Fault]]]:
    """The respondents' hashes (equal between years where the source keeps a unit code), whether they are of such a
    code, their kind of unit, and (position, fault) of the kinds that the profile does not know.
    """
    kinds = np.full(table.size, "", dtype=object)
    faults: list[tuple[int, Fault]] = []
    for column in table.with_role("unit_kind")[:1]:
        if not column.spec.values and column.spec.default is None:  # its labels are their own codes
            kinds = read_column(column, label_of).by_row(str, "")
            labels_seen = set(kinds)
            if len(labels_seen) > MOST_KINDS or max(map(len, labels_seen), default=0) > LONGEST_KIND:
                place = (context.file, table.sheet.name, None, column.heading, column.letter)
                faults.append((0, Fault("unit_kind_open", *place, {"profile": context.profile.name})))
                kinds = np.full(table.size, "", dtype=object)  # it may be free text: nothing of it is kept
        else:
            labels = read_labels(column, context, answers=True)
            kinds = labels.by_row(lambda sets: sets[0].get("unit_kind", ""), "")
            faults += labels.faults(table, asked, context)
    keys = [f"{context.cycle}|{context.file}|{table.sheet.name}|{number}" for number in table.numbers()]
    unit = next(iter(table.with_role("unit")), None)
    if unit is not None:
        units = read_column(unit, lambda cell: "" if cell is None else normalise(label_of(cell))).by_row(str, "")
        keys = [f"{context.profile.source}|{u}" if u else key for u, key in zip(units, keys, strict=True)]
    hashes = np.array([hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys], dtype=object)
    return hashes, unit is not None, kinds, faults
