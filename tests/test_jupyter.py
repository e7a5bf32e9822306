"""The five notebooks in a real JupyterLab, in a real browser, and its export menu against the command's files."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.chapter.situations import situation
from tests.checkers import browser_page
from tests.test_notebooks import NAMES
from vbe_analysis.editions.build import contents, executed_chapter
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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("lab") / "mapp"
    shutil.copytree(situation("exempel").root, root, ignore=shutil.ignore_patterns("reports"))
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


def test_every_notebook_runs_in_the_browser_and_exports_the_commands_bytes(server: Server) -> None:
    """All five at once, each in a tab and a kernel of its own: one waits while another works."""
    with browser_page(1280, "light") as (first, asked):
        pages = {name: first.context.new_page() for name in NAMES}
        for name, page in pages.items():
            page.on("request", lambda request: asked.append(request.url))
            page.set_default_timeout(PATIENCE * 1000)
            place = f"lab/workspaces/{name[0]}/tree/notebooks/{name}"  # its own, or the page restores the one before
            page.goto(f"{server.address}/{place}?token={TOKEN}")
        for wanted, command in ((READY, "notebook:run-all-cells"), (IS_RUN, "docmanager:save")):
            for page in pages.values():
                page.wait_for_function(wanted)
                page.evaluate(ASKED.format(command))
        for name, page in pages.items():
            page.wait_for_function(SAVED)
            cells = code_cells(server.saved(name))
            assert all(cell["execution_count"] for cell in cells), name
            kinds = {output["output_type"] for cell in cells for output in cell["outputs"]}
            assert kinds <= {"display_data", "execute_result"}, name
        choose_another(pages["2_jamforelse.ipynb"])
        hosts = {address.split("/")[2] for address in asked if address.startswith("http")}
        assert hosts == {server.address.split("/")[2]}
    made = contents(executed_chapter(server.workspace, "2021"), server.workspace)
    for kind in ("html", "pdf"):
        found = server.get(f"nbconvert/lagesbild_{kind}/notebooks/3_lagesbild.ipynb?download=true")
        assert found == made[f"lagesbild.{kind}"], kind


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


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
