"""What Typst sets: the document as PDF, and a chart's <svg> as PNG, so that it is laid out and drawn once.

The PDF is tagged for PDF/UA-1 and PDF/A-2a, its row headers marked afterwards.
"""

import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

import matplotlib
import pikepdf
import typst

from vbe_analysis.config import message
from vbe_analysis.document.parts import Cover, Figure, Table
from vbe_analysis.document.templates import source
from vbe_analysis.document.tree import Block, Box, Document, Heading, Items, Paragraph, Run
from vbe_analysis.document.widths import column_widths, longest_word

PAGE_PNG, SLIDE_PNG = 1600, 1920  # pixels: sharp at the width of an A4 page; a screen's
_SIZE = re.compile(r'\bwidth="([\d.]+)pt" height="[\d.]+pt" viewBox="[^"]+"')
_SHEET = b"""#set page(width: auto, height: auto, margin: 0pt)
#image("drawing.svg")"""
LONG_TABLE = 15  # rows; a shorter table is never split between pages


def write_pdf(document: Document, *, title_block: bool = True, level: int = 1) -> bytes:
    """The PDF. Equal documents give equal bytes on one platform with the same versions.

    title_block: the title and the facts; level: the level whose look the highest headings have (their tags are H1).
    Raises typst.TypstError if the result would break PDF/UA-1 or PDF/A-2a.
    """
    cover, writer = document.cover, _Writer(document)
    lines = (cover.subtitle, str(cover.period), cover.board, cover.diarienummer, cover.reservation)
    content = {
        "diarienummer": cover.diarienummer,
        "caption_mark": cover.caption_mark,
        "under_title": [line for line in lines if line],
        "annex": message("document.annex_heading"),
        "page": message("document.page"),
        "of": message("document.of"),
        "title_block": title_block,
        "level": level,
        "blocks": writer.blocks(document.blocks),
        "footnotes": [writer.blocks(note) for note in document.footnotes],
    }
    return compiled("document.typ", content, cover, document.figures)


def compiled(template: str, content: Mapping[str, object], cover: Cover, figures: Iterable[Figure]) -> bytes:
    """Typst's PDF of a template, which reads `content` and the cover's names, dated to the period's end.

    Raises typst.TypstError if the result would break PDF/UA-1 or PDF/A-2a.
    """
    named = {name: getattr(cover, name) for name in ("title", "organisation", "mark", "language")}
    files = {"main.typ": source(template), "document.json": json.dumps({**named, **content}).encode()}
    files |= {f"{figure.id}.svg": figure.svg.encode("utf-8") for figure in figures}
    stamp = datetime.combine(cover.period.end, time(12), UTC)
    pdf = typst.Compiler(files, font_paths=fonts()).compile(  # type: ignore[type-var]
        format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=stamp
    )
    return _mark_row_headers(cast(bytes, pdf))


@cache
def fonts() -> typst.Fonts:
    """Those that matplotlib carries: the same look on every machine, whatever is installed there."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def png_of(figure: Figure, width: int, *, part: bool = False) -> bytes:
    """The figure's drawing, `width` pixels wide; part: only what stands between a slide's title and its foot."""
    svg, size = figure.svg, _SIZE.search(figure.svg)
    if size is None:
        raise ValueError(f"{figure.id}: an <svg> that does not say its size in points")
    points = float(size[1])
    if part and figure.slide:
        left, top, points, high = (
            72 * inches for inches in (figure.slide.left, figure.slide.top, figure.slide.width, figure.slide.height)
        )
        svg = _SIZE.sub(f'width="{points}pt" height="{high}pt" viewBox="{left} {top} {points} {high}"', svg, count=1)
    return _png(svg, width * 72 / points)


@lru_cache(maxsize=4)  # a figure of the page stands in both Word files
def _png(svg: str, ppi: float) -> bytes:
    files = {"main.typ": _SHEET, "drawing.svg": svg.encode()}
    compiler = typst.Compiler(files, font_paths=fonts())  # type: ignore[type-var]
    return cast(bytes, compiler.compile(format="png", ppi=ppi))


class _Writer:
    """Blocks as the template reads them; remembers which footnotes have been set."""

    def __init__(self, document: Document) -> None:
        self.labels = document.labels
        self.set_notes: set[int] = set()

    def blocks(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        return [self.block(block) for block in blocks]

    def block(self, block: Block) -> dict[str, Any]:
        if isinstance(block, Heading):
            return {"kind": "heading", "level": block.level, "text": block.text}
        if isinstance(block, Paragraph):
            return {"kind": "paragraph", "runs": [self.run(run) for run in block.runs]}
        if isinstance(block, Items):
            return {"kind": "list", "ordered": block.ordered, "items": [self.blocks(item) for item in block.items]}
        if isinstance(block, Box):
            return {"kind": "box", "blocks": self.blocks(block.blocks)}
        return self.part(block)

    def run(self, run: Run) -> dict[str, Any]:
        first = bool(run.note) and run.note not in self.set_notes
        self.set_notes.add(run.note)
        return {**vars(run), "first": first, "anchor": f"del-{run.target}" if run.target else ""}

    def part(self, part: Table | Figure) -> dict[str, Any]:
        shared = {
            "title": part.title,
            "anchor": part.anchor,
            "label": self.labels[part.id],
            "scope": part.caption_scope,
            "below": part.lines_below,
        }
        if isinstance(part, Figure):
            return shared | {"kind": "figure", "alt": part.alt, "file": f"{part.id}.svg"}
        return shared | {
            "kind": "table",
            "header": part.header,
            "cells": part.cells,
            "rows": len(part.cells),
            "numeric": part.numeric,
            "widths": column_widths(part),
            "longest_word": longest_word(part),
            "small": part.wide,
            "long": len(part.cells) >= LONG_TABLE,
        }


def _mark_row_headers(pdf: bytes) -> bytes:
    """The first cell of each body row becomes a row header: Typst has no word for it that its wheel can reach.

    Typst names a cell's column headers one by one, and a reader that finds names looks no further: the row's is named
    with them. A list of one child is written as the child: both are legal, but pdfua's rule on empty headings breaks on
    a list.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root.StructTreeRoot
        bodies = [element for element in _elements(root) if element.get("/S") == "/TBody"]
        rows = [_children(row) for body in bodies for row in _children(body)]
        names = pikepdf.NameTree(root.IDTree) if rows else {}
        for number, (cell, *others) in enumerate(rows):
            cell.S, cell.ID = pikepdf.Name.TH, pikepdf.String(f"R{number}")
            cell.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
            names[f"R{number}"] = cell
            for other in others:
                for about in other.A if isinstance(other.A, pikepdf.Array) else [other.A]:
                    if "/Headers" in about:
                        about.Headers.append(cell.ID)
        for element in _elements(root):
            if isinstance(element.get("/K"), pikepdf.Array) and len(element.K) == 1:
                element.K = element.K[0]
        stream = io.BytesIO()
        opened.save(stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


def _elements(element: pikepdf.Object) -> Iterable[pikepdf.Object]:
    for child in _children(element):
        yield child
        yield from _elements(child)


def _children(element: pikepdf.Object) -> list[pikepdf.Object]:
    content: Any = element.get("/K", [])
    kids = list(content) if isinstance(content, pikepdf.Array) else [content]
    return [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
