"""What one table of an unknown file seems to be: its shape, the role of each column, and which rows concern VBE."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import filterfalse, groupby, islice, pairwise
from typing import Any

from vbe_analysis.loaders.files.raw import Cell, RawColumn, RawSheet
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.code_words import KINDS, code_of_label, holds_word, kind_of_labels
from vbe_analysis.loaders.profiles.unknown import (
    CODES_AND_TEXTS,
    TICKS,
    Guess,
    UnknownTable,
    guess,
    is_nothing,
    is_number,
    names_role,
)
from vbe_analysis.loaders.values.cells import Number, Unreadable, count_number, is_heading, label_of, normalise
from vbe_analysis.loaders.values.dates import period_interval
from vbe_analysis.vocabulary import Term, Vocabulary

NO_WORDS = ("nej", "no", "n")
UNREAD = ("text", "drop", "filter")  # roles that a draft leaves out: a column that no profile names is not read
TWO_ROWS = 2
COMMON = 5  # cells that show whether a column holds labels or identifiers


@dataclass(frozen=True)
class District:
    """What is known of the district whose file it is: its codes, its areas and its places (labels in normal form)."""

    vocabulary: Vocabulary
    areas: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    def terms(self, kind: str) -> Mapping[str, Term]:
        """The codes of a role."""
        return self.vocabulary.all_environments if kind == "environment" else self.vocabulary.event_types


@dataclass(frozen=True, eq=False)
class TableDraft:
    """What a table's columns seem to be.

    guesses: of each column; scope: what tells the rows that concern VBE; numbers: the columns of numbers; level: what
    their headings say of a wide table; groups: batteries of columns, by the stem of their headings; roles: role -> the
    columns that have it.
    """

    table: UnknownTable
    title: str
    district: District
    guesses: Mapping[int, Guess]
    scope: "Scope | None" = None
    numbers: tuple[int, ...] = ()
    level: str = ""
    groups: Mapping[str, list[tuple[int, Guess]]] = field(default_factory=dict)
    shape: str = "reports"
    roles: Mapping[str, list[int]] = field(default_factory=dict)


def draft_table(table: UnknownTable, title: str, district: District) -> TableDraft:
    """The likely roles of a table's columns. title: what the file's name says, without personal data."""
    guesses = {i: guess(h, table.column(i), separator=table.separator) for i, h in enumerate(table.headings)}
    _unmark_identifiers(table, guesses)
    _mark_copies(table, guesses)
    _mark_known(table, guesses, district)
    scope = None if table.tool else _scope(table, guesses)
    if scope:
        whole, table = table, table.within(scope.index, scope.inside)
        for i, heading in enumerate(whole.headings):
            guesses[i] = _narrowed(heading, guesses[i], guess(heading, table.column(i)), table.column(i))
        guesses[scope.index] = Guess("filter")
    draft = TableDraft(table, title, district, guesses, scope)
    numbers = tuple(i for i in guesses if _holds_numbers(draft, i))
    level = _level_of([table.headings[i] for i in numbers], district.vocabulary)
    groups = _batteries(draft) if not level and (table.tool or table.header_rows == TWO_ROWS) else {}
    shape = "counts" if level else "survey" if table.tool or groups else "reports"
    if level and (total := _row_total(draft, numbers)) is not None:
        guesses[total], numbers = Guess("row_total"), tuple(i for i in numbers if i != total)
    draft = replace(draft, numbers=numbers, level=level, groups=groups, shape=shape)
    if shape == "survey":
        _mark_noted(draft, guesses)
    return replace(draft, roles=_roles(draft))


def holds_events(draft: TableDraft) -> bool:
    """Whether a column says something of events or is a survey's."""
    return draft.shape != "reports" or bool(draft.roles.keys() & {"date", "year", *KINDS})


def writes_english_numbers(draft: TableDraft) -> bool:
    """Whether a column writes a thousand as "1,234"."""
    return any(_english(draft.table.column(i)) for i in draft.guesses)


def holds_something(sheet: RawSheet, index: int) -> bool:
    """Whether a column of the sheet has a cell that is not blank."""
    return index < len(sheet.columns) and any(cell is not None for cell in sheet.columns[index].cells)


def is_filled(draft: TableDraft, index: int) -> bool:
    return any(holds_something(part.sheet, index) for part in (draft.table, *draft.table.more))


def grouped_columns(draft: TableDraft) -> tuple[int, ...]:
    """The columns that a group of the profile takes."""
    return draft.numbers if draft.level else tuple(i for members in draft.groups.values() for i, _ in members)


