"""Counts over time as small multiples: one panel a series, years or tertials along it, every count as its interval.

All panels share one scale, except where the chart says in words that they do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vbe_analysis.chapter.charts.cells import DASH, Cell, Grid, grid, number_text
from vbe_analysis.chapter.charts.marks import Ink, draw_count, missing_band
from vbe_analysis.chapter.charts.style import (
    GRID,
    INK,
    MARKS,
    QUIET,
    SERIES,
    Look,
    Size,
    canvas,
    height_of,
    joined,
    look_of,
    word,
    wrap,
)
from vbe_analysis.document.from_frames import drawing
from vbe_analysis.document.widths import width_of
from vbe_analysis.swedish import number


@dataclass(frozen=True)
class Plan:
    """Panels a row, and inches: a panel's width, its gap to the next, the room for the scale's numbers left of all."""

    columns: int
    panel: float
    gutter: float
    axis: float
    shape: str  # of texts in a crowd: "whole", "split" ("10–19" on two lines) or "turned"


def plan_panels(table: Grid, look: Look, most: int) -> Plan:
    """The most panels a row that leave each period room for its texts, with the intervals on two lines if they must.

    A slide has two rows of panels, a page as many as it takes.
    """
    free, many, periods = look.width - 2 * look.margin, len(table.rows), len(table.columns)
    axis = width_of(number(round_numbers(table.top)[-1]), look.text) + 0.1
    gutter, least = look.text / 72 * 2, -(-many // 2) if look.height else 1
    labels = [number_text(cell) for cell in table.cells if cell.known]
    ticks = [piece for period in table.columns for piece in period.split()]
    for shape, pad in (("whole", 0.35), ("split", 0.25), ("turned", 0.0)):
        for columns in range(max(least, min(most, many)), least - 1, -1):
            panel = min((free - axis - (columns - 1) * gutter) / columns, periods * look.text / 5)
            plan = Plan(columns, panel, gutter, axis, shape)
            texts = ticks + [shaped(text, plan) for text in labels]
            widest = look.text / 60 if shape == "turned" else max(width_of(text, look.text) for text in texts)
            lonely = columns > 2 and many % columns == 1
            if panel / periods >= widest + look.text / 72 * pad and not lonely:
                return plan
    return plan


def shaped(text: str, plan: Plan) -> str:
    """A count's text as the plan sets it."""
    return text.replace(DASH, DASH + "\n").replace(" ", "\n") if plan.shape == "split" else text


def tick_texts(table: Grid, plan: Plan, look: Look) -> list[str]:
    """The periods as they stand under a panel."""
    if plan.shape == "turned":
        return list(table.columns)
    slot = plan.panel / len(table.columns)
    word = max(width_of(piece, look.text) for period in table.columns for piece in period.split())
    return [wrap(period, max(slot * 0.88, word), look.text) for period in table.columns]


def room_of(texts: list[str], plan: Plan, look: Look) -> float:
    """The height that the highest of the texts takes."""
    if plan.shape == "turned":
        return max((width_of(text, look.text) for text in texts), default=0) + look.text / 72 * 0.3
    return max((height_of(text, look.text) for text in texts), default=0)


def round_numbers(top: float, most: int = 3) -> list[float]:
    """Round whole numbers from zero to about `top`."""
    ticks = MaxNLocator(nbins=most, integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]).tick_values(0, max(top, 4))
    return [float(value) for value in ticks if value >= 0]


_CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # no guide line runs through a number


def years_by_environment(
    counts: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    key: str = "environment",
    breaks: Mapping[str, str] | None = None,
    size: Size = "page",
    title: str = "",
    foot: str = "",
) -> Figure:
    """A panel for each environment, the years along it.

    counts: one row per `key` and period (low, high, status, months_covered), periods in the order they are to stand.
    labels: code -> label, in panel order. breaks: period -> what changed with it. title: a finding; foot: source line.
    """
    with drawing():
        return _multiples(grid(counts, key, labels), breaks or {}, size, title, foot)


def timeline_by_tertial(
    counts: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    key: str = "environment",
    size: Size = "page",
    title: str = "",
    foot: str = "",
) -> Figure:
    """As years_by_environment, with the period's tertials ("T2 2020") along each panel."""
    with drawing():
        return _multiples(grid(counts, key, labels), {}, size, title, joined(word("foot.tertials"), foot))


