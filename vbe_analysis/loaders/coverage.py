"""Coverage finished by what the files themselves tell: units answered, question versions, gaps a source states."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from vbe_analysis.frames import DELIVERED, NOT_ASKED
from vbe_analysis.loaders.delivered import Loaded
from vbe_analysis.loaders.deliveries import Delivery
from vbe_analysis.loaders.profiles import Profile
from vbe_analysis.periods import Period, months_between


def finished_coverage(
    base: pd.DataFrame, answers: pd.DataFrame, loaded: Sequence[tuple[Delivery, Loaded]],
    profiles: Mapping[str, Profile], period: Period,
) -> pd.DataFrame:  # fmt: skip
    """Coverage by frames.COVERAGE (without cycle), one row per source, month and, where asked apart, environment."""
    coverage = base.copy()
    units = answers.groupby("source")["unit"].nunique() if len(answers) else pd.Series(dtype="int64")
    delivered = coverage["status"] == DELIVERED
    coverage["answered"] = coverage["source"].map(units).where(delivered)
    versions = _versions(answers, loaded, profiles)
    blank = coverage["version"] == ""
    coverage.loc[blank, "version"] = [versions.get(source, "") for source in coverage.loc[blank, "source"]]
    coverage["straddled"] = False
    for delivery, found in loaded:
        if found.spans:
            mine = (coverage["source"] == delivery.source) & delivered
            coverage.loc[mine, "straddled"] |= coverage.loc[mine, "month"].isin(_straddled(found, period))
    rows = [row for delivery, found in loaded for row in _unasked(coverage, delivery, found)]
    return pd.concat([coverage, pd.DataFrame(rows)], ignore_index=True) if rows else coverage


def _versions(
    answers: pd.DataFrame, loaded: Sequence[tuple[Delivery, Loaded]], profiles: Mapping[str, Profile]
) -> dict[str, str]:
    """source -> the version of the question that is counted: its wording's, else the profile's."""
    found = {d.source: profiles[d.profile].version for d, _ in loaded if d.profile in profiles}
    if len(answers):
        noted = answers[answers["question"] == "noted"].drop_duplicates("source")
        found |= {s: v for s, v in zip(noted["source"], noted["version"], strict=True) if v}
    return found


def _straddled(found: Loaded, period: Period) -> set[str]:
    """Months that the source's counts reach only by a span that passes the period's boundary."""
    inside: set[str] = set()
    passing: set[str] = set()
    for first, last in found.spans:
        months = set(months_between(first, last))
        (inside if period.holds(first, last) else passing).update(months & set(period.months))
    return passing - inside


def _days(first: np.datetime64, last: np.datetime64) -> tuple[date, date]:
    return pd.Timestamp(first).date(), pd.Timestamp(last).date()


def _unasked(coverage: pd.DataFrame, delivery: Delivery, found: Loaded) -> list[dict[str, object]]:
    """A row per month and environment for which the source says it has no figure."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    mine = coverage[coverage["source"] == delivery.source].set_index("month")
    for environment, first, last in found.unasked:
        if not environment or np.isnat(first):
            continue
        for month in months_between(*_days(first, last)):
            if month in mine.index:
                row: dict[str, object] = {str(k): v for k, v in mine.loc[month].items()}
                row |= {"month": month, "environment": environment, "status": NOT_ASKED}
                rows[environment, month] = row
    return list(rows.values())
