"""A table's draft as a profile has it: its layout by name, and each column, group and rule with its reason."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from typing import Any

import numpy as np

from vbe_analysis.config import load, message
from vbe_analysis.loaders.files.raw import column_letter
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.profiles.code_words import (
    KINDS,
    LIKE,
    WORDS,
    code_of_label,
    holds_word,
    kind_of_labels,
    says_nothing_else,
)
from vbe_analysis.loaders.profiles.drafted import HOLDS, OPEN, UNREAD, Drafted, plain
from vbe_analysis.loaders.profiles.layouts import known_layouts
from vbe_analysis.loaders.profiles.table_draft import (
    TWO_ROWS,
    District,
    TableDraft,
    all_numbers,
    grouped_columns,
    holds_ticks,
    is_filled,
    item_of,
    kind_of_battery,
    repeats_choices,
    share_known,
)
from vbe_analysis.loaders.profiles.unknown import CODES_AND_TEXTS, Guess, UnknownTable, names_role
from vbe_analysis.loaders.values.cells import is_heading, label_of, normalise
from vbe_analysis.vocabulary import REFERENCE, UNKNOWN

YES_WORDS = ("ja", "yes", "y")
FORMS = "forms"
RARE = 5  # times as often stands the label of which another is a slip of the hand
ALL = 1_000_000_000  # rows: what decides a whole file
_MONTH = "(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-zåäö]*\\.? +"
_YEAR = re.compile(rf"(?:{_MONTH})?\b(?:19|20)\d\d\b(?: *[-–/] *(?:{_MONTH})?(?:(?:19|20)\d\d|\d\d)\b)?", re.IGNORECASE)


def table_content(draft: TableDraft, several: bool) -> dict[str, Any]:
    """The table as a profile has it. several: whether the file has other sheets too."""
    layout = layout_of(draft)
    names = [part.sheet.name for part in (draft.table, *draft.table.more)]
    parts: dict[str, Any] = {"like": layout} if layout else {}
    known = known_layouts().get(layout.value if layout else "", {})
    if not known:
        parts["shape"] = Drafted(draft.shape, message("drafting.what.shape"), decides=ALL)
    if several and not any(map(kinds_in, names)):
        why = message("drafting.what.sheets")
        parts["sheets"] = Drafted(list(dict.fromkeys(map(starred, names))), why, sure=True)
    if draft.table.header_rows != known.get("header_rows", 1):
        parts["header_rows"] = Drafted(draft.table.header_rows, message("drafting.what.header_rows"), sure=True)
    if draft.table.tool == CODES_AND_TEXTS and draft.table.header_rows > 1:
        parts["header_join"] = ". "
    parts |= _constants(draft, known)
    columns = [part for role in draft.roles for part in _columns_of(draft, role)]
    columns.sort(key=lambda column: plain(column["as"]) != "label")  # what a label says of the environment gives way
    if draft.scope:
        column = _condition_column(draft, draft.scope.index)
        key = "letter" if column == column_letter(draft.scope.index) else "heading"
        role = Drafted("filter", message("drafting.what.filter"), sure=True)
        columns.append({"as": role, key: column if key == "letter" else [column]})
    groups = [*_wide(draft, known), *_grouped(draft)]
    parts |= {"columns": columns} if columns else {}
    parts |= {"groups": groups} if groups else {}
    parts |= _rules(draft, known)
    used = {i for indices in draft.roles.values() for i in indices} | set(grouped_columns(draft))
    used |= {draft.scope.index} if draft.scope else set()
    rest = {h: _holds(draft, i) for i, h in enumerate(draft.table.headings) if i not in used and is_filled(draft, i)}
    return unread({h: kind for h, kind in rest.items() if not is_heading(draft.table.own, h)}) | parts


def _holds(draft: TableDraft, index: int) -> str:
    """What kind of cells a column holds, and how many; none of them is shown."""
    g, raw = draft.guesses[index], draft.table.column(index)
    kind = "personal" if g.personal else "labels" if g.labels else "dates" if g.role in ("date", "year") else ""
    kind = kind or ("numbers" if all_numbers(raw) else "texts")
    return message(f"mapping.holds.{kind}", cells=int(raw.filled().sum()), labels=len(g.labels))


def layout_of(draft: TableDraft) -> Drafted | None:
    """The layout by its name, where one fits."""
    table = draft.table
    if table.tool:
        answers = any(kind == "" for kind in map(partial(kind_of_battery, draft), draft.groups))
        matrix = table.tool == FORMS and draft.groups and answers
        return named_layout(
            "forms_matrix" if matrix else "forms_list" if table.tool == FORMS else table.tool, sure=True
        )
    if draft.shape == "survey":
        return named_layout("survey_ticks" if draft.groups and table.header_rows == TWO_ROWS else "survey_rows")
    if draft.shape == "counts":
        crosstab = {"date": "environment", "environment": "date"}.get(draft.level, "")
        name = "crosstab_periods" if draft.level == "date" else "crosstab_environments"
        return named_layout(name, sure=True) if crosstab in draft.roles else None
    if table.total_column is not None:
        return named_layout("sheets_with_sums", sure=True)
    rows = named_layout("report_rows", sure="date" in draft.roles and bool(draft.roles.keys() & set(KINDS)))
    dated = draft.roles.keys() & {"date", "year"}
    return rows if dated else replace(rows, why=f"{rows.why}; {message('drafting.what.no_date')}")


def _constants(draft: TableDraft, layout: Mapping[str, Any]) -> dict[str, Any]:
    """Codes of all rows, where no column says them: for a person to fill in."""
    if draft.shape not in ("reports", "counts"):
        return {}
    given = {*draft.roles, draft.level, *layout.get("constants", {})}
    missing = [kind for kind in KINDS if kind not in given]
    constants, why = dict(layout.get("constants", {})), []
    for kind in missing:
        code, word = code_of_label(draft.title, kind) if kind == "event_type" else ("", "")
        constants[kind] = code or OPEN
        codes = ", ".join(draft.district.terms(kind))
        key = f"drafting.what.{'constant' if code else 'no_' + kind}"
        why.append(message(key, word=word, codes=codes))
    return {"constants": Drafted(constants, "; ".join(why), decides=ALL)} if missing else {}


def _columns_of(draft: TableDraft, role: str) -> Iterator[dict[str, Any]]:
    for number, index in enumerate(draft.roles[role], 1):
        g, heading = draft.guesses[index], draft.table.headings[index]
        why = message(f"drafting.what.{role}")
        sure = _is_sure(draft, role, index)
        column: dict[str, Any] = {HOLDS: _holds(draft, index), "as": Drafted(role, why, sure, ALL)}
        if not heading or kinds_in(heading):
            column["letter"] = column_letter(index)
        else:
            pattern = starred(heading)
            twice = sum(starred(other) == pattern for other in draft.table.headings) > 1
            column["heading"] = [heading if twice else pattern]
            column |= _wordings(draft, role, index, column["heading"])
        layout = layout_of(draft)
        if g.choices and not (layout and layout.value.startswith("forms") and role in KINDS):
            column["many"] = Drafted(True, message("drafting.what.many"), sure=True)
        if role in KINDS:
            column |= _blank(draft, role, index)
            column["values"] = coded(_cells_of(draft, index, g), role, draft.district)
            if role == "event_type" and (blanks := _blanks_by_type(draft)):
                column["as"] = Drafted("label", message("drafting.what.label"), sure, ALL)
                column["values"] = _with_environment(column["values"], blanks)
        elif role == "question":
            column |= _question(draft, heading, g, number)
        elif role == "unit_kind":
            column["values"] = list(g.labels)
        yield column


def _wordings(draft: TableDraft, role: str, index: int, heading: list[str]) -> dict[str, Any]:
    """The wordings of other years, where a column in the same place has the same labels: versions of a question."""
    own = {normalise(label) for label in draft.guesses[index].labels}
    wordings = list[str]()
    for part in draft.table.more:
        raw = part.own_column(index)
        labels = {normalise(label_of(raw.cells[code])) for code in raw.used() if raw.cells[code] is not None}
        if index in part.reworded and labels and labels <= own and starred(part.reworded[index]) not in wordings:
            wordings.append(starred(part.reworded[index]))
    if not wordings:
        return {}
    if role != "question":
        return {"heading": Drafted([*heading, *wordings], message("drafting.what.reworded"))}
    versions = {f"v{number}": [wording] for number, wording in enumerate([*wordings, *heading], 1)}
    return {"heading": [], "versions": Drafted(versions, message("drafting.what.versions"))}


def _cells_of(draft: TableDraft, index: int, g: Guess) -> dict[str, int]:
    """The labels with the number of cells that hold each; a slip of the hand is left for a correction."""
    raw, cells = draft.table.column(index), Counter[str]()
    for code in raw.codes.tolist():
        parts = label_of(raw.cells[code])
        cells.update(part.strip() for part in (parts.split(draft.table.separator) if g.choices else [parts]))
    words = {label: code_of_label(label, g.role, draft.district.terms(g.role))[1] for label in g.labels}
    unsure = [label for label, word in words.items() if not word or word not in normalise(label)]
    slips = {
        label
        for label in unsure
        if get_close_matches(label, [other for other in g.labels if cells[other] >= RARE * cells[label]], 1, LIKE)
    }
    return {label: cells[label] for label in g.labels if label not in slips}


def _blanks_by_type(draft: TableDraft) -> dict[str, tuple[int, int]]:
    """Label of an event type -> (rows without an environment, rows), where the source has two labels of one type: one
    whose environment is stated as a rule ("Klotter, grovt"), so that a blank is not known, and one that states none.
    """
    indices = {kind: draft.roles.get(kind, []) for kind in KINDS}
    if any(len(of_kind) != 1 for of_kind in indices.values()):
        return {}
    (environment,), (kind,) = indices["environment"], indices["event_type"]
    g = draft.guesses[kind]
    if g.choices or not _blank(draft, "environment", environment, by_type=False):
        return {}
    raw, filled = draft.table.column(kind), draft.table.column(environment).filled()
    blanks = dict[str, tuple[int, int]]()
    for label in _cells_of(draft, kind, g):
        codes = [code for code in raw.used() if normalise(label_of(raw.cells[code])) == normalise(label)]
        of_type = np.isin(raw.codes, codes)
        blanks[label] = (int((of_type & ~filled).sum()), int(of_type.sum()))
    types = {label: code_of_label(label, "event_type", draft.district.terms("event_type"))[0] for label in blanks}
    silent = {types[label] for label, (blank, rows) in blanks.items() if 2 * blank >= rows}
    stated = {types[label] for label, (blank, rows) in blanks.items() if 0 < 2 * blank < rows}
    return blanks if (silent & stated) - {""} else {}


def _with_environment(types: Mapping[str, Drafted], blanks: Mapping[str, tuple[int, int]]) -> dict[str, Drafted]:
    """Each type with the environment of its rows that state none: not known for the label that is apart, else asked."""
    codes = dict[str, Drafted]()
    silent = {types[label].value for label, (blank, rows) in blanks.items() if 2 * blank >= rows}
    for label, code in types.items():
        blank, rows = blanks[label]
        is_apart = 2 * blank < rows and code.value in silent
        kind = "" if not blank else "unclear" if is_apart else "blank"
        values = {"event_type": code.value} | ({"environment": UNKNOWN if kind == "unclear" else OPEN} if kind else {})
        why = [] if kind and code.sure else [code.why]
        why += [message(f"drafting.what.{kind}_type", label=label, blank=blank, rows=rows)] if kind else []
        decides = blank if kind == "blank" else code.decides
        codes[label] = Drafted(values, "; ".join(why), code.sure and not kind, decides)
    return codes


def _blank(draft: TableDraft, role: str, index: int, by_type: bool = True) -> dict[str, Any]:
    """What a blank environment means in a source of physical traces, where it decides most: to be filled in."""
    if role != "environment" or draft.shape != "reports":
        return {}
    raw = draft.table.column(index)
    filled = raw.filled()
    types = [draft.guesses[i].labels for i in draft.roles.get("event_type", ())]
    codes = {code_of_label(label, "event_type")[0] for labels in types for label in labels} - {""}
    blanks = int((~filled).sum())
    if 10 * blanks <= len(filled) or (codes and not codes <= set(load(WORDS)["traces"])) or draft.scope:
        return {}
    if by_type and _blanks_by_type(draft):  # each type says it
        return {}
    why = message("drafting.what.blank", blank=blanks, rows=len(filled))
    return {"blank": Drafted(OPEN, why, decides=blanks)}


def _is_sure(draft: TableDraft, role: str, index: int) -> bool:
    """Whether heading and content say the same and nothing else could be meant: no one has to confirm it."""
    g, words = draft.guesses[index], normalise(draft.table.headings[index])
    labels = g.labels
    if role in KINDS:
        return names_role(role, words) and kind_of_labels(labels) == role
    if role in ("area", "place"):
        return share_known(labels, draft.district.areas if role == "area" else draft.district.places)
    if role == "date":
        others = [i for i, other in draft.guesses.items() if other.role == "date" and i != index]
        return draft.shape == "counts" or (not others and names_role("happened", words))
    if role == "key":  # of two rows with one number one is left out
        raw = draft.table.column(index)
        return int(raw.filled().sum()) == len(set(raw.codes[raw.filled()].tolist()))
    return role in ("question", "unit_kind", "row_total", "unit")


def _question(draft: TableDraft, heading: str, g: Guess, number: int) -> dict[str, Any]:
    asked = [code for code, words in load(WORDS)["question"].items() if any(w in normalise(heading) for w in words)]
    name, known = asked[0] if len(asked) == 1 else f"fraga_{number}", len(asked) == 1
    why = message("drafting.what.known_question" if known else "drafting.what.question_id")
    return {"question": Drafted(name, why, sure=not known)} | _yes(g.labels) | {"values": _answers(g.labels)}


def _answers(labels: Iterable[str]) -> dict[str, Drafted]:
    """Answer -> its code: the answer in its normal form."""
    return {label: Drafted(normalise(label), message("drafting.what.answer"), sure=True) for label in labels}


def _yes(labels: Iterable[str]) -> dict[str, Any]:
    """Which of the answers mean yes; nothing where none looks so."""
    yes = [label for label in labels if normalise(label).partition(",")[0] in YES_WORDS]
    sure = all(normalise(label) in YES_WORDS for label in yes)
    return {"yes": Drafted(yes, message("drafting.what.yes"), sure=sure)} if yes else {}


def _wide(draft: TableDraft, layout: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The group of a table of counts: a column for each period or environment."""
    if not draft.level:
        return
    used = {i for columns in draft.roles.values() for i in columns} | set(draft.numbers)
    headings = [draft.table.headings[i] for i in draft.numbers]
    others = [h for i, h in enumerate(draft.table.headings) if i not in used and h and not kinds_in(h)]
    group: dict[str, Any] = {}
    if not layout:
        group["heading"] = Drafted(["*"], message("drafting.what.wide"))
    if others:
        group["exclude"] = others
    level: dict[str, Any] = {} if layout else {"as": Drafted(draft.level, message("drafting.what.level"))}
    if draft.level == "environment":
        named = {heading: ALL for heading in headings if heading and not kinds_in(heading)}
        level["values"] = coded(named, draft.level, draft.district)
    if group or level:
        yield group | ({"levels": [level]} if level else {})


