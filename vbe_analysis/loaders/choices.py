"""Several environments or types in one cell, or one answer: which reports that makes, never the cross product."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vbe_analysis.loaders.cells import Number
from vbe_analysis.loaders.fields import Converted
from vbe_analysis.vocabulary import OTHER_TYPE

CHOICES = ("environment", "event_type")


@dataclass(frozen=True)
class Report:
    """One report of a row that may make several. unsure: its type is one of several that were told."""

    environment: str | None
    event_type: str | None
    number: Number
    unsure: bool = False


def reports_of(environments: Sequence[str | None], types: Sequence[str | None], number: Number) -> list[Report]:
    """One environment and several types, a report a type; the other way round, a report an environment; several of
    both, a report an environment with type `ovrigt` and a number from 1 to the types told.

    >>> [(r.event_type, r.number.high) for r in reports_of(["autonom"], ["klotter", "symbol"], Number(3, 3))]
    [('klotter', 2), ('symbol', 2)]
    """
    environments, types = list(dict.fromkeys(environments)), list(dict.fromkeys(types))
    if len(environments) > 1 and len(types) > 1:
        return [Report(e, OTHER_TYPE, Number(1, len(types)), True) for e in environments]
    share = _shared(number, len(environments) * len(types))
    return [Report(e, t, share) for e in environments for t in types]


def _shared(number: Number, pairs: int) -> Number:
    """One number stated for several pairs: at least one in each, and at most what the others leave."""
    if pairs == 1 or number.high <= 1:
        return number
    return Number(1, max(1, number.high - pairs + 1), number.suppressed)


def codes_of(converted: Converted, size: int) -> list[dict[str, list[str]]]:
    """Per row what the choices of a `many` column set: field -> codes."""
    found: list[dict[str, list[str]]] = [{} for _ in range(size)]
    for position, items in enumerate(converted.take(list, [])):
        for item in items:
            for field, code in item.items():
                found[position].setdefault(field, []).append(code)
    return found


def spread(reports: pd.DataFrame, chosen: Mapping[str, list[list[str]]]) -> pd.DataFrame:
    """The reports with each row of several choices as the reports it makes; `ordinal` counts within a body row."""
    rows = [row for report in reports.to_dict("records") for row in _of_row(report, chosen)]
    result = pd.DataFrame(rows, columns=reports.columns).astype(reports.dtypes.to_dict())
    return result.assign(ordinal=result.groupby("position").cumcount())


def _of_row(report: dict[Hashable, Any], chosen: Mapping[str, list[list[str]]]) -> Iterator[dict[Hashable, Any]]:
    told = {name: chosen[name][report["position"]] or [report[name]] for name in CHOICES}
    number = Number(report["low"], report["high"], report["suppressed"])
    if number.high == 0:
        yield report
        return
    for made in reports_of(told["environment"], told["event_type"], number):
        yield {**report, "environment": made.environment, "event_type": made.event_type, "low": made.number.low,
               "high": made.number.high, "suppressed": made.number.suppressed, "unsure": made.unsure}  # fmt: skip


def no_choices(size: int) -> dict[str, list[list[str]]]:
    """Per field and row, no choice yet."""
    return {name: [[] for _ in range(size)] for name in CHOICES}
