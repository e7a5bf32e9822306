"""The PDF, opened again: what a checker finds, and that its tags hold what the document holds."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from tests.checkers import pdf_findings
from tests.document.specimen import LONG, specimen, trend
from tests.reading import text_of_pdf
from vbe_analysis.document.parts import EDITIONS
from vbe_analysis.document.pdf import write_pdf
from vbe_analysis.document.tree import Document, Heading, Paragraph, Run


def elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


@pytest.fixture(scope="module")
def opened() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(write_pdf(specimen()))) as pdf:
        yield pdf


def words(document: Document, tmp_path: Path) -> list[str]:
    """The text of each page, as a reader selects it."""
    file = tmp_path / "text.pdf"
    file.write_bytes(write_pdf(document))
    return text_of_pdf(file).split("\f")[:-1]


@pytest.mark.parametrize("edition", EDITIONS)
def test_pdfua_finds_nothing_and_skips_nothing(edition: str, tmp_path: Path) -> None:
    file = tmp_path / "lagesbild.pdf"
    file.write_bytes(write_pdf(specimen(edition)))
    assert pdf_findings(file) == []


def test_tags_hold_what_the_document_holds(opened: pikepdf.Pdf) -> None:
    tags = Counter(str(element.S) for element in elements(opened.Root.StructTreeRoot))
    tables, levels = specimen().tables, Counter(heading.level for heading in specimen().headings)
    rows = sum(len(table.cells) for table in tables)
    assert {name: count for name, count in tags.items() if re.fullmatch(r"/H\d", name)} == {
        f"/H{level}": count for level, count in levels.items()
    }
    assert tags["/Table"] == len(tables)
    assert tags["/TR"] == rows + len(tables)
    assert tags["/TH"] == rows + sum(len(table.header) for table in tables)
    assert tags["/TD"] == sum(len(table.cells) * (len(table.header) - 1) for table in tables)
    assert tags["/Figure"] == len(specimen().figures)
    assert tags["/Caption"] == len(tables) + len(specimen().figures)
    assert tags["/Note"] == len(specimen().footnotes)
    assert tags["/L"] == 3  # the ordered list, the one inside it, and the last


def test_header_cells_say_what_they_head_and_figures_what_they_show(opened: pikepdf.Pdf) -> None:
    for row in (element for element in elements(opened.Root.StructTreeRoot) if element.S == "/TR"):
        scopes = [str(_scope(cell)) for cell in elements(row) if cell.S == "/TH"]
        assert scopes == ["/Row"] or (len(scopes) > 1 and set(scopes) == {"/Column"})
    known = {str(cell.ID): cell for cell in elements(opened.Root.StructTreeRoot) if cell.S == "/TH" and "/ID" in cell}
    names = pikepdf.NameTree(opened.Root.StructTreeRoot.IDTree)
    for cell in (element for element in elements(opened.Root.StructTreeRoot) if element.S == "/TD"):
        headers = [known[str(name)] for about in cell.A if "/Headers" in about for name in about.Headers]
        assert sorted(str(_scope(header)) for header in headers) == ["/Column", "/Row"]
        assert all(names[str(header.ID)].objgen == header.objgen for header in headers)
    alts = [str(element.Alt) for element in elements(opened.Root.StructTreeRoot) if element.S == "/Figure"]
    assert alts == [trend().alt]


def _scope(cell: pikepdf.Object) -> pikepdf.Object:
    attributes = cell.A
    for each in attributes if isinstance(attributes, pikepdf.Array) else [attributes]:
        if "/Scope" in each:
            return each.Scope
    raise AssertionError("a header cell without scope")


def test_language_title_and_marks(opened: pikepdf.Pdf) -> None:
    assert str(opened.Root.Lang) == "sv-SE"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    with opened.open_metadata() as metadata:
        assert metadata["dc:title"] == "Lokal lägesbild"
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")


def test_the_outline_is_the_headings(opened: pikepdf.Pdf) -> None:
    def titles(items: list[pikepdf.OutlineItem]) -> Iterator[str]:
        for item in items:
            yield str(item.title)
            yield from titles(item.children)

    with opened.open_outline() as outline:
        assert list(titles(outline.root)) == [heading.text for heading in specimen().headings]


@pytest.mark.process
def test_mark_and_page_number_on_every_page_and_mark_in_every_caption(tmp_path: Path) -> None:
    pages = words(specimen(), tmp_path)
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert page.lstrip().startswith("Internt underlag")
        assert f"Sida {number} av {len(pages)}" in page
    whole = re.sub(r"\s+", " ", " ".join(pages))
    for part in (*specimen().tables, *specimen().figures):
        label = specimen().labels[part.id].replace("\u00a0", " ")
        assert f"{label}. {part.title} · Internt underlag" in whole
    assert whole.count("Kan vara allmän handling. Sekretessprövas före utlämnande.") == 1


@pytest.mark.process
def test_text_is_text_and_never_typst_markup(tmp_path: Path) -> None:
    """What Typst would read as a list item, a heading, a label, math or code stands as written."""
    hostile = '3. Lokal #panic("x") *a* _b_ $x$ <etikett> @ref // slut \\ "citat" `kod` = Rubrik - punkt ~'
    blocks = (Heading(1, hostile, "avsnitt-x"), Paragraph((Run(hostile),)))
    page = re.sub(r"\s+", " ", " ".join(words(replace(specimen(), blocks=blocks, footnotes=()), tmp_path)))
    assert page.replace("- ", "-").count(hostile.replace("- ", "-")) == 2


@pytest.mark.process
def test_a_small_table_and_its_caption_stay_on_one_page(tmp_path: Path) -> None:
    """However much stands before it: the caption, all rows and the source line are on the same page."""
    table = replace(LONG, id="kort", cells=LONG.cells[:12], values=LONG.values[:12], title="Kort tabell")
    for lines in range(0, 40, 3):
        blocks = (
            *(Paragraph((Run("Rad."),)) for _ in range(lines)),
            Heading(1, "Strax före", "avsnitt-x"),
            table,
        )
        pages = words(replace(specimen(), blocks=blocks, footnotes=()), tmp_path)
        held = [page for page in pages if any(row[0] in page for row in table.cells)]
        assert len(held) == 1
        assert "Tabell 1. Kort tabell" in held[0] and "Källa: Alla källor." in held[0]
        assert "Strax före" in held[0]  # the heading is not left behind


@pytest.mark.process
def test_a_long_table_repeats_its_header(tmp_path: Path) -> None:
    pages = [page for page in words(specimen(), tmp_path) if "2018-01" in page or "2022-12" in page]
    assert len(pages) == 2
    assert all("Klotterstatistik" in page for page in pages)


def test_same_document_same_bytes() -> None:
    assert write_pdf(specimen()) == write_pdf(specimen())


def test_a_body_stands_without_title_block_and_from_a_given_level(tmp_path: Path) -> None:
    file = tmp_path / "text.pdf"
    file.write_bytes(write_pdf(specimen(), title_block=False, level=2))
    assert pdf_findings(file) == []
    with pikepdf.open(file) as pdf:
        tags = [str(each.S) for each in elements(pdf.Root.StructTreeRoot)]
    assert tags[0:2] == ["/Document", "/H1"] and "/Title" not in tags
    assert len(file.read_bytes()) != len(write_pdf(specimen(), title_block=False))
