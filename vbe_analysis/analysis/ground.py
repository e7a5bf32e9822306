"""Which months each source answers for, whether a count is known at all, and on which ground periods can be compared.

Rules: reference statistics.md 11. A month of a source is compared with the same calendar month of the other period, if
both were delivered, the counted question has the same version, and no break marked as not comparable lies between.
Months that one report spans go in or out together: else a year told in half-years would fall out where one told in
days stays.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, product

import numpy as np
import pandas as pd

from vbe_analysis.analysis.joined_months import divided_months, joined_months
from vbe_analysis.analysis.overlaps import OCCASION
from vbe_analysis.frames import ALL_ENVIRONMENTS, DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING, OBSERVED, PARTIAL
from vbe_analysis.periods import Period, months_between
from vbe_analysis.vocabulary import GROUPS, HISTORY, OFFICES, REFERENCE, Vocabulary, default_vocabulary

NEW_SOURCE, STOPPED_SOURCE, MISSING_MONTHS = "new_source", "stopped_source", "missing_months"
NEW_VERSION, LOW_RESPONSE, BREAK, JOINED_MONTHS = "new_version", "low_response", "break", "joined_months"
REASONS = frozenset(
    {NEW_SOURCE, STOPPED_SOURCE, MISSING_MONTHS, NOT_ASKED, NEW_VERSION, LOW_RESPONSE, BREAK, JOINED_MONTHS}
)
NO_COMMON_MONTHS, HALF_SOURCE_MONTHS, HALF_OCCASIONS = "no_common_months", "half_source_months", "half_occasions"
REFUSALS = frozenset({NO_COMMON_MONTHS, HALF_SOURCE_MONTHS, HALF_OCCASIONS})
MOST_YEARS = 10  # statistics.md 7
ENOUGH_ANSWERS = 0.8  # statistics.md 11

SourceMonth = tuple[str, str, str]  # source, environment, month
Status = tuple[str, int]
"""Whether a cell's count is known (frames.COUNTS), and the number of source-months with a delivery."""


@dataclass(frozen=True)
class MonthCoverage:
    """What a source said of a month.

    covered: whether it can be counted; never a month that only a count passing the period's boundary reaches.
    version: of the question. low_response: whether too few answered it to be compared.
    """

    covered: bool
    asked: bool
    version: str
    low_response: bool


def source_months(
    coverage: pd.DataFrame, environments: Collection[str], response_limit: float = 0.0
) -> dict[SourceMonth, MonthCoverage]:
    """Coverage (frames.COVERAGE) spelt out by source, environment (of `environments`) and month.

    An environment's own row goes before the row for all of them; where two deliveries speak of a month, the one that
    covers it goes before. response_limit: as in `comparable_ground`.
    """
    covered = coverage["status"].isin([DELIVERED, NOTHING]) & ~coverage["straddled"]
    asked = coverage["status"] != NOT_ASKED
    low = (coverage["answered"] / coverage["asked"] < response_limit).fillna(False)
    columns = [covered, asked, *(coverage[name] for name in ("source", "environment", "month", "version")), low]
    rows = sorted(zip(*(column.tolist() for column in columns), strict=True), key=lambda row: row[:2])
    of_all: dict[SourceMonth, MonthCoverage] = {}
    own: dict[SourceMonth, MonthCoverage] = {}
    for is_covered, is_asked, source, named, month, version, is_low in rows:
        known = MonthCoverage(is_covered, is_asked, version, is_low)
        if named == ALL_ENVIRONMENTS:
            of_all |= {(source, environment, month): known for environment in environments}
        elif named in environments:
            own[source, named, month] = known
    return of_all | own


def months_of(period: Period) -> tuple[str, ...]:
    """The months that a period's coverage is judged by: those wholly inside, or the ones a shorter period lies in."""
    return period.months or tuple(months_between(period.start, period.end))


def sources_of(coverage: pd.DataFrame, periods: Sequence[Period]) -> list[str]:
    """The sources that coverage knows in any of the periods, in alphabetical order."""
    months = {month for period in periods for month in months_of(period)}
    return sorted(coverage.loc[coverage["month"].isin(months), "source"].unique())


