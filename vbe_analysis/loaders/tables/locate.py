"""Where a table lies in a sheet: its header rows, its body, and which column plays which role."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import RawColumn, RawSheet, Special, column_letter
from vbe_analysis.loaders.profiles.schema import Column, Group, Table
from vbe_analysis.loaders.values.cells import label_of, normalise
from vbe_analysis.loaders.values.labels import is_heading, matcher

# How far down a heading row is looked for: offices put titles above their tables, not pages.
SEARCHED_ROWS = 60
_RATE = re.compile(r"%|procent|\bandel\b|\bandelen\b|(?:/|\bper) ?(?:10{0,2} ?000\b|inv|capita|tusen)")


@dataclass(frozen=True, eq=False)
class Bound:
    """A profile's column (or group) tied to a column of the sheet. `captures`: what the `*` of a group stood for."""

    spec: Column | Group
    index: int
    heading: str
    raw: RawColumn
    captures: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        """The column's letter, as the office's program shows it."""
        return column_letter(self.index)

    @property
    def column(self) -> Column:
        """The spec of a single column; group columns have none."""
        if isinstance(self.spec, Group):
            raise TypeError("a group is not a column")
        return self.spec


@dataclass(frozen=True, eq=False)
class Located:
    """A table found: positions (0-based, in the sheet) of its first header row, body start and body end."""

    table: Table
    sheet: RawSheet
    header: int
    body: int
    end: int
    columns: tuple[Bound, ...]
    groups: tuple[Bound, ...]
    headings: tuple[str, ...]  # joined, by column index
    faults: tuple[Fault, ...]
    dropped: tuple[int, ...]  # columns that no profile column names
    missing: tuple[str, ...] = ()  # needed headings that are not there

    @property
    def wanted(self) -> int:
        """How many columns the profile found something to read in."""
        return sum(bound.column.as_ != "drop" for bound in self.columns) + len(self.groups)

    def named(self, name: str) -> Bound | None:
        """The bound column with this name, heading or letter."""
        by_name = next((b for b in self.columns if b.column.name == name), None)
        if by_name is not None:
            return by_name
        for index, heading in enumerate(self.headings):
            if column_letter(index) == name or is_heading((name,), heading):
                return Bound(Column("filter"), index, heading, self.sheet.columns[index])
        return None

    def numbers(self) -> np.ndarray:
        """The body's row numbers as the office's program shows them."""
        return np.asarray(self.sheet.row_numbers[self.body : self.end])


def locate(sheet: RawSheet, table: Table, file: str) -> Located:
    """Find the table in the sheet and tie its columns. Faults (missing or doubled headings) are in the result."""
    first, last = _block(sheet, table)
    nowhere = [""] * len(sheet.columns)
    if table.header_at:
        starts = [i for i in range(first, last) if sheet.row_numbers[i] == table.header_at]
    else:
        starts = list(range(first, min(last, first + SEARCHED_ROWS))) if table.header_rows else []
    found = []
    for start in starts:
        headings = joined_headings(sheet, start, table)
        found.append(_tie(sheet, table, file, start, start + table.header_rows, last, *headings))
        if not found[-1].missing and not found[-1].faults:
            return found[-1]
    found = found or [_tie(sheet, table, file, first, first, last, nowhere, nowhere)]
    likest = max(found, key=lambda tried: (tried.wanted, -len(tried.missing), -len(tried.faults)))
    return replace(likest, faults=(*_missing(likest, file), *likest.faults))


def _block(sheet: RawSheet, table: Table) -> tuple[int, int]:
    """Positions of the part of the sheet between the table's `start` and `end` marks."""
    first, last = 0, len(sheet.row_numbers)
    if not table.start and not table.end:
        return first, last
    for position in range(len(sheet.row_numbers)):
        mark = next((label_of(cell) for cell in sheet.row(position) if cell is not None), "")
        if table.start and first == 0 and is_heading(table.start, mark):
            first = position + 1
        elif table.end and position >= first and (first > 0 or not table.start) and is_heading(table.end, mark):
            last = position
            break
    return first, last


def joined_headings(sheet: RawSheet, start: int, table: Table) -> tuple[list[str], list[str]]:
    """The headings that begin at `start`: all rows joined, and the lowest row alone."""
    rows = [[label_of(cell) for cell in sheet.row(start + i)] for i in range(table.header_rows)
            if start + i < len(sheet.row_numbers)]  # fmt: skip
    for depth, row in enumerate(rows[:-1]):
        number = sheet.row_numbers[start + depth]
        merged = {c: left for top, left, low, right in sheet.merged if top <= number <= low
                  for c in range(left, right + 1)}  # fmt: skip
        for index in range(1, len(row)):
            below = any(rows[deeper][index] for deeper in range(depth + 1, len(rows)))
            if not row[index] and below and (index in merged or not merged):
                row[index] = row[merged.get(index, index - 1)]
    columns = list(zip(*rows, strict=True))
    return [table.header_join.join(part for part in parts if part) for parts in columns], [c[-1] for c in columns]


