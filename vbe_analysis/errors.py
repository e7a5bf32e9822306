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
    """One or more faults in the input, all told at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[Fault, ...]]]:
        return InputError, (self.faults,)  # as it comes back from another process


def fault(code: str, /, **values: object) -> InputError:
    """An InputError of one fault that stands in no particular file."""
    return InputError([Fault(code, values=values)])
