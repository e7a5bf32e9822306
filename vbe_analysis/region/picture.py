"""A region's picture: its districts' figures side by side, and added up: exact ones added, bands added end by end.

Computed from the exports' rows alone, so it can tell nothing that they do not, and needs no audit of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from vbe_analysis.analysis.comparison import Change, compare_counts, hold_back
from vbe_analysis.analysis.ground import HALF_OCCASIONS, HALF_SOURCE_MONTHS
from vbe_analysis.analysis.patterns import LEAST_PERIODS, most_in_every_period
from vbe_analysis.analysis.trends import HIGHER, LOWER, Series, newest_against_earlier
from vbe_analysis.analysis.verdict import NO_COMPARISON
from vbe_analysis.disclosure.bands import OPEN, total
from vbe_analysis.disclosure.facts import GROUP_CODES
from vbe_analysis.disclosure.policy import ALL, INTERNAL, OPEN_ACTS, PERSON_LINKED, PUBLIC, TRACES
from vbe_analysis.frames import DELIVERED, EXPORT, NOT_ASKED, NOT_DELIVERED, NOTHING, Interval
from vbe_analysis.periods import Period
from vbe_analysis.region.deliveries import Delivered
from vbe_analysis.region.export_file import (
    COMPARABLE_YEARS,
    COMPARED,
    COVERED,
    GROUND,
    REFERENCE_SERIES,
    RESPONSE,
    SURVEYS,
    YEARS,
)
from vbe_analysis.region.folder import Region
from vbe_analysis.region.merger import WORST
from vbe_analysis.vocabulary import EVERY_GROUP, OFFICES, REFERENCE, TOTAL, Vocabulary

HALF_DISTRICTS = "half_districts"  # why nothing is compared: fewer than half of all districts can be
LEAST_JUDGED = 3  # districts: of fewer, how many lie outside what is expected says nothing
OUTSIDE_BY_CHANCE = 0.05  # of newest counts that lie outside a 95 percent interval of what is expected
Counts = Mapping[tuple[str, str, str], Interval]
"""(district, environment or TOTAL, period) -> a count."""


@dataclass(frozen=True, eq=False)
class RegionGroup:
    """One group of events. name: of policy (ALL in the internal edition).

    counts: of each district; sums: (environment or TOTAL, period) -> all of them added up. changes: environment (and
    TOTAL, but for bands) -> the two periods on the ground of the districts in `compared`. kinds: district -> its own
    published verdict on all, or "". series: district -> its comparable years, the newest against the earlier.
    """

    name: str
    counts: Counts
    sums: Mapping[tuple[str, str], Interval]
    changes: Mapping[str, Change]
    compared: tuple[str, ...]
    kinds: Mapping[str, str]
    series: Mapping[str, Series]

    @property
    def banded(self) -> bool:
        """Whether its counts are bands, which are never added up over environments."""
        return self.name == PERSON_LINKED


@dataclass(frozen=True, eq=False)
class Graffiti:
    """One district's graffiti of all kinds, in the same sources and months of both periods.

    coded, ordinary: with an extremist message, and all other, the period before and now.
    """

    sources: tuple[str, ...]
    coded: tuple[Interval, Interval]
    ordinary: tuple[Interval, Interval]

    @property
    def whole(self) -> tuple[Interval, Interval]:
        """Both kinds together."""
        before, now = (total(coded, rest) for coded, rest in zip(self.coded, self.ordinary, strict=True))
        return before, now


@dataclass(frozen=True, eq=False)
class RegionPicture:
    """What one edition of a region's chapter stands on.

    delivered: districts with figures, in the city's own order; exact: those with exact counts of all events. coverage:
    district, source, month, status of the period. response: district -> survey -> (answered, asked). ground: district,
    source, month that are compared. most: the environments with the most in every one of `most_periods`.
    """

    region: Region
    edition: str
    period: Period
    previous: Period | None
    periods: Mapping[str, Period]
    delivered: tuple[str, ...]
    exact: tuple[str, ...]
    groups: tuple[RegionGroup, ...]
    coverage: pd.DataFrame
    response: Mapping[str, Mapping[str, Interval]]
    ground: pd.DataFrame
    graffiti: Mapping[str, Graffiti]
    most: Mapping[str, bool]
    most_periods: tuple[str, ...]
    inherited: Mapping[str, str]

    @property
    def districts(self) -> tuple[str, ...]:
        """All of the period, in the city's own order."""
        return self.region.districts(self.period.label)

    @property
    def added(self) -> RegionGroup:
        """The group whose counts are added up: all events, or the traces."""
        return next(group for group in self.groups if group.name in (ALL, TRACES))

    @property
    def missing(self) -> tuple[str, ...]:
        """The districts without figures."""
        return tuple(name for name in self.districts if name not in self.delivered)

    @property
    def labels(self) -> tuple[str, ...]:
        """The period before, where there is one, and this one, as the frames call them."""
        return (self.previous.label, self.period.label) if self.previous else (self.period.label,)

    @property
    def alike(self) -> tuple[str, ...]:
        """The districts whose graffiti comes of the same sources: those that the most districts have."""
        sets = [own.sources for own in self.graffiti.values()]
        most = max(sets, key=lambda own: (sets.count(own), len(own), own), default=())
        return tuple(name for name, own in self.graffiti.items() if own.sources == most)

    def months(self, district: str, source: str = "") -> Interval:
        """Source-months of a district with figures, and all that were asked for; of one source, or of all."""
        return self._months.get((district, source), (0, 0))

    @cached_property
    def _months(self) -> dict[tuple[str, str], Interval]:
        known: dict[tuple[str, str], Interval] = {}
        asked = self.coverage[self.coverage["status"] != NOT_ASKED]
        for district, source, status in zip(asked["district"], asked["source"], asked["status"], strict=True):
            for key in ((district, source), (district, "")):
                covered, every = known.get(key, (0, 0))
                known[key] = covered + (status == DELIVERED), every + 1
        return known


