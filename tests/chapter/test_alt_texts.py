"""Alternative texts are read without the picture: each number, each gap, and no word of change of their own."""

import re

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chapter.test_charts import (
    ANY_COUNT,
    BAND,
    EXACT,
    FOUR_YEARS,
    LABELS,
    MISSING,
    OPEN,
    PARTLY,
    SOURCES,
    SURVEY,
    TYPES,
    UNASKED,
    YEARS,
    ZERO,
    Count,
    counts,
    coverage_frame,
    matrix_frame,
)
from vbe_analysis.chapter.charts.alt_texts import (
    coverage_alt,
    graffiti_alt,
    matrix_alt,
    previous_alt,
    survey_alt,
    timeline_alt,
    years_alt,
)

DIRECTION = re.compile(r"ökad|ökning|minsk|fler\b|färre|högre än|lägre än|trend|bilden visar", re.IGNORECASE)

TOLD_PARTLY = "Delvis betyder att minst en källa saknar uppgifter för hela eller en del av perioden."


def test_years() -> None:
    finding = "Antalet rapporterade händelser kan inte jämföras."
    assert years_alt(FOUR_YEARS, LABELS, breaks={"2020": "ny app"}, finding=finding) == (
        "Små diagram, ett för varje miljö, med rapporterade händelser per period, 2018–2021, på en gemensam skala från "
        "noll. Autonoma miljön. 2018: 3; 2019: 5–9; 2020: inga (0); 2021: uppgift saknas. "
        "Vit makt-miljön. 2018: inte tillfrågad; 2019: uppgift saknas; 2020: 2, delvis; 2021: minst 500. "
        f"Där två tal står ligger antalet någonstans från det lägre till det högre. {TOLD_PARTLY} "
        "Underlaget ändrades från och med 2020: ny app. Antalet rapporterade händelser kan inte jämföras."
    )


def test_missing_neighbours_are_told_together() -> None:
    told = years_alt(counts({"autonom": [MISSING, MISSING, UNASKED, EXACT]}, YEARS), LABELS)
    assert "2018–2019: uppgift saknas; 2020: inte tillfrågad; 2021: 3." in told


def test_few_is_said_in_words_and_digits() -> None:
    assert "2021: enstaka (1–4)." in years_alt(counts({"autonom": [(1, 4, "observed")]}, ["2021"]), LABELS)


def test_previous() -> None:
    frame = counts({"autonom": [BAND, EXACT], "vit_makt": [MISSING, PARTLY]}, ["2020", "2021"])
    assert previous_alt(frame, LABELS) == (
        "Liggande diagram med rapporterade händelser under 2020 och 2021, på en gemensam skala från "
        "noll. Autonoma miljön. 2020: 5–9; 2021: 3. Vit makt-miljön. 2020: uppgift saknas; 2021: 2, delvis. "
        f"Där två tal står ligger antalet någonstans från det lägre till det högre. {TOLD_PARTLY}"
    )


def test_a_first_year_says_that_nothing_was_before() -> None:
    told = previous_alt(counts({"autonom": [ZERO]}, ["2021"]), LABELS)
    assert "under 2021, på en gemensam skala från noll. Ingen tidigare period är med." in told


def test_tertials_and_graffiti() -> None:
    tertials = counts({"autonom": [EXACT, ZERO, BAND]}, ["T2 2020", "T3 2020", "T1 2021"])
    assert "per tertial, T2 2020–T1 2021," in timeline_alt(tertials, LABELS)
    frame = counts({"coded": [EXACT], "all": [(1467, 1467, "observed")]}, ["2021"], "series")
    told = graffiti_alt(frame, {"coded": "Kopplat", "all": "Allt klotter"})
    assert "Skalorna är olika men båda börjar på noll. Kopplat. 2021: 3. Allt klotter. 2021: 1\u00a0467." in told


def test_matrix() -> None:
    told = matrix_alt(matrix_frame(), LABELS, TYPES)
    assert "Klotter. Autonoma miljön: 3; Vit makt-miljön: inga (0)." in told
    assert "Symbol. Autonoma miljön: uppgift saknas; Vit makt-miljön: 5–9." in told


def test_coverage() -> None:
    assert coverage_alt(coverage_frame(), SOURCES, LABELS) == (
        "Rutnät med en rad för varje källa och en kolumn för varje månad, december 2020–januari 2021. "
        "IA. Levererat december 2020; uppgift saknas januari 2021. "
        "Lokalpolisen. Levererat: inget att rapportera december 2020; inte tillfrågad januari 2021. "
        "SISAB. Levererat december 2020–januari 2021."
    )


def test_survey() -> None:
    assert survey_alt(SURVEY.astype({"x": "Int64", "n": "Int64"}), finding="Fynd.") == (
        "Liggande diagram som för varje fråga har hur många av de svarande som svarade så, på en skala från inga till "
        "alla. Känner till rutinen. 2020: inte tillfrågad; 2021: 38 av 52 (60–83 procent). "
        "Vet vem som är samordnare. 2020: 0 av 60 (0–6 procent); "
        "2021: 52 av 52 (93–100 procent). Inom parentes står 95 procents osäkerhetsintervall. Fynd."
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_COUNT, min_size=1, max_size=12))
def test_the_chart_can_be_drawn_again(cells: list[Count]) -> None:
    """Reading the text back gives the same ends for the same years, and the same gaps."""
    periods = [str(2010 + n) for n in range(len(cells))]
    told = years_alt(counts({"autonom": cells}, periods), LABELS)
    assert not DIRECTION.search(told.replace("från det lägre till det högre", ""))
    row = told.split("Autonoma miljön. ")[1].split(". ")[0].rstrip(".").replace("\u00a0", "")
    read: dict[str, tuple[int | None, int | None]] = {}
    for name, text in (value.split(": ", 1) for value in row.split("; ")):
        first, _, last = name.partition("–")
        ends = [int(end) for end in re.findall(r"\d+", text)]
        both = (None, None) if not ends else (ends[0], None if text.startswith("minst") else ends[-1])
        read |= {str(year): both for year in range(int(first), int(last or first) + 1)}
    assert read == {period: cell[:2] for period, cell in zip(periods, cells, strict=True)}


def test_equal_cells_give_equal_text_whatever_lies_behind() -> None:
    """`reports` may differ between two editions with equal bands; nothing of it is told."""
    frame = counts({"autonom": [BAND, OPEN]}, ["2020", "2021"])
    other: pd.DataFrame = frame.assign(reports=pd.array([5, 9], dtype="Int64"))
    assert years_alt(frame, LABELS) == years_alt(other, LABELS)
