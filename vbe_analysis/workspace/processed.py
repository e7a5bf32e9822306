"""data/processed/<cycle>/: the frames of a cycle as Parquet, and its run record. Replaced whole, or not at all."""

import json
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow import Table
from pyarrow.parquet import write_table

from vbe_analysis import frames
from vbe_analysis.storage import RECORD

CONTRACTS = {
    "events": frames.EVENTS,
    "answers": frames.ANSWERS,
    "coverage": frames.COVERAGE,
    "rejects": frames.REJECTS,
}


def write_processed(
    folder: Path, found: Mapping[str, pd.DataFrame], record: Mapping[str, Any], allowed: Mapping[str, Collection[str]]
) -> None:
    """Write the frames (by CONTRACTS, checked again against the closed lists `allowed`) and the record of a cycle.

    Everything is written to a folder beside and put in place by renaming: an interrupted run leaves the last good
    state, and `recover` finishes or undoes a renaming that was cut off.
    """
    recover(folder)
    new, old = folder.with_name(f".{folder.name}.ny"), folder.with_name(f".{folder.name}.gammal")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    try:
        for name, contract in CONTRACTS.items():
            closed = {key: values for key, values in allowed.items() if key in contract}
            _write(frames.conform(found[name], contract, allowed=closed), new / f"{name}.parquet")
        text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
        (new / RECORD).write_text(text + "\n", encoding="utf-8")
        if same_content(new, folder):
            return
        if folder.exists():
            folder.replace(old)
        new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """Finish what a cut-off run left: put the last good state back, or clear it away where a newer one is in place."""
    old = folder.with_name(f".{folder.name}.gammal")
    if old.exists() and not folder.exists():
        old.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def read_frame(folder: Path, name: str) -> pd.DataFrame:
    """One frame of a cycle, by its contract; an empty one where the cycle has not been read in."""
    recover(folder)
    path = folder / f"{name}.parquet"
    return frames.conform(pd.read_parquet(path), CONTRACTS[name]) if path.is_file() else frames.empty(CONTRACTS[name])


def read_record(folder: Path) -> dict[str, Any]:
    """The run record of a cycle; {} where it has not been read in."""
    recover(folder)
    path = folder / RECORD
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def same_content(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    names = {p.name for p in one.iterdir()}
    return other.is_dir() and names == {p.name for p in other.iterdir()} and all(
        (one / name).read_bytes() == (other / name).read_bytes() for name in names
    )  # fmt: skip


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Parquet without the pandas metadata that names the writer; equal frames give equal bytes."""
    table = Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    write_table(table, path, compression="zstd", write_statistics=False, version="2.6")
