"""The published facts of an edition: what a reader can see, as statements about unknown counts. Never the counts.

A fact is a claim with an id and the places where it stands. The claims: a count as an interval, a linear comparison,
a share as printed, a verdict of the word rule. Dimensions are named as in the file format (miljo, typ, kalla, period).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.policy import TRACES, Disclosure
from vbe_analysis.errors import Fault, InputError, VbeError
from vbe_analysis.frames import Interval

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
class CountClaim:
    """The number of events in the selected cells lies in [low, high]; high None: no upper end."""

    select: Selector
    low: int
    high: int | None


@dataclass(frozen=True)
class SumClaim:
    """The sum of coefficient x count over the terms lies in [low, high]; None: no end ("har ökat" is min 1)."""

    terms: tuple[tuple[Selector, int], ...]
    low: int | None
    high: int | None


@dataclass(frozen=True)
class ShareClaim:
    """`of` as a percentage of `base`, as printed with so many decimals."""

    of: Selector
    base: Selector
    percent: float
    decimals: int


@dataclass(frozen=True)
class VerdictClaim:
    """The class of the word rule that a sentence states of two periods."""

    verdict: str
    current: Selector
    previous: Selector


Claim = CountClaim | SumClaim | ShareClaim | VerdictClaim


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
    return Fact(id, (where,), CountClaim(selector, low, None if high >= OPEN else high))


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
    intervals: dict[Selector, CountClaim] = {}
    for fact in sorted(found, key=lambda fact: (fact.id, fact.where)):
        if ids.setdefault(fact.id, fact.claim) != fact.claim:
            raise VbeError(f"contract: fact {fact.id} makes two claims")
        if isinstance(fact.claim, CountClaim) and intervals.setdefault(fact.claim.select, fact.claim) != fact.claim:
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
        case CountClaim():
            return (claim.select,)
        case SumClaim():
            return tuple(selector for selector, _ in claim.terms)
        case ShareClaim():
            return (claim.of, claim.base)
        case VerdictClaim():
            return (claim.current, claim.previous)


def unknown_in(selector: Selector, dims: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The dimensions and values of a selector that the dimensions lack."""
    names = [name for name, _ in selector if name not in dims]
    return names + [value for name, values in selector for value in values if value not in dims.get(name, values)]


def published_interval(editions: Iterable[Facts], selector: Selector) -> Interval | None:
    """What was first published of the selected cells: person-linked figures are shown so ever after."""
    for facts in editions:
        for fact in facts.published:
            if isinstance(fact.claim, CountClaim) and fact.claim.select == selector:
                return fact.claim.low, OPEN if fact.claim.high is None else fact.claim.high
    return None


Dims = Mapping[str, tuple[str, ...]]


