"""`vbe export`: a district's own export of a cycle, from the figures that an edition of its chapter shows.

The public one holds what the published edition says: its audited facts, whether each source delivered, how many
answered. Areas stay at home. The internal one holds exact counts by source, tertial, environment and type, no row of an
event and no area; another authority gets it only after a decision, which is kept in a log.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from vbe_analysis.analysis.comparison import Comparison
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.chapter.data.picture import Picture, read_material
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.facts import GROUP_CODES, Claim, CountClaim, SumClaim, VerdictClaim, read_facts
from vbe_analysis.disclosure.policy import ALL, INTERNAL, PUBLIC
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.frames import EXPORT, NOT_DELIVERED, Interval, conform
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.periods import Period
from vbe_analysis.region.export_file import (
    CELLS,
    COMPARABLE_YEARS,
    COMPARED,
    COVERED,
    GRAFFITI,
    GROUND,
    NAMES,
    REFERENCE_SERIES,
    RESPONSE,
    SOURCES,
    SURVEYS,
    TERTIALS,
    TYPES,
    YEARS,
    Export,
    export_files,
)
from vbe_analysis.storage import replace_whole
from vbe_analysis.vocabulary import HISTORY, REFERENCE, TOTAL
from vbe_analysis.workspace.frozen import PUBLISHED, frozen
from vbe_analysis.workspace.workspace import Workspace

FOLDER = "export"
LOG = "utlamnat.json"
ENTRY = ("receiver", "decision", "date", "hash")
_CODED = "kodade"  # in the place of an environment: what the sources of all graffiti coded to any
SPAR, PERSONKNUTEN, OPPEN = GROUP_CODES.values()
# The beginning of a fact's id -> the figure it is, of which group of events, and the keys that follow in the id.
_FACTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "traces_ar": (YEARS, SPAR, ("environment",)),
    "person_linked_ar": (YEARS, PERSONKNUTEN, ("environment",)),
    "open_environment": (YEARS, OPPEN, ("environment",)),
    "ar": (YEARS, "", ("environment",)),
    "total": (YEARS, "", ()),
    "traces_type": (TYPES, SPAR, ("event_type",)),
    "traces_environment_type": (TYPES, SPAR, ("environment", "event_type")),
    "typer": (TYPES, PERSONKNUTEN, ("event_type",)),
    "traces_source": (SOURCES, SPAR, ("source",)),
    "tertial_ar": (TERTIALS, SPAR, ("part",)),
    "traces_jamforelse": (COMPARED, SPAR, ("environment",)),
    "traces_jamforelse_kalla": (COMPARED, SPAR, ("source",)),
    "person_linked_jamforelse": (COMPARED, PERSONKNUTEN, ("environment",)),
    "jamforelse": (COMPARED, "", ("environment",)),
    "traces_ar_jamforbara": (COMPARABLE_YEARS, SPAR, ()),
    "traces_referens": (REFERENCE_SERIES, SPAR, ("environment",)),
    "klotter_ar": (GRAFFITI, SPAR, ("environment",)),
}
Row = dict[str, Any]


def write_export(
    workspace: Workspace, cycle: str, edition: str, decision: str, receiver: str, today: date
) -> list[Path]:
    """Write the cycle's export into reports/<cycle>/export, each file replaced whole; returns the files.

    decision, receiver: of the internal one, the reference of the decision and who gets it, a role; they are logged.
    Raises InputError, nothing written, where the public edition has not been published or the figures have changed
    since, and for an internal one without decision and receiver, or with personal data in them.
    """
    workspace.period(cycle)
    if edition == INTERNAL:
        _check_log(decision, receiver)
    export = district_export(workspace, cycle, edition, decision)
    folder = workspace.reports(cycle, FOLDER)
    files = export_files(export, workspace.vocabulary)
    entries = _log(workspace, cycle)
    entry = dict(zip(ENTRY, (receiver, decision, today.isoformat(), export.hash), strict=True))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if edition == INTERNAL and entry not in entries:  # first the log: what is not logged is not there to send
        content = json.dumps([*entries, entry], ensure_ascii=False, indent=1)
        replace_whole(folder / LOG, f"{content}\n".encode())
    for name, content_ in files.items():
        replace_whole(folder / name, content_)
    return [folder / name for name in files]


def internal_files(workspace: Workspace, cycle: str) -> list[Path]:
    """The internal export's files, which a purge takes away; the log stays."""
    return sorted(workspace.reports(cycle, FOLDER).glob(f"{NAMES[INTERNAL]}-*"))


def district_export(workspace: Workspace, cycle: str, edition: str, decision: str = "") -> Export:
    """The export of a cycle. Raises InputError as `write_export` does."""
    if edition == PUBLIC:
        picture, decision, claims = _published(workspace, cycle)
    else:
        picture, claims = make_picture(workspace, cycle, INTERNAL), None
    periods = {period.label: (period.start, period.end) for period in picture.coverages}
    rows = [*_facts(picture, claims), *_coverage(picture), *_grounds(picture)]
    rows += [*_own_counts(picture), *_cells(workspace, cycle)] if edition == INTERNAL else []
    frame = pd.DataFrame([{**_blank(), **row} for row in rows], columns=[*EXPORT])
    frame = conform(frame.sort_values([*EXPORT][:7], kind="stable", ignore_index=True), EXPORT)
    return Export(workspace.settings.district, cycle, edition, decision, periods, frame, version("vbe_analysis"))


def _blank() -> Row:
    return {name: pd.NA if column.nullable else "" for name, column in EXPORT.items()}


