"""Where a table lies in a sheet: its header rows, its body, and which column plays which role."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import label_of, normalise
from vbe_analysis.loaders.profiles import Column, Group, Table
from vbe_analysis.loaders.raw import RawColumn, RawSheet, column_letter

# How far down a heading row is looked for: offices put titles above their tables, not pages.
SEARCHED_ROWS = 60


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

    def named(self, name: str) -> Bound | None:
        """The bound column with this name, heading or letter."""
        by_name = next((b for b in self.columns if b.column.name == name), None)
        if by_name is not None:
            return by_name
        for index, heading in enumerate(self.headings):
            if column_letter(index) == name or _matches((name,), heading):
                return Bound(Column("filter"), index, heading, self.sheet.columns[index])
        return None

    def numbers(self) -> np.ndarray:
        """The body's row numbers as the office's program shows them."""
        return np.asarray(self.sheet.row_numbers[self.body : self.end])


def locate(sheet: RawSheet, table: Table, file: str) -> Located:
    """Find the table in the sheet and tie its columns. Faults (missing or doubled headings) are in the result."""
    first, last = _block(sheet, table)
    if table.header_rows == 0:
        return _tie(sheet, table, file, first, first, last, [""] * len(sheet.columns), [""] * len(sheet.columns))
    if table.header_at:
        starts = [i for i in range(first, last) if sheet.row_numbers[i] == table.header_at]
    else:
        starts = list(range(first, min(last, first + SEARCHED_ROWS)))
    best: Located | None = None
    for start in starts:
        joined, bottom = _headings(sheet, start, table)
        found = _tie(sheet, table, file, start, start + table.header_rows, last, joined, bottom)
        if best is None or len(found.faults) < len(best.faults):
            best = found
        if not found.faults:
            break
    if best is None:
        best = _tie(sheet, table, file, first, first, last, [""] * len(sheet.columns), [""] * len(sheet.columns))
    return best


def _block(sheet: RawSheet, table: Table) -> tuple[int, int]:
    """Positions of the part of the sheet between the table's `start` and `end` marks."""
    first, last = 0, len(sheet.row_numbers)
    if not table.start and not table.end:
        return first, last
    for position in range(len(sheet.row_numbers)):
        mark = next((label_of(cell) for cell in sheet.row(position) if cell is not None), "")
        if table.start and first == 0 and _matches(table.start, mark):
            first = position + 1
        elif table.end and position >= first and (first > 0 or not table.start) and _matches(table.end, mark):
            last = position
            break
    return first, last


def _headings(sheet: RawSheet, start: int, table: Table) -> tuple[list[str], list[str]]:
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
    columns: list[Bound] = []
    groups: list[Bound] = []
    faults: list[Fault] = []
    taken: set[int] = set()
    for spec in table.columns:
        hits = _hits(spec, joined, bottom)
        wanted = " / ".join(spec.headings[:1]) or spec.letter
        if spec.as_ == "drop":
            columns += [Bound(spec, hit, joined[hit], _body(sheet, hit, body, end)) for hit in hits]
            taken.update(hits)
        elif len(hits) > 1:
            letters = ", ".join(column_letter(i) for i in hits)
            faults.append(Fault("doubled_heading", file, sheet.name, values={"heading": wanted, "letters": letters}))
        elif not hits and spec.needed:
            faults.append(Fault("missing_heading", file, sheet.name, values={"heading": wanted}))
        elif hits:
            taken.add(hits[0])
            heading = joined[hits[0]]
            columns.append(Bound(_version(spec, heading), hits[0], heading, _body(sheet, hits[0], body, end)))
    for group in table.groups:
        found = [b for b in _group(group, joined, sheet, body, end) if b.index not in taken]
        if not found:
            values = {"heading": group.heading[0]}
            faults.append(Fault("missing_heading", file, sheet.name, values=values))
        groups += found
        taken.update(bound.index for bound in found)
    dropped = tuple(i for i in range(len(sheet.columns)) if i not in taken and _filled(sheet.columns[i]))
    return Located(
        table, sheet, header, body, end, tuple(columns), tuple(groups), tuple(joined), tuple(faults), dropped
    )


def _hits(spec: Column, joined: list[str], bottom: list[str]) -> list[int]:
    if spec.letter:
        return [i for i in range(len(joined)) if column_letter(i) == spec.letter]
    whole = [i for i, heading in enumerate(joined) if heading and _matches(spec.headings, heading)]
    return whole or [i for i, heading in enumerate(bottom) if heading and _matches(spec.headings, heading)]


def _version(spec: Column, heading: str) -> Column:
    """The column with its question's version fixed by the wording that was found."""
    for version, wording in spec.versions.items():
        if _matches(wording if isinstance(wording, tuple) else (wording,), heading):
            return replace(spec, versions={version: wording})
    return replace(spec, versions={})


def _group(group: Group, joined: list[str], sheet: RawSheet, body: int, end: int) -> Iterator[Bound]:
    for index, heading in enumerate(joined):
        if not heading or _matches(group.exclude, heading):
            continue
        for pattern in group.heading:
            match = _pattern(pattern).fullmatch(normalise(heading))
            if match:
                yield Bound(group, index, heading, _body(sheet, index, body, end), tuple(match.groups()))
                break


def _body(sheet: RawSheet, index: int, body: int, end: int) -> RawColumn:
    raw = sheet.columns[index]
    return RawColumn(raw.codes[body:end], raw.cells)


def _filled(raw: RawColumn) -> bool:
    return any(cell is not None for cell in raw.cells)


def _matches(patterns: tuple[str, ...], text: str) -> bool:
    normal = normalise(text)
    return any(_pattern(pattern).fullmatch(normal) for pattern in patterns)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in normalise(pattern).split("*"))
    return re.compile("(.*?)".join(parts), re.DOTALL)
