"""What the chapter says under Analys: the comparison and the years."""

import pandas as pd

from vbe_analysis.analysis import ground
from vbe_analysis.analysis.comparison import Change, Comparison, ReferenceSeries
from vbe_analysis.analysis.ground import MOST_YEARS, Outside
from vbe_analysis.analysis.trends import Series
from vbe_analysis.analysis.verdict import DIRECTIONS, NO_COMPARISON
from vbe_analysis.chapter.data.picture import EventGroup, Picture, delivered_months
from vbe_analysis.chapter.text.sentences import (
    capital,
    change_sentence,
    events,
    first_period,
    limits_sentence,
    on_ground,
    refused,
    span,
    text,
    verdict_sentence,
    word,
)
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import listed, number
from vbe_analysis.vocabulary import TOTAL

SURE = 0.05  # a test over the years tells more than chance below this
CLUMPED = 1.5  # statistics.md: variance / mean from which a caution is added


def comparison(picture: Picture) -> Prose:
    """On what ground the periods are compared, the headline, its limits, and each environment."""
    if picture.previous is None:
        return Prose(first_period(picture), ())
    paragraphs: list[str] = []
    for group in picture.groups:
        said = _banded(group, picture) if group.banded else _compared(group, picture)
        if len(picture.groups) > 1:
            said[0] = f"**{capital(text(f'group.{group.name}'))}.** {said[0]}"
        paragraphs += said
    shown = [f"{group.name}_{part}/" for group in picture.groups for part in ("environment", "jamforelse", "total")]
    return Prose(
        "\n\n".join(paragraphs), picture.facts(*shown, "environment/", "jamforelse/", "total/", "traces_source/")
    )


def _compared(group: EventGroup, picture: Picture) -> list[str]:
    found = group.comparison
    if found is None:
        return [first_period(picture)]
    nothing = not delivered_months(picture.coverage).any()
    headline = (
        verdict_sentence(None, refused("", nothing_now=True))
        if nothing
        else capital(change_sentence(found.total, group.name))
    )
    paragraphs = [headline] if found.total.verdict is None else [_ground(found, group)]
    outside = [_outside(item, picture) for item in found.ground.outside]
    if outside:
        key = "outside_refused" if found.total.verdict is None else "outside" if group.name == ALL else "outside_whole"
        lines = (f"- {line}." for line in dict.fromkeys(outside))
        paragraphs.append("\n".join([text(f"comparison.{key}"), "", *lines]))
    if found.total.verdict is not None:
        said = on_ground(found, "comparison.headline", group=group.name)
        paragraphs.append(" ".join([said, limits_sentence(found.total.verdict, group.name)]))
        lines_ = [_environment(code, change, picture, group) for code, change in found.lines.items()]
        paragraphs.append("\n".join([text("comparison.environments", tabell="{tabell:jamforelse}"), "", *lines_]))
        settled = found.total.verdict.kind in DIRECTIONS
        paragraphs.append(text("verdict.caution_each" if settled else "verdict.caution"))
    return paragraphs + _beside(found, group, picture)


def _banded(group: EventGroup, picture: Picture) -> list[str]:
    """Each environment from its bands alone; nothing at all where some source is not comparable."""
    found = group.comparison
    if found is None:
        return [first_period(picture)]
    kinds = {change.kind for change in found.lines.values()}
    if kinds == {NO_COMPARISON}:
        shown = text("comparison.banded_refused", tabell=f"{{tabell:{group.name}_environment}}")
        return [f"{capital(change_sentence(next(iter(found.lines.values()))))} {shown}"]
    lines = [_environment(code, change, picture, group) for code, change in found.lines.items()]
    return [text("comparison.banded"), "\n".join(lines)]


def years(picture: Picture) -> Prose:
    """Which years can be compared, whether the newest is as the earlier let expect, and earlier chapters' figures."""
    said = _years(picture.groups[0], picture)
    for group in picture.groups[1:]:
        if group.trends.table["period"].nunique() > 1:
            said.append(text("years.banded", figur=f"{{Figur:figur_ar_{group.name}}}"))
    shown = [f"{group.name}_ar/" for group in picture.groups]
    series = picture.groups[0].trends.series
    if series and len(series[TOTAL].years) > 1:
        shown.append(f"{picture.groups[0].name}_ar_jamforbara/")
    return Prose(" ".join(filter(None, said)), picture.facts(*shown, "ar/"))


