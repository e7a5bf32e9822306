"""The summary that stands alone on the first page and can be quoted."""

from collections.abc import Mapping

import pandas as pd

from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.own_texts import texts
from vbe_analysis.chapter.text import findings
from vbe_analysis.chapter.text.groups import (
    LISTED,
    Values,
    blamed,
    counts_of,
    first_period,
    gap_values,
    group_values,
    outside_of,
    source_names,
)
from vbe_analysis.chapter.text.patterns import is_judged, newest_values, pattern_facts, pattern_values
from vbe_analysis.chapter.text.section import section
from vbe_analysis.chapter.text.sentences import comparison_facts
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import ALL, PUBLIC
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import NOT_ASKED, Interval
from vbe_analysis.swedish import number
from vbe_analysis.vocabulary import TOTAL, UNKNOWN

NAMED_GAPS = 3  # so many gaps are told by their number alone


def summary(picture: Picture, police: Prose | None = None) -> Prose:
    """What holds in every year, what was reported, what can be said of the years before, and what is missing.

    police: what they say, a sentence; that of their own text by default. A summary of more than 120 words leaves out
    what stands under a heading of its own.
    """
    police = _police(picture) if police is None else police
    values = {"period": picture.period, "area": picture.settings.area_name}
    if picture.nothing_delivered:
        return Prose(section("sammanfattning", **values, nothing_delivered=True), ())
    sources, type_table = picture.asked_sources, "event_type" if picture.groups[0].name == ALL else "traces_type"
    delivered = [months.source.text for months in sources.values() if not months.all_missing]
    explained, not_asked = _explained(picture), source_names(picture, lambda months: months.only(NOT_ASKED))
    words = section(
        "sammanfattning",
        **values,
        nothing_delivered=False,
        environments=picture.vocabulary.environments,
        patterns=pattern_values(picture),
        first=first_period(picture),
        groups=[_group_values(picture, group) for group in picture.groups],
        nothing_reported=picture.current == (0, 0),
        reports=picture.reports,
        overlapping=_overlapping(picture),
        open_reports=picture.open_reports,
        clumped=picture.clumped,
        commonest=findings.commonest(picture, type_table),
        places=findings.place_values(picture, findings.areas(picture)),
        place_sources=findings.place_sources(picture),
        open=_open_acts(picture),
        gaps=gap_values(picture),
        named_gaps=NAMED_GAPS,
        asked=len(sources),
        only_source=delivered[0] if len(delivered) == 1 else "",
        explained=explained,
        not_asked=[name for name in not_asked if name not in {cause["source"] for cause in explained}],
        knowledge=_knowledge(picture),
        police=police.markdown,
        police_says=police.markdown not in ("", message("slots.police")),
    )
    own = ("open_environment/", *comparison_facts(picture), *pattern_facts(picture), *(police.facts or ()))
    return Prose(words, picture.facts(*own, "typer/", "event_type/", "traces_type/", "omrade_ar/", "traces_referens/"))


def _police(picture: Picture) -> Prose:
    """The first sentence of what the police say, else that they have left something."""
    months = picture.source_months.get("polis")
    public, delivered = picture.edition == PUBLIC, months is not None and not months.missing
    return texts.police_sentence(picture.texts, picture.register, public, delivered)


def _group_values(picture: Picture, group: EventGroup) -> Values:
    """The group's counts of this period too: the known environments, the largest first, and that of the unclear ones.

    blamed: without the months that are told of as missing. judged: the number that the newest year's verdict is of.
    bands: environments that have the same, without the none.
    """
    known = counts_of(picture, group.environments, "environment")
    alike: dict[Interval, list[str]] = {}
    for code, count in known.items():
        alike.setdefault(count, []).append(picture.vocabulary.environments[code].text)
    none, values = alike.pop((0, 0), []), group_values(picture, group)
    gaps = {(gap["source"], gap["months"]) for gap in gap_values(picture)} if len(picture.gaps) < NAMED_GAPS else set()
    types = [picture.vocabulary.event_types[code].text for code in group.types or ()]
    return {
        **values,
        "blamed": [
            {**cause, "months": ""} if (cause["source"], cause["months"]) in gaps else cause
            for cause in values["blamed"]
        ],
        "count": group.interval(picture.period.label),
        **_named(picture, known),
        "bands": sorted(alike.items(), reverse=True),
        "none": none,
        "types": types,
        "judged": group.trends.series[TOTAL].counts[-1] if is_judged(group) else None,
        "newest": newest_values(picture, group),
    }


def _named(picture: Picture, known: dict[str, Interval]) -> Values:
    """The counts of the environments that have any event, the largest first, and that of the unclear ones."""
    some = {code: count for code, count in known.items() if count[1]}
    unclear = some.pop(UNKNOWN, None)
    largest = sorted(some.items(), key=lambda item: item[1], reverse=True)
    names = picture.vocabulary.environments
    return {"known": [(count, names[code].text) for code, count in largest], "unclear": unclear}


def _open_acts(picture: Picture) -> Values | None:
    """What was done in the open, where the workspace has declared that a group of its own."""
    known = counts_of(picture, picture.counts.get("open_environment"), "environment")
    types = [picture.vocabulary.event_types[code].text for code in picture.vocabulary.open_acts]
    return {"types": types, **_named(picture, known)} if known else None


def _overlapping(picture: Picture) -> int:
    """How many of the period's reports may be the same event as another."""
    if not picture.overlaps:
        return 0
    start, end = pd.Timestamp(picture.period.start), pd.Timestamp(picture.period.end)
    undecided = picture.overlaps.undecided
    return int(undecided.loc[undecided["date"].between(start, end), "occasion"].nunique())


def _explained(picture: Picture) -> list[Mapping[str, str]]:
    """Why nothing can be compared with the period before, where a few sources are the reason; else nothing.

    What it names are this period's gaps too, so that they need no sentence of their own.
    """
    first = picture.groups[0].comparison
    if first is None or any(group.compared for group in picture.groups):
        return []
    outside = outside_of(first)
    named = {(item.source, month) for item in outside for month in item.months}
    missing = {(gap.source.code, month) for gap in picture.gaps for month in gap.missing}
    return blamed(picture, outside) if len(outside) < LISTED and missing <= named else []


def _knowledge(picture: Picture) -> Values | None:
    """The knowledge item; asked: how many were, where all who answered the survey answered the question."""
    item = findings.knowledge_item(picture)
    if item is None:
        return None
    response = picture.response[picture.response["asked"].notna() & (picture.response["unit_kind"] == "")]
    whole = response[(response["cycle"] == item["cycle"]) & (response["source"] == item["source"])]
    of_all = not whole.empty and int(whole.iloc[0]["answered"]) == int(item["n"])
    return {**findings.knowledge_values(picture, item), "asked": number(whole.iloc[0]["asked"]) if of_all else ""}
