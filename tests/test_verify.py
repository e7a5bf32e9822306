"""The run record and `vbe verify`: one changed byte in any input or output is found."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workspaces import NAME, RECORDED, correct, make, vbe
from vbe_analysis.chapter.notebook.run import run_notebook
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions import record as run_record
from vbe_analysis.editions import verify
from vbe_analysis.editions.record import edition_files, edition_record, record_path, write_record
from vbe_analysis.errors import InputError
from vbe_analysis.storage import CHAPTER_NOTEBOOK, NOTEBOOKS
from vbe_analysis.workspace.duplicates import write_book
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

OUTPUTS = {"lagesbild.html": b"<p>9\xe2\x80\x9315</p>", "diagram/figur_ar.svg": b"<svg/>"}
FACTS = "facts-2021.json"


def write_edition(workspace: Workspace, edition: str) -> None:
    """An edition as far as the record sees it: files in its folder, and its record."""
    folder = workspace.reports("2021", edition)
    for name, content in {**OUTPUTS, **({FACTS: b"{}"} if edition == PUBLIC else {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    audit = {"verdict": "safe", "repairs": []} if edition == PUBLIC else None
    files = edition_files(workspace, "2021", edition)
    write_record(workspace, edition_record(workspace, "2021", edition, files, audit))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("gjord"))
    correct(root, (NAME, "Händelser", 2, "E", 3))
    (root / "notebooks").mkdir()
    (root / NOTEBOOKS / CHAPTER_NOTEBOOK).write_text('{"cells": []}', encoding="utf-8")
    texts = root / "data/raw/2021/texter"
    texts.mkdir()
    (texts / "bakgrund.md").write_text("Text.", encoding="utf-8")
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    workspace = Workspace(root)
    write_book(workspace.raw("2021"), workspace.overlaps("2021"), workspace.settings)
    for edition in (INTERNAL, PUBLIC):
        write_edition(workspace, edition)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "arbetsmapp"))


def differences(root: Path) -> tuple[str, ...]:
    return verify.verify_cycle(Workspace(root), "2021").differences


def test_nothing_has_changed(made: Path) -> None:
    found = verify.verify_cycle(Workspace(made), "2021")
    assert list(found.lines()) == [
        "reports/2021/intern är gjord av de inlästa uppgifterna för omgång 2021. Filer: 4.",
        "  data/processed/2021. Rapporter: 3. Ur filer: 1.",
        "    IA 2021.xlsx, profil ia. Rapporter: 3.",
        "reports/2021/publik är gjord av de inlästa uppgifterna för omgång 2021. Filer: 3.",
        "Omgång 2021: inget har ändrats sedan kapitlet gjordes.",
    ]


def test_one_changed_byte_in_any_file_is_found(made: Path, tmp_path: Path) -> None:
    files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    kinds = {path.parts[0] + ("" if len(path.parts) < 3 else "/" + path.parts[1]) for path in files}
    assert kinds == {"vbe.toml", "data/raw", "data/processed", "data/profiles", "notebooks", "reports/2021"}
    assert len(files) > 20
    root = Path(shutil.copytree(made, tmp_path / "arbetsmapp"))
    missed = []
    for path in files:
        content = (root / path).read_bytes()
        middle = len(content) // 2
        (root / path).write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        try:
            found = differences(root)
        except InputError:  # vbe.toml that no longer can be read: the command says so and ends with 1
            found = (str(path),)
        if not any(str(path.name) in text or "gjord" in text for text in found):
            missed.append((path.as_posix(), found))
        (root / path).write_bytes(content)
    assert missed == []
    assert differences(root) == ()


@pytest.mark.parametrize("place", ["first", "last"])
def test_a_byte_at_either_end_of_a_record_is_found(place: str, root: Path) -> None:
    path = record_path(Workspace(root), "2021", INTERNAL)
    content = path.read_bytes()
    path.write_bytes(b"[" + content[1:] if place == "first" else content[:-1] + b" ")
    assert differences(root) == (
        "reports/2021/korning-intern.json är ändrad eller skadad. Utgåvan kan inte kontrolleras mot den.",
    )


def test_missing_added_and_unrecorded_files_are_told(root: Path) -> None:
    (root / "data/profiles/trafikkontoret.toml").unlink()
    (root / "data/raw/2021/SISAB.csv").write_text("a;b\n", encoding="utf-8")
    (root / "reports/2021/intern/diagram/figur_ar.svg").unlink()
    (root / "reports/2021/intern/anteckningar.txt").write_text("eget", encoding="utf-8")
    (root / "reports/2021/publik/utkast.docx").write_bytes(b"PK")
    found = verify.verify_cycle(Workspace(root), "2021")
    assert found.differences == (
        "Underlag saknas: data/profiles/trafikkontoret.toml",
        "Underlag har tillkommit: data/raw/2021/SISAB.csv",
        "Utgåvans fil saknas: reports/2021/intern/diagram/figur_ar.svg",
        "Underlag är ändrat: data/raw/2021/",
        "Filen hör inte till utgåvan: reports/2021/publik/utkast.docx",
        "data/processed/2021 är inte läst med dagens underlag, profiler och regler. Kör vbe ingest 2021.",
    )
    assert found.notices == (
        "Filen finns inte i körningsprotokollet och är inte kontrollerad: reports/2021/intern/anteckningar.txt",
    )
    assert list(found.lines())[-1] == ("Omgång 2021: kapitlet, underlaget eller reglerna har ändrats. Avvikelser: 6.")


def test_an_edition_without_a_record_is_told(root: Path) -> None:
    record_path(Workspace(root), "2021", PUBLIC).unlink()
    assert differences(root) == ("reports/2021/publik saknar körningsprotokoll. Gör om kapitlet med vbe chapter.",)


def test_frames_that_the_raw_files_do_not_give_are_found_without_any_edition(root: Path) -> None:
    shutil.rmtree(root / "reports")
    workspace = Workspace(root)
    assert verify.verify_cycle(workspace, "2021").differences == ()
    found = workspace.read_in("2021")
    found.events[["low", "high"]] += 1
    workspace.write(found)
    assert differences(root) == (
        "data/processed/2021/events.parquet innehåller inte det som underlaget ger när det läses in på nytt.",
    )


@pytest.mark.chapter
def test_an_edition_is_made_again_and_compared(root: Path) -> None:
    def remake(workspace: Workspace, cycle: str, edition: str) -> dict[str, bytes]:
        ran = run_notebook(workspace.root / NOTEBOOKS / CHAPTER_NOTEBOOK, {"cycle": cycle, "edition": edition})
        assert ran["cells"] == []
        return {**OUTPUTS, "lagesbild.html": b"<p>8</p>"} if edition == INTERNAL else OUTPUTS

    assert verify.verify_cycle(Workspace(root), "2021", remake).differences == (
        "Utgåvans fil blir en annan när den görs på nytt: reports/2021/intern/lagesbild.html",
    )


def test_a_cycle_with_nothing_to_verify(root: Path) -> None:
    with pytest.raises(InputError) as stopped:
        verify.verify_cycle(Workspace(root), "2020")
    assert str(stopped.value) == "Omgången 2020 är inte inläst. Kör vbe ingest 2020 först."


def test_what_the_record_holds(made: Path) -> None:
    workspace = Workspace(made)
    record = json.loads(record_path(workspace, "2021", PUBLIC).read_text(encoding="utf-8"))
    assert set(record) == {
        "cycle",
        "edition",
        "versions",
        "cycles",
        "inputs",
        "rules",
        "outputs",
        "policy",
        "texts",
        "exemptions",
        "audit",
        "seal",
    }
    assert {"vbe_analysis", "programkod", "python", "pandas", "typst"} <= set(record["versions"])
    assert record["versions"]["python"].count(".") == 1
    internal = json.loads(record_path(workspace, "2021", INTERNAL).read_text(encoding="utf-8"))
    [file] = internal["cycles"]["2021"]["inputs"]
    assert file["sheets"] == RECORDED
    assert internal["cycles"]["2021"]["corrections_by_reason"] == {"felskrivet": 1}
    shared = {"vbe.toml", "notebooks/3_lagesbild.ipynb", "data/processed/2021/korning.json"}
    assert shared | {f"data/raw/2021/{NAME}", "data/raw/2021/texter/bakgrund.md"} <= set(internal["inputs"])
    assert shared | {"data/raw/2021/"} <= set(record["inputs"])
    assert {"disclosure.toml", "vocabulary.toml", "templates/text/satser.j2"} <= set(record["rules"])
    assert set(record["outputs"]) == {f"reports/2021/publik/{name}" for name in (*OUTPUTS, FACTS)}
    assert [one["what"] for one in record["exemptions"]] == ["traces", "process_questions"]
    assert record["audit"] == {"verdict": "safe", "repairs": []}
    assert [path.name for path in edition_files(workspace, "2021", PUBLIC)] == ["figur_ar.svg", FACTS, "lagesbild.html"]


def test_the_record_beside_the_public_edition_holds_no_count(made: Path) -> None:
    """Its reports per file, less the annex's traces per source, were person-linked reports exactly: 1 and 1."""

    def values(node: object) -> Iterator[object]:
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else None
        if inner is None:
            yield node
        for one in inner or ():
            yield from values(one)

    public, internal = (
        json.loads(record_path(Workspace(made), "2021", edition).read_text(encoding="utf-8"))
        for edition in (PUBLIC, INTERNAL)
    )
    assert {type(value) for value in values(public)} == {str}
    assert public["cycles"] == {"2021": {}}
    assert "felskrivet" not in str(public)
    assert NAME not in str(public), "where a form is a file, the files' names are the number of forms"
    assert int in {type(value) for value in values(internal)}