def newcomers(coverage: pd.DataFrame, cycles: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Cycle -> the sources that delivered anything countable in it and in none before; the first cycle has none."""
    covered = coverage[coverage["status"].isin([DELIVERED, NOTHING]) & ~coverage["straddled"]]
    known: set[str] = set()
    result = {}
    for cycle in cycles:
        sources = covered.loc[covered["cycle"] == cycle, "source"].unique()
        result[cycle] = tuple(source for source in sources if source not in known) if known else ()
        known |= set(sources)
    return result


def cell_status(
    coverage: pd.DataFrame,
    periods: Sequence[Period],
    keys: Sequence[str],
    environments: Collection[str],
    words: Vocabulary | None = None,
) -> dict[tuple[str, ...], Status]:
    """Whether a cell's count is known: by period and value of `keys` (source, environment, group) in coverage.

    A source that was not asked at all in a period leaves no gap in it: `observed` means every month of the others.
    Nor does one that cannot tell of a group leave a gap in that group.
    """
    tells = (words or default_vocabulary()).tells
    labels: dict[str, list[str]] = defaultdict(list)
    for period in periods:
        for month in months_of(period):
            labels[month].append(period.label)
    length = {period.label: len(months_of(period)) for period in periods}
    asked: dict[tuple[str, ...], set[str]] = defaultdict(set)
    covered: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for (source, environment, month), cell in source_months(coverage, environments).items():
        groups = [group for group in GROUPS.values() if tells(source, group)] if "group" in keys else [""]
        for label, group in product(labels.get(month, ()), groups):
            values = {"source": source, "environment": environment, "group": group}
            key = (label, *(values[name] for name in keys))
            asked[key] |= {source} if cell.asked else set()
            covered[key] += [(source, month)] if cell.covered else []
    # A total over environments expects every one of them from a source that was asked for any.
    each = 1 if "environment" in keys else len(environments)
    cells = {}
    for key, sources in asked.items():
        expected, number = len(sources) * length[key[0]] * each, len(covered[key])
        status = OBSERVED if number == expected else PARTIAL if number else NOT_DELIVERED
        cells[key] = status if expected else NOT_ASKED, len(set(covered[key]))
    return cells


@dataclass(frozen=True, order=True)
class Outside:
    """What one source does not bring to a comparison, and why (one of REASONS).

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

    occasions: by period, those whose whole interval lies on the ground, and all that count (no reference series); the
    least of an open number. together: sources that were compared together or not at all, and count as one.
    """

    periods: tuple[Period, ...]
    comparable: frozenset[SourceMonth]
    covered: frozenset[SourceMonth]
    outside: tuple[Outside, ...]
    occasions: Mapping[str, tuple[int, int]]
    together: frozenset[str] = frozenset()

    def source_months(self, period: Period, environment: str | None = None) -> tuple[int, int]:
        """Source-months of a period on the ground, and all that were covered."""
        months = set(months_of(period))
        comparable, covered = (
            len(
                {(self._one(s), month) for s, named, month in found if month in months and environment in (None, named)}
            )
            for found in (self.comparable, self.covered)
        )
        return comparable, covered

    def _one(self, source: str) -> str:
        return OFFICES if source in self.together else source

    def months(self, period: Period) -> dict[str, int]:
        """Comparable months of a period by source, for the sources that have any."""
        months = set(months_of(period))
        pairs = {(source, month) for source, _, month in self.comparable if month in months}
        sources = sorted(source for source, _ in pairs)
        return {source: len(list(group)) for source, group in groupby(sources)}

    def refused(self, environment: str | None = None) -> str:
        """Why the periods cannot be compared at all, or in one environment: one of REFUSALS, "" where they can."""
        shares = [self.source_months(period, environment) for period in self.periods]
        if not all(comparable for comparable, _ in shares):
            return NO_COMMON_MONTHS
        if any(2 * comparable < covered for comparable, covered in shares):
            return HALF_SOURCE_MONTHS
        return HALF_OCCASIONS if any(2 * on < counted for on, counted in self.occasions.values()) else ""


def comparable_ground(
    events: pd.DataFrame,
    coverage: pd.DataFrame,
    periods: Sequence[Period],
    environments: Collection[str] | None = None,
    response_limit: float = 0.0,
    together: Collection[str] = (),
) -> Ground:
    """The ground that all `periods` have in common.

    events: frames.EVENTS or their tally. coverage: frames.COVERAGE, with the cycles between the periods, since a break
    in them counts. environments: by default all of the package's vocabulary.
    response_limit: a survey answered by a smaller share is not compared (0: any is).

    together: sources that are compared whole and only together: all their months, where nothing of any of them falls
    outside, else none, so that no count of one of them, or of a few months, can be told apart.
    """
    material = _Material(events, coverage, environments or default_vocabulary().all_environments, response_limit)
    return material.ground(sorted(periods), frozenset(together))


def comparable_segments(
    events: pd.DataFrame,
    coverage: pd.DataFrame,
    periods: Sequence[Period],
    environments: Collection[str],
    response_limit: float = 0.0,
    together: Collection[str] = (),
) -> dict[int, Ground]:
    """The grounds of the longest runs of periods that can be compared, numbered from 1 in order of time.

    The newest reaches back as long as at least half of every period's source-months and occasions lie on the ground of
    all its periods, at most ten; those before it are divided in the same way. A period that nobody delivered is in
    none. Arguments as of `comparable_ground`.
    """
    material, whole = _Material(events, coverage, environments, response_limit), frozenset(together)
    left = [period for period in sorted(periods) if material.ground([period], whole).source_months(period)[0]]
    grounds: list[Ground] = []
    while left:
        start, ground = len(left) - 1, material.ground(left[-1:], whole)
        while start > 0 and len(left) - start < MOST_YEARS:
            longer = material.ground(left[start - 1 :], whole)
            if longer.refused():
                break
            start, ground = start - 1, longer
        grounds.append(ground)
        left = left[:start]
    return dict(enumerate(reversed(grounds), 1))


def calendar_cells(ground: Ground, period: Period) -> set[tuple[str, str, tuple[str, int]]]:
    """The covered source-months of a period by calendar month, so that they are those of another period."""
    key_of = {month: key for key, month in _calendar(period).items()}
    return {(source, named, key_of[month]) for source, named, month in ground.covered if month in key_of}


def changed_surveys(coverage: pd.DataFrame, ground: Ground) -> frozenset[str]:
    """The surveys on the ground whose answering units in some period are under four fifths of those in another."""
    own = coverage[coverage["source"].isin({source for source, _, _ in ground.comparable})]
    surveys = set()
    for source, rows in own.dropna(subset="answered").groupby("source"):
        inside = [rows.loc[rows["month"].isin(months_of(period)), "answered"] for period in ground.periods]
        answered = [int(units.max()) for units in inside if len(units)]
        if answered and min(answered) < ENOUGH_ANSWERS * max(answered):
            surveys.add(str(source))
    return frozenset(surveys)


def on_ground(events: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """The events (or rows of their tally) whose whole interval lies in comparable months of their source and
    environment."""
    first, last = (
        events[name].to_numpy(dtype="datetime64[M]").astype("int64").tolist() for name in ("date_from", "date_to")
    )
    months = {(s, named, int(np.datetime64(m).astype("int64"))) for s, named, m in ground.comparable}
    spans = [*zip(events["source"].tolist(), events["environment"].tolist(), first, last, strict=True)]
    inside = {
        span: all((span[0], span[1], month) in months for month in range(span[2], span[3] + 1)) for span in set(spans)
    }
    return events[np.array([inside[span] for span in spans], dtype=bool)]


class _Material:
    """Events and coverage, read once for all the grounds that are tried on them."""

    def __init__(
        self, events: pd.DataFrame, coverage: pd.DataFrame, environments: Collection[str], response_limit: float
    ) -> None:
        counted = coverage[coverage["source"] != HISTORY]
        self.breaks = _breaks(counted)
        self.cells: dict[tuple[str, str], dict[str, MonthCoverage]] = defaultdict(dict)
        known = source_months(counted, environments, response_limit)
        self.covered = frozenset(place for place, cell in known.items() if cell.covered)
        for (source, environment, month), cell in known.items():
            self.cells[source, environment][month] = cell
        own = events[(events["not_counted"] == "") & (events["source"] != HISTORY)]
        self.joined = joined_months(own)
        self.events = _occasions(own[own["environment"] != REFERENCE])

    def ground(self, periods: Sequence[Period], together: frozenset[str]) -> Ground:
        """The ground of periods in order of time."""
        comparable: set[SourceMonth] = set()
        outside: list[Outside] = []
        calendars = [_calendar(period) for period in periods]
        for source, pairs in groupby(sorted(self.cells), key=lambda pair: pair[0]):
            by_environment: dict[str, list[Outside]] = {}
            common: dict[bool, dict[str, set[str]]] = {False: {}, True: {}}
            for _, environment in pairs:
                cells, breaks = self.cells[source, environment], self.breaks.get(source, [])
                months, by_environment[environment] = _compared(source, cells, periods, calendars, breaks)
                common[environment == REFERENCE][environment] = months
            outside += _together(by_environment)
            for reference, months_of_each in common.items():
                divided = divided_months(months_of_each, self.joined.get((source, reference), set()), calendars)
                newest = tuple(month for month in calendars[-1].values() if month in divided)
                if newest and not reference:
                    outside.append(Outside(source, JOINED_MONTHS, periods[-1].label, newest))
                for environment, months in months_of_each.items():
                    comparable |= {(source, environment, month) for month in months - divided}
        if any(item.source in together for item in outside):
            comparable = {cell for cell in comparable if cell[0] not in together}
        covered = {
            (*pair, month) for pair, cells in self.cells.items() for month, cell in cells.items() if cell.covered
        }
        ground = Ground(tuple(periods), frozenset(comparable), frozenset(covered), tuple(sorted(outside)), {}, together)
        return replace(ground, occasions=self._occasions(ground))

    def _occasions(self, ground: Ground) -> dict[str, tuple[int, int]]:
        """By period the occasions on the ground, and all that count."""
        first, last = self.events["date_from"], self.events["date_to"]
        shares = {}
        for period in ground.periods:
            inside = self.events[(first >= pd.Timestamp(period.start)) & (last <= pd.Timestamp(period.end))]
            shares[period.label] = int(on_ground(inside, ground)["low"].sum()), int(inside["low"].sum())
        return shares


def _occasions(events: pd.DataFrame) -> pd.DataFrame:
    """One row an occasion, of 1, and one row a report dated to an interval, of the least that it states."""
    on_day = events["date_from"] == events["date_to"]
    kept = events[~on_day | ~events.duplicated([*OCCASION, "date_to"])]
    return kept.assign(low=kept["low"].mask(on_day, 1))


_UNSPOKEN = MonthCoverage(False, False, "", False)  # no delivery speaks of the month


def _breaks(coverage: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """source -> (month, sentence) of each break; every later month of its cycle repeats the sentence."""
    marked = coverage[coverage["break_before"] != ""]
    found: dict[str, list[tuple[str, str]]] = {}
    for (source, text), months in marked.groupby(["source", "break_before"])["month"]:
        found.setdefault(str(source), []).append((min(months), str(text)))
    return {source: sorted(texts) for source, texts in found.items()}


def _calendar(period: Period) -> dict[tuple[str, int], str]:
    """Month of the year and how many times it has come -> month, so that equal keys are the same calendar month."""
    months = months_of(period)
    return {
        (month[5:], sum(earlier[5:] == month[5:] for earlier in months[:i])): month for i, month in enumerate(months)
    }


def _compared(
    source: str,
    known: Mapping[str, MonthCoverage],
    periods: Sequence[Period],
    calendars: Sequence[Mapping[tuple[str, int], str]],
    breaks: Sequence[tuple[str, str]],
) -> tuple[set[str], list[Outside]]:
    """The comparable months of one source and environment, in all periods, and what falls outside."""
    cells = [{key: known.get(month, _UNSPOKEN) for key, month in calendar.items()} for calendar in calendars]
    if not any(cell.asked for own in cells for cell in own.values()):
        return set(), []
    outside = list(_lacking(source, periods, calendars, cells))
    comparable: set[str] = set()
    differing: dict[tuple[str, str, str], list[str]] = {}
    for key in [key for key in calendars[-1] if all(key in own and own[key].covered for own in cells)]:
        months = [calendar[key] for calendar in calendars]
        between = [text for month, text in breaks if months[0] < month <= months[-1]]
        low = [p.label for p, own in zip(periods, cells, strict=True) if own[key].low_response]
        if len({own[key].version for own in cells}) > 1:
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
    source: str,
    periods: Sequence[Period],
    calendars: Sequence[Mapping[tuple[str, int], str]],
    cells: Sequence[Mapping[tuple[str, int], MonthCoverage]],
) -> Iterator[Outside]:
    asked = [any(cell.asked for cell in own.values()) for own in cells]
    for position, (period, calendar, own) in enumerate(zip(periods, calendars, cells, strict=True)):
        if not asked[position]:
            reason = NOT_ASKED if any(asked[:position]) and any(asked[position:]) else ""
            reason = reason or (STOPPED_SOURCE if any(asked[:position]) else NEW_SOURCE)
            yield Outside(source, reason, period.label, tuple(calendar.values()))
            continue
        lacking = {key: cell for key, cell in own.items() if not cell.covered}
        missing = [calendar[key] for key, cell in lacking.items() if cell.asked or cell is _UNSPOKEN]
        unasked = [calendar[key] for key in lacking if calendar[key] not in missing]
        for reason, months in ((MISSING_MONTHS, missing), (NOT_ASKED, unasked)):
            if months:
                yield Outside(source, reason, period.label, tuple(months))


def _together(by_environment: Mapping[str, list[Outside]]) -> list[Outside]:
    """Once for all environments where they fare alike, else by environment."""
    each = list(by_environment.values())
    if all(found == each[0] for found in each):
        return each[0]
    return [
        Outside(o.source, o.reason, o.period, o.months, environment, o.detail)
        for environment, found in by_environment.items()
        for o in found
    ]
