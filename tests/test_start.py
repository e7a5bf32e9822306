"""Notebook 0_start: started by a double click, in a real browser; and what it shows without either."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.canaries import CANARIES, found_in
from tests.checkers import browser_page
from tests.workspaces import TOML, told, xlsx
from vbe_analysis.chapter.notebook.run import run_notebook
from vbe_analysis.cli import mapping
from vbe_analysis.cli.main import main
from vbe_analysis.workspace.create import write_starters
from vbe_analysis.workspace.workspace import Workspace

NAME, BOOK = "Trygghetsvärdarnas lista 2021.xlsx", "data/profiles/trygghetsvardarnas_lista.xlsx"
HEADINGS = ("Datum", "Område", "Typ", "Miljö", "Beskrivning")
DAYS = [date(2020, 9, day) for day in range(1, 13)]
LABELS = ("Högerextremt", "Kränkande", "Högerextremt")
PATIENCE = 240  # seconds


def new_workspace(root: Path) -> Path:
    """A workspace as `vbe init` makes it, with a file of a new source and no profile."""
    assert main(["init", str(root)]) == 0
    (root / "vbe.toml").write_text(TOML, encoding="utf-8")
    texts = [f"{CANARIES[2]} ringde {CANARIES[0]} om dag {day}" for day in range(12)]
    rows = [
        (day, "Ekåsen", "Klotter", LABELS[n % 3], text) for n, (day, text) in enumerate(zip(DAYS, texts, strict=True))
    ]
    xlsx(root / "data/raw/2021" / NAME, [HEADINGS, *rows], sheet="Lista")
    return root


def answer(root: Path, sheet: str, row: str, column: str, value: str) -> None:
    """Write in the workbook's row of that label, heading or key, as a person does in Excel."""
    book = openpyxl.load_workbook(root / BOOK)
    headings = {cell.value: cell.column for cell in book[sheet][1]}
    (place,) = [cells[0].row for cells in book[sheet].iter_rows() if row in [cell.value for cell in cells]]
    book[sheet].cell(place, headings[column]).value = value
    book.save(root / BOOK)


def draft(root: Path) -> None:
    """A workbook for the new file."""
    assert main(["--workspace", str(root), "profile", "--all", "2021", "--excel"]) == 0


def read(root: Path) -> mapping.Mapped:
    """What the workbook gives of the file now."""
    return mapping.read_mapping(Workspace(root), "2021", root / BOOK)


def texts_of(mapped: mapping.Mapped) -> str:
    """All that the notebook shows of it."""
    tables = [view(mapped) for view in (mapping.left_to_do, mapping.columns, mapping.labels, mapping.unread)]
    return "\n".join(
        [mapping.summary(mapped).markdown, *(cell for table in tables for row in table.cells for cell in row)]
    )


