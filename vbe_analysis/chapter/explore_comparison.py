"""What the notebook 2_jamforelse shows: any two periods compared, by any key, and why where they cannot be."""

from collections.abc import Hashable, Mapping

import pandas as pd

from vbe_analysis.analysis import ground
from vbe_analysis.analysis.comparison import Comparison, compare_periods
from vbe_analysis.analysis.ground import Outside
from vbe_analysis.analysis.verdict import Interval
from vbe_analysis.chapter import alt_texts, charts
from vbe_analysis.chapter.chart_data import counts_data, number
from vbe_analysis.chapter.making import figure_of, table_of
from vbe_analysis.chapter.parts import Figure, Prose, Table
from vbe_analysis.chapter.sentences import capital, limits_sentence, short, span, text
from vbe_analysis.chapter.text import change_sentence
from vbe_analysis.config import message
from vbe_analysis.errors import fault
from vbe_analysis.periods import Period, swedish_months
from vbe_analysis.workspace import Workspace

KEYS = ("environment", "event_type", "source", "area")


def choices(workspace: Workspace) -> dict[str, Period]:
    """Name -> period of all that can be chosen: the cycles that are read in, and the tertials that they hold."""
    cycles = [workspace.period(cycle) for cycle in workspace.cycles if workspace.record(cycle)]
    if not cycles:
        raise fault("not_read_in", cycle=workspace.cycles[-1])
    # A tertial that passes from one cycle to the next can be chosen whole, or the part that lies in either.
    tertials = [*Period(cycles[0].start, cycles[-1].end).tertials(), *(t for cycle in cycles for t in cycle.tertials())]
    return {period.label: period for period in (*cycles, *sorted(tertials))}


def choices_table(workspace: Workspace) -> Table:
    """A row a period that can be chosen, as its name is to be written."""
    rows = [{_word("name"): name, _word("days"): str(period)} for name, period in choices(workspace).items()]
    return _table("perioder", rows)


def compare(workspace: Workspace, period: str = "", previous: str = "", by: str = "") -> Comparison:
    """Two periods by name and the Swedish word for what they are divided by (environment if none).

    No period: the newest cycle; no previous: the cycle before, or the same tertial a year before. The earlier of the
    two is always the previous. Raises InputError for an unknown name or word, or periods that overlap.
    """
    found = choices(workspace)
    keys = {_word(f"by.{key}"): key for key in KEYS}
    if by and by.lower() not in keys:
        raise fault("unknown_breakdown", by=by, known=", ".join(keys))
    for name in filter(None, (period, previous)):
        if name not in found:
            raise fault("unknown_period", period=name)
    cycles = [name for name in workspace.cycles if name in found]
    chosen = found[period or cycles[-1]]
    before, after = sorted([found[previous] if previous else _before(chosen, found, cycles), chosen])
    if after.start <= before.end:
        raise fault("periods_overlap", one=before.label, other=after.label)
    return compare_periods(
        workspace.events(*cycles), workspace.coverage(*cycles), after, before, keys[by.lower()] if by else KEYS[0],
        overlaps=workspace.overlaps(*cycles), vocabulary=workspace.vocabulary,
        response_limit=workspace.settings.response_limit,
    )  # fmt: skip


def answer(found: Comparison) -> Prose:
    """Whether the periods can be compared; the headline by the word rule, or why there is none."""
    said = [_word("which", current=_name(found.current), previous=_name(found.previous))]
    reason = found.ground.refused()
    if reason:
        said += [_word("refused"), _why(found, reason)]
    else:
        said.append(capital(change_sentence(found.total)))
        if found.total.verdict:
            said += [limits_sentence(found.total.verdict), text("verdict.caution")]
        said.append(_word("called", previous=found.previous.label))
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
        word = {_word("verdict"): short(kind)} if kind else {}
        rows.append({heading: labels[code], **dict(zip(_columns(found), numbers, strict=True)), **word})
    note = (_word("few_words"),) if found.by != "environment" else ()
    return _table("uppdelning", rows, (_word("comparable_note"), *note))


