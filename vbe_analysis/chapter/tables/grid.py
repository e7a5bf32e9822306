"""What a table or chart of counts holds: cells by label and period, and the same as small frames to read.

Only low, high, status and months covered are read. `reports` never is: in the public edition it would tell what a band
hides.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from vbe_analysis.config import message
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.errors import VbeError
from vbe_analysis.frames import ALL_ENVIRONMENTS, DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING, OBSERVED, PARTIAL
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import number

NBSP, DASH = "\u00a0", "–"
OUTSIDE = "outside"  # a row and column that together are no part of the periods
WORDS = (NOT_DELIVERED, NOT_ASKED, OUTSIDE)  # why there is no number, each in its own words
COVERAGE_LETTERS = {DELIVERED: "L", NOTHING: "N", NOT_DELIVERED: "U", NOT_ASKED: "I"}


@dataclass(frozen=True)
class Cell:
    """One count: [low, high], high None where the band is open upwards, both None where the count is not shown."""

    low: int | None
    high: int | None
    status: str
    months: int
    revised: bool = False  # published before with another number
    protected: bool = False  # a band that hides a number that is known, not an uncertain count

    @property
    def known(self) -> bool:
        return self.low is not None and self.status in (OBSERVED, PARTIAL)

    @property
    def exact(self) -> bool:
        return self.known and self.low == self.high

    @property
    def partial(self) -> bool:
        return self.known and self.status == PARTIAL

    @property
    def word(self) -> str:
        """Why there is no number."""
        return _word(f"status.{self.status if self.status in WORDS else 'withheld'}")


@dataclass(frozen=True)
class Grid:
    """Cells by row label, each in the order of `columns`."""

    rows: Mapping[str, tuple[Cell, ...]]
    columns: tuple[str, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for row in self.rows.values() for cell in row)

    @property
    def uncertain(self) -> bool:
        """Whether any count is an interval because nobody knows it exactly."""
        return any(cell.known and not cell.exact and not cell.protected for cell in self.cells)

    @property
    def protected(self) -> bool:
        """Whether any count is shown as an interval to protect people."""
        return any(cell.known and not cell.exact and cell.protected for cell in self.cells)

    @property
    def partial(self) -> list[str]:
        """The columns where any count is only partly covered."""
        return [name for at, name in enumerate(self.columns) if any(row[at].partial for row in self.rows.values())]

    @property
    def top(self) -> float:
        """The highest value to draw; an open band reaches a quarter above its low end."""
        ends = [cell.high if cell.high is not None else (cell.low or 0) * 1.25 for cell in self.cells if cell.known]
        return max(ends, default=0)


def grid(
    counts: pd.DataFrame,
    row_key: str,
    row_labels: Mapping[str, str],
    column_key: str = "period",
    column_labels: Mapping[str, str] | None = None,
) -> Grid:
    """The cells of a counts frame (one row per row key and column key).

    Rows stand in the order of `row_labels`; columns in that of `column_labels`, or as they come in the frame.
    Raises VbeError if a cell is absent or there twice (absent is not a status), or if two codes share a label.
    """
    names = column_labels or {period: period for period in counts[column_key].drop_duplicates()}
    columns = [code for code in names if (counts[column_key] == code).any()]
    rows = [code for code in row_labels if (counts[row_key] == code).any()]
    cells = {
        (row[row_key], row[column_key]): Cell(
            _whole(row["low"]),
            _end(row["high"]),
            str(row["status"]),
            int(row["months_covered"]),
            bool(row.get("revised", False)),
            bool(row.get("protected", False)),
        )
        for row in counts.to_dict("records")
    }
    wanted = [(row, column) for row in rows for column in columns]
    named = len({row_labels[row] for row in rows}) == len(rows) and len({names[name] for name in columns}) == len(
        columns
    )
    if not wanted or set(wanted) != set(cells) or len(cells) != len(counts) or not named:
        raise VbeError(_word("errors.cells"))
    return Grid(
        {row_labels[row]: tuple(cells[row, column] for column in columns) for row in rows},
        tuple(names[column] for column in columns),
    )


def number_text(cell: Cell) -> str:
    """The count as a chart writes it: "12", "5–9", "minst 500"."""
    if cell.low is None:
        return ""
    if cell.high is None:
        return f"{_word('at_least')} {number(cell.low)}" if cell.low else message("bands.unquantified")
    return number(cell.low) if cell.exact else f"{number(cell.low)}{DASH}{number(cell.high)}"


def counts_data(table: Grid, heading: str, marks: bool = True) -> pd.DataFrame:
    """The chart's numbers for reading: a row for each label under `heading`, a column for each period (or other key).

    A cell is an int where the count is exact, else words: "5–9", "12 (delvis)", "uppgift saknas". marks: whether each
    cell that is partly covered says so.
    """
    cells = {name: [_shown(row[at], marks) for row in table.rows.values()] for at, name in enumerate(table.columns)}
    return pd.DataFrame({heading: list(table.rows), **cells}, dtype="object")


def coverage_rows(
    coverage: pd.DataFrame, labels: Mapping[str, str], environments: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Row label -> month -> status, in the order of `labels`; a source asked for some environments has a row for each.

    A month that is delivered only inside a count passing the period's boundary cannot be counted: not delivered.
    Raises VbeError if a source lacks a month that another has, or its label.
    """
    statuses: dict[tuple[str, str], dict[str, str]] = {}
    for row in coverage.to_dict("records"):
        status = NOT_DELIVERED if row["straddled"] else row["status"]
        statuses.setdefault((row["source"], row["environment"]), {})[row["month"]] = status
    rows: dict[str, dict[str, str]] = {}
    for code, label in labels.items():
        every = statuses.get((code, ALL_ENVIRONMENTS), {})
        some = {name: {**every, **statuses[code, env]} for env, name in environments.items() if (code, env) in statuses}
        rows |= {f"{label}, {name}": row for name, row in some.items()} or ({label: every} if every else {})
    months = sorted(coverage["month"].unique())
    if (
        {code for code, _ in statuses} - set(labels)
        or not rows
        or any(set(row) != set(months) for row in rows.values())
    ):
        raise VbeError(_word("errors.cells"))
    return {name: {month: row[month] for month in months} for name, row in rows.items()}


