"""The cells of a column -> what each row takes from them: codes, days, numbers. Each distinct cell is read once.

What a row takes from outside its own cells (the table's constants, the file's and the sheet's name, a section row
above) is laid out as columns too, and read in the same way.
"""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from vbe_analysis.config import message
from vbe_analysis.errors import Fault
from vbe_analysis.loaders.deliveries.corrections import Correction
from vbe_analysis.loaders.files.raw import Cell, RawColumn, Special
from vbe_analysis.loaders.profiles.profile import FIELDS, PARTS, Column, Group, Level, Name, Profile, Section
from vbe_analysis.loaders.tables.locate import SheetColumn, SheetTable, rows_where
from vbe_analysis.loaders.values.cells import (
    Missing,
    Number,
    Unreadable,
    code_of,
    count_number,
    label_of,
    matcher,
    normalise,
)
from vbe_analysis.loaders.values.choices import OTHER, OWN_WORDS, choices_in, one_choice
from vbe_analysis.vocabulary import Vocabulary

OTHER_DISTRICT = "other_district"
IGNORE = "ignore"  # a pseudo field: the label names a rule by which the row is left out
DATES = ("date", *PARTS)
DATE_ROLES = ("date", "date_from", "date_to", *PARTS)
LABEL_WORDS = 5  # more words than that, once, are a sentence
UNMATCHED = {"sheet": "sheet_name_unmatched", "file": "file_name_unmatched"}
_YEAR = re.compile(r"(?:19|20)\d\d")
# What needs neither a reading of its own nor a search for personal data: an ISO day with a time of day.
TIMESTAMP = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?", re.ASCII)
EPOCH = date(1970, 1, 1).toordinal()
SPECIAL = {
    Special.ERROR: Unreadable("error_cell", {"value": "till exempel #REF!"}),
    Special.UNCOMPUTED: Unreadable("uncomputed_formula", {}),
}
Codes = Mapping[str, str]  # field -> code


class OwnWords(dict[str, str]):
    """Codes that were set by a respondent's own words: the profile has no label that says so."""


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
    questions: frozenset[str] = frozenset()  # ids of the survey questions that the chapter speaks of
    # Rule -> checksums of the labels that it left out of the profile's files in the cycle before.
    ignored_before: Mapping[str, Collection[str]] = field(default_factory=dict)

    def codes(self, field: str) -> frozenset[str]:
        """The closed values of a field."""
        if field == "environment":
            return frozenset(self.vocabulary.all_environments)
        if field == "event_type":
            return frozenset(self.vocabulary.event_types)
        return frozenset(self.areas.values()) | frozenset(self.places.values())


@dataclass(frozen=True, eq=False)
class ColumnValues:
    """What each distinct cell became (a value, None where blank, or Unreadable), and which of them each row holds."""

    column: SheetColumn[Any]
    values: Sequence[Any]
    codes: np.ndarray

    def by_row(self, read: Callable[[Any], Any], missing: Any = None) -> np.ndarray:
        """One object per row: `read(value)`, or `missing` for blank and unreadable cells."""
        distinct = np.empty(len(self.values), dtype=object)  # filled one by one: numpy would look inside the values
        for index, value in enumerate(self.values):
            distinct[index] = missing if value is None or isinstance(value, Unreadable) else read(value)
        rows: np.ndarray = distinct[self.codes]
        return rows

    def faults(self, table: SheetTable, wanted: np.ndarray, context: Context) -> Iterator[tuple[int, Fault]]:
        """(position, fault) of every unreadable cell in the rows where `wanted` is true."""
        bad = {code: value for code, value in enumerate(self.values) if isinstance(value, Unreadable)}
        for position in np.flatnonzero(np.isin(self.codes, list(bad)) & wanted).tolist() if bad else ():
            row = int(table.numbers()[position])
            yield position, fault_of(bad[int(self.codes[position])], self.column, context, table.sheet.name, row)


def fault_of(
    unreadable: Unreadable, column: SheetColumn[Any], context: Context, sheet: str = "", row: int | None = None
) -> Fault:
    """The fault of one unreadable cell. Its value may be told: the gate has seen the cell."""
    profile = context.profile
    values = {"profile": profile.name, "column": column.heading or column.letter, **unreadable.values}
    if unreadable.code == "unknown_label":
        values["snippet"] = message(f"snippets.{_kind_of_line(values, profile)}", **values, file=profile.written_in)
    return Fault(unreadable.code, context.file, sheet, row, column.heading, column.letter, values)