def kind_of_battery(draft: TableDraft, stem: str) -> str:
    """What the choices of a battery of ticks say: environment, event_type or ""."""
    members = draft.groups[stem]
    ticks = holds_ticks(draft, stem)
    return kind_of_labels([item_of(stem, draft.table.headings[i]) for i, _ in members]) if ticks else ""


def holds_ticks(draft: TableDraft, stem: str) -> bool:
    """Whether the cells of a battery are ticks: marks, or the choice itself again."""
    members = draft.groups[stem]
    marks = {normalise(label) for _, g in members for label in g.labels} <= TICKS
    return marks or repeats_choices(draft, stem)


def repeats_choices(draft: TableDraft, stem: str) -> bool:
    """Whether the cells of a battery repeat the choice that their heading names, as SurveyMonkey writes a tick."""
    columns = [i for i, _ in draft.groups[stem] if not _is_blank(draft.table.column(i))]
    return bool(columns) and all(repeats_item(draft.table, i) for i in columns)


def repeats_item(table: UnknownTable, index: int) -> bool:
    """Whether every cell of the column repeats the last part of its heading."""
    stem, raw = _stem(table, index), table.column(index)
    cells = {normalise(label_of(raw.cells[code])) for code in raw.used() if not is_nothing(raw.cells[code])}
    return bool(stem) and cells == {normalise(item_of(stem, table.headings[index]))}


def item_of(stem: str, heading: str) -> str:
    """What stands in the place of the stem's `*`."""
    return heading.removesuffix("]").rpartition("[" if stem.endswith("[*]") else " / ")[2]


