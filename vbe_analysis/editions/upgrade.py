"""`vbe upgrade`: an older workspace brought to this version, and what is left for a person to do.

Nothing that a person wrote is changed: a notebook that was changed stays, and the new one is laid beside it; vbe.toml,
profiles, workbooks and frozen editions are only read. What is ours alone, and what is made of them, is made anew.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vbe_analysis.config import message
from vbe_analysis.disclosure.facts import read_facts
from vbe_analysis.editions.build import READ, Progress, accepted, check_kept
from vbe_analysis.errors import InputError, summarised
from vbe_analysis.storage import NOTEBOOKS, PROFILES, replace_whole, sha256_of, visible_files
from vbe_analysis.workspace.create import notebooks_folder, workspace_like, write_starters
from vbe_analysis.workspace.frozen import frozen
from vbe_analysis.workspace.parquet import CONTRACTS, read_frame
from vbe_analysis.workspace.workspace import Workspace

VERSIONS = "versions.json"  # beside the notebooks: name -> fingerprint of every version that was ever shipped
BESIDE = "-ny.ipynb"
PARAMETERS = "parameters"  # the tag of a notebook's settings cell


@dataclass(frozen=True)
class Line:
    """One sentence of the report: of what was done, what was only tried, or what is left for a person to do."""

    text: str
    kind: Literal["done", "tried", "left"] = "done"


def upgrade(workspace: Workspace, progress: Progress, like: Path | None = None) -> Iterator[Line]:
    """Bring the workspace to this version; yields the report. Run again, it does no more.

    like: another workspace, the city's own, whose new profiles it gets; what else differs is told.
    """
    if like:
        yield from _carry(workspace, like)
    yield from upgrade_notebooks(workspace.root / NOTEBOOKS)
    write_starters(workspace.root)
    try:
        workspace.profiles()
        yield from _read_again(workspace, progress)
    except InputError as error:
        yield from _faults(error)
    yield from _frozen(workspace)


def _carry(workspace: Workspace, like: Path) -> Iterator[Line]:
    """The profiles that the other workspace has and this one lacks; one that differs, and questions and places of areas
    that are here, are told."""
    other = workspace_like(like)
    for path in visible_files(other.root / PROFILES):
        own = workspace.root / PROFILES / path.name
        values = {"file": f"{PROFILES}/{path.name}", "like": other.root.name}
        if not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_whole(own, path.read_bytes())
            yield Line(message("upgrade.profile_new", **values))
        elif own.read_bytes() != path.read_bytes():
            yield Line(message("upgrade.profile_differs", **values), "left")
    here = workspace.settings
    places = {place: area for place, area in other.settings.places.items() if area in here.areas}
    for table, theirs, known in (
        ("places", places, here.places),
        ("questions", other.settings.questions, here.questions),
    ):
        if missing := [f'"{key}" = "{text}"' for key, text in theirs.items() if key not in known]:
            values = {"table": table, "like": other.root.name, "lines": "; ".join(missing)}
            yield Line(message("upgrade.settings_lack", **values), "left")


def upgrade_notebooks(folder: Path) -> Iterator[Line]:
    """The shipped notebooks, in place of older ones whose cells nobody changed, their settings kept; else beside."""
    source = notebooks_folder()
    versions = json.loads((source / VERSIONS).read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for shipped in sorted(source.glob("*.ipynb")):
        name, path = shipped.name, folder / shipped.name
        beside = path.with_name(path.stem + BESIDE)
        places = {"name": name, "beside": beside.name}
        new, own = _notebook(shipped), _notebook(path)
        if not path.exists():
            shutil.copyfile(shipped, path)
            yield Line(message("upgrade.notebook_new", **places))
        elif fingerprint(own) == fingerprint(new):
            continue
        elif fingerprint(own) in versions[name]:
            text = json.dumps(_with_settings_of(own, new), ensure_ascii=False, indent=1)
            replace_whole(path, f"{text}\n".encode())
            yield Line(message("upgrade.notebook_renewed", **places))
        elif beside.exists() and fingerprint(_notebook(beside)) not in versions[name]:
            yield Line(message("upgrade.notebook_both", **places), "left")
        else:
            if _notebook(beside) != new:
                shutil.copyfile(shipped, beside)
            yield Line(message("upgrade.notebook_beside", **places), "left")


def fingerprint(notebook: Mapping[str, Any]) -> str:
    """What a notebook says: its cells' kinds and texts, without the settings cell, empty cells and what it printed."""
    cells = [(cell["cell_type"], _source(cell).strip()) for cell in notebook.get("cells", ()) if not _settings(cell)]
    return sha256_of(json.dumps([cell for cell in cells if cell[1]], ensure_ascii=False).encode())[:16]


