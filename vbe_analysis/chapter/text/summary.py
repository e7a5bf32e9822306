"""The summary that stands alone on the first page and can be quoted, and the three lines for the board."""

from collections.abc import Callable, Collection
from dataclasses import replace

import pandas as pd

from vbe_analysis.analysis.comparison import Comparison
from vbe_analysis.analysis.ground import MISSING_MONTHS, Outside
from vbe_analysis.analysis.verdict import DIRECTIONS, NO_COMPARISON
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.text import findings
from vbe_analysis.chapter.text.coverage import asked_sources, gap_sentences, gaps_of, nothing_delivered
from vbe_analysis.chapter.text.patterns import is_judged, most_sentence, newest_judged, pattern_facts, presence_sentence
from vbe_analysis.chapter.text.sentences import (
    GROUND_FIRST,
    capital,
    change_sentence,
    comparison_facts,
    events,
    first_period,
    headline,
    judgement,
    on_ground,
    reports,
    span,
    text,
    word,
)
from vbe_analysis.disclosure.bands import protected_phrase
from vbe_analysis.disclosure.policy import ALL, PERSON_LINKED, TRACES
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import listed, number
from vbe_analysis.vocabulary import TOTAL, UNKNOWN

LISTED = 4  # so many sources are no longer named in the summary
MOST_WORDS = 120
NOTHING_SAID = Prose("", ())


def summary(picture: Picture, police: Prose = NOTHING_SAID) -> Prose:
    """What holds in every year, what was reported, what can be said of the years before, and what is missing.

    police: what they say, a sentence. Where it grows longer than MOST_WORDS it leaves out what stands under a heading
    of its own.
    """
    words = {"period": picture.period, "area": picture.settings.area_name}
    if nothing_delivered(picture):
        return Prose(text("summary.nothing_delivered", **words), ())

    def police_say(_: Picture) -> str:
        return police.markdown

    optional: list[Callable[..., str]] = [
        _knowledge,
        _mainly,
        on_ground,
        police_say,
        cause,
        presence_sentence,
        _two_years,
    ]
    paragraphs = _paragraphs(picture, optional, police_say)
    while len(paragraphs.split()) > MOST_WORDS and optional:
        optional = optional[1:]
        paragraphs = _paragraphs(picture, optional, police_say)
    own = ("open_environment/", *comparison_facts(picture), *pattern_facts(picture), *(police.facts or ()))
    return Prose(paragraphs, picture.facts(*own, "typer/", "event_type/", "traces_type/"))


def _paragraphs(
    picture: Picture, optional: Collection[Callable[..., str]], police_say: Callable[[Picture], str]
) -> str:
    parts = (_knowledge, _mainly, presence_sentence, police_say)
    knowledge, mainly, presence, police = (part(picture) if part in optional else "" for part in parts)
    acts = _open_acts(picture)
    if picture.current == (0, 0) and not acts:
        reported = [text("summary.none", period=picture.period, area=picture.settings.area_name)]
    else:
        reported = [sentence for group in picture.groups for sentence in _SENTENCES[group.name](picture, group, mainly)]
    reported.append(acts)
    judged = [group for group in picture.groups if is_judged(group)]
    lead = [sentence for group in judged for sentence in newest_judged(picture, group, on_ground in optional)]
    two_years = _all_comparisons(picture, optional) if _two_years in optional or not judged else [_two_years(picture)]
    before = _sources_to_blame(picture) or [_missing(picture), *two_years]
    paragraphs = [[most_sentence(picture), presence], reported, [*lead, *before], [knowledge, police]]
    return "\n\n".join(filter(None, (" ".join(filter(None, sentences)) for sentences in paragraphs)))


def _two_years(picture: Picture) -> str:
    """Of the period before only what has a direction: of the rest the newest against all earlier ones has told."""
    directed = [group for group in picture.groups if group.comparison and _has_direction(group.comparison)]
    return " ".join(_comparison(picture, group) for group in directed)


