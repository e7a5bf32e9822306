"""A city of 14 made districts, from office files to the region's chapter, and a nation of 290 exports.

The city: every district reads in two years of files, publishes and exports; one has half its sources, one is late, and
one hands over nothing. The region's figures are held against a plain recount of all rows that were made. The nation:
290 exports of six years, read and made into a chapter. Prints times, the peak of memory, and how they grow.
VBE_DISTRICTS: another number of districts in the city.
"""

import os
import random
import resource
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter

from tests.chapter.situations import LATE, NOTHING, Row, Year, workspace
from tests.region.districts import PERIODS, District, publish
from vbe_analysis.disclosure.bands import total
from vbe_analysis.disclosure.policy import PUBLIC, disclosure
from vbe_analysis.region.chapter import write_chapter
from vbe_analysis.region.deliveries import read_deliveries
from vbe_analysis.region.district import district_export
from vbe_analysis.region.export_file import ENDING, Export, export_bytes
from vbe_analysis.region.folder import Region, open_region
from vbe_analysis.region.picture import region_picture
from vbe_analysis.vocabulary import TOTAL

YEARS, NATION = (2020, 2021), (29, 290)
ENVIRONMENTS = ("vit_makt", "autonom", "islamistisk")


def main() -> None:
    """Run both."""
    with tempfile.TemporaryDirectory() as folder:
        city(Path(folder), int(os.environ.get("VBE_DISTRICTS", "14")))
    seconds = []
    for number in NATION:
        with tempfile.TemporaryDirectory() as folder:
            seconds.append(nation(Path(folder), number))
    for (few, many), (before, after) in zip(pairwise(NATION), pairwise(seconds), strict=True):
        print(f"  {many / few:.0f} times as many districts take {after / before:.1f} times as long")
    print(f"peak of memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def city(folder: Path, number: int) -> None:
    """The districts of a city, and its chapter against a recount of the rows."""
    names = [f"Stadsdel {place:02d}" for place in range(1, number + 1)]
    traces, bands, started = 0, list[tuple[int, int]](), perf_counter()
    ladder = disclosure().policy.ladders[0]
    for seed, name in enumerate(names[:-1]):  # the last one hands over nothing
        years = {year: made_year(random.Random(f"{seed}/{year}"), year, seed) for year in YEARS}
        own = workspace(folder / str(seed), years)
        publish(own, str(YEARS[-1]))
        hand_over(folder / "stad", replace(district_export(own, str(YEARS[-1]), PUBLIC), district=name), name)
        rows = [row for given in years[YEARS[-1]].given.values() if not isinstance(given, str) for row in given]
        traces += sum(row[2] in own.vocabulary.traces for row in rows)
        others = sum(row[2] not in own.vocabulary.traces and row[1] == "vit_makt" for row in rows)
        if (own.coverage(str(YEARS[-1]))["status"].str.startswith("delivered")).any():
            bands.append(ladder.band(others))
    print(f"{number - 1} districts read in, published and exported: {perf_counter() - started:.0f} s")
    region = made_region(folder / "stad", names, {str(year): (f"{year}-01-01", f"{year}-12-31") for year in YEARS})
    seconds, sums = chapter(region)
    exact, added = sums["traces"][TOTAL, str(YEARS[-1])], sums["person_linked"]["vit_makt", str(YEARS[-1])]
    print(f"  the region's chapter: {seconds:.1f} s")
    print(f"  traces: {exact}, by a recount of all rows {traces}; vit makt, others: {added}, by it {total(*bands)}")
    if exact != (traces, traces) or added != total(*bands):
        raise RuntimeError("the region's figures are not those of the rows")


def made_year(draw: random.Random, year: int, seed: int) -> Year:
    """One district's year: SISAB and the traffic office see traces, the police and the forms all other events."""
    given: dict[str, list[Row] | str] = {}
    plans = (("sisab", ("klotter", "klistermarke")), ("trafikkontoret", ("klotter",)), ("polis", ("hot_krankning",)))
    for step, (source, types) in enumerate((*plans, ("blankett", ("orosanmalan", "symbol")))):
        days = draw.sample(range(1, 28), draw.randint(0, 9))  # a source's own days of the month: no row is another's
        given[source] = [
            (f"{year}-{1 + step * 3 + day % 3:02d}-{day:02d}", draw.choice(ENVIRONMENTS), draw.choice(types), "Norr")
            for day in days
        ] or NOTHING
    if seed == 1:
        given |= {"polis": "inte tillfrågad", "blankett": "inte tillfrågad"}
    if seed == 2 and year == YEARS[-1]:
        given = dict.fromkeys(given, LATE)
    answered = draw.randint(25, 39) + 16 * (year % 2)  # no two years' files are the same
    return Year(given, survey=(60, answered, 20) if seed != 2 else None)


def nation(folder: Path, number: int) -> float:
    """So many exports, read and made into a chapter; the seconds that it takes."""
    names = [f"Kommun {place:03d}" for place in range(1, number + 1)]
    for place, name in enumerate(names):
        draw = random.Random(place)
        made = District(name, traces=[draw.randint(0, 30) for _ in PERIODS])
        hand_over(folder, replace(made.export(), district=name), name)
    spans = {name: (str(period.start), str(period.end)) for name, period in PERIODS.items()}
    seconds, _ = chapter(made_region(folder, names, spans))
    print(f"{number} exports read and made into a chapter: {seconds:.1f} s")
    return seconds


def chapter(region: Region) -> tuple[float, dict[str, dict[tuple[str, str], tuple[int, int]]]]:
    """The seconds that reading and writing take, and the sums by group."""
    started = perf_counter()
    delivered = read_deliveries(region, "2021")
    write_chapter(region, "2021", PUBLIC, delivered)
    seconds = perf_counter() - started
    picture = region_picture(region, "2021", PUBLIC, delivered)
    return seconds, {group.name: dict(group.sums) for group in picture.groups}


def hand_over(root: Path, export: Export, name: str) -> None:
    path = root / "data/raw/2021" / f"{name}{ENDING}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export_bytes(export))


def made_region(root: Path, names: list[str], spans: dict[str, tuple[str, str]]) -> Region:
    listed = ", ".join(f'"{name}"' for name in names)
    lines = ['region = "Staden"', 'organisation = "Stadsledningskontoret"', f"districts = [{listed}]", "[cycles]"]
    lines += [f"{name} = {{ start = {start}, end = {end} }}" for name, (start, end) in spans.items()]
    (root / "vbe.toml").write_text("\n".join(lines), encoding="utf-8")
    return open_region(root)


if __name__ == "__main__":
    main()
