"""Pictures of a chapter with other counts, verdicts, gaps and grounds than any situation has: what its words must bear.

A seed gives the same picture every time. What is put together need not be possible, but each part of it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pandas as pd

from tests.chapter.situations import SITUATIONS, picture
from vbe_analysis.analysis import ground
from vbe_analysis.analysis.comparison import SURVEY_ANSWERS, Change, Comparison, ReferenceSeries
from vbe_analysis.analysis.ground import Outside
from vbe_analysis.analysis.trend_tests import Trend
from vbe_analysis.analysis.trends import HIGHER, LOWER, UNDECIDED, WITHIN, Series, Trends
from vbe_analysis.analysis.verdict import DIRECTIONS, INCREASE, NO_COMPARISON, UNDECIDABLE, change_class, change_classes
from vbe_analysis.chapter.data.patterns import Patterns
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC, Choice
from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING, Interval
from vbe_analysis.plan.choices import REPORTING
from vbe_analysis.plan.choices import Choice as Answer
from vbe_analysis.plan.picture import Plan
from vbe_analysis.vocabulary import TOTAL
from vbe_analysis.workspace.revision.log import BOARD, CITY, CONSULTATION, Entry, Log

# Those that with the situations reach every branch of the templates: `python -m tests.chapter.seeds` finds them.
SEEDS = (5, 9, 10, 24, 45, 54, 60, 61, 71, 86, 99, 103, 108, 111, 124, 139, 162, 176, 190)
STATUSES = [DELIVERED, NOTHING, NOT_DELIVERED, NOT_ASKED]
REFUSALS = [*sorted(ground.REFUSALS), "not_every_source"]
REASONS = sorted(ground.REASONS)
BANDS: Sequence[Interval] = [(0, 0), (0, 4), (1, 4), (1, 9), (5, 9), (10, 19), (20, OPEN)]
LOGGED = (
    Entry(CONSULTATION, date(2021, 8, 26), role="gruppchef vid lokalpolisområdet"),
    Entry(CONSULTATION, date(2021, 8, 31), role="skolchef"),
    Entry(BOARD, date(2021, 10, 19), number="TG 2021/0417"),
    Entry(CITY, date(2021, 12, 8), number="KS 2021/1188"),
)
CYCLES = [("exempel", "2021"), ("exempel", "2019"), *((name, "2021") for name in SITUATIONS)]


def varied(seed: int) -> Picture:
    """A situation's picture, most of it exchanged."""
    chance = Random(seed)
    own = picture(*chance.choice(CYCLES), chance.choice([INTERNAL, PUBLIC]))
    if chance.random() < 0.2:
        own = _with_one_more(own)
    codes, refused = [*own.vocabulary.environments], chance.random() < 0.2
    made = replace(
        own,
        groups=tuple(_group(group, refused, own, chance) for group in own.groups),
        previous=own.previous if chance.random() < 0.85 else None,
        over_years=replace(
            own.over_years,
            tertials=_counted(own.over_years.tertials, chance),
            areas=_counted(own.over_years.areas, chance),
        ),
        counts={name: _counted(counts, chance) for name, counts in own.counts.items()},
        coverage=_covered(own.coverage, chance),
        knowledge=own.knowledge.assign(x=[chance.randint(0, int(n)) for n in own.knowledge["n"]]),
        response=_answered(own.response, own.period.label, chance),
        overlaps=chance.choice([own.overlaps, None]),
        breaks=chance.choice([(), own.breaks, tuple(_break(own, chance) for _ in range(2))]),
        patterns=_patterns(codes, chance) if chance.random() < 0.5 else own.patterns,
        protection=chance.choice([(), ("Antalen för 2020 visas i bredare intervall.", "De två sista slås ihop.")]),
        reports=chance.choice([0, 1, 12]),
        open_reports=chance.choice([0, 1, 2]),
        clumped=chance.choice([0, 1]),
        other_district=chance.choice([0, 3]),
        not_counted=chance.choice([0, 1200]),
        rejects=chance.choice([{}, {"omitted": 3}, {"unknown_label": 2, "another": 1}]),
        corrections=chance.choice([{}, {"Fel miljö.": 2}]),
        log=Log(tuple(entry for entry in LOGGED if chance.random() < 0.4)),
    )
    made = replace(made, plan=_plan(own, chance))
    if chance.random() < 0.1:  # published when events were in other groups
        groups = tuple(replace(group, comparison=None) for group in made.groups)
        made = replace(made, groups=groups, divided=chance.choice([("2019",), ("2019", "2020")]))
    if chance.random() < 0.3:
        acts = ("manifestation", "propaganda")
        counts = {**made.counts, "open_environment": _counted(own.groups[0].environments, chance)}
        made = replace(made, vocabulary=replace(own.vocabulary, open_acts=acts), counts=counts)
    if chance.random() < 0.1:  # no source looks after places
        nowhere = {code: {"places": False} for code in made.place_sources}
        made = replace(made, vocabulary=made.vocabulary.extended({"sources": nowhere}))
    if own.edition == PUBLIC:
        choice = chance.choice([None, Choice("stadsdelsdirektören", date(2021, 9, 1), "1.2-345/2021")])
        policy = chance.choice([*own.rules.policies.values()])
        made = replace(made, rules=replace(own.rules, policy=policy, choice=choice))
    return made


