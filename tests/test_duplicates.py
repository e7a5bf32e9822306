"""`vbe overlaps`: the workbook where a person decides, what the decisions do to the counts, and what is kept."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.workspaces import HEADINGS, NAME, SHEET, deliver, make, told, vbe, xlsx
from vbe_analysis.workspace.duplicates import COLUMNS, write_book
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

BOOK = "data/raw/2021/dubbletter.xlsx"
SAVED = "Sparat: data/raw/2021/dubbletter.xlsx. "
ONE = (date(2020, 9, 1), "Ekåsen", "Klotter", "Höger", 2)
TWO = (date(2020, 9, 8), "Lindviken", "Klotter", "Vänster", 1)
ALONE = (date(2021, 2, 3), "Ekåsen", "Klotter", "Höger", 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two sources that may have told of the same two events, and one event that only ia has told of."""
    root = make(tmp_path, [ONE, TWO, ALONE])
    other_source(root, [ONE, TWO])
    deliver(root, [("ia", "fil", NAME, "ia"), ("sisab", "fil", "SISAB.xlsx", "sisab")])
    ingest(root)
    return root


def other_source(root: Path, rows: list[tuple[object, ...]]) -> None:
    xlsx(root / "data/raw/2021/SISAB.xlsx", [HEADINGS, *rows])


def ingest(root: Path) -> None:
    assert vbe(root, "ingest", "2021", "--quiet") == 0


