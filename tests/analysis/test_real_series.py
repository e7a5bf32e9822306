"""Two real series, year by year, against the same comparisons made in another way: whole-number enumeration and GLM."""

import csv
from collections import Counter
from itertools import pairwise
from math import exp, inf
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from vbe_analysis.analysis.poisson import dispersion, rate_ratio_ci, rate_ratio_test
from vbe_analysis.analysis.trend_tests import exact_trend, poisson_trend, trend
from vbe_analysis.analysis.verdict import change_class, change_classes

pytestmark = pytest.mark.slow

REAL = Path(__file__).parents[2] / ".." / "shared" / "real"
CSIS = REAL / "incidents_csis_wapo_us_1994_2021.csv"
PREVENT = REAL / "incidents_prevent_england_wales_TRANSCRIBED.csv"
ENVIRONMENTS = {"Violent Far-right": "vit_makt", "Violent Far-left": "autonom", "Religious": "islamistisk"}
YEARS = range(1994, 2022)


@pytest.fixture(scope="module")
def incidents():
    """Environment -> the number of incidents in each of the 28 years."""
    if not CSIS.exists():
        pytest.skip("the CSIS series is not here")
    with CSIS.open(encoding="utf-8", newline="") as file:
        found = Counter(
            (ENVIRONMENTS.get(row["Orientation_csis"], "oklar"), int(row["Year_csis"])) for row in csv.DictReader(file)
        )
    series = {name: [found[name, year] for year in YEARS] for name in (*ENVIRONMENTS.values(), "oklar")}
    assert sum(map(sum, series.values())) == 980
    return series


@pytest.fixture(scope="module")
def referrals():
    """The published series of Prevent: column -> (year, number) where a figure was found."""
    if not PREVENT.exists():
        pytest.skip("the Prevent series is not here")
    with PREVENT.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[0].isdigit()]
    columns = {"total": 1, "islamistisk": 2, "vit_makt": 3, "education": 6, "channel": 8}
    return {
        name: [(int(row[0]), int(row[column].split()[0].replace(",", ""))) for row in rows if row[column] != ".."]
        for name, column in columns.items()
    }


def enumerated(previous, current):
    """Class and p at equal exposure by adding whole numbers: every split of the sum, none of scipy."""
    total, ways, below = previous + current, 1, 0
    for k in range(current):
        below += ways
        ways = ways * (total - k) // (k + 1)
    above = 2**total - below - ways
    p = min(1.0, (2 * min(below, above) + ways) / 2**total)
    if total < 5:
        return ("inga_handelser" if total == 0 else "for_fa"), p
    return "ingen_saker_forandring" if p > 0.05 else "okning" if current > previous else "minskning", p


def test_the_enumeration_by_hand():
    assert enumerated(1, 4) == ("ingen_saker_forandring", 0.21875)  # (2 * 1 + 5) / 32


def test_csis_totals_year_by_year(incidents):
    totals = [sum(counts) for counts in zip(*incidents.values(), strict=True)]
    kinds = Counter()
    for previous, current in pairwise(totals):
        verdict, (kind, p) = change_class((previous,) * 2, (current,) * 2), enumerated(previous, current)
        assert (verdict.kind, verdict.p[0]) == (kind, pytest.approx(p, rel=1e-9))
        kinds[kind] += 1
    assert kinds.total() == 27
    assert kinds["okning"] and kinds["minskning"] and kinds["ingen_saker_forandring"]


