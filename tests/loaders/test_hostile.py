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
