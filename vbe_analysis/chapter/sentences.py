"""Sentences with numbers in them: agreement, intervals, and the sentence of each class of the word rule."""

from typing import Any

from vbe_analysis.analysis import verdict as rule
from vbe_analysis.analysis.verdict import Verdict
from vbe_analysis.chapter.chart_data import number
from vbe_analysis.config import load
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.policy import ALL, TRACES

Interval = tuple[int, int]


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


def listed(words: list[str]) -> str:
    """
    >>> listed(["SISAB"]), listed(["SISAB", "IA", "polisen"])
    ('SISAB', 'SISAB, IA och polisen')
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} och {words[-1]}" if words else ""


def verdict_sentence(verdict: Verdict | None, reason: str = "", group: str = ALL) -> str:
    """The sentence of the verdict's class; None means that the ground is not comparable, for `reason`.

    group: which events were counted, where they are not all.
    """
    if verdict is None:
        return text("verdict.ingen_jamforelse", reason=reason)
    now, before = capital(events(verdict.current, group)), span(verdict.previous)
    kind, what = verdict.kind, text(f"group.{TRACES if group == TRACES else ALL}")
    if kind == rule.NO_CERTAIN_CHANGE:
        return _no_certain_change(verdict, now, before)
    if kind in rule.DIRECTIONS and not verdict.ratio:
        return text(f"verdict.{kind}_intervall", what=what, now=span(verdict.current), before=before)
    if kind in rule.DIRECTIONS and verdict.ratio:
        return text(f"verdict.{kind}", what=what, now=span(verdict.current), before=before, ratio=_ratio(verdict.ratio))
    if kind == rule.TOO_FEW:
        before = text("number.nothing") if verdict.previous == (0, 0) else before
    return text(f"verdict.{kind}", what=what, now=now, before=before)


JUDGED = frozenset({rule.NO_CERTAIN_CHANGE, rule.NO_CHANGE_ESTABLISHED})
"""The classes whose sentence can be told with its ground first: what was counted, then what may be said of it."""


def judgement(verdict: Verdict) -> str:
    """What may be said of the two numbers of a JUDGED class, as a sentence of its own."""
    if verdict.kind == rule.NO_CHANGE_ESTABLISHED:
        return text("verdict.none_established")
    exact = verdict.previous[0] == verdict.previous[1] and verdict.current[0] == verdict.current[1]
    return text("verdict.chance" if exact else "verdict.chance_interval")


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
    shown = f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 10 else f"{value:.0f}"
    return shown.replace(".", ",")


def _no_certain_change(verdict: Verdict, now: str, before: str) -> str:
    exact = verdict.previous[0] == verdict.previous[1] and verdict.current[0] == verdict.current[1]
    if not exact:
        return text("verdict.ingen_saker_forandring_intervall", now=now, before=before)
    difference = verdict.current[0] - verdict.previous[0]
    if difference == 0:
        return text("verdict.ingen_skillnad", now=now)
    word = text("verdict.more" if difference > 0 else "verdict.fewer", d=number(abs(difference)))
    return text("verdict.ingen_saker_forandring", now=now, difference=word, before=before)


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