def region_picture(region: Region, cycle: str, edition: str, delivered: Delivered) -> RegionPicture:
    """The picture of a cycle. The internal one takes exact counts where a district has handed them over."""
    rows, period = rows_of(delivered, edition), delivered.periods[cycle]
    counted = {*rows.loc[rows["figure"] == YEARS, "period"]}
    before = [own for own in delivered.periods.values() if (period.start - own.end).days == 1 and own.label in counted]
    previous = next(iter(before), None)
    words, every = region.vocabulary, region.districts(cycle)
    codes = (
        {ALL: ""} if edition == INTERNAL else {name: GROUP_CODES[name] for name in (TRACES, PERSON_LINKED, OPEN_ACTS)}
    )
    labels = (*([previous.label] if previous else []), cycle)
    own = {name: rows[rows["group"] == code] for name, code in codes.items()}
    groups = tuple(
        _group(name, rows, own[name], labels, words, len(every))
        for name in codes
        if name in (ALL, TRACES) or (own[name]["figure"] == YEARS).any()
    )
    handed = {*rows["district"]}
    most, most_periods = _most(groups, rows, words, tuple(delivered.periods))
    return RegionPicture(
        region=region,
        edition=edition,
        period=period,
        previous=previous,
        periods=delivered.periods,
        delivered=tuple(name for name in every if name in handed),
        exact=delivered.districts(INTERNAL) if edition == INTERNAL else (),
        groups=groups,
        coverage=_coverage(rows, cycle),
        response=_response(rows, cycle),
        ground=rows.loc[rows["figure"] == GROUND, ["group", "district", "source", "part"]].reset_index(drop=True),
        graffiti=_graffiti(rows, labels) if previous else {},
        most=most,
        most_periods=most_periods,
        inherited=delivered.inherited,
    )


def rows_of(delivered: Delivered, edition: str) -> pd.DataFrame:
    """The rows that an edition stands on: public ones, or internal ones and of the other districts what is published.

    What is published of all events is the sum of the groups, end by end, where each of them has a number.
    """
    if edition == PUBLIC:
        return delivered.rows[PUBLIC]
    exact = delivered.rows[INTERNAL]
    rest = delivered.rows[PUBLIC]
    rest = rest[~rest["district"].isin(exact["district"])]
    years = rest[(rest["figure"] == YEARS) & (rest["event_type"] == "") & (rest["environment"] != "")]
    keys = ["district", "environment", "period"]
    groups = years.groupby(keys, sort=False)["group"].transform("nunique")
    years = years[groups == years.groupby("district", sort=False)["group"].transform("nunique")]
    ends = years.fillna({"high": OPEN}).groupby(keys, as_index=False, sort=False)
    sums = ends[["low", "high"]].sum()
    every = sums.groupby(["district", "period"], as_index=False, sort=False)[["low", "high"]].sum()
    summed = pd.concat([sums, every.assign(environment="")], ignore_index=True).assign(figure=YEARS)
    kept = rest[rest["figure"].isin([COVERED, RESPONSE, REFERENCE_SERIES])]
    blank: dict[str, Any] = {
        name: "" if column.dtype == "str" else pd.NA for name, column in EXPORT.items() if name not in summed
    }
    added = summed.assign(**blank)[[*rest.columns]]
    return pd.concat([exact, kept, added], ignore_index=True).astype(rest.dtypes)


