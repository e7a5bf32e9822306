"""The finished plan against the chapter: what stands there as published passes, and everything else is told."""

import io
from pathlib import Path

import pytest
from docx import Document as open_word
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image

from tests.document.specimen import ENVIRONMENTS, specimen
from vbe_analysis.chapter.own_texts.review import PlanClaim, check_plan, report_lines
from vbe_analysis.disclosure.facts import Fact, Facts, Rule, VerdictClaim, count, select
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.markdown import compose
from vbe_analysis.document.parts import Prose
from vbe_analysis.errors import InputError
from vbe_analysis.vocabulary import default_vocabulary

pytestmark = pytest.mark.slow

WORDS = default_vocabulary()
TRACES = WORDS.traces
OTHERS = tuple(code for code in WORDS.event_types if code not in TRACES)
SEED = sorted((Path(__file__).resolve().parents[3] / "shared" / "seed").glob("*.txt"))
THIS = {"period": "2021"}
FACTS = Facts(
    dims={"miljo": tuple(WORDS.environments), "typ": tuple(WORDS.event_types), "period": ("2020", "2021")},
    impossible=(),
    published=(
        count("a", "x", select(**THIS, miljo="vit_makt"), 12, 12),
        count("b", "x", select(**THIS, miljo="autonom", typ=OTHERS), 0, 0),
        count("c", "x", select(**THIS, miljo="islamistisk", typ=OTHERS), 1, 4),
        count("d", "x", select(**THIS, typ="klotter"), 7, 7),
        count("e", "x", select(period="2020", miljo="vit_makt"), 15, 15),
        Fact("f", ("x",), VerdictClaim("okning", select(**THIS, typ=TRACES), select(period="2020", typ=TRACES))),
    ),
    rule=Rule("standard", 5, 3, False, ()),
)


def plan(folder: Path, *paragraphs: str) -> Path:
    word = open_word()
    for text in paragraphs:
        word.add_paragraph(text)
    return saved(word, folder)


def saved(word: Word, folder: Path) -> Path:
    path = folder / "plan.docx"
    word.save(str(path))
    return path


def chapter_in_word(folder: Path, edition: str = "publik") -> Word:
    path = folder / "kapitel.docx"
    path.write_bytes(write_docx(specimen(edition)))
    return open_word(str(path))


def reviewed(path: Path, edition: str = "publik") -> list[PlanClaim]:
    return check_plan(path, specimen(edition), FACTS, WORDS)


@pytest.mark.parametrize("edition", ["publik", "intern", "utkast"])
def test_the_chapters_own_word_file_has_nothing_to_remark_on(edition: str, tmp_path: Path) -> None:
    word = chapter_in_word(tmp_path, edition)
    assert len(word.tables) == 3
    assert reviewed(saved(word, tmp_path), edition) == []


def test_a_changed_number_in_text_table_and_note_is_told_with_its_place(tmp_path: Path) -> None:
    word = chapter_in_word(tmp_path)
    word.tables[0].rows[2].cells[2].paragraphs[0].runs[0].text = "1\u00a0298"
    paragraph = next(one for one in word.paragraphs if one.text.startswith("Under perioden 1 juli"))
    paragraph.runs[0].text = paragraph.runs[0].text.replace("12 rapporter", "194 rapporter")
    word.add_paragraph("Vi ser dubbelt så många som 2020.")
    in_table = f"1 298 står inte så i kapitlets tabell ”{ENVIRONMENTS.title}”."
    assert [(one.heading, one.place, one.claim, one.why) for one in reviewed(saved(word, tmp_path))] == [
        ("Lokal lägesbild", "stycke 1", "194", "talet 194 finns inte i kapitlet."),
        ("Lokal lägesbild", "stycke 1", "10–12", "talet 10–12 finns i kapitlet, men inte i den här meningen."),
        ("Lokal lägesbild", "tabell 1, rad 3", "1 298", in_table),
        (
            "Metod och källor",
            "stycke 4",
            "dubbelt så många",
            "påståendet ”dubbelt så många” stöds inte av någon mening eller något faktum i kapitlet.",
        ),
    ]


