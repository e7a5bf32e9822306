"""Whether the notebooks are stripped: no outputs, no execution counts, no metadata but the kernel's and cell tags.

`python .ci/notebooks.py [--strip] FOLDER` names what it finds and gives 1, or strips it.
"""

import json
import sys
from pathlib import Path
from typing import Any

KEPT = ("kernelspec", "language_info")
KEPT_IN_CELL = ("tags",)


def stripped(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook without anything that running it leaves behind."""
    return {
        **notebook,
        "cells": [_stripped_cell(cell) for cell in notebook["cells"]],
        "metadata": {name: notebook["metadata"][name] for name in KEPT if name in notebook["metadata"]},
    }


def main() -> int:
    paths = sorted(Path(sys.argv[-1]).rglob("*.ipynb"))
    found = 0
    for path in paths:
        if ".ipynb_checkpoints" in path.parts:
            continue
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if stripped(notebook) == notebook:
            continue
        if "--strip" in sys.argv:
            text = json.dumps(stripped(notebook), indent=1, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8", newline="\n")
            print(f"Tömd: {path.name}")
        else:
            found += 1
            print(f"Inte tömd: {path.name}. Kör: python start.py fix")
    return int(found > 0)


def _stripped_cell(cell: dict[str, Any]) -> dict[str, Any]:
    kept = {**cell, "metadata": {name: cell["metadata"][name] for name in KEPT_IN_CELL if name in cell["metadata"]}}
    return {**kept, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else kept


if __name__ == "__main__":
    sys.exit(main())
