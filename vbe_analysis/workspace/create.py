"""`vbe init` and `vbe new`: a workspace outside the code, and a cycle's leveranser.xlsx from the one before."""

import json
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl

from vbe_analysis.config import message
from vbe_analysis.document.templates import render
from vbe_analysis.document.workbook import file_bytes, write_text
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.frames import DELIVERED
from vbe_analysis.loaders.deliveries.deliveries import COLUMNS, SHEET
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.settings import FILE, read_settings
from vbe_analysis.storage import (
    CORRECTIONS,
    DELIVERIES,
    FOLDERS,
    NOTEBOOKS,
    OWN_TEXTS,
    PLAN,
    PROFILES,
    RAW,
    START_NOTEBOOK,
    office_files,
    replace_whole,
    visible_files,
)
from vbe_analysis.workspace.proposals import WORD_OF, Proposals, Row, propose, read_rows
from vbe_analysis.workspace.workbooks import corrections_book, deliveries_book
from vbe_analysis.workspace.workspace import Workspace

NUMBER = "diarienummer"
NAMES = ("district", "board", "area_name", NUMBER)  # what is one district's alone
_TEXT = r"""(?:"[^"]*"|'[^']*')"""
_WITH_NUMBER = re.compile(rf"\s*,\s*{NUMBER}\s*=\s*{_TEXT}|{NUMBER}\s*=\s*{_TEXT}\s*,?\s*")


def new_workspace(folder: Path, like: Path | None = None) -> Path:
    """Make a workspace: folders, notebooks and last a vbe.toml to fill in.

    like: another workspace, whose profiles, Word template and settings it gets, but for what names that district.
    Raises InputError where the folder is a workspace already, and where the other one is none or cannot be used.
    """
    settings = message("init.toml").lstrip()
    if like is not None:
        settings = _settings_like(like)
    _make(folder)
    if like is not None:
        _copy(like / PROFILES, folder / PROFILES)
        if template := read_settings(like).template:
            (folder / template).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(like / template, folder / template)
    (folder / FILE).write_text(settings, encoding="utf-8")
    return folder


def example_workspace(folder: Path) -> Path:
    """Make a workspace with the example district's files, to try. Raises InputError as `new_workspace` does."""
    example = _shipped("vbe.toml", "example").parent
    _make(folder)
    _copy(example / PROFILES, folder / PROFILES)
    for cycle in read_settings(example).cycles:
        _copy(example / RAW / cycle, folder / RAW / cycle)
        _copy(example / PLAN / cycle, folder / PLAN / cycle)
    shutil.copyfile(example / FILE, folder / FILE)
    return folder


def _make(folder: Path) -> None:
    """The folders and notebooks of a workspace."""
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
    write_starters(folder)


def write_starters(folder: Path) -> None:
    """The files that open a workspace's notebook 0_start by a double click, with the Python that runs this.

    They are ours, so they are written anew where another Python is to start; the notebook only where it is missing.
    """
    pythons = {"Starta.cmd": sys.executable.replace("%", "%%"), "Starta.command": shlex.quote(sys.executable)}
    for name, python in pythons.items():
        text = render(f"start/{name}.j2", python=python)
        content = text.replace("\n", "\r\n" if name.endswith(".cmd") else "\n").encode()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            replace_whole(folder / name, content)
            (folder / name).chmod(0o700)
    if not (notebook := folder / NOTEBOOKS / START_NOTEBOOK).exists():
        shutil.copyfile(notebooks_folder() / START_NOTEBOOK, notebook)


def notebooks_folder() -> Path:
    """Where the notebooks lie: beside the package in a checkout, else where the installer puts shared files."""
    return _shipped("notebooks")


def _shipped(name: str, inside: str = "") -> Path:
    """A file or folder of the checkout, or what the installer made of it, in whichever folder above the package.

    The last, as a path that is not there, where the package came without them.
    """
    package = Path(str(files("vbe_analysis")))
    shared = [folder / "share" / "vbe_analysis" / inside / name for folder in package.parents]
    return next((path for path in (package.parent / name, *shared) if path.exists()), shared[-1])


