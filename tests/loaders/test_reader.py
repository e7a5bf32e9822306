import os
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.loaders.files_made import sheet_xml, written, xlsx, xlsx_of_xml
from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files import reader as reader_module
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.files.preflight import MB, Limits
from vbe_analysis.loaders.files.reader import FileReader

FAR = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def test_the_child_reads_what_the_parent_would(tmp_path: Path) -> None:
    book = xlsx(tmp_path / "å.xlsx", {"B": [["Datum", "Antal"], [date(2021, 3, 5), 2]], "C": [["x"]]})
    text = written(tmp_path / "t.csv", "a;b\n1;å\n\ufeffa;b\n", "utf-8")
    with FileReader() as reader:
        for path in (book, text, book):
            here, there = read_file(path), reader.read(path)
            assert (here.name, here.sha256, here.notices) == (there.name, there.sha256, there.notices)
            for one, other in zip(here.sheets, there.sheets, strict=True):
                assert list(one.row_numbers) == list(other.row_numbers)
                for left, right in zip(one.columns, other.columns, strict=True):
                    assert left.codes.tolist() == right.codes.tolist() and list(left.cells) == list(right.cells)


def test_one_child_serves_the_run_and_imports_no_pandas(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "a;b\n1;2\n")
    with FileReader() as reader:
        reader.read(path)
        first = reader._child
        assert first is not None
        if sys.platform == "linux":
            assert "pandas" not in Path(f"/proc/{first.pid}/maps").read_text()
        reader.read(path)
        assert reader._child is first
    assert first.poll() is not None


def test_refusals_come_through_with_all_they_say(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", b"a;b\n1;\0\n")
    with FileReader() as reader, pytest.raises(InputError) as caught:
        reader.read(path)
    assert caught.value.faults == (Fault("text_binary", file="t.csv", row=2, values={"format": "csv"}),)


@pytest.mark.slow
def test_a_file_that_brings_the_child_down_costs_only_itself(tmp_path: Path) -> None:
    hostile = xlsx_of_xml(tmp_path / "ond å.xlsx", FAR)
    good = xlsx(tmp_path / "god.xlsx", {"B": [["a"]]})
    unguarded = Limits(box_cells=10**15, columns=10**6, memory_bytes=400 * MB)  # the reader itself must fall, soon
    with FileReader(unguarded) as reader:
        with pytest.raises(InputError) as caught:
            reader.read(hostile)
        assert str(caught.value) == (
            "ond å.xlsx: Filen kunde inte läsas. Den fick läsprogrammet att avbryta. "
            "Öppna den i det program den kommer från, spara om den som xlsx eller csv och försök igen."
        )
        assert reader.read(good).sheets[0].row(0) == ["a"]


def test_a_file_that_takes_too_long_costs_only_itself(tmp_path: Path) -> None:
    slow = written(tmp_path / "slow.csv", 'a;b\n"c" d;5\n' * 400_000)
    with FileReader(Limits(seconds=0.6)) as reader:
        started = time.monotonic()
        with pytest.raises(InputError) as caught:
            reader.read(slow)
        assert time.monotonic() - started < 10
        assert str(caught.value) == (
            "slow.csv: Filen kunde inte läsas inom 0.6 sekunder. "
            "Öppna den och spara bara det blad och de rader som behövs i en ny fil."
        )
        reader.limits = replace(reader.limits, seconds=60)
        assert reader.read(written(tmp_path / "t.csv", "a;b\n1;2\n")).delimiter == ";"


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="a script for a POSIX interpreter")
def test_it_works_where_no_main_module_can_be_imported(tmp_path: Path) -> None:
    """As in a notebook: the code comes from standard input."""
    path = written(tmp_path / "t.csv", "a;b\n1;2\n")
    script = (
        "from vbe_analysis.loaders.files.reader import FileReader\n"
        f"with FileReader() as r: print(r.read({str(path)!r}).delimiter)\n"
    )
    finished = reader_module.subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True)
    assert (finished.stdout, finished.stderr) == (";\n", "")
