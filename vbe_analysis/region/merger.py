"""A merged district's earlier years: the published figures of the districts that it was made of, as one district's.

Nothing of them is compared with its own: that takes an export of its own with both periods.
"""

from typing import Any

import pandas as pd

from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.frames import DELIVERED, EXPORT, NOT_ASKED, NOT_DELIVERED, NOTHING, conform
from vbe_analysis.region.export_file import COVERED, YEARS

WORST = {NOT_ASKED: 0, DELIVERED: 1, NOTHING: 1, NOT_DELIVERED: 2}
"""A month's status, of several: one that lacks it decides."""


def as_one(rows: pd.DataFrame, district: str) -> pd.DataFrame:
    """The years and the coverage of all districts in `rows` (district and frames.EXPORT) as one district's.

    Exact counts are added, bands end by end, each only where all have one.
    """
    every, sums = rows["district"].nunique(), _sums(rows)
    months = rows[rows["figure"] == COVERED].assign(rank=lambda own: own["status"].map(WORST))
    months = months.sort_values("rank", kind="stable")
    months = months.drop_duplicates(["source", "environment", "period", "part"], keep="last")
    covered = months[["figure", "source", "environment", "period", "part", "status"]]
    parts = [_filled(part, district) for part in (sums[sums["districts"] == every], covered)]
    return conform(pd.concat(parts, ignore_index=True), EXPORT, keys=["district"])


def _filled(rows: pd.DataFrame, district: str) -> pd.DataFrame:
    blank: dict[str, Any] = {name: pd.NA if column.nullable else "" for name, column in EXPORT.items()}
    missing = {name: value for name, value in blank.items() if name not in rows}
    return rows.assign(district=district, **missing)[["district", *EXPORT]].astype("object")


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Each group's counts by environment and period, and how many districts have one."""
    years = rows[(rows["figure"] == YEARS) & (rows["event_type"] == "")].fillna({"high": OPEN})
    keys = years.groupby(["figure", "group", "environment", "period"], as_index=False, sort=False)
    sums = keys.agg(low=("low", "sum"), high=("high", "sum"), districts=("district", "nunique"))
    return sums.assign(high=sums["high"].mask(sums["high"] >= OPEN))
