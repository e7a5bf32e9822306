"""`vbe init --like` and `--example`: a workspace from another one, or with the example's files."""

import shutil
import tomllib
from pathlib import Path

import pytest
from docx import Document

from tests.workspaces import TOML, make, state, told, vbe
from vbe_analysis.cli.main import main
from vbe_analysis.workspace.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
NAMES = {"district": "Stadsdelsförvaltningens namn", "board": "Stadsdelsnämndens namn", "area_name": "stadsdelsområdet"}
STARTERS = (
    "I mappen finns Starta.cmd (Windows) och Starta.command (Mac och Linux): dubbelklicka, så öppnas den i "
    "JupyterLab.\n"
)
MORE = """
diarienummer = 'EK 1'  # i toppen
template = "mallar/mall.docx"
"""
REST = """
[questions]
utbildning = "Har gått utbildningen"
[order]
contact = "Samordnare"
mailbox = "lagesbild@ekasen.se"  # vår egen
sending = "På filytan."
"""


def other(root: Path) -> Path:
    """A workspace with a template, questions, case numbers and files."""
    make(root)
    cycles = "2020 = { diarienummer = 'EK 2', start = 2019-07-01, end = 2020-06-30 }\n"
    cycles += '2021 = { start = 2020-07-01, end = 2021-06-30, diarienummer = "EK 3", deadline = 2021-08-20 }\n'
    head, _, _ = TOML.partition("2020 = {")
    (root / "vbe.toml").write_text("# Vår arbetsmapp\n" + MORE + head + cycles + REST, encoding="utf-8")
    (root / "mallar").mkdir()
    Document().save(str(root / "mallar/mall.docx"))
    return root


def test_like_takes_over_all_but_what_is_the_others_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(other(tmp_path / "ett"))
    assert main(["init", str(tmp_path / "två"), "--like", str(tmp_path / "ett")]) == 0
    assert told(capsys) == (
        "Arbetsmappen två är skapad efter ett: profiler, platser, frågor, mall och perioder. Nästa steg: skriv "
        "district, board, area_name och diarienummer i vbe.toml, och se över områden, platser och perioder.\n"
        + STARTERS
    )
    text = (tmp_path / "två/vbe.toml").read_text(encoding="utf-8")
    theirs, ours = tomllib.loads((tmp_path / "ett/vbe.toml").read_text(encoding="utf-8")), tomllib.loads(text)
    expected = {**theirs, **NAMES, "diarienummer": ""}
    expected["cycles"] = {name: {**span} for name, span in theirs["cycles"].items()}
    for span in expected["cycles"].values():
        del span["diarienummer"]
    expected["order"] = {**theirs["order"], "mailbox": ""}
    assert ours == expected
    assert text.startswith("# Vår arbetsmapp\n")
    assert "ekasen.se" not in text
    assert sorted(Workspace(tmp_path / "två").profiles()) == sorted(Workspace(tmp_path / "ett").profiles())
    assert (tmp_path / "två/mallar/mall.docx").read_bytes() == (tmp_path / "ett/mallar/mall.docx").read_bytes()
    assert [*(tmp_path / "två/data/raw").iterdir()] == []
    assert state(tmp_path / "ett") == before


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda root: (root / "vbe.toml").unlink(), "Mappen 'ett' är ingen arbetsmapp: vbe.toml saknas."),
        (
            lambda root: (root / "data/profiles/ia.toml").write_text("x", encoding="utf-8"),
            "ia.toml: Filen följer inte TOML:",
        ),
        (
            lambda root: (root / "mallar/mall.docx").unlink(),
            "ett/vbe.toml: Mallen 'mallar/mall.docx' finns inte. Lägg den i arbetsmappen, eller ta bort raden "
            "template.",
        ),
        (
            lambda root: (root / "vbe.toml").write_text(
                (root / "vbe.toml").read_text(encoding="utf-8").replace('"Ekåsens stadsdelsnämnd"', '"""Ekåsens\n"""'),
                encoding="utf-8",
            ),
            "vbe.toml i ett är skriven så att den inte går att ta över. Skriv district, board, area_name, "
            "diarienummer, mailbox och diarienummer under [cycles] på var sin rad, "
            "utan radbrytning i värdet, och försök igen.",
        ),
    ],
)
def test_what_cannot_be_taken_over_makes_nothing(
    spoil: object, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(spoil)
    spoil(other(tmp_path / "ett"))
    assert main(["init", str(tmp_path / "två"), "--like", str(tmp_path / "ett")]) == 1
    assert told(capsys).startswith(sentence)
    assert not (tmp_path / "två").exists()


def test_a_folder_inside_a_workspace_is_not_that_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other(tmp_path / "ett")
    assert main(["init", str(tmp_path / "två"), "--like", str(tmp_path / "ett/data")]) == 1
    assert told(capsys).startswith("Mappen 'data' är ingen arbetsmapp: vbe.toml saknas.")


def test_the_example_can_be_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--example"]) == 0
    assert told(capsys) == (
        "Arbetsmappen exempel är skapad, med exempelstadsdelens filer. Nästa steg: cd exempel och sedan vbe.\n"
        + STARTERS
    )
    for name in ("vbe.toml", "data/raw/2021/leveranser.xlsx", "data/raw/2021/texter/polisens_bild.md"):
        assert (tmp_path / "exempel" / name).read_bytes() == (ROOT / name).read_bytes()
    assert vbe(tmp_path / "exempel", "check", "2017", "--quiet") == 0
    told(capsys)
    assert main(["init", "--example"]) == 1
    assert told(capsys) == "Mappen 'exempel' är redan en arbetsmapp. Välj en annan mapp.\n"
    assert main(["init", "prov", "--example"]) == 0
    shutil.rmtree(tmp_path / "prov")


@pytest.mark.parametrize("arguments", [[], ["x", "--example", "--like", "y"], ["--like", "y"]])
def test_init_wants_a_folder(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", *arguments]) == 1
    assert told(capsys) == (
        "Kommandot behöver veta vilken mapp det ska skapa. Skriv vbe init MAPP, vbe init MAPP --like MAPP2 eller vbe "
        "init --example.\n"
    )
