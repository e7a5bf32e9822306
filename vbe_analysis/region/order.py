"""`vbe region order CYCLE`: one request to each source for the whole city, with the districts to choose among."""

from dataclasses import dataclass
from pathlib import Path

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.periods import Period
from vbe_analysis.region.folder import Region
from vbe_analysis.settings import FILE, Settings
from vbe_analysis.storage import RAW
from vbe_analysis.vocabulary import Vocabulary
from vbe_analysis.workspace.orders.letters import Orders, write_orders


@dataclass(frozen=True)
class _City:
    """The region as one who asks: its districts are the areas that a row can name."""

    root: Path
    settings: Settings

    @property
    def vocabulary(self) -> Vocabulary:
        return self.settings.vocabulary

    def period(self, cycle: str) -> Period:
        return self.settings.period(cycle)

    def raw(self, cycle: str) -> Path:
        return self.root / RAW / self.period(cycle).label


def write_city_orders(region: Region, cycle: str) -> Orders:
    """Write the letter and blank of each source in vbe.toml's sources_expected into begaran/<cycle>/<source>/.

    Raises InputError, all at once, for what vbe.toml lacks, and for a source that nobody knows.
    """
    own = region.settings
    region.period(cycle)
    known = region.vocabulary.sources
    values = [{"source": source, "known": ", ".join(known)} for source in own.sources_expected if source not in known]
    if values or not own.sources_expected:
        faults = [Fault("settings_source", FILE, values=each) for each in values]
        raise InputError(faults or [Fault("region_no_source", FILE)])
    settings = Settings(
        district=own.organisation,
        board=own.board or own.organisation,
        area_name=own.region,
        cycles=own.cycles,
        diarienummer=own.diarienummer,
        template=own.template,
        areas={f"stadsdel_{place}": district for place, district in enumerate(own.districts, 1)},
        sources_expected=own.sources_expected,
        environments=own.environments,
        event_types=own.event_types,
        sources=own.sources,
        order=own.order,
    )
    return write_orders(_City(region.root, settings), cycle, for_city=True)
