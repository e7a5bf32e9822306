"""A region's tables: its districts side by side in the city's own order, always with coverage and response."""

from collections.abc import Callable, Iterable, Sequence

from vbe_analysis.analysis.trends import HIGHER, LOWER
from vbe_analysis.chapter.tables.cells import DASH, interval_text, interval_value
from vbe_analysis.chapter.tables.grid import COVERAGE_LETTERS, NBSP
from vbe_analysis.chapter.text.section import sentence
from vbe_analysis.chapter.text.sentences import period_span
from vbe_analysis.config import message, message_table
from vbe_analysis.disclosure.bands import total
from vbe_analysis.disclosure.policy import ALL, PERSON_LINKED
from vbe_analysis.document.parts import Numbers, Table, Value
from vbe_analysis.frames import DELIVERED, NOT_ASKED, NOT_DELIVERED, Interval
from vbe_analysis.periods import swedish_months
from vbe_analysis.region.picture import RegionGroup, RegionPicture, judged, place_of
from vbe_analysis.swedish import listed
from vbe_analysis.vocabulary import TOTAL

Cell = tuple[str, Value]
"""What a reader sees, and the number that the workbook holds."""
FEW = 50  # no percentage on fewer


def district_tables(picture: RegionPicture) -> list[Table]:
    """A table for each group of events: the districts' counts, with what they rest on."""
    return [_banded(picture, group) if group.banded else _counted(picture, group) for group in picture.groups]


def _counted(picture: RegionPicture, group: RegionGroup) -> Table:
    """Both periods of each district, its own published verdict, and all of them added up."""
    header = [_word("district"), *(_period(picture, label) for label in picture.labels), *_ground_header(picture)]
    if picture.previous:
        header.append(_word("verdict"))
    rows = []
    for district in picture.delivered:
        cells = [_interval(group.counts.get((district, TOTAL, label))) for label in picture.labels]
        cells += _ground(picture, [district])
        kind = group.kinds.get(district, "")
        cells += [(message_table("labels.kind").get(kind, DASH), None)] if picture.previous else []
        rows.append((district, cells))
    sums = [_interval(group.sums.get((TOTAL, label))) for label in picture.labels]
    change = group.changes.get(TOTAL)
    kind = message_table("labels.kind").get(change.kind, DASH) if change else DASH
    rows.append(
        (_all(picture), [*sums, *_ground(picture, picture.delivered), *([(kind, None)] * bool(picture.previous))])
    )
    notes = [_word("note_verdict")] if picture.previous else []
    notes += [_word("note_sums", **gap) for gap in _gaps(picture, group)]
    for district, cycle in picture.inherited.items():
        own = picture.region.settings.merged[district]
        since, known = picture.region.period(own.since).name, picture.region.period(cycle).name
        notes.append(_word("note_merged", district=district, since=since, of=listed(own.of), cycle=known))
    return _table(picture, f"stadsdelar_{group.name}", header, rows, notes)


def _banded(picture: RegionPicture, group: RegionGroup) -> Table:
    """This period's bands of each district by environment, and all of them added up end by end."""
    environments = picture.region.vocabulary.environments
    label = picture.period.label
    header = [_word("district"), *(term.label for term in environments.values()), *_ground_header(picture)]
    rows = []
    for district in picture.delivered:
        cells = [_interval(group.counts.get((district, name, label)), protected=True) for name in environments]
        rows.append((district, [*cells, *_ground(picture, [district])]))
    sums = [_interval(group.sums.get((name, label)), protected=True) for name in environments]
    rows.append((_all(picture), [*sums, *_ground(picture, picture.delivered)]))
    return _table(picture, f"stadsdelar_{group.name}", header, rows, [_word("note_bands")])


