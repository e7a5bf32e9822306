"""Bytes -> UTF-8, by rules that refuse rather than guess: a wrong encoding makes wrong labels, and nobody sees it."""

import codecs
import re

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.preflight import refusal

NOT_IN_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
SWEDISH = "åäöÅÄÖé\xa0–—".encode("cp1252")
SWEDISH_SHARE = 0.8  # of the bytes above 127; cp850 and MacRoman have other letters at these places
BOM = codecs.BOM_UTF8
ASCII = bytes(range(128))
DOUBLED = re.compile("|".join(letter.encode().decode("cp1252") for letter in "åäöÅÄÖé").encode())  # "Ã¥" for "å"


def to_utf8(data: bytes) -> tuple[bytes, str]:
    """The text as UTF-8 without a leading byte order mark, and the name of the encoding it came in.

    Byte order mark; zero bytes in every second place; strict UTF-8; Windows-1252 if its bytes above 127 are Swedish.
    Raises InputError for anything else.
    """
    if data.startswith(BOM):
        return _checked(data[len(BOM) :], "utf-8"), "utf-8-sig"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return _checked(data, "utf-32"), "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(data, "utf-16"), "utf-16"
    if b"\0" in data:
        encoding = _utf16_order(data[:8192])
        if encoding is None:
            raise refusal("text_binary", row=data.count(b"\n", 0, data.index(b"\0")) + 1)
        return _checked(data, encoding), encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return data, "utf-8"
    high = data.translate(None, delete=ASCII)
    swedish = len(high) - len(high.translate(None, delete=SWEDISH))
    if any(byte in high for byte in NOT_IN_CP1252) or swedish < SWEDISH_SHARE * len(high):
        raise refusal("text_encoding")
    return data.decode("cp1252").encode(), "cp1252"


def text_notices(body: bytes) -> tuple[Fault, ...]:
    """What looks wrong in a UTF-8 text that could be read: joined files, letters encoded twice, letters lost."""
    doubled = DOUBLED.search(body)
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
