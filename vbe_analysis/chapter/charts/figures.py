"""The chapter's figures: one function a figure, from the picture to drawing, alt text and data table."""

from collections.abc import Callable, Mapping
from typing import TypedDict

import pandas as pd
from matplotlib.figure import Figure as Drawing

from vbe_analysis.chapter.charts import alt_texts
from vbe_analysis.chapter.charts import bars as charts
from vbe_analysis.chapter.charts import matrix as charts_matrix
from vbe_analysis.chapter.charts import years as charts_years
from vbe_analysis.chapter.charts.cells import counts_data, coverage_data, survey_data
from vbe_analysis.chapter.charts.style import Size, joined
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.tables.analysis import years_counts
from vbe_analysis.chapter.tables.cells import labels_of, scope_of
from vbe_analysis.chapter.tables.events import undated_note
from vbe_analysis.chapter.text import findings
from vbe_analysis.chapter.text.sentences import capital, text
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.document.from_frames import PNG_WIDTH, figure_of, table_of
from vbe_analysis.document.parts import Figure
from vbe_analysis.frames import NOT_DELIVERED, OBSERVED, PARTIAL
from vbe_analysis.swedish import listed
from vbe_analysis.vocabulary import TOTAL

PNG_WIDTHS: dict[Size, int] = {"page": PNG_WIDTH, "slide": 1920}  # pixels


class Words(TypedDict, total=False):
    """What a chart function takes beside its numbers."""

    size: Size
    title: str
    foot: str


def coverage_figure(picture: Picture, size: Size = "page") -> Figure:
    """Source by month: what was delivered, and what was not."""
    rows = picture.coverage[picture.coverage["month"].isin(picture.period.months)]
    codes = [code for code in picture.vocabulary.sources if (rows["source"] == code).any()]
    sources = {code: picture.vocabulary.sources[code].label for code in codes}
    environments = labels_of(picture, "environment")
    title = findings.coverage(picture)
    return _figure(
        charts_matrix.source_by_month(rows, sources, environments, **on_slide(picture, size, title)),
        name="tackning",
        title=title,
        alt=alt_texts.coverage_alt(rows, sources, environments),
        frame=coverage_data(rows, sources, environments),
        scope=str(picture.period),
        size=size,
    )


def type_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """Environment by type, this period; None where nothing was reported, or the edition has no such table."""
    spec = next((spec for spec in picture.specs if spec.dimensions == ("environment", "event_type")), None)
    if spec is None:
        return None
    counts = picture.counts[spec.name]
    counts = counts[counts["period"] == picture.period.label]
    some = counts.loc[(counts["high"] > 0).fillna(False), "event_type"].unique()
    if not len(some):
        return None
    counts = counts[counts["event_type"].isin(some)]
    environments, types = labels_of(picture, "environment"), labels_of(picture, "event_type")
    totals = "event_type" if spec.group == ALL else f"{spec.group}_type"
    title = findings.types(picture, spec.group, totals)
    frame = counts_data(counts, "environment", environments, message("tables.key.environment"), "event_type", types)
    return _figure(
        charts_matrix.environment_by_type(counts, environments, types, **on_slide(picture, size, title)),
        name="typer",
        title=title,
        alt=alt_texts.matrix_alt(counts, environments, types, finding=f"{title}."),
        frame=frame,
        scope=str(picture.period),
        size=size,
        facts=picture.facts(f"{spec.name}/", f"{totals}/"),
    )


def previous_figure(picture: Picture, size: Size = "page", group: EventGroup | None = None) -> Figure:
    """This period against the one before, by environment; the title states the finding by the word rule.

    group: of the edition's, its first by default.
    """
    group = group or picture.groups[0]
    counts, labels, title = (
        group.environments,
        labels_of(picture, "environment"),
        findings.periods(picture, group),
    )
    if group.total is not None:
        counts = pd.concat([counts, group.total.assign(environment=TOTAL)], ignore_index=True)
        labels = {**labels, TOTAL: message("tables.total")}
    prefix = "" if group.name == ALL else f"{group.name}_"
    name = "perioder" if group is picture.groups[0] else f"perioder_{group.name}"
    frame = counts_data(counts, "environment", labels, message("tables.key.environment"))
    compared = (
        (_word("previous.note", what=text(f"group.{group.name}")),)
        if group.comparison and group.comparison.total.verdict
        else ()
    )
    notes = (message("tables.note_band"),) if group.banded else compared
    return _figure(
        charts.period_against_previous(counts, labels, **on_slide(picture, size, title, notes)),
        name=name,
        title=title,
        alt=alt_texts.previous_alt(counts, labels, finding=f"{title}.", what=text(f"group.{group.name}")),
        frame=frame,
        scope=scope_of(picture),
        notes=notes,
        size=size,
        facts=picture.facts(*(f"{prefix}{part}/" for part in ("environment", "total"))),
    )


