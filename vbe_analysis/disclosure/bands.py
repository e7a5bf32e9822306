"""Bands: a person-linked count is shown as the band that holds it, the same band wherever the count is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from vbe_analysis.config import message
from vbe_analysis.errors import VbeError
from vbe_analysis.frames import Interval
from vbe_analysis.swedish import number, word

OPEN = 1_000_000
"""The upper end of the band without one: a number no district reaches, so that intervals stay numbers everywhere."""


@dataclass(frozen=True)
class Ladder:
    """Where each band begins (the first at 0, the last without end) and what a count in it is shown as."""

    starts: tuple[int, ...]
    shown: tuple[Interval, ...]

    @classmethod
    def of(cls, starts: tuple[int, ...]) -> "Ladder":
        """
        >>> Ladder.of((0, 1, 5)).shown
        ((0, 0), (1, 4), (5, 1000000))
        """
        ends = (*(start - 1 for start in starts[1:]), OPEN)
        return cls(starts, tuple(zip(starts, ends, strict=True)))

    def band(self, count: int) -> Interval:
        return next(shown for start, shown in zip(self.starts[::-1], self.shown[::-1], strict=True) if start <= count)

    def lowest_of(self, finer: "Ladder") -> "Ladder":
        """This ladder's bands, each shown as the lowest of the finer ladder's bands that it merges.

        What could be true at worst for whoever sees this ladder's bands only; never to be published.

        >>> Ladder.of((0, 1, 10)).lowest_of(Ladder.of((0, 1, 5, 10))).shown
        ((0, 0), (1, 4), (10, 1000000))
        """
        return Ladder(self.starts, tuple(finer.band(start) for start in self.starts))


def widen(ladder: Ladder, low: int, high: int) -> Interval:
    """The hull of the bands of the two ends of [low, high].

    >>> widen(Ladder.of((0, 1, 5, 10)), 4, 6)
    (1, 9)
    """
    return ladder.band(low)[0], ladder.band(high)[1]


def total(*intervals: Interval) -> Interval:
    """The sum of intervals: the only way in which bands, or a band and an exact count, are ever added up.

    >>> total((12, 12), (1, 4))
    (13, 16)
    """
    low, high = (sum(interval[end] for interval in intervals) for end in (0, 1))
    return low, OPEN if any(interval[1] >= OPEN for interval in intervals) else high


def widen_counts(counts: pd.DataFrame, ladders: Mapping[str, Ladder]) -> pd.DataFrame:
    """The counts of person-linked events as the public edition may know them.

    counts: rows of the contract COUNTS, of person-linked events only (traces stay as they are and never pass here).
    ladders: the ladder of every period in the frame.
    Returns the same rows: low and high widened to bands, reports missing (an exact number), the rest unchanged; a row
    without a count keeps none. Raises VbeError for a period without a ladder.
    """
    unknown = set(counts["period"]) - set(ladders)
    if unknown:
        raise VbeError(f"contract: no ladder for {sorted(unknown)}")
    rows = zip(counts["period"], counts["low"].to_list(), counts["high"].to_list(), strict=True)
    widened = [(None, None) if pd.isna(low) else widen(ladders[period], low, high) for period, low, high in rows]
    ends = pd.DataFrame(widened, columns=["low", "high"], index=counts.index, dtype="Int64")
    return counts.assign(low=ends["low"], high=ends["high"], reports=pd.Series(pd.NA, counts.index, dtype="Int64"))


def label(low: int, high: int) -> str:
    """An interval as a table cell, a chart or an axis says it: "inga", "7", "1–4", "färre än fem, inklusive inga"."""
    if low == high:
        return message("bands.none") if low == 0 else number(low)
    if high >= OPEN:
        return message(
            "bands.unquantified" if low == 0 else "bands.some" if low == 1 else "bands.from", low=number(low)
        )
    if low == 0:
        return message("bands.fewer", end=word(high + 1))
    return message("bands.between", low=number(low), high=number(high))


def protected_phrase(low: int, high: int) -> str:
    """As `phrase`, and that the number is protected: "5–9 (skyddat antal)", "enstaka (1–4, skyddat antal)"."""
    if low == high or high >= OPEN:
        return phrase(low, high)
    if low >= 1 and high <= 4:
        return message("bands.protected_few", label=label(low, high))
    return message("bands.protected", phrase=phrase(low, high))


def phrase(low: int, high: int) -> str:
    """The interval as running text says it: as `label`, with "enstaka (1–4)" for one to four."""
    return message("bands.few", label=label(low, high)) if 1 <= low < high <= 4 else label(low, high)
