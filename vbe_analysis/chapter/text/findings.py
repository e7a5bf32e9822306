"""What a chart's title states: its finding, by the word rule or as a number that the chart itself shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vbe_analysis.analysis import verdict
from vbe_analysis.analysis.trends import LEAST_YEARS
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.text.groups import Values, counts_of, gap_values, leading
from vbe_analysis.chapter.text.patterns import pattern_values
from vbe_analysis.chapter.text.section import title
from vbe_analysis.chapter.text.sentences import period_span
from vbe_analysis.frames import Interval
from vbe_analysis.swedish import number
from vbe_analysis.vocabulary import OTHER_TYPE, TOTAL, UNKNOWN

LEAST_TRACES = 5  # text.md: fewer say nothing of places
LEAST_BY_AREA = 10  # traces of a period from which they are shown by area for that period alone


def periods(picture: Picture, group: EventGroup) -> str:
    """This period against the one before: what the word rule says of the group's environments."""
    terms = picture.vocabulary.environments
    lines = group.comparison.lines if group.comparison else {}
    more, fewer = (
        [terms[code].text for code, change in lines.items() if change.kind == kind]
        for kind in (verdict.INCREASE, verdict.DECREASE)
    )
    leader, alike = _leader(picture, group), _alike(picture, group)
    return title("periods", group, more, fewer, leader, alike, picture.period.name)


def years(picture: Picture, group: EventGroup) -> str:
    """The environment with the most in every period, where the newest period is as the earlier ones let expect; else
    that period against them, without a word of any direction, or its largest environment where there is no such word.
    """
    place, own = _place(picture, group), pattern_values(picture, group)
    if place in ("inside", "inside_few", "untold", "alone") and own["most"]:
        return title("most", own, group.name)
    first, last = (picture.name(group.trends.table["period"].iloc[at]) for at in (0, -1))
    return title("years", group.name, first, last, place, _leader(picture, group), _alike(picture, group))


def _leader(picture: Picture, group: EventGroup) -> Values | None:
    """The environment with the most this period whatever the intervals hide, and of how many; None of few events."""
    counts = counts_of(picture, group.environments, "environment")
    first = leading(counts)
    if first in ("", UNKNOWN) or sum(low for low, _ in counts.values()) < LEAST_TRACES:
        return None
    whole = None if group.banded else group.interval(picture.period.label)
    return {"name": picture.vocabulary.environments[first].text, "count": counts[first], "whole": whole}


def _alike(picture: Picture, group: EventGroup) -> Interval | None:
    """The count that every environment has this period; None where they differ."""
    counts = {*counts_of(picture, group.environments, "environment").values()}
    return counts.pop() if len(counts) == 1 else None


def _place(picture: Picture, group: EventGroup) -> str:
    """Where the newest period lies, in the words of titlar.j2."""
    if group.banded:
        return "untold"
    series = group.trends.series.get(TOTAL)
    if series is None or series.years[-1:] != (picture.period.label,):
        return "missing"
    if len(series.years) < LEAST_YEARS or series.expected is None:
        return "alone" if len(series.years) == 1 else "untold"
    few = "" if series.lead else "_few"
    return {True: f"inside{few}", False: f"outside{few}", None: "unsure"}[series.within]


def commonest(picture: Picture, table: str) -> Values | None:
    """The type that is the most common whatever the intervals hide, and how often; None where there is none.

    of_known: where what has no type of its own may be more.
    """
    counts = counts_of(picture, picture.counts.get(table), "event_type")
    named = leading({code: count for code, count in counts.items() if code != OTHER_TYPE})
    if not named:
        return None
    term = picture.vocabulary.event_types[named]
    return {"name": term.text, "count": counts[named], "of_known": leading(counts) != named}


def tertials(counts: pd.DataFrame, group: str) -> str:
    """In how many of the years' tertials anything was reported; those that nobody told of are no tertials here."""
    known = counts.dropna(subset="low")
    sure, possible = (int((known[end] > 0).sum()) for end in ("low", "high"))
    return title("tertials", group, sure, possible, len(known))


