"""How a count looks: an exact count is a mark, an interval a bar between its ends, an unknown count a hatched band."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from vbe_analysis.chapter.charts.cells import Cell
from vbe_analysis.chapter.charts.style import BAND, BAND_LINE, QUIET, WHITE, Look, height_of
from vbe_analysis.document.widths import width_of

HATCH = "////"


@dataclass(frozen=True)
class Ink:
    """How one series is drawn: its colour, the shape of its marks, the hatch of its bars ("" solid)."""

    colour: str
    mark: str
    hatch: str = ""


def draw_count(axes: Axes, at: float, cell: Cell, ink: Ink, look: Look, top: float, sideways: bool = False) -> None:
    """The interval of `cell` at place `at`, upwards or sideways, on a thin stem from zero to its low end.

    A bar's ends are [low, high] and nothing between them is drawn; an open band reaches `top` and ends in an arrow.
    A partly covered count is hollow with a dashed edge.
    """
    if cell.low is None:
        return
    high = top if cell.high is None else cell.high
    draw_interval(axes, at, (cell.low, high), ink, look, sideways, cell.partial, cell.protected)
    if cell.high is None:
        where = (high, at) if sideways else (at, high)
        axes.plot(*where, ">" if sideways else "^", color=ink.colour, ms=look.mark * 1.3, clip_on=False, zorder=3)
    if cell.low > 0:
        stem = ([0, cell.low], [at, at])
        axes.plot(*(stem if sideways else stem[::-1]), "-", color=ink.colour, lw=look.mark * 0.16, alpha=0.45, zorder=1)


def draw_interval(
    axes: Axes,
    at: float,
    ends: tuple[float, float],
    ink: Ink,
    look: Look,
    sideways: bool,
    partial: bool = False,
    protected: bool = False,
) -> None:
    """A pale bar between two strong ends, or a mark where they meet; no mark is a square: it would pass for a bar.

    A protected band is a lighter bar without ends: they are the band's, not what is known of the number.
    """
    low, high = ends
    if low == high:
        face = WHITE if partial else ink.colour
        where = (low, at) if sideways else (at, low)
        edge = {"markerfacecolor": face, "markeredgecolor": ink.colour, "markeredgewidth": look.mark * 0.22}
        axes.plot(*where, ink.mark, ms=look.mark, clip_on=False, zorder=3, **edge)  # type: ignore[arg-type]
        return
    thick = bar_thickness(axes, look, sideways)
    bar = Rectangle((at - thick / 2, low), thick, high - low)
    if sideways:
        bar = Rectangle((low, at - thick / 2), high - low, thick)
    fill = WHITE if partial or ink.hatch else tint(ink.colour, 0.85 if protected else 0.7)
    bar.set(facecolor=fill, edgecolor=ink.colour, lw=look.mark * (0.08 if protected else 0.16))
    bar.set(linestyle="--" if partial else "-", hatch="" if partial else ink.hatch, clip_on=False, zorder=2)
    axes.add_patch(bar)
    if protected:
        return
    caps = axes.vlines if sideways else axes.hlines
    caps(ends, at - thick * 0.75, at + thick * 0.75, colors=ink.colour, lw=look.mark * 0.4, clip_on=False, zorder=3)


def bar_thickness(axes: Axes, look: Look, sideways: bool) -> float:
    """A bit more than a mark, in the units across the bar; the axes must have its place and limits already."""
    figure = axes.get_figure(root=True)
    inches = axes.get_position().size * figure.get_size_inches()  # type: ignore[union-attr]
    limits = axes.get_ylim() if sideways else axes.get_xlim()
    return float(look.mark * 1.3 / 72 / inches[1 if sideways else 0] * abs(limits[1] - limits[0]))


def tint(colour: str, white: float = 0.7) -> tuple[float, ...]:
    """The colour on its way to white, opaque, so that nothing behind shows through."""
    return tuple(white + (1 - white) * part for part in to_rgb(colour))


def missing_band(
    axes: Axes, box: tuple[float, float, float, float], words: str, room: tuple[float, float], look: Look
) -> None:
    """A hatched grey band at `box` (x, y, width, height in data) with the words in it, turned if they must be.

    room: the box's width and height in inches.
    """
    x, y, width, height = box
    band = {"facecolor": BAND, "edgecolor": BAND_LINE, "hatch": HATCH, "lw": 0, "clip_on": False, "zorder": 0.5}
    axes.add_patch(Rectangle((x, y), width, height, **band))  # type: ignore[arg-type]
    shape, turned = _fitted(words, *room, look.text)
    paper = {"facecolor": WHITE, "edgecolor": "none", "pad": 1.5}
    place = {"rotation": 90 if turned else 0, "ha": "center", "va": "center", "zorder": 4, "bbox": paper}
    axes.text(x + width / 2, y + height / 2, shape, fontsize=look.text, color=QUIET, linespacing=1.1, **place)  # type: ignore[arg-type]


def _fitted(words: str, width: float, height: float, points: float) -> tuple[str, bool]:
    """The first way that fits: one line, two lines, turned, turned on two lines."""
    two = words.replace(" ", "\n", 1)
    for shape in (words, two):
        if width_of(shape, points) + 0.08 <= width and height_of(shape, points) <= height:
            return shape, False
    if width_of(words, points) + 0.08 <= height and height_of(words, points) <= width:
        return words, True
    return (two, height > width) if max(width, height) < width_of(words, points) else (words, height > width)
