"""Sentences with numbers in them: agreement, intervals, and the sentence of each class of the word rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from vbe_analysis.analysis import verdict as rule
from vbe_analysis.analysis.comparison import Change, Comparison
from vbe_analysis.analysis.ground import Ground
from vbe_analysis.analysis.verdict import Verdict
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.config import load
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.policy import ALL, PERSON_LINKED, TRACES
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import listed, number
from vbe_analysis.vocabulary import HISTORY


def text(key: str, /, **values: object) -> str:
    """The sentence with dotted `key` in texts.sv.toml, filled with `values`."""
    node: Any = load("texts.sv")
    for part in key.split("."):
        node = node[part]
    return str(node).format(**values)


def span(interval: Interval) -> str:
    """
    >>> span((3, 3)), span((5, 9))
    ('3', '5–9')
    """
    low, high = interval
    if high >= OPEN:
        return text("number.at_least", n=number(low))
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def period_span(names: Sequence[str]) -> str:
    """
    >>> period_span(["2019", "2020", "2021"]), period_span(["2021"])
    ('2019–2021', '2021')
    """
    return names[0] if names[0] == names[-1] else f"{names[0]}–{names[-1]}"


def events(interval: Interval, group: str = ALL) -> str:
    """
    >>> events((0, 0)), events((1, 1)), events((10, 12))
    ('inga händelser', '1 händelse', '10–12 händelser')
    >>> events((6, 6), TRACES)
    '6 fysiska spår'
    """
    noun = "_spots" if group == TRACES else ""
    return _noun(interval, f"none{noun}", f"one{noun}", f"many{noun}")


def reports(count: int) -> str:
    """
    >>> reports(0), reports(1), reports(12)
    ('inga rapporter', '1 rapport', '12 rapporter')
    """
    return _noun((count, count), "no_reports", "one_report", "many_reports")


def word(count: int) -> str:
    """A number of sources or years: in words up to twelve.

    >>> word(7), word(13)
    ('sju', '13')
    """
    words = text("number.words").split()
    return words[count] if count < len(words) else number(count)


def capital(sentence: str) -> str:
    """The sentence with its first letter large; nothing else is touched."""
    return sentence[:1].upper() + sentence[1:]


def verdict_sentence(verdict: Verdict | None, reason: str = "", group: str = ALL) -> str:
    """The sentence of the verdict's class; None means that the ground is not comparable, for `reason`.

    reason: of a verdict, the code of why a direction is held back.

    group: which events were counted, where they are not all.
    """
    if verdict is None:
        return text("verdict.ingen_jamforelse", reason=reason)
    now, before = capital(events(verdict.current, group)), span(verdict.previous)
    kind, what = verdict.kind, text(f"group.{TRACES if group == TRACES else ALL}")
    if kind == rule.UNDECIDABLE:
        cause = reason or ("bands" if group == PERSON_LINKED else "intervals")
        return text("verdict.kan_inte_avgoras", cause=text(f"undecidable.{cause}"))
    if kind == rule.NO_CERTAIN_CHANGE:
        return _no_certain_change(verdict, now, before)
    if kind in rule.DIRECTIONS and group == PERSON_LINKED:
        return text(f"verdict.{kind}_intervall", what=what, now=span(verdict.current), before=before)
    if kind in rule.DIRECTIONS:
        return text(f"verdict.{kind}", what=what, now=span(verdict.current), before=before, ratio=_ratio(verdict.ratio))
    if kind == rule.TOO_FEW:
        before = text("number.nothing") if verdict.previous == (0, 0) else before
    return text(f"verdict.{kind}", what=what, now=now, before=before)


GROUND_FIRST = frozenset({rule.NO_CERTAIN_CHANGE, rule.NO_CHANGE_ESTABLISHED})
"""The classes whose sentence can begin with the ground: first what was counted, then what follows from it."""


def judgement(verdict: Verdict) -> str:
    """What may be said of the two numbers of a GROUND_FIRST class, as a sentence of its own."""
    if verdict.kind == rule.NO_CHANGE_ESTABLISHED:
        return text("verdict.none_established")
    if overlap(verdict):
        return text("verdict.no_difference")
    return text("verdict.chance" if is_exact(verdict) else "verdict.chance_interval")


def overlap(verdict: Verdict) -> bool:
    """Whether the two counts may be the same number: then there is no "such difference" to speak of."""
    return verdict.previous[0] <= verdict.current[1] and verdict.current[0] <= verdict.previous[1]


def is_exact(verdict: Verdict) -> bool:
    """Whether both counts are known to the number."""
    return verdict.previous[0] == verdict.previous[1] and verdict.current[0] == verdict.current[1]


def ratio_sentence(verdict: Verdict) -> str:
    """Without a word of direction: whether the counts rule out that the number has halved, or doubled.

    Nothing where there is a direction, or too few events for any word.
    """
    if verdict.kind in rule.DIRECTIONS | {rule.TOO_FEW, rule.NO_EVENTS}:
        return ""
    low, high = verdict.ratio
    halved, doubled = low <= 0.5 <= high, low <= 2 <= high
    key = "neither" if halved and doubled else "doubled" if halved else "halved" if doubled else "both"
    return text(f"verdict.excludes_{key}")


def limits_sentence(verdict: Verdict, group: str = ALL) -> str:
    """What a count would have to be to change the words."""
    low, high = verdict.limits
    before = events(verdict.previous, group)
    if low is None:
        return text("verdict.limits_up", before=before, high=number(high))
    return text("verdict.limits", before=before, low=number(low), high=number(high))


def short(kind: str) -> str:
    """The class in a table cell."""
    return text(f"verdict.short.{kind}")


def decimal(value: float) -> str:
    """
    >>> decimal(0.25), decimal(2.0), decimal(12.34)
    ('0,25', '2,0', '12')
    """
    return number(value, 2 if value < 1 else 1 if value < 10 else 0)


def _no_certain_change(verdict: Verdict, now: str, before: str) -> str:
    if not is_exact(verdict):
        key = "overlapp" if overlap(verdict) else "intervall"
        return text(f"verdict.ingen_saker_forandring_{key}", now=now, before=before)
    difference = verdict.current[0] - verdict.previous[0]
    if difference == 0:
        return text("verdict.ingen_skillnad", now=now)
    more = text("verdict.more" if difference > 0 else "verdict.fewer", d=number(abs(difference)))
    return text("verdict.ingen_saker_forandring", now=now, difference=more, before=before)


def _ratio(ratio: tuple[float, float]) -> str:
    low, high = ratio
    if high == float("inf"):
        return text("verdict.ratio_open", low=decimal(low))
    if low == 0:
        return text("verdict.ratio_none", high=decimal(high))
    return text("verdict.ratio", low=decimal(low), high=decimal(high))


def _noun(interval: Interval, none: str, one: str, many: str) -> str:
    if interval == (0, 0):
        return text(f"number.{none}")
    return text(f"number.{one if interval == (1, 1) else many}", n=span(interval))


def refusal(reason: str, nothing_now: bool = False) -> str:
    """Why there is no comparison, as a clause; nothing_now: no source delivered anything for this period."""
    if nothing_now or not reason:
        return text("refused.nothing_now" if nothing_now else "refused.unknown")
    return text(f"refused.{reason}")


def change_sentence(change: Change, group: str = ALL) -> str:
    """What may be said of one line of a comparison."""
    if change.kind == rule.NO_COMPARISON:
        return verdict_sentence(None, refusal(change.reason))
    return verdict_sentence(change.verdict, change.reason, group)


def break_sentence(picture: Picture, break_: Mapping[str, str]) -> str:
    """What changed in how a source collects, and when: one of the picture's breaks."""
    source, month = picture.vocabulary.sources[break_["source"]].text, swedish_months((break_["month"],))
    sentence = f"{break_['text'].rstrip('.')}."
    return capital(text("criticism.break_part", source=source, month=month, sentence=sentence))


