"""The workbook, read back: equal to the document's tables, numbers as numbers, text never a formula."""

import io
import time

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.document.specimen import ANNEX, ENVIRONMENTS, LONG, specimen, trend
from vbe_analysis.document.annex import write_xlsx
from vbe_analysis.document.parts import Table


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_xlsx(specimen())))


def test_one_sheet_a_table_after_cover_contents_and_signs(book: Workbook) -> None:
    assert book.sheetnames == [
        *("Omslag", "Innehåll", "Tecken och ord"),
        *("Tabell 1", "Tabell 2", "Tabell 3", "Figur 1", "Tabell B1"),
    ]
    assert [sheet.merged_cells.ranges for sheet in book.worksheets] == [set()] * 8


@pytest.mark.parametrize(
    ("sheet", "table"),
    [("Tabell 1", ENVIRONMENTS), ("Tabell 3", LONG), ("Figur 1", trend().data), ("Tabell B1", ANNEX)],
)
def test_a_sheet_read_back_equals_the_table(book: Workbook, sheet: str, table: Table) -> None:
    rows = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    start = rows.index([*table.header, *[None] * (len(rows[0]) - len(table.header))])
    wanted = [
        [text if value is None else value for text, value in zip(texts, values, strict=True)]
        for texts, values in zip(table.cells, table.values, strict=True)
    ]
    assert rows[start + 1 :] == wanted
    assert book[sheet].freeze_panes == f"B{start + 2}"
    assert rows[start - 1] == [None] * len(rows[0])


def test_title_scope_unit_source_mark_and_notes_stand_above(book: Workbook) -> None:
    assert [book["Tabell 1"].cell(row, 1).value for row in range(1, 8)] == [
        "Tabell\u00a01. Ingen säker förändring i någon miljö sedan föregående period",
        "Norra Ängby stadsdelsområde, 1 juli 2020–30 juni 2021",
        "Enhet: antal händelser",
        "Källa: Enkät, blankett, SISAB, trafikkontoret, IA och polis. Bearbetning: stadsdelsförvaltningen.",
        "Internt underlag",
        "”2–3” betyder att två rapporter kan gälla samma händelse.",
        None,
    ]


def test_text_that_looks_like_a_formula_is_text(book: Workbook) -> None:
    cells = {cell.value: cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value}
    for text in ("=SUMMA(IA)", "+46 Norr"):
        assert cells[text].data_type == "s"
        assert cells[text].quotePrefix
    assert not [cell for cell in cells.values() if cell.data_type == "f"]


def test_the_cover_says_what_whose_when_and_how(book: Workbook) -> None:
    lines = [tuple(cell for cell in row if cell) for row in book["Omslag"].iter_rows(values_only=True)]
    assert lines[:2] == [("Lokal lägesbild",), ("Våldsbejakande extremism i Norra Ängby",)]
    assert ("Utgåva", "Internt underlag") in lines
    assert ("Period", "1 juli 2020–30 juni 2021") in lines
    assert ("Kan vara allmän handling. Sekretessprövas före utlämnande.",) in lines


def test_contents_link_to_the_sheets(book: Workbook) -> None:
    links = [(row[0].value, row[0].hyperlink.location) for row in book["Innehåll"]["A3:A7"]]
    assert links == [
        ("Tabell\u00a01", "'Tabell 1'!A1"),
        ("Tabell\u00a02", "'Tabell 2'!A1"),
        ("Tabell\u00a03", "'Tabell 3'!A1"),
        ("Figur\u00a01", "'Figur 1'!A1"),
        ("Tabell\u00a0B1", "'Tabell B1'!A1"),
    ]


def test_the_signs_are_explained(book: Workbook) -> None:
    signs = [row[0] for row in book["Tecken och ord"].iter_rows(min_row=3, values_only=True)]
    assert signs == ["0", "–", "5–9", "delvis", "r", "uppgift saknas", "inte tillfrågad"]


def test_the_public_edition_carries_its_own_mark() -> None:
    public = openpyxl.load_workbook(io.BytesIO(write_xlsx(specimen("publik"))))
    values = [str(cell) for sheet in public for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "Publik utgåva" in values
    assert not [value for value in values if "ntern" in value]


def test_same_document_same_bytes_whatever_the_clock() -> None:
    first = write_xlsx(specimen())
    time.sleep(1.1)  # openpyxl stamps seconds
    assert write_xlsx(specimen()) == first
