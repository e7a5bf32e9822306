"""The pictures of README and the guide, made anew from the example: python -m tools.pictures (needs pdftoppm)."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions.build import build_editions
from vbe_analysis.workspace.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "bilder"
CYCLE, DPI, COLOURS = "2021", "110", 32
PAGES = {  # picture -> edition and page of the chapter
    "kapitel_forsta_sidan.png": (PUBLIC, 1),
    "kapitel_tabeller.png": (INTERNAL, 2),
}
CHARTS = {"diagram_namnden.png": (INTERNAL, "figur_ar.png")}


def main() -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("data", "notebooks"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "vbe.toml", root)
        workspace = Workspace(root)
        list(build_editions(workspace, CYCLE, (INTERNAL, PUBLIC), print))
        for picture, (edition, page) in PAGES.items():
            file = workspace.reports(CYCLE, edition) / "lagesbild.pdf"
            one = ["-f", str(page), "-l", str(page), "-singlefile"]
            target = PICTURES / picture
            subprocess.run(["pdftoppm", "-r", DPI, "-png", *one, file, target.with_suffix("")], check=True)
        for picture, (edition, name) in CHARTS.items():
            shutil.copy(workspace.reports(CYCLE, edition) / "diagram" / name, PICTURES / picture)
    for picture in (*PAGES, *CHARTS):
        Image.open(PICTURES / picture).quantize(COLOURS).save(PICTURES / picture, optimize=True)


if __name__ == "__main__":
    main()
