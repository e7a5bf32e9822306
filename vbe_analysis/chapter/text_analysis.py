"""What the chapter says under Analys: the comparison, the years, and what limits the picture."""

import pandas as pd

from vbe_analysis.analysis import ground
from vbe_analysis.analysis.comparison import Change, Comparison
from vbe_analysis.analysis.ground import Outside
from vbe_analysis.analysis.trends import TOTAL, Series
from vbe_analysis.chapter.chart_data import number
from vbe_analysis.chapter.parts import Prose
from vbe_analysis.chapter.picture import Picture, delivered_months
from vbe_analysis.chapter.sentences import Interval, capital, events, limits_sentence, listed, span, text
from vbe_analysis.chapter.text import change_sentence, gap_sentence, missing_months
from vbe_analysis.periods import swedish_months

SURE = 0.05  # a test over the years tells more than chance below this
CLUMPED = 1.5  # statistics.md: variance / mean from which a caution is added


def comparison(picture: Picture) -> Prose:
    """On what ground the periods are compared, the headline, its limits, and each environment."""
    found = picture.comparison
    if found is None:
        return Prose(text("comparison.first"))
    headline = capital(change_sentence(found.total))
    paragraphs = [headline] if found.total.verdict is None else [_ground(found)]
    outside = [_outside(item, picture) for item in found.ground.outside]
    if outside:
        paragraphs.append(
            "\n".join([text("comparison.outside"), "", *(f"- {line}." for line in dict.fromkeys(outside))])
        )
    if found.total.verdict is not None:
        said = text("comparison.headline", sentence=headline[:1].lower() + headline[1:] if outside else headline)
        limits = limits_sentence(found.total.verdict)
        paragraphs.append(" ".join(filter(None, [said if outside else headline, limits])))
        lines = [_environment(code, change, picture) for code, change in found.lines.items()]
        paragraphs.append("\n".join([text("comparison.environments", tabell="{tabell:jamforelse}"), "", *lines]))
        paragraphs.append(text("verdict.caution"))
    paragraphs += _beside(found, picture)
    return Prose("\n\n".join(paragraphs))


def years(picture: Picture) -> Prose:
    """Which years can be compared, whether the newest is as the earlier let expect, and earlier chapters' figures."""
    table = picture.trends.table
    counted = list(dict.fromkeys(table.loc[table["basis"] == "counted", "period"]))
    if len(counted) < 2:
        said = [text("years.first")]
    elif picture.trends.series and picture.trends.series[TOTAL].years[-1:] == (picture.period.label,):
        series = picture.trends.series[TOTAL]
        span_of_years = f"{table['period'].iloc[0]}–{counted[-1]}"
        values = {"figur": "{Figur:figur_ar}", "years": span_of_years}
        if len(series.years) > 1:
            values["compared"] = f"{series.years[0]}–{series.years[-1]}"
            counts = listed([span(count) for count in series.counts])
            said = [text("years.ground", **values, counts=counts), _expected(series), _trend(series)]
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
    return Prose(" ".join(filter(None, said)))


def criticism(picture: Picture) -> Prose:
    """Four questions: which sources, what is missing, how that limits the picture, and with what effect."""
    covered = delivered_months(picture.coverage)
    names = [term.text for code, term in picture.vocabulary.sources.items() if covered.get(code, 0)]
    which = text("criticism.which", sources=listed(names)) if names else text("criticism.which_none")
    gaps = [gap_sentence(picture, source, months) for source, months in missing_months(picture).items()]
    missing = text("criticism.gaps", parts=" ".join(gaps)) if gaps else text("criticism.no_gaps")
    mine = picture.response[(picture.response["cycle"] == picture.period.label) & picture.response["asked"].notna()]
    silent = [
        text("criticism.silent_part", source=picture.vocabulary.sources[row["source"]].text,
             answered=number(row["answered"]), asked=number(row["asked"]))
        for row in mine.to_dict("records") if row["unit_kind"] == "" and row["answered"] < row["asked"]
    ]  # fmt: skip
    limits = [text("criticism.limits")]
    if silent:
        limits.append(text("criticism.silent", parts=listed(silent)))
    if picture.breaks:
        limits.append(
            text("criticism.breaks", parts=" ".join(f"{sentence.rstrip('.')}." for sentence in picture.breaks))
        )
    return Prose("\n\n".join([which, missing, " ".join(limits), text("criticism.effect")]))


def _ground(found: Comparison) -> str:
    (now, of), (before, of_before) = (found.ground.source_months(p) for p in (found.current, found.previous))
    if now == of and before == of_before:
        return text("comparison.ground_all", of=of)
    return text("comparison.ground", now=now, of=of, before=before, of_before=of_before)


def _outside(item: Outside, picture: Picture) -> str:
    months = item.months[:1] if item.reason == ground.BREAK else item.months
    values = {"period": item.period, "months": swedish_months(months), "detail": item.detail.rstrip(".")}
    return text(f"outside.{item.reason}", source=picture.vocabulary.sources[item.source].text, **values)


def _environment(code: str, change: Change, picture: Picture) -> str:
    name = picture.vocabulary.environments[code].label
    return f"- {text('comparison.environment', name=f'**{name}**', sentence=change_sentence(change))}"


def _beside(found: Comparison, picture: Picture) -> list[str]:
    """What stands beside the comparison: new sources, the reference series, clumping."""
    said = []
    for row in found.sources[found.sources["reason"] == ground.NEW_SOURCE].to_dict("records"):
        name = picture.vocabulary.sources[row["source"]].text
        if not pd.isna(row["full_current_high"]) and row["full_current_high"]:
            new: Interval = (int(row["full_current_low"]), int(row["full_current_high"]))
            said.append(capital(text("comparison.new_source", events=events(new), source=name)))
    if found.reference is not None:
        series = found.reference
        values = {"now": number(series.ordinary[1]), "before": number(series.ordinary[0])}
        coded = {"coded": number(series.coded[1]), "coded_before": number(series.coded[0])}
        said.append(text("comparison.reference", **values, **coded))
    if found.dispersion is None and found.total.verdict is not None:
        said.append(text("comparison.no_dispersion"))
    elif found.dispersion is not None and found.dispersion[0] > CLUMPED:
        said.append(text("comparison.dispersion"))
    return said


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
