"""The gate's second net: direct identifiers in a text, by pattern, checksum and cue words.

It runs behind the column policy, on every distinct cell. A hit in a kept column, heading, sheet or file name stops the
load; in other columns it is a notice. Names slip through (names.py); the structured kinds rarely do.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from vbe_analysis.config import message
from vbe_analysis.loaders.privacy.folding import fold
from vbe_analysis.loaders.privacy.names import find_names, office_sites
from vbe_analysis.loaders.privacy.numbers import Hit, personal_numbers
from vbe_analysis.loaders.values.cells import label_of

if TYPE_CHECKING:
    from vbe_analysis.loaders.files.raw import Cell  # numpy and pyarrow are slow to import

Search = Callable[[str], Iterator[Hit]]
PRIVATE_CELL = "personal_data_cell"  # the fault of a kept cell that holds any


def find(text: str) -> list[Hit]:
    """Kind, start and end of every identifier, in order; of two that overlap, the more certain kind.

    Kinds: pnr (personal number), samnr (coordination number), tnr (temporary number with a letter), phone, email, url,
    handle, name, address, birthdate, plate.

    >>> find("Ring 070-174 06 05 om dnr 155-943/2015, koderna 88 och 14/88"), find("Tallmyra skola")
    ([('phone', 5, 18)], [])
    """
    hits: list[Hit] = []
    taken = bytearray(len(text))
    plain, places = fold(text)
    for kind, start, end in _candidates(plain):
        if places:
            start, end = places[start][0], places[end - 1][1]
        if not any(taken[start:end]):
            hits.append((kind, start, end))
            taken[start:end] = b"x" * (end - start)
    return sorted(hits, key=lambda hit: hit[1:])


def kinds_in(cell: "Cell") -> str:
    """The kinds of personal data in a cell, in Swedish: "telefonnummer, namn"; "" for none.

    Numbers are read as text too: a personal number in a number cell is one.
    """
    if cell is None or isinstance(cell, Enum | bool):
        return ""
    kinds = Counter(kind for kind, _, _ in find(label_of(cell)))
    return ", ".join(message(f"personal_data.{kind}") for kind in sorted(kinds))


def safe_name(name: str) -> str:
    """A file's name, or that it is not shown."""
    return message("place.hidden") if kinds_in(name) else name


def safe_path(path: Path, root: Path) -> str:
    """The path below `root`; a folder's or file's name that holds personal data is told by its place in its folder."""
    here, parts = root, list[str]()
    for part in path.relative_to(root).parts:
        private = kinds_in(part)
        number = sorted(other.name for other in here.iterdir()).index(part) + 1 if private else 0
        parts.append(message("place.file_number", number=number) if private else part)
        here /= part
    return "/".join(parts)


def _candidates(text: str) -> Iterator[Hit]:
    """The most certain kinds first; a text without a digit, an @ or the like is only searched for names."""
    if _STRUCTURED.search(text):
        for search in _SEARCHES if _LETTER.search(text) else _NUMBERS_ONLY:
            yield from search(text)
    for start, end in find_names(text):
        yield "name", start, end


def _search(kind: str, *patterns: re.Pattern[str], only_with: re.Pattern[str] | None = None) -> Search:
    """A search for texts of a kind, by patterns; a pattern's group of that name is the hit, else all of the match.

    only_with: a pattern that must be in the text, and is quicker to look for.
    """

    def search(text: str) -> Iterator[Hit]:
        for pattern in patterns if only_with is None or only_with.search(text) else ():
            for match in pattern.finditer(text):
                yield kind, *match.span(kind if kind in pattern.groupindex else 0)

    return search


def _phones(text: str) -> Iterator[Hit]:
    for match in _PHONE.finditer(text):
        if 8 <= sum(letter.isdecimal() for letter in match[0]) <= 15 and not _HOURS.fullmatch(match[0]):
            yield "phone", *match.span()
    for match in _CUED_PHONE.finditer(text):
        if 6 <= sum(letter.isdecimal() for letter in match["number"]) <= 13:
            yield "phone", *match.span("number")