def graffiti_against_all(
    counts: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    key: str = "series",
    breaks: Mapping[str, str] | None = None,
    size: Size = "page",
    title: str = "",
    foot: str = "",
) -> Figure:
    """Graffiti coded to an environment above all graffiti of the same sources and months, each on its own scale.

    counts and labels as in years_by_environment, with two series.
    """
    with drawing():
        foot = joined(word("foot.own_scales"), foot)
        return _multiples(grid(counts, key, labels), breaks or {}, size, title, foot, own_scales=True)


def reading_help(table: Grid) -> str:
    """How to read what the chart holds: bars, hollow marks; nothing about what it lacks."""
    partial = any(cell.partial for cell in table.cells)
    helps = [word("foot.interval")] * table.uncertain + [word("foot.protected")] * table.protected
    return " ".join(helps + [word("foot.partial")] * partial)


def _multiples(
    table: Grid, breaks: Mapping[str, str], size: Size, title: str, foot: str, own_scales: bool = False
) -> Figure:
    look = look_of(size)
    plan = plan_panels(table, look, 1 if own_scales else 4)
    if plan.shape != "whole" or len(table.rows) > 4:
        look = look_of(size, crowded=True)
        plan = plan_panels(table, look, 1 if own_scales else 4)
    letters = {period: "ABCDEFGHIJKL"[n % 12] for n, period in enumerate(p for p in table.columns if p in breaks)}
    notes = [word("foot.break", letter=letter, period=p, label=breaks[p]) for p, letter in letters.items()]
    foot = joined(" ".join([reading_help(table), *notes]).strip(), foot)
    panels = _panels(table, plan, look, own_scales)
    rows = [panels[start : start + plan.columns] for start in range(0, len(panels), plan.columns)]
    ticks, line = tick_texts(table, plan, look), height_of("x", look.text)
    # Each row has its periods and words under it, and letters over it; else only the lowest and the highest have.
    for apart in (len(rows) < 3, False):
        above, below = _margins(rows, room_of(ticks, plan, look), plan, look, bool(letters), apart)
        fixed = sum(above) + sum(below) + line * (len(rows) - 1)
        page = canvas(look, min(fixed + len(rows) * line * 5, look.tallest), title, foot)
        height = max((page.height - fixed) / len(rows), line * 2)
        if look.height is None or height >= line * 4:
            break
    label_room = room_of([shaped(number_text(cell), plan) for cell in table.cells if cell.known], plan, look)
    y = page.height
    for place, row in enumerate(rows):
        for column, panel in enumerate(row):
            x = plan.axis + column * (plan.panel + plan.gutter)
            page.text(x, y, panel.name, look.heading, weight="bold")
            axes = page.axes(x, y - above[place] - height, plan.panel, height)
            axes.set_label(panel.label)
            _scale(axes, panel.top, height, look, label_room, numbered=not column)
            lowest = (place + 1) * plan.columns + column >= len(panels)
            labels = ticks if apart or lowest else [""] * len(ticks)
            _date(axes, labels, panel.cells, plan, look, worded=apart or look.height is None)
            _draw_cells(axes, panel, plan, look, height)
            _draw_breaks(axes, table.columns, letters, look, lettered=apart or not place)
        y -= above[place] + height + below[place] + line
    return page.figure


@dataclass(frozen=True)
class _Panel:
    label: str
    name: str  # the label on lines, with its scale where each panel has its own
    cells: tuple[Cell, ...]
    top: float
    ink: Ink


def _panels(table: Grid, plan: Plan, look: Look, own_scales: bool) -> list[_Panel]:
    panels = []
    for place, (label, cells) in enumerate(table.rows.items()):
        top = max((Grid({"": cells}, ()) if own_scales else table).top, 4)  # all zero: a scale all the same
        width = plan.panel if plan.columns > 1 else look.width - 2 * look.margin - plan.axis
        name = wrap(label + (f" ({word('own_scale')})" if own_scales else ""), width, look.heading, "bold")
        panels.append(_Panel(label, name, cells, top, Ink(SERIES[place % len(SERIES)], MARKS[place % len(MARKS)])))
    return panels


