"""`vbe review`: the finished plan, or slides, held against the chapter. It lists what nothing in the chapter supports.

A claim is supported where its sentence, or its table row under the same headings, stands in the chapter. A rewritten
sentence is supported where it says a published fact and nothing else. Every word must then be understood: the count,
the subject's own name, the period, and words that add nothing. One word more ("på skolor", "personer", "minst") may
make it another claim. When in doubt, the claim is listed.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from vbe_analysis.analysis.verdict import DECREASE, INCREASE
from vbe_analysis.chapter.notebook.main_part import main_part
from vbe_analysis.chapter.own_texts.claims import NUMBER, Claim, find_claims, words
from vbe_analysis.chapter.own_texts.deck import DeckText, deck_texts
from vbe_analysis.chapter.text.sentences import span
from vbe_analysis.config import load, message
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.facts import GROUP, PERIOD, TYPE, CountClaim, Facts, Selector, VerdictClaim
from vbe_analysis.disclosure.publications import PERSON_LINKED, TRACES
from vbe_analysis.document.parts import Figure, Table
from vbe_analysis.document.tree import Block, Box, Document, Heading, Items, Paragraph
from vbe_analysis.loaders.files.word import WordNote, WordParagraph, WordRow, WordText
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.vocabulary import Term, Vocabulary

WORDS_AROUND = 3
DECK_SUFFIX = ".pptx"
_SENTENCE = re.compile(r"(?<=[.!?])[”\")]?\s+(?=[A-ZÅÄÖ0-9”\"(–])")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:s|sid|kap|bl\.a|t\.ex|m\.m|m\.fl|ca|dnr|nr|kl|jfr|tfn|avd|bitr|[A-ZÅÄÖ])\.$", re.IGNORECASE
)
_LABEL = re.compile(r"\b(tabell|figur)\s+b?\d+")
_ENVIRONMENT = "miljo"
_FEW = (1, 4)  # what "enstaka" means
_DIRECTIONS = {INCREASE: "up", DECREASE: "down"}


@dataclass(frozen=True)
class PlanClaim:
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


def check_plan(
    plan: Path,
    chapter: Document,
    facts: Facts,
    vocabulary: Vocabulary,
    places: Collection[str] | None = None,
    slides: Document | None = None,
) -> list[PlanClaim]:
    """Every number and claim of the plan, a .docx, that the published edition does not support, in the plan's order.

    A .pptx is read in the same way, its notes and text alternatives too; slides: the edition's own for the board.
    chapter, facts: of the same edition. places: those that a public text may not name, for a plan that leaves the
    authority: held against the public edition it is read as an own text is, and what bears the internal edition's mark
    is told. Raises InputError where the plan cannot be read.
    """
    edition = _Edition([chapter, *([slides] if slides else [])], facts, vocabulary, places)
    claims: list[PlanClaim] = []
    if plan.suffix.lower() == DECK_SUFFIX:
        for text in deck_texts(plan):
            heading = message("review.slide", number=text.slide)
            claims += _in_text(text, heading, message(f"review.slide_{text.place}"), edition)
        return claims
    word, heading, below = WordText(plan), message("review.before_headings"), 0
    for table, group in groupby(word.shown(), key=lambda part: getattr(part, "table", 0)):
        if table:
            claims += _in_table([row for row in group if isinstance(row, WordRow)], heading, edition)
            continue
        for part in group:
            if isinstance(part, WordNote):
                heading, place = message("review.notes"), message("review.note", number=part.number)
            elif isinstance(part, WordRow) or part.contents or not part.text:
                continue
            elif part.heading:
                heading, below, place = part.text, 0, message("review.heading")
                heading = message("place.hidden") if kinds_in(heading) else heading
            else:
                below += 1
                place = message("review.paragraph", number=below)
            claims += _in_text(part, heading, place, edition)
    for place, aside in dict.fromkeys(word.aside()):
        claims += _marked(aside, message("review.aside"), message(f"review.{place}"), edition)
    return claims


def report_lines(claims: Sequence[PlanClaim]) -> Iterator[str]:
    """What the command prints: the claims under their headings."""
    if not claims:
        yield message("review.none")
        return
    yield message("review.count", count=len(claims))
    for heading, group in groupby(claims, key=lambda claim: claim.heading):
        yield from ("", heading, *map(str, group))


class _Edition:
    """The edition's texts and tables, in the form that comparisons are made in, and its facts."""

    def __init__(
        self, documents: Sequence[Document], facts: Facts, vocabulary: Vocabulary, places: Collection[str] | None
    ) -> None:
        chapter, *slides = documents
        self.places = places
        self.facts, self.vocabulary, self.period = facts, vocabulary, chapter.cover.period
        texts = [*_texts(chapter), *_texts(main_part(chapter))]
        texts += [text for document in slides for text in _slide_texts(document)]
        self.sentences = {_same(sentence) for text in texts for _, sentence in _sentences(text)}
        tables = [table for document in documents for table in (*document.tables, *document.annex)]
        tables += [figure.data for document in documents for figure in document.figures]
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


