"""A cycle's folder through the command: what stops it, what it says then, and what it leaves on disk."""

import io
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.workspaces import HEADINGS, NAME, ROWS, correct, deliver, make, state, text, told, vbe, xlsx
from vbe_analysis.vocabulary import default_vocabulary
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

Change = Callable[[Path], object]
PERSON = "Anna Andersson 811218-9876"  # an invented name and a number that the tax agency gives out for tests
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HERE = "IA 2021.xlsx, blad 'Händelser'"
LABEL = "Är den fel: för in rättelsen i rattelser.xlsx. Ändra inte originalfilen."
TYPES = ", ".join(sorted(default_vocabulary().event_types))
HEADING = (
    "Är det samma kolumn: lägg till den nya rubriken under heading i profilen. Annars: be avsändaren om en ny fil."
)
INCIDENT = "Kontakta avsändaren och dataskyddsombudet. Bedöm om det är en personuppgiftsincident (72 timmar)."


def rows(*cells: Sequence[object], headings: Sequence[object] = HEADINGS, sheet: str = "Händelser") -> Change:
    return lambda folder: xlsx(folder / NAME, [headings, *cells], sheet)


def written(content: bytes) -> Change:
    return lambda folder: (folder / NAME).write_bytes(content)


def cut(folder: Path) -> None:
    (folder / NAME).write_bytes((folder / NAME).read_bytes()[:3000])


def last_years(folder: Path) -> None:
    (folder.parent / "2020").mkdir()
    shutil.copy(folder / NAME, folder.parent / "2020" / "IA 2020.xlsx")


def named(folder: Path) -> None:
    (folder / NAME).rename(folder / f"{PERSON}.xlsx")
    deliver(folder.parents[2], [("ia", "fil", f"{PERSON}.xlsx", "ia"), ("sisab", "inget att rapportera")])


