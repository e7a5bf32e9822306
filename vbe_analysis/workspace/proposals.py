"""What a cycle's files say of its rows in leveranser.xlsx: whose each is, by which profile, for which months.

A file is known by the pattern of a profile, or by the name it had in another cycle, where its digits may differ. No
file is read but our own blanks (whether there is anything to report), earlier chapters (their years) and letters that
no profile knows (whether they hold a table).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.frames import DELIVERED, NOTHING
from vbe_analysis.loaders.deliveries.deliveries import COLUMNS, SHEET, WORDS
from vbe_analysis.loaders.deliveries.folder import contents
from vbe_analysis.loaders.deliveries.workbook_rows import open_book, rows_of
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.draft import file_pattern
from vbe_analysis.loaders.profiles.profile import Profile
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.file import read_delivered
from vbe_analysis.loaders.values.cells import label_of, normalise
from vbe_analysis.storage import DELIVERIES, office_files, sha256
from vbe_analysis.vocabulary import HISTORY
from vbe_analysis.workspace.drafts import is_note
from vbe_analysis.workspace.orders.blanks import says_nothing
from vbe_analysis.workspace.orders.profiles import own_profiles
from vbe_analysis.workspace.workspace import Workspace

WORD_OF = {status: word for word, status in WORDS.items()}
_NUMBER = re.compile(r"\d+")
_SPAN = re.compile(r"(?<!\d)(?:20)?(\d\d)(0[1-9]|1[0-2]) ?[-–_] ?(?:20)?(\d\d)(0[1-9]|1[0-2])(?!\d)")


@dataclass(frozen=True)
class Row:
    """A row of leveranser.xlsx as far as it is known. status: a word of the drop-down, "" where a person chooses;
    number: where it stands, 0 for a new one; files: those that `file` names.
    """

    source: str
    status: str = ""
    file: str = ""
    profile: str = ""
    first: str = ""
    last: str = ""
    version: str = ""
    number: int = 0
    files: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """By deliveries.COLUMNS."""
        return (self.source, self.status, self.file, self.profile, self.first, self.last, "", "", self.version, "")


@dataclass(frozen=True)
class Proposals:
    """rows: of every source; unknown: files that no profile and no other cycle knows, but for covering notes; old:
    another cycle's files.
    """

    rows: tuple[Row, ...]
    unknown: tuple[str, ...]
    old: tuple[str, ...]


def propose(workspace: Workspace, cycle: str) -> Proposals:
    """The rows of a cycle. Raises InputError where another cycle's leveranser.xlsx cannot be read."""
    place = workspace.cycles.index(workspace.period(cycle).label)
    # The nearest cycle before comes first, those after come last.
    order = [*reversed(workspace.cycles[:place]), *workspace.cycles[place + 1 :]]
    books = [(name, workspace.raw(name) / DELIVERIES) for name in order]
    others = [read_rows(path, f"{name}/{path.name}") for name, path in books if path.is_file()]
    last, profiles = _last_rows(others), workspace.profiles()
    if any(row.source == HISTORY and row.status for rows in others for row in rows):  # their figures are counted once
        last.pop(HISTORY, None)
        profiles = {name: profile for name, profile in profiles.items() if profile.source != HISTORY}
    files, old = _new_files(workspace, workspace.cycles[:place], cycle)
    known, unknown = _sorted(files, profiles, last)
    rows: list[Row] = []
    with FileReader() as reader:
        for source in dict.fromkeys([*last, *(key[0] for key in known), *workspace.settings.sources_expected]):
            before = last.get(source, [])
            by_profile = {profile: names for (of, profile), names in known.items() if of == source}
            usual = len(by_profile) == 1 or by_profile.keys() == {row.profile for row in before}
            for name, names in by_profile.items():
                version = next((earlier.version for earlier in before if earlier.profile == name), "")
                for row in _delivered(source, name, names, [*files], profiles[name]):
                    looked_into = _looked_into(row, workspace, cycle, profiles[name], reader)
                    rows.append(replace(looked_into, version=version, status=looked_into.status if usual else ""))
            left = [replace(row, file="") for row in before if row.profile not in by_profile]
            rows += left if len(before) > len(by_profile) or not by_profile else []
            rows += [Row(source)] if not before and not by_profile else []
        unknown = [file for file in unknown if not is_note(workspace, workspace.raw(cycle) / file, reader)]
    return Proposals(tuple(rows), tuple(unknown), tuple(old))


def read_rows(path: Path, name: str) -> list[Row]:
    """The rows of a leveranser.xlsx as they stand. Raises InputError where it cannot be read."""
    faults: list[Fault] = []
    table = [*rows_of(open_book(path), name, SHEET, COLUMNS, faults)]
    if faults:
        raise InputError(faults)
    rows = []
    for number, cells in table:
        source, status, file, profile, first, last, _, _, version, _ = map(label_of, cells)
        rows.append(Row(source, status, file, profile, first, last, version, number))
    return rows


