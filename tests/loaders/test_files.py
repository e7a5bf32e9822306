import hashlib
import os
import struct
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.loaders.files_made import docx, paragraph, written, xlsx, zipped
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.files.raw import Cell, RawSheet, Special

SPACES = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"' for p in ("office", "table", "text"))
CONTENT = (
    f"<office:document-content {SPACES} "
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body>'
    "<office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DISTRICT = Path(__file__).parents[3] / "shared" / "district"


def rows(sheet: RawSheet) -> list[list[Cell]]:
    return [sheet.row(index) for index in range(len(sheet.row_numbers))]


def ods(path: Path, tables: str) -> Path:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'<m:manifest xmlns:m="m"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
    return zipped(path, {"mimetype": kind, "content.xml": CONTENT.format(tables), "META-INF/manifest.xml": manifest})


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of a binary workbook."""
    return (bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])) + bytes([len(data)]) + data


def wide(text: str) -> bytes:
    """A text of a binary workbook."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(path: Path, before: bytes = b"", cells: bytes = b"", after: bytes = b"", **more: bytes) -> Path:
    """A binary workbook with a hidden sheet "Dold å" holding 2.5 at B1 and a text at C1, these records and parts."""
    bundle = record(156, struct.pack("<II", 1, 1) + wide("rId1") + wide("Dold å"))
    cells = record(5, struct.pack("<IId", 1, 0, 2.5)) + record(6, struct.pack("<II", 2, 0) + wide("Klotter å")) + cells
    sheet = record(145) + record(0, bytes(25)) + cells + record(146) + after
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        path,
        {
            "xl/workbook.bin": record(131) + record(143) + bundle + record(144) + record(132),
            "xl/worksheets/sheet1.bin": record(129) + record(148, bytes(16)) + before + sheet + record(130),
            "xl/_rels/workbook.bin.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.bin"/>'
            f'<Relationship Id="rId2" Type="{relations}/styles" Target="styles.bin"/>'
            f'<Relationship Id="rId3" Type="{relations}/sharedStrings" Target="sharedStrings.bin"/></Relationships>',
            **{f"xl/{name}.bin": content for name, content in more.items()},
        },
    )


def test_cells_keep_their_types_and_text_stays_text(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "t.xlsx",
        {
            "B": [
                ["007", "NA", "TRUE", " x ", 7, 1.5, True],
                [date(2021, 3, 5), datetime(2021, 3, 5, 7, 30), time(7, 30)],
            ]
        },
    )
    (sheet,) = read_file(path).sheets
    first, second = rows(sheet)
    assert first == ["007", "NA", "TRUE", " x ", 7.0, 1.5, True] and type(first[6]) is bool
    assert second == [date(2021, 3, 5), datetime(2021, 3, 5, 7, 30), time(7, 30), None, None, None, None]


def test_a_duration_is_the_text_it_shows(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "t.xlsx", {"B": [[timedelta(hours=30)], [1]]})
    assert rows(read_file(path).sheets[0]) == [["1 day, 6:00:00"], [1.0]]


