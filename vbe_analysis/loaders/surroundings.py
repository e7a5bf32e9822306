"""What is said of a row outside its own cells: by the table's constants, the file's and sheet's names, section rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.cells import Unreadable, normalise
from vbe_analysis.loaders.fields import Context, Converted, label, labels, set_fields, start_fields
from vbe_analysis.loaders.headings import Bound, Located
from vbe_analysis.loaders.layout import FIELDS, PARTS, Column, Level, Name
from vbe_analysis.loaders.raw import Cell, RawColumn
from vbe_analysis.loaders.rows import holds
from vbe_analysis.loaders.wording import matcher

DATES = ("date", *PARTS)

UNMATCHED = {"sheet": "sheet_name_unmatched", "file": "file_name_unmatched"}


@dataclass(frozen=True, eq=False)
class Surroundings:
    """fields: FIELDS per body row, None where nothing is said; dates: what speaks of time, by role, as columns.

    read: what the section rows became; stops: a name that does not fit its pattern, or says an unknown label.
    """

    fields: dict[str, np.ndarray]
    dates: dict[str, Bound]
    read: list[Converted]
    stops: list[Fault]


def surroundings(located: Located, context: Context) -> Surroundings:
    """What the body's rows inherit, the nearest word last: constants, file, sheet, then the section they stand in."""
    size = located.end - located.body
    found = Surroundings(start_fields(size, located.table.constants), {}, [], [])
    for name in sorted(located.table.names, key=lambda name: name.of):
        _name(name, located, found, context)
    _sections(located, found, context)
    return found


def level_value(level: Level, capture: str, context: Context) -> Mapping[str, str] | Unreadable:
    """What one part of a heading or a name sets: {field: code}; {} for a part of a date, an item or one to ignore."""
    if level.as_ in (*DATES, "item", "ignore"):
        return {}
    return label(capture, Column(level.as_, values=level.values, default=level.default), context)


def constant(role: str, cell: Cell, size: int, heading: str, index: int = -1) -> Bound:
    """A column that says the same in every row."""
    return Bound(Column(role), index, heading, RawColumn(np.zeros(size, dtype=np.int32), [cell]))


def _name(name: Name, located: Located, found: Surroundings, context: Context) -> None:
    text = located.sheet.name if name.of == "sheet" else Path(context.file).stem
    matches = (matcher(pattern).fullmatch(normalise(text)) for pattern in name.pattern)
    match = next((m for m in matches if m), None)
    if match is None:
        values = {"pattern": " / ".join(name.pattern), "name": text, "of": name.of}
        found.stops.append(Fault(UNMATCHED[name.of], context.file, located.sheet.name, values=values))
        return
    size = located.end - located.body
    for level, capture in zip(name.levels, match.groups(), strict=True):
        said = level_value(level, capture.strip(), context)
        if isinstance(said, Unreadable):
            converted = Converted(constant("ignore", capture, size, text), (), np.zeros(0, dtype=np.int32))
            found.stops.append(replace(converted.fault(said, None, context), sheet=located.sheet.name))
        elif level.as_ in DATES:
            found.dates[level.as_] = constant(level.as_, capture.strip(), size, text)
        else:
            for field, code in said.items():
                if field in FIELDS:
                    found.fields[field][:] = code


def _sections(located: Located, found: Surroundings, context: Context) -> None:
    size = located.end - located.body
    for section in located.table.sections:
        bound = located.named(section.column)
        if bound is None:
            continue
        raw: Any = bound.raw
        if len(raw.codes) != size:
            raw = replace(raw, codes=raw.codes[located.body : located.end])
        marks = holds(located, section.where)
        last = np.maximum.accumulate(np.where(marks, np.arange(size), -1))
        cells = [*raw.cells, None]
        codes = np.where(last >= 0, raw.codes[np.maximum(last, 0)], len(raw.cells)).astype(np.int32)
        below = replace(bound, raw=RawColumn(codes, cells))
        if section.as_ in DATES:
            found.dates[section.as_] = below
        else:
            converted = labels(below, section, context)
            set_fields(found.fields, converted, rows=last >= 0)
            found.read.append(converted)
