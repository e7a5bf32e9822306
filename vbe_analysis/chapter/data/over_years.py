"""What the board's charts show of all years at once: when, where, and how much of all graffiti was extremist.

The traces of the sources that look after places tell of places. In the public edition time, too, is that of theirs.
"""

from collections.abc import Sequence

import pandas as pd

from vbe_analysis.analysis.comparison import reference_counts
from vbe_analysis.analysis.ground import on_ground
from vbe_analysis.analysis.overlaps import OCCASIONS
from vbe_analysis.analysis.trends import Trends
from vbe_analysis.chapter.data.facts import Entry, at_least, selector
from vbe_analysis.chapter.data.picture import Material, OverYears
from vbe_analysis.disclosure.policy import TRACES
from vbe_analysis.frames import Interval
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import REFERENCE, Vocabulary


def count_over_years(dated: Material, placed: Material, trends: Trends, least_sources: int = 0) -> OverYears:
    """Count the tertials of `dated`, the areas of `placed`, and the graffiti of what `trends` was made of, `dated`.

    least_sources: an area's number is shown of the years in which so many sources have traces: an area with one school
    is the school.
    """
    tertials = whole_tertials(dated.years)
    areas = placed.counted(["area"], placed.years)
    if least_sources:
        sources = placed.counted(["source"], placed.years)
        some = sources[(sources["high"] > 0).fillna(False) & (sources["months_covered"] > 0)]["period"].value_counts()
        areas = areas[areas["period"].map(some).fillna(0) >= least_sources].reset_index(drop=True)
    graffiti: dict[str, tuple[Interval, Interval]] = {}
    names: tuple[str, ...] = ()
    if trends.grounds:
        ground = trends.ground
        common = on_ground(dated.events, ground)
        counts = reference_counts(common, dated.coverage, ground.periods, OCCASIONS, dated.vocabulary)
        if counts is not None:
            names, ordinary, coded = counts
            years = (period.label for period in ground.periods)
            graffiti = dict(zip(years, zip(ordinary, coded, strict=True), strict=True))
    return OverYears(dated.counted([], tertials) if tertials else pd.DataFrame(), areas, graffiti, names)


def whole_tertials(periods: Sequence[Period]) -> list[Period]:
    """The calendar tertials whose months all lie in these periods, in order."""
    covered = {month for period in periods for month in period.months}
    every = Period(min(periods).start, max(period.end for period in periods)).tertials()
    return [part for part in every if len(part.months) == 4 and covered.issuperset(part.months)]


def over_years_entries(years: OverYears, group: str, words: Vocabulary, periods: Sequence[Period]) -> list[Entry]:
    """The facts of what is shown: each number is of some of its cells' events, so there were at least so many.

    group: that of the tertials; areas and graffiti are of the traces.
    """
    entries = []
    for row in years.tertials.dropna(subset="low").to_dict("records") if len(years.tertials) else ():
        number, year = str(row["period"]).split()
        months = {f"{year}-{month:02d}" for month in range(4 * int(number[1:]) - 3, 4 * int(number[1:]) + 1)}
        own = [period.label for period in periods if months.intersection(period.months)]
        cells = selector(group, words, own)
        entries.append(at_least(f"tertial_ar/{number}/{year}", cells, (int(row["low"]), int(row["high"]))))
    by_period = [*dict.fromkeys(years.areas["period"])] if len(years.areas) else []
    for name, of in [*((label, [label]) for label in by_period), *([("", by_period)] if by_period else [])]:
        for row in years.by_area(*of).to_dict("records"):
            interval = int(row["low"]), int(row["high"])
            id_ = "/".join(["omrade_ar", row["area"] or "-", *filter(None, [name])])
            entries.append(at_least(id_, selector(TRACES, words, of), interval))
    for label, (ordinary, coded) in years.graffiti.items():
        cells = selector(TRACES, words, label, miljo=REFERENCE, kalla=years.graffiti_sources)
        entries.append(at_least(f"klotter_ar/{REFERENCE}/{label}", cells, ordinary))
        entries.append(at_least(f"klotter_ar/kodade/{label}", selector(TRACES, words, label), coded))
    return entries
