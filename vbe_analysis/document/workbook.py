"""The one way to write a workbook: a text is text, whatever it begins with, and equal content gives equal bytes."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from vbe_analysis.config import message
from vbe_analysis.document.parts import Cover

PLAIN, STRONG, QUIET = Font(name="Calibri"), Font(name="Calibri", bold=True), Font(name="Calibri", color="52606D")
LINK = Font(name="Calibri", color="0B4F6C", underline="single")

_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name
# What python-docx's own template file leaves behind: a thumbnail, and the program that once made it.
_LEFT_OUT = ("docProps/thumbnail.jpeg", "docProps/app.xml")
_LEFT_RELATION = re.compile(rb'<Relationship [^>]*Target="/?docProps/(?:thumbnail\.jpeg|app\.xml)"[^>]*/>')
_LEFT_TYPE = re.compile(rb'<Override [^>]*PartName="/docProps/app\.xml"[^>]*/>')


def write_text(cell: Cell, text: str, font: Font | None = PLAIN) -> Cell:
    """The text as text: what begins with "=" is no formula, and becomes none when the cell is edited."""
    cell.value, cell.data_type = text, "s"
    if font:
        cell.font = font
    if text.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True
    return cell


def write_rows(sheet: Worksheet, rows: Iterable[Sequence[object]], first: int = 1) -> None:
    """Rows of plain values from row `first`: a str as text, an empty one as an empty cell, others as Excel has them."""
    for row, values in enumerate(rows, first):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column)
            if isinstance(value, str) and value:
                write_text(cell, value, None)
            elif value != "":
                cell.value = value


def write_link(cell: Cell, text: str, sheet: str) -> None:
    """A link to the first cell of another sheet."""
    target = sheet.replace("'", "''")
    write_text(cell, text).hyperlink = Hyperlink(cell.coordinate, location=f"'{target}'!A1")
    cell.font = LINK


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    """The widths of the first columns, in characters."""
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def report_bytes(book: Workbook, cover: Cover) -> bytes:
    """A workbook that is read and printed: titled and marked by its cover, dated to the end of its period."""
    book.properties.title, book.properties.creator = cover.title, cover.organisation
    book.properties.language, book.properties.subject = "sv-SE", cover.mark
    for sheet in book.worksheets:
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddHeader.left.text = cover.mark.replace("&", "&&")
        sheet.oddFooter.right.text = f"{message('document.page')} &P {message('document.of')} &N"
    return repack(file_bytes(book), cover.period.end.isoformat())


def file_bytes(file: Any) -> bytes:
    """The bytes of a workbook, a Word file or a deck of slides."""
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def dated_bytes(file: Any, cover: Cover, title: str) -> bytes:
    """A Word file or a deck of slides as bytes: what it tells of itself is the cover's, its day the period's last."""
    properties = file.core_properties
    properties.title, properties.subject, properties.language = title, cover.mark, "sv-SE"
    properties.author = properties.last_modified_by = cover.organisation
    properties.comments = properties.keywords = properties.category = ""
    properties.revision = 1
    return repack(file_bytes(file), cover.period.end.isoformat())


def repack(office_file: bytes, day: str) -> bytes:
    """The same .docx or .xlsx, dated `day` ("2021-06-30") in its properties and nowhere else."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(office_file)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name in _LEFT_OUT:
                continue
            content = source.read(name)
            if name == "_rels/.rels":
                content = _LEFT_RELATION.sub(b"", content)
            if name == "[Content_Types].xml":
                content = _LEFT_TYPE.sub(b"", content)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>" + day.encode("ascii") + b"T12:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
