"""The look of the Word file: our styles on python-docx's plain file, or the district's template with those it lacks."""

import io
from copy import deepcopy
from pathlib import Path
from typing import Any

from docx import Document as open_docx
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart
from docx.shared import Length, Mm, Pt, RGBColor, Twips
from docx.text.paragraph import Paragraph
from docx.text.run import Run

INK, QUIET, ACCENT = RGBColor(0x1F, 0x29, 0x33), RGBColor(0x52, 0x60, 0x6D), RGBColor(0x0B, 0x4F, 0x6C)
FONT = "Calibri"
BOX, SCOPE, SOURCE, CELL, TABLE = "Faktaruta", "Omfattning", "Källa", "Tabelltext", "Lägesbildstabell"
BOX_INDENT = Mm(5)
_NEEDED = (
    *("Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "Caption", "List Bullet", "List Number"),
    *("footnote text", "footnote reference", "Hyperlink", BOX, SCOPE, SOURCE, CELL, TABLE),
)
# name: points, bold, colour, space before, space after, kept with the next paragraph
_LOOKS = {
    "Title": (21, True, INK, 0, 2, True),
    "Subtitle": (12, False, QUIET, 0, 8, False),
    "Heading 1": (16, True, INK, 18, 6, True),
    "Heading 2": (13, True, INK, 16, 4, True),
    "Heading 3": (12, True, INK, 16, 4, True),
    "Heading 4": (11, True, INK, 14, 4, True),
    "Caption": (10, True, INK, 12, 2, True),
    SCOPE: (9.5, False, QUIET, 0, 4, True),
    SOURCE: (9, False, QUIET, 4, 0, False),
    CELL: (9, False, INK, 3, 3, False),
    BOX: (10.5, False, INK, 0, 0, False),
    "List Bullet": (10.5, False, INK, 0, 3, False),
    "List Number": (10.5, False, INK, 0, 3, False),
    "footnote text": (9, False, INK, 0, 2, False),
}
_TABLE_STYLE = f"""<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="Lagesbildstabell">
<w:name w:val="{TABLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="1F2933"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="1F2933"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="D3D9E0"/></w:tblBorders>
<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="160" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="6" w:space="0" w:color="1F2933"/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>"""


def new_file(template: Path | None) -> WordFile:
    """An empty Word file in Swedish: ours, or the template without its text, with its styles, page and heads."""
    ours = _ours()
    if template is None:
        return ours
    word = open_docx(io.BytesIO(template.read_bytes()))
    for element in list(word.element.body):
        if element.tag != qn("w:sectPr"):
            word.element.body.remove(element)
    have = {style.name for style in word.styles}
    for name in _NEEDED:
        if name not in have:
            word.styles.element.append(_fitted(deepcopy(ours.styles[name].element), word))
    _speak_swedish(word)
    return word


def _fitted(style: Any, word: WordFile) -> Any:
    """A style of ours resting on the template's own Normal, so that it takes the district's font."""
    base, normal = style.find(qn("w:basedOn")), word.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    if base is not None and base.get(qn("w:val")) == "Normal" and normal is not None:
        base.set(qn("w:val"), normal.style_id)
    for font in style.iter(qn("w:rFonts")):
        font.getparent().remove(font)
    return style


def _ours() -> WordFile:
    word = open_docx()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(22), Mm(18)
    normal = word.styles["Normal"]
    _look(normal, 10.5, False, INK, 0, 6, False)
    normal.paragraph_format.line_spacing_rule, normal.paragraph_format.line_spacing = WD_LINE_SPACING.MULTIPLE, 1.12
    for name in (BOX, SCOPE, SOURCE, CELL, "footnote text"):
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.islower()).base_style = normal
    for name, look in _LOOKS.items():
        _look(word.styles[name], *look)
    _frame(word.styles["Title"], None)
    _frame(word.styles[BOX], "0B4F6C")
    word.styles[CELL].paragraph_format.line_spacing = 1.0
    reference = word.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.font.superscript = True
    link = word.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb, link.font.underline = ACCENT, True
    word.styles.element.append(parse_xml(_TABLE_STYLE))
    # Swedish words are long and columns narrow.
    word.settings.element.find(qn("w:defaultTabStop")).addnext(OxmlElement("w:autoHyphenation"))
    _speak_swedish(word)
    return word


def _look(style: Any, points: float, bold: bool, colour: RGBColor, before: float, after: float, keep: bool) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(points), bold, False
    style.font.color.rgb = colour
    fonts = style.element.rPr.rFonts
    for attribute in list(fonts.attrib):
        if attribute.endswith("Theme"):
            del fonts.attrib[attribute]
    form = style.paragraph_format
    form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), keep
    for spacing in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spacing)


