"""The profiles of what `vbe order` gives out: a source's blank, or the questions that its letter lists.

They come from config/ and the workspace's vocabulary, so that an office that uses either needs no mapping.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from vbe_analysis.config import message
from vbe_analysis.loaders.profiles.profile import Column, Profile, parse_profile
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.vocabulary import Term, Vocabulary
from vbe_analysis.workspace.orders.asked import kind_of_order

BLANK, QUESTIONS = "blank", "questions"  # the profiles in config/
CONFIG = {"list": BLANK, "survey": QUESTIONS, "form": QUESTIONS}  # how a source is asked -> what it gets


def own_profiles(vocabulary: Vocabulary) -> dict[str, Profile]:
    """The profile of each source's blank or questions, by its name ("uppgifter_sisab", "fragor_enkat")."""
    profiles = (_profile(source, vocabulary) for source in vocabulary.sources if kind_of_order(source))
    return {profile.name: profile for profile in profiles}


def form_name(source: str, cycle: str, vocabulary: Vocabulary) -> str:
    """The name of a source's blank or form, without an ending: "Uppgifter SISAB 2021"."""
    label = "".join(letter if letter.isalnum() else " " for letter in vocabulary.sources[source].label)
    return f"{message(f'order.form.{kind_of_order(source)}')} {' '.join(label.split())} {cycle}"


@cache
def form_columns(kind: str) -> tuple[Column, ...]:
    """The columns of a blank, or the questions of a letter, in order."""
    columns = (column for column in _base(CONFIG[kind]).tables[0].columns if column.as_ != "drop")
    return tuple(column for column in columns if kind != "form" or column.needed)  # a form is not about who fills it in


def type_labels(source: str, vocabulary: Vocabulary) -> list[str]:
    """The labels of the event types that the source can tell of."""
    types = vocabulary.event_types.items()
    return [term.label for code, term in types if vocabulary.tells(source, vocabulary.group(code, source))]


def _profile(source: str, vocabulary: Vocabulary) -> Profile:
    base = _base(CONFIG[kind_of_order(source)])
    codes = {"environment": _codes(vocabulary.environments), "event_type": _codes(vocabulary.event_types)}
    (table,) = base.tables
    columns = tuple(replace(column, values=codes.get(column.as_, column.values)) for column in table.columns)
    pattern = f"{form_name(source, '*', vocabulary)}.xls*"
    tables = (replace(table, columns=columns),)
    return replace(base, name=f"{base.name}_{source}", source=source, files=(pattern,), tables=tables, written_in="")


@cache
def _base(name: str) -> Profile:
    file = files("vbe_analysis.config") / f"{name}.toml"
    return parse_profile(file.read_text(encoding="utf-8"), file.name)


def _codes(terms: Mapping[str, Term]) -> Mapping[str, str]:
    return MappingProxyType({normalise(term.label): code for code, term in terms.items()})
