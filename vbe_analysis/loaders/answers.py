"""What a survey's respondents answered: a row a respondent and question, in codes."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import Missing, Number, Unreadable, label_of, normalise
from vbe_analysis.loaders.fields import (
    Context,
    Converted,
    chosen_labels,
    convert,
    group_cells,
    start_fields,
    unknown_label,
)
from vbe_analysis.loaders.headings import Bound, Located
from vbe_analysis.loaders.layout import Column, Group, Table
from vbe_analysis.loaders.raw import Cell
from vbe_analysis.loaders.wording import code_of

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