def judged(picture: RegionPicture) -> dict[str, Series]:
    """The districts whose own earlier years let expect anything of this period, of the group that is added up."""
    series = picture.added.series
    own = {name: series[name] for name in picture.delivered if name in series}
    return {name: each for name, each in own.items() if each.expected and each.years[-1] == picture.period.label}


def chance(picture: RegionPicture) -> tuple[int, int, int]:
    """How many districts lie over and under what their own earlier years let expect, and of how many."""
    places = [place_of(own) for own in judged(picture).values()]
    return places.count(HIGHER), places.count(LOWER), len(places)


def place_of(series: Series) -> str:
    """Where the newest count lies, whatever it is inside its interval; "" within, or where that is not known."""
    low, high = series.counts[-1]
    expected = series.expected or (0, OPEN)
    return HIGHER if low > expected[1] else LOWER if high < expected[0] else ""


def _interval(row: Mapping[Any, Any]) -> Interval:
    return int(row["low"]), OPEN if pd.isna(row["high"]) else int(row["high"])


def _counts(rows: pd.DataFrame) -> dict[tuple[str, str, str], Interval]:
    known = rows[(rows["event_type"] == "") & (rows["source"] == "")].dropna(subset="low").to_dict("records")
    return {(row["district"], row["environment"] or TOTAL, row["period"]): _interval(row) for row in known}


def _sums(counts: Counts, districts: Iterable[str]) -> dict[tuple[str, str], Interval]:
    wanted, parts = {*districts}, dict[tuple[str, str], list[Interval]]()
    for (district, environment, period), interval in counts.items():
        if district in wanted:
            parts.setdefault((environment, period), []).append(interval)
    return {key: total(*own) for key, own in parts.items()}


def _group(
    name: str, rows: pd.DataFrame, own: pd.DataFrame, labels: tuple[str, ...], words: Vocabulary, every: int
) -> RegionGroup:
    counts, banded = _counts(own[own["figure"] == YEARS]), name == PERSON_LINKED
    compared = own[(own["figure"] == COMPARED) & (own["source"] == "")]
    verdicts = {
        (row["district"], row["environment"] or TOTAL): row["status"]
        for row in compared[compared["status"] != ""].to_dict("records")
    }
    districts = tuple(dict.fromkeys(own["district"]))
    series, changes, on_ground = _series(own), dict[str, Change](), tuple[str, ...]()
    if len(labels) == 2 and verdicts:
        lines = {
            line: [d for d in districts if verdicts.get((d, line), NO_COMPARISON) != NO_COMPARISON]
            for line in (*words.environments, *([] if banded else [TOTAL]))
        }
        ground = {*districts}.intersection(*lines.values()) if banded else {*lines[TOTAL]}
        on_ground = tuple(d for d in districts if d in ground)
        lines = {line: [d for d in able if d in ground] for line, able in lines.items()}
        common = counts if banded else _counts(compared)
        refused = _refused(rows, own, name, labels, words, on_ground, every, common, counts)
        changes = _changes(common, lines, labels, refused, _phi(series, on_ground))
        if {*own.loc[own["figure"] == SURVEYS, "district"]}.intersection(on_ground):
            changes = {line: hold_back(change, None) for line, change in changes.items()}
        if banded:
            changes = {line: replace(own_, percent=None, percent_interval=None) for line, own_ in changes.items()}
    kinds = {d: verdicts.get((d, TOTAL), "") for d in districts}
    return RegionGroup(name, counts, _sums(counts, districts), changes, on_ground, kinds, series)


def _changes(
    common: Counts, lines: Mapping[str, list[str]], labels: tuple[str, ...], refused: str, phi: float
) -> dict[str, Change]:
    """The word rule on what the districts of each line have in common with themselves the period before."""
    table = []
    for line, districts in lines.items():
        for period in labels:
            known = [common[d, line, period] for d in districts if (d, line, period) in common]
            low, high = total(*known) if known else (pd.NA, pd.NA)
            table.append({"environment": line, "period": period, "low": low, "high": high})
    frame = pd.DataFrame(table).astype({"low": "Int64", "high": "Int64"})
    every, each = frame["environment"] == TOTAL, dict.fromkeys(lines, phi)
    before, now = labels
    none = {line: HALF_DISTRICTS for line, districts in lines.items() if not districts}
    changes = compare_counts(frame[~every], now, before, "environment", refused, none, each)
    return changes | compare_counts(frame[every], now, before, "", refused, none, each)


