"""Where the panels of small multiples stand, and how their texts are set: whole, on two lines, or turned."""

from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from vbe_analysis.chapter.chart_data import DASH, Grid, number, number_text
from vbe_analysis.chapter.chart_style import Look, height_of, width_of, wrap


@dataclass(frozen=True)
class Plan:
    """Panels a row, and inches: a panel's width, its gap to the next, the room for the scale's numbers left of all."""

    columns: int
    panel: float
    gutter: float
    axis: float
    shape: str  # of texts in a crowd: "whole", "split" ("10–19" on two lines) or "turned"


def plan_panels(table: Grid, look: Look, most: int) -> Plan:
    """The most panels a row that leave each period room for its texts, with the intervals on two lines if they must.

    A slide has two rows of panels, a page as many as it takes.
    """
    free, many, periods = look.width - 2 * look.margin, len(table.rows), len(table.columns)
    axis = width_of(number(round_numbers(table.top)[-1]), look.text) + 0.1
    gutter, least = look.text / 72 * 2, -(-many // 2) if look.height else 1
    shown = [number_text(cell) for cell in table.cells if cell.known]
    ticks = [piece for period in table.columns for piece in period.split()]
    for shape, pad in (("whole", 0.35), ("split", 0.25), ("turned", 0.0)):
        for columns in range(max(least, min(most, many)), least - 1, -1):
            panel = min((free - axis - (columns - 1) * gutter) / columns, periods * look.text / 5)
            plan = Plan(columns, panel, gutter, axis, shape)
            texts = ticks + [shaped(text, plan) for text in shown]
            widest = look.text / 60 if shape == "turned" else max(width_of(text, look.text) for text in texts)
            lonely = columns > 2 and many % columns == 1
            if panel / periods >= widest + look.text / 72 * pad and not lonely:
                return plan
    return plan


def shaped(text: str, plan: Plan) -> str:
    """A count's text as the plan sets it."""
    return text.replace(DASH, DASH + "\n").replace(" ", "\n") if plan.shape == "split" else text


def tick_texts(table: Grid, plan: Plan, look: Look) -> list[str]:
    """The periods as they stand under a panel."""
    if plan.shape == "turned":
        return list(table.columns)
    slot = plan.panel / len(table.columns)
    word = max(width_of(piece, look.text) for period in table.columns for piece in period.split())
    return [wrap(period, max(slot * 0.88, word), look.text) for period in table.columns]


def room_of(texts: list[str], plan: Plan, look: Look) -> float:
    """The height that the highest of the texts takes."""
    if plan.shape == "turned":
        return max((width_of(text, look.text) for text in texts), default=0) + look.text / 72 * 0.3
    return max((height_of(text, look.text) for text in texts), default=0)


def round_numbers(top: float, most: int = 3) -> list[float]:
    """Round whole numbers from zero to about `top`."""
    found = MaxNLocator(nbins=most, integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]).tick_values(0, max(top, 4))
    return [float(value) for value in found if value >= 0]
