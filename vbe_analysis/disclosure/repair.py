"""Repair: when the audit finds a small count, the edition says less, in fixed steps, until it is safe or is refused.

The steps of a period: the policy's ladders in order (wider bands, then no quantity), last no list of types. No step
looks at a count. Nor may the step itself tell what the wider band hides: if 1-9 were shown only where 1-4 was unsafe,
1-9 would mean 1-4. So a ladder is used only if the edition would be safe with it also where every band of the next
ladder holds the lowest of the bands it merges: that question has the same answer for all counts that look alike on
the next ladder.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vbe_analysis.config import message
from vbe_analysis.disclosure.audit import Audit, Follows, audit, bands_allow
from vbe_analysis.disclosure.bands import Ladder
from vbe_analysis.disclosure.facts import PERIOD, CountClaim, Facts, Selector
from vbe_analysis.disclosure.policy import Policy
from vbe_analysis.errors import VbeError, fault

WIDER, UNQUANTIFIED, NO_TYPES = "wider", "unquantified", "no_types"


@dataclass(frozen=True)
class Detail:
    """How the person-linked events of one period are shown: on which ladder, and whether the types are listed."""

    ladder: Ladder
    types: bool


@dataclass(frozen=True)
class Repair:
    """One step taken for a period: WIDER, UNQUANTIFIED or NO_TYPES."""

    period: str
    step: str

    def __str__(self) -> str:
        """In Swedish, for the record and the chapter."""
        return message(f"repairs.{self.step}", period=self.period)


@dataclass(frozen=True)
class Publishable:
    """A safe edition: its facts, how each period is shown (render with these), the repairs, and the audit."""

    facts: Facts
    details: Mapping[str, Detail]
    repairs: tuple[Repair, ...]
    audit: Audit


Build = Callable[[Mapping[str, Detail]], Facts]
"""Renders the edition with the given details of its own periods and returns the facts."""


def publishable(
    build: Build,
    periods: Iterable[str],
    policy: Policy,
    earlier: Sequence[Facts] = (),
    follows: Follows = bands_allow,
    seconds: float = float("inf"),
) -> Publishable:
    """The first edition that is safe, going through the steps of each unsafe period among `periods`.

    periods: those whose bands this edition decides; a period published before is shown as it was.
    build: must take every number of person-linked events from the ladders; it is called with ladders that overstate
    the risk, too, and what it returns then is never published. Raises InputError where no step is left, and VbeError
    where an exact person-linked number is among the facts.
    """
    steps = _steps(policy)
    at = dict.fromkeys(periods, 0)
    while True:
        details = {period: steps[step][1] for period, step in at.items()}
        facts = build(details)
        _refuse_exact(facts)
        result = audit(facts, earlier, follows, seconds)
        unsafe = _periods(result)
        cautious = {period: _at_worst(steps, step) for period, step in at.items()}
        if cautious != details:
            unsafe |= _periods(audit(build(cautious), earlier, bands_allow, seconds))
        if not unsafe:
            repairs = [Repair(period, steps[step][0]) for period, last in at.items() for step in range(1, last + 1)]
            return Publishable(facts, details, tuple(repairs), result)
        movable = [period for period, step in at.items() if step < len(steps) - 1]
        if not movable:
            raise fault("not_publishable", periods=", ".join(sorted(unsafe - {""})) or "–")
        at |= {period: at[period] + 1 for period in [name for name in movable if name in unsafe] or movable}


def ordinary(policy: Policy) -> Detail:
    return _steps(policy)[0][1]


def _steps(policy: Policy) -> list[tuple[str, Detail]]:
    """The details in order, each with the name of the repair that leads to it."""
    steps = [("", Detail(policy.ladders[0], policy.types_listed))]
    for ladder in policy.ladders[1:]:
        steps.append((UNQUANTIFIED if len(ladder.starts) <= 2 else WIDER, Detail(ladder, policy.types_listed)))
    return [*steps, (NO_TYPES, Detail(policy.ladders[-1], False))] if policy.types_listed else steps


def _at_worst(steps: Sequence[tuple[str, Detail]], step: int) -> Detail:
    detail = steps[step][1]
    coarser = steps[min(step + 1, len(steps) - 1)][1].ladder
    return Detail(coarser.lowest_of(detail.ladder), detail.types)


def _periods(result: Audit) -> set[str]:
    """The periods of the unsafe cells; "" stands for a cell without one and for a sentence."""
    periods = {period for cell in result.unsafe for period in dict(cell.cell).get(PERIOD, ("",))}
    return periods | ({""} if result.verdicts else set())


def _refuse_exact(facts: Facts) -> None:
    """A second lock: an exact number of person-linked events other than none never came from a ladder."""
    for fact in facts.published:
        claim = fact.claim
        if isinstance(claim, CountClaim) and claim.low == claim.high != 0 and not _touches_exempt(claim.select, facts):
            raise VbeError(f"contract: fact {fact.id} is an exact person-linked number")


def _touches_exempt(selector: Selector, facts: Facts) -> bool:
    cells = {**facts.dims, **dict(selector)}
    return any(all(set(cells[name]) & set(values) for name, values in exemption) for exemption in facts.rule.exempt)
