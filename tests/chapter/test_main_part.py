"""kapitel.docx: the public edition's main part, to paste into the plan. It says nothing that the chapter does not."""

import re
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chapter.situations import document, picture
from tests.checkers import convert_to_pdf, need
from tests.document.specimen import COVERAGE, ENVIRONMENTS, LONG, cover
from tests.reading import numbers, open_word, text_of_pdf
from vbe_analysis.chapter.notebook.main_part import main_part
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.docx_format import unbroken
from vbe_analysis.document.parts import Table
from vbe_analysis.document.pdf import write_pdf
from vbe_analysis.document.tree import Block, Document, Heading, Items, Paragraph, Run

HERE, AWAY = Run("tabell\u00a01", target="miljo"), Run("tabell\u00a02", target="tackning")


def paragraph(*texts: str | Run) -> Paragraph:
    return Paragraph(tuple(text if isinstance(text, Run) else Run(text) for text in texts))


def heading(level: int, text: str) -> Heading:
    return Heading(level, text, f"avsnitt-{text.lower().replace(' ', '-')}")


BLOCKS: tuple[Block, ...] = (
    heading(1, "Lokal lägesbild"),
    paragraph("Fem–nio, 5–9 och 50 procent (", HERE, "). Se noten.", Run("2", note=2)),
    Items(
        False,
        ((paragraph("Mer (", AWAY, ") och i ", AWAY, ". ", Run("Tabell\u00a02", target="tackning"), " visar."),),),
    ),
    ENVIRONMENTS,
    heading(2, "Att ta ställning till"),
    Items(False, ((paragraph("12 av 33 svarade inte ja. Ska alla chefer gå igenom rutinen?", Run("1", note=1)),),)),
    paragraph("Ska vi?", Run("1", note=1)),
    heading(2, "Källkritik"),
    paragraph("Hela talen står i tabell\u00a0B1 i Excelbilagan."),
    heading(1, "Bilaga"),
    COVERAGE,
    LONG,
)
NOTES = ((paragraph("Om frågan."),), (paragraph("Om talet, se ", AWAY, "."),))


def made(**fields: object) -> Document:
    return main_part(Document(replace(cover("publik"), **fields), BLOCKS, NOTES))


def texts(blocks: tuple[Block, ...]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append("".join(run.text for run in block.runs))
        elif isinstance(block, Items):
            found += texts(sum(block.items, ()))
        elif isinstance(block, Heading):
            found.append(block.text)
    return found


def test_the_annex_and_the_questions_to_the_board_stay_behind() -> None:
    assert texts(made().blocks) == [
        "Lokal lägesbild",
        "Fem–nio, 5–9 och 50 procent (tabell\u00a01). Se noten.1",
        "Mer (se lägesbilden, tabell\u00a02) och i tabell\u00a02 i lägesbilden. Tabell\u00a02 i lägesbilden visar.",
        "Det här behöver förbättras",
        "12 av 33 svarade inte ja.2",
        "Källkritik",
        "Hela talen står i tabell\u00a0B1 i lägesbildens Excelbilaga.",
        "Så läser du talen",
        "Med 2020/21 menas 1 juli 2020–30 juni 2021. "
        "Ett intervall betyder att antalet är minst det första talet och högst det andra.",
        "Andra händelser än fysiska spår visas bara som intervall, för att skydda enskilda.",
        "Alla tabeller, metoden och skyddet av uppgifter finns i lägesbilden, diarienummer NÄ 2021/0147-1.6.",
    ]
    assert [table.id for table in made().tables] == ["miljo"]
    assert [texts(note) for note in made().footnotes] == [["Om talet, se tabell\u00a02 i lägesbilden."], ["Om frågan."]]


def test_without_a_number_the_annex_is_named_alone() -> None:
    assert texts(made(diarienummer="").blocks)[-1].endswith("finns i lägesbilden.")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("5–9", "5–\u20609"),
        ("27–69 %", "27–\u206069\u00a0%"),
        ("50 procent", "50\u00a0procent"),
        ("1 juli 2020–30 juni 2021", "1 juli 2020–\u206030 juni 2021"),
        ("juli–augusti", "juli–augusti"),
        ("procent", "procent"),
    ],
)
def test_ranges_and_percentages_stay_on_one_line(text: str, kept: str) -> None:
    assert unbroken(text) == kept


@pytest.mark.chapter
@pytest.mark.office
@pytest.mark.parametrize(
    ("name", "cycle", "edition"),
    [("exempel", "2021", "intern"), ("exempel", "2021", "publik"), ("tolv_ar_glapp", "2021", "publik")],
)
def test_in_word_page_one_stands_alone_and_the_main_part_has_three(
    name: str, cycle: str, edition: str, tmp_path: Path
) -> None:
    need("Carlito" in subprocess.run(["fc-list"], capture_output=True, encoding="utf-8").stdout, "Carlito")
    word = tmp_path / "lagesbild.docx"
    word.write_bytes(write_docx(document(name, cycle, edition)))
    command = ["pdftotext", "-layout", str(convert_to_pdf(word)), "-"]
    pages = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout.split("\f")
    first = [line.strip() for line in pages[0].splitlines()]
    assert {"Lokal lägesbild", "Samlad bedömning"} < set(first)
    asked = [text for block in main_part(document(name, cycle, "publik")).blocks for text in texts((block,))]
    assert "Det här behöver förbättras" not in asked or "Att ta ställning till" in first
    assert [at for at, page in enumerate(pages, start=1) if re.search(r"^Bilaga$", page, re.M)] in ([3], [4])


