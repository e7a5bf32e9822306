"""Reading the workbooks that a coordinator fills in: rows under fixed headings, days however they were typed.

They come by the same door as the offices' files: looked through first, and read in a child process.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.raw import RawSheet, Special
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import kinds_in

ERROR = "#FEL"  # what a cell with an error, or a formula never calculated, is read as: no list knows it

LARGE = 1e9  # no number that anyone types here; a day that is none is stored as one


def open_book(path: Path, reader: FileReader | None = None) -> dict[str, RawSheet]:
    """The sheets of the workbook by name; raises InputError where it cannot be opened."""
    try:
        with nullcontext(reader) if reader else FileReader() as used:
            raw = used.read(path)
    except InputError:
        raise InputError([Fault("own_file_unreadable", path.name)]) from None
    if raw.format != "xlsx":
        raise InputError([Fault("own_file_unreadable", path.name)])
    return {sheet.name: sheet for sheet in raw.sheets}


def columns_with(book: Mapping[str, RawSheet], sheet: str, columns: Sequence[str], more: str) -> tuple[str, ...]:
    """The columns, and `more` where the sheet has it after them: workbooks of the first releases lack it."""
    headings = book[sheet].row(0) if sheet in book and book[sheet].row_numbers else []
    has_it = [str(cell or "").strip() for cell in headings][len(columns) : len(columns) + 1] == [more]
    return (*columns, more) if has_it else tuple(columns)


def rows_of(
    book: Mapping[str, RawSheet], file: str, sheet: str, columns: Sequence[str], faults: list[Fault]
) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells) of every row that is not blank; a fault and no rows where the headings are not `columns`."""
    rows = (
        {number: book[sheet].row(place) for place, number in enumerate(book[sheet].row_numbers)}
        if sheet in book
        else {}
    )
    headings = [str(cell or "").strip() for cell in rows.pop(1, [])[: len(columns)]]
    if headings != list(columns):
        faults.append(Fault("own_file_headings", file, sheet, values={"headings": ", ".join(columns)}))
        return
    for number, row in rows.items():
        cells = [_value(cell) for cell in row[: len(columns)]]
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


def _value(cell: Any) -> Any:
    """A cell as it was typed: whole numbers as such, texts without the white space around them."""
    number = isinstance(cell, float) and abs(cell) >= LARGE and not kinds_in(int(cell))
    if number or isinstance(cell, Special):
        return ERROR
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return (cell.strip() or None) if isinstance(cell, str) else cell
