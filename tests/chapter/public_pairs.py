"""Pairs of districts alike in bands: equal traces and coverage, other person-linked reports in equal bands."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd

from tests.chapter.situations import LATE, NOTHING, Row, Year, workspace
from tests.plan import plans
from vbe_analysis.analysis.overlaps import SAME
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.disclosure.facts import to_json
from vbe_analysis.disclosure.policy import PUBLIC
from vbe_analysis.document.tree import Document
from vbe_analysis.editions.build import board_slides, contents, executed_chapter
from vbe_analysis.editions.plan import write_followup, write_plan_file
from vbe_analysis.storage import DUPLICATES
from vbe_analysis.workspace.duplicates import write_book
from vbe_analysis.workspace.frozen import PUBLISHED, freeze
from vbe_analysis.workspace.workspace import Workspace

Ends = tuple[tuple[int, int], tuple[int, int]]  # the bands of an interval's two ends
ENVIRONMENTS = ("vit_makt", "autonom", "islamistisk")
TYPES = ("hot_krankning", "symbol", "orosanmalan")
YEARS = (2020, 2021)
ROLE, DAY = "samordnare", "2021-12-01"
ANSWERS = ("Alla miljöer", "Vit makt-miljön", "Autonoma miljön", "Klotter", "Symbol", "Manifestation", "Arbetssätt",
           "Saknade månader: IA", "Rapportering: IA")  # fmt: skip
ROUTINE = "Känner till rutinen vid oro eller händelse"


def pair(seed: int, folder: Path, policy: str = "standard", published: bool = False) -> tuple[Workspace, Workspace]:
    """Two workspaces whose public chapters of the newest year must be the same, byte for byte.

    published: the chapter of the year before has been published as the first side has it; the other side's
    person-linked reports of that year have changed since, whatever their bands were.

    Beside other counts in the same bands they differ, for person-linked reports only, in who reported, in numbers
    ("<5"), in dates that are a whole month, in possible duplicates and what was decided of them, in corrections and
    rows left out, in a form that tells of a graffiti that SISAB reported too; and in answers to a survey question that
    is not shown, in the order of rows and deliveries, and in the day of a break whose month alone is printed.
    They have the same plan.
    """
    shared = random.Random(seed)
    traces = {year: _traces(year, shared.randint(0, 12), shared) for year in YEARS}
    bands = {(year, name): _ends(shared, policy) for year in YEARS for name in ENVIRONMENTS}
    sure = min(sum(bands[year, name][0][0] for name in ENVIRONMENTS) for year in YEARS)  # that many events at least
    types = shared.sample(TYPES, min(max(sure, 1), shared.randint(1, len(TYPES))))
    gap_wanted = shared.random() < 0.5 and (sure or policy == "standard")  # it needs a file on both sides
    missing = {"ia": f"{YEARS[-1]}-11, {YEARS[-1]}-12"} if gap_wanted else {}
    late, broken = shared.random() < 0.2, shared.random() < 0.5
    made = []
    for side in (0, 1):
        draw = random.Random(f"{seed}/{side}")
        years, decided = {}, {}
        for year in YEARS:
            changed = published and side and year == YEARS[0]
            own = {name: _ends(draw, policy) if changed else bands[year, name] for name in ENVIRONMENTS}
            others = _others(year, own, types, draw)
            others = _told_in_forms(others, types, traces[year], draw)
            split = draw.random()
            to_ia = [row for row, _ in others if draw.random() < split and row[2] in TYPES]
            if missing and not to_ia:  # a file on both sides, so that the gap stands on both
                to_ia = [row for row, _ in others if row[2] in TYPES][:1]
            twice = [row for row, again in others if again]  # the other source may tell of the same event
            ia = to_ia + [row for row in twice if row not in to_ia]
            forms = [row for row, again in others if again or row not in to_ia]
            same = [row for row, again in others if not again and row[2] in TYPES and draw.random() < 0.2]
            decided[str(year)] = same  # told by both, and decided to be one event
            reports = {"ia": ia + [row for row in same if row not in ia],
                       "blankett": forms + [row for row in same if row not in forms]}  # fmt: skip
            corrections: list[tuple[object, ...]] = []
            for source, rows in reports.items():
                reports[source] = _as_sent(rows, {*twice, *same}, f"{source} {year}.csv", corrections, draw)
            given: dict[str, Sequence[Row] | str] = {source: rows or NOTHING for source, rows in reports.items()}
            given |= {"sisab": traces[year] or NOTHING, "polis": LATE if late and year == YEARS[-1] else NOTHING}
            given = {source: given[source] for source in draw.sample(sorted(given), len(given))}
            gap = missing if year == YEARS[-1] and not isinstance(given["ia"], str) else {}
            day = f"{year}-05-{draw.randint(1, 28):02d}"
            breaks = (("blankett", day, "Blanketten finns på webben.", "ja"),) if broken else ()
            years[year] = Year(given, gap, (60, year - 1980, 21), breaks, tuple(corrections), draw.randint(0, 40))
        root = folder / f"sida{side}"
        made.append(_planned(_decided(workspace(root, years), decided), seed))
        (root / "disclosure.toml").write_text(f'policy = "{policy}"\n', encoding="utf-8")
    if published:
        _published(made[0], made[1])
    return made[0], made[1]


def _published(one: Workspace, other: Workspace) -> None:
    """Freeze the first year's public facts as the one has them, in both."""
    cycle = str(YEARS[0])
    facts = to_json(make_picture(one, cycle, PUBLIC).register.published)
    for made in (one, other):
        path = made.reports(cycle, PUBLIC) / f"facts-{cycle}.json"
        path.parent.mkdir(parents=True)
        path.write_text(facts, encoding="utf-8")
        freeze(made, cycle, [path], PUBLISHED, "A 1", DAY)


