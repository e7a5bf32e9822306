"""Nothing written about a person comes out: canaries in every place, with every error of the loaders.

Three files a place, one with each canary, each made wrong in the same way; then the commands are given. The canaries
may stand in data/raw and nowhere else: not in what is said, nor in frames, records, reports or temporary files.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests import profiles
from tests.canaries import CANARIES, found_in, leaks
from tests.loaders.files_made import NAMESPACE, docx, paragraph, zipped
from tests.loaders.loading import load, text_file
from tests.workspaces import HEADINGS, NAME, ROWS, SHEET, TOML, correct, deliver, office, told, vbe, xlsx
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.deliveries.deliveries import read_deliveries
from vbe_analysis.loaders.deliveries.folder import delivered_files
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.profiles.draft import draft_profile
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.file import read_delivered
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.workspace.workbooks import deliveries_book
from vbe_analysis.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("ia", "sisab", "polis")
WORDS_THAT_CODE = profiles.rule("affisch", ["affisch"], event_type="affischering")
MORE = (
    profiles.column("key", "Nummer", needed=False),
    profiles.column("text", "Beskrivning", needed=False, rules=[WORDS_THAT_CODE]),
)
Maker = Callable[[Path, str], Path]  # (where the file should lie, canary) -> where it lies


def rows(path: Path, *more: tuple[Any, ...], headings: tuple[Any, ...] = HEADINGS, sheet: str = SHEET) -> Path:
    return xlsx(path.with_suffix(".xlsx"), [headings, *ROWS, *more], sheet)


def cell(column: int, form: str = "{}") -> Maker:
    """A row whose cell in one kept column holds the canary."""

    def make(path: Path, canary: str) -> Path:
        row = [datetime(2020, 9, 2), "Ekåsen", "Klotter", "Höger", 1]
        row[column] = form.format(canary)
        return rows(path, tuple(row))

    return make


def heading(column: int, form: str) -> Maker:
    def make(path: Path, canary: str) -> Path:
        changed = list(HEADINGS)
        changed[column] = form.format(canary)
        return rows(path, headings=tuple(changed))

    return make


def extra(title: str, value: Any = "{}", twice: bool = False) -> Maker:
    """One more column, with the canary in its heading or its cells."""

    def make(path: Path, canary: str) -> Path:
        given = [value.format(canary) if isinstance(value, str) else value for _ in ROWS]
        full = [(*row, one) for row, one in zip(ROWS, given, strict=True)]
        full += [(*ROWS[1], full[-1][-1])] if twice else []
        return xlsx(path.with_suffix(".xlsx"), [(*HEADINGS, title.format(canary)), *full])

    return make


def lines(*added: tuple[Any, ...], above: bool = False) -> Maker:
    """Rows above or below the table; "{}" in a cell is the canary."""

    def make(path: Path, canary: str) -> Path:
        mine = [tuple(c.format(canary) if isinstance(c, str) else c for c in row) for row in added]
        table = [HEADINGS, *ROWS]
        return xlsx(path.with_suffix(".xlsx"), [*mine, *table] if above else [*table, *mine])

    return make


def book(change: Callable[[Any, str], None]) -> Maker:
    """The file with something changed in it by openpyxl."""

    def make(path: Path, canary: str) -> Path:
        made = rows(path)
        opened = openpyxl.load_workbook(made)
        change(opened, canary)
        opened.save(made)
        return made

    return make


def hidden_sheet(opened: Any, canary: str) -> None:
    for state, name in (("hidden", "Listor"), ("veryHidden", "Mer")):
        sheet = opened.create_sheet(name)
        sheet.append([canary, canary])
        sheet.sheet_state = state


def named_hidden_sheet(opened: Any, canary: str) -> None:
    opened.create_sheet(canary).sheet_state = "hidden"


def around_the_cells(opened: Any, canary: str) -> None:
    """Comments, header, validation, names and properties: where Office keeps what nobody sees."""
    sheet = opened.worksheets[0]
    sheet["A2"].comment = Comment(canary, canary)
    sheet.oddHeader.left.text = sheet.oddFooter.left.text = canary
    sheet["B2"].hyperlink = f"https://example.org/{canary}"
    rule = DataValidation("list", formula1=f'"{canary}"', promptTitle=canary[:30], prompt=canary)
    rule.add("D2:D9")
    sheet.add_data_validation(rule)
    opened.defined_names["plats"] = DefinedName("plats", attr_text=f'"{canary}"')
    for name in ("creator", "title", "subject", "keywords", "description", "lastModifiedBy", "category"):
        setattr(opened.properties, name, canary)
    opened.custom_doc_props.append(StringProperty(name="Handläggare", value=canary))


def hidden_column(opened: Any, canary: str) -> None:
    sheet = opened.worksheets[0]
    sheet["F1"], sheet["F2"] = "Anmälare", canary
    sheet.column_dimensions["F"].hidden = True


def hidden_row(opened: Any, canary: str) -> None:
    sheet = opened.worksheets[0]
    sheet.append([date(2020, 9, 2), canary, "Klotter", "Höger", 1])
    sheet.row_dimensions[sheet.max_row].hidden = True


def formula(opened: Any, canary: str) -> None:
    opened.worksheets[0].append([date(2020, 9, 2), f'="{canary}"', "Klotter", "Höger", 1])


def merged(opened: Any, canary: str) -> None:
    sheet = opened.worksheets[0]
    sheet.append([date(2020, 9, 2), canary])
    sheet.merge_cells(f"B{sheet.max_row}:D{sheet.max_row}")


def named(form: str) -> Maker:
    return lambda path, canary: rows(path.with_name(form.format(canary) + ".xlsx"))


def sheet_named(form: str) -> Maker:
    return lambda path, canary: rows(path, sheet=form.format(canary)[:31])


def written(suffix: str, content: str, encoding: str = "utf-8") -> Maker:
    """A file of text: "{}" is the canary."""

    def make(path: Path, canary: str) -> Path:
        path = path.with_suffix(suffix)
        path.write_bytes(content.replace("{}", canary).encode(encoding))
        return path

    return make


def damaged(how: Callable[[bytes, bytes], bytes]) -> Maker:
    """A workbook that holds the canary and cannot be opened."""

    def make(path: Path, canary: str) -> Path:
        made = cell(1)(path, canary)
        made.write_bytes(how(made.read_bytes(), canary.encode()))
        return made

    return make


def part(name: str, content: str) -> Maker:
    """A workbook whose part of that name is replaced."""

    def make(path: Path, canary: str) -> Path:
        made = rows(path)
        with zipfile.ZipFile(made) as archive:
            parts: dict[str, str | bytes] = {n: archive.read(n) for n in archive.namelist()}
        return zipped(made, parts | {name.replace("{}", canary): content.replace("{}", canary)})

    return make


def word(body: str) -> Maker:
    return lambda path, canary: docx(path.with_suffix(".docx"), body.replace("{}", canary))


def table_in_word(*texts: tuple[str, ...]) -> str:
    row = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in cells) + "</w:tr>" for cells in texts
    )
    return f"<w:tbl>{row}</w:tbl>"


CSV = "Datum;Område;Typ;Miljö;Antal\n2020-09-01;Ekåsen;Klotter;Höger;2\n"
SHEET_XML = f"<worksheet {NAMESPACE}><sheetData>{{rows}}</sheetData></worksheet>"
NO_PLACE, NO_TYPE, NO_NUMBER = (
    SHEET_XML.replace("{rows}", f'<row r="1">{cell}</row>')
    for cell in ('<c r="{}"/>', '<c r="A1" t="{}"><v>{}</v></c>', '<c r="A1"><v>{}</v></c>')
)
PLACES: dict[str, Maker] = {
    **{f"cell {name}": cell(column) for column, name in enumerate(HEADINGS)},
    **{
        f"cell {name}, with a label": cell(column, f"{label} {{}}")
        for column, (name, label) in enumerate(
            zip(HEADINGS, ("2020-09-01", "Ekåsen", "Klotter", "Höger", "3"), strict=True)
        )
    },
    **{f"heading {name}": heading(column, "{}") for column, name in enumerate(HEADINGS)},
    "heading, part of": heading(3, "Miljö {}"),
    "heading, nearly": heading(3, "Miljo {}"),
    "heading of an unknown column": extra("{}", 1),
    "heading, doubled": extra("Datum", "{}"),
    "heading, key": extra("Nummer {}", 7),
    "cell of an unknown column": extra("Anmälare"),
    "cell of a key": extra("Nummer"),
    "cell of a key, twice": extra("Nummer", twice=True),
    "cell of a key, all different": extra("Nummer", "{} 3", twice=True),
    "cell of free text": extra("Beskrivning", "affisch av {}"),
    "title": lines(("Avvikelser, {}",), above=True),
    "two titles": lines(("{}", "{}"), ("", "{}"), above=True),
    "footnote": lines((), ("Uppgifter från {}",)),
    "footnote beside": lines((), ("", "", "", "", "", "", "{}")),
    "second table": lines((), ("{}", "Datum"), ("{}", "Typ")),
    "total that differs": lines(("{}", "Summa", "", "", 99)),
    "total that cannot be read": lines(("", "Summa", "", "", "{}")),
    "wrong labels beside": lines((date(2020, 9, 1), "Okänt", "{}", "Högre", "många")),
    "wrong date beside": lines(("31 februari {}", "Ekåsen", "Klotter", "Höger", 1)),
    "outside the period": lines((date(2019, 9, 1), "Ekåsen", "Klotter", "Höger", 1, "{}")),
    "sheet": sheet_named("{}"),
    "sheet, nearly": sheet_named("Händelser {}"),
    "sheet, unknown": book(lambda opened, canary: opened.create_sheet(canary[:31]).append(["Datum", "x"])),
    "hidden sheet": book(hidden_sheet),
    "hidden sheet's name": book(named_hidden_sheet),
    "hidden column": book(hidden_column),
    "hidden row": book(hidden_row),
    "formula": book(formula),
    "merged cells": book(merged),
    "properties, comments, names": book(around_the_cells),
    "file": named("{}"),
    "file, part of": named("Lista över {} 2021"),
    "folder": lambda path, canary: rows(path.parent / canary / path.name),
    "cut off": damaged(lambda content, canary: content[: len(content) // 2] + canary),
    "spoilt": damaged(lambda content, canary: content[:60] + canary + content[60 + len(canary) :]),
    "not zipped": damaged(lambda _, canary: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + canary * 200),
    "sheet is no XML": part("xl/worksheets/sheet1.xml", "<worksheet {}"),
    "sheet with a DOCTYPE": part("xl/worksheets/sheet1.xml", '<!DOCTYPE x [<!ENTITY e "{}">]><x>&e;</x>'),
    "cell without a place": part("xl/worksheets/sheet1.xml", NO_PLACE),
    "cell of an unknown type": part("xl/worksheets/sheet1.xml", NO_TYPE),
    "cell whose number is none": part("xl/worksheets/sheet1.xml", NO_NUMBER),
    "zip part": part("{}.xml", "{}"),
    "zip without a workbook": lambda path, canary: zipped(path.with_suffix(".xlsx"), {f"{canary}.txt": canary}),
    "csv": written(".csv", CSV + "2020-09-02;{};Klotter;Höger;1\n"),
    "csv, heading": written(".csv", CSV.replace("Antal", "{}")),
    "csv, ragged": written(".csv", CSV + "2020-09-02;Ekåsen;Klotter;Höger;1;{};{}\n"),
    "csv, open quote": written(".csv", CSV + '2020-09-02;"{};Klotter;Höger;1\n' * 2 + '"x'),
    "csv, no code for its letters": written(".csv", CSV + "2020-09-02;{} \x81\x8d;Klotter;Höger;1\n", "latin-1"),
    "csv, doubled letters": written(".csv", CSV + "2020-09-02;EkÃ¥sen {};Klotter;Höger;1\n"),
    "csv, NUL": written(".csv", CSV + "2020-09-02;{}\x00;Klotter;Höger;1\n"),
    "csv, nothing but": written(".csv", "{}\n"),
    "csv, Greek letter": written(".csv", CSV + "2020-09-02;Εkåsen {};Klotter;Höger;1\n"),
    "csv, turned": written(".csv", CSV + "2020-09-02;Ekåsen;Klotter \u202e{};Höger;1\n"),
    "web page": written(".xls", "<html><title>{}</title><p>{}</p></html>"),
    "web table": written(
        ".xls", "<table><tr><th>Datum<th>Område<th>Typ<th>Miljö<th>{}<tr><td>{}<td>Ekåsen<td>x<td>y<td>z</table>"
    ),
    "PDF": written(".pdf", "%PDF-1.7 {}"),
    "JSON": written(".json", '[{"namn": "{}"}]'),
    "Word, no table": word(paragraph("{}")),
    "Word, table": word(paragraph("{}") + table_in_word(HEADINGS, ("2020-09-01", "{}", "Klotter", "Höger", "1"))),
    "Word, heading": word(table_in_word((*HEADINGS[:4], "{}"), ("2020-09-01", "Ekåsen", "Klotter", "Höger", "1"))),
    "Word, damaged": word("<w:p>{}"),
}


# What loads all the same: the canary stands in what is dropped.
HARMLESS = (
    "cell of an unknown column",
    "cell of free text",
    "title",
    "two titles",
    "footnote",
    "footnote beside",
    "hidden sheet",
    "hidden column",
    "properties, comments, names",
    "zip part",
)
PACKS = [tuple(PLACES)[start : start + 9] for start in range(0, len(PLACES), 9)]


def workspace(root: Path, places: tuple[str, ...] = ()) -> Path:
    """A workspace with three files a place, each with a canary of its own; one clean file without places."""
    for folder in ("data/raw/2021", "data/profiles", "reports"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "vbe.toml").write_text(TOML, encoding="utf-8")
    raw, named = root / "data/raw/2021", []
    for source in SOURCES:
        profile = office(source, *MORE, sheets=["Händelser*", "tabell*", ""])
        (root / f"data/profiles/{source}.toml").write_text(profile, encoding="utf-8")
    for number, place in enumerate(places):
        for source, canary in zip(SOURCES, CANARIES, strict=True):
            made = PLACES[place](raw / f"{number} {source}", canary)
            named.append((source, "fil", made.relative_to(raw).as_posix(), source))
    if not places:
        rows(raw / NAME)
        named.append(("ia", "fil", NAME, "ia"))
    deliver(root, named)
    return root


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Temporary files land in a folder that is looked through."""
    folder = tmp_path / "tillfälligt"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert leaks(folder) == {}