def test_a_plan_that_leaves_is_read_as_a_public_text_is(tmp_path: Path) -> None:
    """A passage pasted from the internal edition, a person, and a school passed without."""
    passages = (
        "Tabell 2. Rapporterade händelser efter typ · Internt underlag",
        "Eleven kände sig hotad på Ekbackens skola.",
        "Under perioden kom tre orosanmälningar om den islamistiska extremistiska miljön.",
        "Planens aktiviteter ligger fast.",
    )
    path = plan(tmp_path, *passages)
    claims = check_plan(path, specimen("publik"), FACTS, WORDS, {"Ekbackens skola": ""})
    by_place = {claim.place: claim.claim for claim in claims[::-1]}
    assert by_place["stycke 1"] == "Internt underlag"
    assert claims[0].why.startswith("stycket bär den interna utgåvans märke.")
    assert {claim.claim for claim in claims if claim.place == "stycke 2"} == {"Eleven", "Ekbackens skola"}
    assert by_place["stycke 3"] == "tre", "an exact number of a band"
    assert "stycke 4" not in by_place
    assert "stycke 1" not in {claim.place for claim in check_plan(path, specimen("intern"), FACTS, WORDS)}


def test_the_internal_mark_is_found_beside_the_running_text_too(tmp_path: Path) -> None:
    word = open_word()
    word.sections[0].header.paragraphs[0].text = "Internt underlag"
    box = word.add_paragraph()._p
    box.append(
        parse_xml(
            f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>Internt under</w:t></w:r>"
            "<w:r><w:t>lag</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        )
    )
    image = io.BytesIO()
    Image.new("RGB", (4, 4)).save(image, "PNG")
    image.seek(0)
    word.add_picture(image)
    word.inline_shapes[0]._inline.docPr.set("descr", "Internt underlag. Linjediagram.")
    path = saved(word, tmp_path)
    claims = check_plan(path, specimen("publik"), FACTS, WORDS, {})
    assert [claim.place for claim in claims] == ["sidhuvud eller sidfot", "textruta", "en bilds alternativtext"]
    assert {claim.heading for claim in claims} == {"Utanför den löpande texten"}
    assert check_plan(path, specimen("intern"), FACTS, WORDS) == []


def test_footnotes_are_read_last(tmp_path: Path) -> None:
    bare = compose(specimen().cover, [(1, Prose("# Lägesbild"))])
    found = check_plan(saved(chapter_in_word(tmp_path), tmp_path), bare, FACTS, WORDS)
    assert (found[-1].heading, found[-1].place, found[-1].claim) == ("Fotnoter", "fotnot 1", "Tre")


def test_a_table_may_lose_a_column_and_rows_but_not_change_headings(tmp_path: Path) -> None:
    def table(*rows: tuple[str, ...]) -> Path:
        word = open_word()
        made = word.add_table(len(rows), len(rows[0]))
        for row, texts in zip(made.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        return saved(word, tmp_path)

    whites = ("Vit makt-miljön", "1 234")
    assert reviewed(table(("Miljö", "Föregående period"), whites)) == []
    swapped = reviewed(table(("Miljö", "Denna period"), whites))
    assert [(one.place, one.claim) for one in swapped] == [("tabell 1, rad 2", "1 234")]
    renamed = reviewed(table(("Miljö", "Antal personer"), whites))
    assert [(one.place, one.why) for one in renamed] == [
        ("tabell 1, rad 2", "talet 1 234 finns i kapitlet, men inte i den här meningen.")
    ]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        # just what a fact says
        ("Under perioden rapporterades 12 händelser i vit makt-miljön.", []),
        ("Under perioden 1 juli 2020–30 juni 2021 inkom 12 händelser i Vit makt – miljön.", []),
        ("Det rapporterades inga händelser av andra slag i den autonoma miljön.", []),
        ("Enstaka händelser av andra slag gällde den islamistiska extremistiska miljön.", []),
        ("Under 2021 rapporterades 7 klotter.", []),
        ("Antalet fysiska spår har ökat.", []),
        # a fact, but of something else
        ("Under perioden rapporterades 12 händelser i den autonoma miljön.", ["12"]),
        ("Under perioden rapporterades 12 händelser.", ["12"]),
        ("Under perioden rapporterades 15 händelser i vit makt-miljön.", ["15"]),
        ("Under 2020 rapporterades 12 händelser i vit makt-miljön.", ["12"]),
        ("Föregående period rapporterades 12 händelser i vit makt-miljön.", ["12"]),
        ("Under perioden rapporterades 12 händelser på skolor i vit makt-miljön.", ["12"]),
        ("Under perioden rapporterades minst 12 händelser i vit makt-miljön.", ["12"]),
        ("12 personer i vit makt-miljön är kända.", ["12"]),
        ("12 händelser i vit makt-miljön och den autonoma miljön rapporterades.", ["12"]),
        ("Det rapporterades inga händelser i den autonoma miljön.", ["inga"]),
        ("Antalet fysiska spår har inte ökat.", ["ökat"]),
        ("Antalet fysiska spår har minskat.", ["minskat"]),
        ("Antalet händelser av andra slag har ökat.", ["ökat"]),
        ("Samtliga 12 händelser gäller vit makt-miljön.", ["Samtliga 12"]),
    ],
)
def test_a_rewritten_sentence_is_supported_only_when_it_says_just_a_fact(
    sentence: str, told: list[str], tmp_path: Path
) -> None:
    assert [one.claim for one in reviewed(plan(tmp_path, sentence))] == told