def test_a_table_in_the_middle_of_a_sheet_starts_at_column_a(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active["C5"], workbook.active["D7"] = "x", 2
    workbook.create_sheet("Dold").sheet_state = "veryHidden"
    workbook.save(tmp_path / "t.xlsx")
    sheet, hidden = read_file(tmp_path / "t.xlsx").sheets
    assert list(sheet.row_numbers) == [5, 6, 7]
    assert rows(sheet) == [[None, None, "x", None], [None] * 4, [None, None, None, 2.0]]
    assert (hidden.hidden, hidden.columns, list(hidden.row_numbers)) == (True, (), [])


def test_a_file_knows_its_bytes_and_its_name(tmp_path: Path) -> None:
    path = written(tmp_path / "å.csv", "a;b\n1;å\n", "cp1252")
    raw = read_file(path)
    assert (raw.name, raw.size, raw.sha256) == ("å.csv", 8, hashlib.sha256(path.read_bytes()).hexdigest())
    assert (raw.format, raw.encoding, raw.delimiter) == ("csv", "cp1252", ";")


def test_open_document_sheets(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    error = cell.format(' calcext:value-type="error"', "#REF!")
    wide = cell.format(' table:number-columns-spanned="2"', "b")
    path = ods(
        tmp_path / "t.ods",
        '<table:table table:name="Blad å"><table:table-column table:number-columns-repeated="1"/>'
        '<table:table-column table:visibility="collapse"/><table:table-row table:number-rows-repeated="2"/>'
        f"<table:table-row>{cell.format('', 'a')}{error}</table:table-row>"
        f'<table:table-row table:visibility="filter">{wide}<table:covered-table-cell/>'
        '</table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>',
    )
    (sheet,) = read_file(path).sheets
    assert (sheet.name, list(sheet.row_numbers), rows(sheet)) == ("Blad å", [3, 4], [["a", Special.ERROR], ["b", None]])
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.merged) == ({4}, {1}, ((4, 0, 4, 1),))


@pytest.mark.parametrize(("columns", "code"), [(1500, "box_size"), (99_999_999, "cell_outside"), ("x", "file_corrupt")])
def test_open_document_cells_repeated_out_of_bounds_are_refused(tmp_path: Path, columns: int | str, code: str) -> None:
    one = '<table:table-cell office:value-type="float" office:value="1"'
    path = ods(
        tmp_path / "t.ods",
        f'<table:table table:name="B"><table:table-row>{one}/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1000000"/>'
        f'<table:table-row>{one} table:number-columns-repeated="{columns}"/></table:table-row></table:table>',
    )
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.faults[0].code == code


def test_a_binary_workbook(tmp_path: Path) -> None:
    raw = read_file(xlsb(tmp_path / "t.xlsb"))
    assert (raw.format, raw.sheets[0].name, raw.sheets[0].hidden) == ("xlsb", "Dold å", True)
    assert rows(raw.sheets[0]) == [[None, 2.5, "Klotter å"]]
    assert raw.notices == ()


def test_what_hides_in_a_binary_workbook_is_seen(tmp_path: Path) -> None:
    hidden_row = record(0, struct.pack("<IIHBB", 1, 0, 300, 0, 0x10) + bytes(13))
    error = hidden_row + record(3, struct.pack("<IIB", 0, 0, 0x17))
    hidden_column = record(60, struct.pack("<IIIIH", 2, 2, 2000, 0, 1))
    merged = record(176, struct.pack("<IIII", 4, 5, 0, 1))
    path = xlsb(tmp_path / "t.xlsb", before=hidden_column, cells=error, after=merged)
    (sheet,) = read_file(path).sheets
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.merged) == ({2}, {2}, ((5, 0, 6, 1),))
    assert sheet.error_cells == {(2, 0)} and sheet.cell(2, 0) is Special.ERROR


def test_a_binary_workbook_is_read_as_the_eye_sees_it(tmp_path: Path) -> None:
    fonts = [record(43, struct.pack("<HHHH", 220, flags, 400, raised)) for flags, raised in ((0, 0), (0, 1), (8, 0))]
    one, three = (struct.pack("<I", count) for count in (1, 3))
    styles = record(615, one) + record(44, struct.pack("<H", 170) + wide("mmm\\-yy")) + record(616)
    styles += record(611, three) + b"".join(fonts) + record(612)
    styles += record(626, one) + record(47, struct.pack("<HHH", 0, 0, 2)) + record(627)  # of named styles
    forms = ((0, 0), (170, 0), (0, 2))
    styles += record(617, three) + b"".join(record(47, struct.pack("<HHH", 0, *form)) for form in forms) + record(618)
    runs = struct.pack("<IHH", 1, 1, 1)  # from the second sign in the second font
    strings = record(159, struct.pack("<II", 1, 1)) + record(19, b"\1" + wide("12") + runs) + record(160)
    row = record(0, struct.pack("<I", 1) + bytes(21))
    cells = row + record(5, struct.pack("<IId", 0, 1, 44256.0)) + record(7, struct.pack("<III", 1, 0, 0))
    cells += record(62, struct.pack("<II", 2, 0) + b"\1" + wide("7 st") + struct.pack("<IHH", 1, 2, 2))
    cells += record(5, struct.pack("<IId", 3, 2, 3.0)) + record(62, struct.pack("<II", 4, 0) + b"\0" + wide("slut"))
    path = xlsb(tmp_path / "t.xlsb", cells=cells, styles=styles, sharedStrings=strings)
    (sheet,) = read_file(path).sheets
    assert sheet.row(1) == ["2021-03", "1", "7 st", 3.0, "slut"]
    assert sheet.marks == {"raised_sign": {(2, 1)}, "struck": {(2, 2), (2, 3)}}


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (1_048_575, 16_000, "box_size"),
        (1_048_576, 0, "cell_outside"),
        (4_294_967_295, 0, "cell_outside"),
        (1, 16_384, "cell_outside"),
    ],
)
def test_a_cell_far_out_in_a_binary_workbook_is_refused(tmp_path: Path, row: int, column: int, code: str) -> None:
    far = record(0, struct.pack("<I", row) + bytes(21)) + record(5, struct.pack("<IId", column, 0, 1.0))
    with pytest.raises(InputError) as caught:
        read_file(xlsb(tmp_path / "t.xlsb", cells=far))
    assert caught.value.faults[0].code == code


