"""Groups by type and source: what a form tells is no trace, no office's traces stand alone, no school is an area."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.chapter import public_pairs
from tests.chapter.situations import NOTHING, Row
from tests.chapter.test_public import district, graffiti, threats
from tests.disclosure.districts import narrow_by_period
from tests.workspaces import vbe
from vbe_analysis.chapter.charts.over_years import places_figure
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.chapter.data.public import earlier_facts, word_rule
from vbe_analysis.chapter.text.overview import overview
from vbe_analysis.chapter.text.summary import summary
from vbe_analysis.disclosure.audit import audit
from vbe_analysis.disclosure.facts import CountClaim, read_facts, to_json
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.document.parts import Table
from vbe_analysis.editions.build import build_chapter, executed_chapter
from vbe_analysis.workspace.frozen import PUBLISHED, freeze
from vbe_analysis.workspace.workbooks import deliveries_book
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.chapter

TOLD: Row = ("2021-10-05", "islamistisk", "klotter", "Söder")  # in a form about a pupil


def spots(*where: str, day: int = 20) -> list[Row]:
    return [(f"2021-{n + 1:02d}-{day:02d}", "vit_makt", "klotter", area) for n, area in enumerate(where)]


def tables_of(made: Workspace, cycle: str = "2021", edition: str = PUBLIC) -> dict[str, Table]:
    """The chapter's tables and those of the workbook."""
    document = executed_chapter(made, cycle, edition)
    return {table.id: table for table in (*document.tables, *document.annex)}


def cells(table: Table) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for row in table.cells}


def test_a_trace_that_a_form_tells_is_banded_and_in_no_table_of_traces(tmp_path: Path) -> None:
    """It was exact by environment, type, source and area: one pupil's drawing."""
    given: Mapping[str, Sequence[Row] | str] = {
        "sisab": spots("Norr", "Norr"),
        "trafikkontoret": spots("Söder", day=21),
        "blankett": [TOLD],
    }
    made = district(tmp_path / "mapp", {2021: given})
    found = tables_of(made)
    assert cells(found["traces_environment"])["Islamistiska extremistiska miljön"] == ("0",)
    assert cells(found["person_linked_environment"])["Islamistiska extremistiska miljön"] == ("1–4",)
    assert cells(found["traces_type"])["Klotter"] == ("3",)
    assert "Blanketter" not in cells(found["traces_source"])
    assert cells(found["traces_area"]) == {"Norr": ("2",), "Söder": ("1",), "Totalt": ("3",)}
    picture = make_picture(made, "2021", PUBLIC)
    assert picture.groups[1].types == (), "a trace is never in the list of types"
    exact = make_picture(made, "2021", INTERNAL).counts
    assert exact["person_linked_environment"]["high"].sum() == 1
    published = picture.register.published
    assert published.dims["grupp"] == ("spar", "personknuten")
    assert all("grupp" in dict(f.claim.select) for f in published.published if isinstance(f.claim, CountClaim))
    assert [dict(cut) for cut in published.rule.exempt] == [{"grupp": ("spar",)}]
    assert {"grupp": ("spar",), "kalla": ("blankett",)} in map(dict, published.impossible)


@pytest.mark.parametrize("twin", [False, True])
def test_a_twin_in_a_form_leaves_the_traces_as_they_are(twin: bool, tmp_path: Path) -> None:
    """Possible duplicates are sought within a group: the interval 2–3 told of the form."""
    seen = spots("Norr", "Norr")
    forms = [(seen[0][0], "vit_makt", "klotter", "Norr"), TOLD] if twin else threats(2021, 1, 0, 1)
    made = district(tmp_path / "mapp", {2021: {"sisab": seen, "blankett": forms}})
    assert cells(tables_of(made)["traces_environment"])["Vit makt-miljön"] == ("2",)


