"""A survey: a row a respondent. Its answers, and the events it reports."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import Number, Unreadable, label_of, normalise
from vbe_analysis.loaders.coding import code_texts
from vbe_analysis.loaders.dating import Dated, dated
from vbe_analysis.loaders.fields import (
    Context,
    Converted,
    convert,
    group_cells,
    labels,
    many_labels,
    numbers_of,
    set_fields,
    start_fields,
)
from vbe_analysis.loaders.headings import Bound, Located
from vbe_analysis.loaders.profiles import FIELDS, Column, Group
from vbe_analysis.loaders.raw import Cell
from vbe_analysis.loaders.rows import LOADED, first_fates
from vbe_analysis.loaders.tables import Part, leave_out, level_value, with_fill_down
from vbe_analysis.vocabulary import OTHER_TYPE, UNKNOWN

CHOICES = ("environment", "event_type")
NO_EVENT = "no_event_answer"


@dataclass(frozen=True, eq=False)
class _Respondents:
    """What the columns say, per body row."""

    chosen: dict[str, list[list[str]]]  # environment, event_type: the choices ticked
    pairs: list[list[tuple[dict[str, str], Number]]]  # cells of a matrix: what they set and their number
    numbers: list[Number | None]
    fields: dict[str, np.ndarray]
    days: Dated
    read: list[Converted]


def read_survey(located: Located, context: Context) -> Part:
    """The reports and answers of a survey; every respondent's answers count, also where the report is rejected."""
    located = with_fill_down(located)
    fates = first_fates(located)
    asked = fates == LOADED
    said = _respondents(located, fates, context)
    gate, faults = _gate(located, said, fates, context)
    answers, more = _answers(located, asked, context)
    faults += more
    refused = {position for position, _ in faults}
    reporting = np.array([g == "yes" for g in gate]) & (fates == LOADED)
    coded, used = code_texts(located, said.fields, reporting)
    for converted in said.read:
        faults += list(converted.faults(located.numbers(), reporting, context))
    faults += list(said.days.faults(located.numbers(), reporting, context))
    refused = {position for position, _ in faults}
    fates[(fates == LOADED) & ~reporting & ~np.isin(np.arange(len(fates)), list(refused))] = NO_EVENT
    rows = [row for p in np.flatnonzero(fates == LOADED) if int(p) not in refused for row in _reports(int(p), said)]
    columns = ["position", "ordinal", *FIELDS, "first", "last", "low", "high", "suppressed", "unsure"]
    reports = pd.DataFrame(rows, columns=columns)
    return Part(located, reports, fates, tuple(faults), days=said.days, coded=coded, rules_used=used, answers=answers)


def _respondents(located: Located, fates: np.ndarray, context: Context) -> _Respondents:
    size = len(fates)
    chosen: dict[str, list[list[str]]] = {name: [[] for _ in range(size)] for name in CHOICES}
    pairs: list[list[tuple[dict[str, str], Number]]] = [[] for _ in range(size)]
    numbers: list[Number | None] = [None] * size
    fields = start_fields(size, located.table.constants)
    read: list[Converted] = []
    for bound in located.columns:
        spec = bound.column
        if spec.as_ in CHOICES:
            converted = many_labels(bound, spec, located.table.separator if spec.many else "\0", context)
            for position, items in enumerate(converted.take(list, [])):
                chosen[spec.as_][position] += [code for item in items for code in item.values()]
        elif spec.as_ in ("area", "place", "label"):
            converted = labels(bound, spec, context)
            set_fields(fields, converted)
            leave_out(fates, converted)
        elif spec.as_ == "count":
            converted = numbers_of(bound, context)
            numbers = [n if isinstance(n, Number) else None for n in converted.take(lambda n: n)]
        else:
            continue
        read.append(converted)
    for bound in located.groups:
        read.append(_ticks(bound, chosen, pairs, context))
    return _Respondents(chosen, pairs, numbers, fields, dated(located, context), read)


def _ticks(bound: Bound, chosen: dict[str, list[list[str]]], pairs: list[list[tuple[dict[str, str], Number]]],
           context: Context) -> Converted:  # fmt: skip
    """Add one tick column's choices (a group of one level) or matrix cells (two levels)."""
    group = bound.spec
    if not isinstance(group, Group):
        raise TypeError("a single column is not a group")
    sets: dict[str, str] = {}
    for level, capture in zip(group.levels, bound.captures, strict=True):
        value = level_value(level, capture, context)
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
            pairs[position].append((sets, number))
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
            faults.append(
                (position, converted.fault(Unreadable("unknown_label", {"value": text, "near": "–"}), row, context))
            )
        contradicts = answer in no and filled[position]
        if contradicts and wanted and table.contradiction == "reject":
            faults.append((position, converted.fault(Unreadable("contradictory_answer", {}), row, context)))
        gate.append("yes" if answer in yes or (contradicts and table.contradiction == "report") else answer)
    return gate, faults


