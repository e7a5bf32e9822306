"""What the chapter says under Analys: the comparison and the years."""

import pandas as pd

from vbe_analysis.analysis import ground
from vbe_analysis.analysis.comparison import Change, Comparison
from vbe_analysis.analysis.ground import MOST_YEARS
from vbe_analysis.analysis.verdict import DIRECTIONS, NO_COMPARISON, NO_EVENTS, TOO_FEW
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.text.coverage import nothing_delivered
from vbe_analysis.chapter.text.groups import Values, basis, first_period, group_values
from vbe_analysis.chapter.text.patterns import pattern_facts, pattern_values
from vbe_analysis.chapter.text.section import section
from vbe_analysis.chapter.text.sentences import comparison_facts
from vbe_analysis.chapter.text.summary import summary
from vbe_analysis.document.parts import Prose
from vbe_analysis.periods import swedish_months
from vbe_analysis.vocabulary import HISTORY, OFFICES, TOTAL

SURE = 0.05  # a test beside the word rule tells more than chance below this


def comparison(picture: Picture) -> Prose:
    """What may be said of the period before, group by group: the headline, why, and the environments that differ."""
    words = section(
        "jamforelse",
        previous=picture.previous,
        first=first_period(picture),
        groups=[group_values(picture, group) for group in picture.groups],
        nothing_delivered=nothing_delivered(picture),
    )
    return Prose(words, picture.facts(*comparison_facts(picture)) if picture.previous else ())


def comparison_ground(picture: Picture) -> Prose:
    """Under its heading: on what ground the periods are compared, each environment, and what stands beside it."""
    words = section(
        "jamforelse_underlag",
        previous=picture.previous,
        groups=[_ground_values(picture, group) for group in picture.groups],
        offices=picture.vocabulary.offices[OFFICES].text,
    )
    facts = (*comparison_facts(picture), "traces_source/", "traces_referens/")
    return Prose(words, picture.facts(*facts) if picture.previous else ())


def _ground_values(picture: Picture, group: EventGroup) -> Values:
    comparison = group.comparison
    if comparison is None:
        return group_values(picture, group)
    terms, lines, verdict = picture.vocabulary, comparison.lines, comparison.total.verdict
    outside = [
        {
            "source": terms.sources[item.source].text,
            "environment": item.environment and terms.all_environments[item.environment].text,
            "reason": item.reason,
            "months": swedish_months(item.months[:1] if item.reason == ground.BREAK else item.months),
            "period": picture.name(item.period),
            "detail": item.detail.rstrip("."),
        }
        for item in comparison.ground.outside
    ]
    tested = [line for line in lines.values() if line.kind not in (NO_COMPARISON, TOO_FEW, NO_EVENTS)]
    (now, of), (before, of_before) = map(comparison.ground.source_months, (comparison.current, comparison.previous))
    return {
        **group_values(picture, group),
        "lines": [
            {"name": terms.environments[code].label, "change": line, "moved": _moved(line)}
            for code, line in lines.items()
        ],
        "outside": outside,
        "offices_outside": any(item.source in comparison.ground.together for item in comparison.ground.outside),
        "source_months": {"now": now, "of": of, "before": before, "of_before": of_before},
        "stricter": any(line.verdict and verdict and line.verdict.level < verdict.level for line in tested),
        "new_sources": _new_sources(picture, comparison),
        "reference": _reference(picture, comparison),
    }


def _moved(change: Change) -> str:
    """Which way a band has moved that is no certain change: "up", "down" or "" where the two bands meet.

    Of too few events to judge it is not said: "inga" beside "1–4" says so itself.
    """
    if change.kind in {*DIRECTIONS, TOO_FEW} or change.previous is None or change.current is None:
        return ""
    return "up" * (change.current[0] > change.previous[1]) or "down" * (change.current[1] < change.previous[0])


def _new_sources(picture: Picture, comparison: Comparison) -> list[Values]:
    """The new sources that reported anything."""
    sources = comparison.sources
    return [
        {
            "source": picture.vocabulary.sources[row["source"]].text,
            "count": (int(row["full_current_low"]), int(row["full_current_high"])),
        }
        for row in sources[sources["reason"] == ground.NEW_SOURCE].to_dict("records")
        if not pd.isna(row["full_current_high"]) and row["full_current_high"]
    ]


def _reference(picture: Picture, comparison: Comparison) -> Values | None:
    series = comparison.reference
    if series is None:
        return None
    # What changed on the first day of the earlier period is the same in both.
    months = [month for period in sorted(picture.periods) for month in period.months][1:]
    return {
        "sources": [picture.vocabulary.sources[source].text for source in series.sources],
        "ordinary": series.ordinary,
        "coded": series.coded,
        "more": series.p <= SURE,
        "changed": any(entry["source"] in series.sources and entry["month"] in months for entry in picture.breaks),
    }


def years(picture: Picture) -> Prose:
    """Which years can be compared, whether the newest is as the earlier let expect, and earlier chapters' figures."""
    first, *others = picture.groups
    table, series = first.trends.table, first.trends.series.get(TOTAL)
    periods, counted, history = (
        list(picture.names(rows["period"]).values())
        for rows in (table, table[table["basis"] == "counted"], table[table["basis"] == HISTORY])
    )
    newest = series if series and series.years[-1:] == (picture.period.label,) else None
    words = section(
        "ar",
        patterns=pattern_values(picture),
        first_page=summary(picture).markdown,
        years=periods,
        counted=counted,
        shown=[periods[0], *counted[-1:]],
        history=history,
        series=newest,
        compared=list(picture.names(newest.years).values()) if newest else [],
        basis=basis(picture, first.trends.ground) if newest else None,
        group=first.name,
        most_years=MOST_YEARS,
        other_groups=[group.name for group in others if group.trends.table["period"].nunique() > 1],
    )
    return Prose(words, picture.facts(*pattern_facts(picture)))


TEXTS = {"jamforelse": comparison, "jamforelse_underlag": comparison_ground, "ar": years}
