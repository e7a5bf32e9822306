"""One figure: its drawing in the size that is asked for, its alternative text and the table of its data."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypedDict

import pandas as pd
from matplotlib.figure import Figure as Drawing

from vbe_analysis.chapter.charts.alt_texts import spoken
from vbe_analysis.chapter.charts.style import Size, on_slide, word
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.text import findings
from vbe_analysis.config import message
from vbe_analysis.document.from_frames import figure_of, svg_bytes, table_of
from vbe_analysis.document.parts import Figure, Numbers, Table
from vbe_analysis.swedish import capital, listed

SLIDE_WORDS = 25  # beside the drawing: what cannot be left out goes before what the newest period lacks


class Words(TypedDict, total=False):
    """What a chart takes beside its numbers."""

    size: Size
    title: str
    foot: str


def own_source() -> str:
    """Whose compilation the figures are."""
    return message("tables.own_source")


def make_figure(
    draw: Callable[..., Drawing],
    picture: Picture,
    *,
    name: str,
    title: str,
    size: Size,
    alt: str,
    frame: pd.DataFrame,
    scope: str = "",
    notes: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
    protected: bool = False,
    gaps: Sequence[str] = (),
    only: str = "",
) -> Figure:
    """The figure and the table of its data, both named after `name`.

    draw: makes the drawing of a size; gaps: the periods that are partly covered; protected: its intervals are bands.
    only: on a slide, whose numbers they are.
    """
    source, missing = own_source(), (word("foot.partial", periods=listed(gaps)),) if gaps else ()
    data = table_of(frame, id=f"{name}_data", title=title, source=source, notes=missing)
    drawing = draw(**_on_slide(picture, size, title, only, picture.period.name in gaps))
    if size == "slide" and len(f"{title} {drawing.texts[-1].get_text()}".split()) > SLIDE_WORDS:
        drawing = draw(**_on_slide(picture, size, title, only, False))
    figure = figure_of(
        drawing,
        id=f"figur_{name}",
        title=title,
        source=source,
        alt=spoken(alt),
        data=_protected(data) if protected else data,
        scope=scope,
        notes=notes,
        facts=facts,
    )
    if size != "slide":
        return replace(figure, narrow=svg_bytes(draw(size="narrow"), f"{figure.id}-smal").decode("utf-8"))
    foot = " ".join(drawing.texts[-1].get_text().split())
    return replace(figure, slide=on_slide(drawing, foot))


def _protected(data: Table) -> Table:
    rows = [
        tuple(replace(value, protected=True) if isinstance(value, Numbers) else value for value in row)
        for row in data.values
    ]
    return replace(data, values=tuple(rows))


def _on_slide(picture: Picture, size: Size, title: str, only: str, partial: bool) -> Words:
    """A slide carries its title, mark and what its newest period lacks in the drawing; on a page they stand around."""
    if size != "slide":
        return {}
    own = capital(figure_word("foot", period=picture.period.name, area=picture.settings.area_name))
    lacks = findings.coverage_short(picture) if partial else ""
    return {
        "size": size,
        "title": title,
        "foot": ". ".join(filter(None, (only, lacks, picture.cover.caption_mark, own))),
    }


def figure_word(key: str, **values: object) -> str:
    return message(f"figures.{key}", **values)


def on_ground(key: str, ground: str, **values: object) -> str:
    """The note with what was compared, in brackets before the full stop, where that is not all."""
    return f"{' '.join(filter(None, (figure_word(key, **values), ground)))}."
