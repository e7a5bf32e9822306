"""The codes a profile uses against the vocabulary and places of the workspace that uses it."""

from collections.abc import Iterator, Mapping

from vbe_analysis.errors import Fault
from vbe_analysis.loaders.fields import IGNORE, Context
from vbe_analysis.loaders.layout import FIELDS, Column, Group, Level, Name, Section, Table


def unknown_codes(context: Context) -> list[Fault]:
    """A fault for each code of environment, event type or area that the workspace does not have, told once."""
    used = dict.fromkeys(pair for table in context.profile.tables for pair in _codes(table))
    return [
        Fault("profile_code", context.file, values={"code": code, "field": field, "profile": context.profile.name,
              "known": ", ".join(sorted(context.codes(field)))})
        for field, code in used if code and code not in context.codes(field)
    ]  # fmt: skip


def _codes(table: Table) -> Iterator[tuple[str, str]]:
    """(field, code) of everything in the table that sets a field."""
    yield from ((field, code) for field, code in table.constants.items() if field in FIELDS)
    patterns: list[Group | Name] = [*table.groups, *table.names]
    levels = [level for pattern in patterns for level in pattern.levels]
    holders: list[Column | Level | Section] = [*table.columns, *levels, *table.sections]
    for holder in holders:
        field = "area" if holder.as_ == "place" else holder.as_
        plain = [holder.default, holder.blank] if isinstance(holder, Column) else [holder.default]
        for code in (*plain, *(holder.values.values() if isinstance(holder.values, Mapping) else ())):
            if isinstance(code, Mapping):
                yield from ((name, said) for name, said in code.items() if name != IGNORE)
            elif code is not None and field in FIELDS:
                yield field, code
        for rule in holder.rules if isinstance(holder, Column) else ():
            yield from rule.sets.items()
