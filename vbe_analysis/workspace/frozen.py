"""Published editions: each frozen beside the drafts, whole and for good, in the order in which they left the authority.

reports/<cycle>/publicerat-<n>/ holds the edition's files as they were, publicerat-<n>.json what was decided and their
hashes, under a seal. A corrected edition of a cycle is one more. Nothing here is ever overwritten, and `vbe purge`
leaves it alone. The register's renaming is what publishes: before it the folder lies ready under another name, and the
next run that freezes puts it in place, or takes it away where the register never came.
"""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vbe_analysis.config import message
from vbe_analysis.errors import fault
from vbe_analysis.loaders.privacy.detect import safe_path
from vbe_analysis.storage import REPORTS, replace_whole, sha256, sha256_of, unfinished
from vbe_analysis.workspace.lock import locked
from vbe_analysis.workspace.workspace import Workspace

NAME = "publicerat"
PUBLISHED, SENT = "publicerad", "utlämnad"
READY, SEAL = ".klar", "seal"
NUMBERED = re.compile(rf"{NAME}-([0-9]+)(\.json)?$")


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
    reports = workspace.root / REPORTS
    editions = [_read(path) for path in sorted(reports.glob(f"*/{NAME}-*.json"))]
    for edition in editions:
        for name, expected in edition.hashes.items():
            if not (edition.folder / name).is_file() or sha256(edition.folder / name) != expected:
                raise fault("frozen_changed", file=safe_path(edition.folder / name, workspace.root))
    for folder in sorted(reports.glob(f"*/{NAME}-*/")):
        if not folder.with_name(f"{folder.name}.json").is_file():
            place = safe_path(folder, workspace.root)
            raise fault("frozen_unregistered", folder=place, file=f"{place}.json")
    return sorted(editions, key=lambda edition: edition.order)


def first_published(workspace: Workspace, cycle: str) -> str:
    """The day of a cycle's first published edition ("2021-10-05"), by its register alone; "" for none."""
    registers = map(_read, workspace.reports(cycle).parent.glob(f"{NAME}-*.json"))
    return min((edition.date for edition in registers if edition.kind == PUBLISHED), default="")


def freeze(workspace: Workspace, cycle: str, files: list[Path], kind: str, decision: str, date: str) -> Frozen:
    """Copy an edition's files (all in one folder) to a folder of their own and register them.

    The same files under the same decision as last time are the same edition: a run that was cut off is run again.
    """
    parent, origin = workspace.reports(cycle).parent, workspace.reports(cycle, "publik")
    with locked(workspace.root, message("lock.frozen", cycle=cycle)):
        _recover(parent)
        before = frozen(workspace)
        hashes = {path.relative_to(origin).as_posix(): sha256(path) for path in sorted(files)}
        own = [edition for edition in before if edition.cycle == cycle]
        if own and (own[-1].kind, own[-1].decision, own[-1].hashes) == (kind, decision, hashes):
            return own[-1]
        taken = [int(number[1]) for path in parent.iterdir() if (number := NUMBERED.match(path.name))]
        register = parent / f"{NAME}-{1 + max(taken, default=0)}.json"
        new = unfinished(register)
        try:
            for path in files:
                copy = new / path.relative_to(origin)
                copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copyfile(path, copy)
            new.replace(_ready(register))
            order = 1 + max((edition.order for edition in before), default=0)
            entry = {"order": order, "cycle": cycle, "kind": kind, "decision": decision, "date": date, "hashes": hashes}
            replace_whole(register, _text({**entry, SEAL: sha256_of(_text(entry))}))
        finally:  # a full disk, say, must leave no ready folder that nobody registered
            shutil.rmtree(new, ignore_errors=True)
            _recover(parent)
        return _read(register)


def _recover(parent: Path) -> None:
    """Put a registered edition's folder in place, and take away one that was never registered."""
    for ready in parent.glob(f".{NAME}-*{READY}"):
        folder = parent / ready.name[1 : -len(READY)]
        if folder.with_suffix(".json").is_file() and not folder.exists():
            ready.replace(folder)
        else:
            shutil.rmtree(ready)


def _ready(register: Path) -> Path:
    """Where an edition's folder lies until it is registered and put in place."""
    return register.with_name(f".{register.stem}{READY}")


def _read(path: Path) -> Frozen:
    """A register; its facts must be among its hashes, and its seal whole. The first release's registers have none."""
    try:
        entry: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        seal = entry.pop(SEAL, None)
        folder = path.with_suffix("")
        edition = Frozen(**entry, folder=folder if folder.is_dir() or not _ready(path).is_dir() else _ready(path))
        if seal in (None, sha256_of(_text(entry))) and edition.facts.name in edition.hashes:
            return edition
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    raise fault("frozen_unreadable", file=f"{path.parent.name}/{path.name}")


def _text(entry: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(entry, ensure_ascii=False, indent=1)}\n".encode()
