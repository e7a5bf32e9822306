"""aktiviteter.xlsx: made, carried over, read with all its faults at once, and never offered for deletion."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.plan.plans import SEED, row, seed_rows, seed_tables, write
from tests.workspaces import make, state, told, vbe
from vbe_analysis.editions import purge
from vbe_analysis.errors import InputError
from vbe_analysis.plan.activities import COLUMNS, read_activities
from vbe_analysis.plan.choices import Goal
from vbe_analysis.workspace.workspace import Workspace

PLACE = "data/plan/2021/aktiviteter.xlsx"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(make(tmp_path))


def faults(workspace: Workspace) -> list[str]:
    with pytest.raises(InputError) as error:
        read_activities(workspace, "2021")
    return [str(fault) for fault in error.value.faults]


def test_the_workbook_has_its_choices(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert vbe(workspace.root, "plan", "new") == 0
    line = f"Arbetsboken är skapad: {PLACE}. Nästa steg: fyll i den. Kör sedan vbe followup 2021."
    assert told(capsys).splitlines()[0] == line
    book = openpyxl.load_workbook(workspace.root / PLACE)
    assert book.sheetnames == ["Aktiviteter", "Listor", "Så här fyller du i"]
    assert tuple(cell.value for cell in book["Aktiviteter"][1]) == COLUMNS
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["Listor"].columns}
    assert lists["Rubrik"] == ["Förebyggande", "Förhindrande", "Föreningsbidrag och lokaler", "Kompetenshöjande"]
    assert lists["Status"] == ["ej påbörjad", "pågår", "genomförd", "avbruten", "avslutad utan att målet nåddes"]
    assert {"Enkät: Känner till handlingsplanen", "Leveranser: IA", "Fysiska spår: Vit makt-miljön"} < {*lists["Mått"]}
    answers = {"Alla miljöer", "Arbetssätt", "Autonoma miljön", "Klotter", "Saknade månader", "Saknade månader: SISAB"}
    assert answers < {*lists["Svarar mot"]}
    rules = book["Aktiviteter"].data_validations.dataValidation
    # a measure of one's own, a day, and several answers may be written where the list gives examples
    assert {str(rule.sqref)[0] for rule in rules if rule.showErrorMessage} == {"B", "I"}


def test_what_goes_on_is_carried_over(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    ended = [row(nr=f"X{n}", status=status) for n, status in enumerate(("genomförd", "avbruten"))]
    days = {"start": date(2020, 1, 1), "klart": date(2020, 12, 1)}
    texts = {"mått": "Leveranser: IA", "mål": "alla månader", "uppföljning": "IA är påmint."}
    write(workspace, "2020", [*ended, row(**days, **texts, svarar="Saknade månader: IA; Klotter")])
    assert vbe(workspace.root, "plan", "new", "2021") == 0
    assert "Överförda från 2020: 1." in told(capsys)
    [carried] = read_activities(workspace, "2021").rows
    [before] = [activity for activity in read_activities(workspace, "2020").rows if activity.is_open]
    assert (carried.due, carried.goal, carried.answers) == (date(2020, 12, 1), Goal(12, None), before.answers)
    assert {**carried.written, "Uppföljning": "IA är påmint."} == before.written


def test_a_workspace_may_have_headings_of_its_own_but_no_names(workspace: Workspace) -> None:
    toml = workspace.root / "vbe.toml"
    before = toml.read_text(encoding="utf-8")
    toml.write_text(f'plan_headings = ["Trygghet", "Förebyggande"]\n{before}', encoding="utf-8")
    own = Workspace(workspace.root)
    write(own, "2021", [row(rubrik="trygghet"), row(nr="F2")])
    activities = read_activities(own, "2021")
    assert activities.headings[3:] == ("Kompetenshöjande", "Trygghet")
    assert [activity.heading for activity in activities.rows] == ["Förebyggande", "Trygghet"]
    toml.write_text(f'plan_headings = ["Trygghet", "Anna Andersson"]\n{before}', encoding="utf-8")
    [fault] = faults(Workspace(workspace.root))
    assert fault.startswith("vbe.toml: ")
    assert "plan_headings" in fault


@pytest.mark.skipif(not SEED.is_dir(), reason="the real plan is not here")
def test_the_real_plans_activities_are_read_whole(workspace: Workspace) -> None:
    write(workspace, "2021", seed_rows())
    activities = read_activities(workspace, "2021")
    tables = list(seed_tables())
    assert len(tables) == 13
    read = [
        (a.heading, a.text("Aktivitet"), a.text("Ansvarig (roll)"), a.due_text.capitalize()) for a in activities.rows
    ]
    assert read == [(heading, text, role, time) for heading, (text, role, time, _) in tables]
    assert [heading for heading in activities.headings if not activities.under(heading)] == [
        "Föreningsbidrag och lokaler"
    ]


ANSWERS_FAULT = "Värdet finns inte i lägesbilden. Det som går att välja: Autonoma miljön, "
BAD = {
    "unknown heading": (row(rubrik="Övrigt"), "Rubrik", "Värdet är inte ett av: Förebyggande, Förhindrande, "),
    "unknown status": (row(status="klar"), "Status", "Värdet är inte ett av: ej påbörjad, pågår, "),
    "unknown answer": (row(svarar="Klotter; Nazism"), "Svarar mot", ANSWERS_FAULT),
    "unknown fact": (row(mått="Enkät: Trivs"), "Mått", "Måttet börjar som en publicerad uppgift men är ingen av dem."),
    "target in words": (row(mått="Leveranser: IA", mål="bättre"), "Mål", "Målet går inte att hålla mot måttet. Skriv"),
    "target without measure": (row(mål="minst 80 %"), "Mått", "Aktiviteten har ett mål men inget mått."),
    "due before start": (
        row(start=date(2021, 3, 1), klart=date(2021, 2, 1)),
        "Klart senast",
        "Dagen ligger före aktivitetens start. Rätta start eller klart senast.",
    ),
    "no day": (row(klart="våren"), "Klart senast", "Värdet är varken ett datum eller ordet pågående."),
    "no start": (row(start="våren"), "Start", "Värdet är inget datum."),
    "nobody responsible": (row(ansvarig=""), "Ansvarig (roll)", "Cellen är tom."),
    "a name": (row(ansvarig="Anna Andersson"), "Ansvarig (roll)", "Texten innehåller troligen personuppgifter (namn)."),
    "a name of no list": (row(ansvarig="Ottilia Grahn"), "Ansvarig (roll)", "Den ansvariga ser ut att vara en person."),
    "a name and a role": (
        row(ansvarig="Grahn, Ottilia"),
        "Ansvarig (roll)",
        "Den ansvariga ser ut att vara en person.",
    ),
    "a number of a person": (
        row(uppföljning="Ring 070-174 06 05."),
        "Uppföljning",
        "Texten innehåller troligen personuppgifter (telefonnummer).",
    ),
    "a number that is a sentence": (row(nr="aktivitet nummer ett"), "Nr", "Numret är för långt eller har andra tecken"),
    "open braces": (row(uppföljning="Klart {fakta: x}."), "Uppföljning", "Texten har klamrar som inte går att tolka."),
}


@pytest.mark.parametrize(("cells", "column", "text"), BAD.values(), ids=BAD)
def test_a_bad_cell_gets_its_sentence(workspace: Workspace, cells: Sequence[object], column: str, text: str) -> None:
    write(workspace, "2021", [cells])
    [fault] = faults(workspace)
    assert fault.startswith(f"aktiviteter.xlsx, blad 'Aktiviteter', rad 2, kolumn '{column}': {text}")


def test_all_faults_come_at_once_in_the_order_of_the_rows(workspace: Workspace) -> None:
    write(workspace, "2021", [row(), row(status="klar", rubrik="Annat"), row(nr="f1"), row(ansvarig="Ottilia Grahn")])
    places = [fault.split(":")[0].removeprefix("aktiviteter.xlsx, blad 'Aktiviteter', ") for fault in faults(workspace)]
    # the last row is no activity yet, so its number is nobody's
    assert places == ["rad 3, kolumn 'Rubrik'", "rad 3, kolumn 'Status'", "rad 4, kolumn 'Nr'",
                      "rad 5, kolumn 'Ansvarig (roll)'"]  # fmt: skip


def test_a_workbook_that_cannot_be_used_says_why(workspace: Workspace) -> None:
    assert faults(workspace) == [
        f"Omgången 2021 har inga aktiviteter: {PLACE} saknas. Kör vbe plan new 2021 och fyll i arbetsboken."
    ]
    path = write(workspace, "2021", [])
    assert faults(workspace)[0].startswith("aktiviteter.xlsx, blad 'Aktiviteter': Arbetsboken har inga aktiviteter.")
    book = openpyxl.load_workbook(path)
    book["Aktiviteter"].delete_cols(9)
    book.save(path)
    assert faults(workspace)[0].startswith(
        "aktiviteter.xlsx, blad 'Aktiviteter': Bladet saknas, eller så är rubrikerna"
    )
    path.write_bytes(b"PK\x03\x04" + bytes(200))  # half a file; one with a password is no zip at all
    assert faults(workspace)[0].startswith("aktiviteter.xlsx: Arbetsboken kan inte öppnas. Stäng den i andra program.")


def test_a_fault_in_last_years_workbook_writes_nothing(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    write(workspace, "2020", [row(status="klar")])
    before = state(workspace.root)
    assert vbe(workspace.root, "plan", "new", "2021") == 1
    assert "rad 2, kolumn 'Status'" in told(capsys)
    assert state(workspace.root) == before


@pytest.mark.slow
def test_purge_never_offers_the_activities(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(workspace, "2021", [row()])
    assert vbe(workspace.root, "ingest", "--quiet") == 0
    late = date(2031, 1, 1)
    [due] = purge.due_cycles(workspace, late)
    purge.purge_cycle(workspace, "2021", "EK 2031/1", late)
    assert path.is_file()
    assert due.counts["underlag"] == 2  # the file and leveranser.xlsx
    assert not workspace.raw("2021").exists()
