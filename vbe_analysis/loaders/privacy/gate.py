"""The gate at loading: where personal data stands in what would be kept, and where it stands in what is dropped.

A hit in a kept column, a heading, a sheet name or the file name stops the load. The place and the kind are told;
never the value, its length, a hash or a mask. A name that is itself hit is told by its ordinal.
"""

import re
from collections.abc import Iterator

import numpy as np

from vbe_analysis.config import message
from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import RawColumn, RawFile, column_letter
from vbe_analysis.loaders.privacy.detect import PRIVATE_CELL, kinds_in
from vbe_analysis.loaders.profiles.schema import KEPT_ROLES, Column
from vbe_analysis.loaders.tables.context import TIMESTAMP
from vbe_analysis.loaders.tables.locate import Located
from vbe_analysis.loaders.tables.rows import LOADED

SEARCHED = 1000
# Case numbers and timestamps: too few digits for a number of a person or a phone, and no word.
HARMLESS = re.compile(rf"[A-Za-zÅÄÖåäö]{{0,4}}[-_/. ]?\d{{1,7}}|{TIMESTAMP.pattern}", re.ASCII)


def names_at_fault(raw: RawFile, ordinal: int) -> list[Fault]:
    """Personal data in the file's or a sheet's name; `ordinal` is the delivery's place among the cycle's files."""
    alias = message("place.delivery", number=ordinal)
    kinds = kinds_in(raw.name)
    if kinds:
        return [Fault("personal_data_name", alias, values={"kinds": kinds, "what": message("place.file_name")})]
    return [
        Fault("personal_data_name", raw.name, message("place.sheet_number", number=number),
              values={"kinds": kinds_in(sheet.name), "what": message("place.sheet_name")})
        for number, sheet in enumerate(raw.sheets, 1) if kinds_in(sheet.name)
    ]  # fmt: skip


def headings_at_fault(located: Located, file: str) -> list[Fault]:
    """Personal data in a heading (any cell of the header rows), told by the column's letter."""
    found = []
    for position in range(located.header, located.body):
        for index, cell in enumerate(located.sheet.row(position)):
            kinds = kinds_in(cell)
            if kinds:
                row, letter = int(located.sheet.row_numbers[position]), column_letter(index)
                values = {"kinds": kinds}
                found.append(Fault("personal_data_heading", file, located.sheet.name, row, "", letter, values))
    return found


def cells_at_fault(located: Located, fates: np.ndarray, file: str) -> list[tuple[int, Fault]]:
    """(position, fault) of every kept cell with personal data in the rows that are neither blank nor left out."""
    found = []
    for bound in (*located.columns, *located.groups):
        if isinstance(bound.spec, Column) and bound.spec.as_ not in KEPT_ROLES:
            continue
        hits = _hits(bound.raw)
        for position in np.flatnonzero(np.isin(bound.raw.codes, list(hits)) & (fates == LOADED)) if hits else ():
            place = (int(located.numbers()[position]), bound.heading, bound.letter)
            values = {"kinds": hits[int(bound.raw.codes[position])]}
            found.append((int(position), Fault(PRIVATE_CELL, file, located.sheet.name, *place, values)))
    return found


def dropped_notices(located: Located, file: str) -> Iterator[Fault]:
    """A notice for each coded, dropped or unknown column that holds personal data: how many cells, and which kinds.

    Of a long column the first SEARCHED different cells are searched: it is not kept, and the sender is reminded.
    """
    dropped = [(b.letter, b.raw) for b in located.columns if b.column.as_ in ("text", "drop")]
    for index in located.dropped:
        raw = located.sheet.columns[index]
        dropped.append((column_letter(index), RawColumn(raw.codes[located.body : located.end], raw.cells)))
    for letter, raw in dropped:
        hits = _hits(raw, SEARCHED)
        cells = np.isin(raw.codes, list(hits)).sum() if hits else 0
        if cells:
            kinds = ", ".join(sorted({kind for kinds in hits.values() for kind in kinds.split(", ")}))
            whole = len(np.unique(raw.codes)) <= SEARCHED
            values = {"cells": f"{cells}" if whole else message("gate.at_least", cells=cells), "kinds": kinds}
            yield Fault("personal_data_dropped", file, located.sheet.name, letter=letter, values=values)


def _hits(raw: RawColumn, most: int | None = None) -> dict[int, str]:
    """Code -> kinds, of the (first `most`) different cells in use that hold personal data."""
    cells, harmless = raw.cells, HARMLESS.fullmatch
    used = np.unique(raw.codes)[:most].tolist()
    doubtful = [code for code in used if not (type(cells[code]) is str and harmless(cells[code]))]
    found = {code: kinds_in(cells[code]) for code in doubtful if isinstance(cells[code], str | float | int)}
    return {code: kinds for code, kinds in found.items() if kinds}
