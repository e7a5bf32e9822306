"""The public edition's picture: physical traces as they are, all other events as bands, audited before it is told.

What is counted exactly here leaves as bands; the analysis, tables, charts and text are the internal edition's.
Nothing may depend on a person-linked count but through its band, and on the list of types that occurred.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from vbe_analysis.analysis.comparison import (
    Change,
    Comparison,
    compare_counts,
    hold_back,
    one_sided,
)
from vbe_analysis.analysis.ground import Ground, changed_surveys, comparable_ground
from vbe_analysis.analysis.trends import COUNTED, Trends
from vbe_analysis.analysis.verdict import DIRECTIONS, NO_COMPARISON, UNDECIDABLE, change_class, change_classes
from vbe_analysis.chapter.data.facts import (
    Entry,
    compared,
    counted,
    frame_of,
    index_entries,
    occurred,
    types_of,
    with_part,
)
from vbe_analysis.chapter.data.patterns import Patterns, find_patterns, pattern_entries
from vbe_analysis.chapter.data.picture import EventGroup, Material, Picture
from vbe_analysis.chapter.data.traces import (
    NOT_EVERY_SOURCE,
    Frozen,
    Tables,
    as_divided,
    as_first_published,
    lines_of,
    only,
    part_code,
    sources_on,
    traces_group,
    traces_of,
    traces_over_years,
)
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
from vbe_analysis.disclosure.policy import OPEN_ACTS, PERSON_LINKED, TRACES, TableSpec, disclosure
from vbe_analysis.disclosure.repair import Detail, ordinary, publishable
from vbe_analysis.frames import (
    DELIVERED,
    NOT_ASKED,
    NOT_DELIVERED,
    NOTHING,
    Interval,
)
from vbe_analysis.vocabulary import HISTORY, OTHER_TYPE, Vocabulary
from vbe_analysis.workspace.frozen import frozen
from vbe_analysis.workspace.workspace import Workspace


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


def picture(material: Material, response: pd.DataFrame, shared: Mapping[str, Any]) -> Picture:
    """The picture; raises InputError where no repair makes the edition safe."""
    rules = shared["rules"]
    material = replace(material, open_acts=rules.open_acts)
    words = material.vocabulary
    earlier = earlier_facts(material.workspace)
    open_ = replace(
        material,
        coverage=_as_delivered(material.coverage[material.coverage["source"] != HISTORY]),
        events=material.events[material.events["source"] != HISTORY],
    )
    plain = frame_of(words, material.years, rule_of(rules), False)
    older = publications.divided_otherwise(earlier, plain)
    first, last = (publications.published_counts(each) for each in (earlier, reversed(earlier)))
    # Physical traces may be revised: they are never shown by what was published, but where they were divided otherwise.
    frozen_counts = {means: claim for means, claim in first.items() if means[0] == publications.PERSON_LINKED}
    stands = {means: claim for means, claim in last.items() if means[-1] in older}
    trace_group, tables, entries = traces_group(open_, shared["specs"], stands, plain, older)
    acts, act_entries = _open_acts(open_, shared["specs"], stands, plain, older)
    openly = _open_years(open_, stands, older)
    tables, entries = {**tables, **acts}, [*entries, *act_entries]
    exact, occurring = _others(open_), _occurring(open_, frozen_counts)
    labels = [period.label for period in material.years]
    delivered = set(exact.loc[exact["low"].notna(), "period"])
    over_years, year_entries = traces_over_years(open_, trace_group.trends, older)
    entries += year_entries
    comparison = trace_group.comparison
    reference = bool(over_years.graffiti) or (comparison is not None and comparison.reference is not None)
    frame = publications.keep_divisions(frame_of(words, material.years, rule_of(rules), reference), older)
    if comparison and sources_on(comparison.ground, traces_of(open_))[1]:
        frame = with_part(frame, part_code(comparison), [period.label for period in material.periods])
    parts = [cut for cut in publications.compared_parts(earlier) if cut not in frame.rule.exempt]
    frame = replace(frame, rule=replace(frame.rule, exempt=(*frame.rule.exempt, *parts)))
    whole = replace(frame, dims=publications.united(frame.dims, earlier))

    coverages = open_.coverages()

    def rendered(details: Mapping[str, Detail]) -> tuple[EventGroup, Patterns, list[Entry]]:
        widened = _widened(exact, details, frozen_counts, open_)
        listed = occurring if details[material.cycle].types and material.cycle in delivered else None
        group = _banded(open_, widened, trace_group.comparison, listed)
        years = {TRACES: trace_group.trends, PERSON_LINKED: group.trends, **openly}
        patterns = find_patterns(years, coverages, words, with_presence=not rules.policy.zero_possible)
        entries = [*_entries(group, open_, frozen_counts), *pattern_entries(patterns, [*years], words)]
        return group, patterns, [as_first_published(item, frame, {**frozen_counts, **stands}) for item in entries]

    def build(details: Mapping[str, Detail]) -> Facts:
        facts = [item.fact for item in (*entries, *rendered(details)[-1])]
        return gather(whole.dims, whole.impossible, whole.rule, facts, whole.periods)

    own = [label for label in labels if label == material.period.label or not _is_frozen(words, label, frozen_counts)]
    compared_ = trace_group.comparison, rendered({label: ordinary(rules.policy) for label in own})[0].comparison
    held_back = any(comparison.surveys for comparison in compared_ if comparison)
    phi = {
        item.fact.claim.current: change.verdict.phi
        for line, change in (lines_of(trace_group.comparison) if trace_group.comparison else {}).items()
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
        **{**shared, "vocabulary": words, "specs": tuple(spec for spec in shared["specs"] if spec.name in counts)},
        groups=(trace_group, group),
        counts=counts,
        register=index_entries([*entries, *others], whole),
        coverage=coverages[material.period],
        coverages=coverages,
        response=response[response["unit_kind"] == ""],
        patterns=patterns,
        over_years=over_years,
        units={},
        divided=tuple(label for label in labels if label in older),
        protection=tuple(map(str, safe.repairs)),
    )


def _open_acts(
    material: Material, specs: Sequence[TableSpec], published: Frozen, frame: Facts, older: Collection[str]
) -> tuple[Tables, list[Entry]]:
    """The tables of acts in the open, exact as the traces are; none where the workspace has declared none."""
    own = [spec for spec in specs if spec.group == OPEN_ACTS and material.open_acts]
    acts, words = only(material, OPEN_ACTS), material.vocabulary
    tables = {}
    for spec in own:
        counts = as_divided(acts.counted(spec.keys), spec.keys, OPEN_ACTS, published, older)
        rows = counted(spec.name, OPEN_ACTS, counts, spec.keys, words)
        tables[spec.name] = counts, [row and as_first_published(row, frame, published) for row in rows]
    return tables, [row for _, rows in tables.values() for row in rows if row]


def _open_years(material: Material, published: Frozen, older: Collection[str]) -> dict[str, Trends]:
    """The years of declared acts in the open; a period that was divided without them has none."""
    if not material.open_acts:
        return {}
    counts = only(material, OPEN_ACTS).counted(["environment"], material.years)
    counts = as_divided(counts, ["environment"], OPEN_ACTS, published, older)
    undivided = counts["period"].isin(list(older)) & counts["low"].isna()
    table = _years(counts.assign(low=counts["low"].mask(undivided, 0), high=counts["high"].mask(undivided, 0)))
    return {OPEN_ACTS: Trends(table, {}, {})}


def _years(counts: pd.DataFrame) -> pd.DataFrame:
    """The table of years that are not compared."""
    nothing = pd.array([pd.NA] * len(counts), dtype="Int64")
    return counts.assign(basis=COUNTED, segment=nothing, comparable_low=nothing, comparable_high=nothing)


def _as_delivered(coverage: pd.DataFrame) -> pd.DataFrame:
    """Coverage that tells no count: nothing to report is a delivery, a month that cannot be counted none."""
    status = (
        coverage["status"].mask(coverage["status"] == NOTHING, DELIVERED).mask(coverage["straddled"], NOT_DELIVERED)
    )
    return coverage.assign(status=status, straddled=False)


def _others(material: Material) -> pd.DataFrame:
    """The exact counts of all other events by environment and year. They go no further than to be widened."""
    others = only(material, PERSON_LINKED)
    counts = others.counted(["environment"], material.years)
    if not disclosure(material.workspace.root).policy.zero_possible:
        return counts
    # That an undelivered period has a number at all would tell that something was reported in it.
    silent = replace(others, events=others.events[:0]).counted(["environment"], material.years)["low"].isna()
    return counts.assign(low=counts["low"].mask(silent), high=counts["high"].mask(silent))


def _occurring(material: Material, frozen_counts: Frozen) -> tuple[str, ...]:
    """The types of all other events that were reported in the period; as published, where that is done.

    The type of what has none is never told: the police give all their reports it, and that it is missing would tell
    that they had nothing.
    """
    words, label = material.vocabulary, material.period.label
    listed = _listed(words, label, frozen_counts)
    if listed:
        return tuple(code for code, claim in listed.items() if claim.low > 0 and code != OTHER_TYPE)
    counts = only(material, PERSON_LINKED).counted(["event_type"], [material.period])
    known = counts["event_type"].isin({*types_of(PERSON_LINKED, words)} - {OTHER_TYPE})  # no trace that a form tells of
    return tuple(counts.loc[known & (counts["high"] > 0).fillna(False), "event_type"])


def _listed(words: Vocabulary, label: str, frozen_counts: Frozen) -> dict[str, CountClaim]:
    """What was published of each type of all other events in a period."""
    named = ((code, frozen_counts.get((publications.PERSON_LINKED, "", code, label))) for code in words.event_types)
    return {code: claim for code, claim in named if claim}


def _is_frozen(words: Vocabulary, label: str, frozen_counts: Frozen) -> bool:
    """Whether any figure of all other events has been published of a period."""
    return any((publications.PERSON_LINKED, name, "", label) in frozen_counts for name in words.environments)


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
    """The group of all other events, from their bands alone.

    Compared only where every source is comparable, or for a direction that what is missing cannot explain.
    """
    years = _years(widened)
    counts = widened[widened["period"].isin([period.label for period in material.periods])].reset_index(drop=True)
    comparison = None
    if compared_with is not None:
        ground = _whole_ground(material)
        labels = compared_with.current.label, compared_with.previous.label
        refused = NOT_EVERY_SOURCE if ground.outside else ground.refused()
        surveys, sure = changed_surveys(material.coverage, ground), one_sided(material.coverage, ground)
        compared_ = compare_counts(counts, *labels)
        lines = compare_counts(counts, *labels, refused=refused)
        for name, change in compared_.items():
            held = hold_back(lines[name], None if surveys else lines[name])
            lines[name] = _without_percent(change if change.kind in sure else held)
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
    """The ground of all other events: all sources whole, from the coverage alone, so that it tells of no event."""
    own = only(material, PERSON_LINKED)
    limit = material.workspace.settings.response_limit
    environments, sources = material.vocabulary.all_environments, own.coverage["source"].unique()
    return comparable_ground(own.events[:0], own.coverage, material.periods, environments, limit, sources)


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
    listed = _listed(words, label, frozen_counts) or types_of(PERSON_LINKED, words)
    known = [code for code in listed if code != OTHER_TYPE]
    return kept + occurred("typer", group.types, known, PERSON_LINKED, words, label)


def _marked(counts: pd.DataFrame, rows: Sequence[Entry | None], frame: Facts, earlier: Sequence[Facts]) -> pd.DataFrame:
    """Traces may be revised: `revised` says which of them were published with another number."""
    last = publications.published_counts(reversed(earlier))
    facts = [fact for edition in earlier for fact in edition.published]
    parts = {fact.id: fact.claim.low for fact in facts if isinstance(fact.claim, SumClaim)}

    def is_revised(row: Entry) -> bool:
        claim = row.fact.claim
        if isinstance(claim, SumClaim):
            return parts.get(row.fact.id, claim.low) != claim.low
        if not isinstance(claim, CountClaim):
            return False
        means = publications.meaning(claim.select, frame)
        before = last.get(means, claim) if means else claim
        return (before.low, before.high) != (claim.low, claim.high)

    return counts.assign(revised=[row is not None and is_revised(row) for row in rows])
