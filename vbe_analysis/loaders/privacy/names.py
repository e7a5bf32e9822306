"""Names of persons in a text: a small list of our own, words that announce a name, and capitals.

A name that is on no list, stands after no cue and alone slips through. What must never alarm are the labels of an
ordinary delivery: places, schools, offices, categories and questions, also in Title Case.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from vbe_analysis.config import load

_PLACES: ContextVar[frozenset[str]] = ContextVar("places", default=frozenset())


@contextmanager
def known_places(names: Iterable[str]) -> Iterator[None]:
    """Within it, these places of the workspace (the keys of [places] and its areas) are no names of persons."""
    token = _PLACES.set(frozenset(" ".join(name.casefold().split()) for name in names))
    try:
        yield
    finally:
        _PLACES.reset(token)


def find_names(text: str) -> list[tuple[int, int]]:
    """Start and end of every likely name of a person, in order."""
    if not _worth_reading(text):
        return []
    words = list(_WORD.finditer(text))
    prose = _is_prose(text, words)
    likely = [span for i in range(len(words)) if (span := _name_at(text, words, i, prose))]
    places = [match.span() for match in _place_pattern(_PLACES.get()).finditer(text)] if likely else []
    spans: list[tuple[int, int]] = []
    for span in likely:
        overlaps = spans and span[0] < spans[-1][1]
        if not overlaps and not any(start <= span[0] and span[1] <= end for start, end in places):
            spans.append(span)
    return spans


def is_lone_name(text: str) -> bool:
    """Whether a cell looks like a name and nothing else, on a list or not: "Grahn, Ottilia", "OTTILIA GRAHN".

    In a column that is kept, what is no declared label and looks so is no label at all; places are none.
    """
    words = text.replace(",", " ", 1).split()
    if len(words) != 2 or not all(word.replace("-", "").isalpha() and len(word) > 1 for word in words):
        return False
    if any(map(_is_place, words)) or _place_pattern(_PLACES.get()).fullmatch(text):
        return False
    return all(map(str.istitle, words)) or all(word.isupper() and len(word) > 2 for word in words)


def names_a_holder(text: str) -> bool:
    """Whether a cell that is to hold a role holds a name: "Grahn, Ottilia", "Ottilia", "Ottilia Grahn / rektor".

    >>> names_a_holder("Enhetschef Familjeenheten"), names_a_holder("Ottilia Grahn, enhetschef")
    (False, True)
    """
    cues = tuple(cue for cue in _lists()["role_cues"] if len(cue) > 3)
    for part in _ROLES_APART.split(text) if not is_lone_name(text) else (text,):
        words = part.split()
        if not any(word.casefold().endswith(cues) for word in words) and (
            is_lone_name(part) or (len(words) == 1 and words[0][0].isupper() and _is_first(words[0]))
        ):
            return True
    return False


def _worth_reading(text: str) -> bool:
    """Whether it holds a word of the lists, a patronymic or two capitalised words in a row: a cheap look, rarely so."""
    if _TWO_CAPITALS.search(text):
        return True
    small = text.casefold()
    return "sson" in small or not _lists()["triggers"].isdisjoint(small.translate(_TO_BLANK).split())


Words = list[re.Match[str]]


def _name_at(text: str, words: Words, i: int, prose: bool) -> tuple[int, int] | None:
    """The name that starts at the word, or right after it where the word is a cue."""
    here, small = words[i], words[i].group().casefold()
    if here.group()[0].islower() and "-" not in small and small not in _lists()["openers"]:
        return None
    after = words[i + 1] if i + 1 < len(words) else None
    if small in _lists()["labels"] and after and _LABEL_GAP.fullmatch(text, here.end(), after.start()):
        return _span(text, words, i + 1, least=1)
    if small in _lists()["person_cues"] and after and _announced(text, words, i):
        return _span(text, words, i + 1, least=1)
    if here.group() in _lists()["link_words"] and after and _side_by_side(text, here, after):
        return _span(text, words, i + 1, least=2)
    if small in _lists()["role_cues"] and after and _CUE_GAP.fullmatch(text, here.end(), after.start()):
        known = _is_first(after.group()) or _is_surname(after.group())
        return _span(text, words, i + 1, least=1 if known else 2)
    if _is_place(here.group()) or (
        i and words[i - 1].group()[0].isupper() and _is_place_noun(words[i - 1].group().casefold())
    ):
        return None  # "Förskolan Ellen Key"
    listed = _listed_at(text, words, i)
    if listed:
        return listed
    if after and _side_by_side(text, here, after) and _is_capital_pair(text, words, i, prose):
        return _span(text, words, i, least=2)
    return (here.start(), here.end()) if _stands_alone(text, words, i) else None


def _announced(text: str, words: Words, i: int) -> bool:
    """A cue counts inside a sentence; in a label or heading ("Elev Klass") the next word is just another title."""
    after = words[i + 1]
    in_sentence = words[i].group()[0].islower() or (i + 2 < len(words) and words[i + 2].group()[0].islower())
    return in_sentence and _CUE_GAP.fullmatch(text, words[i].end(), after.start()) is not None


def _listed_at(text: str, words: Words, i: int) -> tuple[int, int] | None:
    """A first name and a surname of the lists in any case and either order: "anna andersson", "Andersson, Anna"."""
    here = words[i].group()
    first, _, joined = here.partition("-")
    if joined and _is_first(first) and _is_surname(joined) and not _is_first(joined):  # Anna-Andersson.xlsx
        return words[i].span()
    j = i + 2 if i + 2 < len(words) and len(words[i + 1].group()) == 1 else i + 1  # Anna B. Andersson
    if j >= len(words) or _is_place_at(words, j + 1):
        return None
    there, gap = words[j].group(), text[words[i].end() : words[j].start()]
    doubtful = here[0].isupper() and here.casefold() in _lists()["doubtful_first_names"]
    forward = (_is_first(here) or doubtful) and _is_surname(there) and _LISTED_GAP.fullmatch(gap)
    backward = _is_surname(here) and _is_first(there) and here[0].isupper() and _BACKWARD_GAP.fullmatch(gap)
    return (words[i].start(), words[j].end()) if forward or backward else None


def _is_capital_pair(text: str, words: Words, i: int, prose: bool) -> bool:
    """Two capitalised words that a list, an ending, a figure after them or running prose makes a person."""
    here, after = words[i].group(), words[i + 1].group()
    if not (_is_capital(after) and not _is_place(after)) or _is_place_at(words, i + 2):
        return False
    if len(here) == 1:
        return here.isupper() and _is_surname(after)
    if not _is_capital(here):
        return False
    if _is_first(here) or (_is_surname(after) and len(after) > 5) or _FIGURE_AFTER.match(text, words[i + 1].end()):
        return True
    return prose and not _starts_sentence(text, words[i])


def _is_prose(text: str, words: Words) -> bool:
    """Running Swedish, where two capitals in a row are seldom anything but a name; not a question, label or title."""
    small = [word.group() for word in words if word.group().islower()]
    return len(small) >= 3 and "?" not in text and not _lists()["small_words"].isdisjoint(small)


def _stands_alone(text: str, words: Words, i: int) -> bool:
    """One name by itself: inside a sentence, and not where "i Sofia" or "Gustav Adolfs torg" makes it a place."""
    word = words[i].group()
    known = _is_first(word) or _is_first(word.removesuffix("s")) or _PATRONYMIC.fullmatch(word)
    if not (known and word[0].isupper()) or i == 0 or len(words) < 4 or _starts_sentence(text, words[i]):
        return False
    if _is_place_at(words, i + 1) or (_is_place_at(words, i + 2) and words[i + 1].group()[0].isupper()):
        return False
    before = words[i - 1].group()
    return before not in ("i", "på", "vid") and before[0].islower() and not _is_place(before)


def _span(text: str, words: Words, i: int, least: int) -> tuple[int, int] | None:
    """The run of capitalised words from i that are no places, if there are at least so many; three at most."""
    end = i
    while end < min(len(words), i + 3) and _is_capital(words[end].group()) and not _is_place(words[end].group()):
        if end > i and not _side_by_side(text, words[end - 1], words[end]):
            break
        end += 1
    if end - i < least or (_is_place_at(words, end) and not words[end].group()[0].islower()):
        return None
    return words[i].start(), words[end - 1].end()


def _is_first(word: str) -> bool:
    """A first name of the list, also hyphened (Gun-Lis), in any case."""
    known, small = _lists()["first_names"], word.casefold()
    return small in known or ("-" in small and known.issuperset(small.split("-")))


def _is_surname(word: str) -> bool:
    known, small = _lists()["surnames"], word.casefold()
    if small in known or small.removesuffix("s") in known or _SURNAME_ENDING.fullmatch(word):
        return True
    return "-" in small and any(part in known for part in small.split("-")) and word[0].isupper()


def _is_capital(word: str) -> bool:
    """Capital first and small letters after, or an initial: not an abbreviation (SISAB)."""
    return word[0].isupper() and (len(word) == 1 or not word.isupper())


def _is_place(word: str) -> bool:
    small = word.casefold()
    return small in _lists()["not_names"] or small.removesuffix("s") in _lists()["not_names"] or _is_place_noun(small)


def _is_place_noun(small: str) -> bool:
    stem = small.removesuffix("s")
    return not _lists()["place_endings"].isdisjoint((small, stem)) or stem.endswith(_long_endings())


def _is_place_at(words: Words, i: int) -> bool:
    """Whether the next word makes the name a place ("Gustav Adolfs torg")."""
    return i < len(words) and _is_place_noun(words[i].group().casefold())


def _side_by_side(text: str, here: re.Match[str], after: re.Match[str]) -> bool:
    return _GAP.fullmatch(text, here.end(), after.start()) is not None


def _starts_sentence(text: str, word: re.Match[str]) -> bool:
    before = text[max(0, word.start() - 5) : word.start()].rstrip(" \t\u00a0\"'”(»")
    return not before or before[-1] in ".!?:;\n•-–/"


@cache
def _lists() -> dict[str, frozenset[str]]:
    lists = {name: frozenset(words.split()) for name, words in load("personal_data").items()}
    lists["labels"] = frozenset({"namn", "namnet", "förnamn", "efternamn"})
    names = ("first_names", "doubtful_first_names", "surnames", "person_cues")
    triggers = lists["labels"].union(*(lists[name] for name in names))
    cues = ("labels", "person_cues", "link_words", "role_cues", "first_names")
    lists["openers"] = frozenset().union(*(lists[name] for name in cues))  # what a name begins with, in small letters
    lists["triggers"] = triggers | {f"{name}s" for name in lists["first_names"] | lists["surnames"]}
    return lists


@cache
def _place_pattern(own: frozenset[str]) -> re.Pattern[str]:
    """The places that bear a person's name, those of the workspace among them, also in the genitive."""
    known = sorted({*load("personal_data")["named_places"].strip().split("\n"), *own} - {""}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, known))})s?\b", re.IGNORECASE)


