"""What an own text in the public edition tells of one event, one person, a few or a place, beside numbers and claims.

A plan speaks of work, of rules and of the world. What happened here, to whom and where, an author who knows the
material tells by "eleven", "hotet", "båda" and a school's name as well as by a number. The kinds are lists in
claims.toml: who, what, where, how few, which environment is there, and what happened (the past of any verb that is not
one of work).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from vbe_analysis.config import load
from vbe_analysis.loaders.privacy.detect import find

_PERSONAL = ("name", "handle", "address", "birthdate", "plate")
_SENTENCE = re.compile(r"[.!?;:\n]")
_DECIDED = ("few", "always", "acts", "shown")
"""The lists of claims.toml that are claims whatever stands beside them."""


def telling(plain: str, places: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Start and end of what tells. plain: a text whose references are blanked; places: names of schools and others."""
    for pattern in (_always(), _named(places)):
        yield from (match.span() for match in pattern.finditer(plain))
    yield from ((start, end) for kind, start, end in find(plain) if kind in _PERSONAL)
    spans = [match.span() for match in _single().finditer(plain)]
    spans += [match.span("site") for match in _sites().finditer(plain)]
    spans += [match.span() for match in _word("presence").finditer(plain)]
    yield from (span for span in spans if not _is_general(plain, *span))
    for place, sign in enumerate(plain):
        if not sign.isascii() and unicodedata.numeric(sign, None) is not None:
            yield place, place + 1


def is_of_work(plain: str, start: int, end: int) -> bool:
    """Whether a quantity is one of work or of what is wanted, and of nothing that is reported: "fler utbildningar"."""
    first, last = _clause(plain, start, end, _SENTENCE)
    clause = plain[first:last]
    if _word("reported").search(clause) or _past().search(clause):
        return False
    if _word("aims").search(clause):
        return True
    general = _word("work").search(clause) or _word("vague").fullmatch(plain[start:end])
    return general is not None and not _word("children").search(clause)


def happened(plain: str, others: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The past of verbs, in clauses that name no work and lay down no condition.

    others: what is a claim already, or a fact; a sentence that has one needs no more.
    """
    for match in _past().finditer(plain):
        first, last = _clause(plain, *match.span(), _SENTENCE)
        if any(start < last and first < end for start, end in others):
            continue
        first, last = _clause(plain, *match.span(), _pauses())
        clause = plain[first:last]
        if not _word("work").search(clause) and not (match["perfect"] and _word("when").search(clause)):
            yield match.span()


def _clause(plain: str, start: int, end: int, ends: re.Pattern[str]) -> tuple[int, int]:
    first = max((mark.end() for mark in ends.finditer(plain, 0, start)), default=0)
    after = ends.search(plain, end)
    return first, after.start() if after else len(plain)


@cache
def _always() -> re.Pattern[str]:
    data = load("claims")["telling"]
    entries = "|".join(_filled(entry) for name in _DECIDED for entry in data[name])
    roman = r"(?-i:(?<![\w-])(?=[IVX]{2,6}\b)X{0,3}(?:IX|IV|V?I{0,4})(?!\w))"
    return re.compile(rf"(?<!Karl )(?<!Gustav ){roman}|\b(?:{entries})\b", re.IGNORECASE)


@cache
def _single() -> re.Pattern[str]:
    data = load("claims")["telling"]
    nouns, definite, before = ("|".join(map(_filled, data[name])) for name in ("nouns", "definite", "before"))
    kind = rf"(?!(?:{'|'.join(data['own'])})\w* (?:blankett|rapport|enhet)\b)"
    return re.compile(
        rf"\b(?:{definite})s?\b|\b(?:{before}) {kind}(?:(?!(?:för|till|av|om|med|mot)\b)[\w:]+ ){{0,2}}?(?:{nouns})\b",
        re.IGNORECASE,
    )


@cache
def _sites() -> re.Pattern[str]:
    data = load("claims")["telling"]
    return re.compile(rf"\b(?:{'|'.join(data['at'])})(?: \w+s)? (?P<site>{_filled('{sites}')})s?\b", re.IGNORECASE)


@cache
def measures(number: str) -> re.Pattern[str]:
    """Numbers in an own text that count nothing that was reported: hours, years, inhabitants. number: one in words."""
    entries = "|".join(load("claims")["telling"]["measures"]).replace("{number}", rf"(?:[0-9]+|{number})")
    return re.compile(rf"\b(?:{entries})\b", re.IGNORECASE)


@cache
def _past() -> re.Pattern[str]:
    """A verb of the past: by its form where that is sure, else one of the list; or "har" and what was done."""
    data = load("claims")["past"]
    strong, adverbs, no_verbs = ("|".join(data[name]) for name in ("verbs", "adverbs", "no_verbs"))
    no_adjective = "".join(rf"(?<!\b{word} )" for word in data["adjectives_after"])
    weak = rf"{no_adjective}\w{{2,}}ade(?= (?:{data['before']})\b|[.,;]|$)"
    passive = r"\w{3,}(?:ad|dd|tt|rd|ld|nd|gd|kt|pt|st)es"
    done = r"\w{2,}(?:[ai]|[trkpsln])ts?"
    perfect = rf"(?:har|hade)(?: (?:{adverbs}))* (?!(?:{no_verbs})\b){done}"
    return re.compile(rf"\b(?:(?P<perfect>{perfect})|{weak}|{passive}|{strong})\b", re.IGNORECASE | re.MULTILINE)


@cache
def _pauses() -> re.Pattern[str]:
    return re.compile(rf"[.!?;:,\n]|\b(?:{'|'.join(load('claims')['past']['pauses'])})\b", re.IGNORECASE)


@cache
def _named(places: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(places, key=len, reverse=True))
    return re.compile(rf"\b(?:{names})s?\b" if names else r"(?!)", re.IGNORECASE)


def _is_general(plain: str, start: int, end: int) -> bool:
    """Whether the clause is of elsewhere, or of what may or shall happen: "När ett hot riktas mot personal"."""
    first, last = _clause(plain, start, end, _SENTENCE)
    may, when, was, far = (_word(name).search(plain, first, last) for name in ("general", "when", "was", "elsewhere"))
    return may is not None or far is not None or (when is not None and was is None)


@cache
def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(_filled, load('claims')['telling'][name]))})\b", re.IGNORECASE)


def _filled(entry: str) -> str:
    """An entry with the lists that it names in braces put in."""
    data = load("claims")["telling"]
    for name in ("nouns", "environments", "sites"):
        entry = entry.replace(f"{{{name}}}", f"(?:{'|'.join(data[name])})")
    return entry
