"""The summary: the paragraph that stands alone on the first page and can be quoted."""

from dataclasses import replace

import pandas as pd

from vbe_analysis.analysis.ground import MISSING_MONTHS
from vbe_analysis.analysis.verdict import DIRECTIONS, NO_COMPARISON
from vbe_analysis.chapter.data.picture import EventGroup, Picture, delivered_months
from vbe_analysis.chapter.text import findings
from vbe_analysis.chapter.text.sentences import (
    capital,
    change_sentence,
    events,
    gap_sentences,
    gaps_of,
    on_ground,
    reports,
    span,
    text,
    word,
)
from vbe_analysis.disclosure.bands import phrase
from vbe_analysis.disclosure.policy import ALL, PERSON_LINKED, TRACES
from vbe_analysis.document.parts import Prose
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import listed, number
from vbe_analysis.vocabulary import OTHER_TYPE, UNKNOWN

LISTED = 4  # so many sources are no longer named in the summary


def summary(picture: Picture) -> Prose:
    """What was reported, in which environments, what is missing, and what can be said of the period before."""
    words = {"period": picture.period, "area": picture.settings.area_name}
    if not delivered_months(picture.coverage).any():
        return Prose(text("summary.nothing_delivered", **words), ())
    if picture.current == (0, 0):
        said = [text("summary.none", **words)]
    else:
        said = [sentence for group in picture.groups for sentence in _SAID[group.name](picture, group)]
    refused = _refused(picture)
    paragraphs = [said, refused or [_missing(picture), *_all_compared(picture)], [_known(picture)]]
    shown = [f"{group.name}_{part}/" for group in picture.groups for part in ("environment", "jamforelse", "total")]
    facts = picture.facts(*shown, "typer/", "environment/", "total/", "jamforelse/", "event_type/", "traces_type/")
    return Prose("\n\n".join(filter(None, (" ".join(filter(None, said)) for said in paragraphs))), facts)


def _all_events(picture: Picture, group: EventGroup) -> list[str]:
    numbers = {"reports": reports(picture.reports), "events": events(group.interval(picture.period.label))}
    words = {"period": picture.period, "area": picture.settings.area_name}
    return [
        text("summary.period", **words, **numbers), _interval(picture, group), _environments(picture, group),
        _commonest(picture, "event_type"),
    ]  # fmt: skip


def _traces(picture: Picture, group: EventGroup) -> list[str]:
    """How many physical traces, mainly of which type, and of which environments: in one sentence."""
    found = group.interval(picture.period.label)
    words = {"period": picture.period, "area": picture.settings.area_name, "events": events(found, TRACES)}
    mine = group.environments[(group.environments["period"] == picture.period.label) & (group.environments["high"] > 0)]
    names = picture.vocabulary.environments
    ends = {str(row["environment"]): (int(row["low"]), int(row["high"])) for row in mine.to_dict("records")}
    unclear = ends.pop(UNKNOWN, None)
    ordered = sorted(ends, key=lambda code: ends[code], reverse=True)
    mainly = _commonest(picture, "traces_type", "summary.traces_mainly")
    said = [text("summary.traces", **words, mainly=mainly)]
    if len(ordered) == 1 and unclear is None:
        return [*said, text("summary.all_one_trace", name=names[ordered[0]].text)]
    parts = listed([text("summary.environment", n=span(ends[code]), name=names[code].text) for code in ordered])
    if unclear:
        parts += ("; " if parts else "") + text("summary.unclear", n=span(unclear))
    return [*said, *([text("summary.environments_traces", parts=parts)] if ordered else [])]


def _others(picture: Picture, group: EventGroup) -> list[str]:
    """All other events as the bands of their environments, those alike together, and the types that occurred."""
    mine = group.environments[group.environments["period"] == picture.period.label]
    terms, names = picture.vocabulary.environments, dict[tuple[int, int], list[str]]()
    for row in mine[mine["low"].notna()].to_dict("records"):
        names.setdefault((int(row["low"]), int(row["high"])), []).append(terms[row["environment"]].text)
    if not names:
        return [text("summary.others_unknown")]
    if set(names) == {(0, 0)}:
        return [text("summary.others_none")]
    none = names.pop((0, 0), [])
    parts = []
    for band in sorted(names, reverse=True):
        where = listed(names[band]) if len(names[band]) < len(terms) else text("summary.others_everywhere")
        key = "others_each" if 1 < len(names[band]) < len(terms) else "others_part"
        parts.append(text(f"summary.{key}", n=phrase(*band), names=where))
    said = [text("summary.others", parts=listed(parts), rest=text("summary.others_rest") if none else "")]
    if group.types:
        named = [picture.vocabulary.event_types[code].text for code in group.types if code != OTHER_TYPE]
        types = [*named, *([text("summary.others_other")] if OTHER_TYPE in group.types else [])]
        said.append(text("summary.others_types", types=listed(types)))
    return said


