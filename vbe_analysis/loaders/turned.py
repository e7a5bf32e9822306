"""A table that lies on its side: a record a column. Turned, it is read as any other, and told by its own places."""

from dataclasses import dataclass, replace

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.headings import Located
from vbe_analysis.loaders.raw import RawSheet, column_letter, factorise
from vbe_analysis.loaders.rows import Account, account
from vbe_analysis.loaders.tables import Part


@dataclass(frozen=True, eq=False)
class Turned:
    """sheet: with a row for each column of the `original` (row 3 is column C). A record's `row` is that number."""

    original: RawSheet
    sheet: RawSheet

    def placed(self, fault: Fault) -> Fault:
        """The fault where the office sees it."""
        row = fault.row
        place = next((i for i in range(len(self.sheet.columns)) if column_letter(i) == fault.letter), None)
        number = None if place is None else int(self.original.row_numbers[place])
        return replace(fault, row=number, letter=column_letter(row - 1) if row else "", column="")

    def part(self, part: Part) -> Part:
        """The part with every fault placed."""
        faults = tuple((position, self.placed(fault)) for position, fault in part.faults)
        return replace(part, faults=faults, stops=tuple(map(self.placed, part.stops)))

    def located(self, located: Located) -> Located:
        """The table with its heading faults placed."""
        return replace(located, faults=tuple(map(self.placed, located.faults)))

    def account(self, part: Part, file: str) -> Account:
        """Of the columns: each is a record, a heading, or left out by a rule."""
        refused = {position for position, _ in part.faults}
        return account(self.sheet, file, [(part.located, part.fates, refused)])


def turned(sheet: RawSheet) -> Turned:
    """The sheet with its columns as rows."""
    rows = [[column.cells[int(code)] for code in column.codes] for column in sheet.columns]
    columns = tuple(factorise(cells) for cells in zip(*rows, strict=True))
    on_side = RawSheet(
        sheet.name, range(1, len(rows) + 1), columns, sheet.hidden,
        hidden_rows=frozenset(index + 1 for index in sheet.hidden_columns),
        merged=tuple((left + 1, sheet.position(top), right + 1, sheet.position(low))
                     for top, left, low, right in sheet.merged if {top, low} <= set(sheet.row_numbers)),
    )  # fmt: skip
    return Turned(sheet, on_side)
