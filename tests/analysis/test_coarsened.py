"""A closed cycle without day, area and place: later years count the same, or within intervals that hold the truth."""

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.analysis.truth_frames import CYCLES, events_of, needs_truth, period, report, truth_events
from vbe_analysis.analysis.counts import count_events
from vbe_analysis.analysis.overlaps import DECISIONS, coarsen_events, find_overlaps
from vbe_analysis.errors import InputError
from vbe_analysis.frames import COVERAGE, empty
from vbe_analysis.periods import Period, month_span

pytestmark = pytest.mark.slow

YEAR = period("2021")
KEYS = ([], ["environment"], ["event_type"])


def counted(events, overlaps, by, periods=(YEAR,)):
    found = count_events(events, empty(COVERAGE), by, list(periods), overlaps=overlaps)
    return found.set_index([*by, "period"])[["low", "high", "reports"]].dropna()


def coarse(events, overlaps, year=YEAR):
    found = coarsen_events(events, overlaps, year)
    assert set(found["area"]) | set(found["file"]) | set(found["sheet"]) <= {""}
    pd.testing.assert_frame_equal(coarsen_events(found, find_overlaps(found), year), found)  # again changes nothing
    return found


@needs_truth
def test_the_district_counts_the_same_by_month_and_everything_but_area():
    for cycle in CYCLES:
        events, year = truth_events()[truth_events()["cycle"] == cycle], period(cycle)
        overlaps = find_overlaps(events)
        found = coarse(events, overlaps, year)
        months = [Period(*month_span(month), month) for month in year.months]
        for by in KEYS:
            spans = [year, *months, *year.tertials()]
            pd.testing.assert_frame_equal(counted(found, None, by, spans), counted(events, overlaps, by, spans))
        # A duplicate's event stands in one of its sources, so that a source alone may have had more.
        mine, truth = counted(found, None, ["source"]), counted(events, overlaps, ["source"])
        assert (mine["low"] <= truth["low"]).all() and (mine["high"] >= truth["high"]).all()


SOURCES, PLACES = ("enkat", "ia", "sisab", "polis"), ("lodsby", "mistelvik")


@st.composite
def made(draw):
    """Reports on two days and in two areas, so that many may be one event; some decisions about them."""
    number = draw(st.integers(1, 8))
    events = events_of(
        *(
            report(
                draw(st.sampled_from(SOURCES)),
                draw(st.sampled_from(["2020-09-01", "2020-09-02"])),
                area=draw(st.sampled_from(PLACES)),
                environment=draw(st.sampled_from(["vit_makt", "autonom", "oklar"])),
                low=draw(st.integers(1, 3)),
            )
            for _ in range(number)
        )
    )
    ids = events["report_id"].tolist()
    chosen = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids), st.sampled_from(["samma", "olika"]))))
    return events, pd.DataFrame([("", *one) for one in chosen if one[0] != one[1]], columns=list(DECISIONS))


@given(made())
@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.generate))
def test_environments_are_equal_and_totals_hold_the_truth(case):
    events, decisions = case
    try:
        overlaps = find_overlaps(events, decisions)
    except InputError:  # decisions that contradict each other
        return
    found = coarse(events, overlaps)
    one = ["environment"]
    pd.testing.assert_frame_equal(counted(found, None, one), counted(events, overlaps, one))
    mine, truth = counted(found, None, []), counted(events, overlaps, [])
    assert (mine["reports"] == truth["reports"]).all()
    assert (mine["low"] <= truth["low"]).all() and (mine["high"] >= truth["high"]).all()
