"""The two non-interference tests at full size: 200 pairs of districts with equal bands (N1), 50 other free texts (N2).

Prints how many were the same byte for byte, and the time that a pair takes. VBE_PAIRS, VBE_TEXTS: other numbers.
"""

import os
import random
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

from tests.chapter import public_pairs, situations
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions.build import contents, executed_chapter

WORDS = ("porten", "skolan", "Åsa Örn", "14/88", "vid 3", "klass 8B", "=1+1", "en bild;två", "någon sa", "ÅÄÖ")


def same_bytes(seed: int) -> bool:
    """N1 for one pair: every file of publik/."""
    with tempfile.TemporaryDirectory() as folder:
        one, other = (public_pairs.public(made)[1] for made in public_pairs.pair(seed, Path(folder)))
    return one == other


def outputs(seed: int) -> dict[str, bytes]:
    """N2: frames and both editions of a district whose notes the seed decides; seed 0 is what others are held to."""
    draw = random.Random(seed)
    situations.CANARY = " ".join(draw.choices(WORDS, k=draw.randint(0, 8))) if seed else situations.CANARY
    with tempfile.TemporaryDirectory() as folder:
        made = situations.workspace(Path(folder) / "mapp", {year: situations.NORMAL[year] for year in (2020, 2021)})
        found = {
            f"{cycle}/{path.name}": path.read_bytes()
            for cycle in made.cycles
            for path in made.processed(cycle).glob("*.parquet")
        }
        for edition in (INTERNAL, PUBLIC):
            files = contents(executed_chapter(made, "2021", edition), made)
            found |= {f"{edition}/{name}": content for name, content in files.items()}
    return found


def main() -> None:
    """Run both; a pair that differs is named by its seed."""
    pairs, texts = (int(os.environ.get(name, number)) for name, number in (("VBE_PAIRS", "200"), ("VBE_TEXTS", "50")))
    start = perf_counter()
    with ProcessPoolExecutor(2) as pool:
        alike = list(pool.map(same_bytes, range(1, pairs + 1)))
        took = (perf_counter() - start) / max(pairs, 1)
        first, *others = pool.map(outputs, range(texts + 1))
    print(f"N1: {sum(alike)} of {pairs} pairs identical, {took:.1f} s a pair on 2 processes")
    print(f"N1, seeds that differ: {[seed for seed, same in enumerate(alike, 1) if not same]}")
    print(f"N2: {sum(other == first for other in others)} of {texts} other texts identical")
