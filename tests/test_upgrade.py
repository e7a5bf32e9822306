"""`vbe upgrade` on a workspace that the first version made, worked in, published in and purged.

first_version.zip is what its own code left of two cycles of the example: 2020 published and then purged, its frozen
edition without all but facts and workbook and no seal; 2021 read in; four notebooks, nine profiles, vbe.toml.
"""

import json
import zipfile
from pathlib import Path

import pytest

from tests.workspaces import state, told, vbe
from vbe_analysis.editions.upgrade import fingerprint
from vbe_analysis.workspace.create import notebooks_folder

pytestmark = pytest.mark.slow
PARTS = Path(__file__).with_name("first_version.zip")
TRIED = """Prövat:
  • Omgång 2020 har inga underlag kvar. Det som lästes in av dem går att läsa.
  • Fastställda och utlämnade utgåvor som går att läsa: 1. De ändras aldrig.
"""
CHANGED = (
    "  • notebooks/3_lagesbild.ipynb är ändrad för hand och har fått stå. Den nya ligger bredvid: "
    "3_lagesbild-ny.ipynb. Flytta era egna celler dit, och ge den sedan namnet 3_lagesbild.ipynb.\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with zipfile.ZipFile(PARTS) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_is_ours_becomes_new_and_what_a_person_wrote_stays(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    books = root / "notebooks"
    rewrite(books / "2_jamforelse.ipynb", 'period = \\"\\"', 'period = \\"2021\\"')
    rewrite(books / "3_lagesbild.ipynb", "# Lokal lägesbild", "# Vår lägesbild")
    before = state(root)
    assert vbe(root, "upgrade", "--quiet") == 1
    assert told(capsys) == (
        "Gjort:\n"
        "  • notebooks/0_start.ipynb är ny.\n"
        "  • notebooks/1_underlag.ipynb är utbytt mot den nya. Inställningarna överst är kvar.\n"
        "  • notebooks/2_jamforelse.ipynb är utbytt mot den nya. Inställningarna överst är kvar.\n"
        "  • notebooks/4_trender.ipynb är utbytt mot den nya. Inställningarna överst är kvar.\n"
        "  • notebooks/5_egna_fragor.ipynb är ny.\n"
        "  • Omgång 2021 är läst in på nytt. Rapporter: 155. Av dem räknas: 155. Det är som förut.\n"
        f"{TRIED}Kvar att göra:\n{CHANGED}"
    )
    after = state(root)
    changed = {name for name in before if after.get(name) != before[name]}
    ours = {f"notebooks/{name}.ipynb" for name in ("1_underlag", "2_jamforelse", "4_trender")}
    assert all(name.startswith("data/processed/2021/") for name in changed - ours)
    settings = next(
        cell
        for cell in json.loads((books / "2_jamforelse.ipynb").read_text("utf-8"))["cells"]
        if "tags" in cell["metadata"]
    )
    assert 'period = "2021"\n' in settings["source"]
    for path in notebooks_folder().glob("*.ipynb"):
        here = books / ("3_lagesbild-ny.ipynb" if path.name.startswith("3") else path.name)
        assert fingerprint(json.loads(here.read_text("utf-8"))) == fingerprint(json.loads(path.read_text("utf-8")))

    assert vbe(root, "upgrade", "--quiet") == 1  # again: nothing more is done
    assert told(capsys) == f"{TRIED}Kvar att göra:\n{CHANGED}"
    assert state(root) == after
    (books / "3_lagesbild-ny.ipynb").write_text("{}", encoding="utf-8")
    assert vbe(root, "upgrade", "--quiet") == 1
    assert "3_lagesbild.ipynb och 3_lagesbild-ny.ipynb är båda ändrade för hand" in told(capsys)


@pytest.mark.chapter
def test_the_upgraded_workspace_makes_the_chapter_beside_what_was_published(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vbe(root, "chapter", "2021", "--quiet") == 1  # the first version's notebook
    assert "kör vbe upgrade" in capsys.readouterr().err
    assert vbe(root, "upgrade", "--quiet") == 0
    assert vbe(root, "chapter", "2021", "--quiet") == 0
    facts = json.loads((root / "reports/2021/publik/facts-2021.json").read_text("utf-8"))
    assert set(facts["dims"]["period"]) == {"2020", "2021"}


def test_what_cannot_be_brought_over_is_left_and_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "data/processed/2020/coverage.parquet").unlink()
    rewrite(root / "data/profiles/ia.toml", "source =", "sorce =")
    (root / "notebooks/4_trender.ipynb").write_text("trasig", encoding="utf-8")
    before = state(root)
    assert vbe(root, "upgrade", "--quiet") == 1
    lines = told(capsys)
    assert "notebooks/4_trender.ipynb är ändrad för hand" in lines
    assert "ia.toml" in lines and "sorce" in lines
    after = state(root)
    assert {name for name in before if name.startswith(("data/", "reports/")) and before[name] != after[name]} == set()
    rewrite(root / "data/profiles/ia.toml", "sorce =", "source =")
    rewrite(root / "reports/2020/publicerat-1/facts-2020.json", "dims", "dim")
    assert vbe(root, "upgrade", "--quiet") == 1
    lines = told(capsys)
    assert "Omgång 2020 kunde inte läsas in på nytt" in lines
    assert "Omgång 2021 är läst in på nytt" in lines
    assert "facts-2020.json" in lines


def test_what_the_city_has_is_carried_over_and_what_differs_is_told(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = root.parent / "staden"
    assert vbe(root.parent, "init", str(city), "--like", str(root)) == 0
    (city / "data/profiles/ia.toml").rename(city / "data/profiles/ia_ny.toml")
    rewrite(city / "data/profiles/ia_ny.toml", "name = ", "# stadens\nname = ")
    rewrite(city / "data/profiles/sisab.toml", "name = ", "# stadens\nname = ")
    rewrite(city / "vbe.toml", "[places]", '[places]\n"Nya skolan" = "lodsby"\n"Annan skola" = "norr"')
    rewrite(city / "vbe.toml", "[areas]", '[areas]\nnorr = "Norr"')
    told(capsys)
    before = state(root)
    assert vbe(root, "upgrade", "--quiet", "--like", str(city)) == 1
    lines = told(capsys)
    assert "data/profiles/ia_ny.toml är hämtad från staden." in lines
    assert "data/profiles/sisab.toml är inte som den i staden, och har fått stå." in lines
    assert 'under [places]. Skriv in det som ska gälla: "Nya skolan" = "lodsby".' in lines
    after = state(root)
    assert all(
        after[name] == before[name] for name in before if name.startswith("data/profiles/") or name == "vbe.toml"
    )
    assert vbe(root, "upgrade", "--quiet", "--like", str(root / "notebooks")) == 1
    assert "är ingen arbetsmapp" in capsys.readouterr().err
