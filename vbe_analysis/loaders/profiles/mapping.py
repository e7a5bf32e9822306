"""The mapping as a workbook: a profile's content as rows of three sheets, and the rows as content again.

Kolumner: a row for each column, group and level; Etiketter: a row for each label and its code; Inställningar: a row for
every other key of the profile and its tables. `Nr` names a part ("T1 K3": table 1, column 3; "T1 G1 N2": level 2 of
group 1), so that sorted rows mean the same. What a cell cannot hold as words it holds as TOML. In a draft one row of
Inställningar confirms all guesses.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, get_type_hints

from vbe_analysis.config import message, message_table
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.deliveries.workbook_rows import ERROR, rows_of
from vbe_analysis.loaders.files.raw import RawSheet
from vbe_analysis.loaders.profiles.drafted import HOLDS, OPEN, UNREAD, Drafted, plain, toml_value
from vbe_analysis.loaders.values.cells import label_of, normalise

COLUMNS, LABELS, SETTINGS = "Kolumner", "Etiketter", "Inställningar"
GUESS, RIGHT = "gissning", "rätt"
HEADINGS: Mapping[str, tuple[str, ...]] = {
    COLUMNS: ("Nr", "Del", "Rubrik", "Innehåll", "Roll", "Övrigt", "Kontroll", "Varför"),
    LABELS: ("Nr", "Etikett", "Antal", "Kod", "Kontroll", "Varför"),
    SETTINGS: ("Nr", "Nyckel", "Värde", "Kontroll", "Varför"),
}
WHOLE = "Profilen"
ALL_GUESSES = "alla gula rader"  # the key of the row that confirms them
QUOTED = ('"', "{")  # how a cell begins that holds TOML: a text that words cannot show, or several codes
_NUMBER = re.compile(r"T(\d+)(?: ([KG])(\d+)(?: N(\d+))?)?")
PARTS = {"K": "kolumn", "G": "grupp", "N": "nivå"}
Row = tuple[object, ...]
BookRow = tuple[int, list[Any]]  # its number in the sheet, its cells
Number = tuple[int, str, int, int]  # table, K or G, its number, the level's


class Mark(NamedTuple):
    """Whether a value is a guess, which a question is not, and why it stands there."""

    check: str
    why: str


def mapping_rows(content: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Sheet -> its rows by HEADINGS, of a profile's content, drafted or as read from TOML."""
    rows: dict[str, list[Row]] = {COLUMNS: [], LABELS: [], SETTINGS: []}
    for key, value in content.items():
        if key != "tables":
            rows[SETTINGS].append((WHOLE, key, _cell(value), *_mark(value)))
    for number, table in enumerate(content["tables"], 1):
        for key, value in table.items():
            if key not in ("columns", "groups", UNREAD):
                rows[SETTINGS].append((f"T{number}", key, _cell(value), *_mark(value)))
        columns = table.get("columns", [])
        for at, column in enumerate(columns, 1):
            _add(rows, f"T{number} K{at}", column)
        for at, group in enumerate(table.get("groups", []), 1):
            _add(rows, f"T{number} G{at}", group)
            for level, part in enumerate(group.get("levels", []), 1):
                _add(rows, f"T{number} G{at} N{level}", part)
        for at, (heading, kind) in enumerate(table.get(UNREAD, {}).items(), len(columns) + 1):
            rows[COLUMNS].append((f"T{number} K{at}", PARTS["K"], heading, kind, "", "", "", ""))
    if any(row[-2] == GUESS for of_sheet in rows.values() for row in of_sheet):
        rows[SETTINGS].insert(0, (WHOLE, ALL_GUESSES, "", GUESS, message("mapping.all_guesses")))
    return rows


