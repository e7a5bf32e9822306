"""What all facts files together say of the unknown counts, as a small exact integer model.

A base cell is one combination of all dimensions' values, its count an unknown non-negative integer. Cells that no fact
separates are one atom: the model's variable is the atom's sum, and a single cell of it may hold anything between none
and all of that. Facts that share no atom are independent, so the model falls apart into blocks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from hashlib import sha256
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vbe_analysis.disclosure.audit_solve import (
    FREE,
    Block,
    Contradiction,
    Floats,
    Line,
    NotProved,
    Parts,
    lines_of,
    reach,
    without_implied,
)
from vbe_analysis.disclosure.facts import PERIOD, Claim, CountClaim, Facts, Selector, select

Ints = NDArray[np.int64]
Factors = NDArray[np.int32]
Mask = NDArray[np.bool_]
System = tuple[Factors, Floats, Floats]
"""Constraints as factors over the cells, and the two ends of each."""


@dataclass(frozen=True)
class Target:
    """A sensitive sum of base cells: the atoms it covers whole, and all it touches."""

    cell: Selector
    whole: tuple[int, ...]
    touched: tuple[int, ...]


@dataclass(frozen=True)
class Model:
    """The parts, and for `targets` the sensitive cells that may hold something: value numbers and atom of each."""

    parts: Parts
    dims: Mapping[str, tuple[str, ...]] = field(repr=False)
    sensitive: Ints = field(repr=False)
    atom_of: Ints = field(repr=False)


def build_model(editions: Sequence[Facts], seconds: float = float("inf")) -> Model:
    """The model of all editions in order of publication; the last one's rule says what is exempt."""
    base = _Base(editions)
    rows, low, high = base.rows(editions)
    # A sum that is at most 0 empties its cells. Where that contradicts another fact the cells stay, so that the block
    # is found infeasible.
    empty: Mask = np.array(rows[(high <= 0) & (rows >= 0).all(axis=1)].any(axis=0))
    bare = ~rows[:, ~empty].any(axis=1)
    live = np.ones_like(empty) if (bare & ((low > 0) | (high < 0))).any() else ~empty
    exempt, codes = base.exempt[base.origin][live], base.codes[base.origin][live]
    system = _without_exempt(rows[:, live], low, high, exempt, seconds)
    columns, atom_of = np.unique(np.vstack([system[0], exempt]), axis=1, return_inverse=True)
    atoms = np.full([len(values) for values in base.dims.values()], -1)
    atoms[tuple(codes[~exempt].T)] = atom_of.ravel()[~exempt]
    sensitive = _telling(atoms)
    return Model(_parts(columns[:-1], *system[1:]), base.dims, sensitive, atoms[tuple(sensitive.T)])


def targets(model: Model) -> Iterator[Target]:
    """Every non-exempt cell and every cell of every marginal table over the non-exempt types, each sum once.

    Cells that must be empty are left out. A sum that goes by several names has the coarsest that tells its period.
    """
    names, seen = list(model.dims), set()
    sizes = np.bincount(model.atom_of, minlength=len(model.parts.block_of))
    tables = [axes for length in range(len(names) + 1) for axes in combinations(range(len(names)), length)]
    for axes in sorted(tables, key=lambda axes: names.index(PERIOD) not in axes):
        shape = tuple(len(model.dims[names[at]]) for at in axes)
        # The number of the table cell that each base cell belongs to.
        flat = model.sensitive[:, axes] @ np.cumprod([1, *shape[:0:-1]])[::-1][: len(axes)]
        (cells, atoms), counts = np.unique(np.stack([flat, model.atom_of]), axis=1, return_counts=True)
        whole = counts == sizes[atoms]
        borders = [*np.flatnonzero(np.diff(cells, prepend=-1)).tolist(), len(cells)]
        for start, end in pairwise(borders):
            touched, covered = atoms[start:end], atoms[start:end][whole[start:end]]
            if (key := (covered.tobytes(), touched.tobytes())) not in seen:
                seen.add(key)
                at = np.unravel_index(cells[start], shape) if axes else ()
                cell = {names[axis]: model.dims[names[axis]][value] for axis, value in zip(axes, at, strict=True)}
                yield Target(select(**cell), tuple(covered.tolist()), tuple(touched.tolist()))


