"""Personal numbers, coordination numbers and temporary numbers in a folded text, as people write them."""

import re
from collections.abc import Iterator
from datetime import date

Hit = tuple[str, int, int]


def personal_numbers(text: str) -> Iterator[Hit]:
    """Kind, start and end. Date, then Luhn's check digit: Skatteverket's rules for personnummer and samordningsnummer
    (day + 60).

    The check digit is waived after a word that says what the number is: a slip of the pen does not make it harmless.
    A letter in place of the first serial digit is a hospital's or authority's temporary number, which has no check.
    """
    for match in _WRITTEN.finditer(text):
        if match["inner"] and _CLOCK.fullmatch(match["serial"]) and not _HYPHEN.search(match["gap"]):
            continue  # "2021-03-05 1430": a day and a time
        digits = match["y"] + match["m"] + match["d"] + match["serial"]
        if kind := _kind(match["c"] or "", digits, _cued(text, match.start())):
            yield kind, *match.span()
    for pattern in (_APART, _PAIRS, _THOUSANDS):
        for match in pattern.finditer(text):
            digits = re.sub(r"\D", "", match[0])
            if kind := _kind(digits[:-10], digits[-10:], _cued(text, match.start())):
                yield kind, *match.span()
    for match in _LOST_ZERO.finditer(text):
        digits = re.sub(r"\D", "", match[0]).zfill(10)
        if kind := _kind("20", digits, _cued(text, match.start())):
            yield kind, *match.span()


def _kind(century: str, digits: str, cued: bool) -> str:
    """What the ten signs are; "" for no such number."""
    year, month, day = (int(digits[i : i + 2]) for i in (0, 2, 4))
    if century not in ("", "18", "19", "20") or not _is_birthday(century, year, month, day - 60 if day > 60 else day):
        return ""
    if digits[6].isalpha():
        return "tnr"
    if not (cued or _luhn(digits)):
        return ""
    return "samnr" if day > 60 else "pnr"


def _is_birthday(century: str, year: int, month: int, day: int) -> bool:
    for full in (int(century) * 100 + year,) if century else (1900 + year, 2000 + year):
        try:
            date(full, month, day)
        except ValueError:
            continue
        return True
    return False


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - i % 2) for i, digit in enumerate(digits))
    return sum(product - 9 if product > 9 else product for product in doubled) % 10 == 0


def _cued(text: str, start: int) -> bool:
    return _CUE.search(text, max(0, start - 30), start) is not None


_BEFORE, _AFTER = r"(?<!\d)(?<!\d[-/.])", r"(?!\d)(?![-/]\d)"
_WRITTEN = re.compile(
    rf"{_BEFORE}(?:(?P<c>18|19|20)[\s-]?)?(?P<y>\d\d)(?P<inner>[\s./:_-]?)(?P<m>[01]\d)(?P=inner)(?P<d>\d\d)"
    r"(?P<gap>[\s.:_/,()\[\]+‐‑–—−-]{0,7})"
    rf"(?P<serial>\d{{4}}|(?<![^\W_])[TRSUWXJKLMNtrsuwxjklmn]\d{{3}}(?![^\W_])|(?<=\d)[TRSUWXJKLMN]\d{{3}}(?![^\W_])){_AFTER}"
)
_HYPHEN = re.compile(r"[+‐‑–—−-]")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_APART = re.compile(rf"{_BEFORE}(?:\d[\s._:/-]{{1,3}}){{9}}(?:(?:\d[\s._:/-]{{1,3}}){{2}})?\d{_AFTER}")
_PAIRS = re.compile(
    rf"{_BEFORE}\d\d(?P<by>[\s._:])\d\d(?P=by)\d\d(?:(?P=by)\d\d)?[\s._:+–-]{{1,3}}\d\d(?P=by)\d\d{_AFTER}"
)
_THOUSANDS = re.compile(rf"{_BEFORE}(?:\d|\d{{3}})(?P<by>[ .,'’])\d{{3}}(?P=by)\d{{3}}(?P=by)\d{{3}}{_AFTER}")
# A number cell keeps no zero in front: of all who were born from October of 2000 to 2009 eight or nine digits stand.
_LOST_ZERO = re.compile(r"\A\d{8,9}\Z|\A\d{5}-\d{4}\Z|(?<=nr |nr:|er |er:)\d{8,9}(?!\d)")
_CUE = re.compile(
    r"person\s?(?:nummer|nr|numret)|pers\.?\s?nr|(?<![^\W\d_])pnr|samordnings\s?(?:nummer|nr)|(?<![^\W\d_])samnr",
    re.IGNORECASE,
)
