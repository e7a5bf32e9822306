"""The rules of config/disclosure.toml as typed values, checked once when read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from vbe_analysis.config import load
from vbe_analysis.disclosure.bands import Ladder
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.vocabulary import GROUPS

INTERNAL, PUBLIC = "intern", "publik"
TRACES, PERSON_LINKED, ALL = *GROUPS, "all"
PROCESS_QUESTIONS = "process_questions"
TERTIAL = "tertial"
DIMENSIONS = ("environment", "event_type", "source", "area", TERTIAL)


@dataclass(frozen=True)
class Policy:
    """How small counts are protected: see disclosure.toml. The first ladder is the ordinary one, the rest repairs."""

    name: str
    k: int
    width: int
    zero_possible: bool
    types_listed: bool
    ladders: tuple[Ladder, ...]


@dataclass(frozen=True)
class Exemption:
    """Something declared non-personal (TRACES or PROCESS_QUESTIONS), with the reason in Swedish."""

    what: str
    reason: str


@dataclass(frozen=True)
class TableSpec:
    """A table of events: its group (TRACES, PERSON_LINKED, ALL), its dimensions beside the period, and whether it
    stands in the workbook only."""

    name: str
    group: str
    dimensions: tuple[str, ...]
    annex: bool = False

    @property
    def keys(self) -> list[str]:
        """The dimensions that its events are counted by; a tertial is a period of its own."""
        return [name for name in self.dimensions if name != TERTIAL]

    @property
    def by_tertial(self) -> bool:
        """Whether it has a row for each tertial of the period."""
        return TERTIAL in self.dimensions


@dataclass(frozen=True)
class Disclosure:
    """All of disclosure.toml. tables: edition -> its tables in order."""

    policy: Policy
    policies: Mapping[str, Policy]
    exemptions: tuple[Exemption, ...]
    tables: Mapping[str, tuple[TableSpec, ...]]
    retention_months: int
    audit_seconds: int


@cache
def disclosure() -> Disclosure:
    """The rules of the package's disclosure.toml."""
    return read_disclosure(load("disclosure"))


def read_disclosure(data: Mapping[str, Any]) -> Disclosure:
    """The rules in the parsed TOML. Raises InputError with every unknown key, bad value and forbidden table."""
    faults = [*_shape_faults(data)]
    if not faults:
        faults = [*_policy_faults(data), *_table_faults(data["tables"])]
    if faults:
        raise InputError(faults)
    policies = {name: _policy(name, entry) for name, entry in data["policies"].items()}
    return Disclosure(
        policy=policies[data["policy"]],
        policies=policies,
        exemptions=tuple(Exemption(**entry) for entry in data["exempt"]),
        tables={
            edition: tuple(
                TableSpec(name, table["group"], tuple(table["dimensions"]), table["annex"])
                for name, table in tables.items()
            )
            for edition, tables in data["tables"].items()
        },
        retention_months=data["retention_months"],
        audit_seconds=data["audit_seconds"],
    )


def _policy(name: str, entry: Mapping[str, Any]) -> Policy:
    return Policy(name=name, **{**entry, "ladders": tuple(Ladder.of(tuple(starts)) for starts in entry["ladders"])})


_TOP = {"policy": str, "retention_months": int, "audit_seconds": int, "policies": dict, "exempt": list, "tables": dict}
_POLICY = {"k": int, "width": int, "zero_possible": bool, "types_listed": bool, "ladders": list}
_EXEMPT = {"what": str, "reason": str}
_TABLE = {"group": str, "dimensions": list, "annex": bool}


def _shape_faults(data: Mapping[str, Any]) -> list[Fault]:
    faults = _keys("disclosure", data, _TOP)
    if faults:
        return faults
    inner: list[tuple[str, Mapping[str, Any], Mapping[str, type]]] = []
    inner += [(f"policies.{name}", entry, _POLICY) for name, entry in data["policies"].items()]
    inner += [(f"exempt {number}", entry, _EXEMPT) for number, entry in enumerate(data["exempt"], 1)]
    for edition, tables in data["tables"].items():
        inner += [(f"tables.{edition}.{name}", entry, _TABLE) for name, entry in tables.items()]
    return [fault for place, entry, keys in inner for fault in _keys(place, entry, keys)]


def _keys(place: str, entry: Mapping[str, Any], keys: Mapping[str, type]) -> list[Fault]:
    wrong = sorted(set(entry) ^ set(keys)) or sorted(key for key, kind in keys.items() if type(entry[key]) is not kind)
    return [Fault("disclosure_keys", values={"at": place, "keys": ", ".join(wrong)})] if wrong else []


def _policy_faults(data: Mapping[str, Any]) -> list[Fault]:
    faults = []
    if data["policy"] not in data["policies"]:
        faults.append(("policy", ", ".join(data["policies"])))
    for name, entry in data["policies"].items():
        ladders = entry["ladders"]
        if not ladders or any(
            not starts
            or starts[0] != 0
            or any(type(start) is not int for start in starts)
            or starts != sorted(set(starts))
            for starts in ladders
        ):
            faults.append((f"policies.{name}.ladders", "0 < ... < ..."))
        elif any(not set(coarser) <= set(finer) for finer, coarser in pairwise(ladders)):
            faults.append((f"policies.{name}.ladders", "[0, 1, 5, 10], [0, 1, 10], [0, 1]"))
        if entry["k"] < 2 or not 1 <= entry["width"] < entry["k"]:
            faults.append((f"policies.{name}", "k >= 2, 1 <= width < k"))
    for number, entry in enumerate(data["exempt"], 1):
        if entry["what"] not in (TRACES, PROCESS_QUESTIONS) or not entry["reason"].strip():
            faults.append((f"exempt {number}", f"{TRACES}, {PROCESS_QUESTIONS}"))
    if set(data["tables"]) != {INTERNAL, PUBLIC}:
        faults.append(("tables", f"{INTERNAL}, {PUBLIC}"))
    return [Fault("disclosure_value", values={"at": place, "legal": legal}) for place, legal in faults]


def _table_faults(editions: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """The rules no setting can waive: coarse tables, areas for traces only and never with a source, groups apart."""
    faults = []
    for edition, tables in editions.items():
        for name, entry in tables.items():
            dimensions, group = entry["dimensions"], entry["group"]
            broken = not set(dimensions) <= set(DIMENSIONS) or not 1 <= len(dimensions) <= 2
            broken |= group not in (TRACES, PERSON_LINKED, ALL) or len(set(dimensions)) < len(dimensions)
            broken |= "area" in dimensions and (group != TRACES or "source" in dimensions)
            broken |= edition == PUBLIC and group == ALL
            if broken:
                faults.append(Fault("disclosure_table", values={"at": f"tables.{edition}.{name}"}))
    return faults
