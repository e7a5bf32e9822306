"""The quality report of the example's cycles, read back: clean, stopped, and with rows left out."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.district import workspace as district
from vbe_analysis.chapter.quality.offices import MANY, MUST, SHOWN, Remark
from vbe_analysis.chapter.quality.report import write_quality
from vbe_analysis.chapter.quality.workbook import sheet_names
from vbe_analysis.config import load
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.cycle import Ingested
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CYCLES = ("2017", "2018", "2019", "2020", "2021")
GUIDE = "Så här läser du"
HEADER = ["Fil", "Blad", "Rad", "Kolumn", "Vad", "Gör så här", "Läge"]
TALLY = ["Fil", "Blad", "Rader", "Inlästa", "Räknas inte", "Utelämnade"]
QUALITY, FAULTS = load("messages.sv")["quality"], load("messages.sv")["faults"]
Make = Callable[[], Workspace]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """The example workspace, copied."""

    def copy() -> Workspace:
        shutil.copy(ROOT / "vbe.toml", tmp_path)
        for name in ("raw", "profiles"):
            shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name)
        return Workspace(tmp_path)

    return copy


@pytest.mark.slow
@pytest.mark.parametrize("cycle", CYCLES)
def test_a_clean_cycle_has_a_sheet_an_office_and_nothing_to_act_on(cycle: str, make: Make) -> None:
    workspace = make()
    found = workspace.read_in(cycle)
    html, xlsx = write_quality(workspace, cycle, found)
    names = {entry["source"]: workspace.vocabulary.sources[entry["source"]].label for entry in found.record["inputs"]}
    strays = ["Samordnaren"] if cycle == "2021" else []  # a file that leveranser.xlsx does not name
    assert openpyxl.load_workbook(xlsx).sheetnames == [GUIDE, *names.values(), *strays]
    told = [row for name in (*names.values(), *strays) for row in remarks(xlsx, name)]
    assert {row[6] for row in told} <= {"Upplysning", "Utelämnad"}
    assert [row[6] for row in told].count("Utelämnad") == found.rejects.groupby(["file", "sheet", "reason"]).ngroups
    page = html.read_text(encoding="utf-8")
    assert re.findall(r"<h2 id=\"kontor-\d+\">(.*?)</h2>", page) == [*names.values(), *strays]
    assert "Omgången går att läsa in. Inget måste åtgärdas." in page


@pytest.mark.parametrize("cycle", CYCLES)
def test_the_rows_of_each_sheet_add_up_as_in_the_record(cycle: str, make: Make) -> None:
    workspace = make()
    found = workspace.read_in(cycle)
    _, xlsx = write_quality(workspace, cycle, found)
    assert tallies_of(xlsx) == recorded(found)


@pytest.mark.parametrize(
    ("cycle", "sheet", "row"),
    [
        (
            "2017",
            "SISAB",
            [
                "Åverkan skolfastigheter 2016-2017.xlsx",
                "Höst",
                "rad 7",
                "C (Anmälan / Anmäld den)",
                "Datumet '2016-09-31' går inte att läsa: 31 september 2016 finns inte.",
                "Svara med rätt dag, eller med månaden om dagen är okänd.",
            ],
        ),
        (
            "2018",
            "IA",
            [
                "Avvikelser IA 2017-18.xlsx",
                "Avvikelser",
                "rad 23",
                "J (Geografiskt område)",
                "Cellen innehåller troligen personuppgifter (telefonnummer).",
                "Svara med vad som ska stå i cellen, utan personuppgifter.",
            ],
        ),
        (
            "2019",
            "Trafikkontoret",
            [
                "Klotteranmälningar 1807-1906.csv",
                None,
                "rad 20",
                "E (Innehåll bedömt som)",
                "'Högerextemt' är en okänd etikett. Närmast: 'högerextremt'.",
                "Svara med vilken etikett som ska stå där, eller vad den här betyder.",
            ],
        ),
        (
            "2020",
            "Blanketter",
            [
                "Blankettregister 2020.xlsx",
                "Register",
                "rad 2",
                "I",
                "Rubriken innehåller troligen personuppgifter (namn).",
                "Ta bort uppgifterna och skicka filen igen. Skriv dem inte i svaret.",
            ],
        ),
        (
            "2020",
            "SISAB",
            [
                "Åverkan skolfastigheter 2019-2020.xlsx",
                "Vår",
                "rad 42",
                "G (Omfattning / Antal ytor)",
                "Filens egen summa är 56, men raderna ger 54.",
                "Svara med vad som är rätt: raderna eller summan.",
            ],
        ),
        (
            "2021",
            "SISAB",
            [
                "Åverkan skolfastigheter 2020-2021.xlsx",
                "Vår",
                "rad 6",
                "G (Omfattning / Antal ytor)",
                "'ca 3' är inget antal. Ett antal är ett heltal från 0 och uppåt, eller <5 där källan döljer små tal.",
                "Svara med rätt antal.",
            ],
        ),
    ],
)
def test_a_stopped_cycle_tells_the_office_in_its_own_words(cycle: str, sheet: str, row: list[str], make: Make) -> None:
    html, xlsx = write_quality(*stopped(make(), cycle))
    assert remarks(xlsx, sheet) == [[*row, "Måste åtgärdas"]]
    page = html.read_text(encoding="utf-8")
    assert "Omgången är inte inläst." in page
    assert row[5] in page


def test_an_office_without_faults_is_not_promised_that_all_is_well(make: Make) -> None:
    _, xlsx = write_quality(*stopped(make(), "2019"))
    assert remarks(xlsx, "IA") == []
    sentence = "Inget att åtgärda hittills. Mer kan komma när omgången läses in."
    assert openpyxl.load_workbook(xlsx)["IA"]["A4"].value == sentence


def test_personal_data_is_the_coordinators_matter_too(make: Make) -> None:
    _, xlsx = write_quality(*stopped(make(), "2018"))
    (row,) = remarks(xlsx, "Samordnaren")
    assert row[5] == FAULTS["personal_data_cell"]["remedy"]
    assert row[:4] == remarks(xlsx, "IA")[0][:4]


def test_rows_that_were_accepted_as_left_out_are_told_as_before(make: Make) -> None:
    workspace = make()
    (workspace.raw("2017") / "rattelser.xlsx").unlink()
    html, xlsx = write_quality(workspace, "2017", workspace.read_in("2017", accept_rejects=True))
    left_out = [row for row in remarks(xlsx, "SISAB") if row[6] == "Utelämnad"]
    assert left_out == [
        [
            "Åverkan skolfastigheter 2016-2017.xlsx",
            "Höst",
            "rad 7",
            "C (Anmälan / Anmäld den)",
            "Datumet '2016-09-31' går inte att läsa: 31 september 2016 finns inte.",
            "Svara med rätt dag, eller med månaden om dagen är okänd.",
            "Utelämnad",
        ]
    ]
    assert "2016-09-31" in html.read_text(encoding="utf-8")


def test_a_workbook_of_deliveries_that_cannot_be_read_goes_to_the_coordinator(make: Make) -> None:
    workspace = make()
    (workspace.raw("2021") / "leveranser.xlsx").write_bytes(b"ingen arbetsbok")
    with pytest.raises(InputError) as error:
        workspace.read_in("2021")
    _, xlsx = write_quality(workspace, "2021", error.value)
    assert openpyxl.load_workbook(xlsx).sheetnames == [GUIDE, "Samordnaren"]
    fault = FAULTS["own_file_unreadable"]
    place = ["leveranser.xlsx", None, None, None]
    assert remarks(xlsx, "Samordnaren") == [[*place, fault["text"], fault["remedy"], "Måste åtgärdas"]]


def test_equal_cells_are_one_remark_and_many_unlike_ones_too(make: Make) -> None:
    workspace = make()
    file = "Avvikelser IA 2020-21.xlsx"
    dates = [f"2021-13-{day:02d}" for day in range(1, MANY + 2)]
    faults = [label(file, "=1+1", row) for row in (14, 20, 18, 19)]
    faults += [date(file, "2021-02-30", "C", 5), *(date(file, value, "D", row) for row, value in enumerate(dates, 30))]
    _, xlsx = write_quality(workspace, "2021", InputError(faults))
    found = [[row[2], row[3], row[4]] for row in remarks(xlsx, "IA")]
    assert found == [
        ["rad 5", "C (Datum)", "Datumet '2021-02-30' går inte att läsa: formen är inte känd."],
        ["rad 14, 18–20", "E (Typ)", "'=1+1' är en okänd etikett. Närmast: –."],
        ["rad 30–42", "D (Datum)", "Datumet går inte att läsa."],
    ]
    overview = [[cell.value for cell in row] for row in openpyxl.load_workbook(xlsx)[GUIDE].iter_rows(max_col=2)]
    assert ["IA", 5 + MANY + 1] in overview


def test_no_text_becomes_a_formula_or_markup(make: Make) -> None:
    workspace = make()
    found = InputError([label("=SUMMA(A1) <b>.xlsx", "=1+1\x07\n<script>", 2)])
    html, xlsx = write_quality(workspace, "2021", found)
    (row,) = openpyxl.load_workbook(xlsx)["Samordnaren"].iter_rows(min_row=5, max_row=5)
    assert (row[0].value, row[0].data_type, row[0].quotePrefix) == ("=SUMMA(A1) <b>.xlsx", "s", True)
    assert row[4].value == "'=1+1 <script>' är en okänd etikett. Närmast: –."
    page = html.read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_no_free_text_is_shown(make: Make) -> None:
    workspace = make()
    sheet = openpyxl.load_workbook(workspace.raw("2021") / "Avvikelser IA 2020-21.xlsx")["Avvikelser"]
    texts = {str(cell) for row in sheet.iter_rows(min_row=2, values_only=True) for cell in row if len(str(cell)) > 20}
    html, xlsx = write_quality(workspace, "2021", workspace.read_in("2021"))
    shown = html.read_text(encoding="utf-8") + "".join(map(str, cells(xlsx)))
    assert len(texts) > 20
    assert [text for text in texts if text in shown] == []


def test_a_name_with_personal_data_is_not_shown(make: Make) -> None:
    workspace = make()
    found = InputError([Fault("file_not_named", "Underlag 811218-9876.xlsx")])  # told before any gate has seen it
    html, xlsx = write_quality(workspace, "2020", found)
    assert remarks(xlsx, "Samordnaren")[0][0] == "(visas inte: innehåller troligen personuppgifter)"
    assert "811218" not in html.read_text(encoding="utf-8") + "".join(map(str, cells(xlsx)))


def test_the_same_report_gives_the_same_bytes_and_leaves_nothing_beside(make: Make) -> None:
    workspace, cycle, found = stopped(make(), "2020")
    paths = write_quality(workspace, cycle, found)
    first = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in write_quality(workspace, cycle, found)] == first
    folder = workspace.root / "reports" / "2020" / "intern"
    assert sorted(folder.iterdir()) == sorted(paths) == [folder / "underlag.html", folder / "underlag.xlsx"]
    assert os.name == "nt" or folder.stat().st_mode & 0o077 == 0  # Windows has no such mode


@pytest.mark.slow
@pytest.mark.skipif(not district.SHARED.is_dir(), reason="../shared/district is not beside the project")
def test_the_shared_district_adds_up_and_stops_as_told(tmp_path: Path) -> None:
    truth = json.loads((district.SHARED / "truth.json").read_text(encoding="utf-8"))
    workspace = Workspace(district.make(tmp_path / "arbetsmapp", truth))
    found = workspace.read_in("2021", accept_rejects=True)
    _, xlsx = write_quality(workspace, "2021", found)
    assert tallies_of(xlsx) == recorded(found)
    left_out = [row for name in openpyxl.load_workbook(xlsx).sheetnames[1:] for row in remarks(xlsx, name)]
    assert sum(row[6] == "Utelämnad" for row in left_out) > 1
    _, xlsx = write_quality(*stopped(workspace, "2021"))
    (row,) = [row for row in remarks(xlsx, "Blanketter") if row[2] == "rad 5"]
    assert row[6] == "Måste åtgärdas"


@pytest.mark.parametrize("code", QUALITY["to_office"])
def test_what_an_office_is_told_has_its_values_and_is_not_written_to_the_coordinator(code: str) -> None:
    words = QUALITY["to_office"][code]
    known = fields(" ".join(FAULTS[code].values()))
    assert fields(words.get("text", "")) <= known
    assert fields(words["remedy"]) <= {"answer"}  # what is asked about a date, by the reason
    assert not re.search(r"avsändare|profil|rattelser\.xlsx|leveranser\.xlsx", " ".join(words.values()))


def test_an_office_is_never_sent_a_remedy_that_speaks_of_the_sender() -> None:
    others = {"file_not_named", "file_not_named_old", "file_not_found"}  # of a file that belongs to no office yet
    spoken = {code for code, words in FAULTS.items() if re.search("avsändar|Be om ", " ".join(words.values()))}
    assert spoken - others <= set(QUALITY["to_office"])


@pytest.mark.slow
@given(st.lists(st.text(min_size=0, max_size=60), max_size=8))
def test_excel_takes_every_sheet_name(labels: list[str]) -> None:
    names = sheet_names(labels)
    assert len({name.casefold() for name in names}) == len(labels)
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("'") == name


@given(st.sets(st.integers(1, 3000), min_size=1))
def test_rows_in_words_say_every_row_or_how_many_more(rows: set[int]) -> None:
    words = Remark(MUST, "", "", tuple(sorted(rows)), "", "", "").row_words
    written = words.removeprefix("rad ").split(" och ")[0]
    spans = [[int(end) for end in span.split("–")] for span in written.split(", ")]
    found = [row for span in spans for row in range(span[0], span[-1] + 1)]
    more = re.search(r" och (\d+) rader till$", words)
    assert found == sorted(rows)[: len(found)]
    assert len(found) + (int(more[1]) if more else 0) == len(rows)
    assert len(spans) <= SHOWN


def stopped(workspace: Workspace, cycle: str) -> tuple[Workspace, str, InputError]:
    """The cycle without its corrections, read in, and what stopped it."""
    (workspace.raw(cycle) / "rattelser.xlsx").unlink()
    with pytest.raises(InputError) as error:
        workspace.read_in(cycle)
    return workspace, cycle, error.value


def label(file: str, value: str, row: int) -> Fault:
    values = {"value": value, "near": "–", "column": "Typ", "profile": "ia", "snippet": ""}
    return Fault("unknown_label", file, "Avvikelser", row, "Typ", "E", values)


def date(file: str, value: str, letter: str, row: int) -> Fault:
    values = {"value": value, "reason": "formen är inte känd", "advice": "Skriv om.", "answer": "Svara."}
    return Fault("unreadable_date", file, "Avvikelser", row, "Datum", letter, values)


def remarks(xlsx: Path, sheet: str) -> list[list[object]]:
    """The rows under the sheet's first table, up to the blank row."""
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(xlsx)[sheet].iter_rows(max_col=7)]
    if HEADER not in rows:
        return []
    below = rows[rows.index(HEADER) + 1 :]
    return below[: below.index([None] * 7)] if [None] * 7 in below else below


def tallies_of(xlsx: Path) -> list[tuple[object, ...]]:
    """(file, sheet, rows, loaded, the sum of the rows that do not count, left out) of every sheet's last table."""
    found = []
    for sheet in openpyxl.load_workbook(xlsx).worksheets:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=6)]
        for file, name, size, loaded, words, left_out in rows[rows.index(TALLY) + 1 :] if TALLY in rows else ():
            ignored = sum(int(number) for number in re.findall(r": (\d+)", str(words)))
            found.append((file, name, size, loaded, ignored, left_out))
            assert size == loaded + ignored + left_out
    return sorted(found, key=str)


def recorded(found: Ingested) -> list[tuple[object, ...]]:
    """The same from the run record."""
    rows = [
        (entry["file"], s["sheet"] or None, s["rows"], s["loaded"], sum(s["ignored"].values()), s["rejected"])
        for entry in found.record["inputs"]
        for s in entry["sheets"]
    ]
    return sorted(rows, key=str)


def cells(xlsx: Path) -> list[object]:
    return [
        cell
        for sheet in openpyxl.load_workbook(xlsx).worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
