"""Plans to test with: rows of aktiviteter.xlsx, and the thirteen activities of the real plan in ../shared/seed."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from vbe_analysis.plan.activities import COLUMNS
from vbe_analysis.plan.workbook import activities_book
from vbe_analysis.storage import ACTIVITIES, PLAN
from vbe_analysis.workspace.workspace import Workspace

SEED = Path(__file__).parents[3] / "shared" / "seed"
HEADINGS = ("Förebyggande", "Förhindrande", "Kompetenshöjande")  # those of the seed's three tables
ANSWERS = (
    "Alla miljöer",
    "Alla miljöer",
    "Arbetssätt",
    "Arbetssätt",
    "Klotter; Klistermärke; Kunskap: Känner till blanketten för avidentifierad information; Rapportering: IA",
    "Orosanmälan",
    "Arbetssätt",
    "Manifestation",
    "Kunskap: Har gått den webbaserade grundutbildningen",
    "Kunskap: Känner till rutinen vid oro eller händelse; "
    "Kunskap: Känner till blanketten för avidentifierad information",
    "Arbetssätt",
    "Arbetssätt",
    "Arbetssätt",
)  # what a reader of the seed would say that each of them is for
ROW = {
    "Nr": "F1",
    "Rubrik": "Förebyggande",
    "Aktivitet": "Ge skolprogram om demokrati.",
    "Ansvarig (roll)": "Enhetschef Ung fritid",
    "Klart senast": "pågående",
    "Status": "pågår",
}


def row(**cells: object) -> tuple[object, ...]:
    """A whole row, with these cells changed: the first word of a column's heading, in small letters."""
    names = {re.split(r"\W", column.lower())[0]: column for column in COLUMNS}
    own = {**ROW, **{names[name]: cell for name, cell in cells.items()}}
    return tuple(own.get(column, "") for column in COLUMNS)


def write(workspace: Workspace, cycle: str, rows: Sequence[Sequence[object]]) -> Path:
    """The cycle's workbook of these rows."""
    path = workspace.root / PLAN / cycle / ACTIVITIES
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(activities_book(workspace.settings, rows))
    return path


def seed_tables() -> Iterator[tuple[str, list[str]]]:
    """(heading, activity, responsible, time, follow-up) of the seed's three tables; broken lines are joined."""
    [text] = [path.read_text(encoding="utf-8") for path in SEED.glob("*.txt")]
    tables, rows = iter(HEADINGS), list[tuple[str, list[str]]]()
    heading = ""
    for cells in (line.split("\t") for line in text.splitlines() if line.count("\t") == 3):
        if cells[0] == "Aktivitet":
            heading = next(tables)
        elif cells[2]:
            if set(cells[2]) != {"-"}:
                rows.append((heading, cells))
        else:
            before = rows[-1][1]
            before[:2] = [" ".join(filter(None, pair)) for pair in zip(before, cells[:2], strict=False)]
    yield from rows


def seed_rows() -> list[tuple[object, ...]]:
    """The seed's activities as a coordinator enters them."""
    rows = enumerate(zip(seed_tables(), ANSWERS, strict=True), 1)
    return [
        row(nr=number, rubrik=heading, aktivitet=text, ansvarig=role, klart=time, svarar=answers)
        for number, ((heading, (text, role, time, _)), answers) in rows
    ]
