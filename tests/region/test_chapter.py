"""A region's chapter: the districts added up and side by side, and nothing that their published figures do not tell."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.region.districts import CITY, District, hand_over, make_region, named
from tests.workspaces import told, vbe
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.document.tree import Document, Items, Paragraph
from vbe_analysis.region.chapter import chapter_files, region_document
from vbe_analysis.region.charts import MOST, expected_figure
from vbe_analysis.region.deliveries import read_deliveries
from vbe_analysis.region.district import district_export
from vbe_analysis.region.folder import Region, open_region
from vbe_analysis.region.picture import HALF_DISTRICTS, RegionPicture, chance, region_picture
from vbe_analysis.vocabulary import TOTAL
from vbe_analysis.workspace.workspace import Workspace

MANY = (
    District("Bergets", others=((0, 0), (1, 4))),
    District("Dalens", traces=(5, 6, 4, 5, 7, 20), late=("2021-05", "2021-06")),
    District("Ängens", survey=(40, 20), others=((5, 9), (5, 9))),
)


def picture_of(region: Region, edition: str = PUBLIC) -> RegionPicture:
    return region_picture(region, "2021", edition, read_deliveries(region, "2021"))


def words_of(document: Document) -> str:
    """All running text of the chapter."""
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph | Items)]
    return "\n".join("".join(run.text for run in block.runs) for block in paragraphs if isinstance(block, Paragraph))


def files_of(region: Region) -> Mapping[str, bytes]:
    return chapter_files(region_document(picture_of(region)), region)


@pytest.mark.chapter
def test_districts_equal_in_what_they_publish_make_the_same_regional_files(
    alike: tuple[Workspace, Workspace], tmp_path: Path
) -> None:
    contents = []
    for side, workspace in enumerate(alike):
        root = tmp_path / str(side)
        export = district_export(workspace, "2021", PUBLIC)
        for name in CITY[:3]:
            hand_over(root, replace(export, district=named(name)), name)
        make_region(root)
        toml = (root / "vbe.toml").read_text(encoding="utf-8")
        for year in (2020, 2021):
            toml = re.sub(rf"(?m)^{year} = .*$", f"{year} = {{ start = {year}-01-01, end = {year}-12-31 }}", toml)
        (root / "vbe.toml").write_text(toml, encoding="utf-8")
        contents.append(files_of(open_region(root)))
    assert contents[0] == contents[1]


def test_exact_counts_that_were_handed_over_change_nothing_in_public(tmp_path: Path) -> None:
    regions = make_region(tmp_path / "utan", *MANY), make_region(tmp_path / "med", *MANY, intern=["Bergets", "Ängens"])
    without, among = (region_document(picture_of(region)) for region in regions)
    assert among == without


def test_exact_counts_are_added_and_bands_added_end_by_end(tmp_path: Path) -> None:
    traces, others = picture_of(make_region(tmp_path, *MANY)).groups
    assert traces.sums[TOTAL, "2021"] == (9 + 20 + 9,) * 2
    assert traces.sums["autonom", "2020"] == (8 // 3 + 7 // 3 + 8 // 3,) * 2
    assert others.sums["vit_makt", "2021"] == (1 + 5 + 5, 4 + 9 + 9)
    assert (TOTAL, "2021") not in others.sums
    assert (traces.changes[TOTAL].previous, traces.changes[TOTAL].current) == ((23, 23), (38, 38))


def test_the_chapter_says_what_the_districts_say_together(tmp_path: Path) -> None:
    text = words_of(region_document(picture_of(make_region(tmp_path, *MANY))))
    for sentence in (
        "Under 2020/21 rapporterades 38 fysiska spår av våldsbejakande extremism i Provstaden, i de 3 av 4 stadsdelar "
        "där uppgifter finns: 26 i vit makt-miljön, 12 i den autonoma miljön och inga i övriga miljöer. Därtill "
        "rapporterades andra händelser (orosanmälningar, hot och annat): 11–22 i vit makt-miljön och inga i övriga "
        "miljöer.",
        "3 av 4 stadsdelar kan jämföras med föregående period, på det som de har lämnat uppgifter om båda gångerna. 38 "
        "fysiska spår rapporterades, 15 fler än föregående period (23). En sådan skillnad kan bero på slumpen.",
        "38 av 230 fysiska spår av alla slag gällde extremistiska budskap (23 av 203 föregående period), i de 3 "
        "stadsdelar där skolfastighetsbolaget SISAB och trafikkontoret har lämnat uppgifter för båda perioderna.",
        "I 1 av 3 stadsdelar ligger antalet fysiska spår över det som stadsdelens egna tidigare år ger anledning att "
        "vänta sig, och i ingen under. Av slumpen väntas färre än 1 ligga utanför.",
        "1 av 4 stadsdelar har inte lämnat uppgifter. 1 av dem som har lämnat saknar uppgifter från någon källa",
    ):
        assert sentence in text.replace("\u00a0", " ")


def test_a_district_without_any_number_is_no_zero(tmp_path: Path) -> None:
    region = make_region(tmp_path, *MANY[:2])
    export = MANY[2].export()
    now = (export.rows["figure"] == "years") & (export.rows["period"] == "2021")
    hand_over(tmp_path, replace(export, rows=export.rows[~now].reset_index(drop=True)), "Ängens")
    document = region_document(picture_of(region))
    assert "29 fysiska spår av våldsbejakande extremism i Provstaden, i de 2 av 4 stadsdelar" in words_of(document)
    [table] = [table for table in document.tables if table.id == "stadsdelar_traces"]
    assert [row[2] for row in table.cells] == ["9", "20", "uppgift saknas", "29"]
    assert "Summan för 2020/21 gäller de 2 stadsdelar som har ett antal." in table.notes


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        (lambda rows: rows["period"] == "2021", "Under 2020/21 rapporterades 9 fysiska spår"),
        (lambda rows: rows["figure"] == "coverage", "Ingen stadsdel har uppgifter för 2020/21."),
    ],
    ids=["a first period", "nothing known"],
)
def test_little_is_no_fault(kept: Callable[[pd.DataFrame], pd.Series], sentence: str, tmp_path: Path) -> None:
    region = make_region(tmp_path)
    export = MANY[0].export()
    hand_over(tmp_path, replace(export, rows=export.rows[kept(export.rows)].reset_index(drop=True)), "Bergets")
    document = region_document(picture_of(region))
    assert sentence in words_of(document)
    assert "föregående" not in words_of(document)


@pytest.mark.parametrize("edition", [PUBLIC, INTERNAL])
def test_who_has_not_delivered_is_named_in_the_internal_edition_only(edition: str, tmp_path: Path) -> None:
    region = make_region(tmp_path, *MANY, intern=["Bergets"])
    document = region_document(picture_of(region, edition))
    everything = " ".join([words_of(document), *(cell for table in document.tables for cell in sum(table.cells, ()))])
    assert ("Ekåsens" in everything) == (edition == INTERNAL)


def test_the_districts_stand_in_the_citys_order_with_what_they_rest_on(tmp_path: Path) -> None:
    document = region_document(picture_of(make_region(tmp_path, *reversed(MANY))))
    [table] = [table for table in document.tables if table.id == "stadsdelar_traces"]
    rows = [(row[0], *row[1:5]) for row in table.cells]
    assert [tuple(cell.replace("\u00a0", " ") for cell in row) for row in rows] == [
        (named("Bergets"), "8", "9", "48 av 48", "42 av 60 (70 %)"),
        (named("Dalens"), "7", "20", "46 av 48", "42 av 60 (70 %)"),
        (named("Ängens"), "8", "9", "48 av 48", "20 av 40"),
        ("Alla (3 av 4 stadsdelar)", "23", "38", "142 av 144", "104 av 160 (65 %)"),
    ]
    headings = " ".join(heading for table in document.tables for heading in table.header).lower()
    assert not re.search("invånare|rang|plats|andel", headings)


def test_too_few_districts_are_not_compared(tmp_path: Path) -> None:
    region = make_region(tmp_path, MANY[0], *(replace(each, compared=False) for each in MANY[1:]))
    picture = picture_of(region)
    assert {change.reason for group in picture.groups for change in group.changes.values()} == {HALF_DISTRICTS}
    text = words_of(region_document(picture))
    for what in ("Perioderna", "Andra händelser"):
        assert f"{what} kan inte jämföras: för få stadsdelar har uppgifter på samma sätt i båda perioderna." in text


def test_a_district_of_its_own_sources_is_left_out_of_the_share_of_graffiti(tmp_path: Path) -> None:
    region = make_region(tmp_path, *MANY[:2])
    export = MANY[2].export()
    own = (export.rows["figure"] == "reference") & (export.rows["source"] == "trafikkontoret")
    hand_over(tmp_path, replace(export, rows=export.rows[~own].reset_index(drop=True)), "Ängens")
    picture = picture_of(region)
    assert picture.alike == (named("Bergets"), named("Dalens"))
    assert "29 av 157 fysiska spår av alla slag" in words_of(region_document(picture)).replace("\u00a0", " ")


def test_how_many_lie_outside_stands_beside_chance(tmp_path: Path) -> None:
    picture = picture_of(make_region(tmp_path, *MANY))
    assert chance(picture) == (1, 0, 3)
    figure = expected_figure(picture)
    assert figure and figure.title == "1 av 3 stadsdelar som kan bedömas ligger över det väntade, ingen under"
    assert "Dalens stadsdelsförvaltning: 20, väntat 2 till 11, tidigare år 5, 6, 4, 5, 7." in figure.alt
    assert [row[0] for row in figure.data.cells] == [*picture.delivered]


def test_a_nation_has_a_table_where_a_chart_has_no_room(tmp_path: Path) -> None:
    picture = picture_of(make_region(tmp_path, *MANY))
    series = {f"{name} {at}": own for at in range(MOST) for name, own in picture.added.series.items()}
    added = replace(picture.added, series=series)
    many = replace(picture, delivered=tuple(series), groups=(added, *picture.groups[1:]))
    assert expected_figure(many) is None
    assert "vantat" in [table.id for table in region_document(many).tables]


def test_the_internal_edition_takes_exact_counts_and_what_others_have_published(tmp_path: Path) -> None:
    [group] = picture_of(make_region(tmp_path, *MANY, intern=["Ängens"]), INTERNAL).groups
    assert group.counts[named("Ängens"), TOTAL, "2021"] == (9 + 5, 9 + 5)
    assert group.counts[named("Bergets"), TOTAL, "2021"] == (9 + 1, 9 + 4)
    assert (named("Bergets"), TOTAL, "2019") not in group.counts  # of all events only a part was published
    assert group.compared == (named("Ängens"),)


@pytest.mark.slow
def test_one_district_alone_gives_its_own_figures(alike: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    workspace, _ = alike
    export = replace(district_export(workspace, "2021", INTERNAL, "A 7"), district=named("Bergets"))
    hand_over(tmp_path, export, "Bergets")
    make_region(tmp_path)
    toml = (tmp_path / "vbe.toml").read_text(encoding="utf-8")
    toml = re.sub(r"(?m)^2021 = .*$", "2021 = { start = 2021-01-01, end = 2021-12-31 }", toml)
    toml = re.sub(r"(?m)^2020 = .*$", "2020 = { start = 2020-01-01, end = 2020-12-31 }", toml)
    (tmp_path / "vbe.toml").write_text(toml, encoding="utf-8")
    [group] = picture_of(open_region(tmp_path), INTERNAL).groups
    environments = list(workspace.vocabulary.environments)
    for keys, name in (([], TOTAL), (["environment"], "vit_makt")):
        counts = workspace.counts(keys, "2021", environments=environments)
        own = counts if not keys else counts[counts["environment"] == name]
        assert [group.sums[name, "2021"]] == list(zip(own["low"], own["high"], strict=True))


@pytest.mark.chapter
def test_the_command_writes_all_formats_and_they_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    region = make_region(tmp_path, *MANY, intern=["Bergets"])
    assert vbe(region.root, "region", "chapter", "2021") == 0
    assert "Lägesbilden för 2021 är gjord av 3 av 4 stadsdelars exporter." in told(capsys)
    for edition, mark in ((PUBLIC, "Publik utgåva"), (INTERNAL, "Internt underlag")):
        folder = region.reports("2021", edition)
        assert {path.suffix for path in folder.iterdir()} == {".html", ".pdf", ".docx", ".xlsx"}
        assert mark in (folder / "lagesbild.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(region.reports("2021", PUBLIC) / "lagesbild.xlsx")
    tidy = pd.DataFrame(book["tidy"].values)
    assert (tidy == 38).any().any()
