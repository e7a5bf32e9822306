"""The four notebooks in a real JupyterLab, in a real browser, and its export menu against the command's files."""

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
    with browser_page(1280, "light") as (page, asked):
        for name in NAMES:
            place = f"lab/workspaces/{name[0]}/tree/notebooks/{name}"  # its own, or the page restores the one before
            page.goto(f"{server.address}/{place}?token={TOKEN}", timeout=PATIENCE * 1000)
            page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=PATIENCE * 1000)
            page.wait_for_timeout(5000)  # the notebook is on the page before its commands know it
            page.evaluate(ASKED.format("notebook:run-all-cells"))

            def is_run(name: str = name) -> bool:
                page.wait_for_timeout(6000)  # saving while it runs makes JupyterLab ask about the file
                page.evaluate(ASKED.format("docmanager:save"))
                page.wait_for_timeout(2000)
                counts = [cell["execution_count"] for cell in code_cells(server.saved(name))]
                if not any(counts):  # asked too early: it was not heard
                    page.evaluate(ASKED.format("notebook:run-all-cells"))
                return all(counts)

            wait(is_run)
            outputs = [output for cell in code_cells(server.saved(name)) for output in cell["outputs"]]
            assert {output["output_type"] for output in outputs} <= {"display_data", "execute_result"}, name
        hosts = {address.split("/")[2] for address in asked if address.startswith("http")}
        assert hosts == {server.address.split("/")[2]}
    made = contents(executed_chapter(server.workspace, "2021"), server.workspace)
    for kind in ("html", "pdf"):
        found = server.get(f"nbconvert/lagesbild_{kind}/notebooks/3_lagesbild.ipynb?download=true")
        assert found == made[f"lagesbild.{kind}"], kind


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