def _published(workspace: Workspace, cycle: str) -> tuple[Picture, str, frozenset[Claim]]:
    """The public picture, the decision, and what was published, which the picture must still say."""
    own = [edition for edition in frozen(workspace) if (edition.cycle, edition.kind) == (cycle, PUBLISHED)]
    if not own:
        raise fault("export_unpublished", cycle=cycle)
    picture = make_picture(workspace, cycle, PUBLIC)
    claims = frozenset(fact.claim for fact in read_facts(own[-1].facts).published)
    if not claims <= {fact.claim for fact in picture.register.facts.values()}:
        raise fault("export_changed", cycle=cycle)
    return picture, own[-1].decision, claims


def _facts(picture: Picture, claims: frozenset[Claim] | None) -> Iterator[Row]:
    """A row for each fact of the edition that has a place in an export; claims: those that may be told (None: all)."""
    for id_, fact in picture.register.facts.items():
        prefix, *keys = id_.split("/")
        if prefix not in _FACTS or (claims is not None and fact.claim not in claims):
            continue
        figure, group, names = _FACTS[prefix]
        if isinstance(fact.claim, VerdictClaim):
            row = {"status": fact.claim.verdict, "period": picture.period.label}
        elif isinstance(fact.claim, CountClaim | SumClaim):
            row = {**_ends(picture.register.intervals[id_]), "period": keys[-1]}
        own = dict(zip(names, keys[:-1], strict=False))
        if figure == TERTIALS:
            own, row["period"] = {"part": " ".join(keys)}, ""
        if own.get("environment") in (TOTAL, _CODED):
            own["environment"] = ""
        yield {"figure": figure, "group": group, **own, **row}


def _ends(interval: Interval) -> Row:
    return {"low": interval[0], "high": pd.NA if interval[1] >= OPEN else interval[1]}


def _coverage(picture: Picture) -> Iterator[Row]:
    """Source x month of every period, and how many answered a survey in those that the edition tells of."""
    for period, coverage in picture.coverages.items():
        own = coverage[(coverage["source"] != HISTORY)].drop_duplicates(["source", "environment", "month"])
        own = own.assign(status=own["status"].mask(own["straddled"], NOT_DELIVERED))  # it cannot be counted
        for row in own[["source", "environment", "month", "status"]].to_dict("records"):
            named = {name: row[name] for name in ("source", "environment", "status")}
            yield {"figure": COVERED, "period": period.label, "part": row["month"], **named}
    for row in picture.response[picture.response["unit_kind"] == ""].to_dict("records"):
        named = {name: row[name] for name in ("source", "asked", "answered")}
        yield {"figure": RESPONSE, "period": row["cycle"], **named}


def _grounds(picture: Picture) -> Iterator[Row]:
    """By group of events the source-months that the two periods were compared on, the sources of all graffiti there
    (rows without a count), and surveys that have changed."""
    for group in picture.groups:
        comparison, code = group.comparison, "" if group.name == ALL else GROUP_CODES[group.name]
        if comparison is None:
            continue
        for source, month in sorted({(source, month) for source, _, month in comparison.ground.comparable}):
            period = next(p.label for p in comparison.ground.periods if month in p.months)
            yield {"figure": GROUND, "group": code, "source": source, "period": period, "part": month}
        for source in comparison.reference.sources if comparison.reference else ():
            key = {"group": SPAR, "environment": REFERENCE, "source": source, "period": comparison.current.label}
            yield {"figure": REFERENCE_SERIES, **key}
        for source in sorted(comparison.surveys):
            yield {"figure": SURVEYS, "group": code, "source": source, "period": comparison.current.label}


def _own_counts(picture: Picture) -> Iterator[Row]:
    """What the internal edition compares by, which is no fact of its own there."""
    [group] = picture.groups
    series = group.trends.series.get(TOTAL)
    for label, interval in zip(series.years, series.counts, strict=True) if series else ():
        yield {"figure": COMPARABLE_YEARS, "period": label, **_ends(interval)}
    comparison: Comparison | None = group.comparison
    if comparison and comparison.reference:
        labels = comparison.previous.label, comparison.current.label
        both = ((REFERENCE, comparison.reference.ordinary), ("", comparison.reference.coded))
        for environment, counts in both:
            for label, interval in zip(labels, counts, strict=True):
                key = {"group": SPAR, "environment": environment, "period": label}
                yield {"figure": REFERENCE_SERIES, **key, **_ends(interval)}


def _cells(workspace: Workspace, cycle: str) -> Iterator[Row]:
    """Exact counts by source, tertial, environment and type, and the distinct events of all of each."""
    material = read_material(workspace, cycle)
    parts: list[tuple[str, Sequence[Period]]] = [("", material.periods), (cycle, material.period.tertials())]
    for (within, spans), source, environment, type_ in product(parts, (True, False), (True, False), (True, False)):
        asked = {"source": source, "environment": environment, "event_type": type_}
        keys = [name for name, wanted in asked.items() if wanted]
        counts = material.counted(keys, spans).dropna(subset="low")
        for row in counts[counts["high"] > 0].to_dict("records"):
            part = {"period": within, "part": row["period"]} if within else {"period": row["period"]}
            named = {name: row[name] for name in keys}
            yield {"figure": CELLS, **named, **part, **_ends((int(row["low"]), int(row["high"])))}


def _check_log(decision: str, receiver: str) -> None:
    if not decision.strip() or not receiver.strip():
        raise fault("export_intern")
    given = {"--dnr": decision, "--to": receiver}
    wrong = [at for at, text in given.items() if len(text) > 100 or kinds_in(text)]
    if wrong:
        raise InputError(Fault("export_reference", values={"at": at}) for at in wrong)


def _log(workspace: Workspace, cycle: str) -> list[dict[str, str]]:
    path = workspace.reports(cycle, FOLDER) / LOG
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []
    except ValueError:
        raise InputError([Fault("export_log", LOG)]) from None
