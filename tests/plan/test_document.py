"""`vbe plan write`: last year's plan with this year's picture and activities, opened again; and what stops it."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import docx
import pikepdf
import pytest
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import _Cell
from PIL import Image

from tests.checkers import TAGGED, convert_to_pdf, pdf_findings
from tests.document.specimen import specimen
from tests.plan.plans import SEED, row, seed_rows, write
from tests.workspaces import make
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.markdown import compose
from vbe_analysis.document.parts import Prose
from vbe_analysis.document.tree import Document
from vbe_analysis.errors import InputError
from vbe_analysis.plan.activities import read_activities
from vbe_analysis.plan.document import new_plan_document, write_plan
from vbe_analysis.plan.workbook import carried
from vbe_analysis.workspace.workspace import Workspace

HEADINGS = ("Aktivitet", "Ansvarig enhetschef", "Tidplan", "Uppföljning")
KNOWN = {"mått": "Enkät: Känner till handlingsplanen", "mål": "minst 80 %"}


def chapter() -> Document:
    """A main part like the chapter's, with a footnote."""
    lines = Prose("# Lokal lägesbild\n\nTre spår.[^a]\n\n## Samlad bedömning\n\nLugnt.\n\n[^a]: Om spåren.")
    more = Prose("## Kartläggning\n\nBilden.\n\n## Analys\n\n### Jämförelse\n\nLika många.")
    return compose(specimen("publik").cover, [(1, lines), (2, more)])


def plan_of_last_year() -> Word:
    """A plan in the seed's order, with what a Word file may hold where the picture stands: notes, pictures, a break."""
    word = docx.Document(io.BytesIO(write_docx(compose(specimen().cover, [(1, Prose("Not.[^x]\n\n[^x]: Kvar."))]))))
    for block in list(word.element.body)[: -1 - 1]:
        word.element.body.remove(block)
    word.add_paragraph("Handlingsplan 2020", style="Title")
    word.add_paragraph("Inledning och syfte", style="Heading 1")
    word.add_paragraph("Planen för 2020 gäller tills vidare.")
    word.add_paragraph("3. Lokal lägesbild", style="Heading 1")
    word.add_paragraph("En liten minskning.")
    image = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(image, "PNG")
    image.seek(0)
    word.add_picture(image)
    word.add_paragraph("Kartläggning", style="Heading 2")
    ended = word.add_paragraph("Slut på avsnittet.")._p.get_or_add_pPr()
    ended.append(parse_xml(f'<w:sectPr {nsdecls("w")}><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'))
    word.add_paragraph("Förebyggande arbete", style="Heading 1")
    word.add_paragraph("Texten står kvar.")
    for heading in ("Förebyggande aktiviteter:", "Förhinderande aktiviteter:"):
        word.add_paragraph(heading)
        table = word.add_table(2, 4, style="Lägesbildstabell")
        for cell, text in zip(table.rows[0].cells, HEADINGS, strict=True):
            cell.text = text
        for cell in table.rows[1].cells:
            cell.paragraphs[0].add_run("Förra årets").italic = True
    word.add_paragraph("Uppföljning", style="Heading 1")
    return word


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    path = tmp_path / "plan 2020.docx"
    plan_of_last_year().save(str(path))
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(make(tmp_path / "mapp"))


def lines(word: Word) -> list[str]:
    return [paragraph.text for paragraph in word.paragraphs if paragraph.text.strip()]


def test_the_picture_and_the_activities_are_exchanged_and_nothing_else(workspace: Workspace, earlier: Path) -> None:
    before = lines(docx.Document(str(earlier)))
    write(
        workspace,
        "2021",
        [
            row(nr="F1"),
            row(nr="F2", aktivitet="Ge kurser.", **KNOWN),
        ],
    )
    written = write_plan(earlier, chapter(), read_activities(workspace, "2021"), "Handlingsplan 2021")
    word = docx.Document(io.BytesIO(written.content))
    after = lines(word)
    at = after.index("3. Lokal lägesbild")
    end = after.index("Förebyggande arbete")
    assert after[at + 1 : end] == [
        "Tre spår.",
        "Samlad bedömning",
        "Lugnt.",
        "Kartläggning",
        "Bilden.",
        "Analys",
        "Jämförelse",
        "Lika många.",
    ]
    assert after[: at + 1] + after[end:] == before[: at + 1] + before[before.index("Förebyggande arbete") :]
    styles = {paragraph.text: paragraph.style.name for paragraph in word.paragraphs}
    assert (styles["Samlad bedömning"], styles["Kartläggning"], styles["Jämförelse"]) == (
        "Heading 2",
        "Heading 2",
        "Heading 3",
    )
    first, second = word.tables
    assert [cell.text for cell in first.rows[2].cells] == [
        "F2 Ge kurser.",
        "Enhetschef Ung fritid",
        "Pågående",
        "Enkät: Känner till handlingsplanen (minst 80 %)",
    ]
    assert [cell.text for cell in second.rows[1].cells] == ["Inga aktiviteter", "", "", ""]
    assert all(run.italic for cell in first.rows[1].cells for run in cell.paragraphs[0].runs)
    assert len(word.sections) == 2, "where a section ends in what is exchanged, it ends still"
    assert written.changed[1:] == (
        "Förebyggande: tabellen har nu årets aktiviteter (2).",
        "Förhindrande: tabellen har nu årets aktiviteter (0).",
    )
    assert written.left == (
        "(före första rubriken): nämner 2020: ”Handlingsplan 2020”",
        "Inledning och syfte: nämner 2020: ”Planen för 2020 gäller tills vidare.”",
    )


