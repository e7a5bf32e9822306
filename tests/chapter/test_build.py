"""`vbe chapter`: the four formats as files, their numbers against a recount, and what happens when a cell is wrong."""

import io
import json
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import product, takewhile
from pathlib import Path
from typing import Any

import docx
import lxml.html
import openpyxl
import pandas as pd
import pikepdf
import pytest

from tests.chapter.situations import CANARY, situation
from tests.chapter.test_text import paragraphs
from tests.reading import open_word
from tests.shared import copy, once
from tests.workspaces import vbe_apart
from vbe_analysis.chapter.contents import DRAFTS
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.chapter.own_texts.texts import unsupported_claims
from vbe_analysis.document.tree import section_of
from vbe_analysis.editions.build import COUNTED, DRAWN, READ, build_chapter, executed_chapter, to_do
from vbe_analysis.errors import InputError
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.chapter

FORMATS = ("lagesbild.html", "lagesbild.pdf", "lagesbild.docx", "lagesbild.xlsx")
Report = dict[str, Any]


def copied(name: str, folder: Path) -> Workspace:
    """A copy of a situation's workspace, to change as the test likes."""
    shutil.copytree(situation(name).root, folder / "mapp", ignore=shutil.ignore_patterns("reports"))
    return Workspace(folder / "mapp")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def example() -> Path:
    """The example district's chapter for 2021, made by the command itself."""

    def make(root: Path) -> None:
        copy(situation("exempel").root, root)
        made = vbe_apart(root, "chapter", "2021", "--json")
        assert (made.returncode, made.stderr) == (0, "")
        (root / "svar.json").write_text(made.stdout, encoding="utf-8")

    return once("exempel-kapitel", make)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A chapter that is made already."""
    workspace = copied("forsta_aret", tmp_path_factory.mktemp("byggd"))
    build_chapter(workspace, "2021", "intern", lambda *_: None)
    return workspace


def test_the_command_names_every_file_and_the_counts(example: Path) -> None:
    told = json.loads((example / "svar.json").read_text(encoding="utf-8"))
    internal, public = told["editions"]
    assert {**internal, "editions": told["editions"]} == told
    assert (public["cycle"], public["edition"], public["counts"]) == ("2021", "publik", [])
    assert (told["cycle"], told["edition"]) == ("2021", "intern")
    folder = example / "reports" / "2021" / "intern"
    assert {*told["files"]} == {f"reports/2021/intern/{name}" for name in contents(folder)}
    assert {f"reports/2021/intern/{name}" for name in FORMATS} <= {*told["files"]}
    recount = by_environment(reports(example))
    assert {row["environment"]: [row["low"], row["high"]] for row in told["counts"]} == recount


def test_all_four_formats_can_be_opened_again(example: Path) -> None:
    folder = example / "reports" / "2021" / "intern"
    title = "Våldsbejakande extremism: lokal lägesbild 2020/21"
    assert lxml.html.parse(folder / "lagesbild.html").findtext(".//title") == f"{title} – Internt underlag"
    with pikepdf.open(folder / "lagesbild.pdf") as pdf:
        assert str(pdf.docinfo["/Title"]) == title
    assert docx.Document(str(folder / "lagesbild.docx")).core_properties.title == title
    assert openpyxl.load_workbook(folder / "lagesbild.xlsx").properties.title == title


def test_events_by_environment_equal_a_recount(example: Path) -> None:
    labels = {
        "Autonoma miljön": "autonom",
        "Vit makt-miljön": "vit_makt",
        "Islamistiska extremistiska miljön": "islamistisk",
        "Oklar miljö": "oklar",
    }
    table = html_table(example, "environment")
    recount = {year: by_environment(reports(example, year)) for year in ("2020", "2021")}
    for row in table[:-1]:
        assert row[1:] == [span(recount[year][labels[row[0]]]) for year in ("2020", "2021")], row[0]
    assert table[-1] == ["Totalt", *(span(distinct(reports(example, year))) for year in ("2020", "2021"))]


def test_events_by_type_equal_a_recount(example: Path) -> None:
    labels = {term.label: code for code, term in Workspace(example).vocabulary.event_types.items()}
    table = html_table(example, "event_type")
    for row in table[:-1]:
        mine = ([r for r in reports(example, year) if r["event_type"] == labels[row[0]]] for year in ("2020", "2021"))
        assert row[1:] == [span(distinct(of_type)) for of_type in mine], row[0]
    shown = {labels[row[0]] for row in table[:-1]}
    assert shown == {r["event_type"] for year in ("2020", "2021") for r in reports(example, year)}


def test_events_by_source_equal_a_recount(example: Path) -> None:
    labels = {term.label: code for code, term in Workspace(example).vocabulary.sources.items()}
    for row in annex(example, "Rapporterade händelser efter källa"):
        mine = ([r for r in reports(example, year) if r["source"] == labels[row[0]]] for year in ("2020", "2021"))
        assert row[1:] == [span(occasions(of_source)) for of_source in mine], row[0]


def test_events_by_tertial_equal_a_recount(example: Path) -> None:
    ends = [
        ("2020-07-01", "2020-08-31"),
        ("2020-09-01", "2020-12-31"),
        ("2021-01-01", "2021-04-30"),
        ("2021-05-01", "2021-06-30"),
    ]
    table = annex(example, "Rapporterade händelser per tertial")
    for row, (first, last) in zip(table, ends, strict=True):
        inside = [r for r in reports(example) if first <= r["date_from"] and r["date_to"] <= last]
        assert row[1:] == [span(distinct(inside))], row[0]


def test_the_formats_hold_the_same_tables(example: Path) -> None:
    folder = example / "reports" / "2021" / "intern"
    rows = lxml.html.parse(folder / "lagesbild.html").iter("tr")
    page = [[words(cell) for cell in row.iter("th", "td")] for row in rows]
    document = open_word(folder / "lagesbild.docx")
    office = [
        [re.sub(r"\s+", " ", cell.text).strip() for cell in row.cells]
        for table in document.tables
        for row in table.rows
    ]
    missing = Counter(map(tuple, office)) - Counter(map(tuple, page))
    assert not missing


def test_a_second_build_gives_the_same_bytes(tmp_path: Path) -> None:
    workspace = copied("forsta_aret", tmp_path)
    build_chapter(workspace, "2021", "intern", lambda *_: None)
    first = contents(workspace.reports("2021"))
    shutil.rmtree(workspace.root / "data" / "processed")
    told: list[tuple[str, float]] = []
    build_chapter(workspace, "2021", "intern", lambda *step: told.append(step))
    assert contents(workspace.reports("2021")) == first
    assert told == [
        ("Läser in omgång 2021", 0),
        ("Räknar, jämför och skriver texten (intern utgåva)", READ),
        ("Ritar diagrammen för nämnden", COUNTED),
        ("Skriver HTML, PDF, Word och Excel", DRAWN),
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "Cell 2 stannade med felet ZeroDivisionError."),
        ("vbe.chapter('2031')", "Cell 2 stannade: vbe.toml: Omgången '2031' finns inte."),
        ("print('hej')", "Cell 2 "),
    ],
)
def test_a_cell_that_goes_wrong_leaves_the_old_files(built: Workspace, source: str, message: str) -> None:
    before = contents(built.reports("2021"))
    notebook = built.root / "notebooks" / "3_lagesbild.ipynb"
    told = json.loads((situation("forsta_aret").root / "notebooks" / notebook.name).read_text(encoding="utf-8"))
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
    code[-1]["source"] = source
    place = told["cells"].index(code[-1]) + 1
    notebook.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        build_chapter(built, "2021", "intern", lambda *_: None)
    assert message.replace("Cell 2", f"Cell {place}") in str(caught.value)
    assert contents(built.reports("2021")) == before


def test_a_chart_that_is_gone_from_the_notebook_is_gone_from_the_folder(tmp_path: Path) -> None:
    workspace = copied("forsta_aret", tmp_path)
    charts = workspace.reports("2021") / "diagram"
    charts.mkdir(parents=True)
    (charts / "gammal.svg").write_text("<svg/>", encoding="utf-8")
    build_chapter(workspace, "2021", "intern", lambda *_: None)
    assert {path.suffix for path in charts.iterdir()} == {".svg", ".png", ".txt", ".pdf", ".pptx"}
    assert "gammal.svg" not in {path.name for path in charts.iterdir()}


def test_a_draft_that_somebody_keeps_says_the_same_and_stands_in_what_is_published(tmp_path: Path) -> None:
    workspace = copied("forsta_aret", tmp_path)
    own, drafts = workspace.raw("2021") / "texter", workspace.reports("2021", "publik") / "utkast"
    build_chapter(workspace, "2021", "publik", lambda *_: None)
    titles = {"samlad_bedomning": "Samlad bedömning", "att_ta_stallning_till": "Att ta ställning till"}
    assert {path.stem for path in drafts.iterdir()} == {*titles}
    assert any(str(drafts.relative_to(workspace.root).as_posix()) in line for line in to_do(workspace, "2021"))
    before = executed_chapter(workspace, "2021", "publik").blocks
    own.mkdir(exist_ok=True)
    for path in drafts.iterdir():
        shutil.copy(path, own)
    picture = make_picture(workspace, "2021", "publik")
    own_words = [draft(picture).markdown for draft in DRAFTS.values()]
    assert unsupported_claims(own, picture.register.texts, workspace.settings.places, own_words) == []
    build_chapter(workspace, "2021", "publik", lambda *_: None)
    after = executed_chapter(workspace, "2021", "publik").blocks
    for title in titles.values():
        told, kept = ([*paragraphs(section_of(made, title))] for made in (before, after))
        assert told == kept != []
    assert not drafts.exists() or not any(drafts.iterdir())


def test_no_free_text_reaches_any_file(tmp_path: Path) -> None:
    """Every row of the situation's raw files carries the canary in its free-text column."""
    workspace = copied("halften_saknas", tmp_path)
    assert any(CANARY.encode() in content for content in contents(workspace.root / "data" / "raw").values())
    build_chapter(workspace, "2021", "intern", lambda *_: None)
    words = [word for word in CANARY.split() if len(word) > 8]  # also a part of it would tell
    for name, content in contents(workspace.reports("2021")).items():
        for piece in unpacked(content):
            found = [word for word in words if word.encode() in piece or word.encode("utf-16-be") in piece]
            assert not found, name


