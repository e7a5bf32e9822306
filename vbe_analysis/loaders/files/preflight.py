"""Looks through a zip-based file (xlsx, xlsb, ods, docx) before anything else opens it: is it safe, and is it whole?

A spreadsheet reader trusts the file: one cell at XFD1048576 makes it ask for hundreds of gigabytes, and a few kilobytes
inflate to as many. So every part is inflated once here, in pieces that are counted and thrown away, and every XML part
goes through expat, which reads what a reader reads (a search by pattern misses UTF-16 and single-quoted attributes).
"""

import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, NoReturn
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from vbe_analysis.errors import Fault, InputError

MB = 1_000_000
PIECE = 1 << 20
ENCRYPTED = 0x1  # a zip entry's flag bit
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
Handler = Callable[[dict[str, str]], None]
Watch = Callable[[expat.XMLParserType], None]


@dataclass(frozen=True)
class Limits:
    """What a file may ask of us before it is refused; honest deliveries lie far below."""

    file_bytes: int = 200 * MB
    text_bytes: int = 2000 * MB
    inflated_bytes: int = 2000 * MB
    parts: int = 10_000
    bomb_bytes: int = 64 * MB  # inflated, at more than bomb_ratio times what is stored; honest files inflate 6-8 times
    bomb_ratio: int = 200
    box_cells: int = 20_000_000  # rows x columns of a sheet, where it also exceeds box_per_row x the rows in use
    box_per_row: int = 50
    merged_cells: int = 1_000_000
    columns: int = 2000
    field_bytes: int = MB
    field_lines: int = 20
    seconds: float = 120  # of the processor; by the clock ten times as long, for a machine that is busy with other work
    memory_bytes: int = 4000 * MB  # of the reading process, beside memory_per_byte x the file's size
    memory_per_byte: int = 6


def refusal(code: str, /, sheet: str = "", row: int | None = None, **values: object) -> InputError:
    """The error that refuses a file; the reader adds the file's name and format (files.read_file)."""
    return InputError([Fault(code, sheet=sheet, row=row, values=values)])


def open_archive(data: bytes, limits: Limits) -> ZipFile:
    """The zip archive in `data`, its directory checked; raises InputError where it is damaged, locked or too large."""
    try:
        archive = ZipFile(io.BytesIO(data))
    except (BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        raise refusal("file_truncated") from None
    parts = archive.infolist()
    if len(parts) > limits.parts:
        raise refusal("archive_parts", parts=len(parts), limit=limits.parts)
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise refusal("file_encrypted")
    if len({part.filename for part in parts}) < len(parts):
        raise refusal("file_corrupt")  # two parts of one name: which of them a reader takes is anybody's guess
    return archive


def inspect_parts(archive: ZipFile, limits: Limits, watches: Mapping[str, Watch], sheets: Mapping[str, str]) -> None:
    """Inflate every part and parse every XML part, with the handlers that `watches` sets for a part's name.

    sheets: part -> sheet name, for the messages. Raises InputError for a zip bomb, a DOCTYPE or ENTITY, a part that
    cannot be inflated, and XML of the workbook itself that is broken or not UTF-8.
    """
    stored = sum(part.compress_size for part in archive.infolist()) or 1
    total = 0
    for part in archive.infolist():
        parse: Callable[[bytes], None] | None = None
        size = 0
        for piece in inflate(archive, part):
            if size == 0 and (piece.lstrip()[:1] == b"<" or piece.startswith(UTF_16) or _essential(part.filename)):
                parse = _xml_parser(part.filename, piece, watches.get(part.filename), sheets.get(part.filename, ""))
            size, total = size + len(piece), total + len(piece)
            ratio = max(size / max(part.compress_size, 1) if size > limits.bomb_bytes else 0, total / stored)
            if total > limits.inflated_bytes or (total > limits.bomb_bytes and ratio > limits.bomb_ratio):
                raise refusal("zip_bomb", size=total // MB, ratio=round(ratio), limit=limits.inflated_bytes // MB)
            if parse and piece:
                parse(piece)
        if parse:
            parse(b"")
        if size != part.file_size:
            raise refusal("file_corrupt")  # the directory lies about the size


def read_part(archive: ZipFile, name: str, limits: Limits, watch: Watch) -> None:
    """Parse one part with the handlers that `watch` sets; a part that is missing is refused as damage."""
    if name not in archive.namelist():
        raise refusal("file_corrupt")
    part = archive.getinfo(name)
    parse: Callable[[bytes], None] | None = None
    size = 0
    for piece in inflate(archive, part):
        size += len(piece)
        if size > limits.bomb_bytes:
            raise refusal("zip_bomb", size=size // MB, ratio=size // max(part.compress_size, 1), limit=size // MB)
        parse = parse or _xml_parser(name, piece, watch, "")
        parse(piece)
    if parse:
        parse(b"")


class Elements(dict[str, Handler]):
    """Element name as written -> its handler; a reader takes `<x:c>` for a cell, whatever x stands for."""

    def __init__(self, handlers: Mapping[str, Handler], other: Handler = lambda _: None) -> None:
        super().__init__(handlers)
        self.other = other

    def __missing__(self, name: str) -> Handler:
        self[name] = handler = self.get(name.rpartition(":")[2], self.other)
        return handler

    def watch(self, parser: expat.XMLParserType) -> None:
        """Let expat call the handlers with the element's attributes."""
        parser.StartElementHandler = lambda name, attributes: self[name](attributes)


def inflate(archive: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    """The part's bytes in pieces, past the size that the directory states, until the stream itself ends."""
    unbounded = copy(part)
    unbounded.file_size = 1 << 62
    try:
        with archive.open(unbounded) as stream:
            while piece := stream.read(PIECE):
                yield piece
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        raise refusal("file_corrupt") from None


def _xml_parser(name: str, head: bytes, watch: Watch | None, sheet: str) -> Callable[[bytes], None]:
    """A function that takes the part piece by piece (b"" ends it)."""
    essential = watch is not None or _essential(name)
    parser = expat.ParserCreate()
    broken = False

    def refuse_doctype(*_: Any) -> NoReturn:
        raise refusal("xml_doctype", sheet=sheet)

    def check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
        if essential and (encoding or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise refusal("xml_encoding", sheet=sheet)

    def parse(piece: bytes) -> None:
        nonlocal broken
        if broken:
            return
        try:
            parser.Parse(piece, not piece)
        except expat.ExpatError:
            if essential:
                raise refusal("file_corrupt", sheet=sheet) from None
            broken = True  # Excel's own drawings of comments are not always well-formed; nobody here reads them

    if essential and head.startswith(UTF_16):
        raise refusal("xml_encoding", sheet=sheet)
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.EntityDeclHandler = refuse_doctype
    parser.XmlDeclHandler = check_encoding
    if watch:
        watch(parser)
    return parse


def _essential(name: str) -> bool:
    """Whether a reader of the file's cells depends on the part."""
    return name.startswith(("xl/", "word/", "content.xml")) and name.endswith((".xml", ".rels"))
