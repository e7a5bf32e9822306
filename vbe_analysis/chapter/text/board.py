"""What page one asks of the board, and the three lines that stand there until the analyst has weighed it all."""

from dataclasses import asdict
from typing import Any

from vbe_analysis.analysis.answers import ENOUGH
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.data.source_months import SourceMonths
from vbe_analysis.chapter.text import findings
from vbe_analysis.chapter.text.section import section
from vbe_analysis.chapter.text.sentences import comparison_facts
from vbe_analysis.config import message_table
from vbe_analysis.document.parts import Prose
from vbe_analysis.periods import next_month, swedish_months
from vbe_analysis.plan.choices import ENVIRONMENT, MONTHS
from vbe_analysis.plan.picture import Missed

MOST_ITEMS = 3
MOST_WORDS = 70  # of all of them, with their bullets


def three_lines(picture: Picture) -> Prose:
    """What is known, what is not, and what would give a surer answer."""
    sources, gaps = picture.asked_sources, picture.gaps
    asked = picture.response[picture.response["cycle"] == picture.period.label]["source"].nunique()
    words = section(
        "samlad_bedomning",
        covered=not picture.nothing_delivered,
        delivered=sum(not months.missing for months in sources.values()),
        asked=len(sources),
        changes=[findings.periods(picture, group) for group in picture.groups if group.compared and group.directed],
        unknown=[group.name for group in picture.groups if picture.previous and not group.compared],
        gaps=[gap.source.text for gap in gaps],
        surveys=asked if _few_answers(picture) else 0,
    )
    return Prose(words, picture.facts(*comparison_facts(picture)))


def decisions(picture: Picture) -> Prose:
    """At most three things that a board may decide, each with its number, the question last; empty for none.

    Where the cycle has a plan: also the environments that no activity answers, and the targets that are missed.
    """
    missed = _missed(picture)
    known = sorted(_unknown_to_many(picture), key=lambda item: item["question"] not in missed)
    items = [*_unanswered(picture), *known[:1], *_gaps(picture)]
    asked = {item["target"]["number"] for item in items if item.get("target")}
    targets = [{"kind": "target", "target": asdict(m)} for m in missed.values() if m.number not in asked]
    items = _fitting([*items, *targets[:1], *_few_answers(picture)[:1]])
    rows = picture.plan.matrix.gaps(ENVIRONMENT) if picture.plan else ()
    return Prose(section("att_ta_stallning_till", items=items), tuple(name for row in rows for name in row.facts))


def _fitting(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the items, the first of them first, those that page one has room for."""
    kept: list[dict[str, Any]] = []
    for item in items:
        longer = [*kept, item]
        if len(longer) <= MOST_ITEMS and len(section("att_ta_stallning_till", items=longer).split()) <= MOST_WORDS:
            kept = longer
    return kept


def _unanswered(picture: Picture) -> list[dict[str, Any]]:
    """The environments with events that no activity answers, as one item."""
    if picture.plan is None:
        return []
    matrix = picture.plan.matrix
    names = [row.text for row in matrix.gaps(ENVIRONMENT)]
    return [{"kind": "unanswered", "environments": names, "activities": matrix.activities}] if names else []


def _missed(picture: Picture) -> dict[str, Missed]:
    """The targets that are missed, by the question or other code that they are measured by; the first of each."""
    every = picture.plan.matrix.missed if picture.plan else ()
    by_code: dict[str, Missed] = {}
    for missed in every:
        for code in missed.codes or (missed.kind,):
            by_code.setdefault(code, missed)
    return by_code


def _gaps(picture: Picture) -> list[dict[str, Any]]:
    """The sources that leave a gap, as one item.

    planned: the activities that answer it; None without a plan, and where they answer some of the sources.
    """
    gaps = picture.gaps
    answers = [row.direct for row in picture.plan.matrix.gaps(MONTHS)] if picture.plan else []
    whole = all(answers) or not any(answers)
    planned = tuple(dict.fromkeys(sum(answers, ()))) if picture.plan and whole else None
    if len(gaps) == 1 and _is_explained(picture, gaps[0]):
        return []
    if len(gaps) == 1:
        lacking = [month for month in gaps[0].missing if month not in gaps[0].straddled] or gaps[0].missing
        months = "" if gaps[0].all_missing else swedish_months(tuple(lacking))
        return [{"kind": "gap", "source": gaps[0].source.text, "months": months, "planned": planned}]
    values = {"n": len(gaps), "of": len(picture.asked_sources), "planned": planned}
    return [{"kind": "gaps", **values}] if gaps else []


def _is_explained(picture: Picture, gap: SourceMonths) -> bool:
    """Whether a change in how the source collects lies in the gap or ends it: what was lost cannot be asked for."""
    around = {month for lost in gap.missing for month in (lost, next_month(lost))}
    return any(entry["source"] == gap.source.code and entry["month"] in around for entry in picture.breaks)


def _few_answers(picture: Picture) -> list[dict[str, Any]]:
    """Each survey that fewer than ENOUGH answered, the one with the fewest answers first."""
    response = picture.response[picture.response["unit_kind"] == ""]
    few = response[(response["cycle"] == picture.period.label) & (response["rate"] < ENOUGH)]
    return [
        {
            "kind": "answers",
            "missing": int(row["asked"] - row["answered"]),
            "asked": int(row["asked"]),
            "source": picture.vocabulary.sources[row["source"]].text,
        }
        for row in few.sort_values("rate", kind="stable").to_dict("records")
    ]


def _unknown_to_many(picture: Picture) -> list[dict[str, Any]]:
    """Each question that too few said yes to: the routine first, then the least known."""
    items = picture.knowledge[picture.knowledge["cycle"] == picture.period.label]
    items = items[(items["x"] < ENOUGH * items["n"]) & items["question"].isin([*message_table("labels.question")])]
    items = items.assign(later=items["question"] != "rutin", share=items["x"] / items["n"])
    asked = picture.response[picture.response["unit_kind"] == ""].set_index(["cycle", "source"])["asked"]
    questions, missed = [], _missed(picture)
    for row in items.sort_values(["later", "share"], kind="stable").to_dict("records"):
        of = asked.get((row["cycle"], row["source"]))
        values: dict[str, Any] = {"asked": int(of) if of and of == of else 0, "missing": int(row["n"] - row["x"])}
        values["target"] = asdict(missed[row["question"]]) if row["question"] in missed else None
        item = {"kind": "knowledge", "question": row["question"], **findings.knowledge_values(picture, row), **values}
        questions.append(item)
    return questions


TEXTS = {"tre_rader": three_lines, "stallningstaganden": decisions}
