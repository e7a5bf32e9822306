"""`vbe export`: only what was published, equal for districts alike in bands, read back whole or refused."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as parquet
import pytest

from tests.workspaces import told, vbe
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.errors import InputError
from vbe_analysis.region.district import FOLDER, LOG, district_export, write_export
from vbe_analysis.region.export_file import CELLS, YEARS, export_bytes, export_files, read_export
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow  # whole districts are read in and audited


def test_districts_alike_in_bands_export_the_same_bytes(alike: tuple[Workspace, Workspace]) -> None:
    one, other = (export_files(district_export(each, "2021", PUBLIC), each.vocabulary) for each in alike)
    assert one == other


def test_an_export_is_read_back_equal(workspace: Workspace, tmp_path: Path) -> None:
    for edition in (PUBLIC, INTERNAL):
        made = district_export(workspace, "2021", edition, "A 7")
        [(name, content), _] = export_files(made, workspace.vocabulary).items()
        (tmp_path / name).write_bytes(content)
        again = read_export(tmp_path / name, name)
        pd.testing.assert_frame_equal(again.rows, made.rows)
        assert (again.district, again.period, again.hash) == (made.district, made.period, made.hash)


def test_the_public_export_says_no_more_than_the_facts(workspace: Workspace) -> None:
    rows = district_export(workspace, "2021", PUBLIC).rows
    others = rows[(rows["figure"] == YEARS) & (rows["group"] == "personknuten")]
    assert set(others["low"]) <= {0, 1, 5, 10, 20} and set(others["high"]) <= {0, 4, 9, 19, 29}  # ends of bands
    assert (rows["figure"] != CELLS).all()
    assert "delivered_nothing" not in set(rows["status"])


def test_the_internal_cells_add_up_to_the_recount(workspace: Workspace) -> None:
    rows = district_export(workspace, "2021", INTERNAL, "A 7").rows
    keys = ["source", "environment", "event_type", "part"]
    cells = rows[(rows["figure"] == CELLS) & (rows["period"] == "2021")]
    for by in ([], ["source"], ["environment"], ["environment", "event_type"]):
        blank = (cells[[key for key in keys if key not in by]] == "").all(axis=1)
        filled = (cells[by] != "").all(axis=1) if by else True
        environments = list(workspace.vocabulary.environments)
        counts = workspace.counts(by, "2021", environments=environments).query("high > 0")
        exported = cells[blank & filled & (cells["environment"] != "ej_vbe")]
        assert sorted(zip(exported["low"], exported["high"], strict=True)) == sorted(
            zip(counts["low"], counts["high"], strict=True)
        )


def test_every_sheet_of_the_internal_export_is_marked(workspace: Workspace, tmp_path: Path) -> None:
    _, (name, content) = export_files(district_export(workspace, "2021", INTERNAL, "A 7"), workspace.vocabulary).items()
    (tmp_path / name).write_bytes(content)
    book = openpyxl.load_workbook(tmp_path / name)
    assert all(sheet.oddHeader.left.text == "Internt underlag" for sheet in book.worksheets)
    assert any("sekretesspröva före utlämnande" in str(cell.value) for cell in book["Tabell 1"]["B"])


def test_the_internal_export_is_logged_once(workspace: Workspace) -> None:
    for receiver in ("stadsledningskontoret", "länsstyrelsen", "stadsledningskontoret"):
        write_export(workspace, "2021", INTERNAL, "A 7", receiver, date(2022, 1, 10))
    log = json.loads((workspace.reports("2021", FOLDER) / LOG).read_text(encoding="utf-8"))
    assert [(entry["receiver"], entry["decision"], entry["date"]) for entry in log] == [
        ("stadsledningskontoret", "A 7", "2022-01-10"),
        ("länsstyrelsen", "A 7", "2022-01-10"),
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2020"], "Den publika utgåvan för 2020 är inte fastställd"),
        (["2019"], "Omgången '2019' finns inte"),
        (["2021", "--edition", "intern"], "Beslutet eller mottagaren saknas"),
        (["2021", "--edition", "intern", "--dnr", "A 7", "--to", "anna@exempel.se"], "Uppgiften till --to innehåller"),
    ],
)
def test_what_cannot_be_exported_gets_a_sentence(
    arguments: list[str], sentence: str, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vbe(workspace.root, "export", *arguments, "--quiet") == 1
    assert sentence in told(capsys)


def test_figures_that_have_changed_since_are_not_exported(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Workspace(shutil.copytree(workspace.root, tmp_path / "stadsdel", ignore=shutil.ignore_patterns(FOLDER)))
    sisab = one.raw("2021") / "sisab 2021.csv"
    lines = sisab.read_text(encoding="utf-8").splitlines()
    sisab.write_text("\n".join([*lines, "2021-06-30;vit_makt;klotter;Norr;1;"]), encoding="utf-8")
    one.write(one.read_in("2021"))
    assert vbe(one.root, "export", "2021", "--quiet") == 1
    assert "har ändrats sedan den publika utgåvan fastställdes" in told(capsys)
    assert not one.reports("2021", FOLDER).exists()


def _edited(path: Path) -> None:
    table = parquet.read_table(path)
    frame = table.to_pandas()
    frame.loc[frame["high"] == 4, "high"] = 9
    made = type(table).from_pandas(frame, preserve_index=False).replace_schema_metadata(table.schema.metadata)
    parquet.write_table(made, path)


def _of_another_form(path: Path) -> None:
    table = parquet.read_table(path)
    text = table.schema.metadata[b"vbe_export"].replace(b'"form": 2', b'"form": 3')
    parquet.write_table(table.replace_schema_metadata({b"vbe_export": text}), path)


def _without_a_column(path: Path) -> None:
    table = parquet.read_table(path)
    parquet.write_table(table.drop_columns(["status"]), path)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2000])


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(path)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_edited, "export_edited"),
        (_of_another_form, "export_form"),
        (_without_a_column, "export_unreadable"),
        (_cut, "export_unreadable"),
        (_workbook, "export_unreadable"),
    ],
)
def test_a_spoilt_file_is_refused(
    spoil: Callable[[Path], None], code: str, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "export-2021.parquet"
    path.write_bytes(export_bytes(district_export(workspace, "2021", PUBLIC)))
    spoil(path)
    with pytest.raises(InputError) as refused:
        read_export(path, path.name)
    assert [fault.code for fault in refused.value.faults] == [code]
    assert str(refused.value).startswith("export-2021.parquet: ")
