"""Workbooks (xlsx) -> raw tables, read straight from their XML.

A spreadsheet reader takes less than such a file says and does not say so (a value in CDATA or before its formula, a
part by an unusual name), and keeps to itself what the eye sees: hidden rows, merged ranges, error cells, formulas that
have no value yet, lines through and raised signs. Source: ECMA-376 part 1, 18.3.1 (cells), 18.4 (shared strings), 18.8
(styles), 18.17.4 (dates).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import isfinite
from posixpath import join, normpath
from typing import Any, NamedTuple
from urllib.parse import unquote
from zipfile import ZipFile

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.preflight import (
    Limits,
    elements,
    inspect_parts,
    let_go,
    parts_by_name,
    read_part,
    refusal,
)
from vbe_analysis.loaders.files.raw import Cell, Position, RawSheet, Special, column_index, column_letter
from vbe_analysis.loaders.files.sheets import COLUMNS, ROWS, SheetTraits, check_box, raw_sheet
from vbe_analysis.loaders.values.appearance import (
    BUILT_IN,
    LOWERED,
    RAISED,
    Look,
    look_of,
    moment_at,
    moment_of,
    without_raised,
)

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLES, STRINGS = "xl/styles.xml", "xl/sharedstrings.xml"
TRUE, FALSE = ("1", "true"), ("0", "false")
ESCAPE = re.compile(r"_x(?![dD][89a-fA-F])([0-9A-Fa-f]{4})_")
MOST_DAYS = 999_999_999  # of a timedelta
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]+)")


class _Text(NamedTuple):
    """A text as it is read, and whether it has lost a raised sign or is partly struck through."""

    plain: str | None
    raised: bool = False
    struck: bool = False


class _Sheet(NamedTuple):
    """A sheet of the workbook's list."""

    name: str
    part: str
    kind: str
    hidden: bool


class _Style(NamedTuple):
    """What a style does to the look of a cell; moment: datetime or timedelta, where it shows a number as such."""

    look: Look | None = None
    moment: type | None = None
    struck: bool = False


PLAIN = _Style()


@dataclass(frozen=True)
class _Book:
    """What the sheets of a workbook share: texts and styles, by their number as cells write it."""

    later: bool
    texts: dict[str, _Text]
    styles: dict[str, _Style]


def read_xlsx(archive: ZipFile, limits: Limits) -> tuple[tuple[RawSheet, ...], tuple[Fault, ...]]:
    """The worksheets, and a notice for each sheet that is none or holds a row twice.

    Raises InputError for a workbook that must not be opened, and for a cell that cannot be read as it is written.
    """
    parts = parts_by_name(archive)
    listed = read_part(archive, parts.get(WORKBOOK, WORKBOOK), limits)
    sheets = list(_sheets(listed, read_part(archive, parts.get(RELATIONS, RELATIONS), limits), parts))
    inspect_parts(archive, limits, {sheet.part: sheet.name for sheet in sheets})
    texts = dict[str, _Text]()
    for _, item in elements(archive, parts[STRINGS], ["{*}si"]) if STRINGS in parts else ():
        texts[str(len(texts))] = _text(item)
        let_go(item)
    styles = _styles(read_part(archive, parts[STYLES], limits)) if STYLES in parts else {}
    book = _Book(any(properties.get("date1904") in TRUE for properties in listed.iterfind("workbookPr")), texts, styles)
    raw, notices = list[RawSheet](), list[Fault]()
    for sheet in sheets:
        if sheet.kind != "worksheet":
            notices.append(Fault("sheet_unread", sheet=sheet.name))
            continue
        reading = _Reading(sheet.name, book)
        reading.read(archive, sheet.part)
        check_box(sheet.name, reading.traits, limits)
        raw.append(raw_sheet(sheet.name, reading.rows, reading.traits, sheet.hidden))
        if reading.traits.doubled:
            notices.append(Fault("rows_doubled", sheet=sheet.name, row=min(reading.traits.doubled)))
    return tuple(raw), tuple(notices)


def relation_target(target: str, parts: dict[str, str]) -> str | None:
    """The part that a relation of the workbook leads to: from xl/, from the root, or with a folder too many."""
    plain = unquote(target.replace("\\", "/"))
    paths = (normpath(join(root, plain)).lstrip("/").casefold() for root in ("/xl", "/"))
    return next((parts[path] for path in paths if path in parts), None)


