"""The attacker: what can be computed of every small count from all that was ever published. It never sees the truth."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from vbe_analysis.disclosure.audit_model import Model, Target, build_model, targets
from vbe_analysis.disclosure.audit_solve import Contradiction, NotProved, implied, lines_of, reach
from vbe_analysis.disclosure.facts import CountClaim, Facts, Rule, Selector, VerdictClaim

NARROW, CONTRADICTION, NOT_PROVED = "narrow", "contradiction", "not_proved"

Ends = tuple[int, int | None]
"""What can be computed of a count: least and greatest, None for no upper end."""

Follows = Callable[[VerdictClaim, Mapping[Selector, Ends]], bool]
"""Whether a verdict is what the word rule says of the intervals published of its two periods."""


@dataclass(frozen=True)
class UnsafeCell:
    """A sensitive count of which too much can be computed (NARROW), or that could not be cleared, and why."""

    cell: Selector
    why: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Audit:
    """cells: how many different sensitive sums were examined; verdicts: ids of sentences the bands do not bear out."""

    cells: int
    unsafe: tuple[UnsafeCell, ...]
    verdicts: tuple[str, ...]

    @property
    def safe(self) -> bool:
        """Whether publication may go on."""
        return not self.unsafe and not self.verdicts


def bands_allow(verdict: VerdictClaim, published: Mapping[Selector, Ends]) -> bool:
    """Whether the published intervals bear out a verdict as far as can be said without the word rule's arithmetic.

    A direction needs bands that do not meet; "no events" needs two zeros; any class but ingen_jamforelse needs that
    both intervals stand in the edition.
    """
    both = verdict.current in published and verdict.previous in published
    return verdict.verdict == "ingen_jamforelse" or (
        both and all(implied(line, published) for line in lines_of(verdict))
    )


def audit(
    facts: Facts, earlier: Sequence[Facts] = (), follows: Follows = bands_allow, seconds: float = float("inf")
) -> Audit:
    """What an attacker computes of the sensitive counts from an edition and all earlier ones, under the edition's rule.

    A count is sensitive if it is one base cell, or one cell of a marginal table over the non-exempt types. `follows`
    judges the edition's verdict sentences. What is not proved within `seconds` is unsafe.
    """
    rule, deadline = facts.rule, monotonic() + seconds
    model = build_model([*earlier, facts], seconds)
    cells = [
        (target, _judge(model, target, rule, seconds if monotonic() < deadline else 0)) for target in targets(model)
    ]
    unsafe = tuple(cell for _, cell in cells if cell is not None)
    intervals = published_ends([facts, *earlier])  # physical traces may have been revised since
    verdicts = [fact for fact in facts.published if isinstance(fact.claim, VerdictClaim)]
    false = tuple(
        fact.id for fact in verdicts if isinstance(fact.claim, VerdictClaim) and not follows(fact.claim, intervals)
    )
    return Audit(len(cells), unsafe, false)


def feasible(model: Model, target: Target, seconds: float = float("inf")) -> Ends:
    """The least and greatest that a target can be; raises as `extreme` does."""
    return reach(model.parts, target.whole, False, seconds) or 0, reach(model.parts, target.touched, True, seconds)


def published_ends(editions: Iterable[Facts]) -> dict[Selector, Ends]:
    """The interval published of each selector, the first one where several were."""
    ends: dict[Selector, Ends] = {}
    for facts in editions:
        for fact in facts.published:
            if isinstance(fact.claim, CountClaim):
                ends.setdefault(fact.claim.select, (fact.claim.low, fact.claim.high))
    return ends


def _judge(model: Model, target: Target, rule: Rule, seconds: float) -> UnsafeCell | None:
    if seconds <= 0:
        return UnsafeCell(target.cell, NOT_PROVED)
    try:
        low, high = feasible(model, target, seconds)
    except Contradiction:
        return UnsafeCell(target.cell, CONTRADICTION)
    except NotProved:
        return UnsafeCell(target.cell, NOT_PROVED)
    small = low < rule.k and (high is None or high >= 1)
    narrow = high is not None and high - low < rule.width
    if small and (narrow or (rule.zero_possible and low > 0)):
        return UnsafeCell(target.cell, NARROW, low, high)
    return None
