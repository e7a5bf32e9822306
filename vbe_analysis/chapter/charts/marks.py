"""How a count looks: an exact one is a dot, an interval a bar between two dots, an unknown one a hatched field."""

from collections.abc import Sequence
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patheffects import withStroke

from vbe_analysis.chapter.charts.style import HATCH, RULE, WHITE, Look
from vbe_analysis.chapter.tables.grid import OUTSIDE, Cell
from vbe_analysis.frames import NOT_ASKED, NOT_DELIVERED

HATCHES = {NOT_DELIVERED: HATCH, NOT_ASKED: "..."}
WITHHELD = "xx"


def draw_bar(
    axes: Axes,
    at: float,
    ends: tuple[float, float],
    colour: str,
    look: Look,
    *,
    lying: bool = False,
    pale: bool = False,
) -> None:
    """The interval between two ends at place `at`, upwards or lying: nothing between them is drawn.

    A protected count is pale: its ends are the band's, not what is known of the number.
    """
    if ends[0] == ends[1]:
        axes.plot(
            *((ends[0], at) if lying else (at, ends[0])),
            "o",
            color=colour,
            ms=look.mark,
            mew=0,
            clip_on=False,
            zorder=3,
        )
        return
    line = axes.hlines if lying else axes.vlines
    width = look.mark * (0.8 if pale else 1)
    bar = line(at, *ends, colors=tint(colour) if pale else colour, linewidth=width, capstyle="round", zorder=3)
    bar.set_clip_on(False)
    if pale:
        bar.set_path_effects([withStroke(linewidth=look.mark, foreground=colour)])


def draw_count(axes: Axes, at: float, cell: Cell, colour: str, look: Look, top: float, lying: bool = False) -> None:
    """A known count that is not zero; an open band reaches `top` and ends in an arrow. Zero is its number alone."""
    if cell.low is None or cell.high == 0:
        return
    high = top if cell.high is None else cell.high
    draw_bar(axes, at, (cell.low, high), colour, look, lying=lying, pale=cell.protected)
    if cell.high is None:
        where = (high, at) if lying else (at, high)
        axes.plot(*where, ">" if lying else "^", color=colour, ms=look.mark * 1.6, clip_on=False, zorder=4)


def hatch_missing(axes: Axes, cells: Sequence[Cell]) -> None:
    """A field over each run of columns without a number, hatched by the reason."""
    for reason, run in groupby(range(len(cells)), lambda at: "" if cells[at].known else cells[at].status):
        if reason not in ("", OUTSIDE):
            first, *_, last = [*run] * 2
            hatch = HATCHES.get(reason, WITHHELD)
            axes.axvspan(first - 0.5, last + 0.5, hatch=hatch, facecolor=WHITE, edgecolor=RULE, lw=0, zorder=0.5)


def tint(colour: str, white: float = 0.72) -> tuple[float, float, float]:
    """The colour on its way to white, opaque, so that nothing behind shows through."""
    red, green, blue = (white + (1 - white) * part for part in to_rgb(colour))
    return red, green, blue
