"""The Word file: its XML as another Word document would paste it, and LibreOffice opening it."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Twips
from lxml import etree

from tests.checkers import convert_to_pdf
from tests.document.specimen import specimen, trend
from tests.reading import open_word, text_of_pdf
from vbe_analysis.document.docx import write_docx
from vbe_analysis.errors import InputError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(content: bytes, name: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(name))


def style_of(paragraph: etree._Element) -> str:
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return str(found.get(f"{W}val")) if found is not None else ""


def said(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t")).replace("\u2060", "")


@pytest.fixture(scope="module")
def body() -> etree._Element:
    return part(write_docx(specimen()))


def test_headings_captions_and_lists_have_words_own_styles() -> None:
    word = open_word(write_docx(specimen()))
    headings = [(p.style.name, p.text) for p in word.paragraphs if p.style and str(p.style.name).startswith("Heading")]
    assert headings == [(f"Heading {heading.level}", heading.text) for heading in specimen().headings]
    captions = [p.text for p in word.paragraphs if p.style and p.style.name == "Caption"]
    assert captions == [
        "Figur\u00a01. Vit makt-miljön ligger kvar på samma nivå · Internt underlag",
        "Tabell\u00a01. Ingen säker förändring i någon miljö sedan föregående period · Internt underlag",
        "Tabell\u00a02. En av sju källor saknar uppgifter för en del av perioden · Internt underlag",
        "Tabell\u00a03. Rapporter per månad och källa · Internt underlag",
    ]
    lists = [p.text for p in word.paragraphs if p.style and p.style.name in ("List Number", "List Bullet")]
    assert lists[1:4] == ["SISAB levererade alla månader:", "klotter", "klistermärken"]
    assert len(lists) == 7


def test_tables_hold_every_cell_repeat_their_header_and_align_numbers(body: etree._Element) -> None:
    tables = body.findall(f".//{W}tbl")
    assert len(tables) == len(specimen().tables)
    for found, table in zip(tables, specimen().tables, strict=True):
        rows = found.findall(f"{W}tr")
        cells = [[said(cell) for cell in row.findall(f"{W}tc")] for row in rows]
        assert cells == [list(table.header), *map(list, table.cells)]
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * len(table.cells)
        look = found.find(f"{W}tblPr/{W}tblLook")
        assert (look.get(f"{W}firstRow"), look.get(f"{W}firstColumn")) == ("1", "1")
        for row in rows:
            right = [cell.find(f".//{W}jc") is not None for cell in row.findall(f"{W}tc")]
            assert right == list(table.numeric)


def test_fields_number_the_captions_and_references_point_to_them(body: etree._Element) -> None:
    fields = [str(field.text).strip() for field in body.iter(f"{W}instrText")]
    assert [field for field in fields if field.startswith("SEQ")] == [
        "SEQ Figur \\* ARABIC",
        "SEQ Tabell \\* ARABIC",
        "SEQ Tabell \\* ARABIC",
        "SEQ Tabell \\* ARABIC",
    ]
    references = [field.split()[1] for field in fields if field.startswith(("REF", "NOTEREF"))]
    assert references == ["_Tabell1", "_Figur1", "_Tabell2", "_Not2"]
    bookmarks = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    assert set(references) <= set(bookmarks) and len(bookmarks) == len(set(bookmarks))
    assert 'HYPERLINK "https://www.bra.se/"' in fields
    kinds = [char.get(f"{W}fldCharType") for char in body.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"] * len(fields)


def test_footnotes_are_words_own(body: etree._Element) -> None:
    notes = part(write_docx(specimen()), "word/footnotes.xml")
    texts = [said(note).strip() for note in notes if int(note.get(f"{W}id")) > 0]
    assert texts == [
        "Tre rapporter kan gälla samma händelse.",
        "IA är stadens incidentrapporteringssystem. Se stadens sida.",
    ]
    assert [mark.get(f"{W}id") for mark in body.iter(f"{W}footnoteReference")] == ["1", "2"]


def test_the_chart_has_its_alternative_text(body: etree._Element) -> None:
    described = [element.get("descr") for element in body.iter() if element.tag.endswith("}docPr")]
    assert described == [trend().alt]


def test_the_language_is_swedish_everywhere_it_is_named() -> None:
    content = write_docx(specimen())
    named = {element.get(f"{W}val") for element in part(content, "word/styles.xml").iter(f"{W}lang")}
    assert named == {"sv-SE"}


def test_properties_and_mark_on_every_page() -> None:
    word = open_word(write_docx(specimen()))
    assert (word.core_properties.title, word.core_properties.language) == ("Lokal lägesbild", "sv-SE")
    assert word.core_properties.author == "Norra Ängby stadsdelsförvaltning"
    assert word.sections[0].header.paragraphs[0].text.startswith("Internt underlag")
    assert "Sida 1 av 1" in word.sections[0].footer.paragraphs[0].text


def test_an_ordered_list_counts_from_one_each_time() -> None:
    from tests.document.specimen import code, cover, notebook, text
    from vbe_analysis.chapter.notebook.collect import document_of

    made = part(write_docx(document_of(notebook(code(cover()), text("1. a\n2. b\n\nOrd.\n\n1. c")))))
    lists = [number.get(f"{W}val") for number in made.iter(f"{W}numId")]
    assert lists[0] == lists[1] != lists[2]


@pytest.mark.slow
def test_a_template_of_another_kind_is_refused(tmp_path: Path) -> None:
    """What Word saves as a template (.dotx), and what is no Word file at all."""
    docx.Document().save(str(tmp_path / "mall.docx"))
    with zipfile.ZipFile(tmp_path / "mall.docx") as source, zipfile.ZipFile(tmp_path / "mall.dotx", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"document.main+xml", b"template.main+xml"))
    (tmp_path / "text.docx").write_text("ingen mall", encoding="utf-8")
    for name in ("mall.dotx", "text.docx"):
        with pytest.raises(InputError, match=name):
            write_docx(specimen(), tmp_path / name)


def test_the_districts_template_keeps_its_page_head_and_styles(tmp_path: Path) -> None:
    own = docx.Document()
    own.add_paragraph("Gammal text som ska bort")
    own.sections[0].left_margin = Twips(2268)
    own.sections[0].header.paragraphs[0].text = "Stadsdelens huvud"
    own.sections[0].different_first_page_header_footer = True
    own.styles["Heading 1"].font.name = "Georgia"
    caption = own.styles["Caption"].element
    caption.getparent().remove(caption)  # Word keeps a built-in style out of the file until it is used
    own.styles.add_style("Stadens stycke", WD_STYLE_TYPE.PARAGRAPH)
    for relation, target in list(own.part.rels.items()):
        if target.reltype.endswith("/numbering"):
            del own.part.rels[relation]  # nor need a template hold any list
    template = tmp_path / "mall.docx"
    own.save(str(template))

    made = docx.Document(io.BytesIO(write_docx(specimen(), template)))
    assert "Gammal text" not in "".join(p.text for p in made.paragraphs)
    assert made.sections[0].left_margin == own.sections[0].left_margin
    assert [p.text for p in made.sections[0].header.paragraphs] == [
        "Stadsdelens huvud",
        "Internt underlag · Norra Ängby stadsdelsförvaltning",
    ]
    assert made.sections[0].first_page_header.paragraphs[0].text.startswith("Internt underlag")
    assert made.styles["Heading 1"].font.name == "Georgia"
    assert "Stadens stycke" in [style.name for style in made.styles]
    assert len([p for p in made.paragraphs if p.style and p.style.name == "Caption"]) == 4
    assert write_docx(specimen(), template) == write_docx(specimen(), template)


@pytest.mark.office
@pytest.mark.parametrize("edition", ["intern", "publik"])
def test_libreoffice_opens_it_with_everything_in_place(edition: str, tmp_path: Path) -> None:
    file = tmp_path / "lagesbild.docx"
    file.write_bytes(write_docx(specimen(edition)))
    text = re.sub(r"\s+", " ", text_of_pdf(convert_to_pdf(file)))
    mark = " · Internt underlag" if edition == "intern" else ""
    for part_shown in (*specimen().tables, *specimen().figures):
        label = specimen().labels[part_shown.id].replace("\u00a0", " ")
        assert f"{label}. {part_shown.title}{mark}" in text
    assert "kan bero på slumpen (tabell 1 och figur 1)" in text
    assert "IA är stadens incidentrapporteringssystem." in text
    assert "Error" not in text and "Fel:" not in text


def test_same_document_same_bytes_whatever_the_clock() -> None:
    content = write_docx(specimen())
    assert content == write_docx(specimen())
    stamps = {info.date_time for info in zipfile.ZipFile(io.BytesIO(content)).infolist()}
    assert stamps == {(1980, 1, 1, 0, 0, 0)}
    core = zipfile.ZipFile(io.BytesIO(content)).read("docProps/core.xml").decode("utf-8")
    assert re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core) == ["2021-06-30T12:00:00Z"] * 2


def test_a_body_stands_without_title_block_and_from_a_given_level() -> None:
    word = docx.Document(io.BytesIO(write_docx(specimen(), title_block=False, level=2)))
    styles = [paragraph.style.name for paragraph in word.paragraphs]
    assert not {"Title", "Subtitle", "Heading 1"} & set(styles)
    assert styles[0] == "Heading 2" and "Heading 3" in styles
