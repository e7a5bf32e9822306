"""Reading the workbooks that a coordinator fills in: rows under fixed headings, days however they were typed."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.privacy.detect import kinds_in


def open_book(path: Path) -> Any:
    """The workbook with its values; raises InputError where it cannot be opened."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they name cells
            return openpyxl.load_workbook(path, data_only=True)
    except Exception:  # openpyxl raises whatever its parts raise, and its words may hold cells
        raise InputError([Fault("own_file_unreadable", path.name)]) from None


def rows_of(
    book: Any, file: str, sheet: str, columns: Sequence[str], faults: list[Fault]
) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells) of every row that is not blank; a fault and no rows where the headings are not `columns`."""
    rows = list(book[sheet].iter_rows(values_only=True)) if sheet in book.sheetnames else []
    headings = [str(cell or "").strip() for cell in rows[0][: len(columns)]] if rows else []
    if headings != list(columns):
        faults.append(Fault("own_file_headings", file, sheet, values={"headings": ", ".join(columns)}))
        return
    for number, row in enumerate(rows[1:], 2):
        cells = [_trimmed(cell) for cell in row[: len(columns)]]
        if any(cell is not None for cell in cells):
            yield number, cells


def day_of(cell: object) -> date | None:
    """The day of a date cell, or of a text like "2021-05-20"; None for anything else."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, str):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return None
    return cell if isinstance(cell, date) else None


def private_cells(cells: Mapping[str, object], file: str, sheet: str, row: int) -> Iterator[Fault]:
    """A fault for each cell (by its column) with personal data: what is written here reaches the chapter."""
    for column, cell in cells.items():
        kinds = kinds_in(cell) if isinstance(cell, str | int | float) else ""
        if kinds:
            yield Fault("personal_data_own", file, sheet, row, column, values={"kinds": kinds})


def _trimmed(cell: Any) -> Any:
    return (cell.strip() or None) if isinstance(cell, str) else cell
