"""The board's charts: 16:9 files that stand alone, with their alternative text, and a PDF with a page for each."""

import io
import re
import struct
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pikepdf
import pptx
import pytest
from matplotlib import pyplot as plt
from pptx.util import Pt

from tests.chapter.situations import document, picture
from tests.checkers import pdf_findings
from vbe_analysis.chapter.charts import figures as figures_board
from vbe_analysis.chapter.data.over_years import whole_tertials
from vbe_analysis.chapter.own_texts.review import check_plan
from vbe_analysis.chapter.text.sentences import span
from vbe_analysis.disclosure.facts import facts_in
from vbe_analysis.document.pdf import png_of
from vbe_analysis.document.slides import slide_files, write_pptx
from vbe_analysis.document.tree import Document, Items, Paragraph
from vbe_analysis.errors import InputError
from vbe_analysis.periods import Period
from vbe_analysis.storage import SLIDES_NOTEBOOK

pytestmark = pytest.mark.chapter

EDITIONS = ("intern", "publik")


@cache
def slides(edition: str, name: str = "exempel") -> Document:
    return document(name, "2021", edition, SLIDES_NOTEBOOK)


@cache
def files(edition: str) -> dict[str, bytes]:
    return slide_files(slides(edition))


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_chart_is_a_picture_a_drawing_and_a_text(edition: str) -> None:
    ids = {figure.id for figure in slides(edition).figures}
    kinds = {
        "figur_ar",
        "figur_perioder",
        "figur_tackning",
        "figur_tertial",
        "figur_plats",
        "figur_klotter",
        "figur_kunskap",
    }
    assert kinds <= ids
    names = {f"diagram/{name}.{kind}" for name in ids for kind in ("svg", "png", "txt")}
    assert set(files(edition)) == names | {"diagram/trender.pdf", "diagram/trender.pptx"}
    for name in ids:
        assert struct.unpack(">II", files(edition)[f"diagram/{name}.png"][16:24]) == (1920, 1080)


@pytest.mark.parametrize(("edition", "mark"), [("intern", "Internt underlag"), ("publik", "Utkast")])
def test_each_drawing_carries_its_finding_place_and_mark(edition: str, mark: str) -> None:
    for figure in slides(edition).figures:
        drawn = " ".join(re.findall(r">([^<>]+)</t", figure.svg))
        assert " ".join(figure.title.split()[:3]) in drawn
        assert mark in drawn and "Stadsdelsområdet Tistelhamn-Gärdslunda 2020/21" in drawn


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_pdf_has_a_page_a_chart_and_speaks(edition: str, tmp_path: Path) -> None:
    content = files(edition)["diagram/trender.pdf"]
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert len(opened.pages) == len(slides(edition).figures) + 1  # and what the board is asked
        width, height = (float(side) for side in opened.pages[0].MediaBox[2:])
        assert width / height == pytest.approx(16 / 9, rel=0.001)
        assert str(opened.Root.Lang) in ("sv", "sv-SE")
    file = tmp_path / "trender.pdf"
    file.write_bytes(content)
    assert pdf_findings(file) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_deck_has_a_slide_a_chart_with_text_notes_and_alternative(edition: str) -> None:
    deck = pptx.Presentation(io.BytesIO(files(edition)["diagram/trender.pptx"]))
    *charts, last = deck.slides
    asked = next(block for block in slides(edition).blocks if isinstance(block, Items))
    title, body, foot = last.shapes
    assert title == last.shapes.title and title.text_frame.text == "Att ta ställning till"
    assert [paragraph.text for paragraph in body.text_frame.paragraphs] == [
        "".join(run.text for run in item[0].runs) for item in asked.items if isinstance(item[0], Paragraph)
    ]
    assert foot.text_frame.text == last.notes_slide.notes_text_frame.text == slides(edition).cover.mark
    for slide, figure in zip(charts, slides(edition).figures, strict=True):
        title, picture, foot = slide.shapes
        assert title == slide.shapes.title and title.text_frame.text.replace("\u00a0", " ") == figure.title
        mark = f" ({slides(edition).cover.caption_mark})"  # goes where the picture goes
        assert picture._element.nvPicPr.cNvPr.get("descr") == f"{figure.alt}{mark}"
        notes = slide.notes_slide.notes_text_frame.text
        assert figure.alt not in notes and f"Källa: {figure.source}" in notes  # it is read aloud once
        assert all(note in notes for note in figure.notes)
        assert len(f"{figure.title} {foot.text_frame.text}".split()) <= 25
        sizes = [run.font.size for shape in (title, foot) for run in shape.text_frame.paragraphs[0].runs]
        assert min(sizes) >= Pt(14)  # 28 px of 1080


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_decks_parts_stand_apart_and_inside_the_slide(edition: str) -> None:
    deck = pptx.Presentation(io.BytesIO(files(edition)["diagram/trender.pptx"]))
    for slide in deck.slides:
        places = [(shape.left, shape.top, shape.left + shape.width, shape.top + shape.height) for shape in slide.shapes]
        assert all(left >= 0 and top >= 0 for left, top, _, _ in places)
        assert all(right <= deck.slide_width and bottom <= deck.slide_height for _, _, right, bottom in places)
        assert all(above[3] <= below[1] + 1 for above, below in pairwise(places))


