"""What the example's chapter costs from raw files, whole and by stage, in units of `import pandas` of the same run.

CPU counts the processes that a command starts; wall is told too, and is only worth reading on an idle machine.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
CYCLE = "2021"
AIM_CPU, AIM_WALL = 18, 11
T = TypeVar("T")


def main() -> None:
    """The least of the rounds of each whole command, taken in turn; then one run of each edition by stage."""
    commands = {
        "import pandas": ["-c", "import pandas"],
        "ingest": ["-m", "vbe_analysis", "ingest", "--quiet"],
        "both editions": ["-m", "vbe_analysis", "chapter", CYCLE, "--quiet"],
    }
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "mapp"
        for name in ("data/raw", "data/profiles", "notebooks"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(".*"))
        shutil.copy(ROOT / "vbe.toml", root)
        for _ in range(ROUNDS):
            for name, command in commands.items():
                shutil.rmtree(root / "data" / "processed", ignore_errors=True)
                measured[name].append(cost([sys.executable, *command], root))
        least = {name: [min(ends) for ends in zip(*rounds, strict=True)] for name, rounds in measured.items()}
        unit = least.pop("import pandas")
        print(f"import pandas: {unit[0]:.2f} s of CPU, {unit[1]:.2f} s of wall")
        for name, (cpu, wall) in least.items():
            aim = f" (aim {AIM_CPU} and {AIM_WALL})" if name == "both editions" else ""
            print(f"{name} from raw files: {cpu / unit[0]:.1f} units of CPU, {wall / unit[1]:.1f} of wall{aim}")
        for edition in ("intern", "publik"):
            print(f"\n{edition}, by stage: units of CPU, of wall")
            command = [sys.executable, "-m", "benchmarks.chapter", str(root), edition, *map(str, unit)]
            subprocess.run(command, cwd=ROOT, check=True)


def cost(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds of CPU and of wall that a command takes, its own children included."""
    start, before = perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, perf_counter() - start


def stages(root: Path, edition: str, unit_cpu: float, unit_wall: float) -> None:
    """Make an edition that has been read in, and print what each stage costs."""

    def stage(name: str, work: Callable[[], T]) -> T:
        cpu, wall = process_time(), perf_counter()
        result = work()
        print(f"  {name:16}{(process_time() - cpu) / unit_cpu:6.1f}{(perf_counter() - wall) / unit_wall:6.1f}")
        return result

    def libraries() -> None:
        import matplotlib.backends.backend_svg  # noqa: F401

        import vbe_analysis.chapter.contents
        import vbe_analysis.editions.build  # noqa: F401

    stage("imports", libraries)
    from vbe_analysis.chapter.data.internal import open_picture
    from vbe_analysis.editions import build
    from vbe_analysis.workspace.workspace import Workspace

    workspace = Workspace(root)
    stage("picture", lambda: open_picture(CYCLE, edition, str(root)))
    chapter = stage("notebook 3", lambda: build.executed_chapter(workspace, CYCLE, edition))
    charts = stage("notebook 4", lambda: build.executed_chapter(workspace, CYCLE, edition, build.SLIDES_NOTEBOOK))
    stage("board's files", lambda: build.slide_files(charts))
    stage("HTML", lambda: build.write_html(chapter))
    stage("PDF", lambda: build.write_pdf(chapter))
    stage("Word", lambda: build.write_docx(chapter, None))
    stage("Excel", lambda: build.write_xlsx(chapter))
    if edition == "publik":
        stage("kapitel.docx", lambda: build.write_docx(build.main_part(chapter), None, title_block=False, level=2))


if __name__ == "__main__":
    stages(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
