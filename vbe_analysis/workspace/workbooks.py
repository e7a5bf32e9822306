"""The workbooks a coordinator fills in: leveranser.xlsx and rattelser.xlsx, with drop-downs and short instructions."""

import io
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from vbe_analysis.config import message
from vbe_analysis.loaders.deliveries import corrections, deliveries

Cells = Sequence[object]
FILLED_ROWS = 200  # rows the drop-downs reach
LISTS = "Listor"
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
    _table(sheet, deliveries.COLUMNS, rows, (16, 22, 44, 22, 11, 11, 20, 12, 13, 40))
    other = book.create_sheet(deliveries.BREAKS)
    _table(other, deliveries.BREAK_COLUMNS, breaks, (16, 13, 70, 12))
    _lists(book.create_sheet(LISTS), {**lists, "Jämförbar": ("ja", "nej")}, (sheet, other))
    _guide(book.create_sheet(message("own_books.guide")), message("own_books.deliveries").splitlines())
    return _bytes(book)


def corrections_book(rows: Iterable[Cells] = (), files: Sequence[str] = ()) -> bytes:
    """rattelser.xlsx: `rows` by corrections.COLUMNS."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = corrections.SHEET
    _table(sheet, corrections.COLUMNS, rows, (44, 18, 8, 22, 24, 44, 24, 13))
    _lists(book.create_sheet(LISTS), {"Fil": files}, (sheet,))
    _guide(book.create_sheet(message("own_books.guide")), message("own_books.corrections").splitlines())
    return _bytes(book)


def _table(sheet: Worksheet, columns: Sequence[str], rows: Iterable[Cells], widths: Sequence[int]) -> None:
    sheet.append(list(columns))
    for row in rows:
        sheet.append([None if cell == "" else cell for cell in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text, also where it begins as a formula does
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
        if columns[index - 1] in AS_TEXT:
            sheet.column_dimensions[get_column_letter(index)].number_format = "@"
        cell = sheet.cell(1, index)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EDF2")
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"


def _lists(sheet: Worksheet, lists: dict[str, Sequence[str]], users: Sequence[Worksheet]) -> None:
    """A visible sheet with the choices, and a drop-down in each column that has some."""
    for index, (name, choices) in enumerate(lists.items(), 1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = 30
        for row, value in enumerate((name, *choices), 1):
            sheet.cell(row, index, value).data_type = "s"
        for user in users:
            headings = [cell.value for cell in user[1]]
            if name in headings and choices:
                rule = DataValidation(
                    "list", formula1=f"={LISTS}!${letter}$2:${letter}${len(choices) + 1}", allow_blank=True
                )
                rule.showErrorMessage = name not in (
                    "Fil",
                    "Profil",
                )  # a new file or profile may be named before the list knows it
                column = get_column_letter(headings.index(name) + 1)
                rule.add(f"{column}2:{column}{FILLED_ROWS}")
                user.add_data_validation(rule)


def _guide(sheet: Worksheet, lines: Sequence[str]) -> None:
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate(lines, 1):
        sheet.cell(row, 1, line).alignment = Alignment(wrap_text=True, vertical="top")


def _bytes(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
