"""`vbe profile --all CYCLE`: a draft of a profile for each layout of a cycle that no profile describes."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.deliveries.deliveries import read_deliveries
from vbe_analysis.loaders.deliveries.folder import delivered_files
from vbe_analysis.loaders.files.raw import RawFile
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.draft import district_of, draft_content, file_pattern
from vbe_analysis.loaders.profiles.drafted import ProfileText, plain, profile_text
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.storage import DELIVERIES, PROFILES, office_files, sha256
from vbe_analysis.workspace.workspace import Workspace


@dataclass(frozen=True)
class FileDraft:
    """What became of the files of one layout: their names, the profile that was written, and what is left to do.

    fault: why there is none.
    """

    files: tuple[str, ...]
    profile: Path | None = None
    text: ProfileText | None = None
    fault: Fault | None = None


def write_drafts(workspace: Workspace, cycle: str) -> Iterator[FileDraft]:
    """Write a draft into data/profiles for each layout of the cycle that no profile describes; none is overwritten.

    Files whose names differ in their numbers alone are of one layout, and those of other cycles give their labels too.
    Raises InputError for an unknown cycle and for a profile that cannot be read.
    """
    profiles = workspace.profiles()
    known = {pattern for profile in profiles.values() for pattern in profile.files}
    others = {path for other in workspace.cycles if other != cycle for path in office_files(workspace.raw(other))}
    with FileReader() as reader:
        described = set(_named(workspace, cycle, profiles, reader))
        like: dict[str, list[Path]] = {}  # pattern of names -> the files of other cycles
        for path in sorted(others):
            like.setdefault(file_pattern(path.name), []).append(path)
        files = sorted(office_files(workspace.raw(cycle)), key=lambda path: file_pattern(path.name) not in like)
        for pattern, paths in _layouts(files, described, known).items():
            yield _drafted(workspace, paths, like.get(pattern, []), reader)


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
    seen = {sha256(path) for path in described}
    for path in files:
        known_name = any(fnmatchcase(normalise(path.name), normalise(pattern)) for pattern in known)
        content = sha256(path)
        if not known_name and content not in seen and not kinds_in(path.name):
            layouts.setdefault(file_pattern(path.name), []).append(path)
        seen.add(content)
    return layouts


def _drafted(workspace: Workspace, paths: list[Path], more: list[Path], reader: FileReader) -> FileDraft:
    names = tuple(path.name for path in paths)
    read, faults = list[RawFile](), list[Fault]()
    for path in (*paths, *more):
        try:
            read.append(reader.read(path))
        except InputError as error:
            faults += error.faults
    try:
        if not read:
            raise InputError(faults)
        content = draft_content(read[0], district_of(workspace.settings), read[1:])
    except InputError as error:
        return FileDraft(names, fault=error.faults[0])
    target = _free_name(workspace.root / PROFILES, plain(content)["source"], plain(content)["name"])
    text = profile_text(content)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.text, encoding="utf-8")
    return FileDraft(names, target, text)


def _free_name(folder: Path, source: str, name: str) -> Path:
    """A profile's file by its source, else by its name, else with a number: one that is not there."""
    plain_name = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "_", plain_name).strip("_") or "profil"
    stems = [*([source] if source.isidentifier() else []), slug, *(f"{slug}_{number}" for number in range(2, 100))]
    return next(path for stem in stems if not (path := folder / f"{stem}.toml").exists())
