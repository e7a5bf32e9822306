"""Drafts of profiles: they parse, mark every guess, and never show what a person wrote."""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.drafting import compared, district, example, settings_of
from tests.loaders.loading import load, text_file, told, workbook
from tests.loaders.unseen_layouts import unseen
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.profiles.code_words import code_of_label
from vbe_analysis.loaders.profiles.draft import draft_profile
from vbe_analysis.loaders.profiles.profile import Draft, parse_profile
from vbe_analysis.vocabulary import default_vocabulary

pytestmark = pytest.mark.slow

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
TOOLS = {
    "survey_msforms_vfx_en.xlsx": ("forms", 1, "forms_list"),
    "survey_googleforms_language_en.xlsx": ("google_forms", 1, "google_forms"),
    "survey_limesurvey_digitaltwin_de.csv": ("limesurvey_text", 1, "limesurvey_text"),
    "survey_surveymonkey_weather_en.csv": ("surveymonkey", 1, "surveymonkey"),
    "survey_qualtrics_climate_en.csv": ("qualtrics", 3, "qualtrics"),
    "survey_tworowheader_models_de.csv": ("", 2, "survey_ticks"),
}
FILES = sorted(p for p in REAL.glob("*") if p.suffix in (".csv", ".xls", ".xlsx") and not p.name.startswith("geo"))


def drafted(path: Path) -> str:
    return draft_profile(read_file(path), default_vocabulary())


@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not beside the project")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_real_file_gets_a_draft_that_parses(path: Path) -> None:
    text = drafted(path)
    profile = parse_profile(text, "utkast.toml")
    assert all(table.columns or table.groups or "?" in table.constants.values() for table in profile.tables)
    for line in text.splitlines():
        if line.startswith(("source", "like", "shape", "as = ", "order", "header_rows", "holds", '"')):
            assert "  # " in line or line == 'as = "item"', line  # why it stands there
        assert not re.match("#.*GISSNING:", line), line  # every mark stands beside what it marks
        assert '= "?"' not in line or "GISSNING" in line, line
    assert isinstance(profile, Draft)  # nothing that a real office sent is read without a person's look


@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not beside the project")
@pytest.mark.parametrize("name", TOOLS)
def test_survey_tools_are_recognised(name: str) -> None:
    (table,) = parse_profile(drafted(REAL / name), "utkast.toml").tables
    assert (table.shape, table.tool, table.header_rows, table.like) == ("survey", *TOOLS[name])


