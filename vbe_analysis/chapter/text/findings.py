"""What a chart's title states: its finding, by the word rule or as a number that the chart itself shows."""

import pandas as pd

from vbe_analysis.analysis import verdict
from vbe_analysis.analysis.comparison import ReferenceSeries
from vbe_analysis.analysis.trends import LEAST_YEARS
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.text.sentences import capital, gaps_of, span, text, word
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import listed, number
from vbe_analysis.vocabulary import OTHER_TYPE, TOTAL

SURE = 0.05  # a test beside the word rule tells more than chance below this


def periods(picture: Picture, group: EventGroup) -> str:
    """This period against the one before: what the word rule says of the group's environments."""
    said = _periods(picture, group)
    if len(picture.groups) == 1:
        return said
    return capital(text("finding.group", name=text(f"group.{group.name}"), said=said[:1].lower() + said[1:]))


def compared(group: EventGroup) -> bool:
    """Whether anything of the group is compared with the period before."""
    found = group.comparison
    return found is not None and any(change.kind != verdict.NO_COMPARISON for change in found.lines.values())


def _periods(picture: Picture, group: EventGroup) -> str:
    found, alone = group.comparison, len(picture.groups) == 1
    if found is None:
        return text("finding.first" if alone else "finding.first_group")
    if not compared(group):
        return text("finding.refused" if alone else "finding.refused_group")
    names = {
        kind: [
            picture.vocabulary.environments[code].text for code, change in found.lines.items() if change.kind == kind
        ]
        for kind in verdict.DIRECTIONS
    }
    ways = (("up", verdict.INCREASE), ("down", verdict.DECREASE))
    said = [text(f"finding.{way}", names=listed(names[kind])) for way, kind in ways if names[kind]]
    if not said:
        total = next((way for way, kind in ways if found.total.kind == kind), "")
        return text(f"finding.only_total_{total}" if total else "finding.none")
    told = capital("; ".join(said))
    return told if sum(map(len, names.values())) == len(found.lines) else f"{told}. {text('finding.rest')}"


def years(picture: Picture, group: EventGroup) -> str:
    """The newest period against what the earlier years let expect; no word of any direction."""
    shown = group.trends.table["period"]
    what = {"what": capital(text(f"group.{group.name}")), "first": shown.iloc[0], "last": shown.iloc[-1]}
    return text("finding.years", said=text(f"finding.years_{_years(picture, group)}"), **what)


def _years(picture: Picture, group: EventGroup) -> str:
    if group.banded:
        return "banded"
    series = group.trends.series.get(TOTAL)
    if series is None or series.years[-1:] != (picture.period.label,):
        return "missing"
    if len(series.years) < LEAST_YEARS or series.expected is None:
        return "alone" if len(series.years) == 1 else "few"
    return {True: "inside", False: "outside", None: "unsure"}[series.within]


def commonest(picture: Picture, table: str) -> tuple[str, Interval] | None:
    """The type that is the most common whatever the intervals hide, and how often; None where there is none."""
    counts = picture.counts.get(table)
    if counts is None:
        return None
    mine = counts[(counts["period"] == picture.period.label) & (counts["high"] > 0)].sort_values("low")
    if len(mine) < 2:
        return None
    first, others = mine.iloc[-1], mine.iloc[:-1]
    if first["event_type"] == OTHER_TYPE or int(first["low"]) <= int(others["high"].max()):
        return None
    return picture.vocabulary.event_types[first["event_type"]].text, (int(first["low"]), int(first["high"]))


def types(picture: Picture, group: str, table: str) -> str:
    """The commonest type of a group's events; where none is sure to be, what the chart shows."""
    found, what = commonest(picture, table), text(f"group.{group}")
    if found is None:
        return text("finding.types", what=what)
    return text("finding.commonest", what=what, name=found[0], n=span(found[1]))


def tertials(counts: pd.DataFrame, group: str) -> str:
    """In how many of the period's parts anything was reported."""
    what, of = text(f"group.{group}"), len(counts)
    sure, possible = (int((counts[end] > 0).fillna(False).sum()) for end in ("low", "high"))
    if sure == of:
        return capital(text("finding.every_tertial", what=what))
    key = "finding.tertials" if sure == possible else "finding.tertials_least"
    return capital(text(key, what=what, n=word(sure), of=word(of)))


def graffiti(picture: Picture, series: ReferenceSeries) -> str:
    """All other traces of the same sources, named if they are few: whether the reporting itself has changed."""
    before, now = series.ordinary
    names = [picture.vocabulary.sources[source].text for source in series.sources]
    sources = listed(names) if len(names) < 3 else text("finding.same_sources")
    judged = "same" if now == before else "more" if series.p <= SURE else "chance"
    return text(f"finding.graffiti_{judged}", sources=sources, now=number(now), before=number(before))


def known_item(picture: Picture) -> pd.Series | None:
    """This period's one knowledge item: the routine where it was asked about, else the first; None without a survey."""
    mine = picture.knowledge[picture.knowledge["cycle"] == picture.period.label]
    if mine.empty:
        return None
    return mine.sort_values("question", key=lambda questions: questions != "rutin", kind="stable").iloc[0]


def knowledge(picture: Picture) -> str:
    """The knowledge item, x of n; what the chart shows where this period has none."""
    item = known_item(picture)
    if item is None:
        return text("finding.knowledge_before")
    label, source = picture.question(item["question"]), picture.vocabulary.sources[item["source"]].text
    statement = label[:1].lower() + label[1:]
    return text("finding.knowledge", x=number(item["x"]), n=number(item["n"]), source=source, statement=statement)


def coverage(picture: Picture) -> str:
    """Which sources leave a gap; how many, where they are many."""
    names, gaps = picture.vocabulary.sources, gaps_of(picture.coverage)
    if not gaps:
        return text("finding.coverage_whole")
    if len(gaps) == 1:
        [(source, months)] = gaps.items()
        return text("finding.coverage_one", source=names[source].text, months=swedish_months(months))
    if len(gaps) < 4:
        return text("finding.coverage_some", sources=listed([names[source].text for source in gaps]))
    return text("finding.coverage_many", n=word(len(gaps)), of=word(picture.coverage["source"].nunique()))
