"""The run record of an edition: what it was made of and what came of it, in hashes and numbers of rows.

The public edition's holds hashes and versions and no count: the reports of a file, less the traces that the annex shows
of its source, are person-linked reports, exactly.

It lies beside the edition's folder (reports/<cycle>/korning-<edition>.json), so that publik/ holds nothing but what is
published. No user, no path outside the workspace, no cell. The record of reading a cycle in is storage.RECORD.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import FILE as PROTECTION
from vbe_analysis.disclosure.policy import PUBLIC, disclosure
from vbe_analysis.loaders.privacy.detect import safe_path
from vbe_analysis.plan.activities import activities_path
from vbe_analysis.settings import FILE
from vbe_analysis.storage import (
    CHAPTER_NOTEBOOK,
    NOTEBOOKS,
    OWN_TEXTS,
    PROFILES,
    profile_files,
    replace_whole,
    sha256,
    standing,
    visible_files,
)
from vbe_analysis.workspace.frozen import frozen
from vbe_analysis.workspace.revision.log import log_path
from vbe_analysis.workspace.workspace import Workspace

# What reads, counts, draws and writes: another version of one may give other bytes.
READING = ("lxml", "narwhals", "numpy", "pandas", "pyarrow", "python-calamine", "scipy")
WRITING = ("babel", "jinja2", "matplotlib", "mistune", "openpyxl", "pikepdf", "python-docx", "python-pptx", "typst")
SEAL = "seal"
NAMED = 6  # so many changed files are named, more are counted


def edition_record(
    workspace: Workspace,
    cycle: str,
    edition: str,
    outputs: Iterable[Path],
    audit: Mapping[str, Any] | None = None,
    decision: str = "",
) -> dict[str, Any]:
    """The record, JSON-able; equal inputs and outputs give equal records.

    outputs: the files of the edition. audit: its verdict and repairs, for an edition that is audited. decision: its
    diarienummer, once it is published.
    """
    cycles = cycles_behind(workspace, cycle)
    record: dict[str, Any] = {
        "cycle": cycle,
        "edition": edition,
        "versions": versions(),
        "cycles": {name: {} if edition == PUBLIC else _loaded(workspace, name) for name in cycles},
        "inputs": inputs(workspace, cycle, cycles, edition),
        "rules": rules(),
        "outputs": {safe_path(path, workspace.root): sha256(path) for path in sorted(outputs)},
    }
    if edition == PUBLIC:
        protection = disclosure(workspace.root)
        record["texts"] = texts_hash(workspace, cycle)
        record["policy"] = protection.policy.name
        record["exemptions"] = [
            {"what": exemption.what, "reason": exemption.reason} for exemption in protection.exemptions
        ]
    if audit is not None:
        record["audit"] = dict(audit)
    if decision:
        record["decision"] = decision
    return {**record, SEAL: _seal(record)}


def write_record(workspace: Workspace, record: Mapping[str, Any]) -> Path:
    """Write the record beside its edition's folder; it is put in place whole."""
    path = record_path(workspace, str(record["cycle"]), str(record["edition"]))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_whole(path, _text(record))
    return path


def read_record(path: Path) -> dict[str, Any] | None:
    """The record; None where it is not, byte for byte, as it was written."""
    content = path.read_bytes()
    try:
        record: dict[str, Any] = json.loads(content)
        whole = content == _text(record) and record[SEAL] == _seal(record)
    except (ValueError, TypeError, KeyError):
        return None
    return record if whole else None


