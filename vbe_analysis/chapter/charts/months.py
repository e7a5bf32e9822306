"""Which source delivered which month: a row for each source, a field for each month."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from vbe_analysis.chapter.charts.marks import HATCHES, tint
from vbe_analysis.chapter.charts.style import INK, LOOKS, NOW, RULE, WHITE, Size, bare, fold, sheet, word
from vbe_analysis.chapter.tables.grid import COVERAGE_LETTERS, coverage_rows
from vbe_analysis.document.from_frames import drawing
from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING
from vbe_analysis.swedish import month_name

FIELDS = {  # status -> face, edge, hatch
    DELIVERED: (tint(NOW, 0.6), WHITE, None),
    NOTHING: (tint(NOW, 0.85), NOW, "---"),
    NOT_DELIVERED: (WHITE, RULE, HATCHES[NOT_DELIVERED]),
    NOT_ASKED: (WHITE, RULE, HATCHES[NOT_ASKED]),
}


def source_by_month(
    coverage: pd.DataFrame,
    sources: Mapping[str, str],
    environments: Mapping[str, str],
    *,
    size: Size = "page",
    title: str = "",
    foot: str = "",
) -> Figure:
    """A row for each source (and environment, where it was asked for some only), a column for each month (up to 24).

    A month that was delivered is a filled field; any other has its letter.

    coverage: the frame of frames.COVERAGE; sources and environments: code -> label, in the order they stand.
    """
    rows = coverage_rows(coverage, sources, environments)
    months = sorted({month for row in rows.values() for month in row})
    look = LOOKS[size]
    narrow = size == "narrow"
    names = [fold(name, look.width * (0.42 if narrow else 0.28), look.text) for name in rows]
    short = 1 if narrow or len(months) > 12 else 3
    names_of = [month_name(int(month[5:]))[:short] for month in months]
    years = [month[:4] if at == 0 or month.endswith("-01") else "" for at, month in enumerate(months)]
    pairs = zip(years, names_of, strict=True) if narrow else zip(names_of, years, strict=True)
    ticks = ["\n".join(filter(None, pair)) for pair in pairs]
    lines = 1.9 * len(rows) + 0.8 * sum(name.count("\n") for name in names) + 5
    with drawing():
        figure = sheet(size, lines, title, foot)
        axes = figure.subplots()
        bare(axes)
        axes.set(xlim=(0, len(months)), ylim=(len(rows), 0))
        for y, row in enumerate(rows.values()):
            for x, month in enumerate(months):
                # What lies inside the axes needs no room of its own.
                axes.add_patch(Rectangle((x, y + 0.06), 0.94, 0.88, **_field(row[month]))).set_in_layout(False)
                if row[month] != DELIVERED:
                    paper = {"facecolor": WHITE, "edgecolor": "none", "pad": 0.8}
                    how = {"fontsize": look.small, "color": INK, "ha": "center", "va": "center", "bbox": paper}
                    axes.text(x + 0.47, y + 0.5, COVERAGE_LETTERS[row[month]], in_layout=False, **how)  # type: ignore[arg-type]
        axes.set_yticks([y + 0.5 for y in range(len(rows))], names, fontsize=look.text, color=INK)
        axes.set_xticks([x + 0.47 for x in range(len(months))], ticks, fontsize=look.text, color=INK)
        axes.tick_params(top=False, labeltop=True, labelbottom=False)
        used = [status for status in FIELDS if any(status in row.values() for row in rows.values())]
        signs = {status: "" if status == DELIVERED else f"{COVERAGE_LETTERS[status]}: " for status in used}
        labels = [f"{sign}{word(f'coverage.{status}')}" for status, sign in signs.items()]
        keys = [Patch(label=label, **_field(status)) for label, status in zip(labels, used, strict=True)]
        place = {"loc": "upper left", "bbox_to_anchor": (0, -0.02), "ncols": 1 if narrow else 4 if look.height else 2}
        axes.legend(handles=keys, fontsize=look.small, labelcolor=INK, frameon=False, borderpad=0, **place)  # type: ignore[arg-type]
    return figure


def _field(status: str) -> dict[str, Any]:
    face, edge, hatch = FIELDS[status]
    return {"facecolor": face, "edgecolor": edge, "hatch": hatch, "linewidth": 0}
