"""revidering.xlsx: made, read with all its faults at once, named in the chapter's method. Where in the year one is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.chapter.situations import picture
from tests.plan.plans import row, write
from tests.workspaces import NAME, deliver, make, state, told, vbe
from vbe_analysis.chapter.text.background import method
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions.record import inputs
from vbe_analysis.errors import InputError
from vbe_analysis.workspace.frozen import PUBLISHED, freeze
from vbe_analysis.workspace.revision.log import BOARD, CITY, CONSULTATION, Entry, Log
from vbe_analysis.workspace.revision.workbook import COLUMNS, log_book, read_log
from vbe_analysis.workspace.revision.year import year_lines
from vbe_analysis.workspace.workspace import Workspace

PLACE = "data/plan/2021/revidering.xlsx"
POLICE = "gruppchef vid lokalpolisområdet"
MET = ("samråd", POLICE, date(2021, 9, 1), "", "Ny genomgång i januari.")
DECIDED = ("beslut i nämnden", "", date(2021, 10, 19), "TG 2021/0417", "")
APPROVED = ("godkännande av kommunstyrelsen", "", date(2021, 12, 8), "KS 2021/1188", "")
WAITS = ("publicering", "", "", "", "")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(make(tmp_path))


def log(workspace: Workspace, *rows: Sequence[object], cycle: str = "2021") -> Path:
    """The cycle's workbook of these rows."""
    path = workspace.root / "data/plan" / cycle / "revidering.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(log_book(rows))
    return path


def faults(workspace: Workspace) -> list[str]:
    with pytest.raises(InputError) as error:
        read_log(workspace, "2021")
    return [str(fault) for fault in error.value.faults]


