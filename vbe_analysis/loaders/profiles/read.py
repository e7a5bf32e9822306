"""A source profile: one TOML file that says how one layout of one source is read. Data, not code."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vbe_analysis.config import SettingError, load, message, typed
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.schema import (
    EMPTY,
    HOLDS,
    LEVELS,
    ROLES,
    SHAPES,
    Column,
    Group,
    Level,
    Name,
    Section,
    Table,
)
from vbe_analysis.loaders.values.cells import DateForms, NumberForm, normalise

CHOICES: Mapping[str, tuple[str, ...]] = {
    "contradiction": ("reject", "report", "answer"), "of": ("all", "since", "below"), "name": ("sheet", "file"),
}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """How one layout of one source is read. `version` is that of the way of counting, unless a delivery says more."""

    name: str
    source: str
    tables: tuple[Table, ...]
    description: str = ""
    files: tuple[str, ...] = ()  # file-name patterns: only used to suggest the profile
    version: str = ""
    ignore_sheets: tuple[str, ...] = ()
    scales: Mapping[str, Mapping[str, str] | tuple[str, ...]] = field(default_factory=lambda: EMPTY)
    dates: DateForms = field(default_factory=DateForms)
    numbers: NumberForm = field(default_factory=NumberForm)


def read_profiles(folders: Iterable[Path]) -> dict[str, Profile]:
    """Every profile in the folders, by file stem; a later folder's profile takes the place of an earlier one's.

    Raises InputError with all faults of all files at once.
    """
    profiles: dict[str, Profile] = {}
    faults: list[Fault] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        name = message("place.hidden") if kinds_in(path.name) else path.name
        try:
            profiles[path.stem] = parse_profile(path.read_text(encoding="utf-8-sig"), name)
        except UnicodeDecodeError:
            faults.append(Fault("profile_encoding", name))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return profiles


def parse_profile(text: str, file: str) -> Profile:
    """The profile in the TOML `text`; raises InputError naming `file`, the place and the rule."""
    try:
        profile = typed(Profile, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError([Fault("profile_syntax", file, values={"detail": str(error)})]) from None
    except SettingError as error:
        detail = " / ".join(_kind(word) for word in error.detail.split(" / ")) if error.rule == "type" else error.detail
        values = {"place": error.place or message("profiles.whole"), "detail": detail}
        raise InputError([Fault(f"profile_{error.rule}", file, values=values)]) from None
    faults = [Fault("profile_value", file, values={"detail": text}) for text in _mistakes(profile)]
    if faults:
        raise InputError(faults)
    return replace(profile, tables=tuple(_filled(table, profile.scales) for table in profile.tables))


def _kind(word: str) -> str:
    """A Python type in the words of the person who writes a profile."""
    kinds: Mapping[str, str] = load("messages.sv")["profiles"]["kinds"]
    return kinds.get(word, word)


def _mistakes(profile: Profile) -> Iterator[str]:
    """What the types cannot say, each as the place in the file and the value that stands there."""
    if not profile.tables:
        yield "tables = []"
    for number, table in enumerate(profile.tables, 1):
        for place, detail in _of_table(table, profile):
            yield f"tables[{number}].{place}: {detail}"


def _of_table(table: Table, profile: Profile) -> Iterator[tuple[str, str]]:
    if table.shape not in SHAPES:
        yield "shape", repr(table.shape)
    if table.tool and table.tool not in load("survey_tools"):
        yield "tool", repr(table.tool)
    if table.contradiction not in CHOICES["contradiction"]:
        yield "contradiction", repr(table.contradiction)
    if not 1 <= table.year_ends <= 12:
        yield "year_ends", str(table.year_ends)
    for number, column in enumerate(table.columns, 1):
        place = f"columns[{number}]"
        if column.as_ not in ROLES:
            yield f"{place}.as", repr(column.as_)
        if not column.headings and not column.letter:
            yield place, message("profiles.no_heading")
        if column.as_ == "question" and not column.question:
            yield f"{place}.question", message("profiles.no_question")
        if table.header_rows == 0 and table.shape != "form" and not column.letter:
            yield f"{place}.letter", message("profiles.no_letter")
    for number, group in enumerate(table.groups, 1):
        if group.holds not in HOLDS or (group.holds == "answer" and not group.question):
            yield f"groups[{number}].holds", repr(group.holds)
        yield from _of_pattern(f"groups[{number}]", group.heading, group.levels)
    for number, name in enumerate(table.names, 1):
        if name.of not in CHOICES["name"]:
            yield f"names[{number}].of", repr(name.of)
        yield from _of_pattern(f"names[{number}]", name.pattern, name.levels)
    for number, section in enumerate(table.sections, 1):
        if section.as_ not in LEVELS:
            yield f"sections[{number}].as", repr(section.as_)
    for number, total in enumerate(table.totals, 1):
        if total.of not in CHOICES["of"]:
            yield f"totals[{number}].of", repr(total.of)
    for holder in _holders(table):
        if isinstance(holder.values, str) and holder.values not in profile.scales:
            yield f"values = {holder.values!r}", message("profiles.no_scale")


def _of_pattern(place: str, patterns: tuple[str, ...], levels: tuple[Level, ...]) -> Iterator[tuple[str, str]]:
    for level in levels:
        if level.as_ not in LEVELS:
            yield f"{place}.levels.as", repr(level.as_)
    for pattern in patterns:
        if pattern.count("*") != len(levels):
            yield f"{place}: {pattern!r}", message("profiles.stars", levels=len(levels))


def _holders(table: Table) -> list[Column | Level | Section | Group]:
    patterns: list[Group | Name] = [*table.groups, *table.names]
    return [*table.columns, *table.groups, *table.sections, *(level for p in patterns for level in p.levels)]


def _filled(table: Table, scales: Mapping[str, Any]) -> Table:
    """The table with every scale put in place, labels in their normal form, and its tool's own columns dropped."""

    def values(holder: Any) -> Any:
        given = scales[holder.values] if isinstance(holder.values, str) else holder.values
        codes = {label: label for label in given} if isinstance(given, tuple) else given
        return replace(holder, values=MappingProxyType({normalise(label): code for label, code in codes.items()}))

    def levels(holder: Any) -> Any:
        return replace(holder, levels=tuple(values(level) for level in holder.levels))

    own = tuple(load("survey_tools")[table.tool]["headings"]) if table.tool else ()
    return replace(
        table,
        columns=tuple(values(column) for column in (*table.columns, *([Column("drop", own)] if own else []))),
        groups=tuple(levels(values(group)) for group in table.groups),
        names=tuple(levels(name) for name in table.names),
        sections=tuple(values(section) for section in table.sections),
    )


__all__ = ["Profile", "parse_profile", "read_profiles"]
