"""Charts of lying lines: this period against the previous, what is known as x of n, ranks, and parts of a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vbe_analysis.chapter.charts.columns import reading_help, slide_help
from vbe_analysis.chapter.charts.marks import draw_bar, draw_count, tint
from vbe_analysis.chapter.charts.style import (
    BEFORE,
    INK,
    NOW,
    QUIET,
    RULE,
    Look,
    Size,
    bare,
    joined,
    look_of,
    sheet,
    word,
    write,
)
from vbe_analysis.chapter.tables.cells import interval_text
from vbe_analysis.chapter.tables.grid import NBSP, Cell, Grid, number_text
from vbe_analysis.document.from_frames import drawing
from vbe_analysis.frames import OBSERVED, PARTIAL, Interval
from vbe_analysis.swedish import number

CROWD = 18  # lines above which the small text is used


@dataclass(frozen=True)
class Share:
    """x of n as a share (None where n is 0), and the ends of its interval."""

    mark: float | None
    ends: tuple[float, float]


@dataclass(frozen=True)
class Filled:
    """A bar from zero with a part of it marked; an uncertain number is its low end marked of its high one."""

    marked: int
    whole: int


@dataclass(frozen=True)
class Lane:
    """One line: its period or label, its number in words or why it has none, and what is drawn; strong: in colour."""

    name: str
    text: str
    value: Cell | Share | Filled | None
    strong: bool = False


def draw_periods(table: Grid, *, size: Size = "page", title: str = "", foot: str = "") -> Figure:
    """A row of the table under its label, a line for each of its columns, the newest last; of one column no heading."""
    if len(table.columns) == 1:
        groups = {"": [_cell_lane(label, cell, True) for label, [cell] in table.rows.items()]}
    else:
        newest = table.columns[-1]
        groups = {
            label: [
                _cell_lane(period, cell, period == newest) for period, cell in zip(table.columns, cells, strict=True)
            ]
            for label, cells in table.rows.items()
        }
    help_ = slide_help(table) if size == "slide" else reading_help(table)
    return _draw_lanes(groups, max(table.top, 1), size, title, joined(help_, foot))


def draw_ranks(table: Grid, *, size: Size = "page", title: str = "", foot: str = "") -> Figure:
    """The table's one column as bars from zero, the rows with the most in colour."""
    cells = {label: cell for label, [cell] in table.rows.items()}
    most = max(cell.low or 0 for cell in cells.values())
    lanes = [
        Lane(label, number_text(cell), Filled(cell.low or 0, cell.high or 0), cell.low == most)
        for label, cell in cells.items()
    ]
    help_ = slide_help(table) if size == "slide" else reading_help(table)
    return _draw_lanes({"": lanes}, max(table.top, 1), size, title, joined(help_, foot))


def draw_parts(
    parts: Mapping[str, tuple[Interval, Interval]], *, size: Size = "page", title: str = "", foot: str = ""
) -> Figure:
    """A line a period, the newest last: a number of a larger one (both as intervals), each bar from zero."""
    lanes = []
    for period, (own, whole) in parts.items():
        text = word("x_of_n", x=interval_text(own), n=interval_text(whole)).replace(" ", NBSP)
        lanes.append(Lane(period, text, Filled(own[1], whole[1]), period == [*parts][-1]))
    return _draw_lanes({"": lanes}, max(1, *(whole[1] for _, whole in parts.values())), size, title, foot)


def _cell_lane(name: str, cell: Cell, strong: bool) -> Lane:
    return Lane(name, number_text(cell) if cell.known else cell.word, cell if cell.known else None, strong)


def draw_shares(
    survey: pd.DataFrame, *, population: bool = False, size: Size = "page", title: str = "", foot: str = ""
) -> Figure:
    """x of n as a mark on the way from none to all, with its interval: a line for each period under its question.

    survey: one row per question and period: question (label), period, x, n, low_share, high_share (0-1, the ends of
    the interval), status; in the order they stand. population: the interval is of all who were asked, not of chance.
    """
    groups: dict[str, list[Lane]] = {}
    for row in survey.to_dict("records"):
        newest = row["period"] == survey["period"].iloc[-1]
        lane = Lane(row["period"], word(f"status.{row['status']}"), None)
        if row["status"] in (OBSERVED, PARTIAL):
            text = word("x_of_n", x=number(row["x"]), n=number(row["n"])).replace(" ", NBSP)
            mark = row["x"] / row["n"] if row["n"] else None
            lane = Lane(row["period"], text, Share(mark, (row["low_share"], row["high_share"])), newest)
        groups.setdefault(row["question"], []).append(lane)
    key = "share_population" if population else "share_sample"
    help_ = word(f"foot.slide.{key}" if size == "slide" else f"foot.{key}")
    return _draw_lanes(groups, 1, size, title, joined(help_, foot), shares=True)


def _draw_lanes(
    groups: Mapping[str, Sequence[Lane]], top: float, size: Size, title: str, foot: str, shares: bool = False
) -> Figure:
    lines = sum(map(len, groups.values())) + 1.3 * sum(map(bool, groups))
    look = look_of(size, crowded=lines > CROWD)
    with drawing():
        figure = sheet(size, lines * 1.25 + 1.5 * shares, title, foot)
        axes = figure.subplots()
        bare(axes)
        axes.axvline(0, color=RULE, lw=look.mark * 0.15, zorder=1)
        at, places, names = 0.0 if all(groups) else -1.0, list[float](), list[str]()
        for label, lanes in groups.items():
            if label:
                write(axes, label, (0, at), look.text, (0, 0), ha="left", va="center", weight="bold")
            for lane in lanes:
                at += 1
                places, names = [*places, at], [*names, lane.name]
                _draw_lane(axes, at, lane, look, top)
            at += 1.3
        axes.set(xlim=(0, top), ylim=(at - 0.8, -0.6))
        axes.set_yticks(places, names, fontsize=look.text, color=QUIET)
        ends = {0: word("shares.none"), 0.5: word("shares.half"), 1: word("shares.all")} if shares else {}
        axes.set_xticks(list(ends), list(ends.values()), fontsize=look.text, color=QUIET)
    return figure


def _draw_lane(axes: Axes, at: float, lane: Lane, look: Look, top: float) -> None:
    colour, end, known = NOW if lane.strong else BEFORE, 0.0, lane.value is not None
    if isinstance(lane.value, Filled):
        end = lane.value.whole
        for high, tone in ((end, tint(BEFORE)), (lane.value.marked, colour)):
            axes.barh(at, high, 0.5, color=tone, zorder=3)
    elif isinstance(lane.value, Cell):
        draw_count(axes, at, lane.value, colour, look, top, lying=True)
        end = top if lane.value.high is None else lane.value.high
    elif lane.value:
        draw_bar(axes, at, lane.value.ends, colour, look, lying=True, pale=True)
        if lane.value.mark is not None:
            axes.plot(lane.value.mark, at, "o", color=colour, ms=look.mark * 1.1, clip_on=False, zorder=4)
        end = max(lane.value.ends[1], lane.value.mark or 0)
    weight, ink = ("bold", colour) if lane.strong and known else ("normal", INK if known else QUIET)
    beside = (look.mark * (1.2 if end else 0.5), 0)
    write(axes, lane.text, (end, at), look.text, beside, ha="left", va="center", color=ink, weight=weight)
