"""What is true about the example district, told without any code of the package: intervals, reports, counts, coverage.

The rules: a blank date is the whole period; several environments with several types are one report an environment of
[1, types]; a report that passes the period's boundary is not counted; an occasion is one day, place, type and
environment in one source.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
CYCLES = (2017, 2018, 2019, 2020, 2021)
ENVIRONMENTS = ("autonom", "vit_makt", "islamistisk", "oklar")
ORDINARY = "ej_vbe"
SCHOOLS = {
    "Tistelskolan": "Tistelhamn",
    "Gärdslundaskolan": "Gärdslunda",
    "Ärlemyra skola": "Ärlemyra",
    "Mistelskolan": "Mistelvik",
    "Lodsby skola": "Lodsby",
    "Sälgängens gymnasium": "Sälgängen",
    "Gärdslunda praktiska gymnasium": "Gärdslunda",
    "Förskolan Tranbäret": "Lodsby",
    "Förskolan Ekorrboet": "Tistelhamn",
}
MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
SEASONS = {"våren": (3, 5), "sommaren": (6, 8), "hösten": (9, 11)}
GAPS = {  # source and cycle -> months that are not plainly delivered
    ("trafikkontoret", 2021): [("2021-05", "2021-06", "not_delivered")],
    ("ia", 2020): [("2019-09", "2019-11", "not_delivered")],
    ("blankett", 2018): [("2017-07", "2018-06", "delivered_nothing")],
    ("polis", 2017): [("2016-07", "2016-10", "straddled"), ("2017-05", "2017-06", "not_delivered")],
    ("polis", 2018): [("2017-07", "2018-06", "not_delivered")],
    ("polis", 2020): [("2019-07", "2020-06", "delivered_nothing")],
    **{("enkat_utb", cycle): [(f"{cycle - 1}-07", f"{cycle}-06", "not_asked")] for cycle in (2017, 2018, 2019)},
}
SOURCES = ("enkat", "enkat_utb", "blankett", "sisab", "trafikkontoret", "ia", "polis")
QUESTIONS = {  # source -> question -> place of its column
    "enkat": {"noted": 6, "plan": 13, "rutin": 14, "blankett": 15, "utbildning": 16},
    "enkat_utb": {"noted": 4, "rutin": -2, "utbildning": -1},
}


def cycle_truth(cycle: int, files: Sequence[Row], asked: dict[str, tuple[int, int]]) -> Row:
    """What a perfect loader and a perfect count say of one cycle once its corrections are applied."""
    reports = [{**found, "file": file["file"]} for file in files for page in file["pages"] for found in page.reports]
    told = [found for found in reports if found["source"] != "historik" and found["environment"] != ORDINARY]
    counted = [found for found in told if not found["not_counted"]]
    ordinary = [found for found in reports if found["environment"] == ORDINARY]
    return {
        "period": [f"{start(cycle)}", f"{end(cycle)}"],
        "coverage": {source: _coverage(cycle, source) for source in SOURCES},
        "response": {source: {"asked": pair[0], "answered": pair[1]} for source, pair in asked.items()},
        "answers": {file["source"]: _answers(file) for file in files if file["source"] in QUESTIONS},
        "files": [_file_truth(file) for file in files],
        "counts": _counts(counted),
        "reference": {
            source: {"reports": len(rows), "number": sum(row["low"] for row in rows)}
            for source in ("sisab", "trafikkontoret")
            if (rows := [row for row in ordinary if row["source"] == source])
        },
        "reports": [found for found in reports if found["environment"] != ORDINARY],
    }


def report(
    cycle: int,
    source: str,
    first: date,
    last: date,
    environment: str,
    event_type: str,
    area: str,
    low: int = 1,
    high: int = 1,
    flags: str = "",
) -> Row:
    """One report; whether it counts follows from its interval and the cycle's period."""
    inside = start(cycle) <= first and last <= end(cycle)
    outside = last < start(cycle) or first > end(cycle)
    return {
        "source": source,
        "date_from": f"{first}",
        "date_to": f"{last}",
        "environment": environment,
        "event_type": event_type,
        "area": area,
        "low": low,
        "high": high,
        "flags": flags,
        "not_counted": "" if inside else "outside_period" if outside else "straddles_boundary",
    }


def reports_of(cycle: int, *rows: Row) -> list[Row]:
    """The reports of rows of example_events.csv."""
    found = []
    for row in rows:
        first, last = interval(row["when"], cycle)
        environments, types = row["environments"].split() or ["oklar"], row["types"].split()
        area = SCHOOLS.get(row["place"], row["place"])
        low, high, flags = 1, 1, ""
        if row["number"] == "<5":
            high, flags = 4, "suppressed"
        elif row["number"]:
            low = high = int(row["number"])
        if len(environments) > 1 and len(types) > 1:
            high, types, flags = len(types), ["ovrigt"], "pairs_unknown"
        found += [
            report(cycle, row["source"], first, last, environment, event_type, area, low, high, flags)
            for environment in environments
            for event_type in types
        ]
    return found


