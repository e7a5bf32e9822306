"""Five editions of the example, then a sixth with all that may change between two: nothing tells, all stands."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import lxml.html
import openpyxl
import pytest

from tests.chapter.situations import HEADING, Row, write_csv
from tests.chapter.test_public import TEXT, fill, five_editions
from tests.disclosure.districts import narrow_by_period
from tests.profiles import column, profile, table
from tests.shared import copy, once
from tests.workspaces import vbe
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.chapter.data.public import earlier_facts, word_rule
from vbe_analysis.disclosure.audit import audit
from vbe_analysis.disclosure.facts import CountClaim, Facts, VerdictClaim, to_json
from vbe_analysis.disclosure.policy import INTERNAL
from vbe_analysis.workspace.workbooks import deliveries_book
from vbe_analysis.workspace.workspace import Workspace

pytestmark = [pytest.mark.chapter, pytest.mark.slow]

OLD, NEW = "2019", "läsåret"  # a cycle's name, before and after
GROWN = """
[event_types]
flygblad = { label = "Flygblad", text = "flygblad" }
[environments]
ny_miljo = { label = "Ny miljö", text = "den nya miljön" }
[sources]
ia = { groups = ["person_linked"] }
"""
LAYOUT = table(
    "reports",
    column("date", "Datum"),
    column("environment", "Miljö", blank="oklar", values=["vit_makt", "autonom", "islamistisk", "ny_miljo"]),
    column("event_type", "Typ", values=["klotter", "hot_krankning", "flygblad"]),
    column("area", "Område"),
    column("count", "Antal"),
    column("text", "Anteckning"),
)


def cells(made: Workspace, cycle: str) -> dict[str, list[str]]:
    """The published table of person-linked events: environment -> the periods' cells."""
    page = lxml.html.parse(made.root / f"reports/{cycle}/publicerat-1/lagesbild.html")
    lines = page.xpath("//*[@id='del-person_linked_environment']//tr")[1:]
    texts = [[" ".join(cell.text_content().split()) for cell in line.iter("th", "td")] for line in lines]
    return {name: found for name, *found in texts}


def rows(year: int, kind: str, *numbers: int, first: int = 1) -> list[Row]:
    """So many in each environment, on days of their own."""
    names = [name for name, n in zip(("vit_makt", "islamistisk", "ny_miljo"), numbers, strict=False) for _ in range(n)]
    return [(f"{year}-{n % 6 + 1:02d}-{n // 6 + first:02d}", name, kind, "Lodsby") for n, name in enumerate(names)]


def send(made: Workspace, cycle: str, source: str, given: Sequence[Row]) -> None:
    """One more file of a source in a cycle, in a layout of its own."""
    name = f"nytt {source} {cycle}.csv"
    layout = profile(source, LAYOUT, name=f"{source}_nytt")
    (made.root / f"data/profiles/{source}_nytt.toml").write_text(layout, encoding="utf-8")
    write_csv(made.raw(cycle) / name, HEADING, ((*row, 1, "") for row in given))
    book = made.raw(cycle) / "leveranser.xlsx"
    line = (source, "fil", name, f"{source}_nytt", "", "", "", "", "", "")
    if not book.exists():
        book.write_bytes(deliveries_book((), (), (source,), (f"{source}_nytt",)))
    sheets = openpyxl.load_workbook(book)
    sheets.worksheets[0].append([value or None for value in line])
    sheets.save(book)


@pytest.fixture(scope="module")
def published() -> tuple[Workspace, list[Facts]]:
    """The six editions' workspace, and the facts of the first five as they were frozen."""

    def six(root: Path) -> None:
        copy(five_editions(), root)
        for part in ("data/raw", "data/processed"):
            shutil.move(root / part / OLD, root / part / NEW)
        settings = (root / "vbe.toml").read_text(encoding="utf-8").replace(f"{OLD} = {{", f'"{NEW}" = {{')
        settings = settings.replace("[cycles]", "[cycles]\n2022 = { start = 2021-07-01, end = 2022-06-30 }")
        (root / "vbe.toml").write_text(settings + GROWN, encoding="utf-8")
        made = Workspace(root)
        # Late reports of a published period, in the new type and environment and in the old ones: out of every band.
        send(made, "2021", "ia", [*rows(2021, "flygblad", 6, 3, 2), *rows(2021, "hot_krankning", 5, 11, 1, first=9)])
        made.raw("2022").mkdir()
        send(made, "2022", "sisab", rows(2022, "klotter", 7, 1))
        send(made, "2022", "ia", [*rows(2022, "klotter", 1, 2, first=5), *rows(2022, "flygblad", 3, 0, 6, first=9)])
        fill(made, "2022", TEXT)
        assert vbe(root, "ingest", "--accept-rejects") == 0
        assert vbe(root, "publish", "2022", "--dnr", "TG 2022/1", "--quiet") == 0

    made = Workspace(once("sex-utgavor", six))
    first = Workspace(five_editions())
    return made, earlier_facts(first)


def test_the_six_editions_together_are_safe(published: tuple[Workspace, list[Facts]]) -> None:
    made, first = published
    editions = earlier_facts(made)
    assert len(editions) == len(first) + 1 == 6
    *earlier, sixth = editions  # each of the earlier was audited, with those before it, when it was published
    result = audit(sixth, earlier, word_rule(sixth))
    assert result.safe, result
    assert narrow_by_period([to_json(facts) for facts in editions]) == []


def test_what_was_published_stands_in_the_sixth(published: tuple[Workspace, list[Facts]]) -> None:
    """Each count of an earlier period has the cells and the ends of its first publication, and there is no new one."""
    made, _ = published
    *first, sixth = earlier_facts(made)  # the renamed cycle called as it is called now
    stands = {
        fact.claim.select: fact.claim
        for facts in first
        for fact in facts.published
        if isinstance(fact.claim, CountClaim)
    }
    labels = {period for facts in first for period in facts.dims["period"]}
    again = [fact.claim for fact in sixth.published if isinstance(fact.claim, CountClaim)]
    again = [claim for claim in again if set(dict(claim.select)["period"]) & labels]
    assert len(again) > 20
    for claim in again:
        assert stands.get(claim.select) == claim, claim
    verdicts = [fact.claim for fact in sixth.published if isinstance(fact.claim, VerdictClaim)]
    assert {one.verdict for one in verdicts} <= {"ingen_jamforelse"}, "a divided period is compared with none"


def test_the_truth_has_moved_and_the_chapter_shows_what_it_showed(published: tuple[Workspace, list[Facts]]) -> None:
    made, first = published
    [label] = [name for name in first[-1].dims["period"] if name not in first[-2].dims["period"]]
    true = make_picture(made, "2022", INTERNAL).counts["person_linked_environment"]
    true = true[true["period"] == label].set_index("environment")["high"]
    ends = {
        dict(fact.claim.select)["miljo"]: fact.claim
        for fact in first[-1].published
        if fact.id.startswith("person_linked_ar/")
        and fact.id.endswith(f"/{label}")
        and isinstance(fact.claim, CountClaim)
    }
    assert any(claim.high is not None and true[name] > claim.high for (name,), claim in ends.items())
    before, now = (cells(made, cycle) for cycle in ("2021", "2022"))
    for name, row in before.items():
        assert now[name][0] == row[-1], name
    assert "Ny miljö" in now and "Ny miljö" not in before
