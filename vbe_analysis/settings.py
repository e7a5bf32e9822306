"""vbe.toml: the district, its places, its cycles and what it expects. One file a workspace, typed on reading."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from vbe_analysis.config import SettingError, kinds_in_words, message_table, read_toml, typed
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import Vocabulary, default_vocabulary

FILE = "vbe.toml"
T = TypeVar("T")
LONGEST = 3 * 366  # days from a period's end to the last of its revision: another year is a slip of the pen
NONE: Mapping[str, Any] = MappingProxyType({})
_DAY = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")


@dataclass(frozen=True)
class Span:
    """The first and last day of a cycle's period, its own case number, if it has one, and when the offices answer."""

    start: date
    end: date
    diarienummer: str = ""
    deadline: date | None = None


@dataclass(frozen=True)
class Order:
    """What the letters to the offices say of the district.

    contact: the role that answers questions, never a name; mailbox: its mail address; sending: how a file is sent
    safely, as a sentence.
    """

    contact: str = ""
    mailbox: str = ""
    sending: str = ""


@dataclass(frozen=True)
class Revision:
    """The days by which each stage of a cycle's revision is to be done. The offices' day is the cycle's deadline.

    order: their letters are sent; publication: the papers go out to the board; city: the city has approved.
    """

    order: date | None = None
    consultation: date | None = None
    publication: date | None = None
    board: date | None = None
    city: date | None = None


@dataclass(frozen=True)
class Settings:
    """What vbe.toml says. areas: code -> label; places: school or other place -> area code; cycles: name -> period."""

    district: str  # "Ekåsen-Lindvikens stadsdelsförvaltning"
    board: str
    area_name: str  # as a sentence names it: "stadsdelsområdet Ekåsen-Lindviken"
    cycles: Mapping[str, Span]
    diarienummer: str = ""
    template: str = ""  # the district's own Word template, in the workspace
    heading_level: int = 2  # of the highest headings in the text to paste into the plan
    areas: Mapping[str, str] = field(default_factory=lambda: NONE)
    areas_outside: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=lambda: NONE)
    sources_expected: tuple[str, ...] = ()
    environments: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NONE)
    event_types: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NONE)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NONE)
    questions: Mapping[str, str] = field(
        default_factory=lambda: NONE
    )  # survey question -> a statement ("Känner till ...")
    order: Order = field(default_factory=Order)
    revision: Mapping[str, Revision] = field(default_factory=lambda: NONE)  # by cycle
    together: Mapping[str, str] = field(
        default_factory=lambda: NONE
    )  # folder of another workspace -> the decision that lets its rows be read with the others'
    spark: str = ""  # the address of a cluster: "spark://server:7077"
    plan_headings: tuple[str, ...] = ()  # of the plan's activities, beside the four that every plan has
    duplicate_days: int = 0  # days by which two sources may differ and still mean the same event
    response_limit: float = 0.0  # a survey answered by a smaller share is not compared

    def period(self, cycle: str) -> Period:
        """The period of a cycle; raises InputError for a cycle that vbe.toml lacks."""
        return period_of(self.cycles, cycle)

    @property
    def question_labels(self) -> Mapping[str, str]:
        """The survey questions that the chapter speaks of, as statements: the package's and the workspace's own."""
        return {**message_table("labels.question"), **self.questions}

    @property
    def vocabulary(self) -> Vocabulary:
        """The package's codes and the workspace's own."""
        own = {"environments": self.environments, "event_types": self.event_types, "sources": self.sources}
        return default_vocabulary().extended(own)


def read_settings(root: Path) -> Settings:
    """vbe.toml of the workspace `root`; raises InputError naming the key and the rule."""
    settings = settings_in(root, Settings)
    faults = _mistakes(settings)
    if faults:
        raise InputError(faults)
    return settings


REGION_KEY = "districts"  # what a region's vbe.toml has and no district's