def test_a_binary_workbook_that_promises_too_many_texts_is_refused(tmp_path: Path) -> None:
    strings = record(159, struct.pack("<II", 1, 0xFFFFFFF0)) + record(19, b"\0" + wide("a")) + record(160)
    with pytest.raises(InputError) as caught:
        read_file(xlsb(tmp_path / "t.xlsb", sharedStrings=strings))
    assert caught.value.faults[0].code == "file_corrupt"


def test_an_old_workbook() -> None:
    path = DISTRICT / "2018" / "SISAB klotterstatistik 2017-18.xls"
    if not path.exists():
        pytest.skip("needs ../shared/district beside the repository: nothing here writes an .xls")
    raw = read_file(path)
    assert (raw.format, [sheet.hidden for sheet in raw.sheets]) == ("xls", [False, False, False, True])
    assert raw.sheets[0].merged == ((4, 0, 5, 0), (4, 1, 4, 2), (4, 3, 4, 5), (4, 6, 4, 7))


@pytest.mark.parametrize(
    ("name", "content", "kind", "encoding", "delimiter"),
    [
        ("export.xls", "a\tb\n1\t2\n".encode("utf-16"), "csv", "utf-16", "\t"),
        ("export.xls", b"<html><body><TABLE><tr><td>a<td>b</table>", "html", "utf-8", None),
        ("export.xls", "\n <table><tr><td>å</table>".encode("utf-16"), "html", "utf-16", None),
        ("export.xlsx", b"PK;Namn\n1;2\n", "csv", "utf-8", ";"),
        ("export.docx", b"<5;a\n6;b\n", "csv", "utf-8", ";"),
        ("export", b"[ID];[Datum]\n1;2\n", "csv", "utf-8", ";"),
    ],
)
def test_the_content_decides_and_not_the_name(
    tmp_path: Path, name: str, content: bytes, kind: str, encoding: str, delimiter: str | None
) -> None:
    raw = read_file(written(tmp_path / name, content))
    assert (raw.format, raw.encoding, raw.delimiter) == (kind, encoding, delimiter)


