"""Counts over time: a panel for each series, years or tertials along it, every count as its interval with its number.

All panels share one scale.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vbe_analysis.chapter.charts.marks import draw_count, hatch_missing
from vbe_analysis.chapter.charts.style import (
    BEFORE,
    FAINT,
    INK,
    NOW,
    QUIET,
    Look,
    Size,
    bare,
    fold,
    free_lines,
    joined,
    look_of,
    sheet,
    word,
    write,
)
from vbe_analysis.chapter.tables.grid import OUTSIDE, WORDS, Cell, Grid, number_text
from vbe_analysis.document.from_frames import drawing
from vbe_analysis.frames import NOT_ASKED, NOT_DELIVERED, Interval
from vbe_analysis.swedish import listed

# Heights in lines of text.
NUMBER = 1.4  # what a panel's numbers take over its bars
LEAST, HIGHEST = 0.7, 2.8  # the bars of the lowest panel; on a page, of the highest
TALLEST = 46.0  # the tallest page drawing
NAMES = 2.5  # what the columns' names and the words of what was expected take
CROWD = 6  # panels above which the small text is used
BESIDE = 5  # columns up to which the panels of a slide stand beside the first


@dataclass(frozen=True)
class Expected:
    """What earlier counts let expect of the newest: in words and, where that can be drawn, its ends.

    spoken: the words that are read aloud.
    """

    words: str
    ends: Interval | None
    spoken: str = ""


def draw_columns(
    table: Grid,
    *,
    total: str = "",
    expected: Expected | None = None,
    breaks: Mapping[str, str] | None = None,
    even: bool = False,
    size: Size = "page",
    title: str = "",
    foot: str = "",
) -> Figure:
    """A panel for each row of the table, its columns along it.

    total: the label of the first row, where that is the sum of the others; expected: of its last column.
    breaks: column -> what changed with it.
    even: no column is the newest.
    """
    names, columns = list(table.rows), list(table.columns)
    look = look_of(size, crowded=len(names) > CROWD)
    beside = bool(look.height and total and 1 < len(names) <= CROWD and len(columns) <= BESIDE)
    stacked = names[1:] if beside else names
    tops = {name: max(Grid({name: table.rows[name]}, table.columns).top, 1) for name in names}
    changed = {column: text for column, text in (breaks or {}).items() if column in columns}
    if size == "slide":
        notes = [slide_help(table), word("foot.slide.break") * bool(changed)]
    else:
        notes = [reading_help(table), *(word("foot.break", period=name, label=text) for name, text in changed.items())]
    foot = joined(" ".join(filter(None, notes)), foot)
    whole = free_lines(size, title, foot) - NAMES if look.height else 0
    unit, heights = _scales(tops, stacked, whole)
    newest = None if even else len(columns) - 1
    ticks = _ticks(columns, look.width * (0.35 if beside else 0.75) / len(columns), look)
    with drawing():
        figure = sheet(size, sum(heights.values()) + 2.5 + 0.4 * len(names), title, foot)
        mosaic = [[names[0], name] for name in stacked] if beside else [[name] for name in names]
        shape = {"height_ratios": [heights[name] for name in stacked], "width_ratios": [1.2, 1][: 1 + beside]}
        axes = figure.subplot_mosaic(mosaic, gridspec_kw=shape)  # type: ignore[arg-type]
        for name, panel in axes.items():
            panel.set(ylim=(0, max(heights[name] / unit, tops[name] * 1.05)), label=name)
            _draw_panel(panel, table.rows[name], look, tops[name], newest, large=name == total)
            _name_panel(panel, name, look, above=beside and name == total, bold=name == total)
            named = name == names[-1] or (beside and name == total)
            panel.set_xticks(range(len(ticks)), ticks if named else [""] * len(ticks), fontsize=look.text, color=INK)
            if expected and name == total:
                _draw_expected(panel, len(columns) - 1, expected, look, below=1.9 if named else 0.5)
            for column in changed:
                at, dashed = columns.index(column) - 0.5, (0, (4, 3))
                panel.axvline(at, color=QUIET, lw=look.mark * 0.16, ls=dashed, zorder=1)
    return figure


def reading_help(table: Grid) -> str:
    """How to read what the chart holds, and which columns are partly covered."""
    reasons = {cell.status for cell in table.cells if not cell.known}
    helps = [word("foot.interval")] * table.uncertain + [word("foot.protected")] * table.protected
    helps += [word(f"foot.{reason}") for reason in (NOT_DELIVERED, NOT_ASKED) if reason in reasons]
    helps += [word("foot.withheld")] * bool(reasons.difference(WORDS))
    return " ".join(helps + [word("foot.partial", periods=listed(table.partial))] * bool(table.partial))


def slide_help(table: Grid) -> str:
    """The same in as few words as a slide has room for; what is partly covered, its notes tell."""
    reasons = {cell.status for cell in table.cells if not cell.known}
    helps = [word("foot.slide.interval")] * table.uncertain + [word("foot.slide.protected")] * table.protected
    helps += [word(f"foot.{reason}") for reason in (NOT_DELIVERED, NOT_ASKED) if reason in reasons]
    return " ".join(helps + [word("foot.withheld")] * bool(reasons.difference(WORDS)))


def _scales(tops: Mapping[str, float], stacked: Sequence[str], whole: float) -> tuple[float, dict[str, float]]:
    """Lines of text for an event, and for each panel.

    stacked: the panels under one another; one that is not stands beside them all. whole: the lines that a slide has,
    which it fills; 0 for a page, which takes what it needs.
    """
    room = (whole or TALLEST) - NUMBER * len(stacked)
    highest = whole - 2 * NUMBER if whole else HIGHEST
    unit = min(room / sum(tops[name] for name in stacked), highest / max(tops.values()))
    heights = {name: NUMBER + max(LEAST, unit * top) for name, top in tops.items()}
    if whole:
        stretch = whole / sum(heights[name] for name in stacked)
        heights = {name: heights[name] * stretch if name in stacked else whole - NUMBER for name in tops}
    return unit, heights


def _ticks(columns: Sequence[str], width: float, look: Look) -> list[str]:
    """The columns' names on lines of `width` inches; years that do not fit lose their century."""
    fit = max(len(part) for name in columns for part in name.split()) * look.text * 0.62 / 72 <= width
    return [fold(name, width, look.text) if fit else re.sub(r"\b(?:19|20)(?=\d\d)", "", name) for name in columns]


