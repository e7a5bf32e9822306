"""The chapter's figures: one function a figure, from the picture to drawing, alt text and data table.

FIGURES names them, as `Chapter.figure` and the notebooks ask for them.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure as Drawing

from vbe_analysis.analysis.comparison import Comparison
from vbe_analysis.chapter.charts.alt_texts import counts_alt, coverage_alt, periods_kind, span, survey_alt
from vbe_analysis.chapter.charts.columns import Expected, draw_columns
from vbe_analysis.chapter.charts.lanes import draw_periods, draw_shares
from vbe_analysis.chapter.charts.months import source_by_month
from vbe_analysis.chapter.charts.one_figure import figure_word, make_figure, on_ground
from vbe_analysis.chapter.charts.over_years import breaks_of, graffiti_figure, places_figure, tertial_figure
from vbe_analysis.chapter.charts.style import Size, word
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.tables.analysis import years_counts
from vbe_analysis.chapter.tables.cells import labels_of, scope_of
from vbe_analysis.chapter.tables.grid import Grid, counts_data, coverage_data, grid, survey_data
from vbe_analysis.chapter.text import findings, sentences
from vbe_analysis.chapter.text.groups import basis
from vbe_analysis.chapter.text.section import sentence
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.document.parts import Figure
from vbe_analysis.frames import NOT_DELIVERED, OBSERVED
from vbe_analysis.vocabulary import TOTAL

NARROW = 4  # columns that have room on a narrow screen


def coverage_figure(picture: Picture, size: Size = "page") -> Figure:
    """Source by month: what was delivered, and what was not."""
    rows = picture.coverage[picture.coverage["month"].isin(picture.period.months)]
    codes = [code for code in picture.vocabulary.sources if (rows["source"] == code).any()]
    sources = {code: picture.vocabulary.sources[code].label for code in codes}
    environments, title = labels_of(picture, "environment"), findings.coverage(picture)
    return make_figure(
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

    What is compared is drawn, where that is not all. group: of the edition's, its first by default.
    """
    group = group or picture.groups[0]
    counts, labels, title = group.environments, labels_of(picture, "environment"), findings.periods(picture, group)
    what, prefix = sentence("what", group.name), "" if group.name == ALL else f"{group.name}_"
    if group.total is not None:
        counts = pd.concat([group.total.assign(environment=TOTAL), counts], ignore_index=True)
        labels = {TOTAL: word("total", what=what), **labels}
    notes, ids = list[str](), [f"{prefix}{part}/" for part in ("environment", "total")]
    compared = None if group.banded else group.comparison
    if compared and compared.total.verdict and compared.ground.outside:
        counts, ids = _compared(compared), [f"{prefix}jamforelse/"]
        ground = sentence("ground", basis(picture, compared.ground))
        notes = [on_ground("previous.note", ground)]
    elif group.comparison and not group.compared:
        alike = group.comparison.total if not group.banded else next(iter(group.comparison.lines.values()))
        notes = [sentence("change", alike)]
    table = grid(counts, "environment", labels, "period", picture.names(counts["period"]))
    return make_figure(
        partial(draw_periods, table),
        picture,
        name="perioder" if group is picture.groups[0] else f"perioder_{group.name}",
        title=title,
        alt=counts_alt(table, periods_kind(table, what), finding=f"{title}."),
        frame=counts_data(table, message("tables.key.environment"), marks=False),
        gaps=table.partial,
        scope=scope_of(picture),
        notes=tuple(notes),
        size=size,
        facts=picture.facts(*ids),
        protected=group.banded,
    )


def _compared(comparison: Comparison) -> pd.DataFrame:
    """The counts on the comparable ground, and their total, as the chart of two periods draws them."""
    rows = [
        {"environment": name, "period": period.label, "low": count[0], "high": count[1]}
        for name, change in {TOTAL: comparison.total, **comparison.lines}.items()
        for period, count in ((comparison.previous, change.previous), (comparison.current, change.current))
        if count is not None
    ]
    counts = pd.DataFrame(rows).astype({"low": "Int64", "high": "Int64"})
    return counts.assign(status=OBSERVED, months_covered=0)


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
    notes = (figure_word("years.note" if group.name == ALL else "years.note_part", what=what),)
    kind = word("alt.years", periods=span(table.columns[0], table.columns[-1]), what=what)
    return make_figure(
        partial(_over_time, table, total=total, expected=expected, breaks=breaks),
        picture,
        name="ar" if group is picture.groups[0] else f"ar_{group.name}",
        title=title,
        alt=counts_alt(table, kind, finding=f"{title}.", breaks=breaks, expected=expected.spoken if expected else ""),
        frame=counts_data(table, message("tables.key.environment"), marks=False),
        gaps=table.partial,
        notes=notes,
        size=size,
        facts=picture.facts("ar/" if group.name == ALL else f"{group.name}_ar/"),
        protected=group.banded,
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
    return make_figure(
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
    values = {"comparable": sentences.span(comparable), "ends": sentences.span(ends), "period": table.columns[-1]}
    values["total"] = total
    if (cell.low, cell.high) == comparable:
        return Expected(word("expected", **values), ends, word("alt.expected", **values))
    return Expected(word("expected_comparable", **values), None, word("alt.expected_comparable", **values))


def _over_time(table: Grid, *, breaks: Mapping[str, str], size: Size = "page", **how: Any) -> Drawing:
    """Columns; on a narrow screen, where many have no room, a line for each, and what changed in words."""
    if size == "narrow" and len(table.columns) > NARROW:
        changed = (word("alt.break", period=period, label=text) for period, text in breaks.items())
        return draw_periods(table, size=size, foot=" ".join(changed))
    return draw_columns(table, breaks=breaks, size=size, **how)
