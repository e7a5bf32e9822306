"""Tables that hold events: a row a report, or counts (long: a count column; wide: a count in each of many columns)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import label_of, normalise
from vbe_analysis.loaders.choices import CHOICES, codes_of, spread
from vbe_analysis.loaders.coding import code_texts
from vbe_analysis.loaders.dating import Dated, dated
from vbe_analysis.loaders.fields import (
    IGNORE,
    Context,
    Converted,
    filled_down,
    labels,
    many_labels,
    set_fields,
)
from vbe_analysis.loaders.headings import Located
from vbe_analysis.loaders.layout import FIELDS, Column
from vbe_analysis.loaders.rows import LOADED, first_fates
from vbe_analysis.loaders.slots import Slot, slots, usable_rows
from vbe_analysis.loaders.surroundings import Surroundings, surroundings
from vbe_analysis.loaders.totals import check_totals, row_total_faults

LABELS = (*FIELDS, "label", "place")
NO_FIGURES = "no_figures"


@dataclass(frozen=True, eq=False)
class Part:
    """What one table gave.

    reports: one row per report: position, ordinal, FIELDS, first, last, low, high, suppressed, unsure (objects and
    datetime64[D]). fates: per body row. faults: (position, fault); stops: faults that no one may wave through.
    unasked: (environment, first, last) for which the source says it has no figure. spans: in a table of counts, the
    (first, last) days that its counts speak of, zeros included. coded: body rows where a coding rule set a field.
    """

    located: Located
    reports: pd.DataFrame
    fates: np.ndarray
    faults: tuple[tuple[int, Fault], ...]
    stops: tuple[Fault, ...] = ()
    unasked: tuple[tuple[str, np.datetime64, np.datetime64], ...] = ()
    spans: frozenset[tuple[date, date]] = frozenset()
    days: Dated | None = None
    coded: np.ndarray | None = None
    rules_used: Mapping[str, int] = field(default_factory=dict)
    answers: pd.DataFrame | None = None


def read_table(located: Located, context: Context) -> Part:
    """The reports of a table whose shape is "reports" or "counts"."""
    located = with_fill_down(located)
    fates = first_fates(located)
    stops = [fault for _, fault, _ in check_totals(located, fates, context)]
    around = surroundings(located, context)
    read, chosen = read_labels(located, around, fates, context)
    duplicates, twice = repeated(located, fates, context)
    fates[duplicates == "duplicate_row"] = "duplicate_row"
    fates[duplicates == "copy_of_row"] = "copy_of_row"
    days = dated(located, around.dates, context)
    coded, used = code_texts(located, around.fields, fates == LOADED)
    cut = list(slots(located, around, days, context))
    wanted = fates == LOADED
    faults = [*twice, *(f for c in read for f in c.faults(located.numbers(), wanted, context))]
    if not located.groups or any(slot.days is days for slot in cut):
        faults += list(days.faults(located.numbers(), wanted, context))
    faults += [f for slot in cut for f in slot.faults(located, wanted, context)]
    reports = pd.concat([slot.frame(number) for number, slot in enumerate(cut)], ignore_index=True)
    if chosen:
        reports = spread(reports, chosen)
    refused = np.zeros(len(fates), dtype=bool)
    refused[[position for position, _ in faults]] = True
    if located.groups or any(b.column.as_ == "count" for b in located.columns):
        _name_the_empty(located, fates, reports, cut, wanted & ~refused)
    stops += [*around.stops, *(fault for slot in cut for fault in slot.stops(located, context))]
    stops += row_total_faults(located, reports, fates, np.any([slot.silent() for slot in cut], axis=0), context)
    position = reports["position"].to_numpy()
    keep = ((fates == LOADED) & ~refused)[position] & (reports["high"].to_numpy() > 0)
    usable = usable_rows(fates, (located.table.zero_rows, NO_FIGURES))
    counted = located.table.shape == "counts"
    return Part(
        located, reports[keep], fates, tuple(faults), tuple(stops), days=days, coded=coded, rules_used=used,
        unasked=tuple(item for slot in cut for item in slot.unasked(usable)),
        spans=frozenset(span for slot in cut for span in slot.spans(usable)) if counted else frozenset(),
    )  # fmt: skip


def with_fill_down(located: Located) -> Located:
    """The table with each `fill_down` column's blanks filled from above."""
    columns = tuple(
        replace(b, raw=filled_down(b.raw)) if isinstance(b.spec, Column) and b.spec.fill_down else b
        for b in located.columns
    )
    return replace(located, columns=columns)