def _grouped(draft: TableDraft) -> Iterator[dict[str, Any]]:
    taken = {i for members in draft.groups.values() for i, _ in members}
    for number, (stem, members) in enumerate(draft.groups.items(), 1):
        others = [h for i, h in enumerate(draft.table.headings) if is_heading((stem,), h) and i not in taken]
        yield _battery(draft, stem, members, number, [h for h in others if not kinds_in(h)])


def _battery(
    draft: TableDraft, stem: str, members: list[tuple[int, Guess]], number: int, others: list[str]
) -> dict[str, Any]:
    labels = list(dict.fromkeys(label for _, g in members for label in g.labels))
    ticks, repeated = holds_ticks(draft, stem), repeats_choices(draft, stem)
    kind = kind_of_battery(draft, stem)
    group: dict[str, Any] = {"heading": _patterns(draft.table, members, stem)}
    if not kind:
        group["question"] = Drafted(f"grupp_{number}", message("drafting.what.question_id"), sure=True)
    group["holds"] = Drafted("tick" if ticks else "answer", message("drafting.what.battery"), sure=True)
    if others:
        group["exclude"] = others
    if ticks and repeated:
        group["ticked"] = ["*"]
    elif ticks:
        yes = [label for label in labels if normalise(label) in (*YES_WORDS, "x", "1", "quoted")]
        group["ticked"] = yes
        group["unticked"] = ["", *(label for label in labels if label not in yes and normalise(label) != "n/a")]
        group["missing"] = [label for label in labels if normalise(label) == "n/a"]
    else:
        group |= {"values": labels} | _yes(labels)
    items = {item_of(stem, draft.table.headings[i]): ALL for i, _ in members}
    level: dict[str, Any] = {"as": "item"}
    if kind:
        level = {"as": Drafted(kind, message(f"drafting.what.{kind}"), sure=True)}
        level["values"] = coded(items, kind, draft.district)
    return group | {"levels": [level]}


