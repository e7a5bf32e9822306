"""Conservation: whatever the rows hold, each has one fate, and what is loaded is what was written."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.loaders.loading import load, text_file

PROFILE = """
[[tables]]
shape = "reports"
zero_rows = "inga"
[[tables.columns]]
as = "key"
heading = ["Nr"]
[[tables.columns]]
as = "date"
heading = ["Datum"]
[[tables.columns]]
as = "area"
heading = ["Område"]
[[tables.columns]]
as = "environment"
id = "miljö"
heading = ["Miljö"]
values = { "A" = "autonom", "V" = "vit_makt" }
[[tables.columns]]
as = "count"
heading = ["Antal"]
[[tables.ignore]]
rule = "not_ours"
where = [{ column = "miljö", equals = ["-"] }]
"""
cells = st.tuples(
    st.sampled_from(["1", "2", "3", "4", ""]),
    st.sampled_from(["2021-01-01", "feb 2021", "", "5/3", "vet ej"]),
    st.sampled_from(["Lodsby", "Hasselnäset", "Okänt", ""]),
    st.sampled_from(["A", "V", "-", "X", ""]),
    st.sampled_from(["1", "0", "<5", "två", ""]),
)
rows = st.lists(st.one_of(cells, st.just(("Nr", "Datum", "Område", "Miljö", "Antal")), st.just(("Not",))), max_size=12)


@settings(max_examples=150, deadline=None)
@given(rows)
def test_every_row_is_loaded_ignored_by_a_rule_or_rejected_with_a_reason(written: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = load(
            text_file(Path(folder) / "r.csv", [("Nr", "Datum", "Område", "Miljö", "Antal"), *written]), PROFILE
        )
    (outcomes,) = found.outcomes
    ignored = outcomes.ignored()
    rows = [*outcomes.loaded, *(row for of_rule in ignored.values() for row in of_rule), *outcomes.rejected]
    assert sorted(rows) == sorted(outcomes.by_row)
    assert set(ignored) <= {
        "header_row",
        "footnote",
        "blank_row",
        "not_ours",
        "other_district",
        "duplicate_row",
        "inga",
        "title_row",
    }
    assert {fault.row for fault in found.faults} == set(outcomes.rejected)
    assert set(found.events["row"] if len(found.events) else []) == set(outcomes.loaded)
    assert len(found.events) == len(outcomes.loaded)  # one report a row in this table
