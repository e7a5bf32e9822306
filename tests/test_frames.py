"""The door of the frames: what is no report is refused in words of ours, and no value is quoted."""

import pandas as pd
import pytest

from tests.analysis.truth_frames import events_of, report
from vbe_analysis.errors import VbeError
from vbe_analysis.frames import COUNTS, EVENTS, conform

SECRET = "Örtqvist"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"date_to": "2021-03-03"}, "date_to before date_from"),
        ({"low": 3, "high": 2}, "high before low"),
        ({"low": 0}, "low under 1"),
        ({"low": -1}, "low under 1"),
        ({"low": 1.5, "high": 2}, "low holds what is no count"),
        ({"low": None}, "missing value in low"),
        ({"low": SECRET}, "low holds what is no count"),
        ({"date_from": "2021-03-04 13:05"}, "date_from holds what is no date"),
        ({"date_from": pd.Timestamp("2021-03-04 13:05")}, "date_from holds what is no date"),
        ({"date_from": pd.Timestamp("2021-03-04", tz="Europe/Stockholm")}, "date_from holds what is no date"),
        ({"date_from": "2021-03-04T00:00:00+00:00"}, "date_from holds what is no date"),
        ({"date_from": pd.NaT}, "missing value in date_from"),
        ({"date_to": None}, "missing value in date_to"),
        ({"date_from": SECRET}, "date_from holds what is no date"),
        ({"source": None}, "missing value in source"),
        ({"not_counted": SECRET}, "value outside the closed list in not_counted"),
    ],
)
@pytest.mark.parametrize("others", [[], [report(), report()]], ids=["alone", "among others"])
def test_what_breaks_the_contract_is_refused_in_our_words(changed, words, others):
    with pytest.raises(VbeError) as told:
        events_of(*others, {**report(), **changed})
    assert words in str(told.value) and SECRET not in str(told.value)
    assert told.value.__cause__ is None and told.value.__suppress_context__ == (told.value.__context__ is not None)


def test_what_keeps_the_contract_comes_through() -> None:
    events = events_of(report(low=1, high=4), report(day="2021-03-04", to="2021-04-30"))
    assert events["high"].tolist() == [4, 1] and str(events["date_to"].dtype) == "datetime64[us]"
    assert conform(events, EVENTS).equals(events)
    empty = events_of()
    assert len(empty) == 0 and str(empty["date_from"].dtype) == "datetime64[us]"
    counts = {"period": "2021", "low": 0, "high": 0, "reports": 0, "status": "observed", "months_covered": 12}
    assert conform(pd.DataFrame([counts]), COUNTS)["low"].tolist() == [0]
