"""Charts with lying bars: this period against the previous, and survey knowledge as x of n."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vbe_analysis.chapter.charts.cells import NBSP, Cell, grid, number_text
from vbe_analysis.chapter.charts.marks import HATCH, Ink, draw_count, draw_interval, missing_band
from vbe_analysis.chapter.charts.style import (
    GRID,
    INK,
    QUIET,
    SERIES,
    Look,
    Size,
    canvas,
    height_of,
    joined,
    look_of,
    word,
    wrap,
)
from vbe_analysis.chapter.charts.years import reading_help
from vbe_analysis.document.from_frames import drawing
from vbe_analysis.document.widths import width_of
from vbe_analysis.frames import OBSERVED, PARTIAL
from vbe_analysis.swedish import number

NOW, BEFORE = Ink(SERIES[0], "o"), Ink(QUIET, "D", HATCH)


def period_against_previous(
    counts: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    key: str = "environment",
    size: Size = "page",
    title: str = "",
    foot: str = "",
) -> Figure:
    """A group of two lines for each environment: the period before above this one; one line where none was before.

    counts: one row per `key` and period (low, high, status, months_covered), the newest period last.
    labels: code -> label, in the order they stand. title: a finding; foot: source line.
    """
    table = grid(counts, key, labels)
    groups = {
        label: [
            _Lane(period, _told(cell), "" if cell.known else cell.word, ink, cell)
            for period, cell, ink in zip(table.columns, cells, _inks(len(cells)), strict=True)
        ]
        for label, cells in table.rows.items()
    }
    with drawing():
        return _lanes(groups, max(table.top, 1), size, title, joined(reading_help(table), foot))


def survey_knowledge(
    survey: pd.DataFrame, *, population: bool = False, size: Size = "page", title: str = "", foot: str = ""
) -> Figure:
    """A group for each question, a line for each period: x of n as a mark on the way from none to all.

    survey: one row per question and period: question (label), period, x, n, low_share, high_share (0-1, the ends of
    the interval), status; in the order they stand. population: the interval is of all who were asked, not of chance.
    """
    groups: dict[str, list[_Lane]] = {}
    inks = dict(zip(survey["period"].unique(), _inks(survey["period"].nunique()), strict=True))
    for row in survey.to_dict("records"):
        known = row["status"] in (OBSERVED, PARTIAL)
        text = word("x_of_n", x=number(row["x"]), n=number(row["n"])) if known else ""
        share = (
            _Share(row["x"] / row["n"] if row["n"] else None, (row["low_share"], row["high_share"])) if known else None
        )
        missing = "" if known else word(f"status.{row['status']}")
        lane = _Lane(row["period"], text.replace(" ", NBSP), missing, inks[row["period"]], share)
        groups.setdefault(row["question"], []).append(lane)
    with drawing():
        return _lanes(groups, 1, size, title, joined(word(f"foot.share_{_of(population)}"), foot), shares=True)


@dataclass(frozen=True)
class _Share:
    """x of n as a share (None where n is 0) and the ends of its interval."""

    mark: float | None
    ends: tuple[float, float]


@dataclass(frozen=True)
class _Lane:
    """One line: its period, its number in words, or why it has none, and what is drawn."""

    period: str
    text: str
    missing: str
    ink: Ink
    value: Cell | _Share | None


def _lanes(
    groups: Mapping[str, Sequence[_Lane]], top: float, size: Size, title: str, foot: str, shares: bool = False
) -> Figure:
    look = look_of(size, crowded=sum(map(len, groups.values())) > 10)
    free, line = look.width - 2 * look.margin, height_of("x", look.text)
    lanes = [lane for group in groups.values() for lane in group]
    values = max(width_of(lane.text, look.text) for lane in lanes) + look.text / 72 * 2
    periods = max(width_of(lane.period, look.text) for lane in lanes) + look.text / 72 * 1.5
    widest = max(width_of(label, look.heading, "bold") for label in groups) + look.text / 72 * 2
    column = min(widest, free * (0.45 if shares else 0.36))
    names = {label: wrap(label, column - look.text / 72 * 2, look.heading, "bold") for label in groups}
    row = line * (1.6 if look.height else 1.4)
    heights = [max(len(group) * row, height_of(names[label], look.heading)) for label, group in groups.items()]
    gap, under = line * (0.8 if look.height else 0.55), line * (1.8 if shares else 0)
    wanted = sum(heights) + gap * (len(groups) - 1) + under
    page = canvas(look, min(wanted, look.tallest), title, foot)
    stretch = min(
        1.9, (page.height - under) / (wanted - under)
    )  # a slide's height is shared out, a page's is as wanted
    height = stretch * (wanted - under)
    axes = page.axes(column + periods, page.height - height, free - column - periods - values, height)
    axes.set(xlim=(0, top), ylim=(0, height))
    _guides(axes, look, shares)
    y = height
    for (label, group), room in zip(groups.items(), heights, strict=True):
        page.text(0, page.height - height + y, names[label], look.heading, weight="bold")
        pitch = row * min(stretch, 1.3)
        for place, lane in enumerate(group):
            at = y - height_of("x", look.heading) / 2 - pitch * place  # the first stands level with the name
            page.text(column, page.height - height + at, lane.period, look.text, QUIET, va="center")
            _draw_lane(axes, at, lane, look, top, pitch)
        y -= room * stretch + gap * stretch
    return page.figure


def _draw_lane(axes: Axes, at: float, lane: _Lane, look: Look, top: float, pitch: float) -> None:
    width = axes.get_position().width * look.width
    end = top
    if isinstance(lane.value, Cell) and lane.value.known:
        draw_count(axes, at, lane.value, lane.ink, look, top, sideways=True)
        end = top if lane.value.high is None else lane.value.high
    elif isinstance(lane.value, _Share):
        draw_interval(axes, at, lane.value.ends, lane.ink, look, sideways=True)
        if lane.value.mark is not None:
            axes.plot(lane.value.mark, at, lane.ink.mark, color=lane.ink.colour, ms=look.mark, clip_on=False, zorder=4)
    else:
        height = min(pitch * 0.85, height_of("x", look.text) * 1.6)
        missing_band(axes, (0, at - height / 2, top, height), lane.missing, (width, height), look)
    place = {"xytext": (look.mark * 1.6, 0), "textcoords": "offset points", "ha": "left", "va": "center"}
    axes.annotate(lane.text, (end, at), fontsize=look.text, color=INK, **place)  # type: ignore[arg-type]


def _guides(axes: Axes, look: Look, shares: bool) -> None:
    """The zero line; for shares also light lines at the quarters, and words instead of percent."""
    axes.axvline(0, color=QUIET, lw=look.mark * 0.2, zorder=1)
    if shares:
        for share in (0.25, 0.5, 0.75, 1):
            axes.axvline(share, color=GRID, lw=look.mark * 0.16, zorder=0)
        named = [word("shares.none"), word("shares.half"), word("shares.all")]
        axes.set_xticks([0, 0.5, 1], named, fontsize=look.text, color=QUIET)
        axes.tick_params(axis="x", length=0, pad=look.mark)


def _of(population: bool) -> str:
    return "population" if population else "sample"


def _told(cell: Cell) -> str:
    return ", ".join([number_text(cell)] + [word("partial")] * cell.partial) if cell.known else ""


def _inks(many: int) -> list[Ink]:
    return [BEFORE] * (many - 1) + [NOW]
