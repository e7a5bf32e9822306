"""`vbe order`: the letters and blanks, and a district whose offices use the blanks, from order to chapter."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from tests.workspaces import deliver, told, vbe, xlsx
from vbe_analysis.cli.main import main
from vbe_analysis.workspace.workspace import Workspace

TOML = """
district = "Ekåsens stadsdelsförvaltning"
board = "Ekåsens stadsdelsnämnd"
area_name = "stadsdelsområdet Ekåsen"
areas_outside = ["Hasselnäset"]
sources_expected = ["enkat", "blankett", "sisab", "ia", "polis", "fritid"]
[areas]
ekasen = "Ekåsen"
lindviken = "Lindviken"
[environments]
incel = { label = "Incelmiljön" }
[sources]
fritid = { label = "Fritidsgårdarna", text = "fritidsgårdarna" }
[order]
contact = "Samordnare mot våldsbejakande extremism"
mailbox = "lagesbild@ekasen.se"
sending = "Lägg filen på den säkra filytan_2."
[cycles]
2020 = { start = 2019-07-01, end = 2020-06-30 }
2021 = { start = 2020-07-01, end = 2021-06-30, diarienummer = "EK 2021/7", deadline = 2021-08-20 }
"""
SENTENCES = (
    "Skicka er vanliga lista. Ta först bort namn, anmälare, telefon och bilder. Ni behöver inte bedöma miljö: skriv "
    "det ni ser. Inget att rapportera är också ett svar. Svaret blir en allmän handling hos nämnden."
)


def workspace(root: Path, toml: str = TOML) -> Path:
    """A new workspace with these settings."""
    assert main(["init", str(root)]) == 0
    (root / "vbe.toml").write_text(toml, encoding="utf-8")
    return root


def letter(root: Path, source: str) -> str:
    """The text of a source's letter."""
    document = Document(str(root / f"begaran/2021/{source}/Begäran om uppgifter.docx"))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def fill(root: Path, source: str, name: str, rows: Iterable[Sequence[object]], answer: str = "ja") -> None:
    """Open the blank, fill it in as an office does, and save it where the coordinator puts what comes back."""
    book = openpyxl.load_workbook(root / "begaran/2021" / source / name)
    sheet = book["Uppgifter"]
    sheet["C3"] = answer
    for number, row in enumerate(rows, 6):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    book.save(root / "data/raw/2021" / name)


def test_each_source_gets_what_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "a")
    told(capsys)
    assert vbe(root, "order", "2021") == 0
    assert told(capsys).splitlines() == [
        "Breven för 2021 är skrivna:",
        *(f"  begaran/2021/{source}/" for source in ("enkat", "blankett", "sisab", "ia", "polis", "fritid")),
        "Nästa steg: läs breven och skicka dem. Kör sedan vbe new 2021, och skriv datumet under Begärd i "
        "leveranser.xlsx.",
    ]
    names = {folder.name: {p.name for p in folder.glob("[!.]*")} for folder in (root / "begaran/2021").iterdir()}
    word = "Begäran om uppgifter.docx"
    assert names == {
        "enkat": {word},
        "blankett": {word},
        "sisab": {word, "Uppgifter SISAB 2021.xlsx"},
        "ia": {word, "Uppgifter IA 2021.xlsx"},
        "polis": {word, "Uppgifter Lokalpolisen 2021.xlsx"},
        "fritid": {word, "Uppgifter Fritidsgårdarna 2021.xlsx"},
    }
    text = letter(root, "sisab")
    needed = (
        SENTENCES,
        "Till SISAB",
        "Ekåsens stadsdelsnämnd har en handlingsplan mot våldsbejakande extremism.",
        "juli 2020–juni 2021",
        "Senast: 20 augusti 2021",
        "Så skickar ni: Lägg filen på den säkra filytan_2.",
        "Frågor: Samordnare mot våldsbejakande extremism",
        "E-post: lagesbild@ekasen.se",
        "Vårt diarienummer: EK 2021/7",
        "Uppgifter SISAB 2021.xlsx",
    )
    assert [part for part in needed if part not in text] == []
    survey, form = letter(root, "enkat"), letter(root, "blankett")
    for own in (survey, form):
        assert "Stäng av Registrera namn." in own
        assert "ingen fritext" in own
        assert "Fyll i: vem som är ansvarig" in own
        assert "Inget att rapportera är också ett svar. Svaret blir en allmän handling hos nämnden." in own
    assert "Skriv hur många som fick enkäten" in survey
    assert "Incelmiljön" in survey