def test_the_traces_of_offices_stand_together_and_in_no_area(tmp_path: Path) -> None:
    given = {"sisab": spots("Norr"), "ia": spots("Söder", day=21), "polis": spots("Söder", day=22)}
    made = district(tmp_path / "mapp", {2021: given})
    found = tables_of(made)
    assert cells(found["traces_source"]) == {"SISAB": ("1",), "Övriga källor": ("2",)}
    assert "Övriga källor är incidentsystemet IA och lokalpolisen tillsammans." in found["traces_source"].notes
    assert "traces_area" not in found, "of one source an area may be one school"
    assert cells(found["traces_tertial"])["Januari–april 2021"] == ("1",)
    assert "Tabellen gäller bara spår från skolfastighetsbolaget SISAB." in found["traces_tertial"].notes
    sources = {row["source"] for row in make_picture(made, "2021", PUBLIC).counts["traces_source"].to_dict("records")}
    assert sources == {"sisab", "verksamheter"}


def test_both_editions_tell_where_by_the_sources_that_look_after_places(tmp_path: Path) -> None:
    """The internal edition says, too, how many traces of the others are not in its table."""
    given = {
        "sisab": spots("Norr", "Norr"),
        "trafikkontoret": spots("Söder", day=21),
        "ia": [*spots("Söder", day=22), ("2021-03-03", "vit_makt", "hot_krankning", "Söder")],
        "blankett": [TOLD],
    }
    made = district(tmp_path / "mapp", {2021: given})
    inside = tables_of(made, edition=INTERNAL)["traces_area"]
    assert cells(inside) == cells(tables_of(made)["traces_area"]) == {"Norr": ("2",), "Söder": ("1",), "Totalt": ("3",)}
    assert inside.notes == (
        "Tabellen gäller bara spår från skolfastighetsbolaget SISAB och trafikkontoret.",
        "Andra källor har också rapporterat spår, som inte står i tabellen: 1 i perioden 2021.",
    )
    alone = district(tmp_path / "utan", {2021: {"ia": spots("Norr", "Söder")}})
    table = tables_of(alone, edition=INTERNAL)["traces_area"]
    assert (cells(table), table.notes) == ({"Norr": ("1",), "Söder": ("1",)}, ())
    figure = places_figure(make_picture(alone, "2021", INTERNAL))
    assert figure is not None and not [note for note in figure.notes if note.startswith("Spåren har rapporterats av")]


def test_an_area_is_shown_for_the_periods_where_two_have_traces(tmp_path: Path) -> None:
    before = [(f"2020{row[0][4:]}", *row[1:]) for row in spots("Norr", "Söder")]
    years = {
        2020: {"sisab": before, "trafikkontoret": NOTHING},
        2021: {"sisab": spots("Norr"), "trafikkontoret": spots("Söder", day=21)},
    }
    made = district(tmp_path / "mapp", years)
    assert cells(tables_of(made)["traces_area"]) == {
        "Norr": ("visas inte", "1"),
        "Söder": ("visas inte", "1"),
        "Totalt": ("2", "2"),
    }


def test_offices_are_compared_together_or_not_at_all(tmp_path: Path) -> None:
    """Full minus comparable on whole sources was the traces of one office: here three of IA's in the newest year."""
    years = {
        2020: {"sisab": graffiti(2020, 4), "polis": graffiti(2020, 2)},
        2021: {"sisab": graffiti(2021, 6), "polis": graffiti(2021, 2), "ia": spots("Norr", "Norr", "Norr", day=3)},
    }
    made = district(tmp_path / "mapp", years)
    picture = make_picture(made, "2021", PUBLIC)
    comparison = picture.groups[0].comparison
    assert comparison is not None and {source for source, _, _ in comparison.ground.comparable} == {"sisab"}
    rows = {row["source"]: row for row in comparison.sources.to_dict("records")}
    assert set(rows) == {"sisab", "verksamheter"}
    assert (rows["verksamheter"]["full_current_low"], rows["verksamheter"]["reason"]) == (5, "not_every_source")
    facts = picture.register.published
    assert audit(facts, (), word_rule(facts)).safe
    told = {number for fact in facts.published if isinstance(fact.claim, CountClaim) for number in (fact.claim.low,)}
    assert 3 not in told, "nothing published is IA's traces alone"


