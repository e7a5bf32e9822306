"""A text as the gate reads it: one sign for each digit, no sign that is not seen, and where each sign stood."""

import re
import unicodedata
from collections.abc import Sequence

Places = Sequence[tuple[int, int]]


def fold(text: str) -> tuple[str, Places | None]:
    """The text with compatible signs and the digits of all scripts as ordinary ones, O and l between digits as 0 and 1.

    The places say where each sign of it begins and ends in the text as it was; None where every sign kept its place.

    >>> fold("８１-O9")[0], fold("Storgatan l2")
    ('81-09', ('Storgatan 12', None))
    """
    if text.isascii() or _ORDINARY.fullmatch(text):
        return _LIKE_DIGITS.sub(_digits, text), None
    signs: list[str] = []
    places: list[tuple[int, int]] = []
    for match in _CLUSTER.finditer(text):
        for sign in unicodedata.normalize("NFKC", match[0]):
            if unicodedata.category(sign) not in _UNSEEN:
                signs.append(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign)
                places.append(match.span())
    moved = any(place != (number, number + 1) for number, place in enumerate(places))
    return _LIKE_DIGITS.sub(_digits, "".join(signs)), places if moved else None


def _digits(run: re.Match[str]) -> str:
    """A run of digits and look-alikes as digits, where most of it is digits: "l9811218", but no "10 l"."""
    signs = run[0]
    return signs.translate(_AS_DIGITS) if 2 * sum(sign.isdigit() for sign in signs) >= len(signs) > 1 else signs


_ORDINARY = re.compile("[\\x00-\\x7fåäöÅÄÖéÉ–]*")  # signs that stand for themselves
_UNSEEN = ("Cf", "Me", "Mn")  # zero width, soft hyphen; the ring of a keycap and the like
_CLUSTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", re.DOTALL)  # a sign with its accents
_LIKE_DIGITS = re.compile(r"(?<![^\W\d_])[\dOoIl|]*\d[\dOoIl|]*(?![^\W\d_])", re.ASCII)
_AS_DIGITS = str.maketrans("OoIl|", "00111")