def _kind_of_line(values: Mapping[str, object], profile: Profile) -> str:
    """What says where the label is written: vbe.toml, the profile's text or workbook, rattelser.xlsx for a blank's."""
    kind = str(values["kind"])
    if kind in ("area", "place"):
        return kind
    return {"": "blank", ".xlsx": f"book_{kind}"}.get(PurePath(profile.written_in).suffix, kind)


def read_column(column: SheetColumn[Any], read: Callable[[Cell], Any]) -> ColumnValues:
    """Read each distinct cell that occurs in the body; a cell with an error or no stored value is Unreadable."""
    raw = column.raw
    values: list[Any] = [None] * len(raw.cells)
    for code in raw.used():
        cell = raw.cells[code]
        values[code] = SPECIAL[cell] if isinstance(cell, Special) else read(cell)
    return ColumnValues(column, values, raw.codes)


def read_labels(
    column: SheetColumn[Column],
    context: Context,
    separator: str | None = None,
    spec: Section | None = None,
    answers: bool = False,
) -> ColumnValues:
    """Per row a tuple of what each label in its cell sets (see `label`).

    A cell holds one label, or several choices where the caller gives their `separator`. answers: of people, who may
    have written words of their own: what stands once and is like no label is then the choice "annat" (`free_text`).
    """
    holder = spec or column.spec
    known = {text for text in holder.values if "*" not in text}
    known |= set({"area": context.areas, "place": context.places}.get(holder.as_, ()))
    parts_of: dict[int, Sequence[Cell]] = {}
    times: Counter[str] = Counter()
    for code, rows in zip(*np.unique(column.raw.codes, return_counts=True), strict=True):
        cell = column.raw.cells[code]
        parts_of[id(cell)] = (
            (one_choice(cell, known),) if separator is None else choices_in(cell, separator, known) or (None,)
        )
        times.update({normalise(label_of(part)): int(rows) for part in parts_of[id(cell)]})

    def read(cell: Cell) -> tuple[Codes, ...] | Unreadable | None:
        if cell is None and blank_code(holder) is None:
            return None
        sets = [label(part, holder, context) for part in parts_of[id(cell)]]
        for at, part in enumerate(parts_of[id(cell)]):
            if answers and isinstance(sets[at], Unreadable) and times[normalise(label_of(part))] == 1:
                words = free_text(label_of(part), holder)
                sets[at] = OwnWords(words) if isinstance(words, Mapping) else words or sets[at]
        unreadable = next((item for item in sets if isinstance(item, Unreadable)), None)
        return unreadable or tuple(item for item in sets if not isinstance(item, Unreadable))

    return read_column(column, read)


def blank_code(spec: Column | Level | Section) -> str | None:
    """The code of a blank cell; None where a blank says nothing."""
    return spec.blank if isinstance(spec, Column) else None


def label(cell: Cell, spec: Column | Level | Section, context: Context) -> Codes | Unreadable:
    """What one label sets, by the profile's values, the workspace's areas and places, then the default.

    {field: code}; {IGNORE: rule} for a row to leave out; {} for a label that says nothing. Roles that are no field of
    a report (a question, a kind of unit) are set under their own name.
    """
    field = "area" if spec.as_ == "place" else spec.as_
    if cell is None:
        blank = blank_code(spec)
        return {} if blank is None else {field: blank}
    text = label_of(cell)
    normal = normalise(text)
    if isinstance(cell, Correction) and field in FIELDS and text in context.codes(field):
        return {field: text}
    code = code_of(normal, spec.values)
    if code is not None:
        return dict(code) if isinstance(code, Mapping) else {field: code}
    if field == "area":
        if normal in context.outside:
            return {IGNORE: OTHER_DISTRICT}
        area = (context.places if spec.as_ == "place" else context.areas).get(normal)
        if area is not None:
            return {"area": area}
    if spec.default is not None:
        return {field: spec.default} if spec.default else {}
    if isinstance(spec, Column) and field != "area" and OWN_WORDS.match(normal):
        return free_text(text, spec) or Unreadable("free_text_choice", {})
    return unknown_label(text, spec, context)


