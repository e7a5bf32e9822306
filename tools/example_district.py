"""Write the example district: data/raw/2017-2021, data/plan, and what is true of it in tests/example_truth.json.

    python tools/example_district.py [FOLDER]       (needs xlwt besides the project, for one old .xls)

Tistelhamn-Gärdslunda does not exist. What was reported stands in example_events.csv; the rest, ordinary graffiti, other
incidents and answers of "nej", is drawn by seed. docs/exempel.md tells which trap stands where.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

from example_answers import ASKED, blankett, enkat, enkat_utb
from example_deliveries import write_own_files
from example_offices import historik, ia, polis, sisab, trafikkontoret
from example_plan import plan
from example_truth import CYCLES, Row, cycle_truth

from vbe_analysis.settings import read_settings

ROOT = Path(__file__).resolve().parents[1]


def main(root: Path = ROOT) -> None:
    """Write all files of the five cycles and the truth about them under `root`."""
    with (Path(__file__).parent / "example_events.csv").open(encoding="utf-8", newline="") as source:
        events = [Row(**row) for row in csv.DictReader(source)]
    truth: dict[str, Any] = {"cycles": {}}
    settings = read_settings(ROOT)
    for cycle in CYCLES:
        folder = root / "data" / "raw" / str(cycle)
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for office in (enkat, enkat_utb, blankett, sisab, trafikkontoret, ia, polis):
            rows = [row for row in events if (row["cycle"], row["source"]) == (str(cycle), office.__name__)]
            if rows or office is polis:
                files += office(cycle, rows, folder)
        if cycle == CYCLES[0]:
            files += historik(folder)
        write_own_files(cycle, files, folder)
        plan(cycle, settings, root)
        truth["cycles"][str(cycle)] = cycle_truth(
            cycle, files, {name: by[cycle] for name, by in ASKED.items() if cycle in by}
        )
    target = root / "tests" / "example_truth.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
