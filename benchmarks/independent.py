"""What a changed file says, by another hand than the loader's: lxml, the csv module's rules, and lines as they lie."""

import csv
import io
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time
from posixpath import join, normpath
from typing import Any

from lxml import etree, html

from vbe_analysis.loaders.files.raw import RawFile, Special, column_index

Cells = dict[tuple[int, int], object]  # row from 1, column from 0 -> what stands there, blanks left out
Sheets = dict[str, Cells]
EPOCH = datetime(1899, 12, 30)
PARSER = {"resolve_entities": False, "no_network": True, "remove_comments": True, "remove_pis": True, "huge_tree": True}


class Unreadable(Exception):
    """The other hand cannot read the file either."""


def sheets_of(raw: RawFile) -> Sheets:
    """The loader's cells: moments as Excel's serials, so that they compare with what stands in the file."""
    sheets: Sheets = {}
    for sheet in raw.sheets:
        cells: Cells = {}
        for index, number in enumerate(sheet.row_numbers):
            for place, cell in enumerate(sheet.row(index)):
                if cell is not None:
                    cells[number, place] = _comparable(cell)
        sheets[sheet.name] = cells
    return sheets


def agrees(after: RawFile, before: RawFile, was: bytes, data: bytes) -> bool:
    """Whether the loader's reading of the changed file is what the file says; raises Unreadable where nobody knows."""
    if after.format != before.format:
        raise Unreadable
    if after.format == "csv":
        return _csv_agrees(after, before, was, data)
    if after.format == "html":
        return _letters(after) == Counter(filter(str.isalnum, "".join(html.fromstring(data).itertext())))
    if after.format == "docx":
        return _letters(after) == _word_letters(data)
    if after.format == "xls":
        return _old_workbook_agrees(after, data)
    if after.format != "xlsx":
        raise Unreadable
    try:
        theirs = _workbook(data)
    except (KeyError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile, IndexError) as error:
        raise Unreadable from error
    ours = sheets_of(after)
    return ours.keys() == theirs.keys() and all(
        _cells_agree(ours[name], theirs[name], frozenset(sheet.ragged))
        for name, sheet in ((sheet.name, sheet) for sheet in after.sheets)
    )


def _comparable(cell: object) -> object:
    if isinstance(cell, bool | Special):
        return str(cell)
    if isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        past = moment - EPOCH
        return round(past.days + past.seconds / 86_400, 5)
    if isinstance(cell, time):
        return round((cell.hour * 3600 + cell.minute * 60 + cell.second) / 86_400, 5)
    if isinstance(cell, int | float):
        return round(float(cell), 5) if math.isfinite(cell) else str(cell)
    return cell


