"""The numbers and claims in a text that somebody wrote: what must rest on a published fact or be confirmed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from vbe_analysis.chapter.references import blanked, words
from vbe_analysis.config import load

NUMBER, WORD = "number", "word"
_SPACE = r"[ \u00a0\u202f]"
_CONFIRMED = re.compile(r"[*_”\"]*[ \u00a0]?\{bekräftat:\s*[^{}\s][^{}]*\}", re.IGNORECASE)
_BESIDE = re.compile(r"[ \u00a0\n]{1,2}")
_BETWEEN = re.compile(r"\s?(?:[–—/-]|till|av|eller|à)\s?", re.IGNORECASE)
_CLAUSE = re.compile(r"[.!?;:,\n]")


@dataclass(frozen=True)
class Claim:
    """A number or a word of quantity or change, as written; kind: NUMBER or WORD.

    start: its place in the text; line, column: the same, both from 1; place: in words, where the text is a file.
    """

    text: str
    kind: str
    start: int
    line: int
    column: int
    place: str = ""


def find_claims(text: str) -> list[Claim]:
    """The claims of a text in Markdown that are neither {fakta: ...} nor followed by {bekräftat: ...}, in order.

    Claims side by side are one. Dates, years, references and the article "en" are none (references.py, claims.toml).

    >>> [claim.text for claim in find_claims("Samtliga tre skolor svarade 2021. Antalet ökade {bekräftat: tabell 2}.")]
    ['Samtliga tre']
    """
    return [_claim(text, kind, start, end) for kind, start, end in _joined(blanked(text))
            if not _CONFIRMED.match(text, end)]  # fmt: skip


def _claim(text: str, kind: str, start: int, end: int) -> Claim:
    line = text.count("\n", 0, start) + 1
    return Claim(" ".join(text[start:end].split()), kind, start, line, start - text.rfind("\n", 0, start))


def _joined(plain: str) -> Iterator[tuple[str, int, int]]:
    """The claims with those beside each other as one: "38 av 60", "alla tre", "ökade 12 procent"."""
    before: tuple[str, int, int] | None = None
    for kind, start, end in _found(plain):
        if before is None:
            before = kind, start, end
            continue
        gap = plain[before[2] : start]
        numbers = before[0] == kind == NUMBER
        if _BESIDE.fullmatch(gap) or (numbers and _BETWEEN.fullmatch(gap)):
            before = NUMBER if NUMBER in (kind, before[0]) else WORD, before[1], end
        else:
            yield before
            before = kind, start, end
    if before:
        yield before


def _found(plain: str) -> list[tuple[str, int, int]]:
    """Every single match, in order; of two that overlap, the one that begins first."""
    hits = [(NUMBER, *found.span()) for pattern in _numbers() for found in pattern.finditer(plain)]
    hits += [(WORD, *found.span()) for found in _claim_words().finditer(plain)]
    hits += [(NUMBER, *found.span()) for found in _one_event().finditer(plain) if _is_reported(plain, *found.span())]
    kept: list[tuple[str, int, int]] = []
    for hit in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
        if not kept or hit[1] >= kept[-1][2]:
            kept.append(hit)
    return kept


@cache
def _numbers() -> tuple[re.Pattern[str], ...]:
    data = load("claims")
    spoken = _spoken()
    written = rf"(?:[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+(?![0-9])|[0-9]+)(?:[.,][0-9]+)?"
    unit = rf"(?:{_SPACE}?(?:%|‰)|[{_SPACE[1:-1]}-](?:procent(?:enheter)?|promille)\b)?"
    digits = rf"(?<![\w\ue001.,])(?<![^\W\d]-)[<>≤≥±−+~]?{written}(?:-tals?\b|st\b|(?!\w)(?!-[a-zåäö])){unit}"
    one = data["one"]
    those = words(*data["nouns"]["those"], rf"(?:de {_SPACE}?)?{spoken}", rf"(?:de )?{written}")
    joint = r"\s?(?:[–-]|\btill\b|\beller\b|\brespektive\b|\bmot\b)\s?"
    ones = (
        rf"\b{words(*one['before'])} (?:en|ett)\b",
        rf"\b(?:en|ett) {words(*one['after'])}\b",
        rf"\b(?:en|ett) av (?:de )?(?:\w+(?:ade|na|da) )?{those}\b",
        rf"\b(?:en|ett){joint}{spoken}\b",
        rf"\b{spoken}{joint}(?:en|ett)(?=\s*(?:[.,;:)]|$))",
        r"\bvid ett(?: enda)? tillfälle\b",
        rf"\b(?:en|ett) \({_SPACE}?1{_SPACE}?\)",
    )
    spelled = rf"\b{spoken}\b(?:{_SPACE}(?:procent(?:enheter)?|promille)\b)?"
    return tuple(re.compile(pattern, re.IGNORECASE | re.MULTILINE) for pattern in (digits, spelled, *ones))


def _spoken() -> str:
    """A number in words, from two up: "tolv", "tjugofem", "hundratals"."""
    data = load("claims")["numbers"]
    units, teens, tens = (words(*data[name]) for name in ("units", "teens", "tens"))
    below = rf"(?:{tens}(?:en|ett|{units})?|{teens}|{units})"
    whole = rf"(?:(?:(?:{below}|ett|en)?(?:hundra|tusen)){{1,2}}(?:{below}|en|ett)?|{below})"
    about = rf"(?:{tens}tals?|(?:{teens}|hundra|tusen)tal(?:s|et)?)"
    return words(about, whole, *data["large"])


@cache
def _claim_words() -> re.Pattern[str]:
    data = load("claims")
    nouns = {"many": words(*data["nouns"]["many"]), "goals": rf"(?:\w+ och )?{words(*data['nouns']['goals'])}"}
    entries = [entry for group in data["words"].values() for entry in group]
    for name, choice in nouns.items():
        entries = [entry.replace(f"{{{name}}}", choice) for entry in entries]
    return re.compile(rf"\b{words(*entries)}\b", re.IGNORECASE)


@cache
def _one_event() -> re.Pattern[str]:
    """An article with one of the things that are counted."""
    return re.compile(rf"\b(?:en|ett) (?:\w+ )?{words(*load('claims')['nouns']['one'])}\b", re.IGNORECASE)


def _is_reported(plain: str, start: int, end: int) -> bool:
    """Whether "en händelse" counts one: the clause says that it was reported, and not "when" or "if"."""
    one = load("claims")["one"]
    begun = max((found.end() for found in _CLAUSE.finditer(plain, 0, start)), default=0)
    ended = _CLAUSE.search(plain, end)
    if re.search(rf"\b{words(*one['general'])}\b", plain[begun:start], re.IGNORECASE):
        return False
    clause = plain[begun : ended.start() if ended else len(plain)]
    return bool(re.search(rf"\b{words(*one['reported'])}\b", clause, re.IGNORECASE))
