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
        """The place in Swedish: "SISAB 2021.xlsx, blad 'Vår', rad 14, kolumn 'Datum'"; in a Word file as Word shows it:
        "Blankett 1.docx, tabell 1, rad 4, kolumn B ('Datum')".
        """
        parts = [self.file] if self.file else []
        parts += [sheet_in_words(self.sheet)] if self.sheet else []
        parts += [row_in_words(str(self.row), self.sheet)] if self.row is not None else []
        if self.column and self.letter and is_table_of_a_page(self.sheet):
            parts.append(message("place.field", letter=self.letter, column=self.column))
        elif self.column:
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


def is_table_of_a_page(sheet: str) -> bool:
    """Whether the sheet is a numbered table of a Word file or a web page."""
    return sheet == message("raw.table", number=sheet.rpartition(" ")[2])


def sheet_in_words(sheet: str) -> str:
    """What an office calls the sheet: "blad 'Vår'"; "tabell 1" or "brödtext" in a Word file."""
    of_page = sheet == message("raw.prose") or is_table_of_a_page(sheet)
    return sheet if of_page else message("place.sheet", sheet=sheet)


def row_in_words(rows: str, sheet: str = "") -> str:
    """ "rad 4"; "stycke 4" in the text of a Word file."""
    return message("place.paragraph" if sheet == message("raw.prose") else "place.row", row=rows)


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
        rows = row_in_words(rows, self.sheet) + (message("repeated.more", more=rest) if rest > 0 else "")
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
