"""Last year's plan with this year's picture and activities in it, and nothing else changed.

A copy of the plan's Word file: what stands under the heading "Lokal lägesbild" gives way to the chapter's main part,
and the rows of each table of activities to those of aktiviteter.xlsx. Styles, heads and everything else stay.
"""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from vbe_analysis.config import message, message_table
from vbe_analysis.document.docx import insert_docx
from vbe_analysis.document.docx_format import open_file
from vbe_analysis.document.parts import Cover, Table
from vbe_analysis.document.tree import Block, Document, Heading, Paragraph, Run
from vbe_analysis.document.workbook import dated_bytes
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.word import WordText
from vbe_analysis.loaders.privacy.detect import safe_name
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.periods import Period
from vbe_analysis.plan.activities import FOLLOWUP, MEASURE, ROLE, TARGET, TEXT, Activities, Activity
from vbe_analysis.plan.choices import activities_title
from vbe_analysis.swedish import swedish_date

STEM = 6  # so many letters of a heading's first word are enough to know it: "förhindrande", "förhinderande"
_NUMBER = re.compile(r"^[\d.]+\s*")
_HEADING_STYLE = re.compile(r"heading (\d)", re.IGNORECASE)


@dataclass(frozen=True)
class WrittenPlan:
    """The plan's bytes, what was changed in it, and where it still names an earlier year; both in Swedish."""

    content: bytes
    changed: tuple[str, ...]
    left: tuple[str, ...]


def write_plan(earlier: Path, chapter: Document, activities: Activities, title: str) -> WrittenPlan:
    """A copy of an earlier plan, a .docx, with the chapter's main part and the activities in it.

    chapter: the public edition's, as `main_part` gives it; title: of the file's properties.
    Raises InputError, nothing written, for a file that is no Word file, one without exactly one heading "Lokal
    lägesbild" in a heading's style, and a table of activities whose header cells are merged.
    """
    WordText(earlier)  # refuses what is no Word file, and what would swell when it is opened
    word = open_file(earlier)
    place, level = _picture_heading(word, earlier)
    changed = [message("plan.document.picture", heading=place.text.strip())]
    _empty_section(word, place, level)
    written = insert_docx(replace(chapter, blocks=tuple(_under_heading(chapter.blocks, 1))), word, place._p, level + 1)
    own = set[Any](written)
    tables = list(_activity_tables(word, activities.headings, own))
    if merged := [heading for heading, table in tables if _is_merged(table._tbl.tr_lst[0])]:
        raise InputError(Fault("plan_merged", safe_name(earlier.name), values={"heading": name}) for name in merged)
    lacking = [name for name in activities.headings if name not in dict(tables) and activities.under(name)]
    left = [message("plan.document.no_table", heading=name, count=len(activities.under(name))) for name in lacking]
    for heading, table in tables:
        rows = activities.under(heading)
        left += _columns_to_see_to(heading, table)
        _fill(table, rows)
        own.add(table._tbl)
        changed.append(message("plan.document.table", heading=heading, count=len(rows)))
    left += [message("plan.document.contents")] if _has_fields(word, own) else []
    left += [*_faults_of_form(word, own), *_earlier_years(word, chapter, own)]
    return WrittenPlan(dated_bytes(word, chapter.cover, title), tuple(changed), tuple(left))


def new_plan_document(chapter: Document, activities: Activities, cover: Cover) -> Document:
    """A plan where there is none before: its headings in the usual order, the chapter and the activities in place."""
    blocks: list[Block] = []
    under = message_table("plan.headings")
    own = [(name, name) for name in activities.headings if name not in under.values()]
    for name, heading in (*message_table("plan.document.sections").items(), *own):
        blocks.append(Heading(1, heading, f"plan_{len(blocks)}"))
        if name == "picture":
            blocks += _under_heading(chapter.blocks, 0)
            continue
        blocks.append(Paragraph((Run(message("plan.document.to_write"), emphasis=True),)))
        if under.get(name, name) in activities.headings:
            blocks += _activities_block(under.get(name, name), activities, len(blocks))
    return replace(chapter, cover=cover, blocks=tuple(blocks))


