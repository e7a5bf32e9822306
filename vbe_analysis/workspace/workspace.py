"""A workspace folder: vbe.toml, the cycles, where things lie, and the frames of the cycles that have been read in.

Importing this module imports neither pandas nor what reads and counts: `vbe` alone manages without them.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from html import escape
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbe_analysis.config import message
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.loaders.privacy.detect import safe_path
from vbe_analysis.loaders.privacy.names import known_places
from vbe_analysis.periods import Period
from vbe_analysis.settings import Settings, read_settings
from vbe_analysis.storage import (
    CORRECTIONS,
    DELIVERIES,
    PROCESSED,
    PROFILES,
    RAW,
    REPORTS,
    SETTINGS,
    office_files,
    profile_files,
    sha256,
)
from vbe_analysis.vocabulary import Vocabulary
from vbe_analysis.workspace.cycle_record import differing_frames, read_record
from vbe_analysis.workspace.lock import locked

if TYPE_CHECKING:
    import pandas as pd

    from vbe_analysis.analysis.comparison import Comparison
    from vbe_analysis.analysis.overlaps import Overlaps
    from vbe_analysis.analysis.trends import Trends
    from vbe_analysis.loaders.cycle import Ingested
    from vbe_analysis.loaders.profiles.profile import Profile


def workspace_root(start: Path) -> Path:
    """The nearest folder from `start` upwards that holds vbe.toml; `start` itself where none does."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / SETTINGS).is_file()), here)


