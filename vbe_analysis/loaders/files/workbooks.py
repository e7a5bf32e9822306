"""What an xlsx workbook's XML says of its sheets and the spreadsheet reader keeps to itself.

Hidden rows and columns, merged ranges, error cells and formulas without a stored value (both read as blank), rows that
occur twice (the reader keeps the last), and how large a box of cells the reader would have to build.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.parsers import expat
from zipfile import ZipFile

from vbe_analysis.loaders.files.preflight import Elements, Limits, inspect_parts, read_part, refusal
from vbe_analysis.loaders.files.raw import Position, column_index
from vbe_analysis.loaders.values.appearance import BUILT_IN, Look, look_of

ROWS, COLUMNS = 1_048_576, 16_384  # the format's own bounds
OUTSIDE, IN_CELL, IN_FORMULA, IN_VALUE, IN_INLINE, IN_TEXT, BEHIND = range(7)
TRUE = frozenset(("1", "true"))
WORKBOOK, RELATIONS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
PLAIN = ("0", "false")
ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]+)")


@dataclass
class SheetTraits:
    """What the preflight saw of one sheet; rows count from 1, columns from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    error_cells: set[Position] = field(default_factory=set)
    uncomputed: set[Position] = field(default_factory=set)
    unread: dict[Position, str] = field(default_factory=dict)  # texts that the reader passes by
    doubled: set[int] = field(default_factory=set)  # rows that occur twice, or hold a cell twice
    filled: set[int] = field(default_factory=set)  # rows with a value
    first_row: int = ROWS
    last_row: int = 0
    columns: int = 0
    values: int = 0  # cells with a value that is no shared string, no error and no missing result
    letters: int = 0  # of the texts among them
    shared: Counter[str] = field(default_factory=Counter)  # a shared string's number as written -> cells that hold it
    looks: dict[Position, Look] = field(default_factory=dict)
    struck: set[Position] = field(default_factory=set)
    runs: bool = False  # whether some text has a raised or struck part
    pieced: dict[Position, str] = field(default_factory=dict)  # numbers that CDATA or a reference cuts into pieces


def preflight_xlsx(archive: ZipFile, limits: Limits) -> dict[str, SheetTraits]:
    """Sheet name -> what the preflight saw of it; raises InputError for a workbook that must not be opened."""
    parts = sheet_parts(archive, limits)
    traits = {name: SheetTraits() for name in parts.values()}
    styles = _Styles().read(archive, limits)
    watches = {part: _SheetWatch(name, traits[name], styles).start for part, name in parts.items()}
    strings = _Strings()
    watches |= {name: strings.watch for name in archive.namelist() if name.casefold() == "xl/sharedstrings.xml"}
    inspect_parts(archive, limits, watches, parts)
    if strings.promised > max(limits.box_cells, len(strings.sizes)):
        raise refusal("file_corrupt")  # the reader makes room for them all
    for name, sheet in traits.items():
        check_box(name, sheet, limits)
        sheet.runs |= strings.runs
        for digits, count in sheet.shared.items():
            number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else -1
            if count and not 0 <= number < len(strings.sizes):
                raise refusal("string_missing", sheet=name)
            size = strings.sizes[number] if count else 0
            sheet.values += count * (size > 0)
            sheet.letters += count * size
    return traits


def check_box(name: str, sheet: SheetTraits, limits: Limits) -> None:
    """Refuse a sheet whose values lie so far apart that the box around them would fill the memory."""
    rows = sheet.last_row - sheet.first_row + 1
    box = rows * sheet.columns
    if box > limits.box_cells and box > limits.box_per_row * len(sheet.filled):
        raise refusal("box_size", sheet=name, rows=rows, columns=sheet.columns, limit=limits.box_cells)
    if sheet.columns > limits.columns:
        raise refusal("column_count", sheet=name, columns=sheet.columns, limit=limits.columns)
    area = sum((last - first + 1) * (right - left + 1) for first, left, last, right in sheet.merged)
    if area > limits.merged_cells:
        raise refusal("merged_size", sheet=name, limit=limits.merged_cells)


