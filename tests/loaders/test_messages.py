"""What a person is told, word for word: every fault at once, with its cause and what to do."""

import tomllib
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.loaders.loading import load, text_file, told, workbook
from tests.profiles import column, register, table, tables
from tests.workspaces import HEADINGS, NAME, ROWS, SHEET, correct, deliver, make, vbe, xlsx
from tests.workspaces import told as said
from vbe_analysis.loaders.tables import file as tables_file
from vbe_analysis.vocabulary import default_vocabulary
from vbe_analysis.workspace.mapping_book import mapping_book
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

HEAD = ["Datum", "Typ", "Miljö"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (
            "5 mars",
            "kan läsas på flera sätt: året saknas. Fråga avsändaren vilket år det gäller och skriv hela datumet, "
            "till exempel 2021-03-05, i rattelser.xlsx.",
        ),
        (
            "1 mars till 5 mars 2021",
            "kan läsas på flera sätt: det är ett tidsspann eller två tidpunkter. Skriv första "
            "och sista dagen i rattelser.xlsx, till exempel 2021-03-01--2021-03-31. Skriver källan alltid så: ange "
            "ranges = true under [dates] i profilen.",
        ),
        (
            "5/3 2021",
            "kan läsas på flera sätt: dag och månad kan ha bytt plats. Skriver källan alltid dag och månad i "
            'samma ordning: ange den under [dates] i profilen, till exempel order = "dmy". Annars: fråga '
            "avsändaren och skriv datumet som 2021-03-05 i rattelser.xlsx.",
        ),
        (
            "2021-13-01",
            "går inte att läsa: månad 13 finns inte. Dag och månad kan ha bytt plats. Fråga avsändaren och "
            "skriv datumet som 2021-03-05 i rattelser.xlsx, eller utelämna raden där.",
        ),
        (
            "14/13 2021",
            "går inte att läsa: månad 13 finns inte. Dag och månad kan ha bytt plats. Fråga avsändaren och "
            "skriv datumet som 2021-03-05 i rattelser.xlsx, eller utelämna raden där.",
        ),
        (
            "210305",
            "kan läsas på flera sätt: sex siffror kan vara år-månad-dag eller dag-månad-år. Skriv året med fyra "
            "siffror, till exempel 2021-03-05 eller mars 2021, i rattelser.xlsx, eller ange källans skrivsätt i "
            "profilen.",
        ),
    ],
)
def test_the_advice_about_a_date_is_by_its_cause(tmp_path: Path, cell: str, text: str) -> None:
    found = load(text_file(tmp_path / "a.csv", [HEAD, [cell, "Klotter", "Autonom"]]), tables(register()))
    assert [str(fault) for fault in found.faults] == [f"a.csv, rad 2, kolumn 'Datum': Datumet '{cell}' {text}"]


def test_a_label_that_sets_two_codes_gets_a_line_for_each(tmp_path: Path) -> None:
    sorts = column("label", "Sort", values={"Hakkors": {"environment": "vit_makt", "event_type": "klotter"}})
    rows = [["Datum", "Sort"], ["2021-03-05", "Antifa"], ["2021-03-05", "Hakkors"]]
    found = load(text_file(tmp_path / "a.csv", rows), tables(table("reports", column("date", "Datum"), sorts)))
    types = ", ".join(sorted(default_vocabulary().event_types))
    assert [str(fault) for fault in found.faults] == [
        "a.csv, rad 2, kolumn 'Sort': 'Antifa' är en okänd etikett. Närmast: –. Är etiketten rätt: lägg till raden "
        '"Antifa".environment = "<kod>" (koder: autonom, ej_vbe, islamistisk, oklar, vit_makt) och raden '
        f'"Antifa".event_type = "<kod>" (koder: {types}) bland values för kolumnen '
        "'Sort' i data/profiles/prov.toml. Är den fel: för in rättelsen i rattelser.xlsx. Ändra inte originalfilen."
    ]


@pytest.mark.parametrize(
    ("name", "where"),
    [
        (
            "skolor.toml",
            """raden "Kloter" = "<kod>" bland values för kolumnen 'Typ' i data/profiles/skolor.toml""",
        ),
        (
            "skolor.xlsx",
            "skriv den på en ny rad på bladet Etiketter i data/profiles/skolor.xlsx, med det Nr som kolumnen 'Typ' har "
            "på bladet Kolumner, och välj kod",
        ),
    ],
)
def test_an_unknown_label_is_written_where_the_profile_lies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, where: str
) -> None:
    root = make(tmp_path, [("2021-03-05", "Ekåsen", "Kloter", "Höger", 1)])
    text = (root / "data/profiles/ia.toml").read_text(encoding="utf-8")
    (root / "data/profiles/ia.toml").unlink()
    content = text.encode() if name.endswith("toml") else mapping_book(tomllib.loads(text), default_vocabulary())
    (root / "data/profiles" / name).write_bytes(content)
    deliver(root, [("ia", "fil", NAME, "skolor"), ("sisab", "inget att rapportera")])
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert f"{where} (koder: " in said(capsys)


