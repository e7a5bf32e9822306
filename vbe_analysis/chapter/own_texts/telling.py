"""What of an own text tells more than the public edition may: of one event, one person, a group of two, or a place.

Numbers and words of quantity are claims everywhere (claims.py). These are claims in the public edition's own texts
only: an author who knows the material tells by "eleven", "hotet", "båda" and a school's name as well as by a number.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from vbe_analysis.config import load
from vbe_analysis.loaders.privacy.detect import find

_PERSONAL = ("name", "handle", "address", "birthdate", "plate")


def telling(plain: str, places: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Start and end of each such word or sign, in a text whose references are blanked."""
    for pattern in (_always(), _named(places)):
        yield from (match.span() for match in pattern.finditer(plain))
    yield from ((start, end) for kind, start, end in find(plain) if kind in _PERSONAL)
    for match in _single().finditer(plain):
        if not _is_general(plain, *match.span()):
            yield match.span()
    for place, sign in enumerate(plain):
        if not sign.isascii() and unicodedata.numeric(sign, None) is not None:
            yield place, place + 1


@cache
def _always() -> re.Pattern[str]:
    data = load("claims")["telling"]
    nouns = "|".join(data["nouns"])
    few = "|".join(entry.replace("{nouns}", nouns) for entry in (*data["few"], *data["always"], *data["acts"]))
    roman = r"(?-i:(?<![\w-])(?=[IVX]{2,6}\b)X{0,3}(?:IX|IV|V?I{0,4})(?!\w))"
    return re.compile(rf"(?<!Karl )(?<!Gustav ){roman}|\b(?:{few})\b", re.IGNORECASE)


@cache
def _single() -> re.Pattern[str]:
    data = load("claims")["telling"]
    nouns, definite, before = ("|".join(data[name]) for name in ("nouns", "definite", "before"))
    return re.compile(rf"\b(?:{definite})s?\b|\b(?:{before}) (?:\w+ ){{0,2}}?(?:{nouns})\b", re.IGNORECASE)


@cache
def _named(places: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(places, key=len, reverse=True))
    return re.compile(rf"\b(?:{names})s?\b" if names else r"(?!)", re.IGNORECASE)


def _is_general(plain: str, start: int, end: int) -> bool:
    """Whether the clause speaks of what may, shall or usually happens: "När ett hot riktas mot personal"."""
    before = max(plain.rfind(sign, 0, start) for sign in ".!?;:\n") + 1
    after = min((place for sign in ".!?;:\n" if (place := plain.find(sign, end)) >= 0), default=len(plain))
    return _general().search(plain, before, after) is not None


@cache
def _general() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(load('claims')['telling']['general'])})\b", re.IGNORECASE)
