"""An export: what one edition of a district's cycle hands over, as Parquet for programs and a workbook beside it.

Both hold the same figures. The Parquet file names the district, cycle, edition and form, and is sealed with a hash of
all that, so that an edited one is never read.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
from pyarrow import ArrowException, Table
from pyarrow.parquet import ParquetFile, write_table

from vbe_analysis.config import message, message_table
from vbe_analysis.disclosure.bands import OPEN, label
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.document.annex import write_xlsx
from vbe_analysis.document.parts import Cover, Numbers, Value
from vbe_analysis.document.parts import Table as DocumentTable
from vbe_analysis.document.tree import Document
from vbe_analysis.errors import Fault, InputError, VbeError
from vbe_analysis.frames import EXPORT, conform
from vbe_analysis.periods import Period
from vbe_analysis.storage import sha256_of
from vbe_analysis.swedish import listed
from vbe_analysis.vocabulary import Vocabulary

FORM, FORMS = 2, (1, 2)  # of the file: as it is written, and those that are read; the first did not say by what program
ENDING = ".parquet"
NAMES = {PUBLIC: "export", INTERNAL: "export-intern"}  # edition -> the files' name
MOST_BYTES, MOST_ROWS = 20_000_000, 500_000  # an export of ten years has some thousand rows

YEARS, TYPES, SOURCES, TERTIALS = "years", "types", "sources", "tertials"
COMPARED, COMPARABLE_YEARS = "compared", "comparable_years"
REFERENCE_SERIES, GRAFFITI = "reference", "graffiti"
CELLS = "cells"  # of the internal edition: by source, tertial, environment and type, and all of each
COVERED, RESPONSE, GROUND, SURVEYS = "coverage", "response", "ground", "surveys"
_COUNTS = (YEARS, TYPES, SOURCES, TERTIALS, COMPARED, COMPARABLE_YEARS, REFERENCE_SERIES, GRAFFITI, CELLS)
FIGURES = (*_COUNTS, COVERED, RESPONSE, GROUND, SURVEYS)
_KEY = b"vbe_export"


@dataclass(frozen=True, eq=False)
class Export:
    """What a district hands over of a cycle.

    decision: the reference of the decision that it was published by, or may be handed over by. periods: the days of
    every period in the frame, by its label; `cycle` is one of them. rows: frames.EXPORT. program: the version that
    made it; "" of the first form.
    """

    district: str
    cycle: str
    edition: str
    decision: str
    periods: Mapping[str, tuple[date, date]]
    rows: pd.DataFrame = field(repr=False)
    program: str = ""

    @property
    def period(self) -> Period:
        """That of its cycle."""
        return Period(*self.periods[self.cycle], self.cycle)

    @property
    def hash(self) -> str:
        """The sha256 of all that it says."""
        frame = self.rows.astype("object").where(self.rows.notna(), None)
        content = [_head(self), [*frame], frame.to_numpy().tolist()]
        return sha256_of(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    district: str
    cycle: str
    edition: str
    decision: str
    periods: dict[str, tuple[date, date]]
    program: str = ""


def export_files(export: Export, words: Vocabulary) -> dict[str, bytes]:
    """The two files, name -> bytes; equal exports give equal bytes."""
    name = f"{NAMES[export.edition]}-{export.cycle}"
    return {f"{name}{ENDING}": export_bytes(export), f"{name}.xlsx": _workbook(export, words)}


def export_bytes(export: Export) -> bytes:
    """The Parquet file; equal exports give equal bytes."""
    sealed = json.dumps({"form": FORM, "hash": export.hash, "head": _head(export)}, ensure_ascii=False, sort_keys=True)
    table = Table.from_pandas(export.rows, preserve_index=False).replace_schema_metadata({_KEY: sealed.encode()})
    stream = io.BytesIO()
    write_table(table, stream, compression="zstd", write_statistics=False, version="2.6")
    return stream.getvalue()


def read_export(path: Path, name: str) -> Export:
    """The export in a Parquet file; name: the file's, for messages.

    Raises InputError where it is no export, one of an unknown form, or not as it was written.
    """
    head, form, seal, table = _opened(path, name)
    if form not in FORMS:
        raise InputError(
            [Fault("export_form", name, values={"form": form, "known": listed([str(form_) for form_ in FORMS])})]
        )
    try:
        known = msgspec.convert(head, _Head)
        export = Export(**msgspec.structs.asdict(known), rows=conform(table.to_pandas(), EXPORT))
    except (msgspec.ValidationError, VbeError, ArrowException):
        raise InputError([Fault("export_unreadable", name)]) from None
    if export.hash != seal or export.edition not in NAMES or export.cycle not in export.periods:
        raise InputError([Fault("export_edited", name)])
    return export


def _opened(path: Path, name: str) -> tuple[Any, int, str, Table]:
    """Head, form, seal and table of the file; the table is read only if its head says that it is an export."""
    content = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    try:
        file = ParquetFile(io.BytesIO(content))
        sealed = json.loads((file.schema_arrow.metadata or {})[_KEY])
        form, seal = int(sealed["form"]), str(sealed["hash"])
        if form in FORMS and file.metadata.num_rows > MOST_ROWS:
            raise ValueError
        return sealed["head"], form, seal, file.read() if form in FORMS else Table.from_pylist([])
    except (ArrowException, OSError, ValueError, KeyError, TypeError):
        raise InputError([Fault("export_unreadable", name)]) from None


def _head(export: Export) -> dict[str, Any]:
    days = {label: [day.isoformat() for day in span] for label, span in export.periods.items()}
    named = {name: getattr(export, name) for name in ("district", "cycle", "edition", "decision", "program")}
    return {**{name: text for name, text in named.items() if text or name != "program"}, "periods": days}


def _workbook(export: Export, words: Vocabulary) -> bytes:
    """The figures with labels, a sheet for each kind; the internal one is marked on every sheet."""
    name = message(f"export.title_{export.edition}", period=export.period.name)
    cover = Cover(name, export.edition, export.period, export.district, diarienummer=export.decision)
    groups = {str(figure): rows for figure, rows in export.rows.groupby("figure", sort=False)}
    tables = [
        _about(export),
        *(_table(export, figure, groups[figure], words) for figure in FIGURES if figure in groups),
    ]
    return write_xlsx(Document(cover, tuple(tables)))


def _about(export: Export) -> DocumentTable:
    cycle = message("export.about.cycle_is", period=export.period.name, cycle=export.cycle)
    lines = {"district": export.district, "cycle": cycle, "decision": export.decision}
    lines |= {"periods": "; ".join(str(Period(*days, name)) for name, days in export.periods.items())}
    lines |= {
        "form": message("export.about.form_is", form=FORM, program=export.program),
        "hash": export.hash,
        "rule": message(f"export.rule_{export.edition}"),
    }
    rows = tuple((message(f"export.about.{name}"), text) for name, text in lines.items())
    title, header = message("export.about_title"), (message("export.about.what"), message("export.about.is"))
    return DocumentTable("om", title, export.district, header, rows)


def _table(export: Export, figure: str, rows: pd.DataFrame, words: Vocabulary) -> DocumentTable:
    """One kind of row, with the columns that any of its rows fills."""
    frame = rows.drop(columns=["figure", "low", "high"])
    frame = frame.loc[:, [name for name in frame if (frame[name].notna() & (frame[name] != "")).any()]]
    headings = {name: message(f"export.column.{name}") for name in frame}
    texts, values = list[tuple[str, ...]](), list[tuple[Value, ...]]()
    counted = rows["low"].notna().any()
    for row, low, high in zip(frame.to_dict("records"), rows["low"], rows["high"], strict=True):
        cells = [_text(str(name), row[name], export, words) for name in headings]
        ends = None if pd.isna(low) else (int(low), OPEN if pd.isna(high) else int(high))
        number = Numbers(ends[0], None if ends[1] >= OPEN else ends[1]) if ends else None
        texts.append((*cells, *([label(*ends) if ends else "–"] if counted else [])))
        values.append((*([None] * len(cells)), *([number] if counted else [])))
    header = (*headings.values(), *([message("export.column.count")] if counted else []))
    title = message(f"export.figure.{figure}")
    table = DocumentTable(figure, title, export.district, header, tuple(texts), tuple(values))
    return replace(table, scope=message("export.scope", period=export.period))


def _text(column: str, value: object, export: Export, words: Vocabulary) -> str:
    """A code as people read it."""
    if column in ("asked", "answered"):
        return "–" if pd.isna(value) else str(value)  # type: ignore[call-overload]
    terms: dict[str, Callable[[], Mapping[str, str]]] = {
        "group": lambda: message_table("export.group"),
        "environment": lambda: {code: term.label for code, term in words.all_environments.items()},
        "event_type": lambda: {code: term.label for code, term in words.event_types.items()},
        "source": lambda: {code: term.label for code, term in words.all_sources.items()},
        "period": lambda: {name: Period(*days, name).name for name, days in export.periods.items()},
        "status": lambda: {**message_table("labels.status"), **message_table("labels.kind")},
    }
    text = terms[column]().get(str(value), str(value)) if column in terms else str(value)
    return text or message(
        "export.all" if column in ("group", "environment", "event_type", "source") else "export.none"
    )
