"""A layout by name: what every table of a kind has in common, so that a profile says only what differs."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from vbe_analysis.config import load

LAYOUTS = "layouts"
Content = Mapping[str, Any]  # of a profile, as TOML has it


def known_layouts() -> Content:
    """Name -> what a table of the layout has, and its Swedish `label`."""
    return load(LAYOUTS)


def unknown_layouts(profile: Content) -> list[str]:
    """What the profile's tables name and no layout has."""
    tables = profile.get("tables", [])
    named = [str(table.get("like", "")) for table in tables if isinstance(table, Mapping)]
    return [name for name in named if name and name not in known_layouts()]


def with_layouts(profile: Content) -> Content:
    """The profile's content, each table that names a layout filled in from it."""
    tables = profile.get("tables")
    if not isinstance(tables, list):
        return profile
    return {**profile, "tables": [_with_layout(table) if isinstance(table, Mapping) else table for table in tables]}


def _with_layout(table: Content) -> Content:
    layout = {key: value for key, value in known_layouts().get(table.get("like", ""), {}).items() if key != "label"}
    merged: dict[str, Any] = {**layout, **table}
    for key, merge in (("columns", _columns), ("groups", _groups)):
        own, common = table.get(key, []), layout.get(key, [])
        if common and isinstance(own, list) and all(isinstance(part, Mapping) for part in own):
            merged[key] = merge(own, common)
    return merged


def _columns(own: list[Content], common: list[Content]) -> list[Content]:
    """The profile's columns over the layout's of the same role, then those of the layout that stand by themselves."""
    base = {column["as"]: column for column in common}
    roles = {column.get("as") for column in own}
    whole = [column for column in common if column["as"] not in roles and {"heading", "letter"} & column.keys()]
    return [*({**base.get(column.get("as"), {}), **column} for column in own), *whole]


def _groups(own: list[Content], common: list[Content]) -> list[Content]:
    """The profile's groups over the layout's; more groups than the layout has take after its last."""
    if not own:
        return [group for group in common if {"heading", "levels"} <= group.keys()]
    return [_group(group, shared) for group, shared in zip_longest(own, common[: len(own)], fillvalue=common[-1])]


def _group(own: Content, common: Content) -> Content:
    levels = own.get("levels")
    if not isinstance(levels, list) or not all(isinstance(level, Mapping) for level in levels):
        return {**common, **own}
    shared = common.get("levels", [])
    pairs = list(zip_longest(levels, shared[: len(levels)], fillvalue=dict[str, Any]()))
    return {**common, **own, "levels": [{**base, **level} for level, base in pairs]}
