"""One file's bytes -> raw tables. What a file is shows in its first bytes and its parts, never in its name."""

import hashlib
import io
import os
import re
import stat
from dataclasses import replace
from datetime import timedelta
from errno import ELOOP
from math import isfinite
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.binary_workbooks import preflight_xlsb
from vbe_analysis.loaders.files.delimited import read_delimited, text_notices, to_utf8
from vbe_analysis.loaders.files.html_tables import read_html
from vbe_analysis.loaders.files.old_workbooks import padded, preflight_xls
from vbe_analysis.loaders.files.open_documents import read_ods
from vbe_analysis.loaders.files.preflight import Limits, inflate, open_archive, plain_name, refusal
from vbe_analysis.loaders.files.raw import Cell, Position, RawFile, RawSheet, Special
from vbe_analysis.loaders.files.sheets import SheetTraits, raw_sheet
from vbe_analysis.loaders.files.word import read_docx
from vbe_analysis.loaders.files.workbooks import read_xlsx
from vbe_analysis.loaders.values.cells import TextForm

ZIP, OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP, JSON = re.compile(rb"<[!?a-zA-Z]"), re.compile(rb"[\[{]\s*[\[{\]}\"]")
LOCKED_OLE = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
WORD_OLE = "WordDocument".encode("utf-16-le")
FOREIGN = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"{\\rtf": "RTF", b"MIME-Version:": "MHTML"}
SPREADSHEETML = b"urn:schemas-microsoft-com:office:spreadsheet"
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
HEAD = 8192


def read_file(path: Path | str, limits: Limits | None = None, form: TextForm = TextForm()) -> RawFile:  # noqa: B008
    """Read every sheet or table of a file: xlsx, xls, xlsb, ods, csv and other text, HTML table, docx.

    Raises InputError that names the file for everything that cannot be read whole and safely. A hostile file can end
    the process: FileReader reads in a child.
    """
    limits = limits or Limits()
    name, kind = Path(path).name, ""
    try:
        data = _bytes(Path(path), limits)
        kind = _format(data, limits)
        raw = _read(data, kind, limits, form)
        for sheet in raw.sheets:
            if len(sheet.columns) > limits.columns:
                raise refusal("column_count", sheet=sheet.name, columns=len(sheet.columns), limit=limits.columns)
    except InputError as error:
        raise InputError(_of_file(error.faults, name, kind)) from None
    return replace(
        raw,
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        notices=_of_file(raw.notices, name, kind),
    )


def openable(path: Path) -> str:
    """The path in a form that the system opens also above 260 characters, where Windows needs a prefix for it."""
    absolute = os.path.abspath(path)  # noqa: PTH100 (resolve() would follow links and fail on odd network drives)
    if os.name != "nt" or absolute.startswith("\\\\?\\"):
        return absolute
    return "\\\\?\\UNC" + absolute[1:] if absolute.startswith("\\\\") else "\\\\?\\" + absolute


def _of_file(faults: tuple[Fault, ...], name: str, kind: str) -> tuple[Fault, ...]:
    return tuple(replace(item, file=name, values={**item.values, "format": kind}) for item in faults)


