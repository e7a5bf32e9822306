"""What a chart's title states: its finding, by the word rule or as a number that the chart itself shows."""

from collections.abc import Mapping

import pandas as pd

from vbe_analysis.analysis import verdict
from vbe_analysis.analysis.trends import LEAST_YEARS
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.text.coverage import asked_sources, gaps_of
from vbe_analysis.chapter.text.overview import LEAST_TRACES
from vbe_analysis.chapter.text.patterns import most_sentence
from vbe_analysis.chapter.text.sentences import capital, span, text, word
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import listed, number
from vbe_analysis.vocabulary import OTHER_TYPE, TOTAL


def periods(picture: Picture, group: EventGroup) -> str:
    """This period against the one before: what the word rule says of the group's environments."""
    sentence = _periods(picture, group)
    if len(picture.groups) == 1:
        return sentence
    name = text(f"group.{group.name}")
    return capital(text("finding.group", name=name, said=sentence[:1].lower() + sentence[1:]))


def is_compared(group: EventGroup) -> bool:
    """Whether anything of the group is compared with the period before."""
    lines = group.comparison.lines.values() if group.comparison else ()
    return any(change.kind != verdict.NO_COMPARISON for change in lines)


def _periods(picture: Picture, group: EventGroup) -> str:
    comparison, alone = group.comparison, len(picture.groups) == 1
    if comparison is None:
        return text("finding.first" if alone else "finding.first_group")
    if not is_compared(group):
        return text("finding.refused" if alone else "finding.refused_group")
    ways, terms = {verdict.INCREASE: "up", verdict.DECREASE: "down"}, picture.vocabulary.environments
    names: dict[str, list[str]] = {way: [] for way in ways.values()}
    for code, change in comparison.lines.items():
        if change.kind in ways:
            names[ways[change.kind]].append(terms[code].text)
    parts = [text(f"finding.{way}", names=listed(names[way])) for way in names if names[way]]
    if not parts:
        total = ways.get(comparison.total.kind)
        return text(f"finding.only_total_{total}" if total else "finding.none")
    sentence = capital("; ".join(parts))
    every = sum(map(len, names.values())) == len(comparison.lines)
    return sentence if every else f"{sentence}. {text('finding.rest')}"


def years(picture: Picture, group: EventGroup) -> str:
    """The environment with the most in every period, where the chart shows all events and the newest period is as the
    earlier ones let expect; else that period against them, without a word of any direction."""
    state = _years(picture, group)
    if (
        group.name == ALL
        and state in ("inside", "inside_few", "few", "alone")
        and (most := most_sentence(picture, title=True))
    ):
        return most
    periods_ = group.trends.table["period"]
    what = {
        "what": capital(text(f"group.{group.name}")),
        "first": picture.name(periods_.iloc[0]),
        "last": picture.name(periods_.iloc[-1]),
    }
    return text("finding.years", said=text(f"finding.years_{state}"), **what)


def _years(picture: Picture, group: EventGroup) -> str:
    if group.banded:
        return "banded"
    series = group.trends.series.get(TOTAL)
    if series is None or series.years[-1:] != (picture.period.label,):
        return "missing"
    if len(series.years) < LEAST_YEARS or series.expected is None:
        return "alone" if len(series.years) == 1 else "few"
    few = "" if series.lead else "_few"
    return {True: f"inside{few}", False: f"outside{few}", None: "unsure"}[series.within]


def commonest(picture: Picture, table: str) -> tuple[str, Interval] | None:
    """The type that is the most common whatever the intervals hide, and how often; None where there is none."""
    counts = picture.counts.get(table)
    if counts is None:
        return None
    some = counts[(counts["period"] == picture.period.label) & (counts["high"] > 0)].sort_values("low")
    if len(some) < 2:
        return None
    first, others = some.iloc[-1], some.iloc[:-1]
    if first["event_type"] == OTHER_TYPE or int(first["low"]) <= int(others["high"].max()):
        return None
    return picture.vocabulary.event_types[first["event_type"]].text, (int(first["low"]), int(first["high"]))


def tertials(counts: pd.DataFrame, group: str) -> str:
    """In how many of the years' tertials anything was reported; those that nobody told of are no tertials here."""
    what, known = text(f"group.{group}"), counts.dropna(subset="low")
    sure, possible = (int((known[end] > 0).sum()) for end in ("low", "high"))
    key = "every_tertial" if sure == len(known) else "tertials" if sure == possible else "tertials_least"
    return capital(text(f"finding.{key}", what=what, n=number(sure), of=number(len(known))))


def places(counts: pd.DataFrame, names: Mapping[str, str], periods: str) -> str:
    """The area with the most traces whatever the intervals hide, else in how many areas there were any.

    counts: a row an area, those with the most traces first.
    """
    first, whole = counts.iloc[0], span((int(counts["low"].sum()), int(counts["high"].sum())))
    if int(first["low"]) >= LEAST_TRACES and int(first["low"]) > int(counts["high"].iloc[1:].max()):
        n = span((int(first["low"]), int(first["high"])))
        return text("finding.place", area=names[first["area"]], n=n, of=whole, periods=periods)
    return text("finding.places", n=word(int((counts["low"] > 0).sum())), of=whole, periods=periods)


def graffiti(picture: Picture) -> str:
    """How much of all that the same sources reported was extremist, this period."""
    ordinary, coded = picture.over_years.graffiti[picture.period.label]
    whole = span((coded[0] + ordinary[0], coded[1] + ordinary[1]))
    return text("finding.graffiti", now=span(coded), of=whole, period=picture.period.name)


def knowledge_item(picture: Picture) -> pd.Series | None:
    """This period's one knowledge item: the routine where it was asked about, else the first; None without a survey."""
    items = picture.knowledge[picture.knowledge["cycle"] == picture.period.label]
    if items.empty:
        return None
    return items.sort_values("question", key=lambda questions: questions != "rutin", kind="stable").iloc[0]


def knowledge(picture: Picture) -> str:
    """The knowledge item, x of n; what the chart shows where this period has none."""
    item = knowledge_item(picture)
    if item is None:
        return text("finding.knowledge_before")
    label, source = picture.question(item["question"]), picture.vocabulary.sources[item["source"]].text
    statement = label[:1].lower() + label[1:]
    return text("finding.knowledge", x=number(item["x"]), n=number(item["n"]), source=source, statement=statement)


def coverage(picture: Picture) -> str:
    """Which sources leave a gap; how many, where they are many."""
    gaps = list(gaps_of(picture.coverage, picture.vocabulary).values())
    if not gaps:
        return text("finding.coverage_whole")
    if len(gaps) == 1:
        return text("finding.coverage_one", source=gaps[0].source.text, months=swedish_months(gaps[0].missing))
    if len(gaps) < 4:
        return text("finding.coverage_some", sources=listed([gap.source.text for gap in gaps]))
    of = len(asked_sources(picture))
    return text("finding.coverage_many", n=word(len(gaps)), of=word(of))


def coverage_short(picture: Picture) -> str:
    """The same in the fewest words, of one or two sources; nothing of more."""
    gaps = list(gaps_of(picture.coverage, picture.vocabulary).values())
    if len(gaps) > 2:
        return ""
    return capital(
        listed([text("finding.lacks", source=gap.source.text, months=swedish_months(gap.missing)) for gap in gaps])
    )
