"""What the chapter stands on: every count made once, and the same whichever way it is divided."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.chapter.situations import SITUATIONS, picture, situation
from vbe_analysis.chapter.data.internal import make_picture, open_picture
from vbe_analysis.errors import InputError
from vbe_analysis.periods import Period

pytestmark = pytest.mark.slow

# The situations that are quick to make; the others are read whole in test_text.py.
QUICK = ("forsta_aret", "inget_rapporterat", "inget_levererat", "halften_saknas")


def known(counts: pd.DataFrame, period: str) -> tuple[int, int]:
    mine = counts[counts["period"] == period]
    return int(mine["low"].sum()), int(mine["high"].sum())


@pytest.mark.parametrize("name", QUICK)
def test_every_table_of_all_events_holds_the_same_events(name: str) -> None:
    """No report of these districts is dated to more than a day, and none can be a duplicate."""
    found = picture(name, "2021")
    for table in ("environment", "event_type", "source", "environment_type", "environment_source", "type_source"):
        assert known(found.counts[table], "2021") == found.current, table
    tertials = found.counts["tertial"]
    assert (int(tertials["low"].sum()), int(tertials["high"].sum())) == found.current
    parts = [known(found.counts[part], "2021") for part in ("traces_environment", "person_linked_environment")]
    assert (parts[0][0] + parts[1][0], parts[0][1] + parts[1][1]) == found.current


@pytest.mark.parametrize(("name", "total"), [("forsta_aret", 15), ("inget_rapporterat", 0), ("halften_saknas", 6)])
def test_the_total_is_what_the_files_hold(name: str, total: int) -> None:
    rows = sum(len(given) for given in SITUATIONS[name][0][2021].given.values() if not isinstance(given, str))
    assert picture(name, "2021").current == (total, total)
    assert (picture(name, "2021").reports, rows) == (total, total)


def test_periods_side_by_side() -> None:
    assert picture("forsta_aret", "2021").periods == (Period(date(2021, 1, 1), date(2021, 12, 31), "2021"),)
    assert picture("forsta_aret", "2021").groups[0].comparison is None
    assert [period.label for period in picture("halften_saknas", "2021").periods] == ["2020", "2021"]


def test_months_delivered_by_source() -> None:
    months = picture("halften_saknas", "2021").source_months
    assert {source: own.covered for source, own in months.items()} == {"enkat": 0, "polis": 0, "sisab": 6}


@pytest.mark.slow
def test_a_later_cycle_changes_nothing_in_an_earlier_ones_picture() -> None:
    """2020 stands on 2020 and what came before, whatever has been read in since."""
    found = make_picture(situation("halften_saknas"), "2020", "intern")
    assert found.previous is None
    assert set(found.groups[0].trends.table["period"]) == {"2020"}


@pytest.mark.slow
def test_the_newest_cycle_that_is_read_in_is_opened() -> None:
    root = str(situation("halften_saknas").root)
    assert open_picture(start=root).period.label == "2021"
    assert open_picture("2020", start=root).period.label == "2020"


def test_a_cycle_that_is_not_read_in_or_not_known(tmp_path: Path) -> None:
    (tmp_path / "vbe.toml").write_text(
        'district = "D"\nboard = "N"\narea_name = "A"\n[cycles]\n2021 = { start = 2021-01-01, end = 2021-12-31 }\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        open_picture(start=str(tmp_path))
    assert str(caught.value) == "Omgången 2021 är inte inläst. Kör vbe ingest 2021 först."
    with pytest.raises(InputError, match="2022"):
        open_picture("2022", start=str(tmp_path))


def test_a_question_is_called_what_the_workspace_calls_it() -> None:
    assert picture("exempel", "2017").question("utbildning") == "Har gått den webbaserade grundutbildningen"
    assert picture("exempel", "2017").question("rutin") == "Känner till rutinen vid oro eller händelse"
    with pytest.raises(KeyError):  # a question without words is never shown by its id
        picture("exempel", "2017").question("egen")
