"""Run a notebook as JupyterLab would, in this process: quicker than a kernel, and nothing of it is written to disk.

The result is the notebook's JSON with its outputs; document_of (collect.py) makes the chapter of it.
"""

import json
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vbe_analysis.errors import Fault, InputError

PARAMETERS = "parameters"  # the cell tag of the settings cell, as papermill and JupyterLab know it


def run_notebook(path: Path, settings: Mapping[str, str]) -> dict[str, Any]:
    """The notebook at `path` with every cell run in order, `settings` taking the place of its settings cell's values.

    Stops at the first cell that fails: its output is then an error output, as in JupyterLab. The working folder is the
    notebook's own while it runs. Raises InputError for a file that is no whole notebook.
    """
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except (ValueError, TypeError, KeyError):  # cut, or no notebook
        raise InputError([Fault("notebook_damaged", path.name)]) from None
    with _shell() as shell, _inside(path.parent), warnings.catch_warnings():
        # The analyst's cells may warn: that stops the chapter, and she sees why. What is meant for programmers may not.
        warnings.simplefilter("default")
        for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)
        for number, cell in enumerate(cells, 1):
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            if PARAMETERS in cell.get("metadata", {}).get("tags", []):
                source += "\n" + "\n".join(f"{name} = {value!r}" for name, value in settings.items())
            cell["outputs"], failed = _outputs(shell, source)
            cell["execution_count"] = number
            if failed:
                break
    return notebook


def _outputs(shell: Any, source: str) -> tuple[list[dict[str, Any]], bool]:
    from IPython.core.displayhook import CapturingDisplayHook, DisplayHook
    from IPython.utils.capture import capture_output

    values: list[dict[str, Any]] = []
    with capture_output() as captured:
        shell.display_trap.hook = CapturingDisplayHook(shell=shell, outputs=values)  # type: ignore[no-untyped-call]
        result = shell.run_cell(source, store_history=False, silent=False)
    outputs: list[dict[str, Any]] = []
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, KeyboardInterrupt):  # of the one at the keyboard, not of the cell
        raise error
    if not error and DisplayHook.semicolon_at_end_of_expression(source):  # type: ignore[no-untyped-call]
        values.clear()
    for name, text in (("stderr", captured.stderr), ("stdout", "" if error else captured.stdout)):
        if text:
            outputs.append({"output_type": "stream", "name": name, "text": text})
    rich = [{"data": output.data, "metadata": output.metadata or {}} for output in captured.outputs]
    rich += [output for output in values if output["data"]]
    outputs += [{"output_type": "display_data", **output} for output in [*rich, *_drawings()]]
    if error is not None:
        outputs.append({"output_type": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []})
    return outputs, error is not None


def _drawings() -> Iterator[dict[str, Any]]:
    """The drawings that pyplot has open when a cell ends: JupyterLab shows them below it, and then they are gone."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        for _ in pyplot.get_fignums():
            yield {"data": {"image/png": ""}, "metadata": {}}
        pyplot.close("all")


@contextmanager
def _shell() -> Iterator[Any]:
    """A fresh IPython shell that keeps no history and reads no profile of the user's."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    hook, excepthook, main = sys.displayhook, sys.excepthook, sys.modules["__main__"]
    with TemporaryDirectory() as folder:
        settings = {"colors": "nocolor", "cache_size": 0}  # outputs are kept here; a cache is slow to empty
        config = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": settings})
        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance(ipython_dir=folder, config=config)
        try:
            yield shell
        finally:
            shell.reset(new_session=False)  # type: ignore[no-untyped-call]
            InteractiveShell.clear_instance()
            sys.displayhook, sys.excepthook, sys.modules["__main__"] = hook, excepthook, main


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
