"""Further figures for the board's slides: the period's tertials, graffiti against all graffiti, survey knowledge."""

import pandas as pd

from vbe_analysis.chapter import alt_texts, charts, charts_years, findings
from vbe_analysis.chapter.chart_data import counts_data, survey_data
from vbe_analysis.chapter.chart_style import Size
from vbe_analysis.chapter.figures import PNG_WIDTHS, on_slide, own_source
from vbe_analysis.chapter.making import figure_of, table_of
from vbe_analysis.chapter.parts import Figure
from vbe_analysis.chapter.sentences import capital, text
from vbe_analysis.chapter.shown import Picture
from vbe_analysis.chapter.tables import undated
from vbe_analysis.config import message
from vbe_analysis.frames import NOT_DELIVERED, OBSERVED

TOTAL = "total"


def tertial_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """The period's events by tertial; None where the edition does not tell of tertials, or nothing was reported."""
    spec = next((spec for spec in picture.specs if spec.by_tertial), None)
    if spec is None or not (picture.counts[spec.name]["high"] > 0).any():
        return None
    counts = picture.counts[spec.name].assign(key=TOTAL)
    labels = {TOTAL: capital(text(f"group.{spec.group}"))}
    title = findings.tertials(counts, spec.group)
    frame = counts_data(counts, "key", labels, message("tables.key.tertial"))
    notes = undated(picture, spec.group, counts)
    return figure_of(
        charts_years.timeline_by_tertial(counts, labels, key="key", **on_slide(picture, size, title, notes)),
        id="figur_tertial",
        title=title,
        source=own_source(),
        alt=alt_texts.timeline_alt(counts, labels, key="key", finding=f"{title}."),
        data=table_of(frame, id="tertial_data", title=title, source=own_source()),
        scope=str(picture.period),
        png_width=PNG_WIDTHS[size],
        notes=notes,
        facts=picture.facts(f"{spec.name}/"),
    )


def graffiti_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """Traces coded to an environment above all others of the same sources and months; None where there are none."""
    found = picture.groups[0].comparison
    if found is None or found.reference is None:
        return None
    periods, series = (found.previous.label, found.current.label), found.reference
    months = {span.label: found.ground.months(span) for span in (found.previous, found.current)}
    rows = [
        {"series": name, "period": period, "low": n, "high": n, "status": OBSERVED,
         "months_covered": sum(months[period].get(source, 0) for source in series.sources)}
        for name, counts in (("coded", series.coded), ("ordinary", series.ordinary))
        for period, n in zip(periods, counts, strict=True)
    ]  # fmt: skip
    counts = pd.DataFrame(rows).astype({"low": "Int64", "high": "Int64"})
    labels = {name: message(f"figures.graffiti.{name}") for name in ("coded", "ordinary")}
    title = findings.graffiti(picture, series)
    frame = counts_data(counts, "series", labels, message("figures.graffiti.series"))
    return figure_of(
        charts_years.graffiti_against_all(counts, labels, **on_slide(picture, size, title)),
        id="figur_klotter",
        title=title,
        source=own_source(),
        alt=alt_texts.graffiti_alt(counts, labels, finding=f"{title}."),
        data=table_of(frame, id="klotter_data", title=title, source=own_source()),
        png_width=PNG_WIDTHS[size],
        facts=picture.facts("traces_jamforelse/"),
    )


def knowledge_figure(picture: Picture, size: Size = "page") -> Figure | None:
    """What those who answered the surveys know, x of n; None where nobody was asked."""
    mine = picture.knowledge[picture.knowledge["cycle"].isin([period.label for period in picture.periods])]
    if mine.empty:
        return None
    names = picture.vocabulary.sources
    several = mine["source"].nunique() > 1
    survey = pd.DataFrame(
        {
            "question": [picture.question(row["question"]) + (f" ({names[row['source']].label})" if several else "")
                         for row in mine.to_dict("records")],
            "period": mine["cycle"].to_list(), "x": mine["x"].to_list(), "n": mine["n"].to_list(),
            "low_share": mine["low"].to_list(), "high_share": mine["high"].to_list(), "status": OBSERVED,
        }
    )  # fmt: skip
    survey = survey.drop_duplicates(["question", "period"], keep="last").set_index(["question", "period"])
    every = [(question, period.label) for question in sorted(set(survey.index.get_level_values(0)))
             for period in picture.periods]  # fmt: skip
    survey = survey.reindex(pd.MultiIndex.from_tuples(every, names=["question", "period"])).reset_index()
    survey = survey.astype({"x": "Int64", "n": "Int64"})
    survey["status"] = survey["status"].fillna(NOT_DELIVERED)
    title, population = findings.knowledge(picture), bool(mine["population"].all())
    return figure_of(
        charts.survey_knowledge(survey, population=population, **on_slide(picture, size, title)),
        id="figur_kunskap",
        title=title,
        source=own_source(),
        alt=alt_texts.survey_alt(survey, population=population, finding=f"{title}."),
        data=table_of(survey_data(survey), id="kunskap_data", title=title, source=own_source()),
        png_width=PNG_WIDTHS[size],
        facts=(),
    )
