"""The tables of the analysis: the comparison, its split by source, the years, and the units behind the events."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace

import pandas as pd

from vbe_analysis.analysis.poisson import Limits
from vbe_analysis.analysis.trends import COUNTED
from vbe_analysis.analysis.verdict import NO_COMPARISON
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.tables.cells import (
    DASH,
    cells_table,
    count_text,
    count_value,
    dash_note,
    group_label,
    interval_of,
    interval_text,
    interval_value,
    labels_of,
    plain_table,
    word,
)
from vbe_analysis.chapter.tables.grid import Cell, grid
from vbe_analysis.chapter.text.sentences import break_sentence, comparison_facts
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.document.parts import Numbers, Table, Value
from vbe_analysis.frames import COUNTS, Interval
from vbe_analysis.swedish import number
from vbe_analysis.vocabulary import TOTAL


def comparison_table(picture: Picture) -> Table | None:
    """Each environment and the total: both periods on comparable ground, the word, and the full counts beside.

    None for a first period: there is nothing to compare.
    """
    lines = [row for group in picture.groups for row in _group_rows(picture, group)]
    rows, values = [cells for cells, _ in lines], [numbers for _, numbers in lines]
    changes = [change for group in picture.groups if group.comparison for change in group.comparison.lines.values()]
    several = len(picture.groups) > 1
    if not rows or (several and all(change.kind == NO_COMPARISON for change in changes)):
        return None
    columns = ("environment", "previous", "current", "verdict", "full_previous", "full_current")
    notes = (word("comparison.note"), *((word("note_band"),) if several else ()), *dash_note(rows, "comparison"))
    facts = picture.facts(*comparison_facts(picture))
    header = _header(picture, "comparison", *columns)
    return plain_table(picture, "jamforelse", header, rows, values, notes=notes, facts=facts)


def _group_rows(picture: Picture, group: EventGroup) -> list[tuple[tuple[str, ...], tuple[Value, ...]]]:
    """The cells and values of each environment of a group, and of its total where it has one."""
    comparison = group.comparison
    if comparison is None:
        return []
    lines = comparison.lines if group.banded else {**comparison.lines, TOTAL: comparison.total}
    labels = {**labels_of(picture, "environment"), TOTAL: word("total")}
    every = pd.concat([comparison.full, comparison.full_total.assign(environment=TOTAL)], ignore_index=True)
    names = {period.label: period.name for period in picture.periods}
    full = grid(every, "environment", {code: code for code in lines}, "period", names)
    rows = []
    for code, change in lines.items():
        known = change.kind != NO_COMPARISON if group.banded else bool(comparison.ground.comparable)
        ends = (change.previous, change.current) if known else (None, None)
        label, all_, word_ = (
            group_label(labels[code], picture, group),
            full.rows[code],
            message(f"labels.kind.{change.kind}"),
        )
        cells = (label, *map(interval_text, ends), word_, *map(count_text, all_))
        values = (None, *(interval_value(own, group.banded) for own in ends), None, *map(count_value, all_))
        rows.append((cells, values))
    return rows


def sources_table(picture: Picture) -> Table | None:
    """The change split by source on comparable ground; a new or stopped source stands with its reason (annex)."""
    group = picture.groups[0]
    if group.comparison is None:
        return None
    rows, values = list[tuple[str, ...]](), list[tuple[Value, ...]]()
    for row in group.comparison.sources.to_dict("records"):
        reason = word(f"reason.{row['reason']}") if row["reason"] else DASH
        rows.append((picture.vocabulary.all_sources[row["source"]].label, *source_counts(row), reason))
        values.append((None, *map(interval_value, _source_intervals(row)), None))
    header = _header(picture, "comparison", "source", "previous", "current", "full_previous", "full_current", "reason")
    notes = (word("comparison.note"),)
    facts = picture.facts("traces_source/", "source/", "jamforelse_kalla/", "traces_jamforelse_kalla/")
    table = plain_table(picture, "jamforelse_kalla", header, rows, values, notes=notes, annex=True, facts=facts)
    return table if group.name == ALL else replace(table, title=word(f"title.jamforelse_kalla_{group.name}"))


def source_counts(row: Mapping[Hashable, object], missing: str = DASH) -> list[str]:
    """A source's counts in both periods, on comparable ground and in full; `missing` where a full one is not known."""
    *ground, before, now = _source_intervals(row)
    return [*map(interval_text, ground), interval_text(before, missing), interval_text(now, missing)]


def _source_intervals(row: Mapping[Hashable, object]) -> list[Interval | None]:
    return [interval_of(row, prefix) for prefix in ("previous_", "current_", "full_previous_", "full_current_")]


def knowledge_change_table(picture: Picture) -> Table | None:
    """Each survey item against the period before: all who answered, and units that answered both times (annex)."""
    rows, values = list[tuple[str, ...]](), list[tuple[Value, ...]]()
    for source, question, change in picture.changes:
        if change is None:
            continue
        shares = [word("change.of", x=number(x), n=number(n)) for x, n in (change.previous, change.current)]
        difference, pairs, among_all = word("change.not_comparable"), word("change.no_code"), None
        if change.difference is not None:
            difference = _points(change.difference)
            among_all = _possible_difference(picture, source, question)
        possible = _points(among_all) if among_all else DASH
        if change.pairs:
            pairs = word("change.changed", n=change.pairs, to=change.to_yes, back=change.from_yes)
        rows.append(
            (picture.question(question), picture.vocabulary.sources[source].label, *shares, difference, possible, pairs)
        )
        of = (Numbers(x=x, n=n) for x, n in (change.previous, change.current))
        values.append((None, None, *of, _points_value(change.difference), _points_value(among_all), None))
    if not rows:
        return None
    columns: tuple[str, ...] = ("question", "source", "previous", "current", "difference", "difference_all", "pairs")
    if len(picture.groups) > 1:  # units that answered twice are few: who joined or left could be told apart
        columns, rows, values = columns[:-1], [row[:-1] for row in rows], [row[:-1] for row in values]
    note = word("change.note" if len(columns) == 7 else "change.note_all")
    header = _header(picture, "change", *columns)
    return plain_table(picture, "kunskap_skillnad", header, rows, values, notes=(note,), annex=True, facts=())


