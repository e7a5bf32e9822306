"""What each source delivered of a period, month by month: the one reading that texts, tables and titles share."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from vbe_analysis.frames import ALL_ENVIRONMENTS, DELIVERED, NOT_DELIVERED, NOTHING
from vbe_analysis.vocabulary import Term, Vocabulary


@dataclass(frozen=True)
class SourceMonths:
    """The months of one source in one period.

    statuses: month -> status as delivered; straddled: the months that only a count passing the period's boundary
    reaches; asked, answered: units of a survey, None where they are not known.
    """

    source: Term
    statuses: Mapping[str, str]
    straddled: tuple[str, ...]
    asked: int | None
    answered: int | None

    def of(self, status: str) -> tuple[str, ...]:
        """The months with that status."""
        return tuple(month for month in self.statuses if self.statuses[month] == status)

    def only(self, status: str) -> bool:
        """Whether every month has that status."""
        return set(self.statuses.values()) == {status}

    @property
    def covered(self) -> int:
        """How many months have a delivery that can be counted."""
        return len({*self.of(DELIVERED), *self.of(NOTHING)}.difference(self.straddled))

    @property
    def missing(self) -> tuple[str, ...]:
        """The months without anything that can be counted, though the source was asked."""
        return tuple(m for m, status in self.statuses.items() if status == NOT_DELIVERED or m in self.straddled)

    @property
    def all_missing(self) -> bool:
        """Whether no month of the period can be counted."""
        return bool(self.statuses) and len(self.missing) == len(self.statuses)


def source_months(coverage: pd.DataFrame, vocabulary: Vocabulary) -> dict[str, SourceMonths]:
    """Source -> its months, from frames.COVERAGE of one period, in the order of the frame."""
    names = ("source", "environment", "month", "status", "straddled")
    units = (coverage[name].astype("Float64").fillna(-1) for name in ("asked", "answered"))
    statuses: dict[str, dict[str, str]] = {source: {} for source in coverage["source"].tolist()}
    straddling: dict[str, list[str]] = {source: [] for source in statuses}
    answers: dict[str, tuple[float, float]] = dict.fromkeys(statuses, (-1, -1))
    for source, environment, month, status, straddled, asked, answered in zip(
        *(column.tolist() for column in (*(coverage[name] for name in names), *units)), strict=True
    ):
        if environment == ALL_ENVIRONMENTS:
            statuses[source][month] = status
            straddling[source] += [month] * straddled
            answers[source] = max(answers[source][0], asked), max(answers[source][1], answered)
    return {
        source: SourceMonths(
            vocabulary.sources[source],
            own,
            tuple(straddling[source]),
            *(None if number < 0 else int(number) for number in answers[source]),
        )
        for source, own in statuses.items()
    }


def gaps_of(coverage: pd.DataFrame, vocabulary: Vocabulary) -> dict[str, SourceMonths]:
    """The sources of `source_months` that leave a gap: asked, and some month without anything that can be counted."""
    return {source: months for source, months in source_months(coverage, vocabulary).items() if months.missing}
