"""The public edition's physical traces: counted exactly, but never so that one office's, or one school's, stand alone.

The traces of the sources that look after places are shown by source, area and tertial and compared by source-month;
those of all others stand together. A period that was published when events were divided into other groups stays as it
was published.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from vbe_analysis.analysis.comparison import Change, Comparison, ReferenceSeries
from vbe_analysis.analysis.ground import Ground
from vbe_analysis.analysis.trends import Trends
from vbe_analysis.analysis.verdict import NO_COMPARISON
from vbe_analysis.chapter.data.facts import Entry, at_least, compared, counted, entry, selector, types_of
from vbe_analysis.chapter.data.over_years import count_over_years, over_years_entries
from vbe_analysis.chapter.data.picture import EventGroup, Material, OverYears, spans_of
from vbe_analysis.disclosure import publications
from vbe_analysis.disclosure.facts import GROUP_CODES, CountClaim, Facts
from vbe_analysis.disclosure.policy import TRACES, TableSpec
from vbe_analysis.frames import COUNTS, NOT_ASKED, OBSERVED, PARTIAL
from vbe_analysis.vocabulary import EVERY_GROUP, OFFICES, REFERENCE, TOTAL, Vocabulary

Frozen = Mapping[publications.Meaning, CountClaim]
"""What was published of each count."""

Shown = tuple[pd.DataFrame, list[Entry | None]]
"""A table's counts, and an entry for each row."""

Tables = dict[str, Shown]

NOT_EVERY_SOURCE = "not_every_source"
"""Why banded counts are not compared: the difference between two bases is a small cell."""


def traces_group(
    material: Material, specs: Sequence[TableSpec], published: Frozen, frame: Facts, older: Collection[str]
) -> tuple[EventGroup, Tables, list[Entry]]:
    """The group of the traces, its tables with an entry for each row, and all its entries.

    published: what was last published of them in the periods of `older`, which events were divided otherwise then: it
    stands, and nothing of these periods is counted anew or compared.
    """
    words, traces, label = material.vocabulary, traces_of(material), material.period.label

    def divided(counts: pd.DataFrame, keys: Sequence[str], of: str = "", part: bool = False) -> pd.DataFrame:
        return as_divided(counts, keys, TRACES, {} if part else published, older, of)

    def table_of(name: str, counts: pd.DataFrame, keys: Sequence[str], of: str = "", part: bool = False) -> Shown:
        counts = divided(counts, keys, of, part)
        rows = counted(name, TRACES, counts, keys, words, of, part)
        return counts, [row and as_first_published(row, frame, published) for row in rows]

    trends = _trends(traces, older)
    trends = replace(trends, table=divided(trends.table, ["environment"]))
    tables: Tables = {"traces_total": table_of("traces_total", traces.counted([]), [])}
    for spec in (spec for spec in specs if spec.group == TRACES):
        if (table := _trace_counts(traces, spec)) is None:
            continue
        counts, total = table
        if "event_type" in spec.keys:
            counts = counts[counts["event_type"].isin(types_of(TRACES, words))].reset_index(drop=True)
        of = label if spec.by_tertial else ""
        tables[spec.name] = table_of(spec.name, counts, spec.keys, of, total is not None or "source" in spec.keys)
        if total is not None:
            tables[f"{spec.name}_{TOTAL}"] = table_of(f"{spec.name}_{TOTAL}", total, [], part=True)
    environments = divided(traces.counted(["environment"]), ["environment"])
    every = trends.table["environment"] == TOTAL
    comparison = None if label in older else _like(traces, older).comparison(trends)
    if comparison is not None:
        comparison = replace(comparison, sources=_by_source(traces, comparison))
    years = table_of("traces_ar", trends.table[~every], ["environment"]), table_of("traces_ar", trends.table[every], [])
    entries = [row for _, own in (*tables.values(), *years) for row in own if row] + _compared_traces(
        traces, comparison, trends
    )
    return EventGroup(TRACES, environments, tables["traces_total"][0], comparison, trends), tables, entries


def traces_over_years(material: Material, trends: Trends, older: Collection[str]) -> tuple[OverYears, list[Entry]]:
    """When and where there were traces, and how much of all graffiti was extremist, over the years divided as now."""
    if material.period.label in older:
        return OverYears(), []
    places = _divided(_like(traces_of(material), older))[0]
    years = count_over_years(places, places, trends, least_sources=2)
    return years, over_years_entries(years, TRACES, material.vocabulary, places.years)


