"""The notebooks as they stand in the repository: calls and prose, written alike; run in JupyterLab: test_jupyter.py."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NAMES = ("1_underlag.ipynb", "2_jamforelse.ipynb", "3_lagesbild.ipynb", "4_trender.ipynb", "5_egna_fragor.ipynb")
ALL = ("0_start.ipynb", *NAMES)
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
