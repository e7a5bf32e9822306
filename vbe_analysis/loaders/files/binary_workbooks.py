"""What a binary workbook (.xlsb) says of its sheets, record by record, before the spreadsheet reader opens it.

Hidden rows and columns, merged ranges, error cells, how large a box of cells the reader would have to build, and what
the eye sees of a cell: its number format, lines through it, raised signs.
Source: [MS-XLSB] 2.1.4 (records), 2.4 (BrtFont, BrtFmt, BrtXF, BrtSSTItem, BrtCell*) and 2.5 (RichStr, StrRun).
"""

import struct
from collections.abc import Iterator
from zipfile import ZipFile

from vbe_analysis.loaders.files.old_workbooks import STRIKE, SUPERSCRIPT, Styles
from vbe_analysis.loaders.files.preflight import Limits, inspect_parts, parts_by_name, read_part, refusal
from vbe_analysis.loaders.files.sheets import COLUMNS, ROWS, SheetTraits, check_box
from vbe_analysis.loaders.files.workbooks import relation_target
from vbe_analysis.loaders.values.appearance import without_raised

WORKBOOK, RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
STYLES, STRINGS = "xl/styles.bin", "xl/sharedstrings.bin"
ROW, CELLS, ERRORS, SHARED_TEXT, FORMATTED_TEXT = 0, range(2, 12), (3, 11), 7, 62
STRINGS_BEGIN, STRING, FONT, FORMAT, STYLE, STYLES_BEGIN, STYLES_END = 159, 19, 43, 44, 47, 617, 618
RUNS = 0x01  # of a string's flags
COLUMN_INFO, DIMENSIONS, BUNDLE, MERGED = 60, 148, 156, 176
HIDDEN_ROW, HIDDEN_COLUMN = 0x10, 0x01


def preflight_xlsb(archive: ZipFile, limits: Limits) -> dict[str, SheetTraits]:
    """Sheet name -> what the preflight saw of it; raises InputError for a workbook that must not be opened."""
    inspect_parts(archive, limits)
    stored = parts_by_name(archive)
    relations = read_part(archive, stored.get(RELATIONS, RELATIONS), limits).iter("Relationship")
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
    sheets = dict[str, SheetTraits]()
    try:
        own, strings = (archive.read(stored[part]) if part in stored else b"" for part in (STYLES, STRINGS))
        styles = _styles(own, strings, limits)
        for kind, content in _records(archive.read(stored[WORKBOOK])):
            if kind == BUNDLE:
                identity, end = _text(content, 8)
                name, _ = _text(content, end)
                part = relation_target(targets.get(identity, ""), stored)
                if not name or name in sheets or part is None:
                    raise refusal("sheet_missing", sheet=name)
                sheets[name] = SheetTraits()
                _sheet(name, archive.read(part), styles, sheets[name])
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
    end = start + 4 + 2 * struct.unpack_from("<I", content, start)[0]
    if end > len(content):
        raise IndexError
    return content[start + 4 : end].decode("utf-16-le"), end


def _styles(content: bytes, strings: bytes, limits: Limits) -> Styles:
    styles, in_styles, number = Styles(), False, 0
    for kind, record in _records(content):
        if kind == FONT:
            flags, raised = struct.unpack_from("<2xHxxH", record)
            styles.fonts.append((bool(flags & STRIKE), raised == SUPERSCRIPT))
        elif kind == FORMAT:
            styles.formats[struct.unpack_from("<H", record)[0]] = _text(record, 2)[0]
        elif kind in (STYLES_BEGIN, STYLES_END):
            in_styles = kind == STYLES_BEGIN
        elif kind == STYLE and in_styles:
            form, font = struct.unpack_from("<2xHH", record)
            styles.add(font, form)
    promised = 0
    for kind, record in _records(strings):
        if kind == STRINGS_BEGIN:
            promised = max(struct.unpack_from("<II", record))
        elif kind == STRING:
            if record[0] & RUNS:
                styles.texts[number] = _drawn(record, 0, styles)
            number += 1
    if promised > max(limits.box_cells, number):
        raise refusal("file_corrupt")  # the reader makes room for them all
    return styles


def _drawn(record: bytes, start: int, styles: Styles) -> tuple[str, bool]:
    """The text that begins there, as `Styles.drawn` gives it."""
    text, end = _text(record, start + 1)
    size = struct.unpack_from("<I", record, end)[0] if record[start] & RUNS else 0
    runs = (struct.unpack_from("<HH", record, end + 4 + 4 * run) for run in range(size))
    return styles.drawn(text, list(runs))


def _sheet(name: str, content: bytes, styles: Styles, traits: SheetTraits) -> None:
    """Add what the records of one sheet say."""
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
            traits.count(row, column)
            styles.look(traits, (row, column), struct.unpack_from("<I", record, 4)[0] & 0xFFFFFF)
            if kind in ERRORS:
                traits.error_cells.add((row, column))
            elif kind == SHARED_TEXT and (number := struct.unpack_from("<I", record, 8)[0]) in styles.texts:
                traits.add_text((row, column), *styles.texts[number])
            elif kind == FORMATTED_TEXT:
                text, struck = _drawn(record, 8, styles)
                traits.add_text((row, column), text, struck)
                traits.texts[row, column] = without_raised(text)[0]  # the reader passes such a cell by
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
