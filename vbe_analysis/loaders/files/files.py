"""One file's bytes -> raw tables. What a file is shows in its first bytes and its parts, never in its name."""

import hashlib
import io
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import replace
from errno import ELOOP
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.agreement import EMPTY, RichTexts, agree, check_agreement, rich_texts
from vbe_analysis.loaders.files.binary_workbooks import preflight_xlsb
from vbe_analysis.loaders.files.delimited import read_delimited, text_notices, to_utf8
from vbe_analysis.loaders.files.html_tables import read_html
from vbe_analysis.loaders.files.old_workbooks import padded, preflight_xls
from vbe_analysis.loaders.files.open_documents import read_ods
from vbe_analysis.loaders.files.preflight import Limits, inflate, inspect_parts, open_archive, refusal
from vbe_analysis.loaders.files.raw import (
    Cell,
    Position,
    RawColumn,
    RawFile,
    RawSheet,
    Special,
    columns_of,
    with_durations,
)
from vbe_analysis.loaders.files.repacking import plain_name, repacked, unusual_names
from vbe_analysis.loaders.files.word import read_docx
from vbe_analysis.loaders.files.workbooks import SheetTraits, preflight_xlsx
from vbe_analysis.loaders.values.appearance import RAISED_SIGN, STRUCK, as_shown, frozen
from vbe_analysis.loaders.values.cells import TextForm

ZIP, OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP, JSON = re.compile(rb"<[!?a-zA-Z]"), re.compile(rb"[\[{]\s*[\[{\]}\"]")
LOCKED_OLE = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
WORD_OLE = "WordDocument".encode("utf-16-le")
FOREIGN = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"{\\rtf": "RTF", b"MIME-Version:": "MHTML"}
SPREADSHEETML = b"urn:schemas-microsoft-com:office:spreadsheet"
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
HEAD = 8192


class Content(NamedTuple):
    """What was read, before the file's name and size are added."""

    sheets: list[RawSheet]
    encoding: str | None = None
    delimiter: str | None = None
    notices: tuple[Fault, ...] = ()


