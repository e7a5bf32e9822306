"""The mapping workbook: the same profile as its TOML, and a sentence for each mistake of the hand."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.loaders.loading import workbook
from tests.loaders.unseen_layouts import unseen
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.profiles.draft import District, draft_content
from vbe_analysis.loaders.profiles.drafted import OPEN, Drafted, profile_text
from vbe_analysis.loaders.profiles.profile import Draft, parse_profile, read_profiles
from vbe_analysis.vocabulary import default_vocabulary
from vbe_analysis.workspace.mapping_book import mapping_book

ROOT = Path(__file__).parents[2]
PROFILES = sorted(
    p for folder in ("data", "tests/district", "tests/real") for p in (ROOT / folder / "profiles").glob("*.toml")
)


@pytest.mark.slow
def test_every_profile_is_the_same_as_a_workbook(tmp_path: Path) -> None:
    for path in PROFILES:
        book = mapping_book(tomllib.loads(path.read_text(encoding="utf-8")), default_vocabulary())
        name = f"{path.parents[1].name}_{path.stem}"
        (tmp_path / f"{name}.xlsx").write_bytes(book)
    read = read_profiles([tmp_path])
    for path in PROFILES:
        profile = parse_profile(path.read_text(encoding="utf-8"), path.name)
        assert read[f"{path.parents[1].name}_{path.stem}"] == profile, path


@pytest.mark.slow
def test_a_draft_is_the_same_as_a_workbook_and_does_not_load(tmp_path: Path) -> None:
    drafts = {}
    for path, _ in unseen(tmp_path):
        content = draft_content(read_file(path), District(default_vocabulary()))
        drafts[path.stem] = parse_profile(profile_text(content).text, path.name)
        (tmp_path / "profiler").mkdir(exist_ok=True)
        book = mapping_book(content, default_vocabulary())
        (tmp_path / "profiler" / f"{path.stem}.xlsx").write_bytes(book)
    read = read_profiles([tmp_path / "profiler"])
    for stem, draft in drafts.items():
        profile = read[stem]
        assert isinstance(profile, Draft)
        assert isinstance(draft, Draft)
        assert profile.tables == draft.tables, stem
        assert len(profile.guesses) > 0


CONTENT = {
    "name": "Klotter",
    "source": "trafikkontoret",
    "tables": [
        {
            "like": "report_rows",
            "columns": [
                {"as": "date", "heading": ["Anmält"]},
                {"as": "environment", "heading": ["Innehåll"], "blank": "ej_vbe", "values": {"Tagg": "ej_vbe"}},
                {"as": "place", "heading": ["Skola"]},
            ],
        }
    ],
}


def changed(folder: Path, change: Callable[[Workbook], object]) -> Path:
    path = folder / "klotter.xlsx"
    path.write_bytes(mapping_book(CONTENT, default_vocabulary()))
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return folder


def put(sheet: str, cell: str, value: object) -> Callable[[Workbook], object]:
    return lambda book: setattr(book[sheet][cell], "value", value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda book: setattr(book["Etiketter"], "title", "Etikett"), "Etiketter"),
        (lambda book: book["Kolumner"].delete_rows(3), "Etiketten hör till T1 K2, som saknar roll eller inte finns"),
        (put("Kolumner", "E2", "datumet"), "blad 'Kolumner', rad 2: Rollen 'datumet' finns inte."),
        (put("Kolumner", "A2", "T1 K2"), "'T1 K2' står på flera rader."),
        (put("Kolumner", "A2", "kolumn 1"), "'kolumn 1' är inget nummer på en tabell, kolumn eller grupp."),
        (put("Kolumner", "F2", "many = sant"), "Cellen går inte att läsa som TOML."),
        (put("Kolumner", "G2", "kanske"), "Kolumnen Kontroll innehåller ett okänt ord."),
        (put("Etiketter", "D2", None), "Etiketten 'Tagg' har ingen kod."),
        (
            put("Etiketter", "D2", '="ej"&"_vbe"'),
            "'Etiketter', rad 2: Raden innehåller en formel",
        ),
        (put("Inställningar", "B2", "nam"), "okända nycklar: nam"),
    ],
)
def test_a_mistake_of_the_hand_gets_a_sentence(
    change: Callable[[Workbook], object], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as stopped:
        read_profiles([changed(tmp_path, change)])
    assert "klotter.xlsx" in str(stopped.value)
    assert sentence in str(stopped.value)


def test_sorted_rows_mean_the_same(tmp_path: Path) -> None:
    def turn(book: Workbook) -> None:
        sheet = book["Kolumner"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=4)]
        for at, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                sheet.cell(at, column).value = value

    (profile,) = read_profiles([changed(tmp_path, turn)]).values()
    assert [column.as_ for column in profile.tables[0].columns] == ["date", "environment", "place"]


def test_a_column_without_a_role_is_left_out_and_a_guess_stops(tmp_path: Path) -> None:
    (profile,) = read_profiles([changed(tmp_path, put("Kolumner", "E4", None))]).values()
    assert [column.as_ for column in profile.tables[0].columns] == ["date", "environment"]
    (draft,) = read_profiles([changed(tmp_path, put("Etiketter", "D2", "?"))]).values()
    assert isinstance(draft, Draft)
    assert (draft.written_in, draft.guesses) == ("klotter.xlsx", ("Etiketter 2",))
    (sure,) = read_profiles([changed(tmp_path, put("Kolumner", "G2", "Rätt"))]).values()
    assert not isinstance(sure, Draft)


def test_a_profile_is_a_workbook_or_a_text_not_both(tmp_path: Path) -> None:
    changed(tmp_path, lambda book: None)
    (tmp_path / "klotter.toml").write_text(
        'name = "a"\nsource = "ia"\n[[tables]]\nshape = "reports"\n', encoding="utf-8"
    )
    with pytest.raises(InputError) as stopped:
        read_profiles([tmp_path])
    assert "klotter.xlsx: Profilen finns både som arbetsbok och som klotter.toml." in str(stopped.value)


def test_the_workbook_holds_no_value_of_a_column_that_may_be_written_freely(tmp_path: Path) -> None:
    rows = [["Datum", "Miljö", "Berätta"], *([f"2021-03-{i:02d}", "Vit makt", f"ord nummer {i}"] for i in range(1, 9))]
    content = draft_content(read_file(workbook(tmp_path / "a.xlsx", {"Blad1": rows})), District(default_vocabulary()))
    (tmp_path / "ut.xlsx").write_bytes(mapping_book(content, default_vocabulary()))
    book = openpyxl.load_workbook(tmp_path / "ut.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "Berätta" in cells  # its heading stands there, so that a person may choose a role
    assert not any("ord nummer" in cell for cell in cells)


@pytest.mark.parametrize(("answer", "stays"), [("gissning", 4), ("rätt", 1)])
def test_one_row_confirms_all_guesses_and_no_question(answer: str, stays: int, tmp_path: Path) -> None:
    columns = [
        {"as": Drafted("date", ""), "heading": ["Anmält"]},
        {"as": Drafted("environment", ""), "heading": ["Innehåll"], "values": {"Tagg": Drafted("ej_vbe", "")}},
        {"as": "event_type", "heading": ["Typ"], "values": {"Klotter": Drafted(OPEN, "")}},
    ]
    path = tmp_path / "klotter.xlsx"
    path.write_bytes(
        mapping_book({**CONTENT, "tables": [{"like": "report_rows", "columns": columns}]}, default_vocabulary())
    )
    book = openpyxl.load_workbook(path)
    (row,) = [row for row in book["Inställningar"].iter_rows(min_row=2) if row[1].value == "alla gula rader"]
    row[3].value = answer
    book.save(path)
    (draft,) = read_profiles([tmp_path]).values()
    assert isinstance(draft, Draft)
    assert len(draft.guesses) == stays