def _bytes(path: Path, limits: Limits) -> bytes:
    """The file's bytes; a text may be larger than a workbook, since it is read as it lies."""
    try:
        if not stat.S_ISREG(os.stat(openable(path)).st_mode):  # noqa: PTH116
            raise refusal("file_no_file")  # a pipe or a device may never end
        with open(openable(path), "rb") as file:  # noqa: PTH123
            size = os.fstat(file.fileno()).st_size
            head = file.read(len(OLE))
            limit = limits.file_bytes if head.startswith(ZIP) or head == OLE else limits.text_bytes
            if size > limit:
                raise refusal("file_size", size=size // 1_000_000, limit=limit // 1_000_000)
            file.seek(0)
            data = file.read()
    except FileNotFoundError:
        raise refusal("file_missing") from None
    except OSError as error:
        raise refusal("file_no_file" if error.errno == ELOOP else "file_locked") from None
    if not data:
        raise refusal("file_empty")
    return data


def _format(data: bytes, limits: Limits) -> str:
    """The format by content; raises InputError for what is recognised and not read."""
    if data.startswith(ZIP):
        return _zip_format(data, limits)
    if data.startswith(OLE):
        if any(mark in data for mark in LOCKED_OLE):
            raise refusal("file_encrypted")
        if WORD_OLE in data:
            raise refusal("file_foreign", kind="Word 97–2003 (.doc)")
        return "xls"
    head = data[:HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    for mark, kind in FOREIGN.items():
        if head.startswith(mark):
            raise refusal("file_foreign", kind=kind)
    if JSON.match(head):
        raise refusal("file_foreign", kind="JSON")
    if MARKUP.match(head):
        if SPREADSHEETML in head:
            raise refusal("spreadsheetml")
        if b"<table" not in data.replace(b"\0", b"").lower():
            raise refusal("file_no_table")
        return "html"
    return "csv"


def _zip_format(data: bytes, limits: Limits) -> str:
    archive = open_archive(data, limits)
    names = {plain_name(name).casefold() for name in archive.namelist()}
    for part, kind in {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "word/document.xml": "docx"}.items():
        if part in names:
            return kind
    parts = {part.filename: part for part in archive.infolist()}
    if "content.xml" in parts and "mimetype" in parts:
        mark = next(inflate(archive, parts["mimetype"]), b"")
        if mark.startswith(OPEN_DOCUMENT):
            return "ods"
    raise refusal("zip_no_workbook")


def _read(data: bytes, kind: str, limits: Limits, form: TextForm) -> RawFile:
    """What was read, before the file's name and size are added."""
    if kind == "csv":
        body, encoding = to_utf8(data, form.encoding)
        sheet, delimiter = read_delimited(body, limits, form.delimiter)
        return RawFile(kind, (sheet,), text_notices(body), encoding, delimiter)
    if kind == "html":
        body, encoding = to_utf8(data, form.encoding)
        pages, unclosed = read_html(body.decode(), limits)
        return RawFile(kind, tuple(pages), tuple(unclosed), encoding)
    if kind == "xls":
        return RawFile(kind, *_read_binary(padded(data), preflight_xls(data, limits)))
    archive = open_archive(data, limits)
    if kind == "xlsb":
        return RawFile(kind, *_read_binary(data, preflight_xlsb(archive, limits)))
    if kind == "xlsx":
        return RawFile(kind, *read_xlsx(archive, limits))
    return RawFile(kind, tuple((read_docx if kind == "docx" else read_ods)(archive, limits)))


def _read_binary(data: bytes, traits: dict[str, SheetTraits]) -> tuple[tuple[RawSheet, ...], tuple[Fault, ...]]:
    """The worksheets of an older workbook as the spreadsheet reader gives them, with what it passes by put back."""
    sheets, notices = list[RawSheet](), list[Fault]()
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if sheet.typ != SheetTypeEnum.WorkSheet:
                notices.append(Fault("sheet_unread", sheet=sheet.name))
                continue
            if sheet.name not in traits:
                raise refusal("sheet_missing", sheet=sheet.name)
            rows = _rows(workbook.get_sheet_by_name(sheet.name), traits[sheet.name])
            hidden = sheet.visible != SheetVisibleEnum.Visible
            sheets.append(raw_sheet(sheet.name, rows, traits[sheet.name], hidden))
    except PasswordError:
        raise refusal("file_encrypted") from None
    except (CalamineError, OSError, ValueError):  # its own words may echo what stands in the file
        raise refusal("file_corrupt") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own word for having met what it did not foresee
            raise
        raise refusal("file_corrupt") from None
    return tuple(sheets), tuple(notices)


def _rows(sheet: CalamineSheet, traits: SheetTraits) -> dict[int, dict[int, Any]]:
    """Row number -> column index -> cell."""
    top, left = sheet.start or (0, 0)
    rows: dict[int, dict[int, Any]] = {}
    for number, cells in enumerate(sheet.to_python(), top + 1):
        if any(type(cell) is float and not isfinite(cell) for cell in cells):
            raise refusal("number_size", sheet=sheet.name)
        rows[number] = {at: str(c) if type(c) is timedelta else c for at, c in enumerate(cells, left)}
    special: dict[Position, Cell] = {**traits.texts, **dict.fromkeys(traits.error_cells, Special.ERROR)}
    for (row, column), cell in special.items():
        rows.setdefault(row, {})[column] = cell
    return rows