def _reports(position: int, said: _Respondents) -> Iterator[tuple[object, ...]]:
    """The reports of one answer, never the cross product of several environments and several types."""
    area = said.fields["area"][position]
    first, last = said.days.first[position], said.days.last[position]
    number = said.numbers[position] or Number(1, 1)
    if said.pairs[position]:
        found = [(s.get("environment"), s.get("event_type"), n, False) for s, n in said.pairs[position]]
    else:
        environments = list(dict.fromkeys(said.chosen["environment"][position])) or [
            said.fields["environment"][position]
        ]
        types = list(dict.fromkeys(said.chosen["event_type"][position])) or [said.fields["event_type"][position]]
        if len(environments) > 1 and len(types) > 1:
            found = [(e, OTHER_TYPE, Number(1, len(types)), True) for e in environments]
        else:
            share = _shared(number, len(environments) * len(types))
            found = [(e, t, share, False) for e in environments for t in types]
    for ordinal, (environment, event_type, n, unsure) in enumerate(found):
        yield (position, ordinal, environment or UNKNOWN, event_type or OTHER_TYPE, area, first, last,
               n.low, n.high, n.suppressed, unsure)  # fmt: skip


def _shared(number: Number, pairs: int) -> Number:
    """One number stated for several pairs: at least one in each, and at most what the others leave."""
    if pairs == 1 or number.high <= 1:
        return number
    return Number(1, max(1, number.high - pairs + 1), number.suppressed)


def _answers(located: Located, asked: np.ndarray, context: Context) -> tuple[pd.DataFrame, list[tuple[int, Fault]]]:
    """One row per respondent and question, with the version whose wording the heading has."""
    unit, kept, kind = _units(located, context)
    faults: list[tuple[int, Fault]] = []
    frames = []
    for bound in located.columns:
        if bound.column.as_ not in ("question", "noted"):
            continue
        converted = convert(bound, partial(_answer, bound.column))
        faults += list(converted.faults(located.numbers(), asked, context))
        codes = converted.take(str, "")
        version = next(iter(bound.column.versions), "")
        frame = {"position": np.arange(len(asked)), "unit": unit, "unit_kind": kind, "unit_kept": kept,
                 "question": bound.column.name, "version": version, "answer": codes}  # fmt: skip
        frames.append(pd.DataFrame(frame)[asked])
    columns = ["position", "unit", "unit_kind", "unit_kept", "question", "version", "answer"]
    return (pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)), faults


def _unless_blank(value: Unreadable, cell: Cell) -> Unreadable | None:
    return None if cell is None else value


def _answer(spec: Column, cell: Cell) -> object:
    if cell is None:
        return spec.blank or ""
    text = label_of(cell)
    if spec.as_ == "noted":
        return normalise(text).replace(" ", "_")
    code = spec.values.get(normalise(text)) if not isinstance(spec.values, str) else None
    if code is None and spec.default is None:
        return Unreadable("unknown_label", {"value": text, "near": "–"})
    return code if isinstance(code, str) else spec.default


def _units(located: Located, context: Context) -> tuple[np.ndarray, bool, np.ndarray]:
    """The respondents' hashes (equal between years where the source keeps a unit code), and their kind of unit."""
    size = located.end - located.body
    kinds = start_fields(size, {})["area"]
    kinds[:] = ""
    code = next((b for b in located.columns if b.column.as_ == "unit"), None)
    for bound in (b for b in located.columns if b.column.as_ == "unit_kind"):
        converted = convert(bound, partial(_answer, bound.column))
        kinds = converted.take(str, "")
    keys = [f"{context.cycle}|{context.file}|{located.sheet.name}|{n}" for n in located.numbers()]
    if code is not None:
        known = convert(code, lambda cell: "" if cell is None else normalise(label_of(cell))).take(str, "")
        keys = [f"{context.profile.source}|{k}" if k else fallback for k, fallback in zip(known, keys, strict=True)]
    hashes = np.array([hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys], dtype=object)
    return hashes, code is not None, kinds
