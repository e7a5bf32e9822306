"""The quality report of a cycle (underlag): what is wrong with the files, office by office, ready to be mailed back.

It shows no cell but the label, date or number that could not be read. It is written also when the load was stopped:
that is when it is needed most.
"""

from collections.abc import Iterator
from pathlib import Path

from vbe_analysis.chapter.quality.offices import STATUSES, Office, Quality, Remark, Tally, offices, quality_words
from vbe_analysis.chapter.quality.workbook import write_book
from vbe_analysis.config import load, message
from vbe_analysis.document.html import write_html
from vbe_analysis.document.parts import Cover, Table
from vbe_analysis.document.tree import Block, Document, Heading, Items, Paragraph, Run
from vbe_analysis.errors import Fault, InputError, sheet_in_words
from vbe_analysis.loaders.cycle import Ingested
from vbe_analysis.loaders.deliveries.deliveries import Delivery, read_deliveries
from vbe_analysis.storage import replace_whole
from vbe_analysis.workspace.workspace import Workspace

NAME = "underlag"


def write_quality(workspace: Workspace, cycle: str, outcome: Ingested | InputError) -> tuple[Path, Path]:
    """Write reports/<cycle>/intern/underlag.html and .xlsx: what `workspace.read_in(cycle)` gave, or raised.

    Returns their paths. Raises InputError where a file is open in another program.
    """
    settings = workspace.settings
    cover = Cover(
        title=message("quality.title"),
        subtitle=message("quality.subtitle", cycle=cycle),
        edition="intern",
        period=workspace.period(cycle),
        organisation=settings.district,
        board=settings.board,
    )
    names = {source: term.label for source, term in workspace.vocabulary.sources.items()}
    stopped = isinstance(outcome, InputError)
    quality = Quality(cover, stopped, offices(outcome, _deliveries(workspace, cycle), names))
    folder = workspace.reports(cycle)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    html, xlsx = folder / f"{NAME}.html", folder / f"{NAME}.xlsx"
    for path, content in {html: write_html(_document(quality)), xlsx: write_book(quality)}.items():
        try:
            replace_whole(path, content)  # a cut-off run leaves the last whole report
        except PermissionError:
            raise InputError([Fault("file_locked", path.name)]) from None
    return html, xlsx


def _deliveries(workspace: Workspace, cycle: str) -> tuple[Delivery, ...]:
    """The rows of leveranser.xlsx that can be read; what is wrong with the others is among the faults."""
    try:
        period, sources = workspace.period(cycle), workspace.vocabulary.sources
        return read_deliveries(workspace.raw(cycle), period, sources, faults=[]).rows
    except InputError:
        return ()


def _document(quality: Quality) -> Document:
    guide = tuple((_paragraph(line),) for line in load("messages.sv")["quality"]["guide"])
    blocks: list[Block] = [Heading(1, message("quality.now"), "laget-nu"), _paragraph(quality.state)]
    blocks += [_overview(quality)] if quality.offices else []
    blocks += [Heading(1, message("quality.guide_title"), "lasa"), Items(False, guide)]
    for number, office in enumerate(quality.offices, 1):
        blocks.append(Heading(1, office.name, f"kontor-{number}"))
        blocks += list(_office(office, number)) or [_paragraph(quality.nothing)]
    return Document(quality.cover, tuple(blocks))


def _overview(quality: Quality) -> Table:
    header, numbers = quality.overview
    names = [office.name for office in quality.offices]
    cells = tuple((name, *map(str, row)) for name, row in zip(names, numbers, strict=True))
    values = tuple((None, *row) for row in numbers)
    return Table("laget", message("quality.overview"), message("quality.overview_source"), header, cells, values)


def _office(office: Office, number: int) -> Iterator[Block]:
    """A table a status and one of the rows; none for an office without remarks and rows."""
    for status in STATUSES:
        remarks = [remark for remark in office.remarks if remark.status == status]
        if remarks:
            yield _remarks(remarks, f"{status}-{number}")
    if office.tallies:
        yield _tallies(office.tallies, f"rader-{number}")


def _remarks(remarks: list[Remark], name: str) -> Table:
    """The file stands above the table where all remarks share it, else in each row."""
    files = {remark.file for remark in remarks}
    shared = next(iter(files)) if len(files) == 1 else ""
    header = (message("quality.place" if shared else "quality.file_place"), *quality_words("what", "remedy"))
    cells = tuple((_place(remark, "" if shared else remark.file), remark.what, remark.remedy) for remark in remarks)
    title, source = message(f"quality.many_{remarks[0].status}"), message("quality.file_source")
    scope = message("quality.in_file", file=shared) if shared else ""
    return Table(name.replace("_", "-"), title, source, header, cells, scope=scope)


def _place(remark: Remark, file: str) -> str:
    parts = [file, sheet_in_words(remark.sheet) if remark.sheet else "", remark.row_words]
    parts.append(message("place.letter", letter=remark.column) if remark.column else "")
    whole = message("quality.whole_file" if remark.file else "quality.whole_cycle")
    return ", ".join(part for part in parts if part) or whole


def _tallies(tallies: tuple[Tally, ...], name: str) -> Table:
    header = quality_words("tally_place", "tally_rows", "tally_loaded", "tally_left_out", "tally_ignored")
    cells, values = [], []
    for tally in tallies:
        place = ", ".join([tally.file, *([sheet_in_words(tally.sheet)] if tally.sheet else [])])
        numbers = (tally.rows, tally.loaded, tally.rejected)
        cells.append((place, *map(str, numbers), tally.ignored_words))
        values.append((None, *numbers, None))
    title, source, note = quality_words("tally", "file_source", "tally_note")
    return Table(name, title, source, header, tuple(cells), tuple(values), notes=(note,))


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))