@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not beside the project")
def test_a_draft_of_a_real_file_shows_no_street_and_no_written_answer() -> None:
    draft = drafted(REAL / "graffiti_westminster_2012_noheader.csv")
    with (REAL / "graffiti_westminster_2012_noheader.csv").open(encoding="utf-8") as file:
        assert not any(row[1] in draft for row in csv.reader(file))
    assert tomllib.loads(draft)["dates"] == {"order": "dmy"}
    written = drafted(REAL / "survey_limesurvey_digitaltwin_de.csv")
    with (REAL / "survey_limesurvey_digitaltwin_de.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file, delimiter=";"))
    other = next(i for i, h in enumerate(rows[0]) if h.endswith("[Sonstiges]"))
    assert not any(row[other] and row[other] in written for row in rows[1:])


TOOL_HEADINGS = {
    "forms sv": (["ID", "Starttid", "Slutförandetid", "E-post", "Namn"], "forms"),
    "forms en": (["ID", "Start time", "Completion time", "Email", "Name"], "forms"),
    "forms de": (["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name"], "forms"),
    "limesurvey": (["id", "submitdate", "lastpage", "startlanguage", "seed"], "limesurvey_codes"),
    "limesurvey sv": (["Svars-ID", "Datum inskickat", "Sista sida", "Startspråk", "Frö"], "limesurvey_text"),
    "google sv": (["Tidstämpel", "E-postadress", "Poäng", "x", "y"], "google_forms"),
}


@pytest.mark.parametrize("name", TOOL_HEADINGS)
def test_tools_in_other_languages_and_what_their_questions_become(tmp_path: Path, name: str) -> None:
    own, tool = TOOL_HEADINGS[name]
    rows = [
        [*own, "Känner du till planen?", "Vilken miljö?", "Berätta"],
        *([i, "a", "b", "c", "d", "Ja" if i % 2 else "Nej", "Vit makt", f"Det var nummer {i}"] for i in range(1, 9)),
    ]
    text = drafted(text_file(tmp_path / "svar.csv", rows))
    (table,) = parse_profile(text, "utkast.toml").tables
    assert (table.shape, table.tool) == ("survey", tool)
    roles = {column.heading[0]: column.as_ for column in table.columns}
    assert (roles["Känner du till planen?"], roles["Vilken miljö?"]) == ("question", "environment")
    assert "Berätta" not in roles  # free text is not read
    assert '"Vit makt" = "vit_makt"  # etiketten säger vit makt' in text
    assert "Det var nummer" not in text


def test_surveymonkeys_two_heading_rows(tmp_path: Path) -> None:
    rows = [
        ["Respondent ID", "Collector ID", "Vilka kanaler?", None],
        [None, None, "E-post", "Möte"],
        *([i, 1, "E-post" if i % 2 else None, "Möte"] for i in range(6)),
    ]
    (table,) = parse_profile(drafted(workbook(tmp_path / "apa.xlsx", {"Sheet": rows})), "utkast.toml").tables
    assert (table.tool, table.header_rows) == ("surveymonkey", 2)


def test_a_draft_whose_marks_are_taken_away_is_a_draft_no_more(tmp_path: Path) -> None:
    for path, _ in unseen(tmp_path):
        text = drafted(path)
        assert isinstance(parse_profile(text, "utkast.toml"), Draft)
        looked_at = text.replace("GISSNING: ", "").replace('"?"', '"oklar"')
        assert not isinstance(parse_profile(looked_at, "utkast.toml"), Draft)


def test_a_filled_in_draft_loads_the_file(tmp_path: Path) -> None:
    rows = [
        ["Utdrag ur registret"],
        [],
        ["Ärendenr", "Händelsedatum", "Stadsdel", "Miljö", "Typ av händelse", "Antal", "Beskrivning"],
        *(
            [
                f"A{i}",
                f"2021-03-{i:02d}",
                "Lodsby",
                "Vit makt" if i % 2 else "Autonom",
                "Klotter",
                1,
                f"text {i} om något",
            ]
            for i in range(1, 13)
        ),
    ]
    path = workbook(tmp_path / "register.xlsx", {"Data": rows})
    text = drafted(path)
    assert "om något" not in text
    assert "A1" not in text
    body = "\n".join(line for line in text.splitlines() if not line.startswith(("name =", "source =")))
    assert set(told(load(path, body), "area", "event_type", "low")) == {("lodsby", "klotter", 1)}
    assert load(path, body).events["environment"].value_counts().to_dict() == {"vit_makt": 6, "autonom": 6}


def test_nothing_of_a_person_is_shown_in_labels_headings_sheet_or_file_name(tmp_path: Path) -> None:
    rows = [
        ["Datum", "Anna Andersson har sett", "Miljö"],
        *([f"2021-03-{i:02d}", "x", "ring 070-174 06 05"] for i in range(1, 13)),
    ]
    path = workbook(tmp_path / "Svar från Anna Andersson.xlsx", {"Erik Johansson": rows, "Två": rows})
    text = drafted(path)
    assert not any(word in text for word in ("Anna", "Andersson", "Erik", "070"))
    columns = parse_profile(text, "utkast.toml").tables[0].columns
    assert [column.as_ for column in columns] == ["date"]  # what no line of the profile names is not read


def test_a_wide_table_of_months_and_one_of_environments(tmp_path: Path) -> None:
    months = [["Område", "jan 2021", "feb 2021", "mars 2021"], ["Lodsby", 1, 0, 2], ["Mistelvik", 0, 4, 1]]
    kinds = [["Månad", "Vit makt", "Autonoma", "Oklar"], ["jan 2021", 1, 0, 2], ["feb 2021", 0, 4, 1]]
    for rows, level in ((months, "date"), (kinds, "environment")):
        (table,) = parse_profile(drafted(workbook(tmp_path / "bred.xlsx", {"Blad1": rows})), "utkast.toml").tables
        assert (table.shape, [group.levels[0].as_ for group in table.groups]) == ("counts", [level])


def test_two_sheets_alike_are_one_table_and_a_sheet_beside_it_is_ignored(tmp_path: Path) -> None:
    rows = [
        ["Byggnad", "Anmäld den", "Sanerad den", "Åverkan", "Budskap", "Antal"],
        *(
            [f"Hus {i % 4}", f"2021-03-{i:02d}", f"2021-04-{i:02d}", "Klotter", "Hakkors" if i % 3 else "Tagg", i]
            for i in range(1, 9)
        ),
    ]
    path = workbook(
        tmp_path / "SISAB 2021.xlsx", {"Höst": rows, "Vår": rows, "Sammanfattning": [["Hus", "Antal"], ["Hus 1", 3]]}
    )
    profile = parse_profile(drafted(path), "utkast.toml")
    (table,) = profile.tables
    assert (profile.source, table.sheets, profile.ignore_sheets) == ("sisab", ("Höst", "Vår"), ("Sammanfattning",))
    assert [column.as_ for column in table.columns] == ["place", "date", "event_type", "environment", "count"]
    assert table.columns[3].values == {"hakkors": "vit_makt", "tagg": "ej_vbe"}


def test_a_covering_note_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "leveransnotering.txt"
    path.write_text("Hej!\n\nHär kommer underlaget för 2021.\n\nMed vänlig hälsning\n", encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        drafted(path)
    assert "Filen innehåller ingen tabell: högst en kolumn är ifylld." in str(stopped.value)


# Not among the words of the districts at hand. "": left open.
LABELS = {
    "environment": {
        "Högerextrema miljön": "vit_makt",
        "Nynazistiskt": "vit_makt",
        "Vit makt-rörelsen": "vit_makt",
        "Vänsterradikala grupper": "autonom",
        "Anarkistisk": "autonom",
        "AFA/autonoma": "autonom",
        "Jihadistisk": "islamistisk",
        "Våldsbejakande islamism": "islamistisk",
        "Islamistiskt": "islamistisk",
        "Miljö okänd": "oklar",
        "Ej angivet": "oklar",
        "Osäkert": "oklar",
        "Ospecificerad": "oklar",
        "Kärleksförklaring": "ej_vbe",
        "Taggar": "ej_vbe",
        "Ingen koppling till extremism": "ej_vbe",
        "Annat": "",
        "Flera miljöer": "",
        "Inte vit makt": "",
        "Vit makt eller autonom": "",
        "Rasistiskt": "",
        "Islam": "",
        "Fotboll": "",
        "Politik": "",
        "Vänster": "",
    },
    "event_type": {
        "Graffiti": "klotter",
        "Inristning i bänk": "klotter",
        "Dekaler": "klistermarke",
        "Affischer": "affischering",
        "Symboler/flaggor": "symbol",
        "Extrema åsikter": "asiktsuttryck",
        "Hotfullt beteende": "hot_krankning",
        "Kränkande tilltal": "hot_krankning",
        "Oro för barn": "orosanmalan",
        "Orosanmälan": "orosanmalan",
        "Vandalisering": "skadegorelse",
        "Demonstration": "manifestation",
        "Rekryteringsförsök": "rekrytering",
        "Övriga händelser": "ovrigt",
        "Klotter och hot": "",
        "Inga hot": "",
        "Möte": "",
        "Hotell": "",
        "Stöld": "",
    },
}


@pytest.mark.parametrize("kind", LABELS)
def test_words_never_seen_before_give_the_right_code_or_none(kind: str) -> None:
    words = default_vocabulary()
    terms = words.all_environments if kind == "environment" else words.event_types
    assert {label: code_of_label(label, kind, terms)[0] for label in LABELS[kind]} == LABELS[kind]


@pytest.mark.parametrize("district", [example, district], ids=["example", "invented"])
def test_a_draft_has_most_of_what_a_person_would_write(district: object) -> None:
    assert callable(district)
    files = list(district())
    if not files:
        pytest.skip("../shared is not beside the project")
    result: Counter[str] = Counter()
    for path, profile in files:
        result += compared(read_file(path), profile, settings_of(path))
    assert result["column_right"] >= 0.97 * result["column"]
    assert result["column_wrong"] <= 0.02 * result["column"]
    assert result["label_right"] >= 0.95 * result["label"]
    assert result["label_wrong"] == 0
    assert result["report_right"] >= 0.98 * result["report"]
    assert result["guess"] + result["open"] <= 6 * len(files)


def test_drafts_of_layouts_that_no_word_list_was_made_for(tmp_path: Path) -> None:
    result: Counter[str] = Counter()
    for path, text in unseen(tmp_path):
        result += compared(read_file(path), parse_profile(text, path.name), settings_of(path))
    assert result["column_right"] >= 0.85 * result["column"]
    assert result["label_right"] >= 0.8 * result["label"]
    assert result["column_wrong"] + result["label_wrong"] <= 0.03 * (result["column"] + result["label"])


def test_a_blank_environment_is_asked_for_each_type_where_one_type_mostly_has_one(tmp_path: Path) -> None:
    rows = [("Klotter", "")] * 30 + [("Klotter, grovt", "Högerextremt")] * 6 + [("Klotter, grovt", "")] * 2
    lines = [f"2021-03-{day % 28 + 1:02};{kind};{content}" for day, (kind, content) in enumerate(rows)]
    path = tmp_path / "Klotteranmälningar.csv"
    path.write_text("\n".join(["Anmält;Typ av ärende;Miljö", *lines]), encoding="utf-8")
    text = drafted(path)
    (table,) = parse_profile(text, "utkast.toml").tables
    assert [column.as_ for column in table.columns] == ["label", "date", "environment"]
    assert table.columns[0].values == {
        "klotter": {"event_type": "klotter", "environment": "?"},
        "klotter, grovt": {"event_type": "klotter", "environment": "oklar"},
    }
    assert table.columns[2].blank is None
    assert "Vad betyder tom miljö för 'Klotter' (30 av 30 rader)?" in text
    assert "GISSNING: etiketten säger klotter; miljön står i de flesta rader med 'Klotter, grovt'" in text


def test_what_was_written_freely_in_a_form_is_not_shown(tmp_path: Path) -> None:
    fields = [
        ("Datum", "2021-03-05"),
        ("Område", "Lodsby"),
        ("Vilken miljö?", "pojken hyllade nazister"),
        ("Vad hände?", "Hot"),
    ]
    rows = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in fields)
    path = tmp_path / "blankett 3.html"
    path.write_text(f"<html><body><table>{rows}</table></body></html>", encoding="utf-8")
    text = drafted(path)
    (table,) = parse_profile(text, "utkast.toml").tables
    assert (table.shape, [column.as_ for column in table.columns]) == (
        "form",
        ["date", "area", "environment", "event_type"],
    )
    assert "pojken" not in text
    assert table.columns[3].values == {"hot": "hot_krankning"}
