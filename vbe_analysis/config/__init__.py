"""What a non-programmer may change: TOML files beside this module, read once; readers refuse unknown keys."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """Read `name`.toml from the package's config folder ("vocabulary", "messages.sv", ...)."""
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))


def message(key: str, /, **values: object) -> str:
    """The Swedish message with dotted `key` in messages.sv.toml, filled with `values` (str.format).

    Raises KeyError for a key that the catalogue lacks: a mistake of ours, caught by a test.
    """
    node: Any = load("messages.sv")
    for part in key.split("."):
        node = node[part]
    return str(node).format(**values)
