"""What the chapter says under Analys: the comparison and the years."""

import pandas as pd

from vbe_analysis.analysis import ground
from vbe_analysis.analysis.comparison import Comparison
from vbe_analysis.analysis.ground import MOST_YEARS
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.text.groups import Values, basis, first_period, group_values
from vbe_analysis.chapter.text.patterns import pattern_facts, pattern_values
from vbe_analysis.chapter.text.section import section
from vbe_analysis.chapter.text.sentences import comparison_facts
from vbe_analysis.chapter.text.summary import summary
from vbe_analysis.document.parts import Prose
from vbe_analysis.vocabulary import HISTORY, OFFICES, TOTAL


def comparison(picture: Picture) -> Prose:
    """What may be said of the period before, group by group: the headline, why, and the environments that differ."""
    words = section(
        "jamforelse",
        previous=picture.previous,
        first=first_period(picture),
        groups=[group_values(picture, group) for group in picture.groups],
        nothing_delivered=picture.nothing_delivered,
        urged=_urged(picture),
    )
    return Prose(words, picture.facts(*comparison_facts(picture)) if picture.previous else ())


def _urged(picture: Picture) -> dict[str, str]:
    """Code -> name of the sources that are compared and in which an activity urged to report, in the period."""
    own = picture.plan.activities.urged(picture.period) if picture.plan else ()
    compared = [group.comparison for group in picture.groups if group.comparison and group.compared]
    known = {source for comparison in compared for source in comparison.ground.months(comparison.current)}
    return {code: picture.vocabulary.sources[code].text for code in own if code in known}


def comparison_ground(picture: Picture) -> Prose:
    """Under its heading: on what ground the periods are compared, each environment, and what stands beside it."""
    words = picture.vocabulary
    text = section(
        "jamforelse_underlag",
        previous=picture.previous,
        groups=[
            {
                **group_values(picture, group),
                "new_sources": _new_sources(picture, group.comparison) if group.comparison else [],
            }
            for group in picture.groups
        ],
        environments=words.all_environments,
        sources=words.sources,
        periods=picture.names([period.label for period in picture.periods]),
        offices=words.offices[OFFICES].text,
    )
    facts = (*comparison_facts(picture), "traces_source/", "traces_referens/")
    return Prose(text, picture.facts(*facts) if picture.previous else ())


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
        whole=bool(newest) and not first.trends.ground.outside,
        group=first.name,
        most_years=MOST_YEARS,
        other_groups=[group.name for group in others if group.trends.table["period"].nunique() > 1],
    )
    return Prose(words, picture.facts(*pattern_facts(picture)))


TEXTS = {"jamforelse": comparison, "jamforelse_underlag": comparison_ground, "ar": years}
