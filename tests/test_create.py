"""`vbe init` and `vbe new`, and what a spreadsheet program finds in the workbooks they make."""

import io
import shutil
import tomllib
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.test_init import STARTERS
from tests.workspaces import NAME, deliver, make, office, state, told, vbe, xlsx
from vbe_analysis.cli.main import main
from vbe_analysis.settings import read_settings
from vbe_analysis.workspace.orders.blanks import blank_book
from vbe_analysis.workspace.orders.profiles import form_name
from vbe_analysis.workspace.workspace import Workspace

BOOK = "data/raw/2021/leveranser.xlsx"
HISTORY = """
name = "historik"
source = "historik"
files = ["Tidigare*.xlsx"]
dates = { terms = { vt = [1, 6] } }
[[tables]]
shape = "counts"
constants = { event_type = "ovrigt" }
columns = [{ as = "environment", heading = "Miljö", values = { "Vit makt" = "vit_makt" } }]
groups = [{ heading = "*", levels = [{ as = "date" }] }]
"""
CHOOSE = (
    "Välj själv under Leverans, och ta bort rader som inte gäller: flera filer passar källan, eller så syns inte vilka "
    "år de gäller."
)
UNKNOWN = "passar ingen profil, eller flera. Är den en leverans: gör en profil, eller fyll i raden för hand."


def test_init_makes_a_workspace_that_can_be_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "Lägesbild åäö"
    assert main(["init", str(folder)]) == 0
    assert told(capsys) == (
        "Arbetsmappen Lägesbild åäö är skapad. Nästa steg: fyll i vbe.toml och kör vbe i mappen. Kommandot visar "
        "nästa steg, varje gång.\n" + STARTERS
    )
    assert tomllib.loads((folder / "vbe.toml").read_text(encoding="utf-8"))["cycles"].keys() == {"2021"}
    assert Workspace(folder).cycles == ("2021",)
    starters = {"Starta.cmd", "Starta.command"}
    assert {p.name for p in folder.iterdir()} == {".gitignore", "data", "notebooks", "reports", "vbe.toml"} | starters
    assert {path.name for path in (folder / "notebooks").iterdir()} >= {"0_start.ipynb", "3_lagesbild.ipynb"}
    assert (folder / ".gitignore").read_text() == "*\n"  # nothing of it is ever committed by mistake


def test_init_leaves_a_workspace_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path / "ett")
    before = state(root)
    assert main(["init", str(root)]) == 1
    assert told(capsys) == "Mappen 'ett' är redan en arbetsmapp. Välj en annan mapp.\n"
    assert state(root) == before


def test_new_takes_over_what_last_cycle_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    (root / BOOK).unlink()
    (root / "data/raw/2021/Anna Andersson 811218-9876.csv").write_text("a", encoding="utf-8")
    (root / "data/raw/2021/vår").mkdir()
    (root / "data/raw/2021/vår/IA.csv").write_text("a", encoding="utf-8")
    last = [
        ("trafikkontoret", "fil", "TK.csv", "trafikkontoret", "2019-07", "2020-06", "2019-12"),
        ("trafikkontoret", "fil", "TK2.csv", "trafikkontoret"),  # a second file by the same profile
        ("ia", "ej levererat"),
        ("ia", "fil", "IA.xlsx", "ia", "", "", "", 30, "v2", "kom sent"),
    ]
    deliver(root, last, cycle="2020")
    assert vbe(root, "new", "2021") == 0
    assert told(capsys) == (
        "data/raw/2021/leveranser.xlsx är skapad. Nästa steg: fyll i arbetsboken och kör vbe check 2021.\n"
        f"  Inte ifylld: {NAME} {UNKNOWN}\n"
        f"  Inte ifylld: vår/IA.csv {UNKNOWN}\n"
    )
    book = openpyxl.load_workbook(root / BOOK)
    rows = [tuple(row) for row in book["Leveranser"].iter_rows(min_row=2, values_only=True)]
    blank = (None,) * 4
    assert rows == [
        ("trafikkontoret", None, None, "trafikkontoret", *blank, None, None, None),
        ("ia", None, None, "ia", *blank, "v2", None, None),
        ("sisab", None, None, None, *blank, None, None, None),  # expected, and missing last year
    ]
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["Listor"].columns}
    assert lists["Fil"] == [NAME, "vår/IA.csv"]  # and no name with personal data
    assert lists["Profil"] == sorted(Workspace(root).profiles())
    assert lists["Källa"] == [*Workspace(root).vocabulary.sources]
    validated = {str(rule.sqref).split(":")[0] for rule in book["Leveranser"].data_validations.dataValidation}
    assert validated == {"A2", "B2", "C2", "D2"}
    corrections = openpyxl.load_workbook(root / "data/raw/2021/rattelser.xlsx")
    assert [cell.value for column in corrections["Listor"].columns for cell in column] == ["Fil", NAME, "IA.csv"]


