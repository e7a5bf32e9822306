"""`vbe init` and `vbe new`: a workspace outside the code, and a cycle's leveranser.xlsx from the one before."""

import shutil
import sys
from importlib.resources import files
from pathlib import Path

from vbe_analysis.config import message
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.loaders.deliveries.deliveries import COLUMNS, SHEET
from vbe_analysis.loaders.deliveries.workbook_rows import open_book, rows_of
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.settings import FILE
from vbe_analysis.storage import CORRECTIONS, DELIVERIES, FOLDERS, OWN_TEXTS, office_files
from vbe_analysis.workspace.workbooks import corrections_book, deliveries_book
from vbe_analysis.workspace.workspace import Workspace


def new_workspace(folder: Path) -> Path:
    """Make a workspace: folders, notebooks and last a vbe.toml to fill in. Raises InputError where that exists."""
    if (folder / FILE).exists():
        raise fault("workspace_exists", folder=folder.resolve().name)
    source = notebooks_folder()
    if not source.is_dir():
        raise fault("notebooks_missing")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    for notebook in sorted(source.glob("*.ipynb")):
        shutil.copyfile(notebook, folder / "notebooks" / notebook.name)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    (folder / FILE).write_text(message("init.toml").lstrip(), encoding="utf-8")
    return folder


def notebooks_folder() -> Path:
    """Where the notebooks lie: beside the package in a checkout, else where the installer puts shared files."""
    checkout = Path(str(files("vbe_analysis"))).parent / "notebooks"
    return checkout if checkout.is_dir() else Path(sys.prefix) / "share" / "vbe_analysis" / "notebooks"


def new_cycle(workspace: Workspace, cycle: str) -> Path:
    """Make data/raw/<cycle>/ with leveranser.xlsx from the last cycle that has one, and an empty rattelser.xlsx.

    Files, months and numbers asked are left blank; sources, profiles and versions are kept. Raises InputError if the
    cycle is unknown, its leveranser.xlsx exists already, or the last one cannot be read.
    """
    folder = workspace.raw(workspace.period(cycle).label)
    if (folder / DELIVERIES).exists():
        raise fault("deliveries_exist", cycle=cycle)
    (folder / OWN_TEXTS).mkdir(parents=True, exist_ok=True, mode=0o700)
    earlier = workspace.cycles[: workspace.cycles.index(cycle)]
    books = [workspace.raw(name) / DELIVERIES for name in reversed(earlier)]
    rows = _last_rows(next((book for book in books if book.is_file()), None))
    named = {row[0] for row in rows}
    missing = (source for source in workspace.settings.sources_expected if source not in named)
    rows += [(source, *[""] * (len(COLUMNS) - 1)) for source in missing]
    paths = [
        path.relative_to(folder).as_posix()
        for path in office_files(folder)
        if not any(map(kinds_in, path.relative_to(folder).parts))
    ]
    if not (folder / CORRECTIONS).exists():
        (folder / CORRECTIONS).write_bytes(corrections_book((), [Path(path).name for path in paths]))
    sources, profiles = tuple(workspace.vocabulary.sources), sorted(workspace.profiles())
    (folder / DELIVERIES).write_bytes(deliveries_book(rows, (), sources, profiles, paths))
    return folder / DELIVERIES


def _last_rows(path: Path | None) -> list[tuple[object, ...]]:
    """Last cycle's rows, one a source and profile, with what does not carry over left blank."""
    if path is None:
        return []
    faults: list[Fault] = []
    rows = list(rows_of(open_book(path), f"{path.parent.name}/{path.name}", SHEET, COLUMNS, faults))
    if faults:
        raise InputError(faults)
    kept: dict[tuple[object, object], tuple[object, ...]] = {}
    for source, _, _, profile, _, _, _, _, version, _ in (cells for _, cells in rows):
        kept.setdefault((source, profile or ""), (source, "", "", profile, "", "", "", "", version, ""))
    with_profile = {source for source, profile in kept if profile}
    return [row for (source, profile), row in kept.items() if profile or source not in with_profile]
