"""The document as one self-contained HTML page: no script, nothing fetched, readable by ear and on a narrow screen."""

import base64
import re
from collections.abc import Iterable
from html import escape

from vbe_analysis.config import message
from vbe_analysis.document.parts import Cover, Figure, Table
from vbe_analysis.document.pdf import MANY_COLUMNS
from vbe_analysis.document.tree import Block, Box, Document, Heading, Items, Paragraph, Run

STYLE = """
:root { color-scheme: light dark; --ink: #1f2933; --quiet: #52606d; --line: #d3d9e0; --faint: #f4f6f8;
  --accent: #0b4f6c; --paper: #ffffff; --sheet: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --quiet: #a9b4c0; --line: #3d4853; --faint: #1f272f;
  --accent: #8ecbe6; --paper: #151b21; --sheet: #ffffff; } }
* { box-sizing: border-box; }
html { font-size: 106.25%; scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.6; overflow-wrap: break-word;
  font-family: "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
  hyphens: auto; }
header, nav, main, .notes, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: .06em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
.skip { position: absolute; left: -999rem; background: var(--paper); padding: .6rem 1rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 1; }
header { padding-top: 3.5rem; }
.edition { display: inline-block; margin: 0 0 1.5rem; padding: .15rem .7rem; border: 1px solid var(--quiet);
  border-radius: 2rem; font-size: .82rem; color: var(--quiet); }
h1, h2, h3, h4, h5 { line-height: 1.25; text-wrap: balance; font-weight: 650; margin: 0; break-after: avoid; }
h1 { font-size: clamp(1.6rem, 6vw, 2.6rem); letter-spacing: -.015em; }
h2 { font-size: 1.55rem; margin-top: 3.75rem; }
h3 { font-size: 1.2rem; margin-top: 2.5rem; }
h4, h5 { font-size: 1rem; margin-top: 2rem; }
.subtitle { font-size: 1.2rem; color: var(--quiet); margin: .4rem 0 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 1.75rem 0 0;
  font-size: .92rem; }
dt { color: var(--quiet); } dd { margin: 0; }
.reservation { font-size: .92rem; color: var(--quiet); margin: 1.25rem 0 0; }
nav { margin-top: 2.5rem; }
nav h2 { font-size: 1rem; margin: 0; padding-top: 1.5rem; border-top: 1px solid var(--line); }
nav ol { list-style: none; margin: .6rem 0 0; padding: 0; }
nav ol ol { padding-left: 1.25rem; margin: 0; font-size: .93rem; }
nav a { display: inline-block; padding: .18rem 0; text-decoration: none; } nav a:hover { text-decoration: underline; }
p, ul, ol { margin: .85rem 0; } li { margin: .3rem 0; } li > p { margin: .3rem 0; }
h2 + p, h3 + p, h4 + p { margin-top: .6rem; }
.box { margin: 1.75rem 0; padding: .35rem 1.35rem; background: var(--faint); border-left: 4px solid var(--accent); }
figure, .table { margin: 2.5rem 0; }
figcaption, caption { text-align: left; line-height: 1.4; padding: 0 0 .6rem; hyphens: manual; }
.caption { display: block; position: sticky; left: 0; max-width: min(43.5rem, calc(100vw - 2.5rem)); }
.label { font-weight: 650; } .title { font-weight: 650; }
.mark { display: inline-block; color: var(--quiet); font-size: .78rem; border: 1px solid var(--line);
  border-radius: 2rem; padding: 0 .55rem; white-space: nowrap; }
.scope { display: block; color: var(--quiet); font-size: .88rem; }
.source { color: var(--quiet); font-size: .85rem; line-height: 1.45; margin: .5rem 0 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; min-width: min(100%, 26rem); font-size: .92rem; line-height: 1.35;
  font-variant-numeric: tabular-nums;
  hyphens: manual; border-bottom: 1.5px solid var(--ink); }
thead tr { border-top: 1.5px solid var(--ink); border-bottom: 1px solid var(--ink); }
th, td { text-align: left; vertical-align: top; padding: .5rem 0 .5rem 1.25rem; min-width: 4.5rem;
  overflow-wrap: normal; }
thead th { vertical-align: bottom; font-weight: 650; } tbody th { font-weight: 400; min-width: 9rem; }
tbody tr + tr { border-top: 1px solid var(--line); }
th:first-child { padding-left: 0; } .number { text-align: right; }
td.number, .range { white-space: nowrap; } td.words { white-space: normal; }
.many { font-size: .82rem; } .many th, .many td { min-width: 0; padding-left: .6rem; }
.many th:first-child { padding-left: 0; min-width: 8rem; }
figure img { display: block; width: 100%; height: auto; background: var(--sheet); border-radius: 3px; }
@media (prefers-color-scheme: dark) { figure img { padding: .75rem; } }
details { margin-top: .6rem; font-size: .92rem; }
summary { cursor: pointer; color: var(--accent); padding: .3rem 0; } details .table { margin: .75rem 0 0; }
sup { line-height: 0; font-size: .75em; } sup a { padding: 0 .12em; text-decoration: none; font-weight: 650; }
.notes { margin-top: 4rem; font-size: .92rem; }
.notes h2 { font-size: 1.2rem; padding-top: 1.5rem; border-top: 1px solid var(--line); margin: 0; }
.notes ol { padding-left: 1.4rem; } .notes li p:first-child { display: inline; } .back {
  padding: 0 .25em; }
:target { scroll-margin-top: 1rem; background: color-mix(in srgb, var(--accent) 14%, transparent); }
footer { margin-top: 4rem; padding-bottom: 3rem; color: var(--quiet); font-size: .85rem; }
footer p { border-top: 1px solid var(--line); padding-top: 1rem; }
@media (max-width: 30rem) { header { padding-top: 2rem; } dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; } h2 { font-size: 1.35rem; margin-top: 3rem; } .box { padding: .2rem 1rem; }
  table { min-width: 0; font-size: .85rem; hyphens: auto; } th, td { min-width: 0; padding-left: .7rem; }
  tbody th { min-width: 7rem; } figure img { width: 31rem; max-width: none; } }
@media (min-width: 66rem) { main .scroll { margin-right: -8rem; } }
@media print { :root { color-scheme: light; --ink: #000; --quiet: #3c4650; --line: #c5ccd3; --faint: #f4f6f8;
    --accent: #0b4f6c; --paper: #fff; --sheet: #fff; }
  html { font-size: 10.5pt; } header, nav, main, .notes, footer { max-width: none; padding-left: 0;
  padding-right: 0; }
  header { padding-top: 0; } nav, .skip, details, .back { display: none; }
  main .scroll { overflow: visible; margin: 0; }
  figure, tr, .box { break-inside: avoid; } caption { break-after: avoid; } thead { display: table-header-group; }
  figure img { padding: 0; } p { orphans: 3; widows: 3; } main h2 { margin-top: 2.5rem; } a { color: inherit; }
  h2 { font-size: 1.4rem; } }
"""

