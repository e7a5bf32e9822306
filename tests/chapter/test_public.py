"""The public edition: nothing in it tells more than its bands, and what was published once stands."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import lxml.html
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.chapter import public_pairs
from tests.chapter.situations import AREAS, NOTHING, Row, Year, situation, workspace
from tests.disclosure.districts import narrow_by_period
from tests.profiles import column, profile, table
from tests.reading import numbers, numbers_are_alike, open_word, text_of_pdf
from tests.shared import copy, once
from tests.workspaces import vbe
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.chapter.data.public import earlier_facts, word_rule
from vbe_analysis.disclosure.audit import audit, published_ends
from vbe_analysis.disclosure.facts import CountClaim, Facts, VerdictClaim, facts_in, read_facts, to_json
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions.build import build_chapter, contents, executed_chapter
from vbe_analysis.errors import InputError
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.chapter

TEXT = "Planens aktiviteter ligger fast."
NEEDED = "data/raw/{}/texter/betydelse_for_handlingsplanen.md"


def quiet(*_: object) -> None: ...


def threats(year: int, *numbers: int, kind: str = "hot_krankning", day: int = 1) -> list[Row]:
    """Person-linked reports: so many in vit makt, autonom, islamistisk."""
    names = [name for name, n in zip(public_pairs.ENVIRONMENTS, numbers, strict=False) for _ in range(n)]
    return [(f"{year}-{n + 1:02d}-{day:02d}", name, kind, "Norr") for n, name in enumerate(names)]


def graffiti(year: int, many: int) -> list[Row]:
    return [(f"{year}-{n % 12 + 1:02d}-20", "vit_makt", "klotter", ("Norr", "Söder")[n % 2]) for n in range(many)]


def district(
    folder: Path, years: Mapping[int, Mapping[str, Sequence[Row] | str]], event_type: str = "", environment: str = ""
) -> Workspace:
    """A district of these years, in which the slot that publishing needs is filled; with codes of its own."""
    made = workspace(folder, {year: Year(given) for year, given in years.items()}, AREAS, event_type, environment)
    for year in years:
        fill(made, str(year), TEXT)
    return made


def fill(made: Workspace, cycle: str, text: str) -> None:
    path = made.root / NEEDED.format(cycle)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def five_editions() -> Path:
    """The example district, its five public editions published one after another; made once in a test run."""

    def make(root: Path) -> None:
        made = Workspace(copy(situation("exempel").root, root))
        for cycle in made.cycles:
            fill(made, cycle, TEXT)
            assert vbe(root, "publish", cycle, "--dnr", f"TG {cycle}/1", "--quiet") == 0

    return once("exempel-publicerat", make)


@pytest.fixture(scope="module")
def published() -> Workspace:
    """The example district, its five public editions published one after another."""
    return Workspace(five_editions())


def test_equal_bands_give_the_same_bytes(tmp_path: Path) -> None:
    """N1: all that differs between the two districts is hidden by the bands; the benchmark tries many pairs."""
    one, other = public_pairs.pair(1, tmp_path)
    exact = [make_picture(made, "2021", INTERNAL).counts["environment_source"] for made in (one, other)]
    assert not exact[0].equals(exact[1])
    (_, ours), (_, theirs) = public_pairs.public(one), public_pairs.public(other)
    assert set(ours) == set(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_free_text_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """N2: other notes in the files give the same frames, outputs and messages."""
    seen = []
    for name, note in (("ena", "Kanariefågeln sågs vid porten"), ("andra", "En elev i 8B, Åsa, skrev det; 14/88")):
        monkeypatch.setattr("tests.chapter.situations.CANARY", note)
        made = district(
            tmp_path / name, {year: {"sisab": graffiti(year, 5), "ia": threats(year, 2)} for year in (2020, 2021)}
        )
        capfd.readouterr()
        assert vbe(made.root, "ingest") == 0
        for edition in (INTERNAL, PUBLIC):  # both at once are made beside each other: test_build.py
            assert vbe(made.root, "chapter", "2021", "--edition", edition) == 0
        told = capfd.readouterr()
        frames = {
            f"{year}/{path.name}": path.read_bytes()
            for year in ("2020", "2021")
            for path in made.processed(year).glob("*.parquet")
        }
        outputs = files_in(made.reports("2021")) | files_in(made.reports("2021", PUBLIC))
        seen.append((frames, outputs, told.out, told.err))
    assert seen[0] == seen[1]


def test_the_folder_holds_the_edition_and_nothing_else(published: Workspace) -> None:
    folder = published.reports("2021", PUBLIC)
    names = {name.split("/")[0] for name in files_in(folder)}
    assert names == {
        "lagesbild.html",
        "lagesbild.pdf",
        "lagesbild.docx",
        "lagesbild.xlsx",
        "kapitel.docx",
        "facts-2021.json",
        "diagram",
    }
    assert files_in(folder) == files_in(folder.parent / "publicerat-1")
    entry = json.loads((folder.parent / "publicerat-1.json").read_text(encoding="utf-8"))
    assert (entry["order"], entry["kind"], entry["decision"]) == (5, "publicerad", "TG 2021/1")
    assert "Utkast" not in (folder / "lagesbild.html").read_text(encoding="utf-8")


def test_the_state_of_a_published_cycle_is_told(published: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert vbe(published.root) == 0
    said = capsys.readouterr().out
    assert "2021  1 juli 2020–30 juni 2021  – den publika utgåvan är fastställd\n" in said
    assert "\n\nNästa steg: inget: omgången är klar." in said


def test_five_editions_together_are_safe(published: Workspace) -> None:
    """The independent attacker, who is slow, has a sixth too: test_six_editions.py."""
    editions = earlier_facts(published)
    for number, facts in enumerate(editions):
        assert audit(facts, editions[:number], word_rule(facts)).safe, number


def test_no_person_linked_count_but_none_is_exact(published: Workspace) -> None:
    for facts in earlier_facts(published):
        for fact in facts.published:
            if isinstance(fact.claim, CountClaim) and dict(fact.claim.select)["grupp"] == ("personknuten",):
                assert fact.claim.high == 0 or fact.claim.low != fact.claim.high, fact


def test_every_true_count_lies_in_what_was_published(published: Workspace) -> None:
    """The audit never sees the truth; here it is held against the facts."""
    exact = make_picture(published, "2021", INTERNAL).counts["person_linked_environment"]
    for facts in earlier_facts(published)[-1:]:
        ends = {fact.id: fact.claim for fact in facts.published if isinstance(fact.claim, CountClaim)}
        for row in exact.to_dict("records"):
            claim = ends[f"person_linked_ar/{row['environment']}/{row['period']}"]
            assert claim.low <= row["low"] and (claim.high is None or row["high"] <= claim.high), row


def test_a_wrong_verdict_is_found(published: Workspace) -> None:
    facts = earlier_facts(published)[2]
    ends = published_ends([facts])
    verdicts = [fact.claim for fact in facts.published if isinstance(fact.claim, VerdictClaim)]
    judged = [one for one in verdicts if one.verdict != "ingen_jamforelse"]
    rule = word_rule(facts)
    assert len(judged) == 5 and all(rule(one, ends) for one in verdicts)
    wrong = VerdictClaim("okning", judged[0].current, judged[0].previous)
    assert not word_rule(facts)(wrong, ends)


def test_publishing_stops_without_the_text_it_needs(tmp_path: Path) -> None:
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3)}})
    (made.root / NEEDED.format("2021")).unlink()
    assert vbe(made.root, "publish", "2021", "--dnr", "A 1") == 1
    assert not made.reports("2021", PUBLIC).exists()


def test_a_bare_number_stops_publishing_until_it_is_a_fact_or_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3), "ia": threats(2021, 2)}})
    fill(made, "2021", "I området rapporterades 2 hot.")
    assert vbe(made.root, "publish", "2021", "--dnr", "A 1", "--quiet") == 1
    assert "'2' bygger inte på någon publicerad uppgift" in capsys.readouterr().err
    fill(
        made,
        "2021",
        "Det rapporterades {fakta: person_linked_environment/vit_makt/2021} hot. Tre {bekräftat: protokoll} beslut.",
    )
    assert vbe(made.root, "publish", "2021", "--dnr", "A 1", "--quiet") == 0
    assert "Det rapporterades enstaka (1–4) hot." in (made.reports("2021", PUBLIC) / "lagesbild.html").read_text(
        "utf-8"
    )


def test_what_is_printed_of_a_decision_passes_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3)}})
    for references in (["--dnr", "Anna Andersson"], ["--dnr", "A 1", "--police", "Anna Andersson", "2021-12-01"]):
        assert vbe(made.root, "publish", "2021", *references, "--quiet") == 1
        told = capsys.readouterr().err
        assert f"Uppgiften till {references[-3 if len(references) > 2 else 0]}" in told and "Anna" not in told
    assert vbe(made.root, "publish", "2021", "--dnr", "A 1", "--police", "gruppchef", "i våras") == 1
    chosen = 'chosen = { role = "Anna Andersson", date = 2021-09-01, diarienummer = "19900101-0017" }\n'
    (made.root / "disclosure.toml").write_text(chosen, encoding="utf-8")
    capsys.readouterr()
    assert vbe(made.root, "chapter", "2021", "--quiet") == 1
    told = capsys.readouterr().err
    assert "chosen.role innehåller" in told and "chosen.diarienummer innehåller" in told and "Anna" not in told


def test_what_the_police_say_is_published_with_their_yes(tmp_path: Path) -> None:
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3), "polis": NOTHING}})
    texts = (made.root / NEEDED.format("2021")).parent
    (texts / "polisens_bild.md").write_text("Läget följs av polisen.", encoding="utf-8")
    (texts / "polisens_bild_intern.md").write_text("Polisen nämner tre möten.", encoding="utf-8")

    def pages(*yes: str) -> str:
        assert vbe(made.root, "publish", "2021", "--dnr", "A 1", *yes, "--quiet") == 0
        return (made.reports("2021", PUBLIC) / "lagesbild.html").read_text(encoding="utf-8")

    assert "Lokalpolisen har lämnat uppgifter." in (page := pages()) and "Läget följs" not in page
    page = pages("--police", "gruppchef", "2021-12-01")
    assert "Läget följs av polisen." in page and "Polisen (gruppchef) har den 1 december 2021 sagt ja" in page
    assert "tre möten" not in page
    assert vbe(made.root, "chapter", "2021", "--edition", "intern", "--quiet") == 0
    assert "tre möten" in (made.reports("2021", INTERNAL) / "lagesbild.html").read_text(encoding="utf-8")


def test_what_was_published_stands_and_traces_are_marked_as_revised(tmp_path: Path) -> None:
    years = {
        2020: {"sisab": graffiti(2020, 4), "ia": threats(2020, 3)},
        2021: {"sisab": graffiti(2021, 6), "ia": NOTHING},
    }
    made = district(tmp_path / "mapp", years)
    assert vbe(made.root, "publish", "2020", "--dnr", "A 1", "--quiet") == 0
    late = {"sisab": graffiti(2020, 5), "ia": threats(2020, 9)}
    again = district(tmp_path / "igen", {**years, 2020: late})
    shutil.rmtree(made.raw("2020"))
    shutil.copytree(again.raw("2020"), made.raw("2020"))
    build_chapter(made, "2021", PUBLIC, quiet)
    found = {table.id: table for table in executed_chapter(made, "2021", PUBLIC).tables}
    assert found["traces_environment"].cells[1] == ("Vit makt-miljön", "5\u00a0r", "6")
    assert found["person_linked_environment"].cells[1] == ("Vit makt-miljön", "1–4", "0")
    assert any(note.startswith("r: uppgiften har ändrats") for note in found["traces_environment"].notes)


def test_a_grown_vocabulary_and_a_renamed_cycle_change_nothing_that_was_published(tmp_path: Path) -> None:
    """A new event type made a frozen "1-4" into "5-9": a late report, for certain. A renamed cycle escaped it all."""
    years = {
        2020: {"sisab": graffiti(2020, 4), "ia": threats(2020, 3)},
        2021: {"sisab": graffiti(2021, 6), "ia": threats(2021, 0, 7)},
    }
    made = district(tmp_path / "mapp", years)
    assert vbe(made.root, "publish", "2020", "--dnr", "A 1", "--quiet") == 0
    late = [*threats(2020, 3), *threats(2020, 5, 0, 2, kind="flygblad", day=9)]
    again = district(tmp_path / "igen", {**years, 2020: {"sisab": graffiti(2020, 4), "ia": late}}, "flygblad", "miljo")
    for folder in ("data/raw", "data/processed"):
        shutil.rmtree(made.root / folder / "2020")
        shutil.copytree(again.root / folder / "2020", made.root / folder / "läsåret")
    shutil.copy(again.root / "data/profiles/ia.toml", made.root / "data/profiles")
    settings = (again.root / "vbe.toml").read_text(encoding="utf-8")
    (made.root / "vbe.toml").write_text(settings.replace("2020 = {", '"läsåret" = {'), encoding="utf-8")
    grown = Workspace(made.root)
    assert grown.cycles == ("läsåret", "2021")
    for cycle in grown.cycles:
        grown.write(grown.read_in(cycle))
    assert make_picture(grown, "2021", INTERNAL).counts["person_linked_environment"]["high"].max() > 7
    build_chapter(grown, "2021", PUBLIC, quiet)
    found = {table.id: table for table in executed_chapter(grown, "2021", PUBLIC).tables}
    cells = {row[0]: row[1:] for row in found["person_linked_environment"].cells}
    assert cells["Vit makt-miljön"][0] == "1–4"
    assert cells["Islamistiska extremistiska miljön"][0] == "0"
    assert cells["Ny miljö"][0] == "inte tillfrågad", "it was in no published figure"
    facts = read_facts(grown.reports("2021", PUBLIC) / "facts-2021.json")
    [before] = earlier_facts(grown)
    assert narrow_by_period([to_json(before), to_json(facts)]) == []
    assert {tuple(days) for days in before.periods.values()} <= {tuple(days) for days in facts.periods.values()}


def test_other_days_that_overlap_a_published_cycle_are_refused(tmp_path: Path) -> None:
    made = district(tmp_path / "mapp", {2020: {"ia": threats(2020, 3)}, 2021: {"ia": threats(2021, 0, 7)}})
    assert vbe(made.root, "publish", "2020", "--dnr", "A 1", "--quiet") == 0
    settings = made.root / "vbe.toml"
    text = settings.read_text(encoding="utf-8").replace("start = 2021-01-01", "start = 2020-09-01")
    settings.write_text(text.replace("end = 2020-12-31", "end = 2020-08-31"), encoding="utf-8")
    with pytest.raises(InputError, match="överlappar perioden"):
        make_picture(Workspace(made.root), "2021", PUBLIC)


def test_a_type_that_comes_in_later_is_not_told(tmp_path: Path) -> None:
    """Neither in the list of types nor by a repair: both would tell that something was registered late."""
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3), "ia": threats(2021, 6)}})
    assert vbe(made.root, "publish", "2021", "--dnr", "A 1", "--quiet") == 0
    first = make_picture(made, "2021", PUBLIC)
    late = [*threats(2021, 6), *threats(2021, 1, kind="symbol", day=9)]
    again = district(tmp_path / "igen", {2021: {"sisab": graffiti(2021, 3), "ia": late}})
    shutil.rmtree(made.raw("2021"))
    shutil.copytree(again.raw("2021"), made.raw("2021"))
    build_chapter(made, "2021", PUBLIC, quiet)
    found = make_picture(made, "2021", PUBLIC)
    assert found.groups[1].types == first.groups[1].types == ("hot_krankning",)
    assert found.protection == () and found.register == first.register


def test_a_draft_that_was_sent_is_frozen_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its texts' claims confirmed, as at publishing: a confirmation changes no byte of the draft."""
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3), "ia": threats(2021, 2)}})
    assert vbe(made.root, "publish", "2021", "--sent") == 1
    assert "inget helt utkast" in capsys.readouterr().err
    own = made.raw("2021") / "texter/samlad_bedomning.md"
    own.write_text("Hotet är utrett.", encoding="utf-8")
    assert vbe(made.root, "chapter", "2021", "--edition", "publik", "--quiet") == 0
    draft = files_in(made.reports("2021", PUBLIC))
    assert vbe(made.root, "publish", "2021", "--sent") == 1
    assert "'Hotet' bygger inte på någon publicerad uppgift" in capsys.readouterr().err
    own.write_text("Hotet {bekräftat: polisen har sagt ja} är utrett.", encoding="utf-8")
    assert vbe(made.root, "publish", "2021", "--sent") == 1
    assert "texterna har ändrats sedan utkastet" in capsys.readouterr().err
    assert vbe(made.root, "chapter", "2021", "--edition", "publik", "--quiet") == 0
    assert files_in(made.reports("2021", PUBLIC)) == draft
    page = made.reports("2021", PUBLIC) / "lagesbild.html"
    assert "Utkast" in page.read_text(encoding="utf-8")
    page.write_bytes(draft["lagesbild.html"] + b" ")
    assert vbe(made.root, "publish", "2021", "--sent") == 1
    page.write_bytes(draft["lagesbild.html"])
    assert vbe(made.root, "publish", "2021", "--sent") == 0
    assert files_in(made.root / "reports/2021/publicerat-1") == draft
    assert len(earlier_facts(made)) == 1


