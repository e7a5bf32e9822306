"""The raw table: what stands in a file's cells, with sheet, row and column, before anyone has interpreted it."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import Enum
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from vbe_analysis.errors import Fault


class Special(Enum):
    """A cell whose value the office's program does not show as such."""

    ERROR = "error"  # an error cell, such as #REF!
    UNCOMPUTED = "uncomputed"  # a formula without a stored value


Cell: TypeAlias = str | float | int | bool | date | datetime | time | Special | None  # None: empty or only white space
Codes: TypeAlias = np.ndarray[Any, np.dtype[np.int32]]
Flags: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
EQUAL_KINDS = frozenset((int, float, bool))  # 1 == 1.0 == True
Position: TypeAlias = tuple[int, int]  # row number (1-based), column index (0-based)
Marks: TypeAlias = Mapping[str, frozenset[Position]]


@dataclass(frozen=True, eq=False, repr=False)  # its repr would put cells into tracebacks
class RawColumn:
    """One column: its distinct cells, and which of them each row holds, so that a cell is interpreted once.

    codes: int32, one per row, an index into cells. Equal cells of different type (1, 1.0, True) are kept apart.
    """

    codes: Codes
    cells: Sequence[Cell]

    def at(self, position: int) -> Cell:
        """The cell of the row at this position."""
        return self.cells[int(self.codes[position])]

    def used(self) -> list[int]:
        """The codes that some row holds, ascending."""
        return np.flatnonzero(np.bincount(self.codes, minlength=1)).tolist() if len(self.codes) else []

    def filled(self) -> Flags:
        """Whether each row's cell holds something."""
        return np.array([cell is not None for cell in self.cells], dtype=bool)[self.codes]

    def kinds(self) -> set[type]:
        """The types of its cells."""
        return set(map(type, self.cells))

    def strings(self) -> Any:
        """Its distinct cells as a pyarrow array of strings: null where one is no text."""
        import pyarrow as pa  # slow to import, and most files need none of it

        return pa.array([cell if isinstance(cell, str) else None for cell in self.cells], pa.string())

    def same_as(self, position: int) -> Flags:
        """Whether each row holds the cell of the row at this position."""
        same: Flags = self.codes == self.codes[position]
        return same

    def head(self, most: int) -> "RawColumn":
        """The column, or its first rows if they already hold `most` different cells."""
        return self

    def rows(self, start: int, stop: int) -> "RawColumn":
        """The rows at these positions; taken when first asked for."""
        return _PartColumn(self, start, stop)

    def with_cells(self, cells: Mapping[int, Cell]) -> "RawColumn":
        """The column with new cells at some positions."""
        codes, numbers = self.codes.copy(), dict[tuple[type, Cell], int]()
        for position, cell in cells.items():
            codes[position] = numbers.setdefault((type(cell), cell), len(self.cells) + len(numbers))
        return RawColumn(codes, [*self.cells, *(cell for _, cell in numbers)])


class _PartColumn(RawColumn):
    """Some rows of a column, which is encoded only if somebody reads them."""

    def __init__(self, whole: RawColumn, start: int, stop: int) -> None:
        self.__dict__["whole"], self.__dict__["place"] = whole, slice(start, stop)

    whole: RawColumn
    place: slice

    @cached_property
    def codes(self) -> Codes:
        return self.whole.codes[self.place]

    @cached_property
    def cells(self) -> Sequence[Cell]:
        return self.whole.cells

    def filled(self) -> Flags:
        return self.whole.filled()[self.place]

    def kinds(self) -> set[type]:
        return self.whole.kinds()

    def strings(self) -> Any:
        return self.whole.strings()


class TextColumn(RawColumn):
    """A column of a text file (a pyarrow array of strings), encoded when first asked for: what nobody reads is free."""

    def __init__(self, text: Any) -> None:
        self.__dict__["text"] = text

    text: Any

    def __reduce__(self) -> tuple[type["TextColumn"], tuple[Any]]:
        return TextColumn, (self.text,)

    @cached_property
    def _encoded(self) -> Any:
        return self.text.dictionary_encode()

    @cached_property
    def codes(self) -> Codes:
        codes: Codes = self._encoded.indices.to_numpy()
        return codes

    @cached_property
    def cells(self) -> Sequence[Cell]:
        cells: Sequence[Cell] = self.strings().to_pylist()
        return cells

    @cached_property
    def _strings(self) -> Any:
        from pyarrow import compute

        return compute.if_else(_worded(self._encoded.dictionary), self._encoded.dictionary, None)

    def strings(self) -> Any:
        return self._strings

    @cached_property
    def _filled(self) -> Flags:
        if "_encoded" not in self.__dict__:
            return _worded(self.text)
        filled: Flags = self.strings().is_valid().to_numpy(zero_copy_only=False)[self.codes]
        return filled

    def filled(self) -> Flags:
        return self._filled

    def kinds(self) -> set[type]:
        return {str, type(None)}

    def at(self, position: int) -> Cell:
        """The cell of the row at this position; a look at few rows does not encode them all."""
        cell: str = self.text[position].as_py()
        return cell if cell.strip() else None

    def same_as(self, position: int) -> Flags:
        from pyarrow import compute

        same: Flags = compute.equal(self.text, self.text[position]).to_numpy(zero_copy_only=False)
        return same

    def head(self, most: int) -> RawColumn:
        if "_encoded" in self.__dict__ or len(self.text) <= 2 * most:
            return self
        first = TextColumn(self.text.slice(0, 2 * most))
        return first if len(first.strings()) >= most else self


