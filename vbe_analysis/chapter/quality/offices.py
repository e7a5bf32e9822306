"""What each office must act on or know of, and what became of its rows, from a load that went well or was stopped."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from itertools import groupby
from pathlib import PurePath
from unicodedata import category

from vbe_analysis.config import load, message
from vbe_analysis.document.parts import Cover
from vbe_analysis.errors import Fault, InputError, row_in_words
from vbe_analysis.loaders.cycle import Ingested
from vbe_analysis.loaders.deliveries.deliveries import Delivery
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.tables.conservation import RowOutcomes
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.storage import OWN_FILES

MUST, LEFT_OUT, NOTICE = STATUSES = "must", "left_out", "notice"
COORDINATOR = ""
MANY = 12  # up to so many unlike cells of one column have a remark each; more share one
SHOWN = 20  # runs of rows that are written out
OURS = ("file_locked", "file_missing")  # about an office's file, but nothing that the office can help


@dataclass(frozen=True)
class Remark:
    """One thing to act on or know of, in `rows` of one sheet of one file. status: one of STATUSES."""

    status: str
    file: str
    sheet: str
    rows: tuple[int, ...]
    column: str
    what: str
    remedy: str

    @property
    def row_words(self) -> str:
        """The rows in words; "" for none.

        >>> Remark(MUST, "", "", (14, 18, 19, 20), "", "", "").row_words
        'rad 14, 18–20'
        """
        steps = groupby(enumerate(self.rows), lambda pair: pair[1] - pair[0])
        runs = [[row for _, row in step] for _, step in steps]
        words = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs[:SHOWN])
        more = message("quality.more_rows", count=sum(map(len, runs[SHOWN:]))) if runs[SHOWN:] else ""
        return f"{row_in_words(words, self.sheet)} {more}".strip() if runs else ""


@dataclass(frozen=True)
class Tally:
    """What became of the rows of one sheet: rows = loaded + rejected + the sum of ignored (rule -> rows)."""

    file: str
    sheet: str
    rows: int
    loaded: int
    rejected: int
    ignored: Mapping[str, int]

    @property
    def ignored_words(self) -> str:
        """The rules in words, each with its number of rows."""
        return rules_in_words(self.ignored) or message("quality.none")


@dataclass(frozen=True)
class Office:
    """One office's part of the report, or the coordinator's: what belongs to no office."""

    name: str
    remarks: tuple[Remark, ...]
    tallies: tuple[Tally, ...] = ()

    def count(self, status: str) -> int:
        """How many rows (or sheets, or files) the remarks of one status are about."""
        return sum(max(len(remark.rows), 1) for remark in self.remarks if remark.status == status)


@dataclass(frozen=True)
class Quality:
    """The whole report. stopped: the load did not go through, so that its faults are all that is known."""

    cover: Cover
    stopped: bool
    offices: tuple[Office, ...]

    @property
    def state(self) -> str:
        """Whether the cycle can be read in, in a sentence."""
        return message("quality.stopped" if self.stopped else "quality.read")

    @property
    def nothing(self) -> str:
        """The sentence for an office without remarks."""
        return message("quality.nothing_yet" if self.stopped else "quality.nothing")

    @property
    def overview(self) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
        """(headings, numbers of each office) of the statuses that are known."""
        statuses = (MUST,) if self.stopped else STATUSES
        header = (message("quality.office"), *(message(f"quality.many_{status}") for status in statuses))
        return header, tuple(tuple(office.count(status) for status in statuses) for office in self.offices)


def offices(
    outcome: Ingested | InputError, deliveries: Iterable[Delivery], names: Mapping[str, str]
) -> tuple[Office, ...]:
    """Each office with a file in `deliveries`, in their order, and last the coordinator where something is theirs.

    names: source -> its label.
    """
    with_file = [delivery for delivery in deliveries if delivery.file]
    remarks: dict[str, list[tuple[str, Remark]]] = {delivery.source: [] for delivery in with_file}
    for source, brief, remark in _remarks(outcome, with_file):
        remarks.setdefault(source, []).append((brief, remark))
    own = remarks.pop(COORDINATOR, [])
    outcomes = () if isinstance(outcome, InputError) else outcome.outcomes
    tallies: dict[str, list[Tally]] = {}
    for delivery, of_sheet in outcomes:
        tallies.setdefault(delivery.source, []).append(_tally(of_sheet))
    parts = [Office(names[code], _merge(rows), tuple(tallies.get(code, ()))) for code, rows in remarks.items()]
    return (*parts, *([Office(message("quality.coordinator"), _merge(own))] if own else []))


def rules_in_words(rows: Mapping[str, int]) -> str:
    """The rules by which rows are left out, each with its number of rows.

    >>> rules_in_words({"header_row": 1, "egen": 3})
    'rubrikrader: 1, rader enligt regeln egen: 3'
    """
    words = load("messages.sv")["quality"]["rules"]
    named = {rule: words.get(rule) or message("quality.own_rule", rule=rule) for rule in rows}
    return ", ".join(f"{named[rule]}: {number}" for rule, number in rows.items())


def reason_in_words(code: str) -> str:
    """Why a row was left out, without the cell that could not be read."""
    return _brief(code) or _brief("other")


def quality_words(*names: str) -> tuple[str, ...]:
    """The headings and words of the report, in the order of `names`."""
    return tuple(message(f"quality.{name}") for name in names)


def _remarks(outcome: Ingested | InputError, deliveries: list[Delivery]) -> Iterator[tuple[str, str, Remark]]:
    """(source, the rule without the cell's value or "", remark) of each single fault, rejected row and notice."""
    if isinstance(outcome, InputError):
        yield from _faults(MUST, outcome.faults, deliveries)
        return
    yield from _faults(NOTICE, outcome.notices, deliveries)
    yield from _faults(LEFT_OUT, outcome.rejected, deliveries)


def _faults(status: str, faults: Iterable[Fault], deliveries: list[Delivery]) -> Iterator[tuple[str, str, Remark]]:
    safe_text = cache(_safe_text)  # a name comes many times and is looked through once
    source_of = cache(lambda file: _source(file, deliveries))
    for original in faults:
        source = COORDINATOR if original.code in OURS else source_of(original.file)
        fault, brief = _safe(original, safe_text), _brief(original.code)
        if source != COORDINATOR:
            words = _office_words(fault)
            what, remedy = (words.get(key, "").format(**fault.values) for key in ("text", "remedy"))
            yield source, brief, _remark(status, fault, what or fault.text, remedy or fault.remedy)
        # Personal data is the coordinator's matter too: there is an incident to judge, within 72 hours.
        if source == COORDINATOR or (status == MUST and fault.code.startswith("personal_data")):
            yield COORDINATOR, brief, _remark(status, fault, fault.text, fault.remedy)


def _remark(status: str, fault: Fault, what: str, remedy: str) -> Remark:
    column = fault.column or fault.letter
    if fault.column and fault.letter:
        column = message("quality.column_of", letter=fault.letter, heading=fault.column)
    return Remark(status, fault.file, fault.sheet, () if fault.row is None else (fault.row,), column, what, remedy)


def _merge(remarks: list[tuple[str, Remark]]) -> tuple[Remark, ...]:
    """The remarks with their rows brought together, in the order of status and place."""
    places: dict[tuple[str, Remark], dict[Remark, set[int]]] = {}
    for brief, remark in remarks:
        place = replace(remark, rows=(), what="", remedy="")
        places.setdefault((brief, place), {}).setdefault(replace(remark, rows=()), set()).update(remark.rows)
    merged = []
    for (brief, _), rows_of in places.items():
        if brief and len(rows_of) > MANY:
            rows_of = {replace(next(iter(rows_of)), what=brief): set().union(*rows_of.values())}
        merged += [replace(remark, rows=tuple(sorted(rows))) for remark, rows in rows_of.items()]
    return tuple(sorted(merged, key=lambda r: (STATUSES.index(r.status), r.file, r.sheet, r.rows, r.column, r.what)))


def _source(file: str, deliveries: list[Delivery]) -> str:
    """The source whose delivery names the file, itself or by a pattern; COORDINATOR for none."""
    name = normalise(file)
    if file in ("", *OWN_FILES):
        return COORDINATOR
    patterns = [(normalise(PurePath(delivery.file).name), delivery.source) for delivery in deliveries]
    exact = [source for pattern, source in patterns if pattern == name]
    return next(iter(exact or [source for pattern, source in patterns if fnmatchcase(name, pattern)]), COORDINATOR)


def _safe(fault: Fault, safe_text: Callable[[str], str]) -> Fault:
    """The fault with every name in it as the report may show it: not every file has passed the gate."""
    values = {key: safe_text(value) if isinstance(value, str) else value for key, value in fault.values.items()}
    file, sheet, column = safe_text(fault.file), safe_text(fault.sheet), safe_text(fault.column)
    return replace(fault, file=file, sheet=sheet, column=column, values=values)


def _safe_text(text: str) -> str:
    """The text without line breaks and signs that a page or a workbook cannot hold; a stand-in for personal data."""
    plain = "".join(sign for sign in " ".join(text.split()) if not category(sign).startswith("C"))
    return message("quality.hidden_name") if kinds_in(plain) else plain


def _office_words(fault: Fault) -> Mapping[str, str]:
    words: Mapping[str, str] = load("messages.sv")["quality"]["to_office"].get(fault.code, {})
    return words


def _brief(code: str) -> str:
    return str(load("messages.sv")["quality"]["rejected"].get(code, ""))


def _tally(outcomes: RowOutcomes) -> Tally:
    ignored = {rule: len(rows) for rule, rows in sorted(outcomes.ignored().items())}
    place = _safe_text(outcomes.file), _safe_text(outcomes.sheet)
    return Tally(*place, len(outcomes.by_row), len(outcomes.loaded), len(outcomes.rejected), ignored)