def other_figures(picture: Picture, size: Size = "page") -> list[Figure]:
    """The figure of the two periods of every group of events but the first."""
    return [previous_figure(picture, size, group) for group in picture.groups[1:]]


def years_figures(picture: Picture, size: Size = "page") -> list[Figure]:
    """The years' figure of each group of events, where there is more than one year."""
    several = [group for group in picture.groups if years_counts(group)["period"].nunique() > 1]
    return [years_figure(picture, group, size) for group in several]


def years_figure(picture: Picture, group: EventGroup, size: Size = "page") -> Figure:
    """The cycles by environment, earlier chapters' years first, as small multiples."""
    labels, title = labels_of(picture, "environment"), findings.years(picture, group)
    counts = years_counts(group)
    name = "ar" if group is picture.groups[0] else f"ar_{group.name}"
    frame = counts_data(counts, "environment", labels, message("tables.key.environment"))
    breaks = breaks_of(picture, group)
    partial = (counts["status"] == PARTIAL).any()
    notes = [message("tables.note_band")] if group.banded else []
    notes.append(_word("years.note_partial" if partial else "years.note", what=text(f"group.{group.name}")))
    return _figure(
        charts_years.years_by_environment(
            counts, labels, breaks=breaks, **on_slide(picture, size, title, tuple(notes))
        ),
        name=name,
        title=title,
        alt=alt_texts.years_alt(counts, labels, breaks=breaks, what=text(f"group.{group.name}"), finding=f"{title}."),
        frame=frame,
        scope=_word("years.scope", first=counts["period"].iloc[0], last=counts["period"].iloc[-1]),
        notes=tuple(notes),
        size=size,
        facts=picture.facts("ar/" if group.name == ALL else f"{group.name}_ar/"),
    )


def _figure(
    drawing: Drawing,
    *,
    name: str,
    title: str,
    size: Size,
    alt: str,
    frame: pd.DataFrame,
    scope: str = "",
    notes: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
) -> Figure:
    """The figure and the table of its data, both named after `name`."""
    source = own_source()
    return figure_of(
        drawing,
        id=f"figur_{name}",
        title=title,
        source=source,
        alt=alt,
        data=table_of(frame, id=f"{name}_data", title=title, source=source),
        scope=scope,
        notes=notes,
        png_width=PNG_WIDTHS[size],
        facts=facts,
    )


def on_slide(picture: Picture, size: Size, title: str, notes: tuple[str, ...] = ()) -> Words:
    """A slide carries its title, notes, source and mark in the drawing; on a page they stand around it."""
    if size != "slide":
        return {}
    mark = picture.cover.caption_mark
    period = capital(text("sources.period", label=picture.period.label, days=picture.period))
    foot = _word("foot", periods=period, source=own_source())
    area = capital(picture.settings.area_name)
    foot = ". ".join(filter(None, (mark, area, foot)))
    return {"size": size, "title": title, "foot": joined(" ".join(notes), foot)}


