import pytest

from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.html_tables import read_html as read_page
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.files.raw import Cell, RawSheet


def read_html(page: str, limits: Limits) -> list[RawSheet]:
    sheets, notices = read_page(page, limits)
    assert notices == []
    return sheets


def rows(sheet: RawSheet) -> list[list[Cell]]:
    return [sheet.row(index) for index in range(len(sheet.row_numbers))]


def test_spans_are_honoured_and_white_space_is_as_shown() -> None:
    (sheet,) = read_html(
        "<html><style>td {color: red}</style><table border=1><thead>"
        "<tr><th rowspan=2>Skola<th colspan='2'>Antal\n   2021</tr><tr><th>vår<th>höst</tr></thead>"
        "<tr><td>&Aring;by&nbsp;skola<br>norra</td><td>&lt;5</td></tr></table>",
        Limits(),
    )
    assert sheet.name == "tabell 1"
    assert rows(sheet) == [
        ["Skola", "Antal 2021", None],
        [None, "vår", "höst"],
        ["Åby\xa0skola\nnorra", "<5", None],
    ]
    assert sheet.merged == ((1, 0, 2, 0), (1, 1, 1, 2))


def test_tables_are_numbered_and_a_table_in_a_cell_is_its_own() -> None:
    page = "<table><tr><td>ytter<table><tr><td>inre</table> igen</td></tr></table><p>x<table><tr><td>2</table>"
    sheets = read_html(page, Limits())
    assert [(sheet.name, rows(sheet)) for sheet in sheets] == [
        ("tabell 1", [["ytter igen"]]),
        ("tabell 2", [["inre"]]),
        ("tabell 3", [["2"]]),
    ]


def test_hidden_rows_are_seen() -> None:
    (sheet,) = read_html("<table><tr><td>1<tr style='display: none'><td>2</table>", Limits())
    assert (sheet.hidden_rows, list(sheet.row_numbers)) == ({2}, [1, 2])


def test_a_span_below_the_last_row_is_cut() -> None:
    (sheet,) = read_html("<table><tr><td rowspan=65000>1<td>2</table>", Limits())
    assert (rows(sheet), sheet.merged) == ([["1", "2"]], ((1, 0, 1, 0),))


@pytest.mark.parametrize(
    ("cell", "code"),
    [("<td rowspan=65000 colspan=60>", "merged_size"), ("<td colspan=999999999>", "column_count")],
)
def test_spans_that_would_fill_the_memory_are_refused(cell: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_html(f"<table><tr>{cell}1</table>", Limits())
    assert caught.value.faults[0].code == code
