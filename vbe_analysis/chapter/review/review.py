"""`vbe review`: the finished Word plan against what the chapter published. What nothing there supports is told.

A claim is supported where its sentence, or its table row under the same headings, stands in the chapter; and where a
rewritten sentence says a published fact and nothing else (support.py). When in doubt: told.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from vbe_analysis.chapter.own_texts.claims import NUMBER, Claim, find_claims
from vbe_analysis.chapter.review.support import Grounds, is_fact, plain
from vbe_analysis.config import message
from vbe_analysis.disclosure.facts import Facts
from vbe_analysis.document.parts import Figure, Table
from vbe_analysis.document.tree import Block, Box, Document, Heading, Items, Paragraph
from vbe_analysis.loaders.files.word_text import WordNote, WordParagraph, WordRow, WordText
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.vocabulary import Vocabulary

WORDS_AROUND = 3
_SENTENCE = re.compile(r"(?<=[.!?])[”\")]?\s+(?=[A-ZÅÄÖ0-9”\"(–])")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:s|sid|kap|bl\.a|t\.ex|m\.m|m\.fl|ca|dnr|nr|kl|jfr|tfn|avd|bitr|[A-ZÅÄÖ])\.$", re.IGNORECASE
)
_LABEL = re.compile(r"\b(tabell|figur)\s+b?\d+")


@dataclass(frozen=True)
class Remark:
    """A claim of the plan that nothing published supports.

    heading: the nearest above it; place: where under it; context: the claim with a few words on each side.
    """

    heading: str
    place: str
    claim: str
    context: str
    why: str

    def __str__(self) -> str:
        return message("review.remark", place=self.place, context=self.context, why=self.why)


def review(plan: Path, chapter: Document, facts: Facts, vocabulary: Vocabulary) -> list[Remark]:
    """Every number and claim of the plan, a .docx, that the published edition does not support, in the plan's order.

    chapter, facts: of the same edition. Raises InputError where the plan cannot be read.
    """
    published = _Published(chapter)
    grounds = Grounds(facts, vocabulary, chapter.cover.period)
    remarks: list[Remark] = []
    heading, below = message("review.before_headings"), 0
    for table, group in groupby(WordText(plan).shown(), key=lambda shown: getattr(shown, "table", 0)):
        if table:
            remarks += _in_table([row for row in group if isinstance(row, WordRow)], heading, published)
            continue
        for shown in group:
            if isinstance(shown, WordNote):
                heading, place = message("review.notes"), message("review.note", number=shown.number)
            elif isinstance(shown, WordRow) or shown.contents or not shown.text:
                continue
            elif shown.heading:
                heading, below, place = _told(shown.text), 0, message("review.heading")
            else:
                below += 1
                place = message("review.paragraph", number=below)
            remarks += _in_text(shown, heading, place, published, grounds)
    return remarks


def lines(remarks: Sequence[Remark]) -> Iterator[str]:
    """What the command says: the remarks under their headings."""
    if not remarks:
        yield message("review.none")
        return
    yield message("review.count", count=len(remarks))
    before = ""
    for remark in remarks:
        if remark.heading != before:
            yield from ("", remark.heading)
        before = remark.heading
        yield str(remark)


class _Published:
    """What the edition says, in the form that comparisons are made in."""

    def __init__(self, chapter: Document) -> None:
        texts = list(_texts(chapter))
        self.sentences = {_same(sentence) for text in texts for _, sentence in _sentences(text)}
        tables = (*chapter.tables, *(figure.data for figure in chapter.figures), *chapter.annex)
        self.tables = [
            (table.title, [tuple(map(_same, row)) for row in (table.header, *table.cells)]) for table in tables
        ]
        cells = (cell for _, rows in self.tables for row in rows for cell in row)
        self.numbers = {_same(claim.text) for text in (*texts, *cells) for claim in find_claims(text)}

    def tables_like(self, header: tuple[str, ...]) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
        """The title and rows of each table with these headings, or with these in order and others between them."""
        for title, (own, *rows) in self.tables:
            if header == own or (len(set(own)) == len(own) and tuple(name for name in own if name in header) == header):
                kept = range(len(own)) if header == own else [own.index(name) for name in header]
                yield title, [tuple(row[place] for place in kept) for row in rows]


def _texts(chapter: Document) -> Iterator[str]:
    """Every text of the chapter as its Word file writes it."""
    cover, labels = chapter.cover, chapter.labels
    yield from (cover.title, cover.subtitle, cover.reservation, *(f"{name}: {value}" for name, value in cover.facts))
    for block in (*chapter.blocks, *(block for note in chapter.footnotes for block in note)):
        yield from _of_block(block)
        if isinstance(block, Table | Figure):
            mark = f" · {cover.caption_mark}" if cover.caption_mark else ""
            yield from (f"{labels[block.id]}. {block.title}{mark}", block.title)


def _of_block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield block.text
    elif isinstance(block, Paragraph):
        yield "".join(run.text for run in block.runs if not run.note)
    elif isinstance(block, Items | Box):
        for inner in block.blocks if isinstance(block, Box) else sum(block.items, ()):
            yield from _of_block(inner)
    else:
        unit = message("document.unit", unit=block.unit) if isinstance(block, Table) and block.unit else ""
        yield ". ".join(text.rstrip(".") for text in (block.scope, unit) if text)
        yield from (*block.notes, message("document.source", source=block.source))


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Start and text of each sentence."""
    start = 0
    for found in _SENTENCE.finditer(text):
        if not _SHORT.search(text[start : found.start()]):
            yield start, text[start : found.start()]
            start = found.end()
    yield start, text[start:]