def test_the_lines_for_a_label_of_two_codes_can_be_pasted(tmp_path: Path) -> None:
    profile = """
[[tables]]
shape = "reports"
[[tables.columns]]
as = "label"
heading = ["Sort"]
values = { "Antifa".environment = "autonom", "Antifa".event_type = "klotter" }
"""
    found = load(text_file(tmp_path / "a.csv", [["Sort", "x"], ["Antifa", "y"]]), profile)
    assert told(found, "environment", "event_type") == [("autonom", "klotter")]


def test_a_missing_heading_hides_nothing_else_of_the_file(tmp_path: Path) -> None:
    rows = [["Dag", "Typ", "Miljö", "Antal"], ["2021-03-05", "Kloter", "Autonom", "1E300"], ["Summa", "", "", "9"]]
    found = load(text_file(tmp_path / "a.csv", rows), tables(register(column("count", "Antal"))))
    assert [fault.code for fault in (*found.refusals, *found.faults)] == [
        "missing_heading",
        "unknown_label",
        "unreadable_number",
    ]


def test_faults_of_the_own_workbooks_hide_none_of_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path, [("210305", "Ekåsen", "Kloter", "Höger", 1), *ROWS])
    deliver(root, [("ia", "fil", NAME, "ia"), ("okänd källa", "fil", "b.csv", "ia")])
    correct(root, (NAME, SHEET, 99, "A", "klotter"), (NAME, SHEET, "två", "A", "klotter"))
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert [line.split(":")[0] for line in said(capsys).splitlines()][:6] == [
        "Omgång 2021 stoppades. Antal fel",
        "leveranser.xlsx, blad 'Leveranser', rad 3, kolumn 'Källa'",
        "rattelser.xlsx, blad 'Rättelser', rad 3",
        "rattelser.xlsx, blad 'Rättelser', rad 2",
        "IA 2021.xlsx, blad 'Händelser', rad 2, kolumn 'Datum'",
        "IA 2021.xlsx, blad 'Händelser', rad 2, kolumn 'Typ'",
    ]


@pytest.mark.parametrize(
    "span", ["2021-03-01--2021-03-31", "2021-03-01 till 2021-03-31", "1–31 mars 2021", "2021-03-01 – 2021-03-31"]
)
def test_a_span_of_time_may_be_entered_as_a_correction(tmp_path: Path, span: str) -> None:
    root = make(tmp_path, [("någon gång i våras", "Ekåsen", "Klotter", "Höger", 1), *ROWS])
    correct(root, (NAME, SHEET, 2, "Datum", span))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    event = Workspace(root).events("2021").query("row == 2").iloc[0]
    assert (event["date_from"].date(), event["date_to"].date()) == (date(2021, 3, 1), date(2021, 3, 31))
    assert (event["flags"], event["not_counted"]) == ("corrected", "")


def test_the_report_of_an_accepted_load_still_names_heading_and_label(tmp_path: Path) -> None:
    root = make(tmp_path, [("210305", "Ekåsen", "Kloter", "Höger", 1), *ROWS])
    assert vbe(root, "ingest", "2021", "--quiet", "--accept-rejects") == 0
    book = openpyxl.load_workbook(root / "reports/2021/intern/underlag.xlsx")
    rows = [[cell.value for cell in row] for row in book["IA"].iter_rows(min_row=5, max_row=6, max_col=7)]
    assert rows == [
        [
            NAME,
            SHEET,
            "rad 2",
            "A (Datum)",
            "Datumet '210305' kan läsas på flera sätt: sex siffror kan vara år-månad-dag eller dag-månad-år.",
            "Svara med datumet skrivet så här: 2021-03-05 eller mars 2021.",
            "Utelämnad",
        ],
        [
            NAME,
            SHEET,
            "rad 2",
            "C (Typ)",
            "'Kloter' är en okänd etikett. Närmast: 'klotter'.",
            "Svara med vilken etikett som ska stå där, eller vad den här betyder.",
            "Utelämnad",
        ],
    ]