def _draw_panel(axes: Axes, cells: Sequence[Cell], look: Look, top: float, newest: int | None, large: bool) -> None:
    bare(axes, ("bottom",))
    axes.set(xlim=(-0.5, len(cells) - 0.5), yticks=[])
    hatch_missing(axes, cells)
    for at, cell in enumerate(cells):
        if cell.status == OUTSIDE:
            write(axes, cell.word, (at, 0), look.small, (0, look.mark * 0.4), color=QUIET, ha="center", va="bottom")
        if cell.known:
            colour = NOW if newest in (at, None) else BEFORE
            draw_count(axes, at, cell, colour, look, top)
            high = top if cell.high is None else cell.high
            shift = look.mark * (0.2 if high == 0 else 1.3 if cell.high is None else 0.8)
            points = look.heading if large and at == newest else look.text
            how = {"ha": "center", "va": "bottom"} | ({"color": NOW, "weight": "bold"} if at == newest else {})
            write(axes, number_text(cell), (at, high), points, (0, shift), **how)


def _name_panel(axes: Axes, name: str, look: Look, above: bool, bold: bool) -> None:
    how: dict[str, Any] = {"fontsize": look.text, "color": INK, "weight": "bold" if bold else "normal"}
    if above:
        axes.set_title(name, loc="left", **how)
    else:
        words = fold(name, look.width * 0.19, look.text)
        axes.set_ylabel(words, rotation=0, ha="right", va="center", labelpad=look.text, **how)


def _draw_expected(axes: Axes, at: int, expected: Expected, look: Look, below: float) -> None:
    """The field behind the newest count, and the words `below` lines under the panel."""
    if expected.ends:
        low, high = expected.ends
        axes.bar(at, high - low, 0.7, low, color=FAINT, zorder=0.8)
    write(axes, expected.words, (at + 0.5, 0), look.small, (0, -look.text * below), ha="right", va="top", color=QUIET)