# Under a notebook's cell: the chapter's tables against JupyterLab's own, which sets every cell to the right.
NOTEBOOK_STYLE = """
.vbe { max-width: 46rem; margin: .5rem 0 1.5rem; } .vbe figure { margin: 0; } .vbe img { width: 100%; }
.vbe figcaption, .vbe caption { text-align: left; padding-bottom: .5rem; } .vbe .title { font-weight: 650; }
.vbe .scope { opacity: .8; } .vbe .source { opacity: .8; margin: .3rem 0; font-size: .9em; }
.jp-OutputArea .vbe table { margin: 0; border-collapse: collapse; border-bottom: 1px solid;
  font-variant-numeric: tabular-nums; }
.jp-OutputArea .vbe th, .jp-OutputArea .vbe td { text-align: left; vertical-align: top; white-space: normal;
  padding: .3rem 1rem .3rem 0; }
.jp-OutputArea .vbe .number { text-align: right; } .jp-OutputArea .vbe tbody th { font-weight: 400; }
.jp-OutputArea .vbe thead tr { border-top: 1px solid; border-bottom: 1px solid; }
"""


_RANGE = re.compile(r"\(?\d[\d\u00a0]*–\d[\d\u00a0]*(?:\u00a0%)?\)?")


def write_html(document: Document) -> bytes:
    """The page, in UTF-8. Equal documents give equal bytes."""
    cover, page = document.cover, _Page(document)
    main = "\n".join(page.block(block) for block in document.blocks)
    running = f"{cover.mark} · {cover.organisation}".replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    paper = (
        f'@page {{ size: A4; margin: 22mm 22mm 24mm; @top-left {{ content: "{running}"; font: 8.5pt sans-serif; }} '
        f'@bottom-right {{ content: "{message("document.page")} " counter(page) " {message("document.of")} " '
        "counter(pages); font: 8.5pt sans-serif; } }"
    )
    foot = [part for part in (cover.mark, cover.organisation, cover.diarienummer) if part]
    text = f"""<!DOCTYPE html>
<html lang="{escape(cover.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(cover.title)} – {escape(cover.mark)}</title>
<style>{STYLE}{paper}
</style>
</head>
<body>
<a class="skip" href="#innehall">{_word("skip")}</a>
{_head(cover)}
{_contents(document.headings)}
<main id="innehall" tabindex="-1">
{main}
</main>
{page.notes()}<footer><p>{escape(" · ".join(foot))}</p></footer>
</body>
</html>
"""
    return text.encode("utf-8")


