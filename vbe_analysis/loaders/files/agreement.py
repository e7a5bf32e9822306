"""Whether the spreadsheet reader has given what the workbook's XML says: as many values, as many letters.

Where it has not, or where texts have raised or struck parts, lxml reads the sheet cell by cell: the message
names the first cell that differs.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any
from zipfile import ZipFile

import numpy as np

from vbe_analysis.loaders.files.preflight import Limits, refusal
from vbe_analysis.loaders.files.raw import Cell, Position, RawColumn, RawSheet, Special, column_index, column_letter
from vbe_analysis.loaders.files.repacking import xml_tree
from vbe_analysis.loaders.files.workbooks import PLAIN, REFERENCE, SheetTraits, sheet_parts, text_size
from vbe_analysis.loaders.values.appearance import LOWERED, RAISED, without_raised

STRINGS = "xl/sharedStrings.xml"
Read = Cell | timedelta
MOMENTS = (date, time, timedelta)


def agree(sheet: RawSheet, columns: tuple[RawColumn, ...], traits: SheetTraits) -> bool:
    """Whether the columns, as they were read, hold the values that the preflight counted."""
    values = letters = 0
    cell: Read
    for column in columns:
        counts = np.bincount(column.codes, minlength=len(column.cells)).tolist()
        for cell, count in zip(column.cells, counts, strict=True):
            if cell is not None and not isinstance(cell, Special):
                values += count
                letters += count * len(cell) if type(cell) is str else 0
    return (values, letters) == (traits.values, traits.letters) and all(
        isinstance(cell := _cell_at(sheet, columns, place), int | float) and _equal(text, cell)
        for place, text in traits.pieced.items()
    )


def check_agreement(
    archive: ZipFile,
    limits: Limits,
    sheet: RawSheet,
    columns: tuple[RawColumn, ...],
    traits: SheetTraits,
    values: int,
) -> None:
    """Raise InputError that names the first cell read otherwise than it is written, rows that occur twice left out.

    values: how many the preflight counted in the file as it came; the archive may be written out plainly since.
    """
    if traits.values == values and agree(sheet, columns, traits):
        return
    difference = _first_difference(archive, limits, sheet, columns, traits)
    if difference:
        raise refusal("cells_differ", sheet=sheet.name, row=difference[0], letter=column_letter(difference[1]))
    if not traits.doubled:
        raise refusal("file_corrupt", sheet=sheet.name)


def _first_difference(
    archive: ZipFile, limits: Limits, sheet: RawSheet, columns: tuple[RawColumn, ...], traits: SheetTraits
) -> Position | None:
    part = next(part for part, name in sheet_parts(archive, limits).items() if name == sheet.name)
    strings: list[Any] = list(xml_tree(archive.read(STRINGS))) if STRINGS in archive.namelist() else []
    written: dict[Position, str] = {}
    for place, cell in cells_of(xml_tree(archive.read(part))):
        kind, text = cell.get("t", "n"), "".join(v.text or "" for v in cell.iterfind("{*}v"))
        if kind == "inlineStr":
            text = "".join(map(_string, cell.iterfind("{*}is")))
        elif kind == "s" and text.strip():
            text = _string(strings[int(text)])  # the preflight has seen that it is there
        if text.strip() and place not in traits.error_cells | traits.uncomputed:
            written[place] = text if kind in ("s", "str", "inlineStr") else f"\0{text}"
    read = {
        (sheet.row_numbers[index], column): cell
        for column, raw in enumerate(columns)
        for index, code in enumerate(raw.codes.tolist())
        if (cell := raw.cells[code]) is not None and not isinstance(cell, Special)
    }
    for place in sorted(written.keys() | read.keys()):
        if place[0] not in traits.doubled and not _same(written.get(place), read.get(place)):
            return place
    return None


def _same(written: str | None, read: Read) -> bool:
    if written is None or read is None:
        return written is read
    if written.startswith("\0"):
        return _equal(written[1:], read)
    return isinstance(read, str) and text_size(written) == len(read)


def _equal(text: str, read: Read) -> bool:
    """Whether a number as written is what was read; what day a number stands for is the reader's to say."""
    if isinstance(read, MOMENTS):
        return True
    try:
        return isinstance(read, int | float) and math.isclose(float(text), read)
    except ValueError:
        return False


