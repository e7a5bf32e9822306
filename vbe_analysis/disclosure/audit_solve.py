"""The least and the greatest value of an integer sum under linear constraints, exact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from vbe_analysis.disclosure.facts import Claim, CountClaim, Selector, ShareClaim, SumClaim, VerdictClaim

Floats = NDArray[np.float64]

FREE = -1
"""The block of an atom that no fact touches."""


class NotProved(Exception):
    """The solver did not reach a proof within its time."""


class Contradiction(Exception):
    """No counts at all agree with the facts."""


@dataclass(frozen=True)
class Block:
    """low <= rows @ x <= high for non-negative integers x; held as bytes, so that equal blocks are equal keys."""

    rows: bytes
    low: bytes
    high: bytes
    width: int

    @classmethod
    def of(cls, rows: NDArray[np.int32], low: Floats, high: Floats) -> "Block":
        """The block of a rows x variables matrix and the ends of each row."""
        return cls(rows.astype(float).tobytes(), low.tobytes(), high.tobytes(), rows.shape[1])


@dataclass(frozen=True)
class Parts:
    """The blocks of a model, and in which block (or FREE) and at which place there each atom stands."""

    blocks: tuple[Block, ...]
    block_of: tuple[int, ...]
    place_in: tuple[int, ...]


@lru_cache(maxsize=500_000)
def extreme(block: Block, variables: tuple[int, ...], largest: bool, seconds: float) -> int | None:
    """The largest or smallest sum of the chosen variables of a block; None: it has no upper end.

    Raises NotProved after `seconds`, and Contradiction where nothing satisfies the block.
    """
    rows, low, high = _arrays(block)
    cap = _cap(low, high)
    cost = np.zeros(block.width)
    cost[list(variables)] = -1 if largest else 1
    for integrality in (0, 1):  # the linear program answers most questions, and far faster
        solution = milp(
            cost,
            integrality=np.full(block.width, integrality),
            bounds=Bounds(0, cap),
            constraints=LinearConstraint(rows, low, high),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if solution.status == 2:
            raise Contradiction
        if solution.status != 0 or solution.x is None:
            raise NotProved
        counts = np.rint(solution.x)
        sums = rows @ counts
        if np.abs(solution.x - counts).max() < 1e-6 and (low <= sums).all() and (sums <= high).all():
            value = int(counts[list(variables)].sum())
            return None if largest and value >= cap else value
    raise NotProved


def reach(parts: Parts, atoms: tuple[int, ...], largest: bool, seconds: float) -> int | None:
    """The extreme of a sum of atoms: the blocks are independent, so it is the sum of the blocks' extremes."""
    places_of: dict[int, list[int]] = {}
    for atom in atoms:
        places_of.setdefault(parts.block_of[atom], []).append(parts.place_in[atom])
    if places_of.pop(FREE, None) and largest:
        return None
    total = 0
    for block, places in sorted(places_of.items()):
        part = extreme(parts.blocks[block], tuple(places), largest, seconds)
        if part is None:
            return None
        total += part
    return total


def _cap(low: Floats, high: Floats) -> float:
    """An upper end for every variable, far above what any fact names: a sum that reaches it has none of its own."""
    ends = np.concatenate([low, high])
    return 1000 + 4 * float(np.abs(ends[np.isfinite(ends)]).sum())


@lru_cache(maxsize=4096)
def _arrays(block: Block) -> tuple[Floats, Floats, Floats]:
    return np.frombuffer(block.rows).reshape(-1, block.width), np.frombuffer(block.low), np.frombuffer(block.high)


@dataclass(frozen=True)
class Line:
    """low <= sum of factor x count(selector) <= high; None: no end."""

    terms: tuple[tuple[Selector, int], ...]
    low: int | None
    high: int | None


def lines_of(claim: Claim) -> tuple[Line, ...]:
    """What a claim says, as linear constraints; of a verdict what its class says by itself."""
    match claim:
        case CountClaim():
            return (Line(((claim.select, 1),), claim.low, claim.high),)
        case SumClaim():
            return (Line(claim.terms, claim.low, claim.high),)
        case ShareClaim():
            # percent - half a unit <= 100 of / base <= percent + half a unit, in whole numbers; both ends are taken in,
            # since a reader does not know which way a half is rounded.
            unit = 10**claim.decimals
            printed = 2 * round(claim.percent * unit)
            of, base = (claim.of, 200 * unit), claim.base
            return (
                Line((of, (base, -(printed - 1))), 0, None),
                Line((of, (base, -(printed + 1))), None, 0),
                Line(((base, 1),), 1, None),
            )
        case VerdictClaim("okning" | "minskning"):
            sign = 1 if claim.verdict == "okning" else -1
            return (Line(((claim.current, sign), (claim.previous, -sign)), 1, None),)
        case VerdictClaim("inga_handelser"):
            return tuple(Line(((selector, 1),), 0, 0) for selector in (claim.current, claim.previous))
        case VerdictClaim():
            return ()


def without_implied(lines: Iterable[Line]) -> list[Line]:
    """The lines without comparisons that already follow from the intervals of the counts they compare.

    Such a line tells nothing more, and would tie the blocks of two periods together.
    """
    kept = list(lines)
    ends = {
        line.terms[0][0]: (line.low or 0, line.high) for line in kept if len(line.terms) == 1 and line.terms[0][1] == 1
    }
    return [line for line in kept if len(line.terms) == 1 or not implied(line, ends)]


def implied(line: Line, ends: Mapping[Selector, tuple[int, int | None]]) -> bool:
    """Whether the line is true whatever the counts are inside their published intervals."""
    least = most = 0.0
    for selector, factor in line.terms:
        low, high = ends.get(selector, (0, None))
        pair = [factor * low, factor * (float("inf") if high is None else high)]
        least, most = least + min(pair), most + max(pair)
    return (line.low is None or least >= line.low) and (line.high is None or most <= line.high)
