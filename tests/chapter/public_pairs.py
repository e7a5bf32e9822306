"""Pairs of districts alike in bands: equal traces and coverage, other person-linked reports in equal bands."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.chapter.situations import LATE, NOTHING, Year, workspace
from vbe_analysis.disclosure.policy import PUBLIC, disclosure
from vbe_analysis.document.tree import Document
from vbe_analysis.editions.build import board_files, contents, executed_chapter
from vbe_analysis.workspace.workspace import Workspace

Row = tuple[str, str, str, str]
Ends = tuple[tuple[int, int], tuple[int, int]]  # the bands of an interval's two ends
ENVIRONMENTS = ("vit_makt", "autonom", "islamistisk")
TYPES = ("hot_krankning", "symbol", "orosanmalan")
YEARS = (2020, 2021)


def pair(seed: int, folder: Path) -> tuple[Workspace, Workspace]:
    """Two workspaces whose public chapters of the newest year must be the same, byte for byte."""
    shared = random.Random(seed)
    traces = {year: _traces(year, shared.randint(0, 12), shared) for year in YEARS}
    bands = {(year, name): _ends(shared) for year in YEARS for name in ENVIRONMENTS}
    sure = min(sum(bands[year, name][0][0] for name in ENVIRONMENTS) for year in YEARS)  # that many events at least
    types = shared.sample(TYPES, min(max(sure, 1), shared.randint(1, len(TYPES))))
    missing = {"ia": f"{YEARS[-1]}-11, {YEARS[-1]}-12"} if shared.random() < 0.5 else {}
    late = shared.random() < 0.2
    made = []
    for side in (0, 1):
        draw = random.Random(f"{seed}/{side}")
        years = {}
        for year in YEARS:
            others = _others(year, {name: bands[year, name] for name in ENVIRONMENTS}, types, draw)
            split = draw.random()
            given: dict[str, Sequence[Row] | str] = {"sisab": traces[year] or NOTHING}
            to_ia = [row for row, _ in others if draw.random() < split]
            if missing and not to_ia:  # a file on both sides, so that the gap stands on both
                to_ia = [row for row, _ in others[:1]]
            twice = [row for row, again in others if again]  # the other source may tell of the same event
            given["ia"] = to_ia + [row for row in twice if row not in to_ia] or NOTHING
            given["blankett"] = [row for row, again in others if again or row not in to_ia] or NOTHING
            given["polis"] = LATE if late and year == YEARS[-1] else NOTHING
            gap = missing if year == YEARS[-1] and not isinstance(given["ia"], str) else {}
            years[year] = Year(given, gap, survey=(60, year - 1980, 21))
        made.append(workspace(folder / f"sida{side}", years))
    return made[0], made[1]


def public(made: Workspace) -> tuple[Document, Mapping[str, bytes]]:
    """The public edition of the newest year, as it would be written, with the board's charts."""
    document = executed_chapter(made, str(YEARS[-1]), PUBLIC)
    return document, {**contents(document, made), **board_files(made, str(YEARS[-1]), PUBLIC)}


def _ends(shared: random.Random) -> Ends:
    """The bands of the fewest and the most events that an environment's reports may be of."""
    low, high = shared.choice(
        [
            ((0, 0), (0, 0)),
            ((1, 4), (1, 4)),
            ((1, 4), (1, 4)),
            ((5, 9), (5, 9)),
            ((10, 19), (10, 19)),
            ((1, 4), (5, 9)),
            ((5, 9), (10, 19)),
        ]
    )
    return low, high


def _traces(year: int, many: int, draw: random.Random) -> list[Row]:
    return [
        (
            _day(year, n, 10),
            draw.choice([*ENVIRONMENTS, ""]),
            draw.choice(("klotter", "klistermarke")),
            draw.choice(("Norr", "Söder")),
        )
        for n in range(many)
    ]


def _others(year: int, bands: Mapping[str, Ends], types: Sequence[str], draw: random.Random) -> list[tuple[Row, bool]]:
    """Events on days of their own, and whether two sources tell of it; every type occurs where there is room for all.

    A source's report that may be of the same event makes the count an interval: without it, with it.
    """
    rows: list[tuple[str, str, bool]] = []
    for name, (few, many) in bands.items():
        least = draw.randint(max(few[0], -(-many[0] // 2)), few[1])  # at most each of them is told of twice
        most = draw.randint(max(least, many[0]), min(2 * least, many[1]))
        rows += [(name, draw.choice(types), n < most - least) for n in range(least)]
    for at, kind in enumerate(types[: len(rows)]):
        rows[at] = (rows[at][0], kind, rows[at][2])
    return [
        ((_day(year, n, 1), name, kind, draw.choice(("Norr", "Söder"))), again)
        for n, (name, kind, again) in enumerate(draw.sample(rows, len(rows)))
    ]


def _day(year: int, n: int, first: int) -> str:
    return f"{year}-{n % 10 + 1:02d}-{(n // 10) % 9 + first:02d}"


def same_bands(seed: int) -> str:
    """What the seed stands for, for a failing test's message."""
    return f"pair {seed}, policy {disclosure().policy.name}"
