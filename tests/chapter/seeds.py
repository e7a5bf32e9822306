"""`python -m tests.chapter.seeds [NUMBER]`: reads the sentences of so many variations, and finds the few needed.

Prints what `SEEDS` (variations.py) is to be: with the situations they reach every branch that so many reach. To be run
when a template's new branch is reached by none of them; 400 variations by default, a second each.
"""

import os
import sys
from tempfile import TemporaryDirectory

import pytest

from tests.chapter.branches import Branches, watched
from tests.chapter.situations import picture
from tests.chapter.test_sentences import CASES, read_through
from tests.chapter.variations import varied
from tests.shared import PLACE
from vbe_analysis.chapter.data.picture import Picture


def main(number: int) -> None:
    with pytest.MonkeyPatch.context() as patch, watched(patch) as branches:
        of_situations = set[str]().union(*(reached_by(picture(*case), branches) for case in CASES))
        of_seeds = {seed: reached_by(varied(seed), branches) for seed in range(number)}
    left, needed = set[str]().union(*of_seeds.values()) - of_situations, list[int]()
    while left:
        needed.append(max(of_seeds, key=lambda seed: len(of_seeds[seed] & left)))
        left -= of_seeds[needed[-1]]
    print(f"SEEDS = {tuple(sorted(needed))}")
    print("Reached by none:", *sorted(branches.known - of_situations.union(*of_seeds.values())))


def reached_by(told: Picture, branches: Branches) -> set[str]:
    """The branches that the picture's sentences go through; each is read."""
    branches.reached.clear()
    read_through(told)
    return {*branches.reached}


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        os.environ[PLACE] = folder
        main(int(sys.argv[1]) if sys.argv[1:] else 400)
