"""The commands that ask about the workspace or prepare it: status, init, lab, order, new, overlaps, purge, upgrade.

`vbe` alone ends here, so that what is slow to import is imported by the command that needs it.
"""

import argparse
import os
from datetime import date
from pathlib import Path

from vbe_analysis.cli import progress, say
from vbe_analysis.config import message
from vbe_analysis.errors import InputError, fault
from vbe_analysis.storage import DELIVERIES, NOTEBOOKS, SETTINGS, START_NOTEBOOK, office_files
from vbe_analysis.workspace import status as states
from vbe_analysis.workspace.privacy import warnings
from vbe_analysis.workspace.revision.year import remember
from vbe_analysis.workspace.workspace import Workspace, workspace_root


def status(arguments: argparse.Namespace) -> int:
    """`vbe`, `vbe status [CYCLE]`: how far the work has come, and the next step."""
    workspace = Workspace(arguments.workspace)
    cycle = getattr(arguments, "cycle", None)
    say(states.of_cycle(workspace, cycle) if cycle else states.overview(workspace, date.today()))
    if not cycle:
        say((f"• {warning}" for warning in warnings(workspace.root)), to_error=True)
    return 0


def init(arguments: argparse.Namespace) -> int:
    """`vbe init DIR`: a new workspace; --like DIR2: with another one's profiles and settings; --example: to try."""
    from vbe_analysis.workspace.create import example_workspace, new_workspace

    folder, like = arguments.folder, arguments.like
    if (like and arguments.example) or not (folder or arguments.example):
        raise fault("init_how")
    if arguments.example:
        root, done = example_workspace(Path(folder or message("init.example_folder"))), "done_example"
    else:
        root, done = new_workspace(Path(folder), Path(like) if like else None), "done_like" if like else "done"
    say([message(f"init.{done}", folder=root.resolve().name, like=Path(like or "").resolve().name)])
    say([message("init.start")])
    return 0


def lab(arguments: argparse.Namespace) -> int:
    """`vbe lab`: JupyterLab on notebook 0_start; the files that open it by a double click are those of this Python."""
    from vbe_analysis.document.templates import place_of
    from vbe_analysis.workspace.create import write_starters

    root = workspace_root(Path(arguments.workspace))
    if not (root / SETTINGS).is_file():
        raise fault("no_workspace", folder=root.name)
    write_starters(root)
    say([message("lab.opens")])
    from jupyterlab.labapp import LabApp  # asks other programs about themselves, for seconds

    paths = [str(place_of("start")), os.environ.get("JUPYTER_CONFIG_PATH", "")]  # ours asks for no news and updates
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    place = (f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{NOTEBOOKS}/{START_NOTEBOOK}")
    quiet = ("--LabApp.extension_manager=readonly", "--LabApp.log_level=ERROR", "--ServerApp.log_level=ERROR")
    LabApp.launch_instance([*place, *quiet])
    return 0


def order(arguments: argparse.Namespace) -> int:
    """`vbe order CYCLE`: the letters that ask the offices for their files, with the blanks."""
    from vbe_analysis.workspace.orders.letters import write_orders

    workspace, cycle = Workspace(arguments.workspace), arguments.cycle
    orders = write_orders(workspace, cycle)
    say([message("order.done" if orders.folders else "order.none", cycle=cycle)])
    say(f"  {folder.relative_to(workspace.root).as_posix()}/" for folder in orders.folders.values())
    say(message("order.kept", file=path.relative_to(workspace.root).as_posix()) for path in orders.kept)
    remember(workspace)
    there = (workspace.raw(cycle) / DELIVERIES).is_file()
    say([message("order.next" if there else "order.next_new", cycle=cycle)] if orders.folders else [])
    return 0


def new(arguments: argparse.Namespace) -> int:
    """`vbe new [CYCLE]`: leveranser.xlsx to fill in, or what is open in it; without a cycle that of each with files."""
    from vbe_analysis.workspace.create import new_cycle

    workspace = Workspace(arguments.workspace)
    with_files = [cycle for cycle in workspace.cycles if office_files(workspace.raw(cycle))]
    cycles = [arguments.cycle] if arguments.cycle else with_files
    if not cycles:
        raise fault("no_files")
    complete = 0
    for cycle in cycles:
        there = (workspace.raw(cycle) / DELIVERIES).exists()
        try:
            proposals = new_cycle(workspace, cycle)
        except InputError as error:
            if arguments.cycle or any(each.code != "deliveries_exist" for each in error.faults):
                raise
            complete += 1
            continue
        files = "" if cycle in with_files else message("new.files")
        say([message("new.completed" if there else "new.done", cycle=cycle, files=files)])
        for row in (row for row in proposals.rows if row.files):
            months = message("new.months", first=row.first, last=row.last) if row.first else ""
            say([message("new.row" if row.status else "new.open", **{**vars(row), "months": months})])
        say(message("new.old", file=file) for file in proposals.old)
        say(message("new.unknown", file=file) for file in proposals.unknown)
    remember(workspace)
    say([message("new.nothing")] if complete == len(cycles) else [])
    return 0


def overlaps(arguments: argparse.Namespace) -> int:
    """`vbe overlaps CYCLE`: dubbletter.xlsx, where a person decides which reports are one event."""
    from vbe_analysis.workspace.duplicates import write_book

    workspace = Workspace(arguments.workspace)
    workspace.period(arguments.cycle)
    if not workspace.record(arguments.cycle):
        raise fault("not_read_in", cycle=arguments.cycle)
    overlaps = workspace.overlaps(arguments.cycle)
    candidates, undecided, stale = write_book(workspace.raw(arguments.cycle), overlaps, workspace.settings)
    say([message("cli.overlaps", cycle=arguments.cycle, candidates=candidates, open=undecided, stale=stale)])
    return 0


def purge(arguments: argparse.Namespace) -> int:
    """`vbe purge [CYCLE]`: what is due for deletion; deleted only with a decision."""
    from vbe_analysis.editions.purge import due_cycles, purge_cycle

    workspace, today = Workspace(arguments.workspace), date.today()
    if arguments.decision:
        purge_cycle(workspace, arguments.cycle or "", arguments.decision, today)
        say([message("purge.done", cycle=arguments.cycle)])
        return 0
    cycles = [due for due in due_cycles(workspace, today) if arguments.cycle in (None, due.cycle)]
    say([message("purge.none")] if not cycles else [line for due in cycles for line in due.lines()])
    say([message("purge.how")] if cycles else [])
    return 0


def upgrade(arguments: argparse.Namespace) -> int:
    """`vbe upgrade`: an older workspace brought to this version, and what is left for a person; 1 where anything is."""
    from vbe_analysis.editions.upgrade import upgrade as brought

    with progress(arguments.quiet) as show:
        like = Path(arguments.like) if arguments.like else None
        lines = list(brought(Workspace(arguments.workspace), show, like))
    kinds = {line.kind for line in lines}
    for kind in ("done", "tried", "left"):
        say(
            [message(f"upgrade.{kind}"), *(f"  • {line.text}" for line in lines if line.kind == kind)]
            if kind in kinds
            else []
        )
    say([message("upgrade.next" if "done" in kinds else "upgrade.nothing")] if "left" not in kinds else [])
    return int("left" in kinds)
