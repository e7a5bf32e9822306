import json
from pathlib import Path

import openpyxl
import pytest

from tests.loaders.files_made import docx, paragraph, written
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.profiles.unknown import header_row, inspect_file

REAL = Path(__file__).parents[3] / "shared" / "real"


def test_a_workbook_is_told_in_full_and_without_its_values(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Vår"
    for row in [
        ["Statistik 2021"],
        [],
        ["Skola", "Datum", "Antal"],
        ["Åskolan", "2021-03-05", 2],
        ["Bskolan", "x", "=A1"],
    ]:
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True
    workbook.save(tmp_path / "t.xlsx")
    told = inspect_file(read_file(tmp_path / "t.xlsx"), lambda ordinal, name: f"blad {ordinal}")
    assert told == {
        "file": "t.xlsx",
        "format": "xlsx",
        "encoding": None,
        "delimiter": None,
        "sheets": [
            {
                "name": "blad 1",
                "rows": 5,
                "columns": 3,
                "header_row": 3,
                "hidden": False,
                "hidden_rows": [4],
                "hidden_columns": ["B"],
                "merged": ["A1:C1"],
                "error_cells": [],
                "uncomputed": ["C5"],
            }
        ],
        "refused": None,
    }
    assert "skolan" not in json.dumps(told, ensure_ascii=False)


def test_a_refusal_keeps_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_file(written(tmp_path / "t.csv", "a;b\nå;ö\n", "cp850"))
    assert inspect_file(caught.value) == {
        "file": "t.csv",
        "format": "csv",
        "encoding": None,
        "delimiter": None,
        "sheets": [],
        "refused": {
            "code": "text_encoding",
            "message": "t.csv: Det går inte att avgöra säkert hur textfilen är kodad, "
            "så å, ä och ö skulle kunna bli fel. "
            "Spara om filen som UTF-8 (i Excel: CSV UTF-8) och försök igen. Är kodningen känd: skriv den i "
            "profilen, under [file] (encoding).",
        },
    }


def test_the_box_leaves_out_blank_margins(tmp_path: Path) -> None:
    told = inspect_file(read_file(written(tmp_path / "t.csv", ";a;b;\n;1;2;\n;;;\n")))
    assert [(sheet["rows"], sheet["columns"]) for sheet in told["sheets"]] == [(2, 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Datum;Typ\n2021-01-01;Klotter\n", 1),
        ("Uttag ur systemet\nDatum;Typ\n2021-01-01;Klotter\n", 2),
        ("Anmälda brott;Brå\n\n;2024;2025\nHot;1;2\n", 3),
        ("2021-01-01;Klotter;5\n2021-01-02;Affisch;6\n", None),
        ("Datum;Typ\n", None),
        ("en rad\nen till\n", None),
    ],
)
def test_the_header_row_is_guessed(tmp_path: Path, text: str, expected: int | None) -> None:
    assert header_row(read_file(written(tmp_path / "t.csv", text)).sheets[0]) == expected


def test_prose_has_no_header_row(tmp_path: Path) -> None:
    raw = read_file(docx(tmp_path / "t.docx", paragraph("Datum: 5 mars") + paragraph("Plats: Ekåsen")))
    assert header_row(raw.sheets[0]) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("graffiti_westminster_2012_noheader.csv", None),
        ("incidents_prevent_england_wales_TRANSCRIBED.csv", 2),
        ("incidents_csis_wapo_us_1994_2021.csv", 1),
        ("survey_tworowheader_models_de.csv", 1),
        ("sweden_bra_bromma_2024_2025.xlsx", 3),
    ],
)
def test_the_header_row_of_files_that_nobody_here_wrote(name: str, expected: int | None) -> None:
    if not (REAL / name).exists():
        pytest.skip("needs ../shared/real beside the repository")
    assert header_row(read_file(REAL / name).sheets[0]) == expected
