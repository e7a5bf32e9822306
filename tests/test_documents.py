"""The documents for developers name only what exists."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from vbe_analysis import frames

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "vbe_analysis"
FRAMES = {name: getattr(frames, name.upper()) for name in ("events", "answers", "coverage", "rejects", "counts")}
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.-]+(?:/[\w.<>-]*)+")
_DOTTED = re.compile(r"[a-z_]+(?:\.\w+)+")


@pytest.mark.parametrize("document", ["GLOSSARY.md", "DEVELOPERS.md", "README.md"])
def test_every_name_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    names = {name for name in _CODE.findall(text) if not name.startswith(("python ", "vbe ", "--", "."))}
    assert sorted(name for name in names if not _exists(name)) == []


@pytest.mark.parametrize(
    "name", ["analysis.counts.count_eventz", "events.colour", "chapter/nothing.py", "frames.EVENT"]
)
def test_a_name_that_does_not_exist_is_found(name: str) -> None:
    assert not _exists(name)


def _exists(name: str) -> bool:
    if _PATH.fullmatch(name) and "<" not in name:
        return any((folder / name).exists() for folder in (ROOT, PACKAGE))
    if not _DOTTED.fullmatch(name) or name.endswith(
        (".py", ".md", ".toml", ".xlsx", ".json", ".html", ".parquet", ".txt", ".ipynb", ".j2")
    ):
        return not name.endswith(".py") or any(PACKAGE.rglob(name)) or (ROOT / name).exists()
    first, _, rest = name.partition(".")
    if first in FRAMES:
        return rest in FRAMES[first]
    if first == "vbe":
        return _resolves("vbe_analysis", rest.split("."))
    return _resolves("vbe_analysis", name.split("."))


def _resolves(module: str, names: list[str]) -> bool:
    """Whether the names lead from the module to something, through modules and then attributes."""
    here: Any = importlib.import_module(module)
    for name in names:
        if hasattr(here, name):
            here = getattr(here, name)
            continue
        fields = getattr(here, "__dataclass_fields__", {})
        if name in fields:
            return True
        try:
            here = importlib.import_module(f"{here.__name__}.{name}")
        except (ImportError, AttributeError):
            return False
    return True