def test_the_drawing_of_a_slide_repeats_neither_title_nor_foot() -> None:
    figure = next(figure for figure in slides("intern").figures if figure.id == "figur_perioder")
    own = figure.slide
    assert own is not None
    whole, part = (
        plt.imread(io.BytesIO(png), "png") for png in (png_of(figure, 1920), png_of(figure, 1920, part=True))
    )
    scale = part.shape[1] / own.width
    assert part.shape[0] == pytest.approx(own.height * scale, abs=2)
    top, bottom = (int(end * whole.shape[0] / 7.5) for end in (own.top, own.top + own.height))
    dark = [(image[..., :3].min(axis=2) < 0.5).mean() for image in (whole[top:bottom], part)]
    assert dark[1] == pytest.approx(dark[0], rel=0.2)  # the same drawing, and nothing more
    assert (whole[:top, :, :3].min(axis=2) < 0.5).any()


def test_a_review_reads_a_deck_as_it_reads_a_plan(tmp_path: Path) -> None:
    """Ours has nothing to remark on; the internal one bears its mark everywhere, and a passage of it is exact."""
    chapter, deck = document("exempel", "2021", "publik"), tmp_path / "bilder.pptx"
    facts = facts_in(chapter.facts, "facts-2021.json")

    def told() -> list[tuple[str, str, str]]:
        found = check_plan(deck, chapter, facts, picture("exempel", "2021").vocabulary, (), slides("publik"))
        return [(claim.heading, claim.place, claim.claim) for claim in found]

    deck.write_bytes(files("publik")["diagram/trender.pptx"])
    assert told() == []
    opened = pptx.Presentation(str(deck))
    first = opened.slides[0]
    first.shapes.title.text_frame.text = "Eleven kom tre gånger"
    table = first.shapes.add_table(1, 1, 0, 0, 99, 99).table
    table.cell(0, 0).text = "3 orosanmälningar"
    first.notes_slide.notes_text_frame.text = "Båda hoten kom i mars."
    opened.save(str(deck))
    assert {claim for heading, _, claim in told() if heading == "Bild 1"} >= {"Eleven", "tre", "3", "Båda"}
    deck.write_bytes(files("intern")["diagram/trender.pptx"])
    marked = [(heading, place) for heading, place, claim in told() if claim == "Internt underlag"]
    for number in range(1, len(slides("intern").figures) + 1):
        for place in ("text på bilden", "alternativtext", "anteckningar"):
            assert (f"Bild {number}", place) in marked
    deck.write_bytes(b"%PDF")
    with pytest.raises(InputError, match=r"^bilder\.pptx: Filen går inte att öppna som en PowerPoint-fil"):
        told()