def _urls(text: str) -> Iterator[Hit]:
    """Web addresses, but for the pages of offices that anybody may refer to."""
    for match in _URL.finditer(text):
        host = re.sub(r"^https?://|[/?#:,;)].*$", "", match[0].lower(), flags=re.DOTALL).strip(".")
        if not any(host == site or host.endswith(f".{site}") for site in office_sites()):
            yield "url", *match.span()


def _addresses(text: str) -> Iterator[Hit]:
    """A street and a number, unless it is what a preschool or playground is called ("Förskolan Björnsonsgatan 4")."""
    for match in _ADDRESS.finditer(text):
        before = _NAMED_AFTER.finditer(text, max(0, match.start() - 25), match.end())
        if all(word.end() < match.start() for word in before):
            yield "address", *match.span()


def _plates(text: str) -> Iterator[Hit]:
    """The newer form ends in a letter and stands alone; the older one ("AFA 161" is a slogan) needs a vehicle near."""
    for match in _PLATE.finditer(text):
        if match["last"].isalpha() or _VEHICLE.search(text, max(0, match.start() - 40), match.end() + 15):
            yield "plate", *match.span()


_LETTER = re.compile(r"[^\W\d_]|@")
_STRUCTURED = re.compile(
    r"\d|@|www|http|\bc/o\b|[([{]\s?at\s?[)\]}]|snabel|\.(?:com|me|gg)\b|insta|snap|tiktok|konto|användar|nick|alias",
    re.IGNORECASE,
)
_AT = re.compile(r"@|[(\[{]\s?at\s?[)\]}]|snabel", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|[(\[{]\s?(?:at|snabel-?a)\s?[)\]}]|\ssnabel-?a\s)\s?"
    r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[^\W\d_]{2,24}(?![^\W_])",
    re.IGNORECASE,
)
_URL = re.compile(
    r"https?://\S+|\bwww\.[^\s.]+\.\S+"
    r"|\b(?:facebook|fb|instagram|tiktok|snapchat|twitter|x|t|discord|youtube|linkedin)\.(?:com|me|gg)/\S+",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w.@/])(?P<handle>@[^\W\d][\w.]{2,29})(?![\w@])")
