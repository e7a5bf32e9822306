import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.delimited import _read_irregular, _read_regular, read_delimited
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.files.raw import Cell, RawSheet

FIELD = st.text(st.sampled_from('aå;," \n'), max_size=6)


def read(text: str) -> tuple[RawSheet, str | None]:
    return read_delimited(text.encode(), Limits())


def rows(sheet: RawSheet) -> list[list[Cell]]:
    return [sheet.row(index) for index in range(len(sheet.row_numbers))]


def test_title_and_total_rows_are_filled_with_blanks_and_a_trailing_delimiter_shifts_nothing() -> None:
    sheet, delimiter = read(
        "Uttag 2021\r\nDatum;Typ;Antal\r\n2021-01-02;Klotter;3;\r\n2021-01-03;<5;1 234,50\r\nSumma;4\r\n"
    )
    assert delimiter == ";"
    assert rows(sheet) == [
        ["Uttag 2021", None, None],
        ["Datum", "Typ", "Antal"],
        ["2021-01-02", "Klotter", "3"],
        ["2021-01-03", "<5", "1 234,50"],
        ["Summa", "4", None],
    ]
    assert (list(sheet.row_numbers), sheet.ragged) == ([1, 2, 3, 4, 5], frozenset())


def test_a_row_with_more_fields_is_marked_and_keeps_its_number() -> None:
    sheet, _ = read("a;b\n1;2\n3;4;5\n6;7; \n8;9\n")
    assert sheet.ragged == {3}
    assert rows(sheet)[3] == ["6", "7"]


def test_line_breaks_in_quotes_count_as_physical_lines() -> None:
    sheet, _ = read('a;b\n"x\ny;z";1\n\n2;"3 ""tum"""\n')
    assert list(sheet.row_numbers) == [1, 2, 4, 5]
    assert rows(sheet)[1:] == [["x\ny;z", "1"], [None, None], ["2", '3 "tum"']]


def test_a_line_break_outside_quotes_makes_both_halves_rejects() -> None:
    sheet, _ = read("a;b;c;d\n1;2;3;4\n5;text som\nbryts;7;8\n9;9;9;9\nSumma\n")
    assert sheet.ragged == {3, 4}


def test_a_stray_quote_stays_in_its_cell() -> None:
    sheet, _ = read('a;b\n"Nationell" affisch;1\n5" rör;2\n')
    assert rows(sheet)[1:] == [['"Nationell" affisch', "1"], ['5" rör', "2"]]


def test_rows_swallowed_between_two_quotes_are_marked() -> None:
    sheet, _ = read('a;b;c\n1;"2;3\n4;5;6"\n7;8;9\n7;8;9\n')
    assert sheet.ragged == {2}


def test_a_lone_carriage_return_stands_inside_its_cell() -> None:
    sheet, _ = read("a;b\r\n1;rad ett\rrad två\r\n3;4\r\n")
    assert rows(sheet)[1] == ["1", "rad ett\rrad två"]


def test_the_line_ends_of_old_macs() -> None:
    assert rows(read("a;b\r1;2\r")[0]) == [["a", "b"], ["1", "2"]]


def test_the_declared_delimiter_counts_as_a_line() -> None:
    sheet, delimiter = read("sep=,\nort;nu,b\n1;1,2\n")
    assert (delimiter, list(sheet.row_numbers), rows(sheet)[0]) == (",", [2, 3], ["ort;nu", "b"])


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1,5;2,5\n1,5;2,5\n", ";"),
        ("a\tb, c\n1\t2\n", "\t"),
        ("Titel; med semikolon\na,b,c\n1,2,3\n1,2,3\n", ","),
        ("a|b\n1|2\n", "|"),
        ("Titel\nUndertitel\nKälla\nOrt;Typ;Antal\n", ";"),
        (
            "Leveransnotering, 2021\n\n- Enkäten: 130 tillfrågade, 52 svar.\n- IA: hela perioden.\n- SISAB.\n- Ja.\n",
            None,
        ),
    ],
)
def test_the_delimiter_is_the_one_that_makes_a_table(text: str, delimiter: str | None) -> None:
    assert read(text)[1] == delimiter


def test_a_heading_wider_than_its_rows_is_kept_whole() -> None:
    sheet, _ = read("a;b;c;d\n1;2;3\n1;2;3\n1;2;3\n")
    assert (rows(sheet)[0], sheet.ragged) == (["a", "b", "c", "d"], frozenset())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'a;b\n1;"x\n2;y\n',
            "rad 2: Ett citattecken inleder en cell men avslutar den inte, så det går inte att säga var raden slutar. "
            "Rätta citattecknet på raden, eller be om uttaget som xlsx.",
        ),
        (
            'a;b\n1;"' + "x\n" * 21 + '"\n2;y\n',
            "rad 2: En cell är längre än 1 MB eller har fler än 20 radbrytningar. Troligen saknas ett citattecken. "
            "Rätta raden, eller be om uttaget som xlsx.",
        ),
        (
            ";".join("a" * 3000) + "\n",
            "Tabellen har 3000 kolumner. Gränsen är 2000. Ta bort de kolumner som inte behövs. I en textfil: "
            "kontrollera vilket tecken som skiljer kolumnerna åt.",
        ),
        (
            " \r\n;;\r\n",
            "Filen är tom. Be avsändaren skicka den igen. Tills den kommer: välj ej levererat i "
            "leveranser.xlsx, så står månaderna som saknade i kapitlet. Fanns det inget: välj inget att "
            "rapportera, så räknas de som levererade utan händelser.",
        ),
    ],
)
def test_what_cannot_be_told_apart_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value) == message


@given(st.lists(st.lists(FIELD, min_size=3, max_size=3), min_size=2, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_wrote_comes_back(table: list[list[str]], end: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator=end).writerows([["x", "y", "z"], *table])
    text = buffer.getvalue().rstrip("\r\n") + end
    fast, slow = _read_regular(text.encode(), ";", 0, Limits()), _read_irregular(text, ";", 0, Limits())
    expected = [[cell if cell.strip() else None for cell in row] for row in [["x", "y", "z"], *table]]
    assert rows(slow) == expected
    assert fast is not None and rows(fast) == expected
    assert list(fast.row_numbers) == list(slow.row_numbers)


@given(st.lists(st.lists(st.sampled_from(["", "a", "å b", '"q;r"', '"s\nt"']), min_size=1, max_size=6), min_size=1))
def test_the_fast_way_and_the_plain_way_agree_on_uneven_rows(table: list[list[str]]) -> None:
    text = "\n".join(["x;y;z", *(";".join(row) for row in table)]).rstrip("\n") + "\n"
    fast, slow = _read_regular(text.encode(), ";", 0, Limits()), _read_irregular(text, ";", 0, Limits())
    assert fast is not None
    assert (rows(fast), list(fast.row_numbers), fast.ragged) == (rows(slow), list(slow.row_numbers), slow.ragged)


def test_columns_are_encoded_only_when_asked_for() -> None:
    column = read("a;b\n1;x\n1;y\n")[0].columns[0]
    assert "codes" not in column.__dict__
    assert column.codes.tolist() == [0, 1, 1] and column.codes.dtype == np.int32
