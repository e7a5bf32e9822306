"""The chapter's figures: one function a figure, from the picture to drawing, alt text and data table.

FIGURES names them, as `Chapter.figure` and the notebooks ask for them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypedDict

import pandas as pd
from matplotlib.figure import Figure as Drawing

from vbe_analysis.analysis.ground import MOST_YEARS
from vbe_analysis.chapter.charts.alt_texts import counts_alt, coverage_alt, periods_kind, span, spoken, survey_alt
from vbe_analysis.chapter.charts.columns import Expected, draw_columns
from vbe_analysis.chapter.charts.lanes import draw_parts, draw_periods, draw_ranks, draw_shares
from vbe_analysis.chapter.charts.months import source_by_month
from vbe_analysis.chapter.charts.style import Size, on_slide, word
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.tables.analysis import years_counts
from vbe_analysis.chapter.tables.cells import labels_of, scope_of
from vbe_analysis.chapter.tables.grid import DASH, OUTSIDE, Grid, counts_data, coverage_data, grid, survey_data
from vbe_analysis.chapter.text import findings, sentences
from vbe_analysis.chapter.text.section import sentence
from vbe_analysis.chapter.text.sentences import capital
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.document.from_frames import figure_of, svg_bytes, table_of
from vbe_analysis.document.parts import Figure, Numbers, Table
from vbe_analysis.frames import NOT_DELIVERED, OBSERVED
from vbe_analysis.swedish import listed, month_name
from vbe_analysis.vocabulary import HISTORY, TOTAL

SLIDE_WORDS = 25  # beside the drawing: what cannot be left out goes before what the newest period lacks
NARROW = 4  # columns that have room on a narrow screen
LEAST_BY_AREA = 10  # traces of a period from which they are shown by area for that period alone


class Words(TypedDict, total=False):
    """What a chart takes beside its numbers."""

    size: Size
    title: str
    foot: str


def coverage_figure(picture: Picture, size: Size = "page") -> Figure:
    """Source by month: what was delivered, and what was not."""
    rows = picture.coverage[picture.coverage["month"].isin(picture.period.months)]
    codes = [code for code in picture.vocabulary.sources if (rows["source"] == code).any()]
    sources = {code: picture.vocabulary.sources[code].label for code in codes}
    environments, title = labels_of(picture, "environment"), findings.coverage(picture)
    return _figure(
        partial(source_by_month, rows, sources, environments),
        picture,
        name="tackning",
        title=title,
        alt=coverage_alt(rows, sources, environments),
        frame=coverage_data(rows, sources, environments),
        scope=str(picture.period),
        size=size,
    )


def previous_figure(picture: Picture, size: Size = "page", group: EventGroup | None = None) -> Figure:
    """This period against the one before, by environment; the title states the finding by the word rule.

    group: of the edition's, its first by default.
    """
    group = group or picture.groups[0]
    counts, labels, title = group.environments, labels_of(picture, "environment"), findings.periods(picture, group)
    what = sentence("what", group.name)
    if group.total is not None:
        counts = pd.concat([group.total.assign(environment=TOTAL), counts], ignore_index=True)
        labels = {TOTAL: word("total", what=what), **labels}
    table = grid(counts, "environment", labels, "period", picture.names(counts["period"]))
    compared = group.comparison and group.comparison.total.verdict
    notes = (_word("previous.note", what=what),) * bool(compared and not group.banded)
    prefix = "" if group.name == ALL else f"{group.name}_"
    return _figure(
        partial(draw_periods, table),
        picture,
        name="perioder" if group is picture.groups[0] else f"perioder_{group.name}",
        title=title,
        alt=counts_alt(table, periods_kind(table, what), finding=f"{title}."),
        frame=counts_data(table, message("tables.key.environment"), marks=False),
        gaps=table.partial,
        scope=scope_of(picture),
        notes=notes,
        size=size,
        facts=picture.facts(*(f"{prefix}{part}/" for part in ("environment", "total"))),
        protected=group.banded,
    )


def other_figures(picture: Picture, size: Size = "page") -> list[Figure]:
    """The figure of the two periods of every group of events but the first."""
    return [previous_figure(picture, size, group) for group in picture.groups[1:]]


def years_figures(picture: Picture, size: Size = "page") -> list[Figure]:
    """The years' figure of each group of events, where there is more than one year."""
    several = [group for group in picture.groups if years_counts(group)["period"].nunique() > 1]
    return [years_figure(picture, group, size) for group in several]


