"""Fewest cliques of a graph of possible duplicates: reports are nodes, an edge joins two that may be one event.

An edge never joins two reports of one source. Connected components alone would be wrong: on a path police, graffiti,
police the ends are no one event, so it holds two events (reference statistics.md 8).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

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
    """All pairs of a group, in its order."""
    return [(a, b) for index, a in enumerate(group) for b in group[index + 1 :]]


def components(nodes: Collection[int], edges: Iterable[Pair]) -> list[list[int]]:
    """The nodes in groups that edges connect."""
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
