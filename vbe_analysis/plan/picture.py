"""The picture against the plan: what the public picture shows, and the activities that say they answer it.

A gap is an environment with events that no activity answers, months that are missing, and a target that is missed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vbe_analysis.analysis.answers import ENOUGH
from vbe_analysis.config import message, message_table
from vbe_analysis.disclosure.publications import PERSON_LINKED, TRACES
from vbe_analysis.document.parts import Prose, Table
from vbe_analysis.document.templates import render
from vbe_analysis.periods import swedish_months
from vbe_analysis.plan.activities import TARGET, Activities, Activity
from vbe_analysis.plan.choices import (
    DELIVERIES,
    ENVIRONMENT,
    EVERY_ENVIRONMENT,
    MONTHS,
    QUESTION,
    ROUTINES,
    TYPE,
)
from vbe_analysis.plan.measures import MISSED, outcome, series
from vbe_analysis.plan.public import PublicPicture, Share
from vbe_analysis.swedish import listed, number
from vbe_analysis.vocabulary import OTHER_TYPE, UNKNOWN

GENERAL = {ENVIRONMENT: EVERY_ENVIRONMENT, QUESTION: ROUTINES}  # what answers a kind of row without naming it
KINDS = (ENVIRONMENT, QUESTION, MONTHS, TYPE)
TARGET_GAP = "target"


@dataclass(frozen=True)
class Row:
    """One thing that the public picture shows, and the numbers of the activities that answer it.

    kind: one of KINDS; label: how a table names it; reported: its numbers, in words; direct: activities that name it;
    general: those that answer all environments, or the routines; facts: ids of the counts that are shown.
    """

    kind: str
    code: str
    label: str
    reported: str
    direct: tuple[str, ...]
    general: tuple[str, ...]
    facts: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether any activity answers it."""
        return bool(self.direct or self.general)

    @property
    def is_gap(self) -> bool:
        """Whether the plan lacks something: months are missing, or no activity answers an environment."""
        return self.kind == MONTHS or (self.kind == ENVIRONMENT and self.code != UNKNOWN and not self.answered)


@dataclass(frozen=True)
class Gap:
    """What the board may be asked. kind: ENVIRONMENT, MONTHS or TARGET_GAP; code: of the row, or an activity's number;
    text: its number, its ground, and the question last.
    """

    kind: str
    code: str
    text: str


@dataclass(frozen=True)
class Matrix:
    """The picture against the plan. Only activities that go on answer anything.

    beside: activity's number -> what it says it answers, for those that answer nothing in the picture; unstated: those
    that say nothing of it; empty: the headings without activities; gaps: in the order of the rows, then the targets.
    """

    rows: tuple[Row, ...]
    activities: int
    beside: tuple[tuple[str, str], ...]
    unstated: tuple[str, ...]
    empty: tuple[str, ...]
    gaps: tuple[Gap, ...]


def matrix(activities: Activities, public: PublicPicture) -> Matrix:
    """Hold the activities against what the public picture of the cycle shows."""
    ongoing = [activity for activity in activities.rows if activity.is_open]
    rows = tuple(_answered(row, ongoing) for row in _picture(public))
    answering = {number for row in rows for number in (*row.direct, *row.general)}
    beside = tuple(
        (activity.number, listed([choice.label for choice in activity.answers]))
        for activity in ongoing
        if activity.number not in answering and activity.answers and not _is_of_routines(activity)
    )
    return Matrix(
        rows,
        len(ongoing),
        beside,
        tuple(activity.number for activity in ongoing if not activity.answers),
        tuple(heading for heading in activities.headings if not activities.under(heading)),
        (*(Gap(row.kind, row.code, _question(row)) for row in rows if row.is_gap), *_missed(ongoing, public)),
    )


def matrix_table(matrix: Matrix, public: PublicPicture, most: int = 0, id: str = "bild_mot_plan") -> Table | None:
    """The matrix as a table: what the picture shows, its numbers, and the activities.

    most: how many rows it may have at most, 0 for all; those that nobody answers go first where there are more, in the
    order of KINDS. None where the picture shows nothing.
    """
    rows = list(matrix.rows)
    if most and len(rows) > most:
        first = sorted(rows, key=lambda row: (not row.is_gap, row.answered))[:most]
        rows = [row for row in rows if row in first]
    if not rows:
        return None
    left = len(matrix.rows) - len(rows)
    protected = any(PERSON_LINKED in public.in_words(row.code) for row in rows if row.kind == ENVIRONMENT)
    notes = [message("plan.matrix.note"), *([message("plan.matrix.protected")] if protected else [])]
    notes += [message("plan.matrix.more", count=left)] if left else []
    return Table(
        id,
        message("plan.matrix.title"),
        message("plan.matrix.source"),
        tuple(message_table("plan.matrix.header").values()),
        tuple((row.label, row.reported, _numbers(row)) for row in rows),
        scope=str(public.period),
        notes=tuple(notes),
        facts=tuple(dict.fromkeys(name for row in rows for name in row.facts)),
    )


