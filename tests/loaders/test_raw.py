from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbe_analysis.loaders.files.raw import RawSheet, Special, column_index, column_letter, columns_of, factorise

CELLS = st.one_of(
    st.none(), st.text(max_size=3), st.integers(0, 2), st.floats(0, 2), st.booleans(), st.just(date(2021, 1, 1))
)


@given(st.lists(CELLS, max_size=30))
def test_every_row_gets_its_own_cell_back_and_blank_is_none(cells: list[object]) -> None:
    column = factorise(cells)
    back = [column.cells[code] for code in column.codes]
    expected = [None if isinstance(cell, str) and not cell.strip() else cell for cell in cells]
    assert [(type(cell), cell) for cell in back] == [(type(cell), cell) for cell in expected]
    assert len({(type(cell), cell) for cell in column.cells}) == len(column.cells)
    assert column.codes.dtype == np.int32


@given(st.integers(0, 16_383))
def test_column_letters_go_there_and_back(index: int) -> None:
    assert column_index(column_letter(index)) == index


def test_a_correction_makes_a_new_sheet_and_leaves_the_old() -> None:
    sheet = RawSheet("B", range(3, 5), columns_of([["a", 1], ["b", Special.ERROR]], 2), error_cells=frozenset({(4, 1)}))
    corrected = sheet.with_cells({(4, 1): 7, (3, 0): None})
    assert [corrected.row(i) for i in (0, 1)] == [[None, 1], ["b", 7]]
    assert corrected.error_cells == frozenset()
    assert sheet.row(1) == ["b", Special.ERROR] and sheet.cell(4, 1) is Special.ERROR


@pytest.mark.parametrize("row", [2, 5])
def test_a_row_outside_the_sheet_is_a_key_error(row: int) -> None:
    with pytest.raises(KeyError):
        RawSheet("B", range(3, 5), columns_of([["a"], ["b"]], 1)).cell(row, 0)