def _tie(sheet: RawSheet, table: Table, file: str, header: int, body: int, end: int,
         joined: list[str], bottom: list[str]) -> Located:  # fmt: skip
    """Tie the named columns, then the groups, then what is dropped: a wide pattern takes what the others left."""
    columns: list[Bound] = []
    groups: list[Bound] = []
    missing: list[str] = []
    faults: list[Fault] = []
    taken: set[int] = set()

    def bound(spec: Column, index: int) -> Bound:
        return Bound(_version(spec, joined[index]), index, joined[index], _body(sheet, index, body, end, spec.empty))

    for spec in (column for column in table.columns if column.as_ != "drop"):
        hits = _hits(spec, joined, bottom)
        if len(hits) > 1:
            letters = ", ".join(column_letter(i) for i in hits)
            values = {"heading": _wanted(spec), "letters": letters}
            faults.append(Fault("doubled_heading", file, sheet.name, values=values))
        elif not hits and spec.needed:
            missing.append(_wanted(spec))
        elif hits:
            taken.add(hits[0])
            columns.append(bound(spec, hits[0]))
    named = [replace(spec, heading=tuple(h for h in spec.heading if "*" not in h)) for spec in table.columns]
    kept_out = {hit for spec in named if spec.as_ == "drop" for hit in _hits(spec, joined, bottom)}
    for group in table.groups:
        found = [b for b in _group(group, joined, sheet, body, end) if b.index not in taken | kept_out]
        if not found:
            missing.append(group.heading[0])
        groups += found
        taken.update(b.index for b in found)
    for spec in (column for column in table.columns if column.as_ == "drop"):
        hits = [hit for hit in _hits(spec, joined, bottom) if hit not in taken]
        columns += [bound(spec, hit) for hit in hits]
        taken.update(hits)
    kept = [b for b in columns if b.column.as_ != "drop"]
    faults += [fault for b in (*kept, *groups) for fault in _rates(b, sheet, file)]
    dropped = tuple(i for i in range(len(sheet.columns)) if i not in taken and _filled(sheet.columns[i]))
    return Located(
        table, sheet, header, body, end, tuple(columns), tuple(groups), tuple(joined), tuple(faults), dropped,
        tuple(missing),
    )  # fmt: skip


def _wanted(spec: Column) -> str:
    return " / ".join(spec.headings[:1]) or spec.letter


def _missing(located: Located, file: str) -> list[Fault]:
    """A fault a heading, with the likest one that nobody asked for; or one for a sheet that has none of them."""
    name = located.sheet.name
    if located.missing and not located.wanted:
        headings = ", ".join(f"'{heading}'" for heading in located.missing[:6])
        return [Fault("no_heading_found", file, name, values={"headings": headings})]
    joined = located.headings
    free = {normalise(joined[i]): f"'{joined[i]}' ({column_letter(i)})" for i in located.dropped if joined[i]}
    row = next(iter(located.sheet.row_numbers[located.header :]), None)
    faults = []
    for heading in located.missing:
        near = difflib.get_close_matches(normalise(heading), free, n=1, cutoff=0.5)
        values = {"heading": heading, "near": free[near[0]] if near else "–"}
        faults.append(Fault("missing_heading", file, name, row, values=values))
    return faults


def _rates(bound: Bound, sheet: RawSheet, file: str) -> list[Fault]:
    """A column of shares or of numbers per inhabitant is no column of counts, whatever the profile says."""
    counted = bound.spec.holds == "count" if isinstance(bound.spec, Group) else bound.spec.as_ == "count"
    if not counted or not _RATE.search(normalise(bound.heading)):
        return []
    return [Fault("rate_heading", file, sheet.name, None, bound.heading, bound.letter)]


def _hits(spec: Column, joined: list[str], bottom: list[str]) -> list[int]:
    if spec.letter:
        return [i for i in range(len(joined)) if column_letter(i) == spec.letter]
    whole = [i for i, heading in enumerate(joined) if heading and is_heading(spec.headings, heading)]
    return whole or [i for i, heading in enumerate(bottom) if heading and is_heading(spec.headings, heading)]


def _version(spec: Column, heading: str) -> Column:
    """The column with its question's version fixed by the wording that was found."""
    for version, wording in spec.versions.items():
        if is_heading(wording if isinstance(wording, tuple) else (wording,), heading):
            return replace(spec, versions={version: wording})
    return replace(spec, versions={})


def _group(group: Group, joined: list[str], sheet: RawSheet, body: int, end: int) -> Iterator[Bound]:
    for index, heading in enumerate(joined):
        if not heading or is_heading(group.exclude, heading):
            continue
        for pattern in group.heading:
            match = matcher(pattern).fullmatch(normalise(heading))
            if match:
                yield Bound(group, index, heading, _body(sheet, index, body, end), tuple(match.groups()))
                break


def _body(sheet: RawSheet, index: int, body: int, end: int, empty: tuple[str, ...] = ()) -> RawColumn:
    raw = sheet.columns[index]
    if not empty:
        return RawColumn(raw.codes[body:end], raw.cells)
    words = {normalise(word) for word in empty}
    blank = [not isinstance(cell, Special) and normalise(label_of(cell)) in words for cell in raw.cells]
    cells = [None if gone else cell for cell, gone in zip(raw.cells, blank, strict=True)]
    return RawColumn(raw.codes[body:end], cells)


def _filled(raw: RawColumn) -> bool:
    return any(cell is not None for cell in raw.cells)
