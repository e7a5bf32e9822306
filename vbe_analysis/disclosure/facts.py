"""The published facts of an edition: what a reader can see, as statements about unknown counts. Never the counts.

A fact is a claim with an id and the places where it stands. The claims: a count as an interval, a linear comparison,
a share as printed, a verdict of the word rule. Dimensions are named as in the file format (grupp, miljo, typ, kalla,
period).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, structs, to_builtins

from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.policy import OPEN_ACTS, PERSON_LINKED, TRACES, Disclosure
from vbe_analysis.errors import Fault, InputError, VbeError

PERIOD, TYPE, GROUP, ENVIRONMENT, SOURCE = "period", "typ", "grupp", "miljo", "kalla"
GROUP_CODES = {TRACES: "spar", PERSON_LINKED: "personknuten", OPEN_ACTS: "oppen"}

Days = tuple[date, date]
"""A period's first and last day."""

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


NO_DAYS: Mapping[str, Days] = MappingProxyType({})
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
    """All an edition publishes. dims: every dimension's values; impossible: cells everybody knows are empty.

    periods: first and last day of each period; files of the first release have none.
    """

    dims: Mapping[str, tuple[str, ...]]
    impossible: tuple[Selector, ...]
    published: tuple[Fact, ...]
    rule: Rule
    periods: Mapping[str, Days] = field(default_factory=dict)


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


def rule_of(rules: Disclosure) -> Rule:
    """The record of the policy in force."""
    policy = rules.policy
    exempt = tuple(
        select(grupp=GROUP_CODES[exemption.what]) for exemption in rules.exemptions if exemption.what in GROUP_CODES
    )
    return Rule(policy.name, policy.k, policy.width, policy.zero_possible, exempt)


def gather(
    dims: Mapping[str, Iterable[str]],
    impossible: Iterable[Selector],
    rule: Rule,
    facts: Iterable[Fact],
    periods: Mapping[str, Days] = NO_DAYS,
) -> Facts:
    """The facts of an edition from what was rendered: the same claim at several places becomes one fact, ids in order.

    A claim found under several ids keeps the first in the alphabet. Raises VbeError, a mistake of ours, where one id
    makes two claims, two intervals are shown of the same cells, or a selector is unknown or names no period.
    """
    closed = {name: tuple(values) for name, values in dims.items()}
    ids: dict[str, Claim] = {}
    merged: dict[Claim, Fact] = {}
    intervals: dict[Selector, CountClaim] = {}
    for fact in sorted(facts, key=lambda fact: (fact.id, fact.where)):
        if ids.setdefault(fact.id, fact.claim) != fact.claim:
            raise VbeError(f"contract: fact {fact.id} makes two claims")
        if isinstance(fact.claim, CountClaim) and intervals.setdefault(fact.claim.select, fact.claim) != fact.claim:
            raise VbeError(f"contract: fact {fact.id}: two intervals of the same cells")
        for selector in selectors(fact.claim):
            if unknown_in(selector, closed) or PERIOD not in dict(selector):
                raise VbeError(f"contract: fact {fact.id}: selector without period or with unknown values")
        same = merged.get(fact.claim, fact)
        merged[fact.claim] = replace(same, where=tuple(dict.fromkeys((*same.where, *fact.where))))
    return Facts(
        closed, tuple(impossible), tuple(sorted(merged.values(), key=lambda fact: fact.id)), rule, dict(periods)
    )


def selectors(claim: Claim) -> tuple[Selector, ...]:
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


Dims = Mapping[str, tuple[str, ...]]


def to_json(facts: Facts) -> str:
    """The file's text; equal facts give equal text."""
    content = {
        "dims": {name: list(values) for name, values in facts.dims.items()},
        "periods": {name: [day.isoformat() for day in days] for name, days in facts.periods.items()},
        "impossible": [_written(selector) for selector in facts.impossible],
        "published": [to_builtins(_entry(fact)) for fact in facts.published],
        "policy": {**asdict(facts.rule), "exempt": [_written(selector) for selector in facts.rule.exempt]},
    }
    if not facts.periods:
        del content["periods"]
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
        return _facts(msgspec.json.decode(text))
    except _Malformed as wrong:
        raise InputError(Fault("facts_form", file=file, values={"at": at}) for at in wrong.args) from None
    except msgspec.DecodeError:
        raise InputError([Fault("facts_not_json", file=file)]) from None


_Texts = Annotated[list[str], Meta(min_length=1)]
_Cells = dict[str, str | _Texts]
"""A selector as the file writes it: one value alone, several as a list."""


class _Term(Struct, forbid_unknown_fields=True):
    select: _Cells
    coef: int


class _Ratio(Struct, forbid_unknown_fields=True, rename={"base": "in"}):
    of: _Cells
    base: _Cells


class _Entry(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, rename={"exact": "is"}):
    """A fact as the file writes it. Which of the keys of a claim stand together, `_claim` knows."""

    id: Annotated[str, Meta(min_length=1)]
    where: str | _Texts
    select: _Cells | UnsetType = UNSET
    terms: Annotated[list[_Term], Meta(min_length=1)] | UnsetType = UNSET
    share: _Ratio | UnsetType = UNSET
    percent: int | float | UnsetType = UNSET
    decimals: Annotated[int, Meta(ge=0, le=4)] | UnsetType = UNSET
    verdict: str | UnsetType = UNSET
    current: _Cells | UnsetType = UNSET
    previous: _Cells | UnsetType = UNSET
    exact: int | UnsetType = UNSET
    min: int | UnsetType = UNSET
    max: int | UnsetType = UNSET


