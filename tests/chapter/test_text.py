"""The chapter's text, for the example district and for the situations that a district may be in.

Each situation is made and checked by rule in both editions. Of four the whole text is kept, in tests/chapter/golden:
VBE_WRITE_GOLDEN=1 writes it anew; read the difference before it is committed.
"""

import os
import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from tests.chapter.situations import EXAMPLE, SITUATIONS, document
from tests.reading import numbers_are_alike, read, text_of_pdf
from vbe_analysis.document.annex import write_xlsx
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.html import write_html
from vbe_analysis.document.parts import Figure, Table
from vbe_analysis.document.pdf import write_pdf
from vbe_analysis.document.tree import Block, Box, Document, Heading, Items, Paragraph

pytestmark = pytest.mark.chapter

GOLDEN = Path(__file__).parent / "golden"
EDITIONS = ("intern", "publik")
WHOLE = ("forsta_aret", "inget_levererat", "tolv_ar")
DISTRICTS = [*(("exempel", cycle) for cycle in EXAMPLE), *((name, "2021") for name in SITUATIONS)]
CASES = [(*district, edition) for edition in EDITIONS for district in DISTRICTS]
KEPT = [case for case in CASES if case[:2] == ("exempel", "2021") or case[0] in WHOLE]
SUMMARY_WORDS = 120
ANNEX = "Bilaga"


@pytest.mark.parametrize(("name", "cycle", "edition"), KEPT)
def test_the_whole_text_is_as_it_was_read(name: str, cycle: str, edition: str) -> None:
    file = GOLDEN / f"{name}_{cycle}{'_publik' * (edition == 'publik')}.md"
    told = "\n\n".join(lines(document(name, cycle, edition))) + "\n"
    if os.environ.get("VBE_WRITE_GOLDEN") == "1":
        file.write_text(told, encoding="utf-8", newline="\n")
    assert told == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "cycle", "edition"), CASES)
def test_no_paragraph_would_make_a_reader_stumble(name: str, cycle: str, edition: str) -> None:
    for paragraph in paragraphs(document(name, cycle, edition).blocks):
        read(paragraph, part=bool(re.search(r" \(\d+\)$", paragraph)))  # a reason that the coordinator wrote


@pytest.mark.parametrize(("name", "cycle", "edition"), CASES)
def test_every_number_is_the_same_in_all_four_formats(name: str, cycle: str, edition: str, tmp_path: Path) -> None:
    """And the annex begins on the fourth page at the latest."""
    made = document(name, cycle, edition)
    (tmp_path / "lagesbild.pdf").write_bytes(write_pdf(made))
    numbers_are_alike(write_html(made), tmp_path / "lagesbild.pdf", write_docx(made), write_xlsx(made))
    pages = text_of_pdf(tmp_path / "lagesbild.pdf").split("\f")
    starts = [number for number, page in enumerate(pages) if re.search(rf"^{ANNEX}$", page, re.MULTILINE)]
    assert starts and starts[0] <= 3


@pytest.mark.parametrize(("name", "cycle", "edition"), CASES)
def test_the_summary_can_be_quoted(name: str, cycle: str, edition: str) -> None:
    assert 0 < len(summary(document(name, cycle, edition)).split()) <= SUMMARY_WORDS


@pytest.mark.parametrize(("name", "cycle", "edition"), CASES)
def test_every_number_of_the_summary_stands_in_a_table(name: str, cycle: str, edition: str) -> None:
    made = document(name, cycle, edition)
    shown = {
        number
        for table in (*made.tables, *made.annex)
        for row in table.cells
        for cell in row
        for number in re.findall(r"\d+", cell)
    }
    said = re.sub(
        r"\(tabell \d+\)|\((mellan|minst|högst) [^)]*\)|\([\d–]+ är väntat\)|\b20\d\d–20\d\d\b|(?<=[a-z]) 20\d\d\b|"
        r"\bav (alla )?[\d–]+(?= spår| föregående)",  # all traces of those sources, which the slides show
        "",
        summary(made),
    )
    dates = re.findall(r"\d+", str(made.cover.period))
    found = [number for number in re.findall(r"\d+", said) if number not in dates]
    derived = {"1", "2", "3", "4", "5", "6"}  # differences, and how many sources
    assert [number for number in found if number not in shown | derived] == []


@pytest.mark.parametrize(("name", "cycle", "edition"), CASES)
def test_the_main_part_has_900_words_at_most(name: str, cycle: str, edition: str) -> None:
    blocks = document(name, cycle, edition).blocks
    before = takewhile(lambda block: not (isinstance(block, Heading) and block.text == ANNEX), blocks)
    assert len(" ".join(paragraphs([block for block in before if isinstance(block, Paragraph | Items)])).split()) <= 900


