"""A region's deliveries: the exports in data/raw/<cycle>, each checked, into one frame; every fault at once."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from vbe_analysis.config import message_table
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.frames import EXPORT, conform
from vbe_analysis.loaders.privacy.detect import safe_path
from vbe_analysis.periods import Period
from vbe_analysis.region.export_file import ENDING, FIGURES, NAMES, YEARS, Export, read_export
from vbe_analysis.region.folder import Region
from vbe_analysis.region.merger import as_one
from vbe_analysis.settings import FILE
from vbe_analysis.storage import visible_files
from vbe_analysis.vocabulary import OFFICES, Vocabulary

_CODE = re.compile(r"[a-z0-9_]{1,40}")
_PART = re.compile(r"|[0-9]{4}-[0-9]{2}|T[123] [0-9]{4}( \([a-zåäö–]{3,20}\))?")
WORKBOOK = ".xlsx"


@dataclass(frozen=True, eq=False)
class Delivered:
    """What the districts have handed over of a cycle.

    exports: (district, edition) -> its export. periods: those of the frame, by the label that the region gives them.
    rows: edition -> the district and frames.EXPORT, in the city's own order. unread: other files in the folder.
    inherited: a merged district -> the cycle that its predecessors' exports are of.
    """

    exports: Mapping[tuple[str, str], Export]
    periods: Mapping[str, Period]
    rows: Mapping[str, pd.DataFrame] = field(repr=False)
    unread: tuple[str, ...] = ()
    inherited: Mapping[str, str] = field(default_factory=dict)

    def districts(self, edition: str) -> tuple[str, ...]:
        """Those with an export of that edition."""
        return tuple(district for district, own in self.exports if own == edition)


def read_deliveries(region: Region, cycle: str) -> Delivered:
    """The exports of a cycle, and a merged district's earlier years. Raises InputError, all faults at once, where any
    cannot be used, and where none is there.

    A workbook beside the file of the same name is what people read; alone it is refused.
    """
    exports, unread = _exports(region, cycle)
    order = {district: place for place, district in enumerate(region.districts(cycle))}
    ordered = {key: exports[key] for key in sorted(exports, key=lambda key: (order[key[0]], key[1]))}
    inherited = _inherited(region, cycle, ordered)
    earlier = [export for _, of in inherited.values() for export in of.values()]
    periods = _periods([*ordered.values(), *earlier], region)
    rows = {}
    for edition in (PUBLIC, INTERNAL):
        frame = _frame({name: own for (name, edition_), own in ordered.items() if edition_ == edition}, periods)
        frames = [frame]
        for (district, edition_), (_, of) in inherited.items():
            if edition_ == edition:
                own = frame.loc[(frame["district"] == district) & (frame["figure"] == YEARS), "period"]
                theirs = _frame(of, periods)
                frames.append(as_one(theirs[~theirs["period"].isin(own)], district))
        every = pd.concat(frames, ignore_index=True)
        every = every.sort_values("district", key=lambda names: names.map(order), kind="stable")
        rows[edition] = conform(every, EXPORT, keys=["district"], allowed={"district": order})
    cycles = {district: before for (district, _), (before, _) in inherited.items()}
    return Delivered(ordered, periods, rows, unread, cycles)


def _exports(region: Region, cycle: str) -> tuple[dict[tuple[str, str], Export], tuple[str, ...]]:
    """The exports in the cycle's folder by district and edition, each once, and the other files there."""
    folder, faults = region.raw(cycle), list[Fault]()
    files = visible_files(folder)
    paths = [path for path in files if path.suffix == ENDING]
    if not paths:
        raise fault("region_no_exports", cycle=cycle)
    exports: dict[tuple[str, str], list[tuple[str, Export]]] = defaultdict(list)
    for path in paths:
        name = safe_path(path, folder)
        try:
            export = read_export(path, name)
            faults += _faults(export, name, region, cycle)
            exports[export.district, export.edition].append((name, export))
        except InputError as error:
            faults += error.faults
    for (district, _), own in exports.items():
        if len(own) > 1 and district in region.districts(cycle):
            more = ", ".join(name for name, _ in own[1:])
            faults.append(Fault("export_doubled", own[0][0], values={"district": district, "others": more}))
    unread = [path for path in files if path.suffix != ENDING and path.with_suffix(ENDING) not in paths]
    for path in unread:
        if path.suffix == WORKBOOK and path.stem.startswith(NAMES[PUBLIC]):
            faults.append(Fault("export_workbook", safe_path(path, folder)))
    if faults:
        raise InputError(faults)
    return {key: own[0][1] for key, own in exports.items()}, tuple(safe_path(path, folder) for path in unread)