def free_text(text: str, spec: Column | Level | Group | Section) -> Codes | Unreadable | None:
    """What words of the respondent's own set: the label "Annat" (Övrigt, Other) of the profile. None for a text that
    is like a label: a person decides. The words are kept nowhere and shown nowhere.
    """
    normal = normalise(text)
    others = sorted((known for known in spec.values if OTHER.match(known)), key=len, reverse=True)
    if not OTHER.match(normal) and difflib.get_close_matches(normal, spec.values, n=1, cutoff=0.6):
        return None
    fitting = [known for known in others if normal.startswith(known.rstrip("* :"))] or others
    if isinstance(spec, Group) or not isinstance(spec.values, Mapping) or not fitting:
        own = OWN_WORDS.match(normal) or len(normal.split()) > LABEL_WORDS
        return Unreadable("free_text_choice", {}) if own else None
    code = spec.values[fitting[0]]
    return dict(code) if isinstance(code, Mapping) else {"area" if spec.as_ == "place" else spec.as_: code}


def unknown_label(text: str, spec: Column | Level | Group | Section, context: Context) -> Unreadable:
    """An unknown label, with the nearest known one and the line to paste: for a person to decide."""
    role = "" if isinstance(spec, Group) else spec.as_
    kind = role if role in ("area", "place") else "value"
    known = [*spec.values, *(context.areas if kind == "area" else ()), *(context.places if kind == "place" else ())]
    near = difflib.get_close_matches(normalise(text), known, n=1, cutoff=0.6)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    values: dict[str, object] = {"value": text, "near": f"'{near[0]}'" if near else "–", "kind": kind, "label": escaped}
    if fields := _fields_of(spec):
        of_field = ((field, ", ".join(sorted(context.codes(field)))) for field in fields)
        lines = [message("snippets.line", label=escaped, field=field, codes=codes) for field, codes in of_field]
        values |= {"kind": "codes", "lines": message("snippets.and").join(lines)}
        values["codes"] = ", ".join(sorted(code for field in fields for code in context.codes(field)))
        return Unreadable("unknown_label", values)
    codes = sorted(context.codes(role)) if role in FIELDS else []
    if not codes and isinstance(spec.values, Mapping):
        codes = sorted({code for code in spec.values.values() if isinstance(code, str)})
    return Unreadable("unknown_label", {**values, "codes": ", ".join(codes) or "–"})


def _fields_of(spec: Column | Level | Group | Section) -> list[str]:
    """The fields that the labels of a column set together; none where a label is one code."""
    codes = spec.values.values() if isinstance(spec.values, Mapping) else ()
    fields = {field for code in codes if isinstance(code, Mapping) for field in code}
    if not fields and not isinstance(spec, Group) and spec.as_ == "label":
        return list(FIELDS[:2])
    return [field for field in FIELDS if field in fields]


def read_numbers(column: SheetColumn[Column], context: Context) -> ColumnValues:
    """The number each row's cell states, as a Number [low, high]; None blank."""
    return read_column(column, lambda cell: None if cell is None else count_number(cell, context.profile.numbers))


def read_group(column: SheetColumn[Group], context: Context) -> ColumnValues:
    """What each cell of a group's column holds: a Number (a tick is 1), Missing where the source has no figure."""
    group = column.spec
    words = (group.missing, group.ticked, group.unticked)
    missing, ticked, unticked = ({normalise(text) for text in texts} for texts in words)
    choice = normalise(column.captures[-1]) if column.captures else ""  # some tools repeat it where it is ticked

    def read(cell: Cell) -> Any:
        text = "" if cell is None else normalise(label_of(cell))
        if text in missing:
            return Missing()
        if group.holds == "answer":
            code = code_of(text, group.values) if text else None
            answer = group.default if code is None and text else code
            return unknown_label(label_of(cell), group, context) if text and answer is None else answer
        if group.holds == "count":
            return None if cell is None else count_number(cell, context.profile.numbers)
        if text in ticked or (text and text == choice):
            return Number(1, 1)
        if text in unticked:
            return Number(0, 0) if text else None
        if "*" in ticked or OTHER.match(choice):
            return Number(1, 1)  # the respondent's own words, which are kept nowhere
        return unknown_label(label_of(cell), group, context)

    return read_column(column, read)


