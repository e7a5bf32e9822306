"""The one look of all charts: sizes, colours, wrapped text, hatching, and files whose bytes are the same every time.

Lengths are inches, type sizes points. Colours are Okabe-Ito's and Tol's, each at least 3:1 against white; a series is
also told by its mark, and named where it stands.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vbe_analysis.config import message
from vbe_analysis.document.widths import width_of

Size = Literal["page", "slide"]
INK, QUIET, GRID, BAND, BAND_LINE, WHITE = "#1f2933", "#52606d", "#e1e5ea", "#f1f3f5", "#b4bcc6", "#ffffff"
SERIES = ("#0072B2", "#D55E00", "#332288", "#6E6E6E", "#00856A", "#AA3377", "#7A6A00", "#661100")
MARKS = ("o", "D", "^", "v", "P", "X", "p", "h")
LINE = 1.3  # height of a line of text, in type sizes


@dataclass(frozen=True)
class Look:
    """Measures of one size. `height` is None where the chart's content decides it, up to `tallest`."""

    width: float
    height: float | None
    tallest: float
    margin: float
    text: float
    small: float  # the foot, and the text of a chart too crowded for `text`
    heading: float
    title: float
    mark: float


LOOKS: dict[Size, Look] = {
    "page": Look(160 / 25.4, None, 8.8, 0.04, 8.0, 8.0, 8.5, 11.0, 5.0),  # the width of an A4 page's text
    "slide": Look(
        1920 / 144, 1080 / 144, 1080 / 144, 0.45, 15.0, 12.0, 17.0, 23.0, 10.0
    ),  # 144 px to the inch: 12 pt is 24 px
}


@dataclass(frozen=True)
class Canvas:
    """A figure and the free area between its title and its foot, with (0, 0) at the area's lower left corner."""

    figure: Figure
    look: Look
    width: float
    height: float
    bottom: float

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Bare axes: no frame, no ticks."""
        whole = self.look.width, float(self.figure.get_figheight())
        place = (x + self.look.margin) / whole[0], (y + self.bottom) / whole[1], width / whole[0], height / whole[1]
        axes = self.figure.add_axes(place)
        axes.spines[:].set_visible(False)
        axes.set(xticks=[], yticks=[], facecolor="none")
        return axes

    def text(self, x: float, y: float, words: str, points: float, colour: str = INK, **how: Any) -> None:
        """Words with their upper left corner at (x, y), or as `how` (ha, va, weight) says."""
        whole = self.look.width, float(self.figure.get_figheight())
        place = (x + self.look.margin) / whole[0], (y + self.bottom) / whole[1]
        settings = {"ha": "left", "va": "top", **how}
        self.figure.text(*place, words, fontsize=points, color=colour, linespacing=1.2, **settings)


def look_of(size: Size, crowded: bool = False) -> Look:
    """The measures of a size; a crowded chart takes the small text throughout."""
    look = LOOKS[size]
    return (
        replace(look, text=look.small, heading=min(look.heading, look.small * 1.15), mark=look.mark * 0.85)
        if crowded
        else look
    )


def canvas(look: Look, height: float, title: str, foot: str) -> Canvas:
    """An empty figure with title and foot; `height` is what the content wants, which a slide does not grant."""
    width = look.width - 2 * look.margin
    heading, below = wrap(title, width, look.title, "bold"), wrap(foot, width, look.small)
    above = height_of(heading, look.title) + look.title / 72 * 0.7 if title else 0.0
    under = height_of(below, look.small) + look.small / 72 if foot else 0.0
    total = look.height or height + above + under + 2 * look.margin
    figure = Figure(figsize=(look.width, total), facecolor=WHITE)
    drawing = Canvas(figure, look, width, total - above - under - 2 * look.margin, look.margin + under)
    drawing.text(0, drawing.height + above, heading, look.title, weight="bold")
    drawing.text(0, -under, below, look.small, QUIET, va="bottom")
    return drawing


def height_of(words: str, points: float) -> float:
    """The height of the lines, in inches."""
    return (words.count("\n") + 1) * points * LINE / 72 if words else 0.0


def wrap(words: str, width: float, points: float, weight: str = "normal") -> str:
    """The words on lines no wider than `width`, broken at blanks and after hyphens and dashes, else inside a word."""
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for piece in re.findall(r"[^ \-–/]*[\-–/ ]?", paragraph):
            rest = piece
            if line and width_of((line + rest).rstrip(" "), points, weight) > width:
                lines.append(line.rstrip(" "))
                line = ""
            while not line and len(rest) > 2 and width_of(rest.rstrip(" "), points, weight) > width:
                fits = max(2, _fitting(rest, width, points, weight))
                if fits >= len(rest.rstrip(" ")):
                    break
                lines.append(rest[:fits] + "-")
                rest = rest[fits:]
            line += rest
        lines.append(line.rstrip(" "))
    return "\n".join(lines)


def joined(*lines: str) -> str:
    """The lines that say anything, one under the other."""
    return "\n".join(line for line in lines if line)


def word(name: str, /, **values: object) -> str:
    """A word or sentence of the charts, from messages.sv.toml."""
    return message(f"charts.{name}", **values)


def _fitting(words: str, width: float, points: float, weight: str) -> int:
    return sum(width_of(words[:end] + "-", points, weight) <= width for end in range(1, len(words)))
