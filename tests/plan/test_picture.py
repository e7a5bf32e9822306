"""The picture against the plan: what a careful reader of the real plan would say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.plan.plans import SEED, row, seed_rows, seed_tables, write
from tests.workspaces import make
from vbe_analysis.chapter.data.plan import check_texts
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.facts import count, select
from vbe_analysis.disclosure.publications import PERSON_LINKED, TRACES, Meaning
from vbe_analysis.errors import InputError
from vbe_analysis.frames import Interval
from vbe_analysis.periods import Period
from vbe_analysis.plan.activities import Activities, read_activities
from vbe_analysis.plan.choices import ENVIRONMENT, MONTHS
from vbe_analysis.plan.edition import EditionPicture, Share, SourceDelivery
from vbe_analysis.plan.picture import Plan, activities_table, matrix, matrix_table, matrix_text, whole_matrix_table
from vbe_analysis.vocabulary import default_vocabulary
from vbe_analysis.workspace.workspace import Workspace

PERIOD = Period(date(2020, 7, 1), date(2021, 6, 30), "2021")
SOME = (1, OPEN)


def shown(counts: Mapping[Meaning, Interval], **more: object) -> EditionPicture:
    """A picture of these counts, and nothing else but what is given."""
    facts = {means: count("/".join(means), "", select(period="2021"), *ends) for means, ends in counts.items()}
    return replace(EditionPicture((PERIOD,), default_vocabulary(), facts), **more)  # type: ignore[arg-type]


def of_the_seed() -> EditionPicture:
    """What the seed tells: one environment, and its six types."""
    counts: dict[Meaning, Interval] = {
        (TRACES, "vit_makt", "", "2021"): (5, 6),
        (PERSON_LINKED, "vit_makt", "", "2021"): (1, 4),
        (TRACES, "autonom", "", "2021"): (0, 0),
        (PERSON_LINKED, "islamistisk", "", "2021"): (0, 0),
    }
    counts |= {(PERSON_LINKED, "", code, "2021"): SOME for code in ("orosanmalan", "symbol", "asiktsuttryck")}
    counts |= {(TRACES, "", "klotter", "2021"): (4, 5), (TRACES, "", "affischering", "2021"): (1, 1)}
    return shown(counts | {(PERSON_LINKED, "", "hot_krankning", "2021"): SOME})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(make(tmp_path))


def plan(workspace: Workspace, *rows: tuple[object, ...]) -> Activities:
    write(workspace, "2021", rows)
    return read_activities(workspace, "2021")


@pytest.mark.skipif(not SEED.is_dir(), reason="the real plan is not here")
def test_the_real_plan_is_held_against_its_picture_as_a_reader_would(workspace: Workspace) -> None:
    activities = plan(workspace, *seed_rows())
    check_texts(workspace, activities)  # the real plan's own words are no claims
    held = Plan(activities, of_the_seed())
    whole, short = whole_matrix_table(held), matrix_table(held)
    assert whole and short
    assert whole.cells == (
        ("Vit makt-miljön", "5–6 fysiska spår och enstaka (1–4) andra händelser", "1, 2 (alla miljöer)"),
        ("Orosanmälan", "har rapporterats", "6"),
        ("Klotter", "4–5 fysiska spår", "5"),
        ("Affischering", "1 fysiskt spår", "Ingen aktivitet"),
        ("Symbol", "har rapporterats", "Ingen aktivitet"),
        ("Åsiktsuttryck", "har rapporterats", "Ingen aktivitet"),
        ("Hot eller kränkning", "har rapporterats", "Ingen aktivitet"),
    )
    assert short.cells == tuple((label, numbers) for label, _, numbers in whole.cells)  # the main part has no counts
    assert whole.notes[-1] == "Andra händelser visas bara som intervall, för att skydda enskilda."
    first, second = matrix_text(held.matrix).markdown.split("\n\n")
    beside = {
        8: "Manifestation",
        9: "Kunskap: Har gått den webbaserade grundutbildningen",
        10: "Kunskap: Känner till rutinen vid oro eller händelse och Kunskap: Känner till blanketten för "
        "avidentifierad information",
    }
    assert first == (
        "Planen har 13 aktiviteter som pågår eller ska börja ({tabell:planens_aktiviteter}). "
        "3 av lägesbildens 7 delar har minst en aktivitet ({tabell:bild_mot_plan}; med antal i "
        "{tabell:bild_mot_plan_hela}). "
        "Utan aktivitet är affischering, symboler, åsiktsuttryck och hot eller kränkningar. "
    ) + " ".join(
        f"Aktivitet {n} ({answers}) svarar mot något som lägesbilden inte visar." for n, answers in beside.items()
    )
    assert second == "Under rubriken Föreningsbidrag och lokaler finns inga aktiviteter."
    assert (held.matrix.gaps(ENVIRONMENT), held.matrix.gaps(MONTHS), held.matrix.missed) == ((), (), ())
    assert activities.urged(PERIOD) == ("ia",)


@pytest.mark.skipif(not SEED.is_dir(), reason="the real plan is not here")
def test_the_real_plans_activities_stand_in_the_annex_as_they_were_entered(workspace: Workspace) -> None:
    table = activities_table(Plan(plan(workspace, *seed_rows()), of_the_seed()))
    assert table
    entered = [
        (str(number), text, role, time.lower()) for number, (_, (text, role, time, _)) in enumerate(seed_tables(), 1)
    ]
    assert [row[:4] for row in table.cells] == entered
    assert {row[4] for row in table.cells} == {"pågår"}


def test_a_gap_is_an_environment_without_activity_missing_months_and_a_missed_target(workspace: Workspace) -> None:
    share = Share("2021", "enkat", "rutin", 5, 20, 25, 0.2, 0.4)
    months = SourceDelivery("2021", "ia", PERIOD.months, ("2021-05", "2021-06"))
    counts = {(PERSON_LINKED, name, "", "2021"): (5, 9) for name in ("autonom", "vit_makt", "oklar")}
    public = shown(counts, shares=(share,), deliveries=(months,))
    question = "Känner till rutinen vid oro eller händelse"
    measured = {"mått": f"Enkät: {question}", "mål": "minst 50 %", "svarar": f"Kunskap: {question}"}
    activities = plan(
        workspace, row(svarar="Vit makt-miljön"), row(nr="K1", **measured), row(nr="X", status="avbruten")
    )
    held = matrix(activities, public)
    assert [row.label for row in held.gaps(ENVIRONMENT)] == ["Autonoma miljön"]  # nobody plans for an unclear one
    assert [(row.text, row.reported, row.direct) for row in held.gaps(MONTHS)] == [
        ("incidentsystemet IA", "uppgifter saknas för maj–juni 2021", ())
    ]
    assert [(missed.number, missed.target, missed.now) for missed in held.missed] == [
        ("K1", "minst 50 procent", "5 av 20 som svarade sa ja (25 tillfrågade)")
    ]
    said = matrix_text(held).markdown
    assert "Utan aktivitet är den autonoma miljön.\n\n" in said
    assert "Uppgifter saknas från incidentsystemet IA (ingen aktivitet svarar mot det). " in said
    assert "Målet är inte nått för aktivitet K1 (minst 50 procent). Under rubriken " in said
    # 40 percent at most: the target is missed whatever the others would have said; at 35 nobody can say
    assert matrix(plan(workspace, row(**{**measured, "mål": "minst 35 %"})), public).missed == ()


def test_what_has_ended_answers_nothing_and_routines_answer_what_is_known(workspace: Workspace) -> None:
    share = Share("2021", "enkat", "plan", 5, 20, None, 0.1, 0.4)
    public = shown({(TRACES, "vit_makt", "", "2021"): (3, 3)}, shares=(share,))
    rows = [row(svarar="Alla miljöer", status="genomförd"), row(nr="A", svarar="Arbetssätt"), row(nr="B")]
    held = matrix(plan(workspace, *rows), public)
    assert [(r.code, r.direct, r.general) for r in held.rows] == [("vit_makt", (), ()), ("plan", (), ("A",))]
    assert (held.activities, held.beside, held.unstated) == (2, (), ("B",))
    assert "Aktivitet B säger inte vad den svarar mot." in matrix_text(held).markdown


def test_a_short_table_keeps_what_is_not_answered(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {(TRACES, "", code, "2021"): (2, 2) for code in ("klotter", "klistermarke", "affischering")}
    public = shown(counts)
    held = Plan(plan(workspace, row(svarar="Klotter")), public)
    monkeypatch.setattr("vbe_analysis.plan.picture.MOST_ROWS", 2)
    table = matrix_table(held)
    assert table is not None
    assert [cells[0] for cells in table.cells] == ["Klistermärke", "Affischering"]
    assert table.notes == (
        "Aktiviteterna visas med sina nummer i planen. Avslutade räknas inte. "
        "Rader som bara står i lägesbildens bilaga: 1.",
    )
    assert matrix_table(Plan(held.activities, shown({}))) is None


URGED = {
    "ongoing": ({}, True),
    "begun on the last day": ({"start": PERIOD.end}, True),
    "begun after it": ({"start": date(2021, 7, 1)}, False),
    "ended on the first day": ({"klart": PERIOD.start, "status": "genomförd"}, True),
    "ended before it": ({"klart": date(2020, 6, 30), "status": "genomförd"}, False),
    "overdue and still under way": ({"klart": date(2020, 6, 30)}, True),
    "never begun": ({"status": "ej påbörjad"}, False),
}


@pytest.mark.parametrize(("cells", "urged"), URGED.values(), ids=URGED)
def test_an_activity_urges_to_report_while_it_goes_on(
    workspace: Workspace, cells: dict[str, object], urged: bool
) -> None:
    activities = plan(workspace, row(svarar="Klotter; Rapportering: IA", **cells))
    assert activities.urged(PERIOD) == (("ia",) if urged else ())


CLAIMS = {
    "a count": ({"uppföljning": "Vi tog emot två orosanmälningar."}, "Uppföljning"),
    "a direction": ({"uppföljning": "Klottret har minskat."}, "Uppföljning"),
    "all of what was done": ({"uppföljning": "Samtliga skolor har fått programmet."}, "Uppföljning"),
    "a pupil": ({"aktivitet": "Stötta eleven och familjen."}, "Aktivitet"),
    "a school": ({"aktivitet": "Ge skolprogram vid Ekskolan."}, "Aktivitet"),
    "an organisation": ({"aktivitet": "Motverka NMR i området."}, "Aktivitet"),
    "a count in the activity": ({"aktivitet": "Följa upp de tre hoten."}, "Aktivitet"),
}


@pytest.mark.parametrize(("cells", "column"), CLAIMS.values(), ids=CLAIMS)
def test_a_text_claims_nothing_that_is_not_published(workspace: Workspace, cells: dict[str, str], column: str) -> None:
    activities = plan(workspace, row(), row(nr="F2", **cells))
    with pytest.raises(InputError) as error:
        check_texts(workspace, activities)
    assert all(f"rad 3, kolumn '{column}'" in str(fault) for fault in error.value.faults)


def test_what_shall_be_done_and_what_somebody_vouches_for_are_no_claims(workspace: Workspace) -> None:
    texts = {"aktivitet": "Besöka alla skolor.", "mått": "Besökta skolor", "mål": "12 skolor"}
    activities = plan(workspace, row(**texts, uppföljning="Programmet gavs vid 9 {bekräftat: enhetens lista} skolor."))
    check_texts(workspace, activities)
    assert activities.rows[0].text("Uppföljning") == "Programmet gavs vid 9 skolor."