def test_places_are_compared_by_month_and_the_part_is_a_group_of_its_own(tmp_path: Path) -> None:
    years = {year: {"sisab": graffiti(year, 12)} for year in (2020, 2021)}
    made = district(tmp_path / "mapp", years)
    raw = made.raw("2021") / "leveranser.xlsx"
    line = ("sisab", "fil", "sisab 2021.csv", "sisab", "", "", "2021-11, 2021-12", "", "", "")
    raw.write_bytes(deliveries_book([line], (), ["sisab"], ["sisab"]))
    rows = (made.raw("2021") / "sisab 2021.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not row.startswith(("2021-11", "2021-12"))]
    (made.raw("2021") / "sisab 2021.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    made.write(made.read_in("2021"))
    picture = make_picture(made, "2021", PUBLIC)
    comparison = picture.groups[0].comparison
    assert comparison is not None and (comparison.total.previous, comparison.total.current) == ((10, 10), (10, 10))
    facts = picture.register.published
    assert facts.dims["grupp"] == ("spar", "personknuten", "spar_2020_2021")
    shown = {fact.id: fact.claim for fact in facts.published}
    assert dict(shown["traces_jamforelse/total/2020"].select)["grupp"] == ("spar_2020_2021",)
    assert audit(facts, (), word_rule(facts)).safe
    assert narrow_by_period([to_json(facts)]) == []


def test_a_period_keeps_the_division_it_was_published_under(tmp_path: Path) -> None:
    """Shown anew without IA's traces, the difference would be IA's traces exactly."""
    years = {
        2020: {"sisab": graffiti(2020, 4), "ia": [*threats(2020, 2), ("2020-05-05", "autonom", "klotter", "Norr")]},
        2021: {"sisab": graffiti(2021, 6), "ia": threats(2021, 0, 7)},
    }
    made = district(tmp_path / "mapp", years)
    assert vbe(made.root, "publish", "2020", "--dnr", "A 1", "--quiet") == 0
    settings = made.root / "vbe.toml"
    own = '\n[sources]\nia = { groups = ["person_linked"] }\n'
    settings.write_text(settings.read_text(encoding="utf-8") + own, encoding="utf-8")
    divided = Workspace(made.root)
    picture = make_picture(divided, "2021", PUBLIC)
    assert picture.divided == ("2020",)
    build_chapter(divided, "2021", PUBLIC, lambda *_: None)
    found = tables_of(divided)
    assert cells(found["traces_environment"])["Autonoma miljön"] == ("1", "0")
    assert cells(found["person_linked_environment"])["Vit makt-miljön"] == ("1–4", "0")
    assert cells(found["traces_source"])["SISAB"] == ("visas inte", "6")
    assert any(
        note.startswith("Uppgifterna för 2020 visas som de publicerades.") for note in found["traces_type"].notes
    )
    page = (divided.reports("2021", PUBLIC) / "lagesbild.html").read_text(encoding="utf-8")
    assert "händelserna var indelade i grupper på ett annat sätt när uppgifterna för 2020 publicerades" in page
    assert picture.groups[0].comparison is None and picture.groups[1].comparison is None
    [before] = earlier_facts(divided)
    after = read_facts(divided.reports("2021", PUBLIC) / "facts-2021.json")
    assert audit(after, [before], word_rule(after)).safe
    assert narrow_by_period([to_json(before), to_json(after)]) == []
    old = {fact.claim.select: fact.claim for fact in before.published if isinstance(fact.claim, CountClaim)}
    again = [f.claim for f in after.published if isinstance(f.claim, CountClaim)]
    again = [claim for claim in again if dict(claim.select)["period"] == ("2020",)]
    assert again and all(old[claim.select] == claim for claim in again)


OPEN = '[open_acts]\ntypes = ["manifestation"]\nreason = "Manifestationer ses av alla."\n'


def test_acts_in_the_open_are_a_third_group_where_they_are_declared(tmp_path: Path) -> None:
    """Exact by environment, with a printed reason; one that a form about a person tells of stays in the bands."""
    given: Mapping[str, Sequence[Row] | str] = {
        "sisab": spots("Norr"),
        "ia": [*threats(2021, 2, kind="manifestation", day=3), *threats(2021, 0, 3)],
        "blankett": [("2021-10-05", "islamistisk", "manifestation", "Söder")],
    }
    made = district(tmp_path / "mapp", {2021: given}, event_type="manifestation")
    assert make_picture(made, "2021", PUBLIC).groups[1].types == ("hot_krankning", "manifestation")
    assert "open_environment" not in tables_of(made)
    (made.root / "disclosure.toml").write_text(OPEN, encoding="utf-8")
    found = tables_of(made)
    assert cells(found["open_environment"])["Vit makt-miljön"] == ("2",)
    assert cells(found["open_environment"])["Islamistiska extremistiska miljön"] == ("0",)
    others = cells(found["person_linked_environment"])
    assert [others[name] for name in ("Vit makt-miljön", "Autonoma miljön")] == [("0",), ("1–4",)]
    assert others["Islamistiska extremistiska miljön"] == ("1–4",)
    picture = make_picture(made, "2021", PUBLIC)
    assert picture.groups[1].types == ("hot_krankning",)
    published = picture.register.published
    assert published.dims["grupp"] == ("spar", "personknuten", "oppen")
    assert [dict(cut) for cut in published.rule.exempt] == [{"grupp": ("spar",)}, {"grupp": ("oppen",)}]
    assert {"grupp": ("oppen",), "kalla": ("blankett", "sisab", "trafikkontoret")} in map(dict, published.impossible)
    assert audit(published, (), word_rule(published)).safe
    assert narrow_by_period([to_json(published)]) == []
    build_chapter(made, "2021", PUBLIC, lambda *_: None)
    page = (made.reports("2021", PUBLIC) / "lagesbild.html").read_text(encoding="utf-8")
    only_open = district(tmp_path / "bara", {2021: {"sisab": NOTHING, "ia": given["ia"][:2]}}, "manifestation")
    (only_open.root / "disclosure.toml").write_text(OPEN, encoding="utf-8")
    told = summary(make_picture(only_open, "2021", PUBLIC)).markdown
    assert "inga rapporter" not in told and "räknas för sig: 2 vit makt-miljön." in told
    assert "Manifestationer ses av alla." in page and "räknas för sig: 2 vit makt-miljön." in page


def test_acts_in_the_open_are_declared_and_withdrawn_for_what_is_not_published_yet(tmp_path: Path) -> None:
    years = {
        year: {"sisab": graffiti(year, 4), "ia": [*threats(year, 2, kind="manifestation", day=3), *threats(year, 0, 7)]}
        for year in (2020, 2021)
    }
    made = district(tmp_path / "mapp", years, event_type="manifestation")
    assert vbe(made.root, "publish", "2020", "--dnr", "A 1", "--quiet") == 0
    own = made.root / "disclosure.toml"
    own.write_text(OPEN, encoding="utf-8")
    picture = make_picture(made, "2021", PUBLIC)
    assert picture.divided == ("2020",) and picture.groups[1].comparison is None
    found = tables_of(made)
    assert cells(found["open_environment"])["Vit makt-miljön"] == ("visas inte", "2")
    assert cells(found["person_linked_environment"])["Vit makt-miljön"] == ("1–4", "0")
    assert vbe(made.root, "publish", "2021", "--dnr", "A 2", "--quiet") == 0
    own.unlink()
    withdrawn = make_picture(made, "2021", PUBLIC).register.published
    frozen = earlier_facts(made)
    assert audit(withdrawn, frozen, word_rule(withdrawn)).safe
    assert narrow_by_period([to_json(facts) for facts in (*frozen, withdrawn)]) == []
    stands = {
        claim.select: claim
        for facts in frozen
        for fact in facts.published
        if isinstance(claim := fact.claim, CountClaim)
    }
    again = [fact.claim for fact in withdrawn.published if isinstance(fact.claim, CountClaim)]
    assert again and all(stands.get(claim.select) == claim for claim in again)


def test_an_edition_of_the_first_release_stands_with_its_forms_among_the_traces(tmp_path: Path) -> None:
    years = {
        2020: {"sisab": graffiti(2020, 4), "blankett": [("2020-10-05", "autonom", "klotter", "Söder")]},
        2021: {"sisab": graffiti(2021, 6), "blankett": [TOLD]},
    }
    made = district(tmp_path / "mapp", years)
    traces = list(made.vocabulary.traces)
    others = [code for code in made.vocabulary.event_types if code not in traces]
    names = list(made.vocabulary.environments)
    counts = {"autonom": 1, "vit_makt": 4, "islamistisk": 0, "oklar": 0}
    published = [
        {"id": f"traces_environment/{name}/2020", "where": "Tabell 2", "is": n,
         "select": {"miljo": name, "typ": traces, "period": "2020"}}
        for name, n in counts.items()
    ]  # fmt: skip
    published += [
        {"id": f"person_linked_environment/{name}/2020", "where": "Tabell 3", "is": 0,
         "select": {"miljo": name, "typ": others, "period": "2020"}}
        for name in names
    ]  # fmt: skip
    facts = {
        "dims": {"miljo": names, "typ": [*traces, *others], "kalla": ["sisab", "blankett"], "period": ["2020"]},
        "impossible": [],
        "published": published,
        "policy": {"name": "standard", "k": 5, "width": 3, "zero_possible": False, "exempt": [{"typ": traces}]},
    }
    path = made.reports("2020", PUBLIC) / "facts-2020.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(facts), encoding="utf-8")
    freeze(made, "2020", [path], PUBLISHED, "A 1", str(date(2021, 3, 1)))
    found = tables_of(made)
    assert cells(found["traces_environment"])["Autonoma miljön"] == ("1", "0")
    assert cells(found["person_linked_environment"])["Autonoma miljön"] == ("0", "0")
    assert cells(found["person_linked_environment"])["Islamistiska extremistiska miljön"] == ("0", "1–4")
    now = make_picture(made, "2021", PUBLIC).register.published
    assert {"period": ("2020",), "typ": tuple(sorted(traces))} in map(dict, now.rule.exempt)
    before = earlier_facts(made)
    assert audit(now, before, word_rule(now)).safe
    assert narrow_by_period([to_json(one) for one in (*before, now)]) == []


def test_the_pairs_differ_in_forms_and_traces_alike(tmp_path: Path) -> None:
    """N1 with and without the form's twin of a SISAB trace, in a band that holds both."""
    seen = spots("Norr", "Söder", "Norr")
    twin = (seen[0][0], "vit_makt", "klotter", seen[0][3])
    own = threats(2021, 3)
    sides = {"med": [*own[:2], twin], "utan": [*own[:2], ("2021-09-09", "vit_makt", "hot_krankning", "Söder")]}
    files = []
    for name, forms in sides.items():
        made = district(
            tmp_path / name, {2020: {"sisab": NOTHING, "blankett": NOTHING}, 2021: {"sisab": seen, "blankett": forms}}
        )
        files.append(public_pairs.public(made)[1])
    assert [name for name in files[0] if files[0][name] != files[1][name]] == []


def test_that_the_police_had_nothing_cannot_be_read_off_the_types(tmp_path: Path) -> None:
    """All that the police report has no type of its own: where "annat" was listed, its absence told that they had 0."""
    own: list[Row] = [
        ("2021-03-04", "vit_makt", "hot_krankning", "Norr"),
        ("2021-05-06", "vit_makt", "hot_krankning", "Norr"),
    ]
    other: list[Row] = [("2021-06-07", "vit_makt", "", "Norr")]
    pictures = [
        make_picture(district(tmp_path / name, {2021: {"ia": own, "polis": police}}), "2021", PUBLIC)
        for name, police in (("utan", NOTHING), ("med", other))
    ]
    counted = [picture.groups[-1].environments.loc[:, ["low", "high"]].sum().tolist() for picture in pictures]
    assert counted[0] == counted[1]
    first, second = (summary(picture).markdown for picture in pictures)
    assert first == second and "hot eller kränkningar" in first and "annat" not in first
    ids = [{fact.id for fact in picture.register.published.published} for picture in pictures]
    assert ids[0] == ids[1] and not any("ovrigt" in name for name in ids[0])


@pytest.mark.parametrize(("norr", "told"), [(5, "har rapporterat 6 spår i två områden, flest i Norr (5)."), (4, "")])
def test_an_area_leads_only_from_five_traces_there(norr: int, told: str, tmp_path: Path) -> None:
    """Two of six against one, one, one and one had led."""
    given = {"sisab": spots(*["Norr"] * norr), "trafikkontoret": spots("Söder", day=21)}
    words = overview(make_picture(district(tmp_path / "mapp", {2021: given}), "2021", PUBLIC)).markdown
    assert ("flest i" in words) == bool(told) and told in words
