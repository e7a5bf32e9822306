"""What an edition's counts show in every year, all its groups of events together, and the facts that say so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from vbe_analysis.analysis.patterns import LEAST_PERIODS, asks_of_all, most_in_every_period, presence
from vbe_analysis.analysis.trends import COUNTED, Trends
from vbe_analysis.chapter.data.facts import PLACE, Entry, selector
from vbe_analysis.disclosure.bands import total
from vbe_analysis.disclosure.facts import Fact, Selector, SumClaim
from vbe_analysis.frames import PARTIAL, Interval
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import TOTAL, UNKNOWN, Vocabulary

NAME = "monster"  # what the ids of its facts begin with


@dataclass(frozen=True)
class Patterns:
    """What the counts of three or more periods show, whatever their intervals hide.

    periods: those whose environments can be held against each other. runs: the first and last of each run that follow
    on one another. unbroken: whether that is one run, to the chapter's own. most: the environments with the most in
    every one of them, True where no other ever has as many. presence: environment -> in how many of the periods it was
    reported, least and most; empty where that is not told.
    """

    periods: tuple[str, ...] = ()
    runs: tuple[tuple[str, str], ...] = ()
    unbroken: bool = False
    most: Mapping[str, bool] = field(default_factory=dict)
    presence: Mapping[str, Interval] = field(default_factory=dict)


def find_patterns(
    groups: Mapping[str, Trends], coverages: Mapping[Period, pd.DataFrame], words: Vocabulary, with_presence: bool
) -> Patterns:
    """The patterns of these groups of events (name -> their years) added end by end.

    coverages: by period what its own cycle says of its months; the chapter's own period is the last.
    """
    counts = [_counts(trends) for trends in groups.values()]
    periods = [
        period
        for period, coverage in sorted(coverages.items())
        if all((period.label, name) in own for own in counts for name in words.environments)
        and asks_of_all(coverage, period, words.environments)
    ]
    labels = tuple(period.label for period in periods)
    if len(labels) < LEAST_PERIODS:
        return Patterns()
    every = {name: [total(*(own[label, name] for own in counts)) for label in labels] for name in words.environments}
    breaks = [at for at, (before, after) in enumerate(pairwise(periods), 1) if (after.start - before.end).days > 1]
    runs = tuple((labels[first], labels[last - 1]) for first, last in pairwise([0, *breaks, len(labels)]))
    # Where a source left a gap, none reported may be one that was not told.
    gaps = {at for trends in groups.values() for at in _partial(trends)}
    occurs = {
        name: presence(
            [(low, max(high, (label, name) in gaps)) for label, (low, high) in zip(labels, own, strict=True)]
        )
        for name, own in every.items()
        if name != UNKNOWN
    }
    return Patterns(
        labels,
        runs,
        len(runs) == 1 and periods[-1] == max(coverages),
        most_in_every_period(every),
        occurs if with_presence else {},
    )


def _counts(trends: Trends) -> dict[tuple[str, str], Interval]:
    """The whole counts of the counted years, by period and environment."""
    table = trends.table
    known = table[(table["basis"] == COUNTED) & (table["environment"] != TOTAL) & table["low"].notna()]
    return {
        (period, name): (int(low), int(high))
        for period, name, low, high in zip(
            known["period"], known["environment"], known["low"], known["high"], strict=True
        )
    }


def _partial(trends: Trends) -> set[tuple[str, str]]:
    """The periods and environments that sources left gaps in."""
    some = trends.table[trends.table["status"] == PARTIAL]
    return set(zip(some["period"], some["environment"], strict=True))


def pattern_entries(found: Patterns, groups: Sequence[str], words: Vocabulary) -> list[Entry]:
    """Each "more than" and "at least as many" of the patterns as a comparison of the groups' counts."""

    def terms(name: str, period: str, factor: int) -> list[tuple[Selector, int]]:
        return [(selector(group, words, period, miljo=name), factor) for group in groups]

    return [
        Entry(
            Fact(
                f"{NAME}/{name}/{other}/{period}",
                (PLACE,),
                SumClaim((*terms(name, period, 1), *terms(other, period, -1)), int(alone), None),
            ),
            "",
        )
        for name, alone in found.most.items()
        for other in words.environments
        if other != name
        for period in found.periods
    ]