def unpacked(content: bytes) -> Iterator[bytes]:
    """The file, and what is packed in it."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            yield from (item.read_bytes() for item in pdf.objects if isinstance(item, pikepdf.Stream))


def words(node: Any) -> str:
    return re.sub(r"\s+", " ", node.text_content()).strip()


def html_table(root: Path, name: str) -> list[list[str]]:
    """The body of the HTML's table with that id, cell by cell."""
    page = lxml.html.parse(root / "reports" / "2021" / "intern" / "lagesbild.html").getroot()
    (body,) = page.xpath(f"//*[@id='del-{name}']//tbody")
    return [[words(cell) for cell in row.iter("th", "td")] for row in body.iter("tr")]


def annex(root: Path, title: str) -> list[list[str]]:
    """The body of the workbook's table with that title."""
    book = openpyxl.load_workbook(root / "reports" / "2021" / "intern" / "lagesbild.xlsx")
    (sheet,) = (sheet for sheet in book if str(sheet["A1"].value).endswith(f". {title}"))
    header, *rows = sheet.iter_rows(min_row=int(str(sheet.freeze_panes)[1:]) - 1, values_only=True)
    beside = (", lägst", ", högst", ", antal", ", av")  # the numbers of the cells
    return [
        [str(cell) for name, cell in zip(header, row, strict=True) if not str(name).endswith(beside)]
        for row in takewhile(lambda row: row[0] is not None, rows)
    ]


