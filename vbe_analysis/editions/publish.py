"""`vbe publish`: the public edition for good, when the analyst's texts are there and rest on what is published."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from vbe_analysis.chapter.contents import DRAFTS
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.chapter.data.picture import POLICE_YES, PUBLISHING
from vbe_analysis.chapter.own_texts import texts
from vbe_analysis.chapter.own_texts.claims import ORGANISATION
from vbe_analysis.config import load, message
from vbe_analysis.disclosure.policy import PUBLIC
from vbe_analysis.editions.build import (
    READ,
    BuiltEdition,
    Progress,
    board_slides,
    contents,
    executed_chapter,
    read_in,
    write_edition,
)
from vbe_analysis.editions.record import texts_hash
from vbe_analysis.errors import Fault, InputError, fault
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.storage import OWN_TEXTS, sha256
from vbe_analysis.workspace import frozen as freezing
from vbe_analysis.workspace.frozen import Frozen
from vbe_analysis.workspace.workspace import Workspace


def publish_edition(
    workspace: Workspace, cycle: str, decision: str, progress: Progress, police: Sequence[str] | None = None
) -> BuiltEdition:
    """Make the public edition without the draft's mark, with the decision's number.

    police: the role and the day of the police's yes to the text that tells what they say; without it the text is left
    out. Raises InputError, all faults at once and nothing written, where a text that must be there is missing, a number
    or claim in the texts is neither a fact nor confirmed, or the edition cannot be made safe; and for a reference or a
    role that holds personal data.
    """
    workspace.period(cycle)
    check_references(decision, police)
    read_in(workspace, cycle, progress)
    progress(message("build.running_publik"), READ)
    _check_texts(workspace, cycle)
    with as_published(police):
        document = executed_chapter(workspace, cycle, PUBLIC)
        slides = board_slides(workspace, cycle, PUBLIC)
    final = replace(document, cover=replace(document.cover, diarienummer=decision))
    return write_edition(workspace, final.cover, contents(final, workspace, slides))


@contextmanager
def as_published(police: Sequence[str] | None, final: bool = True) -> Iterator[None]:
    """What is made meanwhile is no draft where it is final, and has the police's words where they have said yes."""
    token, yes = PUBLISHING.set(final), POLICE_YES.set((police[0], police[1]) if police else None)
    try:
        yield
    finally:
        PUBLISHING.reset(token)
        POLICE_YES.reset(yes)


def register_sent(
    workspace: Workspace, cycle: str, record: Mapping[str, Any] | None, decision: str, today: date
) -> Frozen:
    """Freeze the draft that lies in publik/ because it has left the authority.

    record: its run record. Raises InputError where the draft is not whole and as it was made, where its texts have
    changed since, and where a number or claim in them is neither a fact nor confirmed: a confirmation changes no byte
    of the draft, which is made anew and registered.
    """
    check_references(decision, None)
    hashes: Mapping[str, str] = record["outputs"] if record else {}
    folder = workspace.reports(cycle, PUBLIC)
    files = [workspace.root / name for name in hashes]
    if not any(path.name == f"facts-{cycle}.json" for path in files):
        raise fault("no_draft", cycle=cycle)
    changed = [
        path
        for path in files
        if not path.is_file() or sha256(path) != hashes[path.relative_to(workspace.root).as_posix()]
    ]
    if changed:
        raise InputError(Fault("draft_changed", path.relative_to(folder).as_posix()) for path in changed)
    if record and record.get("texts") != texts_hash(workspace, cycle):
        raise fault("draft_texts_changed", cycle=cycle)
    if faults := _claims(workspace, cycle):
        raise InputError(faults)
    return freezing.freeze(workspace, cycle, files, freezing.SENT, decision, today.isoformat())


def check_references(decision: str, police: Sequence[str] | None) -> None:
    """Raise InputError where what the chapter prints of a decision, or of the police's yes, is no mere reference."""
    texts_ = {"--dnr": decision, **({"--police": police[0]} if police else {})}
    wrong = [at for at, text in texts_.items() if len(text) > 100 or kinds_in(text)]
    try:
        wrong += ["--police"] if police and not (police[0].strip() and date.fromisoformat(police[1])) else []
    except ValueError:
        wrong.append("--police")
    if wrong:
        raise InputError(Fault("publish_reference", values={"at": at}) for at in dict.fromkeys(wrong))


def _check_texts(workspace: Workspace, cycle: str) -> None:
    faults = []
    if texts.REQUIRED in texts.empty_texts(workspace.raw(cycle) / OWN_TEXTS):
        title = load("slots.sv")[texts.REQUIRED]["title"]
        faults.append(Fault("slot_required", values={"title": title, "name": texts.REQUIRED}))
    if faults := faults + _claims(workspace, cycle):
        raise InputError(faults)


def _claims(workspace: Workspace, cycle: str) -> list[Fault]:
    """What the public edition's own texts say that no published fact supports and nobody has confirmed."""
    picture = make_picture(workspace, cycle, PUBLIC)
    drafts = [draft(picture).markdown for draft in DRAFTS.values()]
    return [
        Fault(
            f"slot_{'organisation' if claim.kind == ORGANISATION else 'claim'}",
            claim.place,
            values={"claim": claim.text},
        )
        for claim in texts.unsupported_claims(
            workspace.raw(cycle) / OWN_TEXTS, picture.register.texts, workspace.settings.places, drafts
        )
    ]
