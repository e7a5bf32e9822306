"""What the notebooks 1_underlag and 2_jamforelse show the analyst, and counts as a table: no function to write."""

from collections.abc import Sequence

import pandas as pd

from vbe_analysis.analysis import ground
from vbe_analysis.analysis.comparison import Comparison
from vbe_analysis.analysis.ground import Outside
from vbe_analysis.chapter.charts.alt_texts import counts_alt, periods_kind
from vbe_analysis.chapter.charts.lanes import draw_periods
from vbe_analysis.chapter.data.source_months import source_months
from vbe_analysis.chapter.quality.offices import reason_in_words, rules_in_words
from vbe_analysis.chapter.tables.analysis import source_counts
from vbe_analysis.chapter.tables.cells import DASH, KEYS, interval_of, interval_text, labels_of, with_events, word
from vbe_analysis.chapter.tables.grid import counts_data, grid
from vbe_analysis.chapter.text.section import sentence
from vbe_analysis.config import message
from vbe_analysis.document.from_frames import figure_of, table_of
from vbe_analysis.document.parts import Figure, Prose, Table, Value
from vbe_analysis.errors import fault
from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING, Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import number, swedish_date
from vbe_analysis.vocabulary import HISTORY
from vbe_analysis.workspace.workspace import Workspace


def by_period(workspace: Workspace, counts: pd.DataFrame) -> pd.DataFrame:
    """Counts as the chapter writes them: a row for each value of the keys in Swedish, a column for each period.

    counts: of `ws.counts` or `count_events`. A cell is a whole number where the count is exact, else words: "9–15",
    "2 (delvis)", "uppgift saknas". The frame goes into `table_of` as it is.

    >>> ws = vbe.Workspace(".")
    >>> shown = vbe.explore.by_period(ws, ws.counts("source", "2020", "2021"))
    >>> shown.values.tolist()[-2:]
    [['IA', '2 (delvis)', 2], ['Lokalpolisen', 0, '1–4']]
    >>> vbe.table_of(shown, id="kallor", title="Händelser efter källa", source="kontoren").header
    ('Källa', '2019/20', '2020/21')
    """
    labelled = workspace.labels(counts)
    keys = [*labelled][: [*counts].index("period")]
    rows = labelled[keys].agg(", ".join, axis=1) if keys else pd.Series(word("total"), index=counts.index)
    table = grid(counts.assign(key=rows), "key", {row: row for row in rows}, "period", _names(workspace, counts))
    return counts_data(table, ", ".join(keys) or word("events"))


def _names(workspace: Workspace, counts: pd.DataFrame) -> dict[str, str]:
    """Period's label -> what a reader calls it."""
    cycles = {cycle: workspace.period(cycle).name for cycle in workspace.cycles}
    return {label: cycles.get(label, label) for label in counts["period"]}


def deliveries(workspace: Workspace, cycle: str) -> Table:
    """A row a source: months by status, and how many answered a survey."""
    statuses = (DELIVERED, NOTHING, NOT_DELIVERED, NOT_ASKED)
    sources = source_months(workspace.coverage(cycle), workspace.vocabulary).values()
    rows = [
        (own.source.label, *(swedish_months(own.of(status)) or DASH for status in statuses), own.asked, own.answered)
        for own in sources
        if own.statuses
    ]
    return _material_table("leveranser", ("source", *statuses, "asked", "answered"), rows)


def rows(workspace: Workspace, cycle: str) -> Table:
    """A row a sheet: rows in the file = loaded + ignored by named rules + rejected."""
    cells = []
    for entry in workspace.record(cycle).get("inputs", []):
        for sheet in entry["sheets"]:
            ignored = rules_in_words(sheet["ignored"]) or DASH
            counts = (sheet["rows"], sheet["loaded"], ignored, sheet["rejected"])
            cells.append((entry["file"], sheet["sheet"] or DASH, *counts))
    return _material_table("rader", ("file", "sheet", "rows", "loaded", "ignored", "rejected"), cells)


def rejects(workspace: Workspace, cycle: str) -> Table:
    """A row for each cell or row that was left out, with the reason and what to do."""
    names = ("file", "sheet", "row", "column", "reason", "advice")
    frame = workspace.rejects(cycle)
    rows = frame.assign(reason=frame["reason"].map(reason_in_words)).to_dict("records")
    cells = [tuple(row[name] or DASH for name in names) for row in rows]
    return _material_table("underkanda", names, cells)