def _margins(
    rows: list[list[_Panel]], tick_room: float, plan: Plan, look: Look, letters: bool, apart: bool
) -> tuple[list[float], list[float]]:
    """The room that each row's names take over its panels, and its periods under them."""
    line, worded = height_of("x", look.text), plan.shape != "turned" and (apart or look.height is None)
    above, below = [], []
    for place, row in enumerate(rows):
        names = max(height_of(panel.name, look.heading) for panel in row)
        above.append(names + line * (0.4 + (letters and (apart or place == 0))))
        partial = worded and any(cell.partial for panel in row for cell in panel.cells)
        lowest = (place + 2) * plan.columns > sum(map(len, rows))  # some panel of the row has none under it
        below.append(line * (0.6 + partial) + tick_room * (apart or lowest))
    return above, below


def _scale(axes: Axes, top: float, height: float, look: Look, label_room: float, numbered: bool) -> None:
    """From zero to the highest end, with room for the labels above it; a light line at each round number."""
    head = label_room + look.mark * 1.2 / 72
    limit = top * height / max(height - head, height * 0.3)
    most = max(1, min(3, int(height / height_of("x", look.text) / 2)))
    numbers = [tick for tick in round_numbers(top, most) if tick <= limit]
    axes.set_ylim(0, limit)
    axes.set_yticks(numbers, [number(tick) if numbered else "" for tick in numbers], fontsize=look.text, color=QUIET)
    axes.tick_params(axis="y", length=0, pad=look.mark)
    axes.hlines(numbers[1:], 0, 1, colors=GRID, lw=look.mark * 0.16, transform=axes.get_yaxis_transform(), zorder=0)
    axes.axhline(0, color=QUIET, lw=look.mark * 0.2, zorder=1)


def _date(axes: Axes, ticks: list[str], cells: tuple[Cell, ...], plan: Plan, look: Look, worded: bool) -> None:
    """The periods under the panel, and the word under those that are only partly covered.

    Where there is no room for the word, the hollow mark alone tells it.
    """
    turned = plan.shape == "turned"
    partial = [word("partial") * (cell.partial and worded and not turned) for cell in cells]
    labels = [joined(tick, partly) for tick, partly in zip(ticks, partial, strict=True)]
    axes.set_xticks(range(len(labels)), labels, fontsize=look.text, color=INK, rotation=90 if turned else 0)
    axes.set_xlim(-0.5, len(labels) - 0.5)
    axes.tick_params(axis="x", length=0, pad=look.mark * 1.2)


def _draw_cells(axes: Axes, panel: _Panel, plan: Plan, look: Look, height: float) -> None:
    cells = panel.cells
    for at, cell in enumerate(cells):
        if cell.known:
            draw_count(axes, at, cell, panel.ink, look, panel.top)
            high = panel.top if cell.high is None else cell.high
            place = {"xytext": (0, look.mark * 0.9), "textcoords": "offset points", "ha": "center", "va": "bottom"}
            type_ = {"fontsize": look.text, "linespacing": 1.0, "rotation": 90 if plan.shape == "turned" else 0}
            axes.annotate(shaped(number_text(cell), plan), (at, high), color=INK, bbox=_CLEAR, **place, **type_)  # type: ignore[arg-type]
    for unknown, run in groupby(range(len(cells)), lambda at: "" if cells[at].known else cells[at].word):
        if unknown:
            first, *_, last = [*run] * 2
            count = last - first + 1
            box = (first - 0.5, 0.0, count, axes.get_ylim()[1])
            missing_band(axes, box, unknown, (count * plan.panel / len(cells), height), look)


def _draw_breaks(axes: Axes, periods: tuple[str, ...], letters: Mapping[str, str], look: Look, lettered: bool) -> None:
    for period, letter in letters.items():
        place = periods.index(period) - 0.5
        axes.axvline(place, color=INK, lw=look.mark * 0.2, ls=(0, (4, 3)), zorder=3)
        where = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "bottom"}
        if lettered:
            axes.text(place, 1.01, letter, fontsize=look.text, color=INK, weight="bold", **where)  # type: ignore[arg-type]
