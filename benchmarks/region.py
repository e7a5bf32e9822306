"""A city of 14 districts of many kinds, from office files to the region's chapter, and a nation of 290 with ten years.

The city (benchmarks/city.py): every district reads in its files, publishes and exports, and the last one hands over
nothing. Each of the region's figures is held against a plain recount of the rows, and an attacker sees all districts'
facts and the region's sums together. The nation: workspaces of ten years are exported, and 290 such exports read and
made into a chapter. Prints times, the peak of memory and how they grow; fails where a figure differs or a cell is
narrow.
VBE_DISTRICTS: another number of districts in the city; VBE_FOLDER: where the city is kept, to look at.
"""

import json
import os
import random
import resource
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from benchmarks.city import ALL, NOW, YEARS, Made, districts
from tests.chapter.situations import Year, workspace
from tests.chapter.situations import rows as reports
from tests.disclosure.districts import narrow_cells
from tests.region.districts import publish
from vbe_analysis.disclosure.bands import OPEN, total
from vbe_analysis.disclosure.facts import GROUP_CODES
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.frames import Interval
from vbe_analysis.region.chapter import write_chapter
from vbe_analysis.region.deliveries import read_deliveries
from vbe_analysis.region.district import district_export
from vbe_analysis.region.export_file import ENDING, Export, export_bytes
from vbe_analysis.region.folder import Region, open_region
from vbe_analysis.region.picture import region_picture
from vbe_analysis.vocabulary import TOTAL
from vbe_analysis.workspace.frozen import frozen

NATION, DECADE, KINDS = (29, 290), range(NOW - 9, NOW + 1), 4


def main() -> None:
    """Run both."""
    with tempfile.TemporaryDirectory() as folder:
        city(Path(os.environ.get("VBE_FOLDER", folder)), int(os.environ.get("VBE_DISTRICTS", "14")))
    with tempfile.TemporaryDirectory() as folder:
        nation(Path(folder))
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"peak of memory: {max(peaks):.0f} MB (aim: at most 1,000)")


def city(folder: Path, number: int) -> None:
    """The districts of a city, and its chapters against a recount of the rows."""
    names, started, made = [f"Stadsdel {place:02d}" for place in range(1, number + 1)], perf_counter(), list[Made]()
    for name, district in zip(names[:-1], districts(folder, number - 1), strict=True):
        made.append(district)
        publish(district.workspace, str(NOW))
        for edition in (PUBLIC, INTERNAL) if len(made) % 2 else (PUBLIC,):  # every other hands over exact counts too
            export = district_export(district.workspace, str(NOW), edition, "A 1")
            hand_over(folder / "stad", replace(export, district=name), f"{name} {edition}")
    print(f"{number - 1} districts read in, published and exported: {perf_counter() - started:.0f} s", flush=True)
    region = made_region(folder / "stad", names, YEARS)
    for edition in (PUBLIC, INTERNAL):
        print(f"  the region's {edition} chapter: {chapter(region, edition):.1f} s")
    traces, others = region_picture(region, str(NOW), PUBLIC, read_deliveries(region, str(NOW))).groups
    wrong = list[str]()
    for name, district in zip(names, made, strict=False):
        expected = {("traces", TOTAL): district.traces} | {("others", code): district.others(code) for code in ALL}
        for (group, code), interval in expected.items():
            counted = (traces if group == "traces" else others).counts.get((name, code, str(NOW)))
            if (counted or (0, 0)) != interval:
                wrong.append(f"{name}, {group}, {code}: {counted}, by the rows {interval}")
    print(f"  traces {traces.sums[TOTAL, str(NOW)]}, others {[others.sums[code, str(NOW)] for code in ALL]}")
    print(
        f"  of {len(made) * (1 + len(ALL))} figures {len(wrong)} differ from a recount of the rows",
        *wrong,
        sep="\n    ",
    )
    narrow = attack(region, made, names)
    print(f"  narrow cells in all that the districts and the region publish: {len(narrow)}", *narrow[:9], sep="\n    ")
    if wrong or narrow:
        raise SystemExit("the region's figures are not those of the rows, or tell of a small number")