def to_json(facts: Facts) -> str:
    """The file's text; equal facts give equal text."""
    rule = facts.rule
    content = {
        "dims": {name: list(values) for name, values in facts.dims.items()},
        "impossible": [_written(selector) for selector in facts.impossible],
        "published": [{"id": fact.id, "where": _one(fact.where), **_claim(fact.claim)} for fact in facts.published],
        "policy": {
            "name": rule.name,
            "k": rule.k,
            "width": rule.width,
            "zero_possible": rule.zero_possible,
            "exempt": [_written(selector) for selector in rule.exempt],
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_facts(path: Path) -> Facts:
    """The facts of a file. Raises InputError with every fault: an edited frozen file is never half understood."""
    try:
        return facts_in(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        raise InputError([Fault("facts_not_json", file=path.name)]) from None


def facts_in(text: str, file: str) -> Facts:
    """The facts in a file's text; `file`: its name, for messages. Raises InputError as read_facts does."""
    try:
        return _facts(json.loads(text))
    except _Malformed as wrong:
        raise InputError(Fault("facts_form", file=file, values={"at": at}) for at in wrong.args) from None
    except ValueError:
        raise InputError([Fault("facts_not_json", file=file)]) from None


def _claim(claim: Claim) -> dict[str, Any]:
    match claim:
        case CountClaim():
            return {"select": _written(claim.select), **_ends(claim.low, claim.high)}
        case SumClaim():
            terms = [{"select": _written(selector), "coef": factor} for selector, factor in claim.terms]
            return {"terms": terms, **_ends(claim.low, claim.high)}
        case ShareClaim():
            share = {"of": _written(claim.of), "in": _written(claim.base)}
            return {"share": share, "percent": claim.percent, "decimals": claim.decimals}
        case VerdictClaim():
            return {
                "verdict": claim.verdict,
                "current": _written(claim.current),
                "previous": _written(claim.previous),
            }


def _ends(low: int | None, high: int | None) -> dict[str, int]:
    if low is not None and low == high:
        return {"is": low}
    return {name: end for name, end in (("min", low), ("max", high)) if end is not None}


def _written(selector: Selector) -> dict[str, Any]:
    return {name: _one(values) for name, values in selector}


def _one(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


class _Malformed(Exception):
    """args: the entries whose form is wrong."""


def _require(holds: bool, *at: str) -> None:
    if not holds:
        raise _Malformed(*at)


def _facts(data: Any) -> Facts:
    keys = ("dims", "impossible", "published", "policy")
    _require(isinstance(data, dict) and set(data) == set(keys), ", ".join(keys))
    dims = data["dims"]
    _require(isinstance(dims, dict) and PERIOD in dims and all(_texts(values) for values in dims.values()), "dims")
    closed = {name: tuple(values) for name, values in dims.items()}
    _require(isinstance(data["impossible"], list), "impossible")
    _require(isinstance(data["published"], list), "published")
    impossible = tuple(_selector(one, "impossible", closed) for one in data["impossible"])
    published: list[Fact] = []
    wrong: list[str] = []
    for number, entry in enumerate(data["published"], 1):
        try:
            published.append(_fact(entry, f"published {number}", closed))
        except _Malformed as malformed:
            wrong += malformed.args
    wrong += [one for one, times in Counter(fact.id for fact in published).items() if times > 1]
    _require(not wrong, *wrong)
    return Facts(closed, impossible, tuple(published), _rule(data["policy"]))


def _rule(entry: Any) -> Rule:
    kinds = {"name": str, "k": int, "width": int, "zero_possible": bool, "exempt": list}
    _require(isinstance(entry, dict) and set(entry) == set(kinds), "policy")
    _require(all(type(entry[key]) is kind for key, kind in kinds.items()), "policy")
    # An exemption may name a type that this edition's dimensions lack: it says what is never personal.
    exempt = tuple(_selector(one, "policy", None) for one in entry["exempt"])
    return Rule(entry["name"], entry["k"], entry["width"], entry["zero_possible"], exempt)


def _fact(entry: Any, at: str, dims: Dims) -> Fact:
    _require(isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"] != "", at)
    where = entry.get("where")
    _require(isinstance(where, str) or _texts(where), entry["id"])
    content = {key: value for key, value in entry.items() if key not in ("id", "where")}
    return Fact(
        entry["id"], (where,) if isinstance(where, str) else tuple(where), _read_claim(content, entry["id"], dims)
    )


_ENDS = ({"is"}, {"min"}, {"max"}, {"min", "max"})


def _read_claim(entry: dict[str, Any], at: str, dims: Dims) -> Claim:
    keys = set(entry)
    if "select" in keys:
        low, high = _read_ends(entry, keys - {"select"}, at)
        _require((low or 0) >= 0 and (high is None or high >= 0), at)
        return CountClaim(_selector(entry["select"], at, dims), low or 0, high)
    if "terms" in keys:
        terms = entry["terms"]
        _require(isinstance(terms, list) and bool(terms) and all(_has(term, {"select", "coef"}) for term in terms), at)
        _require(all(type(term["coef"]) is int for term in terms), at)
        ends = _read_ends(entry, keys - {"terms"}, at)
        return SumClaim(tuple((_selector(term["select"], at, dims), term["coef"]) for term in terms), *ends)
    if "share" in keys:
        _require(keys == {"share", "percent", "decimals"} and _has(entry["share"], {"of", "in"}), at)
        percent, decimals = entry["percent"], entry["decimals"]
        _require(type(percent) in (int, float) and type(decimals) is int and decimals in range(5), at)
        _require(abs(percent * 10**decimals - round(percent * 10**decimals)) < 1e-6, at)
        of, base = (_selector(entry["share"][key], at, dims) for key in ("of", "in"))
        return ShareClaim(of, base, percent, decimals)
    _require(keys == {"verdict", "current", "previous"} and isinstance(entry["verdict"], str), at)
    return VerdictClaim(entry["verdict"], *(_selector(entry[key], at, dims) for key in ("current", "previous")))


def _read_ends(entry: dict[str, Any], keys: set[str], at: str) -> tuple[int | None, int | None]:
    _require(keys in _ENDS and all(type(entry[key]) is int for key in keys), at)
    low, high = (entry["is"], entry["is"]) if "is" in keys else (entry.get("min"), entry.get("max"))
    _require(low is None or high is None or low <= high, at)
    return low, high


def _selector(entry: Any, at: str, dims: Dims | None) -> Selector:
    _require(isinstance(entry, dict) and all(isinstance(one, str) or _texts(one) for one in entry.values()), at)
    selector = select(**entry)
    _require(dims is None or not unknown_in(selector, dims), at)
    return selector


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _has(value: Any, keys: set[str]) -> bool:
    return isinstance(value, dict) and set(value) == keys
