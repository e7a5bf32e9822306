"""Corrections (rättelser): what a person decided about a cell, a row or a total. The original file stays untouched."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.deliveries.workbook_rows import columns_with, day_of, open_book, private_cells, rows_of
from vbe_analysis.loaders.files.raw import Cell, RawColumn, RawFile, RawSheet, column_index
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.values.cells import label_of, normalise
from vbe_analysis.storage import CORRECTIONS

SHEET = "Rättelser"
COLUMNS = ("Fil", "Blad", "Rad", "Kolumn", "Nytt värde", "Skäl", "Beslutad av (roll)", "Datum")
ERROR = "Fel"  # what `vbe check --to-corrections` writes beside a place that waits for a decision
SEARCHED_ROWS = 60  # how far down headings of several rows are looked for
TOTAL = "total_differs"  # the one fault that a person may approve
OMIT, CLEAR, APPROVE = "utelämna", "rensa", "godkänd avvikelse"


class Correction(str):
    """A cell's text that a person decided: it may be a code as well as one of the source's labels."""


@dataclass(frozen=True)
class Decision:
    """One row of rattelser.xlsx. column: a letter or a heading; value: a new cell, or OMIT, CLEAR or APPROVE."""

    number: int
    file: str
    sheet: str
    row: int
    column: str
    value: Cell
    reason: str
    decided_by: str
    decided_on: date

    @property
    def identity(self) -> str:
        """What makes it this decision; a renewed one has a new date. A heading to clear is no part of it."""
        column = "" if self.action == CLEAR else self.column
        parts = (self.file, self.sheet, self.row, column, self.value, self.decided_on)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()

    @property
    def action(self) -> str:
        """OMIT, CLEAR, APPROVE, or "" for a new value."""
        text = normalise(self.value) if isinstance(self.value, str) else ""
        return next((action for action in (OMIT, CLEAR, APPROVE) if normalise(action) == text), "")


def read_corrections(
    folder: Path, reader: FileReader | None = None, faults: list[Fault] | None = None
) -> tuple[Decision, ...]:
    """The decisions in the cycle's rattelser.xlsx (none without the file); raises InputError for unusable rows.

    faults: takes the faults of single rows instead, for a caller who goes on with the others.
    """
    path = folder / CORRECTIONS
    if not path.is_file():
        return ()
    stops, faults = faults is None, [] if faults is None else faults
    book = open_book(path, reader)
    rows = list(rows_of(book, CORRECTIONS, SHEET, columns_with(book, SHEET, COLUMNS, ERROR), faults))
    decided = [(number, cells[: len(COLUMNS)]) for number, cells in rows if not is_open(cells)]
    decisions = [_decision(number, cells, faults) for number, cells in decided]
    if faults and stops:
        raise InputError(faults)
    return tuple(decision for decision in decisions if decision)


def is_open(cells: Sequence[object]) -> bool:
    """Whether a row is one that `vbe check --to-corrections` wrote and nobody has decided: its error still stops. The
    role may stand there.
    """
    value, reason, _, day = cells[4 : len(COLUMNS)]
    return len(cells) > len(COLUMNS) and bool(cells[-1]) and (value, reason, day) == (None, None, None)


def _decision(number: int, cells: list[Any], faults: list[Fault]) -> Decision | None:
    file, sheet, row, column, value, reason, role, day = cells
    on = day_of(day)
    whole = isinstance(row, int | float) and row == int(row)
    needed = {"Fil": file, "Rad": whole, "Nytt värde": value is not None, "Skäl": reason, COLUMNS[6]: role, "Datum": on}
    missing = [name for name, given in needed.items() if not given]
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    place = str(file), str(sheet or ""), int(row) if whole else 0, str(column or "")
    decision = Decision(number, *place, value, str(reason), str(role), on or date.min)
    if not missing and not column and decision.action not in (OMIT, APPROVE):
        missing = ["Kolumn"]
    own_faults = []
    if missing:
        own_faults.append(
            Fault("correction_incomplete", CORRECTIONS, SHEET, number, values={"missing": ", ".join(missing)})
        )
    kept = {"Nytt värde": value, "Skäl": reason, "Beslutad av (roll)": role}
    own_faults += private_cells(kept, CORRECTIONS, SHEET, number)
    faults += own_faults
    return None if own_faults else decision


def decisions_on(raw: RawFile, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions on this file, each with its sheet as the file spells it; a blank one is an only sheet."""
    names = {normalise(sheet.name): sheet.name for sheet in raw.sheets}
    only = raw.sheets[0].name if len(raw.sheets) == 1 else ""
    own = [decision for decision in decisions if normalise(decision.file) == normalise(raw.name)]
    return tuple(replace(d, sheet=names.get(normalise(d.sheet), d.sheet) if d.sheet else only) for d in own)


