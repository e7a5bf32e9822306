"""Invented districts and their public editions, and an attacker of its own make, for the tests and the benchmark."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from vbe_analysis.disclosure.bands import OPEN, total, widen
from vbe_analysis.disclosure.facts import Fact, Facts, VerdictClaim, count, gather, rule_of, select
from vbe_analysis.disclosure.policy import Policy, disclosure
from vbe_analysis.disclosure.publications import PERSON_LINKED, published_counts
from vbe_analysis.disclosure.repair import Detail, Publishable, publishable

TRACES = ("klotter", "klistermarke", "skadegorelse")


@dataclass(frozen=True)
class District:
    """True counts of every base cell (miljo, typ, kalla, period); the cells left out are zero."""

    dims: Mapping[str, tuple[str, ...]]
    truth: Mapping[tuple[str, ...], int]

    @property
    def person_linked(self) -> tuple[str, ...]:
        return tuple(one for one in self.dims["typ"] if one not in TRACES)

    def sum(self, **values: str | Sequence[str]) -> int:
        wanted = [values.get(name) for name in self.dims]
        hits = [{one} if isinstance(one, str) else set(one) if one else None for one in wanted]
        return sum(
            n for cell, n in self.truth.items() if all(h is None or c in h for c, h in zip(cell, hits, strict=True))
        )


def random_district(seed: int, types: int = 8, sources: int = 5, years: int = 5) -> District:
    """3-4 environments x types (3 of them traces) x sources x years, skewed, 5 to 120 events a year."""
    draw = random.Random(seed)
    environments = ["autonom", "vit_makt", "islamistisk", "oklar"][: draw.choice([3, 4])]
    kinds = [*TRACES, "orosanmalan", "symbol", "asiktsuttryck", "hot_krankning", "propaganda", "rekrytering"][:types]
    dims = {
        "miljo": tuple(environments),
        "typ": tuple(kinds),
        "kalla": tuple(["enkat", "blankett", "sisab", "ia", "polis"][:sources]),
        "period": tuple(str(2017 + year) for year in range(years)),
    }
    weights = {name: [draw.paretovariate(0.8) for _ in values] for name, values in dims.items()}
    truth: dict[tuple[str, ...], int] = {}
    for period in dims["period"]:
        for _ in range(round(5 * 24 ** draw.random())):
            cell = tuple(draw.choices(dims[name], weights[name])[0] for name in ("miljo", "typ", "kalla"))
            truth[*cell, period] = truth.get((*cell, period), 0) + 1
    return District(dims, truth)


def edition(
    district: District, periods: Sequence[str], policy: Policy, earlier: Sequence[Facts] = ()
) -> Callable[[Mapping[str, Detail]], Facts]:
    """The facts of a public chapter in the shape the policies allow, as a function of the details."""
    rule = replace(rule_of(replace(disclosure(), policy=policy)), exempt=(select(typ=TRACES),))

    def build(details: Mapping[str, Detail]) -> Facts:
        found: list[Fact] = []
        frozen = published_counts(earlier)
        shown: dict[tuple[str, str], tuple[int, int]] = {}
        for period in periods:
            traces = district.sum(typ=TRACES, period=period)
            for environment in district.dims["miljo"]:
                selector = select(miljo=environment, typ=district.person_linked, period=period)
                number = district.sum(miljo=environment, typ=district.person_linked, period=period)
                claim = frozen.get((PERSON_LINKED, environment, "", period))
                if claim is None:
                    interval = widen(details[period].ladder, number, number)
                else:
                    interval = claim.low, OPEN if claim.high is None else claim.high
                shown[environment, period] = interval
                found.append(count(f"ovriga/{environment}/{period}", "tab2", selector, *interval))
                for kind in TRACES:
                    exact = district.sum(miljo=environment, typ=kind, period=period)
                    selector = select(miljo=environment, typ=kind, period=period)
                    found.append(count(f"spar/{environment}/{kind}/{period}", "tab3", selector, exact, exact))
            for source in district.dims["kalla"]:
                exact = district.sum(kalla=source, typ=TRACES, period=period)
                selector = select(kalla=source, typ=TRACES, period=period)
                found.append(count(f"spar/{source}/{period}", "tab4", selector, exact, exact))
            both = total((traces, traces), *(shown[environment, period] for environment in district.dims["miljo"]))
            found.append(count(f"alla/{period}", "text", select(period=period), *both))
            listed = details[period].types if period in details else False
            for kind in district.person_linked if listed else ():
                present = district.sum(typ=kind, period=period) > 0
                ends = (1, OPEN) if present else (0, 0)
                found.append(count(f"slag/{kind}/{period}", "text", select(typ=kind, period=period), *ends))
        for before, after in pairwise(periods):
            for environment in district.dims["miljo"]:
                (low, high), (y_low, y_high) = shown[environment, after], shown[environment, before]
                verdict = "okning" if low > y_high else "minskning" if high < y_low else "kan_inte_avgoras"
                claim = VerdictClaim(
                    verdict,
                    select(miljo=environment, typ=district.person_linked, period=after),
                    select(miljo=environment, typ=district.person_linked, period=before),
                )
                found.append(Fact(f"omdome/{environment}/{after}", ("text",), claim))
        return gather({**district.dims, "period": tuple(periods)}, (), rule, found)

    return build


def publish_all(district: District, policy: Policy) -> list[Publishable]:
    """One edition a period, each detail all periods so far, frozen before the next."""
    done: list[Publishable] = []
    for number, period in enumerate(district.dims["period"], 1):
        earlier = [one.facts for one in done]
        build = edition(district, district.dims["period"][:number], policy, earlier)
        done.append(publishable(build, [period], policy, earlier))
    return done


def narrow_cells(files: Sequence[str]) -> list[tuple[dict[str, str], int, int]]:
    """The unsafe cells of facts files, from their text alone: every base cell is a variable, every cell a program.

    Shares no code with the package. Reads counts and impossible cells only: the verdicts that `edition` writes follow
    from them.
    """
    editions = [json.loads(text) for text in files]
    policy = editions[-1]["policy"]
    dims: dict[str, list[str]] = {}
    for content in editions:
        for name, values in content["dims"].items():
            dims.setdefault(name, []).extend(value for value in values if value not in dims.get(name, []))
    selectors = [fact["select"] for content in editions for fact in content["published"] if "select" in fact]
    empty = [cells for content in editions for cells in content["impossible"]]
    dims = {name: _told_apart(name, values, [*selectors, *empty, *policy["exempt"]]) for name, values in dims.items()}
    cells = [dict(zip(dims, values, strict=True)) for values in product(*dims.values())]

    def hit(cell: Mapping[str, str], selector: Mapping[str, str | list[str]]) -> bool:
        return all(cell[name] in _listed(value) for name, value in selector.items())

    cells = [cell for cell in cells if not any(hit(cell, selector) for selector in empty)]
    rows: dict[tuple[tuple[int, ...], float, float], None] = {}
    for content in editions:
        for fact in content["published"]:
            if "select" in fact:
                chosen = [number for number, cell in enumerate(cells) if hit(cell, fact["select"])]
                low, high = fact.get("is", fact.get("min", 0)), fact.get("is", fact.get("max", np.inf))
                rows[tuple(chosen), low, high] = None
    data = [(row, column) for row, (chosen, _, _) in enumerate(rows) for column in chosen]
    matrix = csr_array((np.ones(len(data)), tuple(np.array(data).T)), shape=(len(rows), len(cells)))
    constraint = LinearConstraint(matrix, [row[1] for row in rows], [row[2] for row in rows])
    open_to = 500 + max(high for *_, high in rows if high < np.inf)

    def reach(chosen: list[int], sign: int) -> int:
        cost = np.zeros(len(cells))
        cost[chosen] = sign
        for integrality in (0, 1):
            found = milp(cost, integrality=integrality, bounds=Bounds(0, open_to), constraints=constraint)
            if np.abs(found.x - np.rint(found.x)).max() < 1e-6:
                break
        return round(sign * found.fun)

    known: dict[tuple[int, ...], tuple[int, int]] = {}
    unsafe = []
    for chosen, target in _margins(dims, cells, policy["exempt"], hit):
        if tuple(chosen) not in known:
            known[tuple(chosen)] = reach(chosen, 1), reach(chosen, -1)
        least, most = known[tuple(chosen)]
        small = least < policy["k"] and most >= 1
        if small and (most - least < policy["width"] or (policy["zero_possible"] and least > 0)):
            unsafe.append((target, least, most))
    return unsafe


def _listed(values: str | list[str]) -> list[str]:
    return [values] if isinstance(values, str) else values


def _told_apart(name: str, values: Sequence[str], selectors: Sequence[Mapping[str, str | list[str]]]) -> list[str]:
    """The values of a dimension, of those that no selector tells apart two: more of them add no question."""
    kinds: dict[tuple[bool, ...], list[str]] = {}
    for value in values:
        chosen = tuple(name not in one or value in _listed(one[name]) for one in selectors)
        kinds.setdefault(chosen, []).append(value)
    return [value for value in values if any(value in alike[:2] for alike in kinds.values())]


def _margins(
    dims: Mapping[str, list[str]],
    cells: Sequence[Mapping[str, str]],
    exempt: Sequence[Mapping[str, str | list[str]]],
    hit: Callable[[Mapping[str, str], Mapping[str, str | list[str]]], bool],
) -> Iterator[tuple[list[int], dict[str, str]]]:
    for length in range(len(dims) + 1):
        for names in combinations(dims, length):
            for values in product(*(dims[name] for name in names)):
                target = dict(zip(names, values, strict=True))
                chosen = [
                    number
                    for number, cell in enumerate(cells)
                    if hit(cell, target) and not any(hit(cell, one) for one in exempt)
                ]
                if chosen:
                    yield chosen, target


def narrow_by_period(files: Sequence[str]) -> list[object]:
    """What the independent attacker finds in all facts files together, a period at a time."""
    editions = [json.loads(text) for text in files]
    if any(isinstance(one.get("select", {}).get("period"), list) for one in editions[-1]["published"]):
        raise ValueError("a count over several periods: the attacker must see them together")
    found: list[object] = []
    for period in editions[-1]["dims"]["period"]:
        sliced = [
            {
                **file,
                "dims": {**file["dims"], "period": [period]},
                "published": [one for one in file["published"] if one.get("select", {}).get("period") == period],
            }
            for file in editions
            if period in file["dims"]["period"]
        ]
        found += narrow_cells([json.dumps(file) for file in sliced])
    return found