def _has_direction(comparison: Comparison) -> bool:
    return bool({comparison.total.kind, *(change.kind for change in comparison.lines.values())} & DIRECTIONS)


def _mainly(picture: Picture) -> str:
    """The commonest type: a sentence of all events, or the end of that of the traces."""
    if picture.groups[0].name == ALL:
        return _commonest(picture, "event_type", "summary.commonest")
    return _commonest(picture, "traces_type", "summary.traces_mainly")


def _all_events(picture: Picture, group: EventGroup, commonest: str) -> list[str]:
    numbers = {"reports": reports(picture.reports), "events": events(group.interval(picture.period.label))}
    first = text("summary.period", period=picture.period, area=picture.settings.area_name, **numbers)
    return [first, _interval(picture, group), _environments(picture, group), commonest]


def _traces(picture: Picture, group: EventGroup, mainly: str) -> list[str]:
    """How many physical traces, mainly of which type, and of which environments: in one sentence."""
    words = {"period": picture.period, "area": picture.settings.area_name}
    number_of = events(group.interval(picture.period.label), TRACES)
    first = text("summary.traces", **words, events=number_of, mainly=mainly)
    counts, unclear = _named_counts(picture, group.environments)
    names = picture.vocabulary.environments
    if len(counts) == 1 and unclear is None:
        return [first, text("summary.all_one_trace", name=names[next(iter(counts))].text)]
    if not counts:
        return [first]
    return [first, text("summary.environments_traces", parts=_count_list(picture, counts, unclear))]


def _open_acts(picture: Picture) -> str:
    """What was done in the open, where the workspace has declared that a group of its own."""
    counts = picture.counts.get("open_environment")
    if counts is None or counts.loc[counts["period"] == picture.period.label, "low"].isna().all():
        return ""
    types = listed([picture.vocabulary.event_types[code].text for code in picture.vocabulary.open_acts])
    known, unclear = _named_counts(picture, counts)
    if not known and not unclear:
        return text("summary.open_none", types=types)
    parts = _count_list(picture, known, unclear) if known else text("summary.unclear", n=span(unclear or (0, 0)))
    return text("summary.open", types=types, parts=parts)


def _named_counts(picture: Picture, counts: pd.DataFrame) -> tuple[dict[str, Interval], Interval | None]:
    """The period's count of each environment that has any event, the largest first; and that of the unclear ones."""
    rows = counts[(counts["period"] == picture.period.label) & (counts["high"] > 0)].to_dict("records")
    intervals = {str(row["environment"]): (int(row["low"]), int(row["high"])) for row in rows}
    unclear = intervals.pop(UNKNOWN, None)
    return dict(sorted(intervals.items(), key=lambda item: item[1], reverse=True)), unclear


def _count_list(picture: Picture, counts: dict[str, Interval], unclear: Interval | None) -> str:
    names = picture.vocabulary.environments
    parts = listed([text("summary.environment", n=span(counts[code]), name=names[code].text) for code in counts])
    return f"{parts}; {text('summary.unclear', n=span(unclear))}" if unclear else parts


def _others(picture: Picture, group: EventGroup, _: str) -> list[str]:
    """All other events as the bands of their environments, those alike together, and the types that occurred."""
    rows = group.environments[group.environments["period"] == picture.period.label].dropna(subset="low")
    terms, names = picture.vocabulary.environments, dict[Interval, list[str]]()
    for row in rows.to_dict("records"):
        names.setdefault((int(row["low"]), int(row["high"])), []).append(terms[row["environment"]].text)
    if not names:
        return [text("summary.others_unknown")]
    if set(names) == {(0, 0)}:
        return [text("summary.others_none")]
    none = names.pop((0, 0), [])
    parts: list[str] = []
    known = len(none) + sum(map(len, names.values()))
    for band in sorted(names, reverse=True):
        many, last = len(names[band]) > 1, band == min(names)
        where = listed(names[band])
        if len(names[band]) == len(terms):
            where, many = text("summary.others_everywhere"), False
        elif many and last and parts and not none and known == len(terms):
            where = text("summary.others_remaining")
        parts.append(
            text(f"summary.{'others_each' if many else 'others_part'}", n=protected_phrase(*band), names=where)
        )
    left = listed(none) if len(none) < LISTED else text("summary.others_remaining")
    rest = text("summary.others_rest", names=left) if none else ""
    sentences = [text("summary.others", parts=listed(parts), rest=rest)]
    if group.types:
        types = [picture.vocabulary.event_types[code].text for code in group.types]
        sentences.append(text("summary.others_types", types=listed(types)))
    return sentences


