"""The two non-interference tests at full size: pairs of districts with equal bands (N1), other free texts (N2).

The pictures of a pair are held against each other in all that a chapter is made of, the plan's matrix too; of each
tenth, and wherever the pictures differ, all files: publik/, the follow-up, the tertial note and the plan's document.
Three kinds beside the ordinary: the strict policy, and both policies where the
year before has been published and its person-linked reports have changed since.
Prints how many were the same, and the time that a pair takes. VBE_PAIRS, VBE_MORE, VBE_TEXTS: other numbers of ordinary
pairs, of each other kind, and of texts; VBE_PROCESSES: on so many processes.
"""

import os
import random
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

from tests.chapter import public_pairs, situations
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions.build import contents, executed_chapter

WORDS = ("porten", "skolan", "Åsa Örn", "14/88", "vid 3", "klass 8B", "=1+1", "en bild;två", "någon sa", "ÅÄÖ")
KINDS = (("standard", False), ("strikt", False), ("standard", True), ("strikt", True))
WHOLE = 10  # of so many pairs, one is written in all formats


def same(seed: int, policy: str, published: bool) -> tuple[bool, list[str]]:
    """N1 for one pair: whether the reader sees the same, and where the pictures differ."""
    with tempfile.TemporaryDirectory() as folder:
        pair = public_pairs.pair(seed, Path(folder), policy, published)
        one, other = (make_picture(made, str(public_pairs.YEARS[-1]), PUBLIC) for made in pair)
        places = list(public_pairs.differences(one, other))
        if not places and seed % WHOLE:
            return True, []
        files, others = ({**public_pairs.public(made)[1], **public_pairs.plan_files(made)} for made in pair)
    return files == others, places


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
    wanted = (("VBE_PAIRS", "200"), ("VBE_MORE", "40"), ("VBE_TEXTS", "50"), ("VBE_PROCESSES", "2"))
    pairs, more, texts, processes = (int(os.environ.get(name, number)) for name, number in wanted)
    with ProcessPoolExecutor(processes) as pool:
        for kind in KINDS:
            start, seeds = perf_counter(), range(1, (pairs if kind == KINDS[0] else more) + 1)
            found = list(pool.map(same, seeds, *([value] * len(seeds) for value in kind)))
            took = (perf_counter() - start) / max(len(seeds), 1)
            name = f"N1, {kind[0]}{', the year before published' if kind[1] else ''}"
            print(f"{name}: {sum(alike for alike, _ in found)} of {len(seeds)} pairs identical, {took:.1f} s a pair")
            for seed, (alike, places) in zip(seeds, found, strict=True):
                if places:
                    print(f"  pair {seed}: {'the same to read' if alike else 'differs'}; in the picture {places[:5]}")
        if texts:
            first, *others = pool.map(outputs, range(texts + 1))
            print(f"N2: {sum(other == first for other in others)} of {texts} other texts identical")


if __name__ == "__main__":
    main()
