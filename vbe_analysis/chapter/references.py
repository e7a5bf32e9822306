"""What is written with digits but counts nothing: dates, years, case numbers, references to pages and laws, phones."""

import re
from functools import cache

from vbe_analysis.config import load

BLANK = "\ue001"  # neither a letter, a digit nor a space: nothing is read across it
_SPACE = r"[ \u00a0\u202f]"
_YEAR = r"(?:19|20)[0-9]{2}"
_DIGITS = r"[0-9]+"


def blanked(text: str) -> str:
    """The text at the same length, with marks in braces, references, dates and set phrases blanked out.

    >>> blanked("Se s. 17: 5 fall").replace(BLANK, "~")
    'Se ~~~~~: 5 fall'
    """
    for pattern in _patterns():
        text = pattern.sub(lambda found: re.sub(r"[^\n]", BLANK, found[0]), text)
    return text


def words(*entries: str) -> str:
    """The entries as one choice in a regular expression, the longest first."""
    return "(?:" + "|".join(sorted(entries, key=len, reverse=True)) + ")"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    data = load("claims")
    nouns = words(*data["nouns"]["many"], *data["nouns"]["those"])
    written = (
        *_marks(), *_dates(words(*data["references"]["months"])), *_addresses(data["references"]), *_law(), *_cases(),
        *_named(words(*data["references"]["words"]), nouns), *_years(words(*data["references"]["times"]), nouns),
    )  # fmt: skip
    phrases = rf"\b{words(*data['phrases']['harmless'])}\b"
    return tuple(re.compile(pattern, re.IGNORECASE | re.MULTILINE) for pattern in (*written, phrases))


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
    return (rf"\b{several}{_SPACE}?§§?", rf"§§?{_SPACE}?{several}", rf"\b{several}{_SPACE}kap\b\.?",
            r"\bfyll(?:t|er|a|da) [0-9]+(?: år)?\b")  # fmt: skip


def _cases() -> tuple[str, ...]:
    return (
        rf"\b(?:dnr|diarienummer|diarienr|ärendenummer)\b\.?:?{_SPACE}?(?:[A-ZÅÄÖ]+[ -]?)?[0-9][0-9./:–-]*",
        rf"\b(?:[0-9]+[.–-]){{0,4}}[0-9]+[–-][0-9]+/{_YEAR}\b|\b{_DIGITS}/{_YEAR}\b|\b{_YEAR}/[0-9]+(?:[-.:][0-9]+)*\b",
        rf"\b{_DIGITS}:(?:[0-9]+|[a-z]{{1,2}}\b)",
        rf"\b{_DIGITS}(?:\.{_DIGITS}){{2,}}\b",
    )


def _named(names: str, nouns: str) -> tuple[str, ...]:
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
