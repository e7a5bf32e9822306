"""What the years say together: what holds in all of them, and the newest against the earlier. It leads the summary."""

from vbe_analysis.chapter.data.patterns import NAME, find_patterns
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.text.groups import Values, basis
from vbe_analysis.chapter.text.sentences import period_span
from vbe_analysis.disclosure.policy import ALL
from vbe_analysis.frames import Interval
from vbe_analysis.swedish import listed
from vbe_analysis.vocabulary import TOTAL


def pattern_values(picture: Picture, group: EventGroup | None = None) -> Values:
    """The environment with the most in every period, and in how many each other one was reported, the most first.

    Those in as many periods stand together. group: of its events alone.
    """
    patterns, terms = picture.patterns, picture.vocabulary.environments
    if group and len(picture.groups) > 1:
        own = {group.name: group.trends}
        patterns = find_patterns(own, picture.coverages, picture.vocabulary, with_presence=False)
    leading = [*patterns.most.items()] if len(patterns.most) == 1 else []
    alike: dict[Interval, list[str]] = {}
    for code, times in sorted(patterns.presence.items(), key=lambda item: item[1], reverse=True):
        if times[0] > 0 and code not in dict(leading):
            alike.setdefault(times, []).append(terms[code].text)
    return {
        "most": next(({"name": terms[code].text, "alone": alone} for code, alone in leading), None),
        "presence": [{"names": names, "times": times} for times, names in alike.items()],
        "summed": len(picture.groups) > 1,
        "n": len(patterns.periods),
        "first": picture.name(patterns.periods[0]) if patterns.periods else "",
        "unbroken": patterns.unbroken,
        "years": listed([period_span([picture.name(end) for end in run]) for run in patterns.runs]),
    }


def newest_values(picture: Picture, group: EventGroup) -> Values | None:
    """The newest year's series, what it is called before, and its ground; None where nothing is expected of it."""
    series = group.trends.series.get(TOTAL)
    if series is None or series.years[-1:] != (picture.period.label,) or series.expected is None:
        return None
    years = period_span([picture.name(year) for year in series.years[:-1]])
    return {"series": series, "years": years, "basis": basis(picture, group.trends.ground)}


def is_judged(group: EventGroup) -> bool:
    """Whether the newest year has a verdict against the earlier ones."""
    return bool(group.trends.series and group.trends.series[TOTAL].lead)


def pattern_facts(picture: Picture) -> tuple[str, ...]:
    """What the ids begin with of the facts that these sentences rest on."""
    first, *_ = picture.groups
    if first.name == ALL:
        return f"{NAME}/", "ar/"
    return (f"{NAME}/", f"{first.name}_ar_jamforbara/", *(f"{group.name}_ar/" for group in picture.groups))
