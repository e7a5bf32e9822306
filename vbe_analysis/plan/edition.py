"""What an edition of the chapter shows, as the plan needs it: its counts, the survey's routines, and the deliveries.

The room chapter fills it in; of the public edition these are audited facts and what is declared to tell of no person.
Nothing else of the material reaches the plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.facts import CountClaim, Fact, Facts
from vbe_analysis.disclosure.publications import OPEN_ACTS, PERSON_LINKED, TRACES, Meaning, meaning
from vbe_analysis.frames import Interval
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import Vocabulary


@dataclass(frozen=True)
class Share:
    """One survey question of one source in a period: x of the n who answered it said yes.

    low, high: the share (0-1) of all who were asked, whatever those would have said who did not answer. change: the 95
    percent interval (0-1) of the difference from the period before among those who answered; None where the two are not
    comparable. reworded: whether the question was another one in the period before.
    """

    period: str
    source: str
    question: str
    x: int
    n: int
    asked: int | None
    low: float
    high: float
    change: tuple[float, float] | None = None
    reworded: bool = False


@dataclass(frozen=True)
class SourceDelivery:
    """The months of a period that a source was asked for, and those of them without anything that can be counted."""

    period: str
    source: str
    months: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class EditionPicture:
    """What an edition shows of a cycle. periods: its own last; counts: every fact that is a count, by what it means.

    tertials: name ("T1 2021") -> the traces of the sources that look after places. Labels are those of the periods.
    protected: whether person-linked events are bands, as in the public edition.
    """

    periods: tuple[Period, ...]
    vocabulary: Vocabulary
    counts: Mapping[Meaning, Fact]
    shares: tuple[Share, ...] = ()
    deliveries: tuple[SourceDelivery, ...] = ()
    tertials: Mapping[str, Interval] | None = None
    protected: bool = True

    @property
    def period(self) -> Period:
        """The cycle's own."""
        return self.periods[-1]

    def count(self, group: str, environment: str = "", event_type: str = "", period: str = "") -> Interval | None:
        """How many events, [low, high], of the cycle's period by default; None where that is not published."""
        fact = self.counts.get((group, environment, event_type, period or self.period.label))
        if fact is None or not isinstance(fact.claim, CountClaim):
            return None
        return fact.claim.low, OPEN if fact.claim.high is None else fact.claim.high

    def counts_of(self, environment: str = "", event_type: str = "") -> dict[str, Interval]:
        """Group -> how many events it has in the period; only where there certainly were some."""
        counts = {group: self.count(group, environment, event_type) for group in (TRACES, PERSON_LINKED, OPEN_ACTS)}
        return {group: count for group, count in counts.items() if count and count[0] > 0}

    def facts(self, environment: str = "", event_type: str = "") -> tuple[str, ...]:
        """The ids of the facts that `counts_of` tells of."""
        label = self.period.label
        return tuple(
            self.counts[group, environment, event_type, label].id for group in self.counts_of(environment, event_type)
        )

    def deliveries_of(self, period: str) -> tuple[SourceDelivery, ...]:
        """Of each source that was asked in a period."""
        return tuple(delivery for delivery in self.deliveries if delivery.period == period)


def counts_in(facts: Facts) -> dict[Meaning, Fact]:
    """The facts that are counts of a group in one period, each by what it means."""
    counts: dict[Meaning, Fact] = {}
    for fact in facts.published:
        if isinstance(fact.claim, CountClaim) and (means := meaning(fact.claim.select, facts)):
            counts.setdefault(means, fact)
    return counts
