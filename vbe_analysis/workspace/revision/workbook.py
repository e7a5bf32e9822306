"""revidering.xlsx, the revision's log: who was consulted, what was decided, and when it was published.

A row an event of the kinds of message [revision.kind]; one with nothing but its kind has not happened yet. When the
offices were asked and what they gave stands in leveranser.xlsx alone. What was agreed is never kept here, nor printed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from vbe_analysis.config import message_table
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.deliveries.workbook_rows import day_of, open_book, private_cells, rows_of
from vbe_analysis.loaders.privacy.names import known_places, names_a_holder
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.storage import LOG
from vbe_analysis.swedish import swedish_date
from vbe_analysis.workspace.revision.log import BOARD, CITY, CONSULTATION, PUBLICATION, Entry, Log, log_path
from vbe_analysis.workspace.workspace import Workspace

SHEET = "Revidering"
WHAT, ROLE, DAY, NUMBER, AGREED = COLUMNS = ("Vad", "Med (roll)", "Datum", "Diarienummer", "Överenskommet")
NEEDED = {CONSULTATION: (ROLE, DAY), BOARD: (DAY, NUMBER), CITY: (DAY, NUMBER), PUBLICATION: (DAY,)}
WIDTHS = (30, 34, 13, 22, 70)
LONGEST = 80  # signs of a role that is printed

_NUMBER = re.compile(r"(?=.*\d)(?:[^\W_]|[ .:/-]){3,40}")
_NO_ROLE = re.compile(r"[\d*_\[\]<>`#{}|\\]")  # numbers, and what Markdown would take for a mark


def read_log(workspace: Workspace, cycle: str) -> Log:
    """The log of a cycle; an empty one where there is no workbook.

    Raises InputError, all faults at once: a workbook that cannot be opened, headings that are not COLUMNS, an unknown
    kind, a cell that its kind needs, a day that is none, lies before the period or, for the city, before the board's, a
    name or a place as a role, what is no case number, and personal data in any text.
    """
    path = log_path(workspace, cycle)
    if not path.is_file():
        return Log()
    settings, start, faults = workspace.settings, workspace.period(cycle).start, list[Fault]()
    places = [*settings.places, *settings.areas.values(), *settings.areas_outside]
    with known_places(places):
        table = list(rows_of(open_book(path), LOG, SHEET, COLUMNS, faults))
        read = [(row, _entry(row, cells, start, settings.places, faults)) for row, cells in table]
    happened = [(row, entry) for row, entry in read if entry]
    decided = min((entry.day for _, entry in happened if entry.kind == BOARD), default=None)
    for row, entry in happened:
        if entry.kind == CITY and decided and entry.day < decided:
            values = {"day": swedish_date(decided)}
            faults.append(Fault("log_before_board", LOG, SHEET, row, DAY, values=values))
    if faults:
        raise InputError(sorted(faults, key=lambda fault: fault.row or 0))
    return Log(tuple(sorted(dict.fromkeys(entry for _, entry in happened), key=lambda entry: entry.day)))


def _entry(row: int, cells: Sequence[Any], start: date, places: Mapping[str, str], faults: list[Fault]) -> Entry | None:
    """The event of a row; None for one that has not happened, and, with its faults, for one that cannot be read."""
    by_column, own = dict(zip(COLUMNS, cells, strict=True)), list[Fault]()
    wrong = partial(_wrong, own, row)
    texts = {column: str(cell) if cell is not None else "" for column, cell in by_column.items()}
    kinds = message_table("revision.kind")
    kind = next((kind for kind, text in kinds.items() if normalise(text) == normalise(texts[WHAT])), "")
    if not kind:
        wrong("unknown_choice", WHAT, known=", ".join(kinds.values()))
    if not any(texts[column] for column in COLUMNS[1:]):
        faults += own
        return None
    for column in (column for column in NEEDED.get(kind, ()) if not texts[column]):
        wrong("log_incomplete", column)
    day = day_of(by_column[DAY])
    if texts[DAY] and day is None:
        wrong("not_a_day", DAY)
    if day and day < start:
        wrong("log_early", DAY, day=swedish_date(start))
    private = list(private_cells({c: by_column[c] for c in (ROLE, NUMBER, AGREED)}, LOG, SHEET, row))
    own += private
    hit = {fault.column for fault in private}
    if ROLE not in hit:
        own += [Fault(code, LOG, SHEET, row, ROLE) for code in _faults_of_role(texts[ROLE], places)]
    if texts[NUMBER] and NUMBER not in hit and not _NUMBER.fullmatch(texts[NUMBER]):
        wrong("log_number", NUMBER)
    faults += own
    return None if own or day is None else Entry(kind, day, " ".join(texts[ROLE].split()), texts[NUMBER])


def _faults_of_role(text: str, places: Mapping[str, str]) -> Iterator[str]:
    """What a role may not be, since the public edition prints it."""
    if names_a_holder(text):
        yield "log_person"
    elif len(text) > LONGEST or _NO_ROLE.search(text) or any(normalise(place) in normalise(text) for place in places):
        yield "log_role"


def _wrong(faults: list[Fault], row: int, code: str, column: str, **values: object) -> None:
    faults.append(Fault(code, LOG, SHEET, row, column, values=values))


def log_book(rows: Sequence[Sequence[object]] = ()) -> bytes:
    """The workbook of these rows, by COLUMNS; without any, a row of each kind that waits for its day."""
    import openpyxl
    from openpyxl.styles import Alignment

    from vbe_analysis.document.workbook import file_bytes
    from vbe_analysis.workspace.workbooks import FILLED_ROWS, LISTS, add_lists, write_guide, write_table

    kinds = tuple(message_table("revision.kind").values())
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    write_table(sheet, COLUMNS, rows or [(kind,) for kind in kinds], WIDTHS)
    add_lists(book.create_sheet(LISTS), {WHAT: kinds}, (sheet,))
    for cells in sheet.iter_rows(min_row=2, max_row=FILLED_ROWS, max_col=len(COLUMNS)):
        for column, cell in zip(COLUMNS, cells, strict=True):
            cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=column in (ROLE, AGREED))
            if column == DAY:
                cell.number_format = "yyyy-mm-dd"
    write_guide(book, "log")
    return file_bytes(book)
