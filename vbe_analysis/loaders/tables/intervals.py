"""When each row's report happened: from a date, a first and a last day, or the parts of a date, wherever they stand."""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from pyarrow import compute as pc

from vbe_analysis.loaders.deliveries.corrections import Correction
from vbe_analysis.loaders.files.raw import Cell, RawColumn
from vbe_analysis.loaders.profiles.profile import PARTS, Column
from vbe_analysis.loaders.tables.columns import _YEAR, DATE_ROLES, EPOCH, TIMESTAMP, ColumnValues, Context, read_column
from vbe_analysis.loaders.tables.locate import SheetColumn, SheetTable
from vbe_analysis.loaders.values.cells import (
    Unreadable,
    label_of,
)
from vbe_analysis.loaders.values.dates import date_interval, period_interval


@dataclass(frozen=True, eq=False)
class Intervals:
    """First and last day per row (datetime64[D]), NaT where the source is silent; the cells they came from."""

    first: np.ndarray
    last: np.ndarray
    columns: tuple[ColumnValues, ...]


def read_intervals(table: SheetTable, defaults: Mapping[str, SheetColumn[Column]], context: Context) -> Intervals:
    """The interval of each body row; in a table of counts a date may be any period ("maj–okt 2020").

    defaults: what names, section rows and a heading say of time, by role; the first such column of the table
    goes before them.
    Where a date is blank, its parts speak.
    """
    sources = {**defaults, **{column.spec.as_: column for column in reversed(table.with_role(*DATE_ROLES))}}
    read = _date_reader(period_interval if table.table.shape == "counts" else date_interval, table, context)
    dates = {role: _read_dates(sources[role], read, context) for role in DATE_ROLES[:3] if role in sources}
    parts = [sources[role] for role in PARTS if role in sources]
    if parts:
        dates["parts"] = read_column(_joined(parts), _date_reader(period_interval, table, context))
    first = last = np.full(table.size, np.datetime64("NaT", "D"))
    for role in ("date", "parts"):
        if role in dates:
            blank = np.isnat(first)
            first, last = np.where(blank, _days(dates[role], 0), first), np.where(blank, _days(dates[role], 1), last)
    if "date_from" in dates:
        first = last = _days(dates["date_from"], 0)
    if "date_to" in dates:
        until = _days(dates["date_to"], 1)
        last = np.where(np.isnat(until), last, until)
        first = np.where(np.isnat(first), last, first)
    return Intervals(first, np.maximum(first, last), tuple(dates.values()))


def _read_dates(column: SheetColumn[Column], read: Callable[[Cell], Any], context: Context) -> ColumnValues:
    """The column's dates; timestamps are read by their day, each day once, unless one of them is unreadable."""
    by_day = None if context.profile.dates.formats else _by_day(column.raw)
    if by_day is not None:
        values = read_column(replace(column, raw=by_day), read)
        if not any(isinstance(value, Unreadable) for value in values.values):
            return values
    return read_column(column, read)


def _by_day(raw: RawColumn) -> RawColumn | None:
    """A column of texts with all timestamps of one day as that day; None for other columns."""
    if not raw.kinds() <= {str, type(None)}:
        return None
    texts = raw.strings()
    stamps = pc.match_substring_regex(texts, rf"^(?:{TIMESTAMP.pattern})$")
    days = pc.if_else(stamps, pc.utf8_slice_codeunits(texts, 0, 10), texts).dictionary_encode(null_encoding="encode")
    return RawColumn(days.indices.to_numpy()[raw.codes], days.dictionary.to_pylist())


def _date_reader(read: Callable[..., Any], table: SheetTable, context: Context) -> Callable[[Cell], Any]:
    """Read one cell, a bare year by the month that ends it; a correction may state a span."""
    forms, ends = context.profile.dates, table.table.year_ends

    def interval(cell: Cell) -> Any:
        if cell is None:
            return None
        if ends != 12 and _YEAR.fullmatch(label_of(cell)):
            year = int(label_of(cell))
            return date(year - 1, ends + 1, 1), date(year, ends, calendar.monthrange(year, ends)[1])
        return (period_interval if isinstance(cell, Correction) else read)(cell, forms)

    return interval


def heading_date(text: str, context: Context) -> str:
    """The text of a heading or name as a date is written: "2025 / Jan" is "Jan 2025"."""
    words = text.replace("/", " ").split()
    tries = (text, " ".join(words), " ".join(words[::-1]) if len(words) == 2 else text)
    forms = context.profile.dates
    return next((words for words in tries if not isinstance(period_interval(words, forms), Unreadable)), text)


def _days(dates: ColumnValues, end: int) -> np.ndarray:
    """The first (0) or last (1) day of each row."""
    unknown = np.array([value is None or isinstance(value, Unreadable) for value in dates.values], dtype=bool)
    known = [0 if no else v[end].toordinal() - EPOCH for v, no in zip(dates.values, unknown, strict=True)]
    days = np.array(known, dtype="datetime64[D]")
    days[unknown] = np.datetime64("NaT", "D")
    rows: np.ndarray = days[dates.codes]
    return rows


def _joined(parts: list[SheetColumn[Column]]) -> SheetColumn[Column]:
    """One column of dates made of the parts; a blank day means the month."""
    stacked = np.stack([column.raw.codes for column in parts])
    combinations, codes = np.unique(stacked, axis=1, return_inverse=True)
    cells = []
    for combination in combinations.T.tolist():
        pairs = zip(parts, combination, strict=True)
        cells.append(_written({column.spec.as_: label_of(column.raw.cells[code]) for column, code in pairs}))
    return replace(parts[0], raw=RawColumn(codes.reshape(-1).astype(np.int32), cells))


def _written(texts: Mapping[str, str]) -> str | None:
    year, month, week, day = (texts.get(role, "") for role in PARTS)
    if week:
        return f"{year}-W{week.zfill(2)}" if week.isdigit() else f"{week} {year}"
    if month.isdigit():
        return "-".join(part.zfill(2) for part in (year, month, day) if part)
    return " ".join(part for part in (day, month, year) if part) or None