def test_a_changed_frozen_file_stops_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3)}})
    assert vbe(made.root, "publish", "2021", "--dnr", "A 1", "--quiet") == 0
    path = made.root / "reports/2021/publicerat-1/facts-2021.json"
    path.write_bytes(path.read_bytes().replace(b'"is": 3', b'"is": 4', 1))
    assert vbe(made.root, "chapter", "2021", "--quiet") == 1
    assert "publicerat-1/facts-2021.json har ändrats eller saknas" in capsys.readouterr().err


def test_a_band_gives_way_where_it_would_tell_a_number(tmp_path: Path) -> None:
    """Three types in one environment of 1–4 would tell that there were at least three."""
    rows = [row for n, kind in enumerate(public_pairs.TYPES) for row in threats(2021, 1, kind=kind, day=n + 1)]
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3), "ia": rows}})
    document = executed_chapter(made, "2021", PUBLIC)
    [told] = make_picture(made, "2021", PUBLIC).protection
    assert told.startswith("För 2021 visas antalen av andra händelser än fysiska spår i bredare intervall")
    assert {table.id: table for table in document.tables}["person_linked_environment"].cells[1][1] == "1–9"
    page = contents(document, made)["lagesbild.html"].decode()
    assert told in page and "1–9 i vit makt-miljön" in page and "1–4 i" not in page
    assert document.cover.repairs == (told,)