@pytest.fixture
def root(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = new_workspace(tmp_path / "mapp")
    draft(made)
    told(capsys)
    return made


def test_a_draft_shows_what_it_gives_with_its_questions_open(root: Path) -> None:
    mapped = read(root)
    assert mapping.summary(mapped).markdown.splitlines()[:3:2] == [
        f"Arbetsboken `{BOOK}`, omgången 2021. Den läser `{NAME}`.",
        "**Händelser om våldsbejakande extremism: 12** (rapporter: 12). Vit makt-miljön: 8; väntar på svar: 4. "
        "Rader i filerna: 13 = inlästa 12 + räknas inte enligt regel 1 + utelämnade 0.",
    ]
    kinds = [(row[1], row[2]) for row in mapping.left_to_do(mapped).cells]
    assert kinds == [("fråga", "Kränkande"), ("fråga", "source"), ("gissning", "Datum"), ("gissning", "Miljö")]
    rows = {row[0]: row[1:] for row in mapping.columns(mapped).cells}
    assert rows["(plats i filen)"][2:] == ("Lista, rad 2", "Lista, rad 3", "Lista, rad 4")
    assert rows["Datum"] == ("datum", "gissning", "2020-09-01", "2020-09-02", "2020-09-03")
    assert rows["Miljö"] == ("miljö", "gissning", "Vit makt-miljön", "väntar på svar", "Vit makt-miljön")
    assert mapping.labels(mapped).cells[-1] == ("Miljö", "Kränkande", "4", "väntar på svar", "fråga")
    first = mapping.unread(mapped).cells[0]
    assert first == ("kolumn", "Beskrivning", "troligen personuppgifter, ifyllda celler: 12")
    assert found_in(texts_of(mapped)) == []


def test_an_answer_in_the_workbook_changes_what_is_shown(root: Path) -> None:
    answer(root, "Etiketter", "Kränkande", "Kod", "ej_vbe")
    answer(root, "Inställningar", "source", "Värde", "ia")
    for heading in ("Datum", "Miljö"):
        answer(root, "Kolumner", heading, "Kontroll", "rätt")
    mapped = read(root)
    assert mapping.left_to_do(mapped).cells == (("Inget att visa",),)
    text = mapping.summary(mapped).markdown
    assert "extremism: 8** (rapporter: 12). Vit makt-miljön: 8; Utan koppling till våldsbejakande extremism: 4." in text
    assert text.endswith("Inget är kvar att göra i arbetsboken.")


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "told"),
    [
        ("Etiketter", "Kränkande", "Kod", "vänster", "använder koden 'vänster', som inte finns"),
        ("Etiketter", "Klotter", "Etikett", "Klotet", "'Klotter' är en okänd etikett"),
        ("Kolumner", "Datum", "Roll", "tidpunkt", "tidpunkt"),
        ("Kolumner", "Beskrivning", "Roll", "miljö", "troligen personuppgifter"),
        ("Inställningar", "source", "Värde", "vardar", "Källan är okänd."),
    ],
)
def test_a_mistake_in_the_workbook_is_told_and_no_cell_is_shown(
    root: Path, sheet: str, row: str, column: str, value: str, told: str
) -> None:
    answer(root, sheet, row, column, value)
    mapped = read(root)
    assert any(told in line[2] for line in mapping.left_to_do(mapped).cells if line[1] == "fel")
    assert found_in(texts_of(mapped)) == []


def test_what_a_person_writes_in_the_workbook_passes_the_gate(root: Path) -> None:
    answer(root, "Kolumner", "Beskrivning", "Rubrik", CANARIES[1])
    answer(root, "Etiketter", "Kränkande", "Etikett", CANARIES[2])
    assert found_in(texts_of(read(root))) == []


def test_a_file_that_no_pattern_fits_is_told(root: Path) -> None:
    answer(root, "Inställningar", "files", "Värde", "Något annat*.xlsx")
    mapped = read(root)
    assert "Ingen fil i omgången passar" in mapping.summary(mapped).markdown
    assert mapping.columns(mapped).cells[0][-1] == "–"


@pytest.mark.chapter
def test_without_ipywidgets_it_names_the_commands(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    shown = notebook_text(root)
    assert "Kör i ett kommandofönster i arbetsmappen: `vbe new 2021`." in shown
    assert "kör `vbe profile --all 2021 --excel` i ett kommandofönster" in shown
    assert "väntar på svar: 4" in shown
    (root / "vbe.toml").write_text("district = [", encoding="utf-8")
    assert notebook_text(root).count("vbe.toml: ") == 10  # in each of its parts, and never a traceback
    monkeypatch.setattr(mapping, "summary", broken := lambda mapped: mapped[CANARIES[0]])
    assert broken and found_in(notebook_text(root)) == []


def notebook_text(root: Path) -> str:
    """The notebook run from top to bottom; all that its cells show."""
    cells = run_notebook(root / "notebooks/0_start.ipynb", {"cycle": "2021"})["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output["output_type"] == "error"] == []
    return "\n".join(output["data"].get("text/markdown") or output["data"]["text/html"] for output in outputs)


def test_the_starters_are_those_of_this_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/Åsas 100 % 'miljö'/python")
    (tmp_path / "notebooks").mkdir()
    write_starters(tmp_path)
    windows = (tmp_path / "Starta.cmd").read_bytes()
    assert windows.count(b"\r\n") == windows.count(b"\n")
    lines = windows.decode("utf-8").splitlines()
    assert lines[:3] == ["@echo off", "chcp 65001 >nul", 'pushd "%~dp0"']
    assert lines[3] == "set \"PYTHON=/opt/Åsas 100 %% 'miljö'/python\""
    assert (tmp_path / "Starta.command").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "notebooks/0_start.ipynb").is_file()  # also in a workspace of an earlier version
    before = (tmp_path / "Starta.command").stat().st_mtime_ns
    write_starters(tmp_path)
    assert (tmp_path / "Starta.command").stat().st_mtime_ns == before


@pytest.mark.process
def test_a_starter_says_that_its_program_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "Södra mappen"
    (folder / "notebooks").mkdir(parents=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "Åsas miljö" / "python"))
    write_starters(folder)
    run = subprocess.run([folder / "Starta.command"], cwd="/", capture_output=True, encoding="utf-8")
    assert (run.returncode, run.stderr) == (1, "")
    assert run.stdout.splitlines()[0] == f'Programmet finns inte längre på sin plats: "{tmp_path}/Åsas miljö/python"'