def _plan(own: Picture, chance: Random) -> Plan | None:
    """None, or some of the example's activities, which urge to report in some sources and have some targets."""
    plan = picture("exempel", chance.choice(["2021", "2019", "2018"]), own.edition).plan
    if plan is None or chance.random() < 0.3:
        return None
    codes = tuple(chance.sample([*own.vocabulary.sources], 2))
    urged = Answer(REPORTING, codes, "Rapportering")
    rows = chance.sample(plan.activities.rows, chance.choice([0, 1, 1, 2, 3, 9]))
    rows = [replace(row, answers=chance.choice([row.answers, (), (urged,)])) for row in rows]
    headings = plan.activities.headings[: chance.choice([0, 2, 4])]
    held = plan.picture if chance.random() < 0.8 else replace(plan.picture, counts={}, deliveries=(), shares=())
    return Plan(replace(plan.activities, rows=tuple(rows), headings=headings), held)


def _with_one_more(own: Picture) -> Picture:
    """The picture of a workspace that has added an environment, which nobody has reported."""
    words = own.vocabulary.extended({"environments": {"ny": {"label": "Ny miljö", "text": "ny miljö"}}})

    def added(counts: pd.DataFrame) -> pd.DataFrame:
        new = counts[counts["environment"] == "vit_makt"].astype({"environment": object}).assign(environment="ny")
        return pd.concat([counts.astype({"environment": object}), new], ignore_index=True)

    groups = tuple(replace(group, environments=added(group.environments)) for group in own.groups)
    return replace(own, vocabulary=words, groups=groups)


def _count(chance: Random, banded: bool = False) -> Interval:
    if banded:
        return chance.choice(BANDS)
    low = chance.choice([0, 0, 1, 1, 1, 2, 3, 5, 9, 12, 20, 1200])
    return (low, low + chance.choice([0, 0, 0, 1, 3, 10]))


def _counted(counts: pd.DataFrame, chance: Random, banded: bool = False) -> pd.DataFrame:
    """The frame with other counts; in some one environment, type or area alone has any, or none has."""
    if counts.empty:
        return counts
    way, keys = chance.random(), counts.iloc[:, 0]
    some = [chance.choice([*keys])] if way < 0.3 else [] if way < 0.4 else [*keys]
    pairs = [_count(chance, banded) if key in some else (0, 0) for key in keys]
    known = counts["low"].notna() & (way < 0.95)
    low, high = (pd.Series([pair[end] for pair in pairs], counts.index, "Int64").where(known) for end in (0, 1))
    return counts.assign(low=low, high=high)


def _covered(coverage: pd.DataFrame, chance: Random) -> pd.DataFrame:
    status, straddled = coverage["status"].astype(object).copy(), coverage["straddled"].copy()
    for source in dict.fromkeys(coverage["source"]):
        rows, way = coverage.index[coverage["source"] == source], chance.random()
        if way < 0.3:
            status[rows] = chance.choice(STATUSES)
        elif way < 0.6:
            status[chance.choice([*rows])] = chance.choice(STATUSES)
        elif way < 0.7:
            straddled[chance.choice([*rows])] = True
    return coverage.assign(status=status.astype(coverage["status"].dtype), straddled=straddled)


def _answered(response: pd.DataFrame, cycle: str, chance: Random) -> pd.DataFrame:
    """As it was, with other shares, or nothing of this period."""
    way = chance.random()
    if way < 0.3:
        return response[response["cycle"] != cycle]
    return response.assign(rate=[chance.choice([0.3, 0.9]) for _ in response["rate"]]) if way < 0.6 else response


def _break(own: Picture, chance: Random) -> dict[str, str]:
    source, month = chance.choice([*own.vocabulary.sources]), chance.choice(own.period.months)
    return {"cycle": own.period.label, "source": source, "month": month, "text": "Appen infördes i oktober."}


