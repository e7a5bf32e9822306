"""The example district's files: the generator gives the same bytes again, and the files hold what the truth says."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
TRUTH = json.loads((ROOT / "tests" / "example_truth.json").read_text(encoding="utf-8"))
OURS = {"leveranser.xlsx", "rattelser.xlsx", "dubbletter.xlsx"}  # the coordinator's, not an office's
FILES = [
    pytest.param(cycle, file, id=f"{cycle} {file['file']}")
    for cycle, told in TRUTH["cycles"].items()
    for file in told["files"]
]


@pytest.mark.process
@pytest.mark.skipif(find_spec("xlwt") is None, reason="the generator needs xlwt for one old .xls")
def test_the_generator_gives_the_same_files_again(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        # another seed of Python's hashing, so that no order of a set can hide in the files
        environment = {**os.environ, "PYTHONHASHSEED": str(len(folder))}
        command = [sys.executable, str(ROOT / "tools" / "example_district.py"), str(tmp_path / folder)]
        subprocess.run(command, check=True, env=environment)
    first, second = _digests(tmp_path / "one"), _digests(tmp_path / "two")
    assert first == second
    written = {name: _contents(tmp_path / "one" / name) for name in first}
    # parts, not bytes: another version of zlib may compress the same parts otherwise
    assert {name: _contents(ROOT / name) for name in first} == written


@pytest.mark.parametrize("cycle", TRUTH["cycles"])
def test_the_folder_holds_the_files_of_the_truth_and_no_other(cycle: str) -> None:
    names = {path.name for path in (RAW / cycle).iterdir() if path.is_file()} - OURS
    assert names == {file["file"] for file in TRUTH["cycles"][cycle]["files"]}


@pytest.mark.parametrize(("cycle", "file"), FILES)
def test_each_sheet_has_the_rows_of_the_truth(cycle: str, file: dict) -> None:
    sheets = _sheets(RAW / cycle / file["file"])
    for told in file["sheets"]:
        rows = sheets[told["sheet"]]
        assert len(rows) == told["rows"]
        assert told["rows"] == told["loaded"] + sum(told["ignored"].values()) + sum(told["rejected"].values())


@pytest.mark.parametrize("cycle", TRUTH["cycles"])
def test_each_report_stands_in_its_row(cycle: str) -> None:
    folder = RAW / cycle
    sheets = {file["file"]: _sheets(folder / file["file"]) for file in TRUTH["cycles"][cycle]["files"]}
    for report in TRUTH["cycles"][cycle]["reports"]:
        cells = sheets[report["file"]][report["sheet"]][report["row"] - 1]
        assert any(word in " ".join(map(str, cells)) for word in _MARKS[report["source"]]), report


def test_the_copy_of_2021_has_the_bytes_of_the_delivery() -> None:
    twin, copy = RAW / "2021" / "Åverkan skolfastigheter 2020-2021.xlsx", RAW / "2021" / "SISAB till samordnaren.xlsx"
    assert twin.read_bytes() == copy.read_bytes()


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (("2017", "Åverkan skolfastigheter 2016-2017.xlsx", "Höst", "C7"), "2016-09-31"),
        (("2018", "Avvikelser IA 2017-18.xlsx", "Avvikelser", "J23"), "Lodsby, ring 070-174 06"),
        (("2020", "Blankettregister 2020.xlsx", "Register", "I2"), "Handlagd av Annika Bergström"),
        (("2020", "Åverkan skolfastigheter 2019-2020.xlsx", "Vår", "G42"), "56"),
        (("2021", "Åverkan skolfastigheter 2020-2021.xlsx", "Höst", "G7"), "=1+2"),
        (("2021", "Åverkan skolfastigheter 2020-2021.xlsx", "Vår", "G6"), "ca 3"),
    ],
)
def test_what_needs_a_correction_stands_where_the_guide_says(place: tuple[str, str, str, str], written: str) -> None:
    cycle, file, sheet, cell = place
    assert str(load_workbook(RAW / cycle / file)[sheet][cell].value).startswith(written)


def test_the_misspelt_label_stands_in_the_row_the_guide_says() -> None:
    rows = _sheets(RAW / "2019" / "Klotteranmälningar 1807-1906.csv")[""]
    assert [number for number, row in enumerate(rows, 1) if "Högerextemt" in row] == [20]


def test_totals_are_those_of_the_rows_but_one() -> None:
    """The sums that the offices state, against a plain sum of the rows above; the formulas against their values."""
    differ = []
    for path in sorted(RAW.glob("*/Åverkan*.xlsx")):
        for sheet in load_workbook(path, data_only=True).worksheets[:2]:
            total = since = 0
            for row in sheet.iter_rows(min_row=5, values_only=True):
                name, number = str(row[0]), int(re.sub(r"\D", "", str(row[6])) or 0)
                if name.startswith("Summa "):
                    assert number == since, (path.name, sheet.title, name)
                    since = 0
                elif name == "Totalt":
                    differ += [(path.parent.name, sheet.title, number, total)] if number != total else []
                elif row[6] is not None:
                    total, since = total + number, since + number
    assert differ == [("2020", "Vår", 56, 54)]


def test_direct_identifiers_are_of_the_series_made_for_it() -> None:
    for path in (path for path in RAW.rglob("*") if path.suffix not in (".md", "") and path.name not in OURS):
        text = "\n".join(str(cell) for rows in _sheets(path).values() for row in rows for cell in row)
        assert all(serial.startswith("98") for serial in re.findall(r"\b\d{8}-(\d{4})\b", text)), path.name
        assert re.findall(r"\b070-", text) == re.findall(r"\b070-(?=174 06 \d\d\b)", text), path.name
        assert set(re.findall(r"@([\w.]+\w)", text)) <= {"example.org"}, path.name


def test_counts_follow_from_the_reports() -> None:
    """A second, simpler count of the reports by environment than the generator's own."""
    for told in TRUTH["cycles"].values():
        counted = Counter(
            r["environment"] for r in told["reports"] if not r["not_counted"] and r["source"] != "historik"
        )
        assert {name: count["reports"] for name, count in told["counts"].items()} == {
            **dict.fromkeys(("autonom", "vit_makt", "islamistisk", "oklar"), 0),
            **counted,
            "total": counted.total(),
        }


