"""leveranser.xlsx: who delivered what, for which months. A row a delivery, filled in with drop-downs.

Columns of sheet "Leveranser": Källa, Leverans ("fil", "inget att rapportera", "ej levererat", "inte tillfrågad"), Fil
(a name, or a pattern such as "blanketter/*.docx"), Profil, Från, Till (months, "2020-07"), Saknade månader
("2021-05, 2021-06"), Tillfrågade, Frågeversion, Anmärkning, Begärd (the day the source was asked; workbooks of the
first releases lack it). Sheet "Avbrott": Källa, Datum, Beskrivning, Jämförbar.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.frames import ALL_ENVIRONMENTS, DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING
from vbe_analysis.loaders.deliveries.workbook_rows import columns_with, day_of, open_book, private_cells, rows_of
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.periods import Period, month_span, months_between, swedish_months
from vbe_analysis.storage import DELIVERIES
from vbe_analysis.vocabulary import HISTORY

SHEET, BREAKS = "Leveranser", "Avbrott"
_SPAN_COLUMNS = ("Från", "Till", "Saknade månader")
COLUMNS = ("Källa", "Leverans", "Fil", "Profil", *_SPAN_COLUMNS, "Tillfrågade", "Frågeversion", "Anmärkning")
REQUESTED = "Begärd"
BREAK_COLUMNS = ("Källa", "Datum", "Beskrivning", "Jämförbar")
WORDS = {"fil": DELIVERED, "inget att rapportera": NOTHING, "ej levererat": NOT_DELIVERED, "inte tillfrågad": NOT_ASKED}


@dataclass(frozen=True)
class Delivery:
    """One row of leveranser.xlsx: a source's handing over for a span of months. row: where it stands."""

    row: int
    source: str
    status: str  # DELIVERED, NOTHING, NOT_DELIVERED or NOT_ASKED
    file: str
    profile: str
    months: tuple[str, ...]
    asked: int | None
    version: str
    note: str

    @property
    def span(self) -> tuple[date, date]:
        """The first and last day of its months: what a blank date in its file means."""
        return month_span(self.months[0])[0], month_span(self.months[-1])[1]


@dataclass(frozen=True)
class Break:
    """Something changed in a source on a day: a sentence for the chapter, and whether it can still be compared."""

    source: str
    day: date
    text: str
    comparable: bool


@dataclass(frozen=True)
class Deliveries:
    """All that leveranser.xlsx says of a cycle. requested: source -> the last day it was asked, filled in or not."""

    rows: tuple[Delivery, ...]
    breaks: tuple[Break, ...]
    requested: Mapping[str, date]


def read_deliveries(
    folder: Path,
    period: Period,
    sources: Mapping[str, Any],
    reader: FileReader | None = None,
    faults: list[Fault] | None = None,
) -> Deliveries:
    """leveranser.xlsx of a cycle's raw folder; raises InputError with every fault in it at once.

    faults: takes the faults of single rows instead, for a caller who goes on with the others.
    """
    path = folder / DELIVERIES
    if not path.is_file():
        raise InputError([Fault("no_deliveries", values={"cycle": period.label})])
    book = open_book(path, reader)
    stops, faults = faults is None, [] if faults is None else faults
    columns = columns_with(book, SHEET, COLUMNS, REQUESTED)
    table = [*rows_of(book, DELIVERIES, SHEET, columns, faults)]
    rows = [_delivery(number, cells[: len(COLUMNS)], period, sources, faults) for number, cells in table]
    requested = dict(_requested(table, faults))
    breaks: list[Break | None] = []
    if BREAKS in book:
        breaks += [_break(n, c, sources, faults) for n, c in rows_of(book, DELIVERIES, BREAKS, BREAK_COLUMNS, faults)]
    if not faults and not rows:
        faults.append(Fault("deliveries_empty", DELIVERIES, SHEET))
    if faults and stops:
        raise InputError(faults)
    known = sorted((b for b in breaks if b), key=lambda b: (b.day, b.source))
    return Deliveries(tuple(r for r in rows if r), tuple(known), requested)


def _requested(rows: Iterable[tuple[int, list[Any]]], faults: list[Fault]) -> Iterator[tuple[str, date]]:
    """(source, day) of each row that has one, the earliest first."""
    days = []
    for number, cells in rows:
        cell = cells[len(COLUMNS)] if len(cells) > len(COLUMNS) else None
        if day := day_of(cell):
            days.append((day, str(cells[0])))
        elif cell is not None:
            _wrong(faults, number, "not_a_day", REQUESTED)
    yield from ((source, day) for day, source in sorted(days))


