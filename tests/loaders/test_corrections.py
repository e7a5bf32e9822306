"""rattelser.xlsx through the command: what each kind of decision does, and when one no longer holds."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.workspaces import HEADINGS, NAME, ROWS, SHEET, correct, deliver, make, office, state, told, vbe, xlsx
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.deliveries.corrections import read_corrections
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

RAW = "data/raw/2021"
GOOD = (date(2020, 9, 1), "Ekåsen", "Klotter", "Höger", 2)
PERSON = "Anna Andersson 811218-9876"
MISSES = (
    "Rättelsen pekar på en plats som inte finns eller inte läses, eller på flera platser (fil '{file}'). Rätta fil, "
    "blad, "
    "rad eller kolumn, eller ta bort rättelsen. Finns rubriken i flera kolumner: skriv kolumnens bokstav."
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bad", "column", "value", "field", "result"),
    [
        ((GOOD[0], "Ekåsen", "Kludd", "Höger", 2), "C", "klotter", "event_type", "klotter"),  # a code
        ((GOOD[0], "Ekåsen", "Kludd", "Höger", 2), "Typ", "Affisch", "event_type", "affischering"),  # a label
        ((GOOD[0], "Ekåsen", "Klotter", "Hoger", 2), " miljö ", "autonom", "environment", "autonom"),
        ((GOOD[0], "Ekåssen", "Klotter", "Höger", 2), "b", "ekasen", "area", "ekasen"),
        (("210305", *GOOD[1:]), "A", date(2021, 3, 5), "date_from", datetime(2021, 3, 5)),
        (("210305", *GOOD[1:]), "Datum", datetime(2021, 3, 5), "date_from", datetime(2021, 3, 5)),
        (("210305", *GOOD[1:]), "Datum", "mars 2021", "date_to", datetime(2021, 3, 31)),
        ((*GOOD[:4], "många"), "E", 7, "low", 7),
        ((*GOOD[:4], "många"), "Antal", "<5", "high", 4),
    ],
)
def test_a_cell_gets_a_new_value(
    bad: tuple[object, ...], column: str, value: object, field: str, result: object, tmp_path: Path
) -> None:
    root = make(tmp_path, [bad, *ROWS[1:]])
    original = (root / RAW / NAME).read_bytes()
    assert vbe(root, "ingest", "2021", "--quiet") == 1
    correct(root, (NAME, SHEET, 2, column, value))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    workspace = Workspace(root)
    first = workspace.events("2021").query("row == 2").iloc[0]
    assert (first[field], first["flags"].split()[0]) == (result, "corrected")
    assert set(workspace.events("2021").query("row > 2")["flags"]) == {""}
    assert workspace.record("2021")["corrections_by_reason"] == {"felskrivet": 1}
    assert (root / RAW / NAME).read_bytes() == original


def test_a_row_is_left_out_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path, [(GOOD[0], "Ekåsen", "Klotter", PERSON, 2), *ROWS])
    correct(root, (NAME, SHEET, 2, "", "Utelämna", "personuppgift", "samordnare", "2021-08-20"))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert "Rader i filerna: 5 = inlästa 3 + räknas inte enligt regel 1 + utelämnade 1." in told(capsys)
    rejects = Workspace(root).rejects("2021")
    assert rejects[["file", "sheet", "row", "reason"]].values.tolist() == [[NAME, SHEET, 2, "omitted"]]
    assert Workspace(root).record("2021")["corrections_by_reason"] == {"personuppgift": 1}


@pytest.mark.parametrize("column", ["F", PERSON])
def test_a_heading_is_cleared(column: str, tmp_path: Path) -> None:
    root = make(tmp_path)
    xlsx(root / RAW / NAME, [(*HEADINGS, PERSON), *((*row, "x") for row in ROWS)])
    correct(root, (NAME, SHEET, 1, column, "rensa"))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    record = (root / "data/processed/2021/korning.json").read_text(encoding="utf-8")
    assert "Anna" not in record  # the record knows a decision by its hash


@pytest.mark.parametrize("column", ["E", "Antal", ""])
def test_a_total_that_differs_is_approved(column: str, tmp_path: Path) -> None:
    root = make(tmp_path, [*ROWS, (None, "Summa", None, None, 9)])
    correct(root, (NAME, SHEET, 5, column, "godkänd avvikelse", "felräknat av kontoret", "samordnare", "2021-08-20"))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert Workspace(root).events("2021")["low"].sum() == 7
    assert Workspace(root).record("2021")["corrections_by_reason"] == {"felräknat av kontoret": 1}


def test_an_approval_of_another_row_does_not_help(tmp_path: Path) -> None:
    root = make(tmp_path, [*ROWS, (None, "Summa", None, None, 9)])
    correct(root, (NAME, SHEET, 4, "", "godkänd avvikelse"))
    assert vbe(root, "check", "2021", "--quiet") == 1


def test_sheets_are_found_as_people_write_them(tmp_path: Path) -> None:
    root = make(tmp_path, [(GOOD[0], "Ekåsen", "Kludd", "Höger", 2), ROWS[1], (*ROWS[2][:4], "x")])
    correct(root, (NAME.upper(), " HÄNDELSER", 2, "C", "klotter"), (NAME, "", 4, "E", 4))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert Workspace(root).events("2021")["flags"].tolist() == ["corrected", "", "corrected"]


def test_a_joined_heading_is_found_as_the_message_shows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    profile = root / "data/profiles/ia.toml"
    joined = office("ia", header_rows=2)
    for name in ("Antal", "Typ"):
        joined = joined.replace(f'["{name}"]', f'["Skada / {name}"]')
    profile.write_text(joined, encoding="utf-8")
    bad = (GOOD[0], "Ekåsen", "Klotter", "Höger", "x")
    # "Skada" stands over two columns, and only in the first of them
    top, below = (None, None, "Skada", None, None), ("Datum", "Område", "Typ", "Antal", "Miljö")
    moved = [(*row[:3], row[4], row[3]) for row in (bad, *ROWS[1:])]
    xlsx(root / RAW / NAME, [top, below, *moved])
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert "rad 3, kolumn 'Skada / Antal': 'x' är inget antal." in told(capsys)
    correct(root, (NAME, SHEET, 3, "Skada / Antal", 3))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert Workspace(root).events("2021")["low"].tolist() == [3, 1, 4]


@pytest.mark.parametrize(
    ("place", "headings"),
    [
        (("Annan.xlsx", SHEET, 2, "C"), HEADINGS),
        ((NAME, "Höst", 2, "C"), HEADINGS),
        ((NAME, SHEET, 40, "C"), HEADINGS),
        ((NAME, SHEET, 2, "Färg"), HEADINGS),
        ((NAME, SHEET, 2, "ZZ"), HEADINGS),
        ((NAME, SHEET, 2, "Notering"), (*HEADINGS, "Notering", "Notering")),  # in two columns
    ],
)
def test_a_correction_that_names_no_one_place_stops(
    place: tuple[object, ...], headings: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    xlsx(root / RAW / NAME, [headings, *((*row, "a", "b")[: len(headings)] for row in ROWS)])
    correct(root, (*place, "klotter"))
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert f"rattelser.xlsx, blad 'Rättelser', rad 2: {MISSES.format(file=place[0])}" in told(capsys)


def test_a_cell_that_looks_like_the_column_letter_is_not_mistaken_for_a_heading(tmp_path: Path) -> None:
    # "C" stands in the free text above the row that is corrected
    rows = [(*ROWS[1], "C"), (GOOD[0], "Ekåsen", "Kludd", "Höger", 2, "d"), (*ROWS[2], "e")]
    root = make(tmp_path)
    xlsx(root / RAW / NAME, [(*HEADINGS, "Fritext"), *rows])
    correct(root, (NAME, SHEET, 3, "C", "klotter"))
    assert vbe(root, "ingest", "2021", "--quiet") == 0


def test_a_correction_of_a_file_that_is_not_read_stops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    correct(root, (NAME, SHEET, 2, "E", 5))
    deliver(root, [("ia", "ej levererat", NAME), ("sisab", "inget att rapportera")])
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert MISSES.format(file=NAME) in told(capsys)


def test_a_changed_original_makes_its_corrections_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = (GOOD[0], "Ekåsen", "Kludd", "Höger", 2)
    root = make(tmp_path, [bad, *ROWS[1:]])
    correct(root, (NAME, SHEET, 2, "C", "klotter"))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    before = state(root / "data/processed")
    xlsx(root / RAW / NAME, [HEADINGS, ROWS[1], bad, ROWS[2]])  # the office sends it again, in another order
    for _ in range(2):  # a run that fails keeps the earlier record, so the next one stops as well
        told(capsys)
        assert vbe(root, "ingest", "2021", "--quiet") == 1
        assert (
            "rattelser.xlsx, blad 'Rättelser', rad 2: Filen 'IA 2021.xlsx' har ändrats sedan rättelsen beslutades. "
            "Kontrollera om rättelsen fortfarande behövs. Behövs den: skriv dagens datum på raden. Annars: ta bort "
            "raden."
        ) in told(capsys)
        assert state(root / "data/processed") == before
    correct(root, (NAME, SHEET, 3, "C", "klotter", "felskrivet", "samordnare", date(2021, 9, 1)))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert Workspace(root).events("2021")["flags"].tolist() == ["", "corrected", ""]


def test_a_stale_correction_works_again_when_its_date_is_renewed(tmp_path: Path) -> None:
    bad = (GOOD[0], "Ekåsen", "Kludd", "Höger", 2)
    root = make(tmp_path, [bad, *ROWS[1:]])
    correct(root, (NAME, SHEET, 2, "C", "klotter"))
    vbe(root, "ingest", "2021", "--quiet")
    xlsx(root / RAW / NAME, [HEADINGS, bad, *ROWS[:1]])
    assert vbe(root, "ingest", "2021", "--quiet") == 1
    correct(root, (NAME, SHEET, 2, "C", "klotter", "felskrivet", "samordnare", date(2021, 8, 21)))
    assert vbe(root, "ingest", "2021", "--quiet") == 0


INCOMPLETE = "Rättelsen saknar något eller har fel slags värde: {missing}. Fyll i raden. Rad är ett helt tal och datum"


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (("", SHEET, 2, "C", "klotter", "fel", "samordnare", date(2021, 8, 20)), "Fil"),
        ((NAME, SHEET, "två", "C", "klotter", "fel", "samordnare", date(2021, 8, 20)), "Rad"),
        ((NAME, SHEET, 2.5, "C", "klotter", "fel", "samordnare", date(2021, 8, 20)), "Rad"),
        ((NAME, SHEET, 2, "", "klotter", "fel", "samordnare", date(2021, 8, 20)), "Kolumn"),
        ((NAME, SHEET, 1, "", "rensa", "fel", "samordnare", date(2021, 8, 20)), "Kolumn"),
        ((NAME, SHEET, 2, "C", "", "", "", "i går"), "Nytt värde, Skäl, Beslutad av (roll), Datum"),
    ],
)
def test_rows_that_are_not_filled_in_are_told(row: tuple[object, ...], missing: str, tmp_path: Path) -> None:
    root = make(tmp_path)
    correct(root, row, (NAME, SHEET, 2, "C", "klotter"), row)
    with pytest.raises(InputError) as stopped:
        read_corrections(root / RAW)
    assert [fault.row for fault in stopped.value.faults] == [2, 4]
    expected = f"rattelser.xlsx, blad 'Rättelser', rad 2: {INCOMPLETE.format(missing=missing)} skrivs som 2021-05-20."
    assert str(stopped.value.faults[0]) == expected


def test_personal_data_in_a_reason_or_role_stops(tmp_path: Path) -> None:
    root = make(tmp_path)
    correct(root, (NAME, SHEET, 2, "C", "klotter", "ringde Anna Andersson", "070-123 45 67", "2021-08-20"))
    with pytest.raises(InputError) as stopped:
        read_corrections(root / RAW)
    remedy = "Skriv om den utan personuppgifter. Skäl och beskrivningar visas i kapitlet."
    assert str(stopped.value).splitlines() == [
        "rattelser.xlsx, blad 'Rättelser', rad 2, kolumn 'Skäl': Texten innehåller troligen personuppgifter (namn). "
        f"{remedy}",
        "rattelser.xlsx, blad 'Rättelser', rad 2, kolumn 'Beslutad av (roll)': Texten innehåller troligen "
        "personuppgifter "
        f"(telefonnummer). {remedy}",
    ]


def test_a_workbook_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    assert read_corrections(tmp_path) == ()
    file = tmp_path / "rattelser.xlsx"
    file.write_bytes(b"PK")
    with pytest.raises(InputError, match=r"^rattelser\.xlsx: Arbetsboken kan inte öppnas\. Stäng den"):
        read_corrections(tmp_path)
    book = openpyxl.Workbook()
    book.active.title = "Rättelser"
    book.active.append(["Fil", "Sida"])
    book.save(file)
    with pytest.raises(InputError) as stopped:
        read_corrections(tmp_path)
    assert str(stopped.value) == (
        "rattelser.xlsx, blad 'Rättelser': Bladet saknas, eller så är rubrikerna på första raden inte: Fil, Blad, Rad, "
        "Kolumn, Nytt värde, Skäl, Beslutad av (roll), Datum. Återställ bladets namn och rubriker."
    )