def as_divided(
    counts: pd.DataFrame, keys: Sequence[str], group: str, published: Frozen, older: Collection[str], of: str = ""
) -> pd.DataFrame:
    """A group's counts with those of the periods in `older` as they were published, and none where they were not.

    of: the period that all rows are parts of.
    """
    rows = counts.to_dict("records")
    for row in rows:
        if (period := of or row["period"]) in older:
            environment, type_ = (row[key] if key in keys else "" for key in ("environment", "event_type"))
            claim = published.get((GROUP_CODES[group], "" if environment == TOTAL else environment, type_, period))
            row |= {"low": pd.NA, "high": pd.NA} if claim is None else {"low": claim.low, "high": claim.high}
            row |= {"status": OBSERVED} if claim or row["status"] == PARTIAL else {}
    return pd.DataFrame(rows, columns=counts.columns).astype(counts.dtypes) if older else counts


def traces_of(material: Material) -> Material:
    """The traces, with all other graffiti of those sources alone that look after places.

    The other sources are compared together, as one: else what is compared would tell of one office.
    """
    traces, words = only(material, TRACES), material.vocabulary
    looked_after = traces.events["source"].map(words.observes).astype("bool")
    offices = frozenset(source for source in traces.coverage["source"].unique() if not words.observes(source))
    return replace(_within(traces, looked_after | (traces.events["environment"] != REFERENCE)), together=offices)


def traces_of_places(material: Material) -> tuple[Material, Material | None]:
    """The traces of the sources that look after places, and those of all others; all of them and None where no source
    was asked that looks after places."""
    traces = only(material, TRACES)
    places, others = _divided(traces)
    return (places, others) if (places.coverage["status"] != NOT_ASKED).any() else (traces, None)


def sources_on(ground: Ground, traces: Material) -> tuple[tuple[str, ...] | None, bool]:
    """The sources on the ground, None where no other has reported anything, and all may be meant; and whether some of
    their months are not on it."""
    compared_ = {source for source, _, _ in ground.comparable}
    months = {month for period in ground.periods for month in period.months}
    spoken = set(traces.coverage.loc[traces.coverage["month"].isin(months), "source"])
    part = bool(compared_.intersection(item.source for item in ground.outside))
    every = not part and compared_ >= spoken | set(traces.events["source"])
    return None if not compared_ or every else tuple(sorted(compared_)), part


def part_code(comparison: Comparison) -> str:
    """The code of the group of traces that the two periods are compared by: its own in every edition."""
    return f"{GROUP_CODES[TRACES]}_{comparison.previous.label}_{comparison.current.label}"


def only(material: Material, group: str) -> Material:
    """The material with one group's events alone, so that nothing of the other can be seen in what is counted.

    Of the coverage that of the sources which can tell of the group: the others are no gap in it.
    """
    words, code = material.vocabulary, EVERY_GROUP[group]
    pairs = zip(material.events["event_type"], material.events["source"], strict=True)
    own = pd.Series([words.group(*pair) == code for pair in pairs], index=material.events.index, dtype="bool")
    telling = [words.tells(source, code) for source in material.coverage["source"]]
    return _within(replace(material, coverage=material.coverage[telling]), own)


def as_first_published(item: Entry, frame: Facts, frozen_counts: Frozen) -> Entry:
    """The entry of a figure that was published once, with the cells that it was published of."""
    claim = publications.as_published(item.fact.claim, frame, frozen_counts)
    return replace(item, fact=replace(item.fact, claim=claim))


def lines_of(comparison: Comparison) -> dict[str, Change]:
    """The changes by environment and TOTAL."""
    return {**comparison.lines, TOTAL: comparison.total}


def _within(material: Material, events: pd.Series) -> Material:
    """The material with these events alone, and the possible duplicates among them."""
    kept = material.events[events]
    return replace(material, events=kept, overlaps=material.overlaps.within(kept))


def _divided(traces: Material) -> tuple[Material, Material]:
    """The traces of the sources that look after places, and those of all others."""
    observes = traces.vocabulary.observes
    places, covered = (frame["source"].map(observes).astype("bool") for frame in (traces.events, traces.coverage))
    parts = ((places, covered), (~places, ~covered))
    return tuple(  # type: ignore[return-value]
        _within(replace(traces, coverage=traces.coverage[asked]), own) for own, asked in parts
    )


def _trace_counts(traces: Material, spec: TableSpec) -> tuple[pd.DataFrame, pd.DataFrame | None] | None:
    """A table's counts and, where it is of fewer events than the group, their total; None where it may not be shown.

    By source all that look after no places stand together. By area and tertial only those that do are counted; by
    area only where two of them have delivered and have traces: an area with one school is the school.
    """
    keys, spans = spec.keys, spans_of(traces, spec)
    places, offices = _divided(traces)
    if "source" in keys:
        rest = [key for key in keys if key != "source"]
        together = offices.counted(rest, spans).assign(source=OFFICES)
        parts = [places.counted(keys, spans), *([together] if len(offices.coverage) else [])]
        return pd.concat(parts, ignore_index=True)[[*keys, *COUNTS]], None
    if "area" not in keys and not spec.by_tertial:
        return traces.counted(keys, spans), None
    counts, total = places.counted(keys, spans), places.counted([])
    if "area" in keys:
        some = places.counted(["source"], spans)
        some = some[(some["high"] > 0).fillna(False) & (some["months_covered"] > 0)]
        with_two = {label for label, rows in some.groupby("period") if len(rows) > 1}
        if traces.period.label not in with_two:
            return None
        ends = ["low", "high"]
        counts.loc[~counts["period"].isin(with_two), ends] = pd.NA
    return counts, total