WRONG_FILES = {
    "wrong columns": (
        rows(*ROWS, headings=("Dag", "Område", "Händelse", "Miljö", "Antal")),
        [
            f"{HERE}, rad 1: Rubriken 'Datum' saknas. Mest lik av rubrikerna som profilen inte känner till: 'Dag' "
            f"(A). {HEADING}",
            f"{HERE}, rad 1: Rubriken 'Typ' saknas. Mest lik av rubrikerna som profilen inte känner till: –. {HEADING}",
        ],
    ),
    "another table altogether": (
        rows(("a", 1), headings=("Vara", "Pris")),
        [
            f"{HERE}: Ingen av profilens rubriker finns på bladet. Profilen söker bland annat 'Datum', 'Område', "
            "'Typ', "
            "'Miljö', 'Antal'. Kontrollera i leveranser.xlsx att det är rätt fil och rätt profil. Har avsändaren "
            "ändrat "
            "alla rubriker: gör en ny profil med vbe profile FIL."
        ],
    ),
    "unknown labels": (
        rows(
            (date(2020, 9, 1), "Ekåsen", "Kloter", "Höger", 2),
            (date(2020, 9, 2), "Ekåssen", "Klotter", "Höger", 2),
        ),
        [
            f"{HERE}, rad 2, kolumn 'Typ': 'Kloter' är en okänd etikett. Närmast: 'klotter'. Är etiketten rätt: lägg "
            "till "
            'raden "Kloter" = "<kod>" bland values för kolumnen \'Typ\' i data/profiles/ia.toml '
            f"(koder: {TYPES}). {LABEL}",
            f"{HERE}, rad 3, kolumn 'Område': 'Ekåssen' är en okänd etikett. Närmast: 'ekåsen'. Är etiketten rätt: "
            "lägg "
            f"till området under [areas] i vbe.toml om det hör till förvaltningen, annars i areas_outside. {LABEL}",
        ],
    ),
    "unreadable dates": (
        rows(("210305", "Ekåsen", "Klotter", "Höger", 2), ("2021-02-30", "Ekåsen", "Klotter", "Höger", 2)),
        [
            f"{HERE}, rad 2, kolumn 'Datum': Datumet '210305' kan läsas på flera sätt: sex siffror kan vara "
            "år-månad-dag "
            "eller dag-månad-år. Skriv året med fyra siffror, till exempel 2021-03-05 eller mars 2021, i "
            "rattelser.xlsx, "
            "eller ange källans skrivsätt i profilen.",
            f"{HERE}, rad 3, kolumn 'Datum': Datumet '2021-02-30' går inte att läsa: 30 februari 2021 finns inte. "
            "Fråga avsändaren vilken dag det gäller och skriv datumet som 2021-03-05 i rattelser.xlsx. "
            "Är dagen okänd: skriv månaden, till exempel mars 2021.",
        ],
    ),
    "unreadable number": (
        rows((date(2020, 9, 1), "Ekåsen", "Klotter", "Höger", "många")),
        [
            f"{HERE}, rad 2, kolumn 'Antal': 'många' är inget antal. Ett antal är ett heltal från 0 och uppåt, eller "
            "<5 "
            "där källan döljer små tal. Fråga avsändaren och skriv antalet i rattelser.xlsx, eller utelämna raden där."
        ],
    ),
    "total that differs": (
        rows(*ROWS, (None, "Summa", None, None, 9)),
        [
            f"{HERE}, rad 5, kolumn 'Antal': Filens egen summa är 9, men raderna ger 7. Fråga avsändaren. Godta "
            "skillnaden "
            "med 'godkänd avvikelse' i rattelser.xlsx om raderna är rätt."
        ],
    ),
    "empty": (
        written(b""),
        [
            "IA 2021.xlsx: "
            "Filen är tom. Be avsändaren skicka den igen. Tills den kommer: välj ej levererat i "
            "leveranser.xlsx, så står månaderna som saknade i kapitlet. Fanns det inget: välj inget att "
            "rapportera, så räknas de som levererade utan händelser."
        ],
    ),
    "headings only": (
        rows(),
        [
            "IA 2021.xlsx: Filen har rubriker men inga rader. Fråga avsändaren. Fanns inget att rapportera: välj det i "
            "leveranser.xlsx, så räknas månaderna som levererade utan händelser. Annars: välj ej levererat, så står "
            "de som saknade i kapitlet, och be om en ny fil."
        ],
    ),
    "last year's file": (
        last_years,
        [
            "IA 2021.xlsx: Filen är till sista byten densamma som 'IA 2020.xlsx' i omgången 2020. Be avsändaren om "
            "årets "
            "fil. Tills den kommer: skriv ej levererat i leveranser.xlsx."
        ],
    ),
    "last year's dates": (
        rows((date(2019, 9, 1), "Ekåsen", "Klotter", "Höger", 2)),
        [
            "IA 2021.xlsx: Inget datum i filen ligger i perioden 1 juli 2020–30 juni 2021. Kontrollera att det är "
            "rätt års "
            "fil. Är den fel: skriv ej levererat i leveranser.xlsx och be om rätt fil."
        ],
    ),
    "missing file": (
        lambda folder: (folder / NAME).unlink(),
        [
            "leveranser.xlsx, blad 'Leveranser', rad 2, kolumn 'Fil': Filen 'IA 2021.xlsx' finns inte i omgångens "
            "mapp. "
            "Lägg filen i mappen, eller rätta namnet i leveranser.xlsx."
        ],
    ),
    "cut off": (
        cut,
        [
            "IA 2021.xlsx: Filen är avbruten eller skadad: slutet av den saknas eller går inte att läsa. Ladda ner "
            "den på "
            "nytt eller be avsändaren skicka den igen."
        ],
    ),
    "password-protected": (
        written(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)),
        [
            "IA 2021.xlsx: Filen är skyddad med lösenord. Be avsändaren ta bort lösenordet, eller öppna filen och "
            "spara "
            "den utan lösenord."
        ],
    ),
    "no table": (
        written(b"%PDF-1.7"),
        [
            "IA 2021.xlsx: Filen är av slaget PDF, som inte kan läsas som tabell. Be om samma uppgifter som xlsx, csv "
            "eller docx."
        ],
    ),
}


