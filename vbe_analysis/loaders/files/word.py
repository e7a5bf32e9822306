"""The tables and paragraphs of a Word document (docx) -> raw tables.

Read as the page shows it: text that tracked changes have deleted or moved away is left out, and so is the grey prompt
of a field that nobody has filled in.
"""

from xml.parsers import expat
from zipfile import ZipFile

from vbe_analysis.config import message
from vbe_analysis.loaders.files.html_tables import Table, add_cell, sheet_of
from vbe_analysis.loaders.files.preflight import Limits, inspect_parts
from vbe_analysis.loaders.files.raw import RawSheet, columns_of

UNSEEN = frozenset(("del", "moveFrom", "Fallback", "instrText", "delText"))
CHECKED, UNCHECKED = "\u2612", "\u2610"
WINGDINGS = {"F0FE": CHECKED, "F0FD": CHECKED, "F078": CHECKED, "F0A8": UNCHECKED, "F06F": UNCHECKED}
OFF = ("0", "false", "off")


def read_docx(archive: ZipFile, limits: Limits) -> list[RawSheet]:
    """Each table a sheet, named by its number; then the paragraphs outside tables, one a row, as a sheet of prose.

    A paragraph "label: value" is split at its first colon. Row numbers of the prose count every paragraph.
    """
    document = _Document(limits)
    inspect_parts(archive, limits, {"word/document.xml": document.watch}, {})
    sheets = [sheet_of(table, number) for number, table in enumerate(document.tables, start=1)]
    numbers = [number for number, text in enumerate(document.paragraphs, start=1) if text.strip()]
    rows = [_label_and_value(document.paragraphs[number - 1]) for number in numbers]
    width = max(map(len, rows), default=0)
    return [*sheets, RawSheet(message("raw.prose"), numbers, columns_of(rows, width), prose=True)]


def _label_and_value(paragraph: str) -> list[str]:
    label, colon, value = paragraph.partition(":")
    return [label.strip(), value.strip()] if colon else [paragraph]


class _Document:
    """Follows expat through word/document.xml."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.tables: list[Table] = []
        self.paragraphs: list[str] = []
        self.open: list[Table] = []
        self.text: list[str] = []  # of the paragraph outside tables
        self.unseen = 0  # how many elements of UNSEEN are open
        self.prompts: list[bool] = []  # the content controls that are open: whether each shows only its prompt
        self.in_run = self.in_text = self.ticked = False

    def watch(self, parser: expat.XMLParserType) -> None:
        """Set the handlers."""
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        values = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if local in UNSEEN:
            self.unseen += 1
        elif local in ("r", "t"):
            self.in_run, self.in_text = True, local == "t"
        elif local in ("tab", "br", "cr") and self.in_run:
            self._write("\t" if local == "tab" else "\n")
        elif local == "sym":
            self._write(WINGDINGS.get(values.get("char", "").upper(), ""))
        elif local in ("default", "checked"):
            self.ticked = values.get("val", "1") not in OFF
        elif local == "sdt":
            self.prompts.append(False)
        elif local == "showingPlcHdr" and self.prompts:
            self.prompts[-1] = values.get("val", "1") not in OFF
        elif local == "tbl":
            self.tables.append(Table())
            self.open.append(self.tables[-1])
        elif self.open:
            self._in_table(self.open[-1], local, values)

    def _in_table(self, table: Table, local: str, values: dict[str, str]) -> None:
        if local == "tr":
            table.close_cell()
            table.row, table.column = table.row + 1, 0
        elif local == "gridBefore":
            table.column += _count(values)
        elif local == "tc":
            add_cell(table, 1, 1, self.limits)
        elif local == "gridSpan" and table.cell:
            (row, column), count = table.cell, _count(values)
            if count > 1:
                table.cell = None
                table.column = column
                del table.cells[row, column]
                add_cell(table, 1, count, self.limits)
        elif local == "vMerge" and table.cell and values.get("val") != "restart":
            _extend(table, *table.cell)

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in UNSEEN:
            self.unseen -= 1
        elif local in ("r", "t"):
            self.in_run, self.in_text = local == "t", False
        elif local == "checkBox":
            self._write(CHECKED if self.ticked else UNCHECKED)
        elif local == "sdt":
            self.prompts.pop()
        elif local == "p" and self.open:
            self._write("\n")
        elif local == "p":
            self.paragraphs.append("".join(self.text))
            self.text = []
        elif local == "tc" and self.open:
            self.open[-1].close_cell()
        elif local == "tbl":
            self.open.pop().close_cell()

    def _characters(self, characters: str) -> None:
        if self.in_text:
            self._write(characters)

    def _write(self, characters: str) -> None:
        if self.unseen or (any(self.prompts) and characters != "\n"):
            return
        if not self.open:
            self.text.append(characters)
        elif self.open[-1].cell is not None:
            self.open[-1].text.append(characters)


def _count(values: dict[str, str]) -> int:
    digits = values.get("val", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 5 else 1


def _extend(table: Table, row: int, column: int) -> None:
    """Let the merged range that ends just above (or a single cell there) take in this cell."""
    last = max((right for top, left, _, right in table.merged if (top, left) == (row, column)), default=column)
    above = next((m for m in table.merged if m[1] == column and m[2] == row - 1), (row - 1, column, row - 1, last))
    table.merged = [m for m in table.merged if m != above and m[:2] != (row, column)]
    table.merged.append((above[0], column, row, above[3]))
