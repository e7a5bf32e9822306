"""What a hand does without thinking, and what becomes of it: the right value, or words that say so."""

from pathlib import Path

import pytest

from tests.loaders.loading import HEAD, YEAR, load, text_file, told, workbook
from tests.profiles import column, group, level, register, table, tables
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.profiles.profile import Draft, parse_profile
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.file import read_delivered
from vbe_analysis.loaders.values.cells import DateForms, Number, NumberForm, count_number
from vbe_analysis.loaders.values.dates import date_interval
from vbe_analysis.vocabulary import default_vocabulary

TYPES = {"Klotter": "klotter", "Hot, våld eller kränkning": "hot_krankning", "Annat": "ovrigt"}


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2021-12-31T23:30:00Z", "2022-01-01"),
        ("2021-06-30T22:30:00.000+00:00", "2021-07-01"),  # summer time
        ("2021-06-30T21:59Z", "2021-06-30"),
        ("2021-06-30T23:30+02:00", "2021-06-30"),
        ("20211231T233000Z", "2022-01-01"),
        ("2021-12-31 11:30 pm UTC", "2022-01-01"),
        ("2021-12-31T18:30:00-05:00", "2022-01-01"),
        ("2021-10-31T00:59:00Z", "2021-10-31"),
        ("2021-03-05 14:00-16:00", "2021-03-05"),  # a span of hours
    ],
)
def test_a_stated_time_zone_becomes_the_swedish_day(cell: str, day: str) -> None:
    first, last = date_interval(cell)  # type: ignore[misc]
    assert (first.isoformat(), last.isoformat()) == (day, day)


def test_words_of_a_profile_meet_the_cells_in_one_form() -> None:
    form = NumberForm(missing=("NA",), zero=("Inga",), units=("St",), hidden={"X": (1, 4)}).normalised()
    assert [count_number(cell, form) for cell in ("inga", "INGA", "3 ST", "x")] == [
        Number(0, 0),
        Number(0, 0),
        Number(3, 3),
        Number(1, 4, suppressed=True),
    ]
    assert date_interval("våren 2021", DateForms(seasons={"Våren": (2, 4)}).normalised()) == date_interval(
        "våren 2021", DateForms(seasons={"våren": (2, 4)})
    )


def test_a_day_years_from_the_delivery_stops_its_row(tmp_path: Path) -> None:
    rows = [["Datum", "Typ", "Miljö"], ["2021-03-05", "Klotter", "Autonom"], ["2006-03-21", "Klotter", "Autonom"]]
    result = load(text_file(tmp_path / "a.csv", rows), tables(register()))
    assert [str(fault) for fault in result.faults] == [
        "a.csv, rad 3, kolumn 'Datum': Datumet 2006-03-21 ligger mer än två år från de månader som leveransen gäller "
        "(2021-01-01–2021-12-31). Kontrollera år, månad och dag. Är datumet fel: för in det rätta i rattelser.xlsx. "
        "Är det rätt: för in samma datum där."
    ]
    assert len(result.events) == 1


def _survey() -> str:
    return tables(
        table(
            "survey",
            column("noted", "Något?"),
            column("event_type", "Vad?", many=True, values=TYPES),
            separator=",",
        )
    )


def test_a_label_that_holds_the_separator_is_one_choice_and_own_words_are_never_shown(tmp_path: Path) -> None:
    rows = [
        ["Något?", "Vad?"],
        ["Ja", "Hot, våld eller kränkning, Klotter"],
        ["Ja", "Klotter, Annat: han ropade, sprang och skrek"],
        ["Ja", "någon hade ritat på dörren"],
    ]
    result = load(workbook(tmp_path / "svar.xlsx", {"S": rows}), _survey())
    assert sorted(told(result, "row", "event_type")) == [
        (2, "hot_krankning"),
        (2, "klotter"),
        (3, "klotter"),
        (3, "ovrigt"),
        (4, "ovrigt"),
    ]
    assert [str(notice) for notice in result.notices] == [
        "svar.xlsx, blad 'S', kolumn 'Vad?': Celler med egna ord i stället för ett av valen: 1. De räknas som det val "
        "som betyder annat. Orden visas inte. Kontrollera cellerna. Är det ett nytt svarsalternativ: lägg till det "
        "bland values i profilen."
    ]


def test_a_misspelled_choice_is_still_told(tmp_path: Path) -> None:
    rows = [["Något?", "Vad?"], ["Ja", "Kloter"]]
    result = load(workbook(tmp_path / "svar.xlsx", {"S": rows}), _survey())
    assert [fault.code for fault in result.faults] == ["unknown_label"]


