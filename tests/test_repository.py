"""The repository's habits: what no reviewer should have to look for."""

import ast
import doctest
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import vbe_analysis
from tools import licences
from vbe_analysis.config import load

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "vbe_analysis").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
FAULTS = load("messages.sv")["faults"]
# What the house is leaving: allowed to shrink, never to grow. Take a name away here when the code has lost it.
RETIRED = """
    saying arguments starting safekeeping trust freezing publishing published run_record processed turned forms rows
    slots surroundings conforming wording fields finding guessing coding own_rows own_books making material shown
    register vouching support remaining fates account stops waved Bound Located Part Converted Showing
"""
STILL_NAMED = "chapter/explore.py:rows document/parts.py:Part loaders/tables/rows.py"
# Variables that name no thing: how often.
MOODS = {"found": 13, "one": 6, "shown": 3, "said": 0, "mine": 0, "told": 0, "made": 0, "chosen": 0}
DOT = r"\."
FOREIGN = {  # written so that this file does not match itself
    "a registry's host": rf"(py" rf"pi{DOT}org|python" rf"hosted{DOT}|npm" rf"js{DOT}|deb" rf"ian{DOT}org)",
    "a path of one machine": r"(^|[^a-z.])/(ro" r"ot|ho" r"me)/[a-z]|(^|[^A-Za-z])[A-Z]:\\Us" r"ers\\",
}


@pytest.mark.process
@pytest.mark.parametrize("pattern", FOREIGN.values(), ids=FOREIGN)
def test_the_tree_names_no_registry_and_no_machine(pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix != ".svg"
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (FOREIGN["a registry's host"], "--index-url https://" + ".".join(("pypi", "org")) + "/simple"),
        (FOREIGN["a registry's host"], "https://files." + ".".join(("pythonhosted", "org"))),
        (FOREIGN["a path of one machine"], "see " + "/".join(("", "home", "anna", "data"))),
        (FOREIGN["a path of one machine"], "\\".join(("C:", "Users", "anna"))),
    ],
)
def test_the_patterns_find_what_they_look_for(pattern: str, line: str) -> None:
    assert re.search(pattern, line)


def test_pins_are_exact_and_nothing_else() -> None:
    pin = re.compile(r'[a-z0-9-]+==[0-9][0-9a-z.]*( ; (sys_platform|python_version) (==|!=|<) "[a-z0-9.]+")?')
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not pin.fullmatch(line)] == []
    assert lines == sorted(lines, key=lambda line: line.split("==")[0])


def test_no_module_is_over_450_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: lines for path, lines in lengths.items() if lines > 450} == {}


def test_a_room_holds_2_to_13_files() -> None:
    rooms = Counter(_inside(path.parent) for path in MODULES if path.name != "__init__.py")
    beside_rooms = {"chapter", "loaders"}  # explore.py and cycle.py alone
    assert {room: files for room, files in rooms.items() if files > 13 or files < 2 - (room in beside_rooms)} == {}


def test_the_formatter_is_never_switched_off() -> None:
    assert re.findall(r"# fmt: (?:skip|off)", SOURCE) == []


def test_no_name_comes_back_that_was_taken_away() -> None:
    retired = set(RETIRED.split())
    modules = {_inside(path) for path in MODULES if path.stem in retired}
    names = {f"{_inside(path)}:{name}" for path, tree in TREES.items() for name in _defined(tree) if name in retired}
    assert (modules | names) - set(STILL_NAMED.split()) == set()


@pytest.mark.parametrize("name", MOODS)
def test_variables_get_the_name_of_what_they_hold(name: str) -> None:
    used = sum(
        (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name)
        or (isinstance(node, ast.arg) and node.arg == name)
        for tree in TREES.values()
        for node in ast.walk(tree)
    )
    assert used <= MOODS[name]


def test_the_package_never_asserts() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]
    assert found == []


@pytest.mark.process
def test_the_wheel_holds_the_example_the_notebooks_the_templates_and_the_words() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    shared = {
        path.relative_to(ROOT): Path(folder)
        for folder, patterns in setuptools["data-files"].items()
        for pattern in patterns
        for path in ROOT.glob(pattern)
    }
    package = ROOT / "vbe_analysis"
    patterns = setuptools["package-data"]["vbe_analysis"]
    inside = {path.relative_to(ROOT) for pattern in patterns for path in package.glob(pattern)}
    example = ("data/raw", "data/plan", "data/profiles", "vbe.toml")
    data = (*example, "notebooks", "vbe_analysis/templates", "vbe_analysis/config")
    files = {path.relative_to(ROOT) for path in tracked() if path.suffix != ".py"}
    needed = {path for path in files if any(path.is_relative_to(folder) for folder in data)}
    assert needed - shared.keys() - inside == set()
    share = Path("share/vbe_analysis")
    placed = {path: (share if path.parent.name == "notebooks" else share / "example") / path.parent for path in shared}
    assert shared == placed


def test_every_pinned_package_stands_with_its_licence() -> None:
    text = licences.licences()
    assert text == licences.FILE.read_text(encoding="utf-8"), "python -m tools.licences"
    assert "| ? |" not in text


