"""The picture against the plan: what an edition's picture shows, and the activities that say they answer it.

A gap is an environment with events that no activity answers, months that are missing, and a target that is missed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from vbe_analysis.analysis.answers import ENOUGH
from vbe_analysis.config import message, message_table
from vbe_analysis.disclosure.bands import OPEN, phrase
from vbe_analysis.disclosure.publications import PERSON_LINKED, TRACES
from vbe_analysis.document.parts import Prose, Table
from vbe_analysis.document.templates import render
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.plan.activities import ROLE, TARGET, TEXT, Activities, Activity
from vbe_analysis.plan.choices import (
    DELIVERIES,
    ENVIRONMENT,
    EVERY_ENVIRONMENT,
    MONTHS,
    QUESTION,
    REPORTING,
    ROUTINES,
    TYPE,
)
from vbe_analysis.plan.edition import EditionPicture, Share
from vbe_analysis.plan.measures import MISSED, outcome, series
from vbe_analysis.swedish import listed, number, swedish_date
from vbe_analysis.vocabulary import OTHER_TYPE, UNKNOWN

GENERAL = {ENVIRONMENT: EVERY_ENVIRONMENT, QUESTION: ROUTINES}  # what answers a kind of row without naming it
KINDS = (ENVIRONMENT, QUESTION, MONTHS, TYPE)
OF_THE_WORK = (ROUTINES, REPORTING)  # how the work is done, which every picture asks for
MOST_ROWS = 8  # of the table in the chapter's main part
SHORT, WHOLE, LISTED = "bild_mot_plan", "bild_mot_plan_hela", "planens_aktiviteter"  # the tables' ids


@dataclass(frozen=True)
class Row:
    """One thing that the picture shows, and the numbers of the activities that answer it.

    kind: one of KINDS; label, text: how a table and a sentence name it; reported: its numbers, in words; direct:
    activities that name it; general: those that answer all environments, or the routines; facts: ids of the counts that
    it rests on.
    """

    kind: str
    code: str
    label: str
    text: str
    reported: str
    direct: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether any activity answers it."""
        return bool(self.direct or self.general)

    @property
    def is_gap(self) -> bool:
        """Whether the plan lacks something: months are missing, or no activity answers an environment."""
        return self.kind == MONTHS or (self.kind == ENVIRONMENT and not self.answered)


@dataclass(frozen=True)
class Missed:
    """An activity whose target the whole interval of a number misses.

    kind, codes, measure: what it is measured by; now: the number in words.
    """

    number: str
    kind: str
    codes: tuple[str, ...]
    measure: str
    target: str
    now: str


@dataclass(frozen=True)
class Matrix:
    """The picture against the plan. Only activities that go on answer anything.

    activities: how many go on; beside: activity's number -> what it says it answers, for those that answer nothing in
    the picture; unstated: those that say nothing of it; empty: the headings without activities; missed: the targets.
    """

    rows: tuple[Row, ...]
    activities: int
    beside: tuple[tuple[str, str], ...]
    unstated: tuple[str, ...]
    empty: tuple[str, ...]
    missed: tuple[Missed, ...]

    def gaps(self, kind: str) -> tuple[Row, ...]:
        """The rows of a kind in which the plan lacks something."""
        return tuple(row for row in self.rows if row.kind == kind and row.is_gap)


@dataclass(frozen=True, eq=False)
class Plan:
    """The cycle's activities, and what the edition shows that they are held against."""

    activities: Activities
    picture: EditionPicture

    @cached_property
    def matrix(self) -> Matrix:
        """The one against the other."""
        return matrix(self.activities, self.picture)


def matrix(activities: Activities, picture: EditionPicture) -> Matrix:
    """Hold the activities against what the picture of the cycle shows."""
    ongoing = [activity for activity in activities.rows if activity.is_open]
    every = (_answered(row, ongoing) for row in _picture(picture))
    rows = tuple(row for row in every if row.answered or row.code != UNKNOWN)  # nobody plans for what is not known
    answering = {number for row in rows for number in (*row.direct, *row.general)}
    beside = tuple(
        (activity.number, listed([choice.label for choice in activity.answers]))
        for activity in ongoing
        if activity.number not in answering
        and activity.answers
        and not any(choice.kind in OF_THE_WORK for choice in activity.answers)
    )
    return Matrix(
        rows,
        len(ongoing),
        beside,
        tuple(activity.number for activity in ongoing if not activity.answers),
        tuple(heading for heading in activities.headings if not activities.under(heading)),
        tuple(_missed(ongoing, picture)),
    )