def _refused(
    rows: pd.DataFrame,
    own: pd.DataFrame,
    name: str,
    labels: tuple[str, ...],
    words: Vocabulary,
    on_ground: tuple[str, ...],
    every: int,
    common: Counts,
    counts: Counts,
) -> str:
    """Why the periods cannot be compared in the whole region; "" where they can."""
    if not on_ground or 2 * len(on_ground) < every:
        return HALF_DISTRICTS
    ground = own[(own["figure"] == GROUND) & own["district"].isin(on_ground)]
    covered = rows[(rows["figure"] == COVERED) & rows["status"].isin([DELIVERED, NOTHING])]
    if name != ALL:
        covered = covered[[words.tells(source, EVERY_GROUP[name]) for source in covered["source"]]]
    for period in labels:
        sizes = []
        for frame in (ground, covered):
            places = frame[frame["period"] == period]
            together = [OFFICES if name == TRACES and not words.observes(own_) else own_ for own_ in places["source"]]
            sizes.append(len({*zip(places["district"], together, places["part"], strict=True)}))
        if 2 * sizes[0] < sizes[1]:
            return HALF_SOURCE_MONTHS
        part, whole = (
            sum(interval[0] for (_, line, own_), interval in each.items() if (line, own_) == (TOTAL, period))
            for each in (common, counts)
        )
        if 2 * part < whole:
            return HALF_OCCASIONS
    return ""


def _series(own: pd.DataFrame) -> dict[str, Series]:
    """Each district's comparable years, the newest against the earlier: as its own chapter has them."""
    rows = own[own["figure"] == COMPARABLE_YEARS].sort_values("period", kind="stable")
    series = {}
    for district, years in rows.groupby("district", sort=False):
        counts = [_interval(row) for row in years.to_dict("records")]
        series[str(district)] = newest_against_earlier(tuple(years["period"]), counts)
    return series


def _phi(series: Mapping[str, Series], districts: tuple[str, ...]) -> float:
    """How much more than Poisson counts the years of all vary together, where the districts have the same years."""
    own = [series[district] for district in districts if district in series]
    if len(own) < len(districts) or len({each.years for each in own}) != 1:
        return 1.0
    sums = [total(*(each.counts[at] for each in own)) for at in range(len(own[0].years))]
    whole = newest_against_earlier(own[0].years, sums)
    return whole.phi if whole.lead else 1.0


def _coverage(rows: pd.DataFrame, cycle: str) -> pd.DataFrame:
    """A row for each source and month of a district: figures where it has told of every environment it was asked of."""
    own = rows[(rows["figure"] == COVERED) & (rows["period"] == cycle)]
    ranked = own.assign(rank=own["status"].map(WORST))
    months = ranked.groupby(["district", "source", "part"], sort=False, as_index=False)["rank"].max()
    status = months["rank"].map({0: NOT_ASKED, 1: DELIVERED, 2: NOT_DELIVERED})
    named = {"district": months["district"], "source": months["source"], "month": months["part"], "status": status}
    return pd.DataFrame(named)


def _response(rows: pd.DataFrame, cycle: str) -> dict[str, dict[str, Interval]]:
    own = rows[(rows["figure"] == RESPONSE) & (rows["period"] == cycle)].dropna(subset=["asked", "answered"])
    response: dict[str, dict[str, Interval]] = {}
    for row in own.to_dict("records"):
        response.setdefault(row["district"], {})[row["source"]] = int(row["answered"]), int(row["asked"])
    return response


def _graffiti(rows: pd.DataFrame, labels: tuple[str, ...]) -> dict[str, Graffiti]:
    own = rows[rows["figure"] == REFERENCE_SERIES]
    known = {
        (row["district"], row["environment"], row["period"]): _interval(row)
        for row in own.dropna(subset="low").to_dict("records")
    }
    graffiti = {}
    for district, its in own.groupby("district", sort=False):
        ends = [[known.get((str(district), environment, label)) for label in labels] for environment in ("", REFERENCE)]
        sources = tuple(sorted({*its["source"]} - {""}))
        (coded, now), (rest, rest_now) = ends
        if coded and now and rest and rest_now and sources:
            graffiti[str(district)] = Graffiti(sources, (coded, now), (rest, rest_now))
    return graffiti


def _most(
    groups: tuple[RegionGroup, ...], rows: pd.DataFrame, words: Vocabulary, periods: tuple[str, ...]
) -> tuple[dict[str, bool], tuple[str, ...]]:
    """The environments with the most in every period that all the districts tell of, all groups end by end.

    No period in which a source was asked of some environments only: they cannot be held against each other there.
    """
    divided = {*rows.loc[(rows["figure"] == COVERED) & (rows["environment"] != ""), "period"]}
    districts, names = {*rows["district"]}, tuple(words.environments)

    def told_of(period: str) -> bool:
        return all((d, name, period) in group.counts for group in groups for d in districts for name in names)

    common = tuple(period for period in periods if period not in divided and told_of(period))
    if len(common) < LEAST_PERIODS:
        return {}, ()
    sums = {name: [total(*(group.sums[name, period] for group in groups)) for period in common] for name in names}
    return most_in_every_period(sums), common
