"""The quality report as a workbook: a sheet that says how to read it, then a sheet an office."""

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from vbe_analysis.chapter.quality.offices import MUST, Office, Quality, quality_words
from vbe_analysis.config import load, message
from vbe_analysis.document.workbook import (
    PLAIN,
    QUIET,
    STRONG,
    report_bytes,
    set_widths,
    write_link,
    write_text,
)

NAME_LENGTH = 31  # what Excel takes as a sheet's name
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
WIDTHS = (30, 16, 13, 20, 38, 38, 16)  # characters: file, sheet, row, column, what, remedy, status

_TITLE = Font(name="Calibri", size=16, bold=True)
_WRAPPED = Alignment(vertical="top", horizontal="left", wrap_text=True)
_HEAD = PatternFill("solid", fgColor="E8EDF2")
_LINE = Border(bottom=Side(style="thin", color="D3D9E0"))


def write_book(quality: Quality) -> bytes:
    """The workbook. Equal reports give equal bytes."""
    book = Workbook()
    guide = book.worksheets[0]
    guide.title = message("quality.guide_title")
    names = sheet_names([guide.title, *(office.name for office in quality.offices)])[1:]
    _guide(guide, quality, names)
    for office, name in zip(quality.offices, names, strict=True):
        _office(book.create_sheet(name), office, quality)
    return report_bytes(book, quality.cover)


def sheet_names(labels: Sequence[str]) -> list[str]:
    """A name for each label that Excel takes, all different also where case is not seen.

    >>> sheet_names(["IA", "ia", "Skolor/förskolor och andra verksamheter"])
    ['IA', 'ia 2', 'Skolor-förskolor och andra verk']
    """
    names: list[str] = []
    for label in labels:
        plain = label.translate(FORBIDDEN).strip("' ")[:NAME_LENGTH].strip("' ") or message("quality.office")
        name, number = plain, 1
        while name.casefold() in {taken.casefold() for taken in names}:
            number += 1
            name = f"{plain[: NAME_LENGTH - len(str(number)) - 1]} {number}"
        names.append(name)
    return names


def _guide(sheet: Worksheet, quality: Quality, names: Sequence[str]) -> None:
    cover, (header, numbers) = quality.cover, quality.overview
    write_text(sheet.cell(1, 1), f"{cover.title}. {cover.subtitle}", _TITLE)
    write_text(sheet.cell(2, 1), quality.state, STRONG)
    row = 4
    for name, value in (*cover.facts, (cover.mark, cover.reservation)):
        _text(sheet.cell(row, 1), name, QUIET)
        write_text(sheet.cell(row, 2), value)
        row += 1
    row = _header(sheet, row + 1, header)
    for office, name, counts in zip(quality.offices, names, numbers, strict=True):
        write_link(sheet.cell(row, 1), office.name, name)
        sheet.cell(row, 1).alignment = _WRAPPED
        for column, number in enumerate(counts, 2):
            _number(sheet.cell(row, column), number)
        row += 1
    for line in load("messages.sv")["quality"]["guide"]:
        row += 1
        write_text(sheet.cell(row, 1), line)
    set_widths(sheet, (36, 20, 20, 20))


def _office(sheet: Worksheet, office: Office, quality: Quality) -> None:
    cover = quality.cover
    write_text(sheet.cell(1, 1), office.name, _TITLE)
    write_text(sheet.cell(2, 1), f"{cover.title}. {cover.subtitle}. {cover.mark}.", QUIET)
    row = 4
    if office.remarks:
        row = _header(sheet, row, quality_words("file", "sheet", "row", "column", "what", "remedy", "status"))
        sheet.freeze_panes = sheet.cell(row, 1)
    else:
        write_text(sheet.cell(row, 1), quality.nothing)
        row += 1
    for remark in office.remarks:
        place = remark.file, remark.sheet, remark.row_words, remark.column
        status = message(f"quality.{remark.status}")
        _row(sheet, row, (*place, remark.what, remark.remedy, status), STRONG if remark.status == MUST else PLAIN)
        row += 1
    if office.tallies:
        write_text(sheet.cell(row + 1, 1), message("quality.tally"), STRONG)
        write_text(sheet.cell(row + 2, 1), message("quality.tally_note"), QUIET)
        words = quality_words("file", "sheet", "tally_rows", "tally_loaded", "tally_ignored", "tally_left_out")
        row = _header(sheet, row + 3, words)
    for tally in office.tallies:
        _row(sheet, row, (tally.file, tally.sheet, tally.rows, tally.loaded, tally.ignored_words, tally.rejected))
        row += 1
    set_widths(sheet, WIDTHS)


def _header(sheet: Worksheet, row: int, texts: Sequence[str]) -> int:
    for column, text in enumerate(texts, 1):
        _text(sheet.cell(row, column), text, STRONG).fill = _HEAD
    return row + 1


def _row(sheet: Worksheet, row: int, values: Sequence[str | int], last: Font = PLAIN) -> None:
    """One row; it says how high it is, since not every program works that out."""
    lines = 1
    for column, (value, width) in enumerate(zip(values, WIDTHS, strict=False), 1):
        cell = sheet.cell(row, column)
        if isinstance(value, int):
            _number(cell, value)
        else:
            _text(cell, value, last if column == len(WIDTHS) else PLAIN)
            lines = max(lines, -(-len(value) // (width - 2)))
        cell.border = _LINE
    sheet.row_dimensions[row].height = 15.0 * lines + 3


def _text(cell: Cell, text: str, font: Font = PLAIN) -> Cell:
    write_text(cell, text, font).alignment = _WRAPPED
    return cell


def _number(cell: Cell, number: int) -> None:
    cell.value, cell.font, cell.alignment = number, PLAIN, _WRAPPED