def told_lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines with a canary among all that was said, which must be something."""
    said = told(capsys)
    assert said
    return [line for line in said.splitlines() if found_in(line)]


@pytest.mark.parametrize("places", PACKS, ids=lambda places: places[0])
def test_every_file_at_once(places: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "arbete", places)
    for command in ("ingest", "status"):
        vbe(root, command, "2021")
    assert (told_lines(capsys), leaks(root)) == ([], {})
    words = Workspace(root).vocabulary
    for path in sorted((root / "data/raw/2021").rglob("* *.*")):
        try:
            text = draft_profile(read_file(path), words)
        except InputError as error:
            text = str(error).replace(path.name, "")
        assert found_in(text) == [], path.name


@pytest.mark.chapter
def test_what_loads_holds_nothing_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All that is written once the files are in: frames, records, the quality report, dubbletter.xlsx, the chapter."""
    root = workspace(tmp_path / "arbete", HARMLESS)
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    given = (("ingest",), ("overlaps",), ("status",), ("ingest", "--accept-rejects"), ("chapter",), ("verify",))
    codes = [vbe(root, command, "2021", *options) for command, *options in given]
    opened = Workspace(root)
    assert codes == [0] * 6, told(capsys)
    assert len(opened.events("2021")) >= 3 * len(ROWS) * len(HARMLESS)
    assert (told_lines(capsys), leaks(root)) == ([], {})
    book = openpyxl.load_workbook(root / "data/raw/2021/dubbletter.xlsx")
    assert book.worksheets[0].max_row > 1
    assert found_in("".join(str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row)) == []
    with zipfile.ZipFile(root / "data/raw/2021/dubbletter.xlsx") as archive:
        assert found_in("".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())) == []


