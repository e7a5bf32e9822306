"""The board's charts: notebook 4's figures as 16:9 files, and trender.pdf with one page a chart."""

from vbe_analysis.config import message
from vbe_analysis.document.pdf import compiled
from vbe_analysis.document.tree import Document

CHARTS = "diagram"
NAME = "trender.pdf"


def slide_files(document: Document) -> dict[str, bytes]:
    """Each chart as SVG, PNG and its alt text, and all of them as one PDF: path in the edition's folder -> bytes."""
    files: dict[str, bytes] = {}
    charts = []
    for figure in document.figures:
        path = f"{CHARTS}/{figure.id}"
        files[f"{path}.svg"], files[f"{path}.png"] = figure.svg.encode("utf-8"), figure.png
        files[f"{path}.txt"] = f"{figure.title}\n\n{figure.alt}\n".encode()
        charts.append({"file": f"{figure.id}.svg", "alt": f"{figure.title}. {figure.alt}"})
    if charts:
        content = {"title": message("slides.title", title=document.cover.title), "charts": charts}
        files[f"{CHARTS}/{NAME}"] = compiled("slides.typ", content, document.cover, document.figures)
    return files
