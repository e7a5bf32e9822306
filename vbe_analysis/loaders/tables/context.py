"""What is said of a row outside its own cells: by the table's constants, the file's and sheet's names, section rows."""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell, RawColumn
from vbe_analysis.loaders.profiles.schema import FIELDS, PARTS, Column, Level, Name
from vbe_analysis.loaders.tables.columns import Context, Converted, convert, label, labels, set_fields, start_fields
from vbe_analysis.loaders.tables.locate import Bound, Located
from vbe_analysis.loaders.tables.rows import holds
from vbe_analysis.loaders.values.cells import Unreadable, label_of, normalise
from vbe_analysis.loaders.values.dates import date_interval, period_interval
from vbe_analysis.loaders.values.labels import matcher

DATES = ("date", *PARTS)

UNMATCHED = {"sheet": "sheet_name_unmatched", "file": "file_name_unmatched"}


@dataclass(frozen=True, eq=False)
class Surroundings:
    """fields: FIELDS per body row, None where nothing is said; dates: what speaks of time, by role, as columns.

    read: what the section rows became; stops: a name that does not fit its pattern, or says an unknown label.
    """

    fields: dict[str, np.ndarray]
    dates: dict[str, Bound]
    read: list[Converted]
    stops: list[Fault]


def surroundings(located: Located, context: Context) -> Surroundings:
    """What the body's rows inherit, the nearest word last: constants, file, sheet, then the section they stand in."""
    size = located.end - located.body
    found = Surroundings(start_fields(size, located.table.constants), {}, [], [])
    for name in sorted(located.table.names, key=lambda name: name.of):
        _name(name, located, found, context)
    _sections(located, found, context)
    return found


def level_value(level: Level, capture: str, context: Context) -> Mapping[str, str] | Unreadable:
    """What one part of a heading or a name sets: {field: code}; {} for a part of a date, an item or one to ignore."""
    if level.as_ in (*DATES, "item", "ignore"):
        return {}
    return label(capture, Column(level.as_, values=level.values, default=level.default), context)


def constant(role: str, cell: Cell, size: int, heading: str, index: int = -1) -> Bound:
    """A column that says the same in every row."""
    return Bound(Column(role), index, heading, RawColumn(np.zeros(size, dtype=np.int32), [cell]))


def _name(name: Name, located: Located, found: Surroundings, context: Context) -> None:
    text = located.sheet.name if name.of == "sheet" else Path(context.file).stem
    matches = (matcher(pattern).fullmatch(normalise(text)) for pattern in name.pattern)
    match = next((m for m in matches if m), None)
    if match is None:
        values = {"pattern": " / ".join(name.pattern), "name": text, "of": name.of}
        found.stops.append(Fault(UNMATCHED[name.of], context.file, located.sheet.name, values=values))
        return
    size = located.end - located.body
    for level, capture in zip(name.levels, match.groups(), strict=True):
        said = level_value(level, capture.strip(), context)
        if isinstance(said, Unreadable):
            converted = Converted(constant("ignore", capture, size, text), (), np.zeros(0, dtype=np.int32))
            found.stops.append(replace(converted.fault(said, None, context), sheet=located.sheet.name))
        elif level.as_ in DATES:
            found.dates[level.as_] = constant(level.as_, capture.strip(), size, text)
        else:
            for field, code in said.items():
                if field in FIELDS:
                    found.fields[field][:] = code


def _sections(located: Located, found: Surroundings, context: Context) -> None:
    size = located.end - located.body
    for section in located.table.sections:
        bound = located.named(section.column)
        if bound is None:
            continue
        raw: Any = bound.raw
        if len(raw.codes) != size:
            raw = replace(raw, codes=raw.codes[located.body : located.end])
        marks = holds(located, section.where)
        last = np.maximum.accumulate(np.where(marks, np.arange(size), -1))
        cells = [*raw.cells, None]
        codes = np.where(last >= 0, raw.codes[np.maximum(last, 0)], len(raw.cells)).astype(np.int32)
        below = replace(bound, raw=RawColumn(codes, cells))
        if section.as_ in DATES:
            found.dates[section.as_] = below
        else:
            converted = labels(below, section, context)
            set_fields(found.fields, converted, rows=last >= 0)
            found.read.append(converted)


