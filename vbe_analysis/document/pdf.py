"""The document as PDF: set by Typst, tagged for PDF/UA-1 and PDF/A-2a, its row headers marked afterwards."""

import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, cast

import matplotlib
import pikepdf
import typst

from vbe_analysis.config import message
from vbe_analysis.document.images import width_of
from vbe_analysis.document.parts import Figure, Table
from vbe_analysis.document.tree import Block, Box, Document, Heading, Items, Paragraph, Run
from vbe_analysis.periods import Period

MANY_COLUMNS = 8  # a table with more is set in smaller type
_WIDTH, _POINTS, _POINTS_SMALL = 160 / 25.4, 8.4, 7.2  # inches and type sizes: as the template of the PDF has them
_AIR = 1.3  # of a column, in type sizes
_WORD = 24  # letters; a longer word is divided


def column_widths(table: Table) -> tuple[float, ...]:
    """Each column's share of the text's width; together 0.5 to 1. No word is broken while there is room for it.

    A heading stands on one line if all can, else on two.
    """
    points = _POINTS_SMALL if len(table.header) > MANY_COLUMNS else _POINTS
    room, air = _WIDTH / points * 72, _AIR
    columns = list(zip(table.header, zip(*table.cells, strict=True), strict=True))
    least = [max(_longest(heading, "bold"), *map(_longest, cells)) + air for heading, cells in columns]
    wish = least
    for fold in (_width, _folded):
        wish = [
            max(smallest, fold(heading, "bold") + air, max(map(_width, cells)) + air)
            for smallest, (heading, cells) in zip(least, columns, strict=True)
        ]
        if sum(wish) <= room:
            scale = max(room / 2 / sum(wish), min(1.25, room / sum(wish)))
            return tuple(width * scale / room for width in wish)
    spare = room - sum(least)
    if spare <= 0:
        return tuple(width / sum(least) for width in least)
    longing = sum(wish) - sum(least)
    return tuple((small + spare * (wide - small) / longing) / room for small, wide in zip(least, wish, strict=True))


def _width(text: str, weight: str = "normal") -> float:
    """In type sizes."""
    return sum(_advance(character, weight) for character in text)


def _folded(text: str, weight: str) -> float:
    """The width of a text that is broken once, where it is narrowest."""
    words = text.split(" ")
    ways = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min((max(_width(one, weight) for one in way) for way in ways), default=_width(text, weight))


def _longest(text: str, weight: str = "normal") -> float:
    return max(_width(word[:_WORD], weight) for word in text.split(" "))


@cache
def _advance(character: str, weight: str) -> float:
    return width_of(f"x{character}x", 72, weight) - width_of("xx", 72, weight)


