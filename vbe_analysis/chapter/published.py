"""What has been published: the frozen editions of a workspace, and whether a verdict follows from what they show."""

from collections.abc import Mapping

from vbe_analysis.analysis.verdict import NO_COMPARISON, Interval, change_class, change_classes
from vbe_analysis.disclosure.audit import Ends, Follows
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.facts import Facts, Selector, Verdict
from vbe_analysis.disclosure.facts_file import read_facts
from vbe_analysis.freezing import frozen
from vbe_analysis.workspace import Workspace


def earlier_facts(workspace: Workspace) -> list[Facts]:
    """The facts of every edition that was published or left the authority, in that order.

    Raises InputError where a frozen facts file is damaged or not the one that was frozen.
    """
    return [read_facts(edition.facts) for edition in frozen(workspace)]


def word_rule(facts: Facts) -> Follows:
    """A judge of the edition's verdicts: each must be what the word rule says of the published intervals alone.

    facts: the edition's, for which lines are judged together (Holm over a family of environments).
    """
    verdicts = [fact.claim for fact in facts.published if isinstance(fact.claim, Verdict)]
    judged = [one for one in verdicts if one.verdict != NO_COMPARISON]

    def follows(verdict: Verdict, published: Mapping[Selector, Ends]) -> bool:
        if verdict.verdict == NO_COMPARISON:
            return True
        family = [one for one in judged if _frame(one) == _frame(verdict) and _lone(one) == _lone(verdict)]
        if not all(end in published for one in family for end in (one.previous, one.current)):
            return False
        pairs = {str(one.current): (_interval(published[one.previous]), _interval(published[one.current]))
                 for one in family}  # fmt: skip
        if not _lone(verdict):
            return change_class(*pairs[str(verdict.current)]).kind == verdict.verdict
        return change_classes(pairs)[str(verdict.current)].kind == verdict.verdict

    return follows


def _lone(verdict: Verdict) -> bool:
    """Whether the verdict is of one environment."""
    return len(dict(verdict.current)["miljo"]) == 1


def _frame(verdict: Verdict) -> tuple[Selector, Selector]:
    """What the verdicts of one family have in common: all but the environment."""
    current, previous = (
        tuple(part for part in one if part[0] != "miljo") for one in (verdict.current, verdict.previous)
    )
    return current, previous


def _interval(ends: Ends) -> Interval:
    return ends[0], OPEN if ends[1] is None else ends[1]
