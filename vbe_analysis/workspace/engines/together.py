"""The rows of several workspaces of one authority, counted as one data set.

Districts are authorities of their own and hand over aggregates (design.md 8). Rows are read together only where
vbe.toml names each workspace under [together], with the decision that lets its rows be read with the others'.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from vbe_analysis.analysis.counts import DISTRICT, count_districts, needs_overlaps
from vbe_analysis.analysis.overlaps import may_overlap
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.settings import FILE
from vbe_analysis.workspace.engines.counting import overlaps_among
from vbe_analysis.workspace.engines.events import open_events
from vbe_analysis.workspace.workspace import Workspace


def counts_together(
    workspace: Workspace, by: str | Sequence[str], cycles: Sequence[str], engine: str, session: Any, **options: Any
) -> pd.DataFrame:
    """What `Workspace.counts_together` gives."""
    districts = _named(workspace)
    names = cycles or workspace.cycles
    periods = [workspace.period(cycle) for cycle in names]
    own = {name: [cycle for cycle in names if cycle in other.cycles] for name, other in districts.items()}
    folders = {other.processed(cycle): name for name, other in districts.items() for cycle in own[name]}
    events = open_events(folders, engine, session, workspace.settings.spark)
    overlaps = {}
    if needs_overlaps(by, options.get("unit", "")):
        several = len(districts) > 1
        days = max(other.settings.duplicate_days for other in districts.values())
        reports = may_overlap(events, days, *([DISTRICT] if several else []))
        for name, other in districts.items():
            rows = reports[reports[DISTRICT] == name].drop(columns=DISTRICT) if several else reports
            overlaps[name] = overlaps_among(other, rows, own[name])
    coverage = {name: other.coverage(*own[name]) for name, other in districts.items() if own[name]}
    return count_districts(events, coverage, by, periods, overlaps=overlaps, vocabulary=workspace.vocabulary, **options)


def _named(workspace: Workspace) -> Mapping[str, Workspace]:
    """District -> its workspace, of those under [together]. Raises InputError with every fault of them at once."""
    decisions = workspace.settings.together
    if not decisions:
        raise fault("together_none")
    faults, opened = list[Fault](), list[Workspace]()
    for folder, decision in decisions.items():
        fault_of = partial(Fault, file=FILE, values={"folder": folder})
        if not decision.strip():
            faults.append(fault_of("together_no_decision"))
        try:
            other = Workspace(workspace.root / folder)
        except InputError as error:
            faults += error.faults
            continue
        if other.root != (workspace.root / folder).resolve():
            faults.append(fault_of("together_no_workspace"))
            continue
        opened.append(other)
        if codes := sorted({code for code, _ in _terms(other) - _terms(workspace)}):
            faults.append(Fault("together_codes", FILE, values={"folder": folder, "codes": ", ".join(codes)}))
    for district, number in Counter(other.settings.district for other in opened).items():
        if number > 1:
            faults.append(Fault("together_twice", FILE, values={"district": district}))
    if faults:
        raise InputError(faults)
    return {other.settings.district: other for other in opened}


def _terms(workspace: Workspace) -> set[tuple[str, tuple[object, ...]]]:
    """The codes of a workspace with what decides how their events are counted."""
    words = workspace.vocabulary
    terms = {**words.all_environments, **words.event_types, **words.sources}
    return {(code, (term.trace, term.groups)) for code, term in terms.items()}
