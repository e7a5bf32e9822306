"""The facts an edition may show: every count, comparison and verdict of its picture as a claim with an id and a text.

An id is the table's name, its keys and the period ("traces_environment/vit_makt/2021"). What a table tells of sources,
areas or tertials concerns physical traces or the internal edition; the facts' cells know no such dimension, where one
event can have several sources, so such a number is the claim that there were at least so many.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from vbe_analysis.analysis.comparison import Change
from vbe_analysis.disclosure.bands import OPEN, phrase
from vbe_analysis.disclosure.facts import Fact, Facts, Rule, Selector, SumClaim, VerdictClaim, count, select
from vbe_analysis.disclosure.policy import ALL, PERSON_LINKED
from vbe_analysis.frames import Interval
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import GROUPS, HISTORY, REFERENCE, TOTAL, Vocabulary

PLACE = "kapitlet"  # until an element of the chapter shows it
_KNOWN = {"environment": "miljo", "event_type": "typ"}


@dataclass(frozen=True)
class Entry:
    """A fact, and how a sentence writes it ("" for a verdict)."""

    fact: Fact
    text: str


@dataclass(frozen=True)
class Register:
    """The edition's facts by id, how each is written, and all of them as the facts file holds them."""

    facts: Mapping[str, Fact]
    texts: Mapping[str, str]
    published: Facts = field(repr=False)


def index_entries(entries: Iterable[Entry], frame: Facts) -> Register:
    """The register of these entries; `frame`: facts with the dimensions, the impossible cells and the rule."""
    named = {entry.fact.id: entry for entry in entries}
    facts = {name: named[name].fact for name in sorted(named)}
    texts = {name: named[name].text for name in facts if named[name].text}
    return Register(facts, texts, replace(frame, published=tuple(facts.values())))


def frame_of(words: Vocabulary, periods: Sequence[Period], rule: Rule, reference: bool) -> Facts:
    """The dimensions of an edition's facts, without any fact. reference: with the reference series."""
    others = {REFERENCE: ()} if reference else {}
    dims = {
        "miljo": (*words.environments, *others),
        "typ": tuple(words.event_types),
        "kalla": tuple(code for code in words.sources if code != HISTORY),
        "period": tuple(period.label for period in periods),
    }
    impossible = (select(miljo=REFERENCE, typ=types_of(PERSON_LINKED, words)),) if reference else ()
    return Facts(dims, impossible, (), rule, {period.label: (period.start, period.end) for period in periods})


def types_of(group: str, words: Vocabulary) -> tuple[str, ...]:
    """The event types of a group of events (ALL, TRACES or PERSON_LINKED), whatever their source."""
    if group == ALL:
        return tuple(words.event_types)
    return tuple(code for code in words.event_types if words.group(code, "") == GROUPS[group])


def selector(group: str, words: Vocabulary, period: str, **keys: str | Sequence[str]) -> Selector:
    """The base cells of a group's events in a period, of all its environments and types where `keys` name none."""
    cells: dict[str, str | Sequence[str]] = {"miljo": tuple(words.environments), "period": period}
    if group != ALL:
        cells["typ"] = types_of(group, words)
    return select(**{**cells, **keys})


def counted(
    name: str, group: str, counts: pd.DataFrame, keys: Sequence[str], words: Vocabulary, period: str = ""
) -> list[Entry | None]:
    """An entry for each row of a counts frame, in its order; None where the count is not known.

    period: that of all rows, where their own are parts of it.
    """
    entries: list[Entry | None] = []
    for row in counts.to_dict("records"):
        if pd.isna(row["low"]):
            entries.append(None)
            continue
        interval = int(row["low"]), int(row["high"])
        cells = selector(
            group, words, period or row["period"], **{_KNOWN[key]: row[key] for key in keys if key in _KNOWN}
        )
        id_ = "/".join([name, *(str(row[key]) or "-" for key in keys), str(row["period"])])
        whole = not period and all(key in _KNOWN for key in keys)
        entries.append(entry(id_, cells, interval) if whole else at_least(id_, cells, interval))
    return entries


def at_least(id_: str, cells: Selector, interval: Interval) -> Entry:
    """A number of some of the cells' events: there were at least so many in all of them."""
    return Entry(Fact(id_, (PLACE,), SumClaim(((cells, 1),), interval[0], None)), phrase(*interval))


def compared(
    name: str,
    group: str,
    lines: Mapping[str, Change],
    words: Vocabulary,
    periods: tuple[str, str],
    sources: Sequence[str] | None = None,
    with_counts: bool = True,
) -> list[Entry]:
    """The counts on comparable ground and the verdicts of a comparison's lines, by environment and TOTAL.

    periods: previous and current. sources: those compared, where they are not all. shown: whether the counts are facts
    of their own (else they stand elsewhere in the edition).
    """
    entries = []
    keys = {} if sources is None else {"kalla": tuple(sources)}
    for line, change in lines.items():
        own = {**keys, **({} if line == TOTAL else {"miljo": line})}
        before, now = (selector(group, words, period, **own) for period in periods)
        pairs = ((before, change.previous, periods[0]), (now, change.current, periods[1]))
        for cells, interval, period in pairs if with_counts else ():
            if interval is not None and change.kind:
                entries.append(entry(f"{name}/{line}/{period}", cells, interval))
        if change.kind:
            entries.append(Entry(Fact(f"{name}/{line}/omdome", (PLACE,), VerdictClaim(change.kind, now, before)), ""))
    return entries


def occurred(
    name: str, types: Iterable[str], known: Iterable[str], group: str, words: Vocabulary, period: str
) -> list[Entry]:
    """That these types of a group occurred in a period, and no others of the known ones did, without numbers."""
    some = set(types)
    bands = {code: (1, OPEN) if code in some else (0, 0) for code in known}
    return [
        entry(f"{name}/{code}/{period}", selector(group, words, period, typ=code), band) for code, band in bands.items()
    ]


def entry(id_: str, cells: Selector, interval: Interval) -> Entry:
    """The count of these cells, an interval."""
    return Entry(count(id_, PLACE, cells, *interval), phrase(*interval))
