"""`vbe profile --all CYCLE`: a draft of a profile for each layout of a cycle that no profile describes."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.deliveries.deliveries import read_deliveries
from vbe_analysis.loaders.deliveries.folder import delivered_files
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.draft import district_of, draft_content, file_pattern
from vbe_analysis.loaders.profiles.drafted import ProfileText, plain, profile_text
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.storage import DELIVERIES, PROFILES, office_files, profile_files, sha256
from vbe_analysis.workspace.workspace import Workspace

LETTERS = (".txt", ".docx")  # what a covering note is written as


@dataclass(frozen=True)
class FileDraft:
    """What became of the files of one layout: their names, the profile that was written, and what is left to do.

    fault: why there is none.
    """

    files: tuple[str, ...]
    profile: Path | None = None
    text: ProfileText | None = None
    fault: Fault | None = None


def write_drafts(workspace: Workspace, cycle: str, as_workbook: bool = False) -> Iterator[FileDraft]:
    """Write a draft into data/profiles for each layout of the cycle that no profile describes; none is overwritten.

    Files whose names differ in their numbers alone are of one layout, and those of other cycles give their labels too.
    Raises InputError for an unknown cycle and for a profile that cannot be read.
    """
    with FileReader() as reader:
        like: dict[str, list[Path]] = {}  # pattern of names -> the files of other cycles
        for path in _of_other_cycles(workspace, cycle):
            like.setdefault(file_pattern(path.name), []).append(path)
        for pattern, paths in layouts_without_profile(workspace, cycle, reader).items():
            yield _drafted(workspace, paths, like.get(pattern, []), reader, as_workbook)


def layouts_without_profile(workspace: Workspace, cycle: str, reader: FileReader) -> dict[str, list[Path]]:
    """Pattern of names -> the cycle's files that no profile describes. Raises InputError as `write_drafts` does."""
    profiles = workspace.profiles()
    known = {pattern for profile in profiles.values() for pattern in profile.files}
    described = set(_named(workspace, cycle, profiles, reader))
    like = {file_pattern(path.name) for path in _of_other_cycles(workspace, cycle)}
    files = sorted(office_files(workspace.raw(cycle)), key=lambda path: file_pattern(path.name) not in like)
    return _layouts(files, described, known)


def wants_drafts(workspace: Workspace, cycle: str) -> bool:
    """Whether a file of the cycle can be described, and the workspace has no profile of its own yet.

    Raises InputError where leveranser.xlsx cannot be read.
    """
    if profile_files(workspace.root / PROFILES):
        return False
    with FileReader() as reader:
        layouts = layouts_without_profile(workspace, cycle, reader)
        return any(not _why_no_draft(workspace, paths[0], reader) for paths in layouts.values())


def is_note(workspace: Workspace, path: Path, reader: FileReader) -> bool:
    """Whether the file is a covering note: a letter without a table."""
    return path.suffix.lower() in LETTERS and _why_no_draft(workspace, path, reader) == "no_table_to_draft"


def _why_no_draft(workspace: Workspace, path: Path, reader: FileReader) -> str:
    """The code of the fault that keeps a file from being described; "" where there is none."""
    try:
        draft_content(reader.read(path), district_of(workspace.settings))
    except InputError as error:
        return error.faults[0].code
    return ""


def _of_other_cycles(workspace: Workspace, cycle: str) -> list[Path]:
    return sorted({path for other in workspace.cycles if other != cycle for path in office_files(workspace.raw(other))})


def _named(workspace: Workspace, cycle: str, profiles: Collection[str], reader: FileReader) -> Iterator[Path]:
    """The files that leveranser.xlsx gives a profile, as far as it can be read."""
    folder = workspace.raw(cycle)
    if (folder / DELIVERIES).is_file():
        faults: list[Fault] = []
        rows = read_deliveries(folder, workspace.period(cycle), workspace.vocabulary.sources, reader, faults).rows
        yield from (path for row, path in delivered_files(folder, rows, profiles)[0] if row.profile in profiles)


def _layouts(files: list[Path], described: Collection[Path], known: Collection[str]) -> dict[str, list[Path]]:
    """Pattern of names -> the files that no profile describes; of those with the same bytes the first."""
    layouts: dict[str, list[Path]] = {}
    patterns = [normalise(pattern) for pattern in known]
    named = {path for path in files if any(fnmatchcase(normalise(path.name), pattern) for pattern in patterns)}
    seen = {sha256(path) for path in {*described, *named}}
    for path in files:
        content = sha256(path)
        if content not in seen and not kinds_in(path.name):
            layouts.setdefault(file_pattern(path.name), []).append(path)
        seen.add(content)
    return layouts


def _drafted(
    workspace: Workspace, paths: list[Path], more: list[Path], reader: FileReader, as_workbook: bool
) -> FileDraft:
    names = tuple(path.name for path in paths)
    try:
        first = reader.read(paths[0])
        others = {first.sha256: first}  # last year's file once more says nothing new
        for path in (*paths[1:], *more):
            with suppress(InputError):  # it is told when it is read in
                raw = reader.read(path)
                others.setdefault(raw.sha256, raw)
        content = draft_content(first, district_of(workspace.settings), list(others.values())[1:])
    except InputError as error:
        return FileDraft(names, fault=error.faults[0])
    return FileDraft(names, *write_draft(workspace, content, as_workbook))


def write_draft(workspace: Workspace, content: Mapping[str, Any], as_workbook: bool) -> tuple[Path, ProfileText]:
    """Write a drafted profile into data/profiles under a name that is free; returns where, and the text of it."""
    from vbe_analysis.workspace.mapping_book import mapping_book  # openpyxl is slow to import

    text, ending = profile_text(content), "xlsx" if as_workbook else "toml"
    stem = _free_name(workspace.root / PROFILES, plain(content)["source"], plain(content)["name"])
    target = workspace.root / PROFILES / f"{stem}.{ending}"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(mapping_book(content, workspace.vocabulary) if as_workbook else text.text.encode())
    return target, text


def _free_name(folder: Path, source: str, name: str) -> str:
    """A profile's name by its source, else by its file's, else with a number: one that is not there."""
    plain_name = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "_", plain_name).strip("_") or "profil"
    stems = [*([source] if source.isidentifier() else []), slug, *(f"{slug}_{number}" for number in range(2, 100))]
    taken = {path.stem for path in profile_files(folder)}
    return next(stem for stem in stems if stem not in taken)
