"""csv, tsv and other text -> raw table: own rules for delimiter and lines, then pyarrow.csv, every cell as text.

No line is guessed away: short rows (titles, totals) are filled with blanks and marked, for the table to know what they
are; a row whose fields do not line up with the columns is marked; and what cannot be told apart safely (a quote that
never ends) refuses the file with its row.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.files.preflight import Limits, refusal
from vbe_analysis.loaders.files.raw import RawSheet, TextColumn, factorise

DELIMITERS = ";\t,|"
HEAD_LINES = 200
DECLARED = re.compile(rb"sep=([;,\t|])\r?\n", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
NO_HEADING = re.compile(r"^\s*\d+\s*$|[;\t|]")
_START, _END, _TEXT = rb"(?:(?<=[;,\t|\n])|\A)", rb"(?=[;,\t|\r\n])", rb'((?:[^"\n]|"")*)'
PROTECTED = re.compile(_START + rb'="' + _TEXT + rb'"' + _END)  # ="..." lets Excel leave a cell alone
PROTECTED_QUOTED = re.compile(_START + rb'"=""' + rb'([^"\n]*)' + rb'"""' + _END)
ONE_END = re.compile(rb"[^\r\n]\r?\n\Z")
CONTENT = re.compile(rb"[^;, \t\r\n]")
LONE_CR = re.compile(rb"\r(?!\n)")
NEWLINE, CARRIAGE_RETURN, QUOTE = 10, 13, 34
Ints = np.ndarray[Any, np.dtype[np.int64]]


class Record(NamedTuple):
    """One row of a text file; `line` and `last_line` are the physical lines where it starts and ends."""

    line: int
    last_line: int
    fields: list[str]


def read_delimited(body: bytes, limits: Limits, delimiter: str = "") -> tuple[RawSheet, str | None]:
    """The sheet of a UTF-8 text and its delimiter (None: one column). delimiter: the one that is known; "" for none.

    Raises InputError for a file without content, with too many columns or too long a field, or with a quote that does
    not end.
    """
    declared = DECLARED.match(body)
    if declared:
        body = body[declared.end() :]
    if NEWLINE not in body:
        body = body.replace(b"\r", b"\n")  # the line ends of old Macs; beside others, a lone CR stands inside a cell
    if not ONE_END.search(body[-4:]):
        body = body.rstrip(b"\r\n") + b"\n"
    if not CONTENT.search(body):
        raise refusal("file_empty")
    if b'"' in body and (b'="' in body or b'"=""' in body):
        body = PROTECTED_QUOTED.sub(rb'"\1"', PROTECTED.sub(rb'"\1"', body))
    mark = declared[1].decode() if declared else delimiter or _find_delimiter(body)
    skipped = 1 if declared else 0
    body = _with_all_headings(body, mark, skipped) if mark else body
    sheet = _read_regular(body, mark, skipped, limits) if mark else None
    return sheet or _read_irregular(body.decode(), mark, skipped, limits), mark


def _head(body: bytes) -> str:
    end = 0
    for _ in range(HEAD_LINES):
        end = body.find(b"\n", end) + 1 or len(body)
    return body[:end].decode()


def _find_delimiter(body: bytes) -> str | None:
    """The delimiter whose most common field count fits most of the first lines, title rows allowed.

    One that cuts every line alike, the headings too, goes first; a line where it cuts a quoted cell does not count.
    """
    head = _head(body)
    best, best_score = None, (False, 0)
    for delimiter in DELIMITERS:
        width, rows, lines, named = _shape(head, delimiter)
        if delimiter == "," and best and not named:
            width, rows, lines, _ = _shape(DECIMAL_COMMA.sub(".", head), delimiter)
        common = 2 * rows >= lines or (delimiter in ";\t" and width > 2)  # commas also stand in prose
        score = (named and rows == lines, rows * (width - 1))
        if common and width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def _shape(head: str, delimiter: str) -> tuple[int, int, int, bool]:
    """The most common number of fields; how many lines have it, of how many; whether the first of them are headings."""
    records = [record.fields for record in _records(head, delimiter, 0) if any(record.fields)]
    whole = [fields for fields in records if not any(field.startswith('"') for field in fields)]
    tally = Counter(len(fields) for fields in whole if len(fields) > 1)
    width, rows = max(tally.items(), key=lambda item: item[::-1], default=(1, 0))
    first = next((fields for fields in whole if len(fields) == width), [])
    named = not any(NO_HEADING.search(field) for field in first)
    return width, rows, len(records), named


