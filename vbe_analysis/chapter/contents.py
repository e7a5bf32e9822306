"""The chapter as a notebook asks for it: few methods, and a name for every part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from vbe_analysis.chapter.charts import figures
from vbe_analysis.chapter.charts.style import Size
from vbe_analysis.chapter.data.internal import open_picture
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.own_texts import texts
from vbe_analysis.chapter.tables import analysis, events
from vbe_analysis.chapter.text import analysis as analysis_text
from vbe_analysis.chapter.text import background, summary
from vbe_analysis.disclosure.policy import ALL, INTERNAL, PUBLIC
from vbe_analysis.document.from_frames import show
from vbe_analysis.document.parts import Cover, Figure, Prose, Table
from vbe_analysis.errors import fault

P = TypeVar("P", Table, Figure)
T = TypeVar("T")

TEXTS: Mapping[str, Callable[[Picture], Prose]] = {
    "sammanfattning": summary.summary,
    "tre_rader": summary.three_lines,
    "underlag": background.sources,
    "rapporterat": background.reported,
    "enkater": background.survey,
    "jamforelse": analysis_text.comparison,
    "ar": analysis_text.years,
    "kallkritik": background.criticism,
    "skydd": background.protection,
    "metod": background.method,
}
FIGURES: Mapping[str, Callable[[Picture, Size], Figure | list[Figure] | None]] = {
    "perioder": lambda picture, size: figures.previous_figure(picture, size=size),
    "ovriga_perioder": figures.other_figures,
    "typer": figures.type_figure,
    "ar": figures.years_figures,
    "tertial": figures.tertial_figure,
    "klotter": figures.graffiti_figure,
    "kunskap": figures.knowledge_figure,
    "tackning": figures.coverage_figure,
}


def _divided_by(*dimensions: str) -> Callable[[Picture], list[Table]]:
    """The edition's tables of events with these dimensions: of all events, or one for each group of them."""

    def tables(picture: Picture) -> list[Table]:
        same = [table for table in picture.specs if table.dimensions == dimensions]
        whole = [table for table in same if table.group == ALL]
        return [events.counts_table(picture, table.name) for table in whole or same]

    return tables


TABLES: Mapping[str, Callable[[Picture], Table | list[Table] | None]] = {
    "handelser": events.counts_tables,
    "handelser_bilaga": lambda picture: events.counts_tables(picture, annex=True),
    "miljo": _divided_by("environment"),
    "typ": _divided_by("event_type"),
    "kalla": _divided_by("source"),
    "omrade": _divided_by("area"),
    "per_tertial": _divided_by("tertial"),
    "miljo_typ": _divided_by("environment", "event_type"),
    "miljo_kalla": _divided_by("environment", "source"),
    "typ_kalla": _divided_by("event_type", "source"),
    "jamforelse": analysis.comparison_table,
    "ar": analysis.years_tables,
    "kallor": analysis.sources_table,
    "enheter": analysis.units_table,
    "kunskap": events.knowledge_table,
    "kunskap_skillnad": analysis.knowledge_change_table,
    "svar": events.response_table,
    "svar_verksamhet": lambda picture: events.response_table(picture, kinds=True),
    "tackning": events.coverage_table,
}


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
    vbe_analysis.errors.InputError: Det finns ingen figur som heter 'år'. Välj något av: perioder, ovriga_perioder, \
typer, ar, tertial, klotter, kunskap, tackning.
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
        """A computed text.

        - sammanfattning: the first page; tre_rader: what is known, what is not, what the board is to weigh
        - underlag: the sources; rapporterat: what was reported; enkater: who answered, of how many asked
        - jamforelse: against the period before; ar: year by year
        - kallkritik: what the sources can tell; skydd: what the edition protects; metod: how it was counted

        In a notebook "{tabell:x}" stands where the chapter has the table's number.
        """
        return _part(TEXTS, "text", name)(self.picture)

    def figure(self, name: str, size: Size = "page") -> Figure | Parts[Figure] | None:
        """A chart.

        - perioder: this period against the one before, by environment; ovriga_perioder: the same of the edition's
          other groups of events (the intern edition has one group, and so none)
        - typer: environment by type; tertial: the period's parts; ar: the years, each environment
        - klotter: the reference series, all other graffiti of the same sources
        - kunskap: what those who answered the surveys know; tackning: which source delivered which month

        size: "page", or "slide" for the board's pictures.
        """
        return _several(_part(FIGURES, "figure", name)(self.picture, size))

    def table(self, name: str) -> Table | Parts[Table] | None:
        """A table.

        - handelser: all of the chapter's tables of events; handelser_bilaga: those of the workbook
        - miljo, typ, kalla, per_tertial, miljo_typ, miljo_kalla, typ_kalla: one of them; omrade: traces by area
        - jamforelse: this period against the one before, by environment; kallor: the same by source
        - ar: the years, by environment
        - enheter: events, reports and objects side by side (units of counting, not of a survey)
        - svar, svar_verksamhet: who answered the surveys, of how many asked; the latter by kind of survey unit
        - kunskap, kunskap_skillnad: what they know, and the change since the period before
        - tackning: for how much of the period each source delivered
        """
        return _several(_part(TABLES, "table", name)(self.picture))

    def own_text(self, name: str) -> Prose:
        """The analyst's own text from data/raw/<cycle>/texter, under its heading; the questions where it is missing.

        name: polisens_bild, aktiva_organisationer, samlad_bedomning or betydelse_for_handlingsplanen.
        """
        _part(dict.fromkeys(texts.NAMES, name), "own_text", name)
        return texts.own_text(self.picture.texts, name, self.picture.register)

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