def test_no_sign_in_the_settings_is_taken_for_a_mark(tmp_path: Path) -> None:
    toml = TOML.replace("Samordnare mot", "Samordnare [1] *a* <b> `c` {d} \\\\ mot")
    toml = toml.replace('lindviken = "Lindviken"', 'lindviken = "Lind*v*iken <i>"').replace(
        "filytan_2.", "filytan_2_ # 3."
    )
    root = workspace(tmp_path / "a", toml)
    assert vbe(root, "order", "2021") == 0
    text = letter(root, "enkat")
    for part in (
        "Frågor: Samordnare [1] *a* <b> `c` {d} \\ mot våldsbejakande extremism",
        "Lägg filen på den säkra filytan_2_ # 3.",
        "Var? En lista: Ekåsen, Lind*v*iken <i>, Hasselnäset",
    ):
        assert part in text


def test_a_file_that_a_person_changed_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "a")
    vbe(root, "order", "2021")
    folder = root / "begaran/2021/sisab"
    changed, other = folder / "Begäran om uppgifter.docx", folder / "Uppgifter SISAB 2021.xlsx"
    first = other.read_bytes()
    document = Document(str(changed))
    document.add_paragraph("Hälsningar")
    document.save(str(changed))
    mine = changed.read_bytes()
    vbe_toml = root / "vbe.toml"
    vbe_toml.write_text(vbe_toml.read_text(encoding="utf-8").replace("08-20", "09-01"), encoding="utf-8")
    told(capsys)
    for _ in range(2):
        assert vbe(root, "order", "2021") == 0
        kept = (
            "  begaran/2021/sisab/Begäran om uppgifter.docx har ändrats för hand och har fått stå. Vill du ha en ny: "
        )
        assert f"{kept}ta bort filen och kör kommandot igen." in told(capsys).splitlines()
        assert changed.read_bytes() == mine
    assert other.read_bytes() != first  # nobody had touched it, and the day is another
    assert "Senast: 1 september 2021" in letter(root, "ia")
    (folder / ".skrivet.json").write_text("{", encoding="utf-8")  # then nobody knows, and all is left
    vbe_toml.write_text(vbe_toml.read_text(encoding="utf-8").replace("09-01", "09-02"), encoding="utf-8")
    vbe(root, "order", "2021")
    assert told(capsys).count("har ändrats för hand") == 2


