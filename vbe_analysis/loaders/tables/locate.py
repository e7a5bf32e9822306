"""Where a table lies in a sheet: its header rows, its body, and which column plays which role.

A form and a table with a record a column are laid out as ordinary tables first, so that all tables are read alike.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell, Position, RawColumn, RawSheet, Special, column_letter, factorise
from vbe_analysis.loaders.profiles.profile import Column, Condition, Group, Table
from vbe_analysis.loaders.tables.form_layout import Field, lay_out_forms
from vbe_analysis.loaders.values.cells import is_heading, label_of, matcher, normalise

# How far down a heading row is looked for: offices put titles above their tables, not pages.
SEARCHED_ROWS = 60
_RATE = re.compile(r"%|procent|\bandel\b|\bandelen\b|(?:/|\bper) ?(?:10{0,2} ?000\b|inv|capita|tusen)")
Spec = TypeVar("Spec", Column, Group)


@dataclass(frozen=True, eq=False)
class SheetColumn(Generic[Spec]):
    """A column of the sheet and what the profile says it is.

    raw: the cells of the body, with `empty` words blanked and blanks filled from above where the profile asks for it.
    captures: what each `*` of a group's heading stands for.
    """

    spec: Spec
    index: int
    heading: str
    raw: RawColumn
    captures: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        """The column's letter, as the office's program shows it."""
        return column_letter(self.index)


@dataclass(frozen=True, eq=False)
class SheetTable:
    """A table found in a sheet: positions (0-based, in `sheet`) of its first header row, body start and body end.

    sheet: the sheet as it is read, with a row a record; source: the sheet as the office sent it (the same object but
    for forms and transposed tables). fields: for each form, where its fields stand in `source`; labels: the cells of
    `source` that hold a form's labels.
    """

    table: Table
    sheet: RawSheet
    source: RawSheet
    header: int
    body: int
    end: int
    columns: tuple[SheetColumn[Column], ...]
    groups: tuple[SheetColumn[Group], ...]
    headings: tuple[str, ...]  # joined, by column index
    faults: tuple[Fault, ...]
    dropped: tuple[int, ...]  # columns that no profile column names
    missing: tuple[str, ...] = ()  # needed headings that are not there
    fields: tuple[dict[str, Field], ...] = ()
    labels: frozenset[Position] = frozenset()

    @property
    def size(self) -> int:
        """The number of body rows."""
        return self.end - self.body

    @property
    def wanted(self) -> int:
        """How many columns the profile found something to read in."""
        return sum(column.spec.as_ != "drop" for column in self.columns) + len(self.groups)

    def with_role(self, *roles: str) -> list[SheetColumn[Column]]:
        """The columns whose role is one of these."""
        return [column for column in self.columns if column.spec.as_ in roles]

    def named(self, name: str) -> SheetColumn[Column] | None:
        """The column with this name, heading or letter."""
        for column in self.columns:
            if column.spec.name == name:
                return column
        for index, heading in enumerate(self.headings):
            if column_letter(index) == name or is_heading((name,), heading):
                return SheetColumn(Column("filter"), index, heading, self.body_of(self.sheet.columns[index]))
        return None

    def body_of(self, raw: RawColumn) -> RawColumn:
        """The part of a column of the sheet that lies in the table's body."""
        return raw.rows(self.body, self.end)

    def numbers(self) -> np.ndarray:
        """The body's row numbers as the office's program shows them."""
        return np.asarray(self.sheet.row_numbers[self.body : self.end])

    def place(self, fault: Fault) -> Fault:
        """The fault where the office sees it: a form's field in its cell, a transposed table in its columns."""
        if self.table.transposed:
            places = {column_letter(i): int(n) for i, n in enumerate(self.source.row_numbers)}
            letter = column_letter(fault.row - 1) if fault.row else ""
            return replace(fault, row=places.get(fault.letter), letter=letter, column="")
        if self.fields:
            records = self.numbers().tolist()
            form = self.fields[records.index(fault.row)] if fault.row in records else {}
            if fault.column not in form:
                return replace(fault, letter="")
            row, column = form[fault.column].value
            return replace(fault, row=row, letter=column_letter(column))
        return fault


def locate(sheet: RawSheet, table: Table, file: str) -> SheetTable:
    """Find the table in the sheet and tie its columns. Faults (missing or doubled headings) are in the result."""
    if table.shape == "form":
        return _locate_forms(sheet, table, file)
    if table.transposed:
        place = replace(_search(_transposed(sheet), table, file), source=sheet)
        return replace(place, faults=tuple(map(place.place, place.faults)))
    return _search(sheet, table, file)


def rows_where(table: SheetTable, where: tuple[Condition, ...]) -> np.ndarray:
    """The body rows (bool) for which every condition holds; none where a condition's column is not there."""
    result = np.ones(table.size, dtype=bool)
    for condition in where:
        column = table.named(condition.column)
        if column is None:
            return np.zeros(table.size, dtype=bool)
        raw = table.body_of(table.sheet.columns[column.index])
        met = np.array([_meets(cell, condition) for cell in raw.cells], dtype=bool)
        result &= met[raw.codes]
    return result


