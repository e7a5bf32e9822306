"""`vbe followup`: each activity with its measure over the years; a target is met only where the whole interval is."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import lxml.html
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from tests.chapter import public_pairs
from tests.plan.plans import SEED, row, seed_rows, seed_tables, write
from tests.plan.test_picture import PERIOD, shown
from tests.shared import copy, once
from tests.workspaces import make, state, told, vbe
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.publications import TRACES
from vbe_analysis.document.parts import Prose, Table
from vbe_analysis.editions.plan import public_picture, write_followup
from vbe_analysis.plan.activities import Activities, read_activities
from vbe_analysis.plan.changes import Changes, changes
from vbe_analysis.plan.choices import Goal
from vbe_analysis.plan.edition import Share, SourceDelivery
from vbe_analysis.plan.followup import followup_parts, followup_text
from vbe_analysis.plan.measures import outcome, position, series
from vbe_analysis.plan.picture import matrix
from vbe_analysis.plan.tertial import tertial_note
from vbe_analysis.workspace.workspace import Workspace

FILES = {"uppfoljning.docx", "uppfoljning.html", "uppfoljning.txt", "tertialnotering.docx", "tertialnotering.html"}
ROUTINE = "Känner till rutinen vid oro eller händelse"
CAUSED = re.compile(r"\b(?:tack vare|på grund av|ledde till|gjorde att|har gett|effekt(?:en)?|öka\w*|minska\w*)\b")
DAY = date(2021, 6, 30)


def quiet(*_: object) -> None: ...


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(make(tmp_path))


def plan(workspace: Workspace, *rows: tuple[object, ...], cycle: str = "2021") -> Activities:
    write(workspace, cycle, rows)
    return read_activities(workspace, cycle)


def share(x: int, n: int, asked: int, **more: object) -> Share:
    """A survey of the year where those who did not answer may have said anything."""
    return Share("2021", "enkat", "rutin", x, n, asked, x / asked, (x + asked - n) / asked, **more)  # type: ignore[arg-type]


def plain(text: str) -> str:
    """A cell's words, wherever they may break."""
    return " ".join(text.replace("\u00ad", "").replace("\u2060", "").split())


def example() -> Path:
    def made(folder: Path) -> None:
        assert vbe(folder, "init", str(folder / "exempel"), "--example") == 0
        for cycle in ("2017", "2019", "2021"):
            assert vbe(folder / "exempel", "followup", cycle, "--quiet") == 0

    return once("exempel-uppfoljning", made) / "exempel"


@pytest.mark.slow
def test_the_example_has_cases_of_every_kind() -> None:
    texts = {
        cycle: (example() / f"reports/{cycle}/uppfoljning/uppfoljning.txt").read_text()
        for cycle in ("2017", "2019", "2021")
    }
    assert {path.name for path in (example() / "reports/2021/uppfoljning").iterdir()} == FILES
    paragraphs = texts["2021"].split("\n\n")
    [overdue] = [text for text in paragraphs if text.startswith("F6")]
    assert overdue == (
        "F6. Komma överens med trafikkontoret om uppgifter för hela perioden. Ansvarig: Samordnare mot våldsbejakande "
        "extremism. Klart senast: 30 april 2021. Status: pågår. Mått: Leveranser: Trafikkontoret. Mål: alla månader. "
        "2020/21: uppgifter för 10 av 12 månader. Målet är inte nått. Uppföljning: Frågan är ställd till "
        "trafikkontoret. Svar saknas."
    )
    assert paragraphs[-1] == (
        "Sedan 2019/20: nytt är F6 och K6; ändrat är K2 (mål) och K3 (ansvarig); avslutat är K6 (genomförd).\n"
    )
    assert "FÖRENINGSBIDRAG OCH LOKALER\n\nInga aktiviteter.\n\n" in texts["2021"]
    assert "Sedan" not in texts["2017"]  # there is no plan before it
    assert "avslutat är F5 (avslutad utan att målet nåddes) och K5 (genomförd)" in texts["2019"]
    # no sentence says that anything changed, or why
    assert [CAUSED.findall(text) for text in texts.values()] == [[], [], []]