def test_a_public_record_of_the_first_release_is_still_verified(root: Path) -> None:
    """It held the counts too; an archive keeps it as it was written."""
    workspace = Workspace(root)
    path = record_path(workspace, "2021", PUBLIC)
    record = json.loads(path.read_text(encoding="utf-8"))
    loaded = json.loads(record_path(workspace, "2021", INTERNAL).read_text(encoding="utf-8"))["cycles"]
    del record["seal"]
    old = {**record, "cycles": loaded}
    path.write_bytes(run_record._text({**old, "seal": run_record._seal(old)}))
    assert differences(root) == ()
    (workspace.reports("2021", PUBLIC) / "lagesbild.html").write_text("<p>ändrad</p>", encoding="utf-8")
    assert differences(root) == ("Utgåvans fil är ändrad: reports/2021/publik/lagesbild.html",)


def test_the_record_names_no_user_no_path_and_no_cell(made: Path) -> None:
    for edition in (INTERNAL, PUBLIC):
        text = record_path(Workspace(made), "2021", edition).read_text(encoding="utf-8")
        private = {
            str(made),
            made.name,
            Path.home().name,
            os.environ.get("USER") or "-",
            "Ekåsen",
            "Lindviken",
            "Höger",
        }
        assert not private & set(text.replace("/", '"').split('"'))


def test_equal_workspaces_give_equal_records(made: Path, root: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(made, tmp_path / "en annan"))
    for edition in (INTERNAL, PUBLIC):
        for folder in (root, other):
            write_edition(Workspace(folder), edition)
        one, two = (record_path(Workspace(folder), "2021", edition).read_bytes() for folder in (root, other))
        assert one == two


def test_a_name_with_personal_data_is_told_by_its_place(root: Path) -> None:
    own = root / "data/raw/2021/texter" / "Anna Andersson.md"
    own.write_text("Text.", encoding="utf-8")
    write_edition(Workspace(root), INTERNAL)
    path = record_path(Workspace(root), "2021", INTERNAL)
    assert "Anna" not in path.read_text(encoding="utf-8")
    own.write_text("Annan text.", encoding="utf-8")
    assert any(text.startswith("Underlag är ändrat: data/raw/2021/texter/fil 1") for text in differences(root))
