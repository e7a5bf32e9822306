"""The gate at loading: where personal data stands in what would be kept, and where it stands in what is dropped.

A hit in a kept column, a heading, a sheet name or the file name stops the load. The place and the kind are told;
never the value, its length, a hash or a mask. A name that is itself hit is told by its ordinal.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from vbe_analysis.config import message
from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell, RawColumn, RawFile, column_letter
from vbe_analysis.loaders.privacy.detect import PRIVATE_CELL, kinds_in
from vbe_analysis.loaders.privacy.names import is_lone_name
from vbe_analysis.loaders.profiles.profile import KEPT_ROLES
from vbe_analysis.loaders.tables.columns import TIMESTAMP, section_columns
from vbe_analysis.loaders.tables.locate import SheetColumn, SheetTable
from vbe_analysis.loaders.tables.rows import LOADED
from vbe_analysis.loaders.values.cells import code_of, normalise, tidy
from vbe_analysis.loaders.values.choices import choices_in

SEARCHED = 1000
# Case numbers and timestamps: too few digits for a number of a person or a phone, and no word that says what they are.
HARMLESS = re.compile(rf"\d{{1,7}}|[A-Za-zÅÄÖåäö]{{1,4}}(?:[-_/]\d{{1,7}}|\d{{1,5}})|{TIMESTAMP.pattern}", re.ASCII)
WHOLE = rf"^(?:{HARMLESS.pattern})$"  # as pyarrow's RE2 reads it: \d is ASCII, $ the very end


def sheet_names_at_fault(raw: RawFile) -> list[Fault]:
    """Personal data in a sheet's name, told by the sheet's place in the file."""
    faults = []
    for number, sheet in enumerate(raw.sheets, 1):
        if kinds := kinds_in(sheet.name):
            values = {"kinds": kinds, "what": message("place.sheet_name")}
            place = message("place.sheet_number", number=number)
            faults.append(Fault("personal_data_name", raw.name, place, values=values))
    return faults


def headings_at_fault(table: SheetTable, file: str) -> Iterator[Fault]:
    """Personal data in a heading (any cell of the header rows), told by the column's letter; a form's label, by row."""
    sheet = table.sheet
    labels = {field.label[0]: label for form in table.fields for label, field in form.items()}
    cells: list[tuple[int, Cell, str]] = [(row, label, "") for row, label in labels.items()]
    for position in range(table.header, table.body) if table.source is sheet or table.table.transposed else ():
        row = int(sheet.row_numbers[position])
        cells += [(row, cell, column_letter(index)) for index, cell in enumerate(sheet.row(position))]
    kinds_of = {cell: kinds_in(cell) for cell in {cell for _, cell, _ in cells}}  # many forms have the same labels
    for row, cell, letter in cells:
        if kinds := kinds_of[cell]:
            yield Fault("personal_data_heading", file, sheet.name, row, "", letter, {"kinds": kinds})


def cells_at_fault(table: SheetTable, outcomes: np.ndarray, file: str) -> list[tuple[int, Fault]]:
    """(position, fault) of every kept cell with personal data in the rows that are neither blank nor left out.

    This is the one look at the finished cells: those filled from above and those of section rows are among them.
    """
    kept: list[tuple[SheetColumn[Any], str | None]] = [
        (column, table.table.separator if column.spec.many else None)
        for column in table.columns
        if column.spec.as_ in KEPT_ROLES
    ]
    kept += [(column, None) for column in table.groups]
    kept += [(column, None) for section, column, _ in section_columns(table) if section.default is None]
    faults = []
    for column, separator in kept:
        hits = _hits(column.raw, separator=separator, kept=column.spec)
        for position in np.flatnonzero(np.isin(column.raw.codes, list(hits)) & (outcomes == LOADED)) if hits else ():
            place = (int(table.numbers()[position]), column.heading, column.letter)
            values = {"kinds": hits[int(column.raw.codes[position])]}
            faults.append((int(position), Fault(PRIVATE_CELL, file, table.sheet.name, *place, values)))
    return faults


def dropped_cells_at_fault(table: SheetTable) -> dict[int, dict[Cell, str]]:
    """Index of each coded, dropped or unknown column -> its cells with personal data, and their kinds.

    Of a long column the first SEARCHED different cells are searched: it is not kept, and the sender is reminded.
    """
    private = {}
    for index in (*(column.index for column in table.with_role("text", "drop")), *table.dropped):
        raw = table.body_of(table.sheet.columns[index].head(SEARCHED + table.body))
        private[index] = {raw.cells[code]: kinds for code, kinds in _hits(raw, SEARCHED).items()}
    return private


def dropped_notices(table: SheetTable, private: Mapping[int, Mapping[Cell, str]], file: str) -> Iterator[Fault]:
    """A notice for each column with dropped cells at fault: how many cells, and which kinds."""
    for index, hits in private.items():
        if hits:
            raw = table.body_of(table.sheet.columns[index])
            used = raw.used()
            cells = np.isin(raw.codes, [code for code in used if raw.cells[code] in hits]).sum()
            kinds = ", ".join(sorted({kind for kinds in hits.values() for kind in kinds.split(", ")}))
            values = {"cells": f"{cells}", "kinds": kinds}
            if len(used) > SEARCHED:
                values["cells"] = message("gate.at_least", cells=cells)
            yield Fault("personal_data_dropped", file, table.sheet.name, letter=column_letter(index), values=values)


def _hits(raw: RawColumn, most: int | None = None, separator: str | None = None, kept: Any = None) -> dict[int, str]:
    """Code -> kinds, of the (first `most`) different cells in use that hold personal data.

    separator: of a column whose cells hold several choices; each choice is searched by itself too. kept: what the
    profile says of a kept column: a cell that is none of its labels and looks like a name is one, on a list or not.
    """
    hits = {}
    used = np.array(raw.used()[:most], dtype=np.int64)
    harmless = pc.match_substring_regex(raw.strings().take(pa.array(used)), WHOLE).fill_null(False)
    for code in used[~harmless.to_numpy(zero_copy_only=False)].tolist():
        cell = raw.cells[code]
        if isinstance(cell, str | float | int):
            choices = choices_in(cell, separator) if separator is not None else ()
            kinds = next(filter(None, map(kinds_in, (cell, *choices))), "")
            if not kinds and kept is not None and any(_is_stranger(kept, label) for label in choices or (cell,)):
                kinds = message("personal_data.name")
            if kinds:
                hits[code] = kinds
    return hits


def _is_stranger(spec: Any, label: str | float) -> bool:
    """Whether a label that the column does not declare looks like a name; a column with a default keeps no label."""
    if not isinstance(label, str) or getattr(spec, "default", None) is not None:
        return False
    text = tidy(label)
    if getattr(spec, "as_", "") == "filter" and not text.isupper() and "," not in text:
        return False  # "Graffiti Reported": a filter's cells are compared and never told, so two words may stand
    return is_lone_name(text) and code_of(normalise(text), getattr(spec, "values", None) or {}) is None
