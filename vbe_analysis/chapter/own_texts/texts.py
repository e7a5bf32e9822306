"""The analyst's own texts, each with a fixed place in the chapter. They are read and never written.

A number in a text comes from a fact, by a reference to it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from vbe_analysis.chapter.data.facts import Register
from vbe_analysis.chapter.data.picture import POLICE_YES, PUBLISHING
from vbe_analysis.chapter.own_texts.claims import BLANK, Claim, find_claims
from vbe_analysis.config import load, message
from vbe_analysis.document.parts import Prose
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.word import WordNote, WordParagraph, WordRow, WordText
from vbe_analysis.loaders.privacy.detect import find, safe_name
from vbe_analysis.swedish import capital, swedish_date

NAMES: tuple[str, ...] = tuple(load("slots.sv"))
"""The texts' names, in the chapter's order."""
INTERNAL_ONLY = ("aktiva_organisationer",)
"""Texts that the public edition leaves out."""
PROPOSALS = ("att_ta_stallning_till",)
"""Drafts that nobody has kept or changed are never published."""
REQUIRED = "betydelse_for_handlingsplanen"
"""The text without which nothing is published."""

POLICE = "polisens_bild"
"""What the police say is a cell by source: a public edition shows it where they have said yes to the text."""
TWIN = "_intern"
"""What the name of a text's internal twin ends with: the internal edition shows it instead, the public one never."""

_KINDS = (".md", ".docx")
_PERSON = ("pnr", "samnr", "tnr")
_MARK = re.compile(r"\{([^{}]*)\}")
_FACT = re.compile(r"(fakta):\s*(\S.*?)\s*", re.IGNORECASE)
_CONFIRMED = re.compile(r"bekräftat:\s*\S.*", re.IGNORECASE | re.DOTALL)
_REFERENCE = re.compile(r"(tabell|figur):\S+", re.IGNORECASE)
_CONFIRMED_MARK = re.compile(r"[ \u00a0]?\{bekräftat:[^{}]*\}", re.IGNORECASE)
_SENTENCE = re.compile(r"[A-ZÅÄÖ0-9][^\n]*?[.?!](?=\s|$)")
_FIRST = re.compile(r"[\s>*+-]*([A-ZÅÄÖ].*?[.?!])(?=\s+[A-ZÅÄÖ]|\s*$)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?=[ \t])", re.MULTILINE)


@dataclass(frozen=True)
class _Text:
    """What a text's file holds. numbers: each line's number in the file; word: the numbers count paragraphs."""

    file: str
    markdown: str = ""
    numbers: tuple[int, ...] = ()
    word: bool = False

    def fault(self, code: str, start: int, **values: object) -> Fault:
        """A fault at `start` in the Markdown."""
        number = self.numbers[self.markdown.count("\n", 0, start)]
        if self.word:
            return Fault(code, message("slots.paragraph", file=self.file, number=number), values=values)
        return Fault(code, self.file, row=number, values=values)

    def place(self, claim: Claim) -> str:
        values = {"file": self.file, "number": self.numbers[claim.line - 1], "column": claim.column}
        return message("slots.paragraph" if self.word else "slots.line", **values)


