"""The events of data/processed as a frame that Narwhals knows, on the engine that is asked for, or by their number."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from narwhals.typing import IntoFrame
from pyarrow.parquet import read_metadata

from vbe_analysis.analysis.counts import DISTRICT
from vbe_analysis.errors import fault
from vbe_analysis.storage import standing
from vbe_analysis.workspace.cycle_record import damaged, differing_frames, read_record
from vbe_analysis.workspace.parquet import read_frame

PANDAS, DUCKDB, SPARK = ENGINES = ("pandas", "duckdb", "spark")
LARGE = 1_000_000  # rows from which DuckDB counts, where it is installed and no engine is asked for
_LIBRARIES = {DUCKDB: ("duckdb", "scale"), SPARK: ("pyspark", "spark")}  # engine -> what it needs, and our extra
_FILE, _ADDRESS = "filename", "_metadata.file_path"


def open_events(folders: Mapping[Path, str], engine: str = "", session: Any = None, address: str = "") -> IntoFrame:
    """The events of the cycles whose frames lie in `folders`, each with its district, as a frame of the engine.

    engine: of ENGINES, or "" for DuckDB above LARGE rows, where it is installed, and pandas below. session: a Spark
    session; address: of a Spark cluster, where none is given. Where the folders are of several districts, the frame
    has the column `district`. Raises InputError where a frame is not the one its record tells of, for an unknown
    engine, one that is not installed, and Spark without session and address.
    """
    if engine not in ("", *ENGINES):
        raise fault("unknown_engine", engine=engine, known=", ".join(ENGINES))
    files = {str(standing(folder) / "events.parquet"): folders[folder] for folder in folders if _whole(folder)}
    if not engine:
        rows = sum(read_metadata(file).num_rows for file in files)
        engine = DUCKDB if rows > LARGE and find_spec("duckdb") else PANDAS
    several = len(set(folders.values())) > 1
    if engine == PANDAS or not files:
        parts = [read_frame(folder, "events") for folder in folders]
        named = [part.assign(**{DISTRICT: folders[folder]}) for folder, part in zip(folders, parts, strict=True)]
        return pd.concat(named if several else parts, ignore_index=True)
    library, extra = _LIBRARIES[engine]
    if not find_spec(library):
        raise fault("engine_missing", engine=engine, library=library, extra=extra)
    if engine == DUCKDB:
        return _on_duckdb(files, several)
    return _on_spark(files, several, session or _session(address))


def _whole(folder: Path) -> bool:
    """Whether the cycle has been read in. Raises InputError where its events are not those that its record tells of."""
    record = read_record(folder)
    if "events.parquet" in differing_frames(folder, record):
        raise damaged(folder, "events.parquet")
    return bool(record)


def _on_duckdb(files: Mapping[str, str], several: bool) -> IntoFrame:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    rows = connection.read_parquet([*files], filename=several)
    if several:
        districts = connection.from_arrow(pa.table({_FILE: [*files], DISTRICT: [*files.values()]}))
        rows = rows.join(districts, _FILE)
    return rows


def _on_spark(files: Mapping[str, str], several: bool, session: Any) -> IntoFrame:
    """The files must lie where every worker finds them under the same path."""
    rows: IntoFrame = session.read.parquet(*files)
    return _with_districts(rows, files, session) if several else rows


def _with_districts(rows: Any, files: Mapping[str, str], session: Any) -> Any:
    """Spark's rows with the district that their file is of."""
    from pyspark.sql import functions as f

    path = f.url_decode(f.replace(f.col(_ADDRESS), f.lit("+"), f.lit("%2B")))  # "+" is a sign of a name, no blank
    named = rows.select("*", f.regexp_replace(path, "^[a-z0-9]+:/+", "/").alias(_FILE))
    districts = session.createDataFrame([*files.items()], f"{_FILE} string, {DISTRICT} string")
    return named.join(f.broadcast(districts), _FILE)


def _session(address: str) -> Any:
    if not address:
        raise fault("spark_no_session")
    from pyspark.sql import SparkSession

    return SparkSession.builder.master(address).appName("vbe_analysis").getOrCreate()
