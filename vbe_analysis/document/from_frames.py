"""A frame and a drawing -> Table and Figure: the short way for an analyst's own, and for the chapter's charts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pandas as pd
from matplotlib import style
from matplotlib.figure import Figure as Drawing

from vbe_analysis.document.parts import Figure, Table, Value
from vbe_analysis.swedish import number

PNG_WIDTH = 1600  # pixels: sharp at the width of an A4 page
_RC = {
    "font.family": "DejaVu Sans",
    "text.parse_math": False,  # a "$" in an area's name is a "$"
    "svg.fonttype": "path",
    "svg.hashsalt": "vbe_analysis",
    "hatch.linewidth": 0.8,
    "axes.unicode_minus": True,
}


def table_of(
    frame: pd.DataFrame,
    *,
    id: str,
    title: str,
    source: str,
    unit: str = "",
    scope: str = "",
    notes: tuple[str, ...] = (),
    annex: bool = False,
    facts: tuple[str, ...] | None = None,
) -> Table:
    """The frame as a Table; its first column heads the rows, its column names head the columns. facts: as Table's.

    Numbers are written the Swedish way, a missing value as an en dash. Raises InputError as Table does.

    >>> table_of(pd.DataFrame({"År": ["2021"], "Antal": [1234.5]}), id="egen", title="T", source="K").cells
    (('2021', '1\\xa0234,5'),)
    """
    values = tuple(tuple(_value(value) for value in row) for row in frame.itertuples(index=False))
    header = tuple(str(name) for name in frame.columns)
    cells = tuple(tuple(_text(value) for value in row) for row in values)
    return Table(id, title, source, header, cells, values, scope, unit, notes, annex, facts)


def figure_of(
    drawing: Drawing,
    *,
    id: str,
    title: str,
    source: str,
    alt: str,
    data: Table,
    scope: str = "",
    notes: tuple[str, ...] = (),
    png_width: int = PNG_WIDTH,
    facts: tuple[str, ...] | None = None,
) -> Figure:
    """The matplotlib drawing as a Figure; `data` is what it was drawn from. Raises InputError as Figure does."""
    svg = svg_bytes(drawing, id).decode("utf-8")
    return Figure(id, title, source, alt, data, svg, png_bytes(drawing, png_width), scope, notes, facts)


def show(part: Table | Figure) -> None:
    """Show a part as the cell's output, beside others of the same cell."""
    from IPython.display import display

    display(part)  # type: ignore[no-untyped-call]


@contextmanager
def drawing() -> Iterator[None]:
    """matplotlib's own defaults plus ours, whatever the reader's settings are."""
    with style.context(["default", _RC]):
        yield


def svg_bytes(figure: Drawing, name: str) -> bytes:
    """The figure as an <svg> element to embed: no date, no outside address, every id starting with `name`."""
    stream = BytesIO()
    with drawing():
        figure.savefig(stream, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = stream.getvalue().decode("utf-8")
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text[text.index("<svg") :], flags=re.DOTALL)
    return re.sub(r'(\bid="|href="#|url\(#)', lambda start: start[1] + name + "-", text).encode("utf-8")


def png_bytes(figure: Drawing, width_px: int) -> bytes:
    """The figure as PNG, `width_px` wide, without date or program name."""
    stream = BytesIO()
    with drawing():
        dpi = (width_px + 0.01) / figure.get_figwidth()  # a hair over: matplotlib rounds down
        figure.savefig(stream, format="png", dpi=dpi, metadata={"Software": None})
    return stream.getvalue()


def _value(value: object) -> Value:
    """A plain Python value; None where the frame has none."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    plain = value.item() if hasattr(value, "item") else value
    return plain if isinstance(plain, int | float) else str(plain)


def _text(value: Value) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else number(value, None)
