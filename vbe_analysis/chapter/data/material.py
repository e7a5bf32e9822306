"""The frames that a chapter is made from, read once, and counted the same way wherever they are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from vbe_analysis.analysis.comparison import Comparison, compare_periods
from vbe_analysis.analysis.counts import count_events, tally
from vbe_analysis.analysis.overlaps import OCCASIONS, Overlaps
from vbe_analysis.analysis.trends import Trends, yearly_trends
from vbe_analysis.disclosure.policy import TableSpec
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import Vocabulary
from vbe_analysis.workspace.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Material:
    """The events and coverage of a cycle and those before it that have been read in.

    events: `counts.tally` of them, which all that is counted adds up.
    whole_sources: compare only sources that are comparable in both periods from the first month to the last.
    """

    workspace: Workspace
    cycles: tuple[str, ...]  # in order, the chapter's own last
    events: pd.DataFrame
    coverage: pd.DataFrame
    overlaps: Overlaps
    whole_sources: bool = False

    @property
    def vocabulary(self) -> Vocabulary:
        """The workspace's codes."""
        return self.workspace.vocabulary

    @property
    def cycle(self) -> str:
        """The chapter's cycle."""
        return self.cycles[-1]

    @cached_property
    def before(self) -> str | None:
        """The cycle before, if it has been read in."""
        found = self.workspace.previous(self.cycle)
        return found if found in self.cycles else None

    @cached_property
    def period(self) -> Period:
        """The cycle's period."""
        return self.workspace.period(self.cycle)

    @cached_property
    def previous(self) -> Period | None:
        """The period before, if its cycle has been read in."""
        return self.workspace.period(self.before) if self.before else None

    @property
    def periods(self) -> list[Period]:
        """The previous period, where there is one, and this one."""
        return [self.previous, self.period] if self.previous else [self.period]

    @property
    def years(self) -> list[Period]:
        """Every cycle's period."""
        return [self.workspace.period(name) for name in self.cycles]

    def counted(self, by: Sequence[str], periods: Sequence[Period] = (), unit: str = OCCASIONS) -> pd.DataFrame:
        """frames.COUNTS by the keys, of the two periods by default."""
        return count_events(
            self.events,
            self.coverage,
            by,
            periods or self.periods,
            unit,
            self.overlaps if unit == OCCASIONS else None,
            vocabulary=self.vocabulary,
            environments=list(self.vocabulary.environments),
        )

    def trends(self) -> Trends:
        """The years, on the ground they have in common."""
        return yearly_trends(
            self.events,
            self.coverage,
            self.years,
            overlaps=self.overlaps,
            vocabulary=self.vocabulary,
            response_limit=self.workspace.settings.response_limit,
            whole_sources=self.whole_sources,
        )

    def comparison(self, trends: Trends) -> Comparison | None:
        """This period against the one before; None for a first one."""
        if self.previous is None:
            return None
        return compare_periods(
            self.events,
            self.coverage,
            self.period,
            self.previous,
            overlaps=self.overlaps,
            vocabulary=self.vocabulary,
            response_limit=self.workspace.settings.response_limit,
            trends=trends,
            whole_sources=self.whole_sources,
        )

    def coverages(self) -> dict[Period, pd.DataFrame]:
        """By period the coverage that its own cycle gives of its months."""
        spans = dict(zip(self.years, self.cycles, strict=True))
        return {
            period: self.coverage[(self.coverage["cycle"] == cycle) & self.coverage["month"].isin(period.months)]
            for period, cycle in spans.items()
        }


def spans_of(material: Material, table: TableSpec) -> list[Period]:
    """The periods that a table counts: the tertials, this one where it has two dimensions, or both."""
    if table.by_tertial:
        return list(material.period.tertials())
    return [material.period] if len(table.dimensions) > 1 else material.periods


def read_material(workspace: Workspace, cycle: str) -> Material:
    """All that has been read in up to and with a cycle."""
    upto = workspace.cycles[: workspace.cycles.index(cycle) + 1]
    cycles = tuple(name for name in upto if workspace.record(name))
    return Material(
        workspace, cycles, tally(workspace.events(*cycles)), workspace.coverage(*cycles), workspace.overlaps(*cycles)
    )
