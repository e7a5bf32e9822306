"""Claims as linear constraints on the counts they name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vbe_analysis.disclosure.facts import Claim, Comparison, Count, Selector, Share, Verdict


@dataclass(frozen=True)
class Line:
    """low <= sum of factor x count(selector) <= high; None: no end."""

    terms: tuple[tuple[Selector, int], ...]
    low: int | None
    high: int | None


def lines_of(claim: Claim) -> tuple[Line, ...]:
    """What a claim says, as linear constraints; of a verdict what its class says by itself."""
    match claim:
        case Count():
            return (Line(((claim.select, 1),), claim.low, claim.high),)
        case Comparison():
            return (Line(claim.terms, claim.low, claim.high),)
        case Share():
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
        case Verdict("okning" | "minskning"):
            sign = 1 if claim.verdict == "okning" else -1
            return (Line(((claim.current, sign), (claim.previous, -sign)), 1, None),)
        case Verdict("inga_handelser"):
            return tuple(Line(((one, 1),), 0, 0) for one in (claim.current, claim.previous))
        case Verdict():
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
