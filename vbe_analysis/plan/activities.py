"""aktiviteter.xlsx, read once: a row an activity, all faults at once, every free text through the gate."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from vbe_analysis.config import message, message_table
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.deliveries.workbook_rows import day_of, open_book, private_cells, rows_of
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.privacy.names import known_places, names_a_holder
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.periods import Period
from vbe_analysis.plan.choices import (
    NOT_BEGUN,
    OPEN_STATUSES,
    OWN,
    REPORTING,
    Choice,
    Goal,
    answers,
    goal,
    headings,
    measures,
)
from vbe_analysis.settings import FILE
from vbe_analysis.storage import ACTIVITIES, PLAN
from vbe_analysis.workspace.workspace import Workspace

SHEET = "Aktiviteter"
COLUMNS = (
    "Nr",
    "Rubrik",
    "Aktivitet",
    "Ansvarig (roll)",
    "Start",
    "Klart senast",
    "Mått",
    "Mål",
    "Status",
    "Uppföljning",
    "Svarar mot",
)
NUMBER, HEADING, TEXT, ROLE, START, DUE, MEASURE, TARGET, STATUS, FOLLOWUP, ANSWERS = COLUMNS
REQUIRED = (NUMBER, HEADING, TEXT, ROLE, DUE, STATUS)
FREE = (TEXT, ROLE, MEASURE, TARGET, FOLLOWUP)  # what a person writes in words of their own

_NUMBER = re.compile(r"[\wåäöÅÄÖ][\w.-]{0,11}")
_CONFIRMED = re.compile(r"[ \u00a0]?\{bekräftat:\s*[^{}\s][^{}]*\}", re.IGNORECASE)


@dataclass(frozen=True)
class Activity:
    """One activity. start, due: None where nothing is said, and where it is ongoing; measure: None where it has none.

    goal: the target as a number, where a published fact can be held against it; status: a code of plan.status;
    written: column -> the free text as it was typed, with its marks; row: where it stands.
    """

    number: str
    heading: str
    start: date | None
    due: date | None
    measure: Choice | None
    goal: Goal | None
    status: str
    answers: tuple[Choice, ...]
    written: Mapping[str, str]
    row: int

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done or under way."""
        return self.status in OPEN_STATUSES

    @property
    def due_text(self) -> str:
        """The day it is due, or that it is ongoing, as the plan writes it."""
        return self.due.isoformat() if self.due else message("plan.ongoing")

    def text(self, column: str) -> str:
        """What a person wrote in a column of FREE, without the marks that confirm it; "" for nothing."""
        return _without_marks(self.written.get(column, ""))

    def went_on(self, period: Period) -> bool:
        """Whether it was under way on any day of the period; one that was never begun was not."""
        begun = self.status != NOT_BEGUN and (self.start is None or self.start <= period.end)
        return begun and (self.is_open or self.due is None or self.due >= period.start)

    def overdue(self, day: date) -> bool:
        """Whether it should have been done before that day, and is not."""
        return self.is_open and self.due is not None and self.due < day


def _without_marks(text: str) -> str:
    return " ".join(_CONFIRMED.sub("", text).split())


@dataclass(frozen=True)
class Activities:
    """The activities of a cycle's plan, in the order of the headings. headings: all of them, also those without any."""

    cycle: str
    headings: tuple[str, ...]
    rows: tuple[Activity, ...]

    def under(self, heading: str) -> tuple[Activity, ...]:
        """Those under a heading."""
        return tuple(activity for activity in self.rows if activity.heading == heading)

    def urged(self, period: Period) -> tuple[str, ...]:
        """The sources in which an activity urged to report, on any day of the period."""
        choices = (c for activity in self.rows if activity.went_on(period) for c in activity.answers)
        return tuple(dict.fromkeys(code for choice in choices if choice.kind == REPORTING for code in choice.codes))


def activities_path(workspace: Workspace, cycle: str) -> Path:
    """data/plan/<cycle>/aktiviteter.xlsx. Raises InputError for an unknown cycle."""
    return workspace.root / PLAN / workspace.period(cycle).label / ACTIVITIES


def earlier_plan(workspace: Workspace, cycle: str) -> str | None:
    """The last cycle before this one that has a workbook of activities."""
    before = workspace.cycles[: workspace.cycles.index(workspace.period(cycle).label)]
    return next((name for name in reversed(before) if activities_path(workspace, name).is_file()), None)