def _activities_block(heading: str, activities: Activities, place: int) -> list[Block]:
    rows = activities.under(heading)
    if not rows:
        return [Paragraph((Run(f"{message('plan.document.none')}."),))]
    columns = message_table("plan.document.columns")
    title = activities_title(heading)
    cells = tuple(tuple(_said(activity, column) for column in columns) for activity in rows)
    source = message("plan.document.source")
    return [Table(f"aktiviteter_{place}", title, source, tuple(columns.values()), cells, facts=())]


def _picture_heading(word: WordFile, plan: Path) -> tuple[WordParagraph, int]:
    wanted = normalise(message("plan.document.heading"))
    headings = [
        (paragraph, level)
        for paragraph in word.paragraphs
        if (level := _level(paragraph)) and normalise(_NUMBER.sub("", paragraph.text.strip())) == wanted
    ]
    if len(headings) != 1:
        raise InputError([Fault("plan_heading", safe_name(plan.name), values={"count": len(headings)})])
    return headings[0]


def _level(paragraph: WordParagraph) -> int:
    """The level of a heading, by its own outline or its style's, or by the style's name; 0 for running text."""
    outline = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    style: Any = paragraph.style
    while outline is None and style is not None:
        if match := _HEADING_STYLE.fullmatch(style.name or ""):
            return int(match[1])
        outline, style = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}"), style.base_style
    level = 9 if outline is None else int(outline.get(qn("w:val")))
    return level + 1 if level < 9 else 0


def _empty_section(word: WordFile, heading: WordParagraph, level: int) -> None:
    """Take away what stands under a heading, up to the next of its level or above; where a section ends stays."""
    for block in list(heading._p.itersiblings()):
        if block.tag == qn("w:sectPr"):
            return
        if block.tag == qn("w:p") and 0 < _level(WordParagraph(block, heading._parent)) <= level:
            return
        if block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            for part in [part for part in block if part.tag != qn("w:pPr")]:
                block.remove(part)
        else:
            block.getparent().remove(block)


def _under_heading(blocks: Sequence[Block], step: int) -> list[Block]:
    """The chapter's blocks without its first heading, the plan's own; the others `step` levels higher."""
    first = next(block for block in blocks if isinstance(block, Heading))
    rest = (block for block in blocks if block is not first)
    return [replace(block, level=block.level - step) if isinstance(block, Heading) else block for block in rest]


def _activity_tables(word: WordFile, headings: Sequence[str], own: set[Any]) -> Iterator[tuple[str, WordTable]]:
    """Each table of activities with the heading that the text before it names; the first of each."""
    stems = {normalise(name)[:STEM]: name for name in headings}
    named, taken = "", set[str]()
    for block in word.element.body:
        if block in own:
            continue
        if block.tag == qn("w:p"):
            words = normalise(WordParagraph(block, word._body).text)
            named = next((name for stem, name in stems.items() if stem in words and len(words) < 120), named)
        elif block.tag == qn("w:tbl") and named and named not in taken:
            table = WordTable(block, word._body)
            if TEXT in _columns(table):
                taken.add(named)
                yield named, table


def _columns(table: WordTable) -> list[str]:
    """What each column of a plan's table holds, by its heading: columns of aktiviteter.xlsx, "" for another."""
    known = {normalise(stem): column for column, stem in message_table("plan.document.columns").items()}
    texts = [normalise(cell.text) for cell in table.rows[0].cells] if len(table.rows) else []
    return [next((column for stem, column in known.items() if text.startswith(stem)), "") for text in texts]


def _columns_to_see_to(heading: str, table: WordTable) -> Iterator[str]:
    """The usual columns that a table lacks, and its own ones that nothing is written in."""
    columns = _columns(table)
    for column, name in message_table("plan.document.columns").items():
        if column not in columns:
            yield message("plan.document.no_column", heading=heading, column=name)
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        if not column:
            yield message("plan.document.own_column", heading=heading, column=" ".join(cell.text.split()))


def _is_merged(row: Any) -> bool:
    """Whether a cell of the row is one with its neighbour, or with the row above or below."""
    return any(True for name in ("w:gridSpan", "w:vMerge") for _ in row.iter(qn(name)))


