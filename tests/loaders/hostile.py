"""Hostile and broken files: what a case is, what became of it, and the packages that cases are built of.

A case ends in the rows that the file says, in rows beside a notice, or in our refusal; every case names which. Nothing
is read from disk and nothing is random but by a fixed seed, so a case is the same file on every machine.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.raw import RawFile, RawSheet, Special

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = {
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "xl/worksheets/sheet1.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    "xl/sharedStrings.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",
    "xl/styles.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
}
Rows = Mapping[int, Sequence[object]]
Parts = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Case:
    """One file.

    make: its bytes, or a function that makes it at a path. rows: row number -> cells of the first sheet that may come
    out (blank rows and trailing blanks left out); None where only a refusal is right. refused: codes of refusals that
    are right; empty where the rows must come out. notices: codes that must stand beside the rows. ragged: rows that
    must be marked as not to be loaded.
    """

    name: str
    make: bytes | Callable[[Path], object]
    rows: Rows | None = None
    refused: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    ragged: frozenset[int] = frozenset()
    file: str = "fil.xlsx"

    def write(self, folder: Path) -> Path:
        """Make the file."""
        path = folder / self.file
        if isinstance(self.make, bytes):
            path.write_bytes(self.make)
        else:
            self.make(path)
        return path

    def judge(self, outcome: RawFile | InputError) -> str:
        """What is wrong with the outcome; "" where it is right."""
        if isinstance(outcome, InputError):
            codes = {fault.code for fault in outcome.faults}
            wordless = [fault.code for fault in outcome.faults if not (fault.file and fault.text and fault.remedy)]
            return f"refused as {codes}" if not codes & set(self.refused) else f"wordless: {wordless}" * bool(wordless)
        if self.rows is None:
            return f"not refused; read as {shown(rows_of(outcome))}"
        rows = rows_of(outcome)
        ragged = outcome.sheets[0].ragged if outcome.sheets else frozenset()
        missing = set(self.notices) - {fault.code for fault in outcome.notices}
        expected = {number: list(cells) for number, cells in self.rows.items()}
        if {number: cells for number, cells in rows.items() if number not in ragged} != {
            number: cells for number, cells in expected.items() if number not in self.ragged
        }:
            return f"read as {shown(rows)}, not {shown(expected)}"
        if ragged != self.ragged:
            return f"marked {sorted(ragged)}, not {sorted(self.ragged)}"
        return f"no notice {missing}" if missing else ""


def rows_of(raw: RawFile) -> dict[int, list[object]]:
    """Row number -> cells of the first sheet, without blank rows and trailing blanks."""
    return rows_of_sheet(raw.sheets[0]) if raw.sheets else {}


def rows_of_sheet(sheet: RawSheet) -> dict[int, list[object]]:
    """Row number -> cells, without blank rows and trailing blanks; numbers as they are, moments in ISO form."""
    rows = {}
    for index, number in enumerate(sheet.row_numbers):
        cells = [plain(cell) for cell in sheet.row(index)]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            rows[number] = cells
    return rows


def plain(cell: object) -> object:
    """The cell as a value that compares across readers."""
    if isinstance(cell, Special):
        return f"#{cell.name}"
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return cell


def shown(rows: Mapping[int, Sequence[object]]) -> str:
    """The rows for a message, cut where they are long."""
    return str(dict(rows))[:300]


def package(parts: Parts, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of the parts, the same bytes whenever it is made."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name)
            part.compress_type = compression
            archive.writestr(part, content)
    return target.getvalue()


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def relations(*targets: tuple[str, str]) -> str:
    """Relationships with ids rId1, rId2 ... of (kind, target)."""
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def workbook_parts(
    rows: str = "",
    *,
    sheet: str | bytes = "",
    shared: str | None = None,
    styles: str | None = None,
    target: str = "worksheets/sheet1.xml",
) -> dict[str, str | bytes]:
    """The parts of the smallest workbook: rows are the XML inside sheetData, or `sheet` is the whole part."""
    extra = {"xl/sharedStrings.xml": shared, "xl/styles.xml": styles}
    more = {name: content for name, content in extra.items() if content is not None}
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in TYPES.items()
        if name in {"xl/workbook.xml", "xl/worksheets/sheet1.xml", *more}
    )
    inside = [("worksheet", target)]
    inside += [("sharedStrings", "sharedStrings.xml")] if shared is not None else []
    inside += [("styles", "styles.xml")] if styles is not None else []
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/>{types}</Types>',
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Blad" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(*inside),
        "xl/worksheets/sheet1.xml": sheet or sheet_xml(rows),
        **more,
    }


def shared_strings(items: str) -> str:
    return f'<sst xmlns="{MAIN}">{items}</sst>'


def styles_xml(codes: Sequence[str]) -> str:
    """Number formats: cell style n (from 1) has the nth format code."""
    formats = "".join(f'<numFmt numFmtId="{170 + i}" formatCode="{code}"/>' for i, code in enumerate(codes))
    cells = "".join(f'<xf numFmtId="{170 + i}" applyNumberFormat="1"/>' for i in range(len(codes)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(codes)}">{formats}</numFmts><fonts count="1"><font/></fonts>'
        f'<fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
        f'</cellStyleXfs><cellXfs count="{len(codes) + 1}"><xf numFmtId="0"/>{cells}</cellXfs></styleSheet>'
    )


def ods_package(tables: str, before: str = "", doctype: str = "") -> bytes:
    """An ods of the table XML (table:, text:, office: prefixes)."""
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in {"office": "office", "table": "table", "text": "text", "style": "style"}.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content {names} xmlns:calcext="urn:org:docu'
        'mentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.2"><office:body>'
        f"<office:spreadsheet>{before}{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind}"/><manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return package({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}, zipfile.ZIP_STORED)


def docx_package(body: str, document: str = "word/document.xml", doctype: str = "") -> bytes:
    """A Word document of the body XML (w: prefix)."""
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/{document}" '
            f'ContentType="{TYPES["word/document.xml"]}"/></Types>',
            "_rels/.rels": relations(("officeDocument", document)),
            document: f'{doctype}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        }
    )
