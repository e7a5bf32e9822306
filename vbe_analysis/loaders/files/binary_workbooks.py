"""What a binary workbook (.xlsb) says of its sheets, record by record, before the spreadsheet reader opens it.

Hidden rows and columns, merged ranges, error cells, and how large a box of cells the reader would have to build.
Source: [MS-XLSB] 2.1.4 (records) and 2.4.
"""

import struct
from collections.abc import Iterator
from posixpath import join, normpath
from zipfile import ZipFile

from vbe_analysis.loaders.files.preflight import Elements, Limits, inspect_parts, read_part, refusal
from vbe_analysis.loaders.files.workbooks import COLUMNS, ROWS, SheetTraits, check_box

WORKBOOK, RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
ROW, CELLS, ERRORS, FORMATTED_TEXT = 0, range(2, 12), (3, 11), 62
COLUMN_INFO, DIMENSIONS, BUNDLE, MERGED = 60, 148, 156, 176
HIDDEN_ROW, HIDDEN_COLUMN = 0x10, 0x01


def preflight_xlsb(archive: ZipFile, limits: Limits) -> dict[str, SheetTraits]:
    """Sheet name -> what the preflight saw of it; raises InputError for a workbook that must not be opened."""
    inspect_parts(archive, limits, {}, {})
    targets: dict[str, str] = {}

    def relation(attributes: dict[str, str]) -> None:
        targets[attributes.get("Id", "")] = attributes.get("Target", "")

    stored = {name.casefold(): name for name in archive.namelist()}
    read_part(archive, stored.get(RELATIONS.casefold(), RELATIONS), limits, Elements({"Relationship": relation}).watch)
    sheets: dict[str, SheetTraits] = {}
    try:
        for kind, content in _records(archive.read(stored[WORKBOOK])):
            if kind == BUNDLE:
                identity, end = _text(content, 8)
                name, _ = _text(content, end)
                part = stored.get(normpath(join("/xl", targets.get(identity, ""))).lstrip("/").casefold())
                if not name or name in sheets or part is None:
                    raise refusal("sheet_missing", sheet=name)
                sheets[name] = _sheet(name, archive.read(part))
    except (struct.error, IndexError, UnicodeDecodeError):
        raise refusal("file_corrupt") from None
    for name, sheet in sheets.items():
        check_box(name, sheet, limits)
    return sheets


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind and the content of each record; raises InputError where one is cut."""
    place = 0
    while place < len(content):
        kind, place = content[place], place + 1
        if kind & 0x80:
            kind, place = kind & 0x7F | (content[place] & 0x7F) << 7, place + 1
        length = shift = 0
        more = True
        while more and shift < 28:
            length, more = length | (content[place] & 0x7F) << shift, bool(content[place] & 0x80)
            place, shift = place + 1, shift + 7
        if place + length > len(content):
            raise refusal("file_corrupt")
        yield kind, content[place : place + length]
        place += length


def _text(content: bytes, start: int) -> tuple[str, int]:
    """A text and where it ends."""
    end = start + 4 + 2 * struct.unpack_from("<I", content, start)[0]
    if end > len(content):
        raise IndexError
    return content[start + 4 : end].decode("utf-16-le"), end


def _sheet(name: str, content: bytes) -> SheetTraits:
    """What the records of one sheet say."""
    traits = SheetTraits()
    row = 0
    for kind, record in _records(content):
        if kind == ROW:
            row = struct.unpack_from("<I", record)[0] + 1
            if row > ROWS:
                raise refusal("cell_outside", sheet=name)
            if record[11] & HIDDEN_ROW:
                traits.hidden_rows.add(row)
        elif kind in CELLS or kind == FORMATTED_TEXT:
            column = struct.unpack_from("<I", record)[0]
            if column >= COLUMNS:
                raise refusal("cell_outside", sheet=name)
            traits.filled.add(row)
            traits.first_row, traits.last_row = min(traits.first_row, row), max(traits.last_row, row)
            traits.columns = max(traits.columns, column + 1)
            if kind in ERRORS:
                traits.error_cells.add((row, column))
        elif kind == COLUMN_INFO:
            first, last, width = struct.unpack_from("<III", record)
            if struct.unpack_from("<H", record, 16)[0] & HIDDEN_COLUMN or not width:
                traits.hidden_columns.update(range(first, min(last + 1, COLUMNS)))
        elif kind in (DIMENSIONS, MERGED):
            top, bottom, left, right = struct.unpack_from("<4I", record)
            if not (top <= bottom < ROWS and left <= right < COLUMNS):
                raise refusal("cell_outside", sheet=name)
            if kind == MERGED:
                traits.merged.append((top + 1, left, bottom + 1, right))
    return traits
