"""Writes docs/api.md from the docstrings of the public face, docs/kommandon.md from the parser of `vbe`, and
notebooks/versions.json, by which `vbe upgrade` knows what nobody has changed.

`python -m tools.reference_docs` writes all three. A test holds the files to it.
"""

import argparse
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import vbe_analysis as vbe
from vbe_analysis.analysis.comparison import Change, Comparison
from vbe_analysis.analysis.trend_tests import Trend
from vbe_analysis.analysis.trends import Series, Trends
from vbe_analysis.chapter.contents import FIGURES, TABLES, TEXTS, Chapter, open_chapter
from vbe_analysis.cli.command import command_parser
from vbe_analysis.config import message
from vbe_analysis.editions.upgrade import VERSIONS, fingerprint
from vbe_analysis.frames import COUNTS, FrameColumn
from vbe_analysis.workspace.parquet import CONTRACTS

DOCS = Path(__file__).resolve().parent.parent / "docs"
VERSION_FILE = DOCS.parent / "notebooks" / VERSIONS
GENERATED = "<!-- Written by python -m tools.reference_docs. -->"
API_INTRODUCTION = """# Python API

`import vbe_analysis as vbe` gives everything below; notebooks and scripts need nothing else of the package. The
examples are those of the example district, read in with `vbe ingest`; a test runs them.

- Counts are intervals: `low` and `high` are the fewest and the most distinct events. A number that nobody knows is
  missing, never 0. Days and months are included at both ends.
- Every frame is a pandas frame; the columns of events, answers, coverage, rejects and counts stand at the end.
- Codes (`vit_makt`, `klotter`, `sisab`) are those of `ws.vocabulary`; `ws.labels(frame)` turns them into Swedish.
- A cycle is named by text: "2021", not 2021.
- A fault that a person can act on is a `vbe.InputError`: its text is Swedish and safe to show.
"""
PARTS = {"text": TEXTS, "figure": FIGURES, "table": TABLES}  # methods of Chapter -> the names they take
RESULTS = (Comparison, Change, Trends, Series, Trend)
COMMANDS_INTRODUCTION = """# Kommandon

Alla kommandon körs i arbetsmappen eller i en mapp under den. `vbe` utan kommando visar läget och nästa steg. Slutkoden
är 0 när allt gick väl, 1 när något ska åtgärdas och 2 när en fil eller kommandoraden inte kunde användas.
"""


def main() -> None:
    """Write the three files."""
    VERSION_FILE.write_text(notebook_versions(), encoding="utf-8")
    (DOCS / "api.md").write_text(api_reference(), encoding="utf-8")
    (DOCS / "kommandon.md").write_text(command_reference(), encoding="utf-8")


def notebook_versions() -> str:
    """The text of notebooks/versions.json: every version of a notebook that was shipped, and those of today."""
    versions: dict[str, list[str]] = json.loads(VERSION_FILE.read_text(encoding="utf-8"))
    for path in sorted(VERSION_FILE.parent.glob("*.ipynb")):
        known = versions.setdefault(path.name, [])
        today = fingerprint(json.loads(path.read_text(encoding="utf-8")))
        known += [today] if today not in known else []
    return json.dumps(versions, indent=1) + "\n"


def api_reference() -> str:
    """The text of docs/api.md."""
    parts = [GENERATED, "", API_INTRODUCTION]
    for name in vbe.HOMES:
        parts += _public(name, open_chapter if name == "chapter" else getattr(vbe, name))
        if name == "chapter":
            parts += _public("Chapter", inspect.get_annotations(open_chapter)["return"])
    for thing in RESULTS:
        parts += _public(thing.__name__, thing)
    for name, contract in {**CONTRACTS, "counts": COUNTS}.items():
        parts += [f"## frames.{name.upper()}", "", "| Column | Holds | Values |", "|---|---|---|"]
        parts += [f"| `{column}` | {_kind(rule)} | {_values(rule)} |" for column, rule in contract.items()] + [""]
    return "\n".join(parts).rstrip() + "\n"


def _kind(rule: FrameColumn) -> str:
    return rule.dtype + (", or missing" if rule.nullable else "")


def _values(rule: FrameColumn) -> str:
    values = ", ".join(f'`"{value}"`' for value in sorted(rule.values)) if rule.values else ""
    return "; ".join(text for text in (values, rule.meaning) if text)


