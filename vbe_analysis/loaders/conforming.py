"""What a table gave, by the contracts of frames.py: blanks filled by the rules, and every row with its place."""

import hashlib

import numpy as np
import pandas as pd

from vbe_analysis.loaders.fields import Context
from vbe_analysis.loaders.raw import RawSheet
from vbe_analysis.loaders.tables import Part
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import OTHER_TYPE, UNKNOWN


def events_of(part: Part, context: Context, period: Period, sheet: RawSheet, corrected: frozenset[int]) -> pd.DataFrame:
    """The part's reports as frames.EVENTS: blank dates are the source's whole period, blank codes oklar and ovrigt."""
    reports = part.reports
    position = reports["position"].to_numpy(dtype=np.int64)
    rows = part.located.numbers()[position]
    first, last = reports["first"].to_numpy("datetime64[D]"), reports["last"].to_numpy("datetime64[D]")
    blank = np.isnat(first)
    first = np.where(blank, np.datetime64(context.span[0], "D"), first)
    last = np.where(blank, np.datetime64(context.span[1], "D"), last)
    inside = (first >= np.datetime64(period.start)) & (last <= np.datetime64(period.end))
    apart = (last < np.datetime64(period.start)) | (first > np.datetime64(period.end))
    key = f"{context.cycle}|{context.profile.source}|{context.file}|{sheet.name}".encode()
    prefix = hashlib.sha256(key).hexdigest()[:16]
    ids = [f"{prefix}-{row}-{n}" for row, n in zip(rows.tolist(), reports["ordinal"].tolist(), strict=True)]
    frame = {
        "report_id": ids, "cycle": context.cycle, "source": context.profile.source,
        "date_from": first, "date_to": last,
        "environment": reports["environment"].fillna(UNKNOWN), "event_type": reports["event_type"].fillna(OTHER_TYPE),
        "area": reports["area"].fillna(""), "low": reports["low"], "high": reports["high"],
        "flags": _flags(part, position, rows, sheet, corrected),
        "not_counted": np.where(inside, "", np.where(apart, "outside_period", "straddles_boundary")),
        "file": context.file, "sheet": sheet.name, "row": rows,
    }  # fmt: skip
    columns = {name: values if isinstance(values, str) else np.asarray(values) for name, values in frame.items()}
    return pd.DataFrame(columns, index=range(len(ids)))


def answers_of(part: Part, context: Context, sheet: RawSheet) -> pd.DataFrame:
    """The part's answers as frames.ANSWERS, one row per respondent and question."""
    answers = part.answers if part.answers is not None else pd.DataFrame()
    rows = part.located.numbers()[answers["position"].to_numpy(dtype=np.int64)]
    place = {"cycle": context.cycle, "source": context.profile.source, "file": context.file, "sheet": sheet.name}
    return answers.drop(columns="position").assign(row=rows, **place)


def _flags(
    part: Part, position: np.ndarray, rows: np.ndarray, sheet: RawSheet, corrected: frozenset[int]
) -> np.ndarray:
    flags = {
        "coded_by_rule": part.coded[position] if part.coded is not None else np.zeros(len(rows), dtype=bool),
        "corrected": np.isin(rows, list(corrected)),
        "hidden_row": np.isin(rows, list(sheet.hidden_rows)),
        "pairs_unknown": part.reports["unsure"].to_numpy(dtype=bool),
        "suppressed": part.reports["suppressed"].to_numpy(dtype=bool),
    }
    words = np.full(len(rows), "", dtype=object)
    for name, hit in flags.items():
        words[hit] = [f"{word} {name}".strip() for word in words[hit]]
    return words