def test_the_strict_policy_says_nothing_of_zero_and_lists_no_types(tmp_path: Path) -> None:
    """Chosen in the workspace's own disclosure.toml."""
    years = {year: {"sisab": graffiti(year, 6), "ia": threats(year, 3, 0, 7)} for year in (2020, 2021)}
    made = district(tmp_path / "mapp", years)
    (made.root / "disclosure.toml").write_text('policy = "strikt"\n', encoding="utf-8")
    document = executed_chapter(made, "2021", PUBLIC)
    files = contents(document, made)
    facts = facts_in(files["facts-2021.json"].decode(), "")
    [table] = [table for table in document.tables if table.id == "person_linked_environment"]
    assert [row[1:] for row in table.cells] == [("0–4", "0–4"), ("0–4", "0–4"), ("5–9", "5–9"), ("0–4", "0–4")]
    page = lxml.html.fromstring(files["lagesbild.html"]).text_content()
    assert "Är de färre än fem sägs det inte om några har rapporterats." in page
    assert "hot eller kränkningar" not in page.split("Så skyddas uppgifterna")[0].lower()
    assert not any(fact.id.startswith("typer/") for fact in facts.published)
    assert (facts.rule.name, audit(facts, [], word_rule(facts)).safe) == ("strikt", True)