@pytest.mark.slow
def test_the_page_is_the_same_in_word_and_html_and_says_what_waits() -> None:
    folder = example() / "reports/2021/uppfoljning"
    word = Document(str(folder / "uppfoljning.docx"))
    page = lxml.html.fromstring((folder / "uppfoljning.html").read_text(encoding="utf-8"))
    tables = [[[plain(cell.text) for cell in line.cells] for line in table.rows] for table in word.tables]
    read = [[[plain(cell.text_content()) for cell in line] for line in t.iter("tr")] for t in page.iter("table")]
    assert read == tables
    assert [(line[0].split()[0], line[3]) for line in tables[0][1:]] == [
        ("F6", "Ska den få en ny dag eller avslutas?"),
        ("K2", "Ska aktiviteten eller målet ändras?"),
    ]
    to_do = dict(tables[1][1:])
    assert to_do["Avdelningschef HR"] == "K3: skriv vad som har gjorts och föreslå ett mått."
    assert to_do["Kommunikationschef"] == (
        "H3: börja eller föreslå en ny dag (skulle ha börjat den 1 september 2019) och föreslå ett mått."
    )
    assert "Avdelningschefer" not in to_do  # nothing is asked of them
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "Aktivitet F6 är försenad: den skulle ha varit klar den 30 april 2021." in text
    assert "Målet är nått för aktivitet F4. Målet är inte nått för aktiviteterna F6 och K2." in text
    assert "Aktiviteterna F2, H1, H3, K3 och K4 har inget mått." in text
    assert not CAUSED.search(text)
    note = Document(str(folder / "tertialnotering.docx"))
    assert note.paragraphs[0].text == "Notering till tertialrapport 1 2021"
    assert [cell.text for cell in note.tables[0].columns[1].cells] == ["Fysiska spår", "3", "2", "1", "3", "1"]


@pytest.mark.skipif(not SEED.is_dir(), reason="the real plan is not here")
def test_the_tables_hold_what_the_real_plan_holds(workspace: Workspace) -> None:
    activities = plan(workspace, *seed_rows())
    parts = list(followup_parts(activities, None, shown({}), DAY))
    lines = [line for part in parts if isinstance(part, Table) and "aktiviteter" in part.id for line in part.cells]
    assert [(text.split(" ", 1)[1], role, due.capitalize()) for text, role, due, *_ in lines] == [
        (text, role, time) for _, (text, role, time, _) in seed_tables()
    ]
    text = followup_text(activities, None, shown({}), DAY)
    assert all(" ".join(cells[0].split()).rstrip(".") in text for _, cells in seed_tables())


@pytest.mark.parametrize(
    ("target", "share_", "expected"),
    [
        ("minst 60 %", share(30, 40, 50), "met"),  # 60 percent if nobody else would have said yes
        ("minst 61 %", share(30, 40, 50), "undecided"),
        ("minst 80 %", share(30, 40, 50), "undecided"),  # 80 percent if all the others would
        ("minst 81 %", share(30, 40, 50), "missed"),
        ("högst 59 %", share(30, 40, 50), "missed"),
    ],
)
def test_a_target_is_met_where_the_whole_interval_meets_it(
    workspace: Workspace, target: str, share_: Share, expected: str
) -> None:
    [activity] = plan(workspace, row(mått=f"Enkät: {ROUTINE}", mål=target)).rows
    measured = series(activity, shown({}, shares=(share_,)))
    assert outcome(activity.goal, measured, "2021") == expected


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100), st.booleans())
def test_a_target_holds_for_every_number_of_the_interval(aim: int, one_end: int, other_end: int, least: bool) -> None:
    low, high = sorted((one_end, other_end))
    goal = Goal(aim, None) if least else Goal(None, aim)
    met = {number >= aim if least else number <= aim for number in range(low, high + 1)}
    assert goal.met(low, high) == (met.pop() if len(met) == 1 else None)


def test_of_two_surveys_both_must_meet_the_target(workspace: Workspace) -> None:
    [activity] = plan(workspace, row(mått=f"Enkät: {ROUTINE}", mål="minst 50 %")).rows
    high, low = share(18, 20, 20), share(5, 20, 20)
    other = Share("2021", "enkat_utb", "rutin", 5, 20, 20, 0.25, 0.25)
    public = shown({}, shares=(high, other))
    assert [position(activity, one, public, "cell") for one in series(activity, public)] == ["nått", "inte nått"]
    assert outcome(activity.goal, series(activity, public), "2021") == "missed"
    assert outcome(activity.goal, series(activity, shown({}, shares=(low,))), "2020") == "unknown"