def ground_table(workspace: Workspace, found: Comparison) -> Table:
    """A row a source: its comparable months in both periods, and what falls outside the comparison and why."""
    sources = workspace.vocabulary.sources
    known = {source for source, _, _ in found.ground.covered} | {item.source for item in found.ground.outside}
    months = [(period, found.ground.months(period)) for period in (found.previous, found.current)]
    rows = []
    for code in (code for code in sources if code in known):
        shown = {
            _word("months", period=period.label): message(
                "tables.months", covered=of.get(code, 0), of=len(period.months)
            )
            for period, of in months
        }
        told = [_outside(workspace, item) for item in found.ground.outside if item.source == code]
        rows.append(
            {message("tables.key.source"): sources[code].label, **shown, _word("outside"): "; ".join(told) or "–"}
        )
    return _table("grund", rows, (_word("ground_note"),))


def sources_table(workspace: Workspace, found: Comparison) -> Table:
    """The change split by source: a source outside the comparison stands with its full counts and the reason."""
    rows = []
    for row in found.sources.to_dict("records"):
        ends = [_compared(_interval(row, f"{name}_")) for name in ("previous", "current")]
        ends += [_reported(_interval(row, f"full_{name}_")) for name in ("previous", "current")]
        reason = {_word("own_line"): _word(f"reason.{row['reason']}") if row["reason"] else "–"}
        label = {message("tables.key.source"): workspace.vocabulary.sources[row["source"]].label}
        rows.append(label | dict(zip(_columns(found), ends, strict=True)) | reason)
    return _table("kallor", rows)


def chart(workspace: Workspace, found: Comparison) -> Figure:
    """Both periods by the key, all that was reported in each."""
    some = found.full.loc[(found.full["high"] > 0).fillna(False), found.by].unique()
    counts = found.full if found.by == "environment" or not len(some) else found.full[found.full[found.by].isin(some)]
    labels, title = _labels(workspace, found.by), _word("title_diagram", by=message(f"tables.key.{found.by}").lower())
    frame = counts_data(counts, found.by, labels, message(f"tables.key.{found.by}"))
    data = table_of(frame, id="diagram_data", title=title, source=message("tables.own_source"))
    return figure_of(
        charts.period_against_previous(counts, labels, key=found.by), id="diagram", title=title,
        source=message("tables.own_source"), alt=alt_texts.previous_alt(counts, labels, key=found.by), data=data,
    )  # fmt: skip


def _before(chosen: Period, found: Mapping[str, Period], cycles: list[str]) -> Period:
    """The cycle before a cycle; of a tertial, the same one a year before."""
    if chosen.label in cycles:
        earlier = [found[name] for name in cycles if found[name].end < chosen.start]
    else:
        start = (chosen.start.year - 1, chosen.start.month, chosen.start.day)
        earlier = [p for p in found.values() if (p.start.year, p.start.month, p.start.day) == start
                   and len(p.months) == len(chosen.months)]  # fmt: skip
    if not earlier:
        raise fault("no_earlier_period", period=chosen.label)
    return earlier[-1]


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
        told.append(_word(f"share.{reason}", on=number(on), of=number(of), period=period.label))
    return " ".join([_word(f"why.{reason}"), *told])


def _outside(workspace: Workspace, item: Outside) -> str:
    """The reason in words; months as they are, a break from its first."""
    months = swedish_months(item.months[:1] if item.reason == ground.BREAK else item.months)
    told = _word(f"reason.{item.reason}")
    if item.environment:
        told += f" ({workspace.vocabulary.all_environments[item.environment].label})"
    return f"{told}, {months}" + (f": {item.detail.rstrip('.')}" if item.detail else "")


def _columns(found: Comparison) -> tuple[str, ...]:
    names = (found.previous.label, found.current.label)
    return tuple(_word(f"{kind}_in", period=name) for kind in ("comparable", "all") for name in names)


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
    return _word("unknown") if interval is None else span(interval)


def _name(period: Period) -> str:
    return f"{period.label} ({period})"


def _table(name: str, rows: list[dict[str, str]], notes: tuple[str, ...] = ()) -> Table:
    frame = pd.DataFrame(rows or [{message("explore.nothing"): message("explore.nothing_to_show")}])
    own = message("tables.own_source")
    return table_of(frame, id=name, title=_word(f"title_{name}"), source=own, notes=notes if rows else ())


def _word(key: str, /, **values: object) -> str:
    return message(f"comparing.{key}", **values)