def show(part: Table | Figure) -> str:
    """The part as JupyterLab shows it under its cell: as in the chapter, without number."""
    page = _Page(None)
    inner = page.table(part) if isinstance(part, Table) else page.figure(part)
    inner = inner.replace('<span class="scope">', '<br><span class="scope">')  # an untrusted notebook drops the style
    return f'<div class="vbe" lang="sv"><style>{NOTEBOOK_STYLE}</style>{inner}</div>'


class _Page:
    """Writes blocks; counts how often each footnote has been referred to, for the links back."""

    def __init__(self, document: Document | None) -> None:
        self.document = document
        self.labels = document.labels if document else {}
        self.mark = document.cover.caption_mark if document else ""
        self.seen: dict[int, int] = {}

    def block(self, block: Block) -> str:
        if isinstance(block, Heading):
            level = block.level + 1  # the title is the page's h1
            return f'<h{level} id="{block.id}">{escape(block.text)}</h{level}>'
        if isinstance(block, Paragraph):
            return f"<p>{self.runs(block.runs)}</p>"
        if isinstance(block, Items):
            kind = "ol" if block.ordered else "ul"
            return f"<{kind}>" + "".join(f"<li>{self.blocks(item)}</li>" for item in block.items) + f"</{kind}>"
        if isinstance(block, Box):
            return f'<div class="box">{self.blocks(block.blocks)}</div>'
        return self.table(block) if isinstance(block, Table) else self.figure(block)

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(self.block(block) for block in blocks)

    def runs(self, runs: Iterable[Run]) -> str:
        return "".join(self.run(run) for run in runs)

    def run(self, run: Run) -> str:
        if run.note:
            times = self.seen[run.note] = self.seen.get(run.note, 0) + 1
            name = f"not-{run.note}-{times}"
            label = _word("note", number=run.note)
            link = f'<a id="{name}" href="#not-{run.note}" role="doc-noteref" aria-label="{label}">{run.note}</a>'
            return f"<sup>{link}</sup>"
        text = escape(run.text, quote=False)
        text = f"<em>{text}</em>" if run.emphasis else text
        text = f"<strong>{text}</strong>" if run.strong else text
        if run.url:
            return f'<a href="{escape(run.url)}">{text}</a>'
        return f'<a href="#{self.anchor(run.target)}">{text}</a>' if run.target else text

    def anchor(self, name: str) -> str:
        return f"del-{name}"

    def caption(self, part: Table | Figure) -> str:
        label = f'<span class="label">{self.labels[part.id]}.</span> ' if part.id in self.labels else ""
        mark = f' <span class="mark">{escape(self.mark)}</span>' if self.mark else ""
        unit = _unit(part) if isinstance(part, Table) else ""
        scope = ". ".join(text.rstrip(".") for text in (part.scope, unit) if text)
        line = f'<span class="scope">{escape(scope)}</span>' if scope else ""
        return f'{label}<span class="title">{escape(part.title)}</span>{mark}{line}'

    def table(self, table: Table) -> str:
        name = self.anchor(table.id)
        return f'<div class="table" id="{name}">{_grid(table, name, self.caption(table))}{_below(table)}</div>'

    def figure(self, figure: Figure) -> str:
        """SVG as a picture: its inner ids meet no others, and the text alternative is read in every browser."""
        name = self.anchor(figure.id)
        svg = base64.b64encode(figure.svg.encode("utf-8")).decode("ascii")
        label = self.labels.get(figure.id, "")
        folded = _word("data", label=label[0].lower() + label[1:]) if label else _word("data_unnumbered")
        caption = f'<span class="title">{folded}</span><span class="scope">{escape(_unit(figure.data))}</span>'
        return (
            f'<figure id="{name}"><figcaption id="{name}-bild">{self.caption(figure)}</figcaption>\n'
            f'<div class="scroll" role="region" aria-labelledby="{name}-bild" tabindex="0">'
            f'<img alt="{escape(figure.alt)}" src="data:image/svg+xml;base64,{svg}"></div>\n{_below(figure)}\n'
            f'<details><summary>{folded}</summary><div class="table">{_grid(figure.data, name, caption)}</div>'
            "</details></figure>"
        )

    def notes(self) -> str:
        if self.document is None or not self.document.footnotes:
            return ""
        items = "\n".join(self.note(number, blocks) for number, blocks in enumerate(self.document.footnotes, start=1))
        return (
            f'<section class="notes" role="doc-endnotes" aria-labelledby="noter"><h2 id="noter">{_word("notes")}</h2>\n'
            f"<ol>\n{items}\n</ol></section>\n"
        )

    def note(self, number: int, blocks: tuple[Block, ...]) -> str:
        label = _word("back", number=number)
        back = "".join(
            f' <a class="back" href="#not-{number}-{time}" role="doc-backlink" aria-label="{label}">↩</a>'
            for time in range(1, self.seen.get(number, 0) + 1)
        )
        text = self.blocks(blocks)
        return f'<li id="not-{number}">{text.removesuffix("</p>")}{back}{"</p>" if text.endswith("</p>") else ""}</li>'