def _fill(table: WordTable, rows: Sequence[Activity]) -> None:
    """Give a table the activities' rows in the look of its first whole one; the headings become a header row."""
    columns, header, *body = _columns(table), *table._tbl.tr_lst
    model = deepcopy(next((row for row in body if not _is_merged(row)), header))
    for mark in [*model.iter(qn("w:tblHeader"), qn("w:cantSplit"))]:
        mark.getparent().remove(mark)
    own = model.get_or_add_trPr()
    own.insert(0, own.makeelement(qn("w:cantSplit"), {}))  # an activity stands on one page
    for old in body:
        table._tbl.remove(old)
    properties = header.get_or_add_trPr()
    if properties.find(qn("w:tblHeader")) is None:
        properties.append(properties.makeelement(qn("w:tblHeader"), {}))
    empty: tuple[None] = (None,)
    for activity in rows or empty:
        row = deepcopy(model)
        table._tbl.append(row)
        for place, (cell, column) in enumerate(zip(table.rows[-1].cells, columns, strict=False)):
            words = _said(activity, column) if activity else "" if place else message("plan.document.none")
            _write(cell.paragraphs, words)


def _said(activity: Activity, column: str) -> str:
    """What the plan says of an activity: how it is followed up is its measure and target, and what was found."""
    if column == FOLLOWUP:
        measure = activity.measure.label if activity.measure else activity.text(MEASURE)
        target = activity.text(TARGET)
        by, words = f"{measure} ({target})" if measure and target else measure or target, activity.text(FOLLOWUP)
        return f"{by.rstrip('.')}. {words}" if by and words else by or words or message("plan.document.followed")
    if column == TEXT:  # the chapter names an activity by its number
        return message("followup.named", number=activity.number, text=activity.text(TEXT))
    if column == ROLE:
        return activity.text(ROLE)
    if not column:
        return ""
    due = swedish_date(activity.due) if activity.due else activity.due_text.capitalize()
    ended = message(f"plan.status.{activity.status}")
    return due if activity.is_open else message("plan.document.ended", due=due, status=ended)


def _write(paragraphs: Sequence[WordParagraph], words: str) -> None:
    """Put the words in a cell's first paragraph, in the look of its first run."""
    first, *others = paragraphs
    for paragraph in others:
        paragraph._p.getparent().remove(paragraph._p)
    for run in first.runs[1:]:
        run._r.getparent().remove(run._r)
    if first.runs:
        first.runs[0].text = words
    else:
        first.add_run(words)


def _has_fields(word: WordFile, own: set[Any]) -> bool:
    """Whether the plan has a table of contents or numbered captions of its own, which Word reckons anew when asked."""
    blocks = (block for block in word.element.body if block not in own)
    codes = (code.text or "" for block in blocks for code in block.iter(qn("w:instrText")))
    return any(code.strip().startswith(("TOC", "SEQ")) for code in codes)


def _faults_of_form(word: WordFile, own: set[Any]) -> Iterator[str]:
    """What the earlier plan itself lacks for readers who listen: a level of heading, header rows of tables."""
    above = 0
    for paragraph in word.paragraphs:
        if level := _level(paragraph):
            if 0 < above < level - 1:
                yield message("plan.document.level", heading=paragraph.text.strip(), level=level, above=above)
            above = level
    tables = (block for block in word.element.body.iter(qn("w:tbl")) if block not in own)
    if count := sum(not any(table.iter(qn("w:tblHeader"))) for table in tables):
        yield message("plan.document.no_header", count=count)


def _earlier_years(word: WordFile, chapter: Document, own: set[Any]) -> Iterator[str]:
    """Where the rest of the plan names the year before the period's last, or the period before, under its heading."""
    period, heading = chapter.cover.period, message("review.before_headings")
    year = timedelta(days=365)
    before = Period(period.start - year, period.end - year, str(period.end.year - 1)).name
    wanted = re.compile(rf"{re.escape(before)}|\b{period.end.year - 1}\b")
    for block in word.element.body:
        if block in own:
            continue
        texts = ["".join(text.text or "" for text in part.iter(qn("w:t"))) for part in block.iter(qn("w:p"))]
        if block.tag == qn("w:p") and _level(WordParagraph(block, word._body)):
            heading = texts[0].strip()
        for text in texts:
            if match := wanted.search(text.replace(period.name, " " * len(period.name))):
                quoted = _short(text, match.start(), match[0])
                yield message("plan.document.year", heading=heading, year=match[0], text=quoted)


def _short(text: str, at: int, year: str) -> str:
    start, end = max(at - 30, 0), at + len(year) + 30
    return ("…" if start else "") + " ".join(text[start:end].split()) + ("…" if end < len(text) else "")
