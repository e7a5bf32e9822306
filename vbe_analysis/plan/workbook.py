"""`vbe plan new`: a cycle's revidering.xlsx, and aktiviteter.xlsx, carried over from the last cycle that has one."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from vbe_analysis.config import message, message_table
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.plan.activities import (
    ANSWERS,
    COLUMNS,
    DUE,
    FOLLOWUP,
    HEADING,
    MEASURE,
    ROLE,
    SHEET,
    START,
    STATUS,
    TARGET,
    TEXT,
    Activity,
    activities_path,
    earlier_plan,
    read_activities,
)
from vbe_analysis.plan.choices import OWN, answers, headings, measures
from vbe_analysis.settings import Settings
from vbe_analysis.storage import PLAN, replace_whole
from vbe_analysis.workspace.revision.log import log_path
from vbe_analysis.workspace.revision.workbook import log_book
from vbe_analysis.workspace.workspace import Workspace

WIDTHS = (8, 24, 50, 30, 12, 14, 32, 18, 20, 50, 32)
LETTER, LINE = 1.15, 15.0  # of a column's width, and a line's height in points: words break, so lines are not full
DAYS = (START, DUE)


def new_plan(workspace: Workspace, cycle: str) -> tuple[list[Path], int]:
    """Write the cycle's workbooks that are not there; returns where, and how many activities were carried over.

    What has ended is not carried over, nor what was written to follow an activity up. Raises InputError where the
    cycle has both workbooks already, and where the last activities cannot be read.
    """
    path, log = activities_path(workspace, cycle), log_path(workspace, cycle)
    new, rows = dict[Path, bytes](), list[Activity]()
    if not path.exists():
        earlier = earlier_plan(workspace, cycle)
        rows = [a for a in read_activities(workspace, earlier).rows if a.is_open] if earlier else []
        new[path] = activities_book(workspace.settings, [carried(activity) for activity in rows])
    if not log.exists():
        new[log] = log_book()
    if not new:
        places = (book.relative_to(workspace.root).as_posix() for book in (path, log))
        raise InputError(Fault("plan_exists", values={"place": place}) for place in places)
    (workspace.root / PLAN).mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    for book, content in new.items():
        replace_whole(book, content)
    return [*new], len(rows)


def carried(activity: Activity) -> tuple[object, ...]:
    """An activity's cells by COLUMNS, without what was written to follow it up."""
    cells: dict[str, object] = {**activity.written, FOLLOWUP: "", COLUMNS[0]: activity.number}
    cells |= {HEADING: activity.heading, START: activity.start or "", STATUS: message(f"plan.status.{activity.status}")}
    cells[DUE] = activity.due or message("plan.ongoing")
    if activity.measure and activity.measure.kind != OWN:
        cells[MEASURE] = activity.measure.label
    cells[ANSWERS] = "; ".join(choice.label for choice in activity.answers)
    return tuple(cells.get(column, "") for column in COLUMNS)


def activities_book(settings: Settings, rows: Sequence[Sequence[object]] = ()) -> bytes:
    """The workbook of these rows, by COLUMNS."""
    import openpyxl
    from openpyxl.styles import Alignment

    from vbe_analysis.document.workbook import file_bytes
    from vbe_analysis.workspace.workbooks import FILLED_ROWS, LISTS, add_lists, write_guide, write_table

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    write_table(sheet, COLUMNS, rows, WIDTHS)
    lists = {
        HEADING: headings(settings),
        DUE: (message("plan.ongoing"),),
        MEASURE: tuple(measures(settings)),
        STATUS: tuple(message_table("plan.status").values()),
        ANSWERS: tuple(answers(settings)),
    }
    add_lists(book.create_sheet(LISTS), lists, (sheet,))
    wide = [COLUMNS.index(name) for name in (TEXT, ROLE, MEASURE, TARGET, FOLLOWUP, ANSWERS)]
    for number, row in enumerate(sheet.iter_rows(min_row=2, max_row=FILLED_ROWS, max_col=len(COLUMNS)), 2):
        if lines := max(ceil(len(str(row[place].value or "")) * LETTER / WIDTHS[place]) for place in wide):
            sheet.row_dimensions[number].height = LINE * lines  # an empty row grows with what is written in it
        for place, cell in enumerate(row):
            cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=place in wide)
            if COLUMNS[place] in DAYS:
                cell.number_format = "yyyy-mm-dd"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    write_guide(book, "activities")
    return file_bytes(book)