def attack(region: Region, made: Sequence[Made], names: Sequence[str]) -> list[object]:
    """The narrow cells of each district's published facts, seen with the region's sums and all the others' bands.

    Nothing but the region's sums joins two districts, so the others stand as one.
    """
    period, narrow = str(NOW), list[object]()
    others = next(
        group
        for group in region_picture(region, period, PUBLIC, read_deliveries(region, period)).groups
        if group.banded
    )
    group = GROUP_CODES[others.name]
    for name, district in zip(names, made, strict=False):
        facts = json.loads(frozen(district.workspace)[-1].facts.read_text(encoding="utf-8"))
        whole = {**facts["dims"], "period": period, "stadsdel": name}
        published = [
            {**fact, "select": {**whole, **fact["select"]}}
            for fact in facts["published"]
            if fact.get("select", {}).get("period") == period
        ]
        for code in region.vocabulary.environments if published else ():
            bands = [own for (place, *key), own in others.counts.items() if place != name and key == [code, period]]
            select = {"grupp": group, "miljo": code, "period": period}
            published.append({"select": {**select, "stadsdel": "alla andra"}, **_ends(total(*bands))})
            published.append({"select": select, **_ends(others.sums[code, period])})
        dims = {**facts["dims"], "stadsdel": [name, "alla andra"], "period": [period]}
        narrow += narrow_cells([json.dumps({**facts, "dims": dims, "published": published})]) if published else []
    return narrow


def _ends(interval: Interval) -> dict[str, int]:
    low, high = interval
    return {"min": low, **({} if high >= OPEN else {"max": high})}


def nation(folder: Path) -> None:
    """Exports of ten years, and 29 and 290 of them read and made into a chapter."""
    exports, started = list[Export](), perf_counter()
    for kind in range(KINDS):
        draw = random.Random(kind)
        years = {}
        for year in DECADE:
            told = reports(year, draw.randint(1, 20), ("autonom", "vit_makt"), 9)
            given = {"sisab": reports(year, draw.randint(1, 30)), "polis": told}
            answered = 2 * (year - DECADE[0]) + draw.randint(30, 31)  # no two years' files are the same
            years[year] = Year(given, survey=(60, answered, 20))
        own = workspace(folder / str(kind), years)
        publish(own, str(NOW))
        exports.append(district_export(own, str(NOW), PUBLIC))
    each = (perf_counter() - started) / KINDS
    print(f"a workspace of {len(DECADE)} years read in, published and exported: {each:.0f} s", flush=True)
    seconds = dict[int, float]()
    for number in NATION:
        names = [f"Kommun {place:03d}" for place in range(1, number + 1)]
        root = folder / f"riket {number}"
        for place, name in enumerate(names):
            hand_over(root, replace(exports[place % KINDS], district=name), name)
        seconds[number] = chapter(made_region(root, names, DECADE, july=False), PUBLIC)
        print(
            f"{number} exports of {len(DECADE)} years read and made into a chapter: {seconds[number]:.1f} s", flush=True
        )
    few, many = NATION
    print(f"  {many / few:.0f} times as many take {seconds[many] / seconds[few]:.1f} times as long")


def chapter(region: Region, edition: str) -> float:
    """The seconds that reading and writing take."""
    started = perf_counter()
    write_chapter(region, str(NOW), edition, read_deliveries(region, str(NOW)))
    return perf_counter() - started


def hand_over(root: Path, export: Export, name: str) -> None:
    """Lay an export in the region's folder."""
    path = root / f"data/raw/{NOW}" / f"{name}{ENDING}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export_bytes(export))


def made_region(root: Path, names: Sequence[str], years: Sequence[int], july: bool = True) -> Region:
    """A region of these districts; july: whether its cycles begin in July, or are calendar years."""
    listed = ", ".join(f'"{name}"' for name in names)
    lines = ['region = "Staden"', 'organisation = "Stadsledningskontoret"', f"districts = [{listed}]", "[cycles]"]
    for year in years:
        start, end = (f"{year - 1}-07-01", f"{year}-06-30") if july else (f"{year}-01-01", f"{year}-12-31")
        lines.append(f"{year} = {{ start = {start}, end = {end} }}")
    (root / "vbe.toml").write_text("\n".join(lines), encoding="utf-8")
    return open_region(root)


if __name__ == "__main__":
    main()
