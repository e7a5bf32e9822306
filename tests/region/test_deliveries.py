"""A region's folder and the exports in it: what is read, and the sentence for each that cannot be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.region.districts import CITY, PERIODS, District, hand_over, make_region, named
from tests.workspaces import told, vbe
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.errors import InputError
from vbe_analysis.region.deliveries import read_deliveries
from vbe_analysis.region.folder import open_region

FIRST_FORM = Path(__file__).with_name("first_form.parquet")  # that of District("Dalens"), as the first form wrote it


def test_exports_become_one_frame_in_the_citys_own_order(tmp_path: Path) -> None:
    region = make_region(tmp_path, District("Ängens"), District("Bergets"), intern=["Bergets"])
    delivered = read_deliveries(region, "2021")
    assert delivered.districts(PUBLIC) == (named("Bergets"), named("Ängens"))
    assert delivered.districts(INTERNAL) == (named("Bergets"),)
    assert list(delivered.rows[PUBLIC]["district"].unique()) == [named("Bergets"), named("Ängens")]
    assert set(delivered.rows[INTERNAL]["group"]) == {"", "spar"}


def test_the_same_days_are_the_same_period_whatever_a_district_calls_them(tmp_path: Path) -> None:
    region = make_region(tmp_path, District("Bergets"))
    other = District("Dalens").export()
    names = {label: f"20/{label}" for label in PERIODS}
    rows = other.rows.assign(period=other.rows["period"].map(names))
    days = {names[label]: span for label, span in other.periods.items()}
    hand_over(tmp_path, replace(other, cycle="20/2021", periods=days, rows=rows), "Dalens")
    delivered = read_deliveries(region, "2021")
    labels = delivered.rows[PUBLIC].groupby("district")["period"].unique().map(set)
    assert labels[named("Bergets")] == labels[named("Dalens")]
    assert {"2021", "2020", "2019"} <= labels[named("Dalens")]
    assert delivered.periods["2019"].name == "2018/19"


def test_exports_of_two_forms_are_read_side_by_side(tmp_path: Path) -> None:
    region, now = make_region(tmp_path, District("Bergets")), District("Dalens").export()
    (tmp_path / "data/raw/2021/Dalens export-2021.parquet").write_bytes(FIRST_FORM.read_bytes())
    old = read_deliveries(region, "2021")
    hand_over(tmp_path, replace(now, program="1.0.0"), "Dalens")
    new = read_deliveries(region, "2021")
    key = named("Dalens"), PUBLIC
    assert (old.exports[key].program, new.exports[key].program) == ("", "1.0.0")
    assert old.exports[key].hash != new.exports[key].hash
    pd.testing.assert_frame_equal(old.rows[PUBLIC], new.rows[PUBLIC])


def _another_cycle(root: Path) -> None:
    export = District("Dalens").export()
    days = {label: span for label, span in export.periods.items() if label != "2021"}
    kept = export.rows[export.rows["period"].isin([*days])].reset_index(drop=True)
    hand_over(root, replace(export, cycle="2020", periods=days, rows=kept), "Dalens")


def _another_district(root: Path) -> None:
    hand_over(root, replace(District("Dalens").export(), district="Okända stadsdelsförvaltning"), "Okända")


def _another_code(root: Path) -> None:
    export = District("Dalens").export()
    rows = export.rows.replace({"environment": {"vit_makt": "incel"}, "source": {"polis": "Anna Ek"}})
    hand_over(root, replace(export, rows=rows), "Dalens")


def _doubled(root: Path) -> None:
    for name in ("Dalens", "Dalens igen"):
        hand_over(root, District("Dalens").export(), name)


def _only_a_workbook(root: Path) -> None:
    (root / "data/raw/2021/export-2021.xlsx").write_bytes(b"PK")


def _words(root: Path) -> None:
    export = District("Dalens").export()
    hand_over(root, replace(export, rows=export.rows.assign(part="Anna Ek")), "Dalens")


@pytest.mark.parametrize(
    ("spoil", "sentences"),
    [
        (
            _another_cycle,
            [
                "Dalens export-2020.parquet: Exporten gäller 1 juli 2019–30 juni 2020, och omgången 2021 gäller 1 juli "
                "2020–30 juni 2021. Lägg filen i den omgång som den gäller, eller be stadsdelen om rätt omgång."
            ],
        ),
        (
            _another_district,
            [
                "Okända export-2021.parquet: Exporten är från en stadsdel som inte står i vbe.toml. Skriv den under "
                "districts som den heter i stadsdelens egen vbe.toml, eller ta bort filen. "
                f"Kända: {', '.join(map(named, CITY))}."
            ],
        ),
        (
            _another_code,
            [
                "Dalens export-2021.parquet, kolumn 'environment': Exporten har koder som regionen inte känner: incel. "
                "Skriv dem under [environments] i regionens vbe.toml, med samma namn som i stadsdelens.",
                "Dalens export-2021.parquet, kolumn 'source': Exporten har koder som regionen inte känner: ?. "
                "Skriv dem under [sources] i regionens vbe.toml, med samma namn som i stadsdelens.",
            ],
        ),
        (
            _doubled,
            [
                "Dalens export-2021.parquet: Dalens stadsdelsförvaltning har lämnat mer än en export av samma utgåva: "
                "också Dalens igen export-2021.parquet. Behåll den som stadsdelen säger gäller, och flytta ut den "
                "andra ur mappen."
            ],
        ),
        (
            _only_a_workbook,
            [
                "export-2021.xlsx: Arbetsboken är till för att läsas av människor. Exporten med samma namn saknas. Be "
                "stadsdelen om .parquet-filen som ligger bredvid den."
            ],
        ),
        (
            _words,
            [
                "Dalens export-2021.parquet: Filen är ingen export från vbe export. Be stadsdelen om .parquet-filen i "
                "mappen reports/<omgång>/export, eller ta bort filen."
            ],
        ),
    ],
)
def test_an_export_that_does_not_belong_gets_a_sentence(
    spoil: Callable[[Path], None], sentences: list[str], tmp_path: Path
) -> None:
    region = make_region(tmp_path, District("Bergets"))
    spoil(tmp_path)
    with pytest.raises(InputError) as stopped:
        read_deliveries(region, "2021")
    assert str(stopped.value).splitlines() == sentences


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    region = make_region(tmp_path, District("Bergets"))
    for spoil in (_another_district, _doubled, _only_a_workbook):
        spoil(tmp_path)
    (tmp_path / "data/raw/2021/tom.parquet").write_bytes(b"")
    with pytest.raises(InputError) as stopped:
        read_deliveries(region, "2021")
    codes = ["export_district", "export_unreadable", "export_doubled", "export_workbook"]
    assert [fault.code for fault in stopped.value.faults] == codes


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("districts =", "stadsdelar =", "Mappen '{folder}' är en stadsdels, ingen regions."),
        ('districts = ["Bergets', 'districts = ["Dalens', "Dalens stadsdelsförvaltning står två gånger"),
        ('organisation = "Provstadens stadsledningskontor"', "", "vbe.toml saknar: organisation."),
        ("end = 2021-06-30", "end = 2019-06-30", "Omgången 2021 slutar innan den börjar."),
    ],
)
def test_a_mistake_in_the_regions_settings_gets_a_sentence(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    make_region(tmp_path, District("Bergets"))
    path = tmp_path / "vbe.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        open_region(tmp_path)
    assert sentence.format(folder=tmp_path.name) in str(stopped.value)


def test_the_commands_of_a_region(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vbe(tmp_path, "region", "init", str(tmp_path / "ny")) == 0
    assert vbe(tmp_path, "region", "init", str(tmp_path / "ny")) == 1
    make_region(tmp_path / "stad", District("Dalens"), intern=["Dalens"])
    told(capsys)
    assert vbe(tmp_path / "stad", "region", "check", "2021") == 0
    assert told(capsys).splitlines() == [
        "Exporter för 2021: 1 av 4 stadsdelar.",
        "  Bergets stadsdelsförvaltning: ingen export",
        "  Dalens stadsdelsförvaltning: intern och publik",
        "  Ekåsens stadsdelsförvaltning: ingen export",
        "  Ängens stadsdelsförvaltning: ingen export",
    ]
    for arguments, sentence in (
        (["region", "check", "2020"], "Mappen data/raw/2020 har ingen export."),
        (["region", "check"], "Det saknas uppgift om mapp eller omgång."),
        (["chapter", "2021"], "Mappen 'stad' är en regions, ingen stadsdels."),
    ):
        assert vbe(tmp_path / "stad", *arguments) == 1
        assert sentence in told(capsys)


def test_a_period_of_other_days_is_refused(tmp_path: Path) -> None:
    region = make_region(tmp_path)
    export = District("Dalens").export()
    days = {**export.periods, "2021": (date(2021, 1, 1), date(2021, 12, 31))}
    hand_over(tmp_path, replace(export, periods=days), "Dalens")
    with pytest.raises(InputError, match="Exporten gäller 1 januari 2021–31 december 2021"):
        read_deliveries(region, "2021")
