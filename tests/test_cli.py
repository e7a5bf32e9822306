"""The commands from outside: what they say, how they end, and what they leave; in this process and in one of their "
"own."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.workspaces import HEADINGS, NAME, ROWS, make, text, told, vbe, xlsx
from vbe_analysis.cli.main import main
from vbe_analysis.workspace import status

PERSON = "Anna Andersson 811218-9876"
COMMANDS = (
    "init",
    "lab",
    "order",
    "new",
    "status",
    "inspect",
    "profile",
    "check",
    "ingest",
    "overlaps",
    "chapter",
    "publish",
    "export",
    "region",
    "plan",
    "followup",
    "review",
    "trends",
    "verify",
    "purge",
    "upgrade",
)


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`vbe` as a command of its own, started in `root`."""
    command = [sys.executable, "-c", "import sys; from vbe_analysis.cli.main import main; sys.exit(main())", *arguments]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}  # an old console must not break on an å
    return subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", env=environment)


@pytest.mark.process
def test_ingest_as_a_command_from_a_folder_inside(tmp_path: Path) -> None:
    root = make(tmp_path / "Lägesbild åäö")
    done = run(root / "data" / "raw", "ingest", "2021")
    assert (done.returncode, done.stderr) == (0, "Läser IA 2021.xlsx\n")
    assert done.stdout.splitlines() == [
        "Omgång 2021. Filer: 1. Rapporter: 3. Av dem om våldsbejakande extremism: 3. Av dem i perioden: 3.",
        "Rader i filerna: 4 = inlästa 3 + räknas inte enligt regel 1 + utelämnade 0.",
        "Sparat i data/processed.",
        "Underlag till kontoren: reports/2021/intern/underlag.html, reports/2021/intern/underlag.xlsx",
    ]
    quiet = run(root, "ingest", "2021", "--quiet")
    assert (quiet.returncode, quiet.stderr, quiet.stdout) == (0, "", done.stdout)