def matrix_table(plan: Plan) -> Table | None:
    """The matrix's most important rows: what the picture shows, and the activities; the counts stand in the whole one.

    At most MOST_ROWS: the gaps, then environments, then what nobody answers. None where the picture shows nothing.
    """
    rows = plan.matrix.rows
    first = sorted(rows, key=lambda row: (not row.is_gap, row.kind != ENVIRONMENT, row.answered))[:MOST_ROWS]
    kept = [row for row in rows if row in first]
    left = len(rows) - len(kept)
    notes = (" ".join([message("plan.matrix.note"), *([message("plan.matrix.more", count=left)] if left else [])]),)
    return _table(SHORT, plan, ("picture", "activities"), [(row.label, _numbers(row)) for row in kept], kept, notes)


def whole_matrix_table(plan: Plan) -> Table | None:
    """Every row of the matrix: what the picture shows, its numbers, and the activities."""
    rows = plan.matrix.rows
    protected = plan.picture.protected and any(
        PERSON_LINKED in plan.picture.counts_of(row.code) for row in rows if row.kind == ENVIRONMENT
    )
    notes = (message("plan.matrix.note"), *([message("plan.matrix.protected")] if protected else []))
    cells = [(row.label, row.reported, _numbers(row)) for row in rows]
    return _table(WHOLE, plan, ("picture", "shown", "activities"), cells, rows, notes)


def activities_table(plan: Plan) -> Table | None:
    """The activities behind the numbers: what shall be done, by whom, until when, and how far it has come."""
    cells = [
        (
            activity.number,
            activity.text(TEXT),
            activity.text(ROLE),
            swedish_date(activity.due) if activity.due else activity.due_text,
            message(f"plan.status.{activity.status}"),
        )
        for activity in plan.activities.rows
    ]
    return _table(LISTED, plan, ("number", "activity", "role", "due", "status"), cells)


def matrix_text(matrix: Matrix) -> Prose:
    """The matrix in sentences with numbers: what no activity answers, what answers nothing in the picture, and what the
    plan lacks; empty where there is nothing to hold against one another.
    """
    rows = matrix.rows
    values = {
        "activities": matrix.activities,
        "of": len(rows),
        "answered": sum(row.answered for row in rows),
        "unanswered": [row.text for row in rows if not row.answered and row.kind != MONTHS],
        "lacking": [(row.text, row.direct) for row in rows if row.kind == MONTHS],
        "missed": matrix.missed,
        "beside": matrix.beside,
        "unstated": matrix.unstated,
        "empty": matrix.empty,
        "tables": {"short": SHORT, "whole": WHOLE, "listed": LISTED},
    }
    facts = tuple(dict.fromkeys(name for row in rows for name in row.facts))
    text = render("plan/bild_mot_plan.md.j2", listed=listed, number=number, **values)
    paragraphs = (" ".join(paragraph.split("\n")).strip() for paragraph in text.split("\n\n"))
    return Prose("\n\n".join(filter(None, paragraphs)), facts)


def _table(
    id: str,
    plan: Plan,
    columns: Sequence[str],
    cells: Sequence[tuple[str, ...]],
    rows: Sequence[Row] = (),
    notes: tuple[str, ...] = (),
) -> Table | None:
    """A table of these cells; None where there are none. rows: those of the matrix whose facts it rests on."""
    if not cells:
        return None
    return Table(
        id,
        message(f"plan.matrix.title.{id}"),
        message("plan.matrix.source"),
        tuple(message(f"plan.matrix.header.{column}") for column in columns),
        tuple(cells),
        scope=str(plan.picture.period) if rows else "",
        notes=notes,
        facts=tuple(dict.fromkeys(name for row in rows for name in row.facts)),
    )


