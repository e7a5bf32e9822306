"""Settings from TOML: typed on reading, unknown keys refused, and every message can be filled in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import Any

import pytest

from vbe_analysis.config import SettingError, load, message, typed


@dataclass(frozen=True)
class Inner:
    name: str
    start: date | None = None


@dataclass(frozen=True)
class Outer:
    as_: str
    words: tuple[str, ...] = ()
    inner: tuple[Inner, ...] = ()
    codes: Mapping[str, int | str] = field(default_factory=dict)
    sure: bool = False


def test_a_table_becomes_its_dataclass() -> None:
    table = {
        "as": "x",
        "words": "ett",
        "inner": [{"name": "a", "start": date(2021, 1, 1)}],
        "codes": {"a": 1, "b": "2"},
    }
    assert typed(Outer, table) == Outer("x", ("ett",), (Inner("a", date(2021, 1, 1)),), {"a": 1, "b": "2"})


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ({"as": "x", "wrods": [], "inne": []}, [("", "unknown", "inne, wrods")]),
        ({}, [("", "missing", "as")]),
        ({"as": 1}, [("as", "type", "str")]),
        ({"as": "x", "sure": 1}, [("sure", "type", "bool")]),
        ({"as": "x", "words": ["ett", 2]}, [("words[2]", "type", "str")]),
        ({"as": "x", "codes": []}, [("codes", "type", "tabell")]),
        ({"as": "x", "codes": {"a": True}}, [("codes.a", "type", "int / str")]),  # TOML's true is no number
        ({"as": "x", "inner": ["a"]}, [("inner[1]", "type", "tabell")]),
        (  # all at once, also those of one table
            {"as": 1, "wrods": [], "inner": [{"name": "a"}, {"nmae": "b"}, {"name": 3, "start": "2021"}]},
            [
                ("", "unknown", "wrods"),
                ("as", "type", "str"),
                ("inner[2]", "unknown", "nmae"),
                ("inner[2]", "missing", "name"),
                ("inner[3].name", "type", "str"),
                ("inner[3].start", "type", "date / NoneType"),
            ],
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(table: dict[str, Any], faults: list[tuple[str, str, str]]) -> None:
    with pytest.raises(SettingError) as stopped:
        typed(Outer, table)
    assert [*stopped.value.faults] == faults


def test_a_message_that_is_not_there_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        message("faults.finns_inte.text")


def test_every_message_can_be_filled_in() -> None:
    found = list(texts(load("messages.sv")))
    assert len(found) > 300
    for text in found:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        assert all(name.isidentifier() for name in names), text
        assert text.format(**dict.fromkeys(names, "värde")).count("värde") >= len(names), text


def test_no_message_counts_in_words_that_must_agree_with_a_number() -> None:
    """A number stands after a colon, not in "1 celler"; or beside a word that is the same for one and many."""
    counted = ("count", "cells", "files", "reports", "candidates", "stale", "open", "answered", "asked")
    catalogue = load("messages.sv")
    words = {
        after.split()[0]
        for text in texts([catalogue[group] for group in ("cli", "status", "new", "init", "inspect", "faults")])
        for name, after in pairs(text)
        if name in counted and after.startswith(" ")
    }
    assert words <= {"av", "omslag"}


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Each field of the text with what follows it."""
    parts = list(Formatter().parse(text))
    for (_, name, _, _), (after, _, _, _) in zip(parts, [*parts[1:], ("", None, None, None)], strict=True):
        if name:
            yield name, after
