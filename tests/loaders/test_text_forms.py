"""Text files as office programs write them: cp1252, delimiters inside cells, protected cells, too few headings."""

from pathlib import Path

import pytest

from tests.loaders.files_made import written
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.delimited import read_delimited, to_utf8
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.files.raw import Cell
from vbe_analysis.loaders.values.cells import TextForm


def rows(text: str) -> tuple[list[list[Cell]], str | None]:
    sheet, delimiter = read_delimited(text.encode(), Limits())
    return [sheet.row(position) for position in range(len(sheet.row_numbers))], delimiter


@pytest.mark.parametrize(
    "text",
    ["Hot;Ordet ”tagg” och ’x’ – ej\n", "Pris;5 € … § 3, 20°\nÅr;½ m² ³\n", "Höger;”a” ”b” ”c” ”d”\n" * 3, "”\nå\n"],
)
def test_what_swedish_office_programs_put_in_is_cp1252(text: str) -> None:
    assert to_utf8(text.encode("cp1252")) == (text.encode(), "cp1252")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Höger;möte;föräldrar\n", "cp850"), ("Öppen;möten\n", "mac_roman"), ("möte;höger;söder\n", "cp850")],
)
def test_other_encodings_are_refused_until_the_profile_names_them(tmp_path: Path, text: str, encoding: str) -> None:
    path = written(tmp_path / "a.csv", text, encoding)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert str(caught.value) == (
        "a.csv: Det går inte att avgöra säkert hur textfilen är kodad, så å, ä och ö skulle kunna bli fel. Spara om "
        "filen som UTF-8 (i Excel: CSV UTF-8) och försök igen. Är kodningen känd: skriv den i profilen, under [file] "
        "(encoding)."
    )
    raw = read_file(path, form=TextForm(encoding=encoding))
    assert (raw.encoding, raw.sheets[0].row(0)) == (encoding, text.strip().split(";"))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Nr,År,Månad,Typ\n" + "1,2021,2,Klotter;Hot;Affisch\n" * 9, ","),
        ("Nr,Typ\n" + "1,a;b;c;d;e\n" * 9, ","),
        ('Nr,Typ\n1,"a;b"\n2,"c;d"\n', ","),
        ('"a;b","c;d"\n"e;f","g;h"\n', ","),
        ("Nr,Antal\n" + "1,a\tb\tc\n" * 5, ","),
        ("Ort;Andel\nA;1,5\nB;2,5\nC;3,5\n", ";"),
        ("Rapport, våren\nOrt;Andel;Antal\nA;1,5;2,5\nB;2,5;3,5\n", ";"),
        ("Ort;Text\nA;x, y, z\nB;x, y, z\n", ";"),
    ],
)
def test_separators_are_counted_outside_quotes_over_whole_rows(text: str, delimiter: str) -> None:
    assert rows(text)[1] == delimiter


def test_the_profile_may_name_the_delimiter(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a,b;c\n1,2;3\n")
    assert read_file(path, form=TextForm(delimiter=",")).sheets[0].row(0) == ["a", "b;c"]


@pytest.mark.parametrize(
    "text",
    ['a;b\n="007";="x;y"\n', 'a;b\n"=""007""";"x;y"\n', '="a";="b"\n="007";="x;y"\n'],
)
def test_cells_protected_from_excel_are_read_as_it_shows_them(text: str) -> None:
    assert rows(text)[0] == [["a", "b"], ["007", "x;y"]]


def test_row_numbers_without_a_heading_stand_under_a_blank_one() -> None:
    table, _ = rows('Titel\n"Datum";"Typ";"Antal"\n"1";"2021-03-05";"Hot";"2"\n"2";"2021-03-06";"Hot";"1"\n')
    assert table[1:3] == [[None, "Datum", "Typ", "Antal"], ["1", "2021-03-05", "Hot", "2"]]


@pytest.mark.parametrize(
    "text",
    [
        "Datum,Typ,Andel\n2021-03-05,Hot,2,5\n2021-03-06,Hot,1,5\n2021-03-06,Hot,1,0\n",
        "Datum,Typ,Andel\n2021-03-05,Hot,2,5\n2021-03-06,Hot,1\n2021-03-06,Hot,1,0\n",
        "Datum;Typ;Antal\nA7;2021-03-05;Hot;2\nA9;2021-03-06;Hot;1\n",
    ],
)
def test_rows_wider_than_their_headings_stop_with_one_fault(text: str) -> None:
    with pytest.raises(InputError) as caught:
        rows(text)
    assert str(caught.value) == (
        "rad 1: Rubrikraden har 3 fält men raderna under den har 4, så värden hamnar under fel rubrik. Det händer när "
        "ett decimalkomma delar ett tal i en fil där kommatecken skiljer kolumnerna åt, eller när en rubrik saknas. Be "
        "om uttaget som xlsx, eller som text med semikolon mellan kolumnerna och en rubrik över varje kolumn."
    )


@pytest.mark.parametrize("text", ["Anmälda;Brå\n\nOrt 1;2024;2025\nHot;1;2\n", "Anmälda;Brå\n;2024;2025\nHot;1;2\n"])
def test_a_title_above_the_headings_is_no_heading(text: str) -> None:
    assert rows(text)[0][-1] == ["Hot", "1", "2"]


def test_a_delimiter_at_the_end_of_every_row_is_no_column() -> None:
    table, _ = rows("a;b\n1;2;\n3;4;\n")
    assert [row[:2] for row in table] == [["a", "b"], ["1", "2"], ["3", "4"]]
