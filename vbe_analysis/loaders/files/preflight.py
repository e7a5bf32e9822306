"""Looks through a zip-based file (xlsx, xlsb, ods, docx) before anything else opens it: is it safe, and is it whole?

A reader trusts the file: a few kilobytes inflate to hundreds of gigabytes, and a DOCTYPE may name other files. So every
part is inflated once here, in pieces that are counted and thrown away, and expat reads how every XML part begins (a
search by pattern misses UTF-16).
"""

import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from vbe_analysis.errors import Fault, InputError

MB = 1_000_000
PIECE = 1 << 20
ENCRYPTED = 0x1  # a zip entry's flag bit
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
XML: Mapping[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": True,
}


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


def inspect_parts(archive: ZipFile, limits: Limits, sheets: Mapping[str, str] = MappingProxyType({})) -> None:
    """Inflate every part, and look at how each XML part begins.

    sheets: part -> sheet name, for the messages. Raises InputError for a zip bomb, a DOCTYPE, a part that cannot be
    inflated, and XML of the document itself that is not UTF-8.
    """
    stored = sum(part.compress_size for part in archive.infolist()) or 1
    total = 0
    for part in archive.infolist():
        essential = part.filename in sheets or _essential(plain_name(part.filename).casefold())
        check: Callable[[bytes], bool] | None = None
        size = 0
        for piece in inflate(archive, part):
            if size == 0 and (essential or piece.lstrip()[:1] == b"<" or piece.startswith(UTF_16)):
                check = _prolog_check(essential, sheets.get(part.filename, ""))
            size, total = size + len(piece), total + len(piece)
            ratio = max(size / max(part.compress_size, 1) if size > limits.bomb_bytes else 0, total / stored)
            if total > limits.inflated_bytes or (total > limits.bomb_bytes and ratio > limits.bomb_ratio):
                raise refusal("zip_bomb", size=total // MB, ratio=round(ratio), limit=limits.inflated_bytes // MB)
            if check and check(piece):
                check = None
        if size != part.file_size:
            raise refusal("file_corrupt")  # the directory lies about the size


def read_part(archive: ZipFile, name: str, limits: Limits = Limits()) -> Any:
    """The root of one XML part, inspected or not, whose elements and attributes go by their local names ("p" for w:p).

    Raises InputError for a part that is missing, too large, broken or no plain XML.
    """
    if name not in archive.namelist():
        raise refusal("file_corrupt")
    part, content = archive.getinfo(name), bytearray()
    for piece in inflate(archive, part):
        content += piece
        if len(content) > limits.bomb_bytes:
            ratio, size = len(content) // max(part.compress_size, 1), len(content) // MB
            raise refusal("zip_bomb", size=size, ratio=ratio, limit=limits.bomb_bytes // MB)
    _prolog_check(True, "")(bytes(content))
    try:
        root = etree.fromstring(bytes(content), etree.XMLParser(**XML))
    except etree.XMLSyntaxError:
        raise refusal("file_corrupt") from None
    for element in root.iter():
        element.tag = etree.QName(element).localname
        for key in [key for key in element.attrib if key[0] == "{"]:
            element.set(etree.QName(key).localname, element.attrib.pop(key))
    return root


def elements(
    archive: ZipFile, name: str, tags: Sequence[str], events: Sequence[str] = ("end",), sheet: str = ""
) -> Iterator[tuple[str, Any]]:
    """Event and element, as they come, for the elements of these names in an inspected part.

    Raises InputError where the part is broken.
    """
    try:
        with archive.open(name) as stream:
            yield from etree.iterparse(stream, events, tag=tags, collect_ids=False, **XML)
    except etree.XMLSyntaxError:
        raise refusal("file_corrupt", sheet=sheet) from None


def let_go(element: Any) -> None:
    """Free the memory of an element that has been read, and of those before it."""
    element.clear(keep_tail=True)
    while element.getprevious() is not None:
        del element.getparent()[0]


def plain_name(name: str) -> str:
    """A part's name with the format's own slashes."""
    return name.replace("\\", "/").lstrip("/")


def parts_by_name(archive: ZipFile) -> dict[str, str]:
    """A part's plain name in small letters -> the name it is stored by; raises InputError where two have one."""
    parts = {plain_name(name).casefold(): name for name in archive.namelist()}
    if len(parts) < len(archive.namelist()):
        raise refusal("file_corrupt")
    return parts


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


def _prolog_check(essential: bool, sheet: str) -> Callable[[bytes], bool]:
    """A function that takes an XML part piece by piece until it says that the root element has begun.

    essential: a reader of the cells depends on the part.
    """
    parser = expat.ParserCreate()
    begun = False

    def refuse_doctype(*_: Any) -> NoReturn:
        raise refusal("xml_doctype", sheet=sheet)

    def check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
        if essential and (encoding or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise refusal("xml_encoding", sheet=sheet)

    def begin(*_: Any) -> None:
        nonlocal begun
        begun = True

    def check(piece: bytes) -> bool:
        if essential and piece.startswith(UTF_16):
            raise refusal("xml_encoding", sheet=sheet)
        try:
            parser.Parse(piece)
        except expat.ExpatError:  # Excel's own drawings of comments are not always well-formed; nobody here reads them
            if essential and not begun:
                raise refusal("file_corrupt", sheet=sheet) from None
            return True
        return begun

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.XmlDeclHandler = check_encoding
    parser.StartElementHandler = begin
    return check


def _essential(name: str) -> bool:
    """Whether a reader of the file's cells depends on the part."""
    return name.startswith(("xl/", "word/", "content.xml")) and name.endswith((".xml", ".rels"))
