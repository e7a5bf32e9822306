"""The events of a closed cycle without what could point at someone, so that later years still count the same.

What the figures of later years need: how many occasions a source reported in a month, by environment and type, as an
interval. What goes: the day, the area, the place in a file, and who might be a duplicate of whom. Possible duplicates
are settled into the intervals before the areas that told them are dropped.
"""

import hashlib
from collections.abc import Mapping
from itertools import pairwise

import pandas as pd

from vbe_analysis.analysis.counts import OCCASION
from vbe_analysis.analysis.distinct import Interval, Report, distinct_events
from vbe_analysis.analysis.overlaps import Overlaps
from vbe_analysis.frames import EVENTS, conform
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import HISTORY


def coarsened(events: pd.DataFrame, overlaps: Overlaps, period: Period) -> pd.DataFrame:
    """frames.EVENTS of one cycle with whole months for dates and neither area, file nor row; a row a report.

    low, high: what the report adds to the occasions of its month, so that sums by month, source, environment and type
    are the counts of `count_events` with `overlaps`; a total may be wider where duplicates join two environments.
    A report that adds none has 0. Reports that never counted are left out. Coarsening again changes nothing.
    """
    told = events["source"] == HISTORY  # earlier chapters' years lie outside the period and count all the same
    kept = events[told | (events["not_counted"] == "")].copy()
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
    found: dict[str, Interval] = {}
    for _, members in overlaps.reports.groupby("candidate"):
        occasions = members.sort_values(["environment", "source", "occasion"]).drop_duplicates("occasion")
        by_occasion = _added(occasions, overlaps)
        found |= {str(r): by_occasion[o] for r, o in zip(members["report_id"], members["occasion"], strict=True)}
    return found


def _added(occasions: pd.DataFrame, overlaps: Overlaps) -> dict[int, Interval]:
    """occasion -> what it adds to those of its environment before it; an environment's sums are its own interval."""
    columns = ["source", "date", "area", "event_type", "environment"]
    reports = [Report(s, day.date(), *rest) for s, day, *rest in occasions[columns].itertuples(index=False, name=None)]
    numbers = occasions["occasion"].tolist()

    def distinct(chosen: list[int], environment: str) -> Interval:
        place = {numbers[position]: i for i, position in enumerate(chosen)}
        same, different = (
            [(place[a], place[b]) for a, b in pairs if a in place and b in place]
            for pairs in (overlaps.same, overlaps.different)
        )
        return distinct_events([reports[i] for i in chosen], same, different, environment, overlaps.tolerance)

    found: dict[int, Interval] = {}
    for environment in dict.fromkeys(report.environment for report in reports):
        mine = [i for i, report in enumerate(reports) if report.environment == environment]
        others = [i for i in range(len(reports)) if i not in mine]
        sums = [(0, 0), *(distinct(sorted(others + mine[:size]), environment) for size in range(1, len(mine) + 1))]
        added = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(sums)]
        if not all(0 <= low <= high for low, high in added):  # decisions that tie earlier ones: told in one row
            added = [sums[-1], *[(0, 0)] * (len(mine) - 1)]
        found |= {numbers[i]: interval for i, interval in zip(mine, added, strict=True)}
    return found
