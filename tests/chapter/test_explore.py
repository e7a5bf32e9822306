"""What the notebooks 1 and 2 show: small tables, any two periods, and why where they cannot be compared."""

import re
import sys
from pathlib import Path

import pytest
from traitlets import TraitError

from tests.chapter.situations import NORMAL, situation
from vbe_analysis.chapter import explore
from vbe_analysis.chapter import explore as explore_comparison
from vbe_analysis.chapter.choices import choose
from vbe_analysis.document.parts import Table
from vbe_analysis.errors import InputError
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def five() -> Workspace:
    return situation("fem_omgangar")


@pytest.fixture(scope="module")
def half() -> Workspace:
    return situation("halften_saknas")


def column(table: Table, heading: str) -> dict[str, str]:
    """First column -> the column of that heading."""
    place = table.header.index(heading)
    return {row[0]: row[place] for row in table.cells}


def test_the_periods_that_can_be_chosen(half: Workspace) -> None:
    assert list(half.periods) == [
        "2020",
        "2021",
        "T1 2020",
        "T2 2020",
        "T3 2020",
        "T1 2021",
        "T2 2021",
        "T3 2021",
    ]
    shown = explore_comparison.choices_table(half)
    assert shown.cells[2] == ("T1 2020", "1 januari 2020–30 april 2020")


def test_a_tertial_that_two_cycles_share_can_be_chosen_whole_or_in_part() -> None:
    found = situation("exempel").periods
    days = {name: str(period) for name, period in found.items()}
    assert days["T2 2020"] == "1 maj 2020–31 augusti 2020"
    assert days["T2 2020 (juli–augusti)"] == "1 juli 2020–31 augusti 2020"
    assert days["T2 2020 (maj–juni)"] == "1 maj 2020–30 juni 2020"


def test_the_newest_cycle_against_the_one_before(five: Workspace) -> None:
    found = explore_comparison.compare(five)
    assert (found.previous.label, found.current.label, found.by) == ("2020", "2021", "environment")
    said = explore_comparison.answer(found).markdown
    assert said.startswith(
        "2021 (1 januari 2021–31 december 2021) jämförs med 2020 (1 januari 2020–31 december 2020). "
        "15 händelser rapporterades, 2 fler än föregående period (13). En sådan skillnad kan bero på slumpen."
    )
    assert said.endswith("Med föregående period menas här 2020.")
    table = explore_comparison.lines(five, found)
    assert (
        column(table, "Jämförbart, 2020")
        == column(table, "Alla, 2020")
        == {
            "Autonoma miljön": "3",
            "Vit makt-miljön": "6",
            "Islamistiska extremistiska miljön": "2",
            "Oklar miljö": "2",
        }
    )
    assert set(column(table, "Bedömning").values()) == {"ingen säker förändring", "för få för att bedöma"}


@pytest.mark.parametrize("by", ["miljö", "typ", "källa", "område", "Källa"])
def test_any_two_periods_by_any_key_hold_all_events(five: Workspace, by: str) -> None:
    found = explore_comparison.compare(five, "2018", "2021", by)  # the order does not matter
    table = explore_comparison.lines(five, found)
    for year in ("2018", "2021"):
        rows = sum(len(given) for given in NORMAL[int(year)].given.values())
        assert sum(int(cell) for cell in column(table, f"Alla, {year}").values()) == rows
    assert ("Bedömning" in table.header) == (by == "miljö")


def test_a_tertial_is_compared_with_the_same_a_year_before(five: Workspace) -> None:
    found = explore_comparison.compare(five, "T1 2021")
    assert found.previous.label == "T1 2020"
    drawn = explore_comparison.chart(five, found)
    assert drawn.data.header[1:] == ("T1 2020", "T1 2021")
    table = explore_comparison.lines(five, found)
    assert column(table, "Alla, T1 2021") == {row[0]: row[2] for row in drawn.data.cells}


def test_other_months_are_refused_with_the_reason(five: Workspace) -> None:
    found = explore_comparison.compare(five, "T3 2020", "T1 2020", "källa")
    assert explore_comparison.answer(found).markdown == (
        "T3 2020 (1 september 2020–31 december 2020) jämförs med "
        "T1 2020 (1 januari 2020–30 april 2020). **Perioderna kan inte jämföras.** "
        "Ingen källa har lämnat uppgifter för samma kalendermånader i båda perioderna. "
        "En månad jämförs bara med samma månad ett annat år. "
        "I T1 2020 är 0 av 12 källmånader jämförbara. "
        "I T3 2020 är 0 av 12 källmånader jämförbara."
    )
    assert set(column(explore_comparison.lines(five, found), "Jämförbart, T1 2020").values()) == {"–"}


def test_a_half_year_is_refused_with_its_numbers(half: Workspace) -> None:
    found = explore_comparison.compare(half)
    said = explore_comparison.answer(found).markdown
    assert "Mindre än hälften av månaderna går att jämföra." in said
    assert said.endswith("I 2020 är 6 av 36 källmånader jämförbara. I 2021 är 6 av 6 källmånader jämförbara.")


