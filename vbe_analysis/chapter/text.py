"""What the chapter says first: the summary, and the finding over the main chart.

Every sentence is chosen from texts.sv.toml by the data; a word of direction comes from the word rule alone.
"""

from collections.abc import Collection, Mapping

import pandas as pd

from vbe_analysis.analysis import verdict
from vbe_analysis.analysis.comparison import Change, Comparison
from vbe_analysis.chapter.chart_data import number
from vbe_analysis.chapter.parts import Prose
from vbe_analysis.chapter.picture import Picture, delivered_months
from vbe_analysis.chapter.sentences import (
    JUDGED,
    capital,
    events,
    judgement,
    listed,
    reports,
    span,
    text,
    verdict_sentence,
    word,
)
from vbe_analysis.frames import NOT_DELIVERED
from vbe_analysis.periods import swedish_months
from vbe_analysis.vocabulary import HISTORY, OTHER_TYPE, UNKNOWN


def summary(picture: Picture) -> Prose:
    """The paragraph that stands alone: what was reported, in which environments, what is missing, what can be said."""
    words = {"period": picture.period, "area": picture.settings.area_name}
    if not delivered_months(picture.coverage).any():
        return Prose(text("summary.nothing_delivered", **words))
    if picture.current == (0, 0):
        said = [text("summary.none", **words)]
    else:
        numbers = {"reports": reports(picture.reports), "events": events(picture.current)}
        said = [
            text("summary.period", **words, **numbers),
            _interval(picture),
            _environments(picture),
            _commonest(picture),
        ]
    said += [_missing(picture), _compared(picture), _known(picture)]
    if picture.current != (0, 0):
        said.append(text("summary.reservation"))
    return Prose(" ".join(sentence for sentence in said if sentence))


def finding(picture: Picture) -> str:
    """The title of the chart of the two periods: what the word rule says of the environments."""
    if picture.comparison is None:
        return text("finding.first")
    lines = picture.comparison.lines
    if all(change.kind == verdict.NO_COMPARISON for change in lines.values()):
        return text("finding.refused")
    names = {
        kind: [picture.vocabulary.environments[code].text for code, change in lines.items() if change.kind == kind]
        for kind in verdict.DIRECTIONS
    }
    ways = (("up", verdict.INCREASE), ("down", verdict.DECREASE))
    said = [text(f"finding.{way}", names=listed(names[kind])) for way, kind in ways if names[kind]]
    if not said:
        total = next((way for way, kind in ways if picture.comparison.total.kind == kind), "")
        return text(f"finding.only_total_{total}" if total else "finding.none")
    told = capital("; ".join(said))
    return told if sum(map(len, names.values())) == len(lines) else f"{told}. {text('finding.rest')}"


def refused(reason: str, nothing_now: bool = False) -> str:
    """Why there is no comparison, as a clause; nothing_now: no source delivered anything for this period."""
    return text("refused.nothing_now" if nothing_now else f"refused.{reason or 'unknown'}")


def change_sentence(change: Change) -> str:
    if change.kind == verdict.NO_COMPARISON:
        return verdict_sentence(None, refused(change.reason))
    return verdict_sentence(change.verdict)


def _interval(picture: Picture) -> str:
    """Why the number of events is an interval, and why there may be fewer events than reports."""
    start, end = pd.Timestamp(picture.period.start), pd.Timestamp(picture.period.end)
    mine = picture.overlaps.undecided
    n = mine.loc[mine["date"].between(start, end), "occasion"].nunique()
    open_ = picture.open_reports
    reasons = [text("summary.interval_overlap", n=number(n))] if n else []
    if open_:
        reasons.append(text("summary.interval_open_one" if open_ == 1 else "summary.interval_open", n=number(open_)))
    said = []
    if reasons and picture.current[0] < picture.current[1]:
        said.append(text("summary.interval", reasons=listed(reasons)))
    if picture.clumped:
        said.append(text("summary.clumped"))
    return " ".join(said)


