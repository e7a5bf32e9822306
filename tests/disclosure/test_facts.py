"""Facts: gathered where they are rendered, written in the fixed form, read strictly."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.facts import (
    Fact,
    Facts,
    Rule,
    ShareClaim,
    SumClaim,
    VerdictClaim,
    count,
    gather,
    read_facts,
    rule_of,
    select,
    to_json,
)
from vbe_analysis.disclosure.policy import disclosure
from vbe_analysis.errors import InputError, VbeError

DIMS = {"miljo": ["autonom", "vit_makt"], "typ": ["klotter", "hot"], "period": ["2020", "2021"]}
RULE = replace(rule_of(disclosure()), exempt=(select(typ="klotter"),))
HOT = select(miljo="autonom", typ="hot", period="2021")
BEFORE = select(miljo="autonom", typ="hot", period="2020")


DAYS = {"2020": (date(2019, 7, 1), date(2020, 6, 30)), "2021": (date(2020, 7, 1), date(2021, 6, 30))}


def example() -> Facts:
    return gather(
        DIMS,
        [select(typ="hot", miljo="vit_makt")],
        RULE,
        [
            count("b", "tab2", HOT, 1, 4),
            count("b", "text", HOT, 1, 4),
            count("c", "tab3", select(typ="klotter", period=["2020", "2021"]), 12, 12),
            count("d", "tab2", BEFORE, 500, OPEN),
            Fact("e", ("text",), SumClaim(((HOT, 1), (BEFORE, -1)), None, 3)),
            Fact("f", ("tab5",), ShareClaim(HOT, select(period="2021"), 33.3, 1)),
            Fact("a", ("analys",), VerdictClaim("minskning", HOT, BEFORE)),
        ],
        DAYS,
    )


def test_the_file_has_the_fixed_form() -> None:
    content = json.loads(to_json(example()))
    hot = {"miljo": "autonom", "period": "2021", "typ": "hot"}
    assert list(content) == ["dims", "periods", "impossible", "published", "policy"]
    assert content["periods"] == {"2020": ["2019-07-01", "2020-06-30"], "2021": ["2020-07-01", "2021-06-30"]}
    assert content["policy"] == {
        "name": "standard",
        "k": 5,
        "width": 3,
        "zero_possible": False,
        "exempt": [{"typ": "klotter"}],
    }
    assert content["published"] == [
        {"id": "a", "where": "analys", "verdict": "minskning", "current": hot, "previous": {**hot, "period": "2020"}},
        {"id": "b", "where": ["tab2", "text"], "select": hot, "min": 1, "max": 4},  # one fact with two places
        {"id": "c", "where": "tab3", "select": {"period": ["2020", "2021"], "typ": "klotter"}, "is": 12},
        {"id": "d", "where": "tab2", "select": {**hot, "period": "2020"}, "min": 500},
        {
            "id": "e",
            "where": "text",
            "terms": [{"select": hot, "coef": 1}, {"select": {**hot, "period": "2020"}, "coef": -1}],
            "max": 3,
        },
        {"id": "f", "where": "tab5", "share": {"of": hot, "in": {"period": "2021"}}, "percent": 33.3, "decimals": 1},
    ]


def test_written_and_read_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "facts-2021.json"
    path.write_text(to_json(example()), encoding="utf-8")
    assert read_facts(path) == example()
    assert to_json(read_facts(path)) == to_json(example())


def test_a_file_of_the_first_release_is_read_and_written_as_it_was(tmp_path: Path) -> None:
    """It has neither days nor groups."""
    content = json.loads(to_json(example()))
    del content["periods"]
    path = tmp_path / "facts-2021.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_facts(path) == replace(example(), periods={})
    assert json.loads(to_json(read_facts(path))) == content


def test_the_order_of_rendering_leaves_no_trace() -> None:
    found = [count("a", "tab2", HOT, 1, 4), count("a", "text", HOT, 1, 4), count("b", "tab2", BEFORE, 0, 0)]
    assert to_json(gather(DIMS, [], RULE, found)) == to_json(gather(DIMS, [], RULE, found[::-1]))


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([count("a", "x", HOT, 1, 4), count("a", "x", BEFORE, 1, 4)], "fact a makes two claims"),
        ([count("a", "x", HOT, 1, 4), count("b", "y", HOT, 1, 9)], "fact b: two intervals of the same cells"),
        ([count("a", "x", select(miljo="autonom"), 1, 4)], "fact a: selector without period or with unknown values"),
        ([count("a", "x", select(period="2019"), 1, 4)], "fact a: selector without period or with unknown values"),
    ],
)
def test_facts_that_disagree_are_refused(found: list[Fact], told: str) -> None:
    with pytest.raises(VbeError, match=told):
        gather(DIMS, [], RULE, found)


def edited(**changes: Any) -> dict[str, Any]:
    fact = {"id": "x", "where": "tab2", "select": {"period": "2021"}, "min": 1, "max": 4}
    fact = {key: value for key, value in {**fact, **changes}.items() if value is not None}
    return {**json.loads(to_json(example())), "published": [fact]}


@pytest.mark.parametrize(
    ("content", "at"),
    [
        ([], "dims, periods, impossible, published, policy"),
        ({**edited(), "truth": []}, "dims, periods, impossible, published, policy"),
        ({**edited(), "dims": {"miljo": ["autonom"]}}, "dims"),
        ({**edited(), "policy": {"name": "standard"}}, "policy"),
        ({**edited(), "policy": {**edited()["policy"], "k": "5"}}, "policy"),
        ({**edited(), "impossible": [{"plats": "x"}]}, "impossible"),
        (edited(id=None), "published 1"),
        (edited(where=None), "x"),
        (edited(select={"miljo": "röd"}), "x"),
        (edited(n=3), "x"),
        (edited(min=5), "x"),
        (edited(min=-1), "x"),
        (edited(min=1.5), "x"),
        (edited(min=True), "x"),
        (edited(min=None, max=None), "x"),
        (edited(**{"is": 3}), "x"),
        (edited(select=None, terms=[{"select": {}, "coef": "1"}]), "x"),
        (edited(select=None, min=None, max=None, verdict="okning", current={}), "x"),
        (edited(select=None, min=None, max=None, share={"of": {}, "in": {}}, percent=33.3, decimals=0), "x"),
    ],
)
def test_an_edited_file_is_never_half_understood(tmp_path: Path, content: Any, at: str) -> None:
    path = tmp_path / "facts-2020.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_facts(path)
    assert str(caught.value) == (
        f"facts-2020.json: Faktafilen har fel form i posten '{at}'. "
        "Hämta tillbaka filen som den var när kapitlet publicerades. Den får aldrig ändras."
    )


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    content = edited(n=3)
    content["published"].append({**edited(id="y", min=5)["published"][0]})
    path = tmp_path / "facts-2020.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_facts(path)
    assert [fault.values["at"] for fault in caught.value.faults] == ["x", "y"]


def test_an_id_used_twice_and_no_json_are_faults(tmp_path: Path) -> None:
    path = tmp_path / "facts-2020.json"
    content = edited()
    path.write_text(json.dumps({**content, "published": content["published"] * 2}), encoding="utf-8")
    with pytest.raises(InputError, match="i posten 'x'"):
        read_facts(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"facts-2020.json: Faktafilen går inte att läsa\."):
        read_facts(path)


def test_the_rule_names_the_exempt_types() -> None:
    assert Rule("standard", 5, 3, False, (select(typ="klotter"),)) == RULE