def own_text(
    folder: Path, name: str, register: Register, level: int = 2, draft: Prose | None = None, public: bool = False
) -> Prose:
    """The heading of the text `name` at `level` with the analyst's text under it, else the draft or the questions.

    folder: data/raw/<cycle>/texter, which need not exist; register: the facts that the edition may show. public: never
    the internal twin, and what the police say only with their yes.
    Raises InputError, all faults at once, for an unknown fact or mark, a personal number, a file that cannot be read or
    holds what the chapter cannot show, a file that belongs to no text, and two files for one text.
    """
    wanted = load("slots.sv")[name]
    text = _read(folder, name)
    if not public and (twin := _read(folder, name + TWIN)).markdown:
        text = twin
    heading = f"{'#' * level} {wanted['title']}"
    if not text.markdown and draft is not None:
        if not draft.markdown or (PUBLISHING.get() and name in PROPOSALS):
            return Prose("", ())
        return replace(draft, markdown=f"{heading}\n\n{draft.markdown}")
    if not text.markdown and PUBLISHING.get():
        return Prose(f"{heading}\n\n{message('slots.empty')}", ())
    if not text.markdown:
        questions = [f"> - {question}" for question in wanted["questions"]]
        return Prose("\n".join([heading, "", f"> {message('slots.fill', name=name)}", ">", *questions]), ())
    yes = POLICE_YES.get()
    if public and name == POLICE and yes is None:
        waiting = "" if PUBLISHING.get() else f" {message('slots.police_waiting')}"
        return Prose(f"{heading}\n\n{message('slots.police')}{waiting}", ())
    facts = register.texts
    _check(text, facts)
    ids = dict.fromkeys(fact[2] for mark in _MARK.findall(text.markdown) if (fact := _FACT.fullmatch(mark)))
    body = _CONFIRMED_MARK.sub("", text.markdown)
    body = _MARK.sub(lambda mark: _fill(mark, facts), body)
    body = _under_heading(body, wanted["title"], level)
    if public and name == POLICE and yes is not None:
        approval = message("slots.police_yes", role=yes[0].strip(), date=swedish_date(date.fromisoformat(yes[1])))
        body = f"{body}\n\n{approval}"
    return Prose(f"{heading}\n\n{body}", tuple(ids))


def police_sentence(folder: Path, register: Register, public: bool, delivered: bool) -> Prose:
    """What the summary says of the police: the first sentence of their text, else that they have left something.

    delivered: whether they did. In the public edition their words stand where they have said yes to the text. They are
    never counted there: no "inga" and no "några". An empty Prose where there is neither a text nor a delivery.
    """
    text = _read(folder, POLICE)
    if not public and (twin := _read(folder, POLICE + TWIN)).markdown:
        text = twin
    if text.markdown and (not public or POLICE_YES.get() is not None):
        prose = own_text(folder, POLICE, register, public=public)
        _, _, body = prose.markdown.partition("\n")
        lines = (line for line in body.splitlines() if line.strip() and not _HEADING.match(line))
        if first := _FIRST.match(next(lines, "")):
            return replace(prose, markdown=first[1])
    return Prose(message("slots.police") if text.markdown or delivered else "", ())


def empty_texts(folder: Path) -> list[str]:
    """The names of the texts that are not written yet, in the chapter's order; raises InputError as `own_text` does."""
    return [name for name in NAMES if not _read(folder, name).markdown]


def unsupported_claims(
    folder: Path, facts: Mapping[str, str], places: Iterable[str], drafts: Iterable[str] = ()
) -> list[Claim]:
    """The numbers and claims in the texts that are neither a fact nor confirmed; raises InputError as `own_text`.

    places: the names of the workspace's schools and other places. drafts: the program's own drafts of texts: a sentence
    of theirs that somebody has kept is supported.
    """
    kept = [_as_typed(sentence) for draft in drafts for sentence in _SENTENCE.findall(draft)]
    claims = []
    for name in NAMES:
        if name in INTERNAL_ONLY:
            continue
        text = _read(folder, name)
        _check(text, facts)
        written = text.markdown
        for sentence in kept:
            written = sentence.sub(lambda match: BLANK * len(match[0]), written)
        claims += [replace(claim, place=text.place(claim)) for claim in find_claims(written, places)]
    return claims


def _as_typed(sentence: str) -> re.Pattern[str]:
    """The sentence as Word gives it: spaces that do not break, tables by number, bold up to the colon."""
    parts = re.split(r"\{(tabell|figur):\w+\}", sentence, flags=re.IGNORECASE)
    words = [re.escape(part) if at % 2 == 0 else rf"{part}[ \u00a0]B?\d+" for at, part in enumerate(parts)]
    pattern = "".join(words).replace(r"\ ", "[ \u00a0]").replace("–", "–\u2060?")
    return re.compile(pattern.replace(r":\*\*", r"\**:\**"))


def _read(folder: Path, name: str) -> _Text:
    path = _files(folder).get(name)
    if path is None:
        return _Text(name)
    text = _read_word(path) if path.suffix.lower() == ".docx" else _read_markdown(path)
    return text if text.markdown.strip() else _Text(path.name)