def all_numbers(raw: RawColumn) -> bool:
    """Whether nearly all cells of the column are numbers."""
    cells = [raw.cells[code] for code in raw.used() if not is_nothing(raw.cells[code])]
    others = list(islice(filterfalse(is_number, cells), len(cells) // 5 + 1))
    return bool(cells) and len(cells) - len(others) >= 0.8 * len(cells)


def _holds_numbers(draft: TableDraft, index: int) -> bool:
    g, heading = draft.guesses[index], normalise(draft.table.headings[index])
    numeric = g.role in ("count", "drop", "year") and not g.personal and all_numbers(draft.table.column(index))
    return numeric and not names_role("row_total", heading)


def _roles(draft: TableDraft) -> dict[str, list[int]]:
    """Role -> its columns: one for each but questions; of dates the event's own, of the others the first."""
    roles: dict[str, list[int]] = {}
    apart = set(grouped_columns(draft))
    for index, g in draft.guesses.items():
        heading = draft.table.headings[index]
        if index in apart or is_heading(draft.table.own, heading) or not is_filled(draft, index):
            continue
        role = _role(draft, index, g)
        if role not in UNREAD:
            roles.setdefault(role, []).append(index)
    if "date" in roles:
        roles["date"].sort(key=lambda index: _far_from_event(draft.table.headings[index]))
    if "date" in roles or draft.level == "date":
        roles = {role: columns for role, columns in roles.items() if role not in ("year", "month", "week", "day")}
    return {role: columns if role == "question" else columns[:1] for role, columns in roles.items()}


def _role(draft: TableDraft, index: int, g: Guess) -> str:
    words = normalise(draft.table.headings[index])
    if draft.shape == "survey":
        return _survey_role(words, g) if g.role in ("filter", "place", "text", "key") else g.role
    if draft.shape == "counts":
        if names_role("row_total", words) and all_numbers(draft.table.column(index)):
            return "row_total"
        if draft.level != "date" and g.role in (*UNREAD, "key") and _all_periods(draft.table.column(index)):
            return "date"
    return "filter" if g.role == "noted" else g.role


def _survey_role(words: str, g: Guess) -> str:
    """Of a survey's column with labels or free text: what its heading says that it is, else a question."""
    if g.role == "place" or names_role("handled", words):
        return "drop"  # a school that answered is never told
    if g.labels:
        return "unit_kind" if names_role("unit_kind", words) else "question"
    return "unit" if names_role("unit", words) else "text"


def _far_from_event(heading: str) -> int:
    """0 where the heading names the day of the event, 2 where it names a later handling, else 1."""
    words = normalise(heading)
    return 0 if names_role("happened", words) else 2 if names_role("handled", words) else 1


@dataclass(frozen=True)
class Scope:
    """The column that tells the rows which concern VBE, their labels (normal form), and what leaves the others out."""

    index: int
    inside: frozenset[str]
    condition: Mapping[str, Any]


def _scope(table: UnknownTable, guesses: Mapping[int, Guess]) -> Scope | None:
    """The column by which a list of all kinds of incidents says which rows concern VBE; None where there is none."""
    for index, g in guesses.items():
        labels = [label for label in g.labels if normalise(label)]
        named = [label for label in labels if holds_word(label, "scope")]
        if g.role in (*KINDS, "noted") or g.choices or not labels:
            continue
        if named and len(labels) > 2 * len(named):
            return Scope(index, frozenset(map(normalise, named)), {"not_equals": named})
        if holds_word(table.headings[index], "scope") and {normalise(label) for label in labels} <= TICKS:
            no = [label for label in labels if normalise(label) in NO_WORDS]
            yes = frozenset(normalise(label) for label in labels if label not in no)
            return Scope(index, yes, {"equals": no} if no else {"blank": True})
    return None


def _narrowed(heading: str, whole: Guess, inside: Guess, raw: RawColumn) -> Guess:
    """The guess of a column whose rows of scope say more than all of them, or only some of its labels."""
    if inside.role in KINDS and (inside.role == whole.role or names_role(inside.role, normalise(heading))):
        return inside
    if whole.role not in KINDS:
        return whole
    present = {normalise(label_of(raw.cells[code])) for code in raw.used()}
    labels = tuple(label for label in whole.labels if normalise(label) in present)
    return replace(whole, labels=labels) if labels else Guess("filter")


def _unmark_identifiers(table: UnknownTable, guesses: dict[int, Guess]) -> None:
    """Take back what names as labels the numbers of a column in which nothing comes again in any one table."""
    for index, g in guesses.items():
        parts = [table.own_column(index), *(part.own_column(index) for part in table.more)] if table.more else []
        filled = [raw.codes[raw.filled()].tolist() for raw in parts]
        once = all(len(set(codes)) == len(codes) for codes in filled) and any(len(c) >= COMMON for c in filled)
        if g.labels and g.role in ("filter", "noted") and once:
            guesses[index] = Guess("key" if names_role("key", normalise(table.headings[index])) else "text")


def _mark_known(table: UnknownTable, guesses: dict[int, Guess], district: District) -> None:
    """Give the role area or place to a column whose labels vbe.toml knows, whatever its heading says."""
    for index, g in guesses.items():
        known = {"area": district.areas, "place": district.places}
        role = next((role for role, labels in known.items() if g.labels and share_known(g.labels, labels)), "")
        if role and g.role == "filter":
            guesses[index] = replace(g, role=role)


def share_known(labels: Iterable[str], known: frozenset[str]) -> bool:
    """Whether at least half of the labels are known ones."""
    texts = [normalise(label) for label in labels if label]
    return bool(texts) and 2 * sum(text in known for text in texts) >= len(texts)


def _mark_copies(table: UnknownTable, guesses: dict[int, Guess]) -> None:
    """Give the role copy_of to a column of a report's key in others' rows, where its heading says so."""
    keys = [i for i, g in guesses.items() if g.role == "key"]
    for index, heading in enumerate(table.headings):
        if keys and names_role("copy_of", normalise(heading)):
            known = {label_of(table.column(keys[0]).cells[code]) for code in table.column(keys[0]).used()}
            raw = table.column(index)
            cells = [raw.cells[code] for code in raw.used() if not is_nothing(raw.cells[code])]
            if not any(map(kinds_in, map(label_of, cells))) and all(label_of(cell) in known for cell in cells):
                guesses[index] = Guess("copy_of")


def _row_total(draft: TableDraft, numbers: tuple[int, ...]) -> int | None:
    """The column that sums the others of its row, wherever both can be summed; None where there is none."""
    cells = {i: [count_number(cell) for cell in _cells(draft.table.column(i))] for i in numbers}
    for index in numbers:
        rows = list(zip(cells[index], *(own for i, own in cells.items() if i != index), strict=True))
        exact = [row for row in rows if all(isinstance(n, Number) and n.low == n.high for n in row)]
        sums = [row[0].low == sum(n.low for n in row[1:]) for row in exact if any(n.low for n in row)]
        if len(numbers) > 2 and len(sums) > 1 and all(sums):
            return index
    return None


def _cells(raw: RawColumn) -> list[Cell]:
    """The cells, row for row; a blank one as a zero."""
    return [0 if is_nothing(raw.cells[code]) else raw.cells[code] for code in raw.codes.tolist()]


def _mark_noted(draft: TableDraft, guesses: dict[int, Guess]) -> None:
    """Give the role noted to a survey's first question of yes or no about VBE, before those of environment and type;
    and unit_kind to the first choice above it, where the survey asks who answers.
    """
    events = [*(i for i, g in guesses.items() if g.role in KINDS), *grouped_columns(draft)]
    asked = [i for i in guesses if i < min(events, default=0) and guesses[i].labels and not guesses[i].choices]
    asked = [i for i in asked if not is_heading(draft.table.own, draft.table.headings[i])]
    ticks = [i for i in asked if {normalise(label) for label in guesses[i].labels} <= TICKS]
    noted = [i for i in asked if guesses[i].role == "noted"]
    noted = noted or [i for i in ticks if holds_word(draft.table.headings[i], "scope")]
    for index in noted[:1]:
        guesses[index] = replace(guesses[index], role="noted")
        words = {i: normalise(draft.table.headings[i]) for i in asked if i < index and i not in ticks}
        above = [i for i in words if guesses[i].role == "filter" and not names_role("handled", words[i])]
        if above and not any(names_role("unit_kind", words[i]) for i in above):
            guesses[above[0]] = replace(guesses[above[0]], role="unit_kind")


def _batteries(draft: TableDraft) -> dict[str, list[tuple[int, Guess]]]:
    """Columns whose headings share all but a last part, and whose answers are of one kind: stem -> columns."""
    table = draft.table
    own = {i for i, heading in enumerate(table.headings) if heading and is_heading(table.own, heading)}
    free = [
        (i, g)
        for i, g in draft.guesses.items()
        if i not in own and ((g.labels and not g.choices) or _is_blank(table.column(i)) or repeats_item(table, i))
    ]
    parted = [(_stem(table, i), i, g) for i, g in free]
    runs = ((stem, [(i, g) for _, i, g in run]) for stem, run in groupby(parted, key=lambda item: item[0]))
    grouped: dict[str, list[tuple[int, Guess]]] = {}
    for stem, members in runs:
        sets = [{normalise(label) for label in g.labels} for _, g in members if g.labels]
        answers = set[str]().union(*sets)
        alike = len(answers) <= 12 and all(a & b or a | b <= TICKS for a, b in pairwise(sets))
        alike &= answers <= TICKS or not any(answer[0].isdigit() for answer in answers)
        alike |= all(repeats_item(table, i) or _is_blank(table.column(i)) for i, _ in members)
        if stem and stem not in grouped and len(members) > 1 and sets and alike and not kinds_in(stem):
            grouped[stem] = members
    return grouped


def _is_blank(raw: RawColumn) -> bool:
    return all(is_nothing(raw.cells[code]) for code in raw.used())


def _english(raw: RawColumn) -> bool:
    """Whether the column writes a thousand as "1,234"."""
    cells = (raw.cells[code] for code in raw.used())
    return any(isinstance(c, str) and re.search(r"\d,\d{3}\b", c) for c in cells) and all_numbers(raw)


def _all_periods(raw: RawColumn) -> bool:
    cells = [raw.cells[code] for code in raw.used() if not is_nothing(raw.cells[code])]
    return bool(cells) and not any(isinstance(period_interval(cell), Unreadable) for cell in cells)


def _level_of(headings: list[str], vocabulary: Vocabulary) -> str:
    """What the headings of the columns of numbers say: "date", "environment", or "" for a table that is not wide."""
    named = [heading for heading in headings if heading]
    if len(named) < 2:
        return ""
    plain = [" ".join(heading.replace("/", " ").split()) for heading in named]
    backward = [" ".join(reversed(text.split())) for text in plain]
    dates = sum(
        any(not isinstance(period_interval(t), Unreadable) for t in pair) for pair in zip(plain, backward, strict=True)
    )
    if dates > len(named) / 2:
        return "date"
    codes = [code_of_label(heading, "environment", vocabulary.environments)[0] for heading in named]
    return "environment" if sum(map(bool, codes)) > len(named) / 2 else ""


def _stem(table: UnknownTable, index: int) -> str:
    """The heading with `*` for its last part: "Fråga [*]", "Fråga / *"; "" where it has no parts."""
    heading = table.headings[index]
    if table.tool == CODES_AND_TEXTS:
        heading = re.sub(r"^(\w+)\[\w+\]", r"\1", heading)  # V2[SQ001]. Fråga [val]
    if heading.endswith("]") and "[" in heading:
        return heading[: heading.rindex("[")] + "[*]"
    return heading[: heading.rindex(" / ")] + " / *" if table.header_rows > 1 and " / " in heading else ""
