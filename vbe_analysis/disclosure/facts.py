"""The published facts of an edition: what a reader can see, as statements about unknown counts. Never the counts.

A fact is a claim with an id and the places where it stands. The claims: a count as an interval, a linear comparison,
a share as printed, a verdict of the word rule. Dimensions are named as in the file format (miljo, typ, kalla, period).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vbe_analysis.disclosure.bands import OPEN, Interval
from vbe_analysis.disclosure.policy import TRACES, Disclosure
from vbe_analysis.errors import VbeError

PERIOD, TYPE = "period", "typ"
DIMENSION_OF = {
    "environment": "miljo",
    "event_type": TYPE,
    "source": "kalla",
    "area": "omrade",
    "tertial": "tertial",
    "period": PERIOD,
}
"""Column of a counts frame -> dimension of the facts."""

Selector = tuple[tuple[str, tuple[str, ...]], ...]
"""The base cells a claim is about: (dimension, its values) in alphabetical order; one left out means all its values."""


@dataclass(frozen=True)
class Count:
    """The number of events in the selected cells lies in [low, high]; high None: no upper end."""

    select: Selector
    low: int
    high: int | None


@dataclass(frozen=True)
class Comparison:
    """The sum of coefficient x count over the terms lies in [low, high]; None: no end ("har ökat" is min 1)."""

    terms: tuple[tuple[Selector, int], ...]
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Share:
    """`of` as a percentage of `base`, as printed with so many decimals."""

    of: Selector
    base: Selector
    percent: float
    decimals: int


@dataclass(frozen=True)
class Verdict:
    """The class of the word rule that a sentence states of two periods."""

    verdict: str
    current: Selector
    previous: Selector


Claim = Count | Comparison | Share | Verdict


@dataclass(frozen=True)
class Fact:
    """A claim, its id, and the places where a reader meets it ("lagesbild.html#tab2")."""

    id: str
    where: tuple[str, ...]
    claim: Claim


@dataclass(frozen=True)
class Rule:
    """The policy the edition was made under, as its facts file records it; exempt: selectors of non-personal cells."""

    name: str
    k: int
    width: int
    zero_possible: bool
    exempt: tuple[Selector, ...]


@dataclass(frozen=True)
class Facts:
    """All an edition publishes. dims: every dimension's values; impossible: cells everybody knows are empty."""

    dims: Mapping[str, tuple[str, ...]]
    impossible: tuple[Selector, ...]
    published: tuple[Fact, ...]
    rule: Rule


def select(**values: str | Iterable[str]) -> Selector:
    """
    >>> select(period="2021", miljo=["oklar", "autonom"])
    (('miljo', ('autonom', 'oklar')), ('period', ('2021',)))
    """
    return tuple(
        (name, (value,) if isinstance(value, str) else tuple(sorted(set(value))))
        for name, value in sorted(values.items())
    )


def count(id: str, where: str, selector: Selector, low: int, high: int) -> Fact:
    """The fact that an interval is shown at a place; the open end of a band is left out."""
    return Fact(id, (where,), Count(selector, low, None if high >= OPEN else high))


def no_facts() -> Facts:
    """The facts of an edition that has published none."""
    return Facts({}, (), (), Rule("", 0, 0, False, ()))


def rule_of(rules: Disclosure, traces: Iterable[str]) -> Rule:
    """The record of the policy in force; `traces`: the vocabulary's physical traces, where they are exempt."""
    policy = rules.policy
    exempt = (select(typ=traces),) if any(one.what == TRACES for one in rules.exemptions) else ()
    return Rule(policy.name, policy.k, policy.width, policy.zero_possible, exempt)


def gather(
    dims: Mapping[str, Iterable[str]], impossible: Iterable[Selector], rule: Rule, found: Iterable[Fact]
) -> Facts:
    """The facts of an edition from what was rendered: the same claim at several places becomes one fact, ids in order.

    A claim found under several ids keeps the first in the alphabet. Raises VbeError, a mistake of ours, where one id
    makes two claims, two intervals are shown of the same cells, or a selector is unknown or names no period.
    """
    closed = {name: tuple(values) for name, values in dims.items()}
    ids: dict[str, Claim] = {}
    merged: dict[Claim, Fact] = {}
    intervals: dict[Selector, Count] = {}
    for fact in sorted(found, key=lambda fact: (fact.id, fact.where)):
        if ids.setdefault(fact.id, fact.claim) != fact.claim:
            raise VbeError(f"contract: fact {fact.id} makes two claims")
        if isinstance(fact.claim, Count) and intervals.setdefault(fact.claim.select, fact.claim) != fact.claim:
            raise VbeError(f"contract: fact {fact.id}: two intervals of the same cells")
        for selector in selectors(fact.claim):
            if unknown_in(selector, closed) or PERIOD not in dict(selector):
                raise VbeError(f"contract: fact {fact.id}: selector without period or with unknown values")
        same = merged.get(fact.claim, fact)
        merged[fact.claim] = replace(same, where=tuple(dict.fromkeys((*same.where, *fact.where))))
    return Facts(closed, tuple(impossible), tuple(sorted(merged.values(), key=lambda fact: fact.id)), rule)


def selectors(claim: Claim) -> tuple[Selector, ...]:
    """The selectors a claim names."""
    match claim:
        case Count():
            return (claim.select,)
        case Comparison():
            return tuple(selector for selector, _ in claim.terms)
        case Share():
            return (claim.of, claim.base)
        case Verdict():
            return (claim.current, claim.previous)


def unknown_in(selector: Selector, dims: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The dimensions and values of a selector that the dimensions lack."""
    names = [name for name, _ in selector if name not in dims]
    return names + [value for name, values in selector for value in values if value not in dims.get(name, values)]


def published_interval(editions: Iterable[Facts], selector: Selector) -> Interval | None:
    """What was first published of the selected cells: person-linked figures are shown so ever after."""
    for facts in editions:
        for fact in facts.published:
            if isinstance(fact.claim, Count) and fact.claim.select == selector:
                return fact.claim.low, OPEN if fact.claim.high is None else fact.claim.high
    return None