def _grid(table: Table, name: str, caption: str) -> str:
    """The table itself, in a region that scrolls by keyboard where the screen is narrow."""
    numeric = [' class="number"' if number else "" for number in table.numeric]
    many = ' class="many"' if len(table.header) > MANY_COLUMNS else ""
    headings = zip(table.header, numeric, strict=True)
    header = "".join(f'<th scope="col"{css}>{escape(text)}</th>' for text, css in headings)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(_cell(text, number) for text, number in zip(row[1:], table.numeric[1:], strict=True))
        + "</tr>"
        for row in table.cells
    )
    return (
        f'<div class="scroll" role="region" aria-labelledby="{name}-titel" tabindex="0"><table{many}>'
        f'<caption><span class="caption" id="{name}-titel">{caption}</span></caption>\n'
        f"<thead><tr>{header}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _cell(text: str, number: bool) -> str:
    """Words may break, a number or an interval may not."""
    if number and not any(map(str.isalpha, text)):
        return f'<td class="number">{escape(text)}</td>'
    shown = _RANGE.sub(r'<span class="range">\g<0></span>', escape(text))
    return f'<td class="number words">{shown}</td>' if number else f"<td>{shown}</td>"


def _head(cover: Cover) -> str:
    subtitle = f'<p class="subtitle">{escape(cover.subtitle)}</p>' if cover.subtitle else ""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in cover.facts)
    reservation = f'<p class="reservation">{escape(cover.reservation)}</p>' if cover.reservation else ""
    return (
        f'<header><p class="edition">{escape(cover.mark)}</p>\n<h1>{escape(cover.title)}</h1>\n{subtitle}\n'
        f"<dl>{facts}</dl>\n{reservation}</header>"
    )


def _contents(headings: tuple[Heading, ...]) -> str:
    """Two levels of headings, as nested lists."""
    items: list[tuple[Heading, list[Heading]]] = []
    for heading in headings:
        if heading.level == 1:
            items.append((heading, []))
        elif heading.level == 2:
            items[-1][1].append(heading)
    if not items:
        return ""
    return (
        f'<nav aria-labelledby="innehallsrubrik"><h2 id="innehallsrubrik">{_word("contents")}</h2>\n<ol>'
        + "".join(f"<li>{_entry(top)}{_sublist(below)}</li>\n" for top, below in items)
        + "</ol></nav>"
    )


def _sublist(headings: list[Heading]) -> str:
    return "<ol>" + "".join(f"<li>{_entry(heading)}</li>" for heading in headings) + "</ol>" if headings else ""


def _entry(heading: Heading) -> str:
    return f'<a href="#{heading.id}">{escape(heading.text)}</a>'


def _below(part: Table | Figure) -> str:
    lines = [*part.notes, message("document.source", source=part.source)]
    return "".join(f'<p class="source">{escape(line)}</p>' for line in lines)


def _word(name: str, **values: object) -> str:
    return message(f"document.html.{name}", **values)


def _unit(table: Table) -> str:
    return message("document.unit", unit=table.unit) if table.unit else ""
