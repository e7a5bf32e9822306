"""The board's charts of all years at once: when, where, and how much of all graffiti was extremist."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from vbe_analysis.analysis.ground import MOST_YEARS
from vbe_analysis.chapter.charts.alt_texts import counts_alt, span
from vbe_analysis.chapter.charts.columns import draw_columns
from vbe_analysis.chapter.charts.lanes import draw_parts, draw_ranks
from vbe_analysis.chapter.charts.one_figure import figure_word, make_figure, on_ground
from vbe_analysis.chapter.charts.style import Size, word
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.tables.grid import DASH, OUTSIDE, counts_data, grid
from vbe_analysis.chapter.text import findings
from vbe_analysis.chapter.text.groups import basis
from vbe_analysis.chapter.text.section import sentence
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.document.parts import Figure
from vbe_analysis.frames import OBSERVED
from vbe_analysis.swedish import capital, listed, month_name
from vbe_analysis.vocabulary import HISTORY


def tertial_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """When: the whole tertials of all years, a panel for each; None where there are none, or nothing was reported."""
    counts, group = picture.over_years.tertials, picture.groups[0]
    if counts.empty or not (counts["high"] > 0).any():
        return None
    parts = counts["period"].str.split(" ", expand=True)
    counts = counts.assign(tertial=parts[0], year=parts[1])
    every = pd.MultiIndex.from_product([sorted(set(parts[0])), sorted(set(parts[1]))], names=["tertial", "year"])
    cells = counts.set_index(["tertial", "year"]).reindex(every).reset_index()
    cells = cells.assign(status=cells["status"].fillna(OUTSIDE), months_covered=cells["months_covered"].fillna(0))
    title = findings.tertials(counts, group.name)
    table = grid(cells, "tertial", _tertial_names(), "year")
    kind = word("alt.tertials", periods=span(table.columns[0], table.columns[-1]), what=sentence("what", group.name))
    later = [period.label for period in picture.coverages][1:]
    breaks = {at: why for at, why in breaks_of(picture, group).items() if at in later}
    changed = [word("alt.break", period=picture.name(at), label=why) for at, why in breaks.items()]
    seers = () if group.name == ALL else picture.place_sources
    return make_figure(
        partial(draw_columns, table, even=True),
        picture,
        name="tertial",
        title=title,
        alt=" ".join([counts_alt(table, kind, finding=f"{title}."), *changed]),
        frame=counts_data(table, message("tables.key.tertial"), marks=False),
        gaps=table.partial,
        size=size,
        notes=(figure_word("tertials.note"), *changed, *_seen_by(picture, seers)),
        only=_only(picture, seers),
        facts=picture.facts("tertial_ar/"),
    )


def places_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """Where: the traces by area, of this period or, where they are fewer than ten, of all years together.

    None where they are not shown by area, or of one area alone.
    """
    by_area = findings.areas(picture)
    if by_area is None:
        return None
    names, periods = picture.settings.areas, by_area.periods
    counts = by_area.counts.assign(period=periods, status=OBSERVED, months_covered=0)
    title = findings.places(picture, by_area)
    table = grid(counts, "area", {code: names[code] for code in counts["area"]})
    together = (figure_word("places.together", least=findings.LEAST_BY_AREA),) if by_area.together else ()
    return make_figure(
        partial(draw_ranks, table),
        picture,
        name="plats",
        title=title,
        alt=counts_alt(table, word("alt.places", periods=periods), finding=f"{title}."),
        frame=counts_data(table, message("tables.key.area")),
        size=size,
        notes=(figure_word("places.note"), *together, *_seen_by(picture, picture.place_sources)),
        only=_only(picture, picture.place_sources),
        facts=picture.facts("omrade_ar/"),
    )


def graffiti_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """Traces coded to an environment above all others of the same sources and months, over the years on their ground.

    None where there are none, or this period is not on it.
    """
    graffiti = picture.over_years.graffiti
    if picture.period.label not in graffiti:
        return None
    rows = [
        (name, period, *count)
        for at, name in enumerate(("ordinary", "coded"))
        for period, counts in graffiti.items()
        for count in [counts[at]]
    ]
    counts = pd.DataFrame(rows, columns=["series", "period", "low", "high"])
    counts = counts.astype({"low": "Int64", "high": "Int64"}).assign(status=OBSERVED, months_covered=0)
    names = picture.names(graffiti)
    labels = {name: figure_word(f"graffiti.{name}") for name in ("coded", "ordinary")}
    table = grid(counts, "series", labels, "period", names)
    parts = {
        names[label]: (coded, (coded[0] + ordinary[0], coded[1] + ordinary[1]))
        for label, (ordinary, coded) in graffiti.items()
    }
    told_by = picture.over_years.graffiti_sources
    sources = [picture.vocabulary.sources[source].text for source in told_by]
    ground = sentence("ground", basis(picture, picture.groups[0].trends.ground))
    changed = [
        word(
            "alt.break", period=picture.name(entry["cycle"]), label=figure_word("years.changed", sources=listed([name]))
        )
        for entry in picture.breaks
        if entry["source"] in told_by and entry["cycle"] in [*graffiti][1:]
        for name in [picture.vocabulary.sources[entry["source"]].text]
    ]
    title, periods = findings.graffiti(picture), span(table.columns[0], table.columns[-1])
    return make_figure(
        partial(draw_parts, parts),
        picture,
        name="klotter",
        title=title,
        alt=" ".join([counts_alt(table, word("alt.graffiti", periods=periods), finding=f"{title}."), *changed]),
        frame=counts_data(table, message("figures.graffiti.series")),
        size=size,
        notes=(on_ground("graffiti.note", ground, sources=listed(sources)), *changed),
        only=_only(picture, told_by),
        facts=picture.facts("klotter_ar/"),
    )


def breaks_of(picture: Picture, group: EventGroup) -> dict[str, str]:
    """Period -> what changed with it, where the years before cannot be compared with it."""
    known = group.trends.table[group.trends.table["low"].notna()].drop_duplicates("period")
    # The tenth year back ends a comparison because no more are compared, not because anything changed.
    longest = [ground.periods[0].label for ground in group.trends.grounds.values() if len(ground.periods) == MOST_YEARS]
    parted = known["segment"].fillna(0).diff().fillna(0).ne(0) & ~known["period"].isin(longest)
    first_counted = (known["basis"] != HISTORY).astype(int).diff().fillna(0).ne(0)
    stops = known.loc[parted | first_counted, "period"].tolist()
    changed = {cycle: [entry["source"] for entry in picture.breaks if entry["cycle"] == cycle] for cycle in stops}
    breaks = {}
    for period in stops:
        texts = [figure_word("years.break")] if (known["basis"] == HISTORY).any() and period == stops[0] else []
        for name, codes in (("new_source", picture.newcomers.get(period, ())), ("changed", changed[period])):
            sources = [picture.vocabulary.sources[code].text for code in dict.fromkeys(codes)]
            texts += [figure_word(f"years.{name}", sources=listed(sources))] if sources else []
        breaks[period] = "; ".join(texts) or figure_word("years.other_sources")
    return breaks


def _tertial_names() -> dict[str, str]:
    """The tertials as a reader knows them: "Januari–april"."""
    ends = {f"T{number}": (4 * number - 3, 4 * number) for number in (1, 2, 3)}
    return {code: capital(DASH.join(month_name(month) for month in months)) for code, months in ends.items()}


def _seen_by(picture: Picture, sources: Sequence[str]) -> tuple[str, ...]:
    """Whose traces they are, where they are not those of all sources."""
    names = [picture.vocabulary.sources[code].text for code in sources]
    return (figure_word("places.sources", sources=listed(names)),) if names else ()


def _only(picture: Picture, sources: Sequence[str]) -> str:
    """On a slide: that no other source is counted."""
    labels = [picture.vocabulary.sources[source].label for source in sources]
    return figure_word("places.only", sources=listed(labels)) if labels else ""
