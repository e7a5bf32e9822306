"""From the frames of a cycle to everything its chapter shows, counted once: the internal edition here, public.py's."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from vbe_analysis.analysis.answers import SHARE_COLUMNS, knowledge, knowledge_change, response
from vbe_analysis.analysis.counts import REPORTS
from vbe_analysis.analysis.ground import newcomers
from vbe_analysis.analysis.overlaps import OBJECTS, OCCASION
from vbe_analysis.chapter.data import public
from vbe_analysis.chapter.data.facts import Register, at_least, compared, counted, frame_of, index_entries, selector
from vbe_analysis.chapter.data.over_years import count_over_years, over_years_entries
from vbe_analysis.chapter.data.patterns import Patterns, find_patterns, pattern_entries
from vbe_analysis.chapter.data.picture import (
    EventGroup,
    Material,
    OverYears,
    Picture,
    read_material,
    spans_of,
)
from vbe_analysis.chapter.data.plan import plan_of
from vbe_analysis.chapter.data.traces import traces_of_places
from vbe_analysis.disclosure.facts import rule_of
from vbe_analysis.disclosure.policy import (
    ALL,
    INTERNAL,
    LEAST_ANSWERS,
    PUBLIC,
    TRACES,
    Disclosure,
    TableSpec,
    disclosure,
)
from vbe_analysis.disclosure.policy import FILE as PROTECTION
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.settings import FILE, Settings
from vbe_analysis.storage import ACTIVITIES, LOG, OWN_TEXTS, PLAN
from vbe_analysis.vocabulary import EVERY_GROUP, HISTORY, OFFICES, TOTAL
from vbe_analysis.workspace.revision.workbook import read_log
from vbe_analysis.workspace.workspace import Workspace


def open_picture(cycle: str = "", edition: str = INTERNAL, start: str = ".") -> Picture:
    """The picture of a cycle (the newest that has been read in, by default) in the workspace around `start`.

    Raises InputError where the cycle has not been read in.
    """
    workspace = Workspace(start)
    read = [name for name in workspace.cycles if workspace.record(name)]
    name = cycle or (read[-1] if read else workspace.cycles[-1])
    workspace.period(name)
    if name not in read:
        raise InputError([Fault("not_read_in", values={"cycle": name})])
    return make_picture(workspace, name, edition)


def make_picture(workspace: Workspace, cycle: str, edition: str) -> Picture:
    """Count everything once: this cycle, the one before, and the earlier ones for the years.

    The public edition is audited here, so that a notebook never sees more than it may show; raises InputError where it
    cannot be made safe. A picture is kept as long as nothing that it stands on has changed: several notebooks show it.
    """
    return _made(workspace.root, cycle, edition, _stamp(workspace))


def _stamp(workspace: Workspace) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file that a picture stands on."""
    patterns = (
        FILE,
        PROTECTION,
        "data/processed/*/*",
        "data/raw/*/*.xlsx",
        f"{PLAN}/*/{LOG}",
        f"{PLAN}/*/{ACTIVITIES}",
        "reports/*/publicerat-*.json",
        "reports/*/publicerat-*/facts-*.json",
    )
    files = sorted(path for pattern in patterns for path in workspace.root.glob(pattern))
    return tuple((path.as_posix(), path.stat().st_mtime_ns, path.stat().st_size) for path in files)


@lru_cache(maxsize=2)
def _made(root: Path, cycle: str, edition: str, stamp: tuple[tuple[str, int, int], ...]) -> Picture:
    workspace = Workspace(root)
    material = read_material(workspace, cycle)
    answers = workspace.answers(*material.cycles[-2:])
    rules = disclosure(root)
    _check_printed(workspace.settings, rules)
    allowed = rules.public_questions if edition == PUBLIC else workspace.settings.question_labels
    questions = [code for code in answers["question"].unique() if code in workspace.settings.question_labels]
    questions = [code for code in questions if code in allowed]
    known = [knowledge(answers, material.coverage, question, population=True) for question in questions]
    asked = response(answers, material.coverage[material.coverage["cycle"].isin(material.cycles[-2:])])
    shared = {
        "settings": workspace.settings,
        "texts": workspace.raw(cycle) / OWN_TEXTS,
        "vocabulary": workspace.vocabulary,
        "edition": edition,
        "period": material.period,
        "previous": material.previous,
        "rules": rules,
        "specs": rules.tables[edition],
        "knowledge": _shown(known, LEAST_ANSWERS if edition == PUBLIC else 0),
        "breaks": tuple(
            {"cycle": name, "source": entry["source"], "month": entry["date"][:7], "text": entry["text"]}
            for name in material.cycles
            for entry in workspace.record(name).get("breaks", [])
        ),
        "newcomers": newcomers(material.coverage, material.cycles),
        "log": read_log(workspace, cycle),
    }
    changes = (
        [
            (source, question, knowledge_change(answers, question, source, cycle, material.before))
            for question in questions
            for source in answers["source"].unique()
        ]
        if material.before
        else []
    )
    picture_of = public.picture if edition == PUBLIC else _internal
    picture = picture_of(material, asked, {**shared, "changes": tuple(changes)})
    return replace(picture, plan=plan_of(workspace, picture))


