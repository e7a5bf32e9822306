"""Made districts for a region's tests: exports as they are, and workspaces published without a notebook."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from vbe_analysis.analysis.verdict import change_class
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.disclosure.facts import to_json
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.frames import EXPORT, Interval, conform
from vbe_analysis.periods import Period
from vbe_analysis.region.export_file import ENDING, NAMES, Export, export_bytes
from vbe_analysis.region.folder import Region, open_region
from vbe_analysis.vocabulary import REFERENCE, default_vocabulary
from vbe_analysis.workspace.frozen import PUBLISHED, freeze
from vbe_analysis.workspace.workspace import Workspace

PERIODS = {str(year): Period(date(year - 1, 7, 1), date(year, 6, 30), str(year)) for year in range(2016, 2022)}
CITY = ("Bergets", "Dalens", "Ekåsens", "Ängens")  # in its own order
WATCHING, ASKED = ("sisab", "trafikkontoret"), ("enkat", "polis")


def named(district: str) -> str:
    return f"{district} stadsdelsförvaltning"


@dataclass(frozen=True)
class District:
    """What one made district publishes. traces: of each year, the newest last; a third of them autonom, rounded down.

    others: bands of vit_makt, period before and now. ordinary: all other graffiti, period before and now. late: months
    that trafikkontoret has not told of; survey: asked and answered; compared: whether the periods could be.
    """

    name: str
    traces: Sequence[int] = (8, 9, 7, 10, 8, 9)
    others: tuple[Interval, Interval] = ((1, 4), (5, 9))
    ordinary: tuple[int, int] = (60, 64)
    late: Collection[str] = ()
    survey: tuple[int, int] = (60, 42)
    compared: bool = True

    def export(self, edition: str = PUBLIC, cycle: str = "2021") -> Export:
        """As `vbe export` writes it; the internal one has all events together, the lower ends of the bands."""
        days = {name: (period.start, period.end) for name, period in PERIODS.items()}
        blank: dict[str, Any] = {name: pd.NA if column.nullable else "" for name, column in EXPORT.items()}
        frame = pd.DataFrame([{**blank, **row} for row in self._rows(edition)], columns=[*EXPORT])
        return Export(named(self.name), cycle, edition, "A 1", days, conform(frame, EXPORT))

    def _rows(self, edition: str) -> Iterator[dict[str, Any]]:
        group = "" if edition == INTERNAL else "spar"
        more = {"2020": self.others[0][0], "2021": self.others[1][0]} if edition == INTERNAL else {}
        counts = {name: _split(n + more.get(name, 0)) for name, n in zip(PERIODS, self.traces, strict=True)}
        for period, own in counts.items():
            for environment, n in own.items():
                yield {"figure": "years", "group": group, "environment": environment, "period": period, **_ends((n, n))}
        if edition == PUBLIC:
            for period, band in zip(("2020", "2021"), self.others, strict=True):
                for environment in default_vocabulary().environments:
                    ends = band if environment == "vit_makt" else (0, 0)
                    key = {"group": "personknuten", "environment": environment, "period": period}
                    yield {"figure": "years", **key, **_ends(ends)}
        yield from self._comparison(group, counts)
        for source in (*WATCHING, *ASKED):
            for period in PERIODS.values():
                for month in period.months:
                    status = "not_delivered" if source == "trafikkontoret" and month in self.late else "delivered"
                    key = {"figure": "coverage", "source": source, "period": period.label, "part": month}
                    yield {**key, "status": status}
        asked, answered = self.survey
        yield {"figure": "response", "source": "enkat", "period": "2021", "asked": asked, "answered": answered}

    def _comparison(self, group: str, counts: Mapping[str, Mapping[str, int]]) -> Iterator[dict[str, Any]]:
        for environment in ("", *default_vocabulary().environments):
            before, now = (counts[period][environment] for period in ("2020", "2021"))
            kind = change_class((before, before), (now, now)).kind if self.compared else "ingen_jamforelse"
            key = {"figure": "compared", "group": group, "environment": environment}
            yield {**key, "period": "2021", "status": kind}
            for period, n in (("2020", before), ("2021", now)) if self.compared else ():
                yield {**key, "period": period, **_ends((n, n))}
        if group:
            for environment in default_vocabulary().environments:
                kind = change_class(*self.others).kind if environment == "vit_makt" else "inga_handelser"
                kind = kind if self.compared else "ingen_jamforelse"
                key = {"group": "personknuten", "environment": environment, "period": "2021", "status": kind}
                yield {"figure": "compared", **key}
        for period, own in counts.items():
            yield {"figure": "comparable_years", "group": group, "period": period, **_ends((own[""], own[""]))}
        for period, n in zip(("2020", "2021"), self.ordinary, strict=True):
            for environment, count in ((REFERENCE, n), ("", dict(zip(PERIODS, self.traces, strict=True))[period])):
                key = {"group": "spar", "environment": environment, "period": period}
                yield {"figure": "reference", **key, **_ends((count, count))}
        grounds = [(group, source) for source in WATCHING] + [("personknuten", source) for source in ASKED if group]
        for code, source in grounds if self.compared else ():
            for period in ("2020", "2021"):
                for month in PERIODS[period].months:
                    yield {"figure": "ground", "group": code, "source": source, "period": period, "part": month}
        for source in WATCHING:
            key = {"group": "spar", "environment": REFERENCE, "source": source, "period": "2021"}
            yield {"figure": "reference", **key}


def _split(total: int) -> dict[str, int]:
    return {"": total, "autonom": total // 3, "vit_makt": total - total // 3, "islamistisk": 0, "oklar": 0}


def _ends(interval: Interval) -> dict[str, int]:
    return {"low": interval[0], "high": interval[1]}


def make_region(root: Path, *districts: District, intern: Collection[str] = ()) -> Region:
    """A region of CITY with these districts' exports of 2021; intern: those that hand over exact counts, too."""
    lines = ['region = "Provstaden"', 'organisation = "Provstadens stadsledningskontor"']
    lines += [f"districts = {[named(name) for name in CITY]}".replace("'", '"'), "[cycles]"]
    lines += [f"{name} = {{ start = {PERIODS[name].start}, end = {PERIODS[name].end} }}" for name in ("2020", "2021")]
    for district in districts:
        for edition in (PUBLIC, *([INTERNAL] if district.name in intern else [])):
            hand_over(root, district.export(edition), district.name)
    (root / "data" / "raw" / "2021").mkdir(parents=True, exist_ok=True)
    (root / "vbe.toml").write_text("\n".join(lines), encoding="utf-8")
    return open_region(root)


def hand_over(root: Path, export: Export, name: str, cycle: str = "2021") -> Path:
    """Lay an export's Parquet file in the region's folder, named after the district."""
    path = root / "data" / "raw" / cycle / f"{name} {NAMES[export.edition]}-{export.cycle}{ENDING}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export_bytes(export))
    return path


def publish(workspace: Workspace, cycle: str) -> None:
    """Freeze all that the public edition of a cycle may show."""
    path = workspace.reports(cycle, PUBLIC) / f"facts-{cycle}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = to_json(make_picture(workspace, cycle, PUBLIC).register.published)
    path.write_text(facts, encoding="utf-8")
    freeze(workspace, cycle, [path], PUBLISHED, "A 1", "2021-12-01")
