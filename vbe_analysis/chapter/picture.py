"""Everything the chapter shows, as small frames: counted, compared and widened once, before a word is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from vbe_analysis.analysis.answers import SHARE_COLUMNS, ShareChange, knowledge, knowledge_change, response
from vbe_analysis.analysis.comparison import Comparison, compare_periods
from vbe_analysis.analysis.counts import OCCASION, REPORTS, count_events
from vbe_analysis.analysis.overlaps import OBJECTS, PERSONAL, Overlaps
from vbe_analysis.analysis.overlaps import TRACES as SPOTS
from vbe_analysis.analysis.trends import Trends, yearly_trends
from vbe_analysis.analysis.verdict import Interval
from vbe_analysis.chapter.parts import Cover
from vbe_analysis.config import load, message
from vbe_analysis.disclosure.policy import ALL, INTERNAL, TRACES, Table, disclosure
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.frames import DELIVERED, NOTHING
from vbe_analysis.loaders.folder import OWN_TEXTS
from vbe_analysis.periods import Period
from vbe_analysis.settings import Settings
from vbe_analysis.vocabulary import HISTORY, Vocabulary
from vbe_analysis.workspace import Workspace

TERTIAL = "tertial"


@dataclass(frozen=True, eq=False)
class Picture:
    """What one edition of one cycle's chapter stands on.

    counts: table name -> frames.COUNTS by the table's dimensions, for the previous period and this one (by tertial:
    this one's tertials). total: the same without a key. coverage: this period's source-months.
    """

    settings: Settings
    texts: Path  # the folder of the analyst's own texts
    vocabulary: Vocabulary
    edition: str
    period: Period
    previous: Period | None
    specs: tuple[Table, ...]
    counts: Mapping[str, pd.DataFrame]
    total: pd.DataFrame
    units: Mapping[str, pd.DataFrame]  # "reports", "objects": frames.COUNTS by environment in those units
    coverage: pd.DataFrame
    coverage_before: pd.DataFrame  # the same of the period before
    comparison: Comparison | None  # with the previous period; None for a first one
    trends: Trends
    response: pd.DataFrame  # analysis.answers.response, this cycle and the one before
    changes: tuple[tuple[str, str, ShareChange | None], ...]  # (source, question, its change from the period before)
    knowledge: pd.DataFrame  # analysis.answers.SHARE_COLUMNS, one row per cycle, source, question and version
    breaks: tuple[Mapping[str, str], ...]  # what changed in how a source collects: source, date, text
    not_counted: int  # reports of violent extremism outside the period or across its boundary
    reports: int  # reports of violent extremism that count in the period
    overlaps: Overlaps
    open_reports: int  # of them, those whose source leaves the number of events open
    clumped: int  # of them, those that are one occasion with another of the same source
    other_district: int  # rows of other districts' areas, left out by name
    rejects: Mapping[str, int]  # reason code -> cells or rows left out
    corrections: Mapping[str, int]  # reason, as decided -> number of corrections

    @property
    def current(self) -> Interval:
        """How many events the period has in all, [low, high]; (0, 0) where nothing was delivered."""
        row = self.total[self.total["period"] == self.period.label].iloc[0]
        return (0, 0) if pd.isna(row["low"]) else (int(row["low"]), int(row["high"]))

    @property
    def periods(self) -> tuple[Period, ...]:
        """The previous period, where there is one, and this one."""
        return (self.previous, self.period) if self.previous else (self.period,)

    @cached_property
    def cover(self) -> Cover:
        """The chapter's first page and file properties."""
        return Cover(
            title=message("chapter.title", cycle=self.period.label), edition=self.edition, period=self.period,
            organisation=self.settings.district, board=self.settings.board,
            diarienummer=self.settings.diarienummer, subtitle=self.settings.area_name,
        )  # fmt: skip

    def question(self, code: str) -> str:
        """A survey question as a statement in tables and sentences; vbe.toml's own words go first."""
        return self.settings.questions.get(code) or load("texts.sv")["survey"]["label"].get(code, code)

    def spec(self, name: str) -> Table:
        """The edition's table of that name; raises KeyError where the edition has none."""
        return next(spec for spec in self.specs if spec.name == name)


def open_picture(cycle: str = "", edition: str = INTERNAL, start: str = ".") -> Picture:
    """The picture of a cycle (the newest that has been read in, by default) in the workspace around `start`.

    Raises InputError where the cycle has not been read in.
    """
    workspace = Workspace(start)
    read = [name for name in workspace.cycles if workspace.record(name)]
    chosen = cycle or (read[-1] if read else workspace.cycles[-1])
    workspace.period(chosen)
    if chosen not in read:
        raise InputError([Fault("not_read_in", values={"cycle": chosen})])
    return make_picture(workspace, chosen, edition)


