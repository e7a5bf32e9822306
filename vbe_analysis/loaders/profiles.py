"""A source profile: one TOML file that says how one layout of one source is read. Data, not code.

docs/profiler.md explains every key to the person who writes one; the dataclasses here are the same list with types.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vbe_analysis.config import SettingError, typed
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.cells import DateForms, NumberForm, normalise

SHAPES = ("reports", "counts", "survey", "form")
# What a column can be; those in FIELDS are set on the report, in the order the columns stand in the profile.
FIELDS = ("environment", "event_type", "area")
ROLES = (
    *FIELDS, "label", "place", "date", "date_from", "date_to", "year", "month", "day", "count", "key", "copy_of",
    "noted", "unit", "unit_kind", "question", "row_total", "amount", "filter", "text", "drop",
)  # fmt: skip
KEPT_ROLES = frozenset(ROLES) - {"text", "drop"}
# What the parts of a heading can be, in a group of columns that share one pattern.
LEVELS = (*FIELDS, "label", "date", "ignore")

Values = Mapping[str, str | Mapping[str, str]]
EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class CodingRule:
    """Words that read an act: a `text` cell that holds one of `words` sets codes. The phrase is never kept."""

    id: str
    words: tuple[str, ...]
    sets: Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """One column: found by heading (any of the spellings, `*` for any text) or by letter, and what it means.

    values: label -> code of the column's own field, or label -> {field: code}; or the name of a table in `scales`.
    default, blank: the code of any other label, and of a blank cell; without them an unknown label stops the file.
    """

    as_: str
    heading: tuple[str, ...] = ()
    letter: str = ""
    id: str = ""
    needed: bool = True
    values: Values | str = field(default_factory=lambda: EMPTY)
    default: str | None = None
    blank: str | None = None
    many: bool = False  # several labels in one cell, with the table's separator between
    fill_down: bool = False  # a blank cell means the one above (merged cells)
    question: str = ""  # for as = "question": its id, kept from year to year
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
    """What one `*` of a group's heading pattern stands for. `values` as for a column; a date needs none."""

    as_: str
    values: Values | str = field(default_factory=lambda: EMPTY)
    default: str | None = None


@dataclass(frozen=True)
class Group:
    """Columns that share a heading pattern, a report in each ticked or counted cell: "2. Vilken miljö? / *"."""

    heading: tuple[str, ...]
    levels: tuple[Level, ...]
    holds: str = "count"  # or "tick"
    ticked: tuple[str, ...] = ("x", "1", "ja", "yes", "y", "true", "sant", "quoted", "checked")
    unticked: tuple[str, ...] = ("", "0", "nej", "no", "n", "false", "falskt", "not quoted", "n/a")
    missing: tuple[str, ...] = ()  # cells that say: not asked, not reported; becomes coverage, never zero
    exclude: tuple[str, ...] = ()  # headings the pattern would take but should not


@dataclass(frozen=True)
class Condition:
    """A test of one column's cell (by column name, heading or letter); all that are given must hold."""

    column: str
    equals: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    blank: bool | None = None


@dataclass(frozen=True)
class Ignore:
    """Rows left out by a named rule, when all conditions hold."""

    rule: str
    where: tuple[Condition, ...]


@dataclass(frozen=True)
class Total:
    """Rows that hold a sum: checked against the rows above, never added.

    of: "all" the table's rows, or "since" the last row that matches this or an earlier-listed total.
    """

    rule: str
    where: tuple[Condition, ...]
    sums: tuple[str, ...] = ("count",)
    of: str = "all"


@dataclass(frozen=True)
class Section:
    """A row inside the table that says something of the rows below it ("Stadsdelsområde Bromma")."""

    where: tuple[Condition, ...]
    as_: str
    column: str
    values: Values | str = field(default_factory=lambda: EMPTY)
    default: str | None = None