_SENTENCES = {ALL: _all_events, TRACES: _traces, PERSON_LINKED: _others}


def _interval(picture: Picture, group: EventGroup) -> str:
    """Why the number of events is an interval, and why there may be fewer events than reports."""
    start, end = pd.Timestamp(picture.period.start), pd.Timestamp(picture.period.end)
    reasons = []
    if picture.overlaps:
        undecided = picture.overlaps.undecided
        n = undecided.loc[undecided["date"].between(start, end), "occasion"].nunique()
        reasons += [text("summary.interval_overlap", n=number(n))] if n else []
    if n := picture.open_reports:
        reasons.append(text("summary.interval_open_one" if n == 1 else "summary.interval_open", n=number(n)))
    low, high = group.interval(picture.period.label)
    sentences = [text("summary.interval", reasons=listed(reasons))] if reasons and low < high else []
    return " ".join([*sentences, *([text("summary.clumped")] if picture.clumped else [])])


def _environments(picture: Picture, group: EventGroup) -> str:
    counts, unclear = _named_counts(picture, group.environments)
    if len(counts) == 1 and unclear is None:
        [(code, interval)] = counts.items()
        key = "summary.only_one" if group.interval(picture.period.label) == (1, 1) else "summary.all_one"
        return text(key, n=span(interval), name=picture.vocabulary.environments[code].text)
    if not counts:
        return capital(text("summary.unclear", n=span(unclear))) + "." if unclear else ""
    return text("summary.environments", parts=_count_list(picture, counts, unclear))


def _commonest(picture: Picture, table: str, key: str) -> str:
    type_ = findings.commonest(picture, table)
    return text(key, name=type_[0], n=span(type_[1])) if type_ else ""


def _missing(picture: Picture) -> str:
    gaps = gaps_of(picture.coverage, picture.vocabulary)
    if len(gaps) < 3:
        return " ".join(gap_sentences(picture))
    sources, table = asked_sources(picture), "{tabell:tackning}"
    delivered = [code for code, months in sources.items() if not months.all_missing]
    if len(delivered) == 1:
        only = text("summary.only_source", source=sources[delivered[0]].source.text, tabell=table)
        return " ".join([only, *gap_sentences(picture, delivered)])
    if len(gaps) == len(sources):
        return text("summary.missing_every", tabell=table)
    return text("summary.missing_many", n=capital(word(len(gaps))), of=word(len(sources)), tabell=table)


def _sources_to_blame(picture: Picture) -> list[str]:
    """Why nothing can be compared with the period before, where a few sources are the reason; else nothing.

    The sentence names this period's gaps too, so that they need no sentence of their own.
    """
    first = picture.groups[0].comparison
    if first is None or any(findings.is_compared(group) for group in picture.groups):
        return []
    outside = _outside(first)
    named = {(item.source, month) for item in outside for month in item.months}
    gaps = gaps_of(picture.coverage, picture.vocabulary)
    missing = {(source, month) for source, months in gaps.items() for month in months.missing}
    if not 0 < len(outside) < LISTED or not missing <= named:
        return []
    return [text("summary.refused_sources", parts=_blamed(picture, outside))]