def test_a_chapter_under_settings_below_the_floors_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = district(tmp_path / "mapp", {2021: {"ia": threats(2021, 3)}})
    (made.root / "disclosure.toml").write_text("[policies.standard]\nk = 2\nwidth = 1\n", encoding="utf-8")
    assert vbe(made.root, "chapter", "2021", "--quiet") == 1
    told = capsys.readouterr().err
    assert "policies.standard.k" in told and "policies.standard.width" in told
    assert not list(made.reports("2021", PUBLIC).glob("*"))


def test_the_public_edition_shows_survey_questions_of_the_closed_list_alone_and_none_with_few_answers(
    tmp_path: Path,
) -> None:
    """Whatever a profile called a question was printed exactly: "2 av 33 har fått ett hot"."""
    made = workspace(tmp_path / "mapp", {2021: Year({"ia": threats(2021, 3)}, survey=(60, 33, 21))})
    settings = made.root / "vbe.toml"
    named = '[questions]\nhotad = "Har fått ett hot"\nrutin = "Har sett hakkors"\n'
    settings.write_text(settings.read_text(encoding="utf-8") + "\n" + named, encoding="utf-8")
    yes_or_no = {"Ja": "ja", "Nej": "nej"}
    columns = [column("unit", "Enhet"), column("noted", "Noterat")]
    columns.append(column("question", "Känner till rutinen", question="rutin", values=yes_or_no))
    columns.append(column("question", "Noterat hot", question="hotad", values=yes_or_no))
    layout = profile("enkat", table("survey", *columns))
    (made.root / "data/profiles/enkat.toml").write_text(layout, encoding="utf-8")
    answers = made.raw("2021") / "enkat 2021.csv"

    def shown(edition: str, answered: int) -> tuple[str, list[str]]:
        lines = [("Enhet", "Noterat", "Känner till rutinen", "Noterat hot")]
        lines += [(f"E{n}", "Nej", "Ja", "Ja" if n < 2 else "Nej") for n in range(answered)]
        answers.write_text("\n".join(map(";".join, lines)), encoding="utf-8")
        fresh = Workspace(made.root)
        fresh.write(fresh.read_in("2021"))
        document = executed_chapter(fresh, "2021", edition)
        page = lxml.html.fromstring(contents(document, fresh)["lagesbild.html"]).text_content()
        return page, [row[0] for table in document.tables if table.id == "kunskap" for row in table.cells]

    page, questions = shown(PUBLIC, 33)
    assert questions == ["Känner till rutinen vid oro eller händelse"]
    assert "fått ett hot" not in page and "hakkors" not in page and "2 av 33" not in page
    assert shown(PUBLIC, 9)[1] == []
    assert len(shown(PUBLIC, 10)[1]) == 1
    page, questions = shown(INTERNAL, 33)
    assert set(questions) == {"Har fått ett hot", "Har sett hakkors"}