def _copy(source: Path, target: Path) -> None:
    for path in visible_files(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(path, place)


def workspace_like(like: Path) -> Workspace:
    """Another workspace, to take over from. Raises InputError where the folder is none, or a profile cannot be used."""
    workspace = Workspace(like)
    if workspace.root != like.resolve():
        raise fault("no_workspace", folder=like.resolve().name)
    workspace.profiles()
    return workspace


def _settings_like(like: Path) -> str:
    """The other workspace's vbe.toml with its comments, without what is that district's alone: names, numbers, mailbox.

    Raises InputError where it cannot be read or rewritten, or a profile or the template cannot be used.
    """
    template = workspace_like(like).settings.template
    if template and not (like / template).is_file():
        raise InputError([Fault("template_missing", f"{like.resolve().name}/{FILE}", values={"template": template})])
    text = (like / FILE).read_text(encoding="utf-8-sig")
    own, wanted = tomllib.loads(message("init.toml")), tomllib.loads(text)
    wanted |= {key: own[key] for key in NAMES if key in wanted}
    wanted["cycles"] = {name: {k: v for k, v in span.items() if k != NUMBER} for name, span in wanted["cycles"].items()}
    if "mailbox" in wanted.get("order", {}):
        wanted["order"]["mailbox"] = ""
    rewritten = _without_names(text, own)
    try:
        if tomllib.loads(rewritten) == wanted:
            return rewritten
    except tomllib.TOMLDecodeError:
        pass
    raise fault("like_settings", folder=like.resolve().name, keys=", ".join((*NAMES, "mailbox")))


def _without_names(text: str, own: Mapping[str, Any]) -> str:
    """A vbe.toml, line by line, with `own` values for NAMES, no mailbox and no cycle's case number."""
    section, lines = "", list[str]()
    for line in text.splitlines():
        heading, entry = re.match(r"\s*\[+\s*([^\[\]]+?)\s*\]", line), re.match(r"\s*(\w+)\s*=", line)
        section, key = heading[1] if heading else section, entry[1] if entry else ""
        if not section and key in NAMES:
            line = f"{key} = {json.dumps(own[key], ensure_ascii=False)}"
        elif (section, key) == ("order", "mailbox"):
            line = 'mailbox = ""'
        elif section.partition(".")[0] == "cycles":
            line = _WITH_NUMBER.sub("", line)
        lines.append(line)
    return "\n".join(lines) + "\n"


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
    written, waiting = list[Row](), [row for row in proposals.rows if row.files and not named.issuperset(row.files)]
    for row in (row for row in rows if not row.status and not row.file):
        own = sorted((other for other in waiting if other.source == row.source), key=lambda o: o.profile != row.profile)
        if own:  # the same profile's first
            waiting.remove(own[0])
            written.append(replace(own[0], number=row.number))
    closed = {row.source for row in rows if row.status and row.status != WORD_OF[DELIVERED]}
    delivered = {row.source for row in rows if row.file}
    free = max((row.number for row in rows), default=1)
    for number, row in enumerate((row for row in waiting if row.source not in closed), free + 1):
        status = "" if row.source in delivered else row.status  # a second file may be another version of the first
        written.append(replace(row, number=number, status=status))
    if not written:
        raise fault("deliveries_exist", cycle=cycle)
    book = openpyxl.load_workbook(path)
    for row in written:
        for column, text in enumerate(row.cells, 1):
            cell = book[SHEET].cell(row.number, column)
            if text and (cell.value is None or COLUMNS[column - 1] == "Profil"):  # an open row's is last year's
                write_text(cell, text, None)
    replace_whole(path, file_bytes(book))
    return replace(proposals, rows=tuple(written))


def _names(written: str, file: str) -> bool:
    return fnmatchcase(normalise(file), normalise(written)) or normalise(file) == normalise(written)