def not_counted(workspace: Workspace, cycle: str) -> Table:
    """The reports that lie outside the period or pass its boundary."""
    events = workspace.events(cycle)
    cells = []
    for row in events[(events["not_counted"] != "") & (events["source"] != HISTORY)].to_dict("records"):
        days = (swedish_date(row["date_from"]), swedish_date(row["date_to"]))
        source, reason = workspace.vocabulary.sources[row["source"]].label, message(f"explore.{row['not_counted']}")
        cells.append((source, *days, reason, row["file"], row["row"]))
    return _material_table("raknas_inte", ("source", "from", "to", "reason", "file", "row"), cells)


def overlaps(workspace: Workspace, cycle: str) -> Table:
    """The reports that may be one event, by candidate."""
    words, areas = workspace.vocabulary, workspace.settings.areas
    cells = []
    for row in workspace.overlaps(cycle).reports.to_dict("records"):
        place = (swedish_date(row["date"]), areas.get(row["area"], DASH))
        type_, environment = words.event_types[row["event_type"]], words.all_environments[row["environment"]]
        cells.append((row["candidate"], *place, type_.label, environment.label, words.sources[row["source"]].label))
    return _material_table("dubbletter", ("candidate", "date", "area", "type", "environment", "source"), cells)


def choices_table(workspace: Workspace) -> Table:
    """A row a period that can be chosen, as its name is to be written."""
    cells = [(name, str(period)) for name, period in workspace.periods.items()]
    return _comparison_table("perioder", (_word("name"), _word("days")), cells)


def compare(workspace: Workspace, period: str = "", previous: str = "", by: str = "") -> Comparison:
    """Two periods by name and the Swedish word for what they are divided by: miljö (if none), typ, källa or område.

    No period: the newest cycle; no previous: the cycle before, or the same tertial a year before. The earlier of the
    two is always the previous. Raises InputError for an unknown name or word, or periods that overlap.
    """
    keys = {_word(f"by.{key}"): key for key in KEYS}
    if by and by.lower() not in keys:
        raise fault("unknown_breakdown", by=by, known=", ".join(keys))
    return workspace.compare(period, previous, keys[by.lower()] if by else KEYS[0])


def answer(comparison: Comparison) -> Prose:
    """Whether the periods can be compared; the total in words by the word rule, or why there are none."""
    names = {name: getattr(comparison, name) for name in ("current", "previous")}
    sentences = [_word("which", **{name: f"{period.name} ({period})" for name, period in names.items()})]
    reason = comparison.ground.refused()
    if reason:
        sentences += [_word("refused"), _refusal(comparison, reason)]
    else:
        sentences.append(sentence("change", comparison.total))
        if comparison.total.verdict:
            sentences += [sentence("limits", comparison.total.verdict), sentence("caution")]
        sentences.append(_word("called", previous=comparison.previous.name))
    return Prose(" ".join(sentences))


def lines(workspace: Workspace, comparison: Comparison) -> Table:
    """A row for each value of the key: both periods on comparable ground, all that was reported, and the word.

    Only environments get a word.
    """
    labels, by_environment = labels_of(workspace, comparison.by), comparison.by == "environment"
    full = {(row[comparison.by], row["period"]): interval_of(row) for row in comparison.full.to_dict("records")}
    cells = []
    for code in (code for code in labels if (code, comparison.current.label) in full):
        counts = [full[code, period.label] for period in (comparison.previous, comparison.current)]
        if comparison.by in ("event_type", "area") and not any(interval and interval[1] for interval in counts):
            continue
        verdict = (message(f"labels.kind.{comparison.lines[code].kind}"),) if by_environment else ()
        texts = [*map(interval_text, _on_ground(comparison, code)), *(interval_text(end, _unknown()) for end in counts)]
        cells.append((labels[code], *texts, *verdict))
    header = [word(f"key.{comparison.by}"), *_count_headings(comparison)]
    notes = [_word("comparable_note")]
    if by_environment:
        header.append(_word("verdict"))
    else:
        notes.append(_word("few_words"))
    return _comparison_table("uppdelning", header, cells, notes)


