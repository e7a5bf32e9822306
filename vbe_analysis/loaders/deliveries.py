"""leveranser.xlsx: who delivered what, for which months. A row a delivery, filled in with drop-downs.

Columns of sheet "Leveranser": Källa, Leverans ("fil", "inget att rapportera", "ej levererat", "inte tillfrågad"), Fil
(a name, or a pattern such as "blanketter/*.docx"), Profil, Från, Till (months, "2020-07"), Saknade månader
("2021-05, 2021-06"), Tillfrågade, Frågeversion, Anmärkning. Sheet "Avbrott": Källa, Datum, Beskrivning, Jämförbar.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.frames import ALL_ENVIRONMENTS, DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING
from vbe_analysis.periods import Period, month_span, months_between

FILE = "leveranser.xlsx"
SHEET, BREAKS = "Leveranser", "Avbrott"
COLUMNS = ("Källa", "Leverans", "Fil", "Profil", "Från", "Till", "Saknade månader", "Tillfrågade", "Frågeversion",
           "Anmärkning")  # fmt: skip
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
    """All that leveranser.xlsx says of a cycle."""

    rows: tuple[Delivery, ...]
    breaks: tuple[Break, ...]


def read_deliveries(folder: Path, period: Period, sources: Mapping[str, Any]) -> Deliveries:
    """leveranser.xlsx of a cycle's raw folder; raises InputError with every fault in it at once."""
    path = folder / FILE
    if not path.is_file():
        raise InputError([Fault("no_deliveries", values={"cycle": period.label})])
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except Exception:
        raise InputError([Fault("own_file_unreadable", FILE)]) from None
    faults: list[Fault] = []
    rows = [_delivery(n, c, period, sources, faults) for n, c in _rows(book, SHEET, COLUMNS, faults)]
    breaks = [_break(n, c, sources, faults) for n, c in _rows(book, BREAKS, BREAK_COLUMNS, faults)]
    if not faults and not rows:
        faults.append(Fault("no_deliveries", FILE, values={"cycle": period.label}))
    if faults:
        raise InputError(faults)
    return Deliveries(tuple(r for r in rows if r), tuple(b for b in breaks if b))


def base_coverage(deliveries: Deliveries, period: Period, expected: tuple[str, ...]) -> pd.DataFrame:
    """One row per source and month of the period (or of the delivery, for a source of earlier years).

    Columns as frames.COVERAGE without cycle, straddled and answered. Later rows of leveranser.xlsx win; a month that
    no delivery of an expected or named source speaks of is not delivered.
    """
    found: dict[tuple[str, str], dict[str, object]] = {}
    for source in dict.fromkeys((*expected, *(row.source for row in deliveries.rows))):
        mine = [row for row in deliveries.rows if row.source == source]
        if not any(set(row.months) - set(period.months) for row in mine):
            for month in period.months:
                found[source, month] = _month(source, month, NOT_DELIVERED, None, deliveries)
        for row in mine:
            for month in row.months:
                found[source, month] = _month(source, month, row.status, row, deliveries)
    columns = ["source", "month", "environment", "status", "version", "break_before", "asked"]
    return pd.DataFrame([found[key] for key in sorted(found)], columns=columns)


def _month(source: str, month: str, status: str, row: Delivery | None, deliveries: Deliveries) -> dict[str, object]:
    broken = [
        b.text for b in deliveries.breaks if b.source == source and not b.comparable and b.day <= month_span(month)[1]
    ]
    return {
        "source": source, "month": month, "environment": ALL_ENVIRONMENTS, "status": status,
        "version": row.version if row else "", "break_before": broken[-1] if broken else "",
        "asked": row.asked if row else None,
    }  # fmt: skip


def _rows(book: Any, name: str, columns: tuple[str, ...], faults: list[Fault]) -> Iterator[tuple[int, list[Any]]]:
    if name not in book.sheetnames:
        if name == SHEET:
            faults.append(Fault("own_file_headings", FILE, name, values={"headings": ", ".join(columns)}))
        return
    rows = list(book[name].iter_rows(values_only=True))
    headings = [str(cell or "").strip() for cell in rows[0][: len(columns)]] if rows else []
    if headings != list(columns):
        faults.append(Fault("own_file_headings", FILE, name, values={"headings": ", ".join(columns)}))
        return
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in row[: len(columns)]]
        if any(cell not in (None, "") for cell in cells):
            yield number, cells


def _delivery(number: int, cells: list[Any], period: Period, sources: Mapping[str, Any],
              faults: list[Fault]) -> Delivery | None:  # fmt: skip
    source, word, file, profile, first, last, missing, asked, version, note = cells
    mine: list[Fault] = []

    def wrong(code: str, column: str, **values: object) -> None:
        mine.append(Fault(code, FILE, SHEET, number, column, values=values))

    if source not in sources:
        wrong("unknown_source", "Källa", known=", ".join(sources))
    status = WORDS.get(str(word or "").lower(), "")
    if not status:
        wrong("unknown_choice", "Leverans", known=", ".join(WORDS))
    if status == DELIVERED and not (file and profile):
        wrong("delivery_incomplete", "Fil")
    spans = [_month_of(cell) for cell in (first, last)]
    if None in spans and (first or last):
        wrong("not_a_month", "Från")
    gaps = [_month_of(part) for part in re.split(r"[,;]\s*", str(missing))] if missing else []
    if None in gaps:
        wrong("not_a_month", "Saknade månader")
    if asked not in (None, "") and not (isinstance(asked, int | float) and asked == int(asked) and asked >= 0):
        wrong("not_a_number", "Tillfrågade")
    months = period.months if None in spans else tuple(months_between(*_ends(spans[0], spans[1])))  # type: ignore[arg-type]
    months = tuple(month for month in months if month not in gaps)
    if not months and not mine:
        wrong("not_a_month", "Från")
    faults += mine
    if mine:
        return None
    return Delivery(number, str(source), status, str(file or ""), str(profile or ""), months,
                    None if asked in (None, "") else int(asked), str(version or ""), str(note or ""))  # fmt: skip


def _ends(first: str, last: str) -> tuple[date, date]:
    return month_span(first)[0], month_span(last)[1]


def _month_of(cell: object) -> str | None:
    if isinstance(cell, datetime | date):
        return f"{cell.year}-{cell.month:02d}"
    text = str(cell or "").strip()
    return text if re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text) else None


def _break(number: int, cells: list[Any], sources: Mapping[str, Any], faults: list[Fault]) -> Break | None:
    source, day, text, comparable = cells
    answer = str(comparable or "").lower()
    on = day.date() if isinstance(day, datetime) else day
    if source not in sources or not isinstance(on, date) or not text or answer not in ("ja", "nej"):
        faults.append(Fault("break_incomplete", FILE, BREAKS, number))
        return None
    return Break(str(source), on, str(text), answer == "ja")
