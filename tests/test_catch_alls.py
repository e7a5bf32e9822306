"""Rules that leave out whatever they do not name, and what is told of them."""

from datetime import date
from pathlib import Path

import pytest

from tests.loaders.loading import load, rules, text_file
from tests.loaders.loading import told as loaded
from tests.profiles import Part
from tests.workspaces import deliver, make, office, told, vbe, xlsx

NOT_VBE = {"rule": "not_vbe", "where": [{"column": "Anmärkning", "not_starts": ["VBE"]}]}


def test_a_condition_that_begins_with_not(tmp_path: Path) -> None:
    rows = [["Datum", "Kategori"], ["2021-01-05", "VBE: klotter"], ["2021-01-06", "Fall"], ["2021-01-07", "vbe"]]
    profile = """
[[tables]]
shape = "reports"
[[tables.columns]]
as = "date"
heading = ["Datum"]
[[tables.ignore]]
rule = "out_of_scope"
where = [{ column = "Kategori", not_starts = ["VBE"] }]
"""
    found = load(text_file(tmp_path / "ia.csv", rows), profile)
    assert ([row for row, *_ in loaded(found, "row")], rules(found)) == ([2, 4], {"out_of_scope": [3]})


def test_what_a_catch_all_left_out_this_year_and_not_last_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path)
    (root / "data" / "profiles" / "ia.toml").write_text(office("ia", Part("ignore", NOT_VBE)), encoding="utf-8")
    head = ["Datum", "Område", "Typ", "Miljö", "Antal", "Anmärkning"]

    def rows(year: int, *labels: str) -> list[list[object]]:
        return [head, *([date(year, 3, day), "Ekåsen", "Klotter", "Höger", 1, x] for day, x in enumerate(labels, 1))]

    for cycle, labels in (("2020", ("VBE", "Fall", "Lyft")), ("2021", ("VBE", "Fall", "V.B.E.", "V.B.E."))):
        name = f"IA {cycle}.xlsx"
        (root / "data" / "raw" / cycle).mkdir(exist_ok=True)
        for old in (root / "data" / "raw" / cycle).glob("*.xlsx"):
            old.unlink()
        xlsx(root / "data" / "raw" / cycle / name, rows(int(cycle), *labels))
        deliver(root, [("ia", "fil", name, "ia")], cycle=cycle)
    assert vbe(root, "ingest", "2020") == 0
    assert "not_vbe" not in told(capsys)  # nothing to compare with
    assert vbe(root, "ingest", "2021") == 0
    assert (
        "kolumn 'Anmärkning': Regeln not_vbe lämnar ut etiketter som den inte lämnade ut i förra omgången: "
        "'V.B.E.' (2)." in told(capsys)
    )
    record = (root / "data" / "processed" / "2021" / "korning.json").read_text(encoding="utf-8")
    assert "V.B.E." not in record
