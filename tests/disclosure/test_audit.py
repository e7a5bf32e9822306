"""The audit against enumeration, against the cases that leaked elsewhere, and over editions one after another."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product

import pytest

from tests.disclosure.districts import District, edition, narrow_cells, publish_all, random_district
from vbe_analysis.disclosure.audit import CONTRADICTION, NARROW, NOT_PROVED, UnsafeCell, audit, feasible
from vbe_analysis.disclosure.audit_model import build_model, targets
from vbe_analysis.disclosure.facts import (
    Claim,
    CountClaim,
    Fact,
    Facts,
    Rule,
    Selector,
    ShareClaim,
    SumClaim,
    VerdictClaim,
    gather,
    select,
    to_json,
)
from vbe_analysis.disclosure.policy import disclosure
from vbe_analysis.disclosure.repair import Detail

pytestmark = pytest.mark.slow

STANDARD = Rule("standard", 5, 3, False, ())
STRIKT = Rule("strikt", 5, 4, True, ())


def facts_of(
    dims: dict[str, list[str]], claims: Sequence[Claim], rule: Rule, impossible: Sequence[Selector] = ()
) -> Facts:
    return gather(dims, impossible, rule, [Fact(f"f{n}", ("text",), claim) for n, claim in enumerate(claims)])


# --- against enumeration -------------------------------------------------------------------------------------------

Cell = tuple[str, ...]


def matching(cells: Sequence[Cell], dims: dict[str, list[str]], selector: Selector) -> list[int]:
    wanted = dict(selector)
    return [
        number
        for number, cell in enumerate(cells)
        if all(value in wanted.get(name, [value]) for name, value in zip(dims, cell, strict=True))
    ]


def vectors(length: int, most: int) -> Iterator[tuple[int, ...]]:
    """All non-negative integer vectors with a sum of at most `most`."""
    if length == 0:
        yield ()
        return
    for first in range(most + 1):
        for rest in vectors(length - 1, most - first):
            yield (first, *rest)


def random_case(seed: int) -> tuple[dict[str, list[str]], list[Facts], int]:
    """One or two editions of true facts about a random table of 8 cells, whose total is known to be at most 4 or 5."""
    draw = random.Random(seed)
    dims = {"miljo": ["a", "b"], "typ": ["spar", "oro"], "period": ["1", "2"]}
    cells = list(product(*dims.values()))
    truth = [0] * 8
    for _ in range(draw.randint(1, 4)):
        truth[draw.randrange(8)] += 1
    most = sum(truth) + draw.randint(0, 1)

    def value(selector: Selector) -> int:
        return sum(truth[number] for number in matching(cells, dims, selector))

    def selector(periods: list[str]) -> Selector:
        chosen = {
            name: draw.choice(values) for name, values in dims.items() if name != "period" and draw.random() < 0.5
        }
        return select(**chosen, period=draw.sample(periods, draw.randint(1, len(periods))))

    def claim(periods: list[str]) -> Claim:
        one, other = selector(periods), selector(periods)
        kind = draw.random()
        if kind < 0.6:
            return CountClaim(one, max(0, value(one) - draw.randint(0, 1)), value(one) + draw.randint(0, 2))
        if kind < 0.75 and value(other) > 0 and value(one) <= value(other):
            return ShareClaim(one, other, round(100 * value(one) / value(other)), 0)
        if kind < 0.85 and value(one) > value(other):
            return VerdictClaim("okning", one, other)
        return SumClaim(((one, 1), (other, -1)), value(one) - value(other) - draw.randint(0, 1), None)

    exempt = (select(typ="spar"),) if draw.random() < 0.5 else ()
    rule = draw.choice([replace(STANDARD, k=3, width=2, exempt=exempt), replace(STRIKT, k=3, width=2, exempt=exempt)])
    editions = []
    for periods in [["1"], ["1", "2"]] if draw.random() < 0.5 else [["1", "2"]]:
        claims = [claim(periods) for _ in range(draw.randint(1, 4))]
        if periods == ["1", "2"]:
            claims.insert(0, CountClaim(select(period=periods), 0, most))
        known = {}  # one interval for a selector, as gather demands
        for one in claims:
            known.setdefault(one.select if isinstance(one, CountClaim) else one, one)
        empty = [select(**dict(zip(dims, cell, strict=True))) for cell, n in zip(cells, truth, strict=True) if n == 0]
        impossible = [one for one in empty if draw.random() < 0.2 and dict(one)["period"][0] in periods]
        editions.append(facts_of({**dims, "period": periods}, list(known.values()), rule, impossible))
    return dims, editions, most


def holds(claim: Claim, value: dict[Selector, int]) -> bool:
    match claim:
        case CountClaim():
            return claim.low <= value[claim.select] <= claim.high
        case SumClaim():
            return sum(factor * value[one] for one, factor in claim.terms) >= claim.low
        case ShareClaim():
            of, base = value[claim.of], value[claim.base]
            return base > 0 and abs(100 * of / base - claim.percent) <= 0.5 + 1e-9
        case VerdictClaim():
            return value[claim.current] > value[claim.previous]


@pytest.mark.parametrize("seed", range(60))
def test_the_audit_agrees_with_enumeration(seed: int) -> None:
    dims, editions, most = random_case(seed)
    cells, rule = list(product(*dims.values())), editions[-1].rule
    claims = [fact.claim for facts in editions for fact in facts.published]
    claims += [CountClaim(one, 0, 0) for facts in editions for one in facts.impossible]
    if rule.zero_possible:  # the reader's reading of zeros is tested by itself below
        zeros = [one for one in claims if isinstance(one, CountClaim) and one.high == 0]
        if zeros:
            editions = [replace(one, rule=replace(rule, zero_possible=False)) for one in editions]
            rule = editions[-1].rule
    chosen = {
        selector: matching(cells, dims, selector)
        for claim in claims
        for selector in (
            [claim.select]
            if isinstance(claim, CountClaim)
            else [one for one, _ in claim.terms]
            if isinstance(claim, SumClaim)
            else [claim.of, claim.base]
            if isinstance(claim, ShareClaim)
            else [claim.current, claim.previous]
        )
    }
    possible = [
        vector
        for vector in vectors(8, most)
        if all(holds(one, {key: sum(vector[n] for n in at) for key, at in chosen.items()}) for one in claims)
    ]
    exempt = {number for one in rule.exempt for number in matching(cells, dims, one)}

    def interval(selector: Selector) -> tuple[int, int]:
        numbers = [number for number in matching(cells, dims, selector) if number not in exempt]
        sums = [sum(vector[number] for number in numbers) for vector in possible]
        return min(sums), max(sums)

    model = build_model(editions)
    for target in targets(model):
        assert feasible(model, target) == interval(target.cell)
    margins = [
        select(**dict(zip(names, values, strict=True)))
        for length in range(4)
        for names in combinations(dims, length)
        for values in product(*(dims[name] for name in names))
    ]
    unsafe = {
        (low, high)
        for low, high in map(interval, margins)
        if low < rule.k and high >= 1 and (high - low < rule.width or (rule.zero_possible and low > 0))
    }
    found = audit(editions[-1], editions[:-1], follows=lambda verdict, published: True)
    assert {(cell.low, cell.high) for cell in found.unsafe} == unsafe
    assert found.safe == (not unsafe)


# --- cases that leaked elsewhere (disclosure.md) -------------------------------------------------------------------

FIVE = {"miljo": ["a", "b", "c", "d", "e"], "period": ["1"]}
TWO_YEARS = {"miljo": ["a"], "period": ["1", "2"]}


def cell(miljo: str, period: str = "1") -> Selector:
    return select(miljo=miljo, period=period)


LEAKS = {
    # Nearest five: 0 means at most 2, 10 means at least 8.
    "four cells of 2 shown as 0, their total 8 shown as 10": (
        {**FIVE, "miljo": ["a", "b", "c", "d"]},
        [*(CountClaim(cell(one), 0, 2) for one in "abcd"), CountClaim(select(period="1"), 8, 12)],
        (cell("a"), 2, 2),
    ),
    "five cells 0-4 with total 20-49": (
        FIVE,
        [*(CountClaim(cell(one), 0, 4) for one in "abcde"), CountClaim(select(period="1"), 20, 49)],
        (cell("a"), 4, 4),
    ),
    "total 10-19 with 7 %": (
        FIVE,
        [CountClaim(select(period="1"), 10, 19), ShareClaim(cell("a"), select(period="1"), 7, 0)],
        (cell("a"), 1, 1),
    ),
    "0-4 in both years with har ökat": (
        TWO_YEARS,
        [
            CountClaim(cell("a", "1"), 0, 4),
            CountClaim(cell("a", "2"), 0, 4),
            SumClaim(((cell("a", "2"), 1), (cell("a", "1"), -1)), 1, None),
        ],
        (select(period="2"), 1, 4),
    ),
    "exact zeros beside 0-4": (
        FIVE,
        [CountClaim(cell("a"), 0, 4), *(CountClaim(cell(one), 0, 0) for one in "bcde")],
        (select(period="1"), 1, 4),
    ),
    # The calendar year and the twelve months that end four months later, both exact.
    "rolling totals beside calendar years": (
        {"miljo": ["a"], "period": ["T1", "T2", "T3", "T4"]},
        [
            CountClaim(select(period=["T1", "T2", "T3"]), 30, 30),
            CountClaim(select(period=["T2", "T3", "T4"]), 33, 33),
            CountClaim(select(period="T1"), 0, 4),
        ],
        (select(period="T4"), 3, 7),
    ),
}


@pytest.mark.parametrize("case", LEAKS)
def test_a_known_leak_is_found(case: str) -> None:
    dims, claims, (leak, low, high) = LEAKS[case]
    assert UnsafeCell(leak, NARROW, low, high) in audit(facts_of(dims, claims, STRIKT)).unsafe


# What the independent attacker reads: counts, as they stand.
COUNTS_ALONE = [
    "four cells of 2 shown as 0, their total 8 shown as 10",
    "five cells 0-4 with total 20-49",
    "rolling totals beside calendar years",
]


@pytest.mark.parametrize("case", COUNTS_ALONE)
def test_the_independent_attacker_finds_it_too(case: str) -> None:
    dims, claims, (leak, low, high) = LEAKS[case]
    found = narrow_cells([to_json(facts_of(dims, claims, STRIKT))])
    assert ({name: values[0] for name, values in leak}, low, high) in found


def test_an_old_year_revised_from_one_band_to_another_is_a_contradiction() -> None:
    earlier = facts_of({"miljo": ["a"], "period": ["1"]}, [CountClaim(cell("a", "1"), 0, 4)], STRIKT)
    later = facts_of(TWO_YEARS, [CountClaim(cell("a", "1"), 5, 9), CountClaim(cell("a", "2"), 0, 4)], STRIKT)
    unsafe = audit(later, [earlier]).unsafe
    assert UnsafeCell(select(period="1"), CONTRADICTION) in unsafe
    assert not any(dict(one.cell).get("period") == ("2",) for one in unsafe)


def test_two_facts_of_no_cells_that_disagree_are_a_contradiction() -> None:
    claims = [CountClaim(select(period="1"), 0, 0), CountClaim(cell("a"), 1, 4)]
    assert {one.why for one in audit(facts_of(FIVE, claims, STANDARD)).unsafe} == {CONTRADICTION}


def test_the_same_bands_without_the_extra_fact_are_safe() -> None:
    assert audit(facts_of(FIVE, [CountClaim(cell(one), 0, 4) for one in "abcde"], STRIKT)).safe
    assert audit(facts_of(TWO_YEARS, [CountClaim(cell("a", one), 0, 4) for one in "12"], STRIKT)).safe


def test_earlier_editions_are_joined() -> None:
    whole = facts_of(FIVE, [CountClaim(select(period="1"), 12, 12)], STANDARD)
    parts = facts_of(FIVE, [CountClaim(select(miljo=["b", "c", "d", "e"], period="1"), 10, 10)], STANDARD)
    assert audit(whole).safe and audit(parts).safe
    assert UnsafeCell(cell("a"), NARROW, 2, 2) in audit(parts, [whole]).unsafe


def test_an_exact_part_beside_a_banded_whole_is_found_and_the_part_itself_is_exempt() -> None:
    dims = {"miljo": ["a"], "typ": ["klotter", "hot"], "period": ["1"]}
    rule = replace(STANDARD, exempt=(select(typ="klotter"),))
    claims = [CountClaim(select(typ="klotter", period="1"), 3, 3), CountClaim(select(period="1"), 5, 6)]
    assert audit(facts_of(dims, claims[:1], rule)).safe
    assert audit(facts_of(dims, claims, rule)).unsafe == (UnsafeCell(select(period="1"), NARROW, 2, 3),)


def test_revised_traces_contradict_nothing() -> None:
    """The total of 2020 was 12 traces + 1-4; a year later a thirteenth trace is known."""
    dims = {"typ": ["klotter", "hot"], "period": ["1"]}
    rule = replace(STANDARD, exempt=(select(typ="klotter"),))

    def year(traces: int) -> Facts:
        return facts_of(
            dims,
            [
                CountClaim(select(typ="klotter", period="1"), traces, traces),
                CountClaim(select(typ="hot", period="1"), 1, 4),
                CountClaim(select(period="1"), traces + 1, traces + 4),
            ],
            rule,
        )

    assert audit(year(13), [year(12)]).safe


def test_traces_that_were_not_revised_tie_two_editions_together() -> None:
    dims = {"typ": ["klotter", "hot"], "period": ["1"]}
    rule = replace(STANDARD, exempt=(select(typ="klotter"),))
    traces = facts_of(dims, [CountClaim(select(typ="klotter", period="1"), 12, 12)], rule)
    both = facts_of(dims, [CountClaim(select(period="1"), 14, 14)], rule)
    assert audit(both, [traces]).unsafe == (UnsafeCell(select(period="1"), NARROW, 2, 2),)


def test_a_period_left_out_means_the_periods_of_that_edition() -> None:
    first = replace(facts_of({"period": ["1"]}, [], STANDARD), published=(Fact("a", ("x",), CountClaim((), 5, 9)),))
    second = facts_of({"period": ["1", "2"]}, [CountClaim(select(period="2"), 1, 4)], STANDARD)
    assert audit(second, [first]).safe


@pytest.mark.parametrize(
    ("verdict", "current", "previous", "false"),
    [
        ("okning", (10, 19), (5, 9), False),
        ("okning", (5, 9), (5, 9), True),
        ("minskning", (1, 4), (5, 9), False),
        ("minskning", (1, 9), (5, 9), True),
        ("inga_handelser", (0, 0), (0, 0), False),
        ("inga_handelser", (0, 4), (0, 0), True),
        ("kan_inte_avgoras", (1, 4), (5, 9), False),
    ],
)
def test_a_verdict_must_follow_from_its_bands(
    verdict: str, current: tuple[int, int], previous: tuple[int, int], false: bool
) -> None:
    claims = [
        CountClaim(cell("a", "2"), *current),
        CountClaim(cell("a", "1"), *previous),
        VerdictClaim(verdict, cell("a", "2"), cell("a", "1")),
    ]
    assert audit(facts_of(TWO_YEARS, claims, STANDARD)).verdicts == (("f2",) if false else ())


def test_a_verdict_on_what_the_edition_does_not_show_is_refused() -> None:
    claims = [VerdictClaim("kan_inte_avgoras", cell("a", "2"), cell("a", "1"))]
    assert audit(facts_of(TWO_YEARS, claims, STANDARD)).verdicts == ("f0",)
    claims = [VerdictClaim("ingen_jamforelse", cell("a", "2"), cell("a", "1"))]
    assert audit(facts_of(TWO_YEARS, claims, STANDARD)).safe


def test_what_is_not_proved_in_time_is_unsafe() -> None:
    facts = facts_of(FIVE, [CountClaim(cell("a"), 1, 4)], STANDARD)
    assert audit(facts).safe
    assert {one.why for one in audit(facts, seconds=0).unsafe} == {NOT_PROVED}


# --- the policies at work ------------------------------------------------------------------------------------------


def test_what_the_seed_says_can_be_said_under_standard() -> None:
    """All in one environment, in the form of concern reports, symbols and threats, and none in the others."""
    kinds = ("orosanmalan", "symbol", "hot_krankning")
    dims = {
        "miljo": ("autonom", "vit_makt", "islamistisk", "oklar"),
        "typ": ("klotter", "klistermarke", "skadegorelse", *kinds, "asiktsuttryck", "propaganda"),
        "kalla": ("enkat", "blankett"),
        "period": ("2020", "2021"),
    }
    truth = {("vit_makt", kind, "enkat", period): 3 for kind in kinds for period in dims["period"]}
    policy = disclosure().policies["standard"]
    detail = Detail(policy.ladders[0], types=True)
    facts = edition(District(dims, truth), dims["period"], policy)(dict.fromkeys(dims["period"], detail))
    assert audit(facts).safe
    shown = {fact.id: fact.claim for fact in facts.published}
    assert shown["ovriga/vit_makt/2021"].low == 5 and shown["ovriga/autonom/2021"].high == 0
    assert shown["slag/symbol/2021"].low == 1 and shown["slag/propaganda/2021"].high == 0


@pytest.mark.parametrize("name", ["standard", "strikt"])
def test_five_cycles_published_one_after_another_are_safe(name: str) -> None:
    done = publish_all(random_district(3), disclosure().policies[name])
    assert [one.audit.safe for one in done] == [True] * 5
    assert [one.audit.cells for one in done] == sorted(one.audit.cells for one in done)


@pytest.mark.parametrize("name", ["standard", "strikt"])
@pytest.mark.parametrize("seed", range(2))
def test_what_is_let_through_is_safe_by_an_independent_attacker(seed: int, name: str) -> None:
    done = publish_all(random_district(seed, types=6, sources=2, years=2), disclosure().policies[name])
    assert narrow_cells([to_json(one.facts) for one in done]) == []


def test_the_independent_attacker_finds_what_an_unrepaired_edition_tells() -> None:
    policy = disclosure().policies["standard"]
    truth = {("vit_makt", kind, "enkat", "2021"): 1 for kind in ("orosanmalan", "symbol", "hot_krankning")}
    dims = {**random_district(0, sources=2).dims, "miljo": ("vit_makt", "oklar"), "period": ("2021",)}
    facts = edition(District(dims, truth), ["2021"], policy)({"2021": Detail(policy.ladders[0], types=True)})
    assert ({"typ": "symbol"}, 1, 2) in narrow_cells([to_json(facts)])
    assert UnsafeCell(select(typ="symbol", period="2021"), NARROW, 1, 2) in audit(facts).unsafe