def compared(root: Path, before: Sequence[int], now: Sequence[int], gaps: Mapping[int, str]) -> tuple[str, Facts]:
    """The public chapter of two years whose person-linked reports are so many in each environment, with these gaps."""
    years = {
        year: Year({"ia": threats_in_spring(year, numbers)}, {"ia": gaps[year]} if year in gaps else {})
        for year, numbers in ((2020, before), (2021, now))
    }
    made = workspace(root, years)
    files = contents(executed_chapter(made, "2021", PUBLIC), made)
    page = lxml.html.fromstring(files["lagesbild.html"]).text_content()
    return " ".join(page.split()), facts_in(files["facts-2021.json"].decode(), "")


def threats_in_spring(year: int, numbers: Sequence[int]) -> list[Row]:
    names = [name for name, n in zip(public_pairs.ENVIRONMENTS, numbers, strict=True) for _ in range(n)]
    return [(f"{year}-{n % 6 + 1:02d}-{n // 6 + 1:02d}", name, "hot_krankning", "Norr") for n, name in enumerate(names)]


def verdict_of(facts: Facts, environment: str) -> str:
    [claim] = [
        fact.claim
        for fact in facts.published
        if isinstance(fact.claim, VerdictClaim)
        and dict(fact.claim.current)["grupp"] == ("personknuten",)
        and dict(fact.claim.current)["miljo"] == (environment,)
    ]
    return claim.verdict


