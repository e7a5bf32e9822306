"""The chapter's tables: one function a table, from the picture's frames to formatted cells beside their values."""

from dataclasses import replace

import pandas as pd

from vbe_analysis.analysis.ground import months_of
from vbe_analysis.chapter.charts.cells import grid
from vbe_analysis.chapter.data.facts import types_of
from vbe_analysis.chapter.data.picture import Picture, delivered_months
from vbe_analysis.chapter.tables.cells import cells_table, labels_of, plain_table, scope_of, word
from vbe_analysis.chapter.text.sentences import capital, span
from vbe_analysis.disclosure import policy
from vbe_analysis.document.parts import Table, Value
from vbe_analysis.frames import NOT_ASKED
from vbe_analysis.periods import swedish_months
from vbe_analysis.swedish import listed, number
from vbe_analysis.vocabulary import OTHER_TYPE, TOTAL

FEW = 5


def counts_tables(picture: Picture, annex: bool = False) -> list[Table]:
    """The edition's tables of events in order; annex: those of the workbook instead."""
    return [counts_table(picture, spec.name) for spec in picture.specs if spec.annex == annex]


def counts_table(picture: Picture, name: str) -> Table:
    """The edition's table `name` of disclosure.toml: by one dimension for both periods, or by two for this one."""
    table = _counts_table(picture, name)
    totals = ("traces_total/",) if picture.spec(name).group == policy.TRACES else ("total/",)
    return replace(table, annex=picture.spec(name).annex, facts=picture.facts(f"{name}/", *totals))


def _counts_table(picture: Picture, name: str) -> Table:
    spec = picture.spec(name)
    keys = spec.keys
    counts = picture.counts[name]
    if spec.by_tertial:
        return _by_period(picture, name, counts)
    if len(keys) == 2:
        return _crossed(picture, name, keys, counts)
    return _by_key(picture, name, keys[0], counts)


def coverage_table(picture: Picture) -> Table:
    """Each source: the months it delivered, what is missing, and the share that answered a survey."""
    months = len(picture.period.months)
    rows, values = [], []
    whole = picture.coverage[picture.coverage["environment"] == ""]
    covered = delivered_months(picture.coverage)
    for code, term in picture.vocabulary.sources.items():
        mine = whole[(whole["source"] == code) & whole["month"].isin(picture.period.months)]
        if mine.empty:
            continue
        asked, answered = mine["asked"].max(), mine["answered"].max()
        share = _share(answered, asked)
        none_asked = (mine["status"] == NOT_ASKED).all()
        of = word("not_asked") if none_asked else word("months", covered=covered[code], of=months)
        rows.append((term.label, of, _missing(mine), _plain(asked), _plain(answered), share))
        values.append((None, None, None, _value(asked), _value(answered), None))
    header = tuple(word(f"coverage.{name}") for name in ("source", "months", "missing", "asked", "answered", "share"))
    return Table(
        "tackning", word("coverage.title"), word("own_source"), header, tuple(rows), tuple(values),
        scope=str(picture.period), notes=(word("coverage.note"),), facts=(),
    )  # fmt: skip


def response_table(picture: Picture, kinds: bool = False) -> Table | None:
    """Who answered the surveys, this cycle and the one before; `kinds`: by kind of unit (annex), None where untold."""
    rows: list[tuple[str, ...]] = []
    values: list[tuple[Value, ...]] = []
    mine = picture.response[(picture.response["unit_kind"] != "") == kinds]
    if kinds and mine.empty:
        return None
    mine = _few_together(mine) if kinds else mine
    for row in mine.to_dict("records"):
        source = picture.vocabulary.sources[row["source"]].label
        kind = (row["unit_kind"],) if kinds else ()
        share = _share(row["answered"], row["asked"])
        rows.append((source, *kind, row["cycle"], _plain(row["asked"]), _plain(row["answered"]), share))
        values.append((None, *(None for _ in kind), None, _value(row["asked"]), _value(row["answered"]), None))
    names = ("source", *(("kind",) if kinds else ()), "period", "asked", "answered", "share")
    name, header = "svar_verksamhet" if kinds else "svar", tuple(word(f"response.{one}") for one in names)
    return plain_table(picture, name, header, rows, values, annex=True, facts=())


def _few_together(response: pd.DataFrame) -> pd.DataFrame:
    """Kinds of unit with fewer than five answers as one row: a single answer points at the one who gave it."""
    few = response["answered"] < FEW
    named = response.assign(unit_kind=response["unit_kind"].mask(few, word("other_units")))
    return named.groupby(["cycle", "source", "unit_kind"], as_index=False, sort=False).agg(
        asked=("asked", lambda asked: asked.sum(min_count=len(asked))), answered=("answered", "sum")
    )