def _worded(text: Any) -> Flags:
    """Whether each string of a pyarrow array holds more than white space."""
    from pyarrow import compute

    worded: Flags = compute.match_substring_regex(text, "^[!-~À-ž]").to_numpy(zero_copy_only=False)
    worded[~worded] = [bool(cell.strip()) for cell in text.filter(~worded).to_pylist()]
    return worded


@dataclass(frozen=True, eq=False)
class RawSheet:
    """One sheet (or table, or text file), starting at column A; blank rows inside it are rows.

    row_numbers: ascending, 1-based as the office's program shows them; in text files the physical line where the
    record starts. hidden_columns and merged count columns from 0. ragged: rows whose fields do not line up with the
    columns, or whose number occurs twice; they are to be rejected, never shifted. short: rows of a text file with fewer
    fields than headings; they are to be rejected where no rule names them. prose: paragraphs, not a table.
    marks: what the eye sees beside the text, by kind (appearance.py) -> the cells.
    """

    name: str
    row_numbers: Sequence[int]
    columns: tuple[RawColumn, ...]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last column
    error_cells: frozenset[Position] = frozenset()
    uncomputed: frozenset[Position] = frozenset()
    ragged: frozenset[int] = frozenset()
    short: frozenset[int] = frozenset()
    prose: bool = False
    marks: Marks = field(default_factory=dict)

    def row(self, index: int) -> list[Cell]:
        """The cells of the row at position `index` (not row number), from column A."""
        return [column.at(index) for column in self.columns]

    def position(self, row_number: int) -> int:
        """Where in row_numbers the row stands; raises KeyError for a row outside the sheet."""
        place = bisect_left(self.row_numbers, row_number)
        if place == len(self.row_numbers) or self.row_numbers[place] != row_number:
            raise KeyError(row_number)
        return place

    def cell(self, row_number: int, column: int) -> Cell:
        """One cell; raises KeyError or IndexError for a place outside the sheet."""
        return self.columns[column].at(self.position(row_number))

    def with_cells(self, cells: Mapping[Position, Cell]) -> "RawSheet":
        """A new sheet where the cells at (row number, column index) are replaced, as corrections ask for."""
        columns = list(self.columns)
        for (row_number, index), cell in cells.items():
            columns[index] = columns[index].with_cells({self.position(row_number): cell})
        return replace(
            self,
            columns=tuple(columns),
            error_cells=self.error_cells - cells.keys(),
            uncomputed=self.uncomputed - cells.keys(),
            marks={kind: places - cells.keys() for kind, places in self.marks.items() if places - cells.keys()},
        )


@dataclass(frozen=True, eq=False)
class RawFile:
    """One file as it was read. notices: what the analyst should hear of, though the file could be read."""

    format: str
    sheets: tuple[RawSheet, ...]
    notices: tuple[Fault, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    name: str = ""
    sha256: str = ""
    size: int = 0


def factorise(cells: Sequence[Any]) -> RawColumn:
    """A column of its cells in row order; white space becomes None.

    >>> column = factorise([1, 1.0, True, " ", "a", ""])
    >>> column.codes.tolist(), column.cells
    ([0, 1, 2, 3, 4, 3], [1, 1.0, True, None, 'a'])
    """
    kinds = set(map(type, cells))
    keys = [(type(cell), cell) for cell in cells] if len(kinds & EQUAL_KINDS) > 1 else cells
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    codes = np.fromiter(map(places.__getitem__, keys), dtype=np.int32, count=len(cells))
    distinct = [key[1] for key in places] if keys is not cells else list(places)
    blank = [place for place, cell in enumerate(distinct) if cell is None or (type(cell) is str and not cell.strip())]
    if blank:  # the first of them stands for all
        distinct[blank[0]] = None
        moved = np.arange(len(distinct), dtype=np.int32)
        moved[blank[1:]] = blank[0]
        kept = np.delete(np.arange(len(distinct)), blank[1:])
        codes = np.searchsorted(kept, moved[codes]).astype(np.int32)
        distinct = [distinct[place] for place in kept]
    return RawColumn(codes, distinct)


def columns_of(rows: Sequence[Sequence[Any]], width: int) -> tuple[RawColumn, ...]:
    """The columns of a small or rectangular table of cells; rows shorter than `width` are filled with blanks."""
    if any(len(row) != width for row in rows):
        rows = [[*row, *[None] * (width - len(row))] for row in rows]
    return tuple(factorise(column) for column in zip(*rows, strict=True)) or tuple(factorise(()) for _ in range(width))


def column_letter(index: int) -> str:
    """The letters of the column with 0-based `index`.

    >>> [column_letter(index) for index in (0, 25, 26, 701, 702, 16383)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA', 'XFD']
    """
    letters = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        letters, index = chr(65 + letter) + letters, index - 1
    return letters


def column_index(letters: str) -> int:
    """The 0-based index of a column's letters.

    >>> [column_index(letters) for letters in ("A", "z", "AA", "XFD")]
    [0, 25, 26, 16383]
    """
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1
