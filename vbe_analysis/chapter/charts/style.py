"""The one look of all charts: a sheet with title and foot, on which matplotlib finds the places of everything.

Type sizes and lines are points. Colours are Okabe-Ito's and Tol's, each at least 3:1 against white.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import fill
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vbe_analysis.config import message
from vbe_analysis.document.parts import OnSlide

Size = Literal["page", "narrow", "slide"]
INK, QUIET, RULE, FAINT, WHITE = "#1f2933", "#52606d", "#b4bcc6", "#e8eef7", "#ffffff"
NOW, BEFORE = "#0b5cad", "#7b8794"
HATCH = "////"


@dataclass(frozen=True)
class Look:
    """Measures of one size; `height` is in inches, as the width, and None where the content decides it."""

    width: float
    height: float | None
    text: float
    small: float
    heading: float
    title: float
    mark: float  # an exact count's diameter, and an interval's thickness


LOOKS: dict[Size, Look] = {
    "page": Look(160 / 25.4, None, 8.0, 8.0, 9.0, 11.0, 5.5),  # the width of an A4 page's text
    "narrow": Look(3.2, None, 8.5, 8.5, 9.0, 11.0, 5.5),  # a telephone's: 307 px of 360
    "slide": Look(1920 / 144, 1080 / 144, 16.0, 14.0, 20.0, 24.0, 11.0),  # 144 px to the inch: 14 pt is 28 px
}


def look_of(size: Size, crowded: bool = False) -> Look:
    """The measures of a size; a crowded chart takes the small text throughout."""
    look = LOOKS[size]
    return replace(look, text=look.small, heading=look.small) if crowded else look


def sheet(size: Size, lines: float, title: str = "", foot: str = "") -> Figure:
    """An empty figure; lines: how many lines of text its content is high, where the size leaves that open."""
    look = LOOKS[size]
    edge = 0.45 if look.height else 0.04
    width = look.width - 2 * edge
    above, below = fold(title, width, look.title, "bold"), fold(foot, width, look.small)
    top, bottom = edge + _height(above, look.title), edge + _height(below, look.small)
    height = look.height or lines * line_of(look) + top + bottom
    figure = Figure((look.width, height), layout="constrained", facecolor=WHITE)
    how: dict[str, Any] = {"ha": "left", "linespacing": 1.25, "in_layout": False}
    figure.text(edge / look.width, 1 - edge / height, above, size=look.title, weight="bold", color=INK, va="top", **how)
    figure.text(edge / look.width, edge / height, below, size=look.small, color=QUIET, va="bottom", **how)
    place = (edge / look.width, bottom / height, width / look.width, 1 - (bottom + top) / height)
    pads = {"w_pad": 0.04, "h_pad": 0.04, "wspace": 0, "hspace": 0}
    figure.get_layout_engine().set(rect=place, **pads)  # type: ignore[call-arg, union-attr]
    return figure


def on_slide(figure: Figure, foot: str) -> OnSlide:
    """Where the drawing stands between its title and its foot."""
    left, bottom, width, height = figure.get_layout_engine().get()["rect"]  # type: ignore[union-attr]
    across, up = figure.get_size_inches()
    place = (up * (1 - bottom - height), left * across, width * across, height * up)
    return OnSlide(foot, *map(float, place))


def free_lines(size: Size, title: str, foot: str) -> float:
    """How many lines of text a slide has between its title and its foot."""
    _, height = sheet(size, 0, title, foot).get_layout_engine().get()["rect"][2:]  # type: ignore[union-attr]
    look = LOOKS[size]
    return float(height) * (look.height or 0) / line_of(look)


def _height(words: str, points: float) -> float:
    """Of the lines and the air beside them, in inches."""
    return (words.count("\n") + 1.6) * points * 1.4 / 72 if words else 0


def line_of(look: Look) -> float:
    """The height of a line of text, in inches."""
    return look.text * 1.35 / 72


def fold(words: str, width: float, points: float, weight: str = "normal") -> str:
    """The words on lines that are surely no wider than `width` inches."""
    letter = 0.61 if weight == "bold" else 0.54  # of the type size: DejaVu Sans's mean in Swedish is .575 and .505
    letters = max(6, int(width * 72 / points / letter))
    lines = [fill(line, letters, break_on_hyphens=True) for line in words.split("\n")]
    if weight == "bold":  # a heading's lines are about as long
        lines = [_balanced(line, letters) for line in lines]
    return "\n".join(lines)


def _balanced(line: str, letters: int) -> str:
    """The line folded as narrowly as it can be on as many lines."""
    many = fill(line, letters).count("\n")
    return next(fill(line, n) for n in range(6, letters + 1) if fill(line, n).count("\n") <= many)


def bare(axes: Axes, sides: Sequence[str] = ()) -> None:
    """No frame but on those sides, no ticks."""
    for side, spine in axes.spines.items():
        spine.set(visible=side in sides, color=RULE)
    axes.tick_params(length=0)
    axes.set_facecolor("none")


def write(
    axes: Axes, words: str, at: tuple[float, float], points: float, shift: tuple[float, float], **how: Any
) -> None:
    """Words beside a point of the data, `shift` points away."""
    settings = {"color": INK, "linespacing": 1.1, **how}
    axes.annotate(words, at, shift, textcoords="offset points", fontsize=points, annotation_clip=False, **settings)


def joined(*lines: str) -> str:
    """The lines that say anything, one under the other."""
    return "\n".join(line for line in lines if line)


def word(name: str, /, **values: object) -> str:
    """A word or sentence of the charts, from messages.sv.toml."""
    return message(f"charts.{name}", **values)
