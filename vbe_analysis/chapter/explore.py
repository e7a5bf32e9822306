"""What the notebooks 1_underlag and 2_jamforelse show the analyst: small tables, no function to write."""

from typing import Any

import pandas as pd

from vbe_analysis.chapter.making import table_of
from vbe_analysis.chapter.parts import Table
from vbe_analysis.config import message
from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, NOTHING
from vbe_analysis.periods import swedish_date, swedish_months
from vbe_analysis.vocabulary import HISTORY
from vbe_analysis.workspace import Workspace

Rows = list[dict[str, Any]]


def deliveries(workspace: Workspace, cycle: str) -> Table:
    """A row a source: months by status, and how many answered a survey."""
    coverage = workspace.coverage(cycle)
    found: Rows = []
    for source, mine in coverage[coverage["environment"] == ""].groupby("source", sort=False):
        row: dict[str, Any] = {_word("source"): workspace.vocabulary.sources[str(source)].label}
        for status in (DELIVERED, NOTHING, NOT_DELIVERED, NOT_ASKED):
            row[_word(status)] = swedish_months(tuple(mine.loc[mine["status"] == status, "month"])) or "–"
        row[_word("asked")], row[_word("answered")] = mine["asked"].max(), mine["answered"].max()
        found.append(row)
    return _table("leveranser", found)


def rows(workspace: Workspace, cycle: str) -> Table:
    """A row a sheet: rows in the file = loaded + ignored by named rules + rejected."""
    found: Rows = []
    for entry in workspace.record(cycle).get("inputs", []):
        for sheet in entry["sheets"]:
            ignored = ", ".join(f"{rule}: {count}" for rule, count in sheet["ignored"].items()) or "–"
            numbers = {_word("rows"): sheet["rows"], _word("loaded"): sheet["loaded"]}
            numbers |= {_word("ignored"): ignored, _word("rejected"): sheet["rejected"]}
            found.append({_word("file"): entry["file"], _word("sheet"): sheet["sheet"] or "–", **numbers})
    return _table("rader", found)


def rejects(workspace: Workspace, cycle: str) -> Table:
    """A row for each cell or row that was left out, with the reason and what to do."""
    names = ("file", "sheet", "row", "column", "reason", "advice")
    found = [{_word(name): row[name] or "–" for name in names} for row in workspace.rejects(cycle).to_dict("records")]
    return _table("underkanda", found)


def not_counted(workspace: Workspace, cycle: str) -> Table:
    """The reports that lie outside the period or pass its boundary."""
    events = workspace.events(cycle)
    mine = events[(events["not_counted"] != "") & (events["source"] != HISTORY)]
    sources = workspace.vocabulary.sources
    found: Rows = [
        {
            _word("source"): sources[row["source"]].label,
            _word("from"): swedish_date(row["date_from"]),
            _word("to"): swedish_date(row["date_to"]),
            _word("reason"): _word(row["not_counted"]),
            _word("file"): row["file"],
            _word("row"): row["row"],
        }
        for row in mine.to_dict("records")
    ]
    return _table("raknas_inte", found)


def overlaps(workspace: Workspace, cycle: str) -> Table:
    """The reports that may be one event, by candidate."""
    words = workspace.vocabulary
    found: Rows = [
        {
            _word("candidate"): row["candidate"],
            _word("date"): swedish_date(row["date"]),
            _word("area"): workspace.settings.areas.get(row["area"], "–"),
            _word("type"): words.event_types[row["event_type"]].label,
            _word("environment"): words.all_environments[row["environment"]].label,
            _word("source"): words.sources[row["source"]].label,
        }
        for row in workspace.overlaps(cycle).reports.to_dict("records")
    ]
    return _table("dubbletter", found)


def _table(name: str, rows: Rows) -> Table:
    frame = pd.DataFrame(rows or [{_word("nothing"): _word("nothing_to_show")}])
    return table_of(frame, id=name, title=_word(f"title_{name}"), source=message("tables.own_source"))


def _word(key: str) -> str:
    return message(f"explore.{key}")