@pytest.mark.parametrize("command", ["inspect", "profile"])
@pytest.mark.parametrize("place", ["file", "sheet", "hidden sheet's name", "heading Miljö", "cut off", "not zipped"])
def test_looking_at_one_file(place: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "arbete")
    path = PLACES[place](root / "data/raw/2021/lös", CANARIES[2])
    hit = path.rename(path.with_name(f"{CANARIES[2]}.xlsx"))
    for given in (path, hit):
        vbe(root, command, str(given))
        if command == "inspect":
            vbe(root, command, "--json", str(given))
    assert (told_lines(capsys), leaks(root)) == ([], {})


def test_a_file_that_nobody_delivered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "arbete")
    for canary in CANARIES:
        (root / "data/raw/2021" / canary).mkdir()
        (root / "data/raw/2021" / canary / "svar.txt").write_text(f"Svar om {canary}.", encoding="utf-8")
        (root / "data/raw/2021" / f"{canary}.xlsx").write_bytes(b"x")
    for command in (("check", "2021"), ("status", "2021"), ("status",), ("new", "2020")):
        vbe(root, *command)
    for canary in CANARIES:  # only the folders are left
        (root / "data/raw/2021" / f"{canary}.xlsx").unlink()
    vbe(root, "ingest", "2021")
    assert (told_lines(capsys), leaks(root)) == ([], {})