def _with_all_headings(body: bytes, delimiter: str, skipped: int) -> bytes:
    """The text with a blank heading above row numbers that have none; else every row wider than the headings stops.

    Raises InputError where the fields stand under other headings than their own.
    """
    head = _head(body)
    records = [record for record in _records(head, delimiter, skipped) if any(record.fields)]
    records = records if len(head.encode()) == len(body) else records[:-1]
    counts = np.array([len(record.fields) for record in records])
    width = _width(counts) if len(records) > 1 else 0
    first = int(np.argmax(counts >= width)) if width else 0
    heading, rows = records[first - 1] if first else None, [record.fields for record in records[first:]]
    if (
        heading is None
        or not max(2, width / 2) <= len(heading.fields) < width
        or any(not field.strip() or NO_HEADING.search(field) for field in heading.fields)
        or heading.last_line + 1 != records[first].line  # a title stands apart from its table
        or not rows[0][0].strip()  # a heading's first cell may be blank
        or not any(re.search(r"\d", field) for field in rows[0])
        or not any(field.strip() for fields in rows for field in fields[len(heading.fields) :])
    ):
        return body
    numbers = [fields[0].strip() for fields in rows if len(fields) == width]
    if len(heading.fields) == width - 1 and numbers == [str(number) for number in range(1, len(numbers) + 1)]:
        lines = body.split(b"\n", heading.line - 1 - skipped)
        return b"\n".join((*lines[:-1], delimiter.encode() + lines[-1]))
    raise refusal("rows_wider", row=heading.line, headings=len(heading.fields), fields=width)


def _read_regular(body: bytes, delimiter: str, skipped: int, limits: Limits) -> RawSheet | None:
    """Read with pyarrow.csv after finding every record's bounds; None where quotes or line ends are irregular."""
    if b"\r" in body and LONE_CR.search(body):
        return None
    bytes_ = np.frombuffer(body, dtype=np.uint8)
    newlines, delimiters = np.flatnonzero(bytes_ == NEWLINE), np.flatnonzero(bytes_ == ord(delimiter))
    ends = newlines
    has_quotes = b'"' in body
    if has_quotes:
        quotes = np.flatnonzero(bytes_ == QUOTE)
        if not _well_quoted(bytes_, quotes, delimiter):
            return None
        ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
        delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    starts = np.concatenate(([0], ends[:-1] + 1))
    before = np.searchsorted(delimiters, ends)  # delimiters up to the end of each record
    counts = np.diff(before, prepend=0) + 1
    lines = np.searchsorted(newlines, starts) + 1 + skipped
    breaks = np.searchsorted(newlines, ends) + 1 + skipped - lines
    _check_fields(body, starts, ends, breaks, lines, delimiter, limits)
    width = _width(counts)
    _check_width(width, limits)
    first = int(np.argmax(counts == width))
    (headings,) = _records(body[int(starts[first]) : int(ends[first]) + 1].decode(), delimiter, 0)
    short = _short(counts, width, headings.fields)
    pieces, done, ragged = [], 0, _misaligned(counts, breaks, width)
    for record in np.flatnonzero(counts != width).tolist():
        start, end = int(starts[record]), int(ends[record])
        pieces.append(body[done:start])
        if counts[record] > width:
            cut = int(delimiters[before[record] - counts[record] + width])
            if body[cut:end].decode().replace(delimiter, "").replace('"', "").strip():
                ragged.add(record)
            end = cut
        pieces.append(body[start:end].rstrip(b"\r") + delimiter.encode() * int(width - counts[record]) + b"\n")
        done = int(ends[record]) + 1
    if done:
        body = b"".join((*pieces, body[done:]))
    longest = int((ends - starts).max()) + width
    del bytes_, delimiters, before  # much memory, and not needed any more
    columns = _parse(body, delimiter, width, has_quotes, len(ends) < len(newlines), longest)
    numbers = lines.tolist() if len(ends) < len(newlines) else range(1 + skipped, len(ends) + 1 + skipped)
    ragged_lines, short_lines = (frozenset(int(lines[record]) for record in of_kind) for of_kind in (ragged, short))
    return RawSheet("", numbers, columns, ragged=ragged_lines, short=short_lines)


def _read_irregular(text: str, delimiter: str | None, skipped: int, limits: Limits) -> RawSheet:
    """Read record by record: the same rules, for files with stray quotes or line ends, and for one-column files."""
    records = list(_records(text, delimiter, skipped, limits))
    counts = np.array([len(record.fields) for record in records])
    width = _width(counts)
    _check_width(width, limits)
    ragged = _misaligned(counts, np.array([record.last_line - record.line for record in records]), width)
    ragged |= {i for i, record in enumerate(records) if any(field.strip() for field in record.fields[width:])}
    cells = [[*record.fields[:width], *[""] * (width - len(record.fields))] for record in records]
    columns = tuple(factorise(column) for column in zip(*cells, strict=True))
    numbers = [record.line for record in records]
    short = _short(counts, width, records[int(np.argmax(counts == width))].fields)
    ragged_lines, short_lines = (frozenset(numbers[record] for record in of_kind) for of_kind in (ragged, short))
    return RawSheet("", numbers, columns, ragged=ragged_lines, short=short_lines)


