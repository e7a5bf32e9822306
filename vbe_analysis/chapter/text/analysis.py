"""What the chapter says under Analys: the comparison and the years."""

import pandas as pd

from vbe_analysis.analysis import ground
from vbe_analysis.analysis.comparison import Change, Comparison, ReferenceSeries
from vbe_analysis.analysis.ground import MOST_YEARS, Outside
from vbe_analysis.analysis.trends import Series
from vbe_analysis.analysis.verdict import DIRECTIONS, NO_COMPARISON, NO_EVENTS, TOO_FEW
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.text.coverage import nothing_delivered
from vbe_analysis.chapter.text.patterns import most_sentence, newest_sentence, pattern_facts, presence_sentence
from vbe_analysis.chapter.text.sentences import (
    capital,
    change_sentence,
    comparison_facts,
    events,
    first_period,
    headline,
    limits_sentence,
    on_ground,
    period_span,
    ratio_sentence,
    refusal,
    span,
    text,
    verdict_sentence,
)
from vbe_analysis.chapter.text.summary import cause, summary
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import listed
from vbe_analysis.vocabulary import HISTORY, OFFICES, TOTAL

SURE = 0.05  # a test over the years tells more than chance below this
CLUMPED = 1.5  # statistics.md: variance / mean from which a caution is added


def comparison(picture: Picture) -> Prose:
    """What may be said of the period before, group by group: the headline, why, and the environments that differ."""
    if picture.previous is None:
        return Prose(first_period(picture), ())
    paragraphs = [_named(_verdict(group, picture), group, picture) for group in picture.groups]
    if any(group.comparison and group.comparison.total.verdict for group in picture.groups):
        directed = any(group.comparison and group.comparison.total.kind in DIRECTIONS for group in picture.groups)
        paragraphs.append(text("verdict.caution_each" if directed else "verdict.caution"))
    return Prose("\n\n".join(paragraphs), picture.facts(*comparison_facts(picture)))


def _named(paragraph: str, group: EventGroup, picture: Picture) -> str:
    """The paragraph under its group's name, where there are more groups."""
    return f"**{capital(text(f'group.{group.name}'))}.** {paragraph}" if len(picture.groups) > 1 else paragraph


def _verdict(group: EventGroup, picture: Picture) -> str:
    comparison = group.comparison
    if comparison is None:
        return first_period(picture)
    lines, verdict = comparison.lines, comparison.total.verdict
    if group.banded and {change.kind for change in lines.values()} == {NO_COMPARISON}:
        more = text("comparison.banded_refused", tabell="{tabell:tre_perioder}")
        why = cause(picture, comparison)
        refused = text("comparison.refused", cause=why) if why else capital(change_sentence(next(iter(lines.values()))))
        return f"{refused} {more}"
    if not group.banded and verdict is None:
        return (
            verdict_sentence(None, refusal("", nothing_now=True))
            if nothing_delivered(picture)
            else capital(change_sentence(comparison.total, group.name))
        )
    sentences = []
    if verdict is not None:
        sentences = [headline(picture, comparison, "comparison.headline", group=group.name)]
        sentences += [ratio_sentence(verdict), limits_sentence(verdict, group.name)]
    names = picture.vocabulary.environments
    changed = {code: change for code, change in lines.items() if change.kind in DIRECTIONS}
    sentences += [f"{names[code].label}: {change_sentence(change, group.name)}" for code, change in changed.items()]
    rest = "rest_environments" if changed else "no_environment"
    if len(changed) < len(lines):
        sentences.append(text(f"comparison.{rest}", tabell="{tabell:jamforelse}"))
    return " ".join(filter(None, sentences))


def comparison_ground(picture: Picture) -> Prose:
    """Under its heading: on what ground the periods are compared, each environment, and what stands beside it."""
    if picture.previous is None:
        return Prose("", ())
    paragraphs: list[str] = []
    for group in picture.groups:
        own = _bands(group, picture) if group.banded else _counts(group, picture)
        paragraphs += [_named(own[0], group, picture), *own[1:]] if own else []
    heading = [text("comparison.ground_heading")] if paragraphs else []
    return Prose(
        "\n\n".join([*heading, *paragraphs]),
        picture.facts(*comparison_facts(picture), "traces_source/", "traces_referens/"),
    )


