"""A file that no profile knows: its shape for `vbe inspect`, where its tables seem to lie, what its columns may be.

All of it is a guess for a person to confirm. A value is shown only where the column holds few, short and repeated ones
with nothing of a person in them; of all other columns only the kind is told.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import filterfalse, islice
from typing import Any

import numpy as np

from vbe_analysis.config import load
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.raw import Cell, RawColumn, RawFile, RawSheet, Special, column_letter, factorise
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.code_words import (
    KINDS,
    MOSTLY,
    WORDS,
    begins_with,
    is_led_by_code,
    kind_of_labels,
)
from vbe_analysis.loaders.profiles.layouts import known_layouts
from vbe_analysis.loaders.profiles.profile import Table
from vbe_analysis.loaders.tables.locate import joined_headings
from vbe_analysis.loaders.values.cells import (
    DateForms,
    Number,
    NumberForm,
    Unreadable,
    count_number,
    is_heading,
    label_of,
    normalise,
)
from vbe_analysis.loaders.values.dates import date_interval, period_interval

INSPECTED_ROWS, DRAFTED_ROWS = 50, 30  # how far down headings are looked for
MOST_LABELS, LONGEST_LABEL, SHORT_WORDS, SAMPLED = 25, 60, 5, 400
UNIQUE = 0.9
ENGLISH = NumberForm(decimal=".", thousands=(",",))
ORDERS = ("", "dmy", "mdy")
FORM_ROLES = ("date", "environment", "area", "event_type")  # what the labels of a form say, in the order they are tried
CODES, CODES_AND_TEXTS = "limesurvey_codes", "limesurvey_both"  # the questions may stand in a row below the codes
YES_NO = frozenset(("ja", "nej", "vet ej", "vet inte", "yes", "no", "not sure", "nein", "y", "n"))
TICKS = YES_NO | {"x", "0", "1", "true", "false", "quoted", "checked"}
_NO_VALUE = frozenset(("..", "...", "-", "–", "na", "n/a"))
_OFFICE_ROLES = ("unit_kind", "handled")
_WORD = re.compile(r"[^\W\d_]{2}")
_DATE_OR_NUMBER = re.compile(r"[\d\s.,:/%<>+-]*[\d%]\s*(?:kr|st)?\Z|\d{4}-\d\d-\d\d.*\Z", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d\Z")


def as_written(_: int, name: str) -> str:
    """Name sheets as the file does; a caller whose gate withholds a name passes another function."""
    return name


def inspect_file(outcome: RawFile | InputError, sheet_name: Callable[[int, str], str] = as_written) -> dict[str, Any]:
    """What `vbe inspect FILE --json` prints, for a file that was read or refused.

    sheet_name: (ordinal from 1, name) -> the name to show. `rows` and `columns` are the size of the box around
    the cells that hold something; header_row is a guess, null where no row looks like headings.
    """
    if isinstance(outcome, InputError):
        first = outcome.faults[0]
        return {
            "file": first.file,
            "format": first.values.get("format") or None,
            "encoding": None,
            "delimiter": None,
            "sheets": [],
            "refused": {"code": first.code, "message": str(outcome)},
        }
    return {
        "file": outcome.name,
        "format": outcome.format,
        "encoding": outcome.encoding,
        "delimiter": outcome.delimiter,
        "sheets": [_sheet(sheet, sheet_name(i, sheet.name)) for i, sheet in enumerate(outcome.sheets, start=1)],
        "refused": None,
    }


def header_row(sheet: RawSheet) -> int | None:
    """The row number of the likely headings: a row of mostly distinct words with something in the row below."""
    filled = filled_cells(sheet)
    used = int(filled.any(axis=0).sum())
    if sheet.prose or used < 2:
        return None
    counts = filled.sum(axis=1)
    for index in range(min(INSPECTED_ROWS, len(counts) - 1)):
        if counts[index] < max(2, used / 8) or not counts[index + 1]:
            continue
        cells = [cell for cell in sheet.row(index) if cell is not None]
        words = sum(_is_heading(cell) for cell in cells)
        if cells and words >= 0.7 * len(cells) and len({str(cell) for cell in cells}) >= 0.6 * len(cells):
            return int(sheet.row_numbers[index])
    return None


def _is_heading(cell: Cell) -> bool:
    if isinstance(cell, str):
        text = cell.strip()
        return bool(_YEAR.match(text)) or (bool(_WORD.search(text)) and not _DATE_OR_NUMBER.match(text))
    return type(cell) in (int, float) and bool(_YEAR.match(f"{cell:g}"))


def _sheet(sheet: RawSheet, name: str) -> dict[str, Any]:
    filled = filled_cells(sheet)
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    return {
        "name": name,
        "rows": int(rows[-1] - rows[0] + 1) if len(rows) else 0,
        "columns": int(columns[-1] - columns[0] + 1) if len(columns) else 0,
        "header_row": header_row(sheet),
        "hidden": sheet.hidden,
        "hidden_rows": sorted(sheet.hidden_rows),
        "hidden_columns": [column_letter(column) for column in sorted(sheet.hidden_columns)],
        "merged": [f"{_place(top, left)}:{_place(last, right)}" for top, left, last, right in sheet.merged],
        "error_cells": [_place(*cell) for cell in sorted(sheet.error_cells)],
        "uncomputed": [_place(*cell) for cell in sorted(sheet.uncomputed)],
    }


def _place(row: int, column: int) -> str:
    return f"{column_letter(column)}{row}"


def filled_cells(sheet: RawSheet) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Row x column: whether the cell holds something."""
    filled = [column.filled() for column in sheet.columns]
    return np.stack(filled, axis=1) if filled else np.zeros((len(sheet.row_numbers), 0), dtype=bool)


