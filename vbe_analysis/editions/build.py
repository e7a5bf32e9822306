"""`vbe chapter`: read in what has changed, run the notebook, write each edition in all its formats."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vbe_analysis.chapter.contents import DRAFTS
from vbe_analysis.chapter.data.source_months import gaps_of
from vbe_analysis.chapter.notebook.collect import document_of
from vbe_analysis.chapter.notebook.main_part import main_part
from vbe_analysis.chapter.notebook.run import run_notebook
from vbe_analysis.chapter.own_texts import texts
from vbe_analysis.config import load, message
from vbe_analysis.disclosure.facts import facts_in, gather, to_json
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.document.annex import write_xlsx
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.html import write_html
from vbe_analysis.document.parts import DRAFT, Cover
from vbe_analysis.document.pdf import write_pdf
from vbe_analysis.document.slides import CHARTS, slide_files
from vbe_analysis.document.tree import Document, Heading, section_of
from vbe_analysis.editions import purge
from vbe_analysis.editions.beside import beside
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.storage import (
    CHAPTER,
    CHAPTER_NOTEBOOK,
    NOTEBOOKS,
    OWN_TEXTS,
    PASTED,
    RECORD,
    SLIDES_NOTEBOOK,
    UNFINISHED,
    replace_whole,
)
from vbe_analysis.swedish import listed
from vbe_analysis.workspace.cycle_record import damaged, differing_frames
from vbe_analysis.workspace.revision.workbook import read_log
from vbe_analysis.workspace.workspace import Workspace

Progress = Callable[[str, float], None]
"""Tells the user in a sentence what is being done, and the share of the work that lies behind (0-1)."""
READ, COUNTED, DRAWN, WRITTEN = 0.25, 0.6, 0.8, 0.9  # that share: all files are read in, the text is there, and so on


@dataclass(frozen=True)
class BuiltEdition:
    """What one run of the command made: file paths relative to the workspace, and the counts by environment.

    audit: the public edition's verdict and repairs.
    """

    cycle: str
    edition: str
    files: tuple[str, ...]
    counts: tuple[dict[str, Any], ...]
    audit: dict[str, Any] | None = None

    def lines(self) -> Iterator[str]:
        """What the command says at the end."""
        yield message(f"build.made_{self.edition}", cycle=self.cycle)
        yield from (f"  {file}" for file in self.files if f"/{CHARTS}/" not in file)
        charts = [file for file in self.files if f"/{CHARTS}/" in file]
        if charts:
            yield f"  {Path(charts[0]).parent.as_posix()}/ ({len(charts)})"

    def as_json(self) -> dict[str, Any]:
        return {"cycle": self.cycle, "edition": self.edition, "files": list(self.files), "counts": list(self.counts)}


def build_editions(
    workspace: Workspace, cycle: str, editions: Sequence[str], progress: Progress
) -> Iterator[BuiltEdition]:
    """Each edition as build_chapter makes it, in order; the others are made beside the first, in another process.

    An edition that is done stands, whatever becomes of those after it. Raises InputError as build_chapter does.
    """
    workspace.period(cycle)
    first, *others = editions
    with beside(_elsewhere) if others else nullcontext() as ask:  # it starts while the files are read in
        read_in(workspace, cycle, progress)
        answers = [ask(workspace.root, cycle, edition) for edition in others] if ask else []
        for edition in others:
            progress(message(f"build.running_{edition}"), READ)
        yield build_chapter(workspace, cycle, first, progress)
        for edition, answer in zip(others, answers, strict=True):
            progress(message(f"build.waiting_{edition}"), WRITTEN)
            yield write_edition(workspace, *answer())


def build_chapter(workspace: Workspace, cycle: str, edition: str, progress: Progress) -> BuiltEdition:
    """Make an edition of the cycle's chapter; the public one is a draft, audited.

    Raises InputError, the old files untouched, if anything in it cannot be trusted.
    """
    workspace.period(cycle)
    read_in(workspace, cycle, progress)
    progress(message(f"build.running_{edition}"), READ)
    return write_edition(workspace, *_rendered(workspace, cycle, edition, progress))


def _rendered(workspace: Workspace, cycle: str, edition: str, progress: Progress) -> tuple[Cover, dict[str, bytes]]:
    gc.freeze()  # the libraries are here to stay: to go through them again and again takes time
    document = executed_chapter(workspace, cycle, edition)
    progress(message("build.charts"), COUNTED)
    slides = board_slides(workspace, cycle, edition)
    if slides is None:
        progress(message("build.no_charts", file=SLIDES_NOTEBOOK), COUNTED)
    progress(message("build.writing"), DRAWN)
    return document.cover, contents(document, workspace, slides)


def _elsewhere(root: Path, cycle: str, edition: str) -> tuple[Cover, dict[str, bytes]]:
    """What another process makes of an edition: silent, and nothing written."""
    return _rendered(Workspace(root), cycle, edition, _nothing)


def _nothing(*_: object) -> None: ...


def build_slides(workspace: Workspace, cycle: str, edition: str, progress: Progress) -> list[Path]:
    """Make the board's charts alone; returns the files. Raises InputError as build_chapter does."""
    workspace.period(cycle)
    read_in(workspace, cycle, progress)
    progress(message("build.charts"), READ)
    slides = board_slides(workspace, cycle, edition)
    if slides is None:
        raise InputError([Fault("notebook_missing", SLIDES_NOTEBOOK)])
    return _put(workspace.reports(cycle, edition), slide_files(slides), (f"{CHARTS}/",))