def environment_table(picture: RegionPicture) -> Table:
    """All districts together by environment: the counts, what can be compared of them, and the word rule's verdict."""
    header = [_word("environment"), *(_period(picture, label) for label in picture.labels)]
    if picture.previous:
        header += [_word("comparable", period=picture.periods[label].name) for label in picture.labels]
        header.append(_word("verdict"))
    rows = []
    for group in picture.groups:
        names = {code: term.label for code, term in picture.region.vocabulary.environments.items()}
        names |= {} if group.name not in (ALL, "traces") else {TOTAL: message("tables.total")}
        for code, name in names.items():
            cells = [_interval(group.sums.get((code, label)), protected=group.banded) for label in picture.labels]
            change = group.changes.get(code)
            if picture.previous:
                known = change is not None and change.verdict is not None
                ends = (change.previous, change.current) if change and known else (None, None)
                cells += [_interval(end, protected=group.banded) if end else (DASH, None) for end in ends]
                cells.append((message_table("labels.kind").get(change.kind, DASH) if change else DASH, None))
            words = sentence("what", group.name, short=True) if group.name in ("traces", PERSON_LINKED) else ""
            rows.append((f"{name}, {words}" if words and len(picture.groups) > 1 else name, cells))
    notes = [_word("note_bands")] if any(group.banded for group in picture.groups) else []
    return _table(picture, "miljoer", header, rows, notes)


def graffiti_table(picture: RegionPicture) -> Table | None:
    """How much of all graffiti was extremist, in the same sources and months of both periods; None without any."""
    if not picture.graffiti:
        return None
    header = [_word("district"), _word("sources"), *(_period(picture, label) for label in picture.labels)]
    rows = []
    for district, own in picture.graffiti.items():
        sources = ", ".join(picture.region.vocabulary.sources[code].label for code in own.sources)
        rows.append((district, [(sources, None), *map(_share, own.coded, own.whole)]))
    alike = [picture.graffiti[district] for district in picture.alike]
    coded, whole = ([total(*(getattr(own, name)[at] for own in alike)) for at in (0, 1)] for name in ("coded", "whole"))
    rows.append((_word("same_sources", count=len(alike)), [(DASH, None), *map(_share, coded, whole)]))
    return _table(picture, "klotter", header, rows, [_word("note_graffiti")])


def expected_table(picture: RegionPicture) -> Table | None:
    """Each district's newest comparable count beside what its own earlier years let expect; None without any."""
    places = {HIGHER: _word("over"), LOWER: _word("under"), "": _word("inside")}
    rows = []
    for district, series in judged(picture).items():
        names = [picture.periods[year].name for year in series.years[:-1]]
        before = ", ".join(interval_text(count) for count in series.earlier)
        cells: list[Cell] = [(period_span(names), None), (before, None), _interval(series.expected)]
        rows.append((district, [*cells, _interval(series.counts[-1]), (places[place_of(series)], None)]))
    names_ = ("district", "years", "before", "expected", "now", "place")
    header = [_word(name, period=picture.period.name) for name in names_]
    return _table(picture, "vantat", header, rows, [_word("note_expected")]) if rows else None


def coverage_table(picture: RegionPicture) -> Table:
    """The months that each source has told of, of those it was asked for, in each district."""
    sources = [code for code in picture.region.vocabulary.sources if code in set(picture.coverage["source"])]
    labels = [picture.region.vocabulary.sources[code].label for code in sources]
    rows = []
    for district in picture.delivered:
        cells = list[Cell]()
        for source in sources:
            x, n = picture.months(district, source)
            cells.append((_of(x, n), Numbers(x=x, n=n)) if n else (DASH, None))
        rows.append((district, cells))
    return _table(picture, "tackning", [_word("district"), *labels], rows, [_word("note_not_asked")])


def months_table(picture: RegionPicture) -> Table:
    """District x source x month (annex): told of (L), missing (U) or not asked for (I)."""
    months = picture.period.months
    rows = []
    for (district, source), own in picture.coverage.groupby(["district", "source"], sort=False):
        known = dict(zip(own["month"], own["status"], strict=True))
        letters = [COVERAGE_LETTERS.get(known.get(month, NOT_ASKED), DASH) for month in months]
        label = picture.region.vocabulary.sources[str(source)].label
        rows.append((f"{district}, {label}", [(letter, None) for letter in letters]))
    header = [_word("district_source"), *(swedish_months((month,)) for month in months)]
    statuses = {
        COVERAGE_LETTERS[code]: message(f"labels.status.{code}") for code in (DELIVERED, NOT_DELIVERED, NOT_ASKED)
    }
    notes = ["; ".join(f"{letter}: {text}" for letter, text in statuses.items()) + "."]
    return _table(picture, "tackning_manader", header, rows, notes, annex=True)


