"""The annex as official statistics publish it: cover, contents, signs, a sheet for each table and chart's data, and all
their cells in one long table.

A cell that says more than one number has them beside it, each in a column of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from vbe_analysis.config import load, message
from vbe_analysis.document.parts import Figure, Numbers, Table, Value
from vbe_analysis.document.tree import Document
from vbe_analysis.document.workbook import PLAIN, QUIET, STRONG, report_bytes, set_widths, write_link, write_text

_RULE = Border(bottom=Side(style="thin", color="1F2933"), top=Side(style="medium", color="1F2933"))
_TOP, _RIGHT = Alignment(vertical="top", wrap_text=True), Alignment(vertical="top", horizontal="right", wrap_text=True)
_LEFT = Alignment(vertical="top", horizontal="left", indent=1, wrap_text=True)  # a word beside a number needs air
_NARROW, _WIDE, _FIRST = 9, 46, 44  # characters: a column's least and greatest width, and the first column's least
_LINE = 15.0  # points: a row's height
_PARTS = ("x", "n", "low", "high")
TIDY = "tidy"

Labelled = tuple[str, Table, str]
"""A table's label, itself, and its title."""


@dataclass(frozen=True)
class _Column:
    """A column of a sheet: what a reader sees of the table's column `at` (part ""), or one number of it."""

    at: int
    part: str
    heading: str
    kind: str  # what the guide says of a column of numbers
    form: str = ""  # of its numbers


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
    entries = [(label, _sheet_name(label), title) for label, _, title in tables]
    entries += [(TIDY, TIDY, _word("tidy.title"))] * bool(tables)
    for row, (label, sheet, title) in enumerate(entries, start=3):
        write_link(contents.cell(row, 1), label, sheet)
        write_text(contents.cell(row, 2), title)
    signs = _titled(book.create_sheet(), "signs", (20, 90))
    for row, (sign, meaning) in enumerate(_signs([table for _, table, _ in tables]), start=3):
        write_text(signs.cell(row, 1), sign, STRONG)
        write_text(signs.cell(row, 2), meaning).alignment = _TOP
    for label, table, title in tables:
        _write_table(book.create_sheet(_sheet_name(label)), table, f"{label}. {title}", cover.caption_mark)
    if tables:
        _write_tidy(book.create_sheet(TIDY), tables, cover.caption_mark)
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
    has = {"tables": document.tables, "figures": document.figures, "annex": document.annex}
    there = [_word(f"holds.{name}") for name, parts in has.items() if parts]
    there = there if len(there) > 1 else []  # a workbook of tables alone is all there is
    lines = [cover.reservation, *there, *load("messages.sv")["document"]["xlsx"]["how_to_read"]]
    for row, line in enumerate(filter(None, lines), start=5 + len(facts)):
        write_text(sheet.cell(row, 1), line)
    set_widths(sheet, (16, 60))


def _titled(sheet: Worksheet, name: str, widths: tuple[int, int]) -> Worksheet:
    sheet.title = _word(name)
    write_text(sheet.cell(1, 1), sheet.title, _title(14))
    set_widths(sheet, widths)
    return sheet