def read_activities(workspace: Workspace, cycle: str) -> Activities:
    """The activities of a cycle's workbook.

    Raises InputError, all faults at once: no workbook, one that cannot be opened, headings that are not COLUMNS, cells
    that are missing or no choice, two rows of one number, a day before the start, a target that no number can be held
    against, a person's name as responsible, and personal data in any text.
    """
    path = activities_path(workspace, cycle)
    if not path.is_file():
        raise InputError([Fault("plan_missing", values={"cycle": cycle, "place": f"{PLAN}/{cycle}/{ACTIVITIES}"})])
    settings, faults = workspace.settings, list[Fault]()
    book = open_book(path)
    table = list(rows_of(book, ACTIVITIES, SHEET, COLUMNS, faults))
    reader = _Reader(headings(settings), measures(settings), answers(settings), len(workspace.period(cycle).months))
    with known_places([*settings.places, *settings.areas.values(), *settings.areas_outside]):
        rows = [reader.activity(number, dict(zip(COLUMNS, cells, strict=True)), faults) for number, cells in table]
        kinds = {kind for heading in settings.plan_headings if (kind := kinds_in(heading))}
        faults += [
            Fault("printed_personal", FILE, values={"at": "plan_headings", "kinds": kind}) for kind in sorted(kinds)
        ]
    if not faults and not table:
        faults.append(Fault("activities_empty", ACTIVITIES, SHEET))
    seen: dict[str, int] = {}
    for activity in filter(None, rows):
        if (other := seen.setdefault(normalise(activity.number), activity.row)) != activity.row:
            faults.append(Fault("activity_twice", ACTIVITIES, SHEET, activity.row, NUMBER, values={"other": other}))
    if faults:
        raise InputError(sorted(faults, key=lambda fault: fault.row or 0))
    order = {name: place for place, name in enumerate(reader.headings)}
    known = sorted(filter(None, rows), key=lambda activity: order[activity.heading])
    return Activities(cycle, reader.headings, tuple(known))


@dataclass(frozen=True)
class _Reader:
    """The choices of a workspace, and how many months the period has."""

    headings: tuple[str, ...]
    measures: Mapping[str, Choice]
    answers: Mapping[str, Choice]
    months: int

    def activity(self, row: int, cells: Mapping[str, Any], faults: list[Fault]) -> Activity | None:
        """The activity of a row; None, and its faults, where it cannot be read."""
        own = list[Fault]()
        wrong = partial(_wrong, own, row)
        texts = {column: str(cells[column]) if cells[column] is not None else "" for column in COLUMNS}
        for column in (column for column in REQUIRED if cells[column] is None):
            wrong("activity_incomplete", column)
        if texts[NUMBER] and not _NUMBER.fullmatch(texts[NUMBER]):
            wrong("activity_number", NUMBER)
        statuses = {text: code for code, text in message_table("plan.status").items()}
        heading = _known(texts[HEADING], {name: name for name in self.headings}, HEADING, wrong)
        status = _known(texts[STATUS], statuses, STATUS, wrong)
        start, due = day_of(cells[START]), day_of(cells[DUE])
        if cells[START] is not None and start is None:
            wrong("not_a_day", START)
        if cells[DUE] is not None and due is None and normalise(texts[DUE]) != message("plan.ongoing"):
            wrong("activity_due", DUE)
        if start and due and due < start:
            wrong("activity_due_early", DUE)
        measure = self._measure(texts[MEASURE], wrong)
        aim = goal(measure, texts[TARGET], self.months) if measure and texts[TARGET] else None
        if measure and measure.kind != OWN and texts[TARGET] and aim is None:
            wrong("activity_target", TARGET, example=message(f"plan.target_example.{measure.kind}"))
        if texts[TARGET] and measure is None and not texts[MEASURE]:
            wrong("activity_no_measure", MEASURE)
        answered = [self.answers.get(_like(part, self.answers)) for part in texts[ANSWERS].split(";") if part.strip()]
        if None in answered:
            wrong("activity_answers", ANSWERS, known=", ".join(self.answers))
        for column in (column for column in FREE if re.search(r"[{}]", _CONFIRMED.sub("", texts[column]))):
            wrong("activity_mark", column)
        private = list(private_cells({c: cells[c] for c in (NUMBER, *FREE)}, ACTIVITIES, SHEET, row))
        own += private
        if names_a_holder(texts[ROLE]) and not any(fault.column == ROLE for fault in private):
            wrong("activity_person", ROLE)
        faults += own
        if own or heading is None or status is None:
            return None
        written = {column: texts[column] for column in FREE if texts[column]}
        answers_ = tuple(dict.fromkeys(choice for choice in answered if choice))
        return Activity(texts[NUMBER], heading, start, due, measure, aim, status, answers_, written, row)

    def _measure(self, text: str, wrong: Any) -> Choice | None:
        """The published fact, or a measure of one's own; a fault for what begins as a published one and is none."""
        if not text:
            return None
        if choice := self.measures.get(_like(text, self.measures)):
            return choice
        if normalise(text).startswith(tuple(f"{normalise(label).split(':')[0]}:" for label in self.measures)):
            wrong("activity_measure", MEASURE, known=", ".join(self.measures))
            return None
        return Choice(OWN, (), _without_marks(text))


def _known(text: str, known: Mapping[str, str], column: str, wrong: Any) -> str | None:
    """The value of a choice, however it is spaced or cased; None, and a fault, where it is none."""
    value = known.get(_like(text, known))
    if text and value is None:
        wrong("unknown_choice", column, known=", ".join(known))
    return value


def _like(text: str, known: Mapping[str, Any]) -> str:
    """The key that says the same as the text, as it is written there; "" for none."""
    return next((key for key in known if normalise(key) == normalise(text)), "")


def _wrong(faults: list[Fault], row: int, code: str, column: str, **values: object) -> None:
    faults.append(Fault(code, ACTIVITIES, SHEET, row, column, values=values))