def matrix_text(matrix: Matrix) -> Prose:
    """The matrix in sentences with numbers: what is answered, what is not, and what answers nothing in the picture."""
    rows = matrix.rows
    values = {
        "activities": matrix.activities,
        "of": len(rows),
        "direct": sum(bool(row.direct) for row in rows),
        "general": sum(bool(row.general) and not row.direct for row in rows),
        "unanswered": [row.label for row in rows if not row.answered],
        "beside": matrix.beside,
        "unstated": matrix.unstated,
        "empty": matrix.empty,
    }
    return Prose(render("plan/bild_mot_plan.md.j2", listed=listed, number=number, **values), ())


def _picture(public: PublicPicture) -> Iterator[Row]:
    """All that the public picture shows of the period, in the order of KINDS, without activities."""
    words = public.vocabulary
    for code, term in words.environments.items():
        if counts := public.in_words(environment=code):
            yield Row(ENVIRONMENT, code, term.label, _events(counts), (), (), public.facts(code))
    for question, shares in _known_to_few(public).items():
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
        yield Row(QUESTION, question, message_table("labels.question")[question], "; ".join(answers), (), ())
    for delivery in public.deliveries_of(public.period.label):
        if delivery.missing:
            whole, months = len(delivery.missing) == len(delivery.months), swedish_months(delivery.missing)
            text = message("plan.shown.no_months") if whole else message("plan.shown.months", months=months)
            label = message("plan.row.months", label=words.sources[delivery.source].label)
            yield Row(MONTHS, delivery.source, label, text, (), ())
    for code, term in words.event_types.items():
        if code != OTHER_TYPE and (counts := public.in_words(event_type=code)):
            text = counts.get(TRACES) or message("plan.shown.some")
            yield Row(TYPE, code, term.label, text, (), (), public.facts(event_type=code))


def _known_to_few(public: PublicPicture) -> dict[str, list[Share]]:
    """Question -> its shares this period, where fewer than ENOUGH of those who answered a survey said yes."""
    shares: dict[str, list[Share]] = {}
    for share in public.shares:
        if share.period == public.period.label:
            shares.setdefault(share.question, []).append(share)
    return {question: own for question, own in shares.items() if any(s.x < ENOUGH * s.n for s in own)}


def _events(counts: dict[str, str]) -> str:
    """ "4–6 fysiska spår och enstaka (1–4) andra händelser"."""
    singular = {group: f"{group}_one" if count == "1" else group for group, count in counts.items()}
    return listed([message(f"plan.shown.{singular[group]}", count=count) for group, count in counts.items()])


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


def _is_of_routines(activity: Activity) -> bool:
    """Whether it is for how the work is done, which every picture asks for."""
    return any(choice.kind == ROUTINES for choice in activity.answers)


def _numbers(row: Row) -> str:
    """The numbers of the activities that answer a row, those that name it first."""
    if not row.answered:
        return message("plan.matrix.none")
    general = message(f"plan.matrix.{row.kind}", numbers=", ".join(row.general)) if row.general else ""
    return "; ".join(filter(None, (", ".join(row.direct), general)))


def _question(row: Row) -> str:
    key = f"plan.gap.{row.kind}" + ("_answered" if row.answered else "")
    return message(key, label=row.label, reported=row.reported, numbers=listed(row.direct))


def _missed(ongoing: list[Activity], public: PublicPicture) -> Iterator[Gap]:
    """The targets that the whole interval of a published number misses; months that are missing are gaps already."""
    for activity in (a for a in ongoing if a.measure and a.measure.kind != DELIVERIES):
        measured = series(activity, public)
        if outcome(activity.goal, measured, public.period.label) == MISSED and activity.measure:
            now = [s.readings[public.period.label].sentence for s in measured if public.period.label in s.readings]
            values = {"measure": activity.measure.label, "target": activity.text(TARGET), "now": "; ".join(now)}
            yield Gap(TARGET_GAP, activity.number, message("plan.gap.target", number=activity.number, **values))
