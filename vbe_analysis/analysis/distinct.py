"""Possible duplicates: between how many and how many distinct events a set of reports speaks of.

Rules: reference statistics.md 8. Two reports may be the same event if they come from different sources and agree on
day, area, event type and environment; an event is a clique of such reports, so at most one a source and one named
environment. Nothing is merged: the answer is the fewest and the most events that reports and decisions allow.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from vbe_analysis.errors import fault
from vbe_analysis.frames import Interval
from vbe_analysis.vocabulary import REFERENCE, UNKNOWN

EXHAUSTIVE = 12  # nodes of a component that are still searched through

Pair = tuple[int, int]


@dataclass(frozen=True)
class Graph:
    """Nodes that decisions may have merged: the sources in each, its named environment ("" none), and whom it fits."""

    sources: tuple[frozenset[str], ...]
    named: tuple[str, ...]
    fits: tuple[frozenset[int], ...]


def contracted(
    sources: Sequence[str], named: Sequence[str], edges: set[Pair], groups: Sequence[Sequence[int]]
) -> Graph:
    """The graph whose nodes are groups of reports known to be one event; groups fit where all their reports do."""
    home = {report: node for node, group in enumerate(groups) for report in group}
    joined = Counter((min(home[a], home[b]), max(home[a], home[b])) for a, b in edges if home[a] != home[b])
    fits: list[set[int]] = [set() for _ in groups]
    for (a, b), number in joined.items():
        if number == len(groups[a]) * len(groups[b]):  # every report of one fits every report of the other
            fits[a].add(b)
            fits[b].add(a)
    return Graph(
        sources=tuple(frozenset(sources[i] for i in group) for group in groups),
        named=tuple(next((named[i] for i in group if named[i]), "") for group in groups),
        fits=tuple(frozenset(neighbours) for neighbours in fits),
    )


def fewest_cliques(graph: Graph, component: list[int], pure: bool) -> int:
    """The fewest cliques that a component's nodes form, or with `pure` the fewest without a named environment in it.

    Exact for any component of at most 12 nodes; beyond that for reports that all fit each other across sources and for
    two sources (maximum matching, Hopcroft & Karp 1973, SIAM J Comput 2:225), else a bound that is never above it.
    """
    if pure and any(graph.named[node] for node in component):
        return _searched(graph, component, pure) if len(component) <= EXHAUSTIVE else _pure_bound(graph, component)
    per_source = Counter(source for node in component for source in graph.sources[node])
    single = all(len(graph.sources[node]) == 1 for node in component)
    if single and all(b in graph.fits[a] for a, b in pairs(component) if graph.sources[a] != graph.sources[b]):
        return max(per_source.values())
    if single and len(per_source) == 2:
        return len(component) - _matched(graph, component)
    if len(component) <= EXHAUSTIVE:
        return _searched(graph, component, pure)
    return max(max(per_source.values()), -(-per_source.total() // len(per_source)))


def _matched(graph: Graph, component: list[int]) -> int:
    first = graph.sources[component[0]]
    left = [node for node in component if graph.sources[node] == first]
    right = [node for node in component if graph.sources[node] != first]
    table = np.array([[b in graph.fits[a] for b in right] for a in left], dtype=int).reshape(len(left), len(right))
    return int((maximum_bipartite_matching(csr_array(table), perm_type="column") >= 0).sum())


def _searched(graph: Graph, component: list[int], pure: bool) -> int:
    """Every way to part the component into cliques, by dynamic programming over the sets of reports left."""

    @cache
    def fewest(left: frozenset[int]) -> int:
        if not left:
            return 0
        node = min(left)
        return min(
            (not (pure and any(graph.named[member] for member in group))) + fewest(left - group)
            for group in _cliques(graph, frozenset({node}), left & graph.fits[node])
        )

    return fewest(frozenset(component))


def _cliques(graph: Graph, group: frozenset[int], open_to: frozenset[int]) -> Iterable[frozenset[int]]:
    yield group
    for node in sorted(open_to):
        open_to -= {node}
        yield from _cliques(graph, group | {node}, open_to & graph.fits[node])


def _pure_bound(graph: Graph, component: list[int]) -> int:
    """A source's unnamed reports each need their own event, and named events can take only one of them each."""
    unnamed = Counter(source for node in component if not graph.named[node] for source in graph.sources[node])
    takers = [node for node in component if graph.named[node]]
    room = {source: sum(source not in graph.sources[node] for node in takers) for source in unnamed}
    return max([0, *(number - room[source] for source, number in unnamed.items())])


def pairs(group: Sequence[int]) -> list[Pair]:
    return [(a, b) for index, a in enumerate(group) for b in group[index + 1 :]]


def components(nodes: Collection[int], edges: Iterable[Pair]) -> list[list[int]]:
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for a, b in edges:
        parent[root(max(a, b))] = root(min(a, b))
    groups: dict[int, list[int]] = defaultdict(list)
    for node in nodes:
        groups[root(node)].append(node)
    return list(groups.values())


