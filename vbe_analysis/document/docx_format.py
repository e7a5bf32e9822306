"""The look of the Word file: our styles on python-docx's plain file, or the district's template with those it lacks."""

import io
import re
from copy import deepcopy
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx import Document as open_docx
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart
from docx.shared import Length, Mm, RGBColor, Twips
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from vbe_analysis.document.templates import source
from vbe_analysis.errors import Fault, InputError

QUIET = RGBColor(0x52, 0x60, 0x6D)
BOX, SCOPE, SOURCE, CELL, TABLE = "Faktaruta", "Omfattning", "Källa", "Tabelltext", "Lägesbildstabell"
BOX_INDENT = Mm(5)
DEEPEST = 5  # level of a heading that the styles have
_OWN = "document.docx"  # our page and styles, made in Word: see vbe_analysis/templates/
_RANGE, _PERCENT = re.compile(r"(?<=\d)–(?=\d)"), re.compile(r"(?<=\d) (?=procent\b|%)")
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SHOWN = ("image", "chart", "hyperlink", "oleObject", "package", "diagramData", "diagramDrawing")
_JOINER = "\u2060"  # a line may end after a dash, but not where this stands
_NEEDED = (
    *(
        "Title",
        "Subtitle",
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "Heading 4",
        "Heading 5",
        "Caption",
        "List Bullet",
        "List Number",
    ),
    *("footnote text", "footnote reference", "Hyperlink", BOX, SCOPE, SOURCE, CELL, TABLE),
)


def unbroken(text: str) -> str:
    """The text with ranges and percentages that stay on one line.

    >>> unbroken("5–9, 50 procent").encode("unicode_escape")
    b'5\\\\u2013\\\\u20609, 50\\\\xa0procent'
    """
    return _PERCENT.sub("\u00a0", _RANGE.sub(f"–{_JOINER}", text))


def new_file(template: Path | None) -> WordFile:
    """An empty Word file in Swedish: ours, or the template without its text, with its styles, page and heads."""
    if template is None:
        return open_docx(io.BytesIO(source(_OWN)))
    word = open_file(template)
    for block in list(word.element.body):
        if block.tag != qn("w:sectPr"):
            word.element.body.remove(block)
    drop_unused(word)
    add_styles(word)
    return word


def open_file(path: Path) -> WordFile:
    """A district's own .docx. Raises InputError for another kind, as a template or a file with macros."""
    try:
        return open_docx(io.BytesIO(path.read_bytes()))
    except (ValueError, KeyError, BadZipFile, PackageNotFoundError):
        raise InputError([Fault("word_unreadable", path.name)]) from None


def add_styles(word: WordFile) -> None:
    """Give a district's own file the styles that it lacks, and the language of the text."""
    own, names = open_docx(io.BytesIO(source(_OWN))), {style.name for style in word.styles}
    for name in _NEEDED:
        if name not in names:
            word.styles.element.append(_fitted(deepcopy(own.styles[name].element), word))
    _speak_swedish(word)


def _fitted(style: Any, word: WordFile) -> Any:
    """A style of ours resting on the template's own Normal, so that it takes the district's font."""
    base, normal = style.find(qn("w:basedOn")), word.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    if base is not None and base.get(qn("w:val")) == "Normal" and normal is not None:
        base.set(qn("w:val"), normal.style_id)
    for font in style.iter(qn("w:rFonts")):
        font.getparent().remove(font)
    return style


def _speak_swedish(word: WordFile) -> None:
    """The language of the text, wherever a style or the settings name one."""
    styles = word.styles.element
    for language in list(styles.iter(qn("w:lang"))):
        language.set(qn("w:val"), "sv-SE")
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None and defaults.find(qn("w:lang")) is None:
        defaults.append(element("lang", val="sv-SE"))
    for theme in word.settings.element.iter(qn("w:themeFontLang")):
        theme.set(qn("w:val"), "sv-SE")


_BULLETS = "•–•–"
_STEP = 397  # twips, 7 mm
_HANGING = 340  # twips that a bullet stands before its text


def element(tag: str, **attributes: object) -> Any:
    new = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        new.set(qn(f"w:{name}"), str(value))
    return new


def add_field(paragraph: Paragraph, instruction: str, result: str) -> Run:
    """A field that Word can update, with the text it shows until then; returns the text's run, for its look."""
    code = element("instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    for part in (element("fldChar", fldCharType="begin"), code, element("fldChar", fldCharType="separate")):
        paragraph.add_run()._r.append(part)
    run = paragraph.add_run(result)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))
    return run


