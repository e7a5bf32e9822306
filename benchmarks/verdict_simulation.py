"""How often the word rule speaks of a change that is none, and how often it sees one that is.

Run as python -m benchmarks.verdict_simulation. It fails where a false "okning" or "minskning" comes in more than 5.5 %
for the headline or for the four environments together, or a doubling from 10 is seen in less than 42 %. Exact sums over
all counts where that is cheaper than simulation; headline and environments together share their counts, and are
simulated from a fixed seed.
"""

import sys
from collections.abc import Sequence

import numpy as np
from scipy.stats import poisson

from vbe_analysis.analysis.poisson import holm, rate_ratio_test
from vbe_analysis.analysis.verdict import ALPHA, DIRECTIONS, INCREASE, change_classes, kinds_at

MEANS = (1, 2, 5, 10, 20)
RATIOS = (0.25, 0.5, 2 / 3, 1.0, 1.5, 2.0, 4.0)  # current period's exposure to the previous one's
FAMILY = 4
DRAWS = 100_000
SEED = 20261123


def main() -> None:
    print(__doc__)
    print("Share of false directions, nothing changed (mean: events a year in each environment, or in the headline)")
    print(f"{'exposure':>9}{'mean':>6}{'headline':>10}{'family':>9}{'together':>10}")
    worst = {"headline": 0.0, "family": 0.0}
    for ratio in RATIOS:
        for mean in MEANS:
            headline, family = headline_errs(mean, ratio), family_errs(mean, ratio)
            together = together_errs(mean, ratio)
            worst = {"headline": max(worst["headline"], headline), "family": max(worst["family"], family)}
            print(f"{ratio:>9.2f}{mean:>6}{headline:>10.4f}{family:>9.4f}{together:>10.4f}")
    print(f"worst: headline {worst['headline']:.4f}, family {worst['family']:.4f} (limit .0550)")

    print("\nShare of doublings seen (headline, equal exposure)")
    power = {mean: headline_errs(mean, 1.0, change=2.0, kinds={INCREASE}) for mean in (5, 10, 15, 24)}
    print("  ".join(f"{mean}: {share:.3f}" for mean, share in power.items()) + "   (limit at 10: .42)")

    print("\nSome environments truly changed (tripled from 10): false directions among the others, by their number")
    partial = {unchanged: partial_errs(unchanged) for unchanged in (1, 2, 3)}
    print("  ".join(f"{unchanged}: {share:.4f}" for unchanged, share in partial.items()))

    if max(*worst.values(), *partial.values()) > 0.055 or power[10] < 0.42:
        sys.exit("the verdict does not keep what it promises")


def headline_errs(
    mean: float, ratio: float, change: float = 1.0, kinds: frozenset[str] | set[str] = DIRECTIONS
) -> float:
    """Exact: the chance of a direction in one unadjusted comparison, from every pair of counts worth its weight."""
    previous, current, weight = grid(mean, mean * ratio * change)
    p = rate_ratio_test(current, previous, ratio)
    return share_of(kinds_at(previous, current, p, ratio, ALPHA, ALPHA), weight, kinds)


def family_errs(mean: float, ratio: float) -> float:
    """Exact: some direction among four independent environments, none changed.

    Holm rejects anything only if it rejects the smallest p at its first step, so each environment stands alone with
    alpha / 4.
    """
    previous, current, weight = grid(mean, mean * ratio)
    first = np.minimum(1.0, FAMILY * rate_ratio_test(current, previous, ratio))
    alone = share_of(kinds_at(previous, current, first, ratio, ALPHA, ALPHA / FAMILY), weight, DIRECTIONS)
    return 1 - (1 - alone) ** FAMILY


def together_errs(mean: float, ratio: float) -> float:
    """Simulated: a direction in the headline (the sum) or in any of the four environments, none changed."""
    previous, current = draws([mean] * FAMILY, [mean * ratio] * FAMILY)
    found = family_kinds(previous, current, ratio)
    total = previous.sum(axis=1), current.sum(axis=1)
    p = looked_up(*total, ratio)
    headline = kinds_at(*total, p, ratio, ALPHA, ALPHA)
    return float((np.isin(found, list(DIRECTIONS)).any(axis=1) | np.isin(headline, list(DIRECTIONS))).mean())


def partial_errs(unchanged: int) -> float:
    """Simulated: a direction for any of the unchanged environments, while the others have tripled from 10."""
    after = [10.0] * unchanged + [30.0] * (FAMILY - unchanged)
    found = family_kinds(*draws([10.0] * FAMILY, after), 1.0)
    return float(np.isin(found[:, :unchanged], list(DIRECTIONS)).any(axis=1).mean())


def family_kinds(previous: np.ndarray, current: np.ndarray, ratio: float) -> np.ndarray:
    """The classes of many families at once; the first ones are checked against the verdict as the chapter calls it."""
    adjusted = holm(looked_up(previous, current, ratio))
    kinds = kinds_at(previous, current, adjusted, ratio, ALPHA, ALPHA / FAMILY)
    for row in range(5):
        pairs = {
            str(i): ((int(y),) * 2, (int(x),) * 2)
            for i, (y, x) in enumerate(zip(previous[row], current[row], strict=True))
        }
        if [verdict.kind for verdict in change_classes(pairs, ratio).values()] != kinds[row].tolist():
            sys.exit("the simulation and the verdict part ways")
    return kinds


def draws(before: Sequence[float], after: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(SEED)
    return random.poisson(before, (DRAWS, FAMILY)), random.poisson(after, (DRAWS, FAMILY))


def looked_up(previous: np.ndarray, current: np.ndarray, ratio: float) -> np.ndarray:
    every = np.meshgrid(np.arange(previous.max() + 1), np.arange(current.max() + 1), indexing="ij")
    return rate_ratio_test(every[1], every[0], ratio)[previous, current]


def grid(before: float, after: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    previous, current = (np.arange(int(poisson.isf(1e-12, mean)) + 1) for mean in (before, after))
    pairs = np.meshgrid(previous, current, indexing="ij")
    return pairs[0], pairs[1], np.outer(poisson.pmf(previous, before), poisson.pmf(current, after))


def share_of(found: np.ndarray, weight: np.ndarray, kinds: frozenset[str] | set[str]) -> float:
    return float(weight[np.isin(found, list(kinds))].sum())


if __name__ == "__main__":
    main()
