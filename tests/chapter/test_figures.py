"""The chapter's figures: what is drawn, what its data table holds and what its alt text says are the same numbers."""

import re
import struct

import pytest

from tests.chapter.situations import picture
from vbe_analysis.chapter.charts import figures
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.document.parts import Figure
from vbe_analysis.document.pdf import SLIDE_PNG, png_of

pytestmark = pytest.mark.slow

YEAR = "2021"


def cells(figure: Figure) -> list[str]:
    return [cell for row in figure.data.cells for cell in row[1:]]


def every(found: Picture) -> list[Figure]:
    drawn = [
        figures.coverage_figure(found),
        figures.previous_figure(found),
        *([figures.years_figure(found, found.groups[0])] if len(found.periods) > 1 else []),
    ]
    return [figure for figure in drawn if figure is not None]


@pytest.mark.parametrize("name", ["forsta_aret", "inget_rapporterat", "halften_saknas", "inget_levererat"])
def test_the_alt_text_holds_every_number_of_the_data(name: str) -> None:
    for figure in every(picture(name, YEAR)):
        told = set(re.findall(r"\d+", figure.alt))
        numbers = {number for cell in cells(figure) for number in re.findall(r"\d+", cell)}
        assert numbers <= told, figure.id
        assert not figure.alt.startswith(("Bilden visar", "Diagrammet visar"))


def test_the_drawing_writes_every_number_of_the_data() -> None:
    for figure in every(picture("halften_saknas", YEAR))[1:]:
        drawn = set(re.findall(r">(\d+)[^<>]*</t", figure.svg))
        assert {cell.split(" ")[0] for cell in cells(figure) if cell[0].isdigit()} <= drawn, figure.id


def test_missing_is_never_drawn_as_zero() -> None:
    found = figures.previous_figure(picture("inget_levererat", YEAR))
    assert [row[-1] for row in found.data.cells] == ["uppgift saknas"] * 5
    assert "2021: uppgift saknas" in found.alt
    assert "uppgift saknas" in found.svg


def test_zero_is_drawn_as_zero() -> None:
    found = figures.previous_figure(picture("inget_rapporterat", YEAR))
    assert [row[-1] for row in found.data.cells] == ["0"] * 5  # four environments and the total
    assert "2021: inga (0)" in found.alt


def test_earlier_chapters_are_divided_from_the_counted_years() -> None:
    found = picture("exempel", "2017")
    found = figures.years_figure(found, found.groups[0])
    assert found.data.header[1:] == ("2012", "2013", "2014", "2015", "2016", "2016/17")
    assert "Underlaget ändrades från och med 2016/17" in found.alt


@pytest.mark.parametrize("name", ["tolv_ar", "tolv_ar_glapp"])
def test_the_first_of_the_ten_years_that_are_compared_is_no_break(name: str) -> None:
    found = picture(name, YEAR)
    assert list(found.groups[0].trends.grounds) == [1, 2]
    assert "Underlaget ändrades" not in figures.years_figure(found, found.groups[0]).alt


def test_a_slide_carries_its_title_and_place_in_the_drawing() -> None:
    found = picture("halften_saknas", YEAR)
    page, slide = (figures.previous_figure(found, size=size) for size in ("page", "slide"))
    assert page.title not in page.svg
    drawn = " ".join(re.findall(r">([^<>]+)</t", slide.svg))
    assert page.title in drawn
    assert "Provstaden 2021" in drawn
    assert struct.unpack(">II", png_of(slide, SLIDE_PNG)[16:24]) == (1920, 1080)
    assert png_of(slide, SLIDE_PNG) == png_of(slide, SLIDE_PNG)
    assert (slide.alt, slide.data) == (page.alt, page.data)


@pytest.mark.parametrize(("name", "cycle"), [("exempel", "2021"), ("tolv_ar", YEAR)])
def test_a_narrow_screen_has_every_number_in_letters_that_can_be_read(name: str, cycle: str) -> None:
    found = picture(name, cycle)
    for figure in (figures.years_figure(found, found.groups[0]), figures.previous_figure(found)):
        wide, narrow = (sorted(re.findall(r">([0-9–]+)</t", svg)) for svg in (figure.svg, figure.narrow))
        assert set(wide) <= {*narrow, *(year[2:] for year in figure.data.header[1:])}
        width = float(re.search(r'width="([0-9.]+)pt"', figure.narrow)[1])  # type: ignore[index]
        sizes = [float(size) for size in re.findall(r"font-size: ([0-9.]+)px", figure.narrow)]
        assert sizes and min(sizes) / width * (360 - 2 * 21.25) >= 11  # px on a screen of 360


def test_a_page_without_room_says_what_changed_in_words() -> None:
    found = picture("exempel", "2021")
    figure = figures.years_figure(found, found.groups[0])
    assert "Underlaget ändrades" in re.sub(r"<[^>]+>|\s+", " ", figure.narrow)