def test_the_same_settings_give_the_same_bytes(tmp_path: Path) -> None:
    roots = [workspace(tmp_path / name) for name in "ab"]
    files = []
    for root in roots:
        vbe(root, "order", "2021")
        paths = sorted(path for path in (root / "begaran").rglob("*") if path.is_file())
        files.append({path.relative_to(root): path.read_bytes() for path in paths})
    assert files[0] == files[1]


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        (
            TOML[TOML.index("[order]") : TOML.index("[cycles]")],
            "",
            [
                f"vbe.toml: Breven behöver {key} under [order]. Skriv till exempel {line} under [order] i vbe.toml."
                for key, line in (
                    ("contact", 'contact = "Samordnare mot våldsbejakande extremism"'),
                    ("mailbox", 'mailbox = "lagesbild@stadsdelen.se"'),
                    ("sending", 'sending = "Lägg filen på den säkra filytan."'),
                )
            ],
        ),
        (
            ', diarienummer = "EK 2021/7", deadline = 2021-08-20',
            "",
            [
                "vbe.toml: Omgången 2021 har inget diarienummer. Skriv diarienummer på omgångens rad under [cycles] i "
                "vbe.toml.",
                "vbe.toml: Omgången 2021 har ingen dag då kontoren senast ska svara. Skriv deadline på omgångens rad "
                "under [cycles] i vbe.toml, till exempel deadline = 2021-08-20.",
            ],
        ),
        (
            "Samordnare mot våldsbejakande extremism",
            "Anna Svensson",
            [
                "vbe.toml: contact under [order] innehåller troligen personuppgifter (namn). Skriv en roll, till "
                "exempel Samordnare mot våldsbejakande extremism."
            ],
        ),
        (
            "lagesbild@ekasen.se",
            "lagesbild",
            [
                "vbe.toml: mailbox under [order] är ingen e-postadress. Skriv funktionsbrevlådans adress, till exempel "
                "lagesbild@stadsdelen.se."
            ],
        ),
        (
            "lagesbild@ekasen.se",
            "anna.svensson@ekasen.se",
            [
                "vbe.toml: mailbox under [order] är troligen en persons e-postadress. Skriv en funktionsbrevlåda, som "
                "flera läser och som finns kvar när någon slutar."
            ],
        ),
        (
            "deadline = 2021-08-20",
            'deadline = "20 augusti"',
            [
                "vbe.toml: cycles.2021.deadline har ett värde av fel slag (väntat: datum som 2021-08-20, utan "
                "citattecken). Rätta värdet.",
            ],
        ),
    ],
)
def test_what_the_letters_lack_is_told_at_once(
    old: str, new: str, sentences: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in TOML
    root = workspace(tmp_path / "a", TOML.replace(old, new))
    told(capsys)
    assert vbe(root, "order", "2021") == 1
    assert told(capsys).splitlines() == sentences
    assert not (root / "begaran").exists()


def test_a_source_that_has_delivered_gets_no_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "a")
    silent = [(source, "inget att rapportera") for source in ("enkat", "blankett", "ia", "fritid")]
    deliver(
        root, [*silent, ("polis", "inte tillfrågad"), ("sisab", "inget att rapportera", "", "", "2020-07", "2021-04")]
    )
    told(capsys)
    assert vbe(root, "order", "2021") == 0
    assert told(capsys).splitlines()[-1] == (
        "Nästa steg: läs breven, skicka dem, och skriv datumet under Begärd i leveranser.xlsx."
    )
    assert [path.name for path in (root / "begaran/2021").iterdir()] == ["sisab"]
    assert "maj–juni 2021" in letter(root, "sisab")
    deliver(root, [*silent, ("polis", "inte tillfrågad"), ("sisab", "ej levererat"), ("gissning", "fil")])
    assert vbe(root, "order", "2021") == 1
    assert "leveranser.xlsx, blad 'Leveranser', rad 8, kolumn 'Källa': " in told(capsys)
    (root / "data/raw/2021/leveranser.xlsx").write_bytes(b"x")
    assert vbe(root, "order", "2021") == 1
    assert told(capsys).startswith("leveranser.xlsx: Arbetsboken kan inte öppnas.")


