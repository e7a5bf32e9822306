"""What the notebooks 1_underlag and 2_jamforelse show the analyst: small tables, no function to write."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from vbe_analysis.analysis import ground
from vbe_analysis.analysis.comparison import Comparison
from vbe_analysis.analysis.ground import Outside
from vbe_analysis.chapter.charts import alt_texts
from vbe_analysis.chapter.charts import bars as charts
from vbe_analysis.chapter.charts.cells import counts_data
from vbe_analysis.chapter.text.sentences import capital, change_sentence, limits_sentence, short, span, text
from vbe_analysis.config import message
from vbe_analysis.document.from_frames import figure_of, table_of
from vbe_analysis.document.parts import Figure, Prose, Table
from vbe_analysis.errors import fault
from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING, Interval
from vbe_analysis.periods import Period, swedish_months
from vbe_analysis.swedish import number, swedish_date
from vbe_analysis.vocabulary import HISTORY
from vbe_analysis.workspace.workspace import Workspace

Rows = list[dict[str, Any]]


def deliveries(workspace: Workspace, cycle: str) -> Table:
    """A row a source: months by status, and how many answered a survey."""
    coverage = workspace.coverage(cycle)
    found: Rows = []
    for source, mine in coverage[coverage["environment"] == ""].groupby("source", sort=False):
        row: dict[str, Any] = {_word("source"): workspace.vocabulary.sources[str(source)].label}
        for status in (DELIVERED, NOTHING, NOT_DELIVERED, NOT_ASKED):
            row[_word(status)] = swedish_months(tuple(mine.loc[mine["status"] == status, "month"])) or "–"
        row[_word("asked")], row[_word("answered")] = mine["asked"].max(), mine["answered"].max()
        found.append(row)
    return _table("leveranser", found)


def rows(workspace: Workspace, cycle: str) -> Table:
    """A row a sheet: rows in the file = loaded + ignored by named rules + rejected."""
    found: Rows = []
    for entry in workspace.record(cycle).get("inputs", []):
        for sheet in entry["sheets"]:
            ignored = ", ".join(f"{rule}: {count}" for rule, count in sheet["ignored"].items()) or "–"
            numbers = {_word("rows"): sheet["rows"], _word("loaded"): sheet["loaded"]}
            numbers |= {_word("ignored"): ignored, _word("rejected"): sheet["rejected"]}
            found.append({_word("file"): entry["file"], _word("sheet"): sheet["sheet"] or "–", **numbers})
    return _table("rader", found)


def rejects(workspace: Workspace, cycle: str) -> Table:
    """A row for each cell or row that was left out, with the reason and what to do."""
    names = ("file", "sheet", "row", "column", "reason", "advice")
    found = [{_word(name): row[name] or "–" for name in names} for row in workspace.rejects(cycle).to_dict("records")]
    return _table("underkanda", found)


def not_counted(workspace: Workspace, cycle: str) -> Table:
    """The reports that lie outside the period or pass its boundary."""
    events = workspace.events(cycle)
    mine = events[(events["not_counted"] != "") & (events["source"] != HISTORY)]
    sources = workspace.vocabulary.sources
    found: Rows = [
        {
            _word("source"): sources[row["source"]].label,
            _word("from"): swedish_date(row["date_from"]),
            _word("to"): swedish_date(row["date_to"]),
            _word("reason"): _word(row["not_counted"]),
            _word("file"): row["file"],
            _word("row"): row["row"],
        }
        for row in mine.to_dict("records")
    ]
    return _table("raknas_inte", found)


def overlaps(workspace: Workspace, cycle: str) -> Table:
    """The reports that may be one event, by candidate."""
    words = workspace.vocabulary
    found: Rows = [
        {
            _word("candidate"): row["candidate"],
            _word("date"): swedish_date(row["date"]),
            _word("area"): workspace.settings.areas.get(row["area"], "–"),
            _word("type"): words.event_types[row["event_type"]].label,
            _word("environment"): words.all_environments[row["environment"]].label,
            _word("source"): words.sources[row["source"]].label,
        }
        for row in workspace.overlaps(cycle).reports.to_dict("records")
    ]
    return _table("dubbletter", found)


def _table(name: str, rows: Rows) -> Table:
    frame = pd.DataFrame(rows or [{_word("nothing"): _word("nothing_to_show")}])
    return table_of(frame, id=name, title=_word(f"title_{name}"), source=message("tables.own_source"))


def _word(key: str) -> str:
    return message(f"explore.{key}")


KEYS = ("environment", "event_type", "source", "area")


def choices_table(workspace: Workspace) -> Table:
    """A row a period that can be chosen, as its name is to be written."""
    rows = [{_comparing("name"): name, _comparing("days"): str(period)} for name, period in workspace.periods.items()]
    return _comparison_table("perioder", rows)


def compare(workspace: Workspace, period: str = "", previous: str = "", by: str = "") -> Comparison:
    """Two periods by name and the Swedish word for what they are divided by (environment if none).

    No period: the newest cycle; no previous: the cycle before, or the same tertial a year before. The earlier of the
    two is always the previous. Raises InputError for an unknown name or word, or periods that overlap.
    """
    keys = {_comparing(f"by.{key}"): key for key in KEYS}
    if by and by.lower() not in keys:
        raise fault("unknown_breakdown", by=by, known=", ".join(keys))
    return workspace.compare(period, previous, keys[by.lower()] if by else KEYS[0])


def answer(found: Comparison) -> Prose:
    """Whether the periods can be compared; the headline by the word rule, or why there is none."""
    said = [_comparing("which", current=_name(found.current), previous=_name(found.previous))]
    reason = found.ground.refused()
    if reason:
        said += [_comparing("refused"), _why(found, reason)]
    else:
        said.append(capital(change_sentence(found.total)))
        if found.total.verdict:
            said += [limits_sentence(found.total.verdict), text("verdict.caution")]
        said.append(_comparing("called", previous=found.previous.label))
    return Prose(" ".join(filter(None, said)))


def lines(workspace: Workspace, found: Comparison) -> Table:
    """A row for each value of the key: both periods on comparable ground, all that was reported, and the word."""
    labels = _labels(workspace, found.by)
    heading = message(f"tables.key.{found.by}")
    full = {(row[found.by], row["period"]): _interval(row) for row in found.full.to_dict("records")}
    rows = []
    for code in (code for code in labels if (code, found.current.label) in full):
        everything = [full[code, period.label] for period in (found.previous, found.current)]
        if found.by in ("event_type", "area") and not any(interval and interval[1] for interval in everything):
            continue
        numbers = [*map(_compared, _comparable(found, code)), *map(_reported, everything)]
        kind = found.lines[code].kind if found.by == "environment" else ""
        word = {_comparing("verdict"): short(kind)} if kind else {}
        rows.append({heading: labels[code], **dict(zip(_columns(found), numbers, strict=True)), **word})
    note = (_comparing("few_words"),) if found.by != "environment" else ()
    return _comparison_table("uppdelning", rows, (_comparing("comparable_note"), *note))


def ground_table(workspace: Workspace, found: Comparison) -> Table:
    """A row a source: its comparable months in both periods, and what falls outside the comparison and why."""
    sources = workspace.vocabulary.sources
    known = {source for source, _, _ in found.ground.covered} | {item.source for item in found.ground.outside}
    months = [(period, found.ground.months(period)) for period in (found.previous, found.current)]
    rows = []
    for code in (code for code in sources if code in known):
        shown = {
            _comparing("months", period=period.label): message(
                "tables.months", covered=of.get(code, 0), of=len(period.months)
            )
            for period, of in months
        }
        told = [_outside(workspace, item) for item in found.ground.outside if item.source == code]
        rows.append(
            {message("tables.key.source"): sources[code].label, **shown, _comparing("outside"): "; ".join(told) or "–"}
        )
    return _comparison_table("grund", rows, (_comparing("ground_note"),))


def sources_table(workspace: Workspace, found: Comparison) -> Table:
    """The change split by source: a source outside the comparison stands with its full counts and the reason."""
    rows = []
    for row in found.sources.to_dict("records"):
        ends = [_compared(_interval(row, f"{name}_")) for name in ("previous", "current")]
        ends += [_reported(_interval(row, f"full_{name}_")) for name in ("previous", "current")]
        reason = {_comparing("own_line"): _comparing(f"reason.{row['reason']}") if row["reason"] else "–"}
        label = {message("tables.key.source"): workspace.vocabulary.sources[row["source"]].label}
        rows.append(label | dict(zip(_columns(found), ends, strict=True)) | reason)
    return _comparison_table("kallor", rows)


def chart(workspace: Workspace, found: Comparison) -> Figure:
    """Both periods by the key, all that was reported in each."""
    some = found.full.loc[(found.full["high"] > 0).fillna(False), found.by].unique()
    counts = found.full if found.by == "environment" or not len(some) else found.full[found.full[found.by].isin(some)]
    labels, title = (
        _labels(workspace, found.by),
        _comparing("title_diagram", by=message(f"tables.key.{found.by}").lower()),
    )
    frame = counts_data(counts, found.by, labels, message(f"tables.key.{found.by}"))
    data = table_of(frame, id="diagram_data", title=title, source=message("tables.own_source"))
    return figure_of(
        charts.period_against_previous(counts, labels, key=found.by), id="diagram", title=title,
        source=message("tables.own_source"), alt=alt_texts.previous_alt(counts, labels, key=found.by), data=data,
    )  # fmt: skip


def _comparable(found: Comparison, code: str) -> tuple[Interval | None, Interval | None]:
    """One line's counts on the comparable ground; None where it has no such ground, as a new source has none."""
    if not found.ground.comparable or (found.by == "source" and code not in found.ground.months(found.current)):
        return None, None
    change = found.lines.get(code)
    return (change.previous, change.current) if change else ((0, 0), (0, 0))


