"""Possible duplicates across sources: the candidates, what was decided of them, and what they do to a count.

Nothing is merged by itself (reference statistics.md 8). Reports of one source, day, area, type and environment are
one occasion first; candidates are found, and decided, between occasions.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from vbe_analysis.analysis.distinct import Occasion, Pair, candidates, components, contradictions, distinct_events
from vbe_analysis.errors import fault
from vbe_analysis.frames import EVENTS, FrameColumn, Interval, conform, empty
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY, REFERENCE, Vocabulary

OCCASIONS, OBJECTS = "occasions", "objects"
OCCASION = ("source", "date_from", "area", "event_type", "environment")
SAME, DIFFERENT, UNDECIDED = "samma", "olika", "vet ej"

CANDIDATES: Mapping[str, FrameColumn] = {
    "candidate": FrameColumn("str"),  # equal as long as the same reports make it up
    "occasion": FrameColumn("count"),  # reports with one number are one occasion
    "report_id": FrameColumn("str"),
    "source": FrameColumn("str"),
    "date": FrameColumn("date"),
    "area": FrameColumn("str"),
    "event_type": FrameColumn("str"),
    "environment": FrameColumn("str"),
    "low": FrameColumn("count"),
    "high": FrameColumn("count"),
    "file": FrameColumn("str"),
    "sheet": FrameColumn("str"),
    "row": FrameColumn("count"),
}
DECISIONS: Mapping[str, FrameColumn] = {
    "candidate": FrameColumn("str"),
    "report_id": FrameColumn("str"),  # "" with other_id "": the decision holds for the whole candidate
    "other_id": FrameColumn("str"),
    "decision": FrameColumn("str", frozenset({SAME, DIFFERENT, UNDECIDED, ""})),
}
_KEY = ["source", "date", "area", "event_type", "environment"]


@dataclass(frozen=True, eq=False)
class Overlaps:
    """The candidates of a set of events (CANDIDATES) and the decisions that hold, as pairs of occasions.

    stale: the decisions (DECISIONS) on what is no candidate any more.
    """

    reports: pd.DataFrame
    same: frozenset[Pair]
    different: frozenset[Pair]
    stale: pd.DataFrame
    tolerance: int

    @property
    def undecided(self) -> pd.DataFrame:
        """The reports (CANDIDATES) of candidates in which some pair of occasions is not decided."""
        decided = self.same | self.different
        open_ = [
            name
            for name, occasions in self.reports.groupby("candidate")["occasion"]
            if any(pair not in decided for pair in combinations(sorted(set(occasions)), 2))
        ]
        return self.reports[self.reports["candidate"].isin(open_)]

    def within(self, events: IntoFrame) -> "Overlaps":
        """The same, of these events (frames.EVENTS or their tally, in any frame Narwhals knows) only."""
        if self.reports.empty:
            return self
        first, last = (nw.col(name).cast(nw.Datetime("us")) for name in ("date_from", "date_to"))
        days = self.reports["date"].drop_duplicates().dt.to_pydatetime().tolist()
        if isinstance(events, pd.DataFrame):  # its rows are at hand
            dated = (events["not_counted"] == "") & (events["date_from"] == events["date_to"])
            occasions = events.loc[dated & events["date_from"].isin(days), list(OCCASION)]
            return self._of(occasions)
        rows = nw.from_native(events).lazy().filter(nw.col("not_counted") == "", first == last, first.is_in(days))
        occasions = rows.with_columns(date_from=first).select(*OCCASION).unique().collect().to_pandas()
        return self._of(occasions)

    def _of(self, occasions: pd.DataFrame) -> "Overlaps":
        known = set(zip(*(occasions[name].tolist() for name in OCCASION), strict=True))
        inside = [key in known for key in zip(*(self.reports[name].tolist() for name in _KEY), strict=True)]
        return replace(self, reports=self.reports[np.array(inside, dtype=bool)])

    def pairs_of(self, occasions: Sequence[int]) -> tuple[list[Pair], list[Pair]]:
        """The decisions, same and different, between these occasions, as pairs of their positions."""
        place = {occasion: position for position, occasion in enumerate(occasions)}
        same, different = (
            [(place[a], place[b]) for a in occasions for b in others.get(a, ()) if b in place]
            for others in self._others
        )
        return same, different

    @cached_property
    def _others(self) -> tuple[Mapping[int, list[int]], Mapping[int, list[int]]]:
        """Of the decisions, same and different: an occasion -> the later ones that it is decided against."""
        same: dict[int, list[int]] = defaultdict(list)
        different: dict[int, list[int]] = defaultdict(list)
        for pairs, others in ((self.same, same), (self.different, different)):
            for a, b in pairs:
                others[a].append(b)
        return same, different


def find_overlaps(events: pd.DataFrame, decisions: pd.DataFrame | None = None, tolerance: int = 0) -> Overlaps:
    """The reports of `events` (frames.EVENTS) that may be one event with another source's, and what was decided.

    decisions: by DECISIONS; a pair's goes before its candidate's, and a decision on a report holds for its occasion.
    tolerance: days by which two sources may differ. The reference series is left out: it is never merged.
    Raises InputError where decisions contradict each other, naming the candidates.
    """
    reports, possible = _with_candidates(_may_overlap(events, tolerance), tolerance)
    taken = conform(decisions, DECISIONS) if decisions is not None else empty(DECISIONS)
    same, different, stale = _decided(reports, possible, taken)
    # Occasions are numbered in the order of the nodes, so that pairs of the one are pairs of the other.
    nodes = [*_occasions(reports).values()] if same else []
    wrong = {pair[0] for pair in contradictions(nodes, same, different, tolerance)}
    if wrong:
        names = sorted(reports.loc[reports["occasion"].isin(wrong), "candidate"].unique())
        raise fault("contradicting_candidates", candidates=", ".join(names))
    return Overlaps(reports, same, different, stale, tolerance)


def may_overlap(events: IntoFrame, tolerance: int, *keys: str) -> pd.DataFrame:
    """The rows of any frame Narwhals knows among which `find_overlaps` finds what it finds among all: a sieve.

    keys: columns in which rows must agree too to be possible duplicates ("district").
    """
    frame = nw.from_native(events).lazy()
    dated = frame.filter(
        nw.col("not_counted") == "",
        nw.col("date_from") == nw.col("date_to"),
        nw.col("area").cast(nw.String) != "",
        nw.col("environment").cast(nw.String) != REFERENCE,
    )
    place = [*keys, "area", "event_type", *([] if tolerance else ["date_from"])]
    several = dated.group_by(*place).agg(sources=nw.col("source").n_unique()).filter(nw.col("sources") > 1)
    rows = dated.join(several.select(*place), on=place).select(*keys, *EVENTS).collect().to_pandas()
    return rows[[*keys]].assign(**conform(rows[[*EVENTS]], EVENTS))


def distinct_shift(
    overlaps: Overlaps,
    periods: Sequence[Period],
    by: Sequence[str],
    unit: str,
    environments: Collection[str],
    words: Vocabulary,
) -> dict[tuple[str, ...], Interval]:
    """How far possible duplicates move a count's ends: by period and keys, its low end and its high one.

    Only candidates' reports are looked at; all others are distinct whatever is decided. An unnamed report can join a
    named environment's event, so the cells of one environment are bounded with all environments in view.
    """
    cells: dict[tuple[str, ...], dict[int, Occasion]] = defaultdict(dict)
    keys = [key for key in by if key != "environment"]
    for occasion, report in _occasions(overlaps.reports, unit).items():
        if "environment" in by or report.environment in environments:
            group = words.group(report.event_type, report.source)
            values = {"event_type": report.event_type, "area": report.area, "group": group}
            for period in periods:
                if report.day is not None and period.holds(report.day, report.day):
                    cells[period.label, *(values[key] for key in keys)][occasion] = report
    shifts = {}
    for (label, *own), occasions in cells.items():
        named = sorted({report.environment for report in occasions.values()}) if "environment" in by else [""]
        for environment in named:
            values = {**dict(zip(keys, own, strict=True)), "environment": environment}
            shifts[label, *(values[key] for key in by)] = _shift(occasions, overlaps, environment or None)
    return shifts


def _shift(occasions: Mapping[int, Occasion], overlaps: Overlaps, environment: str | None) -> Interval:
    reports = [occasions[occasion] for occasion in sorted(occasions)]
    low, high = distinct_events(reports, *overlaps.pairs_of(sorted(occasions)), environment, overlaps.tolerance)
    counted = [report for report in reports if environment in (None, report.environment)]
    return low - sum(report.low for report in counted), high - sum(report.high for report in counted)


def _may_overlap(events: pd.DataFrame, tolerance: int) -> pd.DataFrame:
    """The few reports that share place, type and (without tolerance) day with another source: a cheap first sieve."""
    dated = events[
        (events["not_counted"] == "")
        & (events["date_from"] == events["date_to"])
        & (events["area"] != "")
        & (events["environment"] != REFERENCE)
    ].rename(columns={"date_from": "date"})
    place = ["area", "event_type"] if tolerance else ["date", "area", "event_type"]
    several = dated.groupby(place, observed=True)["source"].transform("nunique") > 1
    return dated.loc[several, [name for name in CANDIDATES if name in dated]].sort_values([*_KEY, "report_id"])


def _with_candidates(reports: pd.DataFrame, tolerance: int) -> tuple[pd.DataFrame, set[Pair]]:
    """The sieved reports that are candidates, named by occasion and candidate, and the pairs of occasions."""
    numbered = reports.assign(occasion=reports.groupby(_KEY, observed=True, sort=True).ngroup())
    pairs = candidates([*_occasions(numbered).values()], tolerance)
    place = {node: number for number, node in enumerate(sorted({node for pair in pairs for node in pair}))}
    possible = {(place[a], place[b]) for a, b in pairs}
    kept = numbered[numbered["occasion"].isin(place)]
    kept = kept.assign(occasion=kept["occasion"].map(place))
    reports_of: dict[int, list[str]] = defaultdict(list)
    for occasion, report in zip(kept["occasion"].tolist(), kept["report_id"].tolist(), strict=True):
        reports_of[occasion].append(report)
    name: dict[int, str] = {}
    for group in components(range(len(place)), possible):
        ids = sorted(report for occasion in group for report in reports_of[occasion])
        name |= dict.fromkeys(group, "D-" + hashlib.sha256("|".join(ids).encode()).hexdigest()[:8])
    return conform(kept.assign(candidate=kept["occasion"].map(name)), CANDIDATES), possible


def _occasions(reports: pd.DataFrame, unit: str = OCCASIONS) -> dict[int, Occasion]:
    """Occasion -> what its reports say together, in order: it counts once, or as the sum of their objects."""
    columns = ["occasion", *_KEY, "low", "high"]
    rows = reports.assign(date=reports["date"].dt.date)
    found: dict[int, Occasion] = {}
    for number, source, day, area, kind, environment, low, high in sorted(
        zip(*(rows[name].tolist() for name in columns), strict=True)
    ):
        if unit == OCCASIONS:
            low, high = 1, 1
        elif number in found:
            low, high = low + found[number].low, high + found[number].high
        found[number] = Occasion(source, day, area, kind, environment, low, high)
    return found


def _decided(
    reports: pd.DataFrame, possible: Collection[Pair], decisions: pd.DataFrame
) -> tuple[frozenset[Pair], frozenset[Pair], pd.DataFrame]:
    rows = [*zip(*(reports[name].tolist() for name in ("candidate", "report_id", "occasion")), strict=True)]
    occasion = {report: number for _, report, number in rows}
    members: dict[str, set[int]] = defaultdict(set)
    for name, _, number in rows:
        members[name].add(number)
    whole: dict[Pair, set[str]] = {}
    single: dict[Pair, set[str]] = {}
    stale = []
    for number, row in decisions[decisions["decision"] != ""].iterrows():
        if row["report_id"] == "" and row["candidate"] in members:
            inside = sorted(members[row["candidate"]])
            whole |= {(a, b): {row["decision"]} for a in inside for b in inside if a < b}
            continue
        ends = [occasion.get(row[name], -1) for name in ("report_id", "other_id")]
        pair = min(ends), max(ends)
        if pair in possible:
            single.setdefault(pair, set()).add(row["decision"])
        else:
            stale.append(number)
    taken = {**whole, **single}
    return _pairs(taken, SAME), _pairs(taken, DIFFERENT), decisions.loc[stale].reset_index(drop=True)


def _pairs(taken: Mapping[Pair, set[str]], decision: str) -> frozenset[Pair]:
    return frozenset(pair for pair, marks in taken.items() if decision in marks)


def coarsen_events(events: pd.DataFrame, overlaps: Overlaps, period: Period) -> pd.DataFrame:
    """The events of a closed cycle without what could point at someone, so that later years still count the same.

    frames.EVENTS of one cycle with whole months for dates and neither area, file nor row; a row a report. low, high:
    what the report adds to the occasions of its month, so that sums by month, source, environment and type are the
    counts of `count_events` with `overlaps`; a total may be wider where duplicates join two environments. Possible
    duplicates are settled into the intervals before the areas that told them are dropped. A report that adds none has
    0. Reports that never counted are left out. Coarsening again changes nothing.
    """
    history = events["source"] == HISTORY  # earlier chapters' years lie outside the period and count all the same
    kept = events[history | (events["not_counted"] == "")].copy()
    on_day = (kept["date_from"] == kept["date_to"]) & (kept["source"] != HISTORY)
    once = on_day & ~kept.duplicated(list(OCCASION))
    kept.loc[on_day, ["low", "high"]] = 0
    kept.loc[once, ["low", "high"]] = 1
    settled = _settled(overlaps.within(events))
    numbered = once & kept["report_id"].isin(list(settled))
    for position, end in enumerate(("low", "high")):
        known = {report: interval[position] for report, interval in settled.items()}
        kept.loc[numbered, end] = kept.loc[numbered, "report_id"].map(known).astype("int64")
    first, last = kept["date_from"].dt.to_period("M").dt.start_time, kept["date_to"].dt.to_period("M").dt.end_time
    inside = kept["not_counted"] == ""
    kept["date_from"] = first.where(~inside, first.clip(lower=pd.Timestamp(period.start)))
    kept["date_to"] = last.dt.normalize().where(~inside, last.dt.normalize().clip(upper=pd.Timestamp(period.end)))
    kept = kept.assign(area="", file="", sheet="", row=0, flags="")
    order = [name for name in EVENTS if name != "report_id"]
    kept = kept.sort_values(order, kind="stable", ignore_index=True)
    kept["report_id"] = [hashlib.sha256(f"{period.label}|{number}".encode()).hexdigest() for number in kept.index]
    return conform(kept, EVENTS)


def _settled(overlaps: Overlaps) -> Mapping[str, Interval]:
    """report_id -> what the report's occasion adds to the fewest and the most distinct events of its environment.

    Every report of an occasion has the occasion's interval: the caller takes the one that stands for it.
    """
    settled: dict[str, Interval] = {}
    for _, members in overlaps.reports.groupby("candidate"):
        added = _added(_occasions(members), overlaps)
        settled |= {str(r): added[o] for r, o in zip(members["report_id"], members["occasion"], strict=True)}
    return settled


def _added(occasions: Mapping[int, Occasion], overlaps: Overlaps) -> dict[int, Interval]:
    """occasion -> what it adds to those of its environment before it; an environment's sums are its own interval."""
    ordered = sorted(occasions, key=lambda number: (occasions[number].environment, occasions[number].source, number))

    def distinct(numbers: list[int], environment: str) -> Interval:
        reports = [occasions[number] for number in numbers]
        return distinct_events(reports, *overlaps.pairs_of(numbers), environment, overlaps.tolerance)

    result: dict[int, Interval] = {}
    for environment in dict.fromkeys(occasions[number].environment for number in ordered):
        own = [number for number in ordered if occasions[number].environment == environment]
        others = [number for number in ordered if number not in own]
        sums = [(0, 0), *(distinct([*others, *own[:size]], environment) for size in range(1, len(own) + 1))]
        added = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(sums)]
        if not all(0 <= low <= high for low, high in added):  # decisions that tie earlier ones: told in one row
            added = [sums[-1], *[(0, 0)] * (len(own) - 1)]
        result |= dict(zip(own, added, strict=True))
    return result