def _counts(group: EventGroup, picture: Picture) -> list[str]:
    comparison = group.comparison
    if comparison is None:
        return []
    verdict = comparison.total.verdict
    paragraphs = [_ground(comparison, picture)] if verdict is not None else []
    outside = [_outside(item, picture) for item in comparison.ground.outside]
    offices = picture.vocabulary.offices[OFFICES].text
    if comparison.ground.together.intersection(item.source for item in comparison.ground.outside):
        outside.append(capital(text("outside.offices", offices=offices)))
    if outside:
        key = "outside_refused" if verdict is None else "outside"
        lines = (f"- {line}." for line in dict.fromkeys(outside))
        paragraphs.append("\n".join([text(f"comparison.{key}"), "", *lines]))
    if verdict is not None:
        intro = text("comparison.environments", tabell="{tabell:jamforelse}")
        if any(line.verdict and line.verdict.level < verdict.level for line in _tested(comparison)):
            intro = f"{text('verdict.environments_more')} {intro}"
        paragraphs.append("\n".join([intro, "", *_environments(comparison, group, picture)]))
    return paragraphs + _notes(comparison, group, picture)


def _tested(comparison: Comparison) -> list[Change]:
    """The environments that have events enough for a word."""
    return [line for line in comparison.lines.values() if line.kind not in (NO_COMPARISON, TOO_FEW, NO_EVENTS)]


def _bands(group: EventGroup, picture: Picture) -> list[str]:
    """Each environment from its bands alone, and which bands have moved; nothing at all where nothing is compared."""
    comparison = group.comparison
    if comparison is None:
        return []
    changes = list(comparison.lines.values())
    if {change.kind for change in changes} == {NO_COMPARISON}:
        return []
    paragraphs = [text("comparison.banded"), "\n".join(_environments(comparison, group, picture))]
    if comparison.ground.outside:
        return [*paragraphs, text("comparison.banded_one_sided")]
    return [*paragraphs, *([text("comparison.moved_price")] if any(map(_moved, changes)) else [])]


def _moved(change: Change) -> str:
    """Which way a band has moved that is no certain change: "up", "down" or "" where the two bands meet.

    Of too few events to judge it is not said: "inga" beside "1–4" says so itself.
    """
    if change.kind in {*DIRECTIONS, TOO_FEW} or change.previous is None or change.current is None:
        return ""
    return "up" * (change.current[0] > change.previous[1]) or "down" * (change.current[1] < change.previous[0])


def years(picture: Picture) -> Prose:
    """Which years can be compared, whether the newest is as the earlier let expect, and earlier chapters' figures."""
    first_page = summary(picture).markdown
    sentences = [most_sentence(picture)] if most_sentence(picture) not in first_page else []
    sentences += [presence_sentence(picture, alone=True)] if presence_sentence(picture) not in first_page else []
    sentences += _years(picture.groups[0], picture)
    for group in picture.groups[1:]:
        if group.trends.table["period"].nunique() > 1:
            sentences.append(text("years.banded", figur=f"{{Figur:figur_ar_{group.name}}}"))
    return Prose(" ".join(filter(None, sentences)), picture.facts(*pattern_facts(picture)))


def _years(group: EventGroup, picture: Picture) -> list[str]:
    table, series_of = group.trends.table, group.trends.series
    periods, counted, history = (
        list(picture.names(rows["period"]).values())
        for rows in (table, table[table["basis"] == "counted"], table[table["basis"] == HISTORY])
    )
    figure = "{Figur:figur_ar}"
    if len(counted) < 2:
        alone = len(periods) == 1
        first = text("years.first_alone") if alone else text("years.first", figur=figure, years=period_span(periods))
        sentences = [first]
    elif series_of and series_of[TOTAL].years[-1:] == (picture.period.label,):
        series = series_of[TOTAL]
        years = period_span([periods[0], counted[-1]])
        values = {"figur": figure, "years": years, "what": text(f"group.{group.name}")}
        if len(series.years) > 1:
            compared = list(picture.names(series.years).values())
            pairs = zip(series.counts, compared, strict=True)
            values["counts"] = listed([text("years.year", count=span(count), year=year) for count, year in pairs])
            values["compared"] = period_span(compared)
            sentences = [text("years.ground", **values, ground=on_ground(group.trends.ground, picture))]
            if len(series.years) > 2:
                judged = newest_sentence(picture, series, group, span(series.counts[-1]))
                sentences += [judged, _trend(series)]
            sentences += [text("years.most")] if len(series.years) == MOST_YEARS < len(counted) else []
        else:
            sentences = [text("years.alone", **values)]
    else:
        sentences = [text("years.newest_missing", figur=figure, years=period_span([periods[0], counted[-1]]))]
    return sentences + ([text("years.history", years=period_span(history))] if history else [])