def _told_in_forms(
    others: list[tuple[Row, bool]], types: Sequence[str], traces: Sequence[Row], draw: random.Random
) -> list[tuple[Row, bool]]:
    """The events, some of them now a graffiti that a form tells of, where SISAB saw one or elsewhere."""
    seen = {name: [row for row in traces if row[1] == name] for name in ENVIRONMENTS}
    left = {kind: sum(row[2] == kind for row, _ in others) for kind in types}
    told = []
    for row, again in others:
        if not again and left[row[2]] > 1 and draw.random() < 0.3:
            left[row[2]] -= 1
            twin = seen[row[1]].pop() if seen[row[1]] and draw.random() < 0.5 else (*row[:2], "klotter", row[3])
            row = twin
        told.append((row, again))
    return told


def _as_sent(
    rows: Sequence[Row], matched: set[Row], file: str, corrections: list[tuple[object, ...]], draw: random.Random
) -> list[Row]:
    """The rows as an office sent them, in any order: some with "<5", a whole month, a fault that is corrected, and rows
    that are left out. matched: those that another source tells of, too, whose days stay."""
    sent: list[Row] = []
    for row in draw.sample(rows, len(rows)):
        line = len(sent) + 2
        number: tuple[str, ...] = (draw.choice(("1", "2", "<5")),)
        if row not in matched and row[2] in TYPES and draw.random() < 0.15:
            row, number = (row[0][:7], *row[1:]), ()
        if draw.random() < 0.15:
            row, right = (row[0], "vit_makt", *row[2:]), row[1]
            corrections.append((file, "", line, "Miljö", right, f"Rätt miljö ({draw.random()})", ROLE, DAY))
        sent.append((*row, *number))
    if sent and draw.random() < 0.3:
        corrections.append((file, "", len(sent) + 2, "Datum", "utelämna", "Dubbelt skickad", ROLE, DAY))
        sent.append((draw.choice(("i vintras", sent[0][0])), "autonom", draw.choice(TYPES), "Norr"))
    return sent


def _decided(made: Workspace, decided: Mapping[str, Sequence[Row]]) -> Workspace:
    """The workspace with dubbletter.xlsx, where these events of each cycle are one each."""
    for cycle, rows in decided.items():
        overlaps = made.overlaps(cycle)
        if overlaps.reports.empty:
            continue
        write_book(made.raw(cycle), overlaps, made.settings)
        book = openpyxl.load_workbook(made.raw(cycle) / DUPLICATES)
        known = {(row[0], row[1], row[2]) for row in rows}
        found = {str(r["report_id"]): (str(r["date"])[:10], r["environment"], r["event_type"])
                 for r in overlaps.reports.to_dict("records")}  # fmt: skip
        for line in book.worksheets[0].iter_rows(min_row=2):
            if found.get(str(line[-1].value)) in known:
                line[1].value = SAME
        book.save(made.raw(cycle) / DUPLICATES)
    return made


def _planned(made: Workspace, seed: int) -> Workspace:
    """The workspace with the plan of each cycle, whose activities answer what the seed decides."""
    answers = random.Random(f"{seed}/plan").sample(ANSWERS, 4)
    rows = [plans.row(nr=f"F{number}", svarar=answer) for number, answer in enumerate(answers, 1)]
    rows.append(plans.row(nr="M1", mått="Fysiska spår", mål="högst 5"))
    rows.append(plans.row(nr="K1", mått=f"Enkät: {ROUTINE}", mål="minst 60 %", svarar=f"Kunskap: {ROUTINE}"))
    for year in YEARS:
        plans.write(made, str(year), rows)
    return made


def plan_files(made: Workspace) -> dict[str, bytes]:
    """The follow-up, the tertial note and the plan's document of the newest year."""
    cycle = str(YEARS[-1])
    paths = write_followup(made, cycle, date.fromisoformat(DAY), _quiet)
    document, _ = write_plan_file(made, cycle, None, None, _quiet)
    return {path.name: path.read_bytes() for path in (*paths, document)}


def _quiet(*_: object) -> None: ...


def public(made: Workspace) -> tuple[Document, Mapping[str, bytes]]:
    """The public edition of the newest year, as it would be written, with the board's charts."""
    document = executed_chapter(made, str(YEARS[-1]), PUBLIC)
    return document, contents(document, made, board_slides(made, str(YEARS[-1]), PUBLIC))


def differences(one: object, other: object, place: str = "") -> Iterator[str]:
    """Where two pictures differ, in all that a chapter can be made of; folders may be called otherwise."""
    if type(one) is not type(other):
        yield place
    elif isinstance(one, pd.DataFrame | pd.Series):
        if not one.equals(other):
            yield place
    elif is_dataclass(one):
        for part in fields(one):
            yield from differences(getattr(one, part.name), getattr(other, part.name), f"{place}.{part.name}")
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        yield from differences(list(one), list(other), f"{place} (nycklar)")
        for key in set(one) & set(other):
            yield from differences(one[key], other[key], f"{place}[{key}]")
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            yield place
        for number, (mine, yours) in enumerate(zip(one, other, strict=False)):
            yield from differences(mine, yours, f"{place}[{number}]")
    elif one != other and not (isinstance(one, Path) or (one != one and other != other)):
        yield place


def _ends(shared: random.Random, policy: str) -> Ends:
    """The bands of the fewest and the most events that an environment's reports may be of."""
    if policy == "strikt":
        return shared.choice([((0, 4), (0, 4)), ((0, 4), (0, 4)), ((5, 9), (5, 9)), ((0, 4), (5, 9))])
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