def word_form(path: Path, fields: list[tuple[str, str]], more: str = "") -> Path:
    document = docx.Document()
    form = document.add_table(len(fields), 2)
    for row, cells in zip(form.rows, fields, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph(more)
    document.save(str(path))
    return path


FORM = table(
    "form",
    column("date", "Datum"),
    column("event_type", "Vad?", values={"Klotter": "klotter"}),
    sheets=["tabell *"],
)


def test_a_place_in_a_word_form_is_that_of_its_table(tmp_path: Path) -> None:
    path = word_form(tmp_path / "b.docx", [("Datum", "5 mars"), ("Vad?", "Klotter"), ("Antal", "3")])
    found = load(path, tables(FORM))
    assert [str(fault) for fault in (*found.faults, *found.notices)] == [
        "b.docx, tabell 1, rad 1, kolumn B ('Datum'): Datumet '5 mars' kan läsas på flera sätt: året saknas. Fråga "
        "avsändaren vilket år det gäller och skriv hela datumet, till exempel 2021-03-05, i rattelser.xlsx.",
        "b.docx, tabell 1: Celler i blanketten som inte är något fält i profilen och inte läses: B3. Ska de läsas: "
        'lägg till fältet i profilen. Annars: skriv etiketten i en kolumn med as = "drop", så nämns de inte mer.',
    ]


def test_a_place_in_the_text_of_a_word_form_is_its_paragraph(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("Blankett", "Datum: 5 mars", "Vad?: Klotter"):
        document.add_paragraph(text)
    document.save(str(tmp_path / "b.docx"))
    found = load(tmp_path / "b.docx", tables(table("form", *FORM_COLUMNS, sheets=["brödtext"])))
    assert [fault.place for fault in found.faults] == ["b.docx, brödtext, stycke 2, kolumn 'Datum'"]
    assert found.notices == ()


FORM_COLUMNS = (column("date", "Datum"), column("event_type", "Vad?", values={"Klotter": "klotter"}))


@pytest.mark.parametrize("place", ["Datum", "B"])
def test_a_field_of_a_form_is_corrected_by_its_label_or_its_letter(tmp_path: Path, place: str) -> None:
    root = make(tmp_path)
    word_form(root / "data/raw/2021/b.docx", [("Datum", "5 mars"), ("Vad?", "Klotter")])
    (root / "data/profiles/form.toml").write_text(f'name = "form"\nsource = "sisab"\n{tables(FORM)}', encoding="utf-8")
    deliver(root, [("ia", "fil", NAME, "ia"), ("sisab", "fil", "b.docx", "form")])
    correct(root, ("b.docx", "tabell 1", 1, place, date(2021, 3, 5)))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert str(Workspace(root).events("2021").query("file == 'b.docx'")["date_from"].iloc[0].date()) == "2021-03-05"


def test_a_hidden_column_is_told_only_where_it_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Blad1": [[*HEAD, "Namn"], ["2021-03-05", "Klotter", "Autonom", "x"]]})
    book = openpyxl.load_workbook(path)
    book.worksheets[0].column_dimensions["C"].hidden = book.worksheets[0].column_dimensions["D"].hidden = True
    book.save(path)
    found = load(path, tables(register(column("drop", "Namn"))))
    assert [str(notice) for notice in found.notices] == [
        "a.xlsx, blad 'Blad1': Dolda kolumner på bladet: C. De läses som andra kolumner. "
        "Fråga avsändaren om de ska räknas. Annars: låt dem vara drop i profilen."
    ]


def test_a_hidden_sheet_that_the_profile_ignores_is_not_told_every_year(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Blad1": [HEAD, ["2021-03-05", "Klotter", "Autonom"]], "Listor": [["x"]]})
    book = openpyxl.load_workbook(path)
    book["Listor"].sheet_state = "hidden"
    book.save(path)
    assert [notice.code for notice in load(path, tables(register(sheets=["Blad1"]))).notices] == ["hidden_sheet"]
    quiet = 'ignore_sheets = ["Listor"]\n' + tables(register(sheets=["Blad1"]))
    assert load(path, quiet).notices == ()


def test_an_error_that_nobody_foresaw_names_file_and_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)

    def broken(*_: object) -> None:
        raise RecursionError("secret")

    monkeypatch.setattr(tables_file, "read_table", broken)
    assert vbe(root, "check", "2021", "--quiet") == 1
    line = said(capsys).splitlines()[1]
    assert line.startswith(f"{NAME}, blad 'Händelser': Programmet klarade inte att läsa bladet, av ett skäl som det ")
    assert "secret" not in line
    monkeypatch.setattr(tables_file, "locate", broken)
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert said(capsys).splitlines()[1].startswith(f"{NAME}: Programmet klarade inte att läsa filen, av ett skäl som ")


def test_rules_have_swedish_names_in_the_offices_report(tmp_path: Path) -> None:
    root = make(tmp_path)
    xlsx(root / "data/raw/2021" / NAME, [HEADINGS, *ROWS, (date(2020, 9, 1), "Ekåsen", "Klotter", "Höger", 0)], SHEET)
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    page = (root / "reports/2021/intern/underlag.html").read_text(encoding="utf-8")
    assert "rubrikrader: 1, rader där alla antal är noll: 1" in page
