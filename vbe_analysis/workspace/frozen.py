"""Published editions: each frozen beside the drafts, whole and for good, in the order in which they left the authority.

reports/<cycle>/publicerat-<n>/ holds the edition's files as they were, publicerat-<n>.json what was decided and their
hashes. A corrected edition of a cycle is one more. Nothing here is ever overwritten, and `vbe purge` leaves it alone.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vbe_analysis.errors import fault
from vbe_analysis.loaders.privacy.detect import safe_path
from vbe_analysis.storage import replace_whole, sha256
from vbe_analysis.workspace.workspace import Workspace

NAME = "publicerat"
PUBLISHED, SENT = "publicerad", "utlämnad"


@dataclass(frozen=True)
class Frozen:
    """An edition that has left the authority. order: 1 for the first of the workspace; kind: PUBLISHED or SENT."""

    order: int
    cycle: str
    kind: str
    decision: str
    date: str
    folder: Path
    hashes: Mapping[str, str]

    @property
    def facts(self) -> Path:
        """Its facts file."""
        return self.folder / f"facts-{self.cycle}.json"


def frozen(workspace: Workspace) -> list[Frozen]:
    """Every frozen edition in order. Raises InputError where one of its files is missing, changed or unreadable."""
    found = [_read(path) for path in sorted((workspace.root / "reports").glob(f"*/{NAME}-*.json"))]
    for one in found:
        for name, expected in one.hashes.items():
            if not (one.folder / name).is_file() or sha256(one.folder / name) != expected:
                raise fault("frozen_changed", file=safe_path(one.folder / name, workspace.root))
    return sorted(found, key=lambda one: one.order)


def freeze(workspace: Workspace, cycle: str, files: list[Path], kind: str, decision: str, date: str) -> Frozen:
    """Copy an edition's files (all in one folder) to a folder of their own and register them."""
    before = frozen(workspace)
    parent = workspace.reports(cycle).parent
    number = 1 + sum(one.cycle == cycle for one in before)
    target = parent / f"{NAME}-{number}"
    new = parent / f".{target.name}.ny"
    shutil.rmtree(new, ignore_errors=True)
    origin = workspace.reports(cycle, "publik")
    for path in files:
        copy = new / path.relative_to(origin)
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(path, copy)
    hashes = {path.relative_to(new).as_posix(): sha256(path) for path in sorted(new.rglob("*")) if path.is_file()}
    new.replace(target)
    entry = {
        "order": len(before) + 1,
        "cycle": cycle,
        "kind": kind,
        "decision": decision,
        "date": date,
        "hashes": hashes,
    }
    written = target.with_suffix(".json")
    replace_whole(written, f"{json.dumps(entry, ensure_ascii=False, indent=1)}\n".encode())
    return _read(written)


def _read(path: Path) -> Frozen:
    try:
        entry: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Frozen(**entry, folder=path.with_suffix(""))
    except (ValueError, TypeError, UnicodeDecodeError):
        raise fault("frozen_unreadable", file=f"{path.parent.name}/{path.name}") from None