def _picture(picture: EditionPicture) -> Iterator[Row]:
    """All that the picture shows of the period, in the order of KINDS, without activities."""
    words = picture.vocabulary
    for code, term in words.environments.items():
        if counts := picture.counts_of(environment=code):
            yield Row(ENVIRONMENT, code, term.label, term.text, _events(counts), facts=picture.facts(code))
    for label_, shares in _known_to_few(picture).items():
        answers = [
            message(
                f"plan.shown.share{'' if share.asked else '_alone'}",
                x=number(share.x),
                n=number(share.n),
                asked=share.asked and number(share.asked),
                source=words.sources[share.source].label,
            )
            for share in shares
        ]
        text = message("plan.row.question", label=label_)
        named = message("plan.answers.question", label=label_)
        yield Row(QUESTION, shares[0].question, named, text, "; ".join(answers))
    for delivery in picture.deliveries_of(picture.period.label):
        if delivery.missing:
            whole, months = len(delivery.missing) == len(delivery.months), swedish_months(delivery.missing)
            reported = message("plan.shown.no_months") if whole else message("plan.shown.months", months=months)
            source = words.sources[delivery.source]
            yield Row(MONTHS, delivery.source, message("plan.row.months", label=source.label), source.text, reported)
    for code, term in words.event_types.items():
        if code != OTHER_TYPE and (counts := picture.counts_of(event_type=code)):
            counted = all(high < OPEN for _, high in counts.values())
            reported = _events(counts, of_type=True) if counted else message("plan.shown.some")
            yield Row(TYPE, code, term.label, term.text, reported, facts=picture.facts(event_type=code))


def _known_to_few(picture: EditionPicture) -> dict[str, list[Share]]:
    """Question -> its shares this period, where fewer than ENOUGH of those who answered a survey said yes."""
    labels, shares = message_table("labels.question"), dict[str, list[Share]]()
    for share in picture.shares:
        if share.period == picture.period.label:
            shares.setdefault(labels[share.question], []).append(share)
    return {question: own for question, own in shares.items() if any(s.x < ENOUGH * s.n for s in own)}


def _events(counts: Mapping[str, Interval], of_type: bool = False) -> str:
    """ "4–6 fysiska spår och enstaka (1–4) andra händelser"; of one type alone they are no others."""
    names = [(group if group == TRACES or not of_type else "handelser", count) for group, count in counts.items()]
    return listed([message(f"plan.shown.{n}{'_one' * (c == (1, 1))}", count=phrase(*c)) for n, c in names])


def _answered(row: Row, ongoing: list[Activity]) -> Row:
    """The row with the numbers of the activities that answer it."""
    direct = tuple(
        activity.number
        for activity in ongoing
        if any(choice.kind == row.kind and row.code in (choice.codes or (row.code,)) for choice in activity.answers)
    )
    general = tuple(
        activity.number
        for activity in ongoing
        if activity.number not in direct and any(choice.kind == GENERAL.get(row.kind) for choice in activity.answers)
    )
    return replace(row, direct=direct, general=general)


def _numbers(row: Row) -> str:
    """The numbers of the activities that answer a row, those that name it first."""
    if not row.answered:
        return message("plan.matrix.none")
    general = message(f"plan.matrix.{row.kind}", numbers=", ".join(row.general)) if row.general else ""
    return "; ".join(filter(None, (", ".join(row.direct), general)))


def _missed(ongoing: list[Activity], picture: EditionPicture) -> Iterator[Missed]:
    """The targets that the whole interval of a number misses; months that are missing are gaps already."""
    for activity in (a for a in ongoing if a.measure and a.measure.kind != DELIVERIES):
        measured = series(activity, picture)
        if activity.measure and outcome(activity.goal, measured, picture.period.label) == MISSED:
            now = [s.readings[picture.period.label].sentence for s in measured if picture.period.label in s.readings]
            target = activity.text(TARGET).replace("%", message("plan.percent"))
            by = (activity.measure.kind, activity.measure.codes, activity.measure.label)
            yield Missed(activity.number, *by, " ".join(target.split()), "; ".join(now))
