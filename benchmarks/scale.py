"""Where one machine ends: the counting of up to fifty million reports by DuckDB, and of ten million on a Spark cluster.

`python -m benchmarks scale` prints each ratio beside its aim: our function on DuckDB over the same in SQL, its peak
memory and how the time grows; on Spark (master and two workers on loopback) over Spark's own SQL. All ways count alike,
or it fails. Takes about 1 GB of disk.
"""

import hashlib
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.counting import BY, SOURCES, SQL, YEARS, _apart, made_coverage
from vbe_analysis.analysis.counts import count_events
from vbe_analysis.storage import sha256
from vbe_analysis.vocabulary import default_vocabulary
from vbe_analysis.workspace.engines.events import DUCKDB, PANDAS, SPARK, open_events

SIZES = (1_000_000, 10_000_000, 50_000_000)
CLUSTER_ROWS, FOLDERS = 10_000_000, 10
AIMS = {"of plain SQL": 1.3, "MB": 300, "exponent": 0.8}
RUNS = 3


def main() -> None:
    """Print the measures of DuckDB, then those of Spark where pyspark is installed."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"aims: {', '.join(f'{name} {aim}' for name, aim in AIMS.items())}; seconds of the processor")
        print(f"{'':34}{'seconds':>9}{'MB':>7}{'of SQL':>8}")
        seconds: dict[tuple[str, int], tuple[float, float]] = {}
        for rows in SIZES:
            path = Path(folder) / "2021" / "events.parquet"
            _apart(write_events, path, rows, YEARS[0].label)
            for unit in SQL:
                plain, sql_memory, total = _apart(on_sql, path, unit)
                own, memory, counted = _apart(on_duckdb, path, unit)
                if total != counted:
                    raise SystemExit(f"{unit}: DuckDB counts {counted}, its SQL {total}")
                print(f"{f'{rows:.0e} {unit}, SQL':34}{plain:9.2f}{sql_memory:7.0f}")
                print(f"{f'{rows:.0e} {unit}, our function':34}{own:9.2f}{memory:7.0f}{own / plain:8.2f}", flush=True)
                seconds[unit, rows] = own, plain
        for unit in SQL:
            few, many = (seconds[unit, rows] for rows in (SIZES[0], SIZES[-1]))
            ours, its = (math.log(many[at] / few[at]) / math.log(SIZES[-1] / SIZES[0]) for at in (0, 1))
            print(f"{unit}: growth exponent {ours:.2f}, of the plain SQL {its:.2f}")
        shutil.rmtree(path.parent)
        _spark(Path(folder))


def write_events(path: Path, rows: int, cycle: str, seed: int = 0) -> None:
    """Reports of five years as a cycle's frame with its record: a tenth dated to a month, nine of ten not extremist."""
    import duckdb

    words = default_vocabulary()
    path.parent.mkdir(parents=True, exist_ok=True)

    def drawn(codes: list[str], salt: int) -> str:
        return f"{codes}[1 + (hash(i * 31 + {salt + seed * 97}) % {len(codes)})::INT]"

    environments = [*words.reference] * 30 + [*words.environments]
    span = "CASE WHEN hash(i + 5) % 10 = 0 THEN INTERVAL 30 DAY ELSE INTERVAL 0 DAY END"
    day = f"TIMESTAMP '2016-05-01' + INTERVAL (hash(i * 17 + {seed}) % 1795) DAY"
    texts = ", ".join(f"'' AS {name}" for name in ("flags", "sheet", "not_counted"))
    duckdb.sql("SET enable_progress_bar = false")
    number = "1 + (hash(i + 7) % 4)::BIGINT"
    duckdb.sql(
        f"""COPY (SELECT i::VARCHAR AS report_id, '{cycle}' AS cycle, {drawn([*SOURCES], 1)} AS source,
        {day} AS date_from, {day} + {span} AS date_to,
        {drawn(environments, 2)} AS environment,
        {drawn([*words.event_types], 3)} AS event_type, 'omrade_' || (hash(i + 11) % 12) AS area,
        {number} AS low, {number} AS high, 'f' AS file, 1::BIGINT AS row, {texts}
        FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"""
    )
    record = f'{{"cycle": "{path.parent.name}", "frames": {{"events": "{sha256(path)}"}}}}'
    (path.parent / "korning.json").write_text(record, encoding="utf-8")


