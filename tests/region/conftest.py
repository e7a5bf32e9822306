"""The made district that several tests read: two sides that are alike in bands, published."""

import pytest

from tests.chapter.public_pairs import pair
from tests.region.districts import publish
from vbe_analysis.workspace.workspace import Workspace


@pytest.fixture(scope="session")
def alike(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Workspace]:
    both = pair(1, tmp_path_factory.mktemp("stadsdelar"))
    for workspace in both:
        publish(workspace, "2021")
    return both


@pytest.fixture
def workspace(alike: tuple[Workspace, Workspace]) -> Workspace:
    return alike[0]