ROW_FAULTS = ("unknown labels", "unreadable dates", "unreadable number")


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that has been read in, to copy from."""
    root = make(tmp_path_factory.mktemp("inläst"))
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    return root


@pytest.mark.parametrize("kind", WRONG_FILES)
def test_a_wrong_file_is_told_and_nothing_is_written(
    kind: str, ingested: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, messages = WRONG_FILES[kind]
    root = Path(shutil.copytree(ingested, tmp_path / "arbetsmapp"))
    before = state(root / "data" / "processed")
    change(root / "data" / "raw" / "2021")
    told(capsys)
    # rows may be left out; a file at fault is never waved through
    assert vbe(root, "ingest", "2021", "--quiet", *([] if kind in ROW_FAULTS else ["--accept-rejects"])) == 1
    assert told(capsys).splitlines() == [
        f"Omgång 2021 stoppades. Antal fel: {len(messages)}. Inget har ändrats i data/processed.",
        *messages,
        "Underlag till kontoren: reports/2021/intern/underlag.html, reports/2021/intern/underlag.xlsx",
        "",
    ]
    assert state(root / "data" / "processed") == before
    assert len(before) == 5


def test_everything_wrong_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path, [("210305", "Ekåsen", "Kloter", "Höger", "x"), *ROWS])
    folder = root / "data" / "raw" / "2021"
    (folder / "SISAB.xlsx").write_bytes(b"")
    deliver(root, [("ia", "fil", NAME, "ia"), ("sisab", "fil", "SISAB.xlsx", "sisab"), ("ia", "fil", "IA.csv", "ia")])
    assert vbe(root, "check", "2021", "--quiet") == 1
    lines = [line.split(":")[0] for line in told(capsys).splitlines()]
    assert lines[:6] == [
        "Omgång 2021 stoppades. Antal fel",
        "leveranser.xlsx, blad 'Leveranser', rad 4, kolumn 'Fil'",
        "SISAB.xlsx",
        f"{HERE}, rad 2, kolumn 'Datum'",
        f"{HERE}, rad 2, kolumn 'Typ'",
        f"{HERE}, rad 2, kolumn 'Antal'",
    ]


def test_rows_may_be_left_out_and_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path, [("210305", "Ekåsen", "Kloter", "Höger", 1), *ROWS])
    assert vbe(root, "ingest", "2021", "--quiet", "--accept-rejects") == 0
    assert "Rader i filerna: 5 = inlästa 3 + räknas inte enligt regel 1 + utelämnade 1." in told(capsys)
    workspace = Workspace(root)
    assert len(workspace.events("2021")) == 3
    record = workspace.record("2021")
    assert record["accept_rejects"] is True
    assert record["inputs"][0]["sheets"][0]["cells"] == [
        {"filled": 25, "read": 15, "dropped": {"header_row": 5}, "notices": {"rejected": 5}}
    ]
    place = workspace.rejects("2021")[["file", "sheet", "row", "column", "reason"]]
    assert place.values.tolist() == [
        [NAME, "Händelser", 2, "A", "ambiguous_date"],
        [NAME, "Händelser", 2, "C", "unknown_label"],
    ]


PRIVATE = {
    "cell": (
        rows((date(2020, 9, 1), "Ekåsen", "Klotter", PERSON, 2)),
        f"{HERE}, rad 2, kolumn 'Miljö': Cellen innehåller troligen personuppgifter (namn, personnummer) i en kolumn "
        "som "
        f"ska sparas. Utelämna raden eller rätta cellen i rattelser.xlsx. {INCIDENT}",
    ),
    "heading": (
        rows(*ROWS, headings=(*HEADINGS, PERSON)),
        f"{HERE}, rad 1, kolumn F: Rubriken innehåller troligen personuppgifter (namn, personnummer). Töm rubriken med "
        f"'rensa' i rattelser.xlsx. {INCIDENT}",
    ),
    "sheet": (
        rows(*ROWS, sheet=PERSON),
        "IA 2021.xlsx, blad 'blad 1': Bladets namn innehåller troligen personuppgifter (namn, personnummer). Läs inte "
        "in "
        f"filen. {INCIDENT}",
    ),
    "file": (
        named,
        "leverans 1: Filens namn innehåller troligen personuppgifter (namn, personnummer). Läs inte in filen. "
        f"{INCIDENT}",
    ),
    "unreadable file": (
        lambda folder: (named(folder), (folder / f"{PERSON}.xlsx").write_bytes(b"")),
        "leverans 1: Filens namn innehåller troligen personuppgifter (namn, personnummer). Läs inte in filen. "
        f"{INCIDENT}",
    ),
    "file that no row names": (
        lambda folder: shutil.copy(folder / NAME, folder / f"{PERSON}.xlsx"),
        "fil 1 i mappen, i bokstavsordning: Filens namn innehåller troligen personuppgifter (namn, personnummer). Läs "
        "inte "
        f"in filen. {INCIDENT}",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), PRIVATE.values(), ids=PRIVATE)
def test_personal_data_always_stops_and_is_shown_nowhere(
    change: Change, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    change(root / "data" / "raw" / "2021")
    # what a person may approve of is a total, not this
    correct(root, (NAME, "Händelser", 2, "", "godkänd avvikelse"), (NAME, "Händelser", 1, "", "godkänd avvikelse"))
    assert vbe(root, "ingest", "2021", "--accept-rejects") == 1
    assert vbe(root, "status", "2021") == 0
    said = told(capsys)
    assert sentence in said
    outputs = {path: shown(path) for path in (*root.glob("reports/**/*.*"), *root.glob("data/processed/**/*"))}
    assert {path.name for path in outputs} == {"underlag.html", "underlag.xlsx"}
    for part in ("Anna", "Andersson", "811218"):
        assert part not in said
        assert [path.name for path, content in outputs.items() if part in content] == []


def shown(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_bytes().decode(errors="replace")
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    return "\n".join(str(row) for sheet in book for row in (sheet.title, *sheet.iter_rows(values_only=True)))


def test_ingesting_twice_changes_nothing(tmp_path: Path) -> None:
    root = make(tmp_path)
    vbe(root, "ingest", "2021", "--quiet")
    before = state(root / "data")
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert state(root / "data") == before


def test_checking_leaves_the_data_alone(tmp_path: Path) -> None:
    root = make(tmp_path)
    before = state(root / "data")
    assert vbe(root, "check", "2021", "--quiet") == 0
    assert state(root / "data") == before


def test_the_same_file_twice_is_counted_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    folder = root / "data" / "raw" / "2021"
    shutil.copy(folder / NAME, folder / "Kopia.xlsx")
    shutil.copy(folder / NAME, folder / "Slask.xlsx")
    deliver(root, [("ia", "fil", NAME, "ia"), ("ia", "fil", "Kopia.xlsx", "ia"), ("sisab", "inget att rapportera")])
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    said = told(capsys)
    assert (
        "Kopia.xlsx: Filen är till sista byten densamma som 'IA 2021.xlsx' i samma omgång och räknas inte en gång till."
    ) in said
    assert (
        "Slask.xlsx: Filen är till sista byten densamma som 'IA 2021.xlsx' i samma mapp. Den nämns inte i "
        "leveranser.xlsx och räknas inte."
    ) in said
    assert len(Workspace(root).events("2021")) == 3
    copies = [sheet["ignored"] for file in Workspace(root).record("2021")["inputs"][1:] for sheet in file["sheets"]]
    assert copies == [{"duplicate_file": 4}]


@pytest.mark.parametrize("row", [("ia", "fil", "IA*.xlsx", "ia"), ("ia", "ej levererat", NAME)])
def test_a_file_that_two_rows_name_stops(
    row: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    deliver(root, [("ia", "fil", NAME, "ia"), row])
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert (
        "leveranser.xlsx, blad 'Leveranser', rad 3: Filen 'IA 2021.xlsx' hör redan till rad 2 och kan inte höra till "
        "två "
        "rader."
    ) in told(capsys)


@pytest.mark.parametrize(
    "row", [("sisab", "fil", "Kopia.xlsx", "sisab"), ("ia", "fil", "Kopia.xlsx", "ia", "2021-01", "2021-06")]
)
def test_one_offices_file_is_never_taken_for_anothers(
    row: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    shutil.copy(root / "data/raw/2021" / NAME, root / "data/raw/2021/Kopia.xlsx")
    deliver(root, [("ia", "fil", NAME, "ia", "2020-07", "2020-12"), row])
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert (
        "Kopia.xlsx: Filen är till sista byten densamma som 'IA 2021.xlsx', som lämnats för en annan källa eller andra "
        "månader (rad 2 i leveranser.xlsx). Kontrollera vad filen gäller och be om den som saknas."
    ) in told(capsys)


def test_a_file_that_was_set_aside_hides_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    shutil.copy(root / "data/raw/2021" / NAME, root / "data/raw/2021/Utkast.xlsx")
    (root / "data/raw/2021/Trasig.xlsx").write_bytes(b"")
    undelivered = [("ia", "ej levererat", "Utkast.xlsx"), ("ia", "ej levererat", "Trasig.xlsx")]
    deliver(root, [*undelivered, ("ia", "fil", NAME, "ia"), ("sisab", "inget att rapportera")])
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert told(capsys).count("Filen räknas inte, eftersom leveransen är noterad utan fil.") == 2
    assert len(Workspace(root).events("2021")) == 3


def test_one_file_may_be_read_by_two_profiles(tmp_path: Path) -> None:
    root = make(tmp_path)
    deliver(root, [("ia", "fil", NAME, "ia"), ("sisab", "fil", NAME, "sisab")])
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert Workspace(root).events("2021")["source"].tolist() == ["ia"] * 3 + ["sisab"] * 3
    assert Workspace(root).events("2021")["report_id"].is_unique


def test_two_files_with_one_name_stop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    for half, cells in (("vår", ROWS[2:]), ("höst", ROWS[:2])):
        xlsx(root / "data/raw/2021" / half / "IA.xlsx", [HEADINGS, *cells])
    deliver(root, [("ia", "fil", "*/ia.xlsx", "ia")])
    assert vbe(root, "check", "2021", "--quiet") == 1
    assert "rad 2: Två filer i olika mappar heter 'IA.xlsx'. Ge den ena ett annat namn." in told(capsys)


def test_a_pattern_takes_the_offices_files_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    folder = root / "data" / "raw" / "2021"
    correct(root)
    for name in ("~$IA 2021.xlsx", ".dold.xlsx", "texter/bakgrund.xlsx"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")
    # a decomposed å, as a file that was packed on a Mac has
    xlsx(folder / "A\u030arets IA.xlsx", [HEADINGS, *ROWS[:1]])
    deliver(root, [("ia", "fil", "IA*.xlsx", "ia"), ("ia", "fil", "årets *.XLSX", "ia")])
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert "nämns inte" not in told(capsys)
    assert [file["file"] for file in Workspace(root).record("2021")["inputs"]] == [NAME, "A\u030arets IA.xlsx"]


def test_files_that_no_row_names_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    text(root / "data/raw/2021/extra.csv", [("a", "b"), (1, 2)])
    (root / "data/raw/2020").mkdir()
    text(root / "data/raw/2020/gammal.csv", [("a", "b"), (3, 4)])
    shutil.copy(root / "data/raw/2020/gammal.csv", root / "data/raw/2021/ny.csv")
    assert vbe(root, "check", "2021", "--quiet") == 0
    said = told(capsys)
    assert "extra.csv: Filen ligger i mappen men nämns inte i leveranser.xlsx." in said
    assert (
        "ny.csv: Filen nämns inte i leveranser.xlsx och är till sista byten densamma som 'gammal.csv' i omgången 2020."
    ) in said


def test_a_file_of_a_delivery_without_file_is_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    deliver(root, [("ia", "ej levererat", NAME), ("sisab", "inget att rapportera")])
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert "IA 2021.xlsx: Filen räknas inte, eftersom leveransen är noterad utan fil." in told(capsys)
    assert len(Workspace(root).events("2021")) == 0
    assert Workspace(root).record("2021")["inputs"][0]["sheets"][0]["ignored"] == {"not_delivered_file": 4}


def test_events_outside_the_period_are_loaded_and_not_counted(tmp_path: Path) -> None:
    late = (date(2021, 7, 1), "Ekåsen", "Klotter", "Höger", 1)
    across = ("2021", "Ekåsen", "Klotter", "Höger", 1)
    root = make(tmp_path, [*ROWS, late, across])
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    found = Workspace(root).events("2021").set_index("row")["not_counted"]
    assert found.to_dict() == {2: "", 3: "", 4: "", 5: "outside_period", 6: "straddles_boundary"}


def test_paths_with_swedish_letters_blanks_and_great_length(tmp_path: Path) -> None:
    root = make(tmp_path / "Lägesbild åäö" / ("mycket lång mapp " * 7).strip() / ("ännu en " * 12).strip())
    assert len(str(root)) > 200
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    assert len(Workspace(root).events("2021")) == 3


def test_equal_inputs_in_another_place_give_equal_bytes(tmp_path: Path) -> None:
    one, other = make(tmp_path / "a"), tmp_path / "b"
    shutil.copytree(one, other)
    for root in (one, other):
        vbe(root, "ingest", "2021", "--quiet")
    hashes = [{name: value[0] for name, value in state(root / "data/processed").items()} for root in (one, other)]
    assert hashes[0] == hashes[1]
    assert isinstance(Workspace(one).coverage("2021"), pd.DataFrame)
