"""What one edition of a chapter stands on: small frames, counted, compared and widened before a word is written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from vbe_analysis.analysis.answers import ShareChange
from vbe_analysis.analysis.comparison import Comparison, compare_periods
from vbe_analysis.analysis.counts import count_events, tally
from vbe_analysis.analysis.overlaps import OCCASIONS, Overlaps
from vbe_analysis.analysis.trends import Trends, yearly_trends
from vbe_analysis.analysis.verdict import DIRECTIONS, NO_COMPARISON
from vbe_analysis.chapter.data.facts import Register
from vbe_analysis.chapter.data.patterns import Patterns
from vbe_analysis.chapter.data.source_months import SourceMonths, source_months
from vbe_analysis.config import message, message_table
from vbe_analysis.disclosure.facts import to_json
from vbe_analysis.disclosure.policy import PUBLIC, Disclosure, TableSpec
from vbe_analysis.document.parts import DRAFT, Cover
from vbe_analysis.frames import NOT_ASKED, Interval
from vbe_analysis.periods import Period
from vbe_analysis.plan.picture import Plan
from vbe_analysis.settings import Settings
from vbe_analysis.vocabulary import Vocabulary
from vbe_analysis.workspace.revision.log import Log
from vbe_analysis.workspace.workspace import Workspace

PUBLISHING: ContextVar[bool] = ContextVar("publishing", default=False)
"""Whether the public edition is being published: only then is it no draft. No notebook sets it."""
POLICE_YES: ContextVar[tuple[str, str] | None] = ContextVar("police_yes", default=None)
"""The role and the day of the police's yes to the public text of what they say. No notebook sets it."""


@dataclass(frozen=True, eq=False)
class EventGroup:
    """The events that are counted and compared together: all of them or, in the public edition, each side of its line.

    name: policy.ALL, TRACES or PERSON_LINKED. environments: frames.COUNTS by environment of the previous period and
    this one; total: the same without a key, None where nothing is added up. comparison: None for a first period.
    types: those that occurred in the period; None where that is not told.
    """

    name: str
    environments: pd.DataFrame
    total: pd.DataFrame | None
    comparison: Comparison | None
    trends: Trends
    types: tuple[str, ...] | None = None

    @property
    def banded(self) -> bool:
        """Whether its counts are bands, which are never added up."""
        return self.total is None

    @property
    def compared(self) -> bool:
        """Whether anything of it is compared with the period before."""
        return any(
            change.kind != NO_COMPARISON for change in (self.comparison.lines.values() if self.comparison else ())
        )

    @property
    def directed(self) -> bool:
        """Whether the word rule gives its total or any environment a direction."""
        changes = [self.comparison.total, *self.comparison.lines.values()] if self.comparison else []
        return any(change.kind in DIRECTIONS for change in changes)

    def interval(self, period: str) -> Interval:
        """How many events a period has in all, [low, high]; (0, 0) where nothing was delivered."""
        frame = self.environments if self.total is None else self.total
        rows = frame[frame["period"] == period]
        return int(rows["low"].fillna(0).sum()), int(rows["high"].fillna(0).sum())


