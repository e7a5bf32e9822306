"""Both editions of the example's chapter in all formats, from raw files, against nbconvert of notebook 3 alone."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3


def timed(command: list[str], folder: Path) -> float:
    """Seconds that a command takes."""
    start = perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"})
    return perf_counter() - start


def main() -> None:
    """The least of the rounds of each, taken in turn."""
    ours, theirs = [], []
    start = "import sys; from vbe_analysis.cli.main import main; sys.exit(main(sys.argv[1:]))"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "mapp"
        for name in ("data/raw", "data/profiles", "notebooks"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(".*"))
        shutil.copy(ROOT / "vbe.toml", root)
        for _ in range(ROUNDS):
            shutil.rmtree(root / "data" / "processed", ignore_errors=True)
            ours.append(timed([sys.executable, "-c", start, "chapter", "2021", "--quiet"], root))
            convert = ["-m", "jupyter", "nbconvert", "--execute", "--to", "html", "3_lagesbild.ipynb"]
            theirs.append(timed([sys.executable, *convert], root / "notebooks"))
    print(f"both editions from raw files {min(ours):.1f} s, nbconvert of notebook 3 {min(theirs):.1f} s")
    print(f"ratio {min(ours) / min(theirs):.2f} (aim 1.0)")
