"""How wide a table's columns are on paper, measured in the type that the PDF is set in."""

from functools import cache

from vbe_analysis.chapter.chart_style import width_of
from vbe_analysis.chapter.parts import Table

MANY_COLUMNS = 8  # a table with more is set in smaller type
_WIDTH, _POINTS, _POINTS_SMALL = 160 / 25.4, 8.4, 7.2  # inches and type sizes: as the template of the PDF has them
_AIR = 1.3  # of a column, in type sizes
_WORD = 24  # letters; a longer word is divided


def column_widths(table: Table) -> tuple[float, ...]:
    """Each column's share of the text's width; together 0.5 to 1. No word is broken while there is room for it.

    A heading stands on one line if all can, else on two.
    """
    points = _POINTS_SMALL if len(table.header) > MANY_COLUMNS else _POINTS
    room, air = _WIDTH / points * 72, _AIR
    columns = list(zip(table.header, zip(*table.cells, strict=True), strict=True))
    least = [max(_longest(heading, "bold"), *map(_longest, cells)) + air for heading, cells in columns]
    wish = least
    for fold in (_width, _folded):
        wish = [
            max(smallest, fold(heading, "bold") + air, max(map(_width, cells)) + air)
            for smallest, (heading, cells) in zip(least, columns, strict=True)
        ]
        if sum(wish) <= room:
            scale = max(room / 2 / sum(wish), min(1.25, room / sum(wish)))
            return tuple(width * scale / room for width in wish)
    spare = room - sum(least)
    if spare <= 0:
        return tuple(width / sum(least) for width in least)
    longing = sum(wish) - sum(least)
    return tuple((small + spare * (wide - small) / longing) / room for small, wide in zip(least, wish, strict=True))


def _width(text: str, weight: str = "normal") -> float:
    """In type sizes."""
    return sum(_advance(character, weight) for character in text)


def _folded(text: str, weight: str) -> float:
    """The width of a text that is broken once, where it is narrowest."""
    words = text.split(" ")
    ways = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min((max(_width(one, weight) for one in way) for way in ways), default=_width(text, weight))


def _longest(text: str, weight: str = "normal") -> float:
    return max(_width(word[:_WORD], weight) for word in text.split(" "))


@cache
def _advance(character: str, weight: str) -> float:
    return width_of(f"x{character}x", 72, weight) - width_of("xx", 72, weight)
