"""Write pages of cells as the files offices send: the same pages give the same bytes on every run.

A Page knows the fate of each of its rows, so that the truth about a file is told by the hand that wrote it.
"""

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

WRITTEN = datetime(2021, 7, 5, 9, 0)
LOADED = "loaded"


@dataclass
class Page:
    """A sheet or a table: its rows, what a perfect loader does with each, and the reports it finds there."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    fates: list[str] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[str] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    stored: dict[str, float] = field(default_factory=dict)  # the values that a program left beside its formulas

    def add(self, cells: Sequence[Any], fate: str, reports: Sequence[Mapping[str, Any]] = ()) -> int:
        """Append a row with its fate and its reports; returns its number as the office's program shows it."""
        self.rows.append(list(cells))
        self.fates.append(fate)
        self.reports += [{**report, "sheet": self.name, "row": len(self.rows)} for report in reports]
        return len(self.rows)


def write_xlsx(path: Path, pages: Sequence[Page], author: str) -> None:
    """A workbook as Excel leaves it: formulas have stored values, properties name an author."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = author
    for page in pages:
        sheet = book.create_sheet(page.name)
        for row in page.rows:
            sheet.append(row)
        for span in page.merged:
            sheet.merge_cells(span)
        for number in page.hidden_rows:
            sheet.row_dimensions[number].hidden = True
        for letter in page.hidden_columns:
            sheet.column_dimensions[letter].hidden = True
        for number, fate in enumerate(page.fates, start=1):
            if fate in ("title_row", "header_row", "subtotal", "total"):
                for cell in sheet[number]:
                    cell.font = Font(bold=True)
        sheet.sheet_state = "hidden" if page.hidden else "visible"
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for number, page in enumerate(pages, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _with_stored(parts[f"xl/worksheets/sheet{number}.xml"], page.stored)
    stamp = f"{WRITTEN.isoformat()}Z".encode()
    parts["docProps/core.xml"] = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", stamp, parts["docProps/core.xml"])
    _write_zip(path, parts)


def write_xls(path: Path, pages: Sequence[Page]) -> None:
    """A workbook of Excel 97-2003; xlwt is needed here only, so it is no dependency of the project."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for page in pages:
        sheet = book.add_sheet(page.name)
        for y, row in enumerate(page.rows):
            for x, value in enumerate(row):
                if value is not None:
                    args = (day,) if isinstance(value, date) else ()
                    sheet.write(y, x, page.stored.get(f"{chr(65 + x)}{y + 1}", value), *args)
        for span in page.merged:
            left, top, right, bottom = re.fullmatch(r"([A-Z])(\d+):([A-Z])(\d+)", span).groups()
            sheet.merge(int(top) - 1, int(bottom) - 1, ord(left) - 65, ord(right) - 65)
        sheet.visibility = 1 if page.hidden else 0
    book.save(str(path))


def write_html(path: Path, page: Page) -> None:
    """A table of HTML under the name of a workbook, as case systems export it."""
    rows = "\n".join("<tr>" + "".join(f"<td>{escape(_text(cell))}</td>" for cell in row) + "</tr>" for row in page.rows)
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'
    path.write_bytes(f'{head}\n<table border="1">\n{rows}\n</table>\n</body></html>\n'.encode())


def write_csv(path: Path, page: Page, encoding: str, delimiter: str, quote_all: bool = False) -> None:
    """A text file with CRLF; rows of one cell are title rows and stand without delimiters."""
    content = io.StringIO(newline="")
    writer = csv.writer(
        content, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, lineterminator="\r\n"
    )
    for row in page.rows:
        writer.writerow([_text(cell) for cell in row])
    path.write_bytes(content.getvalue().encode(encoding))


def write_docx(path: Path, author: str, title: str, before: Sequence[str], page: Page, after: Sequence[str]) -> None:
    """A document with prose around one table; only the parts that a Word document must have."""
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{_paragraph(_text(cell))}</w:tc>" for cell in row) + "</w:tr>"
        for row in page.rows
    )
    grid = "<w:gridCol/>" * len(page.rows[0])
    table = f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    body = "".join(map(_paragraph, [title, *before])) + table + "".join(map(_paragraph, after or [""]))
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{types}"/><Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{relation}" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{package}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>{escape(author)}</dc:creator></cp:coreProperties>",
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
    }
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    _write_zip(path, {name: (declaration + part).encode() for name, part in parts.items()})


def _with_stored(xml: bytes, stored: Mapping[str, float]) -> bytes:
    for cell, value in stored.items():
        pattern = rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v\s*(?:/>|></v>)'.encode()
        xml, hits = re.subn(pattern, rb"\g<1><v>%s</v>" % str(value).encode(), xml)
        if hits != 1:
            raise ValueError(f"no formula in {cell}")
    return xml


def _write_zip(path: Path, parts: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)  # its date is 1980-01-01
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)
