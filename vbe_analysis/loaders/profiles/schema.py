"""The parts of a source profile: one dataclass for each kind of table in the TOML file, with every key and its default.

docs/profiler.md explains every key to the person who writes a profile; the dataclasses here are the same list, typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

SHAPES = ("reports", "counts", "survey", "form")
# What a column can be; those in FIELDS are set on the report, in the order the columns stand in the profile.
FIELDS = ("environment", "event_type", "area")
PARTS = ("year", "month", "week", "day")  # of one date; a month may be any part of a year: "mars", "kv 1", "våren"
ROLES = (
    *FIELDS, "label", "place", "date", "date_from", "date_to", *PARTS, "count", "key", "copy_of", "noted", "unit",
    "unit_kind", "question", "row_total", "amount", "filter", "text", "drop",
)  # fmt: skip
KEPT_ROLES = frozenset(ROLES) - {"text", "drop"}
# What a part of a heading, of the sheet's or of the file's name can be.
LEVELS = (*FIELDS, "label", "place", "date", *PARTS, "item", "ignore")
HOLDS = ("count", "tick", "answer")

# label -> code (or {field: code}); or the name of a table in `scales`; or a list of labels that are their own codes.
Values = Mapping[str, str | Mapping[str, str]] | str | tuple[str, ...]
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
    ticked: tuple[str, ...] = ("x", "1", "ja", "yes", "y", "true", "sant", "quoted", "checked", "\u2612")
    unticked: tuple[str, ...] = ("", "0", "nej", "no", "n", "false", "falskt", "not quoted", "n/a", "\u2610")
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
    sheets: tuple[str, ...] = ("*",)
    optional: bool = False  # the sheet may be absent
    transposed: bool = False  # a record a column; `column`, `letter` and `header_rows` are then of the turned table
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
