"""The revision's log: who was consulted, what was decided, and when it was published. What was agreed is not kept."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vbe_analysis.storage import LOG, PLAN
from vbe_analysis.workspace.workspace import Workspace

CONSULTATION, BOARD, CITY, PUBLICATION = "consultation", "board", "city", "publication"


@dataclass(frozen=True)
class Entry:
    """One event of the year. kind: of message [revision.kind]; role: of a consultation; number: of a decision."""

    kind: str
    day: date
    role: str = ""
    number: str = ""


@dataclass(frozen=True)
class Log:
    """What has happened in a cycle's revision, by day."""

    entries: tuple[Entry, ...] = ()

    def of(self, kind: str) -> tuple[Entry, ...]:
        """The events of a kind."""
        return tuple(entry for entry in self.entries if entry.kind == kind)


def log_path(workspace: Workspace, cycle: str) -> Path:
    """data/plan/<cycle>/revidering.xlsx. Raises InputError for an unknown cycle."""
    return workspace.root / PLAN / workspace.period(cycle).label / LOG
