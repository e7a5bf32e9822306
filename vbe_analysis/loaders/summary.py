"""Many faults of one kind as one: a label that nobody knows in 300 rows is one thing to decide, and one line."""

from collections.abc import Iterable
from dataclasses import dataclass

from vbe_analysis.config import message
from vbe_analysis.errors import Fault

SHOWN = 5


@dataclass(frozen=True)
class Repeated(Fault):
    """The same fault in several rows of a column; `row` is the first."""

    rows: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """The place with the first rows and the number of the others."""
        alone = Fault(self.code, self.file, self.sheet, None, self.column, self.letter).place
        shown = ", ".join(str(row) for row in self.rows[:SHOWN])
        rest = len(self.rows) - SHOWN
        rows = message("repeated.more", rows=shown, more=rest) if rest > 0 else message("repeated.rows", rows=shown)
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