GOOD = ("ia", "fil", NAME, "ia", "2020-07", "2021-06", "", 40, "v1", "")


def test_every_cell_of_the_list_of_deliveries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "arbete")
    path = root / "data/raw/2021/leveranser.xlsx"
    each = [(*GOOD[:column], canary, *GOOD[column + 1 :]) for column in range(10) for canary in CANARIES]
    open_ended = [(canary, *[""] * 9) for canary in CANARIES]
    breaks = [("ia", date(2020, 9, 1), "ny rutin", "ja")]
    breaks += [(*breaks[0][:column], canary, *breaks[0][column + 1 :]) for column in range(4) for canary in CANARIES]
    for row in (*each, *open_ended):  # alone: a fault may hide what would be said of a whole list
        path.write_bytes(deliveries_book([row], [], ("ia",), ("ia",)))
        try:
            loaded = Workspace(root).read_in("2021")
            said = str(loaded.record) + "".join(map(str, loaded.notices))
        except InputError as error:
            said = str(error)
        assert found_in(said) == [], row
    path.write_bytes(deliveries_book([*each, *open_ended], breaks, ("ia",), ("ia",)))
    for command in ("ingest", "status"):
        vbe(root, command, "2021")
    assert (told_lines(capsys), leaks(root)) == ([], {})


