from datetime import date, datetime, time

import pytest

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell
from vbe_analysis.loaders.values.cells import (
    Missing,
    Number,
    NumberForm,
    Unreadable,
    amount,
    count_number,
    is_blank,
    label_of,
    normalise,
    suspicious,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "Vit makt-miljön",
        "vit MAKT-miljön",
        " Vit\u00a0makt-miljön ",
        "Vit  makt-\u00admiljön",
        "Vit makt-miljo\u0308n",
        "\ufeffVit\u200b makt-miljön\n",
    ],
)
def test_spellings_of_one_label_are_one(spelling: str) -> None:
    assert normalise(spelling) == "vit makt-miljön"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Vit makt-miljön", None),
        ("Oklar", None),
        ("\u041eklar", "foreign_letters"),  # a Cyrillic O
        ("Autον\u03bfm", "foreign_letters"),
        ("Ã…by", "double_encoded"),
        ("miljÃ¶", "double_encoded"),
        ("2020â€“2021", "double_encoded"),
        ("milj\ufffdn", "replacement_character"),
        ("\u202eralko", "turned_text"),
        ("Café – 5 µg", None),
    ],
)
def test_labels_that_are_not_what_they_seem_are_warned_about_and_not_merged(text: str, code: str | None) -> None:
    assert suspicious(text) == code
    if code:
        fault = Fault(code, values={"value": text})
        assert text in fault.text
        assert fault.remedy


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        (None, ""),
        ("  ", ""),
        (" 007 ", "007"),
        (2021.0, "2021"),
        (2.5, "2,5"),
        (3, "3"),
        (True, "SANT"),
        (False, "FALSKT"),
        (date(2021, 3, 5), "2021-03-05"),
        (datetime(2021, 3, 5), "2021-03-05"),
        (datetime(2021, 3, 5, 14, 30), "2021-03-05 14:30"),
        (time(8, 5), "08:05"),
    ],
)
def test_a_cell_as_label_reads_as_the_office_sees_it(cell: Cell, label: str) -> None:
    assert label_of(cell) == label
    assert is_blank(cell) == (label == "")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (2.0, Number(2, 2)),
        (7, Number(7, 7)),
        (0.0, Number(0, 0)),
        ("12", Number(12, 12)),
        ("1\u00a0234", Number(1234, 1234)),
        ("1\u202f234\u202f567", Number(1234567, 1234567)),
        ("1.234.567", Number(1234567, 1234567)),
        ("2,0", Number(2, 2)),
        ("5 st", Number(5, 5)),
        ("<5", Number(1, 4, True)),
        ("< 5", Number(1, 4, True)),
        ("Färre än 5", Number(1, 4, True)),
        ("≤4", Number(1, 4, True)),
        ("1–4", Number(1, 4, True)),
        ("0-4", Number(0, 4, True)),
        ("12 [r]", Number(12, 12, note="[r]")),
        ("<5 *", Number(1, 4, True, "*")),
        ("5 1)", Number(5, 5, note="1)")),
        ("..", Missing()),
        ("–", Missing()),
        ("Uppgift saknas", Missing()),
        ("", Missing()),
        (None, Missing()),
    ],
)
def test_counts_that_are_read(cell: Cell, expected: Number | Missing) -> None:
    assert count_number(cell) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *[(cell, "unreadable_number") for cell in ("ca 5", "några stycken", "flera", "5+", ">5", "<1", "4-1", "51)")],
        *[(cell, "unreadable_number") for cell in ("12,5", "-3", "10 %", "1e3", "1_000", "nan", "٣", "½", "5 mars")],
        *[(cell, "unreadable_number") for cell in (2.5, -1.0, float("nan"), float("inf"), True, date(2021, 1, 4))],
        ("1.234", "ambiguous_number"),
        ("1,234", "ambiguous_number"),
        ("#REF!", "error_cell"),
        ("#SAKNAS!", "error_cell"),
    ],
)
def test_counts_that_are_refused_by_name(cell: Cell, code: str) -> None:
    found = count_number(cell)
    assert isinstance(found, Unreadable)
    assert found.code == code
    assert label_of(cell) in Fault(code, values=found.values).text


def test_what_an_unreadable_number_says() -> None:
    found = count_number("några stycken")
    assert isinstance(found, Unreadable)
    assert str(Fault(found.code, "enkät.xlsx", row=70, column="Antal", values=found.values)) == (
        "enkät.xlsx, rad 70, kolumn 'Antal': 'några stycken' är inget antal. Ett antal är ett heltal från 0 och uppåt, "
        "eller <5 där källan döljer små tal. Fråga avsändaren och skriv antalet i rattelser.xlsx, "
        "eller utelämna raden där."
    )


@pytest.mark.parametrize(
    ("cell", "form", "expected"),
    [
        ("12 345,50 kr", NumberForm(), 12345.5),
        ("0,5", NumberForm(), 0.5),
        ("0,125", NumberForm(), 0.125),  # no thousand begins with 0
        ("−890,50", NumberForm(), -890.5),
        ("1.234,50", NumberForm(), 1234.5),
        ("1.234", NumberForm(thousands=(".",)), 1234.0),
        ("1,234", NumberForm(decimal=".", thousands=(",",)), 1234.0),
        ("1,234.5", NumberForm(decimal=".", thousands=(",",)), 1234.5),
        ("12 345,678", NumberForm(), 12345.678),
        (61.0, NumberForm(), 61.0),
        ("inga", NumberForm(zero=("inga",)), 0.0),
        ("e.u.", NumberForm(missing=("e.u.",)), Missing()),
    ],
)
def test_amounts_follow_the_form_of_the_source(cell: Cell, form: NumberForm, expected: float | Missing) -> None:
    assert amount(cell, form) == expected


@pytest.mark.parametrize("cell", [1e300, 12345678901234567890, 1_000_000_001.0, "12345678901234567890", "9" * 400])
def test_a_number_that_nobody_can_count_to_is_unreadable(cell: object) -> None:
    read = count_number(cell)  # type: ignore[arg-type]
    assert isinstance(read, Unreadable) and read.code in ("large_number", "unreadable_number")
    assert count_number(1e9) == Number(1_000_000_000, 1_000_000_000)