def sheet_parts(archive: ZipFile, limits: Limits) -> dict[str, str]:
    """Part -> sheet name, as the workbook and its relations say; raises InputError for a sheet that has no part."""
    relation_of: dict[str, str] = {}
    targets: dict[str, str] = {}
    doubled: list[str] = []

    def sheet(attributes: dict[str, str]) -> None:
        name = attributes.get("name", "")
        doubled.extend([name] * (name in relation_of))
        relation_of[name] = next((value for key, value in attributes.items() if key.endswith(":id")), "")

    def relation(attributes: dict[str, str]) -> None:
        targets[attributes.get("Id", "")] = attributes.get("Target", "")

    stored = {name.casefold(): name for name in archive.namelist()}
    for part, watch in {WORKBOOK: Elements({"sheet": sheet}), RELATIONS: Elements({"Relationship": relation})}.items():
        read_part(archive, stored.get(part.casefold(), part), limits, watch.watch)
    parts = {}
    for name, identity in relation_of.items():
        target = stored.get(normpath(join("/xl", targets.get(identity, ""))).lstrip("/").casefold())
        if not name or target is None or target in parts or name in doubled:
            raise refusal("sheet_missing", sheet=name)
        parts[target] = name
    return parts


def text_size(text: str) -> int:
    """Letters of a text as the reader gives it; 0 for white space alone.

    >>> text_size("a_x000D_b"), text_size(" ")
    (3, 0)
    """
    if not text or text.isspace():
        return 0
    return len(ESCAPE.sub("x", text)) if "_x" in text else len(text)


