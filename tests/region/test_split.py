"""`vbe region split`: a list for the whole city, as a workbook for each district of its own rows, none lost."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.region.districts import District, make_region, named
from tests.workspaces import told, vbe, xlsx
from vbe_analysis.errors import InputError
from vbe_analysis.region.folder import Region, open_region
from vbe_analysis.region.split import split_file

HEADINGS = ("Datum", "Stadsdel", "Typ", "Antal")
ROWS = (
    ("Klotter i hela staden 2021", None, None, None),
    HEADINGS,
    (date(2021, 1, 3), "Bergets stadsdelsförvaltning", "Klotter", 1),
    (
        date(2021, 2, 4),
        " norrby ",
        "@SUM",
        2,
    ),  # a place of the other district; a text that no program may take for a formula
    (date(2021, 3, 5), "BERGETS stadsdelsförvaltning", "Affisch", 3),
    ("Summa", None, None, 6),
)


@pytest.fixture
def region(tmp_path: Path) -> Region:
    make_region(tmp_path / "stad", District("Bergets"))
    with (tmp_path / "stad" / "vbe.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[places]\nNorrby = "{named("Dalens")}"\n')
    return open_region(tmp_path / "stad")


def rows_in(path: Path) -> list[tuple[object, ...]]:
    return [tuple(row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)]


def test_each_district_gets_its_own_rows_and_every_row_is_told(region: Region, tmp_path: Path) -> None:
    result = split_file(region, xlsx(tmp_path / "Klotter 2021.xlsx", ROWS))
    assert {district: count for district, (_, count) in result.files.items()} == {
        named("Bergets"): 2,
        named("Dalens"): 1,
    }
    bergets, dalens = (rows_in(path) for path, _ in result.files.values())
    assert [row[1] for row in bergets[1:]] == ["Bergets stadsdelsförvaltning", "BERGETS stadsdelsförvaltning"]
    assert bergets[0] == dalens[0] == HEADINGS
    assert dalens[1][2:] == ("@SUM", 2)
    book = openpyxl.load_workbook(result.files[named("Dalens")][0])
    assert book.worksheets[0]["C2"].data_type == "s" and book.worksheets[0]["C2"].quotePrefix
    assert result.without == {"Händelser": (6,)}


def test_a_district_that_nobody_knows_stops_the_file(region: Region, tmp_path: Path) -> None:
    more = ((date(2021, 4, 1), "Någonstans", "Klotter", 1), (date(2021, 4, 2), "Sörby", "Klotter", 1))
    path = xlsx(tmp_path / "Klotter 2021.xlsx", [*ROWS, *more])
    with pytest.raises(InputError) as stopped:
        split_file(region, path)
    assert str(stopped.value).startswith(
        "Klotter 2021.xlsx, blad 'Händelser', kolumn 'Stadsdel', rad 7, 8: Raden har en stadsdel eller plats som "
        "regionen inte känner."
    )
    assert "Sörby" not in str(stopped.value)
    assert not (region.root / "delning").exists()


def test_the_column_can_have_another_heading(
    region: Region, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = [["SDN" if cell == "Stadsdel" else cell for cell in row] for row in ROWS]
    path = xlsx(tmp_path / "Klotter 2021.xlsx", renamed)
    assert vbe(region.root, "region", "split", str(path)) == 1
    assert "Inget blad har en kolumn med stadsdel" in told(capsys)
    assert vbe(region.root, "region", "split", str(path), "--column", "SDN") == 0
    assert told(capsys).splitlines() == [
        "Klotter 2021.xlsx är delad efter stadsdel:",
        "  delning/Bergets stadsdelsförvaltning: 2 rader",
        "  delning/Dalens stadsdelsförvaltning: 1 rader",
        "Blad 'Händelser', rad 6: ingen stadsdel står där. Raderna ges inte till någon.",
    ]


def test_a_hidden_column_goes_to_nobody(region: Region, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "Klotter 2021.xlsx", [(*row, "dolt" if at > 1 else None) for at, row in enumerate(ROWS)])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].column_dimensions["E"].hidden = True
    book.save(path)
    for file, _ in split_file(region, path).files.values():
        assert all("dolt" not in row for row in rows_in(file))
