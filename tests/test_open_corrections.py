"""`vbe check --to-corrections`: each error as a row of rattelser.xlsx that waits for a decision."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.workspaces import HEADINGS, NAME, ROWS, SHEET, correct, make, told, vbe, xlsx
from vbe_analysis.workspace.workspace import Workspace

BOOK = "data/raw/2021/rattelser.xlsx"
BAD = (
    *ROWS,
    (date(2020, 9, 2), "Ekåsen", "Klotter", "Höger", "ca 3"),  # row 5
    ("2020-13-05", "Ekåsen", "Klotter", "Höger", 1),  # row 6
    (date(2020, 9, 3), "Ekåsen", "Klotter", "Hoger", 1),  # row 7
)


def rows_of(root: Path) -> list[list[object]]:
    """The rows of rattelser.xlsx below its headings."""
    return [list(row) for row in openpyxl.load_workbook(root / BOOK)["Rättelser"].iter_rows(2, values_only=True)]


def places(root: Path) -> list[tuple[object, ...]]:
    return [tuple(row[:4]) for row in rows_of(root) if row[0]]


def test_each_error_has_a_row_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path, BAD)
    assert vbe(root, "check", "2021", "--quiet", "--to-corrections") == 1
    assert "data/raw/2021/rattelser.xlsx: nya rader med platsen ifylld: 3." in told(capsys)
    assert places(root) == [(NAME, SHEET, 5, "E"), (NAME, SHEET, 6, "A"), (NAME, SHEET, 7, "D")]
    assert all(row[4:8] == [None] * 4 for row in rows_of(root))
    assert rows_of(root)[0][8] == (
        "'ca 3' är inget antal. Ett antal är ett heltal från 0 och uppåt, eller <5 där källan döljer små tal."
    )
    vbe(root, "check", "2021", "--quiet", "--to-corrections")  # the rows that wait are no faults of their own
    said = told(capsys)
    assert "Antal fel: 3." in said
    assert "nya rader med platsen ifylld: 0." in said
    assert len(places(root)) == 3
    book = openpyxl.load_workbook(root / BOOK)
    sheet = book["Rättelser"]
    for number, value in ((2, 3), (3, date(2020, 12, 5)), (4, "utelämna")):
        for column, text in enumerate((value, "svar från kontoret", "samordnare", date(2021, 8, 20)), 5):
            sheet.cell(number, column).value = text
    sheet["D4"] = None
    book.save(root / BOOK)
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    events = Workspace(root).events("2021").set_index("row")
    assert (events.loc[5, "low"], str(events.loc[6, "date_from"])[:10], 7 in events.index) == (3, "2020-12-05", False)


def test_the_role_of_vbe_toml_is_filled_in_and_decides_nothing(tmp_path: Path) -> None:
    root = make(tmp_path, BAD)
    settings = root / "vbe.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[order]\ncontact = "samordnare"\n', encoding="utf-8")
    for _ in range(2):
        assert vbe(root, "check", "2021", "--quiet", "--to-corrections") == 1
        assert [row[4:8] for row in rows_of(root) if row[0]] == [[None, None, "samordnare", None]] * 3


def test_rows_of_a_person_stay_and_their_places_get_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path, BAD)
    correct(root, (NAME, "", 5, "Antal", "fortfarande fel"), (NAME, SHEET, 7, "", ""))
    before = rows_of(root)
    vbe(root, "check", "2021", "--quiet", "--to-corrections")
    assert rows_of(root)[:2] == before  # the heading is that cell, and a blank column is the whole row
    assert places(root)[2:] == [(NAME, SHEET, 6, "A")]


def test_a_row_that_waits_goes_when_its_error_has_gone(tmp_path: Path) -> None:
    root = make(tmp_path, BAD)
    vbe(root, "check", "2021", "--quiet", "--to-corrections")
    book = openpyxl.load_workbook(root / BOOK)
    book["Rättelser"]["F3"] = "frågat"  # begun
    book.save(root / BOOK)
    xlsx(root / "data/raw/2021" / NAME, [HEADINGS, *BAD[:3], BAD[0], BAD[1], BAD[-1]])
    vbe(root, "check", "2021", "--quiet", "--to-corrections")
    assert places(root) == [(NAME, SHEET, 6, "A"), (NAME, SHEET, 7, "D")]


def test_a_workbook_of_the_first_release_gets_the_column(tmp_path: Path) -> None:
    root = make(tmp_path, BAD)
    correct(root, (NAME, SHEET, 5, "E", 3))
    book = openpyxl.load_workbook(root / BOOK)
    book["Rättelser"].delete_cols(9)
    book.save(root / BOOK)
    vbe(root, "check", "2021", "--quiet", "--to-corrections")
    assert openpyxl.load_workbook(root / BOOK)["Rättelser"]["I1"].value == "Fel"
    assert places(root) == [(NAME, SHEET, 5, "E"), (NAME, SHEET, 6, "A"), (NAME, SHEET, 7, "D")]


def test_a_place_alone_that_a_person_wrote_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    correct(root, (NAME, SHEET, 2, "E", "", "", "", ""))
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert "rattelser.xlsx, blad 'Rättelser', rad 2: " in told(capsys)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (b"x", "rattelser.xlsx: Arbetsboken kan inte öppnas."),
        (
            "A1",
            "rattelser.xlsx, blad 'Rättelser': Bladet saknas, eller så är rubrikerna på första raden inte: Fil, Blad",
        ),
        (
            "I1",
            "rattelser.xlsx, blad 'Rättelser': Bladet saknas, eller så är rubrikerna på första raden inte: Fil, Blad",
        ),
    ],
)
def test_a_workbook_that_cannot_be_used_is_left_alone(
    spoil: bytes | str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path, BAD)
    correct(root)
    if isinstance(spoil, bytes):
        (root / BOOK).write_bytes(spoil)
    else:
        book = openpyxl.load_workbook(root / BOOK)
        book["Rättelser"][spoil] = "Eget"
        book.save(root / BOOK)
    before = (root / BOOK).read_bytes()
    assert vbe(root, "check", "2021", "--quiet", "--to-corrections") == 1
    assert sentence in told(capsys)
    assert (root / BOOK).read_bytes() == before
