"""What a reader of the Swedish text would stumble on, and the numbers that a reader of each format meets."""

import io
import re
import shutil
import subprocess
from base64 import b64decode
from collections import Counter
from pathlib import Path

import docx
import lxml.html
import openpyxl
from docx.document import Document as WordFile
from docx.oxml.ns import qn

from tests.checkers import need

NUMBER = re.compile(r"\d+(?:\u00a0\d{3})*(?:–\d+(?:\u00a0\d{3})*)?")
RUNNING = re.compile(r"^.*Sida \d+ av \d+$|^(Publik utgåva|Internt underlag|Utkast) .*$", re.MULTILINE)

FORBIDDEN = re.compile(
    r"\b(liten|litet|små(?! förändring| antal)|marginell\w*|svag\w*|tendens\w*|trend\w*|avseende|beträffande|"
    r"i syfte att|t\.ex|bl\.a|osv|m\.m|mfl)\b",
    re.IGNORECASE,
)
SMALL_NUMBERS = "antalen är små"  # the sentence on percent speaks of numbers, not of a change


def read(sentence: str, part: bool = False) -> None:
    """What a reader would stumble on."""
    wrong = {
        "tomt": not sentence.strip() or sentence != sentence.strip(),
        "klammer": re.search(r"[{}]|None|\bnan\b", sentence),
        "mellanslag": re.search(r"  | [.,:;)]|\( ", sentence),
        "skiljetecken": re.search(r"\.\.|,,|\.,|,\.|:\.|\.:|;\.", sentence),
        "ental": re.search(r"(?<![\d–.])\b1 (händelser|rapporter|källor|månader)\b", sentence),
        "flertal": re.search(r"\b(0|[2-9]|\d\d+|\d+–\d+) (händelse|rapport|källa|månad)\b", sentence),
        "ord": FORBIDDEN.search(sentence.replace(SMALL_NUMBERS, "")),
        "stor bokstav": not part and not re.match(r"\**[A-ZÅÄÖ0-9]", sentence),
        "slut": not part and not re.search(r"[.:?]$", sentence),
        "stor bokstav inuti": re.search(r"[.?]\** [a-zåäö]", sentence),
    }
    assert [name for name, found in wrong.items() if found] == [], sentence


def numbers(*texts: str) -> Counter[str]:
    return Counter(number for text in texts for number in NUMBER.findall(text))


def numbers_are_alike(page: bytes, pdf: Path, word: bytes, book: bytes) -> None:
    """The page, the PDF and the Word file say the same number by number; the workbook holds those of the tables.

    The PDF's charts are text too, the page's are in its pictures.
    """
    html = lxml.html.fromstring(page)
    for aside in html.xpath("//style | //nav | //details | //footer | //p[@class='edition']"):
        aside.drop_tree()
    in_page = numbers(" ".join(html.body.itertext()))
    document = open_word(word)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert in_page == numbers(*(paragraph.text for paragraph in document.paragraphs), *cells)
    drawings = [b64decode(image.get("src").partition("base64,")[2]) for image in html.xpath("//img")]
    drawn = numbers(*(" ".join(lxml.etree.fromstring(drawing).itertext("{*}text", "{*}tspan")) for drawing in drawings))
    assert in_page + drawn == numbers(RUNNING.sub("", text_of_pdf(pdf).replace("-\n", "")))
    sheets = openpyxl.load_workbook(io.BytesIO(book), read_only=True)
    values = (str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert not set(numbers(*(cell.text_content() for cell in html.xpath("//td")))) - set(numbers(" ".join(values)))


def open_word(source: str | Path | bytes) -> WordFile:
    """The Word file without the joiners that keep a range on one line, so that its words equal other formats'."""
    word = docx.Document(io.BytesIO(source) if isinstance(source, bytes) else str(source))
    for text in word.element.body.iter(qn("w:t")):
        text.text = text.text.replace("\u2060", "")
    return word


def text_of_pdf(file: Path) -> str:
    """The text as a reader selects it, a form feed after each page."""
    need(shutil.which("pdftotext"), "pdftotext")
    run = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return run.stdout.decode("utf-8")
