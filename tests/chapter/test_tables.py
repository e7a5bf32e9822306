"""The chapter's tables: the cells a reader sees, the numbers the workbook holds, the words for what is not known."""

import pytest

from tests.chapter.situations import LONG, picture
from vbe_analysis.chapter.tables import analysis as tables_analysis
from vbe_analysis.chapter.tables import events as tables
from vbe_analysis.document.parts import Numbers, Table

pytestmark = pytest.mark.slow

YEAR = "2021"


def rows(table: Table | None) -> list[tuple[str, ...]]:
    assert table is not None
    return list(table.cells)


def test_events_by_environment_in_both_periods() -> None:
    found = tables.counts_table(picture("halften_saknas", YEAR), "environment")
    assert found.header == ("Miljö", "Period 2020", "Period 2021")
    assert rows(found) == [
        ("Autonoma miljön", "3", "2"),
        ("Vit makt-miljön", "6", "3"),
        ("Islamistiska extremistiska miljön", "2", "0"),
        ("Oklar miljö", "2", "1"),
        ("Totalt", "13", "6"),
    ]
    assert [row[1:] for row in found.values] == [(3, 2), (6, 3), (2, 0), (2, 1), (13, 6)]


def test_a_source_that_delivered_nothing_has_no_number() -> None:
    found = tables.counts_table(picture("halften_saknas", YEAR), "source")
    assert {row[0]: row[2] for row in rows(found)} == {
        "Förvaltningens enkät": "uppgift saknas",
        "SISAB": "6",
        "Lokalpolisen": "uppgift saknas",
    }
    assert [row[2] for row in found.values] == [None, 6, None]


def test_an_interval_has_its_text_and_its_ends() -> None:
    found = tables.counts_table(picture("exempel", "2017"), "environment")
    row = {cells[0]: (cells[1], values[1]) for cells, values in zip(found.cells, found.values, strict=True)}
    assert row["Vit makt-miljön"] == ("9–10", Numbers(9, 10))
    assert row["Autonoma miljön"] == ("2", 2)


def test_types_without_events_are_left_out_in_both_directions() -> None:
    found = tables.counts_table(picture("forsta_aret", YEAR), "type_source")
    assert found.annex
    assert found.header == ("Typ av händelse", "SISAB", "Lokalpolisen")
    assert [row[0] for row in found.cells] == ["Klotter", "Klistermärke", "Hot eller kränkning"]


@pytest.mark.parametrize(
    ("name", "words"), [("inget_rapporterat", "Inga rapporterade händelser"), ("inget_levererat", "Inga uppgifter")]
)
def test_nothing_reported_and_nothing_delivered_are_told_apart(name: str, words: str) -> None:
    assert rows(tables.counts_table(picture(name, YEAR), "type_source")) == [(words, "–")]


def test_coverage_by_source() -> None:
    found = rows(tables.coverage_table(picture("halften_saknas", YEAR)))
    assert found == [
        ("Förvaltningens enkät", "0 av 12", "januari–december 2021", "–", "–", "–"),
        ("SISAB", "6 av 12", "juli–december 2021", "–", "–", "–"),
        ("Lokalpolisen", "0 av 12", "januari–december 2021", "–", "–", "–"),
    ]


def test_who_answered_and_what_they_know() -> None:
    found = picture("forsta_aret", YEAR)
    assert rows(tables.response_table(found)) == [("Förvaltningens enkät", "2021", "60", "38", "63 %")]
    ((statement, source, cell),) = rows(tables.knowledge_table(found))
    assert (statement, source) == ("Känner till rutinen vid oro eller händelse", "Förvaltningens enkät")
    # All 60 were asked: 21 yes and 17 no are known, so between 21/60 and 43/60 of them know.
    assert cell == "21 av 38 (35–72\u00a0%)"


def test_the_comparison_stands_beside_the_full_counts() -> None:
    found = rows(tables_analysis.comparison_table(picture("halften_saknas", YEAR)))
    assert found[-1] == ("Totalt", "6", "6", "ingen jämförelse", "13", "6")


def test_no_comparison_for_a_first_year() -> None:
    assert tables_analysis.comparison_table(picture("forsta_aret", YEAR)) is None


def test_nothing_comparable_is_no_zero() -> None:
    found = rows(tables_analysis.comparison_table(picture("inget_levererat", YEAR)))
    assert found[-1] == ("Totalt", "–", "–", "ingen jämförelse", "13", "uppgift saknas")


def test_a_dash_is_explained_and_never_stands_for_who_was_not_asked() -> None:
    told = picture("exempel", "2020", "publik")
    known, covered = tables.knowledge_table(told), tables.coverage_table(told)
    compared = tables_analysis.comparison_table(told)
    assert known is not None and compared is not None
    assert [row[2] for row in known.cells if row[1] == "Utbildningsförvaltningens enkät"] == ["inte tillfrågad"] * 2
    assert not [note for note in known.notes if note.startswith("–")]
    assert covered.notes[-1] == "–: inga månader saknas, eller uppgiften gäller bara enkäter."
    assert compared.notes[-1] == "–: inget jämförbart antal."


def test_areas_stand_with_their_whole_name() -> None:
    found = tables.counts_table(picture("langa_namn", YEAR), "traces_area")
    assert {row[0] for row in found.cells} == {*LONG.values(), "Totalt"}


def test_units_behind_the_events() -> None:
    found = tables_analysis.units_table(picture("forsta_aret", YEAR))
    assert rows(found)[1] == ("Vit makt-miljön", "7", "7", "7")


def test_a_source_that_cannot_tell_of_a_group_is_no_gap_under_its_table() -> None:
    shown = picture("exempel", "2021", "publik")
    notes = {
        name: " ".join(tables.counts_table(shown, name).notes)
        for name in ("traces_environment", "person_linked_environment")
    }
    assert "Trafikkontoret maj–juni 2021" in notes["traces_environment"]
    assert "Trafikkontoret" not in notes["person_linked_environment"]
    assert "IA september–november 2019" in notes["person_linked_environment"]
