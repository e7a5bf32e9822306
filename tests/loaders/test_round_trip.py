"""What is written is read: tables made up by Hypothesis, by writers that are not ours, in every format that is read."""

import csv
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.loaders.hostile import plain, rows_of
from tests.loaders.writers import (
    Table,
    by_hand,
    by_hand_ods,
    by_openpyxl,
    by_python_docx,
    by_xlwt,
    csv_text,
)
from vbe_analysis.loaders.files.files import read_file

LETTERS = "abcåäöÅÄÖé019 .-=+@<&>'\"/()"
ODD = ["007", "NA", "None", "TRUE", "1,5", "2021-03-05", "=1+1", "<5", "a\nb", "a\tb", "  x ", "1E300", "å" * 300]
TEXTS = st.sampled_from(ODD) | st.text(alphabet=LETTERS, min_size=1, max_size=12)
WORDS = st.text(alphabet="abcåäöÅÄÖé019 .-=+@<>'/()", min_size=1, max_size=12)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4))
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2030, 12, 31)).map(lambda at: at.replace(microsecond=0))
TYPED = st.none() | TEXTS | NUMBERS | st.booleans() | DAYS | MOMENTS


def tables(cells: st.SearchStrategy[object], rows: int = 1, columns: int = 1) -> st.SearchStrategy[Table]:
    """Rectangular tables."""
    return st.integers(columns, 5).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=rows, max_size=6)
    )


def expected(table: Table) -> dict[int, list[object]]:
    """The table as a reader should give it."""
    rows = {}
    for number, cells in enumerate(table, start=1):
        values = [None if isinstance(cell, str) and not cell.strip() else plain(cell) for cell in cells]
        while values and values[-1] is None:
            values.pop()
        if values:
            rows[number] = values
    return rows


def read_back(write: Callable[[Path], object], name: str) -> dict[int, list[object]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return rows_of(read_file(path))


pytestmark = pytest.mark.slow
tried = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@tried
@given(tables(TYPED))
def test_a_workbook_by_openpyxl(table: Table) -> None:
    assert read_back(lambda path: by_openpyxl(path, table), "fil.xlsx") == expected(table)


@tried
@given(tables(TYPED), st.integers(0, 10**9))
def test_a_workbook_by_hand(table: Table, seed: int) -> None:
    assert read_back(lambda path: by_hand(path, table, seed), "fil.xlsx") == expected(table)


@tried
@given(tables(TYPED))
def test_a_workbook_of_1997(table: Table) -> None:
    pytest.importorskip("xlwt")
    assert read_back(lambda path: by_xlwt(path, table), "fil.xls") == expected(table)


@tried
@given(tables(TYPED))
def test_an_open_document(table: Table) -> None:
    assert read_back(lambda path: by_hand_ods(path, table), "fil.ods") == expected(table)


@tried
@given(tables(st.none() | TEXTS))
def test_a_word_document(table: Table) -> None:
    assert read_back(lambda path: by_python_docx(path, table), "fil.docx") == expected(table)


@tried
@given(
    tables(TEXTS, rows=3, columns=2),
    st.sampled_from(";,\t|"),
    st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")),
    st.sampled_from(("\n", "\r\n")),
)
def test_a_text_file_with_every_field_quoted(table: Table, delimiter: str, encoding: str, line_end: str) -> None:
    text = csv_text(table, delimiter, csv.QUOTE_ALL, line_end)
    rows = read_back(lambda path: path.write_bytes(text.encode(encoding)), "fil.csv")
    assert list(rows.values()) == list(expected(table).values())


@tried
@given(
    tables(WORDS, rows=3, columns=2),
    st.sampled_from(";,\t|"),
    st.sampled_from(("utf-8", "utf-16-le", "cp1252")),
    st.sampled_from(("\n", "\r\n")),
)
def test_a_text_file_with_few_quotes(table: Table, delimiter: str, encoding: str, line_end: str) -> None:
    text = csv_text(table, delimiter, csv.QUOTE_MINIMAL, line_end)
    rows = read_back(lambda path: path.write_bytes(text.encode(encoding)), "fil.csv")
    assert rows == expected(table)
