"""Forms: one file a form, in the layouts that Word and Excel users make."""

from pathlib import Path

import docx
import pytest

from tests.loaders.loading import load, rules, told, workbook

FIELDS = """
[[tables.columns]]
as = "date"
heading = ["Datum", "När hände det?"]
[[tables.columns]]
as = "area"
heading = ["Område"]
[[tables.columns]]
as = "event_type"
heading = ["Vad gäller det?"]
values = { "Klotter" = "klotter", "Hot" = "hot_krankning" }
[[tables.columns]]
as = "environment"
heading = ["Miljö"]
many = true
values = { "Vit makt" = "vit_makt", "Autonom" = "autonom" }
[[tables.columns]]
as = "text"
heading = ["Beskrivning"]
"""
ONE = [("2021-03-05", "2021-03-05", "mistelvik", "hot_krankning", "vit_makt")]


def form(keys: str = "") -> str:
    return f'[[tables]]\nshape = "form"\n{keys}{FIELDS}'


def one(path: Path, profile: str) -> list[tuple[object, ...]]:
    return told(load(path, profile), "date_from", "date_to", "area", "event_type", "environment")


def in_table(path: Path, rows: list[list[str]]) -> Path:
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(str(path))
    return path


def test_label_and_value_side_by_side(tmp_path: Path) -> None:
    rows = [
        ["Datum:", "5 mars 2021"],
        ["Område", "Mistelvik"],
        ["Vad gäller det?", "Hot"],
        ["Miljö", "\u2612 Vit makt \u2610 Autonom"],
        ["Beskrivning", "Något hände."],
    ]
    assert one(in_table(tmp_path / "b.docx", rows), form()) == ONE


def test_label_with_the_value_in_the_cell_below_two_to_a_row(tmp_path: Path) -> None:
    rows = [
        ["När hände det?", "Område"],
        ["2021-03-05", "Mistelvik"],
        ["Vad gäller det?", "Miljö"],
        ["Hot", "Vit makt"],
        ["Beskrivning", ""],
        ["Något hände.", ""],
    ]
    assert one(in_table(tmp_path / "b.docx", rows), form('label_column = "*"\nvalue_column = "below"\n')) == ONE


def test_labels_two_to_a_row_with_the_value_to_the_right(tmp_path: Path) -> None:
    rows = [
        ["Datum", "2021-03-05", "Område", "Mistelvik"],
        ["Vad gäller det?", "Hot", "Miljö", "Vit makt"],
        ["Beskrivning", "", "", ""],
    ]
    assert one(workbook(tmp_path / "b.xlsx", {"Blad1": rows}), form('label_column = "*"\n')) == ONE


def test_a_blank_field_does_not_take_its_neighbours_label_as_value(tmp_path: Path) -> None:
    rows = [
        ["Datum", "", "Område", "Mistelvik"],
        ["Vad gäller det?", "Hot", "Miljö", "Vit makt"],
        ["Beskrivning", "", "", ""],
    ]
    found = one(workbook(tmp_path / "b.xlsx", {"Blad1": rows}), form('label_column = "*"\n'))
    assert found == [("2021-01-01", "2021-12-31", *ONE[0][2:])]


def test_label_and_value_in_one_cell(tmp_path: Path) -> None:
    rows = [
        ["Datum: 2021-03-05"],
        ["Område: Mistelvik"],
        ["Vad gäller det?\nHot"],
        ["Vad gäller det?: Hot"],
        ["Miljö:\nVit makt"],
        ["Beskrivning: kl. 12:30"],
    ]
    del rows[2]
    assert one(in_table(tmp_path / "b.docx", rows), form()) == ONE


def test_paragraphs(tmp_path: Path) -> None:
    document = docx.Document()
    for text in (
        "Blankett",
        "Datum: 2021-03-05",
        "Område: Mistelvik",
        "Vad gäller det?: Hot",
        "Miljö: Vit makt",
        "Beskrivning: Något hände.",
    ):
        document.add_paragraph(text)
    document.save(str(tmp_path / "b.docx"))
    found = load(tmp_path / "b.docx", form('sheets = ["brödtext"]\n'))
    assert told(found, "date_from", "date_to", "area", "event_type", "environment") == ONE
    assert rules(found) == {"form_field": [1, 2, 3, 5, 6]}


@pytest.mark.parametrize("keys", ["", 'label_column = "*"\n'])
def test_several_forms_in_one_sheet_and_a_fault_on_the_fields_own_row(tmp_path: Path, keys: str) -> None:
    rows = [
        ["Datum", "2021-03-05"],
        ["Område", "Mistelvik"],
        ["Vad gäller det?", "Hot"],
        ["Miljö", "Vit makt"],
        ["Beskrivning", ""],
        [],
        ["Datum", "5/3"],
        ["Område", "Lodsby"],
        ["Vad gäller det?", "Hott"],
        ["Miljö", "Autonom"],
        ["Beskrivning", ""],
    ]
    found = load(workbook(tmp_path / "b.xlsx", {"Blad1": rows}), form(keys))
    assert [(fault.code, fault.row) for fault in found.faults] == [("unknown_label", 9), ("ambiguous_date", 7)]
    assert list(found.events["row"]) == [3]
