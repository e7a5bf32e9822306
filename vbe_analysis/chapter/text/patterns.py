"""What the years say together: what holds in all of them, and the newest against the earlier. It leads the summary."""

from vbe_analysis.analysis.trends import WITHIN, Series
from vbe_analysis.chapter.data.patterns import NAME
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.text.sentences import capital, events, on_ground, period_span, span, text, word
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.frames import Interval
from vbe_analysis.swedish import listed
from vbe_analysis.vocabulary import TOTAL


def most_sentence(picture: Picture, title: bool = False) -> str:
    """Which environment has the most in every period; nothing where none has, or several have as many.

    title: as short as a chart's title must be, without a full stop.
    """
    most = picture.patterns.most
    if len(most) != 1:
        return ""
    ((code, alone),) = most.items()
    name = capital(picture.vocabulary.environments[code].text)
    key = "most" if alone else "as_many"
    return text(f"finding.{key}" if title else f"pattern.{key}", name=name, when=_every(picture))


def presence_sentence(picture: Picture, alone: bool = False) -> str:
    """In how many periods each named environment was reported, those alike together; the one with the most is told.

    alone: where the sentence on the one with the most does not come before it.
    """
    patterns, terms = picture.patterns, picture.vocabulary.environments
    leading = set(patterns.most) if len(patterns.most) == 1 else set()
    alike: dict[Interval, list[str]] = {}
    for code, times in sorted(patterns.presence.items(), key=lambda item: item[1], reverse=True):
        if times[0] > 0 and code not in leading:
            alike.setdefault(times, []).append(terms[code].text)
    parts: list[str] = []
    for times, names in alike.items():
        key = ("next" if parts else "first") if alone or not leading else "next_too" if parts else "too"
        values = {"names": listed(names), "n": _times(picture, times), "when": _of_all(picture, times)}
        parts.append(text(f"pattern.presence_{key}", **values))
    return capital(text("pattern.presence", parts=listed(parts))) if parts else ""


def newest_sentence(picture: Picture, series: Series, group: EventGroup, count: str = "") -> str:
    """The newest year against the earlier ones: a verdict from five of them, the band alone from three.

    count: the number that is judged, where the sentence must say which of several it is.
    """
    if series.expected is None:
        return ""
    (low, high), earlier = series.expected, series.earlier
    values = {
        "what": "" if group.name == ALL else f" {text(f'group.{group.name}')}",
        "count": f" ({count})" if count else "",
        "years": f" ({period_span([picture.name(year) for year in series.years[:-1]])})",
        "low": low,
        "high": high,
    }
    if series.within is None:
        return text("years.undecided", **values, cause=text(f"undecidable.{series.reason or 'counts'}"))
    if series.lead:
        least, most = min(count[0] for count in earlier), max(count[1] for count in earlier)
        # One of many earlier years can be as high as the newest: then it is their mean that is exceeded.
        among = series.counts[-1][0] <= most and least <= series.counts[-1][1]
        key = f"{series.lead}_mean" if among and series.lead != WITHIN else series.lead
        return text(f"years.{key}", **values, n=word(len(earlier)), range=span((least, most)))
    key = "inside" if series.within else "outside"
    return text(f"years.{key}", **values, n=capital(word(len(earlier))))


def is_judged(group: EventGroup) -> bool:
    """Whether the newest year has a verdict against the earlier ones."""
    return bool(group.trends.series and group.trends.series[TOTAL].lead)


def newest_judged(picture: Picture, group: EventGroup, named: bool = True) -> list[str]:
    """`newest_sentence`, and before it the number that is judged where it is not that of all that was reported.

    named: with what it was counted of.
    """
    series = group.trends.series.get(TOTAL)
    if series is None or series.years[-1:] != (picture.period.label,) or series.expected is None:
        return []
    counted = series.counts[-1]
    basis = on_ground(group.trends.ground, picture) if named else ""
    ground = text("summary.years_ground", ground=basis, now=events(counted, group.name))
    return [
        *([ground] if counted != group.interval(picture.period.label) else []),
        newest_sentence(picture, series, group),
    ]


def pattern_facts(picture: Picture) -> tuple[str, ...]:
    """What the ids begin with of the facts that these sentences rest on."""
    first, *_ = picture.groups
    if first.name == ALL:
        return f"{NAME}/", "ar/"
    return (f"{NAME}/", f"{first.name}_ar_jamforbara/", *(f"{group.name}_ar/" for group in picture.groups))


def _every(picture: Picture) -> str:
    periods = picture.patterns.periods
    if picture.patterns.unbroken:
        return text("pattern.since", n=word(len(periods)), first=picture.name(periods[0]))
    return text("pattern.named", n=word(len(periods)), years=_years(picture))


def _years(picture: Picture) -> str:
    """The periods by name, those that follow on one another together."""
    return listed([period_span([picture.name(end) for end in run]) for run in picture.patterns.runs])


def _times(picture: Picture, times: Interval) -> str:
    low, high = times
    number = word(low) if low == high else text("pattern.least", n=word(low))
    return text("pattern.every", n=number) if low == len(picture.patterns.periods) else number


def _of_all(picture: Picture, times: Interval) -> str:
    periods = picture.patterns.periods
    if times[0] == len(periods):
        return _every(picture)
    key = "some" if picture.patterns.unbroken else "some_named"
    values = {"of": word(len(periods)), "years": _years(picture)}
    return text(f"pattern.{key}", n=_times(picture, times), **values)