def base_coverage(deliveries: Deliveries, period: Period, expected: tuple[str, ...]) -> pd.DataFrame:
    """One row per source and month of the period (or of the delivery, for a source of earlier years).

    Columns as frames.COVERAGE without cycle, straddled and answered. Later rows of leveranser.xlsx win; a month that
    no delivery of an expected or named source speaks of is not delivered.
    """
    months: dict[tuple[str, str], dict[str, object]] = {}
    for source in dict.fromkeys((*expected, *(row.source for row in deliveries.rows))):
        rows = [row for row in deliveries.rows if row.source == source]
        if source != HISTORY or not rows:
            for month in period.months:
                months[source, month] = _month(source, month, NOT_DELIVERED, None, deliveries)
        for row in rows:
            for month in row.months:
                months[source, month] = _month(source, month, row.status, row, deliveries)
    columns = ["source", "month", "environment", "status", "version", "break_before", "asked"]
    return pd.DataFrame([months[key] for key in sorted(months)], columns=columns)


def _month(source: str, month: str, status: str, row: Delivery | None, deliveries: Deliveries) -> dict[str, object]:
    breaks = [b for b in deliveries.breaks if b.source == source and not b.comparable and b.day <= month_span(month)[1]]
    return {
        "source": source,
        "month": month,
        "environment": ALL_ENVIRONMENTS,
        "status": status,
        "version": row.version if row else "",
        "break_before": breaks[-1].text if breaks else "",
        "asked": row.asked if row else None,
    }


def _delivery(
    number: int, cells: list[Any], period: Period, sources: Mapping[str, Any], faults: list[Fault]
) -> Delivery | None:
    source, word, file, profile, first, last, missing, asked, version, note = cells
    own_faults: list[Fault] = []
    wrong = partial(_wrong, own_faults, number)
    if source not in sources:
        wrong("unknown_source", "Källa", known=", ".join(sources))
    status = WORDS.get(str(word or "").lower(), "")
    if word is None:
        wrong("delivery_open", "Leverans", source=source if source in sources else "–")
    elif not status:
        wrong("unknown_choice", "Leverans", known=", ".join(WORDS))
    for column, cell in {"Fil": file, "Profil": profile}.items():
        if status == DELIVERED and not cell:
            wrong("delivery_incomplete", column)
    if asked is not None and not (isinstance(asked, int | float) and asked == int(asked) and asked >= 0):
        wrong("not_a_number", "Tillfrågade")
    months = _months(source, (first, last), missing, period, wrong)
    own_faults += private_cells({"Frågeversion": version}, DELIVERIES, SHEET, number)
    faults += own_faults
    if own_faults:
        return None
    names, units = (str(file or ""), str(profile or "")), None if asked is None else int(asked)
    return Delivery(number, str(source), status, *names, months, units, str(version or ""), str(note or ""))


def _months(
    source: object, cells: tuple[object, object], missing: object, period: Period, wrong: Callable[..., None]
) -> tuple[str, ...]:
    """The months a delivery covers: from first to last (blank: the whole period), without the missing ones."""
    span = period.months
    if cells != (None, None):
        ends = _month_of(cells[0]), _month_of(cells[1])
        for column, end in zip(("Från", "Till"), ends, strict=True):
            if end is None:
                wrong("not_a_month", column)
        if not ends[0] or not ends[1]:
            return ()
        span = tuple(months_between(month_span(ends[0])[0], month_span(ends[1])[1]))
        outside = () if source == HISTORY else tuple(month for month in span if month not in period.months)
        if outside:
            wrong("months_outside", "Från", months=swedish_months(outside), period=str(period))
    parts = re.split(r"[,;]\s*", missing) if isinstance(missing, str) else [] if missing is None else [missing]
    gaps = [_month_of(part) for part in parts]
    if None in gaps:
        wrong("not_a_month", "Saknade månader")
    elif set(gaps) - set(span):
        wrong("gaps_outside", "Saknade månader")
    left = tuple(month for month in span if month not in gaps)
    if not left:
        wrong("no_months", "Från")
    return left


def _wrong(faults: list[Fault], row: int, code: str, column: str, **values: object) -> None:
    faults.append(Fault(code, DELIVERIES, SHEET, row, column, values=values))


def _month_of(cell: object) -> str | None:
    day = day_of(cell)
    if day:
        return f"{day.year}-{day.month:02d}"
    text = cell.strip() if isinstance(cell, str) else ""
    return text if re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text) else None


def _break(number: int, cells: list[Any], sources: Mapping[str, Any], faults: list[Fault]) -> Break | None:
    source, day, text, comparable = cells
    answer, on = str(comparable or "").lower(), day_of(day)
    if source not in sources or not on or not text or answer not in ("ja", "nej"):
        faults.append(Fault("break_incomplete", DELIVERIES, BREAKS, number))
        return None
    private = tuple(private_cells({"Beskrivning": text}, DELIVERIES, BREAKS, number))
    faults += private
    return None if private else Break(str(source), on, str(text), answer == "ja")
