"""The codelists of the package: environments, event types and sources, each code with its Swedish label."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vbe_analysis.config import load, message, message_table
from vbe_analysis.errors import fault

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = "oklar"
OTHER_TYPE = "ovrigt"
REFERENCE = "ej_vbe"
HISTORY = "historik"
TRACES, PERSONAL = "spår", "personknuten"  # the two groups of events: physical traces, and all others
OPEN_ACTS = "öppen"  # a third, where a workspace declares acts in the open
GROUPS = {"traces": TRACES, "person_linked": PERSONAL}  # as vocabulary.toml and vbe.toml name them, of a source
EVERY_GROUP = {**GROUPS, "open": OPEN_ACTS}  # as disclosure.toml names them
TOTAL = "total"  # in the place of an environment: all of them together
OFFICES = "verksamheter"  # in the place of a source: all that observe no places, together


@dataclass(frozen=True)
class Term:
    """A code, its label in tables, and its form in running text.

    trace: of an event type, whether it is a physical trace (fysiskt spår). groups: of a source, those it can tell of.
    places: of a source, whether it looks after places, so that its traces may be shown by area and time.
    """

    code: str
    label: str
    text: str
    trace: bool = False
    groups: frozenset[str] = frozenset(GROUPS.values())
    places: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """What the codes of one workspace mean. `environments` leaves out the reference series.

    open_acts: the event types that the public edition counts as acts in the open.
    """

    environments: Mapping[str, Term]
    reference: Mapping[str, Term]
    event_types: Mapping[str, Term]
    sources: Mapping[str, Term]
    offices: Mapping[str, Term]
    open_acts: tuple[str, ...] = ()

    @property
    def all_environments(self) -> dict[str, Term]:
        """Environments and the reference series, in table order."""
        return {**self.environments, **self.reference}

    @property
    def all_sources(self) -> dict[str, Term]:
        """Sources, and OFFICES for those that stand together, in table order."""
        return {**self.sources, **self.offices}

    @property
    def traces(self) -> tuple[str, ...]:
        """The event types that are physical traces (fysiska spår)."""
        return tuple(code for code, term in self.event_types.items() if term.trace)

    def labels(self, frame: "pd.DataFrame", areas: Mapping[str, str] | None = None) -> "pd.DataFrame":
        """A copy of one of our frames with Swedish labels and headings; what has none keeps its name."""
        terms = {"environment": self.all_environments, "event_type": self.event_types, "source": self.all_sources}
        texts = {column: {code: term.label for code, term in known.items()} for column, known in terms.items()}
        texts["area"] = {**(areas or {}), "": message("tables.no_area")}
        texts |= {column: message_table(f"labels.{column}") for column in ("status", "not_counted", "kind")}
        texts["kind"] |= {"": ""}
        whole = {"total": message("tables.total")}
        labels = {
            column: [{**whole, **texts[column]}.get(code, code) for code in frame[column]]
            for column in frame
            if column in texts
        }
        return frame.assign(**labels).rename(columns=message_table("labels.column"))

    def group(self, event_type: str, source: str) -> str:
        """TRACES, OPEN_ACTS or PERSONAL: the group of the events of a type that a source reports.

        A trace that a source of person-linked events alone tells of (blankett: a form about a person) is person-linked,
        and so is an act in the open.
        """
        if event_type in self.traces and self.tells(source, TRACES):
            return TRACES
        return OPEN_ACTS if event_type in self.open_acts and self.tells(source, OPEN_ACTS) else PERSONAL

    def tells(self, source: str, group: str) -> bool:
        """Whether a source can tell of a group of events; one that cannot is no gap in it.

        Of acts in the open those tell that can tell of both other groups.
        """
        wanted = {TRACES, PERSONAL} if group == OPEN_ACTS else {group}
        return source not in self.sources or wanted <= self.sources[source].groups

    def observes(self, source: str) -> bool:
        """Whether a source looks after places; the traces of all others stand together in public, as OFFICES."""
        return source in self.sources and self.sources[source].places

    def extended(self, extra: Mapping[str, Mapping[str, Any]]) -> "Vocabulary":
        """This vocabulary with a workspace's own codes; `oklar` and `ovrigt` stay last.

        An entry of a known code changes what it names and leaves the rest; it never makes traces of what was told about
        a person.
        """
        environments = {**self.environments, **_terms(extra.get("environments", {}), self.environments)}
        event_types = {**self.event_types, **_terms(extra.get("event_types", {}), self.event_types)}
        for terms, last in ((environments, UNKNOWN), (event_types, OTHER_TYPE)):
            if last in terms:
                terms[last] = terms.pop(last)
        return Vocabulary(
            environments=environments,
            reference=self.reference,
            event_types=event_types,
            sources={**self.sources, **self._own_sources(extra.get("sources", {}))},
            offices=self.offices,
        )

    def _own_sources(self, extra: Mapping[str, Any]) -> dict[str, Term]:
        own = _terms(extra, self.sources)
        for code, term in own.items():
            if code in self.offices or (code in self.sources and TRACES in term.groups - self.sources[code].groups):
                raise fault("reserved_source", code=code)
        return own


@cache
def default_vocabulary() -> Vocabulary:
    """The vocabulary of config/vocabulary.toml."""
    data = load("vocabulary")
    names = ("environments", "reference", "event_types", "sources", "offices")
    environments, reference, event_types, sources, offices = (_terms(data[name]) for name in names)
    return Vocabulary(environments, reference, event_types, sources, offices)


def _terms(table: Mapping[str, Any], known: Mapping[str, Term] = MappingProxyType({})) -> dict[str, Term]:
    terms = {}
    for code, entry in table.items():
        if not (code.isascii() and code.replace("_", "").isalnum() and code == code.lower()):
            raise fault("bad_code", code=code)
        unknown = set(entry) - {"label", "text", "trace", "groups", "places"}
        if unknown or ("label" not in entry and code not in known):
            raise fault("bad_term", code=code, keys=", ".join(sorted(unknown)) or "label")
        groups = entry.get("groups", list(GROUPS))
        if not isinstance(groups, list) or not groups or not set(groups) <= GROUPS.keys():
            raise fault("bad_groups", code=code, known=", ".join(GROUPS))
        own = {name: entry[name] for name in ("label", "text", "trace", "places") if name in entry}
        own |= {"groups": frozenset(GROUPS[name] for name in groups)} if "groups" in entry else {}
        before = known.get(code) or Term(code, entry["label"], entry["label"])
        terms[code] = replace(before, **{**({"text": entry["label"]} if "label" in entry else {}), **own})
    return terms