def _points(difference: Limits) -> str:
    low, high = (f"{100 * end:+.0f}".replace("-", "−") for end in difference)
    return word("change.interval", low=low, high=high)


def _points_value(difference: Limits | None) -> Value:
    return None if difference is None else Numbers(round(100 * difference[0]), round(100 * difference[1]))


def _possible_difference(picture: Picture, source: str, question: str) -> Limits | None:
    """How much the share of all who were asked may have changed, whatever those would have said who did not answer."""
    rows = picture.knowledge[picture.knowledge["population"].astype(bool)]
    own = rows[(rows["source"] == source) & (rows["question"] == question)]
    ends = {row["cycle"]: (float(row["low"]), float(row["high"])) for row in own.to_dict("records")}
    known = [ends[period.label] for period in picture.periods if period.label in ends]
    if len(known) != 2 or len(own) != 2:  # reworded, or not asked of all both times
        return None
    (least, most), (low, high) = known
    return low - most, high - least


def years_counts(group: EventGroup) -> pd.DataFrame:
    """frames.COUNTS by environment and year, and of all of them where the group is added up: what is known of each."""
    table = group.trends.table
    counts = table[table["environment"] != TOTAL] if group.total is None else table
    return counts[["environment", *COUNTS]].assign(protected=group.banded).reset_index(drop=True)


LAST = 3  # so many periods stand side by side in the main part


def last_periods_table(picture: Picture) -> Table:
    """The environments over the last three counted periods, each group of events under the other."""
    rows: dict[str, tuple[Cell, ...]] = {}
    periods: list[str] = []
    facts: list[str] = []
    for group in picture.groups:
        table, own = group.trends.table, years_counts(group)
        counted = list(dict.fromkeys(table.loc[table["basis"] == COUNTED, "period"]))[-LAST:]
        periods = [*periods, *(label for label in counted if label not in periods)]
        counts = own[own["period"].isin(counted)]
        cells = grid(counts, "environment", _with_total(picture, group), "period", picture.names(counted))
        rows |= {group_label(label, picture, group): row for label, row in cells.rows.items()}
        facts += picture.facts("ar/" if group.name == ALL else f"{group.name}_ar/")
    header = (word("key.environment"), *(word("period", period=picture.name(label)) for label in periods))
    whole = cells_table(picture, "tre_perioder", header, rows, picture.groups[0].name, periods)
    notes = [note for note in whole.notes if note != word("note_interval")]
    if any(group.banded for group in picture.groups) and len(picture.groups) > 1:
        notes.append(word("note_two_groups"))
    return replace(whole, scope="", notes=tuple(notes), facts=tuple(facts))


def _with_total(picture: Picture, group: EventGroup) -> dict[str, str]:
    """The environments' labels and, where the group is added up, that of all."""
    total = {} if group.total is None else {TOTAL: word("total")}
    return {**labels_of(picture, "environment"), **total}


def years_tables(picture: Picture) -> list[Table]:
    """The years by environment (annex), a table for each group of events."""
    tables = []
    for group in picture.groups:
        counts = years_counts(group)
        labels = list(dict.fromkeys(counts["period"]))
        names = picture.names(labels)
        cells = grid(counts, "environment", _with_total(picture, group), "period", names)
        name = "ar" if len(picture.groups) == 1 else f"{group.name}_ar"
        header = (word("key.environment"), *cells.columns)
        table = cells_table(picture, name, header, cells.rows, group.name, labels)
        breaks = [break_ for break_ in picture.breaks if break_["cycle"] in names]
        notes = (*table.notes, *(break_sentence(picture, break_) for break_ in breaks))
        tables.append(replace(table, annex=True, scope="", notes=notes, facts=picture.facts(f"{name}/")))
    return tables


def units_table(picture: Picture) -> Table | None:
    """Events, and the reports and objects behind them, by environment, this period (annex).

    None where the edition does not tell.
    """
    if not picture.units:
        return None
    labels = labels_of(picture, "environment")
    frames = {"events": picture.counts["environment"], **picture.units}
    columns = {
        unit: grid(counts[counts["period"] == picture.period.label], "environment", labels).rows
        for unit, counts in frames.items()
    }
    own = {label: [columns[unit][label][0] for unit in frames] for label in columns["events"]}
    rows = [(label, *map(count_text, cells)) for label, cells in own.items()]
    values = [(None, *map(count_value, cells)) for cells in own.values()]
    header = (word("key.environment"), *(word(f"units.{unit}") for unit in frames))
    return plain_table(picture, "enheter", header, rows, values, notes=(word("units.note"),), annex=True)


def _header(picture: Picture, group: str, *names: str) -> tuple[str, ...]:
    """The headings of a table that sets two periods side by side, with the period each column is about."""
    before = picture.previous.name if picture.previous else ""
    periods = (before if name.endswith("previous") else picture.period.name for name in names)
    return tuple(word(f"{group}.{name}", period=period) for name, period in zip(names, periods, strict=True))


TABLES: Mapping[str, Callable[[Picture], Table | list[Table] | None]] = {
    "tre_perioder": last_periods_table,
    "jamforelse": comparison_table,
    "kallor": sources_table,
    "ar": years_tables,
    "enheter": units_table,
    "kunskap_skillnad": knowledge_change_table,
}