def _meets(cell: Cell, condition: Condition) -> bool:
    text = "" if isinstance(cell, Special) else normalise(label_of(cell))
    equals, unequal, starts, unlike, contains = (
        tuple(normalise(text) for text in texts)
        for texts in (
            *(condition.equals, condition.not_equals, condition.starts, condition.not_starts, condition.contains),
        )
    )
    return (
        (not equals or text in equals)
        and text not in unequal
        and (not starts or text.startswith(starts))
        and not text.startswith(unlike)
        and (not contains or any(part in text for part in contains))
        and (condition.blank is None or (text == "") == condition.blank)
    )


def _search(sheet: RawSheet, table: Table, file: str) -> SheetTable:
    """The first place where all needed headings stand, else the likest one with its faults."""
    first, last = _block(sheet, table)
    if table.header_at:
        starts = [i for i in range(first, last) if sheet.row_numbers[i] == table.header_at]
    else:
        starts = list(range(first, min(last, first + SEARCHED_ROWS))) if table.header_rows else []
    places = []
    for start in starts:
        headings = joined_headings(sheet, start, table)
        places.append(_tie(sheet, table, file, start, start + table.header_rows, last, *headings))
        if not places[-1].missing and not places[-1].faults:
            return places[-1]
    nowhere = [""] * len(sheet.columns)
    places = places or [_tie(sheet, table, file, first, first, last, nowhere, nowhere)]
    likest = max(places, key=lambda place: (place.wanted, -len(place.missing), -len(place.faults)))
    return replace(likest, faults=(*_missing(likest, file), *likest.faults))


def _block(sheet: RawSheet, table: Table) -> tuple[int, int]:
    """Positions of the part of the sheet between the table's `start` and `end` marks."""
    first, last = 0, len(sheet.row_numbers)
    if not table.start and not table.end:
        return first, last
    for position in range(last):
        mark = next((label_of(cell) for cell in sheet.row(position) if cell is not None), "")
        if table.start and first == 0 and is_heading(table.start, mark):
            first = position + 1
        elif table.end and position >= first and (first > 0 or not table.start) and is_heading(table.end, mark):
            return first, position
    return first, last


def joined_headings(sheet: RawSheet, start: int, table: Table) -> tuple[list[str], list[str]]:
    """The headings that begin at `start`: all rows joined, and the lowest row alone."""
    last = min(start + table.header_rows, len(sheet.row_numbers))
    rows = [[label_of(cell) for cell in sheet.row(position)] for position in range(start, last)]
    for depth, row in enumerate(rows[:-1]):
        number = sheet.row_numbers[start + depth]
        spans = [(left, right) for top, left, low, right in sheet.merged if top <= number <= low]
        merged = {column: left for left, right in spans for column in range(left, right + 1)}
        for index in range(1, len(row)):
            below = any(deeper[index] for deeper in rows[depth + 1 :])
            if not row[index] and below and (index in merged or not merged):
                row[index] = row[merged.get(index, index - 1)]
    columns = list(zip(*rows, strict=True))
    return [table.header_join.join(part for part in parts if part) for parts in columns], [c[-1] for c in columns]


def _tie(
    sheet: RawSheet, table: Table, file: str, header: int, body: int, end: int, joined: list[str], bottom: list[str]
) -> SheetTable:
    """Tie the named columns, then the groups, then what is dropped: a wide pattern takes what the others left."""
    columns: list[SheetColumn[Column]] = []
    groups: list[SheetColumn[Group]] = []
    missing: list[str] = []
    faults: list[Fault] = []
    taken: set[int] = set()

    def add(spec: Column, index: int) -> None:
        taken.add(index)
        cells = _finished(sheet.columns[index], spec, body, end)
        columns.append(SheetColumn(_version(spec, joined[index]), index, joined[index], cells))

    dropped = [column for column in table.columns if column.as_ == "drop"]
    for spec in (column for column in table.columns if column.as_ != "drop"):
        hits = _hits(spec, spec.headings, joined, bottom)
        if len(hits) > 1:
            letters = ", ".join(column_letter(i) for i in hits)
            values = {"heading": _first_heading(spec), "letters": letters}
            faults.append(Fault("doubled_heading", file, sheet.name, values=values))
        elif hits:
            add(spec, hits[0])
        elif spec.needed:
            missing.append(_first_heading(spec))
    written_out = [(spec, tuple(h for h in spec.headings if "*" not in h)) for spec in dropped]
    kept_out = {hit for spec, headings in written_out for hit in _hits(spec, headings, joined, bottom)}
    for group in table.groups:
        members = [
            SheetColumn(group, i, joined[i], sheet.columns[i].rows(body, end), match)
            for i, match in _matches(group, joined)
            if i not in taken | kept_out
        ]
        if not members:
            missing.append(group.heading[0])
        groups += members
        taken.update(member.index for member in members)
    faults += [_rate(c, sheet, file) for c in columns if c.spec.as_ == "count" and _RATE.search(normalise(c.heading))]
    faults += [_rate(g, sheet, file) for g in groups if g.spec.holds == "count" and _RATE.search(normalise(g.heading))]
    for spec in dropped:
        for hit in _hits(spec, spec.headings, joined, bottom):
            if hit not in taken:
                add(spec, hit)
    rest = (i for i in range(len(sheet.columns)) if i not in taken)
    return SheetTable(
        table=table,
        sheet=sheet,
        source=sheet,
        header=header,
        body=body,
        end=end,
        columns=tuple(columns),
        groups=tuple(groups),
        headings=tuple(joined),
        faults=tuple(faults),
        dropped=tuple(i for i in rest if sheet.columns[i].filled().any()),
        missing=tuple(missing),
    )


