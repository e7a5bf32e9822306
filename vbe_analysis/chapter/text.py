"""What the chapter says first: the summary, and the finding over the main chart.

Every sentence is chosen from texts.sv.toml by the data; a word of direction comes from the word rule alone.
"""

import pandas as pd

from vbe_analysis.analysis import verdict
from vbe_analysis.analysis.comparison import Change
from vbe_analysis.chapter.chart_data import number
from vbe_analysis.chapter.parts import Prose
from vbe_analysis.chapter.picture import Picture, delivered_months
from vbe_analysis.chapter.sentences import capital, events, listed, reports, span, text, verdict_sentence
from vbe_analysis.periods import swedish_months
from vbe_analysis.vocabulary import OTHER_TYPE, UNKNOWN


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
            _overlaps(picture),
            _environments(picture),
            _commonest(picture),
        ]
    said += [_missing(picture), _compared(picture), _known(picture)]
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


def refused(reason: str) -> str:
    """Why there is no comparison, as a clause."""
    return text(f"refused.{reason or 'unknown'}")


def change_sentence(change: Change) -> str:
    if change.kind == verdict.NO_COMPARISON:
        return verdict_sentence(None, refused(change.reason))
    return verdict_sentence(change.verdict)


def _overlaps(picture: Picture) -> str:
    """How many of the events may have been told by more than one source: the open candidates of the period."""
    start, end = pd.Timestamp(picture.period.start), pd.Timestamp(picture.period.end)
    mine = picture.overlaps.reports
    n = mine.loc[mine["date"].between(start, end), "candidate"].nunique()
    return text("summary.overlaps", n=number(n)) if n and picture.current[0] < picture.current[1] else ""


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
    gaps = missing_months(picture)
    if len(gaps) > 2:
        of = len(delivered_months(picture.coverage))
        if len(gaps) == of:
            return text("summary.missing_every", tabell="{tabell:tackning}")
        return text("summary.missing_many", n=len(gaps), of=of, tabell="{tabell:tackning}")
    return " ".join(gap_sentence(picture, source, months) for source, months in gaps.items())


def missing_months(picture: Picture) -> dict[str, tuple[str, ...]]:
    """Source -> the months of the period for which it was asked and gave nothing that can be counted."""
    whole = picture.coverage[picture.coverage["environment"] == ""]
    mine = whole[whole["month"].isin(picture.period.months)]
    gone = mine[(mine["status"] == "not_delivered") | mine["straddled"]]
    return {str(source): tuple(rows["month"]) for source, rows in gone.groupby("source", sort=False)}


def gap_sentence(picture: Picture, source: str, months: tuple[str, ...]) -> str:
    """One source's missing months as a sentence."""
    name = capital(picture.vocabulary.sources[source].text)
    if len(months) == len(picture.period.months):
        return text("summary.missing_all", source=name)
    return text("summary.missing", source=name, months=swedish_months(months))


def _compared(picture: Picture) -> str:
    found = picture.comparison
    if found is None:
        return text("comparison.first")
    sentence = change_sentence(found.total)
    if found.total.verdict is None or not found.ground.outside:
        return sentence
    return text("summary.compared", sentence=sentence[:1].lower() + sentence[1:])


def _known(picture: Picture) -> str:
    """One knowledge item, the routine where it was asked about, else the first."""
    mine = picture.knowledge[picture.knowledge["cycle"] == picture.period.label]
    if mine.empty:
        return ""
    first = mine.sort_values("question", key=lambda questions: questions != "rutin", kind="stable").iloc[0]
    label = picture.question(first["question"])
    words = {"x": number(first["x"]), "n": number(first["n"]), "statement": label[:1].lower() + label[1:]}
    return text("summary.knowledge", source=picture.vocabulary.sources[first["source"]].text, **words)