def apply(raw: RawFile, decisions: Iterable[Decision], earlier: Mapping[str, str], faults: list[Fault]) -> RawFile:
    """The file with its corrected cells. An omitted row is blanked (see `omitted`); an approved total is left alone.

    decisions: by `decisions_on`. earlier: identity -> sha256 of the file each correction was first applied to.
    faults: takes one for each correction that names no one place in the file, or whose file has changed since.
    """
    sheets = {sheet.name: sheet for sheet in raw.sheets}
    for decision in decisions:
        if earlier.get(decision.identity, raw.sha256) != raw.sha256:
            faults.append(Fault("correction_stale", CORRECTIONS, SHEET, decision.number, values={"file": raw.name}))
            continue
        try:
            sheet = sheets[decision.sheet]
            sheets[decision.sheet] = sheet.with_cells(dict(_cells(sheet, decision)))
        except KeyError:
            faults.append(Fault("correction_misses", CORRECTIONS, SHEET, decision.number, values={"file": raw.name}))
    return replace(raw, sheets=tuple(sheets[sheet.name] for sheet in raw.sheets))


def omitted(decisions: Iterable[Decision], sheet: str) -> frozenset[int]:
    """The rows of a sheet that decisions leave out."""
    return frozenset(d.row for d in decisions if d.action == OMIT and d.sheet == sheet)


def approved(decisions: Iterable[Decision], fault: Fault) -> bool:
    """Whether a decision approves the total that the fault is about; nothing else can be approved."""
    names = {normalise(fault.column), normalise(fault.letter)}
    own = [d for d in decisions if d.action == APPROVE and (d.sheet, d.row) == (fault.sheet, fault.row)]
    return fault.code == TOTAL and any(not d.column or normalise(d.column) in names for d in own)


def corrected_rows(decisions: Iterable[Decision], sheet: str) -> frozenset[int]:
    """The rows of a sheet in which a decision gave a cell a new value."""
    return frozenset(d.row for d in decisions if not d.action and d.sheet == sheet)


def _cells(sheet: RawSheet, decision: Decision) -> Iterator[tuple[tuple[int, int], Cell]]:
    """The cells that change, with their new values; raises KeyError for a place that is not there."""
    sheet.position(decision.row)
    if decision.action == APPROVE:
        return
    if decision.action == OMIT:
        yield from (((decision.row, index), None) for index in range(len(sheet.columns)))
        return
    value = decision.value
    new: Cell = None if decision.action == CLEAR else Correction(value) if isinstance(value, str) else value
    yield (decision.row, _index(sheet, decision)), new


def _index(sheet: RawSheet, decision: Decision) -> int:
    """The column by its letter, by a heading that stands above the row in this column alone, or by a form's label in
    the row, before the cell.
    """
    letters = decision.column.strip()
    if letters.isascii() and letters.isalpha() and column_index(letters) < len(sheet.columns):
        return column_index(letters)
    wanted, upto = _words(letters), sheet.position(decision.row) + (decision.action == CLEAR)
    hits = {index for index, column in enumerate(sheet.columns) if _stands(wanted, column, upto)}
    hits = hits or {index for row in _joined(sheet, upto) for index, text in enumerate(row) if text == wanted}
    hits = hits or set(_beside(sheet.row(sheet.position(decision.row)), wanted))
    if len(hits) != 1:
        raise KeyError(decision.column)
    return hits.pop()


def _stands(wanted: str, column: RawColumn, upto: int) -> bool:
    """Whether a cell above position `upto` holds the wanted words."""
    codes = [i for i, cell in enumerate(column.cells) if isinstance(cell, str | float | int) and _words(cell) == wanted]
    return bool(np.isin(column.codes[:upto], codes).any())


def _joined(sheet: RawSheet, upto: int) -> Iterator[list[str]]:
    """Headings of two and three rows, joined as an error message shows them; a blank takes what stands to its left."""
    rows = [[_words(cell) for cell in sheet.row(position)] for position in range(min(upto, SEARCHED_ROWS))]
    for depth in (2, 3):
        for first in range(len(rows) - depth + 1):
            above = [list(accumulate(row, _or_left)) for row in rows[first : first + depth - 1]]
            yield [" ".join(filter(None, parts)) for parts in zip(*above, rows[first + depth - 1], strict=True)]


def _beside(row: list[Cell], wanted: str) -> Iterator[int]:
    """The cell that a form's label stands before: the next filled one, or the next."""
    for at in (at for at, cell in enumerate(row[:-1]) if cell is not None and _words(cell) == wanted):
        yield next((i for i in range(at + 1, len(row)) if row[i] is not None), at + 1)


def _or_left(left: str, text: str) -> str:
    return text or left


def _words(cell: Cell) -> str:
    return " ".join(re.findall(r"\w+", normalise(label_of(cell))))
