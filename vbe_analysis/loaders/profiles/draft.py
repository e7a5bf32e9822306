"""`vbe profile FIL`: the draft of a source profile. Everything in it is a guess, and is marked as one."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from vbe_analysis.config import load, message
from vbe_analysis.loaders.files.raw import RawColumn, RawFile, RawSheet, column_letter
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.unknown import (
    TICKS,
    Guess,
    UnknownTable,
    find_table,
    guess,
    is_nothing,
    is_number,
    nearest,
)
from vbe_analysis.loaders.values.cells import Unreadable, is_heading, normalise
from vbe_analysis.loaders.values.dates import period_interval
from vbe_analysis.vocabulary import Vocabulary

YES_WORDS = ("ja", "yes", "y")
OPEN = "?"  # a code that a person has to fill in: no vocabulary has it


def draft_profile(raw: RawFile, vocabulary: Vocabulary) -> str:
    """A profile in TOML that parse_profile accepts, with a comment at each guess and "?" for each code left open.

    No cell of a column that may hold free text, identifiers or personal data is shown.
    """
    stem = "" if kinds_in(raw.name) else Path(raw.name).stem
    tables = [
        find_table(s) for s in raw.sheets if not s.hidden and not s.prose and any(_filled(s, i) for i in range(3))
    ]
    lines = [*(f"# {line}" for line in message("drafting.intro").strip().splitlines()), ""]
    lines += [f"name = {_toml(stem or message('drafting.nameless'))}"]
    source = "enkat" if any(t.tool for t in tables) else OPEN
    lines += [f"source = {_toml(source)}  # {_mark('source', codes=', '.join(vocabulary.sources))}"]
    columns = [[(i, guess(t.headings[i], t.column(i))) for i in range(len(t.headings))] for t in tables]
    order = next((g.order for of_table in columns for _, g in of_table if g.order), "")
    if order:
        lines += ["", "[dates]", f"order = {_toml(order)}  # {_mark('order')}"]
    if any(_english(t.column(i)) for t, of_table in zip(tables, columns, strict=True) for i, _ in of_table):
        lines += ["", "[numbers]", f'decimal = "."  # {_mark("decimal")}', 'thousands = [","]']
    for table, guesses in zip(tables, columns, strict=True):
        lines += ["", *_table(table, guesses, len(tables) > 1, vocabulary)]
    return "\n".join(lines) + "\n"


def _filled(sheet: RawSheet, index: int) -> bool:
    return index < len(sheet.columns) and any(cell is not None for cell in sheet.columns[index].cells)


def _table(
    table: UnknownTable, guesses: list[tuple[int, Guess]], several: bool, vocabulary: Vocabulary
) -> Iterator[str]:
    numbers = [
        i for i, g in guesses if g.role in ("count", "drop") and not g.personal and _all_numbers(table.column(i))
    ]
    levels = _level_of([table.headings[i] for i in numbers], vocabulary)
    groups = _groups(table, guesses) if table.tool or table.header_rows == 2 else {}
    shape = "survey" if table.tool or (groups and not levels) else "counts" if levels else "reports"
    yield "[[tables]]"
    yield f"shape = {_toml(shape)}  # {_mark('shape')}"
    if several and not kinds_in(table.sheet.name):
        yield f"sheets = [{_toml(table.sheet.name)}]  # {_mark('sheets')}"
    if table.header_rows != 1:
        yield f"header_rows = {table.header_rows}  # {_mark('header_rows')}"
    if table.tool:
        yield f"tool = {_toml(table.tool)}  # {load('survey_tools')[table.tool]['label']}. {_mark('tool')}"
    taken: set[int] = set()
    if levels:
        taken = set(numbers)
        yield from _wide(table, numbers, levels, vocabulary)
    for number, (stem, members) in enumerate(groups.items() if shape == "survey" else (), 1):
        taken |= {i for i, _ in members}
        others = [h for i, h in enumerate(table.headings) if is_heading((stem,), h) and i not in taken]
        yield from _battery(stem, members, number, others)
    question = 0
    for index, column in _once(guesses):
        if index in taken or is_heading(table.own, table.headings[index]) or not _filled(table.sheet, index):
            continue
        question += 1
        yield from _column(table, index, column, question, shape, vocabulary)


def _once(guesses: list[tuple[int, Guess]]) -> Iterator[tuple[int, Guess]]:
    """The guesses with one column for each part of a date and one key: the first."""
    seen: set[str] = set()
    for index, column in guesses:
        again = column.role in seen & {"date", "year", "month", "week", "day", "key", "count"}
        yield index, Guess("drop", extra=True) if again else column
        seen.add(column.role)


def _english(raw: RawColumn) -> bool:
    """Whether the column writes a thousand as "1,234"."""
    cells = {raw.cells[code] for code in raw.used()}
    return _all_numbers(raw) and any(isinstance(c, str) and re.search(r"\d,\d{3}\b", c) for c in cells)


def _column(
    table: UnknownTable, index: int, column: Guess, number: int, shape: str, vocabulary: Vocabulary
) -> Iterator[str]:
    heading, role = table.headings[index], column.role
    if shape != "survey" and role == "noted":
        role = "filter"
    if shape == "survey" and role in ("filter", "place", "area"):
        role = "question"
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
    elif role in ("environment", "event_type"):
        terms = vocabulary.all_environments if role == "environment" else vocabulary.event_types
        yield f"# {message('drafting.codes', codes=', '.join(terms))}"
        yield from ("[tables.columns.values]", *_codes(column.labels, terms))
    elif column.labels:
        yield f"# {message('drafting.labels', labels=', '.join(_toml(label) for label in column.labels))}"


def _yes(labels: Iterable[str]) -> Iterator[str]:
    """The line that says which of the answers mean yes; none where none looks so."""
    yes = [label for label in labels if normalise(label).partition(",")[0] in YES_WORDS]
    if yes:
        yield f"yes = [{', '.join(map(_toml, yes))}]  # {_mark('yes')}"


def _codes(labels: tuple[str, ...], terms: Mapping[str, Any]) -> Iterator[str]:
    for label in labels:
        code = nearest(label, terms)
        yield f"{_toml(label)} = {_toml(code or OPEN)}  # {_mark('code' if code else 'no_code')}"


def _all_numbers(raw: RawColumn) -> bool:
    cells = [raw.cells[code] for code in raw.used() if not is_nothing(raw.cells[code])]
    return bool(cells) and sum(map(is_number, cells)) >= 0.8 * len(cells)


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
    return "environment" if sum(bool(nearest(h, vocabulary.environments)) for h in named) > len(named) / 2 else ""


def _wide(table: UnknownTable, numbers: list[int], level: str, vocabulary: Vocabulary) -> Iterator[str]:
    headings = [table.headings[i] for i in numbers if table.headings[i] and not kinds_in(table.headings[i])]
    yield from ("", "[[tables.groups]]", f'heading = ["*"]  # {_mark("wide")}', "[[tables.groups.levels]]")
    yield f"as = {_toml(level)}  # {_mark('level')}"
    if level == "environment":
        yield from ("[tables.groups.levels.values]", *_codes(tuple(headings), vocabulary.all_environments))


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
    if heading.endswith("]") and "[" in heading:
        return heading[: heading.rindex("[")] + "[*]"
    return heading[: heading.rindex(" / ")] + " / *" if table.header_rows > 1 and " / " in heading else ""


def _battery(stem: str, members: list[tuple[int, Guess]], number: int, others: list[str]) -> Iterator[str]:
    labels = list(dict.fromkeys(label for _, g in members for label in g.labels))
    ticks = {normalise(label) for label in labels} <= TICKS
    yield from (
        "",
        "[[tables.groups]]",
        f"heading = [{_toml(stem)}]",
        f'question = "grupp_{number}"  # {_mark("question_id")}',
    )
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
    yield from ("[[tables.groups.levels]]", 'as = "item"')


def _mark(key: str, **values: object) -> str:
    """The comment of a guess."""
    return message("drafting.guess", what=message(f"drafting.what.{key}", **values))


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