def test_what_was_exchanged_is_not_hidden_in_the_file(workspace: Workspace, earlier: Path) -> None:
    write(workspace, "2021", [row()])
    assert "Kvar." in notes_of(write_plan(earlier, chapter(), read_activities(workspace, "2021"), "Plan").content)
    word = docx.Document(str(earlier))
    heading = next(paragraph for paragraph in word.paragraphs if "lägesbild" in paragraph.text)
    heading._p.addnext(next(paragraph for paragraph in word.paragraphs if paragraph.text.startswith("Not."))._p)
    word.save(str(earlier))
    content = write_plan(earlier, chapter(), read_activities(workspace, "2021"), "Plan").content
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert not [name for name in parts.namelist() if name.startswith("word/media/")]
    notes = notes_of(content)
    assert "Om spåren." in notes and "Kvar." not in notes
    assert b"En liten minskning" not in parts.read("word/document.xml")
    assert notes.count("<w:footnote ") == 3


@pytest.mark.office
@pytest.mark.parametrize("copied", [False, True], ids=["a new plan", "a copy of last year's"])
def test_its_pdf_is_accessible(workspace: Workspace, tmp_path: Path, copied: bool) -> None:
    write(workspace, "2021", [row(), row(nr="F2", rubrik="Kompetenshöjande", **KNOWN)])
    activities, cover = read_activities(workspace, "2021"), replace(chapter().cover, title="Handlingsplan 2020/21")
    content = write_docx(new_plan_document(chapter(), activities, cover))
    file = tmp_path / "plan.docx"
    file.write_bytes(content)
    if copied:
        file.write_bytes(write_plan(file, chapter(), activities, "Handlingsplan 2021/22").content)
    with pikepdf.open(convert_to_pdf(file, TAGGED)) as pdf:
        assert str(pdf.Root.Lang) == "sv-SE"
        title = str(pdf.docinfo["/Title"])
    assert title == ("Handlingsplan 2021/22" if copied else "Handlingsplan 2020/21")
    # one of the checker's own rules breaks on an attribute that LibreOffice writes as a list
    assert [finding for finding in pdf_findings(file.with_suffix(".pdf")) if "UA-14-001" not in finding] == []


def notes_of(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("word/footnotes.xml").decode()


def test_a_section_without_a_table_is_told(workspace: Workspace, earlier: Path) -> None:
    write(workspace, "2021", [row(rubrik="Kompetenshöjande")])
    written = write_plan(earlier, chapter(), read_activities(workspace, "2021"), "Plan")
    assert written.left[0].startswith("Kompetenshöjande: planen har ingen tabell för årets aktiviteter (1).")


def merged(cells: Sequence[_Cell]) -> None:
    cells[0].merge(cells[1])


def test_a_header_row_of_merged_cells_is_refused(workspace: Workspace, earlier: Path) -> None:
    word = docx.Document(str(earlier))
    merged(word.tables[1].rows[0].cells[2:])
    word.save(str(earlier))
    write(workspace, "2021", [row()])
    with pytest.raises(InputError, match=r"plan 2020\.docx: Tabellen under Förhindrande har sammanslagna celler i"):
        write_plan(earlier, chapter(), read_activities(workspace, "2021"), "Plan")


@pytest.mark.parametrize("rows", [2, 3], ids=["no whole row", "a whole row below"])
def test_a_merged_row_is_no_model_of_the_new_ones(workspace: Workspace, earlier: Path, rows: int) -> None:
    word = docx.Document(str(earlier))
    table = word.tables[0]
    for _ in range(rows - 2):
        table.add_row()
    merged(table.rows[1].cells)
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))
    word.save(str(earlier))
    write(workspace, "2021", [row(), row(nr="F2", status="genomförd", klart=date(2021, 4, 30))])
    written = write_plan(earlier, chapter(), read_activities(workspace, "2021"), "Plan")
    table = docx.Document(io.BytesIO(written.content)).tables[0]
    assert [[cell.text for cell in line.cells] for line in table.rows[1:]] == [
        ["F1 Ge skolprogram om demokrati.", "Enhetschef Ung fritid", "Pågående", "Årligen inom ramen för VB"],
        [
            "F2 Ge skolprogram om demokrati.",
            "Enhetschef Ung fritid",
            "30 april 2021, genomförd",
            "Årligen inom ramen för VB",
        ],
    ]
    assert len(list(table._tbl.iter(qn("w:tblHeader")))) == 1


