"""What a cycle asks of each source and has not got, by leveranser.xlsx and vbe.toml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from vbe_analysis.config import load, message
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.frames import ALL_ENVIRONMENTS, NOT_DELIVERED
from vbe_analysis.loaders.deliveries.deliveries import Deliveries, base_coverage, read_deliveries
from vbe_analysis.periods import Period, swedish_months
from vbe_analysis.settings import Settings
from vbe_analysis.storage import DELIVERIES
from vbe_analysis.swedish import swedish_date
from vbe_analysis.vocabulary import HISTORY, Vocabulary
from vbe_analysis.workspace.workspace import Workspace

OPEN_ROWS = ("delivery_open", "delivery_incomplete")  # faults of a row that nobody has filled in yet


class Asking(Protocol):
    """Whoever asks the offices: a district's workspace, or a region for all its districts."""

    @property
    def root(self) -> Path: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    def period(self, cycle: str) -> Period:
        """The cycle's period. Raises InputError for an unknown cycle."""

    def raw(self, cycle: str) -> Path:
        """The folder of what was delivered. Raises InputError for an unknown cycle."""


@dataclass(frozen=True)
class Asked:
    """months: source -> the months it has not delivered, in the vocabulary's order; requested: when it was asked."""

    months: Mapping[str, tuple[str, ...]]
    requested: Mapping[str, date]


def kind_of_order(source: str) -> str:
    """How a source is asked: "survey", "form" or "list"; "" for earlier chapters, which nobody is asked for."""
    kinds: Mapping[str, str] = load("messages.sv")["order"]["kind"]
    return "" if source == HISTORY else kinds.get(source, "list")


def asked_of(workspace: Asking, cycle: str) -> Asked:
    """What is still to come. Raises InputError for an unknown cycle, and for a leveranser.xlsx that cannot be used."""
    settings, period = workspace.settings, workspace.period(cycle)
    deliveries = Deliveries((), (), {})
    if (workspace.raw(cycle) / DELIVERIES).is_file():
        faults: list[Fault] = []
        deliveries = read_deliveries(workspace.raw(cycle), period, settings.vocabulary.sources, None, faults)
        if other := [fault for fault in faults if fault.code not in OPEN_ROWS]:
            raise InputError(other)
    coverage = base_coverage(deliveries, period, settings.sources_expected)
    missing = coverage[(coverage["status"] == NOT_DELIVERED) & (coverage["environment"] == ALL_ENVIRONMENTS)]
    months = {str(source): tuple(rows["month"]) for source, rows in missing.groupby("source", sort=False)}
    asked = (source for source in settings.vocabulary.sources if source in months and kind_of_order(source))
    return Asked({source: months[source] for source in asked}, deliveries.requested)


def awaited_lines(workspace: Workspace, cycle: str, today: date) -> Iterator[str]:
    """Whose answer is still to come, and whether it is soon or late; nothing where nobody wrote a day."""
    asked, deadline = asked_of(workspace, cycle), workspace.settings.cycles[cycle].deadline
    if not asked.months or not (deadline or asked.requested):
        return
    when = "no_deadline" if deadline is None else "late" if today > deadline else "soon"
    yield message(f"status.{when}", deadline=swedish_date(deadline) if deadline else "")
    for source, months in asked.months.items():
        day = asked.requested.get(source)
        request = message("status.requested", day=swedish_date(day)) if day else message("status.not_requested")
        label = workspace.vocabulary.sources[source].label
        yield message("status.awaited", source=label, months=swedish_months(months), request=request)
