"""Files that nobody here wrote, each through a profile alone, against a recount that shares no code with the loader."""

import csv
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.profiles.profile import parse_profile
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.file import FileResult, read_delivered
from vbe_analysis.periods import Period
from vbe_analysis.swedish import month_name
from vbe_analysis.vocabulary import default_vocabulary

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
PROFILES = Path(__file__).parent / "profiles"
LONG = Period(date(1990, 1, 1), date(2026, 12, 31), "alla år")
FILES = {
    "csis": "incidents_csis_wapo_us_1994_2021.csv",
    "sf311": "graffiti_sf311_geo_sample.csv",
    "nyc": "graffiti_nyc_dsny_2017.csv",
    "westminster": "graffiti_westminster_2012_noheader.csv",
    "toronto": "incidents_hatecrime_toronto_2018_2023.csv",
    "prevent": "incidents_prevent_england_wales_TRANSCRIBED.csv",
    "bra_manad": "sweden_bra_manad_2025_bromma_hagersten.xls",
    "bra_rates": "sweden_bra_stadsdelsomraden_2025.xls",
    "bra_rates_bromma": "sweden_bra_bromma_2024_2025.xlsx",
    "sthlm_brott": "sweden_sthlm_anmalda_brott_2024.xlsx",
    "sthlm_folkmangd": "sweden_sthlm_folkmangd_2010_2034.xlsx",
    "workplace": "workplace_industrial_accidents_2016_2017.csv",
    "forms_vfx": "survey_msforms_vfx_en.xlsx",
    "limesurvey": "survey_limesurvey_digitaltwin_de.csv",
    "tworows": "survey_tworowheader_models_de.csv",
    "google_forms": "survey_googleforms_language_en.xlsx",
    "qualtrics": "survey_qualtrics_climate_en.csv",
    "surveymonkey": "survey_surveymonkey_weather_en.csv",
}
SURVEYS = ("forms_vfx", "limesurvey", "tworows", "google_forms", "qualtrics", "surveymonkey")
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not beside the project")


@cache
def loaded(name: str) -> FileResult:
    stem = "bra_rates" if name.startswith("bra_rates") else name
    profile = parse_profile((PROFILES / f"{stem}.toml").read_text(encoding="utf-8"), f"{stem}.toml")
    raw = read_file(REAL / FILES[name])
    context = Context(
        profile,
        default_vocabulary(),
        LONG.label,
        raw.name,
        (LONG.start, LONG.end),
        {"bromma": "bromma", "hägersten-älvsjö": "hagersten"},
        frozenset(),
        {},
    )
    return read_delivered(raw, context, LONG)