def board_slides(workspace: Workspace, cycle: str, edition: str) -> Document | None:
    """The charts of notebook 4; None where a workspace has no such notebook."""
    if not (workspace.root / NOTEBOOKS / SLIDES_NOTEBOOK).is_file():
        return None
    return executed_chapter(workspace, cycle, edition, SLIDES_NOTEBOOK)


def executed_chapter(
    workspace: Workspace, cycle: str, edition: str = INTERNAL, name: str = CHAPTER_NOTEBOOK
) -> Document:
    """The chapter of a cycle that has been read in, as its notebook makes it; nothing is written.

    Raises InputError if the notebook is missing, or as document_of does.
    """
    notebook = workspace.root / NOTEBOOKS / name
    if not notebook.is_file():
        raise InputError([Fault("notebook_missing", name)])
    executed = run_notebook(notebook, {"cycle": cycle, "edition": edition})
    return document_of(executed, notebook.name, workspace.settings.places)


def contents(document: Document, workspace: Workspace, slides: Document | None = None) -> dict[str, bytes]:
    """The edition's files, path in its folder -> bytes: all formats, the board's slides, and the facts of both."""
    template = workspace.settings.template
    internal = document.cover.edition == INTERNAL
    files: dict[str, bytes] = {
        f"{CHAPTER}.html": write_html(document),
        f"{CHAPTER}.pdf": write_pdf(document),
        f"{CHAPTER}.docx": write_docx(document, workspace.root / template if template else None),
        f"{CHAPTER}.xlsx": write_xlsx(document),
    }
    if not internal:
        level, own = workspace.settings.heading_level, workspace.root / template if template else None
        files[PASTED] = write_docx(main_part(document), own, title_block=False, level=level)
        files |= _drafts(document, workspace)
    if document.facts:
        name = f"facts-{INTERNAL if internal else document.cover.period.label}.json"
        files[name] = _facts(document, slides, name).encode()
    return files | (slide_files(slides) if slides else {})


def _drafts(document: Document, workspace: Workspace) -> dict[str, bytes]:
    """A draft's own words for a text that nobody has written, each as a Word file to copy among the texts."""
    if document.cover.edition != DRAFT:
        return {}
    missing = texts.empty_texts(workspace.raw(document.cover.period.label) / OWN_TEXTS)
    files = {}
    for name in (name for name in DRAFTS if name in missing):
        section = section_of(document.blocks, load("slots.sv")[name]["title"])
        if section:
            heading = Heading(1, load("slots.sv")[name]["title"], name)
            own = replace(document, blocks=(heading, *section), footnotes=(), annex=())
            files[f"{DRAFT}/{name}.docx"] = write_docx(own, title_block=False)
    return files


def _facts(document: Document, slides: Document | None, file: str) -> str:
    """The facts of the chapter and of the slides beside it, as their file holds them."""
    if slides is None or not slides.facts:
        return document.facts
    own, theirs = facts_in(document.facts, file), facts_in(slides.facts, file)
    beside = [
        replace(fact, where=tuple(message("facts.slides", place=place) for place in fact.where))
        for fact in theirs.published
    ]
    return to_json(gather(own.dims, own.impossible, own.rule, [*own.published, *beside], own.periods))


