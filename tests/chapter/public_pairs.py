"""Pairs of districts alike in bands: equal traces and coverage, other person-linked reports in equal bands."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.chapter.situations import LATE, NOTHING, Year, workspace
from vbe_analysis.chapter.build import contents, executed_chapter
from vbe_analysis.chapter.document import Document
from vbe_analysis.disclosure.policy import PUBLIC, disclosure
from vbe_analysis.workspace import Workspace

Row = tuple[str, str, str, str]
ENVIRONMENTS = ("vit_makt", "autonom", "islamistisk")
TYPES = ("hot_krankning", "symbol", "orosanmalan")
YEARS = (2020, 2021)


def pair(seed: int, folder: Path) -> tuple[Workspace, Workspace]:
    """Two workspaces whose public chapters of the newest year must be the same, byte for byte."""
    shared = random.Random(seed)
    traces = {year: _traces(year, shared.randint(0, 12), shared) for year in YEARS}
    bands = {(year, name): shared.choice([(0, 0), (1, 4), (1, 4), (5, 9), (10, 19)])
             for year in YEARS for name in ENVIRONMENTS}  # fmt: skip
    sure = min(sum(bands[year, name][0] for name in ENVIRONMENTS) for year in YEARS)  # that many events at least
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
            to_ia = [row for row in others if draw.random() < split]
            if missing and not to_ia:  # a file on both sides, so that the gap stands on both
                to_ia = others[:1]
            given["ia"] = to_ia or NOTHING
            given["blankett"] = [row for row in others if row not in to_ia] or NOTHING
            given["polis"] = LATE if late and year == YEARS[-1] else NOTHING
            gap = missing if year == YEARS[-1] and not isinstance(given["ia"], str) else {}
            years[year] = Year(given, gap, survey=(60, year - 1980, 21))
        made.append(workspace(folder / f"sida{side}", years))
    return made[0], made[1]


def public(made: Workspace) -> tuple[Document, Mapping[str, bytes]]:
    """The public edition of the newest year, as it would be written."""
    document = executed_chapter(made, str(YEARS[-1]), PUBLIC)
    return document, contents(document, made)


def _traces(year: int, many: int, draw: random.Random) -> list[Row]:
    return [(_day(year, n, 10), draw.choice([*ENVIRONMENTS, ""]), draw.choice(("klotter", "klistermarke")),
             draw.choice(("Norr", "Söder"))) for n in range(many)]  # fmt: skip


def _others(year: int, bands: Mapping[str, tuple[int, int]], types: Sequence[str], draw: random.Random) -> list[Row]:
    """Events on days of their own, so that each is one; every type occurs where there is room for all of them."""
    many = {name: draw.randint(*band) for name, band in bands.items()}
    rows = [(name, draw.choice(types)) for name, n in many.items() for _ in range(n)]
    for at, kind in enumerate(types[: len(rows)]):
        rows[at] = (rows[at][0], kind)
    return [(_day(year, n, 1), name, kind, draw.choice(("Norr", "Söder")))
            for n, (name, kind) in enumerate(draw.sample(rows, len(rows)))]  # fmt: skip


def _day(year: int, n: int, first: int) -> str:
    return f"{year}-{n % 10 + 1:02d}-{(n // 10) % 9 + first:02d}"


def same_bands(seed: int) -> str:
    """What the seed stands for, for a failing test's message."""
    return f"pair {seed}, policy {disclosure().policy.name}"
