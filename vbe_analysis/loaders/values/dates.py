"""One cell -> the days it speaks of, both included. A table of forms; what has two readings is refused by name.

No general date library is safe on Swedish input (210305 becomes 20 March 2105, "mars 2021" gets today's day). So every
form that is read stands in date_forms.py, and the profile decides the open ones (cells.DateForms).
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from vbe_analysis.config import load, message
from vbe_analysis.loaders.files.raw import Cell
from vbe_analysis.loaders.values.cells import DateForms, Unreadable, is_error, label_of, normalise
from vbe_analysis.periods import month_span
from vbe_analysis.swedish import month_name

Interval = tuple[date, date]
Groups = Mapping[str, str | None]


class Refused(Exception):
    """A form that knows why the text cannot be read: fault code, the reason, and what to do about it."""

    def __init__(self, code: str, reason: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.reason = code, message(f"date_reasons.{reason}", **values)
        advice, answers = (load("messages.sv")[name] for name in ("date_advice", "date_answers"))
        self.advice, self.answer = (words.get(reason, words[code]) for words in (advice, answers))


def point(text: str, forms: DateForms) -> Interval | None:
    """The span that one form of the table gives, or None. `text` is in normal form, with plain hyphens.

    Raises Refused where a form fits but has two readings, or names a day that does not exist.
    """
    weekday, _, rest = _PREFIX.sub("", text).partition(" ")
    number = _WEEKDAYS.get(weekday.rstrip(".,"))
    text = _PREFIX.sub("", rest if number else text)
    for pattern, reading in _FORMS:
        match = pattern.fullmatch(text)
        days = reading(match.groupdict(), forms) if match else None
        if days:
            if number and (days[0] != days[1] or days[0].isoweekday() != number):
                raise Refused("ambiguous_date", "weekday")
            return days
    return None


def month_named(word: str) -> int:
    """The number of a Swedish, English or German month name or abbreviation; 0 for any other word.

    >>> month_named("okt"), month_named("märz"), month_named("vecka")
    (10, 3, 0)
    """
    return _MONTHS.get(word, 0)


def _calendar(groups: Groups, forms: DateForms) -> Interval | None:
    """Groups y, m and d, as far as they are there; m may be a name."""
    year, month, day = groups["y"] or "", groups.get("m"), groups.get("d")
    number = int(month) if month and month.isdecimal() else month_named(month or "")
    if month and not number and not month.isdecimal():
        return None
    full = _year(year, forms)
    if not month:
        return date(full, 1, 1), date(full, 12, 31)
    return _days(full, number, int(day) if day else None)


def _year(text: str, forms: DateForms) -> int:
    """Four digits, or two where the profile allows them: the latest such year that is not beyond its limit."""
    digits = text.lstrip("'- ")
    if len(digits) == 4:
        if not 0 < int(digits) < 9999:
            raise Refused("unreadable_date", "year", first=forms.years[0], last=forms.years[1])
        return int(digits)
    if not forms.two_digit_years:
        raise Refused("ambiguous_date", "two_digits")
    year = int(digits) + 2000
    return year if year <= forms.years[1] else year - 100


def _days(year: int, month: int, day: int | None) -> Interval:
    if not 1 <= month <= 12:
        raise Refused("unreadable_date", "month", month=month)
    first, last = month_span(f"{year:04d}-{month:02d}")
    if day is None:
        return first, last
    if not 1 <= day <= last.day:
        raise Refused("unreadable_date", "day", day=day, month=month_name(month), year=year)
    return first.replace(day=day), first.replace(day=day)


def _ordered(groups: Groups, forms: DateForms) -> Interval | None:
    """Three numbers of which none is a four-digit year in front: only in the order that the profile states."""
    parts = dict(zip(forms.order or "???", (groups["a"], groups["b"], groups["c"]), strict=True))
    first, second = int(groups["a"] or 0), int(groups["b"] or 0)
    if len(groups["c"] or "") == 4 and min(first, second) > 12:
        raise Refused("unreadable_date", "month", month=first if forms.order == "mdy" else second)
    if len(parts.get("y") or "") < 2 or len(parts["d"] or "") > 2:
        raise Refused("ambiguous_date", "order")
    return _calendar(parts, forms)


def _six_digits(groups: Groups, forms: DateForms) -> Interval | None:
    if not forms.six_digits:
        raise Refused("ambiguous_date", "six_digits")
    first, month, last = groups["a"] or "", groups["b"] or "", groups["c"] or ""
    year, day = (first, last) if forms.six_digits == "yymmdd" else (last, first)
    return _days(_year(f"20{year}" if int(year) + 2000 <= forms.years[1] else f"19{year}", forms), int(month), int(day))


def _serial(groups: Groups, forms: DateForms) -> Interval | None:
    if not forms.text_serials:
        raise Refused("ambiguous_date", "serial")
    day = date(1899, 12, 30) + timedelta(days=int(groups["serial"] or 0))
    return day, day


def _week(groups: Groups, forms: DateForms) -> Interval | None:
    year, week, day = _year(groups["y"] or "", forms), int(groups["week"] or 0), groups.get("d")
    try:
        monday = date.fromisocalendar(year, week, int(day or 1))
    except ValueError:
        raise Refused("unreadable_date", "week", week=week, year=year) from None
    return monday, monday if day else monday + timedelta(days=6)


def _part(groups: Groups, forms: DateForms) -> Interval | None:
    """A quarter, tertial or half-year by number: "kv 1 2021", "andra halvåret 2016"."""
    length = _PARTS[(groups["part"] or "")[0]]
    number = groups["n"] or ""
    end = length * (int(number) if number.isdecimal() else _ORDINALS[number])
    if end > 12:
        raise Refused("unreadable_date", "part", number=end // length)
    return _months(_year(groups["y"] or "", forms), end - length + 1, end)


def _word(groups: Groups, forms: DateForms) -> Interval | None:
    """A month, season or term by name, and a year."""
    word, year = groups["word"] or "", groups["y"] or ""
    if month_named(word):
        if len(year) == 2:
            raise Refused("ambiguous_date", "two_digits")  # "mars 21": a year or a day
        return _calendar({"y": year, "m": word}, forms)
    if word in _TERMS:
        if _TERMS[word] not in forms.terms:
            raise Refused("ambiguous_date", "term")
        return _months(_year(year, forms), *forms.terms[_TERMS[word]])
    season = _SEASONS.get(word, word)
    if season in forms.seasons:
        return _months(_year(year, forms), *forms.seasons[season])
    if season in _SEASONS.values():
        raise Refused("ambiguous_date", "season", season=season)
    return None


def _two_years(groups: Groups, forms: DateForms) -> Interval | None:
    """ "2020/21", "läsåret 2020-2021", "vintern 2020/21"; other pairs of years are ranges, "2020-11" is a month."""
    word, year, second = groups["word"] or "", int(groups["y"] or 0), groups["z"] or ""
    if int(second) % 100 != (year + 1) % 100 or (len(second) == 4 and int(second) != year + 1):
        return None
    season = _SEASONS.get(word, word)
    if season in forms.seasons or season in _SEASONS.values():
        first, last = forms.seasons.get(season, (0, 0))
        if first <= last:
            raise Refused("ambiguous_date", "season", season=season)
        return _months(year, first, last)
    if word and word not in ("läsåret", "läsår", "skolåret", "skolår", "verksamhetsåret"):
        return None
    could_be_month = not word and groups["s"] == "-" and len(second) == 2 and int(second) <= 12
    if could_be_month and not forms.school_year:
        return None
    if could_be_month or not forms.school_year:
        raise Refused("ambiguous_date", "school_year")
    return _months(year, *forms.school_year)


def _months(year: int, first: int, last: int) -> Interval:
    """From the first day of one month to the last day of another, in the next year if that stands earlier."""
    return _days(year, first, None)[0], _days(year + (last < first), last, None)[1]


def _by_word(table: str) -> Mapping[str, Any]:
    """A word of config/dates.toml -> what it stands for."""
    return {word: key for key, words in load("dates")[table].items() for word in words.split()}


_MONTHS = {word[:length]: int(key) for word, key in _by_word("months").items() for length in (3, None)}
_MONTHS |= {word: int(key) for word, key in _by_word("short_months").items()}
_WEEKDAYS = {word: int(key) for word, key in _by_word("weekdays").items()}
_ORDINALS = {word: int(key) for word, key in _by_word("ordinals").items()}
_TERMS, _SEASONS = _by_word("terms"), _by_word("seasons")
_PARTS = {"k": 3, "q": 3, "t": 4, "h": 6}
_PREFIX = re.compile(r"^(?:(?:den|under|i|på|the|in|on|am|im) )+")

_TIME = r"(?:(?:t|,? ?kl\.? ?|,? )\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)? ?(?:[ap]m)? ?(?:z|utc|[+-]\d{2}:?\d{2})?)?"
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "cet": 1, "mez": 1, "cest": 2, "mesz": 2}
_ZONED = re.compile(
    r"(?P<day>.+?)(?P<mark>t|,? ?kl\.? ?|,? )"
    r"(?P<hour>\d{1,2})[:.]?(?P<minute>\d{2})(?P<second>[:.]?\d{2}(?:[.,]\d+)?)? ?"
    r"(?P<half>[ap]m)? ?(?:(?:utc|gmt)?(?P<sign>[+-])(?P<away>\d{1,2}):?(?P<part>\d{2})?"
    rf"|(?P<name>{'|'.join(_ZONES)}))(?:\[[a-z0-9/_+-]+\])?"
)
_D, _M, _Y = r"(?P<d>\d{1,2})", r"(?P<m>[a-zåäöü]+)", r"(?P<y>\d{4})"
_WEEK, _PART = r"(?:vecka|week|v|w|kw)\.? ?", r"(?P<part>kvartal(?:et)?|kv|q|tertial(?:et)?|t|halvår(?:et)?|h)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[Groups, DateForms], Interval | None]], ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (rf"{_Y}(?P<s>[-./ ])(?P<m>\d{{1,2}})(?P=s){_D}{_TIME}", _calendar),
        (rf"{_Y}(?P<m>\d\d)(?P<d>\d\d){_TIME}", _calendar),
        (rf"{_D}(?::?[ea]|st|nd|rd|th)?[. -]*{_M}\.?,?[ -]*(?P<y>\d{{4}}|'?\d\d){_TIME}", _calendar),
        (rf"{_M}\.? ?{_D}(?:st|nd|rd|th)?,? {_Y}{_TIME}", _calendar),
        (rf"{_Y}[ -]*{_M}\.?[ -]*{_D}{_TIME}", _calendar),
        (rf"(?P<word>[a-zåäö]*) ?{_Y} ?(?P<s>[/-]) ?(?P<z>\d{{4}}|\d\d)", _two_years),
        (rf"{_Y}[-./](?P<m>\d{{1,2}})", _calendar),
        (_Y, _calendar),
        (rf"{_WEEK}(?P<week>\d{{1,2}})[ ,/-]*(?:år )?{_Y}", _week),
        (rf"{_Y}[ ,-]*{_WEEK}(?P<week>\d{{1,2}})(?:-(?P<d>[1-7]))?", _week),
        (rf"{_PART}\.? ?(?P<n>[1-4])[ ,/-]*(?:år )?{_Y}", _part),
        (rf"(?P<n>[1-4]|{'|'.join(_ORDINALS)})(?::?[ae]|st|nd|rd|th)?\.? ?{_PART}\.?[ ,]*{_Y}", _part),
        (rf"{_Y}[ ,/-]*{_PART}\.? ?(?P<n>[1-4])", _part),
        (r"(?P<word>[a-zåäöü]+)\.?,? ?(?P<y>\d{4}|['-]\d\d|\d\d)", _word),
        (r"(?P<word>[a-zåäöü]+)-(?P<y>\d{4})", _word),
        (rf"{_Y}[ ,-]*(?P<word>[a-zåäöü]+)\.?", _word),
        (r"(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?:(?P=s)| |-)(?P<c>\d{4}|\d\d)" + _TIME, _ordered),
        (r"(?P<a>\d\d)(?P<b>\d\d)(?P<c>\d\d)", _six_digits),
        (r"(?P<serial>\d{5})(?:[.,]\d+)?", _serial),
    )
)


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_RANGE_SIGN = re.compile(r"\s*--?\s*|\s+(?:till och med|till|t\.?o\.?m\.?|to|until|bis)\s+")
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
    return _interval(cell, forms, forms.ranges)


def period_interval(cell: Cell, forms: DateForms = DateForms()) -> Interval | Unreadable:  # noqa: B008
    """As date_interval, for the headings of a table of counts: ranges too, and the more exact bracket.

    >>> period_interval("2012 (maj 2011–april 2012)")
    (datetime.date(2011, 5, 1), datetime.date(2012, 4, 30))
    """
    bracket = re.fullmatch(r"[^()]*\(([^()]*\d{4}[^()]*)\)", cell) if isinstance(cell, str) else None
    return _interval(bracket[1] if bracket else cell, forms, True)


def _interval(cell: Cell, forms: DateForms, ranges: bool) -> Interval | Unreadable:
    try:
        if is_error(cell):
            return Unreadable("error_cell", {"value": label_of(cell)})
        first, last = _read(cell, forms, ranges)
        if not (forms.years[0] <= first.year and last.year <= forms.years[1]):
            raise Refused("unreadable_date", "year", first=forms.years[0], last=forms.years[1])
        return first, last
    except Refused as refused:
        words = {name: getattr(refused, name) for name in ("reason", "advice", "answer")}
        return Unreadable(refused.code, {"value": label_of(cell), **words})


def _read(cell: Cell, forms: DateForms, ranges: bool) -> Interval:
    if isinstance(cell, date):
        day = _swedish_day(cell) if isinstance(cell, datetime) else cell
        return day, day
    if not isinstance(cell, (str, int, float)) or isinstance(cell, bool):
        raise Refused("unreadable_date", "form")
    text = normalise(label_of(cell)).translate(_DASHES).strip(" .,;")
    for pattern in forms.formats:
        try:
            day = _swedish_day(datetime.strptime(text, pattern))
        except ValueError:
            continue
        return day, day
    days = _zoned(text, forms) or point(text, forms)
    if days is None:
        days = _range(text, forms)
        if days and not ranges:
            raise Refused("ambiguous_date", "range")
    if days is None:
        raise _why_not(text)
    return days


def _zoned(text: str, forms: DateForms) -> Interval | None:
    """The Swedish day of a time whose zone is stated ("2021-12-31T23:30:00Z" is the first of January 2022)."""
    stated = _ZONED.fullmatch(text)
    if stated is None or (stated["sign"] == "-" and not stated["second"] and stated["mark"] != "t"):
        return None  # "14:00-16:00" is a span of hours
    days = point(stated["day"], forms)
    hour, minute, away, part = (int(stated[name] or 0) for name in ("hour", "minute", "away", "part"))
    if days is None or days[0] != days[1]:
        return None
    if hour > 23 or minute > 59 or away > 14 or part > 59:
        raise Refused("unreadable_date", "zone")
    hour = hour % 12 + 12 * (stated["half"] == "pm") if stated["half"] else hour
    offset = timedelta(hours=away, minutes=part) if stated["sign"] else timedelta(hours=_ZONES[stated["name"]])
    local = datetime(days[0].year, days[0].month, days[0].day, hour, minute, tzinfo=UTC)
    day = _swedish_day(local + offset if stated["sign"] == "-" else local - offset)
    return day, day


def _swedish_day(moment: datetime) -> date:
    """The day in Sweden; a moment without a zone is Swedish already.

    Summer time: from the last Sunday of March to that of October (before 1996 September), 01:00 UTC (2000/84/EC).
    """
    if moment.tzinfo is None:
        return moment.date()
    utc = moment.astimezone(UTC)
    start, end = (datetime(utc.year, month, 1, 1, tzinfo=UTC) for month in (4, 11 if utc.year >= 1996 else 10))
    start, end = (first - timedelta(days=first.isoweekday() % 7 or 7) for first in (start, end))
    return (utc + timedelta(hours=2 if start <= utc < end else 1)).date()


def _range(text: str, forms: DateForms) -> Interval | None:
    """Two points with a range sign between; the first may leave out what the second states (maj-okt 2020)."""
    spans = set()
    for sign in _RANGE_SIGN.finditer(text):
        left, right = text[: sign.start()].strip(), text[sign.end() :].strip()
        last = _tried(right, forms)
        year = re.search(r"\d{4}$", right)
        month_and_year = re.search(r"(?<=\d)[\s.]*[a-zåäö]+\.? \d{4}$", right)
        starts = (left, f"{left} {year[0]}" if year else "", left + month_and_year[0] if month_and_year else "")
        first = next((start for start in (_tried(start, forms) for start in starts) if start), None)
        if first and last:
            spans.add((first[0], last[1]))
    if len(spans) > 1 or any(first > last for first, last in spans):
        raise Refused("ambiguous_date", "range")
    return spans.pop() if spans else None


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
