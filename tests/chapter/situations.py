"""Small invented districts with the situations a chapter must bear, as workspaces with raw files and all."""

import csv
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.profiles import column, profile, table
from tests.shared import copy, once, value_once
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.notebook.collect import document_of
from vbe_analysis.chapter.notebook.run import run_notebook
from vbe_analysis.document.tree import Document
from vbe_analysis.storage import CHAPTER_NOTEBOOK
from vbe_analysis.workspace.workbooks import corrections_book, deliveries_book
from vbe_analysis.workspace.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
NOTHING, LATE, NOT_ASKED = "inget att rapportera", "ej levererat", "inte tillfrågad"
CANARY = "Kanariefågeln Örtqvist sågs vid porten"
AREAS = {"norr": "Norr", "soder": "Söder"}
LONG = {
    "norr": "Södra Stadsdelsgränsvägens småindustriområde med omgivande parkmark och koloniträdgårdar",
    "soder": "Kvarterssamverkansområdet Fågelbärsträdsallén–Ängsvaktarestigen och dess omgivningar",
}
HEADING = ("Datum", "Miljö", "Typ", "Område", "Antal", "Anteckning")
REPORTS = table(
    "reports",
    column("date", "Datum"),
    column("environment", "Miljö", blank="oklar", values=["vit_makt", "autonom", "islamistisk"]),
    column("event_type", "Typ", values=["klotter", "klistermarke", "hot_krankning", "symbol", "orosanmalan"]),
    column("area", "Område"),
    column("count", "Antal"),
    column("text", "Anteckning"),
)
SURVEY = table(
    "survey",
    column("unit", "Enhet"),
    column("noted", "Noterat"),
    column("question", "Känner till rutinen", question="rutin", values={"Ja": "ja", "Nej": "nej"}),
)
THREATS = table(
    "survey",
    column("unit", "Enhet"),
    column("noted", "Noterat"),
    column("question", "Känner till rutinen", question="rutin", values={"Ja": "ja", "Nej": "nej"}),
    column("question", "Har fått ett hot", question="hot", values={"Ja": "ja", "Nej": "nej"}),
)
Row = tuple[str, ...]  # date, environment, type, area and, where it is not 1, the number


@dataclass(frozen=True)
class Year:
    """One cycle, a calendar year: source -> its rows, or the word for a source without a file."""

    given: Mapping[str, Sequence[Row] | str]
    missing: Mapping[str, str] = field(default_factory=dict)  # source -> "2021-07, 2021-08"
    survey: tuple[int, int, int] | None = None  # asked, answered, of them knows the routine
    breaks: tuple[tuple[object, ...], ...] = ()
    corrections: tuple[tuple[object, ...], ...] = ()  # rows of rattelser.xlsx
    threats: int | None = None  # of the survey's answers, those that say yes to a question outside the closed list


def rows(year: int, total: int, environments: Sequence[str] = ("vit_makt",), step: int = 1) -> list[Row]:
    """Reports on days of their own; with another step, on other days than those of another source."""
    return [
        (
            f"{year}-{n % 12 + 1:02d}-{(n // 12 + step) % 28 + 1:02d}",
            environments[n % len(environments)],
            ("klotter", "klistermarke", "hot_krankning")[n % 3],
            ("Norr", "Söder")[n % 2],
        )
        for n in range(total)
    ]


def workspace(
    root: Path,
    years: Mapping[int, Year],
    areas: Mapping[str, str] = AREAS,
    event_type: str = "",
    environment: str = "",
    from_july: bool = False,
) -> Workspace:
    """The workspace of these years, read in and ready for its chapter, with the project's notebooks.

    event_type, environment: codes of the workspace's own. from_july: each cycle begins in July of the year before.
    """
    sources = sorted({source for year in years.values() for source in year.given} | _surveyed(years))
    (root / "data" / "profiles").mkdir(parents=True)
    for source in sources:
        asked = THREATS if any(year.threats is not None for year in years.values()) else SURVEY
        text = profile(source, asked if source == "enkat" else REPORTS)
        text = text.replace('"orosanmalan"]', f'"orosanmalan", "{event_type}"]') if event_type else text
        (root / "data" / "profiles" / f"{source}.toml").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    lines = [
        'district = "Provstadens stadsdelsförvaltning"',
        'board = "Provstadens stadsdelsnämnd"',
        f'area_name = "{LONG["norr"] if areas is LONG else "Provstaden"}"',
        f"sources_expected = {sources}",
        "[areas]",
        *(f'{code} = "{label}"' for code, label in areas.items()),
        "[cycles]",
        *(f"{year} = {{ start = {year - 1}-07-01, end = {year}-06-30 }}" for year in years if from_july),
        *(f"{year} = {{ start = {year}-01-01, end = {year}-12-31 }}" for year in years if not from_july),
    ]
    lines += ["[event_types]", f'{event_type} = {{ label = "Ny typ", text = "nya slag" }}'] if event_type else []
    lines += ["[environments]", f'{environment} = {{ label = "Ny miljö", text = "ny miljö" }}'] if environment else []
    (root / "vbe.toml").write_text("\n".join(lines), encoding="utf-8")
    for year, told in years.items():
        _write_raw(root / "data" / "raw" / str(year), year, told, sources, areas)
    made = Workspace(root)
    for cycle in made.cycles:
        made.write(made.read_in(cycle))
    return made


