"""Markdown and parts -> the document tree. All Markdown is parsed in one go: a footnote may then stand in any cell."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, cast

import mistune
from mistune.util import unikey

from vbe_analysis.config import message
from vbe_analysis.document.parts import LONG_WORD, Cover, Figure, Prose, Table
from vbe_analysis.document.tree import Block, Box, Document, Heading, Items, Paragraph, Run, numbered
from vbe_analysis.errors import Fault, InputError

MARK = "\ue000"  # a private character: nobody types it, so a placeholder is never the writer's own words
_REFERENCE = re.compile(r"\{(tabell|figur|Tabell|Figur):([^{}\s]*)\}")
_UNDEFINED_NOTE = re.compile(r"\[\^[^\]]*\]")
_CELL_OR_NOTE = re.compile(rf"^{MARK}cell:(\d+)|^ {{0,3}}\[\^([^\]]+)\]:", re.MULTILINE)
_INVALID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ue000\ufffe\uffff]")
_REFUSED = ("table", "image", "link", "heading")
_INLINE: dict[str, dict[str, Any]] = {"strong": {"strong": True}, "emphasis": {"emphasis": True}}
_parse = mistune.create_markdown(renderer=None, plugins=["footnotes", "table", "url"])


def compose(cover: Cover, parts: Iterable[tuple[int, Prose | Table | Figure]], file: str = "") -> Document:
    """The document of `parts`, each with the number of the cell it came from.

    Raises InputError, all faults at once, for an unknown cross-reference or footnote, a skipped heading level, and
    Markdown that the chapter does not take (HTML, code, pictures, tables).
    """
    cells = list(parts)
    elements = [part for _, part in cells if isinstance(part, Table | Figure)]
    annex = tuple(part for part in elements if isinstance(part, Table) and part.annex)
    labels = numbered([part for part in elements if part not in annex] + list(annex))
    reader = _Reader(file, labels, elements, {part.id for part in annex})
    places = {part.id: place for place, part in enumerate(elements)}
    texts = [
        _INVALID.sub("", part.markdown) if isinstance(part, Prose) else f"{MARK}part:{places[part.id]}"
        for _, part in cells
    ]
    joined = "\n\n".join(f"{MARK}cell:{cell}\n\n{text}" for (cell, _), text in zip(cells, texts, strict=True))
    tokens = cast(list[dict[str, Any]], _parse.parse(joined)[0])
    notes = tokens.pop()["children"] if tokens and tokens[-1]["type"] == "footnotes" else []
    blocks = tuple(reader.blocks(tokens, inside=False))
    footnotes = reader.footnotes(notes, joined)
    blocks = reader.level(blocks)
    if reader.faults:
        raise InputError(reader.faults)
    return Document(cover, tuple(block for block in blocks if block not in annex), footnotes, annex)


@dataclass
class _Reader:
    """Walks mistune's tokens; keeps the current cell and what was wrong so far."""

    file: str
    labels: dict[str, str]
    parts: list[Table | Figure]
    annex: set[str]
    cell: int = 0
    faults: list[Fault] = field(default_factory=list)
    anchors: Counter[str] = field(default_factory=Counter)

    def blocks(self, tokens: list[dict[str, Any]], *, inside: bool = True) -> Iterator[Block]:
        for token in tokens:
            kind, children = token["type"], token.get("children", [])
            if kind in ("paragraph", "block_text"):
                yield from self.paragraph(children)
            elif kind == "heading" and not inside:
                yield self.heading(token["attrs"]["level"], tuple(self.runs(children)))
            elif kind == "list":
                yield Items(token["attrs"]["ordered"], tuple(tuple(self.blocks(item["children"])) for item in children))
            elif kind == "block_quote":
                yield Box(tuple(self.blocks(children)))
            elif kind != "blank_line":
                self.fault("markdown_refused", kind=self.named(kind))

    def heading(self, level: int, runs: tuple[Run, ...]) -> Heading:
        """A heading is words alone: it also stands in lists of contents, where a note or a link has no place."""
        if any(run.note or run.url or run.target for run in runs):
            self.fault("markdown_refused", kind=message("document.markdown.heading_link"))
        text = "".join(run.text for run in runs)
        return Heading(level, text, self.anchor(text))

    def paragraph(self, children: list[dict[str, Any]]) -> Iterator[Block]:
        text = children[0].get("raw", "") if children else ""
        if text.startswith(f"{MARK}cell:"):
            self.cell = int(text.split(":")[1])
        elif text.startswith(f"{MARK}part:"):
            yield self.parts[int(text.split(":")[1])]
        else:
            yield Paragraph(tuple(self.runs(children)))

    def runs(self, tokens: list[dict[str, Any]], **style: Any) -> Iterator[Run]:
        for is_text, group in groupby(tokens, key=lambda token: token["type"] in ("text", "codespan")):
            if is_text:  # mistune cuts text where a mark might have begun; a reference must be read whole
                yield from self.words("".join(token["raw"] for token in group), style)
            else:
                yield from self.marked(group, style)

    def marked(self, tokens: Iterable[dict[str, Any]], style: dict[str, Any]) -> Iterator[Run]:
        for token in tokens:
            kind, children = token["type"], token.get("children", [])
            if kind in ("softbreak", "linebreak"):
                yield Run(" ", **style)
            elif kind in _INLINE:
                yield from self.runs(children, **{**style, **_INLINE[kind]})
            elif kind == "link" and token["attrs"]["url"].startswith(("http://", "https://", "mailto:")):
                yield from self.runs(children, **{**style, "url": token["attrs"]["url"]})
            elif kind == "footnote_ref":
                index = token["attrs"]["index"]
                yield Run(str(index), note=index)
            else:
                self.fault("markdown_refused", kind=self.named(kind))

    def words(self, text: str, style: dict[str, Any]) -> Iterator[Run]:
        if LONG_WORD.search(text):
            self.fault("long_word_in_cell")
        for mark in _UNDEFINED_NOTE.findall(text):
            self.fault("unknown_footnote", mark=mark)
        start = 0
        for match in _REFERENCE.finditer(text):
            if match.start() > start:
                yield Run(text[start : match.start()], **style)
            yield self.reference(match[1], match[2], style)
            start = match.end()
        if start < len(text):
            yield Run(text[start:], **style)

    def reference(self, word: str, name: str, style: dict[str, Any]) -> Run:
        kind = Table if word.lower() == "tabell" else Figure
        if not any(part.id == name and isinstance(part, kind) for part in self.parts):
            self.fault("unknown_reference", mark=f"{{{word}:{name}}}")
            return Run("")
        label = self.labels[name]
        label = label if word[0].isupper() else label[0].lower() + label[1:]
        if name in self.annex:
            return Run(message("document.in_annex", label=label), **style)
        return Run(label, target=name, **{key: value for key, value in style.items() if key != "url"})

    def level(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """The same with the highest heading as level 1; a skipped level is a fault."""
        levels = [block.level for block in blocks if isinstance(block, Heading)]
        top = min(levels, default=1)
        for before, after in zip([top - 1, *levels], levels, strict=False):
            if after > before + 1:
                values = {"before": "#" * before, "after": "#" * after}
                self.faults.append(Fault("heading_jump", self.file, values=values))
        return tuple(replace(b, level=b.level - top + 1) if isinstance(b, Heading) else b for b in blocks)

    def footnotes(self, notes: list[dict[str, Any]], joined: str) -> tuple[tuple[Block, ...], ...]:
        """The texts of the notes. Each is defined once and referred to: nothing is dropped in silence."""
        defined: dict[str, int] = {}
        used = {note["attrs"]["key"] for note in notes}
        for match in _CELL_OR_NOTE.finditer(joined):
            self.cell = int(match[1]) if match[1] else self.cell
            if key := match[2] and unikey(match[2]):
                if key in defined or key not in used:
                    self.fault("double_footnote" if key in defined else "unused_footnote", mark=f"[^{match[2]}]")
                defined.setdefault(key, self.cell)
        texts = []
        for note in notes:
            self.cell = defined[note["attrs"]["key"]]
            texts.append(tuple(self.blocks(note["children"])))
        return tuple(texts)

    def anchor(self, text: str) -> str:
        """A unique id in ASCII: "lokal-lagesbild"."""
        plain = text.lower().translate(str.maketrans("åäöé", "aaoe"))
        name = "-".join(re.findall(r"[a-z0-9]+", plain)) or "rubrik"
        self.anchors[name] += 1
        return f"avsnitt-{name}" if self.anchors[name] == 1 else f"avsnitt-{name}-{self.anchors[name]}"

    def fault(self, code: str, **values: object) -> None:
        self.faults.append(Fault(code, self.file, values={"cell": self.cell, **values}))

    def named(self, kind: str) -> str:
        """What Markdown calls it, in Swedish."""
        names = {"block_code": "code", "thematic_break": "line"} | {name: name for name in _REFUSED}
        return message(f"document.markdown.{names.get(kind, 'html')}")
