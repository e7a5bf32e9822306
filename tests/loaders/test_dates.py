import csv
import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.raw import Cell
from vbe_analysis.loaders.values.cells import DateForms, Unreadable, is_blank
from vbe_analysis.loaders.values.dates import date_interval, period_interval
from vbe_analysis.periods import month_span
from vbe_analysis.swedish import month_name

DISTRICT = Path(__file__).parents[2].parent / "shared" / "district"
FIFTH_OF_MARCH = (date(2021, 3, 5), date(2021, 3, 5))
MARCH = (date(2021, 3, 1), date(2021, 3, 31))
WEEK_12 = (date(2021, 3, 22), date(2021, 3, 28))
FIRST_QUARTER = (date(2021, 1, 1), date(2021, 3, 31))
SET = DateForms(
    order="dmy",
    two_digit_years=True,
    six_digits="yymmdd",
    ranges=True,
    seasons={"våren": (3, 5), "vintern": (12, 2)},
    terms={"vt": (1, 6), "ht": (8, 12)},
    school_year=(7, 6),
    formats=("%d|%m|%Y",),
    text_serials=True,
)


@pytest.mark.parametrize(
    "cell",
    [
        *("2021-03-05", " 2021-3-5 ", "2021-03-05 14:30", "2021-03-05T14:30:00Z", "2021-03-05T14:30:00.000+02:00"),
        *("2021.03.05", "2021/03/05 12:13:00 PM", "2021–03–05", "20210305", 20210305.0),
        *("5 mars 2021", "den 5 mars 2021", "fredag 5 mars 2021", "Fredagen den 5:e mars 2021", "5. März 2021"),
        *("March 5, 2021", "Mar 5 2021", "5th March 2021", "05-mar-2021", "2021-mar-05", "5 mars 2021."),
        *(date(2021, 3, 5), datetime(2021, 3, 5, 23, 59), "2021-W09-5"),
    ],
)
def test_a_day(cell: Cell) -> None:
    assert date_interval(cell) == FIFTH_OF_MARCH


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("mars 2021", "Mars\u00a02021", "i mars 2021", "mar. 2021", "2021 mars", "2021-03", "March 2021"), MARCH),
        (("v. 12 2021", "vecka 12 2021", "v12 2021", "2021-W12", "2021 v 12", "V. 12, 2021", "w 12/2021"), WEEK_12),
        (("kv 1 2021", "kvartal 1 2021", "Q1 2021", "2021 Q1", "första kvartalet 2021", "1:a kv. 2021"), FIRST_QUARTER),
        (("T1 2021", "tertial 1 2021", "2021 T1", "första tertialet 2021"), (date(2021, 1, 1), date(2021, 4, 30))),
        (("andra halvåret 2016", "2:a halvåret 2016", "H2 2016"), (date(2016, 7, 1), date(2016, 12, 31))),
        (("2021", 2021.0, 2021), (date(2021, 1, 1), date(2021, 12, 31))),
        (("våren 2021", "vår 2021", "under våren 2021", "spring 2021"), (date(2021, 3, 1), date(2021, 5, 31))),
        (("hösten 2020", "höst 2020"), (date(2020, 9, 1), date(2020, 11, 30))),
        (("v. 18 2018",), (date(2018, 4, 30), date(2018, 5, 6))),
        (("v 53 2020",), (date(2020, 12, 28), date(2021, 1, 3))),
    ],
)
def test_a_span(cells: tuple[Cell, ...], expected: tuple[date, date]) -> None:
    assert {cell: date_interval(cell) for cell in cells} == dict.fromkeys(cells, expected)