@dataclass(frozen=True, eq=False)
class UnknownTable:
    """A table as it seems to lie: position of its first heading row, number of heading rows, joined headings."""

    sheet: RawSheet
    start: int
    header_rows: int
    headings: list[str]
    tool: str
    more: tuple["UnknownTable", ...] = ()  # of other sheets, with the same headings
    reworded: Mapping[int, str] = field(default_factory=dict)  # of another year: column -> its heading there
    scope: tuple[int, frozenset[str]] | None = None  # a column, and the labels in it of the rows to look at

    def column(self, index: int) -> RawColumn:
        """The cells below the headings, of all sheets: not those of notes (rows with one cell) and sums."""
        parts = [table.own_column(index) for table in (self, *self.more)]
        if not self.more:
            return parts[0]
        return factorise([part.cells[code] for part in parts for code in part.codes.tolist()])

    def own_column(self, index: int) -> RawColumn:
        """The cells below the headings in this sheet alone."""
        raw = self.sheet.columns[index]
        return RawColumn(raw.codes[self._wide], raw.cells)

    @cached_property
    def _wide(self) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """The positions of the rows below the headings with more than one cell."""
        wide = filled_cells(self.sheet).sum(axis=1) > min(1, len(self.sheet.columns) - 1)
        wide[: self.start + self.header_rows] = False
        first = next((column for column in self.sheet.columns if column.filled()[wide].any()), None)
        if first is not None:
            wide &= ~np.array([begins_with(label_of(cell), "totals") for cell in first.cells])[first.codes]
        if self.scope:
            column, labels = self.sheet.columns[self.scope[0]], self.scope[1]
            wide &= np.array([normalise(label_of(cell)) in labels for cell in column.cells])[column.codes]
        return np.flatnonzero(wide)

    @cached_property
    def total_column(self) -> int | None:
        """The first column in use, where rows of sums are named by it."""
        for table in (self, *self.more):
            for index, column in enumerate(table.sheet.columns):
                body = RawColumn(column.codes[table.start + table.header_rows :], column.cells)
                if body.filled().any():
                    if any(begins_with(label_of(column.cells[code]), "totals") for code in body.used()):
                        return index
                    break
        return None

    @property
    def separator(self) -> str:
        """What stands between several choices in one cell."""
        return str(known_layouts().get(self.tool, {}).get("separator", ";"))

    def within(self, index: int, labels: frozenset[str]) -> "UnknownTable":
        """The table's rows with one of the labels (normal form) in a column."""
        return replace(
            self, scope=(index, labels), more=tuple(replace(part, scope=(index, labels)) for part in self.more)
        )

    @property
    def own(self) -> tuple[str, ...]:
        """The headings that the survey tool added by itself."""
        return tuple(load("survey_tools")[self.tool]["headings"]) if self.tool else ()