def _slide_texts(slides: Document) -> Iterator[str]:
    """Every text of the board's slides as their files write it."""
    for figure in slides.figures:
        notes = (*figure.notes, figure.caption_scope, message("document.source", source=figure.source))
        yield from (figure.title, figure.alt, *notes, *([figure.slide.foot] if figure.slide else []))


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
    for end in _SENTENCE.finditer(text):
        if not _SHORT.search(text[start : end.start()]):
            yield start, text[start : end.start()]
            start = end.end()
    yield start, text[start:]


def _same(text: str) -> str:
    """The form in which two texts are the same; captions are numbered anew where they are pasted."""
    return _LABEL.sub(r"\1", plain(text)).strip(' .:;"')


def _in_text(
    part: WordParagraph | WordNote | DeckText, heading: str, place: str, edition: _Edition
) -> Iterable[PlanClaim]:
    numbered = "# " if isinstance(part, WordParagraph) and part.heading else ""  # the heading's own number
    claims = [(claim.start - len(numbered), claim) for claim in find_claims(numbered + part.text, edition.places)]
    yield from _marked(part.text, heading, place, edition)
    for start, sentence in _sentences(part.text):
        if _same(sentence) in edition.sentences:
            continue
        for at, claim in claims:
            if start <= at < start + len(sentence) and not _is_fact(claim, sentence, edition):
                yield PlanClaim(heading, place, claim.text, _context(part.text, at, claim), _why(claim, edition))


def _in_table(rows: list[WordRow], heading: str, edition: _Edition) -> Iterator[PlanClaim]:
    """The cells of a published table, the one that the rows fit best, are supported; others are read as text."""
    header, *body = (tuple(map(_same, row.cells)) for row in rows)
    alike = list(edition.tables_like(header))
    title, known = max(alike, key=lambda table: sum(row in table[1] for row in body), default=("", []))
    for row, cells in zip(rows, (header, *body), strict=True):
        if alike and row is rows[0]:
            continue
        near = max((own for own in known if own[0] == cells[0]), key=lambda own: _equal(own, cells), default=())
        place = message("review.row", table=row.table, row=row.row)
        for at, cell in enumerate(row.cells):
            yield from _marked(cell, heading, place, edition)
            for claim in find_claims(cell, edition.places) if near[at : at + 1] != cells[at : at + 1] else ():
                why = message("review.cell", claim=claim.text, title=title) if alike else _why(claim, edition)
                yield PlanClaim(heading, place, claim.text, _context(cell, claim.start, claim), why)


def _marked(text: str, heading: str, place: str, edition: _Edition) -> Iterator[PlanClaim]:
    """The internal edition's mark, in a plan that leaves the authority: what stands there was exact."""
    mark = message("document.intern.mark")
    if edition.places is not None and plain(mark) in plain(text):
        yield PlanClaim(heading, place, mark, mark, message("review.internal"))


def _equal(row: tuple[str, ...], other: tuple[str, ...]) -> int:
    return sum(cell == same for cell, same in zip(row, other, strict=False))


def _why(claim: Claim, edition: _Edition) -> str:
    if claim.kind != NUMBER:
        return message("review.word", claim=claim.text)
    kind = "elsewhere" if _same(claim.text) in edition.numbers else "number"
    return message(f"review.{kind}", claim=claim.text)


