"""`vbe profile FIL`: the draft of a source profile, each value with its reason and what is no more than a guess marked.

A draft is a profile's content (layouts.Content) with `Drafted` values in it: drafted.profile_text writes it as TOML.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from vbe_analysis.config import load, message
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.raw import RawColumn, RawFile, RawSheet
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.code_words import KINDS, WORDS, code_of_label, is_led_by_code
from vbe_analysis.loaders.profiles.drafted import OPEN, Drafted, profile_text
from vbe_analysis.loaders.profiles.table_content import (
    ALL,
    coded,
    named_layout,
    starred,
    table_content,
    unread,
)
from vbe_analysis.loaders.profiles.table_draft import (
    District,
    TableDraft,
    draft_table,
    holds_events,
    holds_something,
    share_known,
    writes_english_numbers,
)
from vbe_analysis.loaders.profiles.unknown import (
    FORM_ROLES,
    UnknownTable,
    find_table,
    is_form,
    is_short,
    names_role,
)
from vbe_analysis.loaders.values.cells import label_of, normalise
from vbe_analysis.settings import Settings
from vbe_analysis.vocabulary import Vocabulary

ALIKE = 0.6  # of the headings, in another year's table
_NUMBERS = re.compile(r"[\s_(\[-]*\d[\d\s._()\[\]-]*")


def draft_profile(raw: RawFile, vocabulary: Vocabulary) -> str:
    """A profile in TOML that parse_profile accepts, with the reason beside each value and "?" for what is left open.

    No cell of a column that may hold free text, identifiers or personal data is shown. Raises InputError for a file
    without a table: a covering note needs no profile.
    """
    return profile_text(draft_content(raw, District(vocabulary))).text


def draft_content(raw: RawFile, district: District, others: Sequence[RawFile] = ()) -> dict[str, Any]:
    """The draft of one profile, by one file. others: files like it, which give their labels where they are alike."""
    content = _head(raw, district)
    sheets, more = _used_sheets(raw), [sheet for other in others for sheet in _filled_sheets(other)]
    if forms := [sheet for sheet in sheets if is_form(sheet)]:
        return content | {"tables": [_form([*forms, *filter(is_form, more)], district)]}
    beside = [s for s in sheets if normalise(s.name).startswith(tuple(load(WORDS)["beside"])) and not kinds_in(s.name)]
    beside = beside if len(beside) < len(sheets) else []
    tables = _with_equal_headings([find_table(s) for s in sheets if s not in beside], [find_table(s) for s in more])
    title = "" if kinds_in(raw.name) else Path(raw.name).stem.replace("_", " ")
    drafts = [draft_table(table, title, district) for table in tables]
    with_events = [draft for draft in drafts if holds_events(draft)]
    if not with_events and any(sheet.prose for sheet in raw.sheets):
        raise InputError([Fault("no_table_to_draft", raw.name)])  # an address list below a letter
    if beside:
        names = dict.fromkeys(starred(sheet.name) for sheet in beside)
        content["ignore_sheets"] = Drafted(list(names), message("drafting.what.beside"), decides=ALL)
    content |= _dates(drafts) | _numbers(drafts)
    several = len({sheet.name for sheet in raw.sheets if not sheet.hidden and not sheet.prose}) > 1
    return content | {"tables": [table_content(draft, several) for draft in with_events or drafts]}


def district_of(settings: Settings) -> District:
    """What a workspace's vbe.toml says of the district."""
    areas = (*settings.areas.values(), *settings.areas_outside)
    return District(settings.vocabulary, *(frozenset(map(normalise, names)) for names in (areas, settings.places)))


def file_pattern(name: str) -> str:
    """The pattern of file names that this one is an instance of: its numbers, years among them, may differ.

    >>> file_pattern("SISAB klotterstatistik 2020-21.xlsx"), file_pattern("Enkät VBE 2021(1-52).xlsx")
    ('SISAB klotterstatistik*.xls*', 'Enkät VBE*.xls*')
    """
    path = Path(name)
    stem = _NUMBERS.sub("*", path.stem)
    stem = re.sub(r"[\[\]?]", "?", re.sub(r"\*+", "*", stem))
    ending = ".xls*" if path.suffix in (".xls", ".xlsx") else path.suffix
    return (stem if sum(map(str.isalpha, stem)) > 2 else path.stem) + ending


def _used_sheets(raw: RawFile) -> list[RawSheet]:
    sheets = _filled_sheets(raw)
    if all(sum(holds_something(sheet, i) for i in range(len(sheet.columns))) < 2 for sheet in sheets):
        raise InputError([Fault("no_table_to_draft", raw.name)])
    return sheets


def _filled_sheets(raw: RawFile) -> list[RawSheet]:
    return [s for s in raw.sheets if not s.hidden and not s.prose and any(holds_something(s, i) for i in range(3))]


