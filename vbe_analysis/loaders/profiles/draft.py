"""`vbe profile FIL`: the draft of a source profile. Everything in it is a guess, and is marked as one."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import filterfalse, groupby, islice, pairwise
from pathlib import Path

from vbe_analysis.config import load, message
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.raw import RawColumn, RawFile, RawSheet, column_letter
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.code_words import KINDS, WORDS, code_of_label, is_led_by_code, kind_of_labels
from vbe_analysis.loaders.profiles.unknown import (
    CODES_AND_TEXTS,
    FORM_ROLES,
    TICKS,
    Guess,
    UnknownTable,
    find_table,
    guess,
    is_form,
    is_nothing,
    is_number,
    is_short,
    names_role,
)
from vbe_analysis.loaders.values.cells import Unreadable, is_heading, label_of, normalise
from vbe_analysis.loaders.values.dates import period_interval
from vbe_analysis.vocabulary import Term, Vocabulary

YES_WORDS = ("ja", "yes", "y")
OPEN = "?"  # a code that a person has to fill in: no vocabulary has it


def draft_profile(raw: RawFile, vocabulary: Vocabulary) -> str:
    """A profile in TOML that parse_profile accepts, with a comment at each guess and "?" for each code left open.

    No cell of a column that may hold free text, identifiers or personal data is shown. Raises InputError for a file
    without a table: a covering note needs no profile.
    """
    stem = "" if kinds_in(raw.name) else Path(raw.name).stem
    sheets = [s for s in raw.sheets if not s.hidden and not s.prose and any(_filled(s, i) for i in range(3))]
    if all(sum(_filled(sheet, i) for i in range(len(sheet.columns))) < 2 for sheet in sheets):
        raise InputError([Fault("no_table_to_draft", raw.name)])
    if forms := [sheet for sheet in sheets if is_form(sheet)]:
        return "\n".join([*_head(raw, stem, "blankett", vocabulary), "", *_form(forms[0], vocabulary)]) + "\n"
    beside = [s for s in sheets if normalise(s.name).startswith(tuple(load(WORDS)["beside"])) and not kinds_in(s.name)]
    beside = beside if len(beside) < len(sheets) else []
    tables = _with_equal_headings([find_table(s) for s in sheets if s not in beside])
    lines = _head(raw, stem, "enkat" if any(t.tool for t in tables) else "", vocabulary)
    if beside:
        lines += [f"ignore_sheets = [{', '.join(_toml(s.name) for s in beside)}]  # {_mark('beside')}"]
    columns = [[(i, guess(t.headings[i], t.column(i))) for i in range(len(t.headings))] for t in tables]
    order = next((g.order for of_table in columns for _, g in of_table if g.order), "")
    ranges = any(g.ranges for of_table in columns for _, g in of_table)
    if order or ranges:
        lines += ["", "[dates]"]
        lines += [f"order = {_toml(order)}  # {_mark('order')}"] if order else []
        lines += [f"ranges = true  # {_mark('ranges')}"] if ranges else []
    if any(_english(t.column(i)) for t, of_table in zip(tables, columns, strict=True) for i, _ in of_table):
        lines += ["", "[numbers]", f'decimal = "."  # {_mark("decimal")}', 'thousands = [","]']
    for table, guesses in zip(tables, columns, strict=True):
        lines += ["", *_table(table, guesses, len(sheets) > 1, vocabulary)]
    return "\n".join(lines) + "\n"


def _head(raw: RawFile, stem: str, source: str, vocabulary: Vocabulary) -> list[str]:
    """The lines above the tables. source: what the file's shape says, where its name says nothing."""
    code, word = code_of_label(stem.replace("_", " "), "source", vocabulary.sources)
    why = _mark("named_source", word=word) if code else _mark("source", codes=", ".join(vocabulary.sources))
    lines = [*(f"# {line}" for line in message("drafting.intro").strip().splitlines()), ""]
    lines += [f"name = {_toml(stem or message('drafting.nameless'))}"]
    return [*lines, f"source = {_toml(code or source or OPEN)}  # {why}"]