def _signs(tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    """The signs that stand in any cell, each with its meaning."""
    cells = {
        _printed(text, value)
        for table in tables
        for row, values in _rows(table)
        for text, value in list(zip(row, values, strict=True))[1:]
    }
    for sign, pattern, meaning in load("messages.sv")["document"]["xlsx"]["sign"]:
        if any(re.search(pattern, cell) for cell in cells):
            yield sign, meaning


def _write_table(sheet: Worksheet, table: Table, title: str, mark: str) -> None:
    """Title and header row, which stay in view; the rows; under them what the table says of itself and its columns.

    The printed columns come first, the numbers of their cells after them: only the printed ones are put on paper.
    """
    columns = sorted(_columns(table), key=lambda column: bool(column.part))
    rows = [[_content(texts, values, column) for column in columns] for texts, values in _rows(table)]
    widths = [_width(column, [str(row[at]) for row in rows]) for at, column in enumerate(columns)]
    widths[0] = max(widths[0], _FIRST)
    write_text(sheet.cell(1, 1), title, _title(12))
    write_text(sheet.cell(2, 1), mark, QUIET)
    header = 3
    alignments = [_RIGHT if column.part or table.numeric[column.at] else _LEFT for column in columns]
    alignments[0] = _TOP
    for at, column in enumerate(columns):
        cell = write_text(sheet.cell(header, at + 1), column.heading, STRONG)
        look = alignments[at]
        cell.border = _RULE
        cell.alignment = Alignment(look.horizontal, "bottom", wrap_text=True, indent=look.indent)
    for number, line in enumerate(rows, start=header + 1):
        for at, content in enumerate(line):
            _write_value(sheet.cell(number, at + 1), content, columns[at].form).alignment = alignments[at]
    headings: list[str | int | float] = [column.heading for column in columns]
    for number, line in enumerate([headings, *rows], start=header):
        # A row that wraps says how high it is: not every program works it out.
        room = 0.85 if line is headings else 1.0  # strong letters are wider
        lines = [_lines(str(content), room * width) for content, width in zip(line, widths, strict=True)]
        sheet.row_dimensions[number].height = _LINE * max(lines)
    printed = len(table.header)
    source = message("document.source", source=table.source)
    below = [*filter(None, (table.scope, table.unit_text)), *table.notes, source]
    first = header + len(rows) + 2
    for number, text in enumerate(below, start=first):
        write_text(sheet.cell(number, 1), text, QUIET).alignment = _TOP
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=printed)
        sheet.row_dimensions[number].height = _LINE * _lines(text, sum(widths[:printed]))
    for number, text in enumerate(_guide(columns), start=first):
        write_text(sheet.cell(number, printed + 1), text, QUIET).alignment = Alignment(vertical="top")
    set_widths(sheet, widths)
    sheet.freeze_panes = sheet.cell(header + 1, 2)
    sheet.print_title_rows = f"{header}:{header}"
    sheet.print_area = f"A1:{sheet.cell(first + len(below) - 1, printed).coordinate}"


def _write_tidy(sheet: Worksheet, tables: Sequence[Labelled], mark: str) -> None:
    """A row for each cell of every table, its numbers as numbers: to filter, sort and read into other programs."""
    names = ("table", "heading", "row", "column", "text", *_PARTS, "unit")
    write_text(sheet.cell(1, 1), _word("tidy.title"), _title(12))
    above = [
        mark,
        *(_word("guide.entry", name=_word(f"tidy.{name}"), meaning=_word(f"tidy.is_{name}")) for name in names),
    ]
    for row, text in enumerate(filter(None, above), start=2):
        write_text(sheet.cell(row, 1), text, QUIET)
    header = sheet.max_row + 2
    for column, name in enumerate(names, start=1):
        cell = write_text(sheet.cell(header, column), _word(f"tidy.{name}"), STRONG)
        cell.border, cell.alignment = _RULE, _RIGHT if name in _PARTS else _TOP
    number = header
    for label, table, title in tables:
        keys = _keys(table)
        for texts, values in _rows(table):
            for at in range(keys, len(texts)):
                number += 1
                row_name = " · ".join(texts[:keys])
                printed = _printed(texts[at], values[at])
                ends = _numbers(values[at])
                cells = (label, title, row_name, table.header[at], printed, *map(ends.get, _PARTS), table.unit)
                for column, content in enumerate(cells, start=1):
                    _write_value(sheet.cell(number, column), "" if content is None else content)
                sheet.cell(number, len(cells)).alignment = _LEFT
    set_widths(sheet, (12, 60, 46, 30, 24, 9, 9, 9, 9, 14))
    sheet.freeze_panes = sheet.cell(header + 1, 1)
    sheet.auto_filter.ref = f"A{header}:{sheet.cell(number, len(names)).coordinate}"
    sheet.print_title_rows = f"{header}:{header}"


