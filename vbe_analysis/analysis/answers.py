"""The surveys: how many answered, what they know, and how that differs from the year before.

Rules: reference statistics.md 6. Answers are never compared across versions of a question, and units only by a code
that the source kept from year to year.
"""

import math
from dataclasses import dataclass

import pandas as pd
from scipy.special import ndtri

from vbe_analysis.analysis.poisson import Limits, binomial_cdf, binomial_pmf


def wilson(x: int, n: int, level: float = 0.95) -> Limits:
    """Score interval of a share (Wilson 1927, JASA 22:209); 0 of 0 may be anything, [0, 1].

    >>> [round(limit, 3) for limit in wilson(5, 5)]
    [0.566, 1.0]
    """
    if n == 0:
        return 0.0, 1.0
    z = float(-ndtri((1 - level) / 2))
    centre = (x + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(x * (n - x) / n + z * z / 4)
    # At the ends the limit is the end itself; rounding must not leave it a hair outside the scale.
    return 0.0 if x == 0 else centre - half, 1.0 if x == n else centre + half


def nonresponse_bounds(x: int, answered: int, asked: int) -> Limits:
    """The share among all asked, if none or all of those who did not answer would have said yes.

    Worst-case bounds (Manski 1989, J Hum Resour 24:343): they assume nothing about who stays silent. Nobody asked
    gives [0, 1].
    """
    return (x / asked, (x + asked - answered) / asked) if asked else (0.0, 1.0)


def newcombe(x1: int, n1: int, x2: int, n2: int, level: float = 0.95) -> Limits:
    """Interval of the difference x1/n1 - x2/n2 between two independent shares.

    Hybrid score interval (Newcombe 1998, Stat Med 17:873, method 10). Nobody in one of the groups gives [-1, 1].
    """
    if n1 == 0 or n2 == 0:
        return -1.0, 1.0
    share1, share2 = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = wilson(x1, n1, level), wilson(x2, n2, level)
    return (
        share1 - share2 - math.hypot(share1 - low1, high2 - share2),
        share1 - share2 + math.hypot(high1 - share1, share2 - low2),
    )


def mcnemar(b: int, c: int, midp: bool = True) -> float:
    """Two-sided p that answers of the same units changed as often one way (b) as the other (c).

    Exact conditional test (McNemar 1947, Psychometrika 12:153), mid-p as Fagerland, Lydersen & Laake 2013 (BMC Med
    Res Methodol 13:91) recommend. No unit that changed gives 1.
    """
    tail = float(binomial_cdf(min(b, c), b + c, 0.5)) - (0.5 * float(binomial_pmf(b, b + c, 0.5)) if midp else 0.0)
    return min(1.0, 2 * tail)


YES = "ja"
ENOUGH = 0.8  # statistics.md gives no limit: below this the board is asked, nothing is judged
SHARE_COLUMNS = ["cycle", "source", "question", "version", "x", "n", "asked", "low", "high", "population"]


@dataclass(frozen=True)
class ShareChange:
    """One question in two cycles: shares (0-1) of those who answered it.

    comparable: whether both cycles asked the same version; the rest is None where not. difference: the current share
    less the previous one's 95 percent interval (Newcombe), on all who answered. pairs: units that answered both years,
    0 where no code was kept; to_yes, from_yes: those that changed; p: McNemar's mid-p, None without pairs.
    """

    previous: tuple[int, int]
    current: tuple[int, int]
    comparable: bool
    difference: Limits | None
    pairs: int
    to_yes: int
    from_yes: int
    p: float | None


def response(answers: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Who answered: one row per cycle, source and unit kind ("" for all), from frames.ANSWERS and frames.COVERAGE.

    Gives cycle, source, unit_kind, asked, answered and rate (0-1). How many were asked is known for all together only;
    asked and rate are missing where it is not.
    """
    stated = coverage.groupby(["cycle", "source"], as_index=False)[["asked", "answered"]].max()
    stated = stated[stated["asked"].notna() | stated["answered"].notna()]
    by_kind = ["cycle", "source", "unit_kind"]
    units = answers[answers["unit_kind"] != ""].drop_duplicates([*by_kind, "unit"])
    kinds = units.groupby(by_kind, as_index=False).agg(answered=("unit", "size"))
    kinds["asked"] = pd.array([pd.NA] * len(kinds), dtype="Int64")
    found = pd.concat([stated.assign(unit_kind=""), kinds.astype({"answered": "Int64"})], ignore_index=True)
    found["rate"] = (found["answered"] / found["asked"].where(found["asked"] > 0)).astype("Float64")
    return found[[*by_kind, "asked", "answered", "rate"]].sort_values(by_kind, ignore_index=True)


def knowledge(
    answers: pd.DataFrame, coverage: pd.DataFrame, question: str, *, yes: str = YES, population: bool = False
) -> pd.DataFrame:
    """How many know of it: one row per cycle, source and version of `question`, x of n who answered it said `yes`.

    Gives SHARE_COLUMNS: low and high are shares (0-1), the 95 percent Wilson interval. population: those asked are all
    there are, as when every unit of the district is; then, where the number asked is known, low and high are the
    shares among all if nobody or everybody who did not answer would have said yes, and the column says True.
    """
    replies = answers[(answers["question"] == question) & (answers["answer"] != "")]
    asked = coverage.groupby(["cycle", "source"], as_index=False)["asked"].max()
    counted = replies.assign(x=replies["answer"] == yes).groupby(["cycle", "source", "version"], as_index=False)
    shares = counted.agg(x=("x", "sum"), n=("x", "size")).assign(question=question)
    shares = shares.merge(asked, how="left", on=["cycle", "source"], validate="many_to_one")
    shares["population"] = shares["asked"].notna() & population
    limits = [
        nonresponse_bounds(x, n, int(asked)) if whole else wilson(x, n)
        for x, n, asked, whole in zip(*(shares[name] for name in ("x", "n", "asked", "population")), strict=True)
    ]
    shares["low"], shares["high"] = [low for low, _ in limits], [high for _, high in limits]
    return shares[SHARE_COLUMNS]


def knowledge_change(
    answers: pd.DataFrame, question: str, source: str, current: str, previous: str, *, yes: str = YES
) -> ShareChange | None:
    """One question of one source in two cycles, on all answers and on the units that answered both times.

    current, previous: cycles. None where one of them has no answer to the question.
    """
    of_question = answers[(answers["question"] == question) & (answers["source"] == source) & (answers["answer"] != "")]
    now, before = (of_question[of_question["cycle"] == cycle] for cycle in (current, previous))
    if now.empty or before.empty:
        return None
    (x1, n1), (x2, n2) = ((int((rows["answer"] == yes).sum()), len(rows)) for rows in (now, before))
    if set(now["version"]) != set(before["version"]) or now["version"].nunique() > 1:
        return ShareChange((x2, n2), (x1, n1), False, None, 0, 0, 0, None)
    # A unit whose code stands on several answers of a year gave no single one.
    kept = [
        rows.assign(yes=rows["answer"] == yes)
        .loc[rows["unit_kept"], ["unit", "yes"]]
        .drop_duplicates("unit", keep=False)
        for rows in (now, before)
    ]
    pairs = kept[0].merge(kept[1], on="unit", suffixes=("_now", "_before"), validate="one_to_one")
    to_yes = int((pairs["yes_now"] & ~pairs["yes_before"]).sum())
    from_yes = int((~pairs["yes_now"] & pairs["yes_before"]).sum())
    p = mcnemar(to_yes, from_yes) if len(pairs) else None
    return ShareChange((x2, n2), (x1, n1), True, newcombe(x1, n1, x2, n2), len(pairs), to_yes, from_yes, p)
