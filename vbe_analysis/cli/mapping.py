"""What a profile's workbook makes of the files that it describes, before anything is read in: for notebook 0_start.

No cell of an office's file is shown. Beside a column stand what was read of its first rows: codes, days and numbers.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from vbe_analysis import frames
from vbe_analysis.analysis.counts import count_events
from vbe_analysis.chapter.quality.offices import rules_in_words
from vbe_analysis.chapter.tables.cells import DASH, interval_of, interval_text
from vbe_analysis.config import message, message_table
from vbe_analysis.document.from_frames import table_of
from vbe_analysis.document.parts import Prose, Table
from vbe_analysis.errors import Fault, InputError, row_in_words, summarised
from vbe_analysis.loaders.cycle import context_of
from vbe_analysis.loaders.deliveries.corrections import apply, decisions_on, read_corrections
from vbe_analysis.loaders.deliveries.workbook_rows import open_book, rows_of
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.loaders.privacy.gate import sheet_names_at_fault
from vbe_analysis.loaders.privacy.names import known_places
from vbe_analysis.loaders.profiles.drafted import OPEN
from vbe_analysis.loaders.profiles.mapping import (
    COLUMNS,
    GUESS,
    HEADINGS,
    LABELS,
    PARTS,
    SETTINGS,
    confirmed,
    label_of_lines,
)
from vbe_analysis.loaders.profiles.profile import Profile, read_profile
from vbe_analysis.loaders.tables.columns import DATE_ROLES
from vbe_analysis.loaders.tables.file import FileResult, read_delivered
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.storage import PROFILES, office_files, profile_files
from vbe_analysis.swedish import number
from vbe_analysis.vocabulary import Term, Vocabulary
from vbe_analysis.workspace.workspace import Workspace

EXAMPLES = 3  # rows of the files that stand beside the columns
NUMBER, PART, HEADING, HOLDS, ROLE, MORE, CHECK, WHY = HEADINGS[COLUMNS]
ABOUT = {COLUMNS: HEADING, LABELS: "Etikett", SETTINGS: "Nyckel"}
# Role -> what is shown of a row: a column of its events, or the answer to a question.
READ_AS = {role: role for role in ("environment", "event_type", "area", "count", "noted", "question")}
READ_AS |= {"place": "area", **dict.fromkeys(DATE_ROLES, "date")}
Row = Mapping[str, str]  # heading -> cell
Numbered = Sequence[tuple[int, Row]]  # with the row's number in the sheet
Place = tuple[str, str, int]  # file, sheet, row


@dataclass(frozen=True, eq=False)
class Mapped:
    """A workbook in data/profiles and what it gives of a cycle's files.

    rows: sheet of the workbook -> its rows; profile: None where the workbook cannot be used;
    results: of each file, in the order of `files`; faults: of the workbook and the files.
    """

    workspace: Workspace
    cycle: str
    book: str
    rows: Mapping[str, Numbered]
    profile: Profile | None
    files: tuple[str, ...]
    results: tuple[FileResult, ...]
    faults: tuple[Fault, ...]

    @cached_property
    def events(self) -> pd.DataFrame:
        """The reports of all files, as frames.EVENTS; a code that nobody has answered yet is "?"."""
        return _stacked([result.events for result in self.results], frames.EVENTS)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """The answers of all files, as frames.ANSWERS."""
        return _stacked([result.answers for result in self.results], frames.ANSWERS)

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Column of the events -> code -> label."""
        words = _with_open(self.workspace.vocabulary)
        terms = {"environment": words.all_environments, "event_type": words.event_types}
        labels = {name: {code: term.label for code, term in own.items()} for name, own in terms.items()}
        return {**labels, "area": {**self.workspace.settings.areas, OPEN: _word("waiting"), "": ""}}

    @cached_property
    def headings(self) -> Mapping[str, str]:
        """Nr -> the first heading of a column or group, and of the group for its levels."""
        lines = {row[NUMBER]: row[HEADING].splitlines() or [""] for _, row in self.rows[COLUMNS]}
        first = {part: own[0] + (" …" if len(own) > 1 else "") for part, own in lines.items()}
        return {part: heading or first.get(part.rpartition(" ")[0], "") for part, heading in first.items()}


