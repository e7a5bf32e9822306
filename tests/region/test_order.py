"""`vbe region order`: one request to each source for the whole city, whose answer can be divided."""

from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.region.districts import CITY, District, make_region, named
from tests.workspaces import told, vbe
from vbe_analysis.region.folder import open_region
from vbe_analysis.region.split import split_file

MORE = """
sources_expected = ["sisab"]
diarienummer = "1.1-12/2021"
[order]
contact = "Samordnare mot våldsbejakande extremism"
mailbox = "lagesbild@provstaden.se"
sending = "Lägg filen på den säkra filytan."
"""


def city(root: Path, more: str = MORE) -> Path:
    make_region(root, District("Bergets"))
    path = root / "vbe.toml"
    text = path.read_text(encoding="utf-8").replace("end = 2021-06-30 }", "end = 2021-06-30, deadline = 2021-08-20 }")
    before, cycles = text.split("[cycles]")
    path.write_text(f"{before}{more}[cycles]{cycles}", encoding="utf-8")
    return root


def test_each_source_gets_one_letter_and_its_answer_can_be_divided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = city(tmp_path / "stad")
    assert vbe(root, "region", "order", "2021") == 0
    assert "begaran/2021/sisab/" in told(capsys)
    [letter] = (root / "begaran/2021/sisab").glob("*.docx")
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(letter)).paragraphs)
    assert "Skriv på varje rad vilken stadsdel den gäller" in text and "Det gäller Provstaden" in text
    [blank] = (root / "begaran/2021/sisab").glob("*.xlsx")
    book = openpyxl.load_workbook(blank)
    districts = [named(name) for name in CITY]
    assert set(districts) <= {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    sheet = next(sheet for sheet in book if any(cell.value == "Område" for row in sheet.iter_rows() for cell in row))
    heading = next(row for row in sheet.iter_rows() if any(cell.value == "Område" for cell in row))
    at = next(cell.column for cell in heading if cell.value == "Område")
    for place, district in enumerate(districts[:2], heading[0].row + 1):
        sheet.cell(place, 1, date(2021, 3, place % 28 + 1))
        sheet.cell(place, at, district)
    book.save(tmp_path / "svar.xlsx")
    result = split_file(open_region(root), tmp_path / "svar.xlsx")
    assert [count for _, count in result.files.values()] == [1, 1]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("", "Ingen källa är angiven att be om uppgifter."),
        ('sources_expected = ["sisa"]\n', "sisa"),
        ('sources_expected = ["sisab"]\n', "mailbox"),
    ],
)
def test_what_the_letters_lack_gets_a_sentence(
    more: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vbe(city(tmp_path / "stad", more), "region", "order", "2021") == 1
    assert sentence in told(capsys)