def _cells_agree(ours: Cells, theirs: Cells, ragged: frozenset[int]) -> bool:
    for place in ours.keys() | theirs.keys():
        left, right = ours.get(place), theirs.get(place)
        if place[0] in ragged or left == right or (isinstance(left, str) and left.startswith("Special.")):
            continue
        if isinstance(left, float) and isinstance(right, float) and abs(left - right) < (2 if left < 61 else 2e-5):
            continue
        if isinstance(left, str) and isinstance(right, str) and left.split() == right.split():
            continue
        return False
    return True


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _workbook(data: bytes) -> Sheets:
    """Every cell of every worksheet as lxml sees it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name.casefold(): archive.read(name) for name in archive.namelist()}

    def tree(name: str) -> Any:
        return etree.fromstring(parts[name.casefold()], etree.XMLParser(**PARSER))

    strings: list[str] = []
    if "xl/sharedstrings.xml" in parts:
        strings = [_string(item) for item in tree("xl/sharedStrings.xml") if _local(item) == "si"]
    targets = {item.get("Id"): item for item in tree("xl/_rels/workbook.xml.rels")}
    sheets: Sheets = {}
    for sheet in tree("xl/workbook.xml").iter("{*}sheet"):
        relation = targets[next(value for key, value in sheet.attrib.items() if key.endswith("}id"))]
        if relation.get("Type", "").endswith("/worksheet"):
            sheets[sheet.get("name")] = _cells(tree(normpath(join("/xl", relation.get("Target"))).lstrip("/")), strings)
    return sheets


def _string(item: Any) -> str:
    """The text without its raised signs; where all of it is raised, the text."""
    texts = [t for t in item.iter("{*}t") if not any(_local(up) == "rPh" for up in t.iterancestors())]
    level = [t for t in texts if not t.getparent().findall("{*}rPr/{*}vertAlign[@val='superscript']")]
    return "".join("".join(t.itertext()) for t in level or texts)


def _cells(root: Any, strings: list[str]) -> Cells:
    cells: Cells = {}
    row = 0
    for line in (line for data in root if _local(data) == "sheetData" for line in data if _local(line) == "row"):
        row = int(line.get("r") or row + 1)
        column = -1
        for cell in (cell for cell in line if _local(cell) == "c"):
            place = re.fullmatch(r"([A-Za-z]+)([0-9]+)", cell.get("r") or "")
            column = column_index(place[1]) if place else column + 1
            value = _value(cell, strings)
            if value is not None:
                cells[int(place[2]) if place else row, column] = value
    return cells


def _value(cell: Any, strings: list[str]) -> object:
    kind = cell.get("t") or "n"
    value = next(("".join(v.itertext()) for v in cell if _local(v) == "v"), None)
    if kind == "inlineStr":
        return next((_string(item) for item in cell if _local(item) == "is"), "").strip() or None
    if value is None or not value.strip():
        return None
    if kind == "s":
        return strings[int(value)] if strings[int(value)].strip() else None
    if kind == "b":
        return str(value.strip() in ("1", "true"))
    if kind == "n":
        return round(float(value), 5)
    if kind == "e":
        return "Special.ERROR"
    if kind == "d":
        return _comparable(datetime.fromisoformat(value.strip()))
    return value


def _letters(raw: RawFile) -> Counter[str]:
    texts = (
        cell
        for sheet in raw.sheets
        for column in sheet.columns
        for code in column.codes
        if isinstance(cell := column.cells[code], str)
    )
    return Counter(letter for text in texts for letter in text if letter.isalnum())


def _word_letters(data: bytes) -> Counter[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("word/document.xml"), etree.XMLParser(**PARSER))
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile) as error:
        raise Unreadable from error
    unseen = {"del", "moveFrom", "Fallback"}
    texts = (t for t in root.iter("{*}t") if not any(_local(up) in unseen for up in t.iterancestors()))
    return Counter(letter for t in texts for letter in "".join(t.itertext()) if letter.isalnum())


def _text(raw: RawFile, content: bytes) -> str:
    text = content.decode(raw.encoding or "utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    return text if "\n" in text else text.replace("\r", "\n")


def _rows(raw: RawFile) -> dict[int, list[str]]:
    """Row number -> cells of a text file, those marked as not to be loaded left out."""
    sheet = raw.sheets[0]
    return {
        number: _shortened(sheet.row(index))
        for index, number in enumerate(sheet.row_numbers)
        if number not in sheet.ragged
    }


def _shortened(cells: Iterable[object]) -> list[str]:
    texts = [str(cell or "").replace("\r\n", "\n") for cell in cells]
    texts = [text if text.strip() else "" for text in texts]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _csv_agrees(after: RawFile, before: RawFile, was: bytes, data: bytes) -> bool:
    """Whether the csv module reads the same rows; else, whether each line left as it was gives the cells it gave."""
    text, rows = _text(after, data), _rows(after)
    reader = csv.reader(io.StringIO(text), delimiter=after.delimiter or "\0")
    try:
        theirs = [_shortened(row) for row in reader]
    except csv.Error:
        theirs = []
    if not after.sheets[0].ragged and [row for row in rows.values() if row] == [row for row in theirs if row]:
        return True
    lines, old_lines = text.split("\n"), _text(before, was).split("\n")
    new = Counter((lines[number - 1], *cells) for number, cells in rows.items() if number <= len(lines))
    old = Counter((old_lines[number - 1], *cells) for number, cells in _rows(before).items())
    present = Counter(lines)
    lost = Counter(line for line, *_ in (old - new).elements())  # untouched lines that do not give their cells any more
    changed = lost & Counter(line for line, *_ in (new - old).elements())
    vanished = lost & (present - Counter(line for line, *_ in new.elements()))
    return not changed and sum(vanished.values()) <= len(after.sheets[0].ragged)


def _old_workbook_agrees(after: RawFile, data: bytes) -> bool:
    try:
        import xlrd
    except ImportError:
        raise Unreadable from None
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.BytesIO())
    except Exception as error:
        raise Unreadable from error
    ours = sheets_of(after)
    for name in book.sheet_names():
        sheet = book.sheet_by_name(name)
        theirs: Cells = {}
        for row in range(sheet.nrows):
            for column in range(sheet.ncols):
                cell = sheet.cell(row, column)
                if cell.ctype == 1 and str(cell.value).strip():
                    theirs[row + 1, column] = cell.value
                elif cell.ctype in (2, 3):
                    theirs[row + 1, column] = round(float(cell.value), 5)
                elif cell.ctype == 4:
                    theirs[row + 1, column] = str(bool(cell.value))
        if name not in ours or not _cells_agree(ours[name], theirs, frozenset()):
            return False
    return True
