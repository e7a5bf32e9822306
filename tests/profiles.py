"""Source profiles and vbe.toml as text, put together from their parts: the one place where tests write TOML.

    text = tables(
        table(
            "counts",
            column("area", "Område"),
            group("* / *", level("month"), level("environment", values=ENVIRONMENTS)),
            total("total_row", where("area", "Summa")),
            header_rows=2,
            constants={"event_type": "klotter"},
        )
    )

`tables` gives the tables alone, as tests/loaders/loading.py takes them; `profile("sisab", table(...))` gives a whole
file; `register` the table that most offices send. Keys are those of docs/profiler.md. A profile that differs a little
from another is built with other keys, not by replacing text.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

ENVIRONMENTS = {"Vit makt": "vit_makt", "Autonom": "autonom", "Okänd": "oklar"}
TYPES = {"Klotter": "klotter", "Hot": "hot_krankning", "Symbol": "symbol"}


class Part(NamedTuple):
    """One part of a profile: the key of the list that it stands in, and its own keys."""

    list: str
    keys: dict[str, Any]


def tables(*parts: Part) -> str:
    """The tables of a profile, without its name and source."""
    return _lists(parts)


def profile(source: str, *parts: Part, name: str = "", scales: Mapping[str, object] | None = None) -> str:
    """A whole profile file, named as its source unless another name is given."""
    head = f"name = {_value(name or source)}\nsource = {_value(source)}\n"
    return head + (f"scales = {_value(scales)}\n" if scales else "") + _lists(parts)


def table(shape: str, *parts: Part, **keys: Any) -> Part:
    return _with_parts("tables", {"shape": shape, **keys}, parts)


def register(*more: Part, environments: object = ENVIRONMENTS, types: object = TYPES, **keys: Any) -> Part:
    """One report a row under Datum, Typ and Miljö; `more` are further parts of the table."""
    columns = (
        column("date", "Datum"),
        column("event_type", "Typ", values=types),
        column("environment", "Miljö", values=environments),
    )
    return table("reports", *columns, *more, **keys)


def column(meaning: str, *heading: str, **keys: Any) -> Part:
    """A column by its heading (any of the spellings), or by `letter`."""
    return Part("columns", {"as": meaning, **({"heading": heading} if heading else {}), **keys})


def rule(id: str, words: Sequence[str], **sets: str) -> dict[str, Any]:
    """A coding rule for `column("text", ..., rules=[rule(...)])`: one of the words sets the codes."""
    return {"id": id, "words": words, "sets": sets}


def group(heading: str | Sequence[str], *levels: Part, **keys: Any) -> Part:
    """Columns that share a pattern (or any of several), with a level for each `*`."""
    return _with_parts("groups", {"heading": _several(heading), **keys}, levels)


def level(meaning: str, **keys: Any) -> Part:
    return Part("levels", {"as": meaning, **keys})


def names(of: str, pattern: str | Sequence[str], *levels: Part) -> Part:
    """What the name of the sheet or the file says of all its rows."""
    return _with_parts("names", {"of": of, "pattern": _several(pattern)}, levels)


def ignore(rule: str, *conditions: Part) -> Part:
    return _with_parts("ignore", {"rule": rule}, conditions)


def total(rule: str, *conditions: Part, **keys: Any) -> Part:
    return _with_parts("totals", {"rule": rule, **keys}, conditions)


def section(column: str, meaning: str, *conditions: Part, **keys: Any) -> Part:
    return _with_parts("sections", {"column": column, "as": meaning, **keys}, conditions)


def where(column: str, *equals: str, **keys: Any) -> Part:
    """A condition on one column's cell."""
    return Part("where", {"column": column, **({"equals": equals} if equals else {}), **keys})


def settings(
    cycles: Mapping[str, tuple[date, date]], areas: Mapping[str, str], sources: Sequence[str], **keys: Any
) -> str:
    """A vbe.toml of Ekåsen: cycle -> first and last day, area code -> label, sources expected; further keys as given.

    >>> print(settings({"2021": (date(2021, 1, 1), date(2021, 12, 31))}, {"norr": "Norr"}, ["ia"]))
    district = "Ekåsens stadsdelsförvaltning"
    board = "Ekåsens stadsdelsnämnd"
    area_name = "stadsdelsområdet Ekåsen"
    sources_expected = ["ia"]
    areas = { norr = "Norr" }
    cycles = { 2021 = { start = 2021-01-01, end = 2021-12-31 } }
    <BLANKLINE>
    """
    whole = {
        "district": "Ekåsens stadsdelsförvaltning",
        "board": "Ekåsens stadsdelsnämnd",
        "area_name": "stadsdelsområdet Ekåsen",
        "sources_expected": sources,
        "areas": areas,
        **keys,
        "cycles": {cycle: {"start": first, "end": last} for cycle, (first, last) in cycles.items()},
    }
    return "".join(f"{key} = {_value(value)}\n" for key, value in whole.items())


def _several(patterns: str | Sequence[str]) -> Sequence[str]:
    return (patterns,) if isinstance(patterns, str) else patterns


def _with_parts(list: str, keys: dict[str, Any], parts: Sequence[Part]) -> Part:
    """The part with its own parts under their lists' keys, in the order given."""
    lists: dict[str, Any] = {}
    for part in parts:
        lists.setdefault(part.list, []).append(part.keys)
    return Part(list, {**keys, **lists})


def _lists(parts: Sequence[Part]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in _with_parts("", {}, parts).keys.items())


def _value(value: object) -> str:
    """The value as TOML on one line."""
    match value:
        case Mapping():
            pairs = (f"{_key(str(key))} = {_value(item)}" for key, item in value.items())
            return "{ " + ", ".join(pairs) + " }" if value else "{}"
        case date():
            return value.isoformat()
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return (
        key
        if key.isascii() and key.replace("_", "").replace("-", "").isalnum()
        else json.dumps(key, ensure_ascii=False)
    )
