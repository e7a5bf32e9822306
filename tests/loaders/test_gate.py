"""What the gate need not search, and what it says of a long column."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.loaders.loading import load, text_file
from vbe_analysis.loaders.privacy.gate import HARMLESS, SEARCHED, kinds_in

PROFILE = """
[[tables]]
shape = "reports"
[[tables.columns]]
as = "date"
heading = ["Datum"]
[[tables.columns]]
as = "drop"
heading = ["Text"]
"""


@given(st.from_regex(HARMLESS, fullmatch=True))
def test_what_is_passed_by_never_holds_personal_data(text: str) -> None:
    assert kinds_in(text) == ""


@pytest.mark.parametrize("text", ["tfn 123456", "ring 1234567", "född850312", "f.850312", "lgh 1101"])
def test_a_few_digits_beside_a_word_that_says_what_they_are_are_searched(text: str) -> None:
    assert kinds_in(text) != ""
    assert not HARMLESS.fullmatch(text)


def test_a_long_dropped_column_is_searched_in_part_and_says_so(tmp_path: Path) -> None:
    rows = [["Datum", "Text"], *(["2021-01-01", f"ring 070-174 06 05, ärende {n}"] for n in range(SEARCHED + 500))]
    (notice,) = load(text_file(tmp_path / "lång.csv", rows), PROFILE).notices
    assert str(notice).startswith(
        f"lång.csv, kolumn B: Celler som troligen innehåller personuppgifter (telefonnummer): minst {SEARCHED}."
    )
    (notice,) = load(text_file(tmp_path / "kort.csv", rows[:4]), PROFILE).notices
    assert str(notice).startswith(
        "kort.csv, kolumn B: Celler som troligen innehåller personuppgifter (telefonnummer): 3."
    )
