"""What several parts of the chapter say: a change in words, and what is missing.

Every sentence is chosen from texts.sv.toml by the data; a word of direction comes from the word rule alone.
"""

from collections.abc import Collection, Mapping

import pandas as pd

from vbe_analysis.analysis import verdict
from vbe_analysis.analysis.comparison import Change, Comparison
from vbe_analysis.analysis.ground import REFUSALS
from vbe_analysis.chapter.sentences import (
    JUDGED,
    capital,
    events,
    judgement,
    span,
    text,
    verdict_sentence,
)
from vbe_analysis.chapter.shown import Picture
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.frames import NOT_DELIVERED
from vbe_analysis.periods import swedish_months
from vbe_analysis.vocabulary import HISTORY


def refused(reason: str, nothing_now: bool = False, group: str = ALL) -> str:
    """Why there is no comparison, as a clause; nothing_now: no source delivered anything for this period."""
    if nothing_now or not reason:
        return text("refused.nothing_now" if nothing_now else "refused.unknown")
    whole = group != ALL and reason in REFUSALS  # beside other groups, whole sources are compared
    code = f"{reason}_whole" if whole else reason
    return text(f"refused.{code}", what=text(f"group.{group}"))


def change_sentence(change: Change, group: str = ALL) -> str:
    """What may be said of one line of a comparison."""
    if change.kind == verdict.NO_COMPARISON:
        return verdict_sentence(None, refused(change.reason, group=group))
    return verdict_sentence(change.verdict, group=group)


def gaps_of(coverage: pd.DataFrame, straddled: bool | None = None) -> dict[str, tuple[str, ...]]:
    """Source -> its months without anything that can be counted, though it was asked (coverage of one period).

    straddled: only those that a count passing the period's boundary reaches (True), or only the others (False).
    """
    whole = coverage[coverage["environment"] == ""]
    gone = whole["status"] == NOT_DELIVERED
    wanted = {None: gone | whole["straddled"], True: whole["straddled"], False: gone & ~whole["straddled"]}[straddled]
    return {str(source): tuple(rows["month"]) for source, rows in whole[wanted].groupby("source", sort=False)}


def gap_sentences(picture: Picture, only: Collection[str] | None = None) -> list[str]:
    """A sentence for each source (of `only`) that leaves a gap, and for what it stated but cannot be counted."""
    names, said = picture.vocabulary.sources, []
    for source, months in _of(gaps_of(picture.coverage, straddled=True), only):
        said.append(text("summary.straddled", source=capital(names[source].text), months=swedish_months(months)))
    for source, months in _of(gaps_of(picture.coverage, straddled=False), only):
        key = "summary.missing_all" if len(months) == len(picture.period.months) else "summary.missing"
        said.append(text(key, source=names[source].text if key == "summary.missing" else capital(names[source].text),
                         months=swedish_months(months)))  # fmt: skip
    return said


def break_sentence(picture: Picture, one: Mapping[str, str]) -> str:
    """What changed in how a source collects, and when: one of the picture's breaks."""
    source, month = picture.vocabulary.sources[one["source"]].text, swedish_months((one["date"][:7],))
    return capital(text("criticism.break_part", source=source, month=month, sentence=f"{one['text'].rstrip('.')}."))


def _of(gaps: Mapping[str, tuple[str, ...]], only: Collection[str] | None) -> list[tuple[str, tuple[str, ...]]]:
    return [(source, months) for source, months in gaps.items() if only is None or source in only]


def first_period(picture: Picture) -> str:
    """Why a first period is not compared; earlier chapters' figures are no period to compare with."""
    history = any((group.trends.table["basis"] == HISTORY).any() for group in picture.groups)
    return text("comparison.first_history" if history else "comparison.first")


def on_ground(found: Comparison, key: str, short: bool = False, group: str = ALL) -> str:
    """The headline's sentence; where something falls outside the ground, with the ground said first (`key`).

    short: without a word of the intervals.
    """
    headline = found.total.verdict
    if headline is None or not found.ground.outside or headline.kind not in JUDGED:
        return capital(change_sentence(found.total, group))
    said = text("verdict.chance") if short and headline.kind == verdict.NO_CERTAIN_CHANGE else judgement(headline)
    return text(key, now=events(headline.current, group), before=span(headline.previous), judgement=said)
