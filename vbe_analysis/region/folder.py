"""A region's folder: vbe.toml with the districts in the city's own order, and their exports."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vbe_analysis.config import message
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.periods import Period
from vbe_analysis.settings import FILE, NONE, Order, Span, cycle_faults, period_of, settings_in
from vbe_analysis.storage import RAW, REPORTS
from vbe_analysis.vocabulary import Vocabulary, default_vocabulary
from vbe_analysis.workspace.workspace import workspace_root


@dataclass(frozen=True)
class OwnWorkspace:
    """A workspace that the region's own authority holds, and the decision by which it is read in from here."""

    folder: str
    diarienummer: str = ""


@dataclass(frozen=True)
class Merged:
    """A district made of others. of: the districts that it was made of; since: the first cycle that it is one in."""

    of: tuple[str, ...]
    since: str


@dataclass(frozen=True)
class RegionSettings:
    """What a region's vbe.toml says. districts: each as its own vbe.toml names it, in the city's own order.

    merged: a district that was made of others -> them. workspaces: name -> those of one authority that are read in
    together (`vbe region ingest`). places: what a list for the whole city calls an area or place -> its district
    (`vbe region split`). board, sources_expected, order: as a district's own, for the letters that ask for the whole
    city (`vbe region order`).
    """

    region: str  # as a sentence names it: "Storstaden"
    organisation: str  # "Storstadens stadsledningskontor"
    districts: tuple[str, ...]
    cycles: Mapping[str, Span]
    diarienummer: str = ""
    template: str = ""  # the organisation's own Word template, in the folder
    environments: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NONE)
    event_types: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NONE)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NONE)
    merged: Mapping[str, Merged] = field(default_factory=lambda: NONE)
    workspaces: Mapping[str, OwnWorkspace] = field(default_factory=lambda: NONE)
    places: Mapping[str, str] = field(default_factory=lambda: NONE)
    board: str = ""
    sources_expected: tuple[str, ...] = ()
    order: Order = field(default_factory=Order)


@dataclass(frozen=True)
class Region:
    """A region's folder and its settings."""

    root: Path
    settings: RegionSettings

    @property
    def vocabulary(self) -> Vocabulary:
        """The package's codes and the city's own."""
        own = self.settings
        extra = {"environments": own.environments, "event_types": own.event_types, "sources": own.sources}
        return default_vocabulary().extended(extra)

    def period(self, cycle: str) -> Period:
        """The cycle's period. Raises InputError for an unknown cycle."""
        return period_of(self.settings.cycles, cycle)

    def districts(self, cycle: str) -> tuple[str, ...]:
        """Those of a cycle, in the city's own order: before a merger the districts that it was made of."""
        day, names = self.period(cycle).start, list[str]()
        for name in self.settings.districts:
            own = self.settings.merged.get(name)
            names += own.of if own and day < self.period(own.since).start else [name]
        return tuple(names)

    def raw(self, cycle: str) -> Path:
        """data/raw/<cycle>: the districts' exports. Raises InputError for an unknown cycle."""
        return self.root / RAW / self.period(cycle).label

    def reports(self, cycle: str, edition: str) -> Path:
        """reports/<cycle>/<edition>: the region's chapter. Raises InputError for an unknown cycle."""
        return self.root / REPORTS / self.period(cycle).label / edition


def open_region(start: str | Path) -> Region:
    """The region whose folder is `start` or above it. Raises InputError for every fault in its vbe.toml."""
    root = workspace_root(Path(start))
    settings = settings_in(root, RegionSettings, of_region=True)
    faults = cycle_faults(settings.cycles)
    if not settings.districts:
        faults.append(Fault("region_no_district", FILE))
    for district, times in Counter(settings.districts).items():
        faults += [Fault("region_district_twice", FILE, values={"district": district})] if times > 1 else []
    for place, district in settings.places.items():
        if district not in settings.districts:
            faults.append(Fault("region_place", FILE, values={"place": place, "district": district}))
    for name, own in settings.merged.items():
        wrong = name not in settings.districts or own.since not in settings.cycles or not own.of
        again = ", ".join(each for each in own.of if each in settings.districts)
        if wrong or again:
            values = {"district": name, "again": again or "–"}
            faults.append(Fault("region_merged_twice" if again else "region_merged", FILE, values=values))
    if kinds := kinds_in(settings.diarienummer):
        faults.append(Fault("printed_personal", FILE, values={"at": "diarienummer", "kinds": kinds}))
    if faults:
        raise InputError(faults)
    return Region(root, settings)


def new_region(folder: Path) -> Path:
    """Make a region's folder with a vbe.toml to fill in. Raises InputError where there is one already."""
    if (folder / FILE).exists():
        raise fault("workspace_exists", folder=folder.resolve().name)
    for name in (RAW, REPORTS):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    (folder / FILE).write_text(message("region.toml").lstrip(), encoding="utf-8")
    return folder