CHANGE = {
    "none": ((-0.1, 0.2), "Ingen säker förändring sedan 2020 (−10 till +20 procentenheter)."),
    "higher": ((0.1, 0.3), "Högre andel än 2020 (+10 till +30 procentenheter)."),
    "reworded": (None, "Frågan har ny lydelse och jämförs inte med 2020."),
}


@pytest.mark.parametrize(("change", "text"), CHANGE.values(), ids=CHANGE)
def test_the_surveys_own_verdict_stands_beside_the_number(
    workspace: Workspace, change: tuple[float, float] | None, text: str
) -> None:
    [activity] = plan(workspace, row(mått=f"Enkät: {ROUTINE}")).rows
    before = Share("2020", "enkat", "rutin", 10, 20, 20, 0.5, 0.5)
    earlier = type(PERIOD)(date(2020, 1, 1), date(2020, 6, 30), "2020")
    now = share(15, 20, 20, change=change, reworded=change is None)
    public = shown({}, shares=(before, now), periods=(earlier, PERIOD))
    [measured] = series(activity, public)
    assert measured.verdict == text
    assert measured.readings["2021"].text == "15 av 20 (20)" + (", ny lydelse" if change is None else "")


def test_traces_and_deliveries_are_held_against_their_targets(workspace: Workspace) -> None:
    rows = [row(mått="Fysiska spår", mål="högst 5"), row(nr="F2", mått="Leveranser: IA", mål="minst 11 månader"),
            row(nr="F3", mått="Fysiska spår: Autonoma miljön", mål="högst 5")]  # fmt: skip
    months = SourceDelivery("2021", "ia", PERIOD.months, ("2021-05", "2021-06"))
    public = shown({(TRACES, "", "", "2021"): (4, 6), (TRACES, "autonom", "", "2021"): (6, OPEN)}, deliveries=(months,))
    states = [outcome(a.goal, series(a, public), "2021") for a in plan(workspace, *rows).rows]
    assert states == ["undecided", "missed", "missed"]
    assert series(plan(workspace, *rows).rows[2], public)[0].readings["2021"].text == "minst 6"


def test_what_is_new_changed_and_ended(workspace: Workspace) -> None:
    ended = row(nr="E", status="avbruten")  # it ended last year, and stands there still
    before = plan(workspace, row(), row(nr="F2"), row(nr="F3"), row(nr="F4"), ended, cycle="2020")
    now = plan(workspace, row(klart=date(2021, 12, 1), ansvarig="Rektor"), row(nr="F2", status="genomförd"),
               row(nr="F3", uppföljning="Nu.", svarar="Klotter"), row(nr="NY"), ended)  # fmt: skip
    assert changes(now, before) == Changes(("NY",), {"F1": ("ansvarig", "klart senast")}, {"F2": "genomförd"}, ("F4",))
    text = followup_text(now, before, shown({}), DAY)
    assert text.endswith(
        "Sedan 2020: nytt är NY; ändrat är F1 (ansvarig och klart senast); avslutat är F2 (genomförd); borttaget är "
        "F4.\n"
    )
    assert followup_text(now, now, shown({}), DAY).endswith("Sedan 2020/21: inget är nytt, ändrat eller avslutat.\n")


def test_what_is_overdue_is_so_on_the_day(workspace: Workspace) -> None:
    late = {"klart": date(2021, 6, 30)}
    [activity, done, ongoing] = plan(
        workspace, row(**late), row(nr="F2", status="genomförd", **late), row(nr="F3")
    ).rows
    assert [a.overdue(date(2021, 7, 1)) for a in (activity, done, ongoing)] == [True, False, False]
    assert not activity.overdue(DAY)