def _years(group: EventGroup, picture: Picture) -> list[str]:
    table, series_of = group.trends.table, group.trends.series
    counted = list(dict.fromkeys(table.loc[table["basis"] == "counted", "period"]))
    if len(counted) < 2:
        years_shown = list(dict.fromkeys(table["period"]))
        span_shown = f"{years_shown[0]}–{years_shown[-1]}"
        several = len(years_shown) > 1
        said = [
            text("years.first", figur="{Figur:figur_ar}", years=span_shown) if several else text("years.first_alone")
        ]
    elif series_of and series_of[TOTAL].years[-1:] == (picture.period.label,):
        series = series_of[TOTAL]
        span_of_years = f"{table['period'].iloc[0]}–{counted[-1]}"
        values = {"figur": "{Figur:figur_ar}", "years": span_of_years,
                  "what": text(f"group.{group.name}")}  # fmt: skip
        if len(series.years) > 1:
            values["compared"] = f"{series.years[0]}–{series.years[-1]}"
            pairs = zip(series.counts, series.years, strict=True)
            counts = listed([text("years.year", count=span(count), year=year) for count, year in pairs])
            said = [text("years.ground", **values, counts=counts, outside=_left_out(group, picture))]
            said += [_expected(series), _trend(series)] if len(series.years) > 2 else []
            said += [text("years.most")] if len(series.years) == MOST_YEARS < len(counted) else []
        else:
            said = [text("years.alone", **values)]
    else:
        said = [
            text("years.newest_missing", figur="{Figur:figur_ar}", years=f"{table['period'].iloc[0]}–{counted[-1]}")
        ]
    history = list(dict.fromkeys(table.loc[table["basis"] == "historik", "period"]))
    if history:
        shown = history[0] if len(history) == 1 else f"{history[0]}–{history[-1]}"
        said.append(text("years.history", years=shown))
    return said


def _left_out(group: EventGroup, picture: Picture) -> str:
    """What the years' common ground leaves out: whole sources, and months of others."""
    ground_of_years = group.trends.grounds[max(group.trends.grounds)]
    kept = ground_of_years.months(ground_of_years.periods[-1])
    names = picture.vocabulary.sources
    months: dict[str, set[str]] = {}
    for item in ground_of_years.outside:
        months.setdefault(item.source, set()).update(month[5:] for month in item.months)
    parts = []
    for source, gone in months.items():
        year = picture.period.start.year
        shown = swedish_months(tuple(f"{year}-{month}" for month in sorted(gone))).replace(f" {year}", "")
        parts.append(names[source].text if source not in kept else f"{names[source].text} i {shown}")
    return f" {text('years.outside_named', parts=listed(parts))}" if parts else ""


def _ground(found: Comparison, group: EventGroup) -> str:
    (now, of), (before, of_before) = (found.ground.source_months(p) for p in (found.current, found.previous))
    if now == of and before == of_before:
        return text("comparison.ground_all", of=of)
    if group.name != ALL:
        sources = {source for source, _, _ in found.ground.covered}
        compared = len({source for source, _, _ in found.ground.comparable})
        return text("comparison.ground_whole", n=word(compared), of=word(len(sources)))
    return text("comparison.ground", now=now, of=of, before=before, of_before=of_before)


def _outside(item: Outside, picture: Picture) -> str:
    months = item.months[:1] if item.reason == ground.BREAK else item.months
    values = {"period": item.period, "months": swedish_months(months), "detail": item.detail.rstrip(".")}
    source = picture.vocabulary.sources[item.source].text
    if item.environment:
        source += f" ({picture.vocabulary.all_environments[item.environment].text})"
    return capital(text(f"outside.{item.reason}", source=source, **values))


def _environment(code: str, change: Change, picture: Picture, group: EventGroup) -> str:
    name = picture.vocabulary.environments[code].label
    return f"- {text('comparison.environment', name=f'**{name}**', sentence=change_sentence(change, group.name))}"


def _beside(found: Comparison, group: EventGroup, picture: Picture) -> list[str]:
    """What stands beside the comparison: new sources, the reference series, clumping."""
    said = []
    for row in found.sources[found.sources["reason"] == ground.NEW_SOURCE].to_dict("records"):
        name = picture.vocabulary.sources[row["source"]].text
        if not pd.isna(row["full_current_high"]) and row["full_current_high"]:
            new: Interval = (int(row["full_current_low"]), int(row["full_current_high"]))
            said.append(capital(text("comparison.new_source", events=events(new, group.name), source=name)))
    if found.reference is not None:
        said.append(_reference(found.reference, picture))
    if found.dispersion is None and found.total.verdict is not None:
        said.append(text("comparison.no_dispersion"))
    elif found.dispersion is not None and found.dispersion[0] > CLUMPED:
        said.append(text("comparison.dispersion"))
    return said


def _reference(series: ReferenceSeries, picture: Picture) -> str:
    before, now = series.ordinary
    same, judged = now == before, "more" if series.p <= SURE else "chance"
    beside = text("comparison.reference_same" if same else "comparison.reference_before", before=number(before))
    judgement = "" if same else text(f"comparison.reference_{judged}")
    sources = capital(listed([picture.vocabulary.sources[source].text for source in series.sources]))
    coded = {"coded": number(series.coded[1]), "coded_before": number(series.coded[0])}
    same_sources = text("comparison.reference_source" if len(series.sources) == 1 else "comparison.reference_sources")
    told = text(
        "comparison.reference",
        sources=sources,
        same=same_sources,
        now=number(now),
        before=beside,
        judgement=judgement,
        **coded,
    )
    return told.replace("  ", " ")


def _expected(series: Series) -> str:
    if series.expected is None:
        return ""
    low, high = series.expected
    if series.within is None:
        return text("years.unsure", low=low, high=high)
    return text("years.expected", where=text("years.inside" if series.within else "years.outside"), low=low, high=high)


def _trend(series: Series) -> str:
    if series.trend is None:
        return ""
    low, high = series.trend.p
    return text("years.trend_none" if low > SURE else "years.trend_some" if high <= SURE else "years.trend_unsure")
