"""The example district through its own profiles, deliveries and corrections, against tests/example_truth.json."""

import json
import re
import shutil
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from vbe_analysis.errors import InputError
from vbe_analysis.loaders.cycle import Ingested, Task, ingest
from vbe_analysis.loaders.profiles.profile import read_profiles
from vbe_analysis.settings import Settings, Span

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
TRUTH = json.loads((ROOT / "tests" / "example_truth.json").read_text(encoding="utf-8"))["cycles"]
AREAS = {
    "tistelhamn": "Tistelhamn",
    "gardslunda": "Gärdslunda",
    "arlemyra": "Ärlemyra",
    "mistelvik": "Mistelvik",
    "lodsby": "Lodsby",
    "salgangen": "Sälgängen",
}
SETTINGS = Settings(
    district="Tistelhamn-Gärdslundas stadsdelsförvaltning",
    board="Tistelhamn-Gärdslundas stadsdelsnämnd",
    area_name="stadsdelsområdet Tistelhamn-Gärdslunda",
    cycles={cycle: Span(date(int(cycle) - 1, 7, 1), date(int(cycle), 6, 30)) for cycle in TRUTH},
    areas=AREAS,
    areas_outside=("Hasselnäset", "Norrklinta"),
    places={
        "Tistelskolan": "tistelhamn",
        "Gärdslundaskolan": "gardslunda",
        "Ärlemyra skola": "arlemyra",
        "Mistelskolan": "mistelvik",
        "Lodsby skola": "lodsby",
        "Sälgängens gymnasium": "salgangen",
        "Gärdslunda praktiska gymnasium": "gardslunda",
        "Förskolan Tranbäret": "lodsby",
        "Förskolan Ekorrboet": "tistelhamn",
    },
    sources_expected=("enkat", "enkat_utb", "blankett", "sisab", "trafikkontoret", "ia", "polis"),
)
REPORT = (
    "file",
    "sheet",
    "row",
    "source",
    "date_from",
    "date_to",
    "environment",
    "event_type",
    "area",
    "low",
    "high",
    "flags",
    "not_counted",
)


@pytest.mark.parametrize("cycle", TRUTH)
def test_reports_are_those_of_the_truth(cycle: str) -> None:
    events = _loaded(cycle).events
    dated = events.assign(**{name: events[name].dt.strftime("%Y-%m-%d") for name in ("date_from", "date_to")})
    ordinary = dated["environment"] == "ej_vbe"
    found = Counter(dated.loc[~ordinary, list(REPORT)].itertuples(index=False, name=None))
    codes = {label: code for code, label in AREAS.items()}
    told = [{**report, "area": codes.get(report["area"], "")} for report in TRUTH[cycle]["reports"]]
    assert found == Counter(tuple(report[name] for name in REPORT) for report in told)
    sums = dated[ordinary].groupby("source")["low"].agg(["size", "sum"]).itertuples()
    assert {source: {"reports": n, "number": number} for source, n, number in sums} == TRUTH[cycle]["reference"]


@pytest.mark.parametrize("cycle", TRUTH)
def test_every_row_has_the_fate_of_the_truth(cycle: str) -> None:
    found = {
        (entry["file"], sheet["sheet"]): (sheet["rows"], sheet["loaded"], sheet["ignored"], sheet["rejected"])
        for entry in _loaded(cycle).record["inputs"]
        for sheet in entry["sheets"]
    }
    assert found == {
        (file["file"], sheet["sheet"]): (
            sheet["rows"],
            sheet["loaded"],
            sheet["ignored"],
            sum(sheet["rejected"].values()),
        )
        for file in TRUTH[cycle]["files"]
        for sheet in file["sheets"]
    }


@pytest.mark.parametrize("cycle", TRUTH)
def test_coverage_and_response_are_those_of_the_truth(cycle: str) -> None:
    coverage = _loaded(cycle).coverage
    coverage = coverage[coverage["source"] != "historik"]
    status = coverage["status"].where(~coverage["straddled"], "straddled")
    found: dict[str, dict[str, str]] = {}
    for source, month, word in zip(coverage["source"], coverage["month"], status, strict=True):
        found.setdefault(source, {})[month] = word
    assert found == TRUTH[cycle]["coverage"]
    surveys = coverage[coverage["asked"].notna()].drop_duplicates("source")
    assert {row.source: {"asked": row.asked, "answered": row.answered} for row in surveys.itertuples()} == TRUTH[cycle][
        "response"
    ]


@pytest.mark.parametrize("cycle", TRUTH)
def test_answers_are_those_of_the_truth(cycle: str) -> None:
    answers = _loaded(cycle).answers
    tallies = answers.groupby(["source", "question", "answer"]).size()
    found: dict[str, dict[str, dict[str, int]]] = {}
    for (source, question, answer), number in tallies.items():
        found.setdefault(source, {}).setdefault(question, {})[answer] = number
    codes = {"Ja": "ja", "Nej": "nej", "Vet inte": "vet_inte"}
    assert found == {
        source: {question: {codes[answer]: n for answer, n in told.items()} for question, told in questions.items()}
        for source, questions in TRUTH[cycle]["answers"].items()
    }


def test_the_reworded_question_is_another_version() -> None:
    routine = "source == 'enkat' and question == 'rutin'"
    versions = {cycle: set(_loaded(cycle).answers.query(routine)["version"]) for cycle in TRUTH}
    assert versions == {"2017": {"v1"}, "2018": {"v1"}, "2019": {"v2"}, "2020": {"v2"}, "2021": {"v2"}}


def test_units_that_answered_both_years_are_known_again() -> None:
    first, second = ({*_units("2020")}, {*_units("2021")})
    texts = [next((ROOT / "data" / "raw" / cycle).glob("results*")).read_text("utf-8") for cycle in ("2020", "2021")]
    written = [set(re.findall(r'"(E\d{3})"', text)) for text in texts]
    assert (len(first), len(second), len(first & second)) == (22, 20, len(written[0] & written[1]))


@pytest.mark.parametrize(
    ("cycle", "stops"),
    [
        ("2017", [("unreadable_date", "Höst", 7, "C")]),
        ("2018", [("personal_data_cell", "Avvikelser", 23, "J")]),
        ("2019", [("unknown_label", "", 20, "E")]),
        ("2020", [("personal_data_heading", "Register", 2, "I"), ("total_differs", "Vår", 42, "G")]),
        ("2021", [("unreadable_number", "Vår", 6, "G")]),
    ],
)
def test_without_its_corrections_a_cycle_stops(
    cycle: str, stops: list[tuple[str, str, int, str]], tmp_path: Path
) -> None:
    folder = tmp_path / cycle
    shutil.copytree(ROOT / "data" / "raw" / cycle, folder, ignore=shutil.ignore_patterns("rattelser.xlsx"))
    with pytest.raises(InputError) as stopped:
        ingest(_task(folder))
    told = [(fault.code, fault.sheet, fault.row, fault.letter) for fault in stopped.value.faults]
    assert set(stops) <= set(told)
    # a sum over a number that cannot be read differs too; nothing else may be told
    assert {code for code, *_ in told} - {code for code, *_ in stops} <= {"total_differs"}


@cache
def _loaded(cycle: str) -> Ingested:
    return ingest(_task(ROOT / "data" / "raw" / cycle))


def _task(folder: Path) -> Task:
    profiles = read_profiles([ROOT / "data" / "profiles"])
    return Task(SETTINGS, folder, SETTINGS.period(folder.name), profiles, {})


def _units(cycle: str) -> pd.Series:
    return _loaded(cycle).answers.query("source == 'enkat_utb'")["unit"]
