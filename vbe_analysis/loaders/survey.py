"""A survey: a row a respondent. Its answers, and the events it reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.answers import read_answers
from vbe_analysis.loaders.cells import Number, Unreadable, label_of, normalise
from vbe_analysis.loaders.choices import CHOICES, Report, codes_of, reports_of
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
    unknown_label,
)
from vbe_analysis.loaders.headings import Bound, Located
from vbe_analysis.loaders.layout import FIELDS, Group
from vbe_analysis.loaders.raw import Cell
from vbe_analysis.loaders.rows import LOADED, first_fates
from vbe_analysis.loaders.surroundings import level_value, surroundings
from vbe_analysis.loaders.tables import Part, leave_out, with_fill_down
from vbe_analysis.vocabulary import OTHER_TYPE, UNKNOWN

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