def test_the_new_log_has_a_row_of_each_kind_that_waits(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read_log(workspace, "2021") == Log()
    assert vbe(workspace.root, "plan", "new") == 0
    assert f"Revideringens logg är skapad: {PLACE}." in told(capsys)
    book = openpyxl.load_workbook(workspace.root / PLACE)
    assert book.sheetnames == ["Revidering", "Listor", "Så här fyller du i"]
    assert [[cell.value for cell in line] for line in book["Revidering"].iter_rows(max_row=5)] == [
        [*COLUMNS],
        *([kind, *[None] * 4] for kind in ("samråd", "publicering", DECIDED[0], APPROVED[0])),
    ]
    assert read_log(workspace, "2021") == Log()


def test_a_workbook_that_is_there_is_never_written_over_and_one_that_lacks_is_made(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    before = write(workspace, "2021", [row()]).read_bytes()
    assert vbe(workspace.root, "plan", "new", "2021") == 0
    assert told(capsys).splitlines() == [
        f"Revideringens logg är skapad: {PLACE}. Skriv där när samråd, beslut och publicering har skett."
    ]
    assert (workspace.root / "data/plan/2021/aktiviteter.xlsx").read_bytes() == before
    state_before = state(workspace.root)
    assert vbe(workspace.root, "plan", "new", "2021") == 1
    assert [line.split()[0] for line in told(capsys).splitlines()] == ["data/plan/2021/aktiviteter.xlsx", PLACE]
    assert state(workspace.root) == state_before


def test_what_has_happened_is_read_by_day_and_what_was_agreed_is_not_kept(workspace: Workspace) -> None:
    log(workspace, APPROVED, WAITS, DECIDED, MET, ("Samråd ", POLICE, "2021-09-01", "", "Samma möte."))
    read = read_log(workspace, "2021")
    assert read.entries == (
        Entry(CONSULTATION, date(2021, 9, 1), role=POLICE),
        Entry(BOARD, date(2021, 10, 19), number="TG 2021/0417"),
        Entry(CITY, date(2021, 12, 8), number="KS 2021/1188"),
    )
    assert "januari" not in repr(read)


BAD = {
    "unknown kind": (
        ("möte", POLICE, date(2021, 9, 1)),
        "Vad",
        "Värdet är inte ett av: samråd, publicering, beslut i ",
    ),
    "no kind": (("", POLICE, date(2021, 9, 1)), "Vad", "Värdet är inte ett av: samråd, "),
    "no role": (("samråd", "", date(2021, 9, 1)), "Med (roll)", "Cellen är tom. Fyll i den. Ett samråd behöver roll"),
    "no day": (("samråd", POLICE, ""), "Datum", "Cellen är tom."),
    "no case number": (("beslut i nämnden", "", date(2021, 10, 19)), "Diarienummer", "Cellen är tom."),
    "a day in words": (("samråd", POLICE, "hösten"), "Datum", "Värdet är inget datum."),
    "a day of another year": (
        ("samråd", POLICE, date(2012, 9, 1)),
        "Datum",
        "Dagen ligger före periodens första dag, 1 ",
    ),
    "a name": (("samråd", "Anna Andersson", date(2021, 9, 1)), "Med (roll)", "Texten innehåller troligen personuppgif"),
    "a name of no list": (
        ("samråd", "Ottilia Grahn", date(2021, 9, 1)),
        "Med (roll)",
        "Rollen ser ut att vara en pers",
    ),
    "a school": (("samråd", "rektor Ekskolan", date(2021, 9, 1)), "Med (roll)", "Rollen trycks i den publika utgåvan."),
    "a number": (("samråd", "3 poliser", date(2021, 9, 1)), "Med (roll)", "Rollen trycks i den publika utgåvan."),
    "a mark": (("samråd", "gruppchef [1]", date(2021, 9, 1)), "Med (roll)", "Rollen trycks i den publika utgåvan."),
    "a long role": (("samråd", "chef " * 20, date(2021, 9, 1)), "Med (roll)", "Rollen trycks i den publika utgåvan."),
    "no number": (
        ("beslut i nämnden", "", date(2021, 10, 19), "ja"),
        "Diarienummer",
        "Värdet ser inte ut som ett diar",
    ),
    "a person's number": (
        ("beslut i nämnden", "", date(2021, 10, 19), "19811218-9876"),
        "Diarienummer",
        "Texten innehåller troligen personuppgifter",
    ),
    "a phone in what was agreed": (
        (*MET[:4], "Ring 070-174 06 05."),
        "Överenskommet",
        "Texten innehåller troligen personuppgifter (telefonnummer).",
    ),
}


@pytest.mark.parametrize(("cells", "column", "text"), BAD.values(), ids=BAD)
def test_a_bad_cell_gets_its_sentence(workspace: Workspace, cells: Sequence[object], column: str, text: str) -> None:
    log(workspace, cells)
    [fault] = faults(workspace)
    assert fault.startswith(f"revidering.xlsx, blad 'Revidering', rad 2, kolumn '{column}': {text}")


def test_all_faults_come_at_once_in_the_order_of_the_rows(workspace: Workspace) -> None:
    early = ("godkännande av kommunstyrelsen", "", date(2021, 10, 1), "KS 2021/1188")
    log(workspace, early, DECIDED, ("samråd", "", ""), ("samråd", "Ottilia Grahn", "nu"))
    places = [fault.split(":")[0].removeprefix("revidering.xlsx, blad 'Revidering', ") for fault in faults(workspace)]
    # row 4 has not happened yet
    assert places == ["rad 2, kolumn 'Datum'", "rad 5, kolumn 'Datum'", "rad 5, kolumn 'Med (roll)'"]
    assert faults(workspace)[0].endswith("före nämndens beslut, 19 oktober 2021. Rätta den dag som är fel. Nämnden "
                                         "beslutar först.")  # fmt: skip


def test_a_workbook_that_cannot_be_used_says_why(workspace: Workspace) -> None:
    path = log(workspace, MET)
    book = openpyxl.load_workbook(path)
    book["Revidering"].delete_cols(2)
    book.save(path)
    assert faults(workspace)[0].startswith("revidering.xlsx, blad 'Revidering': Bladet saknas, eller så är rubrikerna")
    path.write_bytes(b"PK\x03\x04" + bytes(200))
    assert faults(workspace)[0].startswith("revidering.xlsx: Arbetsboken kan inte öppnas.")


@pytest.mark.parametrize("edition", [INTERNAL, PUBLIC])
def test_the_method_names_who_was_consulted_and_what_was_decided(edition: str) -> None:
    met = [Entry(CONSULTATION, date(2021, 9, day), role=role) for day, role in ((1, POLICE), (8, "skolchef"))]
    decided = [Entry(BOARD, date(2021, month, 19), number="TG 2021/0417") for month in (10, 11)]
    city = Entry(CITY, date(2021, 12, 8), number="KS 2021/1188")
    silent = replace(picture("exempel", "2021", edition), log=Log())
    before = " ".join(method(silent).markdown.split())
    texts = [
        " ".join(method(replace(silent, log=Log(entries))).markdown.split()).removeprefix(before).strip()
        for entries in ((), tuple(met), (met[0], *decided, city))
    ]
    assert texts == [
        "",
        "Samråd om lägesbilden och handlingsplanen har skett med gruppchef vid lokalpolisområdet den 1 september 2021 "
        "och skolchef den 8 september 2021.",
        "Samråd om lägesbilden och handlingsplanen har skett med gruppchef vid lokalpolisområdet den 1 september 2021. "
        "Tistelhamn-Gärdslundas stadsdelsnämnd beslutade om handlingsplanen den 19 oktober 2021 (diarienummer TG "
        "2021/0417) och den 19 november 2021 (diarienummer TG 2021/0417). Kommunstyrelsen godkände handlingsplanen den "
        "8 december 2021 (diarienummer KS 2021/1188).",
    ]


def test_a_chapter_stops_at_a_fault_in_the_log_before_anything_is_read(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    log(workspace, ("samråd", "Ottilia Grahn", date(2021, 9, 1)))
    write(workspace, "2021", [row()])
    before = state(workspace.root)
    for command in ("chapter 2021 --edition publik", "plan write 2021", "publish 2021 --dnr EK"):
        assert vbe(workspace.root, *command.split(), "--quiet") == 1
        assert told(capsys).startswith("revidering.xlsx, blad 'Revidering', rad 2, kolumn 'Med (roll)': Rollen ser ut")
    assert state(workspace.root) == before


def test_the_chapters_record_tells_of_the_log(workspace: Workspace) -> None:
    log(workspace, MET)
    assert PLACE in inputs(workspace, "2021", [], PUBLIC)


DAYS = "order = 2021-06-21, consultation = 2021-09-10, publication = 2021-10-07, board = 2021-10-19, city = 2021-12-08"
ASKED = "2021-06-14"


def year(tmp_path: Path, days: str = DAYS) -> Workspace:
    """A workspace that has the days of its year in vbe.toml."""
    root = make(tmp_path)
    toml = (root / "vbe.toml").read_text(encoding="utf-8").replace("end = 2021-06-30 }", "end = 2021-06-30, deadline = "
                                                                   "2021-08-20 }")  # fmt: skip
    (root / "vbe.toml").write_text(f"{toml}[revision]\n2021 = {{ {days} }}\n", encoding="utf-8")
    return Workspace(root)


def lines(workspace: Workspace, today: date) -> list[str]:
    return list(year_lines(workspace, today))


def test_a_workspace_without_days_and_log_goes_on_as_before(workspace: Workspace) -> None:
    assert lines(workspace, date(2021, 9, 1)) == []
    assert vbe(workspace.root, "new", "2020") == 0
    assert not (workspace.root / "data/processed/revidering.json").exists()


def test_the_year_is_followed_from_the_letters_to_the_citys_decision(tmp_path: Path) -> None:
    workspace = year(tmp_path)
    open_, file = ("ia", "", "", "", *[""] * 6, ASKED), ("ia", "fil", NAME, "ia")
    deliver(workspace.root, [("ia",), ("sisab",)])
    how = "Kör vbe order 2021, skicka breven och skriv dagen under Begärd i leveranser.xlsx."
    assert lines(workspace, date(2021, 6, 1)) == [f"Härnäst: breven till kontoren (senast 21 juni 2021). {how}"]
    assert lines(workspace, date(2021, 6, 22)) == [
        "Sent: breven till kontoren (senast 21 juni 2021).",
        f"Härnäst: breven till kontoren. {how}",
    ]
    deliver(workspace.root, [open_, ("sisab", "inget att rapportera")])
    assert lines(workspace, date(2021, 6, 22)) == [
        "Revideringen 2021, klart: breven till kontoren (14 juni 2021).",
        "Härnäst: kontorens uppgifter (senast 20 augusti 2021). Har inte svarat: IA.",
    ]
    deliver(workspace.root, [(*file, "2020-07", "2021-04"), ("sisab", "inget att rapportera")])
    assert lines(workspace, date(2021, 9, 1)) == [
        "Revideringen 2021, klart: breven till kontoren och kontorens uppgifter (luckor: IA).",
        f"Härnäst: samråd (senast 10 september 2021). Skriv roll och dag i {PLACE} när det har skett.",
    ]
    log(workspace, MET, DECIDED)
    assert lines(workspace, date(2021, 10, 20)) == [
        "Revideringen 2021, klart: breven till kontoren, kontorens uppgifter (luckor: IA), samråd (1 september 2021) "
        "och nämndens beslut (19 oktober 2021).",
        "Sent: publicering (senast 7 oktober 2021).",
        "Härnäst: publicering. Kör vbe publish 2021 när papperen går ut till nämnden.",
    ]
    log(workspace, MET, DECIDED, APPROVED, ("publicering", "", date(2021, 10, 6)))
    assert lines(workspace, date(2022, 1, 1))[-1] == "Revideringen 2021 är klar."


def test_a_published_edition_needs_no_row_of_its_own(tmp_path: Path) -> None:
    workspace = year(tmp_path)
    folder = workspace.reports("2021", "publik")
    folder.mkdir(parents=True)
    (folder / "facts-2021.json").write_text("{}")
    freeze(workspace, "2021", [folder / "facts-2021.json"], PUBLISHED, "EK 2021/1", "2021-10-06")
    deliver(workspace.root, [("ia",), ("sisab",)])
    assert lines(workspace, date(2021, 10, 7))[0] == (
        "Revideringen 2021, klart: breven till kontoren, kontorens uppgifter (luckor: IA och SISAB) och publicering "
        "(6 oktober 2021)."
    )


def test_a_fault_in_the_log_is_told_with_its_place(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    log(workspace, ("samråd", "Ottilia Grahn", date(2021, 9, 1)))
    assert vbe(workspace.root) == 0
    assert "revidering.xlsx, blad 'Revidering', rad 2, kolumn 'Med (roll)': Rollen ser ut" in told(capsys)


def test_vbe_reads_the_kept_summary_and_reads_anew_what_has_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = year(tmp_path)
    assert vbe(workspace.root, "plan", "new") == 0
    kept = workspace.root / "data/processed/revidering.json"
    before = state(kept.parent)
    assert vbe(workspace.root) == 0
    assert state(kept.parent) == before
    log(workspace, MET)
    told(capsys)
    assert vbe(workspace.root) == 0
    assert "samråd (1 september 2021)" in told(capsys)
    assert "januari" not in kept.read_text() and POLICE not in kept.read_text()
    kept.write_text("{")
    assert vbe(workspace.root) == 0
    assert "samråd (1 september 2021)" in told(capsys)
