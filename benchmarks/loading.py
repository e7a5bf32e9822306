"""From a file to tidy events, against pandas reading the same file and doing nothing more.

csv: 200,000 rows of 15 columns, as a traffic office's system exports them (aim at most 2 times pandas.read_csv), and a
million (aim 1.5 GB). xlsx: 20,000 rows of 15 columns (aim at most 0.3 of pandas.read_excel with openpyxl). Each is
timed in a process of its own, best of three; the loader's time includes its reading child, the search for personal
data, the contracts and the counting of cells, which is told apart. A draft of the workbook's profile: aim 3 s of
processor.
"""

import csv
import json
import multiprocessing
import random
import resource
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import openpyxl
import pandas as pd

from vbe_analysis import frames
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.profiles.draft import draft_profile
from vbe_analysis.loaders.profiles.profile import parse_profile
from vbe_analysis.loaders.tables import conservation
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.file import read_delivered
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import default_vocabulary

SIZES = [("csv", 200_000, 2.0), ("csv", 1_000_000, 2.0), ("xlsx", 20_000, 0.3)]  # kind, rows, aim
TIMES = 3
SEED = 20261123
YEAR = Period(date(2021, 1, 1), date(2021, 12, 31), "2021")
AREAS = {"mistelvik": "mistelvik", "lodsby": "lodsby", "gärdslunda": "gardslunda"}
HEADINGS = [
    "Ärende",
    "Anmält",
    "Klockslag",
    "Typ",
    "Innehåll",
    "Område",
    "Antal",
    "Inkom via",
    "Adress",
    "Yta",
    "Kostnad",
    "Åtgärdat",
    "Handläggare",
    "Status",
    "Anteckning",
]
PROFILE = """
name = "trafikkontoret"
source = "trafikkontoret"
[[tables]]
shape = "reports"
[[tables.columns]]
as = "key"
heading = ["Ärende"]
[[tables.columns]]
as = "date"
heading = ["Anmält"]
[[tables.columns]]
as = "event_type"
heading = ["Typ"]
values = { "Klotter" = "klotter", "Affisch" = "affischering", "Dekal" = "klistermarke" }
[[tables.columns]]
as = "environment"
heading = ["Innehåll"]
blank = "ej_vbe"
values = { "Högerextremt" = "vit_makt", "Vänsterextremt" = "autonom", "Tagg" = "ej_vbe" }
[[tables.columns]]
as = "area"
heading = ["Område"]
[[tables.columns]]
as = "count"
heading = ["Antal"]
[[tables.columns]]
as = "text"
heading = ["Anteckning"]
[[tables.columns]]
as = "drop"
heading = ["*"]
"""


def main() -> None:
    """Print the ratios with their peak memory, beside their aims."""
    print(", ".join(f"{name} {version(name)}" for name in ("pandas", "pyarrow", "openpyxl", "python-calamine")))
    with tempfile.TemporaryDirectory() as folder:
        for kind, size, aim in SIZES:
            path = made(Path(folder) / f"uttag.{kind}", size)
            alone, theirs, _ = measured(plain, path)
            loaded, ours, counting = measured(events, path)
            print(
                f"{kind} {size} x {len(HEADINGS)}: to tidy events {loaded:.2f} s ({ours} MB), of it the counting of "
                f"cells {counting:.3f} s; pandas alone {alone:.2f} s ({theirs} MB), "
                f"ratio {loaded / alone:.2f} (aim {aim})"
            )
        print(f"a draft of the xlsx's profile: {measured(draft, path)[2]:.1f} s of processor (aim 3)")


def made(path: Path, size: int) -> Path:
    """A file of reports."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerow(HEADINGS)
            csv.writer(file, delimiter=";").writerows(rows(size))
        return path
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Uttag")
    sheet.append(HEADINGS)
    for row in rows(size):
        sheet.append(row)
    book.save(path)
    return path


def rows(size: int) -> Iterator[list[str]]:
    """Reports with unique case numbers and timestamps, a few labels, and free text; never all of them in memory."""
    chance = random.Random(SEED)
    words = ["klotter", "på", "fasaden", "vid", "entrén", "mot", "gården", "sanerat", "samma", "dag", "efter"]
    for number in range(size):
        day = datetime(2021, 1, 1) + timedelta(minutes=chance.randrange(525_600))
        yield [
            f"TK-{number:07d}",
            day.strftime("%Y-%m-%d %H:%M"),
            day.strftime("%H:%M"),
            chance.choice(["Klotter", "Klotter", "Affisch", "Dekal"]),
            chance.choice(["", "", "Tagg", "Högerextremt", "Vänsterextremt"]),
            chance.choice(["Mistelvik", "Lodsby", "Gärdslunda"]),
            str(chance.randrange(1, 4)),
            chance.choice(["App", "Webb", "Telefon"]),
            f"Plats {chance.randrange(4000)}",
            f"{chance.random() * 9:.2f}",
            f"{chance.randrange(900, 9000)} kr",
            (day + timedelta(days=3)).strftime("%Y-%m-%d"),
            f"enhet {chance.randrange(40)}",
            chance.choice(["Avslutat", "Pågår"]),
            " ".join(chance.sample(words, 9)),
        ]


def plain(path: Path) -> float:
    """pandas alone."""
    pd.read_csv(path, sep=";") if path.suffix == ".csv" else pd.read_excel(path, engine="openpyxl")
    return 0.0


def draft(path: Path) -> float:
    """The seconds of processor, the child's too, that a draft of the file's profile takes."""
    with FileReader() as reader:
        draft_profile(reader.read(path), default_vocabulary())
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(of_process.ru_utime + of_process.ru_stime for of_process in used)


def events(path: Path) -> float:
    """The whole line of a file: read in the child, through the profile, to the contract. The counting's seconds."""
    seconds, count_cells = [0.0], conservation.count_cells

    def counted(*arguments: Any) -> conservation.CellCount:
        start = perf_counter()
        result = count_cells(*arguments)
        seconds[0] += perf_counter() - start
        return result

    conservation.count_cells = counted
    places: dict[str, str] = {}
    context = Context(
        parse_profile(PROFILE, "trafikkontoret.toml"),
        default_vocabulary(),
        "2021",
        path.name,
        (YEAR.start, YEAR.end),
        AREAS,
        frozenset(),
        places,
    )
    with FileReader() as reader:
        found = read_delivered(reader.read(path), context, YEAR)
    if found.refusals or found.faults:
        raise RuntimeError(str([*found.refusals, *found.faults][:3]))
    frames.conform(found.events, frames.EVENTS)
    return seconds[0]


def measured(work: Callable[[Path], float], path: Path) -> tuple[float, int, float]:
    """The best time of three in processes of their own, the most memory (with children) in MB, the least of the work's
    own seconds.
    """
    runs = []
    for _ in range(TIMES):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            runs.append(json.loads(pool.apply(timed, (work, path))))
    return min(run[0] for run in runs), max(run[1] for run in runs), min(run[2] for run in runs)


def timed(work: Callable[[Path], float], path: Path) -> str:
    """Seconds, peak MB and the work's own seconds of one run in this process."""
    start = perf_counter()
    own = work(path)
    seconds = perf_counter() - start
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return json.dumps([seconds, peak // 1024, own])


if __name__ == "__main__":
    main()
