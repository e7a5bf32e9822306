"""A bound column -> values per row: labels to codes, dates to intervals, numbers. Each distinct cell is read once."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

import numpy as np

from vbe_analysis.config import message
from vbe_analysis.errors import Fault
from vbe_analysis.loaders.deliveries.corrections import Correction
from vbe_analysis.loaders.files.raw import Cell, RawColumn, Special
from vbe_analysis.loaders.privacy.detect import PRIVATE_CELL, kinds_in
from vbe_analysis.loaders.profiles.read import Profile
from vbe_analysis.loaders.profiles.schema import FIELDS, Column, Group, Level, Name, Section, Table
from vbe_analysis.loaders.tables.locate import Bound, Located
from vbe_analysis.loaders.values.cells import Missing, Number, Unreadable, count_number, label_of, normalise
from vbe_analysis.loaders.values.labels import code_of
from vbe_analysis.vocabulary import Vocabulary

OTHER_DISTRICT = "other_district"
UNTICKED = "\u2610"  # a ticked one is \u2611 or \u2612
_BOX = re.compile("([\u2610\u2611\u2612])")
IGNORE = "ignore"  # a pseudo field: the label names a rule by which the row is left out


@dataclass(frozen=True)
class Context:
    """What reading one file needs to know beside its cells."""

    profile: Profile
    vocabulary: Vocabulary
    cycle: str
    file: str
    span: tuple[date, date]  # what a blank date means: the source's whole period
    areas: Mapping[str, str]  # normal form of a label -> area code
    outside: frozenset[str]  # normal forms of areas that are another district's
    places: Mapping[str, str]  # normal form of a school or other place -> area code

    def codes(self, field: str) -> frozenset[str]:
        """The closed values of a field."""
        if field == "environment":
            return frozenset(self.vocabulary.all_environments)
        if field == "event_type":
            return frozenset(self.vocabulary.event_types)
        return frozenset(self.areas.values()) | frozenset(self.places.values())


@dataclass(frozen=True, eq=False)
class Converted:
    """What each distinct cell became (a value, None where blank, or Unreadable), and which one each row holds."""

    bound: Bound
    results: Sequence[Any]
    codes: np.ndarray

    def take(self, read: Callable[[Any], Any], missing: Any = None) -> np.ndarray:
        """One object per row: `read(result)`, or `missing` for blank and unreadable cells."""
        known = [missing if r is None or isinstance(r, Unreadable) else read(r) for r in self.results]
        rows: np.ndarray = _objects(known)[self.codes]
        return rows

    def faults(self, numbers: np.ndarray, wanted: np.ndarray, context: Context) -> Iterator[tuple[int, Fault]]:
        """(position, fault) of every unreadable cell in the rows where `wanted` is true."""
        bad = {i: r for i, r in enumerate(self.results) if isinstance(r, Unreadable)}
        if not bad:
            return
        for position in np.flatnonzero(np.isin(self.codes, list(bad)) & wanted):
            result = bad[int(self.codes[position])]
            yield int(position), self.fault(result, int(numbers[position]), context)

    def fault(self, result: Unreadable, row: int | None, context: Context) -> Fault:
        """The fault of one unreadable cell, with its place."""
        place = (context.file, "", row, self.bound.heading, self.bound.letter)
        kinds = kinds_in(str(result.values.get("value", "")))
        if kinds:  # of a filled-down or section cell, too, that the gate has met on another row
            return Fault(PRIVATE_CELL, *place, {"kinds": kinds})
        values = {"profile": context.profile.name, "column": self.bound.heading or self.bound.letter, **result.values}
        if result.code == "unknown_label":
            values["snippet"] = message(f"snippets.{values['kind']}", **values)
        return Fault(result.code, *place, values)


def convert(bound: Bound, read: Callable[[Cell], Any]) -> Converted:
    """Read each distinct cell that occurs in the body; a cell with an error or no stored value is Unreadable."""
    used = np.unique(bound.raw.codes)
    results: list[Any] = [None] * (int(used[-1]) + 1 if len(used) else 0)
    for code in used:
        cell = bound.raw.cells[int(code)]
        results[int(code)] = SPECIAL[cell] if isinstance(cell, Special) else read(cell)
    return Converted(bound, results, bound.raw.codes)


SPECIAL = {
    Special.ERROR: Unreadable("error_cell", {"value": "till exempel #REF!"}),
    Special.UNCOMPUTED: Unreadable("uncomputed_formula", {}),
}


def labels(bound: Bound, spec: Column | Level | Section, context: Context) -> Converted:
    """The codes each row's cell sets: {field: code}, {IGNORE: rule}, or {} for a blank that says nothing."""
    column = spec if isinstance(spec, Column) else Column(spec.as_, values=spec.values, default=spec.default)
    return convert(bound, lambda cell: label(cell, column, context))


