"""One cell -> a label or a number, and a label -> the code that a profile gives it (for dates see dates.py)."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbe_analysis.loaders.files.raw import Cell  # as in privacy.detect

# label -> code (or {field: code}); or the name of a table in `scales`; or a list of labels that are their own codes.
Values = Mapping[str, str | Mapping[str, str]] | str | tuple[str, ...]
_ERROR = re.compile(
    r"#(ref|n/a|value|div/0|name|null|num|spill|calc|referens|saknas|värdefel|division/0|namn|skärning|ogiltigt)[!?]?"
)
_ORDINARY = re.compile("[\\x00-\\xac\\xae-\\xff–”’]*")  # signs that are tidy by themselves
_ODD = re.compile(
    r"(?P<replacement_character>\ufffd)"
    r"|(?P<turned_text>[\u200f\u202a-\u202e\u2066-\u2069])"
    r"|(?P<double_encoded>Ã[\u0080-\u00bf…„–‰]|â€|Â[\u00a0-\u00bf])"
    r"|(?P<foreign_letters>[\u0370-\u03ff\u0400-\u052f])"
)


@dataclass(frozen=True)
class Unreadable:
    """Why a cell gave no value: a fault code of messages.sv.toml and what its braces take (the cell itself too)."""

    code: str
    values: Mapping[str, object]


MOST = 1_000_000_000  # a count: more than it is a slip of the hand, or no count


@dataclass(frozen=True)
class Missing:
    """The source states that it has no figure here, or the cell is blank: never zero."""


@dataclass(frozen=True)
class Number:
    """A whole number in [low, high]; suppressed where the source hid it ("<5"); note: the mark beside it ("[r]")."""

    low: int
    high: int
    suppressed: bool = False
    note: str = ""


@dataclass(frozen=True)
class NumberForm:
    """How a source writes numbers; the labels are compared in normal form."""

    decimal: str = ","
    thousands: tuple[str, ...] = (" ",)
    units: tuple[str, ...] = ("kr", "st")
    missing: tuple[str, ...] = ("-", "–", "—", "..", "...", "uppgift saknas")
    zero: tuple[str, ...] = ()
    notes: tuple[str, ...] = ("**", "*", "[r]", "[p]", "1)", "2)", "3)", "¹", "²", "³")
    hidden: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # a sign that hides a small count: X -> (1, 4)

    def normalised(self) -> "NumberForm":
        """The same form with its words in normal form, as the cells are compared with them."""
        units, missing, zero, notes = (
            tuple(normalise(word) for word in words) for words in (self.units, self.missing, self.zero, self.notes)
        )
        hidden = {normalise(word): ends for word, ends in self.hidden.items()}
        return replace(self, units=units, missing=missing, zero=zero, notes=notes, hidden=hidden)


@dataclass(frozen=True)
class TextForm:
    """How a source writes its text files, where the file alone does not tell. "": as found in the file."""

    delimiter: str = ""
    encoding: str = ""


def _from_1990_to_next_year() -> tuple[int, int]:
    return 1990, date.today().year + 1


@dataclass(frozen=True)
class DateForms:
    """How a source writes dates, where the writing alone does not tell.

    order: "dmy", "mdy" or "ymd" of numbers that do not begin with a four-digit year; six_digits: "yymmdd" or "ddmmyy".
    seasons: first and last month, (12, 2) ends in the year after; terms: the same for "vt" and "ht";
    school_year: first and last month of "2020/21"; formats: strptime patterns tried first; years: first and last that
    are believed; text_serials: 44260 is a spreadsheet's day.
    """

    order: str = ""
    two_digit_years: bool = False
    six_digits: str = ""
    ranges: bool = False
    seasons: Mapping[str, tuple[int, int]] = field(
        default_factory=lambda: {"våren": (3, 5), "sommaren": (6, 8), "hösten": (9, 11)}
    )
    terms: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    school_year: tuple[int, int] | None = None
    formats: tuple[str, ...] = ()
    years: tuple[int, int] = field(default_factory=_from_1990_to_next_year)
    text_serials: bool = False

    def normalised(self) -> "DateForms":
        """The same forms with the names of seasons and terms in normal form."""
        seasons, terms = ({normalise(w): m for w, m in words.items()} for words in (self.seasons, self.terms))
        return replace(self, seasons=seasons, terms=terms)


def tidy(text: str) -> str:
    """NFC, without format characters (soft hyphen, zero width, bidi, BOM), white space collapsed.

    >>> tidy(" Vit\\u00a0makt-\\u00admiljo\\u0308n ")
    'Vit makt-miljön'
    """
    if not _ORDINARY.fullmatch(text):
        text = unicodedata.normalize("NFC", text)
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return " ".join(text.split())


def normalise(text: str) -> str:
    """The form in which two spellings are one label: tidy and casefolded."""
    return tidy(text).casefold()


def suspicious(text: str) -> str | None:
    """The fault code to warn with where a label looks right but is not what it seems; such labels are never merged.

    >>> suspicious("\\u041eklar"), suspicious("Ã…by"), suspicious("Åby")
    ('foreign_letters', 'double_encoded', None)
    """
    match = None if text.isascii() else _ODD.search(text)
    return match.lastgroup if match else None


def label_of(cell: "Cell") -> str:
    """The cell as the office's program shows it, tidied: 2021.0 -> "2021", True -> "SANT", a date as ISO.

    >>> label_of(2021.0), label_of(2.5), label_of(True), label_of(date(2021, 3, 5)), label_of(None)
    ('2021', '2,5', 'SANT', '2021-03-05', '')
    """
    match cell:
        case None:
            return ""
        case str():
            return tidy(cell)
        case bool():
            return "SANT" if cell else "FALSKT"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e17 else str(cell).replace(".", ",")
        case datetime():
            return cell.isoformat(" ", "minutes") if cell.time() != time() else cell.date().isoformat()
        case time():
            return cell.isoformat("minutes")
        case _:
            return str(cell)


def is_blank(cell: "Cell") -> bool:
    """Whether the cell holds nothing to read."""
    return cell is None or (isinstance(cell, str) and not tidy(cell))


def is_error(cell: "Cell") -> bool:
    """Whether the cell shows a failed formula, in English or Swedish: "#REF!", "#VÄRDEFEL!"."""
    return isinstance(cell, str) and _ERROR.fullmatch(normalise(cell)) is not None


def count_number(cell: "Cell", form: NumberForm = NumberForm()) -> Number | Missing | Unreadable:
    """The whole number from 0 that a cell states, as an interval.

    >>> count_number("<5"), count_number("1\\u00a0234 [r]")
    (Number(low=1, high=4, suppressed=True, note=''), Number(low=1234, high=1234, suppressed=False, note='[r]'))
    """
    text, note = _without_note(normalise(cell), form) if isinstance(cell, str) else ("", "")
    hidden = form.hidden.get(text) or _hidden(text)
    if hidden is not None:
        low, high = hidden
        return Number(low, high, True, note) if low <= high else _unreadable("unreadable_number", cell)
    value = amount(cell, form)
    if isinstance(value, float):
        if value < 0 or not value.is_integer():
            return _unreadable("unreadable_number", cell)
        if value > MOST:
            return _unreadable("large_number", cell)
        return Number(int(value), int(value), note=note)
    return value


def amount(cell: "Cell", form: NumberForm = NumberForm()) -> float | Missing | Unreadable:
    """The number a cell states, with decimals and sign: costs and control totals.

    >>> amount("12 345,50 kr"), amount("1.234")
    (12345.5, Unreadable(code='ambiguous_number', values={'value': '1.234'}))
    """
    if is_blank(cell):
        return Missing()
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell) if math.isfinite(cell) else _unreadable("unreadable_number", cell)
    if not isinstance(cell, str):
        return _unreadable("unreadable_number", cell)
    if is_error(cell):
        return _unreadable("error_cell", cell)
    text = normalise(cell)
    if text in form.missing:
        return Missing()
    text, _ = _without_note(text, form)
    for unit in form.units:
        text = text.removesuffix(unit).rstrip() if text[:1].isdigit() else text
    if text in form.zero:
        return 0.0
    return _digits(text.replace("−", "-"), cell, form)


def _digits(text: str, cell: "Cell", form: NumberForm) -> float | Unreadable:
    """Digits with at most one kind of group mark. The other mark of "," and "." groups only where that is plain."""
    decimal, other = form.decimal, "." if form.decimal == "," else ","
    whole, fraction = text, ""
    if decimal in text and text.count(decimal) == 1:
        whole, fraction = text.split(decimal)
        if (
            len(fraction) == 3
            and len(whole.lstrip("-")) <= 3
            and whole.lstrip("-") != "0"
            and other not in form.thousands
        ):
            return _unreadable("ambiguous_number", cell)  # "1,234": a decimal comma, or an English thousand
    groups = re.fullmatch(r"-?\d{1,3}(?:(?P<mark>[^\d])\d{3})(?:(?P=mark)\d{3})*", whole)
    if groups:
        mark = groups["mark"]
        if mark == other and mark not in form.thousands and not fraction and whole.count(mark) == 1:
            return _unreadable("ambiguous_number", cell)
        if mark in form.thousands or mark == other:
            whole = whole.replace(mark, "")
    if not re.fullmatch(r"-?\d+", whole, re.ASCII) or not re.fullmatch(r"\d*", fraction, re.ASCII):
        return _unreadable("unreadable_number", cell)
    return float(f"{whole}.{fraction or 0}")


def _hidden(text: str) -> tuple[int, int] | None:
    """The interval behind "<5", "färre än 5", "högst 4" or "1-4"; a hidden small count is at least 1."""
    below = re.fullmatch(r"(?:<|färre än|mindre än|under|less than|fewer than) ?(\d{1,6})", text)
    if below:
        return 1, int(below[1]) - 1
    most = re.fullmatch(r"(?:<=|≤|högst|max|at most) ?(\d{1,6})", text)
    if most:
        return 1, int(most[1])
    span = re.fullmatch(r"(\d{1,6}) ?[-–—−] ?(\d{1,6})", text)
    return (int(span[1]), int(span[2])) if span else None


def _without_note(text: str, form: NumberForm) -> tuple[str, str]:
    """A footnote that is itself a digit ("1)") counts as one only after a blank."""
    for note in form.notes:
        if text.endswith(note) and len(text) > len(note):
            rest = text.removesuffix(note)
            if not note[0].isdecimal() or rest.endswith(" "):
                return rest.rstrip(), note
    return text, ""


def _unreadable(code: str, cell: "Cell") -> Unreadable:
    return Unreadable(code, {"value": label_of(cell)})


def code_of(normal: str, values: Values) -> str | Mapping[str, str] | None:
    """The code that `values` give a label in normal form. A label without `*` is tried before one with it."""
    if not isinstance(values, Mapping):
        return None
    if normal in values:
        return values[normal]
    return next((code for known, code in values.items() if "*" in known and matcher(known).fullmatch(normal)), None)


def is_heading(patterns: tuple[str, ...], text: str) -> bool:
    """Whether the text is one of the headings; `*` in a heading stands for any text."""
    normal = normalise(text)
    return any(matcher(pattern).fullmatch(normal) for pattern in patterns)


@cache
def matcher(pattern: str) -> re.Pattern[str]:
    """The pattern with a group for each `*`, for texts in normal form."""
    parts = (re.escape(part) for part in normalise(pattern).split("*"))
    return re.compile("(.*?)".join(parts), re.DOTALL)