def _notebook(path: Path) -> dict[str, Any]:
    """A notebook; {} where there is none, or the file is no whole notebook."""
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        fingerprint(notebook)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
    return notebook


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


def _settings(cell: Mapping[str, Any]) -> bool:
    return PARAMETERS in cell["metadata"].get("tags", ())


def _with_settings_of(own: Mapping[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The new notebook with the values that stand in the other's settings cell, where it still has such a name."""
    line = re.compile(r"^(\w+) = .*$", re.MULTILINE)
    kept = {match[1]: match[0] for cell in own["cells"] if _settings(cell) for match in line.finditer(_source(cell))}

    def with_values(cell: dict[str, Any]) -> dict[str, Any]:
        text = line.sub(lambda match: kept.get(match[1], match[0]), _source(cell))
        return {**cell, "source": text.splitlines(keepends=True)} if _settings(cell) else cell

    return {**new, "cells": [with_values(cell) for cell in new["cells"]]}


def _read_again(workspace: Workspace, progress: Progress) -> Iterator[Line]:
    """The frames of each cycle that was read in by other rules, made anew; those without raw files are tried."""
    for place, cycle in enumerate(workspace.cycles):
        try:
            if not workspace.raw(cycle).is_dir():
                if workspace.record(cycle):
                    check_kept(workspace, cycle)
                    for name in CONTRACTS:
                        read_frame(workspace.processed(cycle), name)
                    yield Line(message("upgrade.kept", cycle=cycle), "tried")
            elif _was_read(workspace, cycle) and not workspace.is_current(cycle):
                progress(message("build.reading", cycle=cycle), READ * place / len(workspace.cycles))
                before = _numbers(workspace, cycle)
                workspace.write(workspace.read_in(cycle, accept_rejects=accepted(workspace, cycle)))
                now = _numbers(workspace, cycle)
                key = "same" if now == before else "other"
                numbers = {"cycle": cycle, "reports": now[0], "counted": now[1]}
                before_that = {"reports_before": before[0], "counted_before": before[1]}
                yield Line(
                    message(f"upgrade.read_{key}", **numbers, **before_that), "done" if now == before else "left"
                )
        except InputError as error:
            yield Line(message("upgrade.unread", cycle=cycle, count=len(error.faults)), "left")
            yield from _faults(error)


def _was_read(workspace: Workspace, cycle: str) -> bool:
    try:
        return bool(workspace.record(cycle))
    except InputError:  # a damaged record is made anew
        return True


def _numbers(workspace: Workspace, cycle: str) -> tuple[int | str, int | str]:
    """How many reports a cycle's frame holds, and how many of them count; "?" where it cannot be read."""
    try:
        events = workspace.events(cycle)
    except InputError:
        return "?", "?"
    return len(events), int((events["not_counted"] == "").sum())


def _frozen(workspace: Workspace) -> Iterator[Line]:
    """Whether every frozen edition is whole and its facts, of whatever format, can be read."""
    try:
        editions = frozen(workspace)
        for edition in editions:
            read_facts(edition.facts)
    except InputError as error:
        yield from _faults(error)
    else:
        if editions:
            yield Line(message("upgrade.frozen", count=len(editions)), "tried")


def _faults(error: InputError) -> Iterator[Line]:
    return (Line(str(each), "left") for each in summarised(error.faults))
