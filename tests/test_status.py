"""`vbe` and `vbe status`: where the work stands, and what is missing or looks wrong before the deadline."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.workspaces import HEADINGS, NAME, ROWS, deliver, make, told, vbe, xlsx

COPY = (
    "Filen är till sista byten densamma som 'IA 2021.xlsx' i samma mapp. Den nämns inte i leveranser.xlsx och räknas "
    "inte. Du behöver inte göra något. Ta gärna bort den ena."
)


def overview(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """What `vbe` says of 2021, and the next step."""
    told(capsys)
    assert vbe(root) == 0
    lines = told(capsys).splitlines()
    assert lines[:2] == [
        "Lokal lägesbild, Ekåsens stadsdelsförvaltning",
        "2020  1 juli 2019–30 juni 2020  – ingen mapp ännu",
    ]
    assert (lines[2][:34], lines[3]) == ("2021  1 juli 2020–30 juni 2021  – ", "")
    return lines[2][34:], lines[4]


def test_each_state_has_its_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    raw, book = root / "data/raw/2021", root / "data/raw/2021/leveranser.xlsx"
    book.rename(tmp_path / "undan.xlsx")
    assert overview(root, capsys) == ("leveranser.xlsx saknas", "Nästa steg: börja med omgången 2021: vbe new 2021")
    raw.rename(tmp_path / "undan")
    step = (
        "Nästa steg: börja med omgången 2021: be kontoren om uppgifter med vbe order 2021, lägg filerna i "
        "data/raw/2021 när de kommer och kör vbe igen"
    )
    assert overview(root, capsys) == ("ingen mapp ännu", step)
    (tmp_path / "undan").rename(raw)
    (tmp_path / "undan.xlsx").rename(book)
    step = (
        "Nästa steg: börja med omgången 2021: fyll i leveranser.xlsx, kör vbe check 2021 tills inga fel är kvar och "
        "sedan vbe ingest 2021"
    )
    assert overview(root, capsys) == ("inte inläst", step)
    vbe(root, "ingest", "2021", "--quiet")
    assert overview(root, capsys) == ("inläst, inget kapitel", "Nästa steg: vbe chapter 2021")
    chapter = root / "reports/2021/intern/lagesbild.html"
    chapter.write_text("kapitlet", encoding="utf-8")
    step = (
        "Nästa steg: läs kapitlet i reports/2021/intern, skriv texterna, och fastställ den publika utgåvan med "
        "vbe publish 2021 --dnr DIARIENUMMER"
    )
    assert overview(root, capsys) == ("kapitlet finns", step)
    os.utime(chapter, (0, 0))  # a chapter older than what was read in is not this chapter
    assert overview(root, capsys)[0] == "inläst, inget kapitel"
    xlsx(raw / NAME, [HEADINGS, *ROWS, ROWS[0]])
    assert overview(root, capsys) == ("ändrad sedan den lästes in", "Nästa steg: vbe ingest 2021")


DESCRIBE = (
    "Nästa steg: börja med omgången 2021: låt programmet beskriva filerna med vbe profile --all --excel, svara på "
    "frågorna i data/profiles och kör vbe new 2021"
)


@pytest.mark.parametrize("files", [[NAME], [NAME, "leveranser.xlsx"]], ids=["files", "files and leveranser.xlsx"])
def test_files_are_described_before_they_are_delivered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: list[str]
) -> None:
    root = make(tmp_path)
    deliver(root, [("ia", "", "", ""), ("sisab", "", "", "")])
    shutil.rmtree(root / "data/profiles")
    for path in (root / "data/raw/2021").iterdir():
        path.unlink() if path.name not in files else None
    assert overview(root, capsys)[1] == DESCRIBE
    (root / "data/raw/2021" / NAME).write_text("ingen tabell", encoding="utf-8")
    assert overview(root, capsys)[1] != DESCRIBE  # nothing that a profile could describe
    assert vbe(root, "profile", "--all", "--excel") == 0
    assert overview(root, capsys)[1] != DESCRIBE


def test_status_tells_what_each_source_gave_and_who_gave_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    deliver(root, [("ia", "fil", NAME, "ia", "2020-07", "2021-04"), ("polis", "inte tillfrågad")])
    assert vbe(root, "status", "2021") == 0
    assert told(capsys).splitlines() == [
        "Omgång 2021, 1 juli 2020–30 juni 2021",
        "  IA: levererat juli 2020–april 2021; saknas maj–juni 2021",
        "  Lokalpolisen: inte tillfrågad juli 2020–juni 2021",
        "  SISAB: saknas juli 2020–juni 2021",
        "Har inte lämnat något för perioden: SISAB.",
        "Inget hindrar att omgången läses in.",
    ]
    assert not (root / "data/processed/2021").exists()


def test_status_tells_a_file_that_lies_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    shutil.copy(root / "data/raw/2021" / NAME, root / "data/raw/2021/Slutlig.xlsx")
    assert vbe(root, "status", "2021") == 0
    assert told(capsys).splitlines()[-3:] == [
        "Upplysningar: 1",
        f"  • Slutlig.xlsx: {COPY}",
        "Inget hindrar att omgången läses in.",
    ]


def test_status_tells_what_it_can_before_the_rows_are_filled_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    folder = root / "data/raw/2021"
    (root / "data/raw/2020").mkdir()
    shutil.copy(folder / NAME, root / "data/raw/2020/gammal.xlsx")
    xlsx(folder / "SISAB.xlsx", [HEADINGS, *ROWS[:1]])
    shutil.copy(folder / "SISAB.xlsx", folder / "SISAB (2).xlsx")
    deliver(root, [("ia", ""), ("sisab", "")])
    assert vbe(root, "status", "2021") == 0
    assert told(capsys).splitlines() == [
        "Omgång 2021, 1 juli 2020–30 juni 2021",
        "Upplysningar: 2",
        "  • IA 2021.xlsx: Filen nämns inte i leveranser.xlsx och är till sista byten densamma som 'gammal.xlsx' i "
        "omgången "
        "2020. Be avsändaren om årets fil.",
        "  • SISAB.xlsx: Filen är till sista byten densamma som 'SISAB (2).xlsx' i samma mapp. Den nämns inte i "
        "leveranser.xlsx och räknas inte. Du behöver inte göra något. Ta gärna bort den ena.",
        "Fel som måste lösas innan omgången kan läsas in: 2",
        "  • leveranser.xlsx, blad 'Leveranser', rad 2, kolumn 'Leverans': Leveransen från ia är inte ifylld. Välj i "
        "listan. "
        "Har inget kommit: välj ej levererat.",
        "  • leveranser.xlsx, blad 'Leveranser', rad 3, kolumn 'Leverans': Leveransen från sisab är inte ifylld. Välj "
        "i "
        "listan. Har inget kommit: välj ej levererat.",
    ]


def test_status_tells_missing_sources_also_where_a_file_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path, [(date(2019, 9, 1), "Ekåsen", "Klotter", "Höger", 2)])
    deliver(root, [("ia", "fil", NAME, "ia")])
    assert vbe(root, "status", "2021") == 0
    assert told(capsys).splitlines() == [
        "Omgång 2021, 1 juli 2020–30 juni 2021",
        "  IA: levererat juli 2020–juni 2021",
        "  SISAB: saknas juli 2020–juni 2021",
        "Har inte lämnat något för perioden: SISAB.",
        "Fel som måste lösas innan omgången kan läsas in: 1",
        "  • IA 2021.xlsx: Inget datum i filen ligger i perioden 1 juli 2020–30 juni 2021. Kontrollera att det är "
        "rätt års "
        "fil. Är den fel: skriv ej levererat i leveranser.xlsx och be om rätt fil.",
    ]


def test_status_of_a_cycle_without_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vbe(make(tmp_path), "status", "2020") == 0
    assert told(capsys).splitlines() == [
        "Omgång 2020, 1 juli 2019–30 juni 2020",
        "Fel som måste lösas innan omgången kan läsas in: 1",
        "  • Omgången 2020 saknar leveranser. Kör vbe new 2020 och fyll i leveranser.xlsx.",
    ]


def test_the_oldest_cycle_with_files_comes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    (root / "data/raw/2021").rename(root / "data/raw/2020")
    (root / "data/raw/2020/leveranser.xlsx").unlink()
    for name, file in (("2022", "IA.csv"), ("2023", "leveranser.xlsx"), ("Anna Andersson 811218-9876", "IA.csv")):
        (root / "data/raw" / name).mkdir()
        (root / "data/raw" / name / file).write_text("a", encoding="utf-8")
    told(capsys)
    assert vbe(root) == 0
    assert told(capsys).splitlines()[1:7] == [
        "2020  1 juli 2019–30 juni 2020  – leveranser.xlsx saknas",
        "2021  1 juli 2020–30 juni 2021  – ingen mapp ännu",
        "Mappen data/raw/2022 har filer, men omgången står inte i vbe.toml. Skriv den under [cycles].",
        "Mappen data/raw/(namnet visas inte) har filer, men omgången står inte i vbe.toml. Skriv den under [cycles].",
        "",
        "Nästa steg: börja med omgången 2020: vbe new 2020",
    ]