def changes(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Iterator[str]:
    """The inputs and rules that differ from the run record before; nothing where there was none."""
    if before is None:
        return
    names = [
        name
        for part in ("inputs", "rules")
        for name in sorted({*before[part], *now[part]})
        if before[part].get(name) != now[part].get(name) and not name.startswith("data/processed/")
    ]
    if not names:
        yield message("remaining.unchanged")
    elif len(names) <= NAMED:
        yield message("remaining.changed", files=", ".join(names))
    else:
        yield message("remaining.changed_many", count=len(names))


def record_path(workspace: Workspace, cycle: str, edition: str) -> Path:
    """reports/<cycle>/korning-<edition>.json."""
    return workspace.reports(cycle, edition).parent / f"korning-{edition}.json"


def edition_files(workspace: Workspace, cycle: str, edition: str) -> list[Path]:
    """Every file in an edition's folder, but what a run that was cut off left there."""
    return visible_files(workspace.reports(cycle, edition))


def cycles_behind(workspace: Workspace, cycle: str) -> list[str]:
    """The cycles whose frames a chapter counts: this one and the earlier ones of which there are any, whole or not."""
    upto = workspace.cycles[: workspace.cycles.index(cycle) + 1]
    return [name for name in upto if any(standing(workspace.processed(name)).glob("*"))]


def inputs(workspace: Workspace, cycle: str, cycles: Iterable[str], edition: str) -> dict[str, str]:
    """Name in the workspace -> sha256 of all that the cycle's chapter stands on.

    The raw files and frames of `cycles`, the settings, the profiles, the notebook, the Word template, the plan's
    activities, the revision's log, and the facts that have been published of earlier cycles. In the public edition's
    record a cycle's raw files are one: where a form is a file, their names are the number of forms.
    """
    root, paths, together = workspace.root, list[Path](), dict[str, str]()
    for name in cycles:
        raw = {safe_path(path, root): sha256(path) for path in visible_files(workspace.raw(name))}
        together |= {f"{safe_path(workspace.raw(name), root)}/": _hash_of(raw)} if edition == PUBLIC and raw else raw
        paths += visible_files(workspace.processed(name))
    paths += [root / FILE, root / PROTECTION, root / NOTEBOOKS / CHAPTER_NOTEBOOK, *profile_files(root / PROFILES)]
    paths += [activities_path(workspace, cycle), log_path(workspace, cycle)]
    template = root / workspace.settings.template
    paths += [template] if template.is_relative_to(root) else []
    later = workspace.cycles[workspace.cycles.index(cycle) :]
    paths += [edition.facts for edition in frozen(workspace) if edition.cycle not in later]
    each = {safe_path(path, root): sha256(path) for path in sorted(paths) if path.is_file()}
    return dict(sorted({**together, **each}.items()))


def texts_hash(workspace: Workspace, cycle: str) -> str:
    """One sha256 over the analyst's own texts of the cycle: a draft that was sent is registered with its texts."""
    folder = workspace.raw(cycle) / OWN_TEXTS
    return _hash_of({path.relative_to(folder).as_posix(): sha256(path) for path in visible_files(folder)})


def _hash_of(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(hashes.items())).encode()).hexdigest()


def rules() -> dict[str, str]:
    """Name -> sha256 of all that the package's words, profiles and protection are written in."""
    with as_file(files("vbe_analysis")) as package:
        config, texts = package / "config", [package / "templates" / name for name in ("text", "plan")]
        named = {path.relative_to(config).as_posix(): sha256(path) for path in sorted(config.rglob("*.toml"))}
        words = sorted(path for folder in texts for path in folder.glob("*.j2"))
        return named | {path.relative_to(package).as_posix(): sha256(path) for path in words}


def versions() -> dict[str, str]:
    """Ours, Python's and the libraries'; `programkod` is one hash over the package's code."""
    with as_file(files("vbe_analysis")) as package:
        code = "".join(sha256(path) for path in sorted(package.rglob("*.py")))
    known = {"vbe_analysis": version("vbe_analysis"), "programkod": hashlib.sha256(code.encode()).hexdigest()}
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return known | {"python": python} | {name: version(name) for name in (*READING, *WRITING)}


def _loaded(workspace: Workspace, cycle: str) -> dict[str, Any]:
    """What the record of reading a cycle in and its rejects say: rows by reason, corrections by reason."""
    kept = ("period", "inputs", "corrections_by_reason", "rules_used", "accept_rejects")
    record = workspace.record(cycle)
    reasons = Counter(workspace.rejects(cycle)["reason"])
    return {**{key: record[key] for key in kept if key in record}, "rejects_by_reason": dict(sorted(reasons.items()))}


def _text(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _seal(record: Mapping[str, Any]) -> str:
    """A hash over the record itself, so that one changed byte in it is found too."""
    return hashlib.sha256(_text({key: value for key, value in record.items() if key != SEAL})).hexdigest()
