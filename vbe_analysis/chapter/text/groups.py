"""What several templates are given: the sources and their gaps, counts and which leads, each group's comparison."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from vbe_analysis.analysis.comparison import Comparison, ReferenceSeries
from vbe_analysis.analysis.ground import MISSING_MONTHS, Ground, Outside
from vbe_analysis.analysis.verdict import ALPHA, DIRECTIONS, NO_CERTAIN_CHANGE, NO_CHANGE_ESTABLISHED
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.data.source_months import SourceMonths
from vbe_analysis.disclosure.policy import TRACES
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.vocabulary import HISTORY

LISTED = 4  # so many sources are no longer named as the reason why nothing is compared
NAMED = 4  # so many sources are named in a sentence on what was compared

Values = dict[str, Any]


def group_values(picture: Picture, group: EventGroup) -> Values:
    """The group's comparison, the environments that it gives a direction, what it rests on, and what stops it."""
    comparison, names = group.comparison, picture.vocabulary.environments
    lines = comparison.lines if comparison else {}
    outside = outside_of(comparison) if comparison else []
    return {
        "name": group.name,
        "banded": group.banded,
        "comparison": comparison,
        "compared": group.compared,
        "directed": group.directed,
        "changed": [(names[code].label, change) for code, change in lines.items() if change.kind in DIRECTIONS],
        "basis": basis(picture, comparison.ground) if comparison else None,
        "blamed": blamed(picture, outside) if len(outside) < LISTED else [],
        "share": _share(picture, comparison) if comparison and group.name == TRACES else None,
        "collecting": [] if group.banded else changed_collecting(picture, comparison),
    }


def _share(picture: Picture, comparison: Comparison) -> ReferenceSeries | None:
    """The reference series, where what it holds of coded traces is all that is compared, and the word for the two
    numbers holds for the two shares too."""
    reference, total = comparison.reference, comparison.total.verdict
    if reference is None or total is None or total.kind not in (NO_CERTAIN_CHANGE, NO_CHANGE_ESTABLISHED):
        return None
    sources = set(comparison.ground.months(comparison.current))
    same = sources == set(reference.sources) and reference.coded == (total.previous, total.current)
    alike = reference.p > ALPHA and not changed_collecting(picture, comparison)
    return reference if same and alike else None


def changed_collecting(picture: Picture, comparison: Comparison | None) -> list[str]:
    """The sources of the reference series that collect otherwise than before, from any but the very first month.

    What changed on the first day of the earlier period is the same in both.
    """
    sources = comparison.reference.sources if comparison and comparison.reference else ()
    months = [month for period in sorted(picture.periods) for month in period.months][1:]
    changed = {entry["source"] for entry in picture.breaks if entry["month"] in months}
    return [picture.vocabulary.sources[source].text for source in sources if source in changed]


def source_names(picture: Picture, belongs: Callable[[SourceMonths], bool]) -> list[str]:
    """The names of the sources whose months are as `belongs` says, in the vocabulary's order."""
    months = picture.source_months
    return [term.text for code, term in picture.vocabulary.sources.items() if code in months and belongs(months[code])]


def gap_values(picture: Picture) -> list[Values]:
    """Each source that leaves a gap: the months that are missing, and of them those that a count only reaches.

    missing: all of them; straddled: those inside a count that passes the period's boundary; months: the rest, the
    whole period or not.
    """
    gaps = []
    for gap in picture.gaps:
        lacking = tuple(month for month in gap.missing if month not in gap.straddled)
        months = {"missing": gap.missing, "straddled": gap.straddled, "months": lacking}
        whole = len(lacking) == len(picture.period.months)
        gaps.append({"source": gap.source.text, **{k: swedish_months(v) for k, v in months.items()}, "whole": whole})
    return gaps


def counts_of(picture: Picture, counts: pd.DataFrame | None, key: str) -> dict[str, Interval]:
    """Value of the key -> the period's count in frames.COUNTS, where there is one."""
    if counts is None:
        return {}
    rows = counts[counts["period"] == picture.period.label].dropna(subset="low")
    return {name: (int(low), int(high)) for name, low, high in zip(rows[key], rows["low"], rows["high"], strict=True)}


def leading(counts: Mapping[str, Interval]) -> str:
    """The one of several that has the most, wherever in their intervals the counts lie; "" where none has.

    >>> leading({"a": (5, 6), "b": (2, 4)}), leading({"a": (5, 6), "b": (2, 5)}), leading({"a": (5, 6)})
    ('a', '', '')
    """
    some = {name: count for name, count in counts.items() if count[1]}
    first = max(some, key=lambda name: some[name][0], default="")
    others = [count[1] for name, count in some.items() if name != first]
    return first if others and some[first][0] > max(others) else ""


def first_period(picture: Picture) -> Values:
    """Why a first period is not compared; earlier chapters' figures are no period to compare with."""
    return {
        "divided": [*picture.names(picture.divided).values()] if picture.previous else [],
        "history": any((group.trends.table["basis"] == HISTORY).any() for group in picture.groups),
    }


def basis(picture: Picture, ground: Ground) -> Values | None:
    """What was compared: what falls out, or (only) what is left where that is fewer, by source.

    None where all is compared, or too many would be named.
    """
    terms, covered = picture.vocabulary, {source for source, *_ in ground.covered}
    inside, months = ground.months(ground.periods[-1]), dict[tuple[str, str], set[str]]()
    for item in ground.outside:
        for source in ground.together & covered if item.source in ground.together else [item.source]:
            months.setdefault((source, item.environment), set()).update(month[5:] for month in item.months)

    def part(source: str, environment: str = "") -> Mapping[str, str]:
        year = ground.periods[-1].start.year
        some = sorted(months.get((source, environment), ())) if source in inside else ()
        return {
            "source": terms.all_sources[source].text,
            "environment": environment and terms.all_environments[environment].text,
            "months": swedish_months(tuple(f"{year}-{month}" for month in some)).replace(f" {year}", ""),
        }

    places = [*terms.all_sources]
    without = [part(*at) for at in sorted(months, key=lambda at: (places.index(at[0]), at[1]))]
    left = [source for source in places if source in inside]
    left = [*sorted(left, key=lambda source: (source, "") in months)]  # whole ones first: "SISAB och ... utom i maj"
    only = len(left) < len(without) and not any(environment for _, environment in months)
    parts = [part(source) for source in left] if only else without
    return {"only": only, "parts": parts} if 0 < len(parts) <= NAMED else None


def outside_of(comparison: Comparison) -> list[Outside]:
    """What falls outside the ground, whichever the environment."""
    return list(dict.fromkeys(replace(item, environment="") for item in comparison.ground.outside))


def blamed(picture: Picture, outside: Collection[Outside]) -> list[Mapping[str, str]]:
    """What each source lacks; of one that lacks a whole period no more is told."""
    every = len(picture.period.months)
    whole = {item.source: item for item in outside if item.reason == MISSING_MONTHS and len(item.months) == every}
    now = picture.period.label
    return [
        {
            "source": picture.vocabulary.sources[item.source].text,
            "months": swedish_months(item.months),
            "reason": f"missing_{'now' if item.period == now else 'before'}" if item.source in whole else item.reason,
        }
        for item in outside
        if whole.get(item.source, item) == item
    ]
