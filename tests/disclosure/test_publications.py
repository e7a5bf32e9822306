"""What was published is found by what it means, whatever the vocabulary, the cycle's name and the release since."""

from dataclasses import replace
from datetime import date

import pytest

from vbe_analysis.disclosure.audit import audit
from vbe_analysis.disclosure.facts import CountClaim, Days, Facts, Rule, Selector, count, gather, select
from vbe_analysis.disclosure.publications import (
    PERSON_LINKED,
    TRACES,
    as_published,
    join,
    meaning,
    published_counts,
    united,
)
from vbe_analysis.errors import InputError

OLD = Rule("standard", 5, 3, False, (select(typ="klotter"),))
NEW = Rule("standard", 5, 3, False, (select(grupp=TRACES),))
MILJO = ["autonom", "vit_makt"]
YEAR: Days = (date(2020, 7, 1), date(2021, 6, 30))


def facts(
    *found: tuple[Selector, int, int],
    types: tuple[str, ...] = ("klotter", "hot", "symbol"),
    rule: Rule = OLD,
    groups: tuple[str, ...] = (),
    **periods: Days,
) -> Facts:
    dims = {"miljo": MILJO, "typ": types, "period": tuple(periods), **({"grupp": groups} if groups else {})}
    return gather(dims, [], rule, [count(f"f{n}", "text", *one) for n, one in enumerate(found)], periods)


HOT = select(miljo="autonom", typ=["hot", "symbol"], period="2021")
FROZEN = facts((HOT, 1, 4), **{"2021": YEAR})


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"miljo": "autonom", "typ": ["hot", "symbol"]}, (PERSON_LINKED, "autonom", "")),
        ({"miljo": MILJO, "typ": ["hot", "symbol"]}, (PERSON_LINKED, "", "")),
        ({"typ": "symbol"}, (PERSON_LINKED, "", "symbol")),
        ({"miljo": "autonom", "typ": "klotter"}, (TRACES, "autonom", "")),
        ({"miljo": "autonom"}, None),  # both groups
        ({"typ": ["klotter", "hot"]}, None),
        ({"miljo": "autonom", "typ": "hot", "kalla": "ia"}, None),
        ({"typ": "hot", "period": ["2020", "2021"]}, None),
    ],
)
def test_what_a_selector_of_the_first_release_means(
    cells: dict[str, str | list[str]], expected: tuple[str, str, str] | None
) -> None:
    known = facts(**{"2020": (date(2019, 7, 1), date(2020, 6, 30)), "2021": YEAR})
    found = meaning(select(**{"period": "2021", **cells}), known)
    assert found == (None if expected is None else (*expected, "2021"))


def test_a_selector_with_a_group_means_the_same() -> None:
    known = facts(rule=NEW, groups=(TRACES, PERSON_LINKED), **{"2021": YEAR})
    assert meaning(select(grupp=PERSON_LINKED, miljo="autonom", period="2021"), known) == meaning(HOT, FROZEN)
    assert meaning(select(grupp=TRACES, typ="klotter", period="2021"), known) == (TRACES, "", "klotter", "2021")


def test_what_was_first_published_stands() -> None:
    second = facts(
        (HOT, 5, 9), (select(miljo="vit_makt", typ=["hot", "symbol"], period="2021"), 0, 0), **{"2021": YEAR}
    )
    counts = published_counts([FROZEN, second])
    assert counts[PERSON_LINKED, "autonom", "", "2021"] == CountClaim(HOT, 1, 4)
    assert counts[PERSON_LINKED, "vit_makt", "", "2021"].high == 0


def test_a_grown_vocabulary_finds_the_frozen_band_and_its_cells() -> None:
    """A new type made "1-4" into "5-9": a late report, for certain."""
    grown = facts(types=("klotter", "hot", "symbol", "flygblad"), **{"2021": YEAR})
    wider = CountClaim(select(miljo="autonom", typ=["flygblad", "hot", "symbol"], period="2021"), 1, 4)
    assert meaning(wider.select, grown) == meaning(HOT, FROZEN)
    assert as_published(wider, grown, published_counts([FROZEN])).select == HOT
    assert united({"typ": ("hot",), "period": ("2022",)}, [FROZEN]) == {
        "typ": ("hot", "klotter", "symbol"),
        "period": ("2022",),
    }


def test_the_same_days_are_the_same_cycle_whatever_its_name() -> None:
    """Under another name the frozen year was an unknown period to the audit, and its band was decided anew."""
    [joined] = join([("facts-2021.json", FROZEN)], {"läsåret": YEAR}, {"läsåret": "2020/21"})
    [fact] = joined.published
    assert fact.claim == CountClaim(select(miljo="autonom", typ=["hot", "symbol"], period="2020/21"), 1, 4)
    assert (joined.dims["period"], joined.periods) == (("2020/21",), {"2020/21": YEAR})


def test_a_file_of_the_first_release_is_dated_by_the_workspace_or_refused() -> None:
    old = replace(FROZEN, periods={})
    assert join([("facts-2021.json", old)], {"2021": YEAR}, {"2021": "2021"}) == [FROZEN]
    with pytest.raises(InputError) as refused:
        join([("publicerat-1/facts-2021.json", old)], {"2022": YEAR}, {"2022": "2022"})
    assert str(refused.value).startswith(
        "publicerat-1/facts-2021.json: Faktafilen säger inte vilka dagar perioden '2021' har, och vbe.toml har ingen "
        "sådan omgång."
    )


@pytest.mark.parametrize(
    "days",
    [(date(2020, 7, 1), date(2020, 10, 31)), (date(2021, 6, 30), date(2022, 6, 29)), (YEAR[0], date(2021, 7, 31))],
)
def test_other_days_that_overlap_are_refused(days: Days) -> None:
    """Three thirds and a year: their difference is exact."""
    with pytest.raises(InputError, match="överlappar perioden"):
        join([("facts-2021.json", FROZEN)], {"del": days}, {"del": "del"})


def test_a_name_used_again_for_other_days_is_another_period() -> None:
    after = date(2021, 7, 1), date(2022, 6, 30)
    [joined] = join([("facts-2021.json", FROZEN)], {"2021": after}, {"2021": "2021"})
    assert joined.dims["period"] == ("2020-07-01–2021-06-30",)
    anew = facts((HOT, 5, 9), **{"2021": after})
    assert audit(anew, [joined]).safe, "the two are different years"
    assert not audit(anew, [FROZEN]).safe
