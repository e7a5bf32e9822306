"""Ten years of one series, of a hundred and of a thousand events a year: trend, newest year and limits, in seconds.

Each as exact counts and as intervals of five, whose 1,024 corners are all tried. It fails where a series of a thousand
events a year takes a second.
"""

import sys
import time
from collections.abc import Callable

from vbe_analysis.analysis.trend_tests import trend
from vbe_analysis.analysis.trends import newest_against_earlier
from vbe_analysis.analysis.verdict import limits
from vbe_analysis.frames import Interval

YEARS, SIZES, MOST_SECONDS = 10, (100, 1_000), 1.0


def main() -> None:
    """Print what each takes, and fail where it is too long."""
    slow = []
    for size in SIZES:
        for width in (0, 5):
            counts = [(size + 7 * year, size + 7 * year + width) for year in range(YEARS)]
            taken = series_seconds(counts)
            print(f"{size:5} events a year, intervals of {width}: {taken:.3f} s a series", flush=True)
            slow += [f"{size} events a year: {taken:.1f} s"] if taken > MOST_SECONDS else []
    if slow:
        sys.exit("\n".join(slow))


def series_seconds(counts: list[Interval]) -> float:
    """Processor seconds of all that is worked out for one series."""
    years = tuple(str(year) for year in range(len(counts)))
    parts: list[Callable[[], object]] = [
        lambda: trend(counts),
        lambda: newest_against_earlier(years, counts),
        lambda: limits(counts[-2]),
    ]
    start = time.process_time()
    for part in parts:
        part()
    return time.process_time() - start


if __name__ == "__main__":
    main()
