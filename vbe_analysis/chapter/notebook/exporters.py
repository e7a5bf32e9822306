"""The chapter in JupyterLab's export menu and in `jupyter nbconvert --to`: the same writers as the command's.

Only nbconvert imports this module: nbconvert itself is slow to import.
"""

from collections.abc import Callable
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from vbe_analysis.chapter.notebook.collect import document_of
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.html import write_html
from vbe_analysis.document.pdf import write_pdf
from vbe_analysis.document.tree import Document


class _ChapterExporter(Exporter):
    """An executed notebook -> the bytes of one format. Raises InputError as `document_of` does, in Swedish."""

    write: Callable[[Document], bytes]
    suffix: str

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own exporters also give text or bytes here
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **_: object
    ) -> tuple[bytes, dict[str, Any]]:
        resources = dict(self._init_resources(resources))  # type: ignore[no-untyped-call]
        name = resources.get("metadata", {}).get("name", "")
        return self.write(document_of(nb, f"{name}.ipynb" if name else "")), resources

    def _file_extension_default(self) -> str:
        return self.suffix


class HtmlExporter(_ChapterExporter):
    """lagesbild_html"""

    export_from_notebook, output_mimetype, suffix = "Lägesbild (HTML)", "text/html", ".html"
    write = staticmethod(write_html)


class PdfExporter(_ChapterExporter):
    """lagesbild_pdf"""

    export_from_notebook, output_mimetype, suffix = "Lägesbild (PDF)", "application/pdf", ".pdf"
    write = staticmethod(write_pdf)


class DocxExporter(_ChapterExporter):
    """lagesbild_docx"""

    export_from_notebook, suffix = "Lägesbild (Word)", ".docx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    write = staticmethod(write_docx)