def _same(text: str) -> str:
    """The form in which two texts are the same; captions are numbered anew where they are pasted."""
    return _LABEL.sub(r"\1", plain(text)).strip(' .:;"')


def _in_text(
    shown: WordParagraph | WordNote, heading: str, place: str, published: _Published, grounds: Grounds
) -> Iterable[Remark]:
    numbered = "# " if isinstance(shown, WordParagraph) and shown.heading else ""  # the heading's own number
    claims = [(claim.start - len(numbered), claim) for claim in find_claims(numbered + shown.text)]
    for start, sentence in _sentences(shown.text):
        if _same(sentence) in published.sentences:
            continue
        for at, claim in claims:
            if start <= at < start + len(sentence) and not is_fact(claim, sentence, grounds):
                yield Remark(heading, place, claim.text, _context(shown.text, at, claim), _why(claim, published))


def _in_table(rows: list[WordRow], heading: str, published: _Published) -> Iterator[Remark]:
    """The cells of a published table, the one that the rows fit best, are supported; others are read as text."""
    header, *body = (tuple(map(_same, row.cells)) for row in rows)
    alike = list(published.tables_like(header))
    title, known = max(alike, key=lambda table: sum(row in table[1] for row in body), default=("", []))
    for row, cells in zip(rows, (header, *body), strict=True):
        if alike and row is rows[0]:
            continue
        near = max((own for own in known if own[0] == cells[0]), key=lambda own: _equal(own, cells), default=())
        place = message("review.row", table=row.table, row=row.row)
        for at, cell in enumerate(row.cells):
            for claim in find_claims(cell) if near[at : at + 1] != cells[at : at + 1] else ():
                why = message("review.cell", claim=claim.text, title=title) if alike else _why(claim, published)
                yield Remark(heading, place, claim.text, _context(cell, claim.start, claim), why)


def _equal(row: tuple[str, ...], other: tuple[str, ...]) -> int:
    return sum(cell == same for cell, same in zip(row, other, strict=False))


def _why(claim: Claim, published: _Published) -> str:
    if claim.kind != NUMBER:
        return message("review.word", claim=claim.text)
    kind = "elsewhere" if _same(claim.text) in published.numbers else "number"
    return message(f"review.{kind}", claim=claim.text)


def _context(text: str, start: int, claim: Claim) -> str:
    end = start + len(claim.text)
    before = re.search(rf"(?:\S+\s+){{0,{WORDS_AROUND}}}\S*$", text[:start])
    after = re.match(rf"\S*(?:\s+\S+){{0,{WORDS_AROUND}}}", text[end:])
    around = f"{before[0] if before else ''}{text[start:end]}{after[0] if after else ''}".strip()
    return claim.text if kinds_in(around) else around


def _told(heading: str) -> str:
    return message("place.hidden") if kinds_in(heading) else heading
