"""Corrections (rättelser): what a person decided about a cell, a row or a total. The original file stays untouched."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import openpyxl

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.cells import label_of, normalise
from vbe_analysis.loaders.raw import Cell, RawFile, RawSheet, column_index

FILE = "rattelser.xlsx"
SHEET = "Rättelser"
COLUMNS = ("Fil", "Blad", "Rad", "Kolumn", "Nytt värde", "Skäl", "Beslutad av (roll)", "Datum")
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
        """What makes it this decision: a renewed one has a new date."""
        return "|".join(map(str, (self.file, self.sheet, self.row, self.column, self.value, self.decided_on)))

    @property
    def action(self) -> str:
        """OMIT, CLEAR, APPROVE, or "" for a new value."""
        text = normalise(self.value) if isinstance(self.value, str) else ""
        return next((action for action in (OMIT, CLEAR, APPROVE) if normalise(action) == text), "")


def read_corrections(folder: Path) -> tuple[Decision, ...]:
    """The decisions in the cycle's rattelser.xlsx (none without the file); raises InputError for unusable rows."""
    path = folder / FILE
    if not path.is_file():
        return ()
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except Exception:
        raise InputError([Fault("own_file_unreadable", FILE)]) from None
    sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    headings = [str(cell or "").strip() for cell in rows[0][: len(COLUMNS)]] if rows else []
    if headings != list(COLUMNS):
        raise InputError([Fault("own_file_headings", FILE, values={"headings": ", ".join(COLUMNS)})])
    found, faults = [], []
    for number, row in enumerate(rows[1:], 2):
        cells = row[: len(COLUMNS)]
        if all(cell is None for cell in cells):
            continue
        file, name, line, column, value, reason, role, day = cells
        on = day.date() if isinstance(day, datetime) else day
        if not (
            file and isinstance(line, int | float) and value is not None and reason and role and isinstance(on, date)
        ):
            faults.append(Fault("correction_incomplete", FILE, SHEET, number))
            continue
        new = (
            value.date()
            if isinstance(value, datetime) and value == datetime.combine(value, datetime.min.time())
            else value
        )
        found.append(
            Decision(number, str(file), str(name or ""), int(line), str(column or ""), new, str(reason), str(role), on)
        )
    if faults:
        raise InputError(faults)
    return tuple(found)


def apply(raw: RawFile, decisions: Iterable[Decision], earlier: Mapping[str, str]) -> RawFile:
    """The file with its corrected cells. An omitted row is blanked (see `omitted`); an approved total is left alone.

    earlier: identity -> sha256 of the file each correction was first applied to; raises InputError for a correction
    that names no place in the file, or one whose file has changed since.
    """
    faults: list[Fault] = []
    sheets = {sheet.name: sheet for sheet in raw.sheets}
    for decision in decisions:
        sheet = sheets.get(decision.sheet)
        if earlier.get(decision.identity, raw.sha256) != raw.sha256:
            faults.append(Fault("correction_stale", FILE, SHEET, decision.number, values={"file": raw.name}))
            continue
        try:
            cells = dict(_cells(sheet, decision)) if sheet else {}
        except (KeyError, IndexError):
            cells = {}
        if sheet is None or (not cells and decision.action != APPROVE):
            faults.append(Fault("correction_misses", FILE, SHEET, decision.number, values={"file": raw.name}))
        elif cells:
            sheets[sheet.name] = sheet.with_cells(cells)
    if faults:
        raise InputError(faults)
    return replace(raw, sheets=tuple(sheets[sheet.name] for sheet in raw.sheets))


def omitted(decisions: Iterable[Decision], sheet: str) -> frozenset[int]:
    """The rows of a sheet that decisions leave out."""
    return frozenset(d.row for d in decisions if d.action == OMIT and d.sheet == sheet)


def approved(decisions: Iterable[Decision], fault: Fault) -> bool:
    """Whether a decision approves the total that the fault is about."""
    names = {normalise(fault.column), normalise(fault.letter)}
    return any(d.action == APPROVE and d.sheet == fault.sheet and d.row == fault.row
               and (not d.column or normalise(d.column) in names) for d in decisions)  # fmt: skip


def corrected_rows(decisions: Iterable[Decision], sheet: str) -> frozenset[int]:
    """The rows of a sheet in which a decision gave a cell a new value."""
    return frozenset(d.row for d in decisions if not d.action and d.sheet == sheet)


def _cells(sheet: RawSheet, decision: Decision) -> Iterator[tuple[tuple[int, int], Cell]]:
    if decision.action == APPROVE:
        return
    if decision.action == OMIT:
        sheet.position(decision.row)
        yield from (((decision.row, index), None) for index in range(len(sheet.columns)))
        return
    value = decision.value
    new: Cell = None if decision.action == CLEAR else Correction(value) if isinstance(value, str) else value
    sheet.position(decision.row)
    yield (decision.row, _index(sheet, decision)), new


def _index(sheet: RawSheet, decision: Decision) -> int:
    """The column by its letter, or by a heading that stands above the row."""
    name = normalise(decision.column)
    above = range(sheet.position(decision.row))
    for index, column in enumerate(sheet.columns):
        if any(normalise(label_of(column.cells[column.codes[p]])) == name for p in above
               if isinstance(column.cells[column.codes[p]], str)):  # fmt: skip
            return index
    letters = decision.column.strip()
    if letters.isascii() and letters.isalpha() and column_index(letters) < len(sheet.columns):
        return column_index(letters)
    raise KeyError(decision.column)
