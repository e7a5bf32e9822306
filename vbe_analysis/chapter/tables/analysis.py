"""The tables of the analysis: the comparison, its split by source, the years, and the units behind the events."""

from dataclasses import replace

import pandas as pd

from vbe_analysis.analysis.verdict import NO_COMPARISON
from vbe_analysis.chapter.charts.cells import grid
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.tables.cells import (
    cells_table,
    count_text,
    group_labels,
    in_group,
    labels_of,
    plain_table,
    word,
)
from vbe_analysis.chapter.text.sentences import break_sentence, short, span
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.document.parts import Table
from vbe_analysis.frames import COUNTS
from vbe_analysis.swedish import number
from vbe_analysis.vocabulary import TOTAL


def comparison_table(picture: Picture) -> Table | None:
    """Each environment and the total: both periods on comparable ground, the word, and the full counts beside.

    None for a first period: there is nothing to compare.
    """
    rows = [row for group in picture.groups for row in _compared(picture, group)]
    changes = [change for group in picture.groups if group.comparison for change in group.comparison.lines.values()]
    if not rows or (len(picture.groups) > 1 and all(change.kind == NO_COMPARISON for change in changes)):
        return None
    columns = ("environment", "previous", "current", "verdict", "full_previous", "full_current")
    header = _header(picture, "comparison", *columns)
    whole = len(picture.groups) > 1
    notes = (word("comparison.note_whole"), word("note_band")) if whole else (word("comparison.note"),)
    shown = [f"{group.name}_{part}/" for group in picture.groups for part in ("environment", "jamforelse", "total")]
    facts = picture.facts(*shown, "environment/", "jamforelse/", "total/")
    return plain_table(picture, "jamforelse", header, rows, notes=notes, facts=facts)


def _compared(picture: Picture, group: EventGroup) -> list[tuple[str, ...]]:
    """A row for each environment of a group, and for its total where it has one."""
    found = group.comparison
    if found is None:
        return []
    lines = found.lines if group.banded else {**found.lines, TOTAL: found.total}
    labels = {**group_labels(picture, group), TOTAL: in_group(word("total"), picture, group)}
    every = pd.concat([found.full, found.full_total.assign(environment=TOTAL)], ignore_index=True)
    names = {period.label: period.label for period in picture.periods}
    full = grid(every, "environment", {code: code for code in lines}, "period", names)
    rows: list[tuple[str, ...]] = []
    for code, change in lines.items():
        shown = found.ground.comparable and not (group.banded and change.kind == NO_COMPARISON)
        ends = (change.previous, change.current) if shown else (None, None)
        numbers = ("–" if interval is None else span(interval) for interval in ends)
        rows.append((labels[code], *numbers, short(change.kind), *(count_text(cell) for cell in full.rows[code])))
    return rows


def sources_table(picture: Picture) -> Table | None:
    """The change split by source on comparable ground; a new or stopped source stands with its reason (annex)."""
    found = picture.groups[0].comparison
    if found is None:
        return None
    rows: list[tuple[str, ...]] = []
    for row in found.sources.to_dict("records"):
        numbers = [
            "–" if pd.isna(row[f"{name}_low"]) else span((int(row[f"{name}_low"]), int(row[f"{name}_high"])))
            for name in ("previous", "current", "full_previous", "full_current")
        ]
        reason = word(f"reason.{row['reason']}") if row["reason"] else "–"
        rows.append((picture.vocabulary.sources[row["source"]].label, *numbers, reason))
    header = _header(picture, "comparison", "source", "previous", "current", "full_previous", "full_current", "reason")
    name = "comparison.note_whole" if len(picture.groups) > 1 else "comparison.note"
    only = picture.groups[0].name
    table = plain_table(picture, "jamforelse_kalla", header, rows, notes=(word(name),), annex=True,
                        facts=picture.facts("traces_source/", "source/", "jamforelse_kalla/"))  # fmt: skip
    return table if only == ALL else replace(table, title=word(f"title.jamforelse_kalla_{only}"))


def knowledge_change_table(picture: Picture) -> Table | None:
    """Each survey item against the period before: all who answered, and units that answered both times (annex)."""
    rows: list[tuple[str, ...]] = []
    for source, question, change in picture.changes:
        if change is None:
            continue
        shares = [word("change.of", x=number(x), n=number(n)) for x, n in (change.previous, change.current)]
        difference, pairs = word("change.not_comparable"), word("change.no_code")
        if change.difference is not None:
            low, high = (f"{100 * end:+.0f}".replace("-", "−") for end in change.difference)
            difference = word("change.interval", low=low, high=high)
        if change.pairs:
            pairs = word("change.changed", n=change.pairs, to=change.to_yes, back=change.from_yes)
        rows.append((picture.question(question), picture.vocabulary.sources[source].label, *shares, difference, pairs))
    if not rows:
        return None
    columns: tuple[str, ...] = ("question", "source", "previous", "current", "difference", "pairs")
    if len(picture.groups) > 1:  # units that answered twice are few: who joined or left could be told apart
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    note = word("change.note" if len(columns) == 6 else "change.note_all")
    header = _header(picture, "change", *columns)
    return plain_table(picture, "kunskap_skillnad", header, rows, notes=(note,), annex=True, facts=())


def years_counts(group: EventGroup) -> pd.DataFrame:
    """frames.COUNTS by environment and year, all that is known of each year."""
    table = group.trends.table
    return table.loc[table["environment"] != TOTAL, ["environment", *COUNTS]].reset_index(drop=True)


def years_tables(picture: Picture) -> list[Table]:
    """The years by environment (annex), a table for each group of events."""
    tables = []
    for group in picture.groups:
        found = grid(years_counts(group), "environment", labels_of(picture, "environment"))
        name = "ar" if len(picture.groups) == 1 else f"{group.name}_ar"
        header = (word("key.environment"), *found.columns)
        table = cells_table(picture, name, header, dict(found.rows), group.banded, found.columns)
        notes = table.notes + tuple(
            break_sentence(picture, one) for one in picture.breaks if one["cycle"] in found.columns
        )
        tables.append(replace(table, annex=True, scope="", notes=notes, facts=picture.facts(f"{name}/")))
    return tables


def units_table(picture: Picture) -> Table | None:
    """Events, reports and objects by environment, this period: what lies behind the events (annex); None untold."""
    if not picture.units:
        return None
    labels = labels_of(picture, "environment")
    frames = {"events": picture.counts["environment"], **picture.units}
    columns = {
        unit: grid(counts[counts["period"] == picture.period.label], "environment", labels).rows
        for unit, counts in frames.items()
    }
    rows = [(label, *(count_text(columns[unit][label][0]) for unit in frames)) for label in columns["events"]]
    header = (word("key.environment"), *(word(f"units.{unit}") for unit in frames))
    return plain_table(picture, "enheter", header, rows, notes=(word("units.note"),), annex=True)


def _header(picture: Picture, group: str, *names: str) -> tuple[str, ...]:
    """The headings of a table that sets two periods side by side, with the period each column is about."""
    before = picture.previous.label if picture.previous else ""
    periods = (before if name.endswith("previous") else picture.period.label for name in names)
    return tuple(word(f"{group}.{name}", period=period) for name, period in zip(names, periods, strict=True))
