"""Whether a sentence that somebody rewrote says a published fact and nothing else.

It does when every word is understood: the count, the subject's own name, the period, and words that add nothing. One
word more ("på skolor", "personer", "minst") may make it another claim, and then nothing supports it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from vbe_analysis.analysis import verdict as rule
from vbe_analysis.chapter.own_texts.claims import Claim, words
from vbe_analysis.chapter.text.sentences import span
from vbe_analysis.config import load
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.facts import PERIOD, TYPE, Count, Facts, Selector, Verdict
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import Term, Vocabulary

_ENVIRONMENT = "miljo"
_FEW = (1, 4)  # what "enstaka" means
_DIRECTIONS = {rule.INCREASE: "up", rule.DECREASE: "down"}


@dataclass(frozen=True)
class Grounds:
    """The facts of an edition, the names of what they are about, and the period that a bare sentence means."""

    facts: Facts
    vocabulary: Vocabulary
    period: Period


def is_fact(claim: Claim, sentence: str, grounds: Grounds) -> bool:
    """Whether the claim is a count or a change of this period that the edition published of just what is named."""
    subject = _subject(plain(sentence), plain(claim.text), grounds)
    return subject is not None and any(
        _says(plain(claim.text), fact.claim) and _matches(_about(fact.claim), subject, grounds)
        for fact in grounds.facts.published
        if isinstance(fact.claim, Count | Verdict)
    )


def plain(text: str) -> str:
    """The text without what Word changes on its own: spaces, dashes, quotes, large letters.

    >>> plain("5 – 9\u00a0händelser i Vit makt-miljön")
    '5-9 händelser i vit makt-miljön'
    """
    small = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return re.sub(r"[”“„’‘']", '"', re.sub(r"\s*[-–—−‑]\s*", "-", small))


def _subject(sentence: str, claim: str, grounds: Grounds) -> dict[str, frozenset[str]] | None:
    """Dimension -> the values that the sentence names; None where a word is left that might change the meaning."""
    rest = sentence.replace(plain(str(grounds.period)), " ").replace(claim, " ", 1)
    rest, types = _named(rest, grounds.vocabulary.event_types)
    rest, environments = _named(rest, grounds.vocabulary.environments)
    every = frozenset(grounds.facts.dims.get(TYPE, ()))
    traces = every & frozenset(grounds.vocabulary.traces)
    groups = load("claims")["plain"]
    for name, members in (("traces", traces), ("others", every - traces)):
        if groups[name] in rest:
            rest, types = rest.replace(groups[name], " "), types | members
    known = {*groups["words"], grounds.period.label}
    if not set(re.findall(r"[^\s.,:;()\"]+", rest)) <= known:
        return None
    return {_ENVIRONMENT: environments, TYPE: types}


def _named(text: str, terms: Mapping[str, Term]) -> tuple[str, frozenset[str]]:
    """The text without the terms' names, and the codes of those that it held."""
    found = set()
    names = {plain(name).removeprefix("den "): code for code, term in terms.items() for name in (term.text, term.label)}
    for name in sorted(names, key=len, reverse=True):
        text, times = re.subn(rf"(?<!\w)(?:den )?{re.escape(name)}(?!\w)", " ", text)
        found |= {names[name]} if times else set()
    return text, frozenset(found)


def _says(claim: str, fact: Count | Verdict) -> bool:
    if isinstance(fact, Verdict):
        group = _DIRECTIONS.get(fact.verdict)
        return group is not None and bool(re.fullmatch(words(*load("claims")["words"][group]), claim))
    interval = fact.low, OPEN if fact.high is None else fact.high
    own = {_FEW: ("enstaka",), (0, 0): ("inga", "ingen", "noll")}.get(interval, ())
    return claim in (plain(span(interval)), *own)


def _about(fact: Count | Verdict) -> Selector:
    return fact.select if isinstance(fact, Count) else fact.current


def _matches(selector: Selector, subject: Mapping[str, frozenset[str]], grounds: Grounds) -> bool:
    """Whether the selector takes in exactly what is named; a dimension that is not named must be whole."""
    chosen = dict(selector)
    if chosen.pop(PERIOD, ()) != (grounds.period.label,):
        return False
    dims = {name: frozenset(values) for name, values in grounds.facts.dims.items() if name != PERIOD}
    return all(frozenset(chosen.get(name, every)) == (subject.get(name) or every) for name, every in dims.items())
