"""The region's chart: each district beside what its own earlier years let expect, in the city's own order."""

from collections.abc import Mapping
from dataclasses import replace

from matplotlib.figure import Figure as Drawing

from vbe_analysis.analysis.trends import Series
from vbe_analysis.chapter.charts.alt_texts import spoken
from vbe_analysis.chapter.charts.marks import draw_bar
from vbe_analysis.chapter.charts.style import BEFORE, FAINT, INK, NOW, RULE, Size, bare, fold, look_of, sheet, write
from vbe_analysis.chapter.tables.cells import interval_text
from vbe_analysis.config import message
from vbe_analysis.document.from_frames import drawing, figure_of, svg_bytes
from vbe_analysis.document.parts import Figure
from vbe_analysis.region.picture import LEAST_JUDGED, RegionPicture, chance, judged, place_of
from vbe_analysis.region.tables import expected_table
from vbe_analysis.swedish import capital, number

MOST = 40  # districts that a page has room for; of more, the table tells
NAMES = 0.32  # of the width, at most, for the districts' names


def expected_figure(picture: RegionPicture) -> Figure | None:
    """The drawing of `expected_table`, which is its data; None where too few or too many districts have such years."""
    data, series = expected_table(picture), judged(picture)
    if data is None or not LEAST_JUDGED <= len(series) <= MOST:
        return None
    over, under, of = chance(picture)
    name = "outside" if over or under else "inside"
    counts = [number(count) if count else message("region.figure.no_district") for count in (over, under)]
    title = capital(message(f"region.figure.{name}", over=counts[0], under=counts[1], of=number(of)))
    rows = [message("region.figure.alt_row", district=district, **_told(own)) for district, own in series.items()]
    figure = figure_of(
        draw_expected(series),
        id="figur_vantat",
        title=title,
        source=data.source,
        alt=spoken(" ".join([f"{title}.", message("region.figure.alt"), *rows])),
        data=data,
        scope=data.scope,
        notes=(message("region.figure.reading", period=picture.period.name), *data.notes),
    )
    return replace(figure, narrow=svg_bytes(draw_expected(series, "narrow"), f"{figure.id}-smal").decode("utf-8"))


def draw_expected(districts: Mapping[str, Series], size: Size = "page") -> Drawing:
    """A line a district: its earlier years grey, the newest in colour with its number, on the expected field."""
    look = look_of(size)
    every = [count for own in districts.values() for count in (*own.counts, own.expected or (0, 0))]
    top = max(1, *(high for _, high in every))
    names = [fold(name, look.width * NAMES, look.text) for name in districts]
    with drawing():
        figure = sheet(size, sum(2 + name.count("\n") for name in names) + 1)
        axes = figure.subplots()
        bare(axes)
        axes.axvline(0, color=RULE, lw=look.mark * 0.15, zorder=1)
        for at, own in enumerate(districts.values()):
            low, high = own.expected or (0, 0)
            axes.barh(at, high - low, 0.7, low, color=FAINT, zorder=0.8)
            for count in own.earlier:
                draw_bar(axes, at, count, BEFORE, look, lying=True)
            draw_bar(axes, at, own.counts[-1], NOW, look, lying=True)
            end = max(high, *(count[1] for count in own.counts))
            how = {"ha": "left", "va": "center", "weight": "bold" if place_of(own) else "normal"}
            write(axes, interval_text(own.counts[-1]), (end, at), look.text, (look.mark, 0), color=NOW, **how)
        axes.set(xlim=(0, top), ylim=(len(districts) - 0.4, -0.6), xticks=[])
        axes.set_yticks(range(len(names)), names, fontsize=look.text, color=INK)
    return figure


def _told(own: Series) -> dict[str, str]:
    earlier = ", ".join(interval_text(count) for count in own.earlier)
    return {"now": interval_text(own.counts[-1]), "expected": interval_text(own.expected), "before": earlier}