_CUED_HANDLE = re.compile(
    r"\b(?:instagram|insta|snapchat|snap|tiktok|discord|telegram|twitter|kik|användarnamn(?:et)?|användaren|kontot?|alias"
    r"|nick(?:name)?|gamertag)(?:\s?[:=]\s?|\s+(?:heter\s+|är\s+|namn(?:et)?\s+)?)[\"”'»]?"
    r"(?P<handle>(?=[\w.]{0,29}[a-zåäö])(?=[\w.]{0,29}[\d_]|\w{1,29}\.\w)\w[\w.]{1,28}\w)",
    re.IGNORECASE,
)
_AREA_CODE = r"(?:08|0(?:10|11|13|16|18|19|2[01367]|31|33|35|36|4[0246]|54|6[03]|7[0236789]|90)|0[1-9]\d\d)"
_PHONE = re.compile(
    r"(?<![^\W_])(?<![\d][-/.,:])(?:"
    r"(?:\+|00)\s?[1-9]\d{0,2}[\s-]?(?:\(0\)[\s-]?)?\d(?:[\s-]?\d){6,11}"
    rf"|(?:\({_AREA_CODE}\)\s?[-–/]?|{_AREA_CODE}\s?[-–/])\s?(?!\d\d[-/.]\d{{4}}(?!\d))\d{{2,3}}(?:[\s-]?\d{{2,3}}){{1,3}}"
    r"|07[0236789](?:[\s-]?\d){7}"
    rf"|{_AREA_CODE}\s\d{{2,3}}(?:\s\d{{2,3}}){{1,3}}"
    r")(?![^\W_])(?![-/]\d)"
)
_HOUR = r"(?:[01]\d|2[0-4])(?:[.: ]?[0-5]\d)?"
_HOURS = re.compile(rf"{_HOUR}\s?[-–]\s?{_HOUR}(?:\s{_HOUR}\s?[-–]\s?{_HOUR})?")  # opening hours: 0800-1645
_CUED_PHONE = re.compile(
    r"\b(?:tele?(?:fon)?(?:nummer|nr)?|tfn|mobil(?:nummer|nr|telefon)?|ring(?:er|de|a)?|sms:?a?|nås på|nummer(?:et)?)"
    r"[.:]?\s+(?:(?:på|till|från|är)\s+)?(?:(?:nummer|nr\.?)\s+)?(?P<number>\d(?:[\s-]?\d){5,12})(?![\w/])(?!-\d)",
    re.IGNORECASE,
)
_BIRTHDATE = re.compile(
    r"(?:\bfödd[ae]?|\bföddes|\bfödelse(?:datum|dag|tid|data)(?:en|et)?|\bf\.|\bborn)\s?[:=]?\s?(?:(?:är|den|on)\s)?"
    r"(?P<birthdate>(?:19|20)?\d\d[-./ ]?[01]\d[-./ ]?[0-3]\d(?!\d)"
    r"|\d{1,2}(?::?e)?\s?(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]*\.?(?:\s?(?:19|20)?\d\d)?(?!\d)"
    r"|\d{1,2}[/.-]\s?\d{1,2}(?:[/.\s-]{1,2}(?:19|20)?\d\d)?(?!\d))",
    re.IGNORECASE,
)
_STREET = (
    r"(?:gat(?:a|an)|väg(?:en)?|gränd(?:en)?|stig(?:en)?|all[eé]n?|torg(?:et)?|slingan|kaj(?:en)?|esplanaden|back(?:e|en)"
    r"|leden|höjden|kullen|liden|rundan|platsen|strand|(?<!gs)(?<!ds)(?<!ts)(?<!ro)plan|(?<!e)(?<!d)ringen)"
)
_ADDRESS = re.compile(
    rf"\b[A-ZÅÄÖÉ][\w-]{{1,40}}(?:\s[A-ZÅÄÖ]\w{{1,40}})?(?:(?<=\w){_STREET}|\s(?i:{_STREET}))\s(?:nr\.?\s)?\d{{1,3}}(?!\d)(?:\s?[A-H]\b)?"
    r"(?:,?\s(?:lgh|lägenhet)\.?\s?\d{1,4})?(?:,?\s\d{3}\s?\d\d\s[A-ZÅÄÖ][a-zåäö]+)?"
    r"|\b[Cc]/[Oo]\s[A-ZÅÄÖ]\w+(?:\s[A-ZÅÄÖ]\w+)?|\b(?:lgh|lägenhet)\.?\s(?:nr\s)?\d{4}\b"
)
_NAMED_AFTER = re.compile(r"\b(?:\w*skolan?|lekplats(?:en)?|\w*gård(?:en)?|gruppbostad(?:en)?)\s", re.IGNORECASE)
_PLATE = re.compile(r"(?<![\w-])[A-HJ-PR-UW-Z]{3}\s?\d\d(?P<last>[\dA-HJ-PR-UW-Z])(?![\w-])")
_VEHICLE = re.compile(
    r"\b(?:(?:skåp)?bil(?:en|ens|ar)?|fordon(?:et)?|reg(?:istrerings)?\.?\s?(?:nummer|nr|skylt)?|moped(?:en)?|mc"
    r"|motorcykeln?|volvo|saab|bmw|audi|toyota|volkswagen|vw|ford|mercedes|parkera\w*|körde)\b",
    re.IGNORECASE,
)
_SEARCHES: tuple[Search, ...] = (
    _search("email", _EMAIL, only_with=_AT),
    _urls,
    _search("handle", _HANDLE, _CUED_HANDLE),
    personal_numbers,
    _phones,
    _search("birthdate", _BIRTHDATE),
    _addresses,
    _plates,
)
_NUMBERS_ONLY = (personal_numbers, _phones)
