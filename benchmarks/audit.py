"""The audit: its time on the fifth edition, what repair costs, and that what it lets through is safe.

100 random districts (3-4 environments x 8 types x 5 sources x 5 years) publish five editions one after another under
each policy. An attacker that shares no code with the package then looks for narrow cells, a period at a time, which is
all there is to find since no count is published over several periods.
"""

from time import process_time

from tests.disclosure.districts import District, edition, narrow_by_period, publish_all, random_district
from vbe_analysis.disclosure.audit import audit
from vbe_analysis.disclosure.audit_solve import extreme
from vbe_analysis.disclosure.facts import Fact, Facts, to_json
from vbe_analysis.disclosure.policy import Policy, disclosure
from vbe_analysis.disclosure.repair import Detail, Publishable

DISTRICTS = 100


def main() -> None:
    """Print the measures."""
    for policy in disclosure().policies.values():
        facts = own = changed = repaired = leaking = unsafe = 0
        slowest = 0.0
        for seed in range(DISTRICTS):
            district = random_district(seed)
            done = publish_all(district, policy)
            for number, one in enumerate(done):
                plain = unrepaired(district, policy, done, number)
                leaking += not audit(plain, [earlier.facts for earlier in done[:number]]).safe
                repaired += bool(one.repairs)
                facts += len(plain.published)
                own += sum(fact.id.startswith(("ovriga/", "slag/")) for fact in published_for(number, plain))
                changed += len(set(claims(plain)) - set(claims(one.facts)))
            slowest = max(slowest, seconds_of_last(done))
            unsafe += bool(narrow_by_period([to_json(one.facts) for one in done]))
        editions = 5 * DISTRICTS
        print(f"{policy.name}: {editions} editions, {unsafe} unsafe districts by the independent attacker")
        print(
            f"  facts widened or dropped: {changed} of {facts} ({changed / facts:.1%}),"
            f" or {changed / own:.1%} of the new period's person-linked facts"
        )
        print(f"  editions repaired: {repaired}; of these leaking as they were: {leaking}")
        print(f"  audit of the fifth edition with four earlier, slowest: {slowest:.2f} s of processor (aim 5)")
    large = random_district(0, types=12, sources=8)
    for policy in disclosure().policies.values():
        seconds = seconds_of_last(publish_all(large, policy))
        print(f"{policy.name}, 12 types x 8 sources, fifth edition: {seconds:.2f} s of processor (aim 5)")


def seconds_of_last(done: list[Publishable]) -> float:
    """The processor's time of an audit from nothing."""
    extreme.cache_clear()
    start = process_time()
    result = audit(done[-1].facts, [one.facts for one in done[:-1]])
    if not result.safe:
        raise RuntimeError("an edition that was let through is not safe")
    return process_time() - start


def unrepaired(district: District, policy: Policy, done: list[Publishable], number: int) -> Facts:
    """The edition as it would have been without any repair of its own period."""
    periods = district.dims["period"][: number + 1]
    build = edition(district, periods, policy, [one.facts for one in done[:number]])
    return build({periods[-1]: Detail(policy.ladders[0], policy.types_listed)})


def published_for(number: int, facts: Facts) -> list[Fact]:
    """The facts of the edition's own period."""
    return [fact for fact in facts.published if fact.id.endswith(facts.dims["period"][number])]


def claims(facts: Facts) -> list[tuple[str, object]]:
    """Each fact's id and claim, without its places."""
    return [(fact.id, fact.claim) for fact in facts.published]


if __name__ == "__main__":
    main()