class _Styles:
    """Reads the styles of cells: which of them show a value otherwise than it is stored, and which strike it through.

    Styles are known by their number as cells write it.
    """

    def __init__(self) -> None:
        self.looks: dict[str, Look] = {}
        self.struck: set[str] = set()
        self.formats: dict[str, str] = {str(number): code for number, code in BUILT_IN.items()}
        self.fonts: list[bool] = []  # whether each strikes through
        self.list = ""  # fonts or cellXfs
        self.count = 0

    def read(self, archive: ZipFile, limits: Limits) -> "_Styles":
        """Read the styles, where the workbook has any."""
        part = next((name for name in archive.namelist() if name.casefold() == STYLES), "")
        if part:
            handlers = {"numFmt": self._format, "font": self._font, "strike": self._strike, "xf": self._style}
            lists = dict.fromkeys(("fonts", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs"), self._list_starts)
            tree = {**handlers, **{name: start(name) for name, start in lists.items()}}
            read_part(archive, part, limits, Elements(tree).watch)
        return self

    def _list_starts(self, name: str) -> Callable[[dict[str, str]], None]:
        def start(_: dict[str, str]) -> None:
            self.list = name

        return start

    def _format(self, attributes: dict[str, str]) -> None:
        if self.list != "dxfs":
            self.formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def _font(self, _: dict[str, str]) -> None:
        if self.list == "fonts":
            self.fonts.append(False)

    def _strike(self, attributes: dict[str, str]) -> None:
        if self.list == "fonts" and self.fonts:
            self.fonts[-1] = attributes.get("val", "1") not in PLAIN

    def _style(self, attributes: dict[str, str]) -> None:
        if self.list != "cellXfs":
            return
        number, font = str(self.count), attributes.get("fontId", "")
        self.count += 1
        look = look_of(self.formats.get(attributes.get("numFmtId", ""), ""))
        if look:
            self.looks[number] = look
        if font.isascii() and font.isdecimal() and len(font) < 6 and self.fonts[int(font) : int(font) + 1] == [True]:
            self.struck.add(number)


class _Strings:
    """Follows expat through the shared strings: how long each of them is, phonetic runs left out."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.promised = 0  # how many the part says that it holds, or that cells refer to
        self.pieces: list[str] = []
        self.in_text = self.phonetic = self.runs = False

    def watch(self, parser: expat.XMLParserType) -> None:
        """Set the handlers."""
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "sst":
            self.promised = max(_promised(attributes, "count"), _promised(attributes, "uniqueCount"))
        self.in_text = local == "t" and not self.phonetic
        self.phonetic |= local == "rPh"
        self.runs |= local in ("vertAlign", "strike")

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self.in_text = False
        if local == "rPh":
            self.phonetic = False
        elif local == "si":
            self.sizes.append(text_size("".join(self.pieces)))
            self.pieces.clear()

    def _characters(self, characters: str) -> None:
        if self.in_text:
            self.pieces.append(characters)


def _promised(attributes: dict[str, str], name: str) -> int:
    digits = attributes.get(name, "0")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 20 else 0


class _SheetWatch:
    """Follows expat through one sheet; speed matters in what runs once per cell (_cell, _value, _text, _place)."""

    def __init__(self, sheet: str, traits: SheetTraits, styles: _Styles) -> None:
        self.sheet, self.traits, self.styles = sheet, traits, styles
        self.style: str | None = None
        self.row, self.row_text, self.column = 0, "", -1
        self.reference: str | None = None
        self.kind: str | None = None  # the cell's t attribute
        self.state = OUTSIDE
        self.formula = False
        self.value = ""  # of a number or a shared string's number, as far as it has come
        self.pieces: list[str] = []  # of a text
        self.phonetic = False
        self.position: Position = (0, 0)
        self.letters: dict[str, int] = {}
        self.rows_seen: set[int] = set()
        self.columns_seen: set[int] = set()  # of this row

    def start(self, parser: expat.XMLParserType) -> None:
        """Set the handlers."""
        self.parser = parser
        handlers = {"c": self._cell, "v": self._value, "is": self._inline, "f": self._formula, "t": self._inline_text}
        handlers |= {"row": self._row, "col": self._col, "mergeCell": self._merge, "rPh": self._phonetic}
        handlers |= dict.fromkeys(("vertAlign", "strike"), self._run)
        Elements(handlers, self._leave).watch(parser)
        parser.CharacterDataHandler = self._text

    def _row(self, attributes: dict[str, str]) -> None:
        self.row_text = attributes.get("r", "")
        self.row = _number(self.sheet, self.row_text, ROWS) if self.row_text else self.row + 1
        self.column, self.state = -1, OUTSIDE
        self.columns_seen.clear()
        if self.row in self.rows_seen:
            self.traits.doubled.add(self.row)
        self.rows_seen.add(self.row)
        if attributes.get("hidden") in TRUE or attributes.get("ht") == "0":
            self.traits.hidden_rows.add(self.row)

    def _cell(self, attributes: dict[str, str]) -> None:
        self.reference, self.kind, self.style = attributes.get("r"), attributes.get("t"), attributes.get("s")
        self.state, self.formula = IN_CELL, False
        if self.reference is None:
            self.column += 1

    def _formula(self, _: dict[str, str]) -> None:
        if self.state == IN_CELL:
            self._place()
            self.state, self.formula = IN_FORMULA, True
            self.traits.uncomputed.add(self.position)

    def _value(self, _: dict[str, str]) -> None:
        if self.state == IN_CELL:
            self._place()
        elif self.state != IN_FORMULA:
            return
        self.state, self.value = IN_VALUE, ""
        if self.kind == "str":
            self._begin_text(IN_TEXT)
        elif self.kind == "e":
            self.traits.error_cells.add(self.position)
        if self.formula and self.kind in ("str", "e"):  # a formula may well give an empty text
            self.traits.uncomputed.discard(self.position)

    def _inline(self, _: dict[str, str]) -> None:
        if self.state in (IN_CELL, IN_FORMULA):
            if self.state == IN_CELL:
                self._place()
            self.traits.uncomputed.discard(self.position)
            self._begin_text(IN_INLINE)

    def _begin_text(self, state: int) -> None:
        """Follow also the ends of elements, up to the end of this text."""
        self.state, self.phonetic = state, False
        self.pieces.clear()
        self.parser.EndElementHandler = self._end

    def _inline_text(self, _: dict[str, str]) -> None:
        if self.state == IN_INLINE and not self.phonetic:
            self.state = IN_TEXT

    def _phonetic(self, _: dict[str, str]) -> None:
        self.phonetic = True

    def _run(self, _: dict[str, str]) -> None:
        self.traits.runs = True

    def _end(self, name: str) -> None:
        if name[-1] == "t" and self.state == IN_TEXT:  # nothing else ends inside a text, and this runs once a cell
            self.state = IN_INLINE
            return
        local = name.rpartition(":")[2]
        if local == "rPh":
            self.phonetic = False
        elif local in ("v", "is"):
            size = text_size(self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces))
            if size:
                self.traits.values += 1
                self.traits.letters += size
            self.state, self.parser.EndElementHandler = OUTSIDE, None

    def _text(self, characters: str) -> None:
        if self.state == IN_VALUE:
            if characters.isspace():
                return
            if self.value:  # CDATA, a reference or a comment has cut it
                self._go_on(characters)
                return
            self.value = characters
            if self.kind == "s":
                self.traits.shared[characters] += 1
            elif self.kind != "e":
                self.traits.values += 1
            if self.formula:
                self.traits.uncomputed.discard(self.position)
        elif self.state == IN_TEXT:
            self.pieces.append(characters)
        elif self.state == BEHIND and not characters.isspace():  # text in an element inside the value
            self.traits.pieced[self.position] = f"{self.value}?"

    def _go_on(self, characters: str) -> None:
        """Take in the rest of a value that comes in several pieces."""
        if self.kind == "s":
            self.traits.shared[self.value] -= 1
            self.traits.shared[self.value + characters] += 1
        else:
            self.traits.pieced[self.position] = self.value + characters
        self.value += characters

    def _leave(self, _: dict[str, str]) -> None:
        if self.state not in (IN_TEXT, IN_INLINE):
            self.state = BEHIND if self.state == IN_VALUE else OUTSIDE
            self.kind = None  # extensions after the cells have formulas of their own

    def _col(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in TRUE or attributes.get("width") == "0":
            first, last = (_number(self.sheet, attributes.get(key, ""), COLUMNS) for key in ("min", "max"))
            self.traits.hidden_columns.update(range(first - 1, last))

    def _merge(self, attributes: dict[str, str]) -> None:
        corners = [_position(self.sheet, corner) for corner in attributes.get("ref", "").split(":")[:2]]
        (first_row, last_row), (first, last) = (sorted((corners[0][axis], corners[-1][axis])) for axis in (0, 1))
        self.traits.merged.append((first_row, first, last_row, last))

    def _place(self) -> None:
        """Work out where the cell stands and count it into the sheet's box."""
        row, column, reference, traits = self.row, self.column, self.reference, self.traits
        if reference is not None:
            head = reference[: -len(self.row_text)] if self.row_text and reference.endswith(self.row_text) else ""
            if (column := self.letters.get(head, -1)) < 0:
                row, column = _position(self.sheet, reference)
                if row != self.row:
                    traits.doubled |= {row, self.row}
                elif head:
                    self.letters[head] = column
            self.column = column
        self.position = row, column
        if column in self.columns_seen:
            traits.doubled.add(row)
        if not self.columns_seen or row != self.row:
            traits.filled.add(row)
            traits.first_row, traits.last_row = min(traits.first_row, row), max(traits.last_row, row)
        self.columns_seen.add(column)
        if self.style in self.styles.looks:
            traits.looks[self.position] = self.styles.looks[self.style]
        if self.style in self.styles.struck:
            traits.struck.add(self.position)
        if column >= traits.columns:
            traits.columns = column + 1


def _number(sheet: str, digits: str, bound: int) -> int:
    """A row or column number inside the format's bounds."""
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 8 and 1 <= int(digits) <= bound):
        raise refusal("cell_outside", sheet=sheet)
    return int(digits)


def _position(sheet: str, reference: str) -> Position:
    """Row number and column index of "AB12"."""
    match = REFERENCE.fullmatch(reference)
    if match is None or column_index(match[1]) >= COLUMNS:
        raise refusal("cell_outside", sheet=sheet)
    return _number(sheet, match[2], ROWS), column_index(match[1])
