"""The text of a Word document as its page shows it: paragraphs, rows of tables and footnotes, nothing else.

Deleted, moved-away and hidden text, comments, headers and footers are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx import Document as open_word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from vbe_analysis.errors import Fault, InputError

_UNSEEN = {qn("w:del"), qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_WRITTEN = {qn("w:tab"): " ", qn("w:br"): " ", qn("w:cr"): " ", qn("w:noBreakHyphen"): "-"}
_OFF = ("0", "false", "off", "none")
_MARKED = re.compile(r"\{[^{}]*\}|[\\`*_\[\]<>&]")
_LEADING = re.compile(r"^(?=[#+=-])|^([0-9]+)(?=[.)](?:\s|$))")  # would begin a heading or a list


@dataclass(frozen=True)
class WordParagraph:
    """A paragraph. number: its place among the body's paragraphs outside tables, from 1, empty ones counted.

    heading: the heading's level, or 0; contents: a line of the list of contents; items: "bullet", "number" or "", at
    depth 0 and down; markdown: the text with strong and emphasis kept and every other sign as it stands.
    """

    number: int
    text: str
    markdown: str
    heading: int = 0
    contents: bool = False
    items: str = ""
    depth: int = 0


@dataclass(frozen=True)
class WordRow:
    """A row of a table; both numbers from 1."""

    table: int
    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class WordNote:
    """A footnote or endnote; number: its place among them in the file, from 1."""

    number: int
    text: str


Shown = WordParagraph | WordRow | WordNote


class WordText:
    """An opened .docx; raises InputError where the file is none."""

    def __init__(self, path: Path) -> None:
        try:
            self._word = open_word(str(path))
        except (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError, OSError):  # lxml's own is one
            raise InputError([Fault("word_unreadable", path.name)]) from None

    @property
    def has_pictures(self) -> bool:
        """Whether the body holds a picture, a chart or a text box."""
        return any(True for _ in self._word.element.body.iter(qn("w:drawing"), qn("w:pict"), qn("w:object")))

    def shown(self) -> Iterator[Shown]:
        """Everything in the body in order, then the notes."""
        number = table = 0
        for block in self._blocks(self._word.element.body):
            if block.tag == qn("w:p"):
                number += 1
                yield self._paragraph(block, number)
            else:
                table += 1
                for row, found in enumerate(block.iter(qn("w:tr")), start=1):
                    cells = (" ".join(map(_text, cell.iter(qn("w:p")))) for cell in found.iter(qn("w:tc")))
                    yield WordRow(table, row, tuple(map(_spaced, cells)))
        yield from self._notes()

    def _blocks(self, parent: Any) -> Iterator[Any]:
        """Paragraphs and tables, also those inside content controls."""
        for child in parent:
            if child.tag in (qn("w:p"), qn("w:tbl")):
                yield child
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
                yield from self._blocks(child)

    def _paragraph(self, paragraph: Any, number: int) -> WordParagraph:
        names, levels, lists = [], [], [paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")]
        levels.append(_value(paragraph, "w:pPr", "w:outlineLvl"))
        for style in self._styles_of(paragraph):
            names.append((_value(style, "w:name") or "").lower())
            levels.append(_value(style, "w:pPr", "w:outlineLvl"))
            lists.append(style.find(f"{qn('w:pPr')}/{qn('w:numPr')}"))
        named = next((int(name[-1]) for name in names if re.fullmatch(r"heading [1-9]", name)), 0)
        outline = next((int(level) + 1 for level in levels if level and level.isdecimal() and int(level) < 9), 0)
        items, depth = self._list_of(names, [one for one in lists if one is not None])
        return WordParagraph(
            number, _spaced(_text(paragraph)), _markdown(paragraph), heading=named or outline,
            contents=any(name.startswith("toc ") for name in names), items=items, depth=depth,
        )  # fmt: skip

    def _styles_of(self, paragraph: Any) -> Iterator[Any]:
        """The paragraph's style and those it is based on."""
        found, seen = _value(paragraph, "w:pPr", "w:pStyle"), set[str]()
        while found and found in self._styles and found not in seen:
            seen.add(found)
            yield self._styles[found]
            found = _value(self._styles[found], "w:basedOn")

    @cached_property
    def _styles(self) -> dict[str, Any]:
        return {style.get(qn("w:styleId")): style for style in self._word.styles.element.iter(qn("w:style"))}

    def _list_of(self, names: list[str], marks: list[Any]) -> tuple[str, int]:
        """The kind of list that the nearest mark says, else the style's name; ("", 0) outside lists."""
        for mark in marks:
            number, level = _value(mark, "w:numId"), _value(mark, "w:ilvl") or "0"
            if number == "0":
                return "", 0
            if kind := self._numbering.get((number or "", level)):
                return ("bullet" if kind == "bullet" else "number" if kind != "none" else ""), int(level)
        listed = (("list bullet", "bullet"), ("list number", "number"))
        return next((kind for name in names for start, kind in listed if name.startswith(start)), ""), 0

    @cached_property
    def _numbering(self) -> dict[tuple[str, str], str]:
        """(list, level) -> how Word numbers it."""
        try:
            part = self._word.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).blob
        except KeyError:
            return {}
        root = parse_xml(part)
        forms = {
            abstract.get(qn("w:abstractNumId")): {
                level.get(qn("w:ilvl")): _value(level, "w:numFmt") or "" for level in abstract.findall(qn("w:lvl"))
            }
            for abstract in root.findall(qn("w:abstractNum"))
        }
        return {
            (number.get(qn("w:numId")), level): form
            for number in root.findall(qn("w:num"))
            for level, form in forms.get(_value(number, "w:abstractNumId"), {}).items()
        }

    def _notes(self) -> Iterator[WordNote]:
        for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
            try:
                root = parse_xml(self._word.part.part_related_by(kind).blob)
            except KeyError:
                continue
            texts = [" ".join(map(_text, note.iter(qn("w:p")))) for note in root if note.get(qn("w:type")) is None]
            yield from (WordNote(number, _spaced(text)) for number, text in enumerate(texts, start=1))