def _with_equal_headings(tables: list[UnknownTable]) -> list[UnknownTable]:
    """The tables, those of one layout as one: sheets for each half-year or kind of school."""
    same: dict[tuple[object, ...], list[UnknownTable]] = {}
    for table in tables:
        same.setdefault((table.header_rows, table.tool, *table.headings), []).append(table)
    return [replace(first, more=tuple(more)) for first, *more in same.values()]


def _form(sheet: RawSheet, vocabulary: Vocabulary) -> Iterator[str]:
    """A label and its value a row: each label as the column that its words say."""
    yield from ("[[tables]]", f'shape = "form"  # {_mark("shape")}')
    for position in range(len(sheet.row_numbers)):
        label, value = label_of(sheet.row(position)[0]), sheet.row(position)[1]
        if not label or kinds_in(label):
            continue
        words = normalise(label)
        role = next((role for role in FORM_ROLES if names_role(role, words)), "text")
        role = "drop" if names_role("handled", words) or names_role("key", words) else role
        yield from ("", "[[tables.columns]]", f"as = {_toml(role)}  # {_mark(role)}", f"heading = [{_toml(label)}]")
        if role in KINDS:
            answer = label_of(value)
            is_label = is_short(answer) and is_led_by_code(answer, role)  # else it may be the writer's own words
            yield from _coded((answer,) if is_label else (), role, vocabulary)


def _filled(sheet: RawSheet, index: int) -> bool:
    return index < len(sheet.columns) and any(cell is not None for cell in sheet.columns[index].cells)


def _table(
    table: UnknownTable, guesses: list[tuple[int, Guess]], several: bool, vocabulary: Vocabulary
) -> Iterator[str]:
    numbers = [
        i
        for i, g in guesses
        if g.role in ("count", "drop")
        and not g.personal
        and _all_numbers(table.column(i))
        and not names_role("row_total", normalise(table.headings[i]))
    ]
    levels = _level_of([table.headings[i] for i in numbers], vocabulary)
    groups = _groups(table, guesses) if table.tool or table.header_rows == 2 else {}
    shape = "survey" if table.tool or (groups and not levels) else "counts" if levels else "reports"
    yield "[[tables]]"
    yield f"shape = {_toml(shape)}  # {_mark('shape')}"
    names = [part.sheet.name for part in (table, *table.more)]
    if several and not any(map(kinds_in, names)):
        yield f"sheets = [{', '.join(map(_toml, names))}]  # {_mark('sheets')}"
    if table.header_rows != 1:
        yield f"header_rows = {table.header_rows}  # {_mark('header_rows')}"
    if table.tool == CODES_AND_TEXTS and table.header_rows > 1:
        yield 'header_join = ". "'
    if table.tool:
        yield f"tool = {_toml(table.tool)}  # {load('survey_tools')[table.tool]['label']}. {_mark('tool')}"
    taken: set[int] = set()
    if levels:
        taken = set(numbers)
        yield from _wide(table, numbers, levels, vocabulary)
    for number, (stem, members) in enumerate(groups.items() if shape == "survey" else (), 1):
        taken |= {i for i, _ in members}
        others = [h for i, h in enumerate(table.headings) if is_heading((stem,), h) and i not in taken]
        yield from _battery(table, stem, members, number, others, vocabulary)
    question = 0
    for index, column in _once(table, guesses):
        if index in taken or is_heading(table.own, table.headings[index]) or not _filled(table.sheet, index):
            continue
        question += 1
        yield from _column(table, index, column, question, shape, vocabulary)


def _once(table: UnknownTable, guesses: list[tuple[int, Guess]]) -> Iterator[tuple[int, Guess]]:
    """The guesses with one column for each part of a date and one key: the first, and of dates the event's own."""
    dates = [index for index, column in guesses if column.role == "date"]
    event = min(dates, key=lambda index: _far_from_event(table.headings[index]), default=-1)
    seen: set[str] = set()
    for index, column in guesses:
        again = column.role in seen & {"year", "month", "week", "day", "key", "count"}
        again |= column.role == "date" and index != event
        yield index, Guess("drop", extra=True) if again else column
        seen.add(column.role)


def _far_from_event(heading: str) -> int:
    """0 where the heading names the day of the event, 2 where it names a later handling, else 1."""
    words = normalise(heading)
    return 0 if names_role("happened", words) else 2 if names_role("handled", words) else 1


