"""The plan in the chapter: nothing without a workbook, a reservation where it urges to report, and the board."""

from dataclasses import replace

import pytest

from tests.chapter.situations import picture, situation
from vbe_analysis.chapter.contents import Chapter
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.data.plan import edition_picture
from vbe_analysis.chapter.text.board import MOST_WORDS
from vbe_analysis.plan.activities import Activities, Activity
from vbe_analysis.plan.choices import ENVIRONMENT, EVERY_ENVIRONMENT, MONTHS, QUESTION, REPORTING, Choice, Goal
from vbe_analysis.plan.picture import LISTED, SHORT, WHOLE, Plan

pytestmark = pytest.mark.chapter

URGES = "Förvaltningen har under perioden uppmanat till rapportering"


def activity(number: str, kind: str, *codes: str, target: int = 0) -> Activity:
    """One that goes on; target: the least percentage that shall know the routine."""
    measure = Choice(QUESTION, ("rutin",), "Enkät: rutinen") if target else None
    goal, written = (Goal(target, None), {"Mål": f"minst {target} %"}) if target else (None, {})
    answers = (Choice(kind, codes, "svar"),)
    return Activity(number, "Förebyggande", None, None, measure, goal, "pagar", answers, written, 2)


def planned(name: str, edition: str, *activities: Activity) -> Picture:
    """The situation's picture with these activities."""
    own = picture(name, "2021", edition)
    return replace(own, plan=Plan(Activities("2021", (), activities), edition_picture(situation(name), own)))


def asked(own: Picture) -> list[str]:
    return [item.removeprefix("- ") for item in Chapter(own).text("stallningstaganden").markdown.split("\n")]


@pytest.mark.parametrize("edition", ["intern", "publik"])
def test_without_a_workbook_the_chapter_says_nothing_of_a_plan(edition: str) -> None:
    chapter = Chapter(picture("fem_omgangar", "2021", edition))
    assert chapter.text("bild_mot_plan").markdown == chapter.text("planen_i_bilagan").markdown == ""
    assert [chapter.table(name) for name in (SHORT, WHOLE, LISTED)] == [None] * 3


@pytest.mark.parametrize("edition", ["intern", "publik"])
def test_a_source_that_is_compared_has_its_reservation(edition: str) -> None:
    own = planned("fem_omgangar", edition, activity("F1", REPORTING, "sisab", "ia"), activity("F2", REPORTING, "polis"))
    said = Chapter(own).text("jamforelse").markdown.split("\n\n")
    assert said[-1] == (  # of IA nothing was asked
        f"{URGES} till skolfastighetsbolaget SISAB och till lokalpolisen; fler rapporter kan bero på det."
    )
    assert URGES not in Chapter(replace(own, plan=None)).text("jamforelse").markdown
    first = planned("forsta_aret", edition, activity("F1", REPORTING, "sisab"))
    assert URGES not in Chapter(first).text("jamforelse").markdown


@pytest.mark.parametrize("edition", ["intern", "publik"])
def test_the_board_is_asked_first_of_what_nobody_answers_and_of_a_missed_target(edition: str) -> None:
    own = planned("fem_omgangar", edition, activity("F1", ENVIRONMENT, "vit_makt"), activity("K1", QUESTION, target=99))
    items = asked(own)
    assert items[0] == (
        "Ingen av planens 2 aktiviteter svarar mot den autonoma miljön eller den islamistiska extremistiska miljön, "
        "där händelser har rapporterats. Ska en läggas till?"
    )
    assert items[1].endswith("Aktivitet K1 når inte sitt mål, minst 99 procent. Ska den ändras?")
    assert len(items) <= 3 and len(" - ".join(["", *items]).split()) <= MOST_WORDS
    answered = asked(planned("fem_omgangar", edition, activity("F1", EVERY_ENVIRONMENT)))
    assert not any("aktivitet" in item for item in answered)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("sisab", "polis", "enkat"), "perioden. Aktivitet F1 svarar mot det. Ska"),
        (("ia",), "perioden. Ingen aktivitet svarar mot det. Ska"),
        (("polis",), "perioden. Ska"),
    ],
)
def test_months_that_are_missing_are_asked_for_once(codes: tuple[str, ...], said: str) -> None:
    plan = (activity("F1", MONTHS, *codes), activity("F2", EVERY_ENVIRONMENT))
    [months] = [item for item in asked(planned("halften_saknas", "publik", *plan)) if "lämna" in item]
    assert said in months


@pytest.mark.parametrize("edition", ["intern", "publik"])
def test_the_matrix_rests_on_facts_of_the_edition(edition: str) -> None:
    own = planned("fem_omgangar", edition, activity("F1", EVERY_ENVIRONMENT))
    whole = Chapter(own).table(WHOLE)
    assert whole and {*whole.facts} and {*whole.facts} <= {*own.register.facts}