def test_status_says_soon_and_late(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Today(date):
        @classmethod
        def today(cls) -> "Today":
            return cls(*day)

    day = (2021, 8, 20)
    monkeypatch.setattr("vbe_analysis.workspace.status.date", Today)
    root = workspace(tmp_path / "a")
    rows = [("sisab", *[""] * 9, date(2021, 7, 1)), ("ia", *[""] * 9, "2021-07-02"), ("polis", "inget att rapportera")]
    deliver(root, rows)
    told(capsys)
    vbe(root, "status", "2021")
    lines = told(capsys).splitlines()
    at = lines.index("Snart: de här svaren ska ha kommit senast 20 augusti 2021.")
    assert lines[at + 1 : at + 6] == [
        f"  • {source}: juli 2020–juni 2021, {asked}"
        for source, asked in (
            ("Förvaltningens enkät", "inte begärt"),
            ("Blanketter", "inte begärt"),
            ("SISAB", "begärt 1 juli 2021"),
            ("IA", "begärt 2 juli 2021"),
            ("Fritidsgårdarna", "inte begärt"),
        )
    ]
    day = (2021, 8, 21)
    vbe(root, "status", "2021")
    assert "Sent: de här svaren skulle ha kommit senast 20 augusti 2021. Påminn." in told(capsys).splitlines()
    deliver(root, [("sisab", *[""] * 9, "i juli")])
    vbe(root, "status", "2021")
    said = told(capsys)
    assert (
        "leveranser.xlsx, blad 'Leveranser', rad 2, kolumn 'Begärd': Värdet är inget datum. Skriv dagen som "
        "2021-07-01, eller lämna cellen tom." in said
    )
    assert "Sent:" not in said


def test_the_blank_offers_the_workspaces_own_words(tmp_path: Path) -> None:
    root = workspace(tmp_path / "a")
    vbe(root, "order", "2021")
    book = openpyxl.load_workbook(root / "begaran/2021/sisab/Uppgifter SISAB 2021.xlsx")
    assert book.sheetnames == ["Uppgifter", "Listor", "Så här fyller du i"]
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["Listor"].columns}
    assert lists["Område"] == ["Ekåsen", "Lindviken", "Hasselnäset"]
    assert lists["Miljö (får lämnas tom)"][-2:] == ["Incelmiljön", "Oklar miljö"]
    assert lists["Vad gäller det?"] == [
        "Klotter",
        "Klistermärke",
        "Affischering",
        "Skadegörelse",
    ]  # what it can tell of
    rules = {str(rule.sqref): rule for rule in book["Uppgifter"].data_validations.dataValidation}
    assert {place: rule.type for place, rule in rules.items()} == {
        "A6:A204": "date",
        "B6:B204": "list",
        "C6:C204": "list",
        "D6:D204": "list",
        "E6:E204": "custom",
        "F6:F204": None,
        "C3": "list",
    }
    assert all(rule.allowBlank for place, rule in rules.items() if place != "F6:F204")
    assert rules["D6:D204"].prompt == "Ni behöver inte bedöma miljö. Lämna tomt om ni inte vet."


@pytest.mark.chapter
def test_from_order_to_chapter_without_a_line_of_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "a", TOML.replace('"enkat", "blankett", ', ""))
    assert vbe(root, "order", "2021") == 0
    (root / "data/raw/2021").mkdir(parents=True)
    walls = [
        (datetime(2020, 10, 13), "Ekåsen", "Klotter", "Vit makt-miljön", None, "hakkors"),
        (datetime(2021, 3, 5), "Lindviken", "Klistermärke", None, 3, "märke"),  # nobody judged the environment
        ("mars 2021", "Hasselnäset", "Klotter", "Autonoma miljön", 2, None),  # another district's
    ]
    fill(root, "sisab", "Uppgifter SISAB 2021.xlsx", walls)
    fill(root, "ia", "Uppgifter IA 2021.xlsx", [(date(2021, 1, 9), None, "Hot eller kränkning", "Incelmiljön")])
    counts = [("hösten 2020", None, None, "Vit makt-miljön", "<5"), ("mars 2021", None, None, "Autonoma miljön", 2)]
    fill(root, "polis", "Uppgifter Lokalpolisen 2021.xlsx", counts)
    fill(root, "fritid", "Uppgifter Fritidsgårdarna 2021.xlsx", (), "")
    told(capsys)
    assert vbe(root, "new", "2021") == 0
    assert told(capsys).splitlines()[1:] == [
        f"  {source}: fil, Uppgifter {name} 2021.xlsx (profil uppgifter_{source})"
        for source, name in (
            ("fritid", "Fritidsgårdarna"),
            ("ia", "IA"),
            ("polis", "Lokalpolisen"),
            ("sisab", "SISAB"),
        )
    ]
    assert vbe(root, "ingest", "2021", "--quiet") == 1  # the empty blank: a person says what it means
    assert (
        "Uppgifter Fritidsgårdarna 2021.xlsx: Filen har rubriker men inga rader. Fråga avsändaren. "
        "Fanns inget att rapportera: välj det i leveranser.xlsx" in told(capsys)
    )
    book = openpyxl.load_workbook(root / "data/raw/2021/leveranser.xlsx")
    assert book["Leveranser"]["A2"].value == "fritid"
    book["Leveranser"]["B2"] = "inget att rapportera"  # the one cell that the coordinator fills in
    book.save(root / "data/raw/2021/leveranser.xlsx")
    assert vbe(root, "chapter", "2021", "--edition", "intern", "--quiet") == 0
    events = Workspace(root).events("2021")
    keys = ["source", "environment", "event_type", "area", "low", "high"]
    assert events[keys].astype(object).values.tolist() == [
        ["ia", "incel", "hot_krankning", "", 1, 1],
        ["polis", "vit_makt", "ovrigt", "", 1, 4],
        ["polis", "autonom", "ovrigt", "", 2, 2],
        ["sisab", "vit_makt", "klotter", "ekasen", 1, 1],
        ["sisab", "oklar", "klistermarke", "lindviken", 3, 3],
    ]
    days = {str(day.date()) for day in events["date_from"]}
    assert days == {"2020-10-13", "2021-03-05", "2021-01-09", "2020-09-01", "2021-03-01"}
    assert [*(root / "data/profiles").iterdir()] == []
    assert (root / "reports/2021/intern/lagesbild.docx").stat().st_size > 10_000
    book = openpyxl.load_workbook(io.BytesIO((root / "reports/2021/intern/lagesbild.xlsx").read_bytes()))
    assert "Omslag" in book.sheetnames