def find_table(sheet: RawSheet) -> UnknownTable:
    """Where the headings seem to stand: below titles, the widest row of different texts; 0 rows where there is none."""
    positions = range(min(DRAFTED_ROWS, len(sheet.row_numbers)))
    rows = [[label_of(cell) if isinstance(cell, str) else cell for cell in sheet.row(p)] for p in positions]
    widest = max((sum(cell is not None for cell in row) for row in rows), default=0)
    for start, row in enumerate(rows):
        if sum(cell is not None for cell in row) < max(1, widest / 2) or not _names(sheet, start, row):
            continue
        tool, join = _tool(sheet, start), " / "
        below = start + 1 < len(rows) and (rows[start + 1][0] is None or _completes(sheet, start, rows))
        below = below and not any(_is_data(label_of(cell)) for cell in rows[start + 1] if cell is not None)
        count = 2 if row[0] is not None and below else 1
        if tool:
            wanted = int(load("survey_tools")[tool]["header_rows"])
            count = wanted if wanted != 2 or below else 1
            if tool == CODES and start + 1 < len(rows) and _tool(sheet, start + 1):
                tool, count, join = CODES_AND_TEXTS, 2, ". "
        elif start and sum(cell is not None for cell in rows[start - 1]) >= 2:
            start, count = start - 1, 2
        joined, _ = joined_headings(sheet, start, Table("survey", header_rows=count, header_join=join))
        return UnknownTable(sheet, start, count, joined, tool)
    return UnknownTable(sheet, 0, 0, [""] * len(sheet.columns), "")


def is_form(sheet: RawSheet) -> bool:
    """Whether the sheet seems to be one filled-in form: two columns, a label and its value a row."""
    if len(sheet.columns) != 2 or not 4 <= len(sheet.row_numbers) <= MOST_LABELS:
        return False
    labels = [normalise(label_of(cell)) for cell in (sheet.row(p)[0] for p in range(len(sheet.row_numbers)))]
    named = [role for role in FORM_ROLES if any(names_role(role, x) for x in labels)]
    return len(set(labels)) == len(labels) and all(labels) and len(named) >= 3


