"""The invented district's truth.json as our frames: what a perfect loader would hand to the analysis."""

import json
from datetime import date
from functools import cache
from itertools import count, pairwise
from pathlib import Path

import pandas as pd
import pytest

from vbe_analysis.frames import COVERAGE, EVENTS, conform
from vbe_analysis.periods import Period, month_span, months_between

TRUTH = Path(__file__).parents[2] / ".." / "shared" / "district" / "truth.json"
needs_truth = pytest.mark.skipif(not TRUTH.exists(), reason="the district's truth.json is not here")
CYCLES = ("2017", "2018", "2019", "2020", "2021")
PAIRS = tuple(pairwise(CYCLES))
NUMBERS = count(1)
ENVIRONMENTS = ("autonom", "vit_makt", "islamistisk", "oklar")


@cache
def truth():
    return json.loads(TRUTH.read_text(encoding="utf-8"))


def period(cycle):
    return Period(date(int(cycle) - 1, 5, 1), date(int(cycle), 4, 30), cycle)


@cache
def truth_events():
    rows = [
        {
            "report_id": f"{cycle}-{number}",
            "cycle": cycle,
            "source": report["source"],
            "date_from": report["date_from"],
            "date_to": report["date_to"],
            "environment": report["environment"],
            "event_type": report["event_type"],
            "area": report["area"] or "",
            "low": report.get("count_range", [report["count"]])[0],
            "high": report.get("count_range", [report["count"]])[-1],
            "flags": "",
            "not_counted": "" if report["counted"] else report["why_not"],
            "file": report["file"],
            "sheet": report["sheet"] or "",
            "row": report["row"],
        }
        for cycle in CYCLES
        for number, report in enumerate(_reports(cycle))
    ]
    return conform(pd.DataFrame(rows), EVENTS)


def _reports(cycle):
    history = truth()["historik"]["reports"] if cycle == "2017" else []
    return [*truth()["cycles"][cycle]["reports"], *history]


@cache
def truth_coverage():
    rows = []
    for cycle in CYCLES:
        said = truth()["cycles"][cycle]
        for source, months in said["coverage"].items():
            straddled = _straddled(source, said["reports"], period(cycle))
            asked = said["response"].get(source, {})
            version = said["instrument"].get(source, {}).get("questions", {}).get("noted", "")
            for month, status in months.items():
                rows.append(_row(cycle, source, month, status, month in straddled, version, asked))
    return conform(pd.DataFrame([*rows, *_history()]), COVERAGE)


def _row(cycle, source, month, status, straddled=False, version="", asked=None, environment=""):
    numbers = asked or {"asked": None, "answered": None}
    return {
        "cycle": cycle,
        "source": source,
        "month": month,
        "environment": environment,
        "status": status,
        "straddled": straddled,
        "version": version,
        "break_before": "",
        **numbers,
    }


def _straddled(source, reports, cycle):
    """Months that only a half-year passing the boundary reaches: delivered in truth.json, not so by design.md 5."""
    spans = {
        (date.fromisoformat(r["date_from"]), date.fromisoformat(r["date_to"]))
        for r in reports
        if r["source"] == source == "polis"
    }
    inside = {month for span in spans if cycle.holds(*span) for month in months_between(*span)}
    return {month for span in spans if not cycle.holds(*span) for month in months_between(*span)} - inside


def _history():
    """The earlier chapters' coverage: delivered for all, save the environments that a year did not ask for."""
    for year, cells in truth()["historik"]["series"].items():
        for month in period(year).months:
            yield _row("2017", "historik", month, "delivered")
            for environment, cell in cells.items():
                if cell["status"] == "not_asked":
                    yield _row("2017", "historik", month, "not_asked", environment=environment)


def report(
    source="polis",
    day="2021-03-04",
    environment="vit_makt",
    event_type="klotter",
    area="a",
    low=1,
    high=None,
    to=None,
    not_counted="",
    **more,
):
    """One row of events, with a report_id of its own."""
    number = next(NUMBERS)
    return {
        "report_id": f"r{number:06d}",
        "cycle": "2021",
        "source": source,
        "date_from": day,
        "date_to": to or day,
        "environment": environment,
        "event_type": event_type,
        "area": area,
        "low": low,
        "high": high or low,
        "flags": "",
        "not_counted": not_counted,
        "file": "f",
        "sheet": "",
        "row": number,
        **more,
    }


def events_of(*reports):
    return conform(pd.DataFrame(list(reports), columns=list(EVENTS)), EVENTS)


def covered(source, first, last, status="delivered", **more):
    """Coverage rows of one source for the months from "2021-01" to "2021-12"."""
    months = months_between(month_span(first)[0], month_span(last)[1])
    return [{**_row("", source, month, status), **more} for month in months]


def coverage_of(*parts):
    return conform(pd.DataFrame([row for part in parts for row in part], columns=list(COVERAGE)), COVERAGE)
