"""The board's charts: notebook 4's figures as 16:9 files, and all of them in trender.pdf and trender.pptx.

A list under a heading is a slide of its own, after the charts. In the PowerPoint file a slide's title and foot are
text, its drawing has its text alternative, and the speaker's notes say what the drawing does not.
"""

import io
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Length, Pt

from vbe_analysis.config import message
from vbe_analysis.document.parts import Figure, OnSlide
from vbe_analysis.document.pdf import SLIDE_PNG, compiled, png_of
from vbe_analysis.document.tree import Document, Heading, Items, Paragraph
from vbe_analysis.document.workbook import dated_bytes

CHARTS = "diagram"
NAME = "trender"
WIDTH, HEIGHT = 13.333, 7.5  # inches: 16:9
TITLE, FOOT = Pt(24), Pt(14)  # on a screen of 1080 lines 48 and 28
_LIST = Pt(20)
_FONT = "Verdana"  # as near the drawings' own as any that an office program has
_INK, _QUIET = "1F2933", "52606D"
_TITLE_ONLY = 5  # of python-pptx's own layouts
_END = re.compile(r"\d[^ ]*( var)? av [^ ]+$")


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
        lists = [{"title": title, "items": items} for title, items in _lists(document)]
        content = {"title": message("slides.title", title=document.cover.title), "charts": charts, "lists": lists}
        files[f"{CHARTS}/{NAME}.pdf"] = compiled("slides.typ", content, document.cover, document.figures)
        files[f"{CHARTS}/{NAME}.pptx"] = write_pptx(document)
    return files


def write_pptx(document: Document) -> bytes:
    """The file. A figure without a drawing of its own for slides is left out. Equal documents give equal bytes."""
    deck, cover = Presentation(), document.cover
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _leave_one_layout(deck)
    for figure in document.figures:
        if figure.slide:
            _write_slide(deck.slides.add_slide(deck.slide_layouts[0]), figure, figure.slide, cover.caption_mark)
    for title, items in _lists(document):
        _write_list(deck.slides.add_slide(deck.slide_layouts[0]), title, items, cover.mark)
    for part in deck.part.package.iter_parts():
        for spoken in part._element.iter() if hasattr(part, "_element") else ():
            if spoken.get("lang"):
                spoken.set("lang", "sv-SE")
    return dated_bytes(deck, cover, message("slides.title", title=cover.title))


def _lists(document: Document) -> Iterator[tuple[str, list[str]]]:
    """Each list that stands right under a heading, with it: a slide of its own after the charts."""
    for heading, items in pairwise(document.blocks):
        if isinstance(heading, Heading) and isinstance(items, Items):
            texts = (
                "".join(run.text for block in item if isinstance(block, Paragraph) for run in block.runs)
                for item in items.items
            )
            yield heading.text, list(texts)


def _spoken(figure: Figure, mark: str) -> str:
    """The text alternative, with the edition's mark where it has one for captions: it goes where the picture goes."""
    return f"{figure.alt} ({mark})" if mark else figure.alt


def _write_slide(slide: Any, figure: Figure, own: OnSlide, mark: str) -> None:
    """Title, drawing and foot, read aloud in that order."""
    place = slide.shapes
    _write_title(place.title, figure.title, Inches(own.left), Inches(own.width), Inches(own.top - 0.4))
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


def _write_list(slide: Any, heading: str, items: Iterable[str], mark: str) -> None:
    """A heading, what stands under it and, at the foot, the edition's mark."""
    place, left, width = slide.shapes, Inches(0.6), Inches(WIDTH - 1.2)
    _write_title(place.title, heading, left, width, Inches(0.8))
    body = place.add_textbox(left, Inches(1.4), width, Inches(HEIGHT - 2.6)).text_frame
    for item in items:
        _write_text(body, item, _LIST, _INK, top=True)
    foot = place.add_textbox(left, Inches(HEIGHT - 0.9), width, Inches(0.6))
    _write_text(foot.text_frame, mark, FOOT, _QUIET)
    slide.notes_slide.notes_text_frame.text = mark


def _write_title(title: Any, words: str, left: Length, width: Length, height: Length) -> None:
    """A heading; a number that ends it ("4 av 31") stands on one line."""
    title.left, title.top, title.width, title.height = left, Inches(0.35), width, height
    _write_text(title.text_frame, _END.sub(lambda end: end[0].replace(" ", "\u00a0"), words), TITLE, _INK, bold=True)


def _write_text(frame: Any, words: str, size: Pt, colour: str, *, bold: bool = False, top: bool = False) -> None:
    """A paragraph, the first of its frame or after those that stand there."""
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP if bold or top else MSO_ANCHOR.BOTTOM
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    paragraph = frame.add_paragraph() if frame.text else frame.paragraphs[0]
    paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, size if top else None
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
