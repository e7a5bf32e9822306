"""Bands: what a count is shown as, the same wherever it is shown."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbe_analysis.disclosure.bands import OPEN, Ladder, label, phrase, protected_phrase, total, widen, widen_counts
from vbe_analysis.disclosure.policy import disclosure
from vbe_analysis.errors import VbeError
from vbe_analysis.frames import COUNTS, NOT_DELIVERED, OBSERVED, conform

LADDERS = [ladder for policy in disclosure().policies.values() for ladder in policy.ladders]
COUNTED = st.integers(0, 700)


@given(st.sampled_from(LADDERS), COUNTED, COUNTED)
def test_a_band_holds_its_count_and_depends_on_the_count_alone(ladder: Ladder, one: int, other: int) -> None:
    low, high = ladder.band(one)
    assert low <= one <= high
    assert (ladder.band(other) == (low, high)) == (low <= other <= high)


@given(st.sampled_from(LADDERS), COUNTED, COUNTED)
def test_the_hull_of_an_interval_holds_it_and_widening_twice_changes_nothing(
    ladder: Ladder, one: int, other: int
) -> None:
    low, high = widen(ladder, min(one, other), max(one, other))
    assert low <= min(one, other) and max(one, other) <= high
    assert widen(ladder, low, high) == (low, high)


@pytest.mark.parametrize("policy", disclosure().policies.values(), ids=lambda policy: policy.name)
def test_each_repair_merges_whole_bands(policy) -> None:  # type: ignore[no-untyped-def]
    for finer, coarser in zip(policy.ladders, policy.ladders[1:], strict=False):
        for count in range(700):
            low, high = finer.band(count)
            assert coarser.band(count)[0] <= low and high <= coarser.band(count)[1]


def test_at_worst_a_merged_band_holds_its_lowest() -> None:
    first, wider, none = disclosure().policies["standard"].ladders
    worst = wider.lowest_of(first)
    assert [worst.band(count) for count in (0, 3, 7, 12)] == [(0, 0), (1, 4), (1, 4), (10, 19)]
    assert [none.lowest_of(wider).band(count) for count in (0, 3, 700)] == [(0, 0), (1, 9), (1, 9)]


def test_a_frame_is_widened_and_what_is_missing_stays_missing() -> None:
    counts = conform(
        pd.DataFrame(
            {
                "environment": ["vit_makt", "autonom", "vit_makt", "oklar"],
                "period": ["2020", "2020", "2021", "2021"],
                "low": [3, 0, 4, None],  # 4-6: some reports may be the same event
                "high": [3, 0, 6, None],
                "reports": [4, 0, 6, None],
                "status": [OBSERVED, OBSERVED, OBSERVED, NOT_DELIVERED],
                "months_covered": [12, 12, 12, 0],
            }
        ),
        COUNTS,
        ["environment"],
    )
    before = counts.copy()
    ladder = Ladder.of((0, 1, 5, 10))
    widened = widen_counts(counts, {"2020": ladder, "2021": ladder})
    assert widened["low"].tolist()[:3] == [1, 0, 1] and widened["high"].tolist()[:3] == [4, 0, 9]
    assert widened.loc[3, ["low", "high"]].isna().all()
    assert widened["reports"].isna().all()  # an exact number beside a band
    assert widened["status"].tolist() == counts["status"].tolist()
    pd.testing.assert_frame_equal(conform(widened, COUNTS, ["environment"]), widened)
    pd.testing.assert_frame_equal(counts, before)


def test_a_period_without_a_ladder_does_not_pass_as_it_is() -> None:
    counts = pd.DataFrame({"period": ["2021"], "low": [3], "high": [3], "reports": [3]})
    with pytest.raises(VbeError, match=r"no ladder for \['2021'\]"):
        widen_counts(counts, {"2020": Ladder.of((0, 1))})


@given(st.lists(st.tuples(COUNTED, COUNTED).map(sorted).map(tuple), max_size=4))
def test_a_total_is_the_sum_of_the_ends(intervals: list[tuple[int, int]]) -> None:
    assert total(*intervals) == (sum(one[0] for one in intervals), sum(one[1] for one in intervals))


def test_a_total_with_an_open_end_is_open() -> None:
    assert total((500, OPEN), (12, 12), (500, OPEN)) == (1012, OPEN)


@pytest.mark.parametrize(
    ("interval", "in_table", "in_text"),
    [
        ((0, 0), "inga", "inga"),
        ((12, 12), "12", "12"),
        ((1, 4), "1–4", "enstaka (1–4)"),
        ((5, 9), "5–9", "5–9"),
        ((1, 9), "1–9", "1–9"),
        ((0, 4), "färre än fem, inklusive inga", "färre än fem, inklusive inga"),
        ((0, 9), "färre än tio, inklusive inga", "färre än tio, inklusive inga"),
        ((0, 19), "färre än 20, inklusive inga", "färre än 20, inklusive inga"),
        ((500, OPEN), "minst 500", "minst 500"),
        ((1012, OPEN), "minst 1\N{NO-BREAK SPACE}012", "minst 1\N{NO-BREAK SPACE}012"),
        ((1, OPEN), "rapporterade, antalet visas inte", "rapporterade, antalet visas inte"),
        ((0, OPEN), "antalet visas inte", "antalet visas inte"),
    ],
)
def test_labels(interval: tuple[int, int], in_table: str, in_text: str) -> None:
    assert label(*interval) == in_table and phrase(*interval) == in_text


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        ((0, 0), "inga"),
        ((1, 4), "enstaka (1–4, skyddat antal)"),
        ((5, 9), "5–9 (skyddat antal)"),
        ((0, 4), "färre än fem, inklusive inga (skyddat antal)"),
        ((500, OPEN), "minst 500"),
    ],
)
def test_a_protected_band_in_running_text(band: tuple[int, int], expected: str) -> None:
    assert protected_phrase(*band) == expected
