"""The counts of one workspace, on the engine asked for, and its possible duplicates."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from vbe_analysis.analysis.counts import count_events, needs_overlaps
from vbe_analysis.analysis.overlaps import Overlaps, find_overlaps, may_overlap
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.workspace.duplicates import decisions, read_marks
from vbe_analysis.workspace.engines.events import open_events
from vbe_analysis.workspace.workspace import Workspace


def counts_of(
    workspace: Workspace, by: str | Sequence[str], cycles: Sequence[str], engine: str, session: Any, **options: Any
) -> pd.DataFrame:
    """What `Workspace.counts` gives. Only the reports that may be duplicates are taken out of the engine."""
    names = cycles or workspace.cycles
    folders = {workspace.processed(cycle): workspace.settings.district for cycle in names}
    events = open_events(folders, engine, session, workspace.settings.spark)
    if "overlaps" not in options and needs_overlaps(by, options.get("unit", "")):
        days = workspace.settings.duplicate_days
        reports = events if isinstance(events, pd.DataFrame) else may_overlap(events, days)
        options["overlaps"] = overlaps_among(workspace, reports, names)
    options = {"vocabulary": workspace.vocabulary, **options}
    periods = [workspace.period(cycle) for cycle in names]
    return count_events(events, workspace.coverage(*names), by, periods, **options)


def overlaps_among(workspace: Workspace, reports: pd.DataFrame, cycles: Sequence[str]) -> Overlaps:
    """The possible duplicates among these reports (frames.EVENTS) of the cycles, with what dubbletter.xlsx decides."""
    with FileReader() as reader:
        read = [read_marks(workspace.raw(cycle), reader) for cycle in cycles]
    marks = {report: mark for cycle_marks in read for report, mark in cycle_marks.items()}
    return find_overlaps(reports, decisions(marks), workspace.settings.duplicate_days)
