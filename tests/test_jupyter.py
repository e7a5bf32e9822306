"""The five notebooks in a real JupyterLab, in a real browser: what they show and save, and what its menu exports."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.chapter.situations import document, situation
from tests.checkers import browser_page
from tests.shared import copy, value_once
from tests.test_notebooks import NAMES
from vbe_analysis.chapter.notebook.collect import document_of
from vbe_analysis.document.parts import FIGURE_MIME, MIMES
from vbe_analysis.editions.build import contents
from vbe_analysis.storage import CHAPTER_NOTEBOOK, SLIDES_NOTEBOOK
from vbe_analysis.workspace.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.chapter]

TOKEN = "prov"
PATIENCE = 240  # seconds
# What a command answers may never come: nobody waits for it.
ASKED = "() => {{ jupyterapp.commands.execute('{}'); }}"
BOOK = "jupyterapp.shell.currentWidget"
READY = f"() => {BOOK}?.sessionContext?.session?.kernel?.status === 'idle' && {BOOK}.content.widgets.length > 3"
COUNTS = f"{BOOK}.content.widgets.filter(cell => cell.model.type === 'code').map(cell => cell.model.executionCount)"
IS_RUN = f"() => {COUNTS}.every(count => count) && {BOOK}.sessionContext.session.kernel.status === 'idle'"
SAVED = f"() => !{BOOK}.context.model.dirty"
EXPORT = f"nbconvert/lagesbild_{{}}/notebooks/{CHAPTER_NOTEBOOK}?download=true"
WIDGET = "application/vnd.jupyter.widget-view+json"
CHAPTERS = (CHAPTER_NOTEBOOK, SLIDES_NOTEBOOK)


@dataclass(frozen=True)
class Server:
    """A running JupyterLab and the workspace that it shows."""

    address: str
    workspace: Workspace

    def get(self, path: str) -> bytes:
        """What the server answers."""
        request = urllib.request.Request(f"{self.address}/{path}", headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def saved(self, name: str) -> dict[str, Any]:
        """The notebook as it lies on the disk."""
        path = self.workspace.root / "notebooks" / name
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found


@dataclass(frozen=True)
class Session:
    """What came of one: the notebooks as JupyterLab saved them, its exports, and the hosts that the pages asked."""

    notebooks: dict[str, dict[str, Any]]
    exports: dict[str, bytes]
    hosts: set[str]
    own_host: str


@cache
def session() -> Session:
    """All five notebooks run top to bottom in the browser; once in a test run."""
    return value_once("jupyterlab", run)


@contextmanager
def server(root: Path) -> Iterator[Server]:
    """JupyterLab at work in the workspace."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.port={port}",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.ip=127.0.0.1",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.expose_app_in_browser=True",
    ]
    own = {**os.environ, "HOME": str(root.parent), "JUPYTER_CONFIG_DIR": str(root.parent / "inst")}
    running = subprocess.Popen(command, cwd=root, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = Server(f"http://127.0.0.1:{port}", Workspace(root))
    try:
        wait(lambda: answers(made))
        yield made
    finally:
        running.terminate()
        running.wait(30)


def answers(made: Server) -> bool:
    try:
        return bool(made.get("api/status"))
    except (urllib.error.URLError, ConnectionError):
        return False


def wait(done: Any) -> None:
    """Until it is done; fails after PATIENCE."""
    until = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < until, "JupyterLab did not get there"
        time.sleep(1)


def run() -> Session:
    """All five at once, each in a tab and a kernel of its own: one waits while another works."""
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        server(copy(situation("exempel").root, Path(folder) / "mapp", "reports")) as lab,
        browser_page(1280, "light") as (first, asked),
    ):
        pages = {name: first.context.new_page() for name in NAMES}
        for name, page in pages.items():
            page.on("request", lambda request: asked.append(request.url))
            page.set_default_timeout(PATIENCE * 1000)
            place = f"lab/workspaces/{name[0]}/tree/notebooks/{name}"  # its own, or the page restores the one before
            page.goto(f"{lab.address}/{place}?token={TOKEN}")
        for wanted, command in ((READY, "notebook:run-all-cells"), (IS_RUN, "docmanager:save")):
            for page in pages.values():
                page.wait_for_function(wanted)
                page.evaluate(ASKED.format(command))
        for page in pages.values():
            page.wait_for_function(SAVED)
        notebooks = {name: lab.saved(name) for name in NAMES}
        choose_another(pages["2_jamforelse.ipynb"])
        exports = {kind: lab.get(EXPORT.format(kind)) for kind in ("html", "pdf")}
        hosts = {address.split("/")[2] for address in asked if address.startswith("http")}
        return Session(notebooks, exports, hosts, lab.address.split("/")[2])


def choose_another(page: Any) -> None:
    """Another choice in the drop-downs of notebook 2 changes what stands below, and no cell is run for it."""
    before = page.evaluate(f"() => {COUNTS}")
    by = page.locator(".widget-dropdown select").nth(2)
    page.locator(".jp-OutputArea th", has_text="Vit makt-miljön").first.wait_for()
    by.select_option(label="källa")
    page.locator(".jp-OutputArea th", has_text="Källa").first.wait_for()
    page.locator(".jp-OutputArea th", has_text="Vit makt-miljön").first.wait_for(state="detached")
    period = page.locator(".widget-dropdown select").nth(1)
    period.select_option(index=1)  # the newest, which is the other one too
    page.locator(".jp-OutputArea", has_text="går i varandra").first.wait_for()
    assert page.evaluate(f"() => {COUNTS}") == before


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_top_to_bottom_and_shows_only_our_parts(name: str) -> None:
    cells = [cell for cell in session().notebooks[name]["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in cells)
    shown = outputs(session().notebooks[name])
    lists = [output for output in shown if WIDGET in output.get("data", {})]
    assert len(lists) == (name not in CHAPTERS)  # where the settings cell alone is the truth there are none
    for output in [output for output in shown if output not in lists]:
        assert output["output_type"] in ("execute_result", "display_data"), output
        assert set(output["data"]) & set(MIMES)
        assert {"text/html", "text/markdown", "text/plain"} & set(output["data"])


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def test_the_chapter_is_the_same_with_and_without_a_kernel() -> None:
    assert document_of(session().notebooks[CHAPTER_NOTEBOOK]) == document("exempel", "2021")


def test_the_slides_have_a_chart_each() -> None:
    shown = [output["data"] for output in outputs(session().notebooks[SLIDES_NOTEBOOK])]
    figures = [data[FIGURE_MIME] for data in shown if FIGURE_MIME in data]
    assert len(figures) >= 4
    assert len({figure["id"] for figure in figures}) == len(figures)


def test_the_export_menu_gives_the_commands_bytes() -> None:
    made = contents(document("exempel", "2021"), situation("exempel"))
    for kind, found in session().exports.items():
        assert found == made[f"lagesbild.{kind}"], kind


def test_the_pages_ask_no_other_host() -> None:
    assert session().hosts == {session().own_host}