def test_a_band_that_moved_is_told_with_its_price(tmp_path: Path) -> None:
    page, facts = compared(tmp_path / "mapp", (3, 7, 2), (6, 2, 4), {})
    assert page.count("Intervallet är högre än för 2020.") == page.count("Intervallet är lägre än för 2020.") == 1
    assert "byter antalet intervall i en tredjedel till hälften av fallen" in page
    verdicts = {verdict_of(facts, name) for name in public_pairs.ENVIRONMENTS}
    assert verdicts and not verdicts & {"okning", "minskning"}, "a moved band is no certain change"
    assert audit(facts, [], word_rule(facts)).safe and narrow_by_period([to_json(facts)]) == []
    page, _ = compared(tmp_path / "samma", (3, 7, 2), (1, 9, 4), {})
    assert "Intervallet är" not in page and "byter antalet intervall" not in page


def test_what_is_missing_cannot_explain_a_direction_and_may_explain_the_other(tmp_path: Path) -> None:
    """One-sided: fewer months and many more reports is an increase; fewer months and fewer reports is nothing."""
    gap = {2021: "2021-11, 2021-12"}
    _, facts = compared(tmp_path / "fler", (2, 35, 0), (35, 2, 0), gap)
    assert (verdict_of(facts, "vit_makt"), verdict_of(facts, "autonom")) == ("okning", "ingen_jamforelse")
    assert audit(facts, [], word_rule(facts)).safe and narrow_by_period([to_json(facts)]) == []
    _, mirror = compared(tmp_path / "spegel", (2, 35, 0), (35, 2, 0), {2020: "2020-11, 2020-12"})
    assert (verdict_of(mirror, "vit_makt"), verdict_of(mirror, "autonom")) == ("ingen_jamforelse", "minskning")


