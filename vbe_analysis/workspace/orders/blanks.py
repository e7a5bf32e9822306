"""The blank of a source that has no form of the city's own: a workbook with drop-downs, read by its profile here."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from vbe_analysis.config import message, message_table
from vbe_analysis.loaders.files.raw import RawFile
from vbe_analysis.loaders.values.cells import label_of, normalise
from vbe_analysis.periods import Period, swedish_months
from vbe_analysis.settings import Settings
from vbe_analysis.swedish import swedish_date
from vbe_analysis.workspace.orders.profiles import form_columns, type_labels

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "Uppgifter"
ANSWER_ROW, HEADING_ROW, LAST_ROW = 3, 5, 204
ANSWER_CELL = f"C{ANSWER_ROW}"
WIDTHS = {"date": 20, "area": 26, "event_type": 30, "environment": 40, "count": 10, "text": 60}


def says_nothing(raw: RawFile) -> bool:
    """Whether an office has answered no to the question whether there is anything to report, and has written no row."""
    first = normalise(form_columns("list")[0].headings[0])
    for sheet in (sheet for sheet in raw.sheets if sheet.name == SHEET):
        rows = [[normalise(label_of(cell)) for cell in sheet.row(at)] for at in range(len(sheet.row_numbers))]
        filled = [row for row in rows if any(row)]
        asked = [row for row in filled if row[0] == normalise(message("blank.question"))]
        return bool(asked) and message("blank.answer.no") in asked[0] and filled[-1][0] == first
    return False


def blank_book(settings: Settings, cycle: str, source: str, months: tuple[str, ...], deadline: date) -> bytes:
    """The blank: what is asked for above, a row a happening below, and a sheet that tells how to fill it in."""
    import openpyxl
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    from vbe_analysis.document.workbook import PLAIN, STRONG, file_bytes, repack, write_rows
    from vbe_analysis.workspace.workbooks import LISTS, add_lists, write_guide, write_table

    vocabulary, period = settings.vocabulary, settings.period(cycle)
    columns = form_columns("list")
    headings = [column.headings[0] for column in columns]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    words = {"source": vocabulary.sources[source].label, "period": period.name, "months": swedish_months(months)}
    words["deadline"] = swedish_date(deadline)
    top = [(message(f"blank.{name}", **words),) for name in ("title", "about", "question")]
    write_table(sheet, headings, (), [WIDTHS[column.as_] for column in columns], HEADING_ROW)
    write_rows(sheet, top)
    for place, font in ((1, Font(name="Calibri", bold=True, size=14)), (2, PLAIN), (ANSWER_ROW, STRONG)):
        sheet.cell(place, 1).font, sheet.cell(place, 1).alignment = font, Alignment(wrap_text=False)
    sheet[ANSWER_CELL].fill, sheet[ANSWER_CELL].border = (
        PatternFill("solid", fgColor="FFF6D6"),
        Border(*[Side("thin")] * 4),
    )
    lists = {
        headings[1]: [*settings.areas.values(), *settings.areas_outside],
        headings[2]: type_labels(source, vocabulary),
        headings[3]: [term.label for term in vocabulary.environments.values()],
    }
    add_lists(book.create_sheet(LISTS), lists, (sheet,), HEADING_ROW, LAST_ROW)
    book[LISTS].sheet_state = "hidden"
    _validate(sheet, [column.as_ for column in columns], period)
    for letter in "ABCDEF":
        sheet.column_dimensions[letter].alignment = Alignment(vertical="top", wrap_text=True)
    write_guide(book, "blank")
    for page in book.worksheets:
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
    return repack(file_bytes(book), period.end.isoformat())


def _validate(sheet: "Worksheet", roles: Sequence[str], period: Period) -> None:
    """A rule and a sentence of help for each column, beside the lists; and the answer to the question above."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = {str(rule.sqref)[0]: rule for rule in sheet.data_validations.dataValidation}
    prompts, errors = message_table("blank.prompt"), message_table("blank.error")
    for letter, role in ((get_column_letter(number), role) for number, role in enumerate(roles, 1)):
        rule = lists.get(letter) or DataValidation(allow_blank=True)
        if role == "date":  # a warning: a month in words is an answer too
            ends = [f"DATE({day.year},{day.month},{day.day})" for day in (period.start, period.end)]
            rule.type, rule.operator, rule.formula1, rule.formula2 = "date", "between", *ends
            rule.errorStyle = "warning"
        elif role == "count":
            cell = f"{letter}{HEADING_ROW + 1}"
            rule.type, rule.formula1 = "custom", f'OR({cell}="<5",AND(ISNUMBER({cell}),{cell}>=1,{cell}=INT({cell})))'
        rule.prompt, rule.showInputMessage = prompts[role], True
        if rule.type:
            rule.error, rule.showErrorMessage = errors.get(role, errors["list"]), True
        if letter not in lists:
            rule.add(f"{letter}{HEADING_ROW + 1}:{letter}{LAST_ROW}")
            sheet.add_data_validation(rule)
    answers = ",".join(message_table("blank.answer").values())
    question = DataValidation("list", formula1=f'"{answers}"', allow_blank=True, showErrorMessage=True)
    question.add(ANSWER_CELL)
    sheet.add_data_validation(question)
