"""Word documents (docx): a delivery's tables and paragraphs as raw tables, and an analyst's text as its page shows it.

Text that tracked changes have deleted or moved away is left out, and so is the grey prompt of a field that nobody has
filled in. Every part has passed preflight before lxml parses it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from vbe_analysis.config import message
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.html_tables import Table, add_cell, sheet_of
from vbe_analysis.loaders.files.preflight import Limits, inspect_parts, open_archive, read_part
from vbe_analysis.loaders.files.raw import Position, RawSheet, columns_of
from vbe_analysis.loaders.values.appearance import (
    HIDDEN_TEXT,
    LOWERED,
    RAISED,
    RAISED_SIGN,
    STRUCK,
    frozen,
    without_raised,
)

DOCUMENT = "word/document.xml"
CHECKED, UNCHECKED = "\u2612", "\u2610"
WINGDINGS = {"F0FE": CHECKED, "F0FD": CHECKED, "F078": CHECKED, "F0A8": UNCHECKED, "F06F": UNCHECKED}
_UNSEEN = frozenset(("del", "moveFrom", "Fallback", "instrText", "delText"))
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = ("0", "false", "off", "none")
_MARKED = re.compile(r"\{[^{}]*\}|[\\`*_\[\]<>&]")
_LEADING = re.compile(r"^(?=[#+=-])|^([0-9]+)(?=[.)](?:\s|$))")  # would begin a heading or a list


def read_docx(archive: ZipFile, limits: Limits) -> list[RawSheet]:
    """Each table a sheet, named by its number; then the paragraphs outside tables, one a row, as a sheet of prose.

    A paragraph "label: value" is split at its first colon. Row numbers of the prose count every paragraph.
    """
    inspect_parts(archive, limits)
    document = _Delivery(limits)
    document.visit(read_part(archive, DOCUMENT))
    sheets = [sheet_of(table, number) for number, table in enumerate(document.tables, start=1)]
    numbers = [number for number, text in enumerate(document.paragraphs, start=1) if text.strip()]
    parted = [document.paragraphs[number - 1].partition(":") for number in numbers]
    rows = [[label.strip(), value.strip()] if colon else [label] for label, colon, value in parted]
    width = max(map(len, rows), default=0)
    return [
        *sheets,
        RawSheet(message("raw.prose"), numbers, columns_of(rows, width), prose=True, marks=frozen(document.marks)),
    ]


class _Delivery:
    """Collects the tables and paragraphs of word/document.xml."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.tables: list[Table] = []
        self.paragraphs: list[str] = []
        self.open: list[Table] = []
        self.text: list[str] = []  # of the paragraph outside tables
        self.prompts = 0  # how many content controls are open that show only their prompt
        self.chosen = False  # inside an old form field whose choice has been written
        self.kinds: frozenset[str] = frozenset()  # what the open run does to the look of its text
        self.marks: dict[str, set[Position]] = {}  # of the paragraphs outside tables

    def visit(self, element: Any) -> None:
        """Read the element and what stands in it."""
        tag = element.tag
        if tag in _UNSEEN:
            return
        table = self.open[-1] if self.open else None
        if tag == "t" or (tag in _SIGNS and element.getparent().tag == "r") or tag == "sym":
            self._write(_sign(element))
        elif tag == "tbl":
            self.tables.append(Table())
            self.open.append(self.tables[-1])
        elif table and tag == "tr":
            table.close_cell()
            table.row, table.column = table.row + 1, 0
        elif table and tag == "gridBefore":
            table.column += _count(element)
        elif table and tag == "tc":
            span, merge = element.find("tcPr/gridSpan"), element.find("tcPr/vMerge")
            add_cell(table, 1, 1 if span is None else _count(span), self.limits)
            if merge is not None and merge.get("val") != "restart" and table.cell:
                _extend(table, *table.cell)
        prompt = tag == "sdt" and _is_on(element, "sdtPr/showingPlcHdr")
        box = element.find("sdtPr/checkbox") if tag == "sdt" else None
        if tag == "r":
            self.kinds = _kinds(element)
        elif tag == "fldChar" and element.get("fldCharType") == "end":
            self.chosen = False
        self.prompts += prompt
        for child in element if box is None else ():
            self.visit(child)
        self.prompts -= prompt
        if tag == "r":
            self.kinds = frozenset()
        if tag == "checkBox":
            mark = next((mark for mark in map(element.find, ("checked", "default")) if mark is not None), None)
            self._write(UNCHECKED if mark is None or mark.get("val", "1") in _OFF else CHECKED)
        elif box is not None:
            self._write(CHECKED if _is_on(box, "checked") else UNCHECKED)
        elif tag == "ddList":
            self._write(_choice(element))
            self.chosen = True
        elif tag == "p" and self.open:
            self._write("\n")
        elif tag == "p":
            text, raised = without_raised("".join(self.text))
            if raised:
                self._mark(RAISED_SIGN)
            self.paragraphs.append(text)
            self.text = []
        elif tag == "tc" and table:
            table.close_cell()
        elif tag == "tbl":
            self.open.pop().close_cell()

    def _write(self, characters: str) -> None:
        if (self.prompts or self.chosen) and characters != "\n":
            return
        if characters.strip():
            for kind in self.kinds - {RAISED_SIGN}:
                self._mark(kind)
            if HIDDEN_TEXT in self.kinds:
                return
            if RAISED_SIGN in self.kinds:
                characters = f"{RAISED}{characters}{LOWERED}"
        if not self.open:
            self.text.append(characters)
        elif self.open[-1].cell is not None:
            self.open[-1].text.append(characters)
        elif characters.strip():
            self.open[-1].ragged.add(max(self.open[-1].row, 0) + 1)  # a cell has lost its mark

    def _mark(self, kind: str) -> None:
        """Note what the eye sees in the open cell or paragraph."""
        if self.open:
            self.open[-1].mark(kind)
        else:
            self.marks.setdefault(kind, set()).add((len(self.paragraphs) + 1, 0))


