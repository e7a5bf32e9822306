"""What the offices covered: which months each source answers for, and so whether a count is known at all."""

from collections.abc import Collection, Sequence

import pandas as pd

from vbe_analysis.frames import ALL_ENVIRONMENTS, DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING, OBSERVED, PARTIAL
from vbe_analysis.periods import Period, months_between

COVERED = (DELIVERED, NOTHING)
SOURCE_MONTH = ["source", "month", "environment"]


def source_months(coverage: pd.DataFrame, environments: Collection[str]) -> pd.DataFrame:
    """Coverage (frames.COVERAGE) spelt out: one row per source, month and environment of `environments`.

    Gives those three columns, `covered` (the month can be counted; never one that only a count passing the period's
    boundary reaches), `asked`, and coverage's version and break_before. An environment's own row goes before the
    row for all of them; where two deliveries speak of a month, the one that covers it goes before.
    """
    rows = coverage.assign(
        covered=coverage["status"].isin(COVERED) & ~coverage["straddled"], wanted=coverage["status"] != NOT_ASKED
    ).sort_values(["covered", "wanted"], kind="stable")
    general = rows[rows["environment"] == ALL_ENVIRONMENTS].drop(columns="environment")
    spread = general.merge(pd.DataFrame({"environment": list(environments)}, dtype="str"), how="cross")
    own = rows[rows["environment"].isin(list(environments))]
    return pd.concat([spread, own], ignore_index=True).drop_duplicates(SOURCE_MONTH, keep="last", ignore_index=True)


def months_of(period: Period) -> tuple[str, ...]:
    """The months that a period's coverage is judged by: those wholly inside, or the ones a shorter period lies in."""
    return period.months or tuple(months_between(period.start, period.end))


def sources_of(coverage: pd.DataFrame, periods: Sequence[Period]) -> list[str]:
    """The sources that coverage knows in any of the periods, in alphabetical order."""
    months = {month for period in periods for month in months_of(period)}
    return sorted(coverage.loc[coverage["month"].isin(months), "source"].unique())


def newcomers(coverage: pd.DataFrame, cycles: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Cycle -> the sources that delivered anything countable in it and in none before; the first cycle has none."""
    covered = coverage[coverage["status"].isin(COVERED) & ~coverage["straddled"]]
    known: set[str] = set()
    found = {}
    for cycle in cycles:
        mine = covered.loc[covered["cycle"] == cycle, "source"].unique()
        found[cycle] = tuple(source for source in mine if source not in known) if known else ()
        known |= set(mine)
    return found


def cell_status(
    coverage: pd.DataFrame, periods: Sequence[Period], keys: Sequence[str], environments: Collection[str]
) -> pd.DataFrame:
    """Whether a cell's count is known: one row per period and value of `keys` (of source, environment) in coverage.

    Gives period, the keys, `status` (frames.COUNTS) and `months_covered`, the number of source-months with a delivery.
    A source that was not asked at all in a period leaves no gap in it: `observed` means every month of the others.
    """
    spans = [(period.label, month, len(months_of(period))) for period in periods for month in months_of(period)]
    months = pd.DataFrame(spans, columns=["period", "month", "length"]).astype({"period": "str", "month": "str"})
    known = source_months(coverage, environments).merge(months, on="month")
    cell = ["period", *keys]
    # A total over environments expects every one of them from a source that was asked for any.
    each = 1 if "environment" in keys else len(environments)
    asked = known[known["wanted"]].drop_duplicates([*cell, "source"])
    covered = known[known["covered"]]
    reached = covered.drop_duplicates([*cell, "source", "month"])

    found = known.drop_duplicates(cell)[cell].reset_index(drop=True)
    for name, number in (
        ("expected", asked.groupby(cell)["length"].sum() * each),
        ("covered", covered.groupby(cell).size()),
        ("months_covered", reached.groupby(cell).size()),
    ):
        found = found.join(number.rename(name), on=cell)
    found = found.fillna({"expected": 0, "covered": 0, "months_covered": 0}).astype({"months_covered": "int64"})
    found["status"] = PARTIAL
    found.loc[found["covered"] == found["expected"], "status"] = OBSERVED
    found.loc[found["covered"] == 0, "status"] = NOT_DELIVERED
    found.loc[found["expected"] == 0, "status"] = NOT_ASKED
    return found[[*cell, "status", "months_covered"]]
