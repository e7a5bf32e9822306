"""Counting a million events: one function on pandas and on DuckDB, against both written by hand.

Each way runs in a process of its own, so that its peak memory is its own; times are the best of three, reading apart.
"""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vbe_analysis.frames import COVERAGE, DELIVERED, EVENTS, conform
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import default_vocabulary

ROWS, SEED = 1_000_000, 20210501
YEARS = [Period(date(year - 1, 5, 1), date(year, 4, 30), str(year)) for year in range(2017, 2022)]
BY = ["environment", "event_type", "source"]
SOURCES = ("enkat", "sisab", "trafikkontoret", "ia", "polis")
AREAS = 300

_INSIDE = [
    f"WHEN date_from >= TIMESTAMP '{year.start}' AND date_to <= TIMESTAMP '{year.end}' THEN '{year.label}'"
    for year in YEARS
]
PERIOD = f"CASE {' '.join(_INSIDE)} END"
COUNTED = f"SELECT *, {PERIOD} AS period FROM events WHERE not_counted = '' AND source <> 'historik'"
SQL = {
    "objects": f"""SELECT {", ".join(BY)}, period, sum(low), sum(high), count(*)
        FROM ({COUNTED}) WHERE period IS NOT NULL GROUP BY ALL""",
    "occasions": f"""SELECT {", ".join(BY)}, period, sum(CASE WHEN on_day THEN 1 ELSE low END),
        sum(CASE WHEN on_day THEN 1 ELSE high END), sum(reports)
        FROM (SELECT source, date_from, area, event_type, environment, period, date_from = date_to AS on_day,
              sum(low) AS low, sum(high) AS high, count(*) AS reports
              FROM ({COUNTED}) WHERE period IS NOT NULL GROUP BY ALL)
        GROUP BY ALL""",
}


def made_events(rows: int = ROWS) -> pd.DataFrame:
    """Reports of five years, a tenth of them dated to a month or so."""
    words, random = default_vocabulary(), np.random.default_rng(SEED)
    first = np.datetime64("2016-05-01") + random.integers(0, 5 * 365, rows).astype("timedelta64[D]")
    last = first + np.where(random.random(rows) < 0.1, 30, 0).astype("timedelta64[D]")
    number = random.integers(1, 5, rows)
    drawn = {
        "source": random.choice(SOURCES, rows),
        "environment": random.choice(list(words.all_environments), rows),
        "event_type": random.choice(list(words.event_types), rows),
        "area": random.choice([f"omrade_{n}" for n in range(AREAS)], rows),
    }
    plain = {"report_id": "r", "cycle": "", "flags": "", "not_counted": "", "file": "f", "sheet": "", "row": 1}
    frame = pd.DataFrame({**drawn, "date_from": first, "date_to": last, "low": number, "high": number}).assign(**plain)
    return conform(frame, EVENTS)


def made_coverage() -> pd.DataFrame:
    """Every source delivers every month."""
    rows = [(year.label, source, month) for year in YEARS for source in SOURCES for month in year.months]
    frame = pd.DataFrame(rows, columns=["cycle", "source", "month"])
    shared = {"environment": "", "status": DELIVERED, "straddled": False, "version": "", "break_before": ""}
    return conform(frame.assign(**shared, asked=None, answered=None), COVERAGE)


def pandas_way(path: Path, unit: str) -> Callable[[], int]:
    """Our function on a pandas frame read beforehand."""
    from vbe_analysis.analysis.counts import count_events

    events, coverage = pd.read_parquet(path), made_coverage()
    return lambda: int(count_events(events, coverage, BY, YEARS, unit)["reports"].sum())


def duckdb_way(path: Path, unit: str) -> Callable[[], int]:
    """Our function on a DuckDB relation over the file."""
    import duckdb

    from vbe_analysis.analysis.counts import count_events

    coverage = made_coverage()
    return lambda: int(count_events(duckdb.read_parquet(str(path)), coverage, BY, YEARS, unit)["reports"].sum())


def groupby_way(path: Path, unit: str) -> Callable[[], int]:
    """The counts alone, as pandas is written by hand: no grid, no coverage."""
    events = pd.read_parquet(path)
    ends = np.array([np.datetime64(year.end) for year in YEARS])

    def count() -> int:
        rows = events[(events["not_counted"] == "") & (events["source"] != "historik")]
        rows = rows[["date_from", "date_to", "area", "low", "high", *BY]]
        rows = rows.assign(period=np.searchsorted(ends, rows["date_from"]), reports=1)
        rows = rows[rows["period"] == np.searchsorted(ends, rows["date_to"])]
        if unit == "occasions":
            keys = [*BY, "area", "date_from", "date_to", "period"]
            rows = rows.groupby(keys, as_index=False, sort=False)[["low", "high", "reports"]].sum()
            on_day = rows["date_from"] == rows["date_to"]
            rows = rows.assign(low=rows["low"].mask(on_day, 1), high=rows["high"].mask(on_day, 1))
        return int(rows.groupby([*BY, "period"], sort=False)[["low", "high", "reports"]].sum()["reports"].sum())

    return count


def sql_way(path: Path, unit: str) -> Callable[[], int]:
    """The counts alone, in SQL over the file: no grid, no coverage."""
    import duckdb

    query = SQL[unit].replace("FROM events", f"FROM '{path}'")
    return lambda: int(sum(row[-1] for row in duckdb.sql(query).fetchall()))


WAYS = {"pandas": pandas_way, "pandas groupby": groupby_way, "DuckDB": duckdb_way, "DuckDB SQL": sql_way}
PLAIN = {"pandas": "pandas groupby", "DuckDB": "DuckDB SQL"}


def main() -> None:
    """Print seconds, the ratio to the plain way of the same engine and peak memory, for objects and for occasions."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.parquet"
        # Also made in a process of its own: a child's peak would begin at its parent's.
        _apart(_write, path)
        print(f"{ROWS} events by {', '.join(BY)} in {len(YEARS)} periods")
        print(f"{'':26}{'seconds':>9}{'of plain':>10}{'MB':>7}")
        for unit in SQL:
            measured = {name: _apart(_run, name, path, unit) for name in WAYS}
            counted = {reports for *_, reports in measured.values()}
            if len(counted) > 1:
                raise SystemExit(f"{unit}: the ways count differently: {counted}")
            for name, (seconds, memory, _) in measured.items():
                ratio = seconds / measured[PLAIN.get(name, name)][0]
                print(f"{unit + ', ' + name:26}{seconds:9.2f}{ratio:10.1f}{memory:7.0f}")


def _apart(work: Callable[..., Any], *arguments: object) -> Any:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def _write(path: Path) -> None:
    made_events().to_parquet(path, index=False)


def _run(name: str, path: Path, unit: str) -> tuple[float, float, int]:
    count, seconds = WAYS[name](path, unit), []
    for _ in range(3):
        start = time.perf_counter()
        reports = count()
        seconds.append(time.perf_counter() - start)
    return min(seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, reports


if __name__ == "__main__":
    main()
