"""`vbe order CYCLE`: a folder a source in begaran/<cycle>/, with the letter that asks for its months and, for a source
that has no form of the city's own, the blank.

A file that a person has changed is never written over: it differs from what was written, by the hash kept beside it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from vbe_analysis.config import message, message_table
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.markdown import compose
from vbe_analysis.document.parts import LETTER, Cover, Prose
from vbe_analysis.document.templates import render
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.privacy.detect import kinds_in
from vbe_analysis.periods import swedish_months
from vbe_analysis.settings import FILE
from vbe_analysis.storage import ORDERS, replace_whole, sha256, sha256_of
from vbe_analysis.swedish import swedish_date
from vbe_analysis.workspace.orders.asked import Asking, asked_of, kind_of_order
from vbe_analysis.workspace.orders.blanks import blank_book
from vbe_analysis.workspace.orders.profiles import form_columns, form_name, type_labels

WRITTEN = ".skrivet.json"  # beside the letters: name -> sha256 of each file as it was written
_MAILBOX = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
_MARKDOWN = re.compile(r"([\\*\[\]<`])")


@dataclass(frozen=True)
class Orders:
    """What `vbe order` did. folders: source -> where its files lie; kept: files that a person changed, left alone."""

    folders: Mapping[str, Path]
    kept: tuple[Path, ...] = field(default=())


def write_orders(workspace: Asking, cycle: str, for_city: bool = False) -> Orders:
    """Write the letter and blank of each source that has not delivered all months that it is asked for.

    for_city: whether one list is asked for of all districts, which each row then names.

    Raises InputError, all at once, for what vbe.toml lacks, and for a leveranser.xlsx that cannot be read.
    """
    deadline = _deadline(workspace, cycle)
    folders, kept = dict[str, Path](), list[Path]()
    for source, months in asked_of(workspace, cycle).months.items():
        folder = folders[source] = workspace.root / ORDERS / cycle / source
        kept += _write(folder, _files(workspace, cycle, source, months, deadline, for_city))
    return Orders(folders, tuple(kept))


def _deadline(workspace: Asking, cycle: str) -> date:
    """The day by which the offices answer. Raises InputError for all that the letters need and vbe.toml lacks."""
    order, span = workspace.settings.order, workspace.settings.cycles[workspace.period(cycle).label]
    number = span.diarienummer or workspace.settings.diarienummer
    needed = {"contact": order.contact, "mailbox": order.mailbox, "sending": order.sending}
    faults = [
        Fault("order_missing", FILE, values={"key": key, "line": message(f"order.line.{key}")})
        for key, text in needed.items()
        if not text.strip()
    ]
    if kinds := kinds_in(order.contact):
        faults.append(Fault("order_contact", FILE, values={"kinds": kinds}))
    if order.mailbox.strip() and not _MAILBOX.fullmatch(order.mailbox.strip()):
        faults.append(Fault("order_mailbox", FILE))
    elif kinds_in(re.sub(r"[\W_]+", " ", order.mailbox.partition("@")[0])):
        faults.append(Fault("order_mailbox_person", FILE))
    template = workspace.settings.template
    if template and not (workspace.root / template).is_file():
        faults.append(Fault("template_missing", FILE, values={"template": template}))
    cycle_faults = {"order_no_number": not number.strip(), "order_no_deadline": span.deadline is None}
    faults += [Fault(code, FILE, values={"cycle": cycle}) for code, missing in cycle_faults.items() if missing]
    if span.deadline is None or faults:
        raise InputError(faults)
    return span.deadline


def _files(
    workspace: Asking, cycle: str, source: str, months: tuple[str, ...], deadline: date, for_city: bool
) -> Iterator[tuple[str, bytes]]:
    """(name, content) of what one source gets."""
    settings, vocabulary, period = workspace.settings, workspace.vocabulary, workspace.period(cycle)
    kind, term = kind_of_order(source), vocabulary.sources[source]
    form = form_name(source, cycle, vocabulary)
    number = settings.cycles[cycle].diarienummer or settings.diarienummer
    what = message_table("order.what")
    values = {
        "board": settings.board,
        "area_name": settings.area_name,
        "what": what.get(source, what["other"]),
        "months": swedish_months(months),
        "deadline": swedish_date(deadline),
        "diarienummer": number,
        "form": form,
        **vars(settings.order),
    }
    values = {name: _plain(str(text)) for name, text in values.items()}
    choices = {
        "environment": [environment.label for environment in vocabulary.environments.values()],
        "event_type": type_labels(source, vocabulary),
        "area": [*settings.areas.values(), *settings.areas_outside] or [message("order.areas")],
    }
    questions = [
        (column.as_, column.headings[0].replace("*", values["months"]), _plain(", ".join(choices.get(column.as_, ()))))
        for column in form_columns(kind)
    ]
    text = render("letters/begaran.md.j2", kind=kind, questions=questions, for_city=for_city, **values)
    title, receiver = message("order.title"), message(f"order.to.{kind}", label=term.label, text=term.text)
    cover = Cover(title, LETTER, period, settings.district, settings.board, number, receiver)
    own = workspace.root / settings.template if settings.template else None
    yield f"{title}.docx", write_docx(compose(cover, [(1, Prose(text))]), own)
    if kind == "list":
        yield f"{form}.xlsx", blank_book(settings, cycle, source, months, deadline)


def _plain(text: str) -> str:
    """The text on one line, with nothing that Markdown would take for a mark."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _write(folder: Path, contents: Iterator[tuple[str, bytes]]) -> Iterator[Path]:
    """Write a folder's files; the paths of those that a person has changed, which are left as they are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    register = folder / WRITTEN
    hashes: dict[str, str] = {}
    if register.is_file():
        try:
            hashes = dict(json.loads(register.read_text(encoding="utf-8")))
        except ValueError:  # then every file counts as changed
            hashes = {}
    for name, content in contents:
        path = folder / name
        if path.exists() and sha256(path) not in (hashes.get(name), sha256_of(content)):
            yield path
            continue
        replace_whole(path, content)
        hashes[name] = sha256_of(content)
    replace_whole(register, json.dumps(hashes, ensure_ascii=False, indent=1).encode())