def reports(root: Path, year: str = "2021") -> list[Report]:
    """What data/processed holds of a cycle and counts in it, read with pandas alone."""
    frame = pd.read_parquet(root / "data" / "processed" / year / "events.parquet")
    frame = frame[(frame["not_counted"] == "") & (frame["environment"] != "ej_vbe") & (frame["source"] != "historik")]
    for end in ("date_from", "date_to"):
        frame[end] = frame[end].dt.strftime("%Y-%m-%d")
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def events_of(found: list[Report]) -> list[tuple[Report, int, int]]:
    """Occasions with how many events they may be: reports of a source about one day, place, type and environment are
    one; a report dated to a longer time is its number."""
    days = {}
    longer = []
    for report in found:
        if report["date_from"] == report["date_to"]:
            days[tuple(report[key] for key in ("source", "date_from", "area", "event_type", "environment"))] = report
        else:
            longer.append((report, int(report["low"]), int(report["high"])))
    return [*((report, 1, 1) for report in days.values()), *longer]


def occasions(found: list[Report]) -> list[int]:
    return [sum(event[end] for event in events_of(found)) for end in (1, 2)]


def clusters(found: list[Report]) -> Iterator[list[Report]]:
    """Occasions of one day, place and type: only within these can two sources mean the same event."""
    by_place: dict[tuple[str, ...], list[Report]] = {}
    for report, _, _ in events_of(found):
        if report["date_from"] == report["date_to"] and report["area"]:
            by_place.setdefault((report["date_from"], report["area"], report["event_type"]), []).append(report)
    yield from by_place.values()


def groupings(cluster: list[Report]) -> Iterator[list[list[Report]]]:
    """Every way to say which occasions are one event: a source once, and one named environment at most."""
    if not cluster:
        yield []
        return
    first, *rest = cluster
    for chosen in product((True, False), repeat=len(rest)):
        group = [first, *(report for report, inside in zip(rest, chosen, strict=True) if inside)]
        named = {report["environment"] for report in group} - {"oklar"}
        if len(named) <= 1 and len({report["source"] for report in group}) == len(group):
            left = [report for report, inside in zip(rest, chosen, strict=True) if not inside]
            yield from ([group, *others] for others in groupings(left))


def distinct(found: list[Report]) -> list[int]:
    """The fewest and the most events, by trying every grouping."""
    low, high = occasions(found)
    return [low - sum(len(c) - min(len(ways) for ways in groupings(c)) for c in clusters(found)), high]


def by_environment(found: list[Report]) -> dict[str, list[int]]:
    """As `distinct`, for each environment: an event has the one that any of its reports names."""
    result = {}
    for environment in ("autonom", "vit_makt", "islamistisk", "oklar"):
        mine = [report for report in found if report["environment"] == environment]
        ends = occasions(mine)
        for cluster in clusters(found):
            own = sum(report["environment"] == environment for report in cluster)
            counts = [sum(named(group) == environment for group in ways) for ways in groupings(cluster)]
            ends = [ends[0] + min(counts) - own, ends[1] + max(counts) - own]
        result[environment] = ends
    return result


def named(group: list[Report]) -> str:
    return next(iter({report["environment"] for report in group} - {"oklar"}), "oklar")


def span(ends: list[int]) -> str:
    low, high = ends
    return str(low) if low == high else f"{low}–{high}"