def _environments(picture: Picture) -> str:
    counts = picture.counts["environment"]
    mine = counts[(counts["period"] == picture.period.label) & (counts["high"] > 0)]
    found = {str(row["environment"]): (int(row["low"]), int(row["high"])) for row in mine.to_dict("records")}
    unclear = found.pop(UNKNOWN, None)
    named = sorted(found, key=lambda code: found[code], reverse=True)
    names = picture.vocabulary.environments
    if len(named) == 1 and unclear is None:
        key = "summary.only_one" if picture.current == (1, 1) else "summary.all_one"
        return text(key, n=span(found[named[0]]), name=names[named[0]].text)
    parts = [text("summary.environment", n=span(found[code]), name=names[code].text) for code in named]
    if not parts:
        return capital(text("summary.unclear", n=span(unclear))) + "." if unclear else ""
    told = listed(parts)
    if unclear:
        told += "; " + text("summary.unclear", n=span(unclear))
    return text("summary.environments", parts=told)


def _commonest(picture: Picture) -> str:
    """The type that is the most common whatever the intervals hide, and no word where there is none."""
    counts = picture.counts["event_type"]
    mine = counts[(counts["period"] == picture.period.label) & (counts["high"] > 0)].sort_values("low")
    if len(mine) < 2:
        return ""
    first = mine.iloc[-1]
    others = mine.iloc[:-1]
    if first["event_type"] == OTHER_TYPE or int(first["low"]) <= int(others["high"].max()):
        return ""
    name = picture.vocabulary.event_types[first["event_type"]].text
    return text("summary.commonest", name=name, n=span((int(first["low"]), int(first["high"]))))


def _missing(picture: Picture) -> str:
    gaps = gaps_of(picture.coverage)
    if len(gaps) > 2:
        of = len(delivered_months(picture.coverage))
        whole = [source for source, months in gaps.items() if len(months) == len(picture.period.months)]
        left = [source for source in delivered_months(picture.coverage).index if source not in whole]
        if len(left) == 1:
            only = text(
                "summary.only_source", source=picture.vocabulary.sources[left[0]].text, tabell="{tabell:tackning}"
            )
            return " ".join([only, *(said for said in gap_sentences(picture, left))])
        if len(gaps) == of:
            return text("summary.missing_every", tabell="{tabell:tackning}")
        return text("summary.missing_many", n=capital(word(len(gaps))), of=word(of), tabell="{tabell:tackning}")
    return " ".join(gap_sentences(picture))


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
        said.append(text(key, source=capital(names[source].text), months=swedish_months(months)))
    return said


def _of(gaps: Mapping[str, tuple[str, ...]], only: Collection[str] | None) -> list[tuple[str, tuple[str, ...]]]:
    return [(source, months) for source, months in gaps.items() if only is None or source in only]


def _compared(picture: Picture) -> str:
    found = picture.comparison
    return text("summary.first") if found is None else on_ground(found, "summary.compared", short=True)


def first_period(picture: Picture) -> str:
    """Why a first period is not compared; earlier chapters' figures are no period to compare with."""
    history = (picture.trends.table["basis"] == HISTORY).any()
    return text("comparison.first_history" if history else "comparison.first")


def on_ground(found: Comparison, key: str, short: bool = False) -> str:
    """The headline's sentence; where something falls outside the ground, with the ground said first (`key`).

    short: without a word of the intervals.
    """
    headline = found.total.verdict
    if headline is None or not found.ground.outside or headline.kind not in JUDGED:
        return capital(change_sentence(found.total))
    said = text("verdict.chance") if short and headline.kind == verdict.NO_CERTAIN_CHANGE else judgement(headline)
    return text(key, now=events(headline.current), before=span(headline.previous), judgement=said)


def _known(picture: Picture) -> str:
    """One knowledge item, the routine where it was asked about, else the first."""
    mine = picture.knowledge[picture.knowledge["cycle"] == picture.period.label]
    if mine.empty:
        return ""
    first = mine.sort_values("question", key=lambda questions: questions != "rutin", kind="stable").iloc[0]
    label = picture.question(first["question"])
    words = {"x": number(first["x"]), "n": number(first["n"]), "statement": label[:1].lower() + label[1:]}
    source = capital(picture.vocabulary.sources[first["source"]].text)
    asked = picture.response[picture.response["asked"].notna() & (picture.response["unit_kind"] == "")]
    whole = asked[(asked["cycle"] == first["cycle"]) & (asked["source"] == first["source"])]
    if whole.empty or int(whole.iloc[0]["answered"]) != int(first["n"]):
        return text("summary.knowledge_plain", source=source, **words)
    answered = {"answered": words["n"], "asked": number(whole.iloc[0]["asked"])}
    return text("summary.knowledge", source=source, **words, **answered)
