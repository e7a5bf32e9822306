"""The workbooks a coordinator fills in, opened again: choices, formats, and text that never becomes a formula."""

import io
from datetime import date

import openpyxl

from vbe_analysis.workspace.workbooks import corrections_book, deliveries_book


def test_deliveries_have_their_choices() -> None:
    rows = [("ia", "fil", "=1+1.xlsx", "ia", "2020-07", "2021-06", "", 12, "", "")]
    breaks = [("ia", date(2020, 10, 1), "Nytt system.", "nej")]
    content = deliveries_book(rows, breaks, ("ia", "sisab"), ("ia",), ("=1+1.xlsx", "b.csv"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Leveranser", "Avbrott", "Listor", "Så här fyller du i"]
    choices = {
        str(rule.sqref).split(":")[0]: listed(book, rule.formula1)
        for rule in book["Leveranser"].data_validations.dataValidation
    }
    assert choices == {
        "A2": ["ia", "sisab"],
        "B2": ["fil", "inget att rapportera", "ej levererat", "inte tillfrågad"],
        "C2": ["=1+1.xlsx", "b.csv"],
        "D2": ["ia"],
    }
    breaks_rules = book["Avbrott"].data_validations.dataValidation
    assert [listed(book, rule.formula1) for rule in breaks_rules] == [["ia", "sisab"], ["ja", "nej"]]
    # a pattern for several files may be written where the files are listed
    assert [rule.showErrorMessage for rule in book["Leveranser"].data_validations.dataValidation].count(False) == 2
    file = book["Leveranser"]["C2"]
    assert (file.value, file.data_type) == ("=1+1.xlsx", "s")
    # months stay text, or Excel makes days of them
    assert book["Leveranser"].column_dimensions["E"].number_format == "@"


def test_corrections_have_the_files_to_choose_from() -> None:
    book = openpyxl.load_workbook(io.BytesIO(corrections_book((), ("a.xlsx",))))
    (rule,) = book["Rättelser"].data_validations.dataValidation
    assert listed(book, rule.formula1) == ["a.xlsx"]
    assert [cell.value for cell in book["Rättelser"][1]] == [
        "Fil",
        "Blad",
        "Rad",
        "Kolumn",
        "Nytt värde",
        "Skäl",
        "Beslutad av (roll)",
        "Datum",
        "Fel",
    ]
    assert book["Så här fyller du i"]["A1"].value == "En rad för varje rättelse. Ändra aldrig originalfilen."


def listed(book: openpyxl.Workbook, formula: str) -> list[object]:
    """The choices that a drop-down's reference leads to."""
    sheet, place = formula.lstrip("=").split("!")
    return [row[0].value for row in book[sheet][place.replace("$", "")]]
