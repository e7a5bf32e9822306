"""dubbletter.xlsx: the possible duplicates of a cycle, a row a report, where a person decides in a drop-down.

Rows of one candidate marked "samma" are one event; a row marked "olika" is none of the others' event; a row left blank
or "vet ej" stays open, and the counts stay intervals. Running again keeps every decision; a decision on reports that
are no candidate any more is moved to a sheet of its own and told.
"""

from collections.abc import Hashable, Mapping
from itertools import combinations
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from vbe_analysis.analysis.overlaps import DECISIONS, DIFFERENT, SAME, UNDECIDED, Overlaps
from vbe_analysis.document.workbook import file_bytes, set_widths, write_rows
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.frames import conform, empty
from vbe_analysis.loaders.deliveries.workbook_rows import open_book, rows_of
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.settings import Settings
from vbe_analysis.storage import DUPLICATES, replace_whole, sha256
from vbe_analysis.workspace.workbooks import write_guide

SHEET, STALE = "Möjliga dubbletter", "Inaktuella beslut"
COLUMNS = ("Kandidat", "Beslut", "Källa", "Datum", "Område", "Typ", "Miljö", "Fil", "Blad", "Rad", "Nyckel")
WIDTHS = (14, 12, 26, 12, 20, 18, 26, 44, 16, 7, 26)
CHOICES = (SAME, DIFFERENT, UNDECIDED)
_marks_read = dict[str, dict[str, tuple[str, str]]]()  # by the workbook's hash: a chapter asks for them often


def read_marks(folder: Path, reader: FileReader | None = None) -> dict[str, tuple[str, str]]:
    """report_id -> (candidate, mark, "" where blank) of every row; raises InputError for an unusable workbook."""
    path = folder / DUPLICATES
    if not path.is_file():
        return {}
    content = sha256(path)  # before it is read
    if content in _marks_read:
        return dict(_marks_read[content])
    book = open_book(path, reader)
    marks: dict[str, tuple[str, str]] = {}
    faults: list[Fault] = []
    for name in (SHEET, *(name for name in book if name == STALE)):
        for number, cells in rows_of(book, DUPLICATES, name, COLUMNS, faults):
            candidate, mark, report = cells[0], str(cells[1] or "").lower(), cells[-1]
            if mark and mark not in CHOICES:
                values = {"known": ", ".join(CHOICES)}
                faults.append(Fault("unknown_choice", DUPLICATES, name, number, "Beslut", values=values))
            elif report:
                marks.setdefault(str(report), (str(candidate), mark))
    if faults:
        raise InputError(faults)
    _marks_read[content] = marks
    return dict(marks)


def decisions(marks: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """The marks as analysis.overlaps.DECISIONS: one for each pair of a candidate's rows of which one is marked."""
    rows = []
    by_candidate: dict[str, dict[str, str]] = {}
    for report, (candidate, mark) in marks.items():
        by_candidate.setdefault(candidate, {})[report] = mark
    for candidate, reports in by_candidate.items():
        for first, other in combinations(sorted(reports), 2):
            both = {reports[first], reports[other]}
            if both != {""}:
                decision = DIFFERENT if DIFFERENT in both else SAME if both == {SAME} else UNDECIDED
                rows.append((candidate, first, other, decision))
    if not rows:
        return empty(DECISIONS)
    return conform(pd.DataFrame(rows, columns=list(DECISIONS)), DECISIONS)


def write_book(folder: Path, overlaps: Overlaps, settings: Settings) -> tuple[int, int, int]:
    """Write dubbletter.xlsx anew; returns how many candidates, how many without a decision, how many stale marks.

    The old file is replaced only when the new one is whole.
    """
    marks = read_marks(folder)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    rows = overlaps.reports.sort_values(["date", "candidate", "source", "file", "row"])
    _fill(sheet, [_row(report, marks, settings) for report in rows.to_dict("records")])
    here = set(rows["report_id"])
    stale = {report: mark for report, mark in marks.items() if mark[1] and report not in here}
    if stale:
        other = book.create_sheet(STALE)
        _fill(other, [(candidate, mark, *[""] * 8, report) for report, (candidate, mark) in stale.items()])
    write_guide(book, "duplicates")
    replace_whole(folder / DUPLICATES, file_bytes(book))
    members = rows.groupby("candidate")["report_id"].unique()
    undecided = [_is_open([marks.get(report, ("", ""))[1] for report in reports]) for reports in members]
    return len(undecided), sum(undecided), len(stale)


def _is_open(marks: list[str]) -> bool:
    """Whether some of a candidate's rows are neither the others' event nor marked as another one."""
    left = [mark for mark in marks if mark != DIFFERENT]
    return len(left) > 1 and set(left) != {SAME}


def _row(
    report: Mapping[Hashable, object], marks: dict[str, tuple[str, str]], settings: Settings
) -> tuple[object, ...]:
    words = settings.vocabulary
    _, mark = marks.get(str(report["report_id"]), ("", ""))
    source, day = words.sources[str(report["source"])].label, pd.Timestamp(str(report["date"])).date()
    area, event_type = settings.areas.get(str(report["area"]), ""), words.event_types[str(report["event_type"])].label
    environment = words.all_environments[str(report["environment"])].label
    place = (report["file"], report["sheet"], report["row"], report["report_id"])
    return (report["candidate"], mark, source, day, area, event_type, environment, *place)


def _fill(sheet: Worksheet, rows: list[tuple[object, ...]]) -> None:
    write_rows(sheet, [COLUMNS, *rows])
    set_widths(sheet, WIDTHS)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    shaded, last = False, None
    for number, row in enumerate(rows, 2):
        shaded, last = (not shaded if row[0] != last else shaded), row[0]
        if shaded:
            for cell in sheet[number]:
                cell.fill = PatternFill("solid", fgColor="F3F6F9")
    sheet.freeze_panes = "C2"
    rule = DataValidation("list", formula1=f'"{",".join(CHOICES)}"', allow_blank=True)
    rule.add(f"B2:B{max(len(rows) + 1, 2)}")
    sheet.add_data_validation(rule)