def ground_table(workspace: Workspace, comparison: Comparison) -> Table:
    """A row a source: its comparable months in both periods, and what falls outside the comparison and why."""
    outside, periods = comparison.ground.outside, (comparison.previous, comparison.current)
    known = {source for source, _, _ in comparison.ground.covered} | {item.source for item in outside}
    months = {period: comparison.ground.months(period) for period in periods}
    cells = []
    for code, term in workspace.vocabulary.sources.items():
        if code in known:
            covered = [word("months", covered=months[p].get(code, 0), of=len(p.months)) for p in periods]
            reasons = "; ".join(_reason(workspace, item) for item in outside if item.source == code)
            cells.append((term.label, *covered, reasons or DASH))
    header = (word("key.source"), *(_word("months", period=p.name) for p in periods), _word("outside"))
    return _comparison_table("grund", header, cells, [_word("ground_note")])


def sources_table(workspace: Workspace, comparison: Comparison) -> Table:
    """The change split by source: a source outside the comparison stands with its full counts and the reason."""
    cells = []
    for row in comparison.sources.to_dict("records"):
        reason = _word(f"reason.{row['reason']}") if row["reason"] else DASH
        cells.append((workspace.vocabulary.sources[row["source"]].label, *source_counts(row, _unknown()), reason))
    header = (word("key.source"), *_count_headings(comparison), _word("own_line"))
    return _comparison_table("kallor", header, cells)


def chart(workspace: Workspace, comparison: Comparison) -> Figure:
    """Both periods by the key, all that was reported in each."""
    key, counts = comparison.by, comparison.full
    some = with_events(counts, key)
    counts = counts if key == "environment" or some.empty else some
    labels, heading, source = labels_of(workspace, key), word(f"key.{key}"), word("own_source")
    title = _word("title_diagram", by=heading.lower())
    table = grid(counts, key, labels, "period", _names(workspace, counts))
    data = table_of(counts_data(table, heading), id="diagram_data", title=title, source=source)
    alt = counts_alt(table, periods_kind(table))
    return figure_of(draw_periods(table), id="diagram", title=title, source=source, alt=alt, data=data)


def _on_ground(comparison: Comparison, code: str) -> tuple[Interval | None, Interval | None]:
    """One line's counts on the comparable ground; None where it has no such ground, as a new source has none."""
    ground_ = comparison.ground
    if not ground_.comparable or (comparison.by == "source" and code not in ground_.months(comparison.current)):
        return None, None
    change = comparison.lines.get(code)
    return (change.previous, change.current) if change else ((0, 0), (0, 0))


def _refusal(comparison: Comparison, reason: str) -> str:
    """The rule that stops the comparison, with the numbers that it rests on."""
    sentences, common = [_word(f"why.{reason}")], comparison.ground
    for period in common.periods:
        on, of = common.occasions[period.label] if reason == ground.HALF_OCCASIONS else common.source_months(period)
        sentences.append(_word(f"share.{reason}", on=number(on), of=number(of), period=period.name))
    return " ".join(sentences)


def _reason(workspace: Workspace, item: Outside) -> str:
    """Why something falls outside, in words; months as they are, a break from its first."""
    months = swedish_months(item.months[:1] if item.reason == ground.BREAK else item.months)
    reason = _word(f"reason.{item.reason}")
    if item.environment:
        reason += f" ({workspace.vocabulary.all_environments[item.environment].label})"
    return f"{reason}, {months}" + (f": {item.detail.rstrip('.')}" if item.detail else "")


def _count_headings(comparison: Comparison) -> tuple[str, ...]:
    periods = (comparison.previous, comparison.current)
    return tuple(_word(f"{kind}_in", period=period.name) for kind in ("comparable", "all") for period in periods)


def _unknown() -> str:
    return message(f"charts.status.{NOT_DELIVERED}")


def _material_table(name: str, columns: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> Table:
    header = [message(f"explore.{column}") for column in columns]
    return _table(name, message(f"explore.title_{name}"), header, rows)


def _comparison_table(
    name: str, header: Sequence[str], rows: Sequence[tuple[Value, ...]], notes: Sequence[str] = ()
) -> Table:
    return _table(name, _word(f"title_{name}"), header, rows, tuple(notes) if rows else ())


def _table(
    name: str, title: str, header: Sequence[str], rows: Sequence[tuple[Value, ...]], notes: tuple[str, ...] = ()
) -> Table:
    """A table of the rows, or of one row that says that there is nothing to show."""
    nothing = pd.DataFrame({message("explore.nothing"): [message("explore.nothing_to_show")]})
    frame = pd.DataFrame(list(rows), columns=list(header), dtype="object") if rows else nothing
    return table_of(frame, id=name, title=title, source=word("own_source"), notes=notes)


def _word(key: str, /, **values: object) -> str:
    return message(f"comparing.{key}", **values)
