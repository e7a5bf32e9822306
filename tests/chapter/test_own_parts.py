"""A coordinator's own paragraph, table and chart in notebook 3, between our own: in all formats, numbered in place."""

import io
import json
import shutil
from functools import cache
from pathlib import Path

import lxml.html
import openpyxl
import pikepdf
import pytest

from tests.chapter.situations import situation
from tests.reading import open_word
from vbe_analysis.document.tree import Document
from vbe_analysis.editions.build import contents, executed_chapter
from vbe_analysis.storage import CHAPTER_NOTEBOOK
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.chapter

PARAGRAPH = "Fältgruppen berättar att klistermärken sitter längs skolvägen. De tas bort av vaktmästaren."
TABLE = """
import pandas as pd
from vbe_analysis.document.from_frames import figure_of, table_of

{counts}
own = table_of(frame, id="egen_tabell", title="Fysiska spår i två perioder", source="samordnaren", facts={facts})
own
"""
CHART = """
from matplotlib.figure import Figure

drawing = Figure(figsize=(6, 2))
drawing.add_subplot().barh(list(frame["Period"]), list(frame["Antal"]))
figure_of(drawing, id="egen_figur", title="Fysiska spår i två perioder, ritade", source="samordnaren",
          alt="Liggande staplar med antal fysiska spår i två perioder, samma som i tabellen ovanför.", data=own,
          facts={facts})
"""
COUNTS = {  # a table of the analyst's own counting, and one of what the public edition has published
    "intern": 'frame = pd.DataFrame({"Period": ["2020", "2021"], "Antal": [4, 7]})',
    "publik": "total = ch.picture.groups[0].total\n"
    'frame = pd.DataFrame({"Period": list(total["period"]), "Antal": list(total["low"])})',
}
FACTS = {"intern": "None", "publik": 'ch.facts("traces_total/")'}


@cache
def chapter(edition: str, folder: Path) -> tuple[Document, dict[str, bytes]]:
    """The chapter of a copy of a situation, with three cells of the coordinator's own before Källkritik."""
    root = folder / edition
    shutil.copytree(situation("fem_omgangar").root, root, ignore=shutil.ignore_patterns("reports"))
    path = root / "notebooks" / CHAPTER_NOTEBOOK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    place = next(n for n, cell in enumerate(notebook["cells"]) if "## Källkritik" in "".join(cell["source"]))
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"][place:place] = [
        {"cell_type": "markdown", "metadata": {}, "source": PARAGRAPH},
        {**code, "source": TABLE.format(counts=COUNTS[edition], facts=FACTS[edition])},
        {**code, "source": CHART.format(facts=FACTS[edition])},
    ]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    workspace = Workspace(root)
    document = executed_chapter(workspace, "2021", edition)
    return document, contents(document, workspace)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("eget")


@pytest.mark.parametrize("edition", ["intern", "publik"])
def test_all_three_stand_in_every_format(edition: str, folder: Path) -> None:
    document, files = chapter(edition, folder)
    table, figure = (document.labels[name] for name in ("egen_tabell", "egen_figur"))
    assert list(document.labels.values()).count(table) == 1
    page = lxml.html.fromstring(files["lagesbild.html"])
    text = page.text_content()
    assert PARAGRAPH in text and f"{table}. Fysiska spår i två perioder" in text
    [image] = page.xpath("//figure[@id='del-egen_figur']//img")
    assert image.get("alt").startswith("Liggande staplar med antal fysiska spår")
    office = open_word(files["lagesbild.docx"])
    said = [paragraph.text for paragraph in office.paragraphs]
    assert PARAGRAPH in said
    assert any(line.startswith(f"{table}. Fysiska spår i två perioder") for line in said)
    assert any(line.startswith(f"{figure}. Fysiska spår i två perioder, ritade") for line in said)
    titles = [str(sheet["A1"].value) for sheet in openpyxl.load_workbook(io.BytesIO(files["lagesbild.xlsx"]))]
    assert f"{table}. Fysiska spår i två perioder" in titles
    with pikepdf.open(io.BytesIO(files["lagesbild.pdf"])) as pdf:
        alts = [str(node.Alt) for node in pdf.objects if isinstance(node, pikepdf.Dictionary) and "/Alt" in node]
    assert any(alt.startswith("Liggande staplar med antal fysiska spår") for alt in alts)


def test_our_own_tables_are_numbered_around_it(folder: Path) -> None:
    document, _ = chapter("intern", folder)
    ids = [table.id for table in document.tables]
    assert ids.index("tre_perioder") < ids.index("egen_tabell") < ids.index("jamforelse")
    assert [document.labels[name] for name in ids] == [f"Tabell\u00a0{n}" for n in range(1, len(ids) + 1)]


def test_without_facts_none_of_it_is_public(folder: Path) -> None:
    own = dict(FACTS)
    FACTS["publik"] = "None"
    try:
        with pytest.raises(Exception, match="'egen_tabell' säger inte vilka publicerade uppgifter den visar"):
            chapter("publik", folder / "utan")
    finally:
        FACTS.update(own)
