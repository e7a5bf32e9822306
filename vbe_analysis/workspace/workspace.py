"""A workspace folder: vbe.toml, the cycles, where things lie, and the frames of the cycles that have been read in."""

from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pandas as pd

from vbe_analysis.analysis.counts import count_events
from vbe_analysis.analysis.overlaps import Overlaps, find_overlaps
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.cycle import Ingested, Task, ingest
from vbe_analysis.loaders.privacy.detect import safe_path
from vbe_analysis.loaders.profiles.read import Profile, read_profiles
from vbe_analysis.periods import Period
from vbe_analysis.settings import FILE, Settings, read_settings
from vbe_analysis.storage import CORRECTIONS, DELIVERIES, office_files, sha256
from vbe_analysis.vocabulary import Vocabulary
from vbe_analysis.workspace import processed
from vbe_analysis.workspace.duplicates import decisions, read_marks


def workspace_root(start: Path) -> Path:
    """The nearest folder from `start` upwards that holds vbe.toml; `start` itself where none does."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / FILE).is_file()), here)


class Workspace:
    """The folder that holds vbe.toml, found from `start` upwards.

    >>> Workspace(".").cycles  # doctest: +SKIP
    ('2017', '2018', '2019', '2020', '2021')
    """

    def __init__(self, start: str | Path = ".") -> None:
        self.root = workspace_root(Path(start))
        self.settings: Settings = read_settings(self.root)

    @property
    def cycles(self) -> tuple[str, ...]:
        """The names of the cycles, by their periods."""
        return tuple(sorted(self.settings.cycles, key=lambda cycle: self.settings.cycles[cycle].start))

    @property
    def vocabulary(self) -> Vocabulary:
        """The codes of this workspace and their labels."""
        return self.settings.vocabulary

    def period(self, cycle: str) -> Period:
        """The cycle's period; raises InputError for an unknown cycle."""
        return self.settings.period(cycle)

    def previous(self, cycle: str) -> str | None:
        """The cycle before, or None for the first."""
        at = self.cycles.index(self.period(cycle).label)
        return self.cycles[at - 1] if at else None

    def raw(self, cycle: str) -> Path:
        """data/raw/<cycle>: the files as the offices sent them."""
        return self.root / "data" / "raw" / cycle

    def processed(self, cycle: str) -> Path:
        """data/processed/<cycle>: the frames."""
        return self.root / "data" / "processed" / cycle

    def reports(self, cycle: str, edition: str = "intern") -> Path:
        """reports/<cycle>/<edition>: the chapter."""
        return self.root / "reports" / cycle / edition

    def profiles(self) -> dict[str, Profile]:
        """The package's profiles and the workspace's own (data/profiles), which win."""
        with as_file(files("vbe_analysis.config") / "profiles") as shipped:
            return read_profiles([shipped, self.root / "data" / "profiles"])

    def events(self, *cycles: str) -> pd.DataFrame:
        """frames.EVENTS of the cycles (all by default): one row per report."""
        return self._frame("events", cycles)

    def answers(self, *cycles: str) -> pd.DataFrame:
        """frames.ANSWERS of the cycles: one row per survey unit and question."""
        return self._frame("answers", cycles)

    def coverage(self, *cycles: str) -> pd.DataFrame:
        """frames.COVERAGE of the cycles: one row per source and month."""
        return self._frame("coverage", cycles)

    def rejects(self, *cycles: str) -> pd.DataFrame:
        """frames.REJECTS of the cycles: one row per cell or row that was left out."""
        return self._frame("rejects", cycles)

    def overlaps(self, *cycles: str) -> Overlaps:
        """The possible duplicates of the cycles, with what was decided in their dubbletter.xlsx."""
        chosen = cycles or self.cycles
        marks = {report: mark for cycle in chosen for report, mark in read_marks(self.raw(cycle)).items()}
        return find_overlaps(self.events(*chosen), decisions(marks), self.settings.duplicate_days)

    def record(self, cycle: str) -> dict[str, Any]:
        """The run record of a cycle; {} where it has not been read in."""
        return processed.read_record(self.processed(cycle))

    def counts(self, by: Sequence[str], *cycles: str, **options: Any) -> pd.DataFrame:
        """frames.COUNTS by the keys `by` and cycle: the distinct occasions that the sources reported."""
        periods = [self.period(cycle) for cycle in cycles or self.cycles]
        options = {"vocabulary": self.vocabulary, "overlaps": self.overlaps(*cycles), **options}
        counts: pd.DataFrame = count_events(
            self.events(*cycles), self.coverage(*cycles), by=by, periods=periods, **options
        )
        return counts

    def read_in(self, cycle: str, **options: Any) -> Ingested:
        """Read the cycle's raw files without writing anything; raises InputError with every fault at once."""
        if not self.raw(cycle).is_dir():
            raise InputError([Fault("no_deliveries", values={"cycle": cycle})])
        task = Task(self.settings, self.raw(cycle), self.period(cycle), self.profiles(), self.record(cycle), **options)
        return ingest(task)

    def is_current(self, cycle: str) -> bool:
        """Whether data/processed still stands on the raw files, profiles and settings as they are now."""
        return bool(self.record(cycle)) and self.record(cycle).get("stands_on") == self._stands_on(cycle)

    def _stands_on(self, cycle: str) -> dict[str, str]:
        """Name -> sha256 of everything that decides what a cycle's frames hold."""
        raw, own = self.raw(cycle), self.root / "data" / "profiles"
        ours = [p for p in (raw / DELIVERIES, raw / CORRECTIONS) if p.is_file()]
        with as_file(files("vbe_analysis.config")) as config:
            hashes = {p.relative_to(config).as_posix(): sha256(p) for p in sorted(config.rglob("*.toml"))}
        hashes |= {f"data/profiles/{p.name}": sha256(p) for p in sorted(own.glob("*.toml"))}
        hashes |= {f"raw/{safe_path(p, raw)}": sha256(p) for p in [*ours, *office_files(raw)]}
        return hashes | {FILE: sha256(self.root / FILE)}

    def write(self, found: Ingested) -> None:
        """Put a cycle that was read in into data/processed: whole, or not at all."""
        vocabulary = self.vocabulary
        allowed = {"environment": ["", *vocabulary.all_environments], "event_type": [*vocabulary.event_types],
                   "source": [*vocabulary.sources], "area": ["", *self.settings.areas]}  # fmt: skip
        frames = {name: getattr(found, name) for name in processed.CONTRACTS}
        record = {**found.record, "stands_on": self._stands_on(found.cycle)}
        processed.write_processed(self.processed(found.cycle), frames, record, allowed)

    def _frame(self, name: str, cycles: tuple[str, ...]) -> pd.DataFrame:
        parts = [processed.read_frame(self.processed(cycle), name) for cycle in cycles or self.cycles]
        return pd.concat(parts, ignore_index=True)