def _records(text: str, delimiter: str | None, skipped: int, limits: Limits | None = None) -> Iterator[Record]:
    """Split text that ends with a line end. A quoted field ends with a quote before a delimiter or a line end.

    A field that begins with a quote but does not end so is taken as it stands, as long as its line's quotes pair up.
    With limits, raises InputError for a quote that does not end and for too long a field.
    """
    stop = re.escape(delimiter) if delimiter else ""
    pattern = re.compile(rf'"([^"]*+(?:""[^"]*+)*+)"(?=[{stop}\n]|\r\n)|([^{stop}\n]*)')
    position, line = 0, 1 + skipped
    while position < len(text):
        fields, first = [], line
        while True:
            match = pattern.match(text, position)
            quoted, plain = match.groups() if match else (None, "")
            end = match.end() if match else position
            if limits and plain and plain[0] == '"' and text.count('"', position, text.index("\n", position)) % 2:
                raise refusal("quote_unclosed", row=line)
            if limits:
                _check_field(plain if quoted is None else quoted, line, limits)
            line += quoted.count("\n") if quoted else 0
            at_end = text.startswith(("\n", "\r\n"), end)
            fields.append(
                quoted.replace('""', '"')
                if quoted is not None
                else plain[:-1]
                if plain.endswith("\r") and at_end
                else plain
            )
            position = end + (2 if text.startswith("\r\n", end) else 1)
            if at_end:
                break
        yield Record(first, line, fields)
        line += 1


def _well_quoted(bytes_: "np.ndarray[Any, np.dtype[np.uint8]]", quotes: Ints, delimiter: str) -> bool:
    """Whether every quote opens a field, closes one, or is doubled inside one."""
    if len(quotes) % 2:
        return False
    beside = np.zeros(256, dtype=bool)  # what may stand outside a quote; every CR is known to be followed by a newline
    beside[[NEWLINE, CARRIAGE_RETURN, QUOTE, ord(delimiter)]] = True
    before, after = bytes_[quotes[0::2] - 1], bytes_[quotes[1::2] + 1]  # before the first byte: the last, a line end
    return bool(beside[before].all() and beside[after].all())


def _width(counts: Ints) -> int:
    """The table's width: the most common field count, or that of the one wider row where it stands first (headings)."""
    tally = np.bincount(counts)
    tally[:2] = tally[:2] if len(tally) <= 2 else 0
    mode = int(len(tally) - 1 - np.argmax(tally[::-1]))
    wider = np.flatnonzero(counts > mode)
    if len(wider) == 1 and wider[0] == np.argmax(counts >= mode):
        return int(counts[wider[0]])
    return mode


def _check_width(width: int, limits: Limits) -> None:
    if width > limits.columns:
        raise refusal("column_count", columns=width, limit=limits.columns)


def _misaligned(counts: Ints, breaks: Ints, width: int) -> set[int]:
    """Records that have lost their columns: line breaks inside quotes that should have ended, or outside quotes."""
    swallowed = {int(record) for record in np.flatnonzero((breaks > 0) & (counts != width))}
    body = int(np.argmax(counts == width))
    short = [int(record) for record in np.flatnonzero(counts < width) if record > body]
    runs: list[list[int]] = []
    for record in short:
        if runs and runs[-1][-1] == record - 1:
            runs[-1].append(record)
        else:
            runs.append([record])
    return swallowed | {
        record for run in runs if width > 3 and sum(int(counts[i]) - 1 for i in run) == width - 1 for record in run
    }


def _short(counts: Ints, width: int, first: list[str]) -> list[int]:
    """Records with fewer fields than the headings (the first record of the table's width) have up to their last one."""
    named = max((place for place, field in enumerate(first, 1) if field.strip()), default=width)
    return np.flatnonzero((counts < named) & (np.arange(len(counts)) > np.argmax(counts == width))).tolist()


def _check_fields(
    body: bytes, starts: Ints, ends: Ints, breaks: Ints, lines: Ints, delimiter: str, limits: Limits
) -> None:
    """Refuse too long a field; only records that are long themselves are taken apart."""
    for record in np.flatnonzero((ends - starts > limits.field_bytes) | (breaks > limits.field_lines)).tolist():
        text = body[int(starts[record]) : int(ends[record]) + 1].decode()
        for _ in _records(text, delimiter, int(lines[record]) - 1, limits):
            pass


