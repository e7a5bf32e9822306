"""JupyterLab's export menu gives the very bytes that the command writes."""

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.document.specimen import cover, notebook, specimen, specimen_notebook
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.html import write_html
from vbe_analysis.document.pdf import write_pdf
from vbe_analysis.errors import InputError

pytestmark = pytest.mark.slow

WRITERS = {"lagesbild_html": write_html, "lagesbild_pdf": write_pdf, "lagesbild_docx": write_docx}


@pytest.mark.parametrize("name", WRITERS)
def test_an_exporter_gives_the_writers_bytes(name: str, tmp_path: Path) -> None:
    file = tmp_path / "3_lagesbild.ipynb"
    file.write_text(json.dumps(specimen_notebook()), encoding="utf-8")
    (found,) = entry_points(group="nbconvert.exporters", name=name)
    exporter = found.load()()
    content, resources = exporter.from_filename(str(file))
    assert content == WRITERS[name](specimen())
    assert resources["output_extension"] == f".{name.removeprefix('lagesbild_')}"
    assert exporter.export_from_notebook.startswith("Lägesbild (")


def test_a_notebook_that_was_not_run_is_refused_by_name_in_swedish(tmp_path: Path) -> None:
    file = tmp_path / "3_lagesbild.ipynb"
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "source": "x", "outputs": []}
    file.write_text(json.dumps(notebook(cell)), encoding="utf-8")
    (found,) = entry_points(group="nbconvert.exporters", name="lagesbild_html")
    with pytest.raises(InputError) as caught:
        found.load()().from_filename(str(file))
    assert str(caught.value) == (
        "3_lagesbild.ipynb: Anteckningsboken är inte körd (cell 1). "
        "Kör alla celler uppifrån (Run > Run All Cells), spara och exportera igen."
    )


@pytest.mark.process
def test_the_writers_never_import_nbconvert() -> None:
    """It takes seconds to import, and the command line has no use for it."""
    code = (
        "import sys, vbe_analysis.chapter.notebook.collect, vbe_analysis.document.html, vbe_analysis.document.pdf, "
        "vbe_analysis.document.docx, vbe_analysis.document.annex; "
        "print({'nbconvert', 'nbformat'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_the_specimen_is_a_notebook_that_jupyter_accepts() -> None:
    import nbformat

    nbformat.validate(nbformat.from_dict(specimen_notebook()))
    assert cover().edition == "intern"