def _files(folder: Path) -> dict[str, Path]:
    """Text's name -> its file. A file that is never read is a fault: the analyst believes that it is in the chapter."""
    files: dict[str, Path] = {}
    faults = []
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in (path for path in paths if not path.name.startswith((".", "~$"))):
        # "Samlad bedömning" is read as "samlad_bedomning".
        letters = unicodedata.normalize("NFC", path.stem).lower().translate(str.maketrans("åäö", "aao"))
        name = re.sub(r"[ _-]+", "_", letters.strip())
        if name.removesuffix(TWIN) not in NAMES or path.suffix.lower() not in _KINDS or not path.is_file():
            faults.append(Fault("slot_unknown", safe_name(path.name), values={"known": ", ".join(NAMES)}))
        elif name in files:
            faults.append(Fault("slot_twice", safe_name(path.name), values={"other": safe_name(files[name].name)}))
        else:
            files[name] = path
    if faults:
        raise InputError(faults)
    return files


def _read_markdown(path: Path) -> _Text:
    try:
        content = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError([Fault("slot_encoding", path.name)]) from None
    lines = content.replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n")
    return _Text(path.name, "\n".join(lines), tuple(range(1, len(lines) + 1)))


def _read_word(path: Path) -> _Text:
    word = WordText(path)
    faults = [Fault("slot_refused", path.name, values={"kind": message("slots.picture")})] if word.has_pictures else []
    lines: list[str] = []
    numbers: list[int] = []
    before: WordParagraph | None = None
    for part in word.shown():
        if isinstance(part, WordRow | WordNote):
            kind = message(f"slots.{'table' if isinstance(part, WordRow) else 'note'}")
            fault = Fault("slot_refused", path.name, values={"kind": kind})
            faults += [fault] if fault not in faults else []
        elif part.markdown:
            if before and not (before.items and part.items):
                lines, numbers = [*lines, ""], [*numbers, part.number]
            depth = min(part.depth, before.depth + 1 if before and before.items else 0)
            before = replace(part, depth=depth)
            lines, numbers = [*lines, _line(before)], [*numbers, part.number]
    if faults:
        raise InputError(faults)
    return _Text(path.name, unicodedata.normalize("NFC", "\n".join(lines)), tuple(numbers), word=True)


def _line(paragraph: WordParagraph) -> str:
    if paragraph.heading:
        return f"{'#' * min(paragraph.heading, 6)} {paragraph.markdown}"
    if paragraph.items:
        return f"{'    ' * paragraph.depth}{'-' if paragraph.items == 'bullet' else '1.'} {paragraph.markdown}"
    return paragraph.markdown


def _check(text: _Text, facts: Mapping[str, str]) -> None:
    faults = []
    for mark in _MARK.finditer(text.markdown):
        fact = _FACT.fullmatch(mark[1])
        if fact and fact[2] not in facts:
            faults.append(text.fault("slot_fact", mark.start(), id=safe_name(fact[2])))
        elif not fact and not _CONFIRMED.fullmatch(mark[1]) and not _REFERENCE.fullmatch(mark[1]):
            faults.append(text.fault("slot_mark", mark.start()))
    faults += [text.fault("slot_person", start) for kind, start, _ in find(text.markdown) if kind in _PERSON]
    if faults:
        raise InputError(faults)


def _fill(mark: re.Match[str], facts: Mapping[str, str]) -> str:
    """The fact's text in place of its mark; another mark stays."""
    fact = _FACT.fullmatch(mark[1])
    if not fact:
        return mark[0]
    return capital(facts[fact[2]]) if fact[1][0].isupper() else facts[fact[2]]


def _under_heading(body: str, title: str, level: int) -> str:
    """The text with its highest heading one level below the chapter's own; a first heading equal to `title` goes."""
    first, _, rest = body.partition("\n")
    if _HEADING.match(first) and first.strip(" #\t").casefold() == title.casefold():
        body = rest.lstrip("\n")
    top = min((len(mark[1]) for mark in _HEADING.finditer(body)), default=1)
    return _HEADING.sub(lambda mark: "#" * min(6, level + 1 + len(mark[1]) - top), body)
