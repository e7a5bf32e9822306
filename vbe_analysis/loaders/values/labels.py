"""Texts against the wordings of a profile, where `*` stands for any text. Both are compared in normal form."""

import re
from collections.abc import Mapping
from functools import cache

from vbe_analysis.loaders.profiles.schema import Values
from vbe_analysis.loaders.values.cells import normalise


def code_of(normal: str, values: Values) -> str | Mapping[str, str] | None:
    """What `values` say of a label in normal form: a label written out goes before one with `*`."""
    if not isinstance(values, Mapping):
        return None
    if normal in values:
        return values[normal]
    return next((code for known, code in values.items() if "*" in known and matcher(known).fullmatch(normal)), None)


def is_heading(patterns: tuple[str, ...], text: str) -> bool:
    """Whether the text is one of the headings; `*` in them stands for any text."""
    normal = normalise(text)
    return any(matcher(pattern).fullmatch(normal) for pattern in patterns)


@cache
def matcher(pattern: str) -> re.Pattern[str]:
    """The pattern with a group for each `*`, for texts in normal form."""
    parts = (re.escape(part) for part in normalise(pattern).split("*"))
    return re.compile("(.*?)".join(parts), re.DOTALL)