def many_labels(bound: Bound, column: Column, separator: str, context: Context) -> Converted:
    """As `labels` for a cell of several choices ("a;b;"): a list of {field: code}, or the first that is unreadable."""

    def read(cell: Cell) -> Any:
        parts = chosen_labels(cell, separator)
        found = [label(part, column, context) for part in parts] or [label(None, column, context)]
        return next((item for item in found if isinstance(item, Unreadable)), found)

    return convert(bound, read)


def chosen_labels(cell: Cell, separator: str) -> list[str]:
    """The labels in a cell of several choices: between separators, or behind the ticked of its boxes.

    >>> chosen_labels("a; b;", ";"), chosen_labels("\u2612 a \u2610 b \u2612 c", ";")
    (['a', 'b'], ['a', 'c'])
    """
    text = label_of(cell)
    if _BOX.search(text):
        pieces = _BOX.split(text)
        return [label for box, label in zip(pieces[1::2], map(str.strip, pieces[2::2]), strict=True)
                if box != UNTICKED and label]  # fmt: skip
    return [part.strip() for part in text.split(separator) if part.strip()]


def label(cell: Cell, column: Column, context: Context) -> Mapping[str, str] | Unreadable:
    """What one label sets, by the profile's values, the workspace's areas and places, then the default."""
    field = "area" if column.as_ == "place" else column.as_
    if cell is None:
        return {field: column.blank} if column.blank is not None and field in FIELDS else {}
    text = label_of(cell)
    normal = normalise(text)
    if isinstance(cell, Correction) and text in context.codes(field):
        return {field: text}
    found = code_of(normal, column.values)
    if found is not None:
        return dict(found) if isinstance(found, Mapping) else {field: found}
    if field == "area":
        if normal in context.outside:
            return {IGNORE: OTHER_DISTRICT}
        code = (context.places if column.as_ == "place" else context.areas).get(normal)
        if code is not None:
            return {"area": code}
    if column.default is not None:
        return {field: column.default} if column.default and field in FIELDS else {}
    return unknown_label(text, column, context)


def unknown_label(text: str, column: Column | Level | Group | Section, context: Context) -> Unreadable:
    """An unknown label, with the nearest known one and the line to paste: for a person to decide."""
    kind = "value" if isinstance(column, Group) else column.as_ if column.as_ in ("area", "place") else "value"
    known = [*column.values, *(context.areas if kind == "area" else ()), *(context.places if kind == "place" else ())]
    near = difflib.get_close_matches(normalise(text), known, n=1, cutoff=0.6)
    codes = sorted(context.codes(column.as_)) if not isinstance(column, Group) and column.as_ in FIELDS else []
    if not codes and isinstance(column.values, Mapping):
        codes = sorted({code for code in column.values.values() if isinstance(code, str)})
    values = {"value": text, "near": f"'{near[0]}'" if near else "–", "kind": kind, "codes": ", ".join(codes) or "–",
              "label": text.replace("\\", "\\\\").replace('"', '\\"')}  # fmt: skip
    return Unreadable("unknown_label", values)


def numbers_of(bound: Bound, context: Context) -> Converted:
    """The number each row's cell states, as a Number [low, high]; None blank."""
    return convert(bound, lambda cell: None if cell is None else count_number(cell, context.profile.numbers))


def group_cells(bound: Bound, group: Group, context: Context) -> Converted:
    """What each cell of a group's column holds: a Number (a tick is 1), Missing where the source has no figure."""
    missing, ticked, unticked = (
        {normalise(text) for text in words} for words in (group.missing, group.ticked, group.unticked)
    )
    said = normalise(bound.captures[-1]) if bound.captures else ""  # some tools repeat the choice where it is ticked

    def read(cell: Cell) -> Any:
        text = "" if cell is None else normalise(label_of(cell))
        if text in missing:
            return Missing()
        if group.holds == "answer":
            code = code_of(text, group.values) if text else None
            found = code if code is not None or not text else group.default
            return unknown_label(label_of(cell), group, context) if text and found is None else found
        if group.holds == "count":
            return None if cell is None else count_number(cell, context.profile.numbers)
        if text in ticked or (text and text == said):
            return Number(1, 1)
        if text in unticked:
            return Number(0, 0) if text else None
        return unknown_label(label_of(cell), group, context)

    return convert(bound, read)


