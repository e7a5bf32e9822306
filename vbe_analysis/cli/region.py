"""What the commands do that go beyond one district: export, and all of `vbe region ...`."""

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from vbe_analysis.cli import progress, say
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.editions.build import READ, read_in
from vbe_analysis.errors import fault
from vbe_analysis.swedish import listed
from vbe_analysis.workspace.workspace import Workspace

if TYPE_CHECKING:
    from vbe_analysis.region.deliveries import Delivered
    from vbe_analysis.region.folder import Region


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


def region(arguments: argparse.Namespace) -> int:
    """`vbe region init FOLDER`: a region's folder; `check CYCLE`: what the districts have handed over; `chapter CYCLE`:
    the region's chapter, public and, where any district has handed over exact counts, internal; `ingest [FOLDER]`: the
    authority's own workspaces, read in; `split FILE`: each district's rows of a list for the whole city;
    `order CYCLE`: one request to each source for all of it."""
    from vbe_analysis.region.deliveries import read_deliveries
    from vbe_analysis.region.folder import new_region, open_region

    if arguments.action == "ingest":
        return _ingest(open_region(arguments.workspace), arguments)
    if not arguments.about:
        raise fault("region_how")
    if arguments.action == "init":
        folder = new_region(Path(arguments.about))
        say([message("region.done", folder=folder.resolve().name)])
        return 0
    if arguments.action == "order":
        return _order(open_region(arguments.workspace), arguments.about)
    if arguments.action == "split":
        return _split(open_region(arguments.workspace), arguments)
    own, cycle = open_region(arguments.workspace), arguments.about
    delivered = read_deliveries(own, cycle)
    if arguments.action == "chapter":
        return _chapter(own, cycle, delivered)
    names, every = delivered.districts(PUBLIC), own.districts(cycle)
    say([message("region.checked", cycle=cycle, count=len(names), of=len(every))])
    for district in every:
        editions = [message(f"region.edition.{edition}") for name, edition in delivered.exports if name == district]
        say([message("region.district", district=district, editions=listed(editions) or message("region.missing"))])
    say(message("region.unread", file=file) for file in delivered.unread)
    return 0


def _chapter(own: "Region", cycle: str, delivered: "Delivered") -> int:
    from vbe_analysis.region.chapter import write_chapter

    editions = [edition for edition in (PUBLIC, INTERNAL) if delivered.districts(edition)]
    files = [file for edition in editions for file in write_chapter(own, cycle, edition, delivered)]
    count, every = len({district for district, _ in delivered.exports}), len(own.districts(cycle))
    say([message("region.made", cycle=cycle, count=count, of=every)])
    say(f"  {file.relative_to(own.root).as_posix()}" for file in files)
    say([] if INTERNAL in editions else [message("region.internal_left")])
    return 0


def _ingest(own: "Region", arguments: argparse.Namespace) -> int:
    from vbe_analysis.region.reading import named_workspaces, read_workspaces

    folders = named_workspaces(own, arguments.about)
    with progress(arguments.quiet) as show:
        results = [*read_workspaces(folders, lambda name, share: show(message("region.reading", name=name), share))]
    stopped = [result for result in results if result.stopped]
    for result in stopped:
        say([message("region.stopped", name=result.name), *(f"  {line}" for line in result.stopped)], to_error=True)
    say([message("region.ingested", count=len(results) - len(stopped), of=len(results))])
    return 1 if stopped else 0


def _split(own: "Region", arguments: argparse.Namespace) -> int:
    from vbe_analysis.loaders.privacy.detect import safe_name
    from vbe_analysis.region.split import split_file

    path = Path(arguments.about)
    result = split_file(own, path, arguments.column)
    say([message("region.split", file=safe_name(path.name))])
    for file, count in result.files.values():
        say([message("region.split_file", place=file.relative_to(own.root).parent.as_posix(), count=count)])
    for sheet, rows in result.without.items():
        say([message("region.split_without", sheet=safe_name(sheet), rows=", ".join(map(str, rows)))])
    say(message("region.split_unread", sheet=safe_name(sheet)) for sheet in result.unread)
    return 0


def _order(own: "Region", cycle: str) -> int:
    from vbe_analysis.region.order import write_city_orders

    orders = write_city_orders(own, cycle)
    say([message("region.ordered", cycle=cycle)])
    say(f"  {folder.relative_to(own.root).as_posix()}/" for folder in orders.folders.values())
    say(message("order.kept", file=path.relative_to(own.root).as_posix()) for path in orders.kept)
    return 0
