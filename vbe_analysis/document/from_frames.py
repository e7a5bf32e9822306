"""A frame and a drawing -> Table and Figure: the short way for an analyst's own, and for the chapter's charts."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pandas as pd
from matplotlib import style
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Drawing
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox

from vbe_analysis.document.parts import Figure, Numbers, Table, Value
from vbe_analysis.swedish import number

_REFERENCE = re.compile(r'(\bid="|href="#|url\(#)([^")]+)')
_INTERVAL = re.compile(r"(\d[\d\u00a0]*)(?:–(\d[\d\u00a0]*)| (?=\())(?: ?\(\w+\))?")
_RC = {
    "font.family": "DejaVu Sans",
    "text.parse_math": False,  # a "$" in an area's name is a "$"
    "svg.fonttype": "none",  # text that can be searched and copied
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
    """The frame as a Table; its first column heads the rows, its column names head the columns; the index is left out.

    id: small letters a-z, digits, "-" and "_"; the text calls it "{tabell:id}". source: who says so, without the word
    "Källa", which comes by itself. unit: what the numbers count. scope: place and period. notes: lines below.
    annex: in the workbook only. facts: the ids of what the cells show (`Chapter.facts`); the public edition refuses a
    table without them.
    Numbers are written the Swedish way, a missing value as an en dash. A year must be text, or it becomes "2 021".
    A cell "9–15" or "2 (delvis)" is also a number: the workbook has its ends as numbers beside it.
    Raises InputError for a bad id, an empty title or source, a frame without rows, and an empty heading or first cell.

    >>> table_of(pd.DataFrame({"År": ["2021"], "Antal": [1234.5]}), id="egen", title="T", source="K").cells
    (('2021', '1\\xa0234,5'),)
    """
    plain = [tuple(_value(value) for value in row) for row in frame.itertuples(index=False)]
    header = tuple(str(name) for name in frame.columns)
    cells = tuple(tuple(_text(value) for value in row) for row in plain)
    values = tuple((first, *map(_ends, others)) for first, *others in plain)
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
    facts: tuple[str, ...] | None = None,
) -> Figure:
    """The matplotlib drawing as a Figure, which a cell shows as the chapter will, with its data below.

    data: what it was drawn from, by `table_of`, never a frame; with an id of its own. alt: what the chart shows, its
    numbers and what is missing, in words. id: as for `table_of`; the text calls it "{figur:id}". The title stands above
    the drawing and need not be drawn. source, scope, notes, facts: as for `table_of`.
    The drawing keeps its size; an A4 page holds 6.3 inches. One of pyplot's is closed.
    Raises InputError for a bad id, and an empty title, source or alt.

    >>> from matplotlib.figure import Figure
    >>> ws = vbe.Workspace(".")
    >>> years = ws.counts("environment").query("environment == 'vit_makt'").astype({"low": float, "high": float})
    >>> drawing = Figure(figsize=(6.3, 2.8))
    >>> axes = drawing.subplots()
    >>> _ = axes.bar(years["period"], years["low"], color="#0072B2")
    >>> _ = axes.bar(years["period"], years["high"] - years["low"], bottom=years["low"], color="#0072B2", alpha=0.4)
    >>> vbe.figure_of(
    ...     drawing,
    ...     id="vit_makt",
    ...     title="Vit makt-miljön år för år",
    ...     source="stadsdelsförvaltningens sammanställning",
    ...     alt="Staplar: 8–10 händelser om året 2017–2020, 9–15 händelser 2021.",
    ...     data=vbe.table_of(
    ...         ws.labels(years[["period", "low", "high"]]), id="vit_makt_data", title="Vit makt-miljön", source="samma"
    ...     ),
    ... ).title
    'Vit makt-miljön år för år'
    """
    if drawing.get_layout_engine() is None:  # else what stands outside the axes may be cut off
        drawing.set_layout_engine("constrained")
    svg = svg_bytes(drawing, id).decode("utf-8")
    if pyplot := sys.modules.get("matplotlib.pyplot"):  # or the cell would show one of its own a second time
        pyplot.close(drawing)
    return Figure(id, title, source, alt, data, svg, scope, notes, facts)


def show(part: Table | Figure) -> None:
    """Show a part as the cell's output, beside others of the same cell: only a cell's last line is shown by itself."""
    from IPython.display import display

    display(part)  # type: ignore[no-untyped-call]


@contextmanager
def drawing() -> Iterator[None]:
    """matplotlib's own defaults plus ours, whatever the reader's settings are."""
    with style.context(["default", _RC]):
        yield


class _Settled(ConstrainedLayoutEngine):
    """Constrained layout with the places rounded: the solver's may differ in the last of sixteen digits from run to
    run, and a number that is written with six decimals then differs in its last one."""

    def execute(self, fig: Drawing) -> None:
        """Lay out, and round."""
        super().execute(fig)
        for axes in fig.axes:
            axes._set_position(Bbox(axes.get_position(original=True).get_points().round(6)))  # type: ignore[attr-defined]


def svg_bytes(figure: Drawing, name: str) -> bytes:
    """The figure as an <svg> element to embed: no date, no outside address, every id starting with `name`."""
    stream = BytesIO()
    canvas = figure.canvas
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        figure.set_layout_engine(_Settled(**engine.get()))
    with drawing():  # not by savefig, which lays everything out and draws it twice
        unnamed = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(stream, metadata=unnamed)  # type: ignore[no-untyped-call]
    figure.set_canvas(canvas)
    text = stream.getvalue().decode("utf-8")
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = text.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")  # for who lacks it
    # matplotlib's own ids are hashes of places, which may differ in the last of sixteen digits from run to run.
    ids: dict[str, int] = {}
    numbered = re.sub(_REFERENCE, lambda mark: f"{mark[1]}{name}-{ids.setdefault(mark[2], len(ids))}", text)
    return numbered.encode("utf-8")


def _value(value: object) -> int | float | str | None:
    """A plain Python value; None where the frame has none."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    plain = value.item() if hasattr(value, "item") else value
    return plain if isinstance(plain, int | float) else str(plain)


def _ends(value: int | float | str | None) -> Value:
    """An interval's ends; what is none as it is."""
    interval = _INTERVAL.fullmatch(value) if isinstance(value, str) else None
    if interval is None:
        return value
    low, high = (int(end.replace("\u00a0", "")) for end in (interval[1], interval[2] or interval[1]))
    return Numbers(low, high)


def _text(value: int | float | str | None) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else number(value, None)