def test_new_looks_further_back_where_a_cycle_was_left_out(tmp_path: Path) -> None:
    root = make(tmp_path)
    toml = (root / "vbe.toml").read_text(encoding="utf-8")
    (root / "vbe.toml").write_text(f"{toml}2022 = {{ start = 2021-07-01, end = 2022-06-30 }}\n", encoding="utf-8")
    shutil.move(root / "data/raw/2021", root / "data/raw/2020")
    assert vbe(root, "new", "2022") == 0
    rows = openpyxl.load_workbook(root / "data/raw/2022/leveranser.xlsx")["Leveranser"].iter_rows(min_row=2)
    assert [(row[0].value, row[3].value) for row in rows] == [("ia", "ia"), ("sisab", None)]


def rows_of(root: Path, cycle: str = "2021") -> list[tuple[object, ...]]:
    """The rows of a cycle's leveranser.xlsx, without the blanks at their ends."""
    sheet = openpyxl.load_workbook(root / "data/raw" / cycle / "leveranser.xlsx")["Leveranser"]
    rows = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    return [tuple(row) for row in rows]


def put(root: Path, *names: str, cycle: str = "2021") -> None:
    """Files of which the name alone matters; no two are equal."""
    for name in names:
        path = root / "data/raw" / cycle / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{cycle} {name}", encoding="utf-8")


def pattern(root: Path, name: str, source: str, *patterns: str, shape: str = "reports") -> None:
    """A profile of a source whose files have such names."""
    text = f"files = {list(patterns)!r}\n{office(source)}".replace('"reports"', f'"{shape}"')
    (root / "data/profiles" / f"{name}.toml").write_text(text, encoding="utf-8")


