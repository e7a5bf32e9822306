"""A source profile: one TOML file that says how one layout of one source is read. Data, not code.

First one dataclass for each kind of table in the file, with every key and its default; then the reading of the file.
docs/profiler.md explains every key to the person who writes a profile.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vbe_analysis.config import SettingError, kinds_in_words, load, message, read_toml, typed
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.deliveries.workbook_rows import open_book
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.layouts import known_layouts, unknown_layouts, with_layouts
from vbe_analysis.loaders.profiles.mapping import mapping_content
from vbe_analysis.loaders.values.cells import DateForms, NumberForm, TextForm, Values, normalise
from vbe_analysis.storage import profile_files

SHAPES = ("reports", "counts", "survey", "form")
# What a column can be; those in FIELDS are set on the report, in the order the columns stand in the profile.
FIELDS = ("environment", "event_type", "area")
PARTS = ("year", "month", "week", "day")  # of one date; a month may be any part of a year: "mars", "kv 1", "våren"
_OTHER_ROLES = "count key copy_of noted unit unit_kind question row_total amount filter text drop"
ROLES = (*FIELDS, "label", "place", "date", "date_from", "date_to", *PARTS, *_OTHER_ROLES.split())
KEPT_ROLES = frozenset(ROLES) - {"text", "drop"}
# What a part of a heading, of the sheet's or of the file's name can be.
LEVELS = (*FIELDS, "label", "place", "date", *PARTS, "item", "ignore")
TICKED = ("x", "1", "ja", "yes", "y", "true", "sant", "quoted", "checked")
UNTICKED = ("", "0", "nej", "no", "n", "false", "falskt", "not quoted", "n/a")
DELIMITERS = ("", ";", ",", "\t", "|")
HOLDS = ("count", "tick", "answer")
YES = "ja"  # the code of the answers that the chapter counts
GUESS = re.compile(r"#.*\bGISSNING\b")

EMPTY: Mapping[str, Any] = MappingProxyType({})
CHOICES: Mapping[str, tuple[str, ...]] = {
    "contradiction": ("reject", "report", "answer"),
    "of": ("all", "since", "below"),
    "name": ("sheet", "file"),
}


@dataclass(frozen=True)
class CodingRule:
    """Words that read an act: a `text` cell that holds one of `words` sets codes. The phrase is never kept."""

    id: str
    words: tuple[str, ...]
    sets: Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """One column: found by heading (any of the spellings, `*` for any text) or by letter, and what it means.

    values: a label may hold `*` for any text; a label written out goes first.
    default, blank: the code of any other label, and of a blank cell; without them an unknown label stops the file.
    """

    as_: str
    heading: tuple[str, ...] = ()
    letter: str = ""
    id: str = ""
    needed: bool = True
    values: Values = field(default_factory=lambda: EMPTY)
    default: str | None = None
    blank: str | None = None
    empty: tuple[str, ...] = ()  # cells that mean the same as a blank one: "NA", "-"
    many: bool = False  # several labels in one cell, with the table's separator between, or ticked boxes before them
    fill_down: bool = False  # a blank cell means the one above (merged cells)
    question: str = ""  # for as = "question": its id, kept from year to year
    yes: tuple[str, ...] = ()  # its labels or codes that mean yes: they get the code "ja"
    versions: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: EMPTY)  # version -> headings
    rules: tuple[CodingRule, ...] = ()

    @property
    def name(self) -> str:
        """What conditions and checks call the column."""
        return self.id or self.question or self.as_

    @property
    def headings(self) -> tuple[str, ...]:
        """Every accepted spelling of the heading, those of all versions included."""
        wordings = (w if isinstance(w, tuple) else (w,) for w in self.versions.values())
        return self.heading + tuple(h for wording in wordings for h in wording)


@dataclass(frozen=True)
class Level:
    """What one `*` of a pattern stands for. `values` as for a column; a date and its parts need none."""

    as_: str
    values: Values = field(default_factory=lambda: EMPTY)
    default: str | None = None


@dataclass(frozen=True)
class Group:
    """Columns that share a pattern, "2. Vilken miljö? / *": a report in each cell, or an answer to `question`.

    holds: "count", "tick" or "answer" (coded by `values` and `default`).
    """

    heading: tuple[str, ...]
    levels: tuple[Level, ...]
    holds: str = "count"
    question: str = ""  # the answers' question is this id and the levels' item: "bakgrund_informatik"
    values: Values = field(default_factory=lambda: EMPTY)
    default: str | None = None
    yes: tuple[str, ...] = ()  # as of a column's question
    ticked: tuple[str, ...] = (*TICKED, *"☒☑✓✔", "[x]", "(x)")
    unticked: tuple[str, ...] = (*UNTICKED, *"☐□", "[ ]", "[]", "( )", "()")
    missing: tuple[str, ...] = ()  # cells that say: not asked, not reported; becomes coverage, never zero
    exclude: tuple[str, ...] = ()  # headings the pattern would take but should not


@dataclass(frozen=True)
class Condition:
    """A test of one column's cell (by column name, heading or letter); all that are given must hold."""

    column: str
    equals: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    not_starts: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    blank: bool | None = None


