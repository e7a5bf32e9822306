"""`vbe profile --all CYCLE` on a new district's folder: the raw files alone."""

import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.workspaces import deliver
from vbe_analysis.cli.main import main
from vbe_analysis.loaders.profiles.profile import Draft, parse_profile
from vbe_analysis.workspace.workspace import Workspace

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "vbe.toml", tmp_path)
    shutil.copytree(ROOT / "data" / "raw", tmp_path / "data" / "raw")
    return tmp_path


def test_every_undescribed_layout_of_a_cycle_gets_a_draft(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    letter = folder / "data" / "raw" / "2021" / "Följebrev.txt"
    letter.write_text("Hej!\n\nHär kommer underlaget.\n", encoding="utf-8")
    assert main(["--workspace", str(folder), "profile", "--all", "2021"]) == 0
    told = capsys.readouterr().out
    drafts = {p.stem: p.read_text(encoding="utf-8") for p in (folder / "data" / "profiles").glob("*.toml")}
    assert set(drafts) == {
        *("blankett", "ia", "polis", "sisab", "trafikkontoret"),
        *(
            "lagesbild_valdsbejakande_extremism",
            "results_survey",
        ),  # whose survey, the file does not say
    }
    assert 'source = "?"' in drafts["results_survey"]
    assert all(isinstance(parse_profile(text, "utkast.toml"), Draft) for text in drafts.values())
    assert "Följebrev.txt\n  Följebrev.txt: Filen innehåller ingen tabell" in told
    # two forms and those of earlier years are one profile, with the labels of all
    assert {'"Oro för enskild"', '"Hot eller kränkning"', '"Framgår inte"'} <= {
        line.split(" = ")[0] for line in drafts["blankett"].splitlines()
    }
    assert sum(text.count("GISSNING:") for text in drafts.values()) <= 60  # lines for a person to look at
    # what decides most is asked first
    asked = [line for line in drafts["trafikkontoret"].splitlines() if line.startswith("# 1.")]
    assert "Vad betyder tom miljö (184 av 411 rader)?" in asked[0]  # of all five years


# What a person answers where a draft asks: the start of the line -> its answer.
ANSWERS = {"source": "enkat_utb", "blank": "ej_vbe", '"Kränkande"': "ej_vbe"}
NAMES = {  # in the example's leveranser.xlsx
    "blankett": "blankett_formular",
    "blankettregister": "blankett_register",
    "lagesbild_valdsbejakande_extremism": "enkat",
    "results_survey": "enkat_utb",
}


def looked_through(path: Path) -> int:
    """Confirm every guess of a draft and answer its questions; returns how many lines a person had to touch."""
    lines, touched = path.read_text(encoding="utf-8").splitlines(), 0
    for at, line in enumerate(lines):
        if "GISSNING: " in line:
            touched += 1
            answers = ANSWERS if "survey" in path.name or "source" not in line else {"source": "enkat"}
            answer = next((code for start, code in answers.items() if line.startswith(start)), "?")
            lines[at] = line.replace("GISSNING: ", "").replace('"?"', f'"{answer}"')
    path.write_text("\n".join(lines), encoding="utf-8")
    return touched


@pytest.mark.slow
def test_five_cycles_from_raw_files_alone_give_the_same_events_and_answers(folder: Path) -> None:
    assert main(["--workspace", str(folder), "profile", "--all"]) == 0
    drafts = sorted((folder / "data" / "profiles").glob("*.toml"))
    assert sum(map(looked_through, drafts)) <= 45
    for path in drafts:
        path.rename(path.with_stem(NAMES.get(path.stem, path.stem)))
    mine, example = Workspace(folder), Workspace(ROOT)
    for cycle in example.cycles:
        drafted, written = (space.read_in(cycle, accept_rejects=True) for space in (mine, example))
        pd.testing.assert_frame_equal(drafted.events, written.events)
        order = ["file", "row", "question"]
        answers = (part.answers.sort_values(order, ignore_index=True) for part in (drafted, written))
        pd.testing.assert_frame_equal(*answers)


def test_nothing_is_overwritten_and_described_files_are_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--workspace", str(folder), "profile", "--all", "2021"])
    first = {p.name: p.read_bytes() for p in (folder / "data" / "profiles").glob("*.toml")}
    capsys.readouterr()
    shutil.copy(folder / "data/raw/2021/Avvikelser IA 2020-21.xlsx", folder / "data/raw/2021/1 kopia av det hela.xlsx")
    assert main(["--workspace", str(folder), "profile", "--all", "2021"]) == 0
    assert {p.name: p.read_bytes() for p in (folder / "data" / "profiles").glob("*.toml")} == first
    assert "Skrivna utkast: 0." in capsys.readouterr().out


def test_profile_asks_for_a_file_or_a_cycle(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--workspace", str(folder), "profile"]) == 2
    assert capsys.readouterr().err == "Ange en fil, eller --all.\n"


def test_a_draft_as_a_workbook_is_filled_in_and_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "data" / "raw" / "2021" / "Klotteranmälningar 2007-2104.csv"
    assert main(["--workspace", str(folder), "profile", str(file), "--excel"]) == 0
    assert "data/profiles/trafikkontoret.xlsx: frågor 2, gissningar att bekräfta 2" in capsys.readouterr().out
    path = folder / "data" / "profiles" / "trafikkontoret.xlsx"
    assert isinstance(Workspace(folder).profiles()["trafikkontoret"], Draft)
    book = openpyxl.load_workbook(path)
    assert [sheet.title for sheet in book] == [
        *("Kolumner", "Etiketter", "Inställningar"),
        "Listor",
        "Så här fyller du i",
    ]
    lists = {rule.formula1: str(rule.sqref) for rule in book["Kolumner"].data_validations.dataValidation}
    assert any(cells.startswith("E2:") for cells in lists.values())  # roles
    for sheet in (book["Kolumner"], book["Etiketter"], book["Inställningar"]):  # what a person does in Excel
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if cell.value == "gissning" and sheet.cell(cell.row, 2).value == "alla gula rader":
                    cell.value = "rätt"
                elif cell.value == "?" or '= "?"' in str(cell.value):
                    cell.value = str(cell.value).replace("?", "ej_vbe")
    book.save(path)
    profile = Workspace(folder).profiles()["trafikkontoret"]
    assert not isinstance(profile, Draft)
    assert profile.tables[0].columns[2].blank == "ej_vbe"
    (folder / "data" / "raw" / "2021" / "rattelser.xlsx").unlink()  # decisions on the other sources' files
    deliver(folder, [("trafikkontoret", "fil", file.name, "trafikkontoret", "2020-07", "2021-04")])
    assert len(Workspace(folder).read_in("2021", accept_rejects=True).events) > 80
