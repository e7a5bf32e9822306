"""The workbooks a coordinator fills in: leveranser.xlsx and rattelser.xlsx, with drop-downs and short instructions."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from vbe_analysis.config import message
from vbe_analysis.document.workbook import STRONG, file_bytes, set_widths, write_rows
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.deliveries import corrections, deliveries
from vbe_analysis.loaders.deliveries.workbook_rows import columns_with, open_book, rows_of
from vbe_analysis.loaders.values.cells import label_of, normalise
from vbe_analysis.storage import CORRECTIONS, office_files, replace_whole

Cells = Sequence[object]
# Lists that give examples: another file or profile, several codes of one label, a measure of one's own, a day, several
# answers in a cell.
OPEN_LISTS = ("Fil", "Profil", "Kod", "Mått", "Klart senast", "Svarar mot")
FILLED_ROWS = 200  # rows the drop-downs reach
LISTS = "Listor"
CORRECTION_WIDTHS = (44, 18, 8, 22, 24, 44, 24, 13, 60)
AS_TEXT = ("Från", "Till", "Saknade månader")  # Excel makes a date of 2020-07 where a column is not text


def deliveries_book(
    rows: Iterable[Cells],
    breaks: Iterable[Cells],
    sources: Sequence[str],
    profiles: Sequence[str],
    files: Sequence[str] = (),
) -> bytes:
    """leveranser.xlsx: `rows` by deliveries.COLUMNS, `breaks` by deliveries.BREAK_COLUMNS."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = deliveries.SHEET
    lists = {"Källa": sources, "Leverans": tuple(deliveries.WORDS), "Profil": profiles, "Fil": files}
    columns = (*deliveries.COLUMNS, deliveries.REQUESTED)
    write_table(sheet, columns, rows, (16, 22, 44, 22, 11, 11, 20, 12, 13, 40, 12))
    other = book.create_sheet(deliveries.BREAKS)
    write_table(other, deliveries.BREAK_COLUMNS, breaks, (16, 13, 70, 12))
    add_lists(book.create_sheet(LISTS), {**lists, "Jämförbar": ("ja", "nej")}, (sheet, other))
    write_guide(book, "deliveries")
    return file_bytes(book)


def corrections_book(rows: Iterable[Cells] = (), files: Sequence[str] = ()) -> bytes:
    """rattelser.xlsx: `rows` by corrections.COLUMNS."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = corrections.SHEET
    write_table(sheet, (*corrections.COLUMNS, corrections.ERROR), rows, CORRECTION_WIDTHS)
    add_lists(book.create_sheet(LISTS), {"Fil": files}, (sheet,))
    write_guide(book, "corrections")
    return file_bytes(book)


def add_open_corrections(folder: Path, faults: Iterable[Fault], role: str = "") -> int:
    """Add a row to a cycle's rattelser.xlsx for each error in a row of an office's file, with its place filled in.

    role: who decides in this district.

    Rows that a person has begun stay as they are, and their places get no other. Of the rows written here before that
    nobody has begun, those whose error is gone are cleared. Returns how many were added. Raises InputError where the
    workbook cannot be used.
    """
    path, sheet, columns = folder / CORRECTIONS, corrections.SHEET, (*corrections.COLUMNS, corrections.ERROR)
    if not path.is_file():
        replace_whole(path, corrections_book())
    book, problems = open_book(path), list[Fault]()
    known = columns_with(book, sheet, corrections.COLUMNS, corrections.ERROR)
    if sheet in book and known != columns and any(book[sheet].row(0)[len(known) : len(columns)]):
        known = columns  # the place of our column has a heading of somebody else's: told as any wrong heading
    rows = list(rows_of(book, CORRECTIONS, sheet, known, problems))
    if problems:
        raise InputError(problems)
    names = {path.name for path in office_files(folder)}
    wanted = [fault for fault in faults if fault.row is not None and fault.file in names]
    gone = [n for n, cells in rows if corrections.is_open(cells) and not any(_is_at(cells, fault) for fault in wanted)]
    new = {(f.file, f.sheet, f.row, f.letter or f.column): f for f in wanted}
    new = {place: f for place, f in new.items() if not any(_is_at(cells, f) for _, cells in rows)}
    if new or gone:
        written = openpyxl.load_workbook(path)
        write_table(written[sheet], columns, (), CORRECTION_WIDTHS)
        for number in gone:
            for column in range(1, len(columns) + 1):
                written[sheet].cell(number, column).value = None
        free = max((number for number, _ in rows), default=1) + 1
        write_rows(written[sheet], [(*place, "", "", role, "", fault.text) for place, fault in new.items()], free)
        replace_whole(path, file_bytes(written))
    return len(new)


def _is_at(cells: Sequence[Any], fault: Fault) -> bool:
    """Whether a row of rattelser.xlsx is about the fault's cell, or its whole row."""
    file, sheet, row, column = (normalise(label_of(cell)) for cell in cells[:4])
    columns = ("", normalise(fault.letter), normalise(fault.column))
    is_sheet = sheet in ("", normalise(fault.sheet))
    return file == normalise(fault.file) and is_sheet and row == str(fault.row) and column in columns


def write_table(
    sheet: Worksheet, columns: Sequence[str], rows: Iterable[Cells], widths: Sequence[int], first: int = 1
) -> None:
    """The headings in row `first`, and the rows below them."""
    write_rows(sheet, [columns, *rows], first)
    set_widths(sheet, widths)
    for cell in sheet[first]:
        if cell.value in AS_TEXT:
            sheet.column_dimensions[cell.column_letter].number_format = "@"
        cell.font = STRONG
        cell.fill = PatternFill("solid", fgColor="E8EDF2")
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = f"A{first + 1}"


def add_lists(
    sheet: Worksheet,
    lists: Mapping[str, Sequence[str]],
    users: Sequence[Worksheet],
    headings_in: int = 1,
    last: int = FILLED_ROWS,
) -> None:
    """A sheet with the choices, and a drop-down in each column that has some, down to row `last`."""
    write_rows(sheet, zip_longest(*((name, *choices) for name, choices in lists.items()), fillvalue=""))
    set_widths(sheet, [30] * len(lists))
    for index, (name, choices) in enumerate(lists.items(), 1):
        letter = get_column_letter(index)
        for user in users:
            headings = [cell.value for cell in user[headings_in]]
            if name in headings and choices:
                area = f"={LISTS}!${letter}$2:${letter}${len(choices) + 1}"
                rule = DataValidation("list", formula1=area, allow_blank=True)
                rule.showErrorMessage = name not in OPEN_LISTS
                column = get_column_letter(headings.index(name) + 1)
                rule.add(f"{column}{headings_in + 1}:{column}{last}")
                user.add_data_validation(rule)


def write_guide(book: openpyxl.Workbook, name: str) -> None:
    """A sheet that tells how to fill the book in: the lines of a message under own_books."""
    sheet = book.create_sheet(message("own_books.guide"))
    write_rows(sheet, [(line,) for line in message(f"own_books.{name}").splitlines()])
    set_widths(sheet, (110,))
    for (cell,) in sheet.iter_rows():
        cell.alignment = Alignment(wrap_text=True, vertical="top")
