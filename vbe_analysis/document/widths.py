"""The width of a text as it will be drawn, and the widths of a table's columns that follow from it."""

from collections.abc import Callable
from functools import cache, lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from vbe_analysis.document.parts import Table

_PAGE, _POINTS, _POINTS_WIDE = 160 / 25.4, 8.4, 7.2  # inches and type sizes: as document.typ has them
_AIR = 1.3  # of a column, in type sizes
_SCREEN, _LEAST_FIRST, _BETWEEN = 19.2, 8.2, 0.8  # in type sizes, on a screen of 320 px: as page.css.j2 has them
_LONGEST_WORD = 24  # letters; a longer word is divided


@lru_cache(maxsize=10_000)
def width_of(text: str, points: float, weight: str = "normal") -> float:
    """The width of the widest line, in inches, as it will be drawn."""
    font = FontProperties(family="DejaVu Sans", size=points, weight=weight)
    widths = [text_to_path.get_text_width_height_descent(line, font, False)[0] for line in text.split("\n")]
    return float(max(widths)) / 72


def scrolls(table: Table) -> bool:
    """Whether the page's table may be wider than the narrowest screen: a word is not divided, a number not broken."""
    columns = zip(table.header, zip(*table.cells, strict=True), table.numeric, strict=True)
    least = [
        max(_longest_word(heading, "bold"), *(_width(cell) if number else _longest_word(cell) for cell in cells))
        for heading, cells, number in columns
    ]
    return max(least[0], _LEAST_FIRST) + sum(width + _BETWEEN for width in least[1:]) > _SCREEN


def column_widths(table: Table) -> tuple[float, ...]:
    """Each column's share of the text's width; together 0.5 to 1. No word is broken while there is room for it.

    A heading stands on one line if all can, else on two.
    """
    room, least = _room(table), _least_widths(table, longest_word(table))
    columns = list(zip(table.header, zip(*table.cells, strict=True), strict=True))
    wish = least
    headings: tuple[Callable[[str, str], float], ...] = (_width, _folded)
    for heading_width in headings:
        wish = [
            max(smallest, heading_width(heading, "bold") + _AIR, max(map(_width, cells)) + _AIR)
            for smallest, (heading, cells) in zip(least, columns, strict=True)
        ]
        if sum(wish) <= room:
            scale = max(room / 2 / sum(wish), min(1.25, room / sum(wish)))
            return tuple(width * scale / room for width in wish)
    spare, lack = room - sum(least), sum(wish) - sum(least)
    if spare <= 0:
        return tuple(width / sum(least) for width in least)
    return tuple((small + spare * (wide - small) / lack) / room for small, wide in zip(least, wish, strict=True))


def longest_word(table: Table) -> int:
    """How many letters a word in a cell may have before it is divided: where there is no room for all, fewer."""
    return _LONGEST_WORD if sum(_least_widths(table, _LONGEST_WORD)) <= _room(table) else _LONGEST_WORD // 2


def _room(table: Table) -> float:
    """The width of the page's text, in the table's type sizes."""
    return _PAGE / (_POINTS_WIDE if table.wide else _POINTS) * 72


def _least_widths(table: Table, letters: int) -> list[float]:
    """Each column's, with its longest word whole, or divided after so many letters."""
    columns = zip(table.header, zip(*table.cells, strict=True), strict=True)
    return [
        max(_longest_word(heading, "bold", letters), *(_longest_word(cell, letters=letters) for cell in cells)) + _AIR
        for heading, cells in columns
    ]


def _width(text: str, weight: str = "normal") -> float:
    return sum(_advance(character, weight) for character in text)


def _folded(text: str, weight: str) -> float:
    """The width of a text that is broken once, where it is narrowest."""
    words = text.split(" ")
    pairs = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min((max(_width(line, weight) for line in pair) for pair in pairs), default=_width(text, weight))


def _longest_word(text: str, weight: str = "normal", letters: int = _LONGEST_WORD) -> float:
    return max(_width(word[:letters], weight) for word in text.split(" "))


@cache
def _advance(character: str, weight: str) -> float:
    return width_of(f"x{character}x", 72, weight) - width_of("xx", 72, weight)