def settings_in(root: Path, form: type[T], of_region: bool = False) -> T:
    """vbe.toml in the folder as `form`; of_region: whether it must be a region's, or a district's.

    Raises InputError naming the key and the rule, and where it is the other kind's.
    """
    path = root / FILE
    if not path.is_file():
        raise InputError([Fault("no_workspace", values={"folder": root.name})])
    text = ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = read_toml(text)
        if (REGION_KEY in table) != of_region:
            raise InputError([Fault("no_region" if of_region else "is_region", values={"folder": root.name})])
        return typed(form, table)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        syntax = Fault("profile_syntax", FILE, values={"detail": str(error)})
        raise InputError(list(_no_days(text)) or [syntax]) from None
    except SettingError as error:
        named = [
            (rule, {"place": place or FILE, "detail": kinds_in_words(detail) if rule == "type" else detail})
            for place, rule, detail in error.faults
        ]
        raise InputError(Fault(f"profile_{rule}", FILE, values=values) for rule, values in named) from None


def _no_days(text: str) -> Iterator[Fault]:
    """A fault for each day that no calendar has: TOML's own words of it are of no help."""
    for number, line in enumerate(text.splitlines(), 1):
        for day in _DAY.findall(line):
            try:
                date.fromisoformat(day)
            except ValueError:
                yield Fault("settings_no_day", FILE, row=number, values={"day": day})


def cycle_faults(cycles: Mapping[str, Span]) -> list[Fault]:
    """What is wrong with the cycles of a vbe.toml."""
    mistakes: list[tuple[str, dict[str, str]]] = [] if cycles else [("settings_no_cycle", {})]
    by_start = sorted(cycles.items(), key=lambda item: item[1].start)
    for name, span in by_start:
        if not re.fullmatch(r"\w[\w -]*", name):
            mistakes.append(("settings_cycle_name", {"cycle": name}))
        if span.end < span.start:
            mistakes.append(("settings_cycle_ends", {"cycle": name}))
    for (name, span), (other, following) in pairwise(by_start):
        if following.start <= span.end:
            mistakes.append(("settings_cycles_overlap", {"one": name, "other": other}))
    return [Fault(code, FILE, values=values) for code, values in mistakes]


def period_of(cycles: Mapping[str, Span], cycle: str) -> Period:
    """The period of a cycle; raises InputError for a cycle that vbe.toml lacks."""
    if cycle not in cycles:
        raise InputError([Fault("unknown_cycle", FILE, values={"cycle": cycle, "known": ", ".join(sorted(cycles))})])
    return Period(cycles[cycle].start, cycles[cycle].end, cycle)


def _mistakes(settings: Settings) -> list[Fault]:
    mistakes: list[tuple[str, dict[str, str]]] = []
    for name, days in settings.revision.items():
        mistakes += _wrong_days(name, days, settings.cycles)
    for place, area in settings.places.items():
        if area not in settings.areas:
            mistakes.append(("settings_place", {"place": place, "area": area, "known": ", ".join(settings.areas)}))
    if settings.heading_level not in range(1, 4):
        mistakes.append(("settings_heading_level", {"level": str(settings.heading_level)}))
    known = settings.vocabulary.sources
    for source in settings.sources_expected:
        if source not in known:
            mistakes.append(("settings_source", {"source": source, "known": ", ".join(known)}))
    return cycle_faults(settings.cycles) + [Fault(code, FILE, values=values) for code, values in mistakes]


def _wrong_days(name: str, days: Revision, cycles: Mapping[str, Span]) -> Iterator[tuple[str, dict[str, str]]]:
    """What is wrong with the days of a revision: its cycle, a year that was mistyped, or their order."""
    if name not in cycles:
        yield "settings_revision_cycle", {"cycle": name, "known": ", ".join(sorted(cycles))}
        return
    span = cycles[name]
    own = {f"revision.{name}.{key}": day for key, day in vars(days).items() if day}
    for key, day in own.items():
        if not span.start <= day <= span.end + timedelta(days=LONGEST):
            yield "settings_revision_far", {"key": key, "start": f"{span.start}", "end": f"{span.end}"}
    sequence = (days.order, span.deadline, days.publication, days.board, days.city)
    keys = [f"revision.{name}.order", f"cycles.{name}.deadline"]
    keys += [f"revision.{name}.{key}" for key in ("publication", "board", "city")]
    known = [(key, day) for key, day in zip(keys, sequence, strict=True) if day]
    for (one, before), (other, after) in pairwise(known):
        if after < before:
            yield "settings_revision_order", {"one": one, "other": other}
