"""The analyst's own texts: taken in as written, with facts in place, or asked for; nothing of them is ever changed."""

from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document as new_word
from docx.document import Document as Word
from docx.oxml import OxmlElement

from tests.document.specimen import ENVIRONMENTS, cover
from vbe_analysis.chapter.data.facts import Register
from vbe_analysis.chapter.data.picture import POLICE_YES, PUBLISHING
from vbe_analysis.chapter.own_texts.texts import (
    NAMES,
    REQUIRED,
    empty_texts,
    own_text,
    police_sentence,
    unsupported_claims,
)
from vbe_analysis.config import load
from vbe_analysis.disclosure.facts import Facts, Rule
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.html import write_html
from vbe_analysis.document.markdown import compose
from vbe_analysis.document.parts import Prose
from vbe_analysis.document.tree import Box, Document, Heading, Items, Paragraph
from vbe_analysis.errors import InputError

UNPUBLISHED = Facts({}, (), (), Rule("standard", 5, 5, False, ()))
FACTS = Register({}, {"tab2/vit_makt/2021": "5–9 händelser", "text/total": "inga händelser"}, {}, UNPUBLISHED)
NONE = replace(FACTS, texts={})
NEUTRAL = "Lokalpolisen har lämnat uppgifter."
POLICE, BOARD, ORGANISATIONS = "polisens_bild", "att_ta_stallning_till", "aktiva_organisationer"


