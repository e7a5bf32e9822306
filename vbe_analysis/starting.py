"""`vbe init` and `vbe new`: a workspace outside the code, and a cycle's leveranser.xlsx from the one before."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import openpyxl

from vbe_analysis.config import message
from vbe_analysis.errors import fault
from vbe_analysis.loaders.corrections import FILE as CORRECTIONS
from vbe_analysis.loaders.deliveries import COLUMNS, SHEET
from vbe_analysis.loaders.deliveries import FILE as DELIVERIES
from vbe_analysis.loaders.own_books import corrections_book, deliveries_book
from vbe_analysis.settings import FILE
from vbe_analysis.workspace import Workspace

FOLDERS = ("data/raw", "data/processed", "data/profiles", "reports")


def new_workspace(folder: Path) -> Path:
    """Make a workspace: vbe.toml to fill in, the folders, the notebooks. Raises InputError if vbe.toml is there."""
    if (folder / FILE).exists():
        raise fault("workspace_exists", folder=folder.name)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / FILE).write_text(message("init.toml"), encoding="utf-8")
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    with as_file(notebooks_folder()) as source:
        shutil.copytree(source, folder / "notebooks", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    return folder


def notebooks_folder() -> Path:
    """Where the notebooks lie: in the installed package, or beside it in a checkout."""
    packaged = Path(str(files("vbe_analysis"))) / "notebooks"
    return packaged if packaged.is_dir() else Path(str(files("vbe_analysis"))).parent / "notebooks"


def new_cycle(workspace: Workspace, cycle: str) -> Path:
    """Make data/raw/<cycle>/ with leveranser.xlsx from the cycle before, and an empty rattelser.xlsx.

    Files, months and numbers asked are left blank; sources, profiles and versions are kept. Raises InputError if the
    cycle is unknown or its leveranser.xlsx exists already.
    """
    folder = workspace.raw(workspace.period(cycle).label)
    if (folder / DELIVERIES).exists():
        raise fault("deliveries_exist", cycle=cycle)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = workspace.previous(cycle)
    rows = _last_rows(workspace.raw(before) / DELIVERIES) if before else []
    named = {row[0] for row in rows}
    missing = (source for source in workspace.settings.sources_expected if source not in named)
    rows += [(source, *[""] * (len(COLUMNS) - 1)) for source in missing]
    own = {p.name for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")}
    book = deliveries_book(rows, (), tuple(workspace.vocabulary.sources), tuple(workspace.profiles()), sorted(own))
    (folder / DELIVERIES).write_bytes(book)
    if not (folder / CORRECTIONS).exists():
        (folder / CORRECTIONS).write_bytes(corrections_book((), sorted(own)))
    return folder / DELIVERIES


def _last_rows(path: Path) -> list[tuple[object, ...]]:
    """Last cycle's rows, one a source and profile, with what does not carry over left blank."""
    if not path.is_file():
        return []
    rows = openpyxl.load_workbook(path, read_only=True)[SHEET].iter_rows(min_row=2, values_only=True)
    kept: dict[tuple[object, object], tuple[object, ...]] = {}
    for source, _, _, profile, _, _, _, _, version, *_ in (row[: len(COLUMNS)] for row in rows if row[0]):
        kept.setdefault((source, profile or ""), (source, "", "", profile, "", "", "", "", version, ""))
    with_profile = {source for source, profile in kept if profile}
    return [row for (source, profile), row in kept.items() if profile or source not in with_profile]
