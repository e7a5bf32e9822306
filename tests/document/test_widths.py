"""Widths of columns: nothing overflows the page, and what can be read on one line is."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.document.specimen import ENVIRONMENTS, LONG
from vbe_analysis.document.parts import Table
from vbe_analysis.document.widths import column_widths

WORDS = st.text("abcåäö 0123456789–", max_size=60)


@given(st.integers(1, 14).flatmap(lambda n: st.lists(st.tuples(*[WORDS] * n), min_size=1, max_size=5)))
def test_columns_fill_between_half_and_all_of_the_width(cells: list[tuple[str, ...]]) -> None:
    rows = tuple(("Rad", *row) for row in cells)
    header = tuple(f"Kolumn {place}" for place in range(len(rows[0])))
    widths = column_widths(Table("t", "Titel", "Källa", header, rows))
    assert all(width > 0 for width in widths)
    assert 0.499 < sum(widths) < 1.001


def test_a_short_table_is_not_stretched_over_the_page() -> None:
    assert sum(column_widths(LONG)) < 0.6


def test_a_long_comment_gives_way_before_any_number() -> None:
    """The comment takes many lines; the interval beside it still stands on one."""
    comment = "Källan bytte system under året och talen går inte att jämföra med dem som lämnades tidigare. " * 3
    rows = tuple((*row[:4], comment) for row in ENVIRONMENTS.cells)
    widths = column_widths(replace(ENVIRONMENTS, cells=rows))
    assert widths[1] * 92 > len("Föregående")