def _check_printed(settings: Settings, rules: Disclosure) -> None:
    """Raise InputError where a setting that the chapter prints, of who decided and where, holds personal data."""
    printed = [(FILE, "diarienummer", settings.diarienummer)]
    if rules.choice:
        choice = {"chosen.role": rules.choice.role, "chosen.diarienummer": rules.choice.diarienummer}
        printed += [(PROTECTION, at, text) for at, text in choice.items()]
    held = [(file, at, kinds) for file, at, text in printed if (kinds := kinds_in(text))]
    if held:
        raise InputError(Fault("printed_personal", file, values={"at": at, "kinds": kinds}) for file, at, kinds in held)


def _shown(known: list[pd.DataFrame], least: int) -> pd.DataFrame:
    """The questions' rows in one frame, but those that fewer than `least` have answered."""
    rows = pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=SHARE_COLUMNS)
    return rows[rows["n"] >= least].reset_index(drop=True)


def _internal(material: Material, asked: pd.DataFrame, shared: Mapping[str, Any]) -> Picture:
    trends = material.trends()
    total = material.counted([])
    places = traces_of_places(material)
    counts = {name: frame for spec in shared["specs"] for name, frame in _counted(material, spec, places).items()}
    group = EventGroup(ALL, counts["environment"], total, material.comparison(trends), trends)
    over_years = count_over_years(material, places[0], trends)
    patterns = find_patterns({ALL: trends}, material.coverages(), material.vocabulary, with_presence=True)
    cycle, record = material.cycle, material.workspace.record(material.cycle)
    events = material.workspace.events(cycle)
    named = events["environment"].isin(list(material.vocabulary.environments))
    own = events[named & (events["source"] != HISTORY)]
    inside = own[own["not_counted"] == ""]
    dated = inside[inside["date_from"] == inside["date_to"]]
    sheets = [sheet for entry in record.get("inputs", []) for sheet in entry["sheets"]]
    rejects = material.workspace.rejects(cycle)
    return Picture(
        **shared,
        groups=(group,),
        counts=counts,
        register=_register(material, group, counts, shared["specs"], patterns, over_years),
        coverage=material.coverages()[material.period],
        coverages=material.coverages(),
        response=asked,
        patterns=patterns,
        over_years=over_years,
        units={unit: material.counted(["environment"], unit=unit) for unit in (REPORTS, OBJECTS)},
        overlaps=material.overlaps,
        not_counted=int((own["not_counted"] != "").sum()),
        reports=len(inside),
        open_reports=int((inside["low"] < inside["high"]).sum()),
        clumped=int(dated.duplicated(list(OCCASION)).sum()),
        other_district=sum(sheet["ignored"].get("other_district", 0) for sheet in sheets),
        rejects={str(reason): int(n) for reason, n in rejects["reason"].value_counts().sort_index().items()},
        corrections=record.get("corrections_by_reason", {}),
    )


def _counted(material: Material, table: TableSpec, places: tuple[Material, Material | None]) -> dict[str, pd.DataFrame]:
    """A table's counts by its name; those by area are of `places`, with their total and that of the other sources."""
    keys, spans = table.keys, spans_of(material, table)
    if table.group == TRACES and "area" in keys:
        looked_after, others = places
        counts = {table.name: looked_after.counted(keys, spans)}
        if others is not None:
            counts |= {f"{table.name}_{TOTAL}": looked_after.counted([]), f"{table.name}_{OFFICES}": others.counted([])}
        return counts
    if table.group == ALL:
        return {table.name: material.counted(keys, spans)}
    by_group = material.counted(["group", *keys], spans)
    own = by_group[by_group["group"] == EVERY_GROUP[table.group]].drop(columns="group")
    return {table.name: own.reset_index(drop=True)}


def _register(
    material: Material,
    group: EventGroup,
    counts: Mapping[str, pd.DataFrame],
    specs: tuple[TableSpec, ...],
    patterns: Patterns,
    over_years: OverYears,
) -> Register:
    """Every count of the internal edition; what is compared there is part of a period, so at least so many."""
    words, entries = material.vocabulary, []
    for spec in specs:
        keys = spec.keys
        period = material.period.label if spec.by_tertial else ""
        entries += counted(spec.name, spec.group, counts[spec.name], keys, words, period)
        for name in (f"{spec.name}_{TOTAL}", f"{spec.name}_{OFFICES}"):
            entries += counted(name, spec.group, counts[name], [], words, part=True) if name in counts else []
    if group.total is not None:
        entries += counted("total", ALL, group.total, [], words)
        by_group = material.counted(["group"])
        traces = by_group[by_group["group"] == EVERY_GROUP[TRACES]].drop(columns="group")
        entries += counted("traces_total", TRACES, traces, [], words)
    years = group.trends.table
    counted_years = years[(years["environment"] != TOTAL) & (years["basis"] != HISTORY)]
    entries += counted("ar", ALL, counted_years, ["environment"], words)
    entries += pattern_entries(patterns, [ALL], words)
    entries += over_years_entries(over_years, ALL, words, material.years)
    comparison = group.comparison
    if comparison is not None:
        lines = {**comparison.lines, TOTAL: comparison.total}
        labels = (comparison.previous.label, comparison.current.label)
        entries += compared("jamforelse", ALL, lines, words, labels, with_counts=False)
        for line, change in lines.items():
            own = {} if line == TOTAL else {"miljo": line}
            pairs = zip(labels, (change.previous, change.current), strict=True)
            entries += [
                at_least(f"jamforelse/{line}/{label}", selector(ALL, words, label, **own), interval)
                for label, interval in pairs
                if interval
            ]
    rule = rule_of(disclosure(material.workspace.root))
    return index_entries(filter(None, entries), frame_of(words, material.years, rule, bool(over_years.graffiti)))