def test_what_the_earlier_plan_lacks_is_told(workspace: Workspace, earlier: Path) -> None:
    word = docx.Document(str(earlier))
    word.tables[0].rows[0].cells[3].text = "Kostnad"
    word.paragraphs[-1].style = "Heading 3"
    word.add_paragraph("Om perioden 2019/20 och 2020/21.")
    word.add_table(1, 2)
    word.save(str(earlier))
    write(workspace, "2021", [row()])
    left = write_plan(earlier, chapter(), read_activities(workspace, "2021"), "Plan").left
    assert left[:2] == (
        "Förebyggande: tabellen har ingen kolumn Uppföljning, så den uppgiften står inte i planen.",
        "Förebyggande: kolumnen ”Kostnad” är tom. Programmet vet inte vad som ska stå där.",
    )
    assert left[2].startswith("Rubriken ”Uppföljning” har nivå 3 men står under nivå 1.")
    assert left[3].startswith("Tabeller utan upprepad rubrikrad: 1.")
    assert left[-1] == "Uppföljning: nämner 2019/20: ”Om perioden 2019/20 och 2020/21.”"


@pytest.mark.parametrize("times", [0, 2])
def test_a_plan_without_its_one_heading_is_refused(workspace: Workspace, earlier: Path, times: int) -> None:
    word = docx.Document(str(earlier))
    heading = next(paragraph for paragraph in word.paragraphs if "lägesbild" in paragraph.text)
    heading.style = "Normal" if times == 0 else heading.style
    if times:
        word.add_paragraph("Lokal lägesbild", style="Heading 1")
    word.save(str(earlier))
    write(workspace, "2021", [row()])
    with pytest.raises(InputError, match=rf"Lokal lägesbild\. Antal: {times}\."):
        write_plan(earlier, chapter(), read_activities(workspace, "2021"), "Plan")


def test_what_confirms_a_text_is_not_printed(workspace: Workspace, earlier: Path) -> None:
    texts = {
        "mått": "Tre {bekräftat: avtal} möten",
        "mål": "minst tre {bekräftat: avtal} möten",
        "uppföljning": "Klart.",
    }
    write(workspace, "2021", [row(**texts)])
    content = write_plan(earlier, chapter(), read_activities(workspace, "2021"), "Plan").content
    cells = docx.Document(io.BytesIO(content)).tables[0].rows[1].cells
    assert cells[3].text == "Tre möten (minst tre möten). Klart."
    [activity] = read_activities(workspace, "2021").rows
    assert texts["mått"] in carried(activity), "what confirmed it does so next year too"


def test_a_plan_with_macros_is_refused(workspace: Workspace, earlier: Path, tmp_path: Path) -> None:
    plain, macros = (
        f"application/{name}.main+xml"
        for name in ("vnd.openxmlformats-officedocument.wordprocessingml.document", "vnd.ms-word.document.macroEnabled")
    )
    with zipfile.ZipFile(earlier) as source, zipfile.ZipFile(tmp_path / "plan.docm", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(plain.encode(), macros.encode()))
    write(workspace, "2021", [row()])
    with pytest.raises(InputError, match=r"plan\.docm: Filen går inte att öppna som ett Word-dokument"):
        write_plan(tmp_path / "plan.docm", chapter(), read_activities(workspace, "2021"), "Plan")


def test_no_word_file_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_text("ingen plan")
    write(workspace, "2021", [row()])
    with pytest.raises(InputError, match=r"plan\.docx"):
        write_plan(tmp_path / "plan.docx", chapter(), read_activities(workspace, "2021"), "Plan")


@pytest.mark.skipif(not SEED.is_dir(), reason="the real plan is not here")
def test_without_an_earlier_plan_the_usual_headings_stand_in_order(workspace: Workspace) -> None:
    write(workspace, "2021", seed_rows())
    activities = read_activities(workspace, "2021")
    word = docx.Document(io.BytesIO(write_docx(new_plan_document(chapter(), activities, chapter().cover))))
    top = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 1"]
    assert top[:3] == ["Inledning och syfte", "Ansvar och samverkan", "Lokal lägesbild"] and top[-1] == "Uppföljning"
    levels = [
        int(paragraph.style.name[-1]) for paragraph in word.paragraphs if paragraph.style.name.startswith("Heading")
    ]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert sum(len(table.rows) - 1 for table in word.tables) == 13
    assert "Inga aktiviteter." in lines(word)
