"""Conservation by filled cell: every one is read, dropped by a named column or rule, or told."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.loaders.loading import load, workbook
from tests.profiles import column, group, level, names, register, table, tables
from vbe_analysis.loaders.tables.conservation import CellCount
from vbe_analysis.loaders.tables.file import FileResult

ROWS = [["Datum", "Typ", "Miljö"], ["2021-03-05", "Klotter", "Autonom"], ["2021-04-01", "Klotter", "Vit makt"]]
WIDE = table(
    "counts",
    column("area", "Område"),
    group("*", level("month"), missing=["-"]),
    names("sheet", "*", level("year")),
    constants={"event_type": "klotter", "environment": "oklar"},
)
LONG = table(
    "counts",
    column("date", "Månad"),
    column("environment", "Miljö", values={"A": "autonom", "V": "vit_makt"}),
    column("count", "Antal", needed=False),
    column("text", "Kommentar", needed=False),
    constants={"event_type": "klotter"},
)
SURVEY = table(
    "survey",
    column("noted", "Något?"),
    column("event_type", "Vad?", many=True, needed=False, values={"Klotter": "klotter", "Annat": "ovrigt"}),
    column("question", "Plan?", question="plan", needed=False, values={"Ja": "ja", "Nej": "nej"}),
    column("drop", "Namn", needed=False),
)
FORM = table(
    "form",
    column("date", "Datum"),
    column("event_type", "Vad?", values={"Klotter": "klotter", "Hot": "hot_krankning"}),
    column("drop", "Beskrivning", needed=False),
    label_column="*",
)


def cells_of(found: FileResult) -> CellCount:
    (outcomes,) = found.outcomes
    (count,) = outcomes.cells
    return count


def test_what_a_profile_leaves_unread_is_told_and_counted(tmp_path: Path) -> None:
    more = ["Antal", "Anm", "Sågs", None, "Namn"], [3, "igen", "2021-03-06", 1, "x"], [4, None, None, 2, "y"]
    rows = [row + rest for row, rest in zip(ROWS, more, strict=True)]
    found = load(workbook(tmp_path / "a.xlsx", {"Blad1": rows}), tables(register(column("drop", "Namn"))))
    assert cells_of(found) == CellCount(21, 6, {"drop": 2, "header_row": 7}, {"unread_column": 6})
    assert [str(notice) for notice in found.notices] == [
        "a.xlsx, blad 'Blad1': Kolumner som ser ut att innehålla antal, datum eller val men inte läses: 'Antal' "
        "(antal, ifyllda celler: 2), 'Sågs' (datum, ifyllda celler: 1), kolumn G (antal, ifyllda celler: 2). "
        "Ska en kolumn räknas: lägg till den i profilen. "
        'Annars: skriv rubriken i en kolumn med as = "drop", så nämns den inte mer.',
        "a.xlsx, blad 'Blad1': Kolumner som inte finns i profilen och inte läses: E. "
        "Ska en kolumn läsas: lägg till den i profilen. "
        'Annars: skriv rubriken i en kolumn med as = "drop", så nämns den inte mer.',
    ]


def test_a_second_column_of_one_meaning_is_told_and_not_read(tmp_path: Path) -> None:
    more = ["Anmält"], ["2021-06-01"], ["2021-07-01"]
    rows = [row + rest for row, rest in zip(ROWS, more, strict=True)]
    found = load(workbook(tmp_path / "a.xlsx", {"Blad1": rows}), tables(register(column("date", "Anmält"))))
    assert [str(day.date()) for day in found.events["date_from"]] == ["2021-03-05", "2021-04-01"]
    assert cells_of(found).notices == {"second_column": 2}
    assert [str(notice) for notice in found.notices] == [
        "a.xlsx, blad 'Blad1', kolumn 'Anmält': Kolumnen har samma betydelse i profilen som kolumnen 'Datum' och läses "
        "inte. Ifyllda celler: 2. Välj vilken av dem som ska läsas, och låt den andra vara drop i profilen."
    ]


def test_what_stands_beside_a_forms_fields_is_told_by_cell(tmp_path: Path) -> None:
    rows = [["Datum", "2021-03-05", "2021-03-06"], ["Vad?", "Klotter"], ["Antal", "3"], ["Beskrivning", "Något."]]
    found = load(workbook(tmp_path / "b.xlsx", {"Blad1": rows}), tables(FORM))
    assert cells_of(found) == CellCount(9, 2, {"drop": 1, "header_row": 3}, {"unread_cells": 3})
    assert [str(notice) for notice in found.notices] == [
        "b.xlsx, blad 'Blad1': Celler i blanketten som inte är något fält i profilen och inte läses: C1, A3, B3. "
        "Ska de läsas: lägg till fältet i profilen. "
        'Annars: skriv etiketten i en kolumn med as = "drop", så nämns de inte mer.'
    ]


def test_a_cell_that_two_fields_claim_stops_the_file(tmp_path: Path) -> None:
    rows = [["Datum", "Vad?", "2021-03-05"]]
    found = load(
        workbook(tmp_path / "b.xlsx", {"Blad1": rows}),
        tables(
            table(
                "form",
                column("date", "Datum"),
                column("date_to", "Vad?"),
                label_column="*",
                value_column="C",
                constants={"event_type": "klotter"},
            )
        ),
    )
    assert [str(fault) for fault in found.refusals] == [
        "b.xlsx, blad 'Blad1': Tabellen har 3 ifyllda celler, men det som har lästs och lämnats är 4. "
        "Någon cell läses två gånger eller inte alls. Kontrollera i profilen att två fält inte läser samma cell. "
        "Annars: skicka den här raden till den som sköter programmet."
    ]


HEADINGS = [
    "Område",
    "jan",
    "feb",
    "Månad",
    "Miljö",
    "Antal",
    "Kommentar",
    "Något?",
    "Vad?",
    "Plan?",
    "Namn",
    "Datum",
    "Beskrivning",
    "Okänd",
    "",
]
VALUES = ["2021-03", "2021-03-05", "A", "V", "Lodsby", "Klotter", "Ja", "Nej", "3", "0", "-", "<5", "vet ej", "", "Hot"]


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([WIDE, LONG, SURVEY, FORM]),
    st.lists(st.sampled_from(HEADINGS), min_size=2, max_size=7, unique=True),
    st.lists(st.lists(st.sampled_from([*VALUES, *HEADINGS]), max_size=8), max_size=8),
)
def test_the_cells_of_any_table_add_up(layout: Any, headings: list[str], body: list[list[str]]) -> None:
    needed = {column["heading"][0] for column in layout.keys["columns"] if column.get("needed", True)}
    first = [*sorted(needed - set(headings)), *headings, *(["mars"] if "groups" in layout.keys else [])]
    rows = [first, *body]
    with tempfile.TemporaryDirectory() as folder:
        found = load(workbook(Path(folder) / "a.xlsx", {"2021": rows}), tables(layout))
    assert "cells_lost" not in {fault.code for fault in found.refusals}
    written = sum(1 for row in rows for cell in row if cell)
    for outcomes in found.outcomes:
        (count,) = outcomes.cells
        assert count.read + sum(count.dropped.values()) + sum(count.notices.values()) == count.filled == written