TEMPLATE = r"""
#let doc = json("document.json")
#let quiet = rgb("#52606d")
#let line-colour = rgb("#d3d9e0")
#let accent = rgb("#0b4f6c")

#set document(title: doc.title, author: doc.organisation, description: doc.mark, date: auto)
#set text(lang: doc.language, region: "SE", font: "DejaVu Sans", size: 9pt, fill: rgb("#1f2933"), hyphenate: true,
  costs: (hyphenation: 400%))
#set par(leading: 0.7em, spacing: 1.05em, linebreaks: "optimized")
#set page(
  paper: "a4",
  margin: (left: 25mm, right: 25mm, top: 23mm, bottom: 20mm),
  header: text(7.6pt, fill: quiet, hyphenate: false, grid(columns: (auto, 1fr), column-gutter: 1em,
    text(weight: "bold", doc.mark), align(right, doc.organisation))),
  footer: text(7.6pt, fill: quiet, hyphenate: false, grid(columns: (1fr, auto), column-gutter: 1em,
    doc.diarienummer, context [#doc.page #counter(page).display() #doc.of #counter(page).final().first()])),
)
#show title: set text(18pt, hyphenate: false)
#show title: set par(leading: 0.5em)
#show title: set block(below: 0.7em)
#show heading: set text(hyphenate: false)
#show heading: set block(sticky: true)
#show heading.where(level: 1): set text(15pt)
#show heading.where(level: 1): set block(above: 1.8em, below: 0.75em)
#show heading.where(level: 2): set text(11.5pt)
#show heading.where(level: 2): set block(above: 1.6em, below: 0.7em)
#show heading.where(level: 3): set text(9.8pt)
#show heading.where(level: 3): set block(above: 1.8em, below: 0.8em)
#show link: set text(fill: accent)
#show regex("\d[\d\u{a0}]*–\d[\d\u{a0}]*"): it => box(it)  // a range is never divided
#show table.cell.where(y: 0): set text(weight: "bold")
#set footnote.entry(separator: line(length: 25%, stroke: 0.5pt + quiet), gap: 0.6em)
#show footnote.entry: set text(8pt)
#set list(indent: 0.4em, body-indent: 0.7em, spacing: 0.8em)
#set enum(indent: 0.4em, body-indent: 0.7em, spacing: 0.8em)
#set figure(gap: 0.8em)
#set figure.caption(position: top)
#show figure.caption: set align(left)
#show figure: set align(left)

#let caption-of(part) = par(leading: 0.6em, text(hyphenate: false, {
  text(8.8pt, weight: "bold", part.label + [. ] + part.title)
  if doc.caption_mark != "" { text(7.6pt, fill: quiet, [ · ] + doc.caption_mark) }
  if part.scope != "" { linebreak(); text(8pt, fill: quiet, part.scope) }
}))

// What stands under a table or a chart never leaves it for the next page.
#let below(part) = block(above: 0.7em, below: 0pt, text(7.8pt, fill: quiet, hyphenate: false, par(leading: 0.55em,
  part.below.map(it => [#it]).join(linebreak()))))

// Only long words are divided: the simple line breaking of a table would divide any.
#let words(it) = it.split(" ").map(word => text(hyphenate: word.clusters().len() > 12, word)).join(" ")

#let grid-of(part) = table(
  columns: part.widths.map(share => share * 160mm),
  align: (x, y) => (if part.numeric.at(x) { right } else { left }) + (if y == 0 { bottom } else { top }),
  inset: (x, y) => (left: if x == 0 { 0pt } else { 0.55em }, right: 0.55em, top: 0.45em, bottom: 0.45em),
  stroke: (x, y) => (
    top: if y == 0 { 0.9pt } else if y == 1 { 0.6pt } else { 0.4pt + line-colour },
    bottom: if y == part.rows { 0.9pt } else { none },
  ),
  table.header(..part.header.map(it => table.cell(words(it)))),
  ..part.cells.flatten().map(it => table.cell(words(it))),
)

#let table-of(part) = {
  show figure: set block(breakable: part.long)
  set text(if part.small { 7.2pt } else { 8.4pt })
  set par(leading: 0.55em, linebreaks: "simple")
  block(breakable: part.long, above: 1.6em, below: 1.6em, {
    [#figure(grid-of(part), kind: table, supplement: none, numbering: none, outlined: false, caption: caption-of(part))
      #label(part.anchor)]
    below(part)
  })
}

#let picture-of(part) = block(breakable: false, above: 1.6em, below: 1.6em, {
  [#figure(image(part.file, width: 100%, alt: part.alt), kind: image, supplement: none, numbering: none,
    outlined: false, alt: part.alt, caption: caption-of(part)) #label(part.anchor)]
  below(part)
})

#let show-blocks(blocks, inline: false) = {
  let show-run(run) = {
    let body = [#run.text]
    if run.emphasis { body = emph(body) }
    if run.strong { body = strong(body) }
    if run.note > 0 {
      let name = label("not-" + str(run.note))
      if run.first { [#footnote(show-blocks(doc.footnotes.at(run.note - 1), inline: true))#name] }
      else { footnote(name) }
    } else if run.url != "" { link(run.url, body) }
    else if run.anchor != "" { link(label(run.anchor), body) }
    else { body }
  }
  let show-runs(runs) = runs.map(show-run).join()
  for (place, it) in blocks.enumerate() {
    if inline and it.kind == "paragraph" {  // a footnote begins on its number's line
      if place > 0 { linebreak() }
      show-runs(it.runs)
    }
    else if it.kind == "heading" { heading(level: it.level, it.text) }
    else if it.kind == "paragraph" {  // what leads to a list stays with it
      let leads = place + 1 < blocks.len() and blocks.at(place + 1).kind == "list"
      if leads { block(sticky: true, spacing: 1.05em, par(show-runs(it.runs))) } else { par(show-runs(it.runs)) }
    }
    else if it.kind == "list" {
      let items = it.items.map(item => show-blocks(item))
      if it.ordered { enum(..items) } else { list(..items) }
    }
    else if it.kind == "box" {
      block(breakable: false, width: 100%, above: 1.4em, below: 1.4em, inset: (left: 1.2em, right: 1.2em, y: 0.9em),
        fill: rgb("#f4f6f8"), stroke: (left: 2.5pt + accent), show-blocks(it.blocks))
    }
    else if it.kind == "table" { table-of(it) }
    else { picture-of(it) }
  }
}

#title(doc.heading.join(linebreak()))
#if doc.subtitle != "" { block(above: 0pt, below: 1em, text(11pt, fill: quiet, hyphenate: false, doc.subtitle)) }
#block(above: 0.6em, below: 1.2em, text(8.4pt, hyphenate: false, par(leading: 0.7em,
  doc.facts.map(fact => text(fill: quiet, fact.at(0) + ": ") + fact.at(1)).join(linebreak()))))
#if doc.reservation != "" { block(text(8.4pt, fill: quiet, doc.reservation)) }

#show-blocks(doc.blocks)
"""


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