def _ground(comparison: Comparison, picture: Picture) -> str:
    ground = comparison.ground
    offices = capital(picture.vocabulary.offices[OFFICES].text)
    together = f" {text('comparison.ground_offices', offices=offices)}" if ground.together else ""
    (now, of), (before, of_before) = (ground.source_months(p) for p in (comparison.current, comparison.previous))
    if now == of and before == of_before:
        return text("comparison.ground_all", of=of) + together
    return text("comparison.ground", now=now, of=of, before=before, of_before=of_before) + together


def _outside(item: Outside, picture: Picture) -> str:
    months = item.months[:1] if item.reason == ground.BREAK else item.months
    values = {"period": picture.name(item.period), "months": swedish_months(months), "detail": item.detail.rstrip(".")}
    source = picture.vocabulary.sources[item.source].text
    if item.environment:
        source += f" ({picture.vocabulary.all_environments[item.environment].text})"
    return capital(text(f"outside.{item.reason}", source=source, **values))


def _environments(comparison: Comparison, group: EventGroup, picture: Picture) -> list[str]:
    """A list item for each environment."""
    names = picture.vocabulary.environments
    sentences = {code: change_sentence(change, group.name) for code, change in comparison.lines.items()}
    for code, change in comparison.lines.items() if group.banded and not comparison.ground.outside else ():
        if way := _moved(change):
            sentences[code] += f" {text(f'comparison.moved_{way}', period=comparison.previous.name)}"
    return [
        f"- {text('comparison.environment', name=f'**{names[code].label}**', sentence=sentence)}"
        for code, sentence in sentences.items()
    ]


def _notes(comparison: Comparison, group: EventGroup, picture: Picture) -> list[str]:
    """What stands beside the comparison: new sources, the reference series, clumping."""
    notes = []
    sources = comparison.sources
    for row in sources[sources["reason"] == ground.NEW_SOURCE].to_dict("records"):
        name = picture.vocabulary.sources[row["source"]].text
        if not pd.isna(row["full_current_high"]) and row["full_current_high"]:
            new: Interval = (int(row["full_current_low"]), int(row["full_current_high"]))
            notes.append(capital(text("comparison.new_source", events=events(new, group.name), source=name)))
    if comparison.reference is not None:
        notes.append(_reference(comparison.reference, picture))
    if comparison.dispersion is None and comparison.total.verdict is not None:
        notes.append(text("comparison.no_dispersion"))
    elif comparison.dispersion is not None and comparison.dispersion[0] > CLUMPED:
        notes.append(text("comparison.dispersion"))
    return notes


def _reference(series: ReferenceSeries, picture: Picture) -> str:
    before, now = series.ordinary
    same, change = now == before and now[0] == now[1], "more" if series.p <= SURE else "chance"
    alone = len(series.sources) == 1
    values = {
        "sources": capital(listed([picture.vocabulary.sources[source].text for source in series.sources])),
        "same": text("comparison.reference_source" if alone else "comparison.reference_sources"),
        "now": span(now),
        "before": text("comparison.reference_same" if same else "comparison.reference_before", before=span(before)),
        "judgement": "" if same else text(f"comparison.reference_{change}"),
        "coded": span(series.coded[1]),
        "coded_before": span(series.coded[0]),
    }
    sentence = text("comparison.reference", **values).replace("  ", " ")
    # What changed on the first day of the earlier period is the same in both.
    months = [month for period in sorted(picture.periods) for month in period.months][1:]
    changed = any(break_["source"] in series.sources and break_["month"] in months for break_ in picture.breaks)
    return f"{sentence} {text('comparison.reference_break')}" if changed and not same else sentence


def _trend(series: Series) -> str:
    if series.trend is None:
        return ""
    low, high = series.trend.p
    sentence = text("years.trend_none" if low > SURE else "years.trend_some" if high <= SURE else "years.trend_unsure")
    return sentence if series.lead else f"{sentence} {text('years.trend_few')}"


TEXTS = {"jamforelse": comparison, "jamforelse_underlag": comparison_ground, "ar": years}
