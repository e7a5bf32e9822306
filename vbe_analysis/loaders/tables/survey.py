"""A survey: a row a respondent. Its answers, and the events it reports."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell
from vbe_analysis.loaders.profiles.schema import FIELDS, Column, Group, Table
from vbe_analysis.loaders.tables.columns import (
    Context,
    Converted,
    chosen_labels,
    code_texts,
    convert,
    group_cells,
    labels,
    many_labels,
    numbers_of,
    set_fields,
    start_fields,
    unknown_label,
)
from vbe_analysis.loaders.tables.context import Dated, dated, level_value, surroundings
from vbe_analysis.loaders.tables.locate import Bound, Located
from vbe_analysis.loaders.tables.reports import CHOICES, Part, Report, codes_of, leave_out, reports_of, with_fill_down
from vbe_analysis.loaders.tables.rows import LOADED, first_fates
from vbe_analysis.loaders.values.cells import Missing, Number, Unreadable, label_of, normalise
from vbe_analysis.loaders.values.labels import code_of
from vbe_analysis.vocabulary import OTHER_TYPE, UNKNOWN

YES, NO = "ja", "nej"
COLUMNS = ["position", "unit", "unit_kind", "unit_kept", "question", "version", "answer"]
Asked = tuple[str, str, np.ndarray]  # question, version, an answer per body row


def read_answers(located: Located, asked: np.ndarray, context: Context) -> tuple[pd.DataFrame, list[tuple[int, Fault]]]:
    """COLUMNS, for the body rows where `asked` is true; and (position, fault) of the labels that no one knows."""
    unit, kept, kind = _units(located, context)
    faults: list[tuple[int, Fault]] = []
    made: list[dict[str, object]] = []
    groups: dict[str, list[np.ndarray]] = {}
    for bound in (*located.columns, *located.groups):
        for question, version, answers in _questions(bound, located, asked, faults, context):
            if isinstance(bound.spec, Group):
                groups.setdefault(bound.spec.question, []).append(answers)
            frame = {"position": np.arange(len(asked)), "unit": unit, "unit_kind": kind, "unit_kept": kept,
                     "question": question, "version": version, "answer": answers}  # fmt: skip
            made.append(frame)
    for choices in groups.values():
        _unticked_is_no(choices)
    frames = [pd.DataFrame(frame)[asked] for frame in made]
    return (pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)), faults


def _questions(
    bound: Bound, located: Located, asked: np.ndarray, faults: list[tuple[int, Fault]], context: Context
) -> Iterator[Asked]:
    """The questions a column answers: itself, each of its choices, or what its heading says."""
    spec = bound.spec
    if isinstance(spec, Group):
        if spec.question:
            converted = group_cells(bound, spec, context)
            faults += converted.faults(located.numbers(), asked, context)
            yield f"{spec.question}_{_item(bound, spec, context)}", "", _taken(converted, _of_cell)
    elif spec.as_ in ("question", "noted"):
        version = next(iter(spec.versions), "")
        read: Callable[[Cell], object] = partial(_answer, spec, context)
        if spec.as_ == "noted":
            read = partial(_noted, spec, located.table)
        elif spec.many:
            read = partial(_choices, spec, located.table.separator, context)
        converted = convert(bound, read)
        faults += converted.faults(located.numbers(), asked, context)
        if not spec.many:
            yield "noted" if spec.as_ == "noted" else spec.name, version, _taken(converted, str)
        for code in dict.fromkeys(code for code in spec.values.values() if spec.many):  # type: ignore[union-attr]
            yield f"{spec.name}_{_id(str(code))}", version, _taken(converted, partial(_ticked, code))


def _unticked_is_no(choices: list[np.ndarray]) -> None:
    """A blank beside a ticked choice of the same question is a no; tools leave what is not ticked blank."""
    answered = np.any([answers == YES for answers in choices], axis=0)
    for answers in choices:
        answers[answered & (answers == "")] = NO


def _taken(converted: Converted, read: object) -> np.ndarray:
    rows: np.ndarray = converted.take(read, "")  # type: ignore[arg-type]
    return rows


def _answer(spec: Column, context: Context, cell: Cell) -> object:
    if cell is None:
        return spec.blank or ""
    text = label_of(cell)
    code = code_of(normalise(text), spec.values)
    if code is None and spec.default is None:
        return unknown_label(text, spec, context)
    return code if isinstance(code, str) else spec.default


def _noted(spec: Column, table: Table, cell: Cell) -> str:
    """The answer in normal form, "" for one that the table does not list: its row is rejected, its words never kept."""
    if cell is None:
        return spec.blank or ""
    text = normalise(label_of(cell))
    return text.replace(" ", "_") if text in {normalise(known) for known in (*table.yes, *table.no)} else ""


def _choices(spec: Column, separator: str, context: Context, cell: Cell) -> object:
    """The codes of the choices ticked; None where the question is unanswered."""
    if cell is None:
        return None
    found = [_answer(spec, context, part) for part in chosen_labels(cell, separator)]
    return next((item for item in found if isinstance(item, Unreadable)), tuple(found))


def _ticked(code: object, chosen: tuple[object, ...]) -> str:
    return YES if code in chosen else NO


def _of_cell(value: object) -> str:
    if isinstance(value, Number):
        return YES if value.high else NO
    return "" if isinstance(value, Missing) else str(value)


def _item(bound: Bound, group: Group, context: Context) -> str:
    """What the heading's pattern says, as the end of a question's id."""
    said = []
    for level, capture in zip(group.levels, bound.captures, strict=True):
        if level.as_ == "item":
            code = code_of(normalise(capture.strip()), level.values)
            said.append(_id(code if isinstance(code, str) else capture))
    return "_".join(said)


def _id(text: str) -> str:
    """A text as part of a question's id.

    >>> _id("Åk 4\u20136, särskola")
    'åk_4_6_särskola'
    """
    return "_".join("".join(letter if letter.isalnum() else " " for letter in normalise(text)).split())


def _units(located: Located, context: Context) -> tuple[np.ndarray, bool, np.ndarray]:
    """The respondents' hashes (equal between years where the source keeps a unit code), and their kind of unit."""
    size = located.end - located.body
    kinds = start_fields(size, {})["area"]
    kinds[:] = ""
    code = next((b for b in located.columns if b.column.as_ == "unit"), None)
    for bound in (b for b in located.columns if b.column.as_ == "unit_kind"):
        converted = convert(bound, partial(_answer, bound.column, context))
        kinds = converted.take(str, "")
    keys = [f"{context.cycle}|{context.file}|{located.sheet.name}|{n}" for n in located.numbers()]
    if code is not None:
        known = convert(code, lambda cell: "" if cell is None else normalise(label_of(cell))).take(str, "")
        keys = [f"{context.profile.source}|{k}" if k else fallback for k, fallback in zip(known, keys, strict=True)]
    hashes = np.array([hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys], dtype=object)
    return hashes, code is not None, kinds