@dataclass(frozen=True, eq=False)
class OverYears:
    """What the board's charts show of all years at once.

    tertials: frames.COUNTS by whole calendar tertial ("T1 2020"), in order.

    areas: frames.COUNTS by area and year, of the years that are told of. graffiti: year -> (other graffiti of the
    sources that tell of it, of that coded to an environment), on the ground of all years; of graffiti_sources.
    """

    tertials: pd.DataFrame = field(default_factory=pd.DataFrame)
    areas: pd.DataFrame = field(default_factory=pd.DataFrame)
    graffiti: Mapping[str, tuple[Interval, Interval]] = field(default_factory=dict)
    graffiti_sources: tuple[str, ...] = ()

    def by_area(self, *periods: str) -> pd.DataFrame:
        """Area, low and high over these periods, or all; the areas with the most first, none without any."""
        known = self.areas.dropna(subset="low")
        rows = known[known["period"].isin(periods)] if periods else known
        counts = rows.groupby("area", as_index=False)[["low", "high"]].sum()
        ordered = counts[counts["high"] > 0].sort_values(["low", "high", "area"], ascending=[False, False, True])
        return ordered.reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Picture:
    """What one edition of one cycle's chapter stands on.

    counts: table name -> frames.COUNTS by the table's dimensions, for the previous period and this one (by tertial:
    this one's tertials). coverage: this period's source-months. What only the internal edition may know is empty or 0
    in the public one.
    """

    settings: Settings
    texts: Path  # the folder of the analyst's own texts
    vocabulary: Vocabulary
    edition: str
    period: Period
    previous: Period | None
    rules: Disclosure
    specs: tuple[TableSpec, ...]
    groups: tuple[EventGroup, ...]
    counts: Mapping[str, pd.DataFrame]
    register: Register  # the facts that the edition may show
    coverage: pd.DataFrame
    coverages: Mapping[Period, pd.DataFrame]  # the same of every period that has been read in, this one last
    response: pd.DataFrame  # analysis.answers.response, this cycle and the one before
    changes: tuple[tuple[str, str, ShareChange | None], ...]  # (source, question, its change from the period before)
    knowledge: pd.DataFrame  # analysis.answers.SHARE_COLUMNS, one row per cycle, source, question and version
    breaks: tuple[Mapping[str, str], ...]  # what changed in how a source collects: cycle, source, month, text
    newcomers: Mapping[str, tuple[str, ...]]  # cycle -> sources that delivered for the first time
    patterns: Patterns  # what all years show, whatever the intervals hide
    over_years: OverYears  # what the board's charts show of all years at once
    units: Mapping[str, pd.DataFrame]  # "reports", "objects": frames.COUNTS by environment in those units
    log: Log = field(default_factory=Log)  # of the plan's revision: consultations and decisions
    overlaps: Overlaps | None = None
    not_counted: int = 0  # reports of violent extremism outside the period or across its boundary
    reports: int = 0  # reports of violent extremism that count in the period
    open_reports: int = 0  # of them, those whose source leaves the number of events open
    clumped: int = 0  # of them, those that are one occasion with another of the same source
    other_district: int = 0  # rows of other districts' areas, left out by name
    rejects: Mapping[str, int] = field(default_factory=dict)  # reason code -> cells or rows left out
    corrections: Mapping[str, int] = field(default_factory=dict)  # reason, as decided -> number of corrections
    divided: tuple[str, ...] = ()  # periods that were published when events were divided into other groups
    protection: tuple[str, ...] = ()  # what was shown more coarsely so that no small number can be computed, and why
    plan: Plan | None = None  # None where the cycle has no workbook of activities

    @property
    def current(self) -> Interval:
        """How many events the period has in all, [low, high]: the sum of the groups."""
        ends = [group.interval(self.period.label) for group in self.groups]
        return sum(low for low, _ in ends), sum(high for _, high in ends)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The previous period, where there is one, and this one."""
        return (self.previous, self.period) if self.previous else (self.period,)

    @cached_property
    def source_months(self) -> dict[str, SourceMonths]:
        """Source -> its months of the period."""
        return source_months(self.coverage, self.vocabulary)

    @property
    def gaps(self) -> list[SourceMonths]:
        """The sources that leave a gap in the period."""
        return [months for months in self.source_months.values() if months.missing]

    @property
    def asked_sources(self) -> dict[str, SourceMonths]:
        """The sources that were asked for anything in the period: one that never was is in no "five of seven"."""
        return {source: months for source, months in self.source_months.items() if not months.only(NOT_ASKED)}

    @cached_property
    def place_sources(self) -> tuple[str, ...]:
        """The sources that look after places, of those that were asked in any period: they tell where."""
        coverages = (coverage[coverage["status"] != NOT_ASKED] for coverage in self.coverages.values())
        asked = {source for coverage in coverages for source in coverage["source"]}
        return tuple(code for code in self.vocabulary.sources if code in asked and self.vocabulary.observes(code))

    @property
    def nothing_delivered(self) -> bool:
        """Whether no source delivered anything for the period."""
        return not any(months.covered for months in self.source_months.values())

    def names(self, labels: Iterable[str]) -> dict[str, str]:
        """Label -> what a reader calls the period; one of earlier chapters keeps its label."""
        known = {period.label: period.name for period in (*self.coverages, *self.periods)}
        return {label: known.get(label, label) for label in labels}

    def name(self, label: str) -> str:
        """What a reader calls the period with that label."""
        return self.names([label])[label]

    @property
    def cover(self) -> Cover:
        """The chapter's first page and file properties; a public edition is a draft until it is published."""
        return Cover(
            title=message("chapter.title", cycle=self.period.name),
            edition=DRAFT if self.edition == PUBLIC and not PUBLISHING.get() else self.edition,
            period=self.period,
            organisation=self.settings.district,
            board=self.settings.board,
            diarienummer=self.settings.cycles[self.period.label].diarienummer or self.settings.diarienummer,
            subtitle=self.settings.area_name,
            published=self._published,
            repairs=self.protection,
        )

    @cached_property
    def _published(self) -> str:
        return to_json(self.register.published)

    def question(self, code: str) -> str:
        """A survey question as a statement in tables and sentences; vbe.toml's own words go first, but in public."""
        labels = message_table("labels.question") if self.edition == PUBLIC else self.settings.question_labels
        return str(labels[code])

    def spec(self, name: str) -> TableSpec:
        """The edition's table of that name; raises KeyError where the edition has none."""
        by_name = {spec.name: spec for spec in self.specs}
        return by_name[name]

    def facts(self, *prefixes: str) -> tuple[str, ...]:
        """The ids of the facts that begin with any of these: what an element of the chapter shows."""
        return tuple(name for name in self.register.facts if name.startswith(prefixes)) if prefixes else ()


@dataclass(frozen=True, eq=False)
class Material:
    """The events and coverage of a cycle and those before it that have been read in.

    events: `counts.tally` of them, which all that is counted adds up.
    together: sources that are compared whole, and all of them or none. open_acts: as Vocabulary has them.
    """

    workspace: Workspace
    cycles: tuple[str, ...]  # in order, the chapter's own last
    events: pd.DataFrame
    coverage: pd.DataFrame
    overlaps: Overlaps
    together: Collection[str] = ()
    open_acts: tuple[str, ...] = ()

    @property
    def vocabulary(self) -> Vocabulary:
        """The workspace's codes."""
        words = self.workspace.vocabulary
        return replace(words, open_acts=self.open_acts) if self.open_acts else words

    @property
    def cycle(self) -> str:
        """The chapter's cycle."""
        return self.cycles[-1]

    @cached_property
    def before(self) -> str | None:
        """The cycle before, if it has been read in."""
        earlier = self.workspace.previous(self.cycle)
        return earlier if earlier in self.cycles else None

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
            together=self.together,
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
            together=self.together,
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
