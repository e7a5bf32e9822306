"""One cell -> the days it speaks of, both included. A table of forms; what has two readings is refused by name.

No general date library is safe on Swedish input (210305 becomes 20 March 2105, "mars 2021" gets today's day). So every
form that is read stands in date_forms.py, and the profile decides the open ones (cells.DateForms).
"""

import re
from datetime import date, datetime

from vbe_analysis.loaders.cells import DateForms, Unreadable, is_error, label_of, normalise
from vbe_analysis.loaders.date_forms import Interval, Refused, month_named, point
from vbe_analysis.loaders.raw import Cell

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_RANGE_SIGN = re.compile(r"\s*-\s*|\s+(?:till och med|till|t\.?o\.?m\.?|to|until|bis)\s+")
_TIME_ONLY = re.compile(r"(?:kl\.? ?)?([01]?\d|2[0-3])[:.][0-5]\d(?::\d\d)?")
_NO_YEAR = re.compile(
    r"(?:i )?(?:våras|somras|höstas|vintras|fjol|går|förrgår|dag|morse|natt|förra .*|denna .*|år)|igår|idag"
    r"|(?:den |under |i )?(?:våren|sommaren|hösten|vintern|vår|sommar|höst|vinter|vt|ht)(?: ?\d)?"
    r"|(?:v|vecka|v\.|kv|kvartal|q|t|tertial|halvår|h|dag)\.? ?\d{1,2}|\d{1,2}/\d{1,2}|\d{1,2}[.-]\d{1,2}\.?"
)
_WORD_AND_DAY = re.compile(r"(?:den |i )?(?:\d{1,2}(?::?[ea])?\.? ?)?(?P<word>[a-zåäöü]+)\.?(?: ?['-]?\d{1,2})?")


def date_interval(cell: Cell, forms: DateForms = DateForms()) -> Interval | Unreadable:  # noqa: B008
    """The first and last day a cell states: a day, a week, a month, a quarter, a tertial, a season, a half or a year.

    >>> date_interval("v. 18 2018")
    (datetime.date(2018, 4, 30), datetime.date(2018, 5, 6))
    >>> date_interval("161103").code
    'ambiguous_date'
    """
    return _told(cell, forms, forms.ranges)


def period_interval(cell: Cell, forms: DateForms = DateForms()) -> Interval | Unreadable:  # noqa: B008
    """As date_interval, for the headings of a table of counts: ranges too, and the more exact bracket.

    >>> period_interval("2012 (maj 2011–april 2012)")
    (datetime.date(2011, 5, 1), datetime.date(2012, 4, 30))
    """
    bracket = re.fullmatch(r"[^()]*\(([^()]*\d{4}[^()]*)\)", cell) if isinstance(cell, str) else None
    return _told(bracket[1] if bracket else cell, forms, True)


def _told(cell: Cell, forms: DateForms, ranges: bool) -> Interval | Unreadable:
    try:
        if is_error(cell):
            return Unreadable("error_cell", {"value": label_of(cell)})
        first, last = _read(cell, forms, ranges)
        if not (forms.years[0] <= first.year and last.year <= forms.years[1]):
            raise Refused("unreadable_date", "year", first=forms.years[0], last=forms.years[1])
        return first, last
    except Refused as refused:
        return Unreadable(refused.code, {"value": label_of(cell), "reason": refused.reason})


def _read(cell: Cell, forms: DateForms, ranges: bool) -> Interval:
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        return day, day
    if not isinstance(cell, (str, int, float)) or isinstance(cell, bool):
        raise Refused("unreadable_date", "form")
    text = normalise(label_of(cell)).translate(_DASHES).strip(" .,;")
    for pattern in forms.formats:
        try:
            day = datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        return day, day
    found = point(text, forms)
    if found is None:
        found = _range(text, forms)
        if found and not ranges:
            raise Refused("ambiguous_date", "range")
    if found is None:
        raise _why_not(text)
    return found


def _range(text: str, forms: DateForms) -> Interval | None:
    """Two points with a range sign between; the first may leave out what the second states (maj-okt 2020)."""
    found = set()
    for sign in _RANGE_SIGN.finditer(text):
        left, right = text[: sign.start()].strip(), text[sign.end() :].strip()
        last = _tried(right, forms)
        year = re.search(r"\d{4}$", right)
        month_and_year = re.search(r"(?<=\d)[\s.]*[a-zåäö]+\.? \d{4}$", right)
        starts = (left, f"{left} {year[0]}" if year else "", left + month_and_year[0] if month_and_year else "")
        first = next((start for start in (_tried(start, forms) for start in starts) if start), None)
        if first and last:
            found.add((first[0], last[1]))
    if len(found) > 1 or any(first > last for first, last in found):
        raise Refused("ambiguous_date", "range")
    return found.pop() if found else None


def _tried(text: str, forms: DateForms) -> Interval | None:
    try:
        return point(text, forms)
    except Refused:
        return None


def _why_not(text: str) -> Refused:
    """The reason a reader can act on: two readings (ambiguous_date), or none (unreadable_date)."""
    if re.fullmatch(r"\d{6}", text):
        return Refused("ambiguous_date", "six_digits")
    if re.fullmatch(r"-?\d{4,5}([.,]\d+)?", text):
        return Refused("ambiguous_date", "serial")
    if _TIME_ONLY.fullmatch(text):
        return Refused("unreadable_date", "time_only")
    word = _WORD_AND_DAY.fullmatch(text)
    if _NO_YEAR.fullmatch(text) or (word and month_named(word["word"])):
        return Refused("ambiguous_date", "no_year")
    if re.search(r"\d{1,2}/\d{1,2}", text):
        return Refused("ambiguous_date", "order")
    return Refused("unreadable_date", "form")
