"""What a column may be, guessed from its heading and its values, for a person to confirm.

A value is shown only where the column holds few, short and repeated ones with nothing of a person in them; of all other
columns nothing but the kind is told.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from vbe_analysis.loaders.files.raw import Cell, RawColumn, Special
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.values.cells import (
    DateForms,
    Number,
    NumberForm,
    Unreadable,
    count_number,
    label_of,
    normalise,
)
from vbe_analysis.loaders.values.dates import date_interval
from vbe_analysis.vocabulary import Term

MOST_LABELS, LONGEST_LABEL, SAMPLED = 25, 60, 400
ENGLISH = NumberForm(decimal=".", thousands=(",",))
ORDERS = ("", "dmy", "mdy")
_HEADING_WORDS = {
    "environment": "miljö ideolog extrem orient environment",
    "place": "skola fastighet objekt adress plats school",
    "area": "område stadsdel area district borough neighb",
    "event_type": "typ kategori slag gäller vad händelse klotter type category offence",
    "count": "antal många count number frequency anzahl",
    "key": "nr nummer löpnr löpnummer ärendenr ärendenummer dnr id diarienr caseid",
    "date": "när datum date tidpunkt inträffade",
    "noted": "noterat noterats uppmärksammat märke noticed",
    "week": "vecka week kw",
    "month": "månad month monat",
    "day": "dag day tag",
}
YES_NO = frozenset(("ja", "nej", "vet ej", "vet inte", "yes", "no", "not sure", "nein", "y", "n"))
TICKS = YES_NO | {"x", "0", "1", "true", "false", "quoted", "checked"}
_NO_VALUE = frozenset(("..", "...", "-", "–", "na", "n/a"))


@dataclass(frozen=True)
class Guess:
    """A role of layout.ROLES. labels: what may be shown, most frequent first; order: of day and month in its dates;
    choices: whether its cells hold several labels; personal: whether something of a person was found in it;
    extra: whether an earlier column already has the role.
    """

    role: str
    labels: tuple[str, ...] = ()
    order: str = ""
    choices: bool = False
    personal: bool = False
    extra: bool = False


def guess(heading: str, raw: RawColumn) -> Guess:
    """The likely role of a column, by its body's cells."""
    counted = Counter({raw.cells[int(c)]: int(n) for c, n in zip(*np.unique(raw.codes, return_counts=True), strict=True)
                       if not is_nothing(raw.cells[int(c)])})  # fmt: skip
    if not counted:
        return Guess("drop")
    if any(kinds_in(cell) for cell in _sample(counted)):
        return Guess("drop", personal=True)
    words = normalise(heading)
    order = _date_order(counted, 0.4 if _spoken_of("date", words) else 0.1)
    if order is not None:
        years = all(re.fullmatch(r"(19|20)\d\d", label_of(cell)) for cell in counted)
        return Guess("year") if years else Guess("date", order=order)
    if _share(counted, is_number) > 0.9:
        part = next((role for role in ("week", "month", "day") if _spoken_of(role, words)), "")
        if part:
            return Guess(part)
        if _spoken_of("count", words):
            return Guess("count")
        unique = len(counted) == counted.total()
        return Guess("key" if unique and _spoken_of("key", words) else "drop")
    role = next((r for r in ("environment", "place", "area", "event_type") if _spoken_of(r, words)), "filter")
    labels, choices = _labels(counted, role)
    if labels:
        plain = {normalise(label) for label in labels} <= TICKS
        return Guess(("noted" if _spoken_of("noted", words) else "filter") if plain else role, labels, choices=choices)
    unique = len(counted) == counted.total()
    return Guess("key" if unique and _spoken_of("key", words) else "text")


def is_number(cell: Cell) -> bool:
    """Whether the cell states a count, in Swedish or English writing."""
    return any(isinstance(count_number(cell, form), Number) for form in (NumberForm(), ENGLISH))


def is_nothing(cell: Cell) -> bool:
    """Whether the cell is blank, an error, or a sign for no value."""
    return cell is None or isinstance(cell, Special) or normalise(label_of(cell)) in _NO_VALUE


def nearest(label: str, terms: Mapping[str, Term]) -> str:
    """The code whose words are most like the label; "" where none is."""
    spelled = {normalise(word): code for code, term in terms.items() for word in (code, term.label, term.text)}
    whole = difflib.get_close_matches(normalise(label), spelled, n=1, cutoff=0.6)
    if whole:
        return spelled[whole[0]]
    parts = (part for part in re.split(r"[^\w]+", normalise(label)) if len(part) > 3)
    near = (difflib.get_close_matches(part, spelled, n=1, cutoff=0.8) for part in parts)
    return next((spelled[found[0]] for found in near if found), "")


def _spoken_of(role: str, heading: str) -> bool:
    """Whether a word of the role stands in the heading, whole or, if long, as the beginning or end of another."""
    words = re.split(r"[\W_]+", heading)
    return any(word == known or (len(known) > 3 and (word.startswith(known) or word.endswith(known)))
               for known in _HEADING_WORDS[role].split() for word in words)  # fmt: skip


def _sample(counted: Iterable[Cell]) -> list[Cell]:
    return list(counted)[:SAMPLED]


def _share(counted: Counter[Cell], holds: object) -> float:
    cells = _sample(counted)
    return sum(bool(holds(cell)) for cell in cells) / len(cells)  # type: ignore[operator]


def _date_order(counted: Counter[Cell], doubtful: float) -> str | None:
    """The first order of day and month in which all but a `doubtful` share of cells are dates; None for no dates."""
    cells = [cell for cell in _sample(counted) if not isinstance(cell, int | float)] or _sample(counted)
    read = {order: [isinstance(date_interval(cell, DateForms(order=order)), Unreadable) for cell in cells]
            for order in ORDERS}  # fmt: skip
    best = min(ORDERS, key=lambda order: sum(read[order]))
    return best if sum(read[best]) <= len(cells) * doubtful else None


def _labels(counted: Counter[Cell], role: str) -> tuple[tuple[str, ...], bool]:
    """The labels that may be shown, and whether several stand in one cell; none where they look like free text.

    Labels come again: those that do have to be nearly all that the column holds. In a column whose heading speaks of
    a codelist, single ones are shown too where most are repeated.
    """
    texts = {label_of(cell): number for cell, number in counted.items()}
    choices = sum(n for text, n in texts.items() if ";" in text) > counted.total() / 10
    told: Counter[str] = Counter()
    for text, number in texts.items():
        told.update({part.strip(): number for part in (text.split(";") if choices else [text]) if part.strip()})
    if {normalise(label) for label in told} <= TICKS:
        return tuple(told), choices
    least = 1 if role != "filter" and told.total() >= 1.5 * len(told) else 2
    kept = [label for label, n in told.items() if n >= least and len(label) <= LONGEST_LABEL and not kinds_in(label)]
    if 0 < len(kept) <= MOST_LABELS and sum(told[label] for label in kept) >= 0.8 * told.total():
        return tuple(kept), choices
    return (), False
