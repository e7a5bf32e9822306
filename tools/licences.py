"""Writes docs/licenser.md: the licence that each pinned package states of itself, and what it is needed for.

`python -m tools.licences` writes it, in an environment with the test extra. A package that is installed on other
systems or Pythons only keeps the line that stands there. A test holds the file to the pins and what is installed.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "licenser.md"
SYSTEMS = [
    {"sys_platform": system, "platform_system": name, "os_name": os, "python_version": python}
    for system, name, os in (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
    for python in ("3.11", "3.13")
]
PREFIX = "License :: OSI Approved :: "
INTRODUCTION = """<!-- Written by python -m tools.licences. -->

# Licenser

Paketet har licensen MIT (LICENSE). Det använder paketen nedan i de versioner som står i constraints.txt, med den licens
som varje paket själv uppger. De installeras vid sidan av och följer inte med i vår wheel.

| paket | version | licens | behövs för |
|---|---|---|---|"""


def licences() -> str:
    """The text of docs/licenser.md."""
    rows = [INTRODUCTION]
    written = _rows_of(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    needed = {package: needs for needs in ("test", "spark", "scale", "") for package in _needed(needs)}
    words = {"": "programmet", "scale": "stora mängder", "spark": "kluster", "test": "tester"}
    for name, version in pins():
        package = _installed(name, version)
        own, purpose = written.get((name, version), ("?", words["test"]))
        purpose = words[needed[name]] if name in needed else purpose  # what needs it may not be installed here
        rows.append(f"| {name} | {version} | {_licence(package) if package else own} | {purpose} |")
    return "\n".join(rows) + "\n"


def pins() -> Iterator[tuple[str, str]]:
    """The packages of constraints.txt: name and version."""
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        name, version = line.split(" ;")[0].split("==")
        yield name, version


def _rows_of(text: str) -> dict[tuple[str, str], tuple[str, str]]:
    return {row[:2]: row[2:] for row in re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|", text, re.MULTILINE)}


def _installed(name: str, version: str) -> Distribution | None:
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return None
    return package if package.version == version else None


def _licence(package: Distribution) -> str:
    """The expression that the package states; else what its classifiers say, else the first line of its own words."""
    about = package.metadata
    named = [line.removeprefix(PREFIX) for line in about.get_all("Classifier", []) if line.startswith(PREFIX)]
    stated, own = (about.get(name, "") for name in ("License-Expression", "License"))
    first = own.strip().partition("\n")[0].strip()
    return stated or ", ".join(named) or first or "?"


def _needed(extra: str) -> set[str]:
    """The names of all packages that the package needs with an extra, on any system."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [*project["dependencies"], *project["optional-dependencies"].get(extra, [])]
    needed, seen = set[str](), set[str]()
    while waiting:
        if (text := waiting.pop()) in seen:
            continue
        seen.add(text)
        wanted = Requirement(text)
        needed.add(name := canonicalize_name(wanted.name))
        try:
            requires = [Requirement(each) for each in distribution(name).requires or ()]
        except PackageNotFoundError:
            continue
        extras = wanted.extras or {""}
        waiting += [str(each) for each in requires if any(_applies(each, asked) for asked in extras)]
    return needed


def _applies(requirement: Requirement, extra: str) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**system, "extra": extra}) for system in SYSTEMS)


if __name__ == "__main__":
    FILE.write_text(licences(), encoding="utf-8")
