"""The chapter's tables: one function a table, from the picture's frames to formatted cells beside their values."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pandas as pd

from vbe_analysis.analysis.ground import months_of
from vbe_analysis.chapter.data.facts import types_of
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.tables.cells import (
    DASH,
    cells_table,
    dash_note,
    labels_of,
    plain_table,
    scope_of,
    whole_text,
    with_events,
    word,
)
from vbe_analysis.chapter.tables.grid import Cell, grid
from vbe_analysis.chapter.text.overview import undated
from vbe_analysis.chapter.text.sentences import span
from vbe_analysis.config import message
from vbe_analysis.disclosure import policy
from vbe_analysis.document.parts import Numbers, Table, Value
from vbe_analysis.frames import NOT_ASKED
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import capital, listed, number
from vbe_analysis.vocabulary import OFFICES, OTHER_TYPE, TOTAL

FEW = 5


def counts_tables(picture: Picture, annex: bool = False) -> list[Table]:
    """The edition's tables of events in order; annex: those of the workbook instead."""
    return [counts_table(picture, spec.name) for spec in picture.specs if spec.annex == annex]


def divided_tables(picture: Picture, dimensions: tuple[str, ...]) -> list[Table]:
    """The edition's table of events by these dimensions; one for each group of events, where none is of all."""
    same = [table for table in picture.specs if table.dimensions == dimensions]
    whole = [table for table in same if table.group == policy.ALL]
    return [counts_table(picture, table.name) for table in whole or same]


def counts_table(picture: Picture, name: str) -> Table:
    """The edition's table `name` of disclosure.toml: by one dimension for both periods, or by two for this one."""
    spec, counts = picture.spec(name), picture.counts[name]
    if spec.by_tertial:
        table = _by_tertial(picture, name, counts)
    elif len(spec.keys) == 2:
        table = _by_two_keys(picture, name, spec.keys, counts)
    else:
        table = _by_key(picture, name, spec.keys[0], counts)
    total = "traces_total/" if spec.group == policy.TRACES else "total/"
    shown = (f"{name}/", f"{name}_{TOTAL}/", f"{name}_{OFFICES}/", total)
    return replace(table, annex=spec.annex, facts=picture.facts(*shown))


def coverage_table(picture: Picture) -> Table:
    """Each source: the months it delivered, what is missing, and the share that answered a survey."""
    months = picture.source_months
    rows, values = [], []
    for own in (months[code] for code in picture.vocabulary.sources if code in months and months[code].statuses):
        asked = own.only(NOT_ASKED)
        covered = word("not_asked") if asked else word("months", covered=own.covered, of=len(picture.period.months))
        cells, numbers = _response(own.asked, own.answered)
        rows.append((own.source.label, covered, swedish_months(own.missing) or DASH, *cells))
        values.append((None, None if asked else Numbers(x=own.covered, n=len(picture.period.months)), None, *numbers))
    header = tuple(word(f"coverage.{name}") for name in ("source", "months", "missing", "asked", "answered", "share"))
    title, source, scope = word("coverage.title"), word("own_source"), str(picture.period)
    notes = (word("coverage.note"), *dash_note(rows, "coverage"))
    return Table("tackning", title, source, header, tuple(rows), tuple(values), scope=scope, notes=notes, facts=())


def response_table(picture: Picture, kinds: bool = False) -> Table | None:
    """Who answered the surveys, this cycle and the one before; kinds: by kind of survey unit (annex).

    None where no kind is known.
    """
    response = picture.response[(picture.response["unit_kind"] != "") == kinds]
    if kinds and response.empty:
        return None
    names = ("source", *(("kind",) if kinds else ()), "period", "asked", "answered", "share")
    rows, values = [], []
    for row in (_few_together(response) if kinds else response).to_dict("records"):
        labels = (
            picture.vocabulary.sources[row["source"]].label,
            *((row["unit_kind"],) if kinds else ()),
            picture.name(row["cycle"]),
        )
        cells, numbers = _response(row["asked"], row["answered"])
        rows.append((*labels, *cells))
        values.append((*(None for _ in labels), *numbers))
    name, header = "svar_verksamhet" if kinds else "svar", tuple(word(f"response.{column}") for column in names)
    return plain_table(picture, name, header, rows, values, annex=True, facts=())