@pytest.mark.parametrize(
    ("cell", "code", "reason"),
    [
        ("161103", "ambiguous_date", "sex siffror kan vara år-månad-dag eller dag-månad-år"),
        (161103.0, "ambiguous_date", "sex siffror kan vara år-månad-dag eller dag-månad-år"),
        ("5/3/2021", "ambiguous_date", "dag och månad kan ha bytt plats"),
        ("05/05/2021", "ambiguous_date", "dag och månad kan ha bytt plats"),
        ("5/3 2021", "ambiguous_date", "dag och månad kan ha bytt plats"),
        ("05.03.2021", "ambiguous_date", "dag och månad kan ha bytt plats"),
        ("5/3", "ambiguous_date", "året saknas"),
        ("5 mars", "ambiguous_date", "året saknas"),
        ("i våras", "ambiguous_date", "året saknas"),
        ("vecka 12", "ambiguous_date", "året saknas"),
        ("HT", "ambiguous_date", "året saknas"),
        ("5 mars 21", "ambiguous_date", "två siffror kan vara ett år eller en dag"),
        ("mar-21", "ambiguous_date", "två siffror kan vara ett år eller en dag"),
        ("våren -21", "ambiguous_date", "två siffror kan vara ett år eller en dag"),
        ("HT 2020", "ambiguous_date", "vårtermin och hösttermin är inte bestämda till månader"),
        ("vintern 2020", "ambiguous_date", "vintern kan höra till två år eller är inte bestämd till månader"),
        ("1-3 mars 2021", "ambiguous_date", "det är ett tidsspann eller två tidpunkter"),
        ("maj–okt 2020", "ambiguous_date", "det är ett tidsspann eller två tidpunkter"),
        ("2020/2021", "ambiguous_date", "det kan vara ett läsår, två kalenderår eller en månad"),
        ("läsåret 2020/21", "ambiguous_date", "det kan vara ett läsår, två kalenderår eller en månad"),
        ("44260", "ambiguous_date", "talet kan vara ett kalkylprograms dagnummer"),
        (44260.5, "ambiguous_date", "talet kan vara ett kalkylprograms dagnummer"),
        ("måndag 5 mars 2021", "ambiguous_date", "veckodagen stämmer inte med dagen"),
        ("2020-13-01", "unreadable_date", "månad 13 finns inte"),
        ("2021-02-31", "unreadable_date", "31 februari 2021 finns inte"),
        ("v 53 2021", "unreadable_date", "vecka 53 finns inte 2021"),
        ("T4 2021", "unreadable_date", "del 4 finns inte i ett år"),
        ("14:30", "unreadable_date", "det är bara ett klockslag"),
        *[(cell, "unreadable_date", "formen är inte känd") for cell in ("vet ej", "ca mars 2021")],
        *[(cell, "unreadable_date", "formen är inte känd") for cell in (None, True, time(), -5.0, float("nan"), 2.5)],
    ],
)
def test_refused_by_name(cell: Cell, code: str, reason: str) -> None:
    found = date_interval(cell)
    assert isinstance(found, Unreadable)
    assert (found.code, found.values["reason"]) == (code, reason)
    assert reason in Fault(code, values=found.values).text


@pytest.mark.parametrize("cell", ["1989-12-31", "2031-01-01", date(1904, 1, 1), "9999-12", "0000-01-01", "mars 1789"])
def test_years_that_are_not_believed(cell: Cell) -> None:
    found = date_interval(cell, DateForms(years=(1990, 2030)))
    assert isinstance(found, Unreadable)
    assert found.values["reason"] == "året ligger utanför 1990–2030"


def test_a_failed_formula_is_told_as_one() -> None:
    assert date_interval("#REF!") == Unreadable("error_cell", {"value": "#REF!"})


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("161103", (date(2016, 11, 3), date(2016, 11, 3))),
        ("991231", (date(1999, 12, 31), date(1999, 12, 31))),
        ("5/3/2021", FIFTH_OF_MARCH),
        ("5/3-21", FIFTH_OF_MARCH),
        ("05.03.2021 14:30", FIFTH_OF_MARCH),
        ("5 mars 21", FIFTH_OF_MARCH),
        ("05|03|2021", FIFTH_OF_MARCH),
        ("44260", FIFTH_OF_MARCH),
        ("mar-21", MARCH),
        ("våren -21", (date(2021, 3, 1), date(2021, 5, 31))),
        ("höstterminen 2020", (date(2020, 8, 1), date(2020, 12, 31))),
        ("ht20", (date(2020, 8, 1), date(2020, 12, 31))),
        ("vintern 2020", (date(2020, 12, 1), date(2021, 2, 28))),  # ends in the year after, by the profile
        ("vintern 2020/21", (date(2020, 12, 1), date(2021, 2, 28))),
        ("läsåret 2020/21", (date(2020, 7, 1), date(2021, 6, 30))),
        ("2020-21", (date(2020, 7, 1), date(2021, 6, 30))),
        ("1–3 mars 2021", (date(2021, 3, 1), date(2021, 3, 3))),
    ],
)
def test_what_the_profile_settles(cell: Cell, expected: tuple[date, date]) -> None:
    assert date_interval(cell, SET) == expected


