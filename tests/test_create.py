"""`vbe init` and `vbe new`, and what a spreadsheet program finds in the workbooks they make."""

import shutil
import tomllib
from pathlib import Path

import openpyxl
import pytest

from tests.workspaces import NAME, deliver, make, state, told, vbe
from vbe_analysis.cli.main import main
from vbe_analysis.workspace.workspace import Workspace

BOOK = "data/raw/2021/leveranser.xlsx"


def test_init_makes_a_workspace_that_can_be_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "Lägesbild åäö"
    assert main(["init", str(folder)]) == 0
    assert told(capsys) == (
        "Arbetsmappen Lägesbild åäö är skapad. Nästa steg: fyll i vbe.toml, lägg kontorens filer i data/raw/<omgång> "
        "och "
        "kör vbe new <omgång>.\n"
    )
    assert tomllib.loads((folder / "vbe.toml").read_text(encoding="utf-8"))["cycles"].keys() == {"2021"}
    assert Workspace(folder).cycles == ("2021",)
    assert {path.name for path in folder.iterdir()} == {".gitignore", "data", "notebooks", "reports", "vbe.toml"}
    assert {path.name for path in (folder / "notebooks").iterdir()} >= {"1_underlag.ipynb", "3_lagesbild.ipynb"}
    assert (folder / ".gitignore").read_text() == "*\n"  # nothing of it is ever committed by mistake


def test_init_leaves_a_workspace_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path / "ett")
    before = state(root)
    assert main(["init", str(root)]) == 1
    assert told(capsys) == "Mappen 'ett' är redan en arbetsmapp. Välj en annan mapp.\n"
    assert state(root) == before


def test_new_takes_over_what_last_cycle_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    (root / BOOK).unlink()
    (root / "data/raw/2021/Anna Andersson 811218-9876.csv").write_text("a", encoding="utf-8")
    (root / "data/raw/2021/vår").mkdir()
    (root / "data/raw/2021/vår/IA.csv").write_text("a", encoding="utf-8")
    last = [
        ("trafikkontoret", "fil", "TK.csv", "trafikkontoret", "2019-07", "2020-06", "2019-12"),
        ("trafikkontoret", "fil", "TK2.csv", "trafikkontoret"),  # a second file by the same profile
        ("ia", "ej levererat"),
        ("ia", "fil", "IA.xlsx", "ia", "", "", "", 30, "v2", "kom sent"),
    ]
    deliver(root, last, cycle="2020")
    assert vbe(root, "new", "2021") == 0
    assert told(capsys) == (
        "data/raw/2021/leveranser.xlsx är skapad. Nästa steg: lägg kontorens filer i mappen, fyll i arbetsboken och "
        "kör "
        "vbe status 2021.\n"
    )
    book = openpyxl.load_workbook(root / BOOK)
    rows = [tuple(row) for row in book["Leveranser"].iter_rows(min_row=2, values_only=True)]
    blank = (None,) * 4
    assert rows == [
        ("trafikkontoret", None, None, "trafikkontoret", *blank, None, None, None),
        ("ia", None, None, "ia", *blank, "v2", None, None),
        ("sisab", None, None, None, *blank, None, None, None),  # expected, and missing last year
    ]
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["Listor"].columns}
    assert lists["Fil"] == [NAME, "vår/IA.csv"]  # and no name with personal data
    assert lists["Profil"] == sorted(Workspace(root).profiles())
    assert lists["Källa"] == [*Workspace(root).vocabulary.sources]
    validated = {str(rule.sqref).split(":")[0] for rule in book["Leveranser"].data_validations.dataValidation}
    assert validated == {"A2", "B2", "C2", "D2"}
    corrections = openpyxl.load_workbook(root / "data/raw/2021/rattelser.xlsx")
    assert [cell.value for column in corrections["Listor"].columns for cell in column] == ["Fil", NAME, "IA.csv"]


def test_new_looks_further_back_where_a_cycle_was_left_out(tmp_path: Path) -> None:
    root = make(tmp_path)
    toml = (root / "vbe.toml").read_text(encoding="utf-8")
    (root / "vbe.toml").write_text(f"{toml}2022 = {{ start = 2021-07-01, end = 2022-06-30 }}\n", encoding="utf-8")
    shutil.move(root / "data/raw/2021", root / "data/raw/2020")
    assert vbe(root, "new", "2022") == 0
    rows = openpyxl.load_workbook(root / "data/raw/2022/leveranser.xlsx")["Leveranser"].iter_rows(min_row=2)
    assert [(row[0].value, row[3].value) for row in rows] == [("ia", "ia"), ("sisab", None)]


@pytest.mark.parametrize(
    ("cycle", "sentence"),
    [
        (
            "2021",
            "Omgången 2021 har redan en leveranser.xlsx. Fyll i den. Vill du börja om: flytta undan filen först.\n",
        ),
        (
            "2055",
            "vbe.toml: Omgången '2055' finns inte. Kända omgångar: 2020, 2021. Lägg till den under [cycles] i "
            "vbe.toml, eller välj en av de kända.\n",
        ),
    ],
)
def test_new_never_writes_over(cycle: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    before = state(root)
    assert vbe(root, "new", cycle) == 1
    assert told(capsys) == sentence
    assert state(root) == before


def test_new_tells_a_last_cycle_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    (root / BOOK).rename(tmp_path / "undan.xlsx")
    (root / "data/raw/2020").mkdir()
    (root / "data/raw/2020/leveranser.xlsx").write_bytes(b"x")
    assert vbe(root, "new", "2021") == 1
    assert told(capsys).startswith("leveranser.xlsx: Arbetsboken kan inte öppnas. Stäng den i andra program.")
    assert not (root / BOOK).exists()


def test_new_keeps_corrections_that_are_there(tmp_path: Path) -> None:
    root = make(tmp_path)
    (root / BOOK).unlink()
    (root / "data/raw/2021/rattelser.xlsx").write_bytes(b"mine")
    assert vbe(root, "new", "2021") == 0
    assert (root / "data/raw/2021/rattelser.xlsx").read_bytes() == b"mine"