def _context(text: str, start: int, claim: Claim) -> str:
    end = start + len(claim.text)
    before = re.search(rf"(?:\S+\s+){{0,{WORDS_AROUND}}}\S*$", text[:start])
    after = re.match(rf"\S*(?:\s+\S+){{0,{WORDS_AROUND}}}", text[end:])
    around = f"{before[0] if before else ''}{text[start:end]}{after[0] if after else ''}".strip()
    return claim.text if kinds_in(around) else around


def _is_fact(claim: Claim, sentence: str, edition: _Edition) -> bool:
    """Whether the claim is a count or a change of this period that the edition published of just what is named."""
    subject = _subject(plain(sentence), plain(claim.text), edition)
    return subject is not None and any(
        _says(plain(claim.text), fact.claim) and _matches(_about(fact.claim), subject, edition)
        for fact in edition.facts.published
        if isinstance(fact.claim, CountClaim | VerdictClaim)
    )


def plain(text: str) -> str:
    """The text without what Word changes on its own: spaces, dashes, quotes, large letters.

    >>> plain("5 – 9\u00a0händelser i Vit makt-miljön")
    '5-9 händelser i vit makt-miljön'
    """
    small = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return re.sub(r"[”“„’‘']", '"', re.sub(r"\s*[-–—−‑]\s*", "-", small))


def _subject(sentence: str, claim: str, edition: _Edition) -> dict[str, frozenset[str]] | None:
    """Dimension -> the values that the sentence names; None where a word is left that might change the meaning."""
    rest = sentence.replace(plain(str(edition.period)), " ").replace(claim, " ", 1)
    rest, types = _split_names(rest, edition.vocabulary.event_types)
    rest, environments = _split_names(rest, edition.vocabulary.environments)
    every = frozenset(edition.facts.dims.get(TYPE, ()))
    traces = every & frozenset(edition.vocabulary.traces)
    groups = load("claims")["plain"]
    for name, members in (("traces", traces), ("others", every - traces)):
        if groups[name] in rest:
            rest, types = rest.replace(groups[name], " "), types | members
    known = {*groups["words"], edition.period.label, edition.period.name}
    if not set(re.findall(r"[^\s.,:;()\"]+", rest)) <= known:
        return None
    return {_ENVIRONMENT: environments, TYPE: types}


def _split_names(text: str, terms: Mapping[str, Term]) -> tuple[str, frozenset[str]]:
    """The text without the terms' names, and the codes of those that it held."""
    codes = set()
    names = {plain(name).removeprefix("den "): code for code, term in terms.items() for name in (term.text, term.label)}
    for name in sorted(names, key=len, reverse=True):
        text, times = re.subn(rf"(?<!\w)(?:den )?{re.escape(name)}(?!\w)", " ", text)
        codes |= {names[name]} if times else set()
    return text, frozenset(codes)


def _says(claim: str, fact: CountClaim | VerdictClaim) -> bool:
    if isinstance(fact, VerdictClaim):
        group = _DIRECTIONS.get(fact.verdict)
        return group is not None and bool(re.fullmatch(words(*load("claims")["words"][group]), claim))
    interval = fact.low, OPEN if fact.high is None else fact.high
    own = {_FEW: ("enstaka",), (0, 0): ("inga", "ingen", "noll")}.get(interval, ())
    return claim in (plain(span(interval)), *own)


def _about(fact: CountClaim | VerdictClaim) -> Selector:
    return fact.select if isinstance(fact, CountClaim) else fact.current


def _matches(selector: Selector, subject: Mapping[str, frozenset[str]], edition: _Edition) -> bool:
    """Whether the selector takes in exactly what is named; a dimension that is not named must be whole.

    A group is named by its types; one that stands for a part of the events alone is never named.
    """
    values = dict(selector)
    if values.pop(PERIOD, ()) != (edition.period.label,):
        return False
    every = edition.facts.dims.get(TYPE, ())
    traces = tuple(code for code in every if code in edition.vocabulary.traces)
    types = {TRACES: traces, PERSON_LINKED: tuple(code for code in every if code not in traces)}
    if (groups := values.pop(GROUP, None)) is not None:
        if len(groups) > 1 or groups[0] not in types:
            return False
        values.setdefault(TYPE, types[groups[0]])
    dims = {name: frozenset(codes) for name, codes in edition.facts.dims.items() if name not in (PERIOD, GROUP)}
    return all(frozenset(values.get(name, every)) == (subject.get(name) or every) for name, every in dims.items())