def _public(name: str, thing: Any) -> Iterator[str]:
    """A section: the signature and the docstring of a function, a class with its methods, or a module's functions."""
    if isinstance(thing, ModuleType):
        yield from (f"## vbe.{name}", "", _text(thing), "")
        own = [(key, value) for key, value in vars(thing).items() if inspect.isfunction(value)]
        for key, value in own:
            if value.__module__ == thing.__name__ and not key.startswith("_"):
                yield from _described(f"### {name}.{key}{_signature(value)}", value)
        return
    heading = f"vbe.{name}{_signature(thing)}" if name in vbe.HOMES else name  # nobody makes a result by its name
    yield from _described(f"## {heading}", thing)
    if inspect.isclass(thing) and not issubclass(thing, Exception):
        for key, value in vars(thing).items():
            if not key.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                signature = "" if isinstance(value, property) else _signature(value)
                yield from _described(f"### {name}.{key}{signature}", value)
                if thing is Chapter and key in PARTS:
                    yield from (*_names(PARTS[key]), "")


def _names(parts: Mapping[str, Callable[..., Any]]) -> Iterator[str]:
    """A line for each function: its names, each with what is fixed for it, and the first line of its docstring."""
    names: dict[str, list[str]] = {}
    for name, part in parts.items():
        function, fixed = (part.func, part.keywords) if isinstance(part, partial) else (part, {})
        values = (key if value is True else " and ".join(value) for key, value in fixed.items())
        what = (inspect.getdoc(function) or "").partition("\n")[0]
        names.setdefault(what, []).append(f"`{name}`" + "".join(f" ({value})" for value in values))
    yield from (f"- {', '.join(names[what])}: {what[:1].lower()}{what[1:]}" for what in names)


def _described(heading: str, thing: Any) -> Iterator[str]:
    level, _, title = heading.partition(" ")
    name, bracket, rest = title.partition("(")
    yield from (f"{level} {name}", "")
    if bracket:
        yield from ("```python", f"{name}({rest}", "```", "")
    yield from (_text(thing), "")


def _signature(thing: Any) -> str:
    text = str(inspect.signature(thing)).replace("(self, ", "(").replace("(self)", "()")
    text = re.sub(r"(: |-> )'([^']+)'", r"\1\2", text)  # annotations that are imported late
    text = re.sub(r"narwhals[^,]*", "IntoFrame", text)
    return re.sub(r"\b(?:vbe_analysis|collections|pandas|pathlib|datetime)(?:\.\w+)*\.(?=[A-Z])", "", text)


def _text(thing: Any) -> str:
    """The docstring, its examples fenced."""
    lines: list[str] = []
    fenced = False
    for line in (inspect.getdoc(thing) or "").splitlines():
        starts = line.startswith(">>>") and not fenced
        if starts:
            lines += [*([""] if lines and lines[-1] else []), "```python"]
            fenced = True
        elif fenced and not line:
            lines.append("```")
            fenced = False
        lines.append(line)
    return "\n".join([*lines, "```"] if fenced else lines)


def command_reference() -> str:
    """The text of docs/kommandon.md."""
    parser = command_parser()
    [commands] = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    parts = [GENERATED, "", COMMANDS_INTRODUCTION, *_options(parser)]
    for command, sub in commands.choices.items():
        usage = sub.format_usage().removeprefix(message("cli.usage")).split()
        parts += [f"## vbe {command}", "", f"{_sentence(sub.description or '')}", ""]
        parts += ["```", " ".join(usage), "```", "", *_options(sub)]
    return "\n".join(parts).rstrip() + "\n"


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    rows = [
        (", ".join(f"`{option}`" for option in action.option_strings) + _value(action), _sentence(action.help or ""))
        for action in parser._actions
        if action.option_strings and "--help" not in action.option_strings
    ]
    if rows:
        yield from ("| Val | Vad det gör |", "|---|---|", *(f"| {option} | {text} |" for option, text in rows), "")


def _value(action: argparse.Action) -> str:
    choices = "|".join(action.choices) if action.choices else ""
    return f" `{action.metavar or choices}`" if action.nargs != 0 else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


if __name__ == "__main__":
    main()