@dataclass(frozen=True, eq=False)
class Areas:
    """The traces by area: of this period or, where they are fewer than ten, of all years together.

    counts: area, low, high; those with the most traces first. periods: which they are of, in words.
    """

    counts: pd.DataFrame
    periods: str
    together: bool


def areas(picture: Picture) -> Areas | None:
    """None where traces are not shown by area, or of one area alone."""
    over_years, label = picture.over_years, picture.period.label
    if over_years.areas.empty:
        return None
    now = over_years.by_area(label)
    together = int(now["low"].sum()) < LEAST_BY_AREA
    counts = over_years.by_area() if together else now
    counts = counts[counts["area"].isin(list(picture.settings.areas))]
    if len(counts) < 2:
        return None
    years = picture.names(dict.fromkeys(over_years.areas["period"])) if together else picture.names([label])
    return Areas(counts, period_span([*years.values()]), together)


def place_values(picture: Picture, by_area: Areas | None) -> Values | None:
    """The area with the most traces whatever the intervals hide, or two that have as many; in how many areas there were
    any, and how many traces.
    """
    if by_area is None:
        return None
    counts, names = by_area.counts, picture.settings.areas
    ends = [(int(low), int(high)) for low, high in zip(counts["low"], counts["high"], strict=True)]
    alike = 2 if len(ends) > 2 and ends[0] == ends[1] == (ends[0][0],) * 2 else 1
    leads = ends[0][0] >= LEAST_TRACES and ends[0][0] > max((high for _, high in ends[alike:]), default=0)
    return {
        "most": {"names": [names[code] for code in counts["area"][:alike]], "count": ends[0]} if leads else None,
        "n": sum(low > 0 for low, _ in ends),
        "whole": (sum(low for low, _ in ends), sum(high for _, high in ends)),
        "periods": by_area.periods,
        "first": by_area.periods.partition("–")[0],
        "together": by_area.together and "–" in by_area.periods,
    }


def places(picture: Picture, by_area: Areas) -> str:
    """The area with the most traces, else in how many areas there were any."""
    return title("places", place_values(picture, by_area))


def place_sources(picture: Picture) -> list[str]:
    """The sources of whose traces places are told; empty where they are all sources'."""
    return [picture.vocabulary.sources[code].text for code in picture.place_sources]


def graffiti(picture: Picture) -> str:
    """How much of all that the same sources reported was extremist, this period."""
    ordinary, coded = picture.over_years.graffiti[picture.period.label]
    return title("graffiti", coded, (coded[0] + ordinary[0], coded[1] + ordinary[1]), picture.period.name)


def knowledge_item(picture: Picture) -> pd.Series | None:
    """This period's one knowledge item: the routine where it was asked about, else the first; None without a survey."""
    items = picture.knowledge[picture.knowledge["cycle"] == picture.period.label]
    if items.empty:
        return None
    return items.sort_values("question", key=lambda questions: questions != "rutin", kind="stable").iloc[0]


def knowledge_values(picture: Picture, item: Mapping[Any, Any] | pd.Series) -> Values:
    """How many of those who answered the survey said yes, and to what."""
    label, source = picture.question(item["question"]), picture.vocabulary.sources[item["source"]].text
    statement = label[:1].lower() + label[1:]
    return {"x": number(item["x"]), "n": number(item["n"]), "source": source, "statement": statement}


def knowledge(picture: Picture) -> str:
    """The knowledge item, x of n; what the chart shows where this period has none."""
    item = knowledge_item(picture)
    return title("knowledge", None if item is None else knowledge_values(picture, item))


def coverage(picture: Picture) -> str:
    """Which sources leave a gap; how many, where they are many."""
    return title("coverage", gap_values(picture), len(picture.asked_sources))


def coverage_short(picture: Picture) -> str:
    """The same in the fewest words, of one or two sources; nothing of more."""
    return title("coverage_short", gap_values(picture))