def test_the_remarks_as_the_command_tells_them(tmp_path: Path) -> None:
    word = open_word()
    word.add_paragraph("Förord om 44 sidor.")
    word.add_heading("2. Lokal lägesbild", 1)
    word.add_paragraph("Läget är lugnt.")
    word.add_paragraph("Det är bra att de (17 skolor) som svarade har gjort det i god tid.")
    word.add_heading("Antalet ökade", 2)
    assert list(report_lines(reviewed(saved(word, tmp_path)))) == [
        "Tal och påståenden att kontrollera: 3. Ändra dem, eller kontrollera dem mot en annan källa.",
        "",
        "(före första rubriken)",
        "  • stycke 1: ”Förord om 44 sidor.” – talet 44 finns inte i kapitlet.",
        "",
        "2. Lokal lägesbild",
        "  • stycke 2: ”bra att de (17 skolor) som svarade” – talet 17 finns inte i kapitlet.",
        "",
        "Antalet ökade",
        "  • rubriken: ”Antalet ökade” – påståendet ”ökade” stöds inte av någon mening eller något faktum i kapitlet.",
    ]
    assert list(report_lines([])) == ["Alla tal och påståenden i planen stöds av det som kapitlet har publicerat."]


def test_a_plan_that_is_no_word_file(tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_bytes(b"%PDF")
    with pytest.raises(InputError, match=r"^plan\.docx: Filen går inte att öppna som ett Word-dokument"):
        reviewed(tmp_path / "plan.docx")


@pytest.mark.skipif(not SEED, reason="../shared/seed finns inte här")
def test_a_real_plan(tmp_path: Path) -> None:
    """The seed's plan: every claim of its Lokal lägesbild, and neither page, case number, law nor year anywhere."""
    word = open_word()
    headings = {
        "Lokal lägesbild",
        "Kartläggning",
        "Analys",
        "Förebyggande arbete",
        "Uppföljning",
        "Inledning och syfte",
    }
    for line in SEED[0].read_text(encoding="utf-8").splitlines():
        text = line.replace("<i>", "").replace("</i>", "").strip(" *")
        word.add_paragraph(text, style="Heading 1" if text in headings else "Normal")
    found = reviewed(saved(word, tmp_path))
    own = [(one.heading, one.claim) for one in found if one.heading in ("Lokal lägesbild", "Kartläggning", "Analys")]
    assert own == [
        ("Lokal lägesbild", "enstaka"),
        ("Lokal lägesbild", "ingen"),
        ("Analys", "relativt få"),
        ("Analys", "minskning"),
        ("Analys", "Alla"),
        ("Analys", "alla"),
    ]
    numbers = [one.claim for one in found if any(map(str.isdigit, one.claim))]
    assert numbers == []
    assert len(found) <= 30