def _rows(table: Table) -> list[tuple[tuple[str, ...], tuple[Value, ...]]]:
    values = table.values or tuple((None,) * len(row) for row in table.cells)
    return list(zip(table.cells, values, strict=True))


def _keys(table: Table) -> int:
    """How many columns name a row: as many as make each name its own."""
    names = range(1, len(table.header))
    return next((n for n in names if len({row[:n] for row in table.cells}) == len(table.cells)), 1)


def _columns(table: Table) -> list[_Column]:
    """The table's columns, each followed by the numbers that its cells hold more of than one.

    Where any count of the table is an interval, every count has its two ends.
    """
    values = [[row[at] for row in table.values] for at in range(len(table.header))]
    parts = [{part for value in column for part in _parts(value)} for column in values]
    ends = any({"low", "high"} <= own and "x" not in own for own in parts)
    columns = []
    for at, heading in enumerate(table.header):
        share = any(text.endswith("%") and isinstance(value, float) for text, value in _pairs(table, at))
        counts = any(isinstance(value, int) for value in values[at])
        own = parts[at] | ({"low", "high"} if ends and counts else set())
        columns.append(_Column(at, "", heading, "", "0 %" if share else ""))
        for part in _PARTS:
            if part in own:
                of_share = "x" in own and part in ("low", "high")
                name = _word(f"part.{part}", name=heading)
                columns.append(
                    _Column(at, part, name, f"{part}_share" if of_share else part, "0 %" if of_share else "")
                )
    return columns


def _pairs(table: Table, at: int) -> list[tuple[str, Value]]:
    return [(texts[at], values[at]) for texts, values in _rows(table)]


def _parts(value: Value) -> set[str]:
    return {part for part in _PARTS if getattr(value, part) is not None} if isinstance(value, Numbers) else set()


def _guide(columns: Sequence[_Column]) -> Iterator[str]:
    """What the columns of numbers hold, those alike together; the others say it by their headings."""
    for kind, part in dict.fromkeys((column.kind, column.part) for column in columns if column.part):
        yield _word("guide.entry", name=_word(f"part.{part}", name="…"), meaning=_word(f"guide.{kind}"))


def _content(texts: Sequence[str], values: Sequence[Value], column: _Column) -> str | int | float:
    """What a sheet's cell holds; "" where the table has no such number."""
    text, value = texts[column.at], values[column.at]
    if column.part:
        number = _numbers(value).get(column.part)
        return "" if number is None else number
    return value if isinstance(value, int | float) else _printed(text, value)


def _numbers(value: Value) -> dict[str, float | None]:
    """The parts of a value; one number is both ends of itself."""
    if isinstance(value, int | float):
        return {"low": value, "high": value}
    return {part: getattr(value, part) for part in _PARTS} if isinstance(value, Numbers) else {}


def _printed(text: str, value: Value) -> str:
    """What a reader sees; here, where cells are copied one by one, each protected number says that it is."""
    protected = isinstance(value, Numbers) and value.protected
    return _word("protected", text=text) if protected else text


def _width(column: _Column, texts: Sequence[str]) -> float:
    """In characters; the heading of a number stands on two lines."""
    heading = len(column.heading) * (0.7 if column.part else 1)
    return min(max(_NARROW, heading, *map(len, texts)), _WIDE) + 2.0


def _lines(text: str, width: float) -> int:
    """How many lines the text takes in a column of that width."""
    return max(1, len(wrap(text, int(width))))


def _write_value(cell: Cell, content: str | int | float, form: str = "") -> Cell:
    if isinstance(content, str):
        return write_text(cell, content) if content else cell
    cell.value, cell.font = content, PLAIN
    cell.number_format = form or ("#,##0" if isinstance(content, int) else "#,##0.0##")
    return cell


def _title(size: int) -> Font:
    return Font(name="Calibri", bold=True, size=size)


def _sheet_name(label: str) -> str:
    return label.replace("\u00a0", " ")


def _word(name: str, /, **values: object) -> str:
    return message(f"document.xlsx.{name}", **values)