def _add(rows: dict[str, list[Row]], number: str, part: Mapping[str, Any]) -> None:
    """The row of a column, group or level, and those of its labels."""
    roles, kind = message_table("mapping.roles"), number.split()[-1][0]
    role, values = part.get("as", ""), part.get("values")
    labels = values.items() if isinstance(values, Mapping) else ()
    for label, code in labels:
        cells = code.decides if isinstance(code, Drafted) and code.decides < 10**9 else ""
        rows[LABELS].append((number, label, cells, _cell(code), *_mark(code)))
    others = {
        k: v for k, v in part.items() if k not in ("as", "heading", "levels", HOLDS) and not (k == "values" and labels)
    }
    mark = _mark([role, *others.values()])
    more = "\n".join(f"{key} = {toml_value(value)}" for key, value in others.items())
    word = roles.get(str(plain(role)), str(plain(role)))
    headings = "\n".join(map(str, _listed(plain(part.get("heading", [])))))
    rows[COLUMNS].append((number, PARTS[kind], headings, part.get(HOLDS, ""), word, more, *mark))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _cell(value: Any) -> object:
    """A value as a cell: a text as it is, texts one a line, all else as TOML."""
    bare = plain(value)
    if isinstance(bare, str):
        return bare if bare and bare == label_of_lines(bare) and bare[0] not in QUOTED else toml_value(bare)
    if isinstance(bare, list) and bare and all(isinstance(item, str) and "\n" not in item for item in bare):
        return "\n".join(bare)
    return toml_value(bare)


def _mark(value: Any) -> Mark:
    marks = list(_drafted(value))
    why = "; ".join(dict.fromkeys(mark.why for mark in marks if mark.why))
    return Mark(GUESS if any(not (mark.sure or mark.is_open) for mark in marks) else "", why)


def _drafted(value: Any) -> Iterator[Drafted]:
    """The drafted values in a value, however deep."""
    if isinstance(value, Drafted):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _drafted(part)


