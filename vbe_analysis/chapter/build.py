"""`vbe chapter`: read in what has changed, run the notebook, write the edition in all its formats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vbe_analysis.chapter.document import Document
from vbe_analysis.chapter.docx import write_docx
from vbe_analysis.chapter.html import write_html
from vbe_analysis.chapter.notebook import document_of
from vbe_analysis.chapter.pdf import write_pdf
from vbe_analysis.chapter.run import run_notebook
from vbe_analysis.chapter.xlsx import write_xlsx
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import INTERNAL
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.workspace import Workspace

NOTEBOOK = "3_lagesbild.ipynb"
NAME = "lagesbild"
CHARTS = "diagram"


@dataclass(frozen=True)
class Made:
    """What one run of the command made: file paths relative to the workspace, and the counts by environment."""

    cycle: str
    edition: str
    files: tuple[str, ...]
    counts: tuple[dict[str, Any], ...]

    def lines(self) -> Iterator[str]:
        """What the command says at the end."""
        yield message("build.made", cycle=self.cycle)
        yield from (f"  {file}" for file in self.files if f"/{CHARTS}/" not in file)
        charts = [file for file in self.files if f"/{CHARTS}/" in file]
        if charts:
            yield f"  {Path(charts[0]).parent.as_posix()}/ ({len(charts)})"

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {"cycle": self.cycle, "edition": self.edition, "files": list(self.files), "counts": list(self.counts)}


def build_chapter(workspace: Workspace, cycle: str, edition: str, said: Callable[[str], None]) -> Made:
    """Make the cycle's chapter. Raises InputError, the old files untouched, if anything in it cannot be trusted."""
    workspace.period(cycle)
    if edition != INTERNAL:
        raise InputError([Fault("no_public_edition")])
    _read_in(workspace, cycle, said)
    said(message("build.running"))
    document = executed_chapter(workspace, cycle, edition)
    said(message("build.writing"))
    folder = workspace.reports(cycle, edition)
    written = _write(document, folder, workspace)
    files = tuple(path.relative_to(workspace.root).as_posix() for path in written)
    return Made(cycle, edition, files, _counts(cycle, workspace))


def executed_chapter(workspace: Workspace, cycle: str, edition: str = INTERNAL) -> Document:
    """The chapter of a cycle that has been read in, as its notebook makes it; nothing is written.

    Raises InputError if the notebook is missing, or as document_of does.
    """
    notebook = workspace.root / "notebooks" / NOTEBOOK
    if not notebook.is_file():
        raise InputError([Fault("notebook_missing", NOTEBOOK)])
    return document_of(run_notebook(notebook, {"cycle": cycle, "edition": edition}), notebook.name)


def _read_in(workspace: Workspace, cycle: str, said: Callable[[str], None]) -> None:
    """Read in every cycle up to this one whose raw files, profiles or settings have changed since they were read."""
    upto = workspace.cycles[: workspace.cycles.index(cycle) + 1]
    for name in upto:
        if (name == cycle or workspace.raw(name).is_dir()) and not workspace.is_current(name):
            said(message("build.reading", cycle=name))
            accepted = bool(workspace.record(name).get("accept_rejects", False))
            workspace.write(workspace.read_in(name, accept_rejects=accepted))


def _write(document: Document, folder: Path, workspace: Workspace) -> list[Path]:
    """All formats, made in memory first: a file is replaced only when every one of them could be made."""
    template = workspace.settings.template
    contents: dict[str, bytes] = {
        f"{NAME}.html": write_html(document),
        f"{NAME}.pdf": write_pdf(document),
        f"{NAME}.docx": write_docx(document, workspace.root / template if template else None),
        f"{NAME}.xlsx": write_xlsx(document),
    }
    for figure in document.figures:
        contents[f"{CHARTS}/{figure.id}.svg"] = figure.svg.encode("utf-8")
        contents[f"{CHARTS}/{figure.id}.png"] = figure.png
        contents[f"{CHARTS}/{figure.id}.txt"] = figure.alt.encode("utf-8")
    (folder / CHARTS).mkdir(parents=True, exist_ok=True, mode=0o700)
    for stale in (path for path in (folder / CHARTS).iterdir() if f"{CHARTS}/{path.name}" not in contents):
        stale.unlink()
    for name, content in contents.items():
        target = folder / name
        new = target.with_name(f".{target.name}.ny")
        new.write_bytes(content)
        new.replace(target)
    return [folder / name for name in contents]


def _counts(cycle: str, workspace: Workspace) -> tuple[dict[str, Any], ...]:
    environments = list(workspace.vocabulary.environments)
    counts = workspace.counts(["environment"], cycle, environments=environments)
    known = counts.astype(object).where(counts.notna(), None)
    return tuple({str(key): value for key, value in row.items()} for row in known.to_dict("records"))
