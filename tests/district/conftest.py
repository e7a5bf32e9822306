"""The shared district as a workspace, read in once for all tests of this folder."""

import json

import pytest

from tests.district import workspace as district
from vbe_analysis.loaders.cycle import Ingested
from vbe_analysis.loaders.files.raw import column_letter
from vbe_analysis.workspace.workspace import Workspace


@pytest.fixture(scope="package")
def truth() -> dict:
    return json.loads((district.SHARED / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="package")
def workspace(tmp_path_factory: pytest.TempPathFactory, truth: dict) -> Workspace:
    letter = column_letter(planted_heading(truth))
    return Workspace(district.make(tmp_path_factory.mktemp("distrikt") / "arbetsmapp", truth, letter))


@pytest.fixture(scope="package")
def loaded(workspace: Workspace) -> dict[str, Ingested]:
    found = {cycle: workspace.read_in(cycle, accept_rejects=True) for cycle in district.CYCLES}
    for ingested in found.values():
        workspace.write(ingested)
    return found


def planted_heading(truth: dict) -> int:
    """The 0-based column of the heading that holds a name."""
    entry = next(e for e in truth["pii"] if e["expected"] == "stop" and e["row"] == 1)
    return sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed(entry["column"]))) - 1
