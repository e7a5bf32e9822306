"""`vbe init` and `vbe new`: a workspace outside the code, and a cycle's leveranser.xlsx from the one before."""

import shutil
import sys
from dataclasses import replace
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path

import openpyxl

from vbe_analysis.config import message
from vbe_analysis.document.workbook import book_bytes, write_text
from vbe_analysis.errors import fault
from vbe_analysis.frames import DELIVERED
from vbe_analysis.loaders.deliveries.deliveries import COLUMNS, SHEET
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.settings import FILE
from vbe_analysis.storage import CORRECTIONS, DELIVERIES, FOLDERS, OWN_TEXTS, office_files, replace_whole
from vbe_analysis.workspace.proposals import WORD_OF, Proposals, Row, propose, read_rows
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


def new_cycle(workspace: Workspace, cycle: str) -> Proposals:
    """Make data/raw/<cycle>/ with leveranser.xlsx, by its files and other cycles, and an empty rattelser.xlsx.

    A leveranser.xlsx that is there gets the rows and cells that it lacks, and keeps all that a person wrote. Returns
    what was written. Raises InputError if the cycle is unknown, a leveranser.xlsx cannot be read, or nothing is new.
    """
    folder = workspace.raw(workspace.period(cycle).label)
    path = folder / DELIVERIES
    proposals = propose(workspace, cycle)
    if path.exists():
        return _complete(path, proposals, cycle)
    (folder / OWN_TEXTS).mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = [
        path.relative_to(folder).as_posix()
        for path in office_files(folder)
        if not any(map(kinds_in, path.relative_to(folder).parts))
    ]
    if not (folder / CORRECTIONS).exists():
        (folder / CORRECTIONS).write_bytes(corrections_book((), [Path(path).name for path in paths]))
    sources, profiles = tuple(workspace.vocabulary.sources), sorted(workspace.profiles())
    path.write_bytes(deliveries_book([row.cells for row in proposals.rows], (), sources, profiles, paths))
    return proposals


def _complete(path: Path, proposals: Proposals, cycle: str) -> Proposals:
    """Fill in the open rows of a leveranser.xlsx, and add rows for files that no row names."""
    rows = read_rows(path, path.name)
    files = [file for row in proposals.rows for file in row.files]
    named = {file for row in rows if row.file for file in files if _names(row.file, file)}
    written, waiting = list[Row](), [row for row in proposals.rows if row.status and not named.issuperset(row.files)]
    for row in (row for row in rows if not row.status and not row.file):
        own = sorted((other for other in waiting if other.source == row.source), key=lambda o: o.profile != row.profile)
        if own:  # the same profile's first
            waiting.remove(own[0])
            written.append(replace(own[0], number=row.number))
    closed = {row.source for row in rows if row.status and row.status != WORD_OF[DELIVERED]}
    free = max((row.number for row in rows), default=1)
    for number, row in enumerate((row for row in waiting if row.source not in closed), free + 1):
        written.append(replace(row, number=number))
    if not written:
        raise fault("deliveries_exist", cycle=cycle)
    book = openpyxl.load_workbook(path)
    for row in written:
        for column, text in enumerate(row.cells, 1):
            cell = book[SHEET].cell(row.number, column)
            if text and (cell.value is None or COLUMNS[column - 1] == "Profil"):  # an open row's is last year's
                write_text(cell, text, None)
    replace_whole(path, book_bytes(book))
    return replace(proposals, rows=tuple(written))


def _names(written: str, file: str) -> bool:
    return fnmatchcase(normalise(file), normalise(written)) or normalise(file) == normalise(written)
