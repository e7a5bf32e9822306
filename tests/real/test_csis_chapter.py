"""A chapter for 2020 from a real series (CSIS, incidents 1994-2021), its numbers against a recount with csv alone."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import lxml.html
import openpyxl
import pytest

from tests.shared import once, value_once
from vbe_analysis.chapter.data.internal import open_picture
from vbe_analysis.chapter.notebook.collect import document_of
from vbe_analysis.chapter.notebook.run import run_notebook
from vbe_analysis.document.tree import Document
from vbe_analysis.editions.build import build_chapter
from vbe_analysis.workspace.workbooks import deliveries_book
from vbe_analysis.workspace.workspace import Workspace

ROOT = Path(__file__).parents[2]
FILE = ROOT.parent / "shared" / "real" / "incidents_csis_wapo_us_1994_2021.csv"
PROFILE = Path(__file__).parent / "profiles" / "csis.toml"
YEARS = tuple(range(2016, 2021))
CODES = {"Violent Far-right": "vit_makt", "Violent Far-left": "autonom", "Religious": "islamistisk"}
LABELS = {
    "autonom": "Autonoma miljön",
    "vit_makt": "Vit makt-miljön",
    "islamistisk": "Islamistiska extremistiska miljön",
    "oklar": "Oklar miljö",
}
pytestmark = [
    pytest.mark.chapter,
    pytest.mark.skipif(not FILE.is_file(), reason="../shared/real is not beside the project"),
]


def incidents() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def environment(row: dict[str, str]) -> str:
    return CODES.get(row["Orientation_csis"], "oklar")


def recount(year: int) -> Counter[str]:
    """Occasions by environment: incidents of one day, type and environment are one; without a day, each is its own.

    The profile tells threats from all else; the file names no area.
    """
    days, longer = set(), Counter[str]()
    for row in (row for row in incidents() if row["Year_csis"] == str(year)):
        if row["Day_csis"] in ("", "0") or row["Month_csis"] in ("", "0"):
            longer[environment(row)] += 1
        else:
            day = date(year, int(row["Month_csis"]), int(row["Day_csis"]))
            days.add((day, row["Weapon_csis"] == "Threats or Hoaxes", environment(row)))
    return longer + Counter(named for _, _, named in days)


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace(once("csis", make))


def make(root: Path) -> None:
    """Calendar years as cycles; each holds its own year's rows, as an office would send them."""
    (root / "data" / "profiles").mkdir(parents=True)
    (root / "data" / "profiles" / "csis.toml").write_bytes(PROFILE.read_bytes())
    (root / "notebooks").mkdir()
    notebook = "3_lagesbild.ipynb"
    (root / "notebooks" / notebook).write_bytes((ROOT / "notebooks" / notebook).read_bytes())
    cycles = "\n".join(f"{year} = {{ start = {year}-01-01, end = {year}-12-31 }}" for year in YEARS)
    (root / "vbe.toml").write_text(
        f'district = "CSIS"\nboard = "CSIS"\narea_name = "USA"\nsources_expected = ["polis"]\n[cycles]\n{cycles}\n',
        encoding="utf-8",
    )
    rows = incidents()
    for year in YEARS:
        folder = root / "data" / "raw" / str(year)
        folder.mkdir(parents=True)
        held = io.StringIO()
        writer = csv.DictWriter(held, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if row["Year_csis"] == str(year))
        (folder / f"csis {year}.csv").write_text(held.getvalue(), encoding="utf-8", newline="")
        delivery = ("polis", "fil", f"csis {year}.csv", "csis", "", "", "", "", "", "")
        (folder / "leveranser.xlsx").write_bytes(deliveries_book([delivery], (), ["polis"], ["csis"]))
    build_chapter(Workspace(root), "2020", "intern", lambda *_: None)


@pytest.fixture(scope="module")
def made(workspace: Workspace) -> Document:
    notebook = workspace.root / "notebooks" / "3_lagesbild.ipynb"
    return value_once(
        "csis-kapitel", lambda: document_of(run_notebook(notebook, {"cycle": "2020", "edition": "intern"}))
    )


def test_reports_are_rows_of_the_file(workspace: Workspace) -> None:
    events = workspace.events("2020")
    rows = [row for row in incidents() if row["Year_csis"] == "2020"]
    assert Counter(events["environment"]) == Counter(environment(row) for row in rows)
    assert open_picture("2020", start=str(workspace.root)).reports == len(rows)


def test_the_table_by_environment(workspace: Workspace) -> None:
    page = lxml.html.parse(workspace.reports("2020") / "lagesbild.html").getroot()
    found = {row[0]: row[1:] for row in rows_of(page)}
    for code, label in LABELS.items():
        assert found[label] == [str(recount(year)[code]) for year in (2019, 2020)]
    assert found["Totalt"] == [str(recount(year).total()) for year in (2019, 2020)]


def test_the_workbook_holds_the_same_as_numbers(workspace: Workspace) -> None:
    book = openpyxl.load_workbook(workspace.reports("2020") / "lagesbild.xlsx")
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    for code, label in LABELS.items():
        assert (label, *(recount(year)[code] for year in (2019, 2020))) in {row[:3] for row in rows}


def test_the_summary(made: Document, workspace: Workspace) -> None:
    said = "".join(run.text for block in made.blocks[1:3] for run in block.runs)  # type: ignore[union-attr]
    assert said.startswith("Vit makt-miljön har haft flest rapporterade händelser i alla fem perioder sedan 2016.")
    rows = sum(row["Year_csis"] == "2020" for row in incidents())
    assert f"kom {rows} rapporter om {recount(2020).total()} händelser" in said
    assert f"{recount(2020)['vit_makt']} vit makt-miljön" in said
    assert f"{recount(2020)['autonom']} den autonoma miljön" in said


def test_the_years_chart_its_data_and_its_alt_text(made: Document) -> None:
    (years,) = (figure for figure in made.figures if figure.id == "figur_ar")
    assert years.data.header == ("Miljö", *map(str, YEARS))
    rows = {row[0]: list(row[1:]) for row in years.data.cells}
    alt = dict(re.findall(r"(Autonoma miljön|Vit makt-miljön|Islamistiska[^.]*|Oklar miljö)\. ([^.]*)\.", years.alt))
    for code, label in LABELS.items():
        numbers = [recount(year)[code] for year in YEARS]
        assert rows[label] == [str(n) for n in numbers]
        spoken = {}  # years in a row without an event are told together: "2016 till 2017: inga (0)"
        for names, number in (part.split(": ") for part in alt[label].split("; ")):
            first, _, last = names.partition(" till ")
            spoken |= dict.fromkeys(range(int(first), int(last or first) + 1), number)
        assert spoken == {year: str(n or "inga (0)") for year, n in zip(YEARS, numbers, strict=True)}
        assert {str(n) for n in numbers} <= set(re.findall(r">(\d+)<", years.svg))


def test_the_comparison_with_2019(made: Document) -> None:
    (table,) = (table for table in made.tables if table.id == "jamforelse")
    found = {row[0]: row for row in table.cells}
    # 2019 and 2020 are both whole years of one source, so all is comparable.
    for code, label in LABELS.items():
        assert list(found[label][1:3]) == [str(recount(year)[code]) for year in (2019, 2020)]


def rows_of(page: lxml.html.HtmlElement) -> Iterator[list[str]]:
    for row in page.xpath("//*[@id='del-environment']//tbody//tr"):
        yield [re.sub(r"\s+", " ", cell.text_content()).strip() for cell in row.iter("th", "td")]