_SAID = {ALL: _all_events, TRACES: _traces, PERSON_LINKED: _others}


def _interval(picture: Picture, group: EventGroup) -> str:
    """Why the number of events is an interval, and why there may be fewer events than reports."""
    start, end = pd.Timestamp(picture.period.start), pd.Timestamp(picture.period.end)
    mine = picture.overlaps.undecided if picture.overlaps else pd.DataFrame({"date": [], "occasion": []})
    n = mine.loc[mine["date"].between(start, end), "occasion"].nunique()
    open_ = picture.open_reports
    reasons = [text("summary.interval_overlap", n=number(n))] if n else []
    if open_:
        reasons.append(text("summary.interval_open_one" if open_ == 1 else "summary.interval_open", n=number(open_)))
    said = []
    found = group.interval(picture.period.label)
    if reasons and found[0] < found[1]:
        said.append(text("summary.interval", reasons=listed(reasons)))
    if picture.clumped:
        said.append(text("summary.clumped"))
    return " ".join(said)


def _environments(picture: Picture, group: EventGroup) -> str:
    counts, whole = group.environments, group.interval(picture.period.label)
    mine = counts[(counts["period"] == picture.period.label) & (counts["high"] > 0)]
    found = {str(row["environment"]): (int(row["low"]), int(row["high"])) for row in mine.to_dict("records")}
    unclear = found.pop(UNKNOWN, None)
    named = sorted(found, key=lambda code: found[code], reverse=True)
    names = picture.vocabulary.environments
    if len(named) == 1 and unclear is None:
        key = "summary.only_one" if whole == (1, 1) else "summary.all_one"
        return text(key, n=span(found[named[0]]), name=names[named[0]].text)
    parts = [text("summary.environment", n=span(found[code]), name=names[code].text) for code in named]
    if not parts:
        return capital(text("summary.unclear", n=span(unclear))) + "." if unclear else ""
    told = listed(parts)
    if unclear:
        told += "; " + text("summary.unclear", n=span(unclear))
    return text("summary.environments", parts=told)


def _commonest(picture: Picture, table: str, key: str = "summary.commonest") -> str:
    found = findings.commonest(picture, table)
    return text(key, name=found[0], n=span(found[1])) if found else ""


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


def _refused(picture: Picture) -> list[str]:
    """Why nothing can be compared with the period before, where a few sources are the reason; else nothing.

    It names this period's gaps too, so they are not told beside it.
    """
    first = picture.groups[0].comparison
    if first is None or any(findings.compared(group) for group in picture.groups):
        return []
    names, gone = (
        picture.vocabulary.sources,
        list(dict.fromkeys(replace(o, environment="") for o in first.ground.outside)),
    )
    told = {(item.source, month) for item in gone for month in item.months}
    gaps = {(source, month) for source, months in gaps_of(picture.coverage).items() for month in months}
    if not 0 < len(gone) < LISTED or not gaps <= told:
        return []
    parts = []
    for item in gone:
        whole = item.reason == MISSING_MONTHS and len(item.months) == len(picture.period.months)
        when = "now" if item.period == picture.period.label else "before"
        code, months = f"missing_{when}" if whole else item.reason, swedish_months(item.months)
        parts.append(text(f"summary.outside.{code}", source=names[item.source].text, months=months))
    return [text("summary.refused_sources", parts=listed(parts))]


def _all_compared(picture: Picture) -> list[str]:
    """What may be said of the period before, group by group, or once where nothing can be compared."""
    first = picture.groups[0].comparison
    if len(picture.groups) > 1 and first and not any(findings.compared(group) for group in picture.groups):
        return [change_sentence(first.total, picture.groups[0].name)]
    return list(dict.fromkeys(_compared(picture, group) for group in picture.groups))


def _compared(picture: Picture, group: EventGroup) -> str:
    found = group.comparison
    if found is None:
        return text("summary.first")
    if not group.banded:
        if found.total.kind == NO_COMPARISON and group.name != ALL:
            return text("summary.refused_group", name=capital(text(f"group.{group.name}")))
        key = "summary.compared" if group.name == ALL else "summary.compared_sources"
        return on_ground(found, key, short=True, group=group.name)
    kinds = {change.kind for change in found.lines.values()}
    if kinds == {NO_COMPARISON}:
        return text("summary.refused_group", name=capital(text(f"group.{group.name}")))
    if not kinds & DIRECTIONS:
        return text("summary.others_unchanged")
    names = picture.vocabulary.environments
    said = [f"{names[code].label}: {change_sentence(change)}" for code, change in found.lines.items()
            if change.kind in DIRECTIONS]  # fmt: skip
    return text("summary.others_changed", parts=" ".join(said))