def test_csis_environments_year_by_year(incidents):
    names = list(incidents)
    for year in range(1, len(YEARS)):
        pairs = {name: ((incidents[name][year - 1],) * 2, (incidents[name][year],) * 2) for name in names}
        verdicts = change_classes(pairs)
        sums = {name: previous[0] + current[0] for name, (previous, current) in pairs.items()}
        # The least sum that reaches .05, .025, .0167 and .0125 with all of it in one year.
        least = dict(enumerate((5, 6, 6, 7), 1))
        tested = next(able for m in least if len(able := [n for n in names if sums[n] >= least[m]]) <= m)
        raw = [enumerated(pairs[name][0][0], pairs[name][1][0])[1] for name in tested]
        adjusted = dict(zip(tested, multipletests(raw, method="holm")[1] if raw else (), strict=True))
        for name in names:
            previous, current = pairs[name][0][0], pairs[name][1][0]
            p = adjusted.get(name, 1.0)
            assert verdicts[name].p[0] == pytest.approx(p, rel=1e-9)
            if name not in tested or sums[name] < least[len(tested)]:
                expected = "for_fa" if previous + current else "inga_handelser"
            elif p > 0.05:
                expected = "ingen_saker_forandring"
            else:
                expected = "okning" if current > previous else "minskning"
            assert verdicts[name].kind == expected, (YEARS[year], name)


def test_csis_trends(incidents):
    for name, counts in incidents.items():
        line, model = poisson_trend(counts), sm.GLM(counts, sm.add_constant(np.arange(28.0)), sm.families.Poisson())
        fit, scaled = model.fit(tol=1e-12), model.fit(scale="X2", use_t=True, tol=1e-12)
        assert (line.slope, line.se) == pytest.approx((fit.params[1], fit.bse[1]), rel=1e-7), name
        assert (line.deviance, line.dispersion) == pytest.approx((fit.deviance, scaled.scale), rel=1e-7)
        assert line.p_quasi == pytest.approx(scaled.pvalues[1], rel=1e-5)
        assert dispersion(counts)[0] == pytest.approx(np.var(counts, ddof=1) / np.mean(counts))
        # The exact test conditions on the total; its normal approximation is the score test of the GLM.
        for first in range(28 - 5):
            window = counts[first : first + 5]
            if sum(window) >= 20:
                time, total = np.arange(5.0), sum(window)
                score = np.dot(time, window) - total * time.mean()
                assert exact_trend(window) == pytest.approx(
                    2 * norm.sf(abs(score) / np.sqrt(total * time.var())), abs=0.02
                )


def test_ten_years_of_bands_are_evaluated_in_every_corner(incidents):
    """The widest public series: ten years of which each is known as a range only."""
    exact = incidents["islamistisk"][-10:]
    bands = [(max(0, count - 2), count + 2) for count in exact]
    least, greatest = trend(bands).p
    assert least <= trend([(count, count) for count in exact]).p[0] <= greatest


def test_prevent_year_by_year(referrals):
    compared = 0
    for series in referrals.values():
        for (_, previous), (_, current) in pairwise(series):
            verdict, (kind, p) = change_class((previous,) * 2, (current,) * 2), enumerated(previous, current)
            assert verdict.kind == kind
            # Thousands a year: probabilities down to 1e-300 are still those of whole-number arithmetic.
            assert verdict.p[0] == pytest.approx(p, rel=1e-6, abs=1e-290)
            assert (rate_ratio_test(current, previous) > 0.05) == (kind == "ingen_saker_forandring")
            low, high = rate_ratio_ci(current, previous)
            # Large counts: the interval is that of the log ratio within a hair.
            reach = 1.959964 * np.sqrt(1 / previous + 1 / current)
            assert (low, high) == pytest.approx(
                (current / previous * exp(-reach), current / previous * exp(reach)), rel=0.01
            )
            assert 0 < low < high < inf
            compared += 1
    assert compared > 20


def test_prevent_gaps_are_gaps_in_time(referrals):
    """2018 was not found: the trend of total referrals takes the years as they are, not their order."""
    years, counts = zip(*referrals["total"], strict=True)
    assert 2018 not in years
    model = sm.GLM(counts, sm.add_constant(np.array(years, dtype=float) - 2016), sm.families.Poisson()).fit(tol=1e-12)
    assert poisson_trend(counts, times=years).slope == pytest.approx(model.params[1], rel=1e-7)
