"""The rules of config/disclosure.toml as typed values, checked once when read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from vbe_analysis.config import load, read_toml
from vbe_analysis.disclosure.bands import Ladder
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.vocabulary import EVERY_GROUP

INTERNAL, PUBLIC = "intern", "publik"
TRACES, PERSON_LINKED, OPEN_ACTS, ALL = *EVERY_GROUP, "all"
PROCESS_QUESTIONS = "process_questions"
TERTIAL = "tertial"
FILE = "disclosure.toml"
LEAST_K, LEAST_WIDTH, LEAST_WIDTH_OF_ZERO, LEAST_ANSWERS = 5, 3, 4, 10  # floors that no setting goes below
QUESTIONS = frozenset({"plan", "rutin", "blankett", "utbildning", "utb"})  # how the work is done, never what happened
IN_THE_OPEN = frozenset({"manifestation", "propaganda"})  # what a workspace may declare as acts in the open
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
    """Something declared non-personal (TRACES, PROCESS_QUESTIONS or OPEN_ACTS), with the reason in Swedish.

    questions: of PROCESS_QUESTIONS, the survey questions that are meant.
    """

    what: str
    reason: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableSpec:
    """A table of events: its group (TRACES, PERSON_LINKED, OPEN_ACTS, ALL), its dimensions beside the period, and
    whether it stands in the workbook only."""

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
class Choice:
    """Who chose the policy: a role, never a name, on what day and under which reference (diarienummer)."""

    role: str
    date: date
    diarienummer: str


@dataclass(frozen=True)
class Disclosure:
    """All of disclosure.toml. tables: edition -> its tables in order. choice: None where nobody has chosen.

    open_acts: the event types that the workspace has declared as acts in the open, a group of its own, counted exactly.
    """

    policy: Policy
    choice: Choice | None
    policies: Mapping[str, Policy]
    exemptions: tuple[Exemption, ...]
    tables: Mapping[str, tuple[TableSpec, ...]]
    retention_months: int
    audit_seconds: int
    open_acts: tuple[str, ...] = ()

    @property
    def public_questions(self) -> frozenset[str]:
        """The survey questions that the public edition may show."""
        return frozenset(question for exemption in self.exemptions for question in exemption.questions)


def disclosure(root: Path | None = None) -> Disclosure:
    """The rules of the package's disclosure.toml, with what the workspace's own (beside vbe.toml) puts in their place.

    Raises InputError with every mistake of that file, and every value below a floor.
    """
    path = root / FILE if root else None
    return _rules(path.read_text(encoding="utf-8-sig") if path and path.is_file() else "")


@cache
def _rules(own: str) -> Disclosure:
    data = load("disclosure")
    try:
        return read_disclosure(_merged(data, read_toml(own)))
    except tomllib.TOMLDecodeError as error:
        raise InputError([Fault("profile_syntax", FILE, values={"detail": str(error)})]) from None


def _merged(rules: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The rules with the workspace's own: a policy key by key, an edition's tables and the exemptions as a whole."""
    merged = {**rules, **own}
    for part in ("policies", "tables"):
        if isinstance(own.get(part), dict):
            merged[part] = {**rules[part], **own[part]}
    for name, entry in merged["policies"].items() if isinstance(merged["policies"], dict) else ():
        if isinstance(entry, dict):
            merged["policies"] = {**merged["policies"], name: {**rules["policies"].get(name, {}), **entry}}
    return merged


def read_disclosure(data: Mapping[str, Any]) -> Disclosure:
    """The rules in the parsed TOML. Raises InputError with every unknown key, bad value and forbidden table."""
    faults = [*_shape_faults(data)]
    if not faults:
        faults = [*_policy_faults(data), *_table_faults(data["tables"])]
        faults += [] if faults else [*_floor_faults(data)]
    if faults:
        raise InputError(faults)
    policies = {
        name: Policy(name=name, **{**entry, "ladders": tuple(Ladder.of(tuple(starts)) for starts in entry["ladders"])})
        for name, entry in data["policies"].items()
    }
    declared = data.get("open_acts")
    return Disclosure(
        policy=policies[data["policy"]],
        choice=Choice(**data["chosen"]) if "chosen" in data else None,
        policies=policies,
        exemptions=(
            *(Exemption(entry["what"], entry["reason"], tuple(entry.get("questions", ()))) for entry in data["exempt"]),
            *([Exemption(OPEN_ACTS, declared["reason"])] if declared else []),
        ),
        tables={
            edition: tuple(
                TableSpec(name, table["group"], tuple(table["dimensions"]), table["annex"])
                for name, table in tables.items()
            )
            for edition, tables in data["tables"].items()
        },
        retention_months=data["retention_months"],
        audit_seconds=data["audit_seconds"],
        open_acts=tuple(declared["types"]) if declared else (),
    )