def write_edition(workspace: Workspace, cover: Cover, files: Mapping[str, bytes]) -> BuiltEdition:
    """Put an edition's files in place: each is replaced whole, and what an earlier run left is taken away."""
    cycle = cover.period.label
    edition = INTERNAL if cover.edition == INTERNAL else PUBLIC
    folder = workspace.reports(cycle, edition)
    ours = (f"{CHARTS}/", f"{DRAFT}/", "facts-") if edition == PUBLIC else (f"{CHARTS}/",)
    _put(folder, files, ours)
    written = tuple((folder / name).relative_to(workspace.root).as_posix() for name in files)
    if edition == INTERNAL:
        return BuiltEdition(cycle, edition, written, _counts(cycle, workspace))
    return BuiltEdition(cycle, edition, written, (), {"verdict": "safe", "repairs": list(cover.repairs)})


def _put(folder: Path, files: Mapping[str, bytes], ours: tuple[str, ...]) -> list[Path]:
    """Replace each file whole, and take away what an earlier run left among `ours`."""
    for place in {(folder / name).parent for name in files}:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        name = path.relative_to(folder).as_posix()
        cut_off = path.name.startswith(".") and path.suffix == UNFINISHED  # of a run that was interrupted
        if name not in files and (cut_off or name.startswith(ours)):
            path.unlink()
    for name, content in files.items():
        replace_whole(folder / name, content)
    return [folder / name for name in files]


def read_in(workspace: Workspace, cycle: str, progress: Progress) -> None:
    """Read in every cycle up to this one whose raw files, profiles or settings have changed since they were read.

    Raises InputError before that for a log of the revision that the chapter cannot be written with.
    """
    read_log(workspace, cycle)
    upto = workspace.cycles[: workspace.cycles.index(cycle) + 1]
    with FileReader() as reader:
        for place, name in enumerate(upto):
            if name != cycle and not workspace.raw(name).is_dir():
                check_kept(workspace, name)
            elif not workspace.is_current(name):
                progress(message("build.reading", cycle=name), READ * place / len(upto))
                workspace.write(workspace.read_in(name, accept_rejects=accepted(workspace, name), reader=reader))


def check_kept(workspace: Workspace, cycle: str) -> None:
    """Raise InputError where the frames of a cycle that cannot be read in again are damaged, or gone after a purge."""
    folder, record = workspace.processed(cycle), workspace.record(cycle)
    names = differing_frames(folder, record)
    if names or (not record and purge.protocol(workspace, cycle)):
        raise damaged(folder, names[0] if names else RECORD)


def accepted(workspace: Workspace, cycle: str) -> bool:
    """Whether the cycle was read in without its rejects; a damaged record tells nothing."""
    try:
        return bool(workspace.record(cycle).get("accept_rejects", False))
    except InputError:
        return False


def _counts(cycle: str, workspace: Workspace) -> tuple[dict[str, Any], ...]:
    environments = list(workspace.vocabulary.environments)
    counts = workspace.counts(["environment"], cycle, environments=environments)
    known = counts.astype(object).where(counts.notna(), None)
    return tuple({str(key): value for key, value in row.items()} for row in known.to_dict("records"))


def to_do(workspace: Workspace, cycle: str) -> Iterator[str]:
    """Texts that are missing, possible duplicates nobody has decided on, and deliveries that lack months."""
    titles = [load("slots.sv")[name]["title"] for name in texts.empty_texts(workspace.raw(cycle) / OWN_TEXTS)]
    undecided = workspace.overlaps(cycle).undecided["candidate"].nunique()
    months, coverage = workspace.period(cycle).months, workspace.coverage(cycle)
    gaps = gaps_of(coverage[coverage["month"].isin(months)], workspace.vocabulary)
    sources = [gap.source.label for gap in gaps.values()]
    lines = [message("remaining.texts", titles=listed(titles))] if titles else []
    drafts = workspace.reports(cycle, PUBLIC) / DRAFT
    if titles and drafts.is_dir() and any(drafts.iterdir()):
        places = {"place": drafts, "own": workspace.raw(cycle) / OWN_TEXTS}
        named = {name: path.relative_to(workspace.root).as_posix() for name, path in places.items()}
        lines[0] += f" {message('remaining.drafts', **named)}"
    lines += [message("remaining.duplicates", count=undecided, cycle=cycle)] if undecided else []
    lines += [message("remaining.deliveries", sources=listed(sources))] if sources else []
    yield message("remaining.to_do" if lines else "remaining.nothing")
    yield from (f"  • {line}" for line in lines)
    files = {"page": workspace.reports(cycle) / f"{CHAPTER}.html", "pasted": workspace.reports(cycle, PUBLIC) / PASTED}
    names = {name: path.relative_to(workspace.root).as_posix() for name, path in files.items()}
    yield message("remaining.then" if lines else "remaining.publish", cycle=cycle, **names)
