"""The districts of a city, each from its offices' files, and what a plain recount says of their newest year.

The example's own messy files; two whose offices send lists in layouts that others made (../shared/real, the days moved
to the city's years); one whose offices fill in our blanks; one with half its sources, one that is late; the others made
at random.
"""

import csv
import json
import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import openpyxl

from tests.chapter.situations import LATE, NOT_ASKED, NOTHING, Row, Year, example, workspace
from tests.workspaces import vbe
from vbe_analysis.disclosure.bands import total
from vbe_analysis.disclosure.policy import disclosure
from vbe_analysis.frames import Interval
from vbe_analysis.vocabulary import PERSONAL, TRACES, default_vocabulary
from vbe_analysis.workspace.workbooks import deliveries_book
from vbe_analysis.workspace.workspace import Workspace

ROOT = Path(__file__).parents[1]
REAL, PROFILES = ROOT.parent / "shared" / "real", ROOT / "tests" / "real" / "profiles"
YEARS, NOW = (2020, 2021), 2021
ENVIRONMENTS = ("vit_makt", "autonom", "islamistisk")
HALF, TARDY = 1, 2  # of the random ones: the one with half its sources, and the late one
BLANKS = """
district = "Ekåsens stadsdelsförvaltning"
board = "Ekåsens stadsdelsnämnd"
area_name = "Ekåsen"
sources_expected = ["ia", "polis", "sisab"]
[areas]
ekasen = "Ekåsen"
[order]
contact = "Samordnare mot våldsbejakande extremism"
mailbox = "lagesbild@ekasen.se"
sending = "Lägg filen på den säkra filytan."
[cycles]"""
Line = dict[str, str]


@dataclass(frozen=True)
class Told:
    """One occasion of a district's newest year, as its raw file says; count: of events that it may be."""

    environment: str
    event_type: str
    source: str
    count: Interval = (1, 1)

    @property
    def group(self) -> str:
        return default_vocabulary().group(self.event_type, self.source)


@dataclass(frozen=True)
class Made:
    """A district that has been read in, and the occasions that its rows tell of; None where it is late."""

    workspace: Workspace
    told: Sequence[Told] | None

    @property
    def traces(self) -> Interval:
        return total((0, 0), *(each.count for each in self.told or () if each.group == TRACES))

    def others(self, environment: str) -> Interval:
        """The bands that the number of its other events in an environment is published as."""
        own = [each for each in self.told or () if each.group == PERSONAL and each.environment == environment]
        low, high = total((0, 0), *(each.count for each in own))
        ladder = disclosure().policy.ladders[0]
        return ladder.band(low)[0], ladder.band(high)[1]


def districts(folder: Path, number: int) -> Iterator[Made]:
    """So many districts, made one after the other."""
    yield _example(folder / "exempel")
    yield _blanks(folder / "blanketter")
    if REAL.is_dir():
        yield _real(folder / "csis", "csis", "nyc")
        yield _real(folder / "toronto", "toronto", "sf311")
    else:
        print("  ../shared/real is not beside the project: no district has a real list")
    for seed in range(number - (4 if REAL.is_dir() else 2)):
        yield _random(folder / str(seed), seed)


def _example(root: Path) -> Made:
    """Reports of the same days, type, environment and area are from one event to one for each source that tells it."""
    example(root)
    reports = json.loads((ROOT / "tests/example_truth.json").read_text(encoding="utf-8"))["cycles"][str(NOW)]["reports"]
    alike: dict[tuple[str, ...], dict[str, Told]] = {}
    for row in reports:
        if not row["not_counted"]:
            key = tuple(row[name] for name in ("date_from", "date_to", "environment", "event_type", "area"))
            own = Told(row["environment"], row["event_type"], row["source"], (row["low"], row["high"]))
            alike.setdefault(key, {})[row["source"]] = own
    told = list[Told]()
    for first, *others in (list(by_source.values()) for by_source in alike.values()):
        low, high = max(each.count[0] for each in (first, *others)), sum(each.count[1] for each in (first, *others))
        told.append(replace(first, count=(low, high)))
    return Made(Workspace(root), told)


