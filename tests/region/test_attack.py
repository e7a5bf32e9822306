"""An attacker of its own make, with all that the districts and the region publish together in hand."""

import json
from pathlib import Path

from tests.disclosure.districts import narrow_cells
from tests.region.districts import District, make_region
from vbe_analysis.disclosure.bands import OPEN
from vbe_analysis.disclosure.policy import PUBLIC, disclosure
from vbe_analysis.frames import Interval
from vbe_analysis.region.deliveries import read_deliveries
from vbe_analysis.region.picture import RegionGroup, region_picture

MANY = (
    District("Bergets", others=((0, 0), (1, 4))),
    District("Dalens", others=((1, 4), (1, 4))),
    District("Ekåsens", others=((5, 9), (0, 0))),
    District("Ängens", others=((10, 19), (5, 9))),
)


def test_nothing_narrow_is_found_in_what_districts_and_region_publish(tmp_path: Path) -> None:
    others = _others(tmp_path)
    assert narrow_cells([_facts(others, dict(others.sums))]) == []


def test_the_attacker_would_find_an_exact_sum_over_the_districts(tmp_path: Path) -> None:
    others = _others(tmp_path)
    assert others.sums["vit_makt", "2021"] == (1 + 1 + 0 + 5, 4 + 4 + 0 + 9)
    assert narrow_cells([_facts(others, {**others.sums, ("vit_makt", "2021"): (7, 7)})]) != []


def _others(root: Path) -> RegionGroup:
    """The banded group of the public picture."""
    region = make_region(root, *MANY)
    _, others = region_picture(region, "2021", PUBLIC, read_deliveries(region, "2021")).groups
    return others


def _facts(others: RegionGroup, sums: dict[tuple[str, str], Interval]) -> str:
    """A facts file of one period: the districts' bands, and the region's sums over all of them."""
    policy = disclosure().policy
    districts, environments = (sorted({key[at] for key in others.counts}) for at in (0, 1))
    published = [
        {
            "id": "/".join(key),
            "where": "",
            "select": {"stadsdel": key[0], "miljo": key[1], "period": key[2]},
            **_ends(ends),
        }
        for key, ends in others.counts.items()
        if key[2] == "2021"
    ]
    published += [
        {"id": f"alla/{name}", "where": "", "select": {"miljo": name, "period": period}, **_ends(ends)}
        for (name, period), ends in sums.items()
        if period == "2021"
    ]
    rule = {"name": policy.name, "k": policy.k, "width": policy.width, "zero_possible": policy.zero_possible}
    dims = {"stadsdel": districts, "miljo": environments, "period": ["2021"]}
    return json.dumps({"dims": dims, "impossible": [], "published": published, "policy": {**rule, "exempt": []}})


def _ends(interval: Interval) -> dict[str, int]:
    return {"min": interval[0], **({} if interval[1] >= OPEN else {"max": interval[1]})}