class _Base:
    """All base cells of the united dimensions, and exempt cells once more for each time their figures were revised."""

    def __init__(self, editions: Sequence[Facts]) -> None:
        names = dict.fromkeys(name for facts in editions for name in facts.dims)
        self.dims = {
            name: tuple(dict.fromkeys(value for facts in editions for value in facts.dims.get(name, ())))
            for name in names
        }
        shape = tuple(len(values) for values in self.dims.values())
        self.codes: Ints = np.indices(shape).reshape(len(shape), -1).T
        self.exempt = np.zeros(len(self.codes), dtype=bool)
        for selector in editions[-1].rule.exempt:
            self.exempt |= self._cells(selector)
        self.zero_possible = editions[-1].rule.zero_possible
        self.versions = self._versions(editions)
        copies = [np.arange(len(self.codes))]
        copies += [np.flatnonzero(self.exempt)] * int(self.versions.max())
        self.origin = np.concatenate(copies)
        self.version = np.repeat(np.arange(len(copies)), [len(copy) for copy in copies])

    def rows(self, editions: Sequence[Facts]) -> System:
        """Every different constraint."""
        factors: dict[tuple[bytes, int | None, int | None], Factors] = {}
        for number, facts in enumerate(editions):
            lines = [line for claim in self._read(facts) for line in lines_of(claim)]
            lines += [Line(((selector, 1),), 0, 0) for selector in facts.impossible]
            for line in without_implied(lines):
                row = np.zeros(len(self.origin), dtype=np.int32)
                for selector, factor in line.terms:
                    row[self._mask(selector, number, facts)] += factor
                factors.setdefault((sha256(row.tobytes()).digest(), line.low, line.high), row)
        low = np.array([-np.inf if low is None else low for _, low, _ in factors], dtype=float)
        high = np.array([np.inf if high is None else high for _, _, high in factors], dtype=float)
        return np.array([*factors.values()], dtype=np.int32).reshape(-1, len(self.origin)), low, high

    def _read(self, facts: Facts) -> list[Claim]:
        """The claims as a reader takes them: where some sensitive counts are shown as none, no other shown count is.

        Only where the rule wants zero to stay possible; otherwise zero is a band of its own.
        """
        claims = [fact.claim for fact in facts.published]
        counts = [claim for claim in claims if isinstance(claim, CountClaim) and not self._only_exempt(claim.select)]
        if not self.zero_possible or all(claim.high != 0 for claim in counts):
            return claims
        above = {claim: replace(claim, low=1) for claim in counts if claim.low == 0 and claim.high != 0}
        return [above.get(claim, claim) if isinstance(claim, CountClaim) else claim for claim in claims]

    def _cells(self, selector: Selector) -> Mask:
        """The base cells of a selector; a value that no edition has selects nothing."""
        wanted = dict(selector)
        masks = [[value in wanted.get(name, values) for value in values] for name, values in self.dims.items()]
        mask: Mask = reduce(np.logical_and.outer, [np.array(axis) for axis in masks]).ravel()
        return mask

    def _mask(self, selector: Selector, number: int, facts: Facts) -> Mask:
        """The cells (and copies) that a selector means in edition `number`: without period, that edition's periods."""
        cells = self._cells(select(**{PERIOD: facts.dims[PERIOD], **dict(selector)}))
        period = self.codes[:, list(self.dims).index(PERIOD)]
        current = np.where(self.exempt, self.versions[number][period], 0)
        mask: Mask = cells[self.origin] & (self.version == current[self.origin])
        return mask

    def _versions(self, editions: Sequence[Facts]) -> Ints:
        """Edition x period -> how often the period's exempt figures had been revised by then.

        A revised figure (marked r in the chapter) is another number than the one first published, not a second fact
        about the same one.
        """
        periods = self.dims[PERIOD]
        result = np.zeros((len(editions), len(periods)), dtype=np.int64)
        known: dict[Selector, CountClaim] = {}
        for number, facts in enumerate(editions):
            result[number] = result[number - 1] if number else 0
            counts = [fact.claim for fact in facts.published if isinstance(fact.claim, CountClaim)]
            exempt = [claim for claim in counts if self._only_exempt(claim.select)]
            revised = [claim for claim in exempt if claim.select in known and _apart(claim, known[claim.select])]
            for period in {value for claim in revised for value in dict(claim.select).get(PERIOD, facts.dims[PERIOD])}:
                result[number, periods.index(period)] += 1
            known |= {claim.select: claim for claim in counts}
        return result

    def _only_exempt(self, selector: Selector) -> bool:
        return bool(self.exempt[self._cells(selector)].all())