def _surveyed(years: Mapping[int, Year]) -> set[str]:
    return {"enkat"} if any(year.survey for year in years.values()) else set()


def _write_raw(folder: Path, year: int, told: Year, sources: Sequence[str], areas: Mapping[str, str]) -> None:
    folder.mkdir(parents=True)
    deliveries: list[tuple[object, ...]] = []
    for source, given in told.given.items():
        name = f"{source} {year}.csv"
        if isinstance(given, str):
            deliveries.append((source, given, *[""] * 8))
            continue
        named = dict(zip(AREAS.values(), areas.values(), strict=True))
        rows_ = ((*row[:3], named[row[3]], *(row[4:] or (1,)), f"{CANARY} {source}") for row in given)
        write_csv(folder / name, HEADING, rows_)
        deliveries.append((source, "fil", name, source, "", "", told.missing.get(source, ""), "", "", ""))
    if told.survey:
        asked, answered, knows = told.survey
        heading, more = ("Enhet", "Noterat", "Känner till rutinen"), told.threats is not None
        answers = (
            (
                f"E{n}",
                "Nej",
                "Ja" if n < knows else "Nej",
                *(["Ja" if n < (told.threats or 0) else "Nej"] if more else []),
            )
            for n in range(answered)
        )
        write_csv(folder / f"enkat {year}.csv", (*heading, *(["Har fått ett hot"] if more else [])), answers)
        deliveries.append(("enkat", "fil", f"enkat {year}.csv", "enkat", "", "", "", asked, "", ""))
    (folder / "leveranser.xlsx").write_bytes(deliveries_book(deliveries, told.breaks, sources, sources))
    if told.corrections:
        (folder / "rattelser.xlsx").write_bytes(corrections_book(told.corrections))


def write_csv(path: Path, heading: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([heading, *lines])


EVERY = ("vit_makt", "autonom", "vit_makt", "")
NORMAL = {
    year: Year(
        {"sisab": rows(year, n, EVERY), "polis": rows(year, 3, ("islamistisk", "vit_makt"), 9)},
        survey=(60, answered, 21),
    )
    for year, n, answered in ((2017, 9, 44), (2018, 11, 45), (2019, 8, 40), (2020, 10, 41), (2021, 12, 38))
}
SITUATIONS: Mapping[str, tuple[Mapping[int, Year], Mapping[str, str]]] = {
    "fem_omgangar": (NORMAL, AREAS),
    "forsta_aret": ({2021: NORMAL[2021]}, AREAS),
    "inget_rapporterat": (
        {2020: NORMAL[2020], 2021: Year({"sisab": NOTHING, "polis": NOTHING}, survey=(60, 38, 21))},
        AREAS,
    ),
    "inget_levererat": ({2020: NORMAL[2020], 2021: Year({"sisab": LATE, "polis": LATE, "enkat": LATE})}, AREAS),
    "halften_saknas": (
        {
            2020: NORMAL[2020],
            2021: Year(
                {"sisab": rows(2021, 6, EVERY), "polis": LATE},
                {"sisab": "2021-07, 2021-08, 2021-09, 2021-10, 2021-11, 2021-12"},
            ),
        },
        AREAS,
    ),
    "langa_namn": ({year: NORMAL[year] for year in (2020, 2021)}, LONG),
    "tolv_ar": (
        {
            year: Year({"sisab": rows(year, 4 + year * 7 % 5, EVERY), "polis": rows(year, 2, ("",), 9)})
            for year in range(2010, 2022)
        },
        AREAS,
    ),
    "tolv_ar_glapp": (  # the police delivered nothing in the third year
        {
            year: Year(
                {
                    "sisab": rows(year, 36 + year * 7 % 5, EVERY),
                    "polis": LATE if year == 2012 else rows(year, 2, ("autonom", "islamistisk"), 9),
                }
            )
            for year in range(2010, 2022)
        },
        AREAS,
    ),
}


EXAMPLE = ("2021", "2017")  # cycles of the repository's own example district: the newest, and the first


@cache
def situation(name: str) -> Workspace:
    """The workspace of a situation, or "exempel": the repository's own; made once in a test run, for all to read."""
    return Workspace(
        once(name, lambda root: example(root) if name == "exempel" else workspace(root, *SITUATIONS[name]))
    )


def example(root: Path) -> None:
    """The repository's own workspace under `root`, read in."""
    for part in ("notebooks", "data/profiles", "data/raw", "data/plan"):
        copy(ROOT / part, root / part, ".ipynb_checkpoints")
    shutil.copy(ROOT / "vbe.toml", root)
    made = Workspace(root)
    for cycle in made.cycles:
        made.write(made.read_in(cycle))


@cache
def picture(name: str, cycle: str, edition: str = "intern") -> Picture:
    return make_picture(situation(name), cycle, edition)


@cache
def document(name: str, cycle: str, edition: str = "intern", notebook: str = CHAPTER_NOTEBOOK) -> Document:
    """The chapter as notebook 3 makes it, or what another notebook shows; run once in a test run."""

    def run() -> Document:
        path = situation(name).root / "notebooks" / notebook
        return document_of(run_notebook(path, {"cycle": cycle, "edition": edition}), notebook)

    return value_once(f"{name}-{cycle}-{edition}-{notebook[0]}", run)
