"""Comparable ground: the source-months that two or more periods have in common, and by name what falls outside.

Rules: reference statistics.md 11. A month of a source is compared with the same calendar month of the other period, if
both were delivered, the counted question has the same version, and no break marked as not comparable lies between.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from vbe_analysis.analysis.coverage import months_of, source_months
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY, REFERENCE, default_vocabulary

NEW_SOURCE, STOPPED_SOURCE, MISSING_MONTHS, NOT_ASKED = "new_source", "stopped_source", "missing_months", "not_asked"
NEW_VERSION, LOW_RESPONSE, BREAK = "new_version", "low_response", "break"
NO_COMMON_MONTHS, HALF_SOURCE_MONTHS, HALF_REPORTS = "no_common_months", "half_source_months", "half_reports"
REFUSALS = frozenset({NO_COMMON_MONTHS, HALF_SOURCE_MONTHS, HALF_REPORTS})

SourceMonth = tuple[str, str, str]  # source, environment, month


@dataclass(frozen=True, order=True)
class Outside:
    """What one source does not bring to a comparison, and why (a code above).

    period, months: where it is lacking, or from where on it differs from the earlier periods. environment: "" all.
    detail: the sentence of a break.
    """

    source: str
    reason: str
    period: str
    months: tuple[str, ...]
    environment: str = ""
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Ground:
    """What periods (in order of time) can be compared on.

    reports: by period, reports whose whole interval lies on the ground, and all that count (no reference series).
    """

    periods: tuple[Period, ...]
    comparable: frozenset[SourceMonth]
    covered: frozenset[SourceMonth]
    outside: tuple[Outside, ...]
    reports: Mapping[str, tuple[int, int]]

    def source_months(self, period: Period, environment: str | None = None) -> tuple[int, int]:
        """Source-months of a period on the ground, and all that were covered."""
        months = set(months_of(period))
        comparable, covered = (
            len({(s, month) for s, named, month in found if month in months and environment in (None, named)})
            for found in (self.comparable, self.covered)
        )
        return comparable, covered

    def months(self, period: Period) -> dict[str, int]:
        """Comparable months of a period by source, for the sources that have any."""
        months = set(months_of(period))
        pairs = {(source, month) for source, _, month in self.comparable if month in months}
        sources = sorted(source for source, _ in pairs)
        return {source: len(list(group)) for source, group in groupby(sources)}

    def refused(self, environment: str | None = None) -> str:
        """Why the periods cannot be compared at all, or in one environment: a code above, "" where they can."""
        shares = [self.source_months(period, environment) for period in self.periods]
        if not all(comparable for comparable, _ in shares):
            return NO_COMMON_MONTHS
        if any(2 * comparable < covered for comparable, covered in shares):
            return HALF_SOURCE_MONTHS
        return HALF_REPORTS if any(2 * on < counted for on, counted in self.reports.values()) else ""


def comparable_ground(
    events: pd.DataFrame,
    coverage: pd.DataFrame,
    periods: Sequence[Period],
    environments: Collection[str] | None = None,
    response_limit: float = 0.0,
    whole_sources: bool = False,
) -> Ground:
    """The ground that all `periods` have in common (events and coverage by frames.EVENTS and frames.COVERAGE).

    coverage: with the cycles between the periods, since a break in them counts. environments: default, all of the
    vocabulary. response_limit: a survey answered by a smaller share is not compared (0: any is).
    whole_sources: only sources of which nothing falls outside, so that no count of a few months can be told apart.
    """
    ordered = tuple(sorted(periods))
    counted = coverage[coverage["source"] != HISTORY]
    cells = _cells(counted, environments or default_vocabulary().all_environments, response_limit)
    breaks = _breaks(counted)
    comparable: set[SourceMonth] = set()
    outside: list[Outside] = []
    for source, of_source in groupby(sorted(cells), key=lambda pair: pair[0]):
        told: dict[str, list[Outside]] = {}
        for _, environment in of_source:
            months, told[environment] = _compared(source, cells[source, environment], ordered, breaks.get(source, []))
            comparable |= {(source, environment, month) for month in months}
        outside += _together(told)
    if whole_sources:
        divided = {item.source for item in outside}
        comparable = {cell for cell in comparable if cell[0] not in divided}
    covered = {(*pair, month) for pair, known in cells.items() for month, cell in known.items() if cell.covered}
    ground = Ground(ordered, frozenset(comparable), frozenset(covered), tuple(sorted(outside)), {})
    return Ground(ordered, ground.comparable, ground.covered, ground.outside, _shares(events, ground))


def on_ground(events: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """The events whose whole interval lies in comparable months of their source and environment."""
    spans = pd.DataFrame(
        {
            "source": events["source"].astype("str"),
            "environment": events["environment"].astype("str"),
            "first": events["date_from"].dt.year * 12 + events["date_from"].dt.month - 1,
            "last": events["date_to"].dt.year * 12 + events["date_to"].dt.month - 1,
        }
    )
    months = {(source, environment, int(m[:4]) * 12 + int(m[5:]) - 1) for source, environment, m in ground.comparable}
    inside = {
        span: all((span[0], span[1], month) in months for month in range(span[2], span[3] + 1))
        for span in spans.drop_duplicates().itertuples(index=False, name=None)
    }
    kept = [inside[span] for span in spans.itertuples(index=False, name=None)]
    return events[pd.Series(kept, index=events.index, dtype="bool")]


@dataclass(frozen=True)
class _Cell:
    covered: bool
    asked: bool
    version: str
    low_response: bool


_UNSPOKEN = _Cell(False, False, "", False)  # no delivery speaks of the month


def _cells(
    coverage: pd.DataFrame, environments: Collection[str], limit: float
) -> dict[tuple[str, str], dict[str, _Cell]]:
    """(source, environment) -> month -> what the source said of it."""
    known = source_months(coverage, environments)
    low = (known["answered"] / known["asked"] < limit).fillna(False)
    found: dict[tuple[str, str], dict[str, _Cell]] = {}
    columns = (known[name].tolist() for name in ("source", "environment", "month", "covered", "wanted", "version"))
    for source, environment, month, covered, wanted, version, lacking in zip(*columns, low.tolist(), strict=True):
        found.setdefault((source, environment), {})[month] = _Cell(covered, wanted, version, lacking)
    return found


def _breaks(coverage: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """source -> (month, sentence) of each break; every later month of its cycle repeats the sentence."""
    marked = coverage[coverage["break_before"] != ""]
    found: dict[str, list[tuple[str, str]]] = {}
    for (source, text), months in marked.groupby(["source", "break_before"])["month"]:
        found.setdefault(str(source), []).append((min(months), str(text)))
    return {source: sorted(told) for source, told in found.items()}


def _calendar(period: Period) -> dict[tuple[str, int], str]:
    """Month of the year and how many times it has come -> month, so that equal keys are the same calendar month."""
    months = months_of(period)
    return {
        (month[5:], sum(earlier[5:] == month[5:] for earlier in months[:i])): month for i, month in enumerate(months)
    }


def _compared(
    source: str, known: Mapping[str, _Cell], periods: Sequence[Period], breaks: Sequence[tuple[str, str]]
) -> tuple[set[str], list[Outside]]:
    """The comparable months of one source and environment, in all periods, and what falls outside."""
    calendars = [_calendar(period) for period in periods]
    cells = [{key: known.get(month, _UNSPOKEN) for key, month in calendar.items()} for calendar in calendars]
    if not any(cell.asked for said in cells for cell in said.values()):
        return set(), []
    outside = list(_lacking(source, periods, calendars, cells))
    comparable: set[str] = set()
    differing: dict[tuple[str, str, str], list[str]] = {}
    for key in [key for key in calendars[-1] if all(key in said and said[key].covered for said in cells)]:
        months = [calendar[key] for calendar in calendars]
        between = [text for month, text in breaks if months[0] < month <= months[-1]]
        low = [p.label for p, said in zip(periods, cells, strict=True) if said[key].low_response]
        if len({said[key].version for said in cells}) > 1:
            differing.setdefault((NEW_VERSION, periods[-1].label, ""), []).append(months[-1])
        elif between:
            differing.setdefault((BREAK, periods[-1].label, between[-1]), []).append(months[-1])
        elif low:
            differing.setdefault((LOW_RESPONSE, low[-1], ""), []).append(months[-1])
        else:
            comparable.update(months)
    for (reason, label, detail), found in differing.items():
        outside.append(Outside(source, reason, label, tuple(found), detail=detail))
    return comparable, outside


def _lacking(
    source: str, periods: Sequence[Period], calendars: Sequence[Mapping[tuple[str, int], str]],
    cells: Sequence[Mapping[tuple[str, int], _Cell]],
) -> Iterator[Outside]:  # fmt: skip
    asked = [any(cell.asked for cell in said.values()) for said in cells]
    for position, (period, calendar, said) in enumerate(zip(periods, calendars, cells, strict=True)):
        if not asked[position]:
            reason = NOT_ASKED if any(asked[:position]) and any(asked[position:]) else ""
            reason = reason or (STOPPED_SOURCE if any(asked[:position]) else NEW_SOURCE)
            yield Outside(source, reason, period.label, tuple(calendar.values()))
            continue
        lacking = {key: cell for key, cell in said.items() if not cell.covered}
        missing = [calendar[key] for key, cell in lacking.items() if cell.asked or cell is _UNSPOKEN]
        unasked = [calendar[key] for key in lacking if calendar[key] not in missing]
        for reason, months in ((MISSING_MONTHS, missing), (NOT_ASKED, unasked)):
            if months:
                yield Outside(source, reason, period.label, tuple(months))


def _together(told: Mapping[str, list[Outside]]) -> list[Outside]:
    """Once for all environments where they fare alike, else by environment."""
    each = list(told.values())
    if all(found == each[0] for found in each):
        return each[0]
    return [
        Outside(o.source, o.reason, o.period, o.months, environment, o.detail)
        for environment, found in told.items()
        for o in found
    ]


def _shares(events: pd.DataFrame, ground: Ground) -> dict[str, tuple[int, int]]:
    counted = events[
        (events["not_counted"] == "") & (events["environment"] != REFERENCE) & (events["source"] != HISTORY)
    ]
    shares = {}
    for period in ground.periods:
        inside = counted["date_from"].ge(pd.Timestamp(period.start)) & counted["date_to"].le(pd.Timestamp(period.end))
        shares[period.label] = len(on_ground(counted[inside], ground)), int(inside.sum())
    return shares