@pytest.mark.parametrize(("name", "cycle", "edition"), CASES)
def test_no_title_is_a_refusal_where_anything_is_compared(name: str, cycle: str, edition: str) -> None:
    made = document(name, cycle, edition)
    titles = [figure.title for figure in made.figures]
    if any("kan bero på slumpen" in paragraph for paragraph in paragraphs(made.blocks)):
        assert not [title for title in titles if re.search(r"bedöms inte|kan inte|för få|går inte", title)]


def test_what_the_board_may_decide_has_its_number_and_its_question() -> None:
    made = document("forsta_aret", "2021", "publik")
    heading = next(
        at for at, block in enumerate(made.blocks) if isinstance(block, Heading) and "ställning" in block.text
    )
    items = [*paragraphs(made.blocks[heading + 1 : heading + 2])]
    assert items[0] == (
        "17 av de 38 som svarade på förvaltningens enkät (60 tillfrågade) svarade inte ja på frågan om de känner till "
        "rutinen vid oro eller händelse. Ska alla chefer gå igenom rutinen?"
    )
    assert 0 < len(items) <= 3
    assert all(item.endswith("?") and re.search(r"\d", item) for item in items)


def test_a_first_year_speaks_of_no_earlier_one() -> None:
    told = " ".join(paragraphs(document("forsta_aret", "2021").blocks))
    assert "Ingen tidigare period kan jämföras med den här." in told
    assert "föregående period" not in told.split("Metod")[0]
    assert [table.id for table in document("forsta_aret", "2021").tables if table.id == "jamforelse"] == []
    assert [figure.id for figure in document("forsta_aret", "2021").figures if figure.id == "figur_ar"] == []


@pytest.mark.parametrize("edition", ["intern", "publik"])
def test_page_one_says_who_was_not_asked_and_who_collects_otherwise(edition: str) -> None:
    said = summary(document("exempel", "2019", edition))
    assert "Utbildningsförvaltningens enkät tillfrågades inte. Jämförbara källor" in said
    assert ". Trafikkontoret har ändrat insamlingen. " in said
    assert "flest spår i Gärdslunda och Tistelhamn." in said


def test_a_year_without_reports_is_not_a_year_without_events() -> None:
    said = summary(document("inget_rapporterat", "2021"))
    assert "kom inga rapporter" in said
    assert "Det betyder inte att inga har inträffat." in said


def test_a_year_that_nobody_delivered_is_nowhere_zero() -> None:
    made = document("inget_levererat", "2021")
    assert "Det går därför inte att säga något om läget" in summary(made)
    column = {table.id: [row[-1] for row in table.cells] for table in (*made.tables, *made.annex)}
    for table in ("environment", "event_type", "source", "tertial", "jamforelse"):
        assert set(column[table]) == {"uppgift saknas"}, table


def test_half_a_year_is_not_compared_with_a_whole_one() -> None:
    told = " ".join(paragraphs(document("halften_saknas", "2021").blocks))
    assert "Perioderna kan inte jämföras: för få källor och månader har uppgifter" in told
    assert "Bilden bygger på en enda källa: " in told
    assert not re.search(r"\b(färre|fler|minskade|ökade) än föregående", told)


def test_long_names_of_areas_stand_whole_in_the_workbook() -> None:
    (areas,) = (table for table in document("langa_namn", "2021").annex if table.id == "traces_area")
    assert max(len(row[0]) for row in areas.cells) > 80


def test_twelve_years_are_all_drawn_and_ten_compared() -> None:
    made = document("tolv_ar", "2021")
    (years,) = (figure for figure in made.figures if figure.id == "figur_ar")
    assert years.data.header[1:] == tuple(str(year) for year in range(2010, 2022))
    assert "kan jämföras mellan åren 2012–2021" in " ".join(paragraphs(made.blocks))


def summary(made: Document) -> str:
    """The paragraph that stands alone on the first page."""
    before = takewhile(lambda block: not isinstance(block, Figure), made.blocks)
    return " ".join(paragraphs([block for block in before if isinstance(block, Paragraph)]))


def lines(made: Document) -> Iterator[str]:
    """The document as Markdown that a person can read through: headings, text, captions, tables and alt texts."""
    yield f"# {made.cover.title}"
    for block in (*made.blocks, *made.annex):
        if isinstance(block, Heading):
            yield f"{'#' * (block.level + 1)} {block.text}"
        elif isinstance(block, Table):
            rows = "\n".join(" | ".join(row) for row in (block.header, *block.cells))
            yield f"**{made.labels[block.id]}. {block.title}**\n{rows}"
        elif isinstance(block, Figure):
            yield f"**{made.labels[block.id]}. {block.title}**\n{block.alt}"
        else:
            yield from paragraphs([block], bullet="- ")


def paragraphs(blocks: Iterable[Block], bullet: str = "") -> Iterator[str]:
    """The running text, an item of a list as a paragraph of its own."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield "".join(run.text for run in block.runs)
        elif isinstance(block, Items):
            for item in block.items:
                yield from (bullet + told for told in paragraphs(item))
        elif isinstance(block, Box):
            yield from paragraphs(block.blocks)