def _inherited(
    region: Region, cycle: str, exports: Collection[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, dict[str, Export]]]:
    """(merged district, edition) -> the newest cycle before the merger that all its predecessors have handed over, and
    their exports."""
    start = {name: region.period(name).start for name in region.settings.cycles}
    merged = {name: own for name, own in region.settings.merged.items() if start[own.since] <= start[cycle]}
    newest = max((start[own.since] for own in merged.values()), default=start[cycle])
    before = sorted((name for name in start if merged and start[name] < newest), key=lambda name: start[name])
    handed = [name for name in before if any(path.suffix == ENDING for path in visible_files(region.raw(name)))]
    predecessors: dict[tuple[str, str], tuple[str, dict[str, Export]]] = {}
    for name in handed:
        theirs, _ = _exports(region, name)
        for district, edition in exports:
            own = merged.get(district)
            if own and start[name] < start[own.since] and all((each, edition) in theirs for each in own.of):
                predecessors[district, edition] = name, {each: theirs[each, edition] for each in own.of}
    return predecessors


def _faults(export: Export, name: str, region: Region, cycle: str) -> Iterator[Fault]:
    """What keeps an export that is whole from being one of this region and cycle."""
    period, known = region.period(cycle), region.districts(cycle)
    if export.district not in known:
        yield Fault("export_district", name, values={"known": ", ".join(known), "file": FILE})
    if (export.period.start, export.period.end) != (period.start, period.end):
        values = {"period": export.period, "cycle": cycle, "own": period}
        yield Fault("export_period", name, values=values)
    rows = export.rows
    closed = {"figure": FIGURES, "group": ("", *message_table("export.group")), "period": ("", *export.periods)}
    closed["status"] = ("", *message_table("labels.status"), *message_table("labels.kind"))
    whole = all(rows[column].isin(values).all() for column, values in closed.items())
    if not whole or not rows["part"].map(lambda part: bool(_PART.fullmatch(part))).all():
        yield Fault("export_unreadable", name)
    for column, table, codes in _unknown(rows, region.vocabulary):
        written = ", ".join(code if _CODE.fullmatch(code) else "?" for code in codes)
        yield Fault("export_code", name, column=column, values={"codes": written, "table": table})


def _unknown(rows: pd.DataFrame, words: Vocabulary) -> Iterator[tuple[str, str, list[str]]]:
    known = (
        ("environment", "environments", words.all_environments),
        ("event_type", "event_types", words.event_types),
        ("source", "sources", {**words.sources, OFFICES: None}),
    )
    for column, table, terms in known:
        if codes := sorted(set(rows[column]) - {"", *terms}):
            yield column, table, codes


def _periods(exports: Collection[Export], region: Region) -> dict[str, Period]:
    """Every period of the exports in order of time: the region's own by its cycle's name."""
    own = {(span.start, span.end): name for name, span in region.settings.cycles.items()}
    labels = dict[str, Period]()
    for days in sorted({days for export in exports for days in export.periods.values()}):
        year = str(days[1].year)  # districts may have given the same days other names
        label = own.get(days) or (year if year not in {*labels, *own.values()} else f"{days[0]}–{days[1]}")
        labels[label] = Period(*days, label)
    return labels


def _frame(exports: Mapping[str, Export], periods: Mapping[str, Period]) -> pd.DataFrame:
    """The exports by district end by end, their periods called as the region calls the same days."""
    labels = {(period.start, period.end): label for label, period in periods.items()}
    parts = [pd.DataFrame(columns=["district", *EXPORT])]
    for district, export in exports.items():
        names = {label: labels[days] for label, days in export.periods.items()} | {"": ""}
        parts.append(export.rows.assign(district=district, period=export.rows["period"].map(names)))
    frame = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return conform(frame[["district", *EXPORT]], EXPORT, keys=["district"])
