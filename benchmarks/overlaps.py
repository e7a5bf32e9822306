"""Possible duplicates among a million reports, beside a plain pandas groupby of the same keys; and how time grows.

Made like `benchmarks.counting`'s reports, with as many areas as give few groups, or many.
"""

import time

import numpy as np
import pandas as pd

from benchmarks.counting import SEED, SOURCES
from vbe_analysis.analysis.overlaps import find_overlaps
from vbe_analysis.frames import EVENTS, conform
from vbe_analysis.vocabulary import default_vocabulary

SIZES, ROWS_AN_AREA, KEYS = (100_000, 1_000_000), (50, 5_000), ["date_from", "area", "event_type"]


def made_reports(rows: int, areas: int) -> pd.DataFrame:
    """Reports of five years from five sources, each dated to a day."""
    words, random = default_vocabulary(), np.random.default_rng(SEED)
    day = np.datetime64("2016-05-01") + random.integers(0, 5 * 365, rows).astype("timedelta64[D]")
    drawn = {
        "source": random.choice(SOURCES, rows),
        "environment": random.choice(list(words.environments), rows),
        "event_type": random.choice(list(words.event_types), rows),
        "area": np.char.add("omrade_", random.integers(0, areas, rows).astype(str)),
        "report_id": np.char.add("r", np.arange(rows).astype(str)),
    }
    plain = {"low": 1, "high": 1, "cycle": "", "flags": "", "not_counted": "", "file": "f", "sheet": "", "row": 1}
    return conform(pd.DataFrame({**drawn, "date_from": day, "date_to": day}).assign(**plain), EVENTS)


def main() -> None:
    """Print seconds, the ratio to the groupby, and the exponent by which ten times the rows take longer."""
    for an_area in ROWS_AN_AREA:
        seconds = []
        for rows in SIZES:
            events = made_reports(rows, max(1, rows // an_area))
            start = time.perf_counter()
            found = find_overlaps(events)
            seconds.append(time.perf_counter() - start)
            start = time.perf_counter()
            events.groupby(KEYS, observed=True, sort=False)["source"].nunique()
            plain = time.perf_counter() - start
            many = found.undecided["candidate"].nunique()
            took = f"{seconds[-1]:7.2f} s, {seconds[-1] / plain:6.1f} of a groupby"
            print(f"{rows:9} reports, {an_area:5} an area: {took}, {many} possible duplicates", flush=True)
        print(f"growth exponent {np.log10(seconds[1] / seconds[0]):.2f}")
