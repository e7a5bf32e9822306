"""What the commands that read files do: inspect, profile, check and ingest."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbe_analysis.cli import progress, say
from vbe_analysis.config import message
from vbe_analysis.errors import InputError, fault, summarised
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import kinds_in, safe_name
from vbe_analysis.storage import office_files
from vbe_analysis.workspace.workspace import Workspace

if TYPE_CHECKING:
    from vbe_analysis.loaders.cycle import Ingested
    from vbe_analysis.loaders.files.raw import RawFile
    from vbe_analysis.loaders.profiles.drafted import ProfileText

REFUSED = 2


def inspect(arguments: argparse.Namespace) -> int:
    """`vbe inspect FILE`: what a file is, without any of its cells."""
    with FileReader() as reader:  # it starts while the other is imported
        from vbe_analysis.loaders.profiles.unknown import inspect_file

        inspection = inspect_file(_read(reader, Path(arguments.file)), sheet_name=_shown_name)
    inspection["file"] = safe_name(inspection["file"])
    if arguments.json:
        print(json.dumps(inspection, ensure_ascii=False, indent=1))
    elif inspection["refused"]:
        say([inspection["refused"]["message"]], to_error=True)
    else:
        say(_inspected(inspection))
    return REFUSED if inspection["refused"] else 0


def profile(arguments: argparse.Namespace) -> int:
    """`vbe profile FILE`: the draft of a source profile, with reasons; `--all [CYCLE]`: of every file without one."""
    workspace = Workspace(arguments.workspace)
    if arguments.all is not None:
        return _profiles(workspace, arguments.all, arguments.excel)
    if not arguments.file:
        say([message("cli.profile_which")], to_error=True)
        return REFUSED
    with FileReader() as reader:
        from vbe_analysis.loaders.profiles.draft import district_of, draft_content
        from vbe_analysis.loaders.profiles.drafted import profile_text

        raw = _read(reader, Path(arguments.file))
    if isinstance(raw, InputError):
        raise raw
    content = draft_content(raw, district_of(workspace.settings))
    if arguments.excel:
        from vbe_analysis.workspace.drafts import write_draft

        _say_what_is_left(workspace, *write_draft(workspace, content, as_workbook=True))
    else:
        print(profile_text(content).text)
    return 0


def _profiles(workspace: Workspace, cycle: str, as_workbook: bool) -> int:
    """Drafts in data/profiles for the files that have none, of a cycle or of all, and what is left to do in each."""
    from vbe_analysis.workspace.drafts import write_drafts

    with_files = [name for name in reversed(workspace.cycles) if office_files(workspace.raw(name))]
    if not cycle and not with_files:
        raise fault("no_files")
    written, seen = 0, set[str]()  # a covering note may have the same name in each cycle
    cycles = [cycle] if cycle else with_files
    for draft in chain.from_iterable(write_drafts(workspace, name, as_workbook) for name in cycles):
        if str(draft.fault) in seen:
            continue
        say([message("cli.profile_files", files=", ".join(draft.files))])
        if draft.fault:
            seen.add(str(draft.fault))
            say([f"  {draft.fault}"])
        elif draft.profile and draft.text:
            written += 1
            _say_what_is_left(workspace, draft.profile, draft.text)
    say([message("cli.profiles_written", count=written)])
    return 0


def _say_what_is_left(workspace: Workspace, profile: Path, text: "ProfileText") -> None:
    """Where a draft was written, and what a person has left to do in it."""
    numbers = {"questions": len(text.questions), "guesses": text.guesses}
    place = profile.relative_to(workspace.root).as_posix()
    say([message("cli.profile_written", profile=place, **numbers)])
    say(f"    {question.partition(': ')[2] if profile.suffix == '.xlsx' else question}" for question in text.questions)


def check(arguments: argparse.Namespace) -> int:
    """`vbe check [CYCLE]`: everything that ingest does, but write."""
    return _ingest(arguments, write=False)


def ingest(arguments: argparse.Namespace) -> int:
    """`vbe ingest [CYCLE]`: raw files to data/processed."""
    return _ingest(arguments, write=True)


def _ingest(arguments: argparse.Namespace, write: bool) -> int:
    from vbe_analysis.chapter.quality.report import write_quality  # the writers are slow to import
    from vbe_analysis.workspace.revision.year import remember
    from vbe_analysis.workspace.workbooks import add_open_corrections

    workspace = Workspace(arguments.workspace)
    cycles = [arguments.cycle] if arguments.cycle else [c for c in workspace.cycles if workspace.raw(c).is_dir()]
    failed: list[str] = []
    if not cycles:
        say([message("cli.no_cycles")], to_error=True)
        return 1
    for place, cycle in enumerate(cycles):
        workspace.period(cycle)
        try:
            with progress(arguments.quiet) as show:

                def tell(file: str, share: float = place / len(cycles)) -> None:
                    show(message("cli.reading", file=file), share)

                content = workspace.read_in(cycle, accept_rejects=arguments.accept_rejects, on_file=tell)
        except InputError as error:
            failed.append(cycle)
            say([message("cli.stopped", cycle=cycle, count=len(error.faults))], to_error=True)
            say(map(str, summarised(error.faults)), to_error=True)
            if arguments.to_corrections and workspace.raw(cycle).is_dir():
                role = workspace.settings.order.contact
                added = add_open_corrections(workspace.raw(cycle), error.faults, "" if kinds_in(role) else role)
                say([message("cli.to_corrections", cycle=cycle, count=added)], to_error=True)
            if workspace.raw(cycle).is_dir():
                say([_quality(workspace, write_quality(workspace, cycle, error)), ""], to_error=True)
            continue
        if write:
            workspace.write(content)
        say([*_summary(content, workspace, write), _quality(workspace, write_quality(workspace, cycle, content))])
    if write:
        remember(workspace)
    return 1 if failed else 0


def _summary(ingested: "Ingested", workspace: Workspace, written: bool) -> Iterable[str]:
    vbe = ingested.events["environment"].isin(list(workspace.vocabulary.environments))
    counted = vbe & (ingested.events["not_counted"] == "")
    numbers = {"files": len(ingested.record["inputs"]), "reports": len(ingested.events)}
    numbers |= {"vbe": int(vbe.sum()), "counted": int(counted.sum())}
    yield message("cli.cycle", cycle=ingested.cycle, **numbers)
    rows = sum(len(of_sheet.by_row) for _, of_sheet in ingested.outcomes)
    loaded = sum(len(of_sheet.loaded) for _, of_sheet in ingested.outcomes)
    rejected = sum(len(of_sheet.rejected) for _, of_sheet in ingested.outcomes)
    yield message("cli.rows", rows=rows, loaded=loaded, ignored=rows - loaded - rejected, rejected=rejected)
    private = [notice for notice in ingested.notices if notice.code == "personal_data_dropped"]
    if public := [notice for notice in ingested.notices if notice not in private]:
        yield message("status.notices", count=len(public))
    yield from (f"  • {notice}" for notice in public)
    if private:
        yield message("cli.private", count=len(private))
    yield message("cli.written" if written else "cli.checked")


def _quality(workspace: Workspace, written: Iterable[Path]) -> str:
    paths = (path.relative_to(workspace.root).as_posix() for path in written)
    return message("cli.quality", files=", ".join(paths))


def _read(reader: FileReader, path: Path) -> "RawFile | InputError":
    try:
        return reader.read(path)
    except InputError as error:
        return InputError(replace(refusal, file=safe_name(refusal.file)) for refusal in error.faults)


def _shown_name(number: int, name: str) -> str:
    return message("place.sheet_number", number=number) if kinds_in(name) else name


def _inspected(inspection: dict[str, Any]) -> Iterable[str]:
    yield message("inspect.file", **{key: value or "–" for key, value in inspection.items()})
    for sheet in inspection["sheets"]:
        hidden = message("inspect.hidden") if sheet["hidden"] else ""
        name = sheet["name"] or message("inspect.no_name")
        yield message(
            "inspect.sheet", **{**sheet, "name": name, "header_row": sheet["header_row"] or "–", "hidden": hidden}
        )
        for key in ("hidden_rows", "hidden_columns", "merged", "error_cells", "uncomputed"):
            if sheet[key]:
                yield message(f"inspect.{key}", places=", ".join(map(str, sheet[key])))
