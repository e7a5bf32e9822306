"""The page, as a browser, a screen reader and two checkers meet it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from lxml import html

from tests.checkers import axe, browser_page, html_errors
from tests.document.specimen import ENVIRONMENTS, specimen, trend
from vbe_analysis.document.html import write_html
from vbe_analysis.document.parts import EDITIONS, Figure


@pytest.fixture(scope="module")
def root() -> html.HtmlElement:
    return html.document_fromstring(write_html(specimen()))


@pytest.mark.browser
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing_and_the_page_asks_for_nothing(
    edition: str, width: int, scheme: Literal["light", "dark"], tmp_path: Path
) -> None:
    file = tmp_path / "lagesbild.html"
    file.write_bytes(write_html(specimen(edition)))
    with browser_page(width, scheme) as (page, asked):
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width  # reflow: no sideways scrolling
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert axe(page) == []
        assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
        assert page.evaluate("document.querySelector('figure img').naturalWidth") > 100  # the chart is drawn


@pytest.mark.browser
def test_a_wide_table_is_reached_and_scrolled_by_keyboard(tmp_path: Path) -> None:
    file = tmp_path / "lagesbild.html"
    file.write_bytes(write_html(specimen()))
    with browser_page(320, "light") as (page, _):
        page.goto(file.as_uri())
        region = page.locator("#del-miljo .scroll")
        region.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('#del-miljo .scroll').scrollLeft > 0")
        caption = page.locator("#del-miljo-titel").bounding_box()
        assert caption is not None and caption["x"] >= 0 and caption["x"] + caption["width"] <= 320


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_only_a_table_that_may_scroll_is_a_landmark(width: int, tmp_path: Path) -> None:
    file = tmp_path / "lagesbild.html"
    file.write_bytes(write_html(specimen()))
    scrolling = "[...document.querySelectorAll('.scroll')].filter(each => each.scrollWidth > each.clientWidth)"
    with browser_page(width, "light") as (page, _):
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate(f"{scrolling}.every(each => each.tabIndex === 0 && each.role === 'group')")
        assert page.evaluate("document.querySelectorAll('figure > [role], #del-ar .scroll[role]').length") == 0


@pytest.mark.browser
@pytest.mark.parametrize(("width", "narrow"), [(360, True), (1280, False)])
def test_a_narrow_screen_has_a_chart_of_its_own_and_the_numbers_open(width: int, narrow: bool, tmp_path: Path) -> None:
    tall = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="500"></svg>'
    document = specimen()
    blocks = tuple(replace(block, narrow=tall) if isinstance(block, Figure) else block for block in document.blocks)
    file = tmp_path / "lagesbild.html"
    file.write_bytes(write_html(replace(document, blocks=blocks)))
    with browser_page(width, "light") as (page, _):
        page.goto(file.as_uri())
        image, table = page.locator("figure img").bounding_box(), page.locator("figure details table").bounding_box()
        assert image is not None and (image["height"] > image["width"]) == narrow
        assert image["x"] >= 0 and image["x"] + image["width"] <= width
        assert bool(table and table["height"]) == narrow


@pytest.mark.browser
def test_the_nu_checker_finds_nothing(tmp_path: Path) -> None:
    files = [tmp_path / f"{edition}.html" for edition in EDITIONS]
    for file in files:
        file.write_bytes(write_html(specimen(file.stem)))
    assert html_errors(*files) == []


def test_language_title_and_landmarks(root: html.HtmlElement) -> None:
    assert root.get("lang") == "sv"
    assert root.findtext(".//title") == "Lokal lägesbild – Internt underlag"
    assert [element.tag for element in root.body] == ["a", "header", "main", "section", "footer"]
    skip = root.body[0]
    assert (skip.get("href"), skip.text) == ("#innehall", "Hoppa till texten")
    assert root.xpath("//script") == []


def test_headings_follow_the_document(root: html.HtmlElement) -> None:
    headings = root.xpath("//main//*[self::h2 or self::h3][not(ancestor::nav)]")
    found = [(int(element.tag[1]), element.text_content()) for element in headings]
    assert found == [(heading.level + 1, heading.text) for heading in specimen().headings]
    assert [element.text_content() for element in root.xpath("//h1")] == ["Lokal lägesbild"]
    listed = [link.get("href") for link in root.xpath("//nav//a")]
    assert listed == [f"#{heading.id}" for heading in specimen().headings]
    second = [heading.id for heading in specimen().headings if heading.level == 1][1]
    assert root.xpath("//nav/following-sibling::*")[0].get("id") == second  # the finding stands before the contents


def test_tables_have_captions_scopes_and_every_cell(root: html.HtmlElement) -> None:
    tables = root.xpath("//div[@class='table' and @id]")
    assert len(tables) == len(specimen().tables)
    for found, table in zip(tables, specimen().tables, strict=True):
        caption = found.find(".//caption").text_content()
        assert caption.startswith(f"{specimen().labels[table.id]}. {table.title} Internt underlag")
        assert [cell.text for cell in found.xpath(".//thead//th[@scope='col']")] == list(table.header)
        rows = [[cell.text for cell in row] for row in found.xpath(".//tbody/tr")]
        assert rows == [list(row) for row in table.cells]
        assert len(found.xpath(".//tbody//th[@scope='row']")) == len(table.cells)
        assert found.xpath(".//*[@class='source']")[-1].text == f"Källa: {table.source}"


def test_the_figure_has_its_alternative_text_and_its_numbers(root: html.HtmlElement) -> None:
    figure = root.xpath("//figure")[0]
    assert figure.find(".//img").get("alt") == trend().alt
    assert figure.find(".//figcaption").text_content().startswith(f"Figur\u00a01. {trend().title} Internt underlag")
    rows = [[cell.text for cell in row] for row in figure.xpath(".//details//tbody/tr")]
    assert rows == [list(row) for row in trend().data.cells]
    assert figure.findtext(".//summary") == "Siffrorna i figur\u00a01"


def test_every_link_within_leads_somewhere_and_notes_lead_back(root: html.HtmlElement) -> None:
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in root.xpath("//a/@href") if link.startswith("#")} <= set(ids)
    marks = [(mark.get("id"), mark.get("href")) for mark in root.xpath("//main//a[@role='doc-noteref']")]
    assert marks == [("not-1-1", "#not-1"), ("not-2-1", "#not-2"), ("not-2-2", "#not-2")]
    assert [back.get("href") for back in root.xpath("//a[@role='doc-backlink']")] == [
        "#not-1-1",
        "#not-2-1",
        "#not-2-2",
    ]
    assert root.xpath("//a[@href='#del-miljo']")[0].text == "tabell\u00a01"


def test_the_mark_stands_on_every_page_and_in_every_caption_and_the_reservation_once(root: html.HtmlElement) -> None:
    page = write_html(specimen()).decode("utf-8")
    assert '@top-left { content: "Internt underlag · Norra Ängby stadsdelsförvaltning"' in page
    assert page.count("Kan vara allmän handling. Sekretessprövas före utlämnande.") == 1
    captions = [*root.xpath("//div[@id]//caption"), *root.xpath("//figcaption")]
    assert all("Internt underlag" in caption.text_content() for caption in captions)
    assert len(captions) == 4


def test_the_public_edition_says_nothing_of_the_internal() -> None:
    page = write_html(specimen("publik")).decode("utf-8")
    assert "Publik utgåva" in page
    assert not re.search("internt|sekretess", page, re.IGNORECASE)


def test_same_document_same_bytes() -> None:
    assert write_html(specimen()) == write_html(specimen())


def test_in_the_notebook_a_part_is_shown_as_in_the_chapter() -> None:
    assert (
        html.fromstring(ENVIRONMENTS._repr_mimebundle_()["text/html"]).findtext(".//caption//span[@class='title']")
        == ENVIRONMENTS.title
    )
    assert html.fromstring(trend()._repr_mimebundle_()["text/html"]).find(".//img").get("alt") == trend().alt


def test_a_body_stands_without_title_block_and_from_a_given_level() -> None:
    root = html.document_fromstring(write_html(specimen(), title_block=False, level=3))
    assert not [tag for tag in ("h1", "h2", "header", "nav") if root.find(f".//{tag}") is not None]
    assert [each.tag for each in root.iter("h3", "h4")] == ["h3", "h3", "h4", "h4", "h3", "h3"]