def test_a_workbook_and_a_document_under_other_names(tmp_path: Path) -> None:
    assert read_file(xlsx(tmp_path / "t.xlsx", {"B": [["a"]]}).rename(tmp_path / "t.csv")).format == "xlsx"
    assert read_file(docx(tmp_path / "d.docx", paragraph("a")).rename(tmp_path / "d.xlsx")).format == "docx"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"",
            "x: Filen är tom. "
            "Be avsändaren skicka den igen. Tills den kommer: välj ej levererat i "
            "leveranser.xlsx, så står månaderna som saknade i kapitlet. Fanns det inget: välj inget att "
            "rapportera, så räknas de som levererade utan händelser.",
        ),
        (
            OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
            "x: Filen är skyddad med lösenord. "
            "Be avsändaren ta bort lösenordet, eller öppna filen och spara den utan lösenord.",
        ),
        (
            OLE + bytes(3000),
            "x: Filen är skadad och kan inte läsas i sin helhet. "
            "Öppna den i det program den kommer från, spara om den och försök igen.",
        ),
        (
            OLE + bytes(600) + "WordDocument".encode("utf-16-le"),
            "x: Filen är av slaget Word 97–2003 (.doc), som inte kan läsas som tabell. "
            "Be om samma uppgifter som xlsx, csv eller docx.",
        ),
        (
            b"%PDF-1.7\n",
            "x: Filen är av slaget PDF, som inte kan läsas som tabell. Be om samma uppgifter som xlsx, csv eller docx.",
        ),
        (
            b'[{"id": 1}]',
            "x: Filen är av slaget JSON, som inte kan läsas som tabell. "
            "Be om samma uppgifter som xlsx, csv eller docx.",
        ),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Table/></Workbook>',
            "x: Filen är sparad som XML-kalkylblad 2003. Öppna den i Excel och spara den som xlsx.",
        ),
        (
            b"<html><p>Logga in</p></html>",
            "x: Filen är en webbsida eller en XML-fil utan tabell. Be om samma uppgifter som xlsx eller csv.",
        ),
        (
            b"a;b\n1;\0\n",
            "x, rad 2: Textfilen innehåller tecken som inte är text (NUL). "
            "Filen är skadad eller av ett annat slag än namnet säger. Be om ett nytt uttag.",
        ),
        (
            "a;b\nå;ö\n".encode("cp850"),
            "x: Det går inte att avgöra säkert hur textfilen är kodad, så å, ä och ö skulle kunna bli fel. "
            "Spara om filen som UTF-8 (i Excel: CSV UTF-8) och försök igen. Är kodningen känd: skriv den i profilen, "
            "under [file] (encoding).",
        ),
    ],
)
def test_what_is_not_read_says_what_it_is(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_file(written(tmp_path / "x", content))
    assert str(caught.value) == message


def test_a_zip_archive_of_files_is_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_file(zipped(tmp_path / "x.zip", {"a.csv": "a;b\n"}))
    assert str(caught.value) == (
        "x.zip: Filen är ett zip-arkiv men ingen arbetsbok och inget dokument. "
        "Packa upp arkivet och lägg in filerna var för sig."
    )


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "x.csv", "file_missing"), (tmp_path, "file_no_file")):
        with pytest.raises(InputError) as caught:
            read_file(path)
        assert caught.value.faults[0].code == code


def test_too_large_a_file_is_refused_and_a_text_may_be_larger(tmp_path: Path) -> None:
    book, text = xlsx(tmp_path / "b.xlsx", {"B": [["a"]]}), written(tmp_path / "t.csv", "a;b\n" * 3000)
    limits = Limits(file_bytes=1000, text_bytes=20_000)
    assert len(read_file(text, limits).sheets[0].row_numbers) == 3000
    with pytest.raises(InputError) as caught:
        read_file(book, limits)
    assert caught.value.faults[0].code == "file_size"


@pytest.mark.skipif(os.name == "nt", reason="Windows' own limit on a name is shorter; openable() is for its paths")
def test_paths_with_letters_blanks_and_more_than_200_characters(tmp_path: Path) -> None:
    folder = tmp_path / ("Händelser våren " * 12) / ("ö" * 120)
    folder.mkdir(parents=True)
    name = "å" * 125 + ".csv"
    path = written(folder / name, "a;b\n1;2\n")
    assert len(name.encode()) == 254 and len(str(path)) > 400
    assert read_file(path).name == name
    assert [entry.name for entry in folder.iterdir()] == [name]


def test_the_district_hides_what_its_truth_says() -> None:
    if not DISTRICT.exists():
        pytest.skip("needs ../shared/district beside the repository")
    register = read_file(DISTRICT / "2021" / "Register blanketter aidentifierad info.xlsx").sheets[0]
    assert register.uncomputed == {(6, 2)} and register.cell(6, 2) is Special.UNCOMPUTED
    incidents = read_file(DISTRICT / "2021" / "IA_händelser_2021.xlsx").sheets[0]
    assert incidents.error_cells == {(84, 15)} and incidents.cell(84, 15) is Special.ERROR
    assert 21 in read_file(DISTRICT / "2020" / "SISAB klotterstatistik 2019-20.xlsx").sheets[0].hidden_rows
    assert read_file(DISTRICT / "2017" / "IA_händelser_2017.xlsx").sheets[1].hidden
