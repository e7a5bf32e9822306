"""Where a value once slipped past the gate: each way in, with the whole command, and nothing of it in what is said."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.profiles import column, section, where
from tests.workspaces import HEADINGS, NAME, ROWS, correct, deliver, make, office, xlsx
from vbe_analysis.cli.main import main
from vbe_analysis.loaders.deliveries.corrections import Decision
from vbe_analysis.storage import replace_whole
from vbe_analysis.workspace.privacy import TEMPORARY

PERSON = "900101-1239"  # of nobody: its check digit is right, which is what the gate tries
NUMBER = 9001011239
TOLD = ("1239", "900101", "Zebulonia", "9.00101")


def filled_down(root: Path) -> None:
    """The place stands once, and the rows below are filled down from it."""
    profile = office("ia", area=column("area", "Område", fill_down=True))
    (root / "data/profiles/ia.toml").write_text(profile, encoding="utf-8")
    rows = [(ROWS[0][0], f"Zebulonia {PERSON}", *ROWS[0][2:]), (ROWS[1][0], None, *ROWS[1][2:])]
    xlsx(root / "data/raw/2021" / NAME, [HEADINGS, *rows])


def section_row(root: Path) -> None:
    """A row of one cell says which area the rows below it are of."""
    section_of_area = section("Datum", "area", where("Typ", blank=True))
    (root / "data/profiles/ia.toml").write_text(office("ia", area=section_of_area), encoding="utf-8")
    rows = [(row[0], *row[2:]) for row in ROWS]
    xlsx(root / "data/raw/2021" / NAME, [(HEADINGS[0], *HEADINGS[2:]), (f"Zebulonia {PERSON}",), *rows])


def break_as_number(root: Path) -> None:
    deliver(root, [("ia", "fil", NAME, "ia")], [("ia", date(2020, 9, 1), NUMBER, "ja")])


def reason_as_number(root: Path) -> None:
    correct(root, (NAME, "Händelser", 2, "E", 3, NUMBER))


def impossible_day(root: Path) -> None:
    """openpyxl warns of the number in a cell that is formatted as a day."""
    correct(root, (NAME, "Händelser", 2, "E", 3))
    path = root / "data/raw/2021/rattelser.xlsx"
    book = openpyxl.load_workbook(path)
    cell = book.worksheets[0]["E2"]
    cell.value, cell.number_format = NUMBER * 10, "yyyy-mm-dd"
    book.save(path)


def total_as_number(root: Path) -> None:
    xlsx(root / "data/raw/2021" / NAME, [HEADINGS, *ROWS, (None, "Summa", None, None, NUMBER)])


def profile_by_name(root: Path) -> None:
    (root / "data/profiles" / f"Zebulonia {PERSON}.toml").write_text("name = 1", encoding="utf-8")


WAYS: list[Callable[[Path], None]] = [
    filled_down,
    section_row,
    break_as_number,
    reason_as_number,
    impossible_day,
    total_as_number,
    profile_by_name,
]


@pytest.mark.process
@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_it_is_said_or_written(way: Callable[[Path], None], tmp_path: Path) -> None:
    """In a process apart: pytest keeps warnings for itself."""
    root = make(tmp_path / "mapp")
    way(root)
    start = "import sys; from vbe_analysis.cli.main import main"
    ways = f"[main(['--workspace', {str(root)!r}, word, '2021']) for word in ('check', 'status', 'ingest')]"
    code = f"{start}; sys.exit({ways} != [1, 0, 1])"
    ran = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8")
    said = ran.stdout + ran.stderr
    assert [piece for piece in TOLD if piece in said] == []
    assert ran.returncode == 0, said
    written = [path for folder in ("data/processed", "reports") for path in (root / folder).rglob("*.*")]
    read = b"".join(path.read_bytes() for path in written)
    assert [piece for piece in TOLD if piece.encode() in read] == []


def test_the_place_of_a_cell_that_was_filled_down_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path / "mapp")
    filled_down(root)
    assert main(["--workspace", str(root), "check", "2021", "--quiet"]) == 1
    said = capsys.readouterr().err
    [line] = [line for line in said.splitlines() if line.startswith(NAME)]  # faults of one kind and column are one
    assert line.startswith(f"{NAME}, blad 'Händelser', kolumn 'Område'") and "2, 3" in line, line


def test_free_text_under_the_headings_is_no_heading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path / "mapp")
    day = date(2021, 3, 1)
    rows = [("Nr", "Datum", "Vad hände", "Typ"), (None, day, "det sades hotfullt", "Klotter"), (2, day, "annat", "Hot")]
    path = xlsx(root / "ny.xlsx", rows)
    assert main(["--workspace", str(root), "profile", str(path)]) == 0
    said = capsys.readouterr()
    assert "Vad hände" in said.out and "hotfullt" not in said.out + said.err


def test_a_folder_with_a_person_in_its_name_is_not_offered(tmp_path: Path) -> None:
    root = make(tmp_path / "mapp")
    for folder in ("Zebulonia " + PERSON, "IA"):
        xlsx(root / "data/raw/2020" / folder / "a.xlsx", [HEADINGS, *ROWS])
    assert main(["--workspace", str(root), "new", "2020"]) == 0
    book = openpyxl.load_workbook(root / "data/raw/2020/leveranser.xlsx")
    offered = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "IA/a.xlsx" in offered and not any("Zebulonia" in text for text in offered)


@pytest.mark.process
def test_a_crash_leaves_no_image_of_what_was_read(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    root = make(tmp_path / "mapp")
    code = f"""