def knowledge_table(picture: Picture) -> Table | None:
    """What those who answered know, x of n with its interval: a row a question and source; None without a survey."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    shown = picture.knowledge[picture.knowledge["cycle"].isin([period.label for period in picture.periods])]
    versions = shown.groupby(["source", "question"])["version"].nunique()
    reworded = set(versions[versions > 1].index)
    for row in picture.knowledge.sort_values(["question", "source"], kind="stable").to_dict("records"):
        values = {
            "x": number(row["x"]),
            "n": number(row["n"]),
            "low": _percent(row["low"]),
            "high": _percent(row["high"]),
        }
        version = word("version", version=row["version"]) if (row["source"], row["question"]) in reworded else ""
        cell = word("x_of_n", **values) + version
        found.setdefault((picture.question(row["question"]), row["source"]), {})[row["cycle"]] = cell
    if shown.empty:
        return None
    periods = [period.label for period in picture.periods]
    sources = picture.vocabulary.sources
    rows = [
        (question, sources[source].label, *(cells.get(period, "–") for period in periods))
        for (question, source), cells in found.items()
    ]
    note = word("knowledge.note" if picture.knowledge["population"].any() else "knowledge.note_sample")
    header = (word("knowledge.question"), word("knowledge.source"), *(word("period", period=p) for p in periods))
    return plain_table(
        picture,
        "kunskap",
        header,
        rows,
        notes=tuple(filter(None, (note, word("knowledge.changes") if len(periods) > 1 else ""))),
        facts=(),
    )


def _by_key(picture: Picture, name: str, key: str, counts: pd.DataFrame) -> Table:
    """A row for each value of the key, a column for each period, and the total."""
    shown = _happened(counts, key) if key in ("event_type", "area") else counts
    rows = dict(grid(shown, key, labels_of(picture, key)).rows) if len(shown) else {}
    totals = next((group.total for group in picture.groups if group.name == picture.spec(name).group), None)
    if totals is not None and key != "source":
        rows[word("total")] = grid(totals.assign(key=TOTAL), "key", {TOTAL: TOTAL}).rows[TOTAL]
    labels = tuple(word("period", period=period.label) for period in picture.periods)
    banded = any(group.banded for group in picture.groups if group.name == picture.spec(name).group)
    table = cells_table(picture, name, (word(f"key.{key}"), *labels), rows, banded)
    notes = table.notes + ((word("note_sources"),) if key == "source" else ())
    notes += _type_notes(picture, counts, picture.spec(name).group) if key == "event_type" else ()
    return replace(table, scope=scope_of(picture), notes=notes)


def _type_notes(picture: Picture, counts: pd.DataFrame, group: str) -> tuple[str, ...]:
    """What the last row holds, and the types that nobody reported: a reader asks for them."""
    some = set(_happened(counts, "event_type")["event_type"])
    terms = picture.vocabulary.event_types
    none = [
        terms[code].label.lower() for code in types_of(group, picture.vocabulary) if code not in some | {OTHER_TYPE}
    ]
    notes = [word("note_other")] if OTHER_TYPE in some else []
    return (
        *notes,
        *([word("note_no_types" if len(none) > 1 else "note_no_type", types=listed(none))] if none and some else []),
    )


def _crossed(picture: Picture, name: str, keys: list[str], counts: pd.DataFrame) -> Table:
    """This period: the first key down, the second across, values without any event left out."""
    mine = counts[counts["period"] == picture.period.label]
    for key in keys:
        if key != "environment":
            mine = _happened(mine, key)
    across = labels_of(picture, keys[1])
    if mine.empty:
        return cells_table(picture, name, (word(f"key.{keys[0]}"), word("events")), {})
    found = grid(mine, keys[0], labels_of(picture, keys[0]), keys[1], across)
    return cells_table(
        picture, name, (word(f"key.{keys[0]}"), *found.columns), dict(found.rows), periods=[picture.period.label]
    )


def _by_period(picture: Picture, name: str, counts: pd.DataFrame) -> Table:
    """A row for each tertial of the period."""
    names = {p.label: capital(swedish_months(months_of(p))) for p in picture.period.tertials()}
    found = grid(counts.assign(key=TOTAL), "period", names, "key", {TOTAL: word("events")})
    table = cells_table(picture, name, (word("key.tertial"), *found.columns), dict(found.rows),
                        periods=[picture.period.label])  # fmt: skip
    return replace(table, notes=table.notes + undated(picture, picture.spec(name).group, counts))


def undated(picture: Picture, group: str, counts: pd.DataFrame) -> tuple[str, ...]:
    """How many events only have an approximate time, and so stand in no tertial."""
    low, high = next((g.interval(picture.period.label) for g in picture.groups if g.name == group), (0, 0))
    inside = counts[["low", "high"]].fillna(0).sum()
    left = high - int(inside["high"])
    return (word("note_undated", n=span((min(max(low - int(inside["low"]), 0), left), left))),) if left > 0 else ()


def _percent(share: float) -> str:
    return str(round(100 * share))


def _happened(counts: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows of those values of the key that have any event in any period."""
    some = counts.loc[(counts["high"] > 0).fillna(False), key].unique()
    return counts[counts[key].isin(some)]


def _missing(mine: pd.DataFrame) -> str:
    """The months without a countable delivery, in words; an en dash for none."""
    gone = mine[~mine["status"].isin(["delivered", "delivered_nothing", NOT_ASKED]) | mine["straddled"]]
    return swedish_months(tuple(gone["month"])) or "–"


def _share(answered: object, asked: object) -> str:
    if pd.isna(answered) or pd.isna(asked) or not asked:  # type: ignore[call-overload]
        return "–"
    return f"{round(100 * int(answered) / int(asked))} %"  # type: ignore[call-overload]


def _plain(value: object) -> str:
    return "–" if pd.isna(value) else number(int(value))  # type: ignore[call-overload]


def _value(value: object) -> int | None:
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]
