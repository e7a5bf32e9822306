"""What the chapter's tables are made with: labels in table order, cells as text, and the two forms a table takes."""

from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.data.source_months import gaps_of
from vbe_analysis.chapter.tables.grid import NBSP, Cell, number_text
from vbe_analysis.chapter.text.section import sentence
from vbe_analysis.chapter.text.sentences import span
from vbe_analysis.config import message
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.document.parts import Numbers, Table, Value
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import capital, listed, number
from vbe_analysis.vocabulary import EVERY_GROUP, OFFICES, TOTAL
from vbe_analysis.workspace.workspace import Workspace

DASH = "–"  # a cell without a value
KEYS = ("environment", "event_type", "source", "area")


def labels_of(subject: Picture | Workspace, key: str) -> dict[str, str]:
    """Code -> label in table order, for one of KEYS."""
    if key == "area":
        return {**subject.settings.areas, "": word("no_area")}
    words = subject.vocabulary
    terms = {"environment": words.environments, "event_type": words.event_types, "source": words.all_sources}
    return {code: term.label for code, term in terms[key].items()}


def group_label(label: str, picture: Picture, group: EventGroup) -> str:
    """The label of a row with the group's name, where the edition has more groups: "Vit makt-miljön, spår"."""
    return label if len(picture.groups) == 1 else f"{label}, {sentence('what', group.name, short=True)}"


def with_events(counts: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows of those values of the key that have any event in any period."""
    return counts[counts[key].isin(counts.loc[(counts["high"] > 0).fillna(False), key])]


def count_text(cell: Cell) -> str:
    """A count as a table writes it; a missing one by its word."""
    if not cell.known:
        return cell.word
    return f"{number_text(cell)}{NBSP}r" if cell.revised else number_text(cell)


def count_value(cell: Cell) -> Value:
    """The same for who calculates; None where there is no number."""
    if not cell.known or cell.low is None:
        return None
    return cell.low if cell.exact and not cell.revised else Numbers(cell.low, cell.high, protected=cell.protected)


def interval_of(row: Mapping[Hashable, object], prefix: str = "") -> Interval | None:
    """The interval in the columns <prefix>low and <prefix>high; None where there is none."""
    low, high = row[f"{prefix}low"], row[f"{prefix}high"]
    return None if pd.isna(low) or pd.isna(high) else (int(low), int(high))  # type: ignore[call-overload]


def interval_text(interval: Interval | None, missing: str = DASH) -> str:
    return missing if interval is None else span(interval)


def interval_value(interval: Interval | None, protected: bool = False) -> Value:
    """The same for who calculates."""
    if interval is None or interval[0] == interval[1]:
        return interval and interval[0]
    return Numbers(interval[0], None if interval[1] >= OPEN else interval[1], protected=protected)


def dash_note(rows: Sequence[tuple[str, ...]], table: str) -> tuple[str, ...]:
    """What a dash means in the table, where any cell is one."""
    return (word(f"dash_{table}"),) if any(DASH in row for row in rows) else ()


def whole_text(value: float | None) -> str:
    return DASH if pd.isna(value) else number(int(value))


def cells_table(
    picture: Picture,
    name: str,
    header: tuple[str, ...],
    rows: Mapping[str, tuple[Cell, ...]],
    group: str = ALL,
    periods: Sequence[str] = (),
) -> Table:
    """A table of counts, a row a label; notes explain intervals and partial coverage where there are any.

    group: the events that it counts; a source that cannot tell of them leaves no gap in it.
    periods: labels of those that it shows, this and the previous one by default.
    """
    cells = tuple((label, *map(count_text, row)) for label, row in rows.items())
    values: tuple[tuple[Value, ...], ...] = tuple((None, *map(count_value, row)) for row in rows.values())
    every = [cell for row in rows.values() for cell in row]
    notes = _source_notes(picture, name, group, rows)
    if any(own.name == group and own.banded for own in picture.groups):
        notes.append(word("note_band"))
    elif any(cell.known and not cell.exact for cell in every):
        notes.append(word("note_interval"))
    if any(cell.revised for cell in every):
        notes.append(word("note_revised"))
    labels = periods or [period.label for period in picture.periods]
    if any(cell.partial for cell in every):
        notes.append(_gaps_note(picture, name, group, labels))
    if older := [label for label in picture.divided if label in labels]:
        notes.append(word("note_divided", periods=listed([*picture.names(older).values()])))
    # Nothing delivered is not nothing reported.
    none = (word("nothing" if picture.nothing_delivered else "none"), *[DASH] * (len(header) - 1))
    title, source, scope, unit = word(f"title.{name}"), word("own_source"), str(picture.period), word("unit")
    return Table(name, title, source, header, cells or (none,), values, scope=scope, unit=unit, notes=tuple(notes))


def plain_table(
    picture: Picture,
    name: str,
    header: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    values: Sequence[tuple[Value, ...]] = (),
    notes: tuple[str, ...] = (),
    annex: bool = False,
    facts: tuple[str, ...] | None = None,
) -> Table:
    """A table of ready cells over the periods side by side; one row says so where there is nothing to show."""
    none = (word("nothing"), *[DASH] * (len(header) - 1))
    cells, numbers, title = tuple(rows) or (none,), tuple(values) if rows else (), word(f"title.{name}")
    scope, source = scope_of(picture), word("own_source")
    return Table(name, title, source, header, cells, numbers, scope=scope, notes=notes, annex=annex, facts=facts)


def scope_of(picture: Picture) -> str:
    """The days of the periods that stand side by side."""
    return capital("; ".join(word("period_is", period=period.name, days=period) for period in picture.periods))


def word(key: str, **values: object) -> str:
    """A word or sentence of the tables, from messages.sv.toml."""
    return message(f"tables.{key}", **values)


def _counts(picture: Picture, name: str, group: str, source: str) -> bool:
    """Whether a table counts events of a source: it can tell of the group, and of places where only those count."""
    words, places = picture.vocabulary, f"{name}_{TOTAL}" in picture.counts
    return (group == ALL or words.tells(source, EVERY_GROUP[group])) and (not places or words.observes(source))


def _source_notes(picture: Picture, name: str, group: str, rows: Mapping[str, tuple[Cell, ...]]) -> list[str]:
    """Whose events are counted, where that is not all sources'; and which sources stand together on one row."""
    words = picture.vocabulary
    asked = {code for coverage in picture.coverages.values() for code in coverage["source"]}
    names = [term.text for code, term in words.sources.items() if code in asked and _counts(picture, name, group, code)]
    notes = [word("note_places", sources=listed(names))] if f"{name}_{TOTAL}" in picture.counts else []
    if words.offices[OFFICES].label in rows:
        own = [
            term.text
            for code, term in words.sources.items()
            if code in asked and _counts(picture, name, group, code) and not words.observes(code)
        ]
        notes.append(word("note_offices", label=words.offices[OFFICES].label, sources=listed(own)))
    return notes


def _gaps_note(picture: Picture, name: str, group: str, periods: Sequence[str]) -> str:
    """Which sources that the table counts leave gaps in which period, for the note under it."""
    notes = []
    for period, coverage in picture.coverages.items():
        gaps = gaps_of(coverage, picture.vocabulary).values() if period.label in periods else ()
        parts = [
            word("note_gap_all", source=gap.source.label)
            if gap.all_missing
            else word("note_gap_months", source=gap.source.label, months=swedish_months(gap.missing))
            for gap in gaps
            if _counts(picture, name, group, gap.source.code)
        ]
        if parts:
            notes.append(word("note_gap", period=period.name, parts=listed(parts)))
    return word("note_partial", gaps="; ".join(notes))
