"""Two periods side by side: what they have in common, how many events each, and what may be said of the difference."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import pandas as pd

from vbe_analysis.analysis.answers import newcombe
from vbe_analysis.analysis.counts import count_events, refuse_codes
from vbe_analysis.analysis.ground import (
    BREAK,
    LOW_RESPONSE,
    NEW_VERSION,
    Ground,
    calendar_cells,
    changed_surveys,
    comparable_ground,
    on_ground,
)
from vbe_analysis.analysis.overlaps import OCCASIONS, Overlaps
from vbe_analysis.analysis.poisson import (
    Limits,
    before_dispersion,
    dispersion_span,
    rate_ratio_ci,
    rate_ratio_test,
    shrunk_dispersion,
    with_dispersion,
)
from vbe_analysis.analysis.trends import SURVEY_ANSWERS, Series, Trends, interval_text, yearly_trends
from vbe_analysis.analysis.verdict import (
    ALPHA,
    DECREASE,
    DIRECTIONS,
    INCREASE,
    NO_COMPARISON,
    UNDECIDABLE,
    Verdict,
    change_class,
    change_classes,
)
from vbe_analysis.frames import Interval
from vbe_analysis.periods import Period, refuse_overlap
from vbe_analysis.vocabulary import TOTAL, Vocabulary, default_vocabulary


@dataclass(frozen=True)
class ReferenceSeries:
    """The reference series beside what the same sources coded to an environment, in the same event types and months.

    ordinary, coded: (previous, current), intervals. p, ratio: of the ordinary ones' two-period test; share_difference:
    interval of how much larger the coded share of all is now: wherever in their intervals the counts lie. They
    describe; no word of direction rests on them (statistics.md 4).
    """

    sources: tuple[str, ...]
    ordinary: tuple[Interval, Interval]
    coded: tuple[Interval, Interval]
    p: float
    ratio: Limits
    share_difference: Limits


REFERENCE_PHI = 2.0  # statistics.md: graffiti clumps


def reference_series(
    events: pd.DataFrame,
    coverage: pd.DataFrame,
    current: Period,
    previous: Period,
    unit: str,
    words: Vocabulary,
    phi: float = REFERENCE_PHI,
) -> ReferenceSeries | None:
    """The reference series in two periods, from the events on their comparable ground; None where there is none.

    unit: as in `count_events`. phi: how many times more than Poisson counts it
    varies: by default twice as much, since all graffiti clumps.
    """
    counted = reference_counts(events, coverage, [previous, current], unit, words)
    if counted is None:
        return None
    sources, (x2, x1), (c2, c1) = counted
    meet = max(x1[0], x2[0]) <= min(x1[1], x2[1])
    p = max(float(with_dispersion(rate_ratio_test(now, before), phi)) for now, before in product(x1, x2))
    ratios = [
        rate_ratio_ci(*pair, level=1 - before_dispersion(ALPHA, phi)) for pair in ((x1[0], x2[1]), (x1[1], x2[0]))
    ]
    shares = [newcombe(c, c + x, d, d + y) for c, x, d, y in product(c1, x1, c2, x2)]
    return ReferenceSeries(
        sources,
        (x2, x1),
        (c2, c1),
        1.0 if meet else p,
        (ratios[0][0], ratios[1][1]),
        (min(low for low, _ in shares), max(high for _, high in shares)),
    )


def reference_counts(
    events: pd.DataFrame, coverage: pd.DataFrame, periods: Sequence[Period], unit: str, words: Vocabulary
) -> tuple[tuple[str, ...], tuple[Interval, ...], tuple[Interval, ...]] | None:
    """The reference series' sources and, for each period, its count and that of what they coded to an environment.

    events: those on the periods' comparable ground. None where there is no reference series.
    """
    ordinary = events[events["environment"].isin(list(words.reference)) & (events["not_counted"] == "")]
    if ordinary.empty:
        return None
    sources = sorted(ordinary["source"].unique())
    alike = events[events["event_type"].isin(ordinary["event_type"].unique())]
    counts = count_events(alike, coverage, ["environment"], periods, unit, vocabulary=words, sources=sources)
    named = counts["environment"].isin(list(words.reference))
    rest, coded = (
        tuple(_sum(counts[kind & (counts["period"] == period.label)]) for period in periods) for kind in (named, ~named)
    )
    return tuple(sources), rest, coded


def _sum(counts: pd.DataFrame) -> Interval:
    return int(counts["low"].sum()), int(counts["high"].sum())


def _reference_phi(
    events: pd.DataFrame, coverage: pd.DataFrame, trends: Trends | None, current: Period, unit: str, words: Vocabulary
) -> float:
    """The reference series' own, where it has five earlier years on the ground of them all."""
    if not _judged(trends, current) or trends is None:
        return REFERENCE_PHI
    ground = trends.ground
    reference = list(words.reference)
    own = on_ground(events[events["environment"].isin(reference) & (events["not_counted"] == "")], ground)
    if own.empty:
        return REFERENCE_PHI
    earlier = [period for period in ground.periods if period.label != current.label]
    counts = count_events(own, coverage, [], earlier, unit, vocabulary=words, environments=reference)
    return shrunk_dispersion([*zip(counts["low"].astype(int), counts["high"].astype(int), strict=True)])