def _sheets(listed: Any, relations: Any, parts: dict[str, str]) -> Iterator[_Sheet]:
    related = {
        relation.get("Id", ""): (relation.get("Type", "").rpartition("/")[2], relation.get("Target", ""))
        for relation in relations.iter("Relationship")
    }
    names, taken = set[str](), set[str]()
    for sheet in listed.iter("sheet"):
        name, (kind, target) = sheet.get("name", ""), related.get(sheet.get("id", ""), ("", ""))
        part = relation_target(target, parts)
        if not name or part is None or part in taken or name in names:
            raise refusal("sheet_missing", sheet=name)
        names.add(name)
        taken.add(part)
        hidden = sheet.get("state", "visible") != "visible"
        yield _Sheet(name, part, kind, hidden)


def _styles(root: Any) -> dict[str, _Style]:
    """The styles of cells, by their number."""
    formats = {str(number): code for number, code in BUILT_IN.items()}
    formats |= {own.get("numFmtId", ""): own.get("formatCode", "") for own in root.iterfind("numFmts/numFmt")}
    struck = {str(number): _is_on(font.find("strike")) for number, font in enumerate(root.iterfind("fonts/font"))}
    styles = {}
    for number, style in enumerate(root.iterfind("cellXfs/xf")):
        code = formats.get(style.get("numFmtId", ""), "")
        effect = _Style(look_of(code), moment_of(code), struck.get(style.get("fontId", ""), False))
        if effect != PLAIN:
            styles[str(number)] = effect
    return styles


def _is_on(element: Any) -> bool:
    return element is not None and element.get("val", "1") not in FALSE


def _text(item: Any) -> _Text:
    """A shared or inline text without its phonetic runs."""
    if len(item) == 1 and item[0].tag.endswith("}t"):
        return _Text(_unescaped(_letters(item[0])))
    text, struck = "", False
    for part in item:
        tag = part.tag.rpartition("}")[2]
        if tag == "t":
            text += _letters(part)
        elif tag == "r":
            words = "".join(map(_letters, part.iterfind("{*}t")))
            align = part.find("{*}rPr/{*}vertAlign")
            raised = align is not None and align.get("val") == "superscript"
            text += f"{RAISED}{words}{LOWERED}" if raised and words else words
            struck |= _is_on(part.find("{*}rPr/{*}strike")) and bool(words.strip())
    plain, raised = without_raised(_unescaped(text))
    return _Text(plain if plain.strip() else None, raised, struck)


