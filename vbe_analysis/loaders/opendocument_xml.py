"""What an OpenDocument spreadsheet (ods) says of its sheets and the spreadsheet reader keeps to itself.

The same questions as workbook_xml asks of an xlsx. Rows and cells carry repeat counts, so a small file can claim many.
"""

from xml.parsers import expat
from zipfile import ZipFile

from vbe_analysis.loaders.preflight import Elements, Limits, inspect_parts, refusal
from vbe_analysis.loaders.workbook_xml import COLUMNS, ROWS, SheetTraits, check_box

HIDDEN = ("collapse", "filter")


def preflight_ods(archive: ZipFile, limits: Limits) -> dict[str, SheetTraits]:
    """Sheet name -> what the preflight saw of it; raises InputError for a workbook that must not be opened."""
    watch = _ContentWatch()
    inspect_parts(archive, limits, {"content.xml": watch.start}, {})
    for name, sheet in watch.sheets.items():
        check_box(name, sheet, limits)
    return watch.sheets


class _ContentWatch:
    """Follows expat through content.xml; rows and columns count from 0 here."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetTraits] = {}
        self.traits = SheetTraits()
        self.name = ""
        self.next_row = self.column = self.next_declared = 0
        self.rows = range(0)  # the rows that the open row element stands for

    def start(self, parser: expat.XMLParserType) -> None:
        """Set the handlers."""
        handlers = {"table": self._table, "table-column": self._columns, "table-row": self._row}
        Elements({**handlers, "table-cell": self._cell, "covered-table-cell": self._cell}).watch(parser)

    def _table(self, attributes: dict[str, str]) -> None:
        self.name = attributes.get("table:name", "")
        self.traits = self.sheets[self.name] = SheetTraits()
        self.next_row = self.next_declared = 0

    def _columns(self, attributes: dict[str, str]) -> None:
        first, self.next_declared = self.next_declared, self.next_declared + self._count(attributes, "columns-repeated")
        if attributes.get("table:visibility") in HIDDEN:
            self.traits.hidden_columns.update(range(first, min(self.next_declared, COLUMNS)))

    def _row(self, attributes: dict[str, str]) -> None:
        self.rows = range(self.next_row, self.next_row + self._count(attributes, "rows-repeated"))
        self.next_row, self.column = self.rows.stop, 0
        if attributes.get("table:visibility") in HIDDEN and self.rows.stop <= ROWS:
            self.traits.hidden_rows.update(row + 1 for row in self.rows)

    def _cell(self, attributes: dict[str, str]) -> None:
        columns = range(self.column, self.column + self._count(attributes, "columns-repeated"))
        self.column = columns.stop
        if "office:value-type" not in attributes:
            if "table:formula" in attributes and self._inside(columns):
                self.traits.uncomputed |= {(row + 1, column) for row in self.rows[:1] for column in columns[:1]}
            return
        if not self._inside(columns):
            raise refusal("cell_outside", sheet=self.name)
        traits = self.traits
        traits.filled.update(row + 1 for row in self.rows)
        traits.first_row = min(traits.first_row, self.rows.start + 1)
        traits.last_row = max(traits.last_row, self.rows.stop)
        traits.columns = max(traits.columns, columns.stop)
        if attributes.get("calcext:value-type") == "error" and len(self.rows) * len(columns) < ROWS:
            traits.error_cells |= {(row + 1, column) for row in self.rows for column in columns}
        spans = [self._count(attributes, name) for name in ("rows-spanned", "columns-spanned")]
        if spans != [1, 1]:
            top, left = self.rows.start, columns.start
            traits.merged.append((top + 1, left, top + spans[0], left + spans[1] - 1))

    def _inside(self, columns: range) -> bool:
        return self.rows.stop <= ROWS and columns.stop <= COLUMNS

    def _count(self, attributes: dict[str, str], name: str) -> int:
        digits = attributes.get(f"table:number-{name}", "1")
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and int(digits)):
            raise refusal("file_corrupt", sheet=self.name)
        return int(digits)
