"""Files that are out to do harm, or that are broken: each is built here, and each gets its own refusal."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from tests.loaders.files_made import NAMESPACE, docx, sheet_xml, written, xlsx, xlsx_of_xml, zipped
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.files.raw import Special

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
OUTSIDE = "Filen anger en cell utanför kalkylbladets gränser. Öppna den i Excel, spara om den som xlsx och försök igen."
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b">]>'


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_file(path, limits)
    return str(caught.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ONE + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "Cellerna ligger utspridda över 1048576 rader och 16384 kolumner. Gränsen är 20000000 celler. "
            "Ta bort celler som ligger långt utanför tabellen och spara om filen.",
        ),
        (
            "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>" + ONE,
            "Cellerna ligger utspridda över 1048576 rader och 16384 kolumner. Gränsen är 20000000 celler. "
            "Ta bort celler som ligger långt utanför tabellen och spara om filen.",
        ),
        (
            '<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>',
            OUTSIDE,
        ),
        (
            '<row r="1"><c r="XFE1"><v>1</v></c></row>',
            OUTSIDE,
        ),
        (
            '<row r="1"><c r="XFD1"><v>1</v></c></row>',
            "Tabellen har 16384 kolumner. Gränsen är 2000. Ta bort de kolumner som inte behövs. I en textfil: "
            "kontrollera vilket tecken som skiljer kolumnerna åt.",
        ),
    ],
)
def test_a_cell_far_out_is_refused_before_anyone_makes_room_for_it(tmp_path: Path, rows: str, message: str) -> None:
    path = xlsx_of_xml(tmp_path / "å.xlsx", sheet_xml(rows))
    assert refusal(path) == f"å.xlsx, blad 'Sheet': {message}"


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_prefixed_elements_are_cells_too(tmp_path: Path, prefix: str) -> None:
    xml = sheet_xml(ONE + "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")
    if prefix:
        xml = xml.replace("</", "\1").replace("<", "<x:").replace("\1", "</x:").replace("xmlns=", "xmlns:x=")
    assert "utspridda" in refusal(xlsx_of_xml(tmp_path / "x.xlsx", xml))


def test_styled_cells_and_a_false_dimension_take_no_room(tmp_path: Path) -> None:
    xml = sheet_xml(ONE + '<row r="1048576"><c r="XFD1048576" s="0"/></row>', before='<dimension ref="A1:XFD1048576"/>')
    (sheet,) = read_file(xlsx_of_xml(tmp_path / "x.xlsx", xml)).sheets
    assert [sheet.row(0), list(sheet.row_numbers)] == [[1.0], [1]]


def test_a_merge_of_the_whole_sheet_is_refused(tmp_path: Path) -> None:
    xml = sheet_xml(ONE, after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    assert refusal(xlsx_of_xml(tmp_path / "x.xlsx", xml)) == (
        "x.xlsx, blad 'Sheet': De sammanfogade cellerna omfattar mer än 1000000 celler. "
        "Ta bort sammanfogningen och spara om filen."
    )


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "docProps/own.xml", "custom.dat"])
def test_a_doctype_in_any_part_is_refused(tmp_path: Path, part: str) -> None:
    path = xlsx_of_xml(tmp_path / "x.xlsx", sheet_xml(ONE), {part: f"{DOCTYPE}<a>1</a>"})
    assert "dokumenttypsdeklaration (DOCTYPE)" in refusal(path)


def test_a_doctype_in_utf_16_is_refused(tmp_path: Path) -> None:
    path = xlsx_of_xml(tmp_path / "x.xlsx", sheet_xml(ONE), {"docProps/own.xml": f"{DOCTYPE}<a/>".encode("utf-16")})
    assert "dokumenttypsdeklaration (DOCTYPE)" in refusal(path)


@pytest.mark.parametrize(
    "xml",
    [
        sheet_xml(ONE).encode("utf-16"),
        ('<?xml version="1.0" encoding="utf-16"?>' + sheet_xml(ONE)).encode("utf-16-le"),
        ('<?xml version="1.0" encoding="iso-8859-1"?>' + sheet_xml(ONE)).encode("latin-1"),
    ],
)
def test_a_sheet_that_would_be_read_as_empty_or_wrong_is_refused(tmp_path: Path, xml: bytes) -> None:
    assert refusal(xlsx_of_xml(tmp_path / "x.xlsx", xml)) == (
        "x.xlsx, blad 'Sheet': Filens innehåll är inte kodat som UTF-8 och skulle läsas fel. "
        "Öppna den i Excel, spara om den som xlsx och försök igen."
    )


def test_zip_bombs_are_refused_by_what_they_inflate_to(tmp_path: Path) -> None:
    honest = xlsx_of_xml(tmp_path / "a.xlsx", sheet_xml(ONE), {"xl/media/a.bin": b"\0" * 60_000_000})
    assert read_file(honest).sheets[0].row(0) == [1.0]
    bomb = xlsx_of_xml(tmp_path / "b.xlsx", sheet_xml(ONE), {"xl/media/a.bin": b"\0" * 70_000_000})
    assert "Filen växer till minst" in refusal(bomb)
    assert "Filen växer till minst" in refusal(honest, Limits(inflated_bytes=10_000_000))


def test_a_directory_that_lies_about_sizes_is_not_believed(tmp_path: Path) -> None:
    path = xlsx_of_xml(tmp_path / "x.xlsx", sheet_xml(ONE), {"zz.bin": b"\0" * 70_000_000})
    data = bytearray(path.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    assert data[directory + 46 :].startswith(b"zz.bin")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)
    written(path, bytes(data))
    assert zipfile.ZipFile(path).getinfo("zz.bin").file_size == 10
    assert "Filen växer till minst" in refusal(path)
    small = xlsx_of_xml(tmp_path / "y.xlsx", sheet_xml(ONE), {"zz.bin": b"\0" * 1000})
    data = bytearray(small.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)
    assert "Filen är skadad" in refusal(written(small, bytes(data)))


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = xlsx_of_xml(tmp_path / "x.xlsx", sheet_xml(ONE), {f"p{i}": "" for i in range(30)})
    assert "Gränsen är 20." in refusal(path, Limits(parts=20))


@pytest.mark.parametrize(
    ("keep", "message"), [(0.5, "Filen är avbruten eller skadad"), (0.98, "Filen är avbruten eller skadad")]
)
def test_a_truncated_workbook_is_refused(tmp_path: Path, keep: float, message: str) -> None:
    data = xlsx(tmp_path / "x.xlsx", {"B": [["a"]]}).read_bytes()
    assert message in refusal(written(tmp_path / "y.xlsx", data[: int(keep * len(data))]))


def test_damage_inside_a_part_is_refused(tmp_path: Path) -> None:
    data = bytearray(xlsx(tmp_path / "x.xlsx", {"B": [[f"text {i}"] for i in range(500)]}).read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    data[part.header_offset + 200] ^= 0xFF
    assert "Filen är skadad och kan inte läsas i sin helhet." in refusal(written(tmp_path / "y.xlsx", bytes(data)))


def test_broken_xml_is_refused_with_its_sheet(tmp_path: Path) -> None:
    path = xlsx_of_xml(tmp_path / "x.xlsx", sheet_xml(ONE)[:-8])
    assert refusal(path).startswith("x.xlsx, blad 'Sheet': Filen är skadad")


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    path = xlsx_of_xml(tmp_path / "x.xlsx", sheet_xml(ONE))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml(""))
    assert "Filen är skadad" in refusal(path)


def test_a_doctype_in_a_document_is_refused(tmp_path: Path) -> None:
    docx(tmp_path / "x.docx", "")
    path = zipped(tmp_path / "y.docx", {"word/document.xml": DOCTYPE + "<w:document/>"})
    assert "dokumenttypsdeklaration (DOCTYPE)" in refusal(path)


def test_rows_and_cells_that_occur_twice_are_told_and_marked(tmp_path: Path) -> None:
    rows = ONE + '<row r="1"><c r="A1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c><c r="A2"><v>4</v></c></row>'
    raw = read_file(xlsx_of_xml(tmp_path / "x.xlsx", sheet_xml(rows + '<row r="3"><c r="A3"><v>5</v></c></row>')))
    assert raw.sheets[0].ragged == {1, 2}
    assert [str(notice) for notice in raw.notices] == [
        "x.xlsx, blad 'Sheet', rad 1: Ett radnummer eller en cell finns två gånger i filen, första gången på raden som "
        "anges. Sådana rader laddas inte. Öppna filen i Excel, kontrollera raderna och spara om den."
    ]


def test_what_the_reader_hides_is_seen(tmp_path: Path) -> None:
    rows = (
        '<row r="2" hidden="1"><c r="B2" t="e"><v>#REF!</v></c><c r="C2"><f>1+1</f></c></row>'
        '<row r="3" ht="0"><c r="B3"><f>1+1</f><v>2</v></c><c r="C3" t="str"><f>A1</f><v></v></c></row>'
        '<row r="4"><c r="B4"><f>1+1</f><v/></c><c r="C4"><f>1</f><v>7</v></c></row>'
        "<row><c><v>8</v></c><c><v>9</v></c></row>"
        '<row r="9"><c r="E9"><f>1+1</f></c></row>'
    )
    xml = sheet_xml(
        rows,
        before='<cols><col min="3" max="3" hidden="true"/><col min="6" max="16384" hidden="1"/></cols>',
        after='<mergeCells><mergeCell ref="B2:C2"/></mergeCells><extLst><ext><f>A1</f></ext></extLst>',
    )
    (sheet,) = read_file(xlsx_of_xml(tmp_path / "x.xlsx", xml)).sheets
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.merged) == ({2, 3}, {2}, ((2, 1, 2, 2),))
    assert (sheet.error_cells, sheet.uncomputed) == ({(2, 1)}, {(2, 2), (4, 1), (9, 4)})
    assert list(sheet.row_numbers) == list(range(2, 10))
    assert [sheet.row(i)[:3] for i in range(4)] == [
        [None, Special.ERROR, Special.UNCOMPUTED],
        [None, 2.0, None],
        [None, Special.UNCOMPUTED, 7.0],
        [8.0, 9.0, None],
    ]
    assert sheet.cell(9, 4) is Special.UNCOMPUTED and sheet.cell(9, 0) is None


def test_cells_out_of_order_and_without_references_get_their_places(tmp_path: Path) -> None:
    rows = (
        '<row r="3"><c r="C3"><v>1</v></c><c r="A3"><v>2</v></c></row>'
        '<row r="05"><c r="A5"><v>3</v></c><c r="B5"><v>4</v></c></row>'
    )
    (sheet,) = read_file(xlsx_of_xml(tmp_path / "x.xlsx", sheet_xml(rows))).sheets
    assert [sheet.row(index) for index in range(3)] == [[2.0, None, 1.0], [None] * 3, [3.0, 4.0, None]]
    assert (list(sheet.row_numbers), sheet.ragged) == ([3, 4, 5], set())


def test_the_relations_decide_which_part_is_the_sheet(tmp_path: Path) -> None:
    path = xlsx_of_xml(
        tmp_path / "x.xlsx",
        sheet_xml(ONE),
        {
            "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            'relationships"><Relationship Id="rId1" Target="elsewhere/data.bin" Type="http://schemas.openxmlformats.org/'
            'officeDocument/2006/relationships/worksheet"/></Relationships>',
            "xl/elsewhere/data.bin": f"<worksheet {NAMESPACE}><sheetData>{ONE}<row r='1048576'>"
            "<c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>",
        },
    )
    assert "utspridda" in refusal(path)