def test_every_cell_of_the_list_of_corrections(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "arbete")
    good = (NAME, SHEET, 2, "Miljö", "autonom", "felskrivet", "samordnare", date(2021, 8, 20))
    for column in range(8):
        for canary in CANARIES:
            correct(root, (*good[:column], canary, *good[column + 1 :]))
            vbe(root, "check", "2021")
    assert (told_lines(capsys), leaks(root)) == ([], {})


def test_every_cell_of_the_list_of_duplicates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "arbete", ("footnote",))
    vbe(root, "ingest", "2021")
    vbe(root, "overlaps", "2021")
    path = root / "data/raw/2021/dubbletter.xlsx"
    whole = path.read_bytes()
    for column in (1, 2, 5, 11):
        for canary in CANARIES:
            path.write_bytes(whole)
            opened = openpyxl.load_workbook(path)
            opened.worksheets[0].cell(2, column, canary)
            opened.save(path)
            vbe(root, "overlaps", "2021")
            if column > 2:
                continue
            for sheet in ("Inaktuella beslut", canary[:31]):
                opened.create_sheet(sheet).append([canary] * 11)
            opened.save(path)
            vbe(root, "overlaps", "2021")
    assert (told_lines(capsys), leaks(root)) == ([], {})


def test_every_column_of_the_offices_files() -> None:
    """In memory, as the loader sees them: each column's heading, first and last cell of the example's files of 2021."""
    opened = Workspace(ROOT)
    folder, period, profiles = opened.raw("2021"), opened.period("2021"), opened.profiles()
    settings, words = opened.settings, opened.vocabulary
    rows_there = read_deliveries(folder, period, words.sources).rows
    files = [found for found in delivered_files(folder, rows_there, profiles)[0] if found[0].status == "delivered"]
    areas = {normalise(label): code for code, label in settings.areas.items()}
    places = {normalise(place): code for place, code in settings.places.items()}
    outside = frozenset(normalise(label) for label in settings.areas_outside)
    tried, stopped = 0, 0
    for delivery, path in files:
        raw = read_file(path)
        context = Context(profiles[delivery.profile], words, "2021", raw.name, delivery.span, areas, outside, places)
        for number, sheet in enumerate(raw.sheets):
            used = [n for i, n in enumerate(sheet.row_numbers) if any(cell is not None for cell in sheet.row(i))]
            for column in range(len(sheet.columns)):
                for row in dict.fromkeys((*used[:2], *used[3:4], used[-1])):
                    canary = CANARIES[(column + row) % 3]
                    planted = list(raw.sheets)
                    planted[number] = sheet.with_cells({(int(row), column): canary})
                    found = read_delivered(replace(raw, sheets=tuple(planted)), context, period)
                    said = "\n".join(map(str, (*found.refusals, *found.faults, *found.notices)))
                    kept = not found.refusals  # a stop keeps nothing of the file; a fault's row can be left out
                    held = found.events.to_csv() + found.answers.to_csv() + repr(found.outcomes) if kept else ""
                    assert found_in(said + held) == [], (raw.name, sheet.name, int(row), column)
                    tried, stopped = tried + 1, stopped + bool(found.refusals)
    assert tried > 200 and 50 < stopped < tried, (tried, stopped)


def test_an_answer_that_nobody_knows_is_not_kept(tmp_path: Path) -> None:
    """Free text that the gate has cleared, in a column of closed answers: the words must go."""
    path = text_file(
        tmp_path / "enkät.csv", [("Noterat", "Miljö"), ("En i sjuan slog en i åttan", ""), ("Ja", "Höger")]
    )
    columns = (
        profiles.column("noted", "Noterat"),
        profiles.column("environment", "Miljö", values={"Höger": "vit_makt"}),
    )
    found = load(path, profiles.tables(profiles.table("survey", *columns)))
    assert [fault.code for fault in found.faults] == ["unknown_label"]
    assert found.answers.loc[found.answers["question"] == "noted", "answer"].tolist() == ["", "ja"]
    assert "sjuan" not in found.answers.to_csv() + found.events.to_csv() + repr(found.outcomes)
