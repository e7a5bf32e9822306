"""A district made of others: their exports are its earlier years, added up and compared with nothing of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.region.districts import PERIODS, District, hand_over, make_region, named
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.errors import InputError
from vbe_analysis.region.chapter import region_document
from vbe_analysis.region.deliveries import read_deliveries
from vbe_analysis.region.export_file import Export
from vbe_analysis.region.folder import Region, open_region
from vbe_analysis.region.picture import region_picture
from vbe_analysis.vocabulary import TOTAL

ONE = District("Dalens", traces=(1, 2, 3, 4, 5, 6), others=((5, 9), (1, 4)), late=("2020-06",))
OTHER = District("Hagens", traces=(10, 20, 30, 40, 50, 60), others=((1, 4), (0, 0)))


def before(district: District, edition: str = PUBLIC) -> Export:
    """Its export of 2020."""
    made = district.export(edition, "2020")
    return _of(made, [*PERIODS][:-1], "2020")


def _of(made: Export, periods: list[str], cycle: str) -> Export:
    rows = made.rows[made.rows["period"].isin(periods)].reset_index(drop=True)
    return replace(made, cycle=cycle, periods={name: made.periods[name] for name in periods}, rows=rows)


def merged(root: Path, *predecessors: Export, intern: bool = False) -> Region:
    """A region in which Dalens and Hagens became Ängens in 2021, which tells of that year alone."""
    make_region(root, District("Bergets"), intern=["Bergets"])
    toml = (root / "vbe.toml").read_text(encoding="utf-8").replace(f'"{named("Dalens")}", ', "")
    made = f'{{ of = ["{named("Dalens")}", "{named("Hagens")}"], since = "2021" }}'
    (root / "vbe.toml").write_text(f'{toml}\n[merged]\n"{named("Ängens")}" = {made}\n', encoding="utf-8")
    new = District("Ängens", traces=(0, 0, 0, 0, 0, 70), compared=False)
    for edition in (PUBLIC, INTERNAL) if intern else (PUBLIC,):
        hand_over(root, _of(new.export(edition), ["2021"], "2021"), "Ängens")
    for export in predecessors:
        hand_over(root, export, export.district, "2020")
    return open_region(root)


def test_its_earlier_years_are_its_predecessors_together(tmp_path: Path) -> None:
    region = merged(tmp_path, before(ONE), before(OTHER))
    delivered = read_deliveries(region, "2021")
    picture = region_picture(region, "2021", PUBLIC, delivered)
    traces, others = picture.groups
    new = named("Ängens")
    assert [traces.counts[new, TOTAL, year] for year in PERIODS] == [(n, n) for n in (11, 22, 33, 44, 55, 70)]
    assert others.counts[new, "vit_makt", "2020"] == (5 + 1, 9 + 4)
    assert traces.compared == (named("Bergets"),) and traces.series[new].years == ("2021",)
    months = delivered.rows[PUBLIC].query("district == @new and figure == 'coverage' and period == '2020'")
    assert {*months.loc[months["status"] == "not_delivered", "part"]} == {"2020-06"}
    [table] = [table for table in region_document(picture).tables if table.id == "stadsdelar_traces"]
    assert [row[1:3] for row in table.cells if row[0] == new] == [("55", "70")]
    assert table.notes[-1].startswith(
        f"{new} bildades 2020/21. Åren före är {named('Dalens')} och {named('Hagens')} tillsammans, ur exporterna för "
        "2019/20, och jämförs inte med åren efter."
    )


def test_before_the_merger_the_districts_are_those_that_were(tmp_path: Path) -> None:
    region = merged(tmp_path, before(ONE), before(OTHER))
    picture = region_picture(region, "2020", PUBLIC, read_deliveries(region, "2020"))
    assert picture.delivered == (named("Dalens"), named("Hagens"))
    assert picture.missing == (named("Bergets"), named("Ekåsens"))


@pytest.mark.parametrize("handed_over", [(), (before(ONE),)], ids=["none", "one of two"])
def test_without_all_of_them_the_earlier_years_are_unknown(handed_over: tuple[Export, ...], tmp_path: Path) -> None:
    region = merged(tmp_path, *handed_over)
    traces, _ = region_picture(region, "2021", PUBLIC, read_deliveries(region, "2021")).groups
    assert [key[2] for key in traces.counts if key[:2] == (named("Ängens"), TOTAL)] == ["2021"]


def test_exact_counts_are_inherited_where_all_have_handed_them_over(tmp_path: Path) -> None:
    handed = [before(district, edition) for district in (ONE, OTHER) for edition in (PUBLIC, INTERNAL)]
    for root, exports, known in ((tmp_path / "alla", handed, True), (tmp_path / "ena", handed[:3], False)):
        region = merged(root, *exports, intern=True)
        [every] = region_picture(region, "2021", INTERNAL, read_deliveries(region, "2021")).groups
        assert every.counts.get((named("Ängens"), TOTAL, "2020")) == ((5 + 50 + 5 + 1,) * 2 if known else None)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            '"Hagens stadsdelsförvaltning"]',
            '"Bergets stadsdelsförvaltning"]',
            "bildats av Bergets stadsdelsförvaltning, som också står",
        ),
        ('since = "2021"', 'since = "2022"', "står under [merged], men uppgiften är inte hel."),
        ("since", "sedan", "merged.Ängens stadsdelsförvaltning saknar: since."),
    ],
)
def test_a_mistake_in_merged_gets_a_sentence(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    merged(tmp_path)
    path = tmp_path / "vbe.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        open_region(tmp_path)
    assert sentence in str(stopped.value)