def test_what_falls_outside_stands_by_source_with_its_reason(half: Workspace) -> None:
    found = explore_comparison.compare(half)
    assert column(explore_comparison.ground_table(half, found), "Utanför jämförelsen") == {
        "Förvaltningens enkät": "uppgifter saknas, januari–december 2021",
        "SISAB": "uppgifter saknas, juli–december 2021",
        "Lokalpolisen": "uppgifter saknas, januari–december 2021",
    }
    sources = explore_comparison.sources_table(half, found)
    assert column(sources, "Varför källan står utanför")["Lokalpolisen"] == "uppgifter saknas"
    assert column(sources, "Alla, 2021")["Lokalpolisen"] == "uppgift saknas"
    assert column(sources, "Jämförbart, 2020")["Lokalpolisen"] == "–"
    assert column(sources, "Jämförbart, 2021")["SISAB"] == "6"


def test_a_new_source_has_no_comparable_count() -> None:
    example = situation("exempel")
    found = explore_comparison.compare(example, "2021", "2017", "källa")
    table = explore_comparison.lines(example, found)
    assert column(table, "Jämförbart, 2020/21")["Utbildningsförvaltningens enkät"] == "–"
    assert column(table, "Alla, 2020/21")["Utbildningsförvaltningens enkät"] == "3–5"
    outside = column(explore_comparison.ground_table(example, found), "Utanför jämförelsen")
    assert outside["Utbildningsförvaltningens enkät"].startswith("ny källa, ")


@pytest.mark.parametrize(
    ("period", "previous", "by", "message"),
    [
        (
            "2025",
            "",
            "",
            "Perioden '2025' går inte att välja. Skriv den som i tabellen över perioder som går att välja.",
        ),
        (
            "2021",
            "",
            "veckodag",
            "Det går inte att dela upp efter 'veckodag'. Välj något av: miljö, typ, källa, område.",
        ),
        (
            "2021",
            "T2 2021",
            "",
            "Perioderna 2021 och T2 2021 går i varandra. Välj två perioder som inte har några dagar gemensamt.",
        ),
        (
            "2017",
            "",
            "",
            "Det finns ingen tidigare period att jämföra 2017 med. "
            "Skriv i inställningarna vilken period den ska jämföras med.",
        ),
    ],
)
def test_a_choice_that_cannot_be_made_says_what_can(
    five: Workspace, period: str, previous: str, by: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        explore_comparison.compare(five, period, previous, by)
    assert str(caught.value) == message


def test_a_workspace_that_is_not_read_in(tmp_path: Path) -> None:
    (tmp_path / "vbe.toml").write_text(
        'district = "D"\nboard = "N"\narea_name = "A"\n[cycles]\n2021 = { start = 2021-01-01, end = 2021-12-31 }\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="Omgången 2021 är inte inläst"):
        _ = Workspace(tmp_path).periods


def test_deliveries_by_source(half: Workspace) -> None:
    table = explore.deliveries(half, "2021")
    assert column(table, "Levererat") == {
        "Förvaltningens enkät": "–",
        "Lokalpolisen": "–",
        "SISAB": "januari–juni 2021",
    }
    assert column(table, "Saknas")["SISAB"] == "juli–december 2021"


def test_every_row_of_a_file_has_its_fate() -> None:
    example = situation("exempel")
    for cycle in example.cycles:
        table = explore.rows(example, cycle)
        for row in table.cells:
            named = dict(zip(table.header, row, strict=True))
            ignored = sum(int(number) for number in re.findall(r": (\d+)", named["Utelämnade, efter regel"]))
            assert int(named["Rader"]) == int(named["Inlästa"]) + ignored + int(named["Underkända"]), row


def test_reports_that_do_not_count_and_possible_duplicates() -> None:
    example = situation("exempel")
    straddling = explore.not_counted(example, "2017")
    assert {row[3] for row in straddling.cells} == {"Passerar periodens gräns"}
    found = explore.overlaps(example, "2021")
    candidates = [row[0] for row in found.cells]
    assert all(candidates.count(name) >= 2 for name in candidates)


def test_nothing_to_show_is_said(half: Workspace) -> None:
    assert explore.rejects(half, "2021").cells == (("Inget att visa",),)


def test_what_is_chosen_in_a_list_is_what_is_shown(five: Workspace) -> None:
    from ipywidgets import Dropdown

    choices = choose(five, cycle="", period="", previous="", by="miljö")
    assert {name: type(each) for name, each in choices.lists.items()} == dict.fromkeys(choices.settings, Dropdown)
    assert (choices.cycle, choices.comparison.current.label, choices.comparison.by) == ("2021", "2021", "environment")
    choices.lists["cycle"].value, choices.lists["period"].value, choices.lists["by"].value = "2019", "T1 2020", "källa"
    assert (choices.cycle, choices.comparison.previous.label, choices.comparison.by) == ("2019", "T1 2019", "source")
    with pytest.raises(TraitError):
        choices.lists["cycle"].value = "2031"


def test_without_ipywidgets_the_settings_hold(five: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    choices = choose(five, cycle="2019", period="2020", previous="2018", by="Källa")
    assert dict(choices.lists) == {}
    assert (choices.cycle, choices.comparison.previous.label, choices.comparison.by) == ("2019", "2018", "source")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"cycle": "2031"}, "Omgången '2031' finns inte."),
        ({"period": "T9 2021", "previous": "", "by": ""}, "T9 2021"),
        ({"period": "", "previous": "", "by": "ålder"}, "ålder"),
    ],
)
def test_an_unknown_setting_is_told_before_any_list(five: Workspace, settings: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        choose(five, **settings)
