"""What a row of aktiviteter.xlsx may choose: headings, statuses, what it is measured by and what it answers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vbe_analysis.config import message, message_table
from vbe_analysis.disclosure.policy import QUESTIONS
from vbe_analysis.settings import Settings
from vbe_analysis.vocabulary import HISTORY, OTHER_TYPE

ENVIRONMENT, TYPE, QUESTION, MONTHS = "environment", "event_type", "question", "months"
EVERY_ENVIRONMENT, ROUTINES = "every_environment", "routines"  # what an activity may answer in general
REPORTING = "reporting"  # that more is reported in a source
DELIVERIES, TRACES, OWN = "deliveries", "traces", "own"  # beside QUESTION, what it may be measured by
NOT_BEGUN = "ej_paborjad"
OPEN_STATUSES = (NOT_BEGUN, "pagar")

_GOAL = re.compile(r"(minst|högst)\s+(\d{1,4})\s*(%|procent|månader|månad|spår)?", re.IGNORECASE)
_UNITS = {QUESTION: ("%", "procent"), DELIVERIES: ("månader", "månad"), TRACES: ("spår", "")}


@dataclass(frozen=True)
class Choice:
    """What was chosen. codes: those of its kind; none where it stands for all of them; label: as the cell says it."""

    kind: str
    codes: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Goal:
    """A target that a published number can be held against, in percent, months or traces. Both ends count as met."""

    least: int | None
    most: int | None

    def met(self, low: float, high: float) -> bool | None:
        """Whether every number of the interval [low, high] meets it; None where some do and some do not.

        >>> Goal(80, None).met(82, 90), Goal(80, None).met(75, 90), Goal(None, 3).met(4, 6)
        (True, None, False)
        """
        least, most = self.least if self.least is not None else low, self.most if self.most is not None else high
        if least <= low and high <= most:
            return True
        return False if high < least or low > most else None


def headings(settings: Settings) -> tuple[str, ...]:
    """The headings of the activities, in the plan's order: the four of every plan, then the workspace's own."""
    own = (" ".join(heading.split()) for heading in settings.plan_headings)
    return tuple(dict.fromkeys([*message_table("plan.headings").values(), *filter(None, own)]))


def activities_title(heading: str) -> str:
    """The title of a heading's table of activities.

    >>> activities_title("Förebyggande"), activities_title("Trygghet")
    ('Förebyggande aktiviteter', 'Aktiviteter: Trygghet')
    """
    own = message_table("plan.titles")
    known = {name: own[code] for code, name in message_table("plan.headings").items()}
    return known.get(heading) or message("plan.title", heading=heading)


def answers(settings: Settings) -> dict[str, Choice]:
    """Label -> what an activity may answer."""
    words = settings.vocabulary
    types = {code: term.label for code, term in words.event_types.items() if code != OTHER_TYPE}
    choices = [Choice(ENVIRONMENT, (code,), term.label) for code, term in words.environments.items()]
    choices += [Choice(kind, (), message(f"plan.answers.{kind}")) for kind in (EVERY_ENVIRONMENT, ROUTINES)]
    choices += [Choice(TYPE, (code,), label) for code, label in types.items()]
    choices += [Choice(QUESTION, codes, message("plan.answers.question", label=label)) for label, codes in _asked()]
    choices.append(Choice(MONTHS, (), message("plan.answers.months")))
    choices += [
        Choice(kind, (code,), message(f"plan.answers.{key}", label=label))
        for kind, key in ((MONTHS, "months_of"), (REPORTING, "reporting"))
        for code, label in _of(settings)
    ]
    return _by_label(choices)


def measures(settings: Settings) -> dict[str, Choice]:
    """Label -> the published facts that an activity may be measured by."""
    environments = settings.vocabulary.environments.items()
    choices = [Choice(QUESTION, codes, message("plan.measures.question", label=label)) for label, codes in _asked()]
    choices += [Choice(DELIVERIES, (code,), message("plan.measures.deliveries", label=x)) for code, x in _of(settings)]
    choices.append(Choice(TRACES, (), message("plan.measures.traces")))
    choices += [Choice(TRACES, (c,), message("plan.measures.traces_of", label=term.label)) for c, term in environments]
    return _by_label(choices)


def goal(measure: Choice, target: str, months: int) -> Goal | None:
    """The target of a published measure as a number; None where it cannot be read. months: of the period, all of them.

    >>> goal(Choice(DELIVERIES, ("ia",), ""), "alla månader", 12)
    Goal(least=12, most=None)
    """
    text = " ".join(target.split())
    if measure.kind == DELIVERIES and text.lower() == message("plan.every_month"):
        return Goal(months, None)
    match = _GOAL.fullmatch(text)
    if not match or (match[3] or "").lower() not in _UNITS.get(measure.kind, ()):
        return None
    number = int(match[2])
    return Goal(number, None) if match[1].lower() == "minst" else Goal(None, number)


def _asked() -> list[tuple[str, tuple[str, ...]]]:
    """The statement of each survey question that may be published, with the codes that profiles give it."""
    codes: dict[str, list[str]] = {}
    for code, label in message_table("labels.question").items():
        if code in QUESTIONS:
            codes.setdefault(label, []).append(code)
    return [(label, tuple(own)) for label, own in codes.items()]


def _of(settings: Settings) -> list[tuple[str, str]]:
    """Code and label of each source that the workspace expects, else of all."""
    known = settings.vocabulary.sources
    return [(code, known[code].label) for code in settings.sources_expected or known if code != HISTORY]


def _by_label(choices: Iterable[Choice]) -> dict[str, Choice]:
    return {choice.label: choice for choice in choices}