def _head(raw: RawFile, district: District) -> dict[str, Any]:
    """What stands above the tables: the profile's name, its source and the names of its files."""
    private = bool(kinds_in(raw.name))
    stem = "" if private else Path(raw.name).stem
    code, word = code_of_label(stem.replace("_", " "), "source", district.vocabulary.sources)
    if not code and any(is_form(sheet) for sheet in _used_sheets(raw)):
        code, word = "blankett", message("drafting.its_form")
    codes = ", ".join(district.vocabulary.sources)
    why = message("drafting.what.named_source", word=word) if code else message("drafting.what.source", codes=codes)
    named = " ".join(_NUMBERS.sub(" ", stem.replace("_", " ")).split()).strip(" -–")
    content = {"name": named or message("drafting.nameless"), "source": Drafted(code or OPEN, why, decides=ALL)}
    return content if private else content | {"files": [file_pattern(raw.name)]}


def _with_equal_headings(tables: list[UnknownTable], others: list[UnknownTable]) -> list[UnknownTable]:
    """The tables, those of one layout as one: sheets for each half-year or kind of school. others: of other files."""
    same: dict[tuple[object, ...], list[UnknownTable]] = {}
    for table in tables:
        same.setdefault(_layout_of(table), []).append(table)
    for parts in same.values():
        parts += filter(None, (_laid_as(other, parts[0]) for other in others))
    return [replace(first, more=tuple(more)) for first, *more in same.values()]


def _laid_as(other: UnknownTable, table: UnknownTable) -> UnknownTable | None:
    """Another year's table with its columns in the table's order, so that its labels count; None for one unlike it."""
    places = {normalise(starred(heading)): index for index, heading in enumerate(other.headings) if heading}
    indices = [places.get(normalise(starred(heading))) for heading in table.headings]
    if sum(index is not None for index in indices) < ALIKE * len([heading for heading in table.headings if heading]):
        return None
    known = {normalise(starred(heading)) for heading in table.headings}
    reworded = {
        at: heading
        for at, (index, heading) in enumerate(zip(indices, other.headings, strict=False))
        if index is None and table.headings[at] and heading and normalise(starred(heading)) not in known
    }
    indices = [at if at in reworded else index for at, index in enumerate(indices)]
    blank = RawColumn(np.zeros(len(other.sheet.row_numbers), dtype=np.int32), [None])
    columns = tuple(blank if index is None else other.sheet.columns[index] for index in indices)
    sheet = replace(other.sheet, columns=columns)
    return replace(other, sheet=sheet, headings=table.headings, reworded=reworded)


def _layout_of(table: UnknownTable) -> tuple[object, ...]:
    headings = [normalise(starred(heading)) for heading in table.headings]
    while headings and not headings[-1]:
        headings.pop()
    return (table.header_rows, table.tool, *headings)


def _dates(drafts: list[TableDraft]) -> dict[str, Any]:
    """How the file writes its dates, where the writing alone does not tell."""
    read = [g for draft in drafts for g in draft.guesses.values() if g.role == "date"]
    order = next((g for g in read if g.order), None)
    dates: dict[str, Any] = {}
    if order:
        dates["order"] = Drafted(order.order, message("drafting.what.order"), sure=order.certain, decides=ALL)
    if any(g.ranges for g in read):
        dates["ranges"] = Drafted(True, message("drafting.what.ranges"), sure=True)
    return {"dates": dates} if dates else {}


def _numbers(drafts: list[TableDraft]) -> dict[str, Any]:
    """How the file writes its numbers, where it is not the Swedish way: "1,234.5"."""
    if not any(writes_english_numbers(draft) for draft in drafts):
        return {}
    return {"numbers": {"decimal": Drafted(".", message("drafting.what.decimal")), "thousands": [","]}}


def _form(sheets: list[RawSheet], district: District) -> dict[str, Any]:
    """A label and its value a row: each label that says something of an event is a column."""
    answers: dict[str, list[str]] = {}
    for sheet in sheets:
        for position in range(len(sheet.row_numbers)):
            label, value = label_of(sheet.row(position)[0]), sheet.row(position)[1]
            if label and not kinds_in(label):
                answers.setdefault(label, []).append(label_of(value))
    columns: dict[str, dict[str, Any]] = {}
    for label, values in answers.items():
        words = normalise(label)
        role = next((role for role in FORM_ROLES if names_role(role, words)), "")
        if not role or role in columns or names_role("handled", words) or names_role("key", words):
            continue
        led = (value for value in values if role in KINDS and is_short(value) and is_led_by_code(value, role))
        known = Counter(led)  # another answer may be the writer's own words
        codes = coded(known, role, district)
        sure = (role == "area" and share_known(values, district.areas)) or (bool(known) and role in KINDS)
        columns[role] = {"as": Drafted(role, message(f"drafting.what.{role}"), sure, ALL), "heading": [starred(label)]}
        columns[role] |= {"values": codes} if role in KINDS else {}
    others = {label: "" for label in answers if not any(starred(label) in c["heading"] for c in columns.values())}
    return {"like": named_layout("word_form", sure=True), **unread(others), "columns": list(columns.values())}
