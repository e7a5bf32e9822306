"""Alternative texts are read without the picture: each number, each gap, and no word of change of their own."""

import re

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chapter.test_charts import (
    ANY_COUNT,
    BAND,
    EXACT,
    FOUR,
    LABELS,
    MISSING,
    OPEN,
    PARTLY,
    SOURCES,
    SURVEY,
    UNASKED,
    YEARS,
    ZERO,
    Count,
    cells,
    counts,
    coverage_frame,
)
from vbe_analysis.chapter.charts.alt_texts import counts_alt, coverage_alt, periods_kind, survey_alt
from vbe_analysis.chapter.tables.grid import grid

DIRECTION = re.compile(r"ökad|ökning|minsk|fler\b|färre|högre än|lägre än|trend|bilden visar", re.IGNORECASE)

KIND = "Diagram."


def test_years() -> None:
    finding = "Antalet rapporterade händelser kan inte jämföras."
    said = counts_alt(FOUR, KIND, finding=finding, breaks={"2020": "ny app"}, expected="Väntat 2–9.")
    assert said == (
        "Antalet rapporterade händelser kan inte jämföras. Diagram. "
        "Autonoma miljön. 2018: 3; 2019: 5–9; 2020: inga (0); 2021: uppgift saknas. "
        "Vit makt-miljön. 2018: inte tillfrågad; 2019: uppgift saknas; 2020: 2; 2021: minst 500. "
        "Där två tal står ligger antalet någonstans från det lägre till det högre. "
        "En del av uppgifterna saknas för 2020. Underlaget ändrades från och med 2020: ny app. Väntat 2–9."
    )


def test_neighbours_without_a_number_or_an_event_are_told_together() -> None:
    said = counts_alt(cells({"autonom": [MISSING, MISSING, UNASKED, EXACT]}, YEARS), KIND)
    assert "2018–2019: uppgift saknas; 2020: inte tillfrågad; 2021: 3." in said
    assert "2018–2021: inga (0)." in counts_alt(cells({"autonom": [ZERO] * 4}, YEARS), KIND)


def test_few_is_said_in_words_and_digits() -> None:
    assert "2021: enstaka (1–4)." in counts_alt(cells({"autonom": [(1, 4, "observed")]}, ["2021"]), KIND)


def test_previous() -> None:
    table = cells({"autonom": [BAND, EXACT], "vit_makt": [MISSING, PARTLY]}, ["2020", "2021"])
    kind = "Liggande diagram med rapporterade händelser under 2020 och 2021, på en gemensam skala från noll."
    assert periods_kind(table) == kind
    assert "Vit makt-miljön. 2020: uppgift saknas; 2021: 2." in counts_alt(table, kind)


def test_a_first_year_says_that_nothing_was_before() -> None:
    said = periods_kind(cells({"autonom": [ZERO]}, ["2021"]))
    assert "under 2021, på en gemensam skala från noll. Ingen tidigare period är med." in said


def test_coverage() -> None:
    assert coverage_alt(coverage_frame(), SOURCES, LABELS) == (
        "Rutnät med en rad för varje källa och en kolumn för varje månad, december 2020–januari 2021. "
        "IA. Levererat december 2020; uppgift saknas januari 2021. "
        "Lokalpolisen. Levererat: inget att rapportera december 2020; inte tillfrågad januari 2021. "
        "SISAB. Levererat december 2020–januari 2021."
    )


def test_survey() -> None:
    assert survey_alt(SURVEY.astype({"x": "Int64", "n": "Int64"}), finding="Fynd.") == (
        "Fynd. Liggande diagram som för varje fråga har hur många av de svarande som svarade så, på en skala från inga "
        "till alla. Känner till rutinen. 2020: inte tillfrågad; 2021: 38 av 52 (60–83 procent). "
        "Vet vem som är samordnare. 2020: 0 av 60 (0–6 procent); "
        "2021: 52 av 52 (93–100 procent). Inom parentes står 95 procents osäkerhetsintervall."
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_COUNT, min_size=1, max_size=12))
def test_the_chart_can_be_drawn_again(row: list[Count]) -> None:
    """Reading the text back gives the same ends for the same years, and the same gaps."""
    periods = [str(2010 + n) for n in range(len(row))]
    told = counts_alt(cells({"autonom": row}, periods), KIND)
    assert not DIRECTION.search(told.replace("från det lägre till det högre", ""))
    text_ = told.split("Autonoma miljön. ")[1].split(". ")[0].rstrip(".").replace("\u00a0", "")
    read: dict[str, tuple[int | None, int | None]] = {}
    for name, text in (value.split(": ", 1) for value in text_.split("; ")):
        first, _, last = name.partition("–")
        ends = [int(end) for end in re.findall(r"\d+", text)]
        both = (None, None) if not ends else (ends[0], None if text.startswith("minst") else ends[-1])
        read |= {str(year): both for year in range(int(first), int(last or first) + 1)}
    assert read == {period: cell[:2] for period, cell in zip(periods, row, strict=True)}


def test_equal_cells_give_equal_text_whatever_lies_behind() -> None:
    """`reports` may differ between two editions with equal bands; nothing of it is told."""
    frame = counts({"autonom": [BAND, OPEN]}, ["2020", "2021"])
    other: pd.DataFrame = frame.assign(reports=pd.array([5, 9], dtype="Int64"))
    first, second = (counts_alt(grid(rows, "environment", LABELS), KIND) for rows in (frame, other))
    assert first == second
