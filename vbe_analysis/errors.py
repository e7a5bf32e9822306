"""Our exceptions. What a person reads comes from config/messages.sv.toml; no message ever holds a free-text cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vbe_analysis.config import message


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input: where it stands, which rule it breaks, what to do.

    code: a table under [faults] in messages.sv.toml, with `text` (the rule) and `remedy` (what to do).
    row: 1-based as the office's program shows it; column: the heading, "" where it has none or must not be shown;
    letter: the column's letter in the office's program.
    values: what the message's braces take; never a cell of a free-text or identifying column (design.md 7.2).
    """

    code: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    letter: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The place in Swedish: "SISAB 2021.xlsx, blad 'Vår', rad 14, kolumn 'Datum'"."""
        parts = [self.file] if self.file else []
        parts += [message("place.sheet", sheet=self.sheet)] if self.sheet else []
        parts += [message("place.row", row=self.row)] if self.row is not None else []
        if self.column:
            parts.append(message("place.column", column=self.column))
        elif self.letter:
            parts.append(message("place.letter", letter=self.letter))
        return ", ".join(parts)

    @property
    def text(self) -> str:
        """The rule that was broken, in Swedish."""
        return message(f"faults.{self.code}.text", **self.values)

    @property
    def remedy(self) -> str:
        """What the reader can do about it, in Swedish."""
        return message(f"faults.{self.code}.remedy", **self.values)

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.place}:" if self.place else "", self.text, self.remedy) if part)


class VbeError(Exception):
    """Something went wrong that the person at the keyboard can act on; str() is Swedish and safe to show."""


class InputError(VbeError):
    """One or more faults in the input, all told at once: `str()` of it is the whole text."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[Fault, ...]]]:
        return InputError, (self.faults,)  # as it comes back from another process


def fault(code: str, /, **values: object) -> InputError:
    """An InputError of one fault that stands in no particular file."""
    return InputError([Fault(code, values=values)])


SHOWN = 5


@dataclass(frozen=True)
class Repeated(Fault):
    """The same fault in several rows of a column; `row` is the first."""

    rows: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """The place with the first rows and the number of the others."""
        alone = Fault(self.code, self.file, self.sheet, None, self.column, self.letter).place
        rows = ", ".join(str(row) for row in self.rows[:SHOWN])
        rest = len(self.rows) - SHOWN
        rows = message("repeated.more", rows=rows, more=rest) if rest > 0 else message("repeated.rows", rows=rows)
        return ", ".join(part for part in (alone, rows) if part)


def summarised(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults in their order, those that differ only by row as one `Repeated`.

    For what a person reads: the rejects keep a row each.
    """
    rows: dict[tuple[object, ...], list[Fault]] = {}
    for fault in faults:
        values = tuple(sorted((key, str(value)) for key, value in fault.values.items()))
        rows.setdefault((fault.code, fault.file, fault.sheet, fault.column, fault.letter, values), []).append(fault)
    return tuple(_one(same) for same in rows.values())


def _one(same: list[Fault]) -> Fault:
    first = same[0]
    numbers = tuple(fault.row for fault in same if fault.row is not None)
    if len(numbers) < 2:
        return first
    return Repeated(first.code, first.file, first.sheet, numbers[0], first.column, first.letter, first.values, numbers)
