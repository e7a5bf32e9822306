"""The board's charts: notebook 4's figures as 16:9 files, and trender.pdf with one page a chart."""

import json

from vbe_analysis.config import message
from vbe_analysis.document.pdf import compiled
from vbe_analysis.document.tree import Document

CHARTS = "diagram"
NAME = "trender.pdf"
_TEMPLATE = """
#let doc = json("document.json")
#set document(title: doc.title, author: doc.organisation, description: doc.mark, date: auto)
#set text(lang: doc.language, region: "SE", font: "DejaVu Sans", size: 10pt)
#set page(width: 33.867cm, height: 19.05cm, margin: 0pt)
#for (place, it) in doc.charts.enumerate() {
  if place > 0 { pagebreak() }
  figure(image(it.file, width: 100%, alt: it.alt), kind: image, supplement: none, numbering: none, outlined: false,
    alt: it.alt)
}
"""


def slide_files(document: Document) -> dict[str, bytes]:
    """Each chart as SVG, PNG and its alt text, and all of them as one PDF: path in the edition's folder -> bytes."""
    made: dict[str, bytes] = {}
    for figure in document.figures:
        made[f"{CHARTS}/{figure.id}.svg"] = figure.svg.encode("utf-8")
        made[f"{CHARTS}/{figure.id}.png"] = figure.png
        made[f"{CHARTS}/{figure.id}.txt"] = f"{figure.title}\n\n{figure.alt}\n".encode()
    if document.figures:
        made[f"{CHARTS}/{NAME}"] = _pdf(document)
    return made


def _pdf(document: Document) -> bytes:
    cover = document.cover
    content = {
        "title": message("slides.title", title=cover.title), "organisation": cover.organisation, "mark": cover.mark,
        "language": cover.language,
        "charts": [{"file": f"{figure.id}.svg", "alt": f"{figure.title}. {figure.alt}"} for figure in document.figures],
    }  # fmt: skip
    files = {"main.typ": _TEMPLATE.encode(), "document.json": json.dumps(content, ensure_ascii=False).encode()}
    files |= {f"{figure.id}.svg": figure.svg.encode("utf-8") for figure in document.figures}
    return compiled(files, cover.period)