def test_a_word_that_the_blanks_list_lacks_is_a_correction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "a", TOML)
    assert vbe(root, "order", "2021") == 0
    (root / "data/raw/2021").mkdir(parents=True)
    fill(root, "ia", "Uppgifter IA 2021.xlsx", [(date(2021, 1, 9), None, "Kloter", None)])
    told(capsys)
    assert vbe(root, "new", "2021") == 0
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert (
        "'Kloter' är en okänd etikett. Närmast: 'klotter'. Är etiketten rätt: för in dess kod i rattelser.xlsx, för "
        "blanketten har bara valen i sin lista (koder: " in told(capsys)
    )


def test_a_form_of_the_letters_questions_needs_no_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "a", TOML.replace(', "sisab", "ia", "polis", "fritid"', ""))
    assert vbe(root, "order", "2021") == 0
    document = Document(str(root / "begaran/2021/enkat/Begäran om uppgifter.docx"))
    listed = [p for p in document.paragraphs if p.style.name.startswith("List") and "?" in p.text]
    questions = [p.text.partition("?")[0] + "?" for p in listed]
    assert len(questions) == 11
    own = ("ID", "Starttid", "Slutförandetid", "E-post", "Namn")
    started = datetime(2021, 5, 3, 8, 1)
    answers = [
        ("Skola", "Ja", "Vit makt-miljön;", "Klotter;Symbol;", 2, "mars 2021", "Ekåsen", "Ja", "Nej", "Ja", "Ja"),
        (
            "Fritid",
            "Ja",
            "Oklar miljö;Incelmiljön;",
            "Hot eller kränkning;",
            1,
            "juli 2020",
            "Hasselnäset",
            *["Ja"] * 4,
        ),
        ("Fritid", "Nej", None, None, None, None, None, "Nej", "Nej", "Nej", "Ja"),
    ]
    rows = [(number, started, started, "anonymous", None, *answer) for number, answer in enumerate(answers, 1)]
    xlsx(
        root / "data/raw/2021/Lägesbildsfrågor Förvaltningens enkät 2021(1-3).xlsx",
        [(*own, *questions), *rows],
        "Sheet1",
    )
    form = [(*own, *questions[1:7]), (1, started, started, "anonymous", None, *answers[0][1:7])]
    xlsx(root / "data/raw/2021/Lägesbildsfrågor Blanketter 2021(1-1).xlsx", form, "Sheet1")
    told(capsys)
    assert vbe(root, "new", "2021") == 0
    assert vbe(root, "ingest", "2021", "--quiet") == 0, told(capsys)
    events = Workspace(root).events("2021")
    keys = ["source", "environment", "event_type", "area", "low", "high"]
    assert events.loc[events["source"] == "enkat", keys].astype(object).values.tolist() == [
        ["enkat", "vit_makt", "klotter", "ekasen", 1, 1],  # two occasions, two types
        ["enkat", "vit_makt", "symbol", "ekasen", 1, 1],
    ]
    assert set(events["source"]) == {"enkat", "blankett"}
    known = Workspace(root).answers("2021").query("question == 'rutin'")["answer"].tolist()
    assert known == ["nej", "ja", "nej"]
    assert [*(root / "data/profiles").iterdir()] == []
