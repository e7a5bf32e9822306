"""The word rule against its printed table, the district's truth, and full enumeration of what the ranges may hide."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vbe_analysis.analysis.poisson import holm, rate_ratio_ci, rate_ratio_test, with_dispersion
from vbe_analysis.analysis.verdict import (
    DECREASE,
    DIRECTIONS,
    INCREASE,
    NO_CERTAIN_CHANGE,
    NO_CHANGE_ESTABLISHED,
    NO_EVENTS,
    TOO_FEW,
    UNDECIDABLE,
    change_class,
    change_classes,
    kinds_at,
    limits,
    screened,
)
from vbe_analysis.errors import InputError

TRUTH = Path(__file__).parents[2] / ".." / "shared" / "district" / "truth.json"
UNDECIDED = {NO_CHANGE_ESTABLISHED, UNDECIDABLE}
TURNED = {INCREASE: DECREASE, DECREASE: INCREASE}

ratios = st.sampled_from([0.25, 2 / 3, 1.0, 1.5, 4.0])
phis = st.sampled_from([1.0, 1.25, 2.0, 3.5])


def interval(most=30, width=4):
    return st.tuples(st.integers(0, most), st.integers(0, width)).map(lambda pair: (pair[0], sum(pair)))


def wider(span, by):
    return max(0, span[0] - by[0]), span[1] + by[1]


pairs = st.tuples(interval(), interval())
few = st.tuples(interval(4, 1), interval(4, 1))  # where one event more brings another environment into the test
families = st.one_of(
    st.lists(st.tuples(interval(20, 2), interval(20, 2)), min_size=1, max_size=4),
    st.builds(lambda one, three: [one, *three], st.tuples(interval(9, 1), interval(25, 1)), st.tuples(few, few, few)),
).map(lambda members: dict(zip("abcd", members, strict=False)))
widenings = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=8, max_size=8)


@pytest.mark.parametrize(
    ("previous", "current", "kind"),
    [
        ((0, 0), (0, 0), NO_EVENTS),
        ((2, 2), (2, 2), TOO_FEW),
        ((9, 9), (7, 7), NO_CERTAIN_CHANGE),
        ((0, 0), (5, 5), INCREASE),
        ((5, 5), (0, 0), DECREASE),
        ((0, 4), (0, 4), NO_CHANGE_ESTABLISHED),  # inga, for_fa and ingen_saker_forandring
        ((5, 6), (10, 15), UNDECIDABLE),  # 5 and 15 is an increase, 6 and 10 is not
        ((2, 20), (10, 10), UNDECIDABLE),  # an increase in one corner, a decrease in none
        ((5, 9), (30, 39), INCREASE),
    ],
)
def test_classes(previous, current, kind):
    assert change_class(previous, current).kind == kind


# Previous count -> highest decrease and lowest increase: the table of the statistical rules, by two other programs.
HEADLINE = {
    0: (None, 5),
    1: (None, 7),
    2: (None, 9),
    3: (None, 11),
    4: (None, 12),
    5: (0, 14),
    6: (0, 16),
    7: (1, 17),
    8: (1, 19),
    9: (2, 20),
    10: (2, 22),
    12: (4, 24),
    15: (5, 28),
    20: (9, 35),
    25: (12, 41),
    30: (16, 48),
}
FIRST_OF_FOUR = {
    0: (None, 7),
    1: (None, 9),
    2: (None, 12),
    3: (None, 14),
    4: (None, 15),
    5: (None, 17),
    6: (None, 19),
    8: (0, 22),
    10: (1, 25),
    12: (2, 28),
    15: (4, 33),
    20: (6, 40),
    25: (10, 47),
    30: (13, 53),
}


def test_limits_equal_the_printed_table():
    assert {y: limits((y, y)) for y in HEADLINE} == HEADLINE
    assert {y: limits((y, y), level=0.0125) for y in FIRST_OF_FOUR} == FIRST_OF_FOUR


@settings(deadline=None)
@given(st.integers(0, 30), ratios, phis)
def test_the_class_turns_at_the_limits(previous, ratio, phi):
    low, high = change_class((previous, previous), (0, 0), ratio, phi=phi).limits
    current = np.arange(high + 3)
    p = with_dispersion(rate_ratio_test(current, previous, ratio), phi)
    kinds = kinds_at(previous, current, p, ratio, 0.05, 0.05)
    assert ((kinds == INCREASE) == (current >= high)).all()
    enough = (
        previous + current >= 5
    )  # with unequal exposure a sum below five can leave the lowest counts without a word
    assert ((kinds == DECREASE) == (enough & (current <= (-1 if low is None else low)))).all()


def test_limits_of_a_range_hold_for_every_count_in_it():
    assert limits((5, 9)) == (0, 20)
    assert limits((4, 9)) == (None, 20)


@settings(deadline=None)
@given(pairs, phis)
def test_a_verdict_never_contradicts_its_limits_or_its_ratio(pair, phi):
    previous, current = pair
    found = change_class(previous, current, phi=phi)
    least, most = found.limits
    assert (found.kind == INCREASE) == (current[0] >= most)
    assert (found.kind == DECREASE) == (least is not None and current[1] <= least)
    low, high = found.ratio
    assert (found.kind == INCREASE) == (low > 1) and (found.kind == DECREASE) == (high < 1)


@settings(max_examples=60, deadline=None)
@given(families, st.lists(phis, min_size=4, max_size=4))
def test_a_direction_in_a_family_holds_alone_and_lies_beyond_its_limits(family, phi):
    verdicts = change_classes(family, phi=dict(zip("abcd", phi, strict=True)))
    for (name, (previous, current)), of in zip(family.items(), phi, strict=False):
        found, alone = verdicts[name], change_class(previous, current, phi=of)
        if found.kind in DIRECTIONS:
            assert (found.kind, found.ratio) == (alone.kind, alone.ratio)
        if found.kind == NO_CERTAIN_CHANGE:  # the printed limits are the first step's, which decides by itself
            least, most = found.limits
            assert (-1 if least is None else least) < current[0] and current[1] < most


def test_a_family_reads_its_limits_at_the_first_step_of_those_that_are_tested():
    found = change_classes(dict.fromkeys("abcd", ((10, 10), (10, 10))))
    assert found["a"].limits == (1, 25)
    alone = change_classes({"a": ((10, 10), (10, 10)), **dict.fromkeys("bcd", ((1, 1), (1, 1)))})
    assert alone["a"].limits == HEADLINE[10]  # the others can never be significant
    assert change_classes({}) == {}


def test_an_environment_that_holds_all_events_has_the_headlines_own_p():
    family = {"vit_makt": ((8, 9), (21, 21)), **dict.fromkeys("abc", ((0, 0), (0, 0)))}
    headline = change_class((8, 9), (21, 21))
    assert change_classes(family)["vit_makt"] == headline
    assert headline.kind == INCREASE and headline.p[1] > 0.05 / 4  # among four it would be no change


@pytest.mark.parametrize(
    ("sums", "able"),
    [
        ((4, 4, 4, 4), ""),
        ((5, 4, 4, 4), "a"),  # .03125
        ((5, 5, 4, 4), ""),  # two can reach .05 and none .025
        ((6, 6, 5, 4), "ab"),
        ((6, 6, 6, 5), "abc"),  # .015625 is under .05 / 3
        ((6, 6, 6, 6), ""),  # and over .05 / 4
        ((7, 7, 7, 6), "abc"),  # four can reach .05 / 3, three .05 / 4
    ],
)
def test_the_screen_tests_those_whose_sum_can_reach_the_shared_level(sums, able):
    assert screened({name: ((0, 0), (0, total)) for name, total in zip("abcd", sums, strict=True)}) == set(able)


def test_a_direction_has_a_ratio_interval_beyond_1_and_no_other_class_has():
    up = change_class((5, 9), (30, 39))
    assert up.ratio == (rate_ratio_ci(30, 9)[0], rate_ratio_ci(39, 5)[1])
    assert up.ratio[0] > 1
    assert change_class((0, 0), (5, 5)).ratio[1] == float("inf")
    low, high = change_class((9, 9), (7, 7)).ratio
    assert low < 1 < high


@pytest.mark.parametrize("bad", [(3, 2), (-1, 2)])
def test_what_is_no_range_of_counts_is_refused(bad):
    for judged in (lambda: change_class(bad, (1, 1)), lambda: change_classes({"a": ((1, 1), bad)})):
        with pytest.raises(InputError, match=r"^\[-?\d, 2\] är inget intervall av antal"):
            judged()


@pytest.mark.parametrize("ratio", [0, -1, float("inf"), float("nan")])
def test_an_exposure_ratio_that_is_not_over_zero_is_refused(ratio):
    pair = ((3, 3), (8, 8))
    for judged in (lambda: change_class(*pair, ratio), lambda: change_classes({"a": pair}, ratio)):
        with pytest.raises(InputError, match="Förhållandet mellan periodernas längd"):
            judged()


@settings(deadline=None)
@given(pairs, ratios, phis)
def test_swapping_the_periods_swaps_the_words(pair, ratio, phi):
    previous, current = pair
    there, back = change_class(previous, current, ratio, phi=phi), change_class(current, previous, 1 / ratio, phi=phi)
    assert back.kind == TURNED.get(there.kind, there.kind)
    assert back.p == pytest.approx(there.p)


@settings(max_examples=60, deadline=None)
@given(families, st.lists(phis, min_size=4, max_size=4))
def test_swapping_the_periods_swaps_the_words_of_a_family(family, phi):
    phi = dict(zip("abcd", phi, strict=True))
    there = change_classes(family, phi=phi)
    back = change_classes({name: (current, previous) for name, (previous, current) in family.items()}, phi=phi)
    assert {name: found.kind for name, found in back.items()} == {
        name: TURNED.get(found.kind, found.kind) for name, found in there.items()
    }


@settings(deadline=None)
@given(pairs, ratios, widenings, phis)
def test_widening_never_decides(pair, ratio, by, phi):
    narrow = change_class(*pair, ratio, phi=phi)
    wide = change_class(wider(pair[0], by[0]), wider(pair[1], by[1]), ratio, phi=phi)
    assert wide.kind == narrow.kind or wide.kind in UNDECIDED


@settings(max_examples=60, deadline=None)
@given(families, ratios, widenings, st.lists(phis, min_size=4, max_size=4))
def test_widening_any_member_never_decides_another(family, ratio, by, phi):
    widened = {
        name: (wider(previous, by[i]), wider(current, by[i + 4]))
        for i, (name, (previous, current)) in enumerate(family.items())
    }
    phi = dict(zip("abcd", phi, strict=True))
    narrow, wide = change_classes(family, ratio, phi=phi), change_classes(widened, ratio, phi=phi)
    for name in family:
        assert wide[name].kind not in DIRECTIONS or wide[name].kind == narrow[name].kind
        # With room for more events others may be tested: of those words that tell no direction one can be another.
        if screened(family, ratio) == screened(widened, ratio):
            assert wide[name].kind == narrow[name].kind or wide[name].kind in UNDECIDED


def test_an_event_more_of_a_neighbour_that_may_be_one_never_decides():
    # Sums of 6, 6 and 5 beside a's leave three to test, a fourth 6 leaves a alone: p = .035 is enough alone only.
    family = {"a": ((3, 3), (11, 11)), "b": ((3, 3), (3, 3)), "c": ((3, 3), (3, 3)), "d": ((2, 2), (3, 3))}
    more, either = {**family, "d": ((2, 2), (4, 4))}, {**family, "d": ((2, 2), (3, 4))}
    assert (screened(family), screened(more)) == (set("abc"), set("a"))
    kinds = [change_classes(each)["a"].kind for each in (family, more, either)]
    assert kinds == [NO_CERTAIN_CHANGE, INCREASE, UNDECIDABLE]


def test_a_neighbours_corners_alone_would_let_widening_decide():
    # b may be 1..60 against 10: clear changes in its corners, none between. a (p = .0135) is an increase only after b.
    family = {"a": ((9, 9), (23, 23)), "b": ((1, 60), (10, 10)), "c": ((5, 5), (5, 5)), "d": ((5, 5), (5, 5))}
    narrower = {**family, "b": ((10, 10), (10, 10))}
    assert screened(family) == screened(narrower) == set("abcd")
    assert change_classes(narrower)["a"].kind == NO_CERTAIN_CHANGE
    assert change_classes(family)["a"].kind == UNDECIDABLE


@settings(deadline=None)
@given(pairs)
def test_the_corners_say_what_every_point_between_says(pair):
    previous, current = (np.arange(low, high + 1) for low, high in pair)
    grid = [axis.ravel() for axis in np.meshgrid(previous, current)]
    kinds = set(kinds_at(*grid, rate_ratio_test(grid[1], grid[0]), 1.0, 0.05, 0.05))
    assert change_class(*pair).kind == worded(kinds)


@settings(max_examples=60, deadline=None)
@given(families)
def test_a_family_says_what_every_joint_point_of_its_ranges_says(family):
    assert {name: verdict.kind for name, verdict in change_classes(family).items()} == enumerated(family, every_point)


@settings(max_examples=60, deadline=None)
@given(families)
def test_a_family_says_what_every_joint_corner_says_or_leaves_it_open(family):
    by_corners = enumerated(family, lambda span: sorted(set(span)))
    for name, verdict in change_classes(family).items():
        assert verdict.kind == by_corners[name] or verdict.kind in UNDECIDED
        if not any(holds_no_change(*pair) for other, pair in family.items() if other != name):
            assert verdict.kind == by_corners[name]


def holds_no_change(previous, current):
    return previous[0] <= current[1] and current[0] <= previous[1] and (previous, current) != ((0, 0), (0, 0))


def every_point(span):
    return range(span[0], span[1] + 1)


def enumerated(family, points):
    """The classes of all members from every combination of their points, each combination adjusted by itself.

    Who is tested is read off the greatest sums; a direction must hold whatever sums inside the ranges it is read off.
    """
    kinds = judged(
        family,
        left_by_the_screen({name: previous[1] + current[1] for name, (previous, current) in family.items()}),
        points,
    )
    sums = [range(previous[0] + current[0], previous[1] + current[1] + 1) for previous, current in family.values()]
    for chosen in {left_by_the_screen(dict(zip(family, each, strict=True))) for each in product(*sums)}:
        again = judged(family, chosen, points)
        kinds = {name: of | again[name] if of & DIRECTIONS else of for name, of in kinds.items()}
    return {name: worded(of) for name, of in kinds.items()}


def left_by_the_screen(sums):
    able = ([name for name in sums if sums[name] >= 5 and 0.5 ** sums[name] <= 0.05 / m] for m in range(1, 5))
    return next(tuple(names) for m, names in enumerate(able, 1) if len(names) <= m)


def judged(family, chosen, points):
    """The classes of each member at every combination of the points of those that are tested."""
    untested = {
        name: {NO_EVENTS if sum(point) == 0 else TOO_FEW for point in product(*map(points, family[name]))}
        for name in family
        if name not in chosen
    }
    members = [list(product(points(family[name][0]), points(family[name][1]))) for name in chosen]
    number = np.array(list(product(*(range(len(member)) for member in members))))
    counts = [np.array(member)[number[:, i]] for i, member in enumerate(members)]
    ps = [rate_ratio_test(count[:, 1], count[:, 0]) for count in counts]
    adjusted = holm(np.stack(ps, axis=1)) if ps else []
    return untested | {
        name: set(kinds_at(count[:, 0], count[:, 1], adjusted[:, i], 1.0, 0.05, 0.05 / len(chosen)))
        for i, (name, count) in enumerate(zip(chosen, counts, strict=True))
    }


def worded(kinds):
    if len(kinds) == 1:
        return next(iter(kinds))
    return UNDECIDABLE if kinds & DIRECTIONS else NO_CHANGE_ESTABLISHED


@pytest.mark.skipif(not TRUTH.exists(), reason="the district's truth.json is not here")
@pytest.mark.parametrize("basis", ["occasions", "count"])
def test_the_classes_of_the_district(basis):
    for entry in json.loads(TRUTH.read_text(encoding="utf-8"))["verdicts"]:
        rows = {name: (tuple(row["previous"]), tuple(row["current"])) for name, row in entry[basis].items()}
        family = change_classes({name: pair for name, pair in rows.items() if name != "total"})
        for name, row in entry[basis].items():
            verdict = change_class(*rows[name])
            assert verdict.kind == row["class"], (entry["cycle"], name)
            assert verdict.p == pytest.approx((min(row["p"]), max(row["p"])), abs=5.1e-5)
            if name in family:
                assert family[name].kind == row["class_screened"], (entry["cycle"], name)
        reference = entry["reference_series"]
        series = [(reference[period],) * 2 for period in ("previous", "current")]
        assert change_class(*series).kind == reference["class"]
