"""Which facts an element of the chapter shows; in the public edition, nothing is shown that is not one of them.

The Cover carries all facts that the edition may show, as they were audited; every table, figure and text names those
that it shows. What the chapter shows in the end becomes the edition's facts file, with the places where it stands.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from vbe_analysis.chapter.own_texts.claims import find_claims
from vbe_analysis.chapter.text.sentences import span
from vbe_analysis.config import message
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.facts import CountClaim, Fact, Facts, SumClaim, facts_in, gather
from vbe_analysis.disclosure.policy import INTERNAL
from vbe_analysis.document.parts import Cover, Figure, Part, Prose, Table
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.plan.picture import LISTED, SHORT, WHOLE

DECLARED = frozenset(
    {"tackning", "tackning_data", "svar", "kunskap", "kunskap_data", "kunskap_skillnad", SHORT, WHOLE, LISTED}
)
"""Tables of how the material came in, of working routines and of the plan: no event is counted in them.

The plan's whole matrix tells of events: plan.picture writes them of the edition's facts and of nothing else.
"""

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:\u00a0\d{3})*(?:–\d+(?:\u00a0\d{3})*)?")


def vouched(
    cover: Cover,
    parts: Iterable[tuple[int, Part]],
    labels: Mapping[str, str],
    file: str = "",
    places: Collection[str] = (),
) -> Facts | None:
    """The facts that the parts show, each with its places; None where the cover knows of none.

    parts: each with its cell's number. places: the schools and others that a public text may not name. Raises
    InputError, all faults at once, for a fact that the edition may not show and, in the public edition, for what shows
    a number that is none of its facts.
    """
    if not cover.published:
        return None
    may = facts_in(cover.published, file)
    known = {fact.id: fact for fact in may.published}
    faults: list[Fault] = []
    facts: list[Fact] = []
    heading = cover.title
    for cell, part in parts:
        if isinstance(part, Prose):
            heading = next(iter(reversed(_HEADING.findall(part.markdown))), heading)
        own = getattr(part, "facts", None)
        if cover.edition != INTERNAL:
            unfounded = _unfounded(part, known, places)
            faults += [Fault(code, file, values={"cell": cell, **values}) for code, values in unfounded]
        faults += [
            Fault("fact_unknown", file, values={"cell": cell, "id": name}) for name in own or () if name not in known
        ]
        place = (
            message("facts.section", heading=heading)
            if isinstance(part, Prose)
            else labels.get(getattr(part, "id", ""), "")
        )
        facts += [replace(known[name], where=(place,)) for name in own or () if name in known]
    if faults:
        raise InputError(faults)
    return gather(may.dims, may.impossible, may.rule, facts, may.periods)


def _unfounded(
    part: Part, known: Mapping[str, Fact], places: Collection[str]
) -> Iterator[tuple[str, dict[str, object]]]:
    """What the public edition may not show: its code, and what the message tells."""
    if isinstance(part, Prose) and part.facts is None:
        for claim in find_claims(part.markdown, places):
            yield "unfounded_claim", {"claim": claim.text}
    elif isinstance(part, Table | Figure):
        if part.facts is None:
            yield "no_facts", {"id": part.id}
            return
        table = part.data if isinstance(part, Figure) else part
        if table.id in DECLARED:
            return
        allowed, least = _numbers(known[name] for name in part.facts if name in known)
        for row in table.cells:
            for cell in row[1:]:
                number = _NUMBER.search(cell)
                if number and number[0] not in allowed and number[0].split("–")[0] not in least:
                    yield "unfounded_number", {"id": table.id, "row": row[0], "number": number[0]}


def _numbers(facts: Iterable[Fact]) -> tuple[set[str], set[str]]:
    """How these facts are written in cells, and the numbers that there are at least so many."""
    written, least = {"0"}, set()
    for fact in facts:
        if isinstance(fact.claim, CountClaim):
            low, high = fact.claim.low, OPEN if fact.claim.high is None else fact.claim.high
            written.add(span((low, low if high >= OPEN else high)))
        elif isinstance(fact.claim, SumClaim) and fact.claim.low is not None:
            least.add(span((fact.claim.low, fact.claim.low)))
    return written, least