def _first_heading(spec: Column) -> str:
    return next(iter(spec.headings), "") or spec.letter


def _rate(column: SheetColumn[Column] | SheetColumn[Group], sheet: RawSheet, file: str) -> Fault:
    """A column of shares or of numbers per inhabitant is no column of counts, whatever the profile says."""
    return Fault("rate_heading", file, sheet.name, None, column.heading, column.letter)


def _missing(place: SheetTable, file: str) -> list[Fault]:
    """A fault a heading, with the likest one that nobody asked for; or one for a sheet that has none of them."""
    name = place.sheet.name
    if place.missing and not place.wanted:
        headings = ", ".join(f"'{heading}'" for heading in place.missing[:6])
        return [Fault("no_heading_found", file, name, values={"headings": headings})]
    joined = place.headings
    free = {normalise(joined[i]): f"'{joined[i]}' ({column_letter(i)})" for i in place.dropped if joined[i]}
    row = next(iter(place.sheet.row_numbers[place.header :]), None)
    faults = []
    for heading in place.missing:
        near = difflib.get_close_matches(normalise(heading), free, n=1, cutoff=0.5)
        values = {"heading": heading, "near": free[near[0]] if near else "–"}
        faults.append(Fault("missing_heading", file, name, row, values=values))
    return faults


def _hits(spec: Column, headings: tuple[str, ...], joined: list[str], bottom: list[str]) -> list[int]:
    """The columns that stand under one of the headings, or that have the letter."""
    if spec.letter:
        return [i for i in range(len(joined)) if column_letter(i) == spec.letter]
    whole = [i for i, heading in enumerate(joined) if heading and is_heading(headings, heading)]
    return whole or [i for i, heading in enumerate(bottom) if heading and is_heading(headings, heading)]


def _version(spec: Column, heading: str) -> Column:
    """The column with its question's version fixed by the wording that was found."""
    for version, wording in spec.versions.items():
        if is_heading(wording if isinstance(wording, tuple) else (wording,), heading):
            return replace(spec, versions={version: wording})
    return replace(spec, versions={})


def _matches(group: Group, joined: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each column whose heading fits the group, with what the `*` stand for."""
    for index, heading in enumerate(joined):
        if heading and not is_heading(group.exclude, heading):
            tries = (matcher(pattern).fullmatch(normalise(heading)) for pattern in group.heading)
            match = next((match for match in tries if match), None)
            if match:
                yield index, tuple(match.groups())


def _finished(raw: RawColumn, spec: Column, body: int, end: int) -> RawColumn:
    """The body's cells as they are read: `empty` words blanked, blanks filled from above (merged cells)."""
    if not spec.empty and not spec.fill_down:
        return raw.rows(body, end)
    codes, cells = raw.codes[body:end], raw.cells
    if spec.empty:
        words = {normalise(word) for word in spec.empty}
        cells = [None if not isinstance(c, Special) and normalise(label_of(c)) in words else c for c in cells]
    if spec.fill_down:
        blank = np.array([cell is None for cell in cells])[codes]
        codes = codes[np.maximum.accumulate(np.where(blank, 0, np.arange(len(codes))))]
    return RawColumn(codes, cells)


def _transposed(sheet: RawSheet) -> RawSheet:
    """The sheet with a row for each of its columns (row 3 is column C)."""
    rows = [[column.cells[int(code)] for code in column.codes] for column in sheet.columns]
    known = set(sheet.row_numbers)
    spans = [(left + 1, top, right + 1, low) for top, left, low, right in sheet.merged if {top, low} <= known]
    return RawSheet(
        sheet.name,
        range(1, len(rows) + 1),
        tuple(factorise(cells) for cells in zip(*rows, strict=True)),
        sheet.hidden,
        hidden_rows=frozenset(index + 1 for index in sheet.hidden_columns),
        merged=tuple((top, sheet.position(left), low, sheet.position(right)) for top, left, low, right in spans),
    )


def _locate_forms(sheet: RawSheet, table: Table, file: str) -> SheetTable:
    forms = lay_out_forms(sheet, table)
    flat = replace(table, transposed=False, header_rows=1, header_at=0, start=(), end=(), footnotes=False)
    place = _search(forms.records, flat, file)
    return replace(place, source=sheet, fields=forms.fields, labels=forms.labels)
