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
from vbe_analysis.disclosure.facts import (
    GROUP_CODES,
    CountClaim,
    Fact,
    Facts,
    Rule,
    Selector,
    SumClaim,
    VerdictClaim,
    count,
    select,
)
from vbe_analysis.disclosure.policy import ALL, OPEN_ACTS, PERSON_LINKED, TRACES
from vbe_analysis.frames import Interval
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import EVERY_GROUP, HISTORY, REFERENCE, TOTAL, Vocabulary

PLACE = "kapitlet"  # until an element of the chapter shows it
_KNOWN = {"environment": "miljo", "event_type": "typ"}


@dataclass(frozen=True)
class Entry:
    """A fact, and how a sentence writes it ("" for a verdict).

    interval: what a reader sees of a number that is of some of its cells' events, where the claim knows one end alone.
    """

    fact: Fact
    text: str
    interval: Interval | None = None


@dataclass(frozen=True)
class Register:
    """The edition's facts by id, how each is written, the interval that a reader sees, and all of them as the facts
    file holds them."""

    facts: Mapping[str, Fact]
    texts: Mapping[str, str]
    intervals: Mapping[str, Interval]
    published: Facts = field(repr=False)


def index_entries(entries: Iterable[Entry], frame: Facts) -> Register:
    """The register of these entries; `frame`: facts with the dimensions, the impossible cells and the rule."""
    named = {entry.fact.id: entry for entry in entries}
    facts = {name: named[name].fact for name in sorted(named)}
    texts = {name: named[name].text for name in facts if named[name].text}
    seen = {name: _seen(named[name]) for name in facts}
    intervals = {name: interval for name, interval in seen.items() if interval}
    return Register(facts, texts, intervals, replace(frame, published=tuple(facts.values())))


def _seen(item: Entry) -> Interval | None:
    claim = item.fact.claim
    if isinstance(claim, CountClaim):
        return claim.low, OPEN if claim.high is None else claim.high
    return item.interval


def frame_of(words: Vocabulary, periods: Sequence[Period], rule: Rule, reference: bool) -> Facts:
    """The dimensions of an edition's facts, without any fact. reference: with the reference series."""
    about_persons = [code for code in words.sources if code != HISTORY and not words.tells(code, EVERY_GROUP[TRACES])]
    traces, others = words.traces, [code for code in words.event_types if code not in words.traces]
    spar, personknuten, oppen = (GROUP_CODES[group] for group in (TRACES, PERSON_LINKED, OPEN_ACTS))
    sources = tuple(code for code in words.sources if code != HISTORY)
    openly = [code for code in sources if words.tells(code, EVERY_GROUP[OPEN_ACTS])]
    dims = {
        "grupp": (spar, personknuten, *([oppen] if words.open_acts else ())),
        "miljo": (*words.environments, *((REFERENCE,) if reference else ())),
        "typ": tuple(words.event_types),
        "kalla": sources,
        "period": tuple(period.label for period in periods),
    }
    impossible = [select(grupp=spar, typ=others)]
    impossible += [select(grupp=spar, kalla=about_persons)] if about_persons else []
    impossible.append(select(grupp=personknuten, typ=traces, kalla=[s for s in sources if s not in about_persons]))
    impossible += [select(grupp=personknuten, miljo=REFERENCE)] if reference else []
    if words.open_acts:
        impossible.append(select(grupp=oppen, typ=[code for code in words.event_types if code not in words.open_acts]))
        impossible.append(select(grupp=personknuten, typ=words.open_acts, kalla=openly))
        silent = [code for code in sources if code not in openly]
        impossible += [select(grupp=oppen, kalla=silent)] if silent else []
        impossible += [select(grupp=oppen, miljo=REFERENCE)] if reference else []
    days = {period.label: (period.start, period.end) for period in periods}
    return Facts(dims, tuple(impossible), (), rule, days)


def with_part(frame: Facts, part: str, periods: Sequence[str]) -> Facts:
    """The frame with a group that stands for the part of the traces that two periods are compared by.

    It is no part of any other count: the same event is one of the group of traces, too. It is exempt as they are, and
    what they cannot hold, it cannot.
    """
    spar = GROUP_CODES[TRACES]
    others = [period for period in frame.dims["period"] if period not in periods]
    nowhere = [
        select(**{**dict(cells), "grupp": part}) for cells in frame.impossible if dict(cells).get("grupp") == (spar,)
    ]
    nowhere += [select(grupp=part, period=others)] if others else []
    rule = replace(frame.rule, exempt=(*frame.rule.exempt, select(grupp=part)))
    dims = {**frame.dims, "grupp": (*frame.dims["grupp"], part)}
    return replace(frame, dims=dims, impossible=(*frame.impossible, *nowhere), rule=rule)


def types_of(group: str, words: Vocabulary) -> tuple[str, ...]:
    """The event types of a group of events (ALL or one of EVERY_GROUP), but for what is told about a person."""
    if group == ALL:
        return tuple(words.event_types)
    return tuple(code for code in words.event_types if words.group(code, "") == EVERY_GROUP[group])


def selector(group: str, words: Vocabulary, period: str | Sequence[str], **keys: str | Sequence[str]) -> Selector:
    """The base cells of a group's events in a period (or several), of all its environments where `keys` name none."""
    cells: dict[str, str | Sequence[str]] = {"miljo": tuple(words.environments), "period": period}
    if group != ALL:
        cells["grupp"] = GROUP_CODES[group]
    return select(**{**cells, **keys})


def counted(
    name: str,
    group: str,
    counts: pd.DataFrame,
    keys: Sequence[str],
    words: Vocabulary,
    period: str = "",
    part: bool = False,
) -> list[Entry | None]:
    """An entry for each row of a counts frame, in its order; None where the count is not known.

    period: that of all rows, where their own are parts of it. part: whether only some of the events are counted.
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
        whole = not part and not period and all(key in _KNOWN for key in keys)
        entries.append(entry(id_, cells, interval) if whole else at_least(id_, cells, interval))
    return entries


def at_least(id_: str, cells: Selector, interval: Interval) -> Entry:
    """A number of some of the cells' events: there were at least so many in all of them."""
    return Entry(Fact(id_, (PLACE,), SumClaim(((cells, 1),), interval[0], None)), phrase(*interval), interval)


def compared(
    name: str,
    group: str,
    lines: Mapping[str, Change],
    words: Vocabulary,
    periods: tuple[str, str],
    sources: Sequence[str] | None = None,
    with_counts: bool = True,
    part: str = "",
) -> list[Entry]:
    """The counts on comparable ground and the verdicts of a comparison's lines, by environment and TOTAL.

    periods: previous and current. sources: those compared, where they are not all. with_counts: whether the counts are
    facts of their own (else they stand elsewhere in the edition). part: whether only some months of the sources are
    compared; then the counts are a part of the cells' events, and the verdict names them itself.
    """
    entries = []
    keys: dict[str, str | Sequence[str]] = {} if sources is None else {"kalla": tuple(sources)}
    keys |= {"grupp": part} if part else {}
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