def read_labels(
    located: Located, around: Surroundings, fates: np.ndarray, context: Context
) -> tuple[list[Converted], dict[str, list[list[str]]]]:
    """Lay what the label columns say over `around.fields`. Returns what was read, and per row what `many` columns chose
    (nothing at all in a table without them).
    """
    read = list(around.read)
    several = any(bound.column.many for bound in located.columns)
    chosen: dict[str, list[list[str]]] = {name: [[] for _ in fates] for name in CHOICES} if several else {}
    for bound in located.columns:
        spec = bound.column
        if spec.as_ not in LABELS:
            continue
        if spec.many:
            converted = many_labels(bound, spec, located.table.separator, context)
            for position, told in enumerate(codes_of(converted, len(fates))):
                for name in CHOICES:
                    chosen[name][position] += told.get(name, [])
        else:
            converted = labels(bound, spec, context)
            set_fields(around.fields, converted)
            leave_out(fates, converted)
        read.append(converted)
    return read, chosen


def leave_out(fates: np.ndarray, converted: Converted) -> None:
    """Give rows whose label names a rule (another district's area) that rule's fate."""
    if any(isinstance(r, dict) and IGNORE in r for r in converted.results):
        rules = converted.take(lambda sets: sets.get(IGNORE))
        hit = np.array([rule is not None for rule in rules], dtype=bool) & (fates == LOADED)
        fates[hit] = rules[hit]


def _name_the_empty(
    located: Located, fates: np.ndarray, reports: pd.DataFrame, cut: list[Slot], known: np.ndarray
) -> None:
    """Rows whose numbers are all zero, and rows for which the source has no figure at all: never the same."""
    most = reports.groupby("position")["high"].max().reindex(range(len(fates)), fill_value=0).to_numpy()
    silent = np.all([slot.silent() for slot in cut], axis=0)
    fates[known & (most == 0)] = located.table.zero_rows
    fates[known & (most == 0) & silent] = NO_FIGURES


def repeated(located: Located, fates: np.ndarray, context: Context) -> tuple[np.ndarray, list[tuple[int, Fault]]]:
    """Rows that repeat an earlier key word for word, rows the source calls a copy, and keys used for two things."""
    found = np.full(len(fates), "", dtype=object)
    faults: list[tuple[int, Fault]] = []
    keys = [b for b in located.columns if b.column.as_ == "key"]
    rows = np.flatnonzero(fates == LOADED)
    if not keys or not len(rows):
        return found, faults
    content = np.stack([b.raw.codes for b in located.columns if b.column.as_ not in ("text", "drop")])
    codes = pd.DataFrame({n: b.raw.codes[rows] for n, b in enumerate(keys)})
    first: dict[object, int] = {}
    for position in rows[codes.duplicated(keep=False).to_numpy()]:
        key = tuple(b.raw.cells[int(b.raw.codes[position])] for b in keys)
        if all(part is None for part in key):
            continue
        earlier = first.setdefault(key, int(position))
        if earlier == position:
            continue
        if (content[:, earlier] == content[:, position]).all():
            found[position] = "duplicate_row"
        else:
            number = int(located.numbers()[position])
            values = {"earlier": int(located.numbers()[earlier])}
            place = (number, keys[0].heading, keys[0].letter)
            faults.append((int(position), Fault("conflicting_key", context.file, located.sheet.name, *place, values)))
    for bound in (b for b in located.columns if b.column.as_ == "copy_of"):
        own = keys[0].raw
        known = {normalise(label_of(own.cells[int(code)])) for code in np.unique(own.codes[rows])} - {""}
        for position in rows:
            cell = bound.raw.cells[int(bound.raw.codes[position])]
            if cell is not None and normalise(label_of(cell)) in known:
                found[position] = "copy_of_row"
    return found, faults