def _names(sheet: RawSheet, start: int, row: list[Cell]) -> bool:
    """Whether the row names columns: texts that differ, that are no data and do not come again below, at least half."""
    filled = [(index, cell) for index, cell in enumerate(row) if cell is not None]
    texts = [label_of(cell) for _, cell in filled]
    if all(not isinstance(period_interval(text), Unreadable) for text in texts) and len(texts) > 2:
        return len(set(texts)) > 2
    if any(_is_data(text) for text in texts[: max(1, len(texts) // 2)]) or len(set(texts)) < 0.9 * len(texts):
        return False
    again = sum((sheet.columns[i].codes[start + 1 :] == sheet.columns[i].codes[start]).any() for i, _ in filled)
    return again <= len(filled) / 5 and sum(map(_is_data, texts)) <= len(texts) / 2


def _completes(sheet: RawSheet, start: int, rows: list[list[Cell]]) -> bool:
    """Whether the row below names every column, and this one only the first of each group of them."""
    here, below = (sum(cell is not None for cell in row) for row in rows[start : start + 2])
    return here < below == len(rows[start + 1]) and _names(sheet, start + 1, rows[start + 1])


def _tool(sheet: RawSheet, start: int) -> str:
    top, _ = joined_headings(sheet, start, Table("survey"))
    for tool, known in load("survey_tools").items():
        if any(all(any(is_heading((name,), h) for h in top) for name in names) for names in known["certain"]):
            return tool
    return ""


def _is_data(text: str) -> bool:
    """A number, a coordinate or a day, in whatever order: not a month or year, which may name a column."""
    dates = (period_interval(text, DateForms(order=order)) for order in ORDERS)
    if _YEAR.fullmatch(text):
        return False
    return bool(re.fullmatch(r"-?[\d\s.,:]+%?", text)) or any(isinstance(d, tuple) and d[0] == d[1] for d in dates)


@dataclass(frozen=True)
class Guess:
    """A role of profile.ROLES, and what the draft says of the column.

    labels: what may be shown, most frequent first; order: of day and month in its dates; ranges: whether a date may be
    a span; choices: whether its cells hold several labels; personal: whether something of a person was found in it;
    certain: whether some date can be read in that order alone.
    """

    role: str
    labels: tuple[str, ...] = ()
    order: str = ""
    ranges: bool = False
    choices: bool = False
    personal: bool = False
    certain: bool = False


def guess(heading: str, raw: RawColumn, personal: Set[Cell] | None = None, separator: str = ";") -> Guess:
    """The likely role of a column, by its body's cells.

    personal: those with personal data, where that is known; separator: between several choices in one cell.
    """
    rows = np.bincount(raw.codes).tolist()
    counted = Counter({raw.cells[code]: rows[code] for code in raw.used() if not is_nothing(raw.cells[code])})
    if not counted:
        return Guess("drop")
    sample, words = list(counted)[:SAMPLED], normalise(heading)
    if private := {cell for cell in sample if (kinds_in(cell) if personal is None else cell in personal)}:
        coded = any(names_role(role, words) for role in ("environment", "area"))
        if not coded or 2 * len(private) >= len(counted):
            return Guess("drop", personal=True)
        counted = Counter({cell: n for cell, n in counted.items() if cell not in private})  # the load will stop at them
        sample = list(counted)[:SAMPLED]
    order = _date_order(sample, 0.4 if names_role("date", words) else 0.1)
    if order is not None:
        if names_role("answered", words):
            return Guess("drop")  # when somebody answered is no event's day
        years = all(re.fullmatch(r"(19|20)\d\d", label_of(cell)) for cell in counted)
        plain = DateForms(order=order)
        ranges = any(getattr(date_interval(cell, plain), "code", "") == "ambiguous_date" for cell in sample)
        turned = DateForms(order={"dmy": "mdy", "mdy": "dmy"}.get(order, ""), ranges=True)
        certain = any(isinstance(date_interval(cell, turned), Unreadable) for cell in sample) if order else False
        return Guess("year") if years else Guess("date", order=order, ranges=ranges, certain=certain)
    unique = len(counted) >= UNIQUE * counted.total()  # a row that stands twice is what a key is for
    least = 0.45 if names_role("count", words) else 0.9  # "ca 3" among numbers is for a correction
    others = list(islice(filterfalse(is_number, sample), int(len(sample) * (1 - least)) + 1))
    if len(sample) - len(others) > least * len(sample):
        parts = (role for role in ("week", "month", "day", "count") if names_role(role, words))
        return Guess(next(parts, "key" if unique and names_role("key", words) else "drop"))
    lowest = normalise(heading.rpartition(" / ")[2])  # of two rows of headings, the lower says more
    role = next((r for r in ("environment", "place", "area", "event_type") if names_role(r, lowest)), "filter")
    if role == "filter" and names_role("site", lowest) and any(map(_names_building, counted)):
        role = "place"
    labels, choices = _labels(counted, role, separator)
    texts = _parts(counted, separator if choices else ";")
    again = bool(labels) or 2 * len(texts) <= counted.total()
    kind = kind_of_labels(texts) if again or role in KINDS else ""
    if kind and (again or kind == role):
        known = tuple(t for t in texts if t in labels or (is_short(t) and is_led_by_code(t, kind)))
        if len(known) >= MOSTLY * len(texts):  # else some of it was written freely
            return Guess(kind, known, choices=choices or len(texts) > len(counted))
    if labels and {normalise(label) for label in labels} <= TICKS:
        role = "noted" if names_role("noted", words) else "filter"
    elif role == "event_type" or (role == "environment" and not labels):
        role = "filter" if labels else "text"  # the heading says so and no label does
    elif not labels and role not in ("place", "area"):
        role = "key" if unique and names_role("key", words) else "text"
    elif not labels and any(len(text) > LONGEST_LABEL for text in texts):
        role = "text"
    return Guess(role, labels, choices=choices)


def _parts(counted: Counter[Cell], separator: str) -> list[str]:
    """The different labels, those between separators apart."""
    parts = (part.strip() for cell in counted for part in label_of(cell).split(separator))
    return list(dict.fromkeys(part for part in parts if part))


def _names_building(cell: Cell) -> bool:
    return any(part in normalise(label_of(cell)) for part in load(WORDS)["buildings"])


def is_short(text: str) -> bool:
    """Whether a text is short enough for a label, with nothing of a person."""
    return len(text) <= LONGEST_LABEL and len(text.split()) <= SHORT_WORDS and not kinds_in(text)


def is_number(cell: Cell) -> bool:
    """Whether the cell states a count, in Swedish or English writing."""
    return any(isinstance(count_number(cell, form), Number) for form in (NumberForm(), ENGLISH))


def is_nothing(cell: Cell) -> bool:
    """Whether the cell is blank, an error, or a sign for no value."""
    return cell is None or isinstance(cell, Special) or normalise(label_of(cell)) in _NO_VALUE


def names_role(role: str, heading: str) -> bool:
    """Whether a word of the role stands in the heading, whole or, if long, as the beginning or end of another."""
    known_words = load(WORDS)["heading"]
    office = tuple(known_words["office"]) if role not in _OFFICE_ROLES else ()
    words = [word for word in re.split(r"[\W_]+", heading) if not word.startswith(office)]
    return any(
        word == known or (len(known) > 3 and (word.startswith(known) or word.endswith(known)))
        for known in known_words[role]
        for word in words
    )


def _date_order(sample: list[Cell], doubtful: float) -> str | None:
    """The first order of day and month in which all but a `doubtful` share of cells are dates; None for no dates."""
    cells = [cell for cell in sample if not isinstance(cell, int | float)] or sample
    forms = {order: DateForms(order=order, ranges=True) for order in ORDERS}
    unread = dict.fromkeys(ORDERS, 0)
    for cell in cells:
        for order in ORDERS:
            if isinstance(date_interval(cell, forms[order]), Unreadable):
                unread[order] += 1
            elif not order:
                break  # what is read without an order is read with any
        if min(unread.values()) > len(cells) * doubtful:
            return None
    return min(ORDERS, key=lambda order: unread[order])


def _labels(counted: Counter[Cell], role: str, separator: str) -> tuple[tuple[str, ...], bool]:
    """The labels that may be shown, and whether several stand in one cell; none where they look like free text.

    Labels come again: those that do have to be nearly all that the column holds. In a column whose heading names a
    codelist, single ones are shown too where most are repeated.
    """
    texts = {label_of(cell): number for cell, number in counted.items()}
    choices = sum(n for text, n in texts.items() if separator in text) > counted.total() / 10
    labels: Counter[str] = Counter()
    for text, number in texts.items():
        labels.update({part.strip(): number for part in (text.split(separator) if choices else [text]) if part.strip()})
    if all(normalise(label) in TICKS for label in labels):
        return tuple(labels), choices
    least = 1 if role != "filter" and labels.total() >= 1.5 * len(labels) else 2
    short = (text for text, n in labels.items() if n >= least and len(text) <= LONGEST_LABEL)
    kept = list(islice((text for text in short if not kinds_in(text)), MOST_LABELS + 1))  # one too many says enough
    if 0 < len(kept) <= MOST_LABELS and sum(labels[label] for label in kept) >= 0.8 * labels.total():
        return tuple(kept), choices
    return (), False
