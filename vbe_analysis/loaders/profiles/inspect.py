"""What a file is, for `vbe inspect`: its shape and what hides in it, without a single cell's value."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.raw import Cell, RawFile, RawSheet, column_letter

SEARCHED_ROWS = 50
WORD = re.compile(r"[^\W\d_]{2}")
DATE_OR_NUMBER = re.compile(r"[\d\s.,:/%<>+-]*[\d%]\s*(?:kr|st)?\Z|\d{4}-\d\d-\d\d.*\Z", re.IGNORECASE)
YEAR = re.compile(r"(?:19|20)\d\d\Z")


def as_written(_: int, name: str) -> str:
    """Name sheets as the file does; a caller whose gate withholds a name passes another function."""
    return name


def inspect_file(outcome: RawFile | InputError, sheet_name: Callable[[int, str], str] = as_written) -> dict[str, Any]:
    """What `vbe inspect FILE --json` prints, for a file that was read or refused.

    sheet_name: (ordinal from 1, name) -> the name to show. `rows` and `columns` are the size of the box around
    the cells that hold something; header_row is a guess, null where no row looks like headings.
    """
    if isinstance(outcome, InputError):
        first = outcome.faults[0]
        return {
            "file": first.file,
            "format": first.values.get("format") or None,
            "encoding": None,
            "delimiter": None,
            "sheets": [],
            "refused": {"code": first.code, "message": str(outcome)},
        }
    return {
        "file": outcome.name,
        "format": outcome.format,
        "encoding": outcome.encoding,
        "delimiter": outcome.delimiter,
        "sheets": [_sheet(sheet, sheet_name(i, sheet.name)) for i, sheet in enumerate(outcome.sheets, start=1)],
        "refused": None,
    }


def header_row(sheet: RawSheet) -> int | None:
    """The row number of the likely headings: a row of mostly distinct words with something in the row below."""
    filled = _filled(sheet)
    used = int(filled.any(axis=0).sum())
    if sheet.prose or used < 2:
        return None
    counts = filled.sum(axis=1)
    for index in range(min(SEARCHED_ROWS, len(counts) - 1)):
        if counts[index] < max(2, used / 8) or not counts[index + 1]:
            continue
        cells = [cell for cell in sheet.row(index) if cell is not None]
        words = sum(_is_heading(cell) for cell in cells)
        if cells and words >= 0.7 * len(cells) and len({str(cell) for cell in cells}) >= 0.6 * len(cells):
            return int(sheet.row_numbers[index])
    return None


def _sheet(sheet: RawSheet, name: str) -> dict[str, Any]:
    filled = _filled(sheet)
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    return {
        "name": name,
        "rows": int(rows[-1] - rows[0] + 1) if len(rows) else 0,
        "columns": int(columns[-1] - columns[0] + 1) if len(columns) else 0,
        "header_row": header_row(sheet),
        "hidden": sheet.hidden,
        "hidden_rows": sorted(sheet.hidden_rows),
        "hidden_columns": [column_letter(column) for column in sorted(sheet.hidden_columns)],
        "merged": [f"{_place(top, left)}:{_place(last, right)}" for top, left, last, right in sheet.merged],
        "error_cells": [_place(*cell) for cell in sorted(sheet.error_cells)],
        "uncomputed": [_place(*cell) for cell in sorted(sheet.uncomputed)],
    }


def _place(row: int, column: int) -> str:
    return f"{column_letter(column)}{row}"


def _filled(sheet: RawSheet) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Row x column: whether the cell holds something."""
    if not sheet.columns:
        return np.zeros((len(sheet.row_numbers), 0), dtype=bool)
    held = [np.array([cell is not None for cell in column.cells], dtype=bool) for column in sheet.columns]
    return (
        np.column_stack([known[column.codes] for known, column in zip(held, sheet.columns, strict=True)])
        if len(sheet.row_numbers)
        else np.zeros((0, len(sheet.columns)), dtype=bool)
    )


def _is_heading(cell: Cell) -> bool:
    if isinstance(cell, str):
        text = cell.strip()
        return bool(YEAR.match(text)) or (bool(WORD.search(text)) and not DATE_OR_NUMBER.match(text))
    return type(cell) in (int, float) and bool(YEAR.match(f"{cell:g}"))