def _check_field(field: str, line: int, limits: Limits) -> None:
    if len(field) > limits.field_bytes or field.count("\n") > limits.field_lines:
        raise refusal("field_size", row=line, lines=limits.field_lines, limit=limits.field_bytes // 1_000_000)


def _parse(
    body: bytes, delimiter: str, width: int, has_quotes: bool, has_breaks: bool, longest: int
) -> tuple[TextColumn, ...]:
    import pyarrow as pa  # slow to import, and most files are no texts
    from pyarrow import csv

    names = [str(column) for column in range(width)]
    table = csv.read_csv(
        pa.BufferReader(body),
        read_options=csv.ReadOptions(column_names=names, block_size=max(1 << 22, 2 * longest)),
        parse_options=csv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if has_quotes else False,
            newlines_in_values=has_breaks,
            ignore_empty_lines=False,
        ),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), check_utf8=False),
    )
    columns = table.columns
    del table
    return tuple(
        TextColumn(columns.pop(0).combine_chunks()) for _ in range(width)
    )  # each part is freed when it is copied


NOT_IN_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
SWEDISH = "åäöÅÄÖé\xa0–—".encode("cp1252")
OFFICE = "“‘’§°²³½´·«»".encode("cp1252")  # what Swedish office programs put in beside the letters
UNSURE = "”…€".encode("cp1252")  # ö, Ö and Ä in cp850 and MacRoman: they count only beside one of the others
WORD_WITH_UNSURE = re.compile(rb"[A-Za-z]\x94[A-Za-z]|\x80[a-z]|\x85[a-z]{2}")
SWEDISH_SHARE = 0.8  # of the bytes above 127; cp850 and MacRoman have other letters at these places
BOM = codecs.BOM_UTF8
ASCII = bytes(range(128))
DOUBLED_FIRST = "å".encode().decode("cp1252")[0].encode()  # all of them begin with it
DOUBLED = re.compile("|".join(letter.encode().decode("cp1252") for letter in "åäöÅÄÖé").encode())  # "Ã¥" for "å"


def to_utf8(data: bytes, encoding: str = "") -> tuple[bytes, str]:
    """The text as UTF-8 without a leading byte order mark, and the name of the encoding it came in.

    encoding: the one that is known; else, in this order:

    Byte order mark; zero bytes in every second place; strict UTF-8; Windows-1252 if its bytes above 127 are Swedish.
    Raises InputError for anything else.
    """
    if encoding:
        return _checked(data, encoding), encoding
    if data.startswith(BOM):
        return _checked(data[len(BOM) :], "utf-8"), "utf-8-sig"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return _checked(data, "utf-32"), "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(data, "utf-16"), "utf-16"
    if b"\0" in data:
        order = _utf16_order(data[:8192])
        if order is None:
            raise refusal("text_binary", row=data.count(b"\n", 0, data.index(b"\0")) + 1)
        return _checked(data, order), order
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return data, "utf-8"
    high = data.translate(None, delete=ASCII)
    sure = len(high) - len(high.translate(None, delete=SWEDISH + OFFICE))
    unsure = len(high) - len(high.translate(None, delete=UNSURE))
    words = len(WORD_WITH_UNSURE.findall(data)) if unsure else 0
    known = sure + (unsure if sure > words else 0)
    if any(byte in high for byte in NOT_IN_CP1252) or known < SWEDISH_SHARE * len(high):
        raise refusal("text_encoding")
    return data.decode("cp1252").encode(), "cp1252"


def text_notices(body: bytes) -> tuple[Fault, ...]:
    """What looks wrong in a UTF-8 text that could be read: joined files, letters encoded twice, letters lost."""
    doubled = DOUBLED.search(body) if DOUBLED_FIRST in body else None
    places = {"letters_doubled": doubled.start() if doubled else -1}
    if 0xEF in body:  # both begin with it, and it is rare: one cheap look instead of two searches
        places |= {"bom_inside": body.find(BOM), "letters_lost": body.find("\ufffd".encode())}
    return tuple(Fault(code, row=body.count(b"\n", 0, place) + 1) for code, place in places.items() if place >= 0)


def _checked(data: bytes, encoding: str) -> bytes:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise refusal("text_encoding") from None
    if "\0" in text:
        raise refusal("text_binary", row=text.count("\n", 0, text.index("\0")) + 1)
    return text.removeprefix("\ufeff").encode()


def _utf16_order(head: bytes) -> str | None:
    """utf-16-le or utf-16-be where every second byte is zero, as it is in Latin text; else None."""
    even, odd = head[0::2], head[1::2]
    if odd.count(0) > 0.7 * len(odd) and not even.count(0):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and not odd.count(0):
        return "utf-16-be"
    return None
