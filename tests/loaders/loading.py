"""A file made in the test, loaded through a profile written in the test."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl

from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.profiles.profile import parse_profile
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.file import FileResult, read_delivered
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import default_vocabulary

YEAR = Period(date(2021, 1, 1), date(2021, 12, 31), "2021")
AREAS = {"mistelvik": "mistelvik", "lodsby": "lodsby"}
PLACES = {"tistelskolan": "mistelvik", "lodsby skola": "lodsby"}
HEAD = 'name = "prov"\nsource = "ia"\n'


def load(path: Path, profile: str, period: Period = YEAR) -> FileResult:
    """The file through a profile (its name and source are given)."""
    context = Context(
        parse_profile(HEAD + profile, "prov.toml"),
        default_vocabulary(),
        period.label,
        path.name,
        (period.start, period.end),
        AREAS,
        frozenset({"hasselnäset"}),
        PLACES,
    )
    return read_delivered(read_file(path), context, period)


def workbook(path: Path, sheets: Mapping[str, Iterable[Sequence[object]]], merged: Sequence[str] = ()) -> Path:
    """An xlsx with these rows; `merged` ranges are of its first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    book.save(path)
    return path


def text_file(path: Path, rows: Iterable[Sequence[object]], delimiter: str = ";") -> Path:
    """A csv with these rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def told(found: FileResult, *columns: str) -> list[tuple[object, ...]]:
    """The columns of the events, in order of row; days as text."""
    assert (found.refusals, found.faults) == ((), ()), "\n".join(map(str, (*found.refusals, *found.faults)))
    events = found.events.sort_values(["sheet", "row"], kind="stable")
    for name in ("date_from", "date_to"):
        events[name] = events[name].astype(str)
    return list(events[list(columns)].itertuples(index=False, name=None))


def rules(found: FileResult) -> dict[str, list[int]]:
    """Rule -> rows, over all sheets (headings left out)."""
    joined: dict[str, list[int]] = {}
    for outcomes in found.outcomes:
        for rule, rows in outcomes.ignored().items():
            if rule != "header_row":
                joined[rule] = joined.get(rule, []) + rows
    return joined
