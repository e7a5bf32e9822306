"""Where a table seems to lie in a sheet that no profile knows: its heading rows, and the survey tool that made it."""

import re
from dataclasses import dataclass

import numpy as np

from vbe_analysis.config import load
from vbe_analysis.loaders.files.raw import Cell, RawColumn, RawSheet
from vbe_analysis.loaders.profiles.guess import ORDERS
from vbe_analysis.loaders.profiles.schema import Table
from vbe_analysis.loaders.tables.locate import joined_headings
from vbe_analysis.loaders.values.cells import DateForms, Unreadable, label_of
from vbe_analysis.loaders.values.dates import period_interval
from vbe_analysis.loaders.values.labels import is_heading

SEARCHED_ROWS = 30


@dataclass(frozen=True, eq=False)
class Found:
    """A table as it seems to lie: position of its first heading row, number of heading rows, joined headings."""

    sheet: RawSheet
    start: int
    header_rows: int
    headings: list[str]
    tool: str

    def column(self, index: int) -> RawColumn:
        """The cells below the headings, in rows with more than one cell: notes have one."""
        raw, body = self.sheet.columns[index], self.start + self.header_rows
        return RawColumn(raw.codes[body:][self.wide[body:]], raw.cells)

    @property
    def wide(self) -> np.ndarray:
        """The sheet's rows with more than one filled cell, or all where it has one column."""
        filled = [np.array([cell is not None for cell in c.cells], dtype=bool)[c.codes] for c in self.sheet.columns]
        rows: np.ndarray = np.sum(filled, axis=0) > min(1, len(filled) - 1)
        return rows

    @property
    def own(self) -> tuple[str, ...]:
        """The headings that the survey tool added by itself."""
        return tuple(load("survey_tools")[self.tool]["headings"]) if self.tool else ()


def find_table(sheet: RawSheet) -> Found:
    """Where the headings seem to stand: below titles, the widest row of different texts; 0 rows where there is none."""
    rows = [[label_of(cell) if isinstance(cell, str) else cell for cell in sheet.row(p)]
            for p in range(min(SEARCHED_ROWS, len(sheet.row_numbers)))]  # fmt: skip
    widest = max((sum(cell is not None for cell in row) for row in rows), default=0)
    for start, row in enumerate(rows):
        if sum(cell is not None for cell in row) < max(1, widest / 2) or not _names(sheet, start, row):
            continue
        tool = _tool(sheet, start)
        below = start + 1 < len(rows) and rows[start + 1][0] is None
        below = below and not any(_is_data(label_of(cell)) for cell in rows[start + 1] if cell is not None)
        if tool:
            count = int(load("survey_tools")[tool]["header_rows"])
            return _found(sheet, start, count if count != 2 or below else 1, tool)
        if start and sum(cell is not None for cell in rows[start - 1]) >= 2:
            return _found(sheet, start - 1, 2, "")
        return _found(sheet, start, 2 if row[0] is not None and below else 1, "")
    return Found(sheet, 0, 0, [""] * len(sheet.columns), "")


def _names(sheet: RawSheet, start: int, row: list[Cell]) -> bool:
    """Whether the row names columns: texts that differ, that are no data and do not come again below, at least half."""
    filled = [(index, cell) for index, cell in enumerate(row) if cell is not None]
    texts = [label_of(cell) for _, cell in filled]
    if all(not isinstance(period_interval(text), Unreadable) for text in texts) and len(texts) > 2:
        return len(set(texts)) > 2
    if any(_is_data(text) for text in texts[: max(1, len(texts) // 2)]) or len(set(texts)) < 0.9 * len(texts):
        return False
    again = sum((sheet.columns[i].codes[start + 1 :] == sheet.columns[i].codes[start]).any() for i, _ in filled)
    return again <= len(filled) / 5 and sum(map(_is_data, texts)) <= len(texts) / 2


def _tool(sheet: RawSheet, start: int) -> str:
    top, _ = joined_headings(sheet, start, Table("survey"))
    for tool, known in load("survey_tools").items():
        if any(all(any(is_heading((name,), h) for h in top) for name in names) for names in known["certain"]):
            return tool
    return ""


def _found(sheet: RawSheet, start: int, count: int, tool: str) -> Found:
    joined, _ = joined_headings(sheet, start, Table("survey", header_rows=count))
    return Found(sheet, start, count, joined, tool)


def _is_data(text: str) -> bool:
    """A number, a coordinate or a day, in whatever order: not a month or year, which may name a column."""
    dates = (period_interval(text, DateForms(order=order)) for order in ORDERS)
    return bool(re.fullmatch(r"-?[\d\s.,:]+%?", text)) or any(isinstance(d, tuple) and d[0] == d[1] for d in dates)
