"""What the program's earlier versions published, read and kept by this one.

earlier_forms.zip holds the facts of the example's public edition of 2020 as three earlier versions wrote them: before
the periods had their days, before the groups had a dimension, and before acts in the open. The first version's own are
in tests/first_version.zip.
"""

import zipfile
from pathlib import Path

import pytest

from tests.chapter.situations import situation
from tests.shared import copy
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.disclosure.facts import facts_in
from vbe_analysis.disclosure.policy import PUBLIC
from vbe_analysis.disclosure.publications import PERSON_LINKED, published_counts
from vbe_analysis.workspace.frozen import PUBLISHED, freeze
from vbe_analysis.workspace.workspace import Workspace

with zipfile.ZipFile(Path(__file__).with_name("earlier_forms.zip")) as archive:
    FORMS = {name.partition("/")[0]: archive.read(name) for name in archive.namelist()}
FILE = "facts-2020.json"


def test_every_form_says_the_same() -> None:
    told = [published_counts([facts_in(content.decode(), FILE)]) for content in FORMS.values()]
    ends = [{key: (claim.low, claim.high) for key, claim in own.items()} for own in told]
    assert len(FORMS) == 3 and len(ends[0]) == 66
    assert ends[0] == ends[1] == ends[2]


@pytest.mark.slow
def test_what_the_oldest_of_them_published_stands_in_the_next_cycles_picture(tmp_path: Path) -> None:
    copy(situation("exempel").root, tmp_path / "exempel")
    workspace, path = Workspace(tmp_path / "exempel"), tmp_path / "exempel/reports/2020/publik" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(FORMS[min(FORMS)])
    before = published_counts([facts_in(path.read_text(encoding="utf-8"), FILE)])
    freeze(workspace, "2020", [path], PUBLISHED, "TG 2020/0402", "2020-10-01")
    now = published_counts([make_picture(workspace, "2021", PUBLIC).register.published])
    kept = {key: (claim.low, claim.high) for key, claim in before.items() if key[0] == PERSON_LINKED and not key[2]}
    assert len(kept) == 16 and kept.items() <= {key: (claim.low, claim.high) for key, claim in now.items()}.items()