import resource
from vbe_analysis.cli.main import main
before = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
main(["--workspace", {str(root)!r}, "status"])
print(resource.getrlimit(resource.RLIMIT_CORE))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout.splitlines()[-1] == "(0, 0)"


def test_a_heading_to_clear_is_no_part_of_a_decisions_hash() -> None:
    decided = ("samordnare", date(2021, 8, 20))
    clear = [Decision(2, NAME, "Händelser", 1, column, "rensa", "skäl", *decided) for column in ("A", PERSON)]
    other = [Decision(2, NAME, "Händelser", 1, column, "3", "skäl", *decided) for column in ("A", "B")]
    assert clear[0].identity == clear[1].identity and other[0].identity != other[1].identity


@pytest.mark.chapter
def test_an_own_text_with_a_person_in_its_name_is_not_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path / "mapp")
    shutil.copytree(Path(__file__).parent.parent / "notebooks", root / "notebooks")
    texts = root / "data/raw/2021/texter"
    texts.mkdir()
    (texts / f"Zebulonia {PERSON}.md").write_text("Text.", encoding="utf-8")
    assert main(["--workspace", str(root), "chapter", "2021", "--edition", "intern", "--quiet"]) == 1
    said = capsys.readouterr().err
    assert "(namnet visas inte)" in said and [piece for piece in TOLD if piece in said] == []


@pytest.mark.process
def test_temporary_files_lie_in_the_workspace_and_are_gone_afterwards(tmp_path: Path) -> None:
    root = make(tmp_path / "mapp")
    code = f"""
import sys
from pathlib import Path
made = []
sys.addaudithook(lambda event, given: made.append(Path(given[0])) if event == "tempfile.mkstemp" else None)
from vbe_analysis.cli.main import main
assert main(["--workspace", {str(root)!r}, "ingest", "2021", "--quiet"]) == 0
assert made and all(Path({str(root)!r}) in path.parents for path in made), made
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert list(root.glob(f"{TEMPORARY}*")) == []


def test_a_file_that_could_not_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bok.xlsx"
    path.write_bytes(b"den gamla")

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        replace_whole(path, b"den nya")
    assert [one.name for one in tmp_path.iterdir()] == ["bok.xlsx"] and path.read_bytes() == b"den gamla"