TERMINAL = """
import pty, sys
code = "from vbe_analysis.cli import progress\\nwith progress(False) as show: show('Läser åäö', 0.5)\\nprint('Klart')"
pty.spawn([sys.executable, "-c", code])
"""


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="systemet har ingen pty")
def test_a_terminal_has_a_bar_that_is_gone_in_the_end() -> None:
    own = {**os.environ, "TERM": "xterm", "COLUMNS": "60", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", TERMINAL], capture_output=True, encoding="utf-8", env=own)
    _, bar, gone, last, _ = done.stdout.split("\n")  # a carriage return is a line of its own to Python
    assert bar.rstrip() == "██████████░░░░░░░░░░  50% Läser åäö" and len(bar) == 59
    assert (gone, last) == (" " * 59, "Klart")


@pytest.mark.process
def test_a_stop_as_a_command(tmp_path: Path) -> None:
    done = run(make(tmp_path, [("210305", *ROWS[0][1:])]), "check", "2021", "--quiet")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "Omgång 2021 stoppades. Antal fel: 1. Inget har ändrats i data/processed.\nIA 2021.xlsx"
    )


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="Windows har andra rättigheter")
def test_what_is_written_is_for_the_writer_alone(tmp_path: Path) -> None:
    root = tmp_path / "ny"
    assert run(tmp_path, "init", str(root)).returncode == 0
    xlsx(root / "data/raw/2021/IA.xlsx", [HEADINGS, *ROWS])
    assert run(root, "new", "2021").returncode == 0
    mine = [root, *root.rglob("*")]
    others = [path for path in mine if path.name != "IA.xlsx" and stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert [path.relative_to(root) for path in others if path.parts[-2:] != ("raw", "2021")] == []
    assert stat.S_IMODE((root / "data").stat().st_mode) == 0o700
    ready = make(tmp_path / "klar")
    assert run(ready, "ingest", "2021", "--quiet").returncode == 0
    written = [*(ready / "data/processed/2021").rglob("*"), *(ready / "reports/2021").rglob("*")]
    assert len(written) == 8
    assert [path for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_ingest_takes_every_cycle_that_has_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    (root / "data/raw/2020").mkdir()
    assert vbe(root, "ingest", "--quiet") == 1
    said = told(capsys)
    assert "Omgång 2021. Filer: 1." in said  # one that stops does not keep the others from being read
    assert "Omgång 2020 stoppades. Antal fel: 1." in said
    assert [path.name for path in (root / "data/processed").iterdir()] == ["2021"]


def test_nothing_to_ingest_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    (root / "data/raw/2021").rename(tmp_path / "undan")
    assert vbe(root, "ingest") == 1
    assert told(capsys) == (
        "Ingen omgång har någon mapp ännu. Nästa steg: lägg kontorens filer i data/raw/<omgång> och kör vbe, "
        "som visar nästa steg.\n"
    )


def test_personal_data_in_columns_that_are_dropped_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    xlsx(root / "data/raw/2021" / NAME, [(*HEADINGS, "Fritext"), *((*row, PERSON) for row in ROWS)])
    assert vbe(root, "check", "2021", "--quiet") == 0
    said = told(capsys)
    assert (
        "  • Kolumner som troligen innehåller personuppgifter och inte läses in: 1. Underlaget visar vilka.\n"
    ) in said
    assert "Anna " not in said
    assert "kolumn F" not in said
    assert vbe(root, "status", "2021") == 0
    assert "kolumn F: Celler som troligen innehåller personuppgifter (namn, personnummer): 3." in told(capsys)


INSPECTED = {
    "file": "a.csv",
    "format": "csv",
    "encoding": "utf-8",
    "delimiter": ";",
    "sheets": [
        {
            "name": "",
            "rows": 4,
            "columns": 5,
            "header_row": 1,
            "hidden": False,
            "hidden_rows": [],
            "hidden_columns": [],
            "merged": [],
            "error_cells": [],
            "uncomputed": [],
        }
    ],
    "refused": None,
}


def test_inspect_prints_the_agreed_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = text(tmp_path / "a.csv", [HEADINGS, *ROWS])
    assert main(["inspect", str(file), "--json"]) == 0  # no workspace is needed
    assert json.loads(told(capsys)) == INSPECTED


def test_inspect_tells_what_hides_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = xlsx(tmp_path / "a.xlsx", [HEADINGS, *ROWS])
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    sheet.row_dimensions[3].hidden = sheet.column_dimensions["B"].hidden = True
    sheet["F2"] = "=1+1"
    sheet.merge_cells("A6:B7")
    book.create_sheet("Listor").append(["x"])
    book["Listor"].sheet_state = "hidden"
    book.save(file)
    assert main(["inspect", str(file)]) == 0
    assert told(capsys).splitlines() == [
        "a.xlsx: xlsx, teckenkodning –, skiljetecken –",
        "  Händelser: rader 4, kolumner 6, rubriker på rad 1",
        "    dolda rader: 3",
        "    dolda kolumner: B",
        "    sammanslagna celler: A6:B7",
        "    formler utan värde: F2",
        "  Listor: rader 1, kolumner 1, rubriker på rad –, dolt blad",
    ]


@pytest.mark.parametrize(
    ("content", "code"), [(None, "file_missing"), (b"", "file_empty"), (b"%PDF-1", "file_foreign")]
)
def test_inspect_ends_with_two_where_a_file_is_refused(
    content: bytes | None, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.xlsx"
    if content is not None:
        file.write_bytes(content)
    assert main(["inspect", str(file), "--json"]) == 2
    found = json.loads(told(capsys))
    assert found.keys() == INSPECTED.keys()
    assert (found["file"], found["sheets"], found["refused"]["code"]) == ("a.xlsx", [], code)
    assert main(["inspect", str(file)]) == 2
    assert told(capsys) == found["refused"]["message"] + "\n"


def test_inspect_shows_no_name_with_personal_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    xlsx(tmp_path / f"{PERSON}.xlsx", [HEADINGS, *ROWS], PERSON)
    for name in (f"{PERSON}.xlsx", f"{PERSON} 2.xlsx"):
        for how in ((), ("--json",)):
            main(["inspect", str(tmp_path / name), *how])
    said = told(capsys)
    assert not re.search("Anna|Andersson|811218", said)
    assert said.count("(namnet visas inte)") == 5
    assert said.count("blad 1") == 2


def test_help_is_swedish_and_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = told(capsys)
    assert ended.value.code == 0
    assert tuple(re.findall(r"^    (\w+) ", said, re.MULTILINE)) == COMMANDS
    assert not re.search(r"usage|optional|positional|show this|exit|choose|arguments", said)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_is_swedish(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "-h"])
    said = told(capsys)
    assert (ended.value.code, said.startswith(f"Användning: vbe {command} ")) == (0, True)
    assert not re.search(r"usage|optional|positional|show this|choose|arguments", said)


@pytest.mark.parametrize(
    "arguments", [["fel"], ["order"], ["ingest", "--fel"], ["chapter", "2021", "--edition", "hemlig"]]
)
def test_what_is_no_command_is_told_in_one_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    lines = told(capsys).splitlines()
    assert (ended.value.code, lines[-1]) == (2, "Kommandot gick inte att förstå. Kör vbe --help.")
    assert lines[0].startswith("Användning: vbe ")


def test_a_folder_that_is_no_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vbe(tmp_path) == 1
    assert told(capsys).startswith(f"Mappen '{tmp_path.name}' är ingen arbetsmapp: vbe.toml saknas.")


def test_publishing_wants_a_decision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vbe(make(tmp_path), "publish", "2021") == 1
    assert told(capsys).startswith("Det saknas uppgift om beslutet.")


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid"), reason="Windows har andra rättigheter")
def test_what_the_disk_refuses_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path)
    (root / "data/processed").rmdir()
    (root / "data/processed").write_bytes(b"")  # a file where the folder should be
    assert vbe(root, "ingest", "2021", "--quiet") == 1
    assert told(capsys) == (
        "En fil kunde inte läsas eller skrivas (Not a directory). Stäng arbetsmappens filer i andra program, "
        "kontrollera "
        "diskutrymme och rättigheter, och försök igen.\n"
    )


def test_a_mistake_of_ours_shows_no_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ValueError(PERSON)

    monkeypatch.setattr(status, "overview", broken)
    assert vbe(make(tmp_path)) == 1
    said = told(capsys)
    assert re.fullmatch(
        r"Programmet stannade av ett fel som det inte känner till: ValueError \(cli/folder\.py:\d+\)\. Skicka "
        r"den här raden till den som sköter programmet\. Ditt underlag är inte ändrat\.\n",
        said,
    )


@pytest.mark.process
def test_theplace_of_an_error_is_ours_whether_it_was_raised_here_or_in_another_process() -> None:
    import concurrent.futures
    import multiprocessing

    from vbe_analysis.cli.command import place_of
    from vbe_analysis.periods import swedish_months

    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        elsewhere = pool.submit(swedish_months, ("x",)).exception()
    try:
        swedish_months(("x",))
    except Exception as error:
        here = error
        here.__cause__ = ValueError("of a library, raised nowhere of ours")
    assert isinstance(elsewhere, Exception)
    assert place_of(elsewhere).startswith("periods.py:") and place_of(here).startswith("periods.py:")


LIBRARIES = ("matplotlib", "scipy", "narwhals", "openpyxl", "docx", "typst", "pikepdf", "mistune", "IPython", "pandas")


@pytest.mark.process
@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (("--help",), ()),
        (("--version",), ()),
        ((), ()),
        (("status", "2021"), ("openpyxl", "pandas")),  # leveranser.xlsx is read
        (("inspect", f"data/raw/2021/{NAME}"), ()),
    ],
)
def test_a_command_imports_only_what_it_needs(
    arguments: tuple[str, ...], needed: tuple[str, ...], tmp_path: Path
) -> None:
    root = make(tmp_path)
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    start = (
        "import sys, atexit; from vbe_analysis.cli.main import main; "
        f"atexit.register(lambda: print(*[name for name in {LIBRARIES!r} if name in sys.modules], file=sys.stderr)); "
        "sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", start, *arguments], cwd=root, capture_output=True, encoding="utf-8")
    assert done.returncode == 0
    assert set(done.stderr.splitlines()[-1].split()) <= {*needed}


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"vbe_analysis \d+\.\d+\.\d+\n", told(capsys))
