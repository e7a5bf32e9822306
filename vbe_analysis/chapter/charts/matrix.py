"""Charts in rows and columns: environment by event type, and source by month."""

from collections.abc import Mapping
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vbe_analysis.chapter.charts.cells import COVERAGE_LETTERS, Cell, coverage_rows, grid, number_text
from vbe_analysis.chapter.charts.marks import HATCH, Ink, draw_count, missing_band, tint
from vbe_analysis.chapter.charts.style import (
    BAND,
    BAND_LINE,
    GRID,
    INK,
    MARKS,
    QUIET,
    SERIES,
    WHITE,
    Canvas,
    Look,
    Size,
    canvas,
    height_of,
    joined,
    look_of,
    word,
    wrap,
)
from vbe_analysis.chapter.charts.years import reading_help
from vbe_analysis.document.from_frames import drawing
from vbe_analysis.document.widths import width_of
from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING
from vbe_analysis.swedish import month_name

COVERAGE_LOOK = {  # face, edge and hatch, letter
    DELIVERED: (tint(SERIES[0]), tint(SERIES[0]), None, INK),
    NOTHING: (WHITE, SERIES[0], "....", INK),
    NOT_DELIVERED: (BAND, BAND_LINE, HATCH, INK),
    NOT_ASKED: (WHITE, BAND_LINE, None, QUIET),
}


def environment_by_type(
    counts: pd.DataFrame,
    environments: Mapping[str, str],
    event_types: Mapping[str, str],
    *,
    size: Size = "page",
    title: str = "",
    foot: str = "",
) -> Figure:
    """A row for each event type, a column for each environment; in each field the number, and under it its bar.

    counts: one row per environment and event_type of one period (low, high, status, months_covered).
    All bars share one scale. title: a finding; foot: source line.
    """
    table = grid(counts, "event_type", event_types, "environment", environments)
    look = look_of(size, crowded=len(table.columns) > 4 or len(table.rows) > 8)
    free, line = look.width - 2 * look.margin, height_of("x", look.text)
    left = min(max(width_of(name, look.text) for name in table.rows), free * 0.26) + look.text / 72
    column = min((free - left) / len(table.columns), line * 22)
    widest = max((width_of(number_text(cell), look.text) for cell in table.cells), default=0) + line * 0.6
    beside = widest + line * 1.2 <= column * 0.84  # the number stands before its bar, else over it
    heads = [wrap(name, column * 0.92, look.text, "bold") for name in table.columns]
    names = [wrap(name, left - look.text / 72, look.text) for name in table.rows]
    head = max(height_of(text, look.text) for text in heads) + line * 0.4
    lines = max(1 if beside else 2, *(name.count("\n") + 1 for name in names))
    with drawing():
        wanted = head + len(names) * line * (lines + 0.7)
        page = canvas(look, min(wanted, look.tallest), title, joined(reading_help(table), foot))
        pitch = min((page.height - head) / len(names), line * (lines + (4 if look.height else 2)))
        base = page.height - head - pitch * len(names)
        _rules(page, base, pitch, names, look)
        for place, text in enumerate(heads):
            x, before = left + place * column, widest if beside else 0
            width = column * 0.84 - before
            page.text(x, page.height, text, look.text, weight="bold")
            axes = page.axes(x + before, base, width, pitch * len(names))
            axes.set(xlim=(0, max(table.top, 1)), ylim=(0, pitch * len(names)), label=table.columns[place])
            ink = Ink(SERIES[place % len(SERIES)], MARKS[place % len(MARKS)])
            _fields(axes, [row[place] for row in table.rows.values()], ink, look, (before, width, pitch))
    return page.figure