def on_sql(path: Path, unit: str) -> tuple[float, float, int]:
    """DuckDB's own SQL over the file: no grid, no coverage. Seconds, peak memory and the reports counted."""
    import duckdb

    query = SQL[unit].replace("FROM events", f"FROM '{path}'")
    duckdb.sql("SET enable_progress_bar = false")
    return _best(lambda: int(sum(row[-1] for row in duckdb.sql(query).fetchall())))


def on_duckdb(path: Path, unit: str) -> tuple[float, float, int]:
    """Our function on the same file."""
    events = open_events({path.parent: ""}, DUCKDB)
    return _best(partial(_sum_of_counts, events, unit))


def _sum_of_counts(events: Any, unit: str) -> int:
    return int(count_events(events, made_coverage(), BY, YEARS, unit)["reports"].sum())


def _sum_of_sql(session: Any, query: str) -> int:
    return sum(row[-1] for row in session.sql(query).collect())


def _best(count: Callable[[], int], clock: Callable[[], float] = time.process_time) -> tuple[float, float, int]:
    """The least seconds of several runs, this process's peak memory in MB, and what was counted."""
    seconds = []
    for _ in range(RUNS):
        start = clock()
        reports = count()
        seconds.append(clock() - start)
    return min(seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, reports


def _spark(folder: Path) -> None:
    """The cluster's counts against those of pandas, polars and DuckDB, and against Spark's own SQL."""
    try:
        import pyspark
    except ImportError:
        print("Spark: pyspark is not installed")
        return
    folders = {folder / f"{number}" / "2021": str(number) for number in range(FOLDERS)}
    for place, district in folders.items():
        _apart(write_events, place / "events.parquet", CLUSTER_ROWS // FOLDERS, YEARS[0].label, int(district))
    hashes = {name: _apart(digest, folders, name) for name in (PANDAS, "polars", DUCKDB)}
    home = Path(pyspark.__file__).parent
    with cluster(home) as address:
        hashes[SPARK], ratios = _apart(on_spark, folders, address)
    print(f"{CLUSTER_ROWS:.0e} reports of {FOLDERS} folders, hash of the counts by three keys in three units:")
    print("\n".join(f"  {name:8}{value}" for name, value in hashes.items()))
    for unit, (own, plain) in ratios.items():
        print(f"Spark, {unit}: {own:.1f} s, of its own SQL {own / plain:.2f} (aim 1.3)")
    if len(set(hashes.values())) > 1:
        raise SystemExit("the engines count differently")


def digest(folders: dict[Path, str], engine: str, session: Any = None) -> str:
    """The sha256 of the counts in all three units, written as text."""
    if engine == "polars":
        import polars

        frames = [polars.scan_parquet(folder / "events.parquet") for folder in folders]
        events: Any = polars.concat(frames)
    else:
        events = open_events(dict.fromkeys(folders, ""), engine, session)
    counts = [count_events(events, made_coverage(), BY, YEARS, unit) for unit in (*SQL, "reports")]
    return hashlib.sha256(pd.concat(counts).to_csv().encode()).hexdigest()[:16]


def on_spark(folders: dict[Path, str], address: str) -> tuple[str, dict[str, tuple[float, float]]]:
    """The hash of the counts, and the seconds of our function and of Spark's SQL."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(address).config("spark.ui.enabled", "false")
    session = (
        builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    )
    value = digest(folders, SPARK, session)
    events: Any = open_events(dict.fromkeys(folders, ""), SPARK, session)
    events.createOrReplaceTempView("events")
    seconds = {}
    for unit, query in SQL.items():
        plain, _, total = _best(partial(_sum_of_sql, session, query), time.perf_counter)
        own, _, counted = _best(partial(_sum_of_counts, events, unit), time.perf_counter)
        if counted != total:
            raise SystemExit(f"{unit}: Spark counts {counted}, its SQL {total}")
        seconds[unit] = (own, plain)
    session.stop()
    return value, seconds


@contextmanager
def cluster(home: Path, port: int = 7177) -> Iterator[str]:
    """A standalone Spark on this machine's loopback: a master and two workers, ended with the block."""
    start = home / "bin" / "spark-class"
    address = f"spark://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }
    master = ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
    worker = ["org.apache.spark.deploy.worker.Worker", address, "--cores", "1", "--memory", "2g", "--webui-port", "0"]
    with tempfile.TemporaryDirectory() as work:
        quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": work}
        running = [subprocess.Popen([start, *master], **quiet)]
        try:
            time.sleep(10)  # a worker gives up where there is no master yet
            running += [subprocess.Popen([start, *worker, "--work-dir", work], **quiet) for _ in range(2)]
            time.sleep(10)
            yield address
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait()


if __name__ == "__main__":
    main()