NO_EVENT = "no_event_answer"
TELLING = ("noted", *CHOICES, "count")  # columns of which a survey that tells of events has at least one


@dataclass(frozen=True, eq=False)
class _Respondents:
    """What the columns say, per body row."""

    chosen: dict[str, list[list[str]]]  # environment, event_type: the choices ticked
    pairs: list[list[Report]]  # cells of a matrix: what they set and their number
    numbers: list[Number | None]
    fields: dict[str, np.ndarray]
    days: Dated
    read: list[Converted]
    stops: list[Fault]


def read_survey(located: Located, context: Context) -> Part:
    """The reports and answers of a survey; every respondent's answers count, also where the report is rejected."""
    located = with_fill_down(located)
    fates = first_fates(located)
    asked = fates == LOADED
    said = _respondents(located, fates, context)
    gate, faults = _gate(located, said, fates, context)
    answers, more = read_answers(located, asked, context)
    faults += more
    reporting = np.array([g == "yes" for g in gate], dtype=bool) & (fates == LOADED)
    coded, used = code_texts(located, said.fields, reporting)
    for converted in said.read:
        faults += list(converted.faults(located.numbers(), reporting, context))
    faults += list(said.days.faults(located.numbers(), reporting, context))
    refused = np.zeros(len(fates), dtype=bool)
    refused[[position for position, _ in faults]] = True
    tells = any(b.column.as_ in TELLING for b in located.columns) or any(
        isinstance(b.spec, Group) and not b.spec.question for b in located.groups
    )
    if tells:
        fates[(fates == LOADED) & ~reporting & ~refused] = NO_EVENT
    rows = [row for p in np.flatnonzero(reporting & ~refused & (fates == LOADED)) for row in _reports(int(p), said)]
    columns = ["position", "ordinal", *FIELDS, "first", "last", "low", "high", "suppressed", "unsure"]
    reports = pd.DataFrame(rows, columns=columns)
    return Part(located, reports, fates, tuple(faults), tuple(said.stops), days=said.days, coded=coded,
                rules_used=used, answers=answers)  # fmt: skip


