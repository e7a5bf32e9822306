"""A matplotlib figure as SVG and PNG whose bytes are the same every time, and the width of a text."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO

from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

_RC = {
    "font.family": "DejaVu Sans",
    "text.parse_math": False,  # a "$" in an area's name is a "$"
    "svg.fonttype": "path",
    "svg.hashsalt": "vbe_analysis",
    "hatch.linewidth": 0.8,
    "axes.unicode_minus": True,
}


@contextmanager
def drawing() -> Iterator[None]:
    """matplotlib's own defaults plus ours, whatever the reader's settings are."""
    with style.context(["default", _RC]):
        yield


@lru_cache(maxsize=10_000)
def width_of(words: str, points: float, weight: str = "normal") -> float:
    """The width of the widest line, in inches, as it will be drawn."""
    font = FontProperties(family="DejaVu Sans", size=points, weight=weight)
    widths = [text_to_path.get_text_width_height_descent(line, font, False)[0] for line in words.split("\n")]
    return float(max(widths)) / 72


def svg_bytes(figure: Figure, name: str) -> bytes:
    """The figure as an <svg> element to embed: no date, no outside address, every id starting with `name`."""
    with drawing():
        held = BytesIO()
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = held.getvalue().decode("utf-8")
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text[text.index("<svg") :], flags=re.DOTALL)
    return re.sub(r'(\bid="|href="#|url\(#)', lambda found: found[1] + name + "-", text).encode("utf-8")


def png_bytes(figure: Figure, width_px: int) -> bytes:
    """The figure as PNG, `width_px` wide, without date or program name."""
    with drawing():
        held = BytesIO()
        dpi = (width_px + 0.01) / figure.get_figwidth()  # a hair over: matplotlib rounds down
        figure.savefig(held, format="png", dpi=dpi, metadata={"Software": None})
    return held.getvalue()
