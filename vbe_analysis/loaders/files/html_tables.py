"""The tables of an HTML page, which many systems save under the name .xls -> raw tables."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from vbe_analysis.config import message
from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.preflight import Limits, refusal
from vbe_analysis.loaders.files.raw import Position, RawSheet, columns_of
from vbe_analysis.loaders.values.appearance import (
    HIDDEN_TEXT,
    LOWERED,
    RAISED,
    RAISED_SIGN,
    STRUCK,
    frozen,
    without_raised,
)

SPACE = re.compile(r"[ \t\n\r\f]+")  # not the no-break space
SUPER = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
THROUGH = re.compile(r"text-decoration[^;:]*:[^;]*line-through", re.IGNORECASE)
CLASS = re.compile(r"\.([\w-]+)[^{}]*\{([^{}]*)\}")
STRUCK_TAGS = ("s", "strike", "del")
VOID = frozenset(("br", "img", "hr", "col", "input", "wbr", "link", "meta", "area", "base", "embed", "source", "track"))
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass
class Table:
    """A table that is being filled: its grid so far, and the place where the next cell goes."""

    collapse: bool = False  # white space as a browser shows it
    cells: dict[tuple[int, int], str] = field(default_factory=dict)  # row, column from 0; covered places hold ""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    ragged: set[int] = field(default_factory=set)  # rows with text outside their cells
    marks: dict[str, set[Position]] = field(default_factory=dict)
    row: int = -1
    column: int = 0
    cell: tuple[int, int] | None = None
    text: list[str] = field(default_factory=list)

    def close_cell(self) -> None:
        if self.cell is not None:
            lines = "".join(self.text).strip("\n").split("\n")
            if self.collapse:
                lines = [SPACE.sub(" ", line).strip(" ") for line in lines]
            self.cells[self.cell], raised = without_raised("\n".join(lines))
            if raised:
                self.mark(RAISED_SIGN)
        self.cell, self.text = None, []

    def mark(self, kind: str) -> None:
        """Note what the eye sees in the open cell."""
        if self.cell is not None:
            self.marks.setdefault(kind, set()).add((self.cell[0] + 1, self.cell[1]))


def read_html(text: str, limits: Limits) -> tuple[list[RawSheet], list[Fault]]:
    """A sheet a table, named by its number, and a notice for each table that does not end in the file.

    A table inside a cell is a sheet of its own.

    A cell over several rows or columns stands in the first of them, as in a merged range. Raises InputError for spans
    that would cover more cells than the limits allow.
    """
    parser = _Parser(limits)
    parser.feed(text)
    parser.close()
    sheets = [sheet_of(table, number) for number, table in enumerate(parser.tables, start=1)]
    return sheets, [Fault("table_unclosed", sheet=sheets[0].name)] if parser.open else []


def sheet_of(table: Table, number: int) -> RawSheet:
    """The finished table as a sheet; spans below its last row are cut."""
    table.close_cell()
    rows = table.row + 1
    width = 1 + max((column for row, column in table.cells if row < rows), default=-1)
    grid = [[""] * width for _ in range(rows)]
    for (row, column), text in table.cells.items():
        if row < rows:
            grid[row][column] = text
    merged = [(row + 1, column, min(last, rows - 1) + 1, end) for row, column, last, end in table.merged]
    return RawSheet(
        name=message("raw.table", number=number),
        row_numbers=range(1, rows + 1),
        columns=columns_of(grid, width),
        hidden_rows=frozenset(table.hidden_rows),
        merged=tuple(sorted(merged)),
        ragged=frozenset(table.ragged),
        marks=frozen(table.marks),
    )


def add_cell(table: Table, rows: int, columns: int, limits: Limits) -> None:
    """Open the next free cell of the row, over `rows` x `columns` places."""
    table.close_cell()
    table.row = max(table.row, 0)
    while (table.row, table.column) in table.cells:
        table.column += 1
    if rows * columns + len(table.cells) > limits.merged_cells and rows * columns > 1:
        raise refusal("merged_size", sheet="", limit=limits.merged_cells)
    if table.column + columns > limits.columns:
        raise refusal("column_count", columns=table.column + columns, limit=limits.columns)
    top, left = table.row, table.column
    table.cells |= {(top + down, left + right): "" for down in range(rows) for right in range(columns)}
    if rows * columns > 1:
        table.merged.append((top, left, top + rows - 1, left + columns - 1))
    table.cell, table.column = (top, left), left + columns


class _Parser(HTMLParser):
    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.tables: list[Table] = []
        self.open: list[Table] = []
        self.silent = 0  # inside script or style
        self.struck_classes: set[str] = set()
        self.effects: list[tuple[str, frozenset[str]]] = []  # of the open elements: tag, kinds of marks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if self.open or tag == "table":
            self._begin_effects(tag, attributes)
        if tag == "table":
            self.tables.append(Table(collapse=True))
            self.open.append(self.tables[-1])
        elif tag in ("script", "style"):
            self.silent += 1
        elif self.open:
            self._in_table(self.open[-1], tag, attributes)

    def _begin_effects(self, tag: str, attributes: dict[str, str]) -> None:
        """Note what the element does to the look of the text in it, up to its end."""
        if tag in ("td", "th", "tr"):  # their end tags may be left out
            self._end_effects(("tr",) if tag == "tr" else ("td", "th"))
        style, kinds = attributes.get("style", ""), set()
        if tag == "sup" or SUPER.search(style):
            kinds.add(RAISED_SIGN)
        if (
            tag in STRUCK_TAGS
            or THROUGH.search(style)
            or self.struck_classes & set(attributes.get("class", "").split())
        ):
            kinds.add(STRUCK)
        if HIDDEN.search(style) and tag not in ("table", "tr", "td", "th"):
            kinds.add(HIDDEN_TEXT)
        if tag not in VOID:
            self.effects.append((tag, frozenset(kinds)))

    def _end_effects(self, tags: tuple[str, ...]) -> None:
        for place in range(len(self.effects) - 1, -1, -1):
            if self.effects[place][0] in tags:
                del self.effects[place:]
                return
            if self.effects[place][0] == "table":
                return

    def _in_table(self, table: Table, tag: str, attributes: dict[str, str]) -> None:
        if tag == "tr":
            table.close_cell()
            table.row, table.column = table.row + 1, 0
            if HIDDEN.search(attributes.get("style", "")):
                table.hidden_rows.add(table.row + 1)
        elif tag in ("td", "th"):
            add_cell(table, _span(attributes, "rowspan"), _span(attributes, "colspan"), self.limits)
        elif tag in ("br", "p", "div", "li") and table.cell is not None and table.text:
            table.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._end_effects((tag,))
        if tag in ("script", "style"):
            self.silent = max(self.silent - 1, 0)
        elif self.open and tag in ("td", "th", "tr", "table"):
            self.open[-1].close_cell()
            if tag == "table":
                self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.silent:
            rules = CLASS.finditer(data)
            self.struck_classes |= {rule[1] for rule in rules if THROUGH.search(rule[2])}
        if not self.open or self.silent:
            return
        table = self.open[-1]
        if table.cell is not None:
            kinds = frozenset[str]().union(*(kinds for _, kinds in self.effects)) if data.strip() else frozenset()
            for kind in kinds - {RAISED_SIGN}:
                table.mark(kind)
            text = "" if HIDDEN_TEXT in kinds else SPACE.sub(" ", data.replace(RAISED, "").replace(LOWERED, ""))
            table.text.append(f"{RAISED}{text}{LOWERED}" if RAISED_SIGN in kinds and text else text)
        elif table.row >= 0 and data.strip():
            table.ragged.add(table.row + 1)  # a cell has lost its tag, and those behind it have moved


def _span(attributes: dict[str, str], name: str) -> int:
    """How many rows or columns a cell covers: at least 1, at most what browsers honour."""
    digits = attributes.get(name, "").strip()
    return min(max(int(digits), 1), 65_534) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 1
