"""vbe.toml: what it may say, and the sentence for each mistake."""

import re
from pathlib import Path

import pytest

from tests.workspaces import TOML
from vbe_analysis.errors import InputError
from vbe_analysis.settings import read_settings

SOURCES = "enkat, enkat_utb, blankett, sisab, trafikkontoret, ia, polis, historik"


def read(folder: Path, old: str = "", new: str = "") -> str:
    """The sentences for the settings with `old` replaced."""
    (folder / "vbe.toml").write_text(TOML.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        read_settings(folder)
    return str(stopped.value)


def test_settings_are_typed(tmp_path: Path) -> None:
    more = '\n[environments]\nincel = { label = "Incelmiljön" }\n[sources]\nskola = { label = "Skolorna" }\n'
    more += '[event_types]\nmarkning = { label = "Märkning", trace = true }\n'
    (tmp_path / "vbe.toml").write_text(TOML + more, encoding="utf-8")
    settings = read_settings(tmp_path)
    assert str(settings.period("2021")) == "1 juli 2020–30 juni 2021"
    assert [*settings.vocabulary.environments] == ["autonom", "vit_makt", "islamistisk", "incel", "oklar"]
    assert "skola" in settings.vocabulary.sources
    assert [*settings.vocabulary.event_types][-3:] == ["rekrytering", "markning", "ovrigt"]
    assert "markning" in settings.vocabulary.traces
    assert settings.places == {"Ekskolan": "ekasen"}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "district =",
            "distrikt =",
            "vbe.toml: vbe.toml har okända nycklar: distrikt. Kontrollera stavningen. Alla nycklar står i "
            "docs/profiler.md.\n"
            "vbe.toml: vbe.toml saknar: district. Lägg till det som saknas.",
        ),
        ('board = "Ekåsens stadsdelsnämnd"\n', "", "vbe.toml: vbe.toml saknar: board. Lägg till det som saknas."),
        ('"Ekåsens stadsdelsnämnd"', "12", "vbe.toml: board har ett värde av fel slag (väntat: text). Rätta värdet."),
        (
            "2020 = { start = 2019-07-01, end = 2020-06-30 }\n2021 = { start = 2020-07-01, end = 2021-06-30 }\n",
            "",
            "vbe.toml: Ingen omgång är angiven. Lägg till en rad under [cycles], till exempel 2021 = "
            "{ start = 2020-07-01, "
            "end = 2021-06-30 }.",
        ),
        (
            "end = 2021-06-30",
            "end = 2020-06-30",
            "vbe.toml: Omgången 2021 slutar innan den börjar. Rätta start och end under [cycles].",
        ),
        (
            "end = 2020-06-30",
            "end = 2020-07-01",
            "vbe.toml: Omgångarna 2020 och 2021 har dagar gemensamt, som då skulle räknas två gånger. Rätta start och "
            "end under [cycles].",
        ),
        (
            "2021 = {",
            '"../2021" = {',
            "vbe.toml: Omgången '../2021' har ett namn som inte kan vara en mapp. Använd bokstäver, siffror, "
            "blanksteg, bindestreck och understreck.",
        ),
        (
            '"Ekskolan" = "ekasen"',
            '"Ekskolan" = "eken"',
            "vbe.toml: Platsen 'Ekskolan' har området 'eken', som inte finns under [areas]. Välj en av koderna ekasen, "
            "lindviken, eller lägg till området.",
        ),
        (
            '["ia", "sisab"]',
            '["ia", "facket"]',
            f"vbe.toml: Den väntade källan 'facket' finns inte. Välj bland {SOURCES}, eller lägg till källan "
            "under [sources].",
        ),
    ],
)
def test_a_mistake_is_told(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    assert read(tmp_path, old, new) == sentence


def test_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = TOML.replace('"Ekskolan" = "ekasen"', '"Ekskolan" = "eken"').replace('["ia", "sisab"]', '["x", "y"]')
    (tmp_path / "vbe.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        read_settings(tmp_path)
    assert [fault.code for fault in stopped.value.faults] == ["settings_place", "settings_source", "settings_source"]


def test_what_does_not_fit_in_two_tables_is_told_at_once(tmp_path: Path) -> None:
    """Two tables of one file, and one of them has two faults."""
    text = TOML.replace('lindviken = "', 'lindviken = 2 # "').replace(
        "end = 2021-06-30", 'slut = 2021-06-30, end = "nej"'
    )
    (tmp_path / "vbe.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        read_settings(tmp_path)
    assert str(stopped.value).splitlines() == [
        "vbe.toml: areas.lindviken har ett värde av fel slag (väntat: text). Rätta värdet.",
        "vbe.toml: cycles.2021 har okända nycklar: slut. Kontrollera stavningen. Alla nycklar står i docs/profiler.md.",
        "vbe.toml: cycles.2021.end har ett värde av fel slag (väntat: datum som 2021-08-20, utan citattecken). Rätta "
        "värdet.",
    ]


def test_what_is_no_toml_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, "[areas]", "[areas").startswith("vbe.toml: Filen följer inte TOML: ")


def test_an_unknown_cycle_is_told(tmp_path: Path) -> None:
    (tmp_path / "vbe.toml").write_text(TOML, encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        read_settings(tmp_path).period("2022")
    assert str(stopped.value) == (
        "vbe.toml: Omgången '2022' finns inte. Kända omgångar: 2020, 2021. Lägg till den under [cycles] i vbe.toml, "
        "eller "
        "välj en av de kända."
    )


def test_a_folder_without_settings_is_told(tmp_path: Path) -> None:
    (tmp_path / "tom").mkdir()
    with pytest.raises(InputError) as stopped:
        read_settings(tmp_path / "tom")
    assert str(stopped.value) == (
        "Mappen 'tom' är ingen arbetsmapp: vbe.toml saknas. Gå till arbetsmappen, eller skapa en ny med vbe init MAPP."
    )


REVISION = {
    "a date in words": (
        'order = "1 juni"',
        "revision.2021.order har ett värde av fel slag (väntat: datum som 2021-08-",
    ),
    "a day too many": ("order = 2021-06-31", "2021-06-31 är inget datum: så många månader eller dagar finns inte."),
    "an unknown stage": ("decision = 2021-10-19", "revision.2021 har okända nycklar: decision."),
    "another year": (
        "board = 2012-10-19",
        "revision.2021.board ligger före periodens början, 2020-07-01, eller mer än ",
    ),
    "out of order": (
        "publication = 2021-10-20, board = 2021-10-19",
        "revision.2021.board ligger före revision.2021.publication. Rätta den dag som är fel. Ordningen är order,",
    ),
    "before the deadline": ("board = 2021-08-01", "revision.2021.board ligger före cycles.2021.deadline."),
}


@pytest.mark.parametrize(("days", "sentence"), REVISION.values(), ids=REVISION)
def test_a_wrong_day_of_the_revision_is_told(tmp_path: Path, days: str, sentence: str) -> None:
    end = "end = 2021-06-30"
    told = read(tmp_path, f"{end} }}", f"{end}, deadline = 2021-08-20 }}\n[revision]\n2021 = {{ {days} }}")
    assert re.sub("^vbe.toml(, rad 16)?: ", "", told).startswith(sentence)


def test_the_revision_of_an_unknown_cycle_is_told(tmp_path: Path) -> None:
    told = read(tmp_path, "[areas]", "[revision]\n2022 = { board = 2022-10-18 }\n[areas]")
    assert told.startswith("vbe.toml: Under [revision] står omgången 2022, som inte finns under [cycles]. Välj en av ")