def _patterns(table: UnknownTable, members: list[tuple[int, Guess]], stem: str) -> list[str]:
    """The group's heading: the stem, or one for each column where a code of its own stands first."""
    if table.tool != CODES_AND_TEXTS:
        return [stem]
    return [table.headings[i][: table.headings[i].rindex("[")] + "[*]" for i, _ in members]


def _rules(draft: TableDraft, layout: Mapping[str, Any]) -> dict[str, Any]:
    """Rows that hold sums, where they do not stand in column A, and rows that do not concern VBE."""
    rules: dict[str, Any] = {}
    if draft.scope:
        where = {"column": _condition_column(draft, draft.scope.index), **draft.scope.condition}
        why = message("drafting.what.scope")
        rules["ignore"] = [{"rule": Drafted("not_vbe", why, decides=ALL), "where": [where]}]
    at = draft.table.total_column
    if at and "totals" in layout:
        name = _condition_column(draft, at)
        rules["totals"] = [
            {**rule, "where": [{**test, "column": name} for test in rule["where"]]} for rule in layout["totals"]
        ]
    return rules


def _condition_column(draft: TableDraft, index: int) -> str:
    heading = draft.table.headings[index]
    return column_letter(index) if not heading or kinds_in(heading) else heading


def coded(labels: Mapping[str, int], kind: str, district: District) -> dict[str, Drafted]:
    """label -> its code, or OPEN. labels: with the number of cells that hold each."""
    codes = dict[str, Drafted]()
    guessed = {label: code_of_label(label, kind, district.terms(kind)) for label in labels}
    for label, cells in labels.items():
        code, word = guessed[label]
        if not code and kind == "environment" and holds_word(label, "rest"):
            others = [known for known, _ in guessed.values() if known == REFERENCE]
            code, word = (REFERENCE, message("drafting.rest")) if len(others) > 1 else ("", "")
        sure = bool(code) and says_nothing_else(label, kind, word)
        known = ", ".join(district.terms(kind))
        why = message("drafting.what.code", word=word)
        if not code:
            why = message("drafting.what.no_code", label=label, cells=cells, codes=known)
        codes[label] = Drafted(code or OPEN, why, sure, cells)
    return codes


def named_layout(name: str, sure: bool = False) -> Drafted:
    return Drafted(name, known_layouts()[name]["label"], sure, ALL)


def unread(headings: Mapping[str, str]) -> dict[str, Any]:
    """The headings of the columns which the draft does not read, with what their cells are."""
    named = {heading: kind for heading, kind in headings.items() if heading and not kinds_in(heading)}
    return {UNREAD: named} if named else {}


def starred(text: str) -> str:
    """The text with `*` for its years, so that it fits next year's file too; as it is where nothing else stands there.

    >>> starred("Har du under maj 2017–april 2018 noterat något?"), starred("2021")
    ('Har du under * noterat något?', '2021')
    """
    starred = re.sub(r"\*[\s*]*\*", "*", _YEAR.sub("*", text))
    return starred if re.search(r"[^\W\d_]{2}", starred) else text
