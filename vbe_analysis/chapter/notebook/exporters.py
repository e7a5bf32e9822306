"""The chapter in JupyterLab's export menu and in `jupyter nbconvert --to`: the same writers as the command's.

Only nbconvert imports this module: nbconvert itself is slow to import.
"""

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

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own exporters also give text or bytes here
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **_: object
    ) -> tuple[bytes, dict[str, Any]]:
        resources = dict(self._init_resources(resources))  # type: ignore[no-untyped-call]
        name = resources.get("metadata", {}).get("name", "")
        return self.write(document_of(nb, f"{name}.ipynb" if name else "")), resources

    def write(self, document: Document) -> bytes:
        raise NotImplementedError


class HtmlExporter(_ChapterExporter):
    """lagesbild_html"""

    export_from_notebook = "Lägesbild (HTML)"
    output_mimetype = "text/html"

    def write(self, document: Document) -> bytes:
        return write_html(document)

    def _file_extension_default(self) -> str:
        return ".html"


class PdfExporter(_ChapterExporter):
    """lagesbild_pdf"""

    export_from_notebook = "Lägesbild (PDF)"
    output_mimetype = "application/pdf"

    def write(self, document: Document) -> bytes:
        return write_pdf(document)

    def _file_extension_default(self) -> str:
        return ".pdf"


class DocxExporter(_ChapterExporter):
    """lagesbild_docx"""

    export_from_notebook = "Lägesbild (Word)"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def write(self, document: Document) -> bytes:
        return write_docx(document)

    def _file_extension_default(self) -> str:
        return ".docx"
