"""leveranser.xlsx: every fault with its sentence, the months it means, and the coverage that results."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.workspaces import deliver
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.deliveries.deliveries import Deliveries, base_coverage, read_deliveries
from vbe_analysis.periods import Period
from vbe_analysis.vocabulary import default_vocabulary

PERIOD = Period(date(2020, 7, 1), date(2021, 6, 30), "2021")
SOURCES = default_vocabulary().sources
KNOWN = ", ".join(SOURCES)
MONTH = (
    "Värdet är ingen månad. Skriv år och månad, till exempel 2020-07. Flera saknade månader skiljs med komma. Från och "
    "Till fylls i båda eller lämnas båda tomma."
)
NO_MONTH = (
    "Raden täcker ingen månad. Till får inte vara före Från, och alla månader kan inte saknas. Kom inget: välj ej "
    "levererat under Leverans."
)
BOTH = (
    "En leverans med fil behöver både fil och profil. Fyll i kolumnen. Kom ingen fil: välj något annat under Leverans."
)
CHOICES = "fil, inget att rapportera, ej levererat, inte tillfrågad"
FILE = ("ia", "fil", "ia.csv", "ia")


def read(root: Path, *rows: tuple[object, ...], breaks: tuple[tuple[object, ...], ...] = ()) -> Deliveries:
    deliver(root, rows, breaks)
    return read_deliveries(root / "data/raw/2021", PERIOD, SOURCES)


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (
            ("facket", "fil", "a.csv", "ia"),
            "Källa",
            f"Källan är okänd. Kända källor: {KNOWN}. Välj i listan, eller lägg till källan under [sources] i "
            "vbe.toml.",
        ),
        (
            ("ia", ""),
            "Leverans",
            "Leveransen från ia är inte ifylld. Välj i listan. Har inget kommit: välj ej levererat.",
        ),
        (("ia", "kanske"), "Leverans", f"Värdet är inte ett av: {CHOICES}. Välj i listan."),
        (("ia", "fil", "", "ia"), "Fil", BOTH),
        (("ia", "fil", "a.csv", ""), "Profil", BOTH),
        ((*FILE, "2020-13", "2021-02"), "Från", MONTH),
        ((*FILE, "juli", "2021-02"), "Från", MONTH),
        ((*FILE, "2020-08", ""), "Till", MONTH),
        ((*FILE, "2021-02", "2020-08"), "Från", NO_MONTH),
        ((*FILE, "2020-08", "2020-08", "2020-08"), "Från", NO_MONTH),
        (
            (*FILE, "2020-05", "2021-07"),
            "Från",
            "Leveransen gäller månader utanför perioden 1 juli 2020–30 juni 2021: maj–juni 2020 och juli 2021. Skriv "
            "bara månader i perioden. Händelser utanför den räknas inte i omgången.",
        ),
        ((*FILE, "", "", "2020-12, 2021"), "Saknade månader", MONTH),
        (
            (*FILE, "2020-08", "2020-10", "2020-12"),
            "Saknade månader",
            "En saknad månad ligger inte mellan Från och Till. Rätta månaderna.",
        ),
        ((*FILE, "", "", "", "trettio"), "Tillfrågade", "Värdet är inget helt tal. Skriv antalet med siffror."),
        ((*FILE, "", "", "", 30.5), "Tillfrågade", "Värdet är inget helt tal. Skriv antalet med siffror."),
        ((*FILE, "", "", "", -1), "Tillfrågade", "Värdet är inget helt tal. Skriv antalet med siffror."),
    ],
)
def test_a_row_at_fault_is_told(row: tuple[object, ...], column: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as stopped:
        read(tmp_path, FILE, row)
    assert str(stopped.value) == f"leveranser.xlsx, blad 'Leveranser', rad 3, kolumn '{column}': {sentence}"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as stopped:
        read(
            tmp_path,
            ("facket", "fil", "", "", "x", "", "y", "z"),
            ("ia", ""),
            FILE,
            breaks=(("ia", "hösten", "Ny blankett.", "nej"), ("ia", date(2020, 10, 1), "Ny blankett.", "kanske")),
        )
    told = [(fault.sheet, fault.row, fault.code) for fault in stopped.value.faults]
    assert told == [
        ("Leveranser", 2, "unknown_source"),
        ("Leveranser", 2, "delivery_incomplete"),
        ("Leveranser", 2, "delivery_incomplete"),
        ("Leveranser", 2, "not_a_number"),
        ("Leveranser", 2, "not_a_month"),
        ("Leveranser", 2, "not_a_month"),
        ("Leveranser", 3, "delivery_open"),
        ("Avbrott", 2, "break_incomplete"),
        ("Avbrott", 3, "break_incomplete"),
    ]
    assert str(stopped.value.faults[-1]) == (
        "leveranser.xlsx, blad 'Avbrott', rad 3: Ett avbrott behöver källa, datum, beskrivning och ja eller nej under "
        "Jämförbar. Fyll i raden. Datum skrivs som 2018-10-01."
    )


def test_a_workbook_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as stopped:
        read_deliveries(tmp_path, PERIOD, SOURCES)
    assert str(stopped.value) == "Omgången 2021 saknar leveranser. Kör vbe new 2021 och fyll i leveranser.xlsx."
    (tmp_path / "leveranser.xlsx").write_bytes(b"")
    with pytest.raises(InputError, match=r"^leveranser\.xlsx: Arbetsboken kan inte öppnas\. Stäng den"):
        read_deliveries(tmp_path, PERIOD, SOURCES)
    book = openpyxl.Workbook()
    book.active.title = "Leveranser"
    book.active.append(["Källa", "Fil"])
    book.save(tmp_path / "leveranser.xlsx")
    with pytest.raises(InputError) as stopped:
        read_deliveries(tmp_path, PERIOD, SOURCES)
    assert str(stopped.value) == (
        "leveranser.xlsx, blad 'Leveranser': Bladet saknas, eller så är rubrikerna på första raden inte: Källa, "
        "Leverans, "
        "Fil, Profil, Från, Till, Saknade månader, Tillfrågade, Frågeversion, Anmärkning. Återställ bladets namn och "
        "rubriker."
    )
    with pytest.raises(InputError) as stopped:
        read(tmp_path)
    assert str(stopped.value) == (
        "leveranser.xlsx, blad 'Leveranser': Arbetsboken har inga leveranser. Fyll i en rad för varje källa."
    )


def test_months_are_read_as_people_and_excel_write_them(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        FILE,
        (*FILE[:2], "b.csv", "ia", "2020-08", datetime(2020, 11, 1), datetime(2020, 10, 1)),  # Excel makes days of them
        (*FILE[:2], "c.csv", "ia", "2020-12", "2021-03", "2021-01; 2021-02"),
        ("historik", "fil", "d.csv", "historik", "2016-01", "2016-02"),  # earlier years lie outside any period
        (" IA ".lower(), "Ej levererat"),
    )
    months = [row.months for row in found.rows]
    assert months[0] == months[4] == PERIOD.months
    assert months[1:4] == [("2020-08", "2020-09", "2020-11"), ("2020-12", "2021-03"), ("2016-01", "2016-02")]
    assert found.rows[1].span == (date(2020, 8, 1), date(2020, 11, 30))


def test_coverage_says_what_each_source_gave(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ("ia", "ej levererat"),
        ("ia", "fil", "vår.csv", "ia", "2021-01", "2021-06", "2021-03", "", "v2"),  # a later row wins
        ("enkat", "fil", "enkat.csv", "enkat", "", "", "", 66),
        ("sisab", "inget att rapportera", "", "", "2020-07", "2020-12"),
        ("polis", "inte tillfrågad"),
        ("historik", "fil", "gammalt.xlsx", "historik", "2016-01", "2016-03"),
        breaks=(
            ("ia", date(2021, 5, 20), "Nytt system.", "nej"),
            ("ia", date(2021, 1, 1), "Ny blankett.", "nej"),  # breaks count by their days, not by their rows
            ("enkat", date(2021, 1, 1), "Ny layout.", "ja"),
        ),
    )
    coverage = base_coverage(found, PERIOD, ("ia", "trafikkontoret"))
    statuses = {source: Counter(mine["status"]) for source, mine in coverage.groupby("source")}
    assert statuses == {
        "ia": {"not_delivered": 7, "delivered": 5},
        "enkat": {"delivered": 12},
        "sisab": {"delivered_nothing": 6, "not_delivered": 6},  # what no row speaks of is not delivered
        "polis": {"not_asked": 12},
        "trafikkontoret": {"not_delivered": 12},  # expected, and in no row at all
        "historik": {"delivered": 3},  # no year of ours
    }
    ia = coverage[coverage["source"] == "ia"].set_index("month")
    assert ia.loc["2021-03", ["status", "version"]].tolist() == ["not_delivered", ""]
    assert ia.loc["2021-02", ["status", "version"]].tolist() == ["delivered", "v2"]
    assert ia.loc[["2020-12", "2021-01", "2021-05"], "break_before"].tolist() == ["", "Ny blankett.", "Nytt system."]
    assert set(coverage.loc[coverage["source"] == "enkat", "break_before"]) == {""}
    assert set(coverage.loc[coverage["source"] == "enkat", "asked"]) == {66}


def test_personal_data_in_what_reaches_the_chapter_stops(tmp_path: Path) -> None:
    with pytest.raises(InputError) as stopped:
        read(tmp_path, FILE, breaks=(("ia", date(2020, 10, 1), "Anna Andersson slutade.", "nej"),))
    assert str(stopped.value) == (
        "leveranser.xlsx, blad 'Avbrott', rad 2, kolumn 'Beskrivning': Texten innehåller troligen personuppgifter "
        "(namn). "
        "Skriv om den utan personuppgifter. Skäl och beskrivningar visas i kapitlet."
    )