@dataclass(frozen=True)
class Occasion:
    """One source's word: `low` to `high` occasions (objects, for the annex) on a `day`; None: dated to an interval."""

    source: str
    day: date | None
    area: str
    event_type: str
    environment: str
    low: int = 1
    high: int = 1


def candidates(reports: Sequence[Occasion], tolerance: int = 0) -> list[Pair]:
    """The pairs (positions, first < second) that may be the same event, at most `tolerance` days apart."""
    places: dict[tuple[str, str], list[tuple[date, int]]] = defaultdict(list)
    for position, report in enumerate(reports):
        if report.day is not None and report.area:
            places[report.area, report.event_type].append((report.day, position))
    found = []
    for dated in places.values():
        dated.sort()
        start = 0
        for end, (day, second) in enumerate(dated):
            while (day - dated[start][0]).days > tolerance:
                start += 1
            found += [
                (min(first, second), max(first, second))
                for _, first in dated[start:end]
                if _may_agree(reports[first], reports[second])
            ]
    return sorted(found)


def distinct_events(
    reports: Sequence[Occasion],
    same: Collection[Pair] = (),
    different: Collection[Pair] = (),
    environment: str | None = None,
    tolerance: int = 0,
) -> Interval:
    """The fewest and the most distinct events of `reports`, or of those whose event has `environment`.

    An event takes the named environment of its reports, so a report of `oklar` merged with a named one is no event of
    `oklar`. same, different: decided pairs of positions; a pair that is no candidate is void. Raises InputError where
    decisions contradict each other (`contradictions` tells which).
    """
    possible = set(candidates(reports, tolerance))
    linked = sorted({position for pair in possible for position in pair})
    alone = set(range(len(reports))) - set(linked)
    loose = [reports[i] for i in alone if environment in (None, reports[i].environment)]

    # A report of several occasions on one day is as many nodes of the same source, alike in all but their number.
    copies = {i: [(i, copy) for copy in range(_number(reports[i], environment))] for i in linked}
    place = {node: number for number, node in enumerate(node for i in linked for node in copies[i])}
    nodes = [reports[i] for i, _ in place]
    parted = _ordered(different)
    edges = [(place[a], place[b]) for i, j in possible - parted for a in copies[i] for b in copies[j]]
    merged = [
        (place[a], place[b]) for i, j in possible & _ordered(same) for a, b in zip(copies[i], copies[j], strict=False)
    ]
    low, high = _bounds(
        [node.source for node in nodes], [node.environment for node in nodes], edges, merged, environment
    )
    # What a linked report may hold beyond its certain occasions can be new events, of its own environment.
    low += sum(report.low for report in loose)
    high += sum(report.high for report in loose)
    high += sum(reports[i].high - reports[i].low for i in linked if environment in (None, reports[i].environment))
    return low, high


def contradictions(
    reports: Sequence[Occasion], same: Collection[Pair], different: Collection[Pair], tolerance: int = 0
) -> list[Pair]:
    """Pairs that `same` makes one event, itself or by a chain, though they were decided different or cannot be."""
    possible = set(candidates(reports, tolerance))
    edges = possible - _ordered(different)
    groups = components(range(len(reports)), possible & _ordered(same))
    return [pair for group in groups for pair in pairs(group) if pair not in edges]


def _may_agree(one: Occasion, other: Occasion) -> bool:
    if one.source == other.source:
        return False
    named = one.environment, other.environment
    return named[0] == named[1] or (UNKNOWN in named and REFERENCE not in named)


def _number(report: Occasion, environment: str | None) -> int:
    # Where only events without a named environment count, named ones count for nothing, but take in all they can.
    return report.high if environment == UNKNOWN and report.environment != UNKNOWN else report.low


def _ordered(pairs: Iterable[Pair]) -> set[Pair]:
    return {(min(pair), max(pair)) for pair in pairs}


def _bounds(
    sources: list[str], environments: list[str], edges: Iterable[Pair], same: Iterable[Pair], wanted: str | None
) -> Interval:
    allowed = _ordered(edges)
    groups = components(range(len(sources)), _ordered(same))
    if any(pair not in allowed for group in groups for pair in pairs(group)):
        raise fault("contradicting_decisions")
    graph = contracted(sources, ["" if name == UNKNOWN else name for name in environments], allowed, groups)
    counted = [wanted in (None, name or UNKNOWN) for name in graph.named]
    # Other reports can join an event of a named environment but never glue two of them together; one without a name
    # can vanish into them, so there they all take part.
    part = {node for node, counts in enumerate(counted) if counts or wanted == UNKNOWN}
    links = [(a, b) for a in part for b in graph.fits[a] & part if a < b]
    low = sum(fewest_cliques(graph, component, pure=wanted == UNKNOWN) for component in components(part, links))
    return low, sum(counted)
