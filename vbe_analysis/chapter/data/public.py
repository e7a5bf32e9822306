"""The public edition's picture: physical traces as they are, all other events as bands, audited before it is told.

What is counted exactly here leaves as bands; the analysis, tables, charts and text are the internal edition's.
Nothing may depend on a person-linked count but through its band, and on the list of types that occurred.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from vbe_analysis.analysis.comparison import Change, Comparison, ReferenceSeries, compare_counts, hold_back
from vbe_analysis.analysis.ground import Ground, changed_surveys, comparable_ground
from vbe_analysis.analysis.trends import COUNTED, Trends
from vbe_analysis.analysis.verdict import DIRECTIONS, NO_COMPARISON, UNDECIDABLE, change_class, change_classes
from vbe_analysis.chapter.data.facts import (
    Entry,
    at_least,
    compared,
    counted,
    entry,
    frame_of,
    index_entries,
    occurred,
    selector,
    types_of,
)
from vbe_analysis.chapter.data.patterns import Patterns, find_patterns, pattern_entries
from vbe_analysis.chapter.data.picture import EventGroup, Material, Picture, spans_of
from vbe_analysis.disclosure import publications
from vbe_analysis.disclosure.audit import Ends, Follows
from vbe_analysis.disclosure.bands import OPEN, widen_counts
from vbe_analysis.disclosure.facts import (
    CountClaim,
    Facts,
    Selector,
    SumClaim,
    VerdictClaim,
    gather,
    read_facts,
    rule_of,
)
from vbe_analysis.disclosure.policy import PERSON_LINKED, TRACES, TableSpec, disclosure
from vbe_analysis.disclosure.repair import Detail, ordinary, publishable
from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING, Interval
from vbe_analysis.vocabulary import GROUPS, HISTORY, REFERENCE, TOTAL, Vocabulary
from vbe_analysis.workspace.frozen import frozen
from vbe_analysis.workspace.workspace import Workspace

Frozen = Mapping[publications.Meaning, CountClaim]
"""What was first published of each count of other events."""


def earlier_facts(workspace: Workspace) -> list[Facts]:
    """The facts of every edition that was published or left the authority, in that order, their periods called as the
    workspace calls the same days now.

    Raises InputError where a frozen facts file is damaged or not the one that was frozen, where nothing dates a period
    of it, and where its days overlap a cycle's and are not the same.
    """
    editions = [(f"{past.folder.name}/{past.facts.name}", read_facts(past.facts)) for past in frozen(workspace)]
    cycles = {name: workspace.period(name) for name in workspace.cycles}
    days = {name: (period.start, period.end) for name, period in cycles.items()}
    return publications.join(editions, days, {name: period.label for name, period in cycles.items()})


def word_rule(facts: Facts, held_back: bool = False, phi: Mapping[Selector, float] | None = None) -> Follows:
    """A judge of the edition's verdicts: each must be what the word rule says of the published intervals alone.

    facts: the edition's, for which lines are judged together (Holm over a family of environments). held_back: whether
    a direction may be held back, since the published number of answers of a survey has changed. phi: how much more
    than Poisson counts the published earlier years of a verdict's own cells vary.
    """
    varies = phi or {}
    verdicts = [fact.claim for fact in facts.published if isinstance(fact.claim, VerdictClaim)]
    judged = [claim for claim in verdicts if claim.verdict != NO_COMPARISON]

    def follows(verdict: VerdictClaim, published: Mapping[Selector, Ends]) -> bool:
        if verdict.verdict == NO_COMPARISON:
            return True
        family = [claim for claim in judged if _frame(claim) == _frame(verdict) and _lone(claim) == _lone(verdict)]
        if not all(end in published for claim in family for end in (claim.previous, claim.current)):
            return False
        pairs = {
            str(claim.current): (_interval(published[claim.previous]), _interval(published[claim.current]))
            for claim in family
        }
        own = str(verdict.current)
        each = {str(claim.current): varies.get(claim.current, 1.0) for claim in family}
        if _lone(verdict):
            kind = change_classes(pairs, phi=each)[own].kind
        else:
            kind = change_class(*pairs[own], phi=each[own]).kind
        return kind == verdict.verdict or (held_back and kind in DIRECTIONS and verdict.verdict == UNDECIDABLE)

    return follows


def _lone(verdict: VerdictClaim) -> bool:
    """Whether the verdict is of one environment."""
    return len(dict(verdict.current)["miljo"]) == 1


def _frame(verdict: VerdictClaim) -> tuple[Selector, Selector]:
    """What the verdicts of one family have in common: all but the environment."""
    current, previous = (
        tuple(part for part in cells if part[0] != "miljo") for cells in (verdict.current, verdict.previous)
    )
    return current, previous


def _interval(ends: Ends) -> Interval:
    return ends[0], OPEN if ends[1] is None else ends[1]


NOT_EVERY_SOURCE = "not_every_source"
"""Why banded counts are not compared: the difference between two bases is a small cell."""


def picture(material: Material, response: pd.DataFrame, shared: Mapping[str, Any]) -> Picture:
    """The picture; raises InputError where no repair makes the edition safe."""
    rules, words = shared["rules"], material.vocabulary
    earlier = earlier_facts(material.workspace)
    open_ = replace(
        material,
        coverage=_as_delivered(material.coverage[material.coverage["source"] != HISTORY]),
        whole_sources=True,
        events=material.events[material.events["source"] != HISTORY],
    )
    traces = _only(open_, TRACES)
    trace_group, tables, entries = _traces(traces, shared["specs"])
    # Physical traces may be revised: they are never shown by what was published.
    frozen_counts = {
        means: claim
        for means, claim in publications.published_counts(earlier).items()
        if means[0] == publications.PERSON_LINKED
    }
    exact, occurring = _others(open_), _occurring(open_, frozen_counts)
    labels = [period.label for period in material.years]
    delivered = set(exact.loc[exact["low"].notna(), "period"])
    reference = trace_group.comparison is not None and trace_group.comparison.reference is not None
    frame = frame_of(words, material.years, rule_of(rules, words.traces), reference)
    whole = replace(frame, dims=publications.united(frame.dims, earlier))

    coverages = open_.coverages()

    def rendered(details: Mapping[str, Detail]) -> tuple[EventGroup, Patterns, list[Entry]]:
        widened = _widened(exact, details, frozen_counts, open_)
        listed = occurring if details[material.cycle].types and material.cycle in delivered else None
        group = _banded(open_, widened, trace_group.comparison, listed)
        both = {TRACES: trace_group.trends, PERSON_LINKED: group.trends}
        patterns = find_patterns(both, coverages, words, with_presence=not rules.policy.zero_possible)
        entries = [*_entries(group, open_, frozen_counts), *pattern_entries(patterns, [*both], words)]
        return group, patterns, [_frozen_cells(item, frame, frozen_counts) for item in entries]

    def build(details: Mapping[str, Detail]) -> Facts:
        facts = [item.fact for item in (*entries, *rendered(details)[-1])]
        return gather(whole.dims, whole.impossible, whole.rule, facts, whole.periods)

    own = [label for label in labels if label == material.period.label or not _is_frozen(words, label, frozen_counts)]
    compared_ = trace_group.comparison, rendered({label: ordinary(rules.policy) for label in own})[0].comparison
    held_back = any(comparison.surveys for comparison in compared_ if comparison)
    phi = {
        item.fact.claim.current: change.verdict.phi
        for line, change in _lines(trace_group).items()
        for item in entries
        if item.fact.id == f"traces_jamforelse/{line}/omdome" and isinstance(item.fact.claim, VerdictClaim)
        if change.verdict
    }
    rule = word_rule(build({label: ordinary(rules.policy) for label in own}), held_back, phi)
    safe = publishable(build, own, rules.policy, earlier, rule, rules.audit_seconds)
    group, patterns, others = rendered(safe.details)
    counts = {name: _marked(counts, rows, frame, earlier) for name, (counts, rows) in tables.items()}
    counts |= {spec.name: group.environments for spec in shared["specs"] if spec.group == PERSON_LINKED}
    trace_group = replace(trace_group, environments=counts.get("traces_environment", trace_group.environments))
    return Picture(
        **shared,
        groups=(trace_group, group),
        counts=counts,
        register=index_entries([*entries, *others], whole),
        coverage=coverages[material.period],
        coverages=coverages,
        response=response[response["unit_kind"] == ""],
        patterns=patterns,
        units={},
        protection=tuple(map(str, safe.repairs)),
    )


def _lines(group: EventGroup) -> dict[str, Change]:
    """The changes of a group by environment and TOTAL."""
    return {**group.comparison.lines, TOTAL: group.comparison.total} if group.comparison else {}


def _as_delivered(coverage: pd.DataFrame) -> pd.DataFrame:
    """Coverage that tells no count: nothing to report is a delivery, a month that cannot be counted none."""
    status = (
        coverage["status"].mask(coverage["status"] == NOTHING, DELIVERED).mask(coverage["straddled"], NOT_DELIVERED)
    )
    return coverage.assign(status=status, straddled=False)


def _only(material: Material, group: str) -> Material:
    """The material with one group's events alone, so that nothing of the other can be seen in what is counted.

    Of the coverage that of the sources which can tell of the group: the others are no gap in it.
    """
    words, code = material.vocabulary, GROUPS[group]
    pairs = zip(material.events["event_type"], material.events["source"], strict=True)
    own = pd.Series([words.group(*pair) == code for pair in pairs], index=material.events.index, dtype="bool")
    events = material.events[own]
    telling = [words.tells(source, code) for source in material.coverage["source"]]
    return replace(
        material, events=events, coverage=material.coverage[telling], overlaps=material.overlaps.within(events)
    )


def _traces(
    material: Material, specs: Sequence[TableSpec]
) -> tuple[EventGroup, dict[str, tuple[pd.DataFrame, list[Entry | None]]], list[Entry]]:
    """The group of the traces, its tables with an entry for each row, and all its entries."""
    words, trends = material.vocabulary, material.trends()
    comparison, total = material.comparison(trends), material.counted([])
    tables = {}
    for spec in (spec for spec in specs if spec.group == TRACES):
        keys = spec.keys
        counts = material.counted(keys, spans_of(material, spec))
        if "event_type" in keys:
            counts = counts[counts["event_type"].isin(types_of(TRACES, words))].reset_index(drop=True)
        label = material.period.label if spec.by_tertial else ""
        tables[spec.name] = counts, counted(spec.name, TRACES, counts, keys, words, label)
    every = [row for _, rows in tables.values() for row in rows]
    every += counted("traces_total", TRACES, total, [], words)
    years = trends.table[trends.table["environment"] != TOTAL]
    every += counted("traces_ar", TRACES, years, ["environment"], words)
    entries = [row for row in every if row]
    if comparison is not None:
        lines, ground = {**comparison.lines, TOTAL: comparison.total}, comparison.ground
        labels = comparison.previous.label, comparison.current.label
        entries += compared(
            "traces_jamforelse",
            TRACES,
            lines,
            words,
            labels,
            _sources(ground, material),
            with_counts=any(change.kind != NO_COMPARISON for change in lines.values()),
        )
        entries += _reference(comparison.reference, words, labels) if comparison.reference else []
    if trends.series:
        series, sources = trends.series[TOTAL], _sources(trends.grounds[max(trends.grounds)], material)
        for label, interval in zip(series.years, series.counts, strict=True):
            cells = selector(TRACES, words, label, **({} if sources is None else {"kalla": sources}))
            entries.append(entry(f"traces_ar_jamforbara/{label}", cells, interval))
    return EventGroup(TRACES, material.counted(["environment"]), total, comparison, trends), tables, entries


def _reference(series: ReferenceSeries, words: Vocabulary, labels: tuple[str, str]) -> list[Entry]:
    """The numbers of the reference series, and of what the same sources coded to an environment."""
    entries = []
    for label, ordinary_, coded in zip(labels, series.ordinary, series.coded, strict=True):
        cells = selector(TRACES, words, label, miljo=REFERENCE, kalla=series.sources)
        entries.append(entry(f"traces_referens/{REFERENCE}/{label}", cells, (ordinary_, ordinary_)))
        whole = selector(TRACES, words, label)
        entries.append(at_least(f"traces_referens/kodade/{label}", whole, (coded, coded)))
    return entries


def _sources(ground: Ground, material: Material) -> tuple[str, ...] | None:
    """The sources on the ground; None where no other has reported anything, and all may be meant."""
    compared_ = {source for source, _, _ in ground.comparable}
    months = {month for period in ground.periods for month in period.months}
    spoken = set(material.coverage.loc[material.coverage["month"].isin(months), "source"])
    return None if not compared_ or compared_ >= spoken | set(material.events["source"]) else tuple(sorted(compared_))


def _others(material: Material) -> pd.DataFrame:
    """The exact counts of all other events by environment and year. They go no further than to be widened."""
    others = _only(material, PERSON_LINKED)
    counts = others.counted(["environment"], material.years)
    if not disclosure(material.workspace.root).policy.zero_possible:
        return counts
    # That an undelivered period has a number at all would tell that something was reported in it.
    silent = replace(others, events=others.events[:0]).counted(["environment"], material.years)["low"].isna()
    return counts.assign(low=counts["low"].mask(silent), high=counts["high"].mask(silent))


def _occurring(material: Material, frozen_counts: Frozen) -> tuple[str, ...]:
    """The types of all other events that were reported in the period; as published, where that is done."""
    words, label = material.vocabulary, material.period.label
    listed = _listed(words, label, frozen_counts)
    if listed:
        return tuple(code for code, claim in listed.items() if claim.low > 0)
    counts = _only(material, PERSON_LINKED).counted(["event_type"], [material.period])
    return tuple(counts.loc[(counts["high"] > 0).fillna(False), "event_type"])


def _listed(words: Vocabulary, label: str, frozen_counts: Frozen) -> dict[str, CountClaim]:
    """What was published of each type of all other events in a period."""
    named = ((code, frozen_counts.get((publications.PERSON_LINKED, "", code, label))) for code in words.event_types)
    return {code: claim for code, claim in named if claim}


def _is_frozen(words: Vocabulary, label: str, frozen_counts: Frozen) -> bool:
    """Whether any figure of all other events has been published of a period."""
    return any((publications.PERSON_LINKED, name, "", label) in frozen_counts for name in words.environments)


def _frozen_cells(item: Entry, frame: Facts, frozen_counts: Frozen) -> Entry:
    """The entry of a figure that was published once, with the cells that it was published of."""
    claim = publications.as_published(item.fact.claim, frame, frozen_counts)
    return replace(item, fact=replace(item.fact, claim=claim))


def _widened(
    exact: pd.DataFrame, details: Mapping[str, Detail], frozen_counts: Frozen, material: Material
) -> pd.DataFrame:
    """The counts as bands; a figure that was published once stays as it was published.

    An environment that is newer than a published period has no figure there: it would tell of a late report.
    """
    words = material.vocabulary
    ordinary = disclosure(material.workspace.root).policy.ladders[0]
    ladders = {label: details[label].ladder if label in details else ordinary for label in exact["period"].unique()}
    widened = widen_counts(exact, ladders)
    for at, row in enumerate(exact.to_dict("records")):
        claim = frozen_counts.get((publications.PERSON_LINKED, row["environment"], "", row["period"]))
        if claim is not None:
            widened.loc[at, ["low", "high"]] = claim.low, OPEN if claim.high is None else claim.high
        elif _is_frozen(words, row["period"], frozen_counts):
            widened.loc[at, ["low", "high", "status"]] = pd.NA, pd.NA, NOT_ASKED
    return widened.assign(protected=True)


def _banded(
    material: Material, widened: pd.DataFrame, compared_with: Comparison | None, types: tuple[str, ...] | None
) -> EventGroup:
    """The group of all other events, from their bands alone; compared only where every source is comparable."""
    nothing = pd.array([pd.NA] * len(widened), dtype="Int64")
    years = widened.assign(basis=COUNTED, segment=nothing, comparable_low=nothing, comparable_high=nothing)
    counts = widened[widened["period"].isin([period.label for period in material.periods])].reset_index(drop=True)
    comparison = None
    if compared_with is not None:
        ground = _whole_ground(material)
        labels = compared_with.current.label, compared_with.previous.label
        refused = NOT_EVERY_SOURCE if ground.outside else ground.refused()
        surveys = changed_surveys(material.coverage, ground)
        lines = {
            name: hold_back(_without_percent(change), None if surveys else change)
            for name, change in compare_counts(counts, *labels, refused=refused).items()
        }
        comparison = replace(
            compared_with,
            ground=ground,
            total=Change(None, None),
            lines=lines,
            full=counts,
            full_total=counts[:0],
            sources=compared_with.sources[:0],
            reference=None,
            dispersion=None,
            surveys=surveys,
        )
    return EventGroup(PERSON_LINKED, counts, None, comparison, Trends(years, {}, {}), types)


def _whole_ground(material: Material) -> Ground:
    """The ground of all other events: whole sources, from the coverage alone, so that it tells of no event."""
    own = _only(material, PERSON_LINKED)
    limit = material.workspace.settings.response_limit
    environments = material.vocabulary.all_environments
    return comparable_ground(own.events[:0], own.coverage, material.periods, environments, limit, whole_sources=True)


def _without_percent(change: Change) -> Change:
    """No percentage of banded counts."""
    return replace(change, percent=None, percent_interval=None)


def _entries(group: EventGroup, material: Material, frozen_counts: Frozen) -> list[Entry]:
    words, label = material.vocabulary, material.period.label
    entries = [*counted("person_linked_environment", PERSON_LINKED, group.environments, ["environment"], words)]
    entries += counted("person_linked_ar", PERSON_LINKED, group.trends.table, ["environment"], words)
    kept = [row for row in entries if row]
    if group.comparison is not None:
        labels = group.comparison.previous.label, group.comparison.current.label
        kept += compared(
            "person_linked_jamforelse", PERSON_LINKED, group.comparison.lines, words, labels, with_counts=False
        )
    if group.types is None:
        return kept
    known = _listed(words, label, frozen_counts) or types_of(PERSON_LINKED, words)
    return kept + occurred("typer", group.types, known, PERSON_LINKED, words, label)


def _marked(counts: pd.DataFrame, rows: Sequence[Entry | None], frame: Facts, earlier: Sequence[Facts]) -> pd.DataFrame:
    """Traces may be revised: `revised` says which of them were published with another number."""
    last = publications.published_counts(reversed(earlier))
    facts = [fact for edition in earlier for fact in edition.published]
    parts = {fact.id: fact.claim for fact in facts if isinstance(fact.claim, SumClaim)}

    def is_revised(row: Entry) -> bool:
        claim = row.fact.claim
        if not isinstance(claim, CountClaim):
            return parts.get(row.fact.id, claim) != claim
        means = publications.meaning(claim.select, frame)
        before = last.get(means, claim) if means else claim
        return (before.low, before.high) != (claim.low, claim.high)

    return counts.assign(revised=[row is not None and is_revised(row) for row in rows])
