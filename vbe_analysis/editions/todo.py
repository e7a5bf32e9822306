"""What `vbe chapter` ends with: what has changed since the last time, and what the analyst still has to do."""

from collections.abc import Iterator, Mapping
from typing import Any

from vbe_analysis.chapter.own_texts import texts
from vbe_analysis.chapter.text.coverage import gaps_of
from vbe_analysis.config import load, message
from vbe_analysis.storage import OWN_TEXTS
from vbe_analysis.swedish import listed
from vbe_analysis.workspace.workspace import Workspace

NAMED = 6  # so many changed files are named, more are counted


def changes(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Iterator[str]:
    """The inputs and rules that differ from the run record before; nothing where there was none."""
    if before is None:
        return
    names = [
        name for part in ("inputs", "rules") for name in sorted({*before[part], *now[part]})
        if before[part].get(name) != now[part].get(name) and not name.startswith("data/processed/")
    ]  # fmt: skip
    if not names:
        yield message("remaining.unchanged")
    elif len(names) <= NAMED:
        yield message("remaining.changed", files=", ".join(names))
    else:
        yield message("remaining.changed_many", count=len(names))


def to_do(workspace: Workspace, cycle: str) -> Iterator[str]:
    """Texts that are missing, possible duplicates nobody has decided on, and deliveries that lack months."""
    titles = [load("slots.sv")[name]["title"] for name in texts.empty_texts(workspace.raw(cycle) / OWN_TEXTS)]
    undecided = workspace.overlaps(cycle).undecided["candidate"].nunique()
    months, coverage = workspace.period(cycle).months, workspace.coverage(cycle)
    gaps = gaps_of(coverage[coverage["month"].isin(months)], workspace.vocabulary).values()
    sources = [gap.source.label for gap in gaps]
    told = [message("remaining.texts", titles=listed(titles))] if titles else []
    told += [message("remaining.duplicates", count=undecided, cycle=cycle)] if undecided else []
    told += [message("remaining.deliveries", sources=listed(sources))] if sources else []
    yield message("remaining.to_do" if told else "remaining.nothing")
    yield from (f"  • {line}" for line in told)