def _stacked(parts: Iterable[pd.DataFrame], contract: Mapping[str, frames.FrameColumn]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return frames.conform(pd.concat(filled, ignore_index=True), contract) if filled else frames.empty(contract)


def books(workspace: Workspace) -> list[Path]:
    """The profiles of the workspace that are workbooks."""
    return [path for path in profile_files(workspace.root / PROFILES) if path.suffix == ".xlsx"]


def no_mapping(workspace: Workspace, cycle: str) -> Mapped:
    """What there is to show where no profile is a workbook: nothing."""
    return Mapped(workspace, cycle, "", dict.fromkeys(HEADINGS, ()), None, (), (), ())


def read_mapping(workspace: Workspace, cycle: str, book: Path) -> Mapped:
    """Read the workbook, and through it the cycle's files that it names; guesses hold, questions are a code "?".

    Raises InputError where the workbook cannot be opened; what else is wrong is in `faults`.
    """
    problems, results, profile = list[Fault](), dict[str, FileResult](), None
    with FileReader() as reader:
        sheets = open_book(book, reader)
        read = {sheet: [*rows_of(sheets, book.name, sheet, HEADINGS[sheet], problems)] for sheet in HEADINGS}
        rows = {
            sheet: [
                (number, {heading: _clear(cell) for heading, cell in zip(HEADINGS[sheet], cells, strict=True)})
                for number, cells in of_sheet
            ]
            for sheet, of_sheet in confirmed(read).items()
        }
        try:
            profile = read_profile(book, reader)
            problems += _unknown_source(workspace, book.name, profile.source, rows[SETTINGS])
            for path in office_files(workspace.raw(cycle)):
                if _is_of(path.name, profile.files):
                    results[path.name] = _read(workspace, cycle, profile, path, reader)
        except InputError as error:
            problems += error.faults
    problems += [fault for result in results.values() for fault in (*result.refusals, *result.faults)]
    files, faults = tuple(results), summarised(problems)
    return Mapped(workspace, cycle, book.name, rows, profile, files, tuple(results.values()), faults)


def _clear(cell: Any) -> str:
    """What stands in a cell of the workbook, unless it holds personal data."""
    text = label_of_lines(cell)
    return _word("hidden") if kinds_in(text) else text


def _unknown_source(workspace: Workspace, book: str, source: str, rows: Numbered) -> Iterator[Fault]:
    known = workspace.vocabulary.sources
    if source not in (*known, OPEN):
        row = next((number for number, row in rows if row[ABOUT[SETTINGS]] == "source"), None)
        yield Fault("unknown_source", book, SETTINGS, row, values={"known": ", ".join(known)})


def _is_of(name: str, patterns: Iterable[str]) -> bool:
    matches = any(fnmatchcase(normalise(name), normalise(pattern)) for pattern in patterns)
    return matches and not kinds_in(name)


def _read(workspace: Workspace, cycle: str, profile: Profile, path: Path, reader: FileReader) -> FileResult:
    raw, settings, period = reader.read(path, profile.file), workspace.settings, workspace.period(cycle)
    if private := sheet_names_at_fault(raw):
        raise InputError(private)
    own = decisions_on(raw, read_corrections(workspace.raw(cycle), reader))
    context = context_of(settings, profile, cycle, raw.name, (period.start, period.end))
    context = replace(context, vocabulary=_with_open(context.vocabulary), areas={**context.areas, OPEN: OPEN})
    with known_places([*settings.places, *settings.areas.values(), *settings.areas_outside]):
        return read_delivered(apply(raw, own, {}, []), context, period, own)


def _with_open(words: Vocabulary) -> Vocabulary:
    """The vocabulary with the code of a question that nobody has answered yet."""
    waiting = {OPEN: Term(OPEN, _word("waiting"), _word("waiting"))}
    return replace(words, environments={**words.environments, **waiting}, event_types={**words.event_types, **waiting})


def summary(mapped: Mapped) -> Prose:
    """Which files the workbook describes, how many events they give, and how many rows are left out."""
    if not mapped.book:
        return Prose(_word("no_book"))
    lines, files = list[str](), ", ".join(f"`{name}`" for name in mapped.files)
    if mapped.profile is None:
        which = _word("unusable")
    elif not mapped.files:
        which = _word("no_file")
    else:
        which = _word("files", files=files)
        refused = any(result.refusals for result in mapped.results)
        lines.append(_word("refused") if refused else _numbers(mapped, mapped.profile.source))
    left = len([*_left(mapped)])
    book = f"{_word('book', book=mapped.book, cycle=mapped.cycle)} {which}"
    return Prose("\n\n".join([book, *lines, _word("left" if left else "none_left", count=left)]))


def _numbers(mapped: Mapped, source: str) -> str:
    """The events by environment, the reports outside the period, and what became of the rows."""
    events, period, words = mapped.events, mapped.workspace.period(mapped.cycle), mapped.workspace.vocabulary
    columns = {"month": period.months, "cycle": mapped.cycle, "source": source, "straddled": False}
    columns |= {"status": frames.DELIVERED, "asked": None, "answered": None}
    columns |= dict.fromkeys(("environment", "version", "break_before"), "")
    coverage = frames.conform(pd.DataFrame(columns), frames.COVERAGE)
    count = partial(count_events, events, coverage, periods=[period], vocabulary=_with_open(words))
    total, by_environment = count([]).to_dict("records"), count("environment").to_dict("records")
    names = mapped.labels["environment"]
    parts = [f"{names[row['environment']]}: {_events(row)}" for row in by_environment if row["reports"]]
    sentences = [_word("events", events=_events(total[0]), reports=number(len(events)), by="; ".join(parts) or DASH)]
    if outside := int((events["not_counted"] != "").sum()):
        sentences.append(_word("outside", count=outside))
    outcomes = [of_sheet for result in mapped.results for of_sheet in result.outcomes]
    loaded, rejected = (sum(len(getattr(of_sheet, name)) for of_sheet in outcomes) for name in ("loaded", "rejected"))
    rows = sum(len(of_sheet.by_row) for of_sheet in outcomes)
    ignored = rows - loaded - rejected
    return " ".join((*sentences, message("cli.rows", rows=rows, loaded=loaded, ignored=ignored, rejected=rejected)))


def _events(row: Mapping[Any, object]) -> str:
    return interval_text(interval_of(row))


def left_to_do(mapped: Mapped) -> Table:
    """A row for each fault, then for each row of the workbook that is a question, then for each that is a guess."""
    return _table("kvar", ("where", "kind", "about", "why"), [*_left(mapped)])


def _left(mapped: Mapped) -> Iterator[tuple[str, ...]]:
    for fault in mapped.faults:
        yield (fault.place or mapped.book, _word("fault"), fault.text, fault.remedy)
    lines = [
        (_word("place", sheet=sheet, row=at), _check(row), row[ABOUT[sheet]] or mapped.headings[row[NUMBER]], row[WHY])
        for sheet, rows in mapped.rows.items()
        for at, row in rows
    ]
    for kind in (_word("question"), GUESS):
        yield from (line for line in lines if line[1] == kind)


def _check(row: Row) -> str:
    """What the row's Kontroll says; that it is a question where an answer is open."""
    answers = [cell for heading, cell in row.items() if heading not in (CHECK, WHY)]
    is_open = OPEN in answers or any(f'"{OPEN}"' in cell for cell in answers)
    return _word("question") if is_open else normalise(row[CHECK])


def columns(mapped: Mapped) -> Table:
    """A row for each column, group or level that is read: its role, and what was read of the files' first rows."""
    examples = [_word("example", number=place) for place in range(1, EXAMPLES + 1)]
    roles = {normalise(word): role for role, word in message_table("mapping.roles").items()}
    rows: list[tuple[str, ...]] = []
    tables = dict.fromkeys(row[NUMBER].partition(" ")[0] for _, row in mapped.rows[COLUMNS])
    for table in tables:
        places = _first_rows(mapped, table)
        names = [_place_in_words(mapped, place) for place in places]
        rows.append((_word("table", table=table) if len(tables) > 1 else _word("rows"), "", "", *_padded(names)))
        for _, row in mapped.rows[COLUMNS]:
            if row[ROLE] and row[NUMBER].partition(" ")[0] == table:
                role = roles.get(normalise(row[ROLE]), row[ROLE])
                values = [_value(mapped, place, role, row[MORE]) for place in places]
                about = (mapped.headings[row[NUMBER]], row[ROLE], _check(row))
                rows.append((*about, *_padded(values)))
        known = {READ_AS.get(roles.get(normalise(cells[1]), "")) for cells in rows}
        for role in ("date", "environment", "event_type", "area", "count"):
            values = [_value(mapped, place, role, "") for place in places]
            if role not in known and any(values):
                rows.append((_word("elsewhere"), message(f"mapping.roles.{role}"), "", *_padded(values)))
    return _table("kolumner", ("heading", "role", "check"), rows, examples)


def _padded(texts: Sequence[str]) -> list[str]:
    return [*texts, *[""] * EXAMPLES][:EXAMPLES]


def _first_rows(mapped: Mapped, table: str) -> list[Place]:
    """The first rows that gave a table ("T1") something: reports before answers."""
    tables = {f"T{number}": own for number, own in enumerate(mapped.profile.tables if mapped.profile else (), 1)}
    patterns = [normalise(pattern) for pattern in tables[table].sheets] if table in tables else []
    both = pd.concat([frame[["file", "sheet", "row"]] for frame in (mapped.events, mapped.answers)])
    places = dict.fromkeys((str(file), str(sheet), int(row)) for file, sheet, row in both.itertuples(index=False))
    return [p for p in places if any(fnmatchcase(normalise(p[1]), pattern) for pattern in patterns)][:EXAMPLES]


def _place_in_words(mapped: Mapped, place: Place) -> str:
    file, sheet, row = place
    return ", ".join(filter(None, (file if len(mapped.files) > 1 else "", sheet, row_in_words(str(row), sheet))))


def _value(mapped: Mapped, place: Place, role: str, more: str) -> str:
    """What was read of a row by a role, in words; "" for what is no code, day or number."""
    kind = READ_AS.get(role, "")
    frame = mapped.answers if kind in ("noted", "question") else mapped.events
    rows = frame[(frame["file"] == place[0]) & (frame["sheet"] == place[1]) & (frame["row"] == place[2])]
    if kind in mapped.labels:
        values = [mapped.labels[kind][code] for code in rows[kind]]
    elif kind == "date":
        days = zip(rows["date_from"].dt.date, rows["date_to"].dt.date, strict=True)
        values = [f"{first}" if first == last else f"{first}–{last}" for first, last in days]
    elif kind == "count":
        ends = zip(rows["low"], rows["high"], strict=True)
        values = [_word("number", number=interval_text(interval)) for interval in ends]
    elif kind:
        question = _question(more) if kind == "question" else kind
        values = [*rows.loc[rows["question"] == question, "answer"]]
    else:
        values = []
    return ", ".join(dict.fromkeys(filter(None, values)))


def _question(more: str) -> str:
    """The id of a question, from the cell Övrigt of its column."""
    try:
        return str(tomllib.loads(more).get("question", ""))
    except tomllib.TOMLDecodeError:  # told as a fault
        return ""


def labels(mapped: Mapped) -> Table:
    """A row for each label that the workbook gives a code."""
    names = {code: label for own in mapped.labels.values() for code, label in own.items()}
    rows = [
        (
            mapped.headings.get(row[NUMBER], ""),
            row["Etikett"],
            row["Antal"],
            names.get(row["Kod"], row["Kod"]),
            _check(row),
        )
        for _, row in mapped.rows[LABELS]
    ]
    return _table("etiketter", ("heading", "label", "count", "code", "check"), rows)


def unread(mapped: Mapped) -> Table:
    """What is not read: the columns without a role, the rows that a rule leaves out, and every notice."""
    roles = [message(f"mapping.roles.{role}") for role in ("drop", "text")]
    rows = [
        (_word("column"), mapped.headings[row[NUMBER]], row[HOLDS])
        for _, row in mapped.rows[COLUMNS]
        if row[PART] == PARTS["K"] and row[ROLE] in ("", *roles)
    ]
    for result in mapped.results:
        for of_sheet in result.outcomes:
            if ignored := {rule: len(numbers) for rule, numbers in of_sheet.ignored().items()}:
                place = ", ".join(filter(None, (of_sheet.file, of_sheet.sheet)))
                rows.append((_word("rows_left"), place, rules_in_words(ignored)))
        rows += [(_word("notice"), notice.place, f"{notice.text} {notice.remedy}") for notice in result.notices]
    return _table("olast", ("kind", "where", "what"), rows)


def _table(name: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]], more: Sequence[str] = ()) -> Table:
    """A table of the rows, or of one row that says that there is nothing to show. more: headings after `columns`."""
    header = [*map(_word, columns), *more] if rows else [message("explore.nothing")]
    cells = [[cell or DASH for cell in row] for row in rows] or [[message("explore.nothing_to_show")]]
    frame = pd.DataFrame(cells, columns=header, dtype="object")
    return table_of(frame, id=name, title=_word(f"title_{name}"), source=_word("source"))


def _word(key: str, /, **values: object) -> str:
    return message(f"mapped.{key}", **values)