class Workspace:
    """A district's folder: its settings, the frames of its cycles, and counts, comparisons and trends of them.

    start: the folder that holds vbe.toml, or one inside it; `root` is that folder. Shown in a cell: the cycles, their
    days, and which have been read in. Raises InputError where there is no vbe.toml, and for every fault in it.

    >>> ws = vbe.Workspace(".")
    >>> ws.cycles
    ('2017', '2018', '2019', '2020', '2021')
    """

    def __init__(self, start: str | Path = ".") -> None:
        self.root = workspace_root(Path(start))
        self._settings_hash = sha256(path) if (path := self.root / SETTINGS).is_file() else ""  # before they are read
        self.settings: Settings = read_settings(self.root)

    def __repr__(self) -> str:
        return f"<Workspace {self.settings.district}: {', '.join(self.cycles)}>"

    def _repr_html_(self) -> str:
        states = (message("workspace.read" if self.record(cycle) else "workspace.unread") for cycle in self.cycles)
        rows = (
            f"<tr><th>{escape(cycle)}</th><td>{self.period(cycle)}</td><td>{escape(state)}</td></tr>"
            for cycle, state in zip(self.cycles, states, strict=True)
        )
        return f"<table><caption>{escape(self.settings.district)}</caption>{''.join(rows)}</table>"

    @property
    def cycles(self) -> tuple[str, ...]:
        """The names of the cycles in vbe.toml, in the order of their periods."""
        return tuple(sorted(self.settings.cycles, key=lambda cycle: self.settings.cycles[cycle].start))

    @property
    def read_cycles(self) -> tuple[str, ...]:
        """The names of the cycles that have been read in, in order."""
        return tuple(cycle for cycle in self.cycles if self.record(cycle))

    @property
    def periods(self) -> dict[str, Period]:
        """Name -> period of all that can be compared: the cycles that have been read in, and their tertials.

        A tertial that passes from one cycle to the next stands there whole, and as the part that lies in either.
        Raises InputError where no cycle has been read in.

        >>> [*vbe.Workspace(".").periods][-3:]
        ['T3 2020', 'T1 2021', 'T2 2021 (maj–juni)']
        """
        cycles = [self.period(cycle) for cycle in self.read_cycles]
        if not cycles:
            raise fault("not_read_in", cycle=self.cycles[-1])
        whole = Period(cycles[0].start, cycles[-1].end).tertials()
        tertials = sorted([*whole, *(tertial for cycle in cycles for tertial in cycle.tertials())])
        return {period.label: period for period in (*cycles, *tertials)}

    @property
    def vocabulary(self) -> Vocabulary:
        """The codes of this workspace and their Swedish labels: `environments`, `reference`, `event_types`, `sources`.

        `traces`: the event types that are physical traces.

        >>> vbe.Workspace(".").vocabulary.traces
        ('klotter', 'klistermarke', 'affischering', 'skadegorelse')
        >>> vbe.Workspace(".").vocabulary.environments["vit_makt"].label
        'Vit makt-miljön'
        """
        return self.settings.vocabulary

    def period(self, cycle: str) -> Period:
        """The cycle's period. Raises InputError for an unknown cycle."""
        return self.settings.period(cycle)

    def previous(self, cycle: str) -> str | None:
        """The name of the cycle before; None for the first. Raises InputError for an unknown cycle."""
        place = self.cycles.index(self.period(cycle).label)
        return self.cycles[place - 1] if place else None

    def raw(self, cycle: str) -> Path:
        """data/raw/<cycle>: the files as the offices sent them. Raises InputError for an unknown cycle."""
        return self.root / RAW / self.period(cycle).label

    def processed(self, cycle: str) -> Path:
        """data/processed/<cycle>: the frames. Raises InputError for an unknown cycle."""
        return self.root / PROCESSED / self.period(cycle).label

    def reports(self, cycle: str, edition: str = "intern") -> Path:
        """reports/<cycle>/<edition>: the chapter. Raises InputError for an unknown cycle."""
        return self.root / REPORTS / self.period(cycle).label / edition

    def profiles(self) -> "dict[str, Profile]":
        """The package's source profiles, those of the blanks, and the workspace's own (data/profiles), which win."""
        from vbe_analysis.loaders.profiles.profile import read_profiles
        from vbe_analysis.workspace.orders.profiles import own_profiles

        with as_file(files("vbe_analysis.config")) as config:
            return own_profiles(self.vocabulary) | read_profiles([config / "profiles", self.root / PROFILES])

    def events(self, *cycles: str) -> "pd.DataFrame":
        """One row per report: what a source notified, as frames.EVENTS.

        cycles: their names, each a text of its own: `ws.events("2020", "2021")`, never 2021 or a list; all by default.
        `low` and `high` are the number reported; a row counts where `not_counted` is "". They are reports and not
        events: `counts` counts events. A cycle that has not been read in gives no rows. Raises InputError for an
        unknown cycle.

        >>> vbe.Workspace(".").events("2021")["source"].value_counts().loc[["ia", "polis"]].to_dict()
        {'ia': 2, 'polis': 1}
        """
        return self._frame("events", cycles)

    def answers(self, *cycles: str) -> "pd.DataFrame":
        """One row per survey unit and question: the coded answer, as frames.ANSWERS. cycles, errors: as for events.

        Only units that answered stand here, so a share by `unit_kind` is one of those who answered: how many were asked
        is known of a source as a whole only (`coverage`). As a share of those asked, what was noted is an interval:
        those who did not answer may have noted nothing, or all of them something.

        >>> ws = vbe.Workspace(".")
        >>> noted = ws.answers("2021").query("question == 'noted' and answer == 'ja'")
        >>> noted["unit_kind"].value_counts().to_dict()["Äldre och funktionsnedsättning"]
        2
        >>> units = ws.coverage("2021").groupby("source")[["asked", "answered"]].max().loc["enkat"]
        >>> yes = (noted["source"] == "enkat").sum()
        >>> print(f"{yes / units.asked:.0%} to {(yes + units.asked - units.answered) / units.asked:.0%}")
        6% to 56%
        """
        return self._frame("answers", cycles)

    def coverage(self, *cycles: str) -> "pd.DataFrame":
        """One row per source and month: whether it delivered, as frames.COVERAGE. cycles, errors: as for events.

        Where a source was asked for some environments only, a month has a row for each of them. Earlier chapters'
        figures ("historik") have their months in the cycle that delivered them. A source that began or stopped:

        >>> coverage = vbe.Workspace(".").coverage()
        >>> told = coverage["status"].str.startswith("delivered") & ~coverage["straddled"]
        >>> told.groupby([coverage["source"], coverage["cycle"]]).sum().unstack(fill_value=0).loc["enkat_utb"].tolist()
        [0, 0, 0, 12, 12]
        """
        return self._frame("coverage", cycles)

    def rejects(self, *cycles: str) -> "pd.DataFrame":
        """One row per cell or row that was left out, with the reason, as frames.REJECTS. cycles, errors: as for events.

        No row holds the value of a free-text cell.
        """
        return self._frame("rejects", cycles)

    def overlaps(self, *cycles: str) -> "Overlaps":
        """The reports that may be one event, with what was decided in dubbletter.xlsx. cycles: all by default.

        Its `reports` has one row per report of a candidate; `explore.overlaps` shows them in Swedish. Raises InputError
        for an unknown cycle, a workbook that cannot be used, and decisions that contradict each other.

        >>> vbe.Workspace(".").overlaps("2021").reports["candidate"].nunique()
        1
        """
        from vbe_analysis.workspace.engines.counting import overlaps_among

        return overlaps_among(self, self.events(*cycles), cycles or self.cycles)

    def record(self, cycle: str) -> dict[str, Any]:
        """The run record of reading a cycle in: files, rows by sheet, rules. {} where it has not been read in.

        Raises InputError for an unknown cycle, and for a record that is missing beside its frames or damaged.
        """
        return read_record(self.processed(cycle))

    def counts(
        self,
        by: str | Sequence[str] = "environment",
        *cycles: str,
        engine: str = "",
        session: Any = None,
        **options: Any,
    ) -> "pd.DataFrame":
        """The number of events by key and cycle, each an interval [low, high] of distinct occasions.

        by: "environment", "event_type", "group", "source" or "area", several of them in a list, or [] for the total.
        cycles: as for events. options: `unit`, `environments` and `sources` of `count_events`.
        engine: "pandas", "duckdb" or "spark"; by default DuckDB above a million reports, where it is installed.
        session: a Spark session, for the cluster at `spark` in vbe.toml. The numbers are the same on all.
        One row per value of the keys and cycle, as frames.COUNTS after the keys. A number that is not known is missing,
        never 0. Raises InputError for an unknown cycle, key, unit, environment or source.

        - "group" is "spår" (physical traces) or "personknuten" (all others).
        - "area" is "" for the events whose area nobody states; an area without reports in these cycles has no rows.
        - "environment" has rows for the reference series, "ej_vbe": no extremism, and in no count by other keys alone.
        - Rows do not add up to the total where reports of several sources may be one event: count with fewer keys.

        >>> counts = vbe.Workspace(".").counts("environment", "2021")
        >>> counts.loc[counts["environment"] == "vit_makt", ["period", "low", "high", "status"]].values.tolist()
        [['2021', 9, 15, 'partial']]

        The areas that can have had most physical traces; one alone is certain:

        >>> traces = vbe.Workspace(".").counts(["area", "group"], "2018").query("group == 'spår' and area != ''")
        >>> traces.loc[traces["high"] >= traces["low"].max(), ["area", "low", "high"]].values.tolist()
        [['salgangen', 3, 3]]
        """
        from vbe_analysis.workspace.engines.counting import counts_of

        return counts_of(self, by, cycles, engine, session, **options)

    def counts_together(
        self,
        by: str | Sequence[str] = "environment",
        *cycles: str,
        engine: str = "",
        session: Any = None,
        **options: Any,
    ) -> "pd.DataFrame":
        """The counts of several workspaces of one authority, in one pass over all: `counts` after a column `district`.

        vbe.toml names each folder under [together], with the decision (diarienummer) that lets its rows be read with
        the others'. Periods are those of this workspace's cycles; a district that lacks a cycle has no numbers in it.
        Raises InputError, all faults at once, where no folder is named, one has no decision or is no workspace, or
        counts by codes of its own that this one lacks; and as `counts` does.
        """
        from vbe_analysis.workspace.engines.together import counts_together

        return counts_together(self, by, cycles, engine, session, **options)

    def compare(self, period: str = "", previous: str = "", by: str = "environment") -> "Comparison":
        """Two periods on the source-months that they have in common, in all and by one key.

        period, previous: names in `periods` ("2021", "T1 2021"); the newest cycle, and the cycle before or the same
        tertial a year before, by default. The earlier of the two is always the previous. by: as for `counts`, one key,
        no list. The numbers are those of the common ground, so they may be lower than those of `counts`.
        Raises InputError for an unknown name or key, periods that overlap, or where there is no earlier period.

        In words: `explore.answer` of the total, `explore.lines` of each environment.

        >>> ws = vbe.Workspace(".")
        >>> comparison = ws.compare("2021", "2020")
        >>> comparison.total.kind
        'ingen_saker_forandring'
        >>> ws.labels(comparison.table)[["Miljö", "Bedömning"]].values.tolist()[:2]
        [['Autonoma miljön', 'för få för att bedöma'], ['Vit makt-miljön', 'ingen säker förändring']]
        """
        from vbe_analysis.analysis.comparison import compare_periods

        periods, cycles = self.periods, self.read_cycles
        for name in filter(None, (period, previous)):
            if name not in periods:
                raise fault("unknown_period", period=name)
        first = periods[period or cycles[-1]]
        second = periods[previous] if previous else _before(first, periods, cycles)
        before, after = sorted((first, second))
        return compare_periods(
            self.events(*cycles),
            self.coverage(*cycles),
            after,
            before,
            by,
            overlaps=self.overlaps(*cycles),
            earlier=[year for year in map(self.period, cycles) if year.end < before.start and after.label in cycles],
            **self._rules,
        )

    def trends(self, *cycles: str) -> "Trends":
        """The years side by side, on the ground they have in common, and whether there is a trend.

        cycles: those that have been read in by default. Raises InputError for an unknown cycle. In a cell it shows all
        that was reported each year, earlier chapters' figures too; printed, the total on common ground.

        >>> trends = vbe.Workspace(".").trends()
        >>> trends
        <Trends 2017–2021: 12–13, 14–16, 14–15, 12–14, 10–11>
        >>> trends.series["vit_makt"].counts
        ((8, 9), (8, 9), (8, 9), (6, 8), (6, 7))
        """
        from vbe_analysis.analysis.trends import yearly_trends

        names = cycles or self.read_cycles
        years = [self.period(cycle) for cycle in names]
        overlaps = self.overlaps(*names)
        return yearly_trends(self.events(*names), self.coverage(*names), years, overlaps=overlaps, **self._rules)

    def labels(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """A copy of any of our frames with Swedish labels instead of codes, and Swedish headings, as table_of takes it.

        Codes are turned in the columns environment, event_type, source, area, status, not_counted and kind, never in
        the index (`reset_index` first). A code or a column without a label keeps its name: group, question, answer,
        flags and a comparison's reasons are not turned. Label before `table_of`: an area of "" has no heading.

        >>> ws = vbe.Workspace(".")
        >>> [*ws.labels(ws.counts("event_type", "2021"))][:4]
        ['Typ av händelse', 'Period', 'Lägst', 'Högst']
        """
        return self.vocabulary.labels(frame, self.settings.areas)

    def read_in(self, cycle: str, **options: Any) -> "Ingested":
        """Read the cycle's raw files without writing anything, as `vbe ingest` does before it writes.

        Raises InputError with every fault at once.
        """
        from vbe_analysis.loaders.cycle import Task, ingest

        if not self.raw(cycle).is_dir():
            raise InputError([Fault("no_deliveries", values={"cycle": cycle})])
        # Before anything is read: what changes meanwhile is not current.
        stands_on = {**self._stands_on(cycle), SETTINGS: self._settings_hash}
        earlier: dict[str, Any] = {}
        with suppress(InputError):  # a damaged record is made anew
            earlier = self.record(cycle)
        before: dict[str, Any] = {}
        with suppress(InputError):
            before = self.record(previous) if (previous := self.previous(cycle)) else {}
        options = {"previous": before, **options}
        task = Task(self.settings, self.raw(cycle), self.period(cycle), self.profiles(), earlier, **options)
        with known_places([*self.settings.places, *self.settings.areas.values(), *self.settings.areas_outside]):
            ingested = ingest(task)
        read = {entry["file"]: entry["sha256"] for entry in ingested.record["inputs"]}  # of the bytes that were read
        stands_on |= {name: read.get(Path(name).name, stands_on[name]) for name in stands_on if name.startswith("raw/")}
        return replace(ingested, record={**ingested.record, "stands_on": stands_on})

    def is_current(self, cycle: str) -> bool:
        """Whether data/processed is whole, and stands on the raw files, profiles and settings as they are now."""
        folder = self.processed(cycle)
        try:
            record = read_record(folder)
        except InputError:
            return False
        whole = bool(record) and not differing_frames(folder, record)
        return whole and record.get("stands_on") == self._stands_on(cycle)

    def write(self, cycle: "Ingested") -> None:
        """Put a cycle that was read in into data/processed: whole, or not at all."""
        from vbe_analysis.workspace.parquet import CONTRACTS, write_frames

        words = self.vocabulary
        allowed = {
            "environment": ["", *words.all_environments],
            "event_type": [*words.event_types],
            "source": [*words.sources],
            "area": ["", *self.settings.areas],
        }
        frames = {name: getattr(cycle, name) for name in CONTRACTS}
        with locked(self.root, message("lock.frames", cycle=cycle.cycle)):
            write_frames(self.processed(cycle.cycle), frames, cycle.record, allowed)

    @property
    def _rules(self) -> dict[str, Any]:
        """What every comparison of this workspace goes by."""
        return {"vocabulary": self.vocabulary, "response_limit": self.settings.response_limit}

    def _stands_on(self, cycle: str) -> dict[str, str]:
        """Name -> sha256 of everything that decides what a cycle's frames hold."""
        raw, own = self.raw(cycle), self.root / PROFILES
        ours = [path for path in (raw / DELIVERIES, raw / CORRECTIONS) if path.is_file()]
        with as_file(files("vbe_analysis.config")) as config:
            hashes = {path.relative_to(config).as_posix(): sha256(path) for path in sorted(config.rglob("*.toml"))}
        hashes |= {f"{PROFILES}/{path.name}": sha256(path) for path in profile_files(own)}
        hashes |= {f"raw/{safe_path(path, raw)}": sha256(path) for path in [*ours, *office_files(raw)]}
        return hashes | {SETTINGS: sha256(self.root / SETTINGS)}

    def _frame(self, name: str, cycles: Sequence[str]) -> "pd.DataFrame":
        import pandas as pd

        from vbe_analysis.workspace.parquet import read_frame

        parts = [read_frame(self.processed(cycle), name) for cycle in cycles or self.cycles]
        return pd.concat(parts, ignore_index=True)


def _before(period: Period, periods: Mapping[str, Period], cycles: Sequence[str]) -> Period:
    """The cycle before a cycle; of a tertial, the same one a year before. Raises InputError where there is none."""
    if period.label in cycles:
        earlier = [periods[name] for name in cycles if periods[name].end < period.start]
    else:
        start = (period.start.year - 1, period.start.month, period.start.day)
        earlier = [
            other
            for other in periods.values()
            if (other.start.year, other.start.month, other.start.day) == start
            and len(other.months) == len(period.months)
        ]
    if not earlier:
        raise fault("no_earlier_period", period=period.label)
    return earlier[-1]
