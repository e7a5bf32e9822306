"""What the eye sees of a cell and its value does not say: the shown part of a date, raised signs, lines through.

A number format without a day shows the month; a raised "2" behind "1" is a note and not a digit. Sources: ECMA-376 part
1, 18.8.30 (number formats), OpenDocument 1.2 part 1, 16.27.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum

from vbe_analysis.loaders.files.raw import Cell, Marks, Position, RawColumn

RAISED, LOWERED = "\x02", "\x03"  # around raised text; neither can stand in XML
RAISED_SIGN, STRUCK, HIDDEN_TEXT = "raised_sign", "struck", "hidden_text"
NUMBER_HIDDEN, NUMBER_OTHERWISE = "number_hidden", "number_otherwise"
EPOCH = datetime(1899, 12, 30)
LATER = 1462  # days that the reckoning of old Macs begins after the other
BUILT_IN = {  # the formats that a file need not spell out, as far as they show more than a number
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), "d"),
    9: "0%",
    10: "0.00%",
    17: "mmm-yy",
    46: "[h]:mm:ss",
}
# "General" in the languages of the office programs; the reader takes the letters d, m, y, h and s for a date's.
GENERAL = frozenset(
    ("standard", "allmänt", "algemeen", "estándar", "generale", "yleinen", "geral", "ogólny", "normál", "standaard")
)
_LITERAL = re.compile(r'"([^"]*)"?|\\(.)|_.|\*.|\[[^\]hms][^\]]*\]')
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_RAISED = re.compile(f"{RAISED}([^{LOWERED}]*){LOWERED}")
_UNIT = re.compile(r"(?:^|[\s(/])(?:[kcdmµ]?m|x|s)$", re.IGNORECASE)
_SQUARES = {"2": "²", "3": "³"}
NOTE_LETTERS = 6  # what is raised and longer is text


class Look(Enum):
    """What a number format makes of a value."""

    MONTH = "month"  # a date without its day
    YEAR = "year"  # a date without its month
    PERCENT = "percent"
    NUMBER = "number"  # no date, whatever letters the format holds
    HIDDEN = "hidden"  # shows nothing
    OTHERWISE = "otherwise"  # digits of its own, or thousands left out


def look_of(code: str) -> Look | None:
    """What the number format makes of a value; None where the value is shown as it is stored, or a date by its day.

    >>> look_of("mmm-yy"), look_of("yyyy"), look_of('0.0" %"'), look_of("0%"), look_of("yyyy-mm-dd"), look_of("h:mm")
    (<Look.MONTH: 'month'>, <Look.YEAR: 'year'>, None, <Look.PERCENT: 'percent'>, None, None)
    """
    if code.strip().casefold() in GENERAL:
        return Look.NUMBER
    first, literals = _first_section(code)
    if ";" in code and not first.strip() and not literals.strip():
        return Look.HIDDEN
    if "general" in first or "@" in first:
        return Look.OTHERWISE if re.search(r"\d", literals) else None
    if re.search("[ymdhs]", first):
        return _look_of_date(first)
    if "%" in first:
        return Look.PERCENT
    digits = re.search(r"[0#?]", first)
    if (code and not digits) or re.search(r"[1-9]", first) or re.search(r"\d", literals):
        return Look.OTHERWISE
    return Look.OTHERWISE if re.search(r"[0#?],+(?![0#?])", first) else None


def moment_of(code: str) -> type[datetime] | type[timedelta] | None:
    """Whether the number format shows a number as a moment, as a span of time, or as neither (None).

    >>> moment_of("yyyy-mm-dd").__name__, moment_of("[h]:mm").__name__, moment_of('0 "d"'), moment_of("Standard")
    ('datetime', 'timedelta', None, None)
    """
    first, _ = _first_section(code)
    if code.strip().casefold() in GENERAL or "general" in first or not re.search("[ymdhs]", first):
        return None
    return timedelta if _SPAN.search(code.partition(";")[0]) else datetime


def moment_at(serial: float, later: bool) -> date | time | float:
    """The moment that a number stands for; the number itself where it stands for none. later: days from 1904 on.

    >>> moment_at(44260, False), moment_at(44260.25, False), moment_at(0.5, False), moment_at(1, True)
    (datetime.date(2021, 3, 5), datetime.datetime(2021, 3, 5, 6, 0), datetime.time(12, 0), datetime.date(1904, 1, 2))
    """
    days = serial + LATER if later else serial + 1 if 1 <= serial < 60 else serial  # Excel's 1900 was a leap year
    try:
        moment = EPOCH + timedelta(milliseconds=round(days * 86_400_000))
    except OverflowError:
        return serial
    if serial < 0:
        return serial
    clock = moment.time()
    return clock if serial < 1 else moment if clock != time() else moment.date()


def _first_section(code: str) -> tuple[str, str]:
    """What the format says of a number that is not negative: its signs in small letters, and its own words."""
    pattern, literals, place = "", "", 0
    for match in _LITERAL.finditer(code):
        pattern += code[place : match.start()]
        literals += (match[1] or match[2] or "") if ";" not in pattern else ""
        place = match.end()
    return (pattern + code[place:]).casefold().partition(";")[0], literals


def _look_of_date(pattern: str) -> Look | None:
    if "d" in pattern:
        return None
    if "m" in pattern and ("y" in pattern or not re.search("[hs]", pattern)):
        return Look.MONTH
    return Look.YEAR if "y" in pattern else None


def without_raised(text: str) -> tuple[str, bool]:
    """The text without raised note signs, and whether there were any. A square of a unit (m²) stays, as such.

    >>> without_raised("1\\x022\\x03"), without_raised("km\\x022\\x03"), without_raised("\\x02a\\x03")
    (('1', True), ('km²', False), ('a', False))
    """
    if RAISED not in text:
        return text, False
    alone = not _RAISED.sub("", text).strip()
    dropped = False

    def replace(match: re.Match[str]) -> str:
        nonlocal dropped
        sign, before = match[1].strip(), text[: match.start()].replace(RAISED, "").replace(LOWERED, "")
        if sign in _SQUARES and _UNIT.search(before):
            return _SQUARES[sign]
        if alone or not sign or len(sign) > NOTE_LETTERS:
            return match[1]
        dropped = True
        return ""

    plain = _RAISED.sub(replace, text)
    return (plain.strip() if dropped else plain), dropped


def as_shown(
    columns: Sequence[RawColumn], first_row: int, looks: Mapping[Position, Look], texts: Mapping[Position, str]
) -> tuple[tuple[RawColumn, ...], dict[str, set[Position]]]:
    """The columns as they are shown, and the cells that are to be told of, by kind.

    texts: cells whose text stands otherwise than it was read.
    """
    marks: dict[str, set[Position]] = {}
    changes: dict[int, dict[int, Cell]] = {}
    for place in sorted(looks.keys() | texts.keys()):
        row, column = place
        if not (column < len(columns) and 0 <= row - first_row < len(columns[column].codes)):
            continue
        cell = columns[column].at(row - first_row)
        changed: Cell = texts[place] if place in texts else shown_cell(cell, looks[place])
        if changed is not cell:
            changes.setdefault(column, {})[row - first_row] = changed
        elif looks.get(place) in (Look.HIDDEN, Look.OTHERWISE) and isinstance(cell, int | float | date):
            kind = NUMBER_HIDDEN if looks[place] is Look.HIDDEN else NUMBER_OTHERWISE
            marks.setdefault(kind, set()).add(place)
    return tuple(
        column.with_cells(changes[at]) if at in changes else column for at, column in enumerate(columns)
    ), marks


def shown_cell(cell: Cell, look: Look) -> Cell:
    """The cell as its number format shows it; any other cell as it is."""
    if isinstance(cell, date):
        if look is Look.NUMBER:
            moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
            return (moment - EPOCH) / timedelta(days=1)
        if look in (Look.MONTH, Look.YEAR):
            return f"{cell.year:04d}-{cell.month:02d}" if look is Look.MONTH else f"{cell.year:04d}"
    elif look is Look.PERCENT and isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell * 100:.10g} %".replace(".", ",")
    return cell


def frozen(marks: Mapping[str, set[Position]]) -> Marks:
    """The marks of a sheet that is finished."""
    return {kind: frozenset(places) for kind, places in marks.items() if places}