def write(folder: Path, text: str, name: str = f"{POLICE}.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(prose: Prose) -> Document:
    return compose(cover(), [(1, Prose("# Lägesbild")), (2, prose), (3, ENVIRONMENTS)])


def stopped(folder: Path, name: str = POLICE) -> str:
    with pytest.raises(InputError) as error:
        own_text(folder, name, FACTS)
    return str(error.value)


def add_runs(word: Word, style: str, *runs: tuple[str, bool]) -> None:
    paragraph = word.add_paragraph(style=style)
    for text, strong in runs:
        paragraph.add_run(text).bold = strong or None


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_slot_asks_its_questions_in_a_box(name: str, tmp_path: Path) -> None:
    document = read(own_text(tmp_path / "texter", name, NONE))
    asked = load("slots.sv")[name]
    _, heading, box, _ = document.blocks
    assert isinstance(heading, Heading) and (heading.level, heading.text) == (2, asked["title"])
    assert isinstance(box, Box)
    told, questions = box.blocks
    assert isinstance(told, Paragraph) and isinstance(questions, Items)
    assert "".join(run.text for run in told.runs) == (
        f"Att fylla i. Skriv texten i filen {name}.docx eller {name}.md i mappen texter. "
        "Frågorna försvinner när texten finns."
    )
    assert len(questions.items) == len(asked["questions"]) >= 2
    assert not (tmp_path / "texter").exists()


def test_a_filled_slot_shows_the_text_and_no_question(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "# Läget\n\n{Fakta: tab2/vit_makt/2021} och {fakta:text/total}, se {tabell:miljo}.\n\n"
        "## Samtliga {bekräftat: brev 3 maj} skolor\n\n- lugnt\n",
    )
    before = path.read_bytes()
    assert own_text(tmp_path, POLICE, FACTS, level=3).markdown == (
        "### Polisens lägesbild\n\n#### Läget\n\n5–9 händelser och inga händelser, se {tabell:miljo}.\n\n"
        "##### Samtliga skolor\n\n- lugnt"
    )
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_a_first_heading_that_repeats_the_slots_own_goes(tmp_path: Path) -> None:
    write(tmp_path, "# polisens lägesbild #\n\nText.\n\n## Mer\n\nText.")
    assert own_text(tmp_path, POLICE, NONE).markdown == "## Polisens lägesbild\n\nText.\n\n### Mer\n\nText."


def test_a_word_file_gives_paragraphs_strong_lists_and_headings(tmp_path: Path) -> None:
    word = new_word()
    word.add_heading("Läget", 1)
    add_runs(word, "Normal", ("Polisen ser ", False), ("{fakta: tab2/vit_makt/2021} ", True), ("i * området_", False))
    add_runs(word, "Normal", ("# ingen rubrik ", False), ("halv", True), ("fet, ", True), ("1\u00a0plats", False))
    word.add_paragraph("3. ingen lista")
    word.add_paragraph("ett", style="List Bullet")
    word.add_paragraph("två", style="List Bullet")
    word.add_paragraph("")
    word.add_paragraph("först", style="List Number")
    word.add_heading("Mer", 2)
    word.add_paragraph("Slut <b>.")
    word.save(str(tmp_path / "Polisens bild.docx"))
    prose = own_text(tmp_path, POLICE, FACTS)
    assert prose.markdown == (
        "## Polisens lägesbild\n\n### Läget\n\nPolisen ser **5–9 händelser** i \\* området\\_\n\n"
        "\\# ingen rubrik **halvfet**, 1\u00a0plats\n\n3\\. ingen lista\n\n- ett\n- två\n1. först\n\n"
        "#### Mer\n\nSlut \\<b\\>."
    )
    page = write_html(read(prose)).decode()
    assert "Polisen ser <strong>5–9 händelser</strong> i * området_" in page
    assert "Slut &lt;b&gt;." in page


def test_what_word_has_deleted_or_hidden_stays_out_and_what_it_has_inserted_comes_in(tmp_path: Path) -> None:
    word = new_word()
    paragraph = word.add_paragraph("Kvar")
    for tag, text_tag, text in (
        ("w:ins", "w:t", " nytt"),
        ("w:del", "w:delText", " gammalt"),
        ("w:del", "w:t", " borta"),
    ):
        change, run, shown = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        shown.text = text
        run.append(shown)
        change.append(run)
        paragraph._p.append(change)
    paragraph.add_run(" dolt").font.hidden = True
    word.save(str(tmp_path / f"{POLICE}.docx"))
    assert own_text(tmp_path, POLICE, NONE).markdown == "## Polisens lägesbild\n\nKvar nytt"


def test_lists_keep_their_kind_and_depth(tmp_path: Path) -> None:
    """Read back from a file with numbering of its own, as Word writes it."""
    told = "- yttre\n    - inre\n        - innerst\n- yttre igen\n\nText.\n\n1. först\n1. sedan"
    (tmp_path / f"{POLICE}.docx").write_bytes(write_docx(compose(cover(), [(1, Prose(f"# Lista\n\n{told}"))])))
    assert own_text(tmp_path, POLICE, NONE).markdown.endswith(f"### Lista\n\n{told}")


def test_an_unknown_fact_or_mark_names_the_file_and_the_line(tmp_path: Path) -> None:
    write(tmp_path, "Rad.\n\n{fakta: tab9} och {fakta tab2/vit_makt/2021}\n\nEn {bekräftat: }\n")
    assert stopped(tmp_path).splitlines() == [
        "polisens_bild.md, rad 3: Faktumet 'tab9' finns inte i den här utgåvan. Kontrollera stavningen mot id i "
        "facts-filen, eller skriv meningen utan siffran.",
        "polisens_bild.md, rad 3: Texten har klamrar som inte går att tolka. Skriv {fakta: id}, {bekräftat: skäl}, "
        "{tabell:id} eller {figur:id}, eller ta bort klamrarna.",
        "polisens_bild.md, rad 5: Texten har klamrar som inte går att tolka. Skriv {fakta: id}, {bekräftat: skäl}, "
        "{tabell:id} eller {figur:id}, eller ta bort klamrarna.",
    ]


def test_a_fault_in_word_names_the_paragraph_as_the_page_has_it(tmp_path: Path) -> None:
    word = new_word()
    for text in ("Ett.", "", "{fakta: tab9}"):
        word.add_paragraph(text)
    word.save(str(tmp_path / f"{POLICE}.docx"))
    assert stopped(tmp_path).startswith("polisens_bild.docx, stycke 3: Faktumet 'tab9' finns inte")


def test_a_personal_number_stops_and_is_not_repeated(tmp_path: Path) -> None:
    write(tmp_path, "Läget är lugnt.\nKontakta 19121212-1212 om mer.")
    assert stopped(tmp_path) == (
        "polisens_bild.md, rad 2: Texten ser ut att ha ett personnummer. Ta bort det. Kapitlet beskriver händelser, "
        "aldrig en person."
    )


def test_word_content_that_cannot_follow_is_told_once_each(tmp_path: Path) -> None:
    word = new_word()
    word.add_paragraph("Text.")
    for _ in range(2):
        word.add_table(2, 2)
    word.save(str(tmp_path / f"{POLICE}.docx"))
    assert stopped(tmp_path) == (
        "polisens_bild.docx: Texten har en tabell, som inte kan följa med till kapitlet. Skriv om den som stycken, "
        "listor och rubriker. Tabeller och diagram görs i notebooken."
    )


def test_files_that_would_never_be_read_are_told(tmp_path: Path) -> None:
    for name in (
        "Samlad bedömning.md",
        "samlad_bedomning.docx",
        "polisens bild.txt",
        "anteckningar.md",
        ".dold",
        "~$x.docx",
    ):
        write(tmp_path, "Text.", name)
    told = (
        "Filen hör inte till någon av kapitlets texter och skulle inte komma med. Ge den ett av dessa namn, med .docx "
        f"eller .md, eller flytta den: {', '.join(NAMES)}."
    )
    assert stopped(tmp_path).splitlines() == [
        f"anteckningar.md: {told}",
        f"polisens bild.txt: {told}",
        "samlad_bedomning.docx: Texten finns också i 'Samlad bedömning.md'. Behåll en av filerna och flytta den andra.",
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            f"{POLICE}.md",
            "Läget är oförändrat på ön.".encode("cp1252"),
            "polisens_bild.md: Texten är inte sparad i UTF-8. Spara den på nytt med teckenkodningen UTF-8, eller som "
            ".docx.",
        ),
        (
            f"{POLICE}.docx",
            b"ingen zip",
            "polisens_bild.docx: Filen går inte att öppna som ett Word-dokument (.docx). Stäng den i Word, ta bort "
            "eventuellt lösenord och spara den som .docx.",
        ),
    ],
)
def test_a_file_that_cannot_be_read(name: str, content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert stopped(tmp_path) == sentence


def test_what_is_empty_and_what_no_fact_supports(tmp_path: Path) -> None:
    assert empty_texts(tmp_path / "finns_inte") == [*NAMES] and REQUIRED in NAMES
    write(tmp_path, "\ufeff \n\n", f"{REQUIRED}.md")
    write(tmp_path, "Läget är\nlugnt. Samtliga {fakta: text/total} och tre till.")
    word = new_word()
    word.add_paragraph("Lugnt.")
    word.add_paragraph("Antalet ökade {bekräftat: polisens brev}, till 12.")
    word.save(str(tmp_path / "samlad_bedomning.docx"))
    assert empty_texts(tmp_path) == ["att_ta_stallning_till", REQUIRED, "aktiva_organisationer"]
    assert [(claim.place, claim.text) for claim in unsupported_claims(tmp_path, FACTS.texts, ())] == [
        ("samlad_bedomning.docx, stycke 2", "12"),
        ("polisens_bild.md, rad 2, tecken 8", "Samtliga"),
        ("polisens_bild.md, rad 2, tecken 41", "tre"),
    ]


def test_the_internal_twin_of_a_text_is_never_in_public(tmp_path: Path) -> None:
    name = "samlad_bedomning"
    write(tmp_path, "För alla.", f"{name}.md")
    write(tmp_path, "Två hot.", f"{name}_intern.md")
    assert own_text(tmp_path, name, NONE).markdown.endswith("\n\nTvå hot.")
    assert own_text(tmp_path, name, NONE, public=True).markdown.endswith("\n\nFör alla.")
    assert "Två" not in str(unsupported_claims(tmp_path, {}, ())), "the twin is not held to what is published"
    (tmp_path / f"{name}.md").unlink()
    assert "Två hot." not in own_text(tmp_path, name, NONE, public=True).markdown


@pytest.mark.parametrize(
    ("text", "delivered", "yes", "public", "internal"),
    [
        ("", False, False, "", ""),
        ("", True, True, NEUTRAL, NEUTRAL),  # also where they delivered nothing to report: never "inga"
        ("## Om\n\n- Läget är lugnt. Inga hot är kända.", False, False, NEUTRAL, "Läget är lugnt."),
        (
            "Läget är lugnt, t.ex. i Söder. Mer.",
            True,
            True,
            "Läget är lugnt, t.ex. i Söder.",
            "Läget är lugnt, t.ex. i Söder.",
        ),
        (
            "Av {fakta: tab2/vit_makt/2021} svarar polisen.\n\nMer.",
            True,
            True,
            "Av 5–9 händelser svarar polisen.",
            "Av 5–9 händelser svarar polisen.",
        ),
    ],
)
def test_the_summary_has_the_police_s_first_sentence_with_their_yes_alone(
    text: str, delivered: bool, yes: bool, public: str, internal: str, tmp_path: Path
) -> None:
    write(tmp_path, text)
    token = POLICE_YES.set(("gruppchef", "2021-12-01") if yes else None)
    try:
        assert police_sentence(tmp_path, FACTS, True, delivered).markdown == public
        assert police_sentence(tmp_path, FACTS, False, delivered).markdown == internal
    finally:
        POLICE_YES.reset(token)


def test_what_the_police_say_is_public_with_their_yes_alone(tmp_path: Path) -> None:
    write(tmp_path, "Läget är lugnt.")
    known = "## Polisens lägesbild\n\nLokalpolisen har lämnat uppgifter."
    waiting = f"{known} Polisens text visas när polisen har godkänt den."  # in a draft alone
    assert own_text(tmp_path, POLICE, NONE, public=True).markdown == waiting
    token = PUBLISHING.set(True)
    try:
        assert own_text(tmp_path, POLICE, NONE, public=True).markdown == known
    finally:
        PUBLISHING.reset(token)
    assert own_text(tmp_path, POLICE, NONE).markdown == "## Polisens lägesbild\n\nLäget är lugnt."
    token = POLICE_YES.set(("gruppchef", "2021-12-01"))
    try:
        found = own_text(tmp_path, POLICE, NONE, public=True).markdown
    finally:
        POLICE_YES.reset(token)
    assert found == (
        "## Polisens lägesbild\n\nLäget är lugnt.\n\n"
        "Polisen (gruppchef) har den 1 december 2021 sagt ja till att texten publiceras."
    )


def test_a_sentence_of_the_draft_that_is_kept_is_supported_and_a_changed_one_is_not(tmp_path: Path) -> None:
    draft = "- 12 av de 33 svarade inte ja. Ska alla chefer gå igenom den?\n- IA saknas i 3 månader. Ska den begäras?"
    write(tmp_path, "- 12 av de 33 svarade inte ja. Ska den gås igenom?\n- IA saknas i 4 månader.", f"{BOARD}.md")
    write(tmp_path, "Samtliga känner till dem.", f"{ORGANISATIONS}.md")  # stands in the internal edition alone
    claims = unsupported_claims(tmp_path, FACTS.texts, (), [draft])
    assert [(claim.place, claim.text) for claim in claims] == [("att_ta_stallning_till.md, rad 2, tecken 15", "4")]


def test_the_draft_stands_until_the_text_is_written_and_a_proposal_is_never_published(tmp_path: Path) -> None:
    draft = Prose("- Ett förslag?", ())
    assert own_text(tmp_path, BOARD, NONE, draft=draft).markdown == "## Att ta ställning till\n\n- Ett förslag?"
    token = PUBLISHING.set(True)
    try:
        assert own_text(tmp_path, BOARD, NONE, draft=draft).markdown == ""
        assert own_text(tmp_path, "samlad_bedomning", NONE, draft=draft).markdown.endswith("- Ett förslag?")
    finally:
        PUBLISHING.reset(token)
    write(tmp_path, "- Mitt eget.", f"{BOARD}.md")
    assert own_text(tmp_path, BOARD, NONE, draft=draft).markdown == "## Att ta ställning till\n\n- Mitt eget."
