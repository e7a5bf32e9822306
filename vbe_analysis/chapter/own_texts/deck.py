"""A PowerPoint file (pptx) as text: what stands on each slide, what is read aloud of its pictures, and the notes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import Any
from zipfile import ZipFile

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.preflight import Limits, inspect_parts, open_archive, read_part

DECK = "ppt/presentation.xml"
SLIDE, ALTERNATIVE, NOTES = "slide", "alternative", "notes"


@dataclass(frozen=True)
class DeckText:
    """A paragraph. slide: its slide's number, from 1; place: SLIDE, ALTERNATIVE (of a picture) or NOTES."""

    slide: int
    place: str
    text: str


def deck_texts(path: Path) -> list[DeckText]:
    """Every paragraph of a .pptx, slide by slide, also in tables, groups and charts; InputError where it is none."""
    limits = Limits()
    try:
        archive = open_archive(path.read_bytes(), limits)
        inspect_parts(archive, limits)
        return list(_texts(archive))
    except (InputError, OSError, KeyError):
        raise InputError([Fault("deck_unreadable", path.name)]) from None


def _texts(archive: ZipFile) -> Iterator[DeckText]:
    related = _related(archive, DECK)
    for number, slide in enumerate(read_part(archive, DECK).iter("sldId"), start=1):
        _, name = related[slide.attrib["id"]]  # the relation's; a slide's own number has given way to it
        yield from _of(archive, name, number, SLIDE)
        for kind, part in _related(archive, name).values():
            if kind in ("chart", "diagramData"):
                yield from _of(archive, part, number, SLIDE)
            elif kind == "notesSlide":
                yield from _of(archive, part, number, NOTES)


def _of(archive: ZipFile, name: str, number: int, place: str) -> Iterator[DeckText]:
    root = read_part(archive, name)
    texts = [(place, "".join(run.text or "" for run in paragraph.iter("t"))) for paragraph in root.iter("p")]
    texts += [(place, value.text or "") for value in root.iter("v")]  # a chart's labels and numbers
    texts += [(ALTERNATIVE, picture.get(key, "")) for picture in root.iter("cNvPr") for key in ("title", "descr")]
    yield from (DeckText(number, where, " ".join(text.split())) for where, text in texts if text.strip())


def _related(archive: ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """Id -> kind and name of each part that a part names."""
    folder, _, file = name.rpartition("/")
    relations = f"{folder}/_rels/{file}.rels"
    if relations not in archive.namelist():
        return {}
    parts: dict[str, tuple[str, str]] = {}
    for relation in read_part(archive, relations):
        if relation.get("TargetMode") != "External":
            parts[relation.get("Id")] = relation.get("Type", "").rpartition("/")[2], _place(folder, relation)
    return parts


def _place(folder: str, relation: Any) -> str:
    target = str(relation.get("Target", ""))
    return target[1:] if target.startswith("/") else normpath(f"{folder}/{target}")