def _apart(claim: CountClaim, other: CountClaim) -> bool:
    return (claim.high is not None and claim.high < other.low) or (other.high is not None and other.high < claim.low)


def _telling(atoms: Ints) -> Ints:
    """The cells with an atom; of values that no fact tells apart only two, since more of them add no new question."""
    for axis in range(atoms.ndim):
        slices = np.moveaxis(atoms, axis, 0).reshape(atoms.shape[axis], -1)
        _, kind = np.unique(slices, axis=0, return_inverse=True)
        spare = [number for number, value in enumerate(kind) if (kind[:number] == value).sum() >= 2]
        atoms = atoms.copy()
        np.moveaxis(atoms, axis, 0)[spare] = -1
    return np.argwhere(atoms >= 0)


def _without_exempt(rows: Factors, low: Floats, high: Floats, exempt: Mask, seconds: float) -> System:
    """The constraints on sensitive cells, with the exempt cells taken out of each where the facts tell their sum.

    Traces are published exactly, so a total of both groups says the same as its person-linked part alone; without this
    all tables of traces would have to be solved along with every question.
    """
    personal = rows[:, ~exempt].any(axis=1)
    mixed = np.flatnonzero(personal & rows[:, exempt].any(axis=1))
    columns = np.unique(rows[:, exempt], axis=1)
    parts = _parts(columns[~personal], low[~personal], high[~personal])
    rows, low, high = rows.copy(), low.copy(), high.copy()
    for row in mixed:
        known = _known_part(parts, columns[row], seconds)
        if known is not None:
            rows[row, exempt] = 0
            low[row], high[row] = low[row] - known, high[row] - known
    needed = np.ones_like(personal) if rows[np.ix_(personal, exempt)].any() else personal
    return rows[needed], low[needed], high[needed]


def _known_part(parts: Parts, factors: Factors, seconds: float) -> int | None:
    """What the exempt atoms add to a constraint, if the facts about them leave no choice."""
    atoms = tuple(np.flatnonzero(factors).tolist())
    different = set(factors[list(atoms)].tolist())
    try:
        least, most = (reach(parts, atoms, largest, seconds) for largest in (False, True))
    except (Contradiction, NotProved):
        return None
    return least * different.pop() if least is not None and least == most and len(different) == 1 else None


def _parts(rows: Factors, low: Floats, high: Floats) -> Parts:
    """The rows x atoms matrix in independent blocks."""
    kept = rows.any(axis=1)
    rows, low, high = rows[kept], low[kept], high[kept]
    height, width = rows.shape
    row, column = np.nonzero(rows)
    graph = coo_array((np.ones(len(row)), (row, height + column)), shape=(height + width, height + width))
    number, part_of = connected_components(graph, directed=False)
    block_of, place_in = np.full(width, FREE), np.zeros(width, dtype=np.int64)
    blocks: list[Block] = []
    for part in range(number):
        lines, atoms = np.flatnonzero(part_of[:height] == part), np.flatnonzero(part_of[height:] == part)
        if len(lines):
            block_of[atoms], place_in[atoms] = len(blocks), np.arange(len(atoms))
            blocks.append(Block.of(rows[np.ix_(lines, atoms)], low[lines], high[lines]))
    return Parts(tuple(blocks), tuple(block_of.tolist()), tuple(place_in.tolist()))
