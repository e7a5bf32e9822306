"""Every hostile or broken file ends in the rows it says, in rows beside a notice, or in our own refusal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loaders.hostile import Case
from tests.loaders.hostile_documents import document_cases
from tests.loaders.hostile_texts import text_cases
from tests.loaders.hostile_workbooks import workbook_cases
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.profiles.profile import parse_profile
from vbe_analysis.settings import read_settings

pytestmark = pytest.mark.slow
CASES = (*workbook_cases(), *document_cases(), *text_cases())


@pytest.fixture(scope="module")
def reader() -> Iterator[FileReader]:
    with FileReader(Limits(seconds=30)) as reader:
        yield reader


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_or_broken_file(tmp_path: Path, reader: FileReader, case: Case) -> None:
    path = case.write(tmp_path)
    try:
        outcome = reader.read(path)
    except InputError as error:
        assert case.judge(error) == "", str(error)
    else:
        assert case.judge(outcome) == ""


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000 + "]" * 5000, "a" + ".a" * 5000 + " = 1", "a = " + "{a = " * 5000]
)
def test_a_profile_of_5000_levels_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_profile(text, "prov.toml")
    assert {fault.code for fault in caught.value.faults} <= {"profile_syntax", "profile_unknown", "profile_missing"}
    assert len(str(caught.value)) < 20_000


def test_settings_of_5000_levels_are_refused(tmp_path: Path) -> None:
    (tmp_path / "vbe.toml").write_text("a = " + "[" * 5000, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_settings(tmp_path)
    assert "för många nivåer" in str(caught.value)
