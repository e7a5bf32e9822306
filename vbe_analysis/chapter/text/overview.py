"""What was reported, in the sentences of page two: which sources, types, parts of the period, places, and the share of
all graffiti."""

from typing import Any

import pandas as pd

from vbe_analysis.analysis.ground import months_of
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.text.coverage import source_months
from vbe_analysis.chapter.text.section import section
from vbe_analysis.chapter.text.sentences import span
from vbe_analysis.disclosure.policy import ALL, TableSpec
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.vocabulary import OTHER_TYPE, TOTAL

LEAST_TRACES = 5  # text.md: fewer say nothing of places


def overview(picture: Picture) -> Prose:
    """Sources, types, times, the place with the most traces, and how much of all graffiti was extremist."""
    months = source_months(picture.coverage, picture.vocabulary)
    names = [term.text for code, term in picture.vocabulary.sources.items() if code in months and months[code].covered]
    tertials = next((spec for spec in picture.specs if spec.by_tertial), None)
    areas = next((spec for spec in picture.specs if spec.dimensions == ("area",)), None)
    types = next((spec for spec in picture.specs if spec.dimensions == ("event_type",)), None)
    times, undated, places = _times(picture, tertials) if tertials else ([], "", [])
    words = section(
        "kartlaggning",
        sources=names,
        traces=picture.groups[0].name != ALL,
        types=_types(picture, types) if types else [],
        times=times,
        undated=undated,
        place_sources=places,
        area=_area(picture, areas) if areas else None,
        share=_share(picture),
    )
    prefixes = [f"{spec.name}/" for spec in (types, tertials, areas) if spec]
    return Prose(words, picture.facts(*prefixes, "traces_referens/"))


def _current(picture: Picture, spec: TableSpec) -> pd.DataFrame:
    counts = picture.counts[spec.name]
    return counts[(counts["period"] == picture.period.label) & (counts["high"] > 0).fillna(False)]


def _interval(row: pd.Series) -> Interval:
    return int(row["low"]), int(row["high"])


def _types(picture: Picture, spec: TableSpec) -> list[tuple[str, Interval]]:
    """Each type that was reported with its number, the most first, and what has no type of its own ("") last."""
    rows = _current(picture, spec).sort_values(["low", "high"], ascending=False, kind="stable")
    rows = rows.sort_values("event_type", key=lambda codes: codes == OTHER_TYPE, kind="stable")
    terms = picture.vocabulary.event_types
    return [
        ("" if row["event_type"] == OTHER_TYPE else terms[row["event_type"]].text, _interval(row))
        for _, row in rows.iterrows()
    ]


def _times(picture: Picture, spec: TableSpec) -> tuple[list[tuple[str, Interval]], str, list[str]]:
    """Each part of the period with its number, how many are in no single part, and whose events they are if not all."""
    counts = picture.counts[spec.name].dropna(subset="low")
    known = {row["period"]: (int(row["low"]), int(row["high"])) for row in counts.to_dict("records")}
    if not any(high for _, high in known.values()):
        return [], "", []
    months = {part.label: swedish_months(months_of(part)) for part in picture.period.tertials()}
    parts = [(months[part], known[part]) for part in months if part in known]
    least, most = undated(picture, spec)
    return parts, span((least, most)) if most else "", _place_sources(picture, spec)


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


def _place_sources(picture: Picture, spec: TableSpec) -> list[str]:
    """The sources that see to places, where the table counts theirs alone; of them those that were asked."""
    if f"{spec.name}_{TOTAL}" not in picture.counts:
        return []
    asked = set(picture.coverage["source"])
    words = picture.vocabulary
    return [term.text for code, term in words.sources.items() if code in asked and words.observes(code)]


def _area(picture: Picture, spec: TableSpec) -> dict[str, str] | None:
    """The area that has the most traces whatever the intervals hide; None where they are few or none has."""
    rows, whole = _current(picture, spec).sort_values("low"), _whole(picture, spec)
    if len(rows) < 2:
        return None
    first, others = rows.iloc[-1], rows.iloc[:-1]
    if not first["area"] or int(first["low"]) < LEAST_TRACES or int(first["low"]) <= int(others["high"].max()):
        return None
    return {"name": picture.settings.areas[first["area"]], "n": span(_interval(first)), "of": span(whole)}


def _share(picture: Picture) -> dict[str, Any] | None:
    comparison = picture.groups[0].comparison
    if comparison is None or comparison.reference is None:
        return None
    series = comparison.reference
    before, now = series.coded
    of_before, of = (
        span((coded[0] + rest[0], coded[1] + rest[1]))
        for coded, rest in zip(series.coded, series.ordinary, strict=True)
    )
    names = [picture.vocabulary.sources[source].text for source in series.sources]
    return {"sources": names, "now": span(now), "of": of, "before": span(before), "of_before": of_before}


TEXTS = {"kartlaggning": overview}
