"""What a hand does without thinking, followed to both editions: the right number, or a load that says why it stops."""

import html
import re
import shutil
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.loaders.files_made import docx, paragraph
from tests.profiles import column, profile, table
from tests.workspaces import HEADINGS, NAME, SHEET, deliver, make, told, vbe
from vbe_analysis.workspace.workspace import Workspace

CHOICES = ("Vit makt", "Autonom")
LIST = "".join(f'<w:listEntry w:val="{choice}"/>' for choice in CHOICES)
# Word's old form field: what was chosen stands in no text.
CHOSEN = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
    f"{LIST}</w:ddList></w:ffData></w:fldChar></w:r>"
    '<w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
SURVEY = profile(
    "enkat",
    table(
        "survey",
        column("question", "Känner du till rutinen?", question="rutin", yes=["Ja"], values={"Ja": "Ja", "Nej": "Nej"}),
    ),
)
FORM = profile(
    "blankett",
    table(
        "form",
        column("date", "Datum"),
        column("event_type", "Vad?", values={"Oro": "orosanmalan"}),
        column("environment", "Miljö", values={"Vit makt": "vit_makt", "Autonom": "autonom"}),
        sheets=["tabell *"],
    ),
)


ANSWERS = "besvarades av 37 av 40 tillfrågade, och 13 svarade att de känner till rutinen vid oro eller händelse."
SENTENCES = {
    "intern": (
        ANSWERS,
        "Av händelserna gäller 1 den autonoma miljön och 1 vit makt-miljön.",
        "Orosanmälan 1 Klotter 1 Totalt 2",
    ),
    "publik": (
        ANSWERS,
        "Samtliga gäller vit makt-miljön.",
        "enstaka (1–4) i den autonoma miljön. Dessa antal är skyddade. Inga rapporterades i vit makt-miljön, den "
        "islamistiska extremistiska miljön eller oklar miljö.",
        "Klotter 1 Totalt 1",
    ),
}


def prepare(folder: Path) -> Path:
    """A workspace with a raised sign, a time zone, a list in a Word form, and answers coded as "Ja"."""
    root = make(folder / "mapp")
    shutil.copytree(Path(__file__).parent.parent / "notebooks", root / "notebooks")
    raw = root / "data/raw/2021"
    book = openpyxl.Workbook()
    book.active.title = SHEET
    two = CellRichText("1", TextBlock(InlineFont(vertAlign="superscript"), "2"))
    book.active.append(list(HEADINGS))
    book.active.append(["2021-02-01 till 2021-02-28", "Ekåsen", "Klotter", "Höger", two])
    book.active.append(["2021-06-30T23:30:00Z", "Ekåsen", "Klotter", "Höger", 1])  # in Sweden, the next period
    book.save(raw / NAME)
    answers = openpyxl.Workbook()
    for answer in ("Känner du till rutinen?", *["JA"] * 13, *["nej"] * 24):
        answers.active.append([answer])
    answers.save(raw / "enkat.xlsx")
    fields = ((paragraph("Datum"), paragraph("2021-03-05")), (paragraph("Vad?"), paragraph("Oro")))
    rows = (*fields, (paragraph("Miljö"), f"<w:p>{CHOSEN}</w:p>"))
    cells = "".join(f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    docx(raw / "blankett.docx", f"<w:tbl>{cells}</w:tbl>")
    spans = "\n[dates]\nranges = true\n"
    ia = root / "data/profiles/ia.toml"
    ia.write_text(ia.read_text(encoding="utf-8") + spans, encoding="utf-8")
    for source, content in (("enkat", SURVEY), ("blankett", FORM)):
        (root / f"data/profiles/{source}.toml").write_text(content, encoding="utf-8")
    survey = ("enkat", "fil", "enkat.xlsx", "enkat", "", "", "", 40)
    deliver(root, [("ia", "fil", NAME, "ia"), survey, ("blankett", "fil", "blankett.docx", "blankett")])
    return root


def page(root: Path, edition: str) -> str:
    """The words of the chapter."""
    text = (root / "reports/2021" / edition / "lagesbild.html").read_text(encoding="utf-8")
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.chapter
def test_both_editions_say_what_the_files_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = prepare(tmp_path)
    draft = root / "data/profiles/enkat.toml"
    draft.write_text(SURVEY + "\n# GISSNING: kontrollera svaren\n", encoding="utf-8")
    assert vbe(root, "chapter", "2021", "--quiet") == 1
    assert "enkat.toml, rad 5: Profilen är ett utkast. Gissningar som ingen har kontrollerat: 1." in told(capsys)
    draft.write_text(SURVEY, encoding="utf-8")
    assert vbe(root, "chapter", "2021", "--quiet") == 0, told(capsys)
    events = Workspace(root).events("2021").sort_values(["source", "row"])
    assert events[["source", "environment", "low", "high", "not_counted"]].values.tolist() == [
        ["blankett", "autonom", 1, 1, ""],
        ["ia", "vit_makt", 1, 1, ""],
        ["ia", "vit_makt", 1, 1, "outside_period"],
    ]
    for edition, sentences in SENTENCES.items():
        words = page(root, edition)
        assert [sentence for sentence in sentences if sentence not in words] == []
