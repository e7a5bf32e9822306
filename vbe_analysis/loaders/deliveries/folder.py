"""A cycle's raw folder: which file belongs to which row of leveranser.xlsx, and which to none.

A message names a file by its name, unless the name itself holds personal data: then by its ordinal.
"""

from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePath

from vbe_analysis.config import message
from vbe_analysis.errors import Fault
from vbe_analysis.frames import DELIVERED
from vbe_analysis.loaders.deliveries.deliveries import SHEET, Delivery
from vbe_analysis.loaders.privacy.detect import kinds_in, safe_name
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.storage import DELIVERIES, office_files, sha256


def delivered_files(
    folder: Path, rows: Iterable[Delivery], profiles: Collection[str]
) -> tuple[list[tuple[Delivery, Path]], list[Fault]]:
    """The files of each delivery in the order of `rows`, and what is wrong with how they are named."""
    own, named, faults = office_files(folder), list[tuple[Delivery, Path]](), list[Fault]()
    taken: dict[Path, list[Delivery]] = {}
    names: dict[str, Path] = {}
    for row in (row for row in rows if row.file):
        wrong = partial(Fault, file=DELIVERIES, sheet=SHEET, row=row.row)
        if row.status == DELIVERED and row.profile not in profiles:
            values = {"profile": safe_name(row.profile), "known": ", ".join(sorted(profiles))}
            faults.append(wrong("unknown_profile", column="Profil", values=values))
            continue
        paths = [path for path in own if _is_named(row.file, path.relative_to(folder))]
        if not paths and row.status == DELIVERED:
            faults.append(wrong("file_not_found", column="Fil", values={"file": safe_name(row.file)}))
        for path in paths:
            others = taken.setdefault(path, [])
            # two profiles may read one file, each its own sheets
            clash = next((o.row for o in others if o.status != row.status or o.profile == row.profile), None)
            others.append(row)
            if clash:
                faults.append(wrong("file_named_twice", values={"file": safe_name(path.name), "earlier": clash}))
            elif names.setdefault(normalise(path.name), path) != path:
                faults.append(wrong("file_name_shared", values={"file": safe_name(path.name)}))
            else:
                named.append((row, path))
    return named, faults


def undelivered(
    folder: Path, named: Collection[Path], others: Mapping[str, tuple[str, str]]
) -> tuple[list[Fault], list[Fault]]:
    """What refuses the cycle, and what to notice, of files that no delivery names. others: see `contents`."""
    refusals, notices = [], []
    first = {sha256(path): path.name for path in sorted(named, reverse=True)}
    for number, path in enumerate(office_files(folder), 1):
        name = str(path.relative_to(folder))
        if name != (readable := name.encode(errors="replace").decode()) and not kinds_in(readable):
            refusals.append(Fault("name_unreadable", readable))  # nothing that we write could hold it
            continue
        if path in named:
            continue
        kinds, content = kinds_in(path.name), sha256(path)
        if kinds:
            refusals.append(private_name(message("place.file_number", number=number), kinds))
        elif content in first:
            notices.append(Fault("file_copy", path.name, values={"other": safe_name(first[content])}))
        elif content in others:
            cycle, other = others[content]
            notices.append(Fault("file_not_named_old", path.name, values={"cycle": cycle, "other": other}))
        else:
            first[content] = path.name
            notices.append(Fault("file_not_named", path.name))
    return refusals, notices


def contents(folders: Mapping[str, Path]) -> dict[str, tuple[str, str]]:
    """sha256 -> (cycle, name) of every file in the cycles' folders: last year's file under a new name is told by it."""
    return {
        sha256(path): (cycle, safe_name(path.name))
        for cycle, folder in folders.items()
        for path in office_files(folder)
    }


def private_name(alias: str, kinds: str) -> Fault:
    """The fault of a file whose name holds personal data, named `alias` here."""
    return Fault("personal_data_name", alias, values={"kinds": kinds, "what": message("place.file_name")})


def _is_named(written: str, path: Path) -> bool:
    """Whether what leveranser.xlsx says is this file: its path in the folder, or a pattern with * for it."""
    wanted, parts = [normalise(part) for part in PurePath(written).parts], [normalise(part) for part in path.parts]
    return wanted == parts or (
        len(wanted) == len(parts) and all(fnmatchcase(part, one) for part, one in zip(parts, wanted, strict=True))
    )
