"""A notebook run without a kernel gives what JupyterLab would have given, and leaves nothing behind."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vbe_analysis.chapter.notebook.collect import document_of
from vbe_analysis.chapter.notebook.run import run_notebook
from vbe_analysis.document.parts import FIGURE_MIME, PROSE_MIME
from vbe_analysis.errors import InputError

pytestmark = pytest.mark.chapter

Outputs = list[dict[str, Any]]


def run(folder: Path, *sources: str, **settings: str) -> list[Outputs | None]:
    """The outputs of each cell, None for a cell that was never run; the first cell is the settings cell."""
    tags = {"tags": ["parameters"]}
    cells = [
        {
            "cell_type": "code",
            "metadata": {} if place else tags,
            "source": source.splitlines(keepends=True),
            "outputs": [],
            "execution_count": None,
        }
        for place, source in enumerate(sources)
    ]
    path = folder / "prov.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}}), encoding="utf-8")
    before = path.read_bytes()
    found = run_notebook(path, settings)
    assert path.read_bytes() == before
    return [cell["outputs"] if cell["execution_count"] else None for cell in found["cells"]]


def test_settings_take_the_place_of_the_cells_own(tmp_path: Path) -> None:
    found = run(tmp_path, 'cycle = ""\nedition = "intern"', "f'{cycle} {edition}'", cycle="2021")
    assert found[1] == [{"output_type": "display_data", "data": {"text/plain": "'2021 intern'"}, "metadata": {}}]


def test_only_the_last_expression_is_shown(tmp_path: Path) -> None:
    assert run(tmp_path, "", "1\n2")[1] == [
        {"output_type": "display_data", "data": {"text/plain": "2"}, "metadata": {}}
    ]
    assert run(tmp_path, "", "1;")[1] == []
    assert run(tmp_path, "", "None")[1] == []


def test_our_parts_travel_in_their_own_type(tmp_path: Path) -> None:
    found = run(tmp_path, "from vbe_analysis.document.parts import Prose", "Prose('Två *ord*.')")
    assert found[1] is not None
    assert found[1][0]["data"][PROSE_MIME] == {"markdown": "Två *ord*.", "facts": None}


def test_display_comes_before_the_cells_own_result(tmp_path: Path) -> None:
    found = run(tmp_path, "from IPython.display import display", "display(1)\n2")
    assert found[1] is not None
    assert [output["data"]["text/plain"] for output in found[1]] == ["1", "2"]


def test_prints_and_warnings_are_streams(tmp_path: Path) -> None:
    found = run(tmp_path, "import sys", "print('hej')\nprint('oj', file=sys.stderr)")
    assert found[1] == [
        {"output_type": "stream", "name": "stderr", "text": "oj\n"},
        {"output_type": "stream", "name": "stdout", "text": "hej\n"},
    ]


def test_the_first_failing_cell_ends_the_run(tmp_path: Path) -> None:
    found = run(tmp_path, "", "1 / 0", "'aldrig'")
    assert found[1] == [
        {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
    ]
    assert found[2] is None


def test_a_cell_that_is_no_python_fails_alike(tmp_path: Path) -> None:
    found = run(tmp_path, "", "def (", "'aldrig'")
    assert found[1] is not None
    assert found[1][-1]["ename"] == "SyntaxError"
    assert found[2] is None


def test_it_runs_in_the_notebooks_folder_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parent)
    found = run(tmp_path, "from pathlib import Path", "Path.cwd().name")
    assert found[1] is not None
    assert found[1][0]["data"]["text/plain"] == repr(tmp_path.name)
    assert Path.cwd() == Path(__file__).parent


def test_two_runs_know_nothing_of_each_other(tmp_path: Path) -> None:
    hooks = sys.displayhook, sys.excepthook
    run(tmp_path, "", "left = 1")
    found = run(tmp_path, "", "left")
    assert found[1] is not None
    assert found[1][0]["ename"] == "NameError"
    assert (sys.displayhook, sys.excepthook) == hooks


def test_nothing_is_written_to_the_users_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "hem"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "hem" / ".ipython"))
    run(tmp_path, "", "1")
    assert not (tmp_path / "hem").exists()


def test_a_warning_to_the_analyst_is_told_and_one_to_programmers_is_not(tmp_path: Path) -> None:
    """In a Python of its own: pytest takes warnings for itself."""
    cells = ["", "import warnings\nwarnings.warn('se upp')", "warnings.warn('gammalt', DeprecationWarning)"]
    code = f"""
import json, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")  # as the command has it
from vbe_analysis.chapter.notebook.run import run_notebook
cells = [{{"cell_type": "code", "metadata": {{}}, "source": source, "outputs": []}} for source in {cells!r}]
path = Path({str(tmp_path)!r}) / "prov.ipynb"
path.write_text(json.dumps({{"cells": cells, "metadata": {{}}}}), encoding="utf-8")
print(json.dumps([cell["outputs"] for cell in run_notebook(path, {{}})["cells"]]))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    told = json.loads(ran.stdout.splitlines()[-1])
    assert "se upp" in told[1][0]["text"] and told[2] == []


@pytest.mark.parametrize("last", ["plt.bar(['a'], [1]);", "fig", "axes", "fig.savefig", "plt.show()"])
def test_a_bare_drawing_stops_the_chapter(last: str, tmp_path: Path) -> None:
    """Whatever way it is left: JupyterLab shows it, and it would be gone from the chapter."""
    needed = "from datetime import date\nfrom vbe_analysis.document.parts import Cover\nfrom vbe_analysis import Period"
    cover = "Cover('T', 'intern', Period(date(2021, 1, 1), date(2021, 12, 31), '2021'), 'O')"
    drawn = f"import matplotlib.pyplot as plt\nfig, axes = plt.subplots()\n{last}"
    run(tmp_path, needed, cover, drawn)
    with pytest.raises(InputError, match=r"Cell 3 visar ett diagram utan titel.*Skriv vbe.figure_of"):
        document_of(run_notebook(tmp_path / "prov.ipynb", {}))


def test_a_drawing_of_pyplots_becomes_a_figure_and_is_shown_once(tmp_path: Path) -> None:
    drawn = """
import matplotlib.pyplot as plt, pandas as pd
from vbe_analysis.document.from_frames import figure_of, table_of
fig, axes = plt.subplots()
table = table_of(pd.DataFrame({"A": ["a"], "B": [1]}), id="tal", title="T", source="K")
figure_of(fig, id="ritning", title="T", source="K", alt="En stapel: 1.", data=table)
"""
    [output] = run(tmp_path, "", drawn)[1] or []
    assert FIGURE_MIME in output["data"]