def test_gaps_of_one_source_in_both_periods_are_both_named(tmp_path: Path) -> None:
    autumn, spring = (
        "2020-07, 2020-08, 2020-09, 2020-10, 2020-11, 2020-12",
        "2021-01, 2021-02, 2021-03, 2021-04, 2021-05",
    )
    years = {year: Year({"sisab": graffiti(year, 6)}, {"sisab": gap}) for year, gap in ((2020, autumn), (2021, spring))}
    made = workspace(tmp_path / "mapp", years)
    for edition in (INTERNAL, PUBLIC):
        page = contents(executed_chapter(made, "2021", edition), made)["lagesbild.html"].decode()
        summary = page.split("Figur")[0]
        assert "SISAB saknar uppgifter för juli–december 2020" in summary, edition
        assert "SISAB saknar uppgifter för januari–maj 2021" in summary, edition


def test_a_draft_is_remade_byte_for_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = district(
        tmp_path / "mapp", {year: {"sisab": graffiti(year, 3), "ia": threats(year, 2)} for year in (2020, 2021)}
    )
    for edition in (INTERNAL, PUBLIC):
        assert vbe(made.root, "chapter", "2021", "--edition", edition, "--quiet") == 0
    assert vbe(made.root, "verify", "2021") == 0
    assert "inget har ändrats" in capsys.readouterr().out


def facts_of(made: Workspace, cycle: str) -> Facts:
    return read_facts(made.reports(cycle, PUBLIC) / f"facts-{cycle}.json")


def test_the_facts_file_says_where_each_fact_stands(published: Workspace) -> None:
    places = {fact.id: fact.where for fact in facts_of(published, "2021").published}
    assert {"Tabell 1", "Figur 3"} <= {
        place.replace("\u00a0", " ") for place in places["person_linked_ar/vit_makt/2021"]
    }
    assert all(where and "kapitlet" not in where for where in places.values())


def test_the_same_facts_stand_in_all_four_formats(published: Workspace) -> None:
    folder = published.reports("2021", PUBLIC)
    page = lxml.html.parse(folder / "lagesbild.html")
    counted = ("traces_environment", "person_linked_environment", "traces_type")
    tables = {
        name: [
            [" ".join(cell.text_content().split()) for cell in row.iter("th", "td")]
            for row in page.xpath(f"//*[@id='del-{name}']//tr")
        ]
        for name in counted
    }
    office = open_word(folder / "lagesbild.docx")
    word = [[" ".join(cell.text.split()) for cell in row.cells] for table in office.tables for row in table.rows]
    book = openpyxl.load_workbook(folder / "lagesbild.xlsx")
    sheets = [row for sheet in book for row in _as_in_the_chapter(sheet)]
    printed = " ".join(text_of_pdf(folder / "lagesbild.pdf").split())
    shown = {fact.id: fact for fact in facts_of(published, "2021").published}
    for name in counted:
        for row in tables[name][1:]:
            assert row in word and row in sheets, row
            assert " ".join(row[1:]) in printed, row
    for row, name in (
        ("Vit makt-miljön", "person_linked_ar/vit_makt"),
        ("Autonoma miljön", "person_linked_ar/autonom"),
    ):
        [cells] = [cells[1:] for cells in tables["person_linked_environment"] if cells[0] == row]
        claims = [shown[f"{name}/{year}"].claim for year in ("2020", "2021")]
        assert cells == [f"{claim.low}–{claim.high}" for claim in claims if isinstance(claim, CountClaim)]


