"""The annex as official statistics publish it: cover, contents, signs, and a sheet for each table and chart's data."""

from dataclasses import replace

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from vbe_analysis.config import load, message
from vbe_analysis.document.parts import Figure, Table, Value
from vbe_analysis.document.tree import Document
from vbe_analysis.document.workbook import PLAIN, QUIET, STRONG, report_bytes, set_widths, write_link, write_text

_RULE = Border(bottom=Side(style="thin", color="1F2933"), top=Side(style="medium", color="1F2933"))
_TOP, _RIGHT = Alignment(vertical="top", wrap_text=True), Alignment(vertical="top", horizontal="right", wrap_text=True)
_LEFT = Alignment(vertical="top", horizontal="left", indent=1, wrap_text=True)  # a word beside a number needs air
_NARROW, _WIDE = 9, 46  # characters: a column's least and greatest width


def write_xlsx(document: Document) -> bytes:
    """The workbook. A number is a number where the table knows its value, else the text a reader sees.

    Equal documents give equal bytes.
    """
    cover, labels = document.cover, document.labels
    tables = [(labels[table.id], table, table.title) for table in document.tables]
    tables += [(labels[figure.id], _data(figure), figure.title) for figure in document.figures]
    tables += [(labels[table.id], table, table.title) for table in document.annex]
    book = Workbook()
    _write_cover(book.worksheets[0], document)
    contents = _titled(book.create_sheet(), "contents", (16, 90))
    for row, (label, _, title) in enumerate(tables, start=3):
        write_link(contents.cell(row, 1), label, _sheet_name(label))
        write_text(contents.cell(row, 2), title)
    signs = _titled(book.create_sheet(), "signs", (20, 90))
    for row, (sign, meaning) in enumerate(load("messages.sv")["document"]["xlsx"]["sign"], start=3):
        write_text(signs.cell(row, 1), sign, STRONG)
        write_text(signs.cell(row, 2), meaning).alignment = _TOP
    for label, table, title in tables:
        _write_table(book.create_sheet(_sheet_name(label)), table, f"{label}. {title}", cover.caption_mark)
    return report_bytes(book, cover)


def _data(figure: Figure) -> Table:
    """What the figure was drawn from, with the figure's scope where it has none of its own."""
    return replace(figure.data, scope=figure.data.scope or figure.scope)


def _write_cover(sheet: Worksheet, document: Document) -> None:
    cover, sheet.title = document.cover, _word("cover")
    write_text(sheet.cell(1, 1), cover.title, _title(18))
    write_text(sheet.cell(2, 1), cover.subtitle, QUIET)
    facts = ((_word("edition"), cover.mark), *cover.facts)
    for row, (name, value) in enumerate(facts, start=4):
        write_text(sheet.cell(row, 1), name, QUIET)
        write_text(sheet.cell(row, 2), value)
    lines = [line for line in (cover.reservation, *load("messages.sv")["document"]["xlsx"]["how_to_read"]) if line]
    for row, line in enumerate(lines, start=5 + len(facts)):
        write_text(sheet.cell(row, 1), line)
    set_widths(sheet, (16, 60))


def _titled(sheet: Worksheet, name: str, widths: tuple[int, int]) -> Worksheet:
    sheet.title = _word(name)
    write_text(sheet.cell(1, 1), sheet.title, _title(14))
    set_widths(sheet, widths)
    return sheet


def _write_table(sheet: Worksheet, table: Table, title: str, mark: str) -> None:
    """Title, scope, unit, source, mark and notes stand above; then the header row, frozen, and the rows."""
    source = message("document.source", source=table.source)
    above = [*filter(None, (table.scope, table.unit_text, source, mark)), *table.notes]
    write_text(sheet.cell(1, 1), title, _title(12))
    for row, text in enumerate(above, start=2):
        write_text(sheet.cell(row, 1), text, QUIET)
    alignments = [_RIGHT if number else _LEFT if column else _TOP for column, number in enumerate(table.numeric)]
    header = len(above) + 3
    for column, text in enumerate(table.header, start=1):
        cell = write_text(sheet.cell(header, column), text, STRONG)
        cell.border, cell.alignment = _RULE, alignments[column - 1]
    values = table.values or tuple((None,) * len(row) for row in table.cells)
    for row, (texts, numbers) in enumerate(zip(table.cells, values, strict=True), start=header + 1):
        for column, (text, number) in enumerate(zip(texts, numbers, strict=True), start=1):
            _write_value(sheet.cell(row, column), text, number).alignment = alignments[column - 1]
        # A row that wraps says how high it is: not every program works it out.
        sheet.row_dimensions[row].height = 15.0 * max(-(-len(text) // _WIDE) for text in (*texts, " "))
    columns = zip(table.header, *table.cells, strict=True)
    set_widths(sheet, [min(max(*map(len, texts), _NARROW), _WIDE) + 2 for texts in columns])
    sheet.freeze_panes = sheet.cell(header + 1, 2)
    sheet.print_title_rows = f"{header}:{header}"


def _write_value(cell: Cell, text: str, value: Value) -> Cell:
    if not isinstance(value, int | float):
        return write_text(cell, text)
    cell.value, cell.font = value, PLAIN
    cell.number_format = "#,##0" if isinstance(value, int) else "#,##0.0##"
    return cell


def _title(size: int) -> Font:
    return Font(name="Calibri", bold=True, size=size)


def _sheet_name(label: str) -> str:
    return label.replace("\u00a0", " ")


def _word(name: str) -> str:
    return message(f"document.xlsx.{name}")
