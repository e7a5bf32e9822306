import io
import zipfile
from pathlib import Path

import docx as python_docx

from tests.loaders.files_made import docx, paragraph
from vbe_analysis.loaders.files.preflight import Limits, open_archive
from vbe_analysis.loaders.files.raw import Cell, RawSheet
from vbe_analysis.loaders.files.word import read_docx


def read(path: Path) -> list[RawSheet]:
    return read_docx(open_archive(path.read_bytes(), Limits()), Limits())


def rows(sheet: RawSheet) -> list[list[Cell]]:
    return [sheet.row(index) for index in range(len(sheet.row_numbers))]


def test_a_document_as_word_writes_it(tmp_path: Path) -> None:
    document = python_docx.Document()
    document.add_paragraph("Underlag till lokal lägesbild")
    document.add_paragraph("")
    document.add_paragraph("Period: maj 2020: april 2021")
    table = document.add_table(3, 3)
    texts = [["Miljö", "maj–okt", "nov–apr"], ["Vit makt", "<5", "1"], ["a", "b", "c"]]
    for row, cells in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Antal\nper halvår"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Vit makt"
    document.save(tmp_path / "ö.docx")
    table_sheet, prose = read(tmp_path / "ö.docx")
    assert (table_sheet.name, rows(table_sheet)) == (
        "tabell 1",
        [["Miljö", "Antal\nper halvår", None], ["Vit makt", "<5", "1"], [None, "b", "c"]],
    )
    assert table_sheet.merged == ((1, 1, 1, 2), (2, 0, 3, 0))
    assert (prose.name, prose.prose, list(prose.row_numbers)) == ("brödtext", True, [1, 3])
    assert rows(prose) == [["Underlag till lokal lägesbild", None], ["Period", "maj 2020: april 2021"]]


def test_deleted_text_prompts_and_tab_stops_are_not_text_and_boxes_are(tmp_path: Path) -> None:
    path = docx(
        tmp_path / "x.docx",
        "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t>Datum:</w:t><w:tab/></w:r>"
        "<w:del><w:r><w:delText>gammalt</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>flyttat</w:t></w:r></w:moveFrom>"
        "<w:ins><w:r><w:t>nytt</w:t></w:r></w:ins></w:p>"
        "<w:p><w:r><w:t>Plats:</w:t></w:r><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        "<w:r><w:t>Klicka här för att ange text.</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        "<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FE'/><w:t>Klotter</w:t></w:r><w:r><w:ffData><w:checkBox>"
        "<w:default w:val='0'/></w:checkBox></w:ffData><w:t>Hot</w:t></w:r></w:p>",
    )
    (prose,) = read(path)
    assert rows(prose) == [["Datum", "nytt"], ["Plats", None], ["☒Klotter☐Hot", None]]


def test_a_table_in_a_cell_is_its_own(tmp_path: Path) -> None:
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('inre')}</w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc>{paragraph('ytter')}{inner}{paragraph('igen')}</w:tc></w:tr></w:tbl>"
    first, second, prose = read(docx(tmp_path / "x.docx", body))
    assert [rows(first), rows(second), rows(prose)] == [[["ytter\nigen"]], [["inre"]], []]


def test_the_file_is_closed_and_nothing_unpacked(tmp_path: Path) -> None:
    path = docx(tmp_path / "x.docx", paragraph("a"))
    read(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.docx"]
    assert zipfile.is_zipfile(io.BytesIO(path.read_bytes()))
