"""What a non-programmer may change: TOML files beside this module, read once; unknown keys are refused.

`typed` turns a TOML table into a frozen dataclass by its annotations, so that every setting has one place, one type
and one default: the dataclass that holds it.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class SettingError(Exception):
    """A TOML table does not fit its dataclass: `place` in the file, `rule` broken ("unknown", "missing", "type")."""

    def __init__(self, place: str, rule: str, detail: str) -> None:
        self.place, self.rule, self.detail = place, rule, detail
        super().__init__(f"{place}: {rule} {detail}")


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


def _node(key: str) -> Any:
    node: Any = load("messages.sv")
    for part in key.split("."):
        node = node[part]
    return node


def typed(cls: type[T], table: Mapping[str, Any], place: str = "") -> T:
    """`table` as the dataclass `cls`: nested dataclasses, tuples, mappings, dates and plain values by annotation.

    A key may carry a trailing underscore in the dataclass where the word is Python's (`as_` for "as").
    Raises SettingError for an unknown or missing key or a value of another type.
    """
    hints = _hints(cls)
    known = {field.name.rstrip("_"): field for field in fields(cls)}  # type: ignore[arg-type]
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise SettingError(place, "unknown", ", ".join(unknown))
    missing = [key for key, f in known.items() if key not in table and f.default is f.default_factory is MISSING]
    if missing:
        raise SettingError(place, "missing", ", ".join(missing))
    return cls(**{known[key].name: _value(hints[known[key].name], value, f"{place}.{key}".lstrip("."))
                  for key, value in table.items()})  # fmt: skip


_hints: Callable[[Any], dict[str, Any]] = cache(get_type_hints)  # slow, and a profile has many tables of one shape


def _value(hint: Any, value: Any, place: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, Mapping):
            raise SettingError(place, "type", "tabell")
        return typed(hint, value, place)
    if origin is tuple:
        items = value if isinstance(value, list) else [value]
        return tuple(_value(arguments[0], item, f"{place}[{i + 1}]") for i, item in enumerate(items))
    if origin is Mapping or (isinstance(origin, type) and issubclass(origin, Mapping)):
        if not isinstance(value, Mapping):
            raise SettingError(place, "type", "tabell")
        return MappingProxyType({key: _value(arguments[1], item, f"{place}.{key}") for key, item in value.items()})
    if origin in (Union, UnionType):
        for option in arguments:
            try:
                return _value(option, value, place)
            except SettingError:
                continue
        raise SettingError(place, "type", " / ".join(getattr(a, "__name__", str(a)) for a in arguments))
    if hint is Any or (
        isinstance(hint, type) and isinstance(value, hint) and (hint is bool or not isinstance(value, bool))
    ):
        return value
    raise SettingError(place, "type", getattr(hint, "__name__", str(hint)))