@pytest.mark.process
def test_the_readme_names_commands_that_exist() -> None:
    named = set(re.findall(r"python start\.py ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    listed = python("start.py", "-h").stdout
    offered = set(re.findall(r"^    ([a-z]+) ", listed, re.MULTILINE))
    assert named == offered == {"example", "test", "install", "check", "fix", "chapter"}


@pytest.mark.process
def test_the_readme_begins_with_two_commands() -> None:
    assert python(".ci/readme_commands.py").stdout.splitlines() == ["python start.py example", "python start.py test"]


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_has_a_rule_and_a_remedy_and_is_used(code: str) -> None:
    assert set(FAULTS[code]) == {"text", "remedy"}
    assert all(sentence.strip() == sentence and sentence[-1] in ".?}" for sentence in FAULTS[code].values())
    assert re.search(rf"\b{code}\b", SOURCE) or code.startswith(tuple(fault_prefixes()))


def test_every_fault_that_the_code_names_is_in_the_catalogue() -> None:
    assert {code: place for code, place in named_faults() if code not in FAULTS} == {}


def test_a_fault_is_given_every_value_its_sentences_take() -> None:
    missing = {}
    for call, place in calls():
        code, given = _literal(call.args[0]) if call.args else None, _values(call)
        if code in FAULTS and given is not None and not fields(code) <= given:
            missing[place] = (code, fields(code) - given)
    assert missing == {}


@pytest.mark.parametrize("key", load("messages.sv"))
def test_messages_can_be_filled_in(key: str) -> None:
    for text in _texts(load("messages.sv")[key]):
        assert all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(text)), text


@pytest.mark.process
def test_the_notebooks_are_stripped() -> None:
    run = python(".ci/notebooks.py", "notebooks")
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.process
def test_a_notebook_that_was_run_is_found_and_stripped(tmp_path: Path) -> None:
    code = {"cell_type": "code", "id": "a", "source": "1 + 1", "metadata": {"tags": ["parameters"]}}
    clean = {**code, "outputs": [], "execution_count": None}
    ran = {**code, "outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}], "execution_count": 4}
    ran["metadata"] = {"tags": ["parameters"], "execution": {"iopub.status.idle": "2021-01-01T00:00:00Z"}}
    kept = {"kernelspec": {"name": "python3"}}
    whole = {"cells": [ran], "metadata": {**kept, "widgets": {}}, "nbformat": 4, "nbformat_minor": 5}
    file = tmp_path / "körd.ipynb"
    file.write_text(json.dumps(whole), encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str]:
        done = python(".ci/notebooks.py", *arguments, str(tmp_path))
        return done.returncode, done.stdout

    assert run() == (1, "Inte tömd: körd.ipynb. Kör: python start.py fix\n")
    assert run("--strip") == (0, "Tömd: körd.ipynb\n")
    assert json.loads(file.read_text(encoding="utf-8")) == {**whole, "cells": [clean], "metadata": kept}
    assert run() == (0, "")


@pytest.mark.parametrize("name", [m.name for m in pkgutil.walk_packages(vbe_analysis.__path__, "vbe_analysis.")])
def test_the_examples_in_docstrings_hold(name: str) -> None:
    """Those of the public face stand on the example district: test_api.py runs them there."""
    module = importlib.import_module(name)
    own = [test for test in doctest.DocTestFinder().find(module) if "vbe." not in test.docstring]
    assert sum(doctest.DocTestRunner().run(test).failed for test in own) == 0


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A script of the repository, run at its root."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", env=environment)


def tracked() -> list[Path]:
    """The files of the project, committed or about to be; skips where the folder is no git checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mappen är ingen git-utcheckning")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _inside(path: Path) -> str:
    return path.relative_to(ROOT / "vbe_analysis").as_posix()


def _defined(tree: ast.Module) -> Iterator[str]:
    """The names that a module gives to functions, classes and constants."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from (target.id for target in ast.walk(node) if isinstance(target, ast.Name))


def calls() -> Iterator[tuple[ast.Call, str]]:
    """Every call of Fault(...) and fault(...), with its place."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Fault", "fault"}:
                yield node, f"{path.relative_to(ROOT)}:{node.lineno}"


def named_faults() -> Iterator[tuple[str, str]]:
    """The codes written out as the first argument of a fault, also both sides of `a if x else b`."""
    for call, place in calls():
        for first in call.args[:1]:
            for node in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                if code := _literal(node):
                    yield code, place


def fault_prefixes() -> set[str]:
    """The beginnings of codes that are put together: f"profile_{rule}" gives "profile_"."""
    firsts = [call.args[0] for call, _ in calls() if call.args]
    return {prefix for node in firsts if isinstance(node, ast.JoinedStr) and (prefix := _literal(node.values[0]))}


def fields(code: str) -> set[str]:
    """The names in braces of a fault's sentences."""
    return {name for text in FAULTS[code].values() for _, name, _, _ in Formatter().parse(text) if name}


def _values(call: ast.Call) -> set[str] | None:
    """The names of the values a call gives; None where they are not written out in the call."""
    given = {word.arg: word.value for word in call.keywords}
    if None in given:
        return None
    if isinstance(call.func, ast.Name) and call.func.id == "fault":
        return {name for name in given if name}
    by_position = len(call.args) > 5 or any(isinstance(argument, ast.Starred) for argument in call.args)
    values = call.args[-1] if by_position else given.get("values", ast.Dict([], []))
    if not isinstance(values, ast.Dict) or None in values.keys:
        return None
    return {name for key in values.keys if (name := _literal(key))}


def _literal(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
    else:
        yield str(node)


def test_every_link_of_a_document_leads_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    headings = {path: {_anchor(line) for line in _lines(path) if line.startswith("#")} for path in documents}
    dead = []
    for path in documents:
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if "://" not in link and not (target.exists() and (not anchor or anchor in headings.get(target, ()))):
                dead.append(f"{path.name}: {link}")
    assert dead == []


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lstrip("# ").lower()).replace(" ", "-")
