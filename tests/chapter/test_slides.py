"""The board's charts: 16:9 files that stand alone, with their alternative text, and a PDF with a page for each."""

import io
import re
import struct
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from tests.chapter.situations import document, picture
from tests.checkers import pdf_findings
from vbe_analysis.chapter.charts import figures as figures_board
from vbe_analysis.document.slides import slide_files
from vbe_analysis.document.tree import Document
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
        "figur_klotter",
        "figur_kunskap",
    }
    assert kinds <= ids
    names = {f"diagram/{name}.{kind}" for name in ids for kind in ("svg", "png", "txt")}
    assert set(files(edition)) == names | {"diagram/trender.pdf"}
    for name in ids:
        assert struct.unpack(">II", files(edition)[f"diagram/{name}.png"][16:24]) == (1920, 1080)


@pytest.mark.parametrize(("edition", "mark"), [("intern", "Internt underlag"), ("publik", "Utkast")])
def test_each_drawing_carries_its_finding_source_and_mark(edition: str, mark: str) -> None:
    for figure in slides(edition).figures:
        drawn = " ".join(re.findall(r">([^<>]+)</t", figure.svg))
        assert " ".join(figure.title.split()[:3]) in drawn
        assert mark in drawn and "Källa: stadsdelsförvaltningens" in drawn


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_pdf_has_a_page_a_chart_and_speaks(edition: str, tmp_path: Path) -> None:
    content = files(edition)["diagram/trender.pdf"]
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert len(opened.pages) == len(slides(edition).figures)
        width, height = (float(side) for side in opened.pages[0].MediaBox[2:])
        assert width / height == pytest.approx(16 / 9, rel=0.001)
        assert str(opened.Root.Lang) in ("sv", "sv-SE")
    file = tmp_path / "trender.pdf"
    file.write_bytes(content)
    assert pdf_findings(file) == []


def test_where_there_is_nothing_to_show_there_is_no_chart() -> None:
    assert figures_board.graffiti_figure(picture("forsta_aret", "2021")) is None
    assert figures_board.knowledge_figure(picture("tolv_ar", "2021")) is None
    assert figures_board.tertial_figure(picture("inget_levererat", "2021")) is None


def test_the_charts_numbers_are_the_tables() -> None:
    found = picture("exempel", "2021")
    tertials = figures_board.tertial_figure(found)
    assert tertials is not None
    low, high = found.counts["tertial"]["low"].sum(), found.counts["tertial"]["high"].sum()
    ends = [[int(n) for n in re.findall(r"\d+", cell)] for cell in tertials.data.cells[0][1:]]
    assert (sum(pair[0] for pair in ends), sum(pair[-1] for pair in ends)) == (low, high)
    graffiti = figures_board.graffiti_figure(found)
    assert graffiti is not None
    series = found.groups[0].comparison.reference  # type: ignore[union-attr]
    assert series is not None
    assert [cells[1:] for cells in graffiti.data.cells] == [
        tuple(map(str, series.coded)),
        tuple(map(str, series.ordinary)),
    ]
