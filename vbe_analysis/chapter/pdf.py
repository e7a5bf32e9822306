"""The document as PDF: set by Typst, tagged for PDF/UA-1 and PDF/A-2a, its row headers marked afterwards."""

import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, cast

import matplotlib
import pikepdf
import typst

from vbe_analysis.chapter.columns import MANY_COLUMNS, column_widths
from vbe_analysis.chapter.document import Block, Box, Document, Heading, Items, Paragraph, Run
from vbe_analysis.chapter.parts import Figure, Table
from vbe_analysis.chapter.pdf_template import TEMPLATE
from vbe_analysis.config import message
from vbe_analysis.periods import Period

LONG_TABLE = 15  # rows; a shorter table is never split between pages


def write_pdf(document: Document) -> bytes:
    """The PDF. Equal documents give equal bytes on one platform with the same versions.

    Raises typst.TypstError if the result would break PDF/UA-1 or PDF/A-2a.
    """
    files = {"main.typ": TEMPLATE.encode("utf-8"), "document.json": _data(document)}
    files |= {_file(figure): figure.svg.encode("utf-8") for figure in document.figures}
    return _mark_row_headers(compiled(files, document.cover.period))


def compiled(files: Mapping[str, bytes], period: Period) -> bytes:
    """Typst's PDF of main.typ among the files, dated to the period's end.

    Raises typst.TypstError if the result would break PDF/UA-1 or PDF/A-2a.
    """
    # matplotlib carries the fonts: the same look on every machine, whatever is installed there.
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    stamp = datetime.combine(period.end, time(12), UTC)
    pdf = typst.Compiler(dict(files), font_paths=fonts).compile(  # type: ignore[type-var]
        format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=stamp
    )
    return cast(bytes, pdf)


def _data(document: Document) -> bytes:
    cover = document.cover
    writer = _Writer(document)
    blocks = writer.blocks(document.blocks)
    content = {
        **{name: getattr(cover, name) for name in ("title", "subtitle", "language", "organisation", "diarienummer")},
        **{name: getattr(cover, name) for name in ("mark", "caption_mark", "reservation", "facts")},
        "heading": _lines(cover.title),
        "page": message("document.page"),
        "of": message("document.of"),
        "blocks": blocks,
        "footnotes": [writer.blocks(note) for note in document.footnotes],
    }
    return json.dumps(content, ensure_ascii=False).encode("utf-8")


def _lines(title: str) -> list[str]:
    """The title, with what follows its colon on a line of its own."""
    before, colon, after = title.partition(": ")
    return [f"{before}:", after] if colon else [title]


class _Writer:
    """Blocks as the template reads them; knows which footnotes have stood before."""

    def __init__(self, document: Document) -> None:
        self.labels = document.labels
        self.seen: set[int] = set()

    def blocks(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        return [self.block(block) for block in blocks]

    def block(self, block: Block) -> dict[str, Any]:
        if isinstance(block, Heading):
            return {"kind": "heading", "level": block.level, "text": block.text}
        if isinstance(block, Paragraph):
            return {"kind": "paragraph", "runs": self.runs(block.runs)}
        if isinstance(block, Items):
            return {"kind": "list", "ordered": block.ordered, "items": [self.blocks(item) for item in block.items]}
        if isinstance(block, Box):
            return {"kind": "box", "blocks": self.blocks(block.blocks)}
        return self.part(block)

    def runs(self, runs: Iterable[Run]) -> list[dict[str, Any]]:
        return [self.run(run) for run in runs]

    def run(self, run: Run) -> dict[str, Any]:
        first = bool(run.note) and run.note not in self.seen
        self.seen.add(run.note)
        known = {"text": run.text, "strong": run.strong, "emphasis": run.emphasis, "url": run.url, "note": run.note}
        return known | {"first": first, "anchor": f"del-{run.target}" if run.target else ""}

    def part(self, part: Table | Figure) -> dict[str, Any]:
        unit = message("document.unit", unit=part.unit) if isinstance(part, Table) and part.unit else ""
        shared = {
            "label": self.labels[part.id],
            "title": part.title,
            "anchor": f"del-{part.id}",
            "scope": ". ".join(text.rstrip(".") for text in (part.scope, unit) if text),
            "below": [*part.notes, message("document.source", source=part.source)],
        }
        if isinstance(part, Figure):
            return shared | {"kind": "figure", "alt": part.alt, "file": _file(part)}
        return shared | {
            "kind": "table",
            "header": part.header,
            "cells": part.cells,
            "rows": len(part.cells),
            "numeric": part.numeric,
            "widths": column_widths(part),
            "small": len(part.header) > MANY_COLUMNS,
            "long": len(part.cells) >= LONG_TABLE,
        }


def _file(figure: Figure) -> str:
    return f"{figure.id}.svg"


def _mark_row_headers(pdf: bytes) -> bytes:
    """The first cell of each body row becomes a row header: Typst has no word for it that its wheel can reach.

    A list of one child is written as the child: both are legal, but pdfua's rule on empty headings breaks on a list.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for element in _elements(opened.Root.StructTreeRoot):
            if isinstance(element.get("/K"), pikepdf.Array) and len(element.K) == 1:
                element.K = element.K[0]
            if element.get("/S") == "/TBody":
                for row in _children(element):
                    cell = _children(row)[0]
                    cell.S = pikepdf.Name.TH
                    cell.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
        held = io.BytesIO()
        opened.save(held, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return held.getvalue()


def _elements(element: pikepdf.Object) -> Iterable[pikepdf.Object]:
    for child in _children(element):
        yield child
        yield from _elements(child)


def _children(element: pikepdf.Object) -> list[pikepdf.Object]:
    held: Any = element.get("/K", [])
    kids = list(held) if isinstance(held, pikepdf.Array) else [held]
    return [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
