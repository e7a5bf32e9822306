"""How soon the first line is there: `vbe`, `vbe --help` and `vbe inspect` in the example district, against
`import pandas` alone.
"""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5


def main() -> None:
    """The least of the rounds of each, taken in turn."""
    commands = {
        "import pandas": ["-c", "import pandas"],
        "vbe --help": ["-m", "vbe_analysis", "--help"],
        "vbe": ["-m", "vbe_analysis"],
        "vbe inspect": ["-m", "vbe_analysis", "inspect", "data/raw/2021/Avvikelser IA 2020-21.xlsx"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            start = perf_counter()
            subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
            seconds[name].append(perf_counter() - start)
    pandas = min(seconds.pop("import pandas"))
    for name, rounds in seconds.items():
        aim = 1.0 if name == "vbe inspect" else 0.5
        print(f"{name} {min(rounds):.2f} s, import pandas {pandas:.2f} s: ratio {min(rounds) / pandas:.2f} (aim {aim})")
