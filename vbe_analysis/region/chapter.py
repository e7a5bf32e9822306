"""`vbe region chapter`: the region's picture as one document, in HTML, PDF, Word and Excel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vbe_analysis.analysis.verdict import DIRECTIONS, NO_COMPARISON
from vbe_analysis.chapter.text.section import section, sentence
from vbe_analysis.config import message
from vbe_analysis.disclosure.bands import total
from vbe_analysis.disclosure.policy import ALL, INTERNAL, TRACES
from vbe_analysis.document.annex import write_xlsx
from vbe_analysis.document.docx import write_docx
from vbe_analysis.document.html import write_html
from vbe_analysis.document.markdown import compose
from vbe_analysis.document.parts import Cover, Figure, Prose, Table
from vbe_analysis.document.pdf import write_pdf
from vbe_analysis.document.tree import Document
from vbe_analysis.region.charts import expected_figure
from vbe_analysis.region.deliveries import Delivered
from vbe_analysis.region.folder import Region
from vbe_analysis.region.picture import (
    LEAST_JUDGED,
    OUTSIDE_BY_CHANCE,
    RegionGroup,
    RegionPicture,
    chance,
    region_picture,
)
from vbe_analysis.region.tables import (
    TABLES,
    coverage_table,
    district_tables,
    expected_table,
    ground_table,
    months_table,
)
from vbe_analysis.storage import CHAPTER, replace_whole
from vbe_analysis.swedish import number
from vbe_analysis.vocabulary import TOTAL, UNKNOWN

Values = dict[str, Any]


def write_chapter(region: Region, cycle: str, edition: str, delivered: Delivered) -> list[Path]:
    """Write an edition of the region's chapter into reports/<cycle>/<edition>, each file replaced whole."""
    files = chapter_files(region_document(region_picture(region, cycle, edition, delivered)), region)
    folder = region.reports(cycle, edition)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        replace_whole(folder / name, content)
    return [folder / name for name in files]


def chapter_files(document: Document, region: Region) -> dict[str, bytes]:
    """The edition's files, name -> bytes; equal documents give equal bytes."""
    template = region.root / region.settings.template if region.settings.template else None
    return {
        f"{CHAPTER}.html": write_html(document),
        f"{CHAPTER}.pdf": write_pdf(document),
        f"{CHAPTER}.docx": write_docx(document, template),
        f"{CHAPTER}.xlsx": write_xlsx(document),
    }


def region_document(picture: RegionPicture) -> Document:
    """The chapter: the whole, the districts side by side, what they have delivered, and how it was made."""
    settings, cycle = picture.region.settings, picture.period.label
    cover = Cover(
        title=message("region.title", region=settings.region, period=picture.period.name),
        edition=picture.edition,
        period=picture.period,
        organisation=settings.organisation,
        diarienummer=settings.cycles[cycle].diarienummer or settings.diarienummer,
    )
    return compose(cover, list(enumerate(_parts(picture), 1)))


def _parts(picture: RegionPicture) -> Iterator[Prose | Table | Figure]:
    yield _heading("whole")
    yield Prose(section("region/bilden", **_values(picture)))
    first, *others = (table for make in TABLES if (table := make(picture)))
    yield first
    if expected := expected_figure(picture) or expected_table(picture):
        yield expected
    yield _heading("side")
    yield Prose(section("region/lasning"))
    yield from district_tables(picture)
    yield from others
    yield _heading("coverage")
    yield coverage_table(picture)
    yield _heading("method")
    yield Prose(section("region/metod", internal=picture.edition == INTERNAL, exact=picture.exact))
    yield months_table(picture)
    yield ground_table(picture)


def _heading(name: str) -> Prose:
    return Prose(f"# {message(f'region.heading.{name}')}")


def _values(picture: RegionPicture) -> Values:
    """What the first page may use."""
    every = len(picture.districts)
    terms = picture.region.vocabulary.environments
    leading = [*picture.most.items()] if len(picture.most) == 1 else []
    patterns = {
        "most": next(({"name": terms[code].text, "alone": alone} for code, alone in leading), None),
        "summed": len(picture.groups) > 1,
        "n": len(picture.most_periods),
        "first": picture.periods[picture.most_periods[0]].name if picture.most_periods else "",
        "unbroken": picture.most_periods == tuple(picture.periods)[-len(picture.most_periods) :],
        "years": ", ".join(picture.periods[label].name for label in picture.most_periods),
    }
    late = [name for name in picture.delivered if picture.months(name)[0] < picture.months(name)[1]]
    names = [*picture.missing] if picture.edition == INTERNAL else []
    first = picture.groups[0]
    counted = len({district for district, _, period in first.counts if period == picture.period.label})
    name = "place_all" if counted == every else "place_one" if counted == 1 else "place"
    place = message(f"region.{name}", count=number(counted), of=number(every))
    return {
        "patterns": patterns,
        "groups": [_group(picture, group) for group in picture.groups],
        "period": picture.period.name,
        "region": picture.region.settings.region,
        "counted": counted,
        "place": place,
        "of": every,
        "share": _share(picture),
        "expected": _expected(picture),
        "missing": len(picture.missing),
        "names": names,
        "late": len(late),
        "noun": sentence("what", ALL if picture.edition == INTERNAL else TRACES),
    }


def _group(picture: RegionPicture, group: RegionGroup) -> Values:
    """A group's counts by environment, those with any first, the most first; and how it compares."""
    terms, label = picture.region.vocabulary.environments, picture.period.label
    known = {code: group.sums[code, label] for code in terms if (code, label) in group.sums}
    some = sorted((code for code in known if known[code][1] > 0), key=lambda code: (code == UNKNOWN, -known[code][1]))
    changes = list(group.changes.values())
    return {
        "name": group.name,
        "count": group.sums.get((TOTAL, label), (0, 0)),
        "named": [(known[code], terms[code].text) for code in some],
        "nothing": len(some) > 0 and len(known) == len(terms) > len(some),
        "changes": changes,
        "whole": group.changes.get(TOTAL),
        "compared": len(group.compared),
        "directed": [
            (terms[code].text, own) for code, own in group.changes.items() if code in terms and own.kind in DIRECTIONS
        ],
        "refused": changes[0].reason if changes and all(own.kind == NO_COMPARISON for own in changes) else "",
    }


def _share(picture: RegionPicture) -> Values | None:
    """The graffiti of all districts whose sources are the same, the period before and now."""
    own = [picture.graffiti[district] for district in picture.alike]
    if not own:
        return None
    coded, whole = ([total(*(getattr(each, name)[at] for each in own)) for at in (0, 1)] for name in ("coded", "whole"))
    sources = [picture.region.vocabulary.sources[code].text for code in own[0].sources]
    return {"coded": coded, "whole": whole, "districts": len(own), "sources": sources}


def _expected(picture: RegionPicture) -> Values | None:
    over, under, of = chance(picture)
    by_chance = int(of * OUTSIDE_BY_CHANCE + 0.5)
    return {"over": over, "under": under, "of": of, "chance": by_chance} if of >= LEAST_JUDGED else None
