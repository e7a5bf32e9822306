"""The record of reading a cycle in, data/processed/<cycle>/korning.json: read, and held against its frames."""

import json
import time
from pathlib import Path
from typing import Any

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.storage import RECORD, sha256, standing

PAUSES = (0.05, 0.2, 0.5)  # seconds in which a folder that another command is replacing is in place again
FRAMES = "frames"  # name of a frame -> sha256 of its file


def read_record(folder: Path) -> dict[str, Any]:
    """The record of the cycle whose frames lie in `folder`; {} where it has not been read in.

    Raises InputError where the record is missing beside frames, cannot be read, or is another cycle's.
    """
    for seconds in PAUSES:
        place = standing(folder)
        try:
            if not place.is_dir() or not any(place.iterdir()):
                return {}
            record: dict[str, Any] = json.loads((place / RECORD).read_text(encoding="utf-8"))
            if FRAMES not in record:  # the first release kept no hashes; the frames must be there all the same
                record[FRAMES] = {path.stem: sha256(path) for path in place.glob("*.parquet")}
            if record["cycle"] == folder.name and isinstance(record[FRAMES], dict):
                return record
        except FileNotFoundError:
            time.sleep(seconds)
        except (ValueError, TypeError, KeyError):
            break
    raise damaged(folder, RECORD)


def differing_frames(folder: Path, record: dict[str, Any]) -> list[str]:
    """The names of the frames' files that are missing, or are not those that the record tells of."""
    paths = {standing(folder) / f"{name}.parquet": content for name, content in record.get(FRAMES, {}).items()}
    return [path.name for path, content in paths.items() if not path.is_file() or sha256(path) != content]


def damaged(folder: Path, name: str) -> InputError:
    """The error of a file in data/processed that is missing, cut or exchanged."""
    return InputError([Fault("frame_damaged", f"{folder.name}/{name}", values={"cycle": folder.name})])