def _frame(style: Any, colour: str | None) -> None:
    """A bar to the left and a pale ground, or neither."""
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:pBdr")):
        properties.remove(old)
    if colour:
        bar = f'<w:left w:val="single" w:sz="24" w:space="10" w:color="{colour}"/>'
        # Above and below: a border in the ground's own colour, which is how Word pads a paragraph.
        pads = [f'<w:{side} w:val="single" w:sz="4" w:space="6" w:color="F4F6F8"/>' for side in ("top", "bottom")]
        border = parse_xml(f"<w:pBdr {nsdecls('w')}>{pads[0]}{bar}{pads[1]}</w:pBdr>")
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="F4F6F8"/>')
        properties.insert_element_before(border, "w:shd", "w:spacing", "w:ind", "w:jc")
        properties.insert_element_before(shade, "w:spacing", "w:ind", "w:jc")
        style.paragraph_format.left_indent = BOX_INDENT


def _speak_swedish(word: WordFile) -> None:
    """The language of the text, wherever a style or the settings name one."""
    styles = word.styles.element
    for language in list(styles.iter(qn("w:lang"))):
        language.set(qn("w:val"), "sv-SE")
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None and defaults.find(qn("w:lang")) is None:
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "sv-SE")
        defaults.append(language)
    for theme in word.settings.element.iter(qn("w:themeFontLang")):
        theme.set(qn("w:val"), "sv-SE")


_BULLETS = "•–•–"
_STEP = 397  # twips, 7 mm
_HANGING = 340  # twips that a bullet stands before its text


def element(tag: str, **attributes: object) -> Any:
    """A w: element with w: attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def add_field(paragraph: Paragraph, instruction: str, result: str) -> Run:
    """A field that Word can update, with the text it shows until then; returns the text's run, for its look."""
    for kind in ("begin", "instruction", "separate"):
        run = paragraph.add_run()
        if kind == "instruction":
            words = element("instrText")
            words.set(qn("xml:space"), "preserve")
            words.text = f" {instruction} "
            run._r.append(words)
        else:
            run._r.append(element("fldChar", fldCharType=kind))
    shown = paragraph.add_run(result)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))
    return shown


def add_bookmarked_field(paragraph: Paragraph, instruction: str, result: str, bookmark: str, number: int) -> Run:
    """The field inside a bookmark that cross-references point to; `number` is unique in the file."""
    paragraph._p.append(element("bookmarkStart", id=number, name=bookmark))
    shown = add_field(paragraph, instruction, result)
    paragraph._p.append(element("bookmarkEnd", id=number))
    return shown


class Lists:
    """Numbering of lists. Each ordered list counts from 1."""

    def __init__(self, word: WordFile) -> None:
        self.root = _numbering(word)
        self.bullet = self.definition("bullet")
        self.decimal = self.definition("decimal")
        self.bullets = self.instance(self.bullet, restart=False)

    def ordered(self) -> int:
        """The id of a new ordered list."""
        return self.instance(self.decimal, restart=True)

    def mark(self, paragraph: Paragraph, list_id: int, level: int) -> None:
        """Make the paragraph an item of the list."""
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
        number = (
            max((int(old.get(qn("w:abstractNumId"))) for old in self.root.iter(qn("w:abstractNum"))), default=-1) + 1
        )
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{_BULLETS[level] if kind == "bullet" else f"%{level + 1}."}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{_STEP * (level + 1)}" w:hanging="{_HANGING}"/></w:pPr></w:lvl>'
            for level in range(4)
        )
        made = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{levels}</w:abstractNum>'
        first = self.root.find(qn("w:num"))
        place = len(self.root) if first is None else list(self.root).index(first)
        self.root.insert(place, parse_xml(made))
        return number

    def instance(self, definition: int, *, restart: bool) -> int:
        number = max((int(old.get(qn("w:numId"))) for old in self.root.iter(qn("w:num"))), default=0) + 1
        made = element("num", numId=number)
        made.append(element("abstractNumId", val=definition))
        if restart:
            override = element("lvlOverride", ilvl=0)
            override.append(element("startOverride", val=1))
            made.append(override)
        self.root.append(made)
        return number


def write_footnotes(word: WordFile, paragraphs: dict[int, list[Any]]) -> None:
    """The footnotes part: number -> its w:p elements, after the two separators that Word expects.

    A template's own footnotes went with its text, so its part is written anew.
    """
    root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
    for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
        note = element("footnote", type=kind, id=number)
        note.append(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:{kind}/></w:r></w:p>"))
        root.append(note)
    for number, texts in paragraphs.items():
        note = element("footnote", id=number)
        note.extend(texts)
        root.append(note)
    blob = serialize_part_xml(root)
    kept = [rel.target_part for rel in word.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.FOOTNOTES]
    if kept:
        kept[0]._blob = blob
        return
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob, word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _numbering(word: WordFile) -> Any:
    for rel in word.part.rels.values():
        if rel.reltype == RELATIONSHIP_TYPE.NUMBERING:
            return rel.target_part.element
    root = parse_xml(f"<w:numbering {nsdecls('w')}/>")
    part = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, root, word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
    return root