class Read(NamedTuple):
    """A worksheet, and its columns before durations became text."""

    sheet: RawSheet
    columns: tuple[RawColumn, ...]


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
        content = _read(data, kind, limits, form)
        for sheet in content.sheets:
            if len(sheet.columns) > limits.columns:
                raise refusal("column_count", sheet=sheet.name, columns=len(sheet.columns), limit=limits.columns)
    except InputError as error:
        raise InputError(_of_file(error.faults, name, kind)) from None
    return RawFile(
        name=name,
        format=kind,
        encoding=content.encoding,
        delimiter=content.delimiter,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        sheets=tuple(content.sheets),
        notices=_of_file(content.notices, name, kind),
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


def _read(data: bytes, kind: str, limits: Limits, form: TextForm) -> Content:
    if kind == "csv":
        body, encoding = to_utf8(data, form.encoding)
        sheet, delimiter = read_delimited(body, limits, form.delimiter)
        return Content([sheet], encoding, delimiter, text_notices(body))
    if kind == "html":
        body, encoding = to_utf8(data, form.encoding)
        pages, unclosed = read_html(body.decode(), limits)
        return Content(pages, encoding, notices=tuple(unclosed))
    if kind == "docx":
        return Content(read_docx(open_archive(data, limits), limits))
    if kind == "ods":
        return Content(read_ods(open_archive(data, limits), limits))
    if kind == "xlsx":
        return _read_xlsx(data, limits)
    if kind == "xls":
        traits, rich = preflight_xls(data, limits)
        data = padded(data)
    else:
        traits, rich = preflight_xlsb(open_archive(data, limits), limits)
    sheets, notices = _workbook_sheets(data, traits)
    return Content([_as_shown(sheet, traits[sheet.name], rich) for sheet, _ in sheets], notices=tuple(notices))


def _read_xlsx(data: bytes, limits: Limits) -> Content:
    """The workbook as the reader gives it, if that is what its XML says; else written out plainly and read again."""
    archive = open_archive(data, limits)
    if unusual_names(archive, limits):
        inspect_parts(archive, limits, {}, {})
        data = repacked(archive)
        archive = open_archive(data, limits)
    traits = preflight_xlsx(archive, limits)
    sheets, notices = _workbook_sheets(data, traits)
    if not all(agree(*sheet, traits[sheet.sheet.name]) for sheet in sheets):
        data = repacked(archive)
        archive = open_archive(data, limits)
        written = preflight_xlsx(archive, limits)
        sheets, notices = _workbook_sheets(data, written)
        for sheet in sheets:
            check_agreement(archive, limits, *sheet, written[sheet.sheet.name], traits[sheet.sheet.name].values)
    doubled = ((name, seen.doubled) for name, seen in traits.items() if seen.doubled)
    notices += [Fault("rows_doubled", sheet=name, row=min(rows)) for name, rows in doubled]
    rich = rich_texts(archive, limits) if any(seen.runs for seen in traits.values()) else {}
    return Content([_as_shown(sheet, traits[sheet.name], rich) for sheet, _ in sheets], notices=tuple(notices))


def _as_shown(sheet: RawSheet, traits: SheetTraits, rich: Mapping[str, RichTexts] = EMPTY) -> RawSheet:
    """The sheet as the office's program shows it."""
    texts = rich.get(sheet.name, RichTexts())
    first = int(sheet.row_numbers[0]) if len(sheet.row_numbers) else 1
    columns, marks = as_shown(sheet.columns, first, traits.looks, texts.plain)
    marks |= {RAISED_SIGN: texts.raised, STRUCK: traits.struck | texts.struck}
    return replace(sheet, columns=columns, marks=frozen(marks))


def _workbook_sheets(data: bytes, traits: dict[str, SheetTraits]) -> tuple[list[Read], list[Fault]]:
    """Each worksheet with its columns as they were read, and a notice for each sheet that is none."""
    sheets, notices = [], []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if sheet.typ != SheetTypeEnum.WorkSheet:
                notices.append(Fault("sheet_unread", sheet=sheet.name))
                continue
            if sheet.name not in traits:
                raise refusal("sheet_missing", sheet=sheet.name)
            hidden = sheet.visible != SheetVisibleEnum.Visible
            sheets.append(_workbook_sheet(workbook.get_sheet_by_name(sheet.name), hidden, traits[sheet.name]))
    except PasswordError:
        raise refusal("file_encrypted") from None
    except (CalamineError, OSError, ValueError):  # its own words may echo what stands in the file
        raise refusal("file_corrupt") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own word for having met what it did not foresee
            raise
        raise refusal("file_corrupt") from None
    return sheets, notices


def _workbook_sheet(sheet: CalamineSheet, hidden: bool, traits: SheetTraits) -> Read:
    """The reader's cells, laid out from column A, with what the preflight saw put back."""
    rows: list[list[Any]] = sheet.to_python()
    first, left = sheet.start or (0, 0)
    special: dict[Position, Cell] = {**dict.fromkeys(traits.error_cells, Special.ERROR), **traits.unread}
    special |= dict.fromkeys(traits.uncomputed, Special.UNCOMPUTED)
    if left:
        rows = [[None] * left + row for row in rows]
    width = len(rows[0]) if rows else 0
    if special:  # they may lie outside the box that the reader saw
        top, bottom = min(row for row, _ in special) - 1, max(row for row, _ in special)
        first, above = (min(first, top), max(first - top, 0)) if rows else (top, 0)
        rows = [[] for _ in range(above)] + rows
        rows += [[] for _ in range(bottom - first - len(rows))]
        width = max(width, *(column + 1 for _, column in special))
        rows = [row + [None] * (width - len(row)) for row in rows]
        for (row, column), mark in special.items():
            rows[row - 1 - first][column] = mark
    numbers = range(first + 1, first + 1 + len(rows))
    columns = columns_of(rows, width)
    if any(type(cell) is float and not isfinite(cell) for column in columns for cell in column.cells):
        raise refusal("number_size", sheet=sheet.name)
    shown = with_durations(columns)
    raw = RawSheet(
        name=sheet.name,
        row_numbers=numbers,
        columns=shown,
        hidden=hidden,
        hidden_rows=frozenset(traits.hidden_rows.intersection(numbers)),
        hidden_columns=frozenset(traits.hidden_columns.intersection(range(width))),
        merged=tuple(sorted(traits.merged)),
        error_cells=frozenset(traits.error_cells),
        uncomputed=frozenset(traits.uncomputed),
        ragged=frozenset(traits.doubled),
    )
    return Read(raw, columns)
