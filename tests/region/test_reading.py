"""`vbe region ingest`: the workspaces that are named, side by side; a broken one stops only itself."""

from pathlib import Path

import pytest

from tests.region.districts import District, make_region
from tests.workspaces import ROWS, make, told, vbe
from vbe_analysis.errors import InputError
from vbe_analysis.region.folder import open_region
from vbe_analysis.region.reading import named_workspaces
from vbe_analysis.workspace.workspace import Workspace

DECIDED = 'diarienummer = "1.1-12/2021"'


def region_with(root: Path, **workspaces: str) -> Path:
    """A region whose vbe.toml names these workspaces: name -> the rest of its line."""
    make_region(root, District("Bergets"))
    lines = [f'{name} = {{ folder = "../{name}", {rest} }}' for name, rest in workspaces.items()]
    with (root / "vbe.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["", "[workspaces]", *lines]))
    return root


@pytest.mark.process
def test_a_broken_workspace_stops_only_itself_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = region_with(tmp_path / "stad", norr=DECIDED, soder=DECIDED)
    make(tmp_path / "norr")
    make(tmp_path / "soder", [*ROWS, ("2021-13-01", "Ekåsen", "Klotter", "Höger", 1)])
    assert vbe(root, "region", "ingest", "--quiet") == 1
    lines = told(capsys)
    assert "Inlästa arbetsmappar: 1 av 2." in lines and "soder stoppades:" in lines and "2021-13-01" in lines
    assert [bool(Workspace(tmp_path / name).record("2021")) for name in ("norr", "soder")] == [True, False]


@pytest.mark.parametrize(
    ("workspaces", "wanted", "sentence"),
    [
        ({}, "", "Ingen arbetsmapp är angiven."),
        ({"norr": DECIDED}, "vaster", "Arbetsmappen 'vaster' står inte under [workspaces] och läses inte."),
        ({"norr": 'diarienummer = ""'}, "", "norr saknar beslut om att arbetsmappen får läsas härifrån."),
        ({"borta": DECIDED}, "", "Mappen 'borta' är ingen arbetsmapp"),
    ],
)
def test_what_may_not_be_read_gets_a_sentence(
    workspaces: dict[str, str], wanted: str, sentence: str, tmp_path: Path
) -> None:
    root = region_with(tmp_path / "stad", **workspaces)
    make(tmp_path / "norr")
    with pytest.raises(InputError) as stopped:
        named_workspaces(open_region(root), wanted)
    assert sentence in str(stopped.value)


def test_one_workspace_is_chosen_by_its_name_or_its_folder(tmp_path: Path) -> None:
    region = open_region(region_with(tmp_path / "stad", norr=DECIDED, soder=DECIDED))
    for name in ("norr", "soder"):
        make(tmp_path / name)
    assert [*named_workspaces(region)] == ["norr", "soder"]
    assert [*named_workspaces(region, "soder")] == [*named_workspaces(region, str(tmp_path / "soder"))] == ["soder"]
