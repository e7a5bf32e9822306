"""What an activity is measured by: the published numbers of each period, and whether its target is met."""

from collections.abc import Iterator
from dataclasses import dataclass

from vbe_analysis.config import message
from vbe_analysis.disclosure.bands import OPEN, label
from vbe_analysis.disclosure.publications import TRACES as TRACE_GROUP
from vbe_analysis.plan.activities import Activity
from vbe_analysis.plan.choices import DELIVERIES, QUESTION, TRACES, Goal
from vbe_analysis.plan.edition import EditionPicture, Share
from vbe_analysis.swedish import number

MET, MISSED, UNDECIDED, UNKNOWN = "met", "missed", "undecided", "unknown"
_FORMS = ("cell", "sentence")


@dataclass(frozen=True)
class Reading:
    """A published number of one period: as a cell and as a sentence writes it, and its interval in a target's unit."""

    text: str
    sentence: str
    low: float
    high: float


@dataclass(frozen=True)
class Series:
    """What one source, or the traces, give of a measure. readings: label of a period -> its number."""

    name: str
    readings: dict[str, Reading]
    verdict: str = ""  # the newest against the period before, in words


def series(activity: Activity, public: EditionPicture) -> list[Series]:
    """The published numbers of the activity's measure; none for a measure of its own, or where nothing is published."""
    measure = activity.measure
    if measure is None:
        return []
    if measure.kind == QUESTION:
        own = [share for share in public.shares if share.question in measure.codes]
        return [_of_survey(source, own, public) for source in dict.fromkeys(share.source for share in own)]
    if measure.kind == DELIVERIES:
        months = {
            delivery.period: _delivered(len(delivery.months) - len(delivery.missing), len(delivery.months))
            for delivery in public.deliveries
            if delivery.source in measure.codes
        }
        return [Series("", months)] if months else []
    environment = measure.codes[0] if measure.kind == TRACES and measure.codes else ""
    counts = {p.label: public.count(TRACE_GROUP, environment, period=p.label) for p in public.periods}
    traces = {period: _trace_reading(*count) for period, count in counts.items() if count}
    return [Series("", traces)] if measure.kind == TRACES and traces else []


def outcome(goal: Goal | None, measured: list[Series], period: str) -> str:
    """MET where every series meets the target with its whole interval, MISSED where one misses it so, else UNDECIDED.

    UNKNOWN where nothing is published of the period; "" without a target.
    """
    if goal is None:
        return ""
    now = [one_series.readings.get(period) for one_series in measured]
    met = [goal.met(reading.low, reading.high) for reading in now if reading]
    if not met or None in now:
        return UNKNOWN if False not in met else MISSED
    return MISSED if False in met else UNDECIDED if None in met else MET


def position(activity: Activity, measured: Series, public: EditionPicture, form: str) -> str:
    """How a series stands to the target, in words; form: "cell" or "sentence"; "" without a target."""
    state = outcome(activity.goal, [measured], public.period.label)
    if not state:
        return ""
    reading = measured.readings.get(public.period.label)
    if state != UNDECIDED or reading is None or activity.measure is None or activity.measure.kind != QUESTION:
        return message(f"followup.goal.{form}.{state}")
    return message(f"followup.goal.{form}.undecided_share", span=percent_span(reading.low, reading.high))


def percent_span(low: float, high: float) -> str:
    """
    >>> percent_span(31.8, 81.8), percent_span(80, 80)
    ('32–82', '80')
    """
    ends = dict.fromkeys(number(round(end)) for end in (low, high))
    return "–".join(ends)


def _of_survey(source: str, shares: list[Share], public: EditionPicture) -> Series:
    own = [share for share in shares if share.source == source]
    readings = {share.period: _share_reading(share) for share in own}
    return Series(public.vocabulary.sources[source].label, readings, " ".join(_change(own, public)))


def _share_reading(share: Share) -> Reading:
    values = {"x": number(share.x), "n": number(share.n), "asked": number(share.asked or 0)}
    texts = [message(f"followup.share.{form}", **values) for form in _FORMS]
    if share.asked:
        texts = [text + message(f"followup.asked.{form}", **values) for text, form in zip(texts, _FORMS, strict=True)]
    if share.reworded:
        texts = [text + message("followup.reworded") for text in texts]
    return Reading(texts[0], texts[1], 100 * share.low, 100 * share.high)


def _change(shares: list[Share], public: EditionPicture) -> Iterator[str]:
    """The survey's own verdict on the newest period, where there is one before."""
    if len(public.periods) < 2:
        return
    before, now = (
        next((share for share in shares if share.period == period.label), None) for period in public.periods[-2:]
    )
    if now is None or before is None:
        return
    earlier = public.periods[-2].name
    if now.change is None:
        yield message("followup.change.reworded" if now.reworded else "followup.change.unknown", period=earlier)
        return
    low, high = now.change
    kind = "none" if low <= 0 <= high else "higher" if low > 0 else "lower"
    ends = (f"{100 * end:+.0f}".replace("-", "−") for end in (low, high))
    yield message(f"followup.change.{kind}", period=earlier, span=message("followup.to").join(ends))


def _delivered(covered: int, asked: int) -> Reading:
    cell, sentence = (message(f"followup.months.{form}", covered=covered, asked=asked) for form in _FORMS)
    return Reading(cell, sentence, covered, covered)


def _trace_reading(low: int, high: int) -> Reading:
    text = label(low, high) if high < OPEN else message("followup.at_least", low=number(low))
    return Reading(text, message("followup.traces_one" if text == "1" else "followup.traces", count=text), low, high)
