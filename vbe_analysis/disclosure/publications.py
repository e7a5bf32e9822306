"""What was published, found again by what it means: the period's days, the environment, the type and the group.

Never by how a selector was written: a new event type or environment in the vocabulary, another name of a cycle or a new
release of the package would write it otherwise, and a frozen "1-4" shown anew as "5-9" tells of a late report.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations, product

from vbe_analysis.disclosure.facts import (
    ENVIRONMENT,
    GROUP,
    GROUP_CODES,
    PERIOD,
    SOURCE,
    TYPE,
    Claim,
    CountClaim,
    Days,
    Facts,
    Selector,
    ShareClaim,
    SumClaim,
    VerdictClaim,
    select,
    selectors,
)
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.vocabulary import REFERENCE

TRACES, PERSON_LINKED, OPEN_ACTS = GROUP_CODES.values()  # the groups' codes in a facts file

Meaning = tuple[str, str, str, str]
"""Group, environment ("" for all), event type ("" for all of the group) and period of a count."""


def meaning(selector: Selector, facts: Facts) -> Meaning | None:
    """What a selector of these facts means; None for one that is no count of a group in one period.

    The first release wrote no group: there it is read from the types, which are all exempt or all not.
    """
    cells = {name: set(values) for name, values in selector}
    if cells.keys() - {GROUP, ENVIRONMENT, TYPE, PERIOD} or len(cells.get(PERIOD, ())) != 1:
        return None
    every = set(facts.dims.get(TYPE, ()))
    types = cells.get(TYPE, every)
    traces = _exempt_types(facts)
    groups = {TRACES: every & traces, PERSON_LINKED: every - traces}
    if GROUP in cells:
        groups = dict.fromkeys(cells[GROUP], every)
    of = [group for group, whole in groups.items() if types <= whole]
    environments = set(facts.dims.get(ENVIRONMENT, ())) - {REFERENCE}
    wanted = cells.get(ENVIRONMENT, environments)
    if len(of) != 1 or not types or (types != groups[of[0]] and len(types) > 1):
        return None
    if wanted != environments and len(wanted) > 1:
        return None
    type_ = "" if types == groups[of[0]] else min(types)
    return of[0], "" if wanted == environments and len(wanted) > 1 else min(wanted), type_, min(cells[PERIOD])


def published_counts(editions: Iterable[Facts]) -> dict[Meaning, CountClaim]:
    """What was first published of each count: person-linked figures are shown so ever after."""
    counts: dict[Meaning, CountClaim] = {}
    for facts in editions:
        for fact in facts.published:
            if isinstance(fact.claim, CountClaim) and (means := meaning(fact.claim.select, facts)):
                counts.setdefault(means, fact.claim)
    return counts


def divided_otherwise(editions: Iterable[Facts], now: Facts) -> dict[str, Facts]:
    """Period -> the edition that first published it, for those whose events were divided into other groups then.

    now: the dimensions and impossible cells of the edition being made. A period is shown by its first division ever
    after: shown by another, the difference is the events that changed group, exactly. What the vocabulary has gained
    or lost since is no other division.
    """
    first: dict[str, Facts] = {}
    for facts in editions:
        for fact in facts.published:
            for selector in selectors(fact.claim):
                for period in dict(selector)[PERIOD]:
                    first.setdefault(period, facts)
    common = _exact_cells(now)
    return {
        period: facts
        for period, facts in first.items()
        if {cell for cell in common if _known(cell, facts)}
        != {cell for cell in _exact_cells(facts, period) if _known(cell, now)}
    }


def keep_divisions(now: Facts, older: Mapping[str, Facts]) -> Facts:
    """The frame of an edition with the periods of `older` divided as they were: its exempt and impossible cells."""
    if not older:
        return now
    own = [period for period in now.dims[PERIOD] if period not in older]
    impossible = [select(**{**dict(cells), PERIOD: own}) for cells in now.impossible if own]
    exempt = [*now.rule.exempt]
    for period, facts in older.items():
        none = [group for group in now.dims[GROUP] if group not in facts.dims.get(GROUP, (TRACES, PERSON_LINKED))]
        impossible += [select(**{GROUP: none, PERIOD: period})] if none else []
        if GROUP in facts.dims:
            held = [cells for cells in map(dict, facts.impossible) if period in cells.get(PERIOD, (period,))]
            impossible += [select(**{**cells, PERIOD: period}) for cells in held]
            continue
        traces = _exempt_types(facts)
        others = [code for code in now.dims[TYPE] if code not in traces]
        impossible.append(select(**{GROUP: TRACES, TYPE: others, PERIOD: period}))
        exempt.append(select(**{TYPE: traces, PERIOD: period}))
    return replace(now, impossible=tuple(impossible), rule=replace(now.rule, exempt=tuple(exempt)))


def compared_parts(editions: Iterable[Facts]) -> tuple[Selector, ...]:
    """The exemptions of the groups that earlier editions had beside these: acts in the open that were declared, and
    those that stand for a part of the traces, by which two periods were compared.

    An audit goes by its own edition's rule: without these the cells of such a group would be anybody's.
    """
    cuts = (dict(cells) for facts in editions for cells in facts.rule.exempt)
    groups = (cells[GROUP] for cells in cuts if cells.keys() == {GROUP})
    names = dict.fromkeys(name for group in groups for name in group if name not in (TRACES, PERSON_LINKED))
    return tuple(select(**{GROUP: name}) for name in names)


def _exempt_types(facts: Facts) -> set[str]:
    """The types that an edition of the first release counted as traces, whatever their source."""
    return {value for cut in facts.rule.exempt for value in dict(cut).get(TYPE, ())}


def _exact_cells(facts: Facts, period: str = "") -> set[tuple[str, str, str]]:
    """The type, source and group of what an edition counts exactly (in a period): traces, and acts in the open."""
    sources = facts.dims.get(SOURCE, ())
    pairs = set(product(facts.dims[TYPE], sources))
    if GROUP not in facts.dims:
        return {(type_, source, TRACES) for type_, source in pairs if type_ in _exempt_types(facts)}
    exact: set[tuple[str, str, str]] = set()
    for group in {TRACES, OPEN_ACTS}.intersection(facts.dims[GROUP]):
        left = set(pairs)
        for cells in map(dict, facts.impossible):
            if group in cells.get(GROUP, ()) and period in cells.get(PERIOD, (period,)) and ENVIRONMENT not in cells:
                left -= set(product(cells.get(TYPE, facts.dims[TYPE]), cells.get(SOURCE, sources)))
        exact |= {(*pair, group) for pair in left}
    return exact


def _known(cell: tuple[str, str, str], facts: Facts) -> bool:
    return cell[0] in facts.dims[TYPE] and cell[1] in facts.dims.get(SOURCE, ())


def as_published(claim: Claim, facts: Facts, counts: Mapping[Meaning, CountClaim]) -> Claim:
    """The claim with the cells that a frozen count was published of, where the vocabulary has grown since."""

    def cells(selector: Selector) -> Selector:
        means = meaning(selector, facts)
        return counts[means].select if means and means in counts else selector

    return _mapped(claim, cells)


def join(editions: Sequence[tuple[str, Facts]], cycles: Mapping[str, Days], labels: Mapping[str, str]) -> list[Facts]:
    """The facts of earlier editions with their periods called as the workspace calls the same days now.

    editions: file name and facts. cycles: name of each cycle in vbe.toml -> its first and last day, which also date the
    periods of the first release's files; labels: the same names -> how a reader sees them. Raises InputError, all
    faults at once, for a period that nothing dates and for days that overlap others and are not the same.
    """
    faults = [
        Fault("facts_no_dates", file=file, values={"period": name})
        for file, facts in editions
        for name in facts.dims.get(PERIOD, ())
        if name not in facts.periods and name not in cycles
    ]
    if faults:
        raise InputError(faults)
    now = {days: labels[name] for name, days in cycles.items()}
    dated = [{name: facts.periods.get(name) or cycles[name] for name in facts.dims[PERIOD]} for _, facts in editions]
    spans = {**{days: name for periods in dated for name, days in periods.items()}, **now}
    for (days, name), (others, second) in combinations(spans.items(), 2):
        if days[0] <= others[1] and others[0] <= days[1]:
            values = {"one": name, "days": _written(days), "other": second, "others": _written(others)}
            faults.append(Fault("frozen_overlap", values=values))
    if faults:
        raise InputError(faults)
    taken = set(now.values())
    names = {days: now.get(days) or (_written(days) if name in taken else name) for days, name in spans.items()}
    return [
        _renamed(facts, {name: names[days] for name, days in periods.items()}, periods)
        for (_, facts), periods in zip(editions, dated, strict=True)
    ]


def united(dims: Mapping[str, tuple[str, ...]], editions: Iterable[Facts]) -> dict[str, tuple[str, ...]]:
    """The dimensions with the values that earlier editions had besides, periods excepted."""
    others = [{name: values for name, values in facts.dims.items() if name != PERIOD} for facts in editions]
    return {
        name: tuple(dict.fromkeys([*values, *(value for other in others for value in other.get(name, ()))]))
        for name, values in dims.items()
    }


def _written(days: Days) -> str:
    return f"{days[0].isoformat()}–{days[1].isoformat()}"


def _renamed(facts: Facts, names: Mapping[str, str], periods: Mapping[str, tuple[date, date]]) -> Facts:
    def cells(selector: Selector) -> Selector:
        return select(**{name: [names[v] for v in vs] if name == PERIOD else vs for name, vs in selector})

    return replace(
        facts,
        dims={**facts.dims, PERIOD: tuple(names[name] for name in facts.dims[PERIOD])},
        impossible=tuple(map(cells, facts.impossible)),
        published=tuple(replace(fact, claim=_mapped(fact.claim, cells)) for fact in facts.published),
        periods={names[name]: days for name, days in periods.items()},
    )


def _mapped(claim: Claim, cells: Callable[[Selector], Selector]) -> Claim:
    match claim:
        case CountClaim():
            return replace(claim, select=cells(claim.select))
        case SumClaim():
            return replace(claim, terms=tuple((cells(selector), factor) for selector, factor in claim.terms))
        case ShareClaim():
            return replace(claim, of=cells(claim.of), base=cells(claim.base))
        case VerdictClaim():
            return replace(claim, current=cells(claim.current), previous=cells(claim.previous))
