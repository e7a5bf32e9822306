"""Numbers, dates and lists as Swedish writes them (Unicode CLDR). Babel, slow to load, is imported when needed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Literal

from vbe_analysis.config import message

if TYPE_CHECKING:
    from babel import Locale


def number(value: float, decimals: int | None = 0) -> str:
    """A number with a hard space for thousands, a decimal comma and the real minus sign.

    decimals: how many it is rounded to; None keeps all that a float has, at least one.

    >>> number(-1234), number(0.25, 1), number(1234.5, None)
    ('−1\\xa0234', '0,2', '1\\xa0234,5')
    """
    from babel.numbers import format_decimal

    whole, every = not isinstance(value, float), decimals is None
    amount = Decimal(int(value)) if whole else Decimal(str(value)) if every else Decimal(value)
    pattern = "#,##0" if whole or decimals == 0 else "#,##0." + "0" * (decimals or 1)
    text = format_decimal(amount, pattern, locale=_locale(), decimal_quantization=not every)
    return text.replace("-", "−")  # babel leaves the pattern's own sign


def word(count: int) -> str:
    """A number of sources or years: in words up to twelve.

    >>> word(7), word(13)
    ('sju', '13')
    """
    words = message("bands.words").split()
    return words[count] if count < len(words) else number(count)


def capital(sentence: str) -> str:
    """The sentence with its first letter large; nothing else is touched."""
    return sentence[:1].upper() + sentence[1:]


def listed(words: Sequence[str], style: Literal["standard", "or"] = "standard") -> str:
    """The words as a sentence names them, with "och" or "eller" before the last.

    >>> listed(["SISAB"]), listed(["SISAB", "IA", "polisen"])
    ('SISAB', 'SISAB, IA och polisen')
    """
    from babel.lists import format_list

    return format_list(words, style, locale=_locale())


def swedish_date(day: date) -> str:
    """
    >>> swedish_date(date(2020, 7, 1))
    '1 juli 2020'
    """
    return f"{day.day} {month_name(day.month)} {day.year}"


def month_name(month: int) -> str:
    """
    >>> month_name(3)
    'mars'
    """
    return str(_locale().months["format"]["wide"][month])


@cache
def _locale() -> "Locale":
    from babel import Locale

    return Locale("sv")