def test_the_tertial_note_says_what_is_missing_and_no_direction() -> None:
    months = {"sisab": (), "trafikkontoret": ("2021-03",), "ia": ("2021-05",)}
    deliveries = tuple(SourceDelivery("2021", source, PERIOD.months, lost) for source, lost in months.items())
    public = shown({}, deliveries=deliveries, tertials={"T3 2020": (9, 9), "T1 2020": (0, 0), "T1 2021": (2, 3)})
    note = tertial_note(public)
    assert note is not None
    prose, table = note.parts
    assert not isinstance(prose, Table)
    assert isinstance(table, Table)
    assert " ".join(prose.markdown.split()) == (
        "Skolfastighetsbolaget SISAB och trafikkontoret rapporterade 2–3 fysiska spår av våldsbejakande extremism i "
        "stadsdelsområdet januari–april 2021. Källorna ser bara sina egna platser. Två av tre tillfrågade källor har "
        "lämnat uppgifter för januari–april 2021. Uppgifter från trafikkontoret saknas för mars 2021."
    )
    assert table.cells == (("Januari–april 2020", "inga"), ("Januari–april 2021", "2–3"))
    assert (note.number, note.year) == ("1", "2021")
    assert tertial_note(shown({}, tertials={"T1 2018": (1, 1)})) is None


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"sisab": ""}, "Källan ser bara sina egna platser. Den enda tillfrågade källan har lämnat uppgifter för"),
        ({"sisab": "2021-03"}, "Den enda tillfrågade källan har inte lämnat alla uppgifter för januari–april 2021."),
        ({"sisab": "2021-03", "ia": "2021-02"}, "Ingen av två tillfrågade källor har lämnat alla uppgifter för"),
        ({"sisab": "", "ia": "2021-02"}, "En av två tillfrågade källor har lämnat uppgifter för januari–april 2021."),
    ],
)
def test_the_tertial_note_counts_few_sources_in_plain_swedish(missing: Mapping[str, str], words: str) -> None:
    deliveries = tuple(
        SourceDelivery("2021", source, PERIOD.months, tuple(filter(None, [lost]))) for source, lost in missing.items()
    )
    note = tertial_note(shown({}, deliveries=deliveries, tertials={"T1 2021": (1, 1)}))
    assert note is not None
    [text] = [part.markdown for part in note.parts if isinstance(part, Prose)]
    assert words in " ".join(text.split())


BAD: Mapping[str, tuple[Sequence[str], tuple[object, ...], str]] = {
    "a claim": (["2021"], row(uppföljning="Antalet hot har ökat."), "rad 2, kolumn 'Uppföljning': '"),
    "a bad row": (["2021"], row(status="klar"), "kolumn 'Status': Värdet är inte ett av:"),
    "no day": (["2021", "--day", "i morgon"], row(), "Dagen efter --day är inget datum. Skriv den som 2022-01-31."),
    "no plan": (["2020"], row(), "Omgången 2020 har inga aktiviteter: data/plan/2020/aktiviteter.xlsx saknas."),
}


@pytest.mark.parametrize(("arguments", "cells", "text"), BAD.values(), ids=BAD)
def test_what_cannot_be_followed_up_says_why_and_writes_nothing(
    workspace: Workspace,
    capsys: pytest.CaptureFixture[str],
    arguments: Sequence[str],
    cells: tuple[object, ...],
    text: str,
) -> None:
    write(workspace, "2021", [cells])
    before = state(workspace.root)
    assert vbe(workspace.root, "followup", *arguments, "--quiet") == 1
    assert text in told(capsys)
    assert state(workspace.root) == before


@pytest.mark.slow
def test_a_run_that_fails_leaves_the_last_follow_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copy(example(), tmp_path / "a")
    before = state(root / "reports/2021/uppfoljning")
    write(Workspace(root), "2021", [row(aktivitet="Stötta eleven vid Tistelskolan.")])
    assert vbe(root, "followup", "2021", "--quiet") == 1
    assert state(root / "reports/2021/uppfoljning") == before


@pytest.mark.chapter
@pytest.mark.slow
@pytest.mark.chapter
@pytest.mark.parametrize(
    ("seed", "policy", "published"), [(3, "standard", False), (8, "strikt", False), (5, "standard", True)]
)
def test_districts_alike_in_public_have_one_matrix_and_one_follow_up(
    tmp_path: Path, seed: int, policy: str, published: bool
) -> None:
    """The plan's document, which has the chapter in it, is held in one of them: it takes time."""
    written, held = [], []
    for made in public_pairs.pair(seed, tmp_path, policy, published):
        whole = (policy, published) == ("standard", False)
        paths = [] if whole else write_followup(made, "2021", DAY, quiet)
        written.append(public_pairs.plan_files(made) if whole else {path.name: path.read_bytes() for path in paths})
        public = public_picture(made, "2021")
        held.append((public, matrix(read_activities(made, "2021"), public)))
    assert written[0] == written[1]
    assert held[0] == held[1]
    assert written[0].keys() - {"handlingsplan-2021.docx"} == FILES
    page = {path.name: path.read_bytes() for path in write_followup(made, "2020", DAY, quiet)}["uppfoljning.html"]
    assert (b"Utkast" in page) != published
