"""Repair: what gives way, in which order, and that the giving way itself tells nothing."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest

from tests.disclosure.districts import TRACES, District, edition, random_district
from vbe_analysis.disclosure.facts import Facts, count, gather, rule_of, select, to_json
from vbe_analysis.disclosure.policy import disclosure
from vbe_analysis.disclosure.repair import NO_TYPES, UNQUANTIFIED, WIDER, Detail, Publishable, Repair, publishable
from vbe_analysis.errors import InputError, VbeError

STANDARD = disclosure().policies["standard"]
TYPES = ("orosanmalan", "symbol", "asiktsuttryck", "hot_krankning", "propaganda", "rekrytering", "ovrigt", "protest")
DIMS = {"miljo": ("autonom", "vit_makt"), "typ": (*TRACES, *TYPES), "kalla": ("enkat",), "period": ("2021",)}


def publish(*counts: int, environments: Mapping[str, int] | None = None) -> Publishable:
    """An edition with counts[i] events of the i-th type in vit makt, and none elsewhere."""
    truth = {("vit_makt", kind, "enkat", "2021"): number for kind, number in zip(TYPES, counts, strict=False)}
    truth |= {(name, TYPES[0], "enkat", "2021"): number for name, number in (environments or {}).items()}
    return publishable(edition(District(DIMS, truth), ["2021"], STANDARD), ["2021"], STANDARD)


def band(done: Publishable, environment: str = "vit_makt") -> tuple[int, int | None]:
    claim = next(fact.claim for fact in done.facts.published if fact.id == f"ovriga/{environment}/2021")
    return claim.low, claim.high


def test_nothing_is_repaired_where_nothing_leaks() -> None:
    done = publish(3)
    assert done.repairs == () and band(done) == (1, 4)
    done = publish(6, 4, 3)
    assert done.repairs == () and band(done) == (10, 19)


def test_the_band_is_widened_first() -> None:
    done = publish(1, 1, 1)
    assert done.repairs == (Repair("2021", WIDER),)
    assert band(done) == (1, 9) and band(done, "autonom") == (0, 0)
    assert any(fact.id == "slag/symbol/2021" for fact in done.facts.published)
    assert str(done.repairs[0]) == (
        "För 2021 visas antalen av andra händelser än fysiska spår i bredare intervall än vanligt, "
        "för att små antal inte ska gå att räkna ut."
    )


def test_then_the_quantity_goes() -> None:
    done = publish(1, 1, 1, 1, 1, 1, 1)  # seven types among 1-9: each at most three
    assert [one.step for one in done.repairs] == [WIDER, UNQUANTIFIED]
    assert band(done) == (1, None)


def test_last_the_list_of_types_goes() -> None:
    """A ladder that merges less than is needed, and no step without quantity."""
    policy = replace(STANDARD, ladders=STANDARD.ladders[:2])
    truth = {("vit_makt", kind, "enkat", "2021"): 1 for kind in TYPES}
    done = publishable(edition(District(DIMS, truth), ["2021"], policy), ["2021"], policy)
    assert [one.step for one in done.repairs] == [WIDER, NO_TYPES]
    assert not any(fact.id.startswith("slag/") for fact in done.facts.published)


def test_the_wider_band_does_not_tell_that_the_count_was_small() -> None:
    """Three types among 1-4 leak, three types among 5-9 do not: if only the first were widened, 1-9 would mean 1-4."""
    assert to_json(publish(1, 1, 1).facts) == to_json(publish(3, 3, 3).facts)


@pytest.mark.parametrize("listed", [1, 2, 3, 5])
def test_counts_that_look_alike_when_repaired_are_repaired_alike(listed: int) -> None:
    """Over two environments in every combination of none, 1-4 and 5-9, with the same types listed."""
    seen: dict[tuple[bool, bool], set[tuple[Repair, ...]]] = {}
    for autonom, vit_makt in product((0, 2, 7), repeat=2):
        if autonom + vit_makt < listed:
            continue
        numbers = {("autonom", kind): 0 for kind in TYPES} | {("vit_makt", kind): 0 for kind in TYPES}
        left = {"autonom": autonom, "vit_makt": vit_makt}
        for kind in TYPES[:listed]:  # one event of each listed type, where there is room
            environment = next(name for name in sorted(left, key=lambda name: (-left[name], name)) if left[name])
            numbers[environment, kind] += 1
            left[environment] -= 1
        for environment, rest in left.items():
            numbers[environment, TYPES[0]] += rest
        truth = {(environment, kind, "enkat", "2021"): n for (environment, kind), n in numbers.items()}
        done = publishable(edition(District(DIMS, truth), ["2021"], STANDARD), ["2021"], STANDARD)
        seen.setdefault((autonom > 0, vit_makt > 0), set()).add(done.repairs)
    assert seen and all(len(repairs) == 1 for repairs in seen.values())


def test_a_period_published_before_is_left_as_it_was() -> None:
    district = random_district(5, years=2)
    first = publishable(edition(district, ["2017"], STANDARD), ["2017"], STANDARD)
    build = edition(district, ["2017", "2018"], STANDARD, [first.facts])
    second = publishable(build, ["2018"], STANDARD, [first.facts])
    old = {fact.id: fact.claim for fact in first.facts.published if fact.id.startswith("ovriga/")}
    assert old and old.items() <= {fact.id: fact.claim for fact in second.facts.published}.items()


def test_other_counts_in_the_same_bands_give_the_same_facts() -> None:
    assert to_json(publish(4, 4, 3).facts) == to_json(publish(17, 1, 1).facts)


def test_what_no_step_mends_is_refused() -> None:
    rule = replace(rule_of(disclosure()), exempt=(select(typ=TRACES),))

    def build(details: Mapping[str, Detail]) -> Facts:
        return gather(DIMS, [], rule, [count("x", "text", select(typ="symbol", period="2021"), 1, 2)])

    with pytest.raises(InputError) as caught:
        publishable(build, ["2021"], STANDARD)
    assert str(caught.value) == (
        "Kapitlet kan inte publiceras: små antal skulle gå att räkna ut (perioder: 2021), också när inget antal visas. "
        "Ta bort tabeller eller meningar som jämför de perioderna. "
        "Kontrollera också om tidigare publicerade kapitel säger emot varandra."
    )


def test_an_exact_person_linked_number_is_refused_however_large() -> None:
    rule = replace(rule_of(disclosure()), exempt=(select(typ=TRACES),))

    def build(typ: str) -> Facts:
        return gather(DIMS, [], rule, [count("x", "text", select(typ=typ, period="2021"), 40, 40)])

    assert publishable(lambda details: build("klotter"), ["2021"], STANDARD).repairs == ()
    with pytest.raises(VbeError, match="fact x is an exact person-linked number"):
        publishable(lambda details: build("symbol"), ["2021"], STANDARD)