def test_an_unreadable_part_of_a_heading_is_told_by_file_sheet_and_heading(tmp_path: Path) -> None:
    rows = [["Brott", "2021 prel.", None], [None, "Jan", "Feb"], ["Klotter", 3, 4]]
    text = tables(
        table(
            "counts",
            column("event_type", letter="A", values=TYPES),
            group("* / *", level("year"), level("month")),
            header_rows=2,
            header_at=1,
        )
    )
    result = load(workbook(tmp_path / "a.xlsx", {"B": rows}), text)
    assert [(f.code, f.file, f.sheet, f.column) for f in result.refusals] == [
        ("unreadable_date", "a.xlsx", "B", "2021 prel. / Jan"),
        ("unreadable_date", "a.xlsx", "B", "2021 prel. / Feb"),
    ]


def test_yes_is_declared_in_any_case_and_coded_ja() -> None:
    text = HEAD + tables(
        table(
            "survey", column("question", "Plan?", question="plan", values=["Ja", "Delvis", "Nej"], yes=["JA", "delvis"])
        )
    )
    (spec,) = parse_profile(text, "p.toml").tables[0].columns
    assert dict(spec.values) == {"ja": "ja", "delvis": "ja", "nej": "Nej"}


def test_a_profile_with_guesses_is_a_draft_that_says_where_they_stand() -> None:
    text = HEAD + "# GISSNING: x\n" + tables(register())
    profile = parse_profile(text, "p.toml")
    assert isinstance(profile, Draft)
    assert profile.guesses == ("3",)


def test_a_dated_last_row_is_no_footnote(tmp_path: Path) -> None:
    rows = [
        ["Datum", "Typ", "Miljö"],
        ["2021-03-05", "Klotter", "Autonom"],
        ["2021-03-06", "", ""],
        ["Källa: x", "", ""],
    ]
    result = load(text_file(tmp_path / "a.csv", rows), tables(register(footnotes=True)))
    assert told(result, "date_from", "event_type") == [("2021-03-05", "klotter"), ("2021-03-06", "ovrigt")]


def test_a_missing_heading_hides_no_other_fault(tmp_path: Path) -> None:
    rows = [["När", "Typ", "Miljö"], ["2021-03-05", "Kloter", "Autonom"]]
    result = load(text_file(tmp_path / "a.csv", rows), tables(register()))
    assert [fault.code for fault in (*result.refusals, *result.faults)] == ["missing_heading", "unknown_label"]


def test_a_column_of_numbers_that_nobody_reads_is_told(tmp_path: Path) -> None:
    rows = [["Datum", "Typ", "Miljö", "Antal"], *[["2021-03-05", "Klotter", "Autonom", n] for n in (2, 3)]]
    result = load(text_file(tmp_path / "a.csv", rows), tables(register()))
    assert [str(notice) for notice in result.notices] == [
        "a.csv: Kolumner som ser ut att innehålla antal, datum eller val men inte läses: 'Antal' (antal, ifyllda "
        "celler: 2). Ska en kolumn räknas: lägg till den i profilen. "
        'Annars: skriv rubriken i en kolumn med as = "drop", så nämns den inte mer.'
    ]


def test_a_question_of_the_chapter_without_a_yes_stops_the_file(tmp_path: Path) -> None:
    rows = [["Plan?", "Annat?"], ["Ja", "Ja"], ["Nej", "Nej"]]
    questions = (
        column("question", h, question=q, values=["Ja", "Nej"]) for h, q in (("Plan?", "plan"), ("Annat?", "x"))
    )
    path = workbook(tmp_path / "svar.xlsx", {"S": rows})
    text = HEAD + tables(table("survey", *questions))
    context = Context(
        parse_profile(text, "prov.toml"),
        default_vocabulary(),
        "2021",
        path.name,
        (YEAR.start, YEAR.end),
        {},
        frozenset(),
        {},
        frozenset({"plan"}),
    )
    result = read_delivered(read_file(path), context, YEAR)
    assert [str(fault) for fault in result.refusals] == [
        "svar.xlsx, blad 'S', kolumn 'Plan?': Kapitlet redovisar hur många som svarar ja på frågan 'plan', men "
        "profilen prov säger inte vilket svar som är ja. "
        "Lägg till raden yes = [\"<svar>\"] för kolumnen i profilen (svar: 'ja', 'nej')."
    ]
    assert [notice.code for notice in result.notices] == ["unnamed_questions"]