def _kinds(run: Any) -> frozenset[str]:
    kinds = {HIDDEN_TEXT} if _is_on(run, "rPr/vanish") else set()
    kinds |= {STRUCK} if _is_on(run, "rPr/strike") or _is_on(run, "rPr/dstrike") else set()
    kinds |= {RAISED_SIGN} if _value(run, "rPr/vertAlign") == "superscript" else set()
    return frozenset(kinds)


def _choice(choices: Any) -> str:
    """The chosen entry of an old form's list: its result, else its default, else the first."""
    entries = [entry.get("val", "") for entry in choices.findall("listEntry")]
    number = _value(choices, "result") or _value(choices, "default") or "0"
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else 0
    return entries[place] if place < len(entries) else "?" if entries else ""  # no label: the load stops


def _sign(element: Any) -> str:
    """What a part of a run writes."""
    if element.tag == "sym":
        return WINGDINGS.get(element.get("char", "").upper(), "")
    return "".join(element.itertext()) if element.tag == "t" else _SIGNS.get(element.tag, "")


def _count(element: Any) -> int:
    digits = element.get("val", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 5 else 1


def _extend(table: Table, row: int, column: int) -> None:
    """Let the merged range that ends just above (or a single cell there) take in this cell."""
    last = max((right for top, left, _, right in table.merged if (top, left) == (row, column)), default=column)
    above = next((m for m in table.merged if m[1] == column and m[2] == row - 1), (row - 1, column, row - 1, last))
    table.merged = [m for m in table.merged if m != above and m[:2] != (row, column)]
    table.merged.append((above[0], column, row, above[3]))


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


class WordText:
    """An opened .docx as its page shows it; raises InputError where the file is none.

    Hidden text, comments, headers and footers are left out too.
    """

    def __init__(self, path: Path) -> None:
        limits = Limits()
        try:
            self._archive = open_archive(path.read_bytes(), limits)
            inspect_parts(self._archive, limits)
            self._body = read_part(self._archive, DOCUMENT).find("body")
            relations = read_part(self._archive, "word/_rels/document.xml.rels")
        except (InputError, OSError):
            self._body = None
        if self._body is None:
            raise InputError([Fault("word_unreadable", path.name)])
        self._parts = {one.get("Type", "").rpartition("/")[2]: one.get("Target", "") for one in relations}

    @property
    def has_pictures(self) -> bool:
        """Whether the body holds a picture, a chart or a text box."""
        return any(True for _ in self._body.iter("drawing", "pict", "object"))

    def shown(self) -> Iterator[WordParagraph | WordRow | WordNote]:
        """Everything in the body in order, then the notes."""
        number = table = 0
        for block in _blocks(self._body):
            if block.tag == "p":
                number += 1
                yield self._paragraph(block, number)
            else:
                table += 1
                for row, cells in enumerate(block.iter("tr"), start=1):
                    texts = (" ".join(map(_text, cell.iter("p"))) for cell in cells.iter("tc"))
                    yield WordRow(table, row, tuple(map(_spaced, texts)))
        for kind in ("footnotes", "endnotes"):
            notes = [note for note in self._related(kind) if note.get("type") is None]
            texts = (" ".join(map(_text, note.iter("p"))) for note in notes)
            yield from (WordNote(number, _spaced(text)) for number, text in enumerate(texts, start=1))

    def aside(self) -> Iterator[tuple[str, str]]:
        """What stands beside that, each with "header", "box" or "alternative": heads and feet, text boxes, pictures."""
        for name in self._archive.namelist():
            if re.fullmatch(r"word/(header|footer)\d*\.xml", name):
                yield "header", _said(read_part(self._archive, name))
        yield from (("box", _said(box)) for box in self._body.iter("txbxContent"))
        yield from (
            ("alternative", picture.get(key, "")) for picture in self._body.iter("docPr") for key in ("title", "descr")
        )

    def _related(self, kind: str) -> Any:
        """The root of the part that the document names for `kind`; nothing where it names none."""
        if kind not in self._parts:
            return ()
        target = self._parts[kind]
        return read_part(self._archive, target[1:] if target.startswith("/") else f"word/{target}")

    def _paragraph(self, paragraph: Any, number: int) -> WordParagraph:
        styles = list(self._styles_of(paragraph))
        names = [(_value(style, "name") or "").lower() for style in styles]
        levels = [_value(element, "pPr/outlineLvl") for element in (paragraph, *styles)]
        marks = [element.find("pPr/numPr") for element in (paragraph, *styles)]
        named = next((int(name[-1]) for name in names if re.fullmatch(r"heading [1-9]", name)), 0)
        outline = next((int(level) + 1 for level in levels if level and level.isdecimal() and int(level) < 9), 0)
        items, depth = self._list_of(names, [mark for mark in marks if mark is not None])
        contents = any(name.startswith("toc ") for name in names)
        text = _spaced(_text(paragraph))
        return WordParagraph(number, text, _markdown(paragraph), named or outline, contents, items, depth)

    def _styles_of(self, paragraph: Any) -> Iterator[Any]:
        style, seen = _value(paragraph, "pPr/pStyle"), set[str]()
        while style and style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = _value(self._styles[style], "basedOn")

    @cached_property
    def _styles(self) -> dict[str, Any]:
        return {style.get("styleId"): style for style in self._related("styles") if style.tag == "style"}

    def _list_of(self, names: list[str], marks: list[Any]) -> tuple[str, int]:
        """The kind of list that the nearest mark says, else the style's name; ("", 0) outside lists."""
        for mark in marks:
            number, level = _value(mark, "numId"), _value(mark, "ilvl") or "0"
            if number == "0":
                return "", 0
            if kind := self._numbering.get((number or "", level)):
                return ("bullet" if kind == "bullet" else "number" if kind != "none" else ""), int(level)
        listed = (("list bullet", "bullet"), ("list number", "number"))
        return next((kind for name in names for start, kind in listed if name.startswith(start)), ""), 0

    @cached_property
    def _numbering(self) -> dict[tuple[str, str], str]:
        """(list, level) -> how Word numbers it."""
        parts = list(self._related("numbering"))
        forms = {
            part.get("abstractNumId"): {lvl.get("ilvl"): _value(lvl, "numFmt") or "" for lvl in part.findall("lvl")}
            for part in parts
            if part.tag == "abstractNum"
        }
        return {
            (part.get("numId"), level): form
            for part in parts
            if part.tag == "num"
            for level, form in forms.get(_value(part, "abstractNumId"), {}).items()
        }


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, also those inside content controls."""
    for child in parent:
        if child.tag in ("p", "tbl"):
            yield child
        elif child.tag in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _blocks(child)


def _value(element: Any, path: str) -> str | None:
    target = element.find(path)
    return None if target is None else target.get("val")


def _is_on(element: Any, path: str) -> bool:
    target = element.find(path)
    return target is not None and target.get("val", "1") not in _OFF


def _runs(paragraph: Any) -> Iterator[tuple[str, bool, bool]]:
    """Text, strong and emphasis of each run that the page shows, those in links and insertions too."""
    for run in paragraph.iter("r"):
        above = list(run.iterancestors())
        own = next(element for element in above if element.tag == "p") is paragraph
        prompt = any(element.tag == "sdt" and _is_on(element, "sdtPr/showingPlcHdr") for element in above)
        if (
            own
            and not prompt
            and _UNSEEN.isdisjoint(element.tag for element in above)
            and not _is_on(run, "rPr/vanish")
        ):
            yield "".join(map(_sign, run)), _is_on(run, "rPr/b"), _is_on(run, "rPr/i")


def _said(element: Any) -> str:
    return " ".join("".join(run.text or "" for run in paragraph.iter("t")) for paragraph in element.iter("p"))


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
        plain = _MARKED.sub(lambda match: match[0] if match[0][0] == "{" else "\\" + match[0], text)
        inner = re.fullmatch(r"([^\w{]*)(.*?)([^\w}]*)", plain, re.DOTALL) if sign else None
        written.append(f"{inner[1]}{sign}{inner[2]}{sign}{inner[3]}" if inner and inner[2] else plain)
    return _LEADING.sub(r"\1\\", _spaced("".join(written)))


def _spaced(text: str) -> str:
    """Single spaces; a hard space stays hard, and a sign against a line's end is none."""
    return re.sub(r"[ \t\n]+", " ", text.replace("\u2060", "")).strip()