def _few_together(response: pd.DataFrame) -> pd.DataFrame:
    """Kinds of unit with fewer than five answers as one row: a single answer points at the one who gave it."""
    kinds = response["unit_kind"].mask(response["answered"] < FEW, word("other_units"))
    groups = response.assign(unit_kind=kinds).groupby(["cycle", "source", "unit_kind"], as_index=False, sort=False)
    return groups.agg(asked=("asked", lambda asked: asked.sum(min_count=len(asked))), answered=("answered", "sum"))


def _response(asked: float | None, answered: float | None) -> tuple[tuple[str, ...], tuple[Value, ...]]:
    """The cells asked, answered and share, and the numbers that the workbook holds of them."""
    known = pd.notna(asked) and pd.notna(answered) and asked
    part = int(answered) / int(asked) if known else None  # type: ignore[arg-type]
    share = DASH if part is None else f"{round(100 * part)} %"
    numbers = (None if pd.isna(value) else int(value) for value in (asked, answered))
    return (whole_text(asked), whole_text(answered), share), (*numbers, part)


def knowledge_table(picture: Picture) -> Table | None:
    """What those who answered know, x of n with its interval: a row a question and source; None without a survey."""
    periods, sources = [period.label for period in picture.periods], picture.vocabulary.sources
    own = picture.knowledge[picture.knowledge["cycle"].isin(periods)]
    if own.empty:
        return None
    versions = own.groupby(["source", "question"])["version"].nunique()
    reworded = set(versions[versions > 1].index)
    cells: dict[tuple[str, str], dict[str, tuple[str, Value]]] = {}
    for row in picture.knowledge.sort_values(["question", "source"], kind="stable").to_dict("records"):
        ends = {end: str(round(100 * row[end])) for end in ("low", "high")}
        version = word("version", version=row["version"]) if (row["source"], row["question"]) in reworded else ""
        cell = word("x_of_n", x=number(row["x"]), n=number(row["n"]), **ends) + version
        value = Numbers(float(row["low"]), float(row["high"]), int(row["x"]), int(row["n"]))
        cells.setdefault((picture.question(row["question"]), row["source"]), {})[row["cycle"]] = cell, value
    rows, values = list[tuple[str, ...]](), list[tuple[Value, ...]]()
    for (question, source), by_period in cells.items():
        none = {period.label: _no_answers(picture.coverages[period], source) for period in picture.periods}
        own_cells = [by_period.get(period, (none[period], None)) for period in periods]
        rows.append((question, sources[source].label, *(text for text, _ in own_cells)))
        values.append((None, None, *(value for _, value in own_cells)))
    notes = [word("knowledge.note" if picture.knowledge["population"].any() else "knowledge.note_sample")]
    notes += [word("knowledge.changes")] if len(periods) > 1 else []
    notes += dash_note(rows, "knowledge")
    header = (
        word("knowledge.question"),
        word("knowledge.source"),
        *(word("period", period=p.name) for p in picture.periods),
    )
    return plain_table(picture, "kunskap", header, rows, values, notes=tuple(notes), facts=())


def _no_answers(coverage: pd.DataFrame, source: str) -> str:
    """The cell of a source without any answer to a question: whether it was asked for anything."""
    return (
        DASH
        if (coverage.loc[coverage["source"] == source, "status"] != NOT_ASKED).any()
        else message(f"charts.status.{NOT_ASKED}")
    )


def _by_key(picture: Picture, name: str, key: str, counts: pd.DataFrame) -> Table:
    """A row for each value of the key, a column for each period, and the total."""
    wanted = with_events(counts, key) if key in ("event_type", "area") else counts
    rows = dict(grid(wanted, key, labels_of(picture, key)).rows) if len(wanted) else {}
    spec = picture.spec(name)
    whole = next((group.total for group in picture.groups if group.name == spec.group), None)
    total = picture.counts.get(f"{name}_{TOTAL}", whole)
    if total is not None and key != "source":
        rows[word("total")] = grid(total.assign(key=TOTAL), "key", {TOTAL: TOTAL}).rows[TOTAL]
    header = (word(f"key.{key}"), *(word("period", period=period.name) for period in picture.periods))
    table = cells_table(picture, name, header, rows, spec.group)
    notes = table.notes + ((word("note_sources"),) if key == "source" else ())
    notes += _type_notes(picture, counts, spec.group) if key == "event_type" else ()
    notes += _elsewhere_note(picture, name)
    notes += (word("note_part"),) if _part_over_whole(rows) else ()
    return replace(table, scope=scope_of(picture), notes=notes)


