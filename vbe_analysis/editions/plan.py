"""`vbe followup` and `vbe plan write`: the plan's pages and its Word file, of what the public edition may show."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.chapter.data.plan import check_texts, edition_picture
from vbe_analysis.chapter.notebook.main_part import main_part
from vbe_analysis.config import message
from vbe_analysis.disclosure.policy import PUBLIC
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.html import write_html
from vbe_analysis.document.markdown import compose
from vbe_analysis.document.parts import Cover, Prose, Table
from vbe_analysis.editions.build import DRAWN, READ, Progress, executed_chapter, read_in
from vbe_analysis.editions.publish import as_published, check_references
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.loaders.privacy.detect import safe_name
from vbe_analysis.plan.activities import (
    earlier_plan,
    read_activities,
)
from vbe_analysis.plan.document import WrittenPlan, new_plan_document, write_plan
from vbe_analysis.plan.edition import EditionPicture
from vbe_analysis.plan.followup import followup_parts, followup_text
from vbe_analysis.plan.tertial import tertial_note
from vbe_analysis.storage import replace_whole
from vbe_analysis.workspace.frozen import PUBLISHED, frozen
from vbe_analysis.workspace.workspace import Workspace

FOLDER = FOLLOWUP_FILE = "uppfoljning"
TERTIAL_FILE = "tertialnotering"
PLAN_FOLDER = "plan"


def public_picture(workspace: Workspace, cycle: str) -> EditionPicture:
    """The public picture of a cycle that has been read in, audited. Raises InputError where it cannot be made safe."""
    workspace.period(cycle)
    if not workspace.record(cycle):
        raise fault("not_read_in", cycle=cycle)
    return edition_picture(workspace, make_picture(workspace, cycle, PUBLIC))


def write_followup(workspace: Workspace, cycle: str, day: date, progress: Progress) -> list[Path]:
    """Write the follow-up's files, each replaced whole, into reports/<cycle>/uppfoljning; returns them.

    day: the day that the state of the activities is of. Raises InputError, the old files untouched, as read_activities,
    check_texts and public_picture do.
    """
    activities, earlier = read_activities(workspace, cycle), earlier_plan(workspace, cycle)
    check_texts(workspace, activities)
    before = read_activities(workspace, earlier) if earlier else None
    read_in(workspace, cycle, progress)
    progress(message("build.running_publik"), READ)
    public = public_picture(workspace, cycle)
    progress(message("build.writing"), DRAWN)
    title = message("followup.title", period=public.period.name)
    files = _page(workspace, public, FOLLOWUP_FILE, title, followup_parts(activities, before, public, day))
    files[f"{FOLLOWUP_FILE}.txt"] = followup_text(activities, before, public, day).encode()
    if note := tertial_note(public):
        title = message("followup.tertial_title", number=note.number, year=note.year)
        files |= _page(workspace, public, TERTIAL_FILE, title, note.parts)
    folder = workspace.reports(cycle, FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        replace_whole(folder / name, content)
    return [folder / name for name in files]


def write_plan_file(
    workspace: Workspace, cycle: str, earlier: Path | None, police: Sequence[str] | None, progress: Progress
) -> tuple[Path, WrittenPlan]:
    """Write reports/<cycle>/plan/handlingsplan-<cycle>.docx, or the next free name: what was written stays.

    earlier: last year's plan, which this one is a copy of; police: as publish_edition takes it. The chapter in it is a
    draft until the cycle's public edition is published.
    Raises InputError, nothing written, as read_activities, check_texts, build_chapter and write_plan do.
    """
    activities = read_activities(workspace, cycle)
    check_texts(workspace, activities)
    check_references("", police)
    if earlier and not earlier.is_file():
        raise InputError([Fault("file_missing", safe_name(earlier.name))])
    read_in(workspace, cycle, progress)
    progress(message("build.running_publik"), READ)
    decisions = _decisions(workspace, cycle)
    with as_published(police, final=bool(decisions)):
        whole = executed_chapter(workspace, cycle, PUBLIC)
    cover = replace(whole.cover, diarienummer=decisions[-1]) if decisions else whole.cover
    chapter = main_part(replace(whole, cover=cover))
    progress(message("build.writing"), DRAWN)
    title = message("plan.document.title", period=cover.period.name)
    if earlier:
        written = write_plan(earlier, chapter, activities, title)
    else:
        document = new_plan_document(chapter, activities, replace(cover, title=title))
        own = workspace.root / workspace.settings.template if workspace.settings.template else None
        written = WrittenPlan(write_docx(document, own), (), ())
    folder = workspace.reports(cycle, PLAN_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = (f"handlingsplan-{cycle}{f'-{number}' if number > 1 else ''}.docx" for number in count(1))
    path = next(path for name in names if not (path := folder / name).exists())
    replace_whole(path, written.content)
    return path, written


def _decisions(workspace: Workspace, cycle: str) -> list[str]:
    """The decisions by which the cycle's public edition was published."""
    own = (edition for edition in frozen(workspace) if (edition.cycle, edition.kind) == (cycle, PUBLISHED))
    return [edition.decision for edition in own]


def _page(
    workspace: Workspace, public: EditionPicture, name: str, title: str, parts: Iterable[Prose | Table]
) -> dict[str, bytes]:
    """A page as a Word file and as HTML; a draft until the cycle's public edition is published."""
    settings, cycle = workspace.settings, public.period.label
    cover = Cover(
        title=title,
        edition=PUBLIC if _decisions(workspace, cycle) else "utkast",
        period=public.period,
        organisation=settings.district,
        board=settings.board,
        diarienummer=settings.cycles[cycle].diarienummer or settings.diarienummer,
    )
    document = compose(cover, [(place, part) for place, part in enumerate(parts, 1)])
    own = workspace.root / settings.template if settings.template else None
    return {f"{name}.docx": write_docx(document, own), f"{name}.html": write_html(document)}
