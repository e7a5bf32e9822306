"""data/processed/<cycle>/: the frames of a cycle as Parquet, and its run record. Replaced whole, or not at all."""

import io
import json
import time
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow import Table
from pyarrow.parquet import write_table

from vbe_analysis import frames
from vbe_analysis.storage import RECORD, replace_folder, sha256, sha256_of, standing
from vbe_analysis.workspace.cycle_record import FRAMES, PAUSES, damaged, read_record

CONTRACTS = {
    "events": frames.EVENTS,
    "answers": frames.ANSWERS,
    "coverage": frames.COVERAGE,
    "rejects": frames.REJECTS,
}
SMALL = 200_000  # bytes of Parquet: a frame under it is kept


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
        hashes = {name: sha256(new / f"{name}.parquet") for name in CONTRACTS}
        text = json.dumps({**record, FRAMES: hashes}, ensure_ascii=False, indent=1, sort_keys=True)
        (new / RECORD).write_text(text + "\n", encoding="utf-8")

    replace_folder(folder, fill)


def read_frame(folder: Path, name: str) -> pd.DataFrame:
    """One frame of a cycle, by its contract; an empty one where the cycle has not been read in.

    Raises InputError where the file is missing, or is not the one that the cycle's record tells of.
    """
    for seconds in PAUSES:
        record, path = read_record(folder), standing(folder) / f"{name}.parquet"
        if not record:
            return frames.empty(CONTRACTS[name])
        content = path.read_bytes() if path.is_file() else b""
        if content and record[FRAMES].get(name) == sha256_of(content):
            return (_small_frame if len(content) < SMALL else _frame)(name, content).copy(deep=False)
        time.sleep(seconds)  # another command may be putting new ones in place
    raise damaged(folder, path.name)


def _frame(name: str, content: bytes) -> pd.DataFrame:
    return frames.conform(pd.read_parquet(io.BytesIO(content)), CONTRACTS[name])


_small_frame = lru_cache(maxsize=32)(_frame)  # a chapter asks for the same ones often; who writes gets an own copy


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Parquet without the pandas metadata that names the writer; equal frames give equal bytes."""
    table = Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    write_table(table, path, compression="zstd", write_statistics=False, version="2.6")