def years_figure(picture: Picture, group: EventGroup, size: Size = "page") -> Figure:
    """The years by environment, earlier chapters' first; the total above them where the group is added up."""
    labels, title = labels_of(picture, "environment"), findings.years(picture, group)
    counts, total, what = years_counts(group), "", sentence("what", group.name)
    if group.total is not None:
        total = word("total", what=what)
        labels = {TOTAL: total, **labels}
    names = picture.names(counts["period"])
    table, stops = grid(counts, "environment", labels, "period", names), breaks_of(picture, group)
    breaks = {names[period]: text for period, text in stops.items()}
    expected = _expected(table, group, total)
    notes = (_word("years.note", what=what),)
    kind = word("alt.years", periods=span(table.columns[0], table.columns[-1]), what=what)
    return _figure(
        partial(_over_time, table, total=total, expected=expected, breaks=breaks),
        picture,
        name="ar" if group is picture.groups[0] else f"ar_{group.name}",
        title=title,
        alt=counts_alt(table, kind, finding=f"{title}.", breaks=breaks, expected=expected.words if expected else ""),
        frame=counts_data(table, message("tables.key.environment"), marks=False),
        gaps=table.partial,
        notes=notes,
        size=size,
        facts=picture.facts("ar/" if group.name == ALL else f"{group.name}_ar/"),
        protected=group.banded,
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
        texts = [_word("years.break")] if (known["basis"] == HISTORY).any() and period == stops[0] else []
        for name, codes in (("new_source", picture.newcomers.get(period, ())), ("changed", changed[period])):
            sources = [picture.vocabulary.sources[code].text for code in dict.fromkeys(codes)]
            texts += [_word(f"years.{name}", sources=listed(sources))] if sources else []
        breaks[period] = "; ".join(texts) or _word("years.other_sources")
    return breaks


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
    return _figure(
        partial(draw_columns, table, even=True),
        picture,
        name="tertial",
        title=title,
        alt=" ".join([counts_alt(table, kind, finding=f"{title}."), *changed]),
        frame=counts_data(table, message("tables.key.tertial"), marks=False),
        gaps=table.partial,
        size=size,
        notes=(_word("tertials.note"), *changed, *_seen_by(picture)),
        facts=picture.facts("tertial_ar/"),
    )


def places_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """Where: the traces by area, of this period or, where they are fewer than ten, of all years together.

    None where they are not shown by area, or of one area alone.
    """
    years, names, label = picture.over_years, picture.settings.areas, picture.period.label
    if years.areas.empty:
        return None
    now = years.by_area(label)
    together = int(now["low"].sum()) < LEAST_BY_AREA
    counts = years.by_area() if together else now
    counts = counts[counts["area"].isin(list(names))]
    if len(counts) < 2:
        return None
    shown_of = picture.names(dict.fromkeys(years.areas["period"])) if together else picture.names([label])
    periods = span(*([*shown_of.values()][at] for at in (0, -1)))
    counts = counts.assign(period=periods, status=OBSERVED, months_covered=0)
    title = findings.places(counts, names, periods)
    table = grid(counts, "area", {code: names[code] for code in counts["area"]})
    notes = (_word("places.note"), *((_word("places.together", least=LEAST_BY_AREA),) if together else ()))
    return _figure(
        partial(draw_ranks, table),
        picture,
        name="plats",
        title=title,
        alt=counts_alt(table, word("alt.places", periods=periods), finding=f"{title}."),
        frame=counts_data(table, message("tables.key.area")),
        size=size,
        notes=(*notes, *_seen_by(picture)),
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
    labels = {name: _word(f"graffiti.{name}") for name in ("coded", "ordinary")}
    table = grid(counts, "series", labels, "period", names)
    parts = {
        names[label]: (coded, (coded[0] + ordinary[0], coded[1] + ordinary[1]))
        for label, (ordinary, coded) in graffiti.items()
    }
    sources = [picture.vocabulary.sources[source].text for source in picture.over_years.graffiti_sources]
    title = findings.graffiti(picture)
    return _figure(
        partial(draw_parts, parts),
        picture,
        name="klotter",
        title=title,
        alt=counts_alt(
            table,
            word("alt.graffiti", periods=span(table.columns[0], table.columns[-1])),
            finding=f"{title}.",
        ),
        frame=counts_data(table, message("figures.graffiti.series")),
        size=size,
        notes=(_word("graffiti.note", sources=listed(sources)),),
        facts=picture.facts("klotter_ar/"),
    )


def knowledge_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """What those who answered the surveys know, x of n; None where nobody was asked."""
    knowledge = picture.knowledge[picture.knowledge["cycle"].isin([period.label for period in picture.periods])]
    if knowledge.empty:
        return None
    names = picture.vocabulary.sources
    several = knowledge["source"].nunique() > 1
    questions = [
        picture.question(row["question"]) + (f" ({names[row['source']].label})" if several else "")
        for row in knowledge.to_dict("records")
    ]
    survey = knowledge.rename(columns={"cycle": "period", "low": "low_share", "high": "high_share"})
    survey = survey[["period", "x", "n", "low_share", "high_share"]].assign(question=questions, status=OBSERVED)
    survey = survey.drop_duplicates(["question", "period"], keep="last").set_index(["question", "period"])
    labels = [period.label for period in picture.periods]
    item = findings.knowledge_item(picture)
    first = picture.question(item["question"]) if item is not None else ""
    ordered = sorted(set(questions), key=lambda question: (not question.startswith(first), question))
    every = [(question, label) for question in ordered for label in labels]
    survey = survey.reindex(pd.MultiIndex.from_tuples(every, names=["question", "period"])).reset_index()
    survey = survey.astype({"x": "Int64", "n": "Int64"})
    survey["period"] = survey["period"].map(picture.names(labels))
    survey["status"] = survey["status"].fillna(NOT_DELIVERED)
    title, population = findings.knowledge(picture), bool(knowledge["population"].all())
    return _figure(
        partial(draw_shares, survey, population=population),
        picture,
        name="kunskap",
        title=title,
        alt=survey_alt(survey, population=population, finding=f"{title}."),
        frame=survey_data(survey),
        size=size,
    )


def main_figure(picture: Picture, size: Size = "page") -> Figure:
    """Page one's chart of the edition's first group: its years, or its only period."""
    return _whole_figure(picture, picture.groups[0], size)


def other_main_figures(picture: Picture, size: Size = "page") -> list[Figure]:
    """The same of every other group."""
    return [_whole_figure(picture, group, size) for group in picture.groups[1:]]


def _whole_figure(picture: Picture, group: EventGroup, size: Size) -> Figure:
    several = years_counts(group)["period"].nunique() > 1
    return years_figure(picture, group, size) if several else previous_figure(picture, size, group)


FIGURES: Mapping[str, Callable[[Picture, Size], Figure | list[Figure] | None]] = {
    "huvudfigur": main_figure,
    "ovriga_huvudfigurer": other_main_figures,
    "perioder": previous_figure,
    "ovriga_perioder": other_figures,
    "ar": years_figures,
    "tertial": tertial_figure,
    "plats": places_figure,
    "klotter": graffiti_figure,
    "kunskap": knowledge_figure,
    "tackning": coverage_figure,
}


def own_source() -> str:
    """Whose compilation the figures are."""
    return message("tables.own_source")


def _tertial_names() -> dict[str, str]:
    """The tertials as a reader knows them: "Januari–april"."""
    ends = {f"T{number}": (4 * number - 3, 4 * number) for number in (1, 2, 3)}
    return {code: capital(DASH.join(month_name(month) for month in months)) for code, months in ends.items()}


def _seen_by(picture: Picture) -> tuple[str, ...]:
    """Whose traces they are, where time and place are shown of those sources alone that look after places."""
    if picture.groups[0].name == ALL:
        return ()
    asked = {source for coverage in picture.coverages.values() for source in coverage["source"]}
    words = picture.vocabulary
    names = [term.text for code, term in words.sources.items() if code in asked and words.observes(code)]
    return (_word("places.sources", sources=listed(names)),)


def _expected(table: Grid, group: EventGroup, total: str) -> Expected | None:
    """What the earlier years let expect of the newest, on their comparable ground; None under three of them.

    The field is drawn only where the chart's newest count is the comparable one, which it is of.
    """
    series = group.trends.series.get(TOTAL)
    if (
        not total
        or series is None
        or series.expected is None
        or series.years[-1] != group.trends.table["period"].iloc[-1]
    ):
        return None
    cell, comparable, ends = table.rows[total][-1], series.counts[-1], series.expected
    words = word("expected", ends=sentences.span(ends))
    if (cell.low, cell.high) == comparable:
        return Expected(words, ends)
    return Expected(word("expected_comparable", comparable=sentences.span(comparable), ends=sentences.span(ends)), None)


def _figure(
    draw: Callable[..., Drawing],
    picture: Picture,
    *,
    name: str,
    title: str,
    size: Size,
    alt: str,
    frame: pd.DataFrame,
    scope: str = "",
    notes: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
    protected: bool = False,
    gaps: Sequence[str] = (),
) -> Figure:
    """The figure and the table of its data, both named after `name`.

    draw: makes the drawing of a size; gaps: the periods that are partly covered; protected: its intervals are bands.
    """
    source, missing = own_source(), (word("foot.partial", periods=listed(gaps)),) if gaps else ()
    data = table_of(frame, id=f"{name}_data", title=title, source=source, notes=missing)
    drawing = draw(**_on_slide(picture, size, title, picture.period.name in gaps))
    if size == "slide" and len(f"{title} {drawing.texts[-1].get_text()}".split()) > SLIDE_WORDS:
        drawing = draw(**_on_slide(picture, size, title, False))
    figure = figure_of(
        drawing,
        id=f"figur_{name}",
        title=title,
        source=source,
        alt=spoken(alt),
        data=_protected(data) if protected else data,
        scope=scope,
        notes=notes,
        facts=facts,
    )
    if size != "slide":
        return replace(figure, narrow=svg_bytes(draw(size="narrow"), f"{figure.id}-smal").decode("utf-8"))
    foot = " ".join(drawing.texts[-1].get_text().split())
    return replace(figure, slide=on_slide(drawing, foot))


def _over_time(table: Grid, *, breaks: Mapping[str, str], size: Size = "page", **how: Any) -> Drawing:
    """Columns; on a narrow screen, where many have no room, a line for each, and what changed in words."""
    if size == "narrow" and len(table.columns) > NARROW:
        changed = (word("alt.break", period=period, label=text) for period, text in breaks.items())
        return draw_periods(table, size=size, foot=" ".join(changed))
    return draw_columns(table, breaks=breaks, size=size, **how)


def _protected(data: Table) -> Table:
    rows = [
        tuple(replace(value, protected=True) if isinstance(value, Numbers) else value for value in row)
        for row in data.values
    ]
    return replace(data, values=tuple(rows))


def _on_slide(picture: Picture, size: Size, title: str, partial: bool) -> Words:
    """A slide carries its title, mark and what its newest period lacks in the drawing; on a page they stand around."""
    if size != "slide":
        return {}
    own = capital(_word("foot", period=picture.period.name, area=picture.settings.area_name))
    lacks = findings.coverage_short(picture) if partial else ""
    return {"size": size, "title": title, "foot": ". ".join(filter(None, (lacks, picture.cover.caption_mark, own)))}


def _word(key: str, **values: object) -> str:
    return message(f"figures.{key}", **values)