ROLES = ("date", "date_from", "date_to", *PARTS)
# What needs neither a reading of its own nor a search for personal data: an ISO day with a time of day.
TIMESTAMP = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?", re.ASCII)
EPOCH = date(1970, 1, 1).toordinal()
NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, eq=False)
class Dated:
    """First and last day per row (datetime64[D]), NaT where the source is silent; the cells they came from."""

    first: np.ndarray
    last: np.ndarray
    converted: tuple[Converted, ...]

    def faults(self, numbers: np.ndarray, wanted: np.ndarray, context: Context) -> Iterator[tuple[int, Fault]]:
        """(position, fault) of every unreadable date in the wanted rows."""
        for column in self.converted:
            yield from column.faults(numbers, wanted, context)


def dated(located: Located, around: Mapping[str, Bound], context: Context) -> Dated:
    """The interval of each body row; in a table of counts a date may be any period ("maj–okt 2020").

    around: what names, section rows and a heading say of time, by role; a column of the table goes before them. Where
    a date is blank, its parts speak.
    """
    size = located.end - located.body
    columns = {b.column.as_: b for b in located.columns if b.column.as_ in ROLES}
    said = {**around, **columns}
    read = _reader(period_interval if located.table.shape == "counts" else date_interval, located, context)
    found = {role: convert(said[role], read) for role in ROLES[:3] if role in said}
    parts = [said[role] for role in PARTS if role in said]
    if parts:
        found["parts"] = convert(_joined(parts), _reader(period_interval, located, context))
    first, last = np.full(size, NO_DAY), np.full(size, NO_DAY)
    for role in ("date", "parts"):
        if role in found:
            blank = np.isnat(first)
            first = np.where(blank, _days(found[role], 0), first)
            last = np.where(blank, _days(found[role], 1), last)
    if "date_from" in found:
        first = last = _days(found["date_from"], 0)
    if "date_to" in found:
        until = _days(found["date_to"], 1)
        last = np.where(np.isnat(until), last, until)
        first = np.where(np.isnat(first), last, first)
    return Dated(first, np.maximum(first, last), tuple(found.values()))


def _reader(read: Callable[..., Any], located: Located, context: Context) -> Callable[[Cell], Any]:
    """Read one cell, a bare year by the month that ends it. A timestamp is read by its day, each day once."""
    forms, ends = context.profile.dates, located.table.year_ends
    days: dict[str, Any] = {}

    def interval(cell: Cell) -> Any:
        if cell is None:
            return None
        if isinstance(cell, str) and not forms.formats and TIMESTAMP.fullmatch(cell):
            day = cell[:10]
            if day not in days:
                days[day] = read(day, forms)
            found = days[day]
            return read(cell, forms) if isinstance(found, Unreadable) else found
        if ends != 12 and _YEAR.fullmatch(label_of(cell)):
            year = int(label_of(cell))
            return date(year - 1, ends + 1, 1), date(year, ends, calendar.monthrange(year, ends)[1])
        return read(cell, forms)

    return interval


def heading_date(text: str, context: Context) -> str:
    """The text of a heading or name as a date is written: "2025 / Jan" is "Jan 2025"."""
    words = text.replace("/", " ").split()
    tries = (text, " ".join(words), " ".join(words[::-1]) if len(words) == 2 else text)
    forms = context.profile.dates
    return next((tried for tried in tries if not isinstance(period_interval(tried, forms), Unreadable)), text)


def _days(converted: Converted, end: int) -> np.ndarray:
    silent = [r is None or isinstance(r, Unreadable) for r in converted.results]
    known = [0 if no else r[end].toordinal() - EPOCH for r, no in zip(converted.results, silent, strict=True)]
    days = np.array(known, dtype="datetime64[D]")
    days[np.array(silent, dtype=bool)] = NO_DAY
    rows: np.ndarray = days[converted.codes]
    return rows


def _joined(parts: list[Bound]) -> Bound:
    """One column of dates made of the parts; a blank day means the month."""
    stacked = np.stack([bound.raw.codes for bound in parts])
    combinations, codes = np.unique(stacked, axis=1, return_inverse=True)
    cells = []
    for combination in combinations.T:
        known = zip(parts, combination, strict=True)
        cells.append(_written({b.column.as_: label_of(b.raw.cells[int(code)]) for b, code in known}))
    first = parts[0]
    return Bound(first.spec, first.index, first.heading, RawColumn(codes.reshape(-1).astype(np.int32), cells))


def _written(texts: Mapping[str, str]) -> str | None:
    year, month, week, day = (texts.get(role, "") for role in PARTS)
    if week:
        return f"{year}-W{week.zfill(2)}" if week.isdigit() else f"{week} {year}"
    if month.isdigit():
        return "-".join(part.zfill(2) for part in (year, month, day) if part)
    return " ".join(part for part in (day, month, year) if part) or None


_YEAR = re.compile(r"(?:19|20)\d\d")
