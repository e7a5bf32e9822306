"""The numbers and claims in a text that somebody wrote: what must rest on a published fact or be confirmed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from vbe_analysis.chapter.own_texts.telling import happened, is_of_work, measures, telling
from vbe_analysis.config import load

BLANK = "\ue001"  # neither a letter, a digit nor a space: nothing is read across it
_SPACE = r"[ \u00a0\u202f]"
_YEAR = r"(?:19|20)[0-9]{2}"
_DIGITS = r"[0-9]+"


def blank_references(text: str) -> str:
    """The text at the same length, with marks in braces, references, dates and set phrases blanked out.

    >>> blank_references("Se s. 17: 5 fall").replace(BLANK, "~")
    'Se ~~~~~: 5 fall'
    """
    for pattern in _patterns():
        text = pattern.sub(lambda match: re.sub(r"[^\n]", BLANK, match[0]), text)
    return text


def words(*entries: str) -> str:
    """The entries as one choice in a regular expression, the longest first."""
    return "(?:" + "|".join(sorted(entries, key=len, reverse=True)) + ")"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    data = load("claims")
    nouns = words(*data["nouns"]["many"], *data["nouns"]["those"])
    references = data["references"]
    patterns = [*_marks(), *_dates(words(*references["months"])), *_addresses(references), *_law(), *_cases()]
    patterns += [*_numbered(words(*references["words"]), nouns), *_years(words(*references["times"]), nouns)]
    patterns.append(rf"\b{words(*data['phrases']['harmless'])}\b")
    return tuple(re.compile(pattern, re.IGNORECASE | re.MULTILINE) for pattern in patterns)


def _marks() -> tuple[str, ...]:
    """What Markdown and our own marks hold, and numbers that are quoted as signs."""
    return (
        r"\{[^{}]*\}",
        r"\]\([^)\n]*\)|\[\^[^\]\n]*\]",
        r"(?:https?://|www\.)\S+|\S+@\S+\.\w+",
        rf"[\"”“'’‘»«][0-9][0-9/:{_SPACE[1:-1]}]*[\"”“'’‘»«]",
        r"(?:\.{3,}|…)\s*[0-9]+[ \t]*$",  # a table of contents
        rf"^[ \t>]*{_DIGITS}[.)](?=\s)",  # a numbered list
        rf"^[ \t]*(?:#+[ \t]+{_DIGITS}(?:\.{_DIGITS})*|{_DIGITS}(?:\.{_DIGITS})+)\.?(?=[ \t]+[A-ZÅÄÖ])",
    )


def _dates(months: str) -> tuple[str, ...]:
    day = r"(?:den )?\b[0-9]{1,2}(?::[ae])?"
    return (
        rf"{day}(?:(?:\s?[–-]\s?| och | till ){day})?{_SPACE}{months}\b\.?(?:{_SPACE}[0-9]{{4}}\b)?",
        r"\b[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?\b|\b(?:19|20)[0-9]{6}\b(?!-)",
        rf"\b(?:0?[1-9]|[12][0-9]|3[01])/(?:0?[1-9]|1[0-2])\b(?:[ /-]{_YEAR}|[/-][0-9]{{2}}\b)?(?! av\b)|\b14/88\b",
        r"\bden [0-9]{1,2}(?::e)?\b(?=\s*(?:[.,;)]|och\b|varje\b|i varje\b))",
    )


def _addresses(data: dict[str, list[str]]) -> tuple[str, ...]:
    return (
        r"\b[0-9]{6,8}[-+–][0-9]{4}\b",
        r"(?<![0-9,.])(?<![0-9][ \u00a0\u202f])"
        r"(?:\+[0-9]{2}[ -]?(?:\(0\))?[0-9]|0[1-9][0-9]{0,2}[ \u00a0/–-]?[0-9])[0-9 \u00a0-]{3,}[0-9]\b",
        rf"\b{words(*data['telephone'])}[.:]?\s(?:på )?[0-9][0-9 -]*\b(?:[^.\n]{{0,30}}\b(?:och|eller) 11[24])?\b",
        rf"\b\w+{words(*data['streets'])}{_SPACE}[0-9]+(?:{_SPACE}?[A-H]\b)?(?![\w%])(?!{_SPACE}[a-zåäö])",
        rf"\b[0-9]{{3}}{_SPACE}[0-9]{{2}}{_SPACE}(?-i:(?=[A-ZÅÄÖ]))",
    )


def _law() -> tuple[str, ...]:
    section = rf"{_DIGITS}(?:{_SPACE}?[a-z]\b)?"
    several = rf"{section}(?:(?:{_SPACE}?[–,-]{_SPACE}?|{_SPACE}(?:och|eller|samt){_SPACE}){section}){{0,8}}"
    age = r"\bfyll(?:t|er|a|da) [0-9]+(?: år)?\b"
    return rf"\b{several}{_SPACE}?§§?", rf"§§?{_SPACE}?{several}", rf"\b{several}{_SPACE}kap\b\.?", age


def _cases() -> tuple[str, ...]:
    return (
        rf"\b(?:dnr|diarienummer|diarienr|ärendenummer)\b\.?:?{_SPACE}?(?:[A-ZÅÄÖ]+[ -]?)?[0-9][0-9./:–-]*",
        rf"\b(?:[0-9]+[.–-]){{0,4}}[0-9]+[–-][0-9]+/{_YEAR}\b|\b{_DIGITS}/{_YEAR}\b|\b{_YEAR}/[0-9]+(?:[-.:][0-9]+)*\b",
        rf"\b{_DIGITS}:(?:[0-9]+|[a-z]{{1,2}}\b)",
        rf"\b{_DIGITS}(?:\.{_DIGITS}){{2,}}\b",
    )


def _numbered(names: str, nouns: str) -> tuple[str, ...]:
    """A word such as "tabell" with its number or numbers."""
    number = rf"(?-i:[A-Z]?){_DIGITS}(?:[.:]{_DIGITS})*[a-z]?\b(?!{_SPACE}?(?:%|procent))"
    more = rf"(?:{_SPACE}?[–,-]{_SPACE}?|{_SPACE}(?:och|till|samt|eller){_SPACE}){number}(?!{_SPACE}{nouns}\b)"
    return (rf"(?<![\w:]){names}[.:]?{_SPACE}?{number}(?:{more})*",)


def _years(times: str, nouns: str) -> tuple[str, ...]:
    year = rf"{_YEAR}(?:\s?[–/-]\s?(?:{_YEAR}|[0-9]{{2}}))?\b(?!{_SPACE}?(?:%|procent))"
    return (
        rf"\b{times}{_SPACE}{year}",
        rf"(?<![\w.,/-]){year}(?!{_SPACE}[0-9]{{3}}\b)(?!{_SPACE}{nouns}\b)",
        r"\b[0-9]{2,4}-tal(?:et|ets)\b|\b(?:19|20)[0-9]0-tal\w*",
    )


NUMBER, WORD, ORGANISATION = "number", "word", "organisation"
_CONFIRMED = re.compile(r"[*_”\"]*[ \u00a0]?\{bekräftat:\s*[^{}\s][^{}]*\}", re.IGNORECASE)
_FACT = re.compile(r"\{fakta:[^{}]*\}", re.IGNORECASE)
_OPEN_SOURCE = re.compile(r"[*_”\"]*[ \u00a0]?\{bekräftat:\s*öppen källa\b[^{}]*\}", re.IGNORECASE)
_BESIDE = re.compile(r"[ \u00a0\n]{1,2}")
_BETWEEN = re.compile(r"\s?(?:[–—/-]|till|av|eller|à)\s?", re.IGNORECASE)
_CLAUSE = re.compile(r"[.!?;:,\n]")


@dataclass(frozen=True)
class Claim:
    """A number or a word of quantity or change, as written, or ORGANISATION, one by name; kind: which of them.

    start: its place in the text; line, column: the same, both from 1; place: in words, where the text is a file.
    """

    text: str
    kind: str
    start: int
    line: int
    column: int
    place: str = ""


def find_claims(text: str, places: Iterable[str] | None = None) -> list[Claim]:
    """The claims of a text in Markdown that are neither {fakta: ...} nor followed by {bekräftat: ...}, in order.

    Claims side by side are one. Dates, years, references and the article "en" are none (claims.toml). places: the names
    of schools and other places, for an own text of the public edition; what tells of one event, person or place is a
    claim there too, and the name of an organisation, which only {bekräftat: öppen källa} confirms.

    >>> [claim.text for claim in find_claims("Samtliga tre skolor svarade 2021. Antalet ökade {bekräftat: tabell 2}.")]
    ['Samtliga tre']
    """
    claims = []
    plain = blank_references(text)
    if places is not None:
        plain = measures(_spoken()).sub(lambda match: BLANK * len(match[0]), plain)
    strict = None if places is None else [(WORD, *span) for span in telling(plain, tuple(places))]
    named = [] if places is None else [(ORGANISATION, *match.span()) for match in _organisations().finditer(plain)]
    others = [
        span
        for span in _phrases(plain, strict)
        if not any(span[1] < end and start < span[2] for _, start, end in named)
    ]
    spans = [*others, *named]
    if places is not None:
        known = [(start, end) for _, start, end in spans] + [mark.span() for mark in _FACT.finditer(text)]
        spans += [(WORD, *span) for span in happened(plain, known)]
    for kind, start, end in sorted(spans, key=lambda span: span[1]):
        if not (_OPEN_SOURCE if kind == ORGANISATION else _CONFIRMED).match(text, end):
            line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
            claims.append(Claim(" ".join(text[start:end].split()), kind, start, line, column))
    return claims


def _phrases(plain: str, strict: Sequence[tuple[str, int, int]] | None) -> Iterator[tuple[str, int, int]]:
    """The claims with those beside each other as one: "38 av 60", "alla tre", "ökade 12 procent"."""
    before: tuple[str, int, int] | None = None
    for kind, start, end in _matches(plain, strict):
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


def _matches(plain: str, strict: Sequence[tuple[str, int, int]] | None) -> list[tuple[str, int, int]]:
    """Every single match, in order; of two that overlap, the one that begins first."""
    spans = [*(strict or ())]
    spans += [(NUMBER, *match.span()) for pattern in _numbers() for match in pattern.finditer(plain)]
    quantities = [match.span() for match in _claim_words().finditer(plain)]
    spans += [(WORD, *span) for span in quantities if strict is None or not is_of_work(plain, *span)]
    spans += [(NUMBER, *match.span()) for match in _one_event().finditer(plain) if _is_reported(plain, *match.span())]
    matches: list[tuple[str, int, int]] = []
    for span in sorted(spans, key=lambda span: (span[1], -span[2])):
        if not matches or span[1] >= matches[-1][2]:
            matches.append(span)
    return matches


@cache
def _numbers() -> tuple[re.Pattern[str], ...]:
    data = load("claims")
    spoken = _spoken()
    written = rf"(?:[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+(?![0-9])|[0-9]+)(?:[.,][0-9]+)?"
    unit = rf"(?:{_SPACE}?(?:%|‰)|[{_SPACE[1:-1]}-](?:procent(?:enheter)?|promille)\b)?"
    digits = rf"(?<![\w\ue001.,])(?<![^\W\d]-)[<>≤≥±−+~]?{written}(?:-tals?\b|st\b|(?!\w)(?!-[a-zåäö])){unit}"
    article = data["one"]
    those = words(*data["nouns"]["those"], rf"(?:de {_SPACE}?)?{spoken}", rf"(?:de )?{written}")
    joint = r"\s?(?:[–-]|\btill\b|\beller\b|\brespektive\b|\bmot\b)\s?"
    ones = (
        rf"\b{words(*article['before'])} (?:en|ett)\b",
        rf"\b(?:en|ett) {words(*article['after'])}\b",
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
    nouns |= {"abstract": words(*data["abstract"]["nouns"])}
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
    article = load("claims")["one"]
    first = max((mark.end() for mark in _CLAUSE.finditer(plain, 0, start)), default=0)
    after = _CLAUSE.search(plain, end)
    if re.search(rf"\b{words(*article['general'])}\b", plain[first:start], re.IGNORECASE):
        return False
    clause = plain[first : after.start() if after else len(plain)]
    return bool(re.search(rf"\b{words(*article['reported'])}\b", clause, re.IGNORECASE))


@cache
def _organisations() -> re.Pattern[str]:
    data = load("claims")["organisations"]
    name = r"(?-i:[A-ZÅÄÖ][\w-]+(?: (?:[A-ZÅÄÖ][\w-]+|för|mot|of|the|i) ?)*)"
    called = "|".join(rf"(?<=\b{cue} ){name}" for cue in data["before"])
    short = "|".join(data["short"])
    return re.compile(rf"\b(?:{'|'.join(data['names'])})s?\b|\b(?-i:{short})(?::s)?\b|{called}", re.IGNORECASE)
