"""A source profile as a workbook, for those who do not write TOML: the rows of profiles.mapping, with drop-downs."""

from collections.abc import Mapping
from typing import Any

import openpyxl
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from vbe_analysis.config import message_table
from vbe_analysis.document.workbook import file_bytes
from vbe_analysis.loaders.profiles.drafted import OPEN
from vbe_analysis.loaders.profiles.mapping import COLUMNS, GUESS, LABELS, RIGHT, SETTINGS, rows_with_headings
from vbe_analysis.vocabulary import Vocabulary
from vbe_analysis.workspace.workbooks import LISTS, add_lists, write_guide, write_table

WIDTHS = {
    COLUMNS: (11, 10, 50, 26, 26, 36, 12, 60),
    LABELS: (11, 44, 9, 22, 12, 60),
    SETTINGS: (11, 16, 60, 12, 60),
}
ROOM = 100  # rows below those written that a person may add, with drop-downs
GUESSED, ASKED = (PatternFill("solid", bgColor=colour) for colour in ("FFF2CC", "F8CBAD"))


def mapping_book(content: Mapping[str, Any], vocabulary: Vocabulary) -> bytes:
    """The workbook of a profile's content, drafted or as TOML has it. What is open or guessed is coloured."""
    book = openpyxl.Workbook()
    sheets = list[Worksheet]()
    for name, headings, rows in rows_with_headings(content):
        sheet = book.create_sheet(name) if sheets else book.worksheets[0]
        sheet.title = name
        write_table(sheet, headings, rows, WIDTHS[name])
        check = get_column_letter(headings.index("Kontroll") + 1)
        cells = f"A2:{get_column_letter(len(headings))}{len(rows) + 1 + ROOM}"
        asked = f'COUNTIF($A2:${check}2,"~{OPEN}")>0'
        sheet.conditional_formatting.add(cells, FormulaRule(formula=[asked], fill=ASKED, stopIfTrue=True))
        sheet.conditional_formatting.add(cells, FormulaRule(formula=[f'${check}2="{GUESS}"'], fill=GUESSED))
        sheets.append(sheet)
    codes = (*vocabulary.all_environments, *vocabulary.event_types)
    lists = {"Roll": tuple(message_table("mapping.roles").values()), "Kod": codes, "Kontroll": (GUESS, RIGHT)}
    add_lists(book.create_sheet(LISTS), lists, sheets, last=max(sheet.max_row for sheet in sheets) + ROOM)
    write_guide(book, "mapping")
    return file_bytes(book)