def _english(raw: RawColumn) -> bool:
    """Whether the column writes a thousand as "1,234"."""
    cells = (raw.cells[code] for code in raw.used())
    return any(isinstance(c, str) and re.search(r"\d,\d{3}\b", c) for c in cells) and _all_numbers(raw)


def _column(
    table: UnknownTable, index: int, column: Guess, number: int, shape: str, vocabulary: Vocabulary
) -> Iterator[str]:
    heading, role = table.headings[index], column.role
    if shape != "survey" and role == "noted":
        role = "filter"
    if shape == "survey" and role in ("filter", "place", "text", "key"):
        role = _survey_role(heading, column)
    if shape == "counts" and names_role("row_total", normalise(heading)):
        role = "row_total"
    yield from ("", "[[tables.columns]]")
    yield f"as = {_toml(role)}  # {_mark('personal' if column.personal else 'extra' if column.extra else role)}"
    if not heading or kinds_in(heading):
        yield f"letter = {_toml(column_letter(index))}"
    else:
        yield f"heading = [{_toml(heading)}]"
    if column.choices:
        yield f"many = true  # {_mark('many')}"
    if role == "question":
        yield f'question = "fraga_{number}"  # {_mark("question_id")}'
        yield f"values = [{', '.join(_toml(label) for label in column.labels)}]  # {_mark('answers')}"
        yield from _yes(column.labels)
    elif role in KINDS:
        yield from _coded(column.labels, role, vocabulary)
    elif role == "unit_kind":
        yield f"values = [{', '.join(_toml(label) for label in column.labels)}]"
    elif column.labels:
        yield f"# {message('drafting.labels', labels=', '.join(_toml(label) for label in column.labels))}"


def _yes(labels: Iterable[str]) -> Iterator[str]:
    """The line that says which of the answers mean yes; none where none looks so."""
    yes = [label for label in labels if normalise(label).partition(",")[0] in YES_WORDS]
    if yes:
        yield f"yes = [{', '.join(map(_toml, yes))}]  # {_mark('yes')}"


def _survey_role(heading: str, column: Guess) -> str:
    """Of a survey's column with labels or free text: what its heading says that it is, else a question."""
    words = normalise(heading)
    if column.role == "place" or names_role("handled", words):
        return "drop"  # a school that answered is never told
    if column.labels:
        return "unit_kind" if names_role("unit_kind", words) else "question"
    return "unit" if names_role("unit", words) else column.role


def _coded(labels: tuple[str, ...], kind: str, vocabulary: Vocabulary) -> Iterator[str]:
    terms = _terms(kind, vocabulary)
    yield f"# {message('drafting.codes', codes=', '.join(terms))}"
    yield from ("[tables.columns.values]", *_codes(labels, kind, terms))


def _terms(kind: str, vocabulary: Vocabulary) -> Mapping[str, Term]:
    return vocabulary.all_environments if kind == "environment" else vocabulary.event_types


def _codes(labels: tuple[str, ...], kind: str, terms: Mapping[str, Term]) -> Iterator[str]:
    for label in labels:
        code, word = code_of_label(label, kind, terms)
        yield f"{_toml(label)} = {_toml(code or OPEN)}  # {_mark('code', word=word) if code else _mark('no_code')}"


