"""Years side by side: on the ground they have in common, the newest against the earlier, and whether there is a trend.

A year without events is zero, a year that nobody delivered a gap. Where too little is comparable across two years the
series is divided there. Figures from earlier chapters are a series of their own, never compared with counted years.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from vbe_analysis.analysis.counts import count_events, refuse_codes
from vbe_analysis.analysis.ground import (
    Ground,
    changed_surveys,
    comparable_ground,
    comparable_segments,
    on_ground,
)
from vbe_analysis.analysis.overlaps import OCCASIONS, Overlaps
from vbe_analysis.analysis.poisson import prediction_interval, shrunk_dispersion
from vbe_analysis.analysis.trend_tests import Trend, trend
from vbe_analysis.frames import Interval
from vbe_analysis.periods import Period, refuse_overlap
from vbe_analysis.vocabulary import HISTORY, TOTAL, Vocabulary, default_vocabulary

COUNTED = "counted"
LEAST_YEARS = 3  # statistics.md 7
YEARS_TO_JUDGE = 5  # earlier years from which the newest is judged against them
FEW_YEARS_PHI = 1.25  # of a band that rests on fewer
WITHIN, HIGHER, LOWER, UNDECIDED = "within", "higher", "lower", "undecided"
SURVEY_ANSWERS = "survey_answers"  # why a direction is held back: it may be of how many answered


@dataclass(frozen=True)
class Series:
    """The newest undivided run of years of one environment (or the total), on comparable ground.

    years, counts: one of each a year. phi: how many times more than Poisson counts the earlier years vary
    (`poisson.shrunk_dispersion`; 1.25 for three or four). expected: what the pooled earlier years let expect of the
    newest one, over all corners of their counts; None under three of them. within: whether the newest count lies
    there; None where its corners disagree, or nothing is expected. lead: the verdict on the newest year from five
    earlier ones (WITHIN, HIGHER, LOWER, or UNDECIDED where the corners disagree), "" for fewer. reason: why a direction
    is held back (SURVEY_ANSWERS). trend: None under three years.
    """

    years: tuple[str, ...]
    counts: tuple[Interval, ...]
    expected: Interval | None
    within: bool | None
    trend: Trend | None
    phi: float = 1.0
    lead: str = ""
    reason: str = ""

    @property
    def earlier(self) -> tuple[Interval, ...]:
        """The counts of all years but the newest."""
        return self.counts[:-1]


@dataclass(frozen=True, eq=False)
class Trends:
    """Years side by side.

    table: one row per year and environment, and `total`: frames.COUNTS on all ground, then `basis` ("counted" or
    "historik"), `segment` (years with one number can be compared; missing for a gap and for earlier chapters) and
    comparable_low and comparable_high on the segment's ground. grounds: by segment. series: of the newest segment, by
    environment and "total", each a Series.
    """

    table: pd.DataFrame
    grounds: Mapping[int, Ground]
    series: Mapping[str, Series]

    @property
    def ground(self) -> Ground:
        """That of the newest segment, which `series` is of."""
        return self.grounds[max(self.grounds)]

    def __repr__(self) -> str:
        total = self.series.get(TOTAL)
        if total is None:
            return "<Trends: no year>"
        return (
            f"<Trends {total.years[0]}–{total.years[-1]}: {', '.join(interval_text(count) for count in total.counts)}>"
        )

    def _repr_html_(self) -> str:
        ends = zip(self.table["low"], self.table["high"], strict=True)
        counts = self.table.assign(count=[interval_text(None if pd.isna(low) else (low, high)) for low, high in ends])
        wide = counts.pivot_table("count", "environment", "period", aggfunc="first", sort=False)
        return default_vocabulary().labels(wide.reset_index()).to_html(index=False)


def interval_text(interval: Interval | None) -> str:
    """
    >>> interval_text((3, 3)), interval_text((5, 9)), interval_text(None)
    ('3', '5–9', '–')
    """
    if interval is None:
        return "–"
    low, high = interval
    return f"{low}" if low == high else f"{low}–{high}"


def yearly_trends(
    events: pd.DataFrame,
    coverage: pd.DataFrame,
    periods: Sequence[Period],
    *,
    unit: str = OCCASIONS,
    overlaps: Overlaps | None = None,
    vocabulary: Vocabulary | None = None,
    response_limit: float = 0.0,
    together: Collection[str] = (),
) -> Trends:
    """Counts of each year in all and by environment, and what can be said of the comparable ones.

    events: frames.EVENTS or their tally. overlaps, vocabulary, unit: as for `count_events`; response_limit,
    together: as for `compare_periods`. Years are divided into segments where less than half of a year's
    source-months or reports can be compared with the others. `ws.trends` is the short way.

    >>> ws = vbe.Workspace(".")
    >>> vbe.compare_years(ws.events(), ws.coverage(), [ws.period(cycle) for cycle in ws.cycles])
    <Trends ...>
    """
    words = vocabulary or default_vocabulary()
    ordered = sorted(periods)
    refuse_overlap(ordered)
    refuse_codes(events["environment"].unique(), words.all_environments)
    grounds = comparable_segments(events, coverage, ordered, words.all_environments, response_limit, together)

    def counted(rows: pd.DataFrame, years: Sequence[Period]) -> pd.DataFrame:
        by_key = [
            count_events(rows, coverage, keys, years, unit, overlaps, vocabulary=words, environments=words.environments)
            for keys in (["environment"], [])
        ]
        return pd.concat([by_key[0], by_key[1].assign(environment=TOTAL)], ignore_index=True)

    table = counted(events, ordered).assign(basis=COUNTED)
    parts = []
    for number, ground in grounds.items():
        common = on_ground(events, ground)
        part = counted(common, ground.periods)
        parts.append(part[["environment", "period", "low", "high"]].assign(segment=number))
    comparable = pd.concat(parts, ignore_index=True) if parts else table[["environment", "period", "low", "high"]][:0]
    comparable = comparable.rename(columns={"low": "comparable_low", "high": "comparable_high"})
    joined = table.merge(comparable, how="left", on=["environment", "period"], validate="one_to_one")
    if "segment" not in joined:
        joined["segment"] = pd.NA
    joined["segment"] = joined["segment"].astype("Int64")
    history = _history(events, coverage, ordered[0], words)
    series = {name: _series(joined, name, max(grounds)) for name in (*words.environments, TOTAL)} if grounds else {}
    surveys = changed_surveys(coverage, grounds[max(grounds)]) if grounds else frozenset()
    if surveys and {each.lead for each in series.values()} & {HIGHER, LOWER}:
        years = grounds[max(grounds)].periods
        own, rest = (frame[~frame["source"].isin(list(surveys))] for frame in (events, coverage))
        ground = comparable_ground(own, rest, years, words.all_environments, response_limit, together)
        without = counted(on_ground(own, ground), years)
        series = {name: _held_back(each, without, name, ground.refused()) for name, each in series.items()}
    return Trends(pd.concat([history, joined], ignore_index=True) if len(history) else joined, grounds, series)


def _series(table: pd.DataFrame, name: str, segment: int) -> Series:
    years = table[table["environment"] == name].reset_index(drop=True)
    comparable = years[(years["segment"] == segment) & years["comparable_low"].notna()]
    counts = [
        (int(low), int(high))
        for low, high in zip(comparable["comparable_low"], comparable["comparable_high"], strict=True)
    ]
    # A gap keeps its place in time.
    found = trend(counts, times=list(comparable.index)) if len(counts) >= LEAST_YEARS else None
    return newest_against_earlier(tuple(comparable["period"]), counts, found)


def _held_back(series: Series, without: pd.DataFrame, name: str, refused: str) -> Series:
    """The series, without a direction that does not hold in the counts `without` the surveys.

    Fewer or more answers alone make fewer or more reports, in the newest year as in one of two.
    """
    if series.lead not in (HIGHER, LOWER):
        return series
    rows = without[without["environment"] == name].dropna(subset="low")
    counts = [(int(low), int(high)) for low, high in zip(rows["low"], rows["high"], strict=True)]
    if not refused and newest_against_earlier(tuple(rows["period"]), counts).lead == series.lead:
        return series
    return replace(series, lead=UNDECIDED, within=None, reason=SURVEY_ANSWERS)


def newest_against_earlier(
    years: tuple[str, ...], counts: Sequence[Interval], over_years: Trend | None = None
) -> Series:
    """The series of these years, with the newest count judged against the pooled earlier ones (statistics.md 7).

    The test that judges is the one whose inversion is the band, so the two never contradict. phi is the greatest that
    the earlier intervals allow, so wider ones never make a direction, but may hold the newest year within a wider band.
    However few the events, it judges: two after five years without any are higher (p = .028), and where nothing has
    changed a direction comes in under 2 percent of cases at means up to 2 a year, in 5 if counts vary twice as much as
    Poisson counts.

    >>> newest_against_earlier(("1", "2", "3", "4", "5", "6"), [(9, 9)] * 5 + [(24, 24)]).lead
    'higher'
    """
    if len(counts) <= LEAST_YEARS:
        return Series(years, tuple(counts), None, None, over_years)
    *earlier, newest = counts
    enough = len(earlier) >= YEARS_TO_JUDGE
    phi = shrunk_dispersion(earlier) if enough else FEW_YEARS_PHI
    few, many = (prediction_interval(sum(count[end] for count in earlier), len(earlier), phi=phi) for end in (0, 1))
    kind = UNDECIDED
    if newest[1] < few[0] or newest[0] > many[1]:
        kind = LOWER if newest[1] < few[0] else HIGHER
    elif many[0] <= newest[0] and newest[1] <= few[1]:
        kind = WITHIN
    within = None if kind == UNDECIDED else kind == WITHIN
    return Series(years, tuple(counts), (few[0], many[1]), within, over_years, phi, kind if enough else "")


def _history(events: pd.DataFrame, coverage: pd.DataFrame, first: Period, words: Vocabulary) -> pd.DataFrame:
    """The earlier chapters' years before the first counted one, from the months their delivery speaks of."""
    months = coverage[coverage["source"] == HISTORY]
    years: list[Period] = []
    while (period := _year_before(years[0] if years else first)).months[0] in set(months["month"]):
        years.insert(0, period)
    if not years:
        return pd.DataFrame()
    # They lie outside the period of the cycle that handed them over, and count here only.
    figures = events[events["source"] == HISTORY].assign(not_counted="")
    counts = [
        count_events(figures, months, keys, years, sources=[HISTORY], vocabulary=words, environments=words.environments)
        for keys in (["environment"], [])
    ]
    table = pd.concat([counts[0], counts[1].assign(environment=TOTAL)], ignore_index=True)
    missing = {name: pd.array([pd.NA] * len(table), dtype="Int64") for name in ("comparable_low", "comparable_high")}
    return table.assign(basis=HISTORY, **missing, segment=pd.array([pd.NA] * len(table), dtype="Int64"))


def _year_before(period: Period) -> Period:
    """The year that ends the day before a period, named as it is: "2016" before "2017"."""
    end = period.start - timedelta(days=1)
    leap = period.start.month == 2 and period.start.day == 29
    start = period.start.replace(year=period.start.year - 1, day=28 if leap else period.start.day)
    return Period(start, end, str(int(period.label) - 1) if period.label.isdecimal() else f"{start.year}–{end.year}")
