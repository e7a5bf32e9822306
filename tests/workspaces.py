"""Small workspaces made in a test: two cycles, three sources, files as offices send them."""

import csv
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.profiles import Part, column, profile, table, total, where
from vbe_analysis.cli.main import main
from vbe_analysis.workspace.workbooks import corrections_book, deliveries_book

TOML = """
district = "Ekåsens stadsdelsförvaltning"
board = "Ekåsens stadsdelsnämnd"
area_name = "stadsdelsområdet Ekåsen"
areas_outside = ["Hasselnäset"]
sources_expected = ["ia", "sisab"]
[areas]
ekasen = "Ekåsen"
lindviken = "Lindviken"
[places]
"Ekskolan" = "ekasen"
[cycles]
2020 = { start = 2019-07-01, end = 2020-06-30 }
2021 = { start = 2020-07-01, end = 2021-06-30 }
"""
HEADINGS = ("Datum", "Område", "Typ", "Miljö", "Antal")
ROWS = (
    (date(2020, 9, 1), "Ekåsen", "Klotter", "Höger", 2),
    (date(2020, 10, 5), "Lindviken", "Affisch", "Vänster", 1),
    (date(2021, 2, 3), "Ekåsen", "Klotter", "Oklart", 4),
)
RECORDED = [
    {
        "sheet": "Händelser",
        "rows": 4,
        "loaded": 3,
        "ignored": {"header_row": 1},
        "rejected": 0,
        "cells": [{"filled": 20, "read": 15, "dropped": {"header_row": 5}, "notices": {}}],
    }
]  # what the run record says of HEADINGS and ROWS
NAME = "IA 2021.xlsx"
SHEET = "Händelser"
AREA = column("area", "Område")


def office(source: str, *more: Part, area: Part = AREA, **keys: Any) -> str:
    """The profile of the files that `make` writes; `more` are further parts of its table, `area` another column."""
    columns = (
        column("date", "Datum"),
        area,
        column("event_type", "Typ", values={"Klotter": "klotter", "Affisch": "affischering"}),
        column("environment", "Miljö", values={"Höger": "vit_makt", "Vänster": "autonom", "Oklart": "oklar"}),
        column("count", "Antal"),
    )
    sum_row = total("total", where("area", "Summa"), sums=["count"])
    return profile(source, table("reports", *columns, *more, sum_row, **keys))


def make(root: Path, rows: Iterable[Sequence[object]] = ROWS, name: str = NAME) -> Path:
    """A workspace whose cycle 2021 has one file of `rows` from ia, and nothing to report from sisab."""
    for folder in ("data/raw/2021", "data/processed", "data/profiles", "reports"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "vbe.toml").write_text(TOML, encoding="utf-8")
    for source in ("ia", "sisab", "trafikkontoret"):
        (root / "data" / "profiles" / f"{source}.toml").write_text(office(source), encoding="utf-8")
    xlsx(root / "data/raw/2021" / name, [HEADINGS, *rows])
    deliver(root, [("ia", "fil", name, "ia"), ("sisab", "inget att rapportera")])
    return root


def xlsx(path: Path, rows: Iterable[Sequence[object]], sheet: str = SHEET) -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def text(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


def deliver(
    root: Path, rows: Iterable[Sequence[object]], breaks: Iterable[Sequence[object]] = (), cycle: str = "2021"
) -> None:
    """Write leveranser.xlsx; short rows are filled with blanks."""
    folder = root / "data" / "raw" / cycle
    folder.mkdir(parents=True, exist_ok=True)
    filled = [(*row, *[""] * (11 - len(row))) for row in rows]
    (folder / "leveranser.xlsx").write_bytes(deliveries_book(filled, breaks, ("ia", "sisab"), ("ia",)))


def correct(root: Path, *rows: Sequence[object], cycle: str = "2021") -> None:
    """Write rattelser.xlsx: file, sheet, row, column, value, and if given reason, role and day."""
    whole = [(*row, *("felskrivet", "samordnare", date(2021, 8, 20))[len(row) - 5 :]) for row in rows]
    (root / "data" / "raw" / cycle / "rattelser.xlsx").write_bytes(corrections_book(whole))


def vbe(root: Path, *arguments: str) -> int:
    """The command in this process, standing in the workspace."""
    mask = os.umask(0o022)
    try:
        return main(["--workspace", str(root), *arguments])
    finally:
        os.umask(mask)


def vbe_apart(root: Path, *arguments: str, clock: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, standing in the workspace; `clock` is what fakes its time."""
    start = "import sys; from vbe_analysis.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [*clock, sys.executable, "-c", start, "--workspace", str(root), *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"})


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """Everything that was said since last time."""
    said = capsys.readouterr()
    return said.out + said.err


def state(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file below with its bytes' hash and its time."""
    return {
        path.relative_to(folder).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