def _value(element: Any, *path: str) -> str | None:
    found = element.find("/".join(map(qn, path)))
    return None if found is None else found.get(qn("w:val"))


def _runs(paragraph: Any) -> Iterator[tuple[str, bool, bool]]:
    """Text, strong and emphasis of each run that the page shows, those in links and insertions too."""
    for run in paragraph.iter(qn("w:r")):
        above = list(run.iterancestors())
        if next(one for one in above if one.tag == qn("w:p")) is not paragraph or any(a.tag in _UNSEEN for a in above):
            continue
        if not _is_on(run, "w:vanish"):
            text = "".join((part.text or "") if part.tag == qn("w:t") else _WRITTEN.get(part.tag, "") for part in run)
            yield text, _is_on(run, "w:b"), _is_on(run, "w:i")


def _is_on(run: Any, name: str) -> bool:
    found = run.find(f"{qn('w:rPr')}/{qn(name)}")
    return found is not None and found.get(qn("w:val"), "1") not in _OFF


def _text(paragraph: Any) -> str:
    return "".join(text for text, _, _ in _runs(paragraph))


def _markdown(paragraph: Any) -> str:
    """Runs of one look together; the signs of strong and emphasis stand close to a letter, or Markdown misses them."""
    groups: list[list[Any]] = []
    for text, strong, emphasis in _runs(paragraph):
        if groups and groups[-1][1:] == [strong, emphasis]:
            groups[-1][0] += text
        else:
            groups.append([text, strong, emphasis])
    written = []
    for text, strong, emphasis in groups:
        sign = "*" * (2 * strong + emphasis)
        plain = _MARKED.sub(lambda found: found[0] if found[0][0] == "{" else "\\" + found[0], text)
        inner = re.fullmatch(r"([^\w{]*)(.*?)([^\w}]*)", plain, re.DOTALL) if sign else None
        written.append(f"{inner[1]}{sign}{inner[2]}{sign}{inner[3]}" if inner and inner[2] else plain)
    return _LEADING.sub(r"\1\\", _spaced("".join(written)))


def _spaced(text: str) -> str:
    """Single spaces; a hard space stays hard."""
    return re.sub(r"[ \t\n]+", " ", text).strip()