def make_picture(workspace: Workspace, cycle: str, edition: str) -> Picture:
    """Count everything once: this cycle, the one before, and the earlier ones for the years."""
    vocabulary = workspace.vocabulary
    upto = workspace.cycles[: workspace.cycles.index(cycle) + 1]
    cycles = [name for name in upto if workspace.record(name)]
    before = workspace.previous(cycle) if workspace.previous(cycle) in cycles else None
    events, coverage = workspace.events(*cycles), workspace.coverage(*cycles)
    period, previous = workspace.period(cycle), workspace.period(before) if before else None
    overlaps = workspace.overlaps(*cycles)
    specs = disclosure().tables[edition]
    periods = [previous, period] if previous else [period]

    def counted(table: Table | None) -> pd.DataFrame:
        keys = [key for key in table.dimensions if key != TERTIAL] if table else []
        spans = list(period.tertials()) if table and TERTIAL in table.dimensions else periods
        grouped = [] if table is None or table.group == ALL else ["group"]
        counts = count_events(
            events, coverage, [*grouped, *keys], spans, overlaps=overlaps, vocabulary=vocabulary,
            environments=list(vocabulary.environments),
        )  # fmt: skip
        if table is None or not grouped:
            return counts
        mine = counts["group"] == (SPOTS if table.group == TRACES else PERSONAL)
        return counts[mine].drop(columns="group").reset_index(drop=True)

    every = [workspace.period(name) for name in cycles]
    limit = workspace.settings.response_limit
    trends = yearly_trends(events, coverage, every, overlaps=overlaps, vocabulary=vocabulary, response_limit=limit)
    comparison = compare_periods(
        events, coverage, period, previous, overlaps=overlaps, vocabulary=vocabulary, response_limit=limit,
        trends=trends,
    ) if previous else None  # fmt: skip
    units = {
        unit: count_events(events, coverage, ["environment"], periods, unit, vocabulary=vocabulary,
                           environments=list(vocabulary.environments))
        for unit in (REPORTS, OBJECTS)
    }  # fmt: skip
    record = workspace.record(cycle)
    named = events["environment"].isin(list(vocabulary.environments)) & (events["source"] != HISTORY)
    mine = events[(events["cycle"] == cycle) & named]
    answers = workspace.answers(*cycles[-2:])
    questions = [question for question in answers["question"].unique() if question != "noted"]
    known = [knowledge(answers, coverage, question, population=True) for question in questions]
    changes = [
        (source, question, knowledge_change(answers, question, source, cycle, before))
        for question in questions for source in answers["source"].unique()
    ] if before else []  # fmt: skip
    counts = mine[mine["not_counted"] == ""]
    dated = counts[counts["date_from"] == counts["date_to"]]
    sheets = [sheet for entry in record.get("inputs", []) for sheet in entry["sheets"]]
    rejects = workspace.rejects(cycle)
    return Picture(
        settings=workspace.settings, texts=workspace.raw(cycle) / OWN_TEXTS, vocabulary=vocabulary,
        edition=edition, period=period, previous=previous,
        specs=specs, counts={spec.name: counted(spec) for spec in specs}, total=counted(None), units=units,
        coverage=_in_period(coverage, cycle, period), comparison=comparison, trends=trends,
        coverage_before=_in_period(coverage, before or "", previous or period), changes=tuple(changes),
        response=response(answers, coverage[coverage["cycle"].isin(cycles[-2:])]),
        knowledge=pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=SHARE_COLUMNS),
        breaks=tuple(record.get("breaks", [])),
        not_counted=int((mine["not_counted"] != "").sum()), reports=len(counts), overlaps=overlaps,
        open_reports=int((counts["low"] < counts["high"]).sum()), clumped=int(dated.duplicated(list(OCCASION)).sum()),
        other_district=sum(sheet["ignored"].get("other_district", 0) for sheet in sheets),
        rejects={str(reason): int(n) for reason, n in rejects["reason"].value_counts().sort_index().items()},
        corrections=record.get("corrections_by_reason", {}),
    )  # fmt: skip


def _in_period(coverage: pd.DataFrame, cycle: str, period: Period) -> pd.DataFrame:
    return coverage[(coverage["cycle"] == cycle) & coverage["month"].isin(period.months)]


def delivered_months(coverage: pd.DataFrame) -> pd.Series:
    """Source -> months with a delivery that can be counted."""
    usable = coverage["status"].isin([DELIVERED, NOTHING]) & ~coverage["straddled"] & (coverage["environment"] == "")
    return usable.groupby(coverage["source"]).sum()