def _respondents(located: Located, fates: np.ndarray, context: Context) -> _Respondents:
    size = len(fates)
    chosen: dict[str, list[list[str]]] = {name: [[] for _ in range(size)] for name in CHOICES}
    pairs: list[list[Report]] = [[] for _ in range(size)]
    numbers: list[Number | None] = [None] * size
    around = surroundings(located, context)
    read: list[Converted] = list(around.read)
    for bound in located.columns:
        spec = bound.column
        if spec.as_ in CHOICES:
            converted = many_labels(bound, spec, located.table.separator if spec.many else "\0", context)
            for position, told in enumerate(codes_of(converted, size)):
                for name in CHOICES:
                    chosen[name][position] += told.get(name, [])
        elif spec.as_ in ("area", "place", "label"):
            converted = labels(bound, spec, context)
            set_fields(around.fields, converted)
            leave_out(fates, converted)
        elif spec.as_ == "count":
            converted = numbers_of(bound, context)
            numbers = [n if isinstance(n, Number) else None for n in converted.take(lambda n: n)]
        else:
            continue
        read.append(converted)
    for bound in located.groups:
        if isinstance(bound.spec, Group) and not bound.spec.question:
            read.append(_ticks(bound, bound.spec, chosen, pairs, context))
    days = dated(located, around.dates, context)
    return _Respondents(chosen, pairs, numbers, around.fields, days, read, around.stops)


def _ticks(bound: Bound, group: Group, chosen: dict[str, list[list[str]]], pairs: list[list[Report]],
           context: Context) -> Converted:  # fmt: skip
    """Add one tick column's choices (one thing said by its heading) or matrix cells (several)."""
    sets: dict[str, str] = {}
    for level, capture in zip(group.levels, bound.captures, strict=True):
        value = level_value(level, capture.strip(), context)
        if isinstance(value, Unreadable):
            return convert(bound, partial(_unless_blank, value))
        sets.update(value)
    converted = group_cells(bound, group, context)
    for position, number in enumerate(converted.take(lambda n: n if isinstance(n, Number) and n.high else None)):
        if number is None:
            continue
        if len(sets) == 1 and group.holds == "tick":
            for name, code in sets.items():
                chosen[name][position].append(code)
        else:
            pairs[position].append(Report(sets.get("environment"), sets.get("event_type"), number))
    return converted


def _gate(
    located: Located, said: _Respondents, fates: np.ndarray, context: Context
) -> tuple[list[str], list[tuple[int, Fault]]]:
    """Per row "yes" where it reports something, else the answer in its normal form; contradictions are faults."""
    size = len(fates)
    filled = [
        bool(said.pairs[i] or said.numbers[i] or any(said.chosen[name][i] for name in CHOICES)) for i in range(size)
    ]
    noted = next((b for b in located.columns if b.column.as_ == "noted"), None)
    if noted is None:
        return ["yes" if f else "" for f in filled], []
    table = located.table
    yes, no = {normalise(t) for t in table.yes}, {normalise(t) for t in table.no}
    gate, faults = [], []
    converted = convert(noted, lambda cell: "" if cell is None else label_of(cell))
    for position, text in enumerate(converted.take(str, "")):
        answer = normalise(text)
        wanted = fates[position] == LOADED
        row = int(located.numbers()[position])
        if answer not in yes | no and wanted:
            faults.append((position, converted.fault(unknown_label(text, noted.column, context), row, context)))
        contradicts = answer in no and filled[position]
        if contradicts and wanted and table.contradiction == "reject":
            faults.append((position, converted.fault(Unreadable("contradictory_answer", {}), row, context)))
        gate.append("yes" if answer in yes or (contradicts and table.contradiction == "report") else answer)
    return gate, faults


def _reports(position: int, said: _Respondents) -> Iterator[tuple[object, ...]]:
    """The reports of one answer."""
    environments: list[str | None] = [*said.chosen["environment"][position]]
    types: list[str | None] = [*said.chosen["event_type"][position]]
    found = said.pairs[position] or reports_of(
        environments or [said.fields["environment"][position]],
        types or [said.fields["event_type"][position]],
        said.numbers[position] or Number(1, 1),
    )
    area, first, last = said.fields["area"][position], said.days.first[position], said.days.last[position]
    for ordinal, report in enumerate(found):
        number = report.number
        yield (position, ordinal, report.environment or UNKNOWN, report.event_type or OTHER_TYPE, area, first, last,
               number.low, number.high, number.suppressed, report.unsure)  # fmt: skip


def _unless_blank(value: Unreadable, cell: Cell) -> Unreadable | None:
    return None if cell is None else value
