"""The annex as official statistics publish it: cover, contents, signs, and a sheet for each table and chart's data."""

import io
from dataclasses import replace

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from vbe_analysis.config import load, message
from vbe_analysis.document.docx import repack
from vbe_analysis.document.parts import Figure, Table, Value
from vbe_analysis.document.tree import Document

_FONT = "Calibri"
_STRONG, _QUIET = Font(name=_FONT, bold=True), Font(name=_FONT, color="52606D")
_LINK = Font(name=_FONT, color="0B4F6C", underline="single")
_RULE = Border(bottom=Side(style="thin", color="1F2933"), top=Side(style="medium", color="1F2933"))
_TOP, _RIGHT = Alignment(vertical="top", wrap_text=True), Alignment(vertical="top", horizontal="right", wrap_text=True)
_LEFT = Alignment(vertical="top", horizontal="left", indent=1, wrap_text=True)  # a word beside a number needs air
_NARROW, _WIDE = 9, 46  # characters: a column's least and greatest width


def write_xlsx(document: Document) -> bytes:
    """The workbook. A number is a number where the table knows its value, else the text a reader sees; text is never a
    formula. Equal documents give equal bytes."""
    cover, labels = document.cover, document.labels
    tables = [(labels[table.id], table, table.title) for table in document.tables]
    tables += [(labels[figure.id], _data(figure), figure.title) for figure in document.figures]
    tables += [(labels[table.id], table, table.title) for table in document.annex]
    book = Workbook()
    book.properties.title, book.properties.creator = cover.title, cover.organisation
    book.properties.language, book.properties.subject = "sv-SE", cover.mark
    first = book.worksheets[0]
    first.title = _word("cover")
    _cover(first, document)
    _contents(book.create_sheet(_word("contents")), [(label, title) for label, _, title in tables])
    _signs(book.create_sheet(_word("signs")))
    for label, table, title in tables:
        _table(book.create_sheet(_sheet_name(label)), table, f"{label}. {title}", cover.caption_mark)
    for sheet in book.worksheets:
        _print_setup(sheet, cover.mark)
    held = io.BytesIO()
    book.save(held)
    return repack(held.getvalue(), cover.period.end.isoformat())


def _data(figure: Figure) -> Table:
    """What the figure was drawn from, with the figure's scope where it has none of its own."""
    return replace(figure.data, scope=figure.data.scope or figure.scope)


def _cover(sheet: Worksheet, document: Document) -> None:
    cover = document.cover
    _text(sheet.cell(1, 1), cover.title, Font(name=_FONT, bold=True, size=18))
    _text(sheet.cell(2, 1), cover.subtitle, _QUIET)
    row = 4
    for name, value in ((_word("edition"), cover.mark), *cover.facts):
        _text(sheet.cell(row, 1), name, _QUIET)
        _text(sheet.cell(row, 2), value)
        row += 1
    row += 1
    for line in (cover.reservation, *load("messages.sv")["document"]["xlsx"]["how_to_read"]):
        if line:
            _text(sheet.cell(row, 1), line)
            row += 1
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 60


def _contents(sheet: Worksheet, entries: list[tuple[str, str]]) -> None:
    _text(sheet.cell(1, 1), _word("contents"), Font(name=_FONT, bold=True, size=14))
    for row, (label, title) in enumerate(entries, start=3):
        cell = _text(sheet.cell(row, 1), label, _LINK)
        cell.hyperlink = Hyperlink(cell.coordinate, location=f"'{_sheet_name(label)}'!A1")
        cell.font = _LINK
        _text(sheet.cell(row, 2), title)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 90


def _signs(sheet: Worksheet) -> None:
    _text(sheet.cell(1, 1), _word("signs"), Font(name=_FONT, bold=True, size=14))
    for row, (sign, meaning) in enumerate(load("messages.sv")["document"]["xlsx"]["sign"], start=3):
        _text(sheet.cell(row, 1), sign, _STRONG)
        _text(sheet.cell(row, 2), meaning).alignment = _TOP
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 90


def _table(sheet: Worksheet, table: Table, title: str, mark: str) -> None:
    """Title, scope, unit, mark and source stand above; then the header row, frozen, and the rows."""
    unit = message("document.unit", unit=table.unit) if table.unit else ""
    above = [text for text in (table.scope, unit, message("document.source", source=table.source), mark) if text]
    _text(sheet.cell(1, 1), title, Font(name=_FONT, bold=True, size=12))
    for row, text in enumerate((*above, *table.notes), start=2):
        _text(sheet.cell(row, 1), text, _QUIET)
    alignments = [_RIGHT if number else _LEFT if column else _TOP for column, number in enumerate(table.numeric)]
    header = len(above) + len(table.notes) + 3
    for column, text in enumerate(table.header, start=1):
        cell = _text(sheet.cell(header, column), text, _STRONG)
        cell.border, cell.alignment = _RULE, alignments[column - 1]
    values = table.values or tuple(tuple(None for _ in row) for row in table.cells)
    for row, (texts, numbers) in enumerate(zip(table.cells, values, strict=True), start=header + 1):
        for column, (text, number) in enumerate(zip(texts, numbers, strict=True), start=1):
            cell = _value(sheet.cell(row, column), text, number)
            cell.alignment = alignments[column - 1]
        # A row that wraps says how high it is: not every program works it out.
        sheet.row_dimensions[row].height = 15.0 * max(-(-len(text) // _WIDE) for text in (*texts, " "))
    for column, texts in enumerate(zip(table.header, *table.cells, strict=True), start=1):
        letter = sheet.cell(header, column).column_letter
        sheet.column_dimensions[letter].width = min(max(*map(len, texts), _NARROW), _WIDE) + 2
    sheet.freeze_panes = sheet.cell(header + 1, 2)
    sheet.print_title_rows = f"{header}:{header}"


def _value(cell: Cell, text: str, value: Value) -> Cell:
    if isinstance(value, int | float):
        cell.value = value
        cell.number_format = "#,##0" if isinstance(value, int) else "#,##0.0##"
        cell.font = Font(name=_FONT)
        return cell
    return _text(cell, text)


def _text(cell: Cell, text: str, font: Font | None = None) -> Cell:
    """The text as text: what begins with "=" is never a formula, nor becomes one when the cell is edited."""
    cell.value = text
    cell.data_type = "s"
    cell.font = font or Font(name=_FONT)
    if text[:1] in "=+-@":
        cell.quotePrefix = True
    return cell


def _print_setup(sheet: Worksheet, mark: str) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.left.text = mark.replace("&", "&&")
    sheet.oddFooter.right.text = f"{message('document.page')} &P {message('document.of')} &N"


def _sheet_name(label: str) -> str:
    return label.replace("\u00a0", " ")


def _word(name: str) -> str:
    return message(f"document.xlsx.{name}")