def ground_table(picture: RegionPicture) -> Table:
    """The sources and months that each district's two periods were compared on, by group of events."""
    terms = picture.region.vocabulary.sources
    rows = []
    for group in picture.groups:
        for district in picture.delivered:
            cells = [(DASH, None)] * len(picture.labels)
            if district in group.compared:
                code = message_table("region.group")[group.name]
                own = picture.ground[(picture.ground["group"] == code) & (picture.ground["district"] == district)]
                cells = []
                for label in picture.labels:
                    months = own[own["part"].isin(picture.periods[label].months)].groupby("source")["part"].nunique()
                    texts = [_word("months", source=terms[str(code)].label, count=n) for code, n in months.items()]
                    cells.append((", ".join(texts) or DASH, None))
            what = sentence("what", group.name) if group.name in ("traces", PERSON_LINKED, ALL) else group.name
            rows.append((f"{district}, {what}", cells))
    header = [_word("district_group"), *(_period(picture, label) for label in picture.labels)]
    return _table(picture, "jamforbart", header, rows, [_word("note_ground")], annex=True)


def _table(
    picture: RegionPicture,
    name: str,
    header: Sequence[str],
    rows: Iterable[tuple[str, Sequence[Cell]]],
    notes: Sequence[str] = (),
    annex: bool = False,
) -> Table:
    lines = list(rows)
    cells = tuple((head, *(text for text, _ in own)) for head, own in lines)
    values: tuple[tuple[Value, ...], ...] = tuple((None, *(value for _, value in own)) for _, own in lines)
    title, source = _word(f"title.{name}"), _word("source")
    return Table(
        name, title, source, tuple(header), cells, values, scope=str(picture.period), notes=tuple(notes), annex=annex
    )


def _word(key: str, **values: object) -> str:
    return message(f"region.table.{key}", **values)


def _period(picture: RegionPicture, label: str) -> str:
    return picture.periods[label].name


def _all(picture: RegionPicture) -> str:
    return _word("all", count=len(picture.delivered), of=len(picture.districts))


def _interval(interval: Interval | None, protected: bool = False) -> Cell:
    missing = message("charts.status.not_delivered")
    return interval_text(interval, missing), interval_value(interval, protected)


def _share(part: Interval, whole: Interval) -> Cell:
    return _of(interval_text(part), interval_text(whole)), None


def _of(x: object, n: object) -> str:
    return _word("of", x=x, n=n).replace(" ", NBSP)


def _surveys(picture: RegionPicture) -> list[str]:
    own = {source for surveys in picture.response.values() for source in surveys}
    return [code for code in picture.region.vocabulary.sources if code in own]


def _ground_header(picture: RegionPicture) -> list[str]:
    terms = picture.region.vocabulary.sources
    return [_word("months_header"), *(_word("answers", source=terms[code].label) for code in _surveys(picture))]


def _ground(picture: RegionPicture, districts: Sequence[str]) -> list[Cell]:
    """What the districts' counts rest on: source-months with figures, and how many answered each survey."""
    x, n = total(*(picture.months(district) for district in districts))
    cells: list[Cell] = [(_of(x, n), Numbers(x=x, n=n))]
    for source in _surveys(picture):
        known = [own[source] for district in districts if source in (own := picture.response.get(district, {}))]
        answered, asked = total(*known) if known else (0, 0)
        share = f" ({round(100 * answered / asked)}{NBSP}%)" if asked >= FEW else ""
        text = f"{_of(answered, asked)}{share}"
        cells.append((text, Numbers(x=answered, n=asked)) if asked else (DASH, None))
    return cells


def _gaps(picture: RegionPicture, group: RegionGroup) -> list[dict[str, object]]:
    """The periods that not every district has a number for, and how many have."""
    gaps = []
    for label in picture.labels:
        known = sum((district, TOTAL, label) in group.counts for district in picture.delivered)
        if known < len(picture.delivered):
            gaps.append({"period": picture.periods[label].name, "count": known})
    return gaps


TABLES: tuple[Callable[[RegionPicture], Table | None], ...] = (environment_table, graffiti_table)