@pytest.mark.chapter
@pytest.mark.parametrize("name", ["exempel", "forsta_aret", "tolv_ar"])
def test_it_says_a_part_of_what_the_chapter_says(name: str) -> None:
    whole = document(name, "2021", "publik")
    part = main_part(whole)
    own, every = (
        open_word(write_docx(each, title_block=each is whole, level=level)) for each, level in ((part, 2), (whole, 1))
    )
    said, all_said = ([plain(paragraph.text) for paragraph in each.paragraphs] for each in (own, every))
    last = [plain(text) for text in texts(part.blocks)[-3:]]
    new = [text for text in said[:-3] if not any(whole.startswith(text) for whole in all_said)]
    assert [text for text in new if text != "Det här behöver förbättras"] == ["Så läser du talen"]
    assert said[-3:] == last and not numbers(last[0].partition(". ")[2], last[1])
    rows, all_rows = (
        [[plain(c.text) for c in row.cells] for t in each.tables for row in t.rows] for each in (own, every)
    )
    assert [row for row in rows if row not in all_rows] == []
    styles = {paragraph.style.name for paragraph in own.paragraphs}
    assert "Heading 2" in styles and not {"Title", "Subtitle", "Heading 1"} & styles


@pytest.mark.chapter
def test_its_captions_have_the_numbers_of_the_chapter() -> None:
    whole = document("exempel", "2021", "publik")
    part = main_part(whole)
    assert {name: whole.labels[name] for name in part.labels} == part.labels
    assert all(isinstance(table, Table) for table in part.tables)


def plain(text: str) -> str:
    """Without what keeps lines together and what tells where another table stands."""
    text = text.replace("\u00a0", " ").replace("lägesbildens Excelbilaga", "Excelbilagan")
    return re.sub(r"se lägesbilden, (?=tabell|figur)|(?<=\d) i lägesbilden(?=\W)", "", text)


@pytest.mark.chapter
@pytest.mark.process
@pytest.mark.parametrize(
    ("name", "cycle", "edition"),
    [
        ("exempel", "2021", "intern"),
        ("exempel", "2021", "publik"),
        ("exempel", "2020", "publik"),
        ("langa_namn", "2021", "publik"),
    ],
)
def test_in_the_pdf_page_one_ends_with_what_the_board_is_asked(
    name: str, cycle: str, edition: str, tmp_path: Path
) -> None:
    made, file = document(name, cycle, edition), tmp_path / "lagesbild.pdf"
    file.write_bytes(write_pdf(made))
    first = " ".join(text_of_pdf(file).split("\f")[0].split())
    at = next(at for at, block in enumerate(made.blocks) if getattr(block, "text", "") == "Att ta ställning till")
    asked = texts((made.blocks[at + 1],))
    assert len(asked) == 2
    for question in asked:
        assert " ".join(question.split()[-6:]).replace("\u00a0", " ") in first


OTHER_NUMBERS = re.compile(  # of answers, dates and what is expected; of reports, which may be as many as the events
    r"\d+ av (?:de )?\d+|\b(?:19|20)\d\d(?:/\d\d)?\b|\d+ procent|\([\d–]+ är väntat\)|\(skyddat antal\)|\d+ rapporter"
    r"|\d+ (?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)"
    r"|blir antalen [^.]*\."  # on the ground of all years: numbers of their own
)


@pytest.mark.chapter
@pytest.mark.parametrize("edition", ["intern", "publik"])
@pytest.mark.parametrize(
    "name", ["exempel", "fem_omgangar", "halften_saknas", "inget_rapporterat", "langa_namn", "tolv_ar"]
)
def test_no_number_stands_more_than_twice_in_text_and_tables(name: str, edition: str) -> None:
    """Of each fact; where several are written alike, twice as often as there are facts. What the analyst wrote is left
    out."""
    made, found = document(name, "2021", edition), picture(name, "2021", edition)
    at = next(at for at, block in enumerate(made.blocks) if isinstance(block, Heading) and block.text == "Bilaga")
    own, said, heading = found.texts, list[str](), ""
    theirs = {"Samlad bedömning", "Att ta ställning till", "Polisens lägesbild"} if own.is_dir() else set()
    for block in made.blocks[:at]:
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Table):
            said += [cell for row in block.cells for cell in row[1:]]
        elif heading not in theirs:
            said += texts((block,))
    written = Counter(re.findall(r"(?<![\d–])\d+(?:–\d+)?(?![\d–])", OTHER_NUMBERS.sub("", " . ".join(said))))
    facts = Counter(
        number[0]
        for name_, text in found.register.texts.items()
        if name_ in made.facts and (number := re.search(r"\d+(?:–\d+)?", text))
    )
    assert {number: written[number] for number in facts if written[number] > 2 * facts[number]} == {}