def _blanks(root: Path) -> Made:
    """The offices fill in what `vbe order` has sent them."""
    assert vbe(root.parent, "init", str(root)) == 0
    cycles = (
        f'{year} = {{ start = {year - 1}-07-01, end = {year}-06-30, diarienummer = "EK 7", deadline = {year}-08-20 }}'
        for year in YEARS
    )
    (root / "vbe.toml").write_text("\n".join([BLANKS, *cycles]), encoding="utf-8")
    told = list[Told]()
    for year in YEARS:
        assert vbe(root, "order", str(year)) == 0
        (root / f"data/raw/{year}").mkdir(parents=True, exist_ok=True)
        for source, office, kind, environment, many in (
            ("sisab", "SISAB", "Klotter", "vit_makt", 4 + year % 2),
            ("ia", "IA", "Hot eller kränkning", "autonom", 2),
            ("polis", "Lokalpolisen", "Symbol", "islamistisk", 1 + year % 2),
        ):
            name = f"Uppgifter {office} {year}.xlsx"
            book = openpyxl.load_workbook(root / f"begaran/{year}/{source}" / name)
            sheet, words = book["Uppgifter"], default_vocabulary()
            sheet["C3"] = "ja"
            for at in range(many):
                row = (date(year, 1 + at, 7), "Ekåsen", kind, words.environments[environment].label)
                for column, value in enumerate(row, 1):
                    sheet.cell(6 + at, column).value = value
            book.save(root / f"data/raw/{year}" / name)
            code = next(code for code, term in words.event_types.items() if term.label == kind)
            told += [Told(environment, code, source)] * many if year == NOW else []
        assert vbe(root, "new", str(year)) == 0
        assert vbe(root, "ingest", str(year), "--quiet") == 0
    return Made(Workspace(root), told)