def _all_numbers(raw: RawColumn) -> bool:
    cells = [raw.cells[code] for code in raw.used() if not is_nothing(raw.cells[code])]
    others = list(islice(filterfalse(is_number, cells), len(cells) // 5 + 1))
    return bool(cells) and len(cells) - len(others) >= 0.8 * len(cells)


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


def _wide(table: UnknownTable, numbers: list[int], level: str, vocabulary: Vocabulary) -> Iterator[str]:
    headings = [table.headings[i] for i in numbers if table.headings[i] and not kinds_in(table.headings[i])]
    yield from ("", "[[tables.groups]]", f'heading = ["*"]  # {_mark("wide")}', "[[tables.groups.levels]]")
    yield f"as = {_toml(level)}  # {_mark('level')}"
    if level == "environment":
        codes = _codes(tuple(headings), level, vocabulary.all_environments)
        yield from ("[tables.groups.levels.values]", *codes)


def _groups(table: UnknownTable, guesses: list[tuple[int, Guess]]) -> dict[str, list[tuple[int, Guess]]]:
    """Columns whose headings share all but a last part, and whose answers are of one kind: stem -> columns."""
    free = [(i, g) for i, g in guesses if not g.choices and i not in _own(table) and (g.labels or _blank(table, i))]
    parted = [(_stem(table, i), i, g) for i, g in free]
    runs = ((stem, [(i, g) for _, i, g in run]) for stem, run in groupby(parted, key=lambda item: item[0]))
    grouped: dict[str, list[tuple[int, Guess]]] = {}
    for stem, members in runs:
        sets = [{normalise(label) for label in g.labels} for _, g in members if g.labels]
        alike = len(set[str]().union(*sets)) <= 12 and all(a & b or a | b <= TICKS for a, b in pairwise(sets))
        if stem and stem not in grouped and len(members) > 1 and sets and alike and not kinds_in(stem):
            grouped[stem] = members
    return grouped


def _blank(table: UnknownTable, index: int) -> bool:
    raw = table.column(index)
    return all(is_nothing(raw.cells[code]) for code in raw.used())


def _own(table: UnknownTable) -> set[int]:
    return {i for i, heading in enumerate(table.headings) if heading and is_heading(table.own, heading)}


def _stem(table: UnknownTable, index: int) -> str:
    """The heading with `*` for its last part: "Fråga [*]", "Fråga / *"; "" where it has no parts."""
    heading = table.headings[index]
    if table.tool == CODES_AND_TEXTS:
        heading = re.sub(r"^(\w+)\[\w+\]", r"\1", heading)  # V2[SQ001]. Fråga [val]
    if heading.endswith("]") and "[" in heading:
        return heading[: heading.rindex("[")] + "[*]"
    return heading[: heading.rindex(" / ")] + " / *" if table.header_rows > 1 and " / " in heading else ""


def _battery(
    table: UnknownTable,
    stem: str,
    members: list[tuple[int, Guess]],
    number: int,
    others: list[str],
    vocabulary: Vocabulary,
) -> Iterator[str]:
    labels = list(dict.fromkeys(label for _, g in members for label in g.labels))
    ticks = {normalise(label) for label in labels} <= TICKS
    items = [_item(stem, table.headings[i]) for i, _ in members]
    kind = kind_of_labels(items) if ticks else ""
    yield from ("", "[[tables.groups]]", f"heading = [{', '.join(map(_toml, _patterns(table, members, stem)))}]")
    if not kind:
        yield f'question = "grupp_{number}"  # {_mark("question_id")}'
    yield f"holds = {_toml('tick' if ticks else 'answer')}  # {_mark('battery')}"
    if others:
        yield f"exclude = [{', '.join(_toml(h) for h in others if not kinds_in(h))}]"
    if ticks:
        yes = [label for label in labels if normalise(label) in ("ja", "yes", "x", "y", "1", "quoted")]
        no = [label for label in labels if label not in yes and normalise(label) != "n/a"]
        yield f"ticked = [{', '.join(map(_toml, yes))}]"
        yield f"unticked = [{', '.join(map(_toml, ['', *no]))}]"
        yield f"missing = [{', '.join(_toml(label) for label in labels if normalise(label) == 'n/a')}]"
    else:
        yield f"values = [{', '.join(map(_toml, labels))}]  # {_mark('answers')}"
        yield from _yes(labels)
    yield from ("[[tables.groups.levels]]", f"as = {_toml(kind)}  # {_mark(kind)}" if kind else 'as = "item"')
    if kind:
        yield from ("[tables.groups.levels.values]", *_codes(tuple(items), kind, _terms(kind, vocabulary)))


def _item(stem: str, heading: str) -> str:
    """What stands in the place of the stem's `*`."""
    return heading.removesuffix("]").rpartition("[" if stem.endswith("[*]") else " / ")[2]


def _patterns(table: UnknownTable, members: list[tuple[int, Guess]], stem: str) -> list[str]:
    """The group's heading: the stem, or one for each column where a code of its own stands first."""
    if table.tool != CODES_AND_TEXTS:
        return [stem]
    return [table.headings[i][: table.headings[i].rindex("[")] + "[*]" for i, _ in members]


def _mark(key: str, **values: object) -> str:
    """The comment of a guess."""
    return message("drafting.guess", what=message(f"drafting.what.{key}", **values))


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
