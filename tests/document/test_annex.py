"""The workbook, read back: equal to the document's tables, numbers as numbers, text never a formula."""

import io
import time
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.document.specimen import ANNEX, COVERAGE, ENVIRONMENTS, LONG, cover, specimen, trend
from vbe_analysis.document.annex import write_xlsx
from vbe_analysis.document.parts import Table
from vbe_analysis.document.tree import Document

PARTS = ("antal", "av", "lägst", "högst")


@pytest.fixture(scope="module")
def written() -> bytes:
    return write_xlsx(specimen())


@pytest.fixture
def book(written: bytes) -> Workbook:
    """Opened by each test: a cell that is asked for is in the sheet from then on."""
    return openpyxl.load_workbook(io.BytesIO(written))


def test_one_sheet_a_table_after_cover_contents_and_signs(book: Workbook) -> None:
    assert book.sheetnames == [
        *("Omslag", "Innehåll", "Tecken och ord"),
        *("Tabell 1", "Tabell 2", "Tabell 3", "Figur 1", "Tabell B1", "tidy"),
    ]
    for sheet in book.worksheets:  # only what stands under a table, so that the table can be sorted
        rows = [row[0].value for row in sheet.iter_rows()]
        assert all(None in rows[2 : merged.min_row - 1] for merged in sheet.merged_cells.ranges)


@pytest.mark.parametrize(
    ("sheet", "table"),
    [("Tabell 3", LONG), ("Figur 1", trend().data), ("Tabell B1", ANNEX)],
)
def test_a_sheet_read_back_equals_the_table(book: Workbook, sheet: str, table: Table) -> None:
    rows = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    start = rows.index([*table.header, *[None] * (len(rows[0]) - len(table.header))])
    wanted = [
        [text if value is None else value for text, value in zip(texts, values, strict=True)]
        for texts, values in zip(table.cells, table.values, strict=True)
    ]
    end = start + 1 + len(wanted)
    assert rows[start + 1 : end] == wanted and rows[end] == [None] * len(rows[0])
    assert book[sheet].freeze_panes == f"B{start + 2}" and start == 2  # the table is in view, whatever its notes


def test_an_intervals_ends_stand_as_numbers_after_the_printed_columns(book: Workbook) -> None:
    rows = list(book["Tabell 1"].iter_rows(min_row=3, max_row=7, values_only=True))
    before, now, change = "Föregående period", "Denna period", "Skillnad"
    ends = [f"{name}, {end}" for name in (before, now, change) for end in ("lägst", "högst")]
    few = "för få för att bedöma"
    assert rows == [
        ("Miljö", before, now, change, "Bedömning", *ends),
        ("Autonoma miljön", 4, "2–3 (skyddat antal)", "−2 till −1", few, 4, 4, 2, 3, -2, -1),
        ("Vit makt-miljön", 1234, 1198, -36, "ingen säker förändring", 1234, 1234, 1198, 1198, -36, -36),
        ("Islamistiska extremistiska miljön", 0, 0, 0, few, *[0] * 6),
        ("Oklar miljö", 1, "uppgift saknas", "–", "går inte att jämföra", 1, 1, *[None] * 4),
    ]
    assert book["Tabell 1"].print_area == f"'Tabell 1'!$A$1:$E${book['Tabell 1'].max_row}"


def test_x_of_n_stands_as_numbers_after_the_printed_columns(book: Workbook) -> None:
    rows = list(book["Tabell 2"].iter_rows(min_row=3, max_row=5, values_only=True))
    assert rows == [
        ("Källa", "Månader", "Svar", "Månader, antal", "Månader, av", *(f"Svar, {name}" for name in PARTS)),
        ("Enkät <personal> & chefer", "12 av 12", "38 av 60", 12, 12, 38, 60, 0.63, 0.7),
        ("=SUMMA(IA)", "9 av 12", "–", 9, 12, *[None] * 4),
    ]
    assert book["Tabell 2"]["H4"].number_format == "0 %"


@pytest.mark.parametrize("sheet", ["Tabell 1", "Tabell 2", "Tabell 3", "Figur 1", "Tabell B1"])
def test_each_column_of_numbers_is_explained_under_the_table(book: Workbook, sheet: str) -> None:
    printed = book[sheet].print_area.split("$")[-2]
    numbers = [cell.value for cell in book[sheet][3] if cell.value and cell.column_letter > printed]
    first = book[sheet].cell(1, book[sheet][f"{printed}1"].column + 1).column_letter  # beside what is put on paper
    below = [str(cell.value) for cell in book[sheet][first][4:] if cell.value]
    guide = dict(line.removeprefix("…").split(": ", 1) for line in below if line.startswith("…"))
    assert [name for name in numbers if not name.endswith(tuple(guide))] == [] and len(guide) <= len(numbers)
    assert all(meaning.endswith(".") for meaning in guide.values())


