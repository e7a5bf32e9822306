"""An executed notebook, as the JSON of its file -> the document. Neither nbformat nor nbconvert is imported: slow."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import ValidationError

from vbe_analysis.chapter.data.check_facts import vouched
from vbe_analysis.disclosure.facts import to_json
from vbe_analysis.document.markdown import compose
from vbe_analysis.document.parts import MIMES, Cover, Part, Prose, part_of
from vbe_analysis.document.tree import Document
from vbe_analysis.errors import Fault, InputError

Cells = Sequence[tuple[int, Mapping[str, Any]]]
DRAWN = ("<Figure", "<Axes", "<matplotlib.", "[<matplotlib.", "<BarContainer")  # how matplotlib's own are printed
KEPT_OUT = "remove-cell"  # the cell tag that Jupyter Book also uses: the cell speaks to the analyst, not to the reader


def document_of(notebook: Mapping[str, Any], file: str = "", places: Collection[str] = ()) -> Document:
    """The chapter that the notebook's Markdown cells and outputs make up.

    notebook: the .ipynb as JSON; file: its name, for messages; places: as in `vouched`. A cell tagged "remove-cell"
    gives the Cover at most. Raises InputError if a cell was not run or failed, or shows anything but our parts (print,
    warning, bare frame), if there is not exactly one Cover, and as `compose` and `vouched` do. No output's content is
    ever quoted.
    """
    cells = list(enumerate(notebook["cells"], start=1))
    for check in (_failures, _unrun, _strays):
        if faults := list(check(file, cells)):
            raise InputError(faults)
    parts = [(number, part) for number, cell in cells for part in _parts(file, number, cell)]
    covers = [part for _, part in parts if isinstance(part, Cover)]
    if len(covers) != 1:
        raise InputError([Fault("cover_count", file, values={"count": len(covers)})])
    contents = [(number, part) for number, part in parts if not isinstance(part, Cover)]
    document = compose(covers[0], contents, file)
    facts = vouched(covers[0], contents, document.labels, file, places)
    return replace(document, facts=to_json(facts) if facts else "")


def _failures(file: str, cells: Cells) -> Iterator[Fault]:
    for number, output in _outputs(cells):
        if output["output_type"] == "error":
            # The text of our own errors is Swedish and safe; another's may quote a value.
            ours = output["ename"] in ("InputError", "VbeError")
            values = {"cell": number, "error": output["ename"], "told": output["evalue"] if ours else ""}
            yield Fault("cell_failed" if ours else "cell_broke", file, values=values)


def _unrun(file: str, cells: Cells) -> Iterator[Fault]:
    code = [(number, cell) for number, cell in cells if cell["cell_type"] == "code" and _text(cell["source"]).strip()]
    missing = [str(number) for number, cell in code if cell.get("execution_count") is None]
    if missing:
        yield Fault("not_executed", file, values={"cells": ", ".join(missing)})


def _strays(file: str, cells: Cells) -> Iterator[Fault]:
    for number, output in _outputs(cells):
        if output["output_type"] == "stream":
            yield Fault("stray_warning" if output["name"] == "stderr" else "stray_print", file, values={"cell": number})
        elif output["output_type"] in ("display_data", "execute_result") and not _mime(output):
            drawn = "image/png" in output["data"] or _text(output["data"].get("text/plain", "")).startswith(DRAWN)
            kind = "stray_chart" if drawn else "stray_output"
            yield Fault(kind, file, values={"cell": number})


def _outputs(cells: Cells) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return ((number, output) for number, cell in cells for output in cell.get("outputs", []))


def _parts(file: str, number: int, cell: Mapping[str, Any]) -> Iterator[Part]:
    out = KEPT_OUT in cell.get("metadata", {}).get("tags", [])
    if cell["cell_type"] == "markdown" and not out:
        yield Prose(_text(cell["source"]))
    for output in cell.get("outputs", []):
        if mime := _mime(output):
            try:
                part = part_of(mime, output["data"][mime])
            except ValidationError:
                raise InputError([Fault("unreadable_part", file, values={"cell": number})]) from None
            if isinstance(part, Cover) or not out:
                yield part


def _mime(output: Mapping[str, Any]) -> str:
    return next((mime for mime in MIMES if mime in output.get("data", {})), "")


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
