"""What an Excel 97-2003 workbook (.xls) says of its sheets, and whether it is whole.

The file is a small file system (a compound file) whose sectors point to one another; a damaged chain makes a reader ask
for all the memory there is. So the chains are followed here first, and the records of the workbook's stream walked:
hidden rows and columns, merged ranges, error cells, how large a box of cells the reader would have to build, and what
the eye sees of a cell: its number format, lines through it, raised signs.
Source: [MS-CFB] 2.1-2.6 and [MS-XLS] 2.1-2.5 (Font 2.4.122, Format 2.4.126, XF 2.4.353, SST 2.4.265); for a text that
holds its own runs, as Excel 95 wrote them, OpenOffice.org's documentation of the format (RSTRING).
"""

import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from vbe_analysis.loaders.files.preflight import Limits, refusal
from vbe_analysis.loaders.files.raw import Position
from vbe_analysis.loaders.files.sheets import SheetTraits, check_box
from vbe_analysis.loaders.values.appearance import BUILT_IN, LOWERED, RAISED, Look, look_of

HEADER, ENTRY, MINI = 512, 128, 64
LAST_SECTOR = 0xFFFFFFFA  # larger numbers are marks
STREAM, ROOT = 2, 5
BOF, EOF, FILEPASS, BOUNDSHEET, CONTINUE = 0x0809, 0x0A, 0x2F, 0x85, 0x3C
FONT, FORMAT, STYLE, STRINGS = 0x31, 0x041E, 0xE0, 0xFC
STRIKE, SUPERSCRIPT = 0x08, 1
WIDE, PHONETIC, RUNS = 0x01, 0x04, 0x08  # of a string's flags
VERSIONS = (0x0500, 0x0600)
WORKSHEET = 0
ROW, COLUMNS_INFO, MERGED, DIMENSIONS = 0x0208, 0x7D, 0xE5, 0x0200
NUMBER, RK, MANY_RK, SHARED_TEXT, TEXT, FORMATTED_TEXT, BOOL_OR_ERROR = 0x0203, 0x027E, 0xBD, 0xFD, 0x0204, 0xD6, 0x0205
FORMULAS = (0x06, 0x0206, 0x0406)
ONE_CELL = frozenset((NUMBER, RK, SHARED_TEXT, TEXT, FORMATTED_TEXT, BOOL_OR_ERROR, *FORMULAS))
OLD_ROWS, OLD_COLUMNS = 65_536, 256  # the format's own bounds
HIDDEN_ROW, HIDDEN_COLUMN = 0x20, 0x01
NO_NUMBER = b"\xff\xff"  # the end of a formula's result that is no number
TRUE_ERROR, NO_TEXT = 2, 3  # its first byte, for an error and for an empty text
Record: TypeAlias = tuple[int, bytes]  # of the workbook's stream: kind and content


def preflight_xls(data: bytes, limits: Limits) -> dict[str, SheetTraits]:
    """Sheet name -> what the preflight saw of it; raises InputError for a workbook that must not be opened."""
    traits = dict[str, SheetTraits]()
    try:
        stream = _workbook_stream(data)
        styles = _styles(stream)
        for name, start in _sheets(stream):
            traits[name] = SheetTraits()
            _sheet(name, _records(stream, start), styles, traits[name])
    except (struct.error, IndexError, UnicodeDecodeError):
        raise refusal("file_corrupt") from None
    for name, sheet in traits.items():
        check_box(name, sheet, limits)
    return traits


