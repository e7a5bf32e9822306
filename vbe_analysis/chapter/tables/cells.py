"""What the chapter's tables are made with: labels in table order, cells as text, and the two forms a table takes."""

from collections.abc import Mapping, Sequence

from vbe_analysis.chapter.charts.cells import NBSP, Cell, number_text
from vbe_analysis.chapter.data.picture import EventGroup, Picture, delivered_months
from vbe_analysis.chapter.text.sentences import capital, gaps_of, text
from vbe_analysis.config import message
from vbe_analysis.document.parts import Table, Value
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import listed


def labels_of(picture: Picture, key: str) -> Mapping[str, str]:
    """Code -> label in table order, for any key of a counts table."""
    terms = {
        "environment": picture.vocabulary.environments, "event_type": picture.vocabulary.event_types,
        "source": picture.vocabulary.sources,
    }  # fmt: skip
    if key == "area":
        return {**picture.settings.areas, "": word("no_area")}
    return {code: term.label for code, term in terms[key].items()}


def group_labels(picture: Picture, group: EventGroup) -> dict[str, str]:
    """Environment -> label; with the group's name where the edition has more than one."""
    return {code: in_group(label, picture, group) for code, label in labels_of(picture, "environment").items()}


def in_group(label: str, picture: Picture, group: EventGroup) -> str:
    """The label of a row of the group's: "Vit makt-miljön, spår"."""
    return label if len(picture.groups) == 1 else f"{label}, {text(f'group.short_{group.name}')}"


def count_text(cell: Cell) -> str:
    """A count as a table writes it; a missing one by its word."""
    if not cell.known:
        return cell.word
    return f"{number_text(cell)}{NBSP}r" if cell.revised else number_text(cell)


def cells_table(
    picture: Picture,
    name: str,
    header: tuple[str, ...],
    rows: dict[str, tuple[Cell, ...]],
    banded: bool = False,
    periods: Sequence[str] = (),
) -> Table:
    """A table of counts, a row a label; notes explain intervals and partial coverage where there are any.

    periods: labels of those that it shows, this and the previous one by default.
    """
    cells = tuple((label, *(count_text(cell) for cell in row)) for label, row in rows.items())
    values: tuple[tuple[Value, ...], ...] = tuple(
        (None, *(cell.low if cell.exact and not cell.revised else None for cell in row)) for row in rows.values()
    )
    everything = [cell for row in rows.values() for cell in row]
    wide = any(cell.known and not cell.exact for cell in everything)
    notes = [word("note_band")] if banded else [word("note_interval")] if wide else []
    notes += [word("note_revised")] if any(cell.revised for cell in everything) else []
    notes += (
        [_gaps(picture, periods or [period.label for period in picture.periods])]
        if any(cell.partial for cell in everything)
        else []
    )
    known = delivered_months(picture.coverage).any()  # nothing delivered is not nothing reported
    none = (word("none" if known else "nothing"), *["–"] * (len(header) - 1))
    return Table(
        name, word(f"title.{name}"), word("own_source"), header, cells or (none,), values if cells else (),
        scope=str(picture.period), unit=word("unit"), notes=tuple(notes),
    )  # fmt: skip


def plain_table(
    picture: Picture, name: str, header: tuple[str, ...], rows: list[tuple[str, ...]],
    values: list[tuple[Value, ...]] | None = None, notes: tuple[str, ...] = (), annex: bool = False,
    facts: tuple[str, ...] | None = None,
) -> Table:  # fmt: skip
    """A table of ready cells over the periods side by side; one row says so where there is nothing to show."""
    none = (word("nothing"), *["–"] * (len(header) - 1))
    return Table(
        name, word(f"title.{name}"), word("own_source"), header, tuple(rows) or (none,),
        tuple(values or ()) if rows else (), scope=scope_of(picture), notes=notes, annex=annex, facts=facts,
    )  # fmt: skip


def scope_of(picture: Picture) -> str:
    """The days of the periods that stand side by side."""
    return capital("; ".join(word("period_is", period=period.label, days=period) for period in picture.periods))


def word(key: str, **values: object) -> str:
    """A word or sentence of the tables, from messages.sv.toml."""
    return message(f"tables.{key}", **values)


def _gaps(picture: Picture, periods: Sequence[str]) -> str:
    """Which sources leave gaps in which period, for the note under a table."""
    told = []
    shown = {period: coverage for period, coverage in picture.coverages.items() if period.label in periods}
    for period, coverage in shown.items():
        parts = [
            word("note_gap_all" if len(months) == len(period.months) else "note_gap_months",
                 source=picture.vocabulary.sources[source].label, months=swedish_months(months))
            for source, months in gaps_of(coverage).items()
        ]  # fmt: skip
        if parts:
            told.append(word("note_gap", period=period.label, parts=listed(parts)))
    return word("note_partial", gaps="; ".join(told))
