"""`vbe region split FILE`: a list for the whole city, as a workbook for each district of its own rows.

Every row goes to one district or is told: one whose district is unknown stops the file, one without any is named.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import openpyxl

from vbe_analysis.config import message_table
from vbe_analysis.document.workbook import file_bytes, write_rows
from vbe_analysis.errors import Fault, InputError, summarised
from vbe_analysis.loaders.deliveries.workbook_rows import ERROR
from vbe_analysis.loaders.files.raw import RawSheet, Special
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import safe_name
from vbe_analysis.loaders.values.cells import label_of, normalise
from vbe_analysis.region.folder import Region
from vbe_analysis.storage import replace_whole

FOLDER = "delning"
_SHEET = "Blad1"  # of a text file, whose table has no name
Row = Sequence[object]


@dataclass(frozen=True)
class Split:
    """What became of a file. files: district -> its workbook and the rows in it, heading apart; without: sheet -> rows
    that name no district; unread: sheets that have no such column."""

    files: Mapping[str, tuple[Path, int]]
    without: Mapping[str, tuple[int, ...]]
    unread: tuple[str, ...]


def split_file(region: Region, path: Path, column: str = "") -> Split:
    """Write each district's rows into delning/<district>/<name of the file>.xlsx, each file replaced whole.

    column: the heading of the column that names the district, or a place of vbe.toml's [places]; by default one of the
    usual. Hidden columns are left out. Raises InputError, nothing written, where no sheet has the column, and with
    every row whose district is unknown.
    """
    with FileReader() as reader:
        raw = reader.read(path)
    headings = [normalise(text) for text in ([column] if column else message_table("region.split_columns").values())]
    known, name = _districts(region), safe_name(path.name)
    faults, without, unread = list[Fault](), dict[str, tuple[int, ...]](), list[str]()
    parts: dict[str, dict[str, list[Row]]] = {district: {} for district in region.settings.districts}
    for sheet in raw.sheets:
        heading = _heading(sheet, headings)
        if sheet.hidden or heading is None:
            unread += [sheet.name] if len(sheet.row_numbers) else []
            continue
        first, at = heading
        visible = [number not in sheet.hidden_columns for number in range(len(sheet.columns))]
        blank = list[int]()
        for number, cells in _rows(sheet, first + 1):
            place = normalise(label_of(cells[at]))  # type: ignore[arg-type]
            if not place:
                blank.append(number)
            elif place not in known:
                faults.append(Fault("split_district", name, sheet.name, number, label_of(sheet.row(first)[at])))
            else:
                rows = parts[known[place]].setdefault(sheet.name, [[*compress(sheet.row(first), visible)]])
                rows.append([*compress(cells, visible)])
        without |= {sheet.name: tuple(blank)} if blank else {}
    if not any(parts.values()) and not faults:
        wanted = column or ", ".join(message_table("region.split_columns").values())
        faults.append(Fault("split_column", name, values={"columns": wanted}))
    if faults:
        raise InputError(summarised(faults))
    files = {district: _written(region, district, path.stem, sheets) for district, sheets in parts.items() if sheets}
    return Split(files, without, tuple(unread))


def _districts(region: Region) -> dict[str, str]:
    """What a cell may say, in its normal form -> the district."""
    own = {normalise(district): district for district in region.settings.districts}
    own |= {normalise(name): district for district, merged in region.settings.merged.items() for name in merged.of}
    return {normalise(place): district for place, district in region.settings.places.items()} | own


def _heading(sheet: RawSheet, headings: Sequence[str]) -> tuple[int, int] | None:
    """The place of the row that has the column, and of the column in it."""
    for index in range(len(sheet.row_numbers)):
        for at, cell in enumerate(sheet.row(index)):
            if isinstance(cell, str) and normalise(cell) in headings and at not in sheet.hidden_columns:
                return index, at
    return None


def _rows(sheet: RawSheet, start: int) -> Iterator[tuple[int, Row]]:
    """(row number, cells) of the rows that hold anything."""
    for index in range(start, len(sheet.row_numbers)):
        cells = [ERROR if isinstance(cell, Special) else cell for cell in sheet.row(index)]
        if any(cell is not None and cell != "" for cell in cells):
            yield sheet.row_numbers[index], cells


def _written(region: Region, district: str, stem: str, sheets: Mapping[str, list[Row]]) -> tuple[Path, int]:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        write_rows(book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or _SHEET), rows)
    path = region.root / FOLDER / re.sub(r"[^\w -]", "", district) / f"{stem}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_whole(path, file_bytes(book))
    return path, sum(len(rows) - 1 for rows in sheets.values())