def test_new_knows_a_file_by_its_name_in_another_cycle_or_a_profiles_pattern(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    shutil.rmtree(root / "data/raw/2021")
    last = [
        ("ia", "fil", "IA händelser 2019-20.xlsx", "ia", "", "", "2019-09", "", "v2"),
        ("trafikkontoret", "fil", "TK klotter 1907-2006.csv", "trafikkontoret"),
        ("sisab", "fil", "1.csv", "sisab"),  # a name without words is no one's
    ]
    deliver(root, last, cycle="2020")
    put(root, "gammal.xlsx", cycle="2020")
    pattern(root, "blankett_register", "blankett", "Register*.xls*")
    pattern(root, "blankett_formular", "polis", "Blankett *.docx", shape="form")
    put(
        root,
        "IA händelser 2020-21.xls",
        "TK klotter 202007-202104.csv",
        "2.csv",
        "Blankett 1-2021.docx",
        "Blankett 2-2021.docx",
    )
    put(root, "vår/Register.xls", "Blankett av Ekskolan.docx", "Anna Andersson 811218-9876 IA händelser 1.xlsx")
    shutil.copy(root / "data/raw/2020/gammal.xlsx", root / "data/raw/2021/ny.xlsx")
    told(capsys)
    assert vbe(root, "new", "2021") == 0
    assert rows_of(root) == [
        ("ia", "fil", "IA händelser 2020-21.xls", "ia", None, None, None, None, "v2"),
        ("trafikkontoret", "fil", "TK klotter 202007-202104.csv", "trafikkontoret", "2020-07", "2021-04"),
        ("sisab", None, None, "sisab"),
        ("polis", "fil", "Blankett 1-2021.docx", "blankett_formular"),
        ("polis", "fil", "Blankett 2-2021.docx", "blankett_formular"),
        ("polis", "fil", "Blankett av Ekskolan.docx", "blankett_formular"),
        ("blankett", "fil", "vår/Register.xls", "blankett_register"),
    ]
    assert told(capsys).splitlines()[1:] == [
        "  ia: fil, IA händelser 2020-21.xls (profil ia)",
        "  trafikkontoret: fil, TK klotter 202007-202104.csv (profil trafikkontoret, 2020-07 till 2021-04)",
        "  polis: fil, Blankett 1-2021.docx (profil blankett_formular)",
        "  polis: fil, Blankett 2-2021.docx (profil blankett_formular)",
        "  polis: fil, Blankett av Ekskolan.docx (profil blankett_formular)",
        "  blankett: fil, vår/Register.xls (profil blankett_register)",
        "  Inte ifylld: ny.xlsx är samma fil som i en tidigare omgång. Be om årets fil.",
        f"  Inte ifylld: 2.csv {UNKNOWN}",
    ]


def test_a_covering_note_is_no_delivery(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    shutil.rmtree(root / "data/raw/2021")
    put(root, "Lista.txt", "Lista.csv")
    (root / "data/raw/2021/Följebrev.txt").write_text(
        "Hej!\n\nHär är listan.\nMaj och juni kommer senare, tyvärr.\nHälsningar kontoret\n", encoding="utf-8"
    )
    (root / "data/raw/2021/Lista.txt").write_text("Datum;Typ\n2021-03-01;Klotter\n", encoding="utf-8")
    told(capsys)
    assert vbe(root, "new", "2021") == 0
    assert told(capsys).splitlines()[1:] == [f"  Inte ifylld: Lista.{end} {UNKNOWN}" for end in ("csv", "txt")]


def test_files_that_differ_in_a_number_alone_have_one_row(tmp_path: Path) -> None:
    root = make(tmp_path)
    (root / BOOK).unlink()
    pattern(root, "blankett", "blankett", "Blankett*.docx", shape="form")
    put(root, *(f"Blankett {number}-2021.docx" for number in range(8, 12)))
    assert vbe(root, "new", "2021") == 0
    assert ("blankett", "fil", "Blankett *-2021.docx", "blankett") in rows_of(root)


def test_a_person_chooses_between_files_that_may_be_versions_of_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    (root / BOOK).unlink()
    pattern(root, "ia", "ia", "IA*.csv")
    pattern(root, "sisab", "sisab", "SISAB*.csv")
    put(root, "IA 2021.csv", "IA 2021 (2).csv", "SISAB.csv", "Uppgifter SISAB 2021.xlsx")
    for copy in ("IA kopia.csv", "A.csv"):
        shutil.copy(root / "data/raw/2021/IA 2021.csv", root / "data/raw/2021" / copy)
    told(capsys)
    assert vbe(root, "new", "2021") == 0
    rows = [
        ("ia", None, "IA 2021 (2).csv", "ia"),
        ("ia", None, "IA 2021.csv", "ia"),
        ("sisab", None, "SISAB.csv", "sisab"),
        ("sisab", None, "Uppgifter SISAB 2021.xlsx", "uppgifter_sisab"),
    ]
    assert rows_of(root) == rows
    assert told(capsys).splitlines()[1:-1] == [f"  {row[0]}: {row[2]} (profil {row[3]}). {CHOOSE}" for row in rows]
    assert vbe(root, "new", "2021") == 1  # nothing more to tell
    told(capsys)
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert "Antal fel: 4." in told(capsys)


def test_a_source_that_changed_its_profile_has_no_row_left_of_the_old_one(tmp_path: Path) -> None:
    root = make(tmp_path)
    shutil.rmtree(root / "data/raw/2021")
    pattern(root, "nytt", "ia", "Nytt system*.csv")
    deliver(root, [("ia", "fil", "Gammalt system.csv", "ia")], cycle="2020")
    put(root, "Nytt system 2021.csv")
    assert vbe(root, "new", "2021") == 0
    assert rows_of(root) == [("ia", "fil", "Nytt system 2021.csv", "nytt"), ("sisab",)]
    deliver(root, [("ia", "fil", "A.csv", "ia"), ("ia", "fil", "B.csv", "sisab")], cycle="2020")
    (root / BOOK).unlink()  # a source of two deliveries, of which one has come: a person says what became of the others
    assert vbe(root, "new", "2021") == 0
    assert rows_of(root)[:3] == [
        ("ia", "fil", "Nytt system 2021.csv", "nytt"),
        ("ia", None, None, "ia"),
        ("ia", None, None, "sisab"),
    ]


def test_earlier_chapters_are_counted_once(tmp_path: Path) -> None:
    root = make(tmp_path)
    rows = [("Miljö", "2012", "2013", "vt 2016"), ("Vit makt", 3, 2, 1)]
    (root / "data/profiles/historik.toml").write_text(HISTORY, encoding="utf-8")
    deliver(root, [("ia", "fil", NAME, "ia")])
    xlsx(root / "data/raw/2020/Tidigare 2012-2016.xlsx", rows)
    assert vbe(root, "new", "2020") == 0
    assert ("historik", "fil", "Tidigare 2012-2016.xlsx", "historik", "2012-01", "2016-06") in rows_of(root, "2020")
    (root / BOOK).unlink()
    xlsx(root / "data/raw/2021/Tidigare 2012-2017.xlsx", [*rows, ("Vit makt", 0, 0, 0)])
    assert vbe(root, "new", "2021") == 0
    assert [row for row in rows_of(root) if row[0] == "historik"] == []


def test_new_completes_a_workbook_that_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    for source in ("sisab", "trafikkontoret"):
        pattern(root, source, source, f"{source}*.csv")
    rows = [
        ("sisab", "", "", "sisab", "", "", "", 12, "", "min anteckning", date(2021, 7, 1)),
        ("ia", "fil", NAME, "ia"),
        ("trafikkontoret", "ej levererat"),
    ]
    deliver(root, rows)
    put(root, "sisab 2021.csv", "trafikkontoret 2021.csv", "Uppgifter IA våren.xlsx")
    told(capsys)
    assert vbe(root, "new", "2021") == 0
    said = told(capsys).splitlines()
    assert said[:3] == [
        "data/raw/2021/leveranser.xlsx har fått nya uppgifter efter filerna i mappen. Det som redan stod där är kvar.",
        "  sisab: fil, sisab 2021.csv (profil sisab)",
        f"  ia: Uppgifter IA våren.xlsx (profil uppgifter_ia). {CHOOSE}",
    ]
    assert rows_of(root) == [
        ("sisab", "fil", "sisab 2021.csv", "sisab", None, None, None, 12, None, "min anteckning", datetime(2021, 7, 1)),
        ("ia", "fil", NAME, "ia"),
        ("trafikkontoret", "ej levererat"),  # a person said so
        ("ia", None, "Uppgifter IA våren.xlsx", "uppgifter_ia"),  # it may tell of the same
    ]
    book = openpyxl.load_workbook(root / BOOK)
    assert len(book["Leveranser"].data_validations.dataValidation) == 3
    assert vbe(root, "new", "2021") == 1
    assert told(capsys).startswith("Omgången 2021 har redan en leveranser.xlsx.")


def test_new_without_a_cycle_takes_each_that_has_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    pattern(root, "ia", "ia", "IA*")
    put(root, "IA.csv", cycle="2020")
    told(capsys)
    assert vbe(root, "new") == 0  # the workbook of 2021 has nothing open
    assert [line for line in told(capsys).splitlines() if not line.startswith("  ")] == [
        "data/raw/2020/leveranser.xlsx är skapad. Nästa steg: fyll i arbetsboken och kör vbe check 2020."
    ]
    assert rows_of(root, "2020")[0] == ("ia", "fil", "IA.csv", "ia")
    (root / "data/raw/2020/leveranser.xlsx").write_bytes((root / BOOK).read_bytes())
    deliver(root, [("ia", "fil", "IA.csv", "ia")], cycle="2020")
    assert vbe(root, "new") == 0
    assert told(capsys) == "Det finns inget nytt att fylla i.\n"
    (root / BOOK).write_bytes(b"x")
    assert vbe(root, "new") == 1
    assert told(capsys).startswith("leveranser.xlsx: Arbetsboken kan inte öppnas.")
    shutil.rmtree(root / "data/raw")
    assert vbe(root, "new") == 1
    assert told(capsys).startswith("Ingen omgång har några filer ännu.")


def test_a_blank_with_no_is_nothing_to_report(tmp_path: Path) -> None:
    root = make(tmp_path)
    (root / BOOK).unlink()
    settings = read_settings(root)
    for source, answer in (("sisab", "nej"), ("ia", None), ("polis", "Nej")):
        content = blank_book(settings, "2021", source, ("2020-07",), date(2021, 8, 20))
        book = openpyxl.load_workbook(io.BytesIO(content))
        book["Uppgifter"]["C3"] = answer
        if source == "polis":  # and yet something
            book["Uppgifter"]["C6"] = "Symbol"
        book.save(root / f"data/raw/2021/{form_name(source, '2021', settings.vocabulary)}.xlsx")
    assert vbe(root, "new", "2021") == 0
    rows = {row[0]: row[1:] for row in rows_of(root)}
    assert rows["sisab"] == ("inget att rapportera", "Uppgifter SISAB 2021.xlsx", "uppgifter_sisab")
    assert rows["ia"] == ("fil", "Uppgifter IA 2021.xlsx", "uppgifter_ia")
    assert rows["polis"] == ("fil", "Uppgifter Lokalpolisen 2021.xlsx", "uppgifter_polis")


@pytest.mark.parametrize(
    ("cycle", "sentence"),
    [
        (
            "2021",
            "Omgången 2021 har redan en leveranser.xlsx. Fyll i den. Vill du börja om: flytta undan filen först.\n",
        ),
        (
            "2055",
            "vbe.toml: Omgången '2055' finns inte. Kända omgångar: 2020, 2021. Lägg till den under [cycles] i "
            "vbe.toml, eller välj en av de kända.\n",
        ),
    ],
)
def test_new_never_writes_over(cycle: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    before = state(root)
    assert vbe(root, "new", cycle) == 1
    assert told(capsys) == sentence
    assert state(root) == before


def test_new_tells_a_last_cycle_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    (root / BOOK).rename(tmp_path / "undan.xlsx")
    (root / "data/raw/2020").mkdir()
    (root / "data/raw/2020/leveranser.xlsx").write_bytes(b"x")
    assert vbe(root, "new", "2021") == 1
    assert told(capsys).startswith("leveranser.xlsx: Arbetsboken kan inte öppnas. Stäng den i andra program.")
    assert not (root / BOOK).exists()


def test_new_keeps_corrections_that_are_there(tmp_path: Path) -> None:
    root = make(tmp_path)
    (root / BOOK).unlink()
    (root / "data/raw/2021/rattelser.xlsx").write_bytes(b"mine")
    assert vbe(root, "new", "2021") == 0
    assert (root / "data/raw/2021/rattelser.xlsx").read_bytes() == b"mine"
