"""The chapter as a notebook asks for it: few methods, and a name for every part."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from vbe_analysis.chapter.charts.figures import FIGURES
from vbe_analysis.chapter.charts.style import Size
from vbe_analysis.chapter.data.internal import open_picture
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.own_texts import texts
from vbe_analysis.chapter.tables import analysis, events
from vbe_analysis.chapter.tables import plan as plan_tables
from vbe_analysis.chapter.text import analysis as analysis_text
from vbe_analysis.chapter.text import background, board, overview, plan, summary
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.document.from_frames import show
from vbe_analysis.document.parts import Cover, Figure, Prose, Table
from vbe_analysis.errors import fault

P = TypeVar("P", Table, Figure)
T = TypeVar("T")


# The names that a notebook knows stand beside the functions; docs/api.md lists them with the functions' first lines.
TEXTS = {
    "sammanfattning": summary.summary,
    **board.TEXTS,
    **overview.TEXTS,
    **analysis_text.TEXTS,
    **plan.TEXTS,
    **background.TEXTS,
}
DRAFTS = {"samlad_bedomning": board.three_lines, "att_ta_stallning_till": board.decisions}
TABLES = {**events.TABLES, **analysis.TABLES, **plan_tables.TABLES}


class Parts(tuple[P, ...]):
    """Tables or figures that stand one after another: each is an output of its own in a notebook."""

    def _ipython_display_(self) -> None:
        for part in self:
            show(part)


@dataclass(frozen=True, eq=False)
class Chapter:
    """The parts of one edition of a cycle's chapter, each by its name; every part can be the last line of a cell.

    A figure or table that the edition divides in two comes as several; one that it has nothing for as None.
    Every method raises InputError for a name that does not exist, and lists those that do.

    >>> ch = vbe.chapter("2021", "intern")
    >>> ch
    <Chapter 2021, intern>
    >>> ch.table("miljo").title
    'Rapporterade händelser efter miljö'
    >>> ch.figure("år")
    Traceback (most recent call last):
    vbe_analysis.errors.InputError: Det finns ingen figur som heter 'år'. Välj något av: huvudfigur, ...
    """

    picture: Picture

    def __repr__(self) -> str:
        return f"<Chapter {self.picture.period.label}, {self.picture.edition}>"

    @property
    def cover(self) -> Cover:
        """The first page and the file's properties: title, edition, period, organisation. A notebook shows it once."""
        return self.picture.cover

    def summary(self) -> Prose:
        """The first page's text: the same as text("sammanfattning")."""
        return self.text("sammanfattning")

    def text(self, name: str) -> Prose:
        """A computed text. In a notebook "{tabell:x}" stands where the chapter has the table's number."""
        return _part(TEXTS, "text", name)(self.picture)

    def figure(self, name: str, size: Size = "page") -> Figure | Parts[Figure] | None:
        """A chart. size: "page", or "slide" for the board's pictures."""
        return _several(_part(FIGURES, "figure", name)(self.picture, size))

    def table(self, name: str) -> Table | Parts[Table] | None:
        """A table. One of the annex stands in the workbook alone."""
        return _several(_part(TABLES, "table", name)(self.picture))

    def own_text(self, name: str) -> Prose:
        """The analyst's own text from data/raw/<cycle>/texter, under its heading.

        The internal edition shows the text's internal twin, if there is one; the public one what the police say only
        where they have said yes to it.
        Where it is missing: the program's draft of samlad_bedomning and att_ta_stallning_till, else the guiding
        questions. name: samlad_bedomning, att_ta_stallning_till, polisens_bild, betydelse_for_handlingsplanen or
        aktiva_organisationer.
        """
        _part(dict.fromkeys(texts.NAMES, name), "own_text", name)
        if name in texts.INTERNAL_ONLY and self.picture.edition == PUBLIC:
            return Prose("", ())
        draft = DRAFTS[name](self.picture) if name in DRAFTS else None
        public = self.picture.edition == PUBLIC
        return texts.own_text(self.picture.texts, name, self.picture.register, draft=draft, public=public)

    def facts(self, *prefixes: str) -> tuple[str, ...]:
        """The ids of the edition's facts, those that begin with any of `prefixes` if there are any.

        An own table or figure of the public edition names with them what it shows: `table_of(..., facts=...)`.

        >>> vbe.chapter("2021", "publik").facts("traces_total/")
        ('traces_total/2020', 'traces_total/2021')
        """
        return self.picture.facts(*(prefixes or ("",)))


def open_chapter(cycle: str = "", edition: str = INTERNAL, start: str = ".") -> Chapter:
    """The parts of a cycle's chapter, counted once; nothing is written.

    cycle: the newest that has been read in by default. edition: "intern", or "publik", which is audited here so that
    a notebook never sees more than it may show. start: the workspace's folder, or one inside it.
    Raises InputError for an unknown cycle or edition, a cycle that has not been read in, and a public edition that
    cannot be made safe.
    """
    if edition not in (INTERNAL, PUBLIC):
        raise fault("bad_edition", edition=edition, editions=f"{INTERNAL}, {PUBLIC}")
    return Chapter(open_picture(cycle, edition, start))


def _part(parts: Mapping[str, T], kind: str, name: str) -> T:
    """The part of that name; raises InputError with the legal names."""
    if name not in parts:
        raise fault(f"unknown_{kind}", name=name, known=", ".join(parts))
    return parts[name]


def _several(parts: P | list[P] | None) -> P | Parts[P] | None:
    """One part as itself, several as Parts, none as None."""
    if not isinstance(parts, list):
        return parts
    return parts[0] if len(parts) == 1 else Parts(parts) if parts else None