def _last_rows(others: Iterable[Sequence[Row]]) -> dict[str, list[Row]]:
    """Source -> its rows in the nearest cycle that has a profile for it: one a profile, with what carries over."""
    last: dict[str, list[Row]] = {}
    for rows in others:
        nearest: dict[str, dict[str, Row]] = {}
        for row in rows:
            kept = Row(row.source, file=row.file, profile=row.profile, version=row.version)
            nearest.setdefault(row.source, {}).setdefault(row.profile, kept)
        for source, by_profile in nearest.items():
            with_profile = [row for row in by_profile.values() if row.profile]
            if source not in last or (with_profile and not any(row.profile for row in last[source])):
                last[source] = with_profile or [*by_profile.values()]
    return last


def _new_files(workspace: Workspace, earlier: Iterable[str], cycle: str) -> tuple[dict[str, str], list[str]]:
    """The cycle's files by their paths in its folder -> sha256, and those that lie in an earlier cycle too.

    A name that holds personal data is shown nowhere, so it stands among neither.
    """
    folder, taken = workspace.raw(cycle), contents({name: workspace.raw(name) for name in earlier})
    paths = ((path, path.relative_to(folder)) for path in office_files(folder))
    files = {place.as_posix(): sha256(path) for path, place in paths if not any(map(kinds_in, place.parts))}
    old = [name for name, content in files.items() if content in taken]
    return {name: content for name, content in files.items() if name not in old}, old


def _sorted(
    files: Mapping[str, str], profiles: Mapping[str, Profile], last: Mapping[str, Sequence[Row]]
) -> tuple[dict[tuple[str, str], list[str]], list[str]]:
    """(source, profile) -> its files, each content once, and the files that belong to none or to several."""
    known: dict[tuple[str, str], list[str]] = {}
    unknown: list[str] = []
    named: set[str] = set()  # by content
    for file, content in files.items():
        name = normalise(PurePath(file).name)
        earlier = {
            (row.source, row.profile)
            for rows in last.values()
            for row in rows
            if row.profile in profiles
            and row.file
            and fnmatchcase(name, normalise(file_pattern(PurePath(row.file).name)))
        }
        by_pattern = {
            (profile.source, key)
            for key, profile in profiles.items()
            if any(fnmatchcase(name, normalise(pattern)) for pattern in profile.files)
        }
        keys = earlier or by_pattern
        if len(keys) != 1:
            unknown.append(file)
        elif content not in named:
            named.add(content)
            known.setdefault(keys.pop(), []).append(file)
    return known, [file for file in unknown if files[file] not in named]


def _delivered(
    source: str, name: str, files: Sequence[str], all_files: Sequence[str], profile: Profile
) -> Iterator[Row]:
    """The rows of a profile's files. Two tables of one source may be two versions of one: a person chooses.

    Forms are a delivery together: one row where their names differ in numbers alone and no other file has such a name.
    """
    status, pattern = WORD_OF[DELIVERED], _common(files)
    forms = all(table.shape == "form" for table in profile.tables)
    if forms and len(files) > 1 and [file for file in all_files if fnmatchcase(file, pattern)] == [*files]:
        yield Row(source, status, pattern, name, files=tuple(files))
        return
    for file in files:
        yield Row(source, status if forms or len(files) == 1 else "", file, name, files=(file,))


def _common(names: Sequence[str]) -> str:
    """The names with `*` for each number in which they differ; "" where more than numbers differs."""
    if len({_NUMBER.sub("0", name) for name in names}) != 1 or any(set(name) & set("[]?*") for name in names):
        return ""
    words, numbers = _NUMBER.split(names[0]), list(zip(*map(_NUMBER.findall, names), strict=True))
    marks = [same[0] if len(set(same)) == 1 else "*" for same in numbers]
    return "".join(part for pair in zip(words, [*marks, ""], strict=True) for part in pair)


def _looked_into(row: Row, workspace: Workspace, cycle: str, profile: Profile, reader: FileReader) -> Row:
    """The row with what its file or its file's name tells: nothing to report, or the months."""
    path, period = workspace.raw(cycle) / row.files[0], workspace.period(cycle)
    try:
        if row.profile in own_profiles(workspace.vocabulary) and says_nothing(reader.read(path, profile.file)):
            return replace(row, status=WORD_OF[NOTHING])
        if row.source == HISTORY:
            spans = read_delivered(reader.read(path, profile.file), _context(workspace, cycle, profile), period).spans
            days = [day for span in spans for day in span]
            if not days:
                return replace(row, status="")
            return replace(row, first=f"{min(days):%Y-%m}", last=f"{max(days):%Y-%m}")
    except InputError:  # `vbe status` tells of a file that cannot be read
        return row
    if len(row.files) == 1 and (match := _SPAN.search(path.stem)):
        first, last = f"20{match[1]}-{match[2]}", f"20{match[3]}-{match[4]}"
        inside = first in period.months and last in period.months and first <= last
        if inside and (first, last) != (period.months[0], period.months[-1]):
            return replace(row, first=first, last=last)
    return row


def _context(workspace: Workspace, cycle: str, profile: Profile) -> Context:
    """What reading the years of earlier chapters needs."""
    period = workspace.period(cycle)
    return Context(profile, workspace.vocabulary, cycle, "", (period.start, period.end), {}, frozenset(), {})