NO_PERCENT_BELOW, PERCENT_ALONE_FROM = 20, 50  # statistics.md 9


@dataclass(frozen=True)
class Change:
    """One line of a comparison, in intervals [low, high].

    previous, current: the counts on comparable ground, None where nothing can be compared. kind: the class of the word
    rule (okning, minskning, ingen_saker_forandring, ingen_forandring_kan_faststallas, kan_inte_avgoras, for_fa,
    inga_handelser); ingen_jamforelse; or "" where no word is given (anything but the total and the environments).
    reason: the code of why there is no comparison, or no word of direction (SURVEY_ANSWERS); else "". percent: least
    and greatest change, None on small numbers; percent_interval: its 95 percent interval, where the numbers are too
    small to give it without.
    """

    previous: Interval | None
    current: Interval | None
    kind: str = ""
    verdict: Verdict | None = None
    reason: str = ""
    percent: Limits | None = None
    percent_interval: Limits | None = None

    @property
    def change(self) -> Interval | None:
        """Current less previous, least and greatest."""
        if self.previous is None or self.current is None:
            return None
        return self.current[0] - self.previous[1], self.current[1] - self.previous[0]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two periods on comparable ground, with the full counts beside.

    previous, current: the two periods. total: the headline, a Change. lines: value of the key -> Change. full,
    full_total: frames.COUNTS of both periods on all ground. sources: the change by source, a frame, with the reason
    where a source is not compared (`explore.sources_table` shows it). reference: the reference series beside.
    dispersion: least and greatest variance / mean of the total over at least five comparable years, the earlier ones
    where these are five, so that no change makes the years vary; None where they were fewer. surveys: those of which so
    many more or fewer answered that a change may be of answers alone.
    Shown in a cell: `table` with Swedish labels, areas by their codes.
    """

    current: Period
    previous: Period
    by: str
    ground: Ground
    total: Change
    lines: Mapping[str, Change]
    full: pd.DataFrame
    full_total: pd.DataFrame
    sources: pd.DataFrame
    reference: ReferenceSeries | None
    dispersion: Limits | None
    surveys: frozenset[str] = frozenset()

    @property
    def table(self) -> pd.DataFrame:
        """One row per value of the key, and `total`: both counts on comparable ground, and what may be said of them.

        Columns: the key, previous_low, previous_high, low, high (missing where there is no comparison), kind, reason.
        """
        lines = {**self.lines, TOTAL: self.total}
        none = (None, None)
        rows = [
            (name, *(line.previous or none), *(line.current or none), line.kind, line.reason)
            for name, line in lines.items()
        ]
        ends = ["previous_low", "previous_high", "low", "high"]
        return pd.DataFrame(rows, columns=[self.by, *ends, "kind", "reason"]).astype(dict.fromkeys(ends, "Int64"))

    def __repr__(self) -> str:
        counts = " against ".join(interval_text(interval) for interval in (self.total.current, self.total.previous))
        periods = f"{self.current.label} against {self.previous.label}"
        return f"<Comparison {periods} by {self.by}: {counts}, {self.total.kind or self.total.reason}>"

    def _repr_html_(self) -> str:
        return default_vocabulary().labels(self.table).to_html(index=False)


def compare_periods(
    events: pd.DataFrame,
    coverage: pd.DataFrame,
    current: Period,
    previous: Period,
    by: str = "environment",
    *,
    unit: str = OCCASIONS,
    overlaps: Overlaps | None = None,
    vocabulary: Vocabulary | None = None,
    response_limit: float = 0.0,
    earlier: Sequence[Period] = (),
    trends: Trends | None = None,
    together: Collection[str] = (),
) -> Comparison:
    """Compare two periods, in all and by one key (environment, event_type, group, source or area).

    Takes the events and not their counts, since a report dated to an interval is compared only if all its months are,
    and possible duplicates only within what is compared. Only the total and the environments get a verdict: the total
    its own, the environments screened and Holm-adjusted; every other line is a count. `ws.compare` is the short way.
    events, coverage: of both cycles, and of those between. overlaps, vocabulary, unit: as for `count_events`.
    response_limit: the share of those asked under which a survey is not compared. earlier: years before: from five
    comparable ones, the previous period among them, the words need what holds also if counts vary as much as theirs;
    trends: the same years, where they have been counted already. together: sources that
    are compared whole, and all of them or none.
    Raises InputError for periods that overlap, and for an environment that the vocabulary lacks.

    >>> ws = vbe.Workspace(".")
    >>> vbe.compare_periods(ws.events(), ws.coverage(), ws.period("2021"), ws.period("2020"), "source")
    <Comparison ...>
    """
    words = vocabulary or default_vocabulary()
    periods = [previous, current]
    refuse_overlap(periods)
    refuse_codes(events["environment"].unique(), words.all_environments)

    def counted(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
        return count_events(
            rows, coverage, keys, periods, unit, overlaps, vocabulary=words, environments=words.environments
        )

    def changes(rows: pd.DataFrame, ground: Ground) -> tuple[dict[str, Change], Change]:
        refused = {name: ground.refused(name) for name in words.environments} if by == "environment" else {}
        lines, total = (
            compare_counts(counted(rows, keys), current.label, previous.label, key, ground.refused(), refused, phi)
            for key, keys in ((by, [by]), ("", []))
        )
        return lines, total[TOTAL]

    def ground_without(surveys: Collection[str]) -> Ground:
        own, covered = (frame[~frame["source"].isin(list(surveys))] for frame in (events, coverage))
        return comparable_ground(own, covered, periods, words.all_environments, response_limit, together)

    if earlier and trends is None:
        trends = yearly_trends(
            events,
            coverage,
            [*earlier, *periods],
            unit=unit,
            overlaps=overlaps,
            vocabulary=words,
            response_limit=response_limit,
            together=together,
        )
    judged = _judged(trends, current)
    phi = {name: series.phi for name, series in judged.items()}
    ground = ground_without(())
    common = on_ground(events, ground)
    lines, total = changes(common, ground)
    surveys = changed_surveys(coverage, ground)
    if surveys and {total.kind, *(line.kind for line in lines.values())} & DIRECTIONS:
        rest = ground_without(surveys)
        without, total_without = changes(on_ground(events, rest), rest)
        lines = {name: hold_back(line, without.get(name)) for name, line in lines.items()}
        total = hold_back(total, total_without)
    newest = trends.series[TOTAL].trend if trends and trends.series else None
    return Comparison(
        current=current,
        previous=previous,
        by=by,
        ground=ground,
        total=total,
        lines=lines,
        full=counted(events, [by]),
        full_total=counted(events, []),
        sources=change_by_source(counted(events, ["source"]), counted(common, ["source"]), ground),
        reference=reference_series(
            common,
            coverage,
            current,
            previous,
            unit,
            words,
            _reference_phi(events, coverage, trends, current, unit, words),
        ),
        dispersion=dispersion_span(judged[TOTAL].earlier) if TOTAL in judged else newest.dispersion if newest else None,
        surveys=surveys,
    )


def _judged(trends: Trends | None, current: Period) -> dict[str, Series]:
    """The series, by environment and in all, in which the current period is the newest and is judged."""
    every = trends.series if trends else {}
    return {name: series for name, series in every.items() if series.lead and series.years[-1] == current.label}


def hold_back(change: Change, without: Change | None) -> Change:
    """The change, without its word of direction where that does not hold `without` the surveys (None: it cannot).

    Fewer or more answers alone make fewer or more reports: 60 to 90 percent answering and nothing else changed makes
    a false increase in 6 to 34 percent of cases.
    """
    if change.kind not in DIRECTIONS or (without and without.kind == change.kind) or change.verdict is None:
        return change
    verdict = replace(change.verdict, kind=UNDECIDABLE)
    return replace(change, kind=UNDECIDABLE, verdict=verdict, reason=SURVEY_ANSWERS)


def one_sided(coverage: pd.DataFrame, ground: Ground) -> frozenset[str]:
    """The directions that two periods (`ground`) bear out whatever is missing: INCREASE where the later one is covered
    in no source-month that the earlier one lacks, and no survey has more answering units; DECREASE the other way round.

    coverage: frames.COVERAGE. Of no ground that a question's wording, a break or too few answers divide.
    """
    if {item.reason for item in ground.outside} & {NEW_VERSION, BREAK, LOW_RESPONSE}:
        return frozenset()
    before, now = (calendar_cells(ground, period) for period in ground.periods)
    units = coverage.dropna(subset="answered")
    answers = [
        units[units["month"].isin(period.months)].groupby("source")["answered"].max() for period in ground.periods
    ]
    sources = {source for source, *_ in before | now} & {*units["source"]}

    def fewer(first: int, second: int) -> bool:
        """Whether no survey has more answering units in the first period than in the second."""
        return all(answers[first].get(source, 0) <= answers[second].get(source, 0) for source in sources)

    ways = ((INCREASE, now <= before and fewer(1, 0)), (DECREASE, before <= now and fewer(0, 1)))
    return frozenset(way for way, sure in ways if sure)


def compare_counts(
    counts: pd.DataFrame,
    current: str,
    previous: str,
    by: str = "environment",
    refused: str = "",
    refused_lines: Mapping[str, str] | None = None,
    phi: Mapping[str, float] | None = None,
) -> dict[str, Change]:
    """The changes between two periods of a counts frame (frames.COUNTS after the key `by`; "" for a total, `TOTAL`).

    Whatever made the counts intervals (possible duplicates, or the bands of the public edition), the words are those
    that hold everywhere inside. current, previous: labels. refused: why nothing may be compared; refused_lines: the
    same of single lines. phi: variance / mean of each line's earlier years, 1 where it has none. A count that is not
    known is never compared.
    """
    found = {period: _intervals(counts[counts["period"] == period], by) for period in (previous, current)}
    pairs = {name: (found[previous].get(name), found[current].get(name)) for name in found[current]}
    reasons = {name: refused or (refused_lines or {}).get(name, "") for name in pairs}
    family = {name: (one, other) for name, (one, other) in pairs.items() if one and other and not reasons[name]}
    verdicts: Mapping[str, Verdict] = {}
    if by == "environment":
        verdicts = change_classes(family, phi=phi)
    elif by == "":
        verdicts = {name: change_class(*pair, phi=(phi or {}).get(name, 1.0)) for name, pair in family.items()}
    return {
        name: _change(*pair, verdicts.get(name), reasons[name], known=name in family) for name, pair in pairs.items()
    }


def change_by_source(full: pd.DataFrame, common: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """The change split by source: one row for each that was asked, from counts by source in the two periods.

    Gives source, previous_low/high and current_low/high on the comparable ground (missing where the source has none),
    full_... the same in all, and `reason`: "" for a source that is compared, else why it stands on a line of its own.
    """
    previous, current = (period.label for period in ground.periods)
    result = pd.DataFrame({"source": full["source"].drop_duplicates()}).reset_index(drop=True)
    for prefix, counts in (("", common), ("full_", full)):
        for name, label in (("previous", previous), ("current", current)):
            ends = counts.loc[counts["period"] == label, ["source", "low", "high"]]
            ends.columns = pd.Index(["source", f"{prefix}{name}_low", f"{prefix}{name}_high"])
            result = result.merge(ends, how="left", on="source", validate="one_to_one")
    compared = result["source"].isin([source for source, _, _ in ground.comparable])
    result.loc[~compared, [f"{name}_{end}" for name in ("previous", "current") for end in ("low", "high")]] = pd.NA
    reasons: dict[str, str] = {}
    for outside in ground.outside:
        reasons.setdefault(outside.source, outside.reason)
    named = zip(result["source"], compared, strict=True)
    result["reason"] = ["" if on else reasons.get(source, "") for source, on in named]
    return result[compared | (result["reason"] != "")].reset_index(drop=True)


def percent_change(previous: Interval, current: Interval) -> tuple[Limits | None, Limits | None]:
    """The change in percent, least and greatest, and its 95 percent interval, as statistics.md 9 allows.

    None where the smaller count can be under 20; from 50 the interval is not needed, and None.

    >>> percent_change((60, 60), (90, 90)), percent_change((10, 10), (30, 30))
    (((50.0, 50.0), None), (None, None))
    """
    smaller = min(previous[0], current[0])
    if smaller < NO_PERCENT_BELOW:
        return None, None
    ends = current[0] / previous[1], current[1] / previous[0]
    limits = rate_ratio_ci(current[0], previous[1])[0], rate_ratio_ci(current[1], previous[0])[1]
    low, high = (100 * (ratio - 1) for ratio in ends)
    return (low, high), (100 * (limits[0] - 1), 100 * (limits[1] - 1)) if smaller < PERCENT_ALONE_FROM else None


def _intervals(counts: pd.DataFrame, by: str) -> dict[str, Interval | None]:
    names = counts[by] if by else [TOTAL] * len(counts)
    return {
        name: None if pd.isna(low) or pd.isna(high) else (int(low), int(high))
        for name, low, high in zip(names, counts["low"], counts["high"], strict=True)
    }


def _change(
    previous: Interval | None, current: Interval | None, verdict: Verdict | None, reason: str, known: bool
) -> Change:
    if not known or previous is None or current is None:
        return Change(previous, current, NO_COMPARISON, reason=reason)
    return Change(previous, current, verdict.kind if verdict else "", verdict, "", *percent_change(previous, current))
