"""What the commands do that go beyond one district: export."""

import argparse
from datetime import date

from vbe_analysis.cli import progress, say
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import INTERNAL
from vbe_analysis.editions.build import READ, read_in
from vbe_analysis.workspace.workspace import Workspace


def export(arguments: argparse.Namespace) -> int:
    """`vbe export CYCLE`: what the published edition says, as a file for the region; --edition intern: exact counts."""
    from vbe_analysis.region.district import FOLDER, LOG, write_export

    workspace, cycle, edition = Workspace(arguments.workspace), arguments.cycle, arguments.edition
    workspace.period(cycle)
    with progress(arguments.quiet) as show:
        if edition == INTERNAL:
            read_in(workspace, cycle, show)
        show(message(f"build.running_{edition}"), READ)
        files = write_export(workspace, cycle, edition, arguments.decision, arguments.receiver, date.today())
    log = (workspace.reports(cycle, FOLDER) / LOG).relative_to(workspace.root).as_posix()
    say([message(f"export.done_{edition}", cycle=cycle, log=log)])
    say(f"  {file.relative_to(workspace.root).as_posix()}" for file in files)
    return 0