def test_the_deck_holds_nothing_of_its_making(tmp_path: Path) -> None:
    made = files("publik")["diagram/trender.pptx"]
    assert write_pptx(slides("publik")) == made
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        names = opened.namelist()
        everything = b"".join(opened.read(name) for name in names if name.endswith((".xml", ".rels")))
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert not [name for name in names if "thumbnail" in name or "printer" in name or name == "docProps/app.xml"]
    assert sum("slideLayouts/slideLayout" in name and name.endswith(".xml") for name in names) == 1
    for stranger in (b"en-US", b"en-GB", b"python-pptx", b"Steve Canny", b"PowerPoint", b"2013-"):
        assert stranger not in everything, stranger
    properties = pptx.Presentation(io.BytesIO(made)).core_properties
    assert properties.author == properties.last_modified_by == slides("publik").cover.organisation
    assert properties.subject == "Utkast" and properties.title.endswith("Diagram")


def test_where_there_is_nothing_to_show_there_is_no_chart() -> None:
    assert figures_board.graffiti_figure(picture("forsta_aret", "2021")) is None
    assert figures_board.knowledge_figure(picture("tolv_ar", "2021")) is None
    assert figures_board.places_figure(picture("tolv_ar", "2021", "publik")) is None  # one source alone sees places


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_charts_numbers_are_the_tables(edition: str) -> None:
    """What the years' charts tell of this period is what its tables do, and those are compared with a recount."""
    found = picture("exempel", "2021", edition)
    group = "" if edition == "intern" else "traces_"
    both = found.over_years.tertials, found.counts[f"{group}tertial"]
    tertials, table = (counts.set_index("period") for counts in both)
    own = [name for name in ("T3 2020", "T1 2021") if name in tertials.index]
    assert len(own) == 2 and tertials.loc[own, ["low", "high"]].equals(table.loc[own, ["low", "high"]])
    areas, by_area = (
        frame[frame["period"] == "2021"].set_index("area").query("high > 0")[["low", "high"]].sort_index()
        for frame in (found.over_years.areas, found.counts["traces_area"])
    )
    assert len(areas) and areas.equals(by_area)
    figure = figures_board.graffiti_figure(found)
    series = found.groups[0].comparison.reference  # type: ignore[union-attr]
    assert figure is not None and series is not None
    assert [cells[-2:] for cells in figure.data.cells] == [
        tuple(map(span, series.coded)),
        tuple(map(span, series.ordinary)),
    ]


def test_the_years_tertials_are_whole_and_of_the_periods_alone() -> None:
    """May to August lies in two periods, and is whole where both have been read in."""
    years = [Period(date(year, 7, 1), date(year + 1, 6, 30), str(year + 1)) for year in (2018, 2019)]
    assert [part.label for part in whole_tertials(years)] == ["T3 2018", "T1 2019", "T2 2019", "T3 2019", "T1 2020"]
    gap = [years[0], Period(date(2020, 7, 1), date(2021, 6, 30), "2021")]
    assert [part.label for part in whole_tertials(gap)] == ["T3 2018", "T1 2019", "T3 2020", "T1 2021"]


def test_few_traces_are_shown_by_area_for_all_years_together() -> None:
    """Ten of them are shown for the period alone."""
    found = picture("exempel", "2021", "publik")
    few = figures_board.places_figure(found)
    assert few is not None and few.title == "Flest spår 2016/17–2020/21 i Gärdslunda och Tistelhamn: 8 var av 31"
    areas = found.over_years.areas
    own, named = areas["period"] == "2021", areas["area"].isin(list(found.settings.areas))
    some = areas[own & named].index[:2]
    changed = areas.assign(low=areas["low"].where(~own, 0), high=areas["high"].where(~own, 0))
    changed.loc[some[0], ["low", "high"]] = 7, 7
    changed.loc[some[1], ["low", "high"]] = 3, 6
    many = figures_board.places_figure(replace(found, over_years=replace(found.over_years, areas=changed)))
    assert (
        many is not None
        and many.title == f"Flest spår 2020/21 i {found.settings.areas[areas['area'][some[0]]]}: 7 av 10–13"
    )
    assert [cells[1:] for cells in many.data.cells] == [("7",), ("3–6",)]