@pytest.mark.parametrize("cell", ["mars 21", "2011-12", "3-25-2021"])  # year or day; month or school year; month 25
def test_what_even_the_profile_leaves_open(cell: Cell) -> None:
    assert isinstance(date_interval(cell, SET), Unreadable)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("maj–okt 2020", "2020-05", "2020-10"),
        ("nov 2020–apr 2021", "2020-11", "2021-04"),
        ("maj 2011–april 2012", "2011-05", "2012-04"),
        ("2012 (maj 2011–april 2012)", "2011-05", "2012-04"),  # the bracket is the more exact
        ("jan-mars 2021", "2021-01", "2021-03"),
        ("maj t.o.m. oktober 2020", "2020-05", "2020-10"),
        ("maj till oktober 2020", "2020-05", "2020-10"),
        ("2016-07–2016-12", "2016-07", "2016-12"),
        ("2016-07-01 – 2016-12-31", "2016-07", "2016-12"),
        ("1 juli − 31 december 2016", "2016-07", "2016-12"),
        ("Andra halvåret 2016", "2016-07", "2016-12"),
        ("2021 T1", "2021-01", "2021-04"),
        ("Q1-Q2 2021", "2021-01", "2021-06"),
        ("2016-2018", "2016-01", "2018-12"),
    ],
)
def test_headings_of_tables_of_counts(cell: str, first: str, last: str) -> None:
    assert period_interval(cell) == (month_span(first)[0], month_span(last)[1])


@pytest.mark.parametrize("cell", ["nov–apr 2021", "maj 2020–april", "2020/2021", "Totalt", "2021 (prel.)"])
def test_headings_that_are_refused(cell: str) -> None:
    assert isinstance(period_interval(cell), Unreadable)


@given(st.dates(date(1990, 1, 1), date(2027, 12, 31)))
def test_every_day_reads_back_to_itself(day: date) -> None:
    forms = DateForms(years=(1990, 2027))
    for text in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day:%Y.%m.%d %H:%M}",
        f"{day.day} {month_name(day.month)} {day.year}",
        f"den {day.day} {month_name(day.month)[:3]}. {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%G-W%V-%u}",
    ):
        assert date_interval(text, forms) == (day, day), text


@given(st.dates(date(1991, 1, 10), date(2027, 12, 20)))
def test_every_span_holds_its_day(day: date) -> None:
    year, week, _ = day.isocalendar()
    spans = {
        f"{month_name(day.month)} {day.year}": 31,
        f"v. {week} {year}": 7,
        f"kv {(day.month + 2) // 3} {day.year}": 92,
        f"T{(day.month + 3) // 4} {day.year}": 123,
        f"{'första' if day.month < 7 else 'andra'} halvåret {day.year}": 184,
    }
    for text, longest in spans.items():
        found = date_interval(text, DateForms(years=(1990, 2027)))
        assert not isinstance(found, Unreadable)
        assert found[0] <= day <= found[1] < found[0] + timedelta(days=longest)


@given(st.text(max_size=12))
def test_no_text_is_too_odd_to_be_told(text: str) -> None:
    for found in (date_interval(text, SET), period_interval(text)):
        if isinstance(found, Unreadable):
            assert Fault(found.code, values=found.values).text


def test_the_dates_of_the_district_files() -> None:
    """Every date cell of the tables a row a report is read, or refused with the reason that the truth states."""
    if not DISTRICT.exists():
        pytest.skip("../shared/district is absent")
    truth = json.loads((DISTRICT / "truth.json").read_text(encoding="utf-8"))
    rejected = {
        (entry["file"], entry["sheet"], entry["row"]): entry["reason"]
        for cycle in truth["cycles"].values()
        for entry in cycle["rejected"]
        if entry["reason"].endswith("_date")
    }
    expected = {
        (report["file"], report["sheet"], report["row"]): (report["date_from"], report["date_to"])
        for cycle in truth["cycles"].values()
        for report in cycle["reports"]
    }
    refused, read = {}, 0
    for layout in truth["layouts"]:
        if "date" not in layout["roles"] or layout["file"].endswith(".docx"):
            continue
        column = ord(layout["roles"]["date"]) - ord("A")
        for number, row in enumerate(_rows(layout), start=1):
            cell = row[column] if column < len(row) else None
            if number <= max(layout["header_rows"]) or is_blank(cell):
                continue
            key, found = (layout["file"], layout["sheet"], number), date_interval(cell)
            if isinstance(found, Unreadable):
                refused[key] = found.code
            elif key in expected:
                assert (found[0].isoformat(), found[1].isoformat()) == expected[key]
                read += 1
    assert refused == rejected
    assert read > 1000


def _rows(layout: dict[str, str]) -> list[list[Cell]]:
    path = DISTRICT / layout["file"]
    if path.suffix == ".csv":
        with path.open(encoding=layout["encoding"], newline="") as lines:
            return list(csv.reader(lines, delimiter=layout["delimiter"]))
    return CalamineWorkbook.from_path(path).get_sheet_by_name(layout["sheet"]).to_python(skip_empty_area=False)