@dataclass(frozen=True)
class _Reading:
    """What has been read of a workbook: the parts by number, and every fault."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    parts: dict[Number, dict[str, Any]] = field(default_factory=dict)

    def fault(self, code: str, sheet: str, row: int, **values: object) -> None:
        """Note a fault of a row."""
        self.faults.append(Fault(code, self.file, sheet, row, values=values))


def mapping_content(
    book: Mapping[str, RawSheet], file: str, hints: tuple[type, type]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """(content, the places of guesses) of a workbook; raises InputError with every fault of its rows at once.

    hints: the dataclasses of a profile and of a table, whose types say how a setting is written.
    """
    reading = _Reading(file)
    sheets = confirmed({name: list(rows_of(book, file, name, HEADINGS[name], reading.faults)) for name in HEADINGS})
    for name, rows in sheets.items():
        for row, cells in rows:
            if ERROR in cells or row in {at for at, _ in book[name].uncomputed}:
                reading.fault("mapping_formula", name, row)
            check = normalise(label_of(cells[-2]))
            if check == GUESS or any(_is_open(cell) for cell in cells[:-2]):
                reading.guesses.append(f"{name} {row}")
            elif check not in ("", RIGHT):
                reading.fault("mapping_check", name, row, known=f"{GUESS}, {RIGHT}")
    _read_columns(sheets[COLUMNS], reading)
    _read_labels(sheets[LABELS], reading)
    content = _read_settings(sheets[SETTINGS], reading, tuple(map(get_type_hints, hints)))
    if reading.faults:
        raise InputError(reading.faults)
    return content, tuple(reading.guesses)


def confirmed(sheets: Mapping[str, list[BookRow]]) -> dict[str, list[BookRow]]:
    """Sheet -> its rows but the one that confirms all guesses; where it says so they are right."""
    checks = [cells[-2] for _, cells in sheets[SETTINGS] if normalise(label_of(cells[1])) == ALL_GUESSES]
    right = any(normalise(label_of(check)) == RIGHT for check in checks)
    rows = dict(sheets)
    rows[SETTINGS] = [row for row in sheets[SETTINGS] if normalise(label_of(row[1][1])) != ALL_GUESSES]
    for of_sheet in rows.values() if right else ():
        for _, cells in of_sheet:
            cells[-2] = RIGHT if normalise(label_of(cells[-2])) == GUESS else cells[-2]
    return rows


def _is_open(cell: object) -> bool:
    return isinstance(cell, str) and (cell == OPEN or f'"{OPEN}"' in cell)


def _read_columns(rows: Iterable[tuple[int, Sequence[Any]]], reading: _Reading) -> None:
    roles = {normalise(word): role for role, word in message_table("mapping.roles").items()}
    for row, (number, _, heading, _, role, more, *_) in rows:
        at, word = _number(number, COLUMNS, row, reading), normalise(label_of(role))
        if at is None or at[1] == "":
            if at is not None:
                reading.fault("mapping_number", COLUMNS, row, number=label_of(number))
            continue
        if word and word not in roles and word not in roles.values():
            known = ", ".join(message_table("mapping.roles").values())
            reading.fault("mapping_role", COLUMNS, row, role=label_of(role), known=known)
        if at in reading.parts:
            reading.fault("mapping_twice", COLUMNS, row, number=label_of(number))
        part = _toml(label_of_lines(more), partial(reading.fault, "mapping_value", COLUMNS, row))
        if heading is not None:
            part["heading"] = label_of_lines(heading).splitlines()
        if word:
            part["as"] = roles.get(word, word)
        if word or at[1] == "G":
            reading.parts[at] = part


def _read_labels(rows: Iterable[tuple[int, Sequence[Any]]], reading: _Reading) -> None:
    for row, (number, label, _, code, *_) in rows:
        at = _number(number, LABELS, row, reading)
        if at is None:
            continue
        if at not in reading.parts:
            reading.fault("mapping_no_column", LABELS, row, number=label_of(number))
            continue
        text, values = label_of(label), reading.parts[at].setdefault("values", {})
        if not isinstance(values, dict) or text in values:
            reading.fault("mapping_twice", LABELS, row, number=f"{label_of(number)} {text}")
        elif code is None:
            reading.fault("mapping_no_code", LABELS, row, label=text)
        else:
            fault = partial(reading.fault, "mapping_value", LABELS, row)
            written = label_of(code)
            is_toml = written.startswith(QUOTED)
            values[text] = _toml(f"code = {written}", fault).get("code", "") if is_toml else written


def _read_settings(
    rows: Iterable[tuple[int, Sequence[Any]]], reading: _Reading, hints: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The content: the settings, with the parts in their places."""
    content: dict[str, Any] = {}
    tables: dict[int, dict[str, Any]] = {number: {} for number, *_ in sorted(reading.parts)}
    for row, (number, key, cell, *_) in rows:
        whole = normalise(label_of(number)) == normalise(WHOLE)
        at = None if whole else _number(number, SETTINGS, row, reading)
        if not whole and at is None:
            continue
        target = content if at is None else tables.setdefault(at[0], {})
        name, hint = label_of(key), hints[at is not None].get(label_of(key))
        if name in target:
            reading.fault("mapping_twice", SETTINGS, row, number=f"{label_of(number)} {name}")
        fault = partial(reading.fault, "mapping_value", SETTINGS, row)
        target[name] = _setting(cell, hint, fault)
    for table, kind, place, level in sorted(reading.parts):
        part = reading.parts[table, kind, place, level]
        if level:
            group = reading.parts.get((table, kind, place, 0))
            if group is not None:
                group.setdefault("levels", []).append(part)
        else:
            tables[table].setdefault("columns" if kind == "K" else "groups", []).append(part)
    return content | {"tables": [tables[number] for number in sorted(tables)]}


def _setting(cell: Any, hint: Any, fault: Callable[[], None]) -> Any:
    """A setting's value, by the type that the profile has there."""
    if isinstance(cell, bool | int):
        return cell
    text = label_of_lines(cell)
    if (hint is str or hint is None) and not text.startswith(QUOTED):
        return text
    if hint == tuple[str, ...] and not text.startswith("["):
        return text.splitlines()
    return _toml(f"value = {text}", fault).get("value", "")


def _number(cell: Any, sheet: str, row: int, reading: _Reading) -> Number | None:
    match = _NUMBER.fullmatch(label_of(cell))
    if match is None:
        reading.fault("mapping_number", sheet, row, number=label_of(cell))
        return None
    return int(match[1]), match[2] or "", int(match[3] or 0), int(match[4] or 0)


def label_of_lines(cell: Any) -> str:
    """The cell's text with its lines, each tidied."""
    return "\n".join(label_of(line) for line in cell.splitlines()) if isinstance(cell, str) else label_of(cell)


def _toml(text: str, fault: Callable[[], None]) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        fault()
        return {}


def rows_with_headings(content: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...], list[Row]]]:
    """(sheet, headings, rows) of the workbook."""
    for sheet, rows in mapping_rows(content).items():
        yield sheet, HEADINGS[sheet], rows