def padded(data: bytes) -> bytes:
    """The file filled up to whole sectors: the reader stops at one that is cut, though nothing stands there."""
    return data.ljust(-(-len(data) // HEADER) * HEADER, b"\0")


class _Sectors:
    """The compound file's sectors and chains; every chain is followed whole before anything is read from it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.shift = struct.unpack_from("<H", data, 30)[0]
        if self.shift not in (9, 12):
            raise refusal("file_corrupt")
        self.size = 1 << self.shift
        self.count = (len(data) - 1) // self.size  # the last may be cut short of its padding
        self.table = self._numbers(self._table_sectors())

    def sector(self, number: int) -> bytes:
        start = (number + 1) << self.shift
        return self.data[start : start + self.size]

    def chain(self, start: int, table: "array[int]", count: int) -> list[int]:
        """The sectors from `start`; raises InputError where they lead outside or in a ring."""
        chain: list[int] = []
        number = start
        while number < LAST_SECTOR:
            if number >= count or number >= len(table) or len(chain) >= count:
                raise refusal("file_corrupt")
            chain.append(number)
            number = table[number]
        return chain

    def stream(self, start: int) -> bytes:
        """The bytes of a chain of whole sectors; raises InputError where the file ends inside it."""
        chain = self.chain(start, self.table, self.count)
        content = b"".join(map(self.sector, chain))
        if len(content) < len(chain) * self.size:
            raise refusal("file_truncated")
        return content

    def _table_sectors(self) -> list[int]:
        """The sectors that hold the table of chains: 109 in the header, the rest in a chain of their own."""
        numbers = list(struct.unpack_from("<109I", self.data, 76))
        following, seen = struct.unpack_from("<I", self.data, 68)[0], 0
        while following < LAST_SECTOR:
            if following >= self.count or seen > self.count:
                raise refusal("file_corrupt")
            part = struct.unpack(f"<{self.size // 4}I", self.sector(following))
            numbers += part[:-1]
            following, seen = part[-1], seen + 1
        sectors = [number for number in numbers if number < LAST_SECTOR]
        if seen != struct.unpack_from("<I", self.data, 72)[0]:
            raise refusal("file_corrupt")
        if not sectors or max(sectors) >= self.count or len(set(sectors)) < len(sectors):
            raise refusal("file_corrupt")
        return sectors

    def _numbers(self, sectors: list[int]) -> "array[int]":
        return array("I", b"".join(self.sector(number).ljust(self.size, b"\xff") for number in sectors))


def _workbook_stream(data: bytes) -> bytes:
    """The bytes of the stream "Workbook" (or "Book"), all streams' chains having been followed."""
    sectors = _Sectors(data)
    start, mini_start = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 60)[0]
    cutoff = struct.unpack_from("<I", data, 56)[0]
    directory = sectors.stream(start)
    entries = [directory[place : place + ENTRY] for place in range(0, len(directory) - ENTRY + 1, ENTRY)]
    if not entries or entries[0][66] != ROOT:
        raise refusal("file_corrupt")
    small = sectors.stream(struct.unpack_from("<I", entries[0], 116)[0])
    small_table = array("I", sectors.stream(mini_start)) if mini_start < LAST_SECTOR else array("I")
    streams: dict[str, bytes] = {}
    for entry in entries:
        if entry[66] != STREAM:
            continue
        length = min(struct.unpack_from("<H", entry, 64)[0], MINI)
        name = entry[: max(length - 2, 0)].decode("utf-16-le")
        first, size = struct.unpack_from("<II", entry, 116)
        if size == 0:
            body = b""
        elif size < cutoff:
            chain = sectors.chain(first, small_table, len(small) // MINI)
            body = b"".join(small[number * MINI : (number + 1) * MINI] for number in chain)
        else:
            body = sectors.stream(first)
        if len(body) < size:
            raise refusal("file_truncated")
        streams[name.casefold()] = body[:size]
    stream = streams.get("workbook") or streams.get("book")
    if not stream:
        raise refusal("file_corrupt")
    return stream


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """The records of one part of the stream, from its beginning mark to its end mark."""
    place, depth = start, 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, place)
        content = stream[place + 4 : place + 4 + length]
        if len(content) < length or (depth == 0 and kind != BOF):
            raise refusal("file_corrupt")
        place += 4 + length
        if kind == BOF:
            if depth == 0 and struct.unpack_from("<H", content)[0] not in VERSIONS:
                raise refusal("file_corrupt")
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth == 0:
                return
        elif depth == 1:  # deeper: a chart inside the sheet
            yield kind, content


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Name and place of each worksheet; raises InputError for a locked workbook."""
    for kind, content in _records(stream, 0):
        if kind == FILEPASS:
            raise refusal("file_encrypted")
        if kind == BOUNDSHEET:
            start, _, sort, length = struct.unpack_from("<IBBB", content)
            if struct.unpack_from("<H", stream, 4)[0] == VERSIONS[0]:
                name = content[7 : 7 + length].decode("cp1252")
            else:
                wide = content[7] & 1
                name = content[8 : 8 + (length << wide)].decode("utf-16-le" if wide else "latin-1")
            if sort == WORKSHEET:
                yield name, start


@dataclass
class Styles:
    """What a binary workbook says of its styles (by the number that cells write) and of its shared texts.

    fonts: whether each strikes through, whether it raises; texts: number -> those with struck or raised parts.
    modern: of Excel 97 and later.
    """

    modern: bool = True
    count: int = 0
    fonts: list[tuple[bool, bool]] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    looks: dict[int, Look] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)
    texts: dict[int, tuple[str, bool]] = field(default_factory=dict)

    def font(self, number: int) -> tuple[bool, bool]:
        """The font that a style or a run calls by this number."""
        return self.fonts[number] if number < len(self.fonts) else (False, False)

    def add(self, font: int, number: int) -> None:
        """Add the next style, with this font and number format."""
        if look := look_of(self.formats.get(number, "")):
            self.looks[self.count] = look
        if self.font(font)[0]:
            self.struck.add(self.count)
        self.count += 1

    def look(self, traits: SheetTraits, place: Position, style: int) -> None:
        """Note how a cell of this style is shown."""
        if style in self.looks:
            traits.looks[place] = self.looks[style]
        if style in self.struck:
            traits.struck.add(place)

    def drawn_cell(self, content: bytes) -> tuple[str, bool]:
        """As `drawn`, of a cell's record that holds its text and runs itself."""
        wide = content[8] & WIDE if self.modern else 0
        start, pair = (9, "<HH") if self.modern else (8, "<BB")
        end = start + (struct.unpack_from("<H", content, 6)[0] << wide)
        text = content[start:end].decode("utf-16-le" if wide else "latin-1" if self.modern else "cp1252", "replace")
        first = end + struct.calcsize(pair) // 2  # behind the number of runs
        size = len(content[first:]) // struct.calcsize(pair) * struct.calcsize(pair)
        return self.drawn(text, list(struct.iter_unpack(pair, content[first : first + size])))

    def drawn(self, text: str, runs: Sequence[tuple[int, int]]) -> tuple[str, bool]:
        """The text with its raised parts marked, and whether some of it is struck through."""
        runs, struck = [*runs, (len(text), 0)], False
        drawn = text[: runs[0][0]]
        for (start, number), (end, _) in pairwise(runs):
            strikes, raises = self.font(number)
            words = text[start:end]
            drawn += f"{RAISED}{words}{LOWERED}" if raises and words else words
            struck |= strikes and bool(words.strip())
        return drawn, struck


def _styles(stream: bytes) -> Styles:
    """The styles and shared texts of the workbook, which stand before its sheets."""
    styles, strings, last = Styles(struct.unpack_from("<H", stream, 4)[0] != VERSIONS[0]), list[bytes](), 0
    for kind, content in _records(stream, 0):
        if kind == FONT:
            flags, raised = struct.unpack_from("<H", content, 2)[0], struct.unpack_from("<H", content, 8)[0]
            styles.fonts += [(False, False)] * (len(styles.fonts) == 4)  # there is none of number 4
            styles.fonts.append((bool(flags & STRIKE), raised == SUPERSCRIPT))
        elif kind == FORMAT:
            number, code = struct.unpack_from("<H", content)[0], content[3:].decode("cp1252", "replace")
            if styles.modern:
                wide = content[4] & WIDE
                code = content[5:].decode("utf-16-le" if wide else "latin-1", "replace")
            styles.formats[number] = code
        elif kind == STYLE:
            styles.add(*struct.unpack_from("<HH", content))
        elif kind == STRINGS or (kind == CONTINUE and last == STRINGS):
            strings.append(content)
        last = STRINGS if kind == CONTINUE and last == STRINGS else kind
    if strings and any(strikes or raises for strikes, raises in styles.fonts):
        for number, (text, runs) in enumerate(_Strings(strings)):
            if runs and any(map(any, (styles.font(font) for _, font in runs))):
                styles.texts[number] = styles.drawn(text, runs)
    return styles


class _Strings:
    """Reads the shared texts, which may be cut anywhere and go on in the next record, which says the width anew."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts
        self.part, self.place = 0, 8  # after the two counts

    def __iter__(self) -> Iterator[tuple[str, list[tuple[int, int]]]]:
        for _ in range(struct.unpack_from("<I", self.parts[0], 4)[0]):
            length, flags = struct.unpack("<HB", self._bytes(3))
            count = struct.unpack("<H", self._bytes(2))[0] if flags & RUNS else 0
            phonetic = struct.unpack("<I", self._bytes(4))[0] if flags & PHONETIC else 0
            text = self._letters(length, flags & WIDE)
            runs = list(struct.iter_unpack("<HH", self._bytes(4 * count)))
            self._bytes(phonetic)
            yield text, [(start, font) for start, font in runs if start < length]

    def _bytes(self, count: int) -> bytes:
        content = b""
        while len(content) < count:
            if self.place >= len(self.parts[self.part]):
                self.part, self.place = self.part + 1, 0
            content += (piece := self.parts[self.part][self.place : self.place + count - len(content)])
            self.place += len(piece)
        return content

    def _letters(self, count: int, wide: int) -> str:
        text = ""
        while count:
            if self.place >= len(self.parts[self.part]):
                self.part, self.place = self.part + 1, 1
                wide = self.parts[self.part][0] & WIDE
            piece = self.parts[self.part][self.place : self.place + (count << wide)]
            if not piece:
                raise refusal("file_corrupt")
            text += piece.decode("utf-16-le" if wide else "latin-1", "replace")
            count -= len(piece) >> wide
            self.place += len(piece)
        return text


def _sheet(name: str, records: Iterator[Record], styles: Styles, traits: SheetTraits) -> None:
    """Add what the records of one sheet say."""
    for kind, content in records:
        if kind in ONE_CELL:
            row, column, style = struct.unpack_from("<HHH", content)
            styles.look(traits, (row + 1, column), style)
            if kind == SHARED_TEXT and (number := struct.unpack_from("<I", content, 6)[0]) in styles.texts:
                traits.add_text((row + 1, column), *styles.texts[number])
            elif kind == FORMATTED_TEXT:
                traits.add_text((row + 1, column), *styles.drawn_cell(content))
            if kind == BOOL_OR_ERROR and content[7]:
                traits.error_cells.add((row + 1, column))
            elif kind in FORMULAS and content[12:14] == NO_NUMBER:
                if content[6] == TRUE_ERROR:
                    traits.error_cells.add((row + 1, column))
                elif content[6] == NO_TEXT:
                    continue
            traits.count(row + 1, column)
        elif kind == MANY_RK:
            row, first = struct.unpack_from("<HH", content)
            last = struct.unpack_from("<H", content, len(content) - 2)[0]
            if (last - first + 1) * 6 + 6 != len(content):
                raise refusal("file_corrupt", sheet=name)
            for column in range(first, last + 1):
                style = struct.unpack_from("<H", content, 4 + 6 * (column - first))[0]
                styles.look(traits, (row + 1, column), style)
                traits.count(row + 1, column)
        elif kind == ROW:
            if struct.unpack_from("<I", content, 12)[0] & HIDDEN_ROW:
                traits.hidden_rows.add(struct.unpack_from("<H", content)[0] + 1)
        elif kind == COLUMNS_INFO:
            first, last, width, _, flags = struct.unpack_from("<5H", content)
            if flags & HIDDEN_COLUMN or not width:
                traits.hidden_columns.update(range(first, min(last, OLD_COLUMNS - 1) + 1))
        elif kind == DIMENSIONS:  # the reader makes room for as many cells, before it has seen one
            ends = struct.unpack_from("<IIHH" if len(content) == 14 else "<4H", content)
            rows, columns = range(ends[0], ends[1] + 1), range(ends[2], ends[3] + 1)
            if not (rows and columns and rows.stop <= OLD_ROWS + 1 and columns.stop <= OLD_COLUMNS + 1):
                raise refusal("file_corrupt", sheet=name)
        elif kind == MERGED:
            if len(content) != 2 + 8 * struct.unpack_from("<H", content)[0]:
                raise refusal("file_corrupt", sheet=name)
            corners = struct.iter_unpack("<4H", content[2:])
            traits.merged += [(top + 1, left, bottom + 1, right) for top, bottom, left, right in corners]
