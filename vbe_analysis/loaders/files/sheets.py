"""A worksheet's cells, and what its file says beside them -> the raw sheet as the office's program shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vbe_analysis.loaders.files.preflight import Limits, refusal
from vbe_analysis.loaders.files.raw import Position, RawSheet, factorise
from vbe_analysis.loaders.values.appearance import (
    RAISED,
    RAISED_SIGN,
    STRUCK,
    Look,
    as_shown,
    frozen,
    without_raised,
)

ROWS, COLUMNS = 1_048_576, 16_384  # the newer formats' own bounds


@dataclass
class SheetTraits:
    """What the file says of one sheet beside its values; rows count from 1, columns from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    error_cells: set[Position] = field(default_factory=set)
    uncomputed: set[Position] = field(default_factory=set)
    doubled: set[int] = field(default_factory=set)  # rows that occur twice, or hold a cell twice
    filled: set[int] = field(default_factory=set)  # rows with a value
    first_row: int = ROWS
    last_row: int = 0
    columns: int = 0
    looks: dict[Position, Look] = field(default_factory=dict)
    texts: dict[Position, str] = field(default_factory=dict)  # those that a reader gives otherwise, or passes by
    raised: set[Position] = field(default_factory=set)  # cells that have lost a raised note sign
    struck: set[Position] = field(default_factory=set)

    def count(self, row: int, column: int) -> None:
        """Count a cell into the sheet's box."""
        self.filled.add(row)
        self.first_row, self.last_row = min(self.first_row, row), max(self.last_row, row)
        self.columns = max(self.columns, column + 1)

    def add_text(self, place: Position, text: str, struck: bool) -> None:
        """Add a text whose raised parts are marked, and whether some of it is struck through."""
        plain, raised = without_raised(text)
        if RAISED in text:
            self.texts[place] = plain
        if raised:
            self.raised.add(place)
        if struck:
            self.struck.add(place)


def check_box(name: str, sheet: SheetTraits, limits: Limits) -> None:
    """Refuse a sheet whose values lie so far apart that the box around them would fill the memory."""
    rows = sheet.last_row - sheet.first_row + 1
    box = rows * sheet.columns
    if box > limits.box_cells and box > limits.box_per_row * len(sheet.filled):
        raise refusal("box_size", sheet=name, rows=rows, columns=sheet.columns, limit=limits.box_cells)
    if sheet.columns > limits.columns:
        raise refusal("column_count", sheet=name, columns=sheet.columns, limit=limits.columns)
    area = sum((last - first + 1) * (right - left + 1) for first, left, last, right in sheet.merged)
    if area > limits.merged_cells:
        raise refusal("merged_size", sheet=name, limit=limits.merged_cells)


def raw_sheet(name: str, rows: Mapping[int, Mapping[int, Any]], traits: SheetTraits, hidden: bool) -> RawSheet:
    """The finished sheet. rows: row number -> column index -> cell; the sheet's box has been checked."""
    numbers, places = range(min(rows, default=1), max(rows, default=0) + 1), range(traits.columns)
    lines: list[Mapping[int, Any]] = [rows.get(number, {}) for number in numbers]
    columns = tuple(factorise([cells.get(place) for cells in lines]) for place in places)
    columns, marks = as_shown(columns, numbers.start, traits.looks, traits.texts)
    marks |= {RAISED_SIGN: traits.raised, STRUCK: traits.struck}
    return RawSheet(
        name=name,
        row_numbers=numbers,
        columns=columns,
        hidden=hidden,
        hidden_rows=frozenset(traits.hidden_rows.intersection(numbers)),
        hidden_columns=frozenset(traits.hidden_columns.intersection(places)),
        merged=tuple(sorted(traits.merged)),
        error_cells=frozenset(traits.error_cells),
        uncomputed=frozenset(traits.uncomputed),
        ragged=frozenset(traits.doubled),
        marks=frozen(marks),
    )
