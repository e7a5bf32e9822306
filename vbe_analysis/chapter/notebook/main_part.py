"""The chapter's main part, to paste into the plan: without the annex and without what the board is asked."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from vbe_analysis.config import load, message
from vbe_analysis.document.parts import Figure, Table
from vbe_analysis.document.tree import Block, Box, Document, Heading, Items, Paragraph, Run

_QUESTION = re.compile(r"(?:^|(?<=[.?!])\s+)[A-ZÅÄÖ][^.?!]*\?")


def main_part(document: Document) -> Document:
    """The blocks before the annex; references to a table or figure that it lacks say where that stands.

    It ends with three lines: what an interval means, what is protected, and where the annex is.
    """
    kept = [*_kept(document.blocks), None]
    blocks = tuple(block for block, after in pairwise(kept) if block and not _is_empty(block, after))
    here = {block.id for block in blocks if isinstance(block, Table | Figure)}
    used = [run.note for run in _runs(blocks) if run.note]
    notes = {number: place for place, number in enumerate(dict.fromkeys(used), start=1)}

    def own(runs: tuple[Run, ...]) -> tuple[Run, ...]:
        opened = ["", *(run.text for run in runs)]
        return tuple(_own(run, before.endswith("("), here, notes) for run, before in zip(runs, opened, strict=False))

    changed = tuple(_changed(block, own) for block in blocks)
    footnotes = tuple(tuple(_changed(block, own) for block in document.footnotes[number - 1]) for number in notes)
    lines = tuple(Paragraph((Run(line),)) for line in _last_lines(document))
    reading = Heading(2, message("pasted.reading"), "lasning")
    return replace(document, blocks=(*_under_one(changed), reading, *lines), footnotes=footnotes, annex=())


def _under_one(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with all later sections a step below the first heading: in the plan they are parts of its one."""
    sections = 0
    for block in blocks:
        sections += isinstance(block, Heading) and block.level == 1
        yield replace(block, level=block.level + 1) if isinstance(block, Heading) and sections > 1 else block


def _kept(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks before the annex; what the board is asked stands there as statements, without the questions."""
    asked = 0  # the level of the section that asks
    for block in blocks:
        if isinstance(block, Heading):
            if block.level == 1 and block.text == message("document.annex_heading"):
                return
            if not asked or block.level <= asked:
                asked = block.level if block.text == load("slots.sv")["att_ta_stallning_till"]["title"] else 0
            yield replace(block, text=message("pasted.improve")) if asked == block.level else block
        else:
            yield from _statements([block]) if asked else [block]


def _is_empty(block: Block, after: Block | None) -> bool:
    """Whether a block heads what the board is asked, and nothing of that is left."""
    heads = isinstance(block, Heading) and block.text == message("pasted.improve")
    return heads and (after is None or isinstance(after, Heading))


def _statements(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks without their questions; what asked and nothing else is gone."""
    for block in blocks:
        if isinstance(block, Items):
            items = tuple(tuple(_statements(item)) for item in block.items)
            if any(items):
                yield replace(block, items=tuple(item for item in items if item))
        elif isinstance(block, Paragraph):
            runs = tuple(replace(run, text=text) for run in block.runs if (text := _QUESTION.sub("", run.text)))
            if any(run.text.strip(" .") and not run.note for run in runs):
                yield replace(block, runs=runs)
        else:
            yield block


def _last_lines(document: Document) -> Iterator[str]:
    period, number = document.cover.period, document.cover.diarienummer
    named = [message("pasted.period", name=period.name, period=period)] if period.name not in str(period) else []
    yield " ".join([*named, message("pasted.interval")])
    yield message("pasted.protected")
    yield message("pasted.annex_numbered", diarienummer=number) if number else message("pasted.annex_where")


def _own(run: Run, in_brackets: bool, here: set[str], notes: Mapping[int, int]) -> Run:
    if run.note:
        return Run(str(notes[run.note]), note=notes[run.note])
    if run.target and run.target not in here:
        key = "pasted.see" if in_brackets else "pasted.in"
        return replace(run, text=message(key, label=run.text), target="")
    return replace(run, text=_apart(run.text))


def _apart(text: str) -> str:
    """The text as it stands in another document than the workbook's."""
    return text.replace(*load("messages.sv")["pasted"]["workbook"])


def _changed(block: Block, own: Callable[[tuple[Run, ...]], tuple[Run, ...]]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, runs=own(block.runs))
    if isinstance(block, Items):
        return replace(block, items=tuple(tuple(_changed(each, own) for each in item) for item in block.items))
    if isinstance(block, Box):
        return replace(block, blocks=tuple(_changed(each, own) for each in block.blocks))
    if isinstance(block, Table):
        return replace(block, notes=tuple(map(_apart, block.notes)))
    return block


def _runs(blocks: Iterable[Block]) -> Iterator[Run]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.runs
        elif isinstance(block, Items | Box):
            for inner in block.blocks if isinstance(block, Box) else sum(block.items, ()):
                yield from _runs((inner,))
