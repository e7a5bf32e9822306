"""How often the words speak of a change that is none, and how often they see one that is: by the functions that judge.

Run as python -m benchmarks.verdict_simulation [--quick | --ground]. Every word comes from change_class, change_classes,
newest_against_earlier or compare_periods. Counts are negative binomial with the given variance / mean, from a fixed
seed. --quick takes some two minutes of one core, the full run (fifteen times as many draws) some thirty; --ground is
the full run's last part alone. The simulation error of a share near 10 percent (two standard errors) stands at the end.
It fails where a share without clumping is over 5.5 percent beyond that error, where those at mean 10 or a power of the
headline are not the rule's within a point, or where unequal ground makes more false words than equal ground, or others
than are counted out.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
from scipy.stats import poisson

from vbe_analysis.analysis.comparison import compare_periods
from vbe_analysis.analysis.poisson import shrunk_dispersion
from vbe_analysis.analysis.trends import HIGHER, LOWER, newest_against_earlier
from vbe_analysis.analysis.verdict import DECREASE, DIRECTIONS, INCREASE, NO_COMPARISON, change_class, change_classes
from vbe_analysis.frames import COVERAGE, DELIVERED, EVENTS, NOT_DELIVERED, conform
from vbe_analysis.periods import Period

MEANS, RATIOS, EARLIER, FAMILY, SEED = (1, 2, 5, 10, 20), (1.0, 1.5, 2.0, 3.0), 5, 4, 20261129
# statistics.md 7, mean 10: the lead, two years, and two years with five earlier ones
RULE = {1.0: (3.6, 4.6, 2.6), 1.5: (6.6, 10.0, 5.0), 2.0: (9.1, 15.4, 7.1), 3.0: (12.1, 24.1, 10.0)}
SEEN = {(5, 2.0): 24, (10, 2.0): 43, (15, 2.0): 61, (5, 0.5): 12, (10, 0.5): 24, (15, 0.5): 34}
NOW, BEFORE = (Period(date(year, 1, 1), date(year, 12, 31), str(year)) for year in (2021, 2020))
random = np.random.default_rng(SEED)


def main() -> None:
    quick = "--quick" in sys.argv
    draws, pairs = (200, 20) if quick else (3000, 300)
    print(__doc__)
    faults = [] if "--ground" in sys.argv else [*false_words(draws), *as_the_rule_says(7 * draws), *power(draws)]
    faults += unequal_ground(pairs)
    error = 200 * (0.1 * 0.9 / draws) ** 0.5
    print(f"\n{draws} draws: a share near 10 percent is within {error:.1f} points; {pairs} pairs of unequal ground")
    if faults:
        sys.exit("\n".join(faults))


def false_words(draws: int) -> list[str]:
    """Nothing changed. The headline has the mean itself, each of four environments too; `any word` is of their total
    and the environments together; `lead` is the newest against five earlier ones."""
    print(
        "False words in percent: without earlier years (headline, any environment, any word), with five (and the lead);"
    )
    faults = []
    for mean in MEANS:
        for ratio in RATIOS:
            shares = np.mean([judged(clumped(mean, ratio)) for _ in range(draws)], axis=0) * 100
            plain, adjusted = (" ".join(f"{share:6.1f}" for share in part) for part in (shares[:3], shares[3:]))
            print(f"{mean:4} {ratio:8.1f}   {plain}    {adjusted}", flush=True)
            allowed = 5.5 + 200 * (0.05 * 0.95 / draws) ** 0.5
            if ratio == 1 and max(*shares[:2], *shares[3:5], shares[6]) > allowed:
                faults.append(f"mean {mean}: over {allowed:.1f} percent false words without clumping")
    return faults


def as_the_rule_says(draws: int) -> list[str]:
    """False words of one series at mean 10, where the rule has its figures: within a point of them."""
    print(f"\nAt mean 10, {draws} draws: the lead, two years, two years with five earlier ones (the rule's figures)")
    faults = []
    for ratio, known in RULE.items():
        rows = [clumped(10, ratio, lines=1)[0] for _ in range(draws)]
        words = [
            (
                lead_of(tuple(sorted(row[:-1])), row[-1]) in (HIGHER, LOWER),
                word_of(row[-2], row[-1]) in DIRECTIONS,
                word_of(row[-2], row[-1], phi(row)) in DIRECTIONS,
            )
            for row in rows
        ]
        shares = 100 * np.mean(words, axis=0)
        print(f"  {ratio}: " + ", ".join(f"{s:.1f} ({k})" for s, k in zip(shares, known, strict=True)), flush=True)
        far = [abs(s - k) > 1 + 2 * (k * (100 - k) / draws) ** 0.5 for s, k in zip(shares, known, strict=True)]
        faults += [f"variance / mean {ratio}: not the rule's figures"] if any(far) else []
    return faults


def clumped(mean: float, ratio: float, change: float = 1.0, lines: int = FAMILY) -> list[list[int]]:
    """Counts of `lines` series in five earlier years and the newest one, which has `change` times their mean."""
    expected = np.full((lines, EARLIER + 1), float(mean))
    expected[:, -1] *= change
    if ratio == 1:
        return [[int(n) for n in row] for row in random.poisson(expected)]
    return [[int(n) for n in row] for row in random.negative_binomial(expected / (ratio - 1), 1 / ratio)]


def judged(series: Sequence[Sequence[int]]) -> tuple[bool, ...]:
    """Without earlier years and with five: a word for the first series as a headline, for any, for any or their total;
    last whether the first is said to be higher or lower than the earlier ones."""
    words: list[bool] = []
    total = [sum(year) for year in zip(*series, strict=True)]
    for with_earlier in (False, True):
        phis = tuple(phi(row) if with_earlier else 1.0 for row in (*series, total))
        some = bool(words_of(tuple((row[-2], row[-1]) for row in series), phis[:-1]) & DIRECTIONS)
        headline = word_of(series[0][-2], series[0][-1], phis[0]) in DIRECTIONS
        words += [headline, some, some or word_of(total[-2], total[-1], phis[-1]) in DIRECTIONS]
    return (*words, lead_of(tuple(sorted(series[0][:-1])), series[0][-1]) in (HIGHER, LOWER))


def phi(row: Sequence[int]) -> float:
    return shrunk_dispersion([(n, n) for n in row[:-1]])


@cache
def word_of(previous: int, current: int, phi: float = 1.0) -> str:
    return change_class((previous, previous), (current, current), phi=phi).kind


@cache
def words_of(pairs: tuple[tuple[int, int], ...], phis: tuple[float, ...]) -> frozenset[str]:
    family = {str(at): ((x, x), (y, y)) for at, (x, y) in enumerate(pairs)}
    verdicts = change_classes(family, phi={str(at): each for at, each in enumerate(phis)})
    return frozenset(verdict.kind for verdict in verdicts.values())


@cache
def lead_of(earlier: tuple[int, ...], newest: int) -> str:
    years = tuple(str(year) for year in range(len(earlier) + 1))
    return newest_against_earlier(years, [(n, n) for n in (*earlier, newest)]).lead


def power(draws: int) -> list[str]:
    """Doublings and halvings seen: of the headline exactly, by all pairs of counts; of one environment by draws."""
    print("\nSeen in percent (headline, exact sums; the rule's figure after)")
    faults = []
    for (mean, change), known in SEEN.items():
        wanted = INCREASE if change > 1 else DECREASE
        before, after = (poisson.pmf(np.arange(int(poisson.isf(1e-7, m)) + 1), m) for m in (mean, mean * change))
        share = 100 * sum(
            p * q for x, p in enumerate(before) for y, q in enumerate(after) if p * q > 1e-9 and word_of(x, y) == wanted
        )
        print(f"  {mean} x {change}: {share:.1f} ({known})")
        faults += [f"{mean} x {change} is seen in {share:.1f}, not {known}"] if abs(share - known) > 1 else []
    print("Doubling of the largest of four environments (rule: 44 at 10/1/1/1)")
    for means in ((10, 1, 1, 1), (10, 10, 10, 10)):
        seen = 0
        for _ in range(draws):
            x, y = random.poisson(means), random.poisson([2 * means[0], *means[1:]])
            family = {str(at): ((int(a), int(a)), (int(b), int(b))) for at, (a, b) in enumerate(zip(x, y, strict=True))}
            seen += change_classes(family)["0"].kind == INCREASE
        print(f"  {'/'.join(map(str, means))}: {100 * seen / draws:.1f}")
    print("Doubling from 10 against five earlier years (rule: 62, two years with the same index 38)")
    rows = [clumped(10, 1.0, 2.0, 1)[0] for _ in range(draws)]
    leads = sum(lead_of(tuple(sorted(row[:-1])), row[-1]) == HIGHER for row in rows)
    pairs = sum(word_of(row[-2], row[-1], phi(row)) == INCREASE for row in rows)
    print(f"  lead {100 * leads / draws:.1f}, two years {100 * pairs / draws:.1f}")
    return faults


def unequal_ground(pairs: int) -> list[str]:
    """False words at one rate: all told in days, November 2021 missing, and 2020 told in half-years too.

    The shares are exact: sums over all that can fall on the common ground (DAYS) and outside it. That compare_periods
    gives just these words is seen pair by pair; the later year has up to three times the rate, so that there are some.
    """
    print("\nFalse words in percent on unequal ground, exactly: equal, a month missing, half-year totals in 2020")
    faults = []
    for mean in (1, 2, 5, 6, 10, 12, 20, 30):
        shares = {name: 100 * false_share(mean, name) for name in DAYS}
        print(f"  {mean:3}: " + "  ".join(f"{name} {share:.2f}" for name, share in shares.items()), flush=True)
        # A month fewer is a smaller mean, at which a discrete test can say a little more.
        faults += [f"{name} at {mean}: {share:.2f}" for name, share in shares.items() if share > shares["equal"] + 0.05]
    for name in DAYS:
        found = [spoken(name, random.choice((6, 10, 20)), random.choice((1, 2, 3))) for _ in range(pairs)]
        wrong = sum(word != own for word, own in found)
        said = sum(word in DIRECTIONS for word, _ in found)
        print(f"  compare_periods, {name}: {said} of {pairs} pairs have a direction, {wrong} a word that is not theirs")
        faults += [f"compare_periods, {name}: {wrong} other words"] if wrong else []
    return faults


DAYS: Mapping[str, Sequence[tuple[int, int]]] = {  # of 2020 and of 2021: on the ground they share, and known outside it
    "equal": ((365, 0), (365, 0)),
    "month": ((335, 30), (335, 0)),
    "halves": ((182, 183), (181, 154)),
}


def false_share(mean: float, case: str) -> float:
    """The chance of a direction at one rate: none where under half of a year's events lie on the common ground.

    Nothing joins the months of a half-year of which no event is told: then only November is missing.
    """
    counts = np.arange(int(poisson.isf(1e-9, mean)) + 1)
    directed = np.array([[word_of(int(x), int(y)) in DIRECTIONS for y in counts] for x in counts])
    (before, outside), (now, outside_now) = ((mean * on / 365, mean * out / 365) for on, out in DAYS[case])
    silent = poisson.pmf(0, outside) if case == "halves" else 0.0
    first, second = poisson.pmf(counts, before), poisson.pmf(counts, now) * poisson.cdf(counts, outside_now)
    joined = first * (poisson.cdf(counts, outside) - silent) @ directed @ second
    return float(joined + silent * first @ directed @ poisson.pmf(counts, mean * 335 / 365))


def spoken(case: str, mean: float, change: float) -> tuple[str, str]:
    """The word of compare_periods for the total of two drawn years, and that of what falls on their ground."""
    gap, halves = case != "equal", case == "halves"
    drawn = {2020: _days(2020, random.poisson(mean)), 2021: _days(2021, random.poisson(mean * change))}
    missing = {(2021, 11)} if gap else set()
    known = {year: [day for day in days if (year, day.month) not in missing] for year, days in drawn.items()}
    rows = [row for year, days in known.items() for row in _rows(year, days, halves and year == 2020)]
    events = conform(pd.DataFrame(rows, columns=list(EVENTS)), EVENTS)
    found = compare_periods(events, _coverage(gap), NOW, BEFORE)
    joined = halves and any(day.month > 6 for day in known[2020])
    months = range(1, 7) if joined else [month for month in range(1, 13) if not (gap and month == 11)]
    on = {year: sum(day.month in months for day in days) for year, days in known.items()}
    refused = any(2 * on[year] < len(known[year]) for year in on)
    return found.total.kind, NO_COMPARISON if refused else word_of(on[2020], on[2021])


def _days(year: int, number: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=int(day)) for day in random.choice(365, number, replace=False)]


def _rows(year: int, days: Sequence[date], halves: bool) -> list[dict[str, object]]:
    row = dict.fromkeys(EVENTS, "") | {"cycle": str(year), "source": "polis", "event_type": "hot_krankning"}
    row |= {"environment": "vit_makt", "area": "norr", "row": 1, "low": 1, "high": 1}
    if not halves:
        return [row | {"report_id": f"{day}", "date_from": f"{day}", "date_to": f"{day}"} for day in days]
    spans = (("01-01", "06-30"), ("07-01", "12-31"))
    counts = [sum(f"{year}-{first}" <= str(day) <= f"{year}-{last}" for day in days) for first, last in spans]
    return [
        row
        | {"report_id": f"{year}{first}", "date_from": f"{year}-{first}", "date_to": f"{year}-{last}"}
        | {"low": n, "high": n}
        for (first, last), n in zip(spans, counts, strict=True)
        if n
    ]


@cache
def _coverage(gap: bool) -> pd.DataFrame:
    months = [f"{year}-{month:02d}" for year in (2020, 2021) for month in range(1, 13)]
    rows = [
        dict.fromkeys(COVERAGE, "")
        | {"cycle": month[:4], "source": "polis", "month": month, "straddled": False, "asked": None, "answered": None}
        | {"status": NOT_DELIVERED if gap and month == "2021-11" else DELIVERED}
        for month in months
    ]
    return conform(pd.DataFrame(rows, columns=list(COVERAGE)), COVERAGE)


if __name__ == "__main__":
    main()
