"""Where the plan meets the chapter: what an edition shows, for the plan's matrix and its follow-up.

The counts are the facts of the edition; those of the public one are audited. Survey shares and deliveries are those
that disclosure.toml declares to tell of no person; they are read of every cycle, for the years of a measure.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from vbe_analysis.analysis.answers import knowledge, knowledge_change
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.data.source_months import source_months
from vbe_analysis.chapter.own_texts.claims import NUMBER, WORD, Claim, find_claims
from vbe_analysis.config import load
from vbe_analysis.disclosure.policy import LEAST_ANSWERS, PUBLIC
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.frames import NOT_ASKED
from vbe_analysis.plan.activities import (
    FOLLOWUP,
    FREE,
    ROLE,
    SHEET,
    TARGET,
    TEXT,
    Activities,
    activities_path,
    read_activities,
)
from vbe_analysis.plan.edition import EditionPicture, Share, SourceDelivery, counts_in
from vbe_analysis.plan.picture import Plan
from vbe_analysis.storage import ACTIVITIES
from vbe_analysis.workspace.workspace import Workspace


def plan_of(workspace: Workspace, picture: Picture) -> Plan | None:
    """The cycle's activities against what the edition shows; None where it has no workbook of them.

    Raises InputError as read_activities does and, of the public edition, as check_texts does for what it prints.
    """
    cycle = picture.period.label
    if not activities_path(workspace, cycle).is_file():
        return None
    activities = read_activities(workspace, cycle)
    if picture.edition == PUBLIC:
        check_texts(workspace, activities, (TEXT, ROLE))
    return Plan(activities, edition_picture(workspace, picture))


def edition_picture(workspace: Workspace, picture: Picture) -> EditionPicture:
    """What the edition shows, as the plan needs it."""
    return EditionPicture(
        periods=tuple(picture.coverages),
        vocabulary=picture.vocabulary,
        counts=counts_in(picture.register.published),
        shares=tuple(_shares(workspace, picture)),
        deliveries=tuple(_deliveries(picture)),
        tertials={
            row["period"]: (int(row["low"]), int(row["high"]))
            for row in picture.over_years.tertials.to_dict("records")
            if f"tertial_ar/{row['period'].replace(' ', '/')}" in picture.register.facts
        },
        protected=picture.edition == PUBLIC,
    )


def check_texts(workspace: Workspace, activities: Activities, columns: Sequence[str] = FREE) -> None:
    """Raise InputError, all faults at once, for what the activities' texts claim that nobody has published.

    An activity, its measure and its target tell of what shall be done: "alla" and a target's numbers claim nothing.
    """
    faults = [
        Fault("activity_claim", ACTIVITIES, SHEET, activity.row, column, values={"claim": claim.text})
        for activity in activities.rows
        for column in columns
        for claim in find_claims(activity.written.get(column, ""), workspace.settings.places)
        if not _is_aim(claim, column)
    ]
    if faults:
        raise InputError(faults)


def _is_aim(claim: Claim, column: str) -> bool:
    all_work = claim.kind == WORD and claim.text.casefold() in load("claims")["plan"]["aims"]
    return (column != FOLLOWUP and all_work) or (column == TARGET and claim.kind == NUMBER)


def _shares(workspace: Workspace, picture: Picture) -> Iterator[Share]:
    """Each question that may be published, by period and source, of those that enough have answered."""
    cycles = [period.label for period in picture.coverages]
    answers, coverage = workspace.answers(*cycles), workspace.coverage(*cycles)
    before = {after: earlier for earlier, after in pairwise(cycles)}
    for question in [code for code in answers["question"].unique() if code in picture.rules.public_questions]:
        rows = knowledge(answers, coverage, question, population=True)
        for row in rows[rows["n"] >= LEAST_ANSWERS].to_dict("records"):
            cycle, source = row["cycle"], row["source"]
            change = knowledge_change(answers, question, source, cycle, before[cycle]) if cycle in before else None
            enough = change is not None and change.previous[1] >= LEAST_ANSWERS
            yield Share(
                cycle,
                source,
                question,
                int(row["x"]),
                int(row["n"]),
                int(row["asked"]) if row["asked"] == row["asked"] else None,
                float(row["low"]),
                float(row["high"]),
                change.difference if change and enough else None,
                change is not None and not change.comparable,
            )


def _deliveries(picture: Picture) -> Iterator[SourceDelivery]:
    """What each source that was asked delivered of each period."""
    for period, coverage in picture.coverages.items():
        for code, months in source_months(coverage, picture.vocabulary).items():
            asked = tuple(month for month, status in months.statuses.items() if status != NOT_ASKED)
            if asked:
                yield SourceDelivery(period.label, code, asked, months.missing)
