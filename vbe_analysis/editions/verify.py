"""`vbe verify`: the editions held against their run records, and the frames made again from the raw files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions import purge
from vbe_analysis.editions import record as run_record
from vbe_analysis.editions.record import edition_files, record_path
from vbe_analysis.errors import InputError, VbeError, fault
from vbe_analysis.loaders.privacy.detect import safe_path
from vbe_analysis.storage import CHAPTER, PLAN, sha256
from vbe_analysis.workspace import parquet
from vbe_analysis.workspace.workspace import Workspace

EDITIONS = (INTERNAL, PUBLIC)
Remake = Callable[[Workspace, str, str], Mapping[str, bytes]]


@dataclass(frozen=True)
class Verified:
    """What verifying a cycle gave, in Swedish. differences: none where everything is as recorded.

    notices: what is worth knowing and no fault; origins: which output stems from which input.
    """

    cycle: str
    differences: tuple[str, ...]
    notices: tuple[str, ...]
    origins: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """What the command says: origins, notices, differences, and last what it comes to."""
        yield from self.origins
        yield from (f"  • {text}" for text in (*self.notices, *self.differences))
        key = "trust.differs" if self.differences else "trust.agrees"
        yield message(key, cycle=self.cycle, count=len(self.differences))


def verify_cycle(workspace: Workspace, cycle: str, remake: Remake | None = None) -> Verified:
    """Hold the cycle's frames and editions against their records, and make the frames again from the raw files.

    remake: makes the bytes of an edition's files again (path in its folder -> bytes), to be compared with what lies
    there. Raises InputError for an unknown cycle, or one with neither frames nor an edition.
    """
    workspace.period(cycle)
    differences, notices, origins = dict[str, None](), dict[str, None](), dict[str, None]()  # in order, each once
    for edition in EDITIONS:
        path = record_path(workspace, cycle, edition)
        if not path.is_file():
            folder = workspace.reports(cycle, edition)
            if any(folder.glob(f"{CHAPTER}.*")) and not purge.protocol(workspace, cycle):
                place = safe_path(folder, workspace.root)
                differences[message("trust.no_record", place=place)] = None
            continue
        record = run_record.read_record(path)
        if record is None:
            differences[message("trust.bad_record", file=safe_path(path, workspace.root))] = None
            continue
        origins |= dict.fromkeys(_origins(record))
        notices |= dict.fromkeys(_notices(workspace, record))
        changes = list(_differences(workspace, record))
        if not changes and remake is not None and not record.get("decision") and not purge.protocol(workspace, cycle):
            changes += _remade(workspace, record, remake(workspace, cycle, edition))
        differences |= dict.fromkeys(changes)
    read = run_record.cycles_behind(workspace, cycle)
    if not read and not origins and not differences:
        raise fault("not_read_in", cycle=cycle)
    for name in read:
        differences |= dict.fromkeys(_frames_differ(workspace, name))
    return Verified(cycle, tuple(differences), tuple(notices), tuple(origins))


def _differences(workspace: Workspace, record: Mapping[str, Any]) -> Iterator[str]:
    """Inputs, rules and outputs that are no longer what the record says."""
    cycle, edition = record["cycle"], record["edition"]
    cycles = sorted({*record["cycles"], *run_record.cycles_behind(workspace, cycle)})
    now = run_record.inputs(workspace, cycle, cycles, edition)
    then = {**record["inputs"], **_coarsened(workspace, cycles)}
    purged = [f"data/raw/{name}/" for name in cycles if purge.protocol(workspace, name)]
    left = (*purged, *([f"{PLAN}/"] if record.get("decision") else []))  # the plan is followed up all year
    kept, standing = (
        {name: content for name, content in hashes.items() if not name.startswith(left)} for hashes in (then, now)
    )
    yield from _changes("input", kept, standing)
    yield from _changes("rule", record["rules"], run_record.rules())
    if edition == INTERNAL and purge.protocol(workspace, cycle):
        return
    files = {safe_path(path, workspace.root): sha256(path) for path in edition_files(workspace, cycle, edition)}
    strangers = {} if edition == PUBLIC else {name: files[name] for name in files if name not in record["outputs"]}
    yield from _changes("output", {**record["outputs"], **strangers}, files)


def _changes(kind: str, then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if name not in now:
            yield message(f"trust.missing_{kind}", file=name)
        elif name not in then:
            yield message(f"trust.new_{kind}", file=name)
        elif then[name] != now[name]:
            yield message(f"trust.changed_{kind}", file=name)


def _coarsened(workspace: Workspace, cycles: list[str]) -> dict[str, str]:
    """The frames of purged cycles, as the protocols say they were left."""
    protocols = (purge.protocol(workspace, name).get("filer", {}) for name in cycles)
    return {name: content for files in protocols for name, content in files.items()}


def _notices(workspace: Workspace, record: Mapping[str, Any]) -> Iterator[str]:
    now, then = run_record.versions(), record["versions"]
    other = [name for name in sorted({*now, *then}) if now.get(name) != then.get(name)]
    if other:
        yield message("trust.other_program", names=", ".join(other))
    for name in record["cycles"]:
        done = purge.protocol(workspace, name)
        if done:
            yield message("trust.purged", cycle=name, decision=done["beslut"])
    names = {safe_path(path, workspace.root) for path in edition_files(workspace, record["cycle"], record["edition"])}
    if record["edition"] == INTERNAL:
        yield from (message("trust.stranger", file=name) for name in sorted(names - {*record["outputs"]}))


def _origins(record: Mapping[str, Any]) -> Iterator[str]:
    """Which files an edition stands on, by way of the frames; the reports of the cycle's own files one by one."""
    cycle, edition = record["cycle"], record["edition"]
    place = f"reports/{cycle}/{edition}"
    yield message("trust.made_of", place=place, count=len(record["outputs"]), cycles=", ".join(record["cycles"]))
    for name, loaded in record["cycles"].items():
        if "inputs" not in loaded:  # the public edition's record holds no count
            continue
        files = loaded["inputs"]
        reports = sum(file["reports"] for file in files)
        yield message("trust.frames_of", place=f"data/processed/{name}", files=len(files), reports=reports)
        if name == cycle:
            for file in files:
                yield message("trust.file", file=file["file"], profile=file["profile"], reports=file["reports"])


def _frames_differ(workspace: Workspace, cycle: str) -> Iterator[str]:
    """What the raw files give when they are read in again, against the frames that lie in data/processed."""
    if purge.protocol(workspace, cycle):
        return
    place = safe_path(workspace.processed(cycle), workspace.root)
    try:
        accepted = bool(workspace.record(cycle).get("accept_rejects", False))
        stored = {name: parquet.read_frame(workspace.processed(cycle), name) for name in parquet.CONTRACTS}
    except (OSError, ValueError, VbeError):  # a damaged file; the words of what read it may hold a cell
        yield message("trust.damaged", place=place)
        return
    if not workspace.is_current(cycle):
        yield message("trust.outdated", place=place, cycle=cycle)
    try:
        ingested = workspace.read_in(cycle, accept_rejects=accepted)
    except InputError as error:
        yield message("trust.unloadable", cycle=cycle, count=len(error.faults))
    else:
        for name, frame in stored.items():
            if not frame.equals(getattr(ingested, name)):
                yield message("trust.other_frame", file=f"{place}/{name}.parquet")


def _remade(workspace: Workspace, record: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[str]:
    folder = workspace.reports(record["cycle"], record["edition"])
    for name, content in files.items():
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            yield message("trust.not_remade", file=safe_path(folder / name, workspace.root))
