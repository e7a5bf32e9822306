"""What a non-programmer may change: TOML files beside this module, read once; unknown keys are refused.

`typed` turns a TOML table into a frozen dataclass by its annotations, so that every setting has one place, one type
and one default: the dataclass that holds it.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class SettingFault(NamedTuple):
    """What does not fit: the place in the file, the rule ("unknown", "missing", "type"), and the keys or the type."""

    place: str
    rule: str
    detail: str


class SettingError(Exception):
    """A TOML table does not fit its dataclass. `faults` holds every place where it does not."""

    def __init__(self, faults: Sequence[SettingFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{place}: {rule} {detail}" for place, rule, detail in faults))


@cache
def load(name: str) -> dict[str, Any]:
    """Read `name`.toml from the package's config folder ("vocabulary", "messages.sv", ...)."""
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))


def read_toml(text: str) -> dict[str, Any]:
    """The table of a TOML text that a person may have changed; raises TOMLDecodeError, also for endless nesting."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError(message("profiles.too_deep")) from None


def message(key: str, /, **values: object) -> str:
    """The Swedish message with dotted `key` in messages.sv.toml, filled with `values` (str.format).

    Raises KeyError for a key that the catalogue lacks: a mistake of ours, caught by a test.
    """
    return str(_node(key)).format(**values)


def message_table(key: str) -> dict[str, str]:
    """The Swedish messages of the table with dotted `key` in messages.sv.toml, by their own keys."""
    return dict(_node(key))


def kinds_in_words(detail: str) -> str:
    """The types of a SettingFault in the words of the person who writes the file.

    >>> kinds_in_words("int / NoneType")
    'heltal'
    """
    kinds = load("messages.sv")["profiles"]["kinds"]
    return " / ".join(kinds.get(kind, kind) for kind in detail.split(" / ") if kind != "NoneType")


def _node(key: str) -> Any:
    node: Any = load("messages.sv")
    for part in key.split("."):
        node = node[part]
    return node


def typed(cls: type[T], table: Mapping[str, Any]) -> T:
    """`table` as the dataclass `cls`: nested dataclasses, tuples, mappings, dates and plain values by annotation.

    A key may carry a trailing underscore in the dataclass where the word is Python's (`as_` for "as").
    Raises SettingError with every unknown key, missing key and value of another type.
    """
    faults: list[SettingFault] = []
    value: T = _table(cls, table, "", faults)
    if faults:
        raise SettingError(faults)
    return value


_hints: Callable[[Any], dict[str, Any]] = cache(get_type_hints)  # slow, and a profile has many tables of one shape


def _table(cls: Any, table: Mapping[str, Any], place: str, faults: list[SettingFault]) -> Any:
    """The dataclass, or None where a fault has been found."""
    hints = _hints(cls)
    known = {field.name.rstrip("_"): field for field in fields(cls)}
    if unknown := sorted(set(table) - set(known)):
        faults.append(SettingFault(place, "unknown", ", ".join(unknown)))
    missing = [key for key, f in known.items() if key not in table and f.default is f.default_factory is MISSING]
    if missing:
        faults.append(SettingFault(place, "missing", ", ".join(missing)))
    named = [(known[key].name, key, value) for key, value in table.items() if key in known]
    values = {name: _value(hints[name], value, f"{place}.{key}".lstrip("."), faults) for name, key, value in named}
    return None if faults else cls(**values)


def _value(hint: Any, value: Any, place: str, faults: list[SettingFault]) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    is_table = is_dataclass(hint) or (isinstance(origin, type) and issubclass(origin, Mapping))
    if origin is tuple:
        items = value if isinstance(value, list) else [value]
        return tuple(_value(arguments[0], item, f"{place}[{i}]", faults) for i, item in enumerate(items, 1))
    if is_table and isinstance(value, Mapping):
        if is_dataclass(hint):
            return _table(hint, value, place, faults)
        return MappingProxyType({k: _value(arguments[1], v, f"{place}.{k}", faults) for k, v in value.items()})
    for option in arguments if origin in (Union, UnionType) else ():
        mismatches: list[SettingFault] = []
        converted = _value(option, value, place, mismatches)
        if not mismatches:
            return converted
    if hint is Any:
        return value
    is_plain = isinstance(hint, type) and isinstance(value, hint)
    if is_plain and (hint is bool or not isinstance(value, bool)):  # TOML's true is no number
        return value
    kinds = " / ".join(getattr(kind, "__name__", str(kind)) for kind in arguments or (hint,))
    faults.append(SettingFault(place, "type", "tabell" if is_table else kinds))
    return None
