"""The five notebooks in a real Jupyter kernel, in a copy of the example workspace, and notebook 3 without one."""

import ast
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.chapter.situations import document, situation
from tests.shared import value_once
from vbe_analysis.chapter.notebook.collect import document_of
from vbe_analysis.document.parts import FIGURE_MIME, MIMES

NAMES = ("1_underlag.ipynb", "2_jamforelse.ipynb", "3_lagesbild.ipynb", "4_trender.ipynb", "5_egna_fragor.ipynb")
ALL = ("0_start.ipynb", *NAMES)
CHAPTERS = ("3_lagesbild.ipynb", "4_trender.ipynb")
WIDGET = "application/vnd.jupyter.widget-view+json"
SETTINGS = {
    "0_start.ipynb": {"cycle", "profile"},
    "1_underlag.ipynb": {"cycle"},
    "2_jamforelse.ipynb": {"period", "previous", "by"},
    "3_lagesbild.ipynb": {"cycle", "edition"},
    "4_trender.ipynb": {"cycle", "edition"},
    "5_egna_fragor.ipynb": {"cycle", "period", "previous", "by"},
}


def source(name: str) -> dict[str, Any]:
    """The notebook as it stands in the repository."""
    path = Path(__file__).parents[1] / "notebooks" / name
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def in_a_kernel(name: str) -> dict[str, Any]:
    """The notebook run top to bottom as JupyterLab runs it, as the JSON that JupyterLab would save."""
    import nbformat  # slow to import
    from nbclient import NotebookClient

    def run() -> dict[str, Any]:
        folder = situation("exempel").root / "notebooks"
        notebook = nbformat.read(folder / name, as_version=4)
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
        found: dict[str, Any] = json.loads(nbformat.writes(notebook))
        return found

    return value_once(f"kernel-{name[0]}", run)


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


@pytest.mark.chapter
@pytest.mark.parametrize("name", NAMES)
def test_it_runs_top_to_bottom_and_shows_only_our_parts(name: str) -> None:
    shown = outputs(in_a_kernel(name))
    lists = [output for output in shown if WIDGET in output.get("data", {})]
    assert len(lists) == (name not in CHAPTERS)  # where the settings cell alone is the truth there are none
    for output in [output for output in shown if output not in lists]:
        assert output["output_type"] in ("execute_result", "display_data"), output
        assert set(output["data"]) & set(MIMES)
        assert {"text/html", "text/markdown", "text/plain"} & set(output["data"])


@pytest.mark.chapter
def test_the_chapter_is_the_same_with_and_without_a_kernel() -> None:
    assert document_of(in_a_kernel("3_lagesbild.ipynb")) == document("exempel", "2021")


@pytest.mark.chapter
def test_the_slides_have_a_chart_each() -> None:
    shown = [output["data"] for output in outputs(in_a_kernel("4_trender.ipynb"))]
    figures = [data[FIGURE_MIME] for data in shown if FIGURE_MIME in data]
    assert len(figures) >= 4
    assert len({figure["id"] for figure in figures}) == len(figures)


@pytest.mark.parametrize("name", ALL)
def test_it_holds_calls_and_prose_alone(name: str) -> None:
    for cell in source(name)["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        kinds = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.For, ast.While, ast.ListComp, ast.DictComp, ast.If)
        assert not [node for node in ast.walk(tree) if isinstance(node, kinds)]
        assert (cell["outputs"], cell["execution_count"]) == ([], None)


@pytest.mark.parametrize("name", ALL)
def test_one_cell_is_the_settings(name: str) -> None:
    cells = [cell for cell in source(name)["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    assert len(cells) == 1
    tree = ast.parse("".join(cells[0]["source"]))
    named = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert named == SETTINGS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_it_is_written_as_the_others_are(name: str) -> None:
    path = Path(__file__).parents[1] / "notebooks" / name
    found = source(name)
    import nbformat  # slow to import

    nbformat.validate(nbformat.from_dict(found))
    assert path.read_text(encoding="utf-8") == json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    assert len({cell["id"] for cell in found["cells"]}) == len(found["cells"])
    assert found["metadata"]["kernelspec"]["name"] == "python3"
