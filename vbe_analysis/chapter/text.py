"""What several parts of the chapter say: the finding, a change in words, and what is missing.

Every sentence is chosen from texts.sv.toml by the data; a word of direction comes from the word rule alone.
"""

from collections.abc import Collection, Mapping

import pandas as pd

from vbe_analysis.analysis import verdict
from vbe_analysis.analysis.comparison import Change, Comparison
from vbe_analysis.chapter.sentences import (
    JUDGED,
    capital,
    events,
    judgement,
    listed,
    span,
    text,
    verdict_sentence,
)
from vbe_analysis.chapter.shown import Group, Picture
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.frames import NOT_DELIVERED
from vbe_analysis.periods import swedish_months
from vbe_analysis.vocabulary import HISTORY


def finding(picture: Picture, group: Group) -> str:
    """The title of a group's chart of the two periods: what the word rule says of its environments."""
    said = _finding(group, picture)
    if len(picture.groups) == 1:
        return said
    return capital(text("finding.group", name=text(f"group.{group.name}"), said=said[:1].lower() + said[1:]))


def _finding(group: Group, picture: Picture) -> str:
    found = group.comparison
    if found is None:
        return text("finding.first" if len(picture.groups) == 1 else "finding.first_group")
    if all(change.kind == verdict.NO_COMPARISON for change in found.lines.values()):
        return text("finding.refused" if len(picture.groups) == 1 else "finding.refused_group")
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


def refused(reason: str, nothing_now: bool = False) -> str:
    """Why there is no comparison, as a clause; nothing_now: no source delivered anything for this period."""
    return text("refused.nothing_now" if nothing_now else f"refused.{reason or 'unknown'}")


def change_sentence(change: Change, group: str = ALL) -> str:
    """What may be said of one line of a comparison."""
    if change.kind == verdict.NO_COMPARISON:
        return verdict_sentence(None, refused(change.reason))
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
