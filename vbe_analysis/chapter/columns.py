"""How wide a table's columns are on paper, judged by their texts alone."""

from vbe_analysis.chapter.parts import Table

MANY_COLUMNS = 8  # a table with more is set in smaller type
_ROOM, _ROOM_SMALL = 92, 112  # digits side by side over the width of the text
_DIGIT, _LETTER, _BOLD, _PAD = 1.1, 0.88, 1.3, 2.4  # widths: in a number, in a word, of bold type, of a column's air
_WORD = 24  # letters; a longer word is divided


def column_widths(table: Table) -> tuple[float, ...]:
    """Each column's share of the text's width; together 0.5 to 1. No word is broken while there is room for it."""
    room = _ROOM_SMALL if len(table.header) > MANY_COLUMNS else _ROOM
    columns = list(zip(table.header, zip(*table.cells, strict=True), strict=True))
    least = [max(_BOLD * _longest(heading), *map(_longest, cells)) + _PAD for heading, cells in columns]
    wish = [
        max(smallest, _BOLD * _width(heading) / 2 + _PAD, max(map(_width, cells)) + _PAD)
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


def _width(text: str) -> float:
    return len(text) * (_DIGIT if any(map(str.isdigit, text)) else _LETTER)


def _longest(text: str) -> float:
    return max(_width(word[:_WORD]) for word in text.split(" "))
