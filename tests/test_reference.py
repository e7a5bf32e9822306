"""Every case of the shared reference file runs through a method we offer, or stands on the list of those we do not."""

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.analysis import methods
from vbe_analysis.analysis import answers as shares
from vbe_analysis.analysis import poisson, trend_tests
from vbe_analysis.analysis.distinct import Occasion, distinct_events
from vbe_analysis.analysis.verdict import change_class

DEFAULT = Path(__file__).parents[1] / ".." / "shared" / "reference" / "stats_reference.json"
PATH = Path(os.environ.get("VBE_REFERENCE", DEFAULT))
if not PATH.exists():
    pytest.skip(f"the reference cases are not here: {PATH}", allow_module_level=True)
CASES = json.loads(PATH.read_text(encoding="utf-8"))["cases"]


def limits(found):
    return {"lower": float(found[0]), "upper": float(found[1])}


def rate_ratio_test(x1, x2, e1=1, e2=1, ratio0=1, alternative="two-sided", method="midp_central"):
    arguments = (x1, x2, e1, e2, ratio0, method == "midp_central")
    if alternative == "two-sided":
        return {"p": float(poisson.rate_ratio_test(*arguments))}
    return {"p": float(poisson.rate_ratio_tails(*arguments)[alternative == "greater"])}


def poisson_trend(counts, exposure=None):
    line = trend_tests.poisson_trend(counts, exposure, range(1, len(counts) + 1))
    return {name: getattr(line, name) for name in ("slope", "se", "deviance", "p_lr")}


def holm(p, method):
    adjusted = poisson.holm(p)
    return {"adjusted": adjusted.tolist(), "n_reject_05": int((adjusted <= 0.05).sum())}


def distinct_records(records):
    reports = [
        Occasion(row["source"], day(row["date"]), row["area"] or "", row["type"], row["env"] or "oklar")
        for row in records
    ]
    return limits(distinct_events(reports))


def day(text):
    return date.fromisoformat(text) if text and len(text) == 10 else None


OFFERED = {
    "poisson_ci": lambda x, exposure, level, method: limits(methods.poisson_ci(x, exposure, level)),
    "rate_ratio_test": rate_ratio_test,
    "rate_ratio_ci": lambda x1, e1, x2, e2, level, method: limits(
        poisson.rate_ratio_ci(x1, x2, e1, e2, level, midp=method == "midp")
    ),
    "rate_diff_ci": lambda x1, e1, x2, e2, level, method: limits(methods.rate_difference_ci(x1, x2, e1, e2, level)),
    "prediction_interval_next": lambda past_total, past_periods, new_periods, level: limits(
        poisson.prediction_interval(past_total, past_periods, new_periods, level, midp=False)
    ),
    "p_adjust": holm,
    "dispersion": lambda counts, exposure=None: dict(
        zip(("index", "chi2", "df", "p"), poisson.dispersion(counts, exposure), strict=True)
    ),
    "exact_trend": lambda counts, method, exposure=None: {
        "p": trend_tests.exact_trend(counts, exposure, midp=method == "midp")
    },
    "poisson_trend": poisson_trend,
    "proportion_ci": lambda x, n, level, method: limits(
        {"wilson": shares.wilson, "exact": methods.clopper_pearson}[method](x, n, level)
    ),
    "hypergeom_ci": lambda x, n, N, level: dict(
        zip(("lower_count", "upper_count"), methods.hypergeometric(x, n, N, level), strict=True)
    ),
    "nonresponse_bounds": lambda yes, respondents, population: limits(
        shares.nonresponse_bounds(yes, respondents, population)
    ),
    "proportion_diff_ci": lambda x1, n1, x2, n2, level, method: limits(shares.newcombe(x1, n1, x2, n2, level)),
    "mcnemar": lambda b, c, method: {"p": shares.mcnemar(b, c, midp=method == "midp")},
    "distinct_events": distinct_records,
    "distinct_events_graph": lambda n, source, edges: limits(
        methods.distinct_in_graph(source, [tuple(edge) for edge in edges])
    ),
    "change_class": lambda x1, e1, x2, e2: {"class": change_class((x2, x2), (x1, x1), e1 / e2).kind},
}

NOT_OFFERED = {
    "e_test": "anti-conservative at small counts (.059 at 5 %) and without an interval that agrees with it",
    "poisson_z": "approximate; with one year as baseline it errs in 21 % of cases",
    "mann_kendall": "has no power under 5 years, and ignores what the counts weigh",
    "mann_kendall_tail": "table of the Mann-Kendall test, which is not offered",
    "poisson_ci byar": "an approximation of the exact limits, which are as easy to have",
    "poisson_ci midp": "one count is described by the exact limits; two intervals for one thing confuse",
    "rate_ratio_test exact_minlike": "can reject while its own interval covers 1 (Fay 2010)",
    "rate_ratio_ci wald_log": "undefined at zero and too narrow at small counts",
    "rate_diff_ci wald": "covers down to 71 % at small counts",
    "rate_diff_ci score": "the difference only describes; one method (MOVER) is enough",
    "proportion_ci midp": "Wilson where answering is by chance, exact as an option; a third adds nothing",
    "mcnemar asymptotic": "approximate where few units change",
    "mcnemar asymptotic_cc": "over-corrected (Fagerland et al. 2013)",
    "p_adjust bh": "controls the share of false alarms, not the chance of one; a chapter can bear none",
    "p_adjust bonferroni": "Holm rejects all that it rejects and more, at the same error",
}


def variant(case):
    return f"{case['method']} {case['inputs'].get('method', '')}".strip()


def offered(case):
    return case["method"] in OFFERED and variant(case) not in NOT_OFFERED


def agrees(found, expected, tolerance):
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(agrees, found, expected, [tolerance] * len(expected)))
    if expected in ("inf", "-inf"):
        return found == float(expected)
    return found == expected if isinstance(expected, str) else abs(found - expected) <= tolerance


@pytest.mark.parametrize("case", [case for case in CASES if offered(case)], ids=lambda case: case["id"])
def test_case(case):
    found = OFFERED[case["method"]](**case["inputs"])
    for key, expected in case["expected"].items():
        tolerance = case["tolerance"][key] if isinstance(case["tolerance"], dict) else case["tolerance"]
        if key not in found:
            continue
        assert agrees(found[key], expected, tolerance), f"{key}: {found[key]} is not {expected} within {tolerance}"


def test_every_case_is_offered_or_declined_for_a_reason(capsys):
    neither = {
        variant(case)
        for case in CASES
        if not offered(case) and not NOT_OFFERED.keys() & {case["method"], variant(case)}
    }
    assert not neither
    more = Counter(
        f"{case['method']}: {key}"
        for case in CASES
        if offered(case)
        for key in case["expected"].keys() - OFFERED[case["method"]](**case["inputs"]).keys()
    )
    with capsys.disabled():
        print(f"\n{PATH.name}: cases run for each method")
        for method, number in sorted(Counter(case["method"] for case in CASES if offered(case)).items()):
            print(f"  {method:<26}{number:>4}")
        for name, number in sorted(Counter(variant(case) for case in CASES if not offered(case)).items()):
            print(f"  {name + ' (not offered)':<46}{number:>4}")
        for name, number in sorted(more.items()):
            print(f"  {name + ' (key not offered)':<46}{number:>4}")