def source_by_month(
    coverage: pd.DataFrame,
    sources: Mapping[str, str],
    environments: Mapping[str, str],
    *,
    size: Size = "page",
    title: str = "",
    foot: str = "",
) -> Figure:
    """A row for each source (and environment, where it was asked for some only), a column for each month (up to 24).

    coverage: the frame of frames.COVERAGE; sources and environments: code -> label, in the order they stand.
    """
    rows = coverage_rows(coverage, sources, environments)
    months = sorted({month for row in rows.values() for month in row})
    look = look_of(size, crowded=len(months) > 12 or len(rows) > 10 or any(len(name) > 36 for name in rows))
    free, line = look.width - 2 * look.margin, height_of("x", look.text)
    left = min(max(width_of(name, look.text) for name in rows), free * 0.3) + look.text / 72
    column = min((free - left) / len(months), line * 5)
    names = [wrap(name, left - look.text / 72, look.text) for name in rows]
    lines = max(name.count("\n") + 1 for name in names)
    used = [status for status in COVERAGE_LOOK if any(status in row.values() for row in rows.values())]
    with drawing():
        page = canvas(look, line * ((lines + 0.9) * len(rows) + 5), title, foot)
        pitch = min((page.height - line * 5) / len(rows), line * max(lines + 0.9, 4 if look.height else 2.6))
        top = page.height - line * 2.4
        axes = page.axes(left, top - pitch * len(rows), column * len(months), pitch * len(rows))
        axes.set(xlim=(0, len(months)), ylim=(len(rows), 0))
        for y, (name, row) in enumerate(zip(names, rows.values(), strict=True)):
            page.text(0, top - (y + 0.5) * pitch, name, look.text, va="center")
            for x, month in enumerate(months):
                _field(axes, (x + 0.04, y + 0.07, 0.92, 0.86), row[month], look)
        _month_names(page, left, column, top, months, look)
        _coverage_key(page, top - pitch * len(rows) - line * 0.8, used, look)
    return page.figure


def _rules(page: Canvas, base: float, pitch: float, names: list[str], look: Look) -> None:
    """The names of the rows and a light line over each."""
    axes = page.axes(0, base, page.width, pitch * len(names))
    axes.set(xlim=(0, 1), ylim=(0, len(names)))
    axes.hlines(range(len(names) + 1), 0, 1, colors=GRID, lw=look.mark * 0.16, clip_on=False)
    for place, name in enumerate(names):
        page.text(0, base + pitch * (len(names) - place - 0.5), name, look.text, va="center")


def _fields(axes: Axes, cells: list[Cell], ink: Ink, look: Look, room: tuple[float, float, float]) -> None:
    """The numbers and bars of one column. room: inches before the bars, of the bars, of a row."""
    many, (before, width, pitch), top = len(cells), room, axes.get_xlim()[1]
    start = -before / width * top
    for place, cell in enumerate(cells):
        if cell.known:
            y = (many - place) * pitch
            draw_count(axes, y - pitch * (0.5 if before else 0.74), cell, ink, look, top, sideways=True)
            where = y - pitch * (0.5 if before else 0.32)
            axes.text(start, where, number_text(cell), fontsize=look.text, color=INK, ha="left", va="center")
    for unknown, run in groupby(range(many), lambda place: "" if cells[place].known else cells[place].word):
        if unknown:
            first, *_, last = [*run] * 2
            height = (last - first + 1) * pitch
            box = (start, (many - last - 1) * pitch, top - start, height)
            missing_band(axes, box, unknown, (before + width, height), look)


def _field(axes: Axes, box: tuple[float, float, float, float], status: str, look: Look) -> None:
    """One month of one source: colour, hatch and letter."""
    x, y, width, height = box
    face, edge, hatch, colour = COVERAGE_LOOK[status]
    axes.add_patch(Rectangle((x, y), width, height, facecolor=face, edgecolor=edge, hatch=hatch, lw=look.mark * 0.12))
    paper = {"facecolor": WHITE, "edgecolor": "none", "pad": 1.0} if hatch else None
    words = {"fontsize": look.text, "color": colour, "weight": "bold", "ha": "center", "va": "center", "bbox": paper}
    axes.text(x + width / 2, y + height / 2, COVERAGE_LETTERS[status], **words)  # type: ignore[arg-type]


def _month_names(page: Canvas, left: float, column: float, top: float, months: list[str], look: Look) -> None:
    """Short month names over the columns, the year over the first of each year."""
    line = height_of("x", look.text)
    turned = width_of("mmm", look.text) > column
    for place, month in enumerate(months):
        x = left + (place + 0.5) * column
        name = month_name(int(month[5:]))[: 1 if turned else 3]
        page.text(x, top + line * 0.4, name, look.text, QUIET, ha="center", va="baseline")
        if place == 0 or month.endswith("-01"):
            page.text(left + (place + 0.04) * column, top + line * 2.3, month[:4], look.text, weight="bold")


def _coverage_key(page: Canvas, y: float, used: list[str], look: Look) -> None:
    line, x = height_of("x", look.text), 0.0
    for status in used:
        axes = page.axes(x, y - line * 1.3, line * 1.6, line * 1.3)
        axes.set(xlim=(0, 1), ylim=(1, 0))
        _field(axes, (0, 0, 1, 1), status, look)
        text = word(f"coverage.{status}")
        page.text(x + line * 1.9, y - line * 0.65, text, look.text, va="center")
        x += line * 3 + width_of(text, look.text)