def first_period(picture: Picture) -> str:
    """Why a first period is not compared; earlier chapters' figures are no period to compare with."""
    if picture.previous and picture.divided:
        return text("comparison.first_divided", years=listed([*picture.names(picture.divided).values()]))
    history = any((group.trends.table["basis"] == HISTORY).any() for group in picture.groups)
    return text("comparison.first_history" if history else "comparison.first")


NAMED = 4  # so many sources are named in a sentence on what was compared


def on_ground(ground: Ground, picture: Picture) -> str:
    """What was compared, in brackets after a space: what falls out, or what is left where that is fewer.

    Nothing where all is compared, or too many would be named.
    """
    terms, covered = picture.vocabulary, {source for source, *_ in ground.covered}
    inside, months = ground.months(ground.periods[-1]), dict[tuple[str, str], set[str]]()
    for item in ground.outside:
        for source in ground.together & covered if item.source in ground.together else [item.source]:
            months.setdefault((source, item.environment), set()).update(month[5:] for month in item.months)

    def named(key: str, source: str, environment: str = "") -> str:
        name = terms.all_sources[source].text
        if environment:
            name = text("ground.environment", source=name, environment=terms.all_environments[environment].text)
        if source not in inside or (source, environment) not in months:
            return name
        year = ground.periods[-1].start.year
        some = swedish_months(tuple(f"{year}-{month}" for month in sorted(months[source, environment])))
        return text(f"ground.{key}", source=name, months=some.replace(f" {year}", ""))

    places = [*terms.all_sources]
    without = [named("part", *at) for at in sorted(months, key=lambda at: (places.index(at[0]), at[1]))]
    left = [source for source in places if source in inside]
    only = [named("less", source) for source in sorted(left, key=lambda source: (source, "") not in months)]
    fewer = "only" if len(only) < len(without) and not any(environment for _, environment in months) else "without"
    parts = only if fewer == "only" else without
    return " " + text(f"ground.{fewer}", parts=listed(parts)) if 0 < len(parts) <= NAMED else ""


def headline(
    picture: Picture, comparison: Comparison, key: str, short: bool = False, group: str = ALL, named: bool = True
) -> str:
    """The sentence of all events together. Where something falls outside the ground, the ground comes first (`key`).

    short: without a word of the intervals. named: with what was compared.
    """
    total = comparison.total.verdict
    if total is None or not comparison.ground.outside or total.kind not in GROUND_FIRST:
        return capital(change_sentence(comparison.total, group))
    brief = short and total.kind == rule.NO_CERTAIN_CHANGE and not overlap(total)
    last = text("verdict.chance") if brief else judgement(total)
    ground = on_ground(comparison.ground, picture) if named else ""
    return text(key, ground=ground, now=events(total.current, group), before=span(total.previous), judgement=last)


def comparison_facts(picture: Picture) -> tuple[str, ...]:
    """What the ids begin with of the facts that a comparison of all groups of events rests on."""
    own = (f"{group.name}_{part}/" for group in picture.groups for part in ("environment", "jamforelse", "total"))
    return (*own, "environment/", "jamforelse/", "total/")