def breaks_of(picture: Picture, group: EventGroup) -> dict[str, str]:
    """Period -> what changed with it: earlier chapters end, a source is new or collects in another way."""
    table = group.trends.table
    periods = list(dict.fromkeys(table["period"]))
    counted = table.loc[table["basis"] == "counted", "period"]
    earlier = (table["basis"] == "historik").any() and len(counted)
    changes = {counted.iloc[0]: [_word("years.break")]} if earlier else dict[str, list[str]]()
    changed = {cycle: [entry["source"] for entry in picture.breaks if entry["cycle"] == cycle] for cycle in periods}
    for name, by_cycle in (("new_source", picture.newcomers), ("changed", changed)):
        for cycle, codes in by_cycle.items():
            sources = [picture.vocabulary.sources[code].text for code in dict.fromkeys(codes)]
            if sources:
                changes.setdefault(cycle, []).append(_word(f"years.{name}", sources=listed(sources)))
    return {cycle: "; ".join(texts) for cycle, texts in changes.items() if cycle in periods[1:]}


def own_source() -> str:
    """Whose compilation the figures are."""
    return message("tables.own_source")


def _word(key: str, **values: object) -> str:
    return message(f"figures.{key}", **values)


def tertial_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """The period's events by tertial; None where the edition does not tell of tertials, or nothing was reported."""
    spec = next((spec for spec in picture.specs if spec.by_tertial), None)
    if spec is None or not (picture.counts[spec.name]["high"] > 0).any():
        return None
    counts = picture.counts[spec.name].assign(key=TOTAL)
    labels = {TOTAL: capital(text(f"group.{spec.group}"))}
    title = findings.tertials(counts, spec.group)
    frame = counts_data(counts, "key", labels, message("tables.key.tertial"))
    notes = undated_note(picture, spec.group, counts)
    return _figure(
        charts_years.timeline_by_tertial(counts, labels, key="key", **on_slide(picture, size, title, notes)),
        name="tertial",
        title=title,
        alt=alt_texts.timeline_alt(counts, labels, key="key", finding=f"{title}."),
        frame=frame,
        scope=str(picture.period),
        size=size,
        notes=notes,
        facts=picture.facts(f"{spec.name}/"),
    )


def graffiti_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """Traces coded to an environment above all others of the same sources and months; None where there are none."""
    comparison = picture.groups[0].comparison
    if comparison is None or comparison.reference is None:
        return None
    periods, series = (comparison.previous.label, comparison.current.label), comparison.reference
    months = {span.label: comparison.ground.months(span) for span in (comparison.previous, comparison.current)}
    rows = [
        (name, period, n, n, sum(months[period].get(source, 0) for source in series.sources))
        for name, counts in (("coded", series.coded), ("ordinary", series.ordinary))
        for period, n in zip(periods, counts, strict=True)
    ]
    counts = pd.DataFrame(rows, columns=["series", "period", "low", "high", "months_covered"])
    counts = counts.astype({"low": "Int64", "high": "Int64"}).assign(status=OBSERVED)
    labels = {name: message(f"figures.graffiti.{name}") for name in ("coded", "ordinary")}
    title = findings.graffiti(picture, series)
    frame = counts_data(counts, "series", labels, message("figures.graffiti.series"))
    return _figure(
        charts_years.graffiti_against_all(counts, labels, **on_slide(picture, size, title)),
        name="klotter",
        title=title,
        alt=alt_texts.graffiti_alt(counts, labels, finding=f"{title}."),
        frame=frame,
        size=size,
        facts=picture.facts("traces_referens/"),
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
    every = [(question, label) for question in sorted(set(questions)) for label in labels]
    survey = survey.reindex(pd.MultiIndex.from_tuples(every, names=["question", "period"])).reset_index()
    survey = survey.astype({"x": "Int64", "n": "Int64"})
    survey["status"] = survey["status"].fillna(NOT_DELIVERED)
    title, population = findings.knowledge(picture), bool(knowledge["population"].all())
    return _figure(
        charts.survey_knowledge(survey, population=population, **on_slide(picture, size, title)),
        name="kunskap",
        title=title,
        alt=alt_texts.survey_alt(survey, population=population, finding=f"{title}."),
        frame=survey_data(survey),
        size=size,
    )


FIGURES: Mapping[str, Callable[[Picture, Size], Figure | list[Figure] | None]] = {
    "perioder": previous_figure,
    "ovriga_perioder": other_figures,
    "typer": type_figure,
    "ar": years_figures,
    "tertial": tertial_figure,
    "klotter": graffiti_figure,
    "kunskap": knowledge_figure,
    "tackning": coverage_figure,
}