def coverage_data(coverage: pd.DataFrame, labels: Mapping[str, str], environments: Mapping[str, str]) -> pd.DataFrame:
    """One row per row of the chart: Källa, then for each status the months in words, missing where there are none."""
    rows = coverage_rows(coverage, labels, environments)
    columns = {
        _word(f"coverage.{status}").capitalize(): [
            swedish_months(tuple(month for month in row if row[month] == status)) or None for row in rows.values()
        ]
        for status in COVERAGE_LETTERS
    }
    return pd.DataFrame({_word("data.source"): list(rows), **columns}, dtype="object")


def survey_data(survey: pd.DataFrame) -> pd.DataFrame:
    """One row per question and period: Fråga, Period, x (Antal), n (Av), the interval's ends as shares, Uppgift."""
    known = survey["status"].isin([OBSERVED, PARTIAL])
    statuses = [_word(f"status.{row}") for row in survey["status"]]
    return pd.DataFrame(
        {
            _word("data.question"): survey["question"],
            _word("data.period"): survey["period"],
            _word("data.x"): survey["x"].astype("Int64").where(known),
            _word("data.n"): survey["n"].astype("Int64").where(known),
            _word("data.low_share"): survey["low_share"].astype("Float64").where(known),
            _word("data.high_share"): survey["high_share"].astype("Float64").where(known),
            _word("data.status"): pd.Series(statuses, index=survey.index, dtype="str"),
        }
    ).reset_index(drop=True)


def _shown(cell: Cell, marks: bool) -> int | str:
    if not cell.known:
        return cell.word
    if cell.partial and marks:
        return f"{number_text(cell)} ({_word('partial')})"
    return cell.low if cell.exact and cell.low is not None else number_text(cell)


def _end(value: object) -> int | None:
    """The upper end; None for a band without one."""
    end = _whole(value)
    return None if end is None or end >= OPEN else end


def _whole(value: object) -> int | None:
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]


def _word(name: str, /, **values: object) -> str:
    return message(f"charts.{name}", **values)
