"""What each source delivered: the one reading that texts, tables and titles share."""

import pandas as pd

from vbe_analysis.chapter.data.source_months import gaps_of, source_months
from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING
from vbe_analysis.vocabulary import default_vocabulary

ROWS = [
    ("sisab", "", "2021-01", DELIVERED, False, None),
    ("sisab", "", "2021-02", DELIVERED, True, None),  # only inside a count that passes the boundary: a gap
    ("sisab", "", "2021-03", NOTHING, False, None),
    ("enkat", "", "2021-01", NOT_DELIVERED, False, 60),
    ("enkat", "", "2021-02", NOT_DELIVERED, False, 60),
    ("enkat", "", "2021-03", NOT_DELIVERED, False, 60),
    ("enkat", "autonom", "2021-01", DELIVERED, False, 60),  # one environment is not the source
    ("ia", "", "2021-01", NOT_ASKED, False, None),
    ("ia", "", "2021-02", NOT_ASKED, False, None),
    ("ia", "", "2021-03", NOT_ASKED, False, None),
]
COVERAGE = pd.DataFrame(ROWS, columns=["source", "environment", "month", "status", "straddled", "asked"])
COVERAGE = COVERAGE.assign(asked=COVERAGE["asked"].astype("Int64"), answered=pd.array([pd.NA] * 10, "Int64"))


def test_a_month_is_covered_missing_or_not_asked_for() -> None:
    months = source_months(COVERAGE, default_vocabulary())
    assert {source: own.covered for source, own in months.items()} == {"sisab": 2, "enkat": 0, "ia": 0}
    assert months["sisab"].missing == ("2021-02",)
    assert months["ia"].only(NOT_ASKED) and months["ia"].missing == ()
    assert (months["enkat"].asked, months["enkat"].answered) == (60, None)


def test_a_source_leaves_a_gap_where_it_was_asked() -> None:
    gaps = gaps_of(COVERAGE, default_vocabulary())
    assert {source: gap.all_missing for source, gap in gaps.items()} == {"sisab": False, "enkat": True}