def test_notes_wrap_over_the_printed_columns_and_have_the_height_they_need(book: Workbook) -> None:
    sheet = book["Tabell 1"]
    [source] = [cell for cell in sheet["A"] if str(cell.value).startswith("Källa: ")]
    assert source.alignment.wrap_text and source.coordinate in sheet.merged_cells
    width = sum(sheet.column_dimensions[letter].width for letter in "ABCDE")
    assert sheet.row_dimensions[source.row].height * width / 15 >= len(source.value)


def test_all_cells_stand_in_the_long_table(book: Workbook) -> None:
    rows = list(book["tidy"].iter_rows(values_only=True))
    start = next(at for at, row in enumerate(rows) if row[0] == "Tabell")
    assert rows[start] == ("Tabell", "Titel", "Rad", "Kolumn", "Cell", "Antal", "Av", "Lägst", "Högst", "Enhet")
    tables = (ENVIRONMENTS, COVERAGE, LONG, trend().data, ANNEX)
    assert len(rows) - start - 1 == sum(len(table.cells) * (len(table.header) - 1) for table in tables)
    unit = "antal händelser"
    named = ("Tabell\u00a01", ENVIRONMENTS.title)
    assert rows[start + 1 : start + 3] == [
        (*named, "Autonoma miljön", "Föregående period", "4", None, None, 4, 4, unit),
        (*named, "Autonoma miljön", "Denna period", "2–3 (skyddat antal)", None, None, 2, 3, unit),
    ]
    assert (*("Tabell\u00a02", COVERAGE.title, "=SUMMA(IA)", "Månader", "9 av 12", 9, 12), *[None] * 3) in rows


def test_a_row_is_named_by_as_many_columns_as_it_takes() -> None:
    header, cells = ("Källa", "Period", "Svar"), (("Enkät", "2020", "7"), ("Enkät", "2021", "8"))
    table = replace(ANNEX, id="svar", header=header, cells=cells, values=())
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(Document(cover(), (table,)))))
    assert [row[2:5] for row in book["tidy"].iter_rows(values_only=True)][-2:] == [
        ("Enkät · 2020", "Svar", "7"),
        ("Enkät · 2021", "Svar", "8"),
    ]


def test_title_and_mark_stand_above_the_rest_below(book: Workbook) -> None:
    column = [cell.value for cell in book["Tabell 1"]["A"]]
    assert column[:3] == [
        "Tabell\u00a01. Ingen säker förändring i någon miljö sedan föregående period",
        "Internt underlag",
        "Miljö",
    ]
    assert column[7:] == [
        None,
        "Norra Ängby stadsdelsområde, 1 juli 2020–30 juni 2021",
        "Enhet: antal händelser",
        "”2–3” betyder att två rapporter kan gälla samma händelse.",
        "Källa: Enkät, blankett, SISAB, trafikkontoret, IA och polis. Bearbetning: stadsdelsförvaltningen.",
    ]
    assert [cell.value for cell in book["Tabell 1"]["F"]][8:10] == [
        "…, lägst: Det lägsta tal som uppgifterna tillåter. Samma som högst när talet är säkert.",
        "…, högst: Det högsta tal som uppgifterna tillåter. Tomt när det inte finns någon övre gräns.",
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
    links = [(row[0].value, row[0].hyperlink.location) for row in book["Innehåll"]["A3:A8"]]
    assert links == [
        ("Tabell\u00a01", "'Tabell 1'!A1"),
        ("Tabell\u00a02", "'Tabell 2'!A1"),
        ("Tabell\u00a03", "'Tabell 3'!A1"),
        ("Figur\u00a01", "'Figur 1'!A1"),
        ("Tabell\u00a0B1", "'Tabell B1'!A1"),
        ("tidy", "'tidy'!A1"),
    ]


def test_the_signs_that_stand_in_a_cell_are_explained_and_no_others(book: Workbook) -> None:
    signs = [row[0] for row in book["Tecken och ord"].iter_rows(min_row=3, values_only=True)]
    assert signs == ["0", "–", "5–9", "skyddat antal", "uppgift saknas"]
    plain = openpyxl.load_workbook(io.BytesIO(write_xlsx(Document(cover(), (replace(trend().data, id="ar"),)))))
    assert [row[0] for row in plain["Tecken och ord"].iter_rows(min_row=3, values_only=True)] == []
    told = " ".join(str(row[0]) for row in plain["Omslag"].iter_rows(values_only=True))
    assert "diagram" not in told and "Tabell B" not in told


def test_the_public_edition_carries_its_own_mark() -> None:
    public = openpyxl.load_workbook(io.BytesIO(write_xlsx(specimen("publik"))))
    values = [str(cell) for sheet in public for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "Publik utgåva" in values
    assert not [value for value in values if "ntern" in value]


def test_same_document_same_bytes_whatever_the_clock() -> None:
    first = write_xlsx(specimen())
    time.sleep(1.1)  # openpyxl stamps seconds
    assert write_xlsx(specimen()) == first
