"""Coding rules: words that read an act set a code where no label did; the text is never kept."""

from datetime import date
from pathlib import Path

import pytest

from tests.profiles import column, rule
from tests.workspaces import NAME, make, office, vbe, xlsx
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

RULES = [
    rule("hakkors", ["hakkors*", "NS-symbol"], environment="vit_makt", event_type="symbol"),
    rule("dekal", ["klistermärke*", "dekal"], event_type="klistermarke"),
]
HEADINGS = ("Datum", "Område", "Typ", "Miljö", "Antal", "Beskrivning")


def row(kind: str | None, environment: str | None, description: str | None) -> tuple[object, ...]:
    return date(2020, 9, 1), "Ekåsen", kind, environment, 1, description


@pytest.mark.parametrize(
    ("cells", "code", "flags"),
    [
        (row(None, None, "Ett HAKKORSET\u00ad på väggen"), ("vit_makt", "symbol"), "coded_by_rule"),
        (row(None, None, "ns-symbol, dekal"), ("vit_makt", "symbol"), "coded_by_rule"),  # the first rule that fits
        (row("Klotter", None, "hakkors"), ("vit_makt", "klotter"), "coded_by_rule"),  # what a label set stays
        (row("Klotter", "Vänster", "hakkors"), ("autonom", "klotter"), ""),
        (row(None, None, "dekaler"), ("oklar", "ovrigt"), ""),  # whole words, unless the rule says *
        (row(None, None, "klistermärken"), ("oklar", "klistermarke"), "coded_by_rule"),
        (row(None, None, "inget särskilt"), ("oklar", "ovrigt"), ""),  # what no rule codes is not guessed
        (row(None, None, None), ("oklar", "ovrigt"), ""),
    ],
)
def test_a_text_is_coded_and_dropped(
    cells: tuple[object, ...], code: tuple[str, str], flags: str, tmp_path: Path
) -> None:
    root = make(tmp_path)
    profile = office("ia", column("text", "Beskrivning", rules=RULES))
    (root / "data/profiles/ia.toml").write_text(profile, encoding="utf-8")
    xlsx(root / "data/raw/2021" / NAME, [HEADINGS, cells])
    assert vbe(root, "ingest", "2021", "--quiet") == 0
    event = Workspace(root).events("2021").iloc[0]
    assert (event["environment"], event["event_type"], event["flags"]) == (*code, flags)
    used = Workspace(root).record("2021")["rules_used"]
    assert used == ({"hakkors": 1} if "vit_makt" in code else {"dekal": 1} if "klistermarke" in code else {})
    assert not any("hakkors" in str(value).lower() for value in event)
