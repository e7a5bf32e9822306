"""What the charts hold, in words for who does not see them: the kind of chart, every number, what is missing.

Read from the same cells as the charts draw; enough to draw the chart again. A direction is told only by `finding`, a
sentence that the word rule made.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

import pandas as pd

from vbe_analysis.chapter.charts.style import word
from vbe_analysis.chapter.tables.grid import DASH, Cell, Grid, coverage_rows, number_text
from vbe_analysis.frames import OBSERVED, PARTIAL
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import capital, listed, number

Breaks = Mapping[str, str]
_RANGE = re.compile(rf"(?<=\d){DASH}(?=\d)")


def counts_alt(table: Grid, kind: str, *, finding: str = "", breaks: Breaks | None = None, expected: str = "") -> str:
    """Of a chart of counts. kind: what sort of chart it is, a sentence; expected: `columns.Expected.spoken`."""
    sentences = [finding, kind]
    for label, cells in table.rows.items():
        sentences.append(word("alt.row", label=label, values="; ".join(_values(table.columns, cells))))
    if any(cell.known and not cell.exact and cell.high is not None and not cell.protected for cell in table.cells):
        sentences.append(word("alt.interval"))
    if table.protected:
        sentences.append(word("alt.protected"))
    if table.partial:
        sentences.append(word("foot.partial", periods=listed(table.partial)))
    sentences += [word("alt.break", period=p, label=breaks[p]) for p in table.columns if breaks and p in breaks]
    return " ".join(filter(None, [*sentences, expected]))


def periods_kind(table: Grid, what: str = "") -> str:
    """What sort of chart `lanes.draw_periods` is; what: which events, where they are not all."""
    *before, current = table.columns
    names = {"current": current, "what": what or word("alt.what")}
    return word("alt.previous", previous=before[-1], **names) if before else word("alt.first", **names)


def coverage_alt(
    coverage: pd.DataFrame, sources: Mapping[str, str], environments: Mapping[str, str], *, finding: str = ""
) -> str:
    """Of months.source_by_month, from the same arguments."""
    rows = coverage_rows(coverage, sources, environments)
    sentences = []
    for name, row in rows.items():
        statuses = dict.fromkeys(row.values())
        months = {status: tuple(month for month in row if row[month] == status) for status in statuses}
        values = [f"{word(f'coverage.{status}')} {swedish_months(months[status])}" for status in statuses]
        sentences.append(word("alt.row", label=name, values=capital("; ".join(values))))
    every = tuple(sorted({month for row in rows.values() for month in row}))
    return " ".join(filter(None, [finding, word("alt.coverage", months=swedish_months(every)), *sentences]))


def survey_alt(survey: pd.DataFrame, *, population: bool = False, finding: str = "") -> str:
    """Of lanes.draw_shares, from the same frame."""
    sentences = [word("alt.survey")]
    for question, rows in survey.groupby("question", sort=False):
        values = [word("alt.value", name=row["period"], text=_share(row)) for row in rows.to_dict("records")]
        sentences.append(word("alt.row", label=question, values="; ".join(values)))
    sentences.append(word("alt.survey_population" if population else "alt.survey_sample"))
    return " ".join(filter(None, [finding, *sentences]))


def _values(columns: Sequence[str], cells: Sequence[Cell]) -> list[str]:
    """Each column's number; neighbours that have none, or nothing to report, in one ("2012–2015: inga (0)")."""
    values = []
    for place, run in groupby(range(len(cells)), lambda at: _told(cells[at]) if not cells[at].high else at):
        first, *_, last = [*run] * 2
        name = span(columns[first], columns[last]) if isinstance(place, str) else columns[first]
        values.append(word("alt.value", name=name, text=_told(cells[first])))
    return values


def _told(cell: Cell) -> str:
    """ "12", "inga (0)", "enstaka (1–4)", "5–9" or why there is no number."""
    if not cell.known:
        return cell.word
    text = number_text(cell)
    if cell.high == 0:
        text = word("alt.none")
    elif (cell.low, cell.high) == (1, 4):
        text = word("alt.few", text=text)
    return text


def _share(row: Mapping[object, object]) -> str:
    if row["status"] not in (OBSERVED, PARTIAL):
        return word(f"status.{row['status']}")
    ends = {end: number(100 * float(str(row[f"{end}_share"]))) for end in ("low", "high")}
    return word("alt.survey_value", x=number(int(str(row["x"]))), n=number(int(str(row["n"]))), **ends)


def spoken(alt: str) -> str:
    """The text with its ranges in words: a dash between two numbers is read as nothing at all.

    >>> spoken("2019/20: 5–9; maj–juni 2021: 1–4")
    '2019/20: 5 till 9; maj–juni 2021: 1 till 4'
    """
    return _RANGE.sub(" till ", alt)


def span(first: str, last: str) -> str:
    """From the first to the last, which may be the same."""
    return first if first == last else f"{first}{DASH}{last}"
