"""What the charts hold, in words for who does not see them: the kind of chart, every number, what is missing.

Read from the same cells as the charts draw; enough to draw the chart again. A direction is told only by `finding`, a
sentence that the word rule made.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

import pandas as pd

from vbe_analysis.chapter.charts.cells import DASH, Cell, Grid, coverage_rows, grid, number_text
from vbe_analysis.chapter.charts.style import word
from vbe_analysis.frames import OBSERVED, PARTIAL
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import number

Breaks = Mapping[str, str]


def years_alt(
    counts: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    key: str = "environment",
    breaks: Breaks | None = None,
    finding: str = "",
    what: str = "",
) -> str:
    """Of charts_years.years_by_environment, from the same arguments."""
    table = grid(counts, key, labels)
    return _sentences(
        word("alt.years", periods=_span(table.columns), what=what or word("alt.what")), table, breaks, finding
    )


def timeline_alt(
    counts: pd.DataFrame, labels: Mapping[str, str], *, key: str = "environment", finding: str = ""
) -> str:
    """Of charts_years.timeline_by_tertial, from the same arguments."""
    table = grid(counts, key, labels)
    return _sentences(word("alt.timeline", periods=_span(table.columns)), table, None, finding)


def graffiti_alt(
    counts: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    key: str = "series",
    breaks: Breaks | None = None,
    finding: str = "",
) -> str:
    """Of charts_years.graffiti_against_all, from the same arguments."""
    table = grid(counts, key, labels)
    return _sentences(word("alt.graffiti", periods=_span(table.columns)), table, breaks, finding)


def previous_alt(
    counts: pd.DataFrame, labels: Mapping[str, str], *, key: str = "environment", finding: str = "", what: str = ""
) -> str:
    """Of charts.period_against_previous, from the same arguments; what: which events, where they are not all."""
    table = grid(counts, key, labels)
    *before, current = table.columns
    names = {"current": current, "what": what or word("alt.what")}
    kind = word("alt.previous", previous=before[-1], **names) if before else word("alt.first", **names)
    return _sentences(kind, table, None, finding)


def matrix_alt(
    counts: pd.DataFrame, environments: Mapping[str, str], event_types: Mapping[str, str], *, finding: str = ""
) -> str:
    """Of charts_matrix.environment_by_type, from the same arguments."""
    table = grid(counts, "event_type", event_types, "environment", environments)
    return _sentences(word("alt.matrix"), table, None, finding, runs=False)


def coverage_alt(
    coverage: pd.DataFrame, sources: Mapping[str, str], environments: Mapping[str, str], *, finding: str = ""
) -> str:
    """Of charts_matrix.source_by_month, from the same arguments."""
    rows = coverage_rows(coverage, sources, environments)
    sentences = []
    for name, row in rows.items():
        statuses = dict.fromkeys(row.values())
        months = {status: tuple(month for month in row if row[month] == status) for status in statuses}
        values = [f"{word(f'coverage.{status}')} {swedish_months(months[status])}" for status in statuses]
        sentences.append(word("alt.row", label=name, values=_capital("; ".join(values))))
    every = tuple(sorted({month for row in rows.values() for month in row}))
    return " ".join([word("alt.coverage", months=swedish_months(every)), *sentences, *([finding] if finding else [])])


def survey_alt(survey: pd.DataFrame, *, population: bool = False, finding: str = "") -> str:
    """Of charts.survey_knowledge, from the same frame."""
    sentences = [word("alt.survey")]
    for question, rows in survey.groupby("question", sort=False):
        values = [word("alt.value", name=row["period"], text=_share(row)) for row in rows.to_dict("records")]
        sentences.append(word("alt.row", label=question, values="; ".join(values)))
    sentences.append(word("alt.survey_population" if population else "alt.survey_sample"))
    return " ".join([*sentences, *([finding] if finding else [])])


def _sentences(kind: str, table: Grid, breaks: Breaks | None, finding: str, runs: bool = True) -> str:
    sentences = [kind]
    for label, cells in table.rows.items():
        values = _values(table.columns, cells, runs)
        sentences.append(word("alt.row", label=label, values="; ".join(values)))
    if any(cell.known and not cell.exact and cell.high is not None and not cell.protected for cell in table.cells):
        sentences.append(word("alt.interval"))
    if table.protected:
        sentences.append(word("alt.protected"))
    if any(cell.known and cell.partial for cell in table.cells):
        sentences.append(word("alt.partly"))
    sentences += [word("alt.break", period=p, label=breaks[p]) for p in table.columns if breaks and p in breaks]
    return " ".join([*sentences, *([finding] if finding else [])])


def _values(columns: Sequence[str], cells: Sequence[Cell], runs: bool) -> list[str]:
    """Each column's number; neighbours in time without a number in one ("2012–2015: uppgift saknas")."""
    texts = [_told(cell) for cell in cells]
    if not runs and len(texts) > 1 and len(set(texts)) == 1:
        return [word("alt.same", text=texts[0])]
    values = []
    for place, run in groupby(range(len(cells)), lambda at: texts[at] if runs and not cells[at].known else at):
        at = list(run)
        name = _span([columns[at[0]], columns[at[-1]]]) if isinstance(place, str) else columns[at[0]]
        values.append(word("alt.value", name=name, text=texts[at[0]]))
    return values


def _told(cell: Cell) -> str:
    """ "12", "inga (0)", "enstaka (1–4)", "5–9, delvis" or why there is no number."""
    if not cell.known:
        return cell.word
    text = number_text(cell)
    if cell.high == 0:
        text = word("alt.none")
    elif (cell.low, cell.high) == (1, 4):
        text = word("alt.few", text=text)
    return word("alt.partial", text=text) if cell.partial else text


def _share(row: Mapping[object, object]) -> str:
    if row["status"] not in (OBSERVED, PARTIAL):
        return word(f"status.{row['status']}")
    ends = {end: number(100 * float(str(row[f"{end}_share"]))) for end in ("low", "high")}
    return word("alt.survey_value", x=number(int(str(row["x"]))), n=number(int(str(row["n"]))), **ends)


def _span(names: Sequence[str]) -> str:
    return names[0] if names[0] == names[-1] else f"{names[0]}{DASH}{names[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
