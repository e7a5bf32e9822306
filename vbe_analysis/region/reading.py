"""`vbe region ingest`: one authority's own workspaces, read in side by side; a broken one stops only itself."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.region.folder import Region
from vbe_analysis.settings import FILE


@dataclass(frozen=True)
class ReadIn:
    """What became of a workspace: its name in vbe.toml, and the lines of why it stopped, none where it did not."""

    name: str
    stopped: tuple[str, ...] = ()


def named_workspaces(region: Region, wanted: str = "") -> dict[str, Path]:
    """Name -> folder of the workspaces in vbe.toml, or the one that is wanted, by its name or its folder.

    Raises InputError, all faults at once, where none is named, where the one that is wanted is not, and for each that
    lacks the decision by which it may be read, or is no workspace.
    """
    own = region.settings.workspaces
    folders = {name: (region.root / entry.folder).resolve() for name, entry in own.items()}
    if not own:
        raise InputError([Fault("region_no_workspace", FILE)])
    if wanted:
        folders = {name: path for name, path in folders.items() if wanted == name or Path(wanted).resolve() == path}
        if not folders:
            raise InputError([Fault("region_not_named", FILE, values={"folder": Path(wanted).name})])
    faults = [Fault("region_decision", FILE, values={"name": n}) for n in folders if not own[n].diarienummer.strip()]
    faults += [
        Fault("no_workspace", FILE, values={"folder": path.name})
        for path in folders.values()
        if not (path / FILE).is_file()
    ]
    if faults:
        raise InputError(faults)
    return folders


def read_workspaces(folders: dict[str, Path], progress: Callable[[str, float], None]) -> Iterator[ReadIn]:
    """Read each in by `vbe ingest` in a process of its own, as many at a time as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {pool.submit(_ingest, name, folder): name for name, folder in folders.items()}
        for done, future in enumerate(as_completed(waiting), 1):
            progress(waiting[future], done / len(waiting))
            yield future.result()


def _ingest(name: str, folder: Path) -> ReadIn:
    command = [sys.executable, "-m", "vbe_analysis", "--workspace", str(folder), "ingest", "--quiet"]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"})
    lines = tuple(line for line in run.stderr.splitlines() if line.strip())
    return ReadIn(name, (lines or (str(run.returncode),)) if run.returncode else ())