def test_lab_wants_a_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--workspace", str(tmp_path), "lab"]) == 1
    assert "är ingen arbetsmapp: vbe.toml saknas." in told(capsys)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def started(root: Path, own: Path) -> Iterator[str]:
    """Starta.command at work; yields the address that it opens in the user's browser."""
    (own / "inst").mkdir()
    (own / "inst/jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}', encoding="utf-8")
    browser, opened = own / "browser", own / "opened"
    browser.write_text(f'#!/bin/sh\necho "$1" > {shlex.quote(str(opened))}\n', encoding="utf-8")
    browser.chmod(0o700)
    settings = {"HOME": str(own), "JUPYTER_CONFIG_DIR": str(own / "inst"), "BROWSER": f"{browser} %s"}
    running = subprocess.Popen(
        [root / "Starta.command"], cwd="/", env={**os.environ, **settings}, stdout=subprocess.PIPE
    )
    try:
        until = time.monotonic() + PATIENCE
        while not (opened.is_file() and opened.read_text(encoding="utf-8").strip()):
            assert running.poll() is None and time.monotonic() < until, "JupyterLab did not start"
            time.sleep(0.2)
        page = Path(opened.read_text(encoding="utf-8").strip().removeprefix("file://"))
        address = re.search(r"url=([^\"]+)", page.read_text(encoding="utf-8"))
        assert address
        yield address[1]
    finally:
        running.terminate()
        running.wait(30)


@pytest.mark.browser
def test_a_double_click_opens_it_and_its_buttons_do_the_steps(tmp_path: Path) -> None:
    root = new_workspace(tmp_path / "Södra mappen på disk å")
    with started(root, tmp_path) as address, browser_page(1280, "light") as (page, asked):
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(address)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.locator(".lm-MenuBar-item", has_text="Run").click()
        page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
        shows(
            page, "låt programmet beskriva filerna med vbe profile --all --excel, svara på frågorna i data/profiles och"
        )
        shows(page, "Gör utkast i Excel (vbe profile --all --excel)")
        shows(page, f"Filer i omgången 2021 som saknar profil: {NAME}.")
        press(page, "Gör utkast i Excel (vbe profile --all 2021 --excel)")
        shows(page, "frågor 2, gissningar att bekräfta 2")  # as the command says it
        shows(page, "väntar på svar: 4.")
        answer(root, "Etiketter", "Kränkande", "Kod", "autonom")
        press(page, "Läs om")
        shows(page, "Autonoma miljön: 4; Vit makt-miljön: 8.")
        press(page, "Fyll i leveranser.xlsx (vbe new 2021)")
        shows(page, "data/raw/2021/leveranser.xlsx är skapad.")
        shows(page, "fyll i leveranser.xlsx, kör vbe check 2021 tills inga fel är kvar och sedan vbe ingest 2021")
        assert (root / "data/raw/2021/leveranser.xlsx").is_file()
        shutil.copy(root / BOOK, root / "data/profiles/annan.xlsx")
        press(page, "Läs om")
        shows(page, "Arbetsboken data/profiles/annan.xlsx, omgången 2021.")
        page.locator(".widget-dropdown select").select_option(label=f"{Path(BOOK).name} (inte klar)")
        shows(page, f"Arbetsboken {BOOK}, omgången 2021.")
        assert page.get_by_text("Jupyter news").count() == 0
        assert found_in(page.content()) == []
        hosts = {url.split("/")[2] for url in asked if url.startswith("http")}
        assert hosts == {address.split("/")[2]}


def press(page: Any, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).first.click()


def shows(page: Any, text: str) -> None:
    """Wait until the notebook shows the text in a cell."""
    page.locator(".jp-OutputArea", has_text=text).first.wait_for()
