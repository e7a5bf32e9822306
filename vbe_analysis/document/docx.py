"""The document as a Word file that can be pasted into the plan: real headings, captions, tables and footnotes."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Emu, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from vbe_analysis.config import message
from vbe_analysis.document.docx_format import (
    BOX,
    BOX_INDENT,
    CELL,
    DEEPEST,
    QUIET,
    SCOPE,
    SOURCE,
    TABLE,
    Lists,
    add_field,
    add_styles,
    drop_unused,
    element,
    marked_ids,
    new_file,
    unbroken,
    write_footnotes,
)
from vbe_analysis.document.parts import LETTER, Figure, Table
from vbe_analysis.document.pdf import PAGE_PNG, png_of
from vbe_analysis.document.tree import Block, Box, Document, Heading, Items, Paragraph, Run
from vbe_analysis.document.widths import column_widths
from vbe_analysis.document.workbook import dated_bytes

_SPLIT_FROM = 15  # rows; a shorter table stays on one page


def write_docx(document: Document, template: Path | None = None, *, title_block: bool = True, level: int = 1) -> bytes:
    """The Word file. Equal documents give equal bytes.

    template: the district's own .docx, which gives page, head and styles; title_block: the title and the facts;
    level: of the highest headings.
    """
    writer = _Writer(document, new_file(template), level)
    writer.head_and_foot()
    if title_block:
        writer.title_block()
    for block in document.blocks:
        writer.block(block)
    writer.notes()
    return dated_bytes(writer.word, document.cover, document.cover.title)


def insert_docx(document: Document, word: WordFile, place: Any, level: int) -> list[Any]:
    """Write the document after `place`, a block of an open Word file's body, in that file's styles; returns its blocks.

    level: of the highest headings. What the body no longer shows is taken out of the file.
    """
    add_styles(word)
    drop_unused(word)
    writer = _Writer(document, word, level, first_note=max(marked_ids(word, "footnoteReference"), default=0))
    writer.bookmarks = max(marked_ids(word, "bookmarkStart"), default=0)
    body = word.element.body
    before = len(body) - len(body.findall(qn("w:sectPr")))
    for block in document.blocks:
        writer.block(block)
    writer.notes()
    written = list(body)[before : len(body) - len(body.findall(qn("w:sectPr")))]
    for block in reversed(written):
        place.addnext(block)
    return written


class _Writer:
    """Writes blocks to the end of the file; counts bookmarks and remembers which footnotes have been set."""

    def __init__(self, document: Document, word: WordFile, level: int, first_note: int = 0) -> None:
        self.document, self.labels, self.cover, self.top = document, document.labels, document.cover, level
        self.word, self.first_note = word, first_note
        self.lists = Lists(self.word)
        section = self.word.sections[-1]
        self.width = Emu((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))
        self.bookmarks = 0
        self.set_notes: set[int] = set()
        self.style_ids: dict[str, str | None] = {}

    def paragraph(self, text: str, style: str) -> WordParagraph:
        """Write a paragraph in the style of that name, looked up once: python-docx tries every style each time."""
        if style not in self.style_ids:
            part: Any = self.word.part
            self.style_ids[style] = part.get_style_id(style, WD_STYLE_TYPE.PARAGRAPH)
        paragraph = self.word.add_paragraph(text)
        paragraph._p.style = self.style_ids[style]
        return paragraph

    def title_block(self) -> None:
        """The title, and in one paragraph what a page must say of itself; of a letter, its facts line by line."""
        cover = self.cover
        self.paragraph(cover.title, "Title")
        if cover.edition != LETTER:
            values = (cover.subtitle, *(value for _, value in cover.facts), cover.reservation)
            self.paragraph(" · ".join(filter(None, values)), SCOPE)
            return
        if cover.subtitle:
            self.paragraph(cover.subtitle, "Subtitle")
        facts = self.word.add_paragraph()
        for place, (name, value) in enumerate((*cover.facts, ("", cover.reservation))):
            if value:
                facts.add_run(f"\n{name}" if place and name else f"\n{value}" if place else name).font.color.rgb = QUIET
                facts.add_run(f": {value}" if name else "")

    def head_and_foot(self) -> None:
        """The edition's mark in every head the file uses, and the page number in every foot."""
        section = self.word.sections[-1]
        pairs = [(section.header, section.footer)]
        if section.different_first_page_header_footer:
            pairs.append((section.first_page_header, section.first_page_footer))
        if self.word.settings.odd_and_even_pages_header_footer:
            pairs.append((section.even_page_header, section.even_page_footer))
        for head, foot in pairs:
            for part, own in ((head, self.head), (foot, self.foot)):
                part.is_linked_to_previous = False
                empty = (paragraph for paragraph in part.paragraphs if not paragraph.text and not len(paragraph.runs))
                own(next(empty, None) or part.add_paragraph())

    def head(self, paragraph: WordParagraph) -> None:
        run = paragraph.add_run(f"{self.cover.mark} · {self.cover.organisation}")
        run.font.color.rgb = QUIET

    def foot(self, paragraph: WordParagraph) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.add_run(f"{message('document.page')} ")
        add_field(paragraph, "PAGE", "1")
        paragraph.add_run(f" {message('document.of')} ")
        add_field(paragraph, "NUMPAGES", "1")

    def block(self, block: Block) -> None:
        if isinstance(block, Heading):
            heading = self.paragraph(block.text, f"Heading {min(block.level + self.top - 1, DEEPEST)}")
            if block.level == 1 and block.text == message("document.annex_heading"):
                heading.paragraph_format.page_break_before = True
        elif isinstance(block, Paragraph):
            self.runs(self.word.add_paragraph(), block.runs)
        elif isinstance(block, Items):
            self.items(block, 0, "")
        elif isinstance(block, Box):
            self.box(block)
        elif isinstance(block, Table):
            self.caption(block)
            self.table(block)
        else:
            self.figure(block)

    def items(self, items: Items, level: int, style: str) -> None:
        list_id = self.lists.ordered() if items.ordered else self.lists.bullets
        for item in items.items:
            for place, block in enumerate(item):
                if isinstance(block, Items):
                    self.items(block, min(level + 1, 3), style)
                elif isinstance(block, Paragraph):
                    kind = style or ("List Number" if items.ordered else "List Bullet")
                    paragraph = self.runs(self.paragraph("", kind), block.runs)
                    self.lists.mark(paragraph, list_id if place == 0 else 0, level)
                    if place or style == BOX:  # a box's bar stands where its other paragraphs have it
                        self.lists.indent(paragraph, level, BOX_INDENT if style == BOX else None, hanging=not place)

    def box(self, box: Box) -> None:
        start = len(self.word.paragraphs)
        for block in box.blocks:
            if isinstance(block, Items):
                self.items(block, 0, BOX)
            elif isinstance(block, Paragraph):
                self.runs(self.paragraph("", BOX), block.runs)
        for paragraph in self.word.paragraphs[start:-1]:
            paragraph.paragraph_format.keep_with_next = True
        self.word.paragraphs[-1].paragraph_format.space_after = self.word.styles["Normal"].paragraph_format.space_after

    def runs(self, paragraph: WordParagraph, runs: Iterable[Run]) -> WordParagraph:
        for run in runs:
            self.run(paragraph, run)
        return paragraph

    def run(self, paragraph: WordParagraph, run: Run) -> None:
        if run.note:
            self.note_mark(paragraph, run.note)
            return
        if run.url:
            text = add_field(paragraph, f'HYPERLINK "{run.url.replace(chr(34), "%22")}"', run.text)
            text.style = self.word.styles["Hyperlink"]
        elif run.target:
            word, number = run.text.split("\u00a0")
            paragraph.add_run(f"{word}\u00a0")
            text = add_field(paragraph, f"REF {self.bookmark(run.target)} \\h", number)
        else:
            text = paragraph.add_run(unbroken(run.text))
        if run.strong:
            text.bold = True
        if run.emphasis:
            text.italic = True

    def note_mark(self, paragraph: WordParagraph, number: int) -> None:
        """A real footnote the first time; afterwards a reference to the first, for a note has one place in Word."""
        if number in self.set_notes:
            run = add_field(paragraph, f"NOTEREF _Not{number} \\f \\h", str(number + self.first_note))
            run.style = self.word.styles["footnote reference"]
            return
        self.set_notes.add(number)
        with self.bookmarked(paragraph, f"_Not{number}"):
            run = paragraph.add_run(style="footnote reference")
            run._r.append(element("footnoteReference", id=number + self.first_note))

    @contextmanager
    def bookmarked(self, paragraph: WordParagraph, name: str) -> Iterator[None]:
        """Put what is written meanwhile inside a bookmark."""
        self.bookmarks += 1
        paragraph._p.append(element("bookmarkStart", id=self.bookmarks, name=name))
        yield
        paragraph._p.append(element("bookmarkEnd", id=self.bookmarks))

    def notes(self) -> None:
        """The footnotes' texts, written at the end of the body and moved to their own part."""
        body, texts = self.word.element.body, dict[int, list[Any]]()
        for number, blocks in enumerate(self.document.footnotes, start=self.first_note + 1):
            start = len(body) - 1  # the section's properties stay last
            for place, block in enumerate(block for block in blocks if isinstance(block, Paragraph)):
                paragraph = self.paragraph("", "footnote text")
                if place == 0:
                    paragraph.add_run(style="footnote reference")._r.append(element("footnoteRef"))
                    paragraph.add_run(" ")
                self.runs(paragraph, block.runs)
            texts[number] = list(body)[start:-1]
        if texts:
            write_footnotes(self.word, texts)

    def caption(self, part: Table | Figure) -> None:
        word, number = self.labels[part.id].split("\u00a0")
        paragraph = self.paragraph(f"{word}\u00a0", "Caption")
        with self.bookmarked(paragraph, self.bookmark(part.id)):
            add_field(paragraph, f"SEQ {word} \\* ARABIC", number)
        paragraph.add_run(f". {part.title}")
        if mark := self.cover.caption_mark:
            run = paragraph.add_run(f" · {mark}")
            run.bold, run.font.color.rgb = False, QUIET
        paragraph.paragraph_format.keep_with_next = True
        if part.caption_scope:
            self.paragraph(part.caption_scope, SCOPE)

    def bookmark(self, name: str) -> str:
        return "_" + self.labels[name].replace("\u00a0", "")

    def table(self, table: Table) -> None:
        grid = self.word.add_table(len(table.cells) + 1, len(table.header), style=TABLE)
        grid.autofit = False
        look = grid._tbl.tblPr
        for old in look.findall(qn("w:tblLook")):
            look.remove(old)
        bands = {"firstRow": 1, "lastRow": 0, "firstColumn": 1, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
        look.append(element("tblLook", val="0480", **bands))
        look.append(element("tblCaption", val=table.title))
        widths = [Emu(int(share * self.width)) for share in column_widths(table)]
        together, look_of_cells = len(table.cells) < _SPLIT_FROM, self.word.styles[CELL].style_id
        for row, texts in zip(grid._tbl.tr_lst, (table.header, *table.cells), strict=True):
            properties = row.get_or_add_trPr()
            properties.append(element("cantSplit"))
            if texts is table.header:
                properties.append(element("tblHeader"))
            for cell, text, width, number in zip(row.tc_lst, texts, widths, table.numeric, strict=True):
                cell.width = width
                paragraph = WordParagraph(cell.p_lst[0], grid)
                paragraph._p.style = look_of_cells  # by its id: python-docx goes through all styles for each paragraph
                run = paragraph.add_run(unbroken(text))
                run.bold = True if texts is table.header else None
                run.font.size = Pt(7.5) if table.wide else None
                if number:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                paragraph.paragraph_format.keep_with_next = True if together or texts is table.cells[-1] else None
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = width
        self.below(table)

    def figure(self, figure: Figure) -> None:
        self.caption(figure)
        paragraph = self.word.add_paragraph()
        picture = paragraph.add_run().add_picture(io.BytesIO(png_of(figure, PAGE_PNG)), width=self.width)
        picture._inline.docPr.set("descr", figure.alt)
        picture._inline.docPr.set("name", self.labels[figure.id])
        paragraph.paragraph_format.keep_with_next = True
        self.below(figure)

    def below(self, part: Table | Figure) -> None:
        *notes, source = part.lines_below
        for note in notes:
            self.paragraph(unbroken(note), SOURCE).paragraph_format.keep_with_next = True
        self.paragraph(source, SOURCE).paragraph_format.space_after = Pt(8)