def set_fields(fields: dict[str, np.ndarray], labels: ColumnValues, rows: np.ndarray | None = None) -> None:
    """Lay what a column's labels set over the fields so far: a later column wins where it says something."""
    for name in FIELDS:
        codes = np.array([v[0].get(name) if isinstance(v, tuple) else None for v in labels.values], dtype=object)
        stated = np.array([code is not None for code in codes], dtype=bool)
        if stated.any():
            where = stated[labels.codes] if rows is None else stated[labels.codes] & rows
            fields[name][where] = codes[labels.codes[where]]


@dataclass(frozen=True, eq=False)
class Defaults:
    """What the rows of a table take where their own cells say nothing.

    fields: FIELDS per body row, None where nothing is known; dates: what speaks of time, by role, as columns; labels:
    what the section rows became; faults: a name that does not fit its pattern, or holds an unknown label.
    """

    fields: dict[str, np.ndarray]
    dates: dict[str, SheetColumn[Column]]
    labels: list[ColumnValues]
    faults: list[Fault]


def read_defaults(table: SheetTable, context: Context) -> Defaults:
    """Constants, the file's name, the sheet's name, then the section a row stands in: the nearest word wins."""
    constants = table.table.constants
    fields = {name: np.full(table.size, constants.get(name), dtype=object) for name in FIELDS}
    defaults = Defaults(fields, {}, [], [])
    for name in sorted(table.table.names, key=lambda name: name.of):
        _add_name(name, table, defaults, context)
    for section, column, rows in section_columns(table):
        if section.as_ in DATES:
            defaults.dates[section.as_] = column
        else:
            labels = read_labels(column, context, spec=section)
            set_fields(defaults.fields, labels, rows)
            defaults.labels.append(labels)
    return defaults


def level_value(level: Level, capture: str, context: Context) -> Codes | Unreadable:
    """What one part of a heading or a name sets; {} for a part of a date, an item or one to ignore."""
    return {} if level.as_ in (*DATES, "item", "ignore") else label(capture, level, context)


def constant(role: str, cell: Cell, size: int, heading: str, index: int = -1) -> SheetColumn[Column]:
    """A column that says the same in every row."""
    return SheetColumn(Column(role), index, heading, RawColumn(np.zeros(size, dtype=np.int32), [cell]))


def _add_name(name: Name, table: SheetTable, defaults: Defaults, context: Context) -> None:
    sheet = table.sheet.name
    text = sheet if name.of == "sheet" else Path(context.file).stem
    tries = (matcher(pattern).fullmatch(normalise(text)) for pattern in name.pattern)
    match = next((match for match in tries if match), None)
    if match is None:
        values = {"pattern": " / ".join(name.pattern), "name": text, "of": name.of}
        defaults.faults.append(Fault(UNMATCHED[name.of], context.file, sheet, values=values))
        return
    for level, capture in zip(name.levels, match.groups(), strict=True):
        codes = level_value(level, capture.strip(), context)
        if isinstance(codes, Unreadable):
            defaults.faults.append(fault_of(codes, constant("ignore", capture, 0, text), context, sheet))
        elif level.as_ in DATES:
            defaults.dates[level.as_] = constant(level.as_, capture.strip(), table.size, text)
        else:
            for field in codes.keys() & FIELDS:
                defaults.fields[field][:] = codes[field]


def section_columns(table: SheetTable) -> Iterator[tuple[Section, SheetColumn[Column], np.ndarray]]:
    """The cells of each kind of section row, standing in all rows below it; and the rows (bool) below one."""
    for section in table.table.sections:
        column = table.named(section.column)
        if column is not None:
            marks = np.where(rows_where(table, section.where), np.arange(table.size), -1)
            last = np.maximum.accumulate(marks)
            none = len(column.raw.cells)
            codes = np.where(last >= 0, column.raw.codes[np.maximum(last, 0)], none).astype(np.int32)
            yield section, replace(column, raw=RawColumn(codes, [*column.raw.cells, None])), last >= 0