def office_sites() -> frozenset[str]:
    """The web sites of offices: a page of theirs is no person's."""
    return _lists()["office_sites"]


@cache
def _long_endings() -> tuple[str, ...]:
    return tuple(ending for ending in _lists()["place_endings"] if len(ending) > 4)


_TO_BLANK = str.maketrans(dict.fromkeys("_.,;:!?()[]\"'”’/-–", " "))
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*(?::[a-zåäö]+)?")
_ROLES_APART = re.compile(r"\s*[,/;()]\s*|\s+(?:och|samt|eller)\s+")
_GAP = re.compile(r"[ \u00a0]{1,2}|_|\. ?")
_LISTED_GAP = re.compile(r"\s{1,2}(?:[A-ZÅÄÖ]\.?\s)?|_|\. ?")
_BACKWARD_GAP = re.compile(r",?\s|_")
_CUE_GAP = re.compile(r"[ \u00a0]{1,2}|:\s?|\s?/\s?")
_LABEL_GAP = re.compile(r"\s?[:=]\s?")
_TWO_CAPITALS = re.compile(r"(?<![^\W\d_])[A-ZÅÄÖÉ][^\W\d_]+ [A-ZÅÄÖÉ]")
_FIGURE_AFTER = re.compile(
    r"[\s,:(–-]{1,4}(?:\d{6,8}\s?[-+–]?\s?\d{4}(?!\d)|\d{1,2}\s?år\b(?!skurs)|[\w.+-]+@|0\d{1,3}[- ]\d|född\b)"
)
_PATRONYMIC = re.compile(r"[A-ZÅÄÖÉ][a-zåäöé]+ssons?")
_SURNAME_ENDING = re.compile(
    r"[A-ZÅÄÖÉ]\w+(?:sson|sdotter|[qk]vist|ovi[cć]|evi[cć]|wicz|zadeh|oğlu|oglu|escu|opoulos)s?"
)
