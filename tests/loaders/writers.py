"""Writers of one table in each format that is read, so that reading is tried by a hand that is not its own."""

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import docx
import openpyxl

from tests.loaders.hostile import MAIN, ods_package, package, shared_strings, sheet_xml, workbook_parts
from vbe_analysis.loaders.files.raw import column_letter

Table = Sequence[Sequence[object]]
EPOCH = datetime(1899, 12, 30)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1">'
    '<border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def by_openpyxl(path: Path, table: Table) -> None:
    """A workbook where a text is a text, also one that begins with an equals sign."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, cells in enumerate(table, start=1):
        for column, cell in enumerate(cells, start=1):
            if cell is not None:
                written = sheet.cell(row, column, cell)
                if isinstance(cell, str):
                    written.data_type = "s"
    book.save(path)


def by_hand(path: Path, table: Table, seed: int) -> None:
    """A workbook whose XML takes the format's liberties: where a text stands, how it is cut, what is named."""
    chance = random.Random(seed)
    strings: list[str] = []
    named = chance.random() < 0.8
    rows = []
    for number, cells in enumerate(table, start=1):
        inner = []
        for column, cell in enumerate(cells):
            place = f' r="{column_letter(column)}{number}"' if named else ""
            inner.append(_cell(cell, place, strings, chance) if cell is not None else "" if named else "<c/>")
        rows.append((f'<row r="{number}">' if named else "<row>") + "".join(inner) + "</row>")
    sheet = sheet_xml("".join(rows))
    if chance.random() < 0.2:
        sheet = sheet.replace("</", "\1").replace("<", "<x:").replace("\1", "</x:").replace("xmlns=", "xmlns:x=")
    path.write_bytes(package(workbook_parts(sheet=sheet, shared=shared_strings("".join(strings)), styles=STYLES)))


def _cell(cell: object, place: str, strings: list[str], chance: random.Random) -> str:
    if isinstance(cell, bool):
        return f'<c{place} t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, datetime):
        return f'<c{place} s="2"><v>{_serial(cell)}</v></c>'
    if isinstance(cell, date):
        return f'<c{place} s="1"><v>{_serial(datetime(cell.year, cell.month, cell.day)):.0f}</v></c>'
    if not isinstance(cell, str):
        return f"<c{place}><v>{cell}</v></c>"
    formula = "<f>A1</f>" if chance.random() < 0.5 else ""
    kind = chance.choice(("s", "s", "inlineStr", "str"))
    if kind == "str":
        return f'<c{place} t="str">{formula}<v>{_escaped(cell, chance)}</v></c>'
    if kind == "inlineStr":
        return f'<c{place} t="inlineStr"><is>{_runs(cell, chance)}</is></c>'
    strings.append(f"<si>{_runs(cell, chance)}</si>")
    return f'<c{place} t="s"><v>{len(strings) - 1}</v></c>'


def _runs(text: str, chance: random.Random) -> str:
    """The text in one piece, or in formatted runs, with or without a phonetic run."""
    phonetic = '<rPh sb="0" eb="1"><t>X</t></rPh>' if chance.random() < 0.2 else ""
    if chance.random() < 0.6:
        return f'<t xml:space="preserve">{_escaped(text, chance)}</t>{phonetic}'
    cut = chance.randrange(len(text) + 1)
    return (
        "".join(
            f'<r>{chance.choice(("", "<rPr><b/></rPr>"))}<t xml:space="preserve">{_escaped(part, chance)}</t></r>'
            for part in (text[:cut], text[cut:])
        )
        + phonetic
    )


def _escaped(text: str, chance: random.Random) -> str:
    if chance.random() < 0.2:
        return "".join(f"&#{ord(letter)};" for letter in text)
    return escape(text)


def _serial(moment: datetime) -> float:
    past = moment - EPOCH
    return past.days + past.seconds / 86_400


def by_xlwt(path: Path, table: Table) -> None:
    """A workbook of 1997; the writer is a package of its own."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Blad")
    day, moment = xlwt.easyxf(num_format_str="YYYY-MM-DD"), xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
    for row, cells in enumerate(table):
        for column, cell in enumerate(cells):
            if isinstance(cell, datetime):
                sheet.write(row, column, cell, moment)
            elif isinstance(cell, date):
                sheet.write(row, column, cell, day)
            elif cell is not None:
                sheet.write(row, column, cell)
    book.save(str(path))


def by_hand_ods(path: Path, table: Table) -> None:
    """An OpenDocument table; equal neighbours are written as repeated."""
    rows = []
    for cells in table:
        inner = [_ods_cell(cell) for cell in cells]
        merged: list[tuple[str, int]] = []
        for cell in inner:
            merged[-1:] = [(cell, merged[-1][1] + 1)] if merged and merged[-1][0] == cell else [*merged[-1:], (cell, 1)]
        repeated = (
            cell.replace("<table:table-cell", f'<table:table-cell table:number-columns-repeated="{count}"', 1)
            for cell, count in merged
        )
        rows.append(f"<table:table-row>{''.join(repeated)}</table:table-row>")
    path.write_bytes(ods_package(f'<table:table table:name="Blad">{"".join(rows)}</table:table>'))


def _ods_cell(cell: object) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        kind, shown = f'boolean" office:boolean-value="{str(cell).lower()}', str(cell).upper()
    elif isinstance(cell, date):
        shown = cell.isoformat()
        kind = f'date" office:date-value="{shown}'
    elif isinstance(cell, str):
        return f'<table:table-cell office:value-type="string">{_ods_text(cell)}</table:table-cell>'
    else:
        kind, shown = f'float" office:value="{cell}', str(cell)
    return f'<table:table-cell office:value-type="{kind}"><text:p>{shown}</text:p></table:table-cell>'


def _ods_text(text: str) -> str:
    """Paragraphs a line; runs of blanks and tabs as elements, as the format demands."""
    paragraphs = []
    for line in text.split("\n"):
        parts, blanks = [], 0
        for letter in f"{line}\0":
            if letter == " ":
                blanks += 1
                continue
            parts.append(f"<text:s text:c={quoteattr(str(blanks))}/>" if blanks else "")
            blanks = 0
            parts.append("<text:tab/>" if letter == "\t" else escape(letter) if letter != "\0" else "")
        paragraphs.append(f"<text:p>{''.join(parts)}</text:p>")
    return "".join(paragraphs)


def by_python_docx(path: Path, table: Table) -> None:
    """A Word document with one table of texts."""
    document = docx.Document()
    grid = document.add_table(len(table), len(table[0]))
    for cells, row in zip(table, grid.rows, strict=True):
        for cell, place in zip(cells, row.cells, strict=True):
            place.text = "" if cell is None else str(cell)
    document.save(str(path))


def csv_text(table: Table, delimiter: str, quoting: int, line_end: str) -> str:
    """The table as a text file."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
    writer.writerows([["" if cell is None else cell for cell in row] for row in table])
    return target.getvalue()