_TOP = {"policy": str, "retention_months": int, "audit_seconds": int, "policies": dict, "exempt": list, "tables": dict}
_OPTIONAL = ("chosen", "open_acts")
_OPEN = {"types": list, "reason": str}
_CHOSEN = {"role": str, "date": date, "diarienummer": str}
_POLICY = {"k": int, "width": int, "zero_possible": bool, "types_listed": bool, "ladders": list}
_EXEMPT = {"what": str, "reason": str}
_TABLE = {"group": str, "dimensions": list, "annex": bool}


def _shape_faults(data: Mapping[str, Any]) -> list[Fault]:
    faults = _keys("disclosure", {name: value for name, value in data.items() if name not in _OPTIONAL}, _TOP)
    if faults:
        return faults
    inner: list[tuple[str, Mapping[str, Any], Mapping[str, type]]] = []
    inner += [("chosen", data["chosen"], _CHOSEN)] if "chosen" in data else []
    inner += [("open_acts", data["open_acts"], _OPEN)] if "open_acts" in data else []
    inner += [(f"policies.{name}", entry, _POLICY) for name, entry in data["policies"].items()]
    for number, entry in enumerate(data["exempt"], 1):
        asked = {"questions": list} if isinstance(entry, dict) and entry.get("what") == PROCESS_QUESTIONS else {}
        inner.append((f"exempt {number}", entry, {**_EXEMPT, **asked}))
    for edition, tables in data["tables"].items():
        inner += [(f"tables.{edition}.{name}", entry, _TABLE) for name, entry in tables.items()]
    return [fault for place, entry, keys in inner for fault in _keys(place, entry, keys)]


def _keys(place: str, entry: Mapping[str, Any], keys: Mapping[str, type]) -> list[Fault]:
    if not isinstance(entry, Mapping):
        return [Fault("disclosure_keys", values={"at": place, "keys": ", ".join(keys)})]
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
    if "chosen" in data and not (data["chosen"]["role"].strip() and data["chosen"]["diarienummer"].strip()):
        faults.append(("chosen", "role, date, diarienummer"))
    if "open_acts" in data and not (data["open_acts"]["types"] and data["open_acts"]["reason"].strip()):
        faults.append(("open_acts", "types, reason"))
    for number, entry in enumerate(data["exempt"], 1):
        if entry["what"] not in (TRACES, PROCESS_QUESTIONS) or not entry["reason"].strip():
            faults.append((f"exempt {number}", f"{TRACES}, {PROCESS_QUESTIONS}"))
    if set(data["tables"]) != {INTERNAL, PUBLIC}:
        faults.append(("tables", f"{INTERNAL}, {PUBLIC}"))
    return [Fault("disclosure_value", values={"at": place, "legal": legal}) for place, legal in faults]


def _floor_faults(data: Mapping[str, Any]) -> list[Fault]:
    """What protects less than any setting may."""
    low: list[tuple[str, str]] = []
    for name, entry in data["policies"].items():
        width = LEAST_WIDTH_OF_ZERO if entry["zero_possible"] else LEAST_WIDTH
        if entry["k"] < LEAST_K:
            low.append((f"policies.{name}.k", f"k >= {LEAST_K}"))
        if entry["width"] < width:
            low.append((f"policies.{name}.width", f"width >= {width}"))
        for least, most in Ladder.of(tuple(entry["ladders"][0])).shown:
            small = most >= 1 and least < LEAST_K
            if small and (most - least < width or (entry["zero_possible"] and least > 0)):
                low.append((f"policies.{name}.ladders", f"{least}–{most}"))
    for number, entry in enumerate(data["exempt"], 1):
        if strangers := sorted({str(question) for question in entry.get("questions", ())} - QUESTIONS):
            low.append((f"exempt {number}", ", ".join(strangers)))
    if strangers := sorted({str(code) for code in data.get("open_acts", {}).get("types", ())} - IN_THE_OPEN):
        low.append(("open_acts", ", ".join(strangers)))
    for name, table in data["tables"][PUBLIC].items():
        if table["group"] == PERSON_LINKED and table["dimensions"] != ["environment"]:
            low.append((f"tables.{PUBLIC}.{name}", ", ".join(map(str, table["dimensions"]))))
    return [Fault("disclosure_floor", values={"at": place, "value": value}) for place, value in low]


def _table_faults(editions: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """The rules no setting can waive: coarse tables, areas for traces only and never with a source, groups apart."""
    faults = []
    for edition, tables in editions.items():
        for name, entry in tables.items():
            dimensions, group = entry["dimensions"], entry["group"]
            broken = not set(dimensions) <= set(DIMENSIONS) or not 1 <= len(dimensions) <= 2
            broken |= group not in (*EVERY_GROUP, ALL) or len(set(dimensions)) < len(dimensions)
            broken |= "area" in dimensions and (group != TRACES or "source" in dimensions)
            broken |= edition == PUBLIC and group == ALL
            if broken:
                faults.append(Fault("disclosure_table", values={"at": f"tables.{edition}.{name}"}))
    return faults
