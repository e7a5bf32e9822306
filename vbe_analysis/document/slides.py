"""The board's charts: notebook 4's figures as 16:9 files, trender.pdf with one page a chart and trender.pptx.

In the PowerPoint file a slide's title and foot are text, its drawing has its text alternative, and the speaker's notes
hold all that is to be said of it.
"""

import io
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from vbe_analysis.config import message
from vbe_analysis.document.parts import Figure, OnSlide
from vbe_analysis.document.pdf import SLIDE_PNG, compiled, png_of
from vbe_analysis.document.tree import Document
from vbe_analysis.document.workbook import repack

CHARTS = "diagram"
NAME = "trender"
WIDTH, HEIGHT = 13.333, 7.5  # inches: 16:9
TITLE, FOOT = Pt(24), Pt(14)  # on a screen of 1080 lines 48 and 28
_FONT = "Verdana"  # as near the drawings' own as any that an office program has
_INK, _QUIET = "1F2933", "52606D"
_TITLE_ONLY = 5  # of python-pptx's own layouts


def slide_files(document: Document) -> dict[str, bytes]:
    """Each chart as SVG, PNG and its alt text, and all of them as one PDF and one PowerPoint file.

    Path in the edition's folder -> bytes.
    """
    files: dict[str, bytes] = {}
    charts = []
    for figure in document.figures:
        path = f"{CHARTS}/{figure.id}"
        files[f"{path}.svg"], files[f"{path}.png"] = figure.svg.encode("utf-8"), png_of(figure, SLIDE_PNG)
        spoken = _spoken(figure, document.cover.caption_mark)
        files[f"{path}.txt"] = f"{figure.title}\n\n{spoken}\n".encode()
        charts.append({"file": f"{figure.id}.svg", "alt": f"{figure.title}. {spoken}"})
    if charts:
        content = {"title": message("slides.title", title=document.cover.title), "charts": charts}
        files[f"{CHARTS}/{NAME}.pdf"] = compiled("slides.typ", content, document.cover, document.figures)
        files[f"{CHARTS}/{NAME}.pptx"] = write_pptx(document)
    return files


def write_pptx(document: Document) -> bytes:
    """The file. A figure without a drawing of its own for slides is left out. Equal documents give equal bytes."""
    deck, cover = Presentation(), document.cover
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _leave_one_layout(deck)
    properties = deck.core_properties
    properties.title, properties.subject = message("slides.title", title=cover.title), cover.mark
    properties.author = properties.last_modified_by = cover.organisation
    properties.language, properties.revision = "sv-SE", 1
    properties.comments = properties.keywords = properties.category = ""
    for figure in document.figures:
        if figure.slide:
            _write_slide(deck.slides.add_slide(deck.slide_layouts[0]), figure, figure.slide, cover.caption_mark)
    for part in deck.part.package.iter_parts():
        for spoken in part._element.iter() if hasattr(part, "_element") else ():
            if spoken.get("lang"):
                spoken.set("lang", "sv-SE")
    stream = io.BytesIO()
    deck.save(stream)
    return repack(stream.getvalue(), cover.period.end.isoformat())


def _spoken(figure: Figure, mark: str) -> str:
    """The text alternative, with the edition's mark where it has one for captions: it goes where the picture goes."""
    return f"{figure.alt} ({mark})" if mark else figure.alt


def _write_slide(slide: Any, figure: Figure, own: OnSlide, mark: str) -> None:
    """Title, drawing and foot, read aloud in that order."""
    place = slide.shapes
    title = place.title
    title.left, title.top, title.width = Inches(own.left), Inches(0.35), Inches(own.width)
    title.height = Inches(own.top - 0.4)
    _write_text(title.text_frame, figure.title, TITLE, _INK, bold=True)
    size = Inches(own.left), Inches(own.top), Inches(own.width), Inches(own.height)
    picture = place.add_picture(io.BytesIO(png_of(figure, SLIDE_PNG, part=True)), *size)
    about = picture._element.nvPicPr.cNvPr
    about.set("descr", _spoken(figure, mark))
    about.set("name", figure.title)
    below = own.top + own.height
    foot = place.add_textbox(Inches(own.left), Inches(below), Inches(own.width), Inches(HEIGHT - below - 0.3))
    _write_text(foot.text_frame, own.foot, FOOT, _QUIET)
    notes = (mark, figure.title, *figure.notes, figure.caption_scope, message("document.source", source=figure.source))
    slide.notes_slide.notes_text_frame.text = "\n".join(line for line in notes if line)


def _write_text(frame: Any, words: str, size: Pt, colour: str, *, bold: bool = False) -> None:
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP if bold else MSO_ANCHOR.BOTTOM
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text, run.font.size, run.font.bold, run.font.name = words, size, bold, _FONT
    run.font.color.rgb = RGBColor.from_string(colour)  # type: ignore[no-untyped-call]
    run._r.get_or_add_rPr().set("lang", "sv-SE")


def _leave_one_layout(deck: Any) -> None:
    """Take away the layouts that no slide uses and what python-pptx's own file says of a printer."""
    for place, layout in reversed(list(enumerate(deck.slide_layouts))):
        if place != _TITLE_ONLY:
            deck.slide_layouts.remove(layout)
    [layout], master = deck.slide_layouts, deck.slide_master
    for shapes in (layout.placeholders, master.placeholders):
        for shape in list(shapes):
            if shape.placeholder_format.type not in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.BODY):
                shape._element.getparent().remove(shape._element)
    for name, relation in list(deck.part.rels.items()):
        if relation.reltype.endswith("/printerSettings"):
            deck.part.drop_rel(name)