_MARKS = {
    "enkat": ("Ja",),
    "enkat_utb": ("Ja",),
    "ia": ("Ja",),
    "polis": ("<5", "1"),
    "historik": ("Vit makt", "Autonoma", "Islamistisk", "Oklart"),
    "sisab": ("Högerextremt", "Vänsterextremt", "Politiskt, oklart"),
    "trafikkontoret": ("Högerextemt", "Höger\u00adextremt", "Högerextremt", "Vänsterextremt", "Politiskt, ej bedömt"),
    "blankett": ("Hot eller kränkning", "Oro för enskild", "Uttalande"),
}


def _sheets(path: Path) -> dict[str, list[list[object]]]:
    """Every sheet's rows, read without any code of the package."""
    content = path.read_bytes()
    if content.startswith(b"<html"):
        rows = re.findall(r"<tr>(.*?)</tr>", content.decode())
        return {"tabell 1": [re.findall(r"<td>(.*?)</td>", row) for row in rows]}
    if path.suffix == ".csv":
        text = content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp1252")
        delimiter = ";" if ";" in text.split("\r\n")[2] else ","
        return {"": list(csv.reader(text.splitlines(), delimiter=delimiter))}
    if path.suffix == ".docx":
        return {"tabell 1": [[cell.text for cell in row.cells] for row in Document(str(path)).tables[0].rows]}
    if path.suffix == ".xls":
        book = CalamineWorkbook.from_path(str(path))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    book = load_workbook(path, data_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def _digests(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _contents(path: Path) -> object:
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
