"""Numbers and names as all sentences write them, and the facts that a comparison rests on."""

from collections.abc import Mapping, Sequence

from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.config import message
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import capital, number


def span(interval: Interval) -> str:
    """
    >>> span((3, 3)), span((5, 9))
    ('3', '5–9')
    """
    low, high = interval
    if high >= OPEN:
        return message("bands.from", low=number(low))
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def period_span(names: Sequence[str]) -> str:
    """
    >>> period_span(["2019", "2020", "2021"]), period_span(["2021"])
    ('2019–2021', '2021')
    """
    return names[0] if names[0] == names[-1] else f"{names[0]}–{names[-1]}"


def decimal(value: float) -> str:
    """
    >>> decimal(0.25), decimal(2.0), decimal(12.34)
    ('0,25', '2,0', '12')
    """
    return number(value, 2 if value < 1 else 1 if value < 10 else 0)


def break_sentence(picture: Picture, entry: Mapping[str, str]) -> str:
    """What changed in how a source collects, and when: one of the picture's breaks."""
    source, month = picture.vocabulary.sources[entry["source"]].text, swedish_months((entry["month"],))
    return capital(f"{source}, {month}: {entry['text'].rstrip('.')}.")


def comparison_facts(picture: Picture) -> tuple[str, ...]:
    """What the ids begin with of the facts that a comparison of all groups of events rests on."""
    own = (f"{group.name}_{part}/" for group in picture.groups for part in ("environment", "jamforelse", "total"))
    return (*own, "environment/", "jamforelse/", "total/")