@dataclass(frozen=True)
class Table:
    """One table: where it lies, its shape and its columns."""

    shape: str
    sheets: tuple[str, ...] = ("*",)
    optional: bool = False  # the sheet may be absent
    header_rows: int = 1  # 0: no headings, columns by letter
    header_at: int = 0  # its first row; 0: the first row where every needed heading stands
    header_join: str = " / "
    start: tuple[str, ...] = ()  # the table begins below a row whose first filled cell is this
    end: tuple[str, ...] = ()  # and ends above a row whose first filled cell is this
    constants: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    columns: tuple[Column, ...] = ()
    groups: tuple[Group, ...] = ()
    separator: str = ";"
    ignore: tuple[Ignore, ...] = ()
    totals: tuple[Total, ...] = ()
    sections: tuple[Section, ...] = ()
    footnotes: bool = True  # rows below the last record with text in one cell only are notes
    blank_date: str = "period"  # or "reject"
    zero_rows: str = "zero_counts"  # the rule that names rows whose counts are all zero
    contradiction: str = "reject"  # "noted: no" beside a filled report: reject, "report" or "answer"
    yes: tuple[str, ...] = ("ja", "yes")  # answers to `noted` that make a report
    no: tuple[str, ...] = ("nej", "no", "vet ej", "vet inte", "don't know", "not sure", "")
    label_column: str = "A"  # for shape "form"
    value_column: str = ""  # "" the next filled cell to the right


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
    scales: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: EMPTY)
    dates: DateForms = field(default_factory=DateForms)
    numbers: NumberForm = field(default_factory=NumberForm)


def read_profiles(folders: Iterator[Path] | list[Path]) -> dict[str, Profile]:
    """Every profile in the folders, by file stem; a later folder's profile takes the place of an earlier one's.

    Raises InputError with all faults of all files at once.
    """
    profiles: dict[str, Profile] = {}
    faults: list[Fault] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            profiles[path.stem] = parse_profile(path.read_text(encoding="utf-8"), path.name)
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
        values = {"place": error.place or "profilen", "detail": error.detail}
        raise InputError([Fault(f"profile_{error.rule}", file, values=values)]) from None
    faults = [Fault("profile_value", file, values={"detail": text}) for text in _mistakes(profile)]
    if faults:
        raise InputError(faults)
    return replace(profile, tables=tuple(_with_scales(table, profile.scales) for table in profile.tables))


def _mistakes(profile: Profile) -> Iterator[str]:
    for number, table in enumerate(profile.tables, 1):
        place = f"tables[{number}]"
        if table.shape not in SHAPES:
            yield f"{place}.shape = {table.shape!r}"
        for column in table.columns:
            if column.as_ not in ROLES:
                yield f"{place}.columns.as = {column.as_!r}"
            if not column.headings and not column.letter:
                yield f"{place}.columns ({column.as_}): heading / letter"
            if column.as_ == "question" and not column.question:
                yield f"{place}.columns.question = ''"
        for group in table.groups:
            if any(level.as_ not in LEVELS for level in group.levels) or group.holds not in ("count", "tick"):
                yield f"{place}.groups: as / holds"
            if any(heading.count("*") != len(group.levels) for heading in group.heading):
                yield f"{place}.groups.heading: {len(group.levels)} *"
        levels = (level for group in table.groups for level in group.levels)
        holders: list[Column | Level | Section] = [*table.columns, *levels, *table.sections]
        for holder in holders:
            if isinstance(holder.values, str) and holder.values not in profile.scales:
                yield f"{place}: scales.{holder.values}"


def _with_scales(table: Table, scales: Mapping[str, Mapping[str, str]]) -> Table:
    """The table with every named scale put in place and every label in its normal form."""

    def values(holder: Any) -> Any:
        given = scales[holder.values] if isinstance(holder.values, str) else holder.values
        return replace(holder, values=MappingProxyType({normalise(label): code for label, code in given.items()}))

    groups = (replace(group, levels=tuple(values(level) for level in group.levels)) for group in table.groups)
    return replace(
        table,
        columns=tuple(values(column) for column in table.columns),
        groups=tuple(groups),
        sections=tuple(values(section) for section in table.sections),
    )