def _letters(element: Any) -> str:
    return "".join(element.itertext()) if len(element) else element.text or ""


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class _Reading:
    """One sheet that is being read; speed matters in what runs once per cell (_add_row, _value)."""

    def __init__(self, name: str, book: _Book) -> None:
        self.name, self.book = name, book
        self.traits = SheetTraits()
        self.rows: dict[int, dict[int, Cell]] = {}
        self.seen: set[int] = set()
        self.letters: dict[str, int] = {}

    def read(self, archive: ZipFile, part: str) -> None:
        """Take in the cells and what the sheet says beside them."""
        row = 0
        for _, element in elements(archive, part, ["{*}row", "{*}col", "{*}mergeCell"], sheet=self.name):
            parent = element.getparent()
            if element.tag.endswith("mergeCell"):
                corners = [self._position(corner) for corner in element.get("ref", "").split(":")[:2]]
                (top, bottom), (left, right) = (sorted((corners[0][n], corners[-1][n])) for n in (0, 1))
                self.traits.merged.append((top, left, bottom, right))
            elif element.tag.endswith("col"):
                if element.get("hidden") in TRUE or element.get("width") == "0":
                    first, last = (self._number(element.get(key, ""), COLUMNS) for key in ("min", "max"))
                    self.traits.hidden_columns.update(range(first - 1, last))
            elif parent is not None and parent.tag.endswith("sheetData"):
                row = self._add_row(element, row)
                let_go(element)

    def _add_row(self, line: Any, before: int) -> int:
        """Add the cells of a row and return its number; a cell without a reference stands after the one before it."""
        digits, traits, column = line.get("r", ""), self.traits, -1
        row = self._number(digits, ROWS) if digits else before + 1
        if row in self.seen:
            traits.doubled.add(row)
        self.seen.add(row)
        if line.get("hidden") in TRUE or line.get("ht") == "0":
            traits.hidden_rows.add(row)
        cells, known = self.rows.get(row, {}), self.letters
        for cell in line.iterchildren("{*}c"):
            if (reference := cell.get("r")) is None:
                column += 1
            elif (column := known.get(reference.removesuffix(digits), -1)) < 0:
                column = self._column(reference, row)
            if len(cell) and (value := self._value(cell, (row, column))) is not None:
                if column in cells:
                    traits.doubled.add(row)
                cells[column] = value
        if cells:
            self.rows[row] = cells
            traits.count(row, max(cells))
        return row

    def _column(self, reference: str, row: int) -> int:
        """The column that the reference of a cell in this row names."""
        place = self._position(reference)
        if place[0] != row:
            raise self._unreadable((row, place[1]))
        self.letters[reference.rstrip("0123456789")] = place[1]
        return place[1]

    def _value(self, cell: Any, place: Position) -> Cell:
        """What the cell holds; None where it is empty."""
        only = cell[0].tag.rpartition("}")[2] if len(cell) == 1 else ""  # a loop over one costs thrice as much
        parts = {only: cell[0]} if only else {part.tag.rpartition("}")[2]: part for part in cell}
        element, kind, style = parts.get("v"), cell.get("t", "n"), self.book.styles.get(cell.get("s", "0"), PLAIN)
        if len(parts) < len(cell) or (element is not None and len(element)):
            raise self._unreadable(place)
        if style.look:
            self.traits.looks[place] = style.look
        if style.struck:
            self.traits.struck.add(place)
        text = (element.text or "") if element is not None else ""
        if "is" in parts or (kind == "s" and text):
            plain, raised, struck = _text(parts["is"]) if "is" in parts else self._shared(text)
            if raised:
                self.traits.raised.add(place)
            if struck:
                self.traits.struck.add(place)
            return plain
        if kind == "e" and element is not None:
            self.traits.error_cells.add(place)
            return Special.ERROR
        if kind == "str" and element is not None:
            return _unescaped(text)
        if text and not text.isspace():
            return self._number_value(text.strip(), kind, style.moment, place)
        if "f" not in parts:
            return None
        self.traits.uncomputed.add(place)
        return Special.UNCOMPUTED

    def _shared(self, number: str) -> _Text:
        text = self.book.texts.get(number) or self.book.texts.get(number.strip())
        if text is None:
            raise refusal("string_missing", sheet=self.name)
        return text

    def _number_value(self, text: str, kind: str, moment: type | None, place: Position) -> Cell:
        try:
            if kind == "b":
                return {"1": True, "true": True, "0": False, "false": False}[text]
            if kind == "d":
                return _iso_moment(text)
            if kind != "n" or "_" in text or not text.isascii():
                raise ValueError
            value = float(text)
        except (KeyError, ValueError):
            raise self._unreadable(place) from None
        if not isfinite(value) or (moment is timedelta and abs(value) > MOST_DAYS):
            raise refusal("number_size", sheet=self.name)
        if moment is None:
            return value
        return moment_at(value, self.book.later) if moment is datetime else str(timedelta(days=value))

    def _unreadable(self, place: Position) -> InputError:
        return refusal("cells_differ", sheet=self.name, row=place[0], letter=column_letter(place[1]))

    def _number(self, digits: str, bound: int) -> int:
        """A row or column number inside the format's bounds."""
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 8 and 1 <= int(digits) <= bound):
            raise refusal("cell_outside", sheet=self.name)
        return int(digits)

    def _position(self, reference: str) -> Position:
        """Row number and column index of "AB12"."""
        match = REFERENCE.fullmatch(reference)
        if match is None or column_index(match[1]) >= COLUMNS:
            raise refusal("cell_outside", sheet=self.name)
        return self._number(match[2], ROWS), column_index(match[1])


def _iso_moment(text: str) -> Cell:
    """A moment in ISO form; one with a time zone stays a text, for the reader of dates."""
    if text[2:3] == ":":
        return time.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return text if moment.tzinfo else moment if moment.time() != time() else moment.date()