def _outside(comparison: Comparison) -> list[Outside]:
    """What falls outside the ground, whichever the environment."""
    return list(dict.fromkeys(replace(item, environment="") for item in comparison.ground.outside))


def _blamed(picture: Picture, outside: Collection[Outside]) -> str:
    """What each source lacks, as clauses; of one that lacks a whole period no more is said."""
    every = len(picture.period.months)
    whole = {item.source: item for item in outside if item.reason == MISSING_MONTHS and len(item.months) == every}
    parts = []
    for item in (item for item in outside if whole.get(item.source, item) == item):
        when = "now" if item.period == picture.period.label else "before"
        code = f"missing_{when}" if item.source in whole else item.reason
        source = picture.vocabulary.sources[item.source].text
        parts.append(text(f"summary.outside.{code}", source=source, months=swedish_months(item.months)))
    return listed(parts)


def _all_comparisons(picture: Picture, optional: Collection[Callable[..., str]]) -> list[str]:
    """What may be said of the period before, group by group, or once where nothing can be compared."""
    first = picture.groups[0].comparison
    if len(picture.groups) > 1 and first and not any(findings.is_compared(group) for group in picture.groups):
        return [change_sentence(first.total, picture.groups[0].name)]
    return list(dict.fromkeys(_comparison(picture, group, optional) for group in picture.groups))


def _comparison(picture: Picture, group: EventGroup, optional: Collection[Callable[..., str]] = ()) -> str:
    comparison = group.comparison
    if comparison is None:
        return first_period(picture)
    kinds = {change.kind for change in comparison.lines.values()} if group.banded else {comparison.total.kind}
    if kinds == {NO_COMPARISON} and group.name != ALL:
        because = cause(picture, comparison) if cause in optional else ""
        return text("summary.refused_group", name=capital(text(f"group.{group.name}")), cause=because)
    if not group.banded:
        total = comparison.total.verdict
        differs = total and total.kind in GROUND_FIRST and total.previous != total.current
        if total and differs and _judged_count(group) == total.current and not comparison.ground.outside:
            before = events(total.previous, group.name)
            return text("summary.before", before=before, judgement=judgement(total))
        return headline(
            picture, comparison, "summary.compared", short=True, group=group.name, named=on_ground in optional
        )
    if not kinds & DIRECTIONS:
        return text("summary.others_unchanged")
    changes = {code: change for code, change in comparison.lines.items() if change.kind in DIRECTIONS}
    names = picture.vocabulary.environments
    parts = " ".join(f"{names[code].label}: {change_sentence(change, group.name)}" for code, change in changes.items())
    return text("summary.others_changed", parts=parts)


def cause(picture: Picture, comparison: Comparison) -> str:
    """Why nothing can be compared, as the end of a sentence, where a few sources are the reason."""
    outside = _outside(comparison)
    return text("summary.cause", parts=_blamed(picture, outside)) if 0 < len(outside) < LISTED else ""


def _judged_count(group: EventGroup) -> Interval | None:
    """The number that the newest year's verdict is of, None where it has none."""
    return group.trends.series[TOTAL].counts[-1] if is_judged(group) else None


def _knowledge(picture: Picture) -> str:
    """One knowledge item, the routine where it was asked about, else the first."""
    item = findings.knowledge_item(picture)
    if item is None:
        return ""
    label = picture.question(item["question"])
    words = {"x": number(item["x"]), "n": number(item["n"]), "statement": label[:1].lower() + label[1:]}
    source = capital(picture.vocabulary.sources[item["source"]].text)
    response = picture.response[picture.response["asked"].notna() & (picture.response["unit_kind"] == "")]
    whole = response[(response["cycle"] == item["cycle"]) & (response["source"] == item["source"])]
    if whole.empty or int(whole.iloc[0]["answered"]) != int(item["n"]):
        return text("summary.knowledge_plain", source=source, **words)
    answered = {"answered": words["n"], "asked": number(whole.iloc[0]["asked"])}
    return text("summary.knowledge", source=source, **words, **answered)
