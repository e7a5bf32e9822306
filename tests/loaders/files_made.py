"""Files as they come, and as they should not, built from bytes; nothing here is read from disk."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook of rows of cells, written by openpyxl."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    return f"<worksheet {NAMESPACE}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def xlsx_of_xml(path: Path, sheet: str | bytes, parts: Mapping[str, str | bytes] | None = None) -> Path:
    """A workbook whose only sheet ("Sheet") is the given XML; `parts` are added or replace a part."""
    original = io.BytesIO()
    openpyxl.Workbook().save(original)
    with zipfile.ZipFile(original) as source:
        contents: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    return zipped(path, contents | {"xl/worksheets/sheet1.xml": sheet} | dict(parts or {}))


def zipped(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def docx(path: Path, body: str) -> Path:
    """A document of the given body XML (w: prefix)."""
    return zipped(path, {"word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>"})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path
