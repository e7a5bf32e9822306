"""Counting on pandas, polars, DuckDB and Spark gives the same bytes; rows are read together only by named decisions."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars
import pytest

import vbe_analysis as vbe
from benchmarks.counting import YEARS, made_coverage, made_events
from tests.checkers import need
from tests.workspaces import TOML, make
from tests.workspaces import vbe as command
from vbe_analysis.analysis.counts import count_events
from vbe_analysis.analysis.overlaps import find_overlaps, may_overlap
from vbe_analysis.workspace.engines import events as engine_events
from vbe_analysis.workspace.engines.events import DUCKDB, PANDAS, SPARK

pytestmark = [pytest.mark.slow, pytest.mark.process]
ROWS = 100_000
QUIET = ("--conf", "spark.ui.enabled=false", "--conf", "spark.sql.shuffle.partitions=2")
JOB = Path(__file__).resolve().parent.parent / "docs" / "spark_jobb.py"
TOGETHER = """
[together]
"Stad å" = "D 1"
"stad + b" = "D 2"
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    need(importlib.util.find_spec("pyspark") and shutil.which("java"), "pyspark with java")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    own = builder.config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield own
    own.stop()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two workspaces of one authority, read in, and one that names them with their decisions."""
    root = tmp_path_factory.mktemp("myndighet")
    for folder, district in (("Stad å", "A"), ("stad + b", "B")):
        made = make(root / folder)
        assert command(made, "ingest", "--quiet") == 0
        (made / "vbe.toml").write_text(TOML.replace("Ekåsens stadsdelsförvaltning", district), encoding="utf-8")
    (root / "vbe.toml").write_text(TOML + TOGETHER, encoding="utf-8")
    return root


def all_counts(events: Any) -> list[str]:
    """The counts of a frame on any engine, in every unit, as text."""
    by = ["environment", "event_type", "source"]
    units = ("occasions", "objects", "reports")
    return [count_events(events, made_coverage(), by, YEARS, unit).to_csv() for unit in units]


def test_every_engine_counts_a_hundred_thousand_reports_alike(session: Any, tmp_path: Path) -> None:
    events = made_events(ROWS)
    path = tmp_path / "events.parquet"
    events.to_parquet(path, index=False)
    expected = all_counts(events)
    import duckdb

    assert all_counts(polars.scan_parquet(path)) == expected
    assert all_counts(duckdb.read_parquet(str(path))) == expected
    assert all_counts(session.read.parquet(str(path))) == expected


@pytest.mark.parametrize("tolerance", [0, 2])
def test_the_sieve_keeps_every_report_that_may_be_a_duplicate(tolerance: int) -> None:
    events = made_events(30_000)
    sieved = may_overlap(polars.from_pandas(events).lazy(), tolerance)
    assert 0 < len(sieved) < len(events)
    pd.testing.assert_frame_equal(
        find_overlaps(sieved, tolerance=tolerance).reports.reset_index(drop=True),
        find_overlaps(events, tolerance=tolerance).reports.reset_index(drop=True),
    )


def test_a_workspace_counts_alike_on_every_engine(session: Any, authority: Path, monkeypatch: Any) -> None:
    ws = vbe.Workspace(authority / "Stad å")
    for engine in (PANDAS, DUCKDB, SPARK):
        pd.testing.assert_frame_equal(ws.counts("event_type", engine=engine, session=session), ws.counts("event_type"))
    monkeypatch.setattr(engine_events, "LARGE", 1)  # more rows than that: DuckDB without being asked
    folders = {ws.processed(cycle): "" for cycle in ws.cycles}
    assert not isinstance(engine_events.open_events(folders), pd.DataFrame)


def test_workspaces_counted_together_give_what_each_gives(authority: Path) -> None:
    ws = vbe.Workspace(authority)
    for by in ("environment", ["event_type", "source"], []):
        counts = ws.counts_together(by)
        assert counts["district"].unique().tolist() == ["A", "B"]
        for district, folder in (("A", "Stad å"), ("B", "stad + b")):
            own = counts[counts["district"] == district].drop(columns="district").reset_index(drop=True)
            pd.testing.assert_frame_equal(own, vbe.Workspace(authority / folder).counts(by))
        pd.testing.assert_frame_equal(ws.counts_together(by, engine=DUCKDB), counts)


def test_the_job_file_counts_on_spark_as_it_stands(session: Any, authority: Path, tmp_path: Path) -> None:
    import pyspark

    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    start = [submit, "--master", "local[2]", *QUIET, JOB, authority, tmp_path / "tal.csv"]
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    environment |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(start, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-2000:]
    expected = vbe.Workspace(authority).counts_together(["environment", "event_type"])
    assert (tmp_path / "tal.csv").read_text(encoding="utf-8") == expected.to_csv(index=False)


@pytest.mark.parametrize(
    ("together", "told"),
    [
        ("", "Ingen arbetsmapp får läsas tillsammans med andra."),
        ('[together]\n"Stad å" = "D 1"\n"stad + b" = " "\n', "Mappen 'stad + b' har inget beslut"),
        ('[together]\n"finns inte" = "D 1"\n', "Mappen 'finns inte' under [together] är ingen arbetsmapp."),
        ('[together]\n"Stad å" = "D 1"\n"stad + b/../Stad å" = "D 1"\n', "har samma stadsdel, 'A'"),
    ],
)
def test_rows_are_read_together_by_named_decisions_only(
    authority: Path, tmp_path: Path, together: str, told: str
) -> None:
    root = shutil.copytree(authority, tmp_path / "myndighet")
    (root / "vbe.toml").write_text(TOML + together, encoding="utf-8")
    with pytest.raises(vbe.InputError) as refused:
        vbe.Workspace(root).counts_together()
    assert told in str(refused.value)


def test_codes_that_would_be_counted_as_none_are_refused(authority: Path, tmp_path: Path) -> None:
    root = shutil.copytree(authority, tmp_path / "myndighet")
    with (root / "Stad å/vbe.toml").open("a", encoding="utf-8") as settings:
        settings.write('[environments]\nny = { label = "Ny" }\n')
    with pytest.raises(vbe.InputError, match=r"Mappen 'Stad å' har koder som saknas här.*: ny"):
        vbe.Workspace(root).counts_together()


def test_an_engine_that_cannot_count_says_what_it_needs(authority: Path, monkeypatch: Any) -> None:
    ws = vbe.Workspace(authority / "Stad å")
    with pytest.raises(vbe.InputError, match="Räknemotorn 'dask' finns inte"):
        ws.counts(engine="dask")
    monkeypatch.setattr(engine_events, "find_spec", lambda name: None)
    with pytest.raises(vbe.InputError, match=r"vbe_analysis\[scale\]"):
        ws.counts(engine=DUCKDB)
    monkeypatch.setattr(engine_events, "find_spec", lambda name: True)
    with pytest.raises(vbe.InputError, match="Spark behöver en session eller klustrets adress"):
        ws.counts(engine=SPARK)


def test_a_frame_that_was_exchanged_is_refused_on_every_engine(authority: Path, tmp_path: Path) -> None:
    root = shutil.copytree(authority / "Stad å", tmp_path / "mapp")
    path = root / "data/processed/2021/events.parquet"
    path.write_bytes(path.read_bytes() + b"0")
    for engine in (PANDAS, DUCKDB):
        with pytest.raises(vbe.InputError, match=r"events\.parquet"):
            vbe.Workspace(root).counts(engine=engine)