def _as_in_the_chapter(sheet: Worksheet) -> Iterator[list[str]]:
    """The rows without the columns of numbers beside the cells, and without the words that a protected number has."""
    if not sheet.freeze_panes:
        return
    header, *rows = sheet.iter_rows(min_row=int(sheet.freeze_panes[1:]) - 1, values_only=True)
    kept = [at for at, name in enumerate(header) if not name.endswith((", lägst", ", högst", ", antal", ", av"))]
    for row in rows:
        yield [" ".join(str(row[at]).removesuffix(" (skyddat antal)").split()) for at in kept]


def test_every_number_is_the_same_in_all_four_formats(published: Workspace) -> None:
    folder = published.reports("2021", PUBLIC)
    page, word, book = ((folder / f"lagesbild.{kind}").read_bytes() for kind in ("html", "docx", "xlsx"))
    numbers_are_alike(page, folder / "lagesbild.pdf", word, book)


def test_every_published_count_is_written_in_every_format_that_shows_it(published: Workspace) -> None:
    folder = published.reports("2021", PUBLIC)
    page = " ".join(lxml.html.parse(folder / "lagesbild.html").getroot().itertext("*"))
    office = open_word(folder / "lagesbild.docx")
    word = " ".join(
        [*(p.text for p in office.paragraphs), *(c.text for t in office.tables for r in t.rows for c in r.cells)]
    )
    printed = text_of_pdf(folder / "lagesbild.pdf")
    book = openpyxl.load_workbook(folder / "lagesbild.xlsx")
    sheets = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    counts = [fact for fact in facts_of(published, "2021").published if isinstance(fact.claim, CountClaim)]
    assert len(counts) > 20
    for fact in counts:
        low, high = fact.claim.low, fact.claim.high
        text = str(low) if low == high else f"{low}–{high}"
        if high is None:  # that a type occurred is told by its name
            continue
        places = [place.replace("\u00a0", " ") for place in fact.where]
        assert text in numbers(sheets) or not any(place.startswith("Tabell") for place in places), fact
        if any(place.startswith(("Tabell 2", "Tabell 3", "Tabell 4", "avsnittet Jämf")) for place in places):
            for shown in (page, word, printed):
                assert text in numbers(shown), fact


OWN = {
    "en tabell utan fakta": (
        'from vbe_analysis.document.parts import Table\nTable("egen", "T", "K", ("A", "B"), (("a", "7"),))',
        "'egen' säger inte vilka publicerade uppgifter den visar",
    ),
    "en tabell med ett annat tal": (
        "from vbe_analysis.document.parts import Table\n"
        'Table("egen", "T", "K", ("A", "B"), (("a", "7"),), facts=ch.facts("traces_total/"))',
        "talet 7 i tabellen 'egen', raden a",
    ),
    "ett okänt faktum": (
        'from vbe_analysis.document.parts import Prose\nProse("Text.", ("hittepå",))',
        "uppgiften 'hittepå', som inte finns i utgåvan",
    ),
    "en egen mening med ett tal": (
        'from vbe_analysis.document.parts import Prose\nProse("Det var sju elever.")',
        "'sju' i texten bygger inte på någon publicerad uppgift",
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_what_is_no_fact_is_refused(name: str, tmp_path: Path) -> None:
    code, told = OWN[name]
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3), "ia": threats(2021, 2)}})
    path = made.root / "notebooks/3_lagesbild.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": [], "execution_count": None, "id": "egen"}
    notebook["cells"].append(cell)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(InputError, match=told.replace("(", r"\(")):
        executed_chapter(made, "2021", PUBLIC)


def test_an_own_table_made_of_facts_is_shown(tmp_path: Path) -> None:
    made = district(tmp_path / "mapp", {2021: {"sisab": graffiti(2021, 3), "ia": threats(2021, 2)}})
    path = made.root / "notebooks/3_lagesbild.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = (
        "from vbe_analysis.document.parts import Table\n"
        'Table("egen", "Egen", "K", ("A", "B"), (("Spår", "3"),), facts=ch.facts("traces_total/"))'
    )
    cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": [], "execution_count": None, "id": "egen"}
    notebook["cells"].append(cell)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert [table.id for table in executed_chapter(made, "2021", PUBLIC).tables][-1] == "egen"
