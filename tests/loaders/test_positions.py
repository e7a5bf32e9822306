"""Rows by position: short rows, last rows, and a second table in the same part of a sheet."""

from pathlib import Path

import pytest

from tests.loaders.loading import load, rules, workbook
from tests.profiles import register, tables, total, where

SHORT = (
    "Raden har inte lika många fält som tabellen har kolumner, eller så finns dess nummer två gånger i filen. Be "
    "avsändaren om en ny fil. Ett skiljetecken mitt i en text är den vanliga orsaken. Ska filen läsas utan raden: "
    "utelämna den i rattelser.xlsx."
)


@pytest.mark.parametrize("end", ["", '2021-04-01;"x" y;Autonom\n'])  # by pyarrow, and line by line
def test_a_row_with_fewer_fields_than_headings_is_rejected_by_number(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.csv"
    rows = "Datum;Typ;Miljö\n2021-03-05;Klotter;Autonom\n2021-03-06;Klotter\n2021-03-07;Hot;Autonom\n2021-03-08\n"
    path.write_text(rows + end, encoding="utf-8")
    found = load(path, tables(register(types={"Klotter": "klotter", "Hot": "hot_krankning", '"x" y': "symbol"})))
    assert [str(fault) for fault in found.faults] == [f"a.csv, rad {row}: {SHORT}" for row in (3, 5)]
    assert list(found.events["row"]) == [2, 4, *([6] if end else [])]


def test_short_rows_that_a_rule_names_are_left_to_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "Utdrag 2021\nDatum;Typ;Miljö\n2021-03-05;Klotter;Autonom\nSumma;1\n\nKälla: IA\n", encoding="utf-8"
    )
    found = load(tmp_path / "a.csv", tables(register(total("total_row", where("Datum", "Summa"), sums=[]))))
    assert (found.faults, len(found.events)) == ((), 1)
    assert rules(found) == {"title_row": [1], "total_row": [4], "blank_row": [5], "footnote": [6]}


@pytest.mark.parametrize("cell", ["2021-03-06", "5 mars", "5/3", "mars 2021"])
def test_a_last_row_that_begins_with_a_date_is_no_note(tmp_path: Path, cell: str) -> None:
    rows = [["Datum", "Typ", "Miljö"], ["2021-03-05", "Klotter", "Autonom"], [cell]]
    found = load(workbook(tmp_path / "a.xlsx", {"Blad1": rows}), tables(register()))
    assert rules(found) == {}
    assert len(found.events) + len(found.faults) == 2


def test_a_second_table_in_the_same_part_is_told(tmp_path: Path) -> None:
    head, row = ["Datum", "Typ", "Miljö"], ["2021-03-05", "Klotter", "Autonom"]
    rows = [head, row, [], [*head, "Antal"], [*row, 3]]
    found = load(workbook(tmp_path / "a.xlsx", {"Blad1": rows}), tables(register()))
    assert [notice.values["letters"] for notice in found.notices] == ["D"]
    rows = [head, row, [], ["Månad", "Antal"], ["mars 2021", 3]]
    found = load(workbook(tmp_path / "b.xlsx", {"Blad1": rows}), tables(register()))
    assert sorted({fault.row for fault in found.faults}) == [4, 5]