def _real(root: Path, *lists: str) -> Made:
    """Lists that nobody here wrote, one as the police's and one as the traffic office's, each cycle its own rows."""
    sources = ("polis", "trafikkontoret")
    (root / "data/profiles").mkdir(parents=True)
    cycles = "\n".join(f"{year} = {{ start = {year - 1}-07-01, end = {year}-06-30 }}" for year in YEARS)
    head = (
        f'district = "{root.name}"\nboard = "{root.name}"\narea_name = "{root.name}"\nsources_expected = {[*sources]}'
    )
    (root / "vbe.toml").write_text(f"{head}\n[cycles]\n{cycles}\n", encoding="utf-8")
    told = list[Told]()
    for year in YEARS:
        folder, rows = root / f"data/raw/{year}", []
        folder.mkdir(parents=True)
        for source, name in zip(sources, lists, strict=True):
            given = LISTS[name]
            (root / f"data/profiles/{source}.toml").write_bytes((PROFILES / f"{name}.toml").read_bytes())
            lines = given.lines(year)
            with (folder / f"{source} {year}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, [*lines[0]], quoting=csv.QUOTE_ALL)
                writer.writeheader()
                writer.writerows(lines)
            missing = given.missing if year == NOW else ""
            rows.append((source, "fil", f"{source} {year}.csv", source, "", "", missing, "", "", ""))
            once = {(given.day(line), *given.read(line)) for line in lines}
            told += [Told(place, kind, source) for _, place, kind in once if place in ALL] if year == NOW else []
        (folder / "leveranser.xlsx").write_bytes(deliveries_book(rows, [], sources, sources))
    made = Workspace(root)
    for cycle in made.cycles:
        made.write(made.read_in(cycle))
    return Made(made, told)


@dataclass(frozen=True)
class List:
    """A real list. column, form: of its day; years: how much later its rows are taken to be; read: (environment, type)
    of a row; missing: the newest period's months that it does not reach."""

    file: str
    column: str
    form: str
    years: int
    read: Callable[[Line], tuple[str, str]]
    missing: str = ""

    def day(self, line: Line) -> date:
        """Of a row; where it stands in three columns, the first day that it can be."""
        if self.column in line:
            return datetime.strptime(line[self.column], self.form).date()
        return date(*(int(line[f"{name}_csis"] or 0) or 1 for name in ("Year", "Month", "Day")))

    def lines(self, year: int) -> list[Line]:
        """The rows of a cycle, moved to it."""
        moved = list[Line]()
        with (REAL / self.file).open(encoding="utf-8-sig", newline="") as file:
            for line in csv.DictReader(file):
                day = self.day(line)
                later = date(day.year + self.years, day.month, min(day.day, 28) if day.month == 2 else day.day)
                if date(year - 1, 7, 1) <= later <= date(year, 6, 30):
                    moved.append({**line, self.column: later.strftime(self.form)} if self.column in line else line)
        return moved


def _offence(line: Line) -> tuple[str, str]:
    columns = tomllib.loads((PROFILES / "toronto.toml").read_text(encoding="utf-8"))["tables"][0]["columns"]
    codes = next(column["values"] for column in columns if column["as"] == "event_type")
    fitting = (code for pattern, code in codes.items() if fnmatchcase(line["PRIMARY_OFFENCE"], pattern))
    return "oklar", next(fitting, "ovrigt")


def _attack(line: Line) -> tuple[str, str]:
    codes = {"Violent Far-right": "vit_makt", "Violent Far-left": "autonom", "Religious": "islamistisk"}
    kind = "hot_krankning" if line["Weapon_csis"] == "Threats or Hoaxes" else "ovrigt"
    return codes.get(line["Orientation_csis"], "oklar"), kind


def _request(line: Line) -> tuple[str, str]:
    return ("oklar" if line["Request.Type"].startswith("Offensive") else "", "klotter")


SPRING = ", ".join(f"{NOW}-{month:02d}" for month in range(2, 7))
ALL = (*ENVIRONMENTS, "oklar")
LISTS = {
    "toronto": List("incidents_hatecrime_toronto_2018_2023.csv", "OCCURRENCE_DATE", "%Y-%m-%d", 0, _offence),
    "csis": List("incidents_csis_wapo_us_1994_2021.csv", "dag", "", 0, _attack, SPRING),
    "sf311": List("graffiti_sf311_geo_sample.csv", "Opened", "%Y-%m-%d %H:%M:%S", 6, _request),
    "nyc": List("graffiti_nyc_dsny_2017.csv", "CREATED_DATE", "%m/%d/%Y", 4, lambda line: ("", "klotter")),
}  # fmt: skip


def _random(root: Path, seed: int) -> Made:
    """SISAB and the traffic office see traces, the police and the forms all other events."""
    years = {year: _year(random.Random(f"{seed}/{year}"), year, seed) for year in YEARS}
    made = workspace(root, years, from_july=True)
    if seed == TARDY:
        return Made(made, None)
    given = {source: rows for source, rows in years[NOW].given.items() if not isinstance(rows, str)}
    return Made(made, [Told(row[1], row[2], source) for source, rows in given.items() for row in rows])


def _year(draw: random.Random, year: int, seed: int) -> Year:
    given: dict[str, Sequence[Row] | str] = {}
    plans = (("sisab", ("klotter", "klistermarke")), ("trafikkontoret", ("klotter",)), ("polis", ("hot_krankning",)))
    for step, (source, types) in enumerate((*plans, ("blankett", ("orosanmalan", "symbol")))):
        days = draw.sample(range(1, 28), draw.randint(0, 9))  # a source's own months: no row is another's
        first = 7 + 3 * step
        months = [((first + day % 3 - 1) % 12 + 1, day) for day in days]
        given[source] = [
            (f"{year - (month > 6)}-{month:02d}-{day:02d}", draw.choice(ENVIRONMENTS), draw.choice(types), "Norr")
            for month, day in months
        ] or NOTHING
    if seed == HALF:
        given |= {"polis": NOT_ASKED, "blankett": NOT_ASKED}
    if seed == TARDY and year == NOW:
        given = dict.fromkeys(given, LATE)
    answered = draw.randint(25, 39) + 16 * (year % 2)  # no two years' files are the same
    return Year(given, survey=(60, answered, 20) if seed != TARDY else None)
