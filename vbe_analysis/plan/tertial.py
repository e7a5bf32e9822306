"""Half a page for the tertial report: the traces of the sources that look after places, and the deliveries.

It sets the same months of each year side by side and says nothing of a direction.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vbe_analysis.config import message
from vbe_analysis.disclosure.bands import label
from vbe_analysis.document.parts import Prose, Table
from vbe_analysis.document.templates import render
from vbe_analysis.periods import Period, swedish_months
from vbe_analysis.plan.edition import EditionPicture, SourceDelivery
from vbe_analysis.swedish import capital, listed, word

FIRST = "T1"  # the tertial of the report in which the plan is revised


@dataclass(frozen=True)
class TertialNote:
    """number, year: as the report is named ("1", "2021"); parts: the text and the table."""

    number: str
    year: str
    parts: tuple[Prose | Table, ...]


def tertial_note(public: EditionPicture) -> TertialNote | None:
    """The note to the newest tertial 1 of the cycle's period, else to its newest whole tertial; None without any."""
    whole = [part for part in public.period.tertials() if part.label in (public.tertials or {})]
    if not whole:
        return None
    tertial = next((part for part in reversed(whole) if part.label.startswith(FIRST)), whole[-1])
    name, year = tertial.label.split()
    same = {label_: count for label_, count in (public.tertials or {}).items() if label_.startswith(f"{name} ")}
    words, months = public.vocabulary, swedish_months(tertial.months).rsplit(" ", 1)[0]
    deliveries = [
        (words.sources[delivery.source].text, words.observes(delivery.source), missing)
        for delivery, missing in _within(public, tertial)
    ]
    text = render(
        "plan/tertial.md.j2",
        listed=listed,
        word=word,
        capital=capital,
        months=months,
        year=year,
        places=[source for source, observes, missing in deliveries if observes],
        count=label(*same[tertial.label]),
        deliveries=deliveries,
    )
    rows = tuple((f"{months.capitalize()} {label_.split()[1]}", label(*count)) for label_, count in same.items())
    header = (message("followup.header.tertial"), message("followup.header.traces"))
    title = message("followup.places", months=months)
    note = message("followup.places_note")
    table = Table("spar_tertial", title, message("followup.measured_source"), header, rows, notes=(note,), facts=())
    return TertialNote(name.removeprefix("T"), year, (Prose(text, ()), table))


def _within(public: EditionPicture, tertial: Period) -> Iterator[tuple[SourceDelivery, str]]:
    """Each source that was asked for months of the tertial, and those that are missing, in words."""
    for delivery in public.deliveries_of(public.period.label):
        if set(delivery.months) & set(tertial.months):
            missing = tuple(month for month in delivery.missing if month in tertial.months)
            yield delivery, swedish_months(missing) if missing else ""