def _cell_at(sheet: RawSheet, columns: tuple[RawColumn, ...], place: Position) -> Read:
    try:
        index = sheet.position(place[0])
    except KeyError:
        return None
    return columns[place[1]].cells[int(columns[place[1]].codes[index])] if place[1] < len(columns) else None


def _string(item: Any) -> str:
    texts = (text for text in item.iterfind(".//{*}t") if not text.getparent().tag.endswith("}rPh"))
    return "".join(text.text or "" for text in texts)


def cells_of(root: Any) -> Iterator[tuple[Position, Any]]:
    """Each cell of the sheet with its place; one without a reference stands after the one before it."""
    row = 0
    for line in root.iterfind("{*}sheetData/{*}row"):
        row = int(line.get("r") or row + 1)
        column = -1
        for cell in line.iterfind("{*}c"):
            match = REFERENCE.fullmatch(cell.get("r", ""))
            column = column_index(match[1]) if match else column + 1
            yield (int(match[2]) if match else row, column), cell


@dataclass(frozen=True)
class RichTexts:
    """Of one sheet. plain: cells with raised parts -> their text as it is read; raised: those that lost a note sign;
    struck: cells with text struck through.
    """

    plain: dict[Position, str] = field(default_factory=dict)
    raised: set[Position] = field(default_factory=set)
    struck: set[Position] = field(default_factory=set)


EMPTY: Mapping[str, RichTexts] = MappingProxyType({})


def rich_texts(archive: ZipFile, limits: Limits) -> dict[str, RichTexts]:
    """Sheet name -> its texts with raised or struck parts. The archive has passed the preflight."""
    part = next((name for name in archive.namelist() if name.casefold() == STRINGS.casefold()), "")
    strings = list(xml_tree(archive.read(part))) if part else []
    shared = {
        number: _text_and_strike(item) for number, item in enumerate(strings) if item.find(".//{*}rPr") is not None
    }
    sheets: dict[str, RichTexts] = {}
    for part, name in sheet_parts(archive, limits).items():
        texts = sheets[name] = RichTexts()
        for place, cell in cells_of(xml_tree(archive.read(part))):
            kind, value = cell.get("t"), cell.find("{*}v")
            text = ""
            if kind == "s" and value is not None and (value.text or "").strip().isdecimal():
                text, struck = shared.get(int(value.text), ("", False))
            elif kind == "inlineStr" and cell.find("{*}is") is not None:
                text, struck = _text_and_strike(cell.find("{*}is"))
            if text:
                plain, raised = without_raised(text)
                if RAISED in text:
                    texts.plain[place] = plain
                if raised:
                    texts.raised.add(place)
                if struck:
                    texts.struck.add(place)
    return sheets


def _text_and_strike(item: Any) -> tuple[str, bool]:
    """The text with its raised parts marked, and whether some of it is struck through."""
    text, struck = "", False
    for part in item:
        tag = part.tag.rpartition("}")[2]
        if tag == "t":
            text += part.text or ""
        elif tag == "r":
            words = "".join(t.text or "" for t in part.iterfind("{*}t"))
            align, strike = part.find("{*}rPr/{*}vertAlign"), part.find("{*}rPr/{*}strike")
            raised = align is not None and align.get("val") == "superscript"
            text += f"{RAISED}{words}{LOWERED}" if raised and words else words
            struck |= strike is not None and strike.get("val", "1") not in PLAIN and bool(words.strip())
    return text, struck
