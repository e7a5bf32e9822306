"""data/processed/<cycle>/: the frames of a cycle as Parquet, and its run record. Replaced whole, or not at all."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow import Table
from pyarrow.parquet import write_table

from vbe_analysis import frames
from vbe_analysis.storage import RECORD, recover, replace_folder

CONTRACTS = {
    "events": frames.EVENTS,
    "answers": frames.ANSWERS,
    "coverage": frames.COVERAGE,
    "rejects": frames.REJECTS,
}


def write_frames(
    folder: Path,
    content: Mapping[str, pd.DataFrame],
    record: Mapping[str, Any],
    allowed: Mapping[str, Collection[str]],
) -> None:
    """Write the frames (by CONTRACTS, checked again against the closed lists `allowed`) and the record of a cycle."""

    def fill(new: Path) -> None:
        for name, contract in CONTRACTS.items():
            closed = {key: values for key, values in allowed.items() if key in contract}
            _write(frames.conform(content[name], contract, allowed=closed), new / f"{name}.parquet")
        text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
        (new / RECORD).write_text(text + "\n", encoding="utf-8")

    replace_folder(folder, fill)


def read_frame(folder: Path, name: str) -> pd.DataFrame:
    """One frame of a cycle, by its contract; an empty one where the cycle has not been read in."""
    path = recover(folder) / f"{name}.parquet"
    return frames.conform(pd.read_parquet(path), CONTRACTS[name]) if path.is_file() else frames.empty(CONTRACTS[name])


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Parquet without the pandas metadata that names the writer; equal frames give equal bytes."""
    table = Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    write_table(table, path, compression="zstd", write_statistics=False, version="2.6")