def _part_over_whole(rows: Mapping[str, tuple[Cell, ...]]) -> bool:
    """Whether a part may be more than the least that the whole may be, which a reader takes for a mistake."""
    *parts, whole = rows.values() if word("total") in rows else ((),)
    return any(
        part.high is not None and total.low is not None and not part.exact and part.high > total.low
        for row in parts
        for part, total in zip(row, whole, strict=True)
    )


def _type_notes(picture: Picture, counts: pd.DataFrame, group: str) -> tuple[str, ...]:
    """What the last row holds, and the types that nobody reported: a reader asks for them."""
    some = set(with_events(counts, "event_type")["event_type"])
    codes = [code for code in types_of(group, picture.vocabulary) if code not in some | {OTHER_TYPE}]
    none = [picture.vocabulary.event_types[code].label.lower() for code in codes]
    notes = [word("note_other")] if OTHER_TYPE in some else []
    if none and some:
        notes.append(word("note_no_types" if len(none) > 1 else "note_no_type", types=listed(none)))
    return tuple(notes)


def _elsewhere_note(picture: Picture, name: str) -> tuple[str, ...]:
    """How many the other sources have reported, each period, of which the table has none; empty for none."""
    counts = picture.counts.get(f"{name}_{OFFICES}")
    some = [] if counts is None else counts[(counts["high"] > 0).fillna(False)].to_dict("records")
    ends = [(picture.name(row["period"]), (int(row["low"]), int(row["high"]))) for row in some]
    parts = [word("note_elsewhere_part", n=span(count), period=period) for period, count in ends]
    return (word("note_elsewhere", parts=listed(parts)),) if parts else ()


def _by_two_keys(picture: Picture, name: str, keys: list[str], counts: pd.DataFrame) -> Table:
    """This period: the first key down, the second across, values without any event left out."""
    counts = counts[counts["period"] == picture.period.label]
    for key in keys:
        counts = counts if key == "environment" else with_events(counts, key)
    heading, (down, across) = word(f"key.{keys[0]}"), (labels_of(picture, key) for key in keys)
    if counts.empty:
        return cells_table(picture, name, (heading, word("events")), {})
    cells = grid(counts, keys[0], down, keys[1], across)
    return cells_table(
        picture, name, (heading, *cells.columns), cells.rows, picture.spec(name).group, [picture.period.label]
    )


def _by_tertial(picture: Picture, name: str, counts: pd.DataFrame) -> Table:
    """A row for each tertial of the period."""
    names = {p.label: capital(swedish_months(months_of(p))) for p in picture.period.tertials()}
    cells = grid(counts.assign(key=TOTAL), "period", names, "key", {TOTAL: word("events")})
    header = (word("key.tertial"), *cells.columns)
    table = cells_table(picture, name, header, cells.rows, picture.spec(name).group, [picture.period.label])
    return replace(table, notes=table.notes + undated_note(picture, picture.spec(name)))


def undated_note(picture: Picture, spec: policy.TableSpec) -> tuple[str, ...]:
    """How many events only have an approximate time, and so stand in no tertial; empty for none."""
    least, most = undated(picture, spec)
    return (word("note_undated", n=span((least, most))),) if most else ()


TABLES: Mapping[str, Callable[[Picture], Table | list[Table] | None]] = {
    "handelser": counts_tables,
    "handelser_bilaga": partial(counts_tables, annex=True),
    "miljo": partial(divided_tables, dimensions=("environment",)),
    "typ": partial(divided_tables, dimensions=("event_type",)),
    "kalla": partial(divided_tables, dimensions=("source",)),
    "omrade": partial(divided_tables, dimensions=("area",)),
    "per_tertial": partial(divided_tables, dimensions=("tertial",)),
    "miljo_typ": partial(divided_tables, dimensions=("environment", "event_type")),
    "miljo_kalla": partial(divided_tables, dimensions=("environment", "source")),
    "typ_kalla": partial(divided_tables, dimensions=("event_type", "source")),
    "svar": response_table,
    "svar_verksamhet": partial(response_table, kinds=True),
    "kunskap": knowledge_table,
    "tackning": coverage_table,
}