def _known(picture: Picture) -> str:
    """One knowledge item, the routine where it was asked about, else the first."""
    first = findings.known_item(picture)
    if first is None:
        return ""
    label = picture.question(first["question"])
    words = {"x": number(first["x"]), "n": number(first["n"]), "statement": label[:1].lower() + label[1:]}
    source = capital(picture.vocabulary.sources[first["source"]].text)
    asked = picture.response[picture.response["asked"].notna() & (picture.response["unit_kind"] == "")]
    whole = asked[(asked["cycle"] == first["cycle"]) & (asked["source"] == first["source"])]
    if whole.empty or int(whole.iloc[0]["answered"]) != int(first["n"]):
        return text("summary.knowledge_plain", source=source, **words)
    answered = {"answered": words["n"], "asked": number(whole.iloc[0]["asked"])}
    return text("summary.knowledge", source=source, **words, **answered)


ENOUGH = 0.8  # statistics.md gives no limit: below this the board is asked, nothing is judged


def three_lines(picture: Picture) -> Prose:
    """A list of three; each item is chosen by what was delivered, answered and compared."""
    delivered, gaps = bool(delivered_months(picture.coverage).any()), gaps_of(picture.coverage)
    known = [_reported(picture, group) for group in picture.groups] if delivered else []
    known.append(_covered(picture) if delivered else text("page.coverage_nothing"))
    said = [group for group in picture.groups if findings.compared(group)]
    known += [f"{findings.periods(picture, group)}." for group in said]
    names = picture.vocabulary.sources
    missing = [
        text("page.gap_all" if len(months) == len(picture.period.months) else "page.gap",
             source=names[source].text, months=swedish_months(months))
        for source, months in gaps.items()
    ]  # fmt: skip
    silent = [text(f"group.{group.name}") for group in picture.groups if group not in said] if picture.previous else []
    unknown = [text("page.change", what=listed(silent))] if silent else []
    unknown.append(text("page.unreported"))
    if missing:
        unknown.append(text("page.missing", parts=listed(missing)) if len(missing) < 4 else text("page.missing_many"))
    lines = {"known": " ".join(known), "unknown": " ".join(unknown), "decide": _decide(picture, bool(gaps))}
    items = [f"- {text(f'page.{name}', said=said)}" for name, said in lines.items() if said]
    shown = (
        "environment/",
        "jamforelse/",
        "total/",
        *(f"{g.name}_{part}/" for g in picture.groups for part in ("jamforelse", "environment", "total")),
    )
    return Prose("\n".join(items), picture.facts(*shown))


def _covered(picture: Picture) -> str:
    """How many of the sources delivered for the whole period."""
    covered = delivered_months(picture.coverage)
    of, whole = len(covered), int((covered == len(picture.period.months)).sum())
    key = "coverage_none" if not whole else "coverage_all" if whole == of > 1 else "coverage"
    return text(f"page.{key}", n=capital(word(whole)), of=word(of))


def _decide(picture: Picture, gaps: bool) -> str:
    """The questions there are to take a stand on; whether the plan answers to the picture is one if there is any."""
    parts = [text("page.plan")] if delivered_months(picture.coverage).any() else []
    if gaps:
        parts.append(text("page.complete"))
    asked = picture.response[
        (picture.response["cycle"] == picture.period.label) & (picture.response["unit_kind"] == "")
    ]
    if (asked["rate"] < ENOUGH).any():
        parts.append(text("page.answers"))
    mine = picture.knowledge[picture.knowledge["cycle"] == picture.period.label]
    if (mine["x"] < ENOUGH * mine["n"]).any():
        parts.append(text("page.knowledge"))
    return " ".join(parts)


def _reported(picture: Picture, group: EventGroup) -> str:
    """How many events, or of the bands only whether there were any."""
    mine = group.environments[group.environments["period"] == picture.period.label]
    if mine["low"].isna().all():
        return text("summary.others_unknown")
    low, high = group.interval(picture.period.label)
    if not group.banded:
        return text("page.reported", events=capital(events((low, high), group.name)))
    key = "none" if high == 0 else "some" if low > 0 else "few"
    return text(f"page.reported_{key}")