def overlaps(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    told(capsys)
    assert vbe(root, "overlaps", "2021") == 0
    return told(capsys).strip()


def rows(root: Path, sheet: str = "Möjliga dubbletter") -> list[dict[str, object]]:
    found = openpyxl.load_workbook(root / BOOK)[sheet].iter_rows(values_only=True)
    assert next(found) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def decide(root: Path, *marks: str) -> None:
    """Write the marks into the rows of the workbook, as a person would."""
    book = openpyxl.load_workbook(root / BOOK)
    for row, mark in enumerate(marks, 2):
        book.worksheets[0].cell(row, 2, mark)
    book.save(root / BOOK)


def span(root: Path) -> tuple[int, int]:
    """The number of graffiti events of the cycle."""
    counts = Workspace(root).counts(["event_type"], "2021").set_index("event_type")
    return int(counts.loc["klotter", "low"]), int(counts.loc["klotter", "high"])


def test_candidates_are_laid_out_for_a_decision(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert overlaps(root, capsys) == SAVED + "Kandidater: 2. Utan beslut: 2. Inaktuella beslut: 0."
    found = rows(root)
    assert [row["Kandidat"] for row in found] == [found[0]["Kandidat"]] * 2 + [found[2]["Kandidat"]] * 2
    seen = [
        tuple(str(row[name]) for name in ("Källa", "Datum", "Område", "Typ", "Miljö", "Fil", "Rad")) for row in found
    ]
    assert seen[:2] == [
        ("IA", "2020-09-01 00:00:00", "Ekåsen", "Klotter", "Vit makt-miljön", NAME, "2"),
        ("SISAB", "2020-09-01 00:00:00", "Ekåsen", "Klotter", "Vit makt-miljön", "SISAB.xlsx", "2"),
    ]
    (rule,) = openpyxl.load_workbook(root / BOOK).worksheets[0].data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("B2:B5", '"samma,olika,vet ej"')


def test_decisions_move_the_counts_in_both_directions(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    overlaps(root, capsys)
    assert span(root) == (3, 5)
    decide(root, "samma", "samma")
    assert span(root) == (3, 4)
    decide(root, "samma", "samma", "olika")  # one row marked as another event is enough
    assert span(root) == (4, 4)
    decide(root, "olika", "olika", "olika", "olika")
    assert span(root) == (5, 5)
    decide(root, "vet ej", "", "samma", "")  # "samma" with what?
    assert span(root) == (3, 5)


@pytest.mark.parametrize(
    ("marks", "undecided"),
    [
        (("samma", "samma"), 1),
        (("olika", ""), 1),
        (("", "", "samma", "olika"), 1),
        (("samma", ""), 2),
        (("vet ej",), 2),
    ],
)
def test_what_lacks_a_decision_is_counted(
    marks: tuple[str, ...], undecided: int, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlaps(root, capsys)
    decide(root, *marks)
    assert overlaps(root, capsys) == SAVED + f"Kandidater: 2. Utan beslut: {undecided}. Inaktuella beslut: 0."


def test_running_again_keeps_every_decision(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    overlaps(root, capsys)
    decide(root, "samma", "samma", "olika", "")
    before = span(root)
    # a third report of the first event: the candidate is another one now, its two decisions are not
    other_source(root, [ONE, TWO, (*ONE[:3], "Oklart", 1)])
    ingest(root)
    assert overlaps(root, capsys) == SAVED + "Kandidater: 2. Utan beslut: 1. Inaktuella beslut: 0."
    assert [row["Beslut"] for row in rows(root)] == ["samma", "samma", None, "olika", None]
    other_source(root, [ONE, TWO])
    ingest(root)
    overlaps(root, capsys)
    assert span(root) == before


def test_a_decision_on_what_is_no_candidate_is_set_aside_and_comes_back(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlaps(root, capsys)
    decide(root, "samma", "samma")
    other_source(root, [TWO])
    ingest(root)
    assert overlaps(root, capsys) == SAVED + "Kandidater: 1. Utan beslut: 1. Inaktuella beslut: 1."
    assert [row["Beslut"] for row in rows(root, "Inaktuella beslut")] == ["samma"]
    other_source(root, [ONE, TWO])
    ingest(root)
    overlaps(root, capsys)
    assert [row["Beslut"] for row in rows(root)] == ["samma", "samma", None, None]
    assert openpyxl.load_workbook(root / BOOK).sheetnames == ["Möjliga dubbletter", "Så här fyller du i"]


def test_an_unknown_mark_stops(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    overlaps(root, capsys)
    decide(root, "kanske")
    assert vbe(root, "overlaps", "2021") == 1
    assert told(capsys) == (
        "dubbletter.xlsx, blad 'Möjliga dubbletter', rad 2, kolumn 'Beslut': Värdet är inte ett av: samma, olika, vet "
        "ej. "
        "Välj i listan.\n"
    )


def test_contradicting_decisions_are_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # one report of ia, and two of sisab that are two events: they cannot all be one
    other_source(root, [(*ONE[:3], "Oklart", 1), ONE])
    ingest(root)
    overlaps(root, capsys)
    decide(root, "samma", "samma", "samma")
    candidate = rows(root)[0]["Kandidat"]
    assert vbe(root, "overlaps", "2021") == 1
    assert told(capsys).startswith(f"Besluten om möjliga dubbletter motsäger varandra för {candidate}. Gå igenom")


def test_a_workbook_that_cannot_be_used_stops(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / BOOK).write_bytes(b"x")
    assert vbe(root, "overlaps", "2021") == 1
    assert told(capsys).startswith("dubbletter.xlsx: Arbetsboken kan inte öppnas. Stäng den i andra program.")
    assert (root / BOOK).read_bytes() == b"x"


def test_a_cycle_that_was_not_read_in_has_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    assert vbe(root, "overlaps", "2021") == 1
    assert told(capsys) == "Omgången 2021 är inte inläst. Kör vbe ingest 2021 först.\n"
    ingest(root)
    assert overlaps(root, capsys) == SAVED + "Kandidater: 0. Utan beslut: 0. Inaktuella beslut: 0."
    assert SHEET not in openpyxl.load_workbook(root / BOOK).sheetnames


def test_a_name_that_looks_like_a_formula_stays_text(root: Path) -> None:
    overlaps = Workspace(root).overlaps("2021")
    named = replace(overlaps, reports=overlaps.reports.assign(file="=1+1", sheet="=1+1"))
    write_book(root / "data/raw/2021", named, Workspace(root).settings)
    _, *rows = openpyxl.load_workbook(root / BOOK).worksheets[0].iter_rows()
    assert {(cell.value, cell.data_type, cell.quotePrefix) for row in rows for cell in row[7:9]} == {
        ("=1+1", "s", True)
    }