def _patterns(codes: Sequence[str], chance: Random) -> Patterns:
    years = ("2017", "2018", "2019", "2020", "2021")
    runs = chance.choice([(("2017", "2021"),), (("2017", "2018"), ("2020", "2021"))])
    most = chance.choice([{}, {codes[0]: True}, {codes[1]: False}, {codes[0]: False, codes[1]: False}])
    presence = {code: chance.choice([(0, 0), (1, 1), (2, 2), (3, 5), (5, 5)]) for code in codes[:3]}
    return Patterns(years, runs, len(runs) == 1, most, presence)


def _group(group: EventGroup, refused: bool, own: Picture, chance: Random) -> EventGroup:
    environments = _counted(group.environments, chance, group.banded)
    sums = environments.groupby("period")[["low", "high"]].sum()
    total = group.total
    return replace(
        group,
        environments=environments,
        total=total if total is None else total.assign(**{end: [*sums.loc[total["period"], end]] for end in sums}),
        comparison=_comparison(group.comparison, group.banded, refused, own, chance) if group.comparison else None,
        trends=_trends(group.trends, chance),
        types=chance.choice([group.types, None, ("klotter", "symbol"), ("hot_krankning",)]),
    )


def _comparison(comparison: Comparison, banded: bool, refused: bool, own: Picture, chance: Random) -> Comparison:
    lines = {code: _change(chance, banded, refused) for code in comparison.lines}
    if chance.random() < 0.1:
        lines = {code: Change((2, 2), (20, 20), INCREASE, change_class((2, 2), (20, 20))) for code in lines}
    total = _change(chance, False, refused or banded)
    sources = comparison.sources
    if len(sources) and chance.random() < 0.4:
        sources = sources.assign(reason=[ground.NEW_SOURCE, *sources["reason"][1:]])
    known = [*own.vocabulary.sources]
    outside = tuple(sorted(_outside(comparison, known, own, chance) for _ in range(chance.choice([0, 0, 1, 2, 3, 5]))))
    together = chance.choice([frozenset(), frozenset(known[:3])])
    reference = ReferenceSeries(
        tuple(chance.sample(known, chance.choice([1, 2]))),
        chance.choice([((79, 79), (79, 79)), (_count(chance), _count(chance))]),
        (_count(chance), _count(chance)),
        chance.choice([0.01, 0.5]),
        (0.5, 2.0),
        (-0.1, 0.1),
    )
    return replace(
        comparison,
        lines=lines,
        total=total,
        ground=replace(comparison.ground, outside=outside, together=together) if outside else comparison.ground,
        sources=sources,
        reference=chance.choice([None, reference]),
        dispersion=chance.choice([None, (0.5, 1.0), (1.6, 2.0)]),
    )


def _change(chance: Random, banded: bool, refused: bool) -> Change:
    if refused or chance.random() < 0.1:
        return Change(None, None, NO_COMPARISON, None, chance.choice(["", *REFUSALS]))
    before, now = _count(chance, banded), _count(chance, banded)
    verdict = change_class(before, now)
    if chance.random() < 0.3:
        verdict = change_classes({"a": (before, now), "b": ((3, 3), (9, 9)), "c": ((20, 20), (22, 22))})["a"]
    if verdict.kind in DIRECTIONS and chance.random() < 0.3:
        verdict = replace(verdict, kind=UNDECIDABLE)
        return Change(before, now, UNDECIDABLE, verdict, SURVEY_ANSWERS)
    return Change(before, now, verdict.kind, verdict)


def _outside(comparison: Comparison, sources: Sequence[str], own: Picture, chance: Random) -> Outside:
    period, reason = chance.choice([comparison.current, comparison.previous]), chance.choice(REASONS)
    months = period.months if chance.random() < 0.2 else tuple(sorted(chance.sample(period.months, 3)))
    detail = "Appen infördes i oktober." if reason == ground.BREAK else ""
    environment = chance.choice(["", "", next(iter(own.vocabulary.environments))])
    return Outside(chance.choice(sources), reason, period.label, months, environment, detail)


def _trends(trends: Trends, chance: Random) -> Trends:
    if TOTAL not in trends.series or chance.random() < 0.3:
        return trends
    of = chance.randint(1, 10)
    within = chance.choice([True, False, None])
    lead = UNDECIDED if within is None else WITHIN if within else chance.choice([HIGHER, LOWER])
    trend = Trend(chance.choice([(0.01, 0.02), (0.01, 0.5), (0.4, 0.6)]), None, False)
    series = Series(
        tuple(str(2022 - of + at) for at in range(of)),
        tuple(_count(chance) for _ in range(of)),
        (4, 16) if of > 3 else None,
        within if of > 3 else None,
        trend if of > 2 else None,
        lead=lead if of > 5 else "",
        reason=chance.choice(["", SURVEY_ANSWERS]),
    )
    return replace(trends, series={**trends.series, TOTAL: series})
