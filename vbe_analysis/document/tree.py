"""The chapter as one tree that the four writers write: blocks of text, tables and figures, numbered once."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from vbe_analysis.config import message
from vbe_analysis.document.parts import Cover, Figure, Table
from vbe_analysis.errors import fault


@dataclass(frozen=True)
class Run:
    """Text of one kind: plain, strong, emphasised, a link out (url) or within (target), or a footnote's mark.

    target: the id of a Table or Figure; note: the footnote's number, the text then being that number.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    url: str = ""
    target: str = ""
    note: int = 0


@dataclass(frozen=True)
class Heading:
    """level 1 stands right under the document's title; `id` is unique in the document."""

    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Items:
    """A list; each item is a row of blocks."""

    ordered: bool
    items: "tuple[tuple[Block, ...], ...]"


@dataclass(frozen=True)
class Box:
    """A passage set apart, written as a quote in Markdown."""

    blocks: "tuple[Block, ...]"


Block = Heading | Paragraph | Items | Box | Table | Figure


@dataclass(frozen=True)
class Document:
    """The whole chapter. footnotes: number 1 first; annex: tables that only the workbook shows; facts: the text of the
    facts file of all that is shown ("" where nothing is known of that)."""

    cover: Cover
    blocks: tuple[Block, ...]
    footnotes: tuple[tuple[Block, ...], ...] = ()
    annex: tuple[Table, ...] = ()
    facts: str = ""

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Figure))

    @property
    def headings(self) -> tuple[Heading, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Heading))

    @property
    def labels(self) -> dict[str, str]:
        """Id of each table and figure -> its label, as `numbered` gives them."""
        return numbered((*self.tables, *self.figures, *self.annex))


def numbered(parts: Iterable[Table | Figure]) -> dict[str, str]:
    """Id -> "Tabell 1", "Figur 1" or, for the workbook's own tables, "Tabell B1", each kind in the order given.

    Raises InputError when two parts share an id.
    """
    labels: dict[str, str] = {}
    counts = {"table": 0, "figure": 0, "annex": 0}
    for part in parts:
        if part.id in labels:
            raise fault("double_id", id=part.id)
        kind = "figure" if isinstance(part, Figure) else "annex" if part.annex else "table"
        counts[kind] += 1
        labels[part.id] = message(f"document.label.{kind}", number=counts[kind])
    return labels


def section_of(blocks: Iterable[Block], title: str) -> tuple[Block, ...]:
    """What stands under the first heading with that title, up to the next of its level or above."""
    after = dropwhile(lambda block: not (isinstance(block, Heading) and block.text == title), blocks)
    first = next(after, None)
    if not isinstance(first, Heading):
        return ()
    return tuple(takewhile(lambda block: not (isinstance(block, Heading) and block.level <= first.level), after))
