"""Possible duplicates across sources: the candidates, what was decided of them, and what they do to a count.

Nothing is merged by itself (reference statistics.md 8). Reports of one source, day, area, type and environment are
one occasion first; candidates are found, and decided, between occasions.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pandas as pd

from vbe_analysis.analysis.distinct import Pair, Report, candidates, components, contradictions, distinct_events
from vbe_analysis.errors import fault
from vbe_analysis.frames import Column, conform, empty
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import REFERENCE

OCCASIONS, OBJECTS = "occasions", "objects"
TRACES, PERSONAL = "spår", "personknuten"
SAME, DIFFERENT, UNDECIDED = "samma", "olika", "vet ej"

CANDIDATES: Mapping[str, Column] = {
    "candidate": Column("str"),  # equal as long as the same reports make it up
    "occasion": Column("count"),  # reports with one number are one occasion
    "report_id": Column("str"),
    "source": Column("str"),
    "date": Column("date"),
    "area": Column("str"),
    "event_type": Column("str"),
    "environment": Column("str"),
    "low": Column("count"),
    "high": Column("count"),
    "file": Column("str"),
    "sheet": Column("str"),
    "row": Column("count"),
}
DECISIONS: Mapping[str, Column] = {
    "candidate": Column("str"),
    "report_id": Column("str"),  # "" with other_id "": the decision holds for the whole candidate
    "other_id": Column("str"),
    "decision": Column("str", frozenset({SAME, DIFFERENT, UNDECIDED, ""})),
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
            name for name, occasions in self.reports.groupby("candidate")["occasion"]
            if any(pair not in decided for pair in combinations(sorted(set(occasions)), 2))
        ]  # fmt: skip
        return self.reports[self.reports["candidate"].isin(open_)]

    def within(self, events: pd.DataFrame) -> "Overlaps":
        """The same, of these events only."""
        return replace(self, reports=self.reports[self.reports["report_id"].isin(events["report_id"])])


def find_overlaps(events: pd.DataFrame, decisions: pd.DataFrame | None = None, tolerance: int = 0) -> Overlaps:
    """The reports of `events` (frames.EVENTS) that may be one event with another source's, and what was decided.

    decisions: by DECISIONS; a pair's goes before its candidate's, and a decision on a report holds for its occasion.
    tolerance: days by which two sources may differ. The reference series is left out: it is never merged.
    Raises InputError where decisions contradict each other, naming the candidates.
    """
    reports = _with_candidates(_may_overlap(events, tolerance), tolerance)
    taken = conform(decisions, DECISIONS) if decisions is not None else empty(DECISIONS)
    same, different, stale = _decided(reports, taken, tolerance)
    nodes = _nodes(reports, OCCASIONS)
    # Occasions are numbered in the order of the nodes, so that pairs of the one are pairs of the other.
    wrong = {pair[0] for pair in contradictions(nodes, same, different, tolerance)}
    if wrong:
        names = sorted(reports.loc[reports["occasion"].isin(wrong), "candidate"].unique())
        raise fault("contradicting_candidates", candidates=", ".join(names))
    return Overlaps(reports, same, different, stale, tolerance)


def distinct_shift(
    overlaps: Overlaps, period: Period, by: Sequence[str], unit: str,
    environments: Collection[str], traces: Collection[str],
) -> pd.DataFrame:  # fmt: skip
    """How far possible duplicates move a count's ends in one period: period, the keys, low_shift, high_shift.

    Only candidates' reports are looked at; all others are distinct whatever is decided. An unnamed report can join a
    named environment's event, so the cells of one environment are bounded with all environments in view.
    """
    dates = overlaps.reports["date"]
    inside = overlaps.reports[(dates >= pd.Timestamp(period.start)) & (dates <= pd.Timestamp(period.end))]
    inside = inside.assign(
        period=period.label, group=inside["event_type"].isin(list(traces)).map({True: TRACES, False: PERSONAL})
    )
    if "environment" not in by:
        inside = inside[inside["environment"].isin(list(environments))]
    rows = []
    keys = [key for key in by if key != "environment"]
    for values, cell in inside.groupby(["period", *keys], observed=True):
        place = dict(zip(["period", *keys], values, strict=True))
        for environment in sorted(set(cell["environment"])) if "environment" in by else [None]:
            low, high = _shift(cell, overlaps, unit, environment)
            rows.append({**place, "environment": environment, "low_shift": low, "high_shift": high})
    columns = ["period", *by, "low_shift", "high_shift"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(["period", *by], "str"))


def _shift(cell: pd.DataFrame, overlaps: Overlaps, unit: str, environment: str | None) -> Pair:
    occasions = sorted(cell["occasion"].unique())
    place = {occasion: position for position, occasion in enumerate(occasions)}
    same, different = (
        [(place[a], place[b]) for a, b in pairs if a in place and b in place]
        for pairs in (overlaps.same, overlaps.different)
    )
    nodes = _nodes(cell, unit)
    low, high = distinct_events(nodes, same, different, environment, overlaps.tolerance)
    mine = [node for node in nodes if environment in (None, node.environment)]
    return low - sum(node.low for node in mine), high - sum(node.high for node in mine)


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


def _with_candidates(reports: pd.DataFrame, tolerance: int) -> pd.DataFrame:
    """The sieved reports that are candidates, with their occasion's and candidate's names."""
    numbered = reports.assign(occasion=reports.groupby(_KEY, observed=True, sort=True).ngroup())
    nodes = _nodes(numbered, OCCASIONS)
    pairs = candidates(nodes, tolerance)
    linked = sorted({node for pair in pairs for node in pair})
    name: dict[int, str] = {}
    for group in components(linked, pairs):
        ids = sorted(numbered.loc[numbered["occasion"].isin(group), "report_id"])
        name |= dict.fromkeys(group, "D-" + hashlib.sha256("|".join(ids).encode()).hexdigest()[:8])
    kept = numbered[numbered["occasion"].isin(linked)]
    kept = kept.assign(
        candidate=kept["occasion"].map(name), occasion=kept["occasion"].map({n: i for i, n in enumerate(linked)})
    )
    return conform(kept, CANDIDATES)


def _nodes(reports: pd.DataFrame, unit: str) -> list[Report]:
    """One node an occasion, in their order: it counts once, or as all objects of its reports."""
    grouped = reports.groupby(["occasion", *_KEY], observed=True, as_index=False, sort=True)[["low", "high"]].sum()
    if unit == OCCASIONS:
        grouped = grouped.assign(low=1, high=1)
    columns = [grouped[name].tolist() for name in ("source", "area", "event_type", "environment", "low", "high")]
    rows = zip(grouped["date"].dt.date, *columns, strict=True)
    return [Report(source, day, *rest) for day, source, *rest in rows]


def _decided(
    reports: pd.DataFrame, decisions: pd.DataFrame, tolerance: int
) -> tuple[frozenset[Pair], frozenset[Pair], pd.DataFrame]:
    possible = set(candidates(_nodes(reports, OCCASIONS), tolerance))
    occasion = dict(zip(reports["report_id"], reports["occasion"], strict=True))
    members = reports.groupby("candidate")["occasion"].unique()
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
    return frozenset(pair for pair, said in taken.items() if decision in said)