class _Policy(Struct, forbid_unknown_fields=True):
    name: str
    k: int
    width: int
    zero_possible: bool
    exempt: list[_Cells]


class _Malformed(Exception):
    """args: the entries whose form is wrong."""


def _entry(fact: Fact) -> _Entry:
    entry = _Entry(id=fact.id, where=_one(fact.where))
    match fact.claim:
        case CountClaim(selector, low, high):
            entry.select = _written(selector)
            _write_ends(entry, low, high)
        case SumClaim(terms, least, most):
            entry.terms = [_Term(_written(selector), factor) for selector, factor in terms]
            _write_ends(entry, least, most)
        case ShareClaim(of, base, percent, decimals):
            entry.share, entry.percent, entry.decimals = _Ratio(_written(of), _written(base)), percent, decimals
        case VerdictClaim(verdict, current, previous):
            entry.verdict, entry.current, entry.previous = verdict, _written(current), _written(previous)
    return entry


def _write_ends(entry: _Entry, low: int | None, high: int | None) -> None:
    if low is not None and low == high:
        entry.exact = low
    else:
        entry.min, entry.max = (UNSET if end is None else end for end in (low, high))


def _written(selector: Selector) -> _Cells:
    return {name: _one(values) for name, values in selector}


def _one(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _require(holds: bool, *at: str) -> None:
    if not holds:
        raise _Malformed(*at)


def _converted(data: object, form: Any, at: str) -> Any:
    try:
        return msgspec.convert(data, form)
    except msgspec.ValidationError:
        raise _Malformed(at) from None


def _facts(data: Any) -> Facts:
    keys = ("dims", "periods", "impossible", "published", "policy")
    _require(isinstance(data, dict) and {*data, "periods"} == set(keys), ", ".join(keys))
    dims = {name: tuple(values) for name, values in _converted(data["dims"], dict[str, _Texts], "dims").items()}
    _require(PERIOD in dims, "dims")
    periods = _converted(data.get("periods", {}), dict[str, tuple[date, date]], "periods")
    _require(set(periods) in (set(), set(dims[PERIOD])), "periods")
    _require(all(first <= last for first, last in periods.values()), "periods")
    impossible = _converted(data["impossible"], list[_Cells], "impossible")
    published: list[Fact] = []
    wrong: list[str] = []
    for number, entry in enumerate(_converted(data["published"], list[Any], "published"), 1):
        try:
            published.append(_fact(entry, f"published {number}", dims))
        except _Malformed as malformed:
            wrong += malformed.args
    wrong += [id_ for id_, times in Counter(fact.id for fact in published).items() if times > 1]
    _require(not wrong, *wrong)
    policy = _converted(data["policy"], _Policy, "policy")
    # An exemption may name a type that this edition's dimensions lack: it says what is never personal.
    exempt = tuple(select(**cells) for cells in policy.exempt)
    rule = Rule(policy.name, policy.k, policy.width, policy.zero_possible, exempt)
    return Facts(
        dims, tuple(_selector(cells, "impossible", dims) for cells in impossible), tuple(published), rule, periods
    )


def _fact(data: Any, at: str, dims: Dims) -> Fact:
    id_ = data.get("id") if isinstance(data, dict) else None
    entry = _converted(data, _Entry, id_ if isinstance(id_, str) and id_ else at)
    where = (entry.where,) if isinstance(entry.where, str) else tuple(entry.where)
    return Fact(entry.id, where, _claim(entry, dims))


_ENDS = frozenset({"exact", "min", "max"})
_SPANS = ({"exact"}, {"min"}, {"max"}, {"min", "max"})


def _claim(entry: _Entry, dims: Dims) -> Claim:
    values = {name: value for name, value in structs.asdict(entry).items() if value is not UNSET}
    keys = values.keys() - {"id", "where"}

    def cells(data: _Cells) -> Selector:
        return _selector(data, entry.id, dims)

    if keys == {"verdict", "current", "previous"}:
        return VerdictClaim(values["verdict"], cells(values["current"]), cells(values["previous"]))
    if keys == {"share", "percent", "decimals"}:
        share, percent, decimals = values["share"], values["percent"], values["decimals"]
        _require(abs(percent * 10**decimals - round(percent * 10**decimals)) < 1e-6, entry.id)
        return ShareClaim(cells(share.of), cells(share.base), percent, decimals)
    _require(keys & _ENDS in _SPANS and keys - _ENDS in ({"select"}, {"terms"}), entry.id)
    low, high = (values.get("exact", values.get(end)) for end in ("min", "max"))
    _require(low is None or high is None or low <= high, entry.id)
    if "terms" in keys:
        return SumClaim(tuple((cells(term.select), term.coef) for term in values["terms"]), low, high)
    _require((low or 0) >= 0 and (high is None or high >= 0), entry.id)
    return CountClaim(cells(values["select"]), low or 0, high)


def _selector(data: _Cells, at: str, dims: Dims) -> Selector:
    selector = select(**data)
    _require(not unknown_in(selector, dims), at)
    return selector