class Lists:
    """Numbering of lists. Each ordered list counts from 1."""

    def __init__(self, word: WordFile) -> None:
        self.root = _numbering(word)
        bullet, self.decimal = self.definition("bullet"), self.definition("decimal")
        self.bullets = self.instance(bullet, restart=False)

    def ordered(self) -> int:
        return self.instance(self.decimal, restart=True)

    def mark(self, paragraph: Paragraph, list_id: int, level: int) -> None:
        properties = paragraph._p.get_or_add_pPr()
        number = properties._add_numPr()
        number.append(element("ilvl", val=level))
        number.append(element("numId", val=list_id))

    def indent(self, paragraph: Paragraph, level: int, left: Length | None, hanging: bool) -> None:
        """Set where the text of an item stands: after the bullet of its level, or of a list that begins at `left`."""
        form = paragraph.paragraph_format
        form.left_indent = Twips(_STEP * (level + 1)) if left is None else Twips(left.twips + _HANGING)
        form.first_line_indent = Twips(-_HANGING) if hanging else None

    def definition(self, kind: str) -> int:
        number = self.free_number("abstractNum", "abstractNumId", 0)
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{_BULLETS[level] if kind == "bullet" else f"%{level + 1}."}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{_STEP * (level + 1)}" w:hanging="{_HANGING}"/></w:pPr></w:lvl>'
            for level in range(4)
        )
        definition = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{levels}</w:abstractNum>'
        first = self.root.find(qn("w:num"))
        place = len(self.root) if first is None else list(self.root).index(first)
        self.root.insert(place, parse_xml(definition))
        return number

    def instance(self, definition: int, *, restart: bool) -> int:
        number = self.free_number("num", "numId", 1)
        instance = element("num", numId=number)
        instance.append(element("abstractNumId", val=definition))
        if restart:
            override = element("lvlOverride", ilvl=0)
            override.append(element("startOverride", val=1))
            instance.append(override)
        self.root.append(instance)
        return number

    def free_number(self, tag: str, attribute: str, first: int) -> int:
        return max((int(old.get(qn(f"w:{attribute}"))) + 1 for old in self.root.iter(qn(f"w:{tag}"))), default=first)


def drop_unused(word: WordFile) -> None:
    """Take out what the file's body no longer shows: footnotes, comments, links, pictures and embedded files."""
    body = word.element.body
    if _part(word, RELATIONSHIP_TYPE.FOOTNOTES):
        write_footnotes(word, {})
    if comments := _part(word, RELATIONSHIP_TYPE.COMMENTS):
        marked = {mark.get(qn("w:id")) for mark in body.iter(qn("w:commentReference"))}
        for comment in [note for note in comments.element if note.get(qn("w:id")) not in marked]:
            comments.element.remove(comment)
    used = {value for block in body.iter() for name, value in block.attrib.items() if name.startswith(_RELATED)}
    for name, relation in list(word.part.rels.items()):
        if relation.reltype.rpartition("/")[2] in _SHOWN and name not in used:
            del word.part.rels[name]


def marked_ids(word: WordFile, tag: str) -> list[int]:
    """The numbers of the body's elements of that name, as "bookmarkStart"."""
    return [int(mark.get(qn("w:id"))) for mark in word.element.body.iter(qn(f"w:{tag}"))]


def _footnotes(word: WordFile) -> Any:
    """The root of the footnotes part, with the two separators that Word expects and the notes that the body marks."""
    part, marked = _part(word, RELATIONSHIP_TYPE.FOOTNOTES), set(marked_ids(word, "footnoteReference"))
    root = parse_xml(part.blob) if part else parse_xml(f"<w:footnotes {nsdecls('w')}/>")
    for note in list(root):
        if note.get(qn("w:type")) is None and int(note.get(qn("w:id"))) not in marked:
            root.remove(note)  # its mark went with the text that it was in
    if not len(root):
        for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
            note = element("footnote", type=kind, id=number)
            note.append(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:{kind}/></w:r></w:p>"))
            root.append(note)
    return root


def write_footnotes(word: WordFile, paragraphs: dict[int, list[Any]]) -> None:
    """Add notes, number -> their w:p elements, to those that the file's body marks."""
    root = _footnotes(word)
    for number, texts in paragraphs.items():
        note = element("footnote", id=number)
        note.extend(texts)
        root.append(note)
    blob = serialize_part_xml(root)
    if part := _part(word, RELATIONSHIP_TYPE.FOOTNOTES):
        part._blob = blob
        return
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob, word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _part(word: WordFile, kind: str) -> Any:
    return next((relation.target_part for relation in word.part.rels.values() if relation.reltype == kind), None)


def _numbering(word: WordFile) -> Any:
    if part := _part(word, RELATIONSHIP_TYPE.NUMBERING):
        return part.element
    root = parse_xml(f"<w:numbering {nsdecls('w')}/>")
    part = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, root, word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
    return root