@dataclass(frozen=True)
class Ignore:
    """Rows left out by a named rule, when all conditions hold."""

    rule: str
    where: tuple[Condition, ...]


@dataclass(frozen=True)
class Total:
    """Rows that hold a sum: checked against the rows it covers, never added.

    of: "all" the table's rows, "since" the rows above it from the last row that matches this or an earlier-listed
    total, or "below" the rows under it until a blank row or the next total.
    """

    rule: str
    where: tuple[Condition, ...]
    sums: tuple[str, ...] = ("count",)  # the count columns; in a wide table all of its groups
    of: str = "all"


@dataclass(frozen=True)
class Section:
    """A row inside the table that says something of the rows below it ("Stadsdelsområde Bromma")."""

    where: tuple[Condition, ...]
    as_: str
    column: str
    values: Values = field(default_factory=lambda: EMPTY)
    default: str | None = None


@dataclass(frozen=True)
class Name:
    """What the sheet's or the file's name says of all its rows: a level for each `*` of the pattern."""

    of: str  # "sheet" or "file" (without its ending)
    pattern: tuple[str, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Table:
    """One table: where it lies, its shape and its columns."""

    shape: str
    like: str = ""  # the layout that the table begins as, as named in layouts.toml
    sheets: tuple[str, ...] = ("*",)
    optional: bool = False  # the sheet may be absent
    transposed: bool = False  # a record a column; `column`, `letter` and `header_rows` are of the table on its side
    header_rows: int = 1  # 0: no headings, columns by letter
    header_at: int = 0  # its first row; 0: the first row where every needed heading stands
    header_join: str = " / "
    start: tuple[str, ...] = ()  # the table begins below a row whose first filled cell is this
    end: tuple[str, ...] = ()  # and ends above a row whose first filled cell is this
    tool: str = ""  # the survey tool whose own columns are dropped, as named in survey_tools.toml
    constants: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    names: tuple[Name, ...] = ()
    columns: tuple[Column, ...] = ()
    groups: tuple[Group, ...] = ()
    separator: str = ";"
    ignore: tuple[Ignore, ...] = ()
    totals: tuple[Total, ...] = ()
    sections: tuple[Section, ...] = ()
    footnotes: bool = True  # rows below the last record with text in the first column only are notes
    year_ends: int = 12  # the last month of what the table calls a year: 3 for "year ending March"
    zero_rows: str = "zero_counts"  # the rule that names rows whose counts are all zero
    contradiction: str = "reject"  # "noted: no" beside a filled report: reject, "report" or "answer"
    yes: tuple[str, ...] = ("ja", "yes")  # answers to `noted` that make a report
    no: tuple[str, ...] = ("nej", "no", "vet ej", "vet inte", "don't know", "not sure", "")
    label_column: str = "A"  # for shape "form"; "*" any column: a label is then a cell that is one of the headings
    value_column: str = ""  # "" the next filled cell to the right, "below" the cell under the label, or a letter


@dataclass(frozen=True)
class Profile:
    """How one layout of one source is read. `version` is that of the way of counting, unless a delivery says more.

    written_in: its file, which no key of the file says; "" for that of a blank of ours.
    """

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
    file: TextForm = field(default_factory=TextForm)
    written_in: str = field(default="", compare=False)


@dataclass(frozen=True)
class Draft(Profile):
    """A profile with guesses that no one has looked at: the lines, or rows of sheets, where they stand."""

    guesses: tuple[str, ...] = ()


HINTS = (Profile, Table)


def read_profiles(folders: Iterable[Path]) -> dict[str, Profile]:
    """Every profile in the folders, TOML or workbook, by file stem; a later folder's takes the place of an earlier's.

    Raises InputError with all faults of all files at once.
    """
    profiles: dict[str, Profile] = {}
    faults: list[Fault] = []
    for folder in folders:
        paths = profile_files(folder)
        books = {path.stem for path in paths if path.suffix == ".xlsx"}
        for stem in sorted(books & {path.stem for path in paths if path.suffix != ".xlsx"}):
            faults.append(Fault("profile_twice", f"{stem}.xlsx", values={"other": f"{stem}.toml"}))
        with FileReader() if books else nullcontext() as reader:
            for path in paths:
                try:
                    profiles[path.stem] = read_profile(path, reader)
                except InputError as error:
                    faults += error.faults
    if faults:
        raise InputError(faults)
    return profiles


def read_profile(path: Path, reader: FileReader | None = None) -> Profile:
    """One profile, TOML or workbook. Raises InputError with all faults of the file."""
    name = message("place.hidden") if kinds_in(path.name) else path.name
    if path.suffix == ".xlsx":
        return profile_of(*mapping_content(open_book(path, reader), name, HINTS), name)
    try:
        return parse_profile(path.read_text(encoding="utf-8-sig"), name)
    except UnicodeDecodeError:
        raise InputError([Fault("profile_encoding", name)]) from None


def parse_profile(text: str, file: str) -> Profile:
    """The profile in the TOML `text`; raises InputError naming `file`, the place and the rule."""
    try:
        content = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError([Fault("profile_syntax", file, values={"detail": str(error)})]) from None
    guesses = tuple(str(number) for number, line in enumerate(text.splitlines(), 1) if GUESS.search(line))
    return profile_of(content, guesses, file)


def profile_of(content: Mapping[str, Any], guesses: tuple[str, ...], file: str) -> Profile:
    """The profile with this content, a Draft where it has guesses; raises InputError naming `file` and the rule."""
    if unknown := unknown_layouts(content):
        values = {"like": ", ".join(unknown), "known": ", ".join(known_layouts())}
        raise InputError([Fault("unknown_layout", file, values=values)])
    if "written_in" in content:
        raise InputError([_typing_fault(file, "", "unknown", "written_in")])
    try:
        profile = replace(typed(Profile, with_layouts(content)), written_in=file)
    except SettingError as error:
        raise InputError([_typing_fault(file, *setting) for setting in error.faults]) from None
    faults = [Fault("profile_value", file, values={"detail": text}) for text in _mistakes(profile)]
    if faults:
        raise InputError(faults)
    tables = tuple(_filled(table, profile.scales) for table in profile.tables)
    profile = Draft(**vars(profile), guesses=guesses) if guesses else profile
    return replace(profile, tables=tables, dates=profile.dates.normalised(), numbers=profile.numbers.normalised())


def _typing_fault(file: str, place: str, rule: str, detail: str) -> Fault:
    """The fault, with Python's types in the words of the person who writes a profile."""
    detail = kinds_in_words(detail) if rule == "type" else detail
    return Fault(f"profile_{rule}", file, values={"place": place or message("profiles.whole"), "detail": detail})


def _mistakes(profile: Profile) -> Iterator[str]:
    """What the types cannot say, each as the place in the file and the value that stands there."""
    if not profile.tables:
        yield "tables = []"
    for sign, (low, high) in profile.numbers.hidden.items():
        if not 1 <= low <= high:
            yield f'numbers.hidden: "{sign}" = [{low}, {high}]'
    if profile.file.delimiter not in DELIMITERS:
        yield f"file.delimiter: {profile.file.delimiter!r}"
    if profile.file.encoding and not _is_encoding(profile.file.encoding):
        yield f"file.encoding: {profile.file.encoding!r}"
    for number, table in enumerate(profile.tables, 1):
        for place, detail in _of_table(table, profile):
            yield f"tables[{number}].{place}: {detail}"


def _is_encoding(name: str) -> bool:
    """Whether the name is that of an encoding of text."""
    try:
        return isinstance("".encode(name), bytes)
    except (LookupError, UnicodeError, ValueError):
        return False


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
        if isinstance(holder, Column | Group):
            codes = [*_codes_of(holder, profile.scales).items(), (holder.default or "", holder.default)]
            known = set[str]().union(*(_spellings(label, code) for label, code in codes))
            for text in holder.yes:
                if normalise(text) not in known:
                    yield f"yes = {text!r}", message("profiles.no_yes")


def _of_pattern(place: str, patterns: tuple[str, ...], levels: tuple[Level, ...]) -> Iterator[tuple[str, str]]:
    for level in levels:
        if level.as_ not in LEVELS:
            yield f"{place}.levels.as", repr(level.as_)
    for pattern in patterns:
        if pattern.count("*") != len(levels):
            yield f"{place}: {pattern!r}", message("profiles.stars", levels=len(levels))


def used_codes(profile: Profile) -> Iterator[tuple[str, str]]:
    """(field, code) of everything in the profile that sets a field of a report, or (its pseudo field) ignores a row."""
    for table in profile.tables:
        yield from ((field, code) for field, code in table.constants.items() if field in FIELDS)
        holders: list[Column | Level | Section] = [*table.columns, *_levels(table), *table.sections]
        for holder in holders:
            field = "area" if holder.as_ == "place" else holder.as_
            plain = [holder.default, holder.blank] if isinstance(holder, Column) else [holder.default]
            for code in (*plain, *(holder.values.values() if isinstance(holder.values, Mapping) else ())):
                if isinstance(code, Mapping):
                    yield from code.items()
                elif code is not None and field in FIELDS:
                    yield field, code
            for rule in holder.rules if isinstance(holder, Column) else ():
                yield from rule.sets.items()


def _levels(table: Table) -> list[Level]:
    patterns: list[Group | Name] = [*table.groups, *table.names]
    return [level for pattern in patterns for level in pattern.levels]


def _holders(table: Table) -> list[Column | Level | Section | Group]:
    return [*table.columns, *table.groups, *table.sections, *_levels(table)]


def _codes_of(holder: Any, scales: Mapping[str, Any]) -> Mapping[str, Any]:
    """label -> code, whichever way the profile writes it; {} for a scale that is not there."""
    given = scales.get(holder.values, {}) if isinstance(holder.values, str) else holder.values
    return {label: label for label in given} if isinstance(given, tuple) else given


def _spellings(label: str, code: object) -> set[str]:
    return {normalise(label), *([normalise(code)] if isinstance(code, str) else [])}


def _filled(table: Table, scales: Mapping[str, Any]) -> Table:
    """The table with every scale put in place, labels in their normal form, and its tool's own columns dropped."""

    def values(holder: Any) -> Any:
        codes = _codes_of(holder, scales)
        if isinstance(holder, Column | Group) and holder.yes:
            yes = {normalise(text) for text in holder.yes}
            default = YES if normalise(holder.default or "") in yes else holder.default
            codes = {label: YES if yes & _spellings(label, code) else code for label, code in codes.items()}
            holder = replace(holder, default=default)
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