def _like(traces: Material, older: Collection[str]) -> Material:
    """The traces of the periods whose events are divided into groups as now."""
    named = zip(traces.cycles, traces.years, strict=True)
    return replace(traces, cycles=tuple(cycle for cycle, period in named if period.label not in older))


def _trends(traces: Material, older: Collection[str]) -> Trends:
    """The years, of which those of `older` are compared with none."""
    if not older:
        return traces.trends()
    every, ends = traces.trends().table, ["segment", "comparable_low", "comparable_high"]
    if traces.period.label in older:
        nothing = pd.array([pd.NA] * len(every), dtype="Int64")
        return Trends(every.assign(segment=nothing, comparable_low=nothing, comparable_high=nothing), {}, {})
    alike, keys = _like(traces, older).trends(), ["environment", "period"]
    table = every.drop(columns=ends).merge(alike.table[[*keys, *ends]], how="left", on=keys, validate="one_to_one")
    return replace(alike, table=table[[*every.columns]].astype(every.dtypes))


def _compared_traces(traces: Material, comparison: Comparison | None, trends: Trends) -> list[Entry]:
    """The entries of what the periods and the years are compared by."""
    words, entries = traces.vocabulary, list[Entry]()
    if comparison is not None:
        lines, labels = lines_of(comparison), (comparison.previous.label, comparison.current.label)
        sources, part = sources_on(comparison.ground, traces)
        known = any(change.kind != NO_COMPARISON for change in lines.values())
        code = part_code(comparison) if part else ""
        entries += compared("traces_jamforelse", TRACES, lines, words, labels, sources, with_counts=known, part=code)
        for row in comparison.sources.dropna(subset="current_low").to_dict("records"):
            for label, name in zip(labels, ("previous", "current"), strict=True):
                interval = int(row[f"{name}_low"]), int(row[f"{name}_high"])
                cells = selector(TRACES, words, label)
                entries.append(at_least(f"traces_jamforelse_kalla/{row['source']}/{label}", cells, interval))
        entries += _reference(comparison.reference, words, labels, code) if comparison.reference else []
    if trends.series:
        series, (sources, part) = trends.series[TOTAL], sources_on(trends.ground, traces)
        for label, interval in zip(series.years, series.counts, strict=True):
            cells = selector(TRACES, words, label, **({} if sources is None else {"kalla": sources}))
            entries.append((at_least if part else entry)(f"traces_ar_jamforbara/{label}", cells, interval))
    return entries


def _by_source(traces: Material, comparison: Comparison) -> pd.DataFrame:
    """The change split by source, with those that look after no places, compared all or none of them, on one row."""
    rows, offices = comparison.sources, _divided(traces)[1]
    rows = rows[rows["source"].map(traces.vocabulary.observes).astype("bool")]
    if offices.coverage.empty:
        return rows.reset_index(drop=True)
    compared_ = any(source in traces.together for source, _, _ in comparison.ground.comparable)
    row: dict[str, object] = {"source": OFFICES, "reason": "" if compared_ else NOT_EVERY_SOURCE}
    for name, period in (("previous", comparison.previous), ("current", comparison.current)):
        [count] = offices.counted([], [period]).to_dict("records")
        for end in ("low", "high"):
            row |= {f"full_{name}_{end}": count[end], f"{name}_{end}": count[end] if compared_ else pd.NA}
    return pd.concat([rows, pd.DataFrame([row])], ignore_index=True).astype(rows.dtypes)


def _reference(series: ReferenceSeries, words: Vocabulary, labels: tuple[str, str], part: str) -> list[Entry]:
    """The numbers of the reference series, and of what the same sources coded to an environment."""
    group = {"grupp": part} if part else {}
    entries = []
    for label, ordinary_, coded in zip(labels, series.ordinary, series.coded, strict=True):
        cells = selector(TRACES, words, label, miljo=REFERENCE, kalla=series.sources, **group)
        entries.append(entry(f"traces_referens/{REFERENCE}/{label}", cells, ordinary_))
        whole = selector(TRACES, words, label)
        entries.append(at_least(f"traces_referens/kodade/{label}", whole, coded))
    return entries
