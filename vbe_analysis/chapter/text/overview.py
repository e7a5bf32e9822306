"""What was reported, in the sentences of page two: which sources, types, parts of the period, places, and the share of
all graffiti."""

from vbe_analysis.analysis.ground import months_of
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.text.findings import areas, place_sources, place_values
from vbe_analysis.chapter.text.groups import changed_collecting, counts_of, source_names
from vbe_analysis.chapter.text.section import section
from vbe_analysis.chapter.text.summary import summary
from vbe_analysis.disclosure.policy import ALL, TERTIAL, TableSpec
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.vocabulary import OTHER_TYPE, TOTAL


def overview(picture: Picture) -> Prose:
    """Sources, types, times, the place with the most traces, and how much of all graffiti was extremist."""
    tertials, types = (
        next((spec for spec in picture.specs if spec.dimensions == (name,)), None) for name in (TERTIAL, "event_type")
    )
    comparison = picture.groups[0].comparison
    words = section(
        "kartlaggning",
        sources=source_names(picture, lambda months: months.covered > 0),
        traces=picture.groups[0].name != ALL,
        types=_types(picture, types) if types else [],
        times=_times(picture, tertials) if tertials else [],
        undated=undated(picture, tertials) if tertials else (0, 0),
        time_sources=place_sources(picture) if tertials and f"{tertials.name}_{TOTAL}" in picture.counts else [],
        place_sources=place_sources(picture),
        places=None if picture.nothing_delivered else place_values(picture, areas(picture)),
        first_page=summary(picture).markdown,
        collecting=changed_collecting(picture, comparison),
        reference=comparison.reference if comparison else None,
        source_terms=picture.vocabulary.sources,
    )
    prefixes = [f"{spec.name}/" for spec in (types, tertials) if spec]
    return Prose(words, picture.facts(*prefixes, "omrade_ar/", "traces_referens/"))


def _types(picture: Picture, spec: TableSpec) -> list[tuple[str, Interval]]:
    """Each type that was reported with its number, the most first, and what has no type of its own ("") last."""
    terms, counts = picture.vocabulary.event_types, counts_of(picture, picture.counts[spec.name], "event_type")
    some = sorted(((code, count) for code, count in counts.items() if count[1]), key=lambda item: item[1], reverse=True)
    own = [(terms[code].text, count) for code, count in some if code != OTHER_TYPE]
    return own + [("", count) for code, count in some if code == OTHER_TYPE]


def _times(picture: Picture, spec: TableSpec) -> list[tuple[str, Interval]]:
    """Each part of the period with its number, where any has events."""
    counts = picture.counts[spec.name].dropna(subset="low")
    known = {row["period"]: (int(row["low"]), int(row["high"])) for row in counts.to_dict("records")}
    if not any(high for _, high in known.values()):
        return []
    parts = picture.period.tertials()
    return [(swedish_months(months_of(part)), known[part.label]) for part in parts if part.label in known]


def undated(picture: Picture, spec: TableSpec) -> Interval:
    """How many events of a table by tertial only have an approximate time, and so stand in no tertial."""
    inside = picture.counts[spec.name][["low", "high"]].fillna(0).sum()
    low, high = _whole(picture, spec)
    most = max(high - int(inside["high"]), 0)
    return min(max(low - int(inside["low"]), 0), most), most


def _whole(picture: Picture, spec: TableSpec) -> Interval:
    """How many events the table counts in all."""
    total = picture.counts.get(f"{spec.name}_{TOTAL}")
    if total is None:
        return next(
            (group.interval(picture.period.label) for group in picture.groups if group.name == spec.group), (0, 0)
        )
    own = total.loc[total["period"] == picture.period.label, ["low", "high"]].fillna(0).sum()
    return int(own["low"]), int(own["high"])


TEXTS = {"kartlaggning": overview}