def set_fields(fields: dict[str, np.ndarray], converted: Converted, rows: np.ndarray | None = None) -> None:
    """Lay what a column's labels set over the fields so far: a later column wins where it says something."""
    for name in FIELDS:
        if any(isinstance(r, Mapping) and name in r for r in converted.results):
            values = converted.take(partial(_said, name))
            said = np.array([v is not None for v in values]) if len(values) else np.zeros(0, bool)
            if rows is not None:
                said &= rows
            fields[name][said] = values[said]


def _said(name: str, sets: Mapping[str, str]) -> str | None:
    return sets.get(name)


def start_fields(size: int, constants: Mapping[str, str]) -> dict[str, np.ndarray]:
    """The fields of `size` reports before any column has spoken: the table's constants, else None."""
    return {name: np.full(size, constants.get(name), dtype=object) for name in FIELDS}


def filled_down(raw: RawColumn) -> RawColumn:
    """The column with each blank cell holding what stands above it (merged cells read so)."""
    blank = np.array([cell is None for cell in raw.cells])[raw.codes]
    last = np.maximum.accumulate(np.where(blank, 0, np.arange(len(raw.codes))))
    return RawColumn(raw.codes[last], raw.cells)


def _objects(values: Sequence[Any]) -> np.ndarray:
    """An object array that never tries to look inside its elements."""
    array = np.empty(len(values), dtype=object)
    for index, value in enumerate(values):
        array[index] = value
    return array


def code_texts(located: Located, fields: dict[str, np.ndarray], wanted: np.ndarray) -> tuple[np.ndarray, Counter[str]]:
    """Fill fields that no label has set from the table's text columns, in rows where `wanted` is true.

    Returns the rows (bool) that a rule coded, and how many rows each rule id coded: what the run record lists.
    """
    coded = np.zeros(len(wanted), dtype=bool)
    used: Counter[str] = Counter()
    for bound in located.columns:
        for rule in bound.column.rules:
            found = convert(bound, partial(_holds, rule.words))
            hit = found.take(bool, False).astype(bool) & wanted
            new = np.zeros(len(wanted), dtype=bool)
            for name, code in rule.sets.items():
                free = hit & np.array([value is None for value in fields[name]], dtype=bool)
                fields[name][free] = code
                new |= free
            coded |= new
            if new.any():
                used[rule.id] += int(new.sum())
    return coded, used


def _holds(words: tuple[str, ...], cell: Cell) -> bool:
    return cell is not None and bool(_words(words).search(normalise(label_of(cell))))


@cache
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words; a trailing `*` takes any ending ("hakkors*")."""
    parts = (re.escape(normalise(word).rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def unknown_codes(context: Context) -> list[Fault]:
    """A fault for each code of environment, event type or area that the workspace does not have, told once."""
    used = dict.fromkeys(pair for table in context.profile.tables for pair in _codes(table))
    return [
        Fault("profile_code", context.file, values={"code": code, "field": field, "profile": context.profile.name,
              "known": ", ".join(sorted(context.codes(field)))})
        for field, code in used if code and code not in context.codes(field)
    ]  # fmt: skip


def _codes(table: Table) -> Iterator[tuple[str, str]]:
    """(field, code) of everything in the table that sets a field."""
    yield from ((field, code) for field, code in table.constants.items() if field in FIELDS)
    patterns: list[Group | Name] = [*table.groups, *table.names]
    levels = [level for pattern in patterns for level in pattern.levels]
    holders: list[Column | Level | Section] = [*table.columns, *levels, *table.sections]
    for holder in holders:
        field = "area" if holder.as_ == "place" else holder.as_
        plain = [holder.default, holder.blank] if isinstance(holder, Column) else [holder.default]
        for code in (*plain, *(holder.values.values() if isinstance(holder.values, Mapping) else ())):
            if isinstance(code, Mapping):
                yield from ((name, said) for name, said in code.items() if name != IGNORE)
            elif code is not None and field in FIELDS:
                yield field, code
        for rule in holder.rules if isinstance(holder, Column) else ():
            yield from rule.sets.items()