def interval(when: str, cycle: int) -> tuple[date, date]:
    """The days that a written date stands for; nothing written is the whole period."""
    words = when.split()
    if not words:
        return start(cycle), end(cycle)
    if len(words) == 1:
        return date.fromisoformat(when), date.fromisoformat(when)
    if words[0] == "v.":
        monday = date.fromisocalendar(int(words[2]), int(words[1]), 1)
        return monday, monday + timedelta(days=6)
    year = int(words[-1])
    if words[0] in SEASONS:
        months = SEASONS[words[0]]
        return date(year, months[0], 1), _last_day(year, months[1])
    names = " ".join(words[:-1]).split("–")  # "oktober", "juli–december" or "juli 2011–juni"
    first, last = names[0].split(), names[-1]
    first_year = int(first[1]) if len(first) > 1 else year if MONTHS.index(first[0]) <= MONTHS.index(last) else year - 1
    return date(first_year, MONTHS.index(first[0]) + 1, 1), _last_day(year, MONTHS.index(last) + 1)


def start(cycle: int) -> date:
    """The first day of a cycle's period."""
    return date(cycle - 1, 7, 1)


def end(cycle: int) -> date:
    """The last day of a cycle's period."""
    return date(cycle, 6, 30)


def _counts(reports: Sequence[Row]) -> Row:
    """By environment and in all: reports, occasions as reported, [fewest, most] distinct occasions over all sources."""
    occasions = {}
    for place, found in enumerate(reports):
        day = found["date_from"] == found["date_to"]
        key = [found[name] for name in ("source", "date_from", "area", "event_type", "environment")]
        occasions[(*key, "" if day else place)] = {**found, "day": day, **({"low": 1, "high": 1} if day else {})}
    by_event = defaultdict(list)
    for key, found in occasions.items():
        by_event[key[1:4] if found["day"] and found["area"] else key].append(found)
    spans: dict[str, list[int]] = {name: [0, 0] for name in (*ENVIRONMENTS, "total")}
    for group in by_event.values():
        if len(group) == 1:
            possible = [Counter({group[0]["environment"]: group[0][bound]}) for bound in ("low", "high")]
        else:
            possible = list(_mergings(group))
        for name, span in spans.items():
            numbers = [tally.total() if name == "total" else tally[name] for tally in possible]
            span[0], span[1] = span[0] + min(numbers), span[1] + max(numbers)
    return {
        name: {
            "reports": sum(name in ("total", found["environment"]) for found in reports),
            "reported_occasions": [
                sum(found[bound] for found in occasions.values() if name in ("total", found["environment"]))
                for bound in ("low", "high")
            ],
            "distinct_occasions": span,
        }
        for name, span in spans.items()
    }


def _mergings(group: Sequence[Row]) -> Iterator[Counter[str]]:
    """How many events of each environment, for every way in which the reports may be of the same event."""
    for parts in _partitions(list(range(len(group)))):
        tally = Counter[str]()
        for part in parts:
            named = {group[place]["environment"] for place in part} - {"oklar"}
            if len({group[place]["source"] for place in part}) < len(part) or len(named) > 1:
                break
            tally[named.pop() if named else "oklar"] += 1
        else:
            yield tally


def _partitions(places: list[int]) -> Iterator[list[list[int]]]:
    if not places:
        yield []
        return
    for parts in _partitions(places[1:]):
        yield [[places[0]], *parts]
        for number, part in enumerate(parts):
            yield [*parts[:number], [places[0], *part], *parts[number + 1 :]]


def _coverage(cycle: int, source: str) -> dict[str, str]:
    months = [f"{cycle - 1}-{month:02d}" for month in range(7, 13)] + [f"{cycle}-{month:02d}" for month in range(1, 7)]
    status = dict.fromkeys(months, "delivered")
    for first, last, word in GAPS.get((source, cycle), []):
        status |= {month: word for month in months if first <= month <= last}
    return status


def _answers(file: Row) -> dict[str, dict[str, int]]:
    page = file["pages"][0]
    rows = [row for row, fate in zip(page.rows, page.fates, strict=True) if fate != "header_row"]
    return {
        question: dict(sorted(Counter(row[place] for row in rows).items()))
        for question, place in QUESTIONS[file["source"]].items()
    }


def _file_truth(file: Row) -> Row:
    sheets = []
    for page in file["pages"]:
        fates = Counter(page.fates)
        loaded, omitted = fates.pop("loaded", 0), fates.pop("omitted", 0)
        sheets.append(
            {
                "sheet": page.name,
                "rows": len(page.fates),
                "loaded": loaded,
                "ignored": dict(sorted(fates.items())),
                "rejected": {"omitted": omitted} if omitted else {},
            }
        )
    return {"file": file["file"], "source": file["source"], "status": file["status"], "sheets": sheets}


def _last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