def _why(found: Comparison, reason: str) -> str:
    """The rule that stops the comparison, with the numbers that it rests on."""
    told = []
    for period in found.ground.periods:
        on, of = (
            found.ground.reports[period.label] if reason == ground.HALF_REPORTS else found.ground.source_months(period)
        )
        told.append(_comparing(f"share.{reason}", on=number(on), of=number(of), period=period.label))
    return " ".join([_comparing(f"why.{reason}"), *told])


def _outside(workspace: Workspace, item: Outside) -> str:
    """The reason in words; months as they are, a break from its first."""
    months = swedish_months(item.months[:1] if item.reason == ground.BREAK else item.months)
    told = _comparing(f"reason.{item.reason}")
    if item.environment:
        told += f" ({workspace.vocabulary.all_environments[item.environment].label})"
    return f"{told}, {months}" + (f": {item.detail.rstrip('.')}" if item.detail else "")


def _columns(found: Comparison) -> tuple[str, ...]:
    names = (found.previous.label, found.current.label)
    return tuple(_comparing(f"{kind}_in", period=name) for kind in ("comparable", "all") for name in names)


def _labels(workspace: Workspace, by: str) -> dict[str, str]:
    words = workspace.vocabulary
    terms = {"environment": words.environments, "event_type": words.event_types, "source": words.sources}
    if by == "area":
        return {**workspace.settings.areas, "": message("tables.no_area")}
    return {code: term.label for code, term in terms[by].items()}


def _interval(row: Mapping[Hashable, object], prefix: str = "") -> Interval | None:
    low, high = row[f"{prefix}low"], row[f"{prefix}high"]
    return None if pd.isna(low) or pd.isna(high) else (int(low), int(high))  # type: ignore[call-overload]


def _compared(interval: Interval | None) -> str:
    return "–" if interval is None else span(interval)


def _reported(interval: Interval | None) -> str:
    return _comparing("unknown") if interval is None else span(interval)


def _name(period: Period) -> str:
    return f"{period.label} ({period})"


def _comparison_table(name: str, rows: list[dict[str, str]], notes: tuple[str, ...] = ()) -> Table:
    frame = pd.DataFrame(rows or [{message("explore.nothing"): message("explore.nothing_to_show")}])
    own = message("tables.own_source")
    return table_of(frame, id=name, title=_comparing(f"title_{name}"), source=own, notes=notes if rows else ())


def _comparing(key: str, /, **values: object) -> str:
    return message(f"comparing.{key}", **values)