def records(name: str, delimiter: str = ",") -> list[list[str]]:
    with (REAL / FILES[name]).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def dicts(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    rows = records(name, delimiter)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def sheet_rows(name: str) -> list[list[object]]:
    if FILES[name].endswith(".xls"):
        return CalamineWorkbook.from_path(REAL / FILES[name]).get_sheet_by_index(0).to_python(skip_empty_area=False)
    sheet = openpyxl.load_workbook(REAL / FILES[name], data_only=True).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    last = max(i for i, row in enumerate(rows) if any(cell is not None for cell in row))
    return rows[: last + 1]


def outcomes(name: str) -> Counter[str]:
    (outcomes,) = loaded(name).outcomes
    return Counter(outcome or "loaded" for row, outcome in outcomes.by_row.items() if row not in outcomes.rejected)


@pytest.mark.parametrize("name", FILES)
def test_loads_through_its_profile_alone_and_every_row_has_one_fate(name: str) -> None:
    found = loaded(name)
    assert (found.refusals, found.faults) == ((), ())
    (outcomes,) = found.outcomes
    ignored = [row for rows in outcomes.ignored().values() for row in rows]
    assert sorted([*outcomes.loaded, *ignored, *outcomes.rejected]) == sorted(outcomes.by_row)
    if FILES[name].endswith("csv"):
        rows = records(name, ";" if name in ("limesurvey", "tworows") else ",")
        assert len(outcomes.by_row) == len([row for row in rows if row])
    else:
        assert len(outcomes.by_row) == len(sheet_rows(name))
    assert set(found.events["file"] if len(found.events) else []) <= {FILES[name]}


def by_year_and_environment(events: pd.DataFrame) -> Counter[tuple[int, str]]:
    return Counter(zip(events["date_from"].dt.year, events["environment"], strict=True))


def test_csis_by_year_and_environment() -> None:
    codes = {"Violent Far-right": "vit_makt", "Violent Far-left": "autonom", "Religious": "islamistisk"}
    rows = dicts("csis")
    wanted = Counter((int(r["Year_csis"]), codes.get(r["Orientation_csis"], "oklar")) for r in rows)
    events = loaded("csis").events
    assert by_year_and_environment(events) == wanted
    assert (len(events), wanted[2020, "vit_makt"]) == (980, 73)
    days = Counter(e.date_from.date() for e in events.itertuples() if e.date_from == e.date_to)
    known = [r for r in rows if r["Day_csis"] not in ("", "0")]
    assert days == Counter(date(*(int(r[f"{part}_csis"]) for part in ("Year", "Month", "Day"))) for r in known)
    assert set((events["date_to"] - events["date_from"]).dt.days) == {0, 27, 29, 30, 364}


def test_sf311_offensive_is_unclear_and_the_rest_is_the_reference_series() -> None:
    rows = dicts("sf311")
    types = [("klotter", "graffiti"), ("affischering", "posting"), ("skadegorelse", "damaged")]
    wanted = Counter(
        (
            next(code for code, word in types if word in r["Request.Type"].lower()),
            "oklar" if r["Request.Type"].startswith("Offensive") else "ej_vbe",
            r["Opened"][:10],
        )
        for r in rows
    )
    events = loaded("sf311").events
    found = Counter(zip(events["event_type"], events["environment"], events["date_from"].astype(str), strict=True))
    assert found == wanted
    assert (events["environment"] == "oklar").sum() == 187


def test_nyc_by_month_without_those_where_nothing_was_found() -> None:
    rows = dicts("nyc")
    kept = [r for r in rows if "No graffiti on property" not in r["RESOLUTION_ACTION"]]
    wanted = Counter((r["CREATED_DATE"][6:], r["CREATED_DATE"][:2]) for r in kept)
    months = loaded("nyc").events["date_from"]
    assert Counter(zip(months.dt.strftime("%Y"), months.dt.strftime("%m"), strict=True)) == wanted
    assert outcomes("nyc") == {"loaded": len(kept), "no_graffiti_found": len(rows) - len(kept), "header_row": 1}


def test_westminster_has_no_headings() -> None:
    days = loaded("westminster").events["date_from"].dt.strftime("%d/%m/%Y")
    assert Counter(days) == Counter(row[0][:10] for row in records("westminster"))


def test_toronto_by_day_and_kind() -> None:
    rows = dicts("toronto")
    events = loaded("toronto").events
    assert Counter(events["date_from"].astype(str)) == Counter(r["OCCURRENCE_DATE"] for r in rows)
    offences = Counter(r["PRIMARY_OFFENCE"] for r in rows)
    damage = sum(n for kind, n in offences.items() if kind.startswith("Mischief") and kind != "Mischief To Data")
    threats = sum(n for kind, n in offences.items() if "Threat" in kind or "Harass" in kind or "Communic" in kind)
    found = Counter(events["event_type"])
    assert (found["skadegorelse"], found["hot_krankning"], found["propaganda"]) == (damage, threats, 15)


def test_prevent_years_end_in_march_and_missing_is_not_zero() -> None:
    rows = [row for row in records("prevent")[2:] if row[0].isdigit()]
    environments = {2: "islamistisk", 3: "vit_makt", 4: "oklar", 5: "oklar"}
    wanted: Counter[tuple[str, str, str, int]] = Counter()
    silent: Counter[tuple[str, str]] = Counter()
    for row in rows:
        first, last = f"{int(row[0]) - 1}-04-01", f"{row[0]}-03-31"
        for index, environment in environments.items():
            if row[index] == "..":
                silent[environment, last] += 1
            else:
                wanted[first, last, environment, int(row[index].replace(",", ""))] += 1
    found = loaded("prevent")
    assert (
        Counter(
            (str(e.date_from.date()), str(e.date_to.date()), e.environment, e.low) for e in found.events.itertuples()
        )
        == wanted
    )
    assert Counter((environment, str(last)) for environment, _, last in found.gaps) == silent
    assert outcomes("prevent")["no_figures"] == 5


def test_bra_months_by_area() -> None:
    wanted: Counter[tuple[str, str]] = Counter()
    area = ""
    rows = sheet_rows("bra_manad")
    for row in rows:
        label = str(row[0])
        area = label if label.startswith("Stadsdelsområde") else area
        if label == "12 kap. Skadegörelsebrott":
            for month, number in zip(rows[3][1:], row[1:], strict=True):
                full = next(i for i in range(1, 13) if month_name(i).startswith(str(month).lower()))
                wanted["bromma" if "Bromma" in area else "hagersten", f"2025-{full:02d}"] += int(
                    str(number).split(".")[0]
                )
    events = loaded("bra_manad").events
    found = Counter()
    for e in events.itertuples():
        found[e.area, e.date_from.strftime("%Y-%m")] += e.low
    assert found == wanted
    assert outcomes("bra_manad") == {
        "loaded": 2,
        "section_row": 2,
        "chapter_heading": 26,
        "other_crime": 26,
        "title_row": 1,
        "blank_row": 3,
        "header_row": 3,
        "footnote": 4,
    }


@pytest.mark.parametrize("name", ["bra_rates", "bra_rates_bromma"])
def test_rates_are_never_counts(name: str) -> None:
    assert len(loaded(name).events) == 0
    rates = sum(isinstance(row[1], float | int) for row in sheet_rows(name))
    assert outcomes(name)["per_capita"] == rates
    text = (
        (PROFILES / "bra_rates.toml")
        .read_text(encoding="utf-8")
        .replace('as = "drop"\nheading = ["* / /100 000 inv"]', 'as = "count"\nletter = "B"')
    )
    raw = read_file(REAL / FILES[name])
    context = Context(
        parse_profile(text, "fel.toml"), default_vocabulary(), "", raw.name, (LONG.start, LONG.end), {}, frozenset(), {}
    )
    (stop,) = read_delivered(raw, context, LONG).refusals
    assert (stop.code, stop.letter) == ("rate_heading", "B")


def test_stockholm_damage_by_area_with_district_sums_checked() -> None:
    events = loaded("sthlm_brott").events
    rows = {str(row[0]): row[5] for row in sheet_rows("sthlm_brott")[6:24] if row[0]}
    parts = [name for name in rows if name not in ("Västerort", "Inre staden", "Söderort", "Hela staden5")]
    assert sorted(events["low"]) == sorted(int(rows[name]) for name in parts)
    assert events.set_index("area").loc["bromma", "low"] == int(rows["Bromma"])
    assert {(str(e.date_from.date()), str(e.date_to.date())) for e in events.itertuples()} == {
        ("2024-01-01", "2024-12-31")
    }
    assert outcomes("sthlm_brott")["district_total"] == 3


def test_stockholm_population_by_year_with_all_sums_checked() -> None:
    events = loaded("sthlm_folkmangd").events
    rows = {str(row[0]): row for row in sheet_rows("sthlm_folkmangd")[4:24] if row[0]}
    for column, year in enumerate((2010, 2015, 2020, 2024), 1):
        assert events.loc[events["date_from"].dt.year == year, "low"].sum() == rows["Hela staden"][column]
    assert (outcomes("sthlm_folkmangd")["district_total"], outcomes("sthlm_folkmangd")["city_total"]) == (3, 1)


def test_accidents_by_month() -> None:
    found = Counter(loaded("workplace").events["date_from"].dt.strftime("%m-%Y"))
    assert found == Counter(row["Data"][3:10] for row in dicts("workplace"))


def tally(name: str, question: str) -> Counter[str]:
    answers = loaded(name).answers
    return Counter(answers.loc[answers["question"] == question, "answer"])


@pytest.mark.parametrize("name", SURVEYS)
def test_surveys_hold_answers_and_no_events(name: str) -> None:
    found = loaded(name)
    assert len(found.events) == 0
    units = found.answers["unit"].nunique()
    assert outcomes(name)["loaded"] == units
    assert found.answers.groupby("question").size().eq(units).all()


def test_answers_of_each_survey_tool() -> None:
    forms = sheet_rows("forms_vfx")
    industry = Counter(str(row[5]).strip() for row in forms[1:])
    assert tally("forms_vfx", "bransch")["spel"] == industry["Video Games / Interactive Entertainment"]
    assert tally("forms_vfx", "bransch")["utbildning"] == industry["Education"]
    roles = sum("Technical Artist (Games)" in [part.strip() for part in str(row[8]).split(";")] for row in forms[1:])
    assert tally("forms_vfx", "roller_teknisk")["ja"] == roles
    lime = dicts("limesurvey", ";")
    asked = Counter(r["Welchen fachlichen Hintergrund haben Sie? [Informatik]"] for r in lime)
    assert tally("limesurvey", "bakgrund_informatik") == {"ja": asked["Ja"], "nej": asked["Nein"], "": asked["N/A"]}
    heading = next(h for h in lime[0] if h.startswith("Wie relevant sind Simulationsmodelle") and "Konzeption" in h)
    assert tally("limesurvey", "simulering_koncept") == Counter(r[heading] for r in lime)
    two = records("tworows", ";")
    assert tally("tworows", "bakgrund_mechatronik") == {"nej": 42, "ja": 3}
    assert tally("tworows", "syfte_communication") == Counter(row[7] for row in two[2:])
    years = Counter(str(row[3]) for row in sheet_rows("google_forms")[1:] if row[0])
    assert tally("google_forms", "läsår")["Second year student"] == years["Second year student"]
    climate = records("qualtrics")[3:]
    assert tally("qualtrics", "imponerande") == Counter(row[24][:1] for row in climate)
    assert tally("qualtrics", "grupp") == Counter(row[25] for row in climate)
    weather = dicts("surveymonkey")
    watch = next(h for h in weather[0] if h.startswith("If you had a smartwatch"))
    assert tally("surveymonkey", "klocka") == Counter(r[watch].replace("-", "") for r in weather)


def test_dates_of_unknown_days_are_the_month() -> None:
    events = loaded("csis").events
    blank = events[events["date_from"] != events["date_to"]]
    assert (blank["date_to"] + timedelta(days=1)).dt.day.eq(1).all()
